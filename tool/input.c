/* SPDX-License-Identifier: MIT */
/* Region registers in the forms in which people have them. */
#define _POSIX_C_SOURCE 200809L

#include "mpu.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define WORDS_MAX (MPU_SLOTS * 8u)
#define TOKENS 64u
#define TOO_LONG "at most 64 words in a line"

const char *const input_arch_names[] = {"unknown", "armv8r32", "armv8r64", "armv8m", NULL};
const char *const input_layout_names[] = {"pairs", "mpumap", NULL};

struct token {
    const char *at;
    size_t length;
};

/* System registers of one level; a dump may hold those of both MPUs. */
struct bank {
    uint64_t control;
    uint64_t mair; /* MAIR_ELx */
    uint64_t mair_low;
    uint64_t mair_high;
    uint64_t bitmap;
    uint64_t selector;
    uint16_t implemented;
    bool has_control;
    bool has_mair;
    bool has_mair_high;
    bool has_whole_mair;
    bool has_bitmap;
    bool has_selector;
    bool met;
};

struct reader {
    struct mpu *m;
    const struct input_options *options;
    const char *name;
    uint32_t line;
    struct token token[TOKENS];
    unsigned int tokens;
    bool more;                /* than TOKENS */
    uint64_t word[WORDS_MAX]; /* of a debugger's memory listing */
    unsigned int words;
    unsigned int word_bytes;
    uint64_t next_address;
    bool log;         /* a line of a log was met: others may be about anything */
    uint32_t skipped; /* lines of a log about other things */
    uint16_t next_pair;
    bool decoded;        /* the first line of `decode --json` was met */
    struct bank bank[3]; /* of level 1 and 2; 0: the name does not say */
    unsigned int levels; /* bit n: registers of level n were met */
    enum mpu_arch met;   /* from names */
    uint64_t bitmap;     /* of the MPU that counts */
    bool has_bitmap;
};

static int complain(const struct reader *in, const struct token *found, const char *expected)
{
    (void)fprintf(stderr, "%s:%u:", in->name, in->line);
    if ((found != NULL) && (found->length > 0u)) {
        (void)fprintf(stderr, " found `");
        for (size_t i = 0u; (i < found->length) && (i < 40u); i++) {
            unsigned char c = (unsigned char)found->at[i];

            (void)fprintf(stderr, isprint(c) ? "%c" : "\\x%02x", c);
        }
        (void)fprintf(stderr, "`,");
    }
    (void)fprintf(stderr, " expected %s\n", expected);
    return STATUS_USAGE;
}

/* ---- words ---- */

static bool prefixed(const struct token *t)
{
    return (t->length > 2u) && (t->at[0] == '0') && ((t->at[1] | 0x20) == 'x');
}

static bool number_of(const struct token *t, bool plain_hex, uint64_t *out)
{
    char copy[24];
    char *end = NULL;
    bool hex = prefixed(t);

    if ((t->length == 0u) || (t->length >= sizeof copy)) {
        return false;
    }
    for (size_t i = hex ? 2u : 0u; i < t->length; i++) {
        if (!isxdigit((unsigned char)t->at[i])) {
            return false;
        }
    }
    memcpy(copy, t->at, t->length);
    copy[t->length] = '\0';
    errno = 0;
    *out = strtoull(copy, &end, (hex || plain_hex) ? 16 : 10);
    return (errno == 0) && (*end == '\0');
}

static bool is_word(const struct token *t, const char *word)
{
    return (t->length == strlen(word)) && (strncasecmp(t->at, word, t->length) == 0);
}

static bool separator(char c)
{
    return (strchr(" \t\r,;:=[](){}|#", c) != NULL) && (c != '\0');
}

static void split(struct reader *in, const char *at, const char *end)
{
    in->tokens = 0u;
    while ((at < end) && (in->tokens < TOKENS)) {
        const char *start;

        while ((at < end) && separator(*at)) {
            at++;
        }
        start = at;
        while ((at < end) && !separator(*at)) {
            at++;
        }
        if (at > start) {
            in->token[in->tokens] = (struct token){start, (size_t)(at - start)};
            in->tokens++;
        }
    }
    while ((at < end) && separator(*at)) {
        at++;
    }
    in->more = at < end;
}

static const char *find(const char *at, const char *end, const char *word)
{
    size_t length = strlen(word);

    for (; (size_t)(end - at) >= length; at++) {
        if (memcmp(at, word, length) == 0) {
            return at;
        }
    }
    return NULL;
}

/* ---- regions ---- */

static struct mpu_region *region_at(struct reader *in, uint64_t slot)
{
    struct mpu *m = in->m;

    for (uint16_t i = 0u; i < m->count; i++) {
        if (m->r[i].slot == slot) {
            return &m->r[i];
        }
    }
    if ((slot >= MPU_SLOTS - 1u) || (m->count == MPU_SLOTS)) {
        return NULL;
    }
    m->r[m->count] = (struct mpu_region){.slot = (uint16_t)slot, .line = in->line};
    m->count++;
    return &m->r[m->count - 1u];
}

