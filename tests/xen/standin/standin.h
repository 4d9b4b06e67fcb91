/* SPDX-License-Identifier: MIT */
/*
 * As much of a hypervisor's headers as the glue in integrations/xen needs to be compiled and run on
 * a host: names, types and numbers of the interface, none of the code behind it. Sections of the
 * image are variables (struct standin_image), so that a test chooses the layout; memory is not
 * touched but asked for, through the functions standin_*.
 *
 * arm64 with 64-bit addresses, arm32 with 32-bit ones (MPUMAP_ADDR_BITS).
 */
#ifndef TESTS_XEN_STANDIN_H
#define TESTS_XEN_STANDIN_H

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "mpumap_config.h"

#if MPUMAP_ADDR_BITS == 64
#define CONFIG_ARM_64 1
typedef uint64_t paddr_t;
typedef uint64_t vaddr_t;
typedef uint64_t standin_reg_t;
#define PRIpaddr PRIx64
#define STANDIN_SHARED_PAD 15
#else
#define CONFIG_ARM_32 1
typedef uint32_t paddr_t;
typedef uint32_t vaddr_t;
typedef uint32_t standin_reg_t;
#define PRIpaddr PRIx32
#define STANDIN_SHARED_PAD 7
#endif

/* Compiler */
#define __init
#define __iomem
#define __maybe_unused __attribute__((unused))
#define __section(name) __attribute__((section(name)))
#define __cacheline_aligned __attribute__((aligned(64)))
#define BUILD_BUG_ON(broken) _Static_assert(!(broken), #broken)

/* Numbers and bits */
#define IS_ALIGNED(value, size) (((value) & ((size)-1u)) == 0u)
#define ROUNDUP(value, size) (((value) + ((size)-1u)) & ~((size)-1u))
#define DECLARE_BITMAP(name, bits) unsigned long name[((bits) + 63) / 64]

/* Pages */
#define PAGE_SHIFT 12
#define PAGE_SIZE ((paddr_t)4096u)
#define SZ_4K 4096u
#define round_pgdown(address) ((paddr_t)(address) & ~(PAGE_SIZE - 1u))
#define round_pgup(address) round_pgdown((paddr_t)(address) + PAGE_SIZE - 1u)

/* Memory types and flags of a mapping */
#define MT_DEVICE_nGnRnE 0u
#define MT_NORMAL_NC 1u
#define MT_NORMAL_WT 2u
#define MT_NORMAL_WB 3u
#define MT_DEVICE_nGnRE 4u
#define MT_NORMAL 7u
#define STANDIN_XN 8u
#define STANDIN_RO 16u
#define _PAGE_PRESENT 32u
#define PAGE_AI_MASK(flags) ((flags)&7u)
#define PAGE_XN_MASK(flags) (((flags) >> 3) & 1u)
#define PAGE_RO_MASK(flags) (((flags) >> 4) & 1u)
#define PAGE_HYPERVISOR_RO (_PAGE_PRESENT | STANDIN_RO | STANDIN_XN | MT_NORMAL)
#define PAGE_HYPERVISOR_RX (_PAGE_PRESENT | STANDIN_RO | MT_NORMAL)
#define PAGE_HYPERVISOR_RW (_PAGE_PRESENT | STANDIN_XN | MT_NORMAL)
#define PAGE_HYPERVISOR PAGE_HYPERVISOR_RW
#define PAGE_HYPERVISOR_NOCACHE (_PAGE_PRESENT | STANDIN_XN | MT_DEVICE_nGnRE)
#define PAGE_HYPERVISOR_WC (_PAGE_PRESENT | STANDIN_XN | MT_NORMAL_NC)

/* The table that boot assembly fills */
typedef struct {
    standin_reg_t bits;
} prbar_t;
typedef struct {
    standin_reg_t bits;
} prlar_t;
typedef struct {
    prbar_t prbar;
    prlar_t prlar;
    uint8_t refcount;
    uint8_t pad[STANDIN_SHARED_PAD];
} pr_t;
#define MAX_MPU_REGION_NR 255
#define MPU_REGION_ALIGN ((paddr_t)64u)
#define MPU_REGION_MASK (~(MPU_REGION_ALIGN - 1u))
#define INVALID_REGION_IDX 0xFFU
#define MPUMAP_REGION_OVERLAP (-1)
#define MPUMAP_REGION_NOTFOUND 0
#define MPUMAP_REGION_FOUND 1
#define MPUMAP_REGION_INCLUSIVE 2

