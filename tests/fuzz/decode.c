/* SPDX-License-Identifier: MIT */
/*
 * Bytes as what people hand to the tool: register values, logs, memory dumps, JSON, traces.
 *
 *   byte 0   bits 0-1: --arch (0: none), bit 2: --raw, bit 3: --layout mpumap,
 *            bits 4-5: decode, lint, explain, draw
 *   then     the file
 *
 * Whatever the file holds, the command ends with one of its statuses; what `decode --json` prints
 * is read back to the same regions; and what a codec decodes it encodes to the same fields.
 */
#define _GNU_SOURCE
#include "cli.h"
#include "fuzz.h"
#include "port/armv8m/codec.h"
#include "port/armv8r32/codec.h"
#include "port/armv8r64/codec.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

void engine_out(void *ctx, const char *text, size_t length)
{
    (void)ctx;
    (void)fwrite(text, 1u, length, stdout);
}

void engine_err(void *ctx, const char *text, size_t length)
{
    (void)ctx;
    (void)text;
    (void)length;
}

static void fail(const char *what)
{
    (void)fprintf(fuzz_complaints, "fuzz decode: %s\n", what);
    abort();
}

/* ---- codecs ---- */

struct codec {
    void (*encode)(void *, mpumap_addr_t, mpumap_addr_t, mpumap_attr_t, struct mpumap_pair *);
    bool (*decode)(void *, const struct mpumap_pair *, mpumap_attr_t *);
    mpumap_reg_t granule_mask;
    mpumap_reg_t address_mask;
};

static void codec(const struct codec *c, const struct mpumap_pair *pair)
{
    struct mpumap_pair again;
    mpumap_attr_t attr = 0;
    mpumap_attr_t back = 0;
    const mpumap_reg_t mask = c->address_mask & ~c->granule_mask;

    if (!c->decode(NULL, pair, &attr)) {
        return;
    }
    c->encode(NULL, pair->base & mask, (pair->limit & mask) | c->granule_mask, attr, &again);
    if ((again.base & mask) != (pair->base & mask) ||
        (again.limit & mask) != (pair->limit & mask)) {
        fail("a codec moves an address");
    }
    if (((again.limit ^ pair->limit) & 0x0eu) != 0u || (again.limit & 1u) == 0u) {
        fail("a codec changes the type, or does not enable");
    }
    if (!c->decode(NULL, &again, &back) || back != attr || mpumap_canonical(attr) != attr) {
        fail("what a codec decodes it does not encode");
    }
}

static void codecs(const uint8_t *data, size_t size)
{
    static const struct codec all[] = {
        {mpumap_armv8r32_encode, mpumap_armv8r32_decode, 63u, 0xffffffffu},
        {mpumap_armv8r64_encode, mpumap_armv8r64_decode, 63u, 0xffffffffffffu},
        {mpumap_armv8m_encode, mpumap_armv8m_decode, 31u, 0xffffffffu}};
    struct mpumap_pair pair;

    for (size_t i = 0; i + sizeof pair <= size; i += sizeof pair) {
        memcpy(&pair, &data[i], sizeof pair);
        for (size_t k = 0; k < sizeof all / sizeof all[0]; k++) {
            codec(&all[k], &pair);
        }
    }
}

/* ---- the tool ---- */

#define WORDS 12

/* Runs a command on bytes; what it prints is the caller's to free. */
static int command(char *const words[WORDS], int count, const void *bytes, size_t size, char **out)
{
    char path[40];
    char *argv[WORDS + 1];
    size_t length = 0;
    FILE *real = stdout;
    const int file = memfd_create("fuzz", 0);
    int status;

    if (file < 0 || write(file, bytes, size) != (ssize_t)size) {
        fail("no file in memory");
    }
    (void)snprintf(path, sizeof path, "/proc/self/fd/%d", file);
    memcpy(argv, words, sizeof(char *) * WORDS);
    argv[count] = path;
    argv[count + 1] = NULL;
    stdout = open_memstream(out, &length);
    status = (argv[1][0] == 'l')   ? lint_main(count + 1, argv)
             : (argv[1][0] == 'e') ? explain_main(count + 1, argv)
             : (argv[1][1] == 'r') ? draw_main(count + 1, argv)
                                   : decode_main(count + 1, argv);
    (void)fclose(stdout);
    stdout = real;
    (void)close(file);
    return status;
}

/* The lines of regions: all but the first. */
static const char *regions(const char *text)
{
    const char *line = strchr(text, '\n');

    return (line != NULL) ? line : "";
}

static void read_back(const char *json)
{
    char *words[WORDS] = {"mpumap", "decode", "--json"};
    char *again = NULL;

    const int status = command(words, 3, json, strlen(json), &again);
    if (status != STATUS_OK) {
        (void)fprintf(fuzz_complaints, "%s", json);
        fail("what decode --json prints is not read back");
    }
    if (strcmp(regions(json), regions(again)) != 0) {
        (void)fprintf(fuzz_complaints, "%s%s", json, again);
        fail("what decode --json prints is read back differently");
    }
    free(again);
}

static void tool(uint8_t options, const uint8_t *data, size_t size)
{
    static char *const archs[] = {NULL, "armv8r32", "armv8r64", "armv8m"};
    static char *const commands[] = {"decode", "lint", "explain", "draw"};
    char *words[WORDS] = {"mpumap", commands[(options >> 4) & 3u]};
    char *printed = NULL;
    int n = 2;
    int status;

    if ((options & 3u) != 0u) {
        words[n++] = "--arch";
        words[n++] = archs[options & 3u];
    }
    if ((options & 4u) != 0u) {
        words[n++] = "--raw";
    }
    if ((options & 8u) != 0u) {
        words[n++] = "--layout";
        words[n++] = "mpumap";
    }
    switch ((options >> 4) & 3u) {
    case 0:
        words[n++] = "--json";
        break;
    case 2:
        words[n++] = "--addr";
        words[n++] = "0x30000000";
        words[n++] = "--access";
        words[n++] = "w";
        break;
    default:
        break;
    }
    status = command(words, n, data, size, &printed);
    if (status != STATUS_OK && status != STATUS_FOUND && status != STATUS_USAGE) {
        fail("an exit status that the manual does not name");
    }
    if (status == STATUS_OK && ((options >> 4) & 3u) == 0u) {
        read_back(printed);
    }
    free(printed);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 1u) {
        return 0;
    }
    codecs(&data[1], size - 1u);
    tool(data[0], &data[1], size - 1u);
    return 0;
}
