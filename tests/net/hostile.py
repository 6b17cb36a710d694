#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""
hostile.py send INTERFACE FILE     send SERVFAIL about each hostile name, with a hostile text, over and
                                   over until SIGTERM; then write to FILE how many of each were sent
hostile.py json LINES FILE         every name and text is in these reports, unharmed, so many times
hostile.py rows LINES FILE         every name is in these rows
hostile.py page PAGE               every name is a row of the list of names of this page for Prometheus

What is wrong goes to standard error, with exit status 1.
"""
import codecs
import collections
import json
import signal
import socket
import struct
import sys
import time

RCODE_SERVFAIL, TYPE_A, TYPE_OPT, CLASS_IN, OPTION_EDE = 2, 1, 41, 1, 15
TEXT_BYTES = 192  # docs/json.md: of a text so much is shown

# Labels of each name, and the text of the error that comes with it; its INFO-CODE is its place here.
NAMES = [
    ([b'a"b', b"c'd", b"test"], b'"},{"rcodes":[]}'),
    ([bytes(range(0x20)) + b"\x7f", b"test"], bytes(range(0x20)) + b"\x7f\x1b[2J"),
    ([b"x\ny\r\n", b'{"type":"report"}\n', b"test"], b'a\nb\r\n<11>1 - forged - - - - x\n'),
    ([b"\xff\xfe\xc0\x80\xed\xa0\x80", b"test"], b"\xff\xfe\xc0\x80 \xed\xa0\x80 \xf5 \xe2\x82"),
    (["\u00e4\u20ac\u202e\u2028\U0001f600".encode(), b"test"],
     "\u00e4\u20ac\u202e\u2028\U0001f600\u0085".encode()),
    ([b"]", b"[x@1 y=\"z\"]", b"test"], b'] [evil@1 a="b"] \\] \\" \\\\'),
    ([b"\\", b"a.b", b"\\\\n", b"\\000", b"test"], b"\\ \\n \\u0000 \\065 \\x41"),
    ([b"{", b"}", b"{{x}}", b"#", b"test"], b'{rcode="x"} 1\n# EOF\n{{ x }}'),
    ([b"%s%n", b"$(id)", b"`id`", b";", b" ", b"test"], b"%s%n $(id) `id` ; '"),
    ([b"MiXeD-[\\]^_", b"test"], b'\\"]{' * 40),
    ([b"\x00"], b"\x00"),
    # 255 bytes, as long as a name can be (RFC 1035 section 2.3.4), and nearly all bytes there are.
    ([bytes(range(0, 63)), bytes(range(63, 126)), bytes(range(126, 189)), bytes(range(189, 250))],
     b"\n" * 80),
]
codecs.register_error("each", lambda error: ("\ufffd", error.start + 1))


def written(labels):
    """RFC 1035 section 5.1 and RFC 4343, in lower case: as docs/json.md promises."""
    def character(byte):
        if byte in b".\\":
            return "\\" + chr(byte)
        return chr(byte).lower() if 0x21 <= byte <= 0x7e else f"\\{byte:03d}"
    return ".".join("".join(map(character, label)) for label in labels)


def words(text):
    return text[:TEXT_BYTES].decode("utf-8", "each")


def frame(labels, info_code, text):
    name = b"".join(bytes([len(label)]) + label for label in labels) + b"\0"
    option = struct.pack(">HHH", OPTION_EDE, 2 + len(text), info_code) + text
    dns = struct.pack(">6H", 4711, 0x8180 | RCODE_SERVFAIL, 1, 0, 0, 1) + name + \
        struct.pack(">HH", TYPE_A, CLASS_IN) + \
        struct.pack(">BHHIH", 0, TYPE_OPT, 1232, 0, len(option)) + option
    udp = struct.pack(">4H", 53, 40000, 8 + len(dns), 0) + dns
    header = [0x4500, 20 + len(udp), 0, 0, 0x4011, 0, 0xc000, 0x0235, 0xc000, 0x0201]
    total = sum(header)
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    header[5] = ~total & 0xffff
    return bytes.fromhex("020000000002 020000000001 0800") + struct.pack(">10H", *header) + udp


def send(interface, path):
    stopped = []
    signal.signal(signal.SIGTERM, lambda *_: stopped.append(True))
    wire = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
    wire.bind((interface, 0))
    frames = [frame(labels, i, text) for i, (labels, text) in enumerate(NAMES)]
    rounds = 0
    while not stopped:
        for one in frames:
            wire.send(one)
        rounds += 1
        time.sleep(0.02)
    with open(path, "w", encoding="ascii") as out:
        print(rounds, file=out)


def differ(what, want, found):
    for key in sorted(set(want) | set(found), key=str):
        if want.get(key) != found.get(key):
            print(f"{what}: {key!r} should be {want.get(key)}, is {found.get(key)}", file=sys.stderr)
    return want != found


def of_all(rounds):
    return {written(labels): rounds for labels, _ in NAMES}


def read(lines, path):
    with open(lines, encoding="utf-8") as file:
        # Not by splitlines(), for which other characters end a line too.
        objects = [json.loads(line) for line in file.read().split("\n") if line]
    with open(path, encoding="ascii") as file:
        return objects, int(file.read())


def in_json(lines, path):
    objects, rounds = read(lines, path)
    names, texts, wrong = collections.Counter(), collections.Counter(), False
    for report in objects:
        if report["type"] != "report":
            continue
        for row in report["top"]["names"]:
            names[row["name"]] += row["count"]
        for row in report["ede"]:
            texts[row["code"]] += row["count"]
            want = NAMES[row["code"]][1]
            if row["text"] != words(want) or row.get("text_cut", False) != (len(want) > TEXT_BYTES):
                wrong = True
                print(f"text: should be {words(want)!r}, is {row['text']!r}", file=sys.stderr)
    wrong |= differ("name", of_all(rounds), names)
    return differ("error", dict.fromkeys(range(len(NAMES)), rounds), texts) or wrong


def in_rows(lines, path):
    objects, rounds = read(lines, path)
    names = collections.Counter()
    for row in objects:
        if row["type"] == "top" and row["list"] == "names":
            names[row["name"]] += row["count"]
    return differ("name", of_all(rounds), names)


def in_page(path):
    from prometheus_client.openmetrics import parser as openmetrics
    from prometheus_client import parser as text

    with open(path, encoding="utf-8", newline="") as file:
        page = file.read()
    parser = openmetrics if page.endswith("# EOF\n") else text
    names = collections.Counter(
        sample.labels["name"] for family in parser.text_string_to_metric_families(page)
        for sample in family.samples
        if sample.name == "rcodewatch_top_responses_per_second" and sample.labels["list"] == "names")
    return differ("series", of_all(1), names)


def main():
    commands = {"send": send, "json": in_json, "rows": in_rows, "page": in_page}
    if len(sys.argv) < 3 or sys.argv[1] not in commands:
        sys.exit(__doc__)
    sys.exit(1 if commands[sys.argv[1]](*sys.argv[2:]) else 0)


main()
