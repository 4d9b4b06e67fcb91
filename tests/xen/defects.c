/* SPDX-License-Identifier: MIT */
/*
 * What Xen's own table code at c447b7308b was seen to get wrong, each tried on the glue. What
 * happens there stands above each case.
 */
#include "machine.h"

#include "tap.h"

#include <stdio.h>

#define A ((paddr_t)0x60000000u)
#define RANGE(first, last) (A + (first)*PAGE_SIZE), (A + ((last) + 1u) * PAGE_SIZE)
#define BYTES(first, last) (A + (first)*PAGE_SIZE), (A + ((last) + 1u) * PAGE_SIZE - 1u)

static void begin(uint16_t regions)
{
    machine_boot(&boards[0], regions);
    start_up(STAGE_FDT);
}

static void map(unsigned int first, unsigned int last, unsigned int flags, mpumap_attr_t attr)
{
    model_map(BYTES(first, last), attr);
    CHANGE(xen_mpumap_update(RANGE(first, last), flags), 0);
}

static void unmap(unsigned int first, unsigned int last)
{
    model_unmap(BYTES(first, last));
    CHANGE(xen_mpumap_update(RANGE(first, last), 0), 0);
}

/* Unmapping A, with B mapped inside it, answers success while all of A stays; B then cannot be
 * unmapped. */
static void the_outer_mapping_goes_and_the_inner_stays(void)
{
    begin(16);
    map(0, 9, PAGE_HYPERVISOR, MPUMAP_RW);
    map(3, 4, PAGE_HYPERVISOR, MPUMAP_RW);
    unmap(0, 9);
    CHECK(!can('r', A) && can('r', A + 3u * PAGE_SIZE) && !can('r', A + 5u * PAGE_SIZE));
    unmap(3, 4);
    CHECK(!can('r', A + 3u * PAGE_SIZE));
}

/* Unmapping a part that nobody mapped succeeds and takes another holder's reference. */
static void a_part_that_nobody_mapped_is_not_given_back(void)
{
    begin(16);
    map(0, 9, PAGE_HYPERVISOR, MPUMAP_RW);
    map(0, 9, PAGE_HYPERVISOR, MPUMAP_RW);
    CHANGE(xen_mpumap_update(RANGE(2, 2), 0), -ENOENT);
    CHANGE(destroy_xen_mapping_containing(A + 2u * PAGE_SIZE), -ENOENT);
    unmap(0, 9);
    CHECK(can('w', A));
    unmap(0, 9);
    CHANGE(xen_mpumap_update(RANGE(0, 9), 0), -ENOENT);
    /* nor what boot code mapped */
    CHANGE(xen_mpumap_update(round_pgdown(standin_image.stext), standin_image.stext + 0x1000u, 0),
           -ENOENT);
}

/* Mapping read-only memory again as Non-cacheable succeeds, and it stays Write-Back: permission is
 * looked at first and rewritten, type never. */
static void another_type_is_a_conflict_and_changes_nothing(void)
{
    begin(16);
    map(0, 0, PAGE_HYPERVISOR_RO, MPUMAP_RO);
    CHANGE(xen_mpumap_update(RANGE(0, 0), PAGE_HYPERVISOR_WC), -EEXIST);
    CHECK(printed("ro normal, asked for rw normal-nc"));
    unmap(0, 0);
    map(0, 0, PAGE_HYPERVISOR_WC, MPUMAP_RW | MPUMAP_NORMAL_NC);
}

/* A second holder's permissions replace the first's. */
static void another_permission_is_a_conflict_and_changes_nothing(void)
{
    begin(16);
    map(0, 3, PAGE_HYPERVISOR_RO, MPUMAP_RO);
    CHANGE(xen_mpumap_update(RANGE(0, 3), PAGE_HYPERVISOR_RW), -EEXIST);
    CHANGE(xen_mpumap_update(RANGE(1, 2), PAGE_HYPERVISOR_RX), -EEXIST);
    CHECK(!can('w', A));
    /* On purpose it can be done, while there is one holder. */
    model_protect(BYTES(0, 3), MPUMAP_RW);
    CHANGE(modify_xen_mappings(RANGE(0, 3), PAGE_HYPERVISOR_RW), 0);
    map(1, 1, PAGE_HYPERVISOR_RW, MPUMAP_RW);
    CHANGE(modify_xen_mappings(RANGE(0, 3), PAGE_HYPERVISOR_RO), -EBUSY);
}

/* A full MPU and a full count answer alike. */
static void a_full_mpu_and_a_full_count_differ(void)
{
    unsigned int page = 0;

    begin(16);
    while (mpumap_used(&xen_el2_map) < mpumap_capacity(&xen_el2_map) && !tap_failed()) {
        map(2u * page, 2u * page, PAGE_HYPERVISOR, MPUMAP_RW);
        page++;
    }
    CHANGE(xen_mpumap_update(RANGE(100, 100), PAGE_HYPERVISOR), -ENOSPC);
    for (unsigned int i = 1; i < 0xffffu; i++) {
        if (!CHECK(xen_mpumap_update(RANGE(0, 0), PAGE_HYPERVISOR) == 0)) {
            return;
        }
    }
    CHANGE(xen_mpumap_update(RANGE(0, 0), PAGE_HYPERVISOR), -EOVERFLOW);
    CHECK(printed("no-region") && printed("refs"));
    for (unsigned int i = 1; i < 0xffffu; i++) {
        if (!CHECK(xen_mpumap_update(RANGE(0, 0), 0) == 0)) {
            return;
        }
    }
    unmap(0, 0);
}

