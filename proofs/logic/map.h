/* SPDX-License-Identifier: MIT */
/*
 * The map, as contracts speak of it: the list of spans that answers refer to, rule 1 (sorted and
 * disjoint), and runs. Runs are defined step by step, not by the loops that look for them.
 */
#include "mpumap.h"
#include "ranges.h"

/*@ logic struct mpumap_span *list_of(struct mpumap *m) = m->in_tx ? m->pending : m->spans;
    logic integer count_of(struct mpumap *m) = m->in_tx ? m->pending_count : m->span_count;

    // Rule 1. That limits ascend follows; it stands here so that nothing has to find out.
    predicate sorted(struct mpumap_span *v, integer n) =
        (\forall integer i; 0 <= i < n ==> v[i].base <= v[i].limit) &&
        (\forall integer i; 0 < i < n ==> v[i - 1].limit < v[i].base) &&
        (\forall integer i, j; 0 <= i < j < n ==>
            v[i].limit < v[j].base && v[i].limit < v[j].limit);

    predicate lists(struct mpumap *m) =
        \valid_read(m) &&
        \valid_read(m->spans + (0 .. m->span_count - 1)) && sorted(m->spans, m->span_count) &&
        (m->in_tx ==> \valid_read(m->pending + (0 .. m->pending_count - 1)) &&
                      sorted(m->pending, m->pending_count));
    predicate apart(struct mpumap *m, struct mpumap_region *out) =
        \separated(out, m, m->spans + (0 .. m->span_count - 1)) &&
        (m->in_tx ==> \separated(out, m->pending + (0 .. m->pending_count - 1)));

    predicate holds(struct mpumap_span *v, integer i, integer addr) =
        v[i].base <= addr <= v[i].limit;

    // Spans i and i+1 belong to one run of bytes.
    predicate one_run(struct mpumap_span *v, integer i) =
        v[i].limit + 1 == v[i + 1].base && v[i].attr == v[i + 1].attr;
    // Spans first to last are the maximal run that holds span i.
    predicate run_down(struct mpumap_span *v, integer first, integer i) =
        0 <= first <= i && \forall integer k; first <= k < i ==> one_run(v, k);
    predicate run_up(struct mpumap_span *v, integer n, integer i, integer last) =
        i <= last < n && \forall integer k; i <= k < last ==> one_run(v, k);
    predicate is_run(struct mpumap_span *v, integer n, integer i, integer first, integer last) =
        run_down(v, first, i) && (first == 0 || !one_run(v, first - 1)) &&
        run_up(v, n, i, last) && (last == n - 1 || !one_run(v, last));
    // What stands for span i: its run; under `whole` itself.
    predicate is_region(struct mpumap *m, integer i, integer first, integer last) =
        m->policy == MPUMAP_EXACT ? is_run(list_of(m), count_of(m), i, first, last)
                                  : first == i && last == i;
    // The smallest count of spans first to last.
    predicate least(struct mpumap_span *v, integer first, integer last, integer refs) =
        (\forall integer k; first <= k <= last ==> refs <= v[k].refs) &&
        (\exists integer k; first <= k <= last && refs == v[k].refs);

    // The slot of a byte of the committed map.
    predicate slot_of(struct mpumap *m, integer addr, integer slot) =
        (\forall integer i; 0 <= i < m->span_count && holds(m->spans, i, addr) ==>
            slot == m->spans[i].slot) &&
        ((\forall integer i; 0 <= i < m->span_count ==> !holds(m->spans, i, addr)) ==>
            slot == MPUMAP_NO_SLOT);

    // The lower level by the name that the user has for it.
    logic integer public_attr(struct mpumap *m, integer a) =
        m->limits.lower_el1 ? a : a + 128 * ((a / 128) % 2);

    // *out, written since L, describes the region of span i in the lists of L; it ends with `last`.
    predicate describes{L1, L2}(struct mpumap *m, integer i, integer first, integer last,
                                struct mpumap_region *out) =
        \at(is_region(m, i, first, last), L1) &&
        \at(out->base, L2) == \at(list_of(m)[first].base, L1) &&
        \at(out->limit, L2) == \at(list_of(m)[last].limit, L1) &&
        least{L1}(list_of{L1}(m), first, last, \at(out->refs, L2)) &&
        \at(out->attr, L2) == \at(public_attr(m, list_of(m)[i].attr), L1) &&
        (\at(m->in_tx, L1) ? slot_of{L1}(m, \at(list_of(m)[first].base, L1), \at(out->slot, L2))
                           : \at(out->slot, L2) == \at(list_of(m)[first].slot, L1));

    // A map, or what mpumap_i_valid refuses.
    predicate map_or_none(struct mpumap *m) =
        m == \null || (\valid_read(m) && (m->magic == 0x6d6d6d6d ==> lists(m)));

    // A map whose regions can be asked for one by one, or what mpumap_i_valid refuses.
    predicate placed_in(struct mpumap_span *v, integer n, integer regions) =
        \forall integer k; 0 <= k < n ==> v[k].slot < regions;
    predicate iterable(struct mpumap *m) =
        lists(m) && m->regions <= 255 && m->limits.granule_shift < 64 &&
        \valid_read(m->table + (0 .. m->regions - 1)) &&
        placed_in(m->spans, m->span_count, m->regions) &&
        \separated(m, m->spans + (0 .. m->span_count - 1)) &&
        (m->in_tx ==> \separated(m, m->pending + (0 .. m->pending_count - 1)));
    predicate apart_list(struct mpumap_region *out, struct mpumap_span *v, integer n) =
        \separated(out, v + (0 .. n - 1));
    predicate limit_apart(struct mpumap_region *out, struct mpumap_span *v, integer n) =
        \forall integer k; 0 <= k < n ==>
            &out->limit != &v[k].base && &out->limit != &v[k].limit;
    predicate there(struct mpumap *m) =
        \valid_read(m) && \valid_read(m->spans + (0 .. m->span_count - 1)) &&
        \valid_read(m->table + (0 .. m->regions - 1)) &&
        (m->in_tx ==> \valid_read(m->pending + (0 .. m->pending_count - 1)));
    predicate same_table{L1, L2}(struct mpumap *m) =
        \at(m->regions, L1) == \at(m->regions, L2) && \at(m->table, L1) == \at(m->table, L2) &&
        \at(m->limits.granule_shift, L1) == \at(m->limits.granule_shift, L2) &&
        \at(m->spans, L1) == \at(m->spans, L2) &&
        \at(m->span_count, L1) == \at(m->span_count, L2) &&
        \at(m->pending, L1) == \at(m->pending, L2) &&
        \at(m->pending_count, L1) == \at(m->pending_count, L2);
    predicate iterable_or_none(struct mpumap *m) =
        m == \null || (\valid_read(m) && (m->magic == 0x6d6d6d6d ==> iterable(m)));

    // The committed spans, and where they are, are as they were.
    predicate same_spans{L1, L2}(struct mpumap *m) =
        \at(m->spans, L1) == \at(m->spans, L2) && \at(m->span_count, L1) == \at(m->span_count, L2)
   && \at(m->in_tx, L1) == \at(m->in_tx, L2) && \forall integer k; 0 <= k < \at(m->span_count, L1)
   ==> \at(m->spans[k].base, L1) == \at(m->spans[k].base, L2) && \at(m->spans[k].limit, L1) ==
   \at(m->spans[k].limit, L2) && \at(m->spans[k].slot, L1) == \at(m->spans[k].slot, L2);

    // *out, written since L, has the fields of span i in the lists of L.
    predicate shows{L1, L2}(struct mpumap *m, integer i, integer addr, struct mpumap_region *out) =
        \at(out->base, L2) == \at(list_of(m)[i].base, L1) &&
        \at(out->limit, L2) == \at(list_of(m)[i].limit, L1) &&
        \at(out->refs, L2) == \at(list_of(m)[i].refs, L1) &&
        \at(out->attr, L2) == \at(public_attr(m, list_of(m)[i].attr), L1) &&
        (\at(m->in_tx, L1) ? slot_of{L1}(m, addr, \at(out->slot, L2))
                           : \at(out->slot, L2) == \at(list_of(m)[i].slot, L1));

    // Range i has a byte of [base, limit].
    predicate meets(struct mpumap_range *v, integer i, integer base, integer limit) =
        v[i].base <= limit && base <= v[i].limit;

    // The highest address, and the bits below the granule.
    predicate widths(struct mpumap *m) =
        1 <= m->limits.address_bits <= 64 && m->limits.granule_shift < 64;
    logic integer top_of(struct mpumap *m) =
        0xffffffffffffffff >> (64 - m->limits.address_bits);
    logic integer low_of(struct mpumap *m) =
        (mpumap_addr_t)((mpumap_addr_t)(1 << m->limits.granule_shift) - 1);
*/
