/* SPDX-License-Identifier: MIT */
/*
 * The cheapest way from one set of regions to another, found by search. Written from the rules of
 * a live change alone; shares nothing with the planner.
 *
 * The machine. SLOTS pairs of registers and perhaps an enable bitmap. Time is a sequence of phases;
 * writes inside a phase become visible in any order (writes to one register in program order), a
 * barrier ends the phase. What a free slot holds at the start is unknown, so it may not be enabled
 * before both registers have been written and a barrier has passed. A region that is enabled with
 * its base above its limit is forbidden, too: no use is made of it matching nothing.
 *
 * Registers hold one of 2 permissions (base register) and one of 2 types (limit register), and the
 * edges of granules. The bound of the search is these values: it uses no permission, type or edge
 * that neither map has.
 *
 * Why no sequence is left out:
 * - More than one write to a register in a phase is never better than the last of them alone: the
 *   states that may be seen without the others are a subset of those with them. So a phase is known
 *   by the registers' contents at its ends.
 * - In a phase with a write of the bitmap, a limit write of the same phase must agree with the
 *   bitmap about the enable bit (they are two names of one bit), so an enable bit that changes
 *   there changes by the bitmap.
 * - What is written to a disabled slot is invisible. It is needed at the latest one phase before
 *   the slot is enabled, and may be written in any phase that finds the slot disabled. The search
 *   therefore decides it when the slot is enabled: free of any further barrier if one whole phase
 *   has passed in which the slot was disabled.
 * - Loss alone (which bytes must be lost, whatever the barriers) needs no phases: a phase of
 * several writes can be played as several phases of one write, and shows then a subset of its
 * states. So it is a search over sets of enabled regions, one visible write at a time.
 */
#ifndef TESTS_LIVE_SEARCH_H
#define TESTS_LIVE_SEARCH_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define GRANULES_MAX 5u
#ifndef SLOTS
#define SLOTS 4u
#endif
#define VALUES 4u /* permission * 2 + type */
#define LOST_SETS 32u
#define PHASES_MAX 6u
#define NO_WAY 0xffu
#define NODES_MAX 6000u
#define NODE_WORDS ((NODES_MAX + 63u) / 64u)
#define SYMBOLS_MAX 4u /* unmapped, and up to three attributes */

/* Rights of a permission. */
#define RIGHT_R 1u
#define RIGHT_W 2u
#define RIGHT_X 4u

struct scope {
    unsigned granules;
    unsigned symbols;          /* with 0, unmapped */
    uint8_t perm[SYMBOLS_MAX]; /* index, 0 or 1 */
    uint8_t type[SYMBOLS_MAX]; /* index, 0 or 1 */
    uint8_t rights[2];         /* of a permission */
    bool device[2];            /* of a type */
};

struct reg_pair {
    uint8_t b; /* granule * 2 + permission */
    uint8_t l; /* granule * 2 + type */
};

/* A set of enabled regions in address order. */
struct node {
    uint64_t set; /* of region numbers */
    uint8_t count;
    struct reg_pair region[SLOTS];
    uint8_t value[GRANULES_MAX]; /* VALUES: nothing */
};

static struct scope scope;
static struct node nodes[NODES_MAX];
static unsigned node_count;
static unsigned node_words;
static uint64_t (*adjacent[2])[NODE_WORDS]; /* without and with a bitmap */
static uint64_t by_value[GRANULES_MAX][VALUES + 1u][NODE_WORDS];

static unsigned popcount(uint64_t x)
{
    unsigned n = 0;

    for (; x != 0; x &= x - 1u) {
        n++;
    }
    return n;
}

/* ---- sets of enabled regions ---- */

static uint64_t region_number(struct reg_pair r)
{
    const unsigned b = r.b / 2u;
    const unsigned l = r.l / 2u;
    const unsigned v = (r.b & 1u) * 2u + (r.l & 1u);

    return (uint64_t)1 << ((l * (l + 1u) / 2u + b) * VALUES + v);
}

static bool value_in_scope(unsigned v)
{
    bool perm = false;
    bool type = false;

    for (unsigned s = 1; s < scope.symbols; s++) {
        perm = perm || scope.perm[s] == v / 2u;
        type = type || scope.type[s] == v % 2u;
    }
    return perm && type;
}

