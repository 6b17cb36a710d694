#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""
metrics.py series FILE                   parse a page, OpenMetrics (strictly) or text: a sorted line for
                                         each series with its value, created timestamps left out
metrics.py counts FILE DEVICE DIRECTION  sums of the page as "KEY COUNT", sorted, zeros left out
metrics.py expect FILE...                the same of what dnsload --expect wrote
metrics.py grows FILE...                 no counter of a page is below that of the page before
metrics.py names FILE                    of metrics on a page
metrics.py transactions TOP LINES FILE...   all series of transactions on each page, which has TOP rows of a list, are what the JSON
                                         lines say that the same run has written, up to the page's report; says how many

Exit status 1, with the reason, if a page is not well-formed or a counter shrank; 77 if
prometheus_client is not installed.
"""
import datetime
import json
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


LES = ["2e-05", "5e-05", "0.0001", "0.0002", "0.0005", "0.001", "0.002", "0.005", "0.01", "0.02", "0.05", "0.1", "0.2", "0.5", "1.0",
       "2.0", "5.0"]


def bin_end(index):
    """Upper edge of a bin, in seconds: 1 to 2 by 0.1, 2 to 5 by 0.25, 5 to 10 by 0.5, times a power of ten from 1 us on."""
    decade, step = divmod(index, 32)
    number = 1 + (step + 1) * 0.1 if step < 10 else 2 + (step - 9) * 0.25 if step < 22 else 5 + (step - 21) * 0.5
    return number * 10 ** decade * 1e-6


def put_events(found, side, lines):
    """Counters of a side, by the names of docs/prometheus.md, from JSON's."""
    for kind, prefix in (("queries", "query_"), ("responses", "response_")):
        for name in lines[-1][kind]:
            event = prefix + name if name in ("untracked", "contended") else name
            found["transaction_%s_total" % kind, ("event", event), ("side", side)] = sum(line[kind][name] for line in lines)
    for name in ("unanswered", "evicted"):
        found[name + "_queries_total", ("side", side)] = sum(line[name] for line in lines)
    found["outstanding_queries", ("side", side)] = lines[-1]["outstanding"]


def put_times(found, side, lines):
    bins, sums = {}, {}
    for line in lines:
        for by in line["response_time"]["by"]:
            key = (by["transport"], str(by["failed"]).lower())
            sums[key] = sums.get(key, 0) + by["sum_s"]
            for index, count in by["bins"]:
                bins.setdefault(key, {}).setdefault(index, 0)
                bins[key][index] += count
    for key in ((transport, failed) for transport in ("udp", "tcp") for failed in ("false", "true")):
        labels = [("failed", key[1]), ("side", side), ("transport", key[0])]
        name = "response_time_seconds"
        of = bins.get(key, {})
        for le in LES[0 if side == "clients" else 5:]:
            found[(name + "_bucket", *sorted(labels + [("le", le)]))] = sum(
                count for index, count in of.items() if bin_end(index) <= float(le) * 1.000001)
        found[(name + "_bucket", *sorted(labels + [("le", "+Inf")]))] = sum(of.values())
        found[(name + "_count", *labels)] = sum(of.values())
        found[(name + "_sum", *labels)] = sums.get(key, 0)


def transactions(top, lines_path, paths):
    lines = [json.loads(line) for line in open(lines_path, encoding="utf-8") if line.endswith("}\n")]
    lines = [line for line in lines if line["type"] == "transactions"]
    ends = [datetime.datetime.fromisoformat(line["end"].replace("Z", "+00:00")).timestamp() for line in lines]
    wrong, pages, rows = [], 0, 0
    for path in paths:
        got, stamp = {}, 0
        for sample in samples(path):
            name = sample.name.replace("rcodewatch_", "", 1)
            if name == "last_report_timestamp_seconds":
                stamp = sample.value
            elif "side" in sample.labels and "alert" not in name:
                got[(name, *sorted(sample.labels.items()))] = sample.value
        if not got:
            continue
        want = {}
        for side in ("clients", "upstream"):
            of = [line for line, end in zip(lines, ends) if line["side"] == side and end <= stamp + 0.002]
            put_events(want, side, of)
            put_times(want, side, of)
            for name in ("servers", "zones"):
                for row in of[-1]["unanswered_" + name][:top]:
                    rows += 1
                    labels = ("list", name), ("name", row.get("address", row.get("name"))), ("side", side)
                    want["top_unanswered_queries_per_second", *labels] = row["unanswered"] / of[-1]["interval_s"]
                    want["top_asked_queries_per_second", *labels] = row["queries_estimate"] / of[-1]["interval_s"]
        pages += 1
        for key in sorted(set(want) | set(got), key=str):
            a, b = want.get(key), got.get(key)
            if a is None or b is None or abs(a - b) > 1e-6 * max(1, abs(a)):
                wrong.append("%s: %s is %s, and by the lines %s" % (path, key, b, a))
    for one in wrong[:20]:
        print(one)
    print("%d pages, %d rows of %d series" % (pages, rows, len(want) if pages else 0))
    sys.exit(bool(wrong) or not pages or not rows)


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
    elif command == "transactions":
        transactions(int(arguments[0]), arguments[1], arguments[2:])
    elif command == "names":
        for name in sorted({sample.name for sample in samples(arguments[0])}):
            print(name)
    else:
        sys.exit(__doc__)


main()
