#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# timeout: 150
#
# Queries and their responses: what a server that was told what to do did is what is counted, at its end as queries of
# clients and at the other end as those to upstream, over UDP and TCP, IPv4 and IPv6, by XDP with tc and by tc alone; the
# silence of a dead zone and of a server that hangs; after a halt of the
# program, and at its start.
#
#   TXN_LOCKS=1   as on kernels that have no compare-and-swap for programs

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source-path=SCRIPTDIR source=reports.sh
. "$(dirname "$0")/reports.sh"

net_namespace A
net_namespace B
net_veth A B
talk=$ROOT/tests/net/transactions.py
if [ "${TXN_LOCKS:-}" ]; then
	cat >"$SCRATCH/rcodewatch" <<-END
		#!/bin/bash
		if [ "\$1" = run ]; then exec "$O/tests/tools/run_killed" "\$@"; fi
		exec "$RCODEWATCH" "\$@"
	END
	chmod 755 "$SCRATCH/rcodewatch"
	RCODEWATCH=$SCRATCH/rcodewatch
fi

for address in 10.9.0.2 fd09::2; do
	net_start "server${address//[.:]/}" B "$python" "$talk" serve $address
	wait_for 20 has_reports "$SCRATCH/server${address//[.:]/}.out"
done

# ask ADDRESS TRANSPORT NAME=COUNT...
ask() {
	net_in A "$python" "$talk" ask "$@" || die "cannot ask"
}

# of NAME SIDE EXPRESSION: over the lines of a run.
of() {
	jq -s --arg side "$2" "map(select(.type == \"transactions\" and .side == \$side)) | $3" "$SCRATCH/$1.out"
}

# sum NAME SIDE PATH: what is reported in all.
sum() {
	of "$1" "$2" "map(.$3) | add"
}

# The table is empty again: all that was asked has been answered, or has not been for a second and more.
is_quiet() {
	[ "$(of "$1" "$2" 'last | .outstanding == 0 and .queries.new == 0 and .unanswered == 0')" = true ]
}

# all NAME SIDE KEY=VALUE...: these are the sums, and all others are 0; what began has ended.
all() {
	local name=$1 side=$2 pair wanted=0 responses=0 key value

	shift 2
	of "$name" "$side" '[.[] | {queries, responses, ambiguous, unanswered, evicted} | [leaf_paths as $p |
		{key: ($p | join(".")), value: getpath($p)}] | from_entries] |
		reduce .[] as $one ({}; reduce ($one | to_entries[]) as $e (.; .[$e.key] += $e.value)) |
		to_entries[] | select(.value != 0) | "\(.key)=\(.value)"' | tr -d '"' | sort >"$SCRATCH/got"
	printf '%s\n' "$@" | grep -v '=0$\|^$' | sort >"$SCRATCH/want"
	diff "$SCRATCH/want" "$SCRATCH/got" >"$SCRATCH/diff" ||
		fail "$name, $side: wanted (<) and got (>): $(cat "$SCRATCH/diff")"
	same "$name, $side: new = answered + unanswered + evicted" "$(sum "$name" "$side" queries.new)" \
		$(($(sum "$name" "$side" responses.answered) + $(sum "$name" "$side" unanswered) + \
			$(sum "$name" "$side" evicted)))
	for pair in "$@"; do
		key=${pair%=*} value=${pair#*=}
		[[ $key == queries.* ]] && wanted=$((wanted + value))
		[[ $key == responses.* ]] && responses=$((responses + value))
	done
	# What packets say, counted without a table.
	echo "$name, $side: $wanted queries and $responses responses as told"
}

# settled NAME: it has run for longer than the timeout of 1 s, so that what matches nothing was not asked before it began.
settled() {
	wait_for 20 has_reports "$SCRATCH/$1.out" 20
}

told=(queries.new=397 queries.retry=7 responses.answered=332 responses.late=20 responses.duplicate=30
	responses.mismatched=21 ambiguous=7 unanswered=65)

# ---- what a server does, over UDP ----------------------------------------------------------

# A syslog server gets the same as the witness, a file of JSON lines.
net_start syslog A "$python" "$talk" syslog 5140 "$SCRATCH/syslog"
wait_for 20 has_reports "$SCRATCH/syslog.out"

