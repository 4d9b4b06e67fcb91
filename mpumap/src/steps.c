/* SPDX-License-Identifier: MIT */
/*
 * Executing a plan: the steps phase by phase, a barrier between two phases. Within a phase the
 * hardware may make the writes visible in any order; the plan has put into one phase only what is
 * safe in every order. Nothing here can fail, and the table follows each write, so that it equals
 * the registers at every step.
 */
#include "plan.h"

struct emitter {
    struct planner *p;
    struct mpumap *m;
    struct mpumap_step step;
    uint16_t bank;     /* the slots to write now, as bank_of has it */
    uint16_t next;     /* the next bank in which there is something to write */
    uint16_t selected; /* the bank in the selector; 0: unknown */
    uint8_t phase;
};

/*@ requires EMITTING(e);
    assigns e->step.kind, e->m->cost.barriers, e->m->cost.writes, port_state;
    ensures kept: EMITTING(e);
*/
static void emit(struct emitter *e, enum mpumap_step_kind kind)
{
    struct mpumap *m = e->m;

    if (kind >= MPUMAP_STEP_ISB) {
        m->cost.barriers++;
    } else {
        m->cost.writes++;
    }
    e->step.kind = (uint8_t)kind;
    //@ calls port_apply;
    m->port->apply(m->port_ctx, &e->step);
}

/* Is the slot reached without another selector write? 0: without any; else the first slot of its
 * bank, plus 1. Otherwise its bank's turn comes later. */
/*@ requires EMITTING(e);
    assigns e->next;
    ensures kept: EMITTING(e);
    ensures next: e->next == \old(e->next) || e->bank < e->next < \old(e->next);
*/
static bool at_hand(struct emitter *e, uint8_t slot)
{
    const struct mpumap_limits *l = &e->m->limits;
    const uint16_t bank = (slot < l->direct) ? 0u : (uint16_t)((slot - (slot % l->bank)) + 1u);

    if ((bank > e->bank) && (bank < e->next)) {
        e->next = bank;
    }
    return bank == e->bank;
}

/*@ requires EMITTING(e) && slot < e->m->regions;
    requires kind == MPUMAP_STEP_BASE || kind == MPUMAP_STEP_LIMIT;
    assigns e->selected, e->step.slot, e->step.value, e->step.kind, e->m->cost.barriers,
            e->m->cost.writes, e->m->table[slot].base, e->m->table[slot].limit, port_state;
    ensures kept: EMITTING(e);
*/
static void put(struct emitter *e, uint8_t slot, enum mpumap_step_kind kind, mpumap_reg_t value)
{
    struct mpumap_entry *t = &e->m->table[slot];
    mpumap_reg_t *now = (kind == MPUMAP_STEP_BASE) ? &t->base : &t->limit;

    if (*now != value) {
        /* Bank 0 needs no selector, whatever an earlier phase has left in it. */
        if ((e->bank != 0u) && (e->selected != e->bank)) {
            e->selected = e->bank;
            e->step.slot = (uint8_t)(e->bank - 1u);
            e->step.value = e->step.slot;
            emit(e, MPUMAP_STEP_SELECT);
            if (e->m->limits.selector_isb) {
                emit(e, MPUMAP_STEP_ISB);
            }
        }
        e->step.slot = slot;
        e->step.value = value;
        emit(e, kind);
        *now = value;
    }
}

/* What goes off in this first phase does so by the bitmap. */
/*@ requires \valid_read(e) && \valid_read(e->p) && \valid_read(e->m);
    assigns \nothing;
*/
static bool by_bitmap(const struct emitter *e, uint8_t slot)
{
    return e->p->batch && mpumap_i_in_bitmap(e->m, slot);
}

/* An old region goes off, and nothing comes into its slot. */
/*@ requires EMITTING(e) && slot < e->m->regions;
    assigns e->next, e->selected, e->step.slot, e->step.value, e->step.kind, e->m->cost.barriers,
            e->m->cost.writes, e->m->table[slot].base, e->m->table[slot].limit, port_state;
    ensures kept: EMITTING(e);
    ensures next: e->next == \old(e->next) || e->bank < e->next < \old(e->next);
*/
static void run_old(struct emitter *e, uint8_t slot)
{
    const struct mpumap_entry *t = &e->m->table[slot];

    if (((t->flags & (F_OFF | F_PLAN)) == F_OFF) && !by_bitmap(e, slot) && at_hand(e, slot)) {
        put(e, slot, MPUMAP_STEP_LIMIT, t->limit & ~(mpumap_reg_t)MPUMAP_LIMIT_ENABLE);
    }
}

