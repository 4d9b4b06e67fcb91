/* SPDX-License-Identifier: MIT */
/*
 * Changes of the very regions that hold the running code, its vectors, its stacks and its data,
 * while a timer interrupts everything, changes included (witness.h). The command line:
 *
 *     NAME SEED MODE
 *
 * exchange  16 slots, bitmap: every change is an exchange or one write
 * tight     four spare slots
 * ordered   the same MPU without its bitmap
 * grow, split            changes of the region that holds the stack
 * naive-grow             ... by a port that disables, rewrites, enables
 * naive-split            ... by a port that writes the bitmap twice
 * The last two must end in the diagnosis of an abort.
 */
#include "firmware.h"
#include "model.h"
#include "spare.h"
#include "target.h"
#include "timer.h"
#include "witness.h"

#define SPANS 1024u
#define LIVES 32u
/* Counts stay low, so that many operations change registers. */
#define REFS 3u
#define BUFFER_COVERED 0x10000u
/* Of the firmware, outside the model: the UART. */
#define OTHER_REGIONS 1u

enum mode {
    EXCHANGE,
    TIGHT,
    ORDERED,
    GROW,
    SPLIT,
    NAIVE_GROW,
    NAIVE_SPLIT,
    MODES
};

static const char *const mode_names[MODES] = {"exchange", "tight",      "ordered",    "grow",
                                              "split",    "naive-grow", "naive-split"};

static enum mode mode;
static uint32_t seed;
static bool bitmap_hidden;
static bool in_transaction;
static struct mpumap map;
static struct mpumap_pair scratch[FIRMWARE_SLOTS];
static struct mpumap_span spans[SPANS];
static struct mpumap_span pending[SPANS];
static struct mpumap_range ranges[2u * LIVES];
static struct model now __attribute__((aligned(4)));
static struct model then __attribute__((aligned(4)));

/* --- the port: the real one, without masks, telling the witness --- */

static void port_limits(void *ctx, struct mpumap_limits *out)
{
    mpumap_armv8r32_el2.limits(ctx, out);
    if (bitmap_hidden) {
        out->bitmap = 0u;
    }
}

/* What every port did before: the enabled region goes off, changes, and comes back. */
static void disable_first(const struct mpumap_step *step)
{
    struct mpumap_step off = *step;

    off.kind = MPUMAP_STEP_LIMIT;
    off.value &= ~(mpumap_reg_t)MPUMAP_LIMIT_ENABLE;
    mpumap_armv8r32_el2.apply(NULL, &off);
    off.kind = MPUMAP_STEP_ORDER;
    mpumap_armv8r32_el2.apply(NULL, &off);
}

/* The bitmap in two writes. Only an interrupt between the two can tell. */
static void clear_then_set(const struct mpumap_step *step)
{
    const uint32_t old = TARGET_READ(4, c6, c1, 1);
    const uint32_t set = (old & ~step->mask) | ((uint32_t)step->value & step->mask);

    __asm__ volatile("mcr p15, 4, %0, c6, c1, 1\n\t"
                     "isb\n\t"
                     "mcr p15, 4, %1, c6, c1, 1"
                     :
                     : "r"(old & set), "r"(set)
                     : "memory");
}

static void port_apply(void *ctx, const struct mpumap_step *step)
{
    if ((mode == NAIVE_GROW) && (step->kind == MPUMAP_STEP_LIMIT)) {
        disable_first(step);
    }
    if ((mode == NAIVE_SPLIT) && (step->kind == MPUMAP_STEP_BITMAP)) {
        clear_then_set(step);
    } else {
        mpumap_armv8r32_el2.apply(ctx, step);
    }
    witness_step(step->kind);
}

static void port_enter(void *ctx)
{
    mpumap_armv8r32_el2.enter(ctx);
    witness_enter();
}

static void port_leave(void *ctx)
{
    witness_leave();
    mpumap_armv8r32_el2.leave(ctx);
}

static void port_read(void *ctx, uint8_t slot, struct mpumap_pair *out)
{
    mpumap_armv8r32_el2.read(ctx, slot, out);
}

