/* SPDX-License-Identifier: MIT */
/*
 * Every table over a few granules, times every operation, against the flat model on the strict
 * simulator. A table is cut at every place and each of its pieces is unmapped or has one of three
 * states: attributes A held once, A held twice, B held once. Under `exact` pieces are granules;
 * under `whole` they are of every length. The operations are map, unmap and protect with both
 * attributes over every range of granules, and unmap_at under `whole`.
 *
 *   MPUMAP_CELLS=N   granules (default 5; 6 takes about five times as long)
 */
#include "fixture.h"
#include "rig.h"

#include "tap.h"

#include <stdio.h>
#include <string.h>

#define CELLS_MAX 8u
#define PIECE_STATES 4u /* unmapped, A once, A twice, B once */

#define ATTR_A ((mpumap_attr_t)(MPUMAP_RW | MPUMAP_NORMAL))
#define ATTR_B ((mpumap_attr_t)(MPUMAP_RO | MPUMAP_DEVICE_NGNRNE))

struct piece {
    uint16_t first;
    uint16_t last;
    unsigned state;
};

static struct rig rig;
static struct rig_state from;
static const struct rig_shape *shape;
static struct oracle_rules rules;
static struct piece pieces[CELLS_MAX];
static unsigned piece_count;
static unsigned long long tables;
static unsigned long long operations;
/* The granules in the middle of the address space: the cells from here on. */
static uint16_t start_cell;
static uint16_t granules;

static bool fail(const char *where)
{
    printf("# %s, %s: %s\n# ---- trace ----\n", shape->name, where, rig.message);
    rig_print(&rig, stdout);
    printf("# ---- end ----\n");
    return false;
}

static bool step(unsigned kind, uint16_t first, uint16_t last, mpumap_attr_t attr)
{
    const struct oracle_op op = {rules.cell[start_cell + first].base,
                                 rules.cell[start_cell + last].limit, attr, 0, (uint8_t)kind};
    operations++;
    return rig_step(&rig, &op);
}

static bool build(void)
{
    if (!rig_start(&rig, shape, &rules, 1)) {
        return fail("start");
    }
    for (unsigned i = 0; i < piece_count; i++) {
        const struct piece *p = &pieces[i];
        const mpumap_attr_t attr = (p->state == 3u) ? ATTR_B : ATTR_A;
        const unsigned times = (p->state == 0u) ? 0u : (p->state == 2u) ? 2u : 1u;
        for (unsigned k = 0; k < times; k++) {
            if (!step(ORACLE_MAP, p->first, p->last, attr)) {
                return fail("on the way");
            }
        }
    }
    rig_save(&rig, &from);
    return true;
}

static bool try_one(unsigned kind, uint16_t first, uint16_t last, mpumap_attr_t attr)
{
    const uint16_t log = rig.log_count;

    rig_load(&rig, &from);
    if (!step(kind, first, last, attr)) {
        return fail("operation");
    }
    rig.log_count = log;
    return true;
}

static bool every_operation(void)
{
    if (!build()) {
        return false;
    }
    tables++;
    for (uint16_t i = 0; i < granules; i++) {
        for (uint16_t j = i; j < granules; j++) {
            if (!try_one(ORACLE_MAP, i, j, ATTR_A) || !try_one(ORACLE_MAP, i, j, ATTR_B) ||
                !try_one(ORACLE_UNMAP, i, j, 0) || !try_one(ORACLE_PROTECT, i, j, ATTR_A) ||
                !try_one(ORACLE_PROTECT, i, j, ATTR_B)) {
                return false;
            }
        }
        if (!try_one(ORACLE_UNMAP_AT, i, i, 0)) {
            return false;
        }
    }
    return true;
}

/* Every table: a counter whose digits are the pieces' states, and, under whole, whose other digits
 * are the cuts. */
static bool every_table(void)
{
    const unsigned cuts = (shape->policy == MPUMAP_WHOLE) ? 1u << (granules - 1u) : 1u;

    for (unsigned cut = 0; cut < cuts; cut++) {
        unsigned count = 0;
        unsigned long long states = 1;
        for (uint16_t i = 0; i < granules; i++) {
            const bool joined = i > 0 && shape->policy == MPUMAP_WHOLE && ((cut >> (i - 1u)) & 1u);
            if (joined) {
                pieces[count - 1u].last = i;
            } else {
                pieces[count] = (struct piece){i, i, 0};
                count++;
                states *= PIECE_STATES;
            }
        }
        piece_count = count;
        for (unsigned long long number = 0; number < states; number++) {
            unsigned long long rest = number;
            bool fresh = true;
            for (unsigned i = 0; i < count; i++) {
                pieces[i].state = (unsigned)(rest % PIECE_STATES);
                rest /= PIECE_STATES;
                /* An unmapped piece of several granules is there already, cut into single ones. */
                fresh = fresh && (pieces[i].state != 0 || pieces[i].first == pieces[i].last);
            }
            if (fresh && !every_operation()) {
                return false;
            }
        }
    }
    return true;
}

static void run(const struct rig_shape *s)
{
    static struct fixture fixture;

    if (MPUMAP_WHOLE_ONLY != 0 && s->policy == MPUMAP_EXACT) {
        CHECK(fixture_refuses_exact(&fixture));
        return;
    }
    shape = s;
    granules = (uint16_t)tap_number("MPUMAP_CELLS", 5);
    REQUIRE(granules >= 1u && granules <= CELLS_MAX);
    rig_rules(s, 0, granules, 0, &rules);
    start_cell = oracle_cell_at(&(struct oracle){.rules = rules}, rig_middle(s));
    tables = operations = 0;
    CHECK(every_table());
    printf("# %s: %llu tables of %u granules, %llu operations\n", s->name, tables,
           (unsigned)granules, operations);
}

/* name, target, policy, slots */
#define SCOPES(X)                                                                                  \
    X(exact_el2, MPUMAP_SIM_ARMV8R32_EL2, MPUMAP_EXACT, 8)                                         \
    X(exact_el1, MPUMAP_SIM_ARMV8R32_EL1, MPUMAP_EXACT, 8)                                         \
    X(exact_m, MPUMAP_SIM_ARMV8M, MPUMAP_EXACT, 8)                                                 \
    X(exact_in_five_slots, MPUMAP_SIM_ARMV8R32_EL2, MPUMAP_EXACT, 5)                               \
    X(whole_el2, MPUMAP_SIM_ARMV8R32_EL2, MPUMAP_WHOLE, 8)                                         \
    X(whole_m, MPUMAP_SIM_ARMV8M, MPUMAP_WHOLE, 5)

#define RUN(name, target, policy, slots)                                                           \
    static void name(void)                                                                         \
    {                                                                                              \
        static const struct rig_shape s = {#name, target, policy, slots, 16, 0, 0, 0, false, 0};   \
        run(&s);                                                                                   \
    }
SCOPES(RUN)

#define CASE(name, ...) TAP_CASE(name),
static const struct tap_case cases[] = {SCOPES(CASE)};
TAP_MAIN(cases)
