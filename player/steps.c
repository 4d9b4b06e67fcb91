/* SPDX-License-Identifier: MIT */
/* --steps: what an operation wrote to the hardware, decoded, and when it becomes visible. */
#include "play.h"

static const char *const kinds[] = {"select", "base", "limit", "bitmap", "isb", "order", "sync"};

#define KINDS (sizeof kinds / sizeof kinds[0])

/* ---- the tap: a port that remembers ---- */

static void tap_limits(void *ctx, struct mpumap_limits *out)
{
    struct tap *tap = ctx;

    tap->real->limits(tap->real_ctx, out);
    tap->limits = *out;
}

static void tap_encode(void *ctx, mpumap_addr_t base, mpumap_addr_t limit, mpumap_attr_t attr,
                       struct mpumap_pair *out)
{
    struct tap *tap = ctx;

    tap->real->encode(tap->real_ctx, base, limit, attr, out);
}

static bool tap_decode(void *ctx, const struct mpumap_pair *pair, mpumap_attr_t *attr)
{
    struct tap *tap = ctx;

    return tap->real->decode(tap->real_ctx, pair, attr);
}

static void tap_apply(void *ctx, const struct mpumap_step *step)
{
    struct tap *tap = ctx;

    tap->real->apply(tap->real_ctx, step);
    if (!tap->recording) {
        return;
    }
    if (tap->count < PLAYER_STEPS) {
        tap->steps[tap->count] = *step;
        tap->count++;
    } else {
        tap->omitted++;
    }
}

static void tap_read(void *ctx, uint8_t slot, struct mpumap_pair *out)
{
    struct tap *tap = ctx;

    tap->real->read(tap->real_ctx, slot, out);
}

static void tap_enter(void *ctx)
{
    struct tap *tap = ctx;

    tap->real->enter(tap->real_ctx);
}

static void tap_leave(void *ctx)
{
    struct tap *tap = ctx;

    tap->real->leave(tap->real_ctx);
}

void tap_start(struct tap *tap, const struct mpumap_port *real, void *real_ctx, bool recording)
{
    tap->real = real;
    tap->real_ctx = real_ctx;
    tap->port = (struct mpumap_port){.limits = tap_limits,
                                     .encode = tap_encode,
                                     .decode = tap_decode,
                                     .apply = tap_apply,
                                     .read = tap_read,
                                     .enter = (real->enter != NULL) ? tap_enter : NULL,
                                     .leave = (real->leave != NULL) ? tap_leave : NULL};
    tap->recording = recording;
    tap->count = 0u;
    tap->omitted = 0u;
}

/* The registers as they are now, to tell what the next steps change. */
void tap_sync(struct player *p)
{
    uint16_t end = (uint16_t)(p->engine.first_slot + p->engine.regions);

    for (uint16_t slot = p->engine.first_slot; p->tap.recording && (slot < end); slot++) {
        p->tap.real->read(p->tap.real_ctx, (uint8_t)slot, &p->tap.shadow[slot]);
    }
}

/* ---- decoding ---- */

static bool has_slot(const struct mpumap_step *step)
{
    return (step->kind == (uint8_t)MPUMAP_STEP_SELECT) ||
           (step->kind == (uint8_t)MPUMAP_STEP_BASE) || (step->kind == (uint8_t)MPUMAP_STEP_LIMIT);
}

static bool has_value(const struct mpumap_step *step)
{
    return has_slot(step) || (step->kind == (uint8_t)MPUMAP_STEP_BITMAP);
}

/* Slots are the trace's: the slot itself, and the position of its bit in the bitmap. */
static uint64_t trace_slot(const struct player *p, uint64_t slot)
{
    return (slot >= p->engine.first_slot) ? slot - p->engine.first_slot : slot;
}

static uint64_t trace_bits(const struct player *p, uint64_t bits)
{
    return (p->engine.first_slot < 32u) ? (bits & 0xffffffffu) >> p->engine.first_slot : 0u;
}

