/* SPDX-License-Identifier: MIT */
/* `mpumap explain`: why an access is allowed or faults. */
#include "explain.h"

#include <stdarg.h>
#include <string.h>

static const char usage[] =
    "usage: mpumap explain --addr A --access r|w|x [options] FILE|-\n"
    "\n"
    "Says why an access is allowed or faults: which region, which bit, what lies nearby, what the\n"
    "hardware would report, and what to change.\n"
    "\n"
    "  --addr ADDRESS             the address\n"
    "  --access r|w|x             read, write or fetch (default: what --syndrome says)\n"
    "  --el N                     level of the access: 2, 1 or 0; M: 1 privileged, 0 not\n"
    "                             (default: the owner of the MPU, or what --syndrome says)\n"
    "  --owner 1|2                the level that owns the MPU, where the input does not say\n"
    "  --syndrome VALUE           HSR, ESR_ELx, CFSR, or DFSR or IFSR of an AArch32 EL1: does it "
    "fit\n"
    "                             the registers?\n"
    "  --json                     one JSON object, for machines\n"
    "\n" INPUT_HELP "  (the level that owns the MPU is --owner here)\n"
    "\n"
    "Exit status: 0 the access is allowed, 1 it faults or cannot be judged, 2 the input or command "
    "line\n"
    "is malformed\n"
    "\n"
    "Examples\n"
    "  mpumap explain --addr 0x30004000 --access w --arch armv8r32 regs.txt\n"
    "  mpumap explain --addr 0x20000010 --syndrome 0x82 --arch armv8m zephyr.log\n"
    "  mpumap explain --addr 0x30004000 --access x --el 0 examples/demo.trace\n";

void say(struct explainer *e, const char *format, ...)
{
    va_list list;

    if (e->sentences < SENTENCES) {
        va_start(list, format);
        (void)vsnprintf(e->sentence[e->sentences], sizeof e->sentence[0], format, list);
        va_end(list);
        e->sentences++;
    }
}

const char *access_verb(char access)
{
    return (access == 'w') ? "write" : ((access == 'x') ? "fetch" : "read");
}

static const char *level_of_access(const struct explainer *e)
{
    static const char *const names[] = {"EL0", "EL1", "EL2"};

    if (e->m->arch == MPU_M) {
        return e->lower ? "unprivileged" : "privileged";
    }
    return names[e->el];
}

static const char *region_text(const struct explainer *e, const struct mpu_region *r, char out[160])
{
    char base[24], limit[24], type[64];

    (void)snprintf(
        out, 160u, "slot %u, %s..%s (%s %s, %s %s, %s)", r->slot, mpu_hex(e->m, r->base, base),
        mpu_hex(e->m, r->limit, limit), mpu_level_name(e->m, false),
        r->range_only ? "?" : mpu_rights_name(mpu_rights(e->m, r, false)),
        mpu_level_name(e->m, true),
        r->range_only ? "?" : mpu_rights_name(mpu_rights(e->m, r, true)), mpu_type(e->m, r, type));
    return out;
}

/* ---- why ---- */

static unsigned int ap_bit(const struct explainer *e, unsigned int n)
{
    return ((e->m->arch == MPU_R64) ? 1u : 0u) + n;
}

