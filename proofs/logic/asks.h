/* SPDX-License-Identifier: MIT */
/* Lists that are as they were are in order; who is apart from a list is apart from each span. */
/*@
    lemma spans_still{L1, L2}: \forall struct mpumap *m;
        same_spans{L1, L2}(m) &&
        sorted{L1}(\at(m->spans, L1), \at(m->span_count, L1)) ==>
        sorted{L2}(\at(m->spans, L2), \at(m->span_count, L2));
    lemma pending_still{L1, L2}: \forall struct mpumap *m;
        same_pending{L1, L2}(m) && \at(m->in_tx, L1) &&
        sorted{L1}(\at(m->pending, L1), \at(m->pending_count, L1)) ==>
        sorted{L2}(\at(m->pending, L2), \at(m->pending_count, L2));
    lemma iterable_still{L1, L2}: \forall struct mpumap *m;
        same_spans{L1, L2}(m) && same_pending{L1, L2}(m) && same_table{L1, L2}(m) &&
        iterable{L1}(m) && there{L2}(m) ==> iterable{L2}(m);
    lemma limit_is_apart:
        \forall struct mpumap_region *out, struct mpumap_span *v, integer n;
        apart_list(out, v, n) ==> limit_apart(out, v, n);
*/
