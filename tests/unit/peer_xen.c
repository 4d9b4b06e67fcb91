/* SPDX-License-Identifier: MIT */
/* What goes wrong in the map of Xen's MPU port, each as a case that would show it here. */
#include "fixture.h"

#include "port/armv8r32/codec.h"
#include "port/armv8r64/codec.h"
#include "tap.h"

static struct fixture f;

#define OK(op) CHECK_STR(NAME(op), "ok")

/* map A, map B inside A, unmap A: answered success while all of A stayed; unmap B then failed. */
static void xen_unmap_of_outer_leaves_inner_accessible_and_nothing_else(void)
{
    fixture_exact(&f);
    OK(do_map(&f, 0, 15, DEV));
    OK(do_map(&f, 4, 7, DEV));
    OK(do_unmap(&f, 0, 15));
    for (unsigned i = 0; i < 16; i++) {
        CHECK_STR(access_of(&f, i), (i >= 4 && i <= 7) ? "rw" : "");
    }
    OK(do_unmap(&f, 4, 7));
    CHECK_STR(regions_of(&f), "");
    CHECK(sound(&f));
}

/* A sub-range that nobody mapped could be given back, and took another holder's reference. */
static void xen_unmap_of_a_subrange_nobody_mapped_takes_a_reference_of_others(void)
{
    fixture_exact(&f);
    OK(do_map(&f, 0, 15, RW));
    OK(do_map(&f, 0, 15, RW));
    OK(do_unmap(&f, 4, 7)); /* bytes are counted, so it is their reference that goes */
    CHECK_STR(spans_of(&f), "0-3 rw 2, 4-7 rw 1, 8-15 rw 2");
    OK(do_unmap(&f, 0, 15));
    CHECK_STR(spans_of(&f), "0-3 rw 1, 8-15 rw 1");
    CHECK_STR(NAME(do_unmap(&f, 0, 15)), "not-mapped");
    CHECK(sound(&f));
}

/* A range that sticks out of a region was looked up by its base only. */
static void xen_unmap_that_sticks_out_of_a_region(void)
{
    fixture_exact(&f);
    OK(do_map(&f, 0, 7, RW));
    remember(&f);
    CHECK_STR(NAME(do_unmap(&f, 4, 9)), "not-mapped");
    CHECK(unchanged(&f));
    fixture_whole(&f);
    OK(do_map(&f, 0, 7, RW));
    remember(&f);
    CHECK_STR(NAME(do_unmap(&f, 4, 9)), "overlap");
    CHECK(unchanged(&f));
}

/* Read-only and then Non-cacheable on the same range: success, and the memory stayed Write-Back. */
static void xen_type_is_compared_only_after_a_change_of_permission_was_accepted(void)
{
    static const enum mpumap_policy policies[2] = {MPUMAP_EXACT, MPUMAP_WHOLE};
    struct mpumap_region out;

    for (unsigned i = 0; i < 2; i++) {
        fixture_start(&f, MPUMAP_SIM_ARMV8R32_EL2, 16, policies[i]);
        OK(do_map(&f, 0, 3, RW));
        remember(&f);
        CHECK_STR(NAME(do_map(&f, 0, 3, MPUMAP_RO | MPUMAP_NORMAL_NC)), "conflict");
        CHECK(unchanged(&f));
        OK(do_protect(&f, 0, 3, MPUMAP_RO | MPUMAP_NORMAL_NC));
        CHECK(mpumap_query(&f.map, BASE(0), &out));
        CHECK_STR(mpumap_type_name(out.attr), "normal-nc");
        CHECK_STR(mpumap_perm_name(out.attr), "ro");
        CHECK_STR(access_of(&f, 0), "r");
        CHECK(sound(&f));
    }
}

