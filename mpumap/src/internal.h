/* SPDX-License-Identifier: MIT */
/*
 * What the files of the core share. An operation runs in four stages: check (may refuse), plan (may
 * refuse), execute the steps, rewrite the spans (cannot fail). Stages one and two change nothing
 * that a user can see.
 *
 * The map is the list of spans: sorted, disjoint runs of bytes with equal count, attributes and
 * slot. A group is a maximal sequence of spans with one slot: one region of the hardware. The table
 * is the shadow of the registers. The new spans are never materialised: a stream reads the old ones
 * through the operation. The new regions are, in scratch[], while a change is planned.
 */
#ifndef MPUMAP_INTERNAL_H
#define MPUMAP_INTERNAL_H

#include "mpumap.h"

/* "mmmm": every byte alike, which Thumb compares with in one instruction. */
#define MAGIC 0x6d6d6d6du

/* pending_count outside a transaction, so that a lost or a false in_tx shows. */
#define NO_PENDING 0xffffu

/* The most that a count can say. */
#define REFS_MAX ((mpumap_refs_t) ~(mpumap_refs_t)0u)

/* What the table says of the registers of a free slot that nobody has written yet: what they hold
 * is unknown, so whatever is to stand there has to be written. No encoder makes these values (SH is
 * 0b01, or bits above the address are set; PXN on M). Only the enable bit is known to be 0. */
#define UNKNOWN_BASE ((mpumap_reg_t) ~(mpumap_reg_t)0x10u)
#define UNKNOWN_LIMIT ((mpumap_reg_t) ~(mpumap_reg_t)MPUMAP_LIMIT_ENABLE)

/* struct mpumap_entry.flags. All but RESERVED, RESERVED_TX and WAITS live only while a plan is
 * made. */
#define F_RESERVED 0x01u    /* others own the slot */
#define F_RESERVED_TX 0x02u /* reserved in the open transaction */
#define F_WAITS 0x04u       /* a merge with the region below was put off (rule R3) */
#define F_OFF 0x08u         /* plan: disabled by a write of its limit register, in phase 0 */
#define F_XOFF 0x10u        /* plan: disabled by the bitmap */
#define F_XON 0x20u         /* plan: enabled by the bitmap */
#define F_PLAN 0x40u        /* plan: a new region will be there */
#define F_BUSY 0x80u        /* plan, until it is decided: the region takes part in the change */
#define F_EARLY F_BUSY      /* plan, once it is decided: a slot going off that others wait for */
#define F_PLANNING (F_OFF | F_XOFF | F_XON | F_PLAN | F_BUSY)

/* Stored attributes are canonical and fit a byte; the lower level is MPUMAP_EL1 whatever the MPU.
 */
#define LOWER MPUMAP_EL1

enum op_kind {
    OP_NONE, /* the identity: the stream gives the spans as they are */
    OP_MAP,
    OP_UNMAP,
    OP_PROTECT,
    OP_LOCK /* checked like the others, changes no span */
};

struct op {
    mpumap_addr_t base;
    mpumap_addr_t limit;
    uint8_t kind;
    uint8_t attr;
    uint16_t at; /* the first span that ends at or after base, of those that answers refer to */
};

/* Reads spans [i, end) of v through an operation. Needs constant room, whatever the map. */
struct stream {
    const struct mpumap_span *v;
    const struct op *op;
    mpumap_addr_t pos; /* the next address to look at */
    uint16_t i;
    uint16_t end;
    bool top; /* pos has passed the last address */
};

/* A region of the old map or of the new one. */
struct side {
    mpumap_addr_t base;
    mpumap_addr_t limit;
    uint8_t attr;
    uint8_t slot; /* old: its own. new: entry.link */
    bool have;
    bool shares; /* bytes with a region of the other map */
    bool low;    /* old: with none below the other one of the pair */
    bool high;   /* ... with none above it */
};

