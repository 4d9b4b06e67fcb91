/* SPDX-License-Identifier: MIT */
/*
 * Stage 2: 4 KB pages, so that what one region covers whole costs nothing. Every other page is
 * closed; an access to it comes to the monitor, which judges it to the granule and opens the page
 * for that kind of access and one instruction (monitor.c).
 *
 * VMSAv8-64, 4 KB granule, 48-bit input addresses: DDI 0487, D8.
 */
#include "monitor.h"

/* What the image sees, and which RAM or device of QEMU's stands behind it. Everywhere else is
 * nothing. */
struct memory {
    uint64_t base;
    uint64_t size;
    uint64_t physical;
};
static const struct memory memories[] = {
    {BOARD_UART, BOARD_UART_SIZE, BOARD_UART},
    {BOARD_WINDOW_BASE, BOARD_WINDOW_LIMIT + 1 - BOARD_WINDOW_BASE, 0x50000000},
    {BOARD_OWN_BASE, BOARD_OWN_SIZE, BOARD_OWN_BASE},
    {BOARD_HIGH_BASE, BOARD_FAR_SIZE, 0x51000000},
    {BOARD_TOP_BASE, BOARD_FAR_SIZE, 0x51010000},
};
#define MEMORIES (sizeof memories / sizeof memories[0])

#define ENTRIES 512u
#define TABLES 48u
static uint64_t tables[TABLES][ENTRIES] __attribute__((aligned(PAGE)));
static uint32_t used;

#define TABLE 0x3u
#define OUTPUT_MASK 0x0000fffffffff000u
#define LEAF 0x403u /* valid page, access flag */
#define NORMAL (0xfu << 2)
#define DEVICE (0x1u << 2) /* Device-nGnRE */
#define MEMORY_MASK (0xfu << 2)
#define READ (1u << 6)
#define WRITE (2u << 6)
#define NEVER ((uint64_t)2u << 53)

/* Invalid descriptors, whose other bits the hardware ignores: nothing has been said about the page;
 * or it has to be judged by the granule. */
#define NOTHING 0x0u
#define BY_GRANULE 0x2u

/* Pages that are open for the instruction that runs next: its own, and two of an access that
 * crosses. */
#define OPEN_MAX 4u
static struct {
    uint64_t *entry;
    uint64_t before;
} open[OPEN_MAX];
static uint32_t opened;

static const struct memory *memory_of(uint64_t address)
{
    for (uint32_t i = 0u; i < MEMORIES; i++) {
        if ((address >= memories[i].base) && (address - memories[i].base < memories[i].size)) {
            return &memories[i];
        }
    }
    return NULL;
}

uint64_t pages_physical(uint64_t address)
{
    const struct memory *memory = memory_of(address);

    return (memory != NULL) ? memory->physical + (address - memory->base) : 0u;
}

/* The descriptor of a page; tables on the way are made as needed. */
static uint64_t *entry_of(uint64_t address)
{
    uint64_t *table = tables[0];

    for (uint32_t shift = 39u; shift > 12u; shift -= 9u) {
        uint64_t *entry = &table[(address >> shift) % ENTRIES];

        if (*entry == 0u) {
            if (++used == TABLES) {
                stop(STATUS_DEFECT, "no room for page tables at ", address);
            }
            *entry = (uint64_t)(uintptr_t)tables[used] | TABLE;
        }
        table = (uint64_t *)(uintptr_t)(*entry & OUTPUT_MASK);
    }
    return &table[(address >> 12) % ENTRIES];
}

static void flush(void)
{
    __asm__ volatile("dsb ishst\n\ttlbi vmalls12e1is\n\tdsb ish\n\tisb" : : : "memory");
}

/* --- what the regions say --- */

static uint64_t rights(const struct extent *region)
{
    return READ | (region->write ? WRITE : 0u) | (region->execute ? 0u : NEVER) |
           (region->device ? DEVICE : NORMAL);
}

/* A page that exactly one region covers whole takes that region's rights. */
static void draw_page(uint64_t *entry, uint64_t page, uint64_t physical,
                      const struct extent *region)
{
    bool whole = (region->first <= page) && (region->last >= page + (PAGE - 1u));

    *entry = (whole && !region->non_secure && (*entry == NOTHING))
                 ? (physical | LEAF | rights(region))
                 : BY_GRANULE;
}