/* A second map with other permissions rewrote the first holder's. */
static void xen_second_map_rewrites_the_permissions_of_the_first_holder(void)
{
    static const enum mpumap_policy policies[2] = {MPUMAP_EXACT, MPUMAP_WHOLE};

    for (unsigned i = 0; i < 2; i++) {
        fixture_start(&f, MPUMAP_SIM_ARMV8R32_EL2, 16, policies[i]);
        OK(do_map(&f, 0, 3, RW));
        remember(&f);
        CHECK_STR(NAME(do_map(&f, 0, 3, RO)), "conflict");
        CHECK_STR(NAME(do_map(&f, 1, 2, RX)), "conflict");
        CHECK(unchanged(&f));
        CHECK_STR(access_of(&f, 1), "rw");
        OK(do_map(&f, 0, 3, RW));
        CHECK_STR(NAME(do_protect(&f, 0, 3, RO)), "shared");
        CHECK_STR(access_of(&f, 1), "rw");
    }
}

/* Pool exhausted and count overflow shared one code. */
static void xen_exhaustion_and_overflow_look_alike(void)
{
    fixture_prepare(&f, MPUMAP_SIM_ARMV8R32_EL2, 1, MPUMAP_WHOLE);
    f.config.refs_max = 255;
    OK(mpumap_init(&f.map, &f.config));
    for (unsigned i = 0; i < 255; i++) {
        OK(do_map(&f, 0, 0, RW));
    }
    CHECK_STR(NAME(do_map(&f, 0, 0, RW)), "refs");
    CHECK_STR(NAME(do_map(&f, 2, 2, RW)), "no-region");
}

/* Slots 32 and up never went off in hardware: the shift by the slot number left the bitmap. */
static void xen_slots_32_and_up_never_go_off(void)
{
    static const uint16_t sizes[2] = {40, 255};

    for (unsigned k = 0; k < 2; k++) {
        fixture_start(&f, MPUMAP_SIM_ARMV8R32_EL2, sizes[k], MPUMAP_EXACT);
        for (unsigned i = 0; i < sizes[k]; i++) {
            OK(do_map(&f, 2 * i, 2 * i, RW));
        }
        for (unsigned i = 0; i < sizes[k]; i++) {
            struct mpumap_pair p;
            const uint8_t slot = slot_of(&f, 2 * i);
            OK(do_unmap(&f, 2 * i, 2 * i));
            mpumap_sim_get(&f.sim, slot, &p);
            CHECK_EQ(p.limit & MPUMAP_LIMIT_ENABLE, 0);
            CHECK_STR(access_of(&f, 2 * i), "");
        }
        CHECK(sound(&f));
    }
}

struct watch {
    mpumap_addr_t limit;
    unsigned steps;
    bool wide; /* more was accessible than ever asked for */
};

static void look(void *ctx, struct mpumap_sim *sim)
{
    struct watch *w = ctx;

    w->steps++;
    w->wide = w->wide || mpumap_sim_access(sim, 'r', 0, MPUMAP_SIM_OWNER).allow ||
              mpumap_sim_access(sim, 'r', BASE(0) - 1, MPUMAP_SIM_OWNER).allow ||
              mpumap_sim_access(sim, 'r', w->limit + 1, MPUMAP_SIM_OWNER).allow;
}

/* Slot 0 took the wrong path and was, for a moment, [0, old limit]. */
static void xen_slot_0_is_briefly_all_of_low_memory(void)
{
    static const enum mpumap_sim_target targets[2] = {MPUMAP_SIM_ARMV8R32_EL2,
                                                      MPUMAP_SIM_ARMV8R32_EL1};
    struct watch w = {LIMIT(5), 0, false};

    for (unsigned i = 0; i < 2; i++) {
        fixture_start(&f, targets[i], 1, MPUMAP_EXACT);
        mpumap_sim_strict(&f.sim, false);
        f.sim.faults.between = look;
        f.sim.faults.between_ctx = &w;
        OK(do_map(&f, 2, 5, RW));
        CHECK_EQ(slot_of(&f, 2), 0);
        OK(do_unmap(&f, 2, 2));
        OK(do_unmap(&f, 5, 5));
        OK(do_protect(&f, 3, 4, RO | MPUMAP_NORMAL_NC));
        OK(do_unmap(&f, 3, 4));
        CHECK(w.steps > 5);
        CHECK(!w.wide);
        CHECK(sound(&f));
    }
}

