#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# timeout: 150
#
# A resolver that hangs, a zone whose servers are all dead, one dead server of four, and servers that are slow: each shows in the text report, in
# JSON and in the metrics for Prometheus, and in the first report that ends one timeout and two intervals after all was asked.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source-path=SCRIPTDIR source=reports.sh
. "$(dirname "$0")/reports.sh"
net_need curl
"$RCODEWATCH" --version | grep -q '^sinks:.*prometheus' || skip "built without libmicrohttpd"

INTERVAL=0.5 TIMEOUT=1
talk=$ROOT/tests/net/transactions.py

net_namespace A
net_namespace B
net_veth A B
servers=(10.9.0.2 10.9.0.3 10.9.0.4 10.9.0.5)
for address in "${servers[@]}"; do
	[ "$address" = 10.9.0.2 ] || ip -n "$NS_B" addr add "$address/24" dev vb || die "no address $address"
	net_start "server${address##*.}" B "$python" "$talk" serve "$address"
	wait_for 20 has_reports "$SCRATCH/server${address##*.}.out"
done

# start NAME LETTER INTERFACE: a run with all three outputs.
start() {
	net_start "$1" "$2" "$RCODEWATCH" run -o text -i $INTERVAL --timeout $TIMEOUT --top 10 \
		--sink "json:$SCRATCH/$1.json,interval=$INTERVAL" \
		--sink "prometheus:unix:$SCRATCH/$1.socket,interval=2,top=10" "$3"
	wait_for 20 grep -q watching "$SCRATCH/$1.err"
	net_start "pages_$1" "$2" bash -c "while :; do curl -sSf --max-time 10 --unix-socket '$SCRATCH/$1.socket' http://rcodewatch/metrics; sleep 0.3; done"
}
ask() { # ADDRESS NAME=COUNT...
	local address=$1

	shift
	net_in A "$python" "$talk" ask "$address" udp "$@" || die 'cannot ask'
}

# Since the line $from, the sum of FILTER in all reports up to the first that ends a timeout and two intervals after the one with
# which N had been asked; nothing if there is none yet.
in_time() { # NAME SIDE N FILTER
	side_reports "$SCRATCH/$1.json" "$2" | tail -n +$((from + 1)) | jq -s --argjson n "$3" --argjson wait "$(jq -n "$TIMEOUT + 2 * $INTERVAL")" '
		def seconds: (sub("\\.[0-9]+Z$"; "Z") | fromdate) + (capture("(?<f>\\.[0-9]+)Z").f | "0" + . | tonumber);
		[foreach .[] as $line ({new: 0, sum: 0}; {
			end: ($line.end | seconds), new: (.new + $line.queries.new),
			sum: (.sum + ($line | '"$4"' | add // 0))}; .)] |
		first(.[] | select(.new >= $n)).end as $asked |
		first(.[] | select(.end >= $asked + $wait)).sum'
}
is_late() {
	[ "$(in_time "$@")" ]
}
# shows WHAT NAME SIDE N FILTER WANTED TEXT METRIC: WANTED is a pattern of the sum, TEXT a pattern of the text report, METRIC one of the page, both since the fault began.
# All pages since the fault began: what is of one interval is gone with the next.
scrape() { # NAME PATTERN
	tail -c +$((pages + 1)) "$SCRATCH/pages_$1.out" >"$SCRATCH/page" && has_metric "$2"
}
has_metric() { # PATTERN, or "slow N": at least N responses of upstream took more than 200 ms
	[[ $1 == slow\ * ]] || {
		grep -Eq "$1" "$SCRATCH/page"
		return
	}
	awk -v n="${1#slow }" '/^rcodewatch_response_time_seconds_bucket\{.*side="upstream".*le="0.2"/ { fast = $NF }
		/^rcodewatch_response_time_seconds_count\{.*side="upstream"/ && $NF - fast >= n { seen = 1 } END { exit !seen }' "$SCRATCH/page"
}
has_text() { # NAME PATTERN
	tail -c +$((text + 1)) "$SCRATCH/$1.out" | grep -Eq "$2"
}
shows() {
	local what=$1 name=$2 side=$3 n=$4 filter=$5 wanted=$6

	wait_for 15 scrape "$name" "$8" || fail "$what: not in the page: $(grep -E "${8%%\\*}" "$SCRATCH/page" | head -n 3)"
	wait_for 15 has_text "$name" "$7" || fail "$what: not in the text: $(tail -n 12 "$SCRATCH/$name.out")"
	wait_for 15 is_late "$name" "$side" "$n" "$filter"
	[[ $(in_time "$name" "$side" "$n" "$filter") =~ ^($wanted)$ ]] ||
		fail "$what: in JSON, in time: should be $wanted, is $(in_time "$name" "$side" "$n" "$filter")"
}
# A fault begins: what was written before is not looked at.
begin() { # NAME SIDE
	from=$(side_reports "$SCRATCH/$1.json" "$2" | wc -l)
	text=$(stat -c %s "$SCRATCH/$1.out") pages=$(stat -c %s "$SCRATCH/pages_$1.out")
}
start up A va
start down B vb
some='[0-9.]*[1-9][0-9.e-]*$'

# Nothing is wrong with these, and all servers are known.
for address in "${servers[@]}"; do
	ask "$address" ok=10
done

begin up upstream
ask 10.9.0.3 ok=20 dead=24
shows 'a dead zone' up upstream 44 '[.unanswered_zones[] | select(.name == "example.org") | .unanswered]' 24 \
	'zones .*example\.org [0-9]+ of ' "^rcodewatch_top_unanswered_queries_per_second\{.*name=\"example.org\".*\} $some"

begin up upstream
kill -STOP "${PID_server5:?}"
for address in "${servers[@]}"; do
	ask "$address" held=10
done
shows 'one dead server of four' up upstream 40 '[.unanswered_servers[] | select(.address == "10.9.0.5") | .unanswered]' 10 \
	'servers .*10\.9\.0\.5 [0-9]+ of ' "^rcodewatch_top_unanswered_queries_per_second\{.*name=\"10.9.0.5\".*\} $some"
same 'one dead server of four: no other' 0 "$(side_reports "$SCRATCH/up.json" upstream | tail -n +$((from + 1)) |
	jq -s '[.[].unanswered_servers[] | select(.address != "10.9.0.5")] | length')"
kill -CONT "$PID_server5"

begin up upstream
# In one report, or in two that part them: a row takes three.
ask 10.9.0.4 crawl=24
shows 'slow servers' up upstream 24 '[.slow_zones[] | select(.name == "crawl.test" and .response_time.mean_s > 0.29) | 1]' '[12]' \
	'slow .*10\.9\.0\.4 mean [3-9][0-9][0-9] ms.* crawl\.test mean [3-9][0-9][0-9] ms' 'slow 24'

# The resolver: of its clients none gets an answer, and upstream there is nothing.
begin down clients
kill -STOP "${PID_server2:?}"
ask 10.9.0.2 held=30
shows 'a resolver that hangs' down clients 30 '[.unanswered]' 30 \
	'clients +[0-9]+ unanswered' "^rcodewatch_unanswered_queries_total\{.*side=\"clients\".*\} $some"
kill -CONT "$PID_server2"
for name in up down; do
	net_stop $name || fail "$name: $(cat "$SCRATCH/$name.err")"
	reports_valid "$SCRATCH/$name.json"
done
