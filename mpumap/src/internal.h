/* SPDX-License-Identifier: MIT */
/*
 * What the files of the core share. An operation runs in four stages: check (may refuse), plan (may
 * refuse), rewrite the spans, execute the steps (cannot fail). Stages one and two change nothing
 * that a user can see.
 *
 * The map is the list of spans: sorted, disjoint runs of bytes with equal count, attributes and
 * slot. A group is a maximal sequence of spans with one slot: one region of the hardware. The table
 * is the shadow of the registers. The new map is never materialised: a stream reads the old spans
 * through the operation.
 */
#ifndef MPUMAP_INTERNAL_H
#define MPUMAP_INTERNAL_H

#include "mpumap.h"

/* "mmmm": every byte alike, which Thumb compares with in one instruction. */
#define MAGIC 0x6d6d6d6du

/* struct mpumap_entry.flags. All but RESERVED, RESERVED_TX and WAITS live only while a plan is
 * made. */
#define F_RESERVED 0x01u    /* others own the slot */
#define F_RESERVED_TX 0x02u /* reserved in the open transaction */
#define F_WAITS 0x04u       /* a merge with the region below was put off (rule R3) */
#define F_OFF 0x08u         /* plan: disabled by a write of its limit register, in phase 0 */
#define F_XOFF 0x10u        /* plan: disabled by the bitmap */
#define F_XON 0x20u         /* plan: enabled by the bitmap */
#define F_PLAN 0x40u        /* plan: scratch[] holds the slot's next registers */
#define F_BUSY 0x80u        /* plan, until it is decided: the region takes part in the change */
#define F_EARLY F_BUSY      /* plan, once it is decided: a slot going off that others wait for */
#define F_WILL_WAIT F_BUSY  /* plan, once it is decided: becomes F_WAITS */
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
    mpumap_addr_t pos; /* the next address to look at */
    struct op op;
    uint16_t i;
    uint16_t end;
    bool top; /* pos has passed the last address */
};

/* What a plan gives besides the marks in the table and the registers in scratch[]. */
struct plan {
    uint8_t head;        /* the new map's regions in address order, linked by entry.link */
    uint8_t exchange_at; /* the phase of the bitmap write; 0: none */
    uint8_t moved_to;    /* the new slot of a region that is taken out for the duration; or none */
    struct mpumap_range moved; /* that region */
    struct mpumap_range first; /* the lowest region that the new map adds */
};

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
uint16_t mpumap_i_rewrite(struct mpumap *m, struct stream s, uint8_t head, struct mpumap_span *out,
                          uint16_t at);
void mpumap_i_move(struct mpumap *m, const struct plan *plan);
void mpumap_i_window(const struct mpumap *m, const struct op *op, uint16_t *from, uint16_t *end);
void mpumap_i_replace(struct mpumap *m, const struct op *op, uint16_t from, uint16_t end,
                      uint16_t count, uint8_t head);

static inline bool mpumap_i_touch(mpumap_addr_t limit, mpumap_addr_t base)
{
    return (base != 0u) && (limit == (base - 1u));
}

/* Spans a and b, in this order, belong to one run of bytes, in one slot or in two. Of two spans of
 * a list the second never starts at 0. */
static inline bool mpumap_i_one_run(const struct mpumap_span *a, const struct mpumap_span *b)
{
    return (a->limit == (b->base - 1u)) && (a->attr == b->attr);
}

static inline mpumap_addr_t mpumap_i_min(mpumap_addr_t a, mpumap_addr_t b)
{
    return (a < b) ? a : b;
}

static inline mpumap_addr_t mpumap_i_max(mpumap_addr_t a, mpumap_addr_t b)
{
    return (a > b) ? a : b;
}

/* Policy exact; a constant where only `whole` is built, so that nothing of it is linked. */
static inline bool mpumap_i_is_exact(const struct mpumap *m)
{
    return (MPUMAP_WHOLE_ONLY == 0) && (m->policy == (uint8_t)MPUMAP_EXACT);
}

