/* SPDX-License-Identifier: MIT */
/*
 * Build-time configuration of mpumap. Every option may be set on the compiler's command line, or in
 * a file named by MPUMAP_CONFIG_FILE; what stands here are the defaults.
 *
 * Options marked [ABI] change structures: the library and every user must be built with one value.
 */
#ifndef MPUMAP_CONFIG_H
#define MPUMAP_CONFIG_H

#ifdef MPUMAP_CONFIG_FILE
#include MPUMAP_CONFIG_FILE
#endif

#include <stdint.h>

/* [ABI] Width of an address and of a region register: 32 (AArch32, Armv8-M) or 64 (AArch64, hosts).
 */
#ifndef MPUMAP_ADDR_BITS
#if UINTPTR_MAX > 0xffffffffu
#define MPUMAP_ADDR_BITS 64
#else
#define MPUMAP_ADDR_BITS 32
#endif
#endif

/* [ABI] Width of a reference count: 16 or 32. A smaller limit is chosen at run time (refs_max). */
#ifndef MPUMAP_REFS_BITS
#define MPUMAP_REFS_BITS 16
#endif

/* 1: every public function refuses a NULL or uninitialised map with MPUMAP_STATE. 0: undefined, as
 * usual. */
#ifndef MPUMAP_CHECKED
#define MPUMAP_CHECKED 1
#endif

/* 1: policy `whole` alone, in about half of the code: mpumap_init refuses `exact` with
 * MPUMAP_POLICY. Transactions still work, and bring the planner back in where they are called. */
#ifndef MPUMAP_WHOLE_ONLY
#define MPUMAP_WHOLE_ONLY 0
#endif

#if (MPUMAP_ADDR_BITS != 32) && (MPUMAP_ADDR_BITS != 64)
#error "MPUMAP_ADDR_BITS must be 32 or 64"
#endif
#if (MPUMAP_REFS_BITS != 16) && (MPUMAP_REFS_BITS != 32)
#error "MPUMAP_REFS_BITS must be 16 or 32"
#endif

#endif
