/* SPDX-License-Identifier: MIT */
#include "port/armv8r64/codec.h"

#if MPUMAP_ADDR_BITS == 64

#define GRANULE_MASK 63u
#define ADDRESS_MASK 0xffffffffffffu

struct mpumap_pair mpumap_armv8r64_pr_of_addr(mpumap_addr_t base, mpumap_addr_t limit,
                                              mpumap_attr_t attr)
{
    const mpumap_addr_t first = base & (ADDRESS_MASK - GRANULE_MASK);
    const mpumap_addr_t last = (limit & ADDRESS_MASK) | GRANULE_MASK;
    return (struct mpumap_pair){MPUMAP_ARMV8R64_PRBAR(first, attr),
                                MPUMAP_ARMV8R64_PRLAR(last, attr)};
}

void mpumap_armv8r64_encode(void *ctx, mpumap_addr_t base, mpumap_addr_t limit, mpumap_attr_t attr,
                            struct mpumap_pair *out)
{
    (void)ctx;
    *out = mpumap_armv8r64_pr_of_addr(base, limit, attr);
}

void mpumap_armv8r64_encode_ns(mpumap_addr_t base, mpumap_addr_t limit, mpumap_attr_t attr, bool ns,
                               struct mpumap_pair *out)
{
    *out = mpumap_armv8r64_pr_of_addr(base, limit, attr);
    out->limit |= ns ? MPUMAP_ARMV8R64_NS : 0u;
}

bool mpumap_armv8r64_decode(void *ctx, const struct mpumap_pair *pair, mpumap_attr_t *attr)
{
    (void)ctx;
    if ((pair->base & 1u) != 0u || (pair->limit & MPUMAP_ARMV8R64_NS) != 0u) {
        return false;
    }
    const struct mpumap_fields fields = {
        .index = (uint8_t)((pair->limit >> 1) & 7u),
        .sh = (uint8_t)((pair->base >> 4) & 3u),
        .ap = (uint8_t)((pair->base >> 2) & 3u),
        .xn = (pair->base & 2u) != 0u,
    };
    return mpumap_attr_of_fields(&fields, attr);
}

#endif
