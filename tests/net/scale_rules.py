#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""The shipped rules for Prometheus in a hurry: scale_rules.py FACTOR prints docs/prometheus-alerts.yml with all times divided by FACTOR.

These are ranges of selectors, offsets, `for:`, and the one number of seconds that an expression compares with a time, each of which must be
there as it is known here. Rates, shares and response times stay: they are no durations of alerts. With FACTOR 1 the file is printed as it is.
"""
import pathlib
import re
import sys

RULES = pathlib.Path(__file__).resolve().parents[2] / "docs" / "prometheus-alerts.yml"
SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
DURATION = re.compile(r"(\[|offset |for: )(\d+)([smhdw])\b")
STALLED = "time() - rcodewatch_last_report_timestamp_seconds > 60 + "


def main():
    factor = float(sys.argv[1])
    text = RULES.read_text(encoding="utf-8")
    if factor == 1:
        print(text, end="")
        return
    if text.count(STALLED) != 1:
        sys.exit("where is '%s'?" % STALLED)
    text = text.replace(STALLED, STALLED.replace("60", "%g" % (60 / factor)))
    text = DURATION.sub(lambda found: "%s%dms" % (found[1], round(int(found[2]) * SECONDS[found[3]] * 1000 / factor)), text)
    rest = re.search(r"^ *(?:expr|for): .*\b\d+[smhdw]\b.*$|^ {12}\S.*\b\d+[smhdw]\b.*$", re.sub(r"\d+ms\b", "", text), flags=re.M)
    if rest:
        sys.exit("not scaled: %s" % rest[0].strip())
    print(text, end="")


main()
