/* SPDX-License-Identifier: MIT */
/* The list of spans: the stream that reads it through an operation, and rewriting it. */
#include "internal.h"

/*@ requires \valid(s) && is_op(op) && unread(v, from, end) && stream_apart(s, v, from, end, op);
    assigns *s;
    ensures fields: s->v == v && s->i == from && s->end == end && s->op == op && !s->top;
    ensures reads: reads(s);
*/
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

/*@ requires reads(s) && !s->top && s->pos <= limit;
    requires within: s->i < s->end ==> limit <= s->v[s->i].limit;
    assigns s->i, s->top, s->pos;
    ensures reads: reads(s);
    ensures pos: at_of(s) == limit + 1;
    ensures next: s->i == \old(s->i) +
        (\old(s->i) < s->end && \old(s->v[s->i].limit) == limit ? 1 : 0);
    ensures kept: kept{Pre, Post}(s->v, \old(s->i), s->end);
*/
static void advance(struct stream *s, mpumap_addr_t limit)
{
    mpumap_addr_t next = limit + 1u;

    //@ assert last: limit == 0xffffffffffffffff ==> next == 0;
    //@ assert not_last: limit < 0xffffffffffffffff ==> next == limit + 1;
    if ((s->i < s->end) && (s->v[s->i].limit == limit)) {
        s->i++;
    }
    s->top = next == 0u;
    s->pos = next;
}

/* The part of span i from pos on that the operation treats alike. False: the operation removes it.
 */
/*@ requires reads(s) && !s->top && piece_apart(out, s);
    requires here: s->i < s->end && s->v[s->i].base <= s->pos;
    assigns s->i, s->top, s->pos, *out;
    ensures reads: reads(s);
    ensures piece: out->base == \old(s->pos) && out->base <= out->limit;
    ensures pos: at_of(s) == out->limit + 1;
    ensures next: s->i == \old(s->i) + (\old(s->v[s->i].limit) == out->limit ? 1 : 0);
    ensures limit: out->limit <= \old(s->v[s->i].limit);
    ensures on: \old(s->pos) < at_of(s);
    ensures kept: kept{Pre, Post}(s->v, \old(s->i), s->end);
    ensures there: \result <==> out->refs != 0;
    ensures counts: \old(fits(s)) ==> makes{Pre}(s, \old(s->pos), at_of(s), out->refs);
*/
static bool next_in_span(struct stream *s, struct mpumap_span *out)
{
    bool inside = (s->op->kind != OP_NONE) && (s->pos >= s->op->base) && (s->pos <= s->op->limit);
    //@ ghost int first = s->i;
    //@ ghost mpumap_addr_t from = s->pos;
    //@ ghost mpumap_addr_t last = s->v[s->i].limit;
    //@ ghost mpumap_refs_t had = s->v[s->i].refs;
    //@ ghost mpumap_addr_t to = last;
    /*@ ghost if (inside) { if (s->op->limit < last) { to = s->op->limit; } } */
    /*@ ghost if (!inside) { if (s->op->kind != OP_NONE) { if (from < s->op->base) {
            if (last >= s->op->base) { to = (mpumap_addr_t)(s->op->base - 1); } } } } */
    //@ assert to: from <= to <= last;
    //@ ghost int up = inside ? (s->op->kind == OP_MAP ? 1 : s->op->kind == OP_UNMAP ? -1 : 0) : 0;
    /*@ assert alike: \forall integer addr; from <= addr <= to ==>
            adds(s->op->kind, s->op->base, s->op->limit, addr) == up; */
    /*@ assert held: \forall integer addr; from <= addr <= to ==>
            count_is(s->v, first, s->end, addr, had); */
    //@ assert fits: fits(s) ==> 0 < had && had + up < 1 << MPUMAP_REFS_BITS;
    //@ assert makes: makes(s, from, to + 1, had + up);

    *out = s->v[s->i];
    out->base = s->pos;
    //@ assert read: out->base == from && out->limit == last && out->refs == had;
    //@ assert reads1: reads(s);
    //@ assert kept1: kept{Pre, Here}(s->v, first, s->end);
    if (inside) {
        out->limit = mpumap_i_min(out->limit, s->op->limit);
    } else if ((s->op->kind != OP_NONE) && (s->pos < s->op->base) && (out->limit >= s->op->base)) {
        out->limit = s->op->base - 1u;
    } else {
        /* beside the operation's range: as it is */
    }
    //@ assert limit: out->base == from && out->limit == to && out->refs == had;
    //@ assert reads2: reads(s);
    //@ assert kept2: kept{Pre, Here}(s->v, first, s->end);
    //@ assert last: last == s->v[s->i].limit;
    advance(s, out->limit);
    //@ assert pos: at_of(s) == to + 1 && s->i == first + (last == to ? 1 : 0);
    //@ assert piece: out->base == from && out->limit == to && out->refs == had;
    //@ assert kept3: kept{Pre, Here}(s->v, first, s->end);
    //@ ghost Advanced: ;
    if (inside && (s->op->kind == OP_MAP)) {
        out->refs++;
        //@ assert still1: kept{Advanced, Here}(s->v, first, s->end);
    } else if (inside && (s->op->kind == OP_UNMAP)) {
        out->refs--;
        //@ assert still2: kept{Advanced, Here}(s->v, first, s->end);
    } else if (inside && (s->op->kind == OP_PROTECT)) {
        out->attr = s->op->attr;
        //@ assert still3: kept{Advanced, Here}(s->v, first, s->end);
    } else {
        /* untouched */
    }
    //@ assert still: kept{Advanced, Here}(s->v, first, s->end);
    //@ assert new: 0 < had && had + up < 1 << MPUMAP_REFS_BITS ==> out->refs == had + up;
    //@ assert reads3: reads(s);
    //@ assert kept4: kept{Pre, Here}(s->v, first, s->end);
    return out->refs != 0u;
}