static void add_nodes(struct node *n, unsigned from)
{
    if (node_count == NODES_MAX) {
        abort();
    }
    nodes[node_count++] = *n;
    if (n->count == SLOTS) {
        return;
    }
    for (unsigned b = from; b < scope.granules; b++) {
        for (unsigned l = b; l < scope.granules; l++) {
            for (unsigned v = 0; v < VALUES; v++) {
                struct node next = *n;

                if (!value_in_scope(v)) {
                    continue;
                }
                next.region[next.count].b = (uint8_t)(b * 2u + v / 2u);
                next.region[next.count].l = (uint8_t)(l * 2u + v % 2u);
                next.set |= region_number(next.region[next.count]);
                next.count++;
                for (unsigned g = b; g <= l; g++) {
                    next.value[g] = (uint8_t)v;
                }
                add_nodes(&next, l + 1u);
            }
        }
    }
}

/* The one region of a that is not in b. */
static struct reg_pair odd_one(const struct node *a, const struct node *b)
{
    unsigned i = 0;

    while ((region_number(a->region[i]) & b->set) != 0) {
        i++;
    }
    return a->region[i];
}

/* One visible write of a base or limit register. */
static bool one_write(const struct node *a, const struct node *b)
{
    const unsigned gone = popcount(a->set & ~b->set);
    const unsigned come = popcount(b->set & ~a->set);

    if (gone + come == 1u) {
        return true;
    }
    if (gone == 1u && come == 1u) {
        const struct reg_pair x = odd_one(a, b);
        const struct reg_pair y = odd_one(b, a);

        return x.b == y.b || x.l == y.l;
    }
    return false;
}

/* One write of the bitmap: any number goes, and what comes has been preloaded in free slots. */
static bool one_exchange(const struct node *a, const struct node *b)
{
    return a != b && popcount(b->set & ~a->set) + a->count <= SLOTS;
}

static void set_bit(uint64_t *bits, unsigned i)
{
    bits[i / 64u] |= (uint64_t)1 << (i % 64u);
}

static bool get_bit(const uint64_t *bits, unsigned i)
{
    return ((bits[i / 64u] >> (i % 64u)) & 1u) != 0;
}

static void link_nodes(void)
{
    for (unsigned m = 0; m < 2; m++) {
        free(adjacent[m]);
        adjacent[m] = calloc(node_count, sizeof adjacent[m][0]);
        if (adjacent[m] == NULL) {
            abort();
        }
    }
    for (unsigned i = 0; i < node_count; i++) {
        for (unsigned j = 0; j < node_count; j++) {
            const bool one = one_write(&nodes[i], &nodes[j]);

            if (one) {
                set_bit(adjacent[0][i], j);
            }
            if (one || one_exchange(&nodes[i], &nodes[j])) {
                set_bit(adjacent[1][i], j);
            }
        }
    }
}

static void make_nodes(const struct scope *s)
{
    struct node empty;

    scope = *s;
    memset(&empty, 0, sizeof empty);
    memset(empty.value, (int)VALUES, sizeof empty.value);
    memset(by_value, 0, sizeof by_value);
    node_count = 0;
    add_nodes(&empty, 0);
    node_words = (node_count + 63u) / 64u;
    for (unsigned i = 0; i < node_count; i++) {
        for (unsigned g = 0; g < scope.granules; g++) {
            set_bit(by_value[g][nodes[i].value[g]], i);
        }
    }
    link_nodes();
}

/* ---- a pair of maps ---- */

struct problem {
    uint8_t was[GRANULES_MAX]; /* symbols */
    uint8_t is[GRANULES_MAX];
    bool bitmap;
    unsigned alike;             /* granules that both maps allow alike */
    unsigned ok[VALUES];        /* granules at which a value breaks no rule */
    unsigned same[VALUES];      /* granules that both maps give this value */
    unsigned start;             /* node */
    unsigned known;             /* sets of lost granules whose reach is known */
    struct reg_pair valid[100]; /* the pairs of registers that may be enabled */
    unsigned valids;
    uint8_t cover[10][10]; /* granules of an enabled pair of registers; 0: forbidden */
    uint8_t sure[10][10];  /* those of them that both maps allow alike, with this value */
    uint64_t reach[LOST_SETS][NODE_WORDS];
};

static unsigned symbol_value(unsigned s)
{
    return scope.perm[s] * 2u + scope.type[s];
}

