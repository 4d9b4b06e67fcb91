/* SPDX-License-Identifier: MIT */
/* The registers: reset, steps, and what is pending. */
#include "port/armv8m/codec.h"
#include "port/armv8r32/codec.h"
#include "port/armv8r64/codec.h"
#include "port/sim/internal.h"

/* The architecture's limits on slots, and the encodings that reach them: DDI 0568A.c, E2.2.3 and
 * E2.2.6 (AArch32: 32 direct registers, no selector); DDI 0600A.d, G1.3 (AArch64: a window and 15
 * registers within PRSELR[7:4]); DDI 0553, D1.2 (M: a window and 3 aliases within RNR[7:2]). */
#define R32_DIRECT 32u
#define R64_BANK 16u
#define M_BANK 4u
#define M_REGIONS 16u
#define BITMAP_SLOTS 32u

/* Bits that exist. M: bit 4 of MPU_RLAR is PXN from Armv8.1-M on; this is an Armv8.0-M MPU. */
#define R32_BASE_BITS 0xffffffdfu
#define R32_LIMIT_BITS 0xffffffcfu
#define M_BASE_BITS 0xffffffffu
#define M_LIMIT_BITS 0xffffffefu
#define R64_BASE_BITS 0xffffffffffffu
#define R64_LIMIT_BITS 0xffffffffffdfu

bool sim_is_r64(const struct mpumap_sim *sim)
{
    return sim->target == MPUMAP_SIM_ARMV8R64_EL1 || sim->target == MPUMAP_SIM_ARMV8R64_EL2;
}

bool sim_is_m(const struct mpumap_sim *sim)
{
    return sim->target == MPUMAP_SIM_ARMV8M;
}

static bool owns_el2(const struct mpumap_sim *sim)
{
    return sim->target == MPUMAP_SIM_ARMV8R32_EL2 || sim->target == MPUMAP_SIM_ARMV8R64_EL2;
}

static mpumap_reg_t base_bits(const struct mpumap_sim *sim)
{
#if MPUMAP_ADDR_BITS == 64
    if (sim_is_r64(sim)) {
        return R64_BASE_BITS;
    }
#endif
    return sim_is_m(sim) ? M_BASE_BITS : R32_BASE_BITS;
}

static mpumap_reg_t limit_bits(const struct mpumap_sim *sim)
{
#if MPUMAP_ADDR_BITS == 64
    if (sim_is_r64(sim)) {
        return R64_LIMIT_BITS;
    }
#endif
    return sim_is_m(sim) ? M_LIMIT_BITS : R32_LIMIT_BITS;
}

mpumap_addr_t sim_top(const struct mpumap_sim *sim)
{
#if MPUMAP_ADDR_BITS == 64
    if (sim_is_r64(sim)) {
        return 0xffffffffffffu;
    }
#else
    (void)sim;
#endif
    return 0xffffffffu;
}

void sim_limits(const struct mpumap_sim *sim, struct mpumap_limits *out)
{
    const bool r64 = sim_is_r64(sim);
    const bool m = sim_is_m(sim);
    *out = (struct mpumap_limits){
        .regions = sim->regions,
        .address_bits = r64 ? 48u : 32u,
        .granule_shift = m ? 5u : 6u,
        .direct = (r64 || m) ? 0u : (uint8_t)R32_DIRECT,
        .bank = r64 ? (uint8_t)R64_BANK : (m ? (uint8_t)M_BANK : 1u),
        .bitmap = (r64 || sim->target == MPUMAP_SIM_ARMV8R32_EL2) ? (uint8_t)BITMAP_SLOTS : 0u,
        .selector_isb = !m,
        .lower_el1 = owns_el2(sim),
    };
}

void sim_fail(struct mpumap_sim *sim, enum mpumap_sim_fault fault, uint8_t slot, uint8_t other,
              mpumap_addr_t base, mpumap_addr_t limit)
{
    sim->counters.errors++;
    sim->counters.kinds |= (uint32_t)1 << (unsigned)fault;
    if (sim->error.fault == MPUMAP_SIM_NO_FAULT) {
        sim->error = (struct mpumap_sim_error){.base = base,
                                               .limit = limit,
                                               .step = sim->counters.steps,
                                               .fault = (uint8_t)fault,
                                               .slot = slot,
                                               .other = other};
    }
}

static void fail_slot(struct mpumap_sim *sim, enum mpumap_sim_fault fault, uint8_t slot)
{
    sim_fail(sim, fault, slot, MPUMAP_NO_SLOT, 0, 0);
}

