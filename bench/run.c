/* SPDX-License-Identifier: MIT */
/*
 * Series: one operation, at every position of a map with n regions. Workloads: what systems do.
 * Search: random programs, of which the dearest operation of each kind is kept.
 */
#include "bench.h"

#define BASE 0x10000000u
#define PITCH 0x4000u
#define SIZE 0x1000u
#define SPANS 1024u
#define SAMPLES 24000u
#define RW (MPUMAP_RW | MPUMAP_NORMAL)
#define RO (MPUMAP_RO | MPUMAP_NORMAL)

enum subject_kind {
    EXACT,
    WHOLE,
    BASELINE,
    SUBJECTS
};

static const char *const subject_names[] = {"exact", "whole", "baseline"};
static const uint16_t sizes[] = {8u, 16u, 24u, 32u, 64u, 128u, 255u};
/* The sizes at which worst cases are searched for. */
static const uint16_t worst_sizes[] = {1u, 2u, 3u, 4u, 6u, 8u, 12u, 16u, 24u, 32u};

static struct state {
    struct mpumap map;
    struct baseline baseline;
    struct mpumap_entry table[MPUMAP_MAX_REGIONS];
    struct mpumap_pair scratch[MPUMAP_MAX_REGIONS];
    struct baseline_entry linear[MPUMAP_MAX_REGIONS];
    struct mpumap_span spans[SPANS];
    struct mpumap_span pending[SPANS];
    struct mpumap_range ranges[32];
} store;
static uint32_t samples[SAMPLES];

static const struct bench_options *options;
static struct text *out;

/* The measurements of one series. */
static struct {
    struct bench_subject subject;
    enum subject_kind kind;
    uint16_t regions;
    uint16_t spans;
    const char *name;
    uint32_t count;
    uint64_t total;
    uint64_t writes;
    uint64_t barriers;
    uint32_t most_writes;
    uint32_t most_barriers;
    bool hardware;
} now;

/* --- subjects --- */

static void make_with(enum subject_kind kind, uint16_t regions, uint16_t spans)
{
    struct mpumap_config config = {.table = store.table,
                                   .scratch = store.scratch,
                                   .regions = regions,
                                   .spans = store.spans,
                                   .span_capacity = spans,
                                   .pending = store.pending,
                                   .pending_capacity = spans,
                                   .ranges = store.ranges,
                                   .lock_capacity = 4u,
                                   .live_capacity = 8u,
                                   .policy = (kind == WHOLE) ? MPUMAP_WHOLE : MPUMAP_EXACT};

    now.kind = kind;
    now.regions = regions;
    now.spans = spans;
    now.subject.map = (kind == BASELINE) ? NULL : &store.map;
    now.subject.baseline = (kind == BASELINE) ? &store.baseline : NULL;
    baseline_init(&store.baseline, store.linear, regions);
    config.port = bench_port(regions, &config.port_ctx);
    if (mpumap_init(&store.map, &config) != MPUMAP_OK) {
        bench_stop("mpumap_init", "refused");
    }
}

static void make(enum subject_kind kind, uint16_t regions)
{
    make_with(kind, regions, SPANS);
}

/* --- one operation --- */

static struct bench_op op_of(enum bench_kind kind, mpumap_addr_t base, mpumap_addr_t limit,
                             mpumap_attr_t attr)
{
    return (struct bench_op){.base = base, .limit = limit, .attr = attr, .kind = (uint8_t)kind};
}

static void quietly(const struct bench_op *op, uint32_t expected)
{
    if (bench_perform(&now.subject, op) != expected) {
        bench_stop("unexpected answer while a state is prepared", now.name);
    }
}

static uint32_t measured(const struct bench_op *op, uint32_t *result)
{
    uint32_t writes = 0u;
    uint32_t barriers = 0u;
    uint32_t n;

    (void)bench_hardware(&writes, &barriers);
    n = bench_measure(&now.subject, op, result);
    now.hardware = bench_hardware(&writes, &barriers);
    if (now.hardware) {
        now.writes += writes;
        now.barriers += barriers;
        now.most_writes = (writes > now.most_writes) ? writes : now.most_writes;
        now.most_barriers = (barriers > now.most_barriers) ? barriers : now.most_barriers;
    }
    if (now.count < SAMPLES) {
        samples[now.count] = n;
    }
    now.count++;
    now.total += n;
    return n;
}

