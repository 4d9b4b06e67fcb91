/* SPDX-License-Identifier: MIT */
/* Questions: find, query, iteration, use, why and cost. Nothing here changes the map or fails
 * loudly. */
#include "internal.h"

/*@ requires m == \null || (\valid(m) && (m->magic == MAGIC ==> widths(m) && lists(m) &&
        \separated(m, m->spans + (0 .. m->span_count - 1)) &&
        (m->in_tx ==> \separated(m, m->pending + (0 .. m->pending_count - 1)))));
    requires out == \null || (\valid(out) &&
        (m != \null && m->magic == MAGIC ==> apart(m, out)));
    requires error == \null || (\valid(error) && \separated(error, m, out) &&
        (m != \null && m->magic == MAGIC ==>
            \separated(error, m->spans + (0 .. m->span_count - 1)) &&
            (m->in_tx ==> \separated(error, m->pending + (0 .. m->pending_count - 1)))));
    assigns m->why, m->cost, *out, *error;
    ensures no_map: m == \null || \old(m->magic) != MAGIC ==> \result == MPUMAP_FIND_REFUSED;
    ensures refused: error != \null ==>
        (\result == MPUMAP_FIND_REFUSED <==> *error != MPUMAP_OK);
    ensures none: \result == MPUMAP_NOT_FOUND ==> \forall integer k;
        0 <= k < \old(count_of(m)) ==> !\old(over(list_of(m), k, base, limit));
    ensures found: \result != MPUMAP_FIND_REFUSED && \result != MPUMAP_NOT_FOUND ==>
        \exists integer i, first, last; \old(lowest(list_of(m), count_of(m), i, base, limit)) &&
        \old(is_region(m, i, first, last)) &&
        \old(found(list_of(m), first, last, base, limit, \result)) &&
        (out != \null ==> describes{Pre, Post}(m, i, first, last, out));
*/
enum mpumap_found mpumap_find(struct mpumap *m, mpumap_addr_t base, mpumap_addr_t limit,
                              struct mpumap_region *out, enum mpumap_result *error)
{
    const struct mpumap_span *v;
    struct mpumap_region run;
    const enum mpumap_result r = mpumap_i_start(m, base, limit);
    uint16_t i;

    if (error != NULL) {
        *error = r;
    }
    if (r != MPUMAP_OK) {
        return MPUMAP_FIND_REFUSED;
    }
    if (out == NULL) {
        out = &run;
    }
    //@ assert spans: same_spans{Pre, Here}(m);
    //@ assert pending: same_pending{Pre, Here}(m);
    //@ assert slots: slots(m);
    //@ assert lists: lists(m);
    v = mpumap_i_spans(m);
    //@ assert list: v == list_of{Pre}(m) && count_of(m) == count_of{Pre}(m);
    //@ assert same: same_list{Pre, Here}(v, count_of(m));
    //@ assert valid: \valid_read(v + (0 .. count_of(m) - 1)) && sorted(v, count_of(m));
    i = mpumap_i_search(v, mpumap_i_count(m), base);
    //@ assert below: \forall integer k; 0 <= k < i ==> !over(v, k, base, limit);
    /*@ assert none: i >= count_of(m) || v[i].base > limit ==> \forall integer k;
            0 <= k < count_of{Pre}(m) ==> !over{Pre}(v, k, base, limit); */
    if ((i >= mpumap_i_count(m)) || (v[i].base > limit)) {
        return MPUMAP_NOT_FOUND;
    }
    //@ assert lowest: lowest{Pre}(v, count_of{Pre}(m), i, base, limit);
    (void)mpumap_i_run(m, i, out);
    /*@ assert region: \exists integer first, last; is_region{Pre}(m, i, first, last) &&
            describes{Pre, Here}(m, i, first, last, out); */
    if ((out->base > base) || (out->limit < limit)) {
        return MPUMAP_FOUND_OVERLAP;
    }
    return ((out->base == base) && (out->limit == limit)) ? MPUMAP_FOUND : MPUMAP_INCLUSIVE;
}

/*@ requires \valid_read(m) && \valid_read(span) && \valid(out) && \separated(out, m) &&
             \separated(out, span);
    assigns *out;
    ensures out->base == \old(span->base) && out->limit == \old(span->limit);
    ensures out->refs == \old(span->refs) && out->slot == \old(span->slot);
    ensures out->attr == \old(public_attr(m, span->attr));
*/
static void describe(const struct mpumap *m, const struct mpumap_span *span,
                     struct mpumap_region *out)
{
    out->base = span->base;
    out->limit = span->limit;
    out->refs = span->refs;
    out->attr = mpumap_i_public_attr(m, span->attr);
    out->slot = span->slot;
}

