/* SPDX-License-Identifier: MIT */
/*
 * bench_call(function, arguments): calls it with five words as arguments; its result replaces the
 * first. Returns the difference of CNTPCT (DDI 0487, G8.7), one for each instruction under QEMU's
 * -icount shift=0 with a counter of 1 GHz.
 */
    .syntax unified
    .arch   armv8-r
    .arm
    .text
    .global bench_call
    .type   bench_call, %function
bench_call:
    push    {r4-r7, lr}
    sub     sp, sp, #12                 /* 8 words: the stack stays on 8 bytes */
    mov     r4, r0
    mov     r6, r1
    ldr     r0, [r6, #16]
    str     r0, [sp]
    ldr     r0, [r6]
    ldr     r1, [r6, #4]
    ldr     r2, [r6, #8]
    ldr     r3, [r6, #12]
    mrrc    p15, 0, r5, r7, c14
    blx     r4
    mrrc    p15, 0, r1, r2, c14
    str     r0, [r6]
    sub     r0, r1, r5
    add     sp, sp, #12
    pop     {r4-r7, pc}

/* A function of one instruction. */
    .global bench_nothing
    .type   bench_nothing, %function
bench_nothing:
    bx      lr
