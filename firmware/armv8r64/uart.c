/* SPDX-License-Identifier: MIT */
#include "firmware.h"

/* Start-up code has enabled the UART. */
static volatile uint32_t *uart_register(uintptr_t offset)
{
    return (volatile uint32_t *)(BOARD_UART + offset);
}

void uart_put(const char *text, size_t length)
{
    for (size_t i = 0u; i < length; i++) {
        while ((*uart_register(BOARD_UART_FLAGS) & BOARD_UART_FLAGS_TX_FULL) != 0u) {
        }
        *uart_register(BOARD_UART_DATA) = (uint8_t)text[i];
    }
}
