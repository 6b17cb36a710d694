# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""A DNS response's 12-bit RCODE and Extended DNS Errors: RFC 1035 section 4, RFC 6891, RFC 8914.

The walk is a generator that asks for pieces, (offset, length), so that a message can be fed whole,
cut, or as TCP brings it. What docs/json.md documents as limits is in LIMITS.
"""

from collections import namedtuple

Limits = namedtuple("Limits", "entries options")
LIMITS = Limits(256, 64)
NO_LIMITS = Limits(1 << 20, 1 << 20)


class Reading:
    """What is known of a message so far."""

    def __init__(self, size, ident=None):
        self.size, self.id, self.flags, self.rcode = size, ident, 0, None
        self.edes, self.counts, self.stopped, self.complete = [], None, "", False
        self.frames = []
        self.span = 0, 0  # over TCP: sequence numbers of its length prefix and behind it

    @property
    def response(self):
        return self.rcode is not None and bool(self.flags & 0x8000)

    @property
    def key(self):
        """What is compared: RCODE, first EDE, further EDEs."""
        return self.rcode, tuple(self.edes[:1]), tuple(sorted(self.edes[1:]))


def u16(data, at=0):
    return data[at] << 8 | data[at + 1]


def name_steps(reading, at):
    """Step over a name (RFC 1035 section 4.1.4). Gives the offset behind it, None if it is none."""
    start = at
    while True:
        length = (yield at, 1)[0]
        if length >= 0xc0:
            return at + 2
        if length > 63:
            reading.stopped = f"label type {length >> 6:02b} at byte {at} (RFC 6891 section 5)"
            return None
        at += 1 + length
        if at - start > 255:
            reading.stopped = f"name of over 255 octets at byte {start} (RFC 1035 section 2.3.4)"
            return None
        if length == 0:
            return at


def option_steps(reading, at, end, limits):
    """The options of an OPT record whose data are from @at to @end (RFC 6891 section 6.1.2)."""
    for _ in range(limits.options):
        if at >= end:
            return
        if at + 4 > end:
            reading.stopped = f"EDNS option at byte {at} past its record"
            return
        piece = yield at, 4
        code, length = u16(piece), u16(piece, 2)
        at += 4
        if at + length > end:
            reading.stopped = f"EDNS option of {length} bytes at byte {at - 4} past its record"
            return
        if code == 15 and length >= 2:
            reading.edes.append(u16((yield at, 2)))
        at += length
    if at < end:
        reading.stopped = f"more than {limits.options} EDNS options"


def steps(reading, limits=LIMITS):
    header = yield 0, 12
    reading.id, reading.flags = u16(header), u16(header, 2)
    reading.rcode = reading.flags & 15
    reading.counts = counts = [u16(header, at) for at in (4, 6, 8, 10)]
    if not reading.response:
        reading.complete = True
        return
    entries = sum(counts)
    # Without additional records there is no OPT; the rest tells what a NOERROR answer holds.
    if not counts[3] and (reading.rcode or reading.flags >> 11 & 15):
        entries = min(counts[0], 1)
    at = 12
    for entry in range(entries):
        if entry >= limits.entries:
            reading.stopped = f"more than {limits.entries} records"
            return
        at = yield from name_steps(reading, at)
        if at is None:
            return
        if entry < counts[0]:
            yield at, 4
            at += 4
            continue
        fixed = yield at, 10
        at += 10
        if entry >= entries - counts[3] and u16(fixed) == 41:
            reading.rcode |= fixed[4] << 4
            end = at + u16(fixed, 8)
            yield from option_steps(reading, at, min(end, reading.size), limits)
            if end > reading.size:
                reading.stopped = reading.stopped or "OPT record past the message"
            reading.complete = not reading.stopped
            return
        at += u16(fixed, 8)
    reading.complete = True


class Walk:
    """A message that is being read."""

    def __init__(self, size, limits=LIMITS):
        self.reading = Reading(size)
        self.steps = steps(self.reading, limits)
        self.want = next(self.steps)
        self.ended = False
        self.check()

    def check(self):
        if self.want[0] + self.want[1] > self.reading.size:
            self.reading.stopped = (f"byte {self.want[0]} wanted, the message has "
                                    f"{self.reading.size}")
            self.ended = True

    def feed(self, piece):
        try:
            self.want = self.steps.send(piece)
            self.check()
        except StopIteration:
            self.ended = True


def read(data, size, limits=LIMITS):
    """Read a message of @size bytes of which @data are there."""
    walk = Walk(size, limits)
    while not walk.ended:
        at, count = walk.want
        if at + count > len(data):
            walk.reading.stopped = f"byte {at} is not in the capture"
            break
        walk.feed(data[at:at + count])
    return walk.reading


def survey(data):
    """What is against the rules in a whole message and read differently by different readers."""
    notes, opts, elsewhere = [], 0, 0
    reading = read(data, len(data))
    if reading.stopped:
        notes.append(reading.stopped)
    if not reading.response:
        return notes
    # All records, past the OPT too.
    at, counts = 12, reading.counts
    try:
        for entry in range(min(sum(counts), 70000)):
            name = name_steps(reading, at)
            want = next(name)
            while True:
                try:
                    want = name.send(data[want[0]:want[0] + 1])
                except StopIteration as end:
                    at = end.value
                    break
            if at is None:
                break
            if entry < counts[0]:
                at += 4
                continue
            kind, length = u16(data, at), u16(data, at + 8)
            if kind == 41 and entry >= sum(counts) - counts[3]:
                opts += 1
                notes += short_edes(data[at + 10:at + 10 + length])
            elif kind == 41:
                elsewhere += 1
            at += 10 + length
    except IndexError:
        if not reading.stopped:
            notes.append(f"records go on past the message's {len(data)} bytes")
    if opts > 1:
        notes.append(f"{opts} OPT records (RFC 6891 section 6.1.1)")
    if elsewhere:
        notes.append("an OPT record outside of the additional section")
    return notes


def short_edes(options):
    at = 0
    while at + 4 <= len(options):
        code, length = u16(options, at), u16(options, at + 2)
        if code == 15 and length < 2:
            return ["an EDE option without an info code (RFC 8914 section 2)"]
        at += 4 + length
    return []
