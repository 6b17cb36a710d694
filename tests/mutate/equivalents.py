# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""The list of changes that make no difference that a test could see, and why.

An entry is four lines or more, and a blank line ends it:

    include/example.h function
    - the line as it is
    + the line as it becomes
    Why this makes no difference.
"""

from typing import NamedTuple


class Entry(NamedTuple):
    number: int  # of the line where it begins
    file: str
    where: str
    before: str
    after: str

    @property
    def key(self):
        return self.file, self.where, self.before, self.after


class Malformed(Exception):
    pass


def parse_entry(number, lines):
    head = lines[0].split()
    if (
        len(lines) < 4
        or len(head) != 2
        or not lines[1].startswith("- ")
        or not lines[2].startswith("+ ")
    ):
        raise Malformed(f"line {number}: an entry is: FILE FUNCTION, - LINE, + LINE, WHY")
    return Entry(number, *head, lines[1][2:].strip(), lines[2][2:].strip())


def read(path):
    """The entries of the file at @path by what they name."""
    entries, lines, begun = {}, [], 0
    with open(path, encoding="utf-8") as file:
        for number, line in enumerate([*file, "\n"], 1):
            line = line.rstrip("\n")
            if line.startswith("#"):
                continue
            if line.strip():
                begun = begun if lines else number
                lines.append(line)
            elif lines:
                entry = parse_entry(begun, lines)
                entries[entry.key] = entry
                lines = []
    return entries


def key(change):
    """What an entry that names @change has as its key."""
    return change.file, change.where, change.before, change.after


def stale(entries, changes):
    """The entries that name no change that can be made: what they are about is another by now."""
    possible = {key(change) for change in changes}
    return [entry for named, entry in entries.items() if named not in possible]
