/* SPDX-License-Identifier: MIT */
/* Ranges that no change may take away (locked), or lose for an instant (live), and slots left to
 * others. */
#include "internal.h"

/*@ requires \valid_read(m);
    assigns \result \from m->ranges;
    ensures \result == m->ranges;
*/
struct mpumap_range *mpumap_i_locks(const struct mpumap *m)
{
    return m->ranges;
}

/*@ requires \valid_read(m) && \valid_read(m->ranges + (0 .. m->lock_capacity - 1));
    assigns \result \from m->ranges, m->lock_capacity;
    ensures \result == m->ranges + m->lock_capacity;
*/
struct mpumap_range *mpumap_i_lives(const struct mpumap *m)
{
    return (m->lock_capacity == 0u) ? m->ranges : &m->ranges[m->lock_capacity];
}

/* The lowest part of [base, limit] that the ranges hold. Ranges are sorted and never touch. */
/*@ requires \valid_read(v + (0 .. count - 1));
    requires first == \null || (\valid(first) && \separated(first, v + (0 .. count - 1)));
    assigns *first;
    ensures \result <==> \exists integer i; 0 <= i < count && \old(meets(v, i, base, limit));
    ensures \result && first != \null ==> \exists integer i;
        0 <= i < count && \old(meets(v, i, base, limit)) && *first == \old(v[i]) &&
        \forall integer k; 0 <= k < i ==> !\old(meets(v, k, base, limit));
*/
static bool hits(const struct mpumap_range *v, uint8_t count, mpumap_addr_t base,
                 mpumap_addr_t limit, struct mpumap_range *first)
{
    uint8_t i;

    /*@ loop invariant 0 <= i <= count;
        loop invariant \forall integer k; 0 <= k < i ==> !meets(v, k, base, limit);
        loop assigns i;
        loop variant count - i;
    */
    for (i = 0u; i < count; i++) {
        //@ assert meets(v, i, base, limit) || !(v[i].base <= limit && base <= v[i].limit);
        if ((v[i].base <= limit) && (base <= v[i].limit)) {
            if (first != NULL) {
                *first = v[i];
            }
            return true;
        }
    }
    return false;
}

/*@ requires \valid_read(m) && \valid_read(m->ranges + (0 .. m->lock_count - 1));
    requires first == \null ||
             (\valid(first) && \separated(first, m->ranges + (0 .. m->lock_count - 1)));
    assigns *first;
    ensures \result <==> \exists integer i;
        0 <= i < \old(m->lock_count) && \old(meets(m->ranges, i, base, limit));
*/
bool mpumap_i_locked(const struct mpumap *m, mpumap_addr_t base, mpumap_addr_t limit,
                     struct mpumap_range *first)
{
    return hits(mpumap_i_locks(m), m->lock_count, base, limit, first);
}

/* A byte of the range is live or locked: rule R3 holds for it. */
/*@ requires \valid_read(m) && m->lock_count <= m->lock_capacity;
    requires \valid_read(m->ranges + (0 .. m->lock_capacity + m->live_count - 1));
    assigns \nothing;
*/
bool mpumap_i_held(const struct mpumap *m, mpumap_addr_t base, mpumap_addr_t limit)
{
    return mpumap_i_locked(m, base, limit, NULL) ||
           hits(mpumap_i_lives(m), m->live_count, base, limit, NULL);
}

