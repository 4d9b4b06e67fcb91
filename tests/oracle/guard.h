/* SPDX-License-Identifier: MIT */
/* What lies behind the capacity that a map has been told of may not be touched: with
 * AddressSanitizer a program that does ends. */
#ifndef TESTS_GUARD_H
#define TESTS_GUARD_H

#include "mpumap.h"

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define GUARD_MEMORY
#endif
#endif

#ifdef GUARD_MEMORY
#include <sanitizer/asan_interface.h>
#else
#define ASAN_POISON_MEMORY_REGION(from, bytes) ((void)(from), (void)(bytes))
#define ASAN_UNPOISON_MEMORY_REGION(from, bytes) ((void)(from), (void)(bytes))
#endif

/* The part of an array from its element `first` on. */
#define GUARD_FROM(array, first)                                                                   \
    ASAN_POISON_MEMORY_REGION(&(array)[first],                                                     \
                              sizeof(array) - ((size_t)(first) * sizeof((array)[0])))
#define UNGUARD(array) ASAN_UNPOISON_MEMORY_REGION(array, sizeof(array))

/* The lists of a structure (fixture, rig) that holds a map and its storage. */
#define GUARD_LISTS(x)                                                                             \
    do {                                                                                           \
        GUARD_FROM((x)->spans, (x)->map.span_capacity);                                            \
        GUARD_FROM((x)->pending, (x)->map.pending_capacity);                                       \
    } while (0)
#define UNGUARD_LISTS(x)                                                                           \
    do {                                                                                           \
        UNGUARD((x)->spans);                                                                       \
        UNGUARD((x)->pending);                                                                     \
    } while (0)

#endif
