/* SPDX-License-Identifier: MIT */
/*
 * Wild writes to the region registers, behind the library's back: what the core then really allows,
 * that mpumap_verify finds it, and that mpumap_repair takes it back. Accesses are made before,
 * between and after.
 */
#include "firmware.h"
#include "target.h"

#define GRANULE 64u
#define ENABLE 1u

/* Regions of the map, and addresses that none holds. */
#define DATA 0x30100000u
#define DATA_END 0x3010ffffu
#define CODE 0x30400000u
#define CODE_END 0x30400fffu
#define TEXT 0x30800000u
#define TEXT_END 0x3080003fu
#define NOWHERE 0x30c00000u

static struct mpumap map;
static uint8_t data_slot;
static uint8_t code_slot;
static uint8_t text_slot;
static uint8_t free_slot;

/* --- registers, apart from the port --- */

struct registers {
    uint32_t base;
    uint32_t limit;
};

static void select(uint32_t slot)
{
    TARGET_WRITE(slot, TARGET_OWN, c6, c2, 1);
    TARGET_ISB();
}

static struct registers look(uint32_t slot)
{
    struct registers r;

    select(slot);
    r.base = TARGET_READ(TARGET_OWN, c6, c3, 0);
    r.limit = TARGET_READ(TARGET_OWN, c6, c3, 1);
    return r;
}

/* No two regions may overlap on the way, so that nothing but the new contents shows. */
static void overwrite(uint32_t slot, struct registers r)
{
    select(slot);
    TARGET_WRITE(0, TARGET_OWN, c6, c3, 1);
    TARGET_ISB();
    TARGET_WRITE(r.base, TARGET_OWN, c6, c3, 0);
    TARGET_ISB();
    TARGET_WRITE(r.limit, TARGET_OWN, c6, c3, 1);
    __asm__ volatile("dsb sy\n\tisb" : : : "memory");
}

static bool equal(struct registers a, struct registers b)
{
    return (a.base == b.base) && (a.limit == b.limit);
}

/* --- accesses --- */

/* The accesses that are made at addr end as `kinds` (of r, w, x) says. */
static bool has(const char *kinds, char kind)
{
    while ((*kinds != '\0') && (*kinds != kind)) {
        kinds++;
    }
    return *kinds == kind;
}

static void check_at(uint32_t addr, const char *kinds)
{
    CHECK_EQ(probe_read(addr) == 0u, has(kinds, 'r'));
    CHECK_EQ(probe_write(addr) == 0u, has(kinds, 'w'));
    CHECK_EQ(probe_fetch(addr & ~3u) == 0u, has(kinds, 'x'));
}

static void check_range(uint32_t base, uint32_t limit, const char *kinds)
{
    check_at(base - GRANULE, "");
    check_at(base - 1u, "");
    check_at(base, kinds);
    check_at(limit, kinds);
    check_at(limit + 1u, "");
    check_at(limit + GRANULE, "");
}

/* All as the map says. */
static void all_well(void)
{
    check_range(DATA, DATA_END, "rw");
    check_range(CODE, CODE_END, "rx");
    check_range(TEXT, TEXT_END, "r");
    check_at(NOWHERE, "");
    CHECK_EQ(mpumap_check(&map), MPUMAP_OK);
    CHECK_EQ(mpumap_verify(&map), MPUMAP_OK);
}

/* verify finds it in that slot, whose contents it tells. */
static void found(uint8_t slot)
{
    const struct registers now = look(slot);

    CHECK_EQ(mpumap_check(&map), MPUMAP_OK); /* nothing is wrong with the map */
    CHECK_EQ(mpumap_verify(&map), MPUMAP_CORRUPT);
    CHECK_EQ(mpumap_why(&map)->slot, slot);
    CHECK_EQ(mpumap_why(&map)->base, now.base & ~(GRANULE - 1u));
    CHECK_EQ(mpumap_why(&map)->limit, now.limit | (GRANULE - 1u));
}

static void repaired(uint8_t slot, struct registers before)
{
    CHECK_EQ(mpumap_repair(&map), MPUMAP_OK);
    CHECK(equal(look(slot), before));
    all_well();
    /* There is nothing left to do. */
    CHECK_EQ(mpumap_repair(&map), MPUMAP_OK);
    CHECK_EQ(mpumap_cost(&map)->writes, 0);
}

/* --- cases --- */

static bool map_one(uint32_t base, uint32_t limit, mpumap_attr_t attr, uint8_t *slot)
{
    struct mpumap_region region = {0};
    const bool done =
        (mpumap_map(&map, base, limit, attr) == MPUMAP_OK) && mpumap_query(&map, base, &region);

    *slot = region.slot;
    return done;
}

