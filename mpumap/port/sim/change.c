/* SPDX-License-Identifier: MIT */
/*
 * Rules R2, R3 and R4 while a change is watched.
 *
 * Both maps are cut into segments in which neither changes. R2 concerns one slot at a time: no
 * state of it may permit more in a segment than the two maps together. R3 and R4 concern all slots:
 * a byte is safe when one slot covers it, with its attributes, in every state that this slot may
 * show. If no slot does, each has a state that does not, and since the slots' registers become
 * visible independently of each other, all of these states may be shown at once: the byte is lost.
 */
#include "port/sim/internal.h"

static mpumap_addr_t higher(mpumap_addr_t a, mpumap_addr_t b)
{
    return (a > b) ? a : b;
}

static mpumap_addr_t lower(mpumap_addr_t a, mpumap_addr_t b)
{
    return (a < b) ? a : b;
}

/* Segments */

static bool in_order(const struct mpumap_sim *sim, struct mpumap_sim_areas map)
{
    for (size_t i = 0; i < map.count; i++) {
        const struct mpumap_sim_area *area = &map.areas[i];
        if (area->limit < area->base || area->limit > sim_top(sim) ||
            (i != 0u && area->base <= map.areas[i - 1u].limit)) {
            return false;
        }
    }
    return true;
}

/* What a map has at `at`, and *last: up to where it stays so. `next` is the first area that does
 * not end before `at`. */
static const struct mpumap_sim_area *stretch(struct mpumap_sim_areas map, size_t *next,
                                             mpumap_addr_t at, mpumap_addr_t *last)
{
    while (*next < map.count && map.areas[*next].limit < at) {
        (*next)++;
    }
    if (*next == map.count) {
        return NULL;
    }
    const struct mpumap_sim_area *area = &map.areas[*next];
    if (area->base > at) {
        *last = lower(*last, area->base - 1u);
        return NULL;
    }
    *last = lower(*last, area->limit);
    return area;
}

static bool add_segment(struct mpumap_sim_change *change, const struct mpumap_sim_segment *segment)
{
    if (segment->before == 0u && segment->after == 0u) {
        return true;
    }
    if (change->segment_count == MPUMAP_SIM_SEGMENTS) {
        return false;
    }
    change->segments[change->segment_count++] = *segment;
    return true;
}

static bool cut(const struct mpumap_sim *sim, struct mpumap_sim_change *change,
                struct mpumap_sim_areas before, struct mpumap_sim_areas after,
                struct mpumap_sim_areas live)
{
    size_t next[3] = {0, 0, 0};
    mpumap_addr_t at = 0;
    for (;;) {
        mpumap_addr_t last = sim_top(sim);
        const struct mpumap_sim_area *old = stretch(before, &next[0], at, &last);
        const struct mpumap_sim_area *new = stretch(after, &next[1], at, &last);
        const struct mpumap_sim_area *use = stretch(live, &next[2], at, &last);
        const struct mpumap_sim_segment segment = {
            .base = at,
            .limit = last,
            .before = (old != NULL) ? sim_view_of_attr(old->attr) : 0u,
            .after = (new != NULL) ? sim_view_of_attr(new->attr) : 0u,
            .live = use != NULL,
        };
        if (!add_segment(change, &segment)) {
            return false;
        }
        if (last == sim_top(sim)) {
            return true;
        }
        at = last + 1u;
    }
}

/* R2 */

static enum mpumap_sim_fault grant(const struct mpumap_sim *sim, sim_view view,
                                   const struct mpumap_sim_segment *segment)
{
    const uint32_t kind = SIM_TYPE | SIM_NONSECURE;
    const sim_view old = segment->before;
    const sim_view new = segment->after;
    if ((view & SIM_RIGHTS & ~(old | new)) != 0u) {
        return MPUMAP_SIM_GRANTED;
    }
    if (sim_view_is_device(view) && (view & SIM_OWNER_EXEC) != 0u &&
        !(sim_view_is_device(old) && (old & SIM_OWNER_EXEC) != 0u) &&
        !(sim_view_is_device(new) && (new &SIM_OWNER_EXEC) != 0u)) {
        return MPUMAP_SIM_EXEC_DEVICE;
    }
    if (sim->types && !(old != 0u && ((view ^ old) & kind) == 0u) &&
        !(new != 0u && ((view ^ new) & kind) == 0u)) {
        return MPUMAP_SIM_TYPE;
    }
    return MPUMAP_SIM_NO_FAULT;
}

