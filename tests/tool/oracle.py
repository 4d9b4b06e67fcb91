#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A second reading of docs/hardware.md: what `decode`, `lint` and `explain` must say.

  tests/tool/oracle.py [TOOL]      MPUMAP_SEED=N plays the random part again

Written from the field tables and rules of that page, not from the tool or the library. Three parts:
the tables of all decode cases in inspect/ whose input is plain pairs or named registers are derived
anew and compared; random registers of each MPU go through `decode --json`; random maps and
accesses go through `explain --json`, `lint --json` and `draw --json`. Ends with "N passed, M failed".
"""
import json
import os
import random
import re
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
TOOL = os.path.abspath(sys.argv[1] if len(sys.argv) > 1 else
                       os.path.join(HERE, "..", "..", "build", "mpumap"))
passed = failed = 0


def result(name, fine, detail=""):
    global passed, failed
    if fine:
        passed += 1
    else:
        failed += 1
    print("%s %d - %s" % ("ok" if fine else "not ok", passed + failed, name))
    if not fine:
        for line in str(detail).splitlines()[:12]:
            print("# " + line[:240])


# --- the field tables: name -> (high bit, low bit) -----------------------------------------------

BASE = {
    "armv8r32": {"BASE": (31, 6), "RES0": [(5, 5)], "SH": (4, 3), "AP": (2, 1), "XN": (0, 0)},
    "armv8r64": {"BASE": (47, 6), "RES0": [(63, 48)], "SH": (5, 4), "AP": (3, 2), "XN": (1, 0)},
    "armv8m": {"BASE": (31, 5), "RES0": [], "SH": (4, 3), "AP": (2, 1), "XN": (0, 0)},
}
LIMIT = {
    "armv8r32": {"LIMIT": (31, 6), "RES0": [(5, 4)], "AttrIndx": (3, 1), "EN": (0, 0)},
    "armv8r64": {"LIMIT": (47, 6), "RES0": [(63, 48), (5, 5)], "NS": (4, 4), "AttrIndx": (3, 1),
                 "EN": (0, 0)},
    "armv8m": {"LIMIT": (31, 5), "RES0": [], "PXN": (4, 4), "AttrIndx": (3, 1), "EN": (0, 0)},
}
# AP[2:1] -> rights of the owner, of the level below
AP = {0b00: ("rw", ""), 0b01: ("rw", "rw"), 0b10: ("r", ""), 0b11: ("r", "r")}
SH = {0b00: "non", 0b01: "SH=01!", 0b10: "outer", 0b11: "inner"}


def field(value, bits):
    high, low = bits
    return (value >> low) & ((1 << (high - low + 1)) - 1)


def reserved(value, table):
    return any(field(value, bits) for bits in table["RES0"])


def memory(byte):
    """Type in the tool's words and whether it is always Outer Shareable (MAIR byte, ARM-A)."""
    outer, inner = byte >> 4, byte & 15
    if outer == 0:
        words = {0x0: "device-nGnRnE", 0x4: "device", 0x8: "device-nGRE", 0xc: "device-GRE"}
        return words.get(inner, "reserved(0x%02x)" % byte), True
    if inner == 0:
        return "reserved(0x%02x)" % byte, False

    def cache(n):
        if n == 0b0100:
            return "nc"
        return "wb" if n & 0b0100 else "wt"  # 00RW, 10RW: write-through; 01RW, 11RW: write-back
    if cache(outer) != cache(inner):
        return "normal-%s/%s" % (cache(outer), cache(inner)), False
    return {"wb": "normal", "wt": "normal-wt", "nc": "normal-nc"}[cache(outer)], byte == 0x44


