#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""A folder of user/ includes only folders above it in CONTRIBUTING.md's table, and no file is in a circle.

    includes.py [FOLDER]   the source tree (the one that this script is in)

Prints each wrong include and each circle; exit status 1 if there is one.
"""
import re
import sys
from pathlib import Path

ROOT = Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).resolve().parents[2])
INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"]+)"', re.M)


def folders():
    """The folders in the order of the table."""
    rows = re.findall(r"^\| `(\w+)/` \|", (ROOT / "CONTRIBUTING.md").read_text(), re.M)
    return {name: place for place, name in enumerate(rows)}


def includes_of(path):
    """What a file of user/ includes of user/, by paths from there."""
    found = INCLUDE.findall(path.read_text())
    return [name for name in found if (ROOT / "user" / name).exists()]


def circles(arrows):
    """The groups of modules (a .c and a .h of one name) that include one another: Tarjan's algorithm."""
    number, low, stack, found = {}, {}, [], []

    def visit(module):
        number[module] = low[module] = len(number)
        stack.append(module)
        for other in arrows.get(module, ()):
            if other not in number:
                visit(other)
                low[module] = min(low[module], low[other])
            elif other in stack:
                low[module] = min(low[module], number[other])
        if low[module] == number[module]:
            group = [stack.pop()]
            while group[-1] != module:
                group.append(stack.pop())
            if len(group) > 1:
                found.append(sorted(group))

    for module in sorted(arrows):
        if module not in number:
            visit(module)
    return found


def main():
    order, arrows, wrong = folders(), {}, []
    files = sorted(path for path in (ROOT / "user").rglob("*.[ch]"))
    if not order or not files:
        wrong.append("no table of folders in CONTRIBUTING.md, or no file in user/")
    for path in files:
        name = path.relative_to(ROOT / "user")
        folder = name.parts[0]
        if len(name.parts) < 2 or folder not in order:
            wrong.append(f"user/{name} is in no folder of the table")
            continue
        module = name.with_suffix("").as_posix()
        for included in includes_of(path):
            other = included.split("/")[0]
            if order.get(other, len(order)) > order[folder]:
                wrong.append(f"user/{name} includes {included}, and {other}/ is below {folder}/")
            target = re.sub(r"\.h$", "", included)
            if target != module:
                arrows.setdefault(module, set()).add(target)
    for group in circles(arrows):
        wrong.append("these include one another: " + ", ".join(group))
    for line in wrong:
        print(line)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
