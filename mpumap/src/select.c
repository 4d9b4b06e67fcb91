/* SPDX-License-Identifier: MIT */
/*
 * Which new regions are preloaded into spare slots and exchanged, when there are fewer spare slots
 * than new regions. Regions that share bytes allowed alike by both maps form components; one that
 * would lose bytes if its regions kept their slots may be exchanged as a whole: its old regions go
 * off by the bitmap, the new ones that were chosen go on; new ones that were not are written
 * afterwards, and their bytes are lost meanwhile. Components that would lose held bytes come first,
 * then the others in address order; within a component the heaviest new regions are chosen.
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
    uint16_t end;       /* after its last pair */
    uint16_t number;    /* of the current new region */
    uint16_t first_new; /* of the component */
    uint16_t end_new;   /* after its last one */
    uint16_t room;
    bool held_pass;
    bool old_alike; /* the current old region is in the component */
    bool old_taken;
    bool low; /* all its old regions are in the bitmap */
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

/* Chooses up to v->room of the component's new regions, the heaviest first; returns how many. */
static uint16_t choose_heaviest(struct selection *v, uint64_t *sum)
{
    uint16_t count = 0u;
    bool more = v->low;

    *sum = 0u;
    while (more && (count < v->room)) {
        uint64_t most = 0u;
        uint16_t best = 0u;
        uint16_t k;

        for (k = v->first_new; k < v->end_new; k++) {
            uint64_t w = get_weight(&v->p->m->scratch[k]);

            if ((w > most) && !mpumap_i_is_chosen(v->p, k)) {
                most = w;
                best = k;
            }
        }
        more = most != 0u;
        if (more) {
            flip(v->p, best);
            *sum += most;
            count++;
        }
    }
    return count;
}

static void exchange(struct selection *v, uint16_t count)
{
    uint16_t k;

    v->room = (uint16_t)(v->room - count);
    v->p->essential = (uint16_t)(v->p->essential + count);
    for (k = v->first; k < v->end; k++) {
        *mpumap_i_pair(v->p->m, k) |= PAIR_MOVE;
    }
}

/* Decides about the component that has just ended, if its turn is in this pass. */
static void finish(struct selection *v)
{
    uint64_t lost = v->alike - v->stays;
    uint64_t sum;
    uint16_t k;

    if ((lost != 0u) && (((lost >> WEIGHT_HELD) != 0u) == v->held_pass)) {
        uint16_t count = choose_heaviest(v, &sum);

        if (sum > v->stays) {
            lost = v->alike - sum;
            exchange(v, count);
        } else {
            for (k = v->first_new; k < v->end_new; k++) {
                if (mpumap_i_is_chosen(v->p, k)) {
                    flip(v->p, k);
                }
            }
        }
        v->p->lost += lost;
    }
    v->alike = 0u;
    v->stays = 0u;
    v->low = true;
}

static void pair(struct selection *v)
{
    uint64_t w = mpumap_i_weight(&v->s);
    bool taken =
        ((*mpumap_i_pair(v->p->m, v->t) & PAIR_TAKE) != 0u) && ((w != 0u) || !v->p->strict);

    v->old_taken = v->old_taken || taken;
    if (w != 0u) {
        if (!v->old_alike && (v->current == 0u)) {
            finish(v);
            v->first = v->t;
            v->first_new = v->number;
        }
        v->alike += w;
        v->current += w;
        v->stays += taken ? w : 0u;
        v->old_alike = true;
        v->low = v->low && mpumap_i_in_bitmap(v->p->m, v->s.o.slot);
        v->end = (uint16_t)(v->t + 1u);
        v->end_new = (uint16_t)(v->number + 1u);
    }
    v->t++;
}

static void old_ends(struct selection *v)
{
    if (!v->old_alike && !v->old_taken && mpumap_i_in_bitmap(v->p->m, v->s.o.slot)) {
        v->p->early++;
    }
    v->old_alike = false;
    v->old_taken = false;
}

static void new_ends(struct selection *v)
{
    set_weight(&v->p->m->scratch[v->number], v->current);
    v->current = 0u;
    v->number++;
}

/* Returns the room that is left. */
static uint16_t pass(struct planner *p, uint16_t room, bool held_pass)
{
    struct selection v = {.p = p, .room = room, .held_pass = held_pass, .low = true};
    enum event e;

    p->early = 0u;
    mpumap_i_sweep(&v.s, p->m, p->from, p->end, p->fresh, p->cut);
    for (e = mpumap_i_event(&v.s); e != EV_END; e = mpumap_i_event(&v.s)) {
        if (e == EV_PAIR) {
            pair(&v);
        } else if (e == EV_OLD) {
            old_ends(&v);
        } else if (e == EV_NEW) {
            new_ends(&v);
        } else {
            /* kept */
        }
    }
    finish(&v);
    return v.room;
}

/* Chooses for `room` slots beside those free after the first phase; p->lost becomes what is lost
 * then. */
void mpumap_i_select(struct planner *p, uint16_t room)
{
    uint16_t t;

    (void)pass(p, 0u, true);
    for (t = 0u; t < p->pairs; t++) {
        *mpumap_i_pair(p->m, t) &= (uint8_t)~PAIR_MOVE;
    }
    for (t = 0u; t < MPUMAP_MASK_WORDS; t++) {
        p->chosen[t] = 0u;
    }
    p->essential = 0u;
    p->lost = 0u;
    (void)pass(p, pass(p, (uint16_t)(room + p->early), true), false);
}
