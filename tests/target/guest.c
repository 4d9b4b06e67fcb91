/* SPDX-License-Identifier: MIT */
/*
 * The EL2 map as a guest's walls: with HCR.VM = 1 the EL2-controlled MPU is the second stage of EL1
 * (Cortex-R52 TRM 100026, MPU). A guest may touch what has +el1, and traps to EL2 on all else.
 */
#include "guest.h"

#include "firmware.h"
#include "target.h"

#define HCR_VM 1u
#define CLASS_HVC 0x12u
#define CLASS_FETCH_BELOW 0x20u
#define CLASS_DATA_BELOW 0x24u
#define HYP_MASKED 0xdau /* as everything here runs: I and F masked, A not */

#define GUEST_CODE 0x30f00000u
#define BASE 0x30010040u
#define LIMIT 0x300140bfu
#define GRANULE 64u

static struct mpumap map;
static bool up;
static struct {
    uint32_t hsr;
    uint32_t hdfar;
    uint32_t hifar;
    uint32_t hpfar;
    uint32_t elr;
    uint32_t traps;
} trap;

bool core_event(struct exception_frame *f)
{
    if (f->kind != EXCEPTION_TRAP) {
        return false;
    }
    trap.hsr = f->syndrome;
    trap.hdfar = f->data_address;
    trap.hifar = f->fetch_address;
    trap.hpfar = TARGET_READ(4, c6, c0, 4);
    trap.elr = f->elr;
    trap.traps++;
    f->elr = (uint32_t)guest_return;
    f->spsr = HYP_MASKED;
    return true;
}

/* --- the guest's accesses --- */

static uint32_t entry_of(char kind)
{
    const uint32_t *entry = (kind == 'r') ? guest_read : (kind == 'w') ? guest_write : guest_fetch;

    return GUEST_CODE + ((uint32_t)entry - (uint32_t)guest_code);
}

/* A trap tells what the second stage refused, and nothing else may end in one. */
static void check_trap(char kind, uint32_t addr)
{
    const uint32_t status = SYNDROME_STATUS(trap.hsr);

    CHECK_EQ(SYNDROME_CLASS(trap.hsr), (kind == 'x') ? CLASS_FETCH_BELOW : CLASS_DATA_BELOW);
    CHECK((status == SYNDROME_STATUS_TRANSLATION) || (status == SYNDROME_STATUS_PERMISSION));
    CHECK_EQ((kind == 'x') ? trap.hifar : trap.hdfar, addr);
    CHECK_EQ(trap.hpfar, (addr >> 12) << 4);
    CHECK_EQ(trap.elr, (kind == 'x') ? addr : entry_of(kind));
    CHECK((kind == 'x') || (SYNDROME_WRITE(trap.hsr) == (kind == 'w')));
}

static bool guest_may(char kind, uint32_t addr)
{
    const uint32_t before = trap.traps;

    if (!CHECK(up)) {
        return false; /* it would walk over this program */
    }
    /* What is written is what the window holds, so that it can still be executed. */
    guest_enter(entry_of(kind), addr, (BOARD_WINDOW_WORD >> (8u * (addr % 4u))) & 0xffu);
    CHECK_EQ(trap.traps, before + 1u);
    if (SYNDROME_CLASS(trap.hsr) == CLASS_HVC) {
        CHECK_EQ(trap.elr, entry_of(kind) + 8u);
        return true;
    }
    check_trap(kind, addr);
    return false;
}

static bool allowed(const char *kinds, char kind)
{
    while ((*kinds != '\0') && (*kinds != kind)) {
        kinds++;
    }
    return *kinds == kind;
}

/* The guest may do exactly these of r, w and x with the byte (for x, its word). */
static void check_guest(uint32_t addr, const char *kinds)
{
    /* A guest that is let in by mistake goes no further: it would end the test, not fail it. */
    if (CHECK_EQ(guest_may('r', addr), allowed(kinds, 'r')) &&
        CHECK_EQ(guest_may('w', addr), allowed(kinds, 'w'))) {
        CHECK_EQ(guest_may('x', addr & ~3u), allowed(kinds, 'x'));
    }
}

/* The first and the last byte of a range, and the granules beside it: `outside` there. */
static void check_range(uint32_t base, uint32_t limit, const char *inside, const char *outside)
{
    check_guest(base, inside);
    check_guest(limit, inside);
    check_guest(base - 1u, outside);
    check_guest(base - GRANULE, outside);
    check_guest(limit + 1u, outside);
    check_guest(limit + GRANULE, outside);
}

