#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Plays traces on the tool and on the model, and compares their answers line by line.

  run.py TOOL --count N [--seed N] [--first N] [--target T] [--on qemu]      random traces
  run.py TOOL [--on qemu] FILE ...                                           these traces

Trace I of a seed is the same on every machine. One that differs is kept in --keep, and named.
"""
import argparse
import collections
import os
import random
import subprocess
import sys

from generate import Generator, limits
from play import Comparison, Trace

# What an emulated core has for traces: window, regions (docs/emulation.md).
QEMU = {"armv8r32-el2": (0x30000000, 12), "armv8r32-el1": (0x30000000, 12),
        "armv8r64-el2": (0x30000000, 16), "armv8m": (0x30000000, 14)}
SECONDS = 120


def judge(options, path, seen):
    """Complaints about one trace file."""
    with open(path, newline="", encoding="utf-8") as file:
        comparison = Comparison(Trace(file.read()))
    command = [options.tool, "replay", "--json", "--on", options.on, path]
    try:
        done = subprocess.run(command, capture_output=True, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired:
        return ["no end within %d seconds" % SECONDS]
    complaints = comparison.run(done.stdout.decode(errors="replace"))
    status = 1 if comparison.failed else 0
    if not complaints and done.returncode != status:
        complaints = ["status %d, expected %d" % (done.returncode, status)]
    if complaints and done.stderr:
        complaints.append("standard error: " + done.stderr.decode(errors="replace").strip()[-300:])
    seen.update(comparison.seen)
    return complaints


def write(options, name, text):
    path = os.path.join(options.keep, name + ".trace")
    with open(path, "w", newline="", encoding="utf-8") as file:
        file.write(text)
    return path


def generated(options, number):
    """The path of a new random trace."""
    rng = random.Random("%d/%d" % (options.seed, number))
    target = options.target
    if options.on == "qemu":
        target = target or rng.choice(sorted(QEMU))
        generator = Generator(rng, target, *QEMU[target])
    else:
        generator = Generator(rng, target)
    return write(options, "%d-%d" % (options.seed, number), generator.text())


def traces(options):
    """(path, whether it was made here)"""
    for path in options.files:
        yield path, False
    if options.limits:
        for name, text in limits():
            yield write(options, name, text), True
    for number in range(options.first, options.first + options.count):
        yield generated(options, number), True


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("tool")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=0)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--limits", action="store_true", help="also traces that reach all limits")
    parser.add_argument("--on", choices=("sim", "qemu"), default="sim")
    parser.add_argument("--target")
    parser.add_argument("--keep", default="build/model", help="directory for traces that differ")
    parser.add_argument("--seen", action="store_true", help="list how often each answer was met")
    parser.add_argument("files", nargs="*")
    return parser.parse_intermixed_args()


def main():
    options = arguments()
    seen, passed, failed = collections.Counter(), 0, 0
    os.makedirs(options.keep, exist_ok=True)
    if options.count:
        print("# seed %d, traces %d to %d" % (options.seed, options.first,
                                              options.first + options.count - 1))
    for path, made in traces(options):
        complaints = judge(options, path, seen)
        for complaint in complaints[:3]:
            print("not ok: %s: %s" % (path, complaint))
        passed, failed = passed + (not complaints), failed + bool(complaints)
        if made and not complaints:
            os.remove(path)
    if options.seen:
        for (operation, result), times in sorted(seen.items()):
            print("# %8d %s %s" % (times, operation, result))
    print("%d passed, %d failed" % (passed, failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
