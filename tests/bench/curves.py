# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Curves of how costs grow, as SVG: from metrics called growth.SERIES.X or growth.SERIES.X.UNIT."""
import os
import re

WIDTH, HEIGHT = 480, 260
LEFT, RIGHT, TOP, BOTTOM = 56, 16, 36, 44

# series, unit in the metric's name, title, what x is, what y is
CHARTS = (
    ("interfaces", None, "A packet, by interfaces", "interfaces", "ns"),
    ("names", None, "A packet, by names at random", "names", "ns"),
    ("zones", None, "A packet, by zones at random", "zones", "ns"),
    ("addresses", None, "A packet, by servers and clients at random", "of each", "ns"),
    ("memory", None, "A packet, by memory for the lists", "MiB (--memory)", "ns"),
    ("cpus", None, "A packet, by CPUs", "CPUs", "ns"),
    ("streams", None, "A TCP segment, by streams at random", "streams", "ns"),
    ("stream_table", None, "A TCP segment of 4096 streams, by table size", "buckets of 4 streams", "ns"),
    ("read_interfaces", "cpu_ms", "Flip and read, by interfaces", "interfaces", "ms of CPU"),
    ("read_cpus", "cpu_ms", "Flip and read, by CPUs", "CPUs", "ms of CPU"),
)


def points_of(metrics, series, unit):
    """(x, median, low, high), by x."""
    pattern = re.compile(rf"growth\.{series}\.(\d+){'' if unit is None else re.escape('.' + unit)}$")
    points = []
    for name, m in metrics.items():
        match = pattern.match(name)
        if match:
            points.append((int(match[1]), m["median"], m["low"], m["high"]))
    return sorted(points)


def nice_top(value):
    """The least of 1, 2, 5 times a power of ten that is not below."""
    step = 1e-9
    while True:
        for factor in (1, 2, 5):
            if value <= step * factor:
                return step * factor
        step *= 10


def short(value):
    for size, letter in ((1 << 20, "M"), (1 << 10, "k")):
        if value >= size and value % size == 0:
            return f"{value // size}{letter}"
    return f"{value:g}"


def draw(points, title, x_name, y_name):
    top = nice_top(max(high for _, _, _, high in points))
    wide, tall = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM

    # Each x in its turn: they grow by factors.
    def x(i):
        return LEFT + wide * (i / (len(points) - 1) if len(points) > 1 else 0.5)

    def y(value):
        return TOP + tall * (1 - max(value, 0) / top)

    def line(i, values):
        return " ".join(f"{x(k):.1f},{y(values[k][i]):.1f}" for k in range(len(values)))

    band = line(3, points) + " " + " ".join(reversed(line(2, points).split()))
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" '
        f'viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="12">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
        f'<text x="{LEFT}" y="20" font-weight="bold">{title}</text>',
    ]
    for part in range(5):
        value = top * part / 4
        out.append(
            f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y(value):.1f}" y2="{y(value):.1f}" stroke="#ddd"/>'
            f'<text x="{LEFT - 6}" y="{y(value) + 4:.1f}" text-anchor="end">{value:g}</text>'
        )
    for i, point in enumerate(points):
        out.append(f'<text x="{x(i):.1f}" y="{HEIGHT - BOTTOM + 16}" text-anchor="middle">{short(point[0])}</text>')
    out += [
        f'<text x="{WIDTH - RIGHT}" y="{HEIGHT - 8}" text-anchor="end">{x_name}</text>',
        f'<text x="{LEFT - 6}" y="{TOP - 8}" text-anchor="end">{y_name}</text>',
        f'<polygon points="{band}" fill="#1f6fb4" fill-opacity="0.2"/>',
        f'<polyline points="{line(1, points)}" fill="none" stroke="#1f6fb4" stroke-width="2"/>',
    ]
    out += [f'<circle cx="{x(i):.1f}" cy="{y(p[1]):.1f}" r="3" fill="#1f6fb4"/>' for i, p in enumerate(points)]
    out.append("</svg>")
    return "\n".join(out) + "\n"


def draw_all(metrics, folder):
    for series, unit, title, x_name, y_name in CHARTS:
        points = points_of(metrics, series, unit)
        if not points:
            continue
        with open(os.path.join(folder, series.replace("_", "-") + ".svg"), "w", encoding="ascii") as file:
            file.write(draw(points, title, x_name, y_name))