/* A shift of a bit-field dropped address bits 42 to 47. */
static void xen_address_bits_42_to_47_are_lost(void)
{
#if MPUMAP_ADDR_BITS == 64
    for (unsigned bit = 6; bit < 48; bit++) {
        const mpumap_addr_t base = (mpumap_addr_t)1 << bit;
        const struct mpumap_pair p = mpumap_armv8r64_pr_of_addr(base, base + 63, RW);
        CHECK_EQ(p.base & ~(mpumap_addr_t)63, base);
        CHECK_EQ(p.limit & ~(mpumap_addr_t)63, base);
        fixture_start(&f, MPUMAP_SIM_ARMV8R64_EL2, 4, MPUMAP_EXACT);
        OK(mpumap_map(&f.map, base, base + 63, RW));
        CHECK(allows(&f, 'w', base) && allows(&f, 'w', base + 63));
        CHECK(!allows(&f, 'r', 0) && !allows(&f, 'r', base - 1) && !allows(&f, 'r', base + 64));
        CHECK(sound(&f));
    }
#else
    tap_skip("32-bit addresses");
#endif
}

/* The constant for program text encoded read-write although its comment said read-only. */
static void xen_text_is_writable(void)
{
    fixture_exact(&f);
    OK(do_map(&f, 0, 3, RX));
    CHECK_STR(access_of(&f, 0), "rx");
    CHECK(!allows(&f, 'w', BASE(2)));
    CHECK_EQ(mpumap_armv8r32_pr_of_addr(BASE(0), LIMIT(3), RX).base & 0x1fu, 0x1cu);
}

/* Flags 0 meant "unmap". */
static void xen_attributes_of_zero_unmap(void)
{
    fixture_exact(&f);
    OK(do_map(&f, 0, 3, 0)); /* read-only normal memory */
    CHECK_STR(access_of(&f, 0), "r");
    OK(do_protect(&f, 0, 3, RW));
    OK(do_protect(&f, 0, 3, 0));
    CHECK_STR(access_of(&f, 0), "r");
}

/* Count 0 meant one holder, so that the second map overflowed one early or late. */
static void xen_the_first_holder_counts_as_none(void)
{
    struct mpumap_region out;

    fixture_exact(&f);
    OK(do_map(&f, 0, 0, RW));
    CHECK(mpumap_query(&f.map, BASE(0), &out));
    CHECK_EQ(out.refs, 1);
}

/* A change of counts paid a DSB and an ISB. */
static void xen_barriers_for_a_pure_count(void)
{
    fixture_exact(&f);
    OK(do_map(&f, 0, 9, RW));
    mpumap_sim_clear(&f.sim);
    OK(do_map(&f, 2, 3, RW));
    OK(do_unmap(&f, 2, 3));
    CHECK_EQ(mpumap_sim_writes(&f.sim), 0);
    CHECK_EQ(mpumap_sim_barriers(&f.sim), 0);
}

static const struct tap_case cases[] = {
    TAP_CASE(xen_unmap_of_outer_leaves_inner_accessible_and_nothing_else),
    TAP_CASE(xen_unmap_of_a_subrange_nobody_mapped_takes_a_reference_of_others),
    TAP_CASE(xen_unmap_that_sticks_out_of_a_region),
    TAP_CASE(xen_type_is_compared_only_after_a_change_of_permission_was_accepted),
    TAP_CASE(xen_second_map_rewrites_the_permissions_of_the_first_holder),
    TAP_CASE(xen_exhaustion_and_overflow_look_alike),
    TAP_CASE(xen_slots_32_and_up_never_go_off),
    TAP_CASE(xen_slot_0_is_briefly_all_of_low_memory),
    TAP_CASE(xen_address_bits_42_to_47_are_lost),
    TAP_CASE(xen_text_is_writable),
    TAP_CASE(xen_attributes_of_zero_unmap),
    TAP_CASE(xen_the_first_holder_counts_as_none),
    TAP_CASE(xen_barriers_for_a_pure_count),
};
TAP_MAIN(cases)
