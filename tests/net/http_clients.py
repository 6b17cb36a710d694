#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""
http_clients.py PORT TIMEOUT PID: be every kind of client that a listener should be spared, against the
one on 127.0.0.1:PORT of process PID, which gives a request TIMEOUT seconds.

Each kind is followed, and the lasting ones are accompanied, by a good client from another address, who
must be served. Says what is wrong, a line each, and exits 1; else 0.
"""
import contextlib
import os
import resource
import socket
import sys
import time

from clients import complain, finish, read_all

PORT, TIMEOUT, PID = int(sys.argv[1]), float(sys.argv[2]), int(sys.argv[3])
GOOD, BAD = "127.0.0.1", "127.0.0.2"
PATIENCE = 20  # seconds that a loaded machine may add
GET = b"GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n"


def connect(source=BAD, timeout=PATIENCE, buffers=None):
    client = socket.socket()
    if buffers:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffers)
        client.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, buffers)
        # The other end's buffer grows with the size of segments, which is 64 KiB on loopback.
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, 1000)
    client.settimeout(timeout)
    client.bind((source, 0))
    client.connect(("127.0.0.1", PORT))
    return client


def ask(request, source=BAD):
    """Send @request, give the whole answer. The listener must end the connection itself."""
    with connect(source) as client:
        with contextlib.suppress(ConnectionError):
            client.sendall(request)
        return read_all(client)


def split(answer):
    head, _, body = answer.partition(b"\r\n\r\n")
    lines = head.decode("latin-1").split("\r\n")
    headers = {}
    for line in lines[1:]:
        name, _, value = line.partition(":")
        headers[name.lower()] = value.strip()
    return lines[0], headers, body


def good(after):
    """The client that all this is about."""
    try:
        status, headers, body = split(
            ask(b"GET /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", GOOD))
    except OSError as error:
        complain(f"{after}: a good client is not served: {error}")
        return b""
    if status != "HTTP/1.1 200 OK" or len(body) != int(headers.get("content-length", -1)) or \
            b"rcodewatch_dns_responses_total{" not in body:
        complain(f"{after}: a good client got {status!r} and {len(body)} bytes")
    return body


def expect(what, request, statuses):
    """@request is answered with one of @statuses and the end of the connection."""
    try:
        status = split(ask(request))[0]
    except OSError as error:
        complain(f"{what}: {error}")
        return
    if status not in statuses:
        complain(f"{what}: {status!r} and not one of {statuses}")
    good(what)


# ---- what the protocol says -------------------------------------------------------------


def protocol():
    closing = b"Host: localhost\r\nConnection: close\r\n\r\n"
    for path, kind in ((b"/metrics", "text/plain; version=0.0.4; charset=utf-8"),
                       (b"/healthz", "text/plain; charset=utf-8"),
                       (b"/api/v1/report", "application/json"),
                       (b"/api/v1/history?x=1", "application/json")):
        status, headers, body = split(ask(b"GET " + path + b" HTTP/1.1\r\n" + closing))
        if status != "HTTP/1.1 200 OK" or headers.get("content-type") != kind or not body:
            complain(f"{path}: {status}, {headers}")
        # HTTP/1.0 knows no chunks, and has no connection that stays.
        status, headers, body = split(ask(b"GET " + path + b" HTTP/1.0\r\n\r\n"))
        if " 200 " not in status or "transfer-encoding" in headers or not body:
            complain(f"{path} by HTTP/1.0: {status}, {headers}")
        status, headers, body = split(ask(b"HEAD " + path + b" HTTP/1.1\r\n" + closing))
        if status != "HTTP/1.1 200 OK" or headers.get("content-type") != kind or body:
            complain(f"HEAD {path}: {status}, {headers}, {len(body)} bytes")
    for path in (b"/", b"/metrics/", b"/METRICS", b"//metrics", b"/../../etc/passwd", b"/%00",
                 b"/api/v1/", b"/api/v1/report/x", b"*", b"/" + b"x" * 8000):
        expect(f"unknown path {path[:20]}", b"GET " + path + b" HTTP/1.1\r\n" + closing,
               ["HTTP/1.1 404 Not Found"])
    for method in (b"POST", b"PUT", b"DELETE", b"OPTIONS", b"PATCH", b"TRACE", b"CONNECT", b"FOO",
                   b"get"):
        status, headers, _ = split(ask(method + b" /metrics HTTP/1.1\r\n" + closing))
        if status != "HTTP/1.1 405 Method Not Allowed" or headers.get("allow") != "GET, HEAD":
            complain(f"{method}: {status}, {headers}")
    # Two requests on one connection, then two at once.
    with connect() as client:
        for requests in (1, 1, 2):
            client.sendall(GET.replace(b"/metrics", b"/healthz") * requests)
            data = b""
            while data.count(b"\r\n\r\nok\n") < requests:
                part = client.recv(65536)
                if not part:
                    complain("a connection does not stay")
                    return
                data += part


# ---- what is too much --------------------------------------------------------------------


def oversized():
    refused = ["HTTP/1.1 431 Request Header Fields Too Large", "HTTP/1.1 414 URI Too Long",
               "HTTP/1.1 413 Content Too Large", "HTTP/1.1 413 Payload Too Large",
               "HTTP/1.1 400 Bad Request", "HTTP/1.0 400 Bad Request", ""]
    expect("a huge header", b"GET /metrics HTTP/1.1\r\nHost: localhost\r\nX: " + b"y" * 1000000 + b"\r\n\r\n",
           refused)
    expect("many headers", b"GET /metrics HTTP/1.1\r\nHost: localhost\r\n" + b"X: y\r\n" * 100000 + b"\r\n",
           refused)
    expect("a huge path", b"GET /" + b"y" * 1000000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n", refused)
    expect("a line without end", b"y" * 1000000, refused)
    expect("noughts", b"\0" * 100000, refused)
    expect("no HTTP", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(range(256)) + b"\r\n\r\n",
           refused + ["HTTP/1.1 505 HTTP Version Not Supported"])
    expect("no such version", b"GET /metrics HTTP/9.9\r\nHost: localhost\r\n\r\n",
           ["HTTP/1.1 505 HTTP Version Not Supported"] + refused)
    expect("a huge body", b"POST /metrics HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999999\r\n\r\n" +
           b"y" * 1000000, ["HTTP/1.1 405 Method Not Allowed", ""])
    expect("a body of a GET", b"GET /metrics HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n\r\n" +
           b"y" * 1000000, ["HTTP/1.1 200 OK", ""])
    expect("chunks", b"GET /metrics HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n" +
           b"fffffffffffffffff\r\n" + b"y" * 100000, ["HTTP/1.1 200 OK", ""] + refused)
    expect("a length that is none", b"GET /metrics HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n",
           ["HTTP/1.1 200 OK"] + refused)


# ---- what takes too long --------------------------------------------------------------------


def ended(clients, what, feed=None):
    """All of @clients are cut in time, fed (or drained) as they are by feed()."""
    end = time.monotonic() + TIMEOUT + PATIENCE
    left = set(clients)
    while left and time.monotonic() < end:
        for client in list(left):
            try:
                if feed:
                    feed(client)
                client.settimeout(0.01)
                if client.recv(1) == b"":
                    left.remove(client)
            except TimeoutError:
                pass
            except OSError:
                left.remove(client)
    if left:
        complain(f"{what}: {len(left)} of {len(clients)} connections are still there")
    for client in clients:
        client.close()


def slow():
    """A byte now and then: each is a sign of life, none is a request."""
    clients = [connect() for _ in range(12)]
    for client in clients:
        client.sendall(b"GET /metrics HTTP/1.1\r\nX")
    good("while others are slow")
    ended(clients, "slow senders", lambda client: client.sendall(b"-"))
    good("after slow senders")
    # A request that stays a half, and a connection that stays silent.
    clients = [connect() for _ in range(12)]
    for client in clients[:6]:
        client.sendall(GET[:-2])
    good("while others are silent")
    ended(clients, "silent clients")
    # Half a request and gone.
    for _ in range(100):
        with connect() as client:
            client.sendall(GET[:20])
    good("after half requests")


def unread():
    """Ask and ask, and never read."""
    clients = [connect(buffers=4096) for _ in range(12)]
    stuck = set()
    for client in clients:
        client.settimeout(0.2)
        try:
            for _ in range(200000):
                client.sendall(GET.replace(b"/metrics", b"/api/v1/history"))
        except OSError:
            stuck.add(client)
    if len(stuck) != len(clients):
        complain("200000 requests are taken from a client that does not read the answers")
    good("while others do not read")
    end = time.monotonic() + TIMEOUT + PATIENCE
    while open_sockets() > baseline + 2 and time.monotonic() < end:
        time.sleep(0.1)
    if open_sockets() > baseline + 2:
        complain(f"{open_sockets() - baseline} connections are kept for clients that do not read")
    for client in clients:
        client.close()
    good("after clients that do not read")


def again():
    """A further request has its own time, however long the connection did nothing before."""
    for _ in range(5):
        with connect(buffers=4096) as client:
            client.sendall(GET.replace(b"/metrics", b"/healthz"))
            client.recv(4096)
            time.sleep(0.6 * TIMEOUT)
            asked = time.monotonic()
            client.sendall(GET.replace(b"/metrics", b"/api/v1/history"))
            time.sleep(0.7 * TIMEOUT)
            data = b""
            with contextlib.suppress(OSError):
                while not data.endswith(b"\r\n0\r\n\r\n") and (part := client.recv(65536)):
                    data += part
            took = time.monotonic() - asked
        if data.endswith(b"\r\n0\r\n\r\n"):
            return
        if took < TIMEOUT:
            complain(f"a further request is cut within {took:.1f} s, {len(data)} bytes")
            return


def many():
    """A thousand at once, from two addresses."""
    clients = []
    for i in range(1000):
        client = socket.socket()
        client.bind((BAD if i % 2 else "127.0.0.3", 0))
        client.setblocking(False)
        client.connect_ex(("127.0.0.1", PORT))
        clients.append(client)
        if i % 100 == 99:
            good(f"beside {i + 1} connections")
    held = open_sockets() - baseline
    if held > 64:
        complain(f"{held} connections are open at a time")
    for client in clients:
        client.close()
    good("after 1000 connections")


# ---- what it costs --------------------------------------------------------------------------


def open_sockets():
    found = 0
    for fd in os.listdir(f"/proc/{PID}/fd"):
        with contextlib.suppress(OSError):
            found += os.readlink(f"/proc/{PID}/fd/{fd}").startswith("socket:")
    return found


def memory_kib():
    with open(f"/proc/{PID}/status", encoding="ascii") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmRSS:"))


def cpu_seconds():
    with open(f"/proc/{PID}/stat", encoding="latin-1") as stat:
        fields = stat.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def idle():
    """Connections that are merely there take no time."""
    clients = [connect() for _ in range(16)]
    for client in clients:
        client.sendall(GET[:10])
    before = cpu_seconds()
    time.sleep(TIMEOUT / 2)
    used = cpu_seconds() - before
    if used > TIMEOUT / 4:
        complain(f"{used} s of CPU time in {TIMEOUT / 2} s with 16 connections that do nothing")
    for client in clients:
        client.close()


resource.setrlimit(resource.RLIMIT_NOFILE, (4096, 4096))
good("at first")
baseline = open_sockets()
protocol()
oversized()
memory = memory_kib()
slow()
idle()
unread()
again()
many()
deadline = time.monotonic() + TIMEOUT + PATIENCE
while open_sockets() > baseline and time.monotonic() < deadline:
    time.sleep(0.1)
if open_sockets() > baseline:
    complain(f"{open_sockets() - baseline} sockets are left behind")
if memory_kib() > memory + 8192:
    complain(f"memory grew from {memory} to {memory_kib()} KiB")
body = good("at last")
if b"rcodewatch_http_cut_connections_total 0\n" in body:
    complain("no connection is counted as cut")
finish()
