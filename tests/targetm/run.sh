#!/bin/bash
# SPDX-License-Identifier: MIT
# Tests of boot code, port and firmware on the emulated Armv8-M cores: Cortex-M33 (mps2-an505, 8
# regions) and Cortex-M55 (mps3-an547, 16 regions).
#   tests/targetm/run.sh [BUILD]      default: build/targetm in the repository
# TAP on standard output, and at the end "N passed, N failed". MPUMAP names the host tool, whose
# simulator gives the answers to compare with (default: build/mpumap, built if it is not there).
set -u
export LC_ALL=C
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
build=${1:-$root/build/targetm}
mkdir -p "$build" && build=$(cd "$build" && pwd) || exit 2
run=$root/firmware/armv8m/run
out=$build/out err=$build/err
passed=0 failed=0

ok() {
    passed=$((passed + 1))
    echo "ok $((passed + failed)) - $1"
}

# not_ok NAME [WHY]: with what the program said
not_ok() {
    failed=$((failed + 1))
    echo "not ok $((passed + failed)) - $1"
    { printf '%s\n' "${2:-}"; head -c 3000 "$out" "$err"; } 2>/dev/null | sed 's/^/# /'
}

# verdict NAME COMMAND...
verdict() {
    local name=$1
    shift
    if "$@"; then ok "$name"; else not_ok "$name" "failed: $*"; fi
}

finish() {
    echo "1..$((passed + failed))"
    echo "$passed passed, $failed failed"
    [ "$failed" -eq 0 ] && exit 0
    exit 1
}

if ! command -v qemu-system-arm >/dev/null || ! command -v arm-none-eabi-gcc >/dev/null; then
    echo "1..0 # SKIP no qemu-system-arm or no arm-none-eabi-gcc"
    exit 0
fi

# made COMMAND...: a build; without it there is nothing to test
made() {
    "$@" >"$out" 2>&1 && return
    : >"$err"
    not_ok "build: $*"
    finish
}

# make_target FOLDER BOARD BUILD DEFINES GOAL...
make_target() {
    made make -s -C "$1" BOARD="$2" BUILD="$3" DEFINES="$4" "${@:5}"
}

# play ELF ARGUMENT...: status in $status, output in $out and $err
play() {
    rm -f "$out" "$err"
    "$run" "$@" >"$out" 2>"$err" </dev/null
    status=$?
}

# suite NAME ELF: a program that prints TAP of its own; each of its cases counts here
suite() {
    local name=$1 line
    play "$2"
    while IFS= read -r line; do
        case $line in
        "ok "*) ok "$name: ${line#ok * - }" ;;
        "not ok "*) not_ok "$name: ${line#not ok * - }" ;;
        esac
    done < <(cat "$out")
    verdict "$name: ends well" test "$status/$(tail -n 1 "$out" | sed 's/^[1-9][0-9]* passed/N passed/')" \
        = "0/N passed, 0 failed"
}

# said FILE TEXT: FILE has TEXT at the start of a line
said() {
    awk -v text="$2" 'index($0, text) == 1 { found = 1 } END { exit !found }' "$1"
}

# --- boot ---

boot() {
    suite "$1: boot, RAM and registers poisoned" "$build/$1/boot.elf"
    suite "$1: boot, warm start with the MPU on" "$build/$1/boot-warm.elf"
    suite "$1: boot, 32-bit references" "$build/$1/refs32/boot.elf"
}

# refusal BOARD PROGRAM MESSAGE
refusal() {
    play "$build/$1/refused-$2.elf"
    verdict "$1: refused plan, $2: says why" test "$status/$(cat "$err")" = "4/$3"
}

refusals() {
    local board=$1 slots=$2
    refusal "$board" regions "mpumap: the boot plan needs more regions than the core has: wanted 17, present $slots"
    refusal "$board" table "mpumap: the boot plan needs more regions than the table has: wanted 4, present 3"
    refusal "$board" empty "mpumap: the boot plan has no regions: wanted 1, present 0"
}

# --- exceptions that nothing expects ---

# diagnosis BOARD ACTION LINE...: status 4, and each line on standard error
diagnosis() {
    local board=$1 action=$2 line
    shift 2
    play "$build/$board/diagnosis.elf" "$action"
    verdict "$board: diagnosis of $action: status" test "$status" -eq 4
    for line; do
        verdict "$board: diagnosis of $action: $line" said "$err" "$line"
    done
}

