/* SPDX-License-Identifier: MIT */
#include "port/armv8r32/codec.h"

#define GRANULE_MASK 63u
#define ADDRESS_MASK 0xffffffffu

struct mpumap_pair mpumap_armv8r32_pr_of_addr(mpumap_addr_t base, mpumap_addr_t limit,
                                              mpumap_attr_t attr)
{
    const mpumap_addr_t first = base & (ADDRESS_MASK - GRANULE_MASK);
    const mpumap_addr_t last = (limit & ADDRESS_MASK) | GRANULE_MASK;
    return (struct mpumap_pair){MPUMAP_ARMV8R32_PRBAR(first, attr),
                                MPUMAP_ARMV8R32_PRLAR(last, attr)};
}

void mpumap_armv8r32_encode(void *ctx, mpumap_addr_t base, mpumap_addr_t limit, mpumap_attr_t attr,
                            struct mpumap_pair *out)
{
    (void)ctx;
    *out = mpumap_armv8r32_pr_of_addr(base, limit, attr);
}

bool mpumap_armv8r32_decode(void *ctx, const struct mpumap_pair *pair, mpumap_attr_t *attr)
{
    (void)ctx;
    const struct mpumap_fields fields = {
        .index = (uint8_t)((pair->limit >> 1) & 7u),
        .sh = (uint8_t)((pair->base >> 3) & 3u),
        .ap = (uint8_t)((pair->base >> 1) & 3u),
        .xn = (pair->base & 1u) != 0u,
    };
    return mpumap_attr_of_fields(&fields, attr);
}
