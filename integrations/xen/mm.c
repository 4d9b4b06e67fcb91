/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The EL2 memory map of Xen on cores with an MPU, kept by mpumap. It takes the
 * place of xen/arch/arm/mpu/mm.c and of modify_after_init_mappings() in
 * xen/arch/arm/mpu/setup.c; README.md says how.
 *
 * What is left for this file: Xen's flags, errors and names, exclusive ends
 * (Xen's "end" is the byte after the range, mpumap's "limit" its last byte),
 * and the sections of Xen's image. xen_mpumap_lock covers every change.
 */

#include <xen/bug.h>
#include <xen/errno.h>
#include <xen/init.h>
#include <xen/lib.h>
#include <xen/mm.h>
#include <xen/pfn.h>
#include <xen/sizes.h>
#include <xen/spinlock.h>
#include <xen/types.h>
#include <asm/mpu.h>
#include <asm/mpu/mm.h>
#include <asm/page.h>
#include <asm/setup.h>

#include <mpumap.h>
#ifdef CONFIG_ARM_64
#include <port/armv8r64/apply.h>
#define EL2_PORT mpumap_armv8r64_el2
#define el2_port_ctx mpumap_armv8r64_ctx
#else
#include <port/armv8r32/apply.h>
#define EL2_PORT mpumap_armv8r32_el2
#define el2_port_ctx mpumap_armv8r32_ctx
#endif

/* Ranges mapped at one time, not counting how often each of them is. */
#define MAX_HOLDINGS 128
/* Each holding adds at most two ends to those of the regions at boot. */
#define MAX_SPANS (2 * MAX_HOLDINGS + 32)
/* Locked: text and read-only data. Live: the image, the heap. */
#define MAX_LOCKED 8
#define MAX_LIVE 32

struct page_info *frame_table;

/*
 * Filled by head.S before .bss is cleared, hence not in .bss. head.S stores a
 * word to max_mpu_regions on arm32, while C knows it as a byte.
 */
asm(".pushsection .data.ro_after_init, \"aw\"\n"
    ".balign 4\n"
    ".globl max_mpu_regions\n"
    "max_mpu_regions: .long 0\n"
    ".popsection\n");

DECLARE_BITMAP(xen_mpumap_mask, MAX_MPU_REGION_NR)
__cacheline_aligned __section(".data");

pr_t __cacheline_aligned __section(".data") xen_mpumap[MAX_MPU_REGION_NR];

DEFINE_SPINLOCK(xen_mpumap_lock);

/* Not static: debuggers and tests look at it. */
extern struct mpumap xen_el2_map;
struct mpumap xen_el2_map;

static bool ready;
static struct el2_port_ctx port_ctx;
static struct mpumap_pair scratch[MAX_MPU_REGION_NR];
static struct mpumap_span spans[MAX_SPANS];
static struct mpumap_span pending[MAX_SPANS];
static struct mpumap_range ranges[2 * (MAX_LOCKED + MAX_LIVE)];
static struct mpumap_holding holdings[MAX_HOLDINGS];
/* What Xen gives back: exactly what it mapped, or what begins at an address. */
static struct mpumap_holders holders = {&xen_el2_map, holdings, MAX_HOLDINGS,
                                        0};

static void __init __maybe_unused build_assertions(void)
{
    BUILD_BUG_ON(sizeof(pr_t) != sizeof(struct mpumap_entry));
    BUILD_BUG_ON(offsetof(pr_t, prlar) != offsetof(struct mpumap_entry, limit));
    BUILD_BUG_ON(sizeof(prbar_t) != sizeof(mpumap_reg_t));
    BUILD_BUG_ON(sizeof(paddr_t) != sizeof(mpumap_addr_t));
    BUILD_BUG_ON(sizeof(xen_mpumap_mask) != 4 * MPUMAP_MASK_WORDS);
    BUILD_BUG_ON(MAX_MPU_REGION_NR != MPUMAP_MAX_REGIONS);
}

/* Flags, symbols, results */

#define NO_TYPE MPUMAP_TYPE_MASK /* mpumap refuses it */

static mpumap_attr_t attr_of(unsigned int flags)
{
    static const mpumap_attr_t types[8] = {
        [MT_DEVICE_nGnRnE] = MPUMAP_DEVICE_NGNRNE,
        [MT_NORMAL_NC] = MPUMAP_NORMAL_NC,
        [MT_NORMAL_WT] = MPUMAP_NORMAL_WT,
        [MT_NORMAL_WB] = NO_TYPE,
        [MT_DEVICE_nGnRE] = MPUMAP_DEVICE,
        [5] = NO_TYPE,
        [6] = NO_TYPE,
        [MT_NORMAL] = MPUMAP_NORMAL,
    };

    return flags_has_rwx(flags)
               ? NO_TYPE
               : types[PAGE_AI_MASK(flags)] |
                     (PAGE_RO_MASK(flags) ? MPUMAP_RO : MPUMAP_RW) |
                     (PAGE_XN_MASK(flags) ? 0 : MPUMAP_EXEC);
}

