/* SPDX-License-Identifier: MIT */
/* Shared by the files of the simulator; private. */
#ifndef MPUMAP_SIM_INTERNAL_H
#define MPUMAP_SIM_INTERNAL_H

#include "port/sim/sim.h"

/*
 * What a region gives to the bytes in it, decoded by the simulator's own reading of the registers
 * (never by the codec): rights, attribute byte, effective shareability. 0: nothing.
 */
typedef uint32_t sim_view;

#define SIM_OWNER_READ 0x01u
#define SIM_OWNER_WRITE 0x02u
#define SIM_OWNER_EXEC 0x04u
#define SIM_LOWER_READ 0x08u
#define SIM_LOWER_WRITE 0x10u
#define SIM_LOWER_EXEC 0x20u
#define SIM_RIGHTS 0x3fu
#define SIM_TYPE_SHIFT 8
#define SIM_TYPE 0xff00u
#define SIM_SHARE_SHIFT 16
#define SIM_NONSECURE 0x40000u
#define SIM_RESERVED 0x80000u /* a field holds a value that the architecture reserves */

/* Shareability in a view; the numbers are the SH codes. */
#define SIM_SHARE_OUTER 2u
#define SIM_SHARE_INNER 3u

/* A state that a slot may be in. */
struct sim_state {
    mpumap_addr_t base;
    mpumap_addr_t limit;
    sim_view view; /* 0: disabled or empty */
};

/* Values that one register may show, and the states that one slot may be in. */
#define SIM_VERSIONS 8u
#define SIM_STATES (SIM_VERSIONS * SIM_VERSIONS * 2u)

struct sim_states {
    uint16_t count;
    struct sim_state state[SIM_STATES];
};

/* registers.c */
bool sim_is_r64(const struct mpumap_sim *sim);
bool sim_is_m(const struct mpumap_sim *sim);
mpumap_addr_t sim_top(const struct mpumap_sim *sim);
void sim_limits(const struct mpumap_sim *sim, struct mpumap_limits *out);
void sim_fail(struct mpumap_sim *sim, enum mpumap_sim_fault fault, uint8_t slot, uint8_t other,
              mpumap_addr_t base, mpumap_addr_t limit);

/* decode.c */
struct sim_state sim_state_of_pair(const struct mpumap_sim *sim, const struct mpumap_pair *pair);
sim_view sim_view_of_attr(mpumap_attr_t attr);
bool sim_view_is_device(sim_view view);

/*
 * states.c: the states of `slot` that the hardware could show when the first `bitmaps` pending
 * writes of the enable bitmap are visible, and the others are not. False: more than fit.
 */
bool sim_states_of(const struct mpumap_sim *sim, uint8_t slot, uint16_t bitmaps,
                   struct sim_states *out);

/* The slot is disabled, and nothing that is pending concerns it: its states need no look. */
static inline bool sim_is_idle(const struct mpumap_sim *sim, uint8_t slot, uint16_t bitmaps)
{
    return bitmaps == 0u && sim->writes_of[slot] == 0u &&
           (sim->slots[slot].limit & MPUMAP_LIMIT_ENABLE) == 0u;
}

/* witness.c: a write to `slot` (of the bitmap: to all of `mask`) has become pending. */
void sim_judge_slot(struct mpumap_sim *sim, uint8_t slot);
void sim_judge_bitmap(struct mpumap_sim *sim, uint32_t mask);

/* change.c: the part of the above that concerns the change under watch. */
void sim_judge_change(struct mpumap_sim *sim, uint8_t slot, const struct sim_states *states);
void sim_judge_loss(struct mpumap_sim *sim, uint16_t bitmaps);

#endif
