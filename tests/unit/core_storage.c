/* SPDX-License-Identifier: MIT */
/*
 * Running out: of spans, of regions, of room for a transaction, of room for locked and live
 * ranges. A run of operations is repeated with every amount of storage from none to plenty; at
 * whichever operation it runs out, that operation is refused, changes nothing, and the rest is as
 * good as before.
 */
#include "fixture.h"

#include "tap.h"

#include <string.h>

static struct fixture f;

#define OK(op) CHECK_STR(NAME(op), "ok")

enum kind {
    MAP,
    UNMAP,
    PROTECT
};

struct line {
    enum kind kind;
    unsigned first;
    unsigned last;
    mpumap_attr_t attr;
};

/* Splits, joins, counts and takes away: every way in which the number of spans changes. */
static const struct line play[] = {
    {MAP, 0, 9, RW},     {MAP, 4, 5, RW},    {UNMAP, 2, 2, 0},   {MAP, 20, 21, RO},
    {PROTECT, 7, 8, RO}, {MAP, 1, 3, RW},    {UNMAP, 0, 6, 0},   {MAP, 22, 23, RO},
    {PROTECT, 7, 8, RW}, {MAP, 15, 16, RX},  {UNMAP, 15, 15, 0}, {MAP, 12, 14, RW},
    {MAP, 10, 11, RW},   {UNMAP, 21, 22, 0}, {UNMAP, 7, 14, 0},  {UNMAP, 16, 16, 0},
};
#define LINES (sizeof play / sizeof play[0])

static enum mpumap_result perform(const struct line *l)
{
    switch (l->kind) {
    case MAP:
        return do_map(&f, l->first, l->last, l->attr);
    case UNMAP:
        return do_unmap(&f, l->first, l->last);
    case PROTECT:
        return do_protect(&f, l->first, l->last, l->attr);
    }
    return MPUMAP_CORRUPT;
}

/* Plays all lines; those refused for lack of storage must have changed nothing. Returns how many
 * were refused. */
static unsigned play_all(enum mpumap_result lack)
{
    unsigned refused = 0;

    for (size_t i = 0; i < LINES && !tap_failed(); i++) {
        remember(&f);
        const enum mpumap_result r = perform(&play[i]);
        if (r == lack) {
            refused++;
            CHECK(unchanged(&f));
        } else {
            /* What an earlier refusal left unmapped may be missed now. */
            CHECK(r == MPUMAP_OK || (refused > 0 && r == MPUMAP_NOT_MAPPED) ||
                  (refused > 0 && r == MPUMAP_CONFLICT) || (refused > 0 && r == MPUMAP_SHARED));
            CHECK(r == MPUMAP_OK || unchanged(&f));
        }
        CHECK(sound(&f));
        CHECK(f.map.span_count <= f.map.span_capacity);
    }
    return refused;
}

/* The most that the play ever needs, seen with plenty. */
static void most(unsigned *spans, unsigned *regions)
{
    struct mpumap_region out;

    *spans = 0;
    *regions = 0;
    fixture_exact(&f);
    for (size_t i = 0; i < LINES; i++) {
        uint16_t cursor = 0;
        unsigned n = 0;
        OK(perform(&play[i]));
        while (mpumap_next_span(&f.map, &cursor, &out)) {
            n++;
        }
        *spans = (n > *spans) ? n : *spans;
        n = mpumap_used(&f.map);
        *regions = (n > *regions) ? n : *regions;
    }
    CHECK(*spans >= 5 && *regions >= 4);
    CHECK_STR(regions_of(&f), "1-1 rw 1, 3-5 rw 1, 20-20 ro 1, 23-23 ro 1");
}

static void spans_full_at_every_point(void)
{
    static const enum mpumap_sim_target targets[2] = {MPUMAP_SIM_ARMV8R32_EL2,
                                                      MPUMAP_SIM_ARMV8R32_EL1};
    unsigned spans;
    unsigned regions;

    most(&spans, &regions);
    for (unsigned t = 0; t < 2; t++) {
        for (uint16_t room = 0; room < 16; room++) {
            fixture_prepare(&f, targets[t], 16, MPUMAP_EXACT);
            f.config.span_capacity = room;
            OK(mpumap_init(&f.map, &f.config));
            const unsigned refused = play_all(MPUMAP_NO_SPACE);
            CHECK((refused != 0) == (room < spans));
        }
    }
}

