#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# Every metric of transactions, of either side, on each page while queries are answered, late, badly or not at all, over UDP and TCP: it is
# what the JSON lines of the same run say.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source-path=SCRIPTDIR source=reports.sh
. "$(dirname "$0")/reports.sh"
net_need curl
"$RCODEWATCH" --version | grep -q '^sinks:.*prometheus' || skip "built without libmicrohttpd"
"$python" "$ROOT/tests/net/metrics.py" names /dev/null >"$SCRATCH/names" || skip "$(cat "$SCRATCH/names")"

net_namespace A
net_namespace B
net_veth A B
talk=$ROOT/tests/net/transactions.py
net_start server B "$python" "$talk" serve 10.9.0.2
wait_for 20 has_reports "$SCRATCH/server.out"
for name in upstream clients; do
	link=vb letter=B
	[ $name = clients ] || link=va letter=A
	monitor $name $letter $link -i 0.5 --timeout 1 --sink "prometheus:unix:$SCRATCH/$name.socket,interval=0.5,top=2"
done
wait_for 20 has_reports "$SCRATCH/clients.out" 20

mkdir "$SCRATCH/pages"
look() { # PREFIX: a page of each
	local name

	for name in upstream clients; do
		curl -sSf --max-time 10 --unix-socket "$SCRATCH/$name.socket" http://rcodewatch/metrics >"$SCRATCH/page" 2>/dev/null &&
			mv "$SCRATCH/page" "$SCRATCH/pages/$name.$1"
	done
}
(
	net_in A "$python" "$talk" ask 10.9.0.2 udp ok=50 dead=12 again=3 twice=5 id=4 name=3 empty=4 fail=6 refuse=4 slow=10 late=6
	net_in A "$python" "$talk" ask 10.9.0.2 tcp ok=20 slow=3 fail=2 dead=1 ok=5
) >"$SCRATCH/asked" 2>&1 &
asking=$!
net_processes+=("$asking")
for ((i = 100; i < 400; i++)); do
	look $i
	kill -0 "$asking" 2>/dev/null || break
	sleep 0.2
done
wait "$asking" || fail "cannot ask: $(cat "$SCRATCH/asked")"
wait_for 20 side_is_over "$SCRATCH/upstream.out" upstream
wait_for 20 side_is_over "$SCRATCH/clients.out" clients
sleep 0.6
look last
monitor_stop upstream
monitor_stop clients
for name in upstream clients; do
	"$python" "$ROOT/tests/net/metrics.py" transactions 2 "$SCRATCH/$name.out" "$SCRATCH/pages/$name".* >"$SCRATCH/held" ||
		fail "$name: $(cat "$SCRATCH/held")"
	echo "$name: $(tail -n 1 "$SCRATCH/held")"
	[ "$(side_reports "$SCRATCH/$name.out" $name | jq -s 'map(.unanswered) | add')" -gt 12 ] || fail "$name: hardly any is unanswered"
done
