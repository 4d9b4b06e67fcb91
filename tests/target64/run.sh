#!/bin/bash
# SPDX-License-Identifier: MIT
# Tests of boot code, port, firmware and monitor on PMSAv8-64 registers emulated on QEMU.
#   tests/target64/run.sh [BUILD]      default: build/target64 in the repository
# TAP on standard output, and at the end "N passed, N failed". TOOL is the host tool, build/mpumap in
# the repository unless set.
set -u
export LC_ALL=C
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
cross=${CROSS64:-aarch64-linux-gnu-}
for program in "${cross}gcc" qemu-system-aarch64 make; do
    if ! command -v "$program" >/dev/null; then
        echo "1..0 # SKIP no $program"
        exit 0
    fi
done
build=${1:-$root/build/target64}
# The folder is laid out as the host tool looks for it.
mkdir -p "$build/armv8r64" && build=$(cd "$build" && pwd) || exit 2
elf=$build/armv8r64
tool=${TOOL:-$root/build/mpumap}
run=$root/firmware/armv8r64/run
out=$build/out err=$build/err uart=$build/uart
passed=0 failed=0

ok() {
    passed=$((passed + 1))
    echo "ok $((passed + failed)) - $1"
}

# not_ok NAME [WHY]: with what the program said
not_ok() {
    failed=$((failed + 1))
    echo "not ok $((passed + failed)) - $1"
    { printf '%s\n' "${2:-}"; head -c 3000 "$out" "$err" "$uart"; } 2>/dev/null | sed 's/^/# /'
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

# make_target FOLDER BUILD DEFINES [TARGET...]
make_target() {
    make -s -j2 -C "$1" BUILD="$2" DEFINES="$3" "${@:4}" >"$out" 2>&1 || {
        not_ok "build of $2"
        finish
    }
}

# play ELF ARGUMENT...: status in $status, output in $out, $err and $uart
play() {
    rm -f "$out" "$err" "$uart"
    touch "$uart"
    UART=file:$uart LIMIT=${LIMIT:-240} "$run" "$@" >"$out" 2>"$err" </dev/null
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
    suite "boot, RAM and registers poisoned" "$elf/boot.elf"
    REGIONS=255 suite "boot, 255 regions" "$elf/boot.elf"
    suite "boot, warm start with the MPU on" "$elf/boot-warm.elf"
    MONITOR64=$elf/monitor64.elf suite "boot, 32-bit references" "$build/refs32/boot.elf"
}

# address ELF SYMBOL, decimal
address() {
    echo $((0x$("${cross}nm" "$1" | awk -v s="$2" '$3 == s { print $1 }')))
}

# refusal NAME MESSAGE COMMAND...: the message on the UART, and a core that waits in `park`
refusal() {
    local image=$elf/$1.elf name=$1 message=$2 park pc
    shift 2
    park=$(address "$image" park)
    rm -f "$out" "$err" "$uart"
    touch "$uart"
    # QEMU's monitor is asked once the message is there; the pipe is QEMU's standard input.
    {
        for _ in $(seq 300); do
            if said "$uart" "$message"; then break; fi
            sleep 0.1
        done
        sleep 0.2
        echo "info registers"
        echo "quit"
        sleep 0.2
    } | UART=file:$uart MONITOR=stdio LIMIT=60 "$@" "$image" >"$out" 2>"$err"
    pc=$((0x$(sed -n 's/.* PC=\([0-9a-f]*\).*/\1/p' "$out" | head -n 1)))
    verdict "$name: says why" test "$(cat "$uart")" = "$message"
    verdict "$name: the core is parked" test "$pc" -ge "$park" -a "$pc" -le $((park + 8))
    verdict "$name: nothing ran on" test ! -s "$err"
}

# Without the monitor: a core whose highest level is EL1.
bare() {
    timeout 60 qemu-system-aarch64 -M virt -cpu max -m 1G -display none -net none \
        -monitor stdio -serial "$UART" -semihosting -device "loader,file=$1,cpu-num=0"
}

refusals() {
    REGIONS=16 refusal refused-regions \
        "mpumap: the boot plan needs more regions than the core has: wanted 17, present 16; the core is parked" "$run"
    refusal refused-table \
        "mpumap: the boot plan needs more regions than the table has: wanted 4, present 3; the core is parked" "$run"
    refusal refused-empty \
        "mpumap: the boot plan has no regions: wanted 1, present 0; the core is parked" "$run"
    refusal refused-level \
        "mpumap: boot must run at EL2: wanted 2, present 1; the core is parked" bare
}

# --- exceptions that nothing expects ---

# diagnosis ACTION LINE...: status 4, and each line on standard error
diagnosis() {
    local action=$1 line
    shift
    play "$elf/diagnosis.elf" "$action"
    verdict "diagnosis of $action: status" test "$status" -eq 4
    for line; do
        verdict "diagnosis of $action: $line" said "$err" "$line"
    done
}

diagnoses() {
    diagnosis read "firmware: unexpected data abort" "  address   0x30010000, read" \
        "  registers no enabled region holds this address" \
        "  below it  0x30000000-0x3000ffff rx normal inner, slot 4, references 1" \
        "  ESR       0x96000004, class 0x25: data abort" "  status    0x04: translation"
    diagnosis write "  address   0x30000040, write" "  registers slot 4 alone holds this address" \
        "  ESR       0x9600004c, class 0x25: data abort" "  status    0x0c: permission"
    diagnosis fetch "firmware: unexpected prefetch abort" "  address   0x100000000, fetch" \
        "  ESR       0x8600000c, class 0x21: instruction abort"
    diagnosis overlap "  address   0x100008000, read" "  registers slot 5, slot 31 overlap at this address"
    diagnosis undefined "firmware: unexpected undefined instruction"
    diagnosis call "firmware: unexpected call (SVC or HVC)"
    diagnosis stack "  address   0x300100f0, write" "  registers no enabled region holds this address"
    play "$elf/diagnosis.elf" twice
    verdict "diagnosis that faults itself: status" test "$status" -eq 4
    verdict "diagnosis that faults itself: says so" said "$uart" \
        "firmware: exception while an exception was shown"
    play "$elf/diagnosis.elf" nothing
    verdict "no exception, no diagnosis" test "$status" -eq 0 -a ! -s "$err" -a ! -s "$uart"
}

# --- the port ---

port() {
    local regions
    for regions in 16 32 40 255; do
        REGIONS=$regions suite "port, $regions regions" "$elf/port.elf"
    done
}

# System instructions of an objdump listing, as "address instruction", without the general register.
system_instructions() {
    "${cross}objdump" -d "$1" | awk -F'\t' '
        /^ *[0-9a-f]+:\t/ && $3 ~ /^(mrs|msr|dsb|isb|eret)$/ {
            sub(/ *\/\/.*/, "", $4); sub(/, *x[a-z0-9]+$/, "", $4); sub(/^x[0-9]+, */, "", $4)
            at = $1; gsub(/[ :]/, "", at)
            while (length(at) < 16) at = "0" at
            line = $3 " " $4; sub(/ *$/, "", line)
            print at, tolower(line)
        }'
}

# The system instructions that the port really executed in steps.elf, a line for each mark(), from
# QEMU's log of every instruction in the port.
executed() {
    local image=$elf/steps.elf filter
    filter=$("${cross}nm" -S "$image" | awk '
        NF == 4 && $4 ~ /^(mark|enter|leave|level_.*|mpumap_armv8r64_el[12]_.*)$/ {
            printf "%s0x%s+0x%s", (n++ ? "," : ""), $1, $2 }')
    rm -f "$build/log"
    QEMU_MORE="-accel tcg,one-insn-per-tb=on -d exec,nochain -D $build/log -dfilter $filter" \
        play "$image"
    system_instructions "$image" >"$build/instructions"
    awk -v mark="$("${cross}nm" "$image" | awk '$3 == "mark" { print $1 }')" '
        NR == FNR { text[$1] = substr($0, length($1) + 2); next }
        { split($4, f, "/"); at = f[2] }
        at == mark { if (started) print line; started = 1; line = ""; next }
        at in text { line = line (line == "" ? "" : "; ") text[at] }
        ' "$build/instructions" "$build/log"
}

promised() {
    local level
    for level in 2 1; do
        sed "s/_ELX/_el$level/g; s/^/EL$level /" <<'END'
SELECT         msr prselr_ELX
ISB            isb
BASE, first    msr prbar_ELX
LIMIT, first   msr prlar_ELX
BASE           msr prbar5_ELX
LIMIT          msr prlar14_ELX
ORDER          dsb sy; isb
BITMAP         mrs mpuir_ELX; msr prenr_ELX
BITMAP, masked mrs mpuir_ELX; mrs prenr_ELX; msr prenr_ELX
SYNC           dsb sy; isb
enter          mrs daif; msr daifset, #0x7
leave          msr daif
read           mrs daif; msr daifset, #0x7; msr prselr_ELX; isb; mrs prbar_ELX; mrs prlar_ELX; msr daif
END
        if [ "$level" = 2 ]; then
            echo "EL2 off            dsb sy; mrs sctlr_el2; msr sctlr_el2; isb"
        fi
        echo "EL$level types          msr mair_el$level"
        echo "EL$level on             dsb sy; isb; mrs sctlr_el$level; msr sctlr_el$level; isb"
    done
    echo "EL1 off            dsb sy; mrs sctlr_el1; msr sctlr_el1; isb"
}

barriers() {
    local name want got i=0
    mapfile -t got < <(executed)
    while IFS= read -r line; do
        name=$(printf '%s' "${line:0:19}" | sed 's/ *$//')
        want=${line:19}
        verdict "instructions of $name: ${want:-none}" test "${got[i]-missing}" = "$want"
        i=$((i + 1))
    done < <(promised)
    verdict "every step was seen" test "${#got[@]}" -eq "$i"
}

# The numbered registers, by the formula: every MSR of the table, in order.
numbered() {
    local level want got
    for level in 1 2; do
        # MSR: op0 3, op1, CRn 6, CRm, op2; Rt is x1.
        want=$(for n in $(seq 0 15); do
            for limit in 0 1; do
                printf '%08x\n' $((0xd5180001 + (level == 2 ? 4 : 0) * 0x10000 + 0x6000 +
                    (8 + n / 2) * 0x100 + (4 * (n % 2) + limit) * 0x20))
            done
        done)
        got=$("${cross}objdump" --disassemble=level_write \
            "$elf/obj/mpumap/port/armv8r64/apply_el$level.c.o" |
            awk -F'\t' '$3 == "msr" { gsub(/ /, "", $2); print $2 }')
        verdict "numbered registers at EL$level: 32, each by the rule" test "$got" = "$want"
    done
}

boot_barriers() {
    local want got
    want="mrs currentel mrs mpuir_el2 mrs sctlr_el2 dsb sy msr sctlr_el2 isb"
    want="$want msr prselr_el2 isb msr prbar_el2 msr prlar_el2"
    want="$want msr mair_el2 dsb sy isb mrs sctlr_el2 msr sctlr_el2 isb msr daifset, #0xf"
    got=$(system_instructions "$elf/obj/mpumap/boot/armv8r64/boot.S.o" | cut -d' ' -f2- | xargs)
    verdict "boot: registers and barriers in their order" test "$got" = "$want"
}

# --- the monitor ---

monitor() {
    local regions
    for regions in 32 255; do
        REGIONS=$regions suite "monitor, $regions regions" "$elf/monitor.elf"
    done
    REGIONS=256 play "$elf/monitor.elf"
    verdict "monitor: 256 regions are refused" test "$status" -eq 5
}

# refused ACTION MESSAGE: the monitor ends the run
refused() {
    play "$elf/loud.elf" "$1"
    verdict "monitor refuses: $1: status" test "$status" -eq 5
    verdict "monitor refuses: $1: message" said "$err" "monitor: refused: $2"
}

loud() {
    refused selector "PRSELR selects a region that is not implemented: 0x0000000000000020"
    refused xn0 "PRBAR with XN[0] set, or with the reserved SH: 0x0000000030000033"
    refused share "PRBAR with XN[0] set, or with the reserved SH: 0x0000000030000012"
    refused wxn "SCTLR_EL2.WXN is not played"
    refused reach "cannot tell whether the access reaches the granule at 0x0000000030000080"
    refused below "a return to a level below EL2 is not played"
    refused register "a system register that is not played"
    play "$elf/loud.elf" nothing
    verdict "monitor refuses nothing else" test "$status" -eq 0 -a ! -s "$err"
}

# Each mistake that monitor.h lists, built in: the monitor's tests must fail.
sabotage() {
    local name number
    while read -r name number; do
        make_target "$root/firmware/monitor64" "$build/sabotage/$number" "-DSABOTAGE=$number"
        MONITOR64=$build/sabotage/$number/monitor64.elf LIMIT=60 play "$elf/monitor.elf"
        verdict "a monitor with a mistake fails its tests: $name" test "$status" -ne 0
    done < <(sed -n 's/^#define SABOTAGE_\([A-Z_]*\) \([1-9][0-9]*\).*/\1 \2/p' \
        "$root/firmware/monitor64/monitor.h")
    make_target "$root/firmware/monitor64" "$build/sabotage/1" "-DSABOTAGE=1"
    MONITOR64=$build/sabotage/1/monitor64.elf LIMIT=60 play "$elf/armv8r64-el2.elf" "$here/accesses.trace"
    verdict "a monitor that enforces nothing fails the accesses" test "$status" -eq 1
}

# --- the firmware ---

firmware() {
    local image=$elf/armv8r64-el2.elf
    play "$image" "$here/accesses.trace"
    verdict "accesses: every expectation" test "$status" -eq 0
    verdict "accesses: nothing on the other streams" test ! -s "$err" -a ! -s "$uart"
    printf 'target armv8r64-el2 regions=28\nmap 0x30000000 0x30000fff rw normal\n' >"$build/28.trace"
    play "$image" "$build/28.trace"
    verdict "28 of 32 regions are free for a trace" test "$status" -eq 0
    printf 'target armv8r64-el2 regions=29\nmap 0x30000000 0x30000fff rw normal\n' >"$build/29.trace"
    play "$image" "$build/29.trace"
    verdict "29 are not" test "$status" -eq 2
    REGIONS=255 play "$image" "$build/29.trace"
    verdict "29 of 255 are" test "$status" -eq 0
    printf 'map 0x30000000 0x30000fff rw normal\n' >"$build/r32.trace"
    play "$image" "$build/r32.trace"
    verdict "another target's trace is status 2" test "$status" -eq 2
}

# --- the same traces ---

# Slot numbers may differ between engines; nothing else may.
without_slots() {
    sed -E 's/"slot":[0-9]+/"slot":_/g' "$1"
}

# Every trace, whatever its own target. Left out: those that name ranges of 33 bits, which touch the
# firmware's own memory here.
traces() {
    local trace sim qemu
    if [ ! -x "$tool" ]; then
        not_ok "traces: there is no host tool at $tool"
        return
    fi
    for trace in "$root"/tests/traces/*.trace "$root"/tests/traces/sim/regions-40*.trace \
        "$root"/examples/*.trace; do
        case ${trace##*/} in
        refusals-align.trace | refusals-range.trace | whole-refusals.trace) continue ;;
        esac
        "$tool" replay --json --target armv8r64-el2 "$trace" >"$build/sim.out" 2>"$build/sim.err"
        sim=$?
        MPUMAP_FIRMWARE_DIR=$build timeout 300 "$tool" replay --json --target armv8r64-el2 --on qemu \
            "$trace" >"$out" 2>"$err" </dev/null
        qemu=$?
        verdict "${trace#"$root"/}: the simulator's answers and status" \
            test "$sim/$(without_slots "$build/sim.out")" = "$qemu/$(without_slots "$out")" -a -s "$out"
    done
}