static void regions_full_at_every_point(void)
{
    static const enum mpumap_sim_target targets[3] = {MPUMAP_SIM_ARMV8R32_EL2,
                                                      MPUMAP_SIM_ARMV8R32_EL1, MPUMAP_SIM_ARMV8M};

    unsigned spans;
    unsigned regions;

    most(&spans, &regions);
    for (unsigned t = 0; t < 3; t++) {
        for (uint16_t slots = 1; slots < 10; slots++) {
            fixture_start(&f, targets[t], slots, MPUMAP_EXACT);
            const unsigned refused = play_all(MPUMAP_NO_REGION);
            CHECK((refused != 0) == (slots < regions));
        }
    }
}

static void spans_full_in_the_last_place(void)
{
    fixture_prepare(&f, MPUMAP_SIM_ARMV8R32_EL2, 16, MPUMAP_EXACT);
    f.config.span_capacity = 3;
    OK(mpumap_init(&f.map, &f.config));
    OK(do_map(&f, 0, 9, RW));
    OK(do_map(&f, 4, 5, RW));
    remember(&f);
    CHECK_STR(NAME(do_map(&f, 4, 4, RW)), "no-space");
    CHECK_STR(NAME(do_map(&f, 11, 11, RW)), "no-space");
    CHECK_STR(NAME(do_unmap(&f, 8, 8)), "no-space");
    CHECK_STR(NAME(do_protect(&f, 0, 0, RO)), "no-space");
    CHECK(unchanged(&f));
    OK(do_unmap(&f, 4, 9));
    OK(do_map(&f, 6, 7, RW));
    CHECK_STR(spans_of(&f), "0-7 rw 1");
    CHECK(sound(&f));
}

static void whole_slots_and_spans(void)
{
    fixture_prepare(&f, MPUMAP_SIM_ARMV8R32_EL2, 3, MPUMAP_WHOLE);
    f.config.span_capacity = 2;
    OK(mpumap_init(&f.map, &f.config));
    OK(do_map(&f, 0, 9, RW));
    OK(do_map(&f, 20, 29, RW));
    remember(&f);
    CHECK_STR(NAME(do_map(&f, 10, 10, RW)), "no-space");
    CHECK(unchanged(&f));
    OK(do_map(&f, 4, 4, RW));
    OK(do_unmap(&f, 20, 29));
    OK(do_map(&f, 10, 10, RW));
    CHECK_STR(regions_of(&f), "0-9 rw 2, 10-10 rw 1");
    CHECK(sound(&f));
}

static void a_transaction_without_room_answers_at_once(void)
{
    fixture_prepare(&f, MPUMAP_SIM_ARMV8R32_EL2, 16, MPUMAP_EXACT);
    f.config.pending_capacity = 2;
    OK(mpumap_init(&f.map, &f.config));
    OK(do_map(&f, 0, 0, RW));
    OK(mpumap_begin(&f.map));
    OK(do_map(&f, 2, 2, RW));
    CHECK_STR(NAME(do_map(&f, 4, 4, RW)), "no-space");
    OK(do_map(&f, 3, 3, RW));
    CHECK_STR(NAME(mpumap_commit(&f.map)), "no-space");
    CHECK_STR(regions_of(&f), "0-0 rw 1");
    OK(do_map(&f, 2, 2, RW));
    OK(do_map(&f, 4, 4, RW));
    CHECK_STR(NAME(mpumap_begin(&f.map)), "no-space");
    CHECK(sound(&f));
}

