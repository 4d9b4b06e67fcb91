/* SPDX-License-Identifier: MIT */
/*
 * From reset to main(), and back from exceptions, in A32, at EL2 or, after some words there, at EL1.
 * Until boot code has returned there is no stack.
 */
#include "board.h"

#define KIND_UNDEFINED 0
#define KIND_CALL 1
#define KIND_PREFETCH 2
#define KIND_DATA 3
#define KIND_TRAP 4
#define KIND_IRQ 5
#define KIND_FIQ 6

#define CPSR_IL (1 << 20)
/* At EL1 everything but exceptions runs in System mode: each exception then has a link register and a
 * saved status of its own. A, I and F masked. */
#define MODE_SYS_MASKED 0x1df

    .syntax unified
    .arch   armv8-r
    .arm

#if FIRMWARE_LEVEL == 1
#include "exceptions_el1.S"
#else
#include "exceptions_el2.S"
#endif

    .section .text.startup_code, "ax", %progbits
    .balign 4
    .global _start
    .type   _start, %function
_start:
    cpsid   aif
    mrc     p15, 0, r0, c0, c0, 5       /* MPIDR: only the first core runs, QEMU starts all */
    tst     r0, #0xff
    bne     park

    ldr     r0, =BOARD_UART
    mov     r1, #16                     /* the least divider that the UART takes */
    str     r1, [r0, #BOARD_UART_BAUDDIV]
    mov     r1, #BOARD_UART_CTRL_TX_ENABLE
    str     r1, [r0, #BOARD_UART_CTRL]

#if FIRMWARE_LEVEL == 1
    ldr     r0, =hyp_vectors
    mcr     p15, 4, r0, c12, c0, 0      /* HVBAR */
    ldr     r0, =vectors
    mcr     p15, 0, r0, c12, c0, 0      /* VBAR */
#else
    ldr     r0, =vectors
    mcr     p15, 4, r0, c12, c0, 0      /* HVBAR */
#endif

    /* The window is filled while the MPU is off: no region of the player's own covers it. */
    ldr     r0, =BOARD_WINDOW_BASE
    ldr     r1, =BOARD_WINDOW_LIMIT
    ldr     r2, =BOARD_WINDOW_WORD
    mov     r3, r2
    mov     r4, r2
    mov     r5, r2
1:  stmia   r0!, {r2-r5}
    cmp     r0, r1
    blo     1b
    dsb     sy
    mcr     p15, 0, r0, c7, c5, 0       /* ICIALLU: the window is code */
    dsb     sy
    isb

    ldr     r0, =boot_plan
#if FIRMWARE_LEVEL == 1
    /* EL2 leaves everything to EL1 and checks nothing: HCR.VM is 0, and so is every trap. */
    mov     r1, #0
    mcr     p15, 4, r1, c1, c1, 0       /* HCR */
    mcr     p15, 4, r1, c1, c1, 2       /* HCPTR */
    mcr     p15, 4, r1, c1, c1, 3       /* HSTR */
    mcr     p15, 4, r1, c2, c0, 0       /* VSCTLR */
    mov     r1, #MODE_SYS_MASKED
    msr     spsr_cxsf, r1
    ldr     r1, =at_el1
    msr     elr_hyp, r1
    eret
at_el1:
    bl      mpumap_boot_el1
#else
    bl      mpumap_boot_el2
#endif

    ldr     r0, =__bss_start
    ldr     r1, =__bss_end
    mov     r2, #0
2:  cmp     r0, r1
    strlo   r2, [r0], #4
    blo     2b

    ldr     sp, =__stack_end
    isb                                 /* the vectors' base before the first exception */
    cpsie   a
    bl      main
    b       firmware_exit

/*
 * mpumap_boot_failed(message, wanted, present): "message: wanted N, present N" on the UART, then the
 * core is parked. No stack: each routine keeps its return address in a register of its own.
 */
    .global mpumap_boot_failed
    .type   mpumap_boot_failed, %function
mpumap_boot_failed:
    mov     r4, r1
    mov     r5, r2
    bl      put_text
    adr     r0, text_wanted
    bl      put_text
    mov     r0, r4
    bl      put_decimal
    adr     r0, text_present
    bl      put_text
    mov     r0, r5
    bl      put_decimal
    adr     r0, text_parked
    bl      put_text
park:
    cpsid   aif
3:  wfi
    b       3b

/* r0: text. Changes r0, r8 to r11. */
put_text:
    mov     r11, lr
    mov     r10, r0
4:  ldrb    r0, [r10], #1
    cmp     r0, #0
    bxeq    r11
    bl      put_byte
    b       4b

/* r0: number. Changes r0, r2, r3, r6, r8 to r11. Counts the tens down; r6 is the divisor. */
put_decimal:
    mov     r11, lr
    mov     r10, r0
    ldr     r6, =1000000000
    mov     r3, #0                      /* a digit has been printed */
5:  udiv    r0, r10, r6
    mls     r10, r0, r6, r10
    orr     r3, r3, r0
    cmp     r6, #1
    moveq   r3, #1
    cmp     r3, #0
    addne   r0, r0, #'0'
    blne    put_byte
    mov     r0, #10
    udiv    r6, r6, r0
    cmp     r6, #0
    bne     5b
    bx      r11

/* r0: byte. Changes r8, r9. */
put_byte:
    ldr     r8, =BOARD_UART
6:  ldr     r9, [r8, #BOARD_UART_STATE]
    tst     r9, #BOARD_UART_STATE_TX_FULL
    bne     6b
    str     r0, [r8, #BOARD_UART_DATA]
    bx      lr

    .ltorg
text_wanted:
    .asciz  ": wanted "
text_present:
    .asciz  ", present "
text_parked:
    .asciz  "; the core is parked\n"
    .balign 4

/*
 * Probes: one access each. Return 0, or the HSR of the abort that it took. When one of the labelled
 * instructions aborts, exception() puts the HSR into r0 and goes on at probe_end, or at
 * probe_fetch_return.
 */
    .global probe_read, probe_read_at
    .type   probe_read, %function
probe_read:
    mov     r1, r0
    mov     r0, #0
probe_read_at:
    ldrb    r2, [r1]
    bx      lr

    .global probe_write, probe_write_load, probe_write_store, probe_end
    .type   probe_write, %function
probe_write:
    mov     r1, r0
    mov     r0, #0
probe_write_load:
    ldrb    r2, [r1]
probe_write_store:
    strb    r2, [r1]
probe_end:
    bx      lr

/* The word at r0, which is "bx lr", is executed. */
    .global probe_execute, probe_fetch_return
    .type   probe_execute, %function
probe_execute:
    str     lr, [sp, #-8]!
    mov     r1, r0
    mov     r0, #0
    blx     r1
probe_fetch_return:
    ldr     lr, [sp], #8
    bx      lr

/*
 * The word at r0 is fetched but not executed, whatever it is: the exception return sets PSTATE.IL,
 * and an instruction abort has priority over the Illegal Execution state exception (DDI 0487,
 * "Synchronous exception prioritization for exceptions taken to AArch32 state"), which becomes an
 * Undefined Instruction exception with HSR.EC 0x0e.
 */
    .global probe_fetch
    .type   probe_fetch, %function
probe_fetch:
    str     lr, [sp, #-8]!
    mov     r1, r0
    mov     r0, #0
    adr     lr, probe_fetch_return
    mrs     r2, cpsr
    orr     r2, r2, #CPSR_IL
#if FIRMWARE_LEVEL == 1
    push    {r1, r2}
    rfeia   sp!
#else
    msr     spsr_cxsf, r2
    msr     elr_hyp, r1
    eret
#endif

/* semihosting_call(operation, argument): HLT 0xF000 in A32 ("Semihosting for AArch32 and AArch64",
 * Arm IHI 0058, trap instructions). */
    .global semihosting_call
    .type   semihosting_call, %function
semihosting_call:
    .inst   0xe10f0070
    bx      lr
