/* SPDX-License-Identifier: MIT */
/* Names, and the error as a line of text. */
#include "port/sim/internal.h"

const char *mpumap_sim_reason_name(enum mpumap_sim_reason reason)
{
    static const char *const names[] = {
        [MPUMAP_SIM_REGION] = "region",       [MPUMAP_SIM_BACKGROUND] = "background",
        [MPUMAP_SIM_DEFAULT] = "default-map", [MPUMAP_SIM_UNMAPPED] = "unmapped",
        [MPUMAP_SIM_MULTIPLE] = "overlap",    [MPUMAP_SIM_READ_ONLY] = "permission",
        [MPUMAP_SIM_OWNER_ONLY] = "level",    [MPUMAP_SIM_EXECUTE_NEVER] = "execute-never",
        [MPUMAP_SIM_BEYOND] = "range",        [MPUMAP_SIM_UNDECIDED] = "pending",
    };
    return ((size_t)reason < sizeof(names) / sizeof(names[0])) ? names[reason] : "?";
}

const char *mpumap_sim_fault_name(enum mpumap_sim_fault fault)
{
    static const char *const names[] = {
        [MPUMAP_SIM_NO_FAULT] = "none",
        [MPUMAP_SIM_OVERLAP] = "overlap",
        [MPUMAP_SIM_MISDIRECTED] = "misdirected",
        [MPUMAP_SIM_NO_SLOT] = "no-slot",
        [MPUMAP_SIM_RESERVED] = "reserved",
        [MPUMAP_SIM_BAD_STEP] = "bad-step",
        [MPUMAP_SIM_SELECTOR] = "selector",
        [MPUMAP_SIM_STALE] = "stale-bitmap",
        [MPUMAP_SIM_AMBIGUOUS] = "ambiguous",
        [MPUMAP_SIM_UNSYNCED] = "unsynced",
        [MPUMAP_SIM_GRANTED] = "granted",
        [MPUMAP_SIM_LOST] = "lost",
        [MPUMAP_SIM_TYPE] = "type",
        [MPUMAP_SIM_EXEC_DEVICE] = "exec-device",
        [MPUMAP_SIM_NOT_OLD] = "not-old",
        [MPUMAP_SIM_NOT_NEW] = "not-new",
        [MPUMAP_SIM_BAD_INPUT] = "bad-input",
        [MPUMAP_SIM_NO_ROOM] = "no-room",
    };
    return ((size_t)fault < sizeof(names) / sizeof(names[0])) ? names[fault] : "?";
}

struct text {
    char *at;
    size_t room; /* without the terminating zero */
};

static void put_char(struct text *text, char c)
{
    if (text->room > 0u) {
        *text->at++ = c;
        text->room--;
    }
}

static void put(struct text *text, const char *string)
{
    for (; *string != '\0'; string++) {
        put_char(text, *string);
    }
}

static void put_decimal(struct text *text, uint32_t value)
{
    uint32_t power = 1;
    while (value / power >= 10u) {
        power *= 10u;
    }
    for (; power != 0u; power /= 10u) {
        put_char(text, (char)('0' + (char)((value / power) % 10u)));
    }
}

static void put_address(struct text *text, mpumap_addr_t value)
{
    unsigned digits = 8;
    while (digits < sizeof(value) * 2u && (value >> (digits * 4u)) != 0u) {
        digits++;
    }
    put(text, "0x");
    while (digits-- > 0u) {
        put_char(text, "0123456789abcdef"[(value >> (digits * 4u)) & 0xfu]);
    }
}

void mpumap_sim_describe(const struct mpumap_sim *sim, char *text, size_t size)
{
    const struct mpumap_sim_error *error = &sim->error;
    if (size == 0u) {
        return;
    }
    struct text out = {.at = text, .room = size - 1u};
    put(&out, mpumap_sim_fault_name((enum mpumap_sim_fault)error->fault));
    put(&out, " at step ");
    put_decimal(&out, error->step);
    if (error->slot != MPUMAP_NO_SLOT) {
        put(&out, ", slot ");
        put_decimal(&out, error->slot);
    }
    if (error->other != MPUMAP_NO_SLOT) {
        put(&out, " and ");
        put_decimal(&out, error->other);
    }
    if (error->base != 0u || error->limit != 0u) {
        put(&out, ", ");
        put_address(&out, error->base);
        put(&out, " to ");
        put_address(&out, error->limit);
    }
    *out.at = '\0';
}
