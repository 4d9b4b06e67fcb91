/* SPDX-License-Identifier: MIT */
/* Making a map, and taking over what boot code has enabled. */
#include "internal.h"

/*@ requires \valid_read(c);
    assigns \nothing;
    ensures \result <==> c->table != \null && c->scratch != \null && c->spans != \null &&
        (c->ranges != \null || (c->lock_capacity == 0 && c->live_capacity == 0)) &&
        (c->pending != \null || c->pending_capacity == 0);
*/
static bool complete(const struct mpumap_config *c)
{
    return (c->table != NULL) && (c->scratch != NULL) && (c->spans != NULL) &&
           ((c->ranges != NULL) || ((c->lock_capacity == 0u) && (c->live_capacity == 0u))) &&
           ((c->pending != NULL) || (c->pending_capacity == 0u));
}

/* Boot code may have left garbage in what is private. */
/*@ requires \valid(e);
    assigns e->refs, e->flags, e->link, e->base_at, e->limit_at;
    ensures e->refs == 0 && e->flags == 0 && e->link == MPUMAP_NO_SLOT;
*/
static void clear_private(struct mpumap_entry *e)
{
    e->refs = 0u;
    e->flags = 0u;
    e->link = MPUMAP_NO_SLOT;
    e->base_at = 0u;
    e->limit_at = 0u;
}

/*@ requires \valid(e);
    assigns e->base, e->limit;
    ensures e->limit % 2 == 0;
*/
static void forget_registers(struct mpumap_entry *e)
{
    e->base = UNKNOWN_BASE;
    e->limit = UNKNOWN_LIMIT;
}

/* Everything that is not named is 0. */
/*@ requires \valid(m) && \valid_read(c) && \separated(m, c);
    assigns *m;
*/
static void fill(struct mpumap *m, const struct mpumap_config *c)
{
    const struct mpumap made = {
        .port = c->port,
        .port_ctx = c->port_ctx,
        .table = c->table,
        .scratch = c->scratch,
        .spans = c->spans,
        .pending = c->pending,
        .ranges = c->ranges,
        .why = {.slot = MPUMAP_NO_SLOT},
        .span_capacity = c->span_capacity,
        .pending_count = NO_PENDING,
        .pending_capacity = c->pending_capacity,
        .refs_max = (c->refs_max == 0u) ? REFS_MAX : c->refs_max,
        .lock_capacity = c->lock_capacity,
        .live_capacity = c->live_capacity,
        .live_limit = ((c->live_limit == 0u) || (c->live_limit > c->live_capacity))
                          ? c->live_capacity
                          : c->live_limit,
        .policy = (uint8_t)c->policy,
        .allow_rwx = c->allow_rwx,
    };

    *m = made;
}

/* Each step maps sums one to one, so two structures that differ in one byte differ in their sums.
 */
uint32_t mpumap_i_seal(const struct mpumap *m)
{
    _Static_assert((offsetof(struct mpumap, lock_count) - offsetof(struct mpumap, port)) ==
                       ((7u * sizeof(void *)) + sizeof(mpumap_refs_t) + 10u + 11u),
                   "what the seal covers has no padding, which may change by itself");
    const uint8_t *byte = (const uint8_t *)m;
    uint32_t sum = MAGIC;
    size_t k;

    for (k = offsetof(struct mpumap, port); k < offsetof(struct mpumap, lock_count); k++) {
        sum = ((sum << 5u) | (sum >> 27u)) ^ byte[k];
    }
    return sum;
}

enum mpumap_result mpumap_init(struct mpumap *m, const struct mpumap_config *config)
{
    uint16_t s;

    if ((m == NULL) || (config == NULL)) {
        return MPUMAP_STATE;
    }
    m->magic = 0u;
    if ((config->regions == 0u) || (config->regions > MPUMAP_MAX_REGIONS)) {
        return MPUMAP_RANGE;
    }
    if (config->port == NULL) {
        return MPUMAP_STATE;
    }
    if ((MPUMAP_WHOLE_ONLY != 0) && (config->policy != MPUMAP_WHOLE)) {
        return MPUMAP_POLICY;
    }
    fill(m, config);
    m->port->limits(m->port_ctx, &m->limits);
    m->regions = (config->regions < m->limits.regions) ? config->regions : m->limits.regions;
    if (m->regions == 0u) {
        return MPUMAP_NO_REGION;
    }
    if (!complete(config)) {
        return MPUMAP_NO_SPACE;
    }
    for (s = 0u; s < m->regions; s++) {
        if ((config->boot_mask == NULL) ||
            (((config->boot_mask[s / 32u] >> (s % 32u)) & 1u) == 0u)) {
            forget_registers(&m->table[s]);
        }
        clear_private(&m->table[s]);
    }
    m->seal = mpumap_i_seal(m);
    m->magic = MAGIC;
    return MPUMAP_OK;
}

/* Checks an enabled entry that is not mapped yet and enters it as a span with one reference. */
static enum mpumap_result adopt_slot(struct mpumap *m, uint16_t slot)
{
    struct mpumap_entry *e = &m->table[slot];
    struct mpumap_pair p = {e->base, e->limit};
    mpumap_addr_t base = mpumap_i_base_of(m, &p);
    mpumap_addr_t limit = mpumap_i_limit_of(m, &p);
    mpumap_attr_t attr = 0u;
    enum mpumap_result r = mpumap_i_check_range(m, base, limit);
    uint16_t i;
    uint16_t k;

