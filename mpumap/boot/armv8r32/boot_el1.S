/* SPDX-License-Identifier: MIT */
/* Boot of the EL1-controlled MPU: boot.S with the registers of EL1. */
#define MPUMAP_BOOT_LEVEL 1
#include "boot.S"
