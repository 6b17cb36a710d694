#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Hold rcodewatch's JSON lines against their schema, and against what a schema cannot say.

Reads NDJSON from standard input: all the lines of one run, in order. Prints how many were valid.
Exit status: 0 all are valid, 1 one is not (the reason on standard error) or there is none, 2 usage,
77 python3-jsonschema is missing.

The schema lets readers meet fields that they do not know; here, an unknown field is an error.
"""
import json
import os
import sys

LINE_MAX = 256 * 1024
ALWAYS = (0, 2, 3, 5)
RATE_ERROR = 0.0006  # rates are rounded to three places
SHARE_ERROR = 0.0000006  # shares to six


# UAX #44, PropList.txt: Bidi_Control.
BIDI_CONTROL = {chr(c) for c in (0x61c, 0x200e, 0x200f, *range(0x202a, 0x202f), *range(0x2066, 0x206a))}


class Wrong(Exception):
    pass


def check(condition, reason):
    if not condition:
        raise Wrong(reason)


def strict(node):
    """The schema without its tolerance for fields that are yet to come."""
    if isinstance(node, dict):
        if isinstance(node.get("properties"), dict):
            node["additionalProperties"] = False
        for value in node.values():
            strict(value)
    elif isinstance(node, list):
        for value in node:
            strict(value)


def load_schema(name):
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "docs", name)
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def no_doubles(pairs):
    names = [name for name, _ in pairs]
    check(len(set(names)) == len(names), "a name occurs twice in an object: %s" % names)
    return dict(pairs)


def no_constant(name):
    raise Wrong("%s is not JSON" % name)


def decode(raw):
    check(raw.endswith(b"\n"), "the line has no end")
    check(len(raw) <= LINE_MAX, "the line has %d bytes, more than %d" % (len(raw), LINE_MAX))
    try:
        text = raw[:-1].decode("utf-8")
    except UnicodeDecodeError as error:
        raise Wrong("not UTF-8: %s" % error) from error
    check(not any(ord(c) < 0x20 or 0x7f <= ord(c) <= 0x9f for c in text), "a raw control character")
    check(not BIDI_CONTROL.intersection(text), "a raw direction mark")
    try:
        return json.loads(text, object_pairs_hook=no_doubles, parse_constant=no_constant)
    except ValueError as error:
        raise Wrong("not JSON: %s" % error) from error


def check_sorted(name, rows, key):
    keys = [key(row) for row in rows]
    check(keys == sorted(keys), "%s is not in order" % name)
    check(len(set(keys)) == len(keys), "%s has a row twice" % name)


def check_rate(report, name, row):
    interval = report["interval_s"]
    expected = row["count"] / interval if interval else 0
    # The interval is rounded too, to a microsecond.
    error = RATE_ERROR + (expected / interval * 0.0000006 if interval else 0)
    check(abs(row["rate"] - expected) <= error,
          "%s: rate %s, but %s in %s s" % (name, row["rate"], row["count"], interval))


def check_accounting(report):
    accounting = report["accounting"]
    outcomes = sum(value for name, value in accounting.items() if name not in ("packets", "unparsed"))
    unparsed = sum(accounting["unparsed"].values())
    check(accounting["packets"] == outcomes + unparsed,
          "packets %d, but outcomes %d and unparsed %d" % (accounting["packets"], outcomes, unparsed))
    # Over TCP a response is counted when its end is known, perhaps an interval after its first packet.
    if not report["transport"]["tcp"] and not accounting["tcp_no_message"]:
        check((report["responses"] > 0) == (accounting["response_packets"] > 0),
              "responses without a packet, or packets of responses without one")
    check(sum(report["incomplete"].values()) <= report["responses"], "more incomplete than responses")


def check_rcodes(report):
    rows, other, responses = report["rcodes"], report["other_rcodes"], report["responses"]
    check_sorted("rcodes", rows, lambda row: row["code"])
    codes = {row["code"] for row in rows}
    check(codes.issuperset(ALWAYS), "a code that is always listed is missing")
    listed = sum(row["count"] for row in rows)
    check(listed + other["count"] == responses,
          "rcodes %d and others %d, but responses %d" % (listed, other["count"], responses))
    listed = sum(row["total"] for row in rows)
    check(listed + other["total"] == report["total"]["responses"],
          "totals of rcodes %d and others %d, but total %d" %
          (listed, other["total"], report["total"]["responses"]))
    check_rate(report, "responses", {"count": responses, "rate": report["rate"]})
    for row in rows:
        check(row["count"] <= row["total"], "%s: count above total" % row["name"])
        check(row["total"] or row["code"] in ALWAYS, "%s was never seen" % row["name"])
        check_rate(report, row["name"], row)
        share = row["count"] / responses if responses else 0
        check(abs(row["share"] - share) <= SHARE_ERROR,
              "%s: share %s instead of %s" % (row["name"], row["share"], share))


def check_edes(report):
    rows = report["ede"]
    check_sorted("ede", rows, lambda row: (-row["count"], row["rcode_code"], row["code"]))
    pairs = [(row["rcode_code"], row["code"]) for row in rows]
    check(len(set(pairs)) == len(pairs), "ede has a row twice")
    names = {row["code"]: row["name"] for row in report["rcodes"]}
    counts = {row["code"]: row["count"] for row in report["rcodes"]}
    by_code = {}
    for row in rows:
        check_rate(report, "EDE %d" % row["code"], row)
        code = row["rcode_code"]
        check(names.get(code, row["rcode"]) == row["rcode"], "EDE with RCODE %d under two names" % code)
        by_code[code] = by_code.get(code, 0) + row["count"]
    for code, count in by_code.items():
        check(count <= counts.get(code, count), "more EDEs than responses with RCODE %d" % code)
    check(sum(by_code.values()) + report["other_ede"]["count"] <= report["responses"],
          "more first EDEs than responses")
    check_sorted("ede_further", report["ede_further"], lambda row: (-row["count"], row["code"]))


def check_rest(report):
    responses = report["responses"]
    rows = report["qtypes"]
    noerror = sum(row["count"] for row in report["rcodes"] if row["code"] == 0)
    check_sorted("qtypes", rows, lambda row: (-row["count"], row["type"]))
    check(sum(row["count"] for row in rows) + report["other_qtypes"]["count"] <= responses,
          "more types than responses")
    check(sum(report["answers"].values()) <= noerror, "more answers than NOERROR")
    for name in ("family", "transport"):
        check(sum(report[name].values()) == responses,
              "%s adds up to %d, not %d" % (name, sum(report[name].values()), responses))
    for name, count in report["flags"].items():
        check(count <= responses, "more responses with %s than responses" % name)


def check_top(report):
    totals = set()
    for name, rows in report.get("top", {}).items():
        rest = report["top_rest"][name]
        keys = [(row.get("name", row.get("address")), row["rcode"]) for row in rows]
        check(len(set(keys)) == len(keys), "top %s has a row twice" % name)
        counts = [row["count"] for row in rows]
        check(counts == sorted(counts, reverse=True), "top %s is not in order" % name)
        for row in rows + [rest]:
            check(row["low"] <= row["count"] <= row["high"], "top %s: bounds %s" % (name, row))
        for row in rows:
            check_rate(report, "top %s" % name, row)
        totals.add(sum(counts) + rest["count"])
        check(rest["low"] <= max(totals) - sum(row["low"] for row in rows),
              "top_rest %s is too large" % name)
        check(rest["absent_high"] <= rest["high"], "top_rest %s: absent_high" % name)
    check(len(totals) <= 1, "lists and rests add up to different numbers: %s" % totals)
    check(not totals or totals.pop() <= report["responses"], "more listed than responses")


def check_failing(report):
    counts = {row["code"]: row["count"] for row in report["rcodes"]}
    rows = report.get("failing_zones", [])
    check(("failing_zones" in report) == ("zones" in report.get("top", {})), "failing_zones, but no zones, or none of zones")
    check_sorted("failing_zones", rows, lambda row: row["rcode_code"])
    zones = report.get("top", {}).get("zones", [])
    for row in rows:
        count, name = row["count"], "failing_zones of " + row["rcode"]
        listed = [zone for zone in zones if zone["rcode"] == row["rcode"]]
        check(count == counts[row["rcode_code"]], "%s: another count" % name)
        check(row["zones_low"] <= row["zones_high"] <= count, "%s: bounds of zones" % name)
        check(row["share"] <= row["share_high"], "%s: bounds of the share" % name)
        low = min(row.get("zone_low", 0), count)
        check(abs(row["share"] - low / count) <= SHARE_ERROR, "%s: share %s" % (name, row["share"]))
        check(row.get("zone_low", 0) <= row.get("zone_high", 0), "%s: bounds of the largest" % name)
        check(len([zone for zone in listed if zone["low"]]) <= row["zones_high"], "%s: fewer than have rows" % name)
        check(all(zone["low"] <= row.get("zone_low", 0) for zone in listed), "%s: not the largest" % name)


def check_alert(alert):
    check(alert["since"] <= alert["end"], "an alert since after its end")
    check(("interface" in alert) + ("side" in alert) <= 1, "an alert of two places")
    check_rate(alert, "what it is about", alert)
    if alert["rule"] != "random-subdomain":
        check("distinct_names" not in alert and "rcode" not in alert, "names of no attack")
        return
    check(alert["distinct_names"] <= alert["count"] + 1, "more names than denials")
    share = alert["distinct_names"] / alert["count"] if alert["count"] else 0
    check(abs(alert["share"] - share) <= SHARE_ERROR + (1 / alert["count"] if alert["count"] else 0),
          "share %s instead of %s" % (alert["share"], share))
    check(("rcode" in alert) == (alert["count"] > 0), "a code of no denials, or none of some")


def check_answers(name, rows):
    """A list of upstream's servers or zones by what was seen of their responses."""
    if name.startswith("error"):
        order = [row["answers"]["refused"] + row["answers"]["failed"] for row in rows]
    else:
        order = [row["response_time"]["mean_s"] for row in rows]
        check(all(row["response_time"]["sampled"] >= 3 for row in rows), "%s with too few times" % name)
    check(order == sorted(order, reverse=True) and all(number > 0 for number in order), "%s are not in order" % name)
    keys = {row.get("address", row.get("name")) for row in rows}
    check(len(keys) == len(rows), "%s have a row twice" % name)
    for row in rows:
        times, seen = row["response_time"], sum(row["answers"].values())
        check(times["sampled"] <= seen, "%s: more timed than seen" % name)
        check(times.get("mean_s", 0) <= times.get("max_s", 0) + 1e-8, "%s: a mean above the longest" % name)


