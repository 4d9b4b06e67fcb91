/* SPDX-License-Identifier: MIT */
/* Exceptions at EL1: a part of startup.S. */

/* DDI 0487, G1.12 (AArch32 vectors): base in VBAR. */
    .section .vectors, "ax", %progbits
    .balign 32
vectors:
    b       park
    b       on_undefined
    b       on_call
    b       on_prefetch
    b       on_data
    b       .
    b       on_irq
    b       on_fiq

/* Nothing is sent to EL2. */
    .balign 32
hyp_vectors:
    .rept   8
    b       park
    .endr

    .section .text.startup_code, "ax", %progbits
    .balign 4

/*
 * Exceptions. Each entry starts on an empty stack of its own, so that a broken stack does not hide
 * its own fault; a second exception inside the handler never returns to the first (exception.c).
 * sp and lr of System mode are those of the program. The frame is struct exception_frame.
 *
 * handler NAME, KIND, A32, T32: what to take from lr for the instruction's address, by state
 * (DDI 0487, G1.12, "preferred return address").
 */
    .macro  handler name, kind, a32, t32
\name:
    ldr     sp, =__exception_stack_end
    push    {r0-r12}
    mrs     r5, spsr
    tst     r5, #(1 << 5)
    subeq   r4, lr, #\a32
    subne   r4, lr, #\t32
    mov     r1, #\kind
    b       exception_common
    .endm

    handler on_undefined, KIND_UNDEFINED, 4, 2
    handler on_call, KIND_CALL, 0, 0
    handler on_prefetch, KIND_PREFETCH, 4, 4
    handler on_data, KIND_DATA, 8, 8
    handler on_irq, KIND_IRQ, 4, 4
    handler on_fiq, KIND_FIQ, 4, 4

exception_common:
    sub     sp, sp, #8
    stmia   sp, {sp, lr}^
    nop
    pop     {r2, r3}
    cmp     r1, #KIND_PREFETCH
    mrcne   p15, 0, r6, c5, c0, 0       /* DFSR */
    mrceq   p15, 0, r6, c5, c0, 1       /* IFSR */
    mrc     p15, 0, r7, c6, c0, 0       /* DFAR */
    mrc     p15, 0, r8, c6, c0, 2       /* IFAR */
    push    {r1-r8}
    mov     r0, sp
    sub     sp, sp, #4                  /* 21 words are saved: keep the stack on 8 bytes */
    bl      exception
    add     sp, sp, #4
    pop     {r1-r8}
    push    {r2, r3}
    ldmia   sp, {sp, lr}^
    nop
    add     sp, sp, #8
    msr     spsr_cxsf, r5
    mov     lr, r4
    pop     {r0-r12}
    movs    pc, lr
    .ltorg
