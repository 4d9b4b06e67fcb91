/* SPDX-License-Identifier: MIT */
/* The list of spans: the stream that reads it through an operation, and rewriting it. */
#include "internal.h"

void mpumap_i_stream(struct stream *s, const struct mpumap_span *v, uint16_t from, uint16_t end,
                     const struct op *op)
{
    s->v = v;
    s->i = from;
    s->end = end;
    s->op = op;
    s->top = false;
    s->pos = (from < end) ? v[from].base : op->base;
    if (op->kind == OP_MAP) {
        s->pos = mpumap_i_min(s->pos, op->base);
    }
}

static void advance(struct stream *s, mpumap_addr_t limit)
{
    mpumap_addr_t next = limit + 1u;

    if ((s->i < s->end) && (s->v[s->i].limit == limit)) {
        s->i++;
    }
    s->top = next == 0u;
    s->pos = next;
}

/* The part of span i from pos on that the operation treats alike. False: the operation removes it.
 */
static bool next_in_span(struct stream *s, struct mpumap_span *out)
{
    bool inside = (s->op->kind != OP_NONE) && (s->pos >= s->op->base) && (s->pos <= s->op->limit);

    *out = s->v[s->i];
    out->base = s->pos;
    if (inside) {
        out->limit = mpumap_i_min(out->limit, s->op->limit);
    } else if ((s->op->kind != OP_NONE) && (s->pos < s->op->base) && (out->limit >= s->op->base)) {
        out->limit = s->op->base - 1u;
    } else {
        /* beside the operation's range: as it is */
    }
    advance(s, out->limit);
    if (inside && (s->op->kind == OP_MAP)) {
        out->refs++;
    } else if (inside && (s->op->kind == OP_UNMAP)) {
        out->refs--;
    } else if (inside && (s->op->kind == OP_PROTECT)) {
        out->attr = s->op->attr;
    } else {
        /* untouched */
    }
    return out->refs != 0u;
}

/* Where a map operation puts new bytes between spans: true and *out, or pos moves on to the next
 * span. */
static bool next_in_hole(struct stream *s, struct mpumap_span *out)
{
    bool more = s->i < s->end;
    bool maps = s->op->kind == OP_MAP;

    if (maps && (s->pos < s->op->base) && (!more || (s->op->base < s->v[s->i].base))) {
        s->pos = s->op->base;
    }
    if (maps && (s->pos >= s->op->base) && (s->pos <= s->op->limit)) {
        out->base = s->pos;
        out->limit = s->op->limit;
        if (more && (s->v[s->i].base <= s->op->limit)) {
            out->limit = s->v[s->i].base - 1u;
        }
        out->refs = 1u;
        out->attr = s->op->attr;
        out->slot = MPUMAP_NO_SLOT;
        advance(s, out->limit);
        return true;
    }
    if (more) {
        s->pos = s->v[s->i].base;
    }
    return false;
}

/* The next piece of the new map, in address order; pieces that touch may still be equal. */
bool mpumap_i_next(struct stream *s, struct mpumap_span *out)
{
    while (!s->top) {
        if ((s->i < s->end) && (s->v[s->i].base <= s->pos)) {
            if (next_in_span(s, out)) {
                return true;
            }
        } else {
            bool last = s->i >= s->end;

            if (next_in_hole(s, out)) {
                return true;
            }
            if (last) {
                return false;
            }
        }
    }
    return false;
}

static bool joins(const struct mpumap *m, const struct mpumap_span *a, const struct mpumap_span *b)
{
    return mpumap_i_is_exact(m) && mpumap_i_one_run(a, b) && (a->refs == b->refs) &&
           (a->slot == b->slot);
}

/* Gives a piece the slot of the new region that holds its first byte, and cuts it at that region's
 * end; what is left over goes to *rest. The regions are in address order, like the pieces. */
static bool place(const struct mpumap *m, uint16_t news, uint16_t *number,
                  struct mpumap_span *piece, struct mpumap_span *rest)
{
    mpumap_addr_t limit;

    if (news == 0u) {
        return false;
    }
    while (mpumap_i_new_limit(m, *number) < piece->base) {
        (*number)++;
    }
    piece->slot = m->table[*number].link;
    limit = mpumap_i_new_limit(m, *number);
    if (limit >= piece->limit) {
        return false;
    }
    *rest = *piece;
    rest->base = limit + 1u;
    piece->limit = limit;
    return true;
}

/*
 * Writes the stream's pieces, joined where equal, to out[at], out[at+1], ...; out NULL only counts.
 * Returns the index after the last. `news` regions are listed in scratch[], for the pieces' slots;
 * none: the pieces keep theirs. out may be the stream's own array when the source stands at least
 * as far right as the result needs: a piece is written only after the next one has been read, which
 * covers the one place that a cut inside the first span can be ahead.
 */
