#!/bin/bash
# SPDX-License-Identifier: MIT
# The simulator's answers against a model in another language: every trace of tests/traces and
# examples, and random ones of a seed that is printed.
#   tests/model/run.sh
# MPUMAP_SEED and MPUMAP_TRACES give the seed and the number of random traces.
# At the end "N passed, N failed".
set -u
export LC_ALL=C PYTHONDONTWRITEBYTECODE=1
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 2

if ! command -v python3 >/dev/null; then
    echo "1..0 # SKIP no python3"
    exit 0
fi
exec python3 tests/model/run.py build/mpumap --keep build/model \
    --seed "${MPUMAP_SEED:-1}" --count "${MPUMAP_TRACES:-600}" --limits \
    tests/traces/*.trace tests/traces/sim/*.trace examples/*.trace
