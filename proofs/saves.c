/* SPDX-License-Identifier: MIT */
/* What keeping a slot saves, and which old regions go off with an exchange. */
#include "select.c"
