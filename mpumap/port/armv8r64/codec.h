/* SPDX-License-Identifier: MIT */
/*
 * Region registers of PMSAv8-64 (Armv8-R AArch64): PRBAR_EL1 and PRLAR_EL1, PRBAR_EL2 and PRLAR_EL2
 * alike. Pure; builds on any 64-bit host; a build with 32-bit addresses (MPUMAP_ADDR_BITS) has no
 * use for it and gets nothing. Layout: DDI 0600A.d, G1.3 (PRBAR_ELx, PRLAR_ELx).
 *
 *   PRBAR_ELx  [63:48] RES0  [47:6] BASE   [5:4] SH    [3:2] AP[2:1]   [1:0] XN[1:0]
 *   PRLAR_ELx  [63:48] RES0  [47:6] LIMIT  [5] RES0    [4] NS  [3:1] AttrIndx  [0] EN
 *
 * SH and AP stand one bit higher than in AArch32. No execution is XN = 0b10. The texts of DDI 0600
 * and what is written about them do not agree on XN[0], so 0b01 and 0b11 are never written.
 */
#ifndef MPUMAP_ARMV8R64_CODEC_H
#define MPUMAP_ARMV8R64_CODEC_H

#include "port/mair.h"

#if MPUMAP_ADDR_BITS == 64

#ifdef __cplusplus
extern "C" {
#endif

/* MAIR_EL1, MAIR_EL2. */
#define MPUMAP_ARMV8R64_MAIR (((uint64_t)MPUMAP_MAIR1 << 32) | MPUMAP_MAIR0)

#define MPUMAP_ARMV8R64_GRANULE_SHIFT 6u

/* PRLAR_ELx.NS: the output address is Non-secure. */
#define MPUMAP_ARMV8R64_NS 0x10u

/*
 * The registers of an enabled region, for static initialisers. As MPUMAP_ARMV8R32_PRBAR: addition
 * only, so that base may be (uint64_t)__text_start and limit (uint64_t)__text_end - 1u. NS is 0.
 */
#define MPUMAP_ARMV8R64_PRBAR(base, attr)                                                          \
    ((mpumap_reg_t)(base) +                                                                        \
     (mpumap_reg_t)((MPUMAP_SH(attr) << 4) | (MPUMAP_AP(attr) << 2) | (MPUMAP_XN(attr) << 1)))
#define MPUMAP_ARMV8R64_PRLAR(limit, attr)                                                         \
    ((mpumap_reg_t)(limit)-63u +                                                                   \
     (mpumap_reg_t)((MPUMAP_MAIR_INDEX(attr) << 1) | MPUMAP_LIMIT_ENABLE))

/*
 * struct mpumap_port.encode, with NS = 0: code of this profile executes in Secure state only (DDI
 * 0600A.d, part C). Address bits inside a granule and above bit 47 are dropped, so that a breach of
 * the contract cannot change attributes.
 */
void mpumap_armv8r64_encode(void *ctx, mpumap_addr_t base, mpumap_addr_t limit, mpumap_attr_t attr,
                            struct mpumap_pair *out);

/* The same for an output address in the physical address space that `ns` names (true: Non-secure).
 */
void mpumap_armv8r64_encode_ns(mpumap_addr_t base, mpumap_addr_t limit, mpumap_attr_t attr, bool ns,
                               struct mpumap_pair *out);

/*
 * struct mpumap_port.decode: canonical attributes, the lower level always as MPUMAP_EL1. Refuses
 * SH = 01 (reserved), AttrIndx 3, 5 and 6, XN = 0b01 and 0b11, executable device memory, and NS = 1
 * (the attributes cannot say it, and encoding them again would lose it; a port that means
 * Non-secure memory takes the bit away before it asks). RES0 bits and EN are ignored.
 */
bool mpumap_armv8r64_decode(void *ctx, const struct mpumap_pair *pair, mpumap_attr_t *attr);

/* The pair of [base, limit], for code that builds a region at run time. */
struct mpumap_pair mpumap_armv8r64_pr_of_addr(mpumap_addr_t base, mpumap_addr_t limit,
                                              mpumap_attr_t attr);

#ifdef __cplusplus
}
#endif

#endif

#endif
