/* SPDX-License-Identifier: MIT */
/*
 * Runs every step of the port once, a call of mark() before each: run.sh lets QEMU log the
 * instructions, and compares their order with what the step promises.
 */
#include "firmware.h"
#include "target64.h"

void mark(void);
__attribute__((noinline)) void mark(void)
{
    __asm__ volatile("" : : : "memory");
}

static void step(const struct mpumap_port *port, enum mpumap_step_kind kind, uint8_t slot,
                 uint64_t value, uint32_t mask)
{
    const struct mpumap_step s = {value, mask, (uint8_t)kind, slot};

    mark();
    port->apply(NULL, &s);
}

static void steps(const struct mpumap_port *port)
{
    step(port, MPUMAP_STEP_SELECT, 16, 16, 0u);
    step(port, MPUMAP_STEP_ISB, 0, 0u, 0u);
    step(port, MPUMAP_STEP_BASE, 16, 0u, 0u);
    step(port, MPUMAP_STEP_LIMIT, 16, 0u, 0u);
    step(port, MPUMAP_STEP_BASE, 21, 0u, 0u);
    step(port, MPUMAP_STEP_LIMIT, 30, 0u, 0u);
    step(port, MPUMAP_STEP_ORDER, 0, 0u, 0u);
    step(port, MPUMAP_STEP_BITMAP, 0, 0x0fu, 0xffffffffu);
    step(port, MPUMAP_STEP_BITMAP, 0, 0x0fu, 0x7fffffffu);
    step(port, MPUMAP_STEP_SYNC, 0, 0u, 0u);
}

static void around(const struct mpumap_port *port)
{
    struct mpumap_armv8r64_ctx ctx;
    struct mpumap_pair pair;

    mark();
    port->enter(&ctx);
    mark();
    port->leave(&ctx);
    mark();
    port->read(NULL, 20u, &pair);
}

int main(void)
{
    steps(&mpumap_armv8r64_el2);
    around(&mpumap_armv8r64_el2);
    mark();
    mpumap_armv8r64_el2_disable();
    mark();
    mpumap_armv8r64_el2_mair();
    mark();
    mpumap_armv8r64_el2_enable();
    steps(&mpumap_armv8r64_el1);
    around(&mpumap_armv8r64_el1);
    mark();
    mpumap_armv8r64_el1_mair();
    mark();
    mpumap_armv8r64_el1_enable();
    mark();
    mpumap_armv8r64_el1_disable();
    mark();
    return 0;
}