/* What the base register has before it is written again: address or attributes of what the slot
 * had. */
/*@ requires EMITTING(e) && k < e->p->listed;
    assigns \nothing;
*/
static mpumap_reg_t first_base(const struct emitter *e, uint16_t k)
{
    const struct mpumap *m = e->m;
    const struct mpumap_entry *x = &m->table[k];
    const struct mpumap_pair now = {m->table[x->link].base, m->table[x->link].limit};
    const mpumap_addr_t limit = mpumap_i_new_limit(m, k);
    mpumap_attr_t attr = mpumap_i_new_attr(m, k);
    struct mpumap_pair out;

    if ((x->base_at & AGAIN_ATTR) != 0u) {
        //@ calls port_encode;
        m->port->encode(m->port_ctx, mpumap_i_base_of(m, &now), limit, attr, &out);
    } else {
        //@ calls port_decode;
        (void)m->port->decode(m->port_ctx, &now, &attr);
        //@ calls port_encode;
        m->port->encode(m->port_ctx, mpumap_i_new_base(m, k), limit, attr, &out);
    }
    return out.base;
}

/*@ requires EMITTING(e) && k < e->p->listed;
    assigns EMITS(e), e->m->table[e->m->table[k].link].base, e->m->table[e->m->table[k].link].limit;
    ensures kept: EMITTING(e);
    ensures next: e->next == \old(e->next) || e->bank < e->next < \old(e->next);
*/
static void run_new(struct emitter *e, uint16_t k)
{
    struct mpumap *m = e->m;
    const struct mpumap_entry *x = &m->table[k];
    const uint32_t flags = m->table[x->link].flags;
    const bool off = ((flags & F_OFF) != 0u) && (e->phase == 1u) && !by_bitmap(e, x->link);
    const uint8_t base_at = x->base_at & PHASE_MASK;
    struct mpumap_pair next;
    mpumap_reg_t base;

    if ((!off && (base_at != e->phase) && (x->limit_at != e->phase)) || !at_hand(e, x->link)) {
        return;
    }
    //@ calls port_encode;
    m->port->encode(m->port_ctx, mpumap_i_new_base(m, k), mpumap_i_new_limit(m, k),
                    mpumap_i_new_attr(m, k), &next);
    base = ((x->base_at > PHASE_MASK) && (x->limit_at != e->phase)) ? first_base(e, k) : next.base;
    if (off) {
        /* The slot goes off with its next limit already in it. */
        put(e, x->link, MPUMAP_STEP_LIMIT, next.limit & ~(mpumap_reg_t)MPUMAP_LIMIT_ENABLE);
    }
    //@ assert off: EMITTING(e);
    if ((base_at == e->phase) || (x->base_at > PHASE_MASK)) {
        put(e, x->link, MPUMAP_STEP_BASE, base);
    }
    //@ assert base: EMITTING(e);
    if (x->limit_at == e->phase) {
        if ((flags & F_XON) != 0u) {
            next.limit &= ~(mpumap_reg_t)MPUMAP_LIMIT_ENABLE;
        }
        put(e, x->link, MPUMAP_STEP_LIMIT, next.limit);
    }
}

