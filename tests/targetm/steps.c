/* SPDX-License-Identifier: MIT */
/*
 * Runs every step of the port once, a call of mark() before each: run.sh lets QEMU log the
 * instructions, and compares their order with what the step promises.
 */
#include "firmware.h"
#include "targetm.h"

void mark(void);
__attribute__((noinline)) void mark(void)
{
    __asm__ volatile("" : : : "memory");
}

static void step(const struct mpumap_port *port, enum mpumap_step_kind kind, uint8_t slot,
                 uint32_t value)
{
    const struct mpumap_step s = {value, 0u, (uint8_t)kind, slot};

    mark();
    port->apply(NULL, &s);
}

static void steps(const struct mpumap_port *port)
{
    struct mpumap_armv8m_ctx ctx;
    struct mpumap_pair pair;

    step(port, MPUMAP_STEP_SELECT, 4, 4);
    step(port, MPUMAP_STEP_ISB, 0, 0u);
    step(port, MPUMAP_STEP_BASE, 4, 0u);
    step(port, MPUMAP_STEP_LIMIT, 5, 0u);
    step(port, MPUMAP_STEP_ORDER, 0, 0u);
    step(port, MPUMAP_STEP_BITMAP, 0, 0u);
    step(port, MPUMAP_STEP_SYNC, 0, 0u);
    mark();
    port->enter(&ctx);
    mark();
    port->leave(&ctx);
    mark();
    port->read(NULL, 4u, &pair);
}

int main(void)
{
    steps(&mpumap_armv8m);
    mark();
    mpumap_armv8m_disable();
    mark();
    mpumap_armv8m_mair();
    mark();
    mpumap_armv8m_enable();
    steps(&mpumap_armv8m_ns);
    mark();
    mpumap_armv8m_ns_mair();
    mark();
    mpumap_armv8m_ns_enable();
    mark();
    mpumap_armv8m_ns_disable();
    mark();
    return 0;
}
