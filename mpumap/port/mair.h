/* SPDX-License-Identifier: MIT */
/*
 * What the region registers of every Armv8 MPU have in common: the memory attribute bytes (MAIR),
 * the numbers in the SH and AP fields, and the rules by which attributes become these numbers.
 * Where the fields stand in the registers differs between profiles: see each codec.h.
 *
 * Everything here is an integer constant expression when its argument is one, so that tables of
 * regions can be initialised before any code runs.
 *
 * Sources: MAIR bytes: DDI 0487 (MAIR_EL1); DDI 0568A.c, E2 (MAIR0, MAIR1, HMAIR0, HMAIR1);
 * DDI 0553, D1.2 (MPU_MAIR0, MPU_MAIR1). SH and AP codes: DDI 0568A.c, E2.2 (PRBAR, HPRBAR);
 * DDI 0600A.d, G1.3 (PRBAR_EL1, PRBAR_EL2); DDI 0553, D1.2 (MPU_RBAR).
 */
#ifndef MPUMAP_PORT_MAIR_H
#define MPUMAP_PORT_MAIR_H

#include "mpumap_port.h"

/* Attribute bytes. Index 3 is not used by this library: it keeps the byte that other software's
 * region tables expect there. Indexes 5 and 6 are free. */
#define MPUMAP_MAIR_INDEX_DEVICE_NGNRNE 0u /* 0x00: Device-nGnRnE */
#define MPUMAP_MAIR_INDEX_NORMAL_NC 1u     /* 0x44: Normal, Inner and Outer Non-cacheable */
#define MPUMAP_MAIR_INDEX_NORMAL_WT 2u     /* 0xAA: Normal, Write-Through, Read-Allocate */
#define MPUMAP_MAIR_INDEX_FOREIGN 3u       /* 0xEE: Normal, Write-Back, Read-Allocate */
#define MPUMAP_MAIR_INDEX_DEVICE 4u        /* 0x04: Device-nGnRE */
#define MPUMAP_MAIR_INDEX_NORMAL 7u        /* 0xFF: Normal, Write-Back, Read- and Write-Allocate */

/* Bytes 0 to 3 and 4 to 7, for the profiles with two 32-bit registers. */
#define MPUMAP_MAIR0 0xeeaa4400u
#define MPUMAP_MAIR1 0xff000004u

/* AttrIndx of an attribute's type. */
#define MPUMAP_MAIR_INDEX(attr)                                                                    \
    ((((attr)&MPUMAP_TYPE_MASK) == MPUMAP_NORMAL)      ? MPUMAP_MAIR_INDEX_NORMAL                  \
     : (((attr)&MPUMAP_TYPE_MASK) == MPUMAP_NORMAL_NC) ? MPUMAP_MAIR_INDEX_NORMAL_NC               \
     : (((attr)&MPUMAP_TYPE_MASK) == MPUMAP_NORMAL_WT) ? MPUMAP_MAIR_INDEX_NORMAL_WT               \
     : (((attr)&MPUMAP_TYPE_MASK) == MPUMAP_DEVICE)    ? MPUMAP_MAIR_INDEX_DEVICE                  \
                                                       : MPUMAP_MAIR_INDEX_DEVICE_NGNRNE)

/* SH codes; 01 is UNPREDICTABLE. */
#define MPUMAP_SH_NON 0u
#define MPUMAP_SH_OUTER 2u
#define MPUMAP_SH_INNER 3u

/* Only cacheable memory has a choice: Device and Normal Non-cacheable memory is Outer Shareable
 * whatever SH holds (DDI 0487, B2). */
#define MPUMAP_IS_CACHEABLE(attr)                                                                  \
    ((((attr)&MPUMAP_TYPE_MASK) == MPUMAP_NORMAL) ||                                               \
     (((attr)&MPUMAP_TYPE_MASK) == MPUMAP_NORMAL_WT))

#define MPUMAP_SH(attr)                                                                            \
    (!MPUMAP_IS_CACHEABLE(attr)                           ? MPUMAP_SH_OUTER                        \
     : (((attr)&MPUMAP_SHARE_MASK) == MPUMAP_SHARE_NON)   ? MPUMAP_SH_NON                          \
     : (((attr)&MPUMAP_SHARE_MASK) == MPUMAP_SHARE_OUTER) ? MPUMAP_SH_OUTER                        \
                                                          : MPUMAP_SH_INNER)

