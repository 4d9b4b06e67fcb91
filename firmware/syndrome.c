/* SPDX-License-Identifier: MIT */
/* Syndromes of the cores that have them in one format: HSR (AArch32) and ESR_EL2 (AArch64). */
#include "firmware.h"

#include "text.h"

/* Two digits: a field of the syndrome. */
static void field(struct text *t, uint32_t value)
{
    static const char digits[] = "0123456789abcdef";

    text_string(t, "0x");
    text_char(t, digits[(value >> 4) & 0xfu]);
    text_char(t, digits[value & 0xfu]);
    text_string(t, ": ");
}

static const char *class_name(uint32_t class)
{
    switch (class) {
    case 0x00:
        return "unknown reason";
    case 0x0e:
        return "illegal execution state";
    case 0x11:
    case 0x15:
        return "SVC";
    case 0x12:
    case 0x16:
        return "HVC";
    case 0x20:
        return "instruction abort from a lower level";
    case 0x21:
        return "instruction abort";
    case 0x22:
        return "misaligned PC";
    case 0x26:
        return "misaligned stack pointer";
    case 0x3c:
        return "BRK";
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
        return CORE_PERMISSION;
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

bool exception_is_abort(uint32_t syndrome)
{
    return (SYNDROME_CLASS(syndrome) & ~5u) == 0x20u;
}

static bool is_fetch(uint32_t syndrome)
{
    return (SYNDROME_CLASS(syndrome) & ~1u) == 0x20u;
}

const char *core_access(const struct exception_frame *f)
{
    const uint32_t syndrome = core_syndrome(f);

    return is_fetch(syndrome) ? "fetch" : SYNDROME_WRITE(syndrome) ? "write" : "read";
}

bool core_external(uint32_t syndrome)
{
    return SYNDROME_STATUS(syndrome) == SYNDROME_STATUS_EXTERNAL;
}

void core_show_syndrome(struct text *t, const struct exception_frame *f)
{
    const uint32_t syndrome = core_syndrome(f);

    exception_number(t, CORE_SYNDROME, syndrome);
    text_string(t, ", class ");
    field(t, SYNDROME_CLASS(syndrome));
    text_string(t, class_name(SYNDROME_CLASS(syndrome)));
    text_string(t, "\n");
    if (exception_is_abort(syndrome)) {
        exception_label(t, "status");
        field(t, SYNDROME_STATUS(syndrome));
        text_string(t, status_name(SYNDROME_STATUS(syndrome)));
        text_string(t, "\n");
    }
}
