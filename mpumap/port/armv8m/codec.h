/* SPDX-License-Identifier: MIT */
/*
 * Region registers of PMSAv8-M (Armv8-M): MPU_RBAR and MPU_RLAR. Pure; builds on any host. Layout:
 * DDI 0553, D1.2 (MPU_RBAR, MPU_RLAR).
 *
 *   MPU_RBAR  [31:5] BASE   [4:3] SH   [2:1] AP[2:1]   [0] XN
 *   MPU_RLAR  [31:5] LIMIT  [4] PXN    [3:1] AttrIndx  [0] EN
 *
 * PXN exists from Armv8.1-M on and is RES0 before. It is always written as 0: who may read a region
 * at the owning level may execute it when XN is 0.
 */
#ifndef MPUMAP_ARMV8M_CODEC_H
#define MPUMAP_ARMV8M_CODEC_H

#include "port/mair.h"

#ifdef __cplusplus
extern "C" {
#endif

/* MPU_MAIR0, MPU_MAIR1. */
#define MPUMAP_ARMV8M_MAIR0 MPUMAP_MAIR0
#define MPUMAP_ARMV8M_MAIR1 MPUMAP_MAIR1

#define MPUMAP_ARMV8M_GRANULE_SHIFT 5u

/*
 * The registers of an enabled region, for static initialisers. As MPUMAP_ARMV8R32_PRBAR, with a
 * granule of 32 bytes: addition only, so that base may be (uint32_t)__text_start and limit
 * (uint32_t)__text_end - 1u.
 */
#define MPUMAP_ARMV8M_RBAR(base, attr)                                                             \
    ((mpumap_reg_t)(base) +                                                                        \
     (mpumap_reg_t)((MPUMAP_SH(attr) << 3) | (MPUMAP_AP(attr) << 1) | MPUMAP_XN(attr)))
#define MPUMAP_ARMV8M_RLAR(limit, attr)                                                            \
    ((mpumap_reg_t)(limit)-31u +                                                                   \
     (mpumap_reg_t)((MPUMAP_MAIR_INDEX(attr) << 1) | MPUMAP_LIMIT_ENABLE))

/*
 * struct mpumap_port.encode. Address bits inside a granule and above bit 31 are dropped, so that a
 * breach of the contract cannot change attributes.
 */
void mpumap_armv8m_encode(void *ctx, mpumap_addr_t base, mpumap_addr_t limit, mpumap_attr_t attr,
                          struct mpumap_pair *out);

/*
 * struct mpumap_port.decode: canonical attributes, the lower (unprivileged) level always as
 * MPUMAP_EL1. Refuses SH = 01 (reserved), AttrIndx 3, 5 and 6, executable device memory, and PXN =
 * 1 with XN = 0 (the attributes cannot say it). EN is ignored.
 */
bool mpumap_armv8m_decode(void *ctx, const struct mpumap_pair *pair, mpumap_attr_t *attr);

/* The pair of [base, limit], for code that builds a region at run time. */
struct mpumap_pair mpumap_armv8m_pr_of_addr(mpumap_addr_t base, mpumap_addr_t limit,
                                            mpumap_attr_t attr);

#ifdef __cplusplus
}
#endif

#endif
