/* SPDX-License-Identifier: MIT */
/*
 * GICv3: Arm IHI 0069, 12.9 (GICD), 12.10 and 12.11 (GICR), 12.4 (ICC). CNTHP: DDI 0487, G8.7. The
 * timer's interrupt is PPI 26 (Arm Base System Architecture, DEN0094, PPI assignments).
 */
#include "timer.h"

#include "target.h"

#define GICD_CTLR 0xf0000000u
#define GICD_CTLR_GROUP1 (1u << 1)
#define GICD_CTLR_ARE (1u << 4)
#define GICR_WAKER 0xf0100014u
#define GICR_WAKER_SLEEP (1u << 1)
#define GICR_WAKER_ASLEEP (1u << 2)
#define GICR_IGROUPR0 0xf0110080u
#define GICR_ISENABLER0 0xf0110100u
#define GICR_IPRIORITYR 0xf0110400u
#define TIMER_INTID 26u

#define HCR_IMO (1u << 4)
#define CTL_ENABLE 1u

static volatile uint32_t *word(uint32_t address)
{
    return (volatile uint32_t *)address;
}

static void start_redistributor(void)
{
    *word(GICR_WAKER) &= ~GICR_WAKER_SLEEP;
    while ((*word(GICR_WAKER) & GICR_WAKER_ASLEEP) != 0u) {
    }
    *word(GICR_IGROUPR0) |= 1u << TIMER_INTID;
    *(volatile uint8_t *)(GICR_IPRIORITYR + TIMER_INTID) = 0x80u;
    *word(GICR_ISENABLER0) = 1u << TIMER_INTID;
}

static void start_interface(void)
{
    TARGET_WRITE(0xf, 4, c12, c9, 5);  /* ICC_HSRE: system registers */
    TARGET_WRITE(0x7, 0, c12, c12, 5); /* ICC_SRE */
    TARGET_ISB();
    TARGET_WRITE(0xff, 0, c4, c6, 0); /* ICC_PMR: every priority */
    TARGET_WRITE(1, 0, c12, c12, 7);  /* ICC_IGRPEN1 */
    TARGET_ISB();
}

void timer_start(void)
{
    *word(GICD_CTLR) = GICD_CTLR_ARE | GICD_CTLR_GROUP1;
    start_redistributor();
    start_interface();
    TARGET_WRITE(TARGET_READ(4, c1, c1, 0) | HCR_IMO, 4, c1, c1, 0);
    TARGET_ISB();
}

void timer_arm(uint32_t ticks)
{
    TARGET_WRITE(ticks, 4, c14, c2, 0); /* CNTHP_TVAL */
    TARGET_WRITE(CTL_ENABLE, 4, c14, c2, 1);
    TARGET_ISB();
}

void timer_stop(void)
{
    TARGET_WRITE(0, 4, c14, c2, 1);
    TARGET_ISB();
}

static uint32_t taken;

bool timer_take(void)
{
    taken = TARGET_READ(0, c12, c12, 0); /* ICC_IAR1 */
    return (taken & 0xffffffu) == TIMER_INTID;
}

void timer_done(void)
{
    TARGET_WRITE(taken, 0, c12, c12, 1); /* ICC_EOIR1 */
}

void interrupts_on(void)
{
    __asm__ volatile("cpsie i" : : : "memory");
}

void interrupts_off(void)
{
    __asm__ volatile("cpsid i" : : : "memory");
}
