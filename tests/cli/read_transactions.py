#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""
read_transactions.py write FILE        a capture of a resolver at 192.0.2.53 and 2001:db8::53, with its clients and servers
read_transactions.py compare TSHARK JSON

compare holds the JSON lines of `rcodewatch read` against what tshark says of each message, fields separated by tabs: whether it
is a response, its time since the query (dns.time; none: it is a query, or has none), and whether it is between a client and port
53 of the resolver (1) or not (0).
"""

import json
import math
import random
import struct
import sys

HOST = {4: bytes([192, 0, 2, 53]), 6: bytes.fromhex("20010db8" + "00" * 11 + "53")}
SECONDS = 1700000000


def other(family, number):
    if family == 4:
        return bytes([198, 51, 100, number])
    return bytes.fromhex("20010db8ffff" + "00" * 9) + bytes([number])


def frame(family, source, destination, ports, message):
    udp = struct.pack("!HHHH", *ports, 8 + len(message), 0) + message
    if family == 4:
        ip = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(udp), 0, 0, 64, 17, 0) + source + destination
        return bytes(12) + b"\x08\x00" + ip + udp
    ip = struct.pack("!IHBB", 6 << 28, len(udp), 17, 64) + source + destination
    return bytes(12) + b"\x86\xdd" + ip + udp


def message(number, name, response, rcode):
    labels = b"".join(bytes([len(label)]) + label.encode() for label in name.split("."))
    return struct.pack("!HHHHHH", number, 0x8180 | rcode if response else 0x0100, 1, 0, 0, 0) + labels + b"\0\0\1\0\1"


def write(path):
    random.seed(20261129)
    packets, port = [], 20000
    for i in range(6000):
        at = i * 1500000 + random.randrange(1500000)  # ns
        family, client = random.choice((4, 6)), random.random() < 0.5
        peer, port, number = other(family, random.randrange(1, 250)), port + 1, random.randrange(65536)
        zone = "dead.example.org" if random.random() < 0.02 else "zone%d.example.com" % random.randrange(20)
        name = "www%d.%s" % (i, zone)
        ends = (peer, HOST[family]) if client else (HOST[family], peer)
        ports = (port, 53)

        def send(when, response):
            source, destination = ends[::-1] if response else ends
            packets.append((when, frame(family, source, destination, ports[::-1] if response else ports,
                                        message(number, name, response, random.choice((0, 0, 0, 2, 3))))))

        send(at, False)
        if zone.startswith("dead"):
            continue
        delay = int(1000 * math.exp(random.uniform(math.log(30), math.log(2e6))))  # 30 us to 2 s
        send(at + delay, True)
    packets.sort()
    with open(path, "wb") as out:
        out.write(struct.pack("<IHHiIII", 0xa1b23c4d, 2, 4, 0, 0, 65535, 1))
        for when, data in packets:
            when += SECONDS * 10**9
            out.write(struct.pack("<IIII", when // 10**9, when % 10**9, len(data), len(data)) + data)


def bin_of(seconds):
    """As docs/transactions.md has them: 32 a decade from 1 us on."""
    nanoseconds = round(seconds * 1e9) // 1024 * 1024  # the clock's unit
    decade, unit = 0, 1000
    while nanoseconds >= unit * 10:
        unit *= 10
        decade += 1
    step = nanoseconds * 20 // unit
    inner = (step - 20) // 2 if step < 40 else 10 + (step - 40) // 5 if step < 100 else 22 + (step - 100) // 10
    return decade * 32 + inner


def compare(shark, lines):
    wanted = {side: {"new": 0, "answered": 0, "bins": []} for side in ("clients", "upstream")}
    for line in open(shark, encoding="ascii"):
        response, time, clients = line.rstrip("\n").split("\t")
        of = wanted["clients" if int(clients) else "upstream"]
        if response in ("0", "False"):
            of["new"] += 1
        elif time:
            of["answered"] += 1
            of["bins"].append(float(time))
    got = {side: {"new": 0, "answered": 0, "unanswered": 0, "outstanding": 0, "bins": {}} for side in wanted}
    for line in map(json.loads, open(lines, encoding="utf-8")):
        if line["type"] != "transactions":
            continue
        of = got[line["side"]]
        of["new"] += line["queries"]["new"]
        of["answered"] += line["responses"]["answered"]
        of["unanswered"] += line["unanswered"]
        of["outstanding"] = line["outstanding"]
        for by in line["response_time"]["by"]:
            for index, count in by["bins"]:
                of["bins"][index] = of["bins"].get(index, 0) + count
    for side, want in wanted.items():
        have = got[side]
        assert want["answered"] > 2000, want
        assert (have["new"], have["answered"]) == (want["new"], want["answered"]), (side, have, want["new"], want["answered"])
        silent = want["new"] - want["answered"]
        assert have["unanswered"] + have["outstanding"] == silent, (side, have, silent)
        # A time is the difference of two stamps, each cut to the clock's unit: it may be a unit more or less.
        bins = {}
        for time in want["bins"]:
            near = {bin_of(max(time - 1.1e-6, 1e-6)), bin_of(time), bin_of(time + 1.1e-6)}
            bins[min(near)] = bins.get(min(near), 0) + 1
        low = high = 0
        for index in range(224):
            high += have["bins"].get(index, 0)
            low += bins.get(index, 0)
            assert low >= high, (side, index, low, high)
        bins = {}
        for time in want["bins"]:
            index = bin_of(time + 1.1e-6)
            bins[index] = bins.get(index, 0) + 1
        low = high = 0
        for index in range(224):
            high += have["bins"].get(index, 0)
            low += bins.get(index, 0)
            assert low <= high, (side, index, low, high)
        print("%s: %d queries, %d answered, %d silent, as tshark says" % (side, want["new"], want["answered"], silent))


if sys.argv[1] == "write":
    write(sys.argv[2])
else:
    compare(sys.argv[2], sys.argv[3])