    if (r != MPUMAP_OK) {
        m->why.slot = (uint8_t)slot;
        return r;
    }
    if (!m->port->decode(m->port_ctx, &p, &attr) || ((attr & ~0xffu) != 0u) ||
        (((attr & MPUMAP_PERM_MASK) == MPUMAP_RWX) && !m->allow_rwx)) {
        return mpumap_i_fail(m, MPUMAP_ATTR, base, limit, (uint8_t)slot);
    }
    i = mpumap_i_search(m->spans, m->span_count, base);
    if ((i < m->span_count) && (m->spans[i].base <= limit)) {
        return mpumap_i_fail(m, MPUMAP_OVERLAP, m->spans[i].base, m->spans[i].limit,
                             m->spans[i].slot);
    }
    if (m->span_count >= m->span_capacity) {
        return mpumap_i_fail(m, MPUMAP_NO_SPACE, base, limit, (uint8_t)slot);
    }
    for (k = m->span_count; k > i; k--) {
        m->spans[k] = m->spans[k - 1u];
    }
    m->spans[i].base = base;
    m->spans[i].limit = limit;
    m->spans[i].refs = 1u;
    m->spans[i].attr = (uint8_t)attr;
    m->spans[i].slot = (uint8_t)slot;
    m->span_count++;
    return MPUMAP_OK;
}

/*@ requires \valid_read(m) && \valid_read(m->spans + (0 .. m->span_count - 1));
    assigns \nothing;
    ensures \result <==> \exists integer k; 0 <= k < m->span_count && m->spans[k].slot == slot;
*/
static bool has_span(const struct mpumap *m, uint16_t slot)
{
    uint16_t i;

    /*@ loop invariant 0 <= i <= m->span_count;
        loop invariant none: \forall integer k; 0 <= k < i ==> m->spans[k].slot != slot;
        loop assigns i;
        loop variant m->span_count - i;
    */
    for (i = 0u; i < m->span_count; i++) {
        if (m->spans[i].slot == slot) {
            return true;
        }
    }
    return false;
}

/* Takes the spans that this call entered out again; their entries stay as boot code left them. */
/*@ requires \valid(m) && \valid(m->spans + (0 .. m->span_count - 1)) &&
             \separated(m, m->spans + (0 .. m->span_count - 1));
    requires \valid_read(adopted + (0 .. MPUMAP_MASK_WORDS - 1)) &&
             \separated(adopted + (0 .. MPUMAP_MASK_WORDS - 1),
                        m->spans + (0 .. m->span_count - 1));
    assigns m->span_count, m->spans[0 .. m->span_count - 1];
    ensures m->span_count <= \old(m->span_count);
*/
static void undo(struct mpumap *m, const uint32_t *adopted)
{
    uint16_t kept = 0u;
    uint16_t i;

    /*@ loop invariant 0 <= kept <= i <= m->span_count;
        loop invariant m->span_count == \at(m->span_count, Pre);
        loop assigns i, kept, m->spans[0 .. \at(m->span_count, Pre) - 1];
        loop variant m->span_count - i;
    */
    for (i = 0u; i < m->span_count; i++) {
        uint8_t s = m->spans[i].slot;

        if (((adopted[s / 32u] >> (s % 32u)) & 1u) == 0u) {
            m->spans[kept] = m->spans[i];
            kept++;
        }
    }
    m->span_count = kept;
}

enum mpumap_result mpumap_adopt(struct mpumap *m)
{
    uint32_t adopted[MPUMAP_MASK_WORDS] = {0u, 0u, 0u, 0u, 0u, 0u, 0u, 0u};
    enum mpumap_result r = mpumap_i_enter(m);
    uint16_t s;

    if (r != MPUMAP_OK) {
        return r;
    }
    if (m->in_tx) {
        return mpumap_i_finish(m, mpumap_i_fail(m, MPUMAP_STATE, 0u, 0u, MPUMAP_NO_SLOT));
    }
    for (s = 0u; (s < m->regions) && (r == MPUMAP_OK); s++) {
        if (mpumap_i_in_use(m, s) && !has_span(m, s)) {
            r = adopt_slot(m, s);
            if (r == MPUMAP_OK) {
                adopted[s / 32u] |= ((uint32_t)1u) << (s % 32u);
                m->table[s].refs = 1u;
            }
        }
    }
    if (r != MPUMAP_OK) {
        undo(m, adopted);
    }
    return r;
}

enum mpumap_result mpumap_adopt_registers(struct mpumap *m)
{
    enum mpumap_result r = mpumap_i_enter(m);
    uint16_t s;

    if (r != MPUMAP_OK) {
        return r;
    }
    if (m->in_tx) {
        return mpumap_i_finish(m, mpumap_i_fail(m, MPUMAP_STATE, 0u, 0u, MPUMAP_NO_SLOT));
    }
    for (s = 0u; s < m->regions; s++) {
        struct mpumap_pair p;

        if (!mpumap_i_in_use(m, s) && ((m->table[s].flags & F_RESERVED) == 0u)) {
            m->port->read(m->port_ctx, (uint8_t)s, &p);
            if ((p.limit & MPUMAP_LIMIT_ENABLE) != 0u) {
                m->table[s].base = p.base;
                m->table[s].limit = p.limit;
            }
        }
    }
    return mpumap_adopt(m);
}
