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
WORDS = {"fate", "fates", "tally", "tallies", "spot", "crew", "lane", "lanes", "scout", "ledger", "holders",
         "moment", "moments", "distinct", "registers"}
# How a name begins, or all of it.
STARTS = ("HOW", "WAY", "PKT_STAGE", "count_plain", "long_way", "short_way", "message_work", "flow_work", "top_best",
          "top_notes", "map_window", "sink_buffer", "link_table", "kernel_maps", "run_reports", "stream_kind",
          "stream_mark", "kind_json", "kind_kafka", "kind_syslog")

# Not ours to choose, or not worth a change.
EXCEPTIONS = {
    "distinct_names": "public: a field of the JSON",
}


def old(name):
    """Whether @name has one of the words."""
    words = name.lower().split("_")
    return bool(WORDS.intersection(words)) or any(name == s or name.startswith(s + "_") for s in STARTS)


def refused(path):
    """The names in @path that have such words: its own, and the identifiers of a C file."""
    names = {path.stem} if old(path.stem.replace("-", "_")) else set()
    if path.suffix in (".c", ".h"):
        for match in TOKEN.finditer(path.read_text(errors="replace")):
            name = match.group(1)
            if name and name not in EXCEPTIONS and old(name):
                names.add(name)
    if "tests" in path.relative_to(ROOT).parts:
        names = {name for name in names if name.count("_") < 3}
    return names


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
