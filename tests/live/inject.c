/* SPDX-License-Identifier: MIT */
/*
 * Faults put into changes of live hardware, on the strict simulator: a change stopped after each of
 * its steps, an interrupt handler that uses live memory between any two, a selector clobbered by an
 * interrupt, each barrier left out, each pair of adjacent steps swapped.
 *
 * The changes: named ones on memory in use (split, shrink, grow, merge, other permissions) and
 * random ones, on targets with direct registers, with a selector, with and without a bitmap. Free
 * slots hold the worst contents there are: a region over everything, not enabled.
 *
 *   MPUMAP_SEED=N  replays; MPUMAP_CHANGES=N  random changes for each target (default 400)
 */
#include "mpumap.h"
#include "port/sim/sim.h"

#include "tap.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define CELLS 12u
#define ORIGIN 0x20000000u
#define SPANS 40u
#define RANGES 16u
#define SLOTS_MAX 40u
#define STEPS 256u

static const mpumap_attr_t attr_of[4] = {0, MPUMAP_RW, MPUMAP_RO, MPUMAP_RX | MPUMAP_NORMAL_WT};

/* ---- targets ---- */

struct target {
    const char *name;
    enum mpumap_sim_target kind;
    uint16_t slots;
    uint16_t reserved; /* the first so many slots are left to others */
    bool selector;
};

static const struct target targets[] = {
    {"direct registers and bitmap", MPUMAP_SIM_ARMV8R32_EL2, 16, 0, false},
    {"bitmap, few slots", MPUMAP_SIM_ARMV8R32_EL2, 6, 0, false},
    {"direct registers, no bitmap", MPUMAP_SIM_ARMV8R32_EL1, 10, 0, false},
    {"beyond the direct registers", MPUMAP_SIM_ARMV8R32_EL2, 40, 32, true},
    {"M profile", MPUMAP_SIM_ARMV8M, 8, 0, true},
#if MPUMAP_ADDR_BITS == 64
    {"selector and bitmap", MPUMAP_SIM_ARMV8R64_EL2, 20, 0, true},
#endif
};
#define TARGETS (sizeof targets / sizeof targets[0])

/* ---- the world ---- */

struct world {
    struct mpumap map;
    struct mpumap_sim sim;
    struct mpumap_entry table[SLOTS_MAX];
    struct mpumap_pair scratch[SLOTS_MAX];
    struct mpumap_span spans[SPANS];
    struct mpumap_span pending[SPANS];
    struct mpumap_range ranges[4u * RANGES];
};

static struct world world;
static struct world saved; /* before the change */
static struct mpumap_sim_change change;
static const struct target *target;
static mpumap_addr_t granule;
static struct mpumap_step list[STEPS]; /* the change as it should be */
static unsigned list_count;
static uint64_t list_gap;

/* A change: cells '.', 'A', 'B', 'C'; 'x' marks live cells. */
struct scenario {
    const char *name;
    char before[CELLS + 1u];
    char after[CELLS + 1u];
    char live[CELLS + 1u];
};
static const struct scenario *scenario;
static const char random_name[] = "random";

static mpumap_addr_t base_of(unsigned cell)
{
    return (mpumap_addr_t)ORIGIN + cell * granule;
}

static mpumap_addr_t limit_of(unsigned cell)
{
    return base_of(cell) + (granule - 1u);
}

static mpumap_attr_t attr_at(const char *map, unsigned cell)
{
    return mpumap_canonical(attr_of[map[cell] - 'A' + 1]);
}

static size_t areas_of(const char *map, struct mpumap_sim_area *out)
{
    size_t n = 0;

    for (unsigned c = 0; c < CELLS; c++) {
        if (map[c] != '.' && c > 0 && map[c - 1u] == map[c]) {
            out[n - 1u].limit = limit_of(c);
        } else if (map[c] == 'x') {
            out[n++] = (struct mpumap_sim_area){base_of(c), limit_of(c), 0};
        } else if (map[c] != '.') {
            out[n++] = (struct mpumap_sim_area){base_of(c), limit_of(c), attr_at(map, c)};
        } else {
            /* a hole */
        }
    }
    return n;
}