def check_transactions(line):
    queries, responses = line["queries"], line["responses"]
    times = line["response_time"]
    check(times["sampled"] == sum(by["sampled"] for by in times["by"]), "sampled, but not by kind")
    for by in times["by"]:
        check(by["sampled"] == sum(count for _, count in by["bins"]), "bins add up to another number")
        check_sorted("bins", by["bins"], lambda bin: bin[0])
    check(line["ambiguous"] <= responses["answered"], "more ambiguous than answered")
    check(line["evicted"] <= queries["new"], "more evicted than new")
    check(("answers" in line) == (line["side"] == "upstream"), "answers of the wrong side")
    check(("work" in line) == (line["side"] == "upstream"), "work of the wrong side")
    work = line.get("work")
    if work:
        check(work["queries"] == queries["new"], "work of another number of queries")
        check(("per_client_query" in work) == (work["client_queries"] > 0), "a ratio to nothing, or none to something")
        if work["client_queries"]:
            check(abs(work["per_client_query"] - work["queries"] / work["client_queries"]) <= SHARE_ERROR, "another ratio")
        check(len({zone["name"] for zone in work["zones"]}) == len(work["zones"]), "work has a zone twice")
        ended = responses["answered"] + line["unanswered"]
        for zone in work["zones"]:
            part = min(1, zone["queries_estimate"] / ended) if ended else 1
            check(abs(zone["share"] - part) <= SHARE_ERROR, "share of work: %s" % zone)
    for name in ("error_servers", "error_zones", "slow_servers", "slow_zones"):
        check_answers(name, line.get(name, []))
    for name, key in (("servers", "address"), ("zones", "name")):
        rows = line["unanswered_" + name]
        counts = [row["unanswered"] for row in rows]
        check(counts == sorted(counts, reverse=True) and all(counts), "unanswered %s are not in order" % name)
        check(len({row[key] for row in rows}) == len(rows), "unanswered %s have a row twice" % name)
        check(sum(counts) + line["other_unanswered_" + name] == line["unanswered"],
              "unanswered %s add up to another number" % name)
        for row in rows:
            check(row["unanswered"] <= row["queries_estimate"], "more unanswered than asked")


