/* SPDX-License-Identifier: MIT */
/* The functions of port/mair.h, for every codec. */
#include "port/mair.h"
