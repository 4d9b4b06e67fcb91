/* SPDX-License-Identifier: MIT */
/* Questions: find, query, iteration, the dump, counts of regions, names. */
#include "fixture.h"

#include "tap.h"

#include <string.h>

static struct fixture f;

#define OK(op) CHECK_STR(NAME(op), "ok")

static void found(unsigned first, unsigned last, const char *word, unsigned hit_first,
                  unsigned hit_last, unsigned refs)
{
    struct mpumap_region out;
    const enum mpumap_found answer = mpumap_find(&f.map, BASE(first), LIMIT(last), &out, NULL);

    if (!CHECK_STR(mpumap_found_name(answer), word)) {
        return;
    }
    if (answer != MPUMAP_NOT_FOUND) {
        CHECK_EQ(out.base, BASE(hit_first));
        CHECK_EQ(out.limit, LIMIT(hit_last));
        CHECK_EQ(out.refs, refs);
        CHECK_EQ(out.slot, slot_of(&f, hit_first));
    }
}

static void find_exact(void)
{
    fixture_exact(&f);
    found(0, 0, "not-found", 0, 0, 0);
    OK(do_map(&f, 2, 5, RW));
    OK(do_map(&f, 4, 5, RW));
    OK(do_map(&f, 6, 7, RO));
    OK(do_map(&f, 9, 9, RO));
    remember(&f);
    found(2, 5, "found", 2, 5, 1); /* a region is a whole run, whatever its counts */
    found(4, 5, "inclusive", 2, 5, 1);
    found(2, 2, "inclusive", 2, 5, 1);
    found(3, 3, "inclusive", 2, 5, 1);
    found(6, 7, "found", 6, 7, 1);
    found(1, 5, "overlap", 2, 5, 1);
    found(2, 6, "overlap", 2, 5, 1);
    found(5, 6, "overlap", 2, 5, 1);
    found(0, 20, "overlap", 2, 5, 1);
    found(7, 9, "overlap", 6, 7, 1);
    found(8, 9, "overlap", 9, 9, 1);
    found(0, 1, "not-found", 0, 0, 0);
    found(8, 8, "not-found", 0, 0, 0);
    found(10, 12, "not-found", 0, 0, 0);
    CHECK(unchanged(&f));
}

static void find_whole(void)
{
    fixture_whole(&f);
    OK(do_map(&f, 2, 5, RW));
    OK(do_map(&f, 4, 5, RW));
    OK(do_map(&f, 6, 7, RW));
    found(2, 5, "found", 2, 5, 2);
    found(6, 7, "found", 6, 7, 1);
    found(4, 5, "inclusive", 2, 5, 2);
    found(2, 7, "overlap", 2, 5, 2);
    found(5, 6, "overlap", 2, 5, 2);
    found(7, 8, "overlap", 6, 7, 1);
    found(8, 8, "not-found", 0, 0, 0);
}

static void query_of_a_byte(void)
{
    struct mpumap_region out;

    fixture_exact(&f);
    OK(do_map(&f, 2, 5, DEV));
    OK(do_map(&f, 4, 4, DEV));
    CHECK(!mpumap_query(&f.map, BASE(2) - 1, &out));
    CHECK(!mpumap_query(&f.map, LIMIT(5) + 1, &out));
    REQUIRE(mpumap_query(&f.map, BASE(4) + 17, &out));
    CHECK_EQ(out.base, BASE(4));
    CHECK_EQ(out.limit, LIMIT(4));
    CHECK_EQ(out.refs, 2);
    CHECK_STR(mpumap_perm_name(out.attr), "rw");
    CHECK_STR(mpumap_type_name(out.attr), "device");
    CHECK_STR(mpumap_share_name(out.attr), "outer");
    REQUIRE(mpumap_query(&f.map, LIMIT(5), &out));
    CHECK_EQ(out.base, BASE(5));
    CHECK_EQ(out.refs, 1);
    CHECK(out.slot < 16);
    CHECK(mpumap_query(&f.map, BASE(2), NULL));
}

