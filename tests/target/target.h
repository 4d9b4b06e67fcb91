/* SPDX-License-Identifier: MIT */
/* What the programs of this folder share. Read by C and assembly. */
#ifndef TESTS_TARGET_H
#define TESTS_TARGET_H

#define TARGET_POISON 0xdeadbeef

#ifndef __ASSEMBLER__
#include "board.h"
#include "tap.h"

/* Runs the cases on the console; the status to return from main(). */
int target_run(const struct tap_case *cases, size_t count);

/* opc1 of the registers of the level under test. */
#if defined(FIRMWARE_LEVEL) && (FIRMWARE_LEVEL == 1)
#define TARGET_OWN 0
#else
#define TARGET_OWN 4
#endif

/* System registers, apart from the port's own accessors. CRn, CRm as c0 to c15. */
#define TARGET_READ(opc1, crn, crm, opc2) TARGET_READ_(opc1, crn, crm, opc2)
#define TARGET_WRITE(value, opc1, crn, crm, opc2) TARGET_WRITE_(value, opc1, crn, crm, opc2)
#define TARGET_READ_(opc1, crn, crm, opc2)                                                         \
    __extension__({                                                                                \
        uint32_t value_;                                                                           \
        __asm__ volatile("mrc p15, " #opc1 ", %0, " #crn ", " #crm ", " #opc2 : "=r"(value_));     \
        value_;                                                                                    \
    })
#define TARGET_WRITE_(value, opc1, crn, crm, opc2)                                                 \
    __asm__ volatile("mcr p15, " #opc1 ", %0, " #crn ", " #crm ", " #opc2                          \
                     :                                                                             \
                     : "r"((uint32_t)(value))                                                      \
                     : "memory")
#define TARGET_ISB() __asm__ volatile("isb" : : : "memory")
#endif

#endif
