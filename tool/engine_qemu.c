/* SPDX-License-Identifier: MIT */
/*
 * Plays on an emulated core: starts QEMU with the firmware of the trace's target, hands the trace
 * over as a file (semihosting), passes on what the firmware says, and ends with its status.
 *
 * The firmware's command line:
 *     mpumap [--json] [--steps] [--colour] [--policy=exact|whole] [--target=TARGET] --as=NAME FILE
 * Its answers and complaints come out of QEMU's standard output and standard error; its last
 * resort, the board's sixth UART, is sent to standard error too.
 */
#define _POSIX_C_SOURCE 200809L

#include "engine.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define PATH_ROOM 4096u
#define ARGUMENTS 48u

/* A safety net, not a measure: QEMU starts in a second and plays thousands of lines in the next. */
#define PATIENCE_MS 60000
#define PATIENCE_PER_LINE_MS 5

struct machine {
    enum player_target target;
    uint16_t free; /* regions for a trace; 0: as many as it asks for, if there are that many */
    const char *firmware;
    const char *monitor; /* what makes the core out of another one, or NULL (firmware/monitor64) */
    const char *emulator;
    uint32_t uart; /* which of the board's UARTs is the firmware's; traces may have the others */
    const char *arguments[10];
};

static const struct machine machines[] = {
    {PLAYER_ARMV8R32_EL2,
     0u,
     "armv8r32-el2.elf",
     NULL,
     "qemu-system-arm",
     5u,
     {"-M", "mps3-an536", "-cpu", "cortex-r52", NULL}},
    /* Four regions are the firmware's: 16 are left, or 251 where a trace asks for more. */
    {PLAYER_ARMV8R32_EL1,
     16u,
     "armv8r32-el1.elf",
     NULL,
     "qemu-system-arm",
     5u,
     {"-M", "mps3-an536", "-cpu", "cortex-r52,pmsav7-dregion=20", NULL}},
    {PLAYER_ARMV8R32_EL1,
     0u,
     "armv8r32-el1.elf",
     NULL,
     "qemu-system-arm",
     5u,
     {"-M", "mps3-an536", "-cpu", "cortex-r52,pmsav7-dregion=255", NULL}},
    {PLAYER_ARMV8R64_EL2,
     0u,
     "armv8r64/armv8r64-el2.elf",
     "armv8r64/monitor64.elf",
     "qemu-system-aarch64",
     0u,
     {"-M", "virt,virtualization=on", "-cpu", "max", "-m", "1G", "-net", "none", NULL}},
    /* Cortex-M33, then Cortex-M55. Their firmware has no UART: all of five are traces'. */
    {PLAYER_ARMV8M,
     6u,
     "armv8m/an505/armv8m-an505.elf",
     NULL,
     "qemu-system-arm",
     5u,
     {"-M", "mps2-an505", NULL}},
    {PLAYER_ARMV8M,
     0u,
     "armv8m/an547/armv8m-an547.elf",
     NULL,
     "qemu-system-arm",
     5u,
     {"-M", "mps3-an547", NULL}},
};

struct images {
    char firmware[PATH_ROOM];
    char monitor[PATH_ROOM];
};

struct child {
    pid_t pid;
    int out;
    int err;
};

static int complain(const char *what, const char *which)
{
    (void)fprintf(stderr, "mpumap: %s%s\n", what, which);
    return PLAYER_MALFORMED;
}

/* ---- what to run ---- */

static const struct machine *find_machine(enum player_target target, uint16_t regions)
{
    for (size_t i = 0u; i < sizeof machines / sizeof machines[0]; i++) {
        if ((machines[i].target == target) &&
            ((machines[i].free == 0u) || (machines[i].free >= regions))) {
            return &machines[i];
        }
    }
    return NULL;
}

/* The folder of this program: by the kernel's word, or by how it was called. */
static void tool_folder(const char *tool_path, char folder[PATH_ROOM])
{
    ssize_t length = readlink("/proc/self/exe", folder, PATH_ROOM - 1u);
    char *slash;

    if (length > 0) {
        folder[length] = '\0';
    } else {
        (void)snprintf(folder, PATH_ROOM, "%s", tool_path);
    }
    slash = strrchr(folder, '/');
    if (slash != NULL) {
        *slash = '\0';
    } else {
        (void)snprintf(folder, PATH_ROOM, ".");
    }
}