/* What is written through one selector value. */
/*@ requires EMITTING(e) && slot_or_none(e->m, e->p->victim);
    assigns EMITS(e), e->m->table[0 .. e->m->regions - 1].base,
            e->m->table[0 .. e->m->regions - 1].limit;
    ensures kept: EMITTING(e);
    ensures next: e->next == \old(e->next) || e->bank < e->next < \old(e->next);
*/
static void run_bank(struct emitter *e)
{
    const struct planner *p = e->p;
    uint16_t i;

    if (e->phase == 1u) {
        /*@ loop invariant kept: EMITTING(e);
            loop invariant next: e->next == \at(e->next, Pre) ||
                e->bank < e->next < \at(e->next, Pre);
            loop assigns i, EMITS(e), e->m->table[0 .. \at(e->m->regions, Pre) - 1].base,
                         e->m->table[0 .. \at(e->m->regions, Pre) - 1].limit;
            loop variant p->end - i;
        */
        for (i = p->from; i < p->end; i++) {
            run_old(e, e->m->spans[i].slot);
        }
        if (p->victim != MPUMAP_NO_SLOT) {
            run_old(e, p->victim);
        }
    }
    /*@ loop invariant kept: EMITTING(e);
        loop invariant next: e->next == \at(e->next, Pre) || e->bank < e->next < \at(e->next, Pre);
        loop assigns i, EMITS(e), e->m->table[0 .. \at(e->m->regions, Pre) - 1].base,
                     e->m->table[0 .. \at(e->m->regions, Pre) - 1].limit;
        loop variant p->listed - i;
    */
    for (i = 0u; i < p->listed; i++) {
        run_new(e, i);
    }
}

/* The enable bitmap: one write that disables old regions, and enables new ones in an exchange. */
/*@ requires EMITTING(e);
    requires low: \forall integer k; 0 <= k < e->p->listed &&
        (e->m->table[e->m->table[k].link].flags & comes) != 0 ==> e->m->table[k].link < 32;
    assigns e->step.slot, e->step.value, e->step.mask, e->step.kind, e->m->cost.barriers,
            e->m->cost.writes, e->m->table[0 .. e->m->regions - 1].limit, port_state;
    ensures kept: EMITTING(e);
*/
static void run_bitmap(struct emitter *e, uint32_t goes, uint32_t comes)
{
    const struct planner *p = e->p;
    struct mpumap_entry *table = e->m->table;
    uint32_t off = 0u;
    uint32_t on = 0u;
    uint16_t i;

    /*@ loop assigns i, off, table[0 .. \at(e->m->regions, Pre) - 1].limit;
        loop variant p->end - i;
    */
    for (i = p->from; i < p->end; i++) {
        const uint8_t s = e->m->spans[i].slot;

        if (((table[s].flags & goes) != 0u) && mpumap_i_in_bitmap(e->m, s)) {
            table[s].limit &= ~(mpumap_reg_t)MPUMAP_LIMIT_ENABLE;
            off |= ((uint32_t)1u) << s;
        }
    }
    /*@ loop assigns i, on, table[0 .. \at(e->m->regions, Pre) - 1].limit;
        loop variant p->listed - i;
    */
    for (i = 0u; i < p->listed; i++) {
        const uint8_t s = table[i].link;

        if ((table[s].flags & comes) != 0u) {
            table[s].limit |= MPUMAP_LIMIT_ENABLE;
            on |= ((uint32_t)1u) << s;
        }
    }
    e->step.slot = 0u;
    e->step.value = on;
    e->step.mask = off | on;
    emit(e, MPUMAP_STEP_BITMAP);
    e->step.mask = 0u;
}

/*@ requires EMITTING(e);
    assigns e->step.slot, e->step.value, e->step.kind, e->m->cost.barriers, e->m->cost.writes,
            port_state;
    ensures kept: EMITTING(e);
*/
static void wait_for(struct emitter *e, enum mpumap_step_kind kind)
{
    e->step.slot = 0u;
    e->step.value = 0u;
    emit(e, kind);
}

/* The last phase of the plan. */
/*@ requires \valid_read(table + (0 .. listed - 1));
    assigns \nothing;
*/
static uint8_t last_phase(const struct mpumap_entry *table, uint16_t listed, uint8_t exchange_at)
{
    uint8_t last = (exchange_at != 0u) ? exchange_at : 1u;
    uint16_t i;

    /*@ loop invariant i <= listed;
        loop assigns i, last;
        loop variant listed - i;
    */
    for (i = 0u; i < listed; i++) {
        const struct mpumap_entry *x = &table[i];

        last = mpumap_i_later(mpumap_i_later(last, x->base_at & PHASE_MASK), x->limit_at);
    }
    return last;
}

