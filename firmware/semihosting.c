/* SPDX-License-Identifier: MIT */
#include "firmware.h"

#define SYS_OPEN 0x01u
#define SYS_WRITE 0x05u
#define SYS_READ 0x06u
#define SYS_FLEN 0x0cu
#define SYS_GET_CMDLINE 0x15u
#define SYS_EXIT_EXTENDED 0x20u
#define ADP_STOPPED_APPLICATION_EXIT 0x20026u

/* Arguments are words as wide as a pointer. */
static uintptr_t word_of(const void *pointer)
{
    return (uintptr_t)pointer;
}

static uintptr_t name_length(const char *name)
{
    uintptr_t length = 0u;

    while (name[length] != '\0') {
        length++;
    }
    return length;
}

int32_t host_open(const char *name, uint32_t mode)
{
    uintptr_t block[3] = {word_of(name), mode, name_length(name)};

    return (int32_t)semihosting_call(SYS_OPEN, block);
}

int32_t host_length(int32_t handle)
{
    uintptr_t block[1] = {(uintptr_t)handle};

    return (int32_t)semihosting_call(SYS_FLEN, block);
}

/* SYS_READ answers the number of bytes NOT read. */
size_t host_read(int32_t handle, char *to, size_t length)
{
    size_t done = 0u;

    while (done < length) {
        uintptr_t block[3] = {(uintptr_t)handle, word_of(to + done), length - done};
        uintptr_t left = semihosting_call(SYS_READ, block);

        if (left >= block[2]) {
            break;
        }
        done = length - left;
    }
    return done;
}

/* SYS_WRITE answers the number of bytes NOT written. What the host does not take is lost: there is
 * nobody to tell. */
void host_write(int32_t handle, const char *text, size_t length)
{
    size_t done = 0u;

    while (done < length) {
        uintptr_t block[3] = {(uintptr_t)handle, word_of(text + done), length - done};
        uintptr_t left = semihosting_call(SYS_WRITE, block);

        if (left >= block[2]) {
            return;
        }
        done = length - left;
    }
}

bool host_command_line(char *buffer, size_t length)
{
    uintptr_t block[2] = {word_of(buffer), length};

    return semihosting_call(SYS_GET_CMDLINE, block) == 0u;
}

_Noreturn void host_exit(uint32_t status)
{
    uintptr_t block[2] = {ADP_STOPPED_APPLICATION_EXIT, status};

    for (;;) {
        (void)semihosting_call(SYS_EXIT_EXTENDED, block);
    }
}