def check_waiting(line, last):
    """One line of a side after another: what begins and ends is what makes the difference of what waits. Before the first one nothing waits."""
    if last is not None and line["seq"] != last["seq"] + 1:
        return
    begun, ended = line["queries"]["new"], line["responses"]["answered"] + line["unanswered"] + line["evicted"]
    grown = line["outstanding"] - (last["outstanding"] if last else 0)
    # After an upgrade, what waited in the table before it is answered so.
    unmatched = begun - ended - grown
    check(0 <= unmatched <= line["responses"]["before_start"],
          "%d began, %d ended, %d more wait" % (begun, ended, grown))


def check_messages(line, reports):
    """Each message of the interval has one part on one side. @reports: those beside the line, by interface and direction."""
    asked, answered = ("rx", "tx") if line["side"] == "clients" else ("tx", "rx")
    queries = responses = 0
    for of in reports.values():
        if len(of) != 2:  # watched in one direction: it has no part in transactions
            continue
        # Of TCP, packets are no messages, and a response is counted when its end has come.
        if any(one["transport"]["tcp"] or one["accounting"]["tcp_no_message"] for one in of.values()):
            return
        queries += of[asked]["accounting"]["queries"]
        responses += of[answered]["responses"]
    for name, seen in (("queries", queries), ("responses", responses)):
        parts = sum(line[name].values())
        check(parts == seen, "%d %s, but %s of this side add up to %d" % (seen, name, name, parts))


