# SPDX-License-Identifier: MIT
# Shared by scripts/prove and proofs/break: how a unit of proofs/list is proved. Works in the
# current folder, which holds mpumap/ and proofs/.
out=${PROVE_OUT:-build/proofs}
list=proofs/list
mkdir -p "$out" || exit 2
out=$(cd "$out" && pwd)
export WHY3CONFIG=$out/why3.conf

for tool in frama-c why3 z3 cvc4; do
    if ! command -v $tool >/dev/null; then
        echo "proofs: no $tool; scripts/setup installs it" >&2
        exit 2
    fi
done
[ -s "$WHY3CONFIG" ] || why3 config detect >"$out/why3.log" 2>&1 || {
    cat "$out/why3.log" >&2
    exit 2
}

# units FUNCTION [NAME ...]: FUNCTION name file goals logic functions
units() {
    local call=$1 name file goals logic functions
    shift
    while IFS='|' read -r name file goals logic functions; do
        name=${name// /}
        case $name in '' | '#'*) continue ;; esac
        [ $# -eq 0 ] || grep -qxF -- "$name" <<<"$(printf '%s\n' "$@")" || continue
        "$call" "$name" "${file// /}" "${goals// /}" "$logic" "$functions"
    done <"$list"
}

# wp NAME FILE LOGIC FUNCTIONS [OPTION ...]: proves; the log goes to standard output. Only what is
# proved without a warning counts: WP warns of whatever it takes for granted.
wp() {
    local name=$1 file=$2 logic=$3 functions=$4 header include= only=
    shift 4
    for header in $logic; do
        include="$include -include proofs/logic/$header.h"
    done
    # Lemmas are goals of the units that have no file of the product.
    [ "$file" = - ] || only="-wp-fct $(printf "%s," $functions)"
    [ ! -e "proofs/$name.c" ] || file=proofs/$name.c
    frama-c -machdep gcc_x86_64 -cpp-extra-args="-Impumap -Impumap/src -Iproofs $include" \
        -wp -wp-rte -wp-no-filter -wp-cache none -wp-par "$(nproc)" -wp-prover z3,cvc4 \
        -wp-timeout "${PROVE_TIMEOUT:-30}" ${only%,} "$@" "$file" </dev/null
}

# "N M" of a log: goals proved, goals in all.
goals_of() {
    sed -n -E 's/^\[wp\] Proved goals: +([0-9]+) \/ ([0-9]+).*/\1 \2/p' "$1" | grep . || echo 0 0
}

warnings_of() {
    grep -A1 -E 'Warning:|Error:|aborted' "$1"
}

unproved_of() {
    sed -n -E 's/^\[wp\] \[[A-Za-z ]*\] Goal ([a-z][a-zA-Z0-9_]*)( .*)?$/\1/p' <(grep -vE ' : (Valid|Passed)' "$1")
}