static const struct mpumap_port port = {
    .limits = port_limits,
    .encode = mpumap_armv8r32_encode,
    .decode = mpumap_armv8r32_decode,
    .apply = port_apply,
    .read = port_read,
    .enter = port_enter,
    .leave = port_leave,
};

/* --- chance --- */

static uint32_t random_state;

static uint32_t below(uint32_t end)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 17;
    random_state ^= random_state << 5;
    return (random_state >> 3) % end;
}

/* --- the map and its model --- */

static bool make_map(bool from_boot)
{
    const struct mpumap_config config = {.port = &port,
                                         .port_ctx = NULL,
                                         .table = boot_table,
                                         .scratch = scratch,
                                         .regions = FIRMWARE_SLOTS,
                                         .boot_mask = from_boot ? boot_mask : NULL,
                                         .spans = spans,
                                         .span_capacity = SPANS,
                                         .pending = pending,
                                         .pending_capacity = SPANS,
                                         .ranges = ranges,
                                         .live_capacity = LIVES,
                                         .policy = MPUMAP_EXACT,
                                         .allow_rwx = true};

    return (mpumap_init(&map, &config) == MPUMAP_OK) &&
           ((from_boot ? mpumap_adopt(&map) : mpumap_adopt_registers(&map)) == MPUMAP_OK);
}

static bool declare_live(void)
{
    const struct witness_range *live;
    const uint32_t count = witness_ranges(&live);
    struct mpumap_range list[LIVES];

    for (uint32_t i = 0u; i < count; i++) {
        list[i] = live[i].range;
    }
    return (mpumap_live_list(&map, list, count) == MPUMAP_OK) &&
           (mpumap_live_self(&map) == MPUMAP_OK);
}

static void begin_model(void)
{
    const uint32_t text_end = (uint32_t)__text_end - 1u;
    const uint32_t rodata_end = (uint32_t)__rodata_end - 1u;

    model_cover((uint32_t)__text_start, (uint32_t)__buffer_start + BUFFER_COVERED - 1u);
    REQUIRE((model_limit() - model_base()) / MODEL_GRANULE < MODEL_GRANULES);
    model_clear(&now);
    model_map(&now, (uint32_t)__text_start, text_end, MPUMAP_RX);
    model_map(&now, (uint32_t)__rodata_start, rodata_end, MPUMAP_RO);
    model_map(&now, (uint32_t)__data_start, model_limit(), MPUMAP_RW);
}

/* What lies between live ranges, by number; touching live ranges have none between them. */
static bool gap(uint32_t index, struct mpumap_range *out)
{
    const struct witness_range *live;
    const uint32_t count = witness_ranges(&live);
    uint32_t found = 0u;

    for (uint32_t i = 0u; i < count; i++) {
        const mpumap_addr_t end = (i + 1u < count) ? live[i + 1u].range.base : model_limit() + 1u;

        if (live[i].range.limit + 1u != end) {
            *out = (struct mpumap_range){live[i].range.limit + 1u, end - 1u};
            if (found == index) {
                return true;
            }
            found++;
        }
    }
    return false;
}

static uint32_t gaps(void)
{
    struct mpumap_range unused;
    uint32_t count = 0u;

    while (gap(count, &unused)) {
        count++;
    }
    return count;
}

static const struct witness_range *live_at(mpumap_addr_t base, mpumap_addr_t limit)
{
    const struct witness_range *live;
    const uint32_t count = witness_ranges(&live);

    for (uint32_t i = 0u; i < count; i++) {
        if ((live[i].range.base <= limit) && (live[i].range.limit >= base)) {
            return &live[i];
        }
    }
    return NULL;
}

/* Would a live byte lose its last reference? */
static bool takes_live_bytes(const struct model *m, mpumap_addr_t base, mpumap_addr_t limit)
{
    const struct witness_range *live;
    const uint32_t count = witness_ranges(&live);

    for (uint32_t i = 0u; i < count; i++) {
        const struct mpumap_range r = live[i].range;

        if ((r.base <= limit) && (r.limit >= base) &&
            (model_least(m, (r.base > base) ? r.base : base, (r.limit < limit) ? r.limit : limit) ==
             1u)) {
            return true;
        }
    }
    return false;
}