diagnoses() {
    local b=$1
    local below="  below it  0x30000000-0x30001fff rx normal inner, slot 0, references 1"
    local above="  above it  0x30004000-0x30005fff rw normal inner, slot 1, references 1"
    diagnosis "$b" read "firmware: unexpected MemManage fault" "  address   0x30002000, data" \
        "  registers no enabled region holds this address" "$below" "$above" \
        "  the map   has no region that holds this address" \
        "  CFSR      0x00000082, DACCVIOL" "region 0   0x30000000-0x30001fff rx"
    diagnosis "$b" write "  address   0x30000040, data" "  registers slot 0 alone holds this address" \
        "  holds it  0x30000000-0x30001fff rx"
    diagnosis "$b" fetch "firmware: unexpected MemManage fault" "  address   0x30004000, fetch" \
        "  holds it  0x30004000-0x30005fff rw" "  CFSR      0x00000001, IACCVIOL"
    diagnosis "$b" overlap "  address   0x30005000, data" \
        "  registers slot 1, slot 5 overlap at this address"
    diagnosis "$b" undefined "firmware: unexpected UsageFault" "  CFSR      0x00010000, UNDEFINSTR"
    diagnosis "$b" call "firmware: unexpected call (SVC)"
    diagnosis "$b" stack "  address   0x300020f8, stacking" "  pc        lost" \
        "  registers no enabled region holds this address"
    diagnosis "$b" early "  address   0x30002000, data"
    diagnosis "$b" unopened "firmware: unexpected MemManage fault" "  address   0x30002000, data"
    diagnosis "$b" twice "firmware: exception while an exception was shown"
    play "$build/$b/diagnosis.elf" nothing
    verdict "$b: no exception, no diagnosis" test "$status" -eq 0 -a ! -s "$err"
}

# --- the port ---

# Stores, barriers and special registers that the port really executed in steps.elf, a line for each
# mark(), from QEMU's log of every instruction in the port. Stores to the stack are the compiler's.
executed() {
    local elf=$1/steps.elf filter
    filter=$(arm-none-eabi-nm -S "$elf" | awk '
        NF == 4 && $4 ~ /^(mark|enter|leave|sync|fence|(mask|restore)_interrupts|write_.*|(own|ns|bank)_.*|mpumap_armv8m_(ns_)?(enable|disable|mair))$/ {
            printf "%s0x%s+0x%s", (n++ ? "," : ""), $1, $2 }')
    rm -f "$1/log"
    QEMU_MORE="-accel tcg,one-insn-per-tb=on -d exec,nochain -D $1/log -dfilter $filter" play "$elf"
    arm-none-eabi-objdump -d "$elf" | awk -F'\t' '
        /^ *[0-9a-f]+:\t/ && $3 ~ /^(str|dsb|isb|mrs|msr|cps)/ && $4 !~ /\[sp/ {
            sub(/ *@.*/, "", $4); name = tolower($3); sub(/\.[wn]$/, "", name); at = $1
            gsub(/[ :]/, "", at); operands = tolower($4)
            if (name ~ /^str/) operands = ""
            if (name == "mrs") sub(/^[a-z0-9]+, */, "", operands)
            if (name == "msr") sub(/, *[a-z0-9]+$/, "", operands)
            line = name " " operands; sub(/ +$/, "", line)
            print at, line
        }' >"$1/instructions"
    awk -v mark="$(arm-none-eabi-nm "$elf" | awk '$3 == "mark" { print $1 }')" '
        NR == FNR { text[$1] = substr($0, length($1) + 2); next }
        { split($4, f, "/"); at = substr(f[2], 9) }
        at == mark { if (started) print line; started = 1; line = ""; next }
        at in text { line = line (line == "" ? "" : "; ") text[at] }
        ' "$1/instructions" "$1/log"
}

# What the stores write is port.c's to check; read() stores what it has read, too.
promised_bank() {
    cat <<END
$1SELECT|str
$1ISB|
$1BASE|str
$1LIMIT|str
$1ORDER|dsb sy; isb sy
$1BITMAP|
$1SYNC|dsb sy; isb sy
$1enter|mrs primask; cpsid i; str
$1leave|msr primask
$1read|mrs primask; cpsid i; str; str; str; msr primask
END
}

promised() {
    promised_bank ""
    echo "off|dsb sy; isb sy; str; dsb sy; isb sy"
    echo "types|str; str"
    echo "on|dsb sy; isb sy; str; dsb sy; isb sy"
    promised_bank "NS "
    echo "NS types|str; str"
    echo "NS on|dsb sy; isb sy; str; dsb sy; isb sy"
    echo "NS off|dsb sy; isb sy; str; dsb sy; isb sy"
}

barriers() {
    local board=$1 name want got i=0
    mapfile -t got < <(executed "$build/$board")
    while IFS='|' read -r name want; do
        verdict "$board: instructions of $name: ${want:-none}" test "${got[i]-missing}" = "$want"
        i=$((i + 1))
    done < <(promised)
    verdict "$board: every step was seen" test "${#got[@]}" -eq "$i"
}

# --- accesses: every permission at each region's ends and one granule beyond, r, w and x ---

# allowed PERMISSION KIND
allowed() {
    case $1/$2 in
    */r | rw*/w | rx*/x) echo allow ;;
    *) echo deny ;;
    esac
}

