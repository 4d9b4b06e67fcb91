#!/bin/bash
# SPDX-License-Identifier: MIT
# Tests of boot code, port and firmware on the emulated Cortex-R52.
#   tests/target/run.sh [BUILD]      default: build/target in the repository
# TAP on standard output, and at the end "N passed, N failed".
set -u
export LC_ALL=C
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
build=${1:-$root/build/target}
mkdir -p "$build" && build=$(cd "$build" && pwd) || exit 2
run=$root/firmware/run
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

make_target() {
    make -s -C "$1" BUILD="$2" DEFINES="${3:-}" "${@:4}" >"$out" 2>&1 || {
        not_ok "build of $2"
        finish
    }
}

finish() {
    echo "1..$((passed + failed))"
    echo "$passed passed, $failed failed"
    [ "$failed" -eq 0 ] && exit 0
    exit 1
}

# play ELF ARGUMENT...: status in $status, output in $out, $err and $uart
play() {
    rm -f "$out" "$err" "$uart"
    touch "$uart"
    UART=file:$uart "$run" "$@" >"$out" 2>"$err" </dev/null
    status=$?
}

# suite NAME ELF [ARGUMENT...]: a program that prints TAP of its own; each of its cases counts here
suite() {
    local name=$1 line
    play "${@:2}"
    while IFS= read -r line; do
        case $line in
        "ok "*) ok "$name: ${line#ok * - }" ;;
        "not ok "*) not_ok "$name: ${line#not ok * - }" ;;
        "# "*) echo "$line" ;;
        esac
    done < <(cat "$out")
    verdict "$name: ends well" test "$status/$(tail -n 1 "$out" | sed 's/^[1-9][0-9]* passed/N passed/;s/, [0-9]* skipped$//')" \
        = "0/N passed, 0 failed"
}

# said FILE TEXT: FILE has TEXT at the start of a line
said() {
    awk -v text="$2" 'index($0, text) == 1 { found = 1 } END { exit !found }' "$1"
}

# --- boot ---

boot() {
    suite "boot, RAM and registers poisoned" "$build/boot.elf"
    suite "boot, warm start with the MPU on" "$build/boot-warm.elf"
    suite "boot, 32-bit references" "$build/refs32/boot.elf"
    suite "boot at EL1, RAM and registers poisoned" "$build/el1/boot.elf"
    suite "boot at EL1, warm start with the MPU on" "$build/el1/boot-warm.elf"
}

# address ELF SYMBOL, decimal
address() {
    echo $((0x$(arm-none-eabi-nm "$1" | awk -v s="$2" '$3 == s { print $1 }')))
}

# refusal ELF MESSAGE: the message on the UART, and a core that waits in `park`
refusal() {
    local elf=$build/$1.elf park pc i
    park=$(address "$elf" park)
    rm -f "$out" "$err" "$uart"
    touch "$uart"
    # The monitor is asked once the message is there; the pipe is QEMU's standard input.
    {
        for i in $(seq 300); do
            if said "$uart" "$2"; then break; fi
            sleep 0.1
        done
        sleep 0.2
        echo "info registers"
        echo "info cpus"
        echo "quit"
        sleep 0.2
    } | UART=file:$uart MONITOR=stdio LIMIT=60 "$run" "$elf" >"$out" 2>"$err"
    pc=$((0x$(sed -n 's/.*R15=\([0-9a-f]*\).*/\1/p' "$out" | head -n 1)))
    verdict "$1: says why" test "$(cat "$uart")" = "$2"
    verdict "$1: the core is parked" test "$pc" -ge "$park" -a "$pc" -le $((park + 8))
    verdict "$1: nothing ran on" test ! -s "$err"
}

refusals() {
    refusal refused-regions "mpumap: the boot plan needs more regions than the core has: wanted 17, present 16; the core is parked"
    refusal refused-table "mpumap: the boot plan needs more regions than the table has: wanted 4, present 3; the core is parked"
    refusal refused-empty "mpumap: the boot plan has no regions: wanted 1, present 0; the core is parked"
    refusal refused-mode "mpumap: boot must run in Hyp mode: wanted 26, present 19; the core is parked"
}

# --- exceptions that nothing expects ---

