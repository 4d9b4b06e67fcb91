#!/bin/bash
# SPDX-License-Identifier: MIT
# Tests of the commands that read registers: decode, lint, explain, draw. Each file in inspect/ is a
# case: "args:" and "status:" lines, then the input below "---- in" and all output below "---- out".
# Random junk must never crash them. Prints TAP and ends with "N passed, M failed".
#
#   tests/tool/inspect.sh [TOOL]     TOOL: the program to test, build/mpumap unless given
#
# MPUMAP_SEED replays the junk. Exit status: 0 all passed, 1 some failed, 2 there is no tool.
set -u
export LC_ALL=C

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(dirname "$(dirname "$here")")
tool=${1:-$root/build/mpumap}
if [ ! -x "$tool" ]; then
    echo "tests/tool: no tool at $tool" >&2
    exit 2
fi
tool=$(cd "$(dirname "$tool")" && pwd)/$(basename "$tool")
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 2
passed=0
failed=0

ok() {
    passed=$((passed + 1))
    echo "ok $((passed + failed)) - $1"
}

not_ok() {
    failed=$((failed + 1))
    echo "not ok $((passed + failed)) - $1"
    printf '%s\n' "$2" | head -n 30 | cut -c 1-300 | sed 's/^/# /'
}

section() {
    awk -v want="---- $1" '/^---- (in|out)$/ { on = $0 == want; next } on' "$2"
}

same() {
    if cmp -s "$2" "$3"; then ok "$1"; else not_ok "$1" "$(diff "$2" "$3")"; fi
}

# --- cases ---------------------------------------------------------------------------------------

for file in "$here"/inspect/*.case; do
    name=$(basename "$file" .case)
    args=$(sed -n 's/^args: //p' "$file" | head -n 1)
    wanted=$(sed -n 's/^status: //p' "$file" | head -n 1)
    section in "$file" >in
    section out "$file" >want
    # shellcheck disable=SC2086
    timeout 60 "$tool" $args <in >got 2>&1
    status=$?
    if [ "$status" != "${wanted:-0}" ]; then
        not_ok "$name: status ${wanted:-0}" "status $status: $(cat got)"
    else
        same "$name" want got
    fi
done

# --- what decode --json prints can be read back ---------------------------------------------------

for file in "$here"/inspect/decode-*.case; do
    name=$(basename "$file" .case)
    args=$(sed -n 's/^args: decode //p' "$file" | head -n 1)
    args=${args/--json/}
    section in "$file" >in
    # shellcheck disable=SC2086
    timeout 60 "$tool" decode $args <in 2>&1 | grep -v '^note: ' >want
    # shellcheck disable=SC2086
    timeout 60 "$tool" decode --json $args <in 2>&1 | timeout 60 "$tool" decode - 2>&1 | grep -v '^note: ' >got
    same "$name: read back from JSON" want got
done

# --- each check of lint has an input that triggers it, and one that does not ---------------------

for check in $("$tool" lint --list | cut -d' ' -f1); do
    if [ -e "$here/inspect/lint-$check.case" ] &&
        section out "$here/inspect/lint-$check.case" | grep -q "^$check: "; then
        ok "lint: a bad input for $check"
    else
        not_ok "lint: a bad input for $check" "no inspect/lint-$check.case with a line \"$check: ...\""
    fi
    timeout 60 "$tool" lint --ignore "$check" $(sed -n 's/^args: lint //p' "$here/inspect/lint-$check.case") \
        < <(section in "$here/inspect/lint-$check.case") >got 2>&1
    if grep -q "^$check: " got; then
        not_ok "lint: --ignore $check" "$(cat got)"
    else
        ok "lint: --ignore $check"
    fi
done

# --- junk ----------------------------------------------------------------------------------------

seed=${MPUMAP_SEED:-$((RANDOM * 32768 + RANDOM))}
echo "# MPUMAP_SEED=$seed"
RANDOM=$((seed % 32768))

# Characters that the formats are made of, so that junk gets past the first word.
junk() {
    local i n=$((RANDOM % 60 + 1)) out=
    local words=(0x 0x30000018 3000ffcf ' ' ' ' ' ' : '\n' '\n' HPRBAR0 PRLAR_EL2 MPU_RBAR '[' ']' '#' 3 17 999999
        '(XEN) ' '<dbg> ' '{"slot":' '"rbar":"0x' '","rlar":"' } '<table+4>' '0x20000000:' '\t' - 'region #' ' - 0x'
        MAIR0 = , 0xffffffffffffffff 0x1ffffffffffffffff map rw normal target armv8m regions= '\x00' '\x80' '"arch"')
    for ((i = 0; i < n; i++)); do
        out="$out${words[RANDOM % ${#words[@]}]}"
    done
    printf '%b' "$out"
}

crashed=
for ((i = 0; i < 150; i++)); do
    junk >junk
    case $((i % 3)) in 0) arch=armv8r32 ;; 1) arch=armv8r64 ;; *) arch=armv8m ;; esac
    for command in decode "decode --json" lint "explain --addr 0x30000000 --access w" "draw --text" "draw" \
        "decode --raw" "decode --at 0x1000 --entries 2"; do
        # shellcheck disable=SC2086
        timeout 20 "$tool" $command --arch $arch - <junk >got 2>&1
        status=$?
        if [ "$status" -gt 2 ] || { [ "$status" -eq 2 ] && ! grep -qE 'expected|found|does not hold|no symbol' got; }; then
            crashed="$crashed$command --arch $arch: status $status: $(head -c 200 got)
$(od -An -c junk | head -n 5)
"
        fi
    done
done
if [ -z "$crashed" ]; then ok "junk: an error that names what was expected, never a crash"; else not_ok "junk" "$crashed"; fi

if command -v gcc >/dev/null; then
    printf 'unsigned int table[4] = {0x30000018u, 0x3000ffcfu, 0x3001001du, 0x30013fceu};\nint main(void){return 0;}\n' >t.c
    gcc -no-pie -o image t.c 2>/dev/null || gcc -o image t.c
    timeout 20 "$tool" decode --arch armv8r32 --el 2 --at table image >got 2>&1
    if [ $? -eq 0 ] && grep -q '^   0  0x30000000  0x3000ffff .* rwx ' got && grep -q '^   1  0x30010000 .* no$' got; then
        ok "a table in an ELF file, by its symbol"
    else
        not_ok "a table in an ELF file, by its symbol" "$(cat got)"
    fi
    crashed=
    size=$(stat -c %s image)
    for ((i = 0; i < 150; i++)); do
        cp image broken
        for _ in 1 2 3; do
            at=$((RANDOM % 2 ? RANDOM % 64 : (RANDOM * 32768 + RANDOM) % size))
            printf "\\x$(printf %02x $((RANDOM % 256)))" | dd of=broken bs=1 seek=$at conv=notrunc 2>/dev/null
        done
        timeout 20 "$tool" decode --arch armv8r32 --at table broken >got 2>&1
        status=$?
        [ "$status" -le 2 ] || crashed="$crashed status $status"
    done
    for ((i = 0; i < 60; i++)); do
        head -c $((i * size / 60)) image >broken
        timeout 20 "$tool" decode --arch armv8r32 --el 2 --at table broken >got 2>&1
        status=$?
        [ "$status" -eq 0 ] || { [ "$status" -eq 2 ] && grep -q expected got; } ||
            crashed="$crashed the first $((i * size / 60)) bytes: status $status $(cat got)"
    done
    if [ -z "$crashed" ]; then ok "a broken or cut ELF file never crashes"; else not_ok "a broken ELF file" "$crashed"; fi
fi

echo "1..$((passed + failed))"
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
