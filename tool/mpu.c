/* SPDX-License-Identifier: MIT */
/*
 * Layouts: DDI 0568A.c E2.2 (PRBAR, PRLAR, HPRBAR, HPRLAR); DDI 0600A.d G1.3 (PRBAR_ELx,
 * PRLAR_ELx); DDI 0553 D1.2 (MPU_RBAR, MPU_RLAR). Attribute bytes: DDI 0487, MAIR_EL1.
 */
#include "mpu.h"

#include <stdarg.h>
#include <string.h>

#define CONTROL_M 1u
#define SCTLR_BR ((uint64_t)1u << 17)
#define SCTLR_WXN ((uint64_t)1u << 19)
#define SCTLR_UWXN ((uint64_t)1u << 20)
#define MPU_CTRL_PRIVDEFENA 4u
/* The Private Peripheral Bus and what lies above it never asks the MPU (DDI 0553, B9). */
#define PPB_BASE 0xe0000000u
#define PPB_LIMIT 0xe00fffffu

struct layout {
    uint64_t address; /* bits of base and limit that are the address */
    uint64_t reserved_base;
    uint64_t reserved_limit;
    uint64_t granule;
    uint8_t sh;
    uint8_t ap;
    uint8_t xn_mask;
    const char *name;
};

static const struct layout *layout_of(enum mpu_arch arch)
{
    static const struct layout all[] = {
        [MPU_NONE] = {.address = 0xffffffc0u,
                      .granule = 64u,
                      .sh = 3u,
                      .ap = 1u,
                      .xn_mask = 1u,
                      .name = "unknown"},
        [MPU_R32] = {.address = 0xffffffc0u,
                     .reserved_base = 0x20u,
                     .reserved_limit = 0x30u,
                     .granule = 64u,
                     .sh = 3u,
                     .ap = 1u,
                     .xn_mask = 1u,
                     .name = "armv8r32"},
        [MPU_R64] = {.address = 0xffffffffffc0u,
                     .reserved_base = 0xffff000000000000u,
                     .reserved_limit = 0xffff000000000020u,
                     .granule = 64u,
                     .sh = 4u,
                     .ap = 2u,
                     .xn_mask = 3u,
                     .name = "armv8r64"},
        [MPU_M] = {.address = 0xffffffe0u,
                   .granule = 32u,
                   .sh = 3u,
                   .ap = 1u,
                   .xn_mask = 1u,
                   .name = "armv8m"},
    };
    return &all[arch];
}

void mpu_note(struct mpu *m, const char *format, ...)
{
    va_list list;

    if (m->notes == MPU_NOTES) {
        return;
    }
    va_start(list, format);
    (void)vsnprintf(m->note[m->notes], sizeof m->note[0], format, list);
    va_end(list);
    m->notes++;
}

const char *mpu_arch_name(enum mpu_arch arch)
{
    return layout_of(arch)->name;
}

uint64_t mpu_granule(const struct mpu *m)
{
    return layout_of(m->arch)->granule;
}

uint64_t mpu_top(const struct mpu *m)
{
    return (m->arch == MPU_R64) ? 0xffffffffffffu : 0xffffffffu;
}

const char *mpu_register(const struct mpu *m, bool limit)
{
    if (m->arch == MPU_M) {
        return limit ? "MPU_RLAR" : "MPU_RBAR";
    }
    if (m->arch == MPU_R64) {
        if (m->level == 1u) {
            return limit ? "PRLAR_EL1" : "PRBAR_EL1";
        }
        return limit ? "PRLAR_EL2" : "PRBAR_EL2";
    }
    if (m->level == 1u) {
        return limit ? "PRLAR" : "PRBAR";
    }
    return limit ? "HPRLAR" : "HPRBAR";
}

const char *mpu_level_name(const struct mpu *m, bool lower)
{
    if (m->arch == MPU_M) {
        return lower ? "user" : "priv";
    }
    if (m->level == 1u) {
        return lower ? "EL0" : "EL1";
    }
    return lower ? "EL1/0" : "EL2";
}

static void fields(const struct mpu *m, struct mpu_region *r)
{
    const struct layout *l = layout_of(m->arch);

    if (r->range_only) {
        return;
    }
    r->base = r->rbar & l->address;
    r->limit = (r->rlar & l->address) | (l->granule - 1u);
    r->reserved_base = r->rbar & l->reserved_base;
    r->reserved_limit = r->rlar & l->reserved_limit;
    r->sh = (uint8_t)((r->rbar >> l->sh) & 3u);
    r->ap = (uint8_t)((r->rbar >> l->ap) & 3u);
    r->xn = (uint8_t)(r->rbar & l->xn_mask);
    r->index = (uint8_t)((r->rlar >> 1) & 7u);
    r->enabled = (r->rlar & 1u) != 0u;
    r->pxn = (m->arch == MPU_M) && ((r->rlar & 0x10u) != 0u);
    r->ns = (m->arch == MPU_R64) && ((r->rlar & 0x10u) != 0u);
}

