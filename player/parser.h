/* SPDX-License-Identifier: MIT */
/*
 * The trace language, a line at a time. The parser keeps no line: it is run over the text once for
 * each purpose (to refuse what is malformed, to find ranges that the player needs, to play), and a
 * trace of any length costs no memory.
 */
#ifndef MPUMAP_PLAYER_PARSER_H
#define MPUMAP_PLAYER_PARSER_H

#include "player.h"
#include "text.h"

enum trace_kind {
    TRACE_END,
    TRACE_BLANK, /* an empty line, or only a comment */
    TRACE_TARGET,
    TRACE_POLICY,
    TRACE_EXPECT,
    /* operations */
    TRACE_MAP,
    TRACE_UNMAP,
    TRACE_UNMAP_AT,
    TRACE_PROTECT,
    TRACE_LOCK,
    TRACE_LIVE,
    TRACE_UNLIVE,
    TRACE_RESERVE,
    TRACE_FIND,
    TRACE_ACCESS,
    TRACE_BEGIN,
    TRACE_COMMIT,
    TRACE_ABORT,
    TRACE_CHECK,
    TRACE_DUMP
};

struct trace_line {
    enum trace_kind kind;
    uint32_t number;       /* of the line, from 1 */
    uint32_t column;       /* of the first address, from 1 */
    uint64_t base;         /* first address of the range, or the only one; reserve: the slot */
    uint64_t limit;        /* last address of the range, or the only one */
    mpumap_attr_t attr;    /* map, protect */
    char access;           /* access: 'r', 'w' or 'x' */
    struct slice name;     /* the operation's word */
    struct slice operands; /* all of them, with the blanks before them */
    struct slice ranges;   /* the operands that are addresses, from the first to the last */
    struct slice answer;   /* expect: the word */
    struct slice comment;  /* from '#' to the end of the line */
};

/* What is wrong with a trace, and where. */
struct trace_complaint {
    uint32_t line;
    uint32_t column;
    struct slice found;   /* empty: the end of the line or file */
    bool end_of_file;     /* with an empty `found` */
    const char *expected; /* a phrase */
    uint32_t begun;       /* not 0: "... of the transaction begun in line N" */
    bool own;             /* "..., which is the player's own" */
    struct mpumap_range owned;
};

struct trace_parser {
    const char *text;
    size_t length;
    size_t at;
    size_t line_start;
    size_t line_end;
    uint32_t line;
    uint32_t begun; /* line of the open transaction's begin, or 0 */
    bool any_operation;
    bool seen_target;
    bool seen_policy;
    enum player_target target;
    enum mpumap_policy policy;
    uint16_t regions; /* 0: not given */
    struct trace_complaint complaint;
};

void trace_start(struct trace_parser *p, const char *text, size_t length);

/* The next line; TRACE_END at the end. False: malformed, see p->complaint. */
bool trace_next(struct trace_parser *p, struct trace_line *out);

/* Whether `expect` may name this word. */
bool trace_is_answer(struct slice word);

/* The word of an operation. */
const char *trace_kind_name(enum trace_kind kind);

#endif
