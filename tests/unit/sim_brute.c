/* SPDX-License-Identifier: MIT */
/*
 * The strict simulator against brute force. It reasons slot by slot about what pending writes may
 * show; here every subset of them in every order is really applied, cell by cell, to four slots and
 * eight cells of 64 bytes. Both must find the same faults, lose the same bytes and answer accesses
 * alike.
 *
 * MPUMAP_SEED replays; MPUMAP_BRUTE is the number of changes tried.
 */
#include "port/sim/sim.h"
#include "tap.h"

#define SLOTS 4u
#define CELLS 8u
#define PENDING 5u
#define STEPS 12u
#define NONE 0xffu

/* Low bits of PRBAR and AttrIndx, and the same as attributes. */
static const struct {
    uint8_t bits;
    uint8_t index;
    mpumap_attr_t attr;
} kinds[] = {
    {0x19, 7, MPUMAP_RW | MPUMAP_NORMAL}, {0x1d, 7, MPUMAP_RO | MPUMAP_NORMAL},
    {0x1c, 7, MPUMAP_RX | MPUMAP_NORMAL}, {0x1b, 7, MPUMAP_RW | MPUMAP_NORMAL | MPUMAP_EL1},
    {0x11, 4, MPUMAP_RW | MPUMAP_DEVICE}, {0x01, 7, MPUMAP_RW | MPUMAP_NORMAL | MPUMAP_SHARE_NON},
};
#define KINDS (sizeof(kinds) / sizeof(kinds[0]))

struct registers {
    uint32_t base[SLOTS];
    uint32_t limit[SLOTS];
};

/* What has been found, over all states so far. */
struct findings {
    bool overlap, granted, type, exec_device, lost_live;
    uint8_t lost; /* a bit for each cell */
};

/* What accesses answer, over all states of one step. */
struct answers {
    bool all[CELLS][3][2];
    bool any[CELLS][3][2];
};

static uint64_t random_state;
static uint8_t before[CELLS]; /* kind, or NONE */
static uint8_t after[CELLS];
static uint8_t live; /* a bit for each cell */
static struct registers visible;
static struct mpumap_step pending[PENDING];
static uint8_t pending_count;
static struct findings found;
static struct answers answered;
static struct mpumap_sim sim;
static struct mpumap_sim_change change;

static uint32_t draw(uint32_t below)
{
    random_state += 0x9e3779b97f4a7c15u;
    uint64_t z = random_state;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return (uint32_t)((z ^ (z >> 31)) >> 33) % below;
}

/* The meaning of one slot at one cell, from the fields (DDI 0568A.c, E2.2) */

static bool covers(const struct registers *r, unsigned slot, unsigned cell)
{
    return (r->limit[slot] & 1u) != 0u && (r->base[slot] >> 6) <= cell &&
           cell <= (r->limit[slot] >> 6);
}

static unsigned index_of(const struct registers *r, unsigned slot)
{
    return (r->limit[slot] >> 1) & 7u;
}

static bool may(uint32_t bits, unsigned kind, unsigned level)
{
    if (level == 1u && (bits & 2u) == 0u) {
        return false;
    }
    return kind == 0u || (kind == 1u && (bits & 4u) == 0u) || (kind == 2u && (bits & 1u) == 0u);
}

static bool is_kind(const struct registers *r, unsigned slot, unsigned kind)
{
    return kind != NONE && (r->base[slot] & 0x3fu) == kinds[kind].bits &&
           index_of(r, slot) == kinds[kind].index;
}

/* Types alone decide here: no two kinds of one type differ otherwise than in the bits of PRBAR. For
 * Device, SH is of no effect. */
static bool same_view(const struct registers *r, unsigned slot, unsigned kind)
{
    if (kind == NONE) {
        return false;
    }
    if (index_of(r, slot) == 4u && kinds[kind].index == 4u) {
        return (r->base[slot] & 7u) == (kinds[kind].bits & 7u);
    }
    return is_kind(r, slot, kind);
}

static bool map_may(unsigned kind, unsigned access, unsigned level)
{
    return kind != NONE && may(kinds[kind].bits, access, level);
}

