#!/bin/bash
# SPDX-License-Identifier: MIT
# Tests of the host tool from outside: command line, bad input, JSON to the letter, and what it does
# when the emulator fails it. Prints TAP and ends with "N passed, M failed".
#
#   tests/tool/run.sh [TOOL]        TOOL: the program to test, build/mpumap unless given
#
# Exit status: 0 all passed, 1 some failed, 2 there is no tool.
set -u
export LC_ALL=C

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
tests=$(dirname "$here")
tool=${1:-$(dirname "$tests")/build/mpumap}
if [ ! -x "$tool" ]; then
    echo "tests/tool: no tool at $tool" >&2
    exit 2
fi
tool=$(cd "$(dirname "$tool")" && pwd)/$(basename "$tool")
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 2
unset NO_COLOR MPUMAP_FIRMWARE_DIR MPUMAP_QEMU MPUMAP_QEMU_SECONDS

passed=0
failed=0

ok() {
    passed=$((passed + 1))
    echo "ok $((passed + failed)) - $1"
}

not_ok() {
    failed=$((failed + 1))
    echo "not ok $((passed + failed)) - $1"
    printf '%s\n' "$2" | head -n 12 | cut -c 1-300 | sed 's/^/# /'
}

# Runs the tool: its streams are in $work/out and $work/err, its status in $status.
run() {
    timeout 120 "$tool" "$@" >out 2>err </dev/null
    status=$?
}

# is NAME STATUS: the last run had this status, and no sanitizer spoke.
is() {
    if [ "$status" != "$2" ]; then
        not_ok "$1" "status $status, wanted $2
$(cat err)"
    elif grep -aq -e 'AddressSanitizer' -e 'LeakSanitizer' -e 'runtime error:' err; then
        not_ok "$1" "$(cat err)"
    else
        ok "$1"
    fi
}

# says NAME FILE PATTERN: the stream has a line that matches.
says() {
    if grep -aqE -e "$3" "$2"; then
        ok "$1"
    else
        not_ok "$1" "nothing like: $3
$(cat "$2")"
    fi
}

# silent NAME FILE
silent() {
    if [ -s "$2" ]; then
        not_ok "$1" "$(cat "$2")"
    else
        ok "$1"
    fi
}

# --- command line --------------------------------------------------------------------------------

run
is "no arguments: usage, status 2" 2
says "no arguments: usage on standard error" err '^usage: mpumap replay'
silent "no arguments: nothing on standard output" out
run --help
is "--help: status 0" 0
says "--help: shows an example" out 'mpumap replay .*demo.trace'
run replay --help
is "replay --help: status 0" 0
says "replay --help: the statuses" out '^  2  .*malformed'
says "replay --help: examples" out '^  mpumap replay --json'
run --version
is "--version: status 0" 0
says "--version: name and number" out '^mpumap [0-9]+\.[0-9]+\.[0-9]+$'

refused() {
    local name=$1 pattern=$2
    shift 2
    run "$@"
    is "$name: status 2" 2
    says "$name: says what" err "$pattern"
    silent "$name: plays nothing" out
}

echo 'check' >good.trace
refused "unknown command" 'unknown command: reply' reply good.trace
refused "no trace" 'which trace' replay
refused "two traces" 'a second: good.trace' replay good.trace good.trace
refused "unknown option" 'unknown option: --jsn' replay --jsn good.trace
refused "unknown short option" 'unknown option: -j' replay -j good.trace
refused "unknown engine" '--on takes sim or qemu, not: fvp' replay --on fvp good.trace
refused "unknown engine after =" '--on takes sim or qemu, not: ' replay --on= good.trace
refused "unknown policy" '--policy takes exact or whole, not: both' replay --policy=both good.trace
refused "unknown colour" '--color takes auto, always or never, not: red' replay --color=red good.trace
refused "value missing" 'a value is missing after: --policy' replay good.trace --policy
refused "option's beginning" 'unknown option: --polic' replay --polic exact good.trace
refused "option with a tail" 'unknown option: --json=yes' replay --json=yes good.trace

# --- files ---------------------------------------------------------------------------------------

