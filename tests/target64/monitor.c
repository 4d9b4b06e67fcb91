/* SPDX-License-Identifier: MIT */
/*
 * The monitor itself: does it enforce what is in the registers? Pairs are written here bit by bit
 * (DDI 0600A.d, G1.3), nothing of the library's encoder is used. run.sh runs this against monitors
 * with a mistake built in, too, and each must fail.
 */
#include "firmware.h"
#include "target64.h"

#define W BOARD_WINDOW_BASE
#define SLOT 8u

/* PRBAR */
#define INNER 0x30u
#define RW 0x00u
#define RO 0x08u
#define XN 0x02u
/* PRLAR */
#define EN 0x01u
#define WB (7u << 1)
#define NON_SECURE 0x10u

#define READ_MISS 0x96000004u
#define WRITE_MISS 0x96000044u
#define FETCH_MISS 0x86000004u
#define WRITE_DENIED 0x9600004cu
#define FETCH_DENIED 0x8600000cu
#define READ_EXTERNAL 0x96000010u

static void set(uint64_t slot, uint64_t base, uint64_t limit)
{
    TARGET_WRITE(slot, PRSELR_EL2);
    TARGET_ISB();
    TARGET_WRITE(limit & ~(uint64_t)1u, PRLAR_EL2);
    TARGET_SYNC();
    TARGET_WRITE(base, PRBAR_EL2);
    TARGET_WRITE(limit, PRLAR_EL2);
    TARGET_SYNC();
}

/* first and last are granules: last is that of the last byte */
static void region(uint64_t slot, uint64_t first, uint64_t last, uint64_t how)
{
    set(slot, first | INNER | how, last | WB | EN);
}

static void clear(void)
{
    for (uint64_t slot = FIRMWARE_OWN; slot < (TARGET_READ(MPUIR_EL2) & 0xffu); slot++) {
        set(slot, 0u, 0u);
    }
}

static uint64_t on(const char *leaf, uint64_t address)
{
    return catch_call((uintptr_t)leaf, address, 0u);
}

static uint64_t fetch(uint64_t address)
{
    return catch_call(address, 0u, 0u);
}

static void a_miss_is_a_translation_fault(void)
{
    clear();
    CHECK_EQ(on(load_byte, W + 5u), READ_MISS);
    CHECK_EQ(caught.far, W + 5u);
    CHECK_EQ(caught.elr, (uintptr_t)load_byte);
    CHECK_EQ(caught.spsr & 0x1fu, 9u);
    CHECK_EQ(on(store_byte, W + 7u), WRITE_MISS);
    CHECK_EQ(caught.far, W + 7u);
    CHECK_EQ(fetch(W + 8u), FETCH_MISS);
    CHECK_EQ(caught.far, W + 8u);
    CHECK_EQ(caught.elr, W + 8u);
}

static void a_denial_is_a_permission_fault(void)
{
    clear();
    region(SLOT, W, W + 0xffc0u, RO | XN);
    CHECK_EQ(on(load_byte, W + 0x1234u), 0u);
    CHECK_EQ(caught.value, (BOARD_WINDOW_WORD >> 0) & 0xffu);
    CHECK_EQ(on(store_byte, W + 0x1234u), WRITE_DENIED);
    CHECK_EQ(caught.far, W + 0x1234u);
    CHECK_EQ(fetch(W + 0x1234u), FETCH_DENIED);
    region(SLOT, W, W + 0xffc0u, RW | XN);
    CHECK_EQ(on(store_byte, W + 0x2001u), 0u);
    CHECK_EQ(on(load_byte, W + 0x2001u), 0u);
    CHECK_EQ(caught.value, 0u);
    CHECK_EQ(fetch(W + 0x1234u), FETCH_DENIED);
    region(SLOT, W, W + 0xffc0u, RO);
    CHECK_EQ(fetch(W + 0x1234u), 0u);
    CHECK_EQ(on(store_byte, W + 0x1234u), WRITE_DENIED);
}

static void refill(void)
{
    clear();
    region(SLOT, W, W + 0xffffc0u, RW | XN);
    for (uint64_t a = W; a < W + 0x10000u; a += 4u) {
        *(volatile uint32_t *)a = BOARD_WINDOW_WORD;
    }
}

