/* SPDX-License-Identifier: MIT */
#include "tap.h"

/* A broken loop must not bury the first failures under a million others. */
#define MOST_COMPLAINTS 10u

static struct {
    tap_put_fn put;
    void *ctx;
    const char *skipped; /* why, or NULL */
    uint32_t failures;   /* of the current case */
} tap;

static void put(const char *text)
{
    tap.put(tap.ctx, text);
}

static void put_number(uint64_t number, unsigned base)
{
    static const char digits[] = "0123456789abcdef";
    char text[24];
    size_t at = sizeof(text) - 1u;

    text[at] = '\0';
    do {
        at--;
        text[at] = digits[number % base];
        number /= base;
    } while (number != 0u);
    put(&text[at]);
}

static void put_both_bases(uint64_t number)
{
    put_number(number, 10);
    put(" (0x");
    put_number(number, 16);
    put(")");
}

/* Opens a complaint "# file:line: text"; false when there have been enough. */
static bool complain(const char *file, int line, const char *text)
{
    tap.failures++;
    if (tap.failures > MOST_COMPLAINTS) {
        return false;
    }
    put("# ");
    put(file);
    put(":");
    put_number((uint64_t)line, 10);
    put(": ");
    put(text);
    return true;
}

bool tap_check(bool held, const char *file, int line, const char *text)
{
    if (!held && complain(file, line, text)) {
        put("\n");
    }
    return held;
}

bool tap_check_eq(uint64_t a, uint64_t b, const char *file, int line, const char *text)
{
    if (a != b && complain(file, line, text)) {
        put(": ");
        put_both_bases(a);
        put(", ");
        put_both_bases(b);
        put("\n");
    }
    return a == b;
}

static bool equal(const char *a, const char *b)
{
    if (a == NULL || b == NULL) {
        return a == b;
    }
    while (*a != '\0' && *a == *b) {
        a++;
        b++;
    }
    return *a == *b;
}

bool tap_check_str(const char *a, const char *b, const char *file, int line, const char *text)
{
    bool same = equal(a, b);

    if (!same && complain(file, line, text)) {
        put(": \"");
        put((a != NULL) ? a : "(null)");
        put("\", \"");
        put((b != NULL) ? b : "(null)");
        put("\"\n");
    }
    return same;
}

void tap_skip(const char *why)
{
    tap.skipped = why;
}

bool tap_failed(void)
{
    return tap.failures != 0u;
}

void tap_note(const char *text)
{
    put("# ");
    put(text);
    put("\n");
}

void tap_note_number(const char *text, uint64_t number)
{
    put("# ");
    put(text);
    put(" ");
    put_number(number, 10);
    put("\n");
}

enum verdict {
    PASSED,
    FAILED,
    SKIPPED,
    VERDICTS
};

static enum verdict run_case(const struct tap_case *one)
{
    tap.skipped = NULL;
    tap.failures = 0;
    one->run();
    if (tap.failures != 0u) {
        return FAILED;
    }
    return (tap.skipped != NULL) ? SKIPPED : PASSED;
}

static void put_verdict(enum verdict verdict, size_t number, const char *name)
{
    put((verdict == FAILED) ? "not ok " : "ok ");
    put_number(number, 10);
    put(" - ");
    put(name);
    if (verdict == SKIPPED) {
        put(" # SKIP ");
        put(tap.skipped);
    }
    put("\n");
}

bool tap_run(const struct tap_case *cases, size_t count, tap_put_fn put_text, void *ctx)
{
    size_t total[VERDICTS] = {0, 0, 0};

    tap.put = put_text;
    tap.ctx = ctx;
    put("1..");
    put_number(count, 10);
    put("\n");
    for (size_t i = 0; i < count; i++) {
        enum verdict verdict = run_case(&cases[i]);

        total[verdict]++;
        put_verdict(verdict, i + 1u, cases[i].name);
    }
    put_number(total[PASSED], 10);
    put(" passed, ");
    put_number(total[FAILED], 10);
    put(" failed");
    if (total[SKIPPED] != 0u) {
        put(", ");
        put_number(total[SKIPPED], 10);
        put(" skipped");
    }
    put("\n");
    return total[FAILED] == 0u && count != 0u;
}
