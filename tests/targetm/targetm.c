/* SPDX-License-Identifier: MIT */
#include "targetm.h"

#include "firmware.h"

static void put(void *ctx, const char *text)
{
    size_t length = 0u;

    while (text[length] != '\0') {
        length++;
    }
    console_out(ctx, text, length);
}

int target_run(const struct tap_case *cases, size_t count)
{
    console_open();
    return tap_run(cases, count, put, NULL) ? 0 : 1;
}