/* R2, and that no byte has a memory type that neither map gives it. */
static bool harmless(unsigned was, unsigned is, unsigned v)
{
    unsigned rights = 0;
    bool type = false;
    const unsigned s[2] = {was, is};

    for (unsigned i = 0; i < 2; i++) {
        if (s[i] != 0) {
            rights |= scope.rights[scope.perm[s[i]]];
            type = type || scope.type[s[i]] == v % 2u;
        }
    }
    return type && (scope.rights[v / 2u] & ~rights) == 0 &&
           !((scope.rights[v / 2u] & RIGHT_X) != 0 && scope.device[v % 2u]);
}

static void fill_tables(struct problem *p)
{
    for (unsigned b = 0; b < 10; b++) {
        for (unsigned l = 0; l < 10; l++) {
            const unsigned v = (b & 1u) * 2u + (l & 1u);
            unsigned cover = 0;

            for (unsigned g = b / 2u; g <= l / 2u; g++) {
                cover |= 1u << g;
            }
            p->cover[b][l] = (uint8_t)(((cover & ~p->ok[v]) == 0) ? cover : 0u);
            p->sure[b][l] = (uint8_t)(p->cover[b][l] & p->same[v]);
            if (p->cover[b][l] != 0) {
                p->valid[p->valids++] = (struct reg_pair){(uint8_t)b, (uint8_t)l};
            }
        }
    }
}

static void set_problem(struct problem *p, const uint8_t *was, const uint8_t *is, bool bitmap,
                        unsigned start)
{
    memset(p, 0, offsetof(struct problem, reach));
    p->bitmap = bitmap;
    p->start = start;
    for (unsigned g = 0; g < scope.granules; g++) {
        p->was[g] = was[g];
        p->is[g] = is[g];
        for (unsigned v = 0; v < VALUES; v++) {
            p->ok[v] |= (harmless(was[g], is[g], v) ? 1u : 0u) << g;
        }
        if (was[g] == is[g] && was[g] != 0) {
            p->alike |= 1u << g;
            p->same[symbol_value(was[g])] |= 1u << g;
        }
    }
    fill_tables(p);
}

/* ---- loss: what can be reached when only the granules of `lost` may be lost ---- */

static void allowed_nodes(const struct problem *p, unsigned lost, uint64_t *out)
{
    memset(out, 0xff, node_words * sizeof out[0]);
    for (unsigned g = 0; g < scope.granules; g++) {
        const bool keep = ((p->alike & ~lost) >> g & 1u) != 0;
        uint64_t any[NODE_WORDS];

        memset(any, 0, node_words * sizeof any[0]);
        for (unsigned v = 0; v <= VALUES; v++) {
            const bool is_same = v < VALUES && (p->same[v] >> g & 1u) != 0;
            const bool is_ok = v == VALUES || (p->ok[v] >> g & 1u) != 0;

            if (keep ? is_same : is_ok) {
                for (unsigned w = 0; w < node_words; w++) {
                    any[w] |= by_value[g][v][w];
                }
            }
        }
        for (unsigned w = 0; w < node_words; w++) {
            out[w] &= any[w];
        }
    }
}

static const uint64_t *reach(struct problem *p, unsigned lost)
{
    static uint16_t queue[NODES_MAX];
    uint64_t todo[NODE_WORDS];
    uint64_t *seen = p->reach[lost];
    unsigned head = 0;
    unsigned tail = 0;

    if ((p->known >> lost & 1u) != 0) {
        return seen;
    }
    p->known |= 1u << lost;
    allowed_nodes(p, lost, todo);
    memset(seen, 0, sizeof p->reach[lost]);
    set_bit(seen, p->start);
    todo[p->start / 64u] &= ~((uint64_t)1 << (p->start % 64u));
    queue[tail++] = (uint16_t)p->start;
    while (head < tail) {
        const uint64_t *next = adjacent[p->bitmap ? 1 : 0][queue[head++]];

        for (unsigned w = 0; w < node_words; w++) {
            for (uint64_t x = next[w] & todo[w]; x != 0; x &= x - 1u) {
                const unsigned j = w * 64u + popcount((x & (~x + 1u)) - 1u);

                set_bit(seen, j);
                queue[tail++] = (uint16_t)j;
            }
            todo[w] &= ~next[w];
        }
    }
    return seen;
}

/* ---- barriers and writes: what each slot may do, phase by phase ---- */

#define UNKNOWN 15u /* contents of a register */
#define WILD 14u    /* chosen when the slot was disabled, by the same write */

