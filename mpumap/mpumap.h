/* SPDX-License-Identifier: MIT */
/*
 * mpumap: the memory map of a core that has an MPU and no page tables.
 *
 * The map owns the protection regions of one MPU. It counts references to every mapped byte, keeps
 * the regions few and disjoint, and changes the hardware without dropping memory in use.
 *
 * Rules common to all functions
 * - Addresses are in bytes; a range is [base, limit] with `limit` its LAST byte. base and limit+1
 * must be multiples of the granule (64 bytes on Armv8-R, 32 on Armv8-M).
 * - All state is the caller's: struct mpumap and the storage named in struct mpumap_config must
 * outlive the map. Nothing is global, so several maps coexist. Fields are private; read them
 * through functions.
 * - A map has one user at a time: the caller serialises calls (mpumap_port.enter/leave only bracket
 * the register writes). Nothing is reentrant. Nothing allocates, recurses, prints or blocks.
 * - Every operation succeeds completely or changes nothing: no count, no table entry, no register.
 * - Errors are values. When several apply, the one that comes first in enum mpumap_result is
 * reported, and mpumap_why() says where and what. The closed list of results stands at each
 * function.
 * - Pointers must be valid. With MPUMAP_CHECKED (the default), a NULL or uninitialised map is
 * refused with MPUMAP_STATE; the functions that return bool then return false.
 * - Cost is given in spans (runs of bytes with equal count and attributes) and regions; S and R
 * below are their numbers.
 */
#ifndef MPUMAP_H
#define MPUMAP_H

#include "mpumap_port.h"

