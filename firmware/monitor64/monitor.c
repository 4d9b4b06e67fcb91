/* SPDX-License-Identifier: MIT */
/*
 * Plays EL2 to the image, which runs at EL1 and, by FEAT_NV (DDI 0487, D8.11), believes otherwise:
 * its accesses to EL2 registers and its exception returns come here. Registers that QEMU's core
 * does not have are UNDEFINED at EL1, and so is whatever else goes to EL1's vectors: these lie
 * where no memory can be, and the fetch of the vector comes here.
 */
#include "monitor.h"

#define EXCEPTION_VECTORS ((uint64_t)1u << ADDRESS_BITS)

#define READ_REGISTER(name)                                                                        \
    __extension__({                                                                                \
        uint64_t value_;                                                                           \
        __asm__ volatile("mrs %0, " #name : "=r"(value_));                                         \
        value_;                                                                                    \
    })
#define WRITE_REGISTER(name, value)                                                                \
    __asm__ volatile("msr " #name ", %0" : : "r"((uint64_t)(value)) : "memory")

/* ESR_ELx: DDI 0487, D17.2. */
#define CLASS(esr) (((esr) >> 26) & 0x3fu)
#define CLASS_UNKNOWN 0x00u
#define CLASS_HVC 0x16u
#define CLASS_REGISTER 0x18u
#define CLASS_ERET 0x1au
#define CLASS_FETCH_LOWER 0x20u
#define CLASS_FETCH 0x21u
#define CLASS_DATA_LOWER 0x24u
#define CLASS_DATA 0x25u
#define CLASS_STEP_LOWER 0x32u
#define CLASS_BRK 0x3cu
#define IL ((uint64_t)1u << 25)
#define ISV(esr) (((esr) >> 24) & 1u)
#define SAS(esr) (((esr) >> 22) & 3u)
#define CM(esr) (((esr) >> 8) & 1u)
#define WNR(esr) (((esr) >> 6) & 1u)
#define STATUS(esr) ((esr)&0x3fu)

#define SPSR_STEP ((uint64_t)1u << 21)
#define SPSR_MODE 0x1fu
#define SPSR_DAIF 0x3c0u
#define MODE_EL1T 0x4u
#define MODE_EL1H 0x5u
#define MODE_EL2T 0x8u
#define MODE_EL2H 0x9u

#define VECTOR_OF_SP0 0x000u
#define VECTOR_OF_SPX 0x200u

/* --- the image's EL2, and what it may prepare of its EL1 --- */

#define KEY(op0, op1, crn, crm, op2)                                                               \
    (((op0) << 16) | ((op1) << 12) | ((crn) << 8) | ((crm) << 4) | (op2))

struct stored {
    uint32_t key;
    uint64_t value;
};
static struct stored vbar = {KEY(3, 4, 12, 0, 0), 0};
static struct stored esr = {KEY(3, 4, 5, 2, 0), 0};
static struct stored far = {KEY(3, 4, 6, 0, 0), 0};
static struct stored elr = {KEY(3, 4, 4, 0, 1), 0};
static struct stored spsr = {KEY(3, 4, 4, 0, 0), 0};
/* Kept, without effect: nothing below EL2 is played. */
static struct stored others[] = {
    {KEY(3, 4, 13, 0, 2), 0}, /* TPIDR_EL2 */
    {KEY(3, 4, 1, 1, 0), 0},  /* HCR_EL2 */
    {KEY(3, 4, 1, 1, 1), 0},  /* MDCR_EL2 */
    {KEY(3, 4, 1, 1, 2), 0},  /* CPTR_EL2 */
    {KEY(3, 4, 1, 1, 3), 0},  /* HSTR_EL2 */
    {KEY(3, 4, 2, 0, 0), 0},  /* VSCTLR_EL2 */
    {KEY(3, 4, 2, 1, 2), 0},  /* VTCR_EL2 */
    {KEY(3, 4, 6, 0, 4), 0},  /* HPFAR_EL2 */
    {KEY(3, 4, 14, 0, 3), 0}, /* CNTVOFF_EL2 */
    {KEY(3, 4, 14, 1, 0), 0}, /* CNTHCTL_EL2 */
    {KEY(3, 4, 4, 1, 0), 0},  /* SP_EL1 */
    {KEY(3, 0, 1, 0, 0), 0},  /* SCTLR_EL1 */
    {KEY(3, 0, 10, 2, 0), 0}, /* MAIR_EL1 */
    {KEY(3, 0, 12, 0, 0), 0}, /* VBAR_EL1 */
    {KEY(3, 0, 4, 0, 1), 0},  /* ELR_EL1 */
    {KEY(3, 0, 4, 0, 0), 0},  /* SPSR_EL1 */
};

/* --- the end --- */

#define SYS_WRITE0 0x04u
#define SYS_EXIT_EXTENDED 0x20u
#define ADP_STOPPED_APPLICATION_EXIT 0x20026u

static void say(const char *text)
{
    (void)semihosting_call(SYS_WRITE0, (void *)(uintptr_t)text);
}

static void say_hex(uint64_t value)
{
    char text[19] = "0x0000000000000000";

    for (uint32_t i = 0u; i < 16u; i++) {
        text[17u - i] = "0123456789abcdef"[(value >> (4u * i)) & 15u];
    }
    say(text);
}

_Noreturn void stop(uint32_t status, const char *what, uint64_t value)
{
    uint64_t block[2] = {ADP_STOPPED_APPLICATION_EXIT, status};

    say((status == STATUS_REFUSED) ? "monitor: refused: " : "monitor: defect: ");
    say(what);
    say_hex(value);
    say(", pc ");
    say_hex(READ_REGISTER(elr_el2));
    say("\n");
    for (;;) {
        (void)semihosting_call(SYS_EXIT_EXTENDED, block);
    }
}

_Noreturn void monitor_defect(void)
{
    stop(STATUS_DEFECT, "an exception of its own: ", READ_REGISTER(esr_el2));
}

/* --- exceptions that the image takes --- */

/* What the image's PSTATE looks like to itself. */
static uint64_t shown(uint64_t state)
{
    uint64_t mode = state & SPSR_MODE;

    if ((mode != MODE_EL1T) && (mode != MODE_EL1H)) {
        stop(STATUS_DEFECT, "the image is at another level than EL1: ", state);
    }
    return (state & ~(SPSR_STEP | SPSR_MODE)) | (mode + (MODE_EL2T - MODE_EL1T));
}

static void deliver(uint64_t syndrome, uint64_t at, uint64_t state)
{
    bool sp0 = (state & SPSR_MODE) == MODE_EL1T;

    esr.value = syndrome;
    elr.value = at;
    spsr.value = shown(state);
    WRITE_REGISTER(elr_el2, vbar.value + (sp0 ? VECTOR_OF_SP0 : VECTOR_OF_SPX));
    WRITE_REGISTER(spsr_el2, SPSR_DAIF | MODE_EL1H);
}

static void deliver_fault(uint64_t address, enum access access, uint32_t status)
{
    uint64_t class = (access == ACCESS_FETCH) ? CLASS_FETCH : CLASS_DATA;
    uint64_t wnr = (access == ACCESS_WRITE) ? 0x40u : 0u;

    far.value = address;
    deliver((class << 26) | IL | wnr | status, READ_REGISTER(elr_el2), READ_REGISTER(spsr_el2));
}

/* --- one instruction at a time --- */

#define MDSCR_SS 1u
static bool stepping;

static void step_over(void)
{
    stepping = true;
    WRITE_REGISTER(mdscr_el1, MDSCR_SS);
    WRITE_REGISTER(spsr_el2, READ_REGISTER(spsr_el2) | SPSR_STEP);
}

static void step_ends(void)
{
    if (stepping) {
        stepping = false;
        WRITE_REGISTER(mdscr_el1, 0u);
        WRITE_REGISTER(spsr_el2, READ_REGISTER(spsr_el2) & ~SPSR_STEP);
    }
}

/* --- accesses --- */

static uint32_t instruction_at(uint64_t address)
{
    uint64_t physical = pages_physical(address);

    return (physical != 0u) ? *(const volatile uint32_t *)(uintptr_t)physical : 0u;
}

static uint32_t judge(uint64_t address, enum access access)
{
    uint32_t fault = mpu_judge(address, access);

    return ((fault == FAULT_NONE) && (pages_physical(address) == 0u)) ? FAULT_EXTERNAL : fault;
}

/* Bytes that a load or store touches whose syndrome does not say; 0: none of those that are known
 * here (DDI 0487, C4.1, "Loads and Stores"). */
static uint32_t width_of(uint32_t instruction)
{
    uint32_t size = 1u << (instruction >> 30);

    if ((instruction & 0x3c000000u) == 0x28000000u) { /* pairs */
        return ((instruction >> 30) == 2u) ? 16u : 8u;
    }
    if (((instruction & 0x3f200000u) == 0x38000000u) || /* write-back and unscaled forms */
        ((instruction & 0x3f200c00u) == 0x38200000u) || /* atomics */
        ((instruction & 0x3f200000u) == 0x08000000u)) { /* exclusives, but for pairs */
        return size;
    }
    return 0u;
}

/* At most 64 bytes otherwise: no single access is longer. */
#define WIDTH_MAX GRANULE

static uint32_t width(uint64_t syndrome, enum access access)
{
    if (access == ACCESS_FETCH) {
        return 4u;
    }
    if (CM(syndrome) != 0u) {
        return 1u;
    }
    return (ISV(syndrome) != 0u) ? (1u << SAS(syndrome))
                                 : width_of(instruction_at(READ_REGISTER(elr_el2)));
}

static void refuse_access(uint64_t address, enum access access, uint32_t fault)
{
    step_ends();
    pages_close();
    deliver_fault(address, access, fault);
}

/* The first byte of the next granule, if the access reaches it. (At a page, FAR_EL2 may be the
 * second part of an access: that is never longer than the granule.) */
static uint32_t judge_reach(uint64_t next, uint64_t reach, uint32_t known, enum access access)
{
    uint32_t fault = (reach > next) ? judge(next, access) : FAULT_NONE;

    if ((fault != FAULT_NONE) && (known == 0u)) {
        stop(STATUS_REFUSED, "cannot tell whether the access reaches the granule at ", next);
    }
    return fault;
}

static void handle_access(uint64_t syndrome, enum access access)
{
    const uint64_t address = READ_REGISTER(far_el2);
    const uint64_t next = (address | (GRANULE - 1u)) + 1u;
    const uint32_t known = width(syndrome, access);
    uint32_t fault = judge(address, access);

    if ((STATUS(syndrome) < 0x04u) || (STATUS(syndrome) > 0x0fu)) {
        stop(STATUS_DEFECT, "an abort that stage 2 has not caused: ", syndrome);
    }
    if (fault != FAULT_NONE) {
        refuse_access(address, access, fault);
        return;
    }
    fault = judge_reach(next, address + ((known != 0u) ? known : WIDTH_MAX), known, access);
    if (fault != FAULT_NONE) {
        refuse_access(next, access, fault);
        return;
    }
    pages_open(address, access);
    step_over();
}

/* --- registers --- */

static uint64_t *stored(uint32_t key)
{
    struct stored *const named[] = {&vbar, &esr, &far, &elr, &spsr};

    for (uint32_t i = 0u; i < sizeof named / sizeof named[0]; i++) {
        if (named[i]->key == key) {
            return &named[i]->value;
        }
    }
    for (uint32_t i = 0u; i < sizeof others / sizeof others[0]; i++) {
        if (others[i].key == key) {
            return &others[i].value;
        }
    }
    return NULL;
}

static bool control_register(uint32_t key, bool write, uint64_t *value)
{
    uint64_t *held = (key == KEY(3, 4, 1, 0, 0))    ? &mpu_control
                     : (key == KEY(3, 4, 10, 2, 0)) ? &mpu_types
                                                    : NULL;

    if (held == NULL) {
        return false;
    }
    if (write) {
        *held = *value;
        pages_follow();
    }
    *value = *held;
    return true;
}

static bool kept_register(uint32_t key, bool write, uint64_t *value)
{
    uint64_t *held = stored(key);

    if (held == NULL) {
        return false;
    }
    if (write) {
        *held = *value;
    }
    *value = *held;
    return true;
}

/* The fields of an MRS or MSR stand in the same order in the instruction and in the syndrome. */
struct move {
    uint32_t op0, op1, crn, crm, op2, rt;
    bool write;
};

static bool stale(uint64_t written)
{
    return (SABOTAGE == SABOTAGE_STALE_PAGES) && ((written & 1u) == 0u);
}

static bool perform(const struct move *m, struct frame *frame)
{
    uint32_t key = KEY(m->op0, m->op1, m->crn, m->crm, m->op2);
    uint64_t value = (m->rt == 31u) ? 0u : frame->x[m->rt];

    if ((m->op0 == 3u) && mpu_register(m->op1, m->crn, m->crm, m->op2, m->write, &value)) {
        if (m->write && (m->op1 == 4u) && (m->crm != 2u) && !stale(value)) {
            pages_follow();
        }
    } else if (!control_register(key, m->write, &value) && !kept_register(key, m->write, &value)) {
        return false;
    }
    if (!m->write && (m->rt != 31u)) {
        frame->x[m->rt] = value;
    }
    return true;
}

static void handle_register(uint64_t syndrome, struct frame *frame)
{
    const struct move m = {.op0 = (uint32_t)(syndrome >> 20) & 3u,
                           .op2 = (uint32_t)(syndrome >> 17) & 7u,
                           .op1 = (uint32_t)(syndrome >> 14) & 7u,
                           .crn = (uint32_t)(syndrome >> 10) & 15u,
                           .rt = (uint32_t)(syndrome >> 5) & 31u,
                           .crm = (uint32_t)(syndrome >> 1) & 15u,
                           .write = (syndrome & 1u) == 0u};

    if (!perform(&m, frame)) {
        stop(STATUS_REFUSED, "a system register that is not played: ", syndrome);
    }
    WRITE_REGISTER(elr_el2, READ_REGISTER(elr_el2) + 4u);
}

/* MRS and MSR (register): DDI 0487, C4.1. */
static bool decode(uint32_t instruction, struct move *m)
{
    *m = (struct move){.op0 = (instruction >> 19) & 3u,
                       .op1 = (instruction >> 16) & 7u,
                       .crn = (instruction >> 12) & 15u,
                       .crm = (instruction >> 8) & 15u,
                       .op2 = (instruction >> 5) & 7u,
                       .rt = instruction & 31u,
                       .write = (instruction & (1u << 21)) == 0u};
    return (instruction & 0xffd00000u) == 0xd5100000u;
}

/* --- what goes to EL1's vectors: the image's own exceptions, but for the registers --- */

static bool registers_of_pmsa(uint64_t syndrome, uint64_t at, struct frame *frame)
{
    struct move m;

    return ((CLASS(syndrome) == CLASS_UNKNOWN) || (CLASS(syndrome) == CLASS_REGISTER)) &&
           decode(instruction_at(at), &m) && perform(&m, frame);
}

static void handle_el1_exception(struct frame *frame)
{
    uint64_t syndrome = READ_REGISTER(esr_el1);
    uint64_t at = READ_REGISTER(elr_el1);
    uint64_t state = READ_REGISTER(spsr_el1) & ~SPSR_STEP;

    step_ends();
    pages_close();
    if (registers_of_pmsa(syndrome, at, frame)) {
        WRITE_REGISTER(elr_el2, at + 4u);
        WRITE_REGISTER(spsr_el2, state);
        return;
    }
    far.value = READ_REGISTER(far_el1);
    deliver(syndrome, at, state);
}

/* --- what comes here --- */

static void handle_return(void)
{
    uint64_t mode = spsr.value & SPSR_MODE;

    if ((mode != MODE_EL2T) && (mode != MODE_EL2H)) {
        stop(STATUS_REFUSED, "a return to a level below EL2 is not played: SPSR_EL2 ", spsr.value);
    }
    WRITE_REGISTER(elr_el2, elr.value);
    WRITE_REGISTER(spsr_el2,
                   (spsr.value & ~(uint64_t)SPSR_MODE) | (mode - (MODE_EL2T - MODE_EL1T)));
}

static void handle_fetch(uint64_t syndrome, struct frame *frame)
{
    if ((READ_REGISTER(elr_el2) & ~(uint64_t)0x7ffu) == EXCEPTION_VECTORS) {
        handle_el1_exception(frame);
    } else {
        handle_access(syndrome, ACCESS_FETCH);
    }
}

void monitor_trap(struct frame *frame)
{
    uint64_t syndrome = READ_REGISTER(esr_el2);

    switch (CLASS(syndrome)) {
    case CLASS_FETCH_LOWER:
        handle_fetch(syndrome, frame);
        return;
    case CLASS_DATA_LOWER:
        handle_access(syndrome,
                      ((WNR(syndrome) != 0u) && (CM(syndrome) == 0u)) ? ACCESS_WRITE : ACCESS_READ);
        return;
    default:
        break;
    }
    step_ends();
    pages_close();
    switch (CLASS(syndrome)) {
    case CLASS_REGISTER:
        handle_register(syndrome, frame);
        break;
    case CLASS_ERET:
        handle_return();
        break;
    case CLASS_HVC:
    case CLASS_BRK:
        deliver(syndrome, READ_REGISTER(elr_el2), READ_REGISTER(spsr_el2));
        break;
    case CLASS_STEP_LOWER:
        break;
    default:
        stop(STATUS_REFUSED, "an exception that is not played: ESR_EL2 ", syndrome);
    }
}

/* --- start --- */

#define MDCR_TDE ((uint64_t)1u << 8)

void monitor_start(void)
{
    uint32_t regions = *(const volatile uint32_t *)(uintptr_t)PARAMETERS;

    if (regions > REGIONS_MAX) {
        stop(STATUS_REFUSED, "more regions than an MPU can have: ", regions);
    }
    mpu_reset((regions == 0u) ? REGIONS_DEFAULT : regions);
    pages_start();
    WRITE_REGISTER(oslar_el1, 0u);
    WRITE_REGISTER(mdcr_el2, MDCR_TDE);
    WRITE_REGISTER(vbar_el1, EXCEPTION_VECTORS);
    WRITE_REGISTER(elr_el2, BOARD_OWN_BASE);
    WRITE_REGISTER(spsr_el2, SPSR_DAIF | MODE_EL1H);
}
