/* SPDX-License-Identifier: MIT */
/*
 * The bench: operations and workloads, measured one call at a time. What runs is the library with
 * its Cortex-R52 codec, and the baseline; on an emulated Cortex-R52 with the real port, on the host
 * with a port that counts.
 */
#ifndef BENCH_H
#define BENCH_H

#include "baseline.h"
#include "mpumap.h"

#include "text.h"

enum bench_kind {
    BENCH_MAP,
    BENCH_UNMAP,
    BENCH_PROTECT,
    BENCH_FIND,
    BENCH_QUERY,
    BENCH_BEGIN,
    BENCH_COMMIT,
    BENCH_KINDS
};

struct bench_op {
    mpumap_addr_t base;
    mpumap_addr_t limit;
    mpumap_attr_t attr;
    uint8_t kind;
};

/* What is measured: a library map, or the baseline. */
struct bench_subject {
    struct mpumap *map; /* or NULL */
    struct baseline *baseline;
};

/* --- what a platform gives --- */

/* The platform's port, with `regions` slots. */
const struct mpumap_port *bench_port(uint16_t regions, void **ctx);
/* The port says that the MPU has no enable bitmap. Of the next map. */
extern bool bench_without_bitmap;
/* ... that slots 0 to 31 need no selector, as on hardware. */
extern bool bench_all_numbered;
/* Performs one operation. *result: enum mpumap_result; of FIND enum mpumap_found; of QUERY 1 or 0.
 * Returns the instructions from the function's first to its return, both included; 0 on a platform
 * that cannot tell. */
uint32_t bench_measure(const struct bench_subject *s, const struct bench_op *op, uint32_t *result);
/* The same where nobody looks at the cost. */
uint32_t bench_perform(const struct bench_subject *s, const struct bench_op *op);
void bench_series_begin(void);
void bench_series_end(const char *subject, const char *series, uint32_t regions);
/* Register writes and barriers since the last call, as the hardware saw them; a DSB and an ISB in
 * succession are one. False: this platform does not count them. */
bool bench_hardware(uint32_t *writes, uint32_t *barriers);
/* Something is wrong with the bench itself. */
_Noreturn void bench_stop(const char *why, const char *where);

/* --- run.c --- */

struct bench_options {
    const char *engine; /* the name in the records */
    bool series;        /* each operation for itself, at each size */
    bool workloads;
    bool search;      /* for the worst cases */
    const char *only; /* the series with this name; NULL: all */
    uint16_t size;    /* this number of regions; 0: all sizes */
    uint32_t seed;
};

/* Prints records, each a JSON object on a line of its own. */
void bench_run(const struct bench_options *options, struct text *out);

#endif
