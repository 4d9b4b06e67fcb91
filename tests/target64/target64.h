/* SPDX-License-Identifier: MIT */
/* What the programs of this folder share. Read by C and assembly. */
#ifndef TESTS_TARGET64_H
#define TESTS_TARGET64_H

#define TARGET_POISON 0xdeadbeefdeadbeef

#ifndef __ASSEMBLER__
#include "tap.h"

/* Runs the cases on the console; the status to return from main(). */
int target_run(const struct tap_case *cases, size_t count);

/* System registers by their encodings (DDI 0600A.d, G1.3), apart from the port's own accessors. */
#define MPUIR_EL1 S3_0_C0_C0_4
#define MPUIR_EL2 S3_4_C0_C0_4
#define PRENR_EL1 S3_0_C6_C1_1
#define PRENR_EL2 S3_4_C6_C1_1
#define PRSELR_EL1 S3_0_C6_C2_1
#define PRSELR_EL2 S3_4_C6_C2_1
#define PRBAR_EL1 S3_0_C6_C8_0
#define PRLAR_EL1 S3_0_C6_C8_1
#define PRBAR_EL2 S3_4_C6_C8_0
#define PRLAR_EL2 S3_4_C6_C8_1
#define PRBAR1_EL2 S3_4_C6_C8_4
#define PRLAR1_EL2 S3_4_C6_C8_5
#define PRBAR6_EL2 S3_4_C6_C11_0
#define PRLAR15_EL2 S3_4_C6_C15_5

#define TARGET_NAME(reg) #reg
#define TARGET_READ(reg)                                                                           \
    __extension__({                                                                                \
        uint64_t value_;                                                                           \
        __asm__ volatile("mrs %0, " TARGET_NAME(reg) : "=r"(value_));                              \
        value_;                                                                                    \
    })
#define TARGET_WRITE(value, reg)                                                                   \
    __asm__ volatile("msr " TARGET_NAME(reg) ", %0" : : "r"((uint64_t)(value)) : "memory")
#define TARGET_ISB() __asm__ volatile("isb" : : : "memory")
#define TARGET_SYNC() __asm__ volatile("dsb sy\n\tisb" : : : "memory")

/* catch.S: calls function(a, b), a leaf, and catches the first exception that it takes; then the
 * function counts as returned. What was caught; esr is 0 if nothing was. */
struct caught {
    uint64_t esr;
    uint64_t far;
    uint64_t elr;
    uint64_t spsr;
    uint64_t value; /* what the function returned */
};
extern struct caught caught;
uint64_t catch_call(uint64_t function, uint64_t a, uint64_t b);

/* Leaves: one access each. */
extern const char load_byte[], load_word[], load_double[], load_pair[], store_byte[],
    store_double[];
extern const char load_back[], load_exclusive[], add_to[], undefined_leaf[], call_leaf[],
    break_leaf[];
#endif

#endif
