# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""What must be counted of a capture, by what docs/json.md says, packet by packet as they come.

TCP is read as something must that keeps no payload: a stream is followed from its handshake; where
a byte that is wanted was passed over, the stream is out of step until a segment begins with what
can only be a message, unless all that is missing is of one message whose length is known. Segments
that are nowhere near their stream are passed over.
"""

from message import Reading, Walk, read, survey, u16

FIN, SYN, RST = 1, 2, 4
STEPS_MAX = 2048  # pieces that are read of one segment
WINDOW = 16 << 20  # how far a segment can be from where its stream is
STRAYS_MAX = 16    # segments elsewhere in a row that mean another stream
FED_MAX = 255      # segments in which sequence numbers cannot have come round


def distance(a, b):
    """How far sequence number @a is behind @b."""
    return (a - b + 0x80000000 & 0xffffffff) - 0x80000000


def plausible(data):
    """What a stream is taken up at: length prefix and header of a response, to all appearance."""
    if len(data) < 14:
        return False
    length, flags = u16(data), u16(data, 4)
    questions, records = u16(data, 6), u16(data, 8) + u16(data, 10) + u16(data, 12)
    return (length >= 12 and flags & 0x8000 and (flags >> 11 & 15) <= 6 and not flags & 0x40 and
            questions <= 1 and 12 + questions * 5 + records * 11 <= length)


class Stream:
    """One direction of a connection, from a DNS port."""

    def __init__(self, seq):
        self.position, self.synced = seq, False
        self.walk, self.origin = None, 0  # of the message under way; where it begins
        self.held = b""
        self.begin(seq)

    def begin(self, first):
        self.begun, self.fed, self.strays, self.again = first, 0, 0, False

    def restart(self, position):
        self.position, self.synced = position, True
        self.walk, self.held = None, b""

    def lacks(self, first, size):
        """Whether a segment cannot be of this stream."""
        before = self.begun - first & 0xffffffff
        return (abs(distance(first, self.position)) > WINDOW or
                self.fed < FED_MAX and 2 <= before < WINDOW + 2 and before >= size)

    def gives_way(self):
        return not self.synced or self.strays >= STRAYS_MAX or self.again and self.fed < 2


class Reference:
    def __init__(self):
        self.counted = {}  # group -> readings, in the order in which they are counted
        self.at_end = []   # readings that the end of the capture brings
        self.streams = {}
        self.out_of_step = {}  # stream -> [[frame from, frame to, why]]
        self.began = {}        # stream -> {frame: offsets at which messages begin in it}
        self.seen = {}         # stream -> [(first, end)] of sequence numbers
        self.irregular = {}    # stream -> [(frame, why)]
        self.repeats = {}      # stream -> frames with nothing new in them
        self.segments = {}     # stream -> [(first, end, frame)]

    def count(self, group, reading, frame):
        if frame not in reading.frames:
            reading.frames.append(frame)
        if reading.response:
            self.counted.setdefault(group, []).append(reading)

    # ---- UDP ----

    def udp(self, group, packet):
        if packet.sport != 53 or len(packet.payload) < 12:
            return
        self.count(group, read(packet.payload, packet.size), packet.frame)

    # ---- TCP ----

    def tcp(self, packet):
        key = packet.stream
        self.note(key, packet)
        if not packet.size and not packet.flags & (SYN | FIN | RST):
            return
        if packet.first_fragment:
            self.fragment(key, packet)
            return
        start = plausible(packet.payload)
        stream = self.streams.get(key)
        if not stream:
            if not start and not packet.flags & SYN:
                if packet.size:
                    self.lose(key, packet.frame, "no message begins the part that was captured")
                return
            stream = self.streams[key] = Stream(packet.seq)
        if not self.segment(key, stream, packet, start):
            return
        if packet.flags & (FIN | RST):
            self.abandon(key, stream, packet.frame)
            del self.streams[key]

    def note(self, key, packet):
        """Keep what is irregular about a stream, whatever it means for the messages in it."""
        first = packet.seq + (1 if packet.flags & SYN else 0) & 0xffffffff
        if packet.flags & SYN:
            self.seen[key] = []
        self.segments.setdefault(key, []).append((first, first + packet.size & 0xffffffff,
                                                  packet.frame))
        if not packet.size:
            if packet.flags & SYN:
                self.seen[key] = [[first, first]]
            return
        if key not in self.seen:
            self.seen[key] = []
            self.note_irregular(key, packet.frame, "no handshake in the capture")
        spans = self.seen[key]
        end = first + packet.size & 0xffffffff
        if any(distance(first, a) >= 0 and distance(end, b) <= 0 for a, b in spans):
            self.repeats.setdefault(key, set()).add(packet.frame)
            self.note_irregular(key, packet.frame, "sent again")
            return
        if spans and distance(first, spans[-1][1]):
            late = any(distance(first, b) < 0 for _, b in spans)
            self.note_irregular(key, packet.frame, "out of order or overlapping" if late else
                                f"{distance(first, spans[-1][1])} bytes are missing before it")
        if len(packet.payload) < packet.size:
            self.note_irregular(key, packet.frame, "cut by the snapshot length")
        if spans and not distance(first, spans[-1][1]):
            spans[-1][1] = end
        else:
            spans.append([first, end])

    def note_irregular(self, key, frame, why):
        self.irregular.setdefault(key, []).append((frame, why))

    def fragment(self, key, packet):
        """A first fragment: what begins in it by itself."""
        at = 0
        while plausible(packet.payload[at:]):
            length = u16(packet.payload, at)
            at += 2
            room = packet.size - at
            size = min(length, room)
            self.count(key, read(packet.payload[at:at + size], size), packet.frame)
            at += size

    def lose(self, key, frame, why):
        spells = self.out_of_step.setdefault(key, [])
        if not spells or spells[-1][1] is not None:
            spells.append([frame, None, why])

    def stray(self, key, frame):
        self.out_of_step.setdefault(key, []).insert(0, [frame, frame, "not near its stream"])

    def abandon(self, key, stream, frame):
        walk, stream.walk = stream.walk, None
        if walk:
            walk.reading.stopped = walk.reading.stopped or "its rest was not seen"
            self.count(key, walk.reading, frame)

    def finish(self, key, stream, frame):
        walk, stream.walk = stream.walk, None
        stream.position = stream.origin + walk.reading.size & 0xffffffff
        stream.held = b""
        self.count(key, walk.reading, frame)

    def segment(self, key, stream, packet, start):
        """Gives whether the segment is of the stream."""
        first = packet.seq
        if packet.flags & SYN:
            first = first + 1 & 0xffffffff
            if stream.begun != first:
                again = stream.synced and stream.fed > 0
                self.abandon(key, stream, packet.frame)
                stream.restart(first)
                stream.begin(first)
                stream.again = again
                self.found(key, packet.frame)
        if stream.lacks(first, packet.size):
            if not start or not stream.gives_way():
                if packet.size:
                    stream.strays += 1
                    self.stray(key, packet.frame)
                return False
            self.abandon(key, stream, packet.frame)
            stream.position, stream.synced = first, False
            stream.begin(first)
        stream.strays = 0
        stream.fed += packet.size > 0
        missing = distance(first, stream.position)
        if stream.synced and missing > 0 and stream.walk:
            end = stream.origin + stream.walk.reading.size & 0xffffffff
            if distance(end, first) >= 0:
                self.abandon(key, stream, packet.frame)
                stream.restart(end)
                missing = distance(first, end)
        if stream.synced and missing > 0:
            self.lose(key, packet.frame, f"{missing} bytes that were wanted are missing, sequence "
                      f"number {stream.position}")
            self.abandon(key, stream, packet.frame)
            stream.synced = False
        if stream.synced:
            skip = min(-missing, packet.size)
        elif missing < 0:
            return True
        elif not start:
            stream.position = first + packet.size & 0xffffffff
            return True
        else:
            stream.restart(first)
            self.found(key, packet.frame)
            skip = 0
        at = skip
        for _ in range(STEPS_MAX):
            if at >= packet.size or not stream.synced:
                break
            at = self.step(key, stream, packet, first, at)
        if skip < packet.size and (not stream.synced or at < packet.size):
            self.lose(key, packet.frame, "what follows is no message, or not in the capture")
            self.abandon(key, stream, packet.frame)
            stream.synced = False
            stream.position = first + packet.size & 0xffffffff
        return True

    def found(self, key, frame):
        spells = self.out_of_step.get(key)
        if spells and spells[-1][1] is None:
            spells[-1][1] = frame

    def step(self, key, stream, packet, first, at):
        """Take the next piece from offset @at of the payload. Gives where the next one begins."""
        data = packet.payload
        if not stream.walk and not stream.held:
            self.began.setdefault(key, {}).setdefault(packet.frame, []).append(at)
            if at + 2 <= len(data):
                length = u16(data, at)
                if length >= 12 and at + 2 + length <= packet.size:
                    body = data[at + 2:at + 2 + length]
                    begin = first + at & 0xffffffff
                    stream.position = begin + 2 + length & 0xffffffff
                    if len(body) >= 12:
                        reading = read(body, length)
                        reading.span = begin, stream.position
                        self.count(key, reading, packet.frame)
                    return at + 2 + length
        want = stream.walk.want[1] if stream.walk else 14
        take = min(want - len(stream.held), packet.size - at)
        if at + take > len(data):
            if not stream.walk:
                stream.synced = False
                return packet.size
            # Not in the capture, but the message's end is known.
            stream.walk.reading.stopped = stream.walk.reading.stopped or "its rest was not seen"
            stream.position = first + at & 0xffffffff
            self.finish(key, stream, packet.frame)
            return at + distance(stream.position, first + at & 0xffffffff)
        stream.held += data[at:at + take]
        at += take
        stream.position = first + at & 0xffffffff
        if len(stream.held) < want:
            return packet.size
        piece, stream.held = stream.held, b""
        if not stream.walk:
            length = u16(piece)
            if length < 12:
                stream.synced = False
                return packet.size
            stream.walk = Walk(length)
            stream.origin = stream.position - 12 & 0xffffffff
            stream.walk.reading.span = (stream.origin - 2 & 0xffffffff,
                                        stream.origin + length & 0xffffffff)
            stream.walk.reading.frames.append(packet.frame)
            piece = piece[2:]
        stream.walk.feed(piece)
        if stream.walk.ended:
            self.finish(key, stream, packet.frame)
        else:
            stream.position = stream.origin + stream.walk.want[0] & 0xffffffff
        return at + distance(stream.position, first + at & 0xffffffff)

    def whole(self, key, reading):
        """Whether the capture has all bytes of a message over TCP."""
        at, end = reading.span
        for first, stop in sorted(self.seen.get(key, []), key=lambda s: distance(s[0], at)):
            if distance(first, at) <= 0 < distance(stop, at):
                at = stop
        return distance(at, end) >= 0

    def completed(self, key, reading):
        """The last frame that brings a part of a message over TCP."""
        at, end = reading.span
        return max((frame for first, stop, frame in self.segments[key]
                    if distance(first, end) < 0 < distance(stop, at)), default=0)

    def end(self):
        for key, stream in self.streams.items():
            before = len(self.counted.get(key, []))
            self.abandon(key, stream, 0)
            self.at_end += [(key, reading) for reading in self.counted.get(key, [])[before:]]


__all__ = ["Reference", "Reading", "read", "survey"]
