/* SPDX-License-Identifier: MIT */
/* Plays on the simulated MPU: nothing is the player's own, and every address has an answer. */
#define _POSIX_C_SOURCE 200809L

#include "engine.h"
#include "watch.h"

#include "port/mair.h"
#include "port/sim/sim.h"

#include <stdio.h>
#include <time.h>
#include <unistd.h>

#define DEFAULT_REGIONS 16u
#define HIGHEST_REGIONS_M 16u
#define DEFAULT_REGIONS_M 8u
/* Reset junk in the registers. Fixed: equal traces have equal plays. */
#define SEED 0x6d70756d6170u

struct sim_engine {
    struct mpumap_sim sim;
    struct mpumap map;
    struct mpumap_entry table[MPUMAP_MAX_REGIONS];
    struct mpumap_pair scratch[MPUMAP_MAX_REGIONS];
    struct mpumap_span spans[PLAYER_SPANS];
    struct mpumap_span pending[PLAYER_PENDING];
    struct mpumap_range ranges[2u * (PLAYER_RANGES + PLAYER_LIVE_ROOM)];
    struct watch_state state;
    const struct watch *watch; /* or NULL */
    /* Progress, for a person who waits: on standard error when that is a terminal and the answers
     * go elsewhere. */
    bool progress;
    time_t shown;
    uint32_t operations;
};

static enum mpumap_sim_target sim_target(enum player_target target)
{
    switch (target) {
    case PLAYER_ARMV8R32_EL1:
        return MPUMAP_SIM_ARMV8R32_EL1;
    case PLAYER_ARMV8R32_EL2:
        return MPUMAP_SIM_ARMV8R32_EL2;
    case PLAYER_ARMV8R64_EL1:
        return MPUMAP_SIM_ARMV8R64_EL1;
    case PLAYER_ARMV8R64_EL2:
        return MPUMAP_SIM_ARMV8R64_EL2;
    case PLAYER_ARMV8M:
        return MPUMAP_SIM_ARMV8M;
    }
    return MPUMAP_SIM_ARMV8R32_EL2;
}

/* A build with 32-bit addresses has no 64-bit MPU. */
static const struct mpumap_port *sim_port(void *ctx, enum player_target target, void **port_ctx)
{
    struct sim_engine *e = ctx;

    if (((target == PLAYER_ARMV8R64_EL1) || (target == PLAYER_ARMV8R64_EL2)) &&
        (MPUMAP_ADDR_BITS == 32)) {
        return NULL;
    }
    *port_ctx = &e->sim;
    return &mpumap_sim_port;
}

static bool sim_own(void *ctx, uint8_t index, struct mpumap_range *out)
{
    (void)ctx;
    (void)index;
    (void)out;
    return false;
}

static uint16_t sim_setup(void *ctx, const struct player_request *request,
                          struct player_engine *out)
{
    struct sim_engine *e = ctx;
    bool m = request->target == PLAYER_ARMV8M;
    uint16_t regions = request->regions;
    struct mpumap_config config = {.port = request->tap,
                                   .port_ctx = request->tap_ctx,
                                   .table = e->table,
                                   .scratch = e->scratch,
                                   .spans = e->spans,
                                   .span_capacity = PLAYER_SPANS,
                                   .pending = e->pending,
                                   .pending_capacity = PLAYER_PENDING,
                                   .ranges = e->ranges,
                                   .lock_capacity = PLAYER_RANGES,
                                   .live_capacity = PLAYER_LIVE_ROOM,
                                   .live_limit = PLAYER_RANGES,
                                   .policy = request->policy};

    if (regions == 0u) {
        regions = m ? DEFAULT_REGIONS_M : DEFAULT_REGIONS;
    }
    if (m && (regions > HIGHEST_REGIONS_M)) {
        return HIGHEST_REGIONS_M; /* a trace of another target's */
    }
    config.regions = regions;
    if (!mpumap_sim_init(&e->sim, sim_target(request->target), regions, SEED)) {
        return 0u;
    }
    mpumap_sim_control(&e->sim, true, false);
    mpumap_sim_strict(&e->sim, true);
    if (mpumap_init(&e->map, &config) != MPUMAP_OK) {
        return 0u;
    }
    e->state = (struct watch_state){&e->map, &e->sim, request->target, regions,
                                    request->policy == MPUMAP_WHOLE};
    *out = (struct player_engine){.map = &e->map, .regions = regions};
    return regions;
}

static bool sim_access(void *ctx, char kind, mpumap_addr_t addr)
{
    struct sim_engine *e = ctx;
    mpumap_addr_t at = (kind == 'x') ? (addr & ~(mpumap_addr_t)3u) : addr;

    return mpumap_sim_access(&e->sim, kind, at, MPUMAP_SIM_OWNER).allow;
}

