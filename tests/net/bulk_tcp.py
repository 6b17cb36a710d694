#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""
bulk_tcp.py serve ADDRESS MESSAGES SIZE CONNECTIONS
bulk_tcp.py read ADDRESS MESSAGES SIZE CONNECTIONS

A server on port 53 sends so many DNS messages of SIZE bytes over each of so many connections at a time, as
fast as TCP takes them; a client reads them all. Each message is BADVERS (16), of which the upper bits are in
an OPT record at its end (RFC 6891). The server says "ready" on standard output.

With one connection both run on one CPU, always the same: `lo` and veth keep the order of a connection's
segments by CPU only, and a server that moves to another CPU can overtake its own segments.
"""

import os
import socket
import struct
import sys
import threading


def message(size):
    question = b"\x04bulk\x07example\x00" + struct.pack("!HH", 10, 1)
    opt = b"\x00" + struct.pack("!HHBBHH", 41, 1232, 1, 0, 0, 0)
    data = size - 12 - len(question) - 12 - len(opt)
    record = b"\xc0\x0c" + struct.pack("!HHIH", 10, 1, 60, data) + bytes(data)
    return struct.pack("!HHHHHHH", size, 7, 0x8400, 1, 1, 0, 1) + question + record + opt


def send(connection, stream):
    with connection:
        connection.sendall(stream)


def read(connection, wanted, failed):
    got = 0
    with connection:
        while part := connection.recv(1 << 20):
            got += len(part)
    if got != wanted:
        failed.append(f"{got} of {wanted} bytes arrived")


def main():
    mode, address, count, size, connections = sys.argv[1], sys.argv[2], *map(int, sys.argv[3:6])
    stream, failed, threads = message(size) * count, [], []
    if connections == 1:
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    if mode == "serve":
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        with socket.create_server((address, 53), family=family) as listener:
            print("ready", flush=True)
            for _ in range(connections):
                accepted = listener.accept()[0]
                threads.append(threading.Thread(target=send, args=(accepted, stream)))
    else:
        opened = [socket.create_connection((address, 53)) for _ in range(connections)]
        threads = [threading.Thread(target=read, args=(one, len(stream), failed)) for one in opened]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        sys.exit(f"bulk_tcp.py: {failed[0]}")


main()
