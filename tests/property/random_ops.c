/* SPDX-License-Identifier: MIT */
/*
 * Random operations on a map over the strict simulator, beside the flat model: after each of them
 * everything is compared (tests/oracle/rig.h). A failure is cut down to the fewest operations that
 * still show it and printed as a trace.
 *
 *   random_ops [--seed N] [--ops M] [NAME ...]
 *
 * The same arguments give the same operations.
 */
#include "fixture.h"
#include "rig.h"

#include "tap.h"

#include <stdlib.h>
#include <string.h>

/* ---- random numbers: xorshift64*, the same everywhere ---- */

static uint64_t state;

static uint32_t pick(uint32_t below)
{
    state ^= state >> 12;
    state ^= state << 25;
    state ^= state >> 27;
    return (uint32_t)((state * 0x2545f4914f6cdd1dULL) >> 33) % below;
}

static bool chance(uint32_t percent)
{
    return pick(100) < percent;
}

/* ---- configurations ---- */

enum flavour {
    TX = 1,
    LIVE = 2,
    LOCK = 4,
    RESERVE = 8,
    ADOPT = 16,
    AIM = 32 /* transactions that fill the MPU */
};

struct config {
    struct rig_shape shape;
    unsigned flavours;
    uint16_t few_slots; /* not 0: each episode takes 1 to this many slots */
    uint16_t others;    /* this many slots, from 0 on, are reserved from the start */
};

#define R32 MPUMAP_SIM_ARMV8R32_EL2
#define R32_EL1 MPUMAP_SIM_ARMV8R32_EL1
#define R64 MPUMAP_SIM_ARMV8R64_EL2
#define R64_EL1 MPUMAP_SIM_ARMV8R64_EL1
#define M MPUMAP_SIM_ARMV8M

/* name, target, policy, slots, spans, pending, locks, lives, rwx, refs_max, flavours, few_slots,
 * others. Slots 0 to 31 are in the bitmap and, on AArch32, need no selector; it changes at each 16
 * on AArch64. Where others own nearly all of them, plans need slots on both sides of these borders.
 */
