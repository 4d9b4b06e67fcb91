/* SPDX-License-Identifier: MIT */
/* `mpumap lint`: named checks of a map. */
#include "mpu.h"

#include <stdarg.h>
#include <string.h>

static const char usage[] =
    "usage: mpumap lint [options] FILE|-\n"
    "\n"
    "Looks for what is wrong or doubtful in a map. Each finding begins with the name of its "
    "check;\n"
    "--list explains them.\n"
    "\n"
    "  --pc ADDRESS               where the code runs that must go on running\n"
    "  --vectors ADDRESS          the exception vectors\n"
    "  --stack ADDRESS            the stack, or its pointer\n"
    "  --ignore NAME[,NAME]       leave these checks out\n"
    "  --list                     the checks\n"
    "  --json                     one JSON object a line, for machines\n"
    "\n" INPUT_HELP "\n"
    "Exit status: 0 nothing found, 1 something found, 2 the input or the command line is "
    "malformed\n"
    "\n"
    "Examples\n"
    "  mpumap lint --arch armv8r32 --vectors 0x20000000 --stack 0x20008000 regs.txt\n"
    "  mpumap lint --regions 8 --ignore mergeable zephyr.log --arch armv8m\n"
    "  mpumap lint --list\n";

enum check {
    CHECK_OVERLAP,
    CHECK_REVERSED,
    CHECK_WX,
    CHECK_RESERVED,
    CHECK_ATTRIBUTE,
    CHECK_DEVICE_X,
    CHECK_GUEST,
    CHECK_MERGEABLE,
    CHECK_MISALIGNED,
    CHECK_UNCOVERED,
    CHECK_BACKGROUND,
    CHECK_OFF,
    CHECK_EXHAUSTION,
    CHECKS
};

static const struct {
    const char *name;
    const char *what;
} checks[CHECKS] = {
    [CHECK_OVERLAP] = {"overlap", "two enabled regions share bytes: every access there faults"},
    [CHECK_REVERSED] = {"reversed",
                        "an enabled region's base is above its limit: it matches nothing"},
    [CHECK_WX] = {"writable-executable", "a region may be written and executed"},
    [CHECK_RESERVED] = {"reserved-bits", "RES0 bits are set, or SH is 01"},
    [CHECK_ATTRIBUTE] = {"attribute-index", "the attribute index has no valid MAIR byte"},
    [CHECK_DEVICE_X] = {"device-executable",
                        "device memory may be executed: speculative fetches reach it"},
    [CHECK_GUEST] = {"guest-access", "a guest may reach the hypervisor's code, vectors or stack"},
    [CHECK_MERGEABLE] = {"mergeable", "touching regions with equal attributes could be one"},
    [CHECK_MISALIGNED] = {"misaligned", "a region is spent on a section's alignment"},
    [CHECK_UNCOVERED] = {"uncovered", "code, vectors or stack are not covered as they must be"},
    [CHECK_BACKGROUND] = {"background", "the background region allows what no region covers"},
    [CHECK_OFF] = {"mpu-off", "the MPU is off: no region counts"},
    [CHECK_EXHAUSTION] = {"exhaustion", "at most one region is free"},
};

struct linter {
    const struct mpu *m;
    bool json;
    bool ignored[CHECKS];
    unsigned int found;
};

/* A finding about one or two regions, or none. */
__attribute__((format(printf, 5, 6))) static void found(struct linter *l, enum check check,
                                                        const struct mpu_region *a,
                                                        const struct mpu_region *b,
                                                        const char *format, ...)
{
    char text[256];
    va_list list;

    if (l->ignored[check]) {
        return;
    }
    l->found++;
    va_start(list, format);
    (void)vsnprintf(text, sizeof text, format, list);
    va_end(list);
    if (!l->json) {
        (void)printf("%s: %s\n", checks[check].name, text);
        return;
    }
    (void)printf("{\"check\":\"%s\",\"slots\":[", checks[check].name);
    if (a != NULL) {
        (void)printf("%u", a->slot);
    }
    if (b != NULL) {
        (void)printf(",%u", b->slot);
    }
    (void)printf("],\"message\":");
    json_word(stdout, text);
    (void)printf("}\n");
}

