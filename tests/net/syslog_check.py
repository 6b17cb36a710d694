#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""
syslog_check.py KIND INPUT RECEIVED WITNESS: hold what a syslog server received against JSON lines.

RECEIVED is rsyslog's property jsonmesg, a line for each message, of which those of INPUT count; or
what `journalctl -o json` prints. KIND is rfc5424, cee or journal. WITNESS is what another sink of the
same run, with the same interval, wrote. Every report, row, alert and event of the one is in the other,
with the same figures; messages keep to their grammar, and are numbered without a gap. Prints how many
of each there were; what is wrong goes to standard error, with exit status 1.
"""
import collections
import json
import re
import sys

wrong = []

# RFC 5424 section 6, with the limits of its header.
HEADER = re.compile(
    r"<(\d{1,3})>1 (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z) ([!-~]{1,255}) ([!-~]{1,48}) "
    r"([!-~]{1,128}) ([!-~]{1,32}) ")
PARAM = re.compile(r' ([!#-<>-\\^-~]{1,32})="((?:[^"\\\]]|\\["\\\]])*)"')
ELEMENT = re.compile(r"\[([!#-<>-\\^-~]{1,32})((?:" + PARAM.pattern.replace("(", "(?:", 1)
                     .replace('"((', '"(?:(', 1) + r")*)\]")
CONTROL = re.compile("[\x00-\x1f\x7f-\x9f]")
SERVFAIL_CODE = 2


def complain(*what):
    wrong.append(" ".join(str(w) for w in what))


def once(pairs):
    found = dict(pairs)
    if len(found) != len(pairs):
        complain("a name twice in", pairs)
    return found


# ---- what was received: (msgid, severity, facility, sequence, fields, text) ----------------


def of_rfc5424(line):
    raw = line["rawmsg"]
    header = HEADER.match(raw)
    if not header:
        complain("no header of RFC 5424:", raw)
        return None
    at, elements = header.end(), {}
    while raw[at:at + 1] == "[":
        element = ELEMENT.match(raw, at)
        if not element:
            complain("no structured data:", raw[at:])
            return None
        params = PARAM.findall(element[2])
        elements[element[1]] = once([(k, re.sub(r"\\(.)", r"\1", v)) for k, v in params])
        at = element.end()
    text = raw[at:]
    if text[:1] not in ("", " "):
        complain("no space before the text:", raw)
    text = text[1:]
    if text.isascii() == text.startswith("\ufeff"):
        complain("byte order mark:", text)
    if CONTROL.search(raw):
        complain("control characters:", raw)
    # What the server itself makes of the elements, where it is rsyslog.
    if "$!" in line and line["$!"]["rfc5424-sd"] != elements:
        complain("parsed otherwise by the receiver:", elements, line["$!"]["rfc5424-sd"])
    if set(elements) != {"timeQuality", "origin", "meta", header[6].lower() + "@32473"}:
        complain("elements:", list(elements))
    if elements["timeQuality"].get("tzKnown") != "1" or elements["origin"].get("software") != \
            "rcodewatch":
        complain("timeQuality or origin:", elements)
    if "$!" in line and (line["msgid"], line["app-name"], line["hostname"]) != (header[6], header[4], header[3]):
        complain("header parsed otherwise by the receiver:", line)
    fields = elements[header[6].lower() + "@32473"]
    if header[6] != "EVENT" and header[2] != fields.get("end", header[2]):
        complain("time is not the report's:", raw)
    pri = int(header[1])
    return header[6], pri % 8, pri // 8, int(elements["meta"]["sequenceId"]), fields, text


def of_cee(line):
    fields = dict(line["$!"])
    for name, value in fields.items():
        if not isinstance(value, str):
            fields[name] = json.dumps(value)
    pri = int(line["pri"])
    if line["programname"] != "rcodewatch" or not line["procid"].isdigit():
        complain("tag:", line["syslogtag"])
    return (fields.pop("msgid"), pri % 8, pri // 8, int(fields.pop("sequence")), fields,
            fields.pop("msg"))


def of_journal(line):
    fields = {k[len("RCODEWATCH_"):].lower(): v for k, v in line.items()
              if k.startswith("RCODEWATCH_")}
    return (fields.pop("msgid"), int(line["PRIORITY"]), int(line["SYSLOG_FACILITY"]),
            int(fields.pop("sequence")), fields, line["MESSAGE"])


def received(kind, source, path):
    """Whole messages: parts put together again."""
    read = {"rfc5424": of_rfc5424, "cee": of_cee, "journal": of_journal}[kind]
    messages = {}
    for line in open(path, encoding="utf-8"):
        line = json.loads(line)
        if kind != "journal" and line["inputname"] != source:
            continue
        message = read(line)
        if message:
            messages[message[3]] = message  # some come twice after a connection was lost
    whole, begun = [], None
    for number in sorted(messages):
        message = messages[number]
        fields = message[4]
        part, parts = int(fields.pop("part", 1)), int(fields.pop("parts", 1))
        if part == 1:
            if begun:
                complain("a part is missing before", message)
            begun = message
        elif not begun:
            complain("a first part is missing of", message)
            continue
        else:
            for name, value in fields.items():
                if name not in ("instance", "seq", "interface", "direction", "side", "event"):
                    begun[4][name] = begun[4].get(name, "") + value
            begun = begun[:5] + (begun[5] + message[5],)
        if part == parts:
            whole.append(begun)
            begun = None
    missing = sorted(set(range(1, max(messages, default=0) + 1)) - set(messages))
    if missing:
        complain("numbers are missing:", missing[:20], "of", max(messages))
    return whole


# ---- what should have been --------------------------------------------------------------------


def head(line, fields):
    for name in ("instance", "seq", "interface", "direction", "start", "end", "hook"):
        fields[name] = str(line[name])
    fields["interval_s"] = line["interval_s"]
    for key, value in line.get("labels", {}).items():
        fields["label_" + key] = value
    return fields


def add(fields, prefix, counts):
    for name, value in counts.items():
        if value:
            fields[prefix + name] = value


def of_report(line):
    """A report in full, as docs/sinks.md has it; in JSON's numbers."""
    f = head(line, {"responses": line["responses"], "rate": line["rate"]})
    for row in line["rcodes"]:
        if row["count"] or row["code"] in (0, 2, 3, 5):
            f["rcode_" + row["name"]] = row["count"]
        f["total_rcode_" + row["name"]] = row["total"]
    add(f, "", {"rcode_other": line["other_rcodes"]["count"],
                "total_rcode_other": line["other_rcodes"]["total"],
                "ede_other": line["other_ede"]["count"],
                "ede_further_other": line["other_ede_further"]["count"],
                "qtype_other": line["other_qtypes"]["count"], "rare_lost": line["rare_lost"],
                "rare_retired": line["rare_retired"],
                "ede_texts_lost": line["ede_texts_lost"],
                "nic_lost": line.get("nic", {}).get("lost", 0)})
    add(f, "answers_", line["answers"])
    accounting = dict(line["accounting"])
    unparsed = accounting.pop("unparsed")
    f["packets"] = accounting.pop("packets")
    add(f, "", accounting)
    add(f, "", {"unparsed": sum(unparsed.values()), "incomplete": sum(line["incomplete"].values())})
    add(f, "unparsed_", unparsed)
    add(f, "incomplete_", line["incomplete"])
    f["total_responses"], f["total_packets"] = line["total"]["responses"], line["total"]["packets"]
    for row in line["ede"]:
        f[f"ede_{row['rcode']}_{row['code']}"] = row["count"]
        if row.get("text"):
            f[f"ede_{row['rcode']}_{row['code']}_text"] = row["text"]
    for row in line.get("advice", []):
        f["advice_" + row["id"]] = row["text"]
    for row in line["ede_further"]:
        f[f"ede_further_{row['code']}"] = row["count"]
    for row in line["qtypes"]:
        f["qtype_" + row["name"]] = row["count"]
    for name in ("family", "transport", "flags", "tcp", "udp"):
        add(f, name + "_", line.get(name) or {})
    return f