static void watch(struct mpumap_sim *sim)
{
    struct mpumap_sim_area before[CELLS];
    struct mpumap_sim_area after[CELLS];
    struct mpumap_sim_area live[CELLS];

    mpumap_sim_change_begin(sim, &change,
                            (struct mpumap_sim_areas){before, areas_of(scenario->before, before)},
                            (struct mpumap_sim_areas){after, areas_of(scenario->after, after)},
                            (struct mpumap_sim_areas){live, areas_of(scenario->live, live)});
}

static bool make_map(void)
{
    static const struct mpumap_config zero;
    const struct mpumap_pair worst = {0, (mpumap_reg_t)0xffffffe0u};
    struct mpumap_config c = zero;

    memset(&world, 0, sizeof world);
    granule = (target->kind == MPUMAP_SIM_ARMV8M) ? 32u : 64u;
    (void)mpumap_sim_init(&world.sim, target->kind, target->slots, 1);
    mpumap_sim_control(&world.sim, true, false);
    mpumap_sim_strict(&world.sim, true);
    for (uint8_t s = 0; s < target->slots; s++) {
        mpumap_sim_set(&world.sim, s, &worst);
    }
    c.port = &mpumap_sim_port;
    c.port_ctx = &world.sim;
    c.table = world.table;
    c.scratch = world.scratch;
    c.regions = target->slots;
    c.spans = world.spans;
    c.span_capacity = SPANS;
    c.pending = world.pending;
    c.pending_capacity = SPANS;
    c.ranges = world.ranges;
    c.lock_capacity = RANGES;
    c.live_capacity = RANGES;
    c.policy = MPUMAP_EXACT;
    return mpumap_init(&world.map, &c) == MPUMAP_OK;
}

static enum mpumap_result change_to(const char *was, const char *is)
{
    enum mpumap_result r = mpumap_begin(&world.map);

    for (unsigned c = 0; c < CELLS && r == MPUMAP_OK; c++) {
        if (was[c] != is[c] && was[c] != '.') {
            r = mpumap_unmap(&world.map, base_of(c), limit_of(c));
        }
        if (was[c] != is[c] && is[c] != '.' && r == MPUMAP_OK) {
            r = mpumap_map(&world.map, base_of(c), limit_of(c), attr_at(is, c));
        }
    }
    return (r == MPUMAP_OK) ? mpumap_commit(&world.map) : r;
}

static bool complain(const char *what)
{
    char text[200];

    mpumap_sim_describe(&world.sim, text, sizeof text);
    printf("# %s, %s: %s -> %s, live %s\n# %s; simulator: %s\n", target->name, scenario->name,
           scenario->before, scenario->after, scenario->live, what, text);
    return tap_check(false, __FILE__, __LINE__, what);
}

/* Brings the map to the scenario's start, and saves it. */
static bool prepare(void)
{
    enum mpumap_result r = MPUMAP_OK;
    static const char empty[] = "............";

    if (!make_map()) {
        return complain("mpumap_init");
    }
    for (uint16_t s = 0; s < target->reserved && r == MPUMAP_OK; s++) {
        r = mpumap_reserve(&world.map, s);
    }
    r = (r == MPUMAP_OK) ? change_to(empty, scenario->before) : r;
    for (unsigned c = 0; c < CELLS && r == MPUMAP_OK; c++) {
        if (scenario->live[c] == 'x') {
            r = mpumap_live(&world.map, base_of(c), limit_of(c));
        }
    }
    mpumap_sim_clear(&world.sim);
    saved = world;
    if (r != MPUMAP_OK && r != MPUMAP_NO_REGION) {
        return complain("the way to the start");
    }
    return r == MPUMAP_OK;
}

