#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# timeout: 60
#
# Sinks with names=none beside one that has names: same codes and counts, and in none of their bytes a name, an address or a text that the
# other has.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source-path=SCRIPTDIR source=reports.sh
. "$(dirname "$0")/reports.sh"
net_need curl
"$RCODEWATCH" --version | grep -q "^sinks:.* prometheus" || skip "built without prometheus"

net_namespace A
net_namespace B
net_quiet_veth A B
net_start syslog B "$python" -u -c '
import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind(("127.0.0.1", 7013))
print("ready")
while True:
    print(s.recv(65536))'
wait_for 10 grep -q ready "$SCRATCH/syslog.out"
net_start run B "$RCODEWATCH" run -o none -i 0.5 --alert-interval 1 --all-lists --transactions off --sink "json:$SCRATCH/all,interval=0.5" \
	--sink "json:$SCRATCH/none,interval=0.5,names=none" --sink "json:$SCRATCH/rows,shape=rows,interval=0.5,names=none" \
	--sink "syslog:udp:127.0.0.1:7013,interval=0.5,messages=report+top+advice+alerts,names=none" \
	--sink "prometheus:unix:$SCRATCH/socket,interval=0.5,top=50,names=none" vb
wait_for 20 monitor_runs run
for mix in outage cases; do
	net_in A "$DNSLOAD" -i va -m $mix -n 4000 -r 4000 -e "$SCRATCH/sent.$mix" || die "dnsload failed"
done
sent=$(awk '$1 == "packets" { n += $2 } END { print n }' "$SCRATCH"/sent.*)
reported() { # FILE
	[ "$(jq -s '[.[] | select(.type == "report").accounting.packets] | add' "$SCRATCH/$1" 2>/dev/null)" = "$sent" ]
}
wait_for 20 reported all || fail "not all is reported"
wait_for 10 reported none || fail "names=none: not all is reported"
# Alerts that are under way name zones, too.
alerts() {
	jq -es 'any(.[]; .type == "alert" and .subject != null)' "$SCRATCH/all" >/dev/null
}
net_start load A "$DNSLOAD" -i va -m outage -a 1 -f 60 -t 60 -r 1000
wait_for 40 alerts
ask() {
	net_in B curl -sS --unix-socket "$SCRATCH/socket" "http://rcodewatch$1" >>"$SCRATCH/page" || fail "$1"
}
alerts_counted() {
	ask /metrics
	grep -q '^rcodewatch_alert_active{.* [1-9][0-9]*$' "$SCRATCH/page"
}
wait_for 10 alerts_counted
ask /api/v1/report
ask /api/v1/reports
net_stop load
net_stop run || fail "exit status $?: $(cat "$SCRATCH/run.err")"
net_stop syslog

# By codes they are the same.
codes() {
	jq -cs '[.[] | select(.type == "report").rcodes[]] | group_by(.code) | map([.[0].code, (map(.count) | add)])' "$SCRATCH/$1"
}
same "codes" "$(codes all)" "$(codes none)"
# Names of codes and types are no secrets, nor is what stands in the reference; of what is shorter than that nothing can be said.
jq -r 'select(.type == "report") | (.top // {} | .[] | .[] | .name, .address), (.ede[].text) | strings' "$SCRATCH/all" |
	grep -aE '.{5,}' | sort -u >"$SCRATCH/secrets"
[ "$(wc -l <"$SCRATCH/secrets")" -gt 50 ] || fail "only $(wc -l <"$SCRATCH/secrets") names in the sink that has them"
for file in none rows syslog.out page; do
	[ -s "$SCRATCH/$file" ] || fail "$file is empty"
	found=$(grep -aoFf "$SCRATCH/secrets" "$SCRATCH/$file" | sort | uniq -c | head -n 3)
	[ -z "$found" ] || fail "$file tells: $found"
done
grep -aqFf "$SCRATCH/secrets" "$SCRATCH/all" || fail "the search finds nothing where they are"
jq -e 'select(.advice | length > 0)' "$SCRATCH/none" >/dev/null && fail "advice names zones"
reports_valid "$SCRATCH/none"