static void a_change_holds_at_once(void)
{
    clear();
    region(SLOT, W, W + 0x1fc0u, RW | XN);
    CHECK_EQ(on(load_byte, W + 0x1000u), 0u);
    TARGET_WRITE((W + 0xfc0u) | WB | EN, PRLAR_EL2);
    TARGET_SYNC();
    CHECK_EQ(on(load_byte, W + 0x1000u), READ_MISS);
    CHECK_EQ(on(store_byte, W), 0u);
    TARGET_WRITE(W | INNER | RO | XN, PRBAR_EL2);
    TARGET_SYNC();
    CHECK_EQ(on(store_byte, W), WRITE_DENIED);
    TARGET_WRITE((W + 0xfc0u) | WB, PRLAR_EL2);
    TARGET_SYNC();
    CHECK_EQ(on(load_byte, W), READ_MISS);
}

/* Granule by granule over two pages: exactly the region is open, for every kind of access. */
static void edges(uint64_t first, uint64_t last, uint64_t how)
{
    region(SLOT, first, last, how);
    for (uint64_t g = W + 0xf00u; (g < W + 0x3100u) && !tap_failed(); g += 64u) {
        bool in = (g >= first) && (g <= last);

        CHECK_EQ(on(load_byte, g), in ? 0u : READ_MISS);
        CHECK_EQ(on(load_byte, g + 63u), in ? 0u : READ_MISS);
        CHECK_EQ(on(load_double, g + 56u), in ? 0u : READ_MISS);
        CHECK_EQ(on(store_byte, g + 63u), !in ? WRITE_MISS : (how & RO) ? WRITE_DENIED : 0u);
        CHECK_EQ(on(store_byte, g), !in ? WRITE_MISS : (how & RO) ? WRITE_DENIED : 0u);
        CHECK_EQ(fetch(g + 4u), !in ? FETCH_MISS : (how & XN) ? FETCH_DENIED : 0u);
    }
}

static void regions_end_where_they_end(void)
{
    clear();
    edges(W + 0x1000u, W + 0x1fc0u, RW | XN);
    refill();
    edges(W + 0x1000u, W + 0x2fc0u, RO);
    edges(W + 0x1040u, W + 0x1040u, RW | XN);
    refill();
    edges(W + 0x1040u, W + 0x1040u, RO);
    edges(W + 0x1fc0u, W + 0x2000u, RO | XN);
    edges(W + 0x0fc0u, W + 0x2000u, RO);
}

/* Two enabled regions: nothing is allowed where both are, everything where one is. */
static void overlaps_fault(void)
{
    clear();
    region(SLOT, W, W + 0x1fc0u, RO);
    region(SLOT + 1u, W + 0x1000u, W + 0x2fc0u, RO);
    CHECK_EQ(on(load_byte, W + 0xfffu), 0u);
    CHECK_EQ(on(load_byte, W + 0x1000u), READ_MISS);
    CHECK_EQ(on(load_byte, W + 0x1fffu), READ_MISS);
    CHECK_EQ(fetch(W + 0x1800u), FETCH_MISS);
    CHECK_EQ(on(load_byte, W + 0x2000u), 0u);
    region(SLOT + 1u, W + 0x1040u, W + 0x1040u, RO);
    CHECK_EQ(on(load_byte, W + 0x103fu), 0u);
    CHECK_EQ(on(load_byte, W + 0x1040u), READ_MISS);
    CHECK_EQ(on(load_byte, W + 0x107fu), READ_MISS);
    CHECK_EQ(on(load_byte, W + 0x1080u), 0u);
    region(SLOT + 1u, W, W + 0x1fc0u, RO);
    CHECK_EQ(on(load_byte, W + 0x800u), READ_MISS);
    set(SLOT, 0u, 0u);
    CHECK_EQ(on(load_byte, W + 0x800u), 0u);
}

/* A page of which a granule is open is closed again after the access, for the next instruction and
 * for the same one at another address. */
static void a_page_is_open_for_one_instruction(void)
{
    clear();
    region(SLOT, W + 0x1040u, W + 0x1040u, RW | XN);
    for (uint32_t i = 0u; i < 3u; i++) {
        CHECK_EQ(on(store_byte, W + 0x1041u), 0u);
        CHECK_EQ(on(store_byte, W + 0x1081u), WRITE_MISS);
        CHECK_EQ(on(load_byte, W + 0x1042u), 0u);
        CHECK_EQ(on(load_byte, W + 0x103fu), READ_MISS);
        CHECK_EQ(fetch(W + 0x1044u), FETCH_DENIED);
    }
}