/* clang-format off */
#define CONFIGS_ANY(X) \
    X(exact_r32_el2_16, R32, MPUMAP_EXACT, 16, 200, 200, 8, 8, false, 0, TX | RESERVE, 0, 0) \
    X(whole_r32_el2_16, R32, MPUMAP_WHOLE, 16, 16, 16, 8, 8, false, 0, TX | RESERVE, 0, 0) \
    X(exact_r32_el1_16, R32_EL1, MPUMAP_EXACT, 16, 200, 200, 8, 8, false, 0, TX | RESERVE, 0, 0) \
    X(whole_r32_el1_16, R32_EL1, MPUMAP_WHOLE, 16, 16, 16, 8, 8, true, 0, TX | RESERVE, 0, 0) \
    X(exact_m_8, M, MPUMAP_EXACT, 8, 200, 200, 8, 8, false, 0, TX | RESERVE, 0, 0) \
    X(whole_m_8, M, MPUMAP_WHOLE, 8, 8, 8, 8, 8, false, 0, TX | RESERVE, 0, 0) \
    X(exact_r32_el2_40, R32, MPUMAP_EXACT, 40, 200, 200, 8, 8, true, 0, TX | RESERVE, 0, 0) \
    X(exact_r32_el2_255, R32, MPUMAP_EXACT, 255, 256, 256, 8, 8, false, 0, TX | RESERVE, 0, 0) \
    X(whole_r32_el2_255, R32, MPUMAP_WHOLE, 255, 255, 255, 8, 8, false, 0, TX | RESERVE, 0, 0) \
    X(exact_small_counts, R32, MPUMAP_EXACT, 16, 200, 200, 8, 8, false, 3, TX, 0, 0) \
    X(whole_small_counts, R32, MPUMAP_WHOLE, 16, 16, 16, 8, 8, false, 3, TX, 0, 0) \
    X(exact_small_storage, R32_EL1, MPUMAP_EXACT, 16, 6, 5, 2, 2, false, 0, TX | LOCK | LIVE, 0, 0) \
    X(exact_no_transactions, R32, MPUMAP_EXACT, 16, 200, 0, 8, 8, false, 255, TX | LIVE, 0, 0) \
    X(exact_few_slots, R32, MPUMAP_EXACT, 4, 200, 200, 8, 8, false, 0, TX | RESERVE, 4, 0) \
    X(exact_few_slots_no_bitmap, R32_EL1, MPUMAP_EXACT, 4, 200, 200, 8, 8, false, 0, TX, 4, 0) \
    X(whole_few_slots, R32, MPUMAP_WHOLE, 4, 4, 4, 8, 8, false, 0, TX | RESERVE, 4, 0) \
    X(whole_storage_below_slots, R32, MPUMAP_WHOLE, 8, 3, 4, 8, 8, false, 0, TX | RESERVE, 0, 0) \
    X(exact_live_r32_el2_16, R32, MPUMAP_EXACT, 16, 200, 200, 8, 8, false, 0, TX | LIVE | LOCK | RESERVE, 0, 0) \
    X(exact_live_r32_el1_16, R32_EL1, MPUMAP_EXACT, 16, 200, 200, 8, 8, false, 0, TX | LIVE | LOCK | RESERVE, 0, 0) \
    X(whole_live_r32_el2_16, R32, MPUMAP_WHOLE, 16, 16, 16, 8, 8, false, 0, TX | LIVE | LOCK | RESERVE, 0, 0) \
    X(exact_live_m_8, M, MPUMAP_EXACT, 8, 200, 200, 8, 8, false, 0, TX | LIVE | LOCK, 0, 0) \
    X(exact_live_few_slots, R32, MPUMAP_EXACT, 4, 200, 200, 8, 8, false, 0, TX | LIVE | LOCK, 4, 0) \
    X(exact_live_few_slots_no_bitmap, R32_EL1, MPUMAP_EXACT, 4, 200, 200, 8, 8, false, 0, TX | LIVE | LOCK, 4, 0) \
    X(exact_adopted_r32_el2_16, R32, MPUMAP_EXACT, 16, 200, 200, 8, 8, false, 0, TX | LIVE | LOCK | RESERVE | ADOPT, 0, 0) \
    X(exact_adopted_r32_el1_8, R32_EL1, MPUMAP_EXACT, 8, 200, 200, 8, 8, false, 0, TX | LIVE | LOCK | ADOPT, 0, 0) \
    X(exact_adopted_few_slots, R32, MPUMAP_EXACT, 4, 200, 200, 8, 8, false, 0, TX | LIVE | LOCK | ADOPT, 4, 0) \
    X(whole_adopted_r32_el2_16, R32, MPUMAP_WHOLE, 16, 16, 16, 8, 8, false, 0, TX | LIVE | LOCK | RESERVE | ADOPT, 0, 0) \
    X(exact_live_r32_el2_40, R32, MPUMAP_EXACT, 40, 200, 200, 8, 8, false, 0, TX | LIVE | LOCK | RESERVE, 0, 0) \
    X(exact_borders_r32_el2_40, R32, MPUMAP_EXACT, 40, 200, 200, 8, 8, false, 0, TX | LIVE | LOCK | RESERVE, 0, 29) \
    X(exact_borders_few_slots_r32_el2, R32, MPUMAP_EXACT, 40, 200, 200, 8, 8, false, 0, TX | LIVE | LOCK, 8, 28) \
    X(exact_aimed_few_slots, R32, MPUMAP_EXACT, 4, 200, 200, 4, 12, false, 0, TX | LIVE | LOCK | RESERVE | AIM, 7, 0) \
    X(exact_aimed_adopted_few_slots, R32, MPUMAP_EXACT, 4, 200, 200, 4, 12, false, 0, TX | LIVE | ADOPT | AIM, 7, 0) \
    X(exact_aimed_few_spans, R32, MPUMAP_EXACT, 6, 9, 12, 4, 12, false, 0, TX | LIVE | AIM, 0, 0) \
    X(exact_aimed_r32_el2_36, R32, MPUMAP_EXACT, 36, 200, 200, 4, 12, false, 0, TX | LIVE | LOCK | AIM, 0, 22)
