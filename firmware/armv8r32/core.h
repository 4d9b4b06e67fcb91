/* SPDX-License-Identifier: MIT */
/* The core: the port and the codec that the firmware is built on, and the registers that an
 * exception saves. */
#ifndef FIRMWARE_CORE_H
#define FIRMWARE_CORE_H

#include "port/armv8r32/apply.h"
#include "port/armv8r32/codec.h"

#define CORE_TARGET PLAYER_ARMV8R32_EL2
#define CORE_PORT mpumap_armv8r32_el2
#define CORE_PORT_CTX mpumap_armv8r32_ctx
#define CORE_PRBAR MPUMAP_ARMV8R32_PRBAR
#define CORE_PRLAR MPUMAP_ARMV8R32_PRLAR

/* In a diagnosis. */
#define CORE_SYNDROME "HSR"
#define CORE_PERMISSION "permission, level 0: the region denies (QEMU: or none, or more than one)"

/* As startup.S pushes it. */
struct exception_frame {
    uint32_t kind;
    uint32_t sp;
    uint32_t lr;
    uint32_t elr;
    uint32_t spsr;
    uint32_t hsr;
    uint32_t hdfar;
    uint32_t hifar;
    uint32_t r[13];
};

#endif
