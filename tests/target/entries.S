/* SPDX-License-Identifier: MIT */
/* Ways into the firmware that a test chooses with the linker's -e. */
#include "board.h"
#include "target.h"

/* The registers of the level under test: at EL2 those of EL1 are within reach. */
#if FIRMWARE_LEVEL == 1
#define OPC1 0
#define REGION_LSB 8
#else
#define OPC1 4
#define REGION_LSB 0
#endif

    .syntax unified
    .arch   armv8-r
    .arm
    .section .text.entries, "ax", %progbits

/* All RAM that is not loaded: the boot table and mask, .bss, the stacks, the buffer. */
    .macro  poison_ram
    ldr     r0, =__mpumap_start
    ldr     r1, =__buffer_end
    ldr     r2, =TARGET_POISON
1:  str     r2, [r0], #4
    cmp     r0, r1
    blo     1b
    .endm

/* Every slot covers everything, enabled: what a core that has just left reset may never see, but the
 * worst that boot code may find while the MPU is off. HMAIR holds junk and BR is on. */
    .global poison_start
poison_start:
    poison_ram
    mrc     p15, OPC1, r3, c0, c0, 4    /* HMPUIR or MPUIR */
    ubfx    r3, r3, #REGION_LSB, #8
    mov     r0, #0
    mvn     r1, #0
2:  mcr     p15, OPC1, r0, c6, c2, 1
    isb
    mcr     p15, OPC1, r0, c6, c3, 0
    mcr     p15, OPC1, r1, c6, c3, 1
    add     r0, r0, #1
    cmp     r0, r3
    blo     2b
    mcr     p15, OPC1, r2, c10, c2, 0
    mcr     p15, OPC1, r2, c10, c2, 1
    mov     r0, #(1 << 17)
    mcr     p15, OPC1, r0, c1, c0, 0
    isb
    b       _start

/* The MPU is on, and its last slot lets everything happen everywhere: a warm start. */
    .global warm_start
warm_start:
    poison_ram
    mov     r0, #15
    mov     r1, #0
    mvn     r2, #0
    mcr     p15, OPC1, r0, c6, c2, 1
    isb
    mcr     p15, OPC1, r1, c6, c3, 0
    mcr     p15, OPC1, r2, c6, c3, 1
    dsb     sy
    mov     r0, #1
    orr     r0, r0, #(1 << 17)
    mcr     p15, OPC1, r0, c1, c0, 0
    isb
    b       _start

/* To boot code in the wrong mode. */
    .global svc_start
svc_start:
    ldr     r0, =BOARD_UART
    mov     r1, #16
    str     r1, [r0, #BOARD_UART_BAUDDIV]
    mov     r1, #BOARD_UART_CTRL_TX_ENABLE
    str     r1, [r0, #BOARD_UART_CTRL]
    mov     r0, #0xd3                   /* Supervisor, IRQ and FIQ masked */
    msr     spsr_cxsf, r0
    ldr     r0, =3f
    msr     elr_hyp, r0
    eret
3:  ldr     r0, =boot_plan
    b       mpumap_boot_el2

/* To main() without a boot: both MPUs are off, as after reset. */
    .global bare_start
bare_start:
    mrc     p15, 0, r0, c0, c0, 5
    tst     r0, #0xff
4:  wfene
    bne     4b
    ldr     r0, =__bss_start
    ldr     r1, =__bss_end
    mov     r2, #0
5:  cmp     r0, r1
    strlo   r2, [r0], #4
    blo     5b
    ldr     sp, =__stack_end
    isb
    bl      main
    b       firmware_exit
