#!/bin/bash
# SPDX-License-Identifier: MIT
# oracle.py: what decode, lint and explain must say, derived a second time. Ends with
# "N passed, M failed".
#
#   tests/tool/oracle.sh [TOOL]
set -u
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
if ! command -v python3 >/dev/null; then
    echo "1..0 # SKIP no python3"
    exit 0
fi
exec python3 "$here/oracle.py" "$@"
