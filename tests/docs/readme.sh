#!/bin/bash
# SPDX-License-Identifier: MIT
# What the README shows compiles, and what it links to is there.
#   tests/docs/readme.sh
# TAP on standard output, and at the end "N passed, N failed".
set -u
export LC_ALL=C
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 2
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
passed=0 failed=0

verdict() {
    local name=$1
    shift
    if "$@" >"$scratch/log" 2>&1; then
        passed=$((passed + 1))
        echo "ok $((passed + failed)) - $name"
    else
        failed=$((failed + 1))
        echo "not ok $((passed + failed)) - $name"
        sed 's/^/# /' "$scratch/log" | head -n 20
    fi
}

sed -n '/^```c$/,/^```$/p' README.md | grep -v '^```' >"$scratch/example.c"
example() {
    [ -s "$scratch/example.c" ] &&
        "$@" -std=c11 -Wall -Wextra -Werror -Wno-missing-field-initializers -fsyntax-only -Impumap \
            "$scratch/example.c"
}
verdict "the example compiles, 64-bit addresses" example cc
verdict "the example compiles, 32-bit addresses" example cc -DMPUMAP_ADDR_BITS=32

links() {
    local file link missing=0
    for file in README.md CONTRIBUTING.md docs/*.md mpumap/README.md; do
        [ -e "$file" ] || continue
        for link in $(grep -oE '\]\([^)#]+' "$file" | sed 's/^](//' | grep -v '^http'); do
            [ -e "$(dirname "$file")/$link" ] || {
                echo "$file: $link is not there"
                missing=1
            }
        done
    done
    return $missing
}
verdict "documents link to what is there" links

targets() {
    local word missing=0
    for word in $(grep -oE '^make [a-z]+' README.md | cut -d' ' -f2); do
        grep -q "^$word:" Makefile || {
            echo "make $word: no such target"
            missing=1
        }
    done
    return $missing
}
verdict "the README's make targets exist" targets

echo "1..$((passed + failed))"
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
