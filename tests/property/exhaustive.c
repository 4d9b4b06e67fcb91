/* SPDX-License-Identifier: MIT */
/*
 * Every sequence of operations up to a length, over a few granules and two attributes, against the
 * flat model on the strict simulator.
 *
 * Not every sequence is played: two sequences that leave the map in equal states (fields, storage
 * and registers, all that decides its answers) have equal futures, so each state is continued
 * once, from the shortest sequence that reaches it. The count printed is of operations performed
 * and of the sequences that they stand for.
 */
#include "fixture.h"
#include "rig.h"

#include "tap.h"

#include <stdlib.h>
#include <string.h>

#define MAX_OPS 200u
#define MAX_DEPTH 6u

/* A state, as the operations that lead to it. */
struct node {
    uint8_t op[MAX_DEPTH];
};

static struct rig rig;
static struct rig_state from;
static struct oracle_op ops[MAX_OPS];
static size_t op_count;

/* ---- states seen, by hash ---- */

#define TABLE_BITS 22u
#define TABLE_SIZE ((size_t)1 << TABLE_BITS)

struct seen {
    uint64_t hash; /* 0: free */
};

static struct seen *seen;
static struct node *nodes;
static size_t node_count;
static size_t node_room;

static struct seen *look_up(uint64_t hash)
{
    size_t i = (size_t)(hash >> (64 - TABLE_BITS));

    while (seen[i].hash != 0 && seen[i].hash != hash) {
        i = (i + 1) & (TABLE_SIZE - 1);
    }
    return &seen[i];
}

static void add_node(uint64_t hash, const struct node *parent, size_t depth, size_t op)
{
    struct seen *s = look_up(hash | 1u);

    if (s->hash != 0) {
        return;
    }
    if (node_count == node_room) {
        node_room = (node_room == 0) ? 4096 : node_room * 2;
        nodes = realloc(nodes, node_room * sizeof nodes[0]);
        if (nodes == NULL) {
            abort();
        }
    }
    s->hash = hash | 1u;
    struct node *n = &nodes[node_count++];
    memset(n, 0, sizeof *n);
    if (parent != NULL) {
        *n = *parent;
        n->op[depth - 1] = (uint8_t)op;
    }
}

/* ---- the operations ---- */

static void add_op(uint8_t kind, mpumap_addr_t base, mpumap_addr_t limit, mpumap_attr_t attr)
{
    ops[op_count++] = (struct oracle_op){base, limit, attr, 0, kind};
}

#define ATTR_A ((mpumap_attr_t)(MPUMAP_RW | MPUMAP_NORMAL))
#define ATTR_B ((mpumap_attr_t)(MPUMAP_RO | MPUMAP_DEVICE_NGNRNE))

enum extent {
    COUNTS = 1, /* map, unmap, protect, unmap_at */
    LIVES = 2,
    LOCKS = 4,
    TXS = 8
};

static void make_ops(const struct oracle_rules *rules, unsigned extent)
{
    const struct oracle_cell *c = rules->cell;

    op_count = 0;
    for (unsigned i = 0; i < rules->cells; i++) {
        for (unsigned j = i; j < rules->cells; j++) {
            if (c[i].limit - c[i].base >= rules->granule ||
                c[j].limit - c[j].base >= rules->granule) {
                continue; /* wide cells are not of the scope */
            }
            add_op(ORACLE_MAP, c[i].base, c[j].limit, ATTR_A);
            add_op(ORACLE_MAP, c[i].base, c[j].limit, ATTR_B);
            add_op(ORACLE_UNMAP, c[i].base, c[j].limit, 0);
            add_op(ORACLE_PROTECT, c[i].base, c[j].limit, ATTR_A);
            add_op(ORACLE_PROTECT, c[i].base, c[j].limit, ATTR_B);
            if ((extent & LIVES) != 0) {
                add_op(ORACLE_LIVE, c[i].base, c[j].limit, 0);
            }
            if ((extent & LOCKS) != 0) {
                add_op(ORACLE_LOCK, c[i].base, c[j].limit, 0);
            }
        }
        if (rules->policy == MPUMAP_WHOLE && c[i].limit - c[i].base < rules->granule) {
            add_op(ORACLE_UNMAP_AT, c[i].base, c[i].limit, 0);
        }
    }
    if ((extent & TXS) != 0) {
        add_op(ORACLE_BEGIN, 0, 0, 0);
        add_op(ORACLE_COMMIT, 0, 0, 0);
        add_op(ORACLE_ABORT, 0, 0, 0);
    }
}

/* ---- the search ---- */

static bool fail(const char *where)
{
    printf("# %s: %s\n# ---- trace ----\n", where, rig.message);
    rig_print(&rig, stdout);
    printf("# ---- end ----\n");
    return false;
}

static bool lead_to(const struct rig_shape *shape, const struct oracle_rules *rules,
                    const struct node *n, size_t depth)
{
    if (!rig_start(&rig, shape, rules, 1)) {
        return fail("start");
    }
    for (size_t i = 0; i < depth; i++) {
        if (!rig_step(&rig, &ops[n->op[i]])) {
            return fail("on the way");
        }
    }
    rig_save(&rig, &from);
    return true;
}

