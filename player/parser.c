/* SPDX-License-Identifier: MIT */
#include "parser.h"

struct word {
    struct slice text;
    uint32_t column;
};

/* What an operation takes. */
enum shape {
    SHAPE_NONE,
    SHAPE_RANGE,
    SHAPE_RANGE_ATTR,
    SHAPE_ADDRESS,
    SHAPE_SLOT,
    SHAPE_ACCESS,
    SHAPE_ANSWER,
    SHAPE_TARGET,
    SHAPE_POLICY
};

static const struct keyword {
    const char *word;
    enum trace_kind kind;
    enum shape shape;
} keywords[] = {
    {"target", TRACE_TARGET, SHAPE_TARGET},
    {"policy", TRACE_POLICY, SHAPE_POLICY},
    {"expect", TRACE_EXPECT, SHAPE_ANSWER},
    {"map", TRACE_MAP, SHAPE_RANGE_ATTR},
    {"unmap", TRACE_UNMAP, SHAPE_RANGE},
    {"unmap-at", TRACE_UNMAP_AT, SHAPE_ADDRESS},
    {"protect", TRACE_PROTECT, SHAPE_RANGE_ATTR},
    {"lock", TRACE_LOCK, SHAPE_RANGE},
    {"live", TRACE_LIVE, SHAPE_RANGE},
    {"unlive", TRACE_UNLIVE, SHAPE_RANGE},
    {"reserve", TRACE_RESERVE, SHAPE_SLOT},
    {"find", TRACE_FIND, SHAPE_RANGE},
    {"access", TRACE_ACCESS, SHAPE_ACCESS},
    {"begin", TRACE_BEGIN, SHAPE_NONE},
    {"commit", TRACE_COMMIT, SHAPE_NONE},
    {"abort", TRACE_ABORT, SHAPE_NONE},
    {"check", TRACE_CHECK, SHAPE_NONE},
    {"dump", TRACE_DUMP, SHAPE_NONE},
};

#define KEYWORDS (sizeof keywords / sizeof keywords[0])

/* A word of the attributes and its bits. */
struct term {
    const char *word;
    mpumap_attr_t bits;
};

static const struct term permissions[] = {
    {"ro", MPUMAP_RO}, {"rw", MPUMAP_RW}, {"rx", MPUMAP_RX}, {"rwx", MPUMAP_RWX}, {NULL, 0u}};
static const struct term levels[] = {{"+el1", MPUMAP_EL1}, {"+el0", MPUMAP_EL0}, {NULL, 0u}};
static const struct term types[] = {{"normal", MPUMAP_NORMAL},
                                    {"normal-nc", MPUMAP_NORMAL_NC},
                                    {"normal-wt", MPUMAP_NORMAL_WT},
                                    {"device", MPUMAP_DEVICE},
                                    {"device-nGnRnE", MPUMAP_DEVICE_NGNRNE},
                                    {NULL, 0u}};
static const struct term shares[] = {{"non", MPUMAP_SHARE_NON},
                                     {"inner", MPUMAP_SHARE_INNER},
                                     {"outer", MPUMAP_SHARE_OUTER},
                                     {NULL, 0u}};

static const char *const target_names[] = {"armv8r32-el1", "armv8r32-el2", "armv8r64-el1",
                                           "armv8r64-el2", "armv8m"};

#define TARGETS (sizeof target_names / sizeof target_names[0])

const char *player_target_name(enum player_target target)
{
    return ((size_t)target < TARGETS) ? target_names[target] : "?";
}

bool player_target_parse(const char *word, size_t length, enum player_target *out)
{
    for (size_t i = 0u; i < TARGETS; i++) {
        if (slice_is((struct slice){word, length}, target_names[i])) {
            *out = (enum player_target)i;
            return true;
        }
    }
    return false;
}

const char *trace_kind_name(enum trace_kind kind)
{
    for (size_t i = 0u; i < KEYWORDS; i++) {
        if (keywords[i].kind == kind) {
            return keywords[i].word;
        }
    }
    return "?";
}

bool trace_is_answer(struct slice word)
{
    for (int i = MPUMAP_OK; i <= MPUMAP_CORRUPT; i++) {
        if (slice_is(word, mpumap_result_name((enum mpumap_result)i))) {
            return true;
        }
    }
    for (int i = MPUMAP_NOT_FOUND; i <= MPUMAP_FOUND_OVERLAP; i++) {
        if (slice_is(word, mpumap_found_name((enum mpumap_found)i))) {
            return true;
        }
    }
    return slice_is(word, "allow") || slice_is(word, "deny");
}

void trace_start(struct trace_parser *p, const char *text, size_t length)
{
    *p = (struct trace_parser){.text = text, .length = length, .target = PLAYER_ARMV8R32_EL2};
}