static void measure(const struct bench_op *op, uint32_t expected)
{
    uint32_t result;

    (void)measured(op, &result);
    if (result != expected) {
        bench_stop("unexpected answer in", now.name);
    }
}

/* --- records --- */

static void field_text(const char *name, const char *value)
{
    text_string(out, "\"");
    text_string(out, name);
    text_string(out, "\":\"");
    text_string(out, value);
    text_string(out, "\",");
}

static void field(const char *name, uint64_t value, const char *after)
{
    text_string(out, "\"");
    text_string(out, name);
    text_string(out, "\":");
    text_decimal(out, value);
    text_string(out, after);
}

static void sort(uint32_t *v, uint32_t count)
{
    for (uint32_t gap = count / 2u; gap > 0u; gap /= 2u) {
        for (uint32_t i = gap; i < count; i++) {
            const uint32_t x = v[i];
            uint32_t k = i;

            for (; (k >= gap) && (v[k - gap] > x); k -= gap) {
                v[k] = v[k - gap];
            }
            v[k] = x;
        }
    }
}

static void record_begin(void)
{
    text_string(out, "{");
    field_text("engine", options->engine);
    field_text("subject", subject_names[now.kind]);
    field_text("series", now.name);
    field("regions", now.regions, ",");
}

static void begin(const char *name)
{
    now.name = name;
    now.count = 0u;
    now.total = 0u;
    now.writes = 0u;
    now.barriers = 0u;
    now.most_writes = 0u;
    now.most_barriers = 0u;
    bench_series_begin();
}

static void end(void)
{
    bench_series_end(subject_names[now.kind], now.name, now.regions);
    if ((now.count == 0u) || (now.count > SAMPLES)) {
        bench_stop("no samples, or too many, in", now.name);
    }
    sort(samples, now.count);
    record_begin();
    field("samples", now.count, ",");
    if (now.hardware) {
        field("writes", now.writes, ",");
        field("writes_max", now.most_writes, ",");
        field("barriers", now.barriers, ",");
        field("barriers_max", now.most_barriers, "}\n");
    } else {
        field("min", samples[0], ",");
        field("median", samples[now.count / 2u], ",");
        field("max", samples[now.count - 1u], ",");
        field("total", now.total, "}\n");
    }
}

static bool wanted(const char *name)
{
    const char *only = options->only;

    if (only == NULL) {
        return true;
    }
    for (; (*only != '\0') && (*only == *name); only++) {
        name++;
    }
    return *only == *name;
}

/* --- series --- */

static mpumap_addr_t at(uint32_t k)
{
    return (mpumap_addr_t)(BASE + k * PITCH);
}

static void fill(uint32_t count)
{
    for (uint32_t k = 0u; k < count; k++) {
        const struct bench_op op = op_of(BENCH_MAP, at(k), at(k) + SIZE - 1u, RW);

        quietly(&op, MPUMAP_OK);
    }
}

/*
 * An operation and the one that takes it back, at every position. `from` and `to` are offsets to
 * the base of region k. used: regions in the map, out of now.regions slots.
 */
struct series {
    const char *name;
    const char *back_name; /* or NULL: not measured */
    enum bench_kind kind;
    enum bench_kind back;
    mpumap_addr_t from;
    mpumap_addr_t to;
    mpumap_attr_t attr;
    mpumap_attr_t back_attr;
    uint8_t answer;
    uint8_t spare; /* slots left free */
    bool exact_only;
    bool undone; /* `back` is needed */
};

