#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""
metrics.py series FILE                   parse a page, OpenMetrics (strictly) or text: a sorted line for
                                         each series with its value, created timestamps left out
metrics.py counts FILE DEVICE DIRECTION  sums of the page as "KEY COUNT", sorted, zeros left out
metrics.py expect FILE...                the same of what dnsload --expect wrote
metrics.py grows FILE...                 no counter of a page is below that of the page before
metrics.py names FILE                    of metrics on a page

Exit status 1, with the reason, if a page is not well-formed or a counter shrank; 77 if
prometheus_client is not installed.
"""
import sys

try:
    from prometheus_client.openmetrics import parser as openmetrics
    from prometheus_client import parser as text
except ImportError:
    print("python3-prometheus-client is missing")
    sys.exit(77)

# https://www.iana.org/assignments/dns-parameters/: RCODEs and Extended DNS Errors. In a message 16 is
# BADVERS; BADSIG is of TSIG records.
RCODES = dict(enumerate("NOERROR FORMERR SERVFAIL NXDOMAIN NOTIMP REFUSED YXDOMAIN YXRRSET NXRRSET "
                        "NOTAUTH NOTZONE DSOTYPENI".split()))
RCODES.update(enumerate("BADVERS BADKEY BADTIME BADMODE BADNAME BADALG BADTRUNC BADCOOKIE".split(),
                        16))
RCODE_PRIVATE, EDE_LAST, EDE_PRIVATE = 3841, 35, 49152


def samples(path):
    page = open(path, encoding="utf-8").read()
    if page.endswith("# EOF\n"):
        families = openmetrics.text_string_to_metric_families(page)
    else:
        families = text.text_string_to_metric_families(page)
    return [sample for family in families for sample in family.samples
            if not sample.name.endswith("_created")]


def series(sample):
    return f"{sample.name} {sorted(sample.labels.items())}"


def rcode(code):
    return RCODES.get(code, "private" if code >= RCODE_PRIVATE else "unassigned")


def info_code(code):
    if code <= EDE_LAST:
        return str(code)
    return "private" if code >= EDE_PRIVATE else "unassigned"


def show(counts):
    for key in sorted(counts):
        if counts[key]:
            print(key, counts[key])


def counts(path, device, direction):
    """By the labels that dnsload --expect has counts of."""
    keys = {
        "rcodewatch_dns_responses_total": ["rcode.{rcode}", "responses"],
        "rcodewatch_dns_extended_errors_total": ["ede.{rcode}.{info_code}"],
        "rcodewatch_dns_noerror_answers_total": ["answers.{kind}"],
        "rcodewatch_incomplete_responses_total": ["incomplete.{reason}"],
        "rcodewatch_packets_total": ["accounting.{outcome}", "packets"],
        "rcodewatch_unparsed_packets_total": ["accounting.unparsed.{reason}"],
    }
    hooks = ["xdp", "ingress"] if direction == "rx" else ["egress"]
    found = {}
    for sample in samples(path):
        labels = sample.labels
        if labels.get("device") != device or labels.get("hook", hooks[0]) not in hooks or \
                labels.get("direction", direction) != direction:
            continue
        for key in keys.get(sample.name, []):
            key = key.format(**labels)
            if key != "accounting.unparsed":
                found[key] = found.get(key, 0) + int(sample.value)
    show(found)


def expected(paths):
    found = {}
    for path in paths:
        for line in open(path, encoding="ascii"):
            key, value = line.split()
            part = key.split(".")
            if part[0] == "rcode":
                keys = ["rcode." + rcode(int(part[1])), "responses"]
            elif part[0] == "ede":
                keys = [f"ede.{rcode(int(part[1]))}.{info_code(int(part[2]))}"]
            elif part[0] in ("answers", "incomplete", "accounting", "packets"):
                keys = [key]
            else:
                continue
            for key in keys:
                found[key] = found.get(key, 0) + int(value)
    show(found)


def grows(paths):
    before, shrunk = {}, 0
    for path in paths:
        for sample in samples(path):
            if not sample.name.endswith("_total"):
                continue
            if sample.value < before.get(series(sample), 0):
                shrunk = 1
                print(f"{path}: {series(sample)}: {sample.value} after {before[series(sample)]}")
            before[series(sample)] = sample.value
    sys.exit(shrunk)


def main():
    command, arguments = sys.argv[1], sys.argv[2:]
    if command == "series":
        for line in sorted(f"{series(sample)} {float(sample.value)!r}" for sample in samples(arguments[0])):
            print(line)
    elif command == "counts":
        counts(*arguments)
    elif command == "expect":
        expected(arguments)
    elif command == "grows":
        grows(arguments)
    elif command == "names":
        for name in sorted({sample.name for sample in samples(arguments[0])}):
            print(name)
    else:
        sys.exit(__doc__)


main()