/* --- cases --- */

static void copy_guest_code(void)
{
    volatile uint32_t *to = (volatile uint32_t *)GUEST_CODE;

    for (const uint32_t *from = guest_code; from != guest_code_end; from++) {
        *to = *from;
        to++;
    }
    __asm__ volatile("dsb sy\n\tmcr p15, 0, %0, c7, c5, 0\n\tdsb sy\n\tisb" /* ICIALLU */
                     :
                     : "r"(0)
                     : "memory");
}

static void walls_go_up(void)
{
    static struct mpumap_pair scratch[FIRMWARE_SLOTS];
    static struct mpumap_span spans[64];
    static struct mpumap_span pending[64];
    const struct mpumap_config config = {.port = &mpumap_armv8r32_el2,
                                         .table = boot_table,
                                         .scratch = scratch,
                                         .regions = FIRMWARE_SLOTS,
                                         .boot_mask = boot_mask,
                                         .spans = spans,
                                         .span_capacity = 64,
                                         .pending = pending,
                                         .pending_capacity = 64};

    REQUIRE(mpumap_init(&map, &config) == MPUMAP_OK);
    REQUIRE(mpumap_adopt(&map) == MPUMAP_OK);
    exception_show(&map);
    REQUIRE(mpumap_map(&map, GUEST_CODE, GUEST_CODE + 0xfffu, MPUMAP_RW) == MPUMAP_OK);
    copy_guest_code();
    REQUIRE(mpumap_protect(&map, GUEST_CODE, GUEST_CODE + 0xfffu, MPUMAP_RX | MPUMAP_EL1) ==
            MPUMAP_OK);
    TARGET_WRITE(TARGET_READ(0, c1, c0, 0) & ~1u, 0, c1, c0, 0); /* SCTLR.M: no first stage */
    TARGET_WRITE(HCR_VM, 4, c1, c1, 0);
    TARGET_ISB();
    up = true;
}

static void what_is_not_the_guests_traps(void)
{
    check_range(BASE, LIMIT, "", "");
    check_guest((uint32_t)__text_start, "");
    check_guest((uint32_t)__rodata_start, "");
    check_guest((uint32_t)__data_start, "");
    check_guest((uint32_t)__stack_end - 1u, "");
    check_guest((uint32_t)boot_table, "");
    CHECK(!guest_may('r', BOARD_UART));
    CHECK(!guest_may('w', BOARD_UART));
    check_range(GUEST_CODE + 0x100u, GUEST_CODE + 0xeffu, "rx", "rx");
}

static void each_permission_holds_at_its_ends(void)
{
    static const struct {
        mpumap_attr_t attr;
        const char *guest;
    } all[] = {
        {MPUMAP_RW | MPUMAP_EL1, "rw"},
        {MPUMAP_RO | MPUMAP_EL1, "r"},
        {MPUMAP_RX | MPUMAP_EL1, "rx"},
        {MPUMAP_RW, ""},
        {MPUMAP_RX, ""},
        {MPUMAP_RO, ""},
        {MPUMAP_RW | MPUMAP_DEVICE, ""},
        {MPUMAP_RW | MPUMAP_NORMAL_NC | MPUMAP_EL1, "rw"},
    };

    for (uint32_t i = 0u; i < sizeof all / sizeof all[0]; i++) {
        REQUIRE(mpumap_map(&map, BASE, LIMIT, all[i].attr) == MPUMAP_OK);
        check_range(BASE, LIMIT, all[i].guest, "");
        REQUIRE(mpumap_unmap(&map, BASE, LIMIT) == MPUMAP_OK);
    }
    check_range(BASE, LIMIT, "", "");
}

/* The same range, its attributes changed where it stands. */
static void protect_moves_the_walls(void)
{
    REQUIRE(mpumap_map(&map, BASE, LIMIT, MPUMAP_RX | MPUMAP_EL1) == MPUMAP_OK);
    check_range(BASE, LIMIT, "rx", "");
    REQUIRE(mpumap_protect(&map, BASE, LIMIT, MPUMAP_RX) == MPUMAP_OK);
    check_range(BASE, LIMIT, "", "");
    CHECK_EQ(probe_read(BASE), 0u);
    CHECK_EQ(probe_execute(LIMIT & ~3u), 0u);
    REQUIRE(mpumap_protect(&map, BASE, LIMIT, MPUMAP_RO | MPUMAP_EL1) == MPUMAP_OK);
    check_range(BASE, LIMIT, "r", "");
    /* A part of it: the guest may write that, and nothing else. */
    REQUIRE(mpumap_protect(&map, BASE + 0x1000u, BASE + 0x1fffu, MPUMAP_RW | MPUMAP_EL1) ==
            MPUMAP_OK);
    check_range(BASE + 0x1000u, BASE + 0x1fffu, "rw", "r");
    check_range(BASE, LIMIT, "r", "");
    REQUIRE(mpumap_unmap(&map, BASE, LIMIT) == MPUMAP_OK);
    check_range(BASE, LIMIT, "", "");
}