static const struct series all_series[] = {
    {"find-equal", NULL, BENCH_FIND, BENCH_FIND, 0u, SIZE - 1u, RW, RW, MPUMAP_FOUND, 0u, false,
     false},
    {"find-inside", NULL, BENCH_FIND, BENCH_FIND, 0x400u, 0x7ffu, RW, RW, MPUMAP_INCLUSIVE, 0u,
     false, false},
    {"find-nothing", NULL, BENCH_FIND, BENCH_FIND, SIZE, 2u * SIZE - 1u, RW, RW, MPUMAP_NOT_FOUND,
     0u, false, false},
    {"query", NULL, BENCH_QUERY, BENCH_QUERY, 0x404u, 0x404u, RW, RW, 1u, 0u, false, false},
    {"map-count", "unmap-count", BENCH_MAP, BENCH_UNMAP, 0u, SIZE - 1u, RW, RW, MPUMAP_OK, 0u,
     false, true},
    {"map-count-inside", "unmap-count-inside", BENCH_MAP, BENCH_UNMAP, 0x400u, 0x7ffu, RW, RW,
     MPUMAP_OK, 0u, false, true},
    {"map-create", "unmap-remove", BENCH_MAP, BENCH_UNMAP, 2u * SIZE, 3u * SIZE - 1u, RW, RW,
     MPUMAP_OK, 1u, false, true},
    {"protect", "protect-back", BENCH_PROTECT, BENCH_PROTECT, 0u, SIZE - 1u, RO, RW, MPUMAP_OK, 0u,
     false, true},
    {"map-grow", "unmap-shrink", BENCH_MAP, BENCH_UNMAP, SIZE, 2u * SIZE - 1u, RW, RW, MPUMAP_OK,
     1u, true, true},
    {"unmap-split", "map-fill", BENCH_UNMAP, BENCH_MAP, 0x400u, 0x7ffu, RW, RW, MPUMAP_OK, 1u, true,
     true},
    {"unmap-split-spare", "map-fill-spare", BENCH_UNMAP, BENCH_MAP, 0x400u, 0x7ffu, RW, RW,
     MPUMAP_OK, 2u, true, true},
};

static void series_once(const struct series *x, bool back)
{
    const uint32_t used = (uint32_t)(now.regions - x->spare);

    fill(used);
    begin(back ? x->back_name : x->name);
    for (uint32_t k = 0u; k < used; k++) {
        const mpumap_addr_t base = at(k) + x->from;
        const mpumap_addr_t limit = at(k) + x->to;
        const struct bench_op there = op_of(x->kind, base, limit, x->attr);
        const struct bench_op undo = op_of(x->back, base, limit, x->back_attr);

        if (back) {
            quietly(&there, x->answer);
            measure(&undo, MPUMAP_OK);
        } else {
            measure(&there, x->answer);
            if (x->undone) {
                quietly(&undo, MPUMAP_OK);
            }
        }
    }
    end();
}

static void series_of(enum subject_kind kind, uint16_t regions)
{
    for (uint32_t i = 0u; i < sizeof all_series / sizeof all_series[0]; i++) {
        const struct series *x = &all_series[i];

        if (x->exact_only && (kind != EXACT)) {
            continue;
        }
        if (wanted(x->name)) {
            make(kind, regions);
            series_once(x, false);
        }
        if ((x->back_name != NULL) && wanted(x->back_name)) {
            make(kind, regions);
            series_once(x, true);
        }
    }
}

/* Four new regions in one change. */
static void transaction(enum subject_kind kind, uint16_t regions)
{
    const struct bench_op start = op_of(BENCH_BEGIN, 0u, 0u, 0u);
    const struct bench_op commit = op_of(BENCH_COMMIT, 0u, 0u, 0u);

    make(kind, regions);
    fill((uint32_t)regions - 4u);
    begin("commit-4");
    for (uint32_t i = 0u; i < 8u; i++) {
        quietly(&start, MPUMAP_OK);
        for (uint32_t k = 0u; k < 4u; k++) {
            const mpumap_addr_t base = at(k) + 2u * SIZE;
            const struct bench_op op =
                op_of((i % 2u == 0u) ? BENCH_MAP : BENCH_UNMAP, base, base + SIZE - 1u, RW);

            quietly(&op, MPUMAP_OK);
        }
        measure(&commit, MPUMAP_OK);
    }
    end();
}

/* --- workloads --- */

struct mapping {
    mpumap_addr_t base;
    mpumap_addr_t limit;
    mpumap_attr_t attr;
};

#define DEVICE (MPUMAP_RW | MPUMAP_DEVICE)
#define RX (MPUMAP_RX | MPUMAP_NORMAL)

/* A hypervisor's start: its image, what it reads once, devices, the heap, first uses of the heap.
 */
