/* SPDX-License-Identifier: MIT */
/* A trace as input: it is played on the simulator, and the registers it leaves are read. */
#include "mpu.h"
#include "watch.h"

#include "parser.h"

#include <stdlib.h>
#include <string.h>

bool input_is_trace(const struct trace_file *file)
{
    static const char *const words[] = {"target",  "policy", "map",    "unmap",  "unmap-at",
                                        "protect", "lock",   "live",   "unlive", "reserve",
                                        "find",    "access", "begin",  "commit", "abort",
                                        "check",   "dump",   "expect", NULL};
    size_t at = 0u;

    while (at < file->length) {
        size_t start = at + strspn(&file->text[at], " \t\r\n");

        if (start >= file->length) {
            return false;
        }
        if (file->text[start] != '#') {
            char word[12];
            size_t n = 0u;

            while ((n < sizeof word - 1u) && (start + n < file->length) &&
                   (strchr(" \t\r\n#", file->text[start + n]) == NULL)) {
                word[n] = file->text[start + n];
                n++;
            }
            word[n] = '\0';
            return cli_choose(word, words) >= 0;
        }
        while ((start < file->length) && (file->text[start] != '\n')) {
            start++;
        }
        at = start + 1u;
    }
    return false;
}

/* The map is kept as it was before and after the lines that were asked for. */
struct keeper {
    const struct input_options *o;
    struct mpu *out;
    uint64_t line; /* of the operation that was played last */
    bool any;      /* an operation in those lines */
    const struct watch_state *last;
};

static void keep(void *ctx, const struct watch_state *state)
{
    struct keeper *k = ctx;
    struct mpu *before = k->o->before;

    k->last = state;
    if (!k->o->has_line) { /* read once, at the end */
        k->any = true;
        return;
    }
    if ((before != NULL) && (k->line < k->o->from)) {
        watch_registers(state, before);
        return;
    }
    if (k->line <= k->o->line) {
        watch_registers(state, k->out);
        k->any = true;
    }
}

/* The player's JSON: `{"line":12,...` comes before the state after it. */
static void number(void *ctx, const char *text, size_t length)
{
    static const char prefix[] = "{\"line\":";
    struct keeper *k = ctx;

    if ((length > sizeof prefix) && (memcmp(text, prefix, sizeof prefix - 1u) == 0)) {
        k->line = 0u;
        for (size_t i = sizeof prefix - 1u; (i < length) && (text[i] >= '0') && (text[i] <= '9');
             i++) {
            k->line = 10u * k->line + (uint64_t)(text[i] - '0');
        }
    }
}

int input_trace(const struct trace_file *file, const struct input_options *o, struct mpu *out)
{
    const struct player_options options = {.name = file->name, .json = true};
    struct keeper k = {.o = o, .out = out};
    const struct watch watch = {.ctx = &k, .out = number, .after = keep};
    int status = engine_sim_watched(file, &options, &watch);

    if (status >= PLAYER_MALFORMED) {
        return status;
    }
    if (status == PLAYER_FAILED) {
        mpu_note(out, o->has_line
                          ? "an expectation of the trace failed"
                          : "an expectation of the trace failed; this is the map at its end");
    }
    if (k.any && !o->has_line) {
        watch_registers(k.last, out);
    }
    if (!k.any) {
        (void)fprintf(stderr, "%s: found no operation %s, expected at least one\n", file->name,
                      o->has_line ? "in the lines asked for" : "that changes the map");
        return STATUS_USAGE;
    }
    if ((o->before != NULL) && (o->before->arch == MPU_NONE)) {
        *o->before = *out;
        o->before->count = 0u;
        o->before->notes = 0u;
    }
    return 0;
}
