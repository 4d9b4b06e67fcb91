/* SPDX-License-Identifier: MIT */
/*
 * The contract between the map and a port: what the map needs to know of an MPU, and the only way
 * in which it changes one. The core decides and emits steps; a port encodes regions (pure code that
 * builds on any host) and executes steps (the only code that touches registers).
 */
#ifndef MPUMAP_PORT_H
#define MPUMAP_PORT_H

#include "mpumap_config.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A physical (= virtual) address, in bytes. A limit is the LAST byte of a range: inclusive
 * everywhere. */
#if MPUMAP_ADDR_BITS == 32
typedef uint32_t mpumap_addr_t;
typedef uint32_t mpumap_reg_t;
#else
typedef uint64_t mpumap_addr_t;
typedef uint64_t mpumap_reg_t;
#endif

#if MPUMAP_REFS_BITS == 16
typedef uint16_t mpumap_refs_t;
#else
typedef uint32_t mpumap_refs_t;
#endif

/*
 * Attributes: permission | type | share | lower level, one constant of each group.
 * The first constant of each group is 0 and may be left out, except that a permission is worth
 * writing.
 */
typedef uint16_t mpumap_attr_t;

/* Permission of the level that owns the MPU. */
#define MPUMAP_RO 0x000u
#define MPUMAP_RW 0x001u
#define MPUMAP_RX 0x002u
#define MPUMAP_RWX 0x003u /* refused unless the map was initialised with allow_rwx */
#define MPUMAP_PERM_MASK 0x003u
#define MPUMAP_WRITE 0x001u
#define MPUMAP_EXEC 0x002u

/* Memory type. */
#define MPUMAP_NORMAL 0x000u        /* Normal, Write-Back */
#define MPUMAP_NORMAL_NC 0x004u     /* Normal, Non-cacheable */
#define MPUMAP_NORMAL_WT 0x008u     /* Normal, Write-Through */
#define MPUMAP_DEVICE 0x00cu        /* Device-nGnRE */
#define MPUMAP_DEVICE_NGNRNE 0x010u /* Device-nGnRnE */
#define MPUMAP_TYPE_MASK 0x01cu

/* Shareability asked for. Device and Non-cacheable memory is Outer Shareable whatever is asked. */
#define MPUMAP_SHARE_AUTO 0x000u /* Inner for cacheable memory */
#define MPUMAP_SHARE_NON 0x020u
#define MPUMAP_SHARE_OUTER 0x040u
#define MPUMAP_SHARE_INNER 0x060u
#define MPUMAP_SHARE_MASK 0x060u

/* The next lower level has the same access: EL1 (and EL0) under an EL2 MPU, EL0 under any other. */
#define MPUMAP_EL1 0x080u
#define MPUMAP_EL0 0x100u
#define MPUMAP_LOWER_MASK 0x180u

/* No slot: slots are numbered 0 to 254. */
#define MPUMAP_NO_SLOT 0xffu
/* The most slots that a map can own. */
#define MPUMAP_MAX_REGIONS 255u

/* A region's two registers, as the hardware takes them (PRBAR/PRLAR, RBAR/RLAR). Bit 0 of limit
 * enables. */
struct mpumap_pair {
    mpumap_reg_t base;
    mpumap_reg_t limit;
};

/* Bit 0 of the limit register is the enable bit on every Armv8 MPU. */
#define MPUMAP_LIMIT_ENABLE 1u

/* What an MPU is like. Filled by the port once, at mpumap_init. */
struct mpumap_limits {
    uint16_t regions;      /* slots implemented, 0 to 255 */
    uint8_t address_bits;  /* 32 or 48 */
    uint8_t granule_shift; /* log2 of the granule: 6 (64 bytes, Armv8-R) or 5 (32 bytes, Armv8-M) */
    uint8_t direct;        /* slots 0 to direct-1 need no selector write */
    uint8_t bank;          /* slots that one selector value reaches, beyond `direct`; at least 1 */
    uint8_t bitmap; /* slots 0 to bitmap-1 have a bit in the enable bitmap, 32 at most; 0: none */
    bool selector_isb; /* a selector write needs an ISB before the window is used */
    bool lower_el1;    /* the lower level is written MPUMAP_EL1 (EL2 MPUs); else MPUMAP_EL0 */
    uint8_t padding;   /* leave it alone: it is 0 */
};

/*
 * What a step does. SELECT always names the first slot of a bank. A BITMAP may be carried out as
 * read, change, write: no enable bit outside its mask is pending then, since the core changes none
 * by a limit register in the same phase, and an ORDER stands between phases.
 */
enum mpumap_step_kind {
    MPUMAP_STEP_SELECT, /* write the selector: value is the slot (or the first slot of the bank) */
    MPUMAP_STEP_BASE,   /* write the base register of `slot` */
    MPUMAP_STEP_LIMIT,  /* write the limit register of `slot` */
    MPUMAP_STEP_BITMAP, /* write the enable bitmap: bits in `mask` become those of `value` */
    MPUMAP_STEP_ISB,    /* make the selector write visible to the window accesses that follow */
    MPUMAP_STEP_ORDER,  /* every region write so far is visible before any that follows */
    MPUMAP_STEP_SYNC    /* end of a change: all writes are visible to every access that follows */
};

struct mpumap_step {
    mpumap_reg_t value;
    uint32_t mask; /* MPUMAP_STEP_BITMAP only */
    uint8_t kind;  /* enum mpumap_step_kind */
    uint8_t slot;  /* MPUMAP_STEP_BASE, MPUMAP_STEP_LIMIT, MPUMAP_STEP_SELECT */
};

/* A port. One constant object per kind of MPU; `ctx` is what the caller gave to mpumap_init. */
struct mpumap_port {
    /* Reads what the MPU is like. Reads registers only. */
    void (*limits)(void *ctx, struct mpumap_limits *out);
    /* Encodes an enabled region. base and limit+1 are on the granule; attr is canonical
     * (mpumap_canonical), with the lower level written MPUMAP_EL1 on every MPU. Pure. Never fails:
     * the core has refused whatever cannot be encoded. */
    void (*encode)(void *ctx, mpumap_addr_t base, mpumap_addr_t limit, mpumap_attr_t attr,
                   struct mpumap_pair *out);
    /* Decodes the attributes of a pair into the same form. False: not expressible. Pure.
     * Addresses are decoded by the core: register bits at and above granule_shift are the address.
     */
    bool (*decode)(void *ctx, const struct mpumap_pair *pair, mpumap_attr_t *attr);
    /* Executes one step. Cannot fail. The core calls it in order, between enter and leave. */
    void (*apply)(void *ctx, const struct mpumap_step *step);
    /* Reads a slot's registers back (adopting boot regions, mpumap_verify). May use the selector.
     */
    void (*read)(void *ctx, uint8_t slot, struct mpumap_pair *out);
    /* Called around every sequence of steps: mask interrupts, take a lock. Either may be NULL. */
    void (*enter)(void *ctx);
    void (*leave)(void *ctx);
};

#ifdef __cplusplus
}
#endif

#endif
