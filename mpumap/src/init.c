/* SPDX-License-Identifier: MIT */
/* Making a map, and taking over what boot code has enabled. */
#include "internal.h"

/*@ requires \valid_read(c);
    assigns \nothing;
    ensures \result <==> complete(c);
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

/*@ requires \valid(m) && \valid_read(c) && \separated(m, c);
    assigns m->port, m->port_ctx, m->table, m->scratch, m->spans, m->pending, m->ranges \from *c;
    assigns m->refs_max, m->span_capacity, m->pending_capacity, m->lock_capacity, m->live_capacity,
            m->live_limit, m->policy, m->allow_rwx;
    ensures arrays: m->port == c->port && m->table == c->table && m->scratch == c->scratch &&
        m->spans == c->spans && m->pending == c->pending && m->ranges == c->ranges;
    ensures capacities: m->span_capacity == c->span_capacity &&
        m->pending_capacity == c->pending_capacity && m->lock_capacity == c->lock_capacity &&
        m->live_capacity == c->live_capacity && m->live_limit <= m->live_capacity;
    ensures as_asked: m->policy == (uint8_t)c->policy && (m->allow_rwx <==> c->allow_rwx) &&
        m->refs_max == (c->refs_max == 0 ? REFS_MAX : c->refs_max);
*/
static void fill(struct mpumap *m, const struct mpumap_config *c)
{
    m->port = c->port;
    m->port_ctx = c->port_ctx;
    m->table = c->table;
    m->scratch = c->scratch;
    m->spans = c->spans;
    m->pending = c->pending;
    m->ranges = c->ranges;
    m->refs_max = (c->refs_max == 0u) ? REFS_MAX : c->refs_max;
    m->span_capacity = c->span_capacity;
    m->pending_capacity = c->pending_capacity;
    m->lock_capacity = c->lock_capacity;
    m->live_capacity = c->live_capacity;
    m->live_limit = ((c->live_limit == 0u) || (c->live_limit > c->live_capacity)) ? c->live_capacity
                                                                                  : c->live_limit;
    m->policy = (uint8_t)c->policy;
    m->allow_rwx = c->allow_rwx;
}

/* Nothing is mapped, locked or live, no transaction is open, and nothing was refused. Of poison,
 * the rest is written with a result. */
/*@ requires \valid(m);
    assigns m->lock_count, m->span_count, m->pending_count, m->live_count, m->saved_lock_count,
            m->saved_live_count, m->free_from, m->in_tx, m->waiting, m->why.base, m->why.limit,
            m->why.present, m->why.wanted, m->why.result, m->why.slot, m->why.attribute,
            m->poison.result, m->cost.gap, m->cost.writes, m->cost.barriers;
    ensures empty: is_empty(m);
    ensures count: m->pending_count == NO_PENDING;
*/
static void clear(struct mpumap *m)
{
    m->lock_count = 0u;
    m->span_count = 0u;
    m->pending_count = NO_PENDING;
    m->live_count = 0u;
    m->saved_lock_count = 0u;
    m->saved_live_count = 0u;
    m->free_from = 0u;
    m->in_tx = false;
    m->waiting = false;
    m->why.base = 0u;
    m->why.limit = 0u;
    m->why.present = 0u;
    m->why.wanted = 0u;
    m->why.result = (uint8_t)MPUMAP_OK;
    m->why.slot = MPUMAP_NO_SLOT;
    m->why.attribute = (uint8_t)MPUMAP_ATTRIBUTE_NONE;
    m->poison.result = (uint8_t)MPUMAP_OK;
    m->cost.gap = 0u;
    m->cost.writes = 0u;
    m->cost.barriers = 0u;
}

