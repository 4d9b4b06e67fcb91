/* SPDX-License-Identifier: MIT */
/*
 * Boot of an Armv8-R AArch32 core at EL2 (Cortex-R52 leaves reset in Hyp mode, MPU off), and of its
 * EL1-controlled MPU (boot_el1.S). Contract: boot.h. A32, no stack.
 *
 * Registers. Nothing is kept in a register that a later step computes with: each step names what it
 * reads and what it changes.
 *     r0  plan     r5 count     r6 table     r7 slots     r8 mask     r9 regions of the core
 *     r4  next pair             r10 slot     r11 zero     r12 one     r1-r3 scratch
 */
#include "mpumap_boot_offsets.h"

#ifndef MPUMAP_BOOT_LEVEL
#define MPUMAP_BOOT_LEVEL 2
#endif

#define MODE_MASK 0x1f
#define MODE_HYP 0x1a
#define CONTROL_M (1 << 0)
#define CONTROL_BR (1 << 17)

/* DDI 0568A.c, E2.2. The count stands in HMPUIR.REGION, [7:0], but in MPUIR.DREGION, [15:8]. */
#if MPUMAP_BOOT_LEVEL == 2
#define BOOT mpumap_boot_el2
#define OPC1 4
#define REGION_LSB 0
#else
#define BOOT mpumap_boot_el1
#define OPC1 0
#define REGION_LSB 8
#endif
#define MPUIR p15, OPC1, r9, c0, c0, 4
#define CONTROL p15, OPC1, r1, c1, c0, 0
#define PRSELR p15, OPC1, r10, c6, c2, 1
#define PRBAR p15, OPC1, r1, c6, c3, 0
#define PRLAR p15, OPC1, r2, c6, c3, 1
#define MAIR0 p15, OPC1, r1, c10, c2, 0
#define MAIR1 p15, OPC1, r2, c10, c2, 1

    .syntax unified
    .arch   armv8-r
    .section .text.mpumap_boot, "ax", %progbits
    .arm
    .balign 4

    .global BOOT
    .type   BOOT, %function
BOOT:
    ldr     r5, [r0, #MPUMAP_BOOT_PLAN_COUNT]
    ldr     r6, [r0, #MPUMAP_BOOT_PLAN_TABLE]
    ldr     r7, [r0, #MPUMAP_BOOT_PLAN_SLOTS]
    ldr     r8, [r0, #MPUMAP_BOOT_PLAN_MASK]
    mov     r11, #0
    mov     r12, #1

    /* Refusals, before anything is written. r2: what is there, for the message. */
#if MPUMAP_BOOT_LEVEL == 2
    mrs     r1, cpsr
    and     r1, r1, #MODE_MASK
    cmp     r1, #MODE_HYP
    bne     refuse_mode
#endif
    cmp     r5, #0
    beq     refuse_empty
    mrc     MPUIR
    ubfx    r9, r9, #REGION_LSB, #8
    cmp     r5, r9
    bhi     refuse_regions
    cmp     r5, r7
    bhi     refuse_table

    /* A warm start may find the MPU on: no region may change under running code. */
    mrc     CONTROL
    bic     r1, r1, #CONTROL_M
    dsb     sy
    mcr     CONTROL
    isb

    /* Every slot of the MPU. Reset leaves EN = 0 and junk in all other bits, a warm start may leave
     * EN = 1. A selector write needs an ISB before the window follows it. */
    ldr     r4, [r0, #MPUMAP_BOOT_PLAN_REGIONS]
    mov     r10, #0
1:  mcr     PRSELR
    isb
    cmp     r10, r5
    ldrlo   r1, [r4, #MPUMAP_BOOT_PAIR_BASE]
    ldrlo   r2, [r4, #MPUMAP_BOOT_PAIR_LIMIT]
    addlo   r4, r4, #MPUMAP_BOOT_PAIR_SIZE
    movhs   r1, r11
    movhs   r2, r11
    mcr     PRBAR
    mcr     PRLAR
    add     r10, r10, #1
    cmp     r10, r9
    blo     1b

    /* Every entry of the table, every byte of each. */
    ldr     r4, [r0, #MPUMAP_BOOT_PLAN_REGIONS]
    mov     r10, #0
2:  add     r3, r6, r10, lsl #MPUMAP_BOOT_ENTRY_SHIFT
    .set    offset, MPUMAP_BOOT_ENTRY_CLEAR
    .rept   (MPUMAP_BOOT_ENTRY_SIZE - MPUMAP_BOOT_ENTRY_CLEAR) / 4
    str     r11, [r3, #offset]
    .set    offset, offset + 4
    .endr
    cmp     r10, r5
    ldrlo   r1, [r4, #MPUMAP_BOOT_PAIR_BASE]
    ldrlo   r2, [r4, #MPUMAP_BOOT_PAIR_LIMIT]
    addlo   r4, r4, #MPUMAP_BOOT_PAIR_SIZE
    movhs   r1, r11
    movhs   r2, r11
    str     r1, [r3, #MPUMAP_BOOT_ENTRY_BASE]
    str     r2, [r3, #MPUMAP_BOOT_ENTRY_LIMIT]
#if MPUMAP_BOOT_REFS_SIZE == 2
    strhlo  r12, [r3, #MPUMAP_BOOT_ENTRY_REFS]
#else
    strlo   r12, [r3, #MPUMAP_BOOT_ENTRY_REFS]
#endif
    add     r10, r10, #1
    cmp     r10, r7
    blo     2b

    /* The mask: `count` ones. r10: ones still to write; r3: words still to write. */
    mov     r10, r5
    mov     r3, #MPUMAP_BOOT_MASK_WORDS
3:  cmp     r10, #32
    mvnhs   r1, r11
    lsllo   r1, r12, r10
    sublo   r1, r1, #1
    subhs   r10, r10, #32
    movlo   r10, r11
    str     r1, [r8], #4
    subs    r3, r3, #1
    bne     3b

    ldr     r1, =MPUMAP_BOOT_MAIR0
    ldr     r2, =MPUMAP_BOOT_MAIR1
    mcr     MAIR0
    mcr     MAIR1

    /* Regions, memory types and the table are in place before M can be seen; M is seen before the
     * caller goes on. */
    dsb     sy
    isb
    mrc     CONTROL
    bic     r1, r1, #CONTROL_BR
    orr     r1, r1, #CONTROL_M
    mcr     CONTROL
    isb
    bx      lr

#if MPUMAP_BOOT_LEVEL == 2
refuse_mode:
    mov     r2, r1
    mov     r1, #MODE_HYP
    adr     r0, text_mode
    b       mpumap_boot_failed
#endif
refuse_empty:
    mov     r1, #1
    mov     r2, #0
    adr     r0, text_empty
    b       mpumap_boot_failed
refuse_regions:
    mov     r1, r5
    mov     r2, r9
    adr     r0, text_regions
    b       mpumap_boot_failed
refuse_table:
    mov     r1, r5
    mov     r2, r7
    adr     r0, text_table
    b       mpumap_boot_failed

    .weak   mpumap_boot_failed
    .type   mpumap_boot_failed, %function
mpumap_boot_failed:
    cpsid   aif
4:  wfi
    b       4b

    .ltorg
#if MPUMAP_BOOT_LEVEL == 2
text_mode:
    .asciz  "mpumap: boot must run in Hyp mode"
#endif
text_empty:
    .asciz  "mpumap: the boot plan has no regions"
text_regions:
    .asciz  "mpumap: the boot plan needs more regions than the core has"
text_table:
    .asciz  "mpumap: the boot plan needs more regions than the table has"
    .balign 4
    .size   BOOT, . - BOOT