/* Where a map operation puts new bytes between spans: true and *out, or pos moves on to the next
 * span. */
/*@ requires reads(s) && !s->top && piece_apart(out, s);
    requires hole: s->i < s->end ==> s->pos < s->v[s->i].base;
    assigns s->i, s->top, s->pos, *out;
    ensures reads: reads(s);
    ensures same: s->i == \old(s->i);
    ensures piece: \result ==> \old(s->pos) <= out->base <= out->limit && out->refs == 1 &&
        at_of(s) == out->limit + 1 && (s->i < s->end ==> out->limit < s->v[s->i].base);
    ensures moves: !\result && s->i < s->end ==> !s->top && s->pos == \old(s->v[s->i].base);
    ensures on: \result || s->i < s->end ==> \old(s->pos) < at_of(s);
    ensures not_back: \old(s->pos) <= at_of(s);
    ensures kept: kept{Pre, Post}(s->v, \old(s->i), s->end);
    ensures gap: \old(fits(s)) ==> makes{Pre}(s, \old(s->pos), \result ? out->base :
        s->i < s->end ? at_of(s) : 0x10000000000000000, 0);
    ensures counts: \result ==> makes{Pre}(s, out->base, at_of(s), 1);
*/
static bool next_in_hole(struct stream *s, struct mpumap_span *out)
{
    bool more = s->i < s->end;
    bool maps = s->op->kind == OP_MAP;
    //@ ghost mpumap_addr_t low = s->pos;
    //@ ghost mpumap_addr_t from = low;
    //@ ghost mpumap_addr_t to = s->op->limit;
    //@ ghost mpumap_addr_t above = 0;
    /*@ ghost if (more) { above = s->v[s->i].base; if (above <= to) {
            to = (mpumap_addr_t)(above - 1); } } */
    /*@ ghost if (maps) { if (low < s->op->base) { if (!more) { from = s->op->base; } else {
            if (s->op->base < above) { from = s->op->base; } } } } */
    //@ ghost bool is = maps && s->op->base <= from && from <= s->op->limit;
    //@ assert above: more ==> low < above && low <= from < above;
    //@ assert low: low <= from;
    //@ assert to: is ==> from <= to && (more ==> to < above);
    /*@ assert free: \forall integer addr; low <= addr && (more ==> addr < above) ==>
            free(s->v, s->i, s->end, addr); */
    /*@ assert gap: is ==> makes(s, low, from, 0); */
    /*@ assert new: is ==> makes(s, from, to + 1, 1); */
    /*@ assert none: !is && fits(s) ==> makes(s, low, more ? above : 0x10000000000000000, 0); */

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
        //@ assert piece: is && out->base == from && out->limit == to && out->refs == 1;
        //@ assert reads: reads(s);
        //@ assert kept: kept{Pre, Here}(s->v, s->i, s->end);
        advance(s, out->limit);
        //@ assert piece2: out->base == from && out->limit == to && at_of(s) == to + 1;
        //@ assert kept2: kept{Pre, Here}(s->v, s->i, s->end);
        return true;
    }
    //@ assert is: !is;
    if (more) {
        s->pos = s->v[s->i].base;
    }
    //@ assert reads2: reads(s);
    //@ assert kept3: kept{Pre, Here}(s->v, s->i, s->end);
    return false;
}

