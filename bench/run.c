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

static struct {
    struct mpumap map;
    struct baseline baseline;
    struct mpumap_entry table[MPUMAP_MAX_REGIONS];
    struct mpumap_pair scratch[MPUMAP_MAX_REGIONS];
    struct baseline_entry linear[MPUMAP_MAX_REGIONS];
    struct mpumap_span spans[SPANS];
    struct mpumap_span pending[SPANS];
    struct mpumap_range ranges[32];
    uint32_t samples[SAMPLES];
} store;

static const struct bench_options *options;
static struct text *out;

/* The measurements of one series. */
static struct {
    struct bench_subject subject;
    enum subject_kind kind;
    uint16_t regions;
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

static void make(enum subject_kind kind, uint16_t regions)
{
    struct mpumap_config config = {.table = store.table,
                                   .scratch = store.scratch,
                                   .regions = regions,
                                   .spans = store.spans,
                                   .span_capacity = SPANS,
                                   .pending = store.pending,
                                   .pending_capacity = SPANS,
                                   .ranges = store.ranges,
                                   .lock_capacity = 4u,
                                   .live_capacity = 8u,
                                   .policy = (kind == WHOLE) ? MPUMAP_WHOLE : MPUMAP_EXACT};

    now.kind = kind;
    now.regions = regions;
    now.subject.map = (kind == BASELINE) ? NULL : &store.map;
    now.subject.baseline = (kind == BASELINE) ? &store.baseline : NULL;
    baseline_init(&store.baseline, store.linear, regions);
    config.port = bench_port(regions, &config.port_ctx);
    if (mpumap_init(&store.map, &config) != MPUMAP_OK) {
        bench_stop("mpumap_init", "refused");
    }
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
        store.samples[now.count] = n;
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
    sort(store.samples, now.count);
    record_begin();
    field("samples", now.count, ",");
    if (now.hardware) {
        field("writes", now.writes, ",");
        field("writes_max", now.most_writes, ",");
        field("barriers", now.barriers, ",");
        field("barriers_max", now.most_barriers, "}\n");
    } else {
        field("min", store.samples[0], ",");
        field("median", store.samples[now.count / 2u], ",");
        field("max", store.samples[now.count - 1u], ",");
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

static uint32_t random_state;

/* xorshift32 */
static uint32_t random_below(uint32_t n)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 17;
    random_state ^= random_state << 5;
    return random_state % n;
}

/* Ranges of few granules most often, sometimes of very many. */
static struct bench_op random_op(uint32_t arena)
{
    const uint32_t first = random_below(arena);
    const uint32_t most = (random_below(8u) == 0u) ? arena : 4u;
    uint32_t last = first + random_below(most);

    last = (last < arena) ? last : (arena - 1u);
    return op_of((enum bench_kind)random_below(3u), (mpumap_addr_t)(BASE + first * 64u),
                 (mpumap_addr_t)(BASE + last * 64u + 63u),
                 (mpumap_attr_t)((random_below(4u) == 0u) ? RO : RW));
}

static const char *const kind_names[] = {"worst-map", "worst-unmap", "worst-protect"};

static void record_worst(uint32_t kind, uint32_t most, uint32_t step)
{
    now.name = kind_names[kind];
    record_begin();
    field("seed", options->seed, ",");
    field("step", step, ",");
    field("max", most, "}\n");
}

static void search(enum subject_kind kind, uint16_t regions)
{
    uint32_t most[3] = {0u, 0u, 0u};
    uint32_t step[3] = {0u, 0u, 0u};

    make(kind, regions);
    now.name = "search";
    random_state = options->seed;
    for (uint32_t i = 0u; i < 6000u; i++) {
        const struct bench_op op = random_op(4u * regions);
        uint32_t result;
        uint32_t n;

        if (i % 1500u == 0u) { /* half of the programs with live ranges */
            make(kind, regions);
        }
        if ((i % 3000u == 1500u) && (kind != BASELINE)) {
            for (uint32_t k = 0u; k < 4u; k++) {
                const mpumap_addr_t base = (mpumap_addr_t)(BASE + k * regions * 64u);

                (void)(mpumap_live(&store.map, base, base + 127u) == MPUMAP_OK);
            }
        }
        now.count = 0u;
        n = measured(&op, &result);
        if (n > most[op.kind]) {
            most[op.kind] = n;
            step[op.kind] = i;
        }
    }
    for (uint32_t k = 0u; k < 3u; k++) {
        record_worst(k, most[k], step[k]);
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
    if (options->search) {
        search(kind, regions);
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
    }
}
