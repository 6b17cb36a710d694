#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""pty_screen.py ROWS COLUMNS COMMAND...: run a command on a terminal of that size, and print what is seen at its end.

Lines are wrapped and scroll off the top as they do there. All that is written after the last "cursor home, erase
below" counts. The exit status is the command's.
"""
import fcntl
import os
import pty
import re
import struct
import sys
import termios
import unicodedata


def columns_of(char):
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def wrapped(line, columns):
    """The rows that a line takes."""
    rows, used = [""], 0
    for char in line:
        width = columns_of(char)
        if used + width > columns:
            rows.append("")
            used = 0
        rows[-1] += char
        used += width
    return rows


def seen(written, rows, columns):
    text = written.decode("utf-8", "replace").replace("\r\n", "\n").split("\x1b[H\x1b[J")[-1]
    text = re.sub(r"\x1b\[[0-9;]*m", "", text)
    lines = [row for line in text.split("\n") for row in wrapped(line, columns)]
    return lines[-rows:]


def main():
    rows, columns, command = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:]
    child, terminal = pty.fork()
    if child == 0:
        fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        os.environ.update(TERM="xterm")
        os.execvp(command[0], command)
    written = b""
    while True:
        try:
            piece = os.read(terminal, 65536)
        except OSError:  # the other end is closed
            break
        if not piece:
            break
        written += piece
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    print("\n".join(seen(written, rows, columns)))
    sys.exit(status)


main()
