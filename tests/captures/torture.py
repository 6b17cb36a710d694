#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""torture.py FOLDER SEED COUNT: captures of DNS over TCP and in fragments, badly delivered.

Each of COUNT pcap files holds connections whose messages have random RCODEs, OPT records and EDEs,
cut into segments at random, which are then lost, sent twice, overlapping, late; connections without
a handshake, with sequence numbers that wrap; and datagrams in fragments that come in any order.
The same SEED gives the same files.
"""

import os
import random
import struct
import sys

SYN, ACK, PSH, FIN, RST = 0x02, 0x10, 0x08, 0x01, 0x04


def name(labels):
    return b"".join(bytes([len(label)]) + label for label in labels) + b"\0"


def option(code, data):
    return struct.pack(">HH", code, len(data)) + data


def record(owner, kind, data, ttl=300):
    return owner + struct.pack(">HHIH", kind, 1, ttl, len(data)) + data


def opt(rng, rcode):
    options = []
    for _ in range(rng.choice((0, 0, 1, 1, 2, 3))):
        if rng.random() < 0.6:
            text = bytes(rng.randrange(32, 127) for _ in range(rng.choice((0, 5, 60, 300))))
            options.append(option(15, struct.pack(">H", rng.choice((6, 9, 18, 22, 41, 49152))) +
                                  text))
        else:
            options.append(option(rng.choice((3, 10, 12)), bytes(rng.choice((8, 16, 128)))))
    data = b"".join(options)
    return b"\0" + struct.pack(">HHIH", 41, 1232, rcode >> 4 << 24, len(data)) + data


def message(rng, answers=None):
    """A well-formed response."""
    rcode = rng.choice((0, 0, 0, 2, 3, 5, 16, 23, 24, 4095))
    labels = [bytes(rng.choice(b"abcdefghij") for _ in range(rng.randrange(1, 20)))
              for _ in range(rng.randrange(1, 5))]
    question = name(labels) + struct.pack(">HH", rng.choice((1, 16, 28, 65)), 1)
    if answers is None:
        answers = rng.choice((0, 0, 1, 3, 12, 40))
    body = b"".join(record(b"\xc0\x0c", 65280, bytes(rng.choice(
        (4, 16, 100, 255)))) for _ in range(answers))
    extra = [record(b"\xc0\x0c", 1, bytes(4)) for _ in range(rng.choice((0, 0, 2)))]
    if rng.random() < 0.8 or rcode > 15:
        extra.insert(rng.randrange(len(extra) + 1), opt(rng, rcode))
    if rng.random() < 0.1:
        extra.append(record(name([b"key"]), 250, bytes(60), 0))
    flags = 0x8180 | rcode & 15
    return struct.pack(">6H", rng.randrange(65536), flags, 1, answers, 0, len(extra)) + question + \
        body + b"".join(extra)


def checksum(data):
    total = sum(struct.unpack(f">{len(data) // 2}H", data[:len(data) & ~1]))
    if len(data) & 1:
        total += data[-1] << 8
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


class Host:
    """Addresses and identifications of one pair of hosts."""

    def __init__(self, rng, number):
        self.six = rng.random() < 0.4
        if self.six:
            self.server = bytes.fromhex("20010db8") + bytes(11) + b"\x35"
            self.client = bytes.fromhex("20010db8") + bytes(10) + struct.pack(">H", number + 256)
        else:
            self.server = b"\xc0\x00\x02\x35"
            self.client = bytes((198, 51, 100, number + 1))
        self.ident = rng.randrange(30000)

    def packet(self, protocol, body, answer=True, fragment=None):
        """An Ethernet frame; fragment: (offset, more)."""
        source, target = (self.server, self.client) if answer else (self.client, self.server)
        if self.six:
            if fragment:
                offset, more = fragment
                body = struct.pack(">BBHI", protocol, 0, offset | more, self.ident) + body
                protocol = 44
            header = struct.pack(">IHBB", 6 << 28, len(body), protocol, 64) + source + target
            return bytes(12) + b"\x86\xdd" + header + body
        offset, more = fragment or (0, 0)
        header = struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(body), self.ident,
                             offset // 8 | more << 13, 64, protocol, 0) + source + target
        header = header[:10] + struct.pack(">H", checksum(header)) + header[12:]
        return bytes(12) + b"\x08\x00" + header + body


def segments(rng, data, mss):
    at = 0
    while at < len(data):
        size = rng.choice((1, 2, 13, 14, 15, 100, mss, mss, mss, mss))
        yield at, data[at:at + size]
        at += size


def connection(rng, number, fault):
    """Frames of a connection that the fault befalls."""
    host, port = Host(rng, number), rng.randrange(1024, 65536)
    start = rng.choice((0, 1, 0xfffffff0, 0xffff0000, rng.randrange(1 << 32)))
    messages = [message(rng) for _ in range(rng.choice((1, 2, 5, 20)))]
    stream = b"".join(struct.pack(">H", len(m)) + m for m in messages)

    def frame(seq, flags, body=b"", answer=True):
        ports = (53, port) if answer else (port, 53)
        header = struct.pack(">HHIIBBHHH", *ports, seq & 0xffffffff, 8 if answer else 0, 5 << 4,
                             flags, 65535, 0, 0)
        return host.packet(6, header + body, answer)

    parts = list(segments(rng, stream, rng.choice((100, 536, 1400))))
    if fault == "lost":
        for _ in range(rng.choice((1, 1, 3))):
            if len(parts) > 1:
                parts.pop(rng.randrange(len(parts)))
    elif fault == "again":
        at = rng.randrange(len(parts))
        parts.insert(rng.randrange(at, len(parts)) + 1, parts[at])
    elif fault == "late" and len(parts) > 2:
        at = rng.randrange(len(parts) - 1)
        parts.insert(min(at + rng.choice((1, 2, 4)), len(parts) - 1), parts.pop(at))
    elif fault == "overlap":
        parts = [(max(at - 3, 0), stream[max(at - 3, 0):at + len(part)]) for at, part in parts]
    frames = []
    if fault != "mid-stream":
        frames += [frame(7, SYN, answer=False), frame(start, SYN | ACK)]
    else:
        parts = parts[rng.randrange(len(parts)):]
    if fault == "fast open":
        frames[-1] = frame(start, SYN | ACK, stream[:200])
        parts = [(200 + at, part) for at, part in segments(rng, stream[200:], 1400)]
    frames += [frame(start + 1 + at, ACK | PSH, part) for at, part in parts]
    if fault != "no end":
        frames.append(frame(start + 1 + len(stream), rng.choice((FIN | ACK, RST))))
    return frames


def datagram(rng, number, fault):
    """Frames of a UDP response in fragments."""
    host, body = Host(rng, number), message(rng, rng.choice((3, 12, 40)))
    body = struct.pack(">HHHH", 53, rng.randrange(1024, 65536), len(body) + 8, 0) + body
    size = rng.choice((32, 256, 1232))
    parts = [(at, body[at:at + size]) for at in range(0, len(body), size)]
    if fault == "lost" and len(parts) > 1:
        parts.pop(rng.randrange(len(parts)))
    elif fault == "again":
        parts.insert(rng.randrange(len(parts)), rng.choice(parts))
    elif fault == "late":
        rng.shuffle(parts)
    return [host.packet(17, part, fragment=(at, at + len(part) < len(body)))
            for at, part in parts]


def write(path, frames):
    with open(path, "wb") as file:
        file.write(struct.pack("<IHHiIII", 0xa1b2c3d4, 2, 4, 0, 0, 262144, 1))
        for index, frame in enumerate(frames):
            file.write(struct.pack("<IIII", 1795000000 + index // 1000, index % 1000 * 1000,
                                   len(frame), len(frame)) + frame)


def interleave(rng, lists):
    """All frames, each list in its own order."""
    lists = [list(one) for one in lists if one]
    while lists:
        one = rng.choice(lists)
        yield one.pop(0)
        if not one:
            lists.remove(one)


FAULTS = ("none", "lost", "again", "late", "overlap", "mid-stream", "fast open", "no end")


def main(folder, seed, count):
    for index in range(count):
        rng = random.Random(f"{seed} {index}")
        lists = []
        for number in range(16):
            # Some files have one fault only, the others all.
            fault = FAULTS[index] if index < len(FAULTS) else rng.choice(FAULTS)
            make = datagram if rng.random() < 0.25 else connection
            lists.append(make(rng, number, fault))
        write(os.path.join(folder, f"torture-{seed}-{index}.pcap"), interleave(rng, lists))


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit("usage: torture.py FOLDER SEED COUNT")
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
