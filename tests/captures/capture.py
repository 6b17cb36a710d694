# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Frames of pcap and pcapng files, written from draft-ietf-opsawg-pcap and -pcapng.

Nothing here or in packets.py and message.py knows the code that is tested, or the dissector that
it is held against: they are the third opinion that says which of the two is right, and why.
"""

import gzip
import struct
import zlib
from collections import namedtuple

# number: as dissectors count. length: on the wire, at least that of data. link: LINKTYPE_ value.
Frame = namedtuple("Frame", "number link data length")

CLASSIC = {b"\xa1\xb2\xc3\xd4": ">", b"\xd4\xc3\xb2\xa1": "<",
           b"\xa1\xb2\x3c\x4d": ">", b"\x4d\x3c\xb2\xa1": "<"}
SECTION = b"\x0a\x0d\x0d\x0a"


class Damaged(Exception):
    """This is no capture that can be read to its end; str() says why."""


def read_bytes(path):
    with open(path, "rb") as file:
        data = file.read()
    if data[:2] == b"\x1f\x8b":
        try:
            data = gzip.decompress(data)
        except (EOFError, OSError, zlib.error) as error:
            raise Damaged(f"gzip: {error}") from error
    return data


def is_capture(data):
    return data[:4] in CLASSIC or data[:4] == SECTION


def classic(data):
    order = CLASSIC[data[:4]]
    link = struct.unpack_from(order + "I", data, 20)[0] & 0xffff
    at, number = 24, 0
    while at + 16 <= len(data):
        captured, length = struct.unpack_from(order + "II", data, at + 8)
        at += 16
        if at + captured > len(data):
            return
        number += 1
        yield Frame(number, link, data[at:at + captured], max(length, captured))
        at += captured


def pcapng(data):
    at, number, order, links = 0, 0, "<", []
    while at + 12 <= len(data):
        if data[at:at + 4] == SECTION:
            order = ">" if data[at + 8:at + 12] == b"\x1a\x2b\x3c\x4d" else "<"
            links = []
        kind, size = struct.unpack_from(order + "II", data, at)
        if size < 12 or at + size > len(data):
            return
        body = at + 8
        if kind == 1:
            link, _, snap = struct.unpack_from(order + "HHI", data, body)
            links.append((link, snap))
        elif kind == 6:
            index, _, _, captured, length = struct.unpack_from(order + "5I", data, body)
            number += 1
            yield Frame(number, links[index][0], data[body + 20:body + 20 + captured],
                        max(length, captured))
        elif kind == 2:
            index, _, _, _, captured, length = struct.unpack_from(order + "HHIIII", data, body)
            number += 1
            yield Frame(number, links[index][0], data[body + 20:body + 20 + captured],
                        max(length, captured))
        elif kind == 3:
            length, = struct.unpack_from(order + "I", data, body)
            captured = min(length, size - 16, links[0][1] or length)
            number += 1
            yield Frame(number, links[0][0], data[body + 4:body + 4 + captured], length)
        at += size


def frames(data):
    """Each Frame; raises Damaged at a block that is too short, or of an interface not described."""
    try:
        yield from classic(data) if data[:4] in CLASSIC else pcapng(data)
    except (struct.error, IndexError) as error:
        raise Damaged(f"a header or block is damaged: {error}") from error
