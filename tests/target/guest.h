/* SPDX-License-Identifier: MIT */
/* A guest: one access at EL1, then back to EL2 by a call or by a trap. */
#ifndef TESTS_GUEST_H
#define TESTS_GUEST_H

#include <stdint.h>

/* guest_entry.S. The code to copy where the guest may execute, and its entries. */
extern const uint32_t guest_code[], guest_code_end[];
extern const uint32_t guest_read[], guest_write[], guest_fetch[];

/* Leaves Hyp mode for `entry` in Supervisor mode, address in r1, what to write in r2. Comes back
 * when the handler of exceptions goes on at guest_return. */
void guest_enter(uint32_t entry, uint32_t addr, uint32_t value);
extern const uint32_t guest_return[];

#endif
