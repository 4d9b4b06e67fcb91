/* SPDX-License-Identifier: MIT */
/* Xen's start-up on the glue, on the strict simulator, and the glue's functions one by one. */
#include "machine.h"

#include "tap.h"

#include <stdio.h>

/* ---- start-up ---- */

/* The counts that cores of today have, and those around the 32 slots of the enable bitmap. */
static const uint16_t counts[] = {16, 20, 24, 31, 32, 33, 64, 255};

static void start_up_on(const struct board *board, uint16_t regions)
{
    machine_boot(board, regions);
    start_up(STAGE_SECTIONS);
    CHECK_EQ(machine.interrupted, 0);
    CHECK(machine.between > 20u);
    CHECK_EQ(machine.gap, 0);
    CHECK_EQ(machine.printed_length, 0);
    if (tap_failed()) {
        tap_note(board->name);
        tap_note_number("regions", regions);
    }
}

static void start_up_passes_on_every_board(void)
{
    for (size_t b = 0; b < board_count && !tap_failed(); b++) {
        for (size_t c = 0; c < sizeof(counts) / sizeof(counts[0]) && !tap_failed(); c++) {
            start_up_on(&boards[b], counts[c]);
        }
    }
}

static void text_ends_up_read_only_and_executable(void)
{
    const struct standin_image *i = &standin_image;

    machine_boot(&boards[0], 16);
    CHECK(any_writable_and_executable() == (MPUMAP_ADDR_BITS == 32)); /* arm32's boot code */
    start_up(STAGE_SECTIONS);
    for (paddr_t at = i->stext; at < i->etext; at += 64u) {
        CHECK(can('x', at) && can('r', at) && !can('w', at));
    }
    for (paddr_t at = i->srodata; at < i->ro_after_init_end; at += 64u) {
        CHECK(can('r', at) && !can('w', at) && !can('x', at));
    }
    for (paddr_t at = i->ro_after_init_end; at < i->init_begin; at += 64u) {
        CHECK(can('w', at) && !can('x', at));
    }
    for (paddr_t at = i->init_begin; at < i->init_end; at += 64u) {
        CHECK(!can('r', at));
    }
    for (paddr_t at = i->bss_start; at < i->bss_end; at += 64u) {
        CHECK(can('w', at) && !can('x', at));
    }
    CHECK(!any_writable_and_executable());
}

static void text_and_read_only_data_are_locked(void)
{
    const struct standin_image *i = &standin_image;

    machine_boot(&boards[0], 16);
    start_up(STAGE_SECTIONS);
    CHANGE(modify_xen_mappings(i->stext, i->stext + 0x1000u, PAGE_HYPERVISOR_RW), -EPERM);
    CHANGE(modify_xen_mappings(i->srodata, i->srodata + 0x1000u, PAGE_HYPERVISOR_RW), -EPERM);
    CHECK(printed("locked"));
}

/* Of the library's core: a byte of the range is live or locked. */
bool mpumap_i_held(const struct mpumap *m, mpumap_addr_t base, mpumap_addr_t limit);

static void what_is_in_use_is_declared(void)
{
    const struct standin_image *i = &standin_image;

    machine_boot(&boards[0], 16);
    start_up(STAGE_HEAP);
    CHECK(mpumap_i_held(&xen_el2_map, i->init_begin, i->init_begin));
    CHECK(mpumap_i_held(&xen_el2_map, boards[0].heap, boards[0].heap));
    CHECK(!mpumap_i_held(&xen_el2_map, 0, i->stext - 1u));
    machine_boot(&boards[0], 16);
    start_up(STAGE_SECTIONS);
    CHECK(mpumap_i_held(&xen_el2_map, i->init_begin - 1u, i->init_begin - 1u));
    CHECK(!mpumap_i_held(&xen_el2_map, i->init_begin, i->init_end - 1u));
    CHECK(mpumap_i_held(&xen_el2_map, i->bss_start, i->bss_start));
}

