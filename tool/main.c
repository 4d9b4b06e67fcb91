/* SPDX-License-Identifier: MIT */
/* The command line of `mpumap`. */
#define _POSIX_C_SOURCE 200809L

#include "cli.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct arguments {
    const char *file;
    struct player_options options;
    bool on_qemu;
    bool help;
    enum {
        COLOUR_AUTO,
        COLOUR_ALWAYS,
        COLOUR_NEVER
    } colour;
};

static const char usage[] =
    "usage: mpumap replay [options] FILE|-   play a trace (mpumap replay --help says more)\n"
    "       mpumap decode [options] FILE|-   region registers as a table\n"
    "       mpumap lint [options] FILE|-     what is wrong or doubtful in a map\n"
    "       mpumap explain [options] FILE|-  why an access is allowed or faults\n"
    "       mpumap draw [options] FILE|-     the map as a picture\n"
    "       mpumap --help\n"
    "       mpumap --version\n";

static const char about[] =
    "\n"
    "mpumap owns the memory map of Arm cores that have an MPU and no page tables. This tool plays\n"
    "traces of map operations and shows what each of them answers and costs, and it reads the "
    "region\n"
    "registers of any software from a log, a debugger or a memory dump. Each command has --help.\n"
    "\n"
    "  mpumap replay examples/demo.trace            play the demo on the simulated MPU\n"
    "  mpumap replay --on qemu examples/demo.trace  play it on an emulated Cortex-R52\n"
    "  mpumap draw --text --arch armv8r32 regs.txt  the map that these registers make\n"
    "  mpumap explain --addr 0x30004000 --access w --arch armv8r32 regs.txt\n";

static const char replay_usage[] =
    "usage: mpumap replay [options] FILE|-\n"
    "\n"
    "Plays a trace: one map operation a line, `expect` lines between them. - is standard input.\n"
    "\n"
    "  --on sim|qemu              sim (default): the simulated MPU; qemu: firmware on the "
    "emulated\n"
    "                             core that the trace's target names, with the same answers\n"
    "  --policy exact|whole       this policy instead of the trace's\n"
    "  --target TARGET            this target instead of the trace's: armv8r32-el1, "
    "armv8r32-el2,\n"
    "                             armv8r64-el1, armv8r64-el2, armv8m\n"
    "  --steps                    show each register write and barrier, and when it is visible\n"
    "  --json                     one JSON object a line, for machines\n"
    "  --color=auto|always|never  auto (default): colours on a terminal, unless NO_COLOR is set\n"
    "  --help                     this text\n"
    "\n"
    "Exit status\n"
    "  0  every expectation held\n"
    "  1  an expectation failed\n"
    "  2  the trace is malformed or cannot be read or played, or the command line is wrong;\n"
    "     nothing was played\n"
    "  3  a defect: the map or the registers broke a rule, or the engine died\n"
    "\n"
    "Environment\n"
    "  MPUMAP_FIRMWARE_DIR        where the firmware images are (default: firmware/ beside the "
    "tool)\n"
    "  MPUMAP_QEMU                the emulator (default: qemu-system-arm)\n"
    "  MPUMAP_QEMU_SECONDS        how long it may take (default: 60, and more for long traces)\n"
    "\n"
    "Examples\n"
    "  mpumap replay examples/demo.trace\n"
    "  mpumap replay --json --on qemu tests/traces/order-of-unmap.trace\n"
    "  printf 'map 0x1000 0x1fff rw normal\\ndump\\n' | mpumap replay --steps -\n";

void engine_out(void *ctx, const char *text, size_t length)
{
    (void)ctx;
    (void)fwrite(text, 1u, length, stdout);
}

void engine_err(void *ctx, const char *text, size_t length)
{
    (void)ctx;
    (void)fflush(stdout);
    (void)fwrite(text, 1u, length, stderr);
}

static int refuse(const char *what, const char *word)
{
    (void)fprintf(stderr, "mpumap: %s%s%s\n%s", what, (word != NULL) ? ": " : "",
                  (word != NULL) ? word : "", usage);
    return STATUS_USAGE;
}

/* ---- arguments ---- */

static int set_engine(struct arguments *a, const char *word)
{
    static const char *const words[] = {"sim", "qemu", NULL};
    int chosen = cli_choose(word, words);

    a->on_qemu = chosen == 1;
    return (chosen < 0) ? refuse("--on takes sim or qemu, not", word) : 0;
}

static int set_policy(struct arguments *a, const char *word)
{
    static const char *const words[] = {"exact", "whole", NULL};
    int chosen = cli_choose(word, words);

    a->options.override_policy = true;
    a->options.policy = (chosen == 1) ? MPUMAP_WHOLE : MPUMAP_EXACT;
    return (chosen < 0) ? refuse("--policy takes exact or whole, not", word) : 0;
}

