/* SPDX-License-Identifier: MIT */
/*
 * The boards: QEMU's mps2-an505 (Arm application note DAI 0505, Cortex-M33) and mps3-an547
 * (DAI 0547, Cortex-M55). Read by C, assembly and the link script alike. Addresses are as the core
 * has them with the SAU off: all memory is Secure.
 */
#ifndef FIRMWARE_BOARD_H
#define FIRMWARE_BOARD_H

/* Where the core takes its first vector table from: code memory, on both boards. */
#define BOARD_RESET_BASE 0x10000000
#define BOARD_RESET_SIZE 0x1000

/*
 * The firmware's own memory: the upper 12 of the first 16 MB of external RAM, where traces are
 * least likely to map. Executable by the default map too (DDI 0553, B8).
 */
#define BOARD_OWN_BASE 0x80400000
#define BOARD_OWN_SIZE 0x00c00000
#define BOARD_TRACE_SIZE 0x00800000

/* BOARD_SLOTS: what the core has. */

/* RAM kept free for traces, from the address that all boards share: every word of it is the Thumb
 * instruction "bx lr", twice. */
#define BOARD_WINDOW_BASE 0x30000000
#define BOARD_WINDOW_WORD 0x47704770
#if defined(BOARD_AN505)
#define BOARD_SLOTS 8
#define BOARD_WINDOW_LIMIT 0x30007fff
#elif defined(BOARD_AN547)
#define BOARD_SLOTS 16
#define BOARD_WINDOW_LIMIT 0x3007ffff
#else
#error "no board: BOARD_AN505 or BOARD_AN547"
#endif

#endif