static void show_progress(struct sim_engine *e)
{
    time_t now = time(NULL);

    e->operations++;
    if (e->progress && (now > e->shown + 1)) {
        e->shown = now - 1;
        (void)fprintf(stderr, "\r%u operations", e->operations);
    }
}

static bool sim_after(void *ctx)
{
    struct sim_engine *e = ctx;
    char text[200];

    show_progress(e);
    if (e->sim.error.fault != (uint8_t)MPUMAP_SIM_NO_FAULT) {
        mpumap_sim_describe(&e->sim, text, sizeof text);
        (void)fprintf(stderr, "mpumap: simulator: %s\n", text);
        return false;
    }
    if (mpumap_verify(&e->map) != MPUMAP_OK) {
        return false;
    }
    if (e->watch != NULL) {
        e->watch->after(e->watch->ctx, &e->state);
    }
    return true;
}

static void sim_out(void *ctx, const char *text, size_t length)
{
    struct sim_engine *e = ctx;

    if (e->watch != NULL) {
        e->watch->out(e->watch->ctx, text, length);
    } else {
        engine_out(NULL, text, length);
    }
}

static enum mpu_arch arch_of(enum player_target target)
{
    switch (target) {
    case PLAYER_ARMV8R32_EL1:
    case PLAYER_ARMV8R32_EL2:
        return MPU_R32;
    case PLAYER_ARMV8R64_EL1:
    case PLAYER_ARMV8R64_EL2:
        return MPU_R64;
    case PLAYER_ARMV8M:
        return MPU_M;
    }
    return MPU_NONE;
}

/* Under `whole` a region has one count. */
static void watch_spans(const struct watch_state *state, struct mpu *out)
{
    struct mpumap_region r;
    uint16_t cursor = 0u;

    out->spans = 0u;
    out->has_spans = !state->whole;
    while (out->has_spans && mpumap_next_span(state->map, &cursor, &r)) {
        if ((r.refs > 1u) && (out->spans < MPU_SPANS)) {
            out->span[out->spans] =
                (struct mpu_span){.base = r.base, .limit = r.limit, .refs = r.refs};
            out->spans++;
        }
    }
}

void watch_registers(const struct watch_state *state, struct mpu *out)
{
    struct mpumap_region r;

    out->arch = arch_of(state->target);
    out->level = ((state->target == PLAYER_ARMV8R32_EL2) || (state->target == PLAYER_ARMV8R64_EL2))
                     ? 2u
                     : 1u;
    out->mair = ((uint64_t)MPUMAP_MAIR1 << 32) | MPUMAP_MAIR0;
    out->has_mair = true;
    out->implemented = state->regions;
    out->count = 0u;
    for (uint16_t slot = 0u; slot < state->regions; slot++) {
        struct mpumap_pair pair;

        mpumap_sim_port.read(state->sim, (uint8_t)slot, &pair);
        if ((pair.limit & MPUMAP_LIMIT_ENABLE) != 0u) {
            out->r[out->count] = (struct mpu_region){.rbar = pair.base,
                                                     .rlar = pair.limit,
                                                     .slot = slot,
                                                     .has_base = true,
                                                     .has_limit = true};
            out->count++;
        }
    }
    mpu_fields(out);
    watch_spans(state, out);
    for (uint16_t i = 0u; i < out->count; i++) {
        uint16_t cursor = 0u;

        while (mpumap_next_region(state->map, &cursor, &r)) {
            if (r.slot == out->r[i].slot) {
                out->r[i].refs = r.refs;
            }
        }
    }
}

int engine_sim_watched(const struct trace_file *file, const struct player_options *options,
                       const struct watch *watch)
{
    static const struct player_ops ops = {.port = sim_port,
                                          .own = sim_own,
                                          .setup = sim_setup,
                                          .access = sim_access,
                                          .after = sim_after,
                                          .out = sim_out,
                                          .err = engine_err};
    static struct sim_engine engine;
    time_t start = time(NULL);
    int status;

    engine.watch = watch;
    engine.progress = (isatty(STDERR_FILENO) != 0) && (isatty(STDOUT_FILENO) == 0);
    engine.shown = start;
    engine.operations = 0u;
    status = player_run(file->text, file->length, options, &ops, &engine);
    if (engine.progress && (engine.shown != start)) {
        (void)fprintf(stderr, "\r%*s\r", 30, "");
    }
    return status;
}

int engine_sim(const struct trace_file *file, const struct player_options *options)
{
    return engine_sim_watched(file, options, NULL);
}
