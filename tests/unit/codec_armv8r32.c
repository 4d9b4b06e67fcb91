/* SPDX-License-Identifier: MIT */
/* PRBAR and PRLAR of Armv8-R AArch32, taken apart by hand from the layouts of DDI 0568A.c, E2.2. */
#include "port/armv8r32/codec.h"

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
    {0x00000000, 0x0000003f}, {0x00000000, 0xffffffff}, {0x00000040, 0x0000007f},
    {0x7fffffc0, 0x8000003f}, {0x80000000, 0x8000ffff}, {0xffffffc0, 0xffffffff},
    {0xaaaaaa80, 0xd555553f},
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
    static const uint64_t mair = ((uint64_t)MPUMAP_ARMV8R32_MAIR1 << 32) | MPUMAP_ARMV8R32_MAIR0;
    const uint32_t base = (uint32_t)pair->base;
    const uint32_t limit = (uint32_t)pair->limit;
    CHECK_EQ(pair->base, base);
    CHECK_EQ(pair->limit, limit);
    CHECK_EQ(base >> 6, edges[edge].base >> 6);
    CHECK_EQ(limit >> 6, edges[edge].limit >> 6);
    CHECK_EQ((base >> 5) & 1u, 0);
    CHECK_EQ((limit >> 4) & 3u, 0);
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
    CHECK_EQ(mpumap_armv8r32_decode(NULL, pair, &back), legal);
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
        mpumap_armv8r32_encode(NULL, edges[edge].base, edges[edge].limit, attr, &pair);
        check_fields(&pair, edge, type, p, share, lower);
        check_round_trip(&pair, type, attr);
        const struct mpumap_pair same =
            mpumap_armv8r32_pr_of_addr(edges[edge].base, edges[edge].limit, attr);
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
    CHECK_EQ(MPUMAP_ARMV8R32_PRBAR(0u, MPUMAP_RX), 0x1c);
    CHECK_EQ(MPUMAP_ARMV8R32_PRBAR(0u, MPUMAP_RO), 0x1d);
    CHECK_EQ(MPUMAP_ARMV8R32_PRBAR(0u, MPUMAP_RW), 0x19);
    CHECK_EQ(MPUMAP_ARMV8R32_PRBAR(0u, MPUMAP_RWX), 0x18);
    CHECK_EQ(MPUMAP_ARMV8R32_PRBAR(0u, MPUMAP_RW | MPUMAP_EL1), 0x1b);
    CHECK_EQ(MPUMAP_ARMV8R32_PRBAR(0xe7c00000u, MPUMAP_RW | MPUMAP_DEVICE), 0xe7c00011);
    CHECK_EQ(MPUMAP_ARMV8R32_PRLAR(0xe7c00fffu, MPUMAP_RW | MPUMAP_DEVICE), 0xe7c00fc9);
    CHECK_EQ(MPUMAP_ARMV8R32_PRLAR(0xffffffffu, MPUMAP_RW), 0xffffffcf);
    CHECK_EQ(MPUMAP_ARMV8R32_PRLAR(0x3fu, MPUMAP_RW | MPUMAP_NORMAL_NC), 0x3);
    CHECK_EQ(MPUMAP_ARMV8R32_MAIR0, 0xeeaa4400);
    CHECK_EQ(MPUMAP_ARMV8R32_MAIR1, 0xff000004);
}

/* A well-known table calls 0x18 read-only text; it is writable. Read-only is 0x1c. */
static void text_constant_of_older_systems_is_writable(void)
{
    const struct mpumap_pair said = {0x18, 0x0f};
    const struct mpumap_pair meant = {0x1c, 0x0f};
    mpumap_attr_t attr = 0;
    CHECK(mpumap_armv8r32_decode(NULL, &said, &attr));
    CHECK_EQ(attr, MPUMAP_RWX | MPUMAP_NORMAL | MPUMAP_SHARE_INNER);
    CHECK(mpumap_armv8r32_decode(NULL, &meant, &attr));
    CHECK_EQ(attr, MPUMAP_RX | MPUMAP_NORMAL | MPUMAP_SHARE_INNER);
}

static bool decodes(mpumap_reg_t base, mpumap_reg_t limit)
{
    const struct mpumap_pair pair = {base, limit};
    mpumap_attr_t attr;
    return mpumap_armv8r32_decode(NULL, &pair, &attr);
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

/* QEMU returns RES0 bits as written; hardware need not. */
static void reserved_bits_and_enable_do_not_matter(void)
{
    CHECK(decodes(0x19 | 0x20, 0x0f | 0x30));
    CHECK(decodes(0x19, 0x0e));
}

static void share_of_device_and_nc_is_outer_whatever_sh_says(void)
{
    static const uint8_t limits[] = {0x01, 0x03, 0x09};
    static const uint8_t bases[] = {0x01, 0x11, 0x19};
    for (unsigned i = 0; i < 9u; i++) {
        const struct mpumap_pair pair = {bases[i % 3u], limits[i / 3u]};
        mpumap_attr_t attr = 0;
        CHECK(mpumap_armv8r32_decode(NULL, &pair, &attr));
        CHECK_EQ(attr & MPUMAP_SHARE_MASK, MPUMAP_SHARE_OUTER);
    }
}

static void misaligned_input_cannot_reach_the_fields(void)
{
    struct mpumap_pair pair;
    mpumap_armv8r32_encode(NULL, 0x103f, 0x2001, MPUMAP_RO, &pair);
    CHECK_EQ(pair.base, 0x101d);
    CHECK_EQ(pair.limit, 0x200f);
}

static const struct tap_case cases[] = {
    TAP_CASE(every_attribute_at_every_edge),
    TAP_CASE(literal_values),
    TAP_CASE(text_constant_of_older_systems_is_writable),
    TAP_CASE(what_cannot_be_expressed_is_refused),
    TAP_CASE(reserved_bits_and_enable_do_not_matter),
    TAP_CASE(share_of_device_and_nc_is_outer_whatever_sh_says),
    TAP_CASE(misaligned_input_cannot_reach_the_fields),
};
TAP_MAIN(cases)
