#!/bin/bash
# SPDX-License-Identifier: MIT
# make install into a folder of ours, and programs that use what is installed there: find_package,
# pkg-config, add_subdirectory. Completion, manual page and --help name the same options.
set -u
export LC_ALL=C
unset MAKEFLAGS MFLAGS MAKELEVEL

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(dirname "$(dirname "$here")")
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
passed=0
failed=0

# try NAME COMMAND...
try() {
    local name=$1
    shift
    if "$@" >"$work/log" 2>&1 </dev/null; then
        passed=$((passed + 1))
        echo "ok $((passed + failed)) - $name"
    else
        failed=$((failed + 1))
        echo "not ok $((passed + failed)) - $name"
        tail -n 15 "$work/log" | sed 's/^/# /'
    fi
}

says() {
    "$@" | grep -q '0x30000000'
}

staged() {
    cmake -S "$root" -B "$work/build" -DCMAKE_C_COMPILER=gcc &&
        cmake --build "$work/build" -j2 --target mpumap tool &&
        DESTDIR=$work/stage cmake --install "$work/build" --prefix /opt/x
}

try "build and install with DESTDIR and prefix" staged
prefix=$work/stage/opt/x
for file in bin/mpumap lib/libmpumap.a include/mpumap/mpumap.h include/mpumap/port/armv8r32/codec.h lib/pkgconfig/mpumap.pc \
    lib/cmake/mpumap/mpumapConfig.cmake share/man/man1/mpumap.1 share/mpumap/mpumap.gdb \
    share/bash-completion/completions/mpumap share/zsh/site-functions/_mpumap; do
    try "installed: $file" test -s "$prefix/$file"
done
try "nothing outside the prefix" test "$(ls "$work/stage")" = opt
try "the installed tool runs" "$prefix/bin/mpumap" --version

use() {
    cmake -S "$root/examples/$1" -B "$work/$1" -DCMAKE_C_COMPILER=gcc -DCMAKE_PREFIX_PATH="$prefix" &&
        cmake --build "$work/$1" && says "$work/$1/example"
}
try "find_package" use find_package
try "add_subdirectory" use add_subdirectory

by_pkg_config() {
    cp -r "$root/examples" "$work/examples" &&
        PKG_CONFIG_PATH=$prefix/lib/pkgconfig make -C "$work/examples/pkg-config" && says "$work/examples/pkg-config/example"
}
if command -v pkg-config >/dev/null; then
    try "pkg-config" by_pkg_config
else
    echo "# no pkg-config: not tested here"
fi

# --- words ---------------------------------------------------------------------------------------

complete_words() {
    bash -c 'source "$1"; COMP_WORDS=("${@:2}"); COMP_CWORD=$(($# - 2)); _mpumap; echo "${COMPREPLY[@]}"' \
        - "$root/completions/mpumap.bash" "$@"
}
PATH=$prefix/bin:$PATH
try "completion: commands" grep -qx 'decode draw' <(complete_words mpumap d | sed 's/^\(decode\) \(draw\)$/\1 \2/')
try "completion: options" grep -qw -- '--syndrome' <(complete_words mpumap explain --)
try "completion: values" grep -qx 'armv8m' <(complete_words mpumap decode --arch armv8m)
for command in replay decode lint explain draw; do
    for option in $("$prefix/bin/mpumap" $command --help | grep -oE '^  --[a-z]+' | tr -d ' '); do
        case $option in --all) continue ;; esac
        try "manual page: $option of $command" grep -qF -- "\\-\\-${option#--}" "$root/docs/mpumap.1"
    done
    try "$command --help: examples" grep -q '^Examples' <("$prefix/bin/mpumap" $command --help)
    try "$command --help: exit status" grep -q '^Exit status' <("$prefix/bin/mpumap" $command --help)
done
if command -v python3 >/dev/null; then
    try "completion: at the keyboard of a real bash" python3 "$here/keyboard.py" "$root/completions/mpumap.bash"
fi
if command -v man >/dev/null; then
    try "the manual page is well-formed" test -z "$(man --warnings -E UTF-8 -l "$root/docs/mpumap.1" 2>&1 >/dev/null)"
fi

echo "1..$((passed + failed))"
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