static bool find_image(const struct machine *machine, const char *name, const char *tool_path,
                       char path[PATH_ROOM])
{
    const char *given = getenv("MPUMAP_FIRMWARE_DIR");
    char folder[PATH_ROOM];
    int length;

    if ((given != NULL) && (given[0] != '\0')) {
        length = snprintf(path, PATH_ROOM, "%s/%s", given, name);
    } else {
        tool_folder(tool_path, folder);
        length = snprintf(path, PATH_ROOM, "%s/firmware/%s", folder, name);
    }
    if ((length < 0) || ((unsigned)length >= PATH_ROOM) || (access(path, R_OK) != 0)) {
        (void)fprintf(stderr,
                      "mpumap: no firmware for target %s: %s: %s\n"
                      "mpumap: `make firmware` builds it; MPUMAP_FIRMWARE_DIR says where it is\n",
                      player_target_name(machine->target), path, strerror(errno));
        return false;
    }
    return true;
}

static bool find_images(const struct machine *machine, const char *tool_path, struct images *images)
{
    return find_image(machine, machine->firmware, tool_path, images->firmware) &&
           ((machine->monitor == NULL) ||
            find_image(machine, machine->monitor, tool_path, images->monitor));
}

/* ---- the trace as a file that QEMU can open ---- */

/*
 * A nameless copy, because the trace may have come through a pipe, and nothing is left behind
 * however the play ends. The child inherits the descriptor and opens it as /dev/fd/N. -1: errno
 * says why.
 */
static int copy_trace(const struct trace_file *file)
{
    FILE *copy = tmpfile();
    int handle = -1;

    if (copy == NULL) {
        return -1;
    }
    if ((fwrite(file->text, 1u, file->length, copy) == file->length) && (fflush(copy) == 0)) {
        handle = dup(fileno(copy));
    }
    (void)fclose(copy);
    return handle;
}

/* ---- QEMU's arguments ---- */

/* QEMU takes a comma for the next option; two stand for one. */
static void append_escaped(char *to, size_t room, const char *from)
{
    size_t used = strlen(to);

    for (; (*from != '\0') && (used + 3u < room); from++) {
        to[used] = *from;
        used++;
        if (*from == ',') {
            to[used] = ',';
            used++;
        }
    }
    to[used] = '\0';
}

/* One word for --as, whatever the file is called. */
static void name_word(char word[PATH_ROOM], const char *name)
{
    size_t used = 0u;

    for (; (*name != '\0') && (used + 1u < PATH_ROOM / 4u); name++) {
        bool plain = (*name > ' ') && (*name < 0x7f);

        word[used] = plain ? *name : '_';
        used++;
    }
    word[used] = '\0';
}

static void semihosting_option(char option[2u * PATH_ROOM], const struct trace_file *file,
                               const struct player_options *options, int trace)
{
    const size_t room = 2u * (size_t)PATH_ROOM;
    char name[PATH_ROOM];

    name_word(name, file->name);
    (void)snprintf(
        option, room,
        "enable=on,target=native,arg=mpumap%s%s%s%s,arg=--as=", options->json ? ",arg=--json" : "",
        options->steps ? ",arg=--steps" : "", options->colour ? ",arg=--colour" : "",
        !options->override_policy
            ? ""
            : ((options->policy == MPUMAP_WHOLE) ? ",arg=--policy=whole" : ",arg=--policy=exact"));
    append_escaped(option, room, name);
    if (options->override_target) {
        (void)snprintf(&option[strlen(option)], room - strlen(option), ",arg=--target=%s",
                       player_target_name(options->target));
    }
    (void)snprintf(&option[strlen(option)], room - strlen(option), ",arg=/dev/fd/%d", trace);
}

/* An argument vector, and room for arguments that are made. */
struct command {
    char *argv[ARGUMENTS];
    size_t count;
    char option[2u * PATH_ROOM];
    char image[2u * PATH_ROOM];
    char monitor[2u * PATH_ROOM];
    char regions[64];
};

