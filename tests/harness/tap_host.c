/* SPDX-License-Identifier: MIT */
#include "tap.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static void put_stdout(void *ctx, const char *text)
{
    (void)ctx;
    fputs(text, stdout);
}

/* The environment's number, in C notation. A value that is none ends the program: a typing error
 * must not look like a replay. */
static bool environment_number(const char *variable, uint64_t *out)
{
    const char *text = getenv(variable);
    char *end = NULL;

    if (text == NULL || *text == '\0') {
        return false;
    }
    *out = strtoull(text, &end, 0);
    if (*end != '\0') {
        fprintf(stderr, "%s=%s is not a number\n", variable, text);
        exit(2);
    }
    return true;
}

uint64_t tap_seed(void)
{
    uint64_t seed;

    if (!environment_number("MPUMAP_SEED", &seed)) {
        struct timespec now;

        timespec_get(&now, TIME_UTC);
        seed = ((uint64_t)now.tv_sec << 20) ^ (uint64_t)now.tv_nsec;
    }
    printf("# seed %" PRIu64 ": replay with MPUMAP_SEED=%" PRIu64 "\n", seed, seed);
    fflush(stdout);
    return seed;
}

uint64_t tap_number(const char *variable, uint64_t otherwise)
{
    uint64_t number = otherwise;

    (void)environment_number(variable, &number);
    return number;
}

static const struct tap_case *find_case(const struct tap_case *cases, size_t count,
                                        const char *name)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(cases[i].name, name) == 0) {
            return &cases[i];
        }
    }
    return NULL;
}

static int run_named(const struct tap_case *cases, size_t count, int argc, char **argv)
{
    bool passed = true;

    for (int i = 1; i < argc; i++) {
        const struct tap_case *one = find_case(cases, count, argv[i]);

        if (one == NULL) {
            fprintf(stderr, "%s: no case %s\n", argv[0], argv[i]);
            return 2;
        }
        passed = tap_run(one, 1, put_stdout, NULL) && passed;
    }
    return passed ? 0 : 1;
}

int tap_main(const struct tap_case *cases, size_t count, int argc, char **argv)
{
    /* So that a crash leaves the lines before it in the log. */
    setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
    if (argc > 1) {
        return run_named(cases, count, argc, argv);
    }
    return tap_run(cases, count, put_stdout, NULL) ? 0 : 1;
}

int tap_main_none(const char *why)
{
    printf("1..0 # SKIP %s\n", why);
    return 0;
}
