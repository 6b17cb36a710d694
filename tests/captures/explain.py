# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Why tshark and rcodewatch read a capture differently, derived from the capture.

A difference is explained only if rcodewatch counts exactly what the reference (reference.py) says
of the same frames, and one of the reasons below is seen in them.
"""

from collections import Counter

from message import NO_LIMITS, read, survey

REASONS = {
    "port": "not from a DNS port: mDNS, LLMNR, a port that is not configured",
    "inside": "within another packet: a tunnel, or quoted by ICMP",
    "header": "an impossible link, IP, UDP or TCP header: the packet is unparsed, not guessed at",
    "fragment": "what differs is in a later IP fragment, which has no port numbers",
    "fragment lost": "fragments are missing: tshark waits for them, the first one is counted",
    "fragment twice": "a first fragment is in the capture twice",
    "snapshot": "the capture kept a part of the frame",
    "malformed": "the message is against the rules, at the place that is named",
    "limit": "beyond the documented number of records or options",
    "gave up": "tshark calls the message malformed and stops before the OPT record",
    "other protocol": "tshark takes it for another protocol, by the other port or what went before",
    "gap": "TCP: bytes are missing, or came late: counted as a gap, until a message is recognised",
    "again": "TCP: sent again, and counted once",
    "cut short": "TCP: the end of the message is not in the capture: tshark waits for it",
    "out of step": "TCP: tshark loses or finds its step otherwise after what is named",
    "reordered": "TCP: equal to tshark with its reassembly of what comes out of order",
}


class Unexplained(Exception):
    pass


def bag(messages):
    return Counter((one.id, one.key) for one in messages)


def without(messages, counter):
    """Those of @messages that @counter lacks."""
    left, rest = Counter(counter), []
    for one in messages:
        if left[one.id, one.key]:
            left[one.id, one.key] -= 1
        else:
            rest.append(one)
    return rest


class Explainer:
    """tools: reference, protocols (frame -> names), malformed (frames), reordered (-> messages)."""

    def __init__(self, reference, protocols, malformed, reordered):
        self.reference, self.protocols = reference, protocols
        self.malformed, self.reordered = malformed, reordered

    def explain(self, group, packets, theirs):
        """[(reason, frames, words)]; raises Unexplained. @packets: of the group, in order."""
        ours = self.reference.counted.get(group, [])
        head = next((p for p in packets if p.kind in ("udp", "tcp")), packets[0])
        frames = sorted({p.frame for p in packets if any(p.frame in t.frames for t in theirs)})
        if not ours and theirs:
            if head.kind in ("udp", "tcp") and 53 not in (head.sport,):
                return [("port", frames, f"from port {head.sport}")]
            if head.kind == "bad":
                return [("header", frames, head.why)]
            if head.kind == "other":
                return [("inside", frames, ":".join(theirs[0].layers))]
        if group[0] == "tcp":
            return self.explain_tcp(group, ours, theirs)
        return [self.explain_udp(packets, head, ours, theirs)]

    # ---- UDP: a frame, or the fragments of a datagram ----

    def explain_udp(self, packets, head, ours, theirs):
        frames = [p.frame for p in packets]
        if any(p.first_fragment or p.offset for p in packets):
            return self.explain_fragments(packets, ours, theirs)
        if len(ours) > 1 or len(theirs) > 1:
            raise Unexplained("more than one message in a datagram")
        if head.kind != "udp":
            raise Unexplained(f"{head.kind}: {head.why}")
        if head.cut:
            return ("snapshot", frames, f"{len(head.payload)} of {head.size} bytes of the message")
        return self.explain_message(head.payload, frames, ours, theirs)

    def explain_message(self, data, frames, ours, theirs):
        """The whole message is @data."""
        unlimited = read(data, len(data), NO_LIMITS)
        if ours and ours[0].key != unlimited.key:
            return ("limit", frames, ours[0].stopped)
        if theirs and ours and theirs[0].low != ours[0].key[0] & 15:
            raise Unexplained("not even the header's RCODE is the same")
        notes = survey(data)
        if notes:
            return ("malformed", frames, "; ".join(notes))
        if ours and any(frame in self.malformed for frame in frames):
            return ("gave up", frames, "its dissector stops, the records' lengths are sound")
        if ours and not theirs:
            return self.other_protocol(frames)
        raise Unexplained("no reason is known")

    def other_protocol(self, frames):
        names = self.protocols.get(frames[-1], "")
        if names.split(":")[-1] in ("dns", "udp", "tcp"):
            raise Unexplained(f"tshark sees no response in {names}")
        return ("other protocol", frames, names)

    def explain_fragments(self, packets, ours, theirs):
        frames = [p.frame for p in packets]
        firsts = [p for p in packets if p.first_fragment]
        whole = reassemble(packets)
        if whole is None:
            if not theirs and len(ours) <= len(firsts):
                return ("fragment lost", frames, f"{len(packets)} fragments do not make it whole")
            raise Unexplained("fragments that do not make a datagram, and tshark reads one")
        if len(firsts) > 1 and len(ours) == len(firsts):
            return ("fragment twice", frames, f"{len(firsts)} first fragments")
        if len(theirs) == 1 and len(ours) <= 1:
            truth = read(whole[8:], len(whole) - 8, NO_LIMITS)
            if truth.key == theirs[0].key:
                return ("fragment", frames, f"OPT record behind byte {firsts[0].size}"
                        if ours else "the first fragment has no whole header")
        return self.explain_message(whole[8:], frames, ours, theirs)

    # ---- TCP: one direction of a connection ----

    def explain_tcp(self, group, ours, theirs):
        irregular = self.reference.irregular.get(group, [])
        if irregular:
            again = [t for t in self.reordered() if t.group == group]
            if bag(again) == bag(ours):
                return [("reordered", [f for f, _ in irregular], irregular[0][1])]
        ours_only, theirs_only = without(ours, bag(theirs)), without(theirs, bag(ours))
        found = []
        for message in list(ours_only):
            twin = next((t for t in theirs_only if t.id == message.id), None)
            if twin and (message.stopped or twin.malformed) and \
                    twin.low == message.key[0] & 15:
                ours_only.remove(message)
                theirs_only.remove(twin)
                found.append(self.pair(group, message, twin))
        found += [self.only_theirs(group, message) for message in theirs_only]
        found += [self.only_ours(group, message) for message in ours_only]
        return found

    def pair(self, group, message, twin):
        if not message.stopped:
            return ("gave up", message.frames, "its dissector stops, the lengths are sound")
        if "more than" in message.stopped:
            return ("limit", message.frames, message.stopped)
        if message.stopped == "its rest was not seen":
            return ("gap", message.frames, self.spell(group, message.frames) or message.stopped)
        return ("malformed", message.frames + twin.frames, message.stopped)

    def spell(self, group, frames):
        """Why the stream was out of step at one of @frames, or None."""
        for first, last, why in self.reference.out_of_step.get(group, []):
            if any(first <= frame and (last is None or frame <= last) for frame in frames):
                return f"frame {first}: {why}"
        return None

    def before(self, group, frame):
        """What was irregular about the stream up to @frame, or None."""
        for where, why in self.reference.irregular.get(group, []):
            if where <= frame:
                return f"frame {where}: {why}"
        return None

    def only_theirs(self, group, message):
        if message.frame in self.reference.repeats.get(group, ()):
            return ("again", message.frames, f"frame {message.frame} brings nothing new")
        why = self.spell(group, message.frames)
        if why:
            return ("gap", message.frames, why)
        why = self.before(group, message.frame)
        if why and not any(f in self.reference.began.get(group, {}) for f in message.frames):
            return ("out of step", message.frames, f"{why}; no message begins here")
        if why and message.malformed:
            return ("out of step", message.frames, f"{why}; what it reads is malformed")
        raise Unexplained(f"frame {message.frame}: tshark alone reads RCODE {message.key[0]}, "
                          f"EDE {message.key[1] + message.key[2]}")

    def only_ours(self, group, message):
        last = max(message.frames + [self.reference.completed(group, message)])
        if not self.reference.whole(group, message):
            return ("cut short", message.frames, message.stopped or "counted at its OPT record")
        why = self.before(group, last)
        if why:
            return ("out of step", message.frames, why)
        if any(frame in self.malformed for frame in message.frames):
            return ("gave up", message.frames, "its dissector stops, the lengths are sound")
        try:
            return self.other_protocol([last])
        except Unexplained:
            raise Unexplained(f"frame {last}: rcodewatch alone counts RCODE {message.key[0]}, "
                              f"EDE {message.key[1] + message.key[2]}") from None


def reassemble(packets):
    """The payload of the IP datagram that @packets are fragments of; None if one is missing."""
    end = max(p.fragment_end for p in packets)
    data = bytearray(end)
    there = bytearray(end)
    for p in packets:
        stop = min(p.offset + len(p.body), end)
        data[p.offset:stop] = p.body[:stop - p.offset]
        there[p.offset:stop] = b"\1" * (stop - p.offset)
    return bytes(data) if end and 0 not in there else None