# diagnosis ACTION LINE...: status 4, and each line on standard error, or on the UART as long as
# there is no standard error
diagnosis() {
    local action=$1 line to=$err other=$uart
    shift
    [ "$action" = unopened ] && to=$uart other=$err
    play "$diagnosis_elf" "$action"
    verdict "diagnosis$diagnosis_at of $action: status" test "$status" -eq 4
    verdict "diagnosis$diagnosis_at of $action: said once" test ! -s "$other"
    for line; do
        verdict "diagnosis$diagnosis_at of $action: $line" said "$to" "$line"
    done
}

diagnoses() {
    local diagnosis_elf=$build/diagnosis.elf diagnosis_at=
    diagnose_aborts HSR 0x9600000c 0x9600004c 0x8600000c
    diagnosis undefined "firmware: unexpected undefined instruction" \
        "  HSR       0x02000000, class 0x00: unknown reason"
    # At EL1 there is no HSR: what it would hold is made of DFSR and IFSR.
    diagnosis_elf=$build/el1/diagnosis.elf diagnosis_at=" at EL1"
    diagnose_aborts "as HSR" 0x9400000c 0x9400004c 0x8400000c
    diagnosis undefined "firmware: unexpected undefined instruction" "  pc        0x7b5"
}

# diagnose_aborts REGISTER READ WRITE FETCH: what the syndrome is called, and is
diagnose_aborts() {
    local read write fetch
    read=$(printf '  %-9s %s' "$1" "$2") write=$(printf '  %-9s %s' "$1" "$3")
    fetch=$(printf '  %-9s %s' "$1" "$4")
    local below="  below it  0x30000000-0x3000ffff rx normal inner, slot 4, references 1"
    local above="  above it  0x30020000-0x3002ffff rw normal inner, slot 5, references 1"
    diagnosis read "firmware: unexpected data abort" "  address   0x30010000, read" \
        "  registers no enabled region holds this address" "$below" "$above" \
        "  the map   has no region that holds this address" \
        "$read, class 0x25: data abort" "  status    0x0c: permission" \
        "region 4   0x30000000-0x3000ffff rx"
    diagnosis write "  address   0x30000040, write" "  registers slot 4 alone holds this address" \
        "  holds it  0x30000000-0x3000ffff rx" "$write, class 0x25: data abort"
    diagnosis fetch "firmware: unexpected prefetch abort" "  address   0x30020000, fetch" \
        "  holds it  0x30020000-0x3002ffff rw" "$fetch, class 0x21: instruction abort"
    diagnosis overlap "  address   0x30028000, read" \
        "  registers slot 5, slot 15 overlap at this address"
    diagnosis call "firmware: unexpected call (SVC or HVC)"
    diagnosis stack "  address   0x300100f8, write" "  registers no enabled region holds this address"
    diagnosis early "  address   0x30010000, read" "  registers no enabled region holds this address"
    diagnosis unopened "firmware: unexpected data abort" "  address   0x30010000, read"
    play "$diagnosis_elf" twice
    verdict "diagnosis$diagnosis_at that faults itself: status" test "$status" -eq 4
    verdict "diagnosis$diagnosis_at that faults itself: says so" said "$uart" \
        "firmware: exception while an exception was shown"
    play "$diagnosis_elf" nothing
    verdict "no exception, no diagnosis$diagnosis_at" test "$status" -eq 0 -a ! -s "$err" -a ! -s "$uart"
}

# --- the port ---

port() {
    suite "port" "$build/port.elf"
    QEMU_MORE="-cpu cortex-r52,pmsav7-dregion=40" suite "port, 16 numbered, 40 at EL1" \
        "$build/direct16/port.elf"
    QEMU_MORE="-cpu cortex-r52,pmsav7-dregion=255" suite "port, none numbered, 255 at EL1" \
        "$build/direct0/port.elf"
}

# System instructions of an objdump listing, as "address mnemonic operands".
system_instructions() {
    arm-none-eabi-objdump -d "$@" | awk -F'\t' '
        /^ *[0-9a-f]+:\t/ && $3 ~ /^(mcr|mrc|mrs|msr|cps|dsb|isb|eret)/ {
            sub(/ *@.*/, "", $4); gsub(/[{}]/, "", $4)
            name = $3; sub(/\.w$/, "", name); at = $1; gsub(/[ :]/, "", at)
            operands = $4
            if (name ~ /^m(cr|rc)/) {
                split(operands, f, /, */)
                operands = f[1] "," f[2] "," f[4] "," f[5] "," f[6]
                gsub(/cr/, "c", operands)
            } else if (name ~ /^(mrs|msr)/) {
                sub(/, *r[0-9]+|r[0-9]+, */, "", operands); sub(/fp|ip|sl|lr/, "", operands)
            }
            print at, tolower(name " " operands)
        }'
}

