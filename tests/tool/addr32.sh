#!/bin/bash
# SPDX-License-Identifier: MIT
# The player with 32-bit addresses, as on a core, against the one with 64: traces name addresses that
# only the second can express, and the answers must be equal to the letter.
#
#   tests/tool/addr32.sh [TOOL TOOL32]
set -u
export LC_ALL=C

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
build=$(dirname "$(dirname "$here")")/build
wide=${1:-$build/mpumap}
narrow=${2:-$build/addr32/mpumap}
if [ ! -x "$wide" ] || [ ! -x "$narrow" ]; then
    echo "1..0 # SKIP no build with 32-bit addresses"
    exit 0
fi
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
passed=0
failed=0

for trace in "$here"/../traces/*.trace "$here"/../traces/sim/*.trace "$here"/golden/*.trace; do
    if grep -q '^target[[:space:]]*armv8r64' "$trace"; then
        continue
    fi
    for options in --json "--json --policy whole" --steps; do
        timeout 60 "$wide" replay $options "$trace" >"$work/wide" 2>&1
        status=$?
        timeout 60 "$narrow" replay $options "$trace" >"$work/narrow" 2>&1
        if [ $? = $status ] && cmp -s "$work/wide" "$work/narrow" && [ -s "$work/wide" ]; then
            passed=$((passed + 1))
            echo "ok $((passed + failed)) - $options $(basename "$trace")"
        else
            failed=$((failed + 1))
            echo "not ok $((passed + failed)) - $options $(basename "$trace")"
            diff "$work/wide" "$work/narrow" | head -n 6 | cut -c 1-200 | sed 's/^/# /'
        fi
    done
done

echo "1..$((passed + failed))"
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