#if MPUMAP_ADDR_BITS == 64
#define CONFIGS_64(X) \
    X(exact_r64_el2_32, R64, MPUMAP_EXACT, 32, 200, 200, 8, 8, false, 0, TX | RESERVE, 0, 0) \
    X(whole_r64_el1_16, R64_EL1, MPUMAP_WHOLE, 16, 16, 16, 8, 8, false, 0, TX | RESERVE, 0, 0) \
    X(exact_r64_el1_255, R64_EL1, MPUMAP_EXACT, 255, 256, 256, 8, 8, false, 0, TX, 0, 0) \
    X(exact_live_r64_el2_16, R64, MPUMAP_EXACT, 16, 200, 200, 8, 8, false, 0, TX | LIVE | LOCK, 0, 0) \
    X(exact_borders_r64_el2_40, R64, MPUMAP_EXACT, 40, 200, 200, 8, 8, false, 0, TX | LIVE | LOCK | RESERVE, 0, 29) \
    X(exact_aimed_r64_el2_10, R64, MPUMAP_EXACT, 10, 200, 200, 4, 12, false, 0, TX | LIVE | LOCK | ADOPT | AIM, 0, 0) \
    X(exact_borders_r64_el1_56, R64_EL1, MPUMAP_EXACT, 56, 200, 200, 8, 8, false, 0, TX | LIVE | LOCK, 0, 44)
#else
#define CONFIGS_64(X)
#endif
/* clang-format on */
#define CONFIGS(X) CONFIGS_ANY(X) CONFIGS_64(X)

/* ---- operations ---- */

/* A region that boot code enabled. */
struct boot {
    uint8_t slot;
    uint16_t first;
    uint16_t last;
    mpumap_attr_t attr;
};
#define BOOTS 5u

/* What one episode is like: from an empty map on. */
struct episode {
    struct rig_shape shape;
    struct oracle_rules rules;
    uint64_t junk; /* seed of the simulator's registers */
    mpumap_attr_t attr[3];
    struct boot boot[BOOTS]; /* with ADOPT */
    unsigned flavours;
    uint32_t map_weight;
    uint16_t others;
};

static mpumap_attr_t any_attr(const struct rig_shape *shape)
{
    static const mpumap_attr_t perms[4] = {MPUMAP_RO, MPUMAP_RW, MPUMAP_RX, MPUMAP_RWX};
    static const mpumap_attr_t types[5] = {MPUMAP_NORMAL, MPUMAP_NORMAL_NC, MPUMAP_NORMAL_WT,
                                           MPUMAP_DEVICE, MPUMAP_DEVICE_NGNRNE};
    struct oracle_rules rules;
    unsigned attr = 0;

    rig_rules(shape, 1, 1, 1, &rules);
    do {
        attr = perms[pick(4)] | types[pick(5)] | (unsigned)(pick(4) << 5);
        attr |= chance(30) ? rules.lower : 0u;
    } while (!oracle_attr_ok(&rules, (mpumap_attr_t)attr));
    return (mpumap_attr_t)attr;
}

static void new_boot(struct episode *e)
{
    uint16_t at = (uint16_t)pick(e->rules.cells);

    for (unsigned i = 0; i < BOOTS; i++) {
        struct boot *b = &e->boot[i];
        b->slot = (uint8_t)pick(e->shape.slots);
        b->first = at;
        b->last = (uint16_t)(at + pick(3));
        b->last = (b->last < e->rules.cells) ? b->last : at;
        b->attr = e->attr[chance(80) ? 0 : 1];
        at = (uint16_t)(b->last + 1 + (chance(70) ? 0 : pick(3)));
        at = (at < e->rules.cells) ? at : 0;
    }
}

