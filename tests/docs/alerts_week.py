#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Tests for promtool over nine days of a resolver's traffic, from formulas: nothing fires in ordinary life, and what looks back by a
day and a week does on another host when something happens there on the eighth day, within the time that docs/alerts.md gives.

Prints a file for `promtool test rules`. Day 0 is a Friday: days 1, 2 and 8 are weekends. Traffic swings between night and evening by
five to one, weekends have two fifths of it, each minute a few per cent of its own. Ordinary life has flash crowds of four times the
usual for half an hour, a restart that sets all counters to 0, one during which a scrape fails, and three minutes in which a tenth of
the answers is SERVFAIL for one zone.
"""
import json
import math
import random
import sys

from alerts_cases import DELAYS, find, firing, key_of
from alerts_model import COMMON, RULES, name_of

STEP = 60  # seconds
DAY = 1440  # minutes
DAYS = 9
EVALUATION = 4  # minutes: alerts fire so much later than by the document's 15 s
# Parts of all answers, about as resolvers have them.
MIX = {"NOERROR": 0.83, "NXDOMAIN": 0.15, "SERVFAIL": 0.012, "REFUSED": 0.005, "FORMERR": 0.003}
PEAK = 2000  # answers a second, Friday evening
CACHE_MISSES = 0.2  # queries to servers for each of a client
FLASH = {(2, 720): 30, (4, 1200): 30, (6, 300): 30}  # day, minute: minutes
RESTART, GAP = 5 * DAY + 613, range(7 * DAY + 900, 7 * DAY + 901)
ONE_ZONE = range(3 * DAY + 660, 3 * DAY + 663)
EVENT = range(7 * DAY + 720, 7 * DAY + 780)
TX = {"device": "eth0", "direction": "tx"}
CLIENTS = {"0.001": 0.8, "0.05": 0.14, "0.2": 0.03, "0.5": 0.015, "2.0": 0.015}  # response times by the bucket
UPSTREAM = {"0.001": 0.05, "0.05": 0.7, "0.2": 0.2, "0.5": 0.03, "2.0": 0.02}


def traffic(minute, chance):
    """Answers to clients a second."""
    day, of_day = divmod(minute, DAY)
    swing = 0.6 + 0.4 * math.cos(2 * math.pi * (of_day - 20 * 60) / DAY)  # the evening: 20:00
    rate = PEAK * swing * (0.4 if day % 7 in (1, 2) else 1) * chance.uniform(0.95, 1.05)
    for (flash_day, begin), length in FLASH.items():
        if 0 <= minute - (flash_day * DAY + begin) < length:
            rate *= 4
    return rate


class Host:
    """Samples of one host from minute to minute."""

    def __init__(self, instance, seed):
        self.labels = {**COMMON, "instance": instance}
        self.samples, self.counts = {}, {}
        self.chance = random.Random(seed)
        self.minute = 0

    def run(self, live):
        for self.minute in range(DAYS * DAY + 1):
            if self.minute == RESTART:
                self.counts = dict.fromkeys(self.counts, 0)
            live(self)
        return [{"series": name, "values": " ".join(values)} for name, values in self.samples.items()]

    def put(self, metric, value, **labels):
        name = name_of(metric, {**self.labels, **labels})
        self.samples.setdefault(name, []).append("stale" if self.minute in GAP else "%.10g" % value)

    def add(self, metric, rate, **labels):
        key = (metric, tuple(labels.items()))
        self.counts[key] = self.counts.get(key, 0) + round(rate * STEP)
        self.put(metric, self.counts[key], **labels)

    def answers(self, rate, mix, truncated):
        for rcode, part in mix.items():
            self.add("rcodewatch_dns_responses_total", rate * part * self.chance.uniform(0.9, 1.1), family="ipv4", transport="udp",
                     rcode=rcode, **TX)
        for kind, part in (("data", 0.9 - truncated), ("nodata", 0.1), ("truncated", truncated)):
            self.add("rcodewatch_dns_noerror_answers_total", rate * mix["NOERROR"] * part, kind=kind, **TX)

    def side(self, side, asked, lost, within):
        self.add("rcodewatch_transaction_responses_total", asked * (1 - lost), side=side, event="answered")
        self.add("rcodewatch_unanswered_queries_total", asked * lost, side=side)
        self.add("rcodewatch_evicted_queries_total", 0, side=side)
        reached, labels = 0, {"side": side, "transport": "udp", "failed": "false"}
        for le, part in within.items():
            reached += part
            self.add("rcodewatch_response_time_seconds_bucket", asked * reached, le=le, **labels)
        self.add("rcodewatch_response_time_seconds_bucket", asked, le="+Inf", **labels)
        self.add("rcodewatch_response_time_seconds_count", asked, **labels)


def ordinary(host):
    rate, mix, share = traffic(host.minute, host.chance), dict(MIX), 0.1
    if host.minute in ONE_ZONE:
        mix["SERVFAIL"], share = 0.1, 0.97
    host.answers(rate, mix, 0.004)
    host.put("rcodewatch_top_share", share * host.chance.uniform(0.5, 1), list="zones", rcode="SERVFAIL", **TX)
    for code, part in (("7", 0.0005), ("9", 0.0003), ("22", 0.006)):
        host.add("rcodewatch_dns_extended_errors_total", rate * part, rcode="SERVFAIL", info_code=code, **TX)
    host.side("clients", rate, 0.001, CLIENTS)
    host.side("upstream", rate * CACHE_MISSES, 0.04, UPSTREAM)
    for kind in ("mismatched", "unsolicited"):
        host.add("rcodewatch_transaction_responses_total", rate * CACHE_MISSES * 0.02, side="upstream", event=kind)
    host.add("rcodewatch_incomplete_responses_total", rate * 0.001, device="eth0", direction="rx", reason="opt_beyond_fragment")
    host.add("rcodewatch_unparsed_packets_total", rate * 0.0015, device="eth0", hook="xdp", reason="later_fragment")
    host.add("rcodewatch_packets_total", rate * 2, device="eth0", hook="xdp", outcome="queries")
    host.add("rcodewatch_packets_total", rate * 0.0015, device="eth0", hook="xdp", outcome="unparsed")
    host.put("rcodewatch_attached", 1, device="eth0", hook="xdp", mode="native")
    host.put("rcodewatch_attacks", 0, **TX)
    host.put("rcodewatch_config_correct", 1)
    host.put("rcodewatch_last_report_timestamp_seconds", host.minute * 60)
    host.put("rcodewatch_report_interval_seconds", 5)
    host.add("rcodewatch_sink_lost_messages_total", 0, sink="json:tcp:logs.example:6514")


def eventful(rate=1, truncated=0.004, **mix):
    """A host on which these change in EVENT."""
    def live(host):
        happens = host.minute in EVENT
        host.answers(traffic(host.minute, host.chance) * (rate if happens else 1), {**MIX, **(mix if happens else {})},
                     truncated if happens else 0.004)
    return live


# Ten times as many NXDOMAIN, say, are as many answers more.
EVENTS = {
    "drained": (eventful(rate=0), find("DnsHostSilent", "page", "usual")),
    "truncating": (eventful(truncated=0.2), find("DnsTruncation", "ticket")),
    "flooded": (eventful(NXDOMAIN=1.5), find("DnsNxdomainFlood", "ticket")),
    "refusing": (eventful(REFUSED=0.08), find("DnsUnusual", "ticket")),
}


def main():
    lists, tests, fired = Host("res1", 18).run(ordinary), [], []
    for seed, (instance, (live, rule)) in enumerate(EVENTS.items()):
        fires, over = DELAYS[key_of(rule)]
        lists += Host(instance, seed).run(live)
        tests += [firing(rule, EVENT[0], False), firing(rule, EVENT[0] + fires + EVALUATION, True),
                  firing(rule, EVENT[-1] + 1 + over + EVALUATION, False)]
        fired.append({"labels": '{alertname="%s",instance="%s",severity="%s"}' % (rule.name, instance, rule.labels["severity"]),
                      "value": 1})
    lists.append({"series": 'up{job="rcodewatch",instance="res1"}',
                  "values": " ".join("0" if minute in GAP else "1" for minute in range(DAYS * DAY + 1))})
    end = "%dm" % (DAYS * DAY)
    tests.append({"expr": 'count by (alertname, instance, severity) (count_over_time(ALERTS{alertstate="firing"}[%s]))' % end,
                  "eval_time": end, "exp_samples": fired})
    json.dump({"rule_files": [str(RULES)], "evaluation_interval": "%dm" % EVALUATION,
               "tests": [{"interval": "%ds" % STEP, "input_series": lists, "promql_expr_test": tests}]}, sys.stdout)


if __name__ == "__main__":
    main()
