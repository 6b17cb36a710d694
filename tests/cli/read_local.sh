#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# `rcodewatch read --local`: what a resolver received, what it sent and what others sent, merged into one
# capture, are three reports, each of them what the part is by itself and what dnsload says of it.

# shellcheck source-path=SCRIPTDIR source=../lib/script.sh
. "$(dirname "$0")/../lib/script.sh" jq mergecap
# shellcheck source-path=SCRIPTDIR source=../lib/totals.sh
. "$root/tests/lib/totals.sh"
cd "$scratch"

host=(--local 192.0.2.53 --local 2001:db8::53)
declare -A list=([rx]=servers [tx]=clients)

"$O/tests/tools/dnsload" --write tx.pcap --mix healthy --count 6000 --expect tx.counts >/dev/null
"$O/tests/tools/dnsload" --write rx.pcap --mix upstream --count 5000 --seed 2 --expect rx.counts >/dev/null
"$O/tests/tools/dnsload" --write both.pcap --mix outage --count 4000 --seed 3 --expect both.counts >/dev/null
# From another host: 192.0.2.99 and 2001:db8::99. Nothing looks at checksums.
LC_ALL=C sed -i -E 's/\xc0\x00\x02\x35/\xc0\x00\x02\x63/g
	s/(\x20\x01\x0d\xb8\x00{11})\x53/\1\x99/g' both.pcap
mergecap -F pcap -w two.pcap tx.pcap rx.pcap
mergecap -F pcap -w three.pcap both.pcap tx.pcap rx.pcap

# What can be compared: not times, and not which of several texts, types and errors is "the latest".
same_parts='del(.instance, .interface, .direction, .seq, .start, .end, .interval_s, .rate, .advice) |
	del(.top.servers?, .top_rest.servers?, .top.clients?, .top_rest.clients?) |
	del(.. | objects | .rate?) | del(.top[]?[]? | .qtype?, .ede?) | del(.ede[]?.text?)'

for part in rx tx both; do
	"$rcodewatch" read -o json --threads 1 "$part.pcap" | tee "$part.alone" | jq -S "$same_parts" >"$part.wanted"
	grep -vE '^(ede|ede_further|qtype)\.' "$part.counts" | sort >"$part.sums"
done

for threads in 1 2 3; do
	"$rcodewatch" read -o json --threads "$threads" "${host[@]}" three.pcap >out
	[ "$(jq -r .direction out | xargs)" = "rx tx both" ] ||
		fail "$threads threads: reports of $(jq -r .direction out | xargs)"
	for part in rx tx both; do
		jq -c "select(.direction == \"$part\")" out >report
		jq -S "$same_parts" report >got
		diff "$part.wanted" got >difference ||
			fail "$threads threads: $part differs from itself alone: $(head -n 4 difference)"
		totals report | sort | diff "$part.sums" - >difference ||
			fail "$threads threads: $part is not as it was sent: $(head -n 4 difference)"
	done
	# Answers of servers have no list of clients, answers to clients none of servers.
	jq -se 'map(.top | keys) == [["names", "servers", "zones"], ["clients", "names", "zones"],
		["clients", "names", "servers", "zones"]]' out >/dev/null ||
		fail "$threads threads: lists $(jq -c '.top | keys' out)"
	for part in rx tx; do
		rows=".top.${list[$part]}[] | del(.rate, .qtype, .ede)"
		[ "$(jq -c "select(.direction == \"$part\") | $rows" out)" = "$(jq -c "$rows" "$part.alone")" ] ||
			fail "$threads threads: other ${list[$part]}"
	done

	# The same as text.
	"$rcodewatch" read --threads "$threads" "${host[@]}" three.pcap >text
	for part in rx tx both; do
		sed -n "/^three.pcap $part /,/^three.pcap /p" text >page
		responses=$(sed -nE 's/^responses (.+)(...)$/\1,\2/p' "$part.counts")
		grep -q "^$responses responses, " page ||
			fail "$threads threads: text has not $responses responses of $part: $(sed -n 2p page)"
	done

	# By intervals: the sums are the same, lines follow from one another.
	"$rcodewatch" read -o json -i 0.1 --threads "$threads" "${host[@]}" three.pcap >out
	for part in rx tx both; do
		jq -c "select(.direction == \"$part\")" out >report
		[ "$(wc -l <report)" -gt 3 ] || fail "$threads threads: $(wc -l <report) reports of $part"
		totals report | sort | diff "$part.sums" - >difference ||
			fail "$threads threads: intervals of $part do not add up: $(head -n 4 difference)"
	done
	status=0
	"$root/tests/validate_json.py" <out >valid 2>&1 || status=$?
	[ "$status" = 0 ] || [ "$status" = 77 ] || fail "$threads threads: $(cat valid)"
done

# A report of what went neither way is there only from the first such packet on.
"$rcodewatch" read -o json "${host[@]}" two.pcap >out
[ "$(jq -r .direction out | xargs)" = "rx tx" ] || fail "reports of $(jq -r .direction out | xargs)"
"$rcodewatch" read -o json -i 0.1 "${host[@]}" two.pcap both.pcap >out
[ "$(jq -r 'select(.direction == "both") | .seq' out | head -n 1)" = 1 ] || fail "the first of both has another number"
[ "$(jq -r .direction out | head -n 2 | xargs)" = "rx tx" ] || fail "both is there before its packets"

# Without a packet.
head -c 24 rx.pcap >none.pcap
[ "$("$rcodewatch" read -o json "${host[@]}" none.pcap | jq -r '"\(.direction) \(.responses)"' | xargs)" = "rx 0 tx 0" ] ||
	fail "no packets: other reports"

# Tunnels: the addresses inside are others', so all directions have all lists, as in `run`.
"$rcodewatch" read -o json --decap all "${host[@]}" two.pcap | jq -se 'all(.top | has("servers") and has("clients"))' \
	>/dev/null || fail "--decap: not all lists"

# Advice is that of the direction: what a host itself sends is never called lame.
"$O/tests/tools/write_advice" .
advice() {
	"$rcodewatch" read -o json "$@" lame-referrals.pcap |
		jq -r 'select(.responses > 1000) | "\(.direction): \([.advice[]?.id] | join(" "))"'
}
[ "$(advice --local 198.51.100.0/24)" = "rx: lame-referrals" ] || fail "rx: $(advice --local 198.51.100.0/24)"
[ "$(advice --local 198.18.0.0/15)" = "tx: " ] || fail "tx: $(advice --local 198.18.0.0/15)"

# refused WORDS ARGUMENT...: no report, exit status 2, and one line that says WORDS.
refused() {
	local status=0

	"$rcodewatch" read "${@:2}" two.pcap >out 2>err || status=$?
	[ "$status" = 2 ] || fail "read ${*:2}: exit status $status"
	[ ! -s out ] || fail "read ${*:2}: a report all the same"
	[ "$(wc -l <err)" = 1 ] || fail "read ${*:2}: not one line: $(cat err)"
	grep -qF -- "$1" err || fail "read ${*:2}: '$(cat err)' does not say '$1'"
}
refused "--local lo: must be an IPv4 or IPv6 address" --local lo
refused "--local 192.0.2.53/24: has bits set behind its length: 192.0.2.0/24" --local 192.0.2.53/24
mapfile -t many < <(printf -- '--local=192.0.2.%d\n' {1..65})
refused "at most 64 times" "${many[@]}"

echo "each direction is what it is by itself"