/* Few cells for the slots that there are, and attributes that differ in little. */
static void new_aim(struct episode *e)
{
    static const mpumap_attr_t alike[6] = {
        MPUMAP_RW | MPUMAP_NORMAL,
        MPUMAP_RW | MPUMAP_DEVICE,
        MPUMAP_RX | MPUMAP_NORMAL,
        MPUMAP_RW | MPUMAP_NORMAL_NC | MPUMAP_SHARE_OUTER,
        MPUMAP_RW | MPUMAP_NORMAL | MPUMAP_SHARE_OUTER,
        MPUMAP_RO | MPUMAP_DEVICE,
    };
    const uint32_t slots = e->shape.slots - e->others;

    if (chance(30)) {
        rig_rules(&e->shape, (uint16_t)(3 + pick(6)), 0, (uint16_t)(3 + pick(6)), &e->rules);
    } else {
        rig_rules(&e->shape, 0, (uint16_t)((slots > 9) ? slots * 2u + pick(12) : 5u + pick(10)), 0,
                  &e->rules);
    }
    for (unsigned i = 0; i < 3; i++) {
        e->attr[i] = chance(70) ? alike[pick(6)] : e->attr[i];
    }
    e->flavours |= TX;
}

static void new_episode(const struct config *config, struct episode *e)
{
    e->shape = config->shape;
    if (config->few_slots != 0) {
        e->shape.slots = (uint16_t)(config->others + 1 + pick(config->few_slots));
    }
    switch (pick(4)) {
    case 0: /* dense */
        rig_rules(&e->shape, 0, (uint16_t)(3 + pick(10)), 0, &e->rules);
        break;
    case 1: /* the edges of the address space */
        rig_rules(&e->shape, (uint16_t)(2 + pick(6)), 2, (uint16_t)(2 + pick(6)), &e->rules);
        break;
    case 2:
        rig_rules(&e->shape, 0, (uint16_t)(20 + pick(60)), 0, &e->rules);
        break;
    default:
        rig_rules(&e->shape, (uint16_t)pick(20), (uint16_t)(1 + pick(30)), (uint16_t)pick(20),
                  &e->rules);
        break;
    }
    e->junk = ((uint64_t)pick(0x7fffffff) << 20) ^ pick(0x7fffffff);
    for (unsigned i = 0; i < 3; i++) {
        e->attr[i] = any_attr(&e->shape);
    }
    e->flavours = config->flavours & (pick(16) | ADOPT | AIM);
    e->map_weight = 30 + pick(30);
    e->others = config->others;
    if ((e->flavours & AIM) != 0) {
        new_aim(e);
    }
    new_boot(e);
}

static uint16_t other_end(const struct episode *e, uint16_t first)
{
    const uint16_t room = (uint16_t)(e->rules.cells - first);
    uint32_t length = 1 + pick(4);

    if (chance(15)) {
        length = 1 + pick(room);
    }
    return (uint16_t)(first + ((length < room) ? length : room) - 1);
}

/* A range that has to do with a region that is there. */
static bool near_region(const struct rig *r, uint16_t *first, uint16_t *last)
{
    struct oracle_run runs[ORACLE_CELLS];
    const uint16_t n = oracle_regions(&r->oracle, oracle_seen(&r->oracle), runs);

    if (n == 0) {
        return false;
    }
    const struct oracle_run *run = &runs[pick(n)];
    const uint32_t length = (uint32_t)(run->last - run->first + 1);
    *first = run->first;
    *last = run->last;
    if (chance(40)) {
        *first = (uint16_t)(run->first + pick(length));
    }
    if (chance(40)) {
        *last = (uint16_t)(*first + pick((uint32_t)(run->last - *first + 1)));
    }
    if (chance(10) && *last + 1 < r->oracle.rules.cells) {
        (*last)++;
    }
    if (chance(10) && *first > 0) {
        (*first)--;
    }
    return true;
}

static void spoil(const struct episode *e, struct oracle_op *op)
{
    const mpumap_addr_t base = op->base;

    switch (pick(5)) {
    case 0:
        op->base = op->limit;
        op->limit = base;
        break;
    case 1:
        op->base += 1 + pick((uint32_t)e->rules.granule - 1);
        break;
    case 2:
        op->limit -= 1 + pick((uint32_t)e->rules.granule - 1);
        break;
    case 3:
        if (e->rules.top + 1 != 0) { /* else there is nothing beyond */
            op->limit = e->rules.top + e->rules.granule;
        }
        break;
    default:
        op->limit = base - 1; /* empty; from 0 on, all of what the type holds */
        break;
    }
}

