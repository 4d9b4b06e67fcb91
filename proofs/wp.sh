# SPDX-License-Identifier: MIT
# Shared by scripts/prove and proofs/break: how a unit of proofs/list is proved. Works in the
# current folder, which holds mpumap/ and proofs/.
out=${PROVE_OUT:-build/proofs}
list=proofs/list
proved=proofs/proved
mkdir -p "$out" || exit 2
out=$(cd "$out" && pwd)
export WHY3CONFIG=$out/why3.conf

for tool in frama-c why3 z3 cvc4 python3; do
    if ! command -v $tool >/dev/null; then
        echo "proofs: no $tool; scripts/setup installs it" >&2
        exit 2
    fi
done
[ -s "$WHY3CONFIG" ] || why3 config detect >"$out/why3.log" 2>&1 || {
    cat "$out/why3.log" >&2
    exit 2
}

# Jobs at a time, and prover processes of each: both in all as many as there are cores.
jobs=${PROVE_JOBS:-$(nproc)}
par=$((($(nproc) + jobs - 1) / jobs))

# units FUNCTION [NAME ...]: FUNCTION name file goals logic functions
units() {
    local call=$1 wanted name file goals logic functions
    shift
    wanted=" $* "
    while IFS='|' read -r name file goals logic functions; do
        name=${name// /}
        case $name in '' | '#'*) continue ;; esac
        [ $# -eq 0 ] || [[ $wanted == *" $name "* ]] || continue
        "$call" "$name" "${file// /}" "${goals// /}" "$logic" "$functions"
    done <"$list"
}

# As many at a time as there are jobs.
await() {
    while [ "$(jobs -rp | wc -l)" -ge "$jobs" ]; do
        wait -n
    done
}

spawn() {
    await
    "$@" &
}

# wp NAME FILE LOGIC FUNCTIONS [OPTION ...]: proves; the log goes to standard output. Only what is
# proved without a warning counts: WP warns of whatever it takes for granted. A goal fails after so
# many steps of the prover, whatever else the machine does; the seconds are a safety net. Assigning a
# structure counts as assigning its fields. Variables that a pointer might lead to, for all that WP
# can see, are memory like any other, so that it takes no separation for granted; what constant
# tables hold is left out, as it would be a hypothesis of every goal. That a pointer to a function is
# valid follows from `calls`. What literals hold is known. Which branches cannot be taken is left to
# the prover but in the units of $pruned: WP's simplifier looks for them in every goal, and would take
# most of the time for it. The first four need it; the others, which take little time, were not
# tried without.
pruned='ranges stream next single repair tx holders init names search mair attributes'
pruned="$pruned codec_armv8m codec_armv8r32 streams sets reasons asks checks"
# Units whose goals are cut at their conjunctions, as each part is easy and all of them at once are not.
split='general carried'
aliased=port_state,mpumap_result_name_names,mpumap_found_name_names,mpumap_attribute_name_names
aliased=$aliased,mpumap_perm_name_names,mpumap_type_name_names,mpumap_share_name_names,a_name
steps=${PROVE_STEPS:-500000}
options="-machdep gcc_x86_64 -c11 -wp -wp-rte -wp-no-filter -wp-unfold-assigns 1 -wp-cache none"
options="$options -wp-no-init-const -wp-literals -wp-alias-vars $aliased -rte-no-pointer-call"
options="$options -wp-prover cvc4 -wp-steps $steps -wp-timeout 120"
smoke="-wp-smoke-tests -wp-smoke-timeout 1"
wp() {
    local name=$1 file=$2 logic=$3 functions=$4 header include= only= pruning=-wp-no-pruning
    shift 4
    for header in $logic; do
        include="$include -include proofs/logic/$header.h"
    done
    # Lemmas are goals of the units that have no file of the product.
    [ "$file" = - ] || only="-wp-fct $(printf "%s," $functions)"
    [ ! -e "proofs/$name.c" ] || file=proofs/$name.c
    case " $pruned " in *" $name "*) pruning=-wp-pruning ;; esac
    case " $split " in *" $name "*) pruning="$pruning -wp-split -wp-split-depth 2" ;; esac
    frama-c $options $pruning -cpp-extra-args="-Impumap -Impumap/src -Iproofs $include" \
        -wp-par "$par" ${only%,} "$@" "$file" </dev/null
}

# "UNIT NUMBER" for each unit: equal numbers, equal texts, options and tools (proofs/texts).
texts() {
    proofs/texts "$pruned $(printf '%s:split ' $split)" "$options $smoke" "$(frama-c -version)" "$(why3 --version)" \
        "$(cvc4 --version | head -n 1)"
}

# "N M" of a log: goals proved, goals in all.
goals_of() {
    sed -n -E 's/^\[wp\] Proved goals: +([0-9]+) \/ ([0-9]+).*/\1 \2/p' "$1" | grep . || echo 0 0
}

warnings_of() {
    grep -A1 -E 'Warning:|Error:|aborted' "$1"
}

unproved_of() {
    sed -n -E 's/^\[wp\] \[[^]]*\] Goal ([a-z][a-zA-Z0-9_]*)( .*)?$/\1/p' <(grep -vE ' : (Valid|Passed)' "$1")
}