/* A slot that is not in the bank that the change selects first. */
static uint8_t other_bank(void)
{
    unsigned i = 0;

    while (i < list_count && list[i].kind != MPUMAP_STEP_SELECT) {
        i++;
    }
    return (i < list_count && list[i].value == 0) ? (uint8_t)(target->slots - 1u) : 0u;
}

/* Performs the change without faults; its steps are kept. False: there is nothing to hurt. */
static bool take_list(void)
{
    enum mpumap_result r;

    mpumap_sim_record(&world.sim, list, STEPS);
    watch(&world.sim);
    r = change_to(scenario->before, scenario->after);
    list_count = world.sim.record_count;
    if (r != MPUMAP_OK) {
        return (r != MPUMAP_LIVE && r != MPUMAP_NO_REGION) ? complain("refused") : false;
    }
    if (!mpumap_sim_change_end(&world.sim)) {
        return complain("the change without faults");
    }
    list_gap = change.gap;
    /* What the selector held before is the worst, too: another bank. */
    mpumap_sim_set_selector(&saved.sim, other_bank());
    return list_count != 0 && list_count < STEPS;
}

/* ---- accesses that must be allowed, or must not ---- */

static bool permits(const char *map, unsigned cell, char kind)
{
    const mpumap_attr_t attr = (map[cell] == '.') ? 0 : attr_at(map, cell);

    return map[cell] != '.' && (kind != 'w' || (attr & MPUMAP_WRITE) != 0) &&
           (kind != 'x' || (attr & MPUMAP_EXEC) != 0);
}

/* Live memory answers, and nothing answers that neither map allows. */
static bool accesses_hold(const struct mpumap_sim *sim)
{
    static const char kinds[3] = {'r', 'w', 'x'};

    for (unsigned c = 0; c < CELLS; c++) {
        const bool alike = scenario->before[c] == scenario->after[c];
        const bool held = alike && scenario->live[c] == 'x';

        for (unsigned k = 0; k < 3; k++) {
            const bool old = permits(scenario->before, c, kinds[k]);
            const bool new = permits(scenario->after, c, kinds[k]);
            const bool allow =
                mpumap_sim_access(sim, kinds[k], limit_of(c), MPUMAP_SIM_OWNER).allow;

            if ((allow && !old && !new) || (held && old && !allow)) {
                return false;
            }
        }
    }
    return true;
}

/* ---- experiments; each starts from `saved` ---- */

struct tally {
    uint64_t changes;
    uint64_t refused;
    uint64_t stops;
    uint64_t interrupts;
    uint64_t clobbered; /* changes with a clobbered selector ... */
    uint64_t clobber_seen;
    uint64_t barriers;                       /* left out, and seen */
    uint64_t faults[MPUMAP_SIM_NO_ROOM + 1]; /* as what; 0: more bytes lost */
    /* ORDERs of random changes that the simulator shows to be unnecessary: the plan is right, and
     * not the cheapest (tests/live/optimal.c counts how often that is so in a small scope). */
    uint64_t superfluous;
    uint64_t stand_in;     /* an ORDER in front of a selector write with its ISB */
    uint64_t swaps_inside; /* of two writes in one phase */
    uint64_t swaps_across; /* of a write and a barrier */
    uint64_t swap_seen;    /* of these, judged to be wrong */
};
static struct tally tally;

static bool stopped_anywhere(void)
{
    for (unsigned k = 1; k <= list_count; k++) {
        world = saved;
        world.sim.faults.stop_after = k;
        watch(&world.sim);
        (void)change_to(scenario->before, scenario->after);
        tally.stops++;
        if (!accesses_hold(&world.sim)) {
            return complain("stopped: an access is lost or granted");
        }
        if (!mpumap_sim_change_end(&world.sim)) {
            return complain("stopped: a rule is broken");
        }
    }
    return true;
}

struct handler {
    unsigned calls;
    bool failed;
};