/* Leaves `spare` slots free. */
static void fill(unsigned int spare)
{
    for (paddr_t at = 0x60000000u;
         mpumap_used(&xen_el2_map) + spare < mpumap_capacity(&xen_el2_map) && !tap_failed();
         at += 4u * PAGE_SIZE) {
        model_map(at, at + 2u * PAGE_SIZE - 1u, MPUMAP_RO);
        CHANGE(xen_mpumap_update(at, at + 2u * PAGE_SIZE, PAGE_HYPERVISOR_RO), 0);
    }
}

/* Without a spare slot nothing can be exchanged by the bitmap. */
static void the_init_sections_go_on_a_full_mpu_too(void)
{
    machine_boot(&boards[0], 16);
    start_up(STAGE_MODULES);
    fill(0);
    machine.gap = 0;
    end_of_start_up();
    CHECK_EQ(machine.gap, 0);
    CHECK(mpumap_used(&xen_el2_map) < mpumap_capacity(&xen_el2_map));
}

static void leave_one_slot(void)
{
    fill(1);
}

/* Data, init sections and .bss are one region when the init sections go, which makes two of it.
 * Both are written to free slots and exchanged for it. With one free slot another region has to be
 * away for a moment: the smallest that is not in use, not the smallest, which is the console. */
static void the_init_sections_go_with_one_free_slot(void)
{
    machine_boot(&boards[0], 16);
    start_up(STAGE_MODULES);
    machine.between_hook = leave_one_slot;
    end_of_start_up();
    CHECK_EQ(machine.gap, 2u * PAGE_SIZE);
}

/* ---- refusals at start ---- */

static void a_board_without_heap_panics(void)
{
    machine_boot(&boards[0], 16);
    start_up(STAGE_FDT);
    machine.reserved.nr_banks = 1;
    CHECK(PANICS(setup_mm_helper()));
    CHECK(printed("xen,static-heap"));
}

static void every_bank_of_the_heap_is_mapped(void)
{
    machine_boot(&boards[0], 16);
    start_up(STAGE_FDT);
    machine.reserved.nr_banks = 3;
    machine.reserved.bank[2] = (struct membank){0x30000000u, 0x4000u, MEMBANK_STATIC_HEAP};
    model_map(0x22000000u, 0x23ffffffu, MPUMAP_RW);
    model_map(0x30000000u, 0x30003fffu, MPUMAP_RW);
    change_begin();
    setup_mm_helper();
    CHECK(change_end());
}

static void a_heap_that_collides_panics(void)
{
    machine_boot(&boards[0], 16);
    start_up(STAGE_FDT);
    machine.reserved.bank[1].start = standin_image.stext;
    CHECK(PANICS(setup_mm_helper()));
    CHECK(printed("conflict"));
}

static void broken_boot_regions_panic(void)
{
    machine_boot(&boards[0], 16);
    xen_mpumap[1] = xen_mpumap[0];
    CHECK(PANICS((void)xen_mpumap_update(0, 0x1000, PAGE_HYPERVISOR)));
    CHECK(printed("overlap"));
}

static void a_frame_table_that_is_too_large_panics(void)
{
    machine_boot(&boards[0], 16);
    start_up(STAGE_HEAP);
    max_pdx = frametable_base_pdx + (unsigned long)FRAMETABLE_NR + 1u;
    CHECK(PANICS(init_frametable(boards[0].heap)));
}

/* ---- arguments ---- */