#ifdef __cplusplus
extern "C" {
#endif

#define MPUMAP_VERSION "0.1.0"

#if defined(__GNUC__) || defined(__clang__)
#define MPUMAP_MUST_CHECK __attribute__((warn_unused_result))
#else
#define MPUMAP_MUST_CHECK
#endif

/* Results, in the order in which they are reported. mpumap_result_name() gives the word in quotes.
 */
enum mpumap_result {
    MPUMAP_OK = 0, /* "ok" */
    /* the caller's arguments */
    MPUMAP_RANGE,  /* "range": empty, reversed, or beyond the address width */
    MPUMAP_ALIGN,  /* "align": base or limit+1 not on a granule */
    MPUMAP_ATTR,   /* "attr": cannot be encoded, or writable and executable, or executable device
                      memory */
    MPUMAP_POLICY, /* "policy": not available under this policy */
    MPUMAP_STATE, /* "state": begin inside begin, commit or abort without begin, map not initialised
                   */
    /* the map as it is */
    MPUMAP_OVERLAP, /* "overlap": whole: overlaps a region without being equal to it or inside it */
    MPUMAP_NOT_MAPPED, /* "not-mapped": a byte (exact) or the range (whole) is not mapped */
    MPUMAP_LOCKED,     /* "locked": a locked byte would be unmapped or change its attributes */
    MPUMAP_CONFLICT,   /* "conflict": mapped already with other attributes */
    MPUMAP_PARTIAL,    /* "partial": whole: part of a region that has one reference left */
    MPUMAP_SHARED,     /* "shared": protect of bytes that others hold too */
    /* capacity */
    MPUMAP_REFS,      /* "refs": a count would overflow */
    MPUMAP_NO_REGION, /* "no-region": the hardware has no region left for the result */
    MPUMAP_NO_SPACE,  /* "no-space": the map's own storage is full */
    /* the change */
    MPUMAP_LIVE, /* "live": no order of register writes would keep the live ranges accessible */
    /* this library, or a wild write */
    MPUMAP_CORRUPT /* "corrupt": a rule is broken */
};

/* Answers of mpumap_find, beside errors. */
enum mpumap_found {
    MPUMAP_NOT_FOUND,     /* "not-found": no byte of the range is mapped */
    MPUMAP_FOUND,         /* "found": equal to a region */
    MPUMAP_INCLUSIVE,     /* "inclusive": inside a region */
    MPUMAP_FOUND_OVERLAP, /* "overlap": anything else */
    MPUMAP_FIND_REFUSED   /* the range itself was refused: see `error` */
};

/* How mappings become regions. */
enum mpumap_policy {
    MPUMAP_EXACT, /* bytes are counted; regions are the maximal runs of mapped bytes with equal
                     attributes */
    MPUMAP_WHOLE  /* regions are what map() created, and are counted; slots are stable */
};

/* One protection region, or one span (then refs is the exact count of each of its bytes). */
struct mpumap_region {
    mpumap_addr_t base;
    mpumap_addr_t limit;
    mpumap_refs_t
        refs; /* of a region: the smallest count of its bytes (exact), its count (whole) */
    mpumap_attr_t attr; /* canonical: share is effective, never AUTO */
    uint8_t slot;       /* MPUMAP_NO_SLOT while a transaction has not yet placed it */
};

/* Which part of the attributes differs (struct mpumap_why). */
enum mpumap_attribute {
    MPUMAP_ATTRIBUTE_NONE,
    MPUMAP_ATTRIBUTE_PERMISSION, /* "permission" */
    MPUMAP_ATTRIBUTE_TYPE,       /* "type" */
    MPUMAP_ATTRIBUTE_SHARE       /* "share" */
};

/* Why the last operation was refused. Valid until the next operation. */
struct mpumap_why {
    mpumap_addr_t base; /* the range that stands in the way, or the range asked for */
    mpumap_addr_t limit;
    mpumap_attr_t present; /* MPUMAP_CONFLICT: attributes of that region */
    mpumap_attr_t wanted;  /* MPUMAP_CONFLICT: attributes asked for, canonical */
    uint8_t result;        /* enum mpumap_result */
    uint8_t slot;          /* slot of that region, or MPUMAP_NO_SLOT */
    uint8_t attribute;     /* enum mpumap_attribute: the first that differs */
};

/* What the last operation that may change registers cost. Zero after one that did not. */
struct mpumap_cost {
    uint64_t gap; /* bytes that both maps allow alike and that were lost for a moment (rule R4) */
    uint32_t writes;   /* register writes, selector and bitmap included */
    uint32_t barriers; /* DSB+ISB pairs and lone ISBs */
};

/*
 * An entry of the region table: what slot i of the MPU holds. Boot assembly fills entries by shift
 * and offset before C runs, so its size is a power of two: 16 bytes on AArch32, 32 on AArch64.
 */
struct mpumap_entry {
    mpumap_reg_t base;  /* PRBAR as written last */
    mpumap_reg_t limit; /* PRLAR as written last; bit 0 set: the slot is in use */
    mpumap_refs_t refs; /* boot: 1. Afterwards: the count under whole, 1 under exact; of a slot that
                           is reserved 1, of a free one 0 */
    uint8_t flags;      /* private; boot: 0 */
    uint8_t link;       /* private; boot: 0 */
    uint8_t base_at;    /* private; boot: 0 */
    uint8_t limit_at;   /* private; boot: 0 */
#if MPUMAP_ADDR_BITS == 64
    uint8_t padding[(MPUMAP_REFS_BITS == 16) ? 10 : 8]; /* boot: 0 */
#endif
};

/* A run of bytes with equal count, attributes and slot. Private; the caller only provides room. */
struct mpumap_span {
    mpumap_addr_t base;
    mpumap_addr_t limit;
    mpumap_refs_t refs;
    uint8_t attr;
    uint8_t slot;
};

/* A locked or live range. Private; the caller only provides room. */
struct mpumap_range {
    mpumap_addr_t base;
    mpumap_addr_t limit;
};

/* Words of a mask with a bit for each slot. */
#define MPUMAP_MASK_WORDS 8u

/* What a map is made of. Read by mpumap_init only; may be on the stack. */
struct mpumap_config {
    const struct mpumap_port *port;
    void *port_ctx;
    /* One entry and one pair of scratch registers for each slot. */
    struct mpumap_entry *table;
    struct mpumap_pair *scratch;
    /* Slots in table and scratch; the map owns the smaller of this and what the MPU implements. */
    uint16_t regions;
    /* Slots that boot code has already enabled and entered in `table`, for mpumap_adopt; or NULL:
     * the table's contents are garbage and are cleared. */
    const uint32_t *boot_mask;
    /* Runs of equal count and attributes. whole: one for each region. */
    struct mpumap_span *spans;
    uint16_t span_capacity;
    /* Room for the pending state of a transaction; 0: mpumap_begin answers MPUMAP_NO_SPACE. An
     * operation inside a transaction that needs more answers MPUMAP_NO_SPACE at once. */
    struct mpumap_span *pending;
    uint16_t pending_capacity;
    /* Room for locked and live ranges: lock_capacity + live_capacity ranges, twice that with
     * transactions. Touching and overlapping ranges share one. */
    struct mpumap_range *ranges;
    uint8_t lock_capacity;
    uint8_t live_capacity;
    /* The most live ranges that mpumap_live makes; 0: live_capacity. The rest is for mpumap_unlive,
     * which may cut one range in two. */
    uint8_t live_limit;
    enum mpumap_policy policy;
    bool allow_rwx;
    /* The highest count; 0: all that mpumap_refs_t holds. 255 gives the 8-bit limit of older
     * systems. */
    mpumap_refs_t refs_max;
};

/* The map. Caller-allocated; every field is private. */
struct mpumap {
    uint32_t magic;
    uint32_t seal; /* over all that mpumap_init fixes: from here to lock_count, without a gap */
    const struct mpumap_port *port;
    void *port_ctx;
    struct mpumap_entry *table;
    struct mpumap_pair *scratch;
    struct mpumap_span *spans;
    struct mpumap_span *pending;
    struct mpumap_range *ranges;
    mpumap_refs_t refs_max;
    struct mpumap_limits limits;
    uint16_t regions;
    uint16_t span_capacity;
    uint16_t pending_capacity;
    uint8_t lock_capacity;
    uint8_t live_capacity;
    uint8_t live_limit;
    uint8_t policy;
    bool allow_rwx;
    uint8_t lock_count;
    uint16_t span_count;
    uint16_t pending_count;
    uint8_t live_count;
    uint8_t saved_lock_count;
    uint8_t saved_live_count;
    uint8_t free_from; /* every slot below is in use or reserved */
    bool in_tx;
    bool waiting;
    struct mpumap_why why;
    struct mpumap_why poison;
    struct mpumap_cost cost;
};

/*
 * Makes an empty map over an MPU; writes no register. Slots beyond config->regions are never
 * programmed. boot_mask NULL: clears the table. Otherwise: keeps the entries whose bit is set; call
 * mpumap_adopt next. Results: OK; RANGE (regions is 0 or above 255, or the MPU has none:
 * NO_REGION); NO_SPACE (storage missing); STATE (a NULL pointer); POLICY (exact, in a build with
 * MPUMAP_WHOLE_ONLY). Cost: R.
 */
MPUMAP_MUST_CHECK enum mpumap_result mpumap_init(struct mpumap *m,
                                                 const struct mpumap_config *config);

/*
 * Takes over what boot code has enabled, one reference each, without a register write: all enabled
 * entries of the table that are not yet mapped. Touching regions with equal attributes stay apart
 * until a change there. Results: OK; RANGE, ALIGN (an entry's addresses), ATTR (not expressible),
 * OVERLAP (with another region), NO_SPACE, STATE (in a transaction). On error nothing is adopted,
 * and the map must not be used, but for another attempt: it does not know what those slots hold.
 * Cost: R * S.
 */
MPUMAP_MUST_CHECK enum mpumap_result mpumap_adopt(struct mpumap *m);

/* Reads the registers of every slot that is neither mapped nor reserved into the table, then
 * mpumap_adopt. Results: as mpumap_adopt. */
MPUMAP_MUST_CHECK enum mpumap_result mpumap_adopt_registers(struct mpumap *m);

/*
 * Maps [base, limit]: one more reference on each of its bytes.
 * exact: every byte is unmapped or has matching attributes. whole: creates a region, or adds a
 * reference to the region that contains the range. Results: OK, RANGE, ALIGN, ATTR, STATE, OVERLAP
 * (whole), CONFLICT, REFS, NO_REGION, NO_SPACE, LIVE. Cost: log S to find, S spans touched, then
 * the plan (docs/design.md). A map of bytes that are all mapped writes no register.
 */
MPUMAP_MUST_CHECK enum mpumap_result mpumap_map(struct mpumap *m, mpumap_addr_t base,
                                                mpumap_addr_t limit, mpumap_attr_t attr);

/*
 * Gives back one reference on each byte of [base, limit].
 * exact: bytes that reach zero become inaccessible; the range need not be one that was mapped.
 * whole: -1 on the region that contains the range; the last reference goes only with the full
 * range. Results: OK, RANGE, ALIGN, STATE, OVERLAP (whole), NOT_MAPPED, LOCKED, PARTIAL (whole),
 * NO_REGION, NO_SPACE, LIVE.
 */
MPUMAP_MUST_CHECK enum mpumap_result mpumap_unmap(struct mpumap *m, mpumap_addr_t base,
                                                  mpumap_addr_t limit);

/*
 * whole: gives back one reference on the region that contains addr, whatever its extent; at the
 * last one the region goes. Any address, no alignment. Results: OK, RANGE, POLICY (exact), STATE,
 * NOT_MAPPED, LOCKED.
 */
MPUMAP_MUST_CHECK enum mpumap_result mpumap_unmap_at(struct mpumap *m, mpumap_addr_t addr);

/*
 * Replaces the attributes of [base, limit], every byte of which has exactly one reference. whole:
 * the full range of a region. Equal attributes: the same checks, no write. Results: OK, RANGE,
 * ALIGN, ATTR, STATE, OVERLAP (whole), NOT_MAPPED, LOCKED, PARTIAL (whole), SHARED, NO_REGION,
 * NO_SPACE, LIVE.
 */
MPUMAP_MUST_CHECK enum mpumap_result mpumap_protect(struct mpumap *m, mpumap_addr_t base,
                                                    mpumap_addr_t limit, mpumap_attr_t attr);

/*
 * Leaves a slot to others for ever: never programmed, its enable bit preserved. Twice is fine.
 * Results: OK, RANGE (no such slot), STATE, NO_REGION (the slot is in use). Cost: 1.
 */
MPUMAP_MUST_CHECK enum mpumap_result mpumap_reserve(struct mpumap *m, uint16_t slot);

/*
 * From now on no operation may unmap or re-permission a byte of the range, for ever. Also makes it
 * live. Results: OK, RANGE, ALIGN, STATE, OVERLAP (whole), NOT_MAPPED, NO_SPACE.
 */
MPUMAP_MUST_CHECK enum mpumap_result mpumap_lock(struct mpumap *m, mpumap_addr_t base,
                                                 mpumap_addr_t limit);

/*
 * Declares a range in use: no change may lose a byte of it for an instant while both the old and
 * the new map allow it alike. Unmapping it on purpose is allowed. Unmapped bytes may be declared.
 * Results: OK, RANGE, ALIGN, STATE, OVERLAP (whole), NO_SPACE.
 */
MPUMAP_MUST_CHECK enum mpumap_result mpumap_live(struct mpumap *m, mpumap_addr_t base,
                                                 mpumap_addr_t limit);

/*
 * mpumap_live for a list, all or none; here ranges need not be on granules: each is widened to
 * whole ones. The usual list at start: the running code, its vectors, its stack and its data, from
 * the linker's symbols. Results: OK, RANGE, STATE, OVERLAP (whole), NO_SPACE (room is asked for
 * each, even if some would share).
 */
MPUMAP_MUST_CHECK enum mpumap_result
mpumap_live_list(struct mpumap *m, const struct mpumap_range *ranges, size_t count);

/* mpumap_live_list for the memory of the map itself: the structure and all storage given to
 * mpumap_init. Results: as mpumap_live_list. */
MPUMAP_MUST_CHECK enum mpumap_result mpumap_live_self(struct mpumap *m);

/*
 * The range's bytes stop being live, whoever declared them (locked bytes stay protected).
 * Results: OK, RANGE, ALIGN, STATE, NO_SPACE (a live range would be cut in two and there is no
 * room).
 */
MPUMAP_MUST_CHECK enum mpumap_result mpumap_unlive(struct mpumap *m, mpumap_addr_t base,
                                                   mpumap_addr_t limit);

/*
 * Several operations become one change. Between begin and commit each operation answers against the
 * pending state; capacity and live ranges are judged at commit. The first refusal poisons the
 * transaction: commit returns it and changes nothing. A transaction ends with commit, whatever it
 * returns, or with abort. begin: OK, STATE, NO_SPACE. commit: OK, STATE, any poison, NO_REGION,
 * NO_SPACE, LIVE. abort: OK, STATE. Cost: S and the plan; where slots are so few that several
 * exchanges have to follow one another, at most 4 R plans.
 */
MPUMAP_MUST_CHECK enum mpumap_result mpumap_begin(struct mpumap *m);
MPUMAP_MUST_CHECK enum mpumap_result mpumap_commit(struct mpumap *m);
MPUMAP_MUST_CHECK enum mpumap_result mpumap_abort(struct mpumap *m);

/* A range with its attributes, for mpumap_map_list. */
struct mpumap_item {
    mpumap_addr_t base;
    mpumap_addr_t limit;
    mpumap_attr_t attr;
};

/* Maps a list of ranges as one change: all or none. Results: as begin, mpumap_map and commit. */
MPUMAP_MUST_CHECK enum mpumap_result mpumap_map_list(struct mpumap *m,
                                                     const struct mpumap_item *items, size_t count);

/* A range that is held through mpumap_hold, and how often. */
struct mpumap_holding {
    mpumap_addr_t base;
    mpumap_addr_t limit;
    mpumap_refs_t times;
};

/*
 * A record of mappings, for callers that give back what they mapped knowing only where it begins,
 * or that must not be able to give back what they did not map. All of it is the caller's: set it up
 * with count = 0, then leave it to the functions below; it may be read, to see who holds what. A
 * map may have several records; what mpumap_map and mpumap_adopt mapped is in none.
 */
struct mpumap_holders {
    struct mpumap *map;
    struct mpumap_holding *list;
    uint16_t capacity; /* different ranges held at one time, each as often as counts allow */
    uint16_t count;
};

/*
 * mpumap_map, recorded. Results: STATE (also inside a transaction, and poisons it); NO_SPACE if the
 * range is not yet in a full record, REFS if the record has it as often as a count can say (more
 * than the map, where others gave back what they did not map): both are judged before all else;
 * then as mpumap_map. On error the record is as it was. Cost: that of mpumap_map, and the record's
 * count.
 */
MPUMAP_MUST_CHECK enum mpumap_result mpumap_hold(struct mpumap_holders *h, mpumap_addr_t base,
                                                 mpumap_addr_t limit, mpumap_attr_t attr);

/*
 * mpumap_unmap of a recorded range, once. Results: STATE (as above), RANGE, ALIGN, NOT_MAPPED (the
 * record has no such range, whatever is mapped); then as mpumap_unmap. On error the record is as it
 * was. Cost: that of mpumap_unmap, and the record's count.
 */
MPUMAP_MUST_CHECK enum mpumap_result mpumap_release(struct mpumap_holders *h, mpumap_addr_t base,
                                                    mpumap_addr_t limit);

/*
 * The same for the range that begins at base, of several the one that was recorded last: mappings
 * nest. Results: STATE, NOT_MAPPED (no recorded range begins there); then as mpumap_unmap.
 */
MPUMAP_MUST_CHECK enum mpumap_result mpumap_release_at(struct mpumap_holders *h,
                                                       mpumap_addr_t base);

/*
 * How a range stands to the regions. A region is a whole maximal run under exact, whatever its
 * counts; what a map created under whole. *out (may be NULL) is that region, or the lowest one hit.
 * On MPUMAP_FIND_REFUSED, *error (may be NULL) is RANGE, ALIGN or STATE. Cost: log S, plus the
 * spans of the run.
 */
enum mpumap_found mpumap_find(struct mpumap *m, mpumap_addr_t base, mpumap_addr_t limit,
                              struct mpumap_region *out, enum mpumap_result *error);

/* The attributes, references and slot of a byte: *out is the span that holds addr. False: not
 * mapped. Cost: log S. */
bool mpumap_query(const struct mpumap *m, mpumap_addr_t addr, struct mpumap_region *out);

/* Iteration in address order: start with *cursor = 0; false at the end. Do not change the map
 * meanwhile. */
bool mpumap_next_region(const struct mpumap *m, uint16_t *cursor, struct mpumap_region *out);
/* The same for runs of equal count and attributes. */
bool mpumap_next_span(const struct mpumap *m, uint16_t *cursor, struct mpumap_region *out);

/* Writes the map as text, a line at a time, through put(ctx, line); lines end with a newline and
 * fit 128. */
void mpumap_dump(const struct mpumap *m, void (*put)(void *ctx, const char *line), void *ctx);

/* Regions in use, and how many there are for the map to use (implemented minus reserved). */
uint16_t mpumap_used(const struct mpumap *m);
uint16_t mpumap_capacity(const struct mpumap *m);

/*
 * Every rule of the map's structure. A map that a wild write has hit is judged without reading
 * outside its storage, but for the memory of a pointer that was changed together with the seal over
 * it. Finds every change of one bit of the map but those listed in docs/assurance.md (counts under
 * exact, for example, stand in one place only). Results: OK, STATE, CORRUPT (mpumap_why: where).
 * Cost: S + R, and L * (log S) for L locked ranges.
 */
MPUMAP_MUST_CHECK enum mpumap_result mpumap_check(struct mpumap *m);
/* mpumap_check, and the registers hold exactly the table, those of free slots included once the map
 * has written them. Reserved slots are not looked at. Results: OK, STATE, CORRUPT (mpumap_why: the
 * lowest slot that differs and what it holds). Cost: as mpumap_check, and R slots are read. */
MPUMAP_MUST_CHECK enum mpumap_result mpumap_verify(struct mpumap *m);
/*
 * Writes the registers that differ from the table, so that mpumap_verify holds: after a wild write
 * to them, a bit flip, or a reset of the MPU alone. No register that is right is written; reserved
 * slots are not touched. On live hardware, in this order: every slot that should be free, or both
 * of whose registers are wrong, is disabled, and every slot one of whose registers makes it cover
 * too much gets that register; then the others get theirs, base, barrier, limit with the enable
 * bit. So no two regions overlap that did not before (R1), nothing is allowed that neither the
 * registers nor the table allowed (R2), and a byte that its own slot held, as the table says, is
 * lost for a moment only where both registers of that slot are wrong. mpumap_cost: gap counts those
 * bytes, and those that were right by another slot's wrong registers. The calling code, its stack
 * and the map must lie in none of them; ranges declared live are no protection here. Results: OK;
 * STATE (also in a transaction, which it poisons); CORRUPT (mpumap_check fails). On error no
 * register is written. The map is unchanged, but for what it knows of the registers of free slots.
 * Cost: mpumap_check; R slots are read; for each slot that differs at most 3 register writes and 3
 * barriers, two selector writes and their ISBs more where there is a selector, and R comparisons.
 */
MPUMAP_MUST_CHECK enum mpumap_result mpumap_repair(struct mpumap *m);

/* Why the last operation on this map was refused; what the last one cost. Never NULL for a valid
 * map. */
const struct mpumap_why *mpumap_why(const struct mpumap *m);
const struct mpumap_cost *mpumap_cost(const struct mpumap *m);

/* Names, for people and machines. Never NULL; "?" for what is not a value of the enumeration. */
const char *mpumap_result_name(enum mpumap_result result);
const char *mpumap_found_name(enum mpumap_found found);
const char *mpumap_attribute_name(enum mpumap_attribute attribute);
const char *
mpumap_perm_name(mpumap_attr_t attr); /* "ro", "rw", "rx", "rwx", with "+el1" or "+el0" */
const char *mpumap_type_name(mpumap_attr_t attr);
const char *
mpumap_share_name(mpumap_attr_t attr); /* "non", "inner", "outer"; "auto" if not canonical */

/*
 * Canonical attributes: AUTO becomes Inner for cacheable memory; Device and Normal Non-cacheable
 * memory is always Outer (DDI 0487, B2: such memory is treated as Outer Shareable whatever SH
 * holds), so that two users who ask for the same memory compare equal. Pure.
 */
mpumap_attr_t mpumap_canonical(mpumap_attr_t attr);

#ifdef __cplusplus
}
#endif

#endif