extern uint8_t max_mpu_regions;
extern unsigned long xen_mpumap_mask[4];
extern pr_t xen_mpumap[MAX_MPU_REGION_NR];

/* Frames */
typedef struct {
    unsigned long mfn;
} mfn_t;
struct page_info {
    uint8_t standin[56];
};
#define PAGE_INFO_SIZE 56u
#define FRAMETABLE_NR ((16ull << 30) / sizeof(struct page_info))
extern struct page_info *frame_table;
extern unsigned long frametable_base_pdx;
extern unsigned long max_pdx;

static inline mfn_t maddr_to_mfn(paddr_t address)
{
    return (mfn_t){(unsigned long)(address >> PAGE_SHIFT)};
}
static inline paddr_t mfn_to_maddr(mfn_t mfn)
{
    return (paddr_t)mfn.mfn << PAGE_SHIFT;
}
static inline unsigned long mfn_to_pdx(mfn_t mfn)
{
    return mfn.mfn;
}
static inline void *maddr_to_virt(paddr_t address)
{
    return (void *)(uintptr_t)address;
}
mfn_t alloc_boot_pages(unsigned long pages, unsigned long alignment);

/* Banks of memory in the device tree */
enum membank_type {
    MEMBANK_DEFAULT,
    MEMBANK_STATIC_HEAP
};
struct membank {
    paddr_t start;
    paddr_t size;
    enum membank_type type;
};
struct membanks {
    unsigned int nr_banks;
    struct membank bank[4];
};
const struct membanks *bootinfo_get_reserved_mem(void);

/* The image */
struct standin_image {
    paddr_t stext, etext, srodata, erodata, ro_after_init_start, ro_after_init_end, init_begin,
        init_data_begin, init_end, bss_start, bss_end;
};
extern struct standin_image standin_image;
#define standin_symbol(name) ((char *)(uintptr_t)standin_image.name)
#define _stext standin_symbol(stext)
#define _etext standin_symbol(etext)
#define _srodata standin_symbol(srodata)
#define _erodata standin_symbol(erodata)
#define __ro_after_init_start standin_symbol(ro_after_init_start)
#define __ro_after_init_end standin_symbol(ro_after_init_end)
#define __init_begin standin_symbol(init_begin)
#define __init_data_begin standin_symbol(init_data_begin)
#define __init_end standin_symbol(init_end)
#define __bss_start standin_symbol(bss_start)

/* Locks: taken twice or given back untaken fails the test. */
typedef struct {
    bool taken;
} spinlock_t;
#define DEFINE_SPINLOCK(name) spinlock_t name
extern spinlock_t xen_mpumap_lock;
void spin_lock(spinlock_t *lock);
void spin_unlock(spinlock_t *lock);

/* What the glue asks of its surroundings. standin_panic does not return. */
#define XENLOG_ERR "error: "
#define ASSERT(held) standin_assert((held), #held)
#define printk standin_printk
#define panic standin_panic
#define memset(at, byte, size) standin_memset((at), (byte), (size))
void standin_assert(bool held, const char *text);
void standin_printk(const char *format, ...) __attribute__((format(printf, 1, 2)));
_Noreturn void standin_panic(const char *format, ...) __attribute__((format(printf, 1, 2)));
void standin_memset(void *at, int byte, size_t size);
void invalidate_icache_local(void);
bool flags_has_rwx(unsigned int flags);

/* What the glue gives. */
pr_t pr_of_addr(paddr_t base, paddr_t limit, unsigned int flags);
int mpumap_contains_region(pr_t *table, uint8_t nr_regions, paddr_t base, paddr_t limit,
                           uint8_t *index);
int xen_mpumap_update(paddr_t base, paddr_t limit, unsigned int flags);
int map_pages_to_xen(unsigned long virt, mfn_t mfn, unsigned long nr_mfns, unsigned int flags);
int destroy_xen_mappings(unsigned long s, unsigned long e);
int destroy_xen_mapping_containing(paddr_t s);
int modify_xen_mappings(unsigned long s, unsigned long e, unsigned int nf);
void __iomem *ioremap_attr(paddr_t start, size_t len, unsigned int flags);
void init_frametable(paddr_t ram_start);
void setup_mm_helper(void);
void modify_after_init_mappings(void);
void free_init_memory(void);
void dump_hyp_walk(vaddr_t addr);

#endif