/* ---- words ---- */

static bool complain(struct trace_parser *p, const struct word *found, const char *expected)
{
    p->complaint = (struct trace_complaint){
        .line = p->line, .column = found->column, .found = found->text, .expected = expected};
    return false;
}

static bool is_blank(char c)
{
    return (c == ' ') || (c == '\t');
}

/* A carriage return counts as the end of the line where a newline or the end of the file follows.
 */
static bool ends_line(const struct trace_parser *p, size_t at)
{
    if (at >= p->line_end) {
        return true;
    }
    return (p->text[at] == '\r') && (at + 1u == p->line_end);
}

/* The next word of the line; empty at its end. `#` starts a comment wherever it stands. */
static void next_word(struct trace_parser *p, struct word *out)
{
    size_t start;

    while (!ends_line(p, p->at) && is_blank(p->text[p->at])) {
        p->at++;
    }
    start = p->at;
    while (!ends_line(p, p->at) && !is_blank(p->text[p->at]) && (p->text[p->at] != '#')) {
        p->at++;
    }
    out->text = (struct slice){&p->text[start], p->at - start};
    out->column = (uint32_t)(start - p->line_start) + 1u;
}

/* Finds the line's end, and refuses bytes that are no text. */
static bool enter_line(struct trace_parser *p)
{
    size_t end = p->at;
    bool comment = false;

    p->line++;
    p->line_start = p->at;
    while ((end < p->length) && (p->text[end] != '\n')) {
        end++;
    }
    p->line_end = end;
    for (size_t i = p->at; !ends_line(p, i); i++) {
        unsigned char c = (unsigned char)p->text[i];

        comment = comment || (c == '#');
        /* Comments may be written in any language. */
        if ((c < 0x20u && c != '\t') || (c == 0x7fu) || (c > 0x7fu && !comment)) {
            return complain(p,
                            &(struct word){{&p->text[i], 1u}, (uint32_t)(i - p->line_start) + 1u},
                            "printable text");
        }
    }
    return true;
}

static struct slice line_comment(const struct trace_parser *p)
{
    size_t end = p->at;

    while (!ends_line(p, end)) {
        end++;
    }
    return (struct slice){&p->text[p->at], end - p->at};
}

/* ---- operands ---- */

static uint32_t digit_of(char c)
{
    if ((c >= '0') && (c <= '9')) {
        return (uint32_t)(c - '0');
    }
    if ((c >= 'a') && (c <= 'f')) {
        return (uint32_t)(c - 'a') + 10u;
    }
    if ((c >= 'A') && (c <= 'F')) {
        return (uint32_t)(c - 'A') + 10u;
    }
    return 16u;
}

/* C11 6.4.4.1: u, l, ll and their combinations; the two letters of ll have one case. */
static bool is_suffix(struct slice s)
{
    static const char *const suffixes[] = {"",    "u",   "U",   "l",   "L",   "ul",  "uL", "Ul",
                                           "UL",  "lu",  "lU",  "Lu",  "LU",  "ll",  "LL", "ull",
                                           "uLL", "Ull", "ULL", "llu", "llU", "LLu", "LLU"};

    for (size_t i = 0u; i < sizeof suffixes / sizeof suffixes[0]; i++) {
        if (slice_is(s, suffixes[i])) {
            return true;
        }
    }
    return false;
}

/* A C integer constant below 2^64: decimal, octal or hexadecimal, with a C suffix or none. */
static bool parse_number(struct slice s, uint64_t *out)
{
    static const uint64_t highest[17] = {
        [8] = UINT64_MAX / 8u, [10] = UINT64_MAX / 10u, [16] = UINT64_MAX / 16u};
    uint32_t base = 10u;
    size_t i = 0u;
    uint64_t value = 0u;
    size_t first;

    if ((s.length > 1u) && (s.at[0] == '0')) {
        bool hex = (s.at[1] == 'x') || (s.at[1] == 'X');

        base = hex ? 16u : 8u;
        i = hex ? 2u : 0u;
    }
    for (first = i; (i < s.length) && (digit_of(s.at[i]) < base); i++) {
        uint64_t digit = digit_of(s.at[i]);

        if ((value > highest[base]) || (value * base > UINT64_MAX - digit)) {
            return false;
        }
        value = value * base + digit;
    }
    *out = value;
    return (i != first) && is_suffix((struct slice){&s.at[i], s.length - i});
}

static bool take_number(struct trace_parser *p, uint64_t *out, const char *expected)
{
    struct word w;

    next_word(p, &w);
    if (!parse_number(w.text, out)) {
        return complain(p, &w, expected);
    }
    return true;
}