static void iteration_is_in_address_order(void)
{
    static const unsigned order[] = {9, 1, 7, 3, 5};
    struct mpumap_region out;
    uint16_t cursor = 0;
    mpumap_addr_t last = 0;
    unsigned count = 0;

    fixture_whole(&f);
    CHECK(!mpumap_next_region(&f.map, &cursor, &out));
    cursor = 0;
    CHECK(!mpumap_next_span(&f.map, &cursor, &out));
    for (unsigned i = 0; i < 5; i++) {
        OK(do_map(&f, order[i], order[i], RW));
    }
    for (cursor = 0; mpumap_next_region(&f.map, &cursor, &out); count++) {
        CHECK(out.base > last);
        last = out.base;
    }
    CHECK_EQ(count, 5);
    CHECK(!mpumap_next_region(&f.map, &cursor, &out));
    CHECK_STR(regions_of(&f), "1-1 rw 1, 3-3 rw 1, 5-5 rw 1, 7-7 rw 1, 9-9 rw 1");
}

static void region_count_is_the_smallest_of_its_bytes(void)
{
    fixture_exact(&f);
    OK(do_map(&f, 0, 3, RW));
    OK(do_map(&f, 0, 3, RW));
    OK(do_map(&f, 2, 5, RW));
    CHECK_STR(spans_of(&f), "0-1 rw 2, 2-3 rw 3, 4-5 rw 1");
    CHECK_STR(regions_of(&f), "0-5 rw 1");
    OK(do_map(&f, 4, 5, RW));
    CHECK_STR(regions_of(&f), "0-5 rw 2");
}

static void used_and_capacity(void)
{
    fixture_exact(&f);
    CHECK_EQ(mpumap_used(&f.map), 0);
    CHECK_EQ(mpumap_capacity(&f.map), 16);
    OK(do_map(&f, 0, 0, RW));
    OK(do_map(&f, 2, 2, RW));
    OK(mpumap_reserve(&f.map, 9));
    CHECK_EQ(mpumap_used(&f.map), 2);
    CHECK_EQ(mpumap_capacity(&f.map), 15);
    OK(do_map(&f, 1, 1, RW));
    CHECK_EQ(mpumap_used(&f.map), 1);
    OK(do_unmap(&f, 0, 2));
    CHECK_EQ(mpumap_used(&f.map), 0);
}

/* ---- dump ---- */

static char text[4096];
static unsigned lines;

static void put(void *ctx, const char *line)
{
    const size_t length = strlen(line);

    CHECK(ctx == &lines);
    CHECK(length > 0 && length < 128 && line[length - 1] == '\n');
    CHECK(strchr(line, '\n') == line + length - 1);
    (void)strncat(text, line, sizeof text - strlen(text) - 1);
    lines++;
}

static void dump(void)
{
    text[0] = '\0';
    lines = 0;
    mpumap_dump(&f.map, put, &lines);
}

static void dump_shows_every_region(void)
{
    fixture_exact(&f);
    OK(mpumap_map(&f.map, 0, 0x3f, RX | MPUMAP_EL1));
    OK(mpumap_map(&f.map, (mpumap_addr_t)0xffffffc0u, (mpumap_addr_t)0xffffffffu, DEV));
    OK(do_map(&f, 0, 3, RW | MPUMAP_SHARE_NON));
    OK(do_map(&f, 1, 1, RW | MPUMAP_SHARE_NON));
    remember(&f);
    dump();
    CHECK(lines >= 3);
    CHECK(strstr(text, "0x00000000") != NULL && strstr(text, "0x0000003f") != NULL);
    CHECK(strstr(text, "0xffffffc0") != NULL && strstr(text, "0xffffffff") != NULL);
    CHECK(strstr(text, "0x10000000") != NULL && strstr(text, "0x100000ff") != NULL);
    CHECK(strstr(text, "rx+el1") != NULL && strstr(text, "device") != NULL);
    CHECK(strstr(text, "non") != NULL && strstr(text, "outer") != NULL);
    CHECK(unchanged(&f));
    fixture_whole(&f);
    OK(do_map(&f, 0, 3, RO));
    dump();
    CHECK(strstr(text, "0x100000ff") != NULL && strstr(text, "ro") != NULL);
}

