/* SPDX-License-Identifier: MIT */
/*
 * Bytes as a trace. The text is scanned, played for people with all steps shown, and played for
 * machines: the three agree whether it is malformed, both plays end alike, and neither finds a
 * defect (the map is verified and the simulator asked after each operation).
 */
#include "engine.h"
#include "fuzz.h"
#include "parser.h"

#include <stdlib.h>

void engine_out(void *ctx, const char *text, size_t length)
{
    (void)ctx;
    (void)text;
    (void)length;
}

void engine_err(void *ctx, const char *text, size_t length)
{
    engine_out(ctx, text, length);
}

static void fail(const char *what, int a, int b)
{
    (void)fprintf(fuzz_complaints, "fuzz traces: %s: %d and %d\n", what, a, b);
    abort();
}

/* The parser ends, goes forward, and what it hands out lies in the text. */
static void parse(const char *text, size_t length)
{
    struct trace_parser p;
    struct trace_line line;
    uint32_t number = 0;

    trace_start(&p, text, length);
    while (trace_next(&p, &line) && line.kind != TRACE_END) {
        if (line.number <= number) {
            fail("lines do not go forward", (int)number, (int)line.number);
        }
        number = line.number;
        if (line.name.length > 0 && (line.name.at < text || line.name.at > text + length)) {
            fail("a word is not in the text", (int)line.number, 0);
        }
    }
}

static int play(const char *text, size_t length, bool json)
{
    char *copy = malloc(length + 1u); /* of its own, so that a byte beyond is seen */
    const struct player_options options = {.name = "fuzz", .json = json, .steps = true};

    for (size_t i = 0; i < length; i++) {
        copy[i] = text[i];
    }
    const struct trace_file file = {"fuzz", "fuzz", copy, length};
    const int status = engine_sim(&file, &options);
    free(copy);
    return status;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct player_ops quiet = {.err = engine_err, .out = engine_out};
    static const struct player_options options = {.name = "fuzz"};
    const char *text = (const char *)data;
    struct player_request request;

    parse(text, size);
    const int scanned = player_scan(text, size, &options, &quiet, NULL, &request);
    const int people = play(text, size, false);
    const int machines = play(text, size, true);
    if (people != machines) {
        fail("text and JSON end differently", people, machines);
    }
    if (people < PLAYER_PASSED || people >= PLAYER_DEFECT) {
        fail("a defect", people, PLAYER_DEFECT);
    }
    if (scanned == PLAYER_MALFORMED && people != PLAYER_MALFORMED) {
        fail("malformed, and played", scanned, people);
    }
    return 0;
}
