#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Names in C sources, and names of files, have none of the words that this code base has left behind.

    words.py [FOLDER]   the source tree (the one that this script is in)

Comments and strings are not looked at: there the words are English. Names of tests that are sentences, of
four words and more, are not looked at either. Prints each name with its file; exit status 1 if there is one.
"""
import re
import sys
from pathlib import Path

ROOT = Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).resolve().parents[2])
FOLDERS = ("include", "bpf", "user", "tests", "docs")
TOKEN = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'|([A-Za-z_]\w*)|.', re.S)

# Anywhere in a name, between underscores.
WORDS = {"fate", "fates", "tally", "tallies", "spot", "crew", "lane", "lanes", "scout", "ledger", "holder", "holders",
         "moment", "moments", "distinct", "registers", "told", "take", "takes", "taken", "screen", "screens", "forget",
         "forgets", "slot", "slots", "work", "works", "fact", "turn", "turns", "settle", "settled",
         "touch", "touched", "counting", "outside", "carry"}
# The same, in the parser and the programs, where these were the fast path's and the packet's.
PARSER_WORDS = {"plain", "how", "notes"}
# How a name begins, or all of it.
STARTS = ("HOW", "WAY", "FOUND", "PKT_STAGE", "count_plain", "long_way", "short_way", "message_work", "flow_work", "top_best",
          "top_notes", "map_window", "sink_buffer", "sink_json", "sink_text", "link_table", "kernel_maps", "run_reports",
          "stream_kind", "stream_mark", "stream_socket", "stream_file", "stream_kafka", "kind_json", "kind_kafka", "kind_syslog")
# Anywhere.
PARTS = ("long_way", "short_way")

# Not ours to choose, or the field's own.
EXCEPTIONS = {
    "distinct_names": "public: a field of the JSON",
    "verifier_forget": "what it is for: the verifier is to forget what it knows of a value",
    "fast_verifier_forget": "the same on the fast path, through scratch",
    "pty_screen": "the screen of a terminal",
    "SCREEN": "a type of ncurses",
}
# A CPU's place among those that have counters is its slot.
CPU_SLOT = re.compile(r"cpu_slots?(?=_|$)")


def old(name, parser):
    """Whether @name, of the @parser or not, has one of the words."""
    words = set(CPU_SLOT.sub("", name.lower()).split("_"))
    return bool(words & WORDS or parser and words & PARSER_WORDS) or any(part in name.lower() for part in PARTS) or \
        any(name == start or name.startswith(start + "_") for start in STARTS)


def refused(path):
    """The names in @path that have such words: its own, and the identifiers of a C file."""
    folder = path.relative_to(ROOT).parts[0]
    names = {re.sub(r"\W", "_", path.stem)}
    if path.suffix in (".c", ".h"):
        names |= {match.group(1) for match in TOKEN.finditer(path.read_text(errors="replace")) if match.group(1)}
    if folder == "tests":
        names = {name for name in names if name.count("_") < 3}
    return {name for name in names if name not in EXCEPTIONS and old(name, folder in ("include", "bpf"))}


def main():
    files = sorted(path for folder in FOLDERS for path in (ROOT / folder).rglob("*")
                   if path.is_file() and "__pycache__" not in path.parts and "corpus" not in path.parts)
    wrong = [f"{path.relative_to(ROOT)}: {name}" for path in files for name in sorted(refused(path))]
    if not files:
        wrong = [f"no sources in {ROOT}"]
    for line in wrong:
        print(line)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