/* What a slot goes through. seen: for each phase and version of the bitmap, 5 bits of granules that
 * it may show and 5 bits of granules that it does not hold throughout. */
struct line {
    uint64_t seen[2];
    uint8_t b;
    uint8_t l;
    bool on;
    bool ready; /* off for a whole phase: anything may have been written meanwhile */
    uint8_t writes;
    uint8_t role; /* region of the target that it ends as, or SLOTS */
    struct {
        uint8_t b;
        uint8_t l;
        bool on;
    } trail[PHASES_MAX + 1u];
};

#define LINES_MAX 60000u
#define STATES 2048u

struct lines {
    unsigned count;
    struct line v[LINES_MAX];
    uint16_t next[LINES_MAX];
    uint16_t head[STATES];
    bool dead[LINES_MAX];
};

static unsigned line_state(const struct line *x)
{
    return (x->on ? 1024u : 0u) | (x->ready ? 512u : 0u) | (unsigned)x->b << 4u | x->l;
}

static bool no_worse(const struct line *a, const struct line *b)
{
    return (a->seen[0] & ~b->seen[0]) == 0 && (a->seen[1] & ~b->seen[1]) == 0 &&
           a->writes <= b->writes;
}

static void clear_lines(struct lines *s)
{
    s->count = 0;
    memset(s->head, 0xff, sizeof s->head);
}

static void add_line(struct lines *s, const struct line *x, unsigned key)
{
    for (uint16_t i = s->head[key]; i != 0xffffu; i = s->next[i]) {
        if (!s->dead[i] && no_worse(&s->v[i], x)) {
            return;
        }
    }
    for (uint16_t i = s->head[key]; i != 0xffffu; i = s->next[i]) {
        s->dead[i] = s->dead[i] || no_worse(x, &s->v[i]);
    }
    if (s->count == LINES_MAX) {
        abort();
    }
    s->v[s->count] = *x;
    s->dead[s->count] = false;
    s->next[s->count] = s->head[key];
    s->head[key] = (uint16_t)s->count;
    s->count++;
}

/* The states that a slot may show in one version of a phase. */
struct shown {
    unsigned touch;
    unsigned sure;
    bool bad;
};

static void show(struct shown *s, const struct problem *p, unsigned b, unsigned l)
{
    if (b >= 10u || l >= 10u || p->cover[b][l] == 0) {
        s->bad = true;
        return;
    }
    s->touch |= p->cover[b][l];
    s->sure &= p->sure[b][l];
}

/* Every combination of old and new contents, enabled. */
static void show_all(struct shown *s, const struct problem *p, struct reg_pair x, struct reg_pair y)
{
    show(s, p, x.b, x.l);
    if (x.b != y.b) {
        show(s, p, y.b, x.l);
    }
    if (x.l != y.l) {
        show(s, p, x.b, y.l);
    }
    if (x.b != y.b && x.l != y.l) {
        show(s, p, y.b, y.l);
    }
}

static const struct shown nothing = {0, 0, false};
static const struct shown everything = {0, 31u, false};

static void note(struct line *x, unsigned phase, unsigned version, const struct shown *s)
{
    const uint64_t bits = s->touch | (uint64_t)(~s->sure & 31u) << 5u;

    x->seen[phase / 3u] |= bits << (20u * (phase % 3u) + 10u * version);
}

struct turn {
    const struct problem *p;
    unsigned phase;
    bool exchange; /* the phase has a write of the bitmap */
    unsigned cap;  /* writes that one slot may have; FREE: writes are not counted */
    struct lines *out;
    /* Pairs of registers that may be enabled at the end of the phase: in the last one, only those
     * of the target. */
    const struct reg_pair *ends;
    unsigned end_count;
    bool last;
};

#define FREE 0xffu

static void emit(const struct turn *t, struct line to, const struct shown *first,
                 const struct shown *second)
{
    if (t->cap == FREE) {
        to.writes = 0;
    }
    if (first->bad || second->bad || to.writes > t->cap) {
        return;
    }
    note(&to, t->phase, 0, first);
    if (t->exchange) {
        note(&to, t->phase, 1, second);
    }
    to.trail[t->phase + 1u].b = to.b;
    to.trail[t->phase + 1u].l = to.l;
    to.trail[t->phase + 1u].on = to.on;
    add_line(t->out, &to, line_state(&to));
}