void mpu_fields(struct mpu *m)
{
    for (uint16_t i = 0u; i < m->count; i++) {
        struct mpu_region moved = m->r[i];
        uint16_t at = i;

        fields(m, &moved);
        for (; (at > 0u) && (m->r[at - 1u].slot > moved.slot); at--) {
            m->r[at] = m->r[at - 1u];
        }
        m->r[at] = moved;
    }
}

/* WXN of EL2 is for what runs at EL2, not for the guests below it (DDI 0568A.c, HSCTLR; QEMU's
 * second stage does so too). UWXN: what EL0 may write EL1 may not execute. */
const char *mpu_wxn(const struct mpu *m, const struct mpu_region *r, bool lower)
{
    if ((m->arch == MPU_M) || !m->has_control || ((r->ap & 2u) != 0u) ||
        (lower && (m->level == 2u))) {
        return NULL;
    }
    if ((m->control & SCTLR_WXN) != 0u) {
        return "WXN";
    }
    if ((m->arch == MPU_R32) && (m->level == 1u) && !lower && ((r->ap & 1u) != 0u) &&
        ((m->control & SCTLR_UWXN) != 0u)) {
        return "UWXN";
    }
    return NULL;
}

bool mpu_off(const struct mpu *m)
{
    return m->has_control && ((m->control & CONTROL_M) == 0u);
}

bool mpu_background(const struct mpu *m)
{
    uint64_t bit = (m->arch == MPU_M) ? MPU_CTRL_PRIVDEFENA : SCTLR_BR;

    return m->has_control && ((m->control & bit) != 0u);
}

/* XN of AArch64: no execution is 0b10; what 0b01 does is not settled between the texts, and is
 * taken as no execution here. */
unsigned int mpu_rights(const struct mpu *m, const struct mpu_region *r, bool lower)
{
    unsigned int rights = MPU_READ;

    if (r->range_only || (lower && ((r->ap & 1u) == 0u))) {
        return 0u;
    }
    if ((r->ap & 2u) == 0u) {
        rights |= MPU_WRITE;
    }
    if ((r->xn == 0u) && !(r->pxn && !lower) && (mpu_wxn(m, r, lower) == NULL)) {
        rights |= MPU_EXECUTE;
    }
    return rights;
}

const char *mpu_rights_name(unsigned int rights)
{
    static const char *const names[] = {"---", "r--", "-w-", "rw-", "--x", "r-x", "-wx", "rwx"};

    return names[rights & 7u];
}

uint8_t mpu_mair_byte(const struct mpu *m, uint8_t index)
{
    return (uint8_t)(m->mair >> (8u * (index & 7u)));
}

bool mpu_is_device(const struct mpu *m, const struct mpu_region *r)
{
    return !r->range_only && ((mpu_mair_byte(m, r->index) & 0xf0u) == 0u);
}

static const char *policy(unsigned int nibble)
{
    if (nibble == 4u) {
        return "nc";
    }
    return ((nibble & 4u) != 0u) ? "wb" : "wt";
}

const char *mpu_type(const struct mpu *m, const struct mpu_region *r, char out[64])
{
    static const char *const device[] = {"device-nGnRnE", "device", "device-nGRE", "device-GRE"};
    unsigned int byte = mpu_mair_byte(m, r->index);
    unsigned int outer = byte >> 4;
    unsigned int inner = byte & 15u;
    const char *doubt = m->has_mair ? "" : "?";

    if (r->range_only) {
        return "?";
    }
    if ((outer == 0u) && ((inner & 3u) == 0u)) {
        (void)snprintf(out, 64u, "%s%s", device[inner >> 2], doubt);
    } else if ((outer == 0u) || (inner == 0u)) {
        (void)snprintf(out, 64u, "reserved(0x%02x)%s", byte, doubt);
    } else if (strcmp(policy(outer), policy(inner)) != 0) {
        (void)snprintf(out, 64u, "normal-%s/%s%s", policy(outer), policy(inner), doubt);
    } else if (strcmp(policy(outer), "wb") == 0) {
        (void)snprintf(out, 64u, "normal%s", doubt);
    } else {
        (void)snprintf(out, 64u, "normal-%s%s", policy(outer), doubt);
    }
    return out;
}

/* Device and Normal Non-cacheable memory is Outer Shareable whatever SH holds (DDI 0487, B2). */
const char *mpu_share(const struct mpu *m, const struct mpu_region *r)
{
    static const char *const names[] = {"non", "SH=01!", "outer", "inner"};
    unsigned int byte = mpu_mair_byte(m, r->index);

    if (r->range_only) {
        return "?";
    }
    if ((r->sh != 1u) && (((byte & 0xf0u) == 0u) || (byte == 0x44u))) {
        return "outer";
    }
    return names[r->sh];
}

uint32_t mpu_refs(const struct mpu *m, const struct mpu_region *r, uint64_t addr)
{
    if (!m->has_spans) {
        return r->refs;
    }
    for (uint16_t i = 0u; i < m->spans; i++) {
        if ((m->span[i].base <= addr) && (addr <= m->span[i].limit)) {
            return m->span[i].refs;
        }
    }
    return 1u;
}

