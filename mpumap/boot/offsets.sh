#!/bin/sh
# SPDX-License-Identifier: MIT
# Compiler output of offsets.c on stdin, a header for assembly on stdout. See offsets.c.
set -eu
numbers=$(sed -n 's|^.*"mpumap_boot_offset \([A-Z0-9_]*\) \(-*[0-9][0-9]*\).*$|#define \1 (\2)|p')
if [ -z "$numbers" ]; then
    echo "offsets.sh: no offsets in the compiler's output" >&2
    exit 1
fi
echo "/* SPDX-License-Identifier: MIT */"
echo "/* Generated from mpumap/boot/offsets.c. */"
echo "#define MPUMAP_BOOT_OFFSETS_H"
printf '%s\n' "$numbers"
