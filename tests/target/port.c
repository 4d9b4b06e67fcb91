/* SPDX-License-Identifier: MIT */
/*
 * The port on the core: what each step does to the registers, read back with accessors that are
 * written here. Built with each value of MPUMAP_ARMV8R32_DIRECT, run with 16 and 40 EL1 regions.
 */
#include "firmware.h"
#include "target.h"

#include "port/armv8r32/apply.h"

#define OWN_BITS 0x0fu
#define CPSR_AIF 0x1c0u

static void step(const struct mpumap_port *port, enum mpumap_step_kind kind, uint8_t slot,
                 uint32_t value, uint32_t mask)
{
    const struct mpumap_step s = {value, mask, (uint8_t)kind, slot};

    port->apply(NULL, &s);
}

/* As the core does it: the selector only for slots without registers of their own. */
static void write_slot(const struct mpumap_port *port, uint8_t slot, uint32_t base, uint32_t limit)
{
    struct mpumap_limits limits;

    port->limits(NULL, &limits);
    if (slot >= limits.direct) {
        step(port, MPUMAP_STEP_SELECT, slot, slot, 0u);
        step(port, MPUMAP_STEP_ISB, 0u, 0u, 0u);
    }
    step(port, MPUMAP_STEP_BASE, slot, base, 0u);
    step(port, MPUMAP_STEP_LIMIT, slot, limit, 0u);
    step(port, MPUMAP_STEP_SYNC, 0u, 0u, 0u);
}

/* A pair of its own for each slot; not enabled. */
static uint32_t base_for(uint32_t slot)
{
    return 0x40000000u + (slot << 16) + 0x1bu;
}

static uint32_t limit_for(uint32_t slot)
{
    return 0x40000fc0u + (slot << 16) + 0x0eu;
}

static uint32_t cpsr(void)
{
    uint32_t value;

    __asm__ volatile("mrs %0, cpsr" : "=r"(value));
    return value;
}

static void el2_limits(void)
{
    struct mpumap_limits l = {0};

    mpumap_armv8r32_el2.limits(NULL, &l);
    CHECK_EQ(l.regions, 16);
    CHECK_EQ(l.address_bits, 32);
    CHECK_EQ(l.granule_shift, 6);
    CHECK_EQ(l.direct, MPUMAP_ARMV8R32_DIRECT);
    CHECK_EQ(l.bank, 1);
    CHECK_EQ(l.bitmap, 32);
    CHECK(l.selector_isb);
    CHECK(l.lower_el1);
}

static void el2_writes_reach_their_slot(void)
{
    for (uint8_t slot = FIRMWARE_OWN; slot < 16u; slot++) {
        write_slot(&mpumap_armv8r32_el2, slot, base_for(slot), limit_for(slot));
    }
    for (uint32_t slot = FIRMWARE_OWN; slot < 16u; slot++) {
        TARGET_WRITE(slot, 4, c6, c2, 1);
        TARGET_ISB();
        CHECK_EQ(TARGET_READ(4, c6, c3, 0), base_for(slot));
        CHECK_EQ(TARGET_READ(4, c6, c3, 1), limit_for(slot));
    }
    CHECK_EQ(TARGET_READ(4, c6, c10, 0), base_for(4)); /* HPRBAR4, by number */
    CHECK_EQ(TARGET_READ(4, c6, c15, 5), limit_for(15));
}

static void el2_reads_each_slot(void)
{
    for (uint8_t slot = 0u; slot < FIRMWARE_OWN; slot++) {
        struct mpumap_pair pair = {0u, 0u};

        mpumap_armv8r32_el2.read(NULL, slot, &pair);
        CHECK_EQ(pair.base, boot_plan.regions[slot].base);
        CHECK_EQ(pair.limit, boot_plan.regions[slot].limit);
    }
}

static void el2_bitmap_spares_what_the_mask_leaves_out(void)
{
    step(&mpumap_armv8r32_el2, MPUMAP_STEP_BITMAP, 0u, 0x10u, 0x30u);
    CHECK_EQ(TARGET_READ(4, c6, c1, 1), OWN_BITS | 0x10u);
    step(&mpumap_armv8r32_el2, MPUMAP_STEP_BITMAP, 0u, 0xffffffefu, 0x30u);
    CHECK_EQ(TARGET_READ(4, c6, c1, 1), OWN_BITS | 0x20u);
    step(&mpumap_armv8r32_el2, MPUMAP_STEP_BITMAP, 0u, OWN_BITS | 0x8000u, 0xffffffffu);
    CHECK_EQ(TARGET_READ(4, c6, c1, 1), OWN_BITS | 0x8000u);
    step(&mpumap_armv8r32_el2, MPUMAP_STEP_BITMAP, 0u, OWN_BITS, 0xffffu);
    CHECK_EQ(TARGET_READ(4, c6, c1, 1), OWN_BITS);
}