def check_series(report, last):
    """One report after another of the same instance, interface and direction."""
    if last is None:
        return
    check(report["seq"] == last["seq"] + 1, "seq %d follows %d" % (report["seq"], last["seq"]))
    check(report["start"] == last["end"], "starts at %s, but the one before ended at %s" %
          (report["start"], last["end"]))
    for name, grown in (("responses", report["responses"]),
                        ("packets", report["accounting"]["packets"])):
        check(report["total"][name] == last["total"][name] + grown,
              "total of %s %d, but %d before and %d since" %
              (name, report["total"][name], last["total"][name], grown))


def as_report(row):
    """What of an interval's row check_series() looks at."""
    return {"seq": row["seq"], "start": row["start"], "end": row["end"],
            "responses": row["responses"], "accounting": {"packets": row["packets"]},
            "total": {"responses": row["total_responses"], "packets": row["total_packets"]}}


def check_interval(rows):
    """All rows of one report: the last is that of the interval."""
    interval = rows[-1]
    check(interval["rows"] == len(rows), "%d rows instead of %d" % (len(rows), interval["rows"]))
    for name in ("seq", "start", "end"):
        check(all(row[name] == interval[name] for row in rows), "rows with another %s" % name)
    counts = [row for row in rows if row["type"] == "counts"]
    keys = [(row.get("rcode"), row.get("family"), row.get("transport")) for row in counts]
    check(len(set(keys)) == len(keys), "counts has a row twice")
    check(sum(row["count"] for row in counts) == interval["responses"],
          "counts add up to %d, not %d" % (sum(row["count"] for row in counts),
                                          interval["responses"]))
    edes = sum(row["count"] for row in rows if row["type"] == "ede")
    check(edes + interval["other_ede"] <= interval["responses"], "more first EDEs than responses")


