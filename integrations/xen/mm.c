/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The EL2 memory map of Xen on cores with an MPU, kept by mpumap. It takes the
 * place of xen/arch/arm/mpu/mm.c and of modify_after_init_mappings() in
 * xen/arch/arm/mpu/setup.c; README.md says how.
 *
 * The map is of mpumap's exact kind: bytes are counted, so what is accessible
 * is the union of the live mappings. Xen gives a mapping back by the range that
 * it mapped, or by its first address alone; the ranges are therefore kept here
 * (struct holding), and a range that nobody mapped is not taken back.
 *
 * Everything is called by one CPU at a time, under xen_mpumap_lock.
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

/* A range that was mapped through this file and not given back. */
struct holding {
    mpumap_addr_t base;
    mpumap_addr_t limit;
    unsigned int count;
};

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
static struct holding holdings[MAX_HOLDINGS];
static unsigned int nr_holdings;

static void __init __maybe_unused build_assertions(void)
{
    BUILD_BUG_ON(sizeof(pr_t) != sizeof(struct mpumap_entry));
    BUILD_BUG_ON(offsetof(pr_t, prlar) != offsetof(struct mpumap_entry, limit));
    BUILD_BUG_ON(sizeof(prbar_t) != sizeof(mpumap_reg_t));
    BUILD_BUG_ON(sizeof(paddr_t) != sizeof(mpumap_addr_t));
    BUILD_BUG_ON(sizeof(xen_mpumap_mask) != 4 * MPUMAP_MASK_WORDS);
    BUILD_BUG_ON(MAX_MPU_REGION_NR != MPUMAP_MAX_REGIONS);
    BUILD_BUG_ON(PAGE_SIZE != SZ_4K);
}

/* Attributes */

/* Xen's flags in the library's words. False: a memory type that it lacks. */
static bool attr_of_flags(unsigned int flags, mpumap_attr_t *attr)
{
    mpumap_attr_t perm = PAGE_RO_MASK(flags) ? MPUMAP_RO : MPUMAP_RW;

    if ( !PAGE_XN_MASK(flags) )
        perm |= MPUMAP_EXEC;

    switch ( PAGE_AI_MASK(flags) )
    {
    case MT_NORMAL:
        *attr = perm | MPUMAP_NORMAL;
        return true;
    case MT_NORMAL_NC:
        *attr = perm | MPUMAP_NORMAL_NC;
        return true;
    case MT_NORMAL_WT:
        *attr = perm | MPUMAP_NORMAL_WT;
        return true;
    case MT_DEVICE_nGnRE:
        *attr = perm | MPUMAP_DEVICE;
        return true;
    case MT_DEVICE_nGnRnE:
        *attr = perm | MPUMAP_DEVICE_NGNRNE;
        return true;
    default:
        return false;
    }
}

/* A disabled region if there is none with these flags. */
pr_t pr_of_addr(paddr_t base, paddr_t limit, unsigned int flags)
{
    pr_t region = {};
    mpumap_attr_t attr;

    if ( attr_of_flags(flags, &attr) )
    {
        struct mpumap_pair pair;

        EL2_PORT.encode(&port_ctx, base, limit - 1, mpumap_canonical(attr),
                        &pair);
        region.prbar.bits = pair.base;
        region.prlar.bits = pair.limit;
    }

    return region;
}

/* Results */

static int errno_of(enum mpumap_result result)
{
    switch ( result )
    {
    case MPUMAP_OK:
        return 0;
    case MPUMAP_NOT_MAPPED:
        return -ENOENT;
    case MPUMAP_LOCKED:
        return -EPERM;
    case MPUMAP_CONFLICT:
        return -EEXIST;
    case MPUMAP_SHARED:
    case MPUMAP_LIVE:
        return -EBUSY;
    case MPUMAP_REFS:
        return -EOVERFLOW;
    case MPUMAP_NO_REGION:
        return -ENOSPC;
    case MPUMAP_NO_SPACE:
        return -ENOMEM;
    case MPUMAP_CORRUPT:
        return -EIO;
    default:
        return -EINVAL;
    }
}

static int report(const char *what, mpumap_addr_t base, mpumap_addr_t limit,
                  enum mpumap_result result)
{
    const struct mpumap_why *why = mpumap_why(&xen_el2_map);

    ASSERT(mpumap_verify(&xen_el2_map) == MPUMAP_OK);
    if ( result == MPUMAP_OK )
        return 0;

    printk(XENLOG_ERR "mpumap: %s %#" PRIpaddr "-%#" PRIpaddr ": %s\n", what,
           (paddr_t)base, (paddr_t)limit, mpumap_result_name(result));
    if ( result == MPUMAP_CONFLICT )
        printk(XENLOG_ERR "mpumap: %#" PRIpaddr "-%#" PRIpaddr
                          " is %s %s, asked for %s %s\n",
               (paddr_t)why->base, (paddr_t)why->limit,
               mpumap_perm_name(why->present), mpumap_type_name(why->present),
               mpumap_perm_name(why->wanted), mpumap_type_name(why->wanted));

