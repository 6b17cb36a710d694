#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""SASL in front of brokers that have none.

sasl_proxy.py NAMESPACE USER PASSWORD PORT...
    Runs in the namespace of the client. Each PORT of 127.0.0.1 there leads to the same port of 127.0.0.1 in NAMESPACE, so what brokers say
    of their addresses is true for the client. A connection must authenticate as RFC 4616 (PLAIN) or RFC 7677 (SCRAM-SHA-256) says, in the requests
    SaslHandshake and SaslAuthenticate of Kafka's protocol, and is closed if it does not. Says "ready", and a line "MECHANISM USER" or
    "refused MECHANISM USER" for each attempt.
"""

import base64
import ctypes
import hashlib
import hmac
import os
import socket
import struct
import sys
import threading

SASL_HANDSHAKE, API_VERSIONS, SASL_AUTHENTICATE = 17, 18, 36
UNSUPPORTED_MECHANISM, UNSUPPORTED_VERSION, AUTHENTICATION_FAILED = 33, 35, 58
MECHANISMS = ("PLAIN", "SCRAM-SHA-256")
ITERATIONS = 4096


def text(value):
    return struct.pack(">h", len(value)) + value.encode()


def read_text(data, at):
    length, = struct.unpack_from(">h", data, at)
    return data[at + 2:at + 2 + length].decode(), at + 2 + length


def read_exactly(connection, count):
    data = b""
    while len(data) < count:
        more = connection.recv(count - len(data))
        if not more:
            raise ConnectionError
        data += more
    return data


def read_frame(connection):
    length, = struct.unpack(">i", read_exactly(connection, 4))
    return read_exactly(connection, length)


def write_frame(connection, data):
    connection.sendall(struct.pack(">i", len(data)) + data)


def say(*words):
    print(*words, flush=True)


class Plain:
    def __init__(self, user, password):
        self.wanted, self.user = (user, password), ""

    def answer(self, data):
        """What to send back, and whether it is over; ValueError if refused."""
        _, self.user, password = data.decode().split("\0")
        if (self.user, password) != self.wanted:
            raise ValueError
        return b"", True


class Scram:
    def __init__(self, user, password):
        self.known, self.user = user, ""
        self.salt = os.urandom(16)
        salted = hashlib.pbkdf2_hmac("sha256", password.encode(), self.salt, ITERATIONS)
        client = hmac.digest(salted, b"Client Key", "sha256")
        self.stored = hashlib.sha256(client).digest()
        self.server = hmac.digest(salted, b"Server Key", "sha256")
        self.messages = []

    def answer(self, data):
        message = data.decode()
        if not self.messages:
            bare = message.split(",", 2)[2]  # behind "n,,"
            values = dict(part.split("=", 1) for part in bare.split(","))
            self.user = values["n"]
            self.nonce = values["r"] + base64.b64encode(os.urandom(18)).decode()
            first = "r=%s,s=%s,i=%d" % (self.nonce, base64.b64encode(self.salt).decode(), ITERATIONS)
            self.messages = [bare, first]
            return first.encode(), False
        values = dict(part.split("=", 1) for part in message.split(","))
        signed = ",".join(self.messages + [message.rsplit(",p=", 1)[0]]).encode()
        proof = base64.b64decode(values["p"])
        signature = hmac.digest(self.stored, signed, "sha256")
        key = bytes(a ^ b for a, b in zip(proof, signature))
        # librdkafka before 2.6.1 puts its own nonce before it once more, and Kafka's brokers allow that.
        if self.user != self.known or not values["r"].endswith(self.nonce) or hashlib.sha256(key).digest() != self.stored:
            raise ValueError
        return b"v=" + base64.b64encode(hmac.digest(self.server, signed, "sha256")), True


def versions(broker, correlation):
    """What the broker knows, in the form of version 0, and the two requests beside."""
    write_frame(broker, struct.pack(">hhi", API_VERSIONS, 0, 0) + text("proxy"))
    known = read_frame(broker)[4 + 2 + 4:]
    count = len(known) // 6
    return struct.pack(">ihi", correlation, 0, count + 2) + known + struct.pack(
        ">hhhhhh", SASL_HANDSHAKE, 0, 1, SASL_AUTHENTICATE, 0, 0)


def authenticate(client, broker, user, password):
    """Whether the client may go on."""
    exchange, mechanism = None, ""
    while True:
        frame = read_frame(client)
        api, version, correlation = struct.unpack_from(">hhi", frame)
        _, at = read_text(frame, 8)
        if api == API_VERSIONS and version:
            write_frame(client, struct.pack(">ihi", correlation, UNSUPPORTED_VERSION, 1)
                        + struct.pack(">hhh", API_VERSIONS, 0, 0))
        elif api == API_VERSIONS:
            write_frame(client, versions(broker, correlation))
        elif api == SASL_HANDSHAKE:
            mechanism, _ = read_text(frame, at)
            exchange = {"PLAIN": Plain, "SCRAM-SHA-256": Scram}.get(mechanism)
            write_frame(client, struct.pack(">ihi", correlation, 0 if exchange else UNSUPPORTED_MECHANISM,
                                            len(MECHANISMS)) + b"".join(map(text, MECHANISMS)))
            if not exchange:
                return False
            exchange = exchange(user, password)
        elif api == SASL_AUTHENTICATE and exchange:
            length, = struct.unpack_from(">i", frame, at)
            try:
                data, over = exchange.answer(frame[at + 4:at + 4 + length])
            except (ValueError, KeyError):
                say("refused", mechanism, exchange.user)
                write_frame(client, struct.pack(">ih", correlation, AUTHENTICATION_FAILED) + text("no")
                            + struct.pack(">i", 0))
                return False
            write_frame(client, struct.pack(">ihhi", correlation, 0, -1, len(data)) + data)
            if over:
                say(mechanism, exchange.user)
                return True
        else:
            say("refused", "request", api)
            return False


def relay(source, to):
    try:
        while data := source.recv(65536):
            to.sendall(data)
    except OSError:
        pass
    for one in (source, to):
        try:
            one.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass


def serve(client, namespace, port, user, password):
    try:
        # Of this thread alone.
        if ctypes.CDLL(None, use_errno=True).setns(namespace, 0) < 0:
            raise OSError(ctypes.get_errno(), "setns")
        with client, socket.create_connection(("127.0.0.1", port)) as broker:
            if authenticate(client, broker, user, password):
                back = threading.Thread(target=relay, args=(broker, client))
                back.start()
                relay(client, broker)
                back.join()
    except ConnectionError:
        pass


def listen(listener, *rest):
    while True:
        client, _ = listener.accept()
        threading.Thread(target=serve, args=(client, *rest), daemon=True).start()


if __name__ == "__main__":
    if len(sys.argv) < 5:
        sys.exit(__doc__)
    NAMESPACE = os.open("/run/netns/" + sys.argv[1], os.O_RDONLY)
    LISTENERS = [socket.create_server(("127.0.0.1", int(port))) for port in sys.argv[4:]]
    say("ready")
    THREADS = [threading.Thread(target=listen, daemon=True,
                                args=(listener, NAMESPACE, int(port), sys.argv[2], sys.argv[3]))
               for listener, port in zip(LISTENERS, sys.argv[4:])]
    for thread in THREADS:
        thread.start()
    for thread in THREADS:
        thread.join()
