#!/bin/bash
# SPDX-License-Identifier: MIT
# The page of `mpumap draw --html` in a real browser, without a window: what it shows, keys, the
# slider, and that it asks for nothing from elsewhere. Ends with "N passed, M failed".
#
#   tests/tool/page.sh [TOOL]
set -u
export LC_ALL=C

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
tool=${1:-$(dirname "$(dirname "$here")")/build/mpumap}
if ! command -v chromium >/dev/null; then
    echo "1..0 # SKIP no chromium"
    exit 0
fi
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
passed=0
failed=0

# check NAME PATTERN FILE
check() {
    if grep -qF -- "$2" "$3"; then
        passed=$((passed + 1))
        echo "ok $((passed + failed)) - $1"
    else
        failed=$((failed + 1))
        echo "not ok $((passed + failed)) - $1"
        echo "# nothing like: $2"
        grep -o 'id="op".*id="map"' "$3" | head -c 600 | sed 's/^/# /'
    fi
}

# dom NAME PAGE: the document after its scripts have run, in NAME.dom.
dom() {
    HOME=$work timeout 120 chromium --headless --no-sandbox --disable-gpu --user-data-dir="$work/profile" \
        --virtual-time-budget=3000 --dump-dom "file://$2" >"$work/$1.dom" 2>"$work/$1.err" </dev/null
}

# with_keys NAME PAGE SCRIPT: a copy of the page that ends with a script of ours.
with_keys() {
    sed "s|</body></html>|<script>$3</script></body></html>|" "$2" >"$work/$1.html"
    dom "$1" "$work/$1.html"
}

for arch in armv8r32-el2 armv8r64-el1 armv8m; do
    printf 'target %s regions=4\nmap 0x20000000 0x20000fff rw normal\nmap 0x20000000 0x20000fff ro normal # </script>\nexpect ok\nunmap 0x20000000 0x200003ff\n' \
        $arch >"$work/$arch.trace"
    "$tool" draw --html "$work/$arch.trace" >"$work/$arch.html"
    dom $arch "$work/$arch.html"
    check "$arch: the name" "${arch%%-*}" "$work/$arch.dom"
    check "$arch: the first operation that failed" 'First expectation that failed: line 3' "$work/$arch.dom"
    check "$arch: the regions" '0  rw- ---  normal inner  4 KiB  ← changed' "$work/$arch.dom"
    check "$arch: the register writes" '<td>limit</td><td>slot 0</td>' "$work/$arch.dom"
done
printf 'map 0x20000000 0x20000fff rw normal\nmap 0x20000400 0x200007ff rw normal\nfind 0x20000400 0x200007ff\n' >"$work/held.trace"
"$tool" draw --html "$work/held.trace" | sed 's|</body></html>|<script>show(2);</script></body></html>|' >"$work/held.html"
dom held "$work/held.html"
check "how many mappings hold the bytes" '>×2<' "$work/held.dom"
check "and which bytes" '>0x20000400<' "$work/held.dom"
page=$work/armv8r32-el2.html
key='document.dispatchEvent(new KeyboardEvent("keydown",{key:"KEY",cancelable:true}))'
with_keys right "$page" "${key/KEY/ArrowRight};"
check "the right key goes on" '>2 of 3<' "$work/right.dom"
check "why it was refused" 'attribute permission, present rw, wanted ro' "$work/right.dom"
with_keys end "$page" "${key/KEY/End};"
check "End goes to the end" '0  rw- ---  normal inner  3 KiB  ← changed' "$work/end.dom"
with_keys fail "$page" "${key/KEY/f};"
check "f goes to the first failure" 'EXPECTATION FAILED' "$work/fail.dom"
with_keys slide "$page" '$("at").value=2;$("at").oninput();'
check "the slider" '>3 of 3<' "$work/slide.dom"
with_keys dark "$page" 'document.title=[...document.styleSheets[0].cssRules].some(r=>r.conditionText==="(prefers-color-scheme: dark)")?"dark too":"";'
check "light and dark" '<title>dark too</title>' "$work/dark.dom"
if grep -oE '(src|href|url\(|import |fetch\()[^>]{0,40}' "$page" | grep -q .; then
    echo "it asks for something" >"$work/offline"
else
    echo "self-contained" >"$work/offline"
fi
check "it asks for nothing from elsewhere" self-contained "$work/offline"

echo "1..$((passed + failed))"
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