static int put(struct reader *in, uint64_t slot, bool limit, uint64_t value,
               const struct token *where)
{
    struct mpu_region *r = region_at(in, slot);

    if (r == NULL) {
        return complain(in, where, "a region number from 0 to 254");
    }
    if (limit ? r->has_limit : r->has_base) {
        if ((limit ? r->rlar : r->rbar) == value) {
            return 0;
        }
        mpu_note(in->m, "region %u is given again in line %u: the later value counts", r->slot,
                 in->line);
    }
    if (limit) {
        r->rlar = value;
        r->has_limit = true;
    } else {
        r->rbar = value;
        r->has_base = true;
    }
    return 0;
}

/* ---- named registers ---- */

enum register_kind {
    REGISTER_OTHER,
    REGISTER_BASE,
    REGISTER_LIMIT,
    REGISTER_SELECTOR,
    REGISTER_MAIR_LOW,
    REGISTER_MAIR_HIGH,
    REGISTER_MAIR,
    REGISTER_CONTROL,
    REGISTER_TYPE,
    REGISTER_BITMAP
};

struct name {
    enum register_kind kind;
    enum mpu_arch arch;
    unsigned int level; /* 0: the name does not say */
    int number;         /* of the region; -1: the selected one */
    bool alias;         /* MPU_RBAR_A1: relative to the selector */
};

static void take_prefix(const char **at, struct name *n)
{
    if (strncasecmp(*at, "MPU_", 4u) == 0) {
        *at += 4;
        n->arch = MPU_M;
    } else if (((*at)[0] == 'H' || (*at)[0] == 'h') && (strncasecmp(*at, "HF", 2u) != 0)) {
        *at += 1;
        n->arch = MPU_R32;
        n->level = 2u;
    }
}

static bool take_suffix(const char *at, struct name *n)
{
    if ((strncasecmp(at, "_EL", 3u) == 0) && ((at[3] == '1') || (at[3] == '2')) &&
        (at[4] == '\0')) {
        n->level = (unsigned int)(at[3] - '0');
        if ((n->kind != REGISTER_CONTROL) && (n->kind != REGISTER_MAIR)) {
            n->arch = MPU_R64; /* QEMU calls HSCTLR SCTLR_EL2 and HMAIR0 MAIR_EL2 */
        }
        return true;
    }
    if ((n->arch == MPU_M) && (strncasecmp(at, "_A", 2u) == 0) && (at[2] >= '1') &&
        (at[2] <= '3') && (at[3] == '\0')) {
        n->number = at[2] - '0';
        n->alias = true;
        return true;
    }
    return (*at == '\0') || (strcasecmp(at, "_NS") == 0) || (strcasecmp(at, "_S") == 0);
}

/* The bare names; `m` says that the name alone means Armv8-M. */
static const struct {
    const char *name;
    enum register_kind kind;
    bool m;
    bool numbered;
} stems[] = {
    {"PRBAR", REGISTER_BASE, false, true},       {"PRLAR", REGISTER_LIMIT, false, true},
    {"RBAR", REGISTER_BASE, true, true},         {"RLAR", REGISTER_LIMIT, true, true},
    {"PRSELR", REGISTER_SELECTOR, false, false}, {"RNR", REGISTER_SELECTOR, true, false},
    {"MAIR0", REGISTER_MAIR_LOW, false, false},  {"MAIR1", REGISTER_MAIR_HIGH, false, false},
    {"MAIR", REGISTER_MAIR, false, false},       {"SCTLR", REGISTER_CONTROL, false, false},
    {"CTRL", REGISTER_CONTROL, true, false},     {"TYPE", REGISTER_TYPE, true, false},
    {"MPUIR", REGISTER_TYPE, false, false},      {"PRENR", REGISTER_BITMAP, false, false},
};

static bool stem_of(const char *at, struct name *n)
{
    for (size_t i = 0u; i < sizeof stems / sizeof stems[0]; i++) {
        size_t length = strlen(stems[i].name);
        const char *rest = &at[length];

        if (strncasecmp(at, stems[i].name, length) != 0) {
            continue;
        }
        n->kind = stems[i].kind;
        n->number = -1;
        if (stems[i].m) {
            n->arch = MPU_M;
        }
        if (stems[i].numbered && isdigit((unsigned char)*rest)) {
            char *end = NULL;

            n->number = (int)(strtoul(rest, &end, 10) & 0xffffu);
            rest = end;
        }
        if (take_suffix(rest, n)) {
            return true;
        }
    }
    return false;
}

static bool name_of(const struct token *t, struct name *n)
{
    char copy[32];
    const char *at = copy;

    *n = (struct name){.number = -1};
    if ((t->length >= sizeof copy) || !isalpha((unsigned char)t->at[0])) {
        return false;
    }
    memcpy(copy, t->at, t->length);
    copy[t->length] = '\0';
    if ((strcasecmp(copy, "CTRL") == 0) || (strcasecmp(copy, "TYPE") == 0)) {
        return false;
    }
    take_prefix(&at, n);
    if (!stem_of(at, n)) {
        return false;
    }
    if ((n->arch == MPU_NONE) && (n->level == 0u) && (n->kind <= REGISTER_SELECTOR)) {
        n->arch = MPU_R32;
        n->level = 1u;
    }
    return true;
}