/*@ requires map_or_none(m);
    requires m != \null && m->magic == MAGIC && out != \null ==> \valid(out) && apart(m, out);
    assigns *out;
    ensures no_map: m == \null || \old(m->magic) != MAGIC ==> !\result;
    ensures there: m != \null && \old(m->magic) == MAGIC ==>
        (\result <==> \exists integer i;
            0 <= i < \old(count_of(m)) && \old(holds(list_of(m), i, addr)));
    ensures span: \result && out != \null ==> \exists integer i;
        0 <= i < \old(count_of(m)) && \old(holds(list_of(m), i, addr)) &&
        shows{Pre, Post}(m, i, addr, out);
*/
bool mpumap_query(const struct mpumap *m, mpumap_addr_t addr, struct mpumap_region *out)
{
    const struct mpumap_span *v;
    uint16_t i;

    if (!mpumap_i_valid(m)) {
        return false;
    }
    v = mpumap_i_spans(m);
    //@ assert \valid_read(v + (0 .. count_of(m) - 1)) && sorted(v, count_of(m));
    //@ assert out != \null ==> \separated(out, v + (0 .. count_of(m) - 1));
    i = mpumap_i_search(v, mpumap_i_count(m), addr);
    //@ assert \forall integer k; 0 <= k < i ==> !holds(v, k, addr);
    //@ assert \forall integer k; i < k < count_of(m) ==> !holds(v, k, addr);
    if ((i >= mpumap_i_count(m)) || (v[i].base > addr)) {
        return false;
    }
    //@ assert holds(v, i, addr);
    if (out != NULL) {
        describe(m, &v[i], out);
        //@ assert same_spans{Pre, Here}(m);
        //@ assert out->attr == \at(public_attr(m, list_of(m)[\at(i, Here)].attr), Pre);
        if (m->in_tx) {
            out->slot = mpumap_i_slot_at(m, addr);
        }
        //@ assert \at(m->in_tx, Pre) ==> slot_of{Pre}(m, addr, out->slot);
        //@ assert out->attr == \at(public_attr(m, list_of(m)[\at(i, Here)].attr), Pre);
        //@ assert shows{Pre, Here}(m, i, addr, out);
    }
    return true;
}

/* The next region of the pending state: a maximal run, in its committed slot if nothing about it
 * changes (whole: if its range stays, for slots are stable). */
/*@ requires iterable(m) && m->in_tx && \valid(cursor) && *cursor < m->pending_count;
    requires \valid(out) && apart(m, out) && \separated(cursor, out, m);
    assigns *cursor, *out;
    ensures map: iterable(m);
    ensures on: \old(*cursor) < *cursor <= \old(m->pending_count);
    ensures there: \result;
*/
static bool next_pending(const struct mpumap *m, uint16_t *cursor, struct mpumap_region *out)
{
    uint16_t i;
    uint16_t end = mpumap_i_run(m, *cursor, out);

    //@ assert end: *cursor < end <= m->pending_count;
    //@ assert same: same_spans{Pre, Here}(m);
    //@ assert slots: slots(m);
    //@ assert pending: same_pending{Pre, Here}(m);
    //@ assert order: sorted(m->spans, m->span_count);
    //@ assert order_p: m->in_tx ==> sorted(m->pending, m->pending_count);
    //@ assert lists: lists(m);
    //@ assert placed: placed_in(m->spans, m->span_count, m->regions);
    //@ assert map: iterable(m);
    //@ assert slot_was: slot_of{Pre}(m, out->base, out->slot);
    //@ assert slot: slot_of(m, out->base, out->slot);
    i = mpumap_i_search(m->spans, m->span_count, out->base);
    //@ assert below: \forall integer k; 0 <= k < i ==> !holds(m->spans, k, out->base);
    //@ assert above: \forall integer k; i < k < m->span_count ==> !holds(m->spans, k, out->base);
    if (out->slot != MPUMAP_NO_SLOT) {
        //@ assert found: i < m->span_count && out->slot == m->spans[i].slot;
        struct mpumap_pair p = {m->table[out->slot].base, m->table[out->slot].limit};

        if ((mpumap_i_base_of(m, &p) != out->base) || (mpumap_i_limit_of(m, &p) != out->limit) ||
            (mpumap_i_is_exact(m) && (mpumap_i_public_attr(m, m->spans[i].attr) != out->attr))) {
            out->slot = MPUMAP_NO_SLOT;
        }
    }
    //@ assert spans: same_spans{Pre, Here}(m);
    //@ assert pending: same_pending{Pre, Here}(m);
    //@ assert lists: lists(m);
    //@ assert placed: placed_in(m->spans, m->span_count, m->regions);
    //@ assert map: iterable(m);
    *cursor = end;
    return true;
}

/*@ requires iterable_or_none(m) && \valid(cursor);
    requires m != \null && m->magic == MAGIC ==>
        \valid(out) && apart(m, out) && \separated(cursor, out, m);
    assigns *cursor, *out;
    ensures map: iterable_or_none(m);
    ensures no_map: m == \null || \old(m->magic) != MAGIC ==> !\result;
    ensures there: m != \null && \old(m->magic) == MAGIC ==>
        (\result <==> \old(*cursor) < \old(count_of(m)));
    ensures on: \result ==> \old(*cursor) < *cursor <= \old(count_of(m));
    ensures end: !\result ==> *cursor == \old(*cursor);
*/
bool mpumap_next_region(const struct mpumap *m, uint16_t *cursor, struct mpumap_region *out)
{
    const struct mpumap_span *v;
    uint16_t i = *cursor;

    if (!mpumap_i_valid(m) || (i >= mpumap_i_count(m))) {
        return false;
    }
    if (m->in_tx) {
        return next_pending(m, cursor, out);
    }
    v = m->spans;
    describe(m, &v[i], out);
    //@ assert spans: same_spans{Pre, Here}(m);
    //@ assert pending: same_pending{Pre, Here}(m);
    //@ assert map: iterable(m);
    i++;
    /*@ loop invariant \at(*cursor, Pre) < i <= m->span_count;
        loop invariant spans: same_spans{Pre, Here}(m);
        loop invariant pending: same_pending{Pre, Here}(m);
        loop invariant map: iterable(m);
        loop assigns i, out->limit, out->refs;
        loop variant m->span_count - i;
    */
    while ((i < m->span_count) && (v[i].slot == out->slot)) {
        out->limit = v[i].limit;
        out->refs = (v[i].refs < out->refs) ? v[i].refs : out->refs;
        //@ assert spans: same_spans{Pre, Here}(m);
        //@ assert pending: same_pending{Pre, Here}(m);
        //@ assert map: iterable(m);
        i++;
    }
    *cursor = i;
    return true;
}

/*@ requires iterable_or_none(m) && \valid(cursor);
    requires m != \null && m->magic == MAGIC ==>
        \valid(out) && apart(m, out) && \separated(cursor, out, m);
    assigns *cursor, *out;
    ensures map: iterable_or_none(m);
    ensures no_map: m == \null || \old(m->magic) != MAGIC ==> !\result;
    ensures there: m != \null && \old(m->magic) == MAGIC ==>
        (\result <==> \old(*cursor) < \old(count_of(m)));
    ensures on: \result ==> \old(*cursor) < *cursor <= \old(count_of(m));
    ensures end: !\result ==> *cursor == \old(*cursor);
*/
bool mpumap_next_span(const struct mpumap *m, uint16_t *cursor, struct mpumap_region *out)
{
    const struct mpumap_span *v;
    uint16_t i = *cursor;

    if (!mpumap_i_valid(m) || (i >= mpumap_i_count(m))) {
        return false;
    }
    v = mpumap_i_spans(m);
    describe(m, &v[i], out);
    //@ assert table: same_table{Pre, Here}(m);
    //@ assert spans: same_spans{Pre, Here}(m);
    //@ assert pending: same_pending{Pre, Here}(m);
    //@ assert slots: slots(m);
    out->slot = mpumap_i_slot_at(m, out->base);
    //@ assert table: same_table{Pre, Here}(m);
    //@ assert spans: same_spans{Pre, Here}(m);
    //@ assert pending: same_pending{Pre, Here}(m);
    //@ assert list: v == list_of(m) && count_of(m) == count_of{Pre}(m);
    //@ assert sorted: sorted(v, count_of(m));
    i++;
    //@ assert limit: i < count_of(m) ==> 0 <= v[i - 1].limit < v[i].base;
    /* A run of equal bytes may stand in two regions while a merge waits. */
    /*@ loop invariant \at(*cursor, Pre) < i <= count_of(m);
        loop invariant list: v == list_of(m) && \valid_read(v + (0 .. count_of(m) - 1));
        loop invariant above: i < count_of(m) ==> 0 < v[i].base;
        loop invariant table: same_table{Pre, Here}(m);
        loop invariant spans: same_spans{Pre, Here}(m);
        loop invariant pending: same_pending{Pre, Here}(m);
        loop assigns i, out->limit;
        loop variant count_of(m) - i;
    */
    while (mpumap_i_is_exact(m) && (i < mpumap_i_count(m)) && mpumap_i_one_run(&v[i - 1u], &v[i]) &&
           (v[i].refs == out->refs)) {
        out->limit = v[i].limit;
        //@ assert table: same_table{Pre, Here}(m);
        //@ assert list: m->in_tx ==> v == m->pending && count_of(m) == m->pending_count;
        //@ assert block: m->in_tx ==> apart_list(out, m->pending, m->pending_count);
        //@ assert apart: m->in_tx ==> limit_apart(out, m->pending, m->pending_count);
        /*@ assert base: m->in_tx ==> \forall integer k; 0 <= k < m->pending_count ==>
                m->pending[k].base == \at(m->pending[k].base, LoopCurrent); */
        /*@ assert limits: m->in_tx ==> \forall integer k; 0 <= k < m->pending_count ==>
                m->pending[k].limit == \at(m->pending[k].limit, LoopCurrent); */
        //@ assert step: same_pending{LoopCurrent, Here}(m);
        //@ assert block_s: apart_list(out, m->spans, m->span_count);
        //@ assert apart_s: limit_apart(out, m->spans, m->span_count);
        //@ assert step_s: same_spans{LoopCurrent, Here}(m);
        //@ assert pending: same_pending{Pre, Here}(m);
        //@ assert spans: same_spans{Pre, Here}(m);
        //@ assert order: sorted(m->spans, m->span_count);
        //@ assert order_p: m->in_tx ==> sorted(m->pending, m->pending_count);
        //@ assert sorted: sorted(v, count_of(m));
        i++;
        //@ assert limit: i < count_of(m) ==> 0 <= v[i - 1].limit < v[i].base;
    }
    *cursor = i;
    //@ assert table: same_table{Pre, Here}(m);
    //@ assert spans: same_spans{Pre, Here}(m);
    //@ assert pending: same_pending{Pre, Here}(m);
    //@ assert there: there(m);
    //@ assert map: iterable(m);
    return true;
}

/*@ requires m == \null || (\valid_read(m) &&
        (m->magic == MAGIC ==> \valid_read(m->table + (0 .. m->regions - 1))));
    assigns \nothing;
    ensures m == \null || m->magic != MAGIC ==> \result == 0;
    ensures m != \null ==> \result <= m->regions;
*/
uint16_t mpumap_used(const struct mpumap *m)
{
    uint16_t used = 0u;
    uint16_t s;

    if (mpumap_i_valid(m)) {
        /*@ loop invariant 0 <= used <= s <= m->regions;
            loop assigns s, used;
            loop variant m->regions - s;
        */
        for (s = 0u; s < m->regions; s++) {
            if (mpumap_i_in_use(m, s)) {
                used++;
            }
        }
    }
    return used;
}

/*@ requires m == \null || (\valid_read(m) &&
        (m->magic == MAGIC ==> \valid_read(m->table + (0 .. m->regions - 1))));
    assigns \nothing;
    ensures m == \null || m->magic != MAGIC ==> \result == 0;
    ensures m != \null ==> \result <= m->regions;
*/
uint16_t mpumap_capacity(const struct mpumap *m)
{
    uint16_t capacity = 0u;
    uint16_t s;

    if (mpumap_i_valid(m)) {
        /*@ loop invariant 0 <= capacity <= s <= m->regions;
            loop assigns s, capacity;
            loop variant m->regions - s;
        */
        for (s = 0u; s < m->regions; s++) {
            if ((m->table[s].flags & (F_RESERVED | F_RESERVED_TX)) == 0u) {
                capacity++;
            }
        }
    }
    return capacity;
}

/*@ requires m == \null || \valid_read(m);
    assigns \result \from m;
    ensures \valid_read(\result);
    ensures m != \null && m->magic == MAGIC ==> \result == &m->why;
*/
const struct mpumap_why *mpumap_why(const struct mpumap *m)
{
    static const struct mpumap_why none = {0u, 0u, 0u, 0u, (uint8_t)MPUMAP_STATE, MPUMAP_NO_SLOT,
                                           0u};

    return mpumap_i_valid(m) ? &m->why : &none;
}

/*@ requires m == \null || \valid_read(m);
    assigns \result \from m;
    ensures \valid_read(\result);
    ensures m != \null && m->magic == MAGIC ==> \result == &m->cost;
*/
const struct mpumap_cost *mpumap_cost(const struct mpumap *m)
{
    static const struct mpumap_cost none = {0u, 0u, 0u};

    return mpumap_i_valid(m) ? &m->cost : &none;
}