static uint32_t spare_slots(void)
{
    return (uint32_t)mpumap_capacity(&map) - mpumap_used(&map);
}

/* --- checks --- */

static struct {
    uint32_t ok;
    uint32_t refused;
    uint32_t no_region;
    uint32_t live;
    uint32_t commits;
    uint32_t writes;
    uint32_t waits;
    uint32_t gap;
} sum;

static void check_accesses(void)
{
    struct mpumap_range r;
    mpumap_attr_t attr;
    mpumap_addr_t addr;
    uint8_t refs;

    (void)gap(below(gaps()), &r);
    addr = (r.base + below(r.limit - r.base + 1u)) & ~(mpumap_addr_t)3u;
    refs = model_at(&now, addr, &attr);
    CHECK_EQ(probe_read(addr) == 0u, refs != 0u);
    CHECK_EQ(probe_write(addr) == 0u, (refs != 0u) && ((attr & MPUMAP_WRITE) != 0u));
    interrupts_off(); /* probe_fetch uses ELR_hyp */
    CHECK_EQ(probe_fetch(addr) == 0u, (refs != 0u) && ((attr & MPUMAP_EXEC) != 0u));
    interrupts_on();
}

static void check_all(void)
{
    const uint32_t wanted = model_runs(&now) + OTHER_REGIONS;

    CHECK(model_equals(&now, &map));
    CHECK_EQ(mpumap_check(&map), MPUMAP_OK);
    CHECK(mpumap_used(&map) >= wanted);
    sum.waits += (mpumap_used(&map) > wanted) ? 1u : 0u;
    if (below(16u) == 0u) {
        CHECK_EQ(mpumap_verify(&map), MPUMAP_OK);
    }
    check_accesses();
}

/* The guarantee: with a bitmap and a spare slot for each new region nothing is lost or refused. */
static bool exchangeable(uint32_t spare_before)
{
    return (mode != ORDERED) && (spare_before >= model_new_runs(&now, &then));
}

static void check_done(uint32_t spare_before)
{
    sum.ok++;
    sum.writes += mpumap_cost(&map)->writes;
    sum.gap += (uint32_t)mpumap_cost(&map)->gap;
    CHECK((mpumap_cost(&map)->gap == 0u) || !exchangeable(spare_before));
    model_copy(&now, &then);
}

static void check_refusal(enum mpumap_result got, uint32_t spare_before)
{
    if (got == MPUMAP_NO_REGION) {
        sum.no_region++;
        /* A merge that waits needs a slot more. */
        CHECK((model_runs(&then) + OTHER_REGIONS > mpumap_capacity(&map)) ||
              !exchangeable(spare_before));
    } else {
        sum.live++;
        CHECK_EQ(got, MPUMAP_LIVE);
        CHECK(!exchangeable(spare_before));
    }
}

/* `then` is what the map is afterwards, if the operation succeeds; `wanted` is the answer, but for
 * capacity and live ranges. */
static void check_change(enum mpumap_result got, enum mpumap_result wanted, uint32_t spare_before)
{
    if ((wanted != MPUMAP_OK) || (got == MPUMAP_OK)) {
        CHECK_EQ(got, wanted);
    }
    if (got == MPUMAP_OK) {
        check_done(spare_before);
    } else if (wanted == MPUMAP_OK) {
        check_refusal(got, spare_before);
    } else {
        sum.refused++;
    }
    check_all();
}

/* --- random operations --- */

struct op {
    char kind;
    mpumap_addr_t base;
    mpumap_addr_t limit;
    mpumap_attr_t attr;
};

/* What still allows what the witness does there. */
static mpumap_attr_t attributes_for(uint8_t what)
{
    static const mpumap_attr_t text[] = {MPUMAP_RX, MPUMAP_RWX, MPUMAP_RX | MPUMAP_NORMAL_WT};
    static const mpumap_attr_t rodata[] = {MPUMAP_RO, MPUMAP_RW, MPUMAP_RO | MPUMAP_NORMAL_NC};
    static const mpumap_attr_t data[] = {MPUMAP_RW, MPUMAP_RWX, MPUMAP_RW | MPUMAP_NORMAL_WT};
    const uint32_t i = below(3u);

    return (what == WITNESS_TEXT) ? text[i] : (what == WITNESS_RODATA) ? rodata[i] : data[i];
}