/* Adds [base, limit] to the set; ranges that it overlaps or touches become one. False: full. */
/*@ requires range_list(v, count, \max(*count, capacity)) && is_set(v, *count) && base <= limit;
    assigns *count, v[0 .. \max(\old(*count), capacity) - 1];
    ensures full: !\result ==> *count == \old(*count) && *count >= capacity &&
        ranges_moved{Pre, Post}(v, 0, *count, 0);
    ensures room: *count <= \max(\old(*count), capacity);
    ensures order: is_set(v, *count);
    ensures bytes: \result ==> \forall integer addr; in_set(v, *count, addr) <==>
        \old(in_set(v, *count, addr)) || \old(base) <= addr <= \old(limit);
*/
static bool add(struct mpumap_range *v, uint8_t *count, uint8_t capacity, mpumap_addr_t base,
                mpumap_addr_t limit)
{
    uint8_t from = 0u;
    uint8_t end;
    uint8_t k;

    /*@ loop invariant 0 <= from <= *count;
        loop invariant below: \forall integer i; 0 <= i < from ==> v[i].limit + 1 < base;
        loop assigns from;
        loop variant *count - from;
    */
    while ((from < *count) && (v[from].limit < base) && !mpumap_i_touch(v[from].limit, base)) {
        from++;
    }
    //@ assert here: from < *count ==> base <= v[from].limit + 1;
    end = from;
    /*@ loop invariant from <= end <= *count;
        loop invariant base <= \at(base, Pre) && \at(limit, Pre) <= limit;
        loop invariant below: \forall integer i; 0 <= i < from ==> v[i].limit + 1 < base;
        loop invariant none: end == from ==> base == \at(base, Pre) && limit == \at(limit, Pre);
        loop invariant taken: \forall integer i; from <= i < end ==>
            base <= v[i].base && v[i].limit <= limit;
        loop invariant bytes: \forall integer addr; base <= addr <= limit ==>
            in_set(v, *count, addr) || \at(base, Pre) <= addr <= \at(limit, Pre);
        loop assigns end, base, limit;
        loop variant *count - end;
    */
    while ((end < *count) && ((v[end].base <= limit) || mpumap_i_touch(limit, v[end].base))) {
        base = mpumap_i_min(base, v[end].base);
        limit = mpumap_i_max(limit, v[end].limit);
        end++;
    }
    //@ assert above: \forall integer i; end <= i < *count ==> limit + 1 < v[i].base;
    //@ assert around: around_range{Pre}(v, *count, from, end, base, limit);
    if (end == from) {
        if (*count >= capacity) {
            return false;
        }
        /*@ loop invariant from <= k <= *count;
            loop invariant moved: ranges_moved{Pre, Here}(v, k + 1, *count + 1, 1);
            loop invariant kept: ranges_moved{Pre, Here}(v, 0, k + 1 < *count ? k + 1 : *count, 0);
            loop assigns k, v[from + 1 .. *count];
            loop variant k - from;
        */
        for (k = *count; k > from; k--) {
            v[k] = v[k - 1u];
        }
        (*count)++;
    } else {
        /*@ loop invariant end <= k <= *count;
            loop invariant moved: ranges_moved{Pre, Here}(v, from + 1, k - end + from + 1,
                                                          from + 1 - end);
            loop invariant before: ranges_moved{Pre, Here}(v, 0, from, 0);
            loop invariant kept: ranges_moved{Pre, Here}(v, k, *count, 0);
            loop assigns k, v[from + 1 .. *count - 1];
            loop variant *count - k;
        */
        for (k = end; k < *count; k++) {
            v[(from + 1u) + (k - end)] = v[k];
        }
        *count = (uint8_t)(*count - ((end - from) - 1u));
    }
    //@ assert before: ranges_moved{Pre, Here}(v, 0, from, 0);
    //@ assert behind: ranges_moved{Pre, Here}(v, from + 1, *count, from + 1 - end);
    v[from].base = base;
    v[from].limit = limit;
    //@ assert still: ranges_moved{Pre, Here}(v, 0, from, 0);
    //@ assert tail: ranges_moved{Pre, Here}(v, from + 1, *count, from + 1 - end);
    //@ assert gone: ranges_gone{Pre, Here}(v, end, \at(*count, Pre), from + 1 - end);
    //@ assert joined: joined{Pre, Here}(v, \at(*count, Pre), from, end, base, limit, *count);
    //@ assert set: is_set(v, *count);
    /*@ assert all: \forall integer addr;
            in_set{Pre}(v, \at(*count, Pre), addr) || base <= addr <= limit ==>
            in_set(v, *count, addr); */
    return true;
}

