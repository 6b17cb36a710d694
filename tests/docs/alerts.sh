#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# timeout: 900
#
# The examples for Prometheus: the scrape job is what docs/prometheus.md shows, the rules are well-formed, ask for metrics and labels
# that there are, and have a paragraph in the runbook. Each fires for its fault and no other, within the time that docs/alerts.md
# gives, and is over within that. With WEEK=1 (make proof STEPS=alerts), which takes minutes: in nine days of ordinary life none does.

# shellcheck source-path=SCRIPTDIR source=../lib/script.sh
. "$(dirname "$0")/../lib/script.sh" promtool python3

out=$(promtool check config docs/prometheus-scrape.yml 2>&1) || fail "$out"
out=$(promtool check rules docs/prometheus-alerts.yml 2>&1) || fail "$out"

python3 - <<'EOP' || fail "the examples and the documents differ (above)"
import pathlib, re, sys

def read(path):
    return pathlib.Path(path).read_text()

wrong = 0
def complain(what):
    global wrong
    wrong = 1
    print(what)

document, rules, runbook = read("docs/prometheus.md"), read("docs/prometheus-alerts.yml"), read("docs/alerts.md")
if read("docs/prometheus-scrape.yml").partition("\n")[2] not in document:
    complain("docs/prometheus.md does not show docs/prometheus-scrape.yml")
metrics = set(re.findall(r"^\| `(\w+)` \| (?:counter|gauge|info) \|", document, flags=re.M))
for name in re.findall(r"^\| `(\w+)` \| histogram \|", document, flags=re.M):
    metrics |= {name, name + "_bucket", name + "_sum", name + "_count"}
cases = "".join(read(f"tests/docs/alerts_{part}.py") for part in ("cases", "week")).replace("rcodewatch_response_time_seconds_\"", "")
for name in set(re.findall(r"\brcodewatch_\w+", rules + cases + document.replace("rcodewatch_bpf_*", ""))) - metrics:
    complain(f"there is no metric {name}")
# What --label has put on every series must come through.
for what, text in (("docs/prometheus.md", document), ("docs/prometheus-alerts.yml", rules)):
    for found in re.findall(r"\bby *\([^)]*\)", text):
        complain(f"{what} aggregates {found}: labels of --label are lost")
# Each rule has all that a person on call needs.
for rule in rules.split("- alert: ")[1:]:
    name = rule.partition("\n")[0]
    for part in ("severity: ", "summary: ", "description: ", "type: ", "runbook_url: "):
        if part not in rule:
            complain(f"{name} has no {part.strip(': ')}")
    if not re.search(r"severity: (page|ticket|\W)", rule):
        complain(f"{name} is neither page nor ticket")
headings = set(re.findall(r"^### ([a-z-]+)$", runbook, flags=re.M))
for name in set(re.findall(r"docs/alerts\.md#([a-z-]+)", rules)) - headings:
    complain(f"docs/alerts.md has no paragraph {name}")
sys.exit(wrong)
EOP

# Each rule of the daemon has a test that waits for it to begin and to end or, of advice, a capture; docs/alerts.md names it, and how soon that is.
[ -x "$rcodewatch" ] || fail "run make first"
"$rcodewatch" run --alert help | awk 'NF == 7 && $1 != "RULE" { print $1 }' >"$scratch/rules"
python3 - "$scratch/rules" <<'EOP' || fail "rules, documents and tests differ (above)"
import pathlib, re, sys

rules = pathlib.Path(sys.argv[1]).read_text().split()
text = pathlib.Path("docs/alerts.md").read_text()
advice = re.findall(r"^\| `([a-z-]+)` \|", pathlib.Path("docs/advice.md").read_text(), flags=re.M)
table = dict((name, path) for name, path in re.findall(r"^\| `([a-z-]+)` \| \d+ \| \d+ \| `([\w/.]+)` \|$", text, flags=re.M))
wrong = [f"docs/alerts.md does not say which test {rule} has" for rule in rules if rule not in table and rule not in advice]
wrong += [f"there is no rule {rule}" for rule in table if rule not in rules]
for rule in rules:
    path = pathlib.Path(table.get(rule, "tests/cli/advice.sh"))
    source = path.read_text()
    if rule not in table:
        source += pathlib.Path("tests/tools/write_advice.c").read_text()
    if not re.search(r"\b%s\b" % rule, source):
        wrong.append(f"{path} does not try {rule}")
print("\n".join(wrong))
sys.exit(bool(wrong or len(rules) < 20))
EOP

tests/docs/alerts_cases.py >"$scratch/cases.yml" || fail "no cases"
tests/docs/alerts_week.py >"$scratch/week.yml" || fail "no week"
out=$(promtool test rules "$scratch/cases.yml" 2>&1) || fail "$out"
[ -z "${WEEK:-}" ] || out=$(promtool test rules "$scratch/week.yml" 2>&1) || fail "$out"
