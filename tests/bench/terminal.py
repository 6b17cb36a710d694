#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""terminal.py COMMAND...: run a command that needs a terminal, without one.

It gets a VT100 of 24 lines. On SIGTERM what stands on its screen is printed, and the command is
ended. Enough of a VT100 for curses: text, the cursor, erasing.
"""
import os
import pty
import re
import select
import signal
import sys

LINES, COLUMNS = 24, 80
CONTROL = re.compile(r"\x1b\[([?0-9;]*)([A-Za-z])|\x1b[()][0-9A-Za-z]|\x1b[78=>]|[^\x1b]", re.S)


class Screen:
    def __init__(self):
        self.cells = [[" "] * COLUMNS for _ in range(LINES)]
        self.line = self.column = 0

    def text(self):
        return "\n".join("".join(line).rstrip() for line in self.cells)

    def erase(self, line, start, end):
        for column in range(start, end):
            self.cells[line][column] = " "

    def erase_lines(self, start, end):
        for line in range(start, end):
            self.erase(line, 0, COLUMNS)

    def sequence(self, arguments, letter):
        numbers = [int(n) if n.isdigit() else 0 for n in arguments.split(";")]
        first = numbers[0]
        if letter in "Hf":
            self.line = max(first, 1) - 1
            self.column = max(numbers[1] if len(numbers) > 1 else 1, 1) - 1
        elif letter in "ABCD":
            step = max(first, 1)
            self.line += {"A": -step, "B": step}.get(letter, 0)
            self.column += {"C": step, "D": -step}.get(letter, 0)
        elif letter == "K":
            self.erase(self.line, 0 if first else self.column, COLUMNS if first != 1 else self.column + 1)
        elif letter == "J" and first == 2:
            self.erase_lines(0, LINES)
        elif letter == "J":
            self.erase(self.line, self.column, COLUMNS)
            self.erase_lines(self.line + 1, LINES)
        self.line = min(max(self.line, 0), LINES - 1)
        self.column = min(max(self.column, 0), COLUMNS - 1)

    def character(self, char):
        if char == "\r":
            self.column = 0
        elif char == "\n":
            self.line = min(self.line + 1, LINES - 1)
        elif char == "\b":
            self.column = max(self.column - 1, 0)
        elif char == "\t":
            self.column = min((self.column // 8 + 1) * 8, COLUMNS - 1)
        elif char >= " ":
            self.cells[self.line][self.column] = char
            self.column = min(self.column + 1, COLUMNS - 1)

    def feed(self, text):
        """Take what was written; what is left is the beginning of a sequence."""
        at = 0
        while at < len(text):
            match = CONTROL.match(text, at)
            if not match:
                break
            at = match.end()
            if match.group(2):
                self.sequence(match.group(1), match.group(2))
            elif not match.group(0).startswith("\x1b"):
                self.character(match.group(0))
        return text[at:]


def main():
    if len(sys.argv) < 2:
        sys.exit("usage: terminal.py COMMAND...")
    child, terminal = pty.fork()
    if child == 0:
        os.environ.update(TERM="vt100", LINES=str(LINES), COLUMNS=str(COLUMNS))
        os.execvp(sys.argv[1], sys.argv[1:])
    woken, wake = os.pipe()
    os.set_blocking(wake, False)
    signal.set_wakeup_fd(wake)
    signal.signal(signal.SIGTERM, lambda *_: None)
    screen, rest = Screen(), ""
    while True:
        ready, _, _ = select.select([terminal, woken], [], [])
        if woken in ready:
            break
        try:
            rest = screen.feed(rest + os.read(terminal, 65536).decode("latin-1"))
        except OSError:
            break
    print(screen.text())
    os.kill(child, signal.SIGTERM)
    os.close(terminal)
    os.waitpid(child, 0)


main()
