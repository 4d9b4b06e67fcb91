/* SPDX-License-Identifier: MIT */
/* The MPU controlled from EL2. */
#include "mpumap_config.h"

#if MPUMAP_ADDR_BITS == 64

#define OP1 4
#define LEVEL(name) mpumap_armv8r64_el2##name
#define LOWER_EL1 true
#include "port/armv8r64/level.h"

#endif
