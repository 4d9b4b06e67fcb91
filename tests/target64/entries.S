/* SPDX-License-Identifier: MIT */
/* Ways into the firmware that a test chooses with --defsym=firmware_entry. */
#include "board.h"
#include "target64.h"

    .section .text.entries, "ax", %progbits
    .balign 4

/* All RAM that is not loaded: the boot table and mask, .bss, the stacks, the buffer. */
    .macro  poison_ram
    ldr     x0, =__mpumap_start
    ldr     x1, =__buffer_end
    ldr     x2, =TARGET_POISON
1:  str     x2, [x0], #8
    cmp     x0, x1
    b.lo    1b
    .endm

/* Every slot covers everything, enabled: what a core that has just left reset may never see, but the
 * worst that boot code may find while the MPU is off. MAIR_EL2 holds junk and BR is on. */
    .global poison_start
poison_start:
    poison_ram
    mrs     x3, S3_4_C0_C0_4            /* MPUIR_EL2 */
    mov     x0, #0
    mov     x1, #-1
2:  msr     S3_4_C6_C2_1, x0            /* PRSELR_EL2 */
    isb
    msr     S3_4_C6_C8_0, xzr           /* PRBAR_EL2 */
    msr     S3_4_C6_C8_1, x1            /* PRLAR_EL2 */
    add     x0, x0, #1
    cmp     x0, x3
    b.lo    2b
    msr     mair_el2, x2
    mov     x0, #(1 << 17)
    msr     sctlr_el2, x0               /* BR */
    isb
    b       _start

/* The MPU is on, and its last slot lets everything happen everywhere: a warm start. */
    .global warm_start
warm_start:
    poison_ram
    msr     mair_el2, x1
    mrs     x0, S3_4_C0_C0_4
    sub     x0, x0, #1
    ldr     x1, =0x0000ffffffffffcf
    msr     S3_4_C6_C2_1, x0
    isb
    msr     S3_4_C6_C8_0, xzr
    msr     S3_4_C6_C8_1, x1
    dsb     sy
    mov     x0, #-1
    msr     mair_el2, x0
    mov     x0, #1
    orr     x0, x0, #(1 << 17)
    msr     sctlr_el2, x0               /* BR, M */
    isb
    b       _start

/* To boot code at the wrong level: run without a monitor, on a core whose highest level is EL1. */
    .global el1_start
el1_start:
    ldr     x0, =BOARD_UART
    mov     w1, #BOARD_UART_CONTROL_TX_ENABLE
    str     w1, [x0, #BOARD_UART_CONTROL]
    ldr     x0, =boot_plan
    b       mpumap_boot_el2
