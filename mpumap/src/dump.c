/* SPDX-License-Identifier: MIT */
/* The map as text, for a console: a line for each region, and one for each run of equal count. */
#include "internal.h"

#define LINE 128u

struct line {
    char text[LINE];
    uint32_t used;
};

static void put_text(struct line *l, const char *text, uint32_t width)
{
    uint32_t end = l->used + width;

    while ((*text != '\0') && (l->used < (LINE - 1u))) {
        l->text[l->used] = *text;
        l->used++;
        text++;
    }
    while ((l->used < end) && (l->used < (LINE - 1u))) {
        l->text[l->used] = ' ';
        l->used++;
    }
    l->text[l->used] = '\0';
}

static void put_hex(struct line *l, mpumap_addr_t value, uint32_t digits)
{
    char text[2u + (MPUMAP_ADDR_BITS / 4u) + 1u] = "0x";
    uint32_t i;

    for (i = 0u; i < digits; i++) {
        text[2u + i] = "0123456789abcdef"[(value >> (4u * (digits - 1u - i))) & 0xfu];
    }
    text[2u + digits] = '\0';
    put_text(l, text, 0u);
}

static void put_number(struct line *l, uint32_t value, uint32_t width)
{
    char text[11];
    uint32_t at = 10u;

    text[at] = '\0';
    do {
        at--;
        text[at] = (char)('0' + (char)(value % 10u));
        value /= 10u;
    } while (value != 0u);
    put_text(l, &text[at], width);
}

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

void mpumap_dump(const struct mpumap *m, void (*put)(void *ctx, const char *line), void *ctx)
{
    struct mpumap_region r;
    struct line l;
    uint16_t cursor = 0u;

    while (mpumap_next_region(m, &cursor, &r)) {
        put_region(m, &l, "region ", &r);
        put(ctx, l.text);
    }
    cursor = 0u;
    while (mpumap_i_valid(m) && mpumap_i_is_exact(m) && mpumap_next_span(m, &cursor, &r)) {
        put_region(m, &l, "span ", &r);
        put(ctx, l.text);
    }
}
