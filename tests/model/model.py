#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A model of the map's semantics, written from the text of the agreement alone.

It shares nothing with the library: memory is a flat list of cells (the pieces between all range
ends of one trace), every cell has a count, attributes, a locked and a live mark. Hardware is known
only by its number of slots, and by whether an enable bitmap exists.

Answers that the text fixes are fixed here. Where it leaves a choice (which slot; where the border
of two regions stands whose merge is put off; whether a near-full MPU finds an order of writes), the
model lists what is allowed and follows the answer that was given.
"""

GRANULE = {"armv8r32-el1": 64, "armv8r32-el2": 64, "armv8r64-el1": 64, "armv8r64-el2": 64,
           "armv8m": 32}
WIDTH = {"armv8r32-el1": 32, "armv8r32-el2": 32, "armv8r64-el1": 48, "armv8r64-el2": 48,
         "armv8m": 32}
LEVEL = {"armv8r32-el1": "el0", "armv8r32-el2": "el1", "armv8r64-el1": "el0",
         "armv8r64-el2": "el1", "armv8m": "el0"}
BITMAP = {"armv8r32-el2", "armv8r64-el1", "armv8r64-el2"}
BITMAP_SLOTS = 32
DEFAULT_REGIONS = {target: 8 if target == "armv8m" else 16 for target in GRANULE}
REFS_MAX = 65535
SPANS = 512
ROOM = 16
UNKNOWN = None


def effective_share(kind, share):
    """Shareability that the hardware obeys."""
    if kind in ("normal", "normal-wt"):
        return share or "inner"
    return "outer"


def canonical(target, perm, kind, share):
    """(permission, type, effective share), or None where the attributes are refused."""
    access, _, level = perm.partition("+")
    if access == "rwx" or (access == "rx" and kind.startswith("device")):
        return None
    if level and level != LEVEL[target]:
        return None
    return (perm, kind, effective_share(kind, share))


def first_difference(present, wanted):
    for name, have, want in zip(("permission", "type", "share"), present, wanted):
        if have != want:
            return name, have, want
    return None


class State:
    """What a transaction may roll back."""

    def __init__(self, cells):
        self.count = [0] * cells
        self.attr = [None] * cells
        self.locked = [False] * cells
        self.live = [False] * cells
        self.whole = []  # policy whole: [first cell, last cell, refs, attr, slot or UNKNOWN]
        self.locks = 0  # successful lock operations; ranges are at most as many
        self.lives = 0
        self.cut = False  # unlive has been used: how many live ranges are left is not fixed
        self.reserved = set()

    def copy(self):
        other = State(0)
        other.count = self.count[:]
        other.attr = self.attr[:]
        other.locked = self.locked[:]
        other.live = self.live[:]
        other.whole = [region[:] for region in self.whole]
        other.locks, other.lives, other.cut = self.locks, self.lives, self.cut
        other.reserved = set(self.reserved)
        return other

    def runs(self):
        """Maximal runs of mapped cells with equal attributes, as (first, last)."""
        return self._runs(lambda i: self.attr[i])

    def spans(self):
        """Runs of equal count and attributes."""
        return self._runs(lambda i: self.attr[i] and (self.attr[i], self.count[i]))

    def _runs(self, key):
        found, first = [], None
        for i in range(len(self.attr) + 1):
            here = key(i) if i < len(self.attr) else None
            if first is not None and here != key(first):
                found.append((first, i - 1))
                first = None
            if first is None and here:
                first = i
        return found


class Expected:
    """Allowed answers of one operation. `results` maps each allowed result to what it does."""

    def __init__(self, results, why=None, gap=(0, None), still=False, **more):
        self.results = results if isinstance(results, dict) else {results: None}
        self.why = why  # None: no claim. Otherwise a list of allowed records (partial dictionaries)
        self.gap = gap  # least and most; None: not known
        self.still = still  # no register may be written; False: one must
        self.more = more


class Model:
    def __init__(self, target, regions, policy, cuts):
        """`cuts`: all addresses at which a range of the trace begins, or ends plus one."""
        self.target, self.policy = target, policy
        self.regions = regions or DEFAULT_REGIONS[target]
        self.granule, self.top = GRANULE[target], (1 << WIDTH[target]) - 1
        cuts = sorted({0, self.top + 1} | {c for c in cuts if 0 <= c <= self.top + 1})
        self.bases, self.limits = cuts[:-1], [cut - 1 for cut in cuts[1:]]
        self.index = {base: i for i, base in enumerate(self.bases)}
        self.last = {limit: i for i, limit in enumerate(self.limits)}
        self.now = State(len(self.bases))
        self.committed = None  # inside a transaction: the state before it
        self.poison = None
        self.pieces = []  # exact: regions in the hardware, (first, last), in address order
        self.settled = True  # the borders of `pieces` are known
        self.slots = {}  # (first, last) of a region seen -> slot, valid until the next change

    # ---- Helpers -------------------------------------------------------------------------------

    def bounds(self, piece):
        return {"base": self.bases[piece[0]], "limit": self.limits[piece[1]]}

    def size(self, first, last):
        return self.limits[last] - self.bases[first] + 1

    def cells(self, base, limit):
        return range(self.index[base], self.last[limit] + 1)

    def refused(self, base, limit):
        """`range` or `align`, or None."""
        why = [{"base": base, "limit": limit}]
        if base > limit or limit > self.top:
            return Expected("range", why)
        if base % self.granule or (limit + 1) % self.granule:
            return Expected("align", why)
        return None

    def error(self, name, why=None):
        if self.committed and not self.poison:
            self.poison = (name, why)
        return Expected(name, why)

    def regions_now(self):
        """Regions as find and conflicts see them: exact: maximal runs, also while a merge waits."""
        if self.policy == "whole":
            return [(r[0], r[1]) for r in self.now.whole]
        return self.now.runs()

    def hit(self, base, limit):
        """whole: regions of which the range has a byte."""
        cells = self.cells(base, limit)
        return [r for r in self.now.whole if r[0] <= cells[-1] and r[1] >= cells[0]]

    def contains(self, region, base, limit):
        cells = self.cells(base, limit)
        return region[0] <= cells[0] and region[1] >= cells[-1]

    def equals(self, region, base, limit):
        cells = self.cells(base, limit)
        return (region[0], region[1]) == (cells[0], cells[-1])

    def why_region(self, region):
        record = self.bounds(region)
        if region[4] is not UNKNOWN:
            record["slot"] = region[4]
        return [record]

    def at(self, name, cells):
        """An error because of these cells: why holds the first of them, and its region's slot."""
        first = next(iter(cells))
        record = {"holds": self.bases[first]}
        slot = self.slot_at(first)
        if slot is not UNKNOWN:
            record["slot"] = slot
        return self.error(name, [record])

    def slot_at(self, cell):
        if self.policy == "whole":
            return next((r[4] for r in self.now.whole if r[0] <= cell <= r[1]), UNKNOWN)
        if self.committed:
            return UNKNOWN
        return next((slot for p, slot in self.slots.items() if p[0] <= cell <= p[1]), UNKNOWN)

    def whole_target(self, base, limit):
        """whole: the one region that contains the range; or the error."""
        hit = self.hit(base, limit)
        if hit and not (len(hit) == 1 and self.contains(hit[0], base, limit)):
            return None, self.error("overlap", self.why_region(hit[0]))
        if not hit:
            return None, self.error("not-mapped", [{"base": base, "limit": limit}])
        return hit[0], None

    def conflict(self, piece, wanted):
        name, have, want = first_difference(self.now.attr[piece[0]], wanted)
        record = {"attribute": name, "present": have, "wanted": want}
        record.update(self.bounds(piece))
        if piece in self.slots and not self.committed:
            record["slot"] = self.slots[piece]
        return self.error("conflict", [record])

    # ---- Judging a change ----------------------------------------------------------------------

    def capacity(self, state):
        return self.regions - len(state.reserved)

    def apply(self, new):
        """The operation's new state: taken over inside a transaction, judged outside."""
        if self.committed:
            self.now = new
            return Expected("ok", still=True, gap=(0, 0))
        return self.judge(self.now, new)

    def take(self, new, pieces, settled):
        def act():
            if (self.now.attr, self.pieces) != (new.attr, pieces) or not settled:
                self.slots = {}
            self.now, self.committed, self.poison = new, None, None
            if self.policy == "exact":
                self.pieces, self.settled = pieces, settled
        return act

    def judge(self, old, new):
        if self.policy == "whole":
            return self.judge_whole(old, new)
        return self.judge_exact(old, new)

    def judge_whole(self, old, new):
        keep = self.take(new, None, True)
        if len(new.whole) > self.capacity(new):
            return Expected("no-region")
        before = {i: (r[0], r[1]) for r in old.whole for i in range(r[0], r[1] + 1)}
        after = {i: (r[0], r[1]) for r in new.whole for i in range(r[0], r[1] + 1)}
        moved = [i for i in before if i in after and before[i] != after[i]
                 and old.attr[i] == new.attr[i]]
        still = old.attr == new.attr and not moved and \
            {(r[0], r[1]) for r in old.whole} == {(r[0], r[1]) for r in new.whole}
        if not moved:
            return Expected({"ok": keep}, gap=(0, 0), still=still)
        if any(new.live[i] or new.locked[i] for i in moved):
            return Expected({"ok": keep, "live": None})
        return Expected({"ok": keep})

    def judge_exact(self, old, new):
        spans_fit = len(new.spans()) <= SPANS
        if old.attr == new.attr:
            if not spans_fit:
                return Expected("no-space")
            # A change that only counts writes nothing, so it cannot mend a merge that waits.
            # Whether a reserve in a transaction still fits is judged all the same.
            if len(self.pieces) > self.capacity(new):
                return Expected("no-region")
            ok = self.take(new, self.pieces, self.settled)
            return Expected({"ok": ok}, gap=(0, 0), still=True)
        runs = new.runs()
        if not self.settled:
            # Where the border of a put-off merge stands was not seen: claim only what is certain.
            if len(runs) > self.capacity(new):
                return Expected("no-region")
            ok = self.take(new, runs, False)
            return Expected({"ok": ok, "no-region": None, "no-space": None, "live": None})
        plan = Plan(self, old, new, self.pieces, runs)
        least = plan.least_regions()
        if least > self.capacity(new):
            return Expected("no-region")
        results = {}
        if plan.most_regions() > self.capacity(new):
            results["no-region"] = None
        if not spans_fit:
            results["no-space"] = None
            return Expected(results)
        verdict, least, most, merged = plan.verdict()
        if "live" in verdict:
            results["live"] = None
        if "ok" in verdict:
            results["ok"] = self.take(new, runs, merged)
        return Expected(results, gap=(least, most))

    # ---- Operations ----------------------------------------------------------------------------

    def map(self, base, limit, perm, kind, share=None):
        refused = self.refused(base, limit)
        attr = canonical(self.target, perm, kind, share)
        if not refused and not attr:
            refused = Expected("attr", [{"base": base, "limit": limit}])
        if refused:
            return self.error(*refused.results, refused.why)
        if self.policy == "whole":
            return self.map_whole(base, limit, attr)
        cells = self.cells(base, limit)
        for piece in self.regions_now():
            inside = [i for i in cells if piece[0] <= i <= piece[1]]
            if inside and self.now.attr[inside[0]] != attr:
                return self.conflict(piece, attr)
        full = [i for i in cells if self.now.count[i] == REFS_MAX]
        if full:
            return self.at("refs", full)
        new = self.now.copy()
        for i in cells:
            new.count[i] += 1
            new.attr[i] = attr
        return self.apply(new)

    def map_whole(self, base, limit, attr):
        hit = self.hit(base, limit)
        if hit:
            region, error = self.whole_target(base, limit)
            if error:
                return error
            difference = first_difference(region[3], attr)
            if difference:
                name, have, want = difference
                why = self.why_region(region)
                why[0].update(attribute=name, present=have, wanted=want)
                return self.error("conflict", why)
            if region[2] == REFS_MAX:
                return self.error("refs", self.why_region(region))
        new = self.now.copy()
        if hit:
            for r in new.whole:
                if r[:2] == region[:2]:
                    r[2] += 1
        else:
            cells = self.cells(base, limit)
            new.whole.append([cells[0], cells[-1], 1, attr, UNKNOWN])
            new.whole.sort()
            for i in cells:
                new.attr[i] = attr
        return self.apply(new)

    def unmap(self, base, limit):
        refused = self.refused(base, limit)
        if refused:
            return self.error(*refused.results, refused.why)
        cells = self.cells(base, limit)
        if self.policy == "whole":
            region, error = self.whole_target(base, limit)
            if error:
                return error
            if region[2] == 1:
                locked = [i for i in cells if self.now.locked[i]]
                if locked:
                    return self.at("locked", locked)
                if not self.equals(region, base, limit):
                    return self.error("partial", self.why_region(region))
            return self.give_back(region)
        holes = [i for i in cells if not self.now.count[i]]
        if holes:
            return self.at("not-mapped", holes)
        locked = [i for i in cells if self.now.locked[i] and self.now.count[i] == 1]
        if locked:
            return self.at("locked", locked)
        new = self.now.copy()
        for i in cells:
            new.count[i] -= 1
            if not new.count[i]:
                new.attr[i] = None
        return self.apply(new)

    def give_back(self, region):
        new = self.now.copy()
        for r in new.whole:
            if r[:2] == region[:2]:
                r[2] -= 1
                if not r[2]:
                    for i in range(r[0], r[1] + 1):
                        new.attr[i] = None
        new.whole = [r for r in new.whole if r[2]]
        return self.apply(new)

    def unmap_at(self, address):
        why = [{"base": address, "limit": address}]
        if address > self.top:
            return self.error("range", why)
        if self.policy == "exact":
            return self.error("policy", why)
        for region in self.now.whole:
            if self.bases[region[0]] <= address <= self.limits[region[1]]:
                locked = [i for i in range(region[0], region[1] + 1) if self.now.locked[i]]
                if region[2] == 1 and locked:
                    return self.at("locked", locked)
                return self.give_back(region)
        return self.error("not-mapped", why)

    def protect(self, base, limit, perm, kind, share=None):
        refused = self.refused(base, limit)
        attr = canonical(self.target, perm, kind, share)
        if not refused and not attr:
            refused = Expected("attr", [{"base": base, "limit": limit}])
        if refused:
            return self.error(*refused.results, refused.why)
        cells = self.cells(base, limit)
        if self.policy == "whole":
            region, error = self.whole_target(base, limit)
            if error:
                return error
            locked = [i for i in cells if self.now.locked[i] and region[3] != attr]
            if locked:
                return self.at("locked", locked)
            if region[2] == 1 and not self.equals(region, base, limit):
                return self.error("partial", self.why_region(region))
            if region[2] > 1:
                return self.error("shared", self.why_region(region))
        else:
            holes = [i for i in cells if not self.now.count[i]]
            if holes:
                return self.at("not-mapped", holes)
            locked = [i for i in cells if self.now.locked[i] and self.now.attr[i] != attr]
            if locked:
                return self.at("locked", locked)
            shared = [i for i in cells if self.now.count[i] > 1]
            if shared:
                return self.at("shared", shared)
        new = self.now.copy()
        for i in cells:
            new.attr[i] = attr
        for r in new.whole:
            if r[:2] == [cells[0], cells[-1]]:
                r[3] = attr
        return self.apply(new)

    def lock(self, base, limit):
        refused = self.refused(base, limit)
        if refused:
            return self.error(*refused.results, refused.why)
        cells = self.cells(base, limit)
        if self.policy == "whole":
            _, error = self.whole_target(base, limit)
            if error:
                return error
        else:
            holes = [i for i in cells if not self.now.count[i]]
            if holes:
                return self.at("not-mapped", holes)
        return self.mark("locked", "locks", cells)

    def live(self, base, limit):
        refused = self.refused(base, limit)
        if refused:
            return self.error(*refused.results, refused.why)
        if self.policy == "whole" and self.hit(base, limit):
            _, error = self.whole_target(base, limit)
            if error:
                return error
        return self.mark("live", "lives", self.cells(base, limit))

    def mark(self, marks, counter, cells):
        """Room for 16 is certain; ranges that touch may share, so more may fit."""
        state = self.now

        def act():
            for i in cells:
                getattr(state, marks)[i] = True
            setattr(state, counter, getattr(state, counter) + 1)

        def full():
            self.error("no-space")
        if getattr(state, counter) < ROOM and not (state.cut and counter == "lives"):
            act()
            return Expected("ok")
        after = getattr(state, marks)[:]
        for i in cells:
            after[i] = True
        ranges = sum(1 for i, mark in enumerate(after) if mark and not (i and after[i - 1]))
        if ranges > ROOM:
            full()
            return Expected("no-space")
        return Expected({"ok": act, "no-space": full})

    def unlive(self, base, limit):
        refused = self.refused(base, limit)
        if refused:
            return self.error(*refused.results, refused.why)
        for i in self.cells(base, limit):
            self.now.live[i] = False
        self.now.cut = True
        return Expected("ok")

    def reserve(self, slot):
        if slot >= self.regions:
            return self.error("range")
        if slot in self.now.reserved:
            return Expected("ok")
        occupied = self.occupied()
        if slot in occupied[0]:
            return self.error("no-region")
        state = self.now

        def act():
            state.reserved.add(slot)
        if slot not in occupied[0] and occupied[1]:
            act()
            return Expected("ok")
        return Expected({"ok": act, "no-region": lambda: self.error("no-region")})

    def occupied(self):
        """Slots in use in the committed map, as far as they were seen; and whether all were."""
        if self.policy == "whole":
            regions = (self.committed or self.now).whole
            return {r[4] for r in regions if r[4] is not UNKNOWN}, \
                all(r[4] is not UNKNOWN for r in regions)
        return set(self.slots.values()), self.settled and len(self.slots) == len(self.pieces)

    # ---- Transactions --------------------------------------------------------------------------

    def begin(self):
        self.committed, self.poison = self.now, None
        self.now = self.now.copy()
        return Expected("ok")

    def commit(self):
        old, new = self.committed, self.now
        if self.poison:
            name, why = self.poison
            self.abort()
            return Expected(name, why)
        self.committed = None
        self.now = old
        return self.judge(old, new)

    def abort(self):
        self.now, self.committed, self.poison = self.committed, None, None
        return Expected("ok")

    # ---- Questions -----------------------------------------------------------------------------

    def find(self, base, limit):
        refused = self.refused(base, limit)
        if refused:
            return refused
        cells = self.cells(base, limit)
        hit = [p for p in self.regions_now() if p[0] <= cells[-1] and p[1] >= cells[0]]
        if not hit:
            return Expected("not-found")
        slot = self.slot_of(hit[0])
        if len(hit) > 1 or not self.contains(hit[0], base, limit):
            return Expected("overlap", slot=slot)
        return Expected("found" if self.equals(hit[0], base, limit) else "inclusive", slot=slot)

    def slot_of(self, piece):
        if self.policy == "whole":
            return [r[4] for r in self.now.whole if (r[0], r[1]) == piece][0]
        return UNKNOWN if self.committed else self.slots.get(piece, UNKNOWN)

    def access(self, how, address):
        if address > self.top:
            return Expected("range", [{"base": address, "limit": address}])
        if self.target == "armv8m" and address >= 0xe0000000:
            return Expected({"allow": None, "deny": None})
        state = self.committed or self.now
        if how == "x":
            address &= ~3
        for base, limit, attr in zip(self.bases, self.limits, state.attr):
            if base <= address <= limit:
                access = attr[0].partition("+")[0] if attr else ""
                allowed = access if how != "r" else access and "r"
                return Expected("allow" if how in allowed else "deny")
        raise AssertionError(address)

    def check(self):
        return Expected("ok")

    def dump(self):
        return Expected("ok", dump=True)