static mpumap_attr_t any_attributes(mpumap_addr_t near)
{
    static const mpumap_attr_t any[] = {MPUMAP_RX,
                                        MPUMAP_RO,
                                        MPUMAP_RW,
                                        MPUMAP_RWX,
                                        MPUMAP_RO | MPUMAP_NORMAL_NC,
                                        MPUMAP_RW | MPUMAP_DEVICE,
                                        MPUMAP_RW | MPUMAP_SHARE_OUTER};

    const uint32_t i = below(2u * (uint32_t)(sizeof any / sizeof any[0]));

    if (i < sizeof any / sizeof any[0]) {
        return any[i];
    }
    return (near < (uint32_t)__text_end)     ? (mpumap_attr_t)MPUMAP_RX
           : (near < (uint32_t)__rodata_end) ? (mpumap_attr_t)MPUMAP_RO
                                             : (mpumap_attr_t)MPUMAP_RW;
}

/* Mostly pages, sometimes granules; often exactly a gap or one end of it. */
static void choose_range(struct op *op)
{
    const uint32_t unit = (below(4u) == 0u) ? 64u : 4096u;
    struct mpumap_range r = {model_base(), model_limit()};
    mpumap_addr_t a;
    mpumap_addr_t b;

    if (below(4u) != 0u) {
        (void)gap(below(gaps()), &r);
    }
    a = r.base + below((r.limit - r.base + 1u) / unit) * unit;
    b = r.base + below((r.limit - r.base + 1u) / unit) * unit + unit - 1u;
    op->base = (below(3u) == 0u) ? r.base : (a < b) ? a : b - unit + 1u;
    op->limit = (below(3u) == 0u) ? r.limit : (a < b) ? b : a + unit - 1u;
}

/* A live byte changes attributes only where an exchange makes it sure: R3 is for bytes alike. */
static bool spares_what_lives(const struct op *op)
{
    return (live_at(op->base, op->limit) == NULL) ||
           ((mode == EXCHANGE) && !in_transaction && (spare_slots() >= 4u));
}

/* One live range, or anything beside them, gets other attributes. */
static void choose_attributes(struct op *op)
{
    const struct witness_range *live;
    const uint32_t count = witness_ranges(&live);

    if ((mode == EXCHANGE) && (below(3u) == 0u)) {
        live = &live[below(count)];
        op->base = live->range.base;
        op->limit = live->range.limit;
        op->attr = attributes_for(live->what);
        return;
    }
    while (live_at(op->base, op->limit) != NULL) {
        choose_range(op);
    }
    op->attr = any_attributes(op->base);
}

static void choose_kind(struct op *op)
{
    const uint32_t kind = below(20u);

    op->kind = (kind < 8u) ? 'm' : (kind < 16u) ? 'u' : 'p';
    if ((op->kind == 'm') && (model_most(&then, op->base, op->limit) >= REFS)) {
        op->kind = 'u';
    }
    if ((op->kind == 'u') && takes_live_bytes(&then, op->base, op->limit)) {
        op->kind = 'm';
    }
}

static void choose(struct op *op)
{
    choose_range(op);
    choose_kind(op);
    if (op->kind == 'p') {
        choose_attributes(op);
    } else if ((model_at(&then, op->base, &op->attr) == 0u) &&
               (model_at(&then, op->limit, &op->attr) == 0u)) {
        op->attr = any_attributes(op->base);
    } else if (below(16u) == 0u) {
        op->attr = any_attributes(op->base);
    }
}

static bool may(const struct op *op)
{
    return (op->kind == 'm')   ? model_most(&then, op->base, op->limit) < REFS
           : (op->kind == 'u') ? true
                               : spares_what_lives(op);
}

static enum mpumap_result judge(const struct op *op)
{
    switch (op->kind) {
    case 'm':
        return model_judge_map(&then, op->base, op->limit, op->attr);
    case 'u':
        return model_judge_unmap(&then, op->base, op->limit);
    default:
        return model_judge_protect(&then, op->base, op->limit);
    }
}

