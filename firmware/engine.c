/* SPDX-License-Identifier: MIT */
/* The player's engine: the MPU of the core that this runs on, and accesses that are really made. */
#include "firmware.h"

/* With the firmware's own regions beside them, the trace has exactly the room that it has
 * elsewhere. */
#define SPANS (PLAYER_SPANS + FIRMWARE_OWN)
#define PENDING (PLAYER_PENDING + FIRMWARE_OWN)
#define LOCKS (PLAYER_RANGES + FIRMWARE_OWN_LOCKS)

static struct {
    struct mpumap map;
    struct CORE_PORT_CTX port;
    struct mpumap_pair scratch[FIRMWARE_SLOTS];
    struct mpumap_span spans[SPANS];
    struct mpumap_span pending[PENDING];
    struct mpumap_range ranges[2u * (LOCKS + PLAYER_LIVE_ROOM)];
} engine;

static const struct mpumap_port *engine_port(void *ctx, enum player_target target, void **port_ctx)
{
    (void)ctx;
    if (target != CORE_TARGET) {
        return NULL;
    }
    *port_ctx = &engine.port;
    return &CORE_PORT;
}

#define OWN_RANGE(start, end, attr) {(uintptr_t)(start), (uintptr_t)(end)-1u},

static bool engine_own(void *ctx, uint8_t index, struct mpumap_range *out)
{
    const struct mpumap_range own[FIRMWARE_OWN] = {FIRMWARE_REGIONS(OWN_RANGE)};

    (void)ctx;
    if (index >= FIRMWARE_OWN) {
        return false;
    }
    *out = own[index];
    return true;
}

static bool make_map(const struct player_request *request)
{
    const struct mpumap_config config = {.port = request->tap,
                                         .port_ctx = request->tap_ctx,
                                         .table = boot_table,
                                         .scratch = engine.scratch,
                                         .regions = FIRMWARE_SLOTS,
                                         .boot_mask = boot_mask,
                                         .spans = engine.spans,
                                         .span_capacity = SPANS,
                                         .pending = engine.pending,
                                         .pending_capacity = PENDING,
                                         .ranges = engine.ranges,
                                         .lock_capacity = LOCKS,
                                         .live_capacity = PLAYER_LIVE_ROOM,
                                         .live_limit = PLAYER_RANGES,
                                         .policy = request->policy};
    struct mpumap_range own;

    if ((mpumap_init(&engine.map, &config) != MPUMAP_OK) ||
        (mpumap_adopt(&engine.map) != MPUMAP_OK)) {
        return false;
    }
    exception_show(&engine.map);
    for (uint8_t i = 0u; engine_own(NULL, i, &own); i++) {
        if (mpumap_lock(&engine.map, own.base, own.limit) != MPUMAP_OK) {
            return false;
        }
    }
    return mpumap_verify(&engine.map) == MPUMAP_OK;
}

/* What lies beyond the slots that the trace asked for is left to nobody. */
static bool reserve_from(uint16_t slot, uint16_t slots)
{
    const uint16_t end = (FIRMWARE_TRACE == 0u) ? (uint16_t)(slots - FIRMWARE_OWN) : slots;

    for (; slot < end; slot++) {
        if (mpumap_reserve(&engine.map, slot) != MPUMAP_OK) {
            return false;
        }
    }
    return true;
}

static uint16_t engine_setup(void *ctx, const struct player_request *request,
                             struct player_engine *out)
{
    uint16_t slots;
    uint16_t wanted;

    (void)ctx;
    if (!make_map(request)) {
        return 0u;
    }
    slots = mpumap_capacity(&engine.map);
    wanted = (request->regions == 0u) ? (uint16_t)(slots - FIRMWARE_OWN) : request->regions;
    if (wanted > slots - FIRMWARE_OWN) {
        return (uint16_t)(slots - FIRMWARE_OWN);
    }
    if (!reserve_from((uint16_t)(FIRMWARE_TRACE + wanted), slots)) {
        return 0u;
    }
    *out = (struct player_engine){.map = &engine.map,
                                  .regions = wanted,
                                  .first_slot = FIRMWARE_TRACE,
                                  .own_locks = FIRMWARE_OWN_LOCKS};
    return wanted;
}

static bool in_window(mpumap_addr_t addr)
{
    return (addr >= BOARD_WINDOW_BASE) && (addr <= BOARD_WINDOW_LIMIT);
}

/*
 * Inside the window the word is executed and returns. Anywhere else nobody knows what the word is:
 * it is fetched, which is what the MPU judges, and not executed.
 */
static uint32_t fetch(mpumap_addr_t addr)
{
    return in_window(addr) ? probe_execute(addr) : probe_fetch(addr);
}

/* An external abort comes from the bus, which the MPU has let the access go to: allowed. */
static bool engine_access(void *ctx, char kind, mpumap_addr_t addr)
{
    uint32_t syndrome;

    (void)ctx;
    if (kind == 'x') {
        syndrome = fetch(addr & ~(mpumap_addr_t)3u);
    } else if (kind == 'w') {
        syndrome = probe_write(addr);
    } else {
        syndrome = probe_read(addr);
    }
    return (syndrome == 0u) || core_external(syndrome);
}

static bool engine_after(void *ctx)
{
    (void)ctx;
    return mpumap_verify(&engine.map) == MPUMAP_OK;
}

const struct player_ops engine_ops = {
    .port = engine_port,
    .own = engine_own,
    .setup = engine_setup,
    .access = engine_access,
    .after = engine_after,
    .out = console_out,
    .err = console_err,
};
