#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# Response times of a server that answers after 50, 200 and 800 ms: the percentiles, the sum and each bin of either side are between what
# the server measured and what its client did.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source-path=SCRIPTDIR source=reports.sh
. "$(dirname "$0")/reports.sh"

net_namespace A
net_namespace B
net_veth A B
talk=$ROOT/tests/net/response_times.py
net_start server B "$python" "$talk" serve 10.9.0.2 "$SCRATCH/server"
wait_for 20 has_reports "$SCRATCH/server.out"
# One report of all, at the end. The timeout is over once before, so that nothing is from before the start.
monitor upstream A va -i 3600 --timeout 10
monitor clients B vb -i 3600 --timeout 10
sleep 11
net_in A "$python" "$talk" ask 10.9.0.2 "$SCRATCH/client" 50=60 200=32 800=8 || die 'cannot ask'
monitor_stop upstream
monitor_stop clients
for side in upstream clients; do
	line=$(side_reports "$SCRATCH/$side.out" $side | jq -c 'select(.queries.new > 0)')
	same "$side: reports" 1 "$(wc -l <<<"$line")"
	"$python" "$talk" check "$line" "$SCRATCH/server" "$SCRATCH/client" $side >"$SCRATCH/said" 2>&1 ||
		fail "$(head -n 20 "$SCRATCH/said")"
	cat "$SCRATCH/said"
done