static void add(struct command *command, const char *argument)
{
    command->argv[command->count] = (char *)(uintptr_t)argument;
    command->count++;
    command->argv[command->count] = NULL;
}

/*
 * The image is loaded beside the monitor, where the core starts. The monitor is told how many
 * regions to have (firmware/monitor64/monitor.h): 32, or what the trace and the firmware's own four
 * need.
 */
static void add_monitor(struct command *command, const struct images *images, uint16_t regions)
{
    const size_t room = sizeof command->image;
    const unsigned wanted = (regions <= 28u) ? 32u : (regions <= 251u) ? regions + 4u : 255u;

    (void)snprintf(command->image, room, "loader,file=");
    append_escaped(command->image, room, images->firmware);
    (void)snprintf(command->monitor, room, "loader,cpu-num=0,file=");
    append_escaped(command->monitor, room, images->monitor);
    (void)snprintf(command->regions, sizeof command->regions,
                   "loader,addr=0x43ff0000,data=%u,data-len=4", wanted);
    add(command, "-device");
    add(command, command->image);
    add(command, "-device");
    add(command, command->monitor);
    add(command, "-device");
    add(command, command->regions);
}

/* The UARTs before the firmware's are traces' business, and silent. */
static void make_command(struct command *command, const struct machine *machine,
                         const char *emulator, const struct images *images, uint16_t regions)
{
    static const char *const fixed[] = {"-display", "none",
                                        "-monitor", "none",
                                        "-chardev", "file,id=uart,path=/dev/fd/2,append=on"};

    add(command, emulator);
    for (size_t i = 0u; machine->arguments[i] != NULL; i++) {
        add(command, machine->arguments[i]);
    }
    for (size_t i = 0u; i < sizeof fixed / sizeof fixed[0]; i++) {
        add(command, fixed[i]);
    }
    for (uint32_t i = 0u; i < machine->uart; i++) {
        add(command, "-serial");
        add(command, "null");
    }
    add(command, "-serial");
    add(command, "chardev:uart");
    add(command, "-semihosting-config");
    add(command, command->option);
    if (machine->monitor != NULL) {
        add_monitor(command, images, regions);
    } else {
        add(command, "-kernel");
        add(command, images->firmware);
    }
}

/* ---- the child ---- */

#define EXIT_NOT_STARTED 127

static _Noreturn void become(char *const *argv, const int out[2], const int err[2], pid_t parent)
{
    int empty = open("/dev/null", O_RDONLY);

    /* QEMU must not outlive the tool, however the tool ends. */
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    if ((getppid() == parent) && (empty >= 0) && (dup2(empty, STDIN_FILENO) >= 0) &&
        (dup2(out[1], STDOUT_FILENO) >= 0) && (dup2(err[1], STDERR_FILENO) >= 0)) {
        (void)close(out[0]);
        (void)close(err[0]);
        (void)close(out[1]);
        (void)close(err[1]);
        (void)execvp(argv[0], argv);
        (void)fprintf(stderr,
                      "mpumap: cannot start %s: %s (traces for emulated cores need QEMU 10 or "
                      "newer)\n",
                      argv[0], strerror(errno));
    }
    _exit(EXIT_NOT_STARTED);
}

static bool start(char *const *argv, struct child *child)
{
    pid_t parent = getpid();
    int out[2];
    int err[2];

    if (pipe(out) != 0) {
        return false;
    }
    if (pipe(err) != 0) {
        (void)close(out[0]);
        (void)close(out[1]);
        return false;
    }
    (void)fflush(NULL);
    child->pid = fork();
    if (child->pid == 0) {
        become(argv, out, err, parent);
    }
    (void)close(out[1]);
    (void)close(err[1]);
    child->out = out[0];
    child->err = err[0];
    return child->pid > 0;
}

static int64_t now_ms(void)
{
    struct timespec t;

    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + (int64_t)t.tv_nsec / 1000000;
}

/* False at the end of the stream. */
static bool pass_on(int from, FILE *to)
{
    char buffer[8192];
    ssize_t got = read(from, buffer, sizeof buffer);

    if (got > 0) {
        (void)fwrite(buffer, 1u, (size_t)got, to);
        (void)fflush(to);
    }
    return (got > 0) || ((got < 0) && (errno == EINTR));
}

