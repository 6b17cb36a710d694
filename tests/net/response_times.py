#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""
response_times.py serve ADDRESS FILE     answers each query as many milliseconds late as its first label says
response_times.py ask ADDRESS FILE MILLISECONDS=COUNT...   asks so many with each delay, all at once, and awaits all answers
response_times.py check LINE SERVER CLIENT SIDE   holds a line of transactions against what the two have written

Each writes for how long it has had the query of a name, in seconds: the server from when it has it to before it answers, the client
from before it asks to when it has the answer. What passes in the kernel passes between: a response time is at least the server's and
at most the client's, on any machine.
"""
import heapq
import json
import select
import socket
import struct
import sys
import time

EDGES = [1e-6 * 10 ** decade * step / 20 for decade in range(7)
         for step in [*range(20, 40, 2), *range(40, 100, 5), *range(100, 200, 10)]]
EDGES[0] = 0


def serve(address, path):
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
    server.bind((address, 53))
    late = []
    print("ready", flush=True)
    with open(path, "w", encoding="ascii", buffering=1) as out:
        while True:
            if select.select([server], [], [], max(late[0][0] - time.monotonic(), 0) if late else None)[0]:
                message, client = server.recvfrom(512)
                now = time.monotonic()
                name = message[13:13 + message[12]].decode()
                heapq.heappush(late, (now + int(name.split("-")[0]) / 1000, now, name, message, client))
            while late and late[0][0] <= time.monotonic():
                _, came, name, message, client = heapq.heappop(late)
                reply = message[:2] + b"\x84\0" + message[4:]
                took = time.monotonic() - came
                server.sendto(reply, client)
                print(name, took, file=out)


def ask(address, path, wanted):
    names = ["%s-%d" % (delay, i) for delay, count in (one.split("=") for one in wanted) for i in range(int(count))]
    waiting = {}
    poll = select.poll()
    with open(path, "w", encoding="ascii") as out:
        for number, name in enumerate(names):
            one = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            message = struct.pack("!HHHHHH", number, 0x0100, 1, 0, 0, 0) + bytes([len(name)]) + name.encode() + b"\4test\0\0\1\0\1"
            poll.register(one, select.POLLIN)
            waiting[one.fileno()] = one, name, time.monotonic()
            one.sendto(message, (address, 53))
        while waiting:
            ready = poll.poll(10000)
            if not ready:
                sys.exit("%d were not answered" % len(waiting))
            for fd, _ in ready:
                one, name, asked = waiting.pop(fd)
                one.recv(512)
                print(name, time.monotonic() - asked, file=out)
                poll.unregister(fd)
                one.close()


def times_of(path):
    with open(path, encoding="ascii") as file:
        return {name: float(took) for name, took in (line.split() for line in file)}


def bin_of(seconds):
    return max(i for i, edge in enumerate(EDGES) if edge <= seconds)


def check(line, server, client, side):
    wrong = []
    # The table's clock has units of 1.024 us, and both ends are cut to them.
    least = sorted(max(took - 2e-6, 0) for took in times_of(server).values())
    most = sorted(took + 2e-6 for took in times_of(client).values())
    times, count = line["response_time"], len(most)
    if times["sampled"] != count or line["responses"]["answered"] != count or len(least) != count:
        return ["%d asked, %d answered by the server, sampled %d" % (count, len(least), times["sampled"])]
    for name, rank in (("p50_s", -(-count * 50 // 100)), ("p90_s", -(-count * 90 // 100)), ("p95_s", -(-count * 95 // 100)),
                       ("p99_s", -(-count * 99 // 100)), ("max_s", count)):
        low, high = bin_of(least[rank - 1]), bin_of(most[rank - 1])
        if not low <= bin_of(times[name]) <= high:
            wrong.append("%s: %s is %s, and of rank %d the server says %s and the client %s" %
                         (side, name, times[name], rank, least[rank - 1], most[rank - 1]))
        if high - low <= 1:
            print("%s: %s %s s" % (side, name, times[name]))
    total = sum(by["sum_s"] for by in times["by"])
    if not sum(least) <= total <= sum(most):
        wrong.append("%s: sum_s %s is not in %s to %s" % (side, total, sum(least), sum(most)))
    # So many are below each edge.
    counted = {}
    for by in times["by"]:
        for index, number in by["bins"]:
            counted[index] = counted.get(index, 0) + number
    below = 0
    for i, edge in enumerate(EDGES):
        low, high = sum(took < edge for took in most), sum(took < edge for took in least)
        if not low <= below <= high:
            wrong.append("%s: %d are below %s s, and not %d to %d" % (side, below, edge, low, high))
        below += counted.get(i, 0)
    return wrong


def main():
    if sys.argv[1] == "serve":
        serve(*sys.argv[2:])
    elif sys.argv[1] == "ask":
        ask(sys.argv[2], sys.argv[3], sys.argv[4:])
    else:
        wrong = check(json.loads(sys.argv[2]), *sys.argv[3:])
        for one in wrong:
            print(one, file=sys.stderr)
        sys.exit(bool(wrong))


main()
