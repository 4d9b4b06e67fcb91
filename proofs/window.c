/* SPDX-License-Identifier: MIT */
/* The spans that an operation can reach. */
#include "stream.c"