static void interrupts_are_masked_and_come_back(void)
{
    struct mpumap_armv8r32_ctx ctx;

    __asm__ volatile("cpsie if" : : : "memory"); /* A is on since start-up */
    CHECK_EQ(cpsr() & CPSR_AIF, 0u);
    mpumap_armv8r32_el2.enter(&ctx);
    CHECK_EQ(cpsr() & CPSR_AIF, CPSR_AIF);
    mpumap_armv8r32_el2.leave(&ctx);
    CHECK_EQ(cpsr() & CPSR_AIF, 0u);
    mpumap_armv8r32_el2.enter(NULL);
    CHECK_EQ(cpsr() & CPSR_AIF, 0u);
    mpumap_armv8r32_el2.leave(NULL);
    __asm__ volatile("cpsid if" : : : "memory");
    mpumap_armv8r32_el1.enter(&ctx);
    CHECK_EQ(cpsr() & CPSR_AIF, CPSR_AIF);
    mpumap_armv8r32_el1.leave(&ctx);
    CHECK_EQ(cpsr() & CPSR_AIF, 0xc0u);
    CHECK_EQ(cpsr() & 0x1fu, 0x1au);
}

static void reading_leaves_interrupts_alone(void)
{
    struct mpumap_pair pair;

    __asm__ volatile("cpsie if" : : : "memory");
    mpumap_armv8r32_el2.read(NULL, 0u, &pair);
    mpumap_armv8r32_el1.read(NULL, 0u, &pair);
    CHECK_EQ(cpsr() & CPSR_AIF, 0u);
    __asm__ volatile("cpsid if" : : : "memory");
    mpumap_armv8r32_el2.read(NULL, 0u, &pair);
    CHECK_EQ(cpsr() & CPSR_AIF, 0xc0u);
}

/* Off: the default map holds and what no region covers is readable. */
static void el2_mpu_goes_off_and_on(void)
{
    CHECK(probe_read(0x30000000u) != 0u);
    mpumap_armv8r32_el2_disable();
    CHECK_EQ(TARGET_READ(4, c1, c0, 0) & 1u, 0u);
    CHECK_EQ(probe_read(0x30000000u), 0u);
    TARGET_WRITE(TARGET_READ(4, c1, c0, 0) | (1u << 17), 4, c1, c0, 0); /* BR */
    TARGET_WRITE(0, 4, c10, c2, 0);
    TARGET_WRITE(0, 4, c10, c2, 1);
    mpumap_armv8r32_el2_mair();
    mpumap_armv8r32_el2_enable();
    CHECK_EQ(TARGET_READ(4, c1, c0, 0) & ((1u << 17) | 1u), 1u);
    CHECK_EQ(TARGET_READ(4, c10, c2, 0), 0xeeaa4400u);
    CHECK_EQ(TARGET_READ(4, c10, c2, 1), 0xff000004u);
    CHECK(probe_read(0x30000000u) != 0u);
}

static uint32_t el1_regions(void)
{
    return (TARGET_READ(0, c0, c0, 4) >> 8) & 0xffu;
}

static void el1_limits(void)
{
    struct mpumap_limits l = {0};

    mpumap_armv8r32_el1.limits(NULL, &l);
    CHECK_EQ(l.regions, el1_regions());
    CHECK(l.regions >= 16u);
    CHECK_EQ(l.granule_shift, 6);
    CHECK_EQ(l.direct, MPUMAP_ARMV8R32_DIRECT);
    CHECK_EQ(l.bank, 1);
    CHECK_EQ(l.bitmap, 0);
    CHECK(l.selector_isb);
    CHECK(!l.lower_el1);
    tap_note_number("EL1 regions", l.regions);
}

static void el1_writes_reach_their_slot(void)
{
    uint32_t regions = el1_regions();

    if ((regions > 16u) && (MPUMAP_ARMV8R32_DIRECT > 16)) {
        tap_skip("QEMU 10.0 takes numbered registers from 16 up for others");
        return;
    }
    for (uint8_t slot = 0u; slot < regions; slot++) {
        write_slot(&mpumap_armv8r32_el1, slot, base_for(slot), limit_for(slot));
    }
    for (uint8_t slot = 0u; slot < regions; slot++) {
        struct mpumap_pair pair = {0u, 0u};

        TARGET_WRITE(slot, 0, c6, c2, 1);
        TARGET_ISB();
        CHECK_EQ(TARGET_READ(0, c6, c3, 0), base_for(slot));
        CHECK_EQ(TARGET_READ(0, c6, c3, 1), limit_for(slot));
        TARGET_WRITE(0, 0, c6, c2, 1);
        mpumap_armv8r32_el1.read(NULL, slot, &pair);
        CHECK_EQ(pair.base, base_for(slot));
        CHECK_EQ(pair.limit, limit_for(slot));
    }
    CHECK_EQ(TARGET_READ(4, c6, c1, 1), OWN_BITS);
}