static void judge_grant(const struct registers *r, unsigned slot, unsigned cell)
{
    bool granted = false;
    for (unsigned i = 0; i < 6u; i++) {
        granted = granted ||
                  (may(r->base[slot], i / 2u, i % 2u) && !map_may(before[cell], i / 2u, i % 2u) &&
                   !map_may(after[cell], i / 2u, i % 2u));
    }
    const unsigned index = index_of(r, slot);
    const bool typed = (before[cell] != NONE && kinds[before[cell]].index == index) ||
                       (after[cell] != NONE && kinds[after[cell]].index == index);
    const bool exec_device = index == 4u && (r->base[slot] & 1u) == 0u;
    found.granted = found.granted || granted;
    found.exec_device = found.exec_device || (!granted && exec_device);
    found.type = found.type || (!granted && !exec_device && !typed);
}

static void judge_cell(const struct registers *r, unsigned cell)
{
    unsigned count = 0;
    unsigned last = 0;
    bool kept = false;
    for (unsigned slot = 0; slot < SLOTS; slot++) {
        if (covers(r, slot, cell)) {
            count++;
            last = slot;
            kept = kept || same_view(r, slot, before[cell]);
            judge_grant(r, slot, cell);
        }
    }
    found.overlap = found.overlap || count > 1u;
    if (before[cell] != NONE && before[cell] == after[cell] && !kept) {
        found.lost |= (uint8_t)(1u << cell);
        found.lost_live = found.lost_live || ((live >> cell) & 1u) != 0u;
    }
    for (unsigned i = 0; i < 6u; i++) {
        const bool allow = count == 1u && may(r->base[last], i / 2u, i % 2u);
        answered.all[cell][i / 2u][i % 2u] = answered.all[cell][i / 2u][i % 2u] && allow;
        answered.any[cell][i / 2u][i % 2u] = answered.any[cell][i / 2u][i % 2u] || allow;
    }
}

static void write_register(struct registers *r, const struct mpumap_step *step)
{
    if (step->kind == MPUMAP_STEP_BASE) {
        r->base[step->slot] = (uint32_t)step->value;
    } else if (step->kind == MPUMAP_STEP_LIMIT) {
        r->limit[step->slot] = (uint32_t)step->value;
    } else {
        for (unsigned slot = 0; slot < SLOTS; slot++) {
            if (((step->mask >> slot) & 1u) != 0u) {
                r->limit[slot] = (r->limit[slot] & ~1u) | ((uint32_t)(step->value >> slot) & 1u);
            }
        }
    }
}

static bool same_register(const struct mpumap_step *a, const struct mpumap_step *b)
{
    return a->kind == b->kind && (a->kind == MPUMAP_STEP_BITMAP || a->slot == b->slot);
}

/* Every state that is reached by making pending writes visible, in any order but that of one
 * register. Test code may recurse: the depth is PENDING. */
static void visit(const struct registers *r, unsigned done)
{
    for (unsigned cell = 0; cell < CELLS; cell++) {
        judge_cell(r, cell);
    }
    for (unsigned i = 0; i < pending_count; i++) {
        bool next = ((done >> i) & 1u) == 0u;
        for (unsigned j = 0; j < i; j++) {
            next = next && (((done >> j) & 1u) != 0u || !same_register(&pending[j], &pending[i]));
        }
        if (next) {
            struct registers changed = *r;
            write_register(&changed, &pending[i]);
            visit(&changed, done | (1u << i));
        }
    }
}

/* Random changes */

static void draw_map(uint8_t *map)
{
    unsigned cell = 0;
    unsigned runs = 0;
    for (unsigned i = 0; i < CELLS; i++) {
        map[i] = NONE;
    }
    while (runs < 3u && cell < CELLS) {
        const unsigned base = cell + draw(3);
        const unsigned limit = base + draw(4);
        const uint8_t kind = (uint8_t)((draw(2) == 0u) ? 0u : draw(KINDS));
        for (unsigned i = base; i <= limit && i < CELLS; i++) {
            map[i] = kind;
        }
        cell = limit + 1u + draw(2);
        runs++;
    }
}

static unsigned end_of_run(const uint8_t *map, unsigned cell)
{
    unsigned end = cell;
    while (end + 1u < CELLS && map[end + 1u] == map[cell]) {
        end++;
    }
    return end;
}