static void a_transaction_is_judged_by_its_end(void)
{
    fixture_prepare(&f, MPUMAP_SIM_ARMV8R32_EL2, 2, MPUMAP_EXACT);
    f.config.span_capacity = 2;
    OK(mpumap_init(&f.map, &f.config));
    OK(do_map(&f, 0, 0, RW));
    OK(mpumap_begin(&f.map));
    OK(do_map(&f, 2, 2, RW));
    OK(do_map(&f, 4, 4, RW));
    OK(do_map(&f, 6, 6, RW));
    OK(do_unmap(&f, 4, 6 - 2));
    OK(do_unmap(&f, 0, 0));
    OK(mpumap_commit(&f.map));
    CHECK_STR(regions_of(&f), "2-2 rw 1, 6-6 rw 1");
    OK(mpumap_begin(&f.map));
    OK(do_map(&f, 4, 4, RW));
    remember(&f);
    CHECK_STR(NAME(mpumap_commit(&f.map)), "no-region");
    CHECK_EQ(f.sim.counters.steps, 0);
    CHECK_STR(regions_of(&f), "2-2 rw 1, 6-6 rw 1");
    OK(mpumap_begin(&f.map));
    OK(do_map(&f, 3, 3, RW));
    OK(do_map(&f, 3, 3, RW));
    CHECK_STR(NAME(mpumap_commit(&f.map)), "no-space");
    CHECK_STR(spans_of(&f), "2-2 rw 1, 6-6 rw 1");
    CHECK(sound(&f));
}

/* The same play inside transactions of one, two, four and eight lines, with every amount of room
 * for the pending state and for the map: what does not fit is refused by the line (pending) or by
 * commit (spans), and then nothing of the transaction has happened. */
static void pending_full_at_every_point(void)
{
    for (unsigned length = 1; length <= 8; length *= 2) {
        bool at_line = false;
        bool at_commit = false;
        for (uint16_t room = 0; room < 12; room++) {
            for (uint16_t spans = 0; spans < 10; spans++) {
                fixture_prepare(&f, MPUMAP_SIM_ARMV8R32_EL2, 16, MPUMAP_EXACT);
                f.config.pending_capacity = room;
                f.config.span_capacity = spans;
                OK(mpumap_init(&f.map, &f.config));
                for (size_t i = 0; i + length <= LINES && !tap_failed(); i += length) {
                    remember(&f);
                    enum mpumap_result first = mpumap_begin(&f.map);
                    if (first != MPUMAP_OK) {
                        CHECK_STR(NAME(first), "no-space");
                        CHECK(f.map.span_count > room || room == 0);
                        CHECK(unchanged(&f));
                        at_line = true;
                        continue;
                    }
                    for (size_t k = i; k < i + length; k++) {
                        const enum mpumap_result r = perform(&play[k]);
                        at_line = at_line || r == MPUMAP_NO_SPACE;
                        first = (first == MPUMAP_OK) ? r : first;
                        CHECK(f.map.pending_count <= room);
                        CHECK_STR(NAME(mpumap_check(&f.map)), "ok");
                    }
                    const enum mpumap_result r = mpumap_commit(&f.map);
                    CHECK(first == MPUMAP_OK || r == first);
                    CHECK(r == MPUMAP_OK || unchanged(&f));
                    CHECK(f.map.span_count <= spans);
                    at_commit = at_commit || (first == MPUMAP_OK && r == MPUMAP_NO_SPACE);
                    CHECK(sound(&f));
                }
            }
        }
        CHECK(at_line && at_commit);
    }
}

/* Ranges inside a transaction: full is full there too, and a transaction that ends badly leaves the
 * ranges as they were, room or not. */
static void ranges_full_in_transactions(void)
{
    for (uint8_t room = 0; room < 4; room++) {
        for (unsigned commits = 0; commits < 2; commits++) {
            fixture_prepare(&f, MPUMAP_SIM_ARMV8R32_EL2, 16, MPUMAP_EXACT);
            f.config.lock_capacity = room;
            f.config.live_capacity = room;
            OK(mpumap_init(&f.map, &f.config));
            OK(do_map(&f, 0, 99, RW));
            remember(&f);
            OK(mpumap_begin(&f.map));
            for (unsigned i = 0; i < 4; i++) {
                CHECK_STR(NAME(do_lock(&f, 4 * i, 4 * i)), (i < room) ? "ok" : "no-space");
                CHECK_STR(NAME(do_live(&f, 50 + 4 * i, 50 + 4 * i)),
                          (i < room) ? "ok" : "no-space");
                CHECK_STR(NAME(mpumap_check(&f.map)), "ok");
            }
            if (commits != 0) {
                CHECK_STR(NAME(mpumap_commit(&f.map)), "no-space"); /* poisoned */
            } else {
                OK(mpumap_abort(&f.map));
            }
            CHECK(unchanged(&f));
            CHECK_STR(NAME(do_unmap(&f, 0, 0)), "ok"); /* not locked */
            CHECK(sound(&f));
        }
    }
}

