/* SPDX-License-Identifier: MIT */
/* A change of one slot: at most a selector, two registers, and the barriers that they need. */
#include "internal.h"

/*@ requires made(m) && \valid(step) && \separated(step, m, m->port);
    assigns step->kind, port_state;
*/
static void put(struct mpumap *m, struct mpumap_step *step, enum mpumap_step_kind kind)
{
    step->kind = (uint8_t)kind;
    //@ calls port_apply;
    m->port->apply(m->port_ctx, step);
}

/*@ requires made(m) && \valid(step) && \separated(step, m, m->port);
    assigns step->kind, m->cost.barriers, port_state;
    ensures made: made(m);
*/
static void wait_for(struct mpumap *m, struct mpumap_step *step, enum mpumap_step_kind kind)
{
    m->cost.barriers++;
    put(m, step, kind);
}

/* The selector, where the slot's registers are reached through a window. */
/*@ requires made(m) && \valid(step) && \separated(step, m, m->port);
    assigns *step, m->cost.writes, m->cost.barriers, port_state;
    ensures made: made(m);
    ensures slot: step->slot == slot;
*/
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

/*@ requires made(m) && \valid(step) && \separated(step, m, m->port) &&
             \separated(step, m->table + (0 .. m->regions - 1)) && step->slot < m->regions;
    requires kind == MPUMAP_STEP_BASE || kind == MPUMAP_STEP_LIMIT;
    assigns step->kind, step->value, m->cost.writes, port_state, m->table[step->slot].base,
            m->table[step->slot].limit;
    ensures made: made(m);
    ensures base: kind == MPUMAP_STEP_BASE ==> m->table[step->slot].base == value &&
        m->table[step->slot].limit == \old(m->table[step->slot].limit);
    ensures limit: kind == MPUMAP_STEP_LIMIT ==> m->table[step->slot].limit == value &&
        m->table[step->slot].base == \old(m->table[step->slot].base);
*/
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

/*@ requires made(m) && slot < m->regions && \valid_read(next);
    requires \separated(next, m, m->table + (0 .. m->regions - 1));
    assigns m->table[slot].base, m->table[slot].limit, m->cost.writes, m->cost.barriers, port_state;
    ensures made: made(m);
    ensures base: m->table[slot].base == \old(next->base);
    ensures limit: m->table[slot].limit == \old(next->limit);
*/
void mpumap_i_write(struct mpumap *m, uint8_t slot, const struct mpumap_pair *next,
                    enum write_order order)
{
    const bool base = m->table[slot].base != next->base;
    const bool limit = m->table[slot].limit != next->limit;
    struct mpumap_step step;

    step.mask = 0u;
    step.slot = slot;
    if (m->port->enter != NULL) {
        //@ calls port_enter;
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
        //@ calls port_leave;
        m->port->leave(m->port_ctx);
    }
}
