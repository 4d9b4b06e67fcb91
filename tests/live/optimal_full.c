/* SPDX-License-Identifier: MIT */
/*
 * optimal.c with three slots, so that maps of five granules can fill the MPU: the only states in
 * which a region may have to be taken out for the duration of a change, one that changes or one
 * that does not.
 */
#define SLOTS 3u
#include "optimal.c"
