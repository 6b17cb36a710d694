#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Authoritative servers that each do one thing: responder.py ADDRESS=RCODE[~SECONDS]... answers all that ADDRESS is asked by UDP with RCODE, so late.

A RCODE of "forges" is a server that sends responses that nobody has asked for to host 1 of its network, 200 a second. NOERROR comes with an A record that lives for 0 seconds, so that each query of a client gets to a server. Ends at SIGTERM.
"""
import collections
import itertools
import selectors
import socket
import struct
import sys
import time


def answer(query, rcode):
    """The response to @query, which has one question (RFC 1035 section 4.1); None where it is nothing of the kind."""
    if len(query) < 17 or query[2] & 0x80 or query[4:6] != b"\0\1":
        return None
    end = 12
    while end < len(query) and query[end]:
        end += 1 + query[end]
    question = query[12:end + 5]
    records = b"\xc0\x0c\0\1\0\1\0\0\0\0\0\4\xc0\0\2\1" if rcode == 0 and question[-4:] == b"\0\1\0\1" else b""
    head = struct.pack("!2sBB4H", query[:2], 0x84 | query[2] & 1, rcode, 1, 1 if records else 0, 0, 0)
    return head + question + records


def forge(address):
    """Responses with changing ids to changing ports."""
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind((address, 53))
    victim = address.rpartition(".")[0] + ".1"
    for i in itertools.count():
        server.sendto(struct.pack("!HBB4H", i * 7919 % 65536, 0x84, 0, 1, 0, 0, 0) + b"\1a\4test\0\0\1\0\1",
                      (victim, 20000 + i * 31 % 30000))
        time.sleep(0.005)


def main():
    if sys.argv[1].endswith("=forges"):
        forge(sys.argv[1].partition("=")[0])
        return
    ready = selectors.DefaultSelector()
    for argument in sys.argv[1:]:
        address, what = argument.split("=")
        rcode, _, delay = what.partition("~")
        server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        server.bind((address, 53))
        ready.register(server, selectors.EVENT_READ, (int(rcode), float(delay or 0)))
    print("ready", flush=True)
    late = collections.deque()  # by time, as all that wait do so equally long
    while True:
        for key, _ in ready.select(max(late[0][0] - time.monotonic(), 0) if late else None):
            query, client = key.fileobj.recvfrom(4096)
            rcode, delay = key.data
            response = answer(query, rcode)
            if response and delay:
                late.append((time.monotonic() + delay, key.fileobj, response, client))
            elif response:
                key.fileobj.sendto(response, client)
        while late and late[0][0] <= time.monotonic():
            _, server, response, client = late.popleft()
            server.sendto(response, client)


main()
