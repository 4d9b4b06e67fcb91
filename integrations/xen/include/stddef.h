/* SPDX-License-Identifier: GPL-2.0-only */
/* See stdint.h. */
#ifndef MPUMAP_XEN_STDDEF_H
#define MPUMAP_XEN_STDDEF_H

#include <xen/types.h>

#endif
