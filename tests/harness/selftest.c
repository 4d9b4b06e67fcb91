/* SPDX-License-Identifier: MIT */
/* Shows that the harness can fail: its own output, compared with what it must say. */
#include "tap.h"

#include <stdio.h>
#include <string.h>

static char said[4096];

static void listen(void *ctx, const char *text)
{
    (void)ctx;
    strncat(said, text, sizeof(said) - strlen(said) - 1u);
}

static void holds(void)
{
    CHECK(1 + 1 == 2);
    CHECK_EQ(3, 3);
    CHECK_STR("a", "a");
}

static void differs(void)
{
    CHECK_EQ(255, UINT64_MAX);
    CHECK_STR("rw", NULL);
}

static void leaves_early(void)
{
    REQUIRE(said[0] == 'x');
    CHECK(said[1] == 'y');
}

static void fails_for_ever(void)
{
    tap_skip("a failure outweighs a skip");
    for (int i = 0; i < 1000; i++) {
        CHECK_EQ(i, 1000);
    }
}

static void is_skipped(void)
{
    tap_skip("no such thing here");
}

static bool says(const char *text)
{
    bool found = strstr(said, text) != NULL;

    if (!found) {
        printf("not ok - says:\n%s\n--- but not:\n%s\n", said, text);
    }
    return found;
}

static unsigned lines_with(const char *text)
{
    unsigned count = 0;

    for (const char *at = strstr(said, text); at != NULL; at = strstr(at + 1, text)) {
        count++;
    }
    return count;
}

int main(void)
{
    static const struct tap_case cases[] = {
        TAP_CASE(holds),          TAP_CASE(differs),    TAP_CASE(leaves_early),
        TAP_CASE(fails_for_ever), TAP_CASE(is_skipped),
    };
    static const char *const wanted[] = {
        "1..5\nok 1 - holds\n",
        "255 == UINT64_MAX: 255 (0xff), 18446744073709551615 (0xffffffffffffffff)\n",
        "\"rw\" is NULL: \"rw\", \"(null)\"\nnot ok 2 - differs\n",
        "said[0] == 'x'\nnot ok 3 - leaves_early\n",
        "not ok 4 - fails_for_ever\n",
        "ok 5 - is_skipped # SKIP no such thing here\n",
        "\n1 passed, 3 failed, 1 skipped\n",
    };
    unsigned failed = 0;
    unsigned passed = 0;

    if (tap_run(cases, sizeof(cases) / sizeof(cases[0]), listen, NULL)) {
        failed++;
    }
    if (lines_with("i == 1000") != 10u) {
        failed++;
    }
    for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++) {
        *(says(wanted[i]) ? &passed : &failed) += 1u;
    }
    said[0] = '\0';
    if (!tap_run(cases, 1, listen, NULL) || !says("\n1 passed, 0 failed\n") ||
        tap_run(cases, 0, listen, NULL)) {
        failed++;
    }
    printf("%u passed, %u failed\n", passed, failed);
    return (failed == 0u) ? 0 : 1;
}