class Region:
    def __init__(self, arch, level, slot, rbar, rlar, mair, control):
        b, l = BASE[arch], LIMIT[arch]
        low = b["BASE"][1]
        self.slot, self.rbar, self.rlar, self.level = slot, rbar, rlar, level
        self.base = field(rbar, b["BASE"]) << low
        self.limit = field(rlar, l["LIMIT"]) << low | ((1 << low) - 1)
        self.enabled = field(rlar, l["EN"]) == 1
        self.ap, self.xn, self.sh = (field(rbar, b[k]) for k in ("AP", "XN", "SH"))
        self.index = field(rlar, l["AttrIndx"])
        self.byte = (mair >> (8 * self.index)) & 0xff
        self.type, always_outer = memory(self.byte)
        self.pxn = "PXN" in l and field(rlar, l["PXN"]) == 1
        self.share = "outer" if always_outer and self.sh != 1 else SH[self.sh]
        self.res0 = reserved(rbar, b) or reserved(rlar, l) or self.sh == 1 or \
            (arch == "armv8r64" and self.xn & 1)
        wxn = arch != "armv8m" and control is not None and control >> 19 & 1
        uwxn = arch == "armv8r32" and level == 1 and control is not None and control >> 20 & 1
        owner, lower = (set(word) for word in AP[self.ap])
        if self.xn == 0:
            if not self.pxn and not (wxn and "w" in owner) and not (uwxn and "w" in lower):
                owner.add("x")
            # WXN of EL2 is no business of the guests
            if lower and not (wxn and "w" in lower and level != 2):
                lower.add("x")
        self.owner, self.lower = owner, lower

    def holds(self, addr):
        return self.base <= addr <= self.limit


def rights(have):
    return "".join(c if c in have else "-" for c in "rwx")


def hexes(arch, value):
    return ("0x%012x" if arch == "armv8r64" else "0x%08x") % value


def tool(arguments, text):
    done = subprocess.run([TOOL] + arguments + ["-"], input=text.encode(), stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, timeout=60)
    return done.returncode, done.stdout.decode(errors="replace")


# --- part 1: the cases ---------------------------------------------------------------------------

NAMES = {"HPRBAR": "b", "HPRLAR": "l", "PRBAR": "b", "PRLAR": "l", "MPU_RBAR": "b", "MPU_RLAR": "l"}


