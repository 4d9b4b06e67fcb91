/* SPDX-License-Identifier: MIT */
/* What accesses answer: every permission at both levels, edges, background, default map. */
#include "port/sim/sim.h"
#include "tap.h"

#define TARGETS 5u

static struct mpumap_sim sim;

/* Base register bits for AP and XN, and AttrIndx 7: Normal Write-Back, Inner Shareable. */
static struct mpumap_pair region(unsigned target, unsigned ap, unsigned xn, mpumap_addr_t base,
                                 mpumap_addr_t limit)
{
    const bool r64 = target == MPUMAP_SIM_ARMV8R64_EL1 || target == MPUMAP_SIM_ARMV8R64_EL2;
    const mpumap_addr_t granule = (target == MPUMAP_SIM_ARMV8M) ? 31u : 63u;
    const mpumap_reg_t fields =
        r64 ? ((3u << 4) | (ap << 2) | (xn << 1)) : ((3u << 3) | (ap << 1) | xn);
    return (struct mpumap_pair){base | fields, (limit & ~granule) | 0xfu};
}

static bool start(unsigned target)
{
    const bool made = mpumap_sim_init(&sim, (enum mpumap_sim_target)target, 8, 3);
    if (made) {
        mpumap_sim_control(&sim, true, false);
    }
    return made;
}

static const char *answer(char kind, mpumap_addr_t addr, enum mpumap_sim_level level)
{
    const struct mpumap_sim_answer got = mpumap_sim_access(&sim, kind, addr, level);
    CHECK_EQ(got.allow, got.reason <= (uint8_t)MPUMAP_SIM_DEFAULT);
    return mpumap_sim_reason_name((enum mpumap_sim_reason)got.reason);
}

/* DDI 0568A.c, E2.2: AP[2:1] 00 owner RW, 01 all RW, 10 owner RO, 11 all RO. */
static void every_permission_at_both_levels(void)
{
    static const char *const owner[2][4][3] = {
        {{"region", "region", "region"},
         {"region", "region", "region"},
         {"region", "permission", "region"},
         {"region", "permission", "region"}},
        {{"region", "region", "execute-never"},
         {"region", "region", "execute-never"},
         {"region", "permission", "execute-never"},
         {"region", "permission", "execute-never"}},
    };
    for (unsigned i = 0; i < TARGETS * 8u * 6u; i++) {
        const unsigned access = i % 3u;
        const unsigned low = i / 3u % 2u;
        const unsigned ap = i / 6u % 4u;
        const unsigned xn = i / 24u % 2u;
        const unsigned target = i / 48u;
        if (!start(target)) {
            continue;
        }
        const struct mpumap_pair pair = region(target, ap, xn, 0x1000, 0x1fff);
        mpumap_sim_set(&sim, 5, &pair);
        const char *want = (low == 1u && (ap & 1u) == 0u) ? "level" : owner[xn][ap][access];
        if (!CHECK_STR(answer("rwx"[access], 0x1800, (enum mpumap_sim_level)low), want)) {
            tap_note_number("combination", i);
        }
        CHECK_EQ(mpumap_sim_access(&sim, 'r', 0x1800, MPUMAP_SIM_OWNER).slot, 5);
    }
}

static void edges_of_a_region(void)
{
    for (unsigned target = 0; target < TARGETS; target++) {
        if (start(target)) {
            const mpumap_addr_t granule = (target == MPUMAP_SIM_ARMV8M) ? 32u : 64u;
            const struct mpumap_pair pair = region(target, 0, 1, 0x1000, 0x1000 + granule - 1u);
            mpumap_sim_set(&sim, 0, &pair);
            CHECK_STR(answer('r', 0xfff, MPUMAP_SIM_OWNER), "unmapped");
            CHECK_STR(answer('r', 0x1000, MPUMAP_SIM_OWNER), "region");
            CHECK_STR(answer('r', 0x1000 + granule - 1u, MPUMAP_SIM_OWNER), "region");
            CHECK_STR(answer('r', 0x1000 + granule, MPUMAP_SIM_OWNER), "unmapped");
        }
    }
}

static void top_of_the_address_space(void)
{
    for (unsigned target = 0; target < TARGETS; target++) {
        if (start(target)) {
            const bool r64 = target == MPUMAP_SIM_ARMV8R64_EL1 || target == MPUMAP_SIM_ARMV8R64_EL2;
            const mpumap_addr_t top =
                r64 ? (mpumap_addr_t)((((uint64_t)1) << 48) - 1u) : (mpumap_addr_t)0xffffffffu;
            const struct mpumap_pair pair = region(target, 0, 1, top - 0xfff, top);
            mpumap_sim_set(&sim, 7, &pair);
            CHECK_STR(answer('w', top, MPUMAP_SIM_OWNER), "region");
            CHECK_STR(answer('w', top - 0x1000, MPUMAP_SIM_OWNER), "unmapped");
            if (top + 1u != 0u) {
                CHECK_STR(answer('r', top + 1u, MPUMAP_SIM_OWNER), "range");
            }
        }
    }
}