# What each register is called; the instruction's encoding is DDI 0568A.c, E2.2.
named() {
    sed -e 's/15,4,c6,c2,1/HPRSELR/g' -e 's/15,4,c6,c3,0/HPRBAR/g' -e 's/15,4,c6,c3,1/HPRLAR/g' \
        -e 's/15,4,c6,c1,1/HPRENR/g' -e 's/15,4,c0,c0,4/HMPUIR/g' -e 's/15,4,c1,c0,0/HSCTLR/g' \
        -e 's/15,4,c10,c2,0/HMAIR0/g' -e 's/15,4,c10,c2,1/HMAIR1/g' \
        -e 's/15,4,c6,c10,4/HPRBAR5/g' -e 's/15,4,c6,c15,1/HPRLAR14/g' \
        -e 's/15,0,c6,c2,1/PRSELR/g' -e 's/15,0,c6,c3,0/PRBAR/g' -e 's/15,0,c6,c3,1/PRLAR/g' \
        -e 's/15,0,c0,c0,4/MPUIR/g' -e 's/15,0,c1,c0,0/SCTLR/g' \
        -e 's/15,0,c10,c2,0/MAIR0/g' -e 's/15,0,c10,c2,1/MAIR1/g' \
        -e 's/15,0,c6,c10,4/PRBAR5/g' -e 's/15,0,c6,c15,1/PRLAR14/g' -e 's/ *$//'
}

