/* SPDX-License-Identifier: MIT */
/* Plays a trace on the simulator and shows the registers after each operation. */
#ifndef MPUMAP_TOOL_WATCH_H
#define MPUMAP_TOOL_WATCH_H

#include "mpu.h"

struct watch_state {
    const struct mpumap *map;
    void *sim; /* struct mpumap_sim */
    enum player_target target;
    uint16_t regions;
    bool whole; /* the policy */
};

struct watch {
    void *ctx;
    void (*out)(void *ctx, const char *text, size_t length); /* what the player prints */
    /* After each operation; the state is the engine's and stays after the play. */
    void (*after)(void *ctx, const struct watch_state *state);
};

int engine_sim_watched(const struct trace_file *file, const struct player_options *options,
                       const struct watch *watch);
/* The regions of the MPU as its registers hold them, with the map's counts. Notes are kept. */
void watch_registers(const struct watch_state *state, struct mpu *out);

#endif
