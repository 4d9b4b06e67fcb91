/* SPDX-License-Identifier: MIT */
/*
 * A map on a simulated MPU beside the flat model. rig_step performs one operation on both and then
 * compares everything that can be seen: the result and its reason, regions, spans, the registers
 * bit by bit (decoded here, apart from the codecs), accesses at the edges, counters of writes and
 * barriers. After an error nothing may differ from before.
 */
#ifndef TESTS_RIG_H
#define TESTS_RIG_H

#include "oracle.h"
#include "port/sim/sim.h"

#include <stdio.h>

#define RIG_SPANS 256u
#define RIG_RANGES 32u
#define RIG_LOG 1024u

/* What a rig is made of. */
struct rig_shape {
    const char *name;
    enum mpumap_sim_target target;
    enum mpumap_policy policy;
    uint16_t slots;
    uint16_t span_capacity;    /* at most RIG_SPANS */
    uint16_t pending_capacity; /* at most RIG_SPANS */
    uint8_t lock_capacity;     /* with live_capacity at most RIG_RANGES / 2 */
    uint8_t live_capacity;
    bool allow_rwx;
    uint16_t refs_max; /* 0: all that the type holds */
};

struct rig_entry {
    struct oracle_op op;
    const char *expected;
    uint32_t salt; /* rig.salt before the step */
};

struct rig {
    struct rig_shape shape;
    struct oracle oracle;
    struct mpumap map;
    struct mpumap_sim sim;
    struct mpumap_sim_change change;
    struct mpumap_port tap;
    /* what the tap saw of the operation under way */
    uint32_t writes;
    uint32_t barriers;
    uint32_t depth; /* enter without leave */
    uint64_t gap;   /* as the simulator saw it */
    bool apart;     /* before the operation: touching regions with equal attributes */
    bool watched;   /* steps are expected: the simulator knows both maps */
    const char *tap_error;
    struct mpumap_pair before[MPUMAP_MAX_REGIONS];
    struct mpumap_region was[MPUMAP_MAX_REGIONS];
    uint16_t was_count;
    /* storage */
    struct mpumap_entry table[MPUMAP_MAX_REGIONS];
    struct mpumap_pair scratch[MPUMAP_MAX_REGIONS];
    struct mpumap_span spans[RIG_SPANS];
    struct mpumap_span pending[RIG_SPANS];
    struct mpumap_range ranges[RIG_RANGES];
    /* for the report */
    uint32_t salt; /* chooses the probes; steps may repeat with another */
    uint16_t log_count;
    char message[400];
    struct rig_entry log[RIG_LOG];
};

/* Cells of a rig's address space: `low` granules from 0, `middle` from an address in the middle,
 * `high` up to the last address, and what lies between. */
void rig_rules(const struct rig_shape *shape, uint16_t low, uint16_t middle, uint16_t high,
               struct oracle_rules *out);

/* The first address of the middle cells. */
mpumap_addr_t rig_middle(const struct rig_shape *shape);

/* Makes an empty map over an MPU whose registers hold junk that follows from the seed. False: see
 * r->message. */
bool rig_start(struct rig *r, const struct rig_shape *shape, const struct oracle_rules *rules,
               uint64_t seed);

/* What boot code enabled before the map was made: called after rig_start, before any step; then
 * rig_adopt takes it over from the registers. Cells first to last; false: no such region fits. */
bool rig_boot(struct rig *r, uint8_t slot, uint16_t first, uint16_t last, mpumap_attr_t attr);
bool rig_adopt(struct rig *r);

/* One operation on both. False: they differ, see r->message. */
bool rig_step(struct rig *r, const struct oracle_op *op);

/* The operations so far in the language of traces, with what was expected. */
void rig_print(const struct rig *r, FILE *out);

/* Saves and restores all that an operation may change, but not the log. */
struct rig_state {
    struct oracle_state now;
    struct oracle_state pending;
    struct oracle_view view;
    bool in_tx;
    bool stray;
    enum mpumap_result poison;
    struct mpumap map;
    struct mpumap_sim sim;
    struct mpumap_entry table[MPUMAP_MAX_REGIONS];
    struct mpumap_span spans[RIG_SPANS];
    struct mpumap_span pending_spans[RIG_SPANS];
    struct mpumap_range ranges[RIG_RANGES];
};
void rig_save(const struct rig *r, struct rig_state *out);
void rig_load(struct rig *r, const struct rig_state *in);

/* A hash of all that decides how the map will answer. */
uint64_t rig_hash(const struct rig *r);

#endif
