/* SPDX-License-Identifier: MIT */
/* Exceptions that nothing expects; the command line says which. Each must end in a diagnosis. */
#include "firmware.h"
#include "target.h"

#include "port/armv8r32/apply.h"

/* The map: code, a hole, data. */
#define CODE 0x30000000u
#define HOLE 0x30010000u
#define DATA 0x30020000u
#define SHARED 0x30028000u

static bool make_map(void)
{
    const struct player_request request = {
        .target = CORE_TARGET, .policy = MPUMAP_EXACT, .regions = 8, .tap = &CORE_PORT};
    struct player_engine engine;

    return (engine_ops.setup(NULL, &request, &engine) == 8u) &&
           (mpumap_map(engine.map, CODE, CODE + 0xffffu, MPUMAP_RX) == MPUMAP_OK) &&
           (mpumap_map(engine.map, DATA, DATA + 0xffffu, MPUMAP_RW) == MPUMAP_OK);
}

static void read_word(uint32_t addr)
{
    (void)*(volatile uint32_t *)addr;
}

static void write_word(uint32_t addr)
{
    *(volatile uint32_t *)addr = 0u;
}

static void call(uint32_t addr)
{
    __asm__ volatile("blx %0" : : "r"(addr) : "lr", "memory");
}

/* A wild write to the MPU: slot 15 over part of the data. */
static void overlap(void)
{
    TARGET_WRITE(15, TARGET_OWN, c6, c2, 1);
    TARGET_ISB();
    TARGET_WRITE(SHARED | 1u, TARGET_OWN, c6, c3, 0);
    TARGET_WRITE((SHARED + 0x7fc0u) | 0xfu, TARGET_OWN, c6, c3, 1);
    TARGET_ISB();
    read_word(SHARED);
}

static void lose_the_stack(void)
{
    __asm__ volatile("mov sp, %0\n\tpush {r0, r1}" : : "r"(HOLE + 0x100u) : "memory");
}

/* The diagnosis itself runs into a hole. */
static void fault_twice(void)
{
    exception_show((const struct mpumap *)HOLE);
    read_word(HOLE);
}

static bool is(const char *a, const char *b)
{
    while ((*a == *b) && (*a != '\0')) {
        a++;
        b++;
    }
    return *a == *b;
}

static void act(const char *what)
{
    if (is(what, "read")) {
        read_word(HOLE);
    } else if (is(what, "write")) {
        write_word(CODE + 0x40u);
    } else if (is(what, "fetch")) {
        call(DATA);
    } else if (is(what, "overlap")) {
        overlap();
    } else if (is(what, "undefined")) {
        __asm__ volatile("udf #0");
    } else if (is(what, "call")) {
        __asm__ volatile("svc #0");
    } else if (is(what, "stack")) {
        lose_the_stack();
    } else if (is(what, "twice")) {
        fault_twice();
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
    if (is(what, "unopened")) {
        read_word(HOLE);
    }
    console_open();
    if (is(what, "early")) {
        read_word(HOLE);
    }
    if (!make_map()) {
        return 1;
    }
    act(what);
    return 0;
}