static void an_overlap_denies_even_with_background(void)
{
    CHECK(start(MPUMAP_SIM_ARMV8R32_EL2));
    const struct mpumap_pair low = region(MPUMAP_SIM_ARMV8R32_EL2, 0, 1, 0x1000, 0x1fff);
    const struct mpumap_pair high = region(MPUMAP_SIM_ARMV8R32_EL2, 0, 1, 0x1800, 0x27ff);
    mpumap_sim_set(&sim, 0, &low);
    mpumap_sim_set(&sim, 1, &high);
    CHECK_STR(answer('r', 0x1800, MPUMAP_SIM_OWNER), "overlap");
    CHECK_STR(answer('r', 0x17ff, MPUMAP_SIM_OWNER), "region");
    mpumap_sim_control(&sim, true, true);
    CHECK_STR(answer('r', 0x1fff, MPUMAP_SIM_OWNER), "overlap");
    CHECK_EQ(sim.error.fault, MPUMAP_SIM_OVERLAP);
}

static void background_serves_the_owner_only(void)
{
    CHECK(start(MPUMAP_SIM_ARMV8R32_EL1));
    const struct mpumap_pair pair = region(MPUMAP_SIM_ARMV8R32_EL1, 2, 1, 0x1000, 0x1fff);
    mpumap_sim_set(&sim, 0, &pair);
    CHECK_STR(answer('r', 0x2000, MPUMAP_SIM_OWNER), "unmapped");
    mpumap_sim_control(&sim, true, true);
    CHECK_STR(answer('r', 0x2000, MPUMAP_SIM_OWNER), "background");
    CHECK_STR(answer('r', 0x2000, MPUMAP_SIM_LOWER), "unmapped");
    CHECK_STR(answer('w', 0x1000, MPUMAP_SIM_OWNER), "permission");
    CHECK_STR(answer('x', 0x7fffffc0, MPUMAP_SIM_OWNER), "background");
    CHECK_STR(answer('x', 0x80000000, MPUMAP_SIM_OWNER), "execute-never");
}

static void default_map_when_the_mpu_is_off(void)
{
    CHECK(start(MPUMAP_SIM_ARMV8R32_EL2));
    mpumap_sim_control(&sim, false, false);
    CHECK_STR(answer('w', 0x90000000, MPUMAP_SIM_OWNER), "default-map");
    CHECK_STR(answer('x', 0x7fffffff, MPUMAP_SIM_LOWER), "default-map");
    CHECK_STR(answer('x', 0x80000000, MPUMAP_SIM_OWNER), "execute-never");
    CHECK(start(MPUMAP_SIM_ARMV8M));
    mpumap_sim_control(&sim, false, false);
    CHECK_STR(answer('x', 0x3fffffff, MPUMAP_SIM_OWNER), "default-map");
    CHECK_STR(answer('x', 0x40000000, MPUMAP_SIM_OWNER), "execute-never");
    CHECK_STR(answer('x', 0x60000000, MPUMAP_SIM_OWNER), "default-map");
    CHECK_STR(answer('x', 0xa0000000, MPUMAP_SIM_OWNER), "execute-never");
}

static void the_private_peripheral_bus_is_outside_the_mpu(void)
{
    CHECK(start(MPUMAP_SIM_ARMV8M));
    CHECK_STR(answer('r', 0xdfffffff, MPUMAP_SIM_OWNER), "unmapped");
    CHECK_STR(answer('r', 0xe0000000, MPUMAP_SIM_OWNER), "default-map");
    CHECK_STR(answer('w', 0xe00fffff, MPUMAP_SIM_OWNER), "default-map");
    CHECK_STR(answer('x', 0xe0000000, MPUMAP_SIM_OWNER), "execute-never");
    CHECK_STR(answer('r', 0xe0100000, MPUMAP_SIM_OWNER), "unmapped");
    CHECK(start(MPUMAP_SIM_ARMV8R32_EL2));
    CHECK_STR(answer('r', 0xe0000000, MPUMAP_SIM_OWNER), "unmapped");
}

static void nothing_executes_in_the_system_regions(void)
{
    CHECK(start(MPUMAP_SIM_ARMV8M));
    const struct mpumap_pair below = region(MPUMAP_SIM_ARMV8M, 2, 0, 0xdffffe00, 0xdfffffff);
    const struct mpumap_pair system = region(MPUMAP_SIM_ARMV8M, 2, 0, 0xe0000000, 0xffffffff);
    mpumap_sim_set(&sim, 0, &below);
    mpumap_sim_set(&sim, 1, &system);
    CHECK_STR(answer('x', 0xdffffffc, MPUMAP_SIM_OWNER), "region");
    CHECK_STR(answer('x', 0xe0000000, MPUMAP_SIM_OWNER), "execute-never");
    CHECK_STR(answer('x', 0xe0100000, MPUMAP_SIM_OWNER), "execute-never");
    CHECK_STR(answer('x', 0xfffffffc, MPUMAP_SIM_OWNER), "execute-never");
    CHECK_STR(answer('r', 0xe0100000, MPUMAP_SIM_OWNER), "region");
}

static const struct tap_case cases[] = {
    TAP_CASE(every_permission_at_both_levels),
    TAP_CASE(edges_of_a_region),
    TAP_CASE(top_of_the_address_space),
    TAP_CASE(an_overlap_denies_even_with_background),
    TAP_CASE(background_serves_the_owner_only),
    TAP_CASE(default_map_when_the_mpu_is_off),
    TAP_CASE(the_private_peripheral_bus_is_outside_the_mpu),
    TAP_CASE(nothing_executes_in_the_system_regions),
};
TAP_MAIN(cases)