/* AP[2:1]: AP[2] takes writing away, AP[1] opens the region to the level below. */
#define MPUMAP_AP_READ_ONLY 2u
#define MPUMAP_AP_LOWER 1u

#define MPUMAP_AP(attr)                                                                            \
    (((((attr)&MPUMAP_WRITE) != 0u) ? 0u : MPUMAP_AP_READ_ONLY) |                                  \
     ((((attr)&MPUMAP_LOWER_MASK) != 0u) ? MPUMAP_AP_LOWER : 0u))

/* 1: no execution. */
#define MPUMAP_XN(attr) ((((attr)&MPUMAP_EXEC) != 0u) ? 0u : 1u)

/* The fields of a pair, taken out of their places. */
struct mpumap_fields {
    uint8_t index; /* AttrIndx[2:0] */
    uint8_t sh;    /* SH[1:0] */
    uint8_t ap;    /* AP[2:1] */
    bool xn;
};

/* The type that an AttrIndx stands for. False: an index that this library never writes. */
/*@ requires \valid(type);
    assigns *type;
    ensures \result <==> index == 0 || index == 1 || index == 2 || index == 4 || index == 7;
    ensures \result ==> *type == 4 * type_of_index(index);
*/
static inline bool mpumap_type_of_index(uint8_t index, mpumap_attr_t *type)
{
    switch (index) {
    case MPUMAP_MAIR_INDEX_NORMAL:
        *type = MPUMAP_NORMAL;
        return true;
    case MPUMAP_MAIR_INDEX_NORMAL_NC:
        *type = MPUMAP_NORMAL_NC;
        return true;
    case MPUMAP_MAIR_INDEX_NORMAL_WT:
        *type = MPUMAP_NORMAL_WT;
        return true;
    case MPUMAP_MAIR_INDEX_DEVICE:
        *type = MPUMAP_DEVICE;
        return true;
    case MPUMAP_MAIR_INDEX_DEVICE_NGNRNE:
        *type = MPUMAP_DEVICE_NGNRNE;
        return true;
    default:
        return false;
    }
}

/* Effective shareability. False: UNPREDICTABLE. */
/*@ requires \valid(share) && sh <= 3 && type <= 16 && type % 4 == 0;
    assigns *share;
    ensures \result <==> sh != 1;
    ensures \result ==> *share == 32 * share_of_sh(sh, type / 4);
*/
static inline bool mpumap_share_of_sh(uint8_t sh, mpumap_attr_t type, mpumap_attr_t *share)
{
    if (sh == 1u) {
        return false;
    }
    if (!MPUMAP_IS_CACHEABLE(type) || sh == MPUMAP_SH_OUTER) {
        *share = MPUMAP_SHARE_OUTER;
    } else {
        *share = (sh == MPUMAP_SH_NON) ? MPUMAP_SHARE_NON : MPUMAP_SHARE_INNER;
    }
    return true;
}

/*
 * Canonical attributes of a region, with MPUMAP_EL1 for the lower level whatever the level is.
 * False: not expressible (index, SH = 01, executable device memory).
 */
/*@ requires \valid_read(fields) && \valid(attr) && \separated(fields, attr);
    requires fields->index <= 7 && fields->sh <= 3 && fields->ap <= 3;
    assigns *attr;
    ensures \result <==> held(fields->index, fields->sh, fields->xn ? 1 : 0);
    ensures \result ==> *attr == attr_of(fields->index, fields->sh, fields->ap, fields->xn ? 1 : 0);
*/
static inline bool mpumap_attr_of_fields(const struct mpumap_fields *fields, mpumap_attr_t *attr)
{
    mpumap_attr_t type = 0;
    mpumap_attr_t share = 0;
    if (!mpumap_type_of_index(fields->index, &type) ||
        !mpumap_share_of_sh(fields->sh, type, &share)) {
        return false;
    }
    if (!fields->xn && (type == MPUMAP_DEVICE || type == MPUMAP_DEVICE_NGNRNE)) {
        return false;
    }
    unsigned int all = (unsigned int)type | share;
    //@ assert all == type + share;
    all |= ((fields->ap & MPUMAP_AP_READ_ONLY) != 0u) ? 0u : MPUMAP_WRITE;
    //@ assert all == type + share + (fields->ap / 2 == 0 ? 1 : 0);
    all |= ((fields->ap & MPUMAP_AP_LOWER) != 0u) ? MPUMAP_EL1 : 0u;
    all |= fields->xn ? 0u : MPUMAP_EXEC;
    *attr = (mpumap_attr_t)all;
    return true;
}

#endif