static void judge_state(struct mpumap_sim *sim, uint8_t slot, const struct sim_state *state)
{
    const struct mpumap_sim_change *change = sim->change;
    mpumap_addr_t at = state->base; /* all before is permitted */
    for (uint16_t i = 0; i < change->segment_count; i++) {
        const struct mpumap_sim_segment *segment = &change->segments[i];
        if (segment->limit < at) {
            continue;
        }
        if (segment->base > at) {
            sim_fail(sim, MPUMAP_SIM_GRANTED, slot, MPUMAP_NO_SLOT, at,
                     lower(segment->base - 1u, state->limit));
            at = segment->base;
        }
        if (segment->base > state->limit) {
            return;
        }
        const mpumap_addr_t last = lower(segment->limit, state->limit);
        const enum mpumap_sim_fault fault = grant(sim, state->view, segment);
        if (fault != MPUMAP_SIM_NO_FAULT) {
            sim_fail(sim, fault, slot, MPUMAP_NO_SLOT, at, last);
        }
        if (last == state->limit) {
            return;
        }
        at = last + 1u;
    }
    sim_fail(sim, MPUMAP_SIM_GRANTED, slot, MPUMAP_NO_SLOT, at, state->limit);
}

void sim_judge_change(struct mpumap_sim *sim, uint8_t slot, const struct sim_states *states)
{
    if (sim->change == NULL) {
        return;
    }
    for (uint16_t i = 0; i < states->count; i++) {
        if (states->state[i].view != 0u) {
            judge_state(sim, slot, &states->state[i]);
        }
    }
}

/* R3 and R4 */

/* What the slot covers in every state; view 0: nothing. */
static struct mpumap_sim_piece surely(const struct sim_states *states)
{
    struct mpumap_sim_piece piece = {states->state[0].base, states->state[0].limit,
                                     states->state[0].view};
    for (uint16_t i = 1; i < states->count; i++) {
        const struct sim_state *state = &states->state[i];
        piece.base = higher(piece.base, state->base);
        piece.limit = lower(piece.limit, state->limit);
        piece.view = (piece.view == state->view) ? piece.view : 0u;
    }
    piece.view = (piece.base <= piece.limit) ? piece.view : 0u;
    return piece;
}

static void collect_sure(struct mpumap_sim *sim, uint16_t bitmaps)
{
    struct mpumap_sim_change *change = sim->change;
    struct sim_states states;
    change->sure_count = 0;
    for (uint8_t slot = 0; slot < sim->regions; slot++) {
        if (!sim_is_idle(sim, slot, bitmaps) && sim_states_of(sim, slot, bitmaps, &states)) {
            const struct mpumap_sim_piece piece = surely(&states);
            if (piece.view != 0u) {
                change->sure[change->sure_count++] = piece;
            }
        }
    }
}

/*
 * From `at` on: is it surely covered with `view`? *last: up to where that answer holds, at most
 * `limit`.
 */
static bool covered(const struct mpumap_sim_change *change, sim_view view, mpumap_addr_t at,
                    mpumap_addr_t limit, mpumap_addr_t *last)
{
    *last = limit;
    for (uint16_t i = 0; i < change->sure_count; i++) {
        const struct mpumap_sim_piece *piece = &change->sure[i];
        if (piece->view != view || piece->limit < at) {
            continue;
        }
        if (piece->base <= at) {
            *last = lower(limit, piece->limit);
            return true;
        }
        *last = lower(*last, piece->base - 1u);
    }
    return false;
}

/* Replaces gaps[first..end) and a new gap by one that spans all of them. */
static bool splice_gap(struct mpumap_sim_change *change, uint16_t first, uint16_t end,
                       const struct mpumap_sim_piece *gap)
{
    struct mpumap_sim_piece *gaps = change->gaps;
    const uint16_t gone = (uint16_t)(end - first);
    if (gone == 0u) {
        if (change->gap_count == MPUMAP_SIM_GAPS) {
            return false;
        }
        for (uint16_t i = change->gap_count; i > first; i--) {
            gaps[i] = gaps[i - 1u];
        }
    } else {
        for (uint16_t i = end; i < change->gap_count; i++) {
            gaps[i - gone + 1u] = gaps[i];
        }
    }
    gaps[first] = *gap;
    change->gap_count = (uint16_t)(change->gap_count - gone + 1u);
    return true;
}

static bool add_gap(struct mpumap_sim_change *change, mpumap_addr_t base, mpumap_addr_t limit)
{
    struct mpumap_sim_piece gap = {base, limit, 0};
    uint16_t first = 0;
    while (first < change->gap_count && change->gaps[first].limit < base) {
        first++;
    }
    uint16_t end = first;
    while (end < change->gap_count && change->gaps[end].base <= limit) {
        gap.base = lower(gap.base, change->gaps[end].base);
        gap.limit = higher(gap.limit, change->gaps[end].limit);
        end++;
    }
    return splice_gap(change, first, end, &gap);
}