/* Takes [base, limit] out of the set. False: a range would be cut in two and there is no room. */
/*@ requires range_list(v, count, \max(*count, capacity)) && is_set(v, *count) && base <= limit;
    assigns *count, v[0 .. \max(\old(*count), capacity) - 1];
    ensures full: !\result ==> *count == \old(*count) && *count >= capacity &&
        ranges_moved{Pre, Post}(v, 0, *count, 0);
    ensures room: *count <= \max(\old(*count), capacity);
    ensures order: is_set(v, *count);
*/
static bool take(struct mpumap_range *v, uint8_t *count, uint8_t capacity, mpumap_addr_t base,
                 mpumap_addr_t limit)
{
    uint8_t i;
    uint8_t kept = 0u;

    /*@ loop invariant 0 <= i <= *count;
        loop invariant none: \forall integer j; 0 <= j < i ==>
            base <= v[j].base || v[j].limit <= limit;
        loop assigns i;
        loop variant *count - i;
    */
    for (i = 0u; i < *count; i++) {
        if ((v[i].base < base) && (v[i].limit > limit)) {
            uint8_t k;

            if (*count >= capacity) {
                return false;
            }
            /*@ loop invariant i <= k <= *count;
                loop invariant moved: ranges_moved{Pre, Here}(v, k + 1, *count + 1, 1);
                loop invariant kept: ranges_moved{Pre, Here}(v, 0,
                                                             k + 1 < *count ? k + 1 : *count, 0);
                loop assigns k, v[i + 1 .. *count];
                loop variant k - i;
            */
            for (k = *count; k > i; k--) {
                v[k] = v[k - 1u];
            }
            v[i].limit = base - 1u;
            v[i + 1u].base = limit + 1u;
            (*count)++;
            //@ assert still: ranges_moved{Pre, Here}(v, 0, i, 0);
            //@ assert tail: ranges_moved{Pre, Here}(v, i + 2, *count, 1);
            //@ assert cut: cut{Pre, Here}(v, \at(*count, Pre), i, base, limit, *count);
            return true;
        }
    }
    /*@ loop invariant 0 <= kept <= i <= *count;
        loop invariant ahead: ranges_moved{Pre, Here}(v, i, *count, 0);
        loop invariant order: is_set(v, kept);
        loop invariant lower: \forall integer j, q; 0 <= j < kept && i <= q < *count ==>
            v[j].limit + 1 < \at(v[q].base, Pre);
        loop assigns i, kept, v[0 .. *count - 1];
        loop variant *count - i;
    */
    for (i = 0u; i < *count; i++) {
        struct mpumap_range r = v[i];

        if ((r.base <= limit) && (base <= r.limit)) {
            if (r.base < base) {
                r.limit = base - 1u;
            } else if (r.limit > limit) {
                r.base = limit + 1u;
            } else {
                continue;
            }
        }
        v[kept] = r;
        kept++;
    }
    *count = kept;
    return true;
}

/* Sets of ranges at work: where they are, and that they are in order, like the spans. `ordered`:
 * the first n of a list, made granular, are not empty. */
/*@ predicate ranges_there(struct mpumap *m, struct mpumap_range *v, integer n) =
        \valid(v + (0 .. n - 1)) && \separated(m, v + (0 .. n - 1));
    predicate ready(struct mpumap *m) =
        checkable(m) && widths(m) && m->lock_count <= m->lock_capacity &&
        m->live_count <= m->live_capacity && m->live_limit <= m->live_capacity &&
        ranges_there(m, m->ranges, m->lock_capacity + m->live_capacity) &&
        is_set(m->ranges, m->lock_count) &&
        is_set(m->ranges + m->lock_capacity, m->live_count);
    predicate ordered(struct mpumap_range *v, integer n, mpumap_addr_t low) =
        \forall integer k; 0 <= k < n ==> (v[k].base & (mpumap_addr_t)~low) <= (v[k].limit | low);
    predicate given(struct mpumap *m, struct mpumap_range *v, integer n) =
        \valid_read(v + (0 .. n - 1)) &&
        \separated(v + (0 .. n - 1), m,
                   m->ranges + (0 .. m->lock_capacity + m->live_capacity - 1));
    predicate ready_or_none(struct mpumap *m) =
        m == \null || (\valid(m) && (m->magic == MAGIC ==> ready(m)));
*/

