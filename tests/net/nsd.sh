#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# timeout: 180
#
# A resolver between dnsperf and three NSDs, over UDP and, where an answer is too large for that, TCP. What is counted of clients is what
# dnsperf and unbound say; what is counted of upstream is what unbound says that it has sent and the NSDs that they have
# got and answered. In a zone of theirs there is a fourth server, which counts what it is asked and says nothing: that is what stays
# unanswered, all of it that server's and that zone's.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source-path=SCRIPTDIR source=reports.sh
. "$(dirname "$0")/reports.sh"
net_need unbound unbound-control dnsperf nsd nsd-control

SERVERS=(10.8.0.2 10.8.0.3 10.8.0.4) SILENT=10.8.0.5

net_resolver "${SERVERS[@]##*.}" ${SILENT##*.}

# ---- three servers of two zones, and one that is silent -------------------------------------------

mkdir "$SCRATCH/zones"
for zone in three four; do
	{
		echo "\$ORIGIN $zone.test."
		echo "@ 300 SOA ns hostmaster 1 3600 600 86400 60"
		echo "@ 300 NS ns"
		echo "ns 300 A ${SERVERS[0]}"
		echo "*.yes 300 A 192.0.2.1"
		printf '*.large 300 TXT'
		printf ' "%0200d"' {1..10}
		echo
	} >"$SCRATCH/zones/$zone"
done
for i in "${!SERVERS[@]}"; do
	cat >"$SCRATCH/nsd$i.conf" <<-END
		server:
		  ip-address: ${SERVERS[$i]}
		  server-count: 1
		  username: ""
		  chroot: ""
		  zonesdir: "$SCRATCH/zones"
		  database: ""
		  pidfile: ""
		  xfrdfile: "$SCRATCH/xfrd$i"
		  xfrdir: "$SCRATCH"
		  zonelistfile: "$SCRATCH/zonelist$i"
		  rrl-ratelimit: 0
		  receive-buffer-size: 8388608
		remote-control:
		  control-enable: yes
		  control-interface: "$SCRATCH/nsd$i.socket"
		zone:
		  name: three.test
		  zonefile: three
		zone:
		  name: four.test
		  zonefile: four
	END
	net_start "nsd$i" C nsd -d -c "$SCRATCH/nsd$i.conf"
done
cat >"$SCRATCH/silent.py" <<'END'
import signal, socket, sys
asked = 0
def end(*_):
    print(asked, flush=True)
    sys.exit(0)
signal.signal(signal.SIGTERM, end)
server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
server.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)
server.bind((sys.argv[1], 53))
print("ready", flush=True)
while server.recv(4096):
    asked += 1
END
net_start silent C "$python" "$SCRATCH/silent.py" $SILENT
wait_for 20 has_reports "$SCRATCH/silent.out"

net_unbound <<END
	module-config: "iterator"
	qname-minimisation: no
	do-ip6: no
	extended-statistics: yes
	num-queries-per-thread: 2000
	outgoing-range: 3000
	outgoing-num-tcp: 100
	so-rcvbuf: 8m
	jostle-timeout: 10000
	local-zone: "test." nodefault
$(for zone in three four; do
	printf 'stub-zone:\n\tname: "%s.test."\n' $zone
	printf '\tstub-addr: %s\n' "${SERVERS[@]}"
	[ $zone = three ] || printf '\tstub-addr: %s\n' $SILENT
done)
remote-control:
	control-enable: yes
	control-interface: "$SCRATCH/unbound.socket"
	control-use-cert: no
END
unbound_says() { # COMMAND
	net_in B unbound-control -c "$SCRATCH/unbound.conf" "$1" 2>/dev/null
}
nsd_says() { # NUMBER COMMAND
	net_in C nsd-control -c "$SCRATCH/nsd$1.conf" "$2" 2>/dev/null
}
all_run() {
	local i

	for i in "${!SERVERS[@]}"; do
		nsd_says "$i" status >/dev/null || return
	done
	unbound_says status >/dev/null
}
wait_for 30 all_run || die "servers: $(cat "$SCRATCH"/nsd*.err "$SCRATCH/unbound.err" | tail -n 5)"

# ---- what is asked: answers, denials, and answers that come by TCP in the end ----------------------

for ((i = 0; i < 300; i++)); do
	for zone in three four; do
		echo "n$i.yes.$zone.test A"
		((i % 3)) || echo "n$i.no.$zone.test AAAA"
		((i % 15)) || echo "n$i.large.$zone.test TXT"
	done