static void choose_range(const struct rig *r, const struct episode *e, struct oracle_op *op)
{
    uint16_t first = 0;
    uint16_t last = 0;

    if (!chance(50) || !near_region(r, &first, &last)) {
        first = (uint16_t)pick(e->rules.cells);
        last = other_end(e, first);
    }
    op->base = e->rules.cell[first].base;
    op->limit = e->rules.cell[last].limit;
    if (chance(3)) {
        spoil(e, op);
    }
}

static mpumap_attr_t choose_attr(const struct episode *e)
{
    if (chance(2)) {
        return (mpumap_attr_t)pick(0x10000);
    }
    return e->attr[chance(70) ? 0 : pick(3)];
}

static enum oracle_kind choose_kind(const struct rig *r, const struct episode *e)
{
    const uint32_t die = pick(100);

    if ((e->flavours & TX) != 0 && chance(r->oracle.in_tx ? 20 : 5)) {
        if (!r->oracle.in_tx || chance(1)) {
            return chance(97) ? ORACLE_BEGIN : ORACLE_COMMIT;
        }
        return chance(75) ? ORACLE_COMMIT : ORACLE_ABORT;
    }
    if ((e->flavours & LIVE) != 0 && chance(5)) {
        return chance(60) ? ORACLE_LIVE : ORACLE_UNLIVE;
    }
    if ((e->flavours & LOCK) != 0 && chance(1)) {
        return ORACLE_LOCK;
    }
    if ((e->flavours & RESERVE) != 0 && chance(1)) {
        return ORACLE_RESERVE;
    }
    if (die < e->map_weight) {
        return ORACLE_MAP;
    }
    if (die < 84) {
        return (r->oracle.rules.policy == MPUMAP_WHOLE && chance(20)) ? ORACLE_UNMAP_AT
                                                                      : ORACLE_UNMAP;
    }
    if (die < 96) {
        return ORACLE_PROTECT;
    }
    return (die < 99) ? ORACLE_FIND : ORACLE_UNMAP_AT;
}

/* ---- transactions that fill the MPU ---- */

#define QUEUE 600u
#define UNMAPPED 3u /* a colour; those below are attributes of the episode */
#define FOREIGN 4u

static struct oracle_op queue[QUEUE];
static unsigned queued;
static unsigned sent;

static void enqueue(const struct rig *r, enum oracle_kind kind, unsigned first, unsigned last,
                    mpumap_attr_t attr)
{
    if (queued < QUEUE) {
        queue[queued++] = (struct oracle_op){.kind = (uint8_t)kind,
                                             .base = r->oracle.rules.cell[first].base,
                                             .limit = r->oracle.rules.cell[last].limit,
                                             .attr = attr};
    }
}

static uint8_t colour_of(const struct oracle_state *s, const struct episode *e, unsigned cell)
{
    uint8_t k = 0;

    if (s->refs[cell] == 0) {
        return UNMAPPED;
    }
    while (k < 3u && oracle_canonical(e->attr[k]) != s->attr[cell]) {
        k++;
    }
    return (k < 3u) ? k : FOREIGN;
}

static uint8_t any_colour(uint32_t unmapped)
{
    return chance(unmapped) ? UNMAPPED : (uint8_t)(chance(80) ? 0u : pick(3));
}

/* Another colour here and there, or all of them anew. Locked cells stay. */
static void paint(const struct oracle_state *s, const uint8_t *is, unsigned cells, uint8_t *to)
{
    const bool near = chance(50);
    uint8_t colour = UNMAPPED;

    memcpy(to, is, cells);
    for (unsigned k = near ? 1 + pick(4) : 0; k > 0; k--) {
        const unsigned first = pick(cells);
        const unsigned after = first + 1 + pick(3);

        colour = any_colour(45);
        for (unsigned i = first; i < after && i < cells; i++) {
            to[i] = colour;
        }
    }
    for (unsigned i = 0; i < cells; i++) {
        if (!near) {
            colour = (i == 0 || chance(50)) ? any_colour(35) : colour;
            to[i] = colour;
        }
        to[i] = s->locked[i] ? is[i] : to[i];
    }
}

