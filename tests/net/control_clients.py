#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""
control_clients.py PATH PID: be every kind of client that a control socket should be spared, against the one at
PATH of process PID. Beside each kind a good client must be served.

Says what is wrong, a line each, and exits 1; else 0.
"""
import contextlib
import json
import os
import socket
import sys
import time

from clients import complain, finish, read_all

PATH, PID = sys.argv[1], int(sys.argv[2])
PATIENCE = 30  # seconds that a loaded machine may take
REQUEST_S = 5  # that a client has for its request
STATUS = b'{"schema":"rcodewatch-control/1","command":"status"}\n'
DUMP = STATUS.replace(b"status", b"dump")


def connect(timeout=PATIENCE):
    client = socket.socket(socket.AF_UNIX)
    client.settimeout(timeout)
    client.connect(PATH)
    return client


def ask(request):
    with connect() as client:
        with contextlib.suppress(ConnectionError):
            client.sendall(request)
        return read_all(client)


def good(beside):
    """A good client is served."""
    try:
        answer = json.loads(ask(STATUS))
    except (OSError, ValueError) as error:
        complain(f"beside {beside} a good client is not served: {error!r}")
        return
    if answer["type"] != "status" or answer["process"]["pid"] != PID:
        complain(f"beside {beside}: {answer}")


def refused(what, request, reason):
    try:
        answer = json.loads(ask(request))
    except (OSError, ValueError) as error:
        complain(f"{what}: no answer: {error!r}")
        return
    if answer["type"] != "error" or reason not in answer["error"]:
        complain(f"{what}: {answer}")
    good(what)


def cpu_seconds():
    """Of the thread that serves the socket and all others."""
    with open(f"/proc/{PID}/stat") as stat:
        user, system = stat.read().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def descriptors():
    return len(os.listdir(f"/proc/{PID}/fd"))


def main():
    good("nothing")
    before = descriptors()

    refused("a request that is no JSON", b"status\n", "one line of JSON")
    refused("another version", STATUS.replace(b"/1", b"/9"), "speaks rcodewatch-control/1")
    refused("an unknown command", STATUS.replace(b"status", b"halt"), "no command 'halt'")
    refused("two requests", STATUS + STATUS, "one request")
    refused("a long request", b"[" * 4096, "at most 4096 bytes")
    refused("1 MB in a line", b'{"schema":"' + b"x" * (1 << 20) + b'"}\n', "at most 4096 bytes")
    refused("zero bytes", b"\0" * 100 + b"\n", "one line of JSON")

    # Half a request, and silence: hung up on after a while, and nobody waits for them.
    with contextlib.ExitStack() as stack:
        began, cpu = time.monotonic(), cpu_seconds()
        silent = [stack.enter_context(connect()) for _ in range(8)]
        for client in silent[:4]:
            client.sendall(STATUS[:20])
        good("silent clients")
        for client in silent:
            if read_all(client):
                complain("a silent client gets an answer")
        if time.monotonic() - began < REQUEST_S - 1:
            complain("silent clients are hung up on too early")
        if cpu_seconds() - cpu > REQUEST_S / 2:
            complain(f"{cpu_seconds() - cpu} s of CPU time while clients are silent")

    # A hundred of them: more than there are places.
    with contextlib.ExitStack() as stack:
        many = [stack.enter_context(connect()) for _ in range(100)]
        good("100 connections")
        if descriptors() > before + 20:
            complain(f"100 connections take {descriptors() - before} descriptors")
        del many

    # Gone in the middle: of the request, before the answer, in the answer.
    for _ in range(50):
        with connect() as client:
            client.sendall(STATUS[:-1])
        with connect() as client:
            client.sendall(DUMP)
        with connect() as client:
            client.sendall(DUMP)
            client.recv(1)
    good("clients that go")

    # Answers that are never read.
    with contextlib.ExitStack() as stack:
        for _ in range(16):
            client = stack.enter_context(connect())
            with contextlib.suppress(ConnectionError):
                client.sendall(DUMP)
        good("clients that do not read")

    # One that has said all that it will say is answered.
    with connect() as client:
        client.sendall(STATUS)
        client.shutdown(socket.SHUT_WR)
        if b'"status"' not in read_all(client):
            complain("a client that has shut down its side gets no answer")

    until = time.monotonic() + PATIENCE
    while descriptors() > before and time.monotonic() < until:
        time.sleep(0.1)
    if descriptors() > before:
        complain(f"{descriptors() - before} descriptors are left over")
    finish()


main()