def of_top(line, which, rank, row):
    f = head(line, {"list": which, "rank": rank})
    f.update({k: v for k, v in row.items() if k != "registers"})
    return f


def report_severity(line):
    """The table of docs/sinks.md."""
    shares = [row["share"] for row in line["rcodes"] if row["code"] == SERVFAIL_CODE]
    share = shares[0] if shares and line["responses"] >= 100 else 0
    if share >= 0.5:
        return 3
    if share >= 0.1:
        return 4
    blind = line["rare_lost"] or line.get("nic", {}).get("lost") or line["accounting"]["unparsed"].get("no_cpu_slot") or \
        (line.get("tcp") or {}).get("evicted")
    return 5 if blind else 6


ROW_SEVERITY = {"SERVFAIL": 4, "NXDOMAIN": 6, "NOERROR": 6}
EVENT_SEVERITY = {"attached": 5, "detached": 4, "sink_lost": 4, "sink_back": 5, "loss_began": 3, "config_reloaded": 5, "config_refused": 4, "config_last_good": 4, "attacher_ended": 4,
                  "loss_ended": 5}


def of_transactions(line):
    fields = {key: line[key] for key in ("instance", "seq", "side", "start", "end", "interval_s", "timeout_s",
                                         "unanswered", "outstanding")}
    fields.update({"label_" + k: v for k, v in line.get("labels", {}).items()})
    queries, responses = line["queries"], line["responses"]
    counts = {"new": queries["new"], "retry": queries["retry"], "resent": queries["resent"],
              "query_untracked": queries["untracked"], "query_contended": queries["contended"],
              "response_untracked": responses["untracked"], "response_contended": responses["contended"]}
    for name in ("answered", "late", "duplicate", "mismatched", "unsolicited", "before_start"):
        counts[name] = responses[name]
    counts.update({name: line[name] for name in ("ambiguous", "evicted")})
    fields.update({name: count for name, count in counts.items() if count or name in ("new", "answered")})
    fields.update({name: 1 for name in ("one_sided", "uncertain") if line[name]})
    times = line["response_time"]
    fields["sampled"] = times["sampled"]
    if times["sampled"]:
        fields.update({name + "_ms": times[name + "_s"] * 1e3 for name in ("p50", "p90", "p95", "p99", "max")})
    for prefix, rows, name in (("server_", "unanswered_servers", "address"), ("zone_", "unanswered_zones", "name")):
        for i, row in enumerate(line[rows][:5]):
            fields["%s%d" % (prefix, i + 1)] = "%s %d/%d" % (row[name], row["unanswered"], row["queries_estimate"])
    return fields


