/* SPDX-License-Identifier: MIT */
/* The core's side of start-up and exceptions: which faults answer probes, and what its registers
 * hold. Registers: DDI 0553, D1.2. */
#include "firmware.h"

#include "boot/armv8m/boot.h"
#include "text.h"

#define VTOR 0xe000ed08u
#define SHCSR 0xe000ed24u
#define CFSR 0xe000ed28u
#define HFSR 0xe000ed2cu
#define MMFAR 0xe000ed34u
#define BFAR 0xe000ed38u
#define SFSR 0xe000ede4u
#define SFAR 0xe000ede8u

#define SHCSR_FAULTS 0x000f0000u /* SecureFault, UsageFault, BusFault, MemManage */

/* CFSR: MMFSR in [7:0], BFSR in [15:8], UFSR in [31:16]. */
#define MMFSR_FETCH 0x01u /* IACCVIOL */
#define MMFSR_DATA 0x82u  /* DACCVIOL, MMARVALID */
#define MMFSR_STACK 0x38u /* MUNSTKERR, MSTKERR, MLSPERR */
#define MMFSR_VALID 0x80u
#define BFSR_FETCH 0x01u /* IBUSERR */
#define BFSR_DATA 0x82u  /* PRECISERR, BFARVALID */
#define BFSR_STACK 0x38u /* UNSTKERR, STKERR, LSPERR */
#define BFSR_VALID 0x80u
#define UFSR_STATE 0x0002u  /* INVSTATE */
#define UFSR_STACK 0x0010u  /* STKOF */
#define XPSR_T 0x01000000u  /* of the state that is returned to */
#define XPSR_IT 0x0600fc00u /* the rest of EPSR */

#define HARD_FAULT 3u
#define MEM_MANAGE 4u
#define BUS_FAULT 5u
#define USAGE_FAULT 6u
#define SECURE_FAULT 7u

/* startup.S: the instructions that may fault, and where to go on. */
extern const char probe_read_at[], probe_write_load[], probe_write_store[], probe_end[];
extern const char probe_fetch_return[];
extern const uint32_t vectors[];

static volatile uint32_t *scb(uintptr_t address)
{
    return (volatile uint32_t *)address;
}

/* --- start --- */

static void fill(uintptr_t base, uintptr_t limit, uint32_t word)
{
    for (uintptr_t at = base; at < limit; at += sizeof word) {
        *(volatile uint32_t *)at = word;
    }
}

/* The window is filled while the MPU is off: no region of the player's own covers it. Boot makes
 * the writes complete before any of it is fetched. */
void core_start(void)
{
    *scb(VTOR) = (uint32_t)(uintptr_t)vectors;
    *scb(SHCSR) |= SHCSR_FAULTS;
    fill(BOARD_WINDOW_BASE, BOARD_WINDOW_LIMIT, BOARD_WINDOW_WORD);
    mpumap_armv8m_boot(&boot_plan);
    fill((uintptr_t)__bss_start, (uintptr_t)__bss_end, 0u);
}

/* In place of the library's: says why. */
void mpumap_boot_failed(const char *message, uint32_t wanted, uint32_t present)
{
    struct text t = {.put = console_err};

    text_string(&t, message);
    text_string(&t, ": wanted ");
    text_decimal(&t, wanted);
    text_string(&t, ", present ");
    text_decimal(&t, present);
    text_string(&t, "\n");
    text_flush(&t);
    host_exit(EXIT_EXCEPTION);
}

/* --- probes --- */

static uint32_t address(const char *label)
{
    return (uint32_t)label & ~1u;
}

static uint32_t mmfsr(const struct exception_frame *f)
{
    return f->cfsr & 0xffu;
}

static uint32_t bfsr(const struct exception_frame *f)
{
    return (f->cfsr >> 8) & 0xffu;
}

static void resume(struct exception_frame *f, const char *at, uint32_t answer)
{
    f->stacked->r0 = answer;
    f->stacked->pc = address(at);
    f->stacked->xpsr = (f->stacked->xpsr & ~XPSR_IT) | XPSR_T;
}

static bool denied_data(const struct exception_frame *f)
{
    return (f->number == MEM_MANAGE) && (f->cfsr == MMFSR_DATA) && (f->mmfar == f->stacked->r1);
}

static bool refused_data(const struct exception_frame *f)
{
    return (f->number == BUS_FAULT) && (f->cfsr == (BFSR_DATA << 8)) && (f->bfar == f->stacked->r1);
}