static void do_to_model(const struct op *op)
{
    switch (op->kind) {
    case 'm':
        model_map(&then, op->base, op->limit, op->attr);
        break;
    case 'u':
        model_unmap(&then, op->base, op->limit);
        break;
    default:
        model_protect(&then, op->base, op->limit, op->attr);
        break;
    }
}

static enum mpumap_result do_to_map(const struct op *op)
{
    switch (op->kind) {
    case 'm':
        return mpumap_map(&map, op->base, op->limit, op->attr);
    case 'u':
        return mpumap_unmap(&map, op->base, op->limit);
    default:
        return mpumap_protect(&map, op->base, op->limit, op->attr);
    }
}

/* False: a live byte would be lost on purpose, or nothing could be said. */
static bool next_op(struct op *op, enum mpumap_result *wanted)
{
    uint32_t tries = below(10u);

    do {
        choose(op);
        *wanted = judge(op);
    } while ((!may(op) || (*wanted != MPUMAP_OK)) && (tries-- > 0u));
    if (!may(op)) {
        return false;
    }
    if (*wanted == MPUMAP_OK) {
        do_to_model(op);
    }
    return true;
}

static void one_operation(void)
{
    const uint32_t spare = spare_slots();
    enum mpumap_result wanted;
    struct op op;

    model_copy(&then, &now);
    if (next_op(&op, &wanted)) {
        check_change(do_to_map(&op), wanted, spare);
    }
}

static void one_transaction(void)
{
    const uint32_t spare = spare_slots();
    enum mpumap_result poison = MPUMAP_OK;
    enum mpumap_result wanted;
    struct op op;

    model_copy(&then, &now);
    in_transaction = true;
    CHECK_EQ(mpumap_begin(&map), MPUMAP_OK);
    for (uint32_t left = 2u + below(4u); (left > 0u) && (poison == MPUMAP_OK); left--) {
        if (next_op(&op, &wanted)) {
            CHECK_EQ(do_to_map(&op), wanted);
            poison = wanted;
        }
    }
    in_transaction = false;
    if (below(8u) == 0u) {
        CHECK_EQ(mpumap_abort(&map), MPUMAP_OK);
        check_all();
    } else {
        sum.commits++;
        check_change(mpumap_commit(&map), poison, spare);
    }
}

static void tidy_one_run(mpumap_addr_t base, mpumap_addr_t limit)
{
    for (uint8_t refs = model_least(&then, base, limit); refs > 0u; refs--) {
        CHECK_EQ(mpumap_unmap(&map, base, limit), MPUMAP_OK);
        model_unmap(&then, base, limit);
    }
}

/* Everything in a gap goes, and half of the time the whole gap is mapped as its neighbours are. */
static void tidy_one_gap(void)
{
    const uint32_t spare = spare_slots();
    struct mpumap_range r;
    mpumap_attr_t attr;

    (void)gap(below(gaps()), &r);
    model_copy(&then, &now);
    CHECK_EQ(mpumap_begin(&map), MPUMAP_OK);
    for (mpumap_addr_t at = r.base; at < r.limit;) {
        const uint8_t refs = model_at(&now, at, &attr);
        const mpumap_addr_t base = at;

        while ((at < r.limit) && (model_at(&now, at, &attr) == refs)) {
            at += MODEL_GRANULE;
        }
        tidy_one_run(base, at - 1u);
    }
    (void)model_at(&now, r.base - 1u, &attr);
    if (below(2u) == 0u) {
        CHECK_EQ(mpumap_map(&map, r.base, r.limit, attr), MPUMAP_OK);
        model_map(&then, r.base, r.limit, attr);
    }
    sum.commits++;
    check_change(mpumap_commit(&map), MPUMAP_OK, spare);
}

/* --- cases --- */

