#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Code size, RAM and worst-case stack of the library, a JSON record a line.

    bench/size.py BUILD_FOLDER

Code: text and constants that a program links which uses every operation of the map (OPERATIONS
below) on one MPU, and for comparison all of the library with all MPUs of the port. Stack: the
deepest path through the compiler's call graph from any of those operations, calls through the port
included; what the compiler's own helpers (memcpy and the like) need is not in it.
"""
import glob
import json
import os
import re
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))

# name, compiler prefix, port, its object, options
TARGETS = [
    ("R52 Thumb", "arm-none-eabi-", "armv8r32", "mpumap_armv8r32_el2",
     "-mcpu=cortex-r52 -mthumb -mfloat-abi=soft"),
    ("R52 A32", "arm-none-eabi-", "armv8r32", "mpumap_armv8r32_el2",
     "-mcpu=cortex-r52 -marm -mfloat-abi=soft"),
    ("R82", "aarch64-linux-gnu-", "armv8r64", "mpumap_armv8r64_el2",
     "-march=armv8-r -mgeneral-regs-only -fno-pie"),
    ("M33", "arm-none-eabi-", "armv8m", "mpumap_armv8m",
     "-mcpu=cortex-m33 -mthumb -mfloat-abi=soft"),
]
# The operations of an ordinary user; the sets are cumulative.
CORE = ["init", "map", "unmap", "protect", "find"]
OPERATIONS = CORE + ["unmap_at", "query", "adopt", "reserve", "lock", "live", "unlive", "begin",
                     "commit", "abort"]
SIZES = """
#include "mpumap.h"
char size_of_entry[sizeof(struct mpumap_entry)], size_of_pair[sizeof(struct mpumap_pair)];
char size_of_span[sizeof(struct mpumap_span)], size_of_map[sizeof(struct mpumap)];
char size_of_range[sizeof(struct mpumap_range)];
"""


def run(*command, **more):
    return subprocess.run(command, check=True, text=True, stdout=subprocess.PIPE, **more).stdout


def compile_all(folder, prefix, port, options, *more):
    os.makedirs(folder, exist_ok=True)
    for old in glob.glob(folder + "/*"):
        os.remove(old)
    objects = []
    for source in sorted(glob.glob(ROOT + "/mpumap/src/*.c") +
                         glob.glob(ROOT + f"/mpumap/port/{port}/*.c")):
        target = f"{folder}/{os.path.basename(source)[:-2]}.o"
        run(prefix + "gcc", *options, *more, "-std=c11", "-ffreestanding", "-ffunction-sections",
            "-fdata-sections", "-fcallgraph-info=su", "-I" + ROOT + "/mpumap", "-c", source, "-o",
            target)
        objects.append(target)
    return objects


def sections(prefix, files):
    """Bytes of code and constants."""
    total = 0
    for line in run(prefix + "size", "-A", *files).splitlines():
        field = line.split()
        if len(field) == 3 and re.match(r"\.(text|rodata|data\.rel\.ro)", field[0]):
            total += int(field[1])
    return total


def linked(folder, prefix, options, port_object, objects, operations):
    wanted = [f"-Wl,-u,mpumap_{name}" for name in operations] + [f"-Wl,-u,{port_object}"]
    target = f"{folder}/linked.elf"
    run(prefix + "gcc", *options, "-nostdlib", "-static", "-Wl,--gc-sections", "-Wl,-e,0",
        "-Wl,--build-id=none", "-Wl,--unresolved-symbols=ignore-all", *wanted, *objects, "-o",
        target, stderr=subprocess.DEVNULL)
    return sections(prefix, [target])


def ram(folder, prefix, options):
    source = folder + "/sizes.c"
    with open(source, "w", encoding="ascii") as f:
        f.write(SIZES)
    run(prefix + "gcc", *options, "-ffreestanding", "-I" + ROOT + "/mpumap", "-c", source, "-o",
        folder + "/sizes.o")
    size = {}
    for line in run(prefix + "nm", "-S", folder + "/sizes.o").splitlines():
        _, bytes_, _, name = line.split()
        size[name[len("size_of_"):]] = int(bytes_, 16)
    return size


def call_graph(folder):
    frames, calls, in_port = {}, {}, set()
    for path in glob.glob(folder + "/*.ci"):
        is_port = re.search(r"/(apply\w*|codec)\.ci$", path) is not None
        for line in open(path, encoding="utf-8"):
            node = re.match(r'node: \{ title: "([^"]+)" label: "([^"]*)"', line)
            edge = re.match(r'edge: \{ sourcename: "([^"]+)" targetname: "([^"]+)"', line)
            if node:
                frame = re.search(r"(\d+) bytes \((\w[\w,]*)\)", node.group(2))
                if frame:
                    if frame.group(2) != "static":
                        sys.exit(f"size.py: the frame of {node.group(1)} has no bound")
                    frames[node.group(1)] = int(frame.group(1))
                    if is_port:
                        in_port.add(node.group(1))
            elif edge:
                calls.setdefault(edge.group(1), set()).add(edge.group(2))
    return frames, calls, in_port


def deepest(name, graph, path=()):
    """(bytes, path) of the deepest call of a function."""
    frames, calls, in_port = graph
    if name in path:
        sys.exit(f"size.py: recursion: {' '.join(path)} {name}")
    below = (0, [])
    for callee in calls.get(name, ()):
        # a call through a pointer is one of the port's functions
        for one in in_port if callee == "__indirect_call" else [callee]:
            if one in frames:
                below = max(below, deepest(one, graph, path + (name,)))
    return frames[name] + below[0], [name] + below[1]


def measure(build, target, level):
    name, prefix, port, port_object, options = target
    options = options.split() + [level]
    folder = f"{build}/{name.replace(' ', '-')}{level}"
    objects = compile_all(folder, prefix, port, options)
    graph = call_graph(folder)
    stack = max(deepest("mpumap_" + one, graph) for one in OPERATIONS)
    record = {
        "engine": "compiler", "target": name, "options": level,
        "compiler": run(prefix + "gcc", "-dumpfullversion").strip(),
        "code_all": sections(prefix, objects),
        "code_operations": linked(folder, prefix, options, port_object, objects, OPERATIONS),
        "code_core": linked(folder, prefix, options, port_object, objects, CORE),
        "stack": stack[0],
        "stack_path": [re.sub(r".*[/:]", "", f) for f in stack[1]],
    }
    record["code_whole_only"] = linked(
        folder, prefix, options, port_object,
        compile_all(folder + "-whole", prefix, port, options, "-DMPUMAP_WHOLE_ONLY=1"), CORE)
    record.update({"ram_" + k: v for k, v in ram(folder, prefix, options).items()})
    return record


def main():
    for target in TARGETS:
        for level in ("-Os", "-O2"):
            print(json.dumps(measure(sys.argv[1], target, level)), flush=True)


if __name__ == "__main__":
    main()
