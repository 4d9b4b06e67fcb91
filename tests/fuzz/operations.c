/* SPDX-License-Identifier: MIT */
/*
 * Bytes as operations on a map over the strict simulator, beside the flat model: after each of them
 * everything is compared (tests/oracle/rig.h).
 *
 *   byte 0        the map: an index into SHAPES
 *   byte 1, 2     cells of the address space: in the middle, at both ends
 *   then          four bytes each: kind, first cell, length, attributes
 */
#include "fuzz.h"
#include "rig.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define OPERATION 4u
#define OPERATIONS_MAX 200u

#define R32 MPUMAP_SIM_ARMV8R32_EL2
#define R32_EL1 MPUMAP_SIM_ARMV8R32_EL1
#define R64 MPUMAP_SIM_ARMV8R64_EL2
#define M MPUMAP_SIM_ARMV8M

/* name, target, policy, slots, spans, pending, locks, lives, rwx, highest count */
static const struct rig_shape shapes[] = {
    {"exact", R32, MPUMAP_EXACT, 16, 100, 100, 8, 8, false, 0},
    {"exact without bitmap", R32_EL1, MPUMAP_EXACT, 16, 100, 100, 8, 8, false, 0},
    {"exact, M", M, MPUMAP_EXACT, 8, 100, 100, 8, 8, false, 0},
    {"exact, AArch64", R64, MPUMAP_EXACT, 12, 100, 100, 8, 8, true, 0},
    {"exact, four slots", R32, MPUMAP_EXACT, 4, 100, 100, 8, 8, false, 3},
    {"exact, three slots, no bitmap", R32_EL1, MPUMAP_EXACT, 3, 100, 100, 8, 8, false, 0},
    {"exact, small storage", R32_EL1, MPUMAP_EXACT, 8, 6, 5, 2, 2, false, 2},
    {"exact beyond the bitmap", R32, MPUMAP_EXACT, 40, 100, 100, 8, 8, false, 0},
    {"whole", R32, MPUMAP_WHOLE, 16, 16, 16, 8, 8, false, 0},
    {"whole without bitmap", R32_EL1, MPUMAP_WHOLE, 4, 4, 4, 8, 8, true, 3},
    {"whole, M", M, MPUMAP_WHOLE, 8, 3, 4, 2, 2, false, 0},
};

static struct rig rig;

/* A third of the operations map and a third unmap, so that states become deep. */
static const uint8_t kinds[] = {
    ORACLE_MAP,    ORACLE_MAP,   ORACLE_MAP,    ORACLE_MAP,     ORACLE_MAP,     ORACLE_UNMAP,
    ORACLE_UNMAP,  ORACLE_UNMAP, ORACLE_UNMAP,  ORACLE_PROTECT, ORACLE_PROTECT, ORACLE_UNMAP_AT,
    ORACLE_LIVE,   ORACLE_LIVE,  ORACLE_UNLIVE, ORACLE_LOCK,    ORACLE_RESERVE, ORACLE_BEGIN,
    ORACLE_COMMIT, ORACLE_ABORT, ORACLE_FIND};

static mpumap_attr_t attributes(uint8_t byte)
{
    static const mpumap_attr_t usual[] = {MPUMAP_RW | MPUMAP_NORMAL, MPUMAP_RO | MPUMAP_NORMAL,
                                          MPUMAP_RX | MPUMAP_NORMAL, MPUMAP_RW | MPUMAP_DEVICE};

    if (byte < 0xc0u) {
        return usual[byte & 3u];
    }
    /* Anything, what cannot be encoded too. */
    return (mpumap_attr_t)((byte & 0x3fu) * 0x25u);
}

/* Mostly whole cells; from length 0xf0 on, ends that are refused. */
static void range(const struct oracle_rules *rules, const uint8_t *bytes, struct oracle_op *op)
{
    const uint16_t first = (uint16_t)(bytes[1] % rules->cells);
    const uint16_t last = (uint16_t)(first + (bytes[2] & 0x0fu));
    const mpumap_addr_t base = rules->cell[first].base;

    op->base = base;
    op->limit = rules->cell[(last < rules->cells) ? last : rules->cells - 1u].limit;
    if (bytes[2] >= 0xfcu) {
        op->base = op->limit;
        op->limit = base;
    } else if (bytes[2] >= 0xf8u) {
        op->base += 1u + (bytes[2] & 3u);
    } else if (bytes[2] >= 0xf4u) {
        op->limit -= 1u + (bytes[2] & 3u);
    } else if (bytes[2] >= 0xf0u && rules->top + 1u != 0u) {
        op->limit = rules->top + rules->granule;
    }
}

static void operation(const struct oracle_rules *rules, const uint8_t *bytes, struct oracle_op *op)
{
    memset(op, 0, sizeof *op);
    op->kind = kinds[bytes[0] % sizeof kinds];
    range(rules, bytes, op);
    op->attr = attributes(bytes[3]);
    op->slot = (uint16_t)(bytes[1] % 20u);
}

static void report(void)
{
    (void)fprintf(fuzz_complaints, "fuzz operations: %s: %s\n", rig.shape.name, rig.message);
    rig_print(&rig, fuzz_complaints);
    abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct oracle_rules rules;
    struct oracle_op op;

    if (size < 3u + OPERATION) {
        return 0;
    }
    const struct rig_shape *shape = &shapes[data[0] % (sizeof shapes / sizeof shapes[0])];
    const uint16_t ends = (uint16_t)(data[2] % 4u);
    rig_rules(shape, ends, (uint16_t)(2u + data[1] % 24u), ends, &rules);
    rig.salt = 0;
    if (!rig_start(&rig, shape, &rules, data[1])) {
        report();
    }
    for (size_t i = 3u; i + OPERATION <= size && i < 3u + OPERATION * OPERATIONS_MAX;
         i += OPERATION) {
        operation(&rules, &data[i], &op);
        if (!rig_step(&rig, &op)) {
            report();
        }
    }
    return 0;
}