static int put_region(struct reader *in, const struct name *n, uint64_t value,
                      const struct token *where)
{
    const struct bank *bank = &in->bank[n->level];
    uint64_t slot = (uint64_t)n->number;

    if (n->alias) {
        slot = (bank->selector & ~(uint64_t)3u) + (uint64_t)n->number;
    } else if (n->number < 0) {
        if (bank->has_selector) {
            slot = bank->selector;
        } else {
            slot = 0u;
            for (uint16_t i = 0u; i < in->m->count; i++) {
                bool taken =
                    (n->kind == REGISTER_LIMIT) ? in->m->r[i].has_limit : in->m->r[i].has_base;

                slot += taken ? 1u : 0u;
            }
            if (slot == 1u) {
                mpu_note(in->m, "no selector value in the input: regions are numbered in the order "
                                "in which they stand there");
            }
        }
    }
    return put(in, slot, n->kind == REGISTER_LIMIT, value, where);
}

static int put_named(struct reader *in, const struct name *n, uint64_t value,
                     const struct token *where)
{
    struct bank *bank = &in->bank[n->level];
    bool shifted = (n->arch == MPU_M) || ((n->arch == MPU_NONE) && (n->level == 0u));

    bank->met = bank->met || (n->kind > REGISTER_SELECTOR);
    switch (n->kind) {
    case REGISTER_BASE:
    case REGISTER_LIMIT:
        return put_region(in, n, value, where);
    case REGISTER_SELECTOR:
        if (value > 0xffu) {
            return complain(in, where, "a region number from 0 to 254");
        }
        bank->selector = value;
        bank->has_selector = true;
        break;
    case REGISTER_MAIR_LOW:
        bank->mair_low = value & 0xffffffffu;
        bank->has_mair = true;
        break;
    case REGISTER_MAIR_HIGH:
        bank->mair_high = value & 0xffffffffu;
        bank->has_mair_high = true;
        break;
    case REGISTER_MAIR:
        bank->mair = value;
        bank->has_whole_mair = true;
        break;
    case REGISTER_CONTROL:
        bank->control = value;
        bank->has_control = true;
        break;
    case REGISTER_TYPE:
        bank->implemented = (uint16_t)((shifted ? (value >> 8) : value) & 0xffu);
        break;
    case REGISTER_BITMAP:
        bank->bitmap = value;
        bank->has_bitmap = true;
        break;
    case REGISTER_OTHER:
        break;
    }
    return 0;
}

/* On AArch32 a debugger's MAIR_ELx is the low half. */
static void take_mair(struct mpu *m, const struct bank *own)
{
    bool low = own->has_mair || own->has_whole_mair;

    if (own->has_whole_mair && (m->arch == MPU_R64)) {
        m->mair = own->mair;
        m->has_mair = true;
        return;
    }
    if (!low && !own->has_mair_high) {
        return;
    }
    m->mair = (own->has_mair ? own->mair_low : (own->mair & 0xffffffffu)) | (own->mair_high << 32);
    m->has_mair = true;
    if (!low || !own->has_mair_high) {
        mpu_note(m, "MAIR%c is not in the input: its attribute bytes are taken as 0x00",
                 low ? '1' : '0');
    }
}

/* The system registers of the MPU that counts. A name without a level (SCTLR, MAIR0) is EL1's on
 * AArch32; on AArch64 it may stand for either. */
static void take_bank(struct reader *in)
{
    struct mpu *m = in->m;
    unsigned int level = (m->arch == MPU_M) ? 0u : m->level;
    const struct bank *own = &in->bank[level];

    if (!own->met && in->bank[0].met) {
        if ((m->arch == MPU_R32) && (level == 2u)) {
            mpu_note(m, "SCTLR, MAIR0, MAIR1 and MPUIR are EL1's: not used for the MPU of EL2");
        } else {
            own = &in->bank[0];
            if ((m->arch == MPU_R64) && (level == 2u)) {
                mpu_note(m, "registers without a level in their name are taken as those of EL2");
            }
        }
    }
    if (in->options->mair == NULL) {
        take_mair(m, own);
    }
    if (!m->has_control && own->has_control) {
        m->control = own->control;
        m->has_control = true;
    }
    if (m->implemented == 0u) {
        m->implemented = own->implemented;
    }
    in->bitmap = own->bitmap;
    in->has_bitmap = own->has_bitmap;
}

/* Registers of another level than --el belong to another MPU. */
static bool other_mpu(const struct reader *in, const struct name *n)
{
    return in->options->has_el && (n->level != 0u) && (n->level != in->options->el);
}

static int named_line(struct reader *in)
{
    bool any = false;

    for (unsigned int i = 0u; i + 1u < in->tokens; i++) {
        struct name n;
        uint64_t value;
        int status;

        if (!name_of(&in->token[i], &n)) {
            continue;
        }
        any = true;
        if (!number_of(&in->token[i + 1u], false, &value)) {
            return complain(in, &in->token[i + 1u], "the register's value, such as 0x3000ffcf");
        }
        i++;
        if (other_mpu(in, &n)) {
            continue;
        }
        if (n.arch != MPU_NONE) {
            if ((in->met != MPU_NONE) && (in->met != n.arch)) {
                return complain(in, &in->token[i - 1u],
                                "registers of one architecture, and there were others above");
            }
            in->met = n.arch;
        }
        if (n.kind <= REGISTER_LIMIT) {
            in->levels |= 1u << n.level;
        }
        status = put_named(in, &n, value, &in->token[i]);
        if (status != 0) {
            return status;
        }
    }
    if (any && in->more) {
        return complain(in, NULL, TOO_LONG);
    }
    return any ? 0 : -1;
}

