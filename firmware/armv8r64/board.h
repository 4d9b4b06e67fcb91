/* SPDX-License-Identifier: MIT */
/*
 * The board: an Armv8-R AArch64 core as firmware/monitor64 makes one out of QEMU's "virt" machine.
 * Read by C, assembly and the link scripts alike.
 */
#ifndef FIRMWARE_BOARD_H
#define FIRMWARE_BOARD_H

/* The firmware's own memory: RAM, where traces are least likely to map. The core starts at its
 * first byte. */
#define BOARD_OWN_BASE 0x7b5a0000
#define BOARD_OWN_SIZE 0x01100000

/* RAM kept free for traces: every word of it is the A64 instruction "ret". */
#define BOARD_WINDOW_BASE 0x30000000
#define BOARD_WINDOW_LIMIT 0x30ffffff
#define BOARD_WINDOW_WORD 0xd65f03c0

/* More RAM: 64 KB above 4 GB, and the last 64 KB of the 48-bit address space. */
#define BOARD_HIGH_BASE 0x100000000
#define BOARD_TOP_BASE 0xffffffff0000
#define BOARD_FAR_SIZE 0x10000

/* PL011 (Arm DDI 0183, 3.2), enabled by whatever starts the core. */
#define BOARD_UART 0x09000000
#define BOARD_UART_SIZE 0x1000
#define BOARD_UART_DATA 0x0
#define BOARD_UART_FLAGS 0x18
#define BOARD_UART_FLAGS_TX_FULL 0x20
#define BOARD_UART_CONTROL 0x30
#define BOARD_UART_CONTROL_TX_ENABLE 0x101

#endif