static struct mpumap_pair pair_of(unsigned base, unsigned limit, unsigned kind)
{
    return (struct mpumap_pair){(base << 6) | kinds[kind].bits,
                                (limit << 6) | (uint32_t)(kinds[kind].index << 1) | 1u};
}

static size_t areas_of(const uint8_t *map, struct mpumap_sim_area *areas)
{
    size_t count = 0;
    for (unsigned cell = 0; cell < CELLS; cell = end_of_run(map, cell) + 1u) {
        if (map[cell] != NONE) {
            areas[count++] = (struct mpumap_sim_area){cell << 6, (end_of_run(map, cell) << 6) | 63u,
                                                      kinds[map[cell]].attr};
        }
    }
    return count;
}

/* The old map in the first slots; the rest holds disabled junk. */
static void load(void)
{
    unsigned slot = 0;
    for (unsigned i = 0; i < SLOTS; i++) {
        const unsigned kind = draw(KINDS);
        const struct mpumap_pair junk = pair_of(draw(CELLS), draw(CELLS), kind);
        visible.base[i] = (uint32_t)junk.base;
        visible.limit[i] = (uint32_t)junk.limit & ~1u;
    }
    for (unsigned cell = 0; cell < CELLS; cell = end_of_run(before, cell) + 1u) {
        if (before[cell] != NONE) {
            const struct mpumap_pair pair = pair_of(cell, end_of_run(before, cell), before[cell]);
            visible.base[slot] = (uint32_t)pair.base;
            visible.limit[slot++] = (uint32_t)pair.limit;
        }
    }
    for (unsigned i = 0; i < SLOTS; i++) {
        const struct mpumap_pair pair = {visible.base[i], visible.limit[i]};
        mpumap_sim_set(&sim, (uint8_t)i, &pair);
    }
}

/* Registers of the new map more often than junk, so that changes are nearly right. */
static struct mpumap_pair draw_pair(void)
{
    const unsigned cell = draw(CELLS);
    if (after[cell] != NONE && draw(4) != 0u) {
        unsigned base = cell;
        while (base > 0u && after[base - 1u] == after[cell]) {
            base--;
        }
        return pair_of(base, end_of_run(after, cell), after[cell]);
    }
    return pair_of(draw(CELLS), draw(CELLS), draw(KINDS));
}

static struct mpumap_step draw_step(void)
{
    const struct mpumap_pair pair = draw_pair();
    struct mpumap_step step = {.slot = (uint8_t)draw(SLOTS)};
    const uint32_t choice = (pending_count == PENDING) ? 0u : draw(8);
    if (choice == 0u) {
        step.kind = MPUMAP_STEP_ORDER;
    } else if (choice <= 3u) {
        step.kind = MPUMAP_STEP_BASE;
        step.value = pair.base;
    } else if (choice <= 6u) {
        step.kind = MPUMAP_STEP_LIMIT;
        step.value = pair.limit & ~(mpumap_reg_t)(draw(3) == 0u ? 1u : 0u);
    } else {
        step.kind = MPUMAP_STEP_BITMAP;
        step.mask = 1u + draw(15);
        step.value = draw(16);
    }
    return step;
}

static void apply_here(const struct mpumap_step *step)
{
    if (step->kind != MPUMAP_STEP_ORDER) {
        pending[pending_count++] = *step;
        return;
    }
    for (unsigned i = 0; i < pending_count; i++) {
        write_register(&visible, &pending[i]);
    }
    pending_count = 0;
}

static void compare_accesses(void)
{
    for (unsigned i = 0; i < CELLS * 6u; i++) {
        const unsigned cell = i / 6u;
        const unsigned access = i % 6u / 2u;
        const unsigned level = i % 2u;
        const struct mpumap_sim_answer answer =
            mpumap_sim_access(&sim, "rwx"[access], cell << 6, (enum mpumap_sim_level)level);
        CHECK_EQ(answer.allow, answered.all[cell][access][level]);
        if (answered.any[cell][access][level] && !answered.all[cell][access][level]) {
            CHECK_STR(mpumap_sim_reason_name((enum mpumap_sim_reason)answer.reason), "pending");
        }
    }
}

static bool saw(enum mpumap_sim_fault fault)
{
    return ((sim.counters.kinds >> (unsigned)fault) & 1u) != 0u;
}