/* A well-mixed 64-bit sequence (splitmix64). */
static uint64_t next_junk(uint64_t *state)
{
    *state += 0x9e3779b97f4a7c15u;
    uint64_t z = *state;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

static bool target_exists(enum mpumap_sim_target target, uint16_t regions)
{
    switch (target) {
    case MPUMAP_SIM_ARMV8R32_EL1:
    case MPUMAP_SIM_ARMV8R32_EL2:
        return regions >= 1u && regions <= MPUMAP_MAX_REGIONS;
    case MPUMAP_SIM_ARMV8R64_EL1:
    case MPUMAP_SIM_ARMV8R64_EL2:
        return MPUMAP_ADDR_BITS == 64 && regions >= 1u && regions <= MPUMAP_MAX_REGIONS;
    case MPUMAP_SIM_ARMV8M:
        return regions >= 1u && regions <= M_REGIONS;
    default:
        return false;
    }
}

bool mpumap_sim_init(struct mpumap_sim *sim, enum mpumap_sim_target target, uint16_t regions,
                     uint64_t seed)
{
    if (!target_exists(target, regions)) {
        return false;
    }
    unsigned char *bytes = (unsigned char *)sim;
    for (size_t i = 0; i < sizeof(*sim); i++) {
        bytes[i] = 0;
    }
    sim->target = (uint8_t)target;
    sim->regions = regions;
    sim->mair = ((uint64_t)MPUMAP_MAIR1 << 32) | MPUMAP_MAIR0;
    sim->types = true;
    for (uint16_t i = 0; i < regions; i++) {
        sim->slots[i].base = (mpumap_reg_t)next_junk(&seed) & base_bits(sim);
        sim->slots[i].limit =
            (mpumap_reg_t)next_junk(&seed) & limit_bits(sim) & ~(mpumap_reg_t)MPUMAP_LIMIT_ENABLE;
    }
    sim->selector = (uint8_t)next_junk(&seed);
    mpumap_sim_clear(sim);
    return true;
}

void mpumap_sim_control(struct mpumap_sim *sim, bool enabled, bool background)
{
    sim->enabled = enabled;
    sim->background = background;
}

void mpumap_sim_strict(struct mpumap_sim *sim, bool strict)
{
    sim->strict = strict;
}

void mpumap_sim_judge_types(struct mpumap_sim *sim, bool judge)
{
    sim->types = judge;
}

void mpumap_sim_clear(struct mpumap_sim *sim)
{
    sim->error = (struct mpumap_sim_error){.slot = MPUMAP_NO_SLOT, .other = MPUMAP_NO_SLOT};
    sim->counters = (struct mpumap_sim_counters){0};
    sim->stopped = false;
}

void mpumap_sim_record(struct mpumap_sim *sim, struct mpumap_step *buffer, uint16_t room)
{
    sim->record = buffer;
    sim->record_room = room;
    sim->record_count = 0;
}

/* What is pending */

static void write_bitmap(struct mpumap_sim *sim, uint32_t value, uint32_t mask)
{
    for (uint8_t i = 0; i < BITMAP_SLOTS && i < sim->regions; i++) {
        if (((mask >> i) & 1u) != 0u) {
            const mpumap_reg_t rest = sim->slots[i].limit & ~(mpumap_reg_t)MPUMAP_LIMIT_ENABLE;
            sim->slots[i].limit = rest | ((value >> i) & 1u);
        }
    }
}

static void make_visible(struct mpumap_sim *sim, const struct mpumap_sim_write *write)
{
    switch (write->kind) {
    case MPUMAP_STEP_SELECT:
        sim->selector = write->slot;
        break;
    case MPUMAP_STEP_BASE:
        sim->slots[write->slot].base = write->value;
        break;
    case MPUMAP_STEP_LIMIT:
        sim->slots[write->slot].limit = write->value;
        break;
    default:
        write_bitmap(sim, (uint32_t)write->value, write->mask);
        break;
    }
}

/*
 * PRLAR<n>.EN and bit n of the bitmap are one bit reached by two names. Writes to two names are
 * ordered by a barrier only, so a disagreement between them has no defined result.
 */
static void judge_ambiguity(struct mpumap_sim *sim)
{
    for (uint16_t i = 0; i < sim->pending_count; i++) {
        const struct mpumap_sim_write *limit = &sim->pending[i];
        if (limit->kind != MPUMAP_STEP_LIMIT || limit->slot >= BITMAP_SLOTS) {
            continue;
        }
        for (uint16_t j = 0; j < sim->pending_count; j++) {
            const struct mpumap_sim_write *map = &sim->pending[j];
            if (map->kind == MPUMAP_STEP_BITMAP && ((map->mask >> limit->slot) & 1u) != 0u &&
                ((map->value >> limit->slot) & 1u) != (limit->value & MPUMAP_LIMIT_ENABLE)) {
                fail_slot(sim, MPUMAP_SIM_AMBIGUOUS, limit->slot);
                return;
            }
        }
    }
}

static void barrier(struct mpumap_sim *sim)
{
    if (sim->pending_bitmaps != 0u) {
        judge_ambiguity(sim);
    }
    for (uint16_t i = 0; i < sim->pending_count; i++) {
        make_visible(sim, &sim->pending[i]);
        sim->writes_of[sim->pending[i].slot] = 0;
    }
    sim->pending_count = 0;
    sim->pending_bitmaps = 0;
}

/* A write happens: it becomes pending, or visible at once. False: no room. */
static bool hold(struct mpumap_sim *sim, const struct mpumap_sim_write *write)
{
    if (!sim->strict) {
        make_visible(sim, write);
        return true;
    }
    if (sim->pending_count >= MPUMAP_SIM_PENDING || sim->pending_bitmaps == UINT8_MAX) {
        fail_slot(sim, MPUMAP_SIM_NO_ROOM, write->slot);
        return false;
    }
    sim->pending[sim->pending_count++] = *write;
    if (write->kind == MPUMAP_STEP_BITMAP) {
        sim->pending_bitmaps++;
    } else if (write->kind != MPUMAP_STEP_SELECT) {
        sim->writes_of[write->slot]++;
    } else {
        /* a selector */
    }
    return true;
}

/* Steps */

/*
 * Where an access to the registers of `slot` goes under a selector value. Direct registers need
 * none. A bank's first slot has no name of its own and goes through the window, which is the
 * selected slot; its others are names that replace the low bits of the selector.
 */
static uint8_t reach(const struct mpumap_limits *limits, uint8_t slot, uint8_t selector)
{
    const uint8_t low = (uint8_t)(limits->bank - 1u);
    if (slot < limits->direct) {
        return slot;
    }
    return ((slot & low) == 0u) ? selector : (uint8_t)((selector & ~low) | (slot & low));
}

/* The slot that a write meant for `slot` reaches, by the order of the program. */
static uint8_t direct_write(struct mpumap_sim *sim, const struct mpumap_limits *limits,
                            uint8_t slot)
{
    uint8_t reached = reach(limits, slot, sim->selector);
    for (uint16_t i = 0; i < sim->pending_count; i++) {
        const struct mpumap_sim_write *write = &sim->pending[i];
        if (write->kind == MPUMAP_STEP_SELECT) {
            const uint8_t next = reach(limits, slot, write->slot);
            if (next != reached) {
                sim_fail(sim, MPUMAP_SIM_SELECTOR, slot, (next != slot) ? next : reached, 0, 0);
            }
            reached = next;
        }
    }
    if (reached != slot) {
        sim_fail(sim, MPUMAP_SIM_MISDIRECTED, slot, reached, 0, 0);
    }
    return reached;
}

static void step_region(struct mpumap_sim *sim, const struct mpumap_limits *limits,
                        const struct mpumap_step *step)
{
    sim->counters.regions++;
    const uint8_t slot = direct_write(sim, limits, step->slot);
    if (slot >= sim->regions) {
        fail_slot(sim, MPUMAP_SIM_NO_SLOT, slot);
        return;
    }
    const mpumap_reg_t bits = (step->kind == MPUMAP_STEP_BASE) ? base_bits(sim) : limit_bits(sim);
    const struct mpumap_sim_write write = {
        .value = step->value & bits, .kind = step->kind, .slot = slot};
    if (hold(sim, &write)) {
        sim_judge_slot(sim, slot);
    }
}

/* A port reads the bitmap to keep the bits outside the mask: they must not be pending. */
static void judge_stale(struct mpumap_sim *sim, uint32_t mask)
{
    for (uint16_t i = 0; i < sim->pending_count; i++) {
        const struct mpumap_sim_write *write = &sim->pending[i];
        if (write->kind == MPUMAP_STEP_LIMIT && write->slot < BITMAP_SLOTS &&
            ((mask >> write->slot) & 1u) == 0u &&
            ((write->value ^ sim->slots[write->slot].limit) & MPUMAP_LIMIT_ENABLE) != 0u) {
            fail_slot(sim, MPUMAP_SIM_STALE, write->slot);
            return;
        }
    }
}

static void step_bitmap(struct mpumap_sim *sim, const struct mpumap_limits *limits,
                        const struct mpumap_step *step)
{
    sim->counters.bitmaps++;
    if (limits->bitmap == 0u) {
        fail_slot(sim, MPUMAP_SIM_BAD_STEP, MPUMAP_NO_SLOT);
        return;
    }
    if (sim->regions < BITMAP_SLOTS && (step->mask >> sim->regions) != 0u) {
        fail_slot(sim, MPUMAP_SIM_NO_SLOT, (uint8_t)sim->regions);
    }
    judge_stale(sim, step->mask);
    const struct mpumap_sim_write write = {
        .value = step->value & 0xffffffffu, .mask = step->mask, .kind = step->kind};
    if (hold(sim, &write)) {
        sim_judge_bitmap(sim, step->mask);
    }
}

static void step_select(struct mpumap_sim *sim, const struct mpumap_limits *limits,
                        const struct mpumap_step *step)
{
    sim->counters.selects++;
    if (step->value >= sim->regions) {
        fail_slot(sim, MPUMAP_SIM_NO_SLOT, (uint8_t)step->value);
    }
    /* A memory-mapped selector is Device memory, as are the registers behind it: program order. */
    if (!limits->selector_isb) {
        sim->selector = (uint8_t)step->value;
    } else {
        const struct mpumap_sim_write write = {.kind = step->kind, .slot = (uint8_t)step->value};
        (void)hold(sim, &write);
    }
}

static void execute(struct mpumap_sim *sim, const struct mpumap_step *step)
{
    struct mpumap_limits limits;
    sim_limits(sim, &limits);
    switch ((enum mpumap_step_kind)step->kind) {
    case MPUMAP_STEP_SELECT:
        step_select(sim, &limits, step);
        break;
    case MPUMAP_STEP_BASE:
    case MPUMAP_STEP_LIMIT:
        step_region(sim, &limits, step);
        break;
    case MPUMAP_STEP_BITMAP:
        step_bitmap(sim, &limits, step);
        break;
    case MPUMAP_STEP_ISB:
        sim->counters.isbs++;
        barrier(sim);
        break;
    case MPUMAP_STEP_ORDER:
        sim->counters.orders++;
        barrier(sim);
        break;
    case MPUMAP_STEP_SYNC:
        sim->counters.syncs++;
        barrier(sim);
        break;
    default:
        fail_slot(sim, MPUMAP_SIM_BAD_STEP, MPUMAP_NO_SLOT);
        break;
    }
}

/* The selector as an interrupt handler leaves it. */
void mpumap_sim_set_selector(struct mpumap_sim *sim, uint8_t selector)
{
    uint16_t kept = 0;
    for (uint16_t i = 0; i < sim->pending_count; i++) {
        if (sim->pending[i].kind != MPUMAP_STEP_SELECT) {
            sim->pending[kept++] = sim->pending[i];
        }
    }
    sim->pending_count = kept;
    sim->selector = selector;
}

static void interrupt(struct mpumap_sim *sim)
{
    if (sim->faults.between != NULL) {
        sim->faults.between(sim->faults.between_ctx, sim);
    }
    if (sim->faults.clobber != 0u) {
        mpumap_sim_set_selector(sim, (uint8_t)(sim->faults.clobber - 1u));
    }
}

static void record(struct mpumap_sim *sim, const struct mpumap_step *step)
{
    if (sim->record != NULL && sim->record_count < sim->record_room) {
        sim->record[sim->record_count++] = *step;
    }
}

static void sim_apply(void *ctx, const struct mpumap_step *step)
{
    struct mpumap_sim *sim = ctx;
    if (sim->stopped) {
        return;
    }
    interrupt(sim);
    record(sim, step);
    sim->counters.steps++;
    execute(sim, step);
    if (sim->faults.stop_after != 0u) {
        sim->faults.stop_after--;
        sim->stopped = sim->faults.stop_after == 0u;
    }
}

static void sim_leave(void *ctx)
{
    struct mpumap_sim *sim = ctx;
    if (sim->stopped) {
        return;
    }
    for (uint16_t i = 0; i < sim->pending_count; i++) {
        if (sim->pending[i].kind != MPUMAP_STEP_SELECT) {
            fail_slot(sim, MPUMAP_SIM_UNSYNCED, sim->pending[i].slot);
            break;
        }
    }
    barrier(sim);
}

/* The port and direct access */

static void port_limits(void *ctx, struct mpumap_limits *out)
{
    const struct mpumap_sim *sim = ctx;
    sim_limits(sim, out);
}

static void port_encode(void *ctx, mpumap_addr_t base, mpumap_addr_t limit, mpumap_attr_t attr,
                        struct mpumap_pair *out)
{
    const struct mpumap_sim *sim = ctx;
    if (sim_is_m(sim)) {
        mpumap_armv8m_encode(NULL, base, limit, attr, out);
        return;
    }
#if MPUMAP_ADDR_BITS == 64
    if (sim_is_r64(sim)) {
        mpumap_armv8r64_encode(NULL, base, limit, attr, out);
        return;
    }
#endif
    mpumap_armv8r32_encode(NULL, base, limit, attr, out);
}

static bool port_decode(void *ctx, const struct mpumap_pair *pair, mpumap_attr_t *attr)
{
    const struct mpumap_sim *sim = ctx;
    if (sim_is_m(sim)) {
        return mpumap_armv8m_decode(NULL, pair, attr);
    }
#if MPUMAP_ADDR_BITS == 64
    if (sim_is_r64(sim)) {
        return mpumap_armv8r64_decode(NULL, pair, attr);
    }
#endif
    return mpumap_armv8r32_decode(NULL, pair, attr);
}

/* As a port does it: beyond the direct registers a read moves the selector. */
static void port_read(void *ctx, uint8_t slot, struct mpumap_pair *out)
{
    struct mpumap_sim *sim = ctx;
    struct mpumap_limits limits;
    sim_limits(sim, &limits);
    if (slot >= limits.direct) {
        mpumap_sim_set_selector(sim, slot);
    }
    mpumap_sim_get(sim, slot, out);
}

const struct mpumap_port mpumap_sim_port = {
    .limits = port_limits,
    .encode = port_encode,
    .decode = port_decode,
    .apply = sim_apply,
    .read = port_read,
    .enter = NULL,
    .leave = sim_leave,
};

void mpumap_sim_play(struct mpumap_sim *sim, const struct mpumap_step *steps, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        sim_apply(sim, &steps[i]);
    }
    sim_leave(sim);
}