/* `live` is refused at live_limit, what lies above it is there for `unlive`. */
static void live_limit_at_every_point(void)
{
    for (uint8_t limit = 1; limit < 5; limit++) {
        fixture_prepare(&f, MPUMAP_SIM_ARMV8R32_EL2, 16, MPUMAP_EXACT);
        f.config.live_capacity = 4;
        f.config.live_limit = limit;
        OK(mpumap_init(&f.map, &f.config));
        for (unsigned i = 0; i < limit; i++) {
            OK(do_live(&f, 20 * i, 20 * i + 9));
        }
        remember(&f);
        CHECK_STR(NAME(do_live(&f, 90, 90)), "no-space");
        CHECK(unchanged(&f));
        for (unsigned i = 0; i < limit; i++) {
            remember(&f);
            const bool fits = i < 4u - limit;
            CHECK_STR(NAME(do_unlive(&f, 20 * i + 4, 20 * i + 4)), fits ? "ok" : "no-space");
            CHECK(fits || unchanged(&f));
            CHECK(sound(&f));
        }
    }
}

static void ranges_full_at_every_point(void)
{
    for (uint8_t room = 0; room < 5; room++) {
        fixture_prepare(&f, MPUMAP_SIM_ARMV8R32_EL2, 16, MPUMAP_EXACT);
        f.config.lock_capacity = room;
        f.config.live_capacity = room;
        OK(mpumap_init(&f.map, &f.config));
        OK(do_map(&f, 0, 99, RW));
        for (unsigned i = 0; i < 5; i++) {
            remember(&f);
            CHECK_STR(NAME(do_lock(&f, 4 * i, 4 * i)), (i < room) ? "ok" : "no-space");
            CHECK(i < room || unchanged(&f));
            remember(&f);
            CHECK_STR(NAME(do_live(&f, 50 + 4 * i, 50 + 4 * i)), (i < room) ? "ok" : "no-space");
            CHECK(i < room || unchanged(&f));
        }
        CHECK_STR(NAME(do_lock(&f, 0, 19)), (room > 0) ? "ok" : "no-space"); /* joins all */
        CHECK_STR(NAME(do_live(&f, 40, 79)), (room > 0) ? "ok" : "no-space");
        remember(&f);
        CHECK_STR(NAME(do_unlive(&f, 60, 60)), (room == 1) ? "no-space" : "ok");
        CHECK(room != 1 || unchanged(&f));
        OK(do_unlive(&f, 0, 99));
        CHECK(sound(&f));
    }
}

static void reserved_slots_are_no_capacity(void)
{
    for (uint16_t reserved = 0; reserved < 5; reserved++) {
        fixture_start(&f, MPUMAP_SIM_ARMV8R32_EL2, 5, MPUMAP_EXACT);
        for (uint16_t i = 0; i < reserved; i++) {
            OK(mpumap_reserve(&f.map, (uint16_t)(4 - i)));
        }
        for (unsigned i = 0; i < 5; i++) {
            CHECK_STR(NAME(do_map(&f, 2 * i, 2 * i, RW)), (i < 5u - reserved) ? "ok" : "no-region");
        }
        CHECK(sound(&f));
    }
    fixture_start(&f, MPUMAP_SIM_ARMV8R32_EL2, 1, MPUMAP_EXACT);
    OK(mpumap_reserve(&f.map, 0));
    CHECK_EQ(mpumap_capacity(&f.map), 0);
    CHECK_STR(NAME(do_map(&f, 0, 0, RW)), "no-region");
    CHECK(sound(&f));
}

static struct mpumap_entry own[256];
static struct mpumap_entry own_before[256];

/* Plays all lines on a map of so many slots of an MPU that has more, one by one or as one change;
 * behind the map's storage stands what looks like free slots, or like none; nothing
 * there is written. */
