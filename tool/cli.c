/* SPDX-License-Identifier: MIT */
#define _POSIX_C_SOURCE 200809L

#include "cli.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define READ_STEP 65536u

int cli_refuse(const char *command, const char *what, const char *word)
{
    (void)fprintf(stderr, "mpumap: %s%s%s\nmpumap %s --help says more\n", what,
                  (word != NULL) ? ": " : "", (word != NULL) ? word : "", command);
    return STATUS_USAGE;
}

bool cli_number(const char *word, uint64_t *out)
{
    char *end = NULL;

    if ((word[0] < '0') || (word[0] > '9')) {
        return false;
    }
    errno = 0;
    *out = strtoull(word, &end, 0);
    return (errno == 0) && (*end == '\0');
}

int cli_take_value(char **argv, int argc, int *i, const char *name, const char **value)
{
    size_t length = strlen(name);

    if (strncmp(argv[*i], name, length) != 0) {
        return 0;
    }
    if (argv[*i][length] == '=') {
        *value = &argv[*i][length + 1u];
        return 1;
    }
    if (argv[*i][length] != '\0') {
        return 0;
    }
    if (*i + 1 >= argc) {
        return -1;
    }
    *i += 1;
    *value = argv[*i];
    return 1;
}

int cli_choose(const char *word, const char *const *words)
{
    for (int i = 0; words[i] != NULL; i++) {
        if (strcmp(word, words[i]) == 0) {
            return i;
        }
    }
    return -1;
}

/* Words that the list has for the program's own use, "" and "unknown", are not offered. */
static int refuse_word(const char *command, const struct cli_option *option, const char *value)
{
    char what[120];
    size_t used = (size_t)snprintf(what, sizeof what, "%s takes", option->name);
    const char *before = " ";

    for (int i = 0; option->list[i] != NULL; i++) {
        if ((option->list[i][0] != '\0') && (strcmp(option->list[i], "unknown") != 0)) {
            used +=
                (size_t)snprintf(&what[used], sizeof what - used, "%s%s", before, option->list[i]);
            before = " | ";
        }
    }
    (void)snprintf(&what[used], sizeof what - used, ", not");
    return cli_refuse(command, what, value);
}

static int set_option(const char *command, const struct cli_option *option, const char *value)
{
    if (option->word != NULL) {
        *option->word = value;
        return 0;
    }
    if (option->list != NULL) {
        *option->chosen = cli_choose(value, option->list);
        return (*option->chosen < 0) ? refuse_word(command, option, value) : 0;
    }
    if (!cli_number(value, option->number)) {
        char what[80];

        (void)snprintf(what, sizeof what, "%s takes a number such as 0x1000, not", option->name);
        return cli_refuse(command, what, value);
    }
    if (option->given != NULL) {
        *option->given = true;
    }
    return 0;
}

static int take_option(struct cli_command *c, int argc, char **argv, int *i)
{
    const char *name = argv[*i];

    if ((strcmp(name, "--help") == 0) || (strcmp(name, "-h") == 0)) {
        c->help = true;
        return 0;
    }
    for (const struct cli_option *o = c->options; o->name != NULL; o++) {
        const char *value = NULL;
        int taken;

        if (o->flag != NULL) {
            if (strcmp(name, o->name) == 0) {
                *o->flag = true;
                return 0;
            }
            continue;
        }
        taken = cli_take_value(argv, argc, i, o->name, &value);
        if (taken < 0) {
            return cli_refuse(c->name, "a value is missing after", name);
        }
        if (taken > 0) {
            return set_option(c->name, o, value);
        }
    }
    return cli_refuse(c->name, "unknown option", name);
}

int cli_parse(struct cli_command *c, int argc, char **argv)
{
    bool options = true;

    for (int i = 2; i < argc; i++) {
        if (options && (strcmp(argv[i], "--") == 0)) {
            options = false;
        } else if (options && (argv[i][0] == '-') && (argv[i][1] != '\0')) {
            int status = take_option(c, argc, argv, &i);

            if (status != 0) {
                return status;
            }
        } else if (c->file_count == c->files_max) {
            return cli_refuse(c->name, "one file too many", argv[i]);
        } else {
            c->files[c->file_count] = argv[i];
            c->file_count++;
        }
    }
    if (c->help) {
        (void)fputs(c->usage, stdout);
        return 0;
    }
    if ((c->file_count == 0) && ((c->no_file == NULL) || !*c->no_file)) {
        return cli_refuse(c->name, "which file? Give one, or - for standard input", NULL);
    }
    return 0;
}

static bool read_stream(FILE *stream, struct trace_file *file)
{
    size_t room = 0u;

    file->text = NULL;
    file->length = 0u;
    for (;;) {
        size_t got;

        if (room - file->length < READ_STEP) {
            char *larger;

            room = 2u * room + 2u * READ_STEP;
            larger = realloc(file->text, room);
            if (larger == NULL) {
                return false;
            }
            file->text = larger;
        }
        got = fread(&file->text[file->length], 1u, READ_STEP, stream);
        file->length += got;
        if (got == 0u) {
            return ferror(stream) == 0;
        }
    }
}

bool cli_read_file(const char *path, struct trace_file *file)
{
    bool standard_input = strcmp(path, "-") == 0;
    FILE *stream;
    bool ok;

    *file = (struct trace_file){.path = path, .name = standard_input ? "stdin" : path};
    errno = 0;
    stream = standard_input ? stdin : fopen(path, "rb");
    if (stream == NULL) {
        return false;
    }
    ok = read_stream(stream, file);
    if (!standard_input) {
        int reason = errno;

        (void)fclose(stream);
        errno = reason;
    }
    return ok;
}

int cli_finish(int status)
{
    if ((fflush(stdout) != 0) || (ferror(stdout) != 0)) {
        (void)fprintf(stderr, "mpumap: cannot write: %s\n", strerror(errno));
        return (status == STATUS_OK) ? STATUS_USAGE : status;
    }
    return status;
}

void json_quoted(FILE *out, const char *text, size_t length)
{
    (void)fputc('"', out);
    for (size_t i = 0u; i < length; i++) {
        unsigned char c = (unsigned char)text[i];

        if ((c == '"') || (c == '\\')) {
            (void)fprintf(out, "\\%c", c);
        } else if ((c < 0x20u) || (c >= 0x7fu) || (c == '<')) {
            (void)fprintf(out, "\\u%04x", c);
        } else {
            (void)fputc(c, out);
        }
    }
    (void)fputc('"', out);
}

void json_word(FILE *out, const char *word)
{
    json_quoted(out, word, strlen(word));
}
