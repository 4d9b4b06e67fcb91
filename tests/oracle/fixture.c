/* SPDX-License-Identifier: MIT */
#include "fixture.h"

#include "guard.h"

#include "src/internal.h"

#include <stdio.h>
#include <string.h>

void fixture_prepare(struct fixture *f, enum mpumap_sim_target target, uint16_t slots,
                     enum mpumap_policy policy)
{
    UNGUARD_LISTS(f);
    memset(f, 0xa5, sizeof *f);
    (void)mpumap_sim_init(&f->sim, target, slots, 20261123);
    mpumap_sim_control(&f->sim, true, false);
    mpumap_sim_strict(&f->sim, true);
    memset(&f->config, 0, sizeof f->config);
    f->config.port = &mpumap_sim_port;
    f->config.port_ctx = &f->sim;
    f->config.table = f->table;
    f->config.scratch = f->scratch;
    f->config.regions = MPUMAP_MAX_REGIONS;
    f->config.spans = f->spans;
    f->config.span_capacity = FIXTURE_SPANS;
    f->config.pending = f->pending;
    f->config.pending_capacity = FIXTURE_SPANS;
    f->config.ranges = f->ranges;
    f->config.lock_capacity = FIXTURE_RANGES / 4;
    f->config.live_capacity = FIXTURE_RANGES / 4;
    f->config.policy = policy;
}

bool fixture_refuses_exact(struct fixture *f)
{
    fixture_prepare(f, MPUMAP_SIM_ARMV8R32_EL2, 16, MPUMAP_EXACT);
    return mpumap_init(&f->map, &f->config) == MPUMAP_POLICY;
}

void fixture_init(struct fixture *f)
{
    if (mpumap_init(&f->map, &f->config) == MPUMAP_OK) {
        GUARD_LISTS(f);
    }
}

void fixture_start(struct fixture *f, enum mpumap_sim_target target, uint16_t slots,
                   enum mpumap_policy policy)
{
    fixture_prepare(f, target, slots, policy);
    fixture_init(f);
}

void fixture_exact(struct fixture *f)
{
    fixture_start(f, MPUMAP_SIM_ARMV8R32_EL2, 16, MPUMAP_EXACT);
}

void fixture_whole(struct fixture *f)
{
    fixture_start(f, MPUMAP_SIM_ARMV8R32_EL2, 16, MPUMAP_WHOLE);
}

void fixture_room(struct fixture *f, uint16_t spans)
{
    f->map.span_capacity = spans;
    f->map.seal = mpumap_i_seal(&f->map);
}

enum mpumap_result do_map(struct fixture *f, unsigned first, unsigned last, mpumap_attr_t attr)
{
    return mpumap_map(&f->map, BASE(first), LIMIT(last), attr);
}

enum mpumap_result do_unmap(struct fixture *f, unsigned first, unsigned last)
{
    return mpumap_unmap(&f->map, BASE(first), LIMIT(last));
}

enum mpumap_result do_protect(struct fixture *f, unsigned first, unsigned last, mpumap_attr_t attr)
{
    return mpumap_protect(&f->map, BASE(first), LIMIT(last), attr);
}

enum mpumap_result do_lock(struct fixture *f, unsigned first, unsigned last)
{
    return mpumap_lock(&f->map, BASE(first), LIMIT(last));
}

enum mpumap_result do_live(struct fixture *f, unsigned first, unsigned last)
{
    return mpumap_live(&f->map, BASE(first), LIMIT(last));
}

enum mpumap_result do_unlive(struct fixture *f, unsigned first, unsigned last)
{
    return mpumap_unlive(&f->map, BASE(first), LIMIT(last));
}

enum mpumap_found do_find(struct fixture *f, unsigned first, unsigned last)
{
    return mpumap_find(&f->map, BASE(first), LIMIT(last), NULL, NULL);
}

static void add_text(struct fixture *f, const struct mpumap_region *r)
{
    const size_t at = strlen(f->text);
    const bool normal = (r->attr & MPUMAP_TYPE_MASK) == MPUMAP_NORMAL;

    (void)snprintf(f->text + at, sizeof f->text - at, "%s%llu-%llu %s%s%s %lu", at ? ", " : "",
                   (unsigned long long)((r->base - FIXTURE_AT) / 64u),
                   (unsigned long long)((r->limit - FIXTURE_AT) / 64u), mpumap_perm_name(r->attr),
                   normal ? "" : " ", normal ? "" : mpumap_type_name(r->attr),
                   (unsigned long)r->refs);
}

