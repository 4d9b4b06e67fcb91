/* SPDX-License-Identifier: MIT */
#define _POSIX_C_SOURCE 200809L
#include "fuzz.h"

#include <unistd.h>

FILE *fuzz_complaints;

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    fuzz_complaints = fdopen(dup(2), "w");
    if (fuzz_complaints == NULL) {
        return 1;
    }
    (void)setvbuf(fuzz_complaints, NULL, _IONBF, 0);
    return 0;
}
