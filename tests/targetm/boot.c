/* SPDX-License-Identifier: MIT */
/*
 * What boot code leaves behind, on memory and registers that held poison (entries.S). Every byte is
 * compared with numbers that stand here, not with the structures.
 */
#include "firmware.h"
#include "targetm.h"

#include "boot/armv8m/boot.h"

#define ENTRY_BYTES 16u
#define OWN 2u

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

static uint32_t own_base(uint32_t i)
{
    return (i == 0u) ? (uint32_t)__text_start + 0x1cu : (uint32_t)__data_start + 0x19u;
}

static uint32_t own_limit(uint32_t i)
{
    return (uint32_t)((i == 0u) ? __text_end : __data_end) - 32u + 0xfu;
}

static void used_entries_hold_registers_and_one_reference(void)
{
    for (uint32_t i = 0u; i < OWN; i++) {
        const uint8_t *e = entry(BOARD_SLOTS - OWN + i);

        CHECK_EQ(word_at(e), own_base(i));
        CHECK_EQ(word_at(e + 4), own_limit(i));
        CHECK_EQ(e[8], 1);
        CHECK(holds_byte(e + 9, e + ENTRY_BYTES, 0u));
    }
}

static void other_entries_are_clear(void)
{
    CHECK_EQ(sizeof boot_table, 255u * ENTRY_BYTES);
    CHECK(holds_byte(entry(0), entry(BOARD_SLOTS - OWN), 0u));
    CHECK(holds_byte(entry(BOARD_SLOTS), entry(255), 0u));
}

static void the_mask_has_the_own_slots(void)
{
    CHECK_EQ(boot_mask[0], 3u << (BOARD_SLOTS - OWN));
    for (uint32_t word = 1u; word < 8u; word++) {
        CHECK_EQ(boot_mask[word], 0u);
    }
}

static void every_slot_is_programmed(void)
{
    CHECK_EQ((TARGET_REGISTER(TARGET_MPU_TYPE) >> 8) & 0xffu, BOARD_SLOTS);
    for (uint32_t slot = 0u; slot < BOARD_SLOTS; slot++) {
        const bool own = slot >= BOARD_SLOTS - OWN;
        const uint32_t i = slot - (BOARD_SLOTS - OWN);

        TARGET_REGISTER(TARGET_MPU_RNR) = slot;
        CHECK_EQ(TARGET_REGISTER(TARGET_MPU_RBAR), own ? own_base(i) : 0u);
        CHECK_EQ(TARGET_REGISTER(TARGET_MPU_RLAR), own ? own_limit(i) : 0u);
    }
}

static void the_mpu_is_on_without_a_background(void)
{
    CHECK_EQ(TARGET_REGISTER(TARGET_MPU_CTRL), 1u);
    CHECK_EQ(TARGET_REGISTER(TARGET_MPU_MAIR0), 0xeeaa4400u);
    CHECK_EQ(TARGET_REGISTER(TARGET_MPU_MAIR1), 0xff000004u);
    CHECK(probe_read(BOARD_WINDOW_BASE) != 0u);
    CHECK(probe_write(0x20000000u) != 0u);
    CHECK(probe_fetch(0x10000000u) != 0u);
}

static void own_regions_allow_what_they_say(void)
{
    CHECK_EQ(probe_read((mpumap_addr_t)__text_start), 0u);
    CHECK(probe_write((mpumap_addr_t)__text_start) != 0u);
    CHECK_EQ(probe_fetch((mpumap_addr_t)__text_start), 0u);
    CHECK_EQ(probe_write((mpumap_addr_t)__data_end - 1u), 0u);
    CHECK(probe_fetch((mpumap_addr_t)__data_start) != 0u);
    CHECK(probe_read((mpumap_addr_t)__text_start - 1u) != 0u);
    CHECK(probe_read((mpumap_addr_t)__data_end) != 0u);
}

/* Another plan, on a running core: two regions in the first slots, junk in all others. */
static void a_short_plan_empties_the_other_slots(void)
{
    static struct mpumap_entry table[BOARD_SLOTS];
    static uint32_t mask[MPUMAP_MASK_WORDS];
    const struct mpumap_boot_plan plan = {&boot_plan.regions[BOARD_SLOTS - OWN], table, mask, OWN,
                                          BOARD_SLOTS};

    for (uint32_t slot = 0u; slot < BOARD_SLOTS - OWN; slot++) {
        TARGET_REGISTER(TARGET_MPU_RNR) = slot;
        TARGET_REGISTER(TARGET_MPU_RBAR) = 0xffffffe0u; /* above its limit: matches nothing */
        TARGET_REGISTER(TARGET_MPU_RLAR) = 1u;
    }
    mpumap_armv8m_boot(&plan);
    for (uint32_t slot = 0u; slot < BOARD_SLOTS; slot++) {
        TARGET_REGISTER(TARGET_MPU_RNR) = slot;
        CHECK_EQ(TARGET_REGISTER(TARGET_MPU_RBAR), (slot < OWN) ? own_base(slot) : 0u);
        CHECK_EQ(TARGET_REGISTER(TARGET_MPU_RLAR), (slot < OWN) ? own_limit(slot) : 0u);
        CHECK_EQ(table[slot].limit, (slot < OWN) ? own_limit(slot) : 0u);
    }
    CHECK_EQ(mask[0], 3u);
    CHECK_EQ(TARGET_REGISTER(TARGET_MPU_CTRL), 1u);
}

int main(void)
{
    static const struct tap_case cases[] = {
        TAP_CASE(poison_was_there),
        TAP_CASE(bss_is_clear),
        TAP_CASE(used_entries_hold_registers_and_one_reference),
        TAP_CASE(other_entries_are_clear),
        TAP_CASE(the_mask_has_the_own_slots),
        TAP_CASE(every_slot_is_programmed),
        TAP_CASE(the_mpu_is_on_without_a_background),
        TAP_CASE(own_regions_allow_what_they_say),
        TAP_CASE(a_short_plan_empties_the_other_slots),
    };

    bss_was_clear = holds_byte(bss_witness, bss_witness + sizeof bss_witness, 0u);
    return target_run(cases, sizeof cases / sizeof cases[0]);
}
