/* SPDX-License-Identifier: MIT */
/* The smallest whole program: a map over the simulated MPU, on a host. */
#include "mpumap.h"
#include "port/sim/sim.h"

#include <stdio.h>

static struct mpumap map;
static struct mpumap_sim sim;
static struct mpumap_entry table[16];
static struct mpumap_pair scratch[16];
static struct mpumap_span spans[64];

static void put(void *ctx, const char *line)
{
    (void)ctx;
    (void)fputs(line, stdout);
}

int main(void)
{
    const struct mpumap_config config = {.port = &mpumap_sim_port,
                                         .port_ctx = &sim,
                                         .table = table,
                                         .scratch = scratch,
                                         .regions = 16,
                                         .spans = spans,
                                         .span_capacity = 64};

    if (!mpumap_sim_init(&sim, MPUMAP_SIM_ARMV8R32_EL2, 16, 1) ||
        (mpumap_init(&map, &config) != MPUMAP_OK) ||
        (mpumap_map(&map, 0x30000000, 0x3000ffff, MPUMAP_RW | MPUMAP_NORMAL) != MPUMAP_OK)) {
        return 1;
    }
    mpumap_dump(&map, put, NULL);
    return 0;
}