static bool take_address(struct trace_parser *p, struct trace_line *out, uint64_t *value,
                         const char *expected)
{
    struct word w;

    next_word(p, &w);
    if (!parse_number(w.text, value)) {
        return complain(p, &w, expected);
    }
    if (out->ranges.length == 0u) {
        out->ranges.at = w.text.at;
        out->column = w.column;
    }
    out->ranges.length = (size_t)(w.text.at - out->ranges.at) + w.text.length;
    return true;
}

static bool take_range(struct trace_parser *p, struct trace_line *out)
{
    return take_address(p, out, &out->base, "a number below 2^64: the range's first byte") &&
           take_address(p, out, &out->limit, "a number below 2^64: the range's last byte");
}

static bool take_one_address(struct trace_parser *p, struct trace_line *out)
{
    bool ok = take_address(p, out, &out->base, "a number below 2^64: an address");

    out->limit = out->base;
    return ok;
}

static bool find_term(const struct term *terms, struct slice word, mpumap_attr_t *attr)
{
    for (; terms->word != NULL; terms++) {
        if (slice_is(word, terms->word)) {
            *attr = (mpumap_attr_t)(*attr | terms->bits);
            return true;
        }
    }
    return false;
}

static bool find_permission(struct slice word, mpumap_attr_t *attr)
{
    struct slice letters = word;
    struct slice suffix;

    letters.length = 0u;
    while ((letters.length < word.length) && (word.at[letters.length] != '+')) {
        letters.length++;
    }
    suffix = (struct slice){&word.at[letters.length], word.length - letters.length};
    return find_term(permissions, letters, attr) &&
           ((suffix.length == 0u) || find_term(levels, suffix, attr));
}

static bool take_attributes(struct trace_parser *p, struct trace_line *out)
{
    struct word w;
    size_t end;

    next_word(p, &w);
    if (!find_permission(w.text, &out->attr)) {
        return complain(p, &w, "a permission: ro, rw, rx or rwx, with +el1 or +el0 or neither");
    }
    next_word(p, &w);
    if (!find_term(types, w.text, &out->attr)) {
        return complain(p, &w,
                        "a memory type: normal, normal-nc, normal-wt, device or device-nGnRnE");
    }
    end = p->at;
    next_word(p, &w);
    if (w.text.length == 0u) {
        p->at = end;
        return true;
    }
    if (!find_term(shares, w.text, &out->attr)) {
        return complain(p, &w, "a shareability (non, inner or outer) or the end of the line");
    }
    return true;
}

static bool take_access(struct trace_parser *p, struct trace_line *out)
{
    struct word w;

    next_word(p, &w);
    if (!slice_is(w.text, "r") && !slice_is(w.text, "w") && !slice_is(w.text, "x")) {
        return complain(p, &w, "an access: r, w or x");
    }
    out->access = w.text.at[0];
    return take_one_address(p, out);
}

static bool take_answer(struct trace_parser *p, struct trace_line *out)
{
    struct word w;

    next_word(p, &w);
    if (!trace_is_answer(w.text)) {
        return complain(p, &w,
                        "an answer: ok, an error's name, not-found, found, inclusive, overlap, "
                        "allow or deny");
    }
    out->answer = w.text;
    return true;
}

static bool take_policy(struct trace_parser *p)
{
    struct word w;

    next_word(p, &w);
    if (slice_is(w.text, "exact")) {
        p->policy = MPUMAP_EXACT;
    } else if (slice_is(w.text, "whole")) {
        p->policy = MPUMAP_WHOLE;
    } else {
        return complain(p, &w, "a policy: exact or whole");
    }
    return true;
}

static bool take_regions(struct trace_parser *p)
{
    static const char key[] = "regions=";
    bool m = p->target == PLAYER_ARMV8M;
    const char *expected = m ? "regions=N with N from 1 to 16, or the end of the line"
                             : "regions=N with N from 1 to 255, or the end of the line";
    struct slice head;
    struct word w;
    uint64_t value;

    next_word(p, &w);
    if (w.text.length == 0u) {
        return true;
    }
    head = (struct slice){w.text.at, sizeof key - 1u};
    if ((w.text.length < head.length) || !slice_is(head, key) ||
        !parse_number((struct slice){&w.text.at[head.length], w.text.length - head.length},
                      &value) ||
        (value == 0u) || (value > (m ? 16u : MPUMAP_MAX_REGIONS))) {
        return complain(p, &w, expected);
    }
    p->regions = (uint16_t)value;
    return true;
}

static bool take_target(struct trace_parser *p)
{
    struct word w;

    next_word(p, &w);
    if (!player_target_parse(w.text.at, w.text.length, &p->target)) {
        return complain(p, &w,
                        "a target: armv8r32-el1, armv8r32-el2, armv8r64-el1, armv8r64-el2 or "
                        "armv8m");
    }
    return take_regions(p);
}