static const char *range(const struct mpu *m, const struct mpu_region *r, char out[56])
{
    char base[24], limit[24];

    (void)snprintf(out, 56u, "%s..%s", mpu_hex(m, r->base, base), mpu_hex(m, r->limit, limit));
    return out;
}

/* ---- one region ---- */

static void check_reserved(struct linter *l, const struct mpu_region *r)
{
    if (r->reserved_base != 0u) {
        found(l, CHECK_RESERVED, r, NULL, "slot %u: %s has RES0 bits 0x%llx set", r->slot,
              mpu_register(l->m, false), (unsigned long long)r->reserved_base);
    }
    if (r->reserved_limit != 0u) {
        found(l, CHECK_RESERVED, r, NULL, "slot %u: %s has RES0 bits 0x%llx set", r->slot,
              mpu_register(l->m, true), (unsigned long long)r->reserved_limit);
    }
    if (r->sh == 1u) {
        found(l, CHECK_RESERVED, r, NULL, "slot %u: SH is 01, which is UNPREDICTABLE", r->slot);
    }
    if ((l->m->arch == MPU_R64) && ((r->xn & 1u) != 0u)) {
        found(l, CHECK_RESERVED, r, NULL,
              "slot %u: XN[0] is set, whose meaning is not settled; no execution is XN = 0b10",
              r->slot);
    }
}

static void check_attribute(struct linter *l, const struct mpu_region *r)
{
    uint8_t byte = mpu_mair_byte(l->m, r->index);
    bool repeated = false;

    if (!l->m->has_mair) {
        return;
    }
    for (uint8_t i = 0u; i < r->index; i++) {
        repeated = repeated || (mpu_mair_byte(l->m, i) == 0u);
    }
    if ((((byte & 0xf0u) == 0u) && ((byte & 3u) != 0u)) ||
        (((byte & 0xf0u) != 0u) && ((byte & 0x0fu) == 0u))) {
        found(l, CHECK_ATTRIBUTE, r, NULL,
              "slot %u: attribute index %u has MAIR byte 0x%02x, which is "
              "reserved",
              r->slot, r->index, byte);
    } else if ((byte == 0u) && repeated) {
        found(l, CHECK_ATTRIBUTE, r, NULL,
              "slot %u: attribute index %u has MAIR byte 0x00 like a lower index: it was probably "
              "never set, and makes this Device-nGnRnE",
              r->slot, r->index);
    }
}

static void check_rights(struct linter *l, const struct mpu_region *r)
{
    unsigned int owner = mpu_rights(l->m, r, false);
    unsigned int lower = mpu_rights(l->m, r, true);
    unsigned int wx = MPU_WRITE | MPU_EXECUTE;
    char text[56];

    if (((owner & wx) == wx) || ((lower & wx) == wx)) {
        found(l, CHECK_WX, r, NULL,
              "slot %u, %s: may be written and executed; XN (bit %u of %s) would "
              "forbid execution",
              r->slot, range(l->m, r, text), (l->m->arch == MPU_R64) ? 1u : 0u,
              mpu_register(l->m, false));
    }
    if (mpu_is_device(l->m, r) && l->m->has_mair && (((owner | lower) & MPU_EXECUTE) != 0u)) {
        found(l, CHECK_DEVICE_X, r, NULL, "slot %u, %s: device memory without XN", r->slot,
              range(l->m, r, text));
    }
}

static void check_region(struct linter *l, const struct mpu_region *r)
{
    char base[24], limit[24];

    if (r->base > r->limit) {
        found(l, CHECK_REVERSED, r, NULL, "slot %u: base %s is above limit %s: it matches nothing",
              r->slot, mpu_hex(l->m, r->base, base), mpu_hex(l->m, r->limit, limit));
    }
    if (r->range_only) {
        return;
    }
    check_reserved(l, r);
    check_attribute(l, r);
    check_rights(l, r);
}

/* ---- neighbours ---- */

static bool alike(const struct mpu_region *a, const struct mpu_region *b)
{
    return !a->range_only && !b->range_only && (a->sh == b->sh) && (a->ap == b->ap) &&
           (a->xn == b->xn) && (a->index == b->index) && (a->pxn == b->pxn) && (a->ns == b->ns);
}

/* The smallest power of two to which `from` is rounded up when it becomes `to`; 0: none does. */
static uint64_t alignment(uint64_t from, uint64_t to)
{
    for (uint64_t step = 2u; step <= 0x100000u; step *= 2u) {
        if (((from + step - 1u) & ~(step - 1u)) == to) {
            return step;
        }
    }
    return 0u;
}

