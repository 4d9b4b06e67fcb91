/* SPDX-License-Identifier: MIT */
/*
 * The common changes, in which one slot changes and nothing else can: what the planner would find,
 * without it. One register of an enabled region, or both of a slot that is free: no byte that both
 * maps allow is lost, so rules R1 to R4 hold whatever is live. Under `whole` there are no others.
 */
#include "internal.h"

/* The list that an operation works on: the pending one inside a transaction. */
static inline struct mpumap_span *list(const struct mpumap *m)
{
    return m->in_tx ? m->pending : m->spans;
}

static inline uint16_t *list_count(struct mpumap *m)
{
    return m->in_tx ? &m->pending_count : &m->span_count;
}

static inline uint16_t list_room(const struct mpumap *m)
{
    return m->in_tx ? m->pending_capacity : m->span_capacity;
}

/* No span that touches the operation's range has the attributes a or b: neither those before op->at
 * nor those from `next` on. */
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
static uint8_t free_slot(const struct mpumap *m, mpumap_reg_t base, uint8_t *first)
{
    uint32_t s;

    *first = MPUMAP_NO_SLOT;
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

static enum mpumap_result insert(struct mpumap *m, const struct op *op, uint8_t slot)
{
    if (*list_count(m) >= list_room(m)) {
        return refuse(m, op, MPUMAP_NO_SPACE);
    }
    add_span(list(m), list_count(m), op->at, op->base, op->limit, op->attr, slot);
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

static void remove(struct mpumap *m, uint16_t at)
{
    const uint8_t slot = list(m)[at].slot;

    take_span(list(m), list_count(m), at);
    if (!m->in_tx) {
        struct mpumap_entry *e = &m->table[slot];
        const struct mpumap_pair next = {e->base, e->limit & ~(mpumap_reg_t)MPUMAP_LIMIT_ENABLE};

        e->refs = 0u;
        m->free_from = (slot < m->free_from) ? slot : m->free_from;
        mpumap_i_write(m, slot, &next, WRITE_ANY);
    }
}

/* Executable device memory must not exist even for an instant: it would if the type (limit
 * register) or the permission (base register) came too early. Nothing else can go wrong between two
 * registers of one range. */
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
static bool regrade(struct mpumap *m, const struct op *op, struct mpumap_span *x)
{
    const enum write_order order = order_of(x->attr, op->attr);
    const struct mpumap_entry *e = &m->table[x->slot];
    struct mpumap_pair next;

    m->port->encode(m->port_ctx, x->base, x->limit, op->attr, &next);
    if (mpumap_i_is_exact(m) && (e->base != next.base) && (e->limit != next.limit)) {
        return false;
    }
    x->attr = op->attr;
    mpumap_i_write(m, x->slot, &next, order);
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

bool mpumap_i_single(struct mpumap *m, const struct op *op)
{
    struct mpumap_span *x = &list(m)[op->at];
    const bool unmaps = op->kind == (uint8_t)OP_UNMAP;

    if (mpumap_i_is_exact(m) &&
        ((m->waiting && !m->in_tx) || (x->base != op->base) || (x->limit != op->limit) ||
         !alone(m, op, (uint32_t)op->at + 1u, x->attr, unmaps ? x->attr : op->attr))) {
        return false;
    }
    if (unmaps) {
        remove(m, op->at);
        return true;
    }
    if (!m->in_tx) {
        return regrade(m, op, x);
    }
    x->attr = op->attr;
    return true;
}

/* Spans a and b, in this order, would be one if they had one count. */
static bool joins(const struct mpumap_span *a, const struct mpumap_span *b)
{
    return (a->slot == b->slot) && mpumap_i_one_run(a, b);
}

/* Counts [from op.base to op.limit] inside a span, which is cut in up to three, or joined with
 * neighbours that have the same count and slot. */
static enum mpumap_result cut(struct mpumap *m, const struct op *op, mpumap_refs_t refs, bool below,
                              bool above)
{
    struct mpumap_span *v = list(m);
    uint16_t at = op->at;
    const struct mpumap_span old = v[at];
    struct mpumap_span x = {op->base, op->limit, refs, old.attr, old.slot};
    uint16_t end = (uint16_t)(at + 1u);
    uint16_t pieces = 1u;

    if (below) {
        at--;
        x.base = v[at].base;
    } else if (old.base < op->base) {
        pieces++;
    } else {
        /* the span's own base */
    }
    if (above) {
        x.limit = v[end].limit;
        end++;
    } else if (old.limit > op->limit) {
        pieces++;
    } else {
        /* the span's own limit */
    }
    if ((((uint32_t)*list_count(m) + at + pieces) - end) > list_room(m)) {
        return refuse(m, op, MPUMAP_NO_SPACE);
    }
    mpumap_i_move_tail(v, list_count(m), end, (uint16_t)(at + pieces));
    if (old.base < x.base) {
        v[at] = old;
        v[at].limit = x.base - 1u;
        at++;
    }
    v[at] = x;
    if (old.limit > x.limit) {
        v[at + 1u] = old;
        v[at + 1u].base = x.limit + 1u;
    }
    return MPUMAP_OK;
}

enum mpumap_result mpumap_i_count_in_place(struct mpumap *m, const struct op *op)
{
    struct mpumap_span *v = list(m);
    const uint32_t at = op->at;
    struct mpumap_span *x = &v[at];
    const mpumap_refs_t refs =
        (mpumap_refs_t)((op->kind == (uint8_t)OP_MAP) ? (x->refs + 1u) : (x->refs - 1u));

    if (mpumap_i_is_exact(m)) {
        const bool first = x->base == op->base;
        const bool last = x->limit == op->limit;
        const bool below = first && (at > 0u) && (v[at - 1u].refs == refs) && joins(&v[at - 1u], x);
        const bool above = last && ((at + 1u) < *list_count(m)) && (v[at + 1u].refs == refs) &&
                           joins(x, &v[at + 1u]);

        if (!first || !last || below || above) {
            return cut(m, op, refs, below, above);
        }
    } else if (!m->in_tx) {
        m->table[x->slot].refs = refs;
    } else {
        /* the table has the committed count */
    }
    x->refs = refs;
    return MPUMAP_OK;
}