class Plan:
    """What the rules of changing live hardware leave, between two sets of regions (exact)."""

    def __init__(self, model, old, new, pieces, runs):
        self.model, self.pieces, self.runs = model, pieces, runs
        self.old_attr, self.new_attr = old.attr, new.attr
        self.used = len(pieces) + len(new.reserved)
        cells = range(len(new.attr))
        guarded = [old.live[i] or old.locked[i] or new.live[i] or new.locked[i] for i in cells]
        self.alike = [new.attr[i] is not None and new.attr[i] == old.attr[i] for i in cells]
        self.live = [self.alike[i] and (new.live[i] or new.locked[i]) for i in cells]
        self.guarded = {p for p in pieces if any(guarded[p[0]:p[1] + 1])}
        self.bitmap = model.target in BITMAP and model.regions <= BITMAP_SLOTS
        self.link()

    def link(self):
        """Old regions and new runs that share bytes alike: how many, and whether live ones."""
        self.weight = {}  # in address order
        self.sources = {run: [] for run in self.runs}
        self.destinations = {piece: [] for piece in self.pieces}
        first = 0
        for run in self.runs:
            while first < len(self.pieces) and self.pieces[first][1] < run[0]:
                first += 1
            for piece in self.pieces[first:]:
                if piece[0] > run[1]:
                    break
                shared = range(max(piece[0], run[0]), min(piece[1], run[1]) + 1)
                if self.bytes_alike(shared):
                    self.weight[piece, run] = self.bytes_alike(shared)
                if any(self.live[i] for i in shared):
                    self.sources[run].append(piece)
                    self.destinations[piece].append(run)

    def bytes_alike(self, cells):
        return sum(self.model.size(i, i) for i in cells if self.alike[i])

    def least_regions(self):
        """Without a bitmap every live old region keeps a slot of its own."""
        return len(self.runs) if self.model.target in BITMAP else self.parts()

    def most_regions(self):
        return len(self.runs) if self.exchange() is not None else self.parts()

    def parts(self):
        return sum(max(1, len(sources)) for sources in self.sources.values())

    def torn(self):
        """Some old region has live bytes that go to different runs."""
        return any(len(runs) > 1 for runs in self.destinations.values())

    def changed(self):
        """Runs that keep bytes and are not in the hardware already."""
        kept = {run for _, run in self.weight}
        return [r for r in self.runs if r in kept and
                not (r in self.destinations and self.old_attr[r[0]] == self.new_attr[r[0]])]

    def dead(self):
        """Old regions that may go first: the new map allows none of their bytes alike."""
        kept = {piece for piece, _ in self.weight}
        return [p for p in self.pieces if p not in kept]

    def room(self):
        """Slots that can be filled before one write of the bitmap."""
        return self.model.regions - self.used + len(self.dead())

    def victims(self):
        """What it loses to take a region out for the duration, for each that may be."""
        return [self.bytes_alike(range(p[0], p[1] + 1))
                for p in {piece for piece, _ in self.weight} - self.guarded]

    def exchange(self):
        """Bytes lost if one write of the bitmap does the change, with a victim or without."""
        need = len(self.changed())
        if self.bitmap and self.room() >= need:
            return 0
        if self.bitmap and self.room() + 1 == need and self.victims():
            return min(self.victims())
        return None

    def verdict(self):
        """(allowed results, least gap, largest gap; every run is surely one region)"""
        merged = self.parts() == len(self.runs)
        exchange, torn = self.exchange(), self.torn()
        if self.model.target not in BITMAP:
            gap = self.gap_in_place()
            return ({"live"}, None, None, True) if torn else ({"ok"}, gap, gap, merged)
        if not torn and merged:
            bounds = [g for g in (exchange, self.gap_in_place()) if g is not None]
            return {"ok"}, 0, min(bounds), True
        if exchange is not None:
            forced = len(self.changed()) == 1 + torn and not self.dead()
            return {"ok"}, exchange if forced else 0, exchange, True
        if torn and self.bitmap and self.room() + bool(self.victims()) < 2:
            return {"live"}, None, None, True
        return ({"ok", "live"} if torn else {"ok"}), 0, None, False

    def gap_in_place(self):
        """Without a bitmap a byte is kept only by staying in its slot, so each old region is
        continued by at most one new one. Live links are kept; of the others the best matching,
        which on links in address order is found from left to right."""
        total = self.bytes_alike(range(len(self.alike)))
        kept = sum(weight for (piece, run), weight in self.weight.items()
                   if piece in self.sources[run])
        best = {(False, False): 0}  # most bytes kept: are the last old region and run taken?
        last = (None, None)
        for link, weight in self.weight.items():
            if self.sources[link[1]] or self.destinations[link[0]]:
                continue
            now = {}
            for taken, most in best.items():
                taken = tuple(t and x == y for t, x, y in zip(taken, last, link))
                now[taken] = max(now.get(taken, 0), most)
                if not any(taken):
                    now[True, True] = max(now.get((True, True), 0), most + weight)
            best, last = now, link
        return total - kept - max(best.values())
