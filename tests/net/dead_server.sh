#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# timeout: 90
#
# A resolver between its clients and two authoritative servers, one of which never answers. What dnsperf says was sent, came
# back and was lost is what is counted of clients; what stays unanswered upstream is the silent server's and its zone's. All
# of it is reported once the timeout has passed.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source-path=SCRIPTDIR source=reports.sh
. "$(dirname "$0")/reports.sh"
net_need unbound dnsperf ldns-testns

ALIVE=200 DEAD=60

# 10.8.0.3 has a neighbour entry and nothing behind it: what is sent there meets no error.
net_resolver 2
ip -n "$NS_B" neigh replace 10.8.0.3 lladdr 02:00:00:00:00:99 dev ub nud permanent || die 'no neighbour entry'

for ((i = 0; i < ALIVE; i++)); do
	cat <<-END
		ENTRY_BEGIN
		MATCH opcode qtype qname
		REPLY QR AA NOERROR
		ADJUST copy_id
		SECTION QUESTION
		n$i.alive.test. IN A
		SECTION ANSWER
		n$i.alive.test. 300 IN A 192.0.2.1
		ENTRY_END
	END
done >"$SCRATCH/zone"
net_start testns C ldns-testns -p 53 "$SCRATCH/zone"

# It waits for a server for longer than clients do, so that it does not answer them meanwhile that it has failed.
net_unbound <<'END'
	module-config: "iterator"
	qname-minimisation: no
	do-ip6: no
	infra-cache-min-rtt: 20000
	infra-cache-max-rtt: 60000
	num-queries-per-thread: 1000
	outgoing-range: 2000
	local-zone: "test." nodefault
stub-zone:
	name: "alive.test."
	stub-addr: 10.8.0.2
stub-zone:
	name: "dead.test."
	stub-addr: 10.8.0.3
END
resolves() {
	net_in B bash -c 'ss -Hlun sport = :53 | grep -q 10.9.0.2' && net_in C bash -c 'ss -Hlun sport = :53 | grep -q :53'
}
wait_for 20 resolves

{
	for ((i = 0; i < ALIVE; i++)); do
		echo "n$i.alive.test A"
		((i < DEAD)) && echo "n$i.dead.test AAAA"
	done
} >"$SCRATCH/asked"

monitor run B vb ub -i 0.5 --timeout 3
net_in A dnsperf -s 10.9.0.2 -d "$SCRATCH/asked" -n 1 -t 3 -q 1000 -c 1 -T 1 >"$SCRATCH/dnsperf" 2>&1 ||
	fail "dnsperf: $(cat "$SCRATCH/dnsperf")"

wait_for 20 side_is_over "$SCRATCH/run.out" clients
wait_for 20 side_is_over "$SCRATCH/run.out" upstream
# All had been asked by the end of the first report that says so: what is unanswered by the first one that ends the timeout and
# two intervals later.
in_time() { # SIDE
	side_reports "$SCRATCH/run.out" "$1" | jq -s --argjson all $((ALIVE + DEAD)) '
		def seconds: (sub("\\.[0-9]+Z$"; "Z") | fromdate) + (capture("(?<f>\\.[0-9]+)Z").f | "0" + . | tonumber);
		[foreach .[] as $line ({new: 0, lost: 0}; {
			end: ($line.end | seconds), new: (.new + $line.queries.new), lost: (.lost + $line.unanswered)}; .)] |
		first(.[] | select(.new == $all)).end as $asked |
		first(.[] | select(.end >= $asked + 3 + 2 * 0.5)).lost'
}
is_late() {
	[ "$(in_time "$1")" ]
}
for side in clients upstream; do
	wait_for 20 is_late $side
	same "$side: unanswered in time" "$DEAD" "$(in_time $side)"
done
net_stop unbound
monitor_stop run

perf() { # what dnsperf calls so
	awk -v what="Queries $1:" '{ sub(/^ +/, "") } index($0, what) == 1 { print $3 }' "$SCRATCH/dnsperf"
}
sum() { # SIDE PATH
	side_reports "$SCRATCH/run.out" "$1" | jq -s "map(.$2) | add // 0"
}
same 'dnsperf: sent' $((ALIVE + DEAD)) "$(perf sent)"
same 'clients: new' "$(perf sent)" "$(sum clients queries.new)"
same 'clients: answered' "$(perf completed)" "$(sum clients responses.answered)"
same 'clients: unanswered' "$(perf lost)" "$(sum clients unanswered)"
same 'clients: lost' "$DEAD" "$(perf lost)"
same 'clients: timed' "$(perf completed)" "$(sum clients response_time.sampled)"
same 'upstream: new' $((ALIVE + DEAD)) "$(sum upstream queries.new)"
same 'upstream: answered' "$ALIVE" "$(sum upstream responses.answered)"
same 'upstream: unanswered' "$DEAD" "$(sum upstream unanswered)"
for side in clients upstream; do
	for path in queries.untracked queries.contended responses.late responses.mismatched responses.unsolicited \
		responses.untracked responses.contended evicted other_unanswered_zones other_unanswered_servers; do
		same "$side: $path" 0 "$(sum $side $path)"
	done
	same "$side: zones" "dead.test $DEAD AAAA" "$(side_reports "$SCRATCH/run.out" $side | jq -rs '[.[].unanswered_zones[]] | group_by(.name) |
		map("\(.[0].name) \(map(.unanswered) | add) \(.[0].qtype)") | join(", ")')"
done
same 'upstream: servers' "10.8.0.3 $DEAD" "$(side_reports "$SCRATCH/run.out" upstream | jq -rs '[.[].unanswered_servers[]] | group_by(.address) |
	map("\(.[0].address) \(map(.unanswered) | add)") | join(", ")')"