static void make_ready(void)
{
    const uint32_t beyond = (uint32_t)__buffer_start + BUFFER_COVERED;

    REQUIRE(make_map(true));
    exception_show(&map);
    begin_model();
    REQUIRE(mpumap_unmap(&map, beyond, (uint32_t)__data_end - 1u) == MPUMAP_OK);
    REQUIRE(mpumap_map(&map, TIMER_GIC_BASE, TIMER_GIC_LIMIT, MPUMAP_RW | MPUMAP_DEVICE) ==
            MPUMAP_OK);
    timer_start();
    REQUIRE(mpumap_unmap(&map, TIMER_GIC_BASE, TIMER_GIC_LIMIT) == MPUMAP_OK);
    REQUIRE(declare_live());
    CHECK(model_equals(&now, &map));
    CHECK_EQ(mpumap_used(&map), 4);
}

static void unmap_gaps(void)
{
    struct mpumap_range r;

    for (uint32_t i = 0u; gap(i, &r); i++) {
        REQUIRE(mpumap_unmap(&map, r.base, r.limit) == MPUMAP_OK);
        model_unmap(&now, r.base, r.limit);
    }
    check_all();
}

/* Without a bitmap no region can be split between two live ranges: it is done before. */
static void start_anew(void)
{
    unmap_gaps();
    bitmap_hidden = true;
    REQUIRE(make_map(false) && declare_live());
    check_all();
}

static void leave_four_slots(void)
{
    uint32_t left = spare_slots();

    for (uint16_t slot = 0u; left > 4u; slot++) {
        left -= (mpumap_reserve(&map, slot) == MPUMAP_OK) ? 1u : 0u;
    }
    CHECK_EQ(spare_slots(), 4);
}

static void the_regions_in_use_change_attributes(void)
{
    static const struct {
        char *start;
        char *end;
        mpumap_attr_t attr[3];
    } own[] = {
        {__text_start, __text_end, {MPUMAP_RWX, MPUMAP_RWX | MPUMAP_NORMAL_WT, MPUMAP_RX}},
        {__rodata_start, __rodata_end, {MPUMAP_RW, MPUMAP_RO | MPUMAP_SHARE_OUTER, MPUMAP_RO}},
        {__data_start,
         __buffer_start + BUFFER_COVERED,
         {MPUMAP_RWX, MPUMAP_RW | MPUMAP_NORMAL_NC, MPUMAP_RW}},
    };

    make_ready();
    witness_start(seed);
    for (uint32_t i = 0u; (i < 450u) && !tap_failed(); i++) {
        const uint32_t which = i % 3u;
        const struct op op = {'p', (uint32_t)own[which].start, (uint32_t)own[which].end - 1u,
                              own[which].attr[i / 3u % 3u]};

        model_copy(&then, &now);
        do_to_model(&op);
        CHECK_EQ(do_to_map(&op), MPUMAP_OK);
        model_copy(&now, &then);
        check_all();
    }
    witness_stop();
    CHECK(witness_lost_nothing());
    CHECK(witness_counts()->during_changes >= 450u);
}

static void random_changes(void)
{
    if (mode == ORDERED) {
        start_anew();
    }
    if (mode == TIGHT) {
        leave_four_slots();
    }
    witness_start(seed ^ 0x5bd1e995u);
    for (uint32_t i = 0u; (i < 3000u) && !tap_failed(); i++) {
        const uint32_t kind = below(10u);

        if ((kind == 0u) || ((kind < 5u) && (spare_slots() < 3u))) {
            tidy_one_gap();
        } else if (kind < 3u) {
            one_transaction();
        } else {
            one_operation();
        }
    }
    witness_stop();
    CHECK(witness_lost_nothing());
    CHECK(sum.ok >= 1000u);
    CHECK(sum.commits >= 300u);
    CHECK(sum.writes >= 1000u);
    CHECK((mode != ORDERED) || (sum.waits > 0u));
}

