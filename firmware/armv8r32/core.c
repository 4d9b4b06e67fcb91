/* SPDX-License-Identifier: MIT */
/* The core's side of exceptions: which of them answer probes, and what its registers hold. */
#include "firmware.h"

#include "text.h"

#define SPSR_IL (1u << 20)
#define SPSR_THUMB (1u << 5)

/* startup.S: the instructions that may abort, and where to go on. */
extern const char probe_read_at[], probe_write_load[], probe_write_store[], probe_end[];
extern const char probe_fetch_return[];

/* --- the port at EL1 --- */

#if FIRMWARE_LEVEL == 1
_Static_assert(MPUMAP_ARMV8R32_DIRECT == 16, "the port itself must not use the others");
/* The trace's slots 0 to 31: those that have numbers where a trace has the MPU to itself. */
#define NUMBERED (32u + FIRMWARE_OWN)

static void el1_limits(void *ctx, struct mpumap_limits *out)
{
    mpumap_armv8r32_el1.limits(ctx, out);
    out->direct = NUMBERED;
}

static void el1_apply(void *ctx, const struct mpumap_step *step)
{
    const struct mpumap_step select = {step->slot, 0u, MPUMAP_STEP_SELECT, step->slot};
    const struct mpumap_step isb = {0u, 0u, MPUMAP_STEP_ISB, 0u};

    if (((step->kind == MPUMAP_STEP_BASE) || (step->kind == MPUMAP_STEP_LIMIT)) &&
        (step->slot >= MPUMAP_ARMV8R32_DIRECT) && (step->slot < NUMBERED)) {
        mpumap_armv8r32_el1.apply(ctx, &select);
        mpumap_armv8r32_el1.apply(ctx, &isb);
    }
    mpumap_armv8r32_el1.apply(ctx, step);
}

static void el1_read(void *ctx, uint8_t slot, struct mpumap_pair *out)
{
    mpumap_armv8r32_el1.read(ctx, slot, out);
}

static void el1_enter(void *ctx)
{
    mpumap_armv8r32_el1.enter(ctx);
}

static void el1_leave(void *ctx)
{
    mpumap_armv8r32_el1.leave(ctx);
}

const struct mpumap_port core_port_el1 = {
    .limits = el1_limits,
    .encode = mpumap_armv8r32_encode,
    .decode = mpumap_armv8r32_decode,
    .apply = el1_apply,
    .read = el1_read,
    .enter = el1_enter,
    .leave = el1_leave,
};
#endif

/* --- syndrome --- */

#if FIRMWARE_LEVEL == 1
/*
 * EL1 in AArch32 has DFSR and IFSR, in the format with LPAE, whose STATUS is HSR's; DFSR.WnR is bit
 * 11 (DDI 0487, G8.2). Undefined Instruction exceptions have none.
 */
static uint32_t data_syndrome(uint32_t dfsr)
{
    return (SYNDROME_CLASS_DATA << 26) | SYNDROME_STATUS(dfsr) | ((dfsr >> 5) & 0x40u);
}

uint32_t core_syndrome(const struct exception_frame *f)
{
    switch ((enum exception_kind)f->kind) {
    case EXCEPTION_PREFETCH:
        return (SYNDROME_CLASS_FETCH << 26) | SYNDROME_STATUS(f->syndrome);
    case EXCEPTION_DATA:
        return data_syndrome(f->syndrome);
    case EXCEPTION_UNDEFINED:
        return ((f->spsr & SPSR_IL) != 0u) ? SYNDROME_CLASS_ILLEGAL_STATE << 26 : 0u;
    case EXCEPTION_CALL:
    case EXCEPTION_TRAP:
    case EXCEPTION_IRQ:
    case EXCEPTION_FIQ:
        break;
    }
    return 0u;
}
#else
uint32_t core_syndrome(const struct exception_frame *f)
{
    return f->syndrome;
}
#endif

/* --- probes --- */

static uint32_t address(const char *label)
{
    return (uint32_t)label;
}

static void resume(struct exception_frame *f, const char *at, uint32_t answer)
{
    f->r[0] = answer;
    f->elr = address(at);
    f->spsr &= ~SPSR_IL;
}

