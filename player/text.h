/* SPDX-License-Identifier: MIT */
/*
 * Formatting without a C library: a small buffer that is handed on when it is full, and knows the
 * column it has reached so that tables line up.
 */
#ifndef MPUMAP_PLAYER_TEXT_H
#define MPUMAP_PLAYER_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct text {
    void (*put)(void *ctx, const char *bytes, size_t length);
    void *ctx;
    bool colour;     /* false: text_style writes nothing */
    uint32_t column; /* characters since the last newline, escapes not counted */
    uint32_t used;
    char buffer[240];
};

/* Bytes that belong to someone else, not terminated. */
struct slice {
    const char *at;
    size_t length;
};

void text_char(struct text *t, char c);
void text_string(struct text *t, const char *string);
void text_slice(struct text *t, struct slice slice);
void text_decimal(struct text *t, uint64_t value);
/* Decimal, right-aligned in `width`. */
void text_decimal_right(struct text *t, uint64_t value, uint32_t width);
/* 0x and at least eight digits. */
void text_hex(struct text *t, uint64_t value);
/* "1 write", "2 writes". */
void text_count(struct text *t, uint64_t count, const char *noun);
/* The largest binary unit that divides the size: "64 B", "12 KiB", "4 GiB". `last` is size - 1. */
void text_size(struct text *t, uint64_t last);
/* Spaces up to a column; at least one if the column is passed already. */
void text_to(struct text *t, uint32_t column);
/* A terminal style such as "1;32", or "" to end it. */
void text_style(struct text *t, const char *style);
/* What stands in a trace, for a message: quoted, shortened, unprintable bytes as \xNN. */
void text_quoted(struct text *t, struct slice slice);
void text_flush(struct text *t);

bool slice_is(struct slice slice, const char *word);

#endif