    return errno_of(result);
}

/* Start */

/*
 * All that head.S enabled is in use: the image with its stack and vectors, and
 * the early console. On arm32 head.S leaves text writable; no longer.
 */
static enum mpumap_result keep_boot_regions(void)
{
    struct mpumap_region r;
    enum mpumap_result result = MPUMAP_OK;
    uint16_t cursor = 0;

    while ( result == MPUMAP_OK &&
            mpumap_next_region(&xen_el2_map, &cursor, &r) )
    {
        result = mpumap_live(&xen_el2_map, r.base, r.limit);
        if ( result == MPUMAP_OK && (r.attr & MPUMAP_PERM_MASK) == MPUMAP_RWX )
        {
            result = mpumap_protect(&xen_el2_map, r.base, r.limit,
                                    r.attr & ~MPUMAP_WRITE);
            cursor = 0;
        }
    }

    return result;
}

static void adopt_boot_regions(void)
{
    uint32_t mask[MPUMAP_MASK_WORDS];
    const struct mpumap_config config = {
        .port = &EL2_PORT,
        .port_ctx = &port_ctx,
        .table = (struct mpumap_entry *)xen_mpumap,
        .scratch = scratch,
        .regions = max_mpu_regions,
        .boot_mask = mask,
        .spans = spans,
        .span_capacity = MAX_SPANS,
        .pending = pending,
        .pending_capacity = MAX_SPANS,
        .ranges = ranges,
        .lock_capacity = MAX_LOCKED,
        .live_capacity = MAX_LIVE,
        .policy = MPUMAP_EXACT,
        .allow_rwx = true, /* to adopt arm32's text; flags are checked here */
    };
    enum mpumap_result result;
    unsigned int i;

    /* The rest of an entry is whatever RAM held: head.S clears elsewhere. */
    for ( i = 0; i < max_mpu_regions; i++ )
        xen_mpumap[i] =
            (pr_t){.prbar = xen_mpumap[i].prbar, .prlar = xen_mpumap[i].prlar};

    memcpy(mask, xen_mpumap_mask, sizeof(mask));
    result = mpumap_init(&xen_el2_map, &config);
    if ( result == MPUMAP_OK )
        result = mpumap_adopt(&xen_el2_map);
    if ( result == MPUMAP_OK )
        result = keep_boot_regions();
    if ( result != MPUMAP_OK )
        panic("mpumap: boot regions: %s\n", mpumap_result_name(result));
    ready = true;
}

/* The device tree is mapped before any hook that could do this is called. */
static void lock_map(void)
{
    spin_lock(&xen_mpumap_lock);
    if ( !ready )
        adopt_boot_regions();
}

static void unlock_map(void)
{
    spin_unlock(&xen_mpumap_lock);
}

/* Who holds what */

/* Newest first: mappings nest. */
static struct holding *held(mpumap_addr_t base, mpumap_addr_t limit)
{
    unsigned int i = nr_holdings;

    while ( i-- )
        if ( holdings[i].base == base && holdings[i].limit == limit )
            return &holdings[i];

    return NULL;
}

static struct holding *held_from(mpumap_addr_t base)
{
    unsigned int i = nr_holdings;

    while ( i-- )
        if ( holdings[i].base == base )
            return &holdings[i];

    return NULL;
}

static int hold(mpumap_addr_t base, mpumap_addr_t limit, mpumap_attr_t attr)
{
    struct holding *h = held(base, limit);
    enum mpumap_result result = MPUMAP_NO_SPACE;

    if ( h || nr_holdings < MAX_HOLDINGS )
        result = mpumap_map(&xen_el2_map, base, limit, attr);
    if ( result == MPUMAP_OK )
    {
        if ( !h )
        {
            h = &holdings[nr_holdings++];
            *h = (struct holding){base, limit, 0};
        }
        h->count++;
    }

    return report("map", base, limit, result);
}

/* h: NULL if nobody holds the range. */
static int release(struct holding *h, mpumap_addr_t base, mpumap_addr_t limit)
{
    enum mpumap_result result = MPUMAP_NOT_MAPPED;

    if ( h )
        result = mpumap_unmap(&xen_el2_map, base, limit);
    if ( result == MPUMAP_OK && --h->count == 0 )
    {
        for ( nr_holdings--; h < &holdings[nr_holdings]; h++ )
            h[0] = h[1];
    }

    return report("unmap", base, limit, result);
}

/* Xen's interface: ends are exclusive there, inclusive here */