refused "missing file" 'cannot read nowhere.trace: No such file' replay nowhere.trace
mkdir folder
refused "directory" 'cannot read folder: Is a directory' replay folder
refused "empty name" 'cannot read : No such file' replay ''
if [ "$(id -u)" != 0 ]; then
    echo check >closed.trace
    chmod 000 closed.trace
    refused "unreadable file" 'cannot read closed.trace: Permission denied' replay closed.trace
fi

: >empty.trace
run replay empty.trace
is "empty file: nothing to play, status 0" 0
run replay --json empty.trace
is "empty file as JSON: status 0" 0
silent "empty file as JSON: no line" out
printf '\n' >newline.trace
run replay newline.trace
is "a lone newline: status 0" 0
printf 'target armv8r32-el2 regions=3\npolicy whole' >header.trace
run replay header.trace
is "only a header: status 0" 0
says "only a header: shown" out 'armv8r32-el2, 3 regions, policy whole'
printf 'check' >one.trace
run replay one.trace
is "no newline at the end: status 0" 0
printf -- 'check' >-dash.trace
run replay -- -dash.trace
is "a name with a dash after --: status 0" 0
printf 'map 0x1000 0x1fff rw normal\nexpect conflict\n' >fails.trace
run replay fails.trace
is "a failed expectation: status 1" 1
says "a failed expectation stands out" out 'FAILED: the answer was ok'
run replay --json fails.trace
is "a failed expectation as JSON: status 1" 1
printf 'check\nbad\n' >bad.trace
run replay bad.trace
is "malformed: status 2" 2
silent "malformed: nothing is played" out
status=0
"$tool" replay one.trace >/dev/full 2>err || status=$?
is "standard output is full: status 2" 2
says "standard output is full: says so" err 'cannot write: No space left'

printf 'map 0x1000 0x1fff rw normal\ndump\n' | timeout 20 "$tool" replay --json - >out 2>err
status=$?
is "standard input: status 0" 0
says "standard input: played" out '"op":"dump","result":"ok","regions":\[\{"slot":[0-9]+,"base":"0x00001000"'
printf 'oops\n' | timeout 20 "$tool" replay - >out 2>err
status=$?
is "malformed standard input: status 2" 2
says "malformed standard input: called stdin" err '^stdin:1:1: found `oops`'

# --- junk and size -------------------------------------------------------------------------------

head -c 100000 /dev/zero >zero.trace
run replay zero.trace
is "100,000 NUL bytes: status 2" 2
says "100,000 NUL bytes: the first is named" err '^zero.trace:1:1: found `\\x00`'
{
    printf '# '
    head -c 4096 /dev/zero | tr '\0' 'x'
    printf '\nmap 0x1000 0x1fff rw normal'
    head -c 4096 /dev/zero | tr '\0' ' '
    printf '# '
    head -c 4096 /dev/zero | tr '\0' 'y'
    printf '\nexpect ok\n'
} >long.trace
run replay long.trace
is "lines of 4 KB: status 0" 0
run replay --json long.trace
says "lines of 4 KB: played" out '"line":3,"op":"expect","result":"ok"'
head -c 70000 /dev/zero | tr '\0' '7' >digits.trace
run replay digits.trace
is "one word of 70,000 bytes: status 2" 2
says "one word of 70,000 bytes: shortened" err '`7{40}\.\.\.`'
{
    printf 'map 0x'
    head -c 5000 /dev/zero | tr '\0' '0'
    printf '1000 0x1fff rw normal\nexpect ok\n'
} >zeros.trace
run replay zeros.trace
is "a number of 5,000 digits that fits: status 0" 0

# Junk from a generator of its own, so that a failure can be played again.
seed=${MPUMAP_SEED:-20260101}
junk_failed=
for i in $(seq 1 60); do
    awk -v seed=$((seed + i)) 'BEGIN {
        srand(seed)
        n = split("map unmap protect lock live unlive find access begin commit abort check dump " \
                  "expect target policy reserve unmap-at rw ro rx rwx normal device 0x1000 0x1fff " \
                  "0x2fff 4096 ok regions=4 armv8m armv8r32-el2 whole exact r w x # +el1 inner", w, " ")
        for (i = 0; i < 200; i++) {
            r = rand()
            if (r < 0.04) printf "%c", int(rand() * 256)
            else printf "%s%s", w[int(rand() * n) + 1], (rand() < 0.3) ? "\n" : " "
        }
    }' >junk.trace
    run replay junk.trace
    if [ "$status" -gt 2 ] || grep -aq -e Sanitizer -e 'runtime error:' err; then
        junk_failed="MPUMAP_SEED=$seed, round $i: status $status