/* Code in a page that is judged by the granule, reading the same page. */
static void code_reads_its_own_page_only_where_it_may(void)
{
    uint32_t *code = (uint32_t *)(uintptr_t)(W + 0x1080u);

    clear();
    region(SLOT, W, W + 0xffc0u, RW | XN);
    for (uint32_t i = 0u; i < 2u; i++) {
        ((volatile uint32_t *)code)[i] = ((const volatile uint32_t *)load_byte)[i];
    }
    __asm__ volatile("dsb sy\n\tic iallu\n\tdsb sy\n\tisb" : : : "memory");
    region(SLOT, W + 0x1080u, W + 0x1080u, RO);
    region(SLOT + 1u, W + 0x1100u, W + 0x1100u, RO | XN);
    CHECK_EQ(catch_call((uintptr_t)code, W + 0x1100u, 0u), 0u);
    CHECK_EQ(catch_call((uintptr_t)code, W + 0x1080u, 0u), 0u);
    CHECK_EQ(caught.value, *(const uint8_t *)load_byte);
    CHECK_EQ(catch_call((uintptr_t)code, W + 0x10c0u, 0u), READ_MISS);
    CHECK_EQ(caught.far, W + 0x10c0u);
    CHECK_EQ(caught.elr, (uintptr_t)code);
    CHECK_EQ(catch_call((uintptr_t)code, W + 0x1fffu, 0u), READ_MISS);
    refill();
}

/* An access of which only the first bytes may be made. */
static void an_access_that_leaves_its_region_faults(void)
{
    clear();
    region(SLOT, W + 0x1000u, W + 0x1040u, RW | XN);
    CHECK_EQ(on(load_double, W + 0x1078u), 0u);
    CHECK_EQ(on(load_double, W + 0x107cu), READ_MISS);
    CHECK_EQ(caught.far, W + 0x1080u);
    CHECK_EQ(on(store_double, W + 0x1079u), WRITE_MISS);
    CHECK_EQ(on(load_double, W + 0x103cu), 0u);
    CHECK_EQ(on(load_pair, W + 0x1030u), 0u);
    CHECK_EQ(on(load_pair, W + 0x1038u), 0u);
    CHECK_EQ(on(load_pair, W + 0x1070u), 0u);
    CHECK_EQ(on(load_pair, W + 0x1074u), READ_MISS);
    CHECK_EQ(caught.far, W + 0x1080u);
    CHECK_EQ(on(load_back, W + 0x1081u), READ_MISS);
    CHECK_EQ(on(load_back, W + 0x1080u), 0u);
    CHECK_EQ(on(add_to, W + 0x1040u), 0u);
    region(SLOT, W + 0x1000u, W + 0x1fc0u, RW | XN);
    CHECK_EQ(on(load_double, W + 0x1ffcu), READ_MISS);
    CHECK_EQ(caught.far, W + 0x2000u);
    region(SLOT + 1u, W + 0x2000u, W + 0x2000u, RO | XN);
    CHECK_EQ(on(load_double, W + 0x1ffcu), 0u);
    CHECK_EQ(on(store_double, W + 0x1ffcu), WRITE_DENIED);
    CHECK_EQ(caught.far, W + 0x2000u);
    refill();
}

static void a_limit_below_its_base_matches_nothing(void)
{
    clear();
    set(SLOT, (W + 0x2000u) | INNER, (W + 0x1fc0u) | WB | EN);
    CHECK_EQ(on(load_byte, W + 0x1fffu), READ_MISS);
    CHECK_EQ(on(load_byte, W + 0x2000u), READ_MISS);
    set(SLOT, (W + 0x2000u) | INNER, (W + 0x2000u) | WB | EN);
    CHECK_EQ(on(load_byte, W + 0x2000u), 0u);
}

static void the_bitmap_is_the_enable_bits(void)
{
    clear();
    set(SLOT, W | INNER | XN, (W + 0xfc0u) | WB);
    set(SLOT + 1u, (W + 0x1000u) | INNER | XN, (W + 0x1fc0u) | WB | EN);
    CHECK_EQ(TARGET_READ(PRENR_EL2), 0xfu | (2u << SLOT));
    CHECK_EQ(on(load_byte, W), READ_MISS);
    TARGET_WRITE(0xfu | (1u << SLOT), PRENR_EL2);
    TARGET_SYNC();
    CHECK_EQ(on(load_byte, W), 0u);
    CHECK_EQ(on(load_byte, W + 0x1000u), READ_MISS);
    TARGET_WRITE(SLOT, PRSELR_EL2);
    TARGET_ISB();
    CHECK_EQ(TARGET_READ(PRLAR_EL2) & 1u, 1u);
    TARGET_WRITE(SLOT + 1u, PRSELR_EL2);
    TARGET_ISB();
    CHECK_EQ(TARGET_READ(PRLAR_EL2) & 1u, 0u);
    TARGET_WRITE(0xffffffff0000000full, PRENR_EL2);
    TARGET_SYNC();
    CHECK_EQ(TARGET_READ(PRENR_EL2), 0xfu);
    CHECK_EQ(on(load_byte, W), READ_MISS);
}