static mpumap_addr_t at(const char *symbol)
{
    return (mpumap_addr_t)(uintptr_t)symbol;
}

/* The granules of a section, as head.S maps them. */
static struct mpumap_range section(const char *start, const char *end)
{
    return (struct mpumap_range){at(start) & MPU_REGION_MASK,
                                 (at(end) - 1) | ~MPU_REGION_MASK};
}

static int errno_of(enum mpumap_result result)
{
    static const int others[MPUMAP_CORRUPT + 1] = {
        [MPUMAP_NOT_MAPPED] = -ENOENT, [MPUMAP_LOCKED] = -EPERM,
        [MPUMAP_CONFLICT] = -EEXIST,   [MPUMAP_SHARED] = -EBUSY,
        [MPUMAP_REFS] = -EOVERFLOW,    [MPUMAP_NO_REGION] = -ENOSPC,
        [MPUMAP_NO_SPACE] = -ENOMEM,   [MPUMAP_LIVE] = -EBUSY,
        [MPUMAP_CORRUPT] = -EIO,
    };

    if ( result == MPUMAP_OK )
        return 0;

    return others[result] ? others[result] : -EINVAL;
}

/* Start */

/*
 * All that head.S enabled is in use: the image with its stack and vectors, and
 * the early console. On arm32 head.S leaves text writable; no longer.
 */
static enum mpumap_result keep_boot_regions(void)
{
    const struct mpumap_range text = section(_stext, _etext);
    const struct mpumap_range init = section(__init_begin, __init_data_begin);
    enum mpumap_result result = mpumap_adopt(&xen_el2_map);
    struct mpumap_region r;
    uint16_t cursor = 0;

    while ( result == MPUMAP_OK &&
            mpumap_next_region(&xen_el2_map, &cursor, &r) )
        result = mpumap_live(&xen_el2_map, r.base, r.limit);
    if ( result == MPUMAP_OK )
        result = mpumap_protect(&xen_el2_map, text.base, text.limit, MPUMAP_RX);
    if ( result == MPUMAP_OK && init.base < init.limit )
        result = mpumap_protect(&xen_el2_map, init.base, init.limit, MPUMAP_RX);

    return result;
}

static void adopt_boot_regions(void)
{
    const struct mpumap_config config = {
        .port = &EL2_PORT,
        .port_ctx = &port_ctx,
        .table = (struct mpumap_entry *)xen_mpumap,
        .scratch = scratch,
        .regions = max_mpu_regions,
        .boot_mask = (const uint32_t *)xen_mpumap_mask,
        .spans = spans,
        .span_capacity = MAX_SPANS,
        .pending = pending,
        .pending_capacity = MAX_SPANS,
        .ranges = ranges,
        .lock_capacity = MAX_LOCKED,
        .live_capacity = MAX_LIVE,
        .policy = MPUMAP_EXACT,
        .allow_rwx = true, /* to adopt arm32's text; see attr_of() */
    };
    enum mpumap_result result = mpumap_init(&xen_el2_map, &config);

    if ( result == MPUMAP_OK )
        result = keep_boot_regions();
    if ( result != MPUMAP_OK )
        panic("mpumap: boot regions: %s\n", mpumap_result_name(result));
    ready = true;
}

/* Every call that changes the map stands between lock_map and unlock_map. */

/* The device tree is mapped before any hook that could adopt is called. */
static void lock_map(void)
{
    spin_lock(&xen_mpumap_lock);
    if ( !ready )
        adopt_boot_regions();
}

static int unlock_map(paddr_t base, paddr_t end, enum mpumap_result result)
{
    const struct mpumap_why *why = mpumap_why(&xen_el2_map);

    ASSERT(mpumap_verify(&xen_el2_map) == MPUMAP_OK);
    if ( result != MPUMAP_OK )
        printk(XENLOG_ERR "mpumap: %#" PRIpaddr "-%#" PRIpaddr ": %s\n", base,
               (paddr_t)(end - 1), mpumap_result_name(result));
    if ( result == MPUMAP_CONFLICT )
        printk(XENLOG_ERR "mpumap: %#" PRIpaddr "-%#" PRIpaddr
                          " is %s %s, asked for %s %s\n",
               (paddr_t)why->base, (paddr_t)why->limit,
               mpumap_perm_name(why->present), mpumap_type_name(why->present),
               mpumap_perm_name(why->wanted), mpumap_type_name(why->wanted));
    spin_unlock(&xen_mpumap_lock);

    return errno_of(result);
}