/* The next piece of the new map, in address order; pieces that touch may still be equal. */
/*@ requires reads(s) && piece_apart(out, s);
    assigns s->i, s->top, s->pos, *out;
    ensures reads: reads(s);
    ensures piece: \result ==> \old(at_of(s)) <= out->base <= out->limit && out->refs != 0 &&
        at_of(s) == out->limit + 1;
    ensures next: \old(s->i) <= s->i <= s->end;
    ensures spent: spent{Pre}(s->v, \old(s->i), s->i, at_of(s));
    ensures kept: kept{Pre, Post}(s->v, s->i, s->end);
    ensures gap: \old(fits(s)) ==> makes{Pre}(s, \old(at_of(s)),
        \result ? out->base : 0x10000000000000000, 0);
    ensures counts: \result && \old(fits(s)) ==> makes{Pre}(s, out->base, at_of(s), out->refs);
*/
bool mpumap_i_next(struct stream *s, struct mpumap_span *out)
{
    //@ ghost int first = s->i;
    //@ ghost int end = s->end;
    //@ ghost const struct mpumap_span *v = s->v;
    //@ ghost uint8_t kind = s->op->kind;
    //@ ghost mpumap_addr_t base = s->op->base;
    //@ ghost mpumap_addr_t limit = s->op->limit;
    /*@ loop invariant reads: reads(s) && piece_apart(out, s);
        loop invariant next: first <= s->i <= s->end;
        loop invariant pos: \at(at_of(s), Pre) <= at_of(s);
        loop invariant kept: kept{Pre, Here}(v, s->i, end);
        loop invariant spent: spent{Pre}(v, first, s->i, at_of(s));
        loop invariant none: \at(fits(s), Pre) ==>
            all_new{Pre}(v, first, end, kind, base, limit, \at(at_of(s), Pre), at_of(s), 0);
        loop assigns s->i, s->top, s->pos, *out;
        loop variant 0x10000000000000000 - (s->top ? 0x10000000000000000 : s->pos);
    */
    while (!s->top) {
        //@ ghost mpumap_addr_t low = s->pos;
        //@ ghost int i = s->i;
        //@ ghost Turn: ;
        /*@ assert op: s->op->kind == kind && s->op->base == base && s->op->limit == limit &&
                s->v == v && s->end == end; */
        //@ assert hole: \at(fits(s), Pre) ==> no_hole(v, i, end, kind, base, limit, low);
        //@ assert count: \at(fits(s), Pre) ==> counts_fit(v, i, end, kind, base, limit);
        //@ assert fits: \at(fits(s), Pre) ==> fits(s);
        if ((s->i < s->end) && (s->v[s->i].base <= s->pos)) {
            if (next_in_span(s, out)) {
                /*@ assert made: \at(fits(s), Pre) ==> all_new{Pre}(v, first, end, kind, base,
                        limit, out->base, at_of(s), out->refs); */
                //@ assert ended: spent{Pre}(v, first, s->i, at_of(s)) && s->v == v;
                //@ assert kept: kept{Pre, Here}(v, s->i, end) && s->end == end;
                return true;
            }
            //@ assert on: low < at_of(s);
            //@ assert still: kept{Turn, Here}(v, i, end);
            //@ assert kept: kept{Pre, Here}(v, s->i, end);
            //@ assert reads: reads(s) && piece_apart(out, s);
            /*@ assert gone: \at(fits(s), Pre) ==> all_new{Pre}(v, first, end, kind, base,
                    limit, low, at_of(s), 0); */
        } else {
            bool last = s->i >= s->end;

            if (next_in_hole(s, out)) {
                /*@ assert gap: \at(fits(s), Pre) ==> all_new{Pre}(v, first, end, kind, base,
                        limit, low, out->base, 0); */
                /*@ assert new: \at(fits(s), Pre) ==> all_new{Pre}(v, first, end, kind, base,
                        limit, out->base, at_of(s), out->refs); */
                //@ assert ended: spent{Pre}(v, first, s->i, at_of(s)) && s->v == v;
                //@ assert kept: kept{Pre, Here}(v, s->i, end) && s->end == end;
                return true;
            }
            /*@ assert rest: \at(fits(s), Pre) ==> all_new{Pre}(v, first, end, kind, base,
                    limit, low, last ? 0x10000000000000000 : at_of(s), 0); */
            if (last) {
                //@ assert ended: spent{Pre}(v, first, s->i, at_of(s)) && s->v == v;
                //@ assert kept: kept{Pre, Here}(v, s->i, end) && s->end == end;
                return false;
            }
            //@ assert on: low < at_of(s);
            //@ assert still: kept{Turn, Here}(v, i, end);
            //@ assert kept: kept{Pre, Here}(v, s->i, end);
            //@ assert reads: reads(s) && piece_apart(out, s);
            //@ assert spent: spent{Pre}(v, first, s->i, at_of(s));
        }
    }
    //@ assert ended: spent{Pre}(v, first, s->i, at_of(s)) && s->v == v;
    //@ assert kept: kept{Pre, Here}(v, s->i, end) && s->end == end;
    return false;
}

