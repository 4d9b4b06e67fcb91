/* SPDX-License-Identifier: MIT */
/*
 * Which new regions are preloaded into spare slots and exchanged, when there are fewer spare slots
 * than new regions. A component of pairs is exchanged as a whole: its old regions go off by the
 * bitmap, the new ones that were chosen go on; new ones that were not are written afterwards, and
 * their bytes are lost meanwhile. Components that would lose held bytes come first, then the others
 * in address order; within a component the heaviest new regions are chosen.
 */
#include "plan.h"

struct selection {
    struct planner *p;
    struct sweep s;
    uint64_t alike;   /* of the component: weight of what both maps allow alike */
    uint64_t stays;   /* of that: what stays when every region keeps a slot */
    uint64_t current; /* of the current new region */
    uint16_t t;
    uint16_t first;     /* first pair of the component */
    uint16_t number;    /* of the current new region */
    uint16_t first_new; /* of the component */
    uint16_t room;
    uint16_t early; /* slots of old regions of the component that have nothing alike: free after
                       phase 1 */
    bool old_alike;
    bool low;
};

static void set_weight(struct mpumap_pair *at, uint64_t weight)
{
    at->base = (mpumap_reg_t)weight;
    at->limit = (mpumap_reg_t)(weight >> 32);
}

static uint64_t get_weight(const struct mpumap_pair *at)
{
    return ((uint64_t)at->limit << 32) | at->base;
}

static void flip(struct planner *p, uint16_t number)
{
    p->chosen[number / 32u] ^= ((uint32_t)1u) << (number % 32u);
}

static bool is_chosen(const struct planner *p, uint16_t number)
{
    return ((p->chosen[number / 32u] >> (number % 32u)) & 1u) != 0u;
}

/* Chooses up to `room` of the component's new regions, the heaviest first; returns how many. */
static uint16_t choose_heaviest(struct selection *v, uint16_t room, uint64_t *sum)
{
    uint16_t count = 0u;
    uint16_t best;

    *sum = 0u;
    do {
        uint64_t most = 0u;
        uint16_t k;

        best = v->number;
        for (k = v->first_new; k < v->number; k++) {
            uint64_t w = get_weight(&v->p->m->scratch[k]);

            if ((w > most) && !is_chosen(v->p, k)) {
                most = w;
                best = k;
            }
        }
        if ((best < v->number) && (count < room)) {
            flip(v->p, best);
            *sum += most;
            count++;
        } else {
            best = v->number;
        }
    } while (best < v->number);
    return count;
}

/* Decides about the component that has just ended, if its turn is in this pass. */
static void finish(struct selection *v, bool held_pass)
{
    struct planner *p = v->p;
    bool hard = (v->t > v->first) && ((*mpumap_i_pair(p->m, v->first) & PAIR_HARD) != 0u);
    uint64_t lost = v->alike - v->stays;
    uint16_t k;

    if (hard && (((lost >> WEIGHT_HELD) != 0u) == held_pass)) {
        uint16_t room = (uint16_t)(v->room + v->early);
        uint64_t sum = 0u;
        uint16_t count = v->low ? choose_heaviest(v, room, &sum) : 0u;

        if (sum > v->stays) {
            v->room = (uint16_t)(room - count);
            p->essential = (uint16_t)(p->essential + count);
            lost = v->alike - sum;
            for (k = v->first; k < v->t; k++) {
                *mpumap_i_pair(p->m, k) |= PAIR_MOVE;
            }
        } else {
            for (k = v->first_new; k < v->number; k++) {
                if (is_chosen(p, k)) {
                    flip(p, k);
                }
            }
        }
        p->lost += lost;
    }
    v->first = v->t;
    v->first_new = v->number;
    v->alike = 0u;
    v->stays = 0u;
    v->early = 0u;
    v->low = true;
}

static void pair(struct selection *v)
{
    uint8_t bits = *mpumap_i_pair(v->p->m, v->t);
    uint64_t w = mpumap_i_weight(&v->s);

    v->t++;
    if (w != 0u) {
        v->alike += w;
        v->current += w;
        v->stays += ((bits & PAIR_TAKE) != 0u) ? w : 0u;
        v->old_alike = true;
        v->low = v->low && mpumap_i_in_bitmap(v->p->m, v->s.o.slot);
    }
}

static uint16_t pass(struct planner *p, uint16_t room, bool held_pass)
{
    struct selection v = {.p = p, .room = room, .low = true};
    enum event e;

    mpumap_i_sweep(&v.s, p->m, p->from, p->end, p->fresh, p->cut);
    for (e = mpumap_i_event(&v.s); e != EV_END; e = mpumap_i_event(&v.s)) {
        if (e == EV_PAIR) {
            pair(&v);
        } else if (e == EV_OLD) {
            if (v.s.o.paired && !v.old_alike && mpumap_i_in_bitmap(p->m, v.s.o.slot)) {
                v.early++;
            }
            v.old_alike = false;
            if (!v.s.n.have || !v.s.n.paired) {
                finish(&v, held_pass);
            }
        } else if (e == EV_NEW) {
            set_weight(&p->m->scratch[v.number], v.current);
            v.current = 0u;
            v.number++;
            if (!v.s.o.have || !v.s.o.paired) {
                finish(&v, held_pass);
            }
        } else {
            /* kept */
        }
    }
    return v.room;
}

/* Chooses for `room` slots; p->lost becomes what is lost then. */
void mpumap_i_select(struct planner *p, uint16_t room)
{
    uint16_t t;

    for (t = 0u; t < p->pairs; t++) {
        *mpumap_i_pair(p->m, t) &= (uint8_t)~PAIR_MOVE;
    }
    for (t = 0u; t < MPUMAP_MASK_WORDS; t++) {
        p->chosen[t] = 0u;
    }
    p->essential = 0u;
    p->lost = 0u;
    (void)pass(p, pass(p, room, true), false);
}
