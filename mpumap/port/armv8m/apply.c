/* SPDX-License-Identifier: MIT */
/* The MPU of an Armv8-M core, memory-mapped. */
#include "port/armv8m/apply.h"

#include "port/armv8m/codec.h"

#if (MPUMAP_ARMV8M_BANK != 1) && (MPUMAP_ARMV8M_BANK != 4)
#error "MPUMAP_ARMV8M_BANK must be 1 or 4"
#endif

/* DDI 0553, D1.2. */
#define OWN_BANK 0xe000ed90u
#define NS_BANK 0xe002ed90u

#define MPU_TYPE 0x00u
#define MPU_CTRL 0x04u
#define MPU_RNR 0x08u
#define MPU_RBAR 0x0cu
#define MPU_RLAR 0x10u
#define MPU_ALIAS 0x08u /* from a pair to the next: MPU_RBAR_A1 is 0x14, MPU_RLAR_A1 0x18 */
#define MPU_MAIR0 0x30u
#define MPU_MAIR1 0x34u

#define MPU_TYPE_DREGION(type) (((type) >> 8) & 0xffu)
#define MPU_CTRL_ENABLE 1u

static inline uint32_t read_register(uint32_t address)
{
    return *(const volatile uint32_t *)(uintptr_t)address;
}

static inline void write_register(uint32_t address, uint32_t value)
{
    *(volatile uint32_t *)(uintptr_t)address = value;
}

/*
 * The barrier of ORDER and SYNC. The registers are memory: a write is complete at a DSB, and only
 * after the ISB are the accesses and fetches that follow sure to be judged by it (DDI 0553,
 * "Barriers" and "Synchronization requirements"). Writes to the Private Peripheral Bus stay in
 * their order among each other, as all accesses to Device-nGnRnE memory do; so a selector write
 * needs no barrier.
 */
static inline void sync(void)
{
    __asm__ volatile("dsb sy\n\tisb" : : : "memory");
}

/* The compiler keeps volatile accesses in their order, but may move others across them. */
static inline void fence(void)
{
    __asm__ volatile("" : : : "memory");
}

static inline uint32_t mask_interrupts(void)
{
    uint32_t primask;
    __asm__ volatile("mrs %0, primask\n\tcpsid i" : "=r"(primask) : : "memory");
    return primask;
}

static inline void restore_interrupts(uint32_t primask)
{
    __asm__ volatile("msr primask, %0" : : "r"(primask) : "memory");
}

/* ---- both banks ---- */

/* DREGION may be 0: the core then has no MPU, and mpumap_init says so. */
static inline void bank_limits(uint32_t bank, struct mpumap_limits *out)
{
    out->regions = (uint16_t)MPU_TYPE_DREGION(read_register(bank + MPU_TYPE));
    out->address_bits = 32;
    out->granule_shift = MPUMAP_ARMV8M_GRANULE_SHIFT;
    out->direct = 0;
    out->bank = MPUMAP_ARMV8M_BANK;
    out->bitmap = 0;
    out->selector_isb = false;
    out->lower_el1 = false;
}

/* The core has selected the bank's first slot; the others are reached by their aliases. */
static inline void write_pair(uint32_t bank, uint32_t offset, uint32_t slot, uint32_t value)
{
    write_register(bank + offset + MPU_ALIAS * (slot % MPUMAP_ARMV8M_BANK), value);
}

static inline void bank_apply(uint32_t bank, const struct mpumap_step *step)
{
    fence();
    switch ((enum mpumap_step_kind)step->kind) {
    case MPUMAP_STEP_SELECT:
        write_register(bank + MPU_RNR, step->value);
        break;
    case MPUMAP_STEP_BASE:
        write_pair(bank, MPU_RBAR, step->slot, step->value);
        break;
    case MPUMAP_STEP_LIMIT:
        write_pair(bank, MPU_RLAR, step->slot, step->value);
        break;
    case MPUMAP_STEP_BITMAP: /* never: limits.bitmap is 0 */
    case MPUMAP_STEP_ISB:    /* never: limits.selector_isb is false */
        break;
    case MPUMAP_STEP_ORDER:
    case MPUMAP_STEP_SYNC:
        sync();
        break;
    }
    fence();
}

/* By the slot's own number, so that what was written through an alias is read by another way. */
static inline void bank_read(uint32_t bank, uint8_t slot, struct mpumap_pair *out)
{
    const uint32_t primask = mask_interrupts();
    write_register(bank + MPU_RNR, slot);
    out->base = read_register(bank + MPU_RBAR);
    out->limit = read_register(bank + MPU_RLAR);
    restore_interrupts(primask);
}

static inline void bank_mair(uint32_t bank)
{
    write_register(bank + MPU_MAIR0, MPUMAP_ARMV8M_MAIR0);
    write_register(bank + MPU_MAIR1, MPUMAP_ARMV8M_MAIR1);
}

static inline void bank_control(uint32_t bank, uint32_t value)
{
    sync();
    write_register(bank + MPU_CTRL, value);
    sync();
}

static void enter(void *ctx)
{
    struct mpumap_armv8m_ctx *saved = ctx;
    if (saved != NULL) {
        saved->primask = mask_interrupts();
    }
}

static void leave(void *ctx)
{
    const struct mpumap_armv8m_ctx *saved = ctx;
    if (saved != NULL) {
        restore_interrupts(saved->primask);
    }
}

/* ---- the MPU of the current security state ---- */

static void own_limits(void *ctx, struct mpumap_limits *out)
{
    (void)ctx;
    bank_limits(OWN_BANK, out);
}

static void own_apply(void *ctx, const struct mpumap_step *step)
{
    (void)ctx;
    bank_apply(OWN_BANK, step);
}

static void own_read(void *ctx, uint8_t slot, struct mpumap_pair *out)
{
    (void)ctx;
    bank_read(OWN_BANK, slot, out);
}

void mpumap_armv8m_mair(void)
{
    bank_mair(OWN_BANK);
}

void mpumap_armv8m_enable(void)
{
    bank_control(OWN_BANK, MPU_CTRL_ENABLE);
}

void mpumap_armv8m_disable(void)
{
    bank_control(OWN_BANK, 0u);
}

const struct mpumap_port mpumap_armv8m = {
    .limits = own_limits,
    .encode = mpumap_armv8m_encode,
    .decode = mpumap_armv8m_decode,
    .apply = own_apply,
    .read = own_read,
    .enter = enter,
    .leave = leave,
};

/* ---- the Non-secure MPU ---- */

static void ns_limits(void *ctx, struct mpumap_limits *out)
{
    (void)ctx;
    bank_limits(NS_BANK, out);
}

static void ns_apply(void *ctx, const struct mpumap_step *step)
{
    (void)ctx;
    bank_apply(NS_BANK, step);
}

static void ns_read(void *ctx, uint8_t slot, struct mpumap_pair *out)
{
    (void)ctx;
    bank_read(NS_BANK, slot, out);
}

void mpumap_armv8m_ns_mair(void)
{
    bank_mair(NS_BANK);
}

void mpumap_armv8m_ns_enable(void)
{
    bank_control(NS_BANK, MPU_CTRL_ENABLE);
}

void mpumap_armv8m_ns_disable(void)
{
    bank_control(NS_BANK, 0u);
}

const struct mpumap_port mpumap_armv8m_ns = {
    .limits = ns_limits,
    .encode = mpumap_armv8m_encode,
    .decode = mpumap_armv8m_decode,
    .apply = ns_apply,
    .read = ns_read,
    .enter = enter,
    .leave = leave,
};