/*@ requires ready_or_none(m);
    assigns m->why, m->cost;
    ensures range: \result == MPUMAP_OK ==> m != \null && m->magic == MAGIC && base <= limit;
    ensures ready: \result == MPUMAP_OK ==> ready(m);
*/
static enum mpumap_result start(struct mpumap *m, mpumap_addr_t base, mpumap_addr_t limit,
                                bool whole_overlap)
{
    enum mpumap_result r = mpumap_i_start(m, base, limit);

    //@ assert spans: r == MPUMAP_OK ==> same_spans{Pre, Here}(m);
    //@ assert pending: r == MPUMAP_OK ==> same_pending{Pre, Here}(m);
    //@ assert locks: r == MPUMAP_OK ==> ranges_moved{Pre, Here}(m->ranges, 0, m->lock_count, 0);
    /*@ assert lives: r == MPUMAP_OK ==>
            ranges_moved{Pre, Here}(m->ranges + m->lock_capacity, 0, m->live_count, 0); */
    //@ assert locked: r == MPUMAP_OK ==> is_set(m->ranges, m->lock_count);
    //@ assert live: r == MPUMAP_OK ==> is_set(m->ranges + m->lock_capacity, m->live_count);
    //@ assert order: r == MPUMAP_OK ==> sorted(m->spans, m->span_count);
    //@ assert pending_order: r == MPUMAP_OK && m->in_tx ==> sorted(m->pending, m->pending_count);
    //@ assert checkable: r == MPUMAP_OK ==> checkable(m);
    //@ assert ready: r == MPUMAP_OK ==> ready(m);
    //@ ghost begun: ;
    if ((r == MPUMAP_OK) && whole_overlap && (m->policy == (uint8_t)MPUMAP_WHOLE)) {
        r = mpumap_i_whole_overlap(m, base, limit);
        //@ assert spans_still: same_spans{begun, Here}(m);
        //@ assert pending_still: same_pending{begun, Here}(m);
        //@ assert locks_still: ranges_moved{begun, Here}(m->ranges, 0, m->lock_count, 0);
        /*@ assert lives_still:
                ranges_moved{begun, Here}(m->ranges + m->lock_capacity, 0, m->live_count, 0); */
        //@ assert locked_still: is_set(m->ranges, m->lock_count);
        //@ assert live_still: is_set(m->ranges + m->lock_capacity, m->live_count);
        //@ assert order_still: sorted(m->spans, m->span_count);
        //@ assert pending_order: m->in_tx ==> sorted(m->pending, m->pending_count);
        //@ assert ready_still: ready(m);
    }
    return r;
}

/* Every byte of the range may be locked. */
/*@ requires ready(m) && base <= limit;
    assigns m->why;
    ensures same: ranges_moved{Pre, Post}(m->ranges, 0, m->lock_count, 0);
*/
static enum mpumap_result check_lock(struct mpumap *m, mpumap_addr_t base, mpumap_addr_t limit)
{
    struct op op = {base, limit, (uint8_t)OP_LOCK, 0u, 0u};
    enum mpumap_result r;
    bool changes;

    //@ assert order: sorted(list_of(m), count_of(m));
    op.at = mpumap_i_search(mpumap_i_spans(m), mpumap_i_count(m), base);
    r = mpumap_i_is_exact(m) ? mpumap_i_exact(m, &op, &changes) : mpumap_i_whole(m, &op, &changes);
    //@ assert same: ranges_moved{Pre, Here}(m->ranges, 0, m->lock_count, 0);
    return r;
}

/*@ requires ready_or_none(m);
    assigns m->why, m->cost, m->poison, m->lock_count, m->ranges[0 .. m->lock_capacity - 1];
*/
enum mpumap_result mpumap_lock(struct mpumap *m, mpumap_addr_t base, mpumap_addr_t limit)
{
    enum mpumap_result r = start(m, base, limit, false);

    if (r == MPUMAP_OK) {
        r = check_lock(m, base, limit);
        //@ assert locked: is_set(m->ranges, m->lock_count);
    }
    if ((r == MPUMAP_OK) &&
        !add(mpumap_i_locks(m), &m->lock_count, m->lock_capacity, base, limit)) {
        r = mpumap_i_fail(m, MPUMAP_NO_SPACE, base, limit, MPUMAP_NO_SLOT);
    }
    return mpumap_i_finish(m, r);
}

/*@ requires ready_or_none(m);
    assigns m->why, m->cost, m->poison, m->live_count,
            m->ranges[m->lock_capacity .. m->lock_capacity + m->live_capacity - 1];
*/
enum mpumap_result mpumap_live(struct mpumap *m, mpumap_addr_t base, mpumap_addr_t limit)
{
    enum mpumap_result r = start(m, base, limit, true);