/* What the MPU is like. A port need not know of every field. */
/*@ requires is_port(port) && \valid(out) && \separated(out, port);
    assigns out->regions, out->address_bits, out->granule_shift, out->direct, out->bank,
            out->bitmap, out->selector_isb, out->lower_el1, out->padding, port_state;
    ensures out->regions <= MPUMAP_MAX_REGIONS;
    ensures out->address_bits == 32 || out->address_bits == 48;
    ensures out->granule_shift == 5 || out->granule_shift == 6;
    ensures 1 <= out->bank && out->bitmap <= 32;
*/
static void ask(const struct mpumap_port *port, void *ctx, struct mpumap_limits *out)
{
    out->regions = 0u;
    out->address_bits = 0u;
    out->granule_shift = 0u;
    out->direct = 0u;
    out->bank = 0u;
    out->bitmap = 0u;
    out->selector_isb = false;
    out->lower_el1 = false;
    out->padding = 0u;
    //@ calls port_limits;
    port->limits(ctx, out);
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

/* What boot code has not entered is unknown. */
/*@ requires \valid(table + (0 .. regions - 1));
    requires boot_mask == \null ||
        (\valid_read(boot_mask + (0 .. (regions - 1) / 32)) &&
         \separated(boot_mask + (0 .. (regions - 1) / 32), table + (0 .. regions - 1)));
    assigns table[0 .. regions - 1];
    ensures clean: cleared(table, regions);
    ensures off: boot_mask == \null ==> all_off(table, regions);
    ensures fixed: \forall struct mpumap *m; \separated(m, table + (0 .. regions - 1)) ==>
        fixed{Pre, Post}(m);
    ensures counts: \forall struct mpumap *m; \separated(m, table + (0 .. regions - 1)) ==>
        same_counts{Pre, Post}(m);
    ensures config: \forall struct mpumap_config *c;
        \separated(c, table + (0 .. regions - 1)) ==> same_config{Pre, Post}(c);
*/
static void clear_table(struct mpumap_entry *table, uint16_t regions, const uint32_t *boot_mask)
{
    uint16_t s;

    /*@ loop invariant 0 <= s <= regions;
        loop invariant refs: \forall integer k; 0 <= k < s ==> table[k].refs == 0;
        loop invariant flags: \forall integer k; 0 <= k < s ==> table[k].flags == 0;
        loop invariant link: \forall integer k; 0 <= k < s ==> table[k].link == MPUMAP_NO_SLOT;
        loop invariant off: boot_mask == \null ==> all_off(table, s);
        loop assigns s, table[0 .. regions - 1];
        loop variant regions - s;
    */
    for (s = 0u; s < regions; s++) {
        if ((boot_mask == NULL) || (((boot_mask[s / 32u] >> (s % 32u)) & 1u) == 0u)) {
            forget_registers(&table[s]);
        }
        clear_private(&table[s]);
    }
}

/*@ requires m == \null || \valid(m);
    requires config: m == \null || config == \null || offered(m, config);
    assigns *m \from *config;
    assigns config->table[0 .. config->regions - 1], port_state;
    ensures made: \result == MPUMAP_OK ==> m != \null && whole_map(m) && is_empty(m) &&
        m->magic == MAGIC;
    ensures of: \result == MPUMAP_OK ==> made_of(m, config);
    ensures table: \result == MPUMAP_OK ==> cleared(m->table, m->regions) &&
        (config->boot_mask == \null ==> all_off(m->table, m->regions));
    ensures none: \result != MPUMAP_OK && m != \null && config != \null ==> m->magic == 0;
    behavior refused:
        assumes m != \null && config != \null;
        assumes config->regions == 0 || config->regions > MPUMAP_MAX_REGIONS ||
            config->port == \null;
        assigns m->magic;
        ensures config->regions == 0 || config->regions > MPUMAP_MAX_REGIONS
                    ? \result == MPUMAP_RANGE
                    : \result == MPUMAP_STATE;
*/
enum mpumap_result mpumap_init(struct mpumap *m, const struct mpumap_config *config)
{
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
#if MPUMAP_WHOLE_ONLY
    if (config->policy != MPUMAP_WHOLE) {
        return MPUMAP_POLICY;
    }
#endif
    clear(m);
    fill(m, config);
    //@ assert config1: same_config{Pre, Here}(config);
    //@ assert port1: is_port(m->port);
    //@ assert of1: made_of(m, config);
    ask(m->port, m->port_ctx, &m->limits);
    //@ assert config2: same_config{Pre, Here}(config);
    //@ assert ports: in_ports(m);
    m->regions = (config->regions < m->limits.regions) ? config->regions : m->limits.regions;
    //@ assert config: same_config{Pre, Here}(config);
    //@ assert of: made_of(m, config);
    //@ assert empty: is_empty(m);
    if (m->regions == 0u) {
        return MPUMAP_NO_REGION;
    }
    if (!complete(config)) {
        return MPUMAP_NO_SPACE;
    }
    //@ assert gives: gives{Pre}(m, config);
    //@ assert mask: \separated(config, m->table + (0 .. m->regions - 1));
    //@ assert map: \separated(m, m->table + (0 .. m->regions - 1));
    //@ assert sums: all_ranges(m) == ranges_of{Pre}(config);
    /*@ assert there: are_there(m->table, m->scratch, m->regions, m->spans, m->span_capacity,
                                m->pending, m->pending_capacity, m->ranges, all_ranges(m)); */
    /*@ assert apart: are_apart(m, m->port, m->table, m->scratch, m->regions, m->spans,
                                m->span_capacity, m->pending, m->pending_capacity, m->ranges,
                                all_ranges(m)); */
    //@ assert limits: in_limits(m);
    //@ assert port: is_port(m->port);
    //@ assert table: m->table == \at(config->table, Pre);
    //@ assert regions: m->regions <= \at(config->regions, Pre);
    //@ ghost Before: ;
    clear_table(m->table, m->regions, config->boot_mask);
    //@ assert map2: fixed{Before, Here}(m) && same_counts{Before, Here}(m);
    //@ assert config3: same_config{Before, Here}(config);
    //@ assert port2: is_port(m->port);
    //@ assert of2: made_of(m, config);
    //@ assert empty2: is_empty(m);
    //@ assert limits2: in_limits(m);
    /*@ assert there2: are_there(m->table, m->scratch, m->regions, m->spans, m->span_capacity,
                                 m->pending, m->pending_capacity, m->ranges, all_ranges(m)); */
    /*@ assert apart2: are_apart(m, m->port, m->table, m->scratch, m->regions, m->spans,
                                 m->span_capacity, m->pending, m->pending_capacity, m->ranges,
                                 all_ranges(m)); */
    //@ assert arrays2: arrays(m);
    //@ assert made2: made(m);
    //@ assert spans2: m->span_count <= m->span_capacity;
    //@ assert locks2: m->lock_count <= m->lock_capacity && m->live_count <= m->live_capacity;
    //@ assert free2: m->free_from <= m->regions;
    //@ assert counted2: counted(m);
    //@ assert placed2: placed(m);
    m->seal = mpumap_i_seal(m);
    m->magic = MAGIC;
    return MPUMAP_OK;
}

/* The attributes of an entry as a span has them, or more than a byte: the map refuses them. */
/*@ requires \valid_read(m) && is_port(m->port) && \valid_read(e);
    assigns \nothing;
*/
static mpumap_attr_t attr_of(const struct mpumap *m, const struct mpumap_entry *e)
{
    const struct mpumap_pair p = {e->base, e->limit};
    mpumap_attr_t attr = 0u;

    //@ calls port_decode;
    if (!m->port->decode(m->port_ctx, &p, &attr) ||
        (((attr & MPUMAP_PERM_MASK) == MPUMAP_RWX) && !m->allow_rwx)) {
        return 0x100u;
    }
    return attr;
}

/* One more span in a list, at `at`, with one reference. The caller has seen to the room. */
/*@ requires room(v, count, *count + 1) && at <= *count;
    assigns v[at .. *count], *count;
    ensures count: *count == \old(*count) + 1;
    ensures below: kept{Pre, Post}(v, 0, at);
    ensures tail: moved{Pre, Post}(v, at + 1, \old(*count) + 1, 1);
    ensures new: v[at].base == base && v[at].limit == limit && v[at].refs == 1 &&
        v[at].attr == attr && v[at].slot == slot;
    ensures slots: \forall integer most; placed_in{Pre}(v, \old(*count), most) && slot < most ==>
        placed_in(v, \old(*count) + 1, most);
    ensures words: \forall struct mpumap *m; count == &m->span_count &&
        \separated(m, v + (0 .. \old(*count))) ==> same_words{Pre, Post}(m);
    ensures bytes: \forall struct mpumap *m; count == &m->span_count &&
        \separated(m, v + (0 .. \old(*count))) ==> same_bytes{Pre, Post}(m);
*/
static void place(struct mpumap_span *v, uint16_t *count, uint16_t at, mpumap_addr_t base,
                  mpumap_addr_t limit, uint8_t attr, uint8_t slot)
{
    struct mpumap_span *x = &v[at];
    //@ ghost int n = *count;

    //@ assert next: (uint16_t)(at + 1) == at + 1;
    mpumap_i_move_tail(v, count, at, (uint16_t)(at + 1u));
    //@ assert tail1: moved{Pre, Here}(v, at + 1, n + 1, 1);
    //@ assert below1: kept{Pre, Here}(v, 0, at);
    //@ assert number1: *count == n + 1;
    /*@ assert words1: \forall struct mpumap *m; count == &m->span_count &&
            \separated(m, v + (0 .. n)) ==> same_words{Pre, Here}(m); */
    /*@ assert bytes1: \forall struct mpumap *m; count == &m->span_count &&
            \separated(m, v + (0 .. n)) ==> same_bytes{Pre, Here}(m); */
    //@ ghost Moved: ;
    x->base = base;
    x->limit = limit;
    x->refs = 1u;
    x->attr = attr;
    x->slot = slot;
    //@ assert number2: *count == n + 1;
    /*@ assert words2: \forall struct mpumap *m; count == &m->span_count &&
            \separated(m, v + (0 .. n)) ==> same_words{Moved, Here}(m); */
    /*@ assert bytes2: \forall struct mpumap *m; count == &m->span_count &&
            \separated(m, v + (0 .. n)) ==> same_bytes{Moved, Here}(m); */
    //@ assert below2: kept{Moved, Here}(v, 0, at);
    //@ assert tail2: kept{Moved, Here}(v, at + 1, n + 1);
    //@ assert tail3: moved{Pre, Here}(v, at + 1, n + 1, 1);
}

/* The same, where no span holds a byte of it: between span `at` and the one below. */
/*@ requires room(v, count, *count + 1) && at <= *count;
    requires sorted(v, *count) && base <= limit;
    requires below: 0 < at ==> v[at - 1].limit < base;
    requires above: at < *count ==> limit < v[at].base;
    assigns v[at .. *count], *count;
    ensures count: *count == \old(*count) + 1;
    ensures order: sorted(v, \old(*count) + 1);
    ensures slots: \forall integer most; placed_in{Pre}(v, \old(*count), most) && slot < most ==>
        placed_in(v, \old(*count) + 1, most);
    ensures words: \forall struct mpumap *m; count == &m->span_count &&
        \separated(m, v + (0 .. \old(*count))) ==> same_words{Pre, Post}(m);
    ensures bytes: \forall struct mpumap *m; count == &m->span_count &&
        \separated(m, v + (0 .. \old(*count))) ==> same_bytes{Pre, Post}(m);
*/
static void enter(struct mpumap_span *v, uint16_t *count, uint16_t at, mpumap_addr_t base,
                  mpumap_addr_t limit, uint8_t attr, uint8_t slot)
{
    //@ ghost int n = *count;

    //@ assert low: \forall integer k; 0 <= k < at ==> v[k].limit < base;
    //@ assert high: \forall integer k; at <= k < n ==> limit < v[k].base;
    place(v, count, at, base, limit, attr, slot);
    //@ assert spliced: spliced{Pre, Here}(v, n, at, at, at + 1);
    //@ assert over: above{Pre, Here}(v, at, at + 1);
    //@ assert under: below{Pre, Here}(v, n, at, at, at + 1);
    //@ assert middle: before(v, at, at + 1, at + 1, n + 1);
    //@ assert part: part(v, at, at + 1);
    //@ assert low_part: part(v, 0, at + 1);
    //@ assert high_part: part(v, at + 1, n + 1);
    //@ assert both: before(v, 0, at, at + 1, n + 1);
    //@ assert low_high: before(v, 0, at + 1, at + 1, n + 1);
    //@ assert order: part(v, 0, n + 1);
}

/* A refusal leaves the list as it is; so does looking at the range of an entry. */
/*@ requires \valid(m);
    assigns m->why;
    ensures \result == result;
    ensures same: fixed{Pre, Post}(m) && same_counts{Pre, Post}(m);
    ensures kept: \forall struct mpumap_span *v, integer n;
        \separated(m, v + (0 .. n - 1)) ==> kept{Pre, Post}(v, 0, n);
*/
static enum mpumap_result refuse(struct mpumap *m, enum mpumap_result result, mpumap_addr_t base,
                                 mpumap_addr_t limit, uint8_t slot)
{
    return mpumap_i_fail(m, result, base, limit, slot);
}

/*@ requires \valid(m) && widths(m);
    assigns m->why;
    ensures \result == MPUMAP_OK ==> base <= limit;
    ensures same: fixed{Pre, Post}(m) && same_counts{Pre, Post}(m);
    ensures kept: \forall struct mpumap_span *v, integer n;
        \separated(m, v + (0 .. n - 1)) ==> kept{Pre, Post}(v, 0, n);
*/
static enum mpumap_result check_range(struct mpumap *m, mpumap_addr_t base, mpumap_addr_t limit,
                                      uint8_t slot)
{
    const enum mpumap_result r = mpumap_i_check_range(m, base, limit);

    if (r != MPUMAP_OK) {
        m->why.slot = slot;
    }
    return r;
}

/* Whether an enabled entry can be taken over: its range, its attributes, what is at `at`, where its
 * base would be found, and the room. */
/*@ requires whole_map(m) && sorted(m->spans, m->span_count) && slot < m->regions;
    requires at <= m->span_count;
    assigns m->why;
    ensures same: fixed{Pre, Post}(m) && same_counts{Pre, Post}(m);
    ensures list: kept{Pre, Post}(m->spans, 0, m->span_count);
    ensures range: \result == MPUMAP_OK ==> base <= limit && attr <= 0xff &&
        m->span_count < m->span_capacity && (at < m->span_count ==> limit < m->spans[at].base);
*/
static enum mpumap_result admit(struct mpumap *m, uint8_t slot, mpumap_addr_t base,
                                mpumap_addr_t limit, mpumap_attr_t attr, uint16_t at)
{
    const enum mpumap_result r = check_range(m, base, limit, slot);

    //@ assert apart: \separated(m, m->spans + (0 .. m->span_count - 1));
    //@ assert list: kept{Pre, Here}(m->spans, 0, m->span_count);
    if (r != MPUMAP_OK) {
        return r;
    }
    if (attr > 0xffu) {
        return refuse(m, MPUMAP_ATTR, base, limit, slot);
    }
    if ((at < m->span_count) && (m->spans[at].base <= limit)) {
        return refuse(m, MPUMAP_OVERLAP, m->spans[at].base, m->spans[at].limit, m->spans[at].slot);
    }
    if (m->span_count >= m->span_capacity) {
        return refuse(m, MPUMAP_NO_SPACE, base, limit, slot);
    }
    return MPUMAP_OK;
}

/* Checks an enabled entry that is not mapped yet and enters it as a span with one reference. */
/*@ requires whole_map(m) && sorted(m->spans, m->span_count) && slot < m->regions;
    assigns m->why, m->span_count, m->spans[0 .. m->span_capacity - 1];
    ensures map: whole_map(m);
    ensures order: sorted(m->spans, m->span_count);
    ensures fixed: fixed{Pre, Post}(m);
    ensures number: m->span_count == \old(m->span_count) + (\result == MPUMAP_OK ? 1 : 0);
*/
static enum mpumap_result adopt_slot(struct mpumap *m, uint16_t slot)
{
    const struct mpumap_entry *e = &m->table[slot];
    const mpumap_addr_t base = e->base & ~mpumap_i_low_mask(m);
    const mpumap_addr_t limit = e->limit | mpumap_i_low_mask(m);
    const mpumap_attr_t attr = attr_of(m, e);
    const uint16_t at = mpumap_i_search(m->spans, m->span_count, base);
    const enum mpumap_result r = admit(m, (uint8_t)slot, base, limit, attr, at);
    //@ ghost int regions = m->regions;

    //@ assert fixed1: fixed{Pre, Here}(m) && same_counts{Pre, Here}(m);
    //@ assert sums1: all_ranges(m) == \at(all_ranges(m), Pre);
    //@ assert spans: m->spans == \at(m->spans, Pre) && m->span_count == \at(m->span_count, Pre);
    //@ assert port1: is_port(m->port);
    //@ assert limits1: in_limits(m);
    /*@ assert there1: are_there(m->table, m->scratch, m->regions, m->spans, m->span_capacity,
                                 m->pending, m->pending_capacity, m->ranges, all_ranges(m)); */
    /*@ assert apart1: are_apart(m, m->port, m->table, m->scratch, m->regions, m->spans,
                                 m->span_capacity, m->pending, m->pending_capacity, m->ranges,
                                 all_ranges(m)); */
    //@ assert made1: made(m);
    //@ assert counted1: counted(m);
    //@ assert placed1: placed_in(m->spans, m->span_count, m->regions);
    //@ assert order1: sorted(m->spans, m->span_count);
    if (r == MPUMAP_OK) {
        //@ assert room: room(m->spans, &m->span_count, m->span_count + 1);
        //@ assert apart: \separated(m, m->spans + (0 .. m->span_count));
        //@ assert below: 0 < at ==> m->spans[at - 1].limit < base;
        //@ assert own: m->span_count < \at(m->span_capacity, Pre);
        //@ assert slot: (uint8_t)slot < regions && m->regions == regions;
        //@ assert slots: placed_in(m->spans, m->span_count, regions);
        //@ ghost Admitted: ;
        enter(m->spans, &m->span_count, at, base, limit, (uint8_t)attr, (uint8_t)slot);
        //@ assert words2: same_words{Admitted, Here}(m);
        //@ assert bytes2: same_bytes{Admitted, Here}(m);
        //@ assert fixed2: fixed{Admitted, Here}(m) && same_rest{Admitted, Here}(m);
        //@ assert fixed3: fixed{Pre, Here}(m);
        //@ assert slots3: placed_in(m->spans, m->span_count, regions);
        //@ assert sums2: all_ranges(m) == \at(all_ranges(m), Admitted);
        //@ assert port2: is_port(m->port);
        //@ assert limits2: in_limits(m);
        /*@ assert there2: are_there(m->table, m->scratch, m->regions, m->spans, m->span_capacity,
                                     m->pending, m->pending_capacity, m->ranges, all_ranges(m)); */
        /*@ assert apart2: are_apart(m, m->port, m->table, m->scratch, m->regions, m->spans,
                                     m->span_capacity, m->pending, m->pending_capacity, m->ranges,
                                     all_ranges(m)); */
        //@ assert made2: made(m);
        //@ assert counted2: counted(m);
        //@ assert placed2: placed_in(m->spans, m->span_count, m->regions);
        //@ assert order2: sorted(m->spans, m->span_count);
    }
    return r;
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

/* For the proof: to it, a span is its fields. */
/*@ requires \valid(v + to) && \valid_read(v + from) && to <= from;
    assigns v[to];
    ensures same: same{Pre, Post}(v + from, v + to);
    ensures under: kept{Pre, Post}(v, 0, to);
    ensures above: \forall integer k; to < k ==> same{Pre, Post}(v + k, v + k);
*/
static void keep(struct mpumap_span *v, uint16_t to, uint16_t from)
{
    v[to] = v[from];
}

/* The spans that are in no adopted slot close up. Answers how many they are. */
/*@ requires \valid(v + (0 .. n - 1)) && sorted(v, n);
    requires \valid_read(adopted + (0 .. MPUMAP_MASK_WORDS - 1)) &&
             \separated(adopted + (0 .. MPUMAP_MASK_WORDS - 1), v + (0 .. n - 1));
    assigns v[0 .. n - 1];
    ensures number: \result <= n;
    ensures order: sorted(v, \result);
    ensures slots: \forall integer most; placed_in{Pre}(v, n, most) ==>
        placed_in(v, \result, most);
*/
static uint16_t close_up(struct mpumap_span *v, uint16_t n, const uint32_t *adopted)
{
    uint16_t kept = 0u;
    uint16_t i;

    /*@ loop invariant 0 <= kept <= i <= n;
        loop invariant tail: kept{Pre, Here}(v, i, n);
        loop invariant order: part(v, 0, kept);
        loop invariant below: \forall integer k, j; 0 <= k < kept && i <= j < n ==>
            v[k].limit < \at(v[j].base, Pre);
        loop invariant slots: \forall integer most; placed_in{Pre}(v, n, most) ==>
            placed_in(v, kept, most);
        loop assigns i, kept, v[0 .. n - 1];
        loop variant n - i;
    */
    for (i = 0u; i < n; i++) {
        uint8_t s = v[i].slot;

        if (((adopted[s / 32u] >> (s % 32u)) & 1u) == 0u) {
            //@ ghost Before: ;
            //@ assert room: kept < n;
            keep(v, kept, i);
            //@ assert tail: kept{Before, Here}(v, i + 1, n);
            //@ assert tail2: kept{Pre, Here}(v, i + 1, n);
            //@ assert new: same{Pre, Here}(v + i, v + kept);
            //@ assert next: \forall integer j; i < j < n ==> v[kept].limit < \at(v[j].base, Pre);
            /*@ assert low: \forall integer k, j; 0 <= k < kept && i < j < n ==>
                    v[k].limit < \at(v[j].base, Pre); */
            //@ assert old: part(v, 0, kept);
            //@ assert after: before(v, 0, kept, kept, kept + 1);
            kept++;
        }
        //@ assert tail3: kept{Pre, Here}(v, i + 1, n);
        /*@ assert below3: \forall integer k, j; 0 <= k < kept && i < j < n ==>
                v[k].limit < \at(v[j].base, Pre); */
    }
    //@ assert order: part(v, 0, kept);
    //@ assert sorted: sorted(v, kept);
    return kept;
}

/* Takes the spans that this call entered out again; their entries stay as boot code left them. */
/*@ requires \valid(m) && \valid(m->spans + (0 .. m->span_count - 1)) &&
             \separated(m, m->spans + (0 .. m->span_count - 1));
    requires \valid_read(adopted + (0 .. MPUMAP_MASK_WORDS - 1)) &&
             \separated(adopted + (0 .. MPUMAP_MASK_WORDS - 1),
                        m->spans + (0 .. m->span_count - 1));
    requires sorted(m->spans, m->span_count) && placed(m);
    assigns m->span_count, m->spans[0 .. m->span_count - 1];
    ensures m->span_count <= \old(m->span_count);
    ensures order: sorted(m->spans, m->span_count);
    ensures placed: placed_in(m->spans, m->span_count, m->regions);
*/
static void undo(struct mpumap *m, const uint32_t *adopted)
{
    //@ ghost int regions = m->regions;
    //@ assert slots: placed_in(m->spans, m->span_count, regions);
    m->span_count = close_up(m->spans, m->span_count, adopted);
    //@ assert regions: m->regions == regions;
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