static int set_target(struct arguments *a, const char *word)
{
    a->options.override_target = true;
    return player_target_parse(word, strlen(word), &a->options.target)
               ? 0
               : refuse("--target takes armv8r32-el1, armv8r32-el2, armv8r64-el1, armv8r64-el2 or "
                        "armv8m, not",
                        word);
}

static int set_colour(struct arguments *a, const char *word)
{
    static const char *const words[] = {"auto", "always", "never", NULL};
    int chosen = cli_choose(word, words);

    a->colour = (chosen == 1) ? COLOUR_ALWAYS : ((chosen == 2) ? COLOUR_NEVER : COLOUR_AUTO);
    return (chosen < 0) ? refuse("--color takes auto, always or never, not", word) : 0;
}

static int take_option(struct arguments *a, char **argv, int argc, int *i)
{
    static const struct {
        const char *name;
        int (*set)(struct arguments *a, const char *word);
    } valued[] = {{"--on", set_engine},
                  {"--policy", set_policy},
                  {"--target", set_target},
                  {"--color", set_colour}};
    const char *word = argv[*i];

    if (strcmp(word, "--json") == 0) {
        a->options.json = true;
        return 0;
    }
    if (strcmp(word, "--steps") == 0) {
        a->options.steps = true;
        return 0;
    }
    if ((strcmp(word, "--help") == 0) || (strcmp(word, "-h") == 0)) {
        a->help = true;
        return 0;
    }
    for (size_t k = 0u; k < sizeof valued / sizeof valued[0]; k++) {
        const char *value = NULL;
        int taken = cli_take_value(argv, argc, i, valued[k].name, &value);

        if (taken < 0) {
            return refuse("a value is missing after", word);
        }
        if (taken > 0) {
            return valued[k].set(a, value);
        }
    }
    return refuse("unknown option", word);
}

static int parse_arguments(struct arguments *a, char **argv, int argc)
{
    bool options = true;

    for (int i = 2; i < argc; i++) {
        if (options && (strcmp(argv[i], "--") == 0)) {
            options = false;
        } else if (options && (argv[i][0] == '-') && (argv[i][1] != '\0')) {
            int status = take_option(a, argv, argc, &i);

            if (status != 0) {
                return status;
            }
        } else if (a->file != NULL) {
            return refuse("one trace at a time, and here is a second", argv[i]);
        } else {
            a->file = argv[i];
        }
    }
    if (!a->help && (a->file == NULL)) {
        return refuse("which trace? Give a file, or - for standard input", NULL);
    }
    return 0;
}

static bool wants_colour(const struct arguments *a)
{
    const char *no_colour = getenv("NO_COLOR");

    if (a->colour != COLOUR_AUTO) {
        return a->colour == COLOUR_ALWAYS;
    }
    return (isatty(STDOUT_FILENO) != 0) && ((no_colour == NULL) || (no_colour[0] == '\0'));
}

static int replay(char **argv, int argc)
{
    struct arguments a = {.colour = COLOUR_AUTO};
    struct trace_file file;
    int status = parse_arguments(&a, argv, argc);

    if (status != 0) {
        return status;
    }
    if (a.help) {
        (void)fputs(replay_usage, stdout);
        return cli_finish(0);
    }
    if (!cli_read_file(a.file, &file)) {
        (void)fprintf(stderr, "mpumap: cannot read %s: %s\n", a.file, strerror(errno));
        free(file.text);
        return STATUS_USAGE;
    }
    a.options.name = file.name;
    a.options.colour = wants_colour(&a);
    status = a.on_qemu ? engine_qemu(&file, &a.options, argv[0]) : engine_sim(&file, &a.options);
    free(file.text);
    return cli_finish(status);
}

static const struct {
    const char *name;
    int (*run)(int argc, char **argv);
} commands[] = {
    {"decode", decode_main}, {"lint", lint_main}, {"explain", explain_main}, {"draw", draw_main}};

int main(int argc, char **argv)
{
    if (argc < 2) {
        return refuse("nothing to do", NULL);
    }
    if (strcmp(argv[1], "replay") == 0) {
        return replay(argv, argc);
    }
    for (size_t i = 0u; i < sizeof commands / sizeof commands[0]; i++) {
        if (strcmp(argv[1], commands[i].name) == 0) {
            return cli_finish(commands[i].run(argc, argv));
        }
    }
    if ((strcmp(argv[1], "--help") == 0) || (strcmp(argv[1], "-h") == 0) ||
        (strcmp(argv[1], "help") == 0)) {
        (void)fputs(usage, stdout);
        (void)fputs(about, stdout);
        return cli_finish(0);
    }
    if (strcmp(argv[1], "--version") == 0) {
        (void)puts("mpumap " MPUMAP_VERSION);
        return cli_finish(0);
    }
    return refuse("unknown command", argv[1]);
}