/*@ requires \valid_read(m) && \valid_read(a) && \valid_read(b) && b->base > 0;
    assigns \nothing;
    ensures joins: \result <==> m->policy == MPUMAP_EXACT && a->limit + 1 == b->base &&
        a->attr == b->attr && a->refs == b->refs && a->slot == b->slot;
*/
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

/*@ requires \valid_read(m) && \valid_read(a) && \valid_read(b) && b->base > 0;
    assigns \nothing;
*/
static bool same_run(const struct mpumap *m, const struct mpumap_span *a,
                     const struct mpumap_span *b)
{
    return (a->slot == b->slot) ? (a->slot != MPUMAP_NO_SLOT)
                                : (mpumap_i_is_exact(m) && mpumap_i_one_run(a, b));
}

/* The spans [from, end) of the committed map that an operation can reach: those of every region
 * that it overlaps or touches. A put-off merge is tried again by every change, so then it is all of
 * them. */
/*@ requires \valid_read(m) && \valid_read(m->spans + (0 .. m->span_count - 1)) &&
             sorted(m->spans, m->span_count) && \valid_read(op);
    requires \valid(from) && \valid(end) && \separated(from, end, m);
    assigns *from, *end;
    ensures window: *from <= *end <= m->span_count;
    ensures below: \forall integer k; 0 <= k < *from ==> m->spans[k].limit < \old(op->base);
    ensures above: \forall integer k; *end <= k < m->span_count ==>
        \old(op->limit) < m->spans[k].base;
*/
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
    /*@ loop invariant 0 <= i <= \at(i, LoopEntry);
        loop assigns i;
        loop variant i;
    */
    while ((i > 0u) && (i < m->span_count) && same_run(m, &v[i - 1u], &v[i])) {
        i--;
    }
    //@ assert below: \forall integer k; 0 <= k < i ==> v[k].limit < op->base;
    j = i;
    /*@ loop invariant i <= j <= m->span_count;
        loop assigns j;
        loop variant m->span_count - j;
    */
    while ((j < m->span_count) &&
           ((v[j].base <= op->limit) || mpumap_i_touch(op->limit, v[j].base) ||
            ((j > i) && same_run(m, &v[j - 1u], &v[j])))) {
        j++;
    }
    //@ assert above: \forall integer k; j <= k < m->span_count ==> op->limit < v[k].base;
    *from = i;
    *end = j;
}

