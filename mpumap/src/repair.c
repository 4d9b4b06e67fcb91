/* SPDX-License-Identifier: MIT */
/*
 * The registers against the table: comparing them, and putting them right.
 *
 * The table is the truth. While registers are put right, scratch[] keeps what the table says and
 * the table follows the registers, write by write, as in any other change; at the end it says again
 * what it said. Two passes, each slot a change of its own with its barriers, so that no two enabled
 * regions come to overlap that did not before:
 *
 * 1. Whatever covers too much covers less: a slot that should be free, or both of whose registers
 *    are wrong, is disabled; a slot with one wrong register whose range would shrink (or keep its
 *    extent and change its attributes) gets that register. After this pass every enabled slot
 *    covers bytes of its own region only, and regions are disjoint.
 * 2. The other slots get their registers: the base of a disabled slot, a barrier, then the limit
 *    with the enable bit; or the one wrong register of a slot whose range grows.
 */
#include "internal.h"

/*@ requires \valid_read(m) && \valid_read(m->table + slot);
    assigns \result \from m->table[slot].base, m->table[slot].limit;
    ensures \result.base == m->table[slot].base && \result.limit == m->table[slot].limit;
*/
static struct mpumap_pair said(const struct mpumap *m, uint16_t slot)
{
    const struct mpumap_pair p = {m->table[slot].base, m->table[slot].limit};

    return p;
}

/*
 * The slot's registers are not what the table says. The stale registers of a free slot count too,
 * where they are known: whoever takes the slot next writes only what differs.
 */
/*@ requires \valid_read(table) && \valid_read(now);
    assigns \nothing;
*/
static bool differs(const struct mpumap_pair *table, const struct mpumap_pair *now)
{
    const mpumap_reg_t enable = MPUMAP_LIMIT_ENABLE;

    if ((table->limit & enable) != 0u) {
        return (now->base != table->base) || (now->limit != table->limit);
    }
    return ((now->limit & enable) != 0u) ||
           ((now->base != table->base) && (table->base != UNKNOWN_BASE)) ||
           ((now->limit != table->limit) && (table->limit != UNKNOWN_LIMIT));
}

/*@ requires \valid_read(m) && \valid_read(m->table + slot);
    assigns \nothing;
*/
static bool ours(const struct mpumap *m, uint16_t slot)
{
    return (m->table[slot].flags & F_RESERVED) == 0u;
}

/*@ requires m == \null || (\valid(m) && (m->magic == MAGIC ==> made(m)));
    assigns m->why, m->cost, port_state;
*/
enum mpumap_result mpumap_verify(struct mpumap *m)
{
    enum mpumap_result r = mpumap_check(m);
    uint16_t s;

    /*@ loop invariant there: r == MPUMAP_OK ==> made(m) && s <= m->regions;
        loop assigns s, r, m->why, port_state;
        loop variant MPUMAP_MAX_REGIONS - s;
    */
    for (s = 0u; (r == MPUMAP_OK) && (s < m->regions); s++) {
        const struct mpumap_pair table = said(m, s);
        struct mpumap_pair now;

        if (ours(m, s)) {
            //@ calls port_read;
            m->port->read(m->port_ctx, (uint8_t)s, &now);
            if (differs(&table, &now)) {
                r = mpumap_i_fail(m, MPUMAP_CORRUPT, mpumap_i_base_of(m, &now),
                                  mpumap_i_limit_of(m, &now), (uint8_t)s);
            }
        }
    }
    return r;
}

/* The table says what the registers hold, scratch[] what they shall: of a slot that shall be free,
 * the same but for the enable bit. */
/*@ requires made(m) && slot < m->regions;
    assigns port_state, m->scratch[slot].base, m->scratch[slot].limit, m->table[slot].base,
            m->table[slot].limit;
    ensures made: made(m);
*/
static void exchange(struct mpumap *m, uint16_t slot)
{
    struct mpumap_pair now;

    m->scratch[slot] = said(m, slot);
    if (ours(m, slot)) {
        //@ calls port_read;
        m->port->read(m->port_ctx, (uint8_t)slot, &now);
        if (!mpumap_i_in_use(m, slot)) {
            m->scratch[slot] = now;
            m->scratch[slot].limit &= ~(mpumap_reg_t)MPUMAP_LIMIT_ENABLE;
        }
        m->table[slot].base = now.base;
        m->table[slot].limit = now.limit;
    }
}

/* Bytes of a region that is enabled as `now` that are to be as `next` has them, and are so already.
 */
/*@ requires made(m) && \valid_read(now) && \valid_read(next);
    assigns \nothing;
*/
static uint64_t alike(const struct mpumap *m, const struct mpumap_pair *now,
                      const struct mpumap_pair *next)
{
    const mpumap_addr_t base = mpumap_i_max(mpumap_i_base_of(m, now), mpumap_i_base_of(m, next));
    const mpumap_addr_t limit = mpumap_i_min(mpumap_i_limit_of(m, now), mpumap_i_limit_of(m, next));
    mpumap_attr_t before = 0u;
    mpumap_attr_t after = 0u;

    //@ calls port_decode;
    if (((next->limit & MPUMAP_LIMIT_ENABLE) == 0u) || (base > limit) ||
        !m->port->decode(m->port_ctx, now, &before) ||
        !m->port->decode(m->port_ctx, next, &after) || (before != after)) {
        return 0u;
    }
    return ((uint64_t)limit - base) + 1u;
}

