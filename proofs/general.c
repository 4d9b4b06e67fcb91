/* SPDX-License-Identifier: MIT */
/* An operation outside a transaction, over the regions that it can reach. */
#include "change.c"
