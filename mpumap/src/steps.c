/* SPDX-License-Identifier: MIT */
/*
 * Executing a plan: the steps phase by phase, a barrier between two phases. Within a phase the
 * hardware may make the writes visible in any order; the plan has put into one phase only what is
 * safe in every order. Nothing here can fail, and the table follows each write, so that it equals
 * the registers at every step.
 */
#include "internal.h"

struct emitter {
    struct mpumap *m;
    struct mpumap_step step;
    uint16_t selected; /* what the selector holds; above every slot: unknown */
    bool started;
};

static void start(struct emitter *e, struct mpumap *m)
{
    e->m = m;
    e->selected = 0x100u;
    e->started = false;
}

static void emit(struct emitter *e, enum mpumap_step_kind kind, uint8_t slot, mpumap_reg_t value,
                 uint32_t mask)
{
    struct mpumap *m = e->m;

    if (!e->started) {
        e->started = true;
        if (m->port->enter != NULL) {
            m->port->enter(m->port_ctx);
        }
    }
    if ((kind == MPUMAP_STEP_ISB) || (kind == MPUMAP_STEP_ORDER) || (kind == MPUMAP_STEP_SYNC)) {
        m->cost.barriers++;
    } else {
        m->cost.writes++;
    }
    e->step.value = value;
    e->step.mask = mask;
    e->step.kind = (uint8_t)kind;
    e->step.slot = slot;
    m->port->apply(m->port_ctx, &e->step);
}

/* The selector first, where the slot's registers are reached through a window. */
static void select(struct emitter *e, uint8_t slot)
{
    const struct mpumap_limits *l = &e->m->limits;
    uint8_t bank = (uint8_t)(slot - (slot % l->bank));

    if ((slot >= l->direct) && (e->selected != bank)) {
        emit(e, MPUMAP_STEP_SELECT, bank, bank, 0u);
        if (l->selector_isb) {
            emit(e, MPUMAP_STEP_ISB, 0u, 0u, 0u);
        }
        e->selected = bank;
    }
}

static void write_base(struct emitter *e, uint8_t slot, mpumap_reg_t value)
{
    if (e->m->table[slot].base != value) {
        select(e, slot);
        emit(e, MPUMAP_STEP_BASE, slot, value, 0u);
        e->m->table[slot].base = value;
    }
}

static void write_limit(struct emitter *e, uint8_t slot, mpumap_reg_t value)
{
    if (e->m->table[slot].limit != value) {
        select(e, slot);
        emit(e, MPUMAP_STEP_LIMIT, slot, value, 0u);
        e->m->table[slot].limit = value;
    }
}

static void run_slot(struct emitter *e, uint8_t slot, uint8_t phase)
{
    struct mpumap_entry *t = &e->m->table[slot];
    const struct mpumap_pair *next = &e->m->scratch[slot];

    if (((t->flags & F_OFF) != 0u) && (phase == 1u)) {
        /* A slot that is filled again goes off with its next limit already in it. */
        write_limit(e, slot,
                    (((t->flags & F_PLAN) != 0u) ? next->limit : t->limit) &
                        ~(mpumap_reg_t)MPUMAP_LIMIT_ENABLE);
    }
    if (t->base_at == phase) {
        write_base(e, slot, next->base);
    }
    if (t->limit_at == phase) {
        write_limit(e, slot,
                    ((t->flags & F_XON) != 0u) ? (next->limit & ~(mpumap_reg_t)MPUMAP_LIMIT_ENABLE)
                                               : next->limit);
    }
}

/* The enable bitmap: one write that disables the old regions of an exchange and enables the new. */
static void run_bitmap(struct emitter *e)
{
    struct mpumap *m = e->m;
    uint32_t value = 0u;
    uint32_t mask = 0u;
    uint16_t s;

    for (s = 0u; (s < m->regions) && (s < m->limits.bitmap); s++) {
        struct mpumap_entry *t = &m->table[s];
        uint32_t bit = ((uint32_t)1u) << s;

        if ((t->flags & (F_RESERVED | F_RESERVED_TX)) == 0u) {
            mask |= bit;
            if ((t->flags & F_XOFF) != 0u) {
                t->limit &= ~(mpumap_reg_t)MPUMAP_LIMIT_ENABLE;
            }
            if ((t->flags & F_XON) != 0u) {
                t->limit |= MPUMAP_LIMIT_ENABLE;
            }
            if ((t->limit & MPUMAP_LIMIT_ENABLE) != 0u) {
                value |= bit;
            }
        }
    }
    emit(e, MPUMAP_STEP_BITMAP, 0u, value, mask);
}

/* Phases are numbered from 1 in base_at and limit_at; exchange_at is the phase of the bitmap write,
 * or 0. */
static uint8_t last_phase(const struct mpumap *m, uint8_t first, uint8_t exchange_at)
{
    uint8_t last = exchange_at;
    uint8_t s;

    for (s = first; s != MPUMAP_NO_SLOT; s = m->table[s].link) {
        const struct mpumap_entry *t = &m->table[s];

        if (((t->flags & F_OFF) != 0u) && (last < 1u)) {
            last = 1u;
        }
        last = (t->base_at > last) ? t->base_at : last;
        last = (t->limit_at > last) ? t->limit_at : last;
    }
    return last;
}

/* Links the slots that the plan has anything to say about, in order: the list of new regions has
 * served. */
static uint8_t planned_slots(struct mpumap *m)
{
    uint8_t first = MPUMAP_NO_SLOT;
    uint32_t s;

    for (s = m->regions; s > 0u; s--) {
        struct mpumap_entry *t = &m->table[s - 1u];

        if ((t->flags & (F_PLANNING | F_WAITS)) != 0u) {
            t->link = first;
            first = (uint8_t)(s - 1u);
        }
    }
    return first;
}

static void settle(struct mpumap *m, uint8_t first)
{
    uint8_t s;

    m->waiting = false;
    m->free_from = 0u;
    for (s = first; s != MPUMAP_NO_SLOT; s = m->table[s].link) {
        struct mpumap_entry *t = &m->table[s];
        bool waits = (t->flags & F_WILL_WAIT) != 0u;

        t->base_at = 0u;
        t->limit_at = 0u;
        t->flags &= (uint8_t) ~(F_PLANNING | F_WAITS);
        if (waits) {
            t->flags |= F_WAITS;
            m->waiting = true;
        }
        if ((t->limit & MPUMAP_LIMIT_ENABLE) == 0u) {
            t->refs = 0u;
        } else if (mpumap_i_is_exact(m)) {
            t->refs = 1u;
        } else {
            /* whole: the count was set with the span */
        }
    }
}

void mpumap_i_execute(struct mpumap *m, const struct plan *plan)
{
    struct emitter e;
    const uint8_t first = planned_slots(m);
    const uint8_t last = last_phase(m, first, plan->exchange_at);
    uint8_t phase;

    start(&e, m);
    for (phase = 1u; phase <= last; phase++) {
        uint32_t before = m->cost.writes;
        uint8_t s;

        for (s = first; s != MPUMAP_NO_SLOT; s = m->table[s].link) {
            run_slot(&e, s, phase);
        }
        if (phase == plan->exchange_at) {
            run_bitmap(&e);
        }
        if (m->cost.writes != before) {
            emit(&e, (phase == last) ? MPUMAP_STEP_SYNC : MPUMAP_STEP_ORDER, 0u, 0u, 0u);
        }
    }
    if (e.started && (m->port->leave != NULL)) {
        m->port->leave(m->port_ctx);
    }
    settle(m, first);
}