static unsigned runs_of(const uint8_t *colours, unsigned cells)
{
    unsigned runs = 0;

    for (unsigned i = 0; i < cells; i++) {
        runs += colours[i] != UNMAPPED && (i == 0 || colours[i - 1] != colours[i]);
    }
    return runs;
}

/* Queues a transaction to a map that leaves two slots free at most. */
static void aim(const struct rig *r, const struct episode *e)
{
    const struct oracle_state *s = &r->oracle.now;
    const unsigned cells = r->oracle.rules.cells;
    const unsigned slots = e->shape.slots - e->others;
    const bool protect = chance(40);
    uint8_t is[ORACLE_CELLS];
    uint8_t to[ORACLE_CELLS];
    unsigned runs;

    queued = 0;
    sent = 0;
    for (unsigned i = 0; i < cells; i++) {
        is[i] = colour_of(s, e, i);
    }
    for (unsigned tries = 0; tries < 40; tries++) {
        paint(s, is, cells, to);
        runs = runs_of(to, cells);
        if (runs <= slots && runs + 2u >= slots) {
            break;
        }
    }
    for (unsigned i = 0; i < cells; i++) {
        const bool once = protect && s->refs[i] == 1 && to[i] < 3u;

        if (to[i] != is[i] && is[i] != UNMAPPED && !once) {
            for (unsigned k = 0; k < s->refs[i] && k < 20u; k++) {
                enqueue(r, ORACLE_UNMAP, i, i, 0);
            }
        }
    }
    for (unsigned i = 0; i < cells; i++) {
        const bool once = protect && s->refs[i] == 1;

        if (to[i] != is[i] && to[i] < 3u) {
            enqueue(r, once ? ORACLE_PROTECT : ORACLE_MAP, i, i, e->attr[to[i]]);
        }
    }
    enqueue(r, ORACLE_COMMIT, 0, 0, 0);
}

static void choose_op(const struct rig *r, const struct episode *e, struct oracle_op *op)
{
    if (r->oracle.in_tx && sent < queued) {
        *op = queue[sent++];
        return;
    }
    memset(op, 0, sizeof *op);
    if ((e->flavours & AIM) != 0 && !r->oracle.in_tx && chance(40)) {
        aim(r, e);
        op->kind = (uint8_t)ORACLE_BEGIN;
        return;
    }
    queued = 0;
    sent = 0;
    op->kind = (uint8_t)choose_kind(r, e);
    choose_range(r, e, op);
    op->attr = choose_attr(e);
    op->slot = (uint16_t)pick(e->shape.slots + (chance(10) ? 2u : 0u));
    if (op->kind == ORACLE_UNMAP_AT) {
        op->base += pick(97);
    }
}

/* ---- failures ---- */

static struct rig rig;
static struct rig_entry kept[RIG_LOG];

static bool start(const struct episode *e)
{
    if (!rig_start(&rig, &e->shape, &e->rules, e->junk)) {
        return false;
    }
    if ((e->flavours & ADOPT) == 0) {
        return true;
    }
    for (unsigned i = 0; i < BOOTS; i++) {
        (void)rig_boot(&rig, e->boot[i].slot, e->boot[i].first, e->boot[i].last, e->boot[i].attr);
    }
    return rig_adopt(&rig);
}

/* Plays kept[0..count) but for those from `skip` to `skip_end`. True: it fails. */
static bool replay(const struct episode *e, uint16_t count, uint16_t skip, uint16_t skip_end)
{
    if (!start(e)) {
        return true;
    }
    for (uint16_t i = 0; i < count; i++) {
        if (i >= skip && i < skip_end) {
            continue;
        }
        rig.salt = kept[i].salt;
        if (!rig_step(&rig, &kept[i].op)) {
            return true;
        }
    }
    return false;
}