    if ((r == MPUMAP_OK) && !add(mpumap_i_lives(m), &m->live_count, m->live_limit, base, limit)) {
        r = mpumap_i_fail(m, MPUMAP_NO_SPACE, base, limit, MPUMAP_NO_SLOT);
    }
    return mpumap_i_finish(m, r);
}

/* Each of them may become live. */
/*@ requires \valid(m) && m->magic == MAGIC && ready(m) && given(m, ranges, count);
    assigns m->why, m->cost;
    ensures ready: \result == MPUMAP_OK ==> ready(m) && m->magic == MAGIC;
    ensures live: \result == MPUMAP_OK ==>
        is_set(m->ranges + m->lock_capacity, m->live_count);
    ensures ordered: \result == MPUMAP_OK ==> ordered(ranges, count, low);
*/
static enum mpumap_result start_all(struct mpumap *m, const struct mpumap_range *ranges,
                                    size_t count, mpumap_addr_t low)
{
    enum mpumap_result r = MPUMAP_OK;
    size_t i;

    /*@ loop invariant 0 <= i <= count;
        loop invariant ready: r == MPUMAP_OK ==> m->magic == MAGIC && ready(m);
        loop invariant same: same_ranges{Pre, Here}(ranges, count);
        loop invariant ordered: r == MPUMAP_OK ==> ordered{Pre}(ranges, i, low);
        loop assigns i, r, m->why, m->cost;
        loop variant count - i;
    */
    for (i = 0u; (i < count) && (r == MPUMAP_OK); i++) {
        r = start(m, ranges[i].base & ~low, ranges[i].limit | low, true);
        //@ assert same: same_ranges{LoopCurrent, Here}(ranges, count);
    }
    return r;
}

/*@ requires \valid(m) && ranges_there(m, m->ranges, m->lock_capacity + m->live_capacity);
    requires m->live_count <= m->live_capacity && m->live_limit <= m->live_capacity;
    requires is_set(m->ranges + m->lock_capacity, m->live_count);
    requires given(m, ranges, count) && ordered(ranges, count, low);
    assigns m->live_count,
            m->ranges[m->lock_capacity .. m->lock_capacity + m->live_capacity - 1];
*/
static void add_all(struct mpumap *m, const struct mpumap_range *ranges, size_t count,
                    mpumap_addr_t low)
{
    size_t i;

    /*@ loop invariant 0 <= i <= count;
        loop invariant same: same_ranges{Pre, Here}(ranges, count);
        loop invariant room: m->live_count <= m->live_capacity;
        loop invariant order: is_set(m->ranges + m->lock_capacity, m->live_count);
        loop assigns i, m->live_count,
            m->ranges[m->lock_capacity .. m->lock_capacity + m->live_capacity - 1];
        loop variant count - i;
    */
    for (i = 0u; i < count; i++) {
        (void)add(mpumap_i_lives(m), &m->live_count, m->live_limit, ranges[i].base & ~low,
                  ranges[i].limit | low);
    }
}

/*@ requires ready_or_none(m);
    requires m != \null && m->magic == MAGIC ==> given(m, ranges, count);
    assigns m->why, m->cost, m->poison, m->live_count,
            m->ranges[m->lock_capacity .. m->lock_capacity + m->live_capacity - 1];
*/
enum mpumap_result mpumap_live_list(struct mpumap *m, const struct mpumap_range *ranges,
                                    size_t count)
{
    enum mpumap_result r = mpumap_i_enter(m);
    mpumap_addr_t low;

    if (r != MPUMAP_OK) {
        return r;
    }
    //@ assert spans: same_spans{Pre, Here}(m);
    //@ assert pending: same_pending{Pre, Here}(m);
    //@ assert locks: ranges_moved{Pre, Here}(m->ranges, 0, m->lock_count, 0);
    //@ assert lives: ranges_moved{Pre, Here}(m->ranges + m->lock_capacity, 0, m->live_count, 0);
    //@ assert locked: is_set(m->ranges, m->lock_count);
    //@ assert live: is_set(m->ranges + m->lock_capacity, m->live_count);
    //@ assert order: sorted(m->spans, m->span_count);
    //@ assert pending_order: m->in_tx ==> sorted(m->pending, m->pending_count);
    //@ assert ready: ready(m);
    low = mpumap_i_low_mask(m);
    if (((size_t)m->live_count + count) > m->live_limit) {
        r = mpumap_i_fail(m, MPUMAP_NO_SPACE, 0u, 0u, MPUMAP_NO_SLOT);
    } else {
        r = start_all(m, ranges, count, low);
    }
    if (r == MPUMAP_OK) {
        add_all(m, ranges, count, low);
    }
    return mpumap_i_finish(m, r);
}

