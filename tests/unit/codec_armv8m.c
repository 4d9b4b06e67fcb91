/* SPDX-License-Identifier: MIT */
/* MPU_RBAR and MPU_RLAR of Armv8-M, taken apart by hand from the layouts of DDI 0553, D1.2. */
#include "port/armv8m/codec.h"

#include "mpumap.h"
#include "tap.h"

static const mpumap_attr_t types[] = {MPUMAP_NORMAL, MPUMAP_NORMAL_NC, MPUMAP_NORMAL_WT,
                                      MPUMAP_DEVICE, MPUMAP_DEVICE_NGNRNE};
/* Attribute byte that each must select, and the index at which the MAIR layout has it. */
static const uint8_t type_bytes[] = {0xff, 0x44, 0xaa, 0x04, 0x00};
static const uint8_t type_indexes[] = {7, 1, 2, 4, 0};
static const mpumap_attr_t perms[] = {MPUMAP_RO, MPUMAP_RW, MPUMAP_RX, MPUMAP_RWX};
static const mpumap_attr_t shares[] = {MPUMAP_SHARE_AUTO, MPUMAP_SHARE_NON, MPUMAP_SHARE_OUTER,
                                       MPUMAP_SHARE_INNER};
static const mpumap_attr_t lowers[] = {0, MPUMAP_EL1, MPUMAP_EL0};

