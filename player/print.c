/* SPDX-License-Identifier: MIT */
/* The text form: for people. Comments of the trace are part of it, so that a trace can tell a
 * story. */
#include "play.h"

#define COLUMN_OPERATION 6u
#define COLUMN_ANSWER 52u
#define COLUMN_EXPECTED 64u
#define COLUMN_NOTE 77u
#define COLUMN_TABLE 10u

#define STYLE_NONE ""
#define STYLE_DIM "2"
#define STYLE_BOLD "1"
#define STYLE_GOOD "32"
#define STYLE_REFUSED "33"
#define STYLE_BAD "1;31"
#define STYLE_COMMENT "36"

/* ---- complaints ---- */

static void place(struct player *p, uint32_t line, uint32_t column)
{
    text_string(&p->err, p->options->name);
    text_char(&p->err, ':');
    if (line != 0u) {
        text_decimal(&p->err, line);
        text_char(&p->err, ':');
    }
    if (column != 0u) {
        text_decimal(&p->err, column);
        text_char(&p->err, ':');
    }
    text_char(&p->err, ' ');
}

static void range_text(struct text *t, uint64_t base, uint64_t limit)
{
    text_hex(t, base);
    if (limit != base) {
        text_string(t, "..");
        text_hex(t, limit);
    }
}

void print_complaint(struct player *p, const struct trace_complaint *c)
{
    place(p, c->line, c->column);
    text_string(&p->err, "found ");
    if (c->end_of_file) {
        text_string(&p->err, "the end of the file");
    } else if (c->found.length == 0u) {
        text_string(&p->err, "the end of the line");
    } else {
        text_quoted(&p->err, c->found);
    }
    text_string(&p->err, ", expected ");
    text_string(&p->err, c->expected);
    if (c->begun != 0u) {
        text_string(&p->err, " of the transaction begun in line ");
        text_decimal(&p->err, c->begun);
    }
    if (c->own) {
        text_char(&p->err, ' ');
        range_text(&p->err, c->owned.base, c->owned.limit);
        text_string(&p->err, ", which the player itself needs on this engine");
    }
    text_char(&p->err, '\n');
}

void print_problem(struct player *p, uint32_t line, const char *what)
{
    place(p, line, 0u);
    text_string(&p->err, what);
    text_char(&p->err, '\n');
}

void print_no_engine(struct player *p)
{
    place(p, 0u, 0u);
    text_string(&p->err, "this engine does not play target ");
    text_string(&p->err, player_target_name(p->request.target));
    text_char(&p->err, '\n');
}

void print_shortage(struct player *p, uint16_t free)
{
    place(p, 0u, 0u);
    text_string(&p->err, "the trace asks for ");
    text_count(&p->err, (p->request.regions != 0u) ? p->request.regions : 1u, "region");
    text_string(&p->err, ", and ");
    text_string(&p->err, player_target_name(p->request.target));
    text_string(&p->err, " has ");
    text_decimal(&p->err, free);
    text_string(&p->err, " free for it on this engine\n");
}

/* ---- lines ---- */

static void styled(struct text *t, const char *style, const char *string)
{
    text_style(t, style);
    text_string(t, string);
    text_style(t, STYLE_NONE);
}

static void line_number(struct player *p, const struct trace_line *line)
{
    text_style(&p->out, STYLE_DIM);
    text_decimal_right(&p->out, line->number, COLUMN_OPERATION - 2u);
    text_style(&p->out, STYLE_NONE);
}

/* U+0080 to U+009F are control characters, C2 80 to C2 9F in UTF-8: not for a terminal. */
static void comment(struct player *p, struct slice text)
{
    unsigned char before = 0u;

    text_style(&p->out, STYLE_COMMENT);
    for (size_t i = 0u; i < text.length; i++) {
        unsigned char c = (unsigned char)text.at[i];
        bool control = (before == 0xc2u) && (c >= 0x80u) && (c < 0xa0u);

        text_char(&p->out, control ? '?' : text.at[i]);
        before = c;
    }
    text_style(&p->out, STYLE_NONE);
}

/* The operands, with one space before each. */
static void operands(struct player *p, struct slice s)
{
    bool blank = true;

    for (size_t i = 0u; i < s.length; i++) {
        bool is_blank = (s.at[i] == ' ') || (s.at[i] == '\t');

        if (!is_blank) {
            if (blank) {
                text_char(&p->out, ' ');
            }
            text_char(&p->out, s.at[i]);
        }
        blank = is_blank;
    }
}

static void operation(struct player *p, const struct trace_line *line)
{
    line_number(p, line);
    text_to(&p->out, COLUMN_OPERATION);
    text_style(&p->out, STYLE_BOLD);
    text_slice(&p->out, line->name);
    text_style(&p->out, STYLE_NONE);
    operands(p, line->operands);
}

