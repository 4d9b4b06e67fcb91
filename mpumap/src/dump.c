/* SPDX-License-Identifier: MIT */
/* The map as text, for a console: a line for each region, and one for each run of equal count. */
#include "internal.h"

#define LINE 128u

struct line {
    char text[LINE];
    uint32_t used;
};

/* Appends a text, and spaces to a width, as far as there is room. */
/*@ requires \valid(l) && l->used < LINE && width <= LINE && is_text(text);
    requires \separated(l, text + (0 .. 19));
    assigns l->used, l->text[0 .. LINE - 1];
    ensures room: \old(l->used) <= l->used < LINE;
    ensures end: l->text[l->used] == 0;
*/
static void put_text(struct line *l, const char *text, uint32_t width)
{
    uint32_t end = l->used + width;

    //@ ghost const char *first = text;
    //@ ghost uint32_t i = 0;
    /*@ loop invariant i <= LINE && l->used < LINE && l->used == \at(l->used, Pre) + i;
        loop invariant at: text == first + i;
        loop invariant on: \forall integer k; 0 <= k < i ==> first[k] != 0;
        loop assigns i, text, l->used, l->text[0 .. LINE - 1];
        loop variant LINE - l->used;
    */
    while ((*text != '\0') && (l->used < (LINE - 1u))) {
        l->text[l->used] = *text;
        l->used++;
        text++;
        //@ ghost i++;
    }
    /*@ loop invariant \at(l->used, Pre) <= l->used < LINE;
        loop assigns l->used, l->text[0 .. LINE - 1];
        loop variant LINE - l->used;
    */
    while ((l->used < end) && (l->used < (LINE - 1u))) {
        l->text[l->used] = ' ';
        l->used++;
    }
    l->text[l->used] = '\0';
}

/*@ requires \valid(l) && l->used < LINE && 1 <= digits <= MPUMAP_ADDR_BITS / 4;
    assigns l->used, l->text[0 .. LINE - 1];
    ensures room: \old(l->used) <= l->used < LINE;
    ensures end: l->text[l->used] == 0;
*/
static void put_hex(struct line *l, mpumap_addr_t value, uint32_t digits)
{
    char text[2u + (MPUMAP_ADDR_BITS / 4u) + 1u] = "0x";
    const char *const digit = "0123456789abcdef";
    uint32_t i;

    /*@ loop invariant i <= digits;
        loop assigns i, text[2 .. 2 + digits - 1];
        loop variant digits - i;
    */
    for (i = 0u; i < digits; i++) {
        //@ ghost mpumap_addr_t high = value >> (4u * (digits - 1u - i));
        //@ assert nibble: 0 <= (high & 15) <= 15;
        text[2u + i] = digit[(value >> (4u * (digits - 1u - i))) & 0xfu];
    }
    text[2u + digits] = '\0';
    //@ assert text: ends_at(&text[0], 2 + digits);
    put_text(l, text, 0u);
}

/*@ requires \valid(l) && l->used < LINE && width <= LINE;
    assigns l->used, l->text[0 .. LINE - 1];
    ensures room: \old(l->used) <= l->used < LINE;
    ensures end: l->text[l->used] == 0;
*/
static void put_number(struct line *l, uint32_t value, uint32_t width)
{
    char text[11];
    uint32_t at = 10u;

    text[at] = '\0';
    /*@ loop invariant 1 <= at <= 10;
        loop invariant left: number_fits(value, at);
        loop invariant end: text[10] == 0;
        loop assigns at, value, text[0 .. 9];
        loop variant at;
    */
    do {
        at--;
        text[at] = (char)('0' + (char)(value % 10u));
        value /= 10u;
    } while (value != 0u);
    //@ assert text: ends_at(&text[at], 10 - at);
    put_text(l, &text[at], width);
}

/*@ requires \valid_read(m) && \valid(l) && is_text(kind) && \valid_read(r);
    requires \separated(l, m, r) && \separated(l, kind + (0 .. 19), &a_name[0 .. 19]);
    assigns l->used, l->text[0 .. LINE - 1];
    ensures room: l->used < LINE;
    ensures end: l->text[l->used] == 0;
*/
static void put_region(const struct mpumap *m, struct line *l, const char *kind,
                       const struct mpumap_region *r)
{
    uint32_t digits = (m->limits.address_bits > 32u) ? 12u : 8u;

    l->used = 0u;
    put_text(l, kind, 7u);
    if (r->slot == MPUMAP_NO_SLOT) {
        put_text(l, "-", 4u);
    } else {
        put_number(l, r->slot, 4u);
    }
    put_hex(l, r->base, digits);
    put_text(l, "-", 0u);
    put_hex(l, r->limit, digits);
    put_text(l, " ", 0u);
    put_text(l, mpumap_perm_name(r->attr), 8u);
    put_text(l, mpumap_type_name(r->attr), 14u);
    put_text(l, mpumap_share_name(r->attr), 6u);
    put_text(l, "refs ", 0u);
    put_number(l, r->refs, 0u);
    put_text(l, "\n", 0u);
}

/*@ requires iterable_or_none(m) && put == &put_line;
    assigns port_state;
*/
void mpumap_dump(const struct mpumap *m, void (*put)(void *ctx, const char *line), void *ctx)
{
    struct mpumap_region r;
    struct line l;
    uint16_t cursor = 0u;

    //@ assert map: iterable_or_none(m);
    //@ assert bases: base_apart(m, &r);
    /*@ loop invariant cursor <= 0xffff;
        loop invariant bases: base_apart(m, &r);
        loop invariant map: iterable_or_none(m);
        loop assigns cursor, r.base, r.limit, r.refs, r.attr, r.slot, l.used,
            l.text[0 .. LINE - 1], port_state;
        loop variant 0xffff - cursor;
    */
    while (mpumap_next_region(m, &cursor, &r)) {
        put_region(m, &l, "region ", &r);
        //@ assert line: ends_at(&l.text[0], l.used);
        //@ calls put_line;
        put(ctx, l.text);
    }
    cursor = 0u;
    /*@ loop invariant cursor <= 0xffff;
        loop invariant bases: base_apart(m, &r);
        loop invariant map: iterable_or_none(m);
        loop assigns cursor, r.base, r.limit, r.refs, r.attr, r.slot, l.used,
            l.text[0 .. LINE - 1], port_state;
        loop variant 0xffff - cursor;
    */
    while (mpumap_i_valid(m) && mpumap_i_is_exact(m) && mpumap_next_span(m, &cursor, &r)) {
        put_region(m, &l, "span ", &r);
        //@ assert line: ends_at(&l.text[0], l.used);
        //@ calls put_line;
        put(ctx, l.text);
    }
}
