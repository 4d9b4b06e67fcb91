/* SPDX-License-Identifier: MIT */
/*
 * The port on the core: what each step does to the registers, read back with accessors that are
 * written here. Built with and without alias registers.
 */
#include "firmware.h"
#include "targetm.h"

#define SLOTS (BOARD_SLOTS - FIRMWARE_OWN)

static void step(const struct mpumap_port *port, enum mpumap_step_kind kind, uint8_t slot,
                 uint32_t value)
{
    const struct mpumap_step s = {value, 0u, (uint8_t)kind, slot};

    port->apply(NULL, &s);
}

/* As the core does it: the selector holds the first slot of a bank. */
static void write_slot(const struct mpumap_port *port, uint8_t slot, uint32_t base, uint32_t limit)
{
    struct mpumap_limits limits;
    uint8_t bank;

    port->limits(NULL, &limits);
    bank = (uint8_t)(slot - slot % limits.bank);
    step(port, MPUMAP_STEP_SELECT, bank, bank);
    step(port, MPUMAP_STEP_BASE, slot, base);
    step(port, MPUMAP_STEP_LIMIT, slot, limit);
    step(port, MPUMAP_STEP_SYNC, 0u, 0u);
}

/* A pair of its own for each slot; not enabled. */
static uint32_t base_for(uint32_t slot)
{
    return 0x40000000u + (slot << 16) + 0x3bu;
}

static uint32_t limit_for(uint32_t slot)
{
    return 0x40000fe0u + (slot << 16) + 0x0eu;
}

static uint32_t primask(void)
{
    uint32_t value;

    __asm__ volatile("mrs %0, primask" : "=r"(value));
    return value;
}

static void check_limits(const struct mpumap_port *port)
{
    struct mpumap_limits l = {0};

    port->limits(NULL, &l);
    CHECK_EQ(l.regions, BOARD_SLOTS);
    CHECK_EQ(l.address_bits, 32);
    CHECK_EQ(l.granule_shift, 5);
    CHECK_EQ(l.direct, 0);
    CHECK_EQ(l.bank, MPUMAP_ARMV8M_BANK);
    CHECK_EQ(l.bitmap, 0);
    CHECK(!l.selector_isb);
    CHECK(!l.lower_el1);
}

static void limits(void)
{
    check_limits(&mpumap_armv8m);
    check_limits(&mpumap_armv8m_ns);
}

/* Each slot holds what was meant for it after all have been written, and no other. */
static void check_slots(const struct mpumap_port *port, uint32_t slots, uint32_t bank)
{
    for (uint8_t slot = 0u; slot < slots; slot++) {
        write_slot(port, slot, base_for(slot), limit_for(slot));
    }
    for (uint8_t slot = 0u; slot < slots; slot++) {
        struct mpumap_pair pair = {0u, 0u};

        TARGET_REGISTER(TARGET_MPU_RNR + bank) = slot;
        CHECK_EQ(TARGET_REGISTER(TARGET_MPU_RBAR + bank), base_for(slot));
        CHECK_EQ(TARGET_REGISTER(TARGET_MPU_RLAR + bank), limit_for(slot));
        TARGET_REGISTER(TARGET_MPU_RNR + bank) = 0u;
        port->read(NULL, slot, &pair);
        CHECK_EQ(pair.base, base_for(slot));
        CHECK_EQ(pair.limit, limit_for(slot));
    }
    TARGET_REGISTER(TARGET_MPU_RNR + bank) = 0u;
    CHECK_EQ(TARGET_REGISTER(TARGET_MPU_RBAR_A3 + bank), base_for(3));
    CHECK_EQ(TARGET_REGISTER(TARGET_MPU_RLAR_A3 + bank), limit_for(3));
}

static void writes_reach_their_slot(void)
{
    check_slots(&mpumap_armv8m, SLOTS, 0u);
}

static void the_non_secure_mpu_is_another(void)
{
    write_slot(&mpumap_armv8m, 1u, 0x12345660u, 0x1234ffe0u);
    check_slots(&mpumap_armv8m_ns, BOARD_SLOTS, TARGET_NS);
    TARGET_REGISTER(TARGET_MPU_RNR) = 1u;
    CHECK_EQ(TARGET_REGISTER(TARGET_MPU_RBAR), 0x12345660u);
    CHECK_EQ(TARGET_REGISTER(TARGET_MPU_RLAR), 0x1234ffe0u);
}

static void interrupts_are_masked_and_come_back(void)
{
    struct mpumap_armv8m_ctx ctx;

    CHECK_EQ(primask(), 0u);
    mpumap_armv8m.enter(&ctx);
    CHECK_EQ(primask(), 1u);
    mpumap_armv8m.leave(&ctx);
    CHECK_EQ(primask(), 0u);
    mpumap_armv8m.enter(NULL);
    CHECK_EQ(primask(), 0u);
    mpumap_armv8m.leave(NULL);
    __asm__ volatile("cpsid i" : : : "memory");
    mpumap_armv8m_ns.enter(&ctx);
    CHECK_EQ(primask(), 1u);
    mpumap_armv8m_ns.leave(&ctx);
    CHECK_EQ(primask(), 1u);
    __asm__ volatile("cpsie i" : : : "memory");
}