void print_blank(struct player *p, const struct trace_line *line)
{
    if (line->comment.length != 0u) {
        text_string(&p->out, "  ");
        comment(p, line->comment);
    }
    text_char(&p->out, '\n');
}

void print_intro(struct player *p)
{
    text_style(&p->out, STYLE_BOLD);
    text_string(&p->out, p->options->name);
    text_style(&p->out, STYLE_NONE);
    text_string(&p->out, " on ");
    text_string(&p->out, player_target_name(p->request.target));
    text_string(&p->out, ", ");
    text_count(&p->out, p->engine.regions, "region");
    text_string(&p->out, ", policy ");
    text_string(&p->out, (p->request.policy == MPUMAP_EXACT) ? "exact" : "whole");
    text_string(&p->out, "\n\n");
}

/* ---- why ---- */

static void slot_text(struct player *p, uint8_t slot)
{
    if (slot != MPUMAP_NO_SLOT) {
        text_string(&p->out, " (slot ");
        text_decimal(&p->out, (uint64_t)slot - p->engine.first_slot);
        text_char(&p->out, ')');
    }
}

static void why_range(struct player *p, const struct trace_line *line, const struct answer *a)
{
    if (line->kind == TRACE_RESERVE) {
        text_string(&p->out, "slots are numbered 0 to ");
        text_decimal(&p->out, (uint64_t)p->engine.regions - 1u);
        return;
    }
    range_text(&p->out, a->base, a->limit);
    if (a->base > a->limit) {
        text_string(&p->out, " is reversed: the second address is the range's last byte");
    } else {
        text_string(&p->out, " is beyond the target's ");
        text_decimal(&p->out, player_address_bits(p->request.target));
        text_string(&p->out, "-bit addresses");
    }
}

static void why_align(struct player *p, const struct answer *a)
{
    uint64_t granule = 1ull << p->tap.limits.granule_shift;
    bool base = (a->base & (granule - 1u)) != 0u;

    text_string(&p->out, base ? "the first byte " : "the byte after the last, ");
    text_hex(&p->out, base ? a->base : a->limit + 1u);
    text_string(&p->out, base ? " is" : ", is");
    text_string(&p->out, " not a multiple of ");
    text_decimal(&p->out, granule);
}

static void why_attr(struct player *p, const struct trace_line *line)
{
    mpumap_attr_t wrong = p->tap.limits.lower_el1 ? MPUMAP_EL0 : MPUMAP_EL1;
    mpumap_attr_t type = line->attr & MPUMAP_TYPE_MASK;
    bool device = (type == MPUMAP_DEVICE) || (type == MPUMAP_DEVICE_NGNRNE);

    if (((line->attr & MPUMAP_EXEC) != 0u) && device) {
        text_string(&p->out, "device memory must not be executable");
    } else if ((line->attr & MPUMAP_PERM_MASK) == MPUMAP_RWX) {
        text_string(&p->out, "memory must not be writable and executable");
    } else if ((line->attr & wrong) != 0u) {
        text_string(&p->out, "the level below this MPU is written ");
        text_string(&p->out, (wrong == MPUMAP_EL0) ? "+el1" : "+el0");
    } else {
        text_string(&p->out, "these attributes cannot be encoded");
    }
}

static void attribute_text(struct player *p, enum mpumap_attribute attribute, mpumap_attr_t attr)
{
    if (attribute == MPUMAP_ATTRIBUTE_PERMISSION) {
        text_string(&p->out, mpumap_perm_name(attr));
    } else if (attribute == MPUMAP_ATTRIBUTE_TYPE) {
        text_string(&p->out, mpumap_type_name(attr));
    } else {
        text_string(&p->out, mpumap_share_name(attr));
    }
}

static void why_conflict(struct player *p, const struct answer *a)
{
    text_string(&p->out, " is mapped with ");
    text_string(&p->out, mpumap_attribute_name(a->attribute));
    text_char(&p->out, ' ');
    attribute_text(p, a->attribute, a->present);
    text_string(&p->out, ", and ");
    attribute_text(p, a->attribute, a->wanted);
    text_string(&p->out, " is wanted");
}

