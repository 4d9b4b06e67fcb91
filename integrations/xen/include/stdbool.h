/* SPDX-License-Identifier: GPL-2.0-only */
/* See stdint.h. */
#ifndef MPUMAP_XEN_STDBOOL_H
#define MPUMAP_XEN_STDBOOL_H

#include <xen/types.h>

#endif