/* Leaves out ever smaller groups of operations, as long as what remains fails. */
static void shrink(const struct episode *e)
{
    uint16_t count = rig.log_count;

    memcpy(kept, rig.log, sizeof kept);
    for (uint16_t group = (uint16_t)(count / 2 + 1); group > 0; group /= 2) {
        for (uint16_t i = count; i-- > 0;) {
            const uint16_t end = (uint16_t)((i + group < count) ? i + group : count);
            if (end > i && replay(e, count, i, end)) {
                count = rig.log_count;
                memcpy(kept, rig.log, sizeof kept);
                i = (i < count) ? i : count;
            }
        }
    }
    (void)replay(e, count, count, count);
}

static void print_failure(const struct episode *e)
{
    printf("# ---- trace ----\n");
    for (unsigned i = 0; (e->flavours & ADOPT) != 0 && i < BOOTS; i++) {
        const struct boot *b = &e->boot[i];
        printf("# boot code enabled slot %u: 0x%llx 0x%llx %s, unless it overlaps one before\n",
               b->slot, (unsigned long long)e->rules.cell[b->first].base,
               (unsigned long long)e->rules.cell[b->last].limit, oracle_attr_words(b->attr));
    }
    rig_print(&rig, stdout);
    printf("# ---- end ----\n");
}

/* ---- the run ---- */

static uint64_t seed_of(uint64_t seed, const char *name)
{
    uint64_t x = seed;

    for (; *name != '\0'; name++) {
        x = (x ^ (unsigned char)*name) * 0x100000001b3ULL;
    }
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
    return (x ^ (x >> 31)) | 1u;
}

static bool run_config(const struct config *config, uint64_t seed, unsigned long ops)
{
    static struct fixture fixture;

    if (MPUMAP_WHOLE_ONLY != 0 && config->shape.policy == MPUMAP_EXACT) {
        return fixture_refuses_exact(&fixture);
    }
    struct episode e;
    struct oracle_op op;
    unsigned long done = 0;

    state = seed;
    while (done < ops) {
        new_episode(config, &e);
        if (!start(&e)) {
            print_failure(&e);
            return false;
        }
        const uint32_t length = 20 + pick(300);
        queued = 0;
        for (uint32_t i = 0; i < length && done < ops; i++, done++) {
            if (i < e.others) {
                op = (struct oracle_op){.kind = ORACLE_RESERVE, .slot = (uint16_t)i};
            } else {
                choose_op(&rig, &e, &op);
            }
            if (!rig_step(&rig, &op)) {
                printf("# %s after %lu operations, cutting down\n", rig.message, done);
                shrink(&e);
                print_failure(&e);
                return false;
            }
        }
    }
    return true;
}

/* Each configuration is a case of its own, with numbers of its own. */
static uint64_t base_seed;
static unsigned long ops_each;

#define RUN(name, target, policy, slots, spans, pending, locks, lives, rwx, refs, flavours, few,   \
            others)                                                                                \
    static void name(void)                                                                         \
    {                                                                                              \
        static const struct config config = {                                                      \
            {#name, target, policy, slots, spans, pending, locks, lives, rwx, refs},               \
            flavours,                                                                              \
            few,                                                                                   \
            others};                                                                               \
        CHECK(run_config(&config, seed_of(base_seed, #name), ops_each));                           \
    }
CONFIGS(RUN)

#define CASE(name, ...) TAP_CASE(name),
static const struct tap_case cases[] = {CONFIGS(CASE)};
#define CASES (sizeof cases / sizeof cases[0])

int main(int argc, char **argv)
{
    uint64_t ops = 0;
    bool seeded = false;
    int rest = 1;

    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--seed") == 0 && i + 1 < argc) {
            base_seed = strtoull(argv[++i], NULL, 0);
            seeded = true;
        } else if (strcmp(argv[i], "--ops") == 0 && i + 1 < argc) {
            ops = strtoull(argv[++i], NULL, 0);
        } else {
            argv[rest++] = argv[i];
        }
    }
    base_seed = seeded ? base_seed : tap_seed();
    ops = (ops != 0) ? ops : tap_number("MPUMAP_OPS", 2000000);
    ops_each = (unsigned long)(ops / CASES + 1);
    printf("# replay: random_ops --seed %llu --ops %llu [NAME]\n", (unsigned long long)base_seed,
           (unsigned long long)ops);
    return tap_main(cases, CASES, rest, argv);
}
