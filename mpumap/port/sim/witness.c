/* SPDX-License-Identifier: MIT */
/* Rule R1: no two enabled regions overlap, in any state that the hardware could show. */
#include "port/sim/internal.h"

static mpumap_addr_t higher(mpumap_addr_t a, mpumap_addr_t b)
{
    return (a > b) ? a : b;
}

static mpumap_addr_t lower(mpumap_addr_t a, mpumap_addr_t b)
{
    return (a < b) ? a : b;
}

static bool overlap(const struct sim_state *a, const struct sim_state *b)
{
    return a->view != 0u && b->view != 0u && a->base <= b->limit && b->base <= a->limit;
}

/* The first pair of states that overlap. */
static bool collide(struct mpumap_sim *sim, uint8_t slot, uint8_t other,
                    const struct sim_states *mine, const struct sim_states *theirs)
{
    for (uint16_t i = 0; i < mine->count; i++) {
        for (uint16_t j = 0; j < theirs->count; j++) {
            const struct sim_state *a = &mine->state[i];
            const struct sim_state *b = &theirs->state[j];
            if (overlap(a, b)) {
                sim_fail(sim, MPUMAP_SIM_OVERLAP, slot, other, higher(a->base, b->base),
                         lower(a->limit, b->limit));
                return true;
            }
        }
    }
    return false;
}

static bool any_enabled(const struct sim_states *states)
{
    for (uint16_t i = 0; i < states->count; i++) {
        if (states->state[i].view != 0u) {
            return true;
        }
    }
    return false;
}

static void judge_overlap(struct mpumap_sim *sim, uint8_t slot, uint16_t bitmaps,
                          const struct sim_states *mine)
{
    struct sim_states theirs;
    for (uint8_t other = 0; other < sim->regions; other++) {
        if (other != slot && !sim_is_idle(sim, other, bitmaps) &&
            sim_states_of(sim, other, bitmaps, &theirs) &&
            collide(sim, slot, other, mine, &theirs)) {
            return;
        }
    }
}

static void judge_reserved(struct mpumap_sim *sim, uint8_t slot, const struct sim_states *states)
{
    for (uint16_t i = 0; i < states->count; i++) {
        const struct sim_state *state = &states->state[i];
        if ((state->view & SIM_RESERVED) != 0u) {
            sim_fail(sim, MPUMAP_SIM_RESERVED, slot, MPUMAP_NO_SLOT, state->base, state->limit);
            return;
        }
    }
}

static void judge_states(struct mpumap_sim *sim, uint8_t slot, uint16_t bitmaps)
{
    struct sim_states states;
    if (!sim_states_of(sim, slot, bitmaps, &states)) {
        sim_fail(sim, MPUMAP_SIM_NO_ROOM, slot, MPUMAP_NO_SLOT, 0, 0);
        return;
    }
    if (any_enabled(&states)) {
        judge_overlap(sim, slot, bitmaps, &states);
        judge_reserved(sim, slot, &states);
        sim_judge_change(sim, slot, &states);
    }
}

void sim_judge_slot(struct mpumap_sim *sim, uint8_t slot)
{
    /* A slot that may be disabled already was nothing to rely on. */
    const bool off =
        sim->writes_of[slot] != 0u && (sim->slots[slot].limit & MPUMAP_LIMIT_ENABLE) == 0u;
    for (uint16_t bitmaps = 0; bitmaps <= sim->pending_bitmaps; bitmaps++) {
        judge_states(sim, slot, bitmaps);
        if (!off || bitmaps != 0u) {
            sim_judge_loss(sim, bitmaps);
        }
    }
}

void sim_judge_bitmap(struct mpumap_sim *sim, uint32_t mask)
{
    for (uint8_t slot = 0; slot < 32u && slot < sim->regions; slot++) {
        if (((mask >> slot) & 1u) != 0u) {
            judge_states(sim, slot, sim->pending_bitmaps);
        }
    }
    sim_judge_loss(sim, sim->pending_bitmaps);
}
