# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""What scripts have in common that are every kind of client to a listener: complaints, and reading to the end."""
import contextlib
import sys

complaints = []


def complain(what):
    complaints.append(what)
    print(what, flush=True)


def read_all(client):
    """What comes until the other end hangs up, however it does that."""
    data = b""
    with contextlib.suppress(ConnectionError):
        while part := client.recv(65536):
            data += part
    return data


def finish():
    """End with 1 if there was anything to complain of."""
    sys.exit(1 if complaints else 0)
