/* SPDX-License-Identifier: MIT */
/* Ways into the firmware that a test chooses: the linker's firmware_reset. */
#include "targetm.h"

    .syntax unified
    .thumb
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

/* Every slot covers everything, enabled: the worst that boot code may find while the MPU is off.
 * MAIR holds junk, and the selector is somewhere. */
    .global poison_start
    .type   poison_start, %function
poison_start:
    poison_ram
    ldr     r4, =TARGET_MPU_TYPE
    ldr     r3, [r4]
    ubfx    r3, r3, #8, #8
    movs    r0, #0
    mvn     r1, #0
2:  str     r0, [r4, #8]                /* MPU_RNR */
    movs    r5, #0
    str     r5, [r4, #12]               /* MPU_RBAR */
    str     r1, [r4, #16]               /* MPU_RLAR */
    adds    r0, r0, #1
    cmp     r0, r3
    blo     2b
    str     r2, [r4, #0x30]             /* MPU_MAIR0 */
    str     r2, [r4, #0x34]             /* MPU_MAIR1 */
    ldr     r0, =_start
    bx      r0

/* The MPU is on with its background region, and its first slot lets everything happen: a warm
 * start. */
    .global warm_start
    .type   warm_start, %function
warm_start:
    poison_ram
    ldr     r4, =TARGET_MPU_TYPE
    movs    r0, #0
    str     r0, [r4, #8]
    movs    r1, #2                      /* rw, both levels, executable */
    mvn     r2, #0x10                   /* not PXN */
    str     r1, [r4, #12]
    str     r2, [r4, #16]
    dsb     sy
    movs    r0, #7                      /* ENABLE, HFNMIENA, PRIVDEFENA */
    str     r0, [r4, #4]
    dsb     sy
    isb
    ldr     r0, =_start
    bx      r0
    .ltorg