static void ranges_are_whole_pages(void)
{
    machine_boot(&boards[0], 16);
    start_up(STAGE_FDT);
    CHANGE(xen_mpumap_update(0x30000000u, 0x30000000u, PAGE_HYPERVISOR), -EINVAL);
    CHANGE(xen_mpumap_update(0x30001000u, 0x30000000u, PAGE_HYPERVISOR), -EINVAL);
    CHANGE(xen_mpumap_update(0x30000040u, 0x30001000u, PAGE_HYPERVISOR), -EINVAL);
    CHANGE(xen_mpumap_update(0x30000000u, 0x30000fc0u, PAGE_HYPERVISOR), -EINVAL);
    CHANGE(map_pages_to_xen(0x30000000u, maddr_to_mfn(0x30000000u), 0, PAGE_HYPERVISOR), -EINVAL);
    CHANGE(map_pages_to_xen(0x30000000u, maddr_to_mfn(0x30001000u), 1, PAGE_HYPERVISOR), -EINVAL);
    CHANGE(map_pages_to_xen(0x30000000u, maddr_to_mfn(0x30000000u),
                            (unsigned long)(~(paddr_t)0 >> PAGE_SHIFT) + 2u, PAGE_HYPERVISOR),
           -EINVAL); /* one page, if the length wraps */
    CHANGE(modify_xen_mappings(0x30000000u, 0x30000010u, PAGE_HYPERVISOR), -EINVAL);
    CHANGE(modify_xen_mappings(0x30000000u, 0x30000fc0u, PAGE_HYPERVISOR), -EINVAL);
    CHANGE(destroy_xen_mappings(0x30000000u, 0x30000800u), -EINVAL);
    CHANGE(destroy_xen_mapping_containing(0x30000000u), -ENOENT);
    CHANGE(ioremap_attr(0x30000000u, 0, PAGE_HYPERVISOR_NOCACHE) != NULL, false);
    CHANGE(ioremap_attr(~(paddr_t)0 - 10u, 100, PAGE_HYPERVISOR_NOCACHE) != NULL, false);
}

static void the_top_of_the_address_space_is_an_ordinary_range(void)
{
    const paddr_t page = (paddr_t)TOP - 0xfffu;

    machine_boot(&boards[1], 16);
    start_up(STAGE_FDT);
    model_map(page, TOP, MPUMAP_RW);
    CHANGE(map_pages_to_xen(page, maddr_to_mfn(page), 1, PAGE_HYPERVISOR), 0);
    CHANGE(map_pages_to_xen(page, maddr_to_mfn(page), (~(paddr_t)0 >> PAGE_SHIFT), PAGE_HYPERVISOR),
           -EINVAL);
    model_unmap(page, TOP);
    CHANGE(destroy_xen_mapping_containing(page), 0);
    model_map(page, TOP, MPUMAP_RW | MPUMAP_DEVICE);
    CHANGE((paddr_t)(uintptr_t)ioremap_attr(page + 4u, 0xffcu, PAGE_HYPERVISOR_NOCACHE), page + 4u);
    model_unmap(page, TOP);
    CHANGE(xen_mpumap_update(page, (paddr_t)(page + PAGE_SIZE), 0), 0); /* an end of 0 on arm32 */
}

static void flags_that_no_mapping_has_are_refused(void)
{
    machine_boot(&boards[0], 16);
    start_up(STAGE_FDT);
    CHANGE(xen_mpumap_update(0x30000000u, 0x30001000u, _PAGE_PRESENT | MT_NORMAL), -EINVAL);
    CHANGE(
        xen_mpumap_update(0x30000000u, 0x30001000u, _PAGE_PRESENT | STANDIN_RO | MT_DEVICE_nGnRE),
        -EINVAL); /* executable device memory */
    model_map(0x30000000u, 0x30000fffu, MPUMAP_RX);
    CHANGE(xen_mpumap_update(0x30000000u, 0x30001000u, PAGE_HYPERVISOR_RX), 0);
    CHANGE(modify_xen_mappings(0x30000000u, 0x30001000u, _PAGE_PRESENT | MT_NORMAL), -EINVAL);
    model_unmap(0x30000000u, 0x30000fffu);
    CHANGE(modify_xen_mappings(0x30000000u, 0x30001000u, 0), 0); /* not present */
    for (unsigned int type = 0; type < 8; type++) {
        const bool known = type != MT_NORMAL_WB && type != 5u && type != 6u;
        const int rc =
            xen_mpumap_update(0x30000000u, 0x30001000u, _PAGE_PRESENT | STANDIN_XN | type);
        CHECK_EQ(rc == 0, known);
        CHECK(known || rc == -EINVAL);
        CHECK(!known || destroy_xen_mappings(0x30000000u, 0x30001000u) == 0);
    }
}