static void handle(void *ctx, struct mpumap_sim *sim)
{
    struct handler *h = ctx;

    h->calls++;
    h->failed = h->failed || !accesses_hold(sim);
}

static bool interrupted_everywhere(void)
{
    struct handler h = {0, false};

    world = saved;
    world.sim.faults.between = handle;
    world.sim.faults.between_ctx = &h;
    watch(&world.sim);
    (void)change_to(scenario->before, scenario->after);
    tally.interrupts += h.calls;
    if (!mpumap_sim_change_end(&world.sim) || h.failed || h.calls != list_count) {
        return complain("an interrupt handler was denied live memory");
    }
    return true;
}

static unsigned selects(void)
{
    unsigned n = 0;

    for (unsigned i = 0; i < list_count; i++) {
        n += (list[i].kind == MPUMAP_STEP_SELECT) ? 1u : 0u;
    }
    return n;
}

/* A handler that leaves another bank selected. Without a selector in the steps it does no harm. */
static bool selector_clobbered(void)
{
    const bool used = selects() != 0;
    bool good;

    world = saved;
    world.sim.faults.clobber = (uint16_t)(other_bank() + 1u);
    watch(&world.sim);
    (void)change_to(scenario->before, scenario->after);
    good = mpumap_sim_change_end(&world.sim);
    if (!used) {
        return good || complain("a selector that is not used does harm");
    }
    tally.clobbered++;
    tally.clobber_seen += good ? 0u : 1u;
    return !good || complain("a clobbered selector goes unseen");
}

/* Plays a list on the MPU alone. True: nothing wrong, and no more bytes lost. */
static bool play(const struct mpumap_step *steps, unsigned count)
{
    world.sim = saved.sim;
    watch(&world.sim);
    mpumap_sim_play(&world.sim, steps, count);
    return mpumap_sim_change_end(&world.sim) && change.gap <= list_gap;
}

static bool is_barrier(uint8_t kind)
{
    return kind >= MPUMAP_STEP_ISB;
}

/* The ISB of a selector write orders all that came before it as well. */
static bool selector_isb_follows(unsigned i)
{
    return list[i].kind == MPUMAP_STEP_ORDER && i + 2u < list_count &&
           list[i + 1u].kind == MPUMAP_STEP_SELECT && list[i + 2u].kind == MPUMAP_STEP_ISB;
}

/* What the absence of a barrier has to show as; ORDER: as anything. */
static bool seen_as_it_should(uint8_t kind)
{
    const uint8_t fault = world.sim.error.fault;

    tally.faults[fault]++;
    return (kind != MPUMAP_STEP_ISB || fault == MPUMAP_SIM_SELECTOR) &&
           (kind != MPUMAP_STEP_SYNC || fault == MPUMAP_SIM_UNSYNCED);
}

static bool left_out(uint8_t kind)
{
    struct mpumap_step steps[STEPS];

    for (unsigned i = 0; i < list_count; i++) {
        if (list[i].kind != kind) {
            continue;
        }
        if (selector_isb_follows(i)) {
            tally.stand_in++;
            continue;
        }
        memcpy(steps, list, i * sizeof list[0]);
        memcpy(&steps[i], &list[i + 1u], (list_count - i - 1u) * sizeof list[0]);
        tally.barriers++;
        if (play(steps, list_count - 1u)) {
            tally.superfluous++;
            if (kind != MPUMAP_STEP_ORDER || scenario->name != random_name) {
                printf("# it is step %u\n", i + 1u);
                return complain("a barrier left out goes unseen");
            }
            continue;
        }
        if (!seen_as_it_should(kind)) {
            return complain("a barrier left out shows as something else");
        }
    }
    return true;
}

static bool isb_left_out(void)
{
    return left_out(MPUMAP_STEP_ISB);
}

static bool order_left_out(void)
{
    return left_out(MPUMAP_STEP_ORDER);
}

static bool sync_left_out(void)
{
    return left_out(MPUMAP_STEP_SYNC);
}