static bool make_map(void)
{
    static struct mpumap_pair scratch[FIRMWARE_SLOTS];
    static struct mpumap_span spans[32];
    static struct CORE_PORT_CTX ctx;
    const struct mpumap_config config = {.port = &CORE_PORT,
                                         .port_ctx = &ctx,
                                         .table = boot_table,
                                         .scratch = scratch,
                                         .regions = FIRMWARE_SLOTS,
                                         .boot_mask = boot_mask,
                                         .spans = spans,
                                         .span_capacity = 32};
    uint8_t unused;

    return (mpumap_init(&map, &config) == MPUMAP_OK) && (mpumap_adopt(&map) == MPUMAP_OK) &&
           map_one(DATA, DATA_END, MPUMAP_RW, &data_slot) &&
           map_one(CODE, CODE_END, MPUMAP_RX, &code_slot) &&
           map_one(TEXT, TEXT_END, MPUMAP_RO, &text_slot) &&
           /* A slot that the map has written, and that is free again. */
           map_one(NOWHERE, NOWHERE + 0xfffu, MPUMAP_RW, &free_slot) &&
           map_one(0x30e00000u, 0x30e00fffu, MPUMAP_RW, &unused) &&
           (mpumap_unmap(&map, NOWHERE, NOWHERE + 0xfffu) == MPUMAP_OK);
}

static void a_base_moves_up(void)
{
    const struct registers before = look(data_slot);

    all_well();
    overwrite(data_slot, (struct registers){before.base + 0x1000u, before.limit});
    check_at(DATA, "");
    check_at(DATA + 0xfffu, "");
    check_at(DATA + 0x1000u, "rw");
    found(data_slot);
    repaired(data_slot, before);
}

static void a_base_moves_down(void)
{
    const struct registers before = look(data_slot);

    overwrite(data_slot, (struct registers){before.base - 0x1000u, before.limit});
    check_at(DATA - 1u, "rw");
    check_at(DATA - 0x1000u, "rw");
    check_at(DATA - 0x1001u, "");
    found(data_slot);
    repaired(data_slot, before);
}

static void a_limit_moves_up(void)
{
    const struct registers before = look(text_slot);

    overwrite(text_slot, (struct registers){before.base, before.limit + 0x400u});
    check_at(TEXT_END + 0x400u, "r");
    check_at(TEXT_END + 0x401u, "");
    found(text_slot);
    repaired(text_slot, before);
}

static void a_limit_moves_down(void)
{
    const struct registers before = look(code_slot);

    overwrite(code_slot, (struct registers){before.base, before.limit - 0x40u});
    check_at(CODE_END, "");
    check_at(CODE_END - 0x40u, "rx");
    found(code_slot);
    repaired(code_slot, before);
}

static void an_enable_bit_is_lost(void)
{
    const struct registers before = look(data_slot);

    overwrite(data_slot, (struct registers){before.base, before.limit & ~ENABLE});
    check_at(DATA, "");
    check_at(DATA_END, "");
    found(data_slot);
    repaired(data_slot, before);
}

static void an_enable_bit_comes_from_nowhere(void)
{
    const struct registers before = look(free_slot);

    CHECK_EQ(before.limit & ENABLE, 0);
    overwrite(free_slot, (struct registers){before.base, before.limit | ENABLE});
    check_at(NOWHERE, "rw");
    check_at(NOWHERE + 0xfffu, "rw");
    found(free_slot);
    repaired(free_slot, before);
}

#if FIRMWARE_LEVEL == 2
/* The same two by the bitmap. */
static void the_bitmap_is_overwritten(void)
{
    const uint32_t bits = TARGET_READ(4, c6, c1, 1);
    const struct registers off = look(free_slot);

    TARGET_WRITE((bits & ~(1u << code_slot)) | (1u << free_slot), 4, c6, c1, 1);
    __asm__ volatile("dsb sy\n\tisb" : : : "memory");
    check_at(CODE, "");
    check_at(NOWHERE, "rw");
    found((code_slot < free_slot) ? code_slot : free_slot);
    CHECK_EQ(mpumap_repair(&map), MPUMAP_OK);
    CHECK_EQ(TARGET_READ(4, c6, c1, 1), bits);
    repaired(free_slot, off);
}
#endif

static void a_free_slot_lies_over_a_region(void)
{
    const struct registers before = look(free_slot);

    overwrite(free_slot, (struct registers){(DATA + 0x4000u) | 0x19u, (DATA + 0x4fc0u) | 0xfu});
    check_at(DATA, "rw");
    check_at(DATA + 0x4000u, ""); /* two regions: a fault */
    found(free_slot);
    CHECK_EQ(mpumap_repair(&map), MPUMAP_OK);
    check_at(DATA + 0x4000u, "rw");
    all_well();
    CHECK_EQ(look(free_slot).limit & ENABLE, before.limit & ENABLE);
}

/* PRBAR: AP[2] is bit 2, XN bit 0 (DDI 0568A.c, E2.2). */
static void permissions_are_overwritten(void)
{
    const struct registers text = look(text_slot);
    const struct registers data = look(data_slot);

    overwrite(text_slot, (struct registers){text.base & ~4u, text.limit});
    check_at(TEXT, "rw");
    found(text_slot);
    repaired(text_slot, text);
    overwrite(data_slot, (struct registers){data.base & ~1u, data.limit});
    check_at(DATA, "rwx");
    found(data_slot);
    repaired(data_slot, data);
}