static bool answers(uint32_t hsr, uint32_t class)
{
    const uint32_t status = SYNDROME_STATUS(hsr);

    return (SYNDROME_CLASS(hsr) == class) &&
           ((status == SYNDROME_STATUS_TRANSLATION) || (status == SYNDROME_STATUS_PERMISSION) ||
            (status == SYNDROME_STATUS_EXTERNAL));
}

/*
 * The probes keep the address in r1. Where the bus refuses the load of a write probe there is
 * nothing to write back: the store is made all the same, with 0, since it is what the MPU is asked
 * about.
 */
static bool answer_data(struct exception_frame *f)
{
    if (((f->elr != address(probe_read_at)) && (f->elr != address(probe_write_load)) &&
         (f->elr != address(probe_write_store))) ||
        !answers(core_syndrome(f), SYNDROME_CLASS_DATA) || (f->data_address != f->r[1])) {
        return false;
    }
    if ((f->elr == address(probe_write_load)) &&
        (SYNDROME_STATUS(core_syndrome(f)) == SYNDROME_STATUS_EXTERNAL)) {
        f->r[2] = 0u;
        f->elr = address(probe_write_store);
    } else {
        resume(f, probe_end, core_syndrome(f));
    }
    return true;
}

static bool fetch_probed(const struct exception_frame *f)
{
    return (f->lr == address(probe_fetch_return)) && (f->elr == f->r[1]);
}

static bool answer_fetch(struct exception_frame *f)
{
    if (!fetch_probed(f) || !answers(core_syndrome(f), SYNDROME_CLASS_FETCH) ||
        (f->fetch_address != f->r[1])) {
        return false;
    }
    resume(f, probe_fetch_return, core_syndrome(f));
    return true;
}

/* The word was fetched, and the illegal state kept it from being executed. */
static bool answer_illegal(struct exception_frame *f)
{
    if (!fetch_probed(f) || (SYNDROME_CLASS(core_syndrome(f)) != SYNDROME_CLASS_ILLEGAL_STATE)) {
        return false;
    }
    resume(f, probe_fetch_return, 0u);
    return true;
}

/* For programs other than the player: interrupts, traps from a guest. */
__attribute__((weak)) bool core_event(struct exception_frame *f)
{
    (void)f;
    return false;
}

bool core_answer(struct exception_frame *f)
{
    switch ((enum exception_kind)f->kind) {
    case EXCEPTION_UNDEFINED:
        return answer_illegal(f);
    case EXCEPTION_PREFETCH:
        return answer_fetch(f);
    case EXCEPTION_DATA:
        return answer_data(f);
    case EXCEPTION_CALL:
        break;
    case EXCEPTION_TRAP:
    case EXCEPTION_IRQ:
    case EXCEPTION_FIQ:
        return core_event(f);
    }
    return false;
}

/* --- diagnosis --- */

bool core_aborted(const struct exception_frame *f)
{
    return exception_is_abort(core_syndrome(f)) &&
           ((f->kind == EXCEPTION_PREFETCH) || (f->kind == EXCEPTION_DATA) ||
            (f->kind == EXCEPTION_TRAP));
}

mpumap_addr_t core_fault_address(const struct exception_frame *f)
{
    return ((SYNDROME_CLASS(core_syndrome(f)) & ~1u) == 0x20u) ? f->fetch_address : f->data_address;
}

const char *core_kind(const struct exception_frame *f)
{
    static const char *const names[] = {"undefined instruction",
                                        "call (SVC or HVC)",
                                        "prefetch abort",
                                        "data abort",
                                        "trap from a lower level",
                                        "IRQ",
                                        "FIQ"};

    return (f->kind < sizeof names / sizeof names[0]) ? names[f->kind] : "exception";
}

void core_show_registers(struct text *t, const struct exception_frame *f)
{
    exception_number(t, "pc", f->elr);
    text_string(t, ((f->spsr & SPSR_THUMB) != 0u) ? " (T32)" : " (A32)");
    exception_number(t, "lr", f->lr);
    exception_number(t, "sp", f->sp);
    exception_number(t, "spsr", f->spsr);
    text_string(t, "\n");
    for (uint32_t i = 0u; i < 13u; i++) {
        text_string(t, (i % 4u == 0u) ? "  r" : " r");
        text_decimal(t, i);
        text_string(t, (i < 10u) ? "   " : "  ");
        text_hex(t, f->r[i]);
        text_string(t, ((i % 4u == 3u) || (i == 12u)) ? "\n" : "");
    }
}
