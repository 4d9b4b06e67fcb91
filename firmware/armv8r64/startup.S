/* SPDX-License-Identifier: MIT */
/*
 * From reset to main(), and back from exceptions, at EL2 in A64. Until mpumap_boot_el2 has returned
 * there is no stack.
 */
#include "board.h"

#define KIND_SYNC 0
#define KIND_IRQ 1
#define KIND_FIQ 2
#define KIND_SERROR 3
#define KIND_SP0 4                      /* added: SP_EL0 was in use */
#define KIND_LOWER 8                    /* added: from a lower level */

#define SPSR_IL (1 << 20)
#define SPSR_EL2H_BIT3 (1 << 3)         /* M: 0b01001, EL2 with SP_EL2 */
#define SPSR_EL2H_BIT0 (1 << 0)

#define FRAME 304
#define FRAME_KIND 248

/* The core starts here. */
    .section .reset, "ax", %progbits
    .global firmware_reset
firmware_reset:
    b       firmware_entry

/*
 * DDI 0487, D1.3 (AArch64 vectors): base in VBAR_EL2. A handler runs on a stack of its own, SP_EL0,
 * which nothing else uses, so that a broken stack does not hide its own fault; a second exception
 * inside the handler never returns to the first (exception.c). x0: the stack pointer that was in use.
 */
    .macro  vector kind
    .balign 128
    msr     tpidr_el2, x0
    mov     x0, sp
    msr     spsel, #0
    sub     sp, sp, #FRAME
    stp     x1, x2, [sp, #8]
    mov     x1, #\kind
    b       exception_entry
    .endm

    .section .vectors, "ax", %progbits
    .balign 2048
vectors:
    .irp    from, KIND_SP0, 0, KIND_LOWER, KIND_LOWER
    vector  (\from + KIND_SYNC)
    vector  (\from + KIND_IRQ)
    vector  (\from + KIND_FIQ)
    vector  (\from + KIND_SERROR)
    .endr

    .section .text.startup_code, "ax", %progbits
    .balign 4
    .global _start
    .type   _start, %function
_start:
    msr     daifset, #15
    msr     spsel, #1

    ldr     x0, =BOARD_UART
    mov     w1, #BOARD_UART_CONTROL_TX_ENABLE
    str     w1, [x0, #BOARD_UART_CONTROL]

    ldr     x0, =vectors
    msr     vbar_el2, x0
    isb

    /* The window is filled while the MPU is off: no region of the player's own covers it. */
    ldr     x0, =BOARD_WINDOW_BASE
    ldr     x1, =BOARD_WINDOW_LIMIT
    ldr     w2, =BOARD_WINDOW_WORD
1:  str     w2, [x0], #4
    cmp     x0, x1
    b.lo    1b
    dsb     sy
    ic      iallu                       /* the window is code */
    dsb     sy
    isb

    ldr     x0, =boot_plan
    bl      mpumap_boot_el2

    ldr     x0, =__bss_start
    ldr     x1, =__bss_end
2:  cmp     x0, x1
    b.hs    3f
    str     xzr, [x0], #8
    b       2b

3:  ldr     x0, =__exception_stack_end
    msr     sp_el0, x0
    ldr     x0, =__stack_end
    mov     sp, x0
    msr     daifclr, #4
    bl      main
    b       firmware_exit

/*
 * mpumap_boot_failed(message, wanted, present): "message: wanted N, present N" on the UART, then the
 * core is parked. No stack: each routine keeps its return address in a register of its own.
 */
    .global mpumap_boot_failed
    .type   mpumap_boot_failed, %function
mpumap_boot_failed:
    mov     w4, w1
    mov     w5, w2
    bl      put_text
    adr     x0, text_wanted
    bl      put_text
    mov     w0, w4
    bl      put_decimal
    adr     x0, text_present
    bl      put_text
    mov     w0, w5
    bl      put_decimal
    adr     x0, text_parked
    bl      put_text
    .global park
park:
    msr     daifset, #15
4:  wfi
    b       4b

/* x0: text. Changes x0, x8 to x11. */
put_text:
    mov     x11, x30
    mov     x10, x0
5:  ldrb    w0, [x10], #1
    cbz     w0, 6f
    bl      put_byte
    b       5b
6:  ret     x11

/* w0: number. Changes x0, x3, x6 to x11. Counts the tens down; w6 is the divisor. */
put_decimal:
    mov     x11, x30
    mov     w10, w0
    ldr     w6, =1000000000
    mov     w3, #0                      /* a digit has been printed */
7:  udiv    w0, w10, w6
    msub    w10, w0, w6, w10
    orr     w3, w3, w0
    cmp     w6, #1
    csinc   w3, w3, wzr, ne
    cbz     w3, 8f
    add     w0, w0, #'0'
    bl      put_byte
8:  mov     w0, #10
    udiv    w6, w6, w0
    cbnz    w6, 7b
    ret     x11

/* w0: byte. Changes x8, x9. */
put_byte:
    ldr     x8, =BOARD_UART
9:  ldr     w9, [x8, #BOARD_UART_FLAGS]
    tst     w9, #BOARD_UART_FLAGS_TX_FULL
    b.ne    9b
    str     w0, [x8, #BOARD_UART_DATA]
    ret

    .ltorg
text_wanted:
    .asciz  ": wanted "
text_present:
    .asciz  ", present "
text_parked:
    .asciz  "; the core is parked\n"
    .balign 4

/* The frame is struct exception_frame: x0 to x30, then kind, sp, ELR, SPSR, ESR, FAR. */
exception_entry:
    str     x1, [sp, #FRAME_KIND]
    str     x0, [sp, #FRAME_KIND + 8]
    mrs     x0, tpidr_el2
    str     x0, [sp]
    str     x3, [sp, #8 * 3]
    .irp    n, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28
    str     x\n, [sp, #8 * \n]
    .endr
    .irp    n, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 30
    str     x\n, [sp, #8 * \n]
    .endr
    mrs     x1, elr_el2
    mrs     x2, spsr_el2
    mrs     x3, esr_el2
    mrs     x4, far_el2
    stp     x1, x2, [sp, #FRAME_KIND + 16]
    stp     x3, x4, [sp, #FRAME_KIND + 32]
    mov     x0, sp
    bl      exception
    ldp     x1, x2, [sp, #FRAME_KIND + 16]
    msr     elr_el2, x1
    msr     spsr_el2, x2
    .irp    n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18
    ldr     x\n, [sp, #8 * \n]
    .endr
    .irp    n, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30
    ldr     x\n, [sp, #8 * \n]
    .endr
    add     sp, sp, #FRAME
    eret

/*
 * Probes: one access each. Return 0, or the ESR of the abort that it took. When one of the labelled
 * instructions aborts, core.c puts the ESR into x0 and goes on at probe_end, or at
 * probe_fetch_return.
 */
    .global probe_read, probe_read_at
    .type   probe_read, %function
probe_read:
    mov     x1, x0
    mov     x0, #0
probe_read_at:
    ldrb    w2, [x1]
    ret

    .global probe_write, probe_write_load, probe_write_store, probe_end
    .type   probe_write, %function
probe_write:
    mov     x1, x0
    mov     x0, #0
probe_write_load:
    ldrb    w2, [x1]
probe_write_store:
    strb    w2, [x1]
probe_end:
    ret

/* The word at x0, which is "ret", is executed. */
    .global probe_execute, probe_fetch_return
    .type   probe_execute, %function
probe_execute:
    str     x30, [sp, #-16]!
    mov     x1, x0
    mov     x0, #0
    blr     x1
probe_fetch_return:
    ldr     x30, [sp], #16
    ret

/*
 * The word at x0 is fetched but not executed, whatever it is: the exception return sets PSTATE.IL,
 * and an instruction abort has priority over the Illegal Execution state exception (DDI 0487, D1.3,
 * "Synchronous exception prioritization for exceptions taken to AArch64 state").
 */
    .global probe_fetch
    .type   probe_fetch, %function
probe_fetch:
    str     x30, [sp, #-16]!
    mov     x1, x0
    mov     x0, #0
    adr     x30, probe_fetch_return
    mrs     x2, daif
    orr     x2, x2, #SPSR_IL
    orr     x2, x2, #SPSR_EL2H_BIT3
    orr     x2, x2, #SPSR_EL2H_BIT0
    msr     spsr_el2, x2
    msr     elr_el2, x1
    eret

/* semihosting_call(operation, argument): HLT 0xF000 in A64 ("Semihosting for AArch32 and AArch64",
 * Arm IHI 0058, trap instructions). */
    .global semihosting_call
    .type   semihosting_call, %function
semihosting_call:
    hlt     #0xf000
    ret