/* Xen's interface */

int xen_mpumap_update(paddr_t base, paddr_t limit, unsigned int flags)
{
    enum mpumap_result result = MPUMAP_ALIGN;

    lock_map();
    if ( IS_ALIGNED(base | limit, PAGE_SIZE) )
        result = (flags & _PAGE_PRESENT)
                     ? mpumap_hold(&holders, base, limit - 1, attr_of(flags))
                     : mpumap_release(&holders, base, limit - 1);

    return unlock_map(base, limit, result);
}

int map_pages_to_xen(unsigned long virt, mfn_t mfn, unsigned long nr_mfns,
                     unsigned int flags)
{
    paddr_t base = mfn_to_maddr(mfn);

    if ( virt != base || nr_mfns - 1 > (~(paddr_t)0 - base) >> PAGE_SHIFT )
        return -EINVAL;

    return xen_mpumap_update(base, base + ((paddr_t)nr_mfns << PAGE_SHIFT),
                             flags);
}

int destroy_xen_mappings(unsigned long s, unsigned long e)
{
    return xen_mpumap_update(s, e, 0);
}

int destroy_xen_mapping_containing(paddr_t s)
{
    lock_map();

    return unlock_map(s, s + PAGE_SIZE, mpumap_release_at(&holders, s));
}

int modify_xen_mappings(unsigned long s, unsigned long e, unsigned int nf)
{
    enum mpumap_result result = MPUMAP_ALIGN;

    if ( !(nf & _PAGE_PRESENT) )
        return destroy_xen_mappings(s, e);

    lock_map();
    if ( IS_ALIGNED(s | e, PAGE_SIZE) )
        result = mpumap_protect(&xen_el2_map, s, e - 1, attr_of(nf));

    return unlock_map(s, e, result);
}

void __iomem *ioremap_attr(paddr_t start, size_t len, unsigned int flags)
{
    paddr_t last = start + len - 1;

    if ( !len || last < start ||
         xen_mpumap_update(round_pgdown(start), (last | (PAGE_SIZE - 1)) + 1,
                           flags) )
        return NULL;

    return maddr_to_virt(start);
}

/* A disabled region if there is none with these flags. */
pr_t pr_of_addr(paddr_t base, paddr_t limit, unsigned int flags)
{
    mpumap_attr_t attr = attr_of(flags);
    struct mpumap_pair pair = {0, 0};
    pr_t region = {};

    if ( (attr & MPUMAP_TYPE_MASK) != NO_TYPE )
        EL2_PORT.encode(&port_ctx, base, limit - 1, mpumap_canonical(attr),
                        &pair);
    region.prbar.bits = pair.base;
    region.prlar.bits = pair.limit;

    return region;
}

/*
 * The caller holds xen_mpumap_lock. Only xen_mpumap can be asked: it is the
 * only table there is. Ends inside a granule count as the whole granule.
 */
int mpumap_contains_region(pr_t *table, uint8_t nr_regions, paddr_t base,
                           paddr_t limit, uint8_t *index)
{
    static const int answers[] = {
        [MPUMAP_NOT_FOUND] = MPUMAP_REGION_NOTFOUND,
        [MPUMAP_FOUND] = MPUMAP_REGION_FOUND,
        [MPUMAP_INCLUSIVE] = MPUMAP_REGION_INCLUSIVE,
        [MPUMAP_FOUND_OVERLAP] = MPUMAP_REGION_OVERLAP,
        [MPUMAP_FIND_REFUSED] = MPUMAP_REGION_OVERLAP,
    };
    struct mpumap_region region = {.slot = INVALID_REGION_IDX};
    int rc;

    ASSERT(index && table == xen_mpumap && nr_regions == max_mpu_regions);
    if ( !ready )
        adopt_boot_regions();

    rc = answers[mpumap_find(&xen_el2_map, base & MPU_REGION_MASK,
                             (limit - 1) | ~MPU_REGION_MASK, &region, NULL)];
    *index = rc < MPUMAP_REGION_FOUND ? INVALID_REGION_IDX : region.slot;

    return rc;
}

static void show(const struct mpumap_region *r)
{
    printk("mpumap: region %u: %#" PRIpaddr "-%#" PRIpaddr
           " %s %s, %u holder(s)\n",
           r->slot, (paddr_t)r->base, (paddr_t)r->limit,
           mpumap_perm_name(r->attr), mpumap_type_name(r->attr), r->refs);
}