def transactions_severity(line):
    ended = line["responses"]["answered"] + line["unanswered"]
    share = line["unanswered"] / ended if ended >= 100 and not line["one_sided"] else 0
    return 3 if share >= 0.5 else 4 if share >= 0.1 else 5 if line["uncertain"] else 6


ALERT_SEVERITY = {"critical": 3, "warning": 4, "notice": 5}


def of_alert(line):
    fields = {k: v for k, v in line.items()
              if k not in ("schema", "type", "host", "labels", "text", "blame", "servers", "clients")}
    fields.update({"label_" + k: v for k, v in line.get("labels", {}).items()})
    for prefix in ("server", "client"):
        fields.update({f"{prefix}_{i + 1}": who for i, who in enumerate(line.get(prefix + "s", []))})
    return fields


def alert_key(fields, alerts):
    """Whom it is about; and how often that was said before, as it goes on."""
    key = ("ALERT",) + tuple(fields.get(k) for k in ("rule", "state", "subject", "side", "interface", "direction"))
    alerts[key] += 1
    return key + (alerts[key],)


def expected(path):
    """{key: (severity, fields)}"""
    want = {}
    events = collections.Counter()
    for text in open(path, encoding="utf-8"):
        line = json.loads(text)
        if line["type"] == "event":
            fields = {k: v for k, v in line.items()
                      if k not in ("schema", "type", "time", "host", "labels")}
            fields.update({"label_" + k: v for k, v in line.get("labels", {}).items()})
            key = ("EVENT", line["event"], line.get("interface"), line.get("direction"))
            events[key] += 1
            want[key + (events[key],)] = EVENT_SEVERITY[line["event"]], fields
        elif line["type"] == "alert":
            severity = 5 if line["state"] == "end" else ALERT_SEVERITY[line["severity"]]
            want[alert_key(line, events)] = severity, of_alert(line)
        elif line["type"] == "transactions":
            seen = sum(line["queries"].values()) + sum(line["responses"].values())
            if seen or line["unanswered"] or line["outstanding"]:
                want["TRANSACTIONS", line["seq"], line["side"]] = transactions_severity(line), of_transactions(line)
        elif line["type"] == "report":
            key = (line["seq"], line["interface"], line["direction"])
            want[("REPORT",) + key] = report_severity(line), of_report(line)
            for which, rows in line.get("top", {}).items():
                for i, row in enumerate(rows):
                    want[("TOP", which, i + 1) + key] = ROW_SEVERITY.get(row["rcode"], 5), of_top(
                        line, which, i + 1, row)
    return want