/* What the hypervisor has beside it stays its own. */
static void neighbours_are_told_apart(void)
{
    const uint32_t middle = BASE + 0x1000u;

    REQUIRE(mpumap_map(&map, BASE, LIMIT, MPUMAP_RW) == MPUMAP_OK);
    REQUIRE(mpumap_unmap(&map, middle, middle + 0xfffu) == MPUMAP_OK);
    REQUIRE(mpumap_map(&map, middle, middle + 0xfffu, MPUMAP_RW | MPUMAP_EL1) == MPUMAP_OK);
    check_range(middle, middle + 0xfffu, "rw", "");
    check_range(BASE, LIMIT, "", "");
    CHECK_EQ(probe_write(middle - 1u), 0u);
    CHECK_EQ(probe_write(middle), 0u);
    REQUIRE(mpumap_unmap(&map, BASE, LIMIT) == MPUMAP_OK);
}

static void counts_keep_the_guest_in_until_the_last(void)
{
    const mpumap_attr_t attr = MPUMAP_RW | MPUMAP_EL1;

    REQUIRE(mpumap_map(&map, BASE, LIMIT, attr) == MPUMAP_OK);
    REQUIRE(mpumap_map(&map, BASE + 0x1000u, BASE + 0x10ffu, attr) == MPUMAP_OK);
    REQUIRE(mpumap_unmap(&map, BASE, LIMIT) == MPUMAP_OK);
    check_range(BASE + 0x1000u, BASE + 0x10ffu, "rw", "");
    check_guest(BASE, "");
    REQUIRE(mpumap_unmap(&map, BASE + 0x1000u, BASE + 0x10ffu) == MPUMAP_OK);
    check_range(BASE + 0x1000u, BASE + 0x10ffu, "", "");
}

static void the_guest_sees_what_is_committed(void)
{
    REQUIRE(mpumap_begin(&map) == MPUMAP_OK);
    REQUIRE(mpumap_map(&map, BASE, LIMIT, MPUMAP_RW | MPUMAP_EL1) == MPUMAP_OK);
    check_range(BASE, LIMIT, "", "");
    REQUIRE(mpumap_abort(&map) == MPUMAP_OK);
    check_range(BASE, LIMIT, "", "");
    REQUIRE(mpumap_begin(&map) == MPUMAP_OK);
    REQUIRE(mpumap_map(&map, BASE, LIMIT, MPUMAP_RW | MPUMAP_EL1) == MPUMAP_OK);
    REQUIRE(mpumap_commit(&map) == MPUMAP_OK);
    check_range(BASE, LIMIT, "rw", "");
    REQUIRE(mpumap_unmap(&map, BASE, LIMIT) == MPUMAP_OK);
}

/* The control: without the second stage the guest goes where it likes. */
static void without_the_second_stage_there_are_no_walls(void)
{
    TARGET_WRITE(0, 4, c1, c1, 0);
    TARGET_ISB();
    CHECK(guest_may('r', BASE));
    CHECK(guest_may('w', (uint32_t)__buffer_start));
    CHECK(guest_may('x', 0x30800000u));
    TARGET_WRITE(HCR_VM, 4, c1, c1, 0);
    TARGET_ISB();
    CHECK(!guest_may('r', BASE));
    CHECK_EQ(mpumap_verify(&map), MPUMAP_OK);
}

int main(void)
{
    static const struct tap_case cases[] = {
        TAP_CASE(walls_go_up),
        TAP_CASE(what_is_not_the_guests_traps),
        TAP_CASE(each_permission_holds_at_its_ends),
        TAP_CASE(protect_moves_the_walls),
        TAP_CASE(neighbours_are_told_apart),
        TAP_CASE(counts_keep_the_guest_in_until_the_last),
        TAP_CASE(the_guest_sees_what_is_committed),
        TAP_CASE(without_the_second_stage_there_are_no_walls),
    };

    return target_run(cases, sizeof cases / sizeof cases[0]);
}
