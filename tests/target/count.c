/* SPDX-License-Identifier: MIT */
/*
 * MPUs with another number of regions than a map is configured for, and with none, at both levels.
 * Boot code refuses a core without regions, so here nothing is booted: both MPUs are off, and what
 * counts is what is in the registers. The command line: the regions that the MPU of EL1 has.
 */
#include "firmware.h"
#include "target.h"

#include "port/armv8r32/apply.h"

/* No boot plan is carried out. */
const struct mpumap_boot_plan boot_plan = {0};

#define SENTINEL_BASE 0x5a5a5a40u
#define SENTINEL_LIMIT 0x6b6b6b40u /* not enabled */
#define AT 0x30000000u

struct level {
    const struct mpumap_port *port;
    uint16_t (*regions)(void);
    void (*select)(uint32_t slot);
    uint32_t (*base)(void);
    uint32_t (*limit)(void);
    void (*set)(uint32_t base, uint32_t limit);
};

/* The level's registers, apart from the port: MPUIR.DREGION is [15:8], HMPUIR.REGION [7:0]. */
#define LEVEL(el, opc1, shift)                                                                     \
    static uint16_t regions_##el(void)                                                             \
    {                                                                                              \
        return (uint16_t)((TARGET_READ(opc1, c0, c0, 4) >> (shift)) & 0xffu);                      \
    }                                                                                              \
    static void select_##el(uint32_t slot)                                                         \
    {                                                                                              \
        TARGET_WRITE(slot, opc1, c6, c2, 1);                                                       \
        TARGET_ISB();                                                                              \
    }                                                                                              \
    static uint32_t base_##el(void)                                                                \
    {                                                                                              \
        return TARGET_READ(opc1, c6, c3, 0);                                                       \
    }                                                                                              \
    static uint32_t limit_##el(void)                                                               \
    {                                                                                              \
        return TARGET_READ(opc1, c6, c3, 1);                                                       \
    }                                                                                              \
    static void set_##el(uint32_t base, uint32_t limit)                                            \
    {                                                                                              \
        TARGET_WRITE(base, opc1, c6, c3, 0);                                                       \
        TARGET_WRITE(limit, opc1, c6, c3, 1);                                                      \
        TARGET_ISB();                                                                              \
    }
LEVEL(el1, 0, 8)
LEVEL(el2, 4, 0)

static const struct level levels[] = {
    {&mpumap_armv8r32_el1, regions_el1, select_el1, base_el1, limit_el1, set_el1},
    {&mpumap_armv8r32_el2, regions_el2, select_el2, base_el2, limit_el2, set_el2},
};

static uint16_t told; /* on the command line */
static struct mpumap map;
static struct mpumap_entry table[MPUMAP_MAX_REGIONS];
static struct mpumap_pair scratch[MPUMAP_MAX_REGIONS];
static struct mpumap_span spans[MPUMAP_MAX_REGIONS];

static enum mpumap_result init(const struct level *l, uint16_t regions)
{
    static struct mpumap_armv8r32_ctx ctx;
    const struct mpumap_config config = {.port = l->port,
                                         .port_ctx = &ctx,
                                         .table = table,
                                         .scratch = scratch,
                                         .regions = regions,
                                         .spans = spans,
                                         .span_capacity = MPUMAP_MAX_REGIONS};

    return mpumap_init(&map, &config);
}

static void fill(const struct level *l)
{
    for (uint32_t slot = 0u; slot < l->regions(); slot++) {
        l->select(slot);
        l->set(SENTINEL_BASE, SENTINEL_LIMIT);
    }
}

/* The slots from here on are as fill() left them. */
static void untouched_from(const struct level *l, uint32_t slot)
{
    for (; slot < l->regions(); slot++) {
        l->select(slot);
        CHECK_EQ(l->base(), SENTINEL_BASE);
        CHECK_EQ(l->limit(), SENTINEL_LIMIT);
    }
}

static void the_core_has_what_it_was_given(void)
{
    CHECK_EQ(regions_el1(), told);
    CHECK_EQ(regions_el2(), (told == 0u) ? 0u : 16u);
}

static void without_regions(const struct level *l)
{
    CHECK_EQ(init(l, MPUMAP_MAX_REGIONS), MPUMAP_NO_REGION);
    CHECK_EQ(init(l, 1u), MPUMAP_NO_REGION);
    CHECK_EQ(mpumap_map(&map, AT, AT + 63u, MPUMAP_RW), MPUMAP_STATE);
    CHECK_EQ(mpumap_verify(&map), MPUMAP_STATE);
    CHECK_EQ(mpumap_repair(&map), MPUMAP_STATE);
}

/* As many regions as both have, one more is refused, all go, and nothing else was written. */
static void with_regions(const struct level *l, uint16_t configured)
{
    const uint16_t both = (configured < l->regions()) ? configured : l->regions();

    fill(l);
    REQUIRE(init(l, configured) == MPUMAP_OK);
    CHECK_EQ(mpumap_capacity(&map), both);
    untouched_from(l, 0u);
    for (uint16_t i = 0u; i <= both; i++) {
        const mpumap_addr_t base = AT + 0x1000u * i;

        CHECK_EQ(mpumap_map(&map, base, base + 63u, MPUMAP_RW),
                 (i < both) ? MPUMAP_OK : MPUMAP_NO_REGION);
    }
    CHECK_EQ(mpumap_used(&map), both);
    CHECK_EQ(mpumap_verify(&map), MPUMAP_OK);
    untouched_from(l, both);
    for (uint32_t slot = 0u; slot < both; slot++) {
        l->select(slot);
        CHECK_EQ(l->limit() & 1u, 1);
    }
    for (uint16_t i = 0u; i < both; i++) {
        CHECK_EQ(mpumap_unmap(&map, AT + 0x1000u * i, AT + 0x1000u * i + 63u), MPUMAP_OK);
    }
    CHECK_EQ(mpumap_repair(&map), MPUMAP_OK);
    CHECK_EQ(mpumap_cost(&map)->writes, 0);
    untouched_from(l, both);
}

static void at_level(const struct level *l)
{
    static const uint16_t configured[] = {1u, 2u, 15u, 16u, 17u, MPUMAP_MAX_REGIONS};

    if (l->regions() == 0u) {
        without_regions(l);
        return;
    }
    for (uint32_t i = 0u; i < sizeof configured / sizeof configured[0]; i++) {
        with_regions(l, configured[i]);
        if (tap_failed()) {
            tap_note_number("configured", configured[i]);
            return;
        }
    }
    with_regions(l, l->regions());
}

static void el1(void)
{
    at_level(&levels[0]);
}

static void el2(void)
{
    at_level(&levels[1]);
}

int main(void)
{
    static char line[64];
    const char *at = line;
    static const struct tap_case cases[] = {
        TAP_CASE(the_core_has_what_it_was_given),
        TAP_CASE(el1),
        TAP_CASE(el2),
    };

    if (!host_command_line(line, sizeof line)) {
        return 1;
    }
    while ((*at != ' ') && (*at != '\0')) {
        at++;
    }
    for (at += (*at == ' ') ? 1 : 0; (*at >= '0') && (*at <= '9'); at++) {
        told = (uint16_t)(10u * told + (uint32_t)(*at - '0'));
    }
    return target_run(cases, sizeof cases / sizeof cases[0]);
}
