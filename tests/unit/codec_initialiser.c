/* SPDX-License-Identifier: MIT */
/* The codecs in static initialisers, from addresses that only the linker knows. */
#include "port/armv8m/codec.h"
#include "port/armv8r32/codec.h"
#include "port/armv8r64/codec.h"

#include "tap.h"

/* Plain numbers are constant expressions on every build. */
static const struct mpumap_pair numbers[] = {
    {MPUMAP_ARMV8R32_PRBAR(0x20000000u, MPUMAP_RX), MPUMAP_ARMV8R32_PRLAR(0x2000ffffu, MPUMAP_RX)},
    {MPUMAP_ARMV8M_RBAR(0x20000000u, MPUMAP_RX), MPUMAP_ARMV8M_RLAR(0x2000ffffu, MPUMAP_RX)},
};

_Static_assert(MPUMAP_ARMV8R32_PRBAR(0x40u, MPUMAP_RW | MPUMAP_DEVICE) == 0x51u, "a constant");

static void numbers_in_tables(void)
{
    struct mpumap_pair pair;
    mpumap_armv8r32_encode(NULL, 0x20000000, 0x2000ffff, MPUMAP_RX, &pair);
    CHECK_EQ(numbers[0].base, pair.base);
    CHECK_EQ(numbers[0].limit, pair.limit);
    mpumap_armv8m_encode(NULL, 0x20000000, 0x2000ffff, MPUMAP_RX, &pair);
    CHECK_EQ(numbers[1].base, pair.base);
    CHECK_EQ(numbers[1].limit, pair.limit);
}

/* An address fits an initialiser only where registers are as wide as pointers. */
#if (MPUMAP_ADDR_BITS == 64) == (UINTPTR_MAX > 0xffffffffu)

/* As a link script's __start and __end: the end is the first byte after. */
static _Alignas(64) char memory[192];
#define START ((mpumap_reg_t)(memory + 64))
#define END ((mpumap_reg_t)(memory + 192))
#define SHARED (MPUMAP_RW | MPUMAP_NORMAL_NC | MPUMAP_EL0)

#if MPUMAP_ADDR_BITS == 64
static const struct mpumap_pair symbols[] = {
    {MPUMAP_ARMV8R64_PRBAR(START, MPUMAP_RX), MPUMAP_ARMV8R64_PRLAR(END - 1u, MPUMAP_RX)},
    {MPUMAP_ARMV8R64_PRBAR(START, SHARED), MPUMAP_ARMV8R64_PRLAR(END - 1u, SHARED)},
};
#define ENCODERS                                                                                   \
    {                                                                                              \
        mpumap_armv8r64_encode, mpumap_armv8r64_encode                                             \
    }
#else
static const struct mpumap_pair symbols[] = {
    {MPUMAP_ARMV8R32_PRBAR(START, MPUMAP_RX), MPUMAP_ARMV8R32_PRLAR(END - 1u, MPUMAP_RX)},
    {MPUMAP_ARMV8M_RBAR(START, SHARED), MPUMAP_ARMV8M_RLAR(END - 1u, SHARED)},
};
#define ENCODERS                                                                                   \
    {                                                                                              \
        mpumap_armv8r32_encode, mpumap_armv8m_encode                                               \
    }
#endif

static void symbols_in_tables(void)
{
    void (*const encode[])(void *, mpumap_addr_t, mpumap_addr_t, mpumap_attr_t,
                           struct mpumap_pair *) = ENCODERS;
    static const mpumap_attr_t attrs[] = {MPUMAP_RX, SHARED};
    for (unsigned i = 0; i < 2u; i++) {
        struct mpumap_pair pair;
        encode[i](NULL, START, END - 1u, attrs[i], &pair);
        CHECK_EQ(symbols[i].base, pair.base);
        CHECK_EQ(symbols[i].limit, pair.limit);
    }
}

#else

static void symbols_in_tables(void)
{
    tap_skip("registers are not as wide as pointers");
}

#endif

static const struct tap_case cases[] = {
    TAP_CASE(numbers_in_tables),
    TAP_CASE(symbols_in_tables),
};
TAP_MAIN(cases)
