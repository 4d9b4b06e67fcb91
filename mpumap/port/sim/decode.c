/* SPDX-License-Identifier: MIT */
/*
 * The simulator's own reading of region registers and attributes, written apart from the codecs
 * from the same layouts (DDI 0568A.c, E2.2; DDI 0600A.d, G1.3; DDI 0553, D1.2), so that a mistake
 * in a codec shows as a difference.
 */
#include "port/sim/internal.h"

/* AttrIndx -> attribute byte through MAIR. High nibble 0: Device. 0x44: Normal Non-cacheable. */
#define BYTE_NORMAL_NC 0x44u

static bool always_outer(uint32_t byte)
{
    return (byte & 0xf0u) == 0u || byte == BYTE_NORMAL_NC;
}

bool sim_view_is_device(sim_view view)
{
    return view != 0u && (view & SIM_TYPE & 0xf000u) == 0u;
}

static sim_view make_view(bool write, bool execute, bool lower, uint32_t byte, uint32_t share)
{
    uint32_t rights = SIM_OWNER_READ;
    rights |= write ? SIM_OWNER_WRITE : 0u;
    rights |= execute ? SIM_OWNER_EXEC : 0u;
    rights |= lower ? (rights << 3) : 0u;
    return rights | (byte << SIM_TYPE_SHIFT) |
           ((always_outer(byte) ? SIM_SHARE_OUTER : share) << SIM_SHARE_SHIFT);
}

static sim_view view_of_pair(const struct mpumap_sim *sim, const struct mpumap_pair *pair)
{
    const unsigned shift = sim_is_r64(sim) ? 1u : 0u; /* SH and AP; XN is one bit wider */
    const uint32_t fields = (uint32_t)(pair->base & 0x3fu);
    const uint32_t share = (fields >> (3u + shift)) & 3u;
    const uint32_t access = (fields >> (1u + shift)) & 3u;
    const uint32_t never = fields & ((2u << shift) - 1u);
    const uint32_t index = (uint32_t)(pair->limit >> 1) & 7u;
    const uint32_t byte = (uint32_t)(sim->mair >> (8u * index)) & 0xffu;
    sim_view view = make_view((access & 2u) == 0u, never == 0u, (access & 1u) != 0u, byte, share);
    view |= (sim_is_r64(sim) && (pair->limit & 0x10u) != 0u) ? SIM_NONSECURE : 0u;
    if (share == 1u || (sim_is_r64(sim) && (never & 1u) != 0u)) {
        view |= SIM_RESERVED;
    }
    return view;
}

struct sim_state sim_state_of_pair(const struct mpumap_sim *sim, const struct mpumap_pair *pair)
{
    const mpumap_addr_t granule = sim_is_m(sim) ? 31u : 63u;
    struct sim_state state = {
        .base = pair->base & ~granule,
        .limit = pair->limit | granule,
        .view = 0,
    };
    if ((pair->limit & 1u) != 0u && state.base <= state.limit) {
        state.view = view_of_pair(sim, pair);
    }
    return state;
}

static uint32_t byte_of_type(mpumap_attr_t attr)
{
    switch (attr & MPUMAP_TYPE_MASK) {
    case MPUMAP_NORMAL:
        return 0xffu;
    case MPUMAP_NORMAL_NC:
        return BYTE_NORMAL_NC;
    case MPUMAP_NORMAL_WT:
        return 0xaau;
    case MPUMAP_DEVICE:
        return 0x04u;
    default:
        return 0x00u;
    }
}

static uint32_t share_of_attr(mpumap_attr_t attr)
{
    switch (attr & MPUMAP_SHARE_MASK) {
    case MPUMAP_SHARE_NON:
        return 0u;
    case MPUMAP_SHARE_OUTER:
        return SIM_SHARE_OUTER;
    default:
        return SIM_SHARE_INNER;
    }
}

sim_view sim_view_of_attr(mpumap_attr_t attr)
{
    return make_view((attr & MPUMAP_WRITE) != 0u, (attr & MPUMAP_EXEC) != 0u,
                     (attr & (MPUMAP_EL1 | MPUMAP_EL0)) != 0u, byte_of_type(attr),
                     share_of_attr(attr));
}