# --- mutants of the library ---

# mutant NAME FILE SED [PROGRAM]: the accesses or the port's tests must fail
mutant() {
    local tree=$build/mutant/tree file=$2
    cp "$tree/$file" "$build/mutant/kept"
    sed -i "$3" "$tree/$file"
    if cmp -s "$tree/$file" "$build/mutant/kept"; then
        not_ok "mutant: $1: nothing to change in $file"
        return
    fi
    if make -s -j2 -C "$tree/tests/target64" BUILD="$build/mutant/build" all "$build/mutant/build/port.elf" \
        "$build/mutant/build/boot.elf" >"$out" 2>&1; then
        LIMIT=60 play "$build/mutant/build/armv8r64-el2.elf" "$here/accesses.trace"
        if [ "$status" -eq 0 ]; then
            LIMIT=60 play "$build/mutant/build/port.elf"
        fi
        if [ "$status" -eq 0 ]; then
            LIMIT=60 play "$build/mutant/build/boot.elf"
        fi
        verdict "mutant found: $1" test "$status" -ne 0
    else
        not_ok "mutant: $1: does not build"
    fi
    cp "$build/mutant/kept" "$tree/$file"
}

mutants() {
    local codec=mpumap/port/armv8r64/codec.c apply=mpumap/port/armv8r64/level.h
    local start=mpumap/boot/armv8r64/boot.S
    rm -rf "$build/mutant/tree"
    mkdir -p "$build/mutant/tree/tests"
    cp -rp "$root/mpumap" "$root/player" "$root/firmware" "$build/mutant/tree"
    cp -rp "$root/tests/target" "$root/tests/target64" "$root/tests/harness" "$build/mutant/tree/tests"
    mutant "limit a granule long" $codec 's/_PRLAR(last, attr)/_PRLAR(last + 64u, attr)/'
    mutant "limit a granule short" $codec 's/_PRLAR(last, attr)/_PRLAR(last - 64u, attr)/'
    mutant "base a granule late" $codec 's/_PRBAR(first, attr)/_PRBAR(first + 64u, attr)/'
    mutant "XN lost" $codec 's/_PRBAR(first, attr)/_PRBAR(first, attr) \& ~(mpumap_reg_t)2u/'
    mutant "XN gained" $codec 's/_PRBAR(first, attr)/_PRBAR(first, attr) | 2u/'
    mutant "read-only lost" $codec 's/_PRBAR(first, attr)/_PRBAR(first, attr) \& ~(mpumap_reg_t)8u/'
    mutant "read-only gained" $codec 's/_PRBAR(first, attr)/_PRBAR(first, attr) | 8u/'
    mutant "NS lost" $codec 's/ns ? MPUMAP_ARMV8R64_NS : 0u/(ns \&\& attr == 0xffffu) ? MPUMAP_ARMV8R64_NS : 0u/'
    mutant "NS gained" $codec 's/_PRLAR(last, attr)/_PRLAR(last, attr) | 16u/'
    mutant "addresses of 47 bits" $codec 's/ADDRESS_MASK 0xffffffffffffu/ADDRESS_MASK 0x7fffffffffffu/'
    mutant "AP and SH as on AArch32" mpumap/port/armv8r64/codec.h \
        's/MPUMAP_SH(attr) << 4) | (MPUMAP_AP(attr) << 2)/MPUMAP_SH(attr) << 3) | (MPUMAP_AP(attr) << 1)/'
    mutant "numbers of a bank of 8" $apply 's/step->slot \& 15u/step->slot \& 7u/'
    mutant "selector not written" $apply 's/write_prselr(step->value);/;/'
    mutant "bitmap's other bits lost" mpumap/port/armv8r64/registers.h \
        's/ | (read() \& ~(uint64_t)mask)/ | (read() \& 0u)/'
    mutant "boot: entry not cleared to its end" $start 's/str     xzr, \[x3, #offset\]/nop/'
    mutant "boot: last slot left" $start 's/    cmp     w10, w9$/    add w10, w10, #1\n    cmp     w10, w9\n    sub w10, w10, #1/'
    mutant "boot: background left on" $start 's/bic     x1, x1, #SCTLR_BR/nop/'
    mutant "boot: types not written" $start 's/msr     mair_el2, x1/nop/'
    mutant "boot: mask not written" $start 's/str     w1, \[x8\], #4/add x8, x8, #4/'
}

make_target "$root/firmware/armv8r64" "$elf" "" all
make_target "$here" "$elf" "" programs
make_target "$here" "$build/refs32" "-DMPUMAP_REFS_BITS=32" "$build/refs32/boot.elf"
boot
refusals
diagnoses
port
barriers
numbered
boot_barriers
monitor
loud
sabotage
firmware
traces
mutants
finish