void mpumap_sim_set(struct mpumap_sim *sim, uint8_t slot, const struct mpumap_pair *pair)
{
    if (slot >= sim->regions) {
        fail_slot(sim, MPUMAP_SIM_NO_SLOT, slot);
        return;
    }
    sim->slots[slot].base = pair->base & base_bits(sim);
    sim->slots[slot].limit = pair->limit & limit_bits(sim);
    sim_judge_slot(sim, slot);
}

void mpumap_sim_get(const struct mpumap_sim *sim, uint8_t slot, struct mpumap_pair *out)
{
    *out = (slot < sim->regions) ? sim->slots[slot] : (struct mpumap_pair){0, 0};
    for (uint16_t i = 0; i < sim->pending_count; i++) {
        const struct mpumap_sim_write *write = &sim->pending[i];
        if (write->kind == MPUMAP_STEP_BASE && write->slot == slot) {
            out->base = write->value;
        } else if (write->kind == MPUMAP_STEP_LIMIT && write->slot == slot) {
            out->limit = write->value;
        } else if (write->kind == MPUMAP_STEP_BITMAP && slot < BITMAP_SLOTS &&
                   ((write->mask >> slot) & 1u) != 0u) {
            const mpumap_reg_t rest = out->limit & ~(mpumap_reg_t)MPUMAP_LIMIT_ENABLE;
            out->limit = rest | ((write->value >> slot) & 1u);
        }
    }
}

uint8_t mpumap_sim_selector(const struct mpumap_sim *sim)
{
    uint8_t selector = sim->selector;
    for (uint16_t i = 0; i < sim->pending_count; i++) {
        if (sim->pending[i].kind == MPUMAP_STEP_SELECT) {
            selector = sim->pending[i].slot;
        }
    }
    return selector;
}

uint32_t mpumap_sim_bitmap(const struct mpumap_sim *sim)
{
    struct mpumap_limits limits;
    sim_limits(sim, &limits);
    uint32_t bitmap = 0;
    for (uint8_t i = 0; i < limits.bitmap && i < sim->regions; i++) {
        struct mpumap_pair pair;
        mpumap_sim_get(sim, i, &pair);
        bitmap |= (uint32_t)(pair.limit & MPUMAP_LIMIT_ENABLE) << i;
    }
    return bitmap;
}

uint32_t mpumap_sim_writes(const struct mpumap_sim *sim)
{
    return sim->counters.selects + sim->counters.regions + sim->counters.bitmaps;
}

uint32_t mpumap_sim_barriers(const struct mpumap_sim *sim)
{
    return sim->counters.isbs + sim->counters.orders + sim->counters.syncs;
}
