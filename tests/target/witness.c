/* SPDX-License-Identifier: MIT */
#include "witness.h"

#include "firmware.h"
#include "spare.h"
#include "timer.h"

extern char spare_text_low[], spare_text_low_end[];
extern char spare_text_high[], spare_text_high_end[];
extern char spare_rodata[], spare_rodata_end[];
extern char spare_bss[], spare_bss_end[];

#define ADDR(symbol) ((uint32_t)(symbol))
#define LAST(symbol) (ADDR(symbol) - 1u)

/* The rest of each stack is spare. */
#define STACK_LIVE 0x6000u
#define EXCEPTION_STACK_LIVE 0x2000u
#define BUFFER_LIVE ADDR(__buffer_start + 0x8000)

#define RANGES 10u
static const struct witness_range live[RANGES] = {
    {{ADDR(__text_start), LAST(spare_text_low)}, WITNESS_TEXT},
    {{ADDR(spare_text_low_end), LAST(spare_text_high)}, WITNESS_TEXT},
    {{ADDR(spare_text_high_end), LAST(__text_end)}, WITNESS_TEXT},
    {{ADDR(__rodata_start), LAST(spare_rodata)}, WITNESS_RODATA},
    {{ADDR(spare_rodata_end), LAST(__rodata_end)}, WITNESS_RODATA},
    {{ADDR(__data_start), LAST(spare_bss)}, WITNESS_DATA},
    {{ADDR(spare_bss_end), LAST(__exception_stack_start)}, WITNESS_DATA},
    {{ADDR(__exception_stack_end) - EXCEPTION_STACK_LIVE, LAST(__exception_stack_end)},
     WITNESS_DATA},
    {{ADDR(__stack_end) - STACK_LIVE, LAST(__stack_end)}, WITNESS_DATA},
    {{BUFFER_LIVE, BUFFER_LIVE + SPARE_PAGE - 1u}, WITNESS_DATA},
};

/* The word at the edge, unused by anybody else. */
#define EDGES 6u
static const uint32_t edges[EDGES] = {
    ADDR(spare_bss) - 4u,
    ADDR(spare_bss_end),
    ADDR(__exception_stack_end) - EXCEPTION_STACK_LIVE,
    ADDR(__stack_end) - STACK_LIVE,
    BUFFER_LIVE,
    BUFFER_LIVE + SPARE_PAGE - 4u,
};

/* "bx lr" at the edge. */
#define LANDINGS 4u
static const uint32_t landings[LANDINGS] = {
    ADDR(spare_text_low) - 4u,
    ADDR(spare_text_low_end),
    ADDR(spare_text_high) - 4u,
    ADDR(spare_text_high_end),
};

/* Ticks of the timer are instructions (run.sh). The way out of the handler takes a part of a short
 * wait, so that some interrupts come before a single instruction has been executed. */
#define SHORT_WAIT 40u
#define SHORT_SPREAD 160u
#define LONG_WAIT 8000u
#define LONG_SPREAD 24000u

/* A bit for each halfword of text: interrupted there, during a change. */
static uint32_t seen[2048];
static struct witness_counts counts;
static uint32_t random_state;
static bool running;
static volatile bool changing;
static volatile uint8_t last_step;

static volatile uint32_t *word(uint32_t addr)
{
    return (volatile uint32_t *)addr;
}

/* George Marsaglia, "Xorshift RNGs", Journal of Statistical Software 8 (14), 2003. */
static uint32_t random_below(uint32_t end)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 17;
    random_state ^= random_state << 5;
    return random_state % end;
}

static void arm(void)
{
    timer_arm(changing ? SHORT_WAIT + random_below(SHORT_SPREAD)
                       : LONG_WAIT + random_below(LONG_SPREAD));
}

/* Nothing runs between the load and the store: interrupts are masked in the handler. */
static void touch(const struct witness_range *r, uint32_t addr)
{
    const uint32_t value = *word(addr);

    if (r->what == WITNESS_DATA) {
        *word(addr) = value;
    }
}

static void visit(const struct witness_range *r)
{
    const uint32_t words = (r->range.limit - r->range.base + 1u) / 4u;

    touch(r, r->range.base);
    touch(r, r->range.limit - 3u);
    touch(r, r->range.base + 4u * random_below(words));
}

static void count_place(uint32_t pc)
{
    const uint32_t at = (pc - ADDR(__text_start)) / 2u;

    if ((at < 32u * 2048u) && ((seen[at / 32u] & (1u << (at % 32u))) == 0u)) {
        seen[at / 32u] |= 1u << (at % 32u);
        counts.places++;
    }
}

static void count(uint32_t pc)
{
    counts.interrupts++;
    for (uint32_t i = 0u; i < EDGES; i++) {
        (*word(edges[i]))++;
    }
    if (changing) {
        counts.during_changes++;
        counts.after_step[last_step]++;
        count_place(pc);
    }
}

static void tick(uint32_t pc)
{
    for (uint32_t i = 0u; i < RANGES; i++) {
        visit(&live[i]);
    }
    for (uint32_t i = 0u; i < LANDINGS; i++) {
        ((void (*)(void))landings[i])();
        counts.calls++;
    }
    count(pc);
}

bool core_event(struct exception_frame *f)
{
    if ((f->kind != EXCEPTION_IRQ) || !running) {
        return false;
    }
    if (timer_take()) {
        tick(f->elr);
        arm();
    } else {
        counts.strange++;
    }
    timer_done();
    return true;
}

uint32_t witness_ranges(const struct witness_range **ranges)
{
    *ranges = live;
    return RANGES;
}

const struct witness_counts *witness_counts(void)
{
    return &counts;
}

bool witness_lost_nothing(void)
{
    bool held = counts.calls == LANDINGS * counts.interrupts;

    for (uint32_t i = 0u; i < EDGES; i++) {
        held = held && (*word(edges[i]) == counts.interrupts);
    }
    return held;
}

void witness_start(uint32_t seed)
{
    random_state = (seed != 0u) ? seed : 1u;
    counts = (struct witness_counts){0};
    for (uint32_t i = 0u; i < sizeof seen / sizeof seen[0]; i++) {
        seen[i] = 0u;
    }
    for (uint32_t i = 0u; i < EDGES; i++) {
        *word(edges[i]) = 0u;
    }
    running = true;
    arm();
    interrupts_on();
}

void witness_stop(void)
{
    interrupts_off();
    timer_stop();
    running = false;
}

void witness_enter(void)
{
    last_step = MPUMAP_STEP_SELECT;
    changing = true;
    if (running) {
        interrupts_off();
        arm();
        interrupts_on();
    }
}

void witness_step(uint8_t kind)
{
    last_step = kind;
}

void witness_leave(void)
{
    changing = false;
}
