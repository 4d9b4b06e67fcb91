/* SPDX-License-Identifier: MIT */
/* The core's side of exceptions: which of them answer probes, and what its registers hold. */
#include "firmware.h"

#include "text.h"

/* startup.S: kinds, and what is added to them. */
#define KIND_SYNC 0u
#define KIND_MASK 3u
#define KIND_LOWER 8u

#define SPSR_IL ((uint64_t)1u << 20)

/* startup.S: the instructions that may abort, and where to go on. */
extern const char probe_read_at[], probe_write_load[], probe_write_store[], probe_end[];
extern const char probe_fetch_return[];

/* --- probes --- */

static uint64_t address(const char *label)
{
    return (uintptr_t)label;
}

static void resume(struct exception_frame *f, const char *at, uint32_t answer)
{
    f->x[0] = answer;
    f->elr = address(at);
    f->spsr &= ~SPSR_IL;
}

static bool answers(const struct exception_frame *f, uint32_t class)
{
    const uint32_t status = SYNDROME_STATUS(core_syndrome(f));

    return (SYNDROME_CLASS(core_syndrome(f)) == class) && (f->far == f->x[1]) &&
           ((status == SYNDROME_STATUS_TRANSLATION) || (status == SYNDROME_STATUS_PERMISSION) ||
            (status == SYNDROME_STATUS_EXTERNAL));
}

/*
 * The probes keep the address in x1. Where the bus refuses the load of a write probe there is
 * nothing to write back: the store is made all the same, with 0, since it is what the MPU is asked
 * about.
 */
static bool answer_data(struct exception_frame *f)
{
    if (((f->elr != address(probe_read_at)) && (f->elr != address(probe_write_load)) &&
         (f->elr != address(probe_write_store))) ||
        !answers(f, SYNDROME_CLASS_DATA)) {
        return false;
    }
    if ((f->elr == address(probe_write_load)) &&
        (SYNDROME_STATUS(core_syndrome(f)) == SYNDROME_STATUS_EXTERNAL)) {
        f->x[2] = 0u;
        f->elr = address(probe_write_store);
    } else {
        resume(f, probe_end, core_syndrome(f));
    }
    return true;
}

static bool answer_fetch(struct exception_frame *f)
{
    if ((f->x[30] != address(probe_fetch_return)) || (f->elr != f->x[1])) {
        return false;
    }
    if (answers(f, SYNDROME_CLASS_FETCH)) {
        resume(f, probe_fetch_return, core_syndrome(f));
        return true;
    }
    /* The word was fetched, and the illegal state kept it from being executed. */
    if (SYNDROME_CLASS(core_syndrome(f)) == SYNDROME_CLASS_ILLEGAL_STATE) {
        resume(f, probe_fetch_return, 0u);
        return true;
    }
    return false;
}

bool core_answer(struct exception_frame *f)
{
    return (f->kind == KIND_SYNC) && (answer_data(f) || answer_fetch(f));
}

/* --- diagnosis --- */

uint32_t core_syndrome(const struct exception_frame *f)
{
    return (uint32_t)f->esr;
}

bool core_aborted(const struct exception_frame *f)
{
    return ((f->kind & KIND_MASK) == KIND_SYNC) && exception_is_abort(core_syndrome(f));
}

mpumap_addr_t core_fault_address(const struct exception_frame *f)
{
    return f->far;
}

static const char *sync_name(uint32_t class)
{
    switch (class) {
    case 0x00:
        return "undefined instruction";
    case 0x15:
    case 0x16:
        return "call (SVC or HVC)";
    case 0x20:
    case 0x21:
        return "prefetch abort";
    case 0x24:
    case 0x25:
        return "data abort";
    default:
        return "synchronous exception";
    }
}

const char *core_kind(const struct exception_frame *f)
{
    static const char *const names[] = {"synchronous exception", "IRQ", "FIQ", "SError"};

    if ((f->kind & KIND_LOWER) != 0u) {
        return "trap from a lower level";
    }
    if ((f->kind & KIND_MASK) == KIND_SYNC) {
        return sync_name(SYNDROME_CLASS(core_syndrome(f)));
    }
    return names[f->kind & KIND_MASK];
}

void core_show_registers(struct text *t, const struct exception_frame *f)
{
    exception_number(t, "pc", f->elr);
    exception_number(t, "sp", f->sp);
    exception_number(t, "spsr", f->spsr);
    text_string(t, "\n");
    for (uint32_t i = 0u; i < 31u; i++) {
        text_string(t, (i % 4u == 0u) ? "  x" : " x");
        text_decimal(t, i);
        text_string(t, (i < 10u) ? "   " : "  ");
        text_hex(t, f->x[i]);
        text_string(t, ((i % 4u == 3u) || (i == 30u)) ? "\n" : "");
    }
}