static bool steps_swapped(void)
{
    struct mpumap_step steps[STEPS];

    for (unsigned i = 0; i + 1u < list_count; i++) {
        const bool inside = !is_barrier(list[i].kind) && !is_barrier(list[i + 1u].kind);
        const bool select =
            list[i].kind == MPUMAP_STEP_SELECT || list[i + 1u].kind == MPUMAP_STEP_SELECT;
        bool valid;

        memcpy(steps, list, list_count * sizeof list[0]);
        steps[i] = list[i + 1u];
        steps[i + 1u] = list[i];
        valid = play(steps, list_count);
        if (inside && !select) {
            tally.swaps_inside++;
            if (!valid) {
                return complain("the order of two writes in one phase matters");
            }
        } else {
            tally.swaps_across++;
            tally.swap_seen += valid ? 0u : 1u;
        }
    }
    return true;
}

/* ---- scenarios ---- */

static const struct scenario named[] = {
    {"split", "AAAAA.......", "AA.AA.......", "xx.xx......."},
    {"split, one side live", "AAAAA.......", "AA.AA.......", "xx.........."},
    {"split into three", "AAAAAAA.....", "AA.A.AA.....", "x..x..x....."},
    {"shrink from above", "AAAAA.......", "AAA.........", "xxx........."},
    {"shrink from below", ".AAAAA......", "...AAA......", "...xxx......"},
    {"grow up", "AAA.........", "AAAAA.......", "xxx........."},
    {"grow down", "...AAA......", ".AAAAA......", "...xxx......"},
    {"grow both ways", "...AAA......", ".AAAAAAA....", "...xxx......"},
    {"move along", "AAAA........", "..AAAA......", "..xx........"},
    {"move away", "AAAA........", "......AAAA..", "............"},
    {"merge", "AA.AA.......", "AAAAA.......", "xx.........."},
    {"merge, both live", "AA.AA.......", "AAAAA.......", "xx.xx......."},
    {"other permission of all", "AAAAA.......", "BBBBB.......", "xxxxx......."},
    {"other permission and type", "AAAAA.......", "CCCCC.......", "xxxxx......."},
    {"other permission in the middle", "AAAAA.......", "AABAA.......", "xx.xx......."},
    {"other permission at the end", "AAAAA.......", "AAABB.......", "xxx........."},
    {"permission back", "AABAA.......", "AAAAA.......", "x..........."},
    {"edge between two", "AAABBB......", "AAAAAB......", "xxx..x......"},
    {"edge between code and data", "AAACCC......", "AAAAAC......", "xxx..x......"},
    {"map one", "AA..........", "AA..B.......", "xx.........."},
    {"unmap one", "AA..B.......", "AA..........", "xx.........."},
    {"everything changes", "A.B.A.B.A...", ".B.A.B.A.B..", "............"},
    {"several at once", "AAA.BBB.CCC.", "A.A.BB..CCCC", "x.x.xx..xxx."},
    {"three edges", "AAABBBCCC...", "AABBBBBCC...", "xx.xx..xx..."},
};

static bool (*experiment)(void);

static void one_change(const struct scenario *s)
{
    scenario = s;
    if (!prepare() || !take_list()) {
        tally.refused++;
        return;
    }
    tally.changes++;
    (void)experiment();
}