/* Old and new regions side by side, in address order. */
struct walk {
    struct side o;
    struct side n;
    uint16_t old;      /* the first span of o */
    uint16_t next_old; /* the span after those of o */
    uint16_t number;   /* of n */
    bool at_pair;
    bool slide;         /* the pair has no byte in common: n touches o, which may grow over it */
    uint8_t given_up;   /* the slot of an old region that is lost in the first phase, or none */
    mpumap_addr_t late; /* the base of a new region that comes last whatever it holds, or NOBODY */
};

/* A change of registers while it is planned and carried out. What is decided stands in scratch[]
 * and in the table's entries (plan.h). */
struct planner {
    struct mpumap *m;
    struct walk w;
    struct stream fresh;       /* the new map */
    struct mpumap_range range; /* to blame for NO_REGION and NO_SPACE */
    uint64_t lost;       /* weight of what both maps allow alike and the plan loses for a moment */
    uint32_t plain;      /* what the plan costs without selectors */
    uint16_t from;       /* the spans that the change can reach */
    uint16_t end;        /* ... and after the last */
    uint16_t news;       /* regions of the new map there */
    uint16_t listed;     /* ... and the one that is taken out, where it is none of them */
    uint16_t moved;      /* number of the region that is taken out for the duration; NONE */
    uint16_t come;       /* of them, not there yet */
    uint16_t gone;       /* old regions that change */
    uint16_t count;      /* spans of the new map there, where it matters */
    uint16_t spare;      /* free slots in the bitmap, as far as they matter */
    uint16_t essential;  /* preloads still to be placed */
    uint8_t exchange_at; /* the phase of the bitmap write; 0: none */
    uint8_t variant;     /* what the plan may do; plan.h */
    uint8_t victim;      /* the slot of a region that is taken out for the duration; or none */
    bool tight;          /* a region might slide although others wait */
    bool low;            /* every old region that changes is in the bitmap */
    bool one_write;      /* the last pair that changes differs in one register */
    bool full;           /* exchange everything */
    bool late_base;      /* a preload waits for its slot until the second phase */
    bool strict;         /* slots are so few that none is kept for other attributes */
    bool batch;          /* what goes off in the first phase does so by the bitmap */
    bool cut;            /* merges that would lose held bytes are put off */
    bool retry;          /* merges that were put off are tried again */
    bool sequence;       /* carried out as several changes, one after another */
    bool owed;           /* the barrier after the last of them */
};

/* scratch[] while a change is planned: the new regions in address order. Attributes stand in the
 * bits below the smallest granule (32 bytes), with two marks. */
#define NONE 0xffffu
#define NOBODY 1u /* no granule begins there */
#define NEW_LOW 0x1fu
#define NEW_KEPT 0x08u  /* in limit: an old region that stays as it is */
#define NEW_WAITS 0x10u /* in limit: cut off the region below it: that merge is put off */

/*@ requires \valid_read(m) && \valid_read(m->scratch + number);
    assigns \nothing;
*/
static inline mpumap_addr_t mpumap_i_new_base(const struct mpumap *m, uint16_t number)
{
    return m->scratch[number].base & ~(mpumap_addr_t)NEW_LOW;
}

/*@ requires \valid_read(m) && \valid_read(m->scratch + number);
    assigns \nothing;
*/
static inline mpumap_addr_t mpumap_i_new_limit(const struct mpumap *m, uint16_t number)
{
    return m->scratch[number].limit | NEW_LOW;
}

/*@ requires \valid_read(m) && \valid_read(m->scratch + number);
    assigns \nothing;
*/
static inline uint8_t mpumap_i_new_attr(const struct mpumap *m, uint16_t number)
{
    return (uint8_t)((m->scratch[number].base & NEW_LOW) | ((m->scratch[number].limit & 7u) << 5));
}

