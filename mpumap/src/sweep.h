/* SPDX-License-Identifier: MIT */
/* The old regions and the new ones, side by side in address order. */
#ifndef MPUMAP_SWEEP_H
#define MPUMAP_SWEEP_H

#include "internal.h"

/* A region of the old map (slot is its own) or of the new one (slot unknown). */
struct side {
    mpumap_addr_t base;
    mpumap_addr_t limit;
    uint8_t attr;
    uint8_t slot;
    bool have;
    bool paired; /* it has been reported in a PAIR */
    bool shares; /* ... with bytes in common */
    bool waits;  /* cut off the region below it: that merge is put off */
};

enum event {
    EV_END,
    EV_KEEP, /* o is the same in both maps */
    EV_PAIR, /* o and n share bytes, or o may slide to n; every pair once, before the end of either
              */
    EV_OLD,  /* o is complete: no further pair with it */
    EV_NEW   /* n is complete */
};

struct sweep {
    const struct mpumap *m;
    struct stream fresh;
    struct mpumap_span ahead;
    struct side o;
    struct side n;
    struct side rest;
    uint16_t next_old;
    uint16_t end_old;
    uint16_t keep;
    bool have_ahead;
    bool at_pair;
    bool slide; /* the pair has no byte in common: n touches o, with equal attributes */
    bool cut;
};

void mpumap_i_sweep(struct sweep *s, const struct mpumap *m, uint16_t from, uint16_t end,
                    const struct stream *fresh, bool cut);
enum event mpumap_i_event(struct sweep *s);

#endif
