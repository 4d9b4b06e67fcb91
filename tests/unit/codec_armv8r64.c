/* SPDX-License-Identifier: MIT */
/* PRBAR_ELx and PRLAR_ELx of Armv8-R AArch64, by hand from the layouts of DDI 0600A.d, G1.3. */
#include "port/armv8r64/codec.h"

#include "mpumap.h"
#include "tap.h"

#if MPUMAP_ADDR_BITS == 64

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
    uint64_t base;
    uint64_t limit;
} edges[] = {
    {0x000000000000, 0x00000000003f}, {0x000000000000, 0xffffffffffff},
    {0x0000ffffffc0, 0x00010000003f}, {0x000100000000, 0x00010000ffff},
    {0x0400deadbec0, 0x0400deadbeff}, {0x7fffffffffc0, 0x80000000003f},
    {0xaaaaaaaaaa80, 0xd5555555553f}, {0xffffffffffc0, 0xffffffffffff},
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
    const uint64_t base = pair->base;
    const uint64_t limit = pair->limit;
    CHECK_EQ(base >> 6, edges[edge].base >> 6);
    CHECK_EQ(limit >> 6, edges[edge].limit >> 6);
    CHECK_EQ((limit >> 5) & 1u, 0);
    CHECK_EQ((limit >> 4) & 1u, 0);
    CHECK_EQ(limit & 1u, 1);
    CHECK_EQ((limit >> 1) & 7u, type_indexes[type]);
    CHECK_EQ((MPUMAP_ARMV8R64_MAIR >> (8u * ((limit >> 1) & 7u))) & 0xffu, type_bytes[type]);
    CHECK_EQ((base >> 4) & 3u, expected_sh(type, share));
    CHECK_EQ((base >> 3) & 1u, (p == 1 || p == 3) ? 0 : 1);
    CHECK_EQ((base >> 2) & 1u, (lower != 0) ? 1 : 0);
    CHECK_EQ(base & 3u, (p >= 2) ? 0 : 2);
}

static void check_round_trip(const struct mpumap_pair *pair, unsigned type, mpumap_attr_t attr)
{
    mpumap_attr_t back = 0;
    const bool legal = type < 3 || (attr & MPUMAP_EXEC) == 0u;
    CHECK_EQ(mpumap_armv8r64_decode(NULL, pair, &back), legal);
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
        mpumap_armv8r64_encode(NULL, edges[edge].base, edges[edge].limit, attr, &pair);
        check_fields(&pair, edge, type, p, share, lower);
        check_round_trip(&pair, type, attr);
        const struct mpumap_pair same =
            mpumap_armv8r64_pr_of_addr(edges[edge].base, edges[edge].limit, attr);
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
    CHECK_EQ(MPUMAP_ARMV8R64_PRBAR(0u, MPUMAP_RX), 0x38);
    CHECK_EQ(MPUMAP_ARMV8R64_PRBAR(0u, MPUMAP_RO), 0x3a);
    CHECK_EQ(MPUMAP_ARMV8R64_PRBAR(0u, MPUMAP_RW), 0x32);
    CHECK_EQ(MPUMAP_ARMV8R64_PRBAR(0u, MPUMAP_RW | MPUMAP_EL1), 0x36);
    CHECK_EQ(MPUMAP_ARMV8R64_PRBAR(0xfe7c00000000u, MPUMAP_RW | MPUMAP_DEVICE), 0xfe7c00000022);
    CHECK_EQ(MPUMAP_ARMV8R64_PRLAR(0xfe7c00000fffu, MPUMAP_RW | MPUMAP_DEVICE), 0xfe7c00000fc9);
    CHECK_EQ(MPUMAP_ARMV8R64_PRLAR(0xffffffffffffu, MPUMAP_RW), 0xffffffffffcf);
    CHECK_EQ(MPUMAP_ARMV8R64_MAIR, 0xff000004eeaa4400);
}