static void say_denied(struct explainer *e)
{
    const struct mpu_region *r = e->j.hit;
    const char *name = mpu_register(e->m, false);
    char value[24];

    (void)mpu_hex(e->m, r->rbar, value);
    if (e->lower && ((r->ap & 1u) == 0u)) {
        e->bit = "AP[1]";
        say(e, "AP[1] (bit %u of %s, %s) is 0: no access below the owner of the MPU.",
            ap_bit(e, 1u), name, value);
        if ((e->access == 'w') && ((r->ap & 2u) != 0u)) {
            say(e, "AP[2] (bit %u) is 1, too: read-only.", ap_bit(e, 2u));
        }
    } else if (e->access == 'w') {
        e->bit = "AP[2]";
        say(e, "AP[2] (bit %u of %s, %s) is 1: read-only.", ap_bit(e, 2u), name, value);
    } else if (e->j.wxn != NULL) {
        bool user = e->j.wxn[0] == 'U';

        e->bit = e->j.wxn;
        say(e,
            "XN is 0, but %s (bit %u of the system control register) makes memory %s "
            "execute-never, "
            "and this region is.",
            e->bit, user ? 20u : 19u, user ? "that EL0 may write" : "that may be written");
    } else if (r->pxn && !e->lower && (r->xn == 0u)) {
        e->bit = "PXN";
        say(e, "PXN (bit 4 of MPU_RLAR) is 1: privileged code may not execute here.");
    } else {
        e->bit = "XN";
        say(e, "XN (bit%s of %s, %s) is %u: execute-never.",
            (e->m->arch == MPU_R64) ? "s 1 and 0" : " 0", name, value, r->xn);
    }
}

static void say_disabled(struct explainer *e)
{
    char text[160];

    for (uint16_t i = 0u; i < e->m->count; i++) {
        const struct mpu_region *r = &e->m->r[i];

        if (!r->enabled && (e->addr >= r->base) && (e->addr <= r->limit) &&
            ((r->rbar | r->rlar) != 0u)) {
            e->disabled = (e->disabled == NULL) ? r : e->disabled;
            say(e, "A disabled region would cover it: %s; EN, bit 0 of %s, is 0.",
                region_text(e, r, text), mpu_register(e->m, true));
        }
    }
}

static void find_nearest(struct explainer *e)
{
    for (uint16_t i = 0u; i < e->m->count; i++) {
        const struct mpu_region *r = &e->m->r[i];

        if (!r->enabled || (r->base > r->limit)) {
            continue;
        }
        if ((r->limit < e->addr) && ((e->below == NULL) || (r->limit > e->below->limit))) {
            e->below = r;
        }
        if ((r->base > e->addr) && ((e->above == NULL) || (r->base < e->above->base))) {
            e->above = r;
        }
    }
}

static void say_nearest(struct explainer *e)
{
    char text[160];

    if (e->below != NULL) {
        say(e, "The nearest region below ends 0x%llx bytes before it: %s.",
            (unsigned long long)(e->addr - e->below->limit), region_text(e, e->below, text));
    }
    if (e->above != NULL) {
        say(e, "The nearest region above begins 0x%llx bytes after it: %s.",
            (unsigned long long)(e->above->base - e->addr), region_text(e, e->above, text));
    }
}

static const char *background_bit(const struct explainer *e)
{
    return (e->m->arch == MPU_M) ? "MPU_CTRL.PRIVDEFENA" : "SCTLR.BR, bit 17";
}

static const char *unjudged(const struct explainer *e)
{
    return mpu_off(e->m) ? "The MPU is off (bit 0 of its control register is 0)."
                         : "The MPU does not judge the Private Peripheral Bus.";
}

static void say_never(struct explainer *e)
{
    if (mpu_off(e->m)) {
        say(e, "%s The default map never lets this be executed.", unjudged(e));
    } else if ((e->m->arch == MPU_M) && (e->addr >= 0xe0000000u)) {
        say(e, "From 0xe0000000 up nothing is ever executed, whatever a region says.");
    } else {
        say(e,
            "No enabled region covers it; the background region (%s) is on, but never lets this be "
            "executed.",
            background_bit(e));
    }
}

static void say_unknown(struct explainer *e)
{
    char text[160];

    if (e->j.hit != NULL) {
        say(e, "It is in %s.", region_text(e, e->j.hit, text));
        say(e, "The log does not give its permissions, so they cannot be judged.");
    } else if (mpu_off(e->m)) {
        say(e,
            "%s The default map of AArch64 is IMPLEMENTATION DEFINED: see the manual of the core.",
            unjudged(e));
    } else {
        say(e,
            "No enabled region covers it; the background region (%s) is on, and its map is "
            "IMPLEMENTATION DEFINED on AArch64: see the manual of the core.",
            background_bit(e));
    }
}