static void draw_region(const struct memory *memory, const struct extent *region)
{
    const uint64_t end = memory->base + (memory->size - 1u);
    uint64_t page = (region->first > memory->base) ? region->first : memory->base;
    uint64_t last = (region->last < end) ? region->last : end;
    uint64_t *entry = NULL;

    page &= ~(uint64_t)(PAGE - 1u);
    for (; page <= last; page += PAGE) {
        entry = ((entry == NULL) || ((page >> 12) % ENTRIES == 0u)) ? entry_of(page) : entry + 1;
        draw_page(entry, page, memory->physical + (page - memory->base), region);
    }
}

static void erase(const struct memory *memory)
{
    for (uint64_t at = 0u; at < memory->size; at += PAGE) {
        *entry_of(memory->base + at) = NOTHING;
    }
}

/* With the MPU off, or where the background region holds: everything, where no region is (the
 * default map is IMPLEMENTATION DEFINED). */
static void draw_background(const struct memory *memory)
{
    const struct extent everything = {
        .last = UINT64_MAX, .write = true, .execute = true, .device = memory->base == BOARD_UART};

    for (uint64_t at = 0u; at < memory->size; at += PAGE) {
        uint64_t *entry = entry_of(memory->base + at);

        if (*entry == NOTHING) {
            draw_page(entry, memory->base + at, memory->physical + at, &everything);
        }
    }
}

static bool enforced(void)
{
    return ((mpu_control & SCTLR_M) != 0u) && (SABOTAGE != SABOTAGE_NO_ENFORCEMENT);
}

void pages_follow(void)
{
    struct extent region;

    if (enforced() && ((mpu_control & SCTLR_WXN) != 0u)) {
        stop(STATUS_REFUSED, "SCTLR_EL2.WXN is not played: ", mpu_control);
    }
    for (uint32_t i = 0u; i < MEMORIES; i++) {
        erase(&memories[i]);
        for (uint32_t cursor = 0u; enforced() && mpu_next(&cursor, &region);) {
            if ((region.first <= memories[i].base + (memories[i].size - 1u)) &&
                (region.last >= memories[i].base)) {
                draw_region(&memories[i], &region);
            }
        }
        if (!enforced() || ((mpu_control & SCTLR_BR) != 0u)) {
            draw_background(&memories[i]);
        }
    }
    flush();
}

/* --- one instruction's pages --- */

static bool is_open(const uint64_t *entry)
{
    for (uint32_t i = 0u; i < opened; i++) {
        if (open[i].entry == entry) {
            return true;
        }
    }
    return false;
}

/* Only the kinds of access that have been judged: an instruction on this very page must not read or
 * write it unasked. */
void pages_open(uint64_t address, enum access access)
{
    uint64_t *entry = entry_of(address);

    if (!is_open(entry)) {
        if (opened == OPEN_MAX) {
            stop(STATUS_REFUSED, "one instruction touches too many pages, the last at ", address);
        }
        open[opened].entry = entry;
        open[opened].before = *entry;
        opened++;
        *entry = (pages_physical(address) & ~(uint64_t)(PAGE - 1u)) | LEAF | NORMAL | NEVER;
    }
    *entry |= (access == ACCESS_READ) ? READ : (access == ACCESS_WRITE) ? WRITE : 0u;
    *entry &= (access == ACCESS_FETCH) ? ~NEVER : ~(uint64_t)0u;
    flush();
}

void pages_close(void)
{
    if (opened == 0u) {
        return;
    }
    for (; (opened > 0u) && (SABOTAGE != SABOTAGE_PAGE_LEFT_OPEN); opened--) {
        *open[opened - 1u].entry = open[opened - 1u].before;
    }
    opened = 0u;
    flush();
}

/* --- start --- */

#define HCR_VM ((uint64_t)1u << 0)
#define HCR_DC ((uint64_t)1u << 12)
#define HCR_TVM ((uint64_t)1u << 26)
#define HCR_TRVM ((uint64_t)1u << 30)
#define HCR_RW ((uint64_t)1u << 31)
#define HCR_NV ((uint64_t)1u << 42)
#define HCR_NV1 ((uint64_t)1u << 43)

void pages_start(void)
{
    /* T0SZ 16, start at level 0, Write-Back Inner Shareable walks, 4 KB, 48-bit output */
    const uint64_t vtcr =
        16u | (2u << 6) | (1u << 8) | (1u << 10) | (3u << 12) | (5u << 16) | ((uint64_t)1u << 31);

    pages_follow();
    __asm__ volatile("msr vtcr_el2, %0" : : "r"(vtcr));
    __asm__ volatile("msr vttbr_el2, %0" : : "r"((uint64_t)(uintptr_t)tables[0]));
    __asm__ volatile("msr hcr_el2, %0"
                     :
                     : "r"(HCR_VM | HCR_DC | HCR_TVM | HCR_TRVM | HCR_RW | HCR_NV | HCR_NV1));
    flush();
}