/* Until both streams have ended, or the deadline has passed (false). */
static bool relay(const struct child *child, int64_t deadline)
{
    struct pollfd ends[2] = {{.fd = child->out, .events = POLLIN},
                             {.fd = child->err, .events = POLLIN}};
    FILE *const to[2] = {stdout, stderr};

    while ((ends[0].fd >= 0) || (ends[1].fd >= 0)) {
        int64_t left = deadline - now_ms();

        if (left <= 0) {
            return false;
        }
        if (poll(ends, 2u, (left > 1000) ? 1000 : (int)left) <= 0) {
            continue;
        }
        for (int i = 0; i < 2; i++) {
            if ((ends[i].fd >= 0) && (ends[i].revents != 0) && !pass_on(ends[i].fd, to[i])) {
                ends[i].fd = -1;
            }
        }
    }
    return true;
}

static int outcome(const struct child *child, bool ended)
{
    int status = 0;

    if (!ended) {
        (void)kill(child->pid, SIGKILL);
    }
    while ((waitpid(child->pid, &status, 0) < 0) && (errno == EINTR)) {
    }
    if (!ended) {
        (void)complain("the emulated core did not come to an end; QEMU was stopped", "");
        return PLAYER_DEFECT;
    }
    if (WIFSIGNALED(status)) {
        (void)fprintf(stderr, "mpumap: QEMU died of signal %d\n", WTERMSIG(status));
        return PLAYER_DEFECT;
    }
    if (WEXITSTATUS(status) == EXIT_NOT_STARTED) {
        return PLAYER_MALFORMED;
    }
    if (WEXITSTATUS(status) > PLAYER_DEFECT) {
        (void)fprintf(stderr, "mpumap: the firmware ended with status %d\n", WEXITSTATUS(status));
        return PLAYER_DEFECT;
    }
    return WEXITSTATUS(status);
}

static int64_t patience(const struct trace_file *file)
{
    const char *given = getenv("MPUMAP_QEMU_SECONDS");
    int64_t seconds = (given != NULL) ? strtol(given, NULL, 10) : 0;
    int64_t lines = 0;

    if (seconds > 0) {
        return seconds * 1000;
    }
    for (size_t i = 0u; i < file->length; i++) {
        lines += (file->text[i] == '\n') ? 1 : 0;
    }
    return PATIENCE_MS + PATIENCE_PER_LINE_MS * lines;
}

static int run(const struct machine *machine, const struct trace_file *file,
               const struct player_options *options, const struct images *images, uint16_t regions,
               int trace)
{
    const char *given = getenv("MPUMAP_QEMU");
    const char *emulator = ((given != NULL) && (given[0] != '\0')) ? given : machine->emulator;
    struct command command = {.count = 0u};
    struct child child;
    bool ended;

    semihosting_option(command.option, file, options, trace);
    make_command(&command, machine, emulator, images, regions);
    if (!start(command.argv, &child)) {
        return complain("cannot start another process: ", strerror(errno));
    }
    ended = relay(&child, now_ms() + patience(file));
    (void)close(child.out);
    (void)close(child.err);
    return outcome(&child, ended);
}

int engine_qemu(const struct trace_file *file, const struct player_options *options,
                const char *tool_path)
{
    static const struct player_ops messages = {.out = engine_out, .err = engine_err};
    struct player_request request;
    const struct machine *machine;
    struct images images;
    int trace;
    int status;

    if (player_scan(file->text, file->length, options, &messages, NULL, &request) !=
        PLAYER_PASSED) {
        return PLAYER_MALFORMED;
    }
    machine = find_machine(request.target, request.regions);
    if (machine == NULL) {
        return complain("no emulated core plays target ", player_target_name(request.target));
    }
    if (!find_images(machine, tool_path, &images)) {
        return PLAYER_MALFORMED;
    }
    trace = copy_trace(file);
    if (trace < 0) {
        return complain("cannot write a temporary file: ", strerror(errno));
    }
    status = run(machine, file, options, &images, request.regions, trace);
    (void)close(trace);
    return status;
}