$(cat err)"
        break
    fi
done
if [ -z "$junk_failed" ]; then
    ok "60 files of junk: status 0, 1 or 2 (seed $seed)"
else
    not_ok "60 files of junk" "$junk_failed"
fi
for i in $(seq 1 20); do
    head -c 3000 /dev/urandom >random.trace
    run replay random.trace
    [ "$status" = 2 ] || break
done
is "20 files of random bytes: status 2" 2

awk 'BEGIN { for (i = 0; i < 25000; i++) {
    printf "map 0x%08x 0x%08x rw normal\nexpect ok\n", 268435456 + i % 7 * 8192, 268439551 + i % 7 * 8192
    printf "unmap 0x%08x 0x%08x\nexpect ok\n", 268435456 + i % 7 * 8192, 268439551 + i % 7 * 8192 } }' >many.trace
run replay --json many.trace
is "100,000 lines: status 0" 0
if [ "$(wc -l <out)" = 100000 ]; then ok "100,000 lines: as many answers"; else not_ok "100,000 lines: as many answers" "$(wc -l <out)"; fi
says "100,000 lines: the last one" out '^\{"line":100000,"op":"expect","result":"ok"\}$'
{ cat many.trace; echo oops; } >many-bad.trace
run replay many-bad.trace
is "100,000 lines and a bad one: status 2" 2
says "100,000 lines and a bad one: the line" err '^many-bad.trace:100001:1: found `oops`'
silent "100,000 lines and a bad one: nothing is played" out

# 16 bits count to 65535, and one more is `refs`, not `no-region`.
awk 'BEGIN { print "target armv8r32-el2 regions=1"
    for (i = 0; i < 65535; i++) print "map 0x1000 0x1fff rw normal"
    print "expect ok"; print "map 0x1000 0x1fff rw normal"; print "expect refs"
    print "map 0x1fc0 0x203f rw normal"; print "expect refs"
    print "map 0x4000 0x403f rw normal"; print "expect no-region"
    print "unmap 0x1000 0x1fff"; print "map 0x1000 0x1fff rw normal"; print "expect ok"; print "dump" }' >refs.trace
for policy in exact whole; do
    sed 's/0x1fc0 0x203f/0x1fc0 0x1fff/' refs.trace >refs-$policy.trace
    [ $policy = exact ] && cp refs.trace refs-exact.trace
    run replay --json --policy $policy refs-$policy.trace
    is "$policy: the 65536th reference is refused: status 0" 0
    says "$policy: and 65535 are held" out '"op":"dump".*"refs":65535'
done

# 512 spans: each page inside adds two until there is no room.
awk 'BEGIN { print "target armv8r32-el2 regions=2"; print "map 0x10000000 0x1fffffff rw normal"
    for (i = 0; i < 255; i++) printf "map 0x%08x 0x%08x rw normal\n", 268435456 + i * 8192 + 4096, 268435456 + i * 8192 + 8191
    print "expect ok"; print "map 0x10200000 0x10200fff rw normal"; print "expect no-space"
    print "check"; print "expect ok"; print "map 0x1ff00000 0x1fffffff rw normal"; print "expect ok"
    print "map 0x40000000 0x40000fff rw normal"; print "expect no-space" }' >spans.trace
run replay spans.trace
is "512 spans, and no more: status 0" 0

# A transaction has more room, and is judged at its commit.
sed 's/^target.*/&\nbegin/; s/^expect no-space/expect ok/' spans.trace >spans-tx.trace
printf 'commit\nexpect no-space\nfind 0x10000000 0x1fffffff\nexpect not-found\n' >>spans-tx.trace
run replay spans-tx.trace
is "512 spans inside a transaction: status 0" 0

# --- malformed traces, each with its message -----------------------------------------------------

cd "$tests/malformed" || exit 2
for trace in *.trace; do
    want=$trace:$(sed -n '1s/^# message: //p' "$trace")
    got=$(timeout 20 "$tool" replay "$trace" 2>&1 >"$work/out")
    status=$?
    if [ "$got" = "$want" ] && [ $status = 2 ] && [ ! -s "$work/out" ]; then
        ok "malformed: ${trace%.trace}"
    else
        not_ok "malformed: ${trace%.trace}" "status $status
