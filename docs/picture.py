#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""picture.py RCODEWATCH DNSLOAD: print docs/picture.svg, a terminal page of the program as SVG.

DNSLOAD writes a capture of a resolver's answers in which the signatures of one zone expire.
RCODEWATCH reads it on a pseudo-terminal, and its last page is drawn as it is: text, colours,
height. Capture and report hold no date or random number of today, so the picture changes only when
the program's output does.
"""
import fcntl
import html
import os
import pathlib
import pty
import re
import struct
import subprocess
import sys
import tempfile
import termios

LINES, COLUMNS = 30, 80
SECONDS, HEALTHY = 5, 2
READ = ["read", "--interval", "1", "--top", "3", "resolver.pcap"]
# One list for all machines: the zone of a SERVFAIL without SOA depends on it.
SUFFIXES = "com\nexample\n"

FONT, CELL, LINE, MARGIN, BAR = 13, 7.8, 17, 14, 28
STYLES = {"1": "b", "2": "d", "31": "r", "32": "g", "33": "y", "35": "p"}
COLOURS = {"d": "#9198a1", "r": "#ff7b72", "g": "#7ee787", "y": "#e3b341", "p": "#d2a8ff"}
BLOCKS = " ▏▎▍▌▋▊▉█"  # eighths of a cell, from the left


def terminal_output(command, directory):
    """What a command writes to a terminal of that size."""
    pid, master = pty.fork()
    if pid == 0:
        try:
            # Before the program starts, so that it cannot ask too early.
            fcntl.ioctl(1, termios.TIOCSWINSZ, struct.pack("HHHH", LINES, COLUMNS, 0, 0))
            os.chdir(directory)
            os.execve(command[0], command, {"TERM": "xterm-256color", "LC_ALL": "C.UTF-8"})
        finally:
            os._exit(127)
    output = b""
    while True:
        try:
            piece = os.read(master, 65536)
        except OSError:  # EIO: the other end is closed
            break
        if not piece:
            break
        output += piece
    os.close(master)
    if os.waitpid(pid, 0)[1] != 0:
        sys.exit(f"picture.py: {' '.join(command)} failed: {output.decode(errors='replace')}")
    return output.decode()


def last_page(program, dnsload):
    with tempfile.TemporaryDirectory() as directory:
        suffixes = pathlib.Path(directory, "suffixes")
        suffixes.write_text(SUFFIXES)
        subprocess.run([dnsload, "--write", f"{directory}/resolver.pcap", "--mix", "outage",
                        "--rate", "5000", "--duration", str(SECONDS),
                        "--outage-after", str(HEALTHY)], check=True, stdout=subprocess.DEVNULL)
        output = terminal_output([program, *READ[:-1], "--quiet", "--suffix-list",
                                  str(suffixes), READ[-1]], directory)
    lines = output.replace("\r\n", "\n").rstrip("\n").split("\n")
    heads = [i for i, line in enumerate(lines) if "resolver.pcap both" in line]
    if not heads or not any("ADVICE" in line for line in lines[heads[-1]:]):
        sys.exit("picture.py: the last page has no advice")
    return lines[heads[-1]:]


def runs(line):
    """(column, text, style) for each piece of a line between colour changes and wide gaps."""
    column, style = 0, ""
    for piece in re.split(r"(\x1b\[[0-9;]*m)", line):
        if piece.startswith("\x1b"):
            style = STYLES.get(piece[2:-1], "")
            continue
        for word in re.finditer(rf"[{BLOCKS[1:]}]+|[^\s{BLOCKS[1:]}]+(?: [^\s{BLOCKS[1:]}]+)*", piece):
            yield column + word.start(), word[0], style
        column += len(piece)


def draw(lines):
    width, height = 2 * MARGIN + COLUMNS * CELL, BAR + len(lines) * LINE + MARGIN + 6
    rules = "".join(f".{name}{{fill:{colour}}}" for name, colour in COLOURS.items())
    yield (f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:g}" height="{height:g}" '
           f'viewBox="0 0 {width:g} {height:g}" font-size="{FONT}" font-family="ui-monospace, '
           f"'SF Mono', Menlo, Consolas, 'DejaVu Sans Mono', monospace\">")
    yield "<title>rcodewatch: the signatures of a zone have expired</title>"
    yield f"<style>text{{fill:#e6edf3}}.b{{font-weight:bold}}{rules}</style>"
    # Both a light and a dark page show where the window ends.
    yield (f'<rect x="0.5" y="0.5" width="{width - 1:g}" height="{height - 1:g}" rx="8" '
           f'fill="#0d1117" stroke="#6e7681"/>')
    yield f'<path d="M1 {BAR}H{width - 1:g}" stroke="#30363d"/>'
    yield f'<text class="d" x="{MARGIN}" y="{BAR - 9}">$ rcodewatch {" ".join(READ)}</text>'
    for i, line in enumerate(lines):
        top = BAR + 6 + i * LINE
        texts = ""
        for column, text, style in runs(line):
            x = f"{MARGIN + column * CELL:.1f}"
            shape = f' class="{style}"' if style else ""
            if text[0] in BLOCKS:
                eighths = sum(BLOCKS.index(block) for block in text)
                yield (f'<rect{shape} x="{x}" y="{top + 2}" width="{eighths * CELL / 8:.1f}" '
                       f'height="{LINE - 4}"/>')
                continue
            # Whatever the font, a piece takes the cells that it took in the terminal.
            length = f' textLength="{len(text) * CELL:.1f}"' if len(text) > 1 else ""
            texts += f'<tspan{shape} x="{x}"{length}>{html.escape(text, quote=False)}</tspan>'
        if texts:
            yield f'<text y="{top + 13}">{texts}</text>'
    yield "</svg>"


def main():
    if len(sys.argv) != 3:
        sys.exit("usage: picture.py RCODEWATCH DNSLOAD")
    programs = [os.path.realpath(program) for program in sys.argv[1:]]
    print("\n".join(draw(last_page(*programs))))


main()
