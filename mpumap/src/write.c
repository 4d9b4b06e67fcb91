/* SPDX-License-Identifier: MIT */
/* A change of one slot: at most a selector, two registers, and the barriers that they need. */
#include "internal.h"

static void put(struct mpumap *m, struct mpumap_step *step, enum mpumap_step_kind kind)
{
    step->kind = (uint8_t)kind;
    m->port->apply(m->port_ctx, step);
}

static void wait_for(struct mpumap *m, struct mpumap_step *step, enum mpumap_step_kind kind)
{
    m->cost.barriers++;
    put(m, step, kind);
}

/* The selector, where the slot's registers are reached through a window. */
static void select(struct mpumap *m, struct mpumap_step *step, uint8_t slot)
{
    step->slot = (uint8_t)(slot - (slot % m->limits.bank));
    step->value = step->slot;
    m->cost.writes++;
    put(m, step, MPUMAP_STEP_SELECT);
    if (m->limits.selector_isb) {
        wait_for(m, step, MPUMAP_STEP_ISB);
    }
    step->slot = slot;
}

static void write(struct mpumap *m, struct mpumap_step *step, enum mpumap_step_kind kind,
                  mpumap_reg_t value)
{
    struct mpumap_entry *e = &m->table[step->slot];

    step->value = value;
    m->cost.writes++;
    put(m, step, kind);
    if (kind == MPUMAP_STEP_BASE) {
        e->base = value;
    } else {
        e->limit = value;
    }
}

void mpumap_i_write(struct mpumap *m, uint8_t slot, const struct mpumap_pair *next,
                    enum write_order order)
{
    const bool base = m->table[slot].base != next->base;
    const bool limit = m->table[slot].limit != next->limit;
    struct mpumap_step step;

    step.mask = 0u;
    step.slot = slot;
    if (m->port->enter != NULL) {
        m->port->enter(m->port_ctx);
    }
    if (slot >= m->limits.direct) {
        select(m, &step, slot);
    }
    if (base && (!limit || (order != WRITE_LIMIT_FIRST))) {
        write(m, &step, MPUMAP_STEP_BASE, next->base);
        if (limit && (order != WRITE_ANY)) {
            wait_for(m, &step, MPUMAP_STEP_ORDER);
        }
    }
    if (limit) {
        write(m, &step, MPUMAP_STEP_LIMIT, next->limit);
        if (base && (order == WRITE_LIMIT_FIRST)) {
            wait_for(m, &step, MPUMAP_STEP_ORDER);
            write(m, &step, MPUMAP_STEP_BASE, next->base);
        }
    }
    wait_for(m, &step, MPUMAP_STEP_SYNC);
    if (m->port->leave != NULL) {
        m->port->leave(m->port_ctx);
    }
}