/* A port says MPUMAP_EL1 for the level below, whichever it is; the core knows its name. */
static void el1_opens_to_the_lower_level(void)
{
    struct mpumap_pair pair;
    mpumap_attr_t attr = 0u;

    mpumap_armv8r32_el1.encode(NULL, 0u, 0xfffu, MPUMAP_RW | MPUMAP_SHARE_INNER | MPUMAP_EL0,
                               &pair);
    CHECK_EQ(pair.base & 7u, 3u);
    CHECK(mpumap_armv8r32_el1.decode(NULL, &pair, &attr));
    CHECK_EQ(attr, MPUMAP_RW | MPUMAP_SHARE_INNER | MPUMAP_EL1);
    pair.base &= ~2u;
    CHECK(mpumap_armv8r32_el1.decode(NULL, &pair, &attr));
    CHECK_EQ(attr, MPUMAP_RW | MPUMAP_SHARE_INNER);
    pair.base = (pair.base & ~0x18u) | 0x08u;
    CHECK(!mpumap_armv8r32_el1.decode(NULL, &pair, &attr));
}

static void el1_mpu_goes_on_and_off(void)
{
    TARGET_WRITE(TARGET_READ(0, c1, c0, 0) | (1u << 17), 0, c1, c0, 0);
    mpumap_armv8r32_el1_mair();
    mpumap_armv8r32_el1_enable();
    CHECK_EQ(TARGET_READ(0, c1, c0, 0) & ((1u << 17) | 1u), 1u);
    CHECK_EQ(TARGET_READ(0, c10, c2, 0), 0xeeaa4400u);
    CHECK_EQ(TARGET_READ(0, c10, c2, 1), 0xff000004u);
    mpumap_armv8r32_el1_disable();
    CHECK_EQ(TARGET_READ(0, c1, c0, 0) & 1u, 0u);
}

/* The handler's side of the probes, with codes that QEMU does not give. */
static void aborts_answer_by_either_code(void)
{
    extern const char probe_read_at[], probe_end[], probe_fetch_return[];
    static const uint32_t codes[] = {SYNDROME_STATUS_TRANSLATION, SYNDROME_STATUS_PERMISSION,
                                     SYNDROME_STATUS_EXTERNAL};

    for (uint32_t i = 0u; i < 3u; i++) {
        struct exception_frame data = {.kind = 3u,
                                       .elr = (uint32_t)probe_read_at,
                                       .syndrome = 0x96000000u | codes[i],
                                       .data_address = 0x1234u};
        struct exception_frame fetch = {.kind = 2u,
                                        .elr = 0x1234u,
                                        .lr = (uint32_t)probe_fetch_return,
                                        .syndrome = 0x86000000u | codes[i],
                                        .fetch_address = 0x1234u};

        data.r[1] = 0x1234u;
        fetch.r[1] = 0x1234u;
        exception(&data);
        exception(&fetch);
        CHECK_EQ(data.elr, (uint32_t)probe_end);
        CHECK_EQ(data.r[0], 0x96000000u | codes[i]);
        CHECK_EQ(fetch.elr, (uint32_t)probe_fetch_return);
        CHECK_EQ(fetch.r[0], 0x86000000u | codes[i]);
    }
}

int main(void)
{
    static const struct tap_case cases[] = {
        TAP_CASE(el2_limits),
        TAP_CASE(el2_writes_reach_their_slot),
        TAP_CASE(el2_reads_each_slot),
        TAP_CASE(el2_bitmap_spares_what_the_mask_leaves_out),
        TAP_CASE(interrupts_are_masked_and_come_back),
        TAP_CASE(reading_leaves_interrupts_alone),
        TAP_CASE(el2_mpu_goes_off_and_on),
        TAP_CASE(el1_limits),
        TAP_CASE(el1_writes_reach_their_slot),
        TAP_CASE(el1_opens_to_the_lower_level),
        TAP_CASE(el1_mpu_goes_on_and_off),
        TAP_CASE(aborts_answer_by_either_code),
    };

    return target_run(cases, sizeof cases / sizeof cases[0]);
}
