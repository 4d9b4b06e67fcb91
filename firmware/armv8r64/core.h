/* SPDX-License-Identifier: MIT */
/* The core: the port and the codec that the firmware is built on, and the registers that an
 * exception saves. */
#ifndef FIRMWARE_CORE_H
#define FIRMWARE_CORE_H

#include "port/armv8r64/apply.h"
#include "port/armv8r64/codec.h"

#define CORE_TARGET PLAYER_ARMV8R64_EL2
#define CORE_PORT mpumap_armv8r64_el2
#define CORE_PORT_CTX mpumap_armv8r64_ctx
#define CORE_PRBAR MPUMAP_ARMV8R64_PRBAR
#define CORE_PRLAR MPUMAP_ARMV8R64_PRLAR

/* In a diagnosis. */
#define CORE_SYNDROME "ESR"
#define CORE_PERMISSION "permission, level 0: the region denies"

/* As startup.S saves it. */
struct exception_frame {
    uint64_t x[31];
    uint64_t kind;
    uint64_t sp;
    uint64_t elr;
    uint64_t spsr;
    uint64_t esr;
    uint64_t far;
};

#endif