uint32_t mpumap_i_rewrite(struct mpumap *m, const struct stream *from, uint16_t news,
                          struct mpumap_span *out, uint32_t at)
{
    struct stream s = *from;
    struct mpumap_span carry = {0u, 0u, 0u, 0u, MPUMAP_NO_SLOT};
    struct mpumap_span piece;
    struct mpumap_span rest;
    uint16_t number = 0u;
    bool cut = false;

    for (;;) {
        if (cut) {
            piece = rest;
        } else if (!mpumap_i_next(&s, &piece)) {
            piece.refs = 0u;
        } else {
            /* a fresh piece */
        }
        if (piece.refs != 0u) {
            cut = place(m, news, &number, &piece, &rest);
            if ((out != NULL) && (m->policy == (uint8_t)MPUMAP_WHOLE) &&
                (piece.slot != MPUMAP_NO_SLOT)) {
                m->table[piece.slot].refs = piece.refs;
            }
            if ((carry.refs != 0u) && joins(m, &carry, &piece)) {
                carry.limit = piece.limit;
                continue;
            }
        }
        if (carry.refs != 0u) {
            if (out != NULL) {
                out[at] = carry;
            }
            at++;
        }
        if (piece.refs == 0u) {
            return at;
        }
        carry = piece;
    }
}

static bool same_run(const struct mpumap *m, const struct mpumap_span *a,
                     const struct mpumap_span *b)
{
    return (a->slot == b->slot) ? (a->slot != MPUMAP_NO_SLOT)
                                : (mpumap_i_is_exact(m) && mpumap_i_one_run(a, b));
}

/* The spans [from, end) of the committed map that an operation can reach: those of every region
 * that it overlaps or touches. A put-off merge is tried again by every change, so then it is all of
 * them. */
void mpumap_i_window(const struct mpumap *m, const struct op *op, uint16_t *from, uint16_t *end)
{
    const struct mpumap_span *v = m->spans;
    mpumap_addr_t below = (op->base == 0u) ? 0u : (op->base - 1u);
    uint16_t i = mpumap_i_search(v, m->span_count, below);
    uint16_t j;

    if (m->waiting) {
        *from = 0u;
        *end = m->span_count;
        return;
    }
    while ((i > 0u) && (i < m->span_count) && same_run(m, &v[i - 1u], &v[i])) {
        i--;
    }
    j = i;
    while ((j < m->span_count) &&
           ((v[j].base <= op->limit) || mpumap_i_touch(op->limit, v[j].base) ||
            ((j > i) && same_run(m, &v[j - 1u], &v[j])))) {
        j++;
    }
    *from = i;
    *end = j;
}

/*
 * Joins equal neighbours of different slots in the window that will be in one region. After that
 * the operation joins spans at most at the two ends of its range, and no span has to be cut between
 * regions: so the rewriting below is never more than one span ahead of what it reads. Returns the
 * new end of the window; the gap up to the old end is closed.
 */
static uint16_t join(const struct planner *p)
{
    struct mpumap *m = p->m;
    struct mpumap_span *v = m->spans;
    uint16_t kept = p->from;
    uint16_t number = 0u;
    uint16_t i;

    for (i = (uint16_t)(p->from + 1u); i < p->end; i++) {
        while ((number < p->news) && (mpumap_i_new_limit(m, number) < v[kept].limit)) {
            number++;
        }
        if (mpumap_i_one_run(&v[kept], &v[i]) && (v[kept].refs == v[i].refs) &&
            (number < p->news) && (mpumap_i_new_base(m, number) <= v[kept].limit) &&
            (mpumap_i_new_limit(m, number) >= v[i].base)) {
            v[kept].limit = v[i].limit;
        } else {
            kept++;
            v[kept] = v[i];
        }
    }
    if (p->from < p->end) {
        kept++;
    }
    mpumap_i_move_tail(v, &m->span_count, p->end, kept);
    return kept;
}

/* Replaces the committed spans of the window by the p->count that the operation makes of them. */
void mpumap_i_replace(struct planner *p)
{
    struct mpumap *m = p->m;
    const uint16_t from = p->from;
    uint16_t end = p->end;
    uint16_t need = (uint16_t)(from + p->count);

    if (m->in_tx) {
        m->span_count = (uint16_t)mpumap_i_rewrite(m, &p->fresh, p->news, m->spans, 0u);
        return;
    }
    if ((p->news != 0u) && mpumap_i_is_exact(m)) {
        end = join(p);
    }
    if (need > end) {
        mpumap_i_move_tail(m->spans, &m->span_count, from, (uint16_t)(from + (need - end)));
        mpumap_i_stream(&p->fresh, m->spans, (uint16_t)(from + (need - end)), need, p->fresh.op);
        end = need;
    } else {
        mpumap_i_stream(&p->fresh, m->spans, from, end, p->fresh.op);
    }
    (void)mpumap_i_rewrite(m, &p->fresh, p->news, m->spans, from);
    mpumap_i_move_tail(m->spans, &m->span_count, end, need);
}