static void say_why(struct explainer *e)
{
    char text[160], other[160];

    switch (e->j.verdict) {
    case MPU_ALLOWED:
        say(e, "It is in %s, and in no other enabled region.", region_text(e, e->j.hit, text));
        break;
    case MPU_BACKGROUND:
        say(e, "No enabled region covers it; the background region (%s) allows it.",
            background_bit(e));
        break;
    case MPU_DEFAULT:
        say(e, "%s The default map allows it.", unjudged(e));
        if ((e->m->arch == MPU_M) && e->lower && !mpu_off(e->m)) {
            say(e, "Most registers of that bus refuse unprivileged accesses by themselves, with a "
                   "BusFault.");
        }
        break;
    case MPU_NEVER:
        say_never(e);
        break;
    case MPU_UNKNOWN:
        say_unknown(e);
        break;
    case MPU_MISS:
        say(e, "No enabled region covers it.");
        if (mpu_background(e->m)) {
            say(e, "The background region is on, but it is for the owner of the MPU only.");
        }
        break;
    case MPU_OVERLAP:
        say(e,
            "Two enabled regions cover it, and there is no priority between regions: %s, and %s.",
            region_text(e, e->j.hit, text), region_text(e, e->j.second, other));
        break;
    case MPU_DENIED:
        say(e, "It is in %s.", region_text(e, e->j.hit, text));
        say_denied(e);
        break;
    }
    if ((e->j.hit != NULL) && (e->j.second == NULL) && (mpu_refs(e->m, e->j.hit, e->addr) > 1u)) {
        say(e, "%u mappings hold that %s.", mpu_refs(e->m, e->j.hit, e->addr),
            e->m->has_spans ? "byte" : "region");
    }
}

/* ---- what to change ---- */

static const char *suffix(const struct explainer *e)
{
    if (!e->lower) {
        return "";
    }
    return ((e->m->level == 2u) && (e->m->arch != MPU_M)) ? "+el1" : "+el0";
}

static void change_miss(struct explainer *e, const char *wanted)
{
    uint64_t granule = mpu_granule(e->m);
    char base[24], limit[24];

    if (e->disabled != NULL) {
        say(e,
            "If that region should be there, enable slot %u (set EN of %s) when its rights are "
            "those wanted.",
            e->disabled->slot, mpu_register(e->m, true));
    }
    say(e, "To allow it, map at least %s..%s %s%s, or extend a neighbour over it.",
        mpu_hex(e->m, e->addr & ~(granule - 1u), base),
        mpu_hex(e->m, e->addr | (granule - 1u), limit), wanted, suffix(e));
}

static void change_denied(struct explainer *e, const char *wanted)
{
    if (strcmp(e->bit, "AP[1]") == 0) {
        say(e,
            "To allow it, set AP[1]%s for the whole region, or map the range apart for that level.",
            ((e->access == 'w') && ((e->j.hit->ap & 2u) != 0u)) ? " and clear AP[2]" : "");
    } else if (strcmp(e->bit, "AP[2]") == 0) {
        say(e,
            "To allow it, clear AP[2]; a region that is executable becomes writable and executable "
            "then, so take the written data out of it rather.");
    } else {
        say(e, "To allow it, clear %s; of writable memory take away writing first (%s).", e->bit,
            wanted);
    }
}

