/* SPDX-License-Identifier: MIT */
#include "port/sim/internal.h"

void sim_judge_change(struct mpumap_sim *sim, uint8_t slot, uint16_t bitmaps,
                      const struct sim_states *states)
{
    (void)sim;
    (void)slot;
    (void)bitmaps;
    (void)states;
}

void sim_judge_loss(struct mpumap_sim *sim, uint16_t bitmaps)
{
    (void)sim;
    (void)bitmaps;
}
