/* SPDX-License-Identifier: MIT */
#include "baseline.h"

#include "port/armv8r32/codec.h"

#define GRANULE_MASK 63u

void baseline_init(struct baseline *b, struct baseline_entry *table, uint16_t regions)
{
    b->table = table;
    b->regions = regions;
    for (uint32_t i = 0u; i < MPUMAP_MASK_WORDS; i++) {
        b->used[i] = 0u;
    }
}

static bool in_use(const struct baseline *b, uint32_t slot)
{
    return ((b->used[slot / 32u] >> (slot % 32u)) & 1u) != 0u;
}

enum mpumap_found baseline_find(const struct baseline *b, mpumap_addr_t base, mpumap_addr_t limit,
                                uint16_t *slot)
{
    for (uint16_t i = 0u; i < b->regions; i++) {
        uint32_t first;
        uint32_t last;

        if (!in_use(b, i)) {
            continue;
        }
        first = b->table[i].base & ~GRANULE_MASK;
        last = b->table[i].limit | GRANULE_MASK;
        if ((last < base) || (first > limit)) {
            continue;
        }
        *slot = i;
        if ((first == base) && (last == limit)) {
            return MPUMAP_FOUND;
        }
        return ((first <= base) && (last >= limit)) ? MPUMAP_INCLUSIVE : MPUMAP_FOUND_OVERLAP;
    }
    return MPUMAP_NOT_FOUND;
}

bool baseline_query(const struct baseline *b, mpumap_addr_t addr, uint16_t *slot)
{
    return baseline_find(b, addr, addr, slot) != MPUMAP_NOT_FOUND;
}

static enum mpumap_result check(mpumap_addr_t base, mpumap_addr_t limit)
{
    if (base > limit) {
        return MPUMAP_RANGE;
    }
    if (((base & GRANULE_MASK) != 0u) || ((limit & GRANULE_MASK) != GRANULE_MASK)) {
        return MPUMAP_ALIGN;
    }
    return MPUMAP_OK;
}

static bool same_attributes(const struct baseline_entry *e, mpumap_attr_t attr)
{
    struct mpumap_pair wanted;

    mpumap_armv8r32_encode(NULL, e->base, e->limit, attr, &wanted);
    return (((wanted.base ^ e->base) | (wanted.limit ^ e->limit)) & GRANULE_MASK) == 0u;
}

static void program(struct baseline *b, uint16_t slot, const struct mpumap_pair *pair)
{
    b->table[slot].base = pair->base;
    b->table[slot].limit = pair->limit;
    baseline_write(slot, pair->base, pair->limit);
}

static enum mpumap_result create(struct baseline *b, mpumap_addr_t base, mpumap_addr_t limit,
                                 mpumap_attr_t attr)
{
    struct mpumap_pair pair;

    for (uint16_t i = 0u; i < b->regions; i++) {
        if (!in_use(b, i)) {
            mpumap_armv8r32_encode(NULL, base, limit, attr, &pair);
            program(b, i, &pair);
            b->table[i].refs = 1u;
            b->used[i / 32u] |= 1u << (i % 32u);
            return MPUMAP_OK;
        }
    }
    return MPUMAP_NO_REGION;
}

static enum mpumap_result count_one_more(struct baseline_entry *e, mpumap_attr_t attr)
{
    if (!same_attributes(e, attr)) {
        return MPUMAP_CONFLICT;
    }
    if (e->refs == UINT16_MAX) {
        return MPUMAP_REFS;
    }
    e->refs++;
    return MPUMAP_OK;
}

static enum mpumap_result count_one_less(struct baseline *b, uint16_t slot, bool whole)
{
    const struct mpumap_pair off = {0u, 0u};

    if (b->table[slot].refs > 1u) {
        b->table[slot].refs--;
        return MPUMAP_OK;
    }
    if (!whole) {
        return MPUMAP_PARTIAL;
    }
    program(b, slot, &off);
    b->table[slot].refs = 0u;
    b->used[slot / 32u] &= ~(1u << (slot % 32u));
    return MPUMAP_OK;
}

enum mpumap_result baseline_map(struct baseline *b, mpumap_addr_t base, mpumap_addr_t limit,
                                mpumap_attr_t attr)
{
    uint16_t slot = 0u;
    enum mpumap_result r = check(base, limit);
    enum mpumap_found found;

    attr = mpumap_canonical(attr);
    if ((r == MPUMAP_OK) && ((attr & MPUMAP_PERM_MASK) == MPUMAP_RWX)) {
        r = MPUMAP_ATTR;
    }
    if (r != MPUMAP_OK) {
        return r;
    }
    found = baseline_find(b, base, limit, &slot);
    if (found == MPUMAP_FOUND_OVERLAP) {
        return MPUMAP_OVERLAP;
    }
    r = (found == MPUMAP_NOT_FOUND) ? create(b, base, limit, attr)
                                    : count_one_more(&b->table[slot], attr);
    baseline_barriers();
    return r;
}

enum mpumap_result baseline_unmap(struct baseline *b, mpumap_addr_t base, mpumap_addr_t limit)
{
    uint16_t slot = 0u;
    enum mpumap_result r = check(base, limit);
    enum mpumap_found found;

    if (r != MPUMAP_OK) {
        return r;
    }
    found = baseline_find(b, base, limit, &slot);
    if (found == MPUMAP_NOT_FOUND) {
        return MPUMAP_NOT_MAPPED;
    }
    if (found == MPUMAP_FOUND_OVERLAP) {
        return MPUMAP_OVERLAP;
    }
    r = count_one_less(b, slot, found == MPUMAP_FOUND);
    baseline_barriers();
    return r;
}

enum mpumap_result baseline_protect(struct baseline *b, mpumap_addr_t base, mpumap_addr_t limit,
                                    mpumap_attr_t attr)
{
    struct mpumap_pair pair;
    uint16_t slot = 0u;
    enum mpumap_result r = check(base, limit);

    attr = mpumap_canonical(attr);
    if ((r == MPUMAP_OK) && ((attr & MPUMAP_PERM_MASK) == MPUMAP_RWX)) {
        r = MPUMAP_ATTR;
    }
    if (r != MPUMAP_OK) {
        return r;
    }
    switch (baseline_find(b, base, limit, &slot)) {
    case MPUMAP_FOUND:
        break;
    case MPUMAP_INCLUSIVE:
        return MPUMAP_PARTIAL;
    case MPUMAP_FOUND_OVERLAP:
        return MPUMAP_OVERLAP;
    case MPUMAP_NOT_FOUND:
    case MPUMAP_FIND_REFUSED:
    default:
        return MPUMAP_NOT_MAPPED;
    }
    if (b->table[slot].refs != 1u) {
        return MPUMAP_SHARED;
    }
    mpumap_armv8r32_encode(NULL, base, limit, attr, &pair);
    program(b, slot, &pair);
    baseline_barriers();
    return MPUMAP_OK;
}