# said MODE ADDRESS
said() {
	: >"$SCRATCH/syslog"
	rm -f "$SCRATCH/witness" "$SCRATCH/rows"
	monitor upstream A va -i 0.5 --timeout 1 -m "$1" --sink "json:$SCRATCH/witness,interval=0.5" \
		--sink "json:$SCRATCH/rows,interval=0.5,shape=rows" \
		--sink syslog:udp:127.0.0.1:5140,interval=0.5,messages=report+top+events+alerts,size=65000 --alert-interval 1
	monitor clients B vb -i 0.5 --timeout 1 -m "$1"
	settled upstream
	settled clients
	ask "$2" udp ok=200 dead=24 late=20 twice=30 id=11 name=10 empty=55 slow=40 again=7
	wait_for 20 is_quiet upstream upstream
	wait_for 20 is_quiet clients clients
	monitor_stop upstream
	monitor_stop clients
	all upstream upstream "${told[@]}"
	all clients clients "${told[@]}"
	all upstream clients
	all clients upstream
}
said native 10.9.0.2
said tc fd09::2

# Rows say what lines say.
flat() { # of lines: rows of the same; of rows: these
	jq -Sc "$1" "$2" | sort
}
reports_valid "$SCRATCH/rows"
flat 'select(.type == "transactions") | {seq, side, one_sided, uncertain, timeout_s, ambiguous, evicted, unanswered, outstanding} +
	(.queries | with_entries(.key |= "queries_" + .)) + (.responses | with_entries(.key |= "responses_" + .)) +
	(.response_time | {every, sampled, p50_s: (.p50_s // 0), p90_s: (.p90_s // 0), p95_s: (.p95_s // 0),
		p99_s: (.p99_s // 0), max_s: (.max_s // 0)})' "$SCRATCH/witness" >"$SCRATCH/want"
flat 'select(.type == "side") | del(.schema, .type, .start, .end, .interval_s, .host, .instance, .rows)' \
	"$SCRATCH/rows" >"$SCRATCH/got"
diff "$SCRATCH/want" "$SCRATCH/got" >"$SCRATCH/diff" || fail "rows of sides: $(head -n 4 "$SCRATCH/diff")"
flat 'select(.type == "transactions") | {seq, side} + (.unanswered_zones[], .unanswered_servers[] |
	{list: (if .name then "zones" else "servers" end), key: (.name // .address), count: .unanswered, queries_estimate,
	 qtype_name: .qtype})' "$SCRATCH/witness" >"$SCRATCH/want"
flat 'select(.type == "unanswered") | {seq, side, list, key: (.name // .address), count, queries_estimate, qtype_name}' \
	"$SCRATCH/rows" >"$SCRATCH/got"
diff "$SCRATCH/want" "$SCRATCH/got" >"$SCRATCH/diff" || fail "rows of zones and servers: $(head -n 4 "$SCRATCH/diff")"
[ -s "$SCRATCH/got" ] || fail "no rows of zones and servers"
"$python" "$ROOT/tests/net/syslog_check.py" rfc5424 udp "$SCRATCH/syslog" "$SCRATCH/witness" >"$SCRATCH/checked" 2>&1 ||
	fail "syslog: $(cat "$SCRATCH/checked")"
echo "syslog: $(cat "$SCRATCH/checked")"
[ "$(sed -n 's/.*TRANSACTIONS \([0-9]*\).*/\1/p' "$SCRATCH/checked")" -gt 3 ] || fail "syslog: no transactions"
grep -q 'ALERT [1-9]' "$SCRATCH/checked" || fail "syslog: no alert"

# The zone that is dead, and the server in whose name it is silent, of how many.
for side in upstream clients; do
	same "$side: unanswered in the dead zone" 24 "$(of $side $side \
		'[.[].unanswered_zones[] | select(.name == "example.org") | .unanswered] | add')"
	same "$side: asked of the dead zone" true "$(of $side $side \
		'[.[].unanswered_zones[] | select(.name == "example.org") | .queries_estimate] | add == 24')"
	same "$side: unanswered by the server" 65 "$(of $side $side \
		'[.[].unanswered_servers[] | select(.address == "fd09::2") | .unanswered] | add')"
	same "$side: the server was asked more" true "$(of $side $side \
		'[.[].unanswered_servers[] | select(.address == "fd09::2") | .queries_estimate] | add > 200')"
done
# Forty of the answers took 50 ms and a little; of those that were asked again, upstream's time is not known.
same "clients: answered after 50 ms" true "$(of clients clients '[.[].response_time.by[].bins[] |
	select(.[0] >= 150 and .[0] < 192) | .[1]] | add >= 40')"
same "upstream: timed" $((332 - 7)) "$(sum upstream upstream response_time.sampled)"
same "clients: timed" 332 "$(sum clients clients response_time.sampled)"

# ---- what upstream's responses were ------------------------------------------------------------

# Each query from a port of its own, so that none gives its place to the next before it is read.

rm -f "$SCRATCH/rows"
monitor upstream A va -i 0.5 --timeout 1 --sink "json:$SCRATCH/rows,interval=0.5,shape=rows"
monitor clients B vb -i 0.5 --timeout 1
for address in 10.9.0.2 fd09::2; do
	ask $address udp ok=20 refuse=7 fail=4 refer=5 none=6 slow=30
done
wait_for 20 is_quiet upstream upstream
monitor_stop upstream
monitor_stop clients
# nearly WHAT WANTED GOT: now and then a query comes into the place of an answered one all the same.
nearly() {
	[[ $3 =~ ^[0-9]+$ && $3 -le $2 && $3 -ge $(($2 - 3)) ]] || fail "$1: should be $2 or nearly, is $3"
}
for pair in fine=112 referral=10 refused=14 failed=8; do
	nearly "upstream: ${pair%=*}" "${pair#*=}" "$(sum upstream upstream "answers.${pair%=*}")"
done
# failures LIST KEY: of the rows of a list.
failures() {
	of upstream upstream "[.[].$1[] | select((.address // .name) == \"$2\") | .answers | .refused + .failed] | add"
}
nearly 'failing zone' 22 "$(failures error_zones lame.test)"
nearly 'failing server' 11 "$(failures error_servers 10.9.0.2)"
nearly 'failing server, IPv6' 11 "$(failures error_servers fd09::2)"
same 'other failing zones' 0 "$(of upstream upstream '[.[].error_zones[] | select(.name != "lame.test")] | length')"
same 'the slow zone' true "$(of upstream upstream '[.[].slow_zones[] | select(.name == "slow.test") | .response_time |
	.mean_s > 0.05 and .max_s >= .mean_s] | length > 3 and all')"
same 'the slow zone is the slowest' true "$(of upstream upstream 'map(select(.slow_zones != []).slow_zones[0].name) |
	(map(select(. == "slow.test")) | length) > 3')"
same 'clients: said of upstream alone' 0 "$(of clients clients 'map(select(has("answers"))) | length')"
reports_valid "$SCRATCH/rows"
same 'rows of the same' "$(of upstream upstream '[.[] | .error_servers, .error_zones, .slow_servers, .slow_zones | length] | add')" \
	"$(jq -s 'map(select(.type == "answers")) | length' "$SCRATCH/rows")"

# ---- over TCP ---------------------------------------------------------------------------------

monitor upstream A va -i 0.5 --timeout 1
scraped=
if "$RCODEWATCH" --version | grep -q '^sinks:.*prometheus' && command -v curl >/dev/null &&
	"$python" -c 'import prometheus_client' 2>/dev/null; then
	scraped=yes
fi
monitor clients B vb -i 0.5 --timeout 1 ${scraped:+--sink "prometheus:unix:$SCRATCH/socket,interval=0.5,top=5"}
ask 10.9.0.2 tcp ok=50 slow=5 large=20
ask fd09::2 tcp ok=10 split=4 dead=1
wait_for 20 is_quiet upstream upstream
wait_for 20 is_quiet clients clients
# The same to a scraper, in both formats. A page is of the last whole interval of its own.
series() { # a series of clients: its value
	awk -v series="rcodewatch_$1 " 'index($0, series) == 1 { print $NF }' "$SCRATCH/series"
}
scrape() { # curl's arguments; then all are there
	curl -sSf --max-time 10 --unix-socket "$SCRATCH/socket" "$@" http://rcodewatch/metrics >"$SCRATCH/page" &&
		"$python" "$ROOT/tests/net/metrics.py" series "$SCRATCH/page" >"$SCRATCH/series" &&
		[ "$(series "transaction_queries_total [('event', 'new'), ('side', 'clients')]")" = 90.0 ] &&
		[ "$(series "transaction_responses_total [('event', 'answered'), ('side', 'clients')]")" = 89.0 ] &&
		[ "$(series "unanswered_queries_total [('side', 'clients')]")" = 1.0 ] &&
		[ "$(series "outstanding_queries [('side', 'clients')]")" = 0.0 ] &&
		[ "$(series "response_time_seconds_count [('failed', 'false'), ('side', 'clients'), ('transport', 'tcp')]")" = 89.0 ]
}
if [ "$scraped" ]; then
	for type in text/plain application/openmetrics-text; do
		wait_for 10 scrape -H "Accept: $type"
		# Five answers took 50 ms and more.
		bucket="response_time_seconds_bucket [('failed', 'false'), ('le', '%s'), ('side', 'clients'), ('transport', 'tcp')]"
		# shellcheck disable=SC2059 # that is what it is
		same "$type: in buckets" true "$(awk -v low="$(series "$(printf "$bucket" 0.05)")" \
			-v all="$(series "$(printf "$bucket" +Inf)")" 'BEGIN { print low <= 84 && all == 89 ? "true" : "false" }')"
	done
fi
monitor_stop upstream
monitor_stop clients
for side in upstream clients; do
	all $side $side queries.new=90 responses.answered=89 unanswered=1
	same "$side: timed over TCP" 89 "$(of $side $side '[.[].response_time.by[] | select(.transport == "tcp") | .sampled] | add')"
done

# ---- a halt, and a start -------------------------------------------------------------------------

# Long enough that times in the table come round: what waits is unanswered, and said to be uncertain.
chown root "$SCRATCH" # or no client trusts the socket
monitor upstream A va -i 0.5 --timeout 10 --user root --control "$SCRATCH/control"
ask 10.9.0.2 udp dead=9 ok=5
# A look at the table finds what is reckoned.
nine_wait() {
	[ "$(of upstream upstream 'last | .outstanding')" = 9 ]
}
wait_for 5 nine_wait
if "$RCODEWATCH" --version | grep -q '^control socket: by'; then
	same "in the table" '9 0' "$("$RCODEWATCH" dump --json --control "$SCRATCH/control" | jq -r '.tables |
		"\(.transactions_upstream.used) \(.transactions_clients.used)"')"
fi
# shellcheck disable=SC2154 # by net_start
kill -STOP "$PID_upstream"
sleep 8
kill -CONT "$PID_upstream"
wait_for 20 is_quiet upstream upstream
monitor_stop upstream
all upstream upstream queries.new=14 responses.answered=5 unanswered=9
same "after a halt: uncertain" true "$(of upstream upstream 'map(.uncertain) | any')"

# What was asked before the start is nobody's fault: the program begins while a server that is halted has all queries.
# shellcheck disable=SC2154 # by net_start
kill -STOP "$PID_server10902"
net_start before A "$python" "$talk" ask 10.9.0.2 udp ok=1
arrived() {
	[ "$(net_in B ss -Hlun 'sport = :53' | awk '$4 ~ /10.9.0.2/ { print $2 }')" -gt 0 ]
}
wait_for 20 arrived
monitor upstream A va -i 0.5 --timeout 10
kill -CONT "$PID_server10902"
net_wait before || fail "no answer after the halt"
monitor_stop upstream
all upstream upstream responses.before_start=1

# ---- where it is off, and what is refused ------------------------------------------------------------

monitor off A va -i 0.5 --transactions off
ask 10.9.0.2 udp ok=3
monitor_stop off
same "off: no line" 0 "$(grep -c transactions "$SCRATCH/off.out")"
net_in A "$RCODEWATCH" run va -d rx --transactions on -n 1 >"$SCRATCH/refused.out" 2>&1
same "one direction: status" 1 $?
grep -q 'takes both directions of an interface' "$SCRATCH/refused.out" || fail "one direction: $(cat "$SCRATCH/refused.out")"
