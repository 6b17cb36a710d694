#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# timeout: 200
#
# Alerts over restarts of the monitor, with a state directory: what is still wrong goes on since it began, and no restart begins or ends
# an alert; what was over meanwhile ends once.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source-path=SCRIPTDIR source=reports.sh
. "$(dirname "$0")/reports.sh"
# shellcheck source-path=SCRIPTDIR source=alerts_lib.sh
. "$(dirname "$0")/alerts_lib.sh"
net_need unbound dnsperf python3

# At .3 is nobody; .4 refuses.
net_resolver 2 4
alerts_dies 3
alerts_serve servers 10.8.0.2=0 10.8.0.4=5
{
	alerts_options
	alerts_stub alive.test 2
	alerts_stub dead.test 3
	alerts_stub lame.test 4
} >"$SCRATCH/options"
net_unbound <"$SCRATCH/options"
for zone in alive dead lame; do
	for ((i = 0; i < 2000; i++)); do
		echo "n$i.$zone.test A"
	done >"$SCRATCH/$zone"
done
ask() { # ZONE RATE
	net_start "$1" A dnsperf -s 10.9.0.2 -d "$SCRATCH/$1" -Q "$2" -l 200 -t 2 -q 4000
}

state=$SCRATCH/state
mkdir -m 750 "$state"
chown "$RUN_USER" "$state"
start() { # NAME
	monitor "$1" B vb ub -i 1 --alert-interval 1 --timeout 1 --state-dir "$state"
}
dead='zone-servers-silent dead.test' server='server-silent 10.8.0.3' lame='zone-failing lame.test'
# What NAME has said of these, and since when: STATE RULE SUBJECT SINCE.
said() { # NAME
	grep '}$' "$SCRATCH/$1.out" | jq -r 'select(.type == "alert") | .state + " " + .rule + " " + (.subject // "-") + " " + .since' |
		grep -E " ($dead|$server|$lame) "
}
has_said() { # NAME "STATE RULE SUBJECT"
	said "$1" | grep -q "^$2 "
}
all_began() {
	has_said one "begin $dead" && has_said one "begin $server" && has_said one "begin $lame"
}
began_at() { # "RULE SUBJECT"
	said one | sed -n "s/^begin $1 //p" | tail -n 1
}
has_reports_now() { # NAME N
	[ "$(grep '}$' "$SCRATCH/$1.out" | jq -s 'map(select(.type == "report" and .direction == "tx" and .interface == "vb")) | length')" -ge "$2" ]
}

ask alive 100
start one
wait_for 40 has_reports_now one 5
ask dead 30
ask lame 30
wait_for 60 all_began
monitor_stop one
same 'what the first run has ended' '' "$(said one | grep '^end ')"
[ "$(stat -c %a "$state/alerts")" = 600 ] || fail "the file is for others: $(stat -c %A "$state/alerts")"

# While it is away one is over.
net_stop lame INT
start two
wait_for 30 has_said two "end $lame"
wait_for 80 has_said two "ongoing $dead"
same 'what the second run has begun' '' "$(said two | grep '^begin ')"
same 'since when the zone is silent' "ongoing $dead $(began_at "$dead")" "$(said two | grep "^ongoing $dead" | sort -u)"
same 'what the second run has ended' "end $lame $(began_at "$lame")" "$(said two | grep '^end ')"

# It is killed, and starts again.
# shellcheck disable=SC2154 # what net_start sets
kill -KILL "$PID_two"
net_wait two
start three
wait_for 40 has_reports_now three 8
monitor_stop three
same 'what the third run has begun or ended' '' "$(said three | grep -v '^ongoing ')"

net_stop dead INT
net_stop alive INT
net_stop unbound