static void check_gap(struct linter *l, const struct mpu_region *a, const struct mpu_region *b)
{
    uint64_t gap = b->base - a->limit - 1u;
    uint64_t step = alignment(a->limit + 1u, b->base);
    char size[24], first[24];

    if (gap == 0u) {
        found(l, CHECK_MERGEABLE, a, b,
              "slots %u and %u touch at %s and have equal attributes: one region would do", a->slot,
              b->slot, mpu_hex(l->m, b->base, first));
    } else if ((gap < 4096u) && (step != 0u)) {
        found(
            l, CHECK_MISALIGNED, a, b,
            "slots %u and %u have equal attributes and a gap of %s between them: if the end of the "
            "first were aligned to %s they would touch and one region would do",
            a->slot, b->slot, mpu_size(gap - 1u, size), mpu_size(step - 1u, first));
    } else if (gap < 4096u) {
        found(l, CHECK_MISALIGNED, a, b,
              "slots %u and %u have equal attributes and a gap of %s between them: if the second "
              "began at %s they would touch and one region would do",
              a->slot, b->slot, mpu_size(gap - 1u, size), mpu_hex(l->m, a->limit + 1u, first));
    }
}

/* One granule is the pad of a neighbour whose boundary is aligned to two. */
static void check_sliver(struct linter *l, const struct mpu_region *a, const struct mpu_region *b,
                         const struct mpu_region *c)
{
    uint64_t granule = mpu_granule(l->m);
    bool first = (b->base & granule) != 0u;
    char text[56];

    if ((b->limit - b->base + 1u == granule) && (a->limit + 1u == b->base) &&
        (b->limit + 1u == c->base) && !alike(a, b) && !alike(b, c)) {
        found(l, CHECK_MISALIGNED, b, NULL,
              "slot %u, %s, is one granule between slots %u and %u: if its contents may have the "
              "rights of slot %u, aligning the %s of that section to %llu bytes saves %s",
              b->slot, range(l->m, b, text), a->slot, c->slot, first ? a->slot : c->slot,
              first ? "end" : "begin", (unsigned long long)(2u * granule),
              alike(a, c) ? "two regions" : "a region");
    }
}

static void check_neighbours(struct linter *l)
{
    static uint16_t order[MPU_SLOTS];
    const struct mpu *m = l->m;
    unsigned int count = mpu_sorted(m, order);

    for (unsigned int i = 0u; i < count; i++) {
        const struct mpu_region *a = &m->r[order[i]];
        char base[24], limit[24];

        for (unsigned int k = i + 1u; (k < count) && (m->r[order[k]].base <= a->limit); k++) {
            const struct mpu_region *b = &m->r[order[k]];

            found(l, CHECK_OVERLAP, a, b, "slots %u and %u share %s..%s: every access there faults",
                  a->slot, b->slot, mpu_hex(m, b->base, base),
                  mpu_hex(m, (a->limit < b->limit) ? a->limit : b->limit, limit));
        }
        if ((i + 1u < count) && (m->r[order[i + 1u]].base > a->limit)) {
            const struct mpu_region *b = &m->r[order[i + 1u]];

            if (alike(a, b)) {
                check_gap(l, a, b);
            }
            if (i + 2u < count) {
                check_sliver(l, a, b, &m->r[order[i + 2u]]);
            }
        }
    }
}

/* ---- the whole ---- */

