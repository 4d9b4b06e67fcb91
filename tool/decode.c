/* SPDX-License-Identifier: MIT */
/* `mpumap decode`: region registers as a table. */
#include "mpu.h"

#include <string.h>

static const char usage[] =
    "usage: mpumap decode [options] FILE|-\n"
    "\n"
    "Prints region registers as a table: slot, range, size, rights of each level, type,\n"
    "shareability, enabled.\n"
    "\n" INPUT_HELP
    "  --json                     one JSON object a line, for machines; can be read back\n"
    "  --all                      all of the regions that are off, one a line\n"
    "\n"
    "Exit status: 0 decoded, 2 the input or the command line is malformed\n"
    "\n"
    "Examples\n"
    "  printf '0x30000018 0x3000ffcf\\n' | mpumap decode --arch armv8r32 -\n"
    "  mpumap decode --arch armv8m --mair 0x0044ffaa,0 zephyr.log\n"
    "  mpumap decode --arch armv8r32 --raw --layout mpumap table.bin\n"
    "  mpumap decode --arch armv8r32 --at mpumap_table --layout mpumap core.elf\n";

static void print_notes(const struct mpu *m)
{
    for (unsigned int i = 0u; i < m->notes; i++) {
        (void)printf("note: %s\n", m->note[i]);
    }
}

static void heading(const struct mpu *m)
{
    char width = (m->arch == MPU_R64) ? 1 : 0;
    int columns = (width != 0) ? 14 : 10;

    (void)printf("%s", mpu_arch_name(m->arch));
    if (m->arch != MPU_M) {
        (void)printf(", EL%u MPU", m->level);
    }
    (void)printf("\nslot  %-*s  %-*s  %-10s  %-5s %-5s  %-14s %-6s %s\n", columns, "base", columns,
                 "limit", "size", mpu_level_name(m, false), mpu_level_name(m, true), "type",
                 "share", "enabled");
}

static void row(const struct mpu *m, const struct mpu_region *r)
{
    char base[24], limit[24], size[24], type[64];
    const char *extent = (r->base <= r->limit) ? mpu_size(r->limit - r->base, size) : "empty";
    const char *owner = r->range_only ? "?" : mpu_rights_name(mpu_rights(m, r, false));
    const char *lower = r->range_only ? "?" : mpu_rights_name(mpu_rights(m, r, true));

    (void)printf("%4u  %s  %s  %-10s  %-5s %-5s  %-14s %-6s %s", r->slot, mpu_hex(m, r->base, base),
                 mpu_hex(m, r->limit, limit), extent, owner, lower, mpu_type(m, r, type),
                 mpu_share(m, r), r->enabled ? "yes" : "no");
    if (r->ns) {
        (void)printf("  NS");
    }
    if (r->pxn) {
        (void)printf("  PXN");
    }
    if (r->refs > 1u) {
        (void)printf("  refs %u", r->refs);
    }
    (void)printf("\n");
}

static bool blank(const struct mpu_region *r)
{
    return !r->range_only && (r->rbar == 0u) && (r->rlar == 0u);
}

/* Slots that hold the same as the one before and are off, as free entries of a table do. */
static unsigned int repeated(const struct mpu *m, uint16_t i)
{
    const struct mpu_region *r = &m->r[i];
    unsigned int count = 0u;

    for (uint16_t k = (uint16_t)(i + 1u); !r->enabled && (k < m->count); k++) {
        if ((m->r[k].rbar != r->rbar) || (m->r[k].rlar != r->rlar) || (m->r[k].refs != r->refs)) {
            break;
        }
        count++;
    }
    return count;
}

static void table(const struct mpu *m, bool all)
{
    unsigned int enabled = 0u, blanks = 0u;

    heading(m);
    for (uint16_t i = 0u; i < m->count; i++) {
        unsigned int more = all ? 0u : repeated(m, i);

        enabled += m->r[i].enabled ? 1u : 0u;
        if (blank(&m->r[i]) && !all) {
            blanks++;
            continue;
        }
        row(m, &m->r[i]);
        if (more > 1u) {
            (void)printf("      the same, off: slots %u to %u (--all)\n", m->r[i + 1u].slot,
                         m->r[i + more].slot);
            i = (uint16_t)(i + more);
        }
    }
    (void)printf("%u enabled", enabled);
    if (m->implemented != 0u) {
        (void)printf(" of %u", m->implemented);
    }
    if (blanks > 0u) {
        (void)printf(", %u all zero not shown (--all)", blanks);
    }
    (void)printf("\n");
    print_notes(m);
}

static void json(const struct mpu *m)
{
    char a[24], b[24], type[64];

    (void)printf("{\"arch\":\"%s\",\"el\":%u,\"mair\":\"0x%016llx\",\"mair_assumed\":%s",
                 mpu_arch_name(m->arch), m->level, (unsigned long long)m->mair,
                 m->has_mair ? "false" : "true");
    if (m->has_control) {
        (void)printf(",\"control\":\"0x%llx\"", (unsigned long long)m->control);
    }
    if (m->implemented != 0u) {
        (void)printf(",\"implemented\":%u", m->implemented);
    }
    (void)printf(",\"notes\":[");
    for (unsigned int i = 0u; i < m->notes; i++) {
        (void)printf("%s", (i > 0u) ? "," : "");
        json_word(stdout, m->note[i]);
    }
    (void)printf("]}\n");
    for (uint16_t i = 0u; i < m->count; i++) {
        const struct mpu_region *r = &m->r[i];

        (void)printf("{\"slot\":%u,\"base\":\"%s\",\"limit\":\"%s\",\"owner\":\"%s\","
                     "\"lower\":\"%s\",",
                     r->slot, mpu_hex(m, r->base, a), mpu_hex(m, r->limit, b),
                     r->range_only ? "?" : mpu_rights_name(mpu_rights(m, r, false)),
                     r->range_only ? "?" : mpu_rights_name(mpu_rights(m, r, true)));
        (void)printf("\"type\":\"%s\",\"share\":\"%s\",\"enabled\":%s", mpu_type(m, r, type),
                     mpu_share(m, r), r->enabled ? "true" : "false");
        if (r->refs != 0u) {
            (void)printf(",\"refs\":%u", r->refs);
        }
        if (!r->range_only) {
            (void)printf(",\"rbar\":\"%s\",\"rlar\":\"%s\"", mpu_hex(m, r->rbar, a),
                         mpu_hex(m, r->rlar, b));
        }
        (void)printf("}\n");
    }
}

int decode_main(int argc, char **argv)
{
    static struct mpu m;
    struct input_options input = {0};
    bool as_json = false, all = false;
    const char *file = NULL;
    const struct cli_option options[] = {INPUT_OPTIONS(input),
                                         {.name = "--json", .flag = &as_json},
                                         {.name = "--all", .flag = &all},
                                         {.name = NULL}};
    struct cli_command c = {
        .name = "decode", .usage = usage, .options = options, .files_max = 1, .files = &file};
    int status = cli_parse(&c, argc, argv);

    if ((status != 0) || c.help) {
        return status;
    }
    status = input_load(file, &input, &m);
    if (status != 0) {
        return status;
    }
    if (as_json) {
        json(&m);
    } else {
        table(&m, all);
    }
    return STATUS_OK;
}
