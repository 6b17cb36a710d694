# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""From a frame to its UDP or TCP payload: RFC 791, 8200, 768, 9293; tcpdump.org/linktypes.html."""

import struct

VLAN = (0x8100, 0x88a8, 0x9100)
EXTENSIONS = (0, 43, 44, 51, 60, 135, 139, 140)
UDP, TCP = 17, 6


class Packet:
    """What a frame is: kind "udp", "tcp", "later fragment", "bad", "other"; why: of the last two.

    payload holds what the capture has of the size bytes that the header tells of.
    """

    def __init__(self, frame):
        self.frame, self.kind, self.why = frame.number, "other", "no IP"
        self.src = self.dst = self.payload = b""
        self.sport = self.dport = self.size = self.seq = self.flags = self.protocol = 0
        self.family = self.ident = None
        self.first_fragment = False
        self.offset = self.fragment_end = 0
        self.body = b""  # of the IP packet, for fragments
        self.cut = len(frame.data) < frame.length

    def become(self, kind, why=""):
        self.kind, self.why = kind, why
        return self

    @property
    def stream(self):
        return ("tcp", self.src.hex(), self.sport, self.dst.hex(), self.dport)

    @property
    def datagram(self):
        return (self.src.hex(), self.dst.hex(), self.protocol, self.ident)


def u16(data, at):
    return struct.unpack_from(">H", data, at)[0]


def network_of(link, data):
    """Ethertype, offset of the network layer, VLAN tags too many; None: no IP to be found."""
    if link == 1:
        at, kind = 14, u16(data, 12)
    elif link in (12, 14, 101, 228, 229):
        return {4: 0x0800, 6: 0x86dd}.get(data[0] >> 4, 0), 0, False
    elif link in (0, 108):
        family = max(data[0], data[3])
        return {2: 0x0800, 10: 0x86dd, 24: 0x86dd, 28: 0x86dd, 30: 0x86dd}.get(family, 0), 4, False
    elif link == 113:
        at, kind = 16, u16(data, 14)
    elif link == 276:
        at, kind = 20, u16(data, 0)
    else:
        return None
    tags = 0
    while kind in VLAN:
        kind = u16(data, at + 2)
        at += 4
        tags += 1
    return kind, at, tags > 2


def parse(frame):
    packet = Packet(frame)
    try:
        found = network_of(frame.link, frame.data)
        if not found:
            return packet.become("other", f"link type {frame.link}")
        kind, at, deep = found
        if deep:
            return packet.become("bad", "more than two VLAN tags")
        if kind == 0x0800:
            return parse_ipv4(packet, frame, at)
        if kind == 0x86dd:
            return parse_ipv6(packet, frame, at)
        return packet
    except (IndexError, struct.error):
        return packet.become("bad", "the frame ends within its headers")


def parse_ipv4(packet, frame, at):
    data = frame.data
    header, total, flags = (data[at] & 15) * 4, u16(data, at + 2), u16(data, at + 6)
    packet.src, packet.dst = data[at + 12:at + 16], data[at + 16:at + 20]
    packet.ident, packet.protocol, packet.family = u16(data, at + 4), data[at + 9], 4
    total = total or frame.length - at  # left to hardware that cuts it into segments
    if data[at] >> 4 != 4 or header < 20 or total < header:
        return packet.become("bad", f"IP header of {header} bytes, total length {total}")
    if at + total > frame.length:
        return packet.become("bad", f"IP total length {total}, the frame has {frame.length - at}")
    packet.offset = (flags & 0x1fff) * 8
    return parse_upper(packet, frame, at + header, at + total, bool(flags & 0x2000))


def parse_ipv6(packet, frame, at):
    data, more, count = frame.data, False, 0
    end = at + 40 + u16(data, at + 4)
    if u16(data, at + 4) == 0:  # likewise
        end = frame.length
    packet.src, packet.dst = data[at + 8:at + 24], data[at + 24:at + 40]
    packet.family = 6
    if data[at] >> 4 != 6:
        return packet.become("bad", f"IP version {data[at] >> 4}")
    if end > frame.length:
        return packet.become("bad", f"IPv6 payload ends at {end}, the frame at {frame.length}")
    upper, at = data[at + 6], at + 40
    while upper in EXTENSIONS:
        count += 1
        if count > 8:
            return packet.become("bad", "more than 8 IPv6 extension headers")
        following = data[at]
        if upper == 44:
            packet.ident = struct.unpack_from(">I", data, at + 4)[0]
            packet.offset, more = u16(data, at + 2) & 0xfff8, more or bool(data[at + 3] & 1)
            at += 8
            if packet.offset:
                upper = following
                break
        elif upper == 51:
            at += (data[at + 1] + 2) * 4
        else:
            at += (data[at + 1] + 1) * 8
        upper = following
    packet.protocol = upper
    if at > end:
        return packet.become("bad", "IPv6 extension headers past the payload")
    return parse_upper(packet, frame, at, end, more)


def parse_upper(packet, frame, at, end, more):
    packet.body = frame.data[at:end]
    packet.fragment_end = 0 if more else packet.offset + end - at
    if packet.protocol not in (UDP, TCP):
        return packet.become("other", f"IP protocol {packet.protocol}")
    if packet.offset:
        return packet.become("later fragment")
    packet.first_fragment = more
    if end - at < 4:
        return packet.become("bad", "no room for ports")
    packet.sport, packet.dport = struct.unpack_from(">HH", frame.data, at)
    if packet.protocol == UDP:
        return parse_udp(packet, frame, at, end)
    return parse_tcp(packet, frame, at, end)


def parse_udp(packet, frame, at, end):
    if end - at < 8:
        return packet.become("bad", "no room for the UDP header")
    length = u16(frame.data, at + 4)
    if length < 8 or (length > end - at and not packet.first_fragment):
        return packet.become("bad", f"UDP length {length} in {end - at} bytes")
    end = min(end, at + length)
    packet.payload, packet.size = frame.data[at + 8:end], end - at - 8
    return packet.become("udp")


def parse_tcp(packet, frame, at, end):
    if end - at < 20:
        return packet.become("bad", "no room for the TCP header")
    header = (frame.data[at + 12] >> 4) * 4
    packet.seq = struct.unpack_from(">I", frame.data, at + 4)[0]
    packet.flags = frame.data[at + 13]
    if header < 20 or header > end - at:
        return packet.become("bad", f"TCP header of {header} bytes in {end - at}")
    packet.payload, packet.size = frame.data[at + header:end], end - at - header
    return packet.become("tcp")
