/* SPDX-License-Identifier: MIT */
#include "port/armv8r64/codec.h"

#if MPUMAP_ADDR_BITS == 64

#define GRANULE_MASK 63u
#define ADDRESS_MASK 0xffffffffffffu

/*@ requires canonical(attr);
    assigns \nothing;
    ensures \result.base == prbar_64(base, attr);
    ensures \result.limit == prlar_64(limit, attr);
*/
struct mpumap_pair mpumap_armv8r64_pr_of_addr(mpumap_addr_t base, mpumap_addr_t limit,
                                              mpumap_attr_t attr)
{
    const mpumap_addr_t first = base & (ADDRESS_MASK - GRANULE_MASK);
    const mpumap_addr_t last = (limit & ADDRESS_MASK) | GRANULE_MASK;
    //@ assert first == base % 0x1000000000000 - base % 64;
    //@ assert last == limit % 0x1000000000000 - limit % 64 + 63;
    return (struct mpumap_pair){MPUMAP_ARMV8R64_PRBAR(first, attr),
                                MPUMAP_ARMV8R64_PRLAR(last, attr)};
}

/*@ requires canonical(attr) && \valid(out);
    assigns *out;
    ensures out->base == prbar_64(base, attr);
    ensures out->limit == prlar_64(limit, attr);
*/
void mpumap_armv8r64_encode(void *ctx, mpumap_addr_t base, mpumap_addr_t limit, mpumap_attr_t attr,
                            struct mpumap_pair *out)
{
    (void)ctx;
    *out = mpumap_armv8r64_pr_of_addr(base, limit, attr);
}

/*@ requires canonical(attr) && \valid(out);
    assigns *out;
    ensures out->base == prbar_64(base, attr);
    ensures out->limit == prlar_64(limit, attr) + (ns ? 16 : 0);
*/
void mpumap_armv8r64_encode_ns(mpumap_addr_t base, mpumap_addr_t limit, mpumap_attr_t attr, bool ns,
                               struct mpumap_pair *out)
{
    *out = mpumap_armv8r64_pr_of_addr(base, limit, attr);
    out->limit |= ns ? MPUMAP_ARMV8R64_NS : 0u;
}

/*@ requires \valid_read(pair) && \valid(attr) && \separated(pair, attr);
    assigns *attr;
    ensures \result <==> held((pair->limit / 2) % 8, (pair->base / 16) % 4, (pair->base / 2) % 2) &&
                         pair->base % 2 == 0 && (pair->limit / 16) % 2 == 0;
    ensures \result ==> *attr == attr_of((pair->limit / 2) % 8, (pair->base / 16) % 4,
                                         (pair->base / 4) % 4, (pair->base / 2) % 2);
*/
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
