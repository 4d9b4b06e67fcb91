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

static void move_up(const struct mpumap_span *first, const struct mpumap_span *end,
                    struct mpumap_span *to)
{
    do {
        end--;
        to--;
        *to = *end;
    } while (end != first);
}

static void move_down(const struct mpumap_span *first, const struct mpumap_span *end,
                      struct mpumap_span *to)
{
    do {
        *to = *first;
        first++;
        to++;
    } while (first != end);
}

/* Moves spans [from, *count) to `to`, and the end of the list with them. The caller has seen to the
 * room. */
void mpumap_i_move_tail(struct mpumap_span *v, uint16_t *count, uint16_t from, uint16_t to)
{
    const uint32_t end = *count;
    const uint32_t end_to = (end - from) + to;

    if ((from < end) && (to > from)) {
        move_up(&v[from], &v[end], &v[end_to]);
    } else if ((from < end) && (to < from)) {
        move_down(&v[from], &v[end], &v[to]);
    } else {
        /* nothing behind, or it stays */
    }
    *count = (uint16_t)end_to;
}
