/* SPDX-License-Identifier: MIT */
/* Exceptions that nothing expects; the command line says which. Each must end in a diagnosis. */
#include "firmware.h"
#include "target64.h"

#define CODE 0x30000000u
#define HOLE 0x30010000u
#define DATA 0x100000000u

static bool make_map(void)
{
    const struct player_request request = {.target = PLAYER_ARMV8R64_EL2,
                                           .policy = MPUMAP_EXACT,
                                           .regions = 8,
                                           .tap = &mpumap_armv8r64_el2};
    struct player_engine engine;

    return (engine_ops.setup(NULL, &request, &engine) == 8u) &&
           (mpumap_map(engine.map, CODE, CODE + 0xffffu, MPUMAP_RX) == MPUMAP_OK) &&
           (mpumap_map(engine.map, DATA, DATA + 0xffffu, MPUMAP_RW) == MPUMAP_OK);
}

static bool is(const char *a, const char *b)
{
    while ((*a == *b) && (*a != '\0')) {
        a++;
        b++;
    }
    return *a == *b;
}

/* A wild write to the MPU: slot 31 over part of the data. */
static void overlap(void)
{
    TARGET_WRITE(31, PRSELR_EL2);
    TARGET_ISB();
    TARGET_WRITE(DATA | 0x8032u, PRBAR_EL2);
    TARGET_WRITE(DATA | 0xffcfu, PRLAR_EL2);
    TARGET_SYNC();
    (void)*(volatile uint8_t *)(DATA + 0x8000u);
}

static void act(const char *what)
{
    if (is(what, "read")) {
        (void)*(volatile uint32_t *)HOLE;
    } else if (is(what, "write")) {
        *(volatile uint32_t *)(CODE + 0x40u) = 0u;
    } else if (is(what, "fetch")) {
        __asm__ volatile("blr %0" : : "r"(DATA) : "x30", "memory");
    } else if (is(what, "overlap")) {
        overlap();
    } else if (is(what, "undefined")) {
        __asm__ volatile("udf #0");
    } else if (is(what, "call")) {
        __asm__ volatile("hvc #0" : : : "memory");
    } else if (is(what, "stack")) {
        __asm__ volatile("mov sp, %0\n\tstp x0, x1, [sp, #-16]!" : : "r"(HOLE + 0x100u) : "memory");
    } else if (is(what, "twice")) {
        exception_show((const struct mpumap *)HOLE);
        (void)*(volatile uint32_t *)HOLE;
    } else {
        /* "nothing": the control */
    }
}

int main(void)
{
    static char line[64];
    const char *what = line;

    if (!host_command_line(line, sizeof line)) {
        return 1;
    }
    while ((*what != ' ') && (*what != '\0')) {
        what++;
    }
    what += (*what == ' ') ? 1 : 0;
    console_open();
    if (!make_map()) {
        return 1;
    }
    act(what);
    return 0;
}
