/* SPDX-License-Identifier: MIT */
#include "boot/armv8m/boot.h"

#include "port/armv8m/apply.h"

__attribute__((weak)) void mpumap_boot_failed(const char *message, uint32_t wanted,
                                              uint32_t present)
{
    (void)message;
    (void)wanted;
    (void)present;
    for (;;) {
        __asm__ volatile("cpsid i\n\twfi");
    }
}

static void step(enum mpumap_step_kind kind, uint32_t slot, mpumap_reg_t value)
{
    const struct mpumap_step s = {.value = value, .kind = (uint8_t)kind, .slot = (uint8_t)slot};
    mpumap_armv8m.apply(NULL, &s);
}

/* The MPU is off: no order among the writes is needed. */
static void write_slots(const struct mpumap_boot_plan *plan, const struct mpumap_limits *limits)
{
    static const struct mpumap_pair nothing = {0, 0};
    for (uint32_t slot = 0; slot < limits->regions; slot++) {
        const struct mpumap_pair *pair = (slot < plan->count) ? &plan->regions[slot] : &nothing;
        if (slot % limits->bank == 0u) {
            step(MPUMAP_STEP_SELECT, slot, slot);
        }
        step(MPUMAP_STEP_BASE, slot, pair->base);
        step(MPUMAP_STEP_LIMIT, slot, pair->limit);
    }
}

/* Byte by byte: an assignment need not reach the padding at an entry's end. */
static void clear_entry(struct mpumap_entry *entry)
{
    unsigned char *bytes = (unsigned char *)entry;
    for (size_t i = 0; i < sizeof(*entry); i++) {
        bytes[i] = 0;
    }
}

static void take_slot(const struct mpumap_boot_plan *plan, uint32_t slot)
{
    plan->table[slot].base = plan->regions[slot].base;
    plan->table[slot].limit = plan->regions[slot].limit;
    plan->table[slot].refs = 1;
    plan->mask[slot / 32u] |= (uint32_t)1 << (slot % 32u);
}

static void write_table(const struct mpumap_boot_plan *plan)
{
    for (uint32_t word = 0; word < MPUMAP_MASK_WORDS; word++) {
        plan->mask[word] = 0;
    }
    for (uint32_t slot = 0; slot < plan->slots; slot++) {
        clear_entry(&plan->table[slot]);
        if (slot < plan->count && (plan->regions[slot].limit & MPUMAP_LIMIT_ENABLE) != 0u) {
            take_slot(plan, slot);
        }
    }
}

void mpumap_armv8m_boot(const struct mpumap_boot_plan *plan)
{
    struct mpumap_limits limits;
    mpumap_armv8m.limits(NULL, &limits);
    if (plan->count == 0u) {
        mpumap_boot_failed("mpumap: the boot plan has no regions", 1, 0);
        return;
    }
    if (plan->count > limits.regions) {
        mpumap_boot_failed("mpumap: the boot plan needs more regions than the core has",
                           plan->count, limits.regions);
        return;
    }
    if (plan->count > plan->slots) {
        mpumap_boot_failed("mpumap: the boot plan needs more regions than the table has",
                           plan->count, plan->slots);
        return;
    }
    mpumap_armv8m_disable();
    write_slots(plan, &limits);
    write_table(plan);
    mpumap_armv8m_mair();
    mpumap_armv8m_enable();
}
