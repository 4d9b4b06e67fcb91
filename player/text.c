/* SPDX-License-Identifier: MIT */
#include "text.h"

#define QUOTED_MAX 40u

void text_flush(struct text *t)
{
    if (t->used != 0u) {
        t->put(t->ctx, t->buffer, t->used);
        t->used = 0u;
    }
}

static void append(struct text *t, char c)
{
    if (t->used == sizeof t->buffer) {
        text_flush(t);
    }
    t->buffer[t->used] = c;
    t->used++;
}

void text_char(struct text *t, char c)
{
    append(t, c);
    if (c == '\n') {
        t->column = 0u;
        text_flush(t);
    } else {
        t->column++;
    }
}

void text_slice(struct text *t, struct slice slice)
{
    for (size_t i = 0u; i < slice.length; i++) {
        text_char(t, slice.at[i]);
    }
}

void text_string(struct text *t, const char *string)
{
    for (; *string != '\0'; string++) {
        text_char(t, *string);
    }
}

/* By subtraction: a 64-bit division would need the compiler's run-time library on 32-bit cores. */
static uint32_t digits(uint64_t value, char out[20])
{
    static const uint64_t powers[20] = {10000000000000000000u,
                                        1000000000000000000u,
                                        100000000000000000u,
                                        10000000000000000u,
                                        1000000000000000u,
                                        100000000000000u,
                                        10000000000000u,
                                        1000000000000u,
                                        100000000000u,
                                        10000000000u,
                                        1000000000u,
                                        100000000u,
                                        10000000u,
                                        1000000u,
                                        100000u,
                                        10000u,
                                        1000u,
                                        100u,
                                        10u,
                                        1u};
    uint32_t count = 0u;

    for (uint32_t i = 0u; i < 20u; i++) {
        char digit = '0';

        while (value >= powers[i]) {
            value -= powers[i];
            digit++;
        }
        if ((digit != '0') || (count != 0u) || (i == 19u)) {
            out[count] = digit;
            count++;
        }
    }
    return count;
}

void text_decimal(struct text *t, uint64_t value)
{
    char out[20];

    text_slice(t, (struct slice){out, digits(value, out)});
}

void text_decimal_right(struct text *t, uint64_t value, uint32_t width)
{
    char out[20];
    uint32_t count = digits(value, out);

    for (uint32_t i = count; i < width; i++) {
        text_char(t, ' ');
    }
    text_slice(t, (struct slice){out, count});
}

static char hex_digit(uint64_t value, uint32_t shift)
{
    return "0123456789abcdef"[(value >> shift) & 15u];
}

void text_hex(struct text *t, uint64_t value)
{
    uint32_t shift = 28u;

    while ((shift < 60u) && ((value >> (shift + 4u)) != 0u)) {
        shift += 4u;
    }
    text_string(t, "0x");
    for (;; shift -= 4u) {
        text_char(t, hex_digit(value, shift));
        if (shift == 0u) {
            break;
        }
    }
}

void text_count(struct text *t, uint64_t count, const char *noun)
{
    text_decimal(t, count);
    text_char(t, ' ');
    text_string(t, noun);
    if (count != 1u) {
        text_char(t, 's');
    }
}

void text_size(struct text *t, uint64_t last)
{
    static const char *const units[] = {" B", " KiB", " MiB", " GiB", " TiB"};
    uint32_t unit = 0u;

    /* size = last + 1 may be 2^64: shifting last keeps it in range as long as the low bits are all
     * ones. */
    while ((unit < 4u) && ((last & 1023u) == 1023u)) {
        last >>= 10;
        unit++;
    }
    text_decimal(t, last + 1u);
    text_string(t, units[unit]);
}

void text_to(struct text *t, uint32_t column)
{
    do {
        text_char(t, ' ');
    } while (t->column < column);
}

void text_style(struct text *t, const char *style)
{
    if (!t->colour) {
        return;
    }
    append(t, '\033');
    append(t, '[');
    for (; *style != '\0'; style++) {
        append(t, *style);
    }
    append(t, 'm');
}

void text_quoted(struct text *t, struct slice slice)
{
    text_char(t, '`');
    for (size_t i = 0u; i < slice.length; i++) {
        unsigned char c = (unsigned char)slice.at[i];

        if (i == QUOTED_MAX) {
            text_string(t, "...");
            break;
        }
        if ((c >= 0x20u) && (c < 0x7fu)) {
            text_char(t, (char)c);
        } else {
            text_string(t, "\\x");
            text_char(t, hex_digit(c, 4u));
            text_char(t, hex_digit(c, 0u));
        }
    }
    text_char(t, '`');
}

bool slice_is(struct slice slice, const char *word)
{
    size_t i = 0u;

    for (; (i < slice.length) && (word[i] != '\0'); i++) {
        if (slice.at[i] != word[i]) {
            return false;
        }
    }
    return (i == slice.length) && (word[i] == '\0');
}
