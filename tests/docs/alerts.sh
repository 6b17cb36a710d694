#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# The examples for Prometheus: the scrape job is what docs/prometheus.md shows, the rules are well-formed,
# raise an alert when they are to and not otherwise, and ask for metrics and labels that there are.

# shellcheck source-path=SCRIPTDIR source=../lib/script.sh
. "$(dirname "$0")/../lib/script.sh" promtool python3

out=$(promtool check config docs/prometheus-scrape.yml 2>&1) || fail "$out"
out=$(promtool check rules docs/prometheus-alerts.yml 2>&1) || fail "$out"
out=$(promtool test rules tests/docs/alerts_test.yml 2>&1) || fail "$out"

python3 - <<'EOF' || fail "the examples and the documents differ (above)"
import pathlib, re, sys

def read(path):
    return pathlib.Path(path).read_text()

wrong = 0
def complain(what):
    global wrong
    wrong = 1
    print(what)

document, rules, tests = read("docs/prometheus.md"), read("docs/prometheus-alerts.yml"), read("tests/docs/alerts_test.yml")
if read("docs/prometheus-scrape.yml").partition("\n")[2] not in document:
    complain("docs/prometheus.md does not show docs/prometheus-scrape.yml")
metrics = set(re.findall(r"^\| `(\w+)` \| (?:counter|gauge|info) \|", document, flags=re.M))
for name in re.findall(r"^\| `(\w+)` \| histogram \|", document, flags=re.M):
    metrics |= {name, name + "_bucket", name + "_sum", name + "_count"}
for name in set(re.findall(r"\brcodewatch_\w+", rules + tests + document.replace("rcodewatch_bpf_*", ""))) - metrics:
    complain(f"there is no metric {name}")
for alert in set(re.findall(r"- alert: (\w+)", rules)) - set(re.findall(r"alertname: (\w+)", tests)):
    complain(f"the alert {alert} is not tried")
# What --label has put on every series must come through.
for what, text in (("docs/prometheus.md", document), ("docs/prometheus-alerts.yml", rules)):
    for found in re.findall(r"\bby *\([^)]*\)", text):
        complain(f"{what} aggregates {found}: labels of --label are lost")
sys.exit(wrong)
EOF
