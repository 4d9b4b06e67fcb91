/* SPDX-License-Identifier: MIT */
/* Leaving a slot to others, and the list of the map's own memory, apart from the checks that other
 * operations of guard.c call. */
#include "src/answer.c"
#include "src/list.c"

/*@ requires checkable(m) && \valid(op) && \valid(changes) && op->base <= op->limit;
    requires apart_op(m, op, changes) && place(list_of(m), count_of(m), op->base, op->at);
    assigns m->why, *changes;
*/
enum mpumap_result mpumap_i_exact(struct mpumap *m, struct op *op, bool *changes);

/*@ requires checkable(m) && \valid(op) && \valid(changes) && op->base <= op->limit;
    requires apart_op(m, op, changes) && OP_MAP <= op->kind <= OP_LOCK;
    requires place(list_of(m), count_of(m), op->base, op->at);
    assigns m->why, op->base, op->limit, *changes;
*/
enum mpumap_result mpumap_i_whole(struct mpumap *m, struct op *op, bool *changes);

/*@ requires checkable(m) && base <= limit;
    assigns m->why;
*/
enum mpumap_result mpumap_i_whole_overlap(struct mpumap *m, mpumap_addr_t base,
                                          mpumap_addr_t limit);

#include "src/guard.c"
