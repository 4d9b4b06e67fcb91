/* SPDX-License-Identifier: MIT */
/*
 * Exceptions: the answers of probes, and the diagnosis of everything else. An exception while that
 * is shown has only the UART.
 */
#include "firmware.h"

#include "port/armv8r32/apply.h"
#include "port/armv8r32/codec.h"
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

static const struct mpumap *shown;
static bool dying;

void exception_show(const struct mpumap *map)
{
    shown = map;
}

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
    const uint32_t status = HSR_STATUS(hsr);

    return (HSR_CLASS(hsr) == class) &&
           ((status == HSR_STATUS_TRANSLATION) || (status == HSR_STATUS_PERMISSION) ||
            (status == HSR_STATUS_EXTERNAL));
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
        !answers(f->hsr, HSR_CLASS_DATA) || (f->hdfar != f->r[1])) {
        return false;
    }
    if ((f->elr == address(probe_write_load)) && (HSR_STATUS(f->hsr) == HSR_STATUS_EXTERNAL)) {
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
    if (!fetch_probed(f) || !answers(f->hsr, HSR_CLASS_FETCH) || (f->hifar != f->r[1])) {
        return false;
    }
    resume(f, probe_fetch_return, f->hsr);
    return true;
}

/* The word was fetched, and the illegal state kept it from being executed. */
static bool answer_illegal(struct exception_frame *f)
{
    if (!fetch_probed(f) || (HSR_CLASS(f->hsr) != HSR_CLASS_ILLEGAL_STATE)) {
        return false;
    }
    resume(f, probe_fetch_return, 0u);
    return true;
}

/* --- diagnosis --- */

static void label(struct text *t, const char *name)
{
    text_string(t, "  ");
    text_string(t, name);
    text_to(t, 12u);
}

static void number(struct text *t, const char *name, uint32_t value)
{
    label(t, name);
    text_hex(t, value);
}

/* Two digits: a field of HSR. */
static void field(struct text *t, uint32_t value)
{
    static const char digits[] = "0123456789abcdef";

    text_string(t, "0x");
    text_char(t, digits[(value >> 4) & 0xfu]);
    text_char(t, digits[value & 0xfu]);
    text_string(t, ": ");
}

static const char *kind_name(uint32_t kind)
{
    static const char *const names[] = {"undefined instruction",
                                        "call (SVC or HVC)",
                                        "prefetch abort",
                                        "data abort",
                                        "trap from a lower level",
                                        "IRQ",
                                        "FIQ"};

    return (kind < sizeof names / sizeof names[0]) ? names[kind] : "exception";
}

static const char *class_name(uint32_t class)
{
    switch (class) {
    case 0x00:
        return "unknown reason";
    case 0x0e:
        return "illegal execution state";
    case 0x11:
        return "SVC";
    case 0x12:
        return "HVC";
    case 0x20:
        return "instruction abort from a lower level";
    case 0x21:
        return "instruction abort";
    case 0x22:
        return "misaligned PC";
    case 0x24:
        return "data abort from a lower level";
    case 0x25:
        return "data abort";
    default:
        return "see the manual";
    }
}

static const char *status_name(uint32_t status)
{
    switch (status) {
    case 0x04:
        return "translation, level 0: no region, or more than one";
    case 0x0c:
        return "permission, level 0: the region denies (QEMU: or none, or more than one)";
    case 0x10:
        return "external abort: the bus refused";
    case 0x11:
        return "asynchronous external abort";
    case 0x18:
    case 0x19:
        return "parity or ECC error";
    case 0x21:
        return "misaligned access";
    case 0x22:
        return "debug event";
    default:
        return "see the manual";
    }
}

static bool is_abort(uint32_t hsr)
{
    return (HSR_CLASS(hsr) & ~5u) == 0x20u;
}

static bool is_fetch(uint32_t hsr)
{
    return (HSR_CLASS(hsr) & ~1u) == 0x20u;
}

static void show_syndrome(struct text *t, uint32_t hsr)
{
    number(t, "HSR", hsr);
    text_string(t, ", class ");
    field(t, HSR_CLASS(hsr));
    text_string(t, class_name(HSR_CLASS(hsr)));
    text_string(t, "\n");
    if (is_abort(hsr)) {
        label(t, "status");
        field(t, HSR_STATUS(hsr));
        text_string(t, status_name(HSR_STATUS(hsr)));
        text_string(t, "\n");
    }
}

static void show_registers(struct text *t, const struct exception_frame *f)
{
    number(t, "pc", f->elr);
    text_string(t, ((f->spsr & SPSR_THUMB) != 0u) ? " (T32)" : " (A32)");
    number(t, "lr", f->lr);
    number(t, "sp", f->sp);
    number(t, "spsr", f->spsr);
    text_string(t, "\n");
    for (uint32_t i = 0u; i < 13u; i++) {
        text_string(t, (i % 4u == 0u) ? "  r" : " r");
        text_decimal(t, i);
        text_string(t, (i < 10u) ? "   " : "  ");
        text_hex(t, f->r[i]);
        text_string(t, ((i % 4u == 3u) || (i == 12u)) ? "\n" : "");
    }
}