static bool search(const struct rig_shape *shape, const uint16_t cells[3], unsigned extent,
                   size_t length)
{
    struct oracle_rules rules;
    uint64_t performed = 0;
    uint64_t sequences = 0;
    size_t begin = 0;

    rig_rules(shape, cells[0], cells[1], cells[2], &rules);
    make_ops(&rules, extent);
    memset(seen, 0, TABLE_SIZE * sizeof seen[0]);
    node_count = 0;
    if (!rig_start(&rig, shape, &rules, 1)) {
        return fail("start");
    }
    add_node(rig_hash(&rig), NULL, 0, 0);
    for (size_t depth = 0; depth < length; depth++) {
        const size_t end = node_count;
        for (size_t i = begin; i < end; i++) {
            const struct node n = nodes[i];
            if (!lead_to(shape, &rules, &n, depth)) {
                return false;
            }
            for (size_t k = 0; k < op_count; k++) {
                rig_load(&rig, &from);
                rig.log_count = (uint16_t)depth;
                performed++;
                if (!rig_step(&rig, &ops[k])) {
                    return fail("at the end");
                }
                if (depth + 1 < length) {
                    add_node(rig_hash(&rig), &n, depth + 1, k);
                }
            }
        }
        begin = end;
    }
    sequences = 1;
    for (size_t depth = 0; depth < length; depth++) {
        sequences *= op_count;
    }
    printf("# %s: %zu operations, %zu states, %llu steps stand for the %llu sequences of %zu\n",
           shape->name, op_count, node_count, (unsigned long long)performed,
           (unsigned long long)sequences, length);
    return true;
}

static void run(const struct rig_shape *shape, const uint16_t cells[3], unsigned extent,
                size_t length)
{
    static struct fixture fixture;

    if (MPUMAP_WHOLE_ONLY != 0 && shape->policy == MPUMAP_EXACT) {
        CHECK(fixture_refuses_exact(&fixture));
        return;
    }
    seen = calloc(TABLE_SIZE, sizeof seen[0]);
    REQUIRE(seen != NULL);
    CHECK(search(shape, cells, extent, length));
    free(seen);
    free(nodes);
    nodes = NULL;
    node_room = 0;
}

#define EL2 MPUMAP_SIM_ARMV8R32_EL2
#define EL1 MPUMAP_SIM_ARMV8R32_EL1

/* name, cells at 0, in the middle and at the top, operations, length; then the shape: target,
 * policy, slots, spans, pending spans, locks, lives, rwx, highest count */
/* clang-format off */
#define SCOPES(X) \
    X(exact, 0, 6, 0, COUNTS, 4, EL2, MPUMAP_EXACT, 8, 12, 0, 0, 0, false, 0) \
    X(exact_without_bitmap, 0, 5, 0, COUNTS, 4, EL1, MPUMAP_EXACT, 8, 12, 0, 0, 0, false, 0) \
    X(exact_in_two_slots, 0, 5, 0, COUNTS, 4, EL2, MPUMAP_EXACT, 2, 12, 0, 0, 0, false, 0) \
    X(exact_in_three_spans, 0, 4, 0, COUNTS, 4, EL2, MPUMAP_EXACT, 8, 3, 0, 0, 0, false, 2) \
    X(exact_at_both_ends_of_memory, 2, 0, 2, COUNTS, 4, EL2, MPUMAP_EXACT, 8, 12, 0, 0, 0, false, 0) \
    X(whole, 0, 6, 0, COUNTS, 4, EL2, MPUMAP_WHOLE, 8, 8, 0, 0, 0, false, 0) \
    X(whole_in_two_slots, 0, 6, 0, COUNTS, 4, EL1, MPUMAP_WHOLE, 2, 2, 0, 0, 0, false, 2) \
    X(exact_with_live_ranges, 0, 4, 0, COUNTS | LIVES, 4, EL1, MPUMAP_EXACT, 4, 12, 0, 2, 2, false, 0) \
    X(exact_with_locked_ranges, 0, 4, 0, COUNTS | LOCKS, 4, EL2, MPUMAP_EXACT, 3, 12, 0, 2, 2, false, 0) \
    X(whole_with_locked_ranges, 0, 4, 0, COUNTS | LOCKS, 4, EL2, MPUMAP_WHOLE, 3, 12, 0, 2, 2, false, 0) \
    X(exact_with_transactions, 0, 3, 0, COUNTS | TXS, 5, EL2, MPUMAP_EXACT, 2, 12, 12, 0, 0, false, 0) \
    X(whole_with_transactions, 0, 3, 0, COUNTS | TXS, 5, EL1, MPUMAP_WHOLE, 2, 12, 12, 0, 0, false, 0)
/* clang-format on */

#define RUN(name, low, middle, high, extent, length, target, policy, slots, spans, pending, locks, \
            lives, rwx, refs)                                                                      \
    static void name(void)                                                                         \
    {                                                                                              \
        static const struct rig_shape shape = {#name,   target, policy, slots, spans,              \
                                               pending, locks,  lives,  rwx,   refs};              \
        run(&shape, (const uint16_t[3]){low, middle, high}, extent, length);                       \
    }
SCOPES(RUN)

#define CASE(name, ...) TAP_CASE(name),
static const struct tap_case cases[] = {SCOPES(CASE)};
TAP_MAIN(cases)
