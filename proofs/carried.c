/* SPDX-License-Identifier: MIT */
/* The stages of a commit. */
#include "commit.c"