/* Bytes that are right for now, by the wrong slot, and lost until the right one has them; of the
 * slot's own those that disabling it takes away. */
/*@ requires made(m) && slot < m->regions;
    assigns \nothing;
*/
static uint64_t lost(const struct mpumap *m, uint8_t slot, bool own)
{
    const struct mpumap_pair now = said(m, slot);
    uint64_t sum = 0u;
    uint16_t s;

    /*@ loop invariant 0 <= s <= m->regions;
        loop assigns s, sum;
        loop variant m->regions - s;
    */
    for (s = 0u; s < m->regions; s++) {
        if (own || (s != slot)) {
            sum += alike(m, &now, &m->scratch[s]);
        }
    }
    return sum;
}

/* The first pass over a slot whose registers differ: less, or nothing yet. */
/*@ requires made(m) && slot < m->regions;
    assigns port_state, m->cost.gap, m->cost.writes, m->cost.barriers, m->table[slot].base,
            m->table[slot].limit;
    ensures made: made(m);
*/
static void cover_less(struct mpumap *m, uint8_t slot)
{
    const struct mpumap_pair now = said(m, slot);
    const struct mpumap_pair *next = &m->scratch[slot];
    const bool both = (now.base != next->base) && (now.limit != next->limit);
    struct mpumap_pair off = now;

    if ((now.limit & MPUMAP_LIMIT_ENABLE) == 0u) {
        return;
    }
    m->cost.gap += lost(m, slot, both);
    if (both) {
        off.limit &= ~(mpumap_reg_t)MPUMAP_LIMIT_ENABLE;
        mpumap_i_write(m, slot, &off, WRITE_ANY);
    } else if ((mpumap_i_base_of(m, &now) <= mpumap_i_base_of(m, next)) &&
               (mpumap_i_limit_of(m, &now) >= mpumap_i_limit_of(m, next))) {
        mpumap_i_write(m, slot, next, WRITE_ANY);
    } else {
        /* it grows */
    }
}

/*@ requires made(m) && slot < m->regions;
    assigns \nothing;
*/
static bool wrong(const struct mpumap *m, uint16_t slot)
{
    return (m->table[slot].base != m->scratch[slot].base) ||
           (m->table[slot].limit != m->scratch[slot].limit);
}

/*@ requires m == \null || (\valid(m) && (m->magic == MAGIC ==> made(m)));
    assigns m->why, m->cost, m->poison, m->scratch[0 .. m->regions - 1],
            m->table[0 .. m->regions - 1], port_state;
*/
enum mpumap_result mpumap_repair(struct mpumap *m)
{
    enum mpumap_result r = mpumap_i_enter(m);
    uint16_t s;

    if (r != MPUMAP_OK) {
        return r;
    }
    if (mpumap_i_byte(&m->in_tx) == 1u) {
        return mpumap_i_finish(m, mpumap_i_fail(m, MPUMAP_STATE, 0u, 0u, MPUMAP_NO_SLOT));
    }
    r = mpumap_check(m);
    if (r != MPUMAP_OK) {
        return r;
    }
    /*@ loop invariant 0 <= s <= m->regions;
        loop invariant made: made(m);
        loop invariant fixed: fixed{LoopEntry, Here}(m);
        loop assigns s, port_state, m->scratch[0 .. \at(m->regions, LoopEntry) - 1],
                     m->table[0 .. \at(m->regions, LoopEntry) - 1];
        loop variant m->regions - s;
    */
    for (s = 0u; s < m->regions; s++) {
        exchange(m, s);
    }
    /*@ loop invariant 0 <= s <= m->regions;
        loop invariant made: made(m);
        loop invariant fixed: fixed{LoopEntry, Here}(m);
        loop assigns s, port_state, m->cost.gap, m->cost.writes, m->cost.barriers,
                     m->table[0 .. \at(m->regions, LoopEntry) - 1];
        loop variant m->regions - s;
    */
    for (s = 0u; s < m->regions; s++) {
        if (wrong(m, s)) {
            cover_less(m, (uint8_t)s);
        }
    }
    /*@ loop invariant 0 <= s <= m->regions;
        loop invariant made: made(m);
        loop invariant fixed: fixed{LoopEntry, Here}(m);
        loop assigns s, port_state, m->cost.writes, m->cost.barriers,
                     m->table[0 .. \at(m->regions, LoopEntry) - 1];
        loop variant m->regions - s;
    */
    for (s = 0u; s < m->regions; s++) {
        if (wrong(m, s)) {
            mpumap_i_write(m, (uint8_t)s, &m->scratch[s], WRITE_BASE_FIRST);
        }
    }
    return MPUMAP_OK;
}
