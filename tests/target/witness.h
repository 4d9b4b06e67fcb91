/* SPDX-License-Identifier: MIT */
/*
 * An interrupt handler that lives in the memory whose regions are changed under it. Every interrupt
 * reads the first, the last and one more word of each live range and writes them back where
 * they are data, counts at the live side of edges where regions end, and executes code there. A
 * byte lost for an instant ends the run with a diagnosis.
 */
#ifndef TESTS_WITNESS_H
#define TESTS_WITNESS_H

#include "mpumap.h"

enum {
    WITNESS_TEXT,
    WITNESS_RODATA,
    WITNESS_DATA
};

struct witness_range {
    struct mpumap_range range;
    uint8_t what;
};

struct witness_counts {
    uint32_t interrupts;
    uint32_t during_changes;                    /* of these, between enter and leave */
    uint32_t after_step[MPUMAP_STEP_SYNC + 1u]; /* of these, with this kind of step the last one */
    uint32_t calls;                             /* of code at edges */
    uint32_t places;                            /* instructions interrupted during changes */
    uint32_t strange;                           /* interrupts that nobody asked for */
};

/* The live ranges, in address order. */
uint32_t witness_ranges(const struct witness_range **ranges);
const struct witness_counts *witness_counts(void);
/* Every counter at an edge has counted every interrupt. */
bool witness_lost_nothing(void);

/* Interrupts come from now on, counted from 0; the seed says when. */
void witness_start(uint32_t seed);
void witness_stop(void);

/* Told by the port that is under test. */
void witness_enter(void);
void witness_step(uint8_t kind);
void witness_leave(void);

#endif