/* The region registers of a phase, bank by bank. */
/*@ requires EMITTING(e) && slot_or_none(e->m, e->p->victim);
    assigns e->bank, EMITS(e), e->m->table[0 .. e->m->regions - 1].base,
            e->m->table[0 .. e->m->regions - 1].limit;
    ensures kept: EMITTING(e);
*/
static void run_banks(struct emitter *e)
{
    e->next = 0u;
    /*@ loop invariant kept: EMITTING(e);
        loop invariant victim: slot_or_none(e->m, e->p->victim);
        loop invariant next: e->next < NONE;
        loop assigns e->bank, EMITS(e), e->m->table[0 .. \at(e->m->regions, Pre) - 1].base,
                     e->m->table[0 .. \at(e->m->regions, Pre) - 1].limit;
        loop variant NONE - e->next;
    */
    do {
        e->bank = e->next;
        e->next = NONE;
        run_bank(e);
    } while (e->next != NONE);
}

/* Region registers, then the bitmap, if it is its turn. */
/*@ requires EMITTING(e) && slot_or_none(e->m, e->p->victim);
    requires low: enabled_low(e->m->table, e->p->listed);
    assigns e->bank, EMITS(e), e->step.mask, e->m->table[0 .. e->m->regions - 1].base,
            e->m->table[0 .. e->m->regions - 1].limit;
    ensures kept: EMITTING(e);
*/
static void run_phase(struct emitter *e)
{
    const struct planner *p = e->p;

    run_banks(e);
    //@ assert low: enabled_low(e->m->table, e->p->listed);
    if (e->phase == p->exchange_at) {
        run_bitmap(e, F_XOFF, F_XON);
    } else if ((e->phase == 1u) && p->batch) {
        run_bitmap(e, F_OFF, 0u);
    } else {
        /* region registers only */
    }
}

/* A phase and the barrier behind it; after the last phase of a part of a sequence that is the one
 * before the next part. */
/*@ requires EMITTING(e) && slot_or_none(e->m, e->p->victim);
    requires low: enabled_low(e->m->table, e->p->listed);
    assigns e->phase, e->bank, EMITS(e), e->step.mask, e->p->owed,
            e->m->table[0 .. e->m->regions - 1].base, e->m->table[0 .. e->m->regions - 1].limit;
    ensures kept: EMITTING(e);
    ensures victim: slot_or_none(e->m, e->p->victim);
    ensures low: enabled_low(e->m->table, e->p->listed);
*/
static void close_phase(struct emitter *e, uint8_t phase, bool last)
{
    struct planner *p = e->p;
    const uint32_t before = e->m->cost.writes;

    e->phase = phase;
    //@ assert phase: EMITTING(e);
    run_phase(e);
    //@ assert low: enabled_low(e->m->table, e->p->listed);
    p->owed = (e->m->cost.writes != before);
    //@ assert kept: EMITTING(e);
    if (p->owed && (!last || !p->sequence)) {
        wait_for(e, last ? MPUMAP_STEP_SYNC : MPUMAP_STEP_ORDER);
    }
}

/* All phases. */
/*@ requires EMITTING(e) && slot_or_none(e->m, e->p->victim);
    requires low: enabled_low(e->m->table, e->p->listed);
    assigns e->phase, e->bank, EMITS(e), e->step.mask, e->p->owed,
            e->m->table[0 .. e->m->regions - 1].base, e->m->table[0 .. e->m->regions - 1].limit;
    ensures kept: EMITTING(e);
*/
static void run_phases(struct emitter *e, uint8_t last)
{
    uint16_t phase;

    /*@ loop invariant kept: EMITTING(e);
        loop invariant victim: slot_or_none(e->m, e->p->victim);
        loop invariant low: enabled_low(e->m->table, e->p->listed);
        loop invariant phase: phase <= 256;
        loop assigns phase, e->phase, e->bank, EMITS(e), e->step.mask, e->p->owed,
                     e->m->table[0 .. \at(e->m->regions, Pre) - 1].base,
                     e->m->table[0 .. \at(e->m->regions, Pre) - 1].limit;
        loop variant 256 - phase;
    */
    for (phase = 1u; phase <= last; phase++) {
        close_phase(e, (uint8_t)phase, phase == last);
    }
}

