#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Plays a well-formed trace on the model, and compares the JSON lines of an engine with it."""
import json
import re

from model import GRANULE, Model, UNKNOWN, WIDTH

RANGED = ("map", "unmap", "protect", "lock", "live", "unlive", "find")
CHANGES = ("map", "unmap", "unmap-at", "protect", "commit")


def number(word):
    digits = re.sub(r"[uUlL]+$", "", word)
    if re.match(r"0[0-7]+$", digits):
        return int(digits, 8)
    return int(digits, 0)


def lines_of(text):
    """(line number, words) of each line that has any."""
    for at, line in enumerate(text.split("\n"), 1):
        words = line.partition("#")[0].split()
        if words:
            yield at, words


class Trace:
    """A trace as the model needs it: header, operations, all ends of ranges."""

    def __init__(self, text):
        self.target, self.regions, self.policy = "armv8r32-el2", None, "exact"
        self.operations = []
        for at, words in lines_of(text):
            if words[0] == "target":
                self.target = words[1]
                if len(words) > 2:
                    self.regions = number(words[2].partition("=")[2])
            elif words[0] == "policy":
                self.policy = words[1]
            else:
                self.operations.append((at, words))
        self.cuts = set()
        for _, words in self.operations:
            if words[0] in RANGED:
                self.cut(number(words[1]), number(words[2]))

    def cut(self, base, limit):
        granule = GRANULE[self.target]
        if base <= limit < 1 << WIDTH[self.target] and not base % granule \
                and not (limit + 1) % granule:
            self.cuts |= {base, limit + 1}


def ask(model, words):
    """The model's expectation of one operation."""
    name, rest = words[0], words[1:]
    if name in ("map", "protect"):
        return getattr(model, name)(number(rest[0]), number(rest[1]), *rest[2:])
    if name in RANGED:
        return getattr(model, name)(number(rest[0]), number(rest[1]))
    if name == "access":
        return model.access(rest[0], number(rest[1]))
    if name in ("unmap-at", "reserve"):
        return getattr(model, name.replace("-", "_"))(number(rest[0]))
    return getattr(model, name)()


def address(value):
    return "0x%08x" % value


