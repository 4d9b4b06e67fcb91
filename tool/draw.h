/* SPDX-License-Identifier: MIT */
/* Pictures of maps: what the forms share. */
#ifndef MPUMAP_TOOL_DRAW_H
#define MPUMAP_TOOL_DRAW_H

#include "mpu.h"

#define DRAW_MAPS 2u
#define DRAW_LANES 16u
#define DRAW_EDGES (2u * DRAW_MAPS * (MPU_SLOTS + MPU_SPANS) + 2u)

/* One map in columns: regions that overlap stand beside one another. */
struct draw_map {
    const struct mpu *m;
    uint16_t order[MPU_SLOTS];
    uint8_t lane[MPU_SLOTS]; /* of order[i] */
    unsigned int count;
    unsigned int lanes;
};

/* The axis: addresses at which something begins, or begins not to be, or the count of mappings
 * changes. Between two of them every map is the same throughout. */
struct draw {
    struct draw_map map[DRAW_MAPS];
    unsigned int maps;
    uint64_t edge[DRAW_EDGES];
    unsigned int edges;
};

/* The region of a lane that holds an address, or NULL. */
const struct mpu_region *draw_at(const struct draw_map *map, unsigned int lane, uint64_t addr);
bool draw_covered(const struct draw *d, uint64_t addr);

void draw_text(const struct draw *d);
void draw_svg(const struct draw *d);
int draw_html(const struct trace_file *file);

#endif
