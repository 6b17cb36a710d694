#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""picture.py DRAW_PAGE: print docs/picture.svg, the full screen of the program as SVG.

DRAW_PAGE (tests/tools/draw_page.c) draws the page of tests/top/incident.json as `rcodewatch top` does: text and colours. The file holds
no date of today, so the picture changes only when the page does.
"""
import html
import os
import pathlib
import re
import subprocess
import sys

COLUMNS = 80
ROOT = pathlib.Path(__file__).resolve().parents[1]

FONT, CELL, LINE, MARGIN, BAR = 13, 7.8, 17, 14, 28
STYLES = {"1": "b", "2": "d", "31": "r", "32": "g", "33": "y"}
COLOURS = {"d": "#9198a1", "r": "#ff7b72", "g": "#7ee787", "y": "#e3b341"}
BLOCKS = " ▁▂▃▄▅▆▇█"  # eighths of a cell, from below


def page(draw_page):
    return subprocess.run([draw_page, "incident"], check=True, capture_output=True, text=True, cwd=ROOT,
                          encoding="utf-8").stdout.rstrip("\n").split("\n")


def runs(line):
    """(column, text, style) for each piece of a line between colour changes and wide gaps."""
    column, style = 0, ""
    for piece in re.split(r"(\x1b\[[0-9;]*m)", line):
        if piece.startswith("\x1b"):
            style = STYLES.get(piece[2:-1].split(";")[-1], "")
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
    yield "<title>rcodewatch top: a zone does not validate, and a server is silent</title>"
    yield f"<style>text{{fill:#e6edf3}}.b{{font-weight:bold}}{rules}</style>"
    # Both a light and a dark page show where the window ends.
    yield (f'<rect x="0.5" y="0.5" width="{width - 1:g}" height="{height - 1:g}" rx="8" '
           f'fill="#0d1117" stroke="#6e7681"/>')
    yield f'<path d="M1 {BAR}H{width - 1:g}" stroke="#30363d"/>'
    yield f'<text class="d" x="{MARGIN}" y="{BAR - 9}">$ rcodewatch top</text>'
    for i, line in enumerate(lines):
        top = BAR + 6 + i * LINE
        texts = ""
        for column, text, style in runs(line):
            x = f"{MARGIN + column * CELL:.1f}"
            shape = f' class="{style}"' if style else ""
            if text[0] in BLOCKS:
                for i, block in enumerate(text):
                    tall = BLOCKS.index(block) * (LINE - 3) / 8
                    yield (f'<rect{shape} x="{MARGIN + (column + i) * CELL:.1f}" y="{top + LINE - 1 - tall:.1f}" '
                           f'width="{CELL:.1f}" height="{tall:.1f}"/>')
                continue
            # Whatever the font, a piece takes the cells that it took in the terminal.
            length = f' textLength="{len(text) * CELL:.1f}"' if len(text) > 1 else ""
            texts += f'<tspan{shape} x="{x}"{length}>{html.escape(text, quote=False)}</tspan>'
        if texts:
            yield f'<text y="{top + 13}">{texts}</text>'
    yield "</svg>"


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: picture.py DRAW_PAGE")
    print("\n".join(draw(page(os.path.realpath(sys.argv[1])))))


main()