/* Lines of a kind that show a range. */
static unsigned lines_with(const char *kind, const char *base, const char *limit)
{
    unsigned n = 0;

    for (const char *line = text; *line != '\0'; line = strchr(line, '\n') + 1) {
        const char *end = strchr(line, '\n');
        const char *b = strstr(line, base);
        const char *l = strstr(line, limit);
        if (strncmp(line, kind, strlen(kind)) == 0 && b != NULL && b < end && l != NULL &&
            l < end) {
            n++;
        }
    }
    return n;
}

static void dump_shows_regions_and_their_spans(void)
{
    fixture_exact(&f);
    OK(do_map(&f, 0, 3, RW));
    OK(do_map(&f, 1, 1, RW));
    dump();
    CHECK_EQ(lines, 4);
    CHECK_EQ(lines_with("region ", "0x10000000", "0x100000ff"), 1);
    CHECK_EQ(lines_with("span ", "0x10000000", "0x1000003f"), 1);
    CHECK_EQ(lines_with("span ", "0x10000040", "0x1000007f"), 1);
    CHECK_EQ(lines_with("span ", "0x10000080", "0x100000ff"), 1);
    fixture_whole(&f);
    OK(do_map(&f, 0, 3, RW));
    OK(do_map(&f, 1, 1, RW));
    dump();
    CHECK_EQ(lines, 1);
    CHECK_EQ(lines_with("region ", "0x10000000", "0x100000ff"), 1);
}

static void dump_of_the_longest_words_fits(void)
{
#if MPUMAP_ADDR_BITS == 64
    const enum mpumap_sim_target target = MPUMAP_SIM_ARMV8R64_EL2;
    const mpumap_addr_t at = 0xfffffffff000u;
#else
    const enum mpumap_sim_target target = MPUMAP_SIM_ARMV8R32_EL2;
    const mpumap_addr_t at = 0xfffff000u;
#endif
    fixture_prepare(&f, target, 255, MPUMAP_EXACT);
    f.config.allow_rwx = true;
    OK(mpumap_init(&f.map, &f.config));
    for (unsigned i = 0; i < 3; i++) {
        OK(mpumap_map(&f.map, at, at + 63, MPUMAP_RW | MPUMAP_DEVICE_NGNRNE | MPUMAP_EL1));
        OK(mpumap_map(&f.map, at + 64, at + 127, MPUMAP_RWX | MPUMAP_NORMAL_WT | MPUMAP_EL1));
    }
    dump();
    CHECK(strstr(text, "device-nGnRnE") != NULL && strstr(text, "rwx+el1") != NULL);
    CHECK(strstr(text, "normal-wt") != NULL);
}

/* Inside a transaction: that of the committed region that holds the byte, if one does. */
static void slots_of_pending_bytes(void)
{
    struct mpumap_region r;
    uint16_t cursor = 0;

    fixture_exact(&f);
    OK(do_map(&f, 20, 29, RW));
    OK(do_map(&f, 40, 49, RW));
    OK(do_unmap(&f, 40, 49)); /* what it leaves behind is no region */
    OK(mpumap_begin(&f.map));
    OK(do_map(&f, 0, 0, RX));
    OK(do_map(&f, 40, 49, RX));
    CHECK(mpumap_query(&f.map, BASE(0), &r));
    CHECK_EQ(r.slot, MPUMAP_NO_SLOT);
    CHECK(mpumap_query(&f.map, BASE(25), &r));
    CHECK_EQ(r.slot, 0);
    CHECK(mpumap_query(&f.map, BASE(40), &r));
    CHECK_EQ(r.slot, MPUMAP_NO_SLOT);
    CHECK(mpumap_next_span(&f.map, &cursor, &r) && r.base == BASE(0));
    CHECK_EQ(r.slot, MPUMAP_NO_SLOT);
    CHECK(mpumap_next_span(&f.map, &cursor, &r) && r.base == BASE(20));
    CHECK_EQ(r.slot, 0);
    CHECK(mpumap_next_span(&f.map, &cursor, &r) && r.base == BASE(40));
    CHECK_EQ(r.slot, MPUMAP_NO_SLOT);
    CHECK(!mpumap_next_span(&f.map, &cursor, &r));
    OK(mpumap_abort(&f.map));
}

