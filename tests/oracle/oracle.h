/* SPDX-License-Identifier: MIT */
/*
 * A flat model of the map, written from the agreement on its behaviour and from nothing else. It
 * knows no regions, slots or registers: the address space is cut into cells (mostly single
 * granules, with wide ones between the clusters under test), and each cell has a count, attributes
 * and two flags. Under `whole` a list of creations stands beside. Every operation is answered by
 * walking all cells.
 *
 * Where the agreement leaves the implementer a choice (merges put off and refusals for the sake of
 * live ranges), the answer is a set of results, and the model follows whichever the map gave.
 */
#ifndef TESTS_ORACLE_H
#define TESTS_ORACLE_H

#include "mpumap.h"

#define ORACLE_CELLS 96u
#define ORACLE_RECORDS 256u
#define ORACLE_NONE 0xffffu

enum oracle_kind {
    ORACLE_MAP,
    ORACLE_UNMAP,
    ORACLE_UNMAP_AT,
    ORACLE_PROTECT,
    ORACLE_LOCK,
    ORACLE_LIVE,
    ORACLE_UNLIVE,
    ORACLE_RESERVE,
    ORACLE_BEGIN,
    ORACLE_COMMIT,
    ORACLE_ABORT,
    ORACLE_FIND
};

struct oracle_op {
    mpumap_addr_t base; /* UNMAP_AT: the address */
    mpumap_addr_t limit;
    mpumap_attr_t attr;
    uint16_t slot; /* RESERVE */
    uint8_t kind;  /* enum oracle_kind */
};

struct oracle_cell {
    mpumap_addr_t base;
    mpumap_addr_t limit;
};

/* What the map under test was made with. */
struct oracle_rules {
    enum mpumap_policy policy;
    mpumap_addr_t granule; /* bytes */
    mpumap_addr_t top;     /* last address */
    mpumap_attr_t lower;   /* the one suffix that exists: MPUMAP_EL1 or MPUMAP_EL0 */
    bool allow_rwx;
    uint32_t refs_max;
    uint16_t slots;
    uint16_t bitmap; /* slots that the enable bitmap covers */
    uint16_t span_capacity;
    uint16_t pending_capacity; /* 0: no transactions */
    uint16_t lock_capacity;
    uint16_t live_capacity;
    uint16_t cells;
    struct oracle_cell cell[ORACLE_CELLS];
};

/* whole: what one map created. */
struct oracle_record {
    uint16_t first; /* cells */
    uint16_t last;
    uint16_t attr;
    bool used;
    uint32_t refs;
};

struct oracle_state {
    uint32_t refs[ORACLE_CELLS];
    mpumap_attr_t attr[ORACLE_CELLS];
    bool locked[ORACLE_CELLS];
    bool live[ORACLE_CELLS];
    struct oracle_record record[ORACLE_RECORDS]; /* whole only */
    uint16_t records;                            /* used or not: those below are worth a look */
    uint32_t reserved[8];
};

/* A region or a span of the model. */
struct oracle_run {
    mpumap_addr_t base;
    mpumap_addr_t limit;
    uint32_t refs;
    mpumap_attr_t attr;
    uint16_t first; /* cells */
    uint16_t last;
    uint16_t record; /* whole */
};

/* What the model may know of the map under test: which slots are taken, and how many regions there
 * are beyond the maximal runs (merges put off, adopted neighbours). */
struct oracle_view {
    uint32_t occupied[8];
    uint16_t used;
    bool adopted; /* boot regions were adopted: neighbours may stand apart */
};

struct oracle {
    struct oracle_rules rules;
    struct oracle_state now;     /* committed */
    struct oracle_state pending; /* in a transaction */
    struct oracle_state next;    /* what the last question would make */
    struct oracle_view view;
    bool in_tx;
    bool stray; /* a begin inside begin was refused: whether that poisons is left open */
    enum mpumap_result poison;
};

struct oracle_answer {
    uint32_t accept;             /* bit n: enum mpumap_result n is right */
    enum mpumap_result expected; /* the plain one of them */
    bool sure;                   /* no gap and no put-off merge may be blamed on lack of means */
    bool why;                    /* the rest is fixed */
    mpumap_addr_t why_base;
    mpumap_addr_t why_limit;
    mpumap_attr_t present;
    mpumap_attr_t wanted;
    enum mpumap_attribute attribute;
};

void oracle_init(struct oracle *o, const struct oracle_rules *rules);

/* The right answer to an operation (not FIND); the state it would make is in o->next. */
void oracle_ask(struct oracle *o, const struct oracle_op *op, struct oracle_answer *out);

/* Follows the answer that the map gave. */
void oracle_settle(struct oracle *o, const struct oracle_op *op, enum mpumap_result actual);

/* The right answer of find, against the pending state in a transaction. */
enum mpumap_found oracle_find(const struct oracle *o, mpumap_addr_t base, mpumap_addr_t limit,
                              struct oracle_run *hit, enum mpumap_result *error);

/* Regions (maximal runs, or creations in address order) and spans, of a state. Return how many. */
uint16_t oracle_regions(const struct oracle *o, const struct oracle_state *s,
                        struct oracle_run out[ORACLE_CELLS]);
uint16_t oracle_spans(const struct oracle *o, const struct oracle_state *s,
                      struct oracle_run out[ORACLE_CELLS]);

/* The state that operations answer against. */
const struct oracle_state *oracle_seen(const struct oracle *o);

/* Is an access allowed? kind is 'r', 'w' or 'x'; lower: from the level below the owner's. */
bool oracle_access(const struct oracle *o, char kind, bool lower, mpumap_addr_t addr);

/* The cell that holds addr, or ORACLE_NONE. */
uint16_t oracle_cell_at(const struct oracle *o, mpumap_addr_t addr);

/* Is every byte that is live or locked in both states, and whose access is equal in both, held by
 * a region that is in both? Then nothing had to be risked. */
bool oracle_has_live(const struct oracle *o, const struct oracle_state *s);

/* Attributes as the agreement has them, written apart from the library's. */
mpumap_attr_t oracle_canonical(mpumap_attr_t attr);
bool oracle_attr_ok(const struct oracle_rules *rules, mpumap_attr_t attr);

/* "rw normal inner" in the words of a trace. */
const char *oracle_attr_words(mpumap_attr_t attr);

#endif
