/* SPDX-License-Identifier: MIT */
/* Plays a trace: everything that can be refused is refused before the first operation. */
#include "play.h"

/* One play at a time; too large for a core's stack. */
static struct player the_player;

uint32_t player_address_bits(enum player_target target)
{
    return ((target == PLAYER_ARMV8R64_EL1) || (target == PLAYER_ARMV8R64_EL2)) ? 48u : 32u;
}

static bool in_width(const struct player *p, uint64_t base, uint64_t limit)
{
    uint64_t top = (1ull << player_address_bits(p->request.target)) - 1u;

    return (base <= limit) && (limit <= top);
}

/* ---- the player's own memory ---- */

bool player_owns(const struct player *p, uint64_t base, uint64_t limit, struct mpumap_range *own)
{
    for (uint8_t i = 0u; p->ops->own(p->ctx, i, own); i++) {
        if ((base <= own->limit) && (own->base <= limit)) {
            return true;
        }
    }
    return false;
}

static bool names_memory(enum trace_kind kind)
{
    return (kind >= TRACE_MAP) && (kind <= TRACE_ACCESS) && (kind != TRACE_RESERVE);
}

/* A mapping must not even touch the player's own regions: the map would join the two. */
static bool spares_own(struct player *p, const struct trace_line *line)
{
    uint64_t reach = (line->kind == TRACE_MAP) ? 1u : 0u;
    uint64_t base = (line->base >= reach) ? line->base - reach : line->base;
    struct mpumap_range own;

    if (!names_memory(line->kind) || !in_width(p, line->base, line->limit) ||
        !player_owns(p, base, line->limit + reach, &own)) {
        return true;
    }
    p->parser.complaint = (struct trace_complaint){.line = line->number,
                                                   .column = line->column,
                                                   .found = line->ranges,
                                                   .expected = "memory that does not touch",
                                                   .own = true,
                                                   .owned = own};
    return false;
}

/* ---- before the play ---- */

static void start(struct player *p, const char *text, size_t length)
{
    trace_start(&p->parser, text, length);
}

/* Parses all of it; with `own`, looks for ranges that the player needs instead. */
static bool scan(struct player *p, const char *text, size_t length, bool own)
{
    struct trace_line line;

    start(p, text, length);
    do {
        if (!trace_next(&p->parser, &line) || (own && !spares_own(p, &line))) {
            print_complaint(p, &p->parser.complaint);
            return false;
        }
    } while (line.kind != TRACE_END);
    return true;
}

static void take_header(struct player *p)
{
    p->request.target = p->options->override_target ? p->options->target : p->parser.target;
    p->request.regions = p->parser.regions;
    p->request.policy = p->options->override_policy ? p->options->policy : p->parser.policy;
}

static bool prepare(struct player *p, const char *text, size_t length)
{
    const struct mpumap_port *real;
    void *real_ctx = NULL;
    uint16_t free;

    if (!scan(p, text, length, false)) {
        return false;
    }
    take_header(p);
    real = p->ops->port(p->ctx, p->request.target, &real_ctx);
    if (real == NULL) {
        print_no_engine(p);
        return false;
    }
    if (!scan(p, text, length, true)) {
        return false;
    }
    tap_start(&p->tap, real, real_ctx, p->options->steps);
    p->request.tap = &p->tap.port;
    p->request.tap_ctx = &p->tap;
    free = p->ops->setup(p->ctx, &p->request, &p->engine);
    if ((free == 0u) || (free < p->request.regions)) {
        print_shortage(p, free);
        return false;
    }
    tap_sync(p);
    return true;
}

/* ---- operations ---- */

static mpumap_addr_t narrow(uint64_t address)
{
    return (mpumap_addr_t)address;
}

static bool fits(uint64_t address)
{
    return narrow(address) == address;
}

/* An address that this build cannot express gives the answer that the map gives for a reversed
 * range: `range`, before anything else, and poison inside a transaction. */
static struct mpumap_range narrow_range(const struct trace_line *line)
{
    if (!fits(line->base) || !fits(line->limit)) {
        return (struct mpumap_range){1u, 0u};
    }
    return (struct mpumap_range){narrow(line->base), narrow(line->limit)};
}

static enum mpumap_result reserve(const struct player *p, uint64_t slot)
{
    uint16_t hardware = UINT16_MAX;

    if (slot < p->engine.regions) {
        hardware = (uint16_t)(slot + p->engine.first_slot);
    }
    return mpumap_reserve(p->engine.map, hardware);
}

static enum mpumap_result change(const struct player *p, const struct trace_line *line)
{
    struct mpumap_range r = narrow_range(line);
    struct mpumap *m = p->engine.map;

