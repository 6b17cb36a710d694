#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# Holds the expectations of the well-formed cases against tshark, which knows nothing of us: RCODE
# with its upper bits, every EDE, QTYPE of each packet, the name asked for and the owner of the SOA
# that a zone is known by; and the builder's checksums. Then the same packets in MPLS and in PPPoE.

# shellcheck source-path=SCRIPTDIR source=../lib/script.sh
. "$(dirname "$0")/../lib/script.sh" tshark python3

seen_by_tshark() { # argument of write_cases
	"$O/tests/tools/write_cases" "$scratch/cases.pcap" ${1:+"$1"} >"$scratch/expected"
	# Root's tshark warns that it is root's.
	tshark -n -r "$scratch/cases.pcap" -o ip.defragment:FALSE \
		-o ip.check_checksum:TRUE -o udp.check_checksum:TRUE -o tcp.check_checksum:TRUE \
		-T fields -E separator=/t -E occurrence=a \
		-e dns.flags.rcode -e dns.resp.ext_rcode -e dns.opt.ext_error.info_code -e dns.qry.type \
		-e dns.qry.name -e dns.resp.name \
		-e ip.checksum.status -e udp.checksum.status -e tcp.checksum.status \
		-d mpls.label==24006,pwethcw >"$scratch/seen" 2>"$scratch/errors" || { cat "$scratch/errors"; exit 1; }
}

compare() {
	python3 - "$scratch/expected" "$scratch/seen" <<'END'
import re, sys

def number(text):
    return int(text.split(",")[0], 0) if text else 0

# A name as tshark shows it; None if it has octets that are shown in some way of its own.
def shown(name):
    if name == ".":
        return "<Root>"
    return name if re.fullmatch(r"[-0-9a-z.]+", name) and name != "-" else None

expected = [line.rstrip("\n").split("\t") for line in open(sys.argv[1])]
seen = [line.rstrip("\n").split("\t") for line in open(sys.argv[2])]
wrong = named = zoned = 0
if len(expected) != len(seen) or len(expected) < 70:
    sys.exit(f"{len(expected)} packets were written, {len(seen)} were read")
for (name, rcode, edes, qtype, _, _, asked_for, zone), fields in zip(expected, seen):
    low, high, info, asked, asked_name, owners, ip, udp, tcp = fields
    want = (int(rcode), edes, int(qtype))
    got = (number(high) << 4 | number(low) if low else None, info or "-",
           number(asked) if asked else -1)
    if want != got:
        print(f"{name}: RCODE, EDEs, QTYPE should be {want}, tshark reads {got}")
        wrong += 1
    if shown(asked_for):
        named += 1
        if asked_name.lower() != shown(asked_for).lower():
            print(f"{name}: asks for {asked_for}, tshark reads {asked_name}")
            wrong += 1
    if shown(zone):
        zoned += 1
        if shown(zone).lower() not in owners.lower().split(","):
            print(f"{name}: the zone is {zone}, tshark reads owners {owners}")
            wrong += 1
    # 0 is bad, 1 good, 2 not checked, 3 none there.
    if "0" in (ip, udp, tcp):
        print(f"{name}: a checksum is wrong: IP {ip or '-'}, UDP {udp or '-'}, TCP {tcp or '-'}")
        wrong += 1
print(f"{len(expected)} packets compared, {named} names, {zoned} owners, {wrong} differences")
sys.exit(wrong != 0 or named < 40 or zoned < 15)
END
}

for link in "" mpls "mpls with ethernet" pppoe; do
	seen_by_tshark "$link"
	compare
done