probe() {
    printf 'access %s 0x%08x\nexpect %s\n' "$1" "$2" "$3"
}

# region BASE LIMIT PERMISSION TYPE
probe_region() {
    local base=$(($1)) limit=$(($2)) kind at
    printf 'map 0x%08x 0x%08x %s %s\nexpect ok\n' "$base" "$limit" "$3" "$4"
    for kind in r w x; do
        for at in "$base" "$limit"; do
            probe $kind "$at" "$(allowed "$3" $kind)"
        done
        [ "$base" -eq 0 ] || { probe $kind $((base - 1)) deny; probe $kind $((base - 32)) deny; }
        [ "$limit" -ge $((0xdfffffff)) ] ||
            { probe $kind $((limit + 1)) deny; probe $kind $((limit + 32)) deny; }
    done
}

accesses() {
    local permission at=$((0x30000000 + 0x60))
    echo "target armv8m regions=6"
    for permission in ro rw rx ro+el0 rw+el0 rx+el0; do
        probe_region $at $((at + 31)) $permission normal
        at=$((at + 0xc0))
    done
    for ((; at > 0x30000060; )); do
        at=$((at - 0xc0))
        printf 'unmap 0x%08x 0x%08x\nexpect ok\n' $at $((at + 31))
    done
    # Longer ones, other types, the ends of the window and of what regions can cover.
    probe_region 0x30000000 0x3000103f rx normal-wt
    probe_region 0x30006fe0 0x30007fff rw normal-nc
    probe_region 0x00000000 0x0000001f ro normal
    probe_region 0x4f000020 0x4f0000ff rw device
    probe_region 0x50fff000 0x50fff01f ro device-nGnRnE
    probe_region 0xdfffff00 0xdfffffff rx normal
    echo "check"
}

# answers FILE: without slots, which may differ
answers() {
    sed -E 's/"slot":[0-9]+/"slot":_/g' "$1"
}