def registers_of(text, arch, args):
    """slot -> [base, limit] and system registers, of the plain forms; None for another form."""
    pairs, system, selector, next_slot, words = {}, {}, None, 0, []
    number = r"(0x[0-9a-fA-F]+)"
    for line in text.splitlines():
        zephyr = re.search(r"\[(\d+)\] (0x\w+) (0x\w+) (0x\w+) (0x\w+)$", line)
        if zephyr:  # index, base, SH AP XN, index of the attribute byte, limit
            low = (1 << (BASE[arch]["SH"][0] + 1)) - 1
            slot, base, bits, index, limit = [int(v, 0) for v in zephyr.groups()]
            pairs[slot] = [base & ~low | bits, limit & ~low | index << 1 | 1]
            continue
        if re.match(r"0x[0-9a-f]+(?: <[^>]*>)?:\s", line):
            words += [int(v, 16) for v in line.split(":", 1)[1].split()]
            continue
        plain = re.fullmatch(r"(?:(\d+)[: ]+)?(?:0x)?([0-9a-f]{3,16})[ ,]+(?:0x)?([0-9a-f]{3,16})", line)
        if plain:
            slot = int(plain.group(1)) if plain.group(1) else next_slot
            pairs[slot] = [int(plain.group(2), 16), int(plain.group(3), 16)]
            next_slot = slot + 1
            continue
        for name, value in re.findall(r"\b(?!0x)([A-Z][A-Z0-9_a-z]*)[ =:]+" + number, line):
            value = int(value, 16)
            m = re.fullmatch(r"(H?PR[BL]AR|MPU_R[BL]AR)(\d*)(_EL[12]|_A[123])?", name)
            if m:
                slot = int(m.group(2)) if m.group(2) else selector
                if m.group(3) and m.group(3).startswith("_A"):
                    slot = (selector & ~3) + int(m.group(3)[2])
                if slot is None:
                    return None
                pairs.setdefault(slot, [None, None])[0 if NAMES[m.group(1)] == "b" else 1] = value
            elif name in ("HPRSELR", "PRSELR_EL1", "PRSELR_EL2", "MPU_RNR"):
                selector = value
            else:
                system[name] = value
    if words and re.search(r"^0xe000ed90:", text, re.M):
        return None  # registers, not a table
    step = 4 if "--layout mpumap" in args else 2
    for i in range(0, len(words), step):
        pairs[i // step] = words[i:i + 2]
    if not pairs or any(None in p for p in pairs.values()):
        return None
    return pairs, system


def expected_table(arch, level, pairs, mair, control):
    names = {("armv8m", 1): ("priv", "user"), ("x", 1): ("EL1", "EL0"), ("x", 2): ("EL2", "EL1/0")}
    owner, lower = names[("armv8m" if arch == "armv8m" else "x", level)]
    rows = [["slot", "base", "limit", "size", owner, lower, "type", "share", "enabled"]]
    for slot in sorted(pairs):
        r = Region(arch, level, slot, *pairs[slot], mair, control)
        if r.rbar == r.rlar == 0:
            continue
        size, unit = r.limit - r.base + 1, 0
        while unit < 4 and size > 0 and size % 1024 == 0:
            size, unit = size // 1024, unit + 1
        size = "%d %s" % (size, ["B", "KiB", "MiB", "GiB", "TiB"][unit]) if size > 0 else "empty"
        rows.append([str(slot), hexes(arch, r.base), hexes(arch, r.limit), size, rights(r.owner),
                     rights(r.lower), r.type, r.share, "yes" if r.enabled else "no"])
    return rows


def check_case(name, text):
    args = re.search(r"^args: decode (.*)$", text, re.M)
    if not args or "--json" in args.group(1) or "free" in name:
        return False
    source, out = text.split("---- in\n", 1)[1].split("---- out\n", 1)
    head = re.match(r"(armv8\w+)(?:, EL(\d) MPU)?\n", out)
    if not head:
        return False
    arch, level = head.group(1), int(head.group(2) or 1)
    found = registers_of(source, arch, args.group(1))
    if not found:
        return False
    pairs, system = found
    option = re.search(r"--mair (\S+)", args.group(1))
    prefix = "H" if (arch, level) == ("armv8r32", 2) else ""
    if option:
        low, _, high = option.group(1).partition(",")
        mair = int(low, 0) | int(high or "0", 0) << 32
    elif arch == "armv8r64" and "MAIR_EL%d" % level in system:
        mair = system["MAIR_EL%d" % level]
    else:
        names = ("MPU_MAIR", "MPU_MAIR") if arch == "armv8m" else (prefix + "MAIR", prefix + "MAIR")
        low = system.get(names[0] + "0", system.get("MAIR_EL%d" % level))
        if low is None:
            if "no attribute bytes given" not in out:
                return False
            mair = None
        else:
            mair = low | system.get(names[1] + "1", 0) << 32
    control = re.search(r"--control (\S+)", args.group(1))
    control = int(control.group(1), 0) if control else \
        system.get({"armv8m": "MPU_CTRL"}.get(arch, prefix + "SCTLR"),
                   system.get("SCTLR_EL%d" % level))
    rows = expected_table(arch, level, pairs, 0xff000004eeaa4400 if mair is None else mair, control)
    if mair is None:
        for row in rows[1:]:
            row[6] += "?"
    got = [re.split(r"  +", line.strip()) for line in out.splitlines()[1:len(rows) + 1]]
    got = [g[:3] + [g[3]] + (g[4].split() + g[5:] if len(g[4].split()) == 2 else g[4:]) for g in got]
    # columns of the rights are one blank apart in the heading
    got = [[w for cell in g for w in ([cell] if re.match(r"\d+ [KMGT]?i?B$", cell) else cell.split())][:9]
           for g in got]
    result("derived anew: " + name, got == rows, "derived %s\nthe case %s" % (rows, got))
    return True


def cases():
    folder = os.path.join(HERE, "inspect")
    count = 0
    for file in sorted(os.listdir(folder)):
        with open(os.path.join(folder, file), errors="surrogateescape") as f:
            count += check_case(file[:-5], f.read())
    result("at least fourteen cases were derived", count >= 14, count)


# --- part 2: random registers --------------------------------------------------------------------

OWNERS = [("armv8r32", 1), ("armv8r32", 2), ("armv8r64", 1), ("armv8r64", 2), ("armv8m", 1)]
HIGHEST = {"armv8r32": 0xffffffff, "armv8r64": 0xffffffffffff, "armv8m": 0xffffffff}


def options(arch, level, mair, control, owner="--el"):
    out = ["--arch", arch, "--mair", hex(mair)]
    if control is not None:
        out += ["--control", hex(control)]
    return out + ([] if arch == "armv8m" else [owner, str(level)])


def lines(regions):
    return "".join("%d 0x%x 0x%x\n" % (r.slot, r.rbar, r.rlar) for r in regions)


def random_decode(rng, arch, level):
    width = 64 if arch == "armv8r64" else 32
    mair = rng.getrandbits(64)
    control = rng.choice([None, 1, 1 | 1 << 19, 1 | 1 << 20])
    regions = [Region(arch, level, slot, rng.getrandbits(width), rng.getrandbits(width), mair, control)
               for slot in range(200)]
    status, out = tool(["decode", "--json"] + options(arch, level, mair, control), lines(regions))
    got = [json.loads(line) for line in out.splitlines()] if status == 0 else []
    for r, g in zip(regions, got[1:]):
        want = {"slot": r.slot, "base": hexes(arch, r.base), "limit": hexes(arch, r.limit),
                "owner": rights(r.owner), "lower": rights(r.lower), "type": r.type, "share": r.share,
                "enabled": r.enabled, "rbar": hexes(arch, r.rbar), "rlar": hexes(arch, r.rlar)}
        if g != want:
            return "registers %x %x\nderived  %s\nthe tool %s" % (r.rbar, r.rlar, want, g)
    return "" if len(got) == 201 else "status %d: %s" % (status, out[:300])


# --- part 3: random maps and accesses ------------------------------------------------------------

def random_map(rng, arch, level, mair, control):
    """Few regions in a small window, so that accesses hit, miss and meet two."""
    granule = 1 << BASE[arch]["BASE"][1]
    start = rng.choice([0x30000000, 0x3ffffe00, 0x5ffffe00, 0x7ffffe00, 0x9ffffe00, 0xdffffe00,
                        HIGHEST[arch] - 0xfff])
    regions = []
    for slot in range(rng.randrange(1, 6)):
        base = start + rng.randrange(32) * granule
        limit = min(base + rng.randrange(1, 12) * granule - 1, HIGHEST[arch])
        low = rng.randrange(granule) & ((0x1f if arch == "armv8m" else 0x1f if arch == "armv8r32" else 0x3e))
        rlar = limit & ~(granule - 1) | rng.randrange(8) << 1 | (rng.random() < 0.85)
        if arch == "armv8m" and rng.random() < 0.2:
            rlar |= 1 << 4
        regions.append(Region(arch, level, slot, base | low, rlar, mair, control))
    return start, granule, regions


def default_map(arch, addr, access):
    """docs/hardware.md, "MPU off, and the background region"."""
    if arch == "armv8r64":
        return "unknown"
    if access != "x":
        return "allow"
    if arch == "armv8r32":
        return "deny" if addr >= 0x80000000 else "allow"
    return "deny" if 0x40000000 <= addr <= 0x5fffffff or addr >= 0xa0000000 else "allow"


def judge(arch, regions, addr, access, lower, control):
    """(result, reason class, hits)"""
    if arch == "armv8m" and addr >= 0xe0000000 and access == "x":
        return "deny", "never", []
    if arch == "armv8m" and 0xe0000000 <= addr <= 0xe00fffff:
        return "allow", "default", []
    if control is not None and not control & 1:
        answer = default_map(arch, addr, access)
        return answer, "never" if answer == "deny" else "default", []
    hits = [r for r in regions if r.enabled and r.holds(addr)]
    if len(hits) > 1:
        return "deny", "translation", hits
    if not hits:
        background = control is not None and control >> (2 if arch == "armv8m" else 17) & 1
        if background and not lower:
            answer = default_map(arch, addr, access)
            return answer, "never" if answer == "deny" else "default", []
        return "deny", "translation", []
    have = hits[0].lower if lower else hits[0].owner
    return ("allow", "region", hits) if access in have else ("deny", "permission", hits)


def syndrome(arch, level, access, lower, reason):
    if arch == "armv8m":
        return {"register": "CFSR", "value": "0x00000001" if access == "x" else "0x00000082"}
    if reason == "never":
        return None
    code = 0b001100 if reason == "permission" else 0b000100
    if (arch, level) == ("armv8r32", 1):
        if access == "x":
            return {"register": "IFSR", "value": "0x%08x" % (1 << 9 | code)}
        return {"register": "DFSR", "value": "0x%08x" % (1 << 9 | (access == "w") << 11 | code)}
    ec = {(True, True): 0x20, (True, False): 0x21, (False, True): 0x24, (False, False): 0x25}[
        access == "x", lower]
    name = "HSR" if arch == "armv8r32" else "ESR_EL%d" % level
    return {"register": name,
            "value": "0x%08x" % (ec << 26 | 1 << 25 | (access == "w") << 6 | code)}


def random_explain(rng, arch, level):
    mair = 0xff000004eeaa4400
    on = {"armv8m": [None, 1, 5, 0], "armv8r32": [None, 1, 1 | 1 << 17, 1 | 1 << 19, 1 | 1 << 20, 0]}
    control = rng.choice(on.get(arch, [None, 1, 1 | 1 << 17, 1 | 1 << 19, 0]))
    start, granule, regions = random_map(rng, arch, level, mair, control)
    addr = min(start + rng.randrange(34 * granule), HIGHEST[arch])
    access, lower = rng.choice("rwx"), rng.random() < 0.4
    el = level - (rng.randrange(1, level + 1) if lower else 0)
    answer, reason, hits = judge(arch, regions, addr, access, lower, control)
    want = {"result": answer}
    if reason != "never":
        want["slots"] = [r.slot for r in hits[:2]]
    seen = syndrome(arch, level, access, lower, reason) if answer == "deny" else None
    arguments = ["explain", "--json", "--addr", hex(addr), "--access", access, "--el", str(el)]
    if seen:
        want["syndrome"] = seen
        want["seen"] = "fits"
        arguments += ["--syndrome", seen["value"]]
    status, out = tool(arguments + options(arch, level, mair, control, "--owner"), lines(regions))
    told = "%s\n%s-> %d %s" % (" ".join(arguments), lines(regions), status, out)
    try:
        got = json.loads(out)
    except ValueError:
        return told
    if status != (0 if answer == "allow" else 1):
        return "status %d\n%s" % (status, told)
    if not seen and "syndrome" in got:
        return "a syndrome of no known fault\n" + told
    different = {k: (v, got.get(k)) for k, v in want.items() if got.get(k) != v}
    return "derived and told: %s\n%s" % (different, told) if different else ""


def random_lint(rng, arch, level):
    mair = 0xff000004eeaa4400
    control = rng.choice([None, 1])
    _, granule, regions = random_map(rng, arch, level, mair, control)
    on = sorted((r for r in regions if r.enabled and r.base <= r.limit), key=lambda r: r.base)
    want = set()
    for i, a in enumerate(on):
        for b in on[i + 1:]:
            if b.base <= a.limit:
                want.add(("overlap",) + tuple(sorted((a.slot, b.slot))))
    for r in regions:
        if not r.enabled:
            continue
        if {"w", "x"} <= r.owner or {"w", "x"} <= r.lower:
            want.add(("writable-executable", r.slot))
        if r.res0:
            want.add(("reserved-bits", r.slot))
        if r.type.startswith("device") and "x" in r.owner | r.lower:
            want.add(("device-executable", r.slot))
    status, out = tool(["lint", "--json"] + options(arch, level, mair, control), lines(regions))
    got = set()
    for line in out.splitlines():
        found = json.loads(line)
        if found.get("check") in ("overlap", "writable-executable", "reserved-bits", "device-executable"):
            got.add((found["check"],) + tuple(sorted(found["slots"])))
    return "derived %s\ntold %s\n%s" % (sorted(want), sorted(got), lines(regions)) if got != want else ""


def random_draw(rng, arch, level):
    """Which slots stand at which addresses: cells between any two ends of regions."""
    mair = 0xff000004eeaa4400
    _, granule, regions = random_map(rng, arch, level, mair, None)
    on = [r for r in regions if r.enabled and r.base <= r.limit]
    ends = sorted({r.base for r in on} | {r.limit + 1 for r in on})
    want = [(hexes(arch, a), hexes(arch, b - 1), sorted(r.slot for r in on if r.base <= a <= r.limit))
            for a, b in zip(ends, ends[1:])]
    status, out = tool(["draw", "--json"] + options(arch, level, mair, None), lines(regions))
    got = [(g["base"], g["limit"], sorted(g["maps"][0])) for g in map(json.loads, out.splitlines())]
    return "" if got == want else "derived %s\ntold %s\n%s" % (want, got, lines(regions))


def main():
    cases()
    seed = int(os.environ.get("MPUMAP_SEED", random.randrange(1 << 32)))
    print("# MPUMAP_SEED=%d" % seed)
    rng = random.Random(seed)
    for arch, level in OWNERS:
        who = arch if arch == "armv8m" else "%s EL%d" % (arch, level)
        for name, one, times in (("decode", random_decode, 20), ("explain", random_explain, 300),
                                 ("lint", random_lint, 100), ("draw", random_draw, 100)):
            trouble = ""
            for _ in range(times):
                trouble = one(rng, arch, level)
                if trouble:
                    break
            result("%s: random %s" % (who, name), not trouble, trouble)
    print("1..%d" % (passed + failed))
    print("%d passed, %d failed" % (passed, failed))
    return 1 if failed else 0


sys.exit(main())
