/* SPDX-License-Identifier: MIT */
/* EL2 of QEMU's core: start, and the way in and out of the image, which runs at EL1. */
    .section .vectors, "ax", %progbits
    .balign 2048
vectors:
    .rept   8                           /* from EL2 itself: nothing is expected */
    b       defect
    .balign 128
    .endr
    b       trap                        /* from the image: synchronous */
    .balign 128
    .rept   7
    b       defect
    .balign 128
    .endr

    .section .text.entry, "ax", %progbits
    .balign 4
    .global _start
_start:
    msr     daifset, #15
    ldr     x0, =__stack_end
    mov     sp, x0
    ldr     x0, =__bss_start
    ldr     x1, =__bss_end
1:  cmp     x0, x1
    b.hs    2f
    str     xzr, [x0], #8
    b       1b
2:  ldr     x0, =vectors
    msr     vbar_el2, x0
    isb
    bl      monitor_start
    sub     sp, sp, #256
    ldr     x0, =0xdeadbeefdeadbeef     /* reset leaves junk in the registers */
    mov     x1, #0
3:  str     x0, [sp, x1]
    add     x1, x1, #8
    cmp     x1, #256
    b.lo    3b
    msr     sp_el1, x0
    msr     sp_el0, x0
    b       leave

trap:
    sub     sp, sp, #256
    .irp    n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, \
            23, 24, 25, 26, 27, 28, 29, 30
    str     x\n, [sp, #8 * \n]
    .endr
    mov     x0, sp
    bl      monitor_trap
leave:
    .irp    n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, \
            23, 24, 25, 26, 27, 28, 29, 30
    ldr     x\n, [sp, #8 * \n]
    .endr
    add     sp, sp, #256
    eret

defect:
    ldr     x0, =__stack_end
    mov     sp, x0
    b       monitor_defect

/* "Semihosting for AArch32 and AArch64", Arm IHI 0058. */
    .global semihosting_call
semihosting_call:
    hlt     #0xf000
    ret
    .ltorg