/* A reset of the MPU alone, but for the program's own regions. */
static void everything_is_lost(void)
{
    const struct registers before = look(code_slot);

    for (uint32_t slot = FIRMWARE_OWN; slot < mpumap_capacity(&map); slot++) {
        overwrite(slot, (struct registers){0u, 0u});
    }
    check_at(DATA, "");
    check_at(CODE, "");
    check_at(TEXT, "");
    found((data_slot < code_slot) ? data_slot : code_slot);
    repaired(code_slot, before);
}

/* --- each bit of both registers --- */

/* What the registers of the slot allow at addr, by the layout. */
static const char *allowed(struct registers r, uint32_t addr)
{
    static const char *const kinds[4] = {"rwx", "rw", "rx", "r"};

    if (((r.limit & ENABLE) == 0u) || (addr < (r.base & ~(GRANULE - 1u))) ||
        (addr > (r.limit | (GRANULE - 1u)))) {
        return "";
    }
    return kinds[((r.base & 4u) >> 1) | (r.base & 1u)];
}

/* The program would fault at its next step. */
static bool covers_program(struct registers r)
{
    return ((r.limit & ENABLE) != 0u) &&
           ((r.base & ~(GRANULE - 1u)) < BOARD_UART + BOARD_UART_SIZE) &&
           ((r.limit | (GRANULE - 1u)) >= BOARD_OWN_BASE);
}

static bool flip(uint8_t slot, uint32_t bit)
{
    static const uint32_t at[] = {DATA - GRANULE, DATA, DATA_END, DATA_END + GRANULE};
    const struct registers before = look(slot);
    struct registers after = before;

    if (bit < 32u) {
        after.base ^= 1u << bit;
    } else {
        after.limit ^= 1u << (bit - 32u);
    }
    if (covers_program(after)) {
        return false;
    }
    overwrite(slot, after);
    if (equal(look(slot), before)) {
        return false; /* no such bit */
    }
    for (uint32_t i = 0u; i < sizeof at / sizeof at[0]; i++) {
        check_at(at[i], allowed(after, at[i]));
    }
    found(slot);
    repaired(slot, before);
    return true;
}

static void each_bit_is_found_and_repaired(void)
{
    uint32_t seen = 0u;

    for (uint32_t bit = 0u; bit < 64u; bit++) {
        seen += flip(data_slot, bit) ? 1u : 0u;
        if (tap_failed()) {
            tap_note_number("bit", bit);
            return;
        }
    }
    tap_note_number("bits", seen);
    CHECK(seen >= 58u);
}

/* A map with fewer slots than the MPU has leaves the rest alone, whatever stands there. */
static void slots_beyond_the_map_are_left_alone(void)
{
    static struct mpumap small;
    static struct mpumap_entry table[2];
    static struct mpumap_pair scratch[2];
    static struct mpumap_span spans[2];
    static struct CORE_PORT_CTX ctx;
    const struct mpumap_config config = {.port = &CORE_PORT,
                                         .port_ctx = &ctx,
                                         .table = table,
                                         .scratch = scratch,
                                         .regions = 2u,
                                         .spans = spans,
                                         .span_capacity = 2};
    const struct registers before = look(data_slot);

    REQUIRE(data_slot >= 2u);
    REQUIRE(mpumap_init(&small, &config) == MPUMAP_OK);
    CHECK_EQ(mpumap_capacity(&small), 2);
    CHECK_EQ(mpumap_adopt_registers(&small), MPUMAP_OK); /* the program's own: both are taken */
    CHECK_EQ(mpumap_used(&small), 2);
    CHECK_EQ(mpumap_map(&small, NOWHERE, NOWHERE + 0xfffu, MPUMAP_RW), MPUMAP_NO_REGION);
    overwrite(data_slot, (struct registers){before.base, before.limit & ~ENABLE});
    CHECK_EQ(mpumap_verify(&small), MPUMAP_OK); /* not its own */
    CHECK_EQ(mpumap_repair(&small), MPUMAP_OK);
    CHECK_EQ(mpumap_cost(&small)->writes, 0);
    check_at(DATA, "");
    found(data_slot);
    repaired(data_slot, before);
}

int main(void)
{
    static const struct tap_case cases[] = {
        TAP_CASE(all_well),
        TAP_CASE(a_base_moves_up),
        TAP_CASE(a_base_moves_down),
        TAP_CASE(a_limit_moves_up),
        TAP_CASE(a_limit_moves_down),
        TAP_CASE(an_enable_bit_is_lost),
        TAP_CASE(an_enable_bit_comes_from_nowhere),
#if FIRMWARE_LEVEL == 2
        TAP_CASE(the_bitmap_is_overwritten),
#endif
        TAP_CASE(a_free_slot_lies_over_a_region),
        TAP_CASE(permissions_are_overwritten),
        TAP_CASE(everything_is_lost),
        TAP_CASE(each_bit_is_found_and_repaired),
        TAP_CASE(slots_beyond_the_map_are_left_alone),
    };

    if (!make_map()) {
        return 1; /* what would be overwritten next is the program's own */
    }
    exception_show(&map);
    return target_run(cases, sizeof cases / sizeof cases[0]);
}