    switch (line->kind) {
    case TRACE_MAP:
        return mpumap_map(m, r.base, r.limit, line->attr);
    case TRACE_UNMAP:
        return mpumap_unmap(m, r.base, r.limit);
    case TRACE_UNMAP_AT:
        return fits(line->base) ? mpumap_unmap_at(m, r.base) : mpumap_unmap(m, r.base, r.limit);
    case TRACE_PROTECT:
        return mpumap_protect(m, r.base, r.limit, line->attr);
    case TRACE_LOCK:
        return mpumap_lock(m, r.base, r.limit);
    case TRACE_LIVE:
        return mpumap_live(m, r.base, r.limit);
    case TRACE_UNLIVE:
        return mpumap_unlive(m, r.base, r.limit);
    case TRACE_RESERVE:
        return reserve(p, line->base);
    case TRACE_BEGIN:
        return mpumap_begin(m);
    case TRACE_COMMIT:
        return mpumap_commit(m);
    case TRACE_ABORT:
        return mpumap_abort(m);
    case TRACE_CHECK:
        return mpumap_check(m);
    case TRACE_END:
    case TRACE_BLANK:
    case TRACE_TARGET:
    case TRACE_POLICY:
    case TRACE_EXPECT:
    case TRACE_FIND:
    case TRACE_ACCESS:
    case TRACE_DUMP:
        break;
    }
    return MPUMAP_OK;
}

static bool costs(enum trace_kind kind)
{
    return (kind == TRACE_MAP) || (kind == TRACE_UNMAP) || (kind == TRACE_UNMAP_AT) ||
           (kind == TRACE_PROTECT) || (kind == TRACE_COMMIT);
}

static void take_why(const struct player *p, struct answer *a)
{
    const struct mpumap_why *why = mpumap_why(p->engine.map);

    a->base = why->base;
    a->limit = why->limit;
    a->slot = why->slot;
    a->attribute = (enum mpumap_attribute)why->attribute;
    a->present = why->present;
    a->wanted = why->wanted;
}

/* `range` is about what the trace says, which may be wider than an address of this build. */
static void take_range_why(struct player *p, const struct trace_line *line, struct answer *a)
{
    if ((line->kind == TRACE_COMMIT) && p->poisoned) {
        a->base = p->poison_base;
        a->limit = p->poison_limit;
    } else if (line->kind != TRACE_RESERVE) {
        a->base = line->base;
        a->limit = line->limit;
    }
}

static void note_poison(struct player *p, const struct trace_line *line, const struct answer *a)
{
    if (line->kind == TRACE_BEGIN) {
        p->poisoned = false;
    } else if ((a->result != MPUMAP_OK) && !p->poisoned) {
        p->poisoned = true;
        p->poison_base = a->base;
        p->poison_limit = a->limit;
    }
}

static void play_change(struct player *p, const struct trace_line *line, struct answer *a)
{
    a->result = change(p, line);
    a->word = mpumap_result_name(a->result);
    if (a->result != MPUMAP_OK) {
        take_why(p, a);
    } else if (costs(line->kind)) {
        a->has_cost = true;
        a->cost = *mpumap_cost(p->engine.map);
        p->totals.writes += a->cost.writes;
        p->totals.barriers += a->cost.barriers;
        p->totals.gap += a->cost.gap;
    }
    if (a->result == MPUMAP_RANGE) {
        take_range_why(p, line, a);
    }
    note_poison(p, line, a);
}

static void refuse_question(const struct trace_line *line, enum mpumap_result result,
                            struct answer *a)
{
    a->result = result;
    a->word = mpumap_result_name(result);
    a->base = line->base;
    a->limit = line->limit;
}

static void play_find(struct player *p, const struct trace_line *line, struct answer *a)
{
    struct mpumap_range r = narrow_range(line);
    struct mpumap_region region = {0};
    enum mpumap_result error = MPUMAP_OK;
    enum mpumap_found found = mpumap_find(p->engine.map, r.base, r.limit, &region, &error);

    if (found == MPUMAP_FIND_REFUSED) {
        refuse_question(line, error, a);
        return;
    }
    a->word = mpumap_found_name(found);
    if (found != MPUMAP_NOT_FOUND) {
        a->has_region = true;
        a->slot = region.slot;
    }
}

static void play_access(struct player *p, const struct trace_line *line, struct answer *a)
{
    if (!in_width(p, line->base, line->limit)) {
        refuse_question(line, MPUMAP_RANGE, a);
    } else if (p->ops->access(p->ctx, line->access, narrow(line->base))) {
        a->word = "allow";
    } else {
        a->word = "deny";
        a->denied = true;
    }
}

static void perform(struct player *p, const struct trace_line *line, struct answer *a)
{
    *a = (struct answer){.word = "ok", .result = MPUMAP_OK, .slot = MPUMAP_NO_SLOT};
    p->tap.count = 0u;
    p->tap.omitted = 0u;
    if (line->kind == TRACE_FIND) {
        play_find(p, line, a);
    } else if (line->kind == TRACE_ACCESS) {
        play_access(p, line, a);
    } else if (line->kind != TRACE_DUMP) {
        play_change(p, line, a);
    }
    p->totals.operations++;
    p->last = a->word;
}