static void ioremap_keeps_the_offset_in_the_page(void)
{
    machine_boot(&boards[0], 16);
    start_up(STAGE_FDT);
    model_map(0x40001000u, 0x40002fffu, MPUMAP_RW | MPUMAP_DEVICE);
    CHANGE((paddr_t)(uintptr_t)ioremap_attr(0x40001ff8u, 0x10, PAGE_HYPERVISOR_NOCACHE),
           0x40001ff8u);
    model_unmap(0x40001000u, 0x40002fffu);
    CHANGE(destroy_xen_mapping_containing(0x40001000u), 0);
}

/* ---- giving back by address ---- */

static void the_mapping_that_begins_there_is_given_back(void)
{
    machine_boot(&boards[0], 16);
    start_up(STAGE_HEAP);
    const paddr_t heap = boards[0].heap;

    /* Nested, from the same address: the newest goes first, the heap stays. */
    model_map(heap, heap + 0x3fffu, MPUMAP_RW);
    CHANGE(xen_mpumap_update(heap, heap + 0x4000u, PAGE_HYPERVISOR), 0);
    model_map(heap, heap + 0xfffu, MPUMAP_RW);
    CHANGE(xen_mpumap_update(heap, heap + 0x1000u, PAGE_HYPERVISOR), 0);
    struct mpumap_region r;
    CHECK(mpumap_query(&xen_el2_map, heap, &r));
    CHECK_EQ(r.refs, 3);
    model_unmap(heap, heap + 0xfffu);
    CHANGE(destroy_xen_mapping_containing(heap), 0);
    model_unmap(heap, heap + 0x3fffu);
    CHANGE(destroy_xen_mapping_containing(heap), 0);
    CHECK(mpumap_query(&xen_el2_map, heap, &r));
    CHECK_EQ(r.refs, 1);
    CHECK_EQ(r.limit, heap + boards[0].heap_size - 1u);
    /* Inside a mapping that begins elsewhere. */
    CHANGE(destroy_xen_mapping_containing(heap + 0x1000u), -ENOENT);
}

static void the_list_of_holders_is_full(void)
{
    machine_boot(&boards[0], 16);
    start_up(STAGE_HEAP);
    const paddr_t heap = boards[0].heap;
    unsigned int done = 0;
    int rc = 0;

    while (done < 1000u && rc == 0) {
        rc = xen_mpumap_update(heap + done * PAGE_SIZE, heap + (done + 1u) * PAGE_SIZE,
                               PAGE_HYPERVISOR);
        done += (rc == 0);
    }
    CHECK(rc == -ENOMEM);
    CHECK(done > 100u);
    while (done-- > 0u) {
        CHECK(destroy_xen_mapping_containing(heap + done * PAGE_SIZE) == 0);
    }
    CHANGE(0, 0);
}

/* ---- looking ---- */

static int contains(paddr_t base, paddr_t end, uint8_t *index)
{
    return mpumap_contains_region(xen_mpumap, max_mpu_regions, base, end, index);
}

static void regions_are_found_by_symbol(void)
{
    const struct standin_image *i = &standin_image;
    uint8_t index = 0;

    machine_boot(&boards[0], 16);
    CHECK(contains(i->stext, i->etext, &index) == MPUMAP_REGION_FOUND);
    CHECK_EQ(index, 0);
    CHECK(contains(i->srodata, i->erodata, &index) >= MPUMAP_REGION_FOUND);
    CHECK_EQ(index, 1);
    CHECK(contains(i->srodata, i->srodata + 0x1000u, &index) == MPUMAP_REGION_INCLUSIVE);
    CHECK_EQ(index, 1);
    CHECK(contains(i->etext - 1u, i->srodata + 1u, &index) == MPUMAP_REGION_OVERLAP);
    CHECK_EQ(index, INVALID_REGION_IDX);
    CHECK(contains(0x50000000u, 0x50001000u, &index) == MPUMAP_REGION_NOTFOUND);
    CHECK_EQ(index, INVALID_REGION_IDX);
    CHECK_EQ(machine.printed_length, 0); /* a question is no error */
}

