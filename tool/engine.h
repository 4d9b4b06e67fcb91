/* SPDX-License-Identifier: MIT */
/* What a trace can be played on. */
#ifndef MPUMAP_TOOL_ENGINE_H
#define MPUMAP_TOOL_ENGINE_H

#include "player.h"

/* Text that has been read whole. */
struct trace_file {
    const char *path; /* as on the command line; "-" is standard input */
    const char *name; /* for messages */
    char *text;
    size_t length;
};

/* Each returns an exit status of the tool: one of PLAYER_PASSED to PLAYER_DEFECT. */
int engine_sim(const struct trace_file *file, const struct player_options *options);
int engine_qemu(const struct trace_file *file, const struct player_options *options,
                const char *tool_path);

/* The player's output streams on a host; ctx is not used. */
void engine_out(void *ctx, const char *text, size_t length);
void engine_err(void *ctx, const char *text, size_t length);

#endif
