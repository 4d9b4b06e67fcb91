/* SPDX-License-Identifier: MIT */
/*
 * Boot of an Armv8-R AArch64 core at EL2 (its reset level; MPU off). Contract: boot.h. No stack.
 *
 * Registers. Nothing is kept in a register that a later step computes with: each step names what it
 * reads and what it changes.
 *     x0  plan     x5 count     x6 table     x7 slots     x8 mask     x9 regions of the core
 *     x4  next pair             x10 slot     x12 one      x1-x3 scratch
 */
#include "mpumap_boot_offsets.h"

#define CURRENTEL_MASK 0xc
#define CURRENTEL_EL2 0x8
#define SCTLR_M (1 << 0)
#define SCTLR_BR (1 << 17)

/* DDI 0600A.d, G1.3 */
#define MPUIR_EL2 S3_4_C0_C0_4
#define PRSELR_EL2 S3_4_C6_C2_1
#define PRBAR_EL2 S3_4_C6_C8_0
#define PRLAR_EL2 S3_4_C6_C8_1

    .section .text.mpumap_boot, "ax", %progbits
    .balign 4

    .global mpumap_boot_el2
    .type   mpumap_boot_el2, %function
mpumap_boot_el2:
    ldr     w5, [x0, #MPUMAP_BOOT_PLAN_COUNT]
    ldr     x6, [x0, #MPUMAP_BOOT_PLAN_TABLE]
    ldr     w7, [x0, #MPUMAP_BOOT_PLAN_SLOTS]
    ldr     x8, [x0, #MPUMAP_BOOT_PLAN_MASK]
    mov     w12, #1

    /* Refusals, before anything is written. w2: what is there, for the message. */
    mrs     x1, CurrentEL
    and     x1, x1, #CURRENTEL_MASK
    cmp     x1, #CURRENTEL_EL2
    b.ne    refuse_level
    cbz     w5, refuse_empty
    mrs     x9, MPUIR_EL2
    and     x9, x9, #0xff               /* MPUIR_EL2.REGION: [7:0] */
    cmp     w5, w9
    b.hi    refuse_regions
    cmp     w5, w7
    b.hi    refuse_table

    /* A warm start may find the MPU on: no region may change under running code. */
    mrs     x1, sctlr_el2
    bic     x1, x1, #SCTLR_M
    dsb     sy
    msr     sctlr_el2, x1
    isb

    /* Every slot of the MPU. Reset leaves EN = 0 and junk in all other bits, a warm start may leave
     * EN = 1. A selector write needs an ISB before the window follows it. */
    ldr     x4, [x0, #MPUMAP_BOOT_PLAN_REGIONS]
    mov     x10, #0
1:  msr     PRSELR_EL2, x10
    isb
    mov     x1, #0
    mov     x2, #0
    cmp     w10, w5
    b.hs    2f
    ldr     x1, [x4, #MPUMAP_BOOT_PAIR_BASE]
    ldr     x2, [x4, #MPUMAP_BOOT_PAIR_LIMIT]
    add     x4, x4, #MPUMAP_BOOT_PAIR_SIZE
2:  msr     PRBAR_EL2, x1
    msr     PRLAR_EL2, x2
    add     w10, w10, #1
    cmp     w10, w9
    b.lo    1b

    /* Every entry of the table, every byte of each. */
    ldr     x4, [x0, #MPUMAP_BOOT_PLAN_REGIONS]
    mov     x10, #0
3:  add     x3, x6, x10, lsl #MPUMAP_BOOT_ENTRY_SHIFT
    .set    offset, MPUMAP_BOOT_ENTRY_CLEAR
    .rept   (MPUMAP_BOOT_ENTRY_SIZE - MPUMAP_BOOT_ENTRY_CLEAR) / 8
    str     xzr, [x3, #offset]
    .set    offset, offset + 8
    .endr
    mov     x1, #0
    mov     x2, #0
    cmp     w10, w5
    b.hs    4f
    ldr     x1, [x4, #MPUMAP_BOOT_PAIR_BASE]
    ldr     x2, [x4, #MPUMAP_BOOT_PAIR_LIMIT]
    add     x4, x4, #MPUMAP_BOOT_PAIR_SIZE
#if MPUMAP_BOOT_REFS_SIZE == 2
    strh    w12, [x3, #MPUMAP_BOOT_ENTRY_REFS]
#else
    str     w12, [x3, #MPUMAP_BOOT_ENTRY_REFS]
#endif
4:  str     x1, [x3, #MPUMAP_BOOT_ENTRY_BASE]
    str     x2, [x3, #MPUMAP_BOOT_ENTRY_LIMIT]
    add     w10, w10, #1
    cmp     w10, w7
    b.lo    3b

    /* The mask: `count` ones. x10: ones still to write; x3: words still to write. */
    mov     w10, w5
    mov     w3, #MPUMAP_BOOT_MASK_WORDS
6:  mov     w1, #-1
    subs    w2, w10, #32
    b.hs    7f
    lsl     w1, w12, w10
    sub     w1, w1, #1
    mov     w2, #0
7:  mov     w10, w2
    str     w1, [x8], #4
    subs    w3, w3, #1
    b.ne    6b

    ldr     x1, =(MPUMAP_BOOT_MAIR0 & 0xffffffff) | (MPUMAP_BOOT_MAIR1 << 32)
    msr     mair_el2, x1

    /* Regions, memory types and the table are in place before M can be seen; M is seen before the
     * caller goes on. */
    dsb     sy
    isb
    mrs     x1, sctlr_el2
    bic     x1, x1, #SCTLR_BR
    orr     x1, x1, #SCTLR_M
    msr     sctlr_el2, x1
    isb
    ret

refuse_level:
    lsr     x2, x1, #2
    mov     w1, #(CURRENTEL_EL2 >> 2)
    adr     x0, text_level
    b       mpumap_boot_failed
refuse_empty:
    mov     w1, #1
    mov     w2, #0
    adr     x0, text_empty
    b       mpumap_boot_failed
refuse_regions:
    mov     w1, w5
    mov     w2, w9
    adr     x0, text_regions
    b       mpumap_boot_failed
refuse_table:
    mov     w1, w5
    mov     w2, w7
    adr     x0, text_table
    b       mpumap_boot_failed

    .weak   mpumap_boot_failed
    .type   mpumap_boot_failed, %function
mpumap_boot_failed:
    msr     daifset, #15
8:  wfi
    b       8b

    .ltorg
text_level:
    .asciz  "mpumap: boot must run at EL2"
text_empty:
    .asciz  "mpumap: the boot plan has no regions"
text_regions:
    .asciz  "mpumap: the boot plan needs more regions than the core has"
text_table:
    .asciz  "mpumap: the boot plan needs more regions than the table has"
    .balign 4
    .size   mpumap_boot_el2, . - mpumap_boot_el2
