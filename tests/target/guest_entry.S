/* SPDX-License-Identifier: MIT */
    .syntax unified
    .arch   armv8-r
    .arch_extension virt
    .arm

/* Supervisor mode; A, I and F masked. */
#define MODE_SVC_MASKED 0x1d3

    .section .text.guest_enter, "ax", %progbits
    .balign 4
    .global guest_enter, guest_return
    .type   guest_enter, %function
guest_enter:
    push    {r4-r11, lr}
    mov     r3, #(MODE_SVC_MASKED & 0xff)
    orr     r3, r3, #(MODE_SVC_MASKED & ~0xff)
    msr     spsr_cxsf, r3
    msr     elr_hyp, r0
    eret
    .type   guest_return, %object
guest_return:
    pop     {r4-r11, pc}

/* What the guest executes, wherever it stands. */
    .section .rodata.guest_code, "a", %progbits
    .balign 4
    .global guest_code, guest_code_end, guest_read, guest_write, guest_fetch
    .type   guest_code, %object
guest_code:
guest_read:
    ldrb    r2, [r1]
    hvc     #1
guest_write:
    strb    r2, [r1]
    hvc     #1
guest_fetch:
    blx     r1
    hvc     #1
guest_code_end:
