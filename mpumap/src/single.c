/* SPDX-License-Identifier: MIT */
/*
 * The common changes, in which one slot changes and nothing else can: what the planner would find,
 * without it. One register of an enabled region, or both of a slot that is free: no byte that both
 * maps allow is lost, so rules R1 to R4 hold whatever is live. Under `whole` there are no others.
 */
#include "internal.h"

/* The list that an operation works on: the pending one inside a transaction. */
/*@ requires \valid_read(m);
    assigns \result \from m->in_tx, m->pending, m->spans;
    ensures is_list(m, \result);
*/
static inline struct mpumap_span *list(const struct mpumap *m)
{
    return m->in_tx ? m->pending : m->spans;
}

/*@ requires \valid_read(m);
    assigns \result \from m, m->in_tx;
    ensures is_count(m, \result);
    ensures \result != &m->span_capacity && \result != &m->pending_capacity;
    ensures m->in_tx ? \result != &m->span_count : \result != &m->pending_count;
*/
static inline uint16_t *list_count(struct mpumap *m)
{
    return m->in_tx ? &m->pending_count : &m->span_count;
}

/*@ requires \valid_read(m);
    assigns \nothing;
    ensures \result == room_of(m);
*/
static inline uint16_t list_room(const struct mpumap *m)
{
    return m->in_tx ? m->pending_capacity : m->span_capacity;
}

/* No span that touches the operation's range has the attributes a or b: neither those before op->at
 * nor those from `next` on. */
/*@ requires \valid_read(m) && \valid_read(op) && op->at <= count_of(m);
    requires \valid_read(list_of(m) + (0 .. count_of(m) - 1));
    requires below: 0 < op->at ==> list_of(m)[op->at - 1].limit < op->base;
    requires above: next < count_of(m) ==> op->limit < list_of(m)[next].base;
    assigns \nothing;
    ensures \result <==> !joins_below(list_of(m), op->at, op->base, a, b) &&
        !joins_above(list_of(m), count_of(m), next, op->limit, a, b);
*/
static bool alone(const struct mpumap *m, const struct op *op, uint32_t next, uint8_t a, uint8_t b)
{
    const struct mpumap_span *v = mpumap_i_spans(m);

    if (op->at > 0u) {
        const struct mpumap_span *below = &v[op->at - 1u];

        if ((below->limit == (op->base - 1u)) && ((below->attr == a) || (below->attr == b))) {
            return false;
        }
    }
    if (next < mpumap_i_count(m)) {
        const struct mpumap_span *above = &v[next];

        if ((above->base == (op->limit + 1u)) && ((above->attr == a) || (above->attr == b))) {
            return false;
        }
    }
    return true;
}

/* The slot that the planner would take: the first free one with the right base in it, or the first,
 * *first. */
/*@ requires made(m) && m->free_from <= m->regions && \valid(first);
    requires \separated(first, m, m->table + (0 .. m->regions - 1));
    assigns *first;
    ensures none: \result == MPUMAP_NO_SLOT <==> *first == MPUMAP_NO_SLOT;
    ensures slot: \result != MPUMAP_NO_SLOT ==>
        m->free_from <= *first <= \result < m->regions;
*/
static uint8_t free_slot(const struct mpumap *m, mpumap_reg_t base, uint8_t *first)
{
    uint32_t s;

    *first = MPUMAP_NO_SLOT;
    /*@ loop invariant m->free_from <= s <= m->regions;
        loop invariant *first == MPUMAP_NO_SLOT || m->free_from <= *first < s;
        loop assigns s, *first;
        loop variant m->regions - s;
    */
    for (s = m->free_from; s < m->regions; s++) {
        if (mpumap_i_is_free(m, (uint16_t)s)) {
            *first = (*first == MPUMAP_NO_SLOT) ? (uint8_t)s : *first;
            if (m->table[s].base == base) {
                return (uint8_t)s;
            }
        }
    }
    return *first;
}

/*@ requires \valid(m) && \valid_read(op) && \separated(op, m);
    assigns m->why;
    ensures \result == result;
    ensures kept: \forall struct mpumap_span *v, integer n;
        \separated(m, v + (0 .. n - 1)) ==> kept{Pre, Post}(v, 0, n);
*/
static enum mpumap_result refuse(struct mpumap *m, const struct op *op, enum mpumap_result result)
{
    return mpumap_i_fail(m, result, op->base, op->limit, MPUMAP_NO_SLOT);
}

/* One more span in a list, at `at`, with one reference. The caller has seen to the room. */
/*@ requires room(v, count, *count + 1) && at <= *count;
    assigns v[at .. *count], *count;
    ensures count: *count == \old(*count) + 1;
    ensures below: kept{Pre, Post}(v, 0, at);
    ensures tail: moved{Pre, Post}(v, at + 1, \old(*count) + 1, 1);
    ensures new: v[at].base == base && v[at].limit == limit && v[at].refs == 1 &&
        v[at].attr == attr && v[at].slot == slot;
*/
static inline void put_span(struct mpumap_span *v, uint16_t *count, uint16_t at, mpumap_addr_t base,
                            mpumap_addr_t limit, uint8_t attr, uint8_t slot)
{
    struct mpumap_span *x = &v[at];
    //@ ghost int n = *count;

    //@ assert next: (uint16_t)(at + 1) == at + 1;
    mpumap_i_move_tail(v, count, at, (uint16_t)(at + 1u));
    //@ assert tail1: moved{Pre, Here}(v, at + 1, n + 1, 1);
    //@ assert below1: kept{Pre, Here}(v, 0, at);
    //@ assert number1: *count == n + 1;
    //@ ghost Moved: ;
    x->base = base;
    x->limit = limit;
    x->refs = 1u;
    x->attr = attr;
    x->slot = slot;
    //@ assert number2: *count == n + 1;
    //@ assert below2: kept{Moved, Here}(v, 0, at);
    //@ assert tail2: kept{Moved, Here}(v, at + 1, n + 1);
    //@ assert tail3: moved{Pre, Here}(v, at + 1, n + 1, 1);
}

/* The same, where no span holds a byte of it: between span `at` and the one below. */
/*@ requires room(v, count, *count + 1) && at <= *count;
    requires sorted(v, *count) && base <= limit;
    requires below: 0 < at ==> v[at - 1].limit < base;
    requires above: at < *count ==> limit < v[at].base;
    assigns v[at .. *count], *count;
    ensures count: *count == \old(*count) + 1;
    ensures new: v[at].base == base && v[at].limit == limit && v[at].refs == 1 &&
        v[at].attr == attr && v[at].slot == slot;
    ensures order: sorted(v, \old(*count) + 1);
    ensures one_more: recounted{Pre, Post}(v, 0, \old(*count), \old(*count) + 1, base, limit, 1);
*/
static inline void add_span(struct mpumap_span *v, uint16_t *count, uint16_t at, mpumap_addr_t base,
                            mpumap_addr_t limit, uint8_t attr, uint8_t slot)
{
    //@ ghost int n = *count;

    //@ assert low: \forall integer k; 0 <= k < at ==> v[k].limit < base;
    //@ assert high: \forall integer k; at <= k < n ==> limit < v[k].base;
    //@ assert beside: beside(v, 0, at, base, limit) && beside(v, at, n, base, limit);
    put_span(v, count, at, base, limit, attr, slot);
    //@ assert spliced: spliced{Pre, Here}(v, n, at, at, at + 1);
    //@ assert over: above{Pre, Here}(v, at, at + 1);
    //@ assert under: below{Pre, Here}(v, n, at, at, at + 1);
    //@ assert middle: before(v, at, at + 1, at + 1, n + 1);
    //@ assert part: part(v, at, at + 1);
    //@ assert low_part: part(v, 0, at + 1);
    //@ assert high_part: part(v, at + 1, n + 1);
    //@ assert both: before(v, 0, at, at + 1, n + 1);
    //@ assert low_high: before(v, 0, at + 1, at + 1, n + 1);
    //@ assert order: part(v, 0, n + 1);
    /*@ assert one: \forall integer addr;
            count_is(v, at, at + 1, addr, base <= addr <= limit ? 1 : 0); */
    //@ assert new: recounted{Pre, Here}(v, at, at, at + 1, base, limit, 1);
    //@ assert around: around{Pre, Here}(v, n, at, at, at + 1);
    //@ assert as_free: as_free{Pre, Here}(v, n, at, at, at + 1);
    //@ assert one_more: recounted{Pre, Here}(v, 0, n, n + 1, base, limit, 1);
}

/*@ requires roomy(m) && sorted(list_of(m), count_of(m)) && beside_spans(m, op);
    assigns list_of(m)[0 .. room_of(m) - 1], m->span_count, m->pending_count, m->why;
    ensures result: \result == MPUMAP_OK || \result == MPUMAP_NO_SPACE;
    ensures list: list_of(m) == \old(list_of(m)) && count_of(m) <= room_of(m) == \old(room_of(m));
    ensures refused: \result == MPUMAP_NO_SPACE ==>
        count_of(m) == \old(count_of(m)) && kept{Pre, Post}(list_of(m), 0, count_of(m));
    ensures order: \result == MPUMAP_OK ==> sorted(list_of(m), count_of(m));
    ensures one_more: \result == MPUMAP_OK ==>
        recounted{Pre, Post}(list_of(m), 0, \old(count_of(m)), count_of(m), \old(op->base),
                             \old(op->limit), 1);
    ensures other: m->in_tx ? m->span_count == \old(m->span_count)
                            : m->pending_count == \old(m->pending_count);
*/
static enum mpumap_result insert(struct mpumap *m, const struct op *op, uint8_t slot)
{
    if (*list_count(m) >= list_room(m)) {
        return refuse(m, op, MPUMAP_NO_SPACE);
    }
    add_span(list(m), list_count(m), op->at, op->base, op->limit, op->attr, slot);
    //@ assert room1: m->span_capacity == \at(m->span_capacity, Pre);
    //@ assert room2: m->pending_capacity == \at(m->pending_capacity, Pre);
    //@ assert number: count_of(m) == \at(count_of(m), Pre) + 1;
    return MPUMAP_OK;
}

/* A new region, in a slot of its own. */
static enum mpumap_result create(struct mpumap *m, const struct op *op)
{
    struct mpumap_pair next;
    uint8_t first;
    uint8_t slot;
    enum mpumap_result r;

    m->port->encode(m->port_ctx, op->base, op->limit, op->attr, &next);
    slot = free_slot(m, next.base, &first);
    if (slot == MPUMAP_NO_SLOT) {
        return refuse(m, op, MPUMAP_NO_REGION);
    }
    r = insert(m, op, slot);
    if (r == MPUMAP_OK) {
        m->free_from = (slot == first) ? (uint8_t)(first + 1u) : first;
        m->table[slot].refs = 1u;
        mpumap_i_write(m, slot, &next, WRITE_BASE_FIRST);
    }
    return r;
}

/* One span less in a list. */
/*@ requires room(v, count, *count) && at < *count && sorted(v, *count);
    assigns v[at .. *count - 1], *count;
    ensures count: *count == \old(*count) - 1;
    ensures order: sorted(v, \old(*count) - 1);
    ensures less: recounted{Pre, Post}(v, 0, \old(*count), \old(*count) - 1, \old(v[at].base),
                                       \old(v[at].limit), -\old(v[at].refs));
    ensures shape: spliced{Pre, Post}(v, \old(*count), at, at + 1, at);
    ensures map: \forall struct mpumap *m; counts_of(m, count, v, \old(*count)) ==>
        same_fields{Pre, Post}(m) && other_count{Pre, Post}(m, count);
    ensures others: \forall struct mpumap_span *w, integer k, most;
        \separated(v + (0 .. \old(*count) - 1), w + (0 .. k - 1)) && placed_in{Pre}(w, k, most) ==>
        placed_in{Post}(w, k, most);
*/
static inline void take_span(struct mpumap_span *v, uint16_t *count, uint16_t at)
{
    //@ ghost int n = *count;
    //@ ghost mpumap_addr_t base = v[at].base;
    //@ ghost mpumap_addr_t limit = v[at].limit;
    //@ ghost int refs = v[at].refs;

    //@ assert next: (uint16_t)(at + 1) == at + 1;
    //@ assert beside: beside(v, 0, at, base, limit) && beside(v, at + 1, n, base, limit);
    /*@ assert had: \forall integer addr, c;
            count_is(v, at, at + 1, addr, c) && holds(v, at, addr) ==> c == refs; */
    /*@ assert had_none: \forall integer addr, c;
            count_is(v, at, at + 1, addr, c) && !holds(v, at, addr) ==> c == 0; */
    mpumap_i_move_tail(v, count, (uint16_t)(at + 1u), at);
    //@ assert tail: moved{Pre, Here}(v, at, n - 1, -1);
    //@ assert spliced: spliced{Pre, Here}(v, n, at, at + 1, at);
    //@ assert over: above{Pre, Here}(v, at, at);
    //@ assert middle: before(v, at, at, at, n - 1);
    //@ assert order: part(v, 0, n - 1);
    //@ assert none: \forall integer addr; count_is(v, at, at, addr, 0);
    //@ assert new: recounted{Pre, Here}(v, at, at + 1, at, base, limit, -refs);
    //@ assert around: around{Pre, Here}(v, n, at, at + 1, at);
    //@ assert as_free: as_free{Pre, Here}(v, n, at, at + 1, at);
    //@ assert less: recounted{Pre, Here}(v, 0, n, n - 1, base, limit, -refs);
}

/*@ requires good(m) && at < count_of(m);
    assigns list_of(m)[0 .. room_of(m) - 1], m->span_count, m->pending_count, m->free_from,
            m->table[0 .. m->regions - 1].base, m->table[0 .. m->regions - 1].limit,
            m->table[0 .. m->regions - 1].refs, m->cost.writes, m->cost.barriers, port_state;
    ensures map: good(m);
    ensures fields: same_fields{Pre, Post}(m);
    ensures lists: same_lists{Pre, Post}(m);
    ensures number: count_of(m) == \old(count_of(m)) - 1;
    ensures less: recounted{Pre, Post}(list_of(m), 0, \old(count_of(m)), count_of(m),
        \old(list_of(m)[at].base), \old(list_of(m)[at].limit), -\old(list_of(m)[at].refs));
    ensures slot: !m->in_tx ==> m->free_from <= \old(list_of(m)[at].slot) &&
        m->table[\old(list_of(m)[at].slot)].limit % 2 == 0 &&
        m->table[\old(list_of(m)[at].slot)].refs == 0;
*/
static void remove(struct mpumap *m, uint16_t at)
{
    const uint8_t slot = list(m)[at].slot;
    //@ ghost struct mpumap_span *v = m->in_tx ? m->pending : m->spans;
    //@ ghost int n = m->in_tx ? m->pending_count : m->span_count;
    //@ ghost mpumap_addr_t base = v[at].base;
    //@ ghost mpumap_addr_t limit = v[at].limit;
    //@ ghost int refs = v[at].refs;
    //@ ghost int regions = m->regions;

    //@ assert limits0: in_limits(m);
    //@ assert slot: !m->in_tx ==> slot < m->regions;
    //@ assert roomy: roomy(m);
    //@ assert at_port: \separated(m->port, list_of(m) + (0 .. room_of(m) - 1));
    /*@ assert pending: m->in_tx ==> \separated(v + (0 .. n - 1),
                                                m->spans + (0 .. m->span_count - 1)); */
    //@ assert entry: !m->in_tx ==> \valid(m->table + slot);
    //@ assert entry1: !m->in_tx ==> \separated(m->table + slot, m);
    //@ assert entry2: !m->in_tx ==> \separated(m->table + slot, m->port);
    //@ assert entry3: !m->in_tx ==> \separated(m->table + slot, v + (0 .. n - 1));
    /*@ assert entry4: !m->in_tx ==> \forall integer k; 0 <= k < n ==>
            &m->table[slot].base != &v[k].base && &m->table[slot].limit != &v[k].limit &&
            &m->table[slot].base != &v[k].limit && &m->table[slot].limit != &v[k].base; */
    /*@ assert entry5: !m->in_tx ==> \forall integer k; 0 <= k < n ==>
            &m->table[slot].refs != &v[k].refs; */
    /*@ assert map1: \forall integer k; 0 <= k < n ==>
            &m->free_from != &v[k].attr && &m->free_from != &v[k].slot; */
    //@ assert slots: placed_in(m->spans, m->span_count, regions);
    //@ assert slots0: !m->in_tx ==> placed_in(v, n, regions);
    //@ assert list_apart: \separated(m, list_of(m) + (0 .. room_of(m) - 1));
    //@ assert v: v == list_of(m) && n == count_of(m);
    take_span(list(m), list_count(m), at);
    //@ assert spliced: spliced{Pre, Here}(v, n, at, at + 1, at);
    //@ assert slots1: !m->in_tx ==> placed_in(v, n - 1, regions);
    //@ assert fields: same_fields{Pre, Here}(m);
    //@ assert lists: same_lists{Pre, Here}(m);
    //@ assert limits: in_limits(m);
    //@ assert less: recounted{Pre, Here}(v, 0, n, n - 1, base, limit, -refs);
    //@ assert order: sorted(v, n - 1);
    //@ assert number: count_of(m) == n - 1;
    //@ assert slots3: m->in_tx ==> placed_in(m->spans, \at(m->span_count, Pre), regions);
    //@ assert port: is_port(m->port);
    //@ assert ranges: all_ranges(m) == \at(all_ranges(m), Pre);
    /*@ assert there: are_there(m->table, m->scratch, m->regions, m->spans, m->span_capacity,
                                m->pending, m->pending_capacity, m->ranges, all_ranges(m)); */
    /*@ assert apart: are_apart(m, m->port, m->table, m->scratch, m->regions, m->spans,
                                m->span_capacity, m->pending, m->pending_capacity, m->ranges,
                                all_ranges(m)); */
    //@ assert made: made(m);
    //@ assert regions: m->regions == regions;
    //@ assert placed: placed_in(m->spans, m->span_count, regions);
    //@ assert list: list_of(m) == v;
    //@ assert counted: counted(m);
    //@ assert good1: good(m);
    //@ ghost Taken: ;
    if (!m->in_tx) {
        struct mpumap_entry *e = &m->table[slot];
        const struct mpumap_pair next = {e->base, e->limit & ~(mpumap_reg_t)MPUMAP_LIMIT_ENABLE};

        //@ assert e: e == \at(m->table, Pre) + slot;
        e->refs = 0u;
        m->free_from = (slot < m->free_from) ? slot : m->free_from;
        //@ assert apart_e: \separated(e, v + (0 .. n - 1)) && \separated(e, m);
        /*@ assert refs1: \forall integer k; 0 <= k < n - 1 ==>
                v[k].refs == \at(v[k].refs, Taken); */
        /*@ assert attrs1: \forall integer k; 0 <= k < n - 1 ==>
                v[k].attr == \at(v[k].attr, Taken) && v[k].slot == \at(v[k].slot, Taken); */
        //@ assert kept1: kept{Taken, Here}(v, 0, n - 1);
        //@ assert regions1: m->regions == regions;
        //@ assert fields1: same_fields{Taken, Here}(m);
        //@ assert count1: m->span_count == n - 1;
        //@ assert count2: m->pending_count == \at(m->pending_count, Taken);
        //@ assert port1: is_port(m->port);
        //@ assert limits1: in_limits(m);
        //@ assert ranges1: all_ranges(m) == \at(all_ranges(m), Taken);
        /*@ assert there1: are_there(m->table, m->scratch, m->regions, m->spans, m->span_capacity,
                                     m->pending, m->pending_capacity, m->ranges, all_ranges(m)); */
        /*@ assert apart1: are_apart(m, m->port, m->table, m->scratch, m->regions, m->spans,
                                     m->span_capacity, m->pending, m->pending_capacity, m->ranges,
                                     all_ranges(m)); */
        //@ assert made1: made(m);
        //@ assert counted1: counted(m);
        //@ assert placed1: placed_in(v, n - 1, regions);
        //@ assert lists1: same_lists{Taken, Here}(m);
        //@ assert order1: sorted(v, n - 1);
        //@ ghost Freed: ;
        mpumap_i_write(m, slot, &next, WRITE_ANY);
        /*@ assert bases2: \forall integer k; 0 <= k < n - 1 ==>
                v[k].base == \at(v[k].base, Freed); */
        /*@ assert limits2: \forall integer k; 0 <= k < n - 1 ==>
                v[k].limit == \at(v[k].limit, Freed); */
        //@ assert kept2: kept{Freed, Here}(v, 0, n - 1);
        //@ assert kept3: kept{Taken, Here}(v, 0, n - 1);
        //@ assert order2: sorted(v, n - 1);
        //@ assert counted2: counted(m);
        //@ assert placed2: placed_in(m->spans, m->span_count, m->regions);
        //@ assert good2: good(m);
        //@ assert fields2: same_fields{Pre, Here}(m);
    }
}

/* Executable device memory must not exist even for an instant: it would if the type (limit
 * register) or the permission (base register) came too early. Nothing else can go wrong between two
 * registers of one range. */
/*@ assigns \nothing;
    ensures limit: \result == WRITE_LIMIT_FIRST <==> is_device(from) && is_exec(to);
    ensures base: \result == WRITE_BASE_FIRST <==>
        !is_device(from) && is_exec(from) && is_device(to);
    ensures any: \result == WRITE_LIMIT_FIRST || \result == WRITE_BASE_FIRST ||
        \result == WRITE_ANY;
*/
static enum write_order order_of(uint8_t from, uint8_t to)
{
    if ((from & MPUMAP_TYPE_MASK) >= MPUMAP_DEVICE) {
        return ((to & MPUMAP_EXEC) != 0u) ? WRITE_LIMIT_FIRST : WRITE_ANY;
    }
    return (((from & MPUMAP_EXEC) != 0u) && ((to & MPUMAP_TYPE_MASK) >= MPUMAP_DEVICE))
               ? WRITE_BASE_FIRST
               : WRITE_ANY;
}

/* Other attributes for a region as it stands. False (exact): two registers change; where there is a
 * bitmap they can do so at once. */
/*@ requires good(m) && !m->in_tx && is_op(m, op) && op->at < m->span_count;
    requires span: x == m->spans + op->at;
    assigns x->attr, m->table[0 .. m->regions - 1].base,
            m->table[0 .. m->regions - 1].limit, m->cost.writes, m->cost.barriers, port_state;
    ensures fields: same_fields{Pre, Post}(m);
    ensures map_at: \valid(m);
    ensures port: is_port(m->port);
    ensures limits: in_limits(m);
    ensures apart: are_apart(m, m->port, m->table, m->scratch, m->regions, m->spans,
                             m->span_capacity, m->pending, m->pending_capacity, m->ranges,
                             all_ranges(m));
    ensures counted: counted(m);
    ensures placed: placed(m);
    ensures order: sorted(m->spans, m->span_count);
    ensures refused: !\result ==>
        m->policy == MPUMAP_EXACT && kept{Pre, Post}(m->spans, 0, m->span_count);
    ensures other: \result ==> graded{Pre, Post}(m->spans, m->span_count, op->at, op->attr);
    ensures in_use: \result ==> m->table[x->slot].limit % 2 == 1;
*/
static bool regrade(struct mpumap *m, const struct op *op, struct mpumap_span *x)
{
    const enum write_order order = order_of(x->attr, op->attr);
    const struct mpumap_entry *e = &m->table[x->slot];
    struct mpumap_pair next;
    //@ ghost struct mpumap_span *v = m->spans;
    //@ ghost int n = m->span_count;
    //@ ghost int at = op->at;
    //@ ghost int attr = op->attr;
    //@ ghost int slot = x->slot;

    //@ assert slot: slot < m->regions && v[at].base <= v[at].limit;
    //@ assert entry: \valid(m->table + slot) && e == m->table + slot;
    /*@ assert apart: \forall integer k; 0 <= k < n ==>
            &m->table[slot].base != &v[k].base && &m->table[slot].limit != &v[k].limit &&
            &m->table[slot].base != &v[k].limit && &m->table[slot].limit != &v[k].base; */
    /*@ assert own: \base_addr(m) != \base_addr(&next) &&
            \base_addr(m->port) != \base_addr(&next); */
    /*@ assert own1: \base_addr(m->table) != \base_addr(&next) &&
            \base_addr(m->scratch) != \base_addr(&next) && \base_addr(v) != \base_addr(&next) &&
            \base_addr(m->pending) != \base_addr(&next) &&
            \base_addr(m->ranges) != \base_addr(&next); */
    //@ assert at_map: \separated(x, m) && \separated(x, m->port);
    //@ ghost Start: ;
    //@ calls port_encode;
    m->port->encode(m->port_ctx, x->base, x->limit, op->attr, &next);
    //@ assert bases1: \forall integer k; 0 <= k < n ==> v[k].base == \at(v[k].base, Start);
    //@ assert limits1: \forall integer k; 0 <= k < n ==> v[k].limit == \at(v[k].limit, Start);
    //@ assert refs1: \forall integer k; 0 <= k < n ==> v[k].refs == \at(v[k].refs, Start);
    //@ assert kept1: kept{Start, Here}(v, 0, n);
    //@ assert entry1: \valid(m->table + slot) && e == m->table + slot;
    //@ assert fields1: same_fields{Pre, Here}(m);
    //@ assert in_limits1: in_limits(m) && m->free_from == \at(m->free_from, Pre);
    //@ assert port1: is_port(m->port);
    //@ assert all_ranges1: all_ranges(m) == \at(all_ranges(m), Pre);
    /*@ assert there1: are_there(m->table, m->scratch, m->regions, m->spans, m->span_capacity,
                                 m->pending, m->pending_capacity, m->ranges, all_ranges(m)); */
    /*@ assert apart1: are_apart(m, m->port, m->table, m->scratch, m->regions, m->spans,
                                 m->span_capacity, m->pending, m->pending_capacity, m->ranges,
                                 all_ranges(m)); */
    //@ assert made1: made(m);
    //@ assert count1: m->span_count == n;
    //@ assert placed1: placed_in(v, n, m->regions) && sorted(v, n);
    if (mpumap_i_is_exact(m) && (e->base != next.base) && (e->limit != next.limit)) {
        return false;
    }
    x->attr = op->attr;
    //@ assert slots2: \forall integer k; 0 <= k < n ==> v[k].slot == \at(v[k].slot, Start);
    /*@ assert attrs2: \forall integer k; 0 <= k < n && k != at ==>
            v[k].attr == \at(v[k].attr, Start); */
    //@ assert refs2: \forall integer k; 0 <= k < n ==> v[k].refs == \at(v[k].refs, Start);
    //@ assert graded2: graded{Start, Here}(v, n, at, attr);
    //@ assert fields2: same_fields{Pre, Here}(m);
    //@ assert in_limits2: in_limits(m) && m->free_from == \at(m->free_from, Pre);
    //@ assert port2: is_port(m->port);
    //@ assert all_ranges2: all_ranges(m) == \at(all_ranges(m), Pre);
    /*@ assert there2: are_there(m->table, m->scratch, m->regions, m->spans, m->span_capacity,
                                 m->pending, m->pending_capacity, m->ranges, all_ranges(m)); */
    /*@ assert apart2: are_apart(m, m->port, m->table, m->scratch, m->regions, m->spans,
                                 m->span_capacity, m->pending, m->pending_capacity, m->ranges,
                                 all_ranges(m)); */
    //@ assert made2: made(m);
    //@ assert count2: m->span_count == n;
    //@ assert placed2: placed_in(v, n, m->regions) && sorted(v, n);
    //@ ghost Graded: ;
    mpumap_i_write(m, x->slot, &next, order);
    //@ assert bases3: \forall integer k; 0 <= k < n ==> v[k].base == \at(v[k].base, Graded);
    //@ assert limits3: \forall integer k; 0 <= k < n ==> v[k].limit == \at(v[k].limit, Graded);
    //@ assert graded3: graded{Start, Here}(v, n, at, attr);
    //@ assert order3: sorted(v, n);
    //@ assert counted3: counted(m);
    //@ assert placed3: placed_in(v, n, m->regions);
    //@ assert made3: made(m);
    //@ assert fields3: same_fields{Pre, Here}(m);
    return true;
}

bool mpumap_i_create(struct mpumap *m, const struct op *op, enum mpumap_result *r)
{
    if (mpumap_i_is_exact(m) &&
        ((m->waiting && !m->in_tx) || !alone(m, op, op->at, op->attr, op->attr))) {
        return false;
    }
    *r = m->in_tx ? insert(m, op, MPUMAP_NO_SLOT) : create(m, op);
    return true;
}

/*@ requires good(m) && is_op(m, op) && op->at < count_of(m);
    assigns list_of(m)[op->at].attr, list_of(m)[0 .. room_of(m) - 1], m->span_count,
            m->pending_count, m->free_from,
            m->table[0 .. m->regions - 1].base, m->table[0 .. m->regions - 1].limit,
            m->table[0 .. m->regions - 1].refs, m->cost.writes, m->cost.barriers, port_state;
    ensures map_at: \valid(m);
    ensures port: is_port(m->port);
    ensures limits: in_limits(m);
    ensures fields: same_fields{Pre, Post}(m);
    ensures counted: counted(m);
    ensures placed: placed(m);
    ensures order: sorted(list_of(m), count_of(m));
    ensures lists: same_lists{Pre, Post}(m);
    ensures refused: !\result ==> m->policy == MPUMAP_EXACT &&
        count_of(m) == \old(count_of(m)) && kept{Pre, Post}(list_of(m), 0, count_of(m));
    ensures number: \result && \old(op->kind) == OP_UNMAP ==> count_of(m) == \old(count_of(m)) - 1;
    ensures less: \result && \old(op->kind) == OP_UNMAP ==>
        recounted{Pre, Post}(list_of(m), 0, \old(count_of(m)), count_of(m),
                             \old(list_of(m)[op->at].base), \old(list_of(m)[op->at].limit),
                             -\old(list_of(m)[op->at].refs));
    ensures other: \result && \old(op->kind) != OP_UNMAP ==> count_of(m) == \old(count_of(m)) &&
        graded{Pre, Post}(list_of(m), count_of(m), \old(op->at), \old(op->attr));
    ensures range: \result && \old(m->policy) == MPUMAP_EXACT ==>
        \old(list_of(m)[op->at].base) == \old(op->base) &&
        \old(list_of(m)[op->at].limit) == \old(op->limit);
*/
bool mpumap_i_single(struct mpumap *m, const struct op *op)
{
    struct mpumap_span *x = &list(m)[op->at];
    const bool unmaps = op->kind == (uint8_t)OP_UNMAP;
    //@ ghost struct mpumap_span *v = m->in_tx ? m->pending : m->spans;
    //@ ghost int n = m->in_tx ? m->pending_count : m->span_count;
    //@ ghost int at = op->at;
    //@ ghost int attr = op->attr;
    //@ ghost Start: ;
    //@ assert list: v == list_of(m) && x == v + at && at < n <= room_of(m);
    //@ assert outside: !m->in_tx ==> v == m->spans && n == m->span_count;
    //@ assert at_map: \separated(x, m);
    //@ assert at_spans: m->in_tx ==> \separated(x, m->spans + (0 .. m->span_count - 1));

    if (mpumap_i_is_exact(m) &&
        ((m->waiting && !m->in_tx) || (x->base != op->base) || (x->limit != op->limit) ||
         !alone(m, op, (uint32_t)op->at + 1u, x->attr, unmaps ? x->attr : op->attr))) {
        return false;
    }
    /*@ assert range: m->policy == MPUMAP_EXACT ==>
            v[at].base == op->base && v[at].limit == op->limit; */
    //@ assert slots0: placed_in(m->spans, m->span_count, m->regions);
    if (unmaps) {
        remove(m, op->at);
        return true;
    }
    if (!m->in_tx) {
        //@ assert op: op->at < m->span_count && x == m->spans + op->at;
        //@ assert own: x == \at(list_of(m), Pre) + at && at < \at(room_of(m), Pre);
        return regrade(m, op, x);
    }
    x->attr = op->attr;
    //@ assert slots: \forall integer k; 0 <= k < n ==> v[k].slot == \at(v[k].slot, Start);
    /*@ assert attrs: \forall integer k; 0 <= k < n && k != at ==>
            v[k].attr == \at(v[k].attr, Start); */
    //@ assert graded: graded{Start, Here}(v, n, at, attr);
    /*@ assert others: \forall integer k; 0 <= k < m->span_count ==>
            m->spans[k].slot == \at(m->spans[k].slot, Start); */
    //@ assert order: sorted(v, n);
    //@ assert fields: same_fields{Start, Here}(m);
    //@ assert count1: m->span_count == \at(m->span_count, Start);
    //@ assert count2: m->pending_count == \at(m->pending_count, Start);
    //@ assert limits: in_limits(m) && m->free_from == \at(m->free_from, Start);
    //@ assert port: is_port(m->port);
    //@ assert all_ranges: all_ranges(m) == \at(all_ranges(m), Start);
    /*@ assert there: are_there(m->table, m->scratch, m->regions, m->spans, m->span_capacity,
                                m->pending, m->pending_capacity, m->ranges, all_ranges(m)); */
    /*@ assert apart: are_apart(m, m->port, m->table, m->scratch, m->regions, m->spans,
                                m->span_capacity, m->pending, m->pending_capacity, m->ranges,
                                all_ranges(m)); */
    //@ assert made: made(m);
    //@ assert counted: counted(m);
    //@ assert placed: placed(m);
    return true;
}

/* Spans a and b, in this order, would be one if they had one count. */
/*@ requires \valid_read(a) && \valid_read(b) && b->base > 0;
    assigns \nothing;
    ensures \result <==> a->slot == b->slot && a->limit + 1 == b->base && a->attr == b->attr;
*/
static bool joins(const struct mpumap_span *a, const struct mpumap_span *b)
{
    return (a->slot == b->slot) && mpumap_i_one_run(a, b);
}

/* For the proof: to it, a span is its fields. */
/*@ requires \valid(to);
    assigns to->base, to->limit, to->refs, to->attr, to->slot;
    ensures to->base == x.base && to->limit == x.limit && to->refs == x.refs;
    ensures to->attr == x.attr && to->slot == x.slot;
*/
static inline void put_fields(struct mpumap_span *to, const struct mpumap_span x)
{
    *to = x;
}

/* Span x, part of `old` or reaching beyond it, and what it leaves of that below and above. */
/*@ requires at + parts(old.base, x.base, x.limit, old.limit) <= 0xffff && x.base <= x.limit;
    requires \valid(v + (at .. at + parts(old.base, x.base, x.limit, old.limit) - 1));
    assigns v[at .. at + parts(old.base, x.base, x.limit, old.limit) - 1];
    ensures three(v, at, at + parts(old.base, x.base, x.limit, old.limit),
                  old.base < x.base ? old.base : x.base,
                  x.base, x.limit, old.limit > x.limit ? old.limit : x.limit, old.refs, x.refs);
    ensures under: kept{Pre, Post}(v, 0, at);
    ensures tail: kept_from{Pre, Post}(v, at + parts(old.base, x.base, x.limit, old.limit));
    ensures slots: \forall integer k;
        at <= k < at + parts(old.base, x.base, x.limit, old.limit) ==>
            v[k].slot == old.slot || v[k].slot == x.slot;
*/
static inline void put_parts(struct mpumap_span *v, uint16_t at, const struct mpumap_span old,
                             const struct mpumap_span x)
{
    //@ ghost int a = at;
    //@ ghost int f = at + 1 + (old.base < x.base ? 1 : 0) + (old.limit > x.limit ? 1 : 0);

    //@ ghost mpumap_addr_t low = old.base < x.base ? old.base : x.base;
    //@ ghost mpumap_addr_t high = old.limit > x.limit ? old.limit : x.limit;
    //@ assert parts: f == a + parts(old.base, x.base, x.limit, old.limit);
    if (old.base < x.base) {
        put_fields(&v[at], old);
        v[at].limit = x.base - 1u;
        //@ assert left1: like(v, a, old.base, x.base - 1, old.refs) && v[a].slot == old.slot;
        //@ assert under1: kept{Pre, Here}(v, 0, a);
        //@ assert tail1: kept_from{Pre, Here}(v, a + 1);
        at++;
    }
    //@ assert first: old.base >= x.base ==> at == a;
    //@ assert second: old.base < x.base ==> at == a + 1;
    //@ assert left2: old.base < x.base ==> like(v, a, old.base, x.base - 1, old.refs);
    //@ assert under2: kept{Pre, Here}(v, 0, a);
    //@ assert tail2: kept_from{Pre, Here}(v, at);
    //@ ghost Left: ;
    put_fields(&v[at], x);
    //@ assert left3: old.base < x.base ==> like(v, a, old.base, x.base - 1, old.refs);
    //@ assert slots3: v[at].slot == x.slot && (old.base < x.base ==> v[a].slot == old.slot);
    //@ assert middle3: like(v, at, x.base, x.limit, x.refs);
    //@ assert under3: kept{Left, Here}(v, 0, a);
    //@ assert tail3: kept_from{Left, Here}(v, at + 1);
    //@ assert under4: kept{Pre, Here}(v, 0, a);
    //@ assert tail4: kept_from{Pre, Here}(v, at + 1);
    //@ assert last: old.limit > x.limit ==> f == at + 2;
    //@ assert no_last: old.limit <= x.limit ==> f == at + 1;
    //@ assert tail5: old.limit <= x.limit ==> kept_from{Pre, Here}(v, f);
    //@ ghost Middle: ;
    if (old.limit > x.limit) {
        put_fields(&v[at + 1u], old);
        v[at + 1u].base = x.limit + 1u;
        //@ assert right6: like(v, at + 1, x.limit + 1, old.limit, old.refs);
        //@ assert middle6: like(v, at, x.base, x.limit, x.refs);
        //@ assert left6: old.base < x.base ==> like(v, a, old.base, x.base - 1, old.refs);
        //@ assert slots6: v[at].slot == x.slot && v[at + 1].slot == old.slot;
        //@ assert slot6: old.base < x.base ==> v[a].slot == old.slot;
        //@ assert under6: kept{Middle, Here}(v, 0, a);
        //@ assert tail6: kept_from{Middle, Here}(v, at + 2);
        //@ assert under7: kept{Pre, Here}(v, 0, a);
        //@ assert tail7: kept_from{Pre, Here}(v, at + 2);
        //@ assert tail8: kept_from{Pre, Here}(v, f);
    }
    //@ assert right: old.limit > x.limit ==> like(v, at + 1, x.limit + 1, old.limit, old.refs);
    //@ assert middle: like(v, at, x.base, x.limit, x.refs);
    //@ assert left: old.base < x.base ==> like(v, a, old.base, x.base - 1, old.refs);
    //@ assert under: kept{Pre, Here}(v, 0, a);
    //@ assert tail: kept_from{Pre, Here}(v, f);
    //@ assert slot_low: old.base < x.base ==> v[a].slot == old.slot;
    //@ assert slot: v[at].slot == x.slot;
    //@ assert slot_high: old.limit > x.limit ==> v[at + 1].slot == old.slot;
    /*@ assert slots: \forall integer k; a <= k < f ==>
            v[k].slot == old.slot || v[k].slot == x.slot; */
    /*@ assert is1: old.base < x.base && old.limit > x.limit ==>
            three(v, a, f, low, x.base, x.limit, high, old.refs, x.refs); */
    /*@ assert is2: old.base < x.base && old.limit <= x.limit ==>
            three(v, a, f, low, x.base, x.limit, high, old.refs, x.refs); */
    /*@ assert is3: old.base >= x.base && old.limit > x.limit ==>
            three(v, a, f, low, x.base, x.limit, high, old.refs, x.refs); */
    /*@ assert is4: old.base >= x.base && old.limit <= x.limit ==>
            three(v, a, f, low, x.base, x.limit, high, old.refs, x.refs); */
    //@ assert is: three(v, a, f, low, x.base, x.limit, high, old.refs, x.refs);
}

/* Counts [from op.base to op.limit] inside a span, which is cut in up to three, or joined with
 * neighbours that have the same count and slot. */
/*@ requires roomy(m) && inside(m, op);
    requires below: below ==> op->at > 0 && list_of(m)[op->at].base == op->base &&
        list_of(m)[op->at - 1].limit + 1 == op->base && list_of(m)[op->at - 1].refs == refs &&
        list_of(m)[op->at - 1].base < op->base;
    requires above: above ==> op->at + 1 < count_of(m) && list_of(m)[op->at].limit == op->limit &&
        op->limit + 1 == list_of(m)[op->at + 1].base && list_of(m)[op->at + 1].refs == refs &&
        op->limit < list_of(m)[op->at + 1].limit;
    assigns list_of(m)[0 .. room_of(m) - 1], m->span_count, m->pending_count, m->why;
    ensures result: \result == MPUMAP_OK || \result == MPUMAP_NO_SPACE;
    ensures fields: same_fields{Pre, Post}(m);
    ensures list: list_of(m) == \old(list_of(m));
    ensures slots: \result == MPUMAP_OK ==> \forall integer most;
        placed_in{Pre}(list_of{Pre}(m), count_of{Pre}(m), most) ==>
        placed_in(list_of(m), count_of(m), most);
    ensures room: count_of(m) <= room_of(m) == \old(room_of(m));
    ensures refused: \result == MPUMAP_NO_SPACE ==>
        count_of(m) == \old(count_of(m)) && kept{Pre, Post}(list_of(m), 0, count_of(m));
    ensures up: \result == MPUMAP_OK && refs == \old(list_of(m)[op->at].refs) + 1 ==>
        was_cut{Pre, Post}(list_of(m), \old(count_of(m)), count_of(m), \old(op->base),
                           \old(op->limit), 1);
    ensures down: \result == MPUMAP_OK && refs == \old(list_of(m)[op->at].refs) - 1 ==>
        was_cut{Pre, Post}(list_of(m), \old(count_of(m)), count_of(m), \old(op->base),
                           \old(op->limit), -1);
    ensures other: m->in_tx ? m->span_count == \old(m->span_count)
                            : m->pending_count == \old(m->pending_count);
*/
static enum mpumap_result cut(struct mpumap *m, const struct op *op, mpumap_refs_t refs, bool below,
                              bool above)
{
    struct mpumap_span *v = list(m);
    uint16_t at = op->at;
    const struct mpumap_span old = v[at];
    struct mpumap_span x = {op->base, op->limit, refs, old.attr, old.slot};
    uint16_t end = (uint16_t)(at + 1u);
    uint16_t pieces = 1u;
    //@ assert list: op->at < count_of(m) && \valid(v + (0 .. room_of(m) - 1));
    //@ assert apart: \separated(m, v + (0 .. room_of(m) - 1));

    if (below) {
        at--;
        x.base = v[at].base;
    } else if (old.base < op->base) {
        pieces++;
    } else {
        /* the span's own base */
    }
    //@ assert with_low: below ==> at == op->at - 1 && x.base == v[at].base && pieces == 1;
    //@ assert with_old: !below ==> at == op->at && x.base == op->base;
    //@ assert left: !below && old.base < op->base ==> pieces == 2;
    //@ assert no_left: !below && old.base >= op->base ==> pieces == 1;
    //@ ghost uint16_t p = pieces;
    if (above) {
        x.limit = v[end].limit;
        end++;
    } else if (old.limit > op->limit) {
        pieces++;
    } else {
        /* the span's own limit */
    }
    //@ ghost uint16_t a = at;
    //@ ghost uint16_t e = end;
    //@ ghost int f = at + pieces;
    //@ ghost mpumap_addr_t low = below ? x.base : old.base;
    //@ ghost mpumap_addr_t high = above ? x.limit : old.limit;
    //@ assert with_high: above ==> e == op->at + 2 && x.limit == v[e - 1].limit && pieces == p;
    //@ assert with_old2: !above ==> e == op->at + 1 && x.limit == op->limit;
    //@ assert right: !above && old.limit > op->limit ==> pieces == p + 1;
    //@ assert no_right: !above && old.limit <= op->limit ==> pieces == p;
    //@ assert ordered: low <= old.base <= op->base <= op->limit <= old.limit <= high;
    //@ assert base: x.base == (low < old.base ? low : op->base);
    //@ assert limit: x.limit == (old.limit < high ? high : op->limit);
    /*@ assert joined: joined(low, high, old.base, old.limit, x.base, x.limit, op->base,
                              op->limit); */
    /*@ assert low: (old.base < x.base ==> low == old.base) &&
            (old.base >= x.base ==> low == x.base); */
    /*@ assert high: (old.limit > x.limit ==> high == old.limit) &&
            (old.limit <= x.limit ==> high == x.limit); */
    //@ assert old: like(v, op->at, old.base, old.limit, old.refs);
    //@ assert around: a <= op->at < e <= count_of(m) && p <= pieces <= p + 1 && 1 <= p <= 2;
    //@ assert parts: f == a + parts(old.base, x.base, x.limit, old.limit) <= a + 3;
    //@ assert was: three(v, a, e, low, old.base, old.limit, high, refs, old.refs);
    if ((((uint32_t)*list_count(m) + at + pieces) - end) > list_room(m)) {
        const enum mpumap_result r = refuse(m, op, MPUMAP_NO_SPACE);

        //@ assert refused: same_fields{Pre, Here}(m);
        return r;
    }
    //@ assert fits: count_of(m) + f - e <= room_of(m);
    //@ assert next: (uint16_t)(at + pieces) == f && end == e && a == at;
    //@ ghost uint16_t n = m->in_tx ? m->pending_count : m->span_count;
    //@ ghost Before: ;
    mpumap_i_move_tail(v, list_count(m), end, (uint16_t)(at + pieces));
    //@ assert tail0: moved{Before, Here}(v, f, n + f - e, f - e);
    //@ assert regions1: m->regions == \at(m->regions, Pre);
    //@ assert most1: m->refs_max == \at(m->refs_max, Pre);
    /*@ assert rooms1: m->span_capacity == \at(m->span_capacity, Pre) &&
            m->pending_capacity == \at(m->pending_capacity, Pre); */
    //@ assert fixed1: fixed{Pre, Here}(m);
    //@ assert fields1: same_fields{Pre, Here}(m);
    //@ assert number1: count_of(m) == \at(count_of(m), Pre) + f - e;
    //@ assert room1: m->span_capacity == \at(m->span_capacity, Pre);
    //@ assert room2: m->pending_capacity == \at(m->pending_capacity, Pre);
    //@ assert other1: m->in_tx ==> m->span_count == \at(m->span_count, Pre);
    //@ assert other2: !m->in_tx ==> m->pending_count == \at(m->pending_count, Pre);
    //@ assert still: kept{Pre, Before}(v, 0, \at(count_of(m), Pre));
    //@ assert tail1: moved{Pre, Here}(v, f, count_of(m), f - e);
    //@ ghost Moved: ;
    put_parts(v, at, old, x);
    //@ assert number2: count_of(m) == \at(count_of(m), Moved);
    //@ assert room: room_of(m) == \at(room_of(m), Moved);
    /*@ assert other: m->in_tx ? m->span_count == \at(m->span_count, Moved)
                                : m->pending_count == \at(m->pending_count, Moved); */
    //@ assert under2: kept{Moved, Here}(v, 0, a);
    //@ assert tail2: kept{Moved, Here}(v, f, count_of(m));
    //@ assert under: kept{Pre, Here}(v, 0, a);
    //@ assert tail: moved{Pre, Here}(v, f, count_of(m), f - e);
    //@ assert is: three(v, a, f, low, x.base, x.limit, high, old.refs, refs);
    //@ assert spliced: spliced{Pre, Here}(v, \at(count_of(m), Pre), a, e, f);
    //@ assert new: \forall integer k; a <= k < f ==> v[k].slot == old.slot;
    //@ assert old_slot: old.slot == \at(\at(v, Here)[op->at].slot, Pre);
    /*@ assert slots: \forall integer most; placed_in{Pre}(v, \at(count_of(m), Pre), most) ==>
            placed_in(v, count_of(m), most); */
    /*@ assert cut: cut{Pre, Here}(v, \at(count_of(m), Pre), a, e, f, low, high, old.base,
                                   old.limit, x.base, x.limit, \at(op->base, Pre),
                                   \at(op->limit, Pre), old.refs, refs); */
    /*@ assert was_cut: was_cut{Pre, Here}(v, \at(count_of(m), Pre),
                                           \at(count_of(m), Pre) + f - e, \at(op->base, Pre),
                                           \at(op->limit, Pre), refs - old.refs); */
    //@ assert old2: old.refs == \at(\at(v, Here)[op->at].refs, Pre);
    /*@ assert was_up: refs - old.refs == 1 ==>
            was_cut{Pre, Here}(v, \at(count_of(m), Pre), \at(count_of(m), Pre) + f - e,
                               \at(op->base, Pre), \at(op->limit, Pre), 1); */
    /*@ assert was_down: refs - old.refs == -1 ==>
            was_cut{Pre, Here}(v, \at(count_of(m), Pre), \at(count_of(m), Pre) + f - e,
                               \at(op->base, Pre), \at(op->limit, Pre), -1); */
    //@ assert regions2: m->regions == \at(m->regions, Moved);
    //@ assert most2: m->refs_max == \at(m->refs_max, Moved);
    /*@ assert ranges2: m->lock_capacity == \at(m->lock_capacity, Moved) &&
            m->live_capacity == \at(m->live_capacity, Moved) &&
            m->live_limit == \at(m->live_limit, Moved); */
    /*@ assert widths2: m->limits.address_bits == \at(m->limits.address_bits, Moved) &&
            m->limits.granule_shift == \at(m->limits.granule_shift, Moved); */
    /*@ assert banks2: m->limits.bank == \at(m->limits.bank, Moved) &&
            m->limits.bitmap == \at(m->limits.bitmap, Moved); */
    /*@ assert rooms2: m->span_capacity == \at(m->span_capacity, Moved) &&
            m->pending_capacity == \at(m->pending_capacity, Moved); */
    //@ assert fixed2: fixed{Moved, Here}(m);
    /*@ assert counts2: m->lock_count == \at(m->lock_count, Moved) &&
            m->live_count == \at(m->live_count, Moved) &&
            m->saved_lock_count == \at(m->saved_lock_count, Moved) &&
            m->saved_live_count == \at(m->saved_live_count, Moved); */
    //@ assert fields2: same_fields{Moved, Here}(m);
    //@ assert fields: same_fields{Pre, Here}(m);
    //@ assert list2: v == list_of(m);
    //@ assert list3: list_of(m) == \at(list_of(m), Pre);
    //@ assert room3: room_of(m) == \at(room_of(m), Pre) && count_of(m) <= room_of(m);
    return MPUMAP_OK;
}

/*@ requires roomy(m) && inside(m, op) && sorted(list_of(m), count_of(m));
    requires up: op->kind == OP_MAP ==> list_of(m)[op->at].refs < m->refs_max;
    requires down: op->kind != OP_MAP ==> list_of(m)[op->at].refs > 1;
    requires table: m->policy != MPUMAP_EXACT && !m->in_tx ==>
        has_entry(m, list_of(m)[op->at].slot) && list_of(m)[op->at].slot < m->regions;
    assigns list_of(m)[0 .. room_of(m) - 1], m->span_count, m->pending_count, m->why,
            m->table[0 .. m->regions - 1].refs;
    ensures result: \result == MPUMAP_OK || \result == MPUMAP_NO_SPACE;
    ensures fields: same_fields{Pre, Post}(m);
    ensures placed: \result == MPUMAP_OK ==> \forall integer most;
        placed_in{Pre}(list_of{Pre}(m), count_of{Pre}(m), most) ==>
        placed_in(list_of(m), count_of(m), most);
    ensures list: list_of(m) == \old(list_of(m)) && count_of(m) <= room_of(m) == \old(room_of(m));
    ensures order: sorted(list_of(m), count_of(m));
    ensures refused: \result == MPUMAP_NO_SPACE ==> \old(m->policy) == MPUMAP_EXACT &&
        count_of(m) == \old(count_of(m)) && kept{Pre, Post}(list_of(m), 0, count_of(m));
    ensures exact_up: \result == MPUMAP_OK && \old(m->policy) == MPUMAP_EXACT &&
        \old(op->kind) == OP_MAP ==> recounted{Pre, Post}(list_of(m), 0, \old(count_of(m)),
            count_of(m), \old(op->base), \old(op->limit), 1);
    ensures exact_down: \result == MPUMAP_OK && \old(m->policy) == MPUMAP_EXACT &&
        \old(op->kind) != OP_MAP ==> recounted{Pre, Post}(list_of(m), 0, \old(count_of(m)),
            count_of(m), \old(op->base), \old(op->limit), -1);
    ensures whole_up: \old(m->policy) != MPUMAP_EXACT && \old(op->kind) == OP_MAP ==>
        recounted{Pre, Post}(list_of(m), 0, \old(count_of(m)), count_of(m),
            \old(list_of(m)[op->at].base), \old(list_of(m)[op->at].limit), 1);
    ensures whole_down: \old(m->policy) != MPUMAP_EXACT && \old(op->kind) != OP_MAP ==>
        recounted{Pre, Post}(list_of(m), 0, \old(count_of(m)), count_of(m),
            \old(list_of(m)[op->at].base), \old(list_of(m)[op->at].limit), -1);
    ensures other: m->in_tx ? m->span_count == \old(m->span_count)
                            : m->pending_count == \old(m->pending_count);
*/
enum mpumap_result mpumap_i_count_in_place(struct mpumap *m, const struct op *op)
{
    struct mpumap_span *v = list(m);
    const uint32_t at = op->at;
    struct mpumap_span *x = &v[at];
    const mpumap_refs_t refs =
        (mpumap_refs_t)((op->kind == (uint8_t)OP_MAP) ? (x->refs + 1u) : (x->refs - 1u));
    //@ ghost mpumap_addr_t base = x->base;
    //@ ghost mpumap_addr_t limit = x->limit;
    //@ ghost mpumap_refs_t had = x->refs;

    //@ assert apart: \separated(m, v + (0 .. room_of(m) - 1));
    //@ assert up: op->kind == OP_MAP ==> refs == had + 1;
    //@ assert down: op->kind != OP_MAP ==> refs == had - 1;
    //@ assert order: sorted(v, count_of(m)) && at < count_of(m) && base <= limit;
    if (mpumap_i_is_exact(m)) {
        const bool first = x->base == op->base;
        const bool last = x->limit == op->limit;
        const bool below = first && (at > 0u) && (v[at - 1u].refs == refs) && joins(&v[at - 1u], x);
        const bool above = last && ((at + 1u) < *list_count(m)) && (v[at + 1u].refs == refs) &&
                           joins(x, &v[at + 1u]);

        if (!first || !last || below || above) {
            //@ assert up2: op->kind == OP_MAP ==> refs == list_of(m)[op->at].refs + 1;
            //@ assert down2: op->kind != OP_MAP ==> refs == list_of(m)[op->at].refs - 1;
            //@ assert order2: sorted(list_of(m), count_of(m));
            return cut(m, op, refs, below, above);
        }
        //@ assert full: op->base == base && op->limit == limit;
    } else if (!m->in_tx) {
        m->table[x->slot].refs = refs;
    } else {
        /* the table has the committed count */
    }
    //@ assert same1: kept{Pre, Here}(v, 0, count_of(m)) && count_of(m) == \at(count_of(m), Pre);
    //@ assert was: three{Pre}(v, at, at + 1, base, base, limit, limit, refs, had);
    //@ ghost Counted: ;
    x->refs = refs;
    //@ assert number: count_of(m) == \at(count_of(m), Pre);
    //@ assert fields: same_fields{Pre, Here}(m);
    //@ assert under1: kept{Counted, Here}(v, 0, at);
    //@ assert tail1: kept{Counted, Here}(v, at + 1, count_of(m));
    //@ assert under: kept{Pre, Here}(v, 0, at);
    //@ assert tail: moved{Pre, Here}(v, at + 1, count_of(m), 0);
    //@ assert is: three(v, at, at + 1, base, base, limit, limit, had, refs);
    //@ assert joined: joined(base, limit, base, limit, base, limit, base, limit);
    //@ assert spliced: spliced{Pre, Here}(v, \at(count_of(m), Pre), at, at + 1, at + 1);
    /*@ assert cut: cut{Pre, Here}(v, \at(count_of(m), Pre), at, at + 1, at + 1, base, limit, base,
                                   limit, base, limit, base, limit, had, refs); */
    /*@ assert was_cut: was_cut{Pre, Here}(v, \at(count_of(m), Pre), count_of(m), base, limit,
                                           refs - had); */
    //@ assert sorted: sorted(v, count_of(m));
    /*@ assert counted: recounted{Pre, Here}(v, 0, \at(count_of(m), Pre), count_of(m), base, limit,
                                             refs - had); */
    /*@ assert range1: \at(m->policy, Pre) == MPUMAP_EXACT ==>
            base == \at(op->base, Pre) && limit == \at(op->limit, Pre); */
    //@ assert range2: base == \at(\at(v, Here)[op->at].base, Pre);
    //@ assert range3: limit == \at(\at(v, Here)[op->at].limit, Pre);
    //@ assert kind1: \at(op->kind, Pre) == OP_MAP ==> refs - had == 1;
    //@ assert kind2: \at(op->kind, Pre) != OP_MAP ==> refs - had == -1;
    /*@ assert all_up: \at(op->kind, Pre) == OP_MAP ==>
            recounted{Pre, Here}(v, 0, \at(count_of(m), Pre), count_of(m), base, limit, 1); */
    /*@ assert all_down: \at(op->kind, Pre) != OP_MAP ==>
            recounted{Pre, Here}(v, 0, \at(count_of(m), Pre), count_of(m), base, limit, -1); */
    /*@ assert exact_up: \at(m->policy, Pre) == MPUMAP_EXACT && \at(op->kind, Pre) == OP_MAP ==>
            recounted{Pre, Here}(list_of(m), 0, \at(count_of(m), Pre), count_of(m),
                                 \at(op->base, Pre), \at(op->limit, Pre), 1); */
    /*@ assert exact_down: \at(m->policy, Pre) == MPUMAP_EXACT && \at(op->kind, Pre) != OP_MAP ==>
            recounted{Pre, Here}(list_of(m), 0, \at(count_of(m), Pre), count_of(m),
                                 \at(op->base, Pre), \at(op->limit, Pre), -1); */
    /*@ assert whole_up: \at(m->policy, Pre) != MPUMAP_EXACT && \at(op->kind, Pre) == OP_MAP ==>
            recounted{Pre, Here}(list_of(m), 0, \at(count_of(m), Pre), count_of(m),
                                 \at(list_of(m)[op->at].base, Pre),
                                 \at(list_of(m)[op->at].limit, Pre), 1); */
    /*@ assert whole_down: \at(m->policy, Pre) != MPUMAP_EXACT && \at(op->kind, Pre) != OP_MAP ==>
            recounted{Pre, Here}(list_of(m), 0, \at(count_of(m), Pre), count_of(m),
                                 \at(list_of(m)[op->at].base, Pre),
                                 \at(list_of(m)[op->at].limit, Pre), -1); */
    //@ assert room: room_of(m) == \at(room_of(m), Pre) && count_of(m) <= room_of(m);
    /*@ assert other: m->in_tx ? m->span_count == \at(m->span_count, Pre)
                                : m->pending_count == \at(m->pending_count, Pre); */
    //@ assert list: v == list_of(m);
    return MPUMAP_OK;
}
