/* SPDX-License-Identifier: MIT */
#include "port/armv8r32/codec.h"

#define GRANULE_MASK 63u
#define ADDRESS_MASK 0xffffffffu

/*@ requires canonical(attr);
    assigns \nothing;
    ensures \result.base == prbar_32(base, attr);
    ensures \result.limit == prlar_32(limit, attr);
*/
struct mpumap_pair mpumap_armv8r32_pr_of_addr(mpumap_addr_t base, mpumap_addr_t limit,
                                              mpumap_attr_t attr)
{
    const mpumap_addr_t first = base & (ADDRESS_MASK - GRANULE_MASK);
    const mpumap_addr_t last = (limit & ADDRESS_MASK) | GRANULE_MASK;
    //@ assert first == base % 0x100000000 - base % 64;
    //@ assert last == limit % 0x100000000 - limit % 64 + 63;
    return (struct mpumap_pair){MPUMAP_ARMV8R32_PRBAR(first, attr),
                                MPUMAP_ARMV8R32_PRLAR(last, attr)};
}

/*@ requires canonical(attr) && \valid(out);
    assigns *out;
    ensures out->base == prbar_32(base, attr);
    ensures out->limit == prlar_32(limit, attr);
*/
void mpumap_armv8r32_encode(void *ctx, mpumap_addr_t base, mpumap_addr_t limit, mpumap_attr_t attr,
                            struct mpumap_pair *out)
{
    (void)ctx;
    *out = mpumap_armv8r32_pr_of_addr(base, limit, attr);
}

/*@ requires \valid_read(pair) && \valid(attr) && \separated(pair, attr);
    assigns *attr;
    ensures \result <==> held((pair->limit / 2) % 8, (pair->base / 8) % 4, pair->base % 2);
    ensures \result ==> *attr == attr_of((pair->limit / 2) % 8, (pair->base / 8) % 4,
                                         (pair->base / 2) % 4, pair->base % 2);
*/
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