#if MPUMAP_ADDR_BITS == 64
#define PRBAR(base, sh, ro, xn) ((base) | (sh) << 4 | (ro) << 3 | (xn) << 1)
#else
#define PRBAR(base, sh, ro, xn) ((base) | (sh) << 3 | (ro) << 2 | (xn))
#endif

static void pairs_are_as_the_architecture_has_them(void)
{
    const pr_t text = pr_of_addr(0x20000000u, 0x20000040u, PAGE_HYPERVISOR_RX);
    const pr_t data = pr_of_addr(0x20000000u, 0x20001000u, PAGE_HYPERVISOR_RW);
    const pr_t device = pr_of_addr(0xf0000000u, 0xf0010000u, PAGE_HYPERVISOR_NOCACHE);
    const pr_t nc = pr_of_addr(0x1000u, 0x2000u, PAGE_HYPERVISOR_WC);

    CHECK_EQ(text.prbar.bits, PRBAR(0x20000000u, 3u, 1u, 0u));
    CHECK_EQ(text.prlar.bits, 0x2000000fu);
    CHECK_EQ(data.prbar.bits, PRBAR(0x20000000u, 3u, 0u, 1u));
    CHECK_EQ(data.prlar.bits, 0x20000fcfu);
    CHECK_EQ(device.prbar.bits, PRBAR(0xf0000000u, 2u, 0u, 1u));
    CHECK_EQ(device.prlar.bits, 0xf000ffc9u);
    CHECK_EQ(nc.prbar.bits, PRBAR(0x1000u, 2u, 0u, 1u));
    CHECK_EQ(nc.prlar.bits, 0x1fc3u);
    CHECK_EQ(data.refcount, 0);
    CHECK_EQ(pr_of_addr(0x1000u, 0x2000u, _PAGE_PRESENT | STANDIN_XN | 5u).prlar.bits, 0);
}

static unsigned int lines_printed(void)
{
    unsigned int lines = 0;
    for (size_t i = 0; i < machine.printed_length; i++) {
        lines += machine.printed[i] == '\n';
    }
    return lines;
}

/* What the dump says of an address, after a line for each region; asked twice, it says the same. */
static bool dump_says(paddr_t at, const char *text, unsigned int more_lines)
{
    char first[sizeof(machine.printed)];

    machine.printed_length = 0;
    dump_hyp_walk(at);
    CHECK_EQ(lines_printed(), mpumap_used(&xen_el2_map) + more_lines);
    memcpy(first, machine.printed, sizeof(first));
    machine.printed_length = 0;
    dump_hyp_walk(at);
    CHECK_STR(machine.printed, first);
    const size_t length = strlen(text);
    return machine.printed_length > length &&
           strcmp(&machine.printed[machine.printed_length - length], text) == 0;
}

static void the_dump_shows_the_map_and_explains_an_address(void)
{
    const paddr_t heap = boards[0].heap;

    machine_boot(&boards[0], 16);
    dump_hyp_walk(0x1234);
    CHECK(printed("not yet"));
    start_up(STAGE_DEVICES);
    model_map(heap + PAGE_SIZE, heap + 2u * PAGE_SIZE - 1u, MPUMAP_RW);
    CHANGE(xen_mpumap_update(heap + PAGE_SIZE, heap + 2u * PAGE_SIZE, PAGE_HYPERVISOR), 0);
    /* A fault may come while the lock is held. */
    spin_lock(&xen_mpumap_lock);
    CHECK(dump_says(heap + 0x1234u, "0x22001000-0x22001fff rw normal, 2 holder(s)\n", 2));
    CHECK(printed("0x22001234 is in\n"));
    CHECK(dump_says(heap, "0x22000000-0x22000fff rw normal, 1 holder(s)\n", 2));
    CHECK(dump_says(boards[0].gicd, "0xf0000000-0xf000ffff rw device, 1 holder(s)\n", 2));
    CHECK(printed("0x22000000-0x23ffffff rw normal, 1 holder(s)\n")); /* the region of the heap */
    CHECK(dump_says(0x1234, "0x1234 is not mapped\n", 1));
}

