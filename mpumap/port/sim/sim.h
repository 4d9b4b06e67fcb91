/* SPDX-License-Identifier: MIT */
/*
 * A simulated MPU: the region registers of a chosen target, the accesses that they allow, and a
 * witness that watches how they change. README.md in this folder says exactly what is modelled and
 * what is not.
 *
 *   static struct mpumap_sim sim;
 *   mpumap_sim_init(&sim, MPUMAP_SIM_ARMV8R32_EL2, 16, seed);
 *   mpumap_sim_control(&sim, true, false);
 *   config.port = &mpumap_sim_port;
 *   config.port_ctx = &sim;
 *
 * Freestanding; no allocation, no globals. A snapshot is a copy of the structure (and of the struct
 * mpumap_sim_change that is attached to it, if any).
 */
#ifndef MPUMAP_SIM_H
#define MPUMAP_SIM_H

#include "mpumap_port.h"

#ifdef __cplusplus
extern "C" {
#endif

enum mpumap_sim_target {
    MPUMAP_SIM_ARMV8R32_EL1,
    MPUMAP_SIM_ARMV8R32_EL2,
    MPUMAP_SIM_ARMV8R64_EL1, /* 64-bit builds only, as is the next */
    MPUMAP_SIM_ARMV8R64_EL2,
    MPUMAP_SIM_ARMV8M
};

/* Who accesses: the level that owns the MPU, or the one below it (EL1 and EL0 under an EL2 MPU). */
enum mpumap_sim_level {
    MPUMAP_SIM_OWNER,
    MPUMAP_SIM_LOWER
};

/* Why an access was allowed or denied. mpumap_sim_reason_name() gives the word in quotes. */
enum mpumap_sim_reason {
    /* allowed */
    MPUMAP_SIM_REGION,     /* "region": one region matches and permits */
    MPUMAP_SIM_BACKGROUND, /* "background": no region matches, the background region permits */
    MPUMAP_SIM_DEFAULT,    /* "default-map": the MPU is off, or the address is not under it */
    /* denied */
    MPUMAP_SIM_UNMAPPED,      /* "unmapped": no region matches */
    MPUMAP_SIM_MULTIPLE,      /* "overlap": more than one region matches */
    MPUMAP_SIM_READ_ONLY,     /* "permission": a write to read-only memory */
    MPUMAP_SIM_OWNER_ONLY,    /* "level": the lower level has no access */
    MPUMAP_SIM_EXECUTE_NEVER, /* "execute-never" */
    MPUMAP_SIM_BEYOND,        /* "range": beyond the address width */
    MPUMAP_SIM_UNDECIDED /* "pending": depends on writes that no barrier has made visible yet */
};

struct mpumap_sim_answer {
    bool allow;
    uint8_t reason; /* enum mpumap_sim_reason */
    uint8_t slot;   /* the region that matched, or MPUMAP_NO_SLOT */
};

/* What the witness reports. mpumap_sim_fault_name() gives the word in quotes. */
enum mpumap_sim_fault {
    MPUMAP_SIM_NO_FAULT,
    /* always watched */
    MPUMAP_SIM_OVERLAP,     /* "overlap": rule R1: two enabled regions overlap */
    MPUMAP_SIM_MISDIRECTED, /* "misdirected": the selector sends a write to another slot */
    MPUMAP_SIM_NO_SLOT,     /* "no-slot": a slot that is not implemented; UNPREDICTABLE */
    MPUMAP_SIM_RESERVED,    /* "reserved": an enabled region with a reserved field value */
    MPUMAP_SIM_BAD_STEP,    /* "bad-step": a step that this MPU cannot do */
    /* strict only */
    MPUMAP_SIM_SELECTOR,  /* "selector": a window is used while the selector is pending */
    MPUMAP_SIM_STALE,     /* "stale-bitmap": the bitmap is read while an enable bit is pending */
    MPUMAP_SIM_AMBIGUOUS, /* "ambiguous": limit and bitmap disagree without a barrier between */
    MPUMAP_SIM_UNSYNCED,  /* "unsynced": writes still pending at the end of a change */
    /* while a change is watched */
    MPUMAP_SIM_GRANTED,     /* "granted": rule R2: an access that neither map allows */
    MPUMAP_SIM_LOST,        /* "lost": rule R3: a live byte alike in both maps */
    MPUMAP_SIM_TYPE,        /* "type": a byte has a memory type that neither map gives it */
    MPUMAP_SIM_EXEC_DEVICE, /* "exec-device": executable device memory that neither map has */
    MPUMAP_SIM_NOT_OLD,     /* "not-old": the registers do not hold the old map at the start */
    MPUMAP_SIM_NOT_NEW,     /* "not-new": the registers do not hold the new map at the end */
    /* the user's */
    MPUMAP_SIM_BAD_INPUT, /* "bad-input": maps not sorted and disjoint */
    MPUMAP_SIM_NO_ROOM    /* "no-room": a list of the simulator is full; it has stopped judging */
};

/* The first thing that went wrong. */
struct mpumap_sim_error {
    mpumap_addr_t base; /* where */
    mpumap_addr_t limit;
    uint32_t step; /* number of the step, from 1, since the last mpumap_sim_clear */
    uint8_t fault; /* enum mpumap_sim_fault */
    uint8_t slot;  /* or MPUMAP_NO_SLOT */
    uint8_t other; /* the second slot of an overlap; where a misdirected write went */
};

struct mpumap_sim_counters {
    uint32_t steps;   /* all of the following */
    uint32_t selects; /* selector writes */
    uint32_t regions; /* base and limit registers written */
    uint32_t bitmaps; /* bitmap writes */
    uint32_t isbs;    /* lone ISBs */
    uint32_t orders;  /* ORDER steps */
    uint32_t syncs;   /* SYNC steps */
    uint32_t errors;  /* things that went wrong; the first is in struct mpumap_sim_error */
    uint32_t kinds;   /* bit n: enum mpumap_sim_fault n was among them */
};

/* A range with attributes, as the user of the witness writes a map: in address order, disjoint.
 * Lower-level access may be written MPUMAP_EL1 or MPUMAP_EL0, share may be AUTO. */
struct mpumap_sim_area {
    mpumap_addr_t base;
    mpumap_addr_t limit;
    mpumap_attr_t attr;
};

struct mpumap_sim_change;
struct mpumap_sim;

/* Ways to hurt a sequence of steps. All zero: none. */
struct mpumap_sim_faults {
    /* After this many further steps nothing is executed any more (an NMI that never returns, a
     * reset); 0: never. The steps not executed are not counted. */
    uint32_t stop_after;
    /* Called before each step and so between any two (an interrupt handler): it may access memory,
     * write the selector, take a snapshot. NULL: none. */
    void (*between)(void *ctx, struct mpumap_sim *sim);
    void *between_ctx;
    /* The interrupt between any two steps leaves this + 1 in the selector; 0: leaves it alone. */
    uint16_t clobber;
};

/* The most writes that may be pending at once. */
#define MPUMAP_SIM_PENDING 640u

/* A write that no barrier has made visible yet. Private. */
struct mpumap_sim_write {
    mpumap_reg_t value;
    uint32_t mask;
    uint8_t kind; /* MPUMAP_STEP_SELECT, BASE, LIMIT or BITMAP */
    uint8_t slot;
};

/* The MPU. Caller-allocated. Fields are private but for `error`, `counters` and `faults`. */
struct mpumap_sim {
    struct mpumap_sim_error error;
    struct mpumap_sim_counters counters;
    struct mpumap_sim_faults faults;
    struct mpumap_sim_change *change;
    struct mpumap_step *record;
    uint16_t record_room;
    uint16_t record_count;
    struct mpumap_pair slots[MPUMAP_MAX_REGIONS]; /* what is visible */
    struct mpumap_sim_write pending[MPUMAP_SIM_PENDING];
    uint8_t writes_of[MPUMAP_MAX_REGIONS + 1u]; /* pending base and limit writes of each slot */
    uint16_t pending_count;
    uint16_t pending_bitmaps;
    uint16_t regions;
    uint64_t mair;
    uint8_t target;
    uint8_t selector;
    bool enabled;
    bool background;
    bool strict;
    bool stopped;
    bool types;
};

/* The port. Its ctx is a struct mpumap_sim. */
extern const struct mpumap_port mpumap_sim_port;

/*
 * Reset: every enable bit is 0, every other register bit is junk that follows from `seed`; the MPU
 * and its background region are off; the attribute bytes are the library's. regions: 1 to 255, on
 * M to 16. False: no such MPU (nothing is written).
 */
bool mpumap_sim_init(struct mpumap_sim *sim, enum mpumap_sim_target target, uint16_t regions,
                     uint64_t seed);

/* SCTLR.M and BR, HSCTLR.M and BR, MPU_CTRL.ENABLE and PRIVDEFENA. Visible at once. */
void mpumap_sim_control(struct mpumap_sim *sim, bool enabled, bool background);

/* Strict: writes stay pending until a barrier. Otherwise each is visible at once (the default). */
void mpumap_sim_strict(struct mpumap_sim *sim, bool strict);

/* Forgets the error and the counters; the registers stay. */
void mpumap_sim_clear(struct mpumap_sim *sim);

/* kind is 'r', 'w' or 'x'. Judges the one byte at addr. */
struct mpumap_sim_answer mpumap_sim_access(const struct mpumap_sim *sim, char kind,
                                           mpumap_addr_t addr, enum mpumap_sim_level level);

/* Registers, past any pending write, for boot code and interrupt handlers that tests play: what is
 * written here is visible at once, counts as no step, and is judged for overlaps. */
void mpumap_sim_set(struct mpumap_sim *sim, uint8_t slot, const struct mpumap_pair *pair);
void mpumap_sim_set_selector(struct mpumap_sim *sim, uint8_t selector);

/* Registers as a read returns them: the last value written. */
void mpumap_sim_get(const struct mpumap_sim *sim, uint8_t slot, struct mpumap_pair *out);
uint32_t mpumap_sim_bitmap(const struct mpumap_sim *sim); /* 0 where there is none */
uint8_t mpumap_sim_selector(const struct mpumap_sim *sim);

/* Register writes (selector and bitmap included) and barriers since the last mpumap_sim_clear. */
uint32_t mpumap_sim_writes(const struct mpumap_sim *sim);
uint32_t mpumap_sim_barriers(const struct mpumap_sim *sim);

/* From now on the steps executed are also copied to buffer[0..room); NULL: no longer. The number of
 * steps is sim->record_count, which stops at room. */
void mpumap_sim_record(struct mpumap_sim *sim, struct mpumap_step *buffer, uint16_t room);

/* Executes steps, bracketed as the map does it. */
void mpumap_sim_play(struct mpumap_sim *sim, const struct mpumap_step *steps, size_t count);

/* Never NULL; "?" for what is not a value of the enumeration. */
const char *mpumap_sim_reason_name(enum mpumap_sim_reason reason);
const char *mpumap_sim_fault_name(enum mpumap_sim_fault fault);

/* sim->error as one line of text, without a newline, cut to fit `size` (200 is enough). */
void mpumap_sim_describe(const struct mpumap_sim *sim, char *text, size_t size);

/*
 * Watching a change.
 *
 * mpumap_sim_change_begin says what is accessible before and after; then the steps are applied; at
 * each of them every state that the hardware could show is judged; mpumap_sim_change_end judges the
 * result. Faults are counted in sim->counters.errors, the first one is in sim->error. Both maps and
 * the live ranges come from the user, who has them from anything but the library under test; the
 * arrays are not kept.
 */

/* Two maps cut where either changes, and where live ranges end. */
#define MPUMAP_SIM_SEGMENTS 2048u
#define MPUMAP_SIM_GAPS 256u

struct mpumap_sim_segment {
    mpumap_addr_t base;
    mpumap_addr_t limit;
    uint32_t before; /* private form of attributes; 0: unmapped */
    uint32_t after;
    bool live;
};

/* A range, with attributes in private form where they matter. */
struct mpumap_sim_piece {
    mpumap_addr_t base;
    mpumap_addr_t limit;
    uint32_t view;
};

/* The watch over one change. Caller-allocated; `gap` may be read after mpumap_sim_change_end. */
struct mpumap_sim_change {
    uint64_t gap; /* bytes alike in both maps that could be lost for a moment (rules R3 and R4) */
    uint32_t errors_before;
    uint16_t segment_count;
    uint16_t gap_count;
    uint16_t sure_count;
    struct mpumap_sim_segment segments[MPUMAP_SIM_SEGMENTS];
    struct mpumap_sim_piece gaps[MPUMAP_SIM_GAPS]; /* in address order, disjoint */
    struct mpumap_sim_piece sure[MPUMAP_MAX_REGIONS];
};

/* A map or a set of ranges for the following. attr is not used for live ranges. */
struct mpumap_sim_areas {
    const struct mpumap_sim_area *areas;
    size_t count;
};

void mpumap_sim_change_begin(struct mpumap_sim *sim, struct mpumap_sim_change *change,
                             struct mpumap_sim_areas before, struct mpumap_sim_areas after,
                             struct mpumap_sim_areas live);

/* True: nothing went wrong since mpumap_sim_change_begin. After a stop (faults.stop_after) the
 * result is not compared. Detaches the change. */
bool mpumap_sim_change_end(struct mpumap_sim *sim);

/* MPUMAP_SIM_TYPE is judged (the default) or not. It is not one of R1 to R4: those speak of
 * accesses, not of their memory type. */
void mpumap_sim_judge_types(struct mpumap_sim *sim, bool judge);

#ifdef __cplusplus
}
#endif

#endif
