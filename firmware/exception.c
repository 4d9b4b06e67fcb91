/* SPDX-License-Identifier: MIT */
/*
 * Exceptions: the answers of probes, and the diagnosis of everything else. An exception while that
 * is shown has only the UART.
 */
#include "firmware.h"

#include "text.h"

static const struct mpumap *shown;
static bool dying;

void exception_show(const struct mpumap *map)
{
    shown = map;
}

void exception_label(struct text *t, const char *name)
{
    text_string(t, "  ");
    text_string(t, name);
    text_to(t, 12u);
}

void exception_number(struct text *t, const char *name, uint64_t value)
{
    exception_label(t, name);
    text_hex(t, value);
}

static void show_region(struct text *t, const char *name, const struct mpumap_region *r)
{
    exception_label(t, name);
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
static void show_around(struct text *t, mpumap_addr_t addr)
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
        exception_label(t, "the map");
        text_string(t, "has no region that holds this address\n");
    }
    if (below.slot != MPUMAP_NO_SLOT) {
        show_region(t, "below it", &below);
    }
    if (more) {
        show_region(t, "above it", &r);
    }
}

/* What the MPU itself has at an address: it tells a hole from an overlap, which the syndrome does
 * not. */
static void show_hardware(struct text *t, mpumap_addr_t addr)
{
    struct mpumap_limits limits = {0};
    mpumap_reg_t inside;
    uint32_t hits = 0u;

    CORE_PORT.limits(NULL, &limits);
    inside = ((mpumap_reg_t)1u << limits.granule_shift) - 1u;
    exception_label(t, "registers");
    for (uint32_t slot = 0u; slot < limits.regions; slot++) {
        struct mpumap_pair pair;

        CORE_PORT.read(NULL, (uint8_t)slot, &pair);
        if (((pair.limit & MPUMAP_LIMIT_ENABLE) != 0u) && ((pair.base & ~inside) <= addr) &&
            ((pair.limit | inside) >= addr)) {
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
    const mpumap_addr_t addr = core_fault_address(f);

    exception_number(t, "address", addr);
    text_string(t, ", ");
    text_string(t, core_access(f));
    text_string(t, "\n");
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
    text_string(&t, core_kind(f));
    text_string(&t, "\n");
    if (core_aborted(f)) {
        show_abort(&t, f);
    }
    core_show_syndrome(&t, f);
    core_show_registers(&t, f);
    if (shown != NULL) {
        text_string(&t, "  the map:\n");
        mpumap_dump(shown, show_line, &t);
    }
    text_flush(&t);
    host_exit(EXIT_EXCEPTION);
}

void exception(struct exception_frame *frame)
{
    if (dying || !core_answer(frame)) {
        die(frame);
    }
}