static void say_change(struct explainer *e)
{
    static const char *const permission[] = {"ro", "rw", "rx"};
    const char *wanted = permission[(e->access == 'w') ? 1 : ((e->access == 'x') ? 2 : 0)];

    if (!access_faults(e)) {
        return;
    }
    if (e->j.verdict == MPU_MISS) {
        change_miss(e, wanted);
    } else if (e->j.verdict == MPU_OVERLAP) {
        say(e, "To allow it, end one of the regions before the other begins, or disable one.");
    } else if (e->j.verdict == MPU_DENIED) {
        change_denied(e, wanted);
    } else if ((e->m->arch == MPU_M) && (e->addr >= 0xe0000000u)) {
        say(e, "Nothing allows it: the code has to stand elsewhere.");
    } else {
        say(e, "To allow it, cover it by a region without XN%s.",
            mpu_off(e->m) ? " and turn the MPU on" : "");
    }
}

/* ---- output ---- */

static const char *reason(const struct explainer *e)
{
    static const char *const names[] = {"region",  "background", "default-map", "miss",
                                        "overlap", "permission", "default-map", "unknown"};

    return names[e->j.verdict];
}

static const char *answer(const struct explainer *e)
{
    if (e->j.verdict == MPU_UNKNOWN) {
        return "unknown";
    }
    return access_faults(e) ? "deny" : "allow";
}

static void print_list(const char *key, unsigned int count, const char *first, size_t step)
{
    (void)printf(",\"%s\":[", key);
    for (unsigned int i = 0u; i < count; i++) {
        (void)printf("%s", (i > 0u) ? "," : "");
        json_word(stdout, &first[i * step]);
    }
    (void)printf("]");
}

static void print_json(const struct explainer *e)
{
    struct syndrome s = syndrome_of(e);
    char text[24];

    (void)printf("{\"addr\":\"%s\",\"access\":\"%c\",\"level\":\"%s\",\"result\":\"%s\","
                 "\"reason\":\"%s\",\"slots\":[",
                 mpu_hex(e->m, e->addr, text), e->access, level_of_access(e), answer(e), reason(e));
    if (e->j.hit != NULL) {
        (void)printf("%u", e->j.hit->slot);
    }
    if (e->j.second != NULL) {
        (void)printf(",%u", e->j.second->slot);
    }
    (void)printf("]");
    if (e->bit != NULL) {
        (void)printf(",\"bit\":\"%s\"", e->bit);
    }
    if (access_faults(e) && (s.name != NULL)) {
        (void)printf(",\"syndrome\":{\"register\":\"%s\",\"value\":\"0x%08x\"}", s.name, s.value);
    }
    if (e->fit != NULL) {
        (void)printf(",\"seen\":\"%s\"", e->fit);
    }
    print_list("sentences", e->sentences, e->sentence[0], sizeof e->sentence[0]);
    print_list("notes", e->m->notes, e->m->note[0], sizeof e->m->note[0]);
    (void)printf("}\n");
}

static void print_text(const struct explainer *e)
{
    const char *word = (e->j.verdict == MPU_UNKNOWN) ? "cannot be judged"
                                                     : (access_faults(e) ? "faults" : "is allowed");
    char text[24];

    (void)printf("%s %s %s of %s %s.\n", ((e->m->arch == MPU_M) && !e->lower) ? "A" : "An",
                 level_of_access(e), access_verb(e->access), mpu_hex(e->m, e->addr, text), word);
    for (unsigned int i = 0u; i < e->sentences; i++) {
        (void)printf("%s\n", e->sentence[i]);
    }
    for (unsigned int i = 0u; i < e->m->notes; i++) {
        (void)printf("note: %s\n", e->m->note[i]);
    }
}

struct request {
    uint64_t addr;
    uint64_t el;
    uint64_t syndrome;
    int access; /* 0: not given, else 1 + index into "rwx" */
    bool has_addr;
    bool has_el;
    bool has_syndrome;
    bool json;
};

/* CFSR does not tell a read from a write: where only a write would fault, it was one. */
static char data_access(const struct explainer *e)
{
    struct mpu_judgement read, write;

    mpu_judge(e->m, e->addr, 'r', e->lower, &read);
    mpu_judge(e->m, e->addr, 'w', e->lower, &write);
    return ((read.verdict == MPU_ALLOWED) && (write.verdict == MPU_DENIED)) ? 'w' : 'r';
}