wanted $want
got    $got
$(cat "$work/out")"
    fi
done

# --- JSON to the letter --------------------------------------------------------------------------

# What the design leaves open is masked: the slot, and how many writes a change takes that is one.
cd "$here/golden" || exit 2
for trace in *.trace; do
    name=${trace%.trace}
    timeout 20 "$tool" replay --json "$trace" >"$work/out" 2>"$work/err"
    status=$?
    sed -E 's/"(writes|barriers)":[1-9][0-9]*/"\1":N/g; s/"slot":[0-9]+/"slot":S/g' "$work/out" >"$work/masked"
    if [ "$status" = "$(cat "$name.status")" ] && cmp -s "$name.json" "$work/masked"; then
        ok "JSON: $name"
    else
        not_ok "JSON: $name" "status $status
$(diff "$name.json" "$work/masked")"
    fi
done
cd "$work" || exit 2

# --- traces that no emulated core can play ---------------------------------------------------------

for trace in "$tests"/traces/sim/*.trace; do
    run replay "$trace"
    is "on the simulator only: $(basename "$trace")" 0
done

# --- text form -----------------------------------------------------------------------------------

cat >story.trace <<'EOF'
# A story.
target armv8r32-el2 regions=4

map 0x30000000 0x3000ffff rw normal # the heap
expect ok
map 0x30004000 0x30004fff ro normal
dump
EOF
run replay story.trace
says "text: comment lines are shown" out '^  # A story\.$'
says "text: an operation with its answer, expectation, cost and comment" out \
    '^   4  map 0x30000000 0x3000ffff rw normal +ok +as expected +[1-9][0-9]* writes, [1-9][0-9]* barriers +# the heap$'
says "text: why it was refused" out \
    '^ +0x30000000\.\.0x3000ffff \(slot 0\) is mapped with permission rw, and ro is wanted$'
says "text: the table" out '^ +0  0x30000000\.\.0x3000ffff  64 KiB +rw +normal +inner +1$'
says "text: the summary" out '^3 operations: .* 1 expectation: 1 held, 0 failed$'
if grep -q "$(printf '\033')" out; then not_ok "text: no colour off a terminal" "$(cat -v out)"; else ok "text: no colour off a terminal"; fi
run replay --color=always story.trace
says "text: colour when asked" out "$(printf '\033')\[1mmap"
sed "s/$(printf '\033')\[[0-9;]*m//g" out >plain
run replay --color never story.trace
if cmp -s out plain; then ok "text: colour changes nothing else"; else not_ok "text: colour changes nothing else" "$(diff out plain)"; fi
run replay --json --color=always story.trace
if grep -q "$(printf '\033')" out; then not_ok "JSON has no colour" "$(cat -v out)"; else ok "JSON has no colour"; fi
run replay --policy whole --json story.trace
says "--policy overrides the trace" out '"op":"dump","result":"ok","regions":\[.*\]\}$'
run replay --steps story.trace
says "--steps: a register write with its meaning" out 'base +0 +:= 0x30000019 +prepares base 0x30000000$'
says "--steps: what enables" out 'limit +0 +:= 0x3000ffcf +enables 0x30000000\.\.0x3000ffff rw normal inner$'
says "--steps: when it is visible" out 'sync +visible: [0-9]+ writes? above, to every access from here on$'
run replay --steps --json story.trace
says "--steps as JSON" out '^\{"line":4,.*"gap":0,"steps":\[\{"kind":"base","slot":0,"value":"0x30000019"\},.*\{"kind":"sync"\}\]\}$'
says "--steps as JSON: a refusal has none" out '"wanted":"ro"\}\}$'

# --- the emulator --------------------------------------------------------------------------------

MPUMAP_FIRMWARE_DIR=$work/nothing run replay --on qemu good.trace
is "no firmware: status 2" 2
says "no firmware: says where and what to do" err "no firmware for target armv8r32-el2: $work/nothing/armv8r32-el2.elf"
silent "no firmware: nothing is played" out
: >armv8r32-el2.elf
export MPUMAP_FIRMWARE_DIR=$work
MPUMAP_QEMU=$work/no-such-qemu run replay --on qemu good.trace
is "no QEMU: status 2" 2
says "no QEMU: says so" err 'cannot start .*/no-such-qemu: No such file'
run replay --on qemu bad.trace
is "malformed before QEMU starts: status 2" 2
says "malformed before QEMU starts: the message" err '^bad.trace:2:1: found `bad`'
echo 'target armv8r64-el1' >r64.trace
run replay --on qemu r64.trace
is "no emulated core for the target: status 2" 2
says "no emulated core for the target: says so" err 'armv8r64-el1'

