/* SPDX-License-Identifier: MIT */
/* What the programs of this folder share. Read by C and assembly. Registers: DDI 0553, D1.2. */
#ifndef TESTS_TARGETM_H
#define TESTS_TARGETM_H

#define TARGET_POISON 0xdeadbeef

#define TARGET_MPU_TYPE 0xe000ed90
#define TARGET_MPU_CTRL 0xe000ed94
#define TARGET_MPU_RNR 0xe000ed98
#define TARGET_MPU_RBAR 0xe000ed9c
#define TARGET_MPU_RLAR 0xe000eda0
#define TARGET_MPU_RBAR_A3 0xe000edb4
#define TARGET_MPU_RLAR_A3 0xe000edb8
#define TARGET_MPU_MAIR0 0xe000edc0
#define TARGET_MPU_MAIR1 0xe000edc4
/* What is added for the Non-secure MPU. */
#define TARGET_NS 0x20000

#ifndef __ASSEMBLER__
#include "tap.h"

/* Runs the cases on the console; the status to return from main(). */
int target_run(const struct tap_case *cases, size_t count);

/* A register, apart from the port's own accessors. */
#define TARGET_REGISTER(address) (*(volatile uint32_t *)(uintptr_t)(address))
#endif

#endif
