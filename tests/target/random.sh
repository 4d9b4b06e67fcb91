#!/bin/bash
# SPDX-License-Identifier: MIT
# Random traces with real accesses: the simulator and the emulated Cortex-R52 must answer alike, but
# for slot numbers.
#   tests/target/random.sh [BUILD]     default: build/target-random in the repository; uses build/mpumap
# MPUMAP_SEED replays a run, MPUMAP_ROUNDS is how many seeds are played, MPUMAP_TOOL another tool.
# TAP on standard output, and at the end "N passed, N failed".
set -u
export LC_ALL=C
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
build=${1:-$root/build/target-random}
tool=${MPUMAP_TOOL:-$root/build/mpumap}
seed=${MPUMAP_SEED:-$(date +%s)}
rounds=${MPUMAP_ROUNDS:-6}
trace=$build/random.trace
mkdir -p "$build"
passed=0 failed=0

# write_trace SEED TARGET. Ranges of up to 12 granules in 52: everything meets everything. `live` is rare and short-lived, or
# most changes would be refused.
write_trace() {
    awk -v seed="$1" -v target="$2" -v lines=1500 '
        function below(n) { return int(rand() * n) }
        function range(  b) {
            b = base + below(40) * 64
            return sprintf("0x%x 0x%x", b, b + (1 + below(12)) * 64 - 1)
        }
        function attributes() { return perm[1 + below(4)] " " type[1 + below(5)] }
        function line(k) {
            if (k < 6) return "map " range() " " attributes()
            if (k < 11) return "unmap " range()
            if (k < 12) return sprintf("unmap-at 0x%x", base + below(3000))
            if (k < 13) return "protect " range() " " attributes()
            if (k < 20) return sprintf("access %s 0x%x", substr("rwx", 1 + below(3), 1), base + below(3300))
            if (k < 21) return "find " range()
            if (k < 22) return "live " range()
            if (k < 24) return sprintf("unlive 0x%x 0x%x", base, base + 0xfff)
            if (k == 25) return "dump"
            open = !open
            return open ? "begin" : below(4) ? "commit" : "abort"
        }
        BEGIN {
            srand(seed)
            split(target ~ /el1/ ? "rw rx ro rw+el0" : "rw rx ro rw+el1", perm, " ")
            split("normal normal normal normal-nc device", type, " ")
            base = 805306368 # 0x30000000
            print "target " target " regions=" (3 + below(10))
            for (i = 0; i < lines; i++) print line(below(26))
            if (open) print "commit"
            print "check"
            print "dump"
        }' >"$trace"
}

# answers ENGINE POLICY: the answers, then the status
answers() {
    "$tool" replay --json --on "$1" --policy "$2" "$trace" | sed 's/"slot":[0-9]*/"slot":N/g'
    echo "status ${PIPESTATUS[0]}"
}

export MPUMAP_FIRMWARE_DIR=$build
make -s -C "$root/firmware" BUILD="$build" >"$build/random.log" 2>&1 || {
    sed 's/^/# /' "$build/random.log"
    echo "0 passed, 1 failed"
    exit 1
}
echo "# MPUMAP_SEED=$seed replays this"
for ((round = 0; round < rounds; round++)); do
    target=armv8r32-el$((2 - (seed + round) % 2))
    for policy in exact whole; do
        write_trace $((seed + round)) $target
        answers sim "$policy" >"$build/random.sim"
        answers qemu "$policy" >"$build/random.qemu"
        name="seed $((seed + round)), $target, $policy"
        if cmp -s "$build/random.sim" "$build/random.qemu" &&
            grep -q '"result":"allow"' "$build/random.sim" &&
            [ "$(tail -n 1 "$build/random.sim")" = "status 0" ]; then
            passed=$((passed + 1))
            echo "ok $((passed + failed)) - $name"
        else
            failed=$((failed + 1))
            echo "not ok $((passed + failed)) - $name"
            diff "$build/random.sim" "$build/random.qemu" | head -n 10 | sed 's/^/# /'
        fi
    done
done
echo "1..$((passed + failed))"
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
