/* SPDX-License-Identifier: MIT */
/*
 * The regions of one MPU as the registers hold them, whoever wrote them: any attribute byte, any
 * reserved bit. The layouts are those of the codecs (mpumap/port), which know only what the
 * library itself writes.
 */
#ifndef MPUMAP_TOOL_MPU_H
#define MPUMAP_TOOL_MPU_H

#include "cli.h"

enum mpu_arch {
    MPU_NONE,
    MPU_R32,
    MPU_R64,
    MPU_M
};

#define MPU_SLOTS 256u
#define MPU_SPANS 512u
#define MPU_NOTES 16u

/* Rights of one level. */
#define MPU_READ 1u
#define MPU_WRITE 2u
#define MPU_EXECUTE 4u

struct mpu_region {
    uint64_t rbar;
    uint64_t rlar;
    uint64_t base;
    uint64_t limit; /* last byte */
    uint64_t reserved_base;
    uint64_t reserved_limit;
    uint32_t line; /* of the input; 0: none */
    uint32_t refs; /* 0: not known */
    uint16_t slot;
    uint8_t sh;
    uint8_t ap;
    uint8_t index;
    uint8_t xn; /* one bit, two on AArch64 */
    bool pxn;
    bool ns;
    bool enabled;
    bool has_base;
    bool has_limit;
    bool range_only; /* a log gave addresses without attributes */
};

/* Bytes that more than one mapping holds. */
struct mpu_span {
    uint64_t base;
    uint64_t limit;
    uint32_t refs;
};

struct mpu {
    enum mpu_arch arch;
    unsigned int level; /* of the owner: 2 or 1; 0: not known. M: 1 */
    uint64_t mair;
    bool has_mair;
    uint64_t control; /* SCTLR, HSCTLR, SCTLR_ELx or MPU_CTRL */
    bool has_control;
    uint16_t implemented; /* regions that the MPU has; 0: not known */
    struct mpu_region r[MPU_SLOTS];
    uint16_t count;
    struct mpu_span span[MPU_SPANS];
    uint16_t spans;
    bool has_spans;            /* else counts are known of whole regions only */
    char note[MPU_NOTES][200]; /* what was taken for granted */
    unsigned int notes;
};

/* What an access meets. */
enum mpu_verdict {
    MPU_ALLOWED,
    MPU_BACKGROUND, /* allowed by the background region */
    MPU_DEFAULT,    /* the MPU is off, or the address is outside its reach: the default map */
    MPU_MISS,
    MPU_OVERLAP,
    MPU_DENIED,
    MPU_NEVER,  /* the default map never lets this be executed */
    MPU_UNKNOWN /* the log gives no permissions, or the default map is IMPLEMENTATION DEFINED */
};

struct mpu_judgement {
    enum mpu_verdict verdict;
    const struct mpu_region *hit;
    const struct mpu_region *second; /* MPU_OVERLAP */
    const char *wxn;                 /* the bit of SCTLR that denies execution, or NULL */
};

void mpu_note(struct mpu *m, const char *format, ...) __attribute__((format(printf, 2, 3)));
const char *mpu_arch_name(enum mpu_arch arch);
uint64_t mpu_granule(const struct mpu *m);
uint64_t mpu_top(const struct mpu *m); /* the highest address */
/* "PRBAR", "HPRBAR", "PRBAR_EL2", "MPU_RBAR"; limit: the other. */
const char *mpu_register(const struct mpu *m, bool limit);
/* "EL2", "EL1/0", "priv", ... */
const char *mpu_level_name(const struct mpu *m, bool lower);
/* Fills the fields of each region from its registers, sorts by slot. */
void mpu_fields(struct mpu *m);
/* SCTLR.WXN, or SCTLR.UWXN (AArch32), as it meets a region, or NULL. */
const char *mpu_wxn(const struct mpu *m, const struct mpu_region *r, bool lower);
bool mpu_off(const struct mpu *m);
bool mpu_background(const struct mpu *m);
unsigned int mpu_rights(const struct mpu *m, const struct mpu_region *r, bool lower);
/* "rwx", "r--" */
const char *mpu_rights_name(unsigned int rights);
uint8_t mpu_mair_byte(const struct mpu *m, uint8_t index);
bool mpu_is_device(const struct mpu *m, const struct mpu_region *r);
const char *mpu_type(const struct mpu *m, const struct mpu_region *r, char out[64]);
const char *mpu_share(const struct mpu *m, const struct mpu_region *r);
/* How many mappings hold a byte of a region; 0: not known. */
uint32_t mpu_refs(const struct mpu *m, const struct mpu_region *r, uint64_t addr);
const char *mpu_hex(const struct mpu *m, uint64_t value, char out[24]);
/* "64 B", "12 KiB"; size - 1 is given. */
const char *mpu_size(uint64_t last, char out[24]);
/* The same in at most five digits, "about 638 MiB", for what needs no last digit. */
const char *mpu_about(uint64_t last, char out[32]);
void mpu_judge(const struct mpu *m, uint64_t addr, char access, bool lower,
               struct mpu_judgement *out);