static const char *sentence(enum mpumap_result result)
{
    switch (result) {
    case MPUMAP_POLICY:
        return ": unmap-at belongs to policy whole";
    case MPUMAP_STATE:
        return ": not possible in this state";
    case MPUMAP_OVERLAP:
        return " is overlapped, neither equal to the range nor around it";
    case MPUMAP_NOT_MAPPED:
        return " is not mapped";
    case MPUMAP_LOCKED:
        return " is locked";
    case MPUMAP_PARTIAL:
        return " has one reference left: only its full range will do";
    case MPUMAP_SHARED:
        return " is held by others too";
    case MPUMAP_REFS:
        return " has as many references as can be counted";
    case MPUMAP_NO_REGION:
        return ": the hardware has no region left for the result";
    case MPUMAP_NO_SPACE:
        return ": the map's own storage is full";
    case MPUMAP_LIVE:
        return " is live, and no order of register writes keeps it accessible throughout";
    case MPUMAP_CORRUPT:
        return " breaks a rule of the map";
    case MPUMAP_OK:
    case MPUMAP_RANGE:
    case MPUMAP_ALIGN:
    case MPUMAP_ATTR:
    case MPUMAP_CONFLICT:
        break;
    }
    return "";
}

/* How full the trace's share of the slots is; a change may need more than one. */
static void regions_text(struct player *p)
{
    struct mpumap_region r;
    uint16_t cursor = 0u;
    uint16_t used = 0u;

    while (player_next(p, false, &cursor, &r)) {
        used++;
    }
    text_string(&p->out, "; ");
    text_decimal(&p->out, used);
    text_string(&p->out, " of ");
    text_decimal(&p->out, (uint64_t)mpumap_capacity(p->engine.map) -
                              (mpumap_used(p->engine.map) - (uint64_t)used));
    text_string(&p->out, " are in use");
}

static void why(struct player *p, const struct trace_line *line, const struct answer *a)
{
    text_to(&p->out, COLUMN_TABLE);
    text_style(&p->out, STYLE_REFUSED);
    if (a->result == MPUMAP_RANGE) {
        why_range(p, line, a);
    } else if (a->result == MPUMAP_ALIGN) {
        why_align(p, a);
    } else if ((a->result == MPUMAP_ATTR) && (line->kind != TRACE_COMMIT)) {
        why_attr(p, line);
    } else {
        range_text(&p->out, a->base, a->limit);
        slot_text(p, a->slot);
        if (a->result == MPUMAP_CONFLICT) {
            why_conflict(p, a);
        } else if ((a->result == MPUMAP_NO_REGION) && (line->kind == TRACE_RESERVE)) {
            text_string(&p->out, " is in use");
        } else {
            text_string(&p->out, sentence(a->result));
        }
        if ((a->result == MPUMAP_NO_REGION) && (line->kind != TRACE_RESERVE)) {
            regions_text(p);
        }
    }
    text_style(&p->out, STYLE_NONE);
    text_char(&p->out, '\n');
}

/* ---- answers ---- */

static const char *answer_style(const struct answer *a)
{
    if ((a->result != MPUMAP_OK) || a->denied) {
        return STYLE_REFUSED;
    }
    return STYLE_GOOD;
}

static void cost(struct text *t, const struct mpumap_cost *c)
{
    text_count(t, c->writes, "write");
    text_string(t, ", ");
    text_count(t, c->barriers, "barrier");
    if (c->gap != 0u) {
        text_string(t, ", ");
        text_count(t, c->gap, "byte");
        text_string(t, " lost for a moment");
    }
}

static void notes(struct player *p, const struct trace_line *line, const struct answer *a,
                  bool expected)
{
    bool costly = a->has_cost && ((a->cost.writes != 0u) || (a->cost.barriers != 0u));

    text_style(&p->out, STYLE_DIM);
    if (expected) {
        text_to(&p->out, COLUMN_EXPECTED);
        text_string(&p->out, "as expected");
    }
    if (a->has_region && (a->slot != MPUMAP_NO_SLOT)) {
        text_to(&p->out, COLUMN_NOTE);
        text_string(&p->out, "slot ");
        text_decimal(&p->out, (uint64_t)a->slot - p->engine.first_slot);
    }
    if (costly) {
        text_to(&p->out, COLUMN_NOTE);
        cost(&p->out, &a->cost);
    }
    text_style(&p->out, STYLE_NONE);
    if (line->comment.length != 0u) {
        text_to(&p->out, COLUMN_NOTE);
        comment(p, line->comment);
    }
    text_char(&p->out, '\n');
}

/* ---- the table ---- */

static void region_row(struct player *p, const struct mpumap_region *r)
{
    struct text *t = &p->out;

    text_to(t, COLUMN_TABLE);
    if (r->slot == MPUMAP_NO_SLOT) {
        text_string(t, "   -");
    } else {
        text_decimal_right(t, (uint64_t)r->slot - p->engine.first_slot, 4u);
    }
    text_to(t, COLUMN_TABLE + 6u);
    range_text(t, r->base, r->limit);
    text_to(t, COLUMN_TABLE + 30u);
    text_size(t, (uint64_t)r->limit - r->base);
    text_to(t, COLUMN_TABLE + 40u);
    text_string(t, mpumap_perm_name(r->attr));
    text_to(t, COLUMN_TABLE + 48u);
    text_string(t, mpumap_type_name(r->attr));
    text_to(t, COLUMN_TABLE + 62u);
    text_string(t, mpumap_share_name(r->attr));
    text_to(t, COLUMN_TABLE + 68u);
    text_decimal_right(t, r->refs, 4u);
    text_char(t, '\n');
}

