# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""What tshark makes of a capture: every DNS message with the frame in which it is complete."""

import subprocess
import xml.parsers.expat

MESSAGES = ("dns", "mdns", "llmnr")
OPTIONS = ("ip.defragment:TRUE", "ipv6.defragment:TRUE", "tcp.desegment_tcp_streams:TRUE",
           "dns.desegment_dns_messages:TRUE", "tcp.check_checksum:FALSE")


class Message:
    def __init__(self, frame, layers, sport, dport):
        self.frame, self.layers, self.sport, self.dport = frame, layers, sport, dport
        self.id = self.response = self.low = None
        self.high, self.edes, self.frames, self.malformed = [], [], [frame], False

    @property
    def transport(self):
        return "tcp" if "tcp" in self.layers else "udp"

    @property
    def key(self):
        """As Reading.key; of two OPT records the first one's bits."""
        rcode = (self.low or 0) | (self.high[0] << 4 if self.high else 0)
        return rcode, tuple(self.edes[:1]), tuple(sorted(self.edes[1:]))


class Pdml:
    def __init__(self):
        self.messages, self.malformed = [], set()
        self.frame, self.layers, self.message = 0, [], None
        self.sport = self.dport = 0
        self.segments = []

    def start(self, tag, attributes):
        name, show = attributes.get("name", ""), attributes.get("show", "")
        if tag == "packet":
            self.layers, self.message, self.segments, self.first = [], None, [], None
        elif tag == "proto":
            if name in MESSAGES:
                self.message = Message(self.frame, list(self.layers), self.sport, self.dport)
                self.message.frames = self.segments or [self.frame]
                # Only the first message of a frame can have begun in an earlier one.
                self.segments = []
                self.messages.append(self.message)
            elif name.startswith("_ws.malformed") or name == "_ws.short":
                self.malformed.add(self.frame)
                if self.message:
                    self.message.malformed = True
            elif name not in ("geninfo", "frame", "fake-field-wrapper"):
                self.message = None
            self.layers.append(name)
        elif name == "num" and not self.layers[1:]:
            self.frame = int(show)
        elif name in ("udp.srcport", "tcp.srcport"):
            self.sport = int(show)
        elif name in ("udp.dstport", "tcp.dstport"):
            self.dport = int(show)
        elif name in ("tcp.segment", "ip.fragment", "ipv6.fragment"):
            self.segments.append(int(show))
        elif name.startswith("_ws.malformed"):
            self.malformed.add(self.frame)
        elif self.message:
            self.field(self.message, name, show)

    @staticmethod
    def field(message, name, show):
        if name == "dns.id":
            message.id = int(show, 0)
        elif name == "dns.flags.response":
            message.response = show in ("1", "True")
        elif name == "dns.flags.rcode":
            message.low = int(show, 0)
        elif name == "dns.resp.ext_rcode":
            message.high.append(int(show, 0))
        elif name == "dns.opt.ext_error.info_code":
            message.edes.append(int(show, 0))


def run(path, arguments):
    command = ["tshark", "-n", "-r", path]
    for option in OPTIONS:
        command += ["-o", option]
    # What it says on standard error is that root should not run it, or that the file is cut off.
    return subprocess.run(command + arguments, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                          check=False).stdout


def messages(path, reorder=False):
    """All responses, and the frames that it calls malformed."""
    pdml = Pdml()
    parser = xml.parsers.expat.ParserCreate()
    parser.StartElementHandler = pdml.start
    parser.Parse(run(path, ["-o", f"tcp.reassemble_out_of_order:{'TRUE' if reorder else 'FALSE'}",
                            "-Y", "dns || mdns || llmnr || _ws.malformed", "-T", "pdml"]), True)
    return [one for one in pdml.messages if one.response and one.low is not None], pdml.malformed


def protocols(path):
    """Frame number -> the protocols that it saw in it."""
    lines = run(path, ["-T", "fields", "-e", "frame.number", "-e", "frame.protocols"]).decode()
    return {int(number): names for number, names in
            (line.split("\t") for line in lines.splitlines() if "\t" in line)}