const char *mpu_hex(const struct mpu *m, uint64_t value, char out[24])
{
    (void)snprintf(out, 24u, (m->arch == MPU_R64) ? "0x%012llx" : "0x%08llx",
                   (unsigned long long)value);
    return out;
}

const char *mpu_size(uint64_t last, char out[24])
{
    static const char *const units[] = {"B", "KiB", "MiB", "GiB", "TiB"};
    uint64_t size = last + 1u;
    unsigned int unit = 0u;

    if (size == 0u) {
        return "2^64 B";
    }
    while ((unit < 4u) && ((size & 1023u) == 0u)) {
        size >>= 10;
        unit++;
    }
    (void)snprintf(out, 24u, "%llu %s", (unsigned long long)size, units[unit]);
    return out;
}

const char *mpu_about(uint64_t last, char out[32])
{
    static const char *const units[] = {"B", "KiB", "MiB", "GiB", "TiB"};
    uint64_t size = last + 1u;
    unsigned int unit = 0u;
    bool exact = true;
    char text[24];

    while ((unit < 4u) && (size >= 10240u)) {
        exact = exact && ((size & 1023u) == 0u);
        size >>= 10;
        unit++;
    }
    if (exact) {
        (void)snprintf(out, 32u, "%s", mpu_size(last, text));
    } else {
        (void)snprintf(out, 32u, "about %llu %s", (unsigned long long)size, units[unit]);
    }
    return out;
}

/* Default maps: DDI 0568A.c C1.3; Armv8-M, docs/hardware.md; of AArch64 IMPLEMENTATION DEFINED. */
static enum mpu_verdict by_default(const struct mpu *m, uint64_t addr, char access,
                                   enum mpu_verdict allowed)
{
    bool never;

    if (m->arch == MPU_R64) {
        return MPU_UNKNOWN;
    }
    if (m->arch == MPU_M) {
        never = ((addr >= 0x40000000u) && (addr <= 0x5fffffffu)) || (addr >= 0xa0000000u);
    } else {
        never = addr >= 0x80000000u;
    }
    return (never && (access == 'x')) ? MPU_NEVER : allowed;
}

static void missed(const struct mpu *m, uint64_t addr, char access, bool lower,
                   struct mpu_judgement *out)
{
    out->verdict =
        (mpu_background(m) && !lower) ? by_default(m, addr, access, MPU_BACKGROUND) : MPU_MISS;
}

static void judge_hit(const struct mpu *m, char access, bool lower, struct mpu_judgement *out)
{
    unsigned int rights = mpu_rights(m, out->hit, lower);
    unsigned int wanted = (access == 'x') ? MPU_EXECUTE : ((access == 'w') ? MPU_WRITE : MPU_READ);

    if (out->hit->range_only) {
        out->verdict = MPU_UNKNOWN;
        return;
    }
    if ((access == 'x') && ((rights & MPU_READ) != 0u) && (out->hit->xn == 0u)) {
        out->wxn = mpu_wxn(m, out->hit, lower);
    }
    out->verdict = ((rights & wanted) != 0u) ? MPU_ALLOWED : MPU_DENIED;
}

/* Armv8-M: the Private Peripheral Bus never asks the MPU, and from its base up nothing is ever
 * executed, whatever a region says. */
static bool beyond_reach(const struct mpu *m, uint64_t addr, char access)
{
    return (m->arch == MPU_M) && (addr >= PPB_BASE) && ((addr <= PPB_LIMIT) || (access == 'x'));
}

void mpu_judge(const struct mpu *m, uint64_t addr, char access, bool lower,
               struct mpu_judgement *out)
{
    *out = (struct mpu_judgement){.verdict = MPU_MISS};
    if (mpu_off(m) || beyond_reach(m, addr, access)) {
        out->verdict = by_default(m, addr, access, MPU_DEFAULT);
        return;
    }
    for (uint16_t i = 0u; i < m->count; i++) {
        const struct mpu_region *r = &m->r[i];

        if (!r->enabled || (addr < r->base) || (addr > r->limit)) {
            continue;
        }
        if (out->hit != NULL) {
            out->second = r;
            out->verdict = MPU_OVERLAP;
            return;
        }
        out->hit = r;
    }
    if (out->hit == NULL) {
        missed(m, addr, access, lower, out);
    } else {
        judge_hit(m, access, lower, out);
    }
}

unsigned int mpu_sorted(const struct mpu *m, uint16_t out[MPU_SLOTS])
{
    unsigned int count = 0u;

    for (uint16_t i = 0u; i < m->count; i++) {
        unsigned int at = count;

        if (!m->r[i].enabled || (m->r[i].base > m->r[i].limit)) {
            continue;
        }
        for (; (at > 0u) && (m->r[out[at - 1u]].base > m->r[i].base); at--) {
            out[at] = out[at - 1u];
        }
        out[at] = i;
        count++;
    }
    return count;
}