static void table_head(struct text *t)
{
    static const struct {
        uint32_t column;
        const char *word;
    } heads[] = {{0u, "slot"},  {6u, "range"},  {30u, "size"}, {40u, "access"},
                 {48u, "type"}, {62u, "share"}, {68u, "refs"}};

    text_style(t, STYLE_DIM);
    for (uint32_t i = 0u; i < sizeof heads / sizeof heads[0]; i++) {
        text_to(t, COLUMN_TABLE + heads[i].column);
        text_string(t, heads[i].word);
    }
    text_style(t, STYLE_NONE);
    text_char(t, '\n');
}

/* The runs of equal count inside a region, where there is more than one. */
static void span_rows(struct player *p, const struct mpumap_region *region, uint16_t *cursor)
{
    struct mpumap_region span;
    uint16_t next = *cursor;

    while (player_next(p, true, &next, &span) && (span.base <= region->limit)) {
        uint16_t here = next;

        *cursor = here;
        if ((span.base <= region->base) && (span.limit >= region->limit)) {
            continue;
        }
        text_style(&p->out, STYLE_DIM);
        text_to(&p->out, COLUMN_TABLE + 8u);
        range_text(&p->out, span.base, span.limit);
        text_to(&p->out, COLUMN_TABLE + 32u);
        text_size(&p->out, (uint64_t)span.limit - span.base);
        text_to(&p->out, COLUMN_TABLE + 68u);
        text_decimal_right(&p->out, span.refs, 4u);
        text_style(&p->out, STYLE_NONE);
        text_char(&p->out, '\n');
    }
}

static void table(struct player *p)
{
    struct mpumap_region region;
    uint16_t cursor = 0u;
    uint16_t span_cursor = 0u;
    uint32_t rows = 0u;

    for (; player_next(p, false, &cursor, &region); rows++) {
        if (rows == 0u) {
            table_head(&p->out);
        }
        region_row(p, &region);
        if (p->request.policy == MPUMAP_EXACT) {
            span_rows(p, &region, &span_cursor);
        }
    }
    if (rows == 0u) {
        text_to(&p->out, COLUMN_TABLE);
        styled(&p->out, STYLE_DIM, "nothing is mapped\n");
    }
}

void print_answer(struct player *p, const struct trace_line *line, const struct answer *a,
                  bool expected)
{
    operation(p, line);
    text_to(&p->out, COLUMN_ANSWER);
    styled(&p->out, answer_style(a), a->word);
    notes(p, line, a, expected);
    if (a->result != MPUMAP_OK) {
        why(p, line, a);
    } else if (line->kind == TRACE_DUMP) {
        table(p);
    }
    if (p->options->steps) {
        steps_text(p);
    }
}

void print_expect(struct player *p, const struct trace_line *line, bool held)
{
    operation(p, line);
    text_to(&p->out, COLUMN_ANSWER);
    if (held) {
        styled(&p->out, STYLE_DIM, "holds");
    } else {
        text_style(&p->out, STYLE_BAD);
        text_string(&p->out, "FAILED: the answer was ");
        text_string(&p->out, p->last);
        text_style(&p->out, STYLE_NONE);
    }
    if (line->comment.length != 0u) {
        text_to(&p->out, COLUMN_NOTE);
        comment(p, line->comment);
    }
    text_char(&p->out, '\n');
}

void print_summary(struct player *p)
{
    const struct totals *n = &p->totals;
    struct text *t = &p->out;

    text_char(t, '\n');
    text_count(t, n->operations, "operation");
    text_string(t, ": ");
    text_count(t, n->writes, "register write");
    text_string(t, ", ");
    text_count(t, n->barriers, "barrier");
    text_string(t, ", ");
    text_count(t, n->gap, "byte");
    text_string(t, " lost for a moment. ");
    text_count(t, (uint64_t)n->held + n->failed, "expectation");
    text_string(t, ": ");
    text_style(t, STYLE_GOOD);
    text_decimal(t, n->held);
    text_string(t, " held");
    text_style(t, STYLE_NONE);
    text_string(t, ", ");
    text_style(t, (n->failed != 0u) ? STYLE_BAD : STYLE_DIM);
    text_decimal(t, n->failed);
    text_string(t, " failed");
    text_style(t, STYLE_NONE);
    text_char(t, '\n');
}