static void check_place(struct linter *l, const char *what, uint64_t addr, char access)
{
    const char *verb = (access == 'x') ? "executed" : "written";
    struct mpu_judgement j;
    char text[24];

    mpu_judge(l->m, addr, access, false, &j);
    (void)mpu_hex(l->m, addr, text);
    switch (j.verdict) {
    case MPU_ALLOWED:
        if ((l->m->arch != MPU_M) && (l->m->level == 2u) && (mpu_rights(l->m, j.hit, true) != 0u)) {
            found(l, CHECK_GUEST, j.hit, NULL,
                  "slot %u holds the hypervisor's %s at %s, and AP[1] opens it to EL1 and EL0 (%s)",
                  j.hit->slot, what, text, mpu_rights_name(mpu_rights(l->m, j.hit, true)));
        }
        break;
    case MPU_DEFAULT:
        break;
    case MPU_BACKGROUND:
        found(l, CHECK_UNCOVERED, NULL, NULL, "%s at %s: only the background region covers it",
              what, text);
        break;
    case MPU_MISS:
        found(l, CHECK_UNCOVERED, NULL, NULL, "%s at %s: no enabled region covers it", what, text);
        break;
    case MPU_OVERLAP:
        found(l, CHECK_UNCOVERED, j.hit, j.second,
              "%s at %s: slots %u and %u both match, so it faults", what, text, j.hit->slot,
              j.second->slot);
        break;
    case MPU_DENIED:
        found(l, CHECK_UNCOVERED, j.hit, NULL, "%s at %s: slot %u covers it but it may not be %s",
              what, text, j.hit->slot, verb);
        break;
    case MPU_NEVER:
        found(l, CHECK_UNCOVERED, NULL, NULL,
              "%s at %s: no region makes it executable, and the default map never lets it be "
              "executed",
              what, text);
        break;
    case MPU_UNKNOWN:
        if (j.hit == NULL) {
            found(l, CHECK_UNCOVERED, NULL, NULL,
                  "%s at %s: no enabled region covers it, and the default map is IMPLEMENTATION "
                  "DEFINED",
                  what, text);
        }
        break;
    }
}

/* A stack that is empty ends below its pointer: either byte will do. */
static void check_stack(struct linter *l, uint64_t addr)
{
    struct mpu_judgement at, below;

    mpu_judge(l->m, addr, 'w', false, &at);
    mpu_judge(l->m, (addr == 0u) ? addr : (addr - 1u), 'w', false, &below);
    check_place(l, "stack",
                ((at.verdict == MPU_MISS) && (below.verdict == MPU_ALLOWED)) ? (addr - 1u) : addr,
                'w');
}

static void check_whole(struct linter *l)
{
    static uint16_t order[MPU_SLOTS];
    const struct mpu *m = l->m;
    unsigned int used = mpu_sorted(m, order);

    if (m->has_control && ((m->control & 1u) == 0u)) {
        found(l, CHECK_OFF, NULL, NULL, "the MPU is off (bit 0 of %s is 0): no region counts",
              (m->arch == MPU_M) ? "MPU_CTRL" : "SCTLR");
    }
    if (mpu_background(m)) {
        found(l, CHECK_BACKGROUND, NULL, NULL,
              "the background region is on (%s): %s may reach what no region covers",
              (m->arch == MPU_M) ? "MPU_CTRL.PRIVDEFENA" : "SCTLR.BR, bit 17",
              mpu_level_name(m, false));
    }
    if ((m->implemented != 0u) && (used + 1u >= m->implemented)) {
        found(l, CHECK_EXHAUSTION, NULL, NULL, "%u of %u regions are in use", used, m->implemented);
    }
}

static bool parse_ignored(struct linter *l, const char *list)
{
    while ((list != NULL) && (*list != '\0')) {
        size_t length = strcspn(list, ",");
        bool known = false;

        for (int i = 0; i < CHECKS; i++) {
            if ((strlen(checks[i].name) == length) && (memcmp(checks[i].name, list, length) == 0)) {
                l->ignored[i] = true;
                known = true;
            }
        }
        if (!known) {
            return false;
        }
        list += length;
        list += (*list == ',') ? 1 : 0;
    }
    return true;
}

static int list_checks(bool json)
{
    for (int i = 0; i < CHECKS; i++) {
        (void)printf(json ? "{\"check\":\"%s\",\"about\":\"%s\"}\n" : "%-20s %s\n", checks[i].name,
                     checks[i].what);
    }
    return STATUS_OK;
}

struct places {
    uint64_t pc;
    uint64_t vectors;
    uint64_t stack;
    bool has_pc;
    bool has_vectors;
    bool has_stack;
};

static void check_all(struct linter *l, const struct places *p)
{
    check_neighbours(l);
    for (uint16_t i = 0u; i < l->m->count; i++) {
        if (l->m->r[i].enabled) {
            check_region(l, &l->m->r[i]);
        }
    }
    if (p->has_pc) {
        check_place(l, "pc", p->pc, 'x');
    }
    if (p->has_vectors) {
        check_place(l, "vectors", p->vectors, (l->m->arch == MPU_M) ? 'r' : 'x');
    }
    if (p->has_stack) {
        check_stack(l, p->stack);
    }
    check_whole(l);
}