/* The spans that answers refer to: the pending ones inside a transaction. */
static inline const struct mpumap_span *mpumap_i_spans(const struct mpumap *m)
{
    return m->in_tx ? m->pending : m->spans;
}

static inline uint16_t mpumap_i_count(const struct mpumap *m)
{
    return m->in_tx ? m->pending_count : m->span_count;
}

/* The highest address. A 32-bit build has ports with 32 address bits only. */
static inline mpumap_addr_t mpumap_i_top(const struct mpumap *m)
{
#if MPUMAP_ADDR_BITS == 32
    (void)m;
    return 0xffffffffu;
#else
    return ~(mpumap_addr_t)0u >> (64u - m->limits.address_bits);
#endif
}

static inline mpumap_addr_t mpumap_i_low_mask(const struct mpumap *m)
{
    return (((mpumap_addr_t)1u) << m->limits.granule_shift) - 1u;
}

/* The address part of a register pair: the bits at and above the granule, on every Armv8 MPU. */
static inline mpumap_addr_t mpumap_i_base_of(const struct mpumap *m, const struct mpumap_pair *p)
{
    return p->base & ~mpumap_i_low_mask(m);
}

static inline mpumap_addr_t mpumap_i_limit_of(const struct mpumap *m, const struct mpumap_pair *p)
{
    return p->limit | mpumap_i_low_mask(m);
}

static inline bool mpumap_i_in_use(const struct mpumap *m, uint16_t slot)
{
    return (m->table[slot].limit & MPUMAP_LIMIT_ENABLE) != 0u;
}

/* Stored attributes as the user writes them: the lower level by its own name. */
static inline mpumap_attr_t mpumap_i_public_attr(const struct mpumap *m, uint8_t attr)
{
    const uint32_t a = attr;

    return (mpumap_attr_t)(m->limits.lower_el1 ? a : (a + (a & LOWER)));
}

/* mpumap_canonical. Device and Normal Non-cacheable memory is Outer Shareable whatever is asked
 * (DDI 0487, B2). */
static inline uint32_t mpumap_i_canonical(uint32_t attr)
{
    if ((attr & (MPUMAP_TYPE_MASK & ~MPUMAP_NORMAL_WT)) != 0u) {
        return (attr & ~MPUMAP_SHARE_MASK) | MPUMAP_SHARE_OUTER;
    }
    return ((attr & MPUMAP_SHARE_MASK) == MPUMAP_SHARE_AUTO) ? (attr | MPUMAP_SHARE_INNER) : attr;
}

static inline bool mpumap_i_valid(const struct mpumap *m)
{
#if MPUMAP_CHECKED
    return (m != NULL) && (m->magic == MAGIC);
#else
    (void)m;
    return true;
#endif
}

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

/* plan.c: decides the next registers of every slot between spans [from, end) of the committed map
 * and the new map that `fresh` streams. OK, NO_REGION or LIVE. */
enum mpumap_result mpumap_i_plan(struct mpumap *m, uint16_t from, uint16_t end,
                                 const struct stream *fresh, struct plan *out);
/* Takes a plan back that will not be executed. */
void mpumap_i_forget(struct mpumap *m);

/* steps.c: executes what mpumap_i_plan decided. */
void mpumap_i_execute(struct mpumap *m, const struct plan *plan);

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

/* single.c: the short ways. The operation lies inside span op->at and only counts: OK, NO_SPACE. */
enum mpumap_result mpumap_i_count_in_place(struct mpumap *m, const struct op *op);
/* Maps what nobody has, and what touches no equal neighbour: true, and *r is OK, NO_REGION or
 * NO_SPACE. False (exact only): the planner's; nothing has been done. */
bool mpumap_i_create(struct mpumap *m, const struct op *op, enum mpumap_result *r);
/* Removes span op->at, or gives it other attributes. False (exact only): that is not all, or has to
 * be planned; nothing has been done. */
bool mpumap_i_single(struct mpumap *m, const struct op *op);

#endif