static void stay_on(const struct turn *t, const struct line *x)
{
    for (unsigned i = 0; i < t->end_count; i++) {
        const struct reg_pair to = t->ends[i];
        struct line y = *x;
        struct shown s = everything;

        show_all(&s, t->p, (struct reg_pair){x->b, x->l}, to);
        y.b = to.b;
        y.l = to.l;
        y.writes = (uint8_t)(y.writes + (to.b != x->b) + (to.l != x->l));
        emit(t, y, &s, &s);
    }
}

/* By the limit register, or by the bitmap; the base may be written beside. */
static void turn_off(const struct turn *t, const struct line *x)
{
    for (unsigned b = 0; b < 10; b++) {
        struct line y = *x;
        struct shown s = everything;

        if (b != x->b && (t->last || t->p->cover[b][x->l] == 0)) {
            continue;
        }
        show_all(&s, t->p, (struct reg_pair){x->b, x->l}, (struct reg_pair){(uint8_t)b, x->l});
        y.b = (uint8_t)b;
        y.on = false;
        y.ready = false;
        y.writes = (uint8_t)(y.writes + (b != x->b));
        if (t->exchange) {
            emit(t, y, &s, &nothing);
        }
        s.sure = 0;
        y.l = WILD;
        y.writes++;
        emit(t, y, &s, &nothing);
    }
}

static void stay_off(const struct turn *t, const struct line *x)
{
    struct line y = *x;

    y.ready = true;
    emit(t, y, &nothing, &nothing);
}

static void turn_on(const struct turn *t, const struct line *x, struct reg_pair to)
{
    struct line y = *x;
    const bool base = x->b != to.b;
    const bool limit = t->exchange ? (x->l != to.l && x->l != WILD) : true;
    const bool old_limit = t->exchange && limit && !x->ready;
    struct reg_pair from = to;
    struct shown s = everything;
    struct shown before = nothing;

    if (!x->ready && (x->b == UNKNOWN || (t->exchange && x->l == UNKNOWN))) {
        return;
    }
    if (base && !x->ready) {
        from.b = x->b;
    }
    if (old_limit) {
        from.l = x->l;
    }
    show_all(&s, t->p, from, to);
    y.b = to.b;
    y.l = to.l;
    y.on = true;
    y.ready = false;
    y.writes = (uint8_t)(y.writes + base + limit);
    if (t->exchange) {
        before.touch = old_limit ? s.touch : 0u;
        emit(t, y, &before, &s);
    } else {
        s.sure = 0;
        emit(t, y, &s, &nothing);
    }
}

static void advance(const struct turn *t, const struct line *x)
{
    if (x->on) {
        stay_on(t, x);
        turn_off(t, x);
        return;
    }
    stay_off(t, x);
    for (unsigned i = 0; i < t->end_count; i++) {
        turn_on(t, x, t->ends[i]);
    }
}

static unsigned role_of(const struct line *x, const struct node *target)
{
    unsigned r = 0;

    while (x->on && r < target->count &&
           (target->region[r].b != x->b || target->region[r].l != x->l)) {
        r++;
    }
    return x->on ? r : SLOTS;
}

/* All that a slot can do in `phases` phases and end as part of the target. */
static void slot_lines(const struct problem *p, const struct node *target, const struct line *start,
                       unsigned phases, unsigned exchanges, unsigned cap, struct lines *out)
{
    static struct lines work[2];
    struct lines *now = &work[0];
    struct lines *next = &work[1];

    clear_lines(now);
    add_line(now, start, line_state(start));
    for (unsigned k = 0; k < phases; k++) {
        const bool last = k + 1u == phases;
        const struct turn t = {p,
                               k,
                               (exchanges >> k & 1u) != 0,
                               cap,
                               next,
                               last ? target->region : p->valid,
                               last ? target->count : p->valids,
                               last};
        struct lines *swap = now;

        clear_lines(next);
        for (unsigned i = 0; i < now->count; i++) {
            if (!now->dead[i]) {
                advance(&t, &now->v[i]);
            }
        }
        now = next;
        next = swap;
    }
    clear_lines(out);
    for (unsigned i = 0; i < now->count; i++) {
        struct line x = now->v[i];
        const unsigned role = role_of(&x, target);

        if (!now->dead[i] && (!x.on || role < target->count)) {
            x.role = (uint8_t)role;
            add_line(out, &x, role);
        }
    }
}

/* ---- all slots together ---- */

