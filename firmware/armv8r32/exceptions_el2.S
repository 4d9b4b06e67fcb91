/* SPDX-License-Identifier: MIT */
/* Exceptions at EL2: a part of startup.S. */

/* DDI 0487, G1.12 (AArch32 vectors): the Hyp table, base in HVBAR. */
    .section .vectors, "ax", %progbits
    .balign 32
vectors:
    b       .
    b       on_undefined
    b       on_call
    b       on_prefetch
    b       on_data
    b       on_trap
    b       on_irq
    b       on_fiq

    .section .text.startup_code, "ax", %progbits
    .balign 4

/*
 * Exceptions. Each entry starts on an empty stack of its own, so that a broken stack does not hide
 * its own fault; a second exception inside the handler never returns to the first (exception.c).
 * HTPIDR carries sp. The frame is struct exception_frame.
 */
    .macro  handler name, kind
\name:
    mcr     p15, 4, sp, c13, c0, 2      /* HTPIDR */
    ldr     sp, =__exception_stack_end
    push    {r0-r12}
    mov     r1, #\kind
    b       exception_common
    .endm

    handler on_undefined, KIND_UNDEFINED
    handler on_call, KIND_CALL
    handler on_prefetch, KIND_PREFETCH
    handler on_data, KIND_DATA
    handler on_trap, KIND_TRAP
    handler on_irq, KIND_IRQ
    handler on_fiq, KIND_FIQ

exception_common:
    mrc     p15, 4, r2, c13, c0, 2
    mov     r3, lr
    mrs     r4, elr_hyp
    mrs     r5, spsr
    mrc     p15, 4, r6, c5, c2, 0       /* HSR */
    mrc     p15, 4, r7, c6, c0, 0       /* HDFAR */
    mrc     p15, 4, r8, c6, c0, 2       /* HIFAR */
    push    {r1-r8}
    mov     r0, sp
    sub     sp, sp, #4                  /* 21 words are saved: keep the stack on 8 bytes */
    bl      exception
    add     sp, sp, #4
    pop     {r1-r8}
    mcr     p15, 4, r2, c13, c0, 2
    mov     lr, r3
    msr     elr_hyp, r4
    msr     spsr_cxsf, r5
    pop     {r0-r12}
    mrc     p15, 4, sp, c13, c0, 2
    eret
    .ltorg
