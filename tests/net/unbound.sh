#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# timeout: 120
#
# A resolver and its clients: what dnsperf says came back, by response code, is what is counted on
# its interface as it comes in and on the resolver's as it goes out. IPv4 and IPv6, UDP and TCP, with
# the Extended DNS Errors of unbound's access control (18) and validator (9, then 6 from its cache).

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source-path=SCRIPTDIR source=reports.sh
. "$(dirname "$0")/reports.sh"
net_need unbound dnsperf ldns-testns

net_namespace A
net_namespace B
net_veth A B
# An address that the resolver refuses.
ip -n "$NS_A" addr add 10.9.0.101/24 dev va
ip -n "$NS_A" addr add fd09::101/64 dev va nodad

# ---- the resolver, and the unsigned zone that it has a trust anchor for -----------

cat >"$SCRATCH/zone" <<'END'
$ORIGIN bogus.test.
$TTL 300
ENTRY_BEGIN
MATCH opcode
REPLY QR AA NOERROR
ADJUST copy_id copy_query
SECTION QUESTION
a IN A
SECTION ANSWER
a.bogus.test. IN A 192.0.2.1
ENTRY_END
END
net_start testns B ldns-testns -p 5300 "$SCRATCH/zone"
net_unbound <<'END'
	access-control: 10.9.0.101/32 refuse
	access-control: fd09::101/128 refuse
	log-time-ascii: no
	incoming-num-tcp: 64
	ede: yes
	module-config: "validator iterator"
	do-not-query-localhost: no
	local-zone: "test." nodefault
	local-zone: "ok.test." static
	local-data: "www.ok.test. A 192.0.2.7"
	local-data: "www.ok.test. AAAA 2001:db8::7"
	local-zone: "nx.test." always_nxdomain
	local-zone: "refused.test." always_refuse
	local-zone: "nodata.test." always_nodata
	trust-anchor: "bogus.test. DS 12345 8 2 49FD46E6C4B45C55D4AC49FD46E6C4B45C55D4AC49FD46E6C4B45C55D4AC49FD"
stub-zone:
	name: "bogus.test."
	stub-addr: 127.0.0.1@5300
END

cat >"$SCRATCH/mixed" <<'END'
www.ok.test A
www.ok.test AAAA
no-such-name.ok.test A
a.nx.test A
b.nx.test AAAA
c.refused.test A
d.nodata.test MX
outside.example A
END
echo 'a.bogus.test A' >"$SCRATCH/bogus"
echo 'www.ok.test A' >"$SCRATCH/one"

answers() {
	net_in A timeout 2 dnsperf -s 10.9.0.2 -d "$SCRATCH/one" -n 1 -t 1 | grep -q 'completed: *1 '
}
wait_for 10 answers || die "unbound does not answer: $(cat "$SCRATCH/unbound.err")"

# ---- clients ----------------------------------------------------------------------

clients=()

# client NAME FILE ADDRESS SERVER ARGUMENT...: dnsperf, in the background.
client() {
	local name=$1 file=$2 from=$3 to=$4

	shift 4
	net_start "$name" A dnsperf -s "$to" -a "$from" -d "$SCRATCH/$file" -e -t 15 "$@"
	clients+=("$name")
}

clients_end() {
	local name

	for name in "${clients[@]}"; do
		net_wait "$name" || fail "dnsperf $name: $(cat "$SCRATCH/$name.err")"
		same "$name: lost" 0 "$(perf_number "$name" lost)"
	done
}

# perf_number NAME sent|completed|lost
perf_number() {
	awk -v word="$2:" '$1 == "Queries" && $2 == word { print $3 }' "$SCRATCH/$1.out"
}

# perf_sum WORD [PATTERN]: over the clients whose names match.
perf_sum() {
	local name sum=0

	for name in "${clients[@]}"; do
		# shellcheck disable=SC2053 # a pattern
		[[ $name == ${2:-*} ]] && sum=$((sum + $(perf_number "$name" "$1")))
	done
	echo "$sum"
}

# What dnsperf printed in "Response codes: NOERROR 12 (50.00%), NXDOMAIN 12 (50.00%)", as expected counts.
perf_codes() {
	local name

	for name in "${clients[@]}"; do
		sed -n 's/^ *Response codes: *//p' "$SCRATCH/$name.out"
	done | tr , '\n' | awk '
		BEGIN { number["NOERROR"] = 0; number["SERVFAIL"] = 2; number["NXDOMAIN"] = 3
			number["REFUSED"] = 5 }
		{ n["rcode." ($1 in number ? number[$1] : $1)] += $2 }
		END { for (key in n) print key, n[key] }'
}