/* A bit-field of 42 bits, shifted as an int, once lost them. */
static void address_bits_42_to_47_are_kept(void)
{
    for (unsigned bit = 6; bit < 48u; bit++) {
        const uint64_t base = (uint64_t)1 << bit;
        struct mpumap_pair pair;
        mpumap_armv8r64_encode(NULL, base, base + 63u, MPUMAP_RW, &pair);
        CHECK_EQ(pair.base, base | 0x32u);
        CHECK_EQ(pair.limit, base | 0x0fu);
    }
}

static void non_secure_output(void)
{
    struct mpumap_pair secure;
    struct mpumap_pair pair;
    mpumap_attr_t attr;
    mpumap_armv8r64_encode(NULL, 0x1000, 0x1fff, MPUMAP_RW, &secure);
    mpumap_armv8r64_encode_ns(0x1000, 0x1fff, MPUMAP_RW, true, &pair);
    CHECK_EQ(pair.base, secure.base);
    CHECK_EQ(pair.limit, 0x1fdf);
    CHECK(!mpumap_armv8r64_decode(NULL, &pair, &attr));
    mpumap_armv8r64_encode_ns(0x1000, 0x1fff, MPUMAP_RW, false, &pair);
    CHECK_EQ(pair.limit, secure.limit);
}

static bool decodes(mpumap_reg_t base, mpumap_reg_t limit)
{
    const struct mpumap_pair pair = {base, limit};
    mpumap_attr_t attr;
    return mpumap_armv8r64_decode(NULL, &pair, &attr);
}

static void what_cannot_be_expressed_is_refused(void)
{
    CHECK(decodes(0x32, 0x0f));
    CHECK(!decodes(0x12, 0x0f)); /* SH = 01 */
    CHECK(!decodes(0x32, 0x07)); /* AttrIndx 3 */
    CHECK(!decodes(0x32, 0x0b)); /* AttrIndx 5 */
    CHECK(!decodes(0x32, 0x0d)); /* AttrIndx 6 */
    CHECK(!decodes(0x30, 0x09)); /* executable nGnRE */
    CHECK(!decodes(0x30, 0x01)); /* executable nGnRnE */
    CHECK(!decodes(0x31, 0x0f)); /* XN = 0b01 */
    CHECK(!decodes(0x33, 0x0f)); /* XN = 0b11 */
    CHECK(!decodes(0x32, 0x1f)); /* NS */
}

static void reserved_bits_and_enable_do_not_matter(void)
{
    CHECK(decodes(0xffff000000000032, 0xffff00000000002f));
    CHECK(decodes(0x32, 0x0e));
}

static void share_of_device_and_nc_is_outer_whatever_sh_says(void)
{
    static const uint8_t limits[] = {0x01, 0x03, 0x09};
    static const uint8_t bases[] = {0x02, 0x22, 0x32};
    for (unsigned i = 0; i < 9u; i++) {
        const struct mpumap_pair pair = {bases[i % 3u], limits[i / 3u]};
        mpumap_attr_t attr = 0;
        CHECK(mpumap_armv8r64_decode(NULL, &pair, &attr));
        CHECK_EQ(attr & MPUMAP_SHARE_MASK, MPUMAP_SHARE_OUTER);
    }
}

static void misaligned_input_cannot_reach_the_fields(void)
{
    struct mpumap_pair pair;
    mpumap_armv8r64_encode(NULL, 0xffff00000000103f, 0xffff000000002001, MPUMAP_RO, &pair);
    CHECK_EQ(pair.base, 0x103a);
    CHECK_EQ(pair.limit, 0x200f);
}

static const struct tap_case cases[] = {
    TAP_CASE(every_attribute_at_every_edge),
    TAP_CASE(literal_values),
    TAP_CASE(address_bits_42_to_47_are_kept),
    TAP_CASE(non_secure_output),
    TAP_CASE(what_cannot_be_expressed_is_refused),
    TAP_CASE(reserved_bits_and_enable_do_not_matter),
    TAP_CASE(share_of_device_and_nc_is_outer_whatever_sh_says),
    TAP_CASE(misaligned_input_cannot_reach_the_fields),
};
TAP_MAIN(cases)

#else
TAP_MAIN_NONE("48-bit addresses")
#endif
