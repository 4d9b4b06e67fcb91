/* SPDX-License-Identifier: MIT */
/*
 * A map on the strict simulator, for tests that say what they expect by hand. Granules are counted
 * from AT, so that a test reads "map 0 to 3".
 */
#ifndef TESTS_FIXTURE_H
#define TESTS_FIXTURE_H

#include "mpumap.h"
#include "port/sim/sim.h"

#define FIXTURE_SPANS 300u
#define FIXTURE_RANGES 64u

#define FIXTURE_AT ((mpumap_addr_t)0x10000000u)
#define BASE(granule) (FIXTURE_AT + (mpumap_addr_t)(granule)*64u)
#define LIMIT(granule) (BASE(granule) + 63u)

/* Attributes that tests use most. */
#define RW ((mpumap_attr_t)(MPUMAP_RW | MPUMAP_NORMAL))
#define RO ((mpumap_attr_t)(MPUMAP_RO | MPUMAP_NORMAL))
#define RX ((mpumap_attr_t)(MPUMAP_RX | MPUMAP_NORMAL))
#define DEV ((mpumap_attr_t)(MPUMAP_RW | MPUMAP_DEVICE))

struct fixture {
    struct mpumap_sim sim;
    struct mpumap map;
    struct mpumap_config config;
    struct mpumap_entry table[MPUMAP_MAX_REGIONS];
    struct mpumap_pair scratch[MPUMAP_MAX_REGIONS];
    struct mpumap_span spans[FIXTURE_SPANS];
    struct mpumap_span pending[FIXTURE_SPANS];
    struct mpumap_range ranges[FIXTURE_RANGES];
    uint64_t remembered;
    char text[2048];
};

/* A simulated MPU and a configuration with plenty of storage; no map yet. */
void fixture_prepare(struct fixture *f, enum mpumap_sim_target target, uint16_t slots,
                     enum mpumap_policy policy);
/* A build with policy whole alone: mpumap_init refuses policy exact, and says why. */
bool fixture_refuses_exact(struct fixture *f);
/* The map. Lists may not be touched behind what the configuration names (guard.h). */
void fixture_init(struct fixture *f);
/* Both. */
void fixture_start(struct fixture *f, enum mpumap_sim_target target, uint16_t slots,
                   enum mpumap_policy policy);
/* Armv8-R AArch32 at EL2, 16 regions. */
void fixture_exact(struct fixture *f);
void fixture_whole(struct fixture *f);

/* Operations on granules first to last. */
enum mpumap_result do_map(struct fixture *f, unsigned first, unsigned last, mpumap_attr_t attr);
enum mpumap_result do_unmap(struct fixture *f, unsigned first, unsigned last);
enum mpumap_result do_protect(struct fixture *f, unsigned first, unsigned last, mpumap_attr_t attr);
enum mpumap_result do_lock(struct fixture *f, unsigned first, unsigned last);
enum mpumap_result do_live(struct fixture *f, unsigned first, unsigned last);
enum mpumap_result do_unlive(struct fixture *f, unsigned first, unsigned last);
enum mpumap_found do_find(struct fixture *f, unsigned first, unsigned last);

/* All regions, or spans, in address order: "0-3 rw 1, 7-7 ro 2" is granules, permission and count.
 * Other types than normal are named. In f->text; valid until the next call. */
const char *regions_of(struct fixture *f);
const char *spans_of(struct fixture *f);

/* The slot of the region that holds a granule; MPUMAP_NO_SLOT if none does. */
uint8_t slot_of(struct fixture *f, unsigned granule);

/* From now on the map has room for so many spans; its seal follows. */
void fixture_room(struct fixture *f, uint16_t spans);

/* What the MPU answers to the level that owns it. */
bool allows(struct fixture *f, char kind, mpumap_addr_t addr);
/* "rw" if the MPU allows reading and writing the granule, all of it alike; "" if nothing. */
const char *access_of(struct fixture *f, unsigned granule);

/* Remembers table, spans, ranges, flags and registers, and forgets the counters; then: has nothing
 * changed, and was no register written? */
void remember(struct fixture *f);
bool unchanged(struct fixture *f);

/* check and verify hold, and the simulator saw no rule of the hardware broken. */
bool sound(struct fixture *f);

/* Result names, for CHECK_STR. */
#define NAME(result) mpumap_result_name(result)

#endif
