/* SPDX-License-Identifier: MIT */
/*
 * The registers of PMSAv8-64 (DDI 0600A.d, G1.3) and what they say (C1). Written from the manual's
 * text alone: nothing of the library is used, so that the two can be wrong only independently.
 */
#include "monitor.h"

#define ADDRESS_MASK 0x0000ffffffffffc0u
#define BASE_MASK 0x0000ffffffffffffu
#define LIMIT_MASK 0x0000ffffffffffdfu

#define LIMIT_ENABLE 0x01u
#define LIMIT_NON_SECURE 0x10u
#define BASE_XN 0x02u
#define BASE_XN0 0x01u
#define BASE_READ_ONLY 0x08u

uint64_t mpu_control;
uint64_t mpu_types;

static struct mpu mpus[2];
static uint32_t count;

/* Reset leaves EN = 0 and junk in everything else. */
void mpu_reset(uint32_t regions)
{
    count = regions;
    for (uint32_t level = 0u; level < 2u; level++) {
        mpus[level].selector = 0xbau;
        for (uint32_t i = 0u; i < count; i++) {
            mpus[level].regions[i] =
                (struct region){0x0000a5a5a5a5a5a5u ^ (i << 8), 0x00005a5a5a5a5a5au & LIMIT_MASK};
        }
    }
    mpu_types = 0xa5a5a5a5a5a5a5a5u;
    mpu_control = SCTLR_BR;
}

/* --- registers --- */

static void access_region(struct mpu *mpu, uint32_t slot, uint32_t op2, bool write, uint64_t *value)
{
    struct region *region = &mpu->regions[slot];

    if (slot >= count) {
        stop(STATUS_REFUSED, "a region that is not implemented: ", slot);
    }
    if ((op2 & 1u) != 0u) {
        if (write) {
            region->limit = *value & LIMIT_MASK;
        }
        *value = region->limit;
    } else {
        if (write) {
            region->base = *value & BASE_MASK;
        }
        *value = region->base;
    }
}

static void access_enables(struct mpu *mpu, bool write, uint64_t *value)
{
    uint64_t bits = 0u;

    for (uint32_t i = 0u; (i < 32u) && (i < count); i++) {
        uint64_t bit = (uint64_t)1u << i;

        if (write && (SABOTAGE != SABOTAGE_BITMAP)) {
            mpu->regions[i].limit = (mpu->regions[i].limit & ~(uint64_t)LIMIT_ENABLE) |
                                    (((*value & bit) != 0u) ? 1u : 0u);
        }
        bits |= ((mpu->regions[i].limit & LIMIT_ENABLE) != 0u) ? bit : 0u;
    }
    *value = bits;
}

static void access_selector(struct mpu *mpu, bool write, uint64_t *value)
{
    if (write) {
        mpu->selector = *value & 0xffu;
        if (mpu->selector >= count) {
            stop(STATUS_REFUSED,
                 "PRSELR selects a region that is not implemented: ", mpu->selector);
        }
    }
    *value = mpu->selector;
}

bool mpu_register(uint32_t op1, uint32_t crn, uint32_t crm, uint32_t op2, bool write,
                  uint64_t *value)
{
    struct mpu *mpu = &mpus[(op1 == 4u) ? LEVEL_EL2 : LEVEL_EL1];
    uint32_t n = 2u * (crm & 7u) + (op2 >> 2);

    if ((op1 != 0u) && (op1 != 4u)) {
        return false;
    }
    if ((crn == 0u) && (crm == 0u) && (op2 == 4u) && !write) {
        *value = count; /* MPUIR_ELx */
        return true;
    }
    if ((crn == 6u) && (crm == 1u) && (op2 == 1u)) {
        access_enables(mpu, write, value);
        return true;
    }
    if ((crn == 6u) && (crm == 2u) && (op2 == 1u)) {
        access_selector(mpu, write, value);
        return true;
    }
    if ((crn != 6u) || (crm < 8u) || ((op2 & 2u) != 0u)) {
        return false;
    }
    if (n == 0u) {
        n = (uint32_t)mpu->selector;
    } else if (SABOTAGE != SABOTAGE_BANK) {
        n |= (uint32_t)mpu->selector & 0xf0u;
    }
    access_region(mpu, n, op2, write, value);
    return true;
}

/* --- what they say --- */

static uint64_t last_of(const struct region *region)
{
    uint64_t last = (region->limit & ADDRESS_MASK) | (GRANULE - 1u);

    if (SABOTAGE == SABOTAGE_LIMIT_SHORT) {
        return last - GRANULE;
    }
    return last + ((SABOTAGE == SABOTAGE_LIMIT_LONG) ? GRANULE : 0u);
}

static uint64_t first_of(const struct region *region)
{
    return region->base &
           ((SABOTAGE == SABOTAGE_BASE_ROUNDED) ? 0x0000fffffffff000u : ADDRESS_MASK);
}

static bool device(const struct region *region)
{
    return (((mpu_types >> (8u * ((region->limit >> 1) & 7u))) & 0xf0u) == 0u);
}

bool mpu_next(uint32_t *cursor, struct extent *out)
{
    while (*cursor < count) {
        const struct region *r = &mpus[LEVEL_EL2].regions[(*cursor)++];

        if (((r->limit & LIMIT_ENABLE) == 0u) || (first_of(r) > last_of(r))) {
            continue;
        }
        if (((r->base & BASE_XN0) != 0u) || (((r->base >> 4) & 3u) == 1u)) {
            stop(STATUS_REFUSED, "PRBAR with XN[0] set, or with the reserved SH: ", r->base);
        }
        *out = (struct extent){
            .first = first_of(r),
            .last = last_of(r),
            .write = ((r->base & BASE_READ_ONLY) == 0u) || (SABOTAGE == SABOTAGE_READ_ONLY),
            .execute = ((r->base & BASE_XN) == 0u) || (SABOTAGE == SABOTAGE_EXECUTE_NEVER),
            .device = device(r),
            .non_secure =
                ((r->limit & LIMIT_NON_SECURE) != 0u) && (SABOTAGE != SABOTAGE_NON_SECURE),
        };
        return true;
    }
    return false;
}

/* The core executes in Secure state, and this board has no Non-secure memory. */
static uint32_t judge_region(const struct extent *region, enum access access)
{
    if (((access == ACCESS_WRITE) && !region->write) ||
        ((access == ACCESS_FETCH) && !region->execute)) {
        return FAULT_PERMISSION;
    }
    return region->non_secure ? FAULT_EXTERNAL : FAULT_NONE;
}

uint32_t mpu_judge(uint64_t address, enum access access)
{
    struct extent region;
    uint32_t cursor = 0u;
    uint32_t hits = 0u;
    uint32_t fault = FAULT_NONE;

    if (((mpu_control & SCTLR_M) == 0u) || (SABOTAGE == SABOTAGE_NO_ENFORCEMENT)) {
        return FAULT_NONE;
    }
    while (mpu_next(&cursor, &region)) {
        if ((region.first <= address) && (address <= region.last)) {
            fault = judge_region(&region, access);
            hits++;
            if (SABOTAGE == SABOTAGE_OVERLAP) {
                return fault;
            }
        }
    }
    if (hits == 1u) {
        return (SABOTAGE == SABOTAGE_STATUS) && (fault != 0u) ? FAULT_TRANSLATION : fault;
    }
    if ((hits == 0u) && ((mpu_control & SCTLR_BR) != 0u)) {
        return FAULT_NONE;
    }
    return (SABOTAGE == SABOTAGE_STATUS) ? FAULT_PERMISSION : FAULT_TRANSLATION;
}