static const struct mapping start_up[] = {
    {0x20000000u, 0x2003ffffu, RX},     {0x20040000u, 0x2005ffffu, RO},
    {0x20060000u, 0x2007ffffu, RW},     {0x20080000u, 0x2009ffffu, RX},
    {0x200a0000u, 0x200bffffu, RW},     {0x28000000u, 0x2800ffffu, RO},
    {0xe7c00000u, 0xe7c00fffu, DEVICE}, {0xf0000000u, 0xf000ffffu, DEVICE},
    {0xf0100000u, 0xf013ffffu, DEVICE}, {0x21000000u, 0x217fffffu, RW},
    {0x21000000u, 0x21000fffu, RW},     {0x21010000u, 0x2101ffffu, RW},
    {0xe7c00000u, 0xe7c00fffu, DEVICE}, {0x22000000u, 0x2203ffffu, RO},
};

static void map_measured(const struct mapping *x)
{
    const struct bench_op op = op_of(BENCH_MAP, x->base, x->limit, x->attr);

    measure(&op, MPUMAP_OK);
}

static void unmap_measured(const struct mapping *x)
{
    const struct bench_op op = op_of(BENCH_UNMAP, x->base, x->limit, 0u);

    measure(&op, MPUMAP_OK);
}

static void work_start(void)
{
    begin("start-up");
    for (uint32_t i = 0u; i < sizeof start_up / sizeof start_up[0]; i++) {
        map_measured(&start_up[i]);
    }
    unmap_measured(&start_up[3]);  /* code that ran once */
    unmap_measured(&start_up[5]);  /* the device tree */
    unmap_measured(&start_up[13]); /* the loaded modules */
    end();
}

static void start_quietly(void)
{
    now.name = "start-up";
    for (uint32_t i = 0u; i < sizeof start_up / sizeof start_up[0]; i++) {
        const struct bench_op op =
            op_of(BENCH_MAP, start_up[i].base, start_up[i].limit, start_up[i].attr);

        quietly(&op, MPUMAP_OK);
    }
}

/* A driver maps and unmaps a page inside the heap, 10,000 times. */
static void work_driver(void)
{
    start_quietly();
    begin("driver");
    for (uint32_t i = 0u; i < 10000u; i++) {
        const mpumap_addr_t base = (mpumap_addr_t)(0x21100000u + (i % 256u) * SIZE);
        const struct mapping page = {base, base + SIZE - 1u, RW};

        map_measured(&page);
        unmap_measured(&page);
    }
    end();
}

static struct mapping guest_part(uint32_t guest, uint32_t part)
{
    static const struct mapping parts[] = {
        {0x40000000u, 0x40efffffu, RW | MPUMAP_EL1},
        {0x50000000u, 0x5000ffffu, RO | MPUMAP_EL1},
        {0xe8000000u, 0xe8000fffu, DEVICE | MPUMAP_EL1},
    };
    struct mapping m = parts[part];

    m.base += (mpumap_addr_t)(guest * 0x1000000u);
    m.limit += (mpumap_addr_t)(guest * 0x1000000u);
    return m;
}

/* Guests of three regions each start, and the oldest stops when there is no room. */
static void work_guests(void)
{
    const uint32_t room = ((uint32_t)now.regions - 13u) / 3u;
    const uint32_t most = (room > 6u) ? 6u : room;

    start_quietly();
    begin("guests");
    for (uint32_t i = 0u; i < 200u; i++) {
        for (uint32_t part = 0u; part < 3u; part++) {
            const struct mapping in = guest_part(i % 7u, part);
            const struct mapping old = guest_part((i + 7u - most) % 7u, part);

            if (i >= most) {
                unmap_measured(&old);
            }
            map_measured(&in);
        }
    }
    end();
}

/* Every second granule of a heap is unmapped until the table is full, then mapped again. */
static void work_fragments(void)
{
    const uint32_t holes = (uint32_t)now.regions - 1u;
    const struct mapping heap = {BASE, BASE + 128u * now.regions - 1u, RW};

    begin("fragments");
    map_measured(&heap);
    for (uint32_t i = 0u; i < 2u * holes; i++) {
        const mpumap_addr_t base = (mpumap_addr_t)(BASE + 64u + 128u * (i % holes));
        const struct mapping granule = {base, base + 63u, RW};

        if (i < holes) {
            unmap_measured(&granule);
        } else {
            map_measured(&granule);
        }
    }
    end();
}