struct choice {
    uint8_t writes[LOST_SETS]; /* the fewest for each set of lost granules; NO_WAY */
};

/* The lines of a slot, sorted by role, as the innermost loop wants them. */
struct option {
    uint64_t touch[2];
    uint64_t loose[2];
    uint8_t writes;
    uint16_t line;
};

struct options {
    struct option v[LINES_MAX];
    unsigned from[SLOTS + 2u]; /* of each role */
};

struct combine {
    const struct problem *p;
    const struct node *target;
    const struct lines *lines[SLOTS];
    const struct options *options[SLOTS];
    const struct line *pick[SLOTS];
    struct choice *out;
    /* for the report: print the first way that is this good */
    int wanted_lost;
    unsigned wanted_writes;
    struct line found[SLOTS];
    bool is_found;
    unsigned phases;
    unsigned exchanges;
    unsigned cap; /* writes in all */
};

/* Fields of struct line.seen: granules shown, and granules not held. */
#define FIELD_TOUCH 0x07c1f07c1f07c1fu
#define FIELD_LOOSE 0xf83e0f83e0f83e0u

static void sort_lines(const struct lines *in, struct options *out)
{
    unsigned n = 0;

    for (unsigned role = 0; role <= SLOTS; role++) {
        out->from[role] = n;
        for (unsigned i = 0; i < in->count; i++) {
            const struct line *x = &in->v[i];

            if (in->dead[i] || x->role != role) {
                continue;
            }
            for (unsigned w = 0; w < 2; w++) {
                out->v[n].touch[w] = x->seen[w] & FIELD_TOUCH;
                out->v[n].loose[w] = x->seen[w] & FIELD_LOOSE;
            }
            out->v[n].writes = x->writes;
            out->v[n].line = (uint16_t)i;
            n++;
        }
    }
    out->from[SLOTS + 1u] = n;
}

static unsigned lost_of(const uint64_t loose[2])
{
    unsigned lost = 0;

    for (unsigned w = 0; w < 2; w++) {
        for (uint64_t x = loose[w] >> 5u; x != 0; x >>= 10u) {
            lost |= (unsigned)(x & 31u);
        }
    }
    return lost;
}

static void complete(struct combine *c, const uint64_t loose[2], unsigned writes)
{
    const unsigned lost = lost_of(loose) & c->p->alike;

    if (writes < c->out->writes[lost]) {
        c->out->writes[lost] = (uint8_t)writes;
    }
    if (!c->is_found && c->wanted_lost == (int)lost && writes == c->wanted_writes) {
        c->is_found = true;
        for (unsigned i = 0; i < SLOTS; i++) {
            c->found[i] = *c->pick[i];
        }
    }
}

static void combine(struct combine *c, unsigned slot, unsigned roles, const uint64_t touch[2],
                    const uint64_t loose[2], unsigned writes);

/* The slot takes a role, or none. */
static void combine_role(struct combine *c, unsigned slot, unsigned role, unsigned rest,
                         const uint64_t touch[2], const uint64_t loose[2], unsigned writes)
{
    const struct options *options = c->options[slot];
    const unsigned end = options->from[role + 1u];

    for (unsigned i = options->from[role]; i < end; i++) {
        const struct option *x = &options->v[i];
        const uint64_t both[2] = {touch[0] | x->touch[0], touch[1] | x->touch[1]};
        const uint64_t held[2] = {loose[0] & x->loose[0], loose[1] & x->loose[1]};

        if ((touch[0] & x->touch[0]) == 0 && (touch[1] & x->touch[1]) == 0 &&
            writes + x->writes <= c->cap) {
            c->pick[slot] = &c->lines[slot]->v[x->line];
            combine(c, slot + 1u, rest, both, held, writes + x->writes);
        }
    }
}

static void combine(struct combine *c, unsigned slot, unsigned roles, const uint64_t touch[2],
                    const uint64_t loose[2], unsigned writes)
{
    if (slot == SLOTS) {
        complete(c, loose, writes);
        return;
    }
    for (unsigned role = 0; role < c->target->count; role++) {
        if ((roles >> role & 1u) != 0) {
            combine_role(c, slot, role, roles & ~(1u << role), touch, loose, writes);
        }
    }
    if (popcount(roles) < SLOTS - slot) {
        combine_role(c, slot, SLOTS, roles, touch, loose, writes);
    }
}

