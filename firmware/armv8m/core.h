/* SPDX-License-Identifier: MIT */
/* The core: the port and the codec that the firmware is built on, and the registers that an
 * exception saves. */
#ifndef FIRMWARE_CORE_H
#define FIRMWARE_CORE_H

#include "port/armv8m/apply.h"
#include "port/armv8m/codec.h"

#define CORE_TARGET PLAYER_ARMV8M
#define CORE_PORT mpumap_armv8m
#define CORE_PORT_CTX mpumap_armv8m_ctx
#define CORE_PRBAR MPUMAP_ARMV8M_RBAR
#define CORE_PRLAR MPUMAP_ARMV8M_RLAR

/*
 * Two slots of eight are enough: constants are executable, and no device is needed since
 * semihosting carries everything. The two touch. They are the last two, so that the trace's slots
 * lie in banks of four as they do in the simulator, and changes take as many selector writes.
 */
#define FIRMWARE_FIRST (BOARD_SLOTS - 2u)
#define FIRMWARE_OWN 2u
#define FIRMWARE_OWN_LOCKS 1u
#define FIRMWARE_REGIONS(REGION)                                                                   \
    REGION(__text_start, __text_end, MPUMAP_RX | MPUMAP_NORMAL)                                    \
    REGION(__data_start, __data_end, MPUMAP_RW | MPUMAP_NORMAL)

/* What the hardware saves (DDI 0553, "Exception entry"). */
struct core_stacked {
    uint32_t r0;
    uint32_t r1;
    uint32_t r2;
    uint32_t r3;
    uint32_t r12;
    uint32_t lr;
    uint32_t pc;
    uint32_t xpsr;
};

struct exception_frame {
    struct core_stacked *stacked; /* NULL: it could not be saved */
    uint32_t sp;                  /* at entry */
    uint32_t exc_return;
    uint32_t number; /* IPSR */
    uint32_t cfsr;
    uint32_t hfsr;
    uint32_t mmfar;
    uint32_t bfar;
    uint32_t sfsr;
    uint32_t sfar;
    uint32_t r4[8]; /* r4 to r11 */
};

/* As startup.S pushes it. */
struct core_pushed {
    uint32_t sp;
    uint32_t r4[8];
    uint32_t exc_return;
};

/* Called by startup.S. */
void core_exception(const struct core_pushed *pushed);
/* From reset: the MPU on, memory as C wants it, faults enabled. */
void core_start(void);

#endif
