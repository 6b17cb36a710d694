#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""
check.py RCODEWATCH: hold the documents against the program and the sources.

What a reader could try and find wanting is tried: options of the commands (their help is the
measure), names in reports (include/abi.h is), links, paths and make targets. A line for each thing
that is wrong, and exit status 1; else 0.
"""
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
MAN = ROOT / "docs/rcodewatch.1"
# The document that describes a command.
DOCUMENT = {"run": "run.md", "read": "read.md", "check": "check.md", "explain": "codes.md",
            "config": "run.md", "detach": "service.md", "top": "top.md",
            "status": "control.md", "dump": "control.md", "history": "control.md", "reload": "control.md"}
# The lists of include/abi.h, where their names are explained, and what else that table has.
NAMES = [
    ("OUTCOMES", "accounting", {"packets", "unparsed"}),
    ("UNPARSED_REASONS", "accounting", set()),
    ("INCOMPLETE_REASONS", "incomplete", set()),
    ("ANSWER_KINDS", "answers", set()),
    ("TCP_EVENTS", "tcp", set()),
    ("UDP_EVENTS", "udp", set()),
]
# What code spans can be that name a file of this repository.
PATH = re.compile(r"^(?:tests|user|include|bpf|docs|vmlinux|\.ci)/[\w./*-]*$")

wrong = 0


def complain(where, what):
    global wrong
    wrong += 1
    print(f"{where}: {what}")


def output(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


# ---- the program's options ---------------------------------------------------------


def help_options(program, command):
    """{long: letter or ""} as `rcodewatch COMMAND --help` has them."""
    found = {}
    for line in output(program, command, "--help").splitlines():
        match = re.match(r"  (?:-(\w),|   ) --([\w-]+)", line)
        if match:
            found[match[2]] = match[1] or ""
    return found


def man_options(text):
    """The same of the man page, by command; and the letters and words of its synopsis."""
    options, synopsis = {}, {}
    section = command = None
    for line in text.replace("\\-", "-").splitlines():
        if line.startswith((".Sh", ".Ss")):
            section = line[4:].strip().strip('"')
            command = section.split()[-1] if section.startswith("rcodewatch ") else None
        elif section == "SYNOPSIS" and line.startswith(".Cm "):
            command = line.split()[1]
        elif section == "SYNOPSIS" and command and line.startswith(".Op Fl "):
            synopsis.setdefault(command, []).append(line.split()[2])
        elif command and line.startswith(".It Fl "):
            match = re.match(r"\.It Fl (?:(\w) , )?-([\w-]+)", line)
            if not match:
                complain(MAN.name, f"not read as an option: {line}")
                continue
            options.setdefault(command, {})[match[2]] = match[1] or ""
    return options, synopsis


def check_man(helps):
    options, synopsis = man_options(MAN.read_text())
    for command, wanted in helps.items():
        wanted = {name: letter for name, letter in wanted.items() if name != "help"}
        got = options.get(command, {})
        for name in sorted(wanted.keys() | got.keys()):
            if wanted.get(name) != got.get(name):
                complain(MAN.name, f"{command} --{name}: the help has "
                         f"{wanted.get(name, 'nothing')!r} before it, the man page "
                         f"{got.get(name, 'nothing')!r}")
        short = {letter or "-" + name for name, letter in wanted.items()}
        shown = set()
        for word in synopsis.get(command, []):
            shown |= {word} if word.startswith("-") else set(word)
        if short != shown:
            complain(MAN.name, f"the synopsis of {command} is off by {sorted(short ^ shown)}")
    for command in options.keys() - helps.keys():
        complain(MAN.name, f"there is no command {command}")


# ---- documents ------------------------------------------------------------------------


def documents():
    return sorted(path for path in ROOT.rglob("*.md")
                  if not path.relative_to(ROOT).parts[0].startswith("build"))


def without_output(text):
    """Drop what docs/fill-in.sh puts in: the program's own output, with others' options in it."""
    return re.sub(r"<!-- output: .*?<!-- end -->", "", text, flags=re.S)


def code_of(text):
    """Code spans and lines of code blocks, a list of strings."""
    found, prose, fenced = [], [], False
    for line in text.splitlines():
        if line.startswith("```"):
            fenced = not fenced
        elif fenced or line.startswith("    "):
            found.append(line.strip())
        else:
            prose.append(line)
    return found + [" ".join(span.split()) for span in re.findall(r"`([^`]+)`", "\n".join(prose))]


def commands_in(code):
    """The single commands in a line of code, as lists of words."""
    code = re.sub(r"\s#\s.*", "", code)
    for part in re.split(r"\|(?=\s)|;|&&", code):
        yield part.replace("[", " ").replace("]", " ").split()


def check_options(document, code, helps):
    known = {name for options in helps.values() for name in options} | {"version", "help", "check-config", "completion"}
    letters = {letter for options in helps.values() for letter in options.values()} | {"V"}
    for words in commands_in(code):
        while words and (words[0] in ("$", "sudo", "nohup") or words[0].startswith("ip")):
            words = words[words.index("exec") + 2:] if "exec" in words else words[1:]
        if not words:
            continue
        command = None
        if pathlib.PurePath(words[0]).name == "rcodewatch":
            command = words[1] if len(words) > 1 else None
        elif words[0] in helps and len(words) > 1:
            command = words[0]
        elif not words[0].startswith("-"):
            continue
        longs, shorts = known, letters
        if command in helps:
            longs, shorts = set(helps[command]), set(helps[command].values())
        for word in words:
            match = re.match(r"--([\w-]+)", word)
            if match and match[1] not in longs:
                complain(document, f"there is no --{match[1]}: {' '.join(words)}")
            match = re.match(r"-([a-zA-Z])$", word)
            if match and match[1] not in shorts:
                complain(document, f"there is no -{match[1]}: {' '.join(words)}")


def check_document(path, helps, targets):
    name, text = str(path.relative_to(ROOT)), without_output(path.read_text())
    for code in code_of(text):
        check_options(name, code, helps)
        if PATH.match(code) and not list(ROOT.glob(code.rstrip("/"))):
            complain(name, f"there is no {code}")
        match = re.match(r"(?:sudo )?make ([a-z][\w-]*)(?: |$)", code)
        if match and match[1] not in targets:
            complain(name, f"there is no target '{match[1]}' in the Makefile")
    # -x and --long beside one another belong together.
    for letter, option in re.findall(r"`-(\w)`, `--([\w-]+)", text):
        if all(options.get(option) != letter for options in helps.values()):
            complain(name, f"-{letter} is not --{option}")


def make_targets():
    text = "".join(path.read_text() for path in
                   [ROOT / "Makefile", *sorted(ROOT.glob("tests/*/*.mk"))])
    return set(re.findall(r"^([a-z][\w-]*):(?!=)", text, flags=re.M))


# ---- links -------------------------------------------------------------------------------


def anchors(path):
    """The anchors that headings get: lower case, punctuation gone, blanks made hyphens."""
    headings = re.findall(r"^#+ +(.*)$", re.sub(r"```.*?```", "", path.read_text(), flags=re.S),
                          flags=re.M)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-")
            for heading in headings}


def check_links(path):
    name, text = str(path.relative_to(ROOT)), path.read_text()
    text = re.sub(r"```.*?```|`[^`\n]*`", "", text, flags=re.S)
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"[a-z]+:", target):
            continue
        file, _, anchor = target.partition("#")
        where = (path.parent / file) if file else path
        if not where.exists():
            complain(name, f"there is no {target}")
        elif anchor and anchor not in anchors(where):
            complain(name, f"there is no heading for {target}")


# ---- pages -----------------------------------------------------------------------------------


def check_pages():
    """The pages of the full screen that docs/top.md shows are those of its test, but for what was captured (```text)."""
    text = (ROOT / "docs/top.md").read_text()
    page = (ROOT / "tests/top/incident-80x24.screen").read_text()
    if f"```\n{page}```" not in text:
        complain("docs/top.md", "its first page is not that of tests/top/incident-80x24.screen")
    known = {line for path in (ROOT / "tests/top").glob("*.screen") for line in path.read_text().splitlines()}
    for language, block in re.findall(r"^```(\w*)\n(.*?)^```", text, flags=re.S | re.M):
        if language == "text":
            continue
        for line in block.splitlines():
            if line not in known:
                complain("docs/top.md", f"no page of tests/top has the line '{line}'")


# ---- names in reports ----------------------------------------------------------------------


def abi_names(text, macro):
    match = re.search(rf"#define {macro}\(X\)(.*?[^\\])\n", text, flags=re.S)
    return set(re.findall(r'X\(\w+, "(\w+)"\)', match[1]))


def rows(text, heading):
    """The names in the first column of the tables under a heading."""
    section = re.search(rf"^### {heading}\n(.*?)(?=^##|\Z)", text, flags=re.S | re.M)
    return set(re.findall(r"^\| `(\w+)` \|", section[1], flags=re.M)) if section else set()


def check_names():
    abi, json = (ROOT / "include/abi.h").read_text(), (ROOT / "docs/json.md").read_text()
    documented = {}
    for macro, heading, more in NAMES:
        names = abi_names(abi, macro)
        if not names:
            complain("include/abi.h", f"no names are found in {macro}")
        documented.setdefault(heading, set()).update(names | more)
    for heading, names in documented.items():
        for name in sorted(names ^ rows(json, heading)):
            what = "is in no report" if name not in names else "is not explained"
            complain("docs/json.md", f"{heading}: {name} {what}")
    flags = re.search(r"^\| `flags` .*$", json, flags=re.M)
    for name in abi_names(abi, "FLAGS"):
        if not flags or f"`{name}`" not in flags[0]:
            complain("docs/json.md", f"flags: {name} is not explained")
    run = (ROOT / "docs/run.md").read_text()
    for name in abi_names(abi, "OUTCOMES"):
        if not re.search(rf"^\| `{name}` \|", run, flags=re.M):
            complain("docs/run.md", f"the outcome {name} is not explained")


# ---- sinks ---------------------------------------------------------------------------------


def check_sinks(program):
    """The kinds that were built in, their options, and the events that they are told."""
    text = (ROOT / "docs/sinks.md").read_text()
    kinds = re.findall(r"^  (\w+):", output(program, "run", "--sink", "help"), flags=re.M)
    if not kinds:
        complain("run --sink help", "no kinds are found in it")
    for kind in kinds:
        if f"`{kind}:" not in text:
            complain("docs/sinks.md", f"the kind {kind} is not there")
        shown = output(program, "run", "--sink", kind + ":help")
        for option in re.findall(r"^  ([\w-]+)(?:=| |$)", shown, flags=re.M):
            row = re.search(rf"^\| `{option}(?:=\w+)?` \| ([^|]*) \|", text, flags=re.M)
            if not row or not (row[1] == "all" or f"`{kind}" in row[1]):
                complain("docs/sinks.md", f"{kind}: the option {option} is not explained")
    json = (ROOT / "docs/json.md").read_text()
    for name in re.findall(r'X\(\w+, "(\w+)"\)', (ROOT / "user/report/event.h").read_text()):
        if not re.search(rf"^\| `{name}` \|", json, flags=re.M):
            complain("docs/json.md", f"the event {name} is not explained")


# ---- metrics ----------------------------------------------------------------------------------


def check_metrics():
    """The tables of docs/prometheus.md against the one in user/sinks/prometheus/metrics.c."""
    source, text = (ROOT / "user/sinks/prometheus/metrics.c").read_text(), (ROOT / "docs/prometheus.md").read_text()
    suffix = {"counter": "_total", "gauge": "", "info": "_info", "histogram": ""}
    wanted, keys = set(), set()
    for name, kind, words, labels in re.findall(
            r'\{"(\w+)",\s*METRIC_(\w+),\s*"([^"]*)",\s*\{([^}]*)\}\}', source):
        labels = re.findall(r'"(\w+)"', labels)
        keys |= set(labels)
        wanted.add((name + suffix[kind.lower()], kind.lower(), ", ".join(f"`{x}`" for x in labels),
                    words))
    if not wanted:
        complain("user/sinks/prometheus/metrics.c", "no metrics are found in it")
    found = set(re.findall(r"^\| `(\w+)` \| (\w+) \| (.*?) ?\| (.*) \|$", text, flags=re.M))
    for row in sorted(wanted ^ found):
        what = "is not in the table" if row in wanted else "is not in user/sinks/prometheus/metrics.c"
        complain("docs/prometheus.md", f"{' | '.join(row)}: {what}")
    explained = set()
    for cell in re.findall(r"^\| (`\w+`(?:, `\w+`)*) \| [^|]*\|$", text, flags=re.M):
        explained |= set(re.findall(r"`(\w+)`", cell))
    for key in sorted(keys - explained):
        complain("docs/prometheus.md", f"the label {key} is not explained")


# ---- advice --------------------------------------------------------------------------------


def check_advice():
    """The rules, with their numbers, and the words that the catalogue has for each."""
    text = (ROOT / "docs/advice.md").read_text()
    table = re.findall(r'\{"([a-z-]+)", +ALERT_(\w+), +ALERT_\w+, +([\d.]+), +[\d.]+, +(\d+), ',
                       (ROOT / "user/analysis/alert_rules.c").read_text())
    names = [row[0] for row in table]
    first = names.index("expired-signatures")
    rules = {(name, f"{float(share) * 100:g} %", number) for name, _, share, number in table[first:]}
    documented = re.findall(r"^\| `([a-z-]+)` \| (notice|warning|critical)",
                            (ROOT / "docs/alerts.md").read_text(), flags=re.M)
    for rule in sorted({(row[0], row[1].lower()) for row in table[:first]} ^ set(documented)):
        complain("docs/alerts.md", f"rule or document lacks {rule}")
    documented = set(re.findall(r"^\| `([a-z-]+)` \|.*\| ([\d.]+ %) \| (\d+) \|[^|]*\|$", text,
                                flags=re.M))
    words = set(re.findall(r'\.id = "([a-z-]+)"', (ROOT / "user/catalog/catalog_advice.c").read_text()))
    for name in sorted({rule[0] for rule in rules} ^ words):
        complain("user/analysis/alert_rules.c", f"{name} has no rule, or no words")
    for rule in sorted(rules ^ documented):
        complain("docs/advice.md", f"rule or document lacks {rule}")


def check_peers():
    """The figures that README gives of peers are those of docs/performance.md."""
    measured = (ROOT / "docs/performance.md").read_text()
    measured = measured.partition("<!-- bench: peers -->")[2].partition("<!-- end -->")[0]
    table = [line.strip("|").split("|") for line in (ROOT / "README.md").read_text().splitlines()
             if line.startswith("|")]
    names = next((row for row in table if row[1:2] == [" rcodewatch "]), [])
    columns = {"CPU for a million responses counted, ms": 5, "lost of a million": 4,
               "throughput left beside it": 7}
    for row in [row for row in table if row[0].strip() in columns]:
        column = columns.pop(row[0].strip())
        for name, cell in zip(names[1:], row[1:]):
            wanted = [line.split("|")[column].split()[0] for line in measured.splitlines()
                      if line.startswith(f"| {name.strip()}")]
            if len(set(wanted)) == 1:  # one figure for both modes
                wanted = wanted[:1]
            if re.findall(r"[\d.,]*\d", cell) != wanted:
                complain("README.md", f"{row[0].strip()} of {name.strip()} is {cell.strip()}, "
                         f"measured were {', '.join(wanted) or 'none'}")
    for name in columns:
        complain("README.md", f"the table has no row '{name}'")


def check_default_modes():
    """The drivers that README says get XDP by default are those that docs/drivers.md says so of."""
    quiet = {row[0] for row in re.findall(r"^\| `(\w+)` \|.*\| (nothing) \|[^|]*\|$",
                                          (ROOT / "docs/drivers.md").read_text(), flags=re.M)}
    row = re.search(r"^\| ([^|]*) \| native XDP", (ROOT / "README.md").read_text(), flags=re.M)
    named = set(re.findall(r"`(\w+)`", row[1])) if row else set()
    for driver in sorted(named ^ quiet):
        complain("README.md", f"{driver} gets XDP by default in this or in docs/drivers.md alone")


def check_help_of_make():
    """Every target that is called by name, the .PHONY ones, is in `make help`."""
    makefiles = [ROOT / "Makefile", *ROOT.glob("tests/*/rules.mk")]
    lines = re.findall(r"^\.PHONY: (.*)$", "\n".join(path.read_text() for path in makefiles), flags=re.M)
    help_text = (ROOT / "Makefile").read_text().partition("\nhelp:\n")[2].partition("\n\n")[0]
    for target in {name for line in lines for name in line.split()} - {"FORCE", "all", "help"}:
        if not re.search(rf"\b{target}\b", help_text):
            complain("Makefile", f"make help lacks {target}")


def check_steps_of_proof():
    """Each step is named in every place that lists them."""
    script = (ROOT / "tests/proof.sh").read_text()
    steps = re.findall(r'^\t([a-z-]+) "', script.partition("\nsteps=(\n")[2].partition("\n)\n")[0], flags=re.M)
    for path, begin, end in (
            ("tests/proof.sh", 'STEPS="', '"'),
            ("Makefile", "'make proof ", "'make "),
            ("CONTRIBUTING.md", "`make proof`", "\n\n"),
            ("docs/testing.md", "    make proof ", "\n## ")):
        words = re.findall(r"[a-z-]+", (ROOT / path).read_text().partition(begin)[2].partition(end)[0])
        for step in steps:
            if step not in words:
                complain(path, f"does not name the step {step} of make proof")


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: check.py RCODEWATCH")
    helps = {command: help_options(sys.argv[1], command) for command in DOCUMENT}
    listed = set(re.findall(r"^  (\w+) ", output(sys.argv[1], "--help"), flags=re.M))
    for command in listed ^ DOCUMENT.keys():
        complain("tests/docs/check.py", f"the command {command} is not in both help and DOCUMENT")
    for command, options in helps.items():
        text = (ROOT / "docs" / DOCUMENT[command]).read_text()
        for option in options:
            if option != "help" and not re.search(rf"--{option}\b", text):
                complain(f"docs/{DOCUMENT[command]}", f"{command} --{option} is not there")
    if helps["config"] != helps["run"]:
        complain("rcodewatch config", "its options are not those of run")
    check_man({command: options for command, options in helps.items() if command != "config"})
    targets = make_targets()
    for path in documents():
        check_document(path, helps, targets)
        check_links(path)
    check_pages()
    check_names()
    check_sinks(sys.argv[1])
    check_metrics()
    check_advice()
    check_peers()
    check_default_modes()
    check_help_of_make()
    check_steps_of_proof()
    sys.exit(1 if wrong else 0)


main()