/* What the regions of the target cost at the least, all but the dearest. */
static unsigned least_writes(const struct node *start, const struct node *target)
{
    unsigned sum = 0;
    unsigned most = 0;

    for (unsigned r = 0; r < target->count; r++) {
        const struct reg_pair x = target->region[r];
        unsigned least = 2;

        for (unsigned i = 0; i < start->count; i++) {
            const unsigned need =
                (unsigned)(x.b != start->region[i].b) + (unsigned)(x.l != start->region[i].l);

            least = (need < least) ? need : least;
        }
        sum += least;
        most = (least > most) ? least : most;
    }
    return sum - most;
}

static void solve_pattern(struct combine *c)
{
    const unsigned spent = popcount(c->exchanges) + least_writes(&nodes[c->p->start], c->target);
    const unsigned cap = (c->cap == FREE) ? FREE : c->cap - spent;

    static struct lines sets[SLOTS + 1u];
    static struct options options[SLOTS + 1u];
    const struct node *start = &nodes[c->p->start];
    const uint64_t none[2] = {0, 0};
    const uint64_t all[2] = {FIELD_LOOSE, FIELD_LOOSE};
    struct line first;

    if (c->cap < spent) {
        return;
    }
    for (unsigned i = 0; i <= start->count && i < SLOTS; i++) {
        memset(&first, 0, sizeof first);
        first.on = i < start->count;
        first.b = first.on ? start->region[i].b : (uint8_t)UNKNOWN;
        first.l = first.on ? start->region[i].l : (uint8_t)UNKNOWN;
        first.trail[0].b = first.b;
        first.trail[0].l = first.l;
        first.trail[0].on = first.on;
        slot_lines(c->p, c->target, &first, c->phases, c->exchanges, cap, &sets[i]);
        sort_lines(&sets[i], &options[i]);
    }
    for (unsigned i = 0; i < SLOTS; i++) {
        c->lines[i] = &sets[(i < start->count) ? i : start->count];
        c->options[i] = &options[(i < start->count) ? i : start->count];
    }
    combine(c, 0, (1u << c->target->count) - 1u, none, all,
            (c->cap == FREE) ? 0u : popcount(c->exchanges));
}

/* The fewest writes for each set of lost granules, in at most `phases` phases and `cap` writes. cap
 * FREE: whether there is a way at all. */
static void solve(const struct problem *p, const struct node *target, unsigned phases, unsigned cap,
                  struct choice *out)
{
    static struct combine c;

    memset(out->writes, (int)NO_WAY, sizeof out->writes);
    for (unsigned x = 0; x < (p->bitmap ? 1u << phases : 1u); x++) {
        memset(&c, 0, sizeof c);
        c.p = p;
        c.target = target;
        c.out = out;
        c.phases = phases;
        c.exchanges = x;
        c.cap = cap;
        c.wanted_lost = -1;
        solve_pattern(&c);
    }
}

static void print_line(const struct line *x, unsigned phases)
{
    for (unsigned k = 0; k <= phases; k++) {
        const unsigned b = x->trail[k].b;
        const unsigned l = x->trail[k].l;

        printf("%s ", (k == 0) ? "#    " : " |");
        if (!x->trail[k].on) {
            printf("off");
        } else {
            printf("[%u,%u]p%ut%u", b / 2u, l / 2u, b & 1u, l & 1u);
        }
    }
    printf("\n");
}

/* Prints a way: each slot's contents at the ends of the phases. */
static void print_way(const struct problem *p, const struct node *target, unsigned phases,
                      unsigned lost, unsigned writes)
{
    static struct combine c;
    struct choice scratch;

    memset(scratch.writes, (int)NO_WAY, sizeof scratch.writes);
    for (unsigned x = 0; x < (p->bitmap ? 1u << phases : 1u); x++) {
        memset(&c, 0, sizeof c);
        c.p = p;
        c.target = target;
        c.out = &scratch;
        c.phases = phases;
        c.exchanges = x;
        c.cap = writes;
        c.wanted_lost = (int)lost;
        c.wanted_writes = writes;
        solve_pattern(&c);
        if (c.is_found) {
            printf("#   search: lost %#x, phases %u, writes %u, bitmap written in phases %#x\n",
                   lost, phases, writes, x);
            for (unsigned i = 0; i < SLOTS; i++) {
                print_line(&c.found[i], phases);
            }
            return;
        }
    }
}

#endif
