/* SPDX-License-Identifier: MIT */
/*
 * What the hardware reports, and whether what was seen fits.
 *
 * DDI 0568A.c G8.2 (HSR, DFSR, IFSR); DDI 0487 D17.2 (ESR_ELx) with the fault codes of DDI 0600A.d
 * C1: no match and several matches are a Translation fault, one match that denies is a Permission
 * fault, level 0 both; DDI 0553 D1.2 (CFSR, MMFAR).
 */
#include "explain.h"

#include <stdarg.h>

#define CODE_TRANSLATION 0x04u
#define CODE_PERMISSION 0x0cu
#define IL 0x02000000u
#define FSR_LPAE 0x200u
#define FSR_WNR 0x800u
#define IACCVIOL 0x01u
#define DACCVIOL 0x02u
#define MUNSTKERR 0x08u
#define MSTKERR 0x10u
#define MLSPERR 0x20u
#define MMARVALID 0x80u

bool access_faults(const struct explainer *e)
{
    return (e->j.verdict == MPU_MISS) || (e->j.verdict == MPU_OVERLAP) ||
           (e->j.verdict == MPU_DENIED) || (e->j.verdict == MPU_NEVER);
}

static bool of_el1_32(const struct mpu *m)
{
    return (m->arch == MPU_R32) && (m->level == 1u);
}

/* ---- what the hardware reports ---- */

struct syndrome syndrome_of(const struct explainer *e)
{
    uint32_t code = (e->j.verdict == MPU_DENIED) ? CODE_PERMISSION : CODE_TRANSLATION;
    bool fetch = e->access == 'x';
    uint32_t class = (fetch ? 0x20u : 0x24u) + (e->lower ? 0u : 1u);
    bool write = e->access == 'w';

    if (e->m->arch == MPU_M) {
        return fetch ? (struct syndrome){"CFSR", IACCVIOL, NULL}
                     : (struct syndrome){"CFSR", DACCVIOL | MMARVALID, "MMFAR"};
    }
    if (e->j.verdict == MPU_NEVER) {
        return (struct syndrome){NULL, 0u, NULL};
    }
    if (of_el1_32(e->m)) {
        return fetch ? (struct syndrome){"IFSR", FSR_LPAE | code, "IFAR"}
                     : (struct syndrome){"DFSR", FSR_LPAE | code | (write ? FSR_WNR : 0u), "DFAR"};
    }
    return (struct syndrome){
        (e->m->arch == MPU_R32) ? "HSR" : ((e->m->level == 1u) ? "ESR_EL1" : "ESR_EL2"),
        (class << 26) | IL | code | (write ? 0x40u : 0u),
        (e->m->arch == MPU_R32) ? (fetch ? "HIFAR" : "HDFAR")
                                : ((e->m->level == 1u) ? "FAR_EL1" : "FAR_EL2")};
}

