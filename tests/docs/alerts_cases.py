#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Tests for promtool, one for each fault: the alerts that it raises, within the time that docs/alerts.md gives, and nothing else;
and that they are over after it, within that time.

Prints a file for `promtool test rules`.
"""
import collections
import json
import pathlib
import re
import sys

from alerts_model import RULES, counter, fired, gauge, rules, series

STEP = 15  # seconds, as docs/prometheus-scrape.yml has it
ALL = rules()
Span = collections.namedtuple("Span", "fault before after", defaults=(20, 20))  # minutes
HALF_AN_HOUR = Span(30)
LONG = Span(90, before=60)  # rates of an hour need one
RESPONSES, EDE = "rcodewatch_dns_responses_total", "rcodewatch_dns_extended_errors_total"
TXN, UNANSWERED = "rcodewatch_transaction_responses_total", "rcodewatch_unanswered_queries_total"
BUCKET, COUNT = "rcodewatch_response_time_seconds_bucket", "rcodewatch_response_time_seconds_count"
ETH0 = {"device": "eth0", "direction": "tx"}
UDP = {"family": "ipv4", "transport": "udp"}


def delays():
    """By rule: minutes until it fires, and until it is over, as the document has them."""
    text = (RULES.parent / "alerts.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| \[`(\w+)`\]\(#[a-z-]+\) \| (\w+)(?: `(\w+)`)? \|.*\| ([\d.]+) min \| ([\d.]+) min \|$", text, flags=re.M)
    return {(name, severity, further): (float(fires), float(over)) for name, severity, further, fires, over in rows}


def key_of(rule):
    further = rule.labels.get("burn") or rule.labels.get("cause") or rule.labels.get("against") or ""
    return rule.name, rule.labels["severity"], further


def find(name, severity, further=""):
    return next(rule for rule in ALL if key_of(rule) == (name, severity, further))


DELAYS = delays()
tried = set()


def minutes(time):
    return "%gs" % round(time * 60)


def firing(rule, time, wanted):
    """Whether @rule has an alert at that time: counted, as its value is not yet what it will be."""
    labels = ",".join('%s="%s"' % pair for pair in rule.labels.items())
    return {"expr": 'count(ALERTS{alertname="%s",alertstate="firing",%s})' % (rule.name, labels), "eval_time": minutes(time),
            "exp_samples": [{"labels": "{}", "value": 1}] if wanted else []}


def case(span, alerts, lists):
    """@alerts: rule, value as it reads at the end of the fault, labels of the series, what a query in its text gives. @lists: series of what goes on."""
    before, end = span.before, span.before + span.fault
    by_name = {rule.name: [] for rule in ALL}
    tests = []
    for rule, value, labels, *queried in alerts:
        fires, over = DELAYS[key_of(rule)]
        tried.add(key_of(rule))
        by_name[rule.name].append(fired(rule, value, labels, *queried))
        tests += [firing(rule, before, False), firing(rule, before + fires, True), firing(rule, end + over, False)]
    names = [{"eval_time": minutes(time), "alertname": name, "exp_alerts": found if time == end else []}
             for time in (before, end, end + span.after) for name, found in by_name.items()]
    return {"interval": "%ds" % STEP, "input_series": lists, "alert_rule_test": names, "promql_expr_test": tests}


def over_time(well, ill, span):
    return counter(STEP, (span.before, well), (span.fault, ill), (span.after, well))


def level(well, ill, span):
    return gauge(STEP, (span.before, well), (span.fault, ill), (span.after, well))


def answers(span, well, ill, **labels):
    """Responses a second by RCODE, before and after, and during the fault."""
    labels = {**ETH0, **UDP, **labels}
    return [series(RESPONSES, over_time(well.get(rcode, 0), ill.get(rcode, 0), span), rcode=rcode, **labels)
            for rcode in {**well, **ill}]


def queries(side, span, well, ill):
    """Queries a second that are answered, and that stay unanswered."""
    return [series(TXN, over_time(well[0], ill[0], span), side=side, event="answered"),
            series(UNANSWERED, over_time(well[1], ill[1], span), side=side)]


def times(side, span, well, ill):
    """Answered queries a second by the bucket that they fall into: {upper limit: rate}, of @well and @ill the same limits."""
    found, sums = [], [0, 0]
    for le in list(well) + ["+Inf"]:
        sums = [sums[0] + well.get(le, 0), sums[1] + ill.get(le, 0)]
        found.append(series(BUCKET, over_time(*sums, span), side=side, transport="udp", failed="false", le=le))
    return found + [series(COUNT, over_time(*sums, span), side=side, transport="udp", failed="false")]


def share(span, value):
    return series("rcodewatch_top_share", level(None, value, span), list="zones", rcode="SERVFAIL", **ETH0)


def cases():
    fast, slow = find("DnsServfailShare", "page", "fast"), find("DnsServfailShare", "ticket", "slow")
    zone = find("DnsZoneFailing", "ticket")
    well, ill = {"NOERROR": 99, "SERVFAIL": 1}, {"NOERROR": 65, "SERVFAIL": 35}

    yield "35 % SERVFAIL, no zone with more than 2 % of them"
    yield case(LONG, [(fast, "35%", ETH0), (slow, "35%", ETH0)], answers(LONG, well, ill) + [share(LONG, 0.02)])
    yield "35 % SERVFAIL, and there are no lists of zones"
    yield case(LONG, [(fast, "35%", ETH0), (slow, "35%", ETH0)], answers(LONG, well, ill))
    yield "35 % SERVFAIL of one zone"
    rows = [series("rcodewatch_top_responses_per_second", level(None, rate, LONG), list="zones", name=name, rcode="SERVFAIL", **ETH0)
            for name, rate in (("shop.example", 33), ("other.example", 2))]
    yield case(LONG, [(zone, "35%", ETH0, "shop.example"), (slow, "35%", ETH0)], answers(LONG, well, ill) + [share(LONG, 0.94)] + rows)
    yield "35 % SERVFAIL from servers: nobody gets up for what others say"
    rx = {"device": "eth0", "direction": "rx"}
    yield case(LONG, [(slow, "35%", rx)], answers(LONG, well, ill, **rx))
    yield "a burst of a minute"
    yield case(Span(1, before=60), [], answers(Span(1, before=60), well, {"NOERROR": 0, "SERVFAIL": 100}) + [share(Span(1, before=60), 0.02)])
    yield "a quiet host on which one of two responses a minute fails"
    yield case(LONG, [], answers(LONG, {"NOERROR": 2 / 60}, {"NOERROR": 1 / 60, "SERVFAIL": 1 / 60}) + [share(LONG, 0.02)])

    silent, partly = find("DnsUpstreamSilent", "page"), find("DnsUpstreamSilent", "ticket")
    up = {"side": "upstream"}
    yield "no server answers"
    yield case(HALF_AN_HOUR, [(silent, "100%", up), (partly, "100%", up)], queries("upstream", HALF_AN_HOUR, (100, 1), (0, 100)))
    yield "3 of 10 queries to servers stay unanswered"
    yield case(HALF_AN_HOUR, [(partly, "30%", up)], queries("upstream", HALF_AN_HOUR, (100, 1), (70, 30)))
    yield "responses of servers have never come by here"
    yield case(HALF_AN_HOUR, [], queries("upstream", HALF_AN_HOUR, (0, 100), (0, 100)) + queries("clients", HALF_AN_HOUR, (0, 100), (0, 100)))

    for where, rule, severity, name in (("DnsZoneServersSilent", "zone-servers-silent", "warning", "shop.example"),
                                        ("DnsServerSilent", "server-silent", "notice", "192.0.2.53")):
        labels = {"rule": rule, "severity": severity, "name": name}
        alerts = [(find(where, "ticket"), "1", labels)]
        if severity == "warning":
            alerts.append((find("RcodewatchAlert", "ticket"), "1", labels))
        yield "rcodewatch says that %s is silent" % name
        yield case(HALF_AN_HOUR, alerts, [series("rcodewatch_top_alert_active", level(None, 1, HALF_AN_HOUR), **labels),
                                          series("rcodewatch_alert_active", level(0, 1, HALF_AN_HOUR), rule=rule, severity=severity)])

    quick, long = {"0.001": 80, "0.05": 20, "1.0": 0, "2.0": 0}, {"0.001": 40, "0.05": 0, "1.0": 0, "2.0": 60}
    here, there = find("DnsClientsSlow", "ticket", "host"), find("DnsClientsSlow", "ticket", "upstream")
    clients = {"side": "clients"}
    # 9 of 10 are within: 40 of 100 are quick, and 50 of the 60 between 1 and 2 s.
    yield "clients wait, and upstream is quick"
    yield case(HALF_AN_HOUR, [(here, "1.833s", clients)], times("clients", HALF_AN_HOUR, quick, long) + times("upstream", HALF_AN_HOUR, quick, quick))
    yield "clients wait for upstream, which is slow"
    yield case(HALF_AN_HOUR, [(there, "1.833s", clients)], times("clients", HALF_AN_HOUR, quick, long) + times("upstream", HALF_AN_HOUR, quick, long))
    yield "clients wait for upstream, of which a fifth does not answer"
    yield case(HALF_AN_HOUR, [(there, "1.833s", clients)], times("clients", HALF_AN_HOUR, quick, long) + times("upstream", HALF_AN_HOUR, quick, quick)
               + queries("upstream", HALF_AN_HOUR, (100, 0), (80, 20))[1:] + queries("upstream", HALF_AN_HOUR, (100, 0), (80, 20))[:1])

    dead, some = find("DnsHostSilent", "page"), find("DnsHostSilent", "ticket")
    yield "no client gets an answer"
    yield case(HALF_AN_HOUR, [(dead, "100%", clients), (some, "100%", clients)], queries("clients", HALF_AN_HOUR, (100, 0), (0, 100)))
    yield "one of 10 clients gets none"
    yield case(HALF_AN_HOUR, [(some, "10%", clients)], queries("clients", HALF_AN_HOUR, (100, 0), (90, 10)))

    yield "6 % of validation failures of two kinds, and 4 % of another error"
    yield case(Span(20, before=60), [(find("DnsBogus", "ticket"), "6%", ETH0)],
               answers(Span(20, before=60), {"NOERROR": 99.9, "SERVFAIL": 0.1}, {"NOERROR": 90, "SERVFAIL": 10}) + [share(Span(20, before=60), 0.02)]
               + [series(EDE, over_time(0, rate, Span(20, before=60)), rcode="SERVFAIL", info_code=code, **ETH0)
                  for code, rate in (("7", 3), ("9", 3), ("22", 4))])

    yield "forged responses: 500 a second beside 100 that were asked for"
    forged = [series(TXN, over_time(0.1, rate, HALF_AN_HOUR), side="upstream", event=event)
              for event, rate in (("mismatched", 300), ("unsolicited", 200))]
    yield case(HALF_AN_HOUR, [(find("DnsSpoofing", "page"), "500", up)], queries("upstream", HALF_AN_HOUR, (100, 0), (100, 0)) + forged)
    yield "as many on a host with 100,000 responses a second"
    yield case(HALF_AN_HOUR, [], queries("upstream", HALF_AN_HOUR, (1e5, 0), (1e5, 0)) + forged)

    yield "fragmented responses whose other fragments do not come"
    rx = {"device": "eth0", "direction": "rx", "reason": "opt_beyond_fragment"}
    fragments = {"device": "eth0", "hook": "xdp", "reason": "later_fragment"}
    firsts = [series("rcodewatch_incomplete_responses_total", over_time(2, 2, HALF_AN_HOUR), **rx)]
    yield case(HALF_AN_HOUR, [(find("DnsFragmentsLost", "ticket"), "2", rx)],
               firsts + [series("rcodewatch_unparsed_packets_total", over_time(3, 0, HALF_AN_HOUR), **fragments)])

    yield "two attacks"
    yield case(HALF_AN_HOUR, [(find("DnsRandomSubdomain", "page"), "2", ETH0)],
               [series("rcodewatch_attacks", level(0, 2, HALF_AN_HOUR), **ETH0)])
    yield "advice"
    yield case(HALF_AN_HOUR, [(find("DnsAdvice", "ticket"), "1", {"id": "truncation", **ETH0})],
               [series("rcodewatch_advice", level(None, 1, HALF_AN_HOUR), id="truncation", **ETH0)])

    blind = lambda cause: find("RcodewatchBlind", "ticket", cause)
    hook = {"device": "eth0", "hook": "xdp"}
    yield "a program is detached"
    yield case(HALF_AN_HOUR, [(blind("detached"), "0", {"mode": "native", **hook})],
               [series("rcodewatch_attached", level(1, 0, HALF_AN_HOUR), mode="native", **hook)])
    yield "pages stay as they are"
    # promtool's clock begins at 0.
    begin, end = 60 * HALF_AN_HOUR.before, 60 * (HALF_AN_HOUR.before + HALF_AN_HOUR.fault)
    stamps = " ".join(["0+%dx%d" % (STEP, begin // STEP), "%dx%d" % (begin, (end - begin) // STEP - 1),
                       "%d+%dx%d" % (end + STEP, STEP, 60 * HALF_AN_HOUR.after // STEP)])
    yield case(HALF_AN_HOUR, [(blind("stalled"), "30m 0s", {})],
               [series("rcodewatch_last_report_timestamp_seconds", stamps),
                series("rcodewatch_report_interval_seconds", level(5, 5, HALF_AN_HOUR))])
    yield "300 queries of a minute are evicted"
    evicted = over_time(0, 5, Span(1))
    asked = lambda rate: series("rcodewatch_transaction_queries_total", over_time(rate, rate, Span(1)), side="upstream", event="new")
    yield case(Span(1), [(blind("evicted"), "300", up)], [series("rcodewatch_evicted_queries_total", evicted, side="upstream"), asked(10)])
    yield "as many of 100 times as many queries"
    yield case(Span(1), [], [series("rcodewatch_evicted_queries_total", evicted, side="upstream"), asked(1000)])
    yield "2 % of what is seen cannot be parsed"
    yield case(Span(60), [(blind("unparsed"), "2%", hook)],
               [series("rcodewatch_packets_total", over_time(100, 98, Span(60)), outcome="response_packets", **hook),
                series("rcodewatch_packets_total", over_time(0, 2, Span(60)), outcome="unparsed", **hook)])
    yield "the network card loses 1 %"
    nic = {"device": "eth0"}
    seen = series("rcodewatch_packets_total", over_time(1000, 1000, HALF_AN_HOUR), outcome="queries", **hook)
    yield case(HALF_AN_HOUR, [(blind("nic"), "10", nic)],
               [seen] + [series("rcodewatch_nic_lost_packets_total", over_time(0, rate, HALF_AN_HOUR), source=source, **nic)
                         for source, rate in (("rx_missed", 7), ("rx_dropped", 3))])
    yield "it loses 0.05 %"
    yield case(HALF_AN_HOUR, [], [seen, series("rcodewatch_nic_lost_packets_total", over_time(0, 0.5, HALF_AN_HOUR),
                                               source="rx_missed", **nic)])
    yield "rcodewatch has an alert of each severity under way"
    active = {name: {"rule": rule, "severity": name} for name, rule in (("critical", "host-silent"), ("warning", "zone-failing"),
                                                                        ("notice", "server-silent"))}
    yield case(HALF_AN_HOUR, [(find("RcodewatchAlert", "page"), "1", active["critical"]),
                              (find("RcodewatchAlert", "ticket"), "1", active["warning"])],
               [series("rcodewatch_alert_active", level(0, 1, HALF_AN_HOUR), **labels) for labels in active.values()])
    yield "a target is down"
    yield case(HALF_AN_HOUR, [(find("RcodewatchDown", "ticket"), "0", {"site": None})],
               [{"series": 'up{job="rcodewatch",instance="res1"}', "values": level(1, 0, HALF_AN_HOUR)},
                {"series": 'up{job="rcodewatch",instance="res2"}', "values": level(1, 1, HALF_AN_HOUR)}])
    yield "the only target is gone from the configuration"
    yield case(HALF_AN_HOUR, [(find("RcodewatchAbsent", "page"), "1", {"site": None, "instance": None})],
               [{"series": 'up{job="rcodewatch",instance="res1"}', "values": "1x%d stale _x%d 1x100" % (
                   20 * 60 // STEP, 30 * 60 // STEP - 1)},
                {"series": 'up{job="node",instance="res1"}', "values": "1x1000"}])
    yield "the configuration is wrong"
    yield case(HALF_AN_HOUR, [(find("RcodewatchConfigWrong", "ticket"), "0", {})], [series("rcodewatch_config_correct", level(1, 0, HALF_AN_HOUR))])
    yield "30 messages of a minute are lost"
    lost = over_time(0, 0.5, Span(1))
    yield case(Span(1), [(find("RcodewatchMessagesLost", "ticket"), "30", {"sink": "json:tcp:logs.example:6514"})],
               [series("rcodewatch_sink_lost_messages_total", lost, sink="json:tcp:logs.example:6514")])


def main():
    tests, titles = [], []
    for one in cases():
        if isinstance(one, str):
            titles.append(one)
        else:
            # Some rcodewatch is scraped, but in the test of that.
            if not any(found["series"].startswith("up{") for found in one["input_series"]):
                one["input_series"].append({"series": 'up{job="rcodewatch",instance="res1"}', "values": "1x1000"})
            tests.append({"name": titles[-1], **one})
    untried = {key_of(rule) for rule in ALL} - tried - set(OTHERS)
    if untried:
        sys.exit("no case for %s" % sorted(untried))
    json.dump({"rule_files": [str(RULES)], "evaluation_interval": "%ds" % STEP, "tests": tests}, sys.stdout, indent=1)


# Those that look back by a day or a week are in alerts_week.py.
OTHERS = [("DnsHostSilent", "page", "usual"), ("DnsTruncation", "ticket", ""), ("DnsNxdomainFlood", "ticket", ""),
          ("DnsUnusual", "ticket", "")]

if __name__ == "__main__":
    main()