/* Until the table is full, once too often, and empty again. */
static void work_full(void)
{
    const struct bench_op over = op_of(BENCH_MAP, at(now.regions), at(now.regions) + SIZE - 1u, RW);

    begin("full-table");
    for (uint32_t i = 0u; i < 2u * now.regions; i++) {
        /* in an order that is neither up nor down: 89 is prime to every size */
        const mpumap_addr_t base = at((i * 89u) % now.regions);
        const struct mapping x = {base, base + SIZE - 1u, RW};

        if (i < now.regions) {
            map_measured(&x);
        } else {
            unmap_measured(&x);
        }
        if (i + 1u == now.regions) {
            measure(&over, MPUMAP_NO_REGION);
        }
    }
    end();
}

static void workloads_of(enum subject_kind kind, uint16_t regions)
{
    make(kind, regions);
    work_full();
    if (kind == EXACT) {
        make(kind, regions);
        work_fragments();
    }
    if (regions >= 24u) {
        make(kind, regions);
        work_start();
        make(kind, regions);
        work_driver();
        make(kind, regions);
        work_guests();
    }
}

/* --- worst cases --- */

/*
 * Rounds, each with a map of its own: empty, or of small regions, with live ranges or without, or
 * with merges that wait; on an MPU with the bitmap or without. At each state several candidates for
 * the next operation are measured, and the state is restored after each; then the round goes on
 * with one of them, the dearest half of the time. At the end of a round the dearest of each kind is
 * tried again, with its state and itself changed a little. Maps have room for two spans a region.
 */
#define ROUNDS 48u
#define STATES 60u
#define CANDIDATES 6u

enum worst {
    WORST_MAP,
    WORST_UNMAP,
    WORST_PROTECT,
    WORST_FIND,
    WORST_QUERY,
    WORST_BEGIN,
    WORST_COMMIT,
    WORSTS
};

static const char *const worst_names[WORSTS] = {"worst-map",   "worst-unmap", "worst-protect",
                                                "worst-find",  "worst-query", "worst-begin",
                                                "worst-commit"};

static struct state kept[3];
static uint32_t random_state;
/* Where the dearest operation of a kind was found: the state before it. */
static struct {
    struct state before;
    struct bench_op op;
    uint32_t arena;
} best[WORSTS];
static struct {
    uint32_t most[WORSTS];
    uint32_t step[WORSTS];
    uint32_t steps;
    uint32_t arena; /* granules */
} found;

/* xorshift32 */
static uint32_t random_below(uint32_t n)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 17;
    random_state ^= random_state << 5;
    return random_state % n;
}

/* What an operation may change, as far as it is in use. */
static void copy_state(struct state *to, const struct state *from)
{
    to->map = from->map;
    to->baseline = from->baseline;
    for (uint32_t i = 0u; i < now.regions; i++) {
        to->table[i] = from->table[i];
        to->linear[i] = from->linear[i];
    }
    for (uint32_t i = 0u; i < now.spans; i++) {
        to->spans[i] = from->spans[i];
        to->pending[i] = from->pending[i];
    }
    for (uint32_t i = 0u; i < sizeof store.ranges / sizeof store.ranges[0]; i++) {
        to->ranges[i] = from->ranges[i];
    }
}

/* Often from the start of one span to the end of another; else few granules, or very many. */
static void random_range(struct bench_op *op)
{
    const uint32_t first = random_below(found.arena);
    const uint32_t most = (random_below(4u) == 0u) ? found.arena : 4u;
    uint32_t last = first + random_below(most);
    struct mpumap_region region;

    last = (last < found.arena) ? last : (found.arena - 1u);
    op->base = (mpumap_addr_t)(BASE + first * 64u);
    op->limit = (mpumap_addr_t)(BASE + last * 64u + 63u);
    if ((now.kind != BASELINE) && (random_below(2u) == 0u)) {
        if (mpumap_query(&store.map, op->base, &region)) {
            op->base = region.base;
        }
        if (mpumap_query(&store.map, op->limit, &region)) {
            op->limit = region.limit;
        }
    }
}

static struct bench_op random_op(uint32_t kinds)
{
    static const mpumap_attr_t attrs[] = {RW, RW, RW, RO, RX};
    struct bench_op op = {.kind = (uint8_t)random_below(kinds)};