static const struct {
    uint32_t base;
    uint32_t limit;
} edges[] = {
    {0x00000000, 0x0000001f}, {0x00000000, 0xffffffff}, {0x00000020, 0x0000003f},
    {0x7fffffe0, 0x8000001f}, {0x80000000, 0x8000ffff}, {0xffffffe0, 0xffffffff},
    {0xaaaaaaa0, 0xd555555f},
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* SH by the rule: cacheable memory as asked, Inner when not; all other memory Outer. */
static unsigned expected_sh(unsigned type, unsigned share)
{
    static const uint8_t sh[] = {3, 0, 2, 3};
    return (type == 0 || type == 2) ? sh[share] : 2;
}

static void check_fields(const struct mpumap_pair *pair, unsigned edge, unsigned type, unsigned p,
                         unsigned share, unsigned lower)
{
    static const uint64_t mair = ((uint64_t)MPUMAP_ARMV8M_MAIR1 << 32) | MPUMAP_ARMV8M_MAIR0;
    const uint32_t base = (uint32_t)pair->base;
    const uint32_t limit = (uint32_t)pair->limit;
    CHECK_EQ(pair->base, base);
    CHECK_EQ(pair->limit, limit);
    CHECK_EQ(base >> 5, edges[edge].base >> 5);
    CHECK_EQ(limit >> 5, edges[edge].limit >> 5);
    CHECK_EQ((limit >> 4) & 1u, 0);
    CHECK_EQ(limit & 1u, 1);
    CHECK_EQ((limit >> 1) & 7u, type_indexes[type]);
    CHECK_EQ((mair >> (8u * ((limit >> 1) & 7u))) & 0xffu, type_bytes[type]);
    CHECK_EQ((base >> 3) & 3u, expected_sh(type, share));
    CHECK_EQ((base >> 2) & 1u, (p == 1 || p == 3) ? 0 : 1);
    CHECK_EQ((base >> 1) & 1u, (lower != 0) ? 1 : 0);
    CHECK_EQ(base & 1u, (p >= 2) ? 0 : 1);
}

static void check_round_trip(const struct mpumap_pair *pair, unsigned type, mpumap_attr_t attr)
{
    mpumap_attr_t back = 0;
    const bool legal = type < 3 || (attr & MPUMAP_EXEC) == 0u;
    CHECK_EQ(mpumap_armv8m_decode(NULL, pair, &back), legal);
    if (legal) {
        unsigned want = mpumap_canonical((mpumap_attr_t)(attr & ~MPUMAP_LOWER_MASK));
        want |= ((attr & MPUMAP_LOWER_MASK) != 0u) ? MPUMAP_EL1 : 0u;
        CHECK_EQ(back, want);
    }
}

static void every_attribute_at_every_edge(void)
{
    for (unsigned i = 0; i < COUNT(edges) * COUNT(types) * COUNT(perms) * 4u * 3u; i++) {
        const unsigned lower = i % 3u;
        const unsigned share = i / 3u % 4u;
        const unsigned p = i / 12u % 4u;
        const unsigned type = i / 48u % 5u;
        const unsigned edge = i / 240u;
        const mpumap_attr_t attr =
            (mpumap_attr_t)(types[type] | perms[p] | shares[share] | lowers[lower]);
        struct mpumap_pair pair;
        mpumap_armv8m_encode(NULL, edges[edge].base, edges[edge].limit, attr, &pair);
        check_fields(&pair, edge, type, p, share, lower);
        check_round_trip(&pair, type, attr);
        const struct mpumap_pair same =
            mpumap_armv8m_pr_of_addr(edges[edge].base, edges[edge].limit, attr);
        CHECK(same.base == pair.base && same.limit == pair.limit);
        if (tap_failed()) {
            tap_note_number("combination", i);
            return;
        }
    }
}

/* Written down from the layouts, not computed. */
static void literal_values(void)
{
    CHECK_EQ(MPUMAP_ARMV8M_RBAR(0u, MPUMAP_RX), 0x1c);
    CHECK_EQ(MPUMAP_ARMV8M_RBAR(0u, MPUMAP_RO), 0x1d);
    CHECK_EQ(MPUMAP_ARMV8M_RBAR(0x20000000u, MPUMAP_RW | MPUMAP_EL0), 0x2000001b);
    CHECK_EQ(MPUMAP_ARMV8M_RLAR(0x2000ffffu, MPUMAP_RW), 0x2000ffef);
    CHECK_EQ(MPUMAP_ARMV8M_RBAR(0x40000020u, MPUMAP_RW | MPUMAP_DEVICE_NGNRNE), 0x40000031);
    CHECK_EQ(MPUMAP_ARMV8M_RLAR(0x4000003fu, MPUMAP_RW | MPUMAP_DEVICE_NGNRNE), 0x40000021);
    CHECK_EQ(MPUMAP_ARMV8M_RLAR(0xffffffffu, MPUMAP_RW), 0xffffffef);
    CHECK_EQ(MPUMAP_ARMV8M_MAIR0, 0xeeaa4400);
    CHECK_EQ(MPUMAP_ARMV8M_MAIR1, 0xff000004);
}

static bool decodes(mpumap_reg_t base, mpumap_reg_t limit)
{
    const struct mpumap_pair pair = {base, limit};
    mpumap_attr_t attr;
    return mpumap_armv8m_decode(NULL, &pair, &attr);
}

static void what_cannot_be_expressed_is_refused(void)
{
    CHECK(decodes(0x19, 0x0f));
    CHECK(!decodes(0x09, 0x0f)); /* SH = 01 */
    CHECK(!decodes(0x09, 0x09)); /* SH = 01, Device */
    CHECK(!decodes(0x19, 0x07)); /* AttrIndx 3 */
    CHECK(!decodes(0x19, 0x0b)); /* AttrIndx 5 */
    CHECK(!decodes(0x19, 0x0d)); /* AttrIndx 6 */
    CHECK(!decodes(0x18, 0x09)); /* executable nGnRE */
    CHECK(!decodes(0x18, 0x01)); /* executable nGnRnE */
}

/* PXN takes execution from the owning level alone, which attributes cannot say. */
static void privileged_execute_never(void)
{
    CHECK(!decodes(0x1c, 0x1f));
    CHECK(decodes(0x1d, 0x1f));
}

static void enable_does_not_matter(void)
{
    CHECK(decodes(0x19, 0x0e));
}

static void share_of_device_and_nc_is_outer_whatever_sh_says(void)
{
    static const uint8_t limits[] = {0x01, 0x03, 0x09};
    static const uint8_t bases[] = {0x01, 0x11, 0x19};
    for (unsigned i = 0; i < 9u; i++) {
        const struct mpumap_pair pair = {bases[i % 3u], limits[i / 3u]};
        mpumap_attr_t attr = 0;
        CHECK(mpumap_armv8m_decode(NULL, &pair, &attr));
        CHECK_EQ(attr & MPUMAP_SHARE_MASK, MPUMAP_SHARE_OUTER);
    }
}

static void misaligned_input_cannot_reach_the_fields(void)
{
    struct mpumap_pair pair;
    mpumap_armv8m_encode(NULL, 0x103f, 0x2001, MPUMAP_RO, &pair);
    CHECK_EQ(pair.base, 0x103d);
    CHECK_EQ(pair.limit, 0x200f);
}

static const struct tap_case cases[] = {
    TAP_CASE(every_attribute_at_every_edge),
    TAP_CASE(literal_values),
    TAP_CASE(what_cannot_be_expressed_is_refused),
    TAP_CASE(privileged_execute_never),
    TAP_CASE(enable_does_not_matter),
    TAP_CASE(share_of_device_and_nc_is_outer_whatever_sh_says),
    TAP_CASE(misaligned_input_cannot_reach_the_fields),
};
TAP_MAIN(cases)