/*
 * Where the bus refuses the load of a write probe there is nothing to write back: the store is made
 * all the same, with 0, since it is what the MPU is asked about.
 */
static bool answer_data(struct exception_frame *f)
{
    const uint32_t pc = f->stacked->pc;

    if (((pc != address(probe_read_at)) && (pc != address(probe_write_load)) &&
         (pc != address(probe_write_store))) ||
        (!denied_data(f) && !refused_data(f))) {
        return false;
    }
    if ((pc == address(probe_write_load)) && refused_data(f)) {
        f->stacked->r2 = 0u;
        f->stacked->pc = address(probe_write_store);
    } else {
        resume(f, probe_end, f->cfsr);
    }
    return true;
}

static bool answer_fetch(struct exception_frame *f)
{
    const bool denied = (f->number == MEM_MANAGE) && (f->cfsr == MMFSR_FETCH);
    const bool refused = (f->number == BUS_FAULT) && (f->cfsr == (BFSR_FETCH << 8));
    const bool fetched = (f->number == USAGE_FAULT) && (f->cfsr == (UFSR_STATE << 16));

    if (((f->stacked->lr & ~1u) != address(probe_fetch_return)) ||
        (f->stacked->pc != f->stacked->r1) || (!denied && !refused && !fetched)) {
        return false;
    }
    resume(f, probe_fetch_return, fetched ? 0u : f->cfsr);
    return true;
}

bool core_answer(struct exception_frame *f)
{
    return (f->stacked != NULL) && (answer_data(f) || answer_fetch(f));
}

bool core_external(uint32_t syndrome)
{
    return (syndrome & 0xff00u) != 0u;
}

/* --- entry --- */

/* What the hardware saved is there only if the stack was one. */
static struct core_stacked *stacked_at(uint32_t sp, uint32_t cfsr)
{
    const uint32_t lost = MMFSR_STACK | (BFSR_STACK << 8) | (UFSR_STACK << 16);
    const bool own = (sp >= (uint32_t)__exception_stack_start) &&
                     (sp <= (uint32_t)__stack_end - sizeof(struct core_stacked)) && (sp % 4u == 0u);

    return (own && ((cfsr & lost) == 0u)) ? (struct core_stacked *)sp : NULL;
}

/* The status registers are cleared by writing ones; the next fault begins with empty ones. */
void core_exception(const struct core_pushed *pushed)
{
    struct exception_frame f = {.sp = pushed->sp,
                                .exc_return = pushed->exc_return,
                                .cfsr = *scb(CFSR),
                                .hfsr = *scb(HFSR),
                                .mmfar = *scb(MMFAR),
                                .bfar = *scb(BFAR),
                                .sfsr = *scb(SFSR),
                                .sfar = *scb(SFAR)};
    uint32_t ipsr;

    __asm__ volatile("mrs %0, ipsr" : "=r"(ipsr));
    f.number = ipsr;
    f.stacked = stacked_at(f.sp, f.cfsr);
    for (uint32_t i = 0u; i < 8u; i++) {
        f.r4[i] = pushed->r4[i];
    }
    *scb(CFSR) = f.cfsr;
    *scb(HFSR) = f.hfsr;
    exception(&f);
}

/* --- diagnosis --- */

uint32_t core_syndrome(const struct exception_frame *f)
{
    return f->cfsr;
}

static bool fetch_failed(const struct exception_frame *f)
{
    return (f->stacked != NULL) &&
           (((mmfsr(f) & MMFSR_FETCH) != 0u) || ((bfsr(f) & BFSR_FETCH) != 0u));
}

bool core_aborted(const struct exception_frame *f)
{
    return fetch_failed(f) || ((mmfsr(f) & MMFSR_VALID) != 0u) || ((bfsr(f) & BFSR_VALID) != 0u) ||
           ((f->cfsr & MMFSR_STACK) != 0u);
}

/* Of a frame that could not be saved there is no address; its stack pointer is as good. */
mpumap_addr_t core_fault_address(const struct exception_frame *f)
{
    if ((mmfsr(f) & MMFSR_VALID) != 0u) {
        return f->mmfar;
    }
    if ((bfsr(f) & BFSR_VALID) != 0u) {
        return f->bfar;
    }
    return fetch_failed(f) ? f->stacked->pc : f->sp;
}

