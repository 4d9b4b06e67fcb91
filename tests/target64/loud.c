/* SPDX-License-Identifier: MIT */
/* What the monitor must refuse, with a message and a status of its own; the command line says
 * which. */
#include "firmware.h"
#include "target64.h"

#define W BOARD_WINDOW_BASE
#define HOW_RO 0x3au /* PRBAR: Inner Shareable, read-only, not executable */
#define HOW_EN 0x0fu /* PRLAR: AttrIndx 7, enabled */

static void set(uint64_t slot, uint64_t base, uint64_t limit)
{
    TARGET_WRITE(slot, PRSELR_EL2);
    TARGET_ISB();
    TARGET_WRITE(base, PRBAR_EL2);
    TARGET_WRITE(limit, PRLAR_EL2);
    TARGET_SYNC();
}

static bool is(const char *a, const char *b)
{
    while ((*a == *b) && (*a != '\0')) {
        a++;
        b++;
    }
    return *a == *b;
}

/* A pair of vector registers at a granule's end: the monitor does not know the instruction. */
static void reach(uint64_t address)
{
    __asm__ volatile(".arch_extension fp\n\t"
                     "mov x9, #(3 << 20)\n\tmsr cpacr_el1, x9\n\tisb\n\tldp q0, q1, [%0]"
                     :
                     : "r"(address)
                     : "x9", "memory");
}

static void go_below(void)
{
    TARGET_WRITE(0x3c5u, spsr_el2);
    TARGET_WRITE(W, elr_el2);
    __asm__ volatile("eret" : : : "memory");
}

static void act(const char *what)
{
    if (is(what, "selector")) {
        TARGET_WRITE(TARGET_READ(MPUIR_EL2), PRSELR_EL2);
    } else if (is(what, "xn0")) {
        set(8u, W | 0x33u, (W + 0xfc0u) | HOW_EN);
    } else if (is(what, "share")) {
        set(8u, W | 0x12u, (W + 0xfc0u) | HOW_EN);
    } else if (is(what, "wxn")) {
        TARGET_WRITE(TARGET_READ(sctlr_el2) | (1u << 19), sctlr_el2);
    } else if (is(what, "reach")) {
        set(8u, W | HOW_RO, (W + 0x40u) | HOW_EN);
        reach(W + 0x70u);
    } else if (is(what, "below")) {
        go_below();
    } else if (is(what, "register")) {
        (void)TARGET_READ(S3_4_C2_C0_2);
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
    act(what);
    return 0;
}
