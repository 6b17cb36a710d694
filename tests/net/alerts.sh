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
# shellcheck source-path=SCRIPTDIR source=alerts_lib.sh
. "$(dirname "$0")/alerts_lib.sh"
net_need unbound dnsperf python3

# The resolver's other side: 10.8.0.2, .6 and .7 answer, .4 refuses, .5 fails, .9 forges; at .3 is nobody.
net_resolver 2 4 5 6 7 9
alerts_dies 3
alerts_serve servers 10.8.0.2=0 10.8.0.4=5 10.8.0.5=2 10.8.0.6=0 10.8.0.7=0

{
	alerts_options
	alerts_stub alive.test 2
	alerts_stub dead.test 3
	alerts_stub lame.test 4
	alerts_stub expired.test 5
	alerts_stub four.test 2 3 6 7
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
reports() { lines | jq -s 'map(select(.type == "report" and .direction == "tx" and .interface == "vb")) | length'; }
has_reports_now() { [ "$(reports)" -ge "$1" ]; }

wait_for 40 has_reports_now 25
same 'alerts while all is well' '' "$(alerts begin)"

# fault NAME "RULE SUBJECT" ZONE RATE: begins while clients ask for ZONE, and ends when they do not
fault() {
	ill
	ask fault "$3" "$4"
	alert_begins "$2"
	well
	net_stop fault INT
	alert_ends "$2"
	echo "$1: $(lines | jq -r --arg rule "${2% *}" --arg subject "${2#* }" 'select(.type == "alert" and .rule == $rule and
		(.subject // "-") == $subject and .state == "begin") | .text + "; " + (.blame // "-")' | head -n 1)"
}
ill
ask four four 60
alert_begins 'server-silent 10.8.0.3'
net_stop four INT
ill
ask dead dead 30
alert_begins 'zone-servers-silent dead.test'
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
ill
# shellcheck disable=SC2154 # what net_start sets
kill -STOP "$PID_unbound"
alert_begins 'host-silent -'
well
kill -CONT "$PID_unbound"
alert_ends 'host-silent -'

ill
alerts_serve forger 10.8.0.9=forges
alert_begins 'spoofing -'
well
net_stop forger
alert_ends 'spoofing -'

# A resolver that remembers for 15 minutes that a server is dead asks it no more: it is over, as nothing has been asked for 90 evaluations,
# or it is asked once more and answers.
wait_for 120 ended_ever 'zone-servers-silent dead.test'
wait_for 120 ended_ever 'server-silent 10.8.0.3'

net_stop usual INT
net_stop unbound
monitor_stop run
# SERVFAIL may be a part of all responses before a zone is named for it; nothing else is wrong.
same 'alerts' 'host-silent - server-silent 10.8.0.3 spoofing - zone-failing expired.test zone-failing lame.test zone-servers-silent dead.test' \
	"$(alerts begin | grep -v '^servfail-share ' | sort -u | xargs)"