    random_range(&op);
    op.attr = attrs[random_below(5u)];
    return op;
}

static uint32_t note(enum worst what, const struct bench_op *op, uint32_t n,
                     const struct state *before)
{
    if (n > found.most[what]) {
        found.most[what] = n;
        found.step[what] = found.steps;
        best[what].op = *op;
        best[what].arena = found.arena;
        copy_state(&best[what].before, before);
    }
    found.steps++;
    return n;
}

static uint32_t try_op(const struct bench_op *op)
{
    uint32_t result;
    const uint32_t n = bench_measure(&now.subject, op, &result);

    return note((enum worst)op->kind, op, n, &kept[0]); /* the same order */
}

/* Performs an operation, unless it is refused: a transaction would be lost. */
static void perform_unrefused(const struct bench_op *op)
{
    copy_state(&kept[1], &store);
    if (bench_perform(&now.subject, op) != (uint32_t)MPUMAP_OK) {
        copy_state(&store, &kept[1]);
    }
}

/* Small changes from the lowest address to the highest. */
static void sweep(uint32_t kinds)
{
    struct bench_op op;
    uint32_t length;

    for (uint32_t first = 0u; first < found.arena; first += length + random_below(2u)) {
        length = 1u + random_below(3u);
        op = random_op(kinds);
        op.base = (mpumap_addr_t)(BASE + first * 64u);
        op.limit = op.base + length * 64u - 1u;
        perform_unrefused(&op);
    }
}

static void try_commit(void)
{
    const struct bench_op commit = {.kind = (uint8_t)BENCH_COMMIT};
    uint32_t result;

    copy_state(&kept[2], &store);
    (void)note(WORST_COMMIT, &commit, bench_measure(&now.subject, &commit, &result), &kept[2]);
}

static void perform_random(uint32_t count)
{
    for (uint32_t i = 0u; i < count; i++) {
        const struct bench_op op = random_op(3u);

        perform_unrefused(&op);
    }
}

/* Up to as many operations as there are regions, or changes everywhere. */
static void try_transaction(void)
{
    const struct bench_op start = {.kind = (uint8_t)BENCH_BEGIN};
    const uint32_t count = random_below(now.regions + 1u);
    uint32_t result;

    (void)note(WORST_BEGIN, &start, bench_measure(&now.subject, &start, &result), &kept[0]);
    perform_random(count);
    if ((count == 0u) || (random_below(2u) == 0u)) {
        sweep(3u);
    }
    try_commit();
}

static void search_state(void)
{
    struct bench_op dearest = random_op(3u);
    uint32_t most = 0u;

    copy_state(&kept[0], &store);
    for (uint32_t i = 0u; i < CANDIDATES; i++) {
        const struct bench_op op = random_op((i == 0u) ? 5u : 3u);
        const uint32_t n = try_op(&op);

        if ((n > most) && (op.kind <= (uint8_t)BENCH_PROTECT)) {
            most = n;
            dearest = op;
        }
        copy_state(&store, &kept[0]);
    }
    if ((now.kind != BASELINE) && (random_below(3u) == 0u)) {
        try_transaction();
        if (random_below(4u) != 0u) {
            copy_state(&store, &kept[0]);
        }
    }
    if (random_below(2u) == 0u) {
        dearest = random_op((random_below(2u) == 0u) ? 1u : 3u); /* maps keep the table full */
    }
    (void)bench_perform(&now.subject, &dearest);
}

/* The dearest of a kind so far, with the state before it changed a little, and it itself. */
static void climb(enum worst what)
{
    struct bench_op op;

    found.arena = best[what].arena;
    copy_state(&store, &best[what].before);
    if (what == WORST_COMMIT) { /* it is inside a transaction */
        perform_random(1u + random_below(3u));
        try_commit();
        return;
    }
    for (uint32_t i = random_below(3u); i > 0u; i--) {
        op = random_op(3u);
        (void)bench_perform(&now.subject, &op);
    }
    copy_state(&kept[0], &store);
    op = best[what].op;
    switch (random_below(4u)) {
    case 0u:
        op.base += 64u;
        break;
    case 1u:
        op.limit += 64u;
        break;
    case 2u:
        op.attr = random_op(1u).attr;
        break;
    default:
        break;
    }
    (void)try_op(&op);
}

