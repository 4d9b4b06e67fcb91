/* SPDX-License-Identifier: MIT */
/* Linked between the library and the test. */
#include "spare.h"

    .section .text.spare_high, "ax", %progbits
    spare   spare_text_high

    .section .rodata.spare, "a", %progbits
    spare   spare_rodata

    .section .bss.spare, "aw", %nobits
    .balign SPARE_PAGE
    .space  SPARE_PAGE
    .global spare_bss, spare_bss_end
spare_bss:
    .space  SPARE_SIZE
spare_bss_end:
    .space  SPARE_PAGE
