#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# timeout: 240
#
# The HTTP listener and those who mean it ill, or know no better: slow, silent, greedy and many. Good
# clients are served all the while, counting is exact, and nothing is left of it.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source-path=SCRIPTDIR source=reports.sh
. "$(dirname "$0")/reports.sh"
"$RCODEWATCH" --version | grep -q '^sinks:.*prometheus' || skip "built without libmicrohttpd"

net_namespace A
net_namespace B
net_quiet_veth A B

net_start run B "$RCODEWATCH" run -o none -d rx -i 0.2 --sink "json:$SCRATCH/log,interval=0.2" \
	--sink "prometheus:127.0.0.1:19153,interval=0.2,timeout=2,history=1" vb
wait_for 20 monitor_runs run
wait_for 5 test -s "$SCRATCH/log"
net_start load A "$DNSLOAD" -i va -m healthy -r 2000 -t 600 -e "$SCRATCH/expect"

net_in B "$python" "$ROOT/tests/net/http_clients.py" 19153 2 "${PID_run:?}" >"$SCRATCH/clients" 2>&1 ||
	fail "$(cat "$SCRATCH/clients")"

kill -0 "$PID_run" || fail "it has not survived: $(cat "$SCRATCH/run.err")"
net_stop load || fail "dnsload failed"
net_stop run || fail "exit status $?: $(cat "$SCRATCH/run.err")"
reports_valid "$SCRATCH/log"
grep '"type":"report"' "$SCRATCH/log" >"$SCRATCH/reports"
reports_match "beside bad clients" "$SCRATCH/reports" "$SCRATCH/expect"
# No report was delayed by them: intervals are what they should be, but for a machine that is busy.
late=$(jq -s '[.[1:-1][] | select(.interval_s > 5)] | length' "$SCRATCH/reports")
same "intervals of more than 5 s" 0 "$late"
