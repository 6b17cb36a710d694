# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Series for promtool from rates that are written down, and what its tests expect, from the text of the rules.

Nothing here comes from rcodewatch: a counter is the integral of a rate, a gauge what it is said to be.
"""
import json
import pathlib
import re

RULES = pathlib.Path(__file__).resolve().parents[2] / "docs" / "prometheus-alerts.yml"
COMMON = {"job": "rcodewatch", "site": "fra1", "instance": "res1"}  # site: a label of --label


def name_of(metric, labels):
    return metric + "{" + ",".join("%s=%s" % (key, json.dumps(value)) for key, value in labels.items()) + "}"


def series(metric, values, **labels):
    return {"series": name_of(metric, {**COMMON, **labels}), "values": values}


def counter(step_s, *segments, start=0):
    """Of (minutes, rate a second), from the sample at 0 on. A rate of "reset" in place of one: it begins anew at 0."""
    parts, value = ["%d" % start], start
    for minutes, rate in segments:
        if rate == "reset":
            value = 0
            continue
        steps, grown = round(minutes * 60 / step_s), rate * step_s
        if steps:
            parts.append("%.10g+%.10gx%d" % (value + grown, grown, steps - 1))
            value += grown * steps
    return " ".join(parts)


def gauge(step_s, *segments):
    """Of (minutes, value); None: there is no sample. The sample at 0 is one more of the first value."""
    parts = []
    for minutes, value in segments:
        steps = round(minutes * 60 / step_s) + (not parts)
        if steps:
            parts.append("%.10gx%d" % (value, steps - 1) if value is not None else "stale _x%d" % (steps - 1) if parts else "_x%d" % steps)
    return " ".join(parts)


class Rule:
    def __init__(self, name):
        self.name, self.labels, self.annotations = name, {}, {}


def rules():
    """Name, labels and annotations of each rule, in order."""
    found, part = [], None
    for line in RULES.read_text(encoding="utf-8").splitlines():
        alert = re.fullmatch(r"      - alert: (\w+)", line)
        head = re.fullmatch(r"        (\w+):.*", line)
        pair = re.fullmatch(r"          (\w+): (.*)", line)
        if alert:
            found.append(Rule(alert[1]))
            part = None
        elif head:
            part = {"labels": "labels", "annotations": "annotations"}.get(head[1])
        elif pair and part:
            value = pair[2]
            if value[0] in "\"'":
                value = value[1:-1].replace("''", "'") if value[0] == "'" else json.loads(value)
            getattr(found[-1], part)[pair[1]] = value
    return found


def fired(rule, value, labels, queried=""):
    """The alert of @rule, as promtool expects it, that has @labels of its series and whose value reads @value. @queried: what a query gives."""
    labels = {**COMMON, **labels, **rule.labels}
    labels = {key: text for key, text in labels.items() if text is not None}

    def text_of(template):
        text = re.sub(r"{{ with printf .*?\| query }}.*?{{ end }}", lambda _: queried, template)
        text = re.sub(r"{{ with \$labels\.(\w+) }}(.*?){{ \. }}(.*?){{ end }}",
                      lambda found: found[2] + labels[found[1]] + found[3] if found[1] in labels else "", text)
        text = re.sub(r"{{ \$value[^}]*}}", lambda _: value, text)
        return re.sub(r"{{ \$labels\.(\w+) }}", lambda found: labels.get(found[1], ""), text)

    return {"exp_labels": labels, "exp_annotations": {key: text_of(text) for key, text in rule.annotations.items()}}