/* answer.c */
enum mpumap_result mpumap_i_enter(struct mpumap *m);
enum mpumap_result mpumap_i_start(struct mpumap *m, mpumap_addr_t base, mpumap_addr_t limit);
enum mpumap_result mpumap_i_fail(struct mpumap *m, enum mpumap_result result, mpumap_addr_t base,
                                 mpumap_addr_t limit, uint8_t slot);
enum mpumap_result mpumap_i_finish(struct mpumap *m, enum mpumap_result result);
enum mpumap_result mpumap_i_check_range(struct mpumap *m, mpumap_addr_t base, mpumap_addr_t limit);

/* list.c */
uint16_t mpumap_i_search(const struct mpumap_span *v, uint16_t count, mpumap_addr_t addr);
void mpumap_i_move_tail(struct mpumap_span *v, uint16_t *count, uint16_t from, uint16_t to);

/* span.c */
void mpumap_i_stream(struct stream *s, const struct mpumap_span *v, uint16_t from, uint16_t end,
                     const struct op *op);
bool mpumap_i_next(struct stream *s, struct mpumap_span *out);
uint32_t mpumap_i_rewrite(struct mpumap *m, const struct stream *from, uint16_t news,
                          struct mpumap_span *out, uint32_t at);
void mpumap_i_window(const struct mpumap *m, const struct op *op, uint16_t *from, uint16_t *end);
void mpumap_i_replace(struct planner *p);

/*@ assigns \nothing;
    ensures \result <==> limit + 1 == base;
*/
static inline bool mpumap_i_touch(mpumap_addr_t limit, mpumap_addr_t base)
{
    return (base != 0u) && (limit == (base - 1u));
}

/* Spans a and b, in this order, belong to one run of bytes, in one slot or in two. Of two spans of
 * a list the second never starts at 0. */
/*@ requires \valid_read(a) && \valid_read(b) && b->base > 0;
    assigns \nothing;
    ensures \result <==> a->limit + 1 == b->base && a->attr == b->attr;
*/
static inline bool mpumap_i_one_run(const struct mpumap_span *a, const struct mpumap_span *b)
{
    return (a->limit == (b->base - 1u)) && (a->attr == b->attr);
}

/*@ assigns \nothing;
    ensures \result == \min(a, b);
*/
static inline mpumap_addr_t mpumap_i_min(mpumap_addr_t a, mpumap_addr_t b)
{
    return (a < b) ? a : b;
}

/*@ assigns \nothing;
    ensures \result == \max(a, b);
*/
static inline mpumap_addr_t mpumap_i_max(mpumap_addr_t a, mpumap_addr_t b)
{
    return (a > b) ? a : b;
}

/* Policy exact; a constant where only `whole` is built, so that nothing of it is linked. */
/*@ requires \valid_read(m);
    assigns \nothing;
    ensures \result <==> m->policy == MPUMAP_EXACT;
*/
static inline bool mpumap_i_is_exact(const struct mpumap *m)
{
#if MPUMAP_WHOLE_ONLY
    (void)m;
    return false;
#else
    return m->policy == (uint8_t)MPUMAP_EXACT;
#endif
}

/* The spans that answers refer to: the pending ones inside a transaction. */
/*@ requires \valid_read(m);
    assigns \result \from m->in_tx, m->pending, m->spans;
    ensures \result == list_of(m);
*/
static inline const struct mpumap_span *mpumap_i_spans(const struct mpumap *m)
{
    return m->in_tx ? m->pending : m->spans;
}

/*@ requires \valid_read(m);
    assigns \nothing;
    ensures \result == count_of(m);
*/
static inline uint16_t mpumap_i_count(const struct mpumap *m)
{
    return m->in_tx ? m->pending_count : m->span_count;
}

/* The highest address. A 32-bit build has ports with 32 address bits only. */
/*@ requires \valid_read(m) && 1 <= m->limits.address_bits <= 64;
    assigns \nothing;
    ensures \result == top_of(m);
*/
static inline mpumap_addr_t mpumap_i_top(const struct mpumap *m)
{
#if MPUMAP_ADDR_BITS == 32
    (void)m;
    return 0xffffffffu;
#else
    return ~(mpumap_addr_t)0u >> (64u - m->limits.address_bits);
#endif
}

