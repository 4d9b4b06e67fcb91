/* SPDX-License-Identifier: MIT */
/* What the files of the player share. */
#ifndef MPUMAP_PLAYER_PLAY_H
#define MPUMAP_PLAYER_PLAY_H

#include "parser.h"
#include "player.h"
#include "text.h"

/* Register writes and barriers kept of one operation; more are counted only. An ordered change of
 * 255 regions through the selector takes at most ten for each. */
#ifndef PLAYER_STEPS
#define PLAYER_STEPS 2560u
#endif

/* The answer to one line of a trace. */
struct answer {
    const char *word;          /* "ok", an error's name, "found", "allow", ... */
    enum mpumap_result result; /* the refusal, or MPUMAP_OK */
    bool denied;               /* access */
    bool has_region;           /* find: a region was hit, in `slot` */
    bool has_cost;
    struct mpumap_cost cost;
    uint64_t base; /* refused: the range that stands in the way, or the one asked for */
    uint64_t limit;
    uint8_t slot; /* hardware slot, or MPUMAP_NO_SLOT */
    enum mpumap_attribute attribute;
    mpumap_attr_t present;
    mpumap_attr_t wanted;
};

/* Stands between the map and the engine's port, and remembers what passes. */
struct tap {
    const struct mpumap_port *real;
    void *real_ctx;
    struct mpumap_port port;
    struct mpumap_limits limits;
    bool recording;
    uint32_t count;   /* steps in `steps` */
    uint32_t omitted; /* steps that did not fit */
    struct mpumap_step steps[PLAYER_STEPS];
    /* Registers as they were before `steps`; kept by the printer. */
    struct mpumap_pair shadow[MPUMAP_MAX_REGIONS];
};

struct totals {
    uint32_t operations;
    uint32_t held;
    uint32_t failed;
    uint64_t writes;
    uint64_t barriers;
    uint64_t gap;
};

struct player {
    const struct player_options *options;
    const struct player_ops *ops;
    void *ctx;
    struct trace_parser parser;
    struct player_request request;
    struct player_engine engine;
    struct text out;
    struct text err;
    struct totals totals;
    /* What the first refusal inside the open transaction was about. */
    bool poisoned;
    uint64_t poison_base;
    uint64_t poison_limit;
    /* The answer that `expect` judges; how many of its expectations the text form has shown. */
    const char *last;
    bool shown;
    struct tap tap;
};

/* play.c */
uint32_t player_address_bits(enum player_target target);
/* A region of the player's own, in whole or in part. */
bool player_owns(const struct player *p, uint64_t base, uint64_t limit, struct mpumap_range *own);
/* Regions (or, with spans, runs of equal count) of the trace, in address order. */
bool player_next(const struct player *p, bool spans, uint16_t *cursor, struct mpumap_region *out);

/* steps.c */
void tap_start(struct tap *tap, const struct mpumap_port *real, void *real_ctx, bool recording);
void tap_sync(struct player *p);
void steps_text(struct player *p);
void steps_json(struct player *p);

/* print.c */
void print_complaint(struct player *p, const struct trace_complaint *c);
void print_problem(struct player *p, uint32_t line, const char *what);
void print_no_engine(struct player *p);
void print_shortage(struct player *p, uint16_t free);
void print_intro(struct player *p);
void print_blank(struct player *p, const struct trace_line *line);
void print_answer(struct player *p, const struct trace_line *line, const struct answer *a,
                  bool expected);
void print_expect(struct player *p, const struct trace_line *line, bool held);
void print_summary(struct player *p);

/* json.c */
void json_answer(struct player *p, const struct trace_line *line, const struct answer *a);
void json_expect(struct player *p, const struct trace_line *line, bool held);

#endif