const char *regions_of(struct fixture *f)
{
    struct mpumap_region r;
    uint16_t cursor = 0;

    f->text[0] = '\0';
    while (mpumap_next_region(&f->map, &cursor, &r)) {
        add_text(f, &r);
    }
    return f->text;
}

const char *spans_of(struct fixture *f)
{
    struct mpumap_region r;
    uint16_t cursor = 0;

    f->text[0] = '\0';
    while (mpumap_next_span(&f->map, &cursor, &r)) {
        add_text(f, &r);
    }
    return f->text;
}

uint8_t slot_of(struct fixture *f, unsigned granule)
{
    struct mpumap_region r;

    return mpumap_query(&f->map, BASE(granule), &r) ? r.slot : (uint8_t)MPUMAP_NO_SLOT;
}

bool allows(struct fixture *f, char kind, mpumap_addr_t addr)
{
    return mpumap_sim_access(&f->sim, kind, addr, MPUMAP_SIM_OWNER).allow;
}

const char *access_of(struct fixture *f, unsigned granule)
{
    static const char *const words[8] = {"", "r", "w", "rw", "x", "rx", "wx", "rwx"};
    unsigned at_base = 0;
    unsigned at_limit = 0;

    for (unsigned k = 0; k < 3; k++) {
        at_base |= allows(f, "rwx"[k], BASE(granule)) ? 1u << k : 0u;
        at_limit |= allows(f, "rwx"[k], LIMIT(granule)) ? 1u << k : 0u;
    }
    return (at_base == at_limit) ? words[at_base] : "mixed";
}

static uint64_t mix_bytes(uint64_t h, const void *data, size_t size)
{
    const unsigned char *p = data;

    for (size_t i = 0; i < size; i++) {
        h = (h ^ p[i]) * 0x100000001b3ULL;
    }
    return h;
}

/* Everything but the answers of the last operation (why, cost) and the room beyond what is used. */
static uint64_t digest(struct fixture *f)
{
    struct mpumap m = f->map;
    uint64_t h = 0xcbf29ce484222325ULL;

    memset(&m.why, 0, sizeof m.why);
    memset(&m.cost, 0, sizeof m.cost);
    memset(&m.poison, 0, sizeof m.poison);
    h = mix_bytes(h, &m, sizeof m);
    for (uint16_t i = 0; i < f->map.regions; i++) {
        const struct mpumap_entry *e = &f->table[i]; /* the rest is scratch */
        h = mix_bytes(h, &e->base, sizeof e->base);
        h = mix_bytes(h, &e->limit, sizeof e->limit);
        h = mix_bytes(h, &e->refs, sizeof e->refs);
        h = mix_bytes(h, &e->flags, sizeof e->flags);
    }
    for (uint16_t i = 0; i < f->map.span_count; i++) {
        const struct mpumap_span *s = &f->spans[i];
        h = mix_bytes(h, &s->base, sizeof s->base);
        h = mix_bytes(h, &s->limit, sizeof s->limit);
        h = mix_bytes(h, &s->refs, sizeof s->refs);
        h = mix_bytes(h, &s->attr, sizeof s->attr);
        h = mix_bytes(h, &s->slot, sizeof s->slot);
    }
    h = mix_bytes(h, f->ranges, f->map.lock_count * sizeof f->ranges[0]);
    h = mix_bytes(h, f->ranges + f->map.lock_capacity, f->map.live_count * sizeof f->ranges[0]);
    for (uint16_t i = 0; i < f->map.limits.regions; i++) {
        struct mpumap_pair p;
        mpumap_sim_get(&f->sim, (uint8_t)i, &p);
        h = mix_bytes(h, &p, sizeof p);
    }
    return h;
}

void remember(struct fixture *f)
{
    mpumap_sim_clear(&f->sim);
    f->remembered = digest(f);
}

bool unchanged(struct fixture *f)
{
    return digest(f) == f->remembered && f->sim.counters.steps == 0;
}

bool sound(struct fixture *f)
{
    if (f->sim.error.fault != MPUMAP_SIM_NO_FAULT) {
        mpumap_sim_describe(&f->sim, f->text, sizeof f->text);
        printf("# %s\n", f->text);
        return false;
    }
    return mpumap_check(&f->map) == MPUMAP_OK && mpumap_verify(&f->map) == MPUMAP_OK;
}
