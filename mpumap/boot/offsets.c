/* SPDX-License-Identifier: MIT */
/*
 * What boot assembly must know of C: one list, compiled twice.
 *
 * 1. To assembly text (never assembled), with the target's compiler and options; offsets.sh takes
 *    the numbers out:
 *        $CC -S offsets.c -o - | sh offsets.sh > mpumap_boot_offsets.h
 * 2. With the result, as assertions, so that a stale or misread header cannot be built:
 *        $CC -c -DMPUMAP_BOOT_VERIFY -include mpumap_boot_offsets.h offsets.c
 */
#include "boot/boot.h"
#include "port/mair.h"

#ifdef MPUMAP_BOOT_VERIFY
#define NUMBER(name, value)                                                                        \
    _Static_assert((uint32_t)(name) == (uint32_t)(value), #name " differs from C")
#define LIST(name) _Static_assert(1, #name);
#define END _Static_assert(1, "");
#else
/* %c prints a constant operand bare; a directive that every assembler takes carries it. */
#define NUMBER(name, value)                                                                        \
    __asm__ volatile(".ascii \"mpumap_boot_offset " #name " %c0\"" : : "i"((uint32_t)(value)))
#define LIST(name)                                                                                 \
    void name(void);                                                                               \
    void name(void)                                                                                \
    {
#define END }
#endif

#define SHIFT_OF(size) (((size) == 16u) ? 4u : ((size) == 32u) ? 5u : 0u)
#define END_OF(type, field) (offsetof(type, field) + sizeof(((type *)0)->field))

LIST(mpumap_boot_offsets)
NUMBER(MPUMAP_BOOT_ENTRY_SHIFT, SHIFT_OF(sizeof(struct mpumap_entry)));
NUMBER(MPUMAP_BOOT_ENTRY_SIZE, sizeof(struct mpumap_entry));
NUMBER(MPUMAP_BOOT_ENTRY_BASE, offsetof(struct mpumap_entry, base));
NUMBER(MPUMAP_BOOT_ENTRY_LIMIT, offsetof(struct mpumap_entry, limit));
/* From here to the end of an entry all bytes are cleared, then the references are set. */
NUMBER(MPUMAP_BOOT_ENTRY_CLEAR, END_OF(struct mpumap_entry, limit));
NUMBER(MPUMAP_BOOT_ENTRY_REFS, offsetof(struct mpumap_entry, refs));
NUMBER(MPUMAP_BOOT_REFS_SIZE, sizeof(mpumap_refs_t));
NUMBER(MPUMAP_BOOT_PAIR_SIZE, sizeof(struct mpumap_pair));
NUMBER(MPUMAP_BOOT_PAIR_BASE, offsetof(struct mpumap_pair, base));
NUMBER(MPUMAP_BOOT_PAIR_LIMIT, offsetof(struct mpumap_pair, limit));
NUMBER(MPUMAP_BOOT_PLAN_REGIONS, offsetof(struct mpumap_boot_plan, regions));
NUMBER(MPUMAP_BOOT_PLAN_TABLE, offsetof(struct mpumap_boot_plan, table));
NUMBER(MPUMAP_BOOT_PLAN_MASK, offsetof(struct mpumap_boot_plan, mask));
NUMBER(MPUMAP_BOOT_PLAN_COUNT, offsetof(struct mpumap_boot_plan, count));
NUMBER(MPUMAP_BOOT_PLAN_SLOTS, offsetof(struct mpumap_boot_plan, slots));
NUMBER(MPUMAP_BOOT_MASK_WORDS, MPUMAP_MASK_WORDS);
NUMBER(MPUMAP_BOOT_MAIR0, MPUMAP_MAIR0);
NUMBER(MPUMAP_BOOT_MAIR1, MPUMAP_MAIR1);
END

    /* What the assembly takes for granted. */
    _Static_assert(sizeof(struct mpumap_entry) ==
                       ((size_t)1 << SHIFT_OF(sizeof(struct mpumap_entry))),
                   "boot assembly indexes the table by shift");
_Static_assert(END_OF(struct mpumap_entry, limit) % sizeof(mpumap_reg_t) == 0u &&
                   sizeof(struct mpumap_entry) % sizeof(mpumap_reg_t) == 0u,
               "boot assembly clears the rest of an entry register by register");
_Static_assert(offsetof(struct mpumap_entry, refs) >= END_OF(struct mpumap_entry, limit) &&
                   offsetof(struct mpumap_entry, base) < END_OF(struct mpumap_entry, limit),
               "the registers stand before everything that is cleared");
_Static_assert(sizeof(uint32_t *) == sizeof(mpumap_addr_t), "a plan holds pointers");
