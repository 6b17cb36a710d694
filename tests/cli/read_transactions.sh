#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# `rcodewatch read --transactions on`: queries and responses of a capture, matched by side, are those that tshark matches, with the
# same response times; whole and by intervals.

# shellcheck source-path=SCRIPTDIR source=../lib/script.sh
. "$(dirname "$0")/../lib/script.sh" jq tshark
cd "$scratch"
python=/usr/bin/python3
[ -x "$python" ] || python=python3
talk=$root/tests/cli/read_transactions.py

"$python" "$talk" write resolver.pcap
# Clients ask port 53 of the resolver.
tshark -r resolver.pcap -T fields -e dns.flags.response -e dns.time -e ip.dst -e ipv6.dst -e ip.src -e ipv6.src \
	-e udp.dstport >raw 2>words || fail "tshark: $(cat words)"
awk -F'\t' '{
	host = $7 == 53 ? $3 $4 : $5 $6
	print $1 "\t" $2 "\t" (host == "192.0.2.53" || host == "2001:db8::53")
}' raw >shark

host=(--local 192.0.2.53 --local 2001:db8::53 --transactions on)
for interval in '' '-i 1' '-i 7'; do
	# shellcheck disable=SC2086 # options
	"$rcodewatch" read -o json $interval "${host[@]}" resolver.pcap >out || fail "read $interval: exit status $?"
	"$python" "$root/tests/validate_json.py" <out >valid || fail "read $interval: $(cat valid)"
	"$python" "$talk" compare shark out >words 2>&1 || cat words
	grep -q '^upstream: .* as tshark says' words || fail "read $interval: tshark says otherwise"
done
cat words
same_zone=$(jq -s 'map(select(.type == "transactions").unanswered_zones[] | select(.name == "example.org").unanswered) | add' out)
[ "$same_zone" -gt 50 ] || fail "the dead zone: $same_zone"

"$rcodewatch" read "${host[@]}" resolver.pcap >text
grep -q '^clients .*unanswered' text || fail "text has no clients: $(head -n 3 text)"

if "$rcodewatch" read --transactions on resolver.pcap >out 2>&1 || ! grep -q -- --local out; then
	fail "without --local: $(cat out)"
fi
if "$rcodewatch" read "${host[@]}" --threads 2 resolver.pcap >out 2>&1 || ! grep -q 'one thread' out; then
	fail "by two threads: $(cat out)"
fi