/* ---- lines ---- */

/* MPU_TYPE to MPU_MAIR1, of Secure and of Non-secure state. */
static bool in_block(uint64_t address)
{
    uint64_t offset = (address & ~(uint64_t)0x20000u) - 0xe000ed90u;

    return offset < 0x38u;
}

/* One word of the registers of an Armv8-M MPU, which stand in memory (DDI 0553, D1.2). */
static int put_block(struct reader *in, uint64_t address, uint64_t value, const struct token *where)
{
    static const enum register_kind kinds[] = {
        REGISTER_TYPE,  REGISTER_CONTROL, REGISTER_SELECTOR, REGISTER_BASE,     REGISTER_LIMIT,
        REGISTER_BASE,  REGISTER_LIMIT,   REGISTER_BASE,     REGISTER_LIMIT,    REGISTER_BASE,
        REGISTER_LIMIT, REGISTER_OTHER,   REGISTER_MAIR_LOW, REGISTER_MAIR_HIGH};
    unsigned int at = (unsigned int)((address & 0xffu) - 0x90u) / 4u;
    struct name n = {.kind = kinds[at], .arch = MPU_M, .number = -1};

    if ((at >= 5u) && (at <= 10u)) {
        n.alias = true;
        n.number = (int)(at - 3u) / 2;
    }
    if ((n.kind <= REGISTER_LIMIT) && !in->bank[0].has_selector) {
        return complain(in, where, "MPU_RNR before it: the words from 0xe000ed98 on");
    }
    in->met = MPU_M;
    return put_named(in, &n, value, where);
}

/* A word of a table, or of the block of registers of Armv8-M. */
static int memory_word(struct reader *in, const struct token *t, bool block, uint64_t *address)
{
    unsigned int bytes = (t->length == 18u) ? 8u : ((t->length == 10u) ? 4u : 0u);
    uint64_t here = *address;

    if ((bytes == 0u) || !number_of(t, false, &in->word[in->words]) ||
        ((in->word_bytes != 0u) && (in->word_bytes != bytes))) {
        return complain(in, t, "words as gdb's x/wx or x/gx prints them");
    }
    *address += bytes;
    if (block) {
        return ((bytes == 4u) && in_block(here)) ? put_block(in, here, in->word[in->words], t) : 0;
    }
    in->word_bytes = bytes;
    in->next_address += bytes;
    in->words++;
    return (in->words == WORDS_MAX) ? complain(in, t, "a table of 255 regions at most") : 0;
}

/* `0x20001000 <table+16>: 0x... 0x...`, gdb's x command. -1: another line. */
static int memory_line(struct reader *in, const char *at, const char *end)
{
    const char *colon = find(at, end, ":");
    uint64_t address;
    struct token first;
    bool block;

    for (first.at = at; (at < end) && !separator(*at) && (*at != '<'); at++) {
    }
    first.length = (size_t)(at - first.at);
    if ((colon == NULL) || (first.length < 3u) || !number_of(&first, false, &address) ||
        (first.at[1] != 'x')) {
        return -1;
    }
    for (; (at < colon) && ((*at == ' ') || (*at == '\t')); at++) {
    }
    if ((at != colon) && (*at != '<')) {
        return -1;
    }
    split(in, &colon[1], end);
    if ((in->words > 0u) && (address != in->next_address)) {
        return complain(in, &first, "the address that follows the line above");
    }
    block = in_block(address) && ((in->m->arch == MPU_NONE) || (in->m->arch == MPU_M));
    in->next_address = address;
    for (unsigned int i = 0u; i < in->tokens; i++) {
        int status = memory_word(in, &in->token[i], block, &address);

        if (status != 0) {
            return status;
        }
    }
    return in->more ? complain(in, NULL, TOO_LONG) : 0;
}

/* `[3] 0x30000000 0x00000003 0x00000001 0x3000ffc0`: index, base, rbar's low bits, MAIR index,
 * limit. */
static int zephyr_line(struct reader *in)
{
    uint64_t low = (in->m->arch == MPU_R64) ? 63u : 31u;
    uint64_t v[5];
    int status;

    for (unsigned int i = 0u; i < 5u; i++) {
        if (!number_of(&in->token[i], false, &v[i])) {
            return complain(in, &in->token[i], "[index] base attributes MAIR-index limit");
        }
    }
    if (v[3] > 7u) {
        return complain(in, &in->token[3], "a MAIR index from 0 to 7");
    }
    if (v[2] > low) {
        return complain(in, &in->token[2], "the low bits of the base register: SH, AP and XN");
    }
    status = put(in, v[0], false, (v[1] & ~low) | v[2], &in->token[0]);
    return (status != 0) ? status
                         : put(in, v[0], true, (v[4] & ~low) | (v[3] << 1) | 1u, &in->token[0]);
}

static int put_range(struct reader *in, uint64_t slot, uint64_t base, uint64_t limit)
{
    struct mpu_region *r = region_at(in, slot);

    if (r == NULL) {
        return complain(in, NULL, "a region number from 0 to 254");
    }
    if (base > limit) {
        return complain(in, NULL, "a limit that is not below the base");
    }
    if (r->has_base && ((r->base != base) || (r->limit != limit))) {
        mpu_note(in->m, "region %u is given again in line %u: the later value counts", r->slot,
                 in->line);
    }
    *r = (struct mpu_region){.slot = r->slot,
                             .line = in->line,
                             .base = base,
                             .limit = limit,
                             .enabled = true,
                             .has_base = true,
                             .has_limit = true,
                             .range_only = true};
    return 0;
}

