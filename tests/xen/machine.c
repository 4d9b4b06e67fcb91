/* SPDX-License-Identifier: MIT */
#include "machine.h"

#include "tap.h"

#if MPUMAP_ADDR_BITS == 64
#include "port/armv8r64/apply.h"
#else
#include "port/armv8r32/apply.h"
#endif

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

struct machine machine;
struct standin_image standin_image;
unsigned long frametable_base_pdx;
unsigned long max_pdx;

/* ---- boards ---- */

/* Ends of text, read-only data and .bss lie inside a granule, as linkers leave them. */
#define IMAGE(at)                                                                                  \
    {                                                                                              \
        .stext = (at), .etext = (at) + 0x9a7b4u, .srodata = (at) + 0x9b000u,                       \
        .erodata = (at) + 0xb4f28u, .ro_after_init_start = (at) + 0xb5000u,                        \
        .ro_after_init_end = (at) + 0xb7000u, .init_begin = (at) + 0xcd000u,                       \
        .init_data_begin = (at) + 0xe1000u, .init_end = (at) + 0xf8000u,                           \
        .bss_start = (at) + 0xf8000u, .bss_end = (at) + 0x120f38u                                  \
    }
/* Read-only data fills its last page, nothing is only written by start-up, and there is no init
 * text. */
#define SPARSE_IMAGE(at)                                                                           \
    {                                                                                              \
        .stext = (at), .etext = (at) + 0x1000u, .srodata = (at) + 0x1000u,                         \
        .erodata = (at) + 0x2000u, .ro_after_init_start = (at) + 0x2000u,                          \
        .ro_after_init_end = (at) + 0x2000u, .init_begin = (at) + 0x4000u,                         \
        .init_data_begin = (at) + 0x4000u, .init_end = (at) + 0x8000u,                             \
        .bss_start = (at) + 0x8000u, .bss_end = (at) + 0x9000u                                     \
    }
/* The part of .bss that follows the init data does not begin on a granule. */
#define UNEVEN_IMAGE(at)                                                                           \
    {                                                                                              \
        .stext = (at), .etext = (at) + 0x1001u, .srodata = (at) + 0x2000u,                         \
        .erodata = (at) + 0x2001u, .ro_after_init_start = (at) + 0x5000u,                          \
        .ro_after_init_end = (at) + 0x6000u, .init_begin = (at) + 0x7000u,                         \
        .init_data_begin = (at) + 0x8000u, .init_end = (at) + 0x9000u,                             \
        .bss_start = (at) + 0x9048u, .bss_end = (at) + 0xa004u                                     \
    }

#if MPUMAP_ADDR_BITS == 64
#define FAR ((paddr_t)0x9c0000000000u)
#define FAR_HEAP ((paddr_t)0xfc0040000000u)
#else
#define FAR ((paddr_t)0xc0000000u)
#define FAR_HEAP ((paddr_t)0xe0000000u)
#endif

const struct board boards[] = {
    {.name = "low",
     .image = IMAGE(0x20100000u),
     .uart = 0xe7c00000u,
     .heap = 0x22000000u,
     .heap_size = 0x2000000u,
     .fdt = 0x21000008u,
     .gicd = 0xf0000000u,
     .gicr = 0xf0100000u},
    {.name = "no early console",
     .image = IMAGE(0x0u),
     .heap = 0x2000000u,
     .heap_size = 0x400000u,
     .fdt = 0x1000000u,
     .gicd = 0xf0000000u,
     .gicr = 0xf0010000u},
    {.name = "far",
     .image = IMAGE(FAR),
     .uart = 0x9000000u,
     .heap = FAR_HEAP,
     .heap_size = 0x800000u,
     .fdt = FAR + 0x800000u,
     .gicd = 0x2f000000u,
     .gicr = 0x2f100000u},
    {.name = "sparse, slot 0 free",
     .image = SPARSE_IMAGE(0x40000000u),
     .uart = 0x1c090000u,
     .heap = 0x40009000u, /* touches .bss */
     .heap_size = 0x100000u,
     .fdt = 0x48000000u,
     .gicd = 0x2f000000u,
     .gicr = 0x2f100000u,
     .first_slot = 1},
    {.name = "uneven",
     .image = UNEVEN_IMAGE(0x40000000u),
     .uart = 0x1c090000u,
     .heap = 0x40100800u, /* not on a page */
     .heap_size = 0x100800u,
     .fdt = 0x48000ff8u,
     .gicd = 0x2f000000u,
     .gicr = 0x2f100000u},
};
const size_t board_count = sizeof(boards) / sizeof(boards[0]);

