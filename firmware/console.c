/* SPDX-License-Identifier: MIT */
#include "firmware.h"

static struct {
    int32_t out;
    int32_t err;
    uint32_t used;
    char buffer[4096];
} console = {.out = -1, .err = -1};

void console_open(void)
{
    console.out = host_open(HOST_CONSOLE, HOST_WRITE);
    console.err = host_open(HOST_CONSOLE, HOST_APPEND);
}

static void put(int32_t handle, const char *text, size_t length)
{
    if (handle >= 0) {
        host_write(handle, text, length);
    } else {
        uart_put(text, length);
    }
}

void console_flush(void)
{
    put(console.out, console.buffer, console.used);
    console.used = 0u;
}

void console_out(void *ctx, const char *text, size_t length)
{
    (void)ctx;
    for (size_t i = 0u; i < length; i++) {
        if (console.used == sizeof console.buffer) {
            console_flush();
        }
        console.buffer[console.used] = text[i];
        console.used++;
    }
}

/* What was said before comes out before. */
void console_err(void *ctx, const char *text, size_t length)
{
    (void)ctx;
    console_flush();
    put(console.err, text, length);
}

_Noreturn void firmware_exit(uint32_t status)
{
    console_flush();
    host_exit(status);
}