/*@ requires ready(p);
    assigns RUNNING(p);
*/
static void run(struct planner *p)
{
    struct mpumap *m = p->m;
    const uint8_t last = last_phase(m->table, p->listed, p->exchange_at);
    struct emitter e;

    e.p = p;
    e.m = m;
    //@ assert there: executed(p);
    e.selected = 0u;
    e.step.mask = 0u;
    //@ assert kept: executed(p) && e.p == p && e.m == m;
    //@ assert low: enabled_low(m->table, p->listed) && slot_or_none(m, p->victim);
    if (p->owed) {
        wait_for(&e, ((p->come | p->gone) != 0u) ? MPUMAP_STEP_ORDER : MPUMAP_STEP_SYNC);
        //@ assert low: enabled_low(m->table, p->listed) && slot_or_none(m, p->victim);
    }
    //@ assert same: e.p == p && p->m == \at(p->m, Pre) && e.m == p->m;
    //@ assert table: e.m->table == \at(p->m->table, Pre);
    //@ assert regions: e.m->regions == \at(p->m->regions, Pre);
    run_phases(&e, last);
}

/*@ requires \valid(m) && \valid(m->table + slot) && \separated(m, m->table + slot);
    assigns m->table[slot].flags, m->table[slot].refs, m->free_from;
    ensures \old(m->free_from) <= m->regions && slot < m->regions ==> m->free_from <= m->regions;
*/
static void settle_old(struct mpumap *m, uint8_t slot)
{
    struct mpumap_entry *t = &m->table[slot];

    t->flags &= (uint8_t) ~(F_PLANNING | F_WAITS);
    if ((t->limit & MPUMAP_LIMIT_ENABLE) == 0u) {
        t->refs = 0u;
        m->free_from = (slot < m->free_from) ? slot : m->free_from;
    }
}

/* Old regions of the change, and the one that was taken out. */
/*@ requires \valid(m) && \valid(m->table + (0 .. m->regions - 1)) &&
             \valid_read(m->spans + (0 .. end - 1));
    requires \separated(m, m->table + (0 .. m->regions - 1), m->spans + (0 .. end - 1));
    requires slots_below(m->spans, end, m->regions) && slot_or_none(m, victim);
    requires m->free_from <= m->regions;
    assigns m->table[0 .. m->regions - 1].flags, m->table[0 .. m->regions - 1].refs, m->free_from;
    ensures free: m->free_from <= m->regions;
    ensures same: m->span_count == \old(m->span_count) && m->regions == \old(m->regions);
*/
static void settle_olds(struct mpumap *m, uint16_t from, uint16_t end, uint8_t victim)
{
    uint16_t i;

    /*@ loop invariant from: i >= from;
        loop invariant slots: slots_below(m->spans, end, m->regions);
        loop invariant free: m->free_from <= m->regions;
        loop invariant same: m->span_count == \at(m->span_count, Pre) &&
            m->regions == \at(m->regions, Pre);
        loop assigns i, m->table[0 .. \at(m->regions, Pre) - 1].flags,
                     m->table[0 .. \at(m->regions, Pre) - 1].refs, m->free_from;
        loop variant end - i;
    */
    for (i = from; i < end; i++) {
        settle_old(m, m->spans[i].slot);
    }
    if (victim != MPUMAP_NO_SLOT) {
        settle_old(m, victim);
    }
}

/*@ requires \valid(t);
    assigns t->flags, t->refs;
*/
static void settle_new(struct mpumap_entry *t, bool waits, bool counts)
{
    t->flags &= (uint8_t)~F_PLANNING;
    if (waits) {
        t->flags |= F_WAITS;
    }
    if (counts) {
        t->refs = 1u;
    }
}