done >"$SCRATCH/asked"

# From many ports: those of one share the places of a bucket, and others that are full because of it.
# A server that is slow because the machine is has longer than it can take.
monitor run B vb ub -i 0.5 --timeout 10
net_in A dnsperf -s 10.9.0.2 -d "$SCRATCH/asked" -n 1 -t 20 -q 1000 -c 250 -T 1 -Q 200 >"$SCRATCH/dnsperf" 2>&1 ||
	fail "dnsperf: $(cat "$SCRATCH/dnsperf")"

wait_for 40 side_is_over "$SCRATCH/run.out" clients
wait_for 40 side_is_over "$SCRATCH/run.out" upstream
unbound_says stats_noreset >"$SCRATCH/unbound.stats" || fail 'unbound has no statistics'
for i in "${!SERVERS[@]}"; do
	nsd_says "$i" stats_noreset >"$SCRATCH/nsd$i.stats" || fail "NSD $i has no statistics"
done
net_stop unbound
monitor_stop run
net_stop silent

# ---- who says what ----------------------------------------------------------------------------------

stat() { # FILE... NAME: the sum
	awk -F= -v name="${*: -1}" '$1 == name { sum += $2 } END { print sum + 0 }' "${@:1:$#-1}"
}
nsd() {
	stat "$SCRATCH"/nsd?.stats "$1"
}
unbound() {
	stat "$SCRATCH/unbound.stats" "$1"
}
perf() { # what dnsperf calls so
	awk -v what="Queries $1:" '{ sub(/^ +/, "") } index($0, what) == 1 { print $3 }' "$SCRATCH/dnsperf"
}
sum() { # SIDE PATH
	side_reports "$SCRATCH/run.out" "$1" | jq -s "map(.$2) | add // 0"
}
silent=$(tail -n 1 "$SCRATCH/silent.out")
asked=$(wc -l <"$SCRATCH/asked")
same 'dnsperf: sent' "$asked" "$(perf sent)"
same 'unbound: asked' "$asked" "$(unbound total.num.queries)"
same 'clients: new' "$(perf sent)" "$(sum clients queries.new)"
same 'clients: answered' "$(perf completed)" "$(sum clients responses.answered)"
same 'clients: unanswered' "$(perf lost)" "$(sum clients unanswered)"
same 'clients: timed' "$(perf completed)" "$(sum clients response_time.sampled)"

# Of TCP, unbound counts connections.
same 'upstream: queries over UDP, by unbound' "$(unbound num.query.udpout)" \
	$(($(sum upstream queries.new) + $(sum upstream queries.retry) - $(nsd num.tcp)))
same 'upstream: queries, by who got them' $(($(nsd num.queries) + silent)) \
	$(($(sum upstream queries.new) + $(sum upstream queries.retry)))
same 'upstream: answered' "$(nsd num.queries)" "$(sum upstream responses.answered)"
same 'upstream: answered over TCP' "$(nsd num.tcp)" \
	"$(side_reports "$SCRATCH/run.out" upstream | jq -s '[.[].response_time.by[] | select(.transport == "tcp") | .sampled] | add // 0')"
[ "$(nsd num.tcp)" -gt 0 ] || fail 'nothing came over TCP'
for ((i = 0; i < 3; i++)); do
	[ "$(stat "$SCRATCH/nsd$i.stats" num.queries)" -gt 10 ] || fail "NSD $i was hardly asked"
done
[ "$silent" -gt 0 ] || fail 'the silent server was not asked'
same 'upstream: unanswered' "$silent" "$(sum upstream unanswered)"
same 'upstream: zones' "four.test $silent" "$(side_reports "$SCRATCH/run.out" upstream | jq -rs '[.[].unanswered_zones[]] | group_by(.name) |
	map("\(.[0].name) \(map(.unanswered) | add)") | join(", ")')"
same 'upstream: servers' "$SILENT $silent" "$(side_reports "$SCRATCH/run.out" upstream | jq -rs '[.[].unanswered_servers[]] | group_by(.address) |
	map("\(.[0].address) \(map(.unanswered) | add)") | join(", ")')"
for side in clients upstream; do
	for path in queries.untracked queries.contended responses.late responses.duplicate responses.mismatched responses.unsolicited \
		responses.untracked responses.contended evicted other_unanswered_zones other_unanswered_servers; do
		same "$side: $path" 0 "$(sum $side $path)"
	done
done
echo "$(perf completed) of $asked answered; NSDs: $(nsd num.queries), over TCP $(nsd num.tcp); silent: $silent"