class Comparison:
    """Complaints about one engine's lines, against one trace."""

    def __init__(self, trace):
        self.trace, self.complaints = trace, []
        self.model = Model(trace.target, trace.regions, trace.policy, trace.cuts)
        self.seen = {}  # (operation, result) -> how often
        self.failed = False  # an expect failed

    def complain(self, line, text):
        self.complaints.append("line %d: %s" % (line, text))

    def run(self, output):
        answers = []
        for raw in output.splitlines():
            try:
                answers.append(json.loads(raw))
            except ValueError:
                self.complaints.append("not JSON: %s" % raw)
                return self.complaints
        if len(answers) != len(self.trace.operations):
            self.complaints.append("%d answers to %d operations"
                                   % (len(answers), len(self.trace.operations)))
        last = None
        for (line, words), answer in zip(self.trace.operations, answers):
            if (answer.get("line"), answer.get("op")) != (line, words[0]):
                self.complain(line, "answer to another operation: %r" % answer)
                break
            if words[0] == "expect":
                self.expect(line, words[1], last, answer)
                continue
            last = answer["result"]
            self.seen[words[0], last] = self.seen.get((words[0], last), 0) + 1
            if not self.compare(line, words, answer):
                break
        return self.complaints

    def expect(self, line, wanted, last, answer):
        result = "ok" if wanted == last else "failed"
        self.failed |= result == "failed"
        if answer != {"line": line, "op": "expect", "result": result}:
            self.complain(line, "expect answered %r, the result before it was %s" % (answer, last))

    def compare(self, line, words, answer):
        """False: the model cannot follow."""
        waiting = self.model.committed is not None
        expected = ask(self.model, words)
        result = answer["result"]
        if result not in expected.results:
            self.complain(line, "%s answered %s, expected %s"
                          % (" ".join(words), result, " or ".join(expected.results)))
            return False
        if expected.results[result]:
            expected.results[result]()
        if result not in ("ok", "found", "inclusive", "overlap", "not-found", "allow", "deny") \
                or (result == "overlap" and words[0] != "find"):
            self.why(line, expected, answer, result)
        elif "why" in answer:
            self.complain(line, "why in an answer that refuses nothing: %r" % answer)
        if words[0] in CHANGES and result == "ok":
            self.cost(line, expected, answer, waiting and words[0] != "commit")
        if words[0] == "find" and result in ("found", "inclusive", "overlap"):
            self.find(line, expected, answer)
        if words[0] == "dump":
            self.dump(line, answer)
        return True

    def cost(self, line, expected, answer, waiting):
        for field in ("writes", "barriers", "gap"):
            if not isinstance(answer.get(field), int):
                self.complain(line, "no %s in %r" % (field, answer))
                return
        if (expected.still or waiting) and (answer["writes"], answer["barriers"]) != (0, 0):
            self.complain(line, "registers written where none had to change: %r" % answer)
        if not (expected.still or waiting) and not answer["writes"]:
            self.complain(line, "the registers had to change, but nothing was written: %r" % answer)
        least, most = expected.gap
        if answer["gap"] < least or (most is not None and answer["gap"] > most):
            self.complain(line, "gap %d, expected %s to %s" % (answer["gap"], least, most))

    def find(self, line, expected, answer):
        slot = expected.more.get("slot", UNKNOWN)
        if "slot" not in answer:
            self.complain(line, "no slot in %r" % answer)
        elif slot is not UNKNOWN and answer["slot"] != slot:
            self.complain(line, "slot %r, expected %d" % (answer["slot"], slot))

    def why(self, line, expected, answer, result):
        why = answer.get("why")
        if why is None:
            self.complain(line, "no why in %r" % answer)
            return
        extra = {"base", "limit"} | ({"attribute", "present", "wanted"} if result == "conflict"
                                     else set())
        if set(why) - {"slot"} != extra:
            self.complain(line, "why has %s" % sorted(why))
            return
        if expected.why is None:
            return
        for record in expected.why:
            text = {k: address(v) if k in ("base", "limit") else v for k, v in record.items()}
            holds = text.pop("holds", None)
            if holds is not None and not int(why["base"], 16) <= holds <= int(why["limit"], 16):
                continue
            if all(why.get(k) == v for k, v in text.items()):
                return
        self.complain(line, "why %r, expected %r" % (why, expected.why))

    # ---- dump ----------------------------------------------------------------------------------

    def record(self, state, piece, refs):
        perm, kind, share = state.attr[piece[0]]
        bounds = self.model.bounds(piece)
        return {"base": address(bounds["base"]), "limit": address(bounds["limit"]),
                "permission": perm, "type": kind, "share": share, "refs": refs}

    def dump(self, line, answer):
        model, state = self.model, self.model.now
        regions = answer.get("regions", [])
        slots = [r.get("slot") for r in regions]
        shown = [{k: v for k, v in r.items() if k != "slot"} for r in regions]
        placed = [s for s in slots if s is not None]
        if len(set(placed)) != len(placed) or any(s >= model.regions for s in placed) \
                or (set(placed) & state.reserved and not model.committed):
            self.complain(line, "slots %r, %r reserved" % (slots, sorted(state.reserved)))
        if None in slots and not model.committed:
            self.complain(line, "no slot outside a transaction: %r" % answer)
        if model.policy == "whole":
            self.dump_whole(line, shown, slots)
        else:
            self.dump_exact(line, shown, slots)
            self.spans(line, answer, state)

    def dump_whole(self, line, shown, slots):
        model = self.model
        wanted = [self.record(model.now, r[:2], r[2]) for r in model.now.whole]
        if shown != wanted:
            self.complain(line, "dump %r, expected %r" % (shown, wanted))
            return
        for region, slot in zip(model.now.whole, slots):
            if region[4] not in (UNKNOWN, slot):
                self.complain(line, "a region moved from slot %r to %r" % (region[4], slot))
            if not model.committed:
                region[4] = slot

    def dump_exact(self, line, shown, slots):
        model, state = self.model, self.model.now
        pieces = []
        for region in shown:
            base = model.index.get(int(region["base"], 16))
            limit = model.last.get(int(region["limit"], 16))
            if base is None or limit is None:
                # A border that no range of the trace has: never needed.
                self.complain(line, "an end from nowhere: %r" % region)
                return
            pieces.append((base, limit))
        wanted = [self.record(state, p, min(state.count[p[0]:p[1] + 1])) if state.attr[p[0]] else
                  "unmapped" for p in pieces]
        if shown != wanted:
            self.complain(line, "dump %r, expected %r" % (shown, wanted))
            return
        joined = []
        for piece in pieces:
            if joined and joined[-1][1] + 1 == piece[0] and \
                    state.attr[joined[-1][0]] == state.attr[piece[0]]:
                joined[-1] = (joined[-1][0], piece[1])
            else:
                joined.append(piece)
        if joined != state.runs():
            self.complain(line, "regions %r, mapped are %r" % (pieces, state.runs()))
            return
        if model.committed:
            return
        if model.settled:
            if pieces != model.pieces:
                self.complain(line, "regions %r, expected %r" % (pieces, model.pieces))
        elif pieces != model.pieces:
            self.put_off(line, pieces)
        if pieces == model.pieces and model.slots and list(model.slots.values()) != slots:
            self.complain(line, "slots moved without a change: %r, %r" % (slots, model.slots))
        model.pieces, model.settled = pieces, True
        model.slots = dict(zip(pieces, slots))

    def put_off(self, line, pieces):
        """Two regions may stay apart only where each has bytes in use."""
        state = self.model.now
        for left, right in zip(pieces, pieces[1:]):
            if left[1] + 1 == right[0] and state.attr[left[0]] == state.attr[right[0]]:
                for piece in (left, right):
                    if not any(state.live[i] or state.locked[i]
                               for i in range(piece[0], piece[1] + 1)):
                        self.complain(line, "nothing keeps %r and %r apart" % (left, right))

    def spans(self, line, answer, state):
        wanted = [self.record(state, p, state.count[p[0]]) for p in state.spans()]
        shown = answer.get("spans")
        keys = ("base", "limit", "refs")
        if shown is None or [{k: s.get(k) for k in keys} for s in shown] != \
                [{k: s[k] for k in keys} for s in wanted]:
            self.complain(line, "spans %r, expected %r" % (shown, wanted))