/* `region #0 : 0x200000 - 0x2fffff.`: addresses only. */
static int range_line(struct reader *in)
{
    uint64_t v[3];
    unsigned int got = 0u;

    for (unsigned int i = 0u; (i < in->tokens) && (got < 3u); i++) {
        struct token t = in->token[i];

        if ((t.length > 1u) && (t.at[t.length - 1u] == '.')) {
            t.length--;
        }
        if (number_of(&t, false, &v[got])) {
            got++;
        }
    }
    if (got != 3u) {
        return complain(in, NULL, "#index : base - limit");
    }
    return put_range(in, v[0], v[1], v[2]);
}

/* `"slot":3,..."rbar":"0x..","rlar":"0x.."` */
static bool json_field(const char *at, const char *end, const char *key, uint64_t *out)
{
    const char *found = find(at, end, key);
    struct token t;

    if (found == NULL) {
        return false;
    }
    found += strlen(key);
    while ((found < end) && ((*found == ':') || (*found == '"') || (*found == ' '))) {
        found++;
    }
    for (t.at = found; (found < end) && isalnum((unsigned char)*found); found++) {
    }
    t.length = (size_t)(found - t.at);
    return number_of(&t, false, out);
}

/* A region of which the log gave addresses only. */
static int json_range(struct reader *in, const char *at, const char *end, uint64_t slot)
{
    uint64_t base, limit;

    if ((find(at, end, "\"rbar\"") != NULL) || (find(at, end, "\"owner\":\"?\"") == NULL) ||
        !json_field(at, end, "\"base\"", &base) || !json_field(at, end, "\"limit\"", &limit)) {
        return complain(in, NULL,
                        "the JSON of `mpumap decode --json`: \"slot\", \"rbar\" and \"rlar\"");
    }
    return put_range(in, slot, base, limit);
}

/* The first line: whose registers they are. */
static int json_head(struct reader *in, const char *at, const char *end)
{
    struct bank *bank = &in->bank[0];
    uint64_t value;

    for (int i = 1; input_arch_names[i] != NULL; i++) {
        char word[24];

        (void)snprintf(word, sizeof word, "\"arch\":\"%s\"", input_arch_names[i]);
        if (find(at, end, word) != NULL) {
            in->met = (enum mpu_arch)i;
        }
    }
    if (in->met == MPU_NONE) {
        return complain(in, NULL, "\"arch\":\"armv8r32\", \"armv8r64\" or \"armv8m\"");
    }
    if (json_field(at, end, "\"el\"", &value) && (value >= 1u) && (value <= 2u)) {
        in->levels |= 1u << value;
        bank = (in->met == MPU_M) ? bank : &in->bank[value];
    }
    bank->met = true;
    in->decoded = true;
    if (json_field(at, end, "\"mair\"", &value) &&
        (find(at, end, "\"mair_assumed\":true") == NULL)) {
        bank->has_mair = bank->has_mair_high = true;
        bank->mair_low = value & 0xffffffffu;
        bank->mair_high = value >> 32;
    }
    if (json_field(at, end, "\"control\"", &value)) {
        bank->control = value;
        bank->has_control = true;
    }
    if (json_field(at, end, "\"implemented\"", &value) && (value < MPU_SLOTS)) {
        bank->implemented = (uint16_t)value;
    }
    return 0;
}

static int json_line(struct reader *in, const char *at, const char *end)
{
    uint64_t slot, base, limit, value;
    int status;

    if (find(at, end, "\"arch\"") != NULL) {
        return json_head(in, at, end);
    }
    if (!json_field(at, end, "\"slot\"", &slot)) {
        return complain(in, NULL, "the JSON of `mpumap decode --json`: \"slot\" and others");
    }
    if (!json_field(at, end, "\"rbar\"", &base) || !json_field(at, end, "\"rlar\"", &limit)) {
        return json_range(in, at, end, slot);
    }
    status = put(in, slot, false, base, NULL);
    if (status == 0) {
        status = put(in, slot, true, limit, NULL);
    }
    if ((status == 0) && json_field(at, end, "\"refs\"", &value) && (value <= UINT32_MAX)) {
        region_at(in, slot)->refs = (uint32_t)value;
    }
    return status;
}

/* Pairs, with or without an index. -1: another line. */
static int plain_line(struct reader *in)
{
    uint64_t v[3];
    unsigned int first = (in->tokens == 3u) ? 1u : 0u;
    int status;

    if ((in->tokens != 2u) && (in->tokens != 3u)) {
        return -1;
    }
    if ((first == 1u) && !number_of(&in->token[0], false, &v[0])) {
        return -1;
    }
    for (unsigned int i = first; i < in->tokens; i++) {
        if (!number_of(&in->token[i], true, &v[i])) {
            return -1;
        }
    }
    if (prefixed(&in->token[first]) != prefixed(&in->token[first + 1u])) {
        return complain(in, &in->token[first],
                        "two registers, both with 0x or both without, after an index if any");
    }
    if (first == 0u) {
        v[2] = v[1];
        v[1] = v[0];
        v[0] = in->next_pair;
    }
    in->next_pair = (uint16_t)((v[0] < MPU_SLOTS) ? (v[0] + 1u) : v[0]);
    status = put(in, v[0], false, v[1], &in->token[0]);
    return (status != 0) ? status : put(in, v[0], true, v[2], &in->token[first + 1u]);
}