static void climb_all(void)
{
    for (uint32_t i = 0u; i < STATES; i++) {
        for (uint32_t what = 0u; what < (uint32_t)WORSTS; what++) {
            if ((what <= (uint32_t)WORST_PROTECT) || (what == (uint32_t)WORST_COMMIT)) {
                if (found.most[what] != 0u) {
                    climb((enum worst)what);
                }
            }
        }
    }
}

static void live_granules(uint32_t first, uint32_t last)
{
    if (now.kind != BASELINE) {
        (void)(mpumap_live(&store.map, (mpumap_addr_t)(BASE + first * 64u),
                           (mpumap_addr_t)(BASE + last * 64u + 63u)) == MPUMAP_OK);
    }
}

/* Every second granule, all of it live, then most of the holes: the merges have to wait. */
static void comb(void)
{
    for (uint32_t pass = 0u; pass < 2u; pass++) {
        for (uint32_t g = pass; g < found.arena; g += 2u) {
            const mpumap_addr_t base = (mpumap_addr_t)(BASE + g * 64u);
            const struct bench_op op = op_of(BENCH_MAP, base, base + 63u, RW);

            if ((pass == 0u) || (random_below(5u) != 0u)) {
                (void)bench_perform(&now.subject, &op);
            }
        }
        if (pass == 0u) {
            live_granules(random_below(3u), found.arena - 1u - random_below(3u));
        }
    }
}

/* What a round begins with: an empty map or one of small regions, with live ranges or without, or
 * one in which merges wait. */
static void begin_round(uint32_t round)
{
    if (round % 4u == 3u) {
        comb();
        return;
    }
    for (uint32_t k = 0u; (round % 2u != 0u) && (k < 4u); k++) {
        struct bench_op op = {0};

        random_range(&op);
        if (now.kind != BASELINE) {
            (void)(mpumap_live(&store.map, op.base, op.limit) == MPUMAP_OK);
        }
    }
    if (round % 4u == 2u) {
        sweep(1u); /* maps */
    }
}

static void record_worst(enum worst what)
{
    now.name = worst_names[what];
    record_begin();
    field("seed", options->seed, ",");
    field("step", found.step[what], ",");
    field("steps", found.steps, ",");
    field("max", found.most[what], "}\n");
}

static void search(enum subject_kind kind, uint16_t regions)
{
    for (uint32_t i = 0u; i < (uint32_t)WORSTS; i++) {
        found.most[i] = 0u;
        found.step[i] = 0u;
    }
    found.steps = 0u;
    bench_all_numbered = true;
    now.name = "search";
    random_state = options->seed * 0x9e3779b9u;
    for (uint32_t round = 0u; round < ROUNDS; round++) {
        bench_without_bitmap = round % 3u == 2u;
        make_with(kind, regions, (uint16_t)(2u * regions));
        found.arena = (2u + round % 3u) * regions + 1u;
        begin_round(round);
        for (uint32_t i = 0u; i < STATES; i++) {
            search_state();
        }
        climb_all();
    }
    bench_without_bitmap = false;
    bench_all_numbered = false;
    for (uint32_t i = 0u; i < (uint32_t)WORSTS; i++) {
        if (found.most[i] != 0u) {
            record_worst((enum worst)i);
        }
    }
}

static void run_size(enum subject_kind kind, uint16_t regions)
{
    if (options->series) {
        series_of(kind, regions);
        if ((kind != BASELINE) && wanted("commit-4")) {
            transaction(kind, regions);
        }
    }
    if (options->workloads) {
        workloads_of(kind, regions);
    }
}

void bench_run(const struct bench_options *how, struct text *to)
{
    options = how;
    out = to;
    for (uint32_t kind = 0u; kind < (uint32_t)SUBJECTS; kind++) {
        for (uint32_t i = 0u; i < sizeof sizes / sizeof sizes[0]; i++) {
            if ((options->size == 0u) || (options->size == sizes[i])) {
                run_size((enum subject_kind)kind, sizes[i]);
            }
        }
        for (uint32_t i = 0u; i < sizeof worst_sizes / sizeof worst_sizes[0]; i++) {
            if (options->search && ((options->size == 0u) || (options->size == worst_sizes[i]))) {
                search((enum subject_kind)kind, worst_sizes[i]);
            }
        }
    }
}
