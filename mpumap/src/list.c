/* SPDX-License-Identifier: MIT */
/* A sorted list of spans: where an address belongs, and making and closing room. */
#include "internal.h"

/* The first span that ends at or after addr; count if there is none. The step halves whatever the
 * comparison says, so that a step is a load, a comparison and a conditional move. */
/*@ requires \valid_read(v + (0 .. count - 1));
    requires \forall integer i, j; 0 <= i < j < count ==> v[i].limit < v[j].limit;
    assigns \nothing;
    ensures \result <= count;
    ensures \forall integer i; 0 <= i < \result ==> v[i].limit < addr;
    ensures \result < count ==> addr <= v[\result].limit;
*/
uint16_t mpumap_i_search(const struct mpumap_span *v, uint16_t count, mpumap_addr_t addr)
{
    uint32_t first = 0u;
    uint32_t left = count;

    if (left == 0u) {
        return 0u;
    }
    if (left > 1u) {
        /*@ loop invariant 0 <= first && 2 <= left && first + left <= count;
            loop invariant \forall integer i; 0 <= i < first ==> v[i].limit < addr;
            loop invariant first + left < count ==> addr <= v[first + left - 1].limit;
            loop assigns first, left;
            loop variant left;
        */
        do {
            const uint32_t middle = first + (left / 2u);

            //@ assert first + 1 <= middle < first + left;
            left -= left / 2u;
            first = (v[middle - 1u].limit < addr) ? middle : first;
        } while (left > 1u);
    }
    return (uint16_t)((v[first].limit < addr) ? (first + 1u) : first);
}

/* For the proof: to it, a span is its fields. */
/*@ requires \valid(to) && \valid_read(from);
    assigns to->base, to->limit, to->refs, to->attr, to->slot;
    ensures same{Pre, Post}(from, to);
*/
static inline void put(struct mpumap_span *to, struct mpumap_span *from)
{
    *to = *from;
}

/* Moves spans up to [to, end_to); the last one is before `end`. The numbers i and j are for the
 * proof alone: they say which spans the pointers have reached. */
/*@ requires end < end_to <= 0xffff && end_to - end <= to < end_to;
    requires \valid(v + (0 .. end_to - 1));
    assigns v[to .. end_to - 1];
    ensures moved{Pre, Post}(v, to, end_to, end_to - end);
    ensures before: kept{Pre, Post}(v, 0, to);
*/
static void move_up(struct mpumap_span *v, uint32_t end, uint32_t to, uint32_t end_to)
{
    struct mpumap_span *x = &v[end];
    struct mpumap_span *y = &v[end_to];
    //@ ghost int i = end;
    //@ ghost int j = end_to;

    /*@ loop invariant to < j <= end_to && j == i + (end_to - end);
        loop invariant x == v + i && y == v + j;
        loop invariant moved: moved{Pre, Here}(v, j, end_to, end_to - end);
        loop invariant kept: kept{Pre, Here}(v, 0, j);
        loop assigns i, j, x, y, v[to .. end_to - 1];
        loop variant i;
    */
    do {
        //@ ghost i = i - 1;
        //@ ghost j = j - 1;
        x--;
        y--;
        put(y, x);
        //@ assert above: kept{LoopCurrent, Here}(v, j + 1, end_to);
        //@ assert below: kept{LoopCurrent, Here}(v, 0, j);
        //@ assert before: kept{Pre, Here}(v, 0, j);
        //@ assert one: same{Pre, Here}(v + (j - (end_to - end)), v + j);
    } while (y != &v[to]);
}

/* Moves spans [from, end) down to `to`. */
/*@ requires to < from < end <= 0xffff && \valid(v + (0 .. end - 1));
    assigns v[to .. end + (to - from) - 1];
    ensures moved{Pre, Post}(v, to, end + (to - from), to - from);
    ensures before: kept{Pre, Post}(v, 0, to);
*/
static void move_down(struct mpumap_span *v, uint32_t from, uint32_t end, uint32_t to)
{
    struct mpumap_span *x = &v[from];
    struct mpumap_span *y = &v[to];
    //@ ghost int i = from;
    //@ ghost int j = to;

    /*@ loop invariant from <= i < end && j == i + (to - from);
        loop invariant x == v + i && y == v + j;
        loop invariant moved: moved{Pre, Here}(v, to, j, to - from);
        loop invariant kept: kept{Pre, Here}(v, i, end);
        loop invariant before: kept{Pre, Here}(v, 0, to);
        loop assigns i, j, x, y, v[to .. end + (to - from) - 1];
        loop variant end - i;
    */
    do {
        put(y, x);
        //@ assert below: kept{LoopCurrent, Here}(v, to, j);
        //@ assert lower: kept{LoopCurrent, Here}(v, 0, to);
        //@ assert before: kept{Pre, Here}(v, 0, to);
        //@ assert one: same{Pre, Here}(v + (j - (to - from)), v + j);
        //@ ghost i = i + 1;
        //@ ghost j = j + 1;
        x++;
        y++;
    } while (x != &v[end]);
}

/* Moves spans [from, *count) to `to`, and the end of the list with them. The caller has seen to the
 * room. */
/*@ requires from <= *count && *count - from + to <= 0xffff;
    requires \valid(count) && \valid(v + (0 .. *count - 1));
    requires \valid(v + (0 .. *count - from + to - 1));
    requires \separated(count, v + (0 .. *count - 1));
    requires \separated(count, v + (0 .. *count - from + to - 1));
    assigns *count, v[to .. \old(*count) - from + to - 1];
    ensures count: *count == \old(*count) - from + to;
    ensures moved: moved{Pre, Post}(v, to, \old(*count) - from + to, to - from);
    ensures before: kept{Pre, Post}(v, 0, to);
*/
void mpumap_i_move_tail(struct mpumap_span *v, uint16_t *count, uint16_t from, uint16_t to)
{
    const uint32_t end = *count;
    const uint32_t end_to = (end - from) + to;

    //@ assert end_to: end_to == end - from + to;
    *count = (uint16_t)end_to;
    //@ assert apart: \separated(count, v + (to .. end_to - 1));
    //@ assert others: kept{Pre, Here}(v, 0, end);
    if ((from < end) && (to > from)) {
        move_up(v, end, to, end_to);
        //@ assert up_before: kept{Pre, Here}(v, 0, to);
        //@ assert up: moved{Pre, Here}(v, to, end_to, to - from);
    } else if ((from < end) && (to < from)) {
        move_down(v, from, end, to);
        //@ assert down_before: kept{Pre, Here}(v, 0, to);
        //@ assert down: moved{Pre, Here}(v, to, end_to, to - from);
    } else {
        /* nothing behind, or it stays */
        //@ assert none_before: kept{Pre, Here}(v, 0, to);
        //@ assert none: moved{Pre, Here}(v, to, end_to, to - from);
    }
    //@ assert all: moved{Pre, Here}(v, to, end_to, to - from);
    //@ assert before: kept{Pre, Here}(v, 0, to);
}