/* A check that has nothing to go by is not a check that found nothing. */
static void note_unchecked(const struct linter *l, struct mpu *m, const struct places *p)
{
    bool places = p->has_pc || p->has_vectors || p->has_stack;
    const struct {
        enum check check;
        bool missing;
        const char *by;
    } all[] = {{CHECK_ATTRIBUTE, !m->has_mair, "--mair"},
               {CHECK_DEVICE_X, !m->has_mair, "--mair"},
               {CHECK_BACKGROUND, !m->has_control, "--control"},
               {CHECK_OFF, !m->has_control, "--control"},
               {CHECK_EXHAUSTION, m->implemented == 0u, "--regions"},
               {CHECK_UNCOVERED, !places, "--pc, --vectors, --stack"},
               {CHECK_GUEST, !places && (m->arch != MPU_M) && (m->level == 2u),
                "--pc, --vectors, --stack"}};
    char text[200] = "";
    size_t used = 0u;
    const size_t count = sizeof all / sizeof all[0];

    for (size_t i = 0u; i < count; i++) {
        size_t next = i + 1u;

        if (!all[i].missing || l->ignored[all[i].check] || (used >= sizeof text)) {
            continue;
        }
        while ((next < count) && (!all[next].missing || l->ignored[all[next].check])) {
            next++;
        }
        used += (size_t)snprintf(&text[used], sizeof text - used, "%s%s", (used > 0u) ? ", " : "",
                                 checks[all[i].check].name);
        if (((next == count) || (strcmp(all[next].by, all[i].by) != 0)) && (used < sizeof text)) {
            used += (size_t)snprintf(&text[used], sizeof text - used, " (%s)", all[i].by);
        }
    }
    if (used > 0u) {
        mpu_note(m, "not checked: %s", text);
    }
}

int lint_main(int argc, char **argv)
{
    static struct mpu m;
    static struct linter l;
    struct input_options input = {0};
    struct places p = {0};
    bool list = false;
    const char *ignore = NULL;
    const char *file = NULL;
    const struct cli_option options[] = {
        INPUT_OPTIONS(input),
        {.name = "--pc", .number = &p.pc, .given = &p.has_pc},
        {.name = "--vectors", .number = &p.vectors, .given = &p.has_vectors},
        {.name = "--stack", .number = &p.stack, .given = &p.has_stack},
        {.name = "--ignore", .word = &ignore},
        {.name = "--list", .flag = &list},
        {.name = "--json", .flag = &l.json},
        {.name = NULL}};
    struct cli_command c = {.name = "lint",
                            .usage = usage,
                            .options = options,
                            .files_max = 1,
                            .files = &file,
                            .no_file = &list};
    int status = cli_parse(&c, argc, argv);

    if ((status != 0) || c.help) {
        return status;
    }
    if (list) {
        return list_checks(l.json);
    }
    if (!parse_ignored(&l, ignore)) {
        return cli_refuse("lint", "--ignore takes names that --list shows, not", ignore);
    }
    status = input_load(file, &input, &m);
    if (status != 0) {
        return status;
    }
    if ((p.has_pc && (p.pc > mpu_top(&m))) || (p.has_vectors && (p.vectors > mpu_top(&m))) ||
        (p.has_stack && (p.stack > mpu_top(&m)))) {
        return cli_refuse(
            "lint", "--pc, --vectors or --stack is beyond this architecture's addresses", NULL);
    }
    l.m = &m;
    check_all(&l, &p);
    note_unchecked(&l, &m, &p);
    if (l.json) {
        (void)printf("{\"findings\":%u,\"notes\":[", l.found);
        for (unsigned int i = 0u; i < m.notes; i++) {
            (void)printf("%s", (i > 0u) ? "," : "");
            json_word(stdout, m.note[i]);
        }
        (void)printf("]}\n");
    } else {
        for (unsigned int i = 0u; i < m.notes; i++) {
            (void)printf("note: %s\n", m.note[i]);
        }
        (void)printf("%u finding%s\n", l.found, (l.found == 1u) ? "" : "s");
    }
    return (l.found > 0u) ? STATUS_FOUND : STATUS_OK;
}
