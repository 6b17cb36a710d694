#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# timeout: 240
#
# Faults between clients, unbound and authoritative servers, one after the other: each is named by the alert that docs/alerts.md has for
# it, with whom it is about, and but for silent servers is over once it is. Before, with everything well, there is none.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source-path=SCRIPTDIR source=reports.sh
. "$(dirname "$0")/reports.sh"
net_need unbound dnsperf python3

net_namespace A
net_namespace B
net_namespace C
net_veth A B
# The resolver's other side: 10.8.0.2, .6 and .7 answer, .4 refuses, .5 fails, .9 forges; .3 has a neighbour entry and nothing behind it.
ip -n "$NS_B" link add ub type veth peer name uc netns "$NS_C" || die 'cannot make a veth pair'
net_quiet "$NS_B" ub
net_quiet "$NS_C" uc
ip -n "$NS_B" addr add 10.8.0.1/24 dev ub && ip -n "$NS_B" link set ub up
for host in 2 4 5 6 7 9; do
	ip -n "$NS_C" addr add 10.8.0.$host/24 dev uc
done
ip -n "$NS_C" link set uc up
wait_for 5 net_carrier "$NS_B" ub
ip -n "$NS_B" neigh replace 10.8.0.3 lladdr 02:00:00:00:00:99 dev ub nud permanent || die 'no neighbour entry'

net_start servers C python3 "$ROOT/tests/net/responder.py" 10.8.0.2=0 10.8.0.4=5 10.8.0.5=2 10.8.0.6=0 10.8.0.7=0
servers_run() { grep -q ready "$SCRATCH/servers.out"; }
wait_for 10 servers_run

stub() { # ZONE ADDRESS...
	echo "stub-zone:"
	echo "	name: \"$1.\""
	shift
	printf '\tstub-addr: %s\n' "$@"
}
{
	cat <<-'END'
		module-config: "iterator"
		qname-minimisation: no
		do-ip6: no
		num-queries-per-thread: 1000
		outgoing-range: 2000
		local-zone: "test." nodefault
	END
	stub alive.test 10.8.0.2
	stub dead.test 10.8.0.3
	stub lame.test 10.8.0.4
	stub expired.test 10.8.0.5
	stub four.test 10.8.0.2 10.8.0.3 10.8.0.6 10.8.0.7
} >"$SCRATCH/options"
net_unbound <"$SCRATCH/options"
resolves() {
	net_in B bash -c 'ss -Hlun sport = :53 | grep -q 10.9.0.2'
}
wait_for 20 resolves

for zone in alive dead lame expired four; do
	for ((i = 0; i < 2000; i++)); do
		echo "n$i.$zone.test A"
	done >"$SCRATCH/$zone"
done

ask() { # NAME ZONE RATE
	net_start "$1" A dnsperf -s 10.9.0.2 -d "$SCRATCH/$2" -Q "$3" -l 200 -t 2 -q 4000
}

# A shorter interval of evaluations makes all delays shorter by as much: tenths of what docs/alerts.md says.
monitor run B vb ub -i 1 --alert-interval 1 --timeout 1
ask usual alive 100

lines() { grep '}$' "$SCRATCH/run.out"; }
alerts() { # STATE: "rule subject" of alerts, without those of advice
	lines | jq -r "select(.type == \"alert\" and .state == \"$1\" and .severity != \"notice\" or .rule == \"server-silent\") |
		select(.state == \"$1\") | .rule + \" \" + (.subject // \"-\")"
}
reports() { lines | jq -s 'map(select(.type == "report" and .direction == "tx" and .interface == "vb")) | length'; }
has_reports_now() { [ "$(reports)" -ge "$1" ]; }
began() { alerts begin | grep -qx "$1"; }
ended() { alerts end | grep -qx "$1"; }

wait_for 40 has_reports_now 25
same 'alerts while all is well' '' "$(alerts begin)"

# fault NAME "RULE SUBJECT" ZONE RATE: begins while clients ask for ZONE, and ends when they do not
fault() {
	ask fault "$3" "$4"
	wait_for 40 began "$2"
	net_stop fault INT
	wait_for 60 ended "$2"
	echo "$1: $(lines | jq -r --arg rule "${2% *}" --arg subject "${2#* }" 'select(.type == "alert" and .rule == $rule and
		(.subject // "-") == $subject and .state == "begin") | .text + "; " + (.blame // "-")' | head -n 1)"
}
# What is silent is over once it answers or has not been asked for long: test_alerts waits for that.
ask four four 60
wait_for 40 began 'server-silent 10.8.0.3'
net_stop four INT
ask dead dead 30
wait_for 40 began 'zone-servers-silent dead.test'
net_stop dead INT

fault 'a lame server' 'zone-failing lame.test' lame 30
fault 'an expired zone' 'zone-failing expired.test' expired 30
blames() { # ZONE WORDS
	lines | jq -r --arg zone "$1" 'select(.type == "alert" and .subject == $zone) | .blame // empty' | grep -q "$2" ||
		fail "$1: nothing says '$2': $(lines | jq -r --arg zone "$1" 'select(.type == "alert" and .subject == $zone) | .blame')"
}
blames lame.test REFUSED
blames expired.test 'fail\|SERVFAIL'

# A resolver that hangs: all at once.
# shellcheck disable=SC2154 # what net_start sets
kill -STOP "$PID_unbound"
wait_for 40 began 'host-silent -'
kill -CONT "$PID_unbound"
wait_for 40 ended 'host-silent -'

net_in C python3 "$ROOT/tests/net/responder.py" 10.8.0.9=forges
wait_for 20 began 'spoofing -'
wait_for 40 ended 'spoofing -'

net_stop usual INT
net_stop unbound
monitor_stop run
# SERVFAIL may be a part of all responses before a zone is named for it; nothing else is wrong.
same 'alerts' 'host-silent - server-silent 10.8.0.3 spoofing - zone-failing expired.test zone-failing lame.test zone-servers-silent dead.test' \
	"$(alerts begin | grep -v '^servfail-share ' | sort -u | xargs)"
