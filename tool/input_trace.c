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

static void keep(void *ctx, const struct watch_state *state)
{
    struct mpu *m = ctx;

    watch_registers(state, m);
}

static void ignore(void *ctx, const char *text, size_t length)
{
    (void)ctx;
    (void)text;
    (void)length;
}

int input_trace(const struct trace_file *file, struct mpu *out)
{
    const struct player_options options = {.name = file->name, .json = true};
    const struct watch watch = {.ctx = out, .out = ignore, .after = keep};
    int status = engine_sim_watched(file, &options, &watch);

    if (status >= PLAYER_MALFORMED) {
        return status;
    }
    if (status == PLAYER_FAILED) {
        mpu_note(out, "an expectation of the trace failed; this is the map at its end");
    }
    if (out->arch == MPU_NONE) {
        (void)fprintf(stderr,
                      "%s: found no operation that changes the map, expected at least one\n",
                      file->name);
        return STATUS_USAGE;
    }
    return 0;
}