/* CFSR does not tell a read from a write. */
const char *core_access(const struct exception_frame *f)
{
    if (((f->cfsr & (MMFSR_STACK | (BFSR_STACK << 8))) != 0u)) {
        return "stacking";
    }
    return fetch_failed(f) ? "fetch" : "data";
}

const char *core_kind(const struct exception_frame *f)
{
    static const char *const names[] = {
        "stack",           "reset",        "NMI",          "HardFault",
        "MemManage fault", "BusFault",     "UsageFault",   "SecureFault",
        "exception 8",     "exception 9",  "exception 10", "call (SVC)",
        "debug exception", "exception 13", "PendSV",       "SysTick"};

    return (f->number < sizeof names / sizeof names[0]) ? names[f->number] : "interrupt";
}

struct bit {
    uint32_t mask;
    const char *name;
};

static void show_bits(struct text *t, uint32_t value, const struct bit *bits, size_t count)
{
    for (size_t i = 0u; i < count; i++) {
        if ((value & bits[i].mask) != 0u) {
            text_string(t, ", ");
            text_string(t, bits[i].name);
        }
    }
    text_string(t, "\n");
}

void core_show_syndrome(struct text *t, const struct exception_frame *f)
{
    static const struct bit cfsr[] = {
        {0x00000001u, "IACCVIOL: the MPU denies a fetch"},
        {0x00000002u, "DACCVIOL: the MPU denies an access"},
        {0x00000008u, "MUNSTKERR: the MPU denies unstacking"},
        {0x00000010u, "MSTKERR: the MPU denies stacking"},
        {0x00000020u, "MLSPERR"},
        {0x00000100u, "IBUSERR: the bus refuses a fetch"},
        {0x00000200u, "PRECISERR: the bus refuses an access"},
        {0x00000400u, "IMPRECISERR: the bus refused an access"},
        {0x00000800u, "UNSTKERR"},
        {0x00001000u, "STKERR"},
        {0x00002000u, "LSPERR"},
        {0x00010000u, "UNDEFINSTR: undefined instruction"},
        {0x00020000u, "INVSTATE: no Thumb state"},
        {0x00040000u, "INVPC"},
        {0x00080000u, "NOCP: no such coprocessor"},
        {0x00100000u, "STKOF: stack limit"},
        {0x01000000u, "UNALIGNED"},
        {0x02000000u, "DIVBYZERO"},
    };
    static const struct bit hfsr[] = {
        {0x00000002u, "VECTTBL: vector table"},
        {0x40000000u, "FORCED: a fault that could not be taken"},
        {0x80000000u, "DEBUGEVT"},
    };

    exception_number(t, "CFSR", f->cfsr);
    show_bits(t, f->cfsr, cfsr, sizeof cfsr / sizeof cfsr[0]);
    if (f->number == HARD_FAULT) {
        exception_number(t, "HFSR", f->hfsr);
        show_bits(t, f->hfsr, hfsr, sizeof hfsr / sizeof hfsr[0]);
    }
    if (f->number == SECURE_FAULT) {
        exception_number(t, "SFSR", f->sfsr);
        exception_number(t, "SFAR", f->sfar);
        text_string(t, "\n");
    }
}

static void show_stacked(struct text *t, const struct core_stacked *s)
{
    exception_number(t, "pc", s->pc);
    exception_number(t, "lr", s->lr);
    exception_number(t, "xpsr", s->xpsr);
    exception_number(t, "r0", s->r0);
    text_string(t, "\n");
    exception_number(t, "r1", s->r1);
    exception_number(t, "r2", s->r2);
    exception_number(t, "r3", s->r3);
    exception_number(t, "r12", s->r12);
    text_string(t, "\n");
}

void core_show_registers(struct text *t, const struct exception_frame *f)
{
    static const char *const names[] = {"r4", "r5", "r6", "r7", "r8", "r9", "r10", "r11"};

    if (f->stacked != NULL) {
        show_stacked(t, f->stacked);
    } else {
        exception_label(t, "pc");
        text_string(t, "lost: the stack could not be written\n");
    }
    for (uint32_t i = 0u; i < 8u; i++) {
        exception_number(t, names[i], f->r4[i]);
        text_string(t, (i % 4u == 3u) ? "\n" : "");
    }
    exception_number(t, "sp", f->sp);
    exception_number(t, "return", f->exc_return);
    text_string(t, "\n");
}
