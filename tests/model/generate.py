#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Random traces, well-formed, for every target and policy."""
from model import BITMAP, GRANULE, LEVEL, WIDTH

PERMS = ("ro", "rw", "rx", "rwx")
TYPES = ("normal", "normal-nc", "normal-wt", "device", "device-nGnRnE")
SHARES = ("non", "inner", "outer")
RESULTS = ("ok", "range", "align", "attr", "policy", "overlap", "not-mapped", "locked", "conflict",
           "partial", "shared", "refs", "no-region", "no-space", "live", "state", "corrupt",
           "found", "not-found", "inclusive", "allow", "deny")


def literal(rng, value):
    """A number in one of the forms of C."""
    form = rng.randrange(12)
    if form < 7:
        return "0x%08x" % value
    if form == 7:
        return "0X%X" % value
    if form == 8:
        return "%d" % value
    if form == 9:
        return "0%o" % value
    return "0x%x%s" % (value, rng.choice(("u", "U", "l", "L", "ul", "UL", "ull", "LLU", "ll", "lu",
                                          "uLL", "LL", "Ul")))


class Generator:
    def __init__(self, rng, target=None, window=None, most=None, length=None):
        self.rng = rng
        self.target = target or rng.choice(sorted(GRANULE))
        self.most = most
        self.granule, self.width = GRANULE[self.target], WIDTH[self.target]
        self.policy = rng.choice(("exact", "exact", "whole"))
        self.window = window
        self.cells = rng.choice((4, 6, 10, 16, 24))
        self.guards = rng.choice((0, 0.02, 0.05, 0.15))
        self.transactions = rng.choice((0.02, 0.05, 0.15))
        self.origin = self.place()
        self.unit = self.granule * rng.choice((1, 1, 1, 3, 64))
        top = 1 << self.width
        if self.origin + self.cells * self.unit > top or self.origin == "top":
            self.origin = top - self.cells * self.unit
        self.attrs = [self.attributes() for _ in range(rng.choice((1, 2, 2, 3)))]
        self.regions = self.count()
        self.length = length or rng.choice((15, 40, 80, 160))
        self.open = False
        self.lines = []

    def place(self):
        if self.window is not None:
            return self.window
        places = [0, 0x10000000, 0x7fffff00 & -self.granule, 0x30000000, None]
        if self.width > 32:
            places += [(1 << 32) - 8 * self.granule, 0x123456780000, 1 << 40]
        place = self.rng.choice(places)
        return place if place is not None else (1 << self.width) - 64

    def count(self):
        counts = [1, 2, 3, 3, 4, 4, 5, 6, 8, 12, 16]
        if self.most is None and self.target != "armv8m":
            counts += [20, 32, 33, 255]
        if self.most is not None:
            return self.rng.choice([c for c in counts if c <= self.most])
        return self.rng.choice(counts + [None])  # None: the simulator's default

    def attributes(self, strange=0.0):
        rng = self.rng
        perm = rng.choice(PERMS if rng.random() < strange else PERMS[:3])
        if rng.random() < 0.3:
            level = LEVEL[self.target]
            if rng.random() < strange:
                level = rng.choice(("el0", "el1"))
            perm += "+" + level
        kind = rng.choice(TYPES)
        if perm.startswith("rx") and rng.random() >= strange:
            kind = rng.choice(TYPES[:3])
        words = [perm, kind]
        if rng.random() < 0.3:
            words.append(rng.choice(SHARES))
        return " ".join(words)

    def address(self, cell):
        return self.origin + cell * self.unit

    def range(self):
        rng = self.rng
        first = rng.randrange(self.cells)
        last = min(self.cells - 1, first + rng.choice((0, 0, 0, 1, 1, 2, 3, 5, 9)))
        base, limit = self.address(first), self.address(last + 1) - 1
        strange = rng.random()
        if strange < 0.02:
            base += rng.choice((1, 16, self.granule // 2))
        elif strange < 0.04:
            limit -= rng.choice((1, 16, self.granule // 2))
        elif strange < 0.06:
            base, limit = limit + 1, base
        elif strange < 0.08:
            limit = (1 << self.width) + rng.choice((0, self.granule - 1, 5, 1 << 8))
        elif strange < 0.09:
            base, limit = rng.randrange(1 << 64), rng.randrange(1 << 64)
        elif strange < 0.10 and self.window is None:
            base, limit = 0, (1 << self.width) - 1
        return "%s %s" % (literal(rng, base), literal(rng, limit & ((1 << 64) - 1)))

    def some_address(self):
        cell = self.address(self.rng.randrange(self.cells))
        at = cell + self.rng.choice((0, 0, 1, 3, 4, 6, self.unit - 4, self.unit - 1))
        if self.rng.random() < 0.03:
            at = (1 << self.width) + self.rng.choice((0, 3))
        return literal(self.rng, at)

    def some_attributes(self):
        if self.rng.random() < 0.05:
            return self.attributes(0.5)
        return self.rng.choice(self.attrs)

    def operation(self):
        rng = self.rng
        if rng.random() < self.guards:
            return rng.choice(("live ", "live ", "unlive ", "lock ")) + self.range()
        if rng.random() < self.transactions:
            if self.open:
                return "commit" if rng.random() < 0.75 else "abort"
            return "begin"
        roll = rng.random() * 0.96
        if roll < 0.36:
            return "map %s %s" % (self.range(), self.some_attributes())
        if roll < 0.56:
            return "unmap " + self.range()
        if roll < 0.66:
            return "protect %s %s" % (self.range(), self.some_attributes())
        if roll < 0.70 and (self.policy == "whole" or rng.random() < 0.2):
            return "unmap-at " + self.some_address()
        if roll < 0.73:
            slots = self.regions or (8 if self.target == "armv8m" else 16)
            return "reserve %s" % literal(rng, rng.choice((rng.randrange(slots),) * 3 + (slots,)))
        if roll < 0.83:
            return "find " + self.range()
        if roll < 0.91:
            return "access %s %s" % (rng.choice("rwx"), self.some_address())
        if roll < 0.93:
            return "check"
        return "dump"

    def add(self, line):
        rng = self.rng
        if rng.random() < 0.05:
            line = line.replace(" ", rng.choice(("\t", "  ", " \t ")))
        if rng.random() < 0.05:
            line += rng.choice((" # why not", "# no blank", "\t#", " "))
        if rng.random() < 0.02:
            line += "\r"
        self.lines.append(line)

    def text(self):
        rng = self.rng
        header = "target " + self.target
        if self.regions:
            header += " regions=" + literal(rng, self.regions)
        header = [header] if self.target != "armv8r32-el2" or self.regions or rng.random() < 0.5 \
            else []
        if self.policy == "whole" or rng.random() < 0.5:
            header.append("policy " + self.policy)
        rng.shuffle(header)
        for line in header:
            self.add(line)
        for _ in range(self.length):
            line = self.operation()
            if line.startswith("reserve") and not self.open:
                self.add("dump")
            self.add(line)
            word = line.split()[0]
            if word == "begin":
                self.open = True
            elif word in ("commit", "abort"):
                self.open = False
            if rng.random() < 0.05:
                self.add("expect " + rng.choice(RESULTS))
            if not self.open and word in ("map", "unmap", "protect", "commit") \
                    and (self.guards or rng.random() < 0.3):
                self.add("dump")
        if self.open:
            self.add(rng.choice(("commit", "abort")))
        self.add("dump")
        return "\n".join(self.lines) + ("\n" if rng.random() < 0.9 else "")


def spread(word, count, attributes, first=0):
    """One granule of every two."""
    return ["%s 0x%x 0x%x%s" % (word, at * 128, at * 128 + 63, attributes)
            for at in range(first, first + count)]


def limits():
    """Directed traces that reach the limits which random ones do not: (name, text)."""
    one, part = "0x1000 0x1fff", "0x1040 0x107f"
    for policy in ("exact", "whole"):
        yield "refs-" + policy, "\n".join(
            ["policy " + policy] + ["map %s rw normal" % one] * 65535 +
            ["map %s rw normal" % part, "dump", "map %s ro normal" % part,
             "map 0x0 0x2fff rw normal", "protect %s rw normal" % one,
             "begin", "map %s rw normal" % one, "unmap " + part, "map %s rw normal" % part,
             "commit", "begin", "unmap " + part, "map %s rw normal" % part,
             "map %s rw normal" % one, "abort", "unmap " + part, "map %s rw normal" % part,
             "dump"] + ["unmap " + one] * 65534 + ["unmap " + part, "unmap " + one, "unmap " + one,
                                                   "dump"])
    whole = ["map 0x0 0xfffff rw normal"]
    yield "spans", "\n".join(
        whole + spread("map", 256, " rw normal") + ["dump"] +
        ["map 0xfffc0 0xfffff rw normal", "map 0x200000 0x20003f ro normal", "unmap 0xf0000 0xf003f",
         "protect 0xf0000 0xf003f rw normal", "protect 0xf0000 0xf003f ro normal", "lock 0x0 0x3f",
         "live 0x0 0x7f", "unmap 0x0 0x3f", "map 0x0 0x3f rw normal", "dump"])
    yield "spans-before-regions", "\n".join(
        ["target armv8r32-el1 regions=1"] + whole + spread("map", 256, " rw normal") +
        ["map 0x200000 0x20003f ro normal", "unmap 0xf0000 0xf003f", "dump"])
    yield "spans-in-a-transaction", "\n".join(
        whole + ["begin"] + spread("map", 400, " rw normal") + spread("unmap", 144, "", 256) +
        ["commit", "dump", "begin"] + spread("map", 3, " rw normal", 256) + ["commit", "dump"])
    for word in ("lock", "live"):
        yield word + "-room", "\n".join(
            whole + spread(word, 17, "") + [word + " 0x0 0x3f", "begin", word + " 0x40000 0x4003f",
                                            "commit", word + " 0x0 0xfff", word + " 0x40000 0x4003f"])
    yield "lock-and-live-room", "\n".join(
        whole + spread("lock", 16, "") + spread("live", 16, "", 100) + ["check", "dump"])
    yield "unlive-always", "\n".join(["live 0x0 0xfffff"] + spread("unlive", 200, ""))
