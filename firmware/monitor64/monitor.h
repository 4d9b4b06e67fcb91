/* SPDX-License-Identifier: MIT */
/*
 * The monitor: gives an unmodified image the PMSAv8-64 registers of an Armv8-R AArch64 core on a
 * QEMU that has no such core, and enforces what is in them. Where it runs and how: README.md.
 */
#ifndef MONITOR_H
#define MONITOR_H

#include "board.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PAGE 0x1000u
#define GRANULE 64u
#define ADDRESS_BITS 48u

/* The most regions that PRSELR_ELx[7:0] can name and MPUIR_ELx[7:0] can count. */
#define REGIONS_MAX 255u
#define REGIONS_DEFAULT 32u

/*
 * Words that the command line may put into memory before the monitor starts (link.ld):
 *     -device loader,addr=0x43ff0000,data=N,data-len=4       N regions instead of 32
 */
#define PARAMETERS 0x43ff0000

/* Mistakes that tests build in, to see that they are found. */
#define SABOTAGE_NONE 0
#define SABOTAGE_NO_ENFORCEMENT 1 /* every page is open to everything */
#define SABOTAGE_LIMIT_SHORT 2    /* regions end a granule early */
#define SABOTAGE_LIMIT_LONG 3     /* regions end a granule late */
#define SABOTAGE_EXECUTE_NEVER 4  /* XN is ignored */
#define SABOTAGE_READ_ONLY 5      /* AP[2] is ignored */
#define SABOTAGE_OVERLAP 6        /* the first region that matches decides */
#define SABOTAGE_BASE_ROUNDED 7   /* regions start at a page */
#define SABOTAGE_PAGE_LEFT_OPEN 8 /* a page opened for one instruction stays open */
#define SABOTAGE_STATUS 9         /* every fault is a permission fault */
#define SABOTAGE_BITMAP 10        /* PRENR_EL2 is not connected to the enable bits */
#define SABOTAGE_BANK 11          /* numbered registers ignore PRSELR */
#define SABOTAGE_NON_SECURE 12    /* NS is ignored */
#define SABOTAGE_STALE_PAGES 13   /* page tables do not follow what closes a region */
#ifndef SABOTAGE
#define SABOTAGE SABOTAGE_NONE
#endif

/* Exit statuses. */
#define STATUS_REFUSED                                                                             \
    5 /* the image did what the monitor cannot play, or what no code may rely on */
#define STATUS_DEFECT 6 /* the monitor itself failed */

/* --- entry.S --- */

/* The image's general registers, as entry.S saves them; x[31] is padding. */
struct frame {
    uint64_t x[32];
};

uint64_t semihosting_call(uint64_t operation, void *argument);

/* --- mpu.c: the region registers and what they say --- */

enum access {
    ACCESS_READ,
    ACCESS_WRITE,
    ACCESS_FETCH
};

/* Fault status codes (DDI 0487, D17.2, ESR_ELx, DFSC and IFSC); 0: no fault. */
#define FAULT_NONE 0u
#define FAULT_TRANSLATION 0x04u /* level 0: no region, or more than one */
#define FAULT_PERMISSION 0x0cu  /* level 0 */
#define FAULT_EXTERNAL 0x10u    /* the MPU allows, but nothing is there */

struct region {
    uint64_t base; /* PRBAR, without its RES0 bits */
    uint64_t limit;
};

struct mpu {
    uint64_t selector;
    struct region regions[REGIONS_MAX];
};

/* Levels, as indexes. */
#define LEVEL_EL1 0u
#define LEVEL_EL2 1u

/* SCTLR_EL2 */
#define SCTLR_M (1u << 0)
#define SCTLR_BR (1u << 17)
#define SCTLR_WXN (1u << 19)

extern uint64_t mpu_control; /* SCTLR_EL2 */
extern uint64_t mpu_types;   /* MAIR_EL2 */

void mpu_reset(uint32_t regions);
/* A register of the MPU, named as in an MRS or MSR: false if it is none. */
bool mpu_register(uint32_t op1, uint32_t crn, uint32_t crm, uint32_t op2, bool write,
                  uint64_t *value);
/* The answer of the EL2 MPU for one byte. */
uint32_t mpu_judge(uint64_t address, enum access access);
/* Enabled regions of the EL2 MPU in turn: false at the end. Limits as the hardware takes them. */
struct extent {
    uint64_t first;
    uint64_t last;
    bool write;
    bool execute;
    bool device;
    bool non_secure;
};
bool mpu_next(uint32_t *cursor, struct extent *out);

/* --- pages.c: memory that is there, and stage 2 --- */

void pages_start(void);
/* What the MPU says now. */
void pages_follow(void);
/* Opens the page of an address for one kind of access, until pages_close(). */
void pages_open(uint64_t address, enum access access);
void pages_close(void);
/* Where an address of the image's is; 0: nowhere. */
uint64_t pages_physical(uint64_t address);

/* --- monitor.c --- */

/* Ends the run with a message. */
_Noreturn void stop(uint32_t status, const char *what, uint64_t value);
void monitor_start(void);
void monitor_trap(struct frame *frame);
_Noreturn void monitor_defect(void);

#endif
