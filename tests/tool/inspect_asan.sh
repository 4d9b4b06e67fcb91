#!/bin/bash
# SPDX-License-Identifier: MIT
# inspect.sh against the tool that was built with AddressSanitizer and UndefinedBehaviorSanitizer.
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
tool=$here/../../build/asan/mpumap
if [ ! -x "$tool" ]; then
    echo "1..0 # SKIP no build under the sanitizers"
    exit 0
fi
exec bash "$here/inspect.sh" "$tool"
