/* SPDX-License-Identifier: MIT */
/*
 * From reset to main(), and back from exceptions, in privileged Thread mode of the Secure state.
 * Thread mode runs on the process stack and handlers on the main stack, so that a broken stack does
 * not hide its own fault.
 */
    .syntax unified
    .thumb

/* DDI 0553, "Vector tables". What is here at reset is not needed again. */
    .section .reset, "a", %progbits
    .word   __exception_stack_end
    .word   firmware_reset

/* A test may name another way in. */
    .weak   firmware_reset
    .thumb_set firmware_reset, _start

/* All exceptions of the architecture; interrupts are not enabled. */
    .section .vectors, "a", %progbits
    .balign 128
    .global vectors
vectors:
    .word   __exception_stack_end
    .word   firmware_reset
    .rept   14
    .word   on_exception
    .endr

    .section .text.startup_code, "ax", %progbits
    .balign 4
    .global _start
    .type   _start, %function
_start:
    cpsid   i
    ldr     r0, =__stack_end
    msr     psp, r0
    movs    r0, #2                      /* CONTROL.SPSEL */
    msr     control, r0
    isb
    bl      core_start
    cpsie   i                           /* with PRIMASK set every fault is a HardFault */
    bl      main
    b       firmware_exit

/* The words are struct core_pushed. */
    .type   on_exception, %function
on_exception:
    tst     lr, #4                      /* EXC_RETURN.SPSEL: which stack was in use */
    ite     eq
    mrseq   r0, msp
    mrsne   r0, psp
    push    {r0, r4-r11, lr}
    mov     r0, sp
    bl      core_exception
    pop     {r0, r4-r11, lr}
    bx      lr
    .ltorg

/*
 * Probes: one access each. Return 0, or the CFSR of the fault that it took. When one of the labelled
 * instructions faults, core.c puts the CFSR into r0 and goes on at probe_end, or at
 * probe_fetch_return. r1 holds the address.
 */
    .global probe_read, probe_read_at
    .type   probe_read, %function
probe_read:
    mov     r1, r0
    movs    r0, #0
probe_read_at:
    ldrb    r2, [r1]
    bx      lr

    .global probe_write, probe_write_load, probe_write_store, probe_end
    .type   probe_write, %function
probe_write:
    mov     r1, r0
    movs    r0, #0
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
    push    {r3, lr}
    mov     r1, r0
    movs    r0, #0
    orr     r2, r1, #1
    blx     r2
probe_fetch_return:
    pop     {r3, pc}

/*
 * The word at r0 is fetched but not executed, whatever it is: the branch clears EPSR.T, and with
 * T = 0 no instruction is executed (UsageFault, UFSR.INVSTATE). A fetch that the MPU denies is a
 * MemManage fault before that (QEMU 10.0: measured).
 */
    .global probe_fetch
    .type   probe_fetch, %function
probe_fetch:
    push    {r3, lr}
    mov     r1, r0
    movs    r0, #0
    ldr     r2, =probe_fetch_return
    orr     lr, r2, #1
    bx      r1
    .ltorg

/* semihosting_call(operation, argument): BKPT 0xAB ("Semihosting for AArch32 and AArch64", Arm
 * IHI 0058, trap instructions). */
    .global semihosting_call
    .type   semihosting_call, %function
semihosting_call:
    bkpt    0xab
    bx      lr