def key_of(msgid, fields, events):
    if msgid == "EVENT":
        key = ("EVENT", fields["event"], fields.get("interface"), fields.get("direction"))
        events[key] += 1
        return key + (events[key],)
    if msgid == "ALERT":
        return alert_key(fields, events)
    if msgid == "TRANSACTIONS":
        return msgid, int(fields["seq"]), fields["side"]
    key = (int(fields["seq"]), fields["interface"], fields["direction"])
    if msgid == "TOP":
        return ("TOP", fields["list"], int(fields["rank"])) + key
    return (msgid,) + key


def unescaped(text):
    """What record_bytes() wrote; bytes that are no UTF-8 as JSON lines have them."""
    data = re.sub(rb"\\(\d\d\d|\\)", lambda m: b"\\" if m[1] == b"\\" else bytes([int(m[1])]),
                  text.encode())
    out = ""
    while data:
        try:
            return out + data.decode()
        except UnicodeDecodeError as e:
            out += data[:e.start].decode() + "\ufffd"
            data = data[e.start + 1:]
    return out


def same(name, value, want):
    if isinstance(want, float):
        return abs(float(value) - want) <= 0.000501
    if isinstance(want, int):
        return value == str(want)
    if name in ("sink", "reason") or name.endswith("_text"):
        return unescaped(value) == want
    return value == want


def main():
    kind, source, got_path, want_path = sys.argv[1:]
    want, events, counts = expected(want_path), collections.Counter(), collections.Counter()
    if kind == "journal":
        want = {k: (s, {n.lower().replace("-", "_"): v for n, v in f.items()}) for k, (s, f) in want.items()}
    for msgid, severity, facility, _, fields, text in received(kind, source, got_path):
        key = key_of(msgid, fields, events)
        counts[msgid] += 1
        if key not in want:
            complain("nothing of that was reported:", key)
            continue
        want_severity, want_fields = want.pop(key)
        if (severity, facility) != (want_severity, 3):
            complain("severity and facility of", key, severity, facility, "not", want_severity, 3)
        if not text:
            complain("no text:", key)
        if set(fields) != set(want_fields):
            complain("fields of", key, sorted(set(fields) ^ set(want_fields)))
        for name in set(fields) & set(want_fields):
            if not same(name, fields[name], want_fields[name]):
                complain(name, "of", key, repr(fields[name]), "not", repr(want_fields[name]))
    for key in want:
        complain("did not arrive:", key)
    for line in wrong[:20]:
        print(line, file=sys.stderr)
    print(*(f"{name} {counts[name]}" for name in sorted(counts)), sep=", ")
    return 1 if wrong else 0


sys.exit(main())