static bool take_operands(struct trace_parser *p, enum shape shape, struct trace_line *out)
{
    switch (shape) {
    case SHAPE_NONE:
        return true;
    case SHAPE_RANGE:
        return take_range(p, out);
    case SHAPE_RANGE_ATTR:
        return take_range(p, out) && take_attributes(p, out);
    case SHAPE_ADDRESS:
        return take_one_address(p, out);
    case SHAPE_SLOT:
        return take_number(p, &out->base, "a number below 2^64: a slot");
    case SHAPE_ACCESS:
        return take_access(p, out);
    case SHAPE_ANSWER:
        return take_answer(p, out);
    case SHAPE_TARGET:
        return take_target(p);
    case SHAPE_POLICY:
        return take_policy(p);
    }
    return false;
}

/* ---- order of lines ---- */

static bool header_fits(struct trace_parser *p, const struct word *w, bool *seen)
{
    if (p->any_operation) {
        return complain(p, w, "an operation: target and policy stand before the first one");
    }
    if (*seen) {
        return complain(p, w, "an operation: there is one target line and one policy line at most");
    }
    *seen = true;
    return true;
}

/* Transactions neither nest nor stray, and `expect` has an operation to judge. */
static bool operation_fits(struct trace_parser *p, const struct word *w, enum trace_kind kind)
{
    if ((kind == TRACE_EXPECT) && !p->any_operation) {
        return complain(p, w, "an operation before the first expect");
    }
    if ((kind == TRACE_BEGIN) && (p->begun != 0u)) {
        (void)complain(p, w, "commit or abort");
        p->complaint.begun = p->begun;
        return false;
    }
    if (((kind == TRACE_COMMIT) || (kind == TRACE_ABORT)) && (p->begun == 0u)) {
        return complain(p, w, "begin before it");
    }
    if (kind == TRACE_BEGIN) {
        p->begun = p->line;
    } else if ((kind == TRACE_COMMIT) || (kind == TRACE_ABORT)) {
        p->begun = 0u;
    }
    p->any_operation = true;
    return true;
}

static bool line_fits(struct trace_parser *p, const struct word *w, enum trace_kind kind)
{
    if (kind == TRACE_TARGET) {
        return header_fits(p, w, &p->seen_target);
    }
    if (kind == TRACE_POLICY) {
        return header_fits(p, w, &p->seen_policy);
    }
    return operation_fits(p, w, kind);
}

static const struct keyword *find_keyword(struct slice word)
{
    for (size_t i = 0u; i < KEYWORDS; i++) {
        if (slice_is(word, keywords[i].word)) {
            return &keywords[i];
        }
    }
    return NULL;
}

static bool parse_statement(struct trace_parser *p, const struct word *w, struct trace_line *out)
{
    const struct keyword *keyword = find_keyword(w->text);
    struct word extra;

    if (keyword == NULL) {
        return complain(p, w,
                        "map, unmap, unmap-at, protect, lock, live, unlive, reserve, find, access, "
                        "begin, commit, abort, check, dump, expect, target or policy");
    }
    out->kind = keyword->kind;
    out->name = w->text;
    if (!line_fits(p, w, keyword->kind)) {
        return false;
    }
    out->operands.at = &p->text[p->at];
    if (!take_operands(p, keyword->shape, out)) {
        return false;
    }
    out->operands.length = (size_t)(&p->text[p->at] - out->operands.at);
    next_word(p, &extra);
    if (extra.text.length != 0u) {
        return complain(p, &extra, "the end of the line");
    }
    return true;
}

static bool parse_end(struct trace_parser *p, struct trace_line *out)
{
    out->kind = TRACE_END;
    if (p->begun == 0u) {
        return true;
    }
    p->complaint = (struct trace_complaint){
        .end_of_file = true, .expected = "commit or abort", .begun = p->begun};
    if (p->text[p->length - 1u] == '\n') {
        p->complaint.line = p->line + 1u;
        p->complaint.column = 1u;
    } else {
        p->complaint.line = p->line;
        p->complaint.column = (uint32_t)(p->length - p->line_start) + 1u;
    }
    return false;
}

bool trace_next(struct trace_parser *p, struct trace_line *out)
{
    struct word w;

    *out = (struct trace_line){.kind = TRACE_BLANK};
    if (p->at >= p->length) {
        return parse_end(p, out);
    }
    if (!enter_line(p)) {
        return false;
    }
    out->number = p->line;
    next_word(p, &w);
    if ((w.text.length != 0u) && !parse_statement(p, &w, out)) {
        return false;
    }
    out->comment = line_comment(p);
    p->at = p->line_end + 1u;
    return true;
}
