/* SPDX-License-Identifier: MIT */
/*
 * `mpumap explain`: why an access is allowed or faults.
 *
 * Syndromes: DDI 0568A.c G8.2 (HSR, DFSR, IFSR); DDI 0487 D17.2 (ESR_ELx) with the fault codes of
 * DDI 0600A.d C1: no match and several matches are a Translation fault, one match that denies is a
 * Permission fault, level 0 both; DDI 0553 D1.2 (CFSR, MMFAR).
 */
#include "mpu.h"

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
    "  --syndrome VALUE           HSR, ESR_ELx, CFSR, or DFSR of an AArch32 EL1\n"
    "  --json                     one JSON object, for machines\n"
    "\n" INPUT_HELP "  (the level that owns the MPU is --owner here)\n"
    "\n"
    "Exit status: 0 the access is allowed, 1 it faults, 2 the input or command line is malformed\n"
    "\n"
    "Examples\n"
    "  mpumap explain --addr 0x30004000 --access w --arch armv8r32 regs.txt\n"
    "  mpumap explain --addr 0x20000010 --syndrome 0x82 --arch armv8m zephyr.log\n"
    "  mpumap explain --addr 0x30004000 --access x --el 0 examples/demo.trace\n";

#define SENTENCES 16u
#define CODE_TRANSLATION 0x04u
#define CODE_PERMISSION 0x0cu
#define IL 0x02000000u

struct explainer {
    const struct mpu *m;
    uint64_t addr;
    char access;
    unsigned int el;
    bool lower;
    struct mpu_judgement j;
    const char *bit;
    const struct mpu_region *below;
    const struct mpu_region *above;
    char sentence[SENTENCES][320];
    unsigned int sentences;
};

__attribute__((format(printf, 2, 3))) static void say(struct explainer *e, const char *format, ...)
{
    va_list list;

    if (e->sentences < SENTENCES) {
        va_start(list, format);
        (void)vsnprintf(e->sentence[e->sentences], sizeof e->sentence[0], format, list);
        va_end(list);
        e->sentences++;
    }
}

