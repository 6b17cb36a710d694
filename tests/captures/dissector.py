# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""What tshark makes of a capture: every DNS message with the frame in which it is complete."""

import signal
import subprocess
import xml.parsers.expat

MESSAGES = ("dns", "mdns", "llmnr")
OPTIONS = ("ip.defragment:TRUE", "ipv6.defragment:TRUE", "tcp.desegment_tcp_streams:TRUE",
           "dns.desegment_dns_messages:TRUE", "tcp.check_checksum:FALSE")


class Unreadable(Exception):
    """What tshark prints of this capture cannot be read; str() says why."""


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
    """(standard output, exit status; negative: the signal that ended it)"""
    command = ["tshark", "-n", "-r", path]
    for option in OPTIONS:
        command += ["-o", option]
    # What it says on standard error is that root should not run it, or that the file is cut off.
    done = subprocess.run(command + arguments, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                          check=False)
    return done.stdout, done.returncode


def signal_words(status):
    return f"; {signal.Signals(-status).name} ended tshark" if status < 0 else ""


def messages(path, reorder=False):
    """All responses, and the frames that it calls malformed; raises Unreadable."""
    pdml = Pdml()
    parser = xml.parsers.expat.ParserCreate()
    parser.StartElementHandler = pdml.start
    output, status = run(path, ["-o", f"tcp.reassemble_out_of_order:{str(reorder).upper()}",
                                "-Y", "dns || mdns || llmnr || _ws.malformed", "-T", "pdml"])
    # A fuzzed capture can make tshark print such XML, or stop in the middle of it.
    try:
        parser.Parse(output, True)
    except xml.parsers.expat.ExpatError as error:
        raise Unreadable(f"tshark's XML is not well-formed after frame {pdml.frame}: {error}"
                         f"{signal_words(status)}") from error
    except ValueError as error:
        raise Unreadable(f"tshark's XML has a field of an unknown form after frame {pdml.frame}: "
                         f"{error}") from error
    return [one for one in pdml.messages if one.response and one.low is not None], pdml.malformed


def protocols(path):
    """Frame number -> the protocols that it saw in it."""
    output, _ = run(path, ["-T", "fields", "-e", "frame.number", "-e", "frame.protocols"])
    lines = output.decode(errors="replace")
    return {int(number): names for number, names in
            (line.split("\t") for line in lines.splitlines() if "\t" in line)}