/* ---- the port that the glue names, on the simulator ---- */

static void port_limits(void *ctx, struct mpumap_limits *out)
{
    (void)ctx;
    mpumap_sim_port.limits(&machine.sim, out);
}

static void port_encode(void *ctx, mpumap_addr_t base, mpumap_addr_t limit, mpumap_attr_t attr,
                        struct mpumap_pair *out)
{
    (void)ctx;
    mpumap_sim_port.encode(&machine.sim, base, limit, attr, out);
}

static bool port_decode(void *ctx, const struct mpumap_pair *pair, mpumap_attr_t *attr)
{
    (void)ctx;
    return mpumap_sim_port.decode(&machine.sim, pair, attr);
}

static void port_apply(void *ctx, const struct mpumap_step *step)
{
    (void)ctx;
    mpumap_sim_port.apply(&machine.sim, step);
}

static void port_read(void *ctx, uint8_t slot, struct mpumap_pair *out)
{
    (void)ctx;
    mpumap_sim_port.read(&machine.sim, slot, out);
}

static void port_enter(void *ctx)
{
    CHECK(ctx != NULL); /* what interrupt masks are saved in */
    if (mpumap_sim_port.enter != NULL) {
        mpumap_sim_port.enter(&machine.sim);
    }
}

static void port_leave(void *ctx)
{
    (void)ctx;
    if (mpumap_sim_port.leave != NULL) {
        mpumap_sim_port.leave(&machine.sim);
    }
}

