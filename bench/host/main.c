/* SPDX-License-Identifier: MIT */
/*
 * The bench on the host. The port counts what the hardware would see of a Cortex-R52 at EL2 with as
 * many slots as asked for; under callgrind, instructions are counted for each series.
 *
 *     bench [series] [workloads]
 */
#include "bench.h"

#include "port/armv8r32/apply.h"
#include "port/armv8r32/codec.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef BENCH_CALLGRIND
#include <valgrind/callgrind.h>
#else
#define CALLGRIND_TOGGLE_COLLECT
#define CALLGRIND_ZERO_STATS
#define CALLGRIND_DUMP_STATS_AT(name) ((void)(name))
#endif

#define OVERHEAD_CALLS 1000u

bool bench_without_bitmap;
bool bench_all_numbered;

static struct {
    uint16_t regions;
    uint32_t writes;
    uint32_t barriers;
} hardware;

/* --- the port --- */

static void limits(void *ctx, struct mpumap_limits *out)
{
    (void)ctx;
    out->regions = hardware.regions;
    out->address_bits = 32u;
    out->granule_shift = MPUMAP_ARMV8R32_GRANULE_SHIFT;
    out->direct = MPUMAP_ARMV8R32_DIRECT;
    out->bank = 1u;
    out->bitmap = bench_without_bitmap ? 0u : 32u;
    out->selector_isb = true;
    out->lower_el1 = true;
}

static void apply(void *ctx, const struct mpumap_step *step)
{
    (void)ctx;
    switch ((enum mpumap_step_kind)step->kind) {
    case MPUMAP_STEP_SELECT:
    case MPUMAP_STEP_BASE:
    case MPUMAP_STEP_LIMIT:
    case MPUMAP_STEP_BITMAP:
        hardware.writes++;
        break;
    case MPUMAP_STEP_ISB:
    case MPUMAP_STEP_ORDER:
    case MPUMAP_STEP_SYNC:
        hardware.barriers++;
        break;
    }
}

static void read_back(void *ctx, uint8_t slot, struct mpumap_pair *out)
{
    (void)ctx;
    (void)slot;
    out->base = 0u;
    out->limit = 0u;
}

const struct mpumap_port *bench_port(uint16_t regions, void **ctx)
{
    static const struct mpumap_port port = {.limits = limits,
                                            .encode = mpumap_armv8r32_encode,
                                            .decode = mpumap_armv8r32_decode,
                                            .apply = apply,
                                            .read = read_back};

    *ctx = NULL;
    hardware.regions = regions;
    return &port;
}

void baseline_write(uint16_t slot, uint32_t base, uint32_t limit)
{
    (void)base;
    (void)limit;
    hardware.writes += 2u;
    if (slot >= MPUMAP_ARMV8R32_DIRECT) {
        hardware.writes++;
        hardware.barriers++;
    }
}

void baseline_barriers(void)
{
    hardware.barriers++;
}

bool bench_hardware(uint32_t *writes, uint32_t *barriers)
{
    *writes = hardware.writes;
    *barriers = hardware.barriers;
    hardware.writes = 0u;
    hardware.barriers = 0u;
    return true;
}

/* --- measuring --- */

static uint32_t call_library(struct mpumap *m, const struct bench_op *op)
{
    struct mpumap_region region;

    switch ((enum bench_kind)op->kind) {
    case BENCH_MAP:
        return mpumap_map(m, op->base, op->limit, op->attr);
    case BENCH_UNMAP:
        return mpumap_unmap(m, op->base, op->limit);
    case BENCH_PROTECT:
        return mpumap_protect(m, op->base, op->limit, op->attr);
    case BENCH_FIND:
        return mpumap_find(m, op->base, op->limit, &region, NULL);
    case BENCH_QUERY:
        return mpumap_query(m, op->base, &region);
    case BENCH_BEGIN:
        return mpumap_begin(m);
    case BENCH_COMMIT:
        return mpumap_commit(m);
    case BENCH_KINDS:
        break;
    }
    return MPUMAP_CORRUPT;
}

static uint32_t call_baseline(struct baseline *b, const struct bench_op *op)
{
    uint16_t slot;

    switch ((enum bench_kind)op->kind) {
    case BENCH_MAP:
        return baseline_map(b, op->base, op->limit, op->attr);
    case BENCH_UNMAP:
        return baseline_unmap(b, op->base, op->limit);
    case BENCH_PROTECT:
        return baseline_protect(b, op->base, op->limit, op->attr);
    case BENCH_FIND:
        return baseline_find(b, op->base, op->limit, &slot);
    case BENCH_QUERY:
        return baseline_query(b, op->base, &slot);
    case BENCH_BEGIN:
    case BENCH_COMMIT:
    case BENCH_KINDS:
        break;
    }
    return MPUMAP_CORRUPT;
}

uint32_t bench_perform(const struct bench_subject *s, const struct bench_op *op)
{
    return (s->map != NULL) ? call_library(s->map, op) : call_baseline(s->baseline, op);
}

uint32_t bench_measure(const struct bench_subject *s, const struct bench_op *op, uint32_t *result)
{
    CALLGRIND_TOGGLE_COLLECT;
    *result = bench_perform(s, op);
    CALLGRIND_TOGGLE_COLLECT;
    /* a query is not an operation that has a cost */
    if ((s->map != NULL) && (op->kind != (uint8_t)BENCH_QUERY) &&
        ((mpumap_cost(s->map)->writes != hardware.writes) ||
         (mpumap_cost(s->map)->barriers != hardware.barriers))) {
        bench_stop("mpumap_cost does not tell", "what the hardware saw");
    }
    return 0u;
}

void bench_series_begin(void)
{
    CALLGRIND_ZERO_STATS;
}

void bench_series_end(const char *subject, const char *series, uint32_t regions)
{
    char name[96];

    (void)snprintf(name, sizeof name, "%s/%s/%u", subject, series, regions);
    CALLGRIND_DUMP_STATS_AT(name);
}

/* What a measurement costs that measures nothing: an operation that no subject has. */
static void overhead(void)
{
    static struct baseline none;
    const struct bench_subject s = {.map = NULL, .baseline = &none};
    const struct bench_op op = {.kind = (uint8_t)BENCH_COMMIT};

    bench_series_begin();
    for (uint32_t i = 0u; i < OVERHEAD_CALLS; i++) {
        uint32_t result;

        (void)bench_measure(&s, &op, &result);
    }
    bench_series_end("none", "overhead", OVERHEAD_CALLS);
}

/* --- start --- */

_Noreturn void bench_stop(const char *why, const char *where)
{
    (void)fprintf(stderr, "bench: %s %s\n", why, where);
    exit(3);
}

static void put(void *ctx, const char *bytes, size_t length)
{
    (void)ctx;
    (void)fwrite(bytes, 1u, length, stdout);
}

int main(int argc, char **argv)
{
    struct bench_options options = {.engine = "host"};
    struct text out = {.put = put};

    for (int i = 1; i < argc; i++) {
        options.series = options.series || (strcmp(argv[i], "series") == 0);
        options.workloads = options.workloads || (strcmp(argv[i], "workloads") == 0);
    }
    overhead();
    bench_run(&options, &out);
    text_flush(&out);
    return 0;
}
