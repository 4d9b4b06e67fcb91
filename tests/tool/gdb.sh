#!/bin/bash
# SPDX-License-Identifier: MIT
# The commands of tool/mpumap.gdb on emulated cores. Ends with "N passed, M failed".
#
#   tests/tool/gdb.sh [TOOL]
set -u
export LC_ALL=C

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(dirname "$(dirname "$here")")
tool=${1:-$root/build/mpumap}
firmware=${MPUMAP_FIRMWARE_DIR:-$root/build/firmware}
for need in gdb-multiarch qemu-system-arm qemu-system-aarch64; do
    if ! command -v $need >/dev/null; then
        echo "1..0 # SKIP no $need"
        exit 0
    fi
done
work=$(mktemp -d) || exit 2
qemu=
trap '[ -z "$qemu" ] || kill "$qemu" 2>/dev/null; rm -rf "$work"' EXIT
passed=0
failed=0

check() {
    if grep -qE -- "$2" "$3"; then
        passed=$((passed + 1))
        echo "ok $((passed + failed)) - $1"
    else
        failed=$((failed + 1))
        echo "not ok $((passed + failed)) - $1"
        echo "# nothing like: $2"
        head -n 40 "$3" | cut -c 1-200 | sed 's/^/# /'
    fi
}

# debug NAME RUN ELF TRACE ENTRY: stops in the first `dump` of the trace and asks there. ENTRY: bytes of
# an entry of the library's table.
debug() {
    rm -f "$work/port"
    QEMU_MORE="-S -gdb unix:$work/socket,server=on,wait=off" LIMIT=100 "$2" "$3" "$4" >"$work/$1.qemu" 2>&1 </dev/null &
    qemu=$!
    for _ in $(seq 100); do
        [ -S "$work/socket" ] && break
        sleep 0.1
    done
    timeout 90 gdb-multiarch -nx -batch -ex 'set confirm off' -ex "file $3" \
        -ex "target remote $work/socket" -ex 'hbreak player_next' -ex continue \
        -ex "source $root/tool/mpumap.gdb" -ex "set \$mpumap_tool = \"$tool\"" \
        -ex 'echo @show\n' -ex 'mpumap show' -ex 'echo @registers\n' -ex 'mpumap show registers' \
        -ex 'echo @explain\n' -ex 'mpumap explain 0x30000010 w' -ex 'echo @hole\n' -ex 'mpumap explain 0x30002000' \
        -ex 'python at = int(gdb.parse_and_eval("&boot_table"))' \
        -ex "python gdb.execute('monitor dump-guest-memory $work/$1.core 0x%x 0x2000' % (at & ~0xfff), to_string=True)" \
        -ex "dump binary memory $work/$1.raw &boot_table (char*)&boot_table+16*$5" \
        -ex "python open('$work/$1.at', 'w').write('0x%x' % at)" \
        -ex 'echo @draw\n' -ex 'mpumap draw' -ex 'echo @bad\n' -ex 'mpumap fly' \
        -ex 'echo @no-address\n' -ex 'mpumap explain' -ex 'echo @no-map\n' -ex 'mpumap use (int)5' \
        -ex 'mpumap show'\
        -ex 'echo @on\n' -ex 'delete' -ex continue >"$work/$1.gdb" 2>&1 </dev/null
    kill "$qemu" 2>/dev/null
    wait "$qemu" 2>/dev/null
    qemu=
    rm -f "$work/socket"
    for part in show registers explain hole draw bad no-address no-map on; do
        sed -n "/^@$part\$/,/^@/p" "$work/$1.gdb" | grep -v '^@' >"$work/$1.$part"
    done
}

rows() {
    grep -E '^ +[0-9]+ ' "$1" | grep ' yes' | sed 's/  refs.*//' | sort
}

# questions NAME ARCH OWNER
questions() {
    check "$1: the table" "0x0*30000000  0x0*30000fff  4 KiB +r--   ---    normal " "$work/$1.show"
    rows "$work/$1.show" >"$work/a"
    rows "$work/$1.registers" >"$work/b"
    { [ -s "$work/a" ] && diff "$work/a" "$work/b" && echo equal; } >"$work/c"
    check "$1: the registers say the same" '^equal$' "$work/c"
    check "$1: why an access faults" 'AP\[2\].*is 1: read-only' "$work/$1.explain"
    check "$1: an address that nothing covers" 'No enabled region covers it' "$work/$1.hole"
    "$tool" explain --addr 0x30000010 --access w --arch "$2" --owner "$3" --layout mpumap --raw "$work/$1.raw" \
        >"$work/$1.from-raw" 2>&1
    check "$1: the same from a raw dump of the table" 'AP\[2\].*is 1: read-only' "$work/$1.from-raw"
    if [ "$2" != armv8m ]; then # QEMU writes none for it
        "$tool" explain --addr 0x30000010 --access w --arch "$2" --owner "$3" --layout mpumap \
            --at "$(cat "$work/$1.at")" --entries 16 "$work/$1.core" >"$work/$1.from-core" 2>&1
        check "$1: the same from the emulator's ELF dump" 'AP\[2\].*is 1: read-only' "$work/$1.from-core"
    fi
    check "$1: a picture" '0x0*30000000 ┌' "$work/$1.draw"
    check "$1: an unknown word" 'mpumap show \[registers\]' "$work/$1.bad"
    check "$1: no address" 'mpumap explain ADDR' "$work/$1.no-address"
    check "$1: no map there" 'no initialised struct mpumap found' "$work/$1.no-map"
    check "$1: the program goes on as if nothing had been" '[23] operations: .* 0 failed' "$work/$1.qemu"
}

# session NAME ARCH OWNER RUN ELF ENTRY
session() {
    if [ ! -e "$5" ]; then
        echo "# no $5: $1 is not tested"
        return
    fi
    {
        [ "$1" = armv8r32-el2 ] || echo "target ${1%.*}"
        printf 'map 0x30000000 0x30000fff ro normal\nmap 0x30004000 0x30004fff rw normal\ndump\n'
    } >"$work/$1.trace"
    debug "$1" "$root/firmware/$4" "$5" "$work/$1.trace" "$6"
    questions "$1" "$2" "$3"
}

session armv8r32-el2 armv8r32 2 run "$firmware/armv8r32-el2.elf" 16
session armv8r32-el1 armv8r32 1 run "$firmware/armv8r32-el1.elf" 16
session armv8r64-el2 armv8r64 2 armv8r64/run "$firmware/armv8r64/armv8r64-el2.elf" 32
session armv8m.m33 armv8m 1 armv8m/run "$firmware/armv8m/an505/armv8m-an505.elf" 16
session armv8m.m55 armv8m 1 armv8m/run "$firmware/armv8m/an547/armv8m-an547.elf" 16
[ -n "${MPUMAP_KEEP-}" ] && cp "$work"/*.gdb "$work"/*.qemu "$MPUMAP_KEEP"
if [ $((passed + failed)) -eq 0 ]; then
    echo "1..0 # SKIP no firmware in $firmware"
    exit 0
fi
echo "1..$((passed + failed))"
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