/*
 * Joins equal neighbours of different slots in the window that will be in one region. After that
 * the operation joins spans at most at the two ends of its range, and no span has to be cut between
 * regions: so the rewriting below is never more than one span ahead of what it reads. Returns the
 * new end of the window; the gap up to the old end is closed.
 */
/*@ requires \valid_read(p) && \valid(p->m) && p->news <= p->m->regions;
    requires p->from <= p->end <= p->m->span_count && p->from < 0xffff;
    requires \valid_read(p->m->scratch + (0 .. p->m->regions - 1));
    requires \valid(p->m->spans + (0 .. p->m->span_count - 1));
    requires sorted(p->m->spans, p->m->span_count);
    requires apart: \separated(p, p->m->spans + (0 .. p->m->span_count - 1)) &&
        \separated(p, p->m) && \separated(p->m, p->m->spans + (0 .. p->m->span_count - 1)) &&
        \separated(p->m->scratch + (0 .. p->m->regions - 1),
                   p->m->spans + (0 .. p->m->span_count - 1));
    assigns p->m->spans[p->from .. p->m->span_count - 1], p->m->span_count;
    ensures end: p->from <= \result <= p->end;
    ensures count: p->m->span_count == \old(p->m->span_count) - (p->end - \result);
*/
static uint16_t join(const struct planner *p)
{
    struct mpumap *m = p->m;
    struct mpumap_span *v = m->spans;
    uint16_t kept = p->from;
    uint16_t number = 0u;
    uint16_t i;
    //@ ghost int from = p->from;
    //@ ghost int end = p->end;
    //@ ghost int n = m->span_count;
    //@ ghost int news = p->news;
    //@ assert order: \forall integer k; 0 < k < n ==> 0 < v[k].base;

    /*@ loop invariant from < i && (i <= end || i == from + 1);
        loop invariant kept: from <= kept < i;
        loop invariant number: number <= news;
        loop invariant order: \forall integer k; i <= k < end ==> 0 < v[k].base;
        loop assigns i, kept, number, v[from .. end - 1];
        loop variant end - i;
    */
    for (i = (uint16_t)(p->from + 1u); i < p->end; i++) {
        //@ assert same: p->end == end && p->from == from && m->span_count == n;
        //@ assert same_news: p->news == news;
        /*@ loop invariant number <= news;
            loop assigns number;
            loop variant news - number;
        */
        while ((number < p->news) && (mpumap_i_new_limit(m, number) < v[kept].limit)) {
            number++;
        }
        if (mpumap_i_one_run(&v[kept], &v[i]) && (v[kept].refs == v[i].refs) &&
            (number < p->news) && (mpumap_i_new_base(m, number) <= v[kept].limit) &&
            (mpumap_i_new_limit(m, number) >= v[i].base)) {
            v[kept].limit = v[i].limit;
            //@ assert order1: \forall integer k; i < k < end ==> 0 < v[k].base;
        } else {
            //@ assert order2: \forall integer k; i < k < end ==> 0 < v[k].base;
            kept++;
            v[kept] = v[i];
            //@ assert order3: \forall integer k; i < k < end ==> 0 < v[k].base;
        }
    }
    if (p->from < p->end) {
        kept++;
    }
    //@ assert same_end: p->end == end && p->from == from && m->span_count == n;
    //@ assert kept: from <= kept <= end;
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