static void reading_leaves_interrupts_alone(void)
{
    struct mpumap_pair pair;

    mpumap_armv8m.read(NULL, 0u, &pair);
    CHECK_EQ(primask(), 0u);
    __asm__ volatile("cpsid i" : : : "memory");
    mpumap_armv8m.read(NULL, 0u, &pair);
    CHECK_EQ(primask(), 1u);
    __asm__ volatile("cpsie i" : : : "memory");
}

/* Off: the default map holds and what no region covers is readable. */
static void the_mpu_goes_off_and_on(void)
{
    CHECK(probe_read(BOARD_WINDOW_BASE) != 0u);
    mpumap_armv8m_disable();
    CHECK_EQ(TARGET_REGISTER(TARGET_MPU_CTRL), 0u);
    CHECK_EQ(probe_read(BOARD_WINDOW_BASE), 0u);
    TARGET_REGISTER(TARGET_MPU_CTRL) = 4u; /* PRIVDEFENA */
    TARGET_REGISTER(TARGET_MPU_MAIR0) = 0u;
    TARGET_REGISTER(TARGET_MPU_MAIR1) = 0u;
    mpumap_armv8m_mair();
    mpumap_armv8m_enable();
    CHECK_EQ(TARGET_REGISTER(TARGET_MPU_CTRL), 1u);
    CHECK_EQ(TARGET_REGISTER(TARGET_MPU_MAIR0), 0xeeaa4400u);
    CHECK_EQ(TARGET_REGISTER(TARGET_MPU_MAIR1), 0xff000004u);
    CHECK(probe_read(BOARD_WINDOW_BASE) != 0u);
}

static void the_non_secure_mpu_goes_on_and_off(void)
{
    mpumap_armv8m_ns_mair();
    mpumap_armv8m_ns_enable();
    CHECK_EQ(TARGET_REGISTER(TARGET_MPU_CTRL + TARGET_NS), 1u);
    CHECK_EQ(TARGET_REGISTER(TARGET_MPU_MAIR0 + TARGET_NS), 0xeeaa4400u);
    CHECK_EQ(TARGET_REGISTER(TARGET_MPU_MAIR1 + TARGET_NS), 0xff000004u);
    mpumap_armv8m_ns_disable();
    CHECK_EQ(TARGET_REGISTER(TARGET_MPU_CTRL + TARGET_NS), 0u);
    CHECK_EQ(TARGET_REGISTER(TARGET_MPU_CTRL), 1u);
}

/* Exceptions leave the stack and the registers of the code that they interrupt as they were. */
static void probes_keep_registers(void)
{
    register uint32_t kept __asm__("r8") = 0x55aa55aau;

    for (uint32_t i = 0u; i < 3u; i++) {
        __asm__ volatile("" : "+r"(kept));
        CHECK(probe_read(BOARD_WINDOW_BASE) != 0u);
        CHECK(probe_write(BOARD_WINDOW_BASE) != 0u);
        CHECK(probe_execute(BOARD_WINDOW_BASE) != 0u);
        CHECK(probe_fetch(BOARD_WINDOW_BASE) != 0u);
        __asm__ volatile("" : "+r"(kept));
        CHECK_EQ(kept, 0x55aa55aau);
    }
}

/* The bus is told from the MPU: nothing is at 0x4f000000 on either board. */
static void the_bus_is_not_the_mpu(void)
{
    write_slot(&mpumap_armv8m, 0u, 0x4f000000u | 1u, 0x4f000fe0u | 1u);
    CHECK(core_external(probe_read(0x4f000000u)));
    CHECK(core_external(probe_write(0x4f000000u)));
    CHECK_EQ(probe_fetch(0x4f000000u), 0x01u);
    CHECK_EQ(probe_read(0x4f001000u), 0x82u);
    CHECK_EQ(probe_write(0x4f001000u), 0x82u);
    write_slot(&mpumap_armv8m, 0u, 0x4f000000u, 0x4f000fe0u | 1u);
    CHECK(core_external(probe_fetch(0x4f000000u)));
    write_slot(&mpumap_armv8m, 0u, 0u, 0u);
}

int main(void)
{
    static const struct tap_case cases[] = {
        TAP_CASE(limits),
        TAP_CASE(writes_reach_their_slot),
        TAP_CASE(the_non_secure_mpu_is_another),
        TAP_CASE(interrupts_are_masked_and_come_back),
        TAP_CASE(reading_leaves_interrupts_alone),
        TAP_CASE(the_mpu_goes_off_and_on),
        TAP_CASE(the_non_secure_mpu_goes_on_and_off),
        TAP_CASE(probes_keep_registers),
        TAP_CASE(the_bus_is_not_the_mpu),
    };

    return target_run(cases, sizeof cases / sizeof cases[0]);
}
