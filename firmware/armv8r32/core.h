/* SPDX-License-Identifier: MIT */
/* The core: the port and the codec that the firmware is built on, and the registers that an
 * exception saves. */
#ifndef FIRMWARE_CORE_H
#define FIRMWARE_CORE_H

#include "board.h"

#include "port/armv8r32/apply.h"
#include "port/armv8r32/codec.h"

#if FIRMWARE_LEVEL == 1
#define CORE_TARGET PLAYER_ARMV8R32_EL1
#define CORE_PORT core_port_el1
#define CORE_SYNDROME "as HSR" /* EL1 has DFSR and IFSR */
#else
#define CORE_TARGET PLAYER_ARMV8R32_EL2
#define CORE_PORT mpumap_armv8r32_el2
#define CORE_SYNDROME "HSR"
#endif
#define CORE_PORT_CTX mpumap_armv8r32_ctx
#define CORE_PRBAR MPUMAP_ARMV8R32_PRBAR
#define CORE_PRLAR MPUMAP_ARMV8R32_PRLAR

/* In a diagnosis. */
#define CORE_PERMISSION "permission, level 0: the region denies (QEMU: or none, or more than one)"

/*
 * mpumap_armv8r32_el1 around a defect of QEMU 10.0, which takes the numbered registers of slots 16
 * and up for others: those go through the selector. It says and counts what a core without the
 * defect does for a map that begins at the trace's slot 0, as on the simulator.
 */
extern const struct mpumap_port core_port_el1;

enum exception_kind {
    EXCEPTION_UNDEFINED,
    EXCEPTION_CALL,
    EXCEPTION_PREFETCH,
    EXCEPTION_DATA,
    EXCEPTION_TRAP,
    EXCEPTION_IRQ,
    EXCEPTION_FIQ
};

/* As the vectors' code pushes it. At EL1: the syndrome is DFSR or IFSR, the addresses are DFAR and
 * IFAR. */
struct exception_frame {
    uint32_t kind; /* enum exception_kind */
    uint32_t sp;
    uint32_t lr;
    uint32_t elr;
    uint32_t spsr;
    uint32_t syndrome;
    uint32_t data_address;
    uint32_t fetch_address;
    uint32_t r[13];
};

/* An interrupt, or a trap from a lower level. Weak, and false, in core.c: nobody expects one. A
 * program that does has its own; true: go on where the frame says. */
bool core_event(struct exception_frame *frame);

#endif
