/* SPDX-License-Identifier: MIT */
/*
 * What boot code leaves behind, on memory and registers that held poison (entries.S). Every byte is
 * compared with numbers that stand here, not with the structures.
 */
#include "firmware.h"
#include "target.h"

#include "port/armv8r32/apply.h"

extern char __mpumap_start[];

#define ENTRY_BYTES 16u
#define REGIONS 4u

/* The port of the level, apart from what the firmware puts around it. */
#if FIRMWARE_LEVEL == 1
#define PORT mpumap_armv8r32_el1
#define MPU_REGIONS ((TARGET_READ(0, c0, c0, 4) >> 8) & 0xffu)
#else
#define PORT mpumap_armv8r32_el2
#define MPU_REGIONS (TARGET_READ(4, c0, c0, 4) & 0xffu)
#endif

static uint8_t bss_witness[256];
static bool bss_was_clear;

static bool holds_byte(const volatile uint8_t *from, const volatile uint8_t *to, uint8_t byte)
{
    for (; from != to; from++) {
        if (*from != byte) {
            return false;
        }
    }
    return true;
}

static bool holds_poison(const char *from, const char *to)
{
    for (const volatile uint32_t *p = (const volatile uint32_t *)(uintptr_t)from;
         p != (const volatile uint32_t *)(uintptr_t)to; p++) {
        if (*p != TARGET_POISON) {
            return false;
        }
    }
    return true;
}

static uint32_t word_at(const uint8_t *bytes)
{
    return bytes[0] | ((uint32_t)bytes[1] << 8) | ((uint32_t)bytes[2] << 16) |
           ((uint32_t)bytes[3] << 24);
}

static const uint8_t *entry(uint32_t slot)
{
    return (const uint8_t *)boot_table + slot * ENTRY_BYTES;
}

/* The control: memory that nobody clears still holds the poison. */
static void poison_was_there(void)
{
    CHECK(holds_poison(__buffer_start, __buffer_end));
    CHECK(holds_poison(__stack_start, __stack_start + 64));
    CHECK(holds_poison(__exception_stack_start, __exception_stack_start + 64));
}

static void bss_is_clear(void)
{
    CHECK(bss_was_clear);
    CHECK(holds_byte(bss_witness, bss_witness + sizeof bss_witness, 0u));
    CHECK((char *)boot_table + sizeof boot_table <= __bss_start);
    CHECK((char *)boot_mask + sizeof boot_mask <= __bss_start);
}

static void used_entries_hold_registers_and_one_reference(void)
{
    for (uint32_t slot = 0u; slot < REGIONS; slot++) {
        CHECK_EQ(word_at(entry(slot)), boot_plan.regions[slot].base);
        CHECK_EQ(word_at(entry(slot) + 4), boot_plan.regions[slot].limit);
        CHECK_EQ(entry(slot)[8], 1);
        CHECK(holds_byte(entry(slot) + 9, entry(slot) + ENTRY_BYTES, 0u));
    }
}

static void other_entries_are_clear(void)
{
    CHECK_EQ(sizeof boot_table, 255u * ENTRY_BYTES);
    CHECK(holds_byte(entry(REGIONS), entry(255), 0u));
}

static void mask_has_the_used_slots(void)
{
    const uint8_t *mask = (const uint8_t *)boot_mask;

    CHECK_EQ(mask[0], 0x0f);
    CHECK(holds_byte(mask + 1, mask + 32, 0u));
}

/* Around the table and the mask, up to .bss, the poison stands. */
static void nothing_else_was_written(void)
{
    const char *table_end = (const char *)boot_table + 255u * ENTRY_BYTES;
    const char *mask_end = (const char *)boot_mask + 32;
    const char *end = (table_end > mask_end) ? table_end : mask_end;

    CHECK(end < __bss_start);
    CHECK(holds_poison(end, __bss_start));
    CHECK_EQ((uintptr_t)end - (uintptr_t)__mpumap_start, 255u * ENTRY_BYTES + 32u);
}

static void slots_hold_the_plan_and_nothing_else(void)
{
    uint32_t regions = MPU_REGIONS;

    CHECK_EQ(regions, 16);
    for (uint32_t slot = 0u; slot < regions; slot++) {
        bool used = slot < REGIONS;

        TARGET_WRITE(slot, TARGET_OWN, c6, c2, 1);
        TARGET_ISB();
        CHECK_EQ(TARGET_READ(TARGET_OWN, c6, c3, 0), used ? boot_plan.regions[slot].base : 0u);
        CHECK_EQ(TARGET_READ(TARGET_OWN, c6, c3, 1), used ? boot_plan.regions[slot].limit : 0u);
    }
#if FIRMWARE_LEVEL == 2
    CHECK_EQ(TARGET_READ(4, c6, c1, 1), 0x0f); /* HPRENR */
#else
    CHECK_EQ(TARGET_READ(0, c6, c9, 5) & 1u, 1); /* PRLAR3 and PRLAR4, by number */
    CHECK_EQ(TARGET_READ(0, c6, c10, 1) & 1u, 0);
#endif
}