bool player_next(const struct player *p, bool spans, uint16_t *cursor, struct mpumap_region *out)
{
    struct mpumap_range own;

    while (spans ? mpumap_next_span(p->engine.map, cursor, out)
                 : mpumap_next_region(p->engine.map, cursor, out)) {
        if (!player_owns(p, out->base, out->limit, &own)) {
            return true;
        }
    }
    return false;
}

/* ---- the play ---- */

static bool word_is(const char *word, struct slice slice)
{
    return slice_is(slice, word);
}

/* The text form shows on the operation's own line that the next line's expectation holds. */
static bool next_expects(const struct player *p, const char *word)
{
    struct trace_parser ahead = p->parser;
    struct trace_line line;

    return trace_next(&ahead, &line) && (line.kind == TRACE_EXPECT) &&
           (line.comment.length == 0u) && word_is(word, line.answer);
}

static void play_expect(struct player *p, const struct trace_line *line)
{
    bool held = word_is(p->last, line->answer);

    if (held) {
        p->totals.held++;
    } else {
        p->totals.failed++;
    }
    if (p->options->json) {
        json_expect(p, line, held);
    } else if (!held || !p->shown) {
        print_expect(p, line, held);
    }
    p->shown = false;
}

/* After an operation: the map's own rules, and whatever else the engine can compare. */
static bool intact(struct player *p, const struct trace_line *line)
{
    if (mpumap_check(p->engine.map) != MPUMAP_OK) {
        print_problem(p, line->number, "defect: the map breaks a rule of its own after this line");
        return false;
    }
    if ((p->ops->after != NULL) && !p->ops->after(p->ctx)) {
        print_problem(p, line->number,
                      "defect: the registers are not as they must be after this line");
        return false;
    }
    return true;
}

static bool play_operation(struct player *p, const struct trace_line *line)
{
    struct answer a;

    perform(p, line, &a);
    if (p->options->json) {
        json_answer(p, line, &a);
    } else {
        p->shown = next_expects(p, a.word);
        print_answer(p, line, &a, p->shown);
    }
    if ((line->kind == TRACE_FIND) || (line->kind == TRACE_ACCESS) || (line->kind == TRACE_DUMP)) {
        return true;
    }
    return intact(p, line);
}

static bool play_line(struct player *p, const struct trace_line *line)
{
    switch (line->kind) {
    case TRACE_END:
    case TRACE_TARGET:
    case TRACE_POLICY:
        return true;
    case TRACE_BLANK:
        if (!p->options->json) {
            print_blank(p, line);
        }
        return true;
    case TRACE_EXPECT:
        play_expect(p, line);
        return true;
    case TRACE_MAP:
    case TRACE_UNMAP:
    case TRACE_UNMAP_AT:
    case TRACE_PROTECT:
    case TRACE_LOCK:
    case TRACE_LIVE:
    case TRACE_UNLIVE:
    case TRACE_RESERVE:
    case TRACE_FIND:
    case TRACE_ACCESS:
    case TRACE_BEGIN:
    case TRACE_COMMIT:
    case TRACE_ABORT:
    case TRACE_CHECK:
    case TRACE_DUMP:
        break;
    }
    return play_operation(p, line);
}

static int play(struct player *p, const char *text, size_t length)
{
    struct trace_line line;

    start(p, text, length);
    do {
        if (!trace_next(&p->parser, &line)) {
            return PLAYER_MALFORMED;
        }
        if (!play_line(p, &line)) {
            return PLAYER_DEFECT;
        }
    } while (line.kind != TRACE_END);
    return (p->totals.failed == 0u) ? PLAYER_PASSED : PLAYER_FAILED;
}

static void clear(struct player *p, const struct player_options *options,
                  const struct player_ops *ops, void *ctx)
{
    p->options = options;
    p->ops = ops;
    p->ctx = ctx;
    p->engine = (struct player_engine){0};
    p->totals = (struct totals){0};
    p->out = (struct text){.put = ops->out, .ctx = ctx, .colour = options->colour};
    p->err = (struct text){.put = ops->err, .ctx = ctx};
    p->poisoned = false;
    p->shown = false;
    p->last = "";
}

int player_run(const char *text, size_t length, const struct player_options *options,
               const struct player_ops *ops, void *ctx)
{
    struct player *p = &the_player;
    int status;

    clear(p, options, ops, ctx);
    if (!prepare(p, text, length)) {
        text_flush(&p->err);
        return PLAYER_MALFORMED;
    }
    if (!options->json) {
        print_intro(p);
    }
    status = play(p, text, length);
    if (!options->json) {
        print_summary(p);
    }
    text_flush(&p->out);
    text_flush(&p->err);
    return status;
}

int player_scan(const char *text, size_t length, const struct player_options *options,
                const struct player_ops *ops, void *ctx, struct player_request *out)
{
    struct player *p = &the_player;

    clear(p, options, ops, ctx);
    if (!scan(p, text, length, false)) {
        text_flush(&p->err);
        return PLAYER_MALFORMED;
    }
    take_header(p);
    *out = p->request;
    return PLAYER_PASSED;
}