static void print_tally(void)
{
    printf("# %s: changes %" PRIu64 ", refused %" PRIu64, target->name, tally.changes,
           tally.refused);
    if (tally.stops != 0) {
        printf(", stops %" PRIu64, tally.stops);
    }
    if (tally.interrupts != 0) {
        printf(", interrupts %" PRIu64, tally.interrupts);
    }
    if (tally.clobbered != 0) {
        printf(", clobbered %" PRIu64 ", all seen", tally.clobbered);
    }
    if (tally.barriers != 0) {
        printf(", left out %" PRIu64 ", all seen:", tally.barriers);
        for (unsigned f = 0; f <= MPUMAP_SIM_NO_ROOM; f++) {
            if (tally.faults[f] != 0) {
                printf(" %s %" PRIu64,
                       (f == 0) ? "gap" : mpumap_sim_fault_name((enum mpumap_sim_fault)f),
                       tally.faults[f]);
            }
        }
    }
    if (tally.superfluous != 0) {
        printf(", but for %" PRIu64 " that are not needed", tally.superfluous);
    }
    if (tally.stand_in != 0) {
        printf(", the ISB of a selector stands in %" PRIu64, tally.stand_in);
    }
    if (tally.swaps_inside + tally.swaps_across != 0) {
        printf(", swaps in one phase %" PRIu64 ", all valid, others %" PRIu64 ", %" PRIu64
               " of them wrong",
               tally.swaps_inside, tally.swaps_across, tally.swap_seen);
    }
    printf("\n");
}

static uint64_t random_state;

static uint32_t pick(uint32_t below)
{
    uint64_t z = (random_state += 0x9e3779b97f4a7c15u);

    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return (uint32_t)((z ^ (z >> 31)) >> 32) % below;
}

static void random_map(char *map)
{
    for (unsigned c = 0; c < CELLS;) {
        const char what = ".AABC."[pick(6)];

        for (unsigned n = 1 + pick(4); n > 0 && c < CELLS; n--) {
            map[c++] = what;
        }
    }
}

/* A few cells of another map laid over the first; live where both are alike. */
static void random_scenario(struct scenario *s)
{
    char other[CELLS + 1u] = "............";

    memset(s, 0, sizeof *s);
    s->name = random_name;
    random_map(s->before);
    random_map(other);
    memcpy(s->after, s->before, CELLS);
    for (unsigned n = 1 + pick(3); n > 0; n--) {
        const unsigned from = pick(CELLS);
        const unsigned count = 1 + pick(5);

        for (unsigned c = from; c < CELLS && c < from + count; c++) {
            s->after[c] = other[c];
        }
    }
    for (unsigned c = 0; c < CELLS; c++) {
        const bool alike = s->before[c] == s->after[c] && s->before[c] != '.';

        s->live[c] = (alike && pick(3) == 0) ? 'x' : '.';
    }
}

static void random_changes(void)
{
    const uint64_t count = tap_number("MPUMAP_CHANGES", 400);

    for (uint64_t i = 0; i < count; i++) {
        struct scenario s;

        random_scenario(&s);
        one_change(&s);
    }
    CHECK(tally.changes > count / 4u);
    CHECK(tally.superfluous <= tally.barriers / 10u);
}

static void run(bool (*what)(void))
{
    static uint64_t seed;

    if (seed == 0) {
        seed = tap_seed();
    }
    random_state = seed;
    experiment = what;
    for (size_t t = 0; t < TARGETS; t++) {
        target = &targets[t];
        memset(&tally, 0, sizeof tally);
        for (size_t i = 0; i < sizeof named / sizeof named[0]; i++) {
            one_change(&named[i]);
        }
        CHECK(tally.changes > 15u);
        CHECK((selects() != 0) == target->selector);
        random_changes();
        print_tally();
    }
}

#define EXPERIMENTS(X)                                                                             \
    X(stopped_anywhere)                                                                            \
    X(interrupted_everywhere)                                                                      \
    X(selector_clobbered)                                                                          \
    X(isb_left_out)                                                                                \
    X(order_left_out)                                                                              \
    X(sync_left_out)                                                                               \
    X(steps_swapped)
#define DEFINE(name)                                                                               \
    static void case_##name(void)                                                                  \
    {                                                                                              \
        run(name);                                                                                 \
    }
EXPERIMENTS(DEFINE)

/* clang-format off */
#define CASE(name) {#name, case_##name},
/* clang-format on */
static const struct tap_case cases[] = {EXPERIMENTS(CASE)};
TAP_MAIN(cases)