static int check_range(paddr_t base, paddr_t limit)
{
    if ( base < limit && IS_ALIGNED(base, PAGE_SIZE) &&
         IS_ALIGNED(limit + 1, PAGE_SIZE) )
        return 0;

    printk(XENLOG_ERR "mpumap: %#" PRIpaddr "-%#" PRIpaddr
                      " is not a range of whole pages\n",
           base, limit);

    return -EINVAL;
}

static int check_flags(unsigned int flags, mpumap_attr_t *attr)
{
    if ( !flags_has_rwx(flags) && attr_of_flags(flags, attr) )
        return 0;

    printk(XENLOG_ERR "mpumap: no mapping has flags %#x\n", flags);

    return -EINVAL;
}

static int map_range(paddr_t base, paddr_t limit, unsigned int flags)
{
    mpumap_attr_t attr;
    int rc = check_range(base, limit);

    if ( !rc )
        rc = check_flags(flags, &attr);
    if ( rc )
        return rc;

    lock_map();
    rc = hold(base, limit, attr);
    unlock_map();

    return rc;
}

static int unmap_range(paddr_t base, paddr_t limit)
{
    int rc = check_range(base, limit);

    if ( rc )
        return rc;

    lock_map();
    rc = release(held(base, limit), base, limit);
    unlock_map();

    return rc;
}

int xen_mpumap_update(paddr_t base, paddr_t limit, unsigned int flags)
{
    if ( flags & _PAGE_PRESENT )
        return map_range(base, limit - 1, flags);

    return unmap_range(base, limit - 1);
}

int map_pages_to_xen(unsigned long virt, mfn_t mfn, unsigned long nr_mfns,
                     unsigned int flags)
{
    paddr_t base = mfn_to_maddr(mfn);

    if ( virt != base || !nr_mfns ||
         nr_mfns - 1 > (~(paddr_t)0 - base) >> PAGE_SHIFT )
        return -EINVAL;

    return map_range(base, base + ((paddr_t)nr_mfns << PAGE_SHIFT) - 1, flags);
}

int destroy_xen_mappings(unsigned long s, unsigned long e)
{
    return unmap_range(s, e - 1);
}

int destroy_xen_mapping_containing(paddr_t s)
{
    struct holding *h;
    int rc;

    lock_map();
    h = held_from(s);
    rc = release(h, s, h ? h->limit : s);
    unlock_map();

    return rc;
}

int modify_xen_mappings(unsigned long s, unsigned long e, unsigned int nf)
{
    mpumap_attr_t attr;
    int rc = check_range(s, e - 1);

    if ( !(nf & _PAGE_PRESENT) )
        return unmap_range(s, e - 1);
    if ( !rc )
        rc = check_flags(nf, &attr);
    if ( rc )
        return rc;

    lock_map();
    rc = report("modify", s, e - 1,
                mpumap_protect(&xen_el2_map, s, e - 1, attr));
    unlock_map();

    return rc;
}

void __iomem *ioremap_attr(paddr_t start, size_t len, unsigned int flags)
{
    paddr_t last = start + len - 1;

    if ( !len || last < start )
        return NULL;
    if ( map_range(round_pgdown(start), last | (PAGE_SIZE - 1), flags) )
        return NULL;

    return maddr_to_virt(start);
}

static int found(enum mpumap_found answer)
{
    switch ( answer )
    {
    case MPUMAP_NOT_FOUND:
        return MPUMAP_REGION_NOTFOUND;
    case MPUMAP_FOUND:
        return MPUMAP_REGION_FOUND;
    case MPUMAP_INCLUSIVE:
        return MPUMAP_REGION_INCLUSIVE;
    default:
        return MPUMAP_REGION_OVERLAP;
    }
}

/*
 * The caller holds xen_mpumap_lock. Only xen_mpumap can be asked: it is the
 * only table there is. Ends inside a granule count as the whole granule.
 */
int mpumap_contains_region(pr_t *table, uint8_t nr_regions, paddr_t base,
                           paddr_t limit, uint8_t *index)
{
    struct mpumap_region region = {.slot = INVALID_REGION_IDX};
    int rc;

    ASSERT(index && table == xen_mpumap && nr_regions == max_mpu_regions);
    if ( !ready )
        adopt_boot_regions();

    rc = found(mpumap_find(&xen_el2_map, base & MPU_REGION_MASK,
                           (limit - 1) | ~MPU_REGION_MASK, &region, NULL));
    *index = rc < MPUMAP_REGION_FOUND ? INVALID_REGION_IDX : region.slot;

    return rc;
}

/* Xen's memory */

static mpumap_addr_t at(const char *symbol)
{
    return (mpumap_addr_t)(uintptr_t)symbol;
}

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

