#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Brings the records of a bench together: bench/report.py [--worst] BUILD_FOLDER [DOCUMENT]

Reads BUILD/*.jsonl (bench/run makes them); writes bench.json, bench.md, bench.svg there and prints
bench.md. DOCUMENT: the same tables go into DOCUMENT.md, behind the line MARK, and the plot into
DOCUMENT.svg. --worst: the worst cases alone, and in DOCUMENT.md between the two lines WORST_MARK.
"""
import itertools
import json
import math
import os
import sys

MARK = "<!-- bench/run: what follows is measured -->\n"
WORST_MARK = "<!-- bench/run worst -->\n"
SUBJECTS = ["baseline", "whole", "exact"]
SHOWN = [8, 16, 32, 255]
SERIES = ["find-equal", "find-inside", "find-nothing", "query", "map-count", "unmap-count",
          "map-count-inside", "unmap-count-inside", "map-create", "unmap-remove", "protect",
          "protect-back", "map-grow", "unmap-shrink", "unmap-split", "map-fill",
          "unmap-split-spare", "map-fill-spare", "commit-4"]
LOOKUPS_AND_COUNTS = SERIES[:8]
WORKLOADS = ["start-up", "driver", "guests", "fragments", "full-table"]
WORST = ["worst-map", "worst-unmap", "worst-protect", "worst-commit", "worst-begin", "worst-find",
         "worst-query"]
# The check: the envelope of what the first seeds found, against what the others did.
WORST_FITTED = 2
WORST_MARGIN = 1.1


def load(folder, name):
    path = os.path.join(folder, name + ".jsonl")
    if not os.path.exists(path):
        return []
    with open(path, encoding="utf-8") as f:
        return [json.loads(line) for line in f]


class Results:
    """By (subject, series, regions)."""

    def __init__(self, folder):
        self.os = self.keyed(load(folder, "r52-Os"))
        self.o2 = self.keyed(load(folder, "r52-O2"))
        self.host = self.keyed(load(folder, "host"))
        self.size = load(folder, "size")
        self.replay = load(folder, "replay")
        self.add_callgrind(load(folder, "callgrind"))

    @staticmethod
    def keyed(records):
        return {(r["subject"], r["series"], r["regions"]): r for r in records}

    def add_callgrind(self, dumps):
        """Instructions per operation on the host, without what an empty measurement costs."""
        each = 0.0
        for d in dumps:
            subject, series, number = d["name"].split("/")
            if subject == "none":
                each = d["total"] / int(number)
        for d in dumps:
            subject, series, number = d["name"].split("/")
            r = self.host.get((subject, series, int(number)))
            if r is not None:
                r["host_instructions"] = round(d["total"] / r["samples"] - each, 1)

    def as_json(self):
        return {"r52_Os": list(self.os.values()), "r52_O2": list(self.o2.values()),
                "host": list(self.host.values()), "size": self.size, "replay": self.replay,
                "targets": [dict(zip(("target", "measured", "met"), t)) for t in targets(self)]}


# --- tables ---

def table(head, rows):
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return "\n".join(lines + ["| " + " | ".join(str(c) for c in row) + " |" for row in rows]) + "\n"


def number(x):
    return "-" if x is None else f"{x:,.0f}"


def by_subject(results, series, regions, field):
    cells = [(results.get((s, series, regions)) or {}).get(field) for s in SUBJECTS]
    return " / ".join(number(c) for c in cells)


def size_table(results, names, field, sizes=None):
    sizes = sizes or SHOWN
    rows = [[name] + [by_subject(results, name, n, field) for n in sizes] for name in names]
    rows = [r for r in rows if any(c != "- / - / -" for c in r[1:])]
    return table(["operation"] + [f"{n} regions" for n in sizes], rows)


def solve(rows, right):
    """The solution of a small system of equations; None if there is not just one."""
    a = [list(row) + [r] for row, r in zip(rows, right)]
    n = len(a)
    for i in range(n):
        pivot = max(range(i, n), key=lambda k: abs(a[k][i]))
        if abs(a[pivot][i]) < 1e-9:
            return None
        a[i], a[pivot] = a[pivot], a[i]
        for k in range(n):
            if k != i:
                f = a[k][i] / a[i][i]
                a[k] = [x - f * y for x, y in zip(a[k], a[i])]
    return [a[i][n] / a[i][i] for i in range(n)]


def envelope(points, degree):
    """The polynomial without negative coefficients that is nowhere below the points (regions, cost) and,
    in sum of curve over cost, closest: it touches as many of the points and zeros as it has terms."""
    terms = degree + 1
    limits = [([n ** k / cost for k in range(terms)], 1.0) for n, cost in points]
    limits += [([float(k == i) for i in range(terms)], 0.0) for k in range(terms)]
    best = None
    for some in itertools.combinations(limits, terms):
        c = solve([row for row, _ in some], [r for _, r in some])
        if c is None or any(sum(x * y for x, y in zip(row, c)) < r - 1e-6 for row, r in limits):
            continue
        far = sum(sum(x * y for x, y in zip(row, c)) for row, r in limits if r == 1.0)
        if best is None or far < best[0]:
            best = (far, c)
    return [math.ceil(x) for x in best[1]]


# How the loops nest, by operation: docs/performance.md says why.
DEGREES = {"exact": {"worst-map": 3, "worst-unmap": 3, "worst-protect": 3, "worst-commit": 3,
                     "worst-begin": 1, "worst-find": 1, "worst-query": 1},
           "whole": {"worst-map": 1, "worst-unmap": 1, "worst-protect": 1, "worst-commit": 2,
                     "worst-begin": 1, "worst-find": 1, "worst-query": 1}}


def formula(c):
    powers = ["", " n", " n²", " n³"]
    terms = [f"{x:,}{powers[k]}" for k, x in enumerate(c) if x != 0]
    return " + ".join(terms) or "0"


def worst_points(records):
    """By (subject, series): [(regions, cost)]. An MPU some of whose slots are reserved is a smaller one, so
    nothing is cheaper with more."""
    points = {}
    for r in sorted(records, key=lambda r: r["regions"]):
        p = points.setdefault((r["subject"], r["series"]), {})
        p[r["regions"]] = max([r["max"], *p.values()])
    return points


def value_at(c, n):
    return sum(x * n ** k for k, x in enumerate(c))


def wide(points, degree):
    return envelope([(n, WORST_MARGIN * cost) for n, cost in points.items()], degree)


def worst_table(records):
    """Every operation at every size, and the envelope with its check."""
    everything = worst_points(records)
    first = worst_points([r for r in records if r["seed"] <= WORST_FITTED])
    sizes = sorted({r["regions"] for r in records})
    rows = []
    for subject, degrees in DEGREES.items():
        for name in WORST:
            if (subject, name) not in first:
                continue
            found = everything[subject, name]
            c = wide(found, degrees[name])
            half = wide(first[subject, name], degrees[name])
            ratio, at = max((cost / value_at(half, n), n) for n, cost in found.items())
            rows.append([name[6:], subject] + [number(found.get(n)) for n in sizes] +
                        [formula(c), f"{ratio:.2f}" + (f" (n = {at})" if ratio > 1 else "")])
    steps = sum({(r["subject"], r["regions"], r["seed"]): r["steps"] for r in records}.values())
    return table(["operation", "policy"] + [str(n) for n in sizes] + ["envelope", "check"],
                 rows), steps


def worst(folder, document):
    records = [r for r in load(folder, "r52-worst") if r["subject"] != "baseline"]
    text, steps = worst_table(records)
    seeds = ", ".join(str(n) for n in sorted({r["seed"] for r in records}))
    text = (f"{steps:,} operations measured, seeds {seeds}; columns are numbers of regions n, "
            f"cells the most instructions found with n regions or fewer.\n\n{text}")
    print(text)
    if document is not None:
        with open(document + ".md", encoding="utf-8") as f:
            parts = f.read().split(WORST_MARK)
        if len(parts) != 3:
            sys.exit(f"report.py: {document}.md has not two lines {WORST_MARK}")
        with open(document + ".md", "w", encoding="utf-8") as f:
            f.write(WORST_MARK.join([parts[0], text, parts[2]]))


def code_table(records):
    return table(
        ["target", "options", "map, unmap, protect, find", "... `whole` alone", "every operation",
         "whole library", "stack"],
        [[r["target"], f"`{r['options']}`"] +
         [number(r[k]) for k in ("code_core", "code_whole_only", "code_operations", "code_all",
                                "stack")]
         for r in records])


# --- targets ---

def value(results, subject, series, regions, field="median"):
    r = results.get((subject, series, regions))
    return r[field] if r else None


def limit_target(text, results, cases, limit):
    """All of (subject, series, regions) must stay at or below a limit."""
    found = [(value(results, *c), c) for c in cases]
    if any(v is None for v, _ in found):
        return None
    worst, case = max(found)
    what = f"{number(worst)} ({case[1]}, {case[0]}, {case[2]} regions)"
    return (f"{text}: at most {limit}", what, worst <= limit)


def ratio_target(text, results, series, sizes, least):
    """The baseline's instructions over ours, at least `least`."""
    found = []
    for n in sizes:
        for name in series:
            base = value(results, "baseline", name, n)
            for s in ("whole", "exact"):
                ours = value(results, s, name, n)
                if base is not None and ours is not None:
                    found.append((base / ours, f"{name}, {s}, {n} regions"))
    if not found:
        return None
    worst, case = min(found)
    below = sum(r < least for r, _ in found)
    return (f"{text}: at least {least}", f"{worst:.2f} ({case}); {below} of {len(found)} below",
            worst >= least)


def barrier_target(results):
    """One barrier beside those that the hardware demands: between a base and the limit that enables
    it, and after a selector write. So: in the slots reached by number, base and limit need two."""
    worst = max(((r["barriers_max"], f"{k[1]}, {k[0]}, {k[2]} regions") for k, r in results.items()
                 if k[0] != "baseline" and k[1] in SERIES and k[2] <= 32), default=None)
    if worst is None:
        return None
    return ("barriers of an operation, 32 regions and fewer: at most 2 (1 beside what the order of "
            "two registers demands)", f"{worst[0]} ({worst[1]})", worst[0] <= 2)


def targets(x):
    both = ("exact", "whole")
    thumb = next((r for r in x.size if r["target"] == "R52 Thumb" and r["options"] == "-Os"), None)
    found = [
        limit_target("look-up at 32", x.os, [(s, n, 32) for s in both for n in SERIES[:4]], 60),
        limit_target("look-up at 255", x.os, [(s, n, 255) for s in both for n in SERIES[:4]], 100),
        limit_target("map of a range already covered, at 32", x.os,
                     [(s, "map-count", 32) for s in both], 120),
        limit_target("map of a part of a region already covered, at 32", x.os,
                     [(s, "map-count-inside", 32) for s in both], 120),
        limit_target("map creating a region, at 32", x.os, [(s, "map-create", 32) for s in both], 450),
        limit_target("unmap removing a region, at 32", x.os,
                     [(s, "unmap-remove", 32) for s in both], 350),
        ratio_target("any operation against the baseline, 16 regions and more", x.os, SERIES,
                     [16, 24, 32, 64, 128, 255], 1),
        ratio_target("look-ups and counts against the baseline at 32", x.os, LOOKUPS_AND_COUNTS, [32],
                     3),
        ratio_target("look-ups and counts against the baseline at 255", x.os, LOOKUPS_AND_COUNTS,
                     [255], 10),
        barrier_target(x.host),
    ]
    if thumb is not None:
        found += [
            ("code of init, map, unmap, protect, find and one port, -Os Thumb: at most 8,192",
             number(thumb["code_core"]), thumb["code_core"] <= 8192),
            ("the same with `whole` alone: at most 4,096", number(thumb["code_whole_only"]),
             thumb["code_whole_only"] <= 4096),
            ("RAM of a region: at most 24", thumb["ram_entry"] + thumb["ram_pair"],
             thumb["ram_entry"] + thumb["ram_pair"] <= 24),
            ("RAM of a span: at most 12", thumb["ram_span"], thumb["ram_span"] <= 12),
            ("RAM of a map: at most 128", thumb["ram_map"], thumb["ram_map"] <= 128),
            ("stack: at most 256", number(thumb["stack"]), thumb["stack"] <= 256),
        ]
    return [t for t in found if t is not None]


# --- plot ---

PANELS = [("find-inside", "look-up inside a region"), ("map-count", "map, already covered"),
          ("map-create", "map creating a region"), ("unmap-remove", "unmap removing a region")]
COLOURS = {"baseline": "#8a8a8a", "whole": "#1b7837", "exact": "#2166ac"}
WIDTH, HEIGHT, GAP = 300, 210, 70


def plot(results):
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {2 * (WIDTH + GAP) + 20} '
             f'{2 * (HEIGHT + GAP) + 40}" font-family="sans-serif" font-size="12">',
             '<title>Instructions of an operation against the number of regions</title>',
             '<rect width="100%" height="100%" fill="white"/>']
    for i, (series, title) in enumerate(PANELS):
        x, y = 50 + (i % 2) * (WIDTH + GAP), 40 + (i // 2) * (HEIGHT + GAP)
        parts += panel(results, series, title, x, y)
    for i, s in enumerate(SUBJECTS):
        x, y = 50 + 130 * i, 2 * (HEIGHT + GAP) + 25
        parts.append(f'<path d="M{x} {y - 4}h24" stroke="{COLOURS[s]}" stroke-width="2.5"/>'
                     f'<text x="{x + 30}" y="{y}">{s}</text>')
    return "\n".join(parts + ["</svg>", ""])


def panel(results, series, title, x0, y0):
    """Both axes logarithmic."""
    points = {s: sorted((k[2], r["median"]) for k, r in results.items() if k[:2] == (s, series))
              for s in SUBJECTS}
    costs = [c for p in points.values() for _, c in p]
    if not costs:
        return []
    low, high = math.floor(math.log10(min(costs))), math.ceil(math.log10(max(costs)))

    def at(regions, cost):
        across = (math.log2(regions) - 3) / (math.log2(255) - 3)
        up = (math.log10(cost) - low) / (high - low)
        return x0 + across * WIDTH, y0 + HEIGHT - up * HEIGHT

    parts = [f'<text x="{x0}" y="{y0 - 12}" font-weight="bold">{title}</text>']
    for n in (8, 16, 32, 64, 128, 255):
        x, _ = at(n, 10 ** low)
        parts.append(f'<path d="M{x:.1f} {y0}v{HEIGHT}" stroke="#ddd"/>'
                     f'<text x="{x:.1f}" y="{y0 + HEIGHT + 16}" text-anchor="middle">{n}</text>')
    for power in range(low, high + 1):
        _, y = at(8, 10 ** power)
        parts.append(f'<path d="M{x0} {y:.1f}h{WIDTH}" stroke="#ddd"/>'
                     f'<text x="{x0 - 6}" y="{y + 4:.1f}" text-anchor="end">{10 ** power:,}</text>')
    parts.append(f'<text x="{x0 + WIDTH / 2}" y="{y0 + HEIGHT + 32}" text-anchor="middle">regions'
                 '</text>')
    for s, values in points.items():
        line = " ".join("%.1f,%.1f" % at(n, c) for n, c in values)
        parts.append(f'<polyline points="{line}" fill="none" stroke="{COLOURS[s]}" '
                     'stroke-width="2.5"/>')
    return parts


# --- report ---

def report(x):
    out = ["Columns with three numbers: baseline / whole / exact.\n"]

    def part(title, text, *about):
        out.extend([f"### {title}\n", *about, text])

    part("Targets", table(["target", "measured", ""],
                          [[t, m, "met" if ok else "**missed**"] for t, m, ok in targets(x)]))
    part("Instructions of an operation, Cortex-R52, `-Os`, median over all positions",
         size_table(x.os, SERIES, "median"))
    part("The same, `-O2`", size_table(x.o2, SERIES, "median"))
    part("Workloads, Cortex-R52, `-Os`: instructions in all", size_table(x.os, WORKLOADS, "total"))
    part("Workloads: the dearest operation", size_table(x.os, WORKLOADS, "max"))
    part("Register writes of an operation, most", size_table(x.host, SERIES + WORKLOADS, "writes_max"))
    part("Barriers of an operation, most", size_table(x.host, SERIES + WORKLOADS, "barriers_max"))
    part("Workloads: register writes in all", size_table(x.host, WORKLOADS, "writes"))
    part("Workloads: barriers in all", size_table(x.host, WORKLOADS, "barriers"))
    part("Instructions of an operation on the host (callgrind, x86-64, `-Os`), mean",
         size_table(x.host, SERIES + WORKLOADS, "host_instructions"))
    part("Bytes of code and constants, and of stack", code_table(x.size))
    if x.size:
        part("RAM in bytes", table(
            ["target", "a region (entry + scratch)", "a span", "a locked or live range", "the map"],
            [[r["target"], f"{r['ram_entry']} + {r['ram_pair']}", r["ram_span"], r["ram_range"],
              r["ram_map"]] for r in x.size if r["options"] == "-Os"]))
        stack = x.size[0]
        part("The deepest call (" + stack["target"] + ")", " > ".join(stack["stack_path"]) + "\n")
    for r in x.replay:
        part("Host throughput", f"{r['operations']:,} operations in {r['milliseconds']:,} ms: "
             f"{r['operations'] * 1000 // r['milliseconds']:,} a second, parsed, played on the "
             f"simulated MPU, checked and printed ({r['cpu']}).\n")
    return "\n".join(out)


def main():
    if sys.argv[1] == "--worst":
        worst(sys.argv[2], sys.argv[3] if len(sys.argv) > 3 else None)
        return
    folder = sys.argv[1]
    results = Results(folder)
    text = report(results)
    with open(os.path.join(folder, "bench.json"), "w", encoding="utf-8") as f:
        json.dump(results.as_json(), f, indent=1)
    with open(os.path.join(folder, "bench.md"), "w", encoding="utf-8") as f:
        f.write(text)
    with open(os.path.join(folder, "bench.svg"), "w", encoding="utf-8") as f:
        f.write(plot(results.os))
    print(text)
    if len(sys.argv) > 2:
        document(sys.argv[2], text, plot(results.os))


def document(path, text, svg):
    with open(path + ".md", encoding="utf-8") as f:
        before, mark, _ = f.read().partition(MARK)
    if not mark:
        sys.exit(f"report.py: {path}.md has no line {MARK}")
    with open(path + ".md", "w", encoding="utf-8") as f:
        f.write(before + MARK + "\n" + text)
    with open(path + ".svg", "w", encoding="utf-8") as f:
        f.write(svg)


main()
