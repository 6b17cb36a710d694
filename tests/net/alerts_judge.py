#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""What a Prometheus at 127.0.0.1:9090 makes of faults, for alerts_prometheus.sh: alerts_judge.py SCALE FAULT... WHAT [BEGIN [END]]

quiet             wait until all has been scraped for six minutes; nothing has fired
fired BEGIN       wait until each fault, which began then, is named as in EXPECTED
over BEGIN END    wait until nothing fires any more, and compare all that has fired with EXPECTED, and its times with docs/alerts.md

Times are seconds since 1970; what is waited for and compared is divided by SCALE, and SCALE_SLACK seconds are granted where it is not 1. The fault with
number N is that of the instance 10.9.N.2. Exit status 1, with what is wrong, if something is.
"""
import json
import pathlib
import re
import sys
import time
import urllib.parse
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "docs"))
from alerts_cases import DELAYS  # noqa: E402: by rule, minutes until it fires and until it is over

SCALE_SLACK = 10
EVALUATION = 15
QUIET = 360  # seconds without a fault
# Minutes until unbound asks a dead server again, by whose own timers all servers of a zone are given up: infra-host-ttl.
FORGOTTEN = {"one-dead": 15, "all-dead": 15, "no-way-out": 15}
# What passes on what `run` has seen comes later by as much: minutes, of evaluations of 10 s as docs/alerts.md has them.
PASSED_ON = {"DnsZoneServersSilent", "DnsServerSilent", "DnsRandomSubdomain", "DnsAdvice", "RcodewatchAlert"}
MONITOR = (1, 1)
# By fault, what has to fire: name, labels, what its text says, the command. NAME and OVER as in docs/alerts.md.
EXPECTED = {
    "none": [],
    "expired": [("DnsZoneFailing", {"severity": "ticket"}, r"bad\.test", "rcodewatch top"),
                ("RcodewatchAlert", {"severity": "ticket", "rule": "zone-failing", "name": "bad.test"}, "zone-failing", "rcodewatch top")],
    "one-dead": [("DnsServerSilent", {"severity": "ticket", "name": "10.8.2.8"}, r"10\.8\.2\.8", "dig @10.8.2.8 . SOA +norecurse")],
    "all-dead": [("DnsZoneServersSilent", {"severity": "ticket", "name": "four.test"}, r"four\.test", "dig +nssearch four.test")],
    "hung": [("DnsHostSilent", {"severity": "page", "side": "clients"}, "clients' queries", "dig @127.0.0.1 . SOA")],
    "attack": [("DnsRandomSubdomain", {"severity": "page", "direction": "tx"}, "random-subdomain", "rcodewatch top"),
               ("RcodewatchAlert", {"severity": "page", "rule": "random-subdomain", "name": "victim.example"}, "random-subdomain", "rcodewatch top")],
    "lame": [("DnsZoneFailing", {"severity": "ticket"}, r"bad\.test", "rcodewatch top"),
             ("DnsAdvice", {"severity": "ticket", "id": "refusing-server", "direction": "rx"}, "refusing-server", "rcodewatch top")],
    "spoofing": [("DnsSpoofing", {"severity": "page"}, "has not asked for", "rcodewatch top")],
    "no-way-out": [("DnsUpstreamSilent", {"severity": "page", "side": "upstream"}, "to servers stay unanswered", "rcodewatch top")],
}
# What may fire beside them, as it follows from the fault.
ONE_ZONE = [("DnsServfailShare", {"burn": "slow"}), ("RcodewatchAlert", {"rule": "zone-failing", "name": "bad.test"})]
FOLLOWS = {
    "none": [],
    "expired": ONE_ZONE,
    "one-dead": [],
    # Until unbound has given up on its servers a fifth of all stays unanswered, then it is SERVFAIL.
    "all-dead": [("DnsHostSilent", {"severity": "ticket"}), ("DnsUpstreamSilent", {"severity": "ticket"}), ("DnsServfailShare", {"burn": "slow"}),
                 ("DnsZoneFailing", {}), ("DnsServerSilent", {}), ("RcodewatchAlert", {"severity": "ticket"})],
    "hung": [("DnsHostSilent", {"severity": "ticket"}), ("RcodewatchAlert", {"rule": "host-silent"})],
    "attack": [("DnsAdvice", {"id": "random-names"})],
    "lame": ONE_ZONE,
    "spoofing": [("RcodewatchAlert", {"rule": "spoofing"})],
    # Once unbound asks nobody any more all zones fail, and each is silent.
    "no-way-out": [("DnsHostSilent", {}), ("DnsUpstreamSilent", {"severity": "ticket"}), ("DnsServfailShare", {}), ("DnsServerSilent", {}),
                   ("DnsZoneServersSilent", {}), ("DnsZoneFailing", {}), ("RcodewatchAlert", {})],
}


# Where SCALE is not 1, a machine that stands still for a few seconds does this.
STANDS_STILL = [("DnsHostSilent", {}), ("DnsUpstreamSilent", {}), ("RcodewatchBlind", {"cause": "evicted"}),
                ("RcodewatchBlind", {"cause": "stalled"})] + [
                    ("RcodewatchAlert", {"rule": rule}) for rule in ("host-silent", "upstream-silent", "blind", "clients-slow")]


def query(path, **arguments):
    url = "http://127.0.0.1:9090/api/v1/%s?%s" % (path, urllib.parse.urlencode(arguments))
    with urllib.request.urlopen(url, timeout=10) as answer:
        return json.load(answer)["data"]


def fired(since):
    """Of each alert that has fired since then: its labels and when it did, [first, last]."""
    found = []
    for series in query("query", query='ALERTS{alertstate="firing"}[2h]')["result"]:
        times = [float(at) for at, _ in series["values"] if float(at) >= since]
        if times:
            found.append((series["metric"], times))
    return found


class Judge:
    def __init__(self, scale, faults):
        self.scale, self.faults = scale, faults
        self.slack = 0 if scale == 1 else SCALE_SLACK
        self.wrong = False

    def late(self, text):
        """A second of a busy machine is many of scaled time: only what is not scaled fails by it."""
        if self.scale == 1:
            self.complain(text)
        else:
            print(text + ", on this machine")

    def complain(self, words):
        self.wrong = True
        print(words)

    def fault_of(self, labels):
        return self.faults[int(labels["instance"].split(".")[2])]

    def delays_of(self, labels):
        further = labels.get("burn") or labels.get("cause") or labels.get("against") or ""
        return DELAYS[labels["alertname"], labels["severity"], further]

    def matching(self, found, fault, expected):
        return [(labels, times) for labels, times in found if self.fault_of(labels) == fault and self.matches(labels, expected)]

    def is_expected(self, labels, follows):
        """Whether it may fire where @follows do."""
        return any(self.matches(labels, one) for one in follows + (STANDS_STILL if self.scale != 1 else []))

    @staticmethod
    def matches(labels, expected):
        return labels["alertname"] == expected[0] and all(labels.get(key) == value for key, value in expected[1].items())

    def quiet(self):
        while True:
            time.sleep(1)
            samples = query("query", query="count_over_time(up[1d]) * %g" % (EVALUATION / self.scale))["result"]
            if len(samples) == len(self.faults) and all(float(one["value"][1]) * self.scale >= QUIET for one in samples):
                break
        down = query("query", query="min_over_time(up[1d]) < 1")["result"]
        if down:
            self.complain("not always scraped: %s" % down)
        for labels, _ in fired(0):
            if not self.is_expected(labels, []):
                self.complain("fires though all is well: %s" % labels)

    def named(self, begin):
        # Where times are scaled, a machine that stands still for some seconds has rules of minutes begin once more.
        patience = 30 if self.scale == 1 else 120
        limit = begin + max(self.allowed(one, 0) for wanted in EXPECTED.values() for one in wanted) + patience
        wanted = [(fault, one) for fault in self.faults for one in EXPECTED[fault]]
        while wanted and time.time() < limit:
            time.sleep(0.5)
            found = fired(begin)
            now = query("alerts")["alerts"]
            wanted = [(fault, one) for fault, one in wanted if not self.matching(found, fault, one) or not self.says(now, fault, one)]
        for fault, one in wanted:
            self.complain("%s: there is no %s %s: %s" % (fault, one[0], one[1], [one for one in query("alerts")["alerts"]
                          if self.fault_of(one["labels"]) == fault]))

    def says(self, now, fault, expected):
        """Whether the alert's annotations say what they should."""
        words, command = expected[2:]
        return any(self.fault_of(one["labels"]) == fault and self.matches(one["labels"], expected)
                   and re.search(words, one["annotations"]["summary"] + one["annotations"]["description"])
                   and one["annotations"]["type"] == command for one in now)

    def allowed(self, expected, which):
        """Seconds from the fault to the alert (0), or from its end to that of the alert (1)."""
        further = expected[1].get("burn") or expected[1].get("cause") or ""
        return (DELAYS[expected[0], expected[1]["severity"], further][which] + (MONITOR[which] if expected[0] in PASSED_ON else 0)) * 60 / self.scale + self.slack

    def over(self, begin, end):
        limit = end + 25 * 60 / self.scale + self.slack
        while time.time() < limit and self.still():
            time.sleep(0.5)
        for labels in self.still():
            self.complain("still fires: %s" % labels)
        self.compare(begin, end)

    def still(self):
        """The labels of those in EXPECTED that fire now."""
        now = [one["metric"] for one in query("query", query='ALERTS{alertstate="firing"}')["result"]]
        return [labels for labels in now if any(self.matches(labels, one) for one in EXPECTED[self.fault_of(labels)])]

    def compare(self, begin, end):
        found = fired(begin)
        for fault in self.faults:
            expected = [labels for one in EXPECTED[fault] for labels, _ in self.matching(found, fault, one)]
            for labels, times in found:
                if self.fault_of(labels) != fault:
                    continue
                due = [60 * minutes for minutes in self.delays_of(labels)]
                if labels["alertname"] in PASSED_ON:
                    due = [due[0] + 60 * MONITOR[0], due[1] + 60 * MONITOR[1]]
                due[1] += 60 * FORGOTTEN.get(fault, 0)
                fires = (times[0] - begin) * self.scale
                over = (times[-1] - end) * self.scale + EVALUATION
                gaps = sum(b - a > 2.5 * EVALUATION / self.scale for a, b in zip(times, times[1:]))
                part = "named" if labels in expected else "follows"
                print("%-10s %-8s %-20s %-7s fires after %5.1f min (%4.1f), over after %5.1f min (%4.1f), gaps %d  %s" % (
                    fault, part, labels["alertname"], labels["severity"], fires / 60, due[0] / 60, over / 60, due[1] / 60, gaps,
                    {key: value for key, value in labels.items()
                     if key not in ("__name__", "alertname", "severity", "instance", "job", "alertstate")}))
                if part == "named" and fires > due[0] + self.slack * self.scale:
                    self.late("%s: %s is late" % (fault, labels["alertname"]))
                if part == "named" and over > due[1] + self.slack * self.scale:
                    self.late("%s: %s is over late" % (fault, labels["alertname"]))
                if part == "follows" and not self.is_expected(labels, FOLLOWS[fault]):
                    self.complain("%s: nobody expected %s" % (fault, labels))


def main():
    arguments = sys.argv[1:]
    scale = int(arguments.pop(0))
    at = next(i for i, word in enumerate(arguments) if word in ("quiet", "fired", "over"))
    judge = Judge(scale, arguments[:at])
    what, *times = arguments[at:]
    {"quiet": judge.quiet, "fired": judge.named, "over": judge.over}[what](*map(float, times))
    sys.exit(judge.wrong)


main()
