/* SPDX-License-Identifier: MIT */
    .section .text.catch, "ax", %progbits
    .balign 2048
catch_vectors:
    b       .
    .balign 0x200
    ldr     x9, =caught
    mrs     x10, esr_el2
    mrs     x11, far_el2
    mrs     x12, elr_el2
    mrs     x13, spsr_el2
    stp     x10, x11, [x9]
    stp     x12, x13, [x9, #16]
    msr     elr_el2, x30
    bic     x13, x13, #(1 << 20)        /* IL */
    msr     spsr_el2, x13
    eret
    .balign 0x800

    .global catch_call
    .type   catch_call, %function
catch_call:
    mrs     x9, vbar_el2
    stp     x9, x30, [sp, #-16]!
    ldr     x9, =catch_vectors
    msr     vbar_el2, x9
    isb
    ldr     x9, =caught
    stp     xzr, xzr, [x9]
    stp     xzr, xzr, [x9, #16]
    mov     x9, x0
    mov     x0, x1
    mov     x1, x2
    blr     x9
    ldp     x9, x30, [sp], #16
    msr     vbar_el2, x9
    isb
    ldr     x9, =caught
    str     x0, [x9, #32]
    ldr     x0, [x9]
    ret

    .macro  leaf name, code:vararg
    .global \name
    .type   \name, %function
\name:
    \code
    ret
    .endm

    leaf    load_byte, ldrb w0, [x0]
    leaf    load_word, ldr w0, [x0]
    leaf    load_double, ldr x0, [x0]
    leaf    load_pair, ldp x1, x0, [x0]
    leaf    store_byte, strb w1, [x0]
    leaf    store_double, str x1, [x0]
    leaf    load_back, ldr w1, [x0, #-4]!
    leaf    add_to, .arch_extension lse; ldadd w1, w2, [x0]
    leaf    load_exclusive, ldxr x0, [x0]
    leaf    undefined_leaf, udf #0
    leaf    call_leaf, hvc #5
    leaf    break_leaf, brk #7
    .ltorg

    .section .bss.caught, "aw", %nobits
    .balign 8
    .global caught
caught:
    .skip   40
