/* SPDX-License-Identifier: MIT */
/*
 * The bench on an emulated Cortex-R52: the real port, at EL2, with the MPU off, so that it may be
 * given any number of slots: what is written has no effect, and takes the same instructions. The
 * command line: [series] [workloads] [search] [size=REGIONS] [seed=N] [only=SERIES], this one last.
 */
#include "bench.h"

#include "firmware.h"

#include "port/armv8r32/registers.h"

uint32_t bench_call(void (*function)(void), uint32_t arguments[5]);
void bench_nothing(void);

static struct mpumap_port port;
static uint16_t port_regions;
static uint32_t overhead;
bool bench_without_bitmap;
bool bench_all_numbered;

/* --- the port --- */

static void limits(void *ctx, struct mpumap_limits *out)
{
    mpumap_armv8r32_el2.limits(ctx, out);
    out->regions = port_regions;
    out->bitmap = bench_without_bitmap ? 0u : out->bitmap;
    /* Without a selector write the window is still the one before: the MPU is off. */
    out->direct = bench_all_numbered ? 32u : out->direct;
}

const struct mpumap_port *bench_port(uint16_t regions, void **ctx)
{
    static struct mpumap_armv8r32_ctx port_ctx;

    port = mpumap_armv8r32_el2;
    port.limits = limits;
    port_regions = regions;
    *ctx = &port_ctx;
    return &port;
}

/* --- the baseline's registers --- */

WRITER(hprselr, 4, c6, c2, 1)
WRITER(hprbar, 4, c6, c3, 0)
WRITER(hprlar, 4, c6, c3, 1)

#define PAIR(slot, opc1, crm, opc2_base, opc2_limit)                                               \
    case (slot):                                                                                   \
        MCR(opc1, crm, opc2_base, base);                                                           \
        MCR(opc1, crm, opc2_limit, limit);                                                         \
        return
#define PAIRS(slot, opc1, crm)                                                                     \
    PAIR(slot, opc1, crm, 0, 1);                                                                   \
    PAIR((slot) + 1, opc1, crm, 4, 5)
#define SIXTEEN_PAIRS(slot, opc1)                                                                  \
    PAIRS(slot, opc1, c8);                                                                         \
    PAIRS((slot) + 2, opc1, c9);                                                                   \
    PAIRS((slot) + 4, opc1, c10);                                                                  \
    PAIRS((slot) + 6, opc1, c11);                                                                  \
    PAIRS((slot) + 8, opc1, c12);                                                                  \
    PAIRS((slot) + 10, opc1, c13);                                                                 \
    PAIRS((slot) + 12, opc1, c14);                                                                 \
    PAIRS((slot) + 14, opc1, c15)

void baseline_write(uint16_t slot, uint32_t base, uint32_t limit)
{
    switch (slot) {
        SIXTEEN_PAIRS(0, 4);
    default:
        write_hprselr(slot);
        isb();
        write_hprbar(base);
        write_hprlar(limit);
        return;
    }
}

void baseline_barriers(void)
{
    sync();
}

/* --- measuring --- */

#define ENTRY(function) ((void (*)(void))(function))

static void (*function_of(const struct bench_subject *s, enum bench_kind kind))(void)
{
    static void (*const library[])(void) = {
        ENTRY(mpumap_map),   ENTRY(mpumap_unmap), ENTRY(mpumap_protect), ENTRY(mpumap_find),
        ENTRY(mpumap_query), ENTRY(mpumap_begin), ENTRY(mpumap_commit)};
    static void (*const linear[])(void) = {ENTRY(baseline_map), ENTRY(baseline_unmap),
                                           ENTRY(baseline_protect), ENTRY(baseline_find),
                                           ENTRY(baseline_query)};

    return (s->map != NULL) ? library[kind] : linear[kind];
}

uint32_t bench_measure(const struct bench_subject *s, const struct bench_op *op, uint32_t *result)
{
    static struct mpumap_region region;
    static enum mpumap_result error;
    static uint16_t slot;
    uint32_t a[5] = {(s->map != NULL) ? (uint32_t)s->map : (uint32_t)s->baseline, op->base,
                     op->limit, op->attr, 0u};
    uint32_t n;

    if (op->kind == (uint8_t)BENCH_FIND) {
        a[3] = (s->map != NULL) ? (uint32_t)&region : (uint32_t)&slot;
        a[4] = (uint32_t)&error;
    } else if (op->kind == (uint8_t)BENCH_QUERY) {
        a[2] = (s->map != NULL) ? (uint32_t)&region : (uint32_t)&slot;
    } else {
        /* as they are */
    }
    n = bench_call(function_of(s, (enum bench_kind)op->kind), a) - overhead;
    *result = a[0];
    return n;
}

uint32_t bench_perform(const struct bench_subject *s, const struct bench_op *op)
{
    uint32_t result;

    (void)bench_measure(s, op, &result);
    return result;
}

void bench_series_begin(void)
{
}

void bench_series_end(const char *subject, const char *series, uint32_t regions)
{
    (void)subject;
    (void)series;
    (void)regions;
}

bool bench_hardware(uint32_t *writes, uint32_t *barriers)
{
    (void)writes;
    (void)barriers;
    return false;
}

/* --- start --- */

_Noreturn void bench_stop(const char *why, const char *where)
{
    struct text t = {.put = console_err};

    text_string(&t, "bench: ");
    text_string(&t, why);
    text_string(&t, " ");
    text_string(&t, where);
    text_string(&t, "\n");
    text_flush(&t);
    firmware_exit(3u);
}

/* What follows the first occurrence of a word; NULL: there is none. */
static const char *after_word(const char *line, const char *word)
{
    for (; *line != '\0'; line++) {
        uint32_t i = 0u;

        while ((word[i] != '\0') && (line[i] == word[i])) {
            i++;
        }
        if (word[i] == '\0') {
            return line + i;
        }
    }
    return NULL;
}

static uint16_t number(const char *at)
{
    uint32_t n = 0u;

    for (; (at != NULL) && (*at >= '0') && (*at <= '9'); at++) {
        n = 10u * n + (uint32_t)(*at - '0');
    }
    return (uint16_t)n;
}

static void read_options(const char *line, struct bench_options *options)
{
    options->series = after_word(line, "series") != NULL;
    options->workloads = after_word(line, "workloads") != NULL;
    options->search = after_word(line, "search") != NULL;
    options->size = number(after_word(line, "size="));
    options->seed = number(after_word(line, "seed="));
    options->seed += (options->seed == 0u) ? 1u : 0u;
    options->only = after_word(line, "only=");
}

/* The counter must count instructions: a function of one must cost the same each time, and a few
 * more than nothing. */
static void calibrate(void)
{
    uint32_t a[5] = {0u, 0u, 0u, 0u, 0u};
    const uint32_t first = bench_call(bench_nothing, a);

    for (uint32_t i = 0u; i < 8u; i++) {
        if ((bench_call(bench_nothing, a) != first) || (first < 2u) || (first > 4u)) {
            bench_stop("the counter does not count instructions:", "-icount shift=0, cntfrq=1e9");
        }
    }
    overhead = first - 1u;
}

int main(void)
{
    static char line[256];
    struct text out = {.put = console_out};
    struct bench_options options = {.engine = "r52"};

    console_open();
    if (!host_command_line(line, sizeof line)) {
        bench_stop("no", "command line");
    }
    read_options(line, &options);
    mpumap_armv8r32_el2_disable();
    calibrate();
    bench_run(&options, &out);
    text_flush(&out);
    return 0;
}
