#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""
transactions.py serve ADDRESS
transactions.py ask ADDRESS udp|tcp NAME=COUNT...
transactions.py load ADDRESS SECONDS
transactions.py syslog PORT FILE

A server that does what the first label of a name says, and who asks it COUNT times for different names of each:

  ok      answers                       late    answers after 1.5 s, by a timer
  dead    says nothing                  twice   answers two times
  id      answers with another id       name    answers for another name
  empty   answers without a question    slow    answers after 50 ms
  crawl   answers after 300 ms, for which each query does not wait
  again   answers when it is asked the second time, as who asks does after 100 ms
  large   (TCP) answers with 20,000 bytes
  split   (TCP) answers; of the query, the length comes in a segment of its own
  refuse  answers REFUSED               fail    answers SERVFAIL
  refer   answers with other servers    none    answers NXDOMAIN
  held    answers, which is not awaited: of a server that has been stopped, so that it answers later

The second label is a number, what is behind it a zone. UDP queries come from a port of their own each; over TCP all go over one
connection, one behind the other, and each answer of the server is awaited. The server says "ready" on standard output.

load asks some 300 times a second over UDP, in turn ok, dead and slow, waits for nothing, and says how many it has asked. A signal
ends it before its time.

syslog writes each datagram to port PORT of 127.0.0.1 to FILE, as rsyslog's jsonmesg has its text, until a signal ends it. It says "ready", too.
"""

import json
import random
import select
import signal
import socket
import struct
import sys
import threading
import time

ZONES = {"dead": "dead.example.org", "late": "late.example.net", "refuse": "a.lame.test", "fail": "b.lame.test",
         "slow": "slow.test", "crawl": "crawl.test"}
NS = b"\xc0\x0c" + struct.pack("!HHIH", 2, 1, 60, 4) + b"\2ns\0"
RCODES = {"refuse": 5, "fail": 2, "none": 3}


def question(name):
    labels = b"".join(bytes([len(label)]) + label.encode() for label in name.split("."))
    return labels + b"\0" + struct.pack("!HH", 1, 1)


def query(name, number):
    return struct.pack("!HHHHHH", number, 0x0100, 1, 0, 0, 0) + question(name)


def answer(message, number=None, asked=None, size=0):
    number = struct.unpack("!H", message[:2])[0] if number is None else number
    asked = message[12:] if asked is None else asked
    record = b"" if not size else b"\xc0\x0c" + struct.pack("!HHIH", 10, 1, 60, size) + bytes(size)
    return struct.pack("!HHHHHH", number, 0x8180, bool(asked), bool(size), 0, 0) + asked + record


class Server:
    def __init__(self):
        self.seen = set()

    def answers(self, message):
        """Pairs of a delay and a message."""
        how = message[13:13 + message[12]].decode()
        number = struct.unpack("!H", message[:2])[0]
        if how == "dead":
            return []
        if how == "again" and message not in self.seen:
            self.seen.add(message)
            return []
        if how == "id":
            return [(0, answer(message, number ^ 0x0101))]
        if how == "name":
            return [(0, answer(message, None, question("other.example.com")))]
        if how == "empty":
            return [(0, answer(message, None, b""))]
        if how in RCODES:
            return [(0, answer(message)[:3] + bytes([0x80 | RCODES[how]]) + answer(message)[4:])]
        if how == "refer":
            return [(0, answer(message)[:8] + b"\0\1\0\0" + answer(message)[12:] + NS)]
        if how == "large":
            return [(0, answer(message, size=20000))]
        delay = {"late": 1.5, "slow": 0.05, "crawl": 0.3}.get(how, 0)
        return [(delay, answer(message))] * (2 if how == "twice" else 1)

    def udp(self, address):
        with socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_DGRAM) as server:
            server.bind((address, 53))
            print("ready", flush=True)
            while True:
                message, client = server.recvfrom(4096)
                for delay, reply in self.answers(message):
                    if delay:
                        threading.Timer(delay, server.sendto, (reply, client)).start()
                    else:
                        server.sendto(reply, client)

    def talk(self, connection):
        stream = connection.makefile("rb")
        while prefix := stream.read(2):
            message = stream.read(struct.unpack("!H", prefix)[0])
            for delay, reply in self.answers(message):
                time.sleep(delay)
                connection.sendall(struct.pack("!H", len(reply)) + reply)

    def tcp(self, address):
        with socket.create_server((address, 53), family=socket.AF_INET6 if ":" in address else socket.AF_INET) as server:
            while True:
                threading.Thread(target=self.talk, args=(server.accept()[0],), daemon=True).start()


def serve(address):
    server = Server()
    threading.Thread(target=server.tcp, args=(address,), daemon=True).start()
    server.udp(address)


def names(wanted):
    for one in wanted:
        how, count = one.split("=")
        for i in range(int(count)):
            yield how, "%s.%d.%s" % (how, i, ZONES.get(how, "ok.example.com"))


def ask_udp(address, wanted):
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    late = []
    for how, name in names(wanted):
        one = socket.socket(family, socket.SOCK_DGRAM)
        message = query(name, random.randrange(65536))
        one.sendto(message, (address, 53))
        late.append(one)
        if how == "again":
            time.sleep(0.1)
            one.sendto(message, (address, 53))
        if how not in ("dead", "late", "held", "crawl"):
            for _ in range(2 if how == "twice" else 1):
                if not select.select([one], [], [], 10)[0]:
                    sys.exit("no answer to " + name)
                one.recv(4096)
    if any(how in ("late", "crawl") for how, _ in names(wanted)):
        time.sleep(2)


def load(address, seconds):
    ended = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: ended.set())
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    sockets = [socket.socket(family, socket.SOCK_DGRAM) for _ in range(50)]
    asked = 0
    end = time.monotonic() + seconds
    while time.monotonic() < end and not ended.is_set():
        how = ("ok", "dead", "slow")[asked % 3]
        # What came is nobody's: read, so that no answer is refused for want of room.
        one = sockets[asked % len(sockets)]
        while select.select([one], [], [], 0)[0]:
            one.recv(4096)
        name = "%s.%d.%s" % (how, asked, ZONES.get(how, "ok.example.com"))
        one.sendto(query(name, asked % 65536), (address, 53))
        asked += 1
        time.sleep(0.003)
    time.sleep(0.5)  # so that answers find somebody
    print(asked, flush=True)


def ask_tcp(address, wanted):
    number = random.randrange(30000)
    with socket.create_connection((address, 53)) as connection:
        stream = connection.makefile("rb")
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for how, name in names(wanted):
            number += 1
            message = query(name, number)
            if how == "split":
                connection.sendall(struct.pack("!H", len(message)))
                connection.sendall(message)
            else:
                connection.sendall(struct.pack("!H", len(message)) + message)
            if how != "dead":
                stream.read(struct.unpack("!H", stream.read(2))[0])


def syslog(port, path):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server, open(path, "a", encoding="utf-8") as out:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        server.bind(("127.0.0.1", port))
        print("ready", flush=True)
        while True:
            print(json.dumps({"inputname": "udp", "rawmsg": server.recv(65536).decode()}), file=out, flush=True)


def main():
    if sys.argv[1] == "syslog":
        syslog(int(sys.argv[2]), sys.argv[3])
    elif sys.argv[1] == "serve":
        serve(sys.argv[2])
    elif sys.argv[1] == "load":
        load(sys.argv[2], float(sys.argv[3]))
    elif sys.argv[3] == "tcp":
        ask_tcp(sys.argv[2], sys.argv[4:])
    else:
        ask_udp(sys.argv[2], sys.argv[4:])


main()