/* New regions. Under `whole` the count is set with the span. */
/*@ requires \valid(m) && \valid(m->table + (0 .. m->regions - 1)) &&
             \valid_read(m->scratch + (0 .. m->regions - 1)) && listed <= m->regions;
    requires \valid_read(m->spans + (0 .. m->span_count - 1)) && placed(m);
    requires \separated(m, m->table + (0 .. m->regions - 1), m->spans + (0 .. m->span_count - 1));
    requires in_slots(m->table, listed, m->regions);
    assigns m->table[0 .. m->regions - 1].flags, m->table[0 .. m->regions - 1].refs, m->waiting;
    ensures slots: in_slots(m->table, listed, m->regions);
    ensures placed: placed(m);
    ensures same: m->span_count == \old(m->span_count) && m->regions == \old(m->regions) &&
        m->free_from == \old(m->free_from);
*/
static void settle_news(struct mpumap *m, uint16_t listed)
{
    const bool counts = mpumap_i_is_exact(m);
    bool waiting = false;
    uint16_t i;

    /*@ loop invariant i <= listed;
        loop invariant slots: in_slots(m->table, listed, m->regions);
        loop invariant placed: placed(m);
        loop invariant same: m->span_count == \at(m->span_count, Pre) &&
            m->regions == \at(m->regions, Pre) && m->free_from == \at(m->free_from, Pre);
        loop assigns i, waiting, m->table[0 .. \at(m->regions, Pre) - 1].flags,
                     m->table[0 .. \at(m->regions, Pre) - 1].refs;
        loop variant listed - i;
    */
    for (i = 0u; i < listed; i++) {
        const bool waits = (m->scratch[i].limit & NEW_WAITS) != 0u;

        settle_new(&m->table[m->table[i].link], waits, counts);
        waiting = waiting || waits;
    }
    m->waiting = waiting;
}

/* Spans of the region that was taken out are in the slot to which it came back. */
/*@ requires \valid(m) && \valid(m->spans + (0 .. m->span_count - 1)) && to < m->regions;
    requires \separated(m, m->spans + (0 .. m->span_count - 1));
    assigns m->spans[0 .. m->span_count - 1].slot;
    ensures placed: placed{Pre}(m) ==> placed(m);
    ensures same: m->free_from == \old(m->free_from) && m->regions == \old(m->regions);
*/
static void settle_moved(struct mpumap *m, uint8_t from, uint8_t to)
{
    uint16_t i;

    /*@ loop invariant i <= m->span_count;
        loop invariant placed: placed{Pre}(m) ==> placed(m);
        loop assigns i, m->spans[0 .. \at(m->span_count, Pre) - 1].slot;
        loop variant m->span_count - i;
    */
    for (i = 0u; i < m->span_count; i++) {
        if (m->spans[i].slot == from) {
            m->spans[i].slot = to;
        }
    }
}

/*@ requires settling(p, p->m);
    assigns SETTLING(p);
    ensures free: p->m->free_from <= p->m->regions;
    ensures placed: placed(p->m);
*/
static void settle(const struct planner *p)
{
    struct mpumap *m = p->m;

    settle_olds(m, p->from, p->end, p->victim);
    //@ assert slots: in_slots(m->table, p->listed, m->regions) && placed(m);
    settle_news(m, p->listed);
    if (p->moved != NONE) {
        settle_moved(m, p->victim, m->table[p->moved].link);
    }
}

/*@ requires ready(p) && settling(p, p->m);
    assigns RUNNING(p), SETTLING(p);
    ensures free: p->m->free_from <= p->m->regions;
    ensures placed: placed(p->m);
*/
void mpumap_i_execute_part(struct planner *p)
{
    if (((p->come | p->gone) != 0u) || p->owed) {
        run(p);
        //@ assert settling: settling(p, p->m);
    }
    settle(p);
}

/*@ requires ready(p) && settling(p, p->m);
    assigns RUNNING(p), SETTLING(p);
    ensures free: p->m->free_from <= p->m->regions;
    ensures placed: placed(p->m);
*/
void mpumap_i_execute(struct planner *p)
{
    const struct mpumap *m = p->m;
    const struct mpumap_port *port = m->port;
    const bool changes = (p->come | p->gone) != 0u;

    //@ assert port: is_port(port);
    if (changes && (port->enter != NULL)) {
        //@ calls port_enter;
        port->enter(m->port_ctx);
    }
    mpumap_i_execute_part(p);
    //@ assert still: is_port(port);
    if (changes && (port->leave != NULL)) {
        //@ calls port_leave;
        port->leave(m->port_ctx);
    }
}
