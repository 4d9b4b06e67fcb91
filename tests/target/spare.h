/* SPDX-License-Identifier: MIT */
/* Room inside the program's own regions that nobody needs, with witnesses on both sides. Read by C
 * and assembly. */
#ifndef TESTS_SPARE_H
#define TESTS_SPARE_H

/* A 4 KiB page before and one behind each spare range belong to the live part beside it. */
#define SPARE_PAGE 0x1000
#define SPARE_SIZE 0x4000

/* clang-format off */
#ifdef __ASSEMBLER__
/* spare NAME: page, NAME to NAME_end, page, in the current section. All words are the A32
 * instruction "bx lr", so that code may run anywhere in it, whatever the linker puts around. */
    .macro  spare name
    .balign SPARE_PAGE
    .fill   SPARE_PAGE / 4, 4, 0xe12fff1e
    .global \name, \name\()_end
\name:
    .fill   SPARE_SIZE / 4, 4, 0xe12fff1e
\name\()_end:
    .fill   SPARE_PAGE / 4, 4, 0xe12fff1e
    .endm
#endif
/* clang-format on */

#endif