/* What stands before the message of a log line, so that numbers in it are not taken for values.
 * False: the line is of no log. */
static bool log_message(const char **at, const char *end)
{
    static const char *const levels[] = {"<dbg> ", "<inf> ", "<wrn> ", "<err> "};
    bool is_log = false;

    if (find(*at, end, "(XEN)") == *at) {
        *at += 5;
        is_log = true;
    }
    for (size_t i = 0u; i < sizeof levels / sizeof levels[0]; i++) {
        const char *found = find(*at, end, levels[i]);
        const char *bracket;

        if (found == NULL) {
            continue;
        }
        is_log = true;
        *at = &found[6];
        bracket = find(*at, end, ": [");
        if (bracket != NULL) {
            *at = &bracket[2];
        }
        break;
    }
    return is_log;
}

/* A log, or what a debugger's session printed: other lines are about other things. */
static bool log_somewhere(const struct trace_file *file)
{
    static const char *const marks[] = {"(XEN) ", "<dbg> ",     "<inf> ",
                                        "(gdb) ", "[Inferior ", "Breakpoint "};
    const char *end = &file->text[file->length];

    for (size_t i = 0u; i < sizeof marks / sizeof marks[0]; i++) {
        if (find(file->text, end, marks[i]) != NULL) {
            return true;
        }
    }
    return false;
}

/* Lines that may stand between those that count. */
static bool harmless(const struct reader *in, const char *at, const char *end)
{
    uint64_t value;

    /* info registers: a name that is none of the MPU's, then its value */
    if ((in->tokens >= 2u) && isalpha((unsigned char)in->token[0].at[0]) &&
        (in->token[1].length > 2u) && (in->token[1].at[1] == 'x') &&
        number_of(&in->token[1], false, &value)) {
        return true;
    }
    return (find(at, end, "(gdb)") == at) || (in->tokens == 0u);
}

static int one_line(struct reader *in, const char *at, const char *end)
{
    bool log;
    int status;

    for (; (at < end) && isspace((unsigned char)*at); at++) {
    }
    if ((at == end) || ((*at == '#') && !((end - at > 1) && isdigit((unsigned char)at[1])))) {
        return 0;
    }
    if (*at == '{') {
        return json_line(in, at, end);
    }
    log = log_message(&at, end);
    status = memory_line(in, at, end);
    if (status >= 0) {
        return status;
    }
    split(in, at, end);
    if ((in->tokens == 5u) && is_word(&in->token[0], "") == false) {
        uint64_t slot;

        if (number_of(&in->token[0], false, &slot) && (find(at, end, "[") == at)) {
            return zephyr_line(in);
        }
    }
    if ((find(at, end, "egion #") != NULL) && (find(at, end, " - 0x") != NULL)) {
        return range_line(in);
    }
    status = named_line(in);
    if (status < 0) {
        status = log ? -1 : plain_line(in);
    }
    if (status >= 0) {
        return status;
    }
    if (harmless(in, at, end)) {
        return 0;
    }
    if (in->log) {
        in->skipped++;
        return 0;
    }
    return complain(in, (in->tokens > 0u) ? &in->token[0] : NULL,
                    "two registers, `index base limit`, a named register, or a line of gdb or a "
                    "log (see mpumap decode --help)");
}

static int all_lines(struct reader *in, const struct trace_file *file)
{
    const char *at = file->text;
    const char *end = &file->text[file->length];

    while (at < end) {
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        int status;

        if (stop == NULL) {
            stop = end;
        }
        in->line++;
        if (memchr(at, '\0', (size_t)(stop - at)) != NULL) {
            return complain(in, NULL,
                            "text: a raw dump of the table needs --raw, an ELF file --at");
        }
        status = one_line(in, at, stop);
        if (status != 0) {
            return status;
        }
        at = (stop < end) ? &stop[1] : end;
    }
    return 0;
}

/* ---- tables ---- */

size_t input_stride(const struct mpu *m, const struct input_options *o)
{
    size_t register_bytes = (m->arch == MPU_R64) ? 8u : 4u;

    return register_bytes * ((o->layout == 1) ? 4u : 2u);
}

static uint64_t little(const unsigned char *bytes, size_t count)
{
    uint64_t value = 0u;

    for (size_t i = count; i > 0u; i--) {
        value = (value << 8) | bytes[i - 1u];
    }
    return value;
}

int input_table(const char *name, const unsigned char *bytes, size_t length, size_t stride,
                struct mpu *out)
{
    size_t half = (out->arch == MPU_R64) ? 8u : 4u;
    size_t count = length / stride;

