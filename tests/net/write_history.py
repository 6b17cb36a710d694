#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""A history of codes for a state directory, written after the description in docs/run.md.

    write_history.py FILE INTERFACE DIRECTION CODE=RATE...

As if on each of the seven days before, from the hour before this one to the hour after, so many responses a second had had each RCODE, by number.
"""
import struct
import sys
import time
import zlib

HOUR = 3600 * 10**9


def number(value):
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7f | 0x80)
        value >>= 7
    return bytes(out + bytes([value]))


def rows(starts, rates):
    out, last = number(len(starts)), 0
    for start in starts:
        step, last = start - last, start
        out += number(2 * step if step >= 0 else -2 * step - 1) + number(HOUR)
        counts = {code: round(rate * 3600) for code, rate in rates.items()}
        out += number(sum(counts.values())) + number(sum(1 << code for code in counts))
        out += b"".join(number(counts[code]) for code in sorted(counts))
    return out


def main():
    path, interface, direction = sys.argv[1:4]
    rates = {int(code): float(rate) for code, rate in (argument.split("=") for argument in sys.argv[4:])}
    now = time.time_ns() // HOUR
    starts = [(now - 24 * day + hour) * HOUR for day in range(7, 0, -1) for hour in (-1, 0, 1)]
    rest = number(1) + number(len(interface)) + interface.encode() + number(direction == "tx") + number(0) + number(0) + rows(starts, rates)
    with open(path, "wb") as file:
        file.write(b"rcwhist\n" + struct.pack("<IIQ", 1, zlib.crc32(rest), len(rest)) + rest)


main()
