/* SPDX-License-Identifier: MIT */
/* What an access answers. */
#include "port/sim/internal.h"

static struct mpumap_sim_answer answer(bool allow, enum mpumap_sim_reason reason, uint8_t slot)
{
    return (struct mpumap_sim_answer){.allow = allow, .reason = (uint8_t)reason, .slot = slot};
}

/*
 * Execution under the default map. PMSAv8-32: DDI 0568A.c, C1.3: never at 0x80000000 and above.
 * PMSAv8-M: DDI 0553, part B, system address map: never in the Peripheral, external Device and
 * System regions. PMSAv8-64 leaves the map IMPLEMENTATION DEFINED (DDI 0600A.d, C1); here it allows
 * everything.
 */
static bool default_executes(const struct mpumap_sim *sim, mpumap_addr_t addr)
{
    if (sim_is_r64(sim)) {
        return true;
    }
    if (sim_is_m(sim)) {
        return addr < 0x40000000u || (addr >= 0x60000000u && addr < 0xa0000000u);
    }
    return addr < 0x80000000u;
}

static struct mpumap_sim_answer default_map(const struct mpumap_sim *sim, char kind,
                                            mpumap_addr_t addr, enum mpumap_sim_reason reason)
{
    if (kind == 'x' && !default_executes(sim, addr)) {
        return answer(false, MPUMAP_SIM_EXECUTE_NEVER, MPUMAP_NO_SLOT);
    }
    return answer(true, reason, MPUMAP_NO_SLOT);
}

/* The Private Peripheral Bus is outside the MPU (DDI 0553, part B). */
static bool is_ppb(const struct mpumap_sim *sim, mpumap_addr_t addr)
{
    return sim_is_m(sim) && addr >= 0xe0000000u && addr <= 0xe00fffffu;
}

/* No region makes the System regions executable (DDI 0553, part B, system address map). */
static bool is_system(const struct mpumap_sim *sim, mpumap_addr_t addr)
{
    return sim_is_m(sim) && addr >= 0xe0000000u;
}

static struct mpumap_sim_answer by_region(sim_view view, char kind, enum mpumap_sim_level level,
                                          uint8_t slot)
{
    const uint32_t rights = (level == MPUMAP_SIM_LOWER) ? (view >> 3) : view;
    if ((rights & SIM_OWNER_READ) == 0u) {
        return answer(false, MPUMAP_SIM_OWNER_ONLY, slot);
    }
    if (kind == 'w' && (rights & SIM_OWNER_WRITE) == 0u) {
        return answer(false, MPUMAP_SIM_READ_ONLY, slot);
    }
    if (kind == 'x' && (rights & SIM_OWNER_EXEC) == 0u) {
        return answer(false, MPUMAP_SIM_EXECUTE_NEVER, slot);
    }
    return answer(true, MPUMAP_SIM_REGION, slot);
}

static bool covers(const struct sim_state *state, mpumap_addr_t addr)
{
    return state->view != 0u && state->base <= addr && addr <= state->limit;
}

/* What the states of a slot give to one address. */
struct rights {
    bool sometimes; /* some state covers it */
    bool always;    /* all do */
    sim_view least;
    sim_view most;
};

static struct rights rights_at(const struct sim_states *states, mpumap_addr_t addr)
{
    struct rights rights = {.always = true, .least = 0xffffffffu};
    for (uint16_t i = 0; i < states->count; i++) {
        const bool here = covers(&states->state[i], addr);
        const sim_view view = here ? states->state[i].view : 0u;
        rights.sometimes = rights.sometimes || here;
        rights.always = rights.always && here;
        rights.least &= view;
        rights.most |= view;
    }
    return rights;
}

/* An access is decided when one slot covers addr in all its states and no other does in any. */
static struct mpumap_sim_answer judge(const struct mpumap_sim *sim, char kind, mpumap_addr_t addr,
                                      enum mpumap_sim_level level, uint16_t bitmaps)
{
    struct mpumap_sim_answer found = answer(false, MPUMAP_SIM_UNMAPPED, MPUMAP_NO_SLOT);
    bool certain = true;
    uint16_t hits = 0;
    for (uint8_t slot = 0; slot < sim->regions; slot++) {
        struct sim_states states;
        if (sim_is_idle(sim, slot, bitmaps)) {
            continue;
        }
        if (!sim_states_of(sim, slot, bitmaps, &states)) {
            return answer(false, MPUMAP_SIM_UNDECIDED, slot);
        }
        const struct rights rights = rights_at(&states, addr);
        if (rights.sometimes) {
            hits++;
            found = by_region(rights.least, kind, level, slot);
            certain = certain && rights.always &&
                      found.allow == by_region(rights.most, kind, level, slot).allow;
        }
    }
    if (!certain) {
        return answer(false, MPUMAP_SIM_UNDECIDED, found.slot);
    }
    return (hits > 1u) ? answer(false, MPUMAP_SIM_MULTIPLE, found.slot) : found;
}

static bool differ(struct mpumap_sim_answer a, struct mpumap_sim_answer b)
{
    return a.allow != b.allow || b.reason == MPUMAP_SIM_UNDECIDED ||
           (a.reason == MPUMAP_SIM_UNMAPPED) != (b.reason == MPUMAP_SIM_UNMAPPED);
}

struct mpumap_sim_answer mpumap_sim_access(const struct mpumap_sim *sim, char kind,
                                           mpumap_addr_t addr, enum mpumap_sim_level level)
{
    if (addr > sim_top(sim)) {
        return answer(false, MPUMAP_SIM_BEYOND, MPUMAP_NO_SLOT);
    }
    if (!sim->enabled || is_ppb(sim, addr)) {
        return default_map(sim, kind, addr, MPUMAP_SIM_DEFAULT);
    }
    const struct mpumap_sim_answer first = judge(sim, kind, addr, level, 0);
    for (uint16_t bitmaps = 1; bitmaps <= sim->pending_bitmaps; bitmaps++) {
        if (differ(first, judge(sim, kind, addr, level, bitmaps))) {
            return answer(false, MPUMAP_SIM_UNDECIDED, first.slot);
        }
    }
    if (first.reason == MPUMAP_SIM_UNMAPPED && sim->background && level == MPUMAP_SIM_OWNER) {
        return default_map(sim, kind, addr, MPUMAP_SIM_BACKGROUND);
    }
    if (kind == 'x' && first.allow && is_system(sim, addr)) {
        return answer(false, MPUMAP_SIM_EXECUTE_NEVER, first.slot);
    }
    return first;
}