/*@ requires \valid(list + *count) && \valid(count) && \separated(count, list + *count);
    requires *count < 6;
    assigns *count, list[*count].base, list[*count].limit;
    ensures \old(*count) <= *count <= \old(*count) + 1;
*/
static void object(struct mpumap_range *list, size_t *count, const void *at, size_t size)
{
    if (size != 0u) {
        list[*count].base = (mpumap_addr_t)(uintptr_t)at;
        list[*count].limit = (list[*count].base + (mpumap_addr_t)size) - 1u;
        (*count)++;
    }
}

enum mpumap_result mpumap_live_self(struct mpumap *m)
{
    struct mpumap_range list[6];
    size_t count = 0u;
    size_t twice;

    if (!mpumap_i_valid(m)) {
        return MPUMAP_STATE;
    }
    twice = (m->pending_capacity != 0u) ? 2u : 1u;
    object(list, &count, m, sizeof(*m));
    object(list, &count, m->table, sizeof(*m->table) * m->regions);
    object(list, &count, m->scratch, sizeof(*m->scratch) * m->regions);
    object(list, &count, m->spans, sizeof(*m->spans) * m->span_capacity);
    object(list, &count, m->pending, sizeof(*m->pending) * m->pending_capacity);
    object(list, &count, m->ranges,
           sizeof(*m->ranges) * twice * ((size_t)m->lock_capacity + m->live_capacity));
    return mpumap_live_list(m, list, count);
}

/*@ requires ready_or_none(m);
    assigns m->why, m->cost, m->poison, m->live_count,
            m->ranges[m->lock_capacity .. m->lock_capacity + m->live_capacity - 1];
*/
enum mpumap_result mpumap_unlive(struct mpumap *m, mpumap_addr_t base, mpumap_addr_t limit)
{
    enum mpumap_result r = start(m, base, limit, false);

    if ((r == MPUMAP_OK) &&
        !take(mpumap_i_lives(m), &m->live_count, m->live_capacity, base, limit)) {
        r = mpumap_i_fail(m, MPUMAP_NO_SPACE, base, limit, MPUMAP_NO_SLOT);
    }
    return mpumap_i_finish(m, r);
}

/*@ requires m == \null || (\valid(m) && (m->magic == MAGIC ==> m->limits.granule_shift < 64 &&
             \valid(m->table + (0 .. m->regions - 1)) &&
             \separated(m, m->table + (0 .. m->regions - 1))));
    assigns m->why, m->cost, m->poison, m->table[slot].flags, m->table[slot].refs;
*/
enum mpumap_result mpumap_reserve(struct mpumap *m, uint16_t slot)
{
    enum mpumap_result r = mpumap_i_enter(m);

    if (r != MPUMAP_OK) {
        return r;
    }
    if (slot >= m->regions) {
        r = mpumap_i_fail(m, MPUMAP_RANGE, 0u, 0u, MPUMAP_NO_SLOT);
    } else if (mpumap_i_in_use(m, slot)) {
        struct mpumap_pair p = {m->table[slot].base, m->table[slot].limit};

        r = mpumap_i_fail(m, MPUMAP_NO_REGION, mpumap_i_base_of(m, &p), mpumap_i_limit_of(m, &p),
                          (uint8_t)slot);
    } else if ((m->table[slot].flags & F_RESERVED) == 0u) {
        m->table[slot].flags |= (uint8_t)(m->in_tx ? F_RESERVED_TX : F_RESERVED);
        m->table[slot].refs = 1u; /* so that a lost or a false flag shows */
    } else {
        /* twice is fine */
    }
    return mpumap_i_finish(m, r);
}
