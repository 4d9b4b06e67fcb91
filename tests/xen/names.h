/* SPDX-License-Identifier: MIT */
/*
 * Names that are macros in the headers of hypervisors and kernels, which include them before every
 * file by force. The library, built there, may have none of them, not even as a static function.
 */
#ifndef TESTS_XEN_NAMES_H
#define TESTS_XEN_NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#pragma GCC poison barrier mb rmb wmb isb dsb likely unlikely panic printk BUG BUG_ON ASSERT
#pragma GCC poison min max clamp swap abs BIT GENMASK ROUNDUP ALIGN ARRAY_SIZE container_of
#pragma GCC poison PAGE_SIZE MASK_EXTR MASK_INSR set_bit clear_bit test_bit asm_inline

#endif