static void numbered_registers_follow_the_bank(void)
{
    clear();
    for (uint64_t selected = 16u; selected < 20u; selected++) {
        TARGET_WRITE(selected, PRSELR_EL2);
        TARGET_ISB();
        TARGET_WRITE(0x1111000u + selected, PRBAR1_EL2);
        TARGET_WRITE(0x6666000u, PRBAR6_EL2);
        TARGET_WRITE(0xfff000u, PRLAR15_EL2);
        CHECK_EQ(TARGET_READ(PRBAR_EL2), (selected == 17u) ? 0x1111011u : 0u);
        TARGET_WRITE(17u, PRSELR_EL2);
        TARGET_ISB();
        CHECK_EQ(TARGET_READ(PRBAR_EL2), 0x1111000u + selected);
        TARGET_WRITE(22u, PRSELR_EL2);
        TARGET_ISB();
        CHECK_EQ(TARGET_READ(PRBAR_EL2), 0x6666000u);
        TARGET_WRITE(31u, PRSELR_EL2);
        TARGET_ISB();
        CHECK_EQ(TARGET_READ(PRLAR_EL2), 0xfff000u);
        TARGET_WRITE(1u, PRSELR_EL2);
        TARGET_ISB();
        CHECK_EQ(TARGET_READ(PRBAR_EL2), boot_plan.regions[1].base);
    }
    clear();
}

static void bits_without_a_meaning_are_not_kept(void)
{
    clear();
    TARGET_WRITE(SLOT, PRSELR_EL2);
    TARGET_ISB();
    TARGET_WRITE(~(uint64_t)0u, PRBAR_EL2);
    TARGET_WRITE(~(uint64_t)1u, PRLAR_EL2);
    CHECK_EQ(TARGET_READ(PRBAR_EL2), 0x0000ffffffffffffu);
    CHECK_EQ(TARGET_READ(PRLAR_EL2), 0x0000ffffffffffdeu);
    clear();
}

/* RAM above 4 GB and at the top of 48 bits; a region around all of it, a region of its last
 * granule. */
static void addresses_have_48_bits(void)
{
    const uint64_t top = 0xffffffffffffu;

    clear();
    region(SLOT, BOARD_HIGH_BASE, BOARD_HIGH_BASE + 0xffc0u, RW | XN);
    CHECK_EQ(catch_call((uintptr_t)store_byte, BOARD_HIGH_BASE + 0x123u, 0x5au), 0u);
    CHECK_EQ(on(load_byte, BOARD_HIGH_BASE + 0x123u), 0u);
    CHECK_EQ(caught.value, 0x5au);
    CHECK_EQ(on(load_byte, 0x123u), READ_MISS);
    region(SLOT, top - 63u, top - 63u, RW | XN);
    CHECK_EQ(on(load_byte, BOARD_HIGH_BASE + 0x123u), READ_MISS);
    CHECK_EQ(on(store_byte, top), 0u);
    CHECK_EQ(on(store_byte, top - 64u), WRITE_MISS);
    CHECK_EQ(caught.far, top - 64u);
    region(SLOT, top - 0xffffu, top - 63u, RO | XN);
    CHECK_EQ(on(store_byte, top), WRITE_DENIED);
    CHECK_EQ(on(load_byte, top - 0xffffu), 0u);
}

static void nothing_there_is_an_external_abort(void)
{
    clear();
    region(SLOT, 0x800000000000u, 0x800000000fc0u, RW | XN);
    CHECK_EQ(on(load_byte, 0x800000000000u), READ_EXTERNAL);
    CHECK_EQ(on(load_byte, 0x800000001000u), READ_MISS);
}

/* The core is in Secure state, and its board has no Non-secure memory. */
static void non_secure_memory_is_not_there(void)
{
    clear();
    set(SLOT, W | INNER | XN, (W + 0xfc0u) | NON_SECURE | WB | EN);
    CHECK_EQ(on(load_byte, W), READ_EXTERNAL);
    CHECK_EQ(fetch(W), FETCH_DENIED);
    set(SLOT, W | INNER | XN, (W + 0xfc0u) | WB | EN);
    CHECK_EQ(on(load_byte, W), 0u);
}