/* rx, ro and rw, Normal Write-Back Inner Shareable; rw, Device-nGnRE: by the bit. */
static void plan_is_encoded_as_the_manual_says(void)
{
    const struct mpumap_pair *r = boot_plan.regions;

    CHECK_EQ(r[0].base, (uint32_t)__text_start + (3u << 3) + (2u << 1));
    CHECK_EQ(r[1].base, (uint32_t)__rodata_start + (3u << 3) + (2u << 1) + 1u);
    CHECK_EQ(r[2].base, (uint32_t)__data_start + (3u << 3) + 1u);
    CHECK_EQ(r[3].base, 0xe0208000u + (2u << 3) + 1u);
    CHECK_EQ(r[0].limit, (uint32_t)__text_end - 64u + (7u << 1) + 1u);
    CHECK_EQ(r[1].limit, (uint32_t)__rodata_end - 64u + (7u << 1) + 1u);
    CHECK_EQ(r[2].limit, (uint32_t)__data_end - 64u + (7u << 1) + 1u);
    CHECK_EQ(r[3].limit, 0xe0208fc0u + (4u << 1) + 1u);
}

static void mpu_is_on_without_background(void)
{
    CHECK_EQ(TARGET_READ(TARGET_OWN, c1, c0, 0) & ((1u << 17) | 1u), 1u);
    CHECK_EQ(TARGET_READ(TARGET_OWN, c10, c2, 0), 0xeeaa4400u);
    CHECK_EQ(TARGET_READ(TARGET_OWN, c10, c2, 1), 0xff000004u);
    CHECK(probe_read(0x30000000u) != 0u);
    CHECK(probe_read((uint32_t)__text_start - 1u) != 0u);
    CHECK(probe_read((uint32_t)__text_start) == 0u);
    CHECK(probe_write((uint32_t)__text_start) != 0u);
    CHECK(probe_write((uint32_t)__rodata_start) != 0u);
    CHECK(probe_write((uint32_t)__data_end - 1u) == 0u);
    CHECK(probe_read((uint32_t)__data_end) != 0u);
    CHECK(probe_fetch((uint32_t)__data_start) != 0u);
    CHECK(probe_fetch((uint32_t)__rodata_start) != 0u);
    CHECK(probe_fetch((uint32_t)__text_start) == 0u);
}

static void c_takes_over(void)
{
    static struct mpumap map;
    static struct mpumap_pair scratch[FIRMWARE_SLOTS];
    static struct mpumap_span spans[REGIONS];
    const struct mpumap_config config = {.port = &PORT,
                                         .table = boot_table,
                                         .scratch = scratch,
                                         .regions = FIRMWARE_SLOTS,
                                         .boot_mask = boot_mask,
                                         .spans = spans,
                                         .span_capacity = REGIONS};

    CHECK_EQ(mpumap_init(&map, &config), MPUMAP_OK);
    CHECK_EQ(mpumap_adopt(&map), MPUMAP_OK);
    CHECK_EQ(mpumap_used(&map), REGIONS);
    CHECK_EQ(mpumap_capacity(&map), 16);
    CHECK_EQ(mpumap_verify(&map), MPUMAP_OK);
}

int main(void)
{
    static const struct tap_case cases[] = {
        TAP_CASE(poison_was_there),
        TAP_CASE(bss_is_clear),
        TAP_CASE(used_entries_hold_registers_and_one_reference),
        TAP_CASE(other_entries_are_clear),
        TAP_CASE(mask_has_the_used_slots),
        TAP_CASE(nothing_else_was_written),
        TAP_CASE(slots_hold_the_plan_and_nothing_else),
        TAP_CASE(plan_is_encoded_as_the_manual_says),
        TAP_CASE(mpu_is_on_without_background),
        TAP_CASE(c_takes_over),
    };

    /* Before anybody uses .bss. */
    bss_was_clear =
        holds_byte((const volatile uint8_t *)__bss_start, (const volatile uint8_t *)__bss_end, 0u);
    return target_run(cases, sizeof cases / sizeof cases[0]);
}