class Lines:
    """All the lines of one run, in order."""

    def __init__(self, validators, best_match):
        self.validators = validators
        self.best_match = best_match
        self.last = {}
        self.rows = {}
        self.untimed = {}
        self.beside = {}  # of each instance: seq, and its reports

    def check_timed(self, line, series):
        """
        No more is timed than is answered, since counting began: where a process goes on with the maps of another, an
        answer can be of one interval and its time of the next.
        """
        if series not in self.last and line["seq"] == 1:
            self.untimed[series] = 0
        if series in self.untimed:
            self.untimed[series] += line["responses"]["answered"] - line["response_time"]["sampled"]
            check(self.untimed[series] >= 0, "more timed than answered")

    def take(self, raw):
        line = decode(raw)
        kind = line.get("type") if isinstance(line, dict) else None
        nested = kind not in self.validators["sinks"]
        validator = self.validators["report"] if nested else self.validators["sinks"][kind]
        error = self.best_match(validator.iter_errors(line))
        if error:
            raise Wrong("schema: /%s: %s" %
                        ("/".join(map(str, error.absolute_path)), error.message[:300]))
        if kind == "event":
            return
        if kind == "alert":
            check_alert(line)
            return
        if kind in ("side", "unanswered", "answers"):
            rows = self.rows.setdefault((line["instance"], line["side"], line["seq"]), [])
            rows.append(line)
            check(kind != "side" or line["rows"] == len(rows),
                  "%d rows of a side instead of %d" % (len(rows), line.get("rows", 0)))
            return
        if kind == "transactions":
            check_transactions(line)
            series = (line["instance"], line["side"])
            if series in self.last or line["seq"] == 1:
                check_waiting(line, self.last.get(series))
            self.check_timed(line, series)
            self.last[series] = line
            seq, reports = self.beside.get(line["instance"], (0, {}))
            if seq == line["seq"]:
                check_messages(line, reports)
            return
        series = (line["instance"], line["interface"], line["direction"])
        if nested:
            if self.beside.get(line["instance"], (0,))[0] != line["seq"]:
                self.beside[line["instance"]] = (line["seq"], {})
            self.beside[line["instance"]][1].setdefault(line["interface"], {})[line["direction"]] = line
            check_accounting(line)
            check_rcodes(line)
            check_edes(line)
            check_rest(line)
            check_top(line)
            check_failing(line)
        else:
            self.rows.setdefault(series, []).append(line)
            if kind != "interval":
                return
            check_interval(self.rows.pop(series))
            line = as_report(line)
        check_series(line, self.last.get(series))
        self.last[series] = line


def main():
    if len(sys.argv) != 1:
        print("usage: validate_json.py < LINES", file=sys.stderr)
        return 2
    try:
        import jsonschema
    except ImportError:
        print("python3-jsonschema is missing")
        return 77
    report, sinks = (load_schema(name) for name in
                     ("rcodewatch-1.schema.json", "rcodewatch-1-sinks.schema.json"))
    for schema in (report, sinks):
        jsonschema.Draft202012Validator.check_schema(schema)
        strict(schema)
    kinds = [one["$ref"].rpartition("/")[2] for one in sinks["oneOf"]]
    del sinks["oneOf"]
    lines = Lines({
        "report": jsonschema.Draft202012Validator(report),
        "sinks": {kind: jsonschema.Draft202012Validator({**sinks, "$ref": "#/$defs/" + kind})
                  for kind in kinds}}, jsonschema.exceptions.best_match)
    number = 0
    for number, raw in enumerate(sys.stdin.buffer, 1):
        try:
            lines.take(raw)
        except Wrong as wrong:
            print("line %d: %s" % (number, wrong), file=sys.stderr)
            return 1
    if not number:
        print("no line to validate", file=sys.stderr)
        return 1
    print("%d valid" % number)
    return 0


if __name__ == "__main__":
    sys.exit(main())
