/* SPDX-License-Identifier: MIT */
/* A table in an ELF core, a memory dump of an emulator, or an image: little-endian, 32 or 64 bits.
 * Offsets and sizes come from the file, so each is checked before it is used. */
#include "mpu.h"

#include <string.h>

#define PT_LOAD 1u
#define SHT_SYMTAB 2u

struct elf {
    const unsigned char *bytes;
    size_t length;
    bool wide;
    const char *name;
};

static uint64_t get(const struct elf *e, uint64_t at, unsigned int count)
{
    uint64_t value = 0u;

    if ((at > e->length) || (count > e->length - at)) {
        return 0u;
    }
    for (unsigned int i = count; i > 0u; i--) {
        value = (value << 8) | e->bytes[at + i - 1u];
    }
    return value;
}

static uint64_t get_word(const struct elf *e, uint64_t at32, uint64_t at64)
{
    return e->wide ? get(e, at64, 8u) : get(e, at32, 4u);
}

static int complain(const struct elf *e, const char *what)
{
    (void)fprintf(stderr, "%s: %s\n", e->name, what);
    return STATUS_USAGE;
}

/* Address and size of a symbol of the file's own table. */
static bool symbol(const struct elf *e, const char *name, uint64_t *address, uint64_t *size)
{
    uint64_t sections = get_word(e, 32u, 40u);
    uint64_t entry = get(e, e->wide ? 58u : 46u, 2u);
    uint64_t count = get(e, e->wide ? 60u : 48u, 2u);
    size_t length = strlen(name) + 1u;

    if (entry < (e->wide ? 64u : 40u)) {
        return false;
    }
    for (uint64_t i = 0u; i < count; i++) {
        uint64_t s = sections + i * entry;
        uint64_t offset, bytes, strings, step;

        if (get(e, s + 4u, 4u) != SHT_SYMTAB) {
            continue;
        }
        offset = get_word(e, s + 16u, s + 24u);
        bytes = get_word(e, s + 20u, s + 32u);
        step = e->wide ? 24u : 16u;
        strings = sections + get(e, s + (e->wide ? 40u : 24u), 4u) * entry;
        strings = get_word(e, strings + 16u, strings + 24u);
        if ((offset > e->length) || (bytes > e->length - offset)) {
            return false;
        }
        for (uint64_t at = offset; at + step <= offset + bytes; at += step) {
            uint64_t text = strings + get(e, at, 4u);

            if ((text < e->length) && (length <= e->length - text) &&
                (memcmp(&e->bytes[text], name, length) == 0)) {
                *address = get_word(e, at + 4u, at + 8u);
                *size = get_word(e, at + 8u, at + 16u);
                return true;
            }
        }
    }
    return false;
}

/* Bytes in the file from an address to the end of the segment that holds it. */
static const unsigned char *memory(const struct elf *e, uint64_t address, uint64_t *left)
{
    uint64_t headers = get_word(e, 28u, 32u);
    uint64_t entry = get(e, e->wide ? 54u : 42u, 2u);
    uint64_t count = get(e, e->wide ? 56u : 44u, 2u);

    if (entry < (e->wide ? 56u : 32u)) {
        return NULL;
    }
    for (uint64_t i = 0u; i < count; i++) {
        uint64_t p = headers + i * entry;
        uint64_t offset = get_word(e, p + 4u, p + 8u);
        uint64_t base = get_word(e, p + 8u, p + 16u);
        uint64_t size = get_word(e, p + 16u, p + 32u);

        if ((get(e, p, 4u) != PT_LOAD) || (address < base) || (address - base >= size) ||
            (offset > e->length) || (size > e->length - offset)) {
            continue;
        }
        *left = size - (address - base);
        return &e->bytes[offset + (address - base)];
    }
    return NULL;
}

int input_elf(const struct trace_file *file, const struct input_options *o, struct mpu *out)
{
    struct elf e = {(const unsigned char *)file->text, file->length, false, file->name};
    uint64_t address = 0u, size = 0u, left = 0u;
    const unsigned char *bytes;
    size_t stride;

    if ((e.length < 64u) || (memcmp(e.bytes, "\177ELF", 4u) != 0) || (e.bytes[5] != 1u) ||
        ((e.bytes[4] != 1u) && (e.bytes[4] != 2u))) {
        return complain(&e, "expected a little-endian ELF file for --at");
    }
    e.wide = e.bytes[4] == 2u;
    if (out->arch == MPU_NONE) {
        return complain(&e, "ELF does not tell the profile; expected --arch armv8r32, armv8r64 or "
                            "armv8m");
    }
    stride = input_stride(out, o);
    if (!cli_number(o->at, &address) && !symbol(&e, o->at, &address, &size)) {
        (void)fprintf(stderr, "%s: no symbol `%s`, expected an address or a symbol of this file\n",
                      e.name, o->at);
        return STATUS_USAGE;
    }
    if (o->has_entries) {
        if ((o->entries == 0u) || (o->entries >= MPU_SLOTS)) {
            return complain(&e, "expected --entries from 1 to 255");
        }
        size = o->entries * stride;
    }
    if (size == 0u) {
        return complain(&e, "the size of the table is not known, expected --entries N");
    }
    bytes = memory(&e, address, &left);
    if ((bytes == NULL) || (left < size)) {
        (void)fprintf(stderr,
                      "%s: the file does not hold the %llu bytes at 0x%llx, expected them in a "
                      "loaded segment\n",
                      e.name, (unsigned long long)size, (unsigned long long)address);
        return STATUS_USAGE;
    }
    return input_table(e.name, bytes, (size_t)size, stride, out);
}
