/* SPDX-License-Identifier: MIT */
/*
 * The trace player: parses a trace whole, plays it on an engine, prints the answers. Freestanding,
 * so that the host tool (on the simulator) and the firmware (on a core) are the same player and
 * print the same lines.
 */
#ifndef MPUMAP_PLAYER_H
#define MPUMAP_PLAYER_H

#include "mpumap.h"

enum player_target {
    PLAYER_ARMV8R32_EL1,
    PLAYER_ARMV8R32_EL2,
    PLAYER_ARMV8R64_EL1,
    PLAYER_ARMV8R64_EL2,
    PLAYER_ARMV8M
};

/* The trace's own room, on every engine. */
#define PLAYER_SPANS 512u
#define PLAYER_RANGES 16u /* locks, and as many lives */
/* Room for live ranges that `unlive` cuts in two: all that the library takes. */
#define PLAYER_LIVE_ROOM 255u
/* Room for a transaction's pending spans: no-space is judged at `commit`, not before. */
#define PLAYER_PENDING 16384u

/* What the header of a trace asks of an engine. */
struct player_request {
    enum player_target target;
    enum mpumap_policy policy;
    uint16_t regions;              /* 0: all that the engine has free */
    const struct mpumap_port *tap; /* the port that the engine must give to mpumap_init ... */
    void *tap_ctx; /* ... with this context; it records steps and forwards to `real` below */
};

/* What an engine answers. */
struct player_engine {
    struct mpumap *map; /* initialised; the player's own regions adopted and locked */
    uint16_t regions;   /* slots that the trace may use */
    uint8_t first_slot; /* hardware slot of the trace's slot 0: the own slots are below it */
    uint16_t own_locks; /* information only */
};

struct player_ops {
    /* The engine's real port; the player wraps it (player_request.tap). Called once the target is
     * known. NULL: this engine does not play that target. */
    const struct mpumap_port *(*port)(void *ctx, enum player_target target, void **port_ctx);
    /* Ranges that belong to the player itself on this engine: index 0, 1, ... until false. */
    bool (*own)(void *ctx, uint8_t index, struct mpumap_range *out);
    /* Makes the map. Returns the number of slots free for the trace; *out is valid when that is at
     * least what was asked (and at least 1). The engine reserves the slots beyond. */
    uint16_t (*setup)(void *ctx, const struct player_request *request, struct player_engine *out);
    /* Performs an access ('r', 'w' or 'x'): true when the MPU allows it. */
    bool (*access)(void *ctx, char kind, mpumap_addr_t addr);
    /* Called after every operation that may change the map, for engines that check more; false: a
     * defect was found and reported, stop. May be NULL. */
    bool (*after)(void *ctx);
    /* Text for people or machines (out), and for complaints (err). */
    void (*out)(void *ctx, const char *text, size_t length);
    void (*err)(void *ctx, const char *text, size_t length);
};

struct player_options {
    const char *name; /* the trace's name, for messages */
    bool json;        /* one JSON object a line */
    bool colour;      /* terminal colours in the text form */
    bool steps;       /* show each register write and barrier */
    bool override_policy;
    enum mpumap_policy policy; /* with override_policy: instead of what the trace says */
    bool override_target;
    enum player_target target; /* with override_target: the same */
};

/* Exit status of a play. */
#define PLAYER_PASSED 0
#define PLAYER_FAILED 1    /* an `expect` failed */
#define PLAYER_MALFORMED 2 /* the trace is malformed, or the engine cannot play it */
#define PLAYER_DEFECT                                                                              \
    3 /* check or verify failed after an operation: a defect of the library or engine */

/* Plays text[0..length): parses all of it first. Returns one of the above. */
int player_run(const char *text, size_t length, const struct player_options *options,
               const struct player_ops *ops, void *ctx);

/* Only parses text[0..length), all of it: PLAYER_PASSED, and *out is what its header asks for
 * (without a tap); or PLAYER_MALFORMED, after a message through ops->err. Calls nothing else. */
int player_scan(const char *text, size_t length, const struct player_options *options,
                const struct player_ops *ops, void *ctx, struct player_request *out);

/* The word of a target ("armv8r32-el2"), and back: false if there is none. */
const char *player_target_name(enum player_target target);
bool player_target_parse(const char *word, size_t length, enum player_target *out);

#endif
