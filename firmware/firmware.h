/* SPDX-License-Identifier: MIT */
/* The parts of the firmware and what they know of each other. */
#ifndef FIRMWARE_H
#define FIRMWARE_H

#include "board.h"
#include "core.h"

#include "boot/boot.h"
#include "mpumap.h"
#include "player.h"

/* --- link.ld --- */

extern char __text_start[], __text_end[];
extern char __rodata_start[], __rodata_end[];
extern char __data_start[], __data_end[];
extern char __bss_start[], __bss_end[];
extern char __stack_start[], __stack_end[];
extern char __exception_stack_start[], __exception_stack_end[];
extern char __buffer_start[], __buffer_end[];

/* --- regions.c --- */

/*
 * The firmware's own regions: first byte, first byte behind it, attributes. Those that touch are
 * locked as one range. They stand in slots FIRMWARE_FIRST and up, before or behind all of the
 * trace's. A core with few slots has its own list (core.h).
 */
#ifndef FIRMWARE_REGIONS
#define FIRMWARE_FIRST 0u
#define FIRMWARE_OWN 4u
#define FIRMWARE_OWN_LOCKS 2u
#define FIRMWARE_REGIONS(REGION)                                                                   \
    REGION(__text_start, __text_end, MPUMAP_RX | MPUMAP_NORMAL)                                    \
    REGION(__rodata_start, __rodata_end, MPUMAP_RO | MPUMAP_NORMAL)                                \
    REGION(__data_start, __data_end, MPUMAP_RW | MPUMAP_NORMAL)                                    \
    REGION(BOARD_UART, BOARD_UART + BOARD_UART_SIZE, MPUMAP_RW | MPUMAP_DEVICE)
#endif
/* Where the trace's begin. */
#define FIRMWARE_TRACE ((FIRMWARE_FIRST == 0u) ? FIRMWARE_OWN : 0u)
/* Room for the most slots that a core can have. */
#define FIRMWARE_SLOTS MPUMAP_MAX_REGIONS

extern const struct mpumap_boot_plan boot_plan;
extern struct mpumap_entry boot_table[FIRMWARE_SLOTS];
extern uint32_t boot_mask[MPUMAP_MASK_WORDS];

/* --- uart.c --- */

void uart_put(const char *text, size_t length);

/* --- semihosting.c: the host's services (Arm IHI 0058 is the specification) --- */

/* Handles of host files; 0 and above when open. */
int32_t host_open(const char *name, uint32_t mode);
#define HOST_READ_BINARY 1u
#define HOST_WRITE 4u
#define HOST_APPEND 8u
/* The console, as a name: with HOST_WRITE standard output, with HOST_APPEND standard error. */
#define HOST_CONSOLE ":tt"
/* Length of an open file, or -1. */
int32_t host_length(int32_t handle);
/* Bytes read, 0 to length. */
size_t host_read(int32_t handle, char *to, size_t length);
void host_write(int32_t handle, const char *text, size_t length);
/* The command line into buffer, terminated. False: there is none, or no room. */
bool host_command_line(char *buffer, size_t length);
/* Ends the run with this status. */
_Noreturn void host_exit(uint32_t status);

/* --- console.c: buffered standard output, standard error; both fall back to the UART --- */

void console_open(void);
void console_out(void *ctx, const char *text, size_t length);
void console_err(void *ctx, const char *text, size_t length);
void console_flush(void);
/* Ends the run, output first. Also where startup.S goes when main() returns. */
_Noreturn void firmware_exit(uint32_t status);

/* --- startup.S --- */

/* One access each: 0, or the syndrome of the abort that it took. The address of probe_execute must
 * hold "bx lr"; that of probe_fetch may hold anything, nothing is executed. */
uint32_t probe_read(mpumap_addr_t addr);
uint32_t probe_write(mpumap_addr_t addr);
uint32_t probe_execute(mpumap_addr_t addr);
uint32_t probe_fetch(mpumap_addr_t addr);
uintptr_t semihosting_call(uintptr_t operation, void *argument);

/* --- exception.c --- */

struct text;

/* HSR and ESR_EL2 alike: DDI 0487, G8.2 (HSR), D17.2 (ESR_ELx). */
#define SYNDROME_CLASS(syndrome) ((syndrome) >> 26)
#define SYNDROME_CLASS_ILLEGAL_STATE 0x0eu
#define SYNDROME_CLASS_FETCH 0x21u
#define SYNDROME_CLASS_DATA 0x25u
#define SYNDROME_STATUS(syndrome) ((syndrome)&0x3fu)
#define SYNDROME_WRITE(syndrome) (((syndrome)&0x40u) != 0u)
/* The MPU's answers: no region or more than one; one region, and it denies. QEMU 10.0 reports the
 * second for all. */
#define SYNDROME_STATUS_TRANSLATION 0x04u
#define SYNDROME_STATUS_PERMISSION 0x0cu
/* The bus's answer, given after the MPU has allowed the access. */
#define SYNDROME_STATUS_EXTERNAL 0x10u

/* The status with which a run ends after an exception that nothing expected; the player's own are
 * 0 to 3. */
#define EXIT_EXCEPTION 4u

/* Called by startup.S; returns to go on at frame->elr. */
void exception(struct exception_frame *frame);
/* The map to show in a diagnosis, from now on. */
void exception_show(const struct mpumap *map);
/* For core.c: a line of the diagnosis begins with its name, or with a number. */
void exception_label(struct text *t, const char *name);
void exception_number(struct text *t, const char *name, uint64_t value);

/* --- core.c: what is particular to the core; struct exception_frame is its own (core.h) --- */

/* The exception answers a probe: true, and the frame says where to go on. */
bool core_answer(struct exception_frame *frame);
const char *core_kind(const struct exception_frame *frame);
uint32_t core_syndrome(const struct exception_frame *frame);
/* An abort, so that there is a fault address. */
bool core_aborted(const struct exception_frame *frame);
mpumap_addr_t core_fault_address(const struct exception_frame *frame);
void core_show_registers(struct text *t, const struct exception_frame *frame);

/* --- core.c, or syndrome.c where the syndrome has the format of HSR and ESR_EL2 --- */

/* What was tried: "fetch", "read", "write". */
const char *core_access(const struct exception_frame *frame);
/* The bus refused what the MPU had let go. */
bool core_external(uint32_t syndrome);
void core_show_syndrome(struct text *t, const struct exception_frame *frame);
/* For core.c: the syndrome is that of an abort. */
bool exception_is_abort(uint32_t syndrome);

/* --- engine.c: struct player_ops on this core --- */

extern const struct player_ops engine_ops;

/* --- main.c --- */

int main(void);

#endif