static void judge_segment(struct mpumap_sim *sim, const struct mpumap_sim_segment *segment)
{
    mpumap_addr_t at = segment->base;
    for (;;) {
        mpumap_addr_t last;
        if (!covered(sim->change, segment->before, at, segment->limit, &last)) {
            if (segment->live) {
                sim_fail(sim, MPUMAP_SIM_LOST, MPUMAP_NO_SLOT, MPUMAP_NO_SLOT, at, last);
            }
            if (!add_gap(sim->change, at, last)) {
                sim_fail(sim, MPUMAP_SIM_NO_ROOM, MPUMAP_NO_SLOT, MPUMAP_NO_SLOT, at, last);
            }
        }
        if (last == segment->limit) {
            return;
        }
        at = last + 1u;
    }
}

void sim_judge_loss(struct mpumap_sim *sim, uint16_t bitmaps)
{
    if (sim->change == NULL) {
        return;
    }
    collect_sure(sim, bitmaps);
    for (uint16_t i = 0; i < sim->change->segment_count; i++) {
        const struct mpumap_sim_segment *segment = &sim->change->segments[i];
        if (segment->before == segment->after) {
            judge_segment(sim, segment);
        }
    }
}

/* Begin and end */

static sim_view wanted(const struct mpumap_sim_segment *segment, bool after)
{
    return after ? segment->after : segment->before;
}

/* Does the map have, all over the piece, what the piece has? *at: the first byte where not. */
static bool in_map(const struct mpumap_sim_change *change, const struct mpumap_sim_piece *piece,
                   bool after, mpumap_addr_t *at)
{
    *at = piece->base;
    for (uint16_t i = 0; i < change->segment_count; i++) {
        const struct mpumap_sim_segment *segment = &change->segments[i];
        if (segment->limit < *at) {
            continue;
        }
        if (segment->base > *at || wanted(segment, after) != piece->view) {
            return false;
        }
        if (segment->limit >= piece->limit) {
            return true;
        }
        *at = segment->limit + 1u;
    }
    return false;
}

/* Do the registers have, all over the segment, what the map has? *at: the first byte where not. */
static bool in_registers(const struct mpumap_sim_change *change,
                         const struct mpumap_sim_segment *segment, bool after, mpumap_addr_t *at)
{
    *at = segment->base;
    while (wanted(segment, after) != 0u) {
        mpumap_addr_t last;
        if (!covered(change, wanted(segment, after), *at, segment->limit, &last)) {
            return false;
        }
        if (last == segment->limit) {
            break;
        }
        *at = last + 1u;
    }
    return true;
}

/* The registers hold one of the maps: the first place where they do not is reported. */
static void compare(struct mpumap_sim *sim, bool after, enum mpumap_sim_fault fault)
{
    const struct mpumap_sim_change *change = sim->change;
    mpumap_addr_t at = 0;
    collect_sure(sim, sim->pending_bitmaps);
    for (uint16_t i = 0; i < change->segment_count; i++) {
        if (!in_registers(change, &change->segments[i], after, &at)) {
            sim_fail(sim, fault, MPUMAP_NO_SLOT, MPUMAP_NO_SLOT, at, change->segments[i].limit);
            return;
        }
    }
    for (uint16_t i = 0; i < change->sure_count; i++) {
        if (!in_map(change, &change->sure[i], after, &at)) {
            sim_fail(sim, fault, MPUMAP_NO_SLOT, MPUMAP_NO_SLOT, at, change->sure[i].limit);
            return;
        }
    }
}

void mpumap_sim_change_begin(struct mpumap_sim *sim, struct mpumap_sim_change *change,
                             struct mpumap_sim_areas before, struct mpumap_sim_areas after,
                             struct mpumap_sim_areas live)
{
    change->gap = 0;
    change->errors_before = sim->counters.errors;
    change->segment_count = 0;
    change->gap_count = 0;
    change->sure_count = 0;
    sim->change = NULL;
    if (!in_order(sim, before) || !in_order(sim, after) || !in_order(sim, live)) {
        sim_fail(sim, MPUMAP_SIM_BAD_INPUT, MPUMAP_NO_SLOT, MPUMAP_NO_SLOT, 0, 0);
    } else if (!cut(sim, change, before, after, live)) {
        sim_fail(sim, MPUMAP_SIM_NO_ROOM, MPUMAP_NO_SLOT, MPUMAP_NO_SLOT, 0, 0);
    } else {
        sim->change = change;
        compare(sim, false, MPUMAP_SIM_NOT_OLD);
    }
}

bool mpumap_sim_change_end(struct mpumap_sim *sim)
{
    struct mpumap_sim_change *change = sim->change;
    if (change == NULL) {
        return false;
    }
    if (!sim->stopped) {
        compare(sim, true, MPUMAP_SIM_NOT_NEW);
    }
    for (uint16_t i = 0; i < change->gap_count; i++) {
        change->gap += (uint64_t)(change->gaps[i].limit - change->gaps[i].base) + 1u;
    }
    sim->change = NULL;
    return sim->counters.errors == change->errors_before;
}
