/* SPDX-License-Identifier: MIT */
/* Linked first: between the vectors with start-up code, and the library. */
#include "spare.h"

    .section .text.spare_low, "ax", %progbits
    spare   spare_text_low
