/* SPDX-License-Identifier: MIT */
/* The list of spans: the stream that reads it through an operation, and rewriting it. */
#include "internal.h"

void mpumap_i_stream(struct stream *s, const struct mpumap_span *v, uint16_t from, uint16_t end,
                     const struct op *op)
{
    s->v = v;
    s->i = from;
    s->end = end;
    s->op = *op;
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
    bool inside = (s->op.kind != OP_NONE) && (s->pos >= s->op.base) && (s->pos <= s->op.limit);

    *out = s->v[s->i];
    out->base = s->pos;
    if (inside) {
        out->limit = mpumap_i_min(out->limit, s->op.limit);
    } else if ((s->op.kind != OP_NONE) && (s->pos < s->op.base) && (out->limit >= s->op.base)) {
        out->limit = s->op.base - 1u;
    } else {
        /* beside the operation's range: as it is */
    }
    advance(s, out->limit);
    if (inside && (s->op.kind == OP_MAP)) {
        out->refs++;
    } else if (inside && (s->op.kind == OP_UNMAP)) {
        out->refs--;
    } else if (inside && (s->op.kind == OP_PROTECT)) {
        out->attr = s->op.attr;
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
    bool maps = s->op.kind == OP_MAP;

    if (maps && (s->pos < s->op.base) && (!more || (s->op.base < s->v[s->i].base))) {
        s->pos = s->op.base;
    }
    if (maps && (s->pos >= s->op.base) && (s->pos <= s->op.limit)) {
        out->base = s->pos;
        out->limit = s->op.limit;
        if (more && (s->v[s->i].base <= s->op.limit)) {
            out->limit = s->v[s->i].base - 1u;
        }
        out->refs = 1u;
        out->attr = s->op.attr;
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
    return mpumap_i_is_exact(m) && mpumap_i_touch(a->limit, b->base) && (a->refs == b->refs) &&
           (a->attr == b->attr) && (a->slot == b->slot);
}

/* The range of a region of the new map: planned, or as it is. */
static struct mpumap_range planned(const struct mpumap *m, uint8_t slot)
{
    const struct mpumap_entry *e = &m->table[slot];
    struct mpumap_pair now = {e->base, e->limit};
    const struct mpumap_pair *p = ((e->flags & F_PLAN) != 0u) ? &m->scratch[slot] : &now;
    struct mpumap_range r = {mpumap_i_base_of(m, p), mpumap_i_limit_of(m, p)};

    return r;
}

/* Moves *head on to the first region of the list that ends at or after addr. False: there is none.
 */
static bool seek(const struct mpumap *m, uint8_t *head, mpumap_addr_t addr,
                 struct mpumap_range *out)
{
    while (*head != MPUMAP_NO_SLOT) {
        *out = planned(m, *head);
        if (out->limit >= addr) {
            return true;
        }
        *head = m->table[*head].link;
    }
    return false;
}

/* Gives a piece the slot of the planned region that holds its first byte, and cuts it at that
 * region's end; what is left over goes to *rest. The list is in address order, like the pieces. */
static bool place(const struct mpumap *m, uint8_t *head, struct mpumap_span *piece,
                  struct mpumap_span *rest)
{
    struct mpumap_range region;

    if (!seek(m, head, piece->base, &region)) {
        return false;
    }
    piece->slot = *head;
    if (region.limit >= piece->limit) {
        return false;
    }
    *rest = *piece;
    rest->base = region.limit + 1u;
    piece->limit = region.limit;
    return true;
}

/*
 * Writes the stream's pieces, joined where equal, to out[at], out[at+1], ...; out NULL only counts.
 * Returns the index after the last. `head` is the list of planned regions; none: the pieces keep
 * their slots. out may be the stream's own array when the source stands at least as far right as
 * the result needs: a piece is written only after the next one has been read, which covers the one
 * place that a cut inside the first span can be ahead.
 */
uint16_t mpumap_i_rewrite(struct mpumap *m, struct stream s, uint8_t head, struct mpumap_span *out,
                          uint16_t at)
{
    struct mpumap_span carry = {0u, 0u, 0u, 0u, MPUMAP_NO_SLOT};
    struct mpumap_span piece;
    struct mpumap_span rest = {0u, 0u, 0u, 0u, MPUMAP_NO_SLOT};
    bool cut = false;

    for (;;) {
        if (cut) {
            piece = rest;
        } else if (!mpumap_i_next(&s, &piece)) {
            break;
        } else {
            /* a fresh piece */
        }
        cut = place(m, &head, &piece, &rest);
        if ((m->policy == (uint8_t)MPUMAP_WHOLE) && (piece.slot != MPUMAP_NO_SLOT) &&
            (out != NULL)) {
            m->table[piece.slot].refs = piece.refs;
        }
        if ((carry.refs != 0u) && joins(m, &carry, &piece)) {
            carry.limit = piece.limit;
        } else {
            if (carry.refs != 0u) {
                if (out != NULL) {
                    out[at] = carry;
                }
                at++;
            }
            carry = piece;
        }
    }
    if (carry.refs != 0u) {
        if (out != NULL) {
            out[at] = carry;
        }
        at++;
    }
    return at;
}

static bool same_run(const struct mpumap *m, const struct mpumap_span *a,
                     const struct mpumap_span *b)
{
    return (a->slot == b->slot) ? (a->slot != MPUMAP_NO_SLOT)
                                : (mpumap_i_is_exact(m) && mpumap_i_touch(a->limit, b->base) &&
                                   (a->attr == b->attr));
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

static void shift(struct mpumap_span *v, uint16_t from, uint16_t count, uint16_t to)
{
    uint16_t k;

    if (to > from) {
        for (k = count; k > 0u; k--) {
            v[(to + k) - 1u] = v[(from + k) - 1u];
        }
    } else if (to < from) {
        for (k = 0u; k < count; k++) {
            v[to + k] = v[from + k];
        }
    } else {
        /* in place */
    }
}

/*
 * Joins equal neighbours of different slots in [from, end) that will be in one region. After that
 * the operation joins spans at most at the two ends of its range, and no span has to be cut between
 * regions: so the rewriting below is never more than one span ahead of what it reads. Returns the
 * new end; the gap up to the old end is closed.
 */
static uint16_t join(struct mpumap *m, uint16_t from, uint16_t end, uint8_t head)
{
    struct mpumap_span *v = m->spans;
    struct mpumap_range region;
    uint16_t kept = from;
    uint16_t i;

    for (i = (uint16_t)(from + 1u); i < end; i++) {
        if (mpumap_i_touch(v[kept].limit, v[i].base) && (v[kept].refs == v[i].refs) &&
            (v[kept].attr == v[i].attr) && seek(m, &head, v[kept].limit, &region) &&
            (region.base <= v[kept].limit) && (region.limit >= v[i].base)) {
            v[kept].limit = v[i].limit;
        } else {
            kept++;
            v[kept] = v[i];
        }
    }
    if (from < end) {
        kept++;
    }
    shift(v, end, (uint16_t)(m->span_count - end), kept);
    m->span_count = (uint16_t)(m->span_count - (end - kept));
    return kept;
}

/* Replaces the committed spans [from, end) by what the operation makes of them: `count` spans. */
void mpumap_i_replace(struct mpumap *m, const struct op *op, uint16_t from, uint16_t end,
                      uint16_t count, uint8_t head)
{
    uint16_t tail = (uint16_t)(m->span_count - end);
    uint16_t had;
    uint16_t grow;
    struct stream s;

    if ((head != MPUMAP_NO_SLOT) && mpumap_i_is_exact(m)) {
        end = join(m, from, end, head);
    }
    had = (uint16_t)(end - from);
    grow = (count > had) ? (uint16_t)(count - had) : 0u;
    shift(m->spans, from, (uint16_t)(had + tail), (uint16_t)(from + grow));
    mpumap_i_stream(&s, m->spans, (uint16_t)(from + grow), (uint16_t)(end + grow), op);
    (void)mpumap_i_rewrite(m, s, head, m->spans, from);
    shift(m->spans, (uint16_t)(end + grow), tail, (uint16_t)(from + count));
    m->span_count = (uint16_t)(from + count + tail);
}

/* Enters the new slot of a region that the plan takes out for the duration of the change. */
void mpumap_i_move(struct mpumap *m, const struct plan *plan)
{
    uint16_t i;

    if (plan->moved_to != MPUMAP_NO_SLOT) {
        i = mpumap_i_search(m->spans, m->span_count, plan->moved.base);
        while ((i < m->span_count) && (m->spans[i].base <= plan->moved.limit)) {
            m->spans[i].slot = plan->moved_to;
            i++;
        }
    }
}