static bool off(unsigned int slot)
{
    struct mpumap_pair pair;
    mpumap_sim_get(&machine.sim, (uint8_t)slot, &pair);
    return (pair.limit & 1u) == 0u;
}

/* Slots from 32 up are never switched off in hardware. */
static void slots_beyond_the_bitmap_go_off(void)
{
    const uint16_t regions = 80;
    unsigned int pages = 0;
    unsigned int free_at_start = 0;
    unsigned int free_now = 0;

    begin(regions);
    for (unsigned int s = 0; s < regions; s++) {
        free_at_start += off(s);
    }
    while (pages < free_at_start) {
        map(2u * pages, 2u * pages, PAGE_HYPERVISOR, MPUMAP_RW);
        pages++;
    }
    for (unsigned int s = 0; s < regions; s++) {
        CHECK(!off(s));
    }
    for (unsigned int i = 0; i < pages; i++) {
        unmap(2u * i, 2u * i);
    }
    for (unsigned int s = 0; s < regions; s++) {
        free_now += off(s);
    }
    CHECK_EQ(free_now, free_at_start);
}

/* Slot 0 is switched off by writing 0 to its base first: for a moment it covers everything up to
 * its old limit. The change is watched, so a byte too many at any moment fails it. */
static void slot_0_goes_off_without_growing(void)
{
    const struct board *board = NULL;
    struct mpumap_region r;

    for (size_t b = 0; b < board_count; b++) {
        if (boards[b].first_slot == 1u) {
            board = &boards[b];
        }
    }
    REQUIRE(board != NULL);
    machine_boot(board, 16);
    map(0, 0, PAGE_HYPERVISOR_RO, MPUMAP_RO);
    REQUIRE(mpumap_query(&xen_el2_map, A, &r));
    CHECK_EQ(r.slot, 0);
    unmap(0, 0);
    CHECK(off(0));
}

/* Boot assembly means to clear the rest of each entry and writes elsewhere: the reference byte is
 * whatever RAM held. (machine_boot poisons the table.) */
static void garbage_in_the_boot_table_is_no_count(void)
{
    uint16_t cursor = 0;
    struct mpumap_region r;

    machine_boot(&boards[0], 16);
    CHECK_EQ(xen_mpumap[0].refcount, 0xa5);
    start_up(STAGE_FDT);
    while (mpumap_next_span(&xen_el2_map, &cursor, &r)) {
        CHECK_EQ(r.refs, 1);
    }
    /* The early console's region: one more holder comes and goes, the region stays. */
    model_map(boards[0].uart, boards[0].uart + 0xfffu, MPUMAP_RW | MPUMAP_DEVICE);
    CHANGE(ioremap_attr(boards[0].uart, 4, PAGE_HYPERVISOR_NOCACHE) != NULL, true);
    model_unmap(boards[0].uart, boards[0].uart + 0xfffu);
    CHANGE(destroy_xen_mapping_containing(boards[0].uart), 0);
    CHECK(can('w', boards[0].uart));
}

/* On AArch64 a bit-field that is shifted as an int drops bits 42 to 47 of an address. */
static void the_highest_bits_of_an_address_are_kept(void)
{
    const paddr_t base = (paddr_t)TOP - 0x1fffu;
    const pr_t pair = pr_of_addr(base, base + 0x1000u, PAGE_HYPERVISOR);
    struct mpumap_region r;
    uint8_t index = 0;

    CHECK_EQ(pair.prbar.bits & ~(standin_reg_t)63u, base);
    CHECK_EQ(pair.prlar.bits & ~(standin_reg_t)63u, base + 0xfc0u);
    begin(16);
    model_map(base, base + 0xfffu, MPUMAP_RW);
    CHANGE(xen_mpumap_update(base, base + 0x1000u, PAGE_HYPERVISOR), 0);
    REQUIRE(mpumap_query(&xen_el2_map, base, &r));
    CHECK_EQ(r.base, base);
    CHECK_EQ(r.limit, base + 0xfffu);
    CHECK(mpumap_contains_region(xen_mpumap, max_mpu_regions, base, base + 0x1000u, &index) ==
          MPUMAP_REGION_FOUND);
    CHECK(can('w', base) && !can('r', base - 1u) && !can('r', base + 0x1000u));
}

/* The constant of the text regions says writable, its comment read-only (arm32). */
static void text_is_read_only_from_the_first_call_on(void)
{
    const struct standin_image *i = &standin_image;

    machine_boot(&boards[0], 16);
    CHECK(can('w', i->stext) == (MPUMAP_ADDR_BITS == 32));
    map(0, 0, PAGE_HYPERVISOR, MPUMAP_RW);
    CHECK(can('x', i->stext) && !can('w', i->stext));
    CHECK(can('x', i->init_begin) && !can('w', i->init_begin));
}

static const struct tap_case cases[] = {
    TAP_CASE(the_outer_mapping_goes_and_the_inner_stays),
    TAP_CASE(a_part_that_nobody_mapped_is_not_given_back),
    TAP_CASE(another_type_is_a_conflict_and_changes_nothing),
    TAP_CASE(another_permission_is_a_conflict_and_changes_nothing),
    TAP_CASE(a_full_mpu_and_a_full_count_differ),
    TAP_CASE(slots_beyond_the_bitmap_go_off),
    TAP_CASE(slot_0_goes_off_without_growing),
    TAP_CASE(garbage_in_the_boot_table_is_no_count),
    TAP_CASE(the_highest_bits_of_an_address_are_kept),
    TAP_CASE(text_is_read_only_from_the_first_call_on),
};
TAP_MAIN(cases)