#if MPUMAP_ADDR_BITS == 64
const struct mpumap_port mpumap_armv8r64_el2 = {
#else
const struct mpumap_port mpumap_armv8r32_el2 = {
#endif
    .limits = port_limits,
    .encode = port_encode,
    .decode = port_decode,
    .apply = port_apply,
    .read = port_read,
    .enter = port_enter,
    .leave = port_leave,
};

/* ---- the model ---- */

static void add_holder(struct model *m, paddr_t base, paddr_t limit, mpumap_attr_t attr)
{
    if (CHECK(m->holder_count < sizeof(m->holders) / sizeof(m->holders[0]))) {
        m->holders[m->holder_count++] = (struct mpumap_sim_area){base, limit, attr};
    }
}

void model_map(paddr_t base, paddr_t limit, mpumap_attr_t attr)
{
    add_holder(&machine.next, base, limit, attr);
}

void model_unmap(paddr_t base, paddr_t limit)
{
    struct model *m = &machine.next;
    for (size_t i = m->holder_count; i-- > 0;) {
        if (m->holders[i].base == base && m->holders[i].limit == limit) {
            m->holders[i] = m->holders[--m->holder_count];
            return;
        }
    }
    CHECK(!"the model has such a holder");
}

/* Holders are cut at the ends of the range; those inside it go. */
void model_cut(paddr_t base, paddr_t limit)
{
    struct model old = machine.next;
    machine.next.holder_count = 0;
    for (size_t i = 0; i < old.holder_count; i++) {
        const struct mpumap_sim_area h = old.holders[i];
        if (h.limit < base || h.base > limit) {
            add_holder(&machine.next, h.base, h.limit, h.attr);
            continue;
        }
        if (h.base < base) {
            add_holder(&machine.next, h.base, base - 1u, h.attr);
        }
        if (h.limit > limit) {
            add_holder(&machine.next, limit + 1u, h.limit, h.attr);
        }
    }
}

void model_protect(paddr_t base, paddr_t limit, mpumap_attr_t attr)
{
    model_cut(base, limit);
    model_map(base, limit, attr);
}

void model_live(paddr_t base, paddr_t limit)
{
    struct model *m = &machine.next;
    m->live[m->live_count++] = (struct mpumap_sim_area){base, limit, 0};
}

static const struct mpumap_sim_area *holder_of(const struct model *m, paddr_t at)
{
    for (size_t i = 0; i < m->holder_count; i++) {
        if (m->holders[i].base <= at && at <= m->holders[i].limit) {
            return &m->holders[i];
        }
    }
    return NULL;
}

/* Of addresses, and of areas, which begin with theirs. */
static int by_base(const void *a, const void *b)
{
    const paddr_t x = *(const paddr_t *)a;
    const paddr_t y = *(const paddr_t *)b;
    return (x > y) - (x < y);
}

#define MOST_AREAS 320u

/* What is accessible: between two neighbouring ends nothing changes. */
static size_t areas_of(const struct model *m, struct mpumap_sim_area *out)
{
    paddr_t starts[MOST_AREAS];
    size_t count = 0;
    size_t areas = 0;
    for (size_t i = 0; i < m->holder_count; i++) {
        starts[count++] = m->holders[i].base;
        if (m->holders[i].limit != TOP) {
            starts[count++] = m->holders[i].limit + 1u;
        }
    }
    qsort(starts, count, sizeof(starts[0]), by_base);
    for (size_t i = 0; i < count; i++) {
        const struct mpumap_sim_area *h = holder_of(m, starts[i]);
        if (h != NULL && (i == 0 || starts[i] != starts[i - 1])) {
            size_t next = i + 1;
            while (next < count && starts[next] == starts[i]) {
                next++;
            }
            const paddr_t limit = (next < count) ? starts[next] - 1u : TOP;
            out[areas++] = (struct mpumap_sim_area){starts[i], limit, h->attr};
        }
    }
    return areas;
}

/* ---- accesses ---- */

bool can(char kind, paddr_t at)
{
    return mpumap_sim_access(&machine.sim, kind, at, MPUMAP_SIM_OWNER).allow;
}

static bool as_model(const struct model *m, paddr_t at)
{
    const struct mpumap_sim_area *h = holder_of(m, at);
    return can('r', at) == (h != NULL) &&
           can('w', at) == (h != NULL && (h->attr & MPUMAP_WRITE) != 0u) &&
           can('x', at) == (h != NULL && (h->attr & MPUMAP_EXEC) != 0u) &&
           !mpumap_sim_access(&machine.sim, 'r', at, MPUMAP_SIM_LOWER).allow;
}

/* At both sides of every end. */
static bool accesses_are_the_models(void)
{
    const struct model *m = &machine.now;
    for (size_t i = 0; i < m->holder_count; i++) {
        const struct mpumap_sim_area *h = &m->holders[i];
        if (!as_model(m, h->base) || !as_model(m, h->limit) ||
            (h->base != 0u && !as_model(m, h->base - 1u)) ||
            (h->limit != TOP && !as_model(m, h->limit + 1u))) {
            return false;
        }
    }
    return true;
}

bool any_writable_and_executable(void)
{
    const unsigned int ro = (MPUMAP_ADDR_BITS == 64) ? 8u : 4u;
    const unsigned int xn = (MPUMAP_ADDR_BITS == 64) ? 2u : 1u;
    for (unsigned int i = 0; i < machine.sim.regions; i++) {
        struct mpumap_pair pair;
        mpumap_sim_get(&machine.sim, (uint8_t)i, &pair);
        if ((pair.limit & 1u) != 0u && (pair.base & (ro | xn)) == 0u) {
            return true;
        }
    }
    return false;
}

/* What an interrupt between two steps would use: everything live that is accessible alike before
 * and after; text must execute also while its permissions change. */
static bool in_use_is_there(void)
{
    const struct standin_image *i = &standin_image;
    if (!can('x', i->stext) || !can('x', i->etext - 1u) || !can('r', i->srodata) ||
        !can('w', i->ro_after_init_end) || !can('w', i->init_begin - 1u) ||
        !can('w', i->bss_start) || !can('w', i->bss_end - 1u)) {
        return false;
    }
    for (size_t k = 0; k < machine.now.live_count; k++) {
        const paddr_t ends[] = {machine.now.live[k].base, machine.now.live[k].limit};
        for (size_t e = 0; e < 2; e++) {
            const struct mpumap_sim_area *before = holder_of(&machine.now, ends[e]);
            const struct mpumap_sim_area *after = holder_of(&machine.next, ends[e]);
            if (before != NULL && after != NULL && before->attr == after->attr &&
                !can('r', ends[e])) {
                return false;
            }
        }
    }
    return true;
}

static void interrupt(void *ctx, struct mpumap_sim *sim)
{
    (void)ctx;
    (void)sim;
    machine.between++;
    if (!in_use_is_there()) {
        machine.interrupted++;
    }
}

/* ---- changes ---- */

void change_begin(void)
{
    static struct mpumap_sim_area before[MOST_AREAS];
    static struct mpumap_sim_area after[MOST_AREAS];
    const struct mpumap_sim_areas old = {before, areas_of(&machine.now, before)};
    const struct mpumap_sim_areas new = {after, areas_of(&machine.next, after)};
    static struct mpumap_sim_area in_use[sizeof(machine.now.live) / sizeof(machine.now.live[0])];
    const struct mpumap_sim_areas live = {in_use, machine.now.live_count};
    memcpy(in_use, machine.now.live, sizeof(in_use));
    qsort(in_use, machine.now.live_count, sizeof(in_use[0]), by_base);
    mpumap_sim_change_begin(&machine.sim, &machine.change, old, new, live);
}

bool change_end(void)
{
    bool good = mpumap_sim_change_end(&machine.sim);
    if (!good) {
        char text[200];
        mpumap_sim_describe(&machine.sim, text, sizeof(text));
        tap_note(text);
    }
    machine.gap += machine.change.gap;
    machine.now = machine.next;
    good = CHECK(mpumap_check(&xen_el2_map) == MPUMAP_OK) && good;
    good = CHECK(mpumap_verify(&xen_el2_map) == MPUMAP_OK) && good;
    good = CHECK(accesses_are_the_models()) && good;
    good = CHECK(!any_writable_and_executable()) && good;
    good = CHECK_EQ(machine.interrupted, 0) && good;
    if (!good) {
        tap_note(machine.board->name);
    }
    return good;
}

/* ---- what the glue asks of Xen ---- */

bool flags_has_rwx(unsigned int flags)
{
    return (flags & (_PAGE_PRESENT | STANDIN_RO | STANDIN_XN)) == _PAGE_PRESENT;
}

void spin_lock(spinlock_t *lock)
{
    CHECK(!lock->taken);
    lock->taken = true;
}

void spin_unlock(spinlock_t *lock)
{
    CHECK(lock->taken);
    lock->taken = false;
}

void standin_assert(bool held, const char *text)
{
    if (!CHECK(held)) {
        tap_note(text);
    }
}

static void print(const char *format, va_list list)
{
    const size_t room = sizeof(machine.printed) - machine.printed_length;
    const int length = vsnprintf(&machine.printed[machine.printed_length], room, format, list);
    if (length > 0) {
        machine.printed_length += ((size_t)length < room) ? (size_t)length : room - 1u;
    }
}

void standin_printk(const char *format, ...)
{
    va_list list;
    va_start(list, format);
    print(format, list);
    va_end(list);
}

_Noreturn void standin_panic(const char *format, ...)
{
    va_list list;
    va_start(list, format);
    print(format, list);
    va_end(list);
    if (!machine.catches_panic) {
        fputs(machine.printed, stderr);
        abort();
    }
    machine.catches_panic = false;
    longjmp(machine.panicked, 1);
}

bool printed(const char *text)
{
    return strstr(machine.printed, text) != NULL;
}

void standin_memset(void *at, int byte, size_t size)
{
    const paddr_t base = (paddr_t)(uintptr_t)at;
    (void)byte;
    machine.cleared = base;
    machine.cleared_size = size;
    for (size_t done = 0; done < size; done += 64) {
        CHECK(can('w', (paddr_t)(base + done)));
    }
    if (size != 0) {
        CHECK(can('w', (paddr_t)(base + size - 1u)));
    }
}

void invalidate_icache_local(void)
{
    if (machine.icache_hook != NULL) {
        machine.icache_hook();
    }
}

mfn_t alloc_boot_pages(unsigned long pages, unsigned long alignment)
{
    CHECK_EQ(alignment, 1);
    CHECK(pages << PAGE_SHIFT <= machine.board->heap_size);
    return maddr_to_mfn(round_pgup(machine.board->heap));
}

const struct membanks *bootinfo_get_reserved_mem(void)
{
    return &machine.reserved;
}

/* ---- boot ---- */

/* One region as boot assembly makes it; an empty one is skipped. The rest of the entry keeps
 * whatever RAM held. */
static void boot_region(unsigned int *slot, paddr_t base, paddr_t end, unsigned int prbar,
                        unsigned int prlar, mpumap_attr_t attr)
{
    if (base == end) {
        return;
    }
    const struct mpumap_pair pair = {(base & ~(paddr_t)63u) | prbar,
                                     ((end - 1u) & ~(paddr_t)63u) | prlar};
    mpumap_sim_set(&machine.sim, (uint8_t)*slot, &pair);
    xen_mpumap[*slot].prbar.bits = pair.base;
    xen_mpumap[*slot].prlar.bits = pair.limit;
    xen_mpumap_mask[*slot / 64u] |= 1ul << (*slot % 64u);
    (*slot)++;
    model_map(base & ~(paddr_t)63u, (end - 1u) | 63u, attr);
    model_live(base & ~(paddr_t)63u, (end - 1u) | 63u);
}

static void boot_image(const struct standin_image *i, unsigned int *slot)
{
    boot_region(slot, i->stext, i->etext, BOOT_TEXT, BOOT_NORMAL_LIMIT, BOOT_TEXT_ATTR);
    boot_region(slot, i->srodata, i->erodata, BOOT_RO, BOOT_NORMAL_LIMIT, MPUMAP_RO);
    boot_region(slot, i->ro_after_init_start, i->init_begin, BOOT_DATA, BOOT_NORMAL_LIMIT,
                MPUMAP_RW);
    boot_region(slot, i->init_begin, i->init_data_begin, BOOT_TEXT, BOOT_NORMAL_LIMIT,
                BOOT_TEXT_ATTR);
    boot_region(slot, i->init_data_begin, i->bss_end, BOOT_DATA, BOOT_NORMAL_LIMIT, MPUMAP_RW);
}

void machine_boot(const struct board *board, uint16_t regions)
{
    unsigned int slot = board->first_slot;

    glue_forget();
    (memset)(&machine, 0, sizeof(machine));
    machine.board = board;
    standin_image = board->image;
    CHECK(mpumap_sim_init(&machine.sim, MACHINE_TARGET, regions, 0x5eed));
    mpumap_sim_strict(&machine.sim, true);
    (memset)(xen_mpumap, 0xa5, sizeof(xen_mpumap));
    (memset)(xen_mpumap_mask, 0, sizeof(xen_mpumap_mask));
    max_mpu_regions = (uint8_t)regions;
    boot_image(&board->image, &slot);
    if (board->uart != 0u) {
        boot_region(&slot, board->uart, board->uart + 0x1000u, BOOT_DEVICE, BOOT_DEVICE_LIMIT,
                    MPUMAP_RW | MPUMAP_DEVICE);
    }
    mpumap_sim_control(&machine.sim, true, false);
    machine.sim.faults.between = interrupt;
    machine.now = machine.next;
    /* The first call takes writing away from all text. */
    const struct standin_image *i = &board->image;
    model_protect(i->stext, (i->etext - 1u) | 63u, MPUMAP_RX);
    if (i->init_begin != i->init_data_begin) {
        model_protect(i->init_begin, i->init_data_begin - 1u, MPUMAP_RX);
    }
    machine.reserved.nr_banks = 2;
    machine.reserved.bank[0] = (struct membank){0x1000, 0x1000, MEMBANK_DEFAULT};
    machine.reserved.bank[1] = (struct membank){board->heap, board->heap_size, MEMBANK_STATIC_HEAP};
}