static void note_counts(void)
{
    const struct witness_counts *c = witness_counts();

    tap_note_number("changes", sum.ok);
    tap_note_number("commits", sum.commits);
    tap_note_number("register writes", sum.writes);
    tap_note_number("bytes lost by R4", sum.gap);
    tap_note_number("no-region", sum.no_region);
    tap_note_number("live", sum.live);
    tap_note_number("refused otherwise, as the model says", sum.refused);
    tap_note_number("states with a merge that waits", sum.waits);
    tap_note_number("interrupts", c->interrupts);
    tap_note_number("of these, during changes", c->during_changes);
    tap_note_number("instructions interrupted during changes", c->places);
    tap_note_number("interrupts after BASE", c->after_step[MPUMAP_STEP_BASE]);
    tap_note_number("interrupts after LIMIT", c->after_step[MPUMAP_STEP_LIMIT]);
    tap_note_number("interrupts after BITMAP", c->after_step[MPUMAP_STEP_BITMAP]);
    tap_note_number("interrupts after ORDER", c->after_step[MPUMAP_STEP_ORDER]);
}

/* The test has tested something. */
static void interrupts_came_everywhere(void)
{
    const struct witness_counts *c = witness_counts();

    note_counts();
    CHECK(c->interrupts >= 20000u);
    CHECK(c->during_changes >= 5000u);
    CHECK(c->places >= 100u);
    CHECK_EQ(c->strange, 0);
    CHECK(c->after_step[MPUMAP_STEP_BASE] >= 50u);
    CHECK(c->after_step[MPUMAP_STEP_LIMIT] >= 50u);
    CHECK(c->after_step[MPUMAP_STEP_ORDER] >= 50u);
    if (mode == ORDERED) {
        CHECK_EQ(c->after_step[MPUMAP_STEP_BITMAP], 0);
    } else {
        CHECK(c->after_step[MPUMAP_STEP_BITMAP] >= 50u);
    }
}

/* The live part of the stack and of the buffer behind it are a region; the exception stack has
 * another one, so that the loss of the first can still be told. */
static void the_region_of_the_stack_changes(void)
{
    const bool grows = (mode == GROW) || (mode == NAIVE_GROW);
    const uint32_t base = (uint32_t)__buffer_start + (grows ? BUFFER_COVERED - 0x1000u : 0u);
    const uint32_t limit = grows ? base + 0xfffu : base + 0x7fffu;
    const enum mode wanted = mode;

    mode = EXCHANGE;
    make_ready();
    unmap_gaps();
    REQUIRE(mpumap_map(&map, (uint32_t)__buffer_start, model_limit(), MPUMAP_RW) == MPUMAP_OK);
    mode = wanted;
    witness_start(seed);
    for (uint32_t i = 0u; i < 1000u; i++) {
        REQUIRE(mpumap_unmap(&map, base, limit) == MPUMAP_OK);
        REQUIRE(mpumap_map(&map, base, limit, MPUMAP_RW) == MPUMAP_OK);
    }
    witness_stop();
    CHECK(witness_lost_nothing());
    CHECK(witness_counts()->during_changes >= 1000u);
}

/* --- the command line --- */

static bool starts_word(const char *text, const char *word)
{
    while ((*word != '\0') && (*text == *word)) {
        text++;
        word++;
    }
    return (*word == '\0') && ((*text == '\0') || (*text == ' '));
}

static const char *next_word(const char *text)
{
    while ((*text != ' ') && (*text != '\0')) {
        text++;
    }
    return (*text == ' ') ? text + 1 : text;
}

static bool parse(void)
{
    static char line[128];
    const char *at;

    if (!host_command_line(line, sizeof line)) {
        return false;
    }
    at = next_word(line);
    for (; (*at >= '0') && (*at <= '9'); at++) {
        seed = seed * 10u + (uint32_t)(*at - '0');
    }
    random_state = seed * 2654435761u + 1u;
    at = next_word(at);
    for (uint32_t i = 0u; i < MODES; i++) {
        if (starts_word(at, mode_names[i])) {
            mode = (enum mode)i;
            return true;
        }
    }
    return false;
}

int main(void)
{
    static const struct tap_case random[] = {
        TAP_CASE(the_regions_in_use_change_attributes),
        TAP_CASE(random_changes),
        TAP_CASE(interrupts_came_everywhere),
    };
    static const struct tap_case directed[] = {
        TAP_CASE(the_region_of_the_stack_changes),
    };

    if (!parse()) {
        return 2;
    }
    return (mode < GROW) ? target_run(random, sizeof random / sizeof random[0])
                         : target_run(directed, sizeof directed / sizeof directed[0]);
}