    if ((count == 0u) || (length % stride != 0u) || (count >= MPU_SLOTS)) {
        (void)fprintf(stderr,
                      "%s: found %zu bytes, expected a table of 1 to 255 entries of %zu bytes\n",
                      name, length, stride);
        return STATUS_USAGE;
    }
    for (size_t i = 0u; i < count; i++) {
        const unsigned char *entry = &bytes[i * stride];
        struct mpu_region *r = &out->r[i];

        *r = (struct mpu_region){.slot = (uint16_t)i, .has_base = true, .has_limit = true};
        r->rbar = little(entry, half);
        r->rlar = little(&entry[half], half);
        if (stride == 4u * half) {
            r->refs = (uint32_t)little(&entry[2u * half], 2u);
        }
    }
    out->count = (uint16_t)count;
    return 0;
}

static int words_to_table(struct reader *in)
{
    static unsigned char bytes[WORDS_MAX * 8u];
    size_t length = 0u;

    for (unsigned int i = 0u; i < in->words; i++) {
        for (unsigned int k = 0u; k < in->word_bytes; k++) {
            bytes[length] = (unsigned char)(in->word[i] >> (8u * k));
            length++;
        }
    }
    return input_table(in->name, bytes, length, input_stride(in->m, in->options), in->m);
}

/* ---- what holds for all ---- */

static int need_arch(const char *name)
{
    (void)fprintf(stderr,
                  "%s: the input does not say whose registers these are; expected --arch armv8r32, "
                  "armv8r64 or armv8m\n",
                  name);
    return STATUS_USAGE;
}

static int set_mair(struct mpu *m, const char *word)
{
    char first[24];
    const char *comma = strchr(word, ',');
    uint64_t low;
    uint64_t high = 0u;
    size_t length = (comma == NULL) ? strlen(word) : (size_t)(comma - word);

    if (length >= sizeof first) {
        return cli_refuse("decode", "--mair takes VALUE or MAIR0,MAIR1, not", word);
    }
    memcpy(first, word, length);
    first[length] = '\0';
    if (!cli_number(first, &low) || ((comma != NULL) && !cli_number(&comma[1], &high)) ||
        ((comma != NULL) && ((low > 0xffffffffu) || (high > 0xffffffffu)))) {
        return cli_refuse("decode", "--mair takes VALUE or MAIR0,MAIR1, not", word);
    }
    m->mair = low | (high << 32);
    m->has_mair = true;
    return 0;
}

static int take_options(const struct input_options *o, struct mpu *m)
{
    if (o->has_el && ((o->el < 1u) || (o->el > 2u))) {
        return cli_refuse("decode", "--el names the level that owns the MPU, 1 or 2", NULL);
    }
    if ((o->arch == MPU_M) && o->has_el && (o->el == 2u)) {
        return cli_refuse("decode", "Armv8-M has no EL2: leave --el away", NULL);
    }
    if (o->has_regions && ((o->regions < 1u) || (o->regions >= MPU_SLOTS))) {
        return cli_refuse("decode", "--regions takes 1 to 255", NULL);
    }
    if (o->raw && (o->at != NULL)) {
        return cli_refuse("decode", "--raw is for a dump of the table, --at for ELF: not both",
                          NULL);
    }
    if (o->has_entries && (o->at == NULL)) {
        return cli_refuse("decode", "--entries goes with --at", NULL);
    }
    if (o->has_line && (o->raw || (o->at != NULL))) {
        return cli_refuse("decode", "--line is for a trace, not with --raw or --at", NULL);
    }
    if (o->has_control) {
        m->control = o->control;
        m->has_control = true;
    }
    if (o->has_regions) {
        m->implemented = (uint16_t)o->regions;
    }
    return (o->mair != NULL) ? set_mair(m, o->mair) : 0;
}

static int whole_text(struct reader *in, const struct trace_file *file)
{
    struct mpu *m = in->m;
    int status = all_lines(in, file);

    if (status != 0) {
        return status;
    }
    if (m->arch == MPU_NONE) {
        m->arch = in->met;
    } else if ((in->met != MPU_NONE) && (in->met != m->arch)) {
        (void)fprintf(stderr, "%s: found registers of %s, expected those of --arch %s\n", in->name,
                      mpu_arch_name(in->met), mpu_arch_name(m->arch));
        return STATUS_USAGE;
    }
    if ((m->arch == MPU_NONE) && ((m->count > 0u) || (in->words > 0u))) {
        return need_arch(in->name);
    }
    if ((in->levels & 6u) == 6u) {
        (void)fprintf(stderr, "%s: found registers of two MPUs, expected --el 1 or --el 2\n",
                      in->name);
        return STATUS_USAGE;
    }
    if (m->level == 0u) {
        m->level = ((in->levels & 4u) != 0u) ? 2u : (((in->levels & 2u) != 0u) ? 1u : 0u);
    }
    if (in->skipped > 0u) {
        mpu_note(m, "%u line%s of the log or session skipped: nothing about regions there",
                 in->skipped, (in->skipped == 1u) ? "" : "s");
    }
    if (in->words > 0u) {
        return words_to_table(in);
    }
    if (in->options->layout == 1) {
        (void)fprintf(stderr, "%s: found no table in memory, expected one for --layout mpumap\n",
                      in->name);
        return STATUS_USAGE;
    }
    return 0;
}

