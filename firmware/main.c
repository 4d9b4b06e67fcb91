/* SPDX-License-Identifier: MIT */
/*
 * Plays a trace of the host's on this core. The command line, by semihosting:
 *
 *     NAME [--json] [--steps] [--colour] [--policy=exact|whole] [--target=TARGET] [--as=NAME] FILE
 *
 * FILE is everything after the options, blanks included. --as=NAME (one word) is the trace's name
 * in messages instead of FILE.
 */
#include "firmware.h"

#include "text.h"

_Noreturn static void refuse(const char *what, const char *which)
{
    struct text t = {.put = console_err};

    text_string(&t, "firmware: ");
    text_string(&t, what);
    text_string(&t, which);
    text_string(&t, "\n");
    text_flush(&t);
    firmware_exit(PLAYER_MALFORMED);
}

/* The word at *at, terminated in place; *at moves to what follows it. */
static char *next_word(char **at)
{
    char *word;

    while (**at == ' ') {
        (*at)++;
    }
    word = *at;
    while ((**at != ' ') && (**at != '\0')) {
        (*at)++;
    }
    if (**at == ' ') {
        **at = '\0';
        (*at)++;
    }
    return word;
}

static const char *after_prefix(const char *word, const char *prefix)
{
    while ((*prefix != '\0') && (*word == *prefix)) {
        word++;
        prefix++;
    }
    return (*prefix == '\0') ? word : NULL;
}

static bool same(const char *a, const char *b)
{
    const char *rest = after_prefix(a, b);

    return (rest != NULL) && (*rest == '\0');
}

static bool take_policy(const char *word, struct player_options *options)
{
    options->override_policy = true;
    options->policy = same(word, "whole") ? MPUMAP_WHOLE : MPUMAP_EXACT;
    return same(word, "whole") || same(word, "exact");
}

static bool take_target(const char *word, struct player_options *options)
{
    size_t length = 0u;

    while (word[length] != '\0') {
        length++;
    }
    options->override_target = true;
    return player_target_parse(word, length, &options->target);
}

static bool take_option(const char *word, struct player_options *options)
{
    const char *policy = after_prefix(word, "--policy=");
    const char *target = after_prefix(word, "--target=");
    const char *name = after_prefix(word, "--as=");

    if (policy != NULL) {
        return take_policy(policy, options);
    }
    if (target != NULL) {
        return take_target(target, options);
    }
    if (name != NULL) {
        options->name = name;
        return true;
    }
    options->json = options->json || same(word, "--json");
    options->steps = options->steps || same(word, "--steps");
    options->colour = options->colour || same(word, "--colour");
    return same(word, "--json") || same(word, "--steps") || same(word, "--colour");
}

static const char *parse(char *line, struct player_options *options)
{
    (void)next_word(&line); /* the program's name */
    while (*line == ' ') {
        line++;
    }
    while (*line == '-') {
        const char *word = next_word(&line);

        if (!take_option(word, options)) {
            refuse("unknown option ", word);
        }
        while (*line == ' ') {
            line++;
        }
    }
    if (*line == '\0') {
        refuse("no trace named on the command line", "");
    }
    return line;
}

_Noreturn static void refuse_length(size_t room, const char *path)
{
    struct text t = {.put = console_err};

    text_string(&t, "firmware: no regular file, or longer than ");
    text_decimal(&t, room >> 20);
    text_string(&t, " MiB: ");
    text_string(&t, path);
    text_string(&t, "\n");
    text_flush(&t);
    firmware_exit(PLAYER_MALFORMED);
}

static size_t read_trace(const char *path)
{
    const size_t room = (size_t)(__buffer_end - __buffer_start);
    int32_t handle = host_open(path, HOST_READ_BINARY);
    int32_t length;

    if (handle < 0) {
        refuse("cannot open ", path);
    }
    length = host_length(handle);
    if ((length < 0) || ((size_t)length > room)) {
        refuse_length(room, path);
    }
    if (host_read(handle, __buffer_start, (size_t)length) != (size_t)length) {
        refuse("cannot read ", path);
    }
    return (size_t)length;
}

int main(void)
{
    static char line[4096];
    struct player_options options = {.name = NULL};
    const char *path;

    console_open();
    if (!host_command_line(line, sizeof line)) {
        refuse("no command line, or longer than 4095 bytes", "");
    }
    path = parse(line, &options);
    if (options.name == NULL) {
        options.name = path;
    }
    return player_run(__buffer_start, read_trace(path), &options, &engine_ops, NULL);
}
