/* SPDX-License-Identifier: MIT */
/* One JSON object a line, keys in a fixed order. No string in it needs escaping. */
#include "play.h"

static void key(struct text *t, const char *name)
{
    text_string(t, ",\"");
    text_string(t, name);
    text_string(t, "\":");
}

static void quoted(struct text *t, const char *word)
{
    text_char(t, '"');
    text_string(t, word);
    text_char(t, '"');
}

static void quoted_hex(struct text *t, uint64_t value)
{
    text_char(t, '"');
    text_hex(t, value);
    text_char(t, '"');
}

static void opening(struct player *p, const struct trace_line *line, const char *result)
{
    text_string(&p->out, "{\"line\":");
    text_decimal(&p->out, line->number);
    key(&p->out, "op");
    quoted(&p->out, trace_kind_name(line->kind));
    key(&p->out, "result");
    quoted(&p->out, result);
}

static void slot_value(struct player *p, uint8_t slot)
{
    if (slot == MPUMAP_NO_SLOT) {
        text_string(&p->out, "null");
    } else {
        text_decimal(&p->out, (uint64_t)slot - p->engine.first_slot);
    }
}

static const char *attribute_word(enum mpumap_attribute attribute, mpumap_attr_t attr)
{
    if (attribute == MPUMAP_ATTRIBUTE_PERMISSION) {
        return mpumap_perm_name(attr);
    }
    if (attribute == MPUMAP_ATTRIBUTE_TYPE) {
        return mpumap_type_name(attr);
    }
    return mpumap_share_name(attr);
}

static void why(struct player *p, const struct answer *a)
{
    struct text *t = &p->out;

    text_string(t, ",\"why\":{\"base\":");
    quoted_hex(t, a->base);
    key(t, "limit");
    quoted_hex(t, a->limit);
    if (a->slot != MPUMAP_NO_SLOT) {
        key(t, "slot");
        slot_value(p, a->slot);
    }
    if (a->result == MPUMAP_CONFLICT) {
        key(t, "attribute");
        quoted(t, mpumap_attribute_name(a->attribute));
        key(t, "present");
        quoted(t, attribute_word(a->attribute, a->present));
        key(t, "wanted");
        quoted(t, attribute_word(a->attribute, a->wanted));
    }
    text_char(t, '}');
}

static void cost(struct text *t, const struct mpumap_cost *c)
{
    key(t, "writes");
    text_decimal(t, c->writes);
    key(t, "barriers");
    text_decimal(t, c->barriers);
    key(t, "gap");
    text_decimal(t, c->gap);
}

static void extent(struct text *t, const struct mpumap_region *r)
{
    text_string(t, "\"base\":");
    quoted_hex(t, r->base);
    key(t, "limit");
    quoted_hex(t, r->limit);
}

static void region(struct player *p, const struct mpumap_region *r)
{
    struct text *t = &p->out;

    text_string(t, "{\"slot\":");
    slot_value(p, r->slot);
    text_char(t, ',');
    extent(t, r);
    key(t, "permission");
    quoted(t, mpumap_perm_name(r->attr));
    key(t, "type");
    quoted(t, mpumap_type_name(r->attr));
    key(t, "share");
    quoted(t, mpumap_share_name(r->attr));
    key(t, "refs");
    text_decimal(t, r->refs);
    text_char(t, '}');
}

static void regions(struct player *p)
{
    struct mpumap_region r;
    uint16_t cursor = 0u;
    bool first = true;

    key(&p->out, "regions");
    text_char(&p->out, '[');
    for (; player_next(p, false, &cursor, &r); first = false) {
        if (!first) {
            text_char(&p->out, ',');
        }
        region(p, &r);
    }
    text_char(&p->out, ']');
}

static void spans(struct player *p)
{
    struct mpumap_region r;
    uint16_t cursor = 0u;
    bool first = true;

    key(&p->out, "spans");
    text_char(&p->out, '[');
    for (; player_next(p, true, &cursor, &r); first = false) {
        text_string(&p->out, first ? "{" : ",{");
        extent(&p->out, &r);
        key(&p->out, "refs");
        text_decimal(&p->out, r.refs);
        text_char(&p->out, '}');
    }
    text_char(&p->out, ']');
}

void json_answer(struct player *p, const struct trace_line *line, const struct answer *a)
{
    opening(p, line, a->word);
    if (a->result != MPUMAP_OK) {
        why(p, a);
    } else if (a->has_cost) {
        cost(&p->out, &a->cost);
    } else if (a->has_region) {
        key(&p->out, "slot");
        slot_value(p, a->slot);
    } else if (line->kind == TRACE_DUMP) {
        regions(p);
        if (p->request.policy == MPUMAP_EXACT) {
            spans(p);
        }
    }
    if (p->options->steps && ((p->tap.count != 0u) || a->has_cost)) {
        steps_json(p);
    }
    text_string(&p->out, "}\n");
}

void json_expect(struct player *p, const struct trace_line *line, bool held)
{
    opening(p, line, held ? "ok" : "failed");
    text_string(&p->out, "}\n");
}