/* Runs in fault handlers: takes no lock and changes nothing. */
void dump_hyp_walk(vaddr_t addr)
{
    struct mpumap_region r;
    uint16_t cursor = 0;

    if ( !ready )
        printk("mpumap: boot regions not yet adopted\n");
    while ( mpumap_next_region(&xen_el2_map, &cursor, &r) )
        show(&r);

    if ( mpumap_query(&xen_el2_map, addr, &r) )
    {
        printk("mpumap: %#" PRIpaddr " is in\n", (paddr_t)addr);
        show(&r);
    }
    else
        printk("mpumap: %#" PRIpaddr " is not mapped\n", (paddr_t)addr);
}

/* Xen's memory */

/* Frames are looked up by index from ram_start, so holes have entries too. */
void __init init_frametable(paddr_t ram_start)
{
    unsigned long frames, used, size;

    BUILD_BUG_ON(sizeof(struct page_info) != PAGE_INFO_SIZE);

    frametable_base_pdx = mfn_to_pdx(maddr_to_mfn(ram_start));
    frames = max_pdx - frametable_base_pdx;
    if ( frames > FRAMETABLE_NR )
        panic("mpumap: %lu frames are more than the frame table can hold\n",
              frames);

    used = frames * sizeof(*frame_table);
    size = ROUNDUP(used, PAGE_SIZE);
    frame_table =
        maddr_to_virt(mfn_to_maddr(alloc_boot_pages(size >> PAGE_SHIFT, 1)));

    memset(frame_table, 0, used);
    /* What is left of the last page is no frame. */
    memset((char *)frame_table + used, -1, size - used);
}

/* Live, because stacks are allocated here. */
static void hold_heap(paddr_t base, paddr_t end)
{
    enum mpumap_result result;

    lock_map();
    result = mpumap_hold(&holders, base, end - 1, attr_of(PAGE_HYPERVISOR));
    if ( result == MPUMAP_OK )
        result = mpumap_live(&xen_el2_map, base, end - 1);
    if ( unlock_map(base, end, result) )
        panic("mpumap: cannot map the static heap\n");
}

void __init setup_mm_helper(void)
{
    const struct membanks *reserved = bootinfo_get_reserved_mem();
    const struct membank *bank = reserved->bank;
    bool any = false;

    for ( ; bank < reserved->bank + reserved->nr_banks; bank++ )
        if ( bank->type == MEMBANK_STATIC_HEAP )
        {
            hold_heap(round_pgup(bank->start),
                      round_pgdown(bank->start + bank->size));
            any = true;
        }

    if ( !any )
        panic("mpumap: there is no xen,static-heap\n");
}

/*
 * Data that only start-up writes becomes read-only, as one region with the
 * read-only data before it (and what the linker skipped between them); then
 * neither it nor text can ever be unmapped or made writable again. All of it is
 * one change, so no order is to be kept; commit answers the first refusal.
 */
void __init modify_after_init_mappings(void)
{
    const struct mpumap_range text = section(_stext, _etext);
    const struct mpumap_range data = section(_srodata, __ro_after_init_end);
    mpumap_addr_t hole = ROUNDUP(at(_erodata), MPU_REGION_ALIGN);
    mpumap_addr_t start = at(__ro_after_init_start);
    mpumap_addr_t end = at(__ro_after_init_end);
    enum mpumap_result result;

    lock_map();
    result = mpumap_begin(&xen_el2_map);
    if ( result == MPUMAP_OK && hole < start )
        result = mpumap_map(&xen_el2_map, hole, start - 1, MPUMAP_RO);
    if ( result == MPUMAP_OK && start < end )
        result = mpumap_protect(&xen_el2_map, start, end - 1, MPUMAP_RO);
    if ( result == MPUMAP_OK )
        result = mpumap_lock(&xen_el2_map, text.base, text.limit);
    if ( result == MPUMAP_OK )
        result = mpumap_lock(&xen_el2_map, data.base, data.limit);
    if ( unlock_map(data.base, end, mpumap_commit(&xen_el2_map)) )
        panic("mpumap: cannot protect the read-only data\n");
}

/* Each byte has one holder, the boot regions. */
void free_init_memory(void)
{
    vaddr_t begin = at(__init_begin);
    vaddr_t text_end = at(__init_data_begin);
    /* .bss follows, in one region with the init data until now. */
    paddr_t end = at(__bss_start) & MPU_REGION_MASK;
    enum mpumap_result result;

    if ( begin != text_end &&
         modify_xen_mappings(begin, text_end, PAGE_HYPERVISOR_RW) )
        panic("mpumap: cannot make the init text writable\n");

    invalidate_icache_local();
    memset(__init_begin, 0, __init_end - __init_begin);

    lock_map();
    result = mpumap_unmap(&xen_el2_map, begin, end - 1);
    if ( result == MPUMAP_OK )
        result = mpumap_unlive(&xen_el2_map, begin, end - 1);
    if ( unlock_map(begin, end, result) )
        panic("mpumap: cannot unmap the init sections\n");
}