static void show_region(struct text *t, const char *name, const struct mpumap_region *r)
{
    label(t, name);
    text_hex(t, r->base);
    text_string(t, "-");
    text_hex(t, r->limit);
    text_string(t, " ");
    text_string(t, mpumap_perm_name(r->attr));
    text_string(t, " ");
    text_string(t, mpumap_type_name(r->attr));
    text_string(t, " ");
    text_string(t, mpumap_share_name(r->attr));
    text_string(t, ", slot ");
    text_decimal(t, r->slot);
    text_string(t, ", references ");
    text_decimal(t, r->refs);
    text_string(t, "\n");
}

/* The regions below, at and above an address, as the map has them. */
static void show_around(struct text *t, uint32_t addr)
{
    struct mpumap_region below = {.slot = MPUMAP_NO_SLOT};
    struct mpumap_region r;
    uint16_t cursor = 0u;
    bool held = false;
    bool more = mpumap_next_region(shown, &cursor, &r);

    for (; more && (r.base <= addr); more = mpumap_next_region(shown, &cursor, &r)) {
        if (r.limit < addr) {
            below = r;
        } else {
            held = true;
            show_region(t, "holds it", &r);
        }
    }
    if (!held) {
        label(t, "the map");
        text_string(t, "has no region that holds this address\n");
    }
    if (below.slot != MPUMAP_NO_SLOT) {
        show_region(t, "below it", &below);
    }
    if (more) {
        show_region(t, "above it", &r);
    }
}

/* What the MPU itself has at an address: it tells a hole from an overlap, which HSR does not. */
static void show_hardware(struct text *t, uint32_t addr)
{
    struct mpumap_limits limits = {0};
    uint32_t hits = 0u;

    mpumap_armv8r32_el2.limits(NULL, &limits);
    label(t, "registers");
    for (uint32_t slot = 0u; slot < limits.regions; slot++) {
        struct mpumap_pair pair;

        mpumap_armv8r32_el2.read(NULL, (uint8_t)slot, &pair);
        if (((pair.limit & MPUMAP_LIMIT_ENABLE) != 0u) && ((pair.base & ~63u) <= addr) &&
            ((pair.limit | 63u) >= addr)) {
            text_string(t, (hits == 0u) ? "slot " : ", slot ");
            text_decimal(t, slot);
            hits++;
        }
    }
    text_string(t, (hits == 0u)   ? "no enabled region holds this address\n"
                   : (hits == 1u) ? " alone holds this address\n"
                                  : " overlap at this address\n");
}

static void show_line(void *ctx, const char *line)
{
    text_string(ctx, line);
}

static void show_abort(struct text *t, const struct exception_frame *f)
{
    const uint32_t addr = is_fetch(f->hsr) ? f->hifar : f->hdfar;

    number(t, "address", addr);
    text_string(t, is_fetch(f->hsr) ? ", fetch\n" : HSR_WRITE(f->hsr) ? ", write\n" : ", read\n");
    show_hardware(t, addr);
    if (shown != NULL) {
        show_around(t, addr);
    }
}

_Noreturn static void die(const struct exception_frame *f)
{
    struct text t = {.put = console_err};

    if (dying) {
        static const char again[] = "firmware: exception while an exception was shown\n";
        uart_put(again, sizeof again - 1u);
        host_exit(EXIT_EXCEPTION);
    }
    dying = true;
    text_string(&t, "firmware: unexpected ");
    text_string(&t, kind_name(f->kind));
    text_string(&t, "\n");
    if (is_abort(f->hsr) && ((f->kind == PREFETCH) || (f->kind == DATA) || (f->kind == TRAP))) {
        show_abort(&t, f);
    }
    show_syndrome(&t, f->hsr);
    show_registers(&t, f);
    if (shown != NULL) {
        text_string(&t, "  the map:\n");
        mpumap_dump(shown, show_line, &t);
    }
    text_flush(&t);
    host_exit(EXIT_EXCEPTION);
}

void exception(struct exception_frame *frame)
{
    if (!dying) {
        switch ((enum exception_kind)frame->kind) {
        case UNDEFINED:
            if (answer_illegal(frame)) {
                return;
            }
            break;
        case PREFETCH:
            if (answer_fetch(frame)) {
                return;
            }
            break;
        case DATA:
            if (answer_data(frame)) {
                return;
            }
            break;
        case CALL:
        case TRAP:
        case IRQ:
        case FIQ:
            break;
        }
    }
    die(frame);
}