# The system instructions that the port really executed in steps.elf, a line for each mark(), from
# QEMU's log of every instruction in the port.
executed() {
    local elf=$build/steps.elf filter
    filter=$(arm-none-eabi-nm -S "$elf" | awk '
        NF == 4 && $4 ~ /^(mark|enter|leave|level_.*|mpumap_armv8r32_el[12]_.*)$/ {
            printf "%s0x%s+0x%s", (n++ ? "," : ""), $1, $2 }')
    rm -f "$build/log"
    QEMU_MORE="-accel tcg,one-insn-per-tb=on -d exec,nochain -D $build/log -dfilter $filter" \
        play "$elf"
    system_instructions "$elf" >"$build/instructions"
    awk -v mark="$(arm-none-eabi-nm "$elf" | awk '$3 == "mark" { print $1 }')" '
        NR == FNR { text[$1] = substr($0, length($1) + 2); next }
        { split($4, f, "/"); at = substr(f[2], 9) }
        at == mark { if (started) print line; started = 1; line = ""; next }
        at in text { line = line (line == "" ? "" : "; ") text[at] }
        ' "$build/instructions" "$build/log" | named
}

promised() {
    cat <<'END'
SELECT         mcr HPRSELR
ISB            isb sy
BASE           mcr HPRBAR5
LIMIT          mcr HPRLAR14
ORDER          isb sy
BITMAP         mrc HMPUIR; mcr HPRENR
BITMAP, masked mrc HMPUIR; mrc HPRENR; mcr HPRENR
SYNC           dsb sy; isb sy
enter          mrs cpsr; cpsid aif
leave          msr cpsr_xc
read           mrs cpsr; cpsid aif; mcr HPRSELR; isb sy; mrc HPRBAR; mrc HPRLAR; msr cpsr_xc
EL2 off        dsb sy; mrc HSCTLR; mcr HSCTLR; isb sy
EL2 types      mcr HMAIR0; mcr HMAIR1
EL2 on         dsb sy; isb sy; mrc HSCTLR; mcr HSCTLR; isb sy
EL1 SELECT     mcr PRSELR
EL1 ISB        isb sy
EL1 BASE       mcr PRBAR5
EL1 LIMIT      mcr PRLAR14
EL1 ORDER      isb sy
EL1 BITMAP
EL1 BITMAP 2
EL1 SYNC       dsb sy; isb sy
EL1 enter      mrs cpsr; cpsid aif
EL1 leave      msr cpsr_xc
EL1 read       mrs cpsr; cpsid aif; mcr PRSELR; isb sy; mrc PRBAR; mrc PRLAR; msr cpsr_xc
EL1 types      mcr MAIR0; mcr MAIR1
EL1 on         dsb sy; isb sy; mrc SCTLR; mcr SCTLR; isb sy
EL1 off        dsb sy; mrc SCTLR; mcr SCTLR; isb sy
END
}

barriers() {
    local name want got i=0
    mapfile -t got < <(executed)
    while IFS= read -r line; do
        name=$(printf '%s' "${line:0:15}" | sed 's/ *$//')
        want=${line:15}
        verdict "instructions of $name: ${want:-none}" test "${got[i]-missing}" = "$want"
        i=$((i + 1))
    done < <(promised)
    verdict "every step was seen" test "${#got[@]}" -eq "$i"
}

# The numbered registers, by the formula: every MCR of the table, in order.
numbered() {
    local level want got
    for level in 1 2; do
        want=$(awk -v first=$((level == 2 ? 4 : 0)) 'BEGIN {
            for (n = 0; n < 32; n++)
                for (limit = 0; limit < 2; limit++)
                    printf "mcr 15,%d,c6,c%d,%d\n", first + int(n / 16), 8 + int(n % 16 / 2), 4 * (n % 2) + limit
        }')
        got=$(system_instructions --disassemble=level_write_direct \
            "$build/obj/mpumap/port/armv8r32/apply_el$level.c.o" | cut -d' ' -f2-)
        verdict "numbered registers at EL$level: 64, each by the rule, no barrier" test "$got" = "$want"
    done
}

boot_barriers() {
    local want got
    want="mrs cpsr mrc HMPUIR mrc HSCTLR dsb sy mcr HSCTLR isb sy"
    want="$want mcr HPRSELR isb sy mcr HPRBAR mcr HPRLAR"
    want="$want mcr HMAIR0 mcr HMAIR1 dsb sy isb sy mrc HSCTLR mcr HSCTLR isb sy cpsid aif"
    got=$(system_instructions "$build/obj/mpumap/boot/armv8r32/boot.S.o" | cut -d' ' -f2- | named | xargs)
    verdict "boot: registers and barriers in their order" test "$got" = "$want"
    want=$(sed 's/mrs cpsr //;s/\<H\(MPUIR\|SCTLR\|PR[A-Z]*\|MAIR[01]\)/\1/g' <<<"$want")
    got=$(system_instructions "$build/obj/mpumap/boot/armv8r32/boot_el1.S.o" | cut -d' ' -f2- | named | xargs)
    verdict "boot at EL1: the same with the registers of EL1" test "$got" = "$want"
}

# --- regions in use change under interrupts ---

# One tick of the timer is one instruction, so that a seed replays everything.
live() {
    local seed=${MPUMAP_SEED:-$(date +%s)} mode
    local QEMU_MORE="-cpu cortex-r52,cntfrq=1000000000 -icount shift=0"
    export QEMU_MORE
    seed=$((seed % 1000000000))
    echo "# MPUMAP_SEED=$seed replays the live changes"
    for mode in exchange tight ordered grow split; do
        suite "live, $mode" "$build/live.elf" "$seed" "$mode"
    done
    # The same changes by ports that lose the region for a moment: the test must see it.
    for mode in naive-grow naive-split; do
        play "$build/live.elf" "$seed" "$mode"
        verdict "live, $mode: status" test "$status" -eq 4
        verdict "live, $mode: a data abort" said "$err" "firmware: unexpected data abort"
        verdict "live, $mode: mapped, but gone" test \
            "$(grep -c '^  registers no enabled region holds\|^  holds it .* rw normal inner' "$err")" -eq 2
    done
}

# --- registers that somebody else has written ---

repair() {
    suite "registers overwritten" "$build/repair.elf"
    suite "registers overwritten at EL1" "$build/el1/repair.elf"
}

# --- MPUs of every size ---

counts() {
    local n QEMU_MORE
    export QEMU_MORE
    for n in 0 1 3 16 20 255; do
        QEMU_MORE="-cpu cortex-r52,pmsav7-dregion=$n"
        suite "$n regions at EL1" "$build/direct16/count.elf" "$n"
    done
    QEMU_MORE="-cpu cortex-r52,pmsav7-dregion=0"
    refusal repair "mpumap: the boot plan needs more regions than the core has: wanted 4, present 0; the core is parked"
}

# --- the firmware ---

firmware() {
    local elf=$build/armv8r32-el2.elf
    play "$elf" "$here/accesses.trace"
    verdict "accesses: every expectation" test "$status" -eq 0
    verdict "accesses: nothing on the other streams" test ! -s "$err" -a ! -s "$uart"
    play "$elf" "$here/room.trace"
    verdict "room: 16 locks and 16 live ranges beside the firmware's own" test "$status" -eq 0
    QEMU_MORE="-smp 2" play "$elf" "$here/accesses.trace"
    verdict "accesses, with a second core parked" test "$status" -eq 0
    sed 's/armv8r32-el2/armv8r32-el1/;s/+el1/+el0/' "$here/accesses.trace" >"$build/accesses-el1.trace"
    play "$build/armv8r32-el1.elf" "$build/accesses-el1.trace"
    verdict "accesses at EL1: every expectation" test "$status" -eq 0
    verdict "accesses at EL1: nothing on the other streams" test ! -s "$err" -a ! -s "$uart"
    play "$build/armv8r32-el1.elf" "$here/accesses.trace"
    verdict "a trace for EL2 is not played at EL1" test "$status" -eq 2
    play "$build/direct0/armv8r32-el2.elf" "$here/accesses.trace"
    verdict "accesses through the selector" test "$status" -eq 0

    printf 'policy exact\nmap 0x30000000 0x30000fff rw normal\nunmap-at 0x30000000\nexpect policy\n' \
        >"$build/a b,c.trace"
    play "$elf" --json "$build/a b,c.trace"
    verdict "a name with blanks and commas" test "$status" -eq 0
    verdict "--json" said "$out" '{"line":2,"op":"map","result":"ok",'
    play "$elf" --json --policy=whole "$build/a b,c.trace"
    verdict "--policy overrides, a failed expectation is status 1" test "$status" -eq 1
    play "$elf" --steps "$build/a b,c.trace"
    verdict "--steps" grep -q '^ *limit .*enables 0x30000000' "$out"
    play "$elf" --colour "$build/a b,c.trace"
    verdict "--colour" grep -q "$(printf '\033')" "$out"
    printf 'map nonsense\n' >"$build/bad.trace"
    play "$elf" --as=other.name "$build/bad.trace"
    verdict "a malformed trace is status 2" test "$status" -eq 2 -a ! -s "$out"
    verdict "--as names it" said "$err" "other.name:1:"
    play "$elf" --nonsense "$build/bad.trace"
    verdict "an unknown option is status 2" test "$status" -eq 2
    verdict "an unknown option is named" said "$err" "firmware: unknown option --nonsense"
    play "$elf" "$build/none.trace"
    verdict "a missing trace is status 2" test "$status" -eq 2
    verdict "a missing trace is named" said "$err" "firmware: cannot open $build/none.trace"
    play "$elf"
    verdict "no trace is status 2" test "$status" -eq 2
    verdict "no trace is said" said "$err" "firmware: no trace named on the command line"
    printf 'map 0x7b5a0000 0x7b5a0fff rw normal\n' >"$build/own.trace"
    play "$elf" "$build/own.trace"
    verdict "a trace may not touch the firmware" test "$status" -eq 2
    printf 'target armv8r32-el2 regions=12\nmap 0x30000000 0x30000fff rw normal\n' >"$build/12.trace"
    play "$elf" "$build/12.trace"
    verdict "12 regions are free for a trace" test "$status" -eq 0
    printf 'target armv8r32-el2 regions=13\nmap 0x30000000 0x30000fff rw normal\n' >"$build/13.trace"
    play "$elf" "$build/13.trace"
    verdict "13 are not" test "$status" -eq 2
    : >"$build/empty.trace"
    play "$elf" "$build/empty.trace"
    verdict "an empty trace" test "$status" -eq 0
}

make_target "$root/firmware" "$build" "" all
make_target "$here" "$build" "" programs
make_target "$here" "$build/el1" "" LEVEL=1 "$build/el1/boot.elf" "$build/el1/boot-warm.elf" \
    "$build/el1/diagnosis.elf" "$build/el1/repair.elf"
make_target "$here" "$build/refs32" "-DMPUMAP_REFS_BITS=32" "$build/refs32/boot.elf"
make_target "$here" "$build/direct16" "-DMPUMAP_ARMV8R32_DIRECT=16" "$build/direct16/port.elf" \
    "$build/direct16/count.elf"
make_target "$here" "$build/direct0" "-DMPUMAP_ARMV8R32_DIRECT=0" "$build/direct0/port.elf" \
    "$build/direct0/armv8r32-el2.elf"
boot
refusals
diagnoses
port
barriers
numbered
boot_barriers
live
suite "second stage" "$build/guest.elf"
repair
counts
firmware
finish
