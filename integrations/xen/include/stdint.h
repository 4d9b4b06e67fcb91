/* SPDX-License-Identifier: GPL-2.0-only */
/* Xen has no C library headers: what mpumap asks of them, from Xen's own. */
#ifndef MPUMAP_XEN_STDINT_H
#define MPUMAP_XEN_STDINT_H

#include <xen/types.h>

#ifdef CONFIG_ARM_64
#define MPUMAP_ADDR_BITS 64
#else
#define MPUMAP_ADDR_BITS 32
#endif

#endif
