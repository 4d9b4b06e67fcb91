/* SPDX-License-Identifier: MIT */
/* The EL2 physical timer (CNTHP) as a source of interrupts at EL2. */
#ifndef TESTS_TIMER_H
#define TESTS_TIMER_H

#include <stdbool.h>
#include <stdint.h>

/* The interrupt controller's registers: mapped by the caller while timer_start() runs, not needed
 * afterwards. GICv3 of QEMU's mps3-an536: distributor, the first core's redistributor. */
#define TIMER_GIC_BASE 0xf0000000u
#define TIMER_GIC_LIMIT 0xf011ffffu

void timer_start(void);
/* The next interrupt, in ticks from now. Takes back one that is pending. */
void timer_arm(uint32_t ticks);
void timer_stop(void);
/* In the handler: true when the timer is what interrupts; then timer_done(). */
bool timer_take(void);
void timer_done(void);

void interrupts_on(void);
void interrupts_off(void);

#endif