void say_syndrome(struct explainer *e)
{
    struct syndrome s = syndrome_of(e);
    char addr[24];

    if (!access_faults(e)) {
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
    if (s.name == NULL) {
        say(e,
            "The hardware takes a prefetch abort at %s; which fault code it reports for the "
            "default "
            "map is not known here.",
            addr);
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

/* ---- what was seen ---- */

static int refuse(uint64_t value, const char *found, const char *expected)
{
    (void)fprintf(stderr, "mpumap: --syndrome 0x%llx: found %s, expected %s\n",
                  (unsigned long long)value, found, expected);
    return STATUS_USAGE;
}

static void read_code(uint32_t code, struct seen *out)
{
    out->translation = code == CODE_TRANSLATION;
    out->permission = code == CODE_PERMISSION;
    out->other = !out->translation && !out->permission;
}

/* DFSR and IFSR have the same status, and nothing says which one it is. */
static int read_fsr(uint32_t value, struct seen *out)
{
    if ((value >> 14) != 0u) {
        return refuse(value, "bits that neither has", "DFSR or IFSR of an AArch32 EL1");
    }
    if ((value & FSR_LPAE) == 0u) {
        return refuse(value, "the short format (bit 9 is 0)",
                      "DFSR or IFSR in the long format, the only one of this architecture");
    }
    read_code(value & 0x3fu, out);
    out->data = true;
    out->access = ((value & FSR_WNR) != 0u) ? 'w' : 0;
    return 0;
}

static int read_class(uint32_t value, struct seen *out)
{
    uint32_t class = value >> 26;
    char found[64];

    if ((class != 0x20u) && (class != 0x21u) && (class != 0x24u) && (class != 0x25u)) {
        (void)snprintf(found, sizeof found, "exception class 0x%02x", class);
        return refuse(value, found, "that of an abort: 0x20, 0x21, 0x24 or 0x25 in bits 31 to 26");
    }
    out->fetched = class < 0x24u;
    out->access = out->fetched ? 'x' : (((value & 0x40u) != 0u) ? 'w' : 'r');
    out->data = !out->fetched;
    out->lower = (class & 1u) == 0u;
    out->has_level = true;
    read_code(value & 0x3fu, out);
    return 0;
}

static int read_cfsr(uint32_t value, struct seen *out)
{
    if (value == 0u) {
        return refuse(value, "no fault", "CFSR with a bit set");
    }
    out->fetched = (value & IACCVIOL) != 0u;
    out->data = (value & (DACCVIOL | MUNSTKERR | MSTKERR | MLSPERR)) != 0u;
    out->other = !out->fetched && !out->data;
    if (out->fetched) {
        out->access = 'x';
    } else if ((value & (MSTKERR | MLSPERR)) != 0u) {
        out->access = 'w';
    } else if ((value & MUNSTKERR) != 0u) {
        out->access = 'r';
    }
    return 0;
}

int syndrome_read(const struct mpu *m, uint64_t value, struct seen *out)
{
    *out = (struct seen){.access = 0};
    if (value > 0xffffffffu) {
        return refuse(value, "more than 32 bits", "HSR, ESR_ELx, CFSR, DFSR or IFSR");
    }
    if (m->arch == MPU_M) {
        return read_cfsr((uint32_t)value, out);
    }
    return of_el1_32(m) ? read_fsr((uint32_t)value, out) : read_class((uint32_t)value, out);
}

/* ---- does it fit? ---- */

__attribute__((format(printf, 2, 3))) static void contradict(struct explainer *e,
                                                             const char *format, ...)
{
    char text[256];
    va_list list;

    va_start(list, format);
    (void)vsnprintf(text, sizeof text, format, list);
    va_end(list);
    e->fit = "contradicts";
    say(e, "That contradicts: %s", text);
}

static void say_cfsr(struct explainer *e, uint32_t value, const struct seen *s)
{
    say(e, "The CFSR given, 0x%08x, says:%s%s%s%s%s%s%s", value,
        s->other ? " no fault of the MPU" : "",
        ((value & IACCVIOL) != 0u) ? " fetch denied (IACCVIOL)" : "",
        ((value & DACCVIOL) != 0u) ? " data access denied (DACCVIOL)" : "",
        ((value & MUNSTKERR) != 0u) ? " on unstacking (MUNSTKERR)" : "",
        ((value & MSTKERR) != 0u) ? " on stacking (MSTKERR)" : "",
        ((value & MLSPERR) != 0u) ? " on lazy floating-point stacking (MLSPERR)" : "",
        ((value & MMARVALID) != 0u) ? ", MMFAR is valid." : ", MMFAR is not valid.");
    if ((value >> 8) != 0u) {
        say(e, "It has bits of a %s: there the bus or the core complained, not the MPU.",
            ((value & 0xff00u) != 0u) ? "BusFault" : "UsageFault");
    }
    if (s->data && (s->access == 0) && (e->access != 'x')) {
        say(e, "CFSR does not tell a read from a write; judged here is a %s.",
            access_verb(e->access));
    }
    if ((value & (MSTKERR | MUNSTKERR)) != 0u) {
        say(e, "Stacking means that the stack pointer has left its region: look at --addr SP.");
    }
}

static void say_fault(struct explainer *e, uint32_t value, const struct seen *s)
{
    unsigned int code = value & 0x3fu;

    if (s->other && (((code & 0x3cu) == 0x04u) || ((code & 0x3cu) == 0x0cu))) {
        say(e,
            "The syndrome given, 0x%08x, has a fault of level %u: that is one of translation "
            "tables; an "
            "MPU reports level 0 only.",
            value, code & 3u);
    } else if (s->other) {
        say(e,
            "The syndrome given has fault code 0x%02x, which is not the MPU's: an external abort, "
            "an alignment fault or another.",
            code);
    } else {
        say(e, "The syndrome given, 0x%08x, is a %s fault of a %s%s.", value,
            s->permission ? "Permission" : "Translation",
            (s->access != 0) ? access_verb(s->access) : "read or a fetch",
            !s->has_level ? "" : (s->lower ? " from a lower level" : " at the same level"));
    }
    if (!s->other && (s->access == 0) && (e->access != 'w')) {
        say(e, "DFSR and IFSR look alike then; judged here is a %s.", access_verb(e->access));
    }
}

/* Another kind of access, or another level, than the one that was judged. */
static void compare_access(struct explainer *e, const struct seen *s)
{
    bool fetch = e->access == 'x';
    bool told = (e->m->arch == MPU_M) || s->has_level;

    if ((told && fetch && !s->fetched) || (!fetch && s->fetched && !s->data) ||
        ((s->access != 0) && s->data && !s->fetched && (s->access != e->access))) {
        contradict(e, "the access judged here is a %s (--access).", access_verb(e->access));
    }
    if (s->has_level && (s->lower != e->lower)) {
        contradict(e, "the access judged here is one %s (--el).",
                   e->lower ? "from a lower level" : "at the level of the owner");
    }
}

static void compare_verdict(struct explainer *e, const struct seen *s)
{
    if (e->j.verdict == MPU_UNKNOWN) {
        e->fit = "unknown";
    } else if (!access_faults(e)) {
        contradict(e, "by these registers the access is allowed. They are not those of the fault's "
                      "moment, or another stage or MPU (the other level, the other security state) "
                      "denied it.");
    } else if ((e->m->arch == MPU_M) || (e->j.verdict == MPU_NEVER)) {
        return;
    } else if (s->translation && (e->j.verdict == MPU_DENIED)) {
        contradict(e,
                   "by these registers it would be a Permission fault. They are not those of the "
                   "fault's moment.");
    } else if (s->permission && (e->j.verdict != MPU_DENIED) && (e->fit == NULL)) {
        e->fit = "emulator";
        say(e, "It fits these registers on an emulator; hardware reports a Translation fault, so "
               "if it "
               "comes from hardware, they are not those of the fault's moment.");
    }
}

void say_seen(struct explainer *e, uint64_t value, const struct seen *s)
{
    if (e->m->arch == MPU_M) {
        say_cfsr(e, (uint32_t)value, s);
    } else {
        say_fault(e, (uint32_t)value, s);
    }
    if (s->other) {
        e->fit = "other";
        return;
    }
    compare_access(e, s);
    compare_verdict(e, s);
    if (e->fit == NULL) {
        e->fit = "fits";
        say(e, "That fits these registers.");
    }
}
