#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""compare.py [--spoil] [-v] FOLDER|FILE...: rcodewatch against tshark on captures.

Of each capture: responses by 12-bit RCODE and transport, by RCODE and first Extended DNS Error, and
further ones, as `rcodewatch read` reports them, as the sum of what each frame brought, and as
tshark sees them. Each difference is explained (explain.py) or it is a failure. --spoil: also
falsify each capture's counts in several ways, and fail if that is not noticed. -v: print each
difference that is explained.

A capture that cannot be compared, as tshark's XML is not well-formed or the file is damaged, is named
with the reason and counted, and the others are compared.

Exit status: 0 all were compared, without a failure; 1 a failure, or nothing was compared; 3 no
failure, but some captures were not compared.

O: where rcodewatch and tests/captures/frame_counts were built (build).
"""

import functools
import json
import os
import subprocess
import sys
from collections import Counter, defaultdict

sys.dont_write_bytecode = True

import capture
import dissector
import explain
import packets as wire
from reference import Reference

BUILD = os.environ.get("O", "build")


class Counts:
    """What is compared."""

    def __init__(self):
        self.rcodes, self.edes, self.further = Counter(), Counter(), Counter()

    def add(self, key, transport):
        rcode, first, rest = key
        self.rcodes[rcode, transport] += 1
        self.edes.update((rcode, code) for code in first)
        self.further.update(rest)

    def add_line(self, line):
        for rcode, transport, count in line["rcodes"]:
            self.rcodes[rcode, transport] += count
        for rcode, code, count in line["ede"]:
            self.edes[rcode, code] += count
        for code, count in line["further"]:
            self.further[code] += count

    @property
    def all(self):
        return self.rcodes, self.edes, self.further

    def __eq__(self, other):
        return self.all == other.all

    def words(self):
        text = [f"{count} RCODE {code} by {how}" for (code, how), count in
                sorted(self.rcodes.items())]
        text += [f"{count} EDE {ede} with RCODE {code}" for (code, ede), count in
                 sorted(self.edes.items())]
        text += [f"{count} further EDE {ede}" for ede, count in sorted(self.further.items())]
        return ", ".join(text) or "nothing"


def counts_of(messages, transport):
    counts = Counts()
    for one in messages:
        counts.add(one.key, transport or one.transport)
    return counts


class Capture:
    """A capture, its packets by group: a datagram, or one direction of a TCP connection."""

    def __init__(self, path, data):
        self.path, self.groups, self.group_of = path, defaultdict(list), {}
        self.reference, self.datagrams, self.generations = Reference(), {}, 0
        self.frames = 0
        for frame in capture.frames(data):
            self.frames += 1
            self.add(wire.parse(frame))
        self.reference.end()
        self.theirs, self.malformed = self.dissect(False)
        self.explainer = explain.Explainer(self.reference, LazyProtocols(path), self.malformed,
                                           lambda: self.dissect(True)[0])

    def add(self, packet):
        if packet.kind == "tcp" and not packet.first_fragment:
            group = packet.stream
        elif packet.first_fragment or packet.offset:
            group = self.datagram(packet)
        else:
            group = ("frame", packet.frame)
        self.groups[group].append(packet)
        self.group_of[packet.frame] = group
        if packet.kind == "udp":
            self.reference.udp(group, packet)
        elif packet.kind == "tcp" and packet.sport == 53:
            self.reference.tcp(packet)

    def datagram(self, packet):
        """Fragments with one identification; those of TCP belong to their stream."""
        parts, group = self.datagrams.get(packet.datagram, ([], None))
        firsts = [p for p in parts if not p.offset]
        if not parts or (not packet.offset and firsts and firsts[0].body != packet.body) or \
                (explain.reassemble(parts) is not None and not packet.offset):
            parts, self.generations = [], self.generations + 1
            group = ("datagram", self.generations)
        if packet.kind == "tcp":
            group = packet.stream
        parts.append(packet)
        self.datagrams[packet.datagram] = parts, group
        return group

    @functools.lru_cache(maxsize=None)
    def dissect(self, reorder):
        messages, malformed = dissector.messages(self.path, reorder)
        for one in messages:
            one.group = self.group(one.frame)
        return messages, malformed

    def group(self, frame):
        return self.group_of.get(frame, ("frame", frame))

    def ours(self, lines):
        """What rcodewatch counted, by group."""
        counts = defaultdict(Counts)
        for line in lines[:-1]:
            if line["rcodes"] or line["ede"] or line["further"]:
                counts[self.group(line["frame"])].add_line(line)
        rest = Counts()
        rest.add_line(lines[-1])
        # Messages under way at the end are of the streams that the reference names.
        for group, reading in self.reference.at_end:
            if rest.rcodes[reading.key[0], "tcp"]:
                rest.rcodes[reading.key[0], "tcp"] -= 1
                counts[group].rcodes[reading.key[0], "tcp"] += 1
        if +rest.rcodes:
            counts["end",] = rest
        return counts

    def agreed(self, line):
        """Whether what a frame brought is beyond doubt: tshark and the bytes say the same."""
        group = self.group_of.get(line["frame"])
        if not group or not line["rcodes"]:
            return False
        theirs = [one for one in self.theirs if one.group == group]
        return counts_of(theirs, None) == counts_of(self.reference.counted.get(group, []),
                                                    line["rcodes"][0][1])

    def compare(self, lines):
        """([(reason, frames, words)], [words of what is not explained])"""
        ours, theirs = self.ours(lines), defaultdict(list)
        explained, failures = [], []
        for message in self.theirs:
            theirs[message.group].append(message)
        for group in sorted(set(ours) | set(theirs), key=str):
            seen, got = counts_of(theirs[group], None), ours.get(group, Counts())
            if seen == got:
                continue
            where = ", ".join(str(p.frame) for p in self.groups[group][:8])
            want = counts_of(self.reference.counted.get(group, []),
                             "tcp" if group[0] == "tcp" else "udp")
            words = f"frames {where}: tshark: {seen.words()}; rcodewatch: {got.words()}"
            if want != got:
                failures.append(f"{words}; the bytes say: {want.words()}")
                continue
            try:
                explained += self.explainer.explain(group, self.groups[group], theirs[group])
            except explain.Unexplained as why:
                failures.append(f"{words}: {why}")
        return explained, failures


class LazyProtocols:
    """Asked for of few captures only."""

    def __init__(self, path):
        self.path, self.known = path, None

    def get(self, frame, default):
        if self.known is None:
            self.known = dissector.protocols(self.path)
        return self.known.get(frame, default)


def run_json(*command):
    """The lines that it prints; none if the last one is cut off, as a program that dies leaves it."""
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False)
    try:
        return [json.loads(line) for line in done.stdout.splitlines()]
    except ValueError:
        return []


def report_differences(report, lines):
    """Where `rcodewatch read` does not say the sum of what each frame brought."""
    total, transport = Counts(), Counter()
    for line in lines:
        total.add_line(line)
    rcodes = Counter()
    for (code, how), count in total.rcodes.items():
        rcodes[code] += count
        transport[how] += count
    pairs = [("rcodes", rcodes, {r["code"]: r["count"] for r in report["rcodes"]}),
             ("ede", total.edes, {(e["rcode_code"], e["code"]): e["count"] for e in report["ede"]}),
             ("ede_further", total.further,
              {e["code"]: e["count"] for e in report["ede_further"]})]
    others = {"rcodes": "other_rcodes", "ede": "other_ede", "ede_further": "other_ede_further"}
    wrong = [f"{name}: {key}: {summed[key]} by frame, {count} reported"
             for name, summed, listed in pairs for key, count in listed.items()
             if summed[key] != count]
    for name, summed, listed in pairs:
        count = sum(listed.values()) + report[others[name]]["count"]
        if count != sum(summed.values()):
            wrong.append(f"{name}: {sum(summed.values())} by frame, {count} reported")
    if +transport != +Counter(report["transport"]):
        wrong.append(f"transport: {dict(transport)} by frame, {report['transport']} reported")
    return wrong


def spoilt(lines, agreed):
    """(what was done, lines): each kind of wrong count, at the first place where it can be made."""
    def replaced(index, **values):
        return lines[:index] + [{**lines[index], **values}] + lines[index + 1:]

    at = next((i for i, line in enumerate(lines) if agreed(line)), None)
    if at is not None:
        (code, how, count), *rest = lines[at]["rcodes"]
        yield "another RCODE", replaced(at, rcodes=[[code ^ 16, how, count]] + rest)
        yield "one more", replaced(at, rcodes=[[code, how, count + 1]] + rest)
        yield "one less", replaced(at, rcodes=[[code, how, count - 1]] + rest)
        yield "another transport", replaced(at, rcodes=[[code, "udp" if how == "tcp" else "tcp",
                                                         count]] + rest)
    at = next((i for i, line in enumerate(lines) if line["ede"] and agreed(line)), None)
    if at is not None:
        (code, ede, count), *rest = lines[at]["ede"]
        yield "another EDE", replaced(at, ede=[[code, ede + 1, count]] + rest)
        yield "no EDE", replaced(at, ede=[])


def files_of(arguments):
    for argument in arguments:
        if os.path.isdir(argument):
            for folder, _, names in sorted(os.walk(argument)):
                yield from (os.path.join(folder, name) for name in sorted(names))
        else:
            yield argument


def frames_words(frames):
    shown = ", ".join(str(frame) for frame in frames[:6])
    return f"frame{'s' if len(frames) > 1 else ''} {shown}{', ...' if len(frames) > 6 else ''}"


def check_spoilt(one, lines):
    """How many falsifications were made; those not noticed are printed and given too."""
    made = missed = 0
    for what, false_lines in spoilt(lines, one.agreed):
        made += 1
        if not one.compare(false_lines)[1]:
            missed += 1
            print(f"{os.path.basename(one.path)}: {what} was made of a count, and not noticed")
    return made, missed


class Comparison:
    """What all captures come to."""

    def __init__(self, spoil, verbose):
        self.spoil, self.verbose = spoil, verbose
        self.sums, self.reasons = Counter(), Counter()

    def add(self, path):
        """Compare a capture; a file that is none is left out. Raises what says why it cannot be."""
        data = capture.read_bytes(path)
        if not capture.is_capture(data):
            return
        name = os.path.basename(path)
        lines = run_json(f"{BUILD}/tests/captures/frame_counts", path)
        report = run_json(f"{BUILD}/rcodewatch", "read", "--output", "json", path)
        if not lines or not report:
            print(f"{path}: rcodewatch does not read it")
            self.sums["failures"] += 1
            return
        one = Capture(path, data)
        explained, failures = one.compare(lines)
        made, missed = check_spoilt(one, lines) if self.spoil else (0, 0)
        failures += report_differences(report[0], lines)
        if len(lines) - 1 > one.frames:
            failures.append(f"rcodewatch reads {len(lines) - 1} frames, there are {one.frames}")
        self.reasons.update(reason for reason, _, _ in explained)
        self.sums.update(captures=1, frames=one.frames, responses=report[0]["responses"],
                         falsified=made, explained=len(explained), failures=missed + len(failures))
        for reason, frames, words in explained if self.verbose else []:
            print(f"{name}: {frames_words(frames)}: {reason}: {words}")
        for words in failures:
            print(f"{name}: NOT EXPLAINED: {words}")

    def add_or_say_why_not(self, path):
        try:
            self.add(path)
        except (dissector.Unreadable, capture.Damaged) as why:
            print(f"{os.path.basename(path)}: NOT COMPARED: {why}")
            self.sums["not_compared"] += 1

    def print(self):
        sums = self.sums
        for reason, count in sorted(self.reasons.items()):
            print(f"{count} explained by '{reason}': {explain.REASONS[reason]}")
        if self.spoil:
            print(f"{sums['falsified']} wrong counts made, to see that they are noticed")
        print(f"{sums['captures']} captures, {sums['frames']} frames, {sums['responses']} "
              f"responses, {sums['explained']} differences explained, {sums['failures']} failures, "
              f"{sums['not_compared']} captures not compared")

    def status(self):
        if self.sums["failures"] or not self.sums["captures"]:
            return 1
        return 3 if self.sums["not_compared"] else 0


def main(arguments):
    paths = [a for a in arguments if a not in ("--spoil", "-v")]
    if not paths:
        sys.exit("usage: compare.py [--spoil] [-v] FOLDER|FILE...")
    comparison = Comparison("--spoil" in arguments, "-v" in arguments)
    for path in files_of(paths):
        comparison.add_or_say_why_not(path)
    comparison.print()
    return comparison.status()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