static void play_before(unsigned char behind, uint16_t slots, bool bitmap, bool whole_run,
                        char *text, size_t size)
{
    fixture_prepare(&f, bitmap ? MPUMAP_SIM_ARMV8R32_EL2 : MPUMAP_SIM_ARMV8R32_EL1, 20,
                    MPUMAP_EXACT);
    f.config.regions = slots;
    f.config.table = own;
    OK(mpumap_init(&f.map, &f.config));
    memset(&own[slots], 0xff, sizeof own - slots * sizeof own[0]);
    memset(&own[slots], behind, sizeof own[0] * 4u);
    memset(&f.scratch[slots], behind, sizeof f.scratch[0] * 4u);
    memcpy(own_before, own, sizeof own);
    text[0] = '\0';
    for (size_t i = 0; i < LINES; i++) {
        const bool batch = whole_run && i % 4u == 0u;
        if (batch) {
            OK(mpumap_begin(&f.map));
        }
        (void)strncat(text, NAME(perform(&play[i])), size - strlen(text) - 1u);
        if (whole_run && i % 4u == 3u) {
            (void)strncat(text, NAME(mpumap_commit(&f.map)), size - strlen(text) - 1u);
        }
        (void)strncat(text, " ", size - strlen(text) - 1u);
    }
    (void)strncat(text, regions_of(&f), size - strlen(text) - 1u);
    CHECK(memcmp(&own[slots], &own_before[slots], sizeof own - slots * sizeof own[0]) == 0);
    CHECK(sound(&f));
}

static void what_stands_behind_the_storage_is_no_slot(void)
{
    static char now[2048];
    static char before[2048];

    for (unsigned k = 0; k < 4u * 7u; k++) {
        const uint16_t slots = (uint16_t)(1u + k / 4u);

        play_before(0xa5, slots, (k & 1u) != 0, (k & 2u) != 0, before, sizeof before);
        play_before(0x00, slots, (k & 1u) != 0, (k & 2u) != 0, now, sizeof now);
        CHECK_STR(now, before);
    }
}

static void blamed(unsigned first, unsigned last)
{
    CHECK_EQ(mpumap_why(&f.map)->base, BASE(first));
    CHECK_EQ(mpumap_why(&f.map)->limit, LIMIT(last));
    CHECK_EQ(mpumap_why(&f.map)->slot, MPUMAP_NO_SLOT);
}

static void the_range_asked_for_is_blamed(void)
{
    fixture_start(&f, MPUMAP_SIM_ARMV8R32_EL2, 1, MPUMAP_EXACT);
    OK(do_map(&f, 0, 9, RW));
    CHECK_STR(NAME(do_unmap(&f, 4, 5)), "no-region");
    blamed(4, 5);
    CHECK_STR(NAME(do_map(&f, 20, 21, RW)), "no-region");
    blamed(20, 21);
    fixture_exact(&f);
    OK(do_map(&f, 0, 9, RW));
    fixture_room(&f, 1);
    CHECK_STR(NAME(do_unmap(&f, 4, 5)), "no-space");
    blamed(4, 5);
    CHECK_STR(NAME(do_map(&f, 4, 5, RW)), "no-space");
    blamed(4, 5);
}

/* As much room as a count of spans can say; counting over several spans changes no register. */
static void room_for_the_most_spans(void)
{
    static struct mpumap_span spans[0xffffu];

    fixture_prepare(&f, MPUMAP_SIM_ARMV8R32_EL2, 16, MPUMAP_EXACT);
    f.config.spans = spans;
    f.config.span_capacity = 0xffffu;
    OK(mpumap_init(&f.map, &f.config));
    OK(do_map(&f, 0, 9, RW));
    OK(do_map(&f, 3, 4, RW));
    OK(do_map(&f, 0, 9, RW));
    CHECK_STR(spans_of(&f), "0-2 rw 2, 3-4 rw 3, 5-9 rw 2");
    OK(do_unmap(&f, 0, 9));
    CHECK_STR(spans_of(&f), "0-2 rw 1, 3-4 rw 2, 5-9 rw 1");
    CHECK(sound(&f));
}