/* The level and kind of the access, from the command line or the syndrome. */
static int settle(struct explainer *e, const struct request *q, const struct seen *s)
{
    const struct mpu *m = e->m;
    unsigned int owner = m->level;

    if (q->has_el && (q->el > owner)) {
        (void)fprintf(stderr,
                      (m->arch == MPU_M)
                          ? "mpumap: Armv8-M has no such level, expected --el 1 (privileged) or 0\n"
                          : "mpumap: the MPU of EL%u judges EL%u%s only, expected --el %u or less, "
                            "or --owner 2\n",
                      owner, owner, (owner == 2u) ? ", EL1 and EL0" : " and EL0", owner);
        return STATUS_USAGE;
    }
    if (e->addr > mpu_top(m)) {
        return cli_refuse("explain", "--addr is beyond this architecture's addresses", NULL);
    }
    e->el = q->has_el ? (unsigned int)q->el : ((s->has_level && s->lower) ? owner - 1u : owner);
    e->lower = e->el < owner;
    if (q->access != 0) {
        e->access = "rwx"[q->access - 1];
    } else if (s->access != 0) {
        e->access = s->access;
    } else if (s->data) {
        e->access = data_access(e);
    } else {
        return cli_refuse(
            "explain",
            q->has_syndrome ? "--syndrome does not say which access it was: give --access r, w or x"
                            : "which access? Give --access r, w or x, or --syndrome",
            NULL);
    }
    return 0;
}

static int explain(struct explainer *e, const struct request *q)
{
    struct seen s = {.access = 0};
    int status = 0;

    if (q->has_syndrome) {
        status = syndrome_read(e->m, q->syndrome, &s);
    }
    if (status == 0) {
        status = settle(e, q, &s);
    }
    if (status != 0) {
        return status;
    }
    mpu_judge(e->m, e->addr, e->access, e->lower, &e->j);
    find_nearest(e);
    say_why(e);
    if ((e->j.hit == NULL) && (e->j.verdict != MPU_DEFAULT)) {
        say_disabled(e);
        say_nearest(e);
    }
    say_syndrome(e);
    if (q->has_syndrome) {
        say_seen(e, q->syndrome, &s);
    }
    say_change(e);
    if (q->json) {
        print_json(e);
    } else {
        print_text(e);
    }
    return (access_faults(e) || (e->j.verdict == MPU_UNKNOWN)) ? STATUS_FOUND : STATUS_OK;
}

int explain_main(int argc, char **argv)
{
    static const char *const accesses[] = {"", "r", "w", "x", NULL};
    static struct mpu m;
    static struct explainer e;
    struct input_options input = {0};
    struct request q = {0};
    const char *file = NULL;
    const struct cli_option options[] = {
        INPUT_OPTIONS_BUT_EL(input),
        {.name = "--owner", .number = &input.el, .given = &input.has_el},
        {.name = "--el", .number = &q.el, .given = &q.has_el},
        {.name = "--addr", .number = &q.addr, .given = &q.has_addr},
        {.name = "--syndrome", .number = &q.syndrome, .given = &q.has_syndrome},
        {.name = "--access", .list = accesses, .chosen = &q.access},
        {.name = "--json", .flag = &q.json},
        {.name = NULL}};
    struct cli_command c = {
        .name = "explain", .usage = usage, .options = options, .files_max = 1, .files = &file};
    int status = cli_parse(&c, argc, argv);

    if ((status != 0) || c.help) {
        return status;
    }
    if (!q.has_addr) {
        return cli_refuse("explain", "which address? Give --addr", NULL);
    }
    status = input_load(file, &input, &m);
    if (status != 0) {
        return status;
    }
    e = (struct explainer){.m = &m, .addr = q.addr};
    return explain(&e, &q);
}