static void hold_heap(paddr_t base, paddr_t limit)
{
    int rc = map_range(base, limit, PAGE_HYPERVISOR);

    /* Stacks are allocated here. */
    if ( !rc )
    {
        lock_map();
        rc =
            report("live", base, limit, mpumap_live(&xen_el2_map, base, limit));
        unlock_map();
    }
    if ( rc )
        panic("mpumap: cannot map the static heap: %d\n", rc);
}

void __init setup_mm_helper(void)
{
    const struct membanks *reserved = bootinfo_get_reserved_mem();
    bool any = false;
    unsigned int i;

    for ( i = 0; i < reserved->nr_banks; i++ )
    {
        const struct membank *bank = &reserved->bank[i];

        if ( bank->type != MEMBANK_STATIC_HEAP )
            continue;

        hold_heap(round_pgup(bank->start),
                  round_pgdown(bank->start + bank->size) - 1);
        any = true;
    }

    if ( !any )
        panic("mpumap: there is no xen,static-heap\n");
}

/*
 * Data that only start-up writes becomes read-only, as one region with the
 * read-only data before it (and what the linker skipped between them). Both
 * change at once, so no order of shrinking and growing is to be kept.
 */
static enum mpumap_result end_of_init_data(void)
{
    mpumap_addr_t hole = ROUNDUP(at(_erodata), MPU_REGION_ALIGN);
    mpumap_addr_t start = at(__ro_after_init_start);
    mpumap_addr_t end = at(__ro_after_init_end);
    enum mpumap_result result = mpumap_begin(&xen_el2_map);

    if ( result == MPUMAP_OK && hole < start )
        result = mpumap_map(&xen_el2_map, hole, start - 1, MPUMAP_RO);
    if ( result == MPUMAP_OK && start < end )
        result = mpumap_protect(&xen_el2_map, start, end - 1, MPUMAP_RO);

    /* Answers with the first refusal. */
    return result == MPUMAP_STATE ? result : mpumap_commit(&xen_el2_map);
}

static enum mpumap_result lock_symbols(const char *first, const char *end)
{
    mpumap_addr_t base = at(first) & MPU_REGION_MASK;
    mpumap_addr_t limit = (at(end) - 1) | ~MPU_REGION_MASK;

    return first == end ? MPUMAP_OK : mpumap_lock(&xen_el2_map, base, limit);
}

/* Text and read-only data can never be unmapped or made writable again. */
void __init modify_after_init_mappings(void)
{
    enum mpumap_result result;

    lock_map();
    result = end_of_init_data();
    if ( result == MPUMAP_OK )
        result = lock_symbols(_stext, _etext);
    if ( result == MPUMAP_OK )
        result = lock_symbols(_srodata, __ro_after_init_end);
    if ( report("read-only data", at(_srodata), at(__ro_after_init_end) - 1,
                result) )
        panic("mpumap: cannot protect the read-only data\n");
    unlock_map();
}

/* These bytes have one holder, the boot regions; they go for good. */
static void drop_init(mpumap_addr_t base, mpumap_addr_t limit)
{
    enum mpumap_result result;

    lock_map();
    result = mpumap_unmap(&xen_el2_map, base, limit);
    if ( result == MPUMAP_OK )
        result = mpumap_unlive(&xen_el2_map, base, limit);
    if ( report("unmap", base, limit, result) )
        panic("mpumap: cannot unmap the init sections\n");
    unlock_map();
}

void free_init_memory(void)
{
    vaddr_t begin = at(__init_begin);
    vaddr_t text_end = at(__init_data_begin);

    if ( begin != text_end &&
         modify_xen_mappings(begin, text_end, PAGE_HYPERVISOR_RW) )
        panic("mpumap: cannot make the init text writable\n");

    invalidate_icache_local();
    memset(__init_begin, 0, __init_end - __init_begin);

    /* .bss follows, in one region with the init data until now. */
    drop_init(begin, (at(__bss_start) & MPU_REGION_MASK) - 1);
}

static void put_line(void *ctx, const char *line)
{
    (void)ctx;
    printk("%s", line);
}

/* Runs in fault handlers: takes no lock and changes nothing. */
void dump_hyp_walk(vaddr_t addr)
{
    struct mpumap_region r;

    if ( !ready )
    {
        printk("mpumap: boot regions not yet adopted\n");
        return;
    }

    mpumap_dump(&xen_el2_map, put_line, NULL);
    if ( mpumap_query(&xen_el2_map, addr, &r) )
        printk("%#" PRIpaddr " is %s %s, region %u, %u holder(s)\n",
               (paddr_t)addr, mpumap_perm_name(r.attr),
               mpumap_type_name(r.attr), r.slot, r.refs);
    else
        printk("%#" PRIpaddr " is not mapped\n", (paddr_t)addr);
}
