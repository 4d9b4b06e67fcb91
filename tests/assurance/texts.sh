#!/bin/bash
# SPDX-License-Identifier: MIT
# What a proof depends on (proofs/texts), in a copy: each change that a proof could see changes the
# number of its unit, and what it cannot see does not.
set -u
export LC_ALL=C
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
for tool in python3 gcc; do
    command -v $tool >/dev/null || {
        echo "1..0 # SKIP no $tool"
        exit 0
    }
done
folder=$(mktemp -d) || exit 1
trap 'rm -rf "$folder"' EXIT
cp -r "$root/mpumap" "$root/proofs" "$folder" && cd "$folder" || exit 1
proofs/texts '' options >before || exit 1
passed=0
failed=0

verdict() {
    if "$1"; then
        passed=$((passed + 1))
        echo "ok $((passed + failed)) - $2"
    else
        failed=$((failed + 1))
        echo "not ok $((passed + failed)) - $2"
    fi
}

# changed UNIT, same UNIT: against the tree as it is.
number() {
    sed -n "s/^$1 //p" "$2"
}
changed() { [ -n "$(number "$1" before)" ] && [ "$(number "$1" before)" != "$(number "$1" after)" ]; }
same() { [ -n "$(number "$1" before)" ] && [ "$(number "$1" before)" = "$(number "$1" after)" ]; }

# try WORD UNIT FILE SED TITLE: with that file changed, the unit's number is changed, or the same.
try() {
    local word=$1 unit=$2 file=$3 good=false
    cp "$file" kept
    sed -E -i "$4" "$file"
    if cmp -s "$file" kept; then
        echo "# its sed expression fits nothing"
    elif proofs/texts '' options >after && "$word" "$unit"; then
        good=true
    fi
    cp kept "$file"
    verdict $good "$5"
}

try changed search mpumap/src/list.c 's/left = count;/left = 1u * count;/' \
    "the body of a function that is proved"
try changed find mpumap/src/query.c 's/^\/\*@ requires /&\\true \&\& /' \
    "its contract"
try changed whole mpumap/src/list.c 's/assigns .nothing;/& ensures \\true;/' \
    "the contract of a function that it calls"
try same whole mpumap/src/list.c 's/left = count;/left = 1u * count;/' \
    "the body of one that it calls does not count"
try changed single proofs/logic/cuts.h 's/predicate/predicate more{L}(integer i) = i > 0;\n    predicate/' \
    "a predicate more"
try changed walk mpumap/src/plan.h 's/^#define PATIENT 1u/#define PATIENT 3u/' "a macro"
try changed walk mpumap/src/internal.h 's/uint16_t news; /uint32_t news; /' "a type"
try changed search proofs/list 's/^search .*/& mpumap_i_move_tail/' "the row of the unit"
try same search proofs/list 's/^(moves [^|]*\|[^|]*\| *)[0-9]+/\11/' \
    "another row does not count"
try same search mpumap/src/list.c 's/^#include "internal.h"/&\n\/* A comment. *\//' \
    "a comment does not count"
try changed search mpumap/src/list.c 's/loop variant/loop  variant 1 +/' "an annotation"
cp proofs/list kept
sed -i 's/^moves .*/& none_such/' proofs/list
verdict "$(proofs/texts '' options >/dev/null 2>&1 && echo false || echo true)" \
    "a row that names no function is an error"
cp kept proofs/list
proofs/texts '' others >after
verdict "$(changed search && echo true || echo false)" "the options"
proofs/texts search options >after
verdict "$(changed search && same moves && echo true || echo false)" "options of its own"

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