/* Indices of enabled regions in address order; returns how many. */
unsigned int mpu_sorted(const struct mpu *m, uint16_t out[MPU_SLOTS]);

/* ---- input (input.c, input_elf.c, input_trace.c) ---- */

struct input_options {
    int arch; /* 0: not given, else 1 + index into the list of names */
    uint64_t el;
    bool has_el;
    const char *mair;
    uint64_t control;
    bool has_control;
    uint64_t regions;
    bool has_regions;
    bool raw;
    const char *at;
    uint64_t entries;
    bool has_entries;
    int layout; /* 0 pairs, 1 mpumap */
    /* Of a trace: the map after this line; for `draw --change` also the one before line `from`. */
    uint64_t line;
    bool has_line;
    uint64_t from;
    struct mpu *before; /* or NULL */
};

extern const char *const input_arch_names[];
extern const char *const input_layout_names[];
/* The text of the input options, for --help. */
#define INPUT_HELP                                                                                 \
    "Input: hex pairs, `index base limit` lines, gdb `x/..x` and `info registers` output, "        \
    "Zephyr's "                                                                                    \
    "\n"                                                                                           \
    "and Xen's log lines, a trace, the JSON of `mpumap decode --json`, with --raw a memory dump "  \
    "of "                                                                                          \
    "\n"                                                                                           \
    "the table, with --at a table in an ELF core or image. - is standard input.\n"                 \
    "\n"                                                                                           \
    "  --arch armv8r32|armv8r64|armv8m  whose registers these are, where the input does not say\n" \
    "  --el 1|2                   the level that owns the MPU (Armv8-R; default 2, with a note)\n" \
    "  --mair VALUE[,VALUE]       attribute bytes: one 64-bit value, or MAIR0,MAIR1\n"             \
    "  --control VALUE            SCTLR, HSCTLR, SCTLR_ELx or MPU_CTRL: MPU on, background, WXN\n" \
    "  --regions N                how many regions the MPU has\n"                                  \
    "  --raw                      the file is a memory dump of the table\n"                        \
    "  --at ADDRESS|SYMBOL        the file is ELF, and the table is there\n"                       \
    "  --entries N                entries of that table (default: to the symbol's or file's "      \
    "end)\n"                                                                                       \
    "  --layout pairs|mpumap      entries are two registers, or the library's (16 or 32 bytes)\n"  \
    "  --line N                   of a trace: the map after this line, not at its end\n"

/* The input options for a list of struct cli_option. */
#define INPUT_OPTIONS(o)                                                                           \
    INPUT_OPTIONS_BUT_EL(o),                                                                       \
    {                                                                                              \
        .name = "--el", .number = &(o).el, .given = &(o).has_el                                    \
    }
#define INPUT_OPTIONS_BUT_EL(o)                                                                    \
    {.name = "--arch", .list = input_arch_names, .chosen = &(o).arch},                             \
        {.name = "--mair", .word = &(o).mair},                                                     \
        {.name = "--control", .number = &(o).control, .given = &(o).has_control},                  \
        {.name = "--regions", .number = &(o).regions, .given = &(o).has_regions},                  \
        {.name = "--raw", .flag = &(o).raw}, {.name = "--at", .word = &(o).at},                    \
        {.name = "--entries", .number = &(o).entries, .given = &(o).has_entries},                  \
        {.name = "--line", .number = &(o).line, .given = &(o).has_line},                           \
    {                                                                                              \
        .name = "--layout", .list = input_layout_names, .chosen = &(o).layout                      \
    }

/* Reads a file in any of the forms. 0, or STATUS_USAGE after a message. */
int input_load(const char *path, const struct input_options *o, struct mpu *out);
bool input_is_trace(const struct trace_file *file);
int input_trace(const struct trace_file *file, const struct input_options *o, struct mpu *out);
int input_elf(const struct trace_file *file, const struct input_options *o, struct mpu *out);
/* Bytes of a table: `stride` 8, 16 or 32. */
int input_table(const char *name, const unsigned char *bytes, size_t length, size_t stride,
                struct mpu *out);
size_t input_stride(const struct mpu *m, const struct input_options *o);

#endif