fake() {
    printf '#!/bin/sh\n%s\n' "$1" >fake-qemu
    chmod +x fake-qemu
}
export MPUMAP_QEMU=$work/fake-qemu
for wanted in 0 1 2 3; do
    fake "exit $wanted"
    run replay --on qemu good.trace
    is "the firmware's status $wanted is the tool's" "$wanted"
done
fake 'exit 77'
run replay --on qemu good.trace
is "the firmware ends in another way: status 3" 3
says "the firmware ends in another way: says so" err 'ended with status 77'
fake 'kill -SEGV $$'
run replay --on qemu good.trace
is "QEMU dies: status 3" 3
says "QEMU dies: says so" err 'QEMU died of signal 11'
fake 'echo $$ >pid; echo begun; exec sleep 1000'
MPUMAP_QEMU_SECONDS=1 run replay --on qemu good.trace
is "QEMU hangs: status 3" 3
says "QEMU hangs: says so" err 'did not come to an end'
says "QEMU hangs: what it said is passed on" out '^begun$'
if kill -0 "$(cat pid)" 2>/dev/null; then not_ok "QEMU hangs: it is stopped" "still running"; else ok "QEMU hangs: it is stopped"; fi
fake 'echo to-out; echo to-err >&2; for a; do echo "arg $a"; done'
cp good.trace 'a name, with commas.trace'
run replay --on qemu --json --steps --policy whole 'a name, with commas.trace'
is "streams: status 0" 0
says "streams: standard output" out '^to-out$'
says "streams: standard error" err '^to-err$'
says "the firmware's command line" out \
    '^arg enable=on,target=native,arg=mpumap,arg=--json,arg=--steps,arg=--policy=whole,arg=--as=a_name,,_with_commas.trace,arg=/dev/fd/[0-9]+$'
fake 'for a; do case $a in *arg=/dev/fd/*) cat "/dev/fd/${a##*/dev/fd/}";; esac; done'
printf 'check\n# by a pipe\n' | timeout 20 "$tool" replay --on qemu - >out 2>err
status=$?
is "the trace from standard input reaches the emulator: status 0" 0
says "the trace from standard input reaches the emulator" out '^# by a pipe$'
unset MPUMAP_QEMU MPUMAP_FIRMWARE_DIR

# The real one, where it is.
if [ -e "$(dirname "$tool")/firmware/armv8r32-el2.elf" ] && command -v qemu-system-arm >/dev/null; then
    run replay --on qemu story.trace
    is "a real emulated core: status 0" 0
    cp out real
    run replay story.trace
    if cmp -s out real; then ok "a real emulated core: the same text"; else not_ok "a real emulated core: the same text" "$(diff out real)"; fi
    run replay --on qemu fails.trace
    is "a real emulated core: a failed expectation: status 1" 1
    echo 'map 0 0xffffffff rw normal' >own.trace
    run replay --on qemu own.trace
    is "a range that touches the player's own memory: status 2" 2
    says "a range that touches the player's own memory: the message" err \
        '^own.trace:1:5: found `0 0xffffffff`, expected memory that does not touch 0x[0-9a-f]+\.\.0x[0-9a-f]+, which the player'
    printf 'target armv8r32-el2 regions=200\ncheck\n' >greedy.trace
    run replay --on qemu greedy.trace
    is "more regions than the core has free: status 2" 2
    says "more regions than the core has free: how many" err 'asks for 200 regions, and armv8r32-el2 has [0-9]+ free'
else
    echo "# no firmware beside the tool, or no QEMU: the real emulated core is not tested here"
fi

echo "1..$((passed + failed))"
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