static int complete(struct reader *in)
{
    struct mpu *m = in->m;
    bool ranges = false;
    unsigned int beyond = 0u;

    if ((m->count == 0u) && !in->decoded) {
        (void)fprintf(stderr,
                      "%s: found no region, expected registers or a trace (see mpumap "
                      "decode --help)\n",
                      in->name);
        return STATUS_USAGE;
    }
    for (uint16_t i = 0u; i < m->count; i++) {
        struct mpu_region *r = &m->r[i];

        if (!r->has_base || !r->has_limit) {
            in->line = r->line;
            (void)fprintf(stderr, "%s:%u: region %u has no %s, expected both of its registers\n",
                          in->name, r->line, r->slot, mpu_register(m, r->has_base));
            return STATUS_USAGE;
        }
        if ((m->arch != MPU_R64) && (((r->rbar | r->rlar | r->base | r->limit) >> 32) != 0u)) {
            (void)fprintf(stderr,
                          "%s:%u: region %u: found a value of more than 32 bits, expected "
                          "registers of %s\n",
                          in->name, r->line, r->slot, mpu_arch_name(m->arch));
            return STATUS_USAGE;
        }
        if (r->range_only && (r->limit > mpu_top(m))) {
            (void)fprintf(stderr,
                          "%s:%u: region %u ends beyond 48 bits, expected an address of %s\n",
                          in->name, r->line, r->slot, mpu_arch_name(m->arch));
            return STATUS_USAGE;
        }
        ranges = ranges || r->range_only;
        if ((m->implemented != 0u) && (r->slot >= m->implemented)) {
            beyond++;
        }
    }
    if (beyond > 0u) {
        mpu_note(m, "%u region%s beyond the %u that this MPU has", beyond,
                 (beyond == 1u) ? " is" : "s are", m->implemented);
    }
    if (ranges) {
        mpu_note(m, "the log gives addresses only: permissions and types are not known");
    }
    return 0;
}

static void assume(struct reader *in)
{
    struct mpu *m = in->m;

    if (m->arch == MPU_M) {
        m->level = 1u;
    } else if (m->level == 0u) {
        m->level = 2u;
        mpu_note(m, "the input does not say whose MPU this is: taken as that of EL2 (--el)");
    }
    take_bank(in);
    if (!m->has_mair) {
        bool needed = false;

        for (uint16_t i = 0u; i < m->count; i++) {
            needed = needed || !m->r[i].range_only;
        }
        m->mair = ((uint64_t)0xff000004u << 32) | 0xeeaa4400u;
        if (needed) {
            mpu_note(m, "no attribute bytes given: types with ? are by mpumap's own "
                        "0xff000004eeaa4400 (--mair)");
        }
    }
    mpu_fields(m);
    for (uint16_t i = 0u; in->has_bitmap && (i < m->count); i++) {
        struct mpu_region *r = &m->r[i];
        bool bit = (r->slot < 32u) && (((in->bitmap >> r->slot) & 1u) != 0u);

        if ((r->slot < 32u) && (bit != r->enabled)) {
            mpu_note(m,
                     "region %u: the enable bitmap and the limit register disagree; the limit "
                     "register counts",
                     r->slot);
        }
    }
}

/* A trace has a target, which brings architecture, level, attribute bytes and number of regions. */
static int agree(const struct trace_file *file, const struct input_options *o, const struct mpu *m)
{
    if (((o->arch != 0) && (o->arch != (int)m->arch)) || (o->has_el && (o->el != m->level))) {
        (void)fprintf(stderr, "%s: found a trace for EL%u of %s, expected what %s\n", file->name,
                      m->level, mpu_arch_name(m->arch),
                      o->has_el ? "--arch and the owner's level say" : "--arch says");
        return STATUS_USAGE;
    }
    if ((o->mair != NULL) || o->has_regions || (o->layout == 1)) {
        (void)fprintf(stderr, "%s: found a trace, expected no --mair, --regions or --layout\n",
                      file->name);
        return STATUS_USAGE;
    }
    return 0;
}

int input_load(const char *path, const struct input_options *o, struct mpu *out)
{
    static struct reader in;
    struct trace_file file;
    bool trace = false;
    int status;

    *out = (struct mpu){.arch = (enum mpu_arch)o->arch};
    out->level = o->has_el ? (unsigned int)o->el : 0u;
    status = take_options(o, out);
    if (status != 0) {
        return status;
    }
    if (!cli_read_file(path, &file)) {
        (void)fprintf(stderr, "mpumap: cannot read %s: %s\n", path, strerror(errno));
        free(file.text);
        return STATUS_USAGE;
    }
    in = (struct reader){.m = out, .options = o, .name = file.name};
    in.log = log_somewhere(&file);
    if (o->at != NULL) {
        status = input_elf(&file, o, out);
    } else if (o->raw) {
        status = (out->arch == MPU_NONE) ? need_arch(file.name)
                                         : input_table(file.name, (const unsigned char *)file.text,
                                                       file.length, input_stride(out, o), out);
    } else if (input_is_trace(&file)) {
        status = input_trace(&file, o, out);
        trace = true;
        if (status == 0) {
            status = agree(&file, o, out);
        }
    } else {
        status = whole_text(&in, &file);
    }
    if ((status == 0) && !trace && (o->has_line || (o->before != NULL))) {
        (void)fprintf(stderr, "%s: found no trace, expected one for %s\n", file.name,
                      (o->before != NULL) ? "--change" : "--line");
        status = STATUS_USAGE;
    }
    if ((status == 0) && !trace) {
        status = complete(&in);
    }
    if (status == 0) {
        assume(&in);
    }
    free(file.text);
    return status;
}