/* ---- any order of calls ---- */

static uint64_t random_state;

static unsigned int below(unsigned int n)
{
    random_state = random_state * 6364136223846793005u + 1442695040888963407u;
    return (unsigned int)((random_state >> 33) % n);
}

#define MOST_HELD 24u

/* Pages of the heap, and of a window beside it where nothing is mapped; in the window attributes
 * go by the quarter, so that neighbours often conflict. */
static void one_random_call(void)
{
    static const unsigned int flags[] = {PAGE_HYPERVISOR_RW, PAGE_HYPERVISOR_RO, PAGE_HYPERVISOR_RX,
                                         PAGE_HYPERVISOR_NOCACHE};
    static const mpumap_attr_t attrs[] = {MPUMAP_RW, MPUMAP_RO, MPUMAP_RX,
                                          MPUMAP_RW | MPUMAP_DEVICE};
    struct model *m = &machine.next;
    const size_t fixed = m->holder_count;
    const bool window = below(2) != 0u;
    const paddr_t base = (window ? 0x60000000u : boards[0].heap) + below(16) * PAGE_SIZE;
    const paddr_t limit = base + (1u + below(4)) * PAGE_SIZE - 1u;
    const unsigned int kind = window ? below(4) : 0u;
    bool conflict = false;
    bool held = false;

    for (size_t i = 0; i < fixed; i++) {
        const struct mpumap_sim_area *h = &m->holders[i];
        conflict |= h->base <= limit && base <= h->limit && h->attr != attrs[kind];
        held |= h->base == base && h->limit == limit;
    }
    if (below(2) != 0u) {
        int rc = conflict ? -EEXIST : 0;
        if (rc == 0 && fixed < MOST_HELD) {
            model_map(base, limit, attrs[kind]);
        } else if (rc == 0) {
            return;
        }
        CHANGE(xen_mpumap_update(base, limit + 1u, flags[kind]), rc);
    } else {
        if (held) {
            model_unmap(base, limit);
        }
        CHANGE(destroy_xen_mappings(base, limit + 1u), held ? 0 : -ENOENT);
    }
}

static void any_order_of_calls_keeps_the_union_of_the_holders(void)
{
    const uint64_t calls = tap_number("MPUMAP_OPS", 100000) / 5u;

    random_state = tap_seed();
    machine_boot(&boards[0], 32);
    start_up(STAGE_SECTIONS);
    for (uint64_t i = 0; i < calls && !tap_failed(); i++) {
        one_random_call();
        machine.printed_length = 0;
    }
}

static const struct tap_case cases[] = {
    TAP_CASE(start_up_passes_on_every_board),
    TAP_CASE(text_ends_up_read_only_and_executable),
    TAP_CASE(text_and_read_only_data_are_locked),
    TAP_CASE(what_is_in_use_is_declared),
    TAP_CASE(the_init_sections_go_on_a_full_mpu_too),
    TAP_CASE(the_init_sections_go_with_one_free_slot),
    TAP_CASE(a_board_without_heap_panics),
    TAP_CASE(every_bank_of_the_heap_is_mapped),
    TAP_CASE(a_heap_that_collides_panics),
    TAP_CASE(broken_boot_regions_panic),
    TAP_CASE(a_frame_table_that_is_too_large_panics),
    TAP_CASE(ranges_are_whole_pages),
    TAP_CASE(the_top_of_the_address_space_is_an_ordinary_range),
    TAP_CASE(flags_that_no_mapping_has_are_refused),
    TAP_CASE(ioremap_keeps_the_offset_in_the_page),
    TAP_CASE(the_mapping_that_begins_there_is_given_back),
    TAP_CASE(the_list_of_holders_is_full),
    TAP_CASE(regions_are_found_by_symbol),
    TAP_CASE(pairs_are_as_the_architecture_has_them),
    TAP_CASE(the_dump_shows_the_map_and_explains_an_address),
    TAP_CASE(any_order_of_calls_keeps_the_union_of_the_holders),
};
TAP_MAIN(cases)