static const char *verb(char access)
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
    if (r->range_only) {
        e->bit = "unknown";
        say(e, "The log does not give its permissions, so they cannot be judged.");
    } else if (e->lower && ((r->ap & 1u) == 0u)) {
        e->bit = "AP[1]";
        say(e, "AP[1] (bit %u of %s, %s) is 0: no access below the owner of the MPU.",
            ap_bit(e, 1u), name, value);
    } else if (e->access == 'w') {
        e->bit = "AP[2]";
        say(e, "AP[2] (bit %u of %s, %s) is 1: read-only.", ap_bit(e, 2u), name, value);
    } else if (e->j.wxn) {
        e->bit = "WXN";
        say(e, "XN is 0, but WXN (bit 19 of the system control register) makes writable memory "
               "execute-never, and this region is writable.");
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

static void say_why(struct explainer *e)
{
    char text[160], other[160];

    switch (e->j.verdict) {
    case MPU_ALLOWED:
        say(e, "It is in %s, and in no other enabled region.", region_text(e, e->j.hit, text));
        break;
    case MPU_BACKGROUND:
        say(e, "No enabled region covers it; the background region (%s) allows it.",
            (e->m->arch == MPU_M) ? "MPU_CTRL.PRIVDEFENA" : "SCTLR.BR, bit 17");
        if ((e->access == 'x') && (e->addr >= 0x80000000u)) {
            say(e, "A fetch there may still fault: the default map makes much of the upper half "
                   "execute-never.");
        }
        break;
    case MPU_DEFAULT:
        say(e, "The MPU does not judge it: %s, so the default map holds.",
            (e->m->has_control && ((e->m->control & 1u) == 0u))
                ? "it is off (bit 0 of its control register is 0)"
                : "this is the Private Peripheral Bus");
        if ((e->m->arch == MPU_M) && e->lower) {
            say(e, "Most registers of that bus refuse unprivileged accesses by themselves, with a "
                   "BusFault.");
        }
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
    if (((e->j.verdict == MPU_ALLOWED) || (e->j.verdict == MPU_DENIED)) && (e->j.hit->refs > 1u)) {
        say(e, "%u mappings hold that region.", e->j.hit->refs);
    }
}

/* ---- what the hardware reports ---- */

struct syndrome {
    const char *name;
    uint32_t value;
    const char *address; /* the register with the address, or NULL */
};

static struct syndrome predict(const struct explainer *e)
{
    uint32_t code = (e->j.verdict == MPU_DENIED) ? CODE_PERMISSION : CODE_TRANSLATION;
    bool fetch = e->access == 'x';
    uint32_t class = (fetch ? 0x20u : 0x24u) + (e->lower ? 0u : 1u);
    bool write = e->access == 'w';

    if (e->m->arch == MPU_M) {
        return fetch ? (struct syndrome){"CFSR", 0x01u, NULL}
                     : (struct syndrome){"CFSR", 0x82u, "MMFAR"};
    }
    if ((e->m->arch == MPU_R32) && (e->m->level == 1u)) {
        return fetch ? (struct syndrome){"IFSR", 0x200u | code, "IFAR"}
                     : (struct syndrome){"DFSR", 0x200u | code | (write ? 0x800u : 0u), "DFAR"};
    }
    return (struct syndrome){
        (e->m->arch == MPU_R32) ? "HSR" : ((e->m->level == 1u) ? "ESR_EL1" : "ESR_EL2"),
        (class << 26) | IL | code | (write ? 0x40u : 0u),
        (e->m->arch == MPU_R32) ? (fetch ? "HIFAR" : "HDFAR")
                                : ((e->m->level == 1u) ? "FAR_EL1" : "FAR_EL2")};
}

static bool faults(const struct explainer *e)
{
    return (e->j.verdict == MPU_MISS) || (e->j.verdict == MPU_OVERLAP) ||
           ((e->j.verdict == MPU_DENIED) && !e->j.hit->range_only);
}

static void say_syndrome(struct explainer *e)
{
    struct syndrome s = predict(e);
    char addr[24];

    if (!faults(e)) {
        return;
    }
    (void)mpu_hex(e->m, e->addr, addr);
    if (e->m->arch == MPU_M) {
        say(e,
            "The hardware takes a MemManage fault with CFSR 0x%08x (%s)%s%s, or a HardFault where "
            "MemManage is not enabled.",
            s.value, (e->access == 'x') ? "IACCVIOL" : "DACCVIOL and MMARVALID",
            (s.address != NULL) ? " and MMFAR " : "", (s.address != NULL) ? addr : "");
        return;
    }
    say(e, "The hardware reports %s 0x%08x (%s fault, level 0%s) and %s %s.", s.name, s.value,
        (e->j.verdict == MPU_DENIED) ? "Permission" : "Translation",
        (e->lower && (e->m->level == 2u) && (e->access != 'x'))
            ? "; ISS[24:14] may describe the instruction too"
            : "",
        s.address, addr);
    if (e->j.verdict != MPU_DENIED) {
        say(e, "Emulators may report 0x0c, a Permission fault, here too.");
    }
}

static void say_change(struct explainer *e)
{
    static const char *const permission[] = {"ro", "rw", "rx"};
    uint64_t granule = mpu_granule(e->m);
    char base[24], limit[24];
    const char *wanted = permission[(e->access == 'w') ? 1 : ((e->access == 'x') ? 2 : 0)];

    if (!faults(e)) {
        return;
    }
    (void)mpu_hex(e->m, e->addr & ~(granule - 1u), base);
    (void)mpu_hex(e->m, e->addr | (granule - 1u), limit);
    if (e->j.verdict == MPU_MISS) {
        say(e, "To allow it, map at least %s..%s %s%s, or extend a neighbour over it.", base, limit,
            wanted,
            !e->lower                                        ? ""
            : ((e->m->level == 2u) && (e->m->arch != MPU_M)) ? "+el1"
                                                             : "+el0");
    } else if (e->j.verdict == MPU_OVERLAP) {
        say(e, "To allow it, end one of the regions before the other begins, or disable one.");
    } else if (strcmp(e->bit, "AP[1]") == 0) {
        say(e,
            "To allow it, set AP[1] for the whole region, or map the range apart for that level.");
    } else if (strcmp(e->bit, "AP[2]") == 0) {
        say(e,
            "To allow it, clear AP[2]; a region that is executable becomes writable and executable "
            "then, so take the written data out of it rather.");
    } else {
        say(e, "To allow it, clear %s; of writable memory take away writing first (%s).", e->bit,
            wanted);
    }
}

/* ---- the syndrome that was seen ---- */

struct seen {
    bool fetch;
    bool write;
    bool lower;
    bool has_level;
    bool permission;
    bool translation;
};

static bool read_syndrome_r(const struct mpu *m, uint32_t value, struct seen *out)
{
    uint32_t code = value & 0x3fu;

    if ((m->arch == MPU_R32) && (m->level == 1u)) {
        out->write = (value & 0x800u) != 0u;
    } else {
        uint32_t class = value >> 26;

        if ((class != 0x20u) && (class != 0x21u) && (class != 0x24u) && (class != 0x25u)) {
            return false;
        }
        out->fetch = class < 0x24u;
        out->lower = (class & 1u) == 0u;
        out->has_level = true;
        out->write = !out->fetch && ((value & 0x40u) != 0u);
    }
    out->translation = (code & 0x3cu) == 0x04u;
    out->permission = (code & 0x3cu) == 0x0cu;
    return true;
}

static bool read_syndrome(const struct mpu *m, uint64_t value, struct seen *out)
{
    *out = (struct seen){.fetch = false};
    if (value > 0xffffffffu) {
        return false;
    }
    if (m->arch != MPU_M) {
        return read_syndrome_r(m, (uint32_t)value, out);
    }
    if ((value & 0xffu) == 0u) {
        return false;
    }
    out->fetch = (value & 1u) != 0u;
    out->translation = out->permission = true;
    return true;
}

static void say_seen(struct explainer *e, uint64_t value, const struct seen *s)
{
    const char *what = s->permission ? "a Permission fault" : "a Translation fault";

    if (e->m->arch == MPU_M) {
        say(e, "The CFSR given, 0x%08llx, says:%s%s%s%s%s%s", (unsigned long long)value,
            ((value & 1u) != 0u) ? " fetch denied (IACCVIOL)" : "",
            ((value & 2u) != 0u) ? " data access denied (DACCVIOL)" : "",
            ((value & 8u) != 0u) ? " on unstacking (MUNSTKERR)" : "",
            ((value & 16u) != 0u) ? " on stacking (MSTKERR)" : "",
            ((value & 32u) != 0u) ? " on lazy floating-point stacking (MLSPERR)" : "",
            ((value & 128u) != 0u) ? ", MMFAR is valid." : ", MMFAR is not valid.");
        if ((value & 1u) == 0u) {
            say(e, "CFSR does not tell a read from a write; judged here is a %s (--access).",
                verb(e->access));
        }
        if ((value & 24u) != 0u) {
            say(e, "Stacking means that the stack pointer has left its region: look at --addr SP.");
        }
    } else if (!s->permission && !s->translation) {
        say(e,
            "The syndrome given has fault code 0x%02x, which is not the MPU's: an external abort, "
            "an alignment fault or another.",
            (unsigned int)(value & 0x3fu));
        return;
    } else {
        say(e, "The syndrome given, 0x%08llx, is %s of a %s%s.", (unsigned long long)value, what,
            s->fetch ? "fetch" : (s->write ? "write" : "read"),
            !s->has_level ? "" : (s->lower ? " from a lower level" : " at the same level"));
    }
    if (!faults(e)) {
        say(e,
            "By these registers the access is allowed: they are not those of the fault's moment, "
            "or another stage or MPU (the other level, the other security state) denied it.");
    } else if ((e->m->arch != MPU_M) && s->translation && (e->j.verdict == MPU_DENIED)) {
        say(e,
            "By these registers it would be a Permission fault: they are not those of the fault's "
            "moment.");
    }
}

/* ---- output ---- */

static const char *reason(const struct explainer *e)
{
    static const char *const names[] = {"region", "background", "default-map",
                                        "miss",   "overlap",    "permission"};

    return names[e->j.verdict];
}

static void print_json(const struct explainer *e)
{
    struct syndrome s = predict(e);
    char text[24];

    (void)printf("{\"addr\":\"%s\",\"access\":\"%c\",\"level\":\"%s\",\"result\":\"%s\","
                 "\"reason\":\"%s\",\"slots\":[",
                 mpu_hex(e->m, e->addr, text), e->access, level_of_access(e),
                 faults(e) ? "deny" : "allow", reason(e));
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
    if (faults(e)) {
        (void)printf(",\"syndrome\":{\"register\":\"%s\",\"value\":\"0x%08x\"}", s.name, s.value);
    }
    (void)printf(",\"sentences\":[");
    for (unsigned int i = 0u; i < e->sentences; i++) {
        (void)printf("%s", (i > 0u) ? "," : "");
        json_word(stdout, e->sentence[i]);
    }
    (void)printf("]}\n");
}

static void print_text(const struct explainer *e)
{
    char text[24];

    (void)printf("%s %s %s of %s %s.\n", ((e->m->arch == MPU_M) && !e->lower) ? "A" : "An",
                 level_of_access(e), verb(e->access), mpu_hex(e->m, e->addr, text),
                 faults(e) ? "faults"
                           : (((e->j.verdict == MPU_DENIED)) ? "cannot be judged" : "is allowed"));
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

/* The level and kind of the access, from the command line or the syndrome. */
static int settle(struct explainer *e, const struct request *q, const struct seen *s)
{
    const struct mpu *m = e->m;
    unsigned int owner = m->level;

    if (q->has_el && (q->el > owner)) {
        (void)fprintf(stderr,
                      "mpumap: the MPU of EL%u judges EL%u%s only, expected --el %u or less, or "
                      "--owner 2\n",
                      owner, owner, (owner == 2u) ? ", EL1 and EL0" : " and EL0", owner);
        return STATUS_USAGE;
    }
    if ((q->access == 0) && !q->has_syndrome) {
        return cli_refuse("explain", "which access? Give --access r, w or x, or --syndrome", NULL);
    }
    if (e->addr > mpu_top(m)) {
        return cli_refuse("explain", "--addr is beyond this architecture's addresses", NULL);
    }
    e->access = (q->access != 0) ? "rwx"[q->access - 1] : (s->fetch ? 'x' : (s->write ? 'w' : 'r'));
    e->el = q->has_el ? (unsigned int)q->el : ((s->has_level && s->lower) ? owner - 1u : owner);
    e->lower = e->el < owner;
    return 0;
}

static int explain(struct explainer *e, const struct request *q)
{
    struct seen s = {.fetch = false};
    int status;

    if (q->has_syndrome && !read_syndrome(e->m, q->syndrome, &s)) {
        return cli_refuse("explain",
                          "--syndrome is that of no MPU fault: expected an abort's HSR or ESR, "
                          "DFSR, or CFSR with a bit of its lowest byte",
                          NULL);
    }
    status = settle(e, q, &s);
    if (status != 0) {
        return status;
    }
    mpu_judge(e->m, e->addr, e->access, e->lower, &e->j);
    find_nearest(e);
    say_why(e);
    if ((e->j.verdict == MPU_MISS) || (e->j.verdict == MPU_BACKGROUND)) {
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
    return faults(e) ? STATUS_FOUND : STATUS_OK;
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
