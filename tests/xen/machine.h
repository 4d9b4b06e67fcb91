/* SPDX-License-Identifier: MIT */
/*
 * A machine for the glue to run on: the strict simulator behind the name of the real port, the work
 * of boot assembly, and a model of what must be accessible that shares no code with the library.
 */
#ifndef TESTS_XEN_MACHINE_H
#define TESTS_XEN_MACHINE_H

#include "standin.h"

#include "mpumap.h"
#include "port/sim/sim.h"

#include <setjmp.h>

/* What boot assembly writes: text, read-only data, data, devices. Numbers of the interface. */
#if MPUMAP_ADDR_BITS == 64
#define MACHINE_TARGET MPUMAP_SIM_ARMV8R64_EL2
#define BOOT_TEXT 0x38u
#define BOOT_RO 0x3au
#define BOOT_DATA 0x32u
#define BOOT_DEVICE 0x22u
#define BOOT_TEXT_ATTR MPUMAP_RX
#define TOP 0xffffffffffffu
#else
#define MACHINE_TARGET MPUMAP_SIM_ARMV8R32_EL2
#define BOOT_TEXT 0x18u
#define BOOT_RO 0x1du
#define BOOT_DATA 0x19u
#define BOOT_DEVICE 0x11u
#define BOOT_TEXT_ATTR MPUMAP_RWX
#define TOP 0xffffffffu
#endif
#define BOOT_NORMAL_LIMIT 0x0fu
#define BOOT_DEVICE_LIMIT 0x09u

/* A board, and how the image lies on it. */
struct board {
    const char *name;
    struct standin_image image;
    paddr_t uart; /* with early printk; 0: none */
    paddr_t heap;
    paddr_t heap_size;
    paddr_t fdt;
    paddr_t gicd;
    paddr_t gicr;
    unsigned int first_slot; /* the slot that boot code starts with */
};

extern const struct board boards[];
extern const size_t board_count;

/* The model: who holds what, and what is in use. */
struct model {
    struct mpumap_sim_area holders[160];
    size_t holder_count;
    struct mpumap_sim_area live[8];
    size_t live_count;
};

struct machine {
    struct mpumap_sim sim;
    struct mpumap_sim_change change;
    struct model now;
    struct model next;
    const struct board *board;
    /* what the machine saw */
    uint64_t gap;         /* bytes lost for a moment, all changes together */
    uint32_t between;     /* moments between two steps that were looked at */
    uint32_t interrupted; /* of these, how many found something in use gone */
    char printed[4096];
    size_t printed_length;
    paddr_t cleared; /* the last range that was cleared */
    size_t cleared_size;
    struct membanks reserved;
    void (*icache_hook)(void);
    void (*between_hook)(void); /* between the changes of free_init_memory */
    jmp_buf panicked;
    bool catches_panic;
};

extern struct machine machine;
extern struct mpumap xen_el2_map;

/* Starts the glue over. */
void glue_forget(void);

/* Poisons the table, does what boot assembly does, turns the MPU on. */
void machine_boot(const struct board *board, uint16_t regions);

/* The model's next state; attr without share. */
void model_map(paddr_t base, paddr_t limit, mpumap_attr_t attr);
void model_unmap(paddr_t base, paddr_t limit);
/* Whoever holds the bytes: other attributes; none at all. */
void model_protect(paddr_t base, paddr_t limit, mpumap_attr_t attr);
void model_cut(paddr_t base, paddr_t limit);
void model_live(paddr_t base, paddr_t limit);

/*
 * A call of the glue stands between these two. change_end checks that every moment of it kept the
 * rules, that the registers and accesses are those of the model's next state, and that the map is
 * sound.
 */
void change_begin(void);
bool change_end(void);
#define CHANGE(call, result) (change_begin(), CHECK((call) == (result)), CHECK(change_end()))

/* Text of the console since the boot. */
bool printed(const char *text);

/* True: the call panicked. */
#define PANICS(call)                                                                               \
    (machine.catches_panic = true,                                                                 \
     (setjmp(machine.panicked) == 0) ? ((call), machine.catches_panic = false, false) : true)

/* Accesses of EL2. */
bool can(char kind, paddr_t at);
/* A register pair that is enabled, writable and executable. */
bool any_writable_and_executable(void);

/* The start-up sequence, up to and with the named stage; all stages check themselves. */
enum stage {
    STAGE_FDT,      /* the device tree is mapped */
    STAGE_HEAP,     /* the heap and the frame table */
    STAGE_PAGES,    /* pages of the heap, mapped and given back by address */
    STAGE_DEVICES,  /* console, GICD, GICR */
    STAGE_MODULES,  /* a module copied, the device tree unmapped */
    STAGE_SECTIONS, /* init sections protected and freed */
};
void start_up(enum stage last);
/* STAGE_SECTIONS alone. */
void end_of_start_up(void);

#endif
