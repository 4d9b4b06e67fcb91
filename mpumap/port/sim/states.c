/* SPDX-License-Identifier: MIT */
/*
 * The states that one slot may show while writes are pending. Writes to different registers may
 * become visible in any order, writes to one register in the order of the program; so the base and
 * the limit each show what is visible or any value pending, independently of each other and of
 * every other slot. Only the enable bitmap couples slots: the caller fixes how many of its pending
 * writes are visible.
 */
#include "port/sim/internal.h"

struct versions {
    uint8_t count;
    mpumap_reg_t value[SIM_VERSIONS];
};

static bool collect(const struct mpumap_sim *sim, uint8_t slot, uint8_t kind, struct versions *out)
{
    for (uint16_t i = 0; i < sim->pending_count; i++) {
        const struct mpumap_sim_write *write = &sim->pending[i];
        if (write->kind == kind && write->slot == slot) {
            if (out->count == SIM_VERSIONS) {
                return false;
            }
            out->value[out->count++] = write->value;
        }
    }
    return true;
}

/* The enable bit that the last of the first `bitmaps` pending bitmap writes gives to the slot. */
static bool enable_of_bitmap(const struct mpumap_sim *sim, uint8_t slot, uint16_t bitmaps,
                             mpumap_reg_t *enable)
{
    bool found = false;
    uint16_t seen = 0;
    for (uint16_t i = 0; i < sim->pending_count && seen < bitmaps; i++) {
        const struct mpumap_sim_write *write = &sim->pending[i];
        if (write->kind == MPUMAP_STEP_BITMAP) {
            seen++;
            if (slot < 32u && ((write->mask >> slot) & 1u) != 0u) {
                *enable = (write->value >> slot) & 1u;
                found = true;
            }
        }
    }
    return found;
}

static void add(const struct mpumap_sim *sim, struct sim_states *out, mpumap_reg_t base,
                mpumap_reg_t limit)
{
    const struct mpumap_pair pair = {base, limit};
    out->state[out->count++] = sim_state_of_pair(sim, &pair);
}

/* `slot` has writes of its own pending, or one of the bitmap is visible. */
static bool many_states(const struct mpumap_sim *sim, uint8_t slot, uint16_t bitmaps,
                        struct sim_states *out)
{
    struct versions base = {.count = 1, .value = {sim->slots[slot].base}};
    struct versions limit = {.count = 1, .value = {sim->slots[slot].limit}};
    if (!collect(sim, slot, MPUMAP_STEP_BASE, &base) ||
        !collect(sim, slot, MPUMAP_STEP_LIMIT, &limit)) {
        return false;
    }
    mpumap_reg_t enable = 0;
    const bool by_bitmap = bitmaps != 0u && enable_of_bitmap(sim, slot, bitmaps, &enable);
    for (uint8_t b = 0; b < base.count; b++) {
        for (uint8_t l = 0; l < limit.count; l++) {
            const mpumap_reg_t rest = limit.value[l] & ~(mpumap_reg_t)MPUMAP_LIMIT_ENABLE;
            if (by_bitmap) {
                add(sim, out, base.value[b], rest | enable);
            }
            /* A limit that is pending, too, may have become visible after the bitmap. */
            if (!by_bitmap || (l != 0u && (limit.value[l] & 1u) != enable)) {
                add(sim, out, base.value[b], limit.value[l]);
            }
        }
    }
    return true;
}

bool sim_states_of(const struct mpumap_sim *sim, uint8_t slot, uint16_t bitmaps,
                   struct sim_states *out)
{
    out->count = 0;
    if (sim->writes_of[slot] == 0u && bitmaps == 0u) {
        add(sim, out, sim->slots[slot].base, sim->slots[slot].limit);
        return true;
    }
    return many_states(sim, slot, bitmaps, out);
}