static uint64_t shown_value(const struct player *p, const struct mpumap_step *step)
{
    if (step->kind == (uint8_t)MPUMAP_STEP_BITMAP) {
        return trace_bits(p, step->value);
    }
    return step->value;
}

static const char *kind_name(const struct mpumap_step *step)
{
    return (step->kind < KINDS) ? kinds[step->kind] : "?";
}

static uint64_t low_mask(const struct player *p)
{
    return (1ull << p->tap.limits.granule_shift) - 1u;
}

static void apply_to_shadow(struct tap *tap, const struct mpumap_step *step)
{
    if (step->kind == (uint8_t)MPUMAP_STEP_BASE) {
        tap->shadow[step->slot].base = step->value;
    } else if (step->kind == (uint8_t)MPUMAP_STEP_LIMIT) {
        tap->shadow[step->slot].limit = step->value;
    } else if (step->kind == (uint8_t)MPUMAP_STEP_BITMAP) {
        for (uint32_t i = 0u; i < 32u; i++) {
            if (((step->mask >> i) & 1u) != 0u) {
                tap->shadow[i].limit &= ~(mpumap_reg_t)MPUMAP_LIMIT_ENABLE;
                tap->shadow[i].limit |= (mpumap_reg_t)((step->value >> i) & 1u);
            }
        }
    }
}

static void text_region(struct player *p, uint8_t slot)
{
    const struct mpumap_pair *pair = &p->tap.shadow[slot];
    mpumap_attr_t attr;

    text_hex(&p->out, pair->base & ~low_mask(p));
    text_string(&p->out, "..");
    text_hex(&p->out, pair->limit | low_mask(p));
    if (p->tap.real->decode(p->tap.real_ctx, pair, &attr)) {
        text_char(&p->out, ' ');
        text_string(&p->out, mpumap_perm_name(attr & (mpumap_attr_t)~MPUMAP_LOWER_MASK));
        if ((attr & MPUMAP_LOWER_MASK) != 0u) {
            text_string(&p->out, p->tap.limits.lower_el1 ? "+el1" : "+el0");
        }
        text_char(&p->out, ' ');
        text_string(&p->out, mpumap_type_name(attr));
        text_char(&p->out, ' ');
        text_string(&p->out, mpumap_share_name(attr));
    }
}

static bool enabled(const struct tap *tap, uint8_t slot)
{
    return (tap->shadow[slot].limit & MPUMAP_LIMIT_ENABLE) != 0u;
}

static void explain_pair(struct player *p, const struct mpumap_step *step, bool was_enabled)
{
    bool now = enabled(&p->tap, step->slot);

    if (step->kind == (uint8_t)MPUMAP_STEP_BASE) {
        text_string(&p->out, was_enabled ? "moves the enabled region: now " : "prepares base ");
        if (!was_enabled) {
            text_hex(&p->out, step->value & ~low_mask(p));
            return;
        }
    } else if (!now) {
        text_string(&p->out, was_enabled ? "disables " : "prepares limit ");
        if (!was_enabled) {
            text_hex(&p->out, step->value | low_mask(p));
            return;
        }
    } else {
        text_string(&p->out, was_enabled ? "changes the enabled region: now " : "enables ");
    }
    text_region(p, step->slot);
}

/* Called before the write is entered in the shadow: slots that stay as they are are left out. */
static void explain_bitmap(struct player *p, const struct mpumap_step *step)
{
    const char *separator = "";

    for (uint32_t on = 0u; on < 2u; on++) {
        const char *verb = (on != 0u) ? "enables slot " : "disables slot ";

        for (uint32_t i = 0u; i < 32u; i++) {
            bool now = ((step->value >> i) & 1u) != 0u;

            if ((((step->mask >> i) & 1u) == 0u) || (now != (on != 0u)) ||
                (enabled(&p->tap, (uint8_t)i) == now)) {
                continue;
            }
            text_string(&p->out, separator);
            text_string(&p->out, verb);
            text_decimal(&p->out, trace_slot(p, i));
            separator = ", ";
            verb = "";
        }
    }
    text_string(&p->out, ", all at once");
}

