/* SPDX-License-Identifier: MIT */
/* The MPU controlled from EL1. */
#include "mpumap_config.h"

#if MPUMAP_ADDR_BITS == 64

#define OP1 0
#define LEVEL(name) mpumap_armv8r64_el1##name
#define LOWER_EL1 false
#include "port/armv8r64/level.h"

#endif