static void compare_findings(void)
{
    CHECK_EQ(saw(MPUMAP_SIM_OVERLAP), found.overlap);
    CHECK_EQ(saw(MPUMAP_SIM_GRANTED), found.granted);
    CHECK_EQ(saw(MPUMAP_SIM_TYPE), found.type);
    CHECK_EQ(saw(MPUMAP_SIM_EXEC_DEVICE), found.exec_device);
    CHECK_EQ(saw(MPUMAP_SIM_LOST), found.lost_live);
    CHECK(!saw(MPUMAP_SIM_NO_ROOM));
}

static void play_step(void)
{
    const struct mpumap_step step = draw_step();
    mpumap_sim_port.apply(&sim, &step);
    apply_here(&step);
    for (unsigned i = 0; i < CELLS * 6u; i++) {
        answered.all[i / 6u][i % 6u / 2u][i % 2u] = true;
        answered.any[i / 6u][i % 6u / 2u][i % 2u] = false;
    }
    visit(&visible, 0);
    compare_findings();
    compare_accesses();
}

static bool holds_after(void)
{
    for (unsigned cell = 0; cell < CELLS; cell++) {
        bool right = after[cell] == NONE;
        for (unsigned slot = 0; slot < SLOTS; slot++) {
            if (covers(&visible, slot, cell)) {
                right = same_view(&visible, slot, after[cell]);
            }
        }
        if (!right) {
            return false;
        }
    }
    return true;
}

static void finish(void)
{
    static const struct mpumap_step order = {.kind = MPUMAP_STEP_ORDER};
    mpumap_sim_port.apply(&sim, &order);
    apply_here(&order);
    (void)mpumap_sim_change_end(&sim);
    uint64_t gap = 0;
    for (unsigned cell = 0; cell < CELLS; cell++) {
        gap += ((found.lost >> cell) & 1u) * 64u;
    }
    CHECK_EQ(change.gap, gap);
    if (!found.overlap) {
        CHECK_EQ(saw(MPUMAP_SIM_NOT_NEW), !holds_after());
    }
}

static void begin(void)
{
    struct mpumap_sim_area old[CELLS];
    struct mpumap_sim_area new[CELLS];
    struct mpumap_sim_area use[CELLS];
    uint8_t live_map[CELLS];
    (void)mpumap_sim_init(&sim, MPUMAP_SIM_ARMV8R32_EL2, SLOTS, random_state);
    mpumap_sim_control(&sim, true, false);
    mpumap_sim_strict(&sim, true);
    draw_map(before);
    draw_map(after);
    for (unsigned cell = 0; cell < CELLS; cell++) {
        after[cell] = (draw(4) != 0u) ? before[cell] : after[cell];
    }
    live = (uint8_t)(draw(256) & draw(256));
    for (unsigned cell = 0; cell < CELLS; cell++) {
        live_map[cell] = ((live >> cell) & 1u) != 0u ? 0u : NONE;
    }
    pending_count = 0;
    found = (struct findings){0};
    load();
    const struct mpumap_sim_areas all[] = {
        {old, areas_of(before, old)}, {new, areas_of(after, new)}, {use, areas_of(live_map, use)}};
    mpumap_sim_change_begin(&sim, &change, all[0], all[1], all[2]);
    CHECK_EQ(sim.counters.errors, 0);
}

static void every_subset_and_order(void)
{
    const uint64_t changes = tap_number("MPUMAP_BRUTE", 4000);
    uint64_t clean = 0;
    uint64_t kept = 0;
    random_state = tap_seed();
    for (uint64_t i = 0; i < changes; i++) {
        begin();
        const uint32_t steps = 1u + draw(STEPS);
        for (uint32_t j = 0; j < steps && !tap_failed(); j++) {
            play_step();
        }
        finish();
        clean += (!found.overlap && !found.granted) ? 1u : 0u;
        kept += (found.lost == 0u) ? 1u : 0u;
        if (tap_failed()) {
            tap_note_number("change", i);
            return;
        }
    }
    tap_note_number("without overlap or grant", clean);
    tap_note_number("without loss", kept);
    CHECK(clean > 0u && kept > 0u && clean < changes && kept < changes);
}

static const struct tap_case cases[] = {
    TAP_CASE(every_subset_and_order),
};
TAP_MAIN(cases)
