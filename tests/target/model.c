/* SPDX-License-Identifier: MIT */
#include "model.h"

static mpumap_addr_t cover_base;
static mpumap_addr_t cover_limit;

void model_cover(mpumap_addr_t base, mpumap_addr_t limit)
{
    cover_base = base;
    cover_limit = limit;
}

mpumap_addr_t model_base(void)
{
    return cover_base;
}

mpumap_addr_t model_limit(void)
{
    return cover_limit;
}

static uint32_t index_of(mpumap_addr_t addr)
{
    return (addr - cover_base) / MODEL_GRANULE;
}

void model_clear(struct model *m)
{
    for (uint32_t i = 0u; i < MODEL_GRANULES; i++) {
        m->refs[i] = 0u;
        m->attr[i] = 0u;
    }
}

void model_copy(struct model *to, const struct model *from)
{
    const uint32_t *f = (const uint32_t *)(const void *)from;
    uint32_t *t = (uint32_t *)(void *)to;

    for (uint32_t i = 0u; i < sizeof *to / sizeof *t; i++) {
        t[i] = f[i];
    }
}

enum mpumap_result model_judge_map(const struct model *m, mpumap_addr_t base, mpumap_addr_t limit,
                                   mpumap_attr_t attr)
{
    for (uint32_t i = index_of(base); i <= index_of(limit); i++) {
        if ((m->refs[i] != 0u) && (m->attr[i] != mpumap_canonical(attr))) {
            return MPUMAP_CONFLICT;
        }
    }
    return MPUMAP_OK;
}

enum mpumap_result model_judge_unmap(const struct model *m, mpumap_addr_t base, mpumap_addr_t limit)
{
    return (model_least(m, base, limit) == 0u) ? MPUMAP_NOT_MAPPED : MPUMAP_OK;
}

enum mpumap_result model_judge_protect(const struct model *m, mpumap_addr_t base,
                                       mpumap_addr_t limit)
{
    return (model_least(m, base, limit) == 0u)  ? MPUMAP_NOT_MAPPED
           : (model_most(m, base, limit) != 1u) ? MPUMAP_SHARED
                                                : MPUMAP_OK;
}

void model_map(struct model *m, mpumap_addr_t base, mpumap_addr_t limit, mpumap_attr_t attr)
{
    for (uint32_t i = index_of(base); i <= index_of(limit); i++) {
        m->refs[i]++;
        m->attr[i] = (uint8_t)mpumap_canonical(attr);
    }
}

void model_unmap(struct model *m, mpumap_addr_t base, mpumap_addr_t limit)
{
    for (uint32_t i = index_of(base); i <= index_of(limit); i++) {
        m->refs[i]--;
    }
}

void model_protect(struct model *m, mpumap_addr_t base, mpumap_addr_t limit, mpumap_attr_t attr)
{
    for (uint32_t i = index_of(base); i <= index_of(limit); i++) {
        m->attr[i] = (uint8_t)mpumap_canonical(attr);
    }
}

uint8_t model_least(const struct model *m, mpumap_addr_t base, mpumap_addr_t limit)
{
    uint8_t least = UINT8_MAX;

    for (uint32_t i = index_of(base); i <= index_of(limit); i++) {
        least = (m->refs[i] < least) ? m->refs[i] : least;
    }
    return least;
}

uint8_t model_most(const struct model *m, mpumap_addr_t base, mpumap_addr_t limit)
{
    uint8_t most = 0u;

    for (uint32_t i = index_of(base); i <= index_of(limit); i++) {
        most = (m->refs[i] > most) ? m->refs[i] : most;
    }
    return most;
}

uint8_t model_at(const struct model *m, mpumap_addr_t addr, mpumap_attr_t *attr)
{
    *attr = m->attr[index_of(addr)];
    return m->refs[index_of(addr)];
}

/* A run begins or ends between granule i and the one below. */
static bool border(const struct model *m, uint32_t i)
{
    const bool below = (i != 0u) && (m->refs[i - 1u] != 0u);
    const bool here = (i <= index_of(cover_limit)) && (m->refs[i] != 0u);

    return (below != here) || (below && here && (m->attr[i - 1u] != m->attr[i]));
}

static bool run_begins(const struct model *m, uint32_t i)
{
    return (m->refs[i] != 0u) && border(m, i);
}

uint32_t model_runs(const struct model *m)
{
    uint32_t runs = 0u;

    for (uint32_t i = 0u; i <= index_of(cover_limit); i++) {
        runs += run_begins(m, i) ? 1u : 0u;
    }
    return runs;
}

/* The run of `after` that begins at granule i. */
static bool is_old(const struct model *before, const struct model *after, uint32_t i)
{
    if (!run_begins(before, i) || (before->attr[i] != after->attr[i])) {
        return false;
    }
    do {
        i++;
    } while (!border(after, i) && !border(before, i));
    return border(after, i) && border(before, i);
}

uint32_t model_new_runs(const struct model *before, const struct model *after)
{
    uint32_t runs = 0u;

    for (uint32_t i = 0u; i <= index_of(cover_limit); i++) {
        runs += (run_begins(after, i) && !is_old(before, after, i)) ? 1u : 0u;
    }
    return runs;
}

/* Granules from *at to before `end` have this count, and these attributes if any. */
static bool run_is(const struct model *m, uint32_t *at, uint32_t end, uint8_t refs,
                   mpumap_attr_t attr)
{
    for (; *at < end; (*at)++) {
        if ((m->refs[*at] != refs) || ((refs != 0u) && (m->attr[*at] != attr))) {
            return false;
        }
    }
    return true;
}

bool model_equals(const struct model *m, const struct mpumap *map)
{
    struct mpumap_region span;
    uint16_t cursor = 0u;
    uint32_t at = 0u;

    while (mpumap_next_span(map, &cursor, &span)) {
        if ((span.base < cover_base) || (span.limit > cover_limit)) {
            continue;
        }
        if (!run_is(m, &at, index_of(span.base), 0u, 0u) ||
            !run_is(m, &at, index_of(span.limit) + 1u, (uint8_t)span.refs, span.attr)) {
            return false;
        }
    }
    return run_is(m, &at, index_of(cover_limit) + 1u, 0u, 0u);
}