/*@ requires \valid_read(m) && m->limits.granule_shift < 64;
    assigns \nothing;
    ensures \result == low_of(m);
*/
static inline mpumap_addr_t mpumap_i_low_mask(const struct mpumap *m)
{
    return (((mpumap_addr_t)1u) << m->limits.granule_shift) - 1u;
}

/* The address part of a register pair: the bits at and above the granule, on every Armv8 MPU. */
/*@ requires \valid_read(m) && \valid_read(p) && m->limits.granule_shift < 64;
    assigns \nothing;
    ensures \result == (p->base & (mpumap_addr_t)~low_of(m));
*/
static inline mpumap_addr_t mpumap_i_base_of(const struct mpumap *m, const struct mpumap_pair *p)
{
    return p->base & ~mpumap_i_low_mask(m);
}

/*@ requires \valid_read(m) && \valid_read(p) && m->limits.granule_shift < 64;
    assigns \nothing;
    ensures \result == (p->limit | low_of(m));
*/
static inline mpumap_addr_t mpumap_i_limit_of(const struct mpumap *m, const struct mpumap_pair *p)
{
    return p->limit | mpumap_i_low_mask(m);
}

/*@ requires \valid_read(m) && \valid_read(m->table + slot);
    assigns \nothing;
    ensures \result <==> m->table[slot].limit % 2 == 1;
*/
static inline bool mpumap_i_in_use(const struct mpumap *m, uint16_t slot)
{
    return (m->table[slot].limit & MPUMAP_LIMIT_ENABLE) != 0u;
}

/* Nobody has the slot, and no plan has given it to anybody. */
/*@ requires \valid_read(m) && \valid_read(m->table + slot);
    assigns \nothing;
*/
static inline bool mpumap_i_is_free(const struct mpumap *m, uint16_t slot)
{
    return !mpumap_i_in_use(m, slot) &&
           ((m->table[slot].flags & (F_RESERVED | F_RESERVED_TX | F_PLAN)) == 0u);
}

/* Stored attributes as the user writes them: the lower level by its own name. */
/*@ requires \valid_read(m);
    assigns \nothing;
    ensures \result == public_attr(m, attr);
*/
static inline mpumap_attr_t mpumap_i_public_attr(const struct mpumap *m, uint8_t attr)
{
    const uint32_t a = attr;

    return (mpumap_attr_t)(m->limits.lower_el1 ? a : (a + (a & LOWER)));
}

/* mpumap_canonical. Device and Normal Non-cacheable memory is Outer Shareable whatever is asked
 * (DDI 0487, B2). */
/*@ assigns \nothing; */
static inline uint32_t mpumap_i_canonical(uint32_t attr)
{
    if ((attr & (MPUMAP_TYPE_MASK & ~MPUMAP_NORMAL_WT)) != 0u) {
        return (attr & ~MPUMAP_SHARE_MASK) | MPUMAP_SHARE_OUTER;
    }
    return ((attr & MPUMAP_SHARE_MASK) == MPUMAP_SHARE_AUTO) ? (attr | MPUMAP_SHARE_INNER) : attr;
}

/*@ requires m == \null || \valid_read(m);
    assigns \nothing;
    ensures \result <==> m != \null && m->magic == MAGIC;
*/
static inline bool mpumap_i_valid(const struct mpumap *m)
{
#if MPUMAP_CHECKED
    return (m != NULL) && (m->magic == MAGIC);
#else
    (void)m;
    return true;
#endif
}

/* The byte of a truth value, which a wild write may have made neither 0 nor 1. */
static inline uint8_t mpumap_i_byte(const bool *flag)
{
    return *(const uint8_t *)flag;
}