# compare WHAT FILE INTERFACE DIRECTION: responses there are those of the clients.
compare() {
	local what="$1: $3 $4" file=$2 code

	reports_sums "$file" "$3" "$4" >"$SCRATCH/sums"
	perf_codes >"$SCRATCH/codes"
	[ -s "$SCRATCH/codes" ] || fail "$what: dnsperf printed no codes"
	grep '^rcode\.' "$SCRATCH/sums" | diff <(sort "$SCRATCH/codes") - >"$SCRATCH/diff" ||
		fail "$what: dnsperf (<) and rcodewatch (>) differ: $(cat "$SCRATCH/diff")"
	same "$what: responses" "$(perf_sum completed)" "$(count_of "$SCRATCH/sums" responses)"
	same "$what: UDP" "$(perf_sum completed '*udp*')" "$(count_of "$SCRATCH/sums" transport.udp)"
	same "$what: TCP" "$(perf_sum completed '*tcp*')" "$(count_of "$SCRATCH/sums" transport.tcp)"
	same "$what: IPv4" "$(perf_sum completed '*4*')" "$(count_of "$SCRATCH/sums" family.ipv4)"
	same "$what: IPv6" "$(perf_sum completed '*6*')" "$(count_of "$SCRATCH/sums" family.ipv6)"
	same "$what: queries the other way" 0 "$(count_of "$SCRATCH/sums" accounting.queries)"
	same "$what: REFUSED with EDE 18" "$(perf_sum completed 'refused*')" \
		"$(count_of "$SCRATCH/sums" ede.5.18)"
	same "$what: SERVFAIL with EDE 9 or 6" "$(perf_sum completed 'bogus*')" \
		$(($(count_of "$SCRATCH/sums" ede.2.9) + $(count_of "$SCRATCH/sums" ede.2.6)))
	same "$what: the last total" "$(perf_sum completed)" \
		"$(reports_total "$file" responses "$3" "$4")"
	for code in 0 2 3 5; do
		[ "$(count_of "$SCRATCH/codes" rcode.$code)" -gt 0 ] || fail "$what: no RCODE $code was sent"
	done
}

# reverse WHAT FILE INTERFACE DIRECTION: queries and no responses there.
reverse() {
	reports_sums "$2" "$3" "$4" >"$SCRATCH/sums"
	same "$1: $3 $4: queries" "$(perf_sum sent)" "$(count_of "$SCRATCH/sums" accounting.queries)"
	same "$1: $3 $4: responses" 0 "$(count_of "$SCRATCH/sums" responses)"
}

hooks() {
	jq -rs --arg d "$2" 'map(select(.direction == $d) | .hook) | unique | join(" ")' "$1"
}

# ---- both directions at both ends, 5,000 queries a second ---------------------------

monitor near A va -i 1 -m native
monitor far B vb -i 1
client bogus4udp bogus 10.9.0.1 10.9.0.2 -Q 50 -l 2
client bogus6udp bogus fd09::1 fd09::2 -Q 50 -l 2
client mixed4udp mixed 10.9.0.1 10.9.0.2 -Q 2500 -l 4
client mixed6udp mixed fd09::1 fd09::2 -Q 2500 -l 4
client refused4udp mixed 10.9.0.101 10.9.0.2 -Q 200 -l 4
client refused6udp mixed fd09::101 fd09::2 -Q 200 -l 4
clients_end
# One at a time, so that each message begins a segment.
client mixed4tcp mixed 10.9.0.1 10.9.0.2 -m tcp -q 1 -Q 1000 -l 2
client mixed6tcp mixed fd09::1 fd09::2 -m tcp -q 1 -Q 1000 -l 2
for name in mixed4tcp mixed6tcp; do
	net_wait "$name" || fail "dnsperf $name: $(cat "$SCRATCH/$name.err")"
	same "$name: lost" 0 "$(perf_number "$name" lost)"
done
monitor_stop near
monitor_stop far
same "hook of rx at the client" xdp_native "$(hooks "$SCRATCH/near.out" rx)"
same "hook of tx at the client" tcx "$(hooks "$SCRATCH/near.out" tx)"
same "hook of tx at the resolver" tcx "$(hooks "$SCRATCH/far.out" tx)"
compare native "$SCRATCH/near.out" va rx
[ "$(count_of "$SCRATCH/sums" ede.2.9)" -gt 0 ] || fail "no EDE 9"
[ "$(count_of "$SCRATCH/sums" ede.2.6)" -gt 0 ] || fail "no EDE 6"
compare tcx "$SCRATCH/far.out" vb tx
reverse native "$SCRATCH/near.out" va tx
reverse tcx "$SCRATCH/far.out" vb rx
rate=$(perf_sum sent 'mixed?udp')
[ "$rate" -ge 15000 ] || fail "only $rate queries in 4 s"
echo "$(perf_sum completed) responses: $(perf_codes | tr '\n' ' ')"

# ---- the client's other hooks, shortly -----------------------------------------------

short() { # mode, hook
	clients=()
	monitor near A va -i 1 -d rx -m "$1"
	client bogus4udp bogus 10.9.0.1 10.9.0.2 -Q 50 -l 1
	client mixed4udp mixed 10.9.0.1 10.9.0.2 -Q 500 -l 1
	client refused6udp mixed fd09::101 fd09::2 -Q 200 -l 1
	client mixed6tcp mixed fd09::1 fd09::2 -m tcp -q 1 -Q 500 -l 1
	clients_end
	monitor_stop near
	same "hook of $1" "$2" "$(hooks "$SCRATCH/near.out" rx)"
	compare "$1" "$SCRATCH/near.out" va rx
}
short tc tcx
short generic xdp_generic