/* One operation can make twice as many spans as there are: more than 2^16. */
static void more_spans_than_a_count_can_say(void)
{
    static struct mpumap_span spans[0xffffu];
    static struct mpumap_span pending[0xffffu];

    fixture_prepare(&f, MPUMAP_SIM_ARMV8R32_EL2, 16, MPUMAP_EXACT);
    f.config.spans = spans;
    f.config.span_capacity = 0xffffu;
    f.config.pending = pending;
    f.config.pending_capacity = 0xffffu;
    OK(mpumap_init(&f.map, &f.config));
    OK(mpumap_begin(&f.map));
    for (unsigned i = 0; i < 0x8000u; i++) {
        OK(do_map(&f, 2u * i, 2u * i, RW));
    }
    CHECK_STR(NAME(do_map(&f, 0, 0xffff, RW)), "no-space");
    CHECK_EQ(f.map.pending_count, 0x8000);
    CHECK_STR(NAME(mpumap_commit(&f.map)), "no-space");
    OK(do_map(&f, 0, 0x1fffd, RW));
    for (unsigned i = 1; i < 0xfffeu; i += 2u) {
        OK(do_map(&f, 2u * i, (2u * i) + 1u, RW));
    }
    CHECK_EQ(f.map.span_count, 0xffff);
    CHECK_STR(NAME(do_map(&f, 1, 0x1fffc, RW)), "no-space");
    CHECK(sound(&f));
}

/* Room for just what a transaction has pending: enough, whatever plan was made before, and what
 * lies beyond is not touched. */
static void a_transaction_in_just_enough_room(void)
{
    const struct mpumap_span beyond = {1, 2, 3, 4, 5};

    fixture_prepare(&f, MPUMAP_SIM_ARMV8R32_EL2, 16, MPUMAP_EXACT);
    f.config.pending_capacity = 3;
    OK(mpumap_init(&f.map, &f.config));
    for (unsigned i = 3; i < 12; i++) {
        f.pending[i] = beyond;
    }
    OK(do_map(&f, 0, 1, RW));
    OK(do_map(&f, 4, 5, RW));
    OK(do_map(&f, 2, 3, RW));
    OK(do_map(&f, 20, 21, RX));
    OK(mpumap_begin(&f.map));
    OK(do_unmap(&f, 0, 5));
    OK(do_map(&f, 0, 3, RW));
    OK(do_unmap(&f, 20, 21));
    OK(do_map(&f, 8, 9, RO));
    OK(do_map(&f, 12, 12, RX));
    OK(do_map(&f, 4, 7, RW));
    CHECK_STR(spans_of(&f), "0-7 rw 1, 8-9 ro 1, 12-12 rx 1");
    CHECK_STR(NAME(do_unmap(&f, 2, 3)), "no-space");
    OK(mpumap_abort(&f.map));
    OK(mpumap_begin(&f.map));
    OK(do_unmap(&f, 20, 21));
    OK(do_unmap(&f, 1, 1));
    OK(do_unmap(&f, 3, 3));
    CHECK_STR(spans_of(&f), "0-0 rw 1, 2-2 rw 1, 4-5 rw 1");
    OK(mpumap_commit(&f.map));
    for (unsigned i = 3; i < 12; i++) {
        CHECK_EQ(f.pending[i].base, beyond.base);
        CHECK_EQ(f.pending[i].limit, beyond.limit);
        CHECK_EQ(f.pending[i].refs, beyond.refs);
        CHECK_EQ(f.pending[i].slot, beyond.slot);
    }
    CHECK_STR(regions_of(&f), "0-0 rw 1, 2-2 rw 1, 4-5 rw 1");
    CHECK(sound(&f));
}

static const struct tap_case cases[] = {
    TAP_CASE(spans_full_at_every_point),
    TAP_CASE(regions_full_at_every_point),
    TAP_CASE(spans_full_in_the_last_place),
    TAP_CASE(whole_slots_and_spans),
    TAP_CASE(a_transaction_without_room_answers_at_once),
    TAP_CASE(a_transaction_is_judged_by_its_end),
    TAP_CASE(pending_full_at_every_point),
    TAP_CASE(ranges_full_at_every_point),
    TAP_CASE(ranges_full_in_transactions),
    TAP_CASE(live_limit_at_every_point),
    TAP_CASE(reserved_slots_are_no_capacity),
    TAP_CASE(what_stands_behind_the_storage_is_no_slot),
    TAP_CASE(the_range_asked_for_is_blamed),
    TAP_CASE(room_for_the_most_spans),
    TAP_CASE(more_spans_than_a_count_can_say),
    TAP_CASE(a_transaction_in_just_enough_room),
};
TAP_MAIN(cases)
