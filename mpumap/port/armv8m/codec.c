/* SPDX-License-Identifier: MIT */
#include "port/armv8m/codec.h"

#define GRANULE_MASK 31u
#define ADDRESS_MASK 0xffffffffu
#define RLAR_PXN 0x10u

/*@ requires canonical(attr);
    assigns \nothing;
    ensures \result.base == rbar_m(base, attr);
    ensures \result.limit == rlar_m(limit, attr);
*/
struct mpumap_pair mpumap_armv8m_pr_of_addr(mpumap_addr_t base, mpumap_addr_t limit,
                                            mpumap_attr_t attr)
{
    const mpumap_addr_t first = base & (ADDRESS_MASK - GRANULE_MASK);
    const mpumap_addr_t last = (limit & ADDRESS_MASK) | GRANULE_MASK;
    //@ assert first == base % 0x100000000 - base % 32;
    //@ assert last == limit % 0x100000000 - limit % 32 + 31;
    return (struct mpumap_pair){MPUMAP_ARMV8M_RBAR(first, attr), MPUMAP_ARMV8M_RLAR(last, attr)};
}

/*@ requires canonical(attr) && \valid(out);
    assigns *out;
    ensures out->base == rbar_m(base, attr);
    ensures out->limit == rlar_m(limit, attr);
*/
void mpumap_armv8m_encode(void *ctx, mpumap_addr_t base, mpumap_addr_t limit, mpumap_attr_t attr,
                          struct mpumap_pair *out)
{
    (void)ctx;
    *out = mpumap_armv8m_pr_of_addr(base, limit, attr);
}

/*@ requires \valid_read(pair) && \valid(attr) && \separated(pair, attr);
    assigns *attr;
    ensures \result <==> held((pair->limit / 2) % 8, (pair->base / 8) % 4, pair->base % 2) &&
                         !((pair->limit / 16) % 2 == 1 && pair->base % 2 == 0);
    ensures \result ==> *attr == attr_of((pair->limit / 2) % 8, (pair->base / 8) % 4,
                                         (pair->base / 2) % 4, pair->base % 2);
*/
bool mpumap_armv8m_decode(void *ctx, const struct mpumap_pair *pair, mpumap_attr_t *attr)
{
    (void)ctx;
    const struct mpumap_fields fields = {
        .index = (uint8_t)((pair->limit >> 1) & 7u),
        .sh = (uint8_t)((pair->base >> 3) & 3u),
        .ap = (uint8_t)((pair->base >> 1) & 3u),
        .xn = (pair->base & 1u) != 0u,
    };
    if ((pair->limit & RLAR_PXN) != 0u && !fields.xn) {
        return false;
    }
    return mpumap_attr_of_fields(&fields, attr);
}
