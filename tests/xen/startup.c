/* SPDX-License-Identifier: MIT */
/*
 * The calls that Xen makes between boot assembly and the idle loop, in its order, each judged: that
 * it answers as it should, that no moment of it breaks a rule, and that nothing but the model's
 * next state is accessible afterwards.
 */
#include "machine.h"

#include "tap.h"

/* First and last byte of the pages from start to end. */
#define PAGES(start, end) round_pgdown(start), (round_pgup(end) - 1u)

static int map_pages(paddr_t base, paddr_t end, unsigned int flags)
{
    return map_pages_to_xen(base, maddr_to_mfn(base), (end - base) >> PAGE_SHIFT, flags);
}

/* First its header's page, then all of it. */
static void map_device_tree(void)
{
    const paddr_t fdt = machine.board->fdt;
    const paddr_t base = round_pgdown(fdt);
    const paddr_t head = round_pgup(fdt + 40u);
    const paddr_t end = round_pgup(fdt + 0x2345u);

    model_map(base, head - 1u, MPUMAP_RO);
    CHANGE(map_pages(base, head, PAGE_HYPERVISOR_RO), 0);
    model_unmap(base, head - 1u);
    CHANGE(destroy_xen_mappings(base, head), 0);
    model_map(base, end - 1u, MPUMAP_RO);
    CHANGE(map_pages(base, end, PAGE_HYPERVISOR_RO), 0);
}

static void map_heap(void)
{
    const paddr_t base = round_pgup(machine.board->heap);
    const paddr_t limit = round_pgdown(machine.board->heap + machine.board->heap_size) - 1u;

    model_map(base, limit, MPUMAP_RW);
    change_begin();
    setup_mm_helper();
    CHECK(change_end());
    model_live(base, limit);
    machine.now = machine.next;

    max_pdx = (unsigned long)(limit >> PAGE_SHIFT) + 1u;
    init_frametable(base);
    CHECK((paddr_t)(uintptr_t)frame_table == base);
    const size_t used = (max_pdx - frametable_base_pdx) * sizeof(struct page_info);
    CHECK_EQ(machine.cleared, base + used); /* the rest of its last page */
    CHECK_EQ(machine.cleared + machine.cleared_size, round_pgup(base + used));
}

/* Counts only: not one register write, not one barrier. */
static void map_pages_of_the_heap(void)
{
    const paddr_t heap = round_pgup(machine.board->heap);
    const struct mpumap_sim_counters before = machine.sim.counters;

    for (unsigned int i = 0; i < 26; i++) {
        const paddr_t page = heap + (paddr_t)((i * 7u) % 32u) * PAGE_SIZE;
        model_map(page, page + PAGE_SIZE - 1u, MPUMAP_RW);
        CHANGE(map_pages(page, page + PAGE_SIZE, PAGE_HYPERVISOR), 0);
        model_unmap(page, page + PAGE_SIZE - 1u);
        CHANGE(destroy_xen_mapping_containing(page), 0);
    }
    CHECK_EQ(machine.sim.counters.steps, before.steps);
}

static void map_device(paddr_t start, size_t length)
{
    model_map(PAGES(start, start + length), MPUMAP_RW | MPUMAP_DEVICE);
    CHANGE((paddr_t)(uintptr_t)ioremap_attr(start, length, PAGE_HYPERVISOR_NOCACHE), start);
}

static void map_devices(void)
{
    if (machine.board->uart != 0u) {
        const struct mpumap_sim_counters before = machine.sim.counters;
        map_device(machine.board->uart, 0x1000);
        CHECK_EQ(machine.sim.counters.steps, before.steps); /* mapped already */
    }
    map_device(machine.board->gicd, 0x10000);
    map_device(machine.board->gicr, 0x40000);
}

static void copy_module_and_drop_device_tree(void)
{
    const paddr_t fdt = machine.board->fdt;
    const paddr_t module = round_pgdown(fdt) + 0x100000u;

    model_map(module, module + 0x5fffu, MPUMAP_RW | MPUMAP_NORMAL_NC);
    CHANGE(map_pages(module, module + 0x6000u, PAGE_HYPERVISOR_WC), 0);
    model_unmap(module, module + 0x5fffu);
    CHANGE(destroy_xen_mappings(module, module + 0x6000u), 0);
    model_unmap(PAGES(fdt, fdt + 0x2345u));
    CHANGE(destroy_xen_mappings(round_pgdown(fdt), round_pgup(fdt + 0x2345u)), 0);
}

/* The moment between the first and the last change of free_init_memory. */
static void between_init_changes(void)
{
    const struct standin_image *i = &standin_image;

    CHECK(change_end());
    if (machine.between_hook != NULL) {
        machine.between_hook();
    }
    model_cut(i->init_begin, (i->bss_start & ~(paddr_t)63u) - 1u);
    change_begin();
}

void end_of_start_up(void)
{
    const struct standin_image *i = &standin_image;
    const paddr_t hole = (i->erodata + 63u) & ~(paddr_t)63u;

    if (hole != i->ro_after_init_end) {
        model_protect(hole, i->ro_after_init_end - 1u, MPUMAP_RO);
    }
    change_begin();
    modify_after_init_mappings();
    CHECK(change_end());

    if (i->init_begin != i->init_data_begin) {
        model_protect(i->init_begin, i->init_data_begin - 1u, MPUMAP_RW);
    }
    machine.icache_hook = between_init_changes;
    change_begin();
    free_init_memory();
    CHECK(change_end());
    machine.icache_hook = NULL;
    CHECK_EQ(machine.cleared, i->init_begin);
    CHECK_EQ(machine.cleared_size, i->init_end - i->init_begin);
}

void start_up(enum stage last)
{
    static void (*const stages[])(void) = {map_device_tree,
                                           map_heap,
                                           map_pages_of_the_heap,
                                           map_devices,
                                           copy_module_and_drop_device_tree,
                                           end_of_start_up};
    for (unsigned int i = 0; i <= (unsigned int)last; i++) {
        stages[i]();
    }
}