static uint8_t slot_of_next(uint16_t *cursor)
{
    struct mpumap_region r;

    return mpumap_next_region(&f.map, cursor, &r) ? r.slot : 0xeeu;
}

/* A region of the pending state has a slot only if the committed map has the very same one; under
 * whole its attributes may differ. */
static void slots_of_pending_regions(void)
{
    for (unsigned exact = 0; exact < 2; exact++) {
        uint16_t cursor = 0;

        fixture_start(&f, MPUMAP_SIM_ARMV8R32_EL2, 16, exact ? MPUMAP_EXACT : MPUMAP_WHOLE);
        for (unsigned i = 0; i < 5; i++) {
            OK(do_map(&f, 10 * i, 10 * i + 3, RW));
        }
        OK(mpumap_begin(&f.map));
        OK(do_unmap(&f, 0, 3));
        OK(do_map(&f, 0, 2, RW)); /* ends elsewhere */
        OK(do_unmap(&f, 10, 13));
        OK(do_map(&f, 11, 13, RW)); /* begins elsewhere */
        OK(do_protect(&f, 20, 23, RO));
        OK(do_map(&f, 40, 43, RW));
        OK(do_map(&f, 50, 53, RW));
        CHECK_EQ(slot_of_next(&cursor), MPUMAP_NO_SLOT);
        CHECK_EQ(slot_of_next(&cursor), MPUMAP_NO_SLOT);
        CHECK_EQ(slot_of_next(&cursor), exact ? MPUMAP_NO_SLOT : 2u);
        CHECK_EQ(slot_of_next(&cursor), 3);
        CHECK_EQ(slot_of_next(&cursor), 4);
        CHECK_EQ(slot_of_next(&cursor), MPUMAP_NO_SLOT);
        CHECK_EQ(slot_of_next(&cursor), 0xee);
        OK(mpumap_abort(&f.map));
    }
}

static void no_map_has_no_cost(void)
{
    if (MPUMAP_CHECKED != 0) {
        CHECK_EQ(mpumap_cost(NULL)->gap, 0);
        CHECK_EQ(mpumap_cost(NULL)->writes, 0);
        CHECK_EQ(mpumap_cost(NULL)->barriers, 0);
    }
}

/* Columns stand below each other, whatever is in them. */
static void dump_is_in_columns(void)
{
    fixture_start(&f, MPUMAP_SIM_ARMV8R32_EL2, 255, MPUMAP_EXACT);
    for (uint16_t s = 1; s < 120; s++) {
        OK(mpumap_reserve(&f.map, s));
    }
    OK(do_map(&f, 0, 3, RW));
    OK(do_map(&f, 8, 8, RO | MPUMAP_DEVICE_NGNRNE | MPUMAP_EL1));
    for (unsigned i = 0; i < 110; i++) {
        OK(do_map(&f, 8, 8, RO | MPUMAP_DEVICE_NGNRNE | MPUMAP_EL1));
    }
    dump();
    CHECK_STR(text, "region 0   0x10000000-0x100000ff rw      normal        inner refs 1\n"
                    "region 120 0x10000200-0x1000023f ro+el1  device-nGnRnE outer refs 111\n"
                    "span   0   0x10000000-0x100000ff rw      normal        inner refs 1\n"
                    "span   120 0x10000200-0x1000023f ro+el1  device-nGnRnE outer refs 111\n");
#if MPUMAP_ADDR_BITS == 64
    fixture_start(&f, MPUMAP_SIM_ARMV8R64_EL2, 16, MPUMAP_WHOLE);
    OK(mpumap_begin(&f.map));
    OK(mpumap_map(&f.map, 0xabcdef012340u, 0xabcdef01237fu,
                  MPUMAP_RX | MPUMAP_NORMAL_NC | MPUMAP_SHARE_NON));
    dump();
    CHECK_STR(text,
              "region -   0xabcdef012340-0xabcdef01237f rx      normal-nc     outer refs 1\n");
    OK(mpumap_abort(&f.map));
#endif
}

/* ---- names ---- */

