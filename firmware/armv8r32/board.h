/* SPDX-License-Identifier: MIT */
/*
 * The board: QEMU's mps3-an536 (Arm application note DAI 0536, "AN536"). Read by C, assembly and
 * the link script alike.
 */
#ifndef FIRMWARE_BOARD_H
#define FIRMWARE_BOARD_H

/* The exception level that the firmware runs at and whose MPU it drives: 2, or 1. */
#ifndef FIRMWARE_LEVEL
#define FIRMWARE_LEVEL 2
#endif

/*
 * The firmware's own memory: in DDR, where traces are least likely to map, and below 0x80000000,
 * from where RAM is execute-never while the MPU is off.
 */
#define BOARD_OWN_BASE 0x7b5a0000
#define BOARD_OWN_SIZE 0x01100000

/* RAM kept free for traces: every word of it is the A32 instruction "bx lr". */
#define BOARD_WINDOW_BASE 0x30000000
#define BOARD_WINDOW_LIMIT 0x30ffffff
#define BOARD_WINDOW_WORD 0xe12fff1e

/* The last of the shared UARTs (QEMU: -serial number 5): traces may have all the others. CMSDK
 * UART, Arm DDI 0479, 4.3. */
#define BOARD_UART 0xe0208000
#define BOARD_UART_SIZE 0x1000
#define BOARD_UART_DATA 0x0
#define BOARD_UART_STATE 0x4
#define BOARD_UART_CTRL 0x8
#define BOARD_UART_BAUDDIV 0x10
#define BOARD_UART_STATE_TX_FULL 0x1
#define BOARD_UART_CTRL_TX_ENABLE 0x1

#endif