static void the_background_fills_holes(void)
{
    uint64_t control = TARGET_READ(sctlr_el2);

    clear();
    region(SLOT, W + 0x1040u, W + 0x1040u, RO | XN);
    TARGET_WRITE(control | (1u << 17), sctlr_el2);
    TARGET_ISB();
    CHECK_EQ(on(load_byte, W), 0u);
    CHECK_EQ(on(store_byte, W + 0x103fu), 0u);
    CHECK_EQ(on(store_byte, W + 0x1040u), WRITE_DENIED);
    region(SLOT + 1u, W + 0x1000u, W + 0x1fc0u, RW | XN);
    CHECK_EQ(on(load_byte, W + 0x1040u), READ_MISS);
    TARGET_WRITE(control & ~(uint64_t)1u, sctlr_el2);
    TARGET_ISB();
    CHECK_EQ(on(store_byte, W + 0x1040u), 0u);
    TARGET_WRITE(control, sctlr_el2);
    TARGET_ISB();
    CHECK_EQ(on(load_byte, W), READ_MISS);
    refill();
}

static void other_exceptions_are_the_images_own(void)
{
    CHECK_EQ(on(undefined_leaf, 0u), 0x02000000u);
    CHECK_EQ(caught.elr, (uintptr_t)undefined_leaf);
    CHECK_EQ(caught.spsr & 0x1fu, 9u);
    CHECK_EQ(on(call_leaf, 0u), 0x5a000005u);
    CHECK_EQ(caught.elr, (uintptr_t)call_leaf + 4u);
    CHECK_EQ(on(break_leaf, 0u), 0xf2000007u);
    /* An exclusive that crosses 16 bytes is an alignment fault, whatever the memory. */
    refill();
    CHECK_EQ(on(load_exclusive, W + 13u) & ~(uint64_t)0x40u, 0x96000021u);
    CHECK_EQ(caught.far, W + 13u);
}

static void it_looks_like_el2(void)
{
    CHECK_EQ(TARGET_READ(CurrentEL), 8u);
    CHECK_EQ(TARGET_READ(MPUIR_EL2), TARGET_READ(MPUIR_EL1));
    tap_note_number("regions", TARGET_READ(MPUIR_EL2));
    TARGET_WRITE(0x123456u, tpidr_el2);
    CHECK_EQ(TARGET_READ(tpidr_el2), 0x123456u);
}

/* The MPU controlled from EL1 has registers of its own, which nobody enforces here. */
static void el1_registers_are_apart(void)
{
    TARGET_WRITE(3u, PRSELR_EL1);
    TARGET_WRITE(0u, PRSELR_EL2);
    TARGET_ISB();
    TARGET_WRITE(0x4000u, PRBAR_EL1);
    TARGET_WRITE(0x4fc1u, PRLAR_EL1);
    CHECK_EQ(TARGET_READ(PRSELR_EL1), 3u);
    CHECK_EQ(TARGET_READ(PRBAR_EL1), 0x4000u);
    CHECK_EQ(TARGET_READ(PRENR_EL1) & 8u, 8u);
    CHECK_EQ(TARGET_READ(PRBAR_EL2), boot_plan.regions[0].base);
    CHECK_EQ(TARGET_READ(PRENR_EL2) & 0xfu, 0xfu);
    TARGET_WRITE(0u, PRENR_EL1);
    CHECK_EQ(TARGET_READ(PRLAR_EL1), 0x4fc0u);
}

int main(void)
{
    static const struct tap_case cases[] = {
        TAP_CASE(it_looks_like_el2),
        TAP_CASE(a_miss_is_a_translation_fault),
        TAP_CASE(a_denial_is_a_permission_fault),
        TAP_CASE(a_change_holds_at_once),
        TAP_CASE(regions_end_where_they_end),
        TAP_CASE(overlaps_fault),
        TAP_CASE(a_page_is_open_for_one_instruction),
        TAP_CASE(code_reads_its_own_page_only_where_it_may),
        TAP_CASE(an_access_that_leaves_its_region_faults),
        TAP_CASE(a_limit_below_its_base_matches_nothing),
        TAP_CASE(the_bitmap_is_the_enable_bits),
        TAP_CASE(numbered_registers_follow_the_bank),
        TAP_CASE(bits_without_a_meaning_are_not_kept),
        TAP_CASE(addresses_have_48_bits),
        TAP_CASE(nothing_there_is_an_external_abort),
        TAP_CASE(non_secure_memory_is_not_there),
        TAP_CASE(the_background_fills_holes),
        TAP_CASE(other_exceptions_are_the_images_own),
        TAP_CASE(el1_registers_are_apart),
    };

    return target_run(cases, sizeof cases / sizeof cases[0]);
}