static void names_of_results(void)
{
    static const char *const names[] = {"ok",      "range",   "align",      "attr",      "policy",
                                        "state",   "overlap", "not-mapped", "locked",    "conflict",
                                        "partial", "shared",  "refs",       "no-region", "no-space",
                                        "live",    "corrupt"};

    for (unsigned i = 0; i < sizeof names / sizeof names[0]; i++) {
        CHECK_STR(mpumap_result_name((enum mpumap_result)i), names[i]);
    }
    CHECK_STR(mpumap_result_name((enum mpumap_result)17), "?");
    CHECK_STR(mpumap_result_name((enum mpumap_result)255), "?");
}

static void names_of_the_rest(void)
{
    CHECK_STR(mpumap_found_name(MPUMAP_NOT_FOUND), "not-found");
    CHECK_STR(mpumap_found_name(MPUMAP_FOUND), "found");
    CHECK_STR(mpumap_found_name(MPUMAP_INCLUSIVE), "inclusive");
    CHECK_STR(mpumap_found_name(MPUMAP_FOUND_OVERLAP), "overlap");
    CHECK_STR(mpumap_found_name((enum mpumap_found)77), "?");
    CHECK_STR(mpumap_attribute_name(MPUMAP_ATTRIBUTE_PERMISSION), "permission");
    CHECK_STR(mpumap_attribute_name(MPUMAP_ATTRIBUTE_TYPE), "type");
    CHECK_STR(mpumap_attribute_name(MPUMAP_ATTRIBUTE_SHARE), "share");
    CHECK_STR(mpumap_attribute_name((enum mpumap_attribute)9), "?");
    CHECK_STR(mpumap_perm_name(MPUMAP_RO), "ro");
    CHECK_STR(mpumap_perm_name(MPUMAP_RW), "rw");
    CHECK_STR(mpumap_perm_name(MPUMAP_RX), "rx");
    CHECK_STR(mpumap_perm_name(MPUMAP_RWX), "rwx");
    CHECK_STR(mpumap_perm_name(MPUMAP_RO | MPUMAP_EL1), "ro+el1");
    CHECK_STR(mpumap_perm_name(MPUMAP_RWX | MPUMAP_EL0 | MPUMAP_DEVICE), "rwx+el0");
    CHECK_STR(mpumap_type_name(MPUMAP_NORMAL | MPUMAP_RWX), "normal");
    CHECK_STR(mpumap_type_name(MPUMAP_NORMAL_NC), "normal-nc");
    CHECK_STR(mpumap_type_name(MPUMAP_NORMAL_WT), "normal-wt");
    CHECK_STR(mpumap_type_name(MPUMAP_DEVICE), "device");
    CHECK_STR(mpumap_type_name(MPUMAP_DEVICE_NGNRNE), "device-nGnRnE");
    CHECK_STR(mpumap_type_name(0x14u), "?");
    CHECK_STR(mpumap_type_name(0x18u), "?");
    CHECK_STR(mpumap_type_name(0x1cu), "?");
    CHECK_STR(mpumap_share_name(MPUMAP_SHARE_AUTO), "auto");
    CHECK_STR(mpumap_share_name(MPUMAP_SHARE_NON), "non");
    CHECK_STR(mpumap_share_name(MPUMAP_SHARE_OUTER), "outer");
    CHECK_STR(mpumap_share_name(MPUMAP_SHARE_INNER), "inner");
}

static const struct tap_case cases[] = {
    TAP_CASE(find_exact),
    TAP_CASE(find_whole),
    TAP_CASE(query_of_a_byte),
    TAP_CASE(iteration_is_in_address_order),
    TAP_CASE(region_count_is_the_smallest_of_its_bytes),
    TAP_CASE(used_and_capacity),
    TAP_CASE(dump_shows_every_region),
    TAP_CASE(dump_shows_regions_and_their_spans),
    TAP_CASE(dump_of_the_longest_words_fits),
    TAP_CASE(slots_of_pending_bytes),
    TAP_CASE(slots_of_pending_regions),
    TAP_CASE(no_map_has_no_cost),
    TAP_CASE(dump_is_in_columns),
    TAP_CASE(names_of_results),
    TAP_CASE(names_of_the_rest),
};
TAP_MAIN(cases)
