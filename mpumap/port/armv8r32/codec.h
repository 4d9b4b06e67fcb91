/* SPDX-License-Identifier: MIT */
/*
 * Region registers of PMSAv8-32 (Armv8-R AArch32): PRBAR and PRLAR, HPRBAR and HPRLAR alike.
 * Pure; builds on any host. Layout: DDI 0568A.c, E2.2 (PRBAR, PRLAR, HPRBAR, HPRLAR); Cortex-R52
 * TRM 100026_0104_01_en, tables 4-116 to 4-120 and 4-195 to 4-199.
 *
 *   PRBAR  [31:6] BASE  [5] RES0    [4:3] SH  [2:1] AP[2:1]  [0] XN
 *   PRLAR  [31:6] LIMIT [5:4] RES0  [3:1] AttrIndx           [0] EN
 */
#ifndef MPUMAP_ARMV8R32_CODEC_H
#define MPUMAP_ARMV8R32_CODEC_H

#include "port/mair.h"

#ifdef __cplusplus
extern "C" {
#endif

/* MAIR0, MAIR1 (EL1); HMAIR0, HMAIR1 (EL2). */
#define MPUMAP_ARMV8R32_MAIR0 MPUMAP_MAIR0
#define MPUMAP_ARMV8R32_MAIR1 MPUMAP_MAIR1

#define MPUMAP_ARMV8R32_GRANULE_SHIFT 6u

/*
 * The registers of an enabled region, for static initialisers:
 *
 *   extern char __text_start[], __text_end[];
 *   { MPUMAP_ARMV8R32_PRBAR((uint32_t)__text_start, MPUMAP_RX),
 *     MPUMAP_ARMV8R32_PRLAR((uint32_t)__text_end - 1u, MPUMAP_RX) }
 *
 * base and limit+1 must be multiples of 64 and limit is the LAST byte. The fields are added, never
 * ORed: "symbol plus constant" is all that a linker can fix up. Share may be left out (AUTO); the
 * lower level may be written MPUMAP_EL1 or MPUMAP_EL0.
 */
#define MPUMAP_ARMV8R32_PRBAR(base, attr)                                                          \
    ((mpumap_reg_t)(base) +                                                                        \
     (mpumap_reg_t)((MPUMAP_SH(attr) << 3) | (MPUMAP_AP(attr) << 1) | MPUMAP_XN(attr)))
#define MPUMAP_ARMV8R32_PRLAR(limit, attr)                                                         \
    ((mpumap_reg_t)(limit)-63u +                                                                   \
     (mpumap_reg_t)((MPUMAP_MAIR_INDEX(attr) << 1) | MPUMAP_LIMIT_ENABLE))

/*
 * struct mpumap_port.encode. Address bits inside a granule and above bit 31 are dropped, so that a
 * breach of the contract cannot change attributes.
 */
void mpumap_armv8r32_encode(void *ctx, mpumap_addr_t base, mpumap_addr_t limit, mpumap_attr_t attr,
                            struct mpumap_pair *out);

/*
 * struct mpumap_port.decode: canonical attributes, the lower level always as MPUMAP_EL1. Refuses
 * SH = 01 (UNPREDICTABLE), AttrIndx 3, 5 and 6, and executable device memory. RES0 bits and EN are
 * ignored: the hardware gives them no part in the attributes.
 */
bool mpumap_armv8r32_decode(void *ctx, const struct mpumap_pair *pair, mpumap_attr_t *attr);

/* The pair of [base, limit], for code that builds a region at run time. */
struct mpumap_pair mpumap_armv8r32_pr_of_addr(mpumap_addr_t base, mpumap_addr_t limit,
                                              mpumap_attr_t attr);

#ifdef __cplusplus
}
#endif

#endif