# same BOARD TRACE: the firmware's answers and status are the simulator's
same() {
    local wanted name=${2##*/}
    "$mpumap" replay --json --target armv8m "$2" >"$build/sim" 2>"$build/sim-err"
    wanted=$?
    play "$build/$1/armv8m-$1.elf" --json --target=armv8m "$2"
    verdict "$1: $name: status $wanted" test "$status" -eq "$wanted"
    verdict "$1: $name: the simulator's answers" \
        test -s "$out" -a "$(answers "$out" | cksum)" = "$(answers "$build/sim" | cksum)"
}

all_accesses() {
    play "$build/$1/armv8m-$1.elf" --json "$build/accesses.trace"
    verdict "$1: accesses: every expectation" test "$status" -eq 0 -a ! -s "$err"
    verdict "$1: accesses: all were made" \
        test "$(grep -c '"op":"expect","result":"ok"' "$out")" -eq "$(grep -c ^expect "$build/accesses.trace")"
    same "$1" "$build/accesses.trace"
}

# regions_of TRACE: how many it asks for, a C literal
regions_of() {
    local n
    n=$(sed -n 's/^[[:space:]]*target.*regions=\([0-9a-fA-FxX]*\).*/\1/p' "$1" | head -n 1)
    if [ -n "$n" ]; then echo $((n)); else echo none; fi
}

# Every trace whose regions the board has. One that names no number gets all that are free, which is
# more or fewer than in the simulator: those do not fill the map.
traces() {
    local trace regions
    for trace in "$root"/tests/traces/*.trace "$root"/examples/*.trace; do
        regions=$(regions_of "$trace")
        if [ "$regions" = none ] || [ "$regions" -le "$2" ]; then
            same "$1" "$trace"
        fi
    done
}

# --- mutants: what errs is found ---

# mutant BOARD NAME FILE STATUS SED: FILE of the port with one change; the trace of accesses ends
# with STATUS
mutant() {
    local board=$1 name=$2 file=$root/mpumap/port/armv8m/$3 elf=$build/$1/mutant-$2.elf
    sed "$5" "$file" >"$build/$board/mutant-$name.c"
    verdict "$board: mutant $name differs" \
        test "$(cmp -s "$file" "$build/$board/mutant-$name.c"; echo $?)" -eq 1
    make_target "$here" "$board" "$build/$board" "" "$elf"
    play "$elf" --json "$build/accesses.trace"
    verdict "$board: mutant $name is found" test "$status" -eq "$4"
}

# What the codec encodes wrongly the map's own check finds (status 3).
codec_mutants() {
    mutant "$1" codec-xn codec.c 3 's/RBAR(first, attr)/RBAR(first, attr) \& ~(mpumap_reg_t)1u/'
    mutant "$1" codec-ap codec.c 3 's/RBAR(first, attr)/RBAR(first, attr) \& ~(mpumap_reg_t)4u/'
    mutant "$1" codec-limit codec.c 3 's/RLAR(last, attr)/RLAR(last, attr) + 32u/'
    mutant "$1" codec-base codec.c 3 's/RBAR(first, attr)/RBAR(first, attr) + 32u/'
}

# What reaches the registers wrongly, with nobody who reads them back, the accesses find (status 1).
# The firmware's own regions, from 0x80000000 up, are spared.
write_mutants() {
    local to='s/slot % MPUMAP_ARMV8M_BANK), value);/slot % MPUMAP_ARMV8M_BANK), (value < 0x80000000u \&\& offset =='
    mutant "$1" write-xn apply.c 1 "$to MPU_RBAR) ? value \\& ~1u : value);/"
    mutant "$1" write-ap apply.c 1 "$to MPU_RBAR) ? value \\& ~4u : value);/"
    mutant "$1" write-limit apply.c 1 "$to MPU_RLAR \\&\\& (value \\& 1u) != 0u) ? value + 32u : value);/"
    mutant "$1" write-short apply.c 1 "$to MPU_RLAR \\&\\& (value \\& 1u) != 0u \\&\\& value > 64u) ? value - 32u : value);/"
    mutant "$1" write-base apply.c 1 "$to MPU_RBAR \\&\\& value > 32u) ? value - 32u : value);/"
}

# --- the firmware ---

firmware() {
    local elf=$build/$1/armv8m-$1.elf free=$2
    printf 'target armv8m regions=%d\nmap 0x30000000 0x30000fff rw normal\n' "$free" >"$build/free.trace"
    play "$elf" "$build/free.trace"
    verdict "$1: $free regions are free for a trace" test "$status" -eq 0
    printf 'target armv8m regions=%d\nmap 0x30000000 0x30000fff rw normal\n' $((free + 1)) >"$build/more.trace"
    play "$elf" "$build/more.trace"
    verdict "$1: one more is not" test "$status" -eq 2
    printf 'target armv8m\nmap 0x80400000 0x80400fff rw normal\n' >"$build/own.trace"
    play "$elf" "$build/own.trace"
    verdict "$1: a trace may not touch the firmware" test "$status" -eq 2
    printf 'map nonsense\n' >"$build/bad.trace"
    play "$elf" --target=armv8m --as=other.name "$build/bad.trace"
    verdict "$1: a malformed trace is status 2" test "$status" -eq 2 -a ! -s "$out"
    verdict "$1: and named" said "$err" "other.name:1:"
    play "$elf" "$root/examples/demo.trace"
    verdict "$1: another target's trace is status 2" test "$status" -eq 2
    play "$elf" --target=armv8q "$root/examples/demo.trace"
    verdict "$1: a target that is none is status 2" test "$status" -eq 2
    play "$elf" "$build/none.trace"
    verdict "$1: a missing trace is named" said "$err" "firmware: cannot open $build/none.trace"
    head -c 8388609 /dev/zero >"$build/long.trace"
    play "$elf" "$build/long.trace"
    verdict "$1: a trace that is too long" said "$err" "firmware: no regular file, or longer than 8 MiB: "
    rm -f "$build/long.trace"
}

# --- the host tool ---

# on_qemu OPTION...: as play, through the tool; the machine that it starts in $machine
on_qemu() {
    rm -f "$build/started"
    MPUMAP_FIRMWARE_DIR=$build/tool MPUMAP_QEMU=$build/tool/qemu timeout 120 \
        "$mpumap" replay --on qemu "$@" >"$out" 2>"$err" </dev/null
    status=$?
    machine=$(cat "$build/started" 2>/dev/null)
}

# chooses MACHINE HEADER OPTION...
chooses() {
    local wanted=$1 header=$2
    shift 2
    printf '%s\nmap 0x30000000 0x3000001f rw normal\naccess w 0x3000001f\nexpect allow\n' "$header" \
        >"$build/tool/a.trace"
    on_qemu "$@" "$build/tool/a.trace"
    verdict "tool: $header${*:+, $*}: plays on $wanted" test "$status/$machine" = "0/$wanted"
}

tool() {
    mkdir -p "$build/tool"
    ln -sfn "$build" "$build/tool/armv8m"
    printf '#!/bin/sh\necho "$2" >"%s"\nexec qemu-system-arm "$@"\n' "$build/started" >"$build/tool/qemu"
    chmod +x "$build/tool/qemu"
    chooses mps2-an505 "target armv8m"
    chooses mps2-an505 "target armv8m regions=6"
    chooses mps3-an547 "target armv8m regions=7"
    chooses mps3-an547 "target armv8m regions=14"
    chooses mps2-an505 "# for another target" --target armv8m
    chooses mps3-an547 "target armv8r32-el2 regions=12" --target=armv8m --policy whole
    printf 'target armv8m regions=15\nmap 0 31 rw normal\n' >"$build/tool/a.trace"
    on_qemu "$build/tool/a.trace"
    verdict "tool: 15 regions: nobody has them" test "$status" -eq 2
    verdict "tool: and says so" grep -q 'asks for 15 regions, and armv8m has 14 free' "$err"
    "$mpumap" replay --target armv8q "$build/tool/a.trace" >"$out" 2>"$err"
    verdict "tool: a target that is none" test "$?" -eq 2
    "$mpumap" replay "$root/tests/traces/armv8m-exhaustion.trace" >"$out" 2>"$err"
    verdict "tool: a full map says how full" grep -q 'no region left .*; 6 of 6 are in use' "$out"
}

# board NAME SLOTS
board() {
    local b=$1 free=$(($2 - 2))
    make_target "$here" "$b" "$build/$b" "" all programs
    make_target "$here" "$b" "$build/$b/refs32" "-DMPUMAP_REFS_BITS=32" "$build/$b/refs32/boot.elf"
    make_target "$here" "$b" "$build/$b/bank1" "-DMPUMAP_ARMV8M_BANK=1" "$build/$b/bank1/port.elf" \
        "$build/$b/bank1/armv8m-$b.elf"
    boot "$b"
    refusals "$b" "$2"
    diagnoses "$b"
    suite "$b: port" "$build/$b/port.elf"
    suite "$b: port without aliases" "$build/$b/bank1/port.elf"
    barriers "$b"
    firmware "$b" "$free"
    all_accesses "$b"
    play "$build/$b/bank1/armv8m-$b.elf" "$build/accesses.trace"
    verdict "$b: accesses without aliases" test "$status" -eq 0
    codec_mutants "$b"
    write_mutants "$b"
    traces "$b" "$free"
}

mpumap=${MPUMAP:-$root/build/mpumap}
if [ -z "${MPUMAP:-}" ] && [ ! -x "$mpumap" ]; then
    made make -s -C "$root" all
fi
accesses >"$build/accesses.trace"
board an505 8
board an547 16
tool
finish
