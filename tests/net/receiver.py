#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""
receiver.py (PORT | PATH) FILE: take lines from connections, all at once, and append them to FILE.

PORT is one of 127.0.0.1, PATH a UNIX socket that is made anew. Lines are written whole: what a
connection breaks off in is not. Says "ready" on standard output, and runs until a signal ends it.
"""
import os
import selectors
import socket
import sys


def listen(address):
    if address.isdigit():
        server = socket.socket(socket.AF_INET)
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        # Little, so that who stops reading is soon noticed.
        server.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 16384)
        server.bind(("127.0.0.1", int(address)))
    else:
        if os.path.exists(address):
            os.unlink(address)
        server = socket.socket(socket.AF_UNIX)
        server.bind(address)
        # Senders are another user.
        os.chmod(address, 0o666)
    server.listen()
    return server


def main():
    server = listen(sys.argv[1])
    out = open(sys.argv[2], "ab", buffering=0)
    waiting = selectors.DefaultSelector()
    waiting.register(server, selectors.EVENT_READ)
    begun = {}
    print("ready", flush=True)
    while True:
        for key, _ in waiting.select():
            if key.fileobj is server:
                connection, _ = server.accept()
                waiting.register(connection, selectors.EVENT_READ)
                begun[connection] = b""
                continue
            connection = key.fileobj
            try:
                data = connection.recv(65536)
            except ConnectionError:
                data = b""
            if not data:
                waiting.unregister(connection)
                connection.close()
                del begun[connection]
                continue
            whole, newline, rest = (begun[connection] + data).rpartition(b"\n")
            if newline:
                out.write(whole + newline)
            begun[connection] = rest


main()
