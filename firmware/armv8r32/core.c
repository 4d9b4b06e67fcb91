/* SPDX-License-Identifier: MIT */
/* The core's side of exceptions: which of them answer probes, and what its registers hold. */
#include "firmware.h"

#include "text.h"

enum exception_kind {
    UNDEFINED,
    CALL,
    PREFETCH,
    DATA,
    TRAP,
    IRQ,
    FIQ
};

#define SPSR_IL (1u << 20)
#define SPSR_THUMB (1u << 5)

/* startup.S: the instructions that may abort, and where to go on. */
extern const char probe_read_at[], probe_write_load[], probe_write_store[], probe_end[];
extern const char probe_fetch_return[];

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
        !answers(f->hsr, SYNDROME_CLASS_DATA) || (f->hdfar != f->r[1])) {
        return false;
    }
    if ((f->elr == address(probe_write_load)) &&
        (SYNDROME_STATUS(f->hsr) == SYNDROME_STATUS_EXTERNAL)) {
        f->r[2] = 0u;
        f->elr = address(probe_write_store);
    } else {
        resume(f, probe_end, f->hsr);
    }
    return true;
}

static bool fetch_probed(const struct exception_frame *f)
{
    return (f->lr == address(probe_fetch_return)) && (f->elr == f->r[1]);
}

static bool answer_fetch(struct exception_frame *f)
{
    if (!fetch_probed(f) || !answers(f->hsr, SYNDROME_CLASS_FETCH) || (f->hifar != f->r[1])) {
        return false;
    }
    resume(f, probe_fetch_return, f->hsr);
    return true;
}

/* The word was fetched, and the illegal state kept it from being executed. */
static bool answer_illegal(struct exception_frame *f)
{
    if (!fetch_probed(f) || (SYNDROME_CLASS(f->hsr) != SYNDROME_CLASS_ILLEGAL_STATE)) {
        return false;
    }
    resume(f, probe_fetch_return, 0u);
    return true;
}

bool core_answer(struct exception_frame *f)
{
    switch ((enum exception_kind)f->kind) {
    case UNDEFINED:
        return answer_illegal(f);
    case PREFETCH:
        return answer_fetch(f);
    case DATA:
        return answer_data(f);
    case CALL:
    case TRAP:
    case IRQ:
    case FIQ:
        break;
    }
    return false;
}

/* --- diagnosis --- */

uint32_t core_syndrome(const struct exception_frame *f)
{
    return f->hsr;
}

bool core_aborted(const struct exception_frame *f)
{
    return exception_is_abort(f->hsr) &&
           ((f->kind == PREFETCH) || (f->kind == DATA) || (f->kind == TRAP));
}

mpumap_addr_t core_fault_address(const struct exception_frame *f)
{
    return ((SYNDROME_CLASS(f->hsr) & ~1u) == 0x20u) ? f->hifar : f->hdfar;
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
