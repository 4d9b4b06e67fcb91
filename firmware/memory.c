/* SPDX-License-Identifier: MIT */
/* What a compiler may call on its own account; built without turning the loops into such calls. */
#include <stddef.h>
#include <stdint.h>

void *memcpy(void *restrict to, const void *restrict from, size_t length);
void *memmove(void *to, const void *from, size_t length);
void *memset(void *to, int value, size_t length);
int memcmp(const void *a, const void *b, size_t length);

void *memcpy(void *restrict to, const void *restrict from, size_t length)
{
    uint8_t *t = to;
    const uint8_t *f = from;

    for (size_t i = 0u; i < length; i++) {
        t[i] = f[i];
    }
    return to;
}

void *memmove(void *to, const void *from, size_t length)
{
    uint8_t *t = to;
    const uint8_t *f = from;

    if ((uintptr_t)to <= (uintptr_t)from) {
        for (size_t i = 0u; i < length; i++) {
            t[i] = f[i];
        }
    } else {
        for (size_t i = length; i > 0u; i--) {
            t[i - 1u] = f[i - 1u];
        }
    }
    return to;
}

void *memset(void *to, int value, size_t length)
{
    uint8_t *t = to;

    for (size_t i = 0u; i < length; i++) {
        t[i] = (uint8_t)value;
    }
    return to;
}

int memcmp(const void *a, const void *b, size_t length)
{
    const uint8_t *x = a;
    const uint8_t *y = b;

    for (size_t i = 0u; i < length; i++) {
        if (x[i] != y[i]) {
            return (x[i] < y[i]) ? -1 : 1;
        }
    }
    return 0;
}
