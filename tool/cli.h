/* SPDX-License-Identifier: MIT */
/* What the commands of the tool share: arguments, files, the last word on the exit status. */
#ifndef MPUMAP_TOOL_CLI_H
#define MPUMAP_TOOL_CLI_H

#include "engine.h"

#include <stdio.h>

#define STATUS_OK 0
#define STATUS_FOUND 1 /* lint found something, explain says that the access faults */
#define STATUS_USAGE 2 /* bad input, bad command line */

/* One entry of a command's list of options; the list ends with a NULL name. Exactly one of the
 * places is set. */
struct cli_option {
    const char *name;
    bool *flag;
    const char **word;
    uint64_t *number;
    bool *given;             /* with number: set when the option stands there; may be NULL */
    const char *const *list; /* with chosen: the words that it takes, NULL at the end */
    int *chosen;
};

struct cli_command {
    const char *name;
    const char *usage; /* all of --help */
    const struct cli_option *options;
    int files_max;
    const char **files; /* operands, in order */
    int file_count;
    const bool *no_file; /* or NULL: set when an option makes a file needless */
    bool help;
};

/* Parses argv[2..): 0, or an exit status after a message. */
int cli_parse(struct cli_command *c, int argc, char **argv);
/* A complaint about the command line; returns STATUS_USAGE. */
int cli_refuse(const char *command, const char *what, const char *word);
/* A number as in C, all of the word. */
bool cli_number(const char *word, uint64_t *out);

/* "--name VALUE" or "--name=VALUE". 1: taken; 0: another option; -1: the value is missing. */
int cli_take_value(char **argv, int argc, int *i, const char *name, const char **value);
/* Index of a word in a list that ends with NULL, or -1. */
int cli_choose(const char *word, const char *const *words);
/* Reads all of a file, or of standard input for "-". file->text is the caller's to free, also after
 * a failure (errno says why). */
bool cli_read_file(const char *path, struct trace_file *file);
/* A reader that went away, or a full disk, must not look like success. */
int cli_finish(int status);

/* A string of JSON with its quotes. */
void json_quoted(FILE *out, const char *text, size_t length);
void json_word(FILE *out, const char *word);

/* The commands. */
int decode_main(int argc, char **argv);
int lint_main(int argc, char **argv);
int explain_main(int argc, char **argv);
int draw_main(int argc, char **argv);

#endif
