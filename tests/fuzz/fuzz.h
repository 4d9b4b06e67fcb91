/* SPDX-License-Identifier: MIT */
/*
 * What the fuzz targets share. Each is one libFuzzer program (scripts/fuzz builds and runs them):
 * it takes bytes, does with them what the file's head says, and aborts when a claim is false.
 */
#ifndef TESTS_FUZZ_H
#define TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerInitialize(int *argc, char ***argv);

/* Standard error as it was at the start: libFuzzer closes the program's own (-close_fd_mask). */
extern FILE *fuzz_complaints;

#endif
