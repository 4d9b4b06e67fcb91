#!/bin/bash
# SPDX-License-Identifier: MIT
# The instructions of each operation on an emulated Cortex-R52 against bench/reference.tsv: more than
# 5 % above it fails. Counts are exact and repeat, for one compiler.
#
#   tests/bench/counts.sh            compare
#   tests/bench/counts.sh --accept   take the counts as they are as the new reference
set -u
export LC_ALL=C
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
build=${BENCH_BUILD:-$root/build/bench/ci}
reference=${BENCH_REFERENCE:-$root/bench/reference.tsv}
percent=5

skip() {
    echo "1..0 # SKIP $1"
    exit 0
}

command -v arm-none-eabi-gcc >/dev/null || skip "no arm-none-eabi-gcc"
qemu-system-arm -M help 2>/dev/null | grep -q mps3-an536 || skip "no qemu-system-arm with mps3-an536"
compiler=$(arm-none-eabi-gcc -dumpfullversion)

mkdir -p "$build"
make -s -C "$root/bench/r52" BUILD="$build" bench >"$build/log" 2>&1 || {
    tail -n 20 "$build/log"
    echo "not ok 1 - the bench builds"
    echo "0 passed, 1 failed"
    exit 1
}
QEMU_MORE="-cpu cortex-r52,cntfrq=1000000000 -icount shift=0" LIMIT=300 \
    "$root/firmware/run" "$build/bench.elf" series >"$build/series.jsonl" || {
    echo "not ok 1 - the bench runs"
    echo "0 passed, 1 failed"
    exit 1
}

# compiler, then subject, series, regions, median: tab-separated. The baseline is not ours to keep.
{
    printf 'compiler\t%s\n' "$compiler"
    sed -nE 's/.*"subject":"(exact|whole)","series":"([^"]+)","regions":(8|32|255),.*"median":([0-9]+),.*/\1\t\2\t\3\t\4/p' \
        "$build/series.jsonl"
} >"$build/counts.tsv"

if [ "${1-}" = --accept ]; then
    cp "$build/counts.tsv" "$reference"
    echo "$(($(wc -l <"$reference") - 1)) counts in ${reference#"$root"/}"
    exit 0
fi
[ "$(sed -n 's/^compiler\t//p' "$reference")" = "$compiler" ] ||
    skip "the reference counts are those of gcc $(sed -n 's/^compiler\t//p' "$reference"), this is $compiler"

awk -F'\t' -v percent=$percent '
    $1 == "compiler" { next }
    NR == FNR { wanted[$1, $2, $3] = $4; next }
    {
        name = $2 " (" $1 ", " $3 " regions)"
        n++
        if (!(($1, $2, $3) in wanted)) {
            print "not ok " n " - " name ": no reference count: tests/bench/counts.sh --accept"
            failed++
            next
        }
        was = wanted[$1, $2, $3]
        delete wanted[$1, $2, $3]
        change = sprintf("%s: %d instructions, reference %d", name, $4, was)
        if ($4 * 100 > was * (100 + percent)) {
            print "not ok " n " - " change ": more than " percent " % worse"
            failed++
        } else {
            print "ok " n " - " change
            passed++
            if ($4 * 100 < was * (100 - percent))
                better++
        }
    }
    END {
        for (key in wanted) {
            split(key, part, SUBSEP)
            print "not ok " ++n " - " part[2] " (" part[1] ", " part[3] " regions): not measured any more"
            failed++
        }
        if (better > 0)
            print "# " better " counts are more than " percent " % better: tests/bench/counts.sh --accept keeps them so"
        print "1.." n
        print passed + 0 " passed, " failed + 0 " failed"
        exit failed > 0
    }' "$reference" "$build/counts.tsv"
