#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""The history of codes in a state directory, read after the description in docs/run.md, not by our own reader.

    read_history.py FILE INTERFACE DIRECTION RESOLUTION   full, minutes or hours

Prints a line each: how many rows, packets, and for each code its number and count (32: all others).
"""
import struct
import sys
import zlib

RESOLUTIONS = ("full", "minutes", "hours")
CODES = 33


def main():
    path, interface, direction, resolution = sys.argv[1:]
    data = open(path, "rb").read()
    magic, version, checksum, length = struct.unpack("<8sIIQ", data[:24])
    rest = data[24:]
    if magic != b"rcwhist\n" or version != 1 or length != len(rest) or checksum != zlib.crc32(rest):
        sys.exit("no history of version 1")
    at = 0

    def number():
        nonlocal at
        value = shift = 0
        while True:
            value |= (rest[at] & 0x7f) << shift
            shift += 7
            at += 1
            if rest[at - 1] < 0x80:
                return value

    for _ in range(number()):
        size = number()
        name = rest[at:at + size].decode()
        at += size
        way = ("rx", "tx")[number()]
        for which in RESOLUTIONS:
            rows, packets, codes = number(), 0, [0] * CODES
            for _ in range(rows):
                number()  # the start
                number()  # the length
                packets += number()
                mask = number()
                for code in range(CODES):
                    if mask >> code & 1:
                        codes[code] += number()
            if (name, way, which) == (interface, direction, resolution):
                print("rows", rows)
                print("packets", packets)
                for code, count in enumerate(codes):
                    if count:
                        print(f"rcode.{code}", count)
    if at != len(rest):
        sys.exit("there is more behind the rows")


main()
