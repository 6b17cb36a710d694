#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""tables.py BENCH_JSON DOCUMENT: renew the tables in a document from what was measured.

A table stands between the lines "<!-- bench: NAME -->" and "<!-- end -->"; its text is replaced.
"""
import json
import re
import sys

ROWS = (
    ("not-dns-tcp", "not DNS, TCP"),
    ("not-dns-udp", "not DNS, UDP"),
    ("query", "DNS query passing by"),
    ("noerror", "NOERROR, one answer, OPT"),
    ("nxdomain", "NXDOMAIN, SOA and OPT, 27-byte name"),
    ("servfail-ede", "SERVFAIL, OPT and EDE"),
    ("long-name", "NXDOMAIN, SOA and OPT, 255-byte name"),
    ("flood", "random subdomains, every name new"),
    ("tcp", "TCP segment, one NXDOMAIN"),
)
TRANSACTIONS = (
    ("query-new", "query, new"),
    ("query-again", "query, sent again, hot"),
    ("noerror", "NOERROR to a query"),
    ("nxdomain", "NXDOMAIN to a query"),
    ("unsolicited", "NXDOMAIN, unsolicited"),
)
MONITORS = (
    ("native", "rcodewatch, native XDP"),
    ("tc", "rcodewatch, tc"),
    ("ring", "every response by ring buffer"),
    ("dnscap", "dnscap with rssm"),
    ("dnstop", "dnstop"),
    ("tcpdump", "tcpdump to /dev/null (counts no codes)"),
)
PERCENTILES = ("p50", "p90", "p99", "p99.9")
READERS = (
    ("rcodewatch", "rcodewatch, one thread"),
    ("rcodewatch_all", "rcodewatch, a thread for each CPU"),
    ("dnstop", "dnstop"),
    ("dnscap", "dnscap"),
    ("tcpdump", "tcpdump"),
    ("tshark", "tshark"),
    ("rcodewatch_errors", "rcodewatch, one thread, 40 % errors"),
    ("dnstop_errors", "dnstop, 40 % errors"),
    ("tcpdump_errors", "tcpdump, 40 % errors"),
)
DAEMON = (
    ("core_percent", "CPU, percent of a core"),
    ("resident_mb", "resident memory, MB"),
    ("flip_and_read.cpu_ms", "flip and read: CPU, ms"),
    ("flip_and_read.wait_ms", "flip and read: in all, ms"),
    ("start_ms", "from the start to the first packet counted, ms"),
)


class Tables:
    def __init__(self, bench):
        self.machine = bench["machine"]
        self.metrics = bench["metrics"]

    def value(self, name, digits=0, spread=False):
        m = self.metrics.get(name)
        if m is None:
            return "not measured"
        text = f"{m['median']:,.{digits}f}"
        if spread:
            text += f" ({m['low']:,.{digits}f}–{m['high']:,.{digits}f})"
        return text

    def table(self, head, rows):
        lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
        return lines + ["| " + " | ".join(row) + " |" for row in rows]

    def machine_line(self):
        m = self.machine
        return [
            f"{m['cpu']}, {m['cpus']} CPUs, Linux {m['kernel']}, {m['clang']}; commit {m['commit']}, "
            f"{m['time'][:10]}. The load average was {m['load']} over the last 15 minutes; the bench alone makes one to two."
        ]

    def packets(self):
        head = ("packet", "XDP hot", "tc hot", "XDP cold", "tc cold", "XDP slow path", "tc slow path")
        rows = []
        for name, says in ROWS:
            row = [says]
            for way in ("hot", "cold", "slow"):
                key = f"packet.{name}.{way}"
                row += [self.value(f"{key}.{hook}", spread=True) for hook in ("xdp", "tc")]
            rows.append(row)
        return self.table(head, rows)

    def place(self):
        """In place: with other code run before each packet, but for the first row."""
        rows = [
            [says, *(self.value(f"place.{name}.{hook}", spread=True) for hook in ("xdp", "tc"))]
            for name, says in (
                ("mix", "at random from the mix, no other code between"),
                ("mix.code", "at random from the mix"),
                *((f"{name}.code", says) for name, says in ROWS),
            )
        ]
        return self.table(("packet", "XDP", "tc"), rows)

    def transactions(self):
        head = ("packet, by tc", "without", "untimed", "timed", "in place, without", "untimed", "timed")
        rows = [
            [says, *(self.value(f"{place}transactions.{name}.{how}.tc", spread=True)
                     if name != "query-again" or not place else "" for place in ("", "place.")
                     for how in ("without", "untimed", "timed"))]
            for name, says in TRANSACTIONS
        ]
        return self.table(head, rows)

    def peers(self):
        head = ("monitor", "sent", "counted", "lost", "CPU ms a million counted", "of native's", "throughput left")
        rows = []
        for name, says in MONITORS:
            key = f"peer.{name}"
            times = f"{key}.times_native"
            rows.append([
                says,
                *(self.value(f"{key}.{what}") for what in ("sent", "counted", "lost")),
                self.value(f"{key}.cpu_ms_per_million", spread=True),
                self.value(times, 1) + " times" if times in self.metrics else "",
                self.value(f"{key}.throughput", 2, spread=True),
            ])
        return self.table(head, rows)

    def clients(self):
        head = ("monitor", *(p[1:] + " %" for p in PERCENTILES))
        rows = [
            [says, *(self.value(f"client.{name}.{p}") for p in PERCENTILES)]
            for name, says in (("none", "none"), ("tc", "tc"), ("native", "native XDP, and tc for what leaves"))
        ]
        return self.table(head, rows)

    def daemon(self):
        rows = []
        for name, says in DAEMON:
            key = "daemon." + name
            rows.append([says, self.value(key, 2 if "percent" in name else 1, spread=True)])
        return self.table(("what", "measured"), rows)

    def read(self):
        rows = [
            [says, self.value(f"read.{name}.per_core", spread=True), self.value(f"read.{name}.per_second")]
            for name, says in READERS
        ]
        return self.table(("reader", "responses a second of a core", "responses a second"), rows)

    def part(self, name):
        parts = {
            "machine": self.machine_line,
            "packets": self.packets,
            "place": self.place,
            "transactions": self.transactions,
            "peers": self.peers,
            "clients": self.clients,
            "daemon": self.daemon,
            "read": self.read,
        }
        if name not in parts:
            sys.exit(f"tables.py: there is no table '{name}'")
        return "\n".join(parts[name]())


def main():
    if len(sys.argv) != 3:
        sys.exit("usage: tables.py BENCH_JSON DOCUMENT")
    with open(sys.argv[1], encoding="ascii") as file:
        tables = Tables(json.load(file))
    with open(sys.argv[2], encoding="utf-8") as file:
        text = file.read()
    text = re.sub(
        r"(<!-- bench: (\w+) -->\n).*?(<!-- end -->)",
        lambda match: f"{match[1]}{tables.part(match[2])}\n{match[3]}",
        text,
        flags=re.S,
    )
    with open(sys.argv[2], "w", encoding="utf-8") as file:
        file.write(text)


main()