static void explain_barrier(struct player *p, const struct mpumap_step *step, uint32_t pending)
{
    if (step->kind == (uint8_t)MPUMAP_STEP_ISB) {
        text_string(&p->out, "the selector takes effect before the window is used");
        return;
    }
    text_string(&p->out, "visible: ");
    text_count(&p->out, pending, "write");
    text_string(&p->out, (step->kind == (uint8_t)MPUMAP_STEP_ORDER)
                             ? " above, before any write below"
                             : " above, to every access from here on");
}

/* ---- text ---- */

static void text_step(struct player *p, const struct mpumap_step *step, uint32_t pending)
{
    bool was = has_slot(step) && enabled(&p->tap, step->slot);

    text_to(&p->out, 8u);
    text_string(&p->out, kind_name(step));
    if (has_slot(step)) {
        text_to(&p->out, 15u);
        text_decimal_right(&p->out, trace_slot(p, step->slot), 3u);
    }
    if (has_value(step)) {
        text_to(&p->out, 20u);
        text_string(&p->out, ":= ");
        text_hex(&p->out, shown_value(p, step));
    }
    text_to(&p->out, 36u);
    if (step->kind == (uint8_t)MPUMAP_STEP_BITMAP) {
        explain_bitmap(p, step);
    }
    apply_to_shadow(&p->tap, step);
    if (step->kind == (uint8_t)MPUMAP_STEP_SELECT) {
        text_string(&p->out, "points the window at a slot");
    } else if (has_slot(step)) {
        explain_pair(p, step, was);
    } else if (step->kind != (uint8_t)MPUMAP_STEP_BITMAP) {
        explain_barrier(p, step, pending);
    }
    text_char(&p->out, '\n');
}

void steps_text(struct player *p)
{
    uint32_t pending = 0u;

    text_style(&p->out, "2");
    for (uint32_t i = 0u; i < p->tap.count; i++) {
        const struct mpumap_step *step = &p->tap.steps[i];

        text_step(p, step, pending);
        if (has_value(step)) {
            pending++;
        } else if (step->kind != (uint8_t)MPUMAP_STEP_ISB) {
            pending = 0u;
        }
    }
    if (p->tap.omitted != 0u) {
        text_to(&p->out, 8u);
        text_count(&p->out, p->tap.omitted, "step");
        text_string(&p->out, " more, not kept\n");
        tap_sync(p);
    }
    text_style(&p->out, "");
}

/* ---- JSON ---- */

static void json_step(struct player *p, const struct mpumap_step *step)
{
    text_string(&p->out, "{\"kind\":\"");
    text_string(&p->out, kind_name(step));
    text_char(&p->out, '"');
    if (has_slot(step)) {
        text_string(&p->out, ",\"slot\":");
        text_decimal(&p->out, trace_slot(p, step->slot));
    }
    if (step->kind == (uint8_t)MPUMAP_STEP_BITMAP) {
        text_string(&p->out, ",\"mask\":\"");
        text_hex(&p->out, trace_bits(p, step->mask));
        text_char(&p->out, '"');
    }
    if (has_value(step)) {
        text_string(&p->out, ",\"value\":\"");
        text_hex(&p->out, shown_value(p, step));
        text_char(&p->out, '"');
    }
    text_char(&p->out, '}');
}

void steps_json(struct player *p)
{
    text_string(&p->out, ",\"steps\":[");
    for (uint32_t i = 0u; i < p->tap.count; i++) {
        if (i != 0u) {
            text_char(&p->out, ',');
        }
        json_step(p, &p->tap.steps[i]);
    }
    text_char(&p->out, ']');
    if (p->tap.omitted != 0u) {
        text_string(&p->out, ",\"steps_omitted\":");
        text_decimal(&p->out, p->tap.omitted);
    }
}