/* init.c: a sum over everything that mpumap_init fixes for ever; any one bit of it changes the sum.
 */
uint32_t mpumap_i_seal(const struct mpumap *m);

/* exact.c, whole.c: the checks of an operation against the map as it is; op->at is known. *op may
 * become the range that the operation really changes (whole); *changes tells whether registers may
 * have to change. */
enum mpumap_result mpumap_i_exact(struct mpumap *m, struct op *op, bool *changes);
enum mpumap_result mpumap_i_whole(struct mpumap *m, struct op *op, bool *changes);
enum mpumap_result mpumap_i_whole_overlap(struct mpumap *m, mpumap_addr_t base,
                                          mpumap_addr_t limit);
uint8_t mpumap_i_slot_at(const struct mpumap *m, mpumap_addr_t addr);
uint16_t mpumap_i_run(const struct mpumap *m, uint16_t i, struct mpumap_region *out);
void mpumap_i_conflict(struct mpumap *m, const struct mpumap_region *region, uint8_t wanted);

/* guard.c */
struct mpumap_range *mpumap_i_locks(const struct mpumap *m);
struct mpumap_range *mpumap_i_lives(const struct mpumap *m);
bool mpumap_i_locked(const struct mpumap *m, mpumap_addr_t base, mpumap_addr_t limit,
                     struct mpumap_range *first);
bool mpumap_i_held(const struct mpumap *m, mpumap_addr_t base, mpumap_addr_t limit);

/* plan.c: decides what becomes of the old regions, and where and when the new ones are written. OK,
 * NO_REGION or LIVE. */
enum mpumap_result mpumap_i_plan(struct planner *p);
/* Takes a plan back that will not be executed. */
void mpumap_i_forget(struct mpumap *m);

/* sequence.c: the same at the end of a transaction, which may become a sequence of changes; and
 * executes it then. */
enum mpumap_result mpumap_i_plan_commit(struct planner *p);
void mpumap_i_sequence(struct planner *p);

/* steps.c: executes what mpumap_i_plan decided; the second without the port.s hooks
 * around. */
void mpumap_i_execute_part(struct planner *p);
void mpumap_i_execute(struct planner *p);

/* write.c. Which of a slot's two registers has to be seen first, where both change. */
enum write_order {
    WRITE_BASE_FIRST,
    WRITE_LIMIT_FIRST,
    WRITE_ANY
};
/* Gives a slot other registers. At least one changes. */
void mpumap_i_write(struct mpumap *m, uint8_t slot, const struct mpumap_pair *next,
                    enum write_order order);

/* change.c: the general way, inside a transaction and outside. OK, NO_REGION, NO_SPACE, LIVE. */
enum mpumap_result mpumap_i_change_pending(struct mpumap *m, const struct op *op);
enum mpumap_result mpumap_i_change(struct mpumap *m, const struct op *op, bool changes);
enum mpumap_result mpumap_i_admit(struct planner *p, enum mpumap_result r);
void mpumap_i_perform(struct planner *p, bool changes);

/* edge.c: one edge of one region moves, outside a transaction. False: more has to change, or may
 * have to; nothing has been done. */
bool mpumap_i_edge(struct mpumap *m, const struct op *op);

/* single.c: the short ways. The operation lies inside span op->at and only counts: OK, NO_SPACE. */
enum mpumap_result mpumap_i_count_in_place(struct mpumap *m, const struct op *op);
/* Maps what nobody has, and what touches no equal neighbour: true, and *r is OK, NO_REGION or
 * NO_SPACE. False (exact only): the planner's; nothing has been done. */
bool mpumap_i_create(struct mpumap *m, const struct op *op, enum mpumap_result *r);
/* Removes span op->at, or gives it other attributes. False (exact only): that is not all, or has to
 * be planned; nothing has been done. */
bool mpumap_i_single(struct mpumap *m, const struct op *op);

#endif
