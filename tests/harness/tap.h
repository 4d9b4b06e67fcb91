/* SPDX-License-Identifier: MIT */
/*
 * A small harness for tests, on the host and on a target alike: named cases, output in TAP through
 * a function, and a closing line "N passed, N failed" (", N skipped" if any).
 *
 *   static void a_page_is_found(void)
 *   {
 *       CHECK(mpumap_query(&map, 0x1000, &region));
 *       CHECK_EQ(region.refs, 1);
 *   }
 *
 *   static const struct tap_case cases[] = {
 *       TAP_CASE(a_page_is_found),
 *   };
 *   TAP_MAIN(cases)
 *
 * A host program made with TAP_MAIN runs all cases, or those that its arguments name. A program
 * that has nothing to test in some variant of the build uses TAP_MAIN_NONE("why").
 */
#ifndef TESTS_TAP_H
#define TESTS_TAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct tap_case {
    const char *name;
    void (*run)(void);
};
/* clang-format off */
#define TAP_CASE(function) {#function, function}
/* clang-format on */

typedef void (*tap_put_fn)(void *ctx, const char *text);

/* Runs the cases; text goes through put(ctx, text). True when all passed and there was at least
 * one. */
bool tap_run(const struct tap_case *cases, size_t count, tap_put_fn put, void *ctx);

/*
 * Checks record a failure and go on; each is also an expression, true when it held:
 *
 *   if (!CHECK(p != NULL)) return;       or the same as REQUIRE(p != NULL);
 *
 * CHECK_EQ compares unsigned numbers of up to 64 bits, and prints both.
 */
#define CHECK(expr) tap_check((expr), __FILE__, __LINE__, #expr)
#define CHECK_EQ(a, b) tap_check_eq((uint64_t)(a), (uint64_t)(b), __FILE__, __LINE__, #a " == " #b)
#define CHECK_STR(a, b) tap_check_str((a), (b), __FILE__, __LINE__, #a " is " #b)
#define REQUIRE(expr)                                                                              \
    do {                                                                                           \
        if (!CHECK(expr)) {                                                                        \
            return;                                                                                \
        }                                                                                          \
    } while (0)

bool tap_check(bool held, const char *file, int line, const char *text);
bool tap_check_eq(uint64_t a, uint64_t b, const char *file, int line, const char *text);
bool tap_check_str(const char *a, const char *b, const char *file, int line, const char *text);

/* The current case counts as skipped, unless a check fails. */
void tap_skip(const char *why);
/* Has a check of the current case failed? For leaving long loops early. */
bool tap_failed(void);
/* A comment in the output. */
void tap_note(const char *text);
void tap_note_number(const char *text, uint64_t number);

/*
 * Host only (tap_host.c).
 *
 * tap_seed: MPUMAP_SEED from the environment, else a fresh one; printed with how to replay it.
 * tap_number: a number from the environment, else the default; for lengths of random tests.
 */
uint64_t tap_seed(void);
uint64_t tap_number(const char *variable, uint64_t otherwise);
int tap_main(const struct tap_case *cases, size_t count, int argc, char **argv);
int tap_main_none(const char *why);

#define TAP_MAIN(cases)                                                                            \
    int main(int argc, char **argv)                                                                \
    {                                                                                              \
        return tap_main((cases), sizeof(cases) / sizeof((cases)[0]), argc, argv);                  \
    }
#define TAP_MAIN_NONE(why)                                                                         \
    int main(void)                                                                                 \
    {                                                                                              \
        return tap_main_none(why);                                                                 \
    }

#endif
