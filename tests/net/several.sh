#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# timeout: 90
#
# Sinks of every kind in one run: one is well, one was never there, one stops answering and goes on
# later, the monitor itself is stopped for a while. What each has is what was sent, but what it says
# that it lost.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source-path=SCRIPTDIR source=reports.sh
. "$(dirname "$0")/reports.sh"
net_need kcat curl sort comm
for kind in kafka prometheus syslog; do
	"$RCODEWATCH" --version | grep -q "^sinks:.* $kind" || skip "built without $kind"
done

net_namespace A
net_namespace B
net_quiet_veth A B
net_kafka_address B

lost_by() { # sink: what is said at the end
	sed -n "s/.* sink $1[^ ]*: \([0-9]*\) of [0-9]* messages were lost\$/\1/p" "$SCRATCH/run.err"
}

sum_of() { # metric: over all its series
	awk -v name="$1{" 'index($0, name) == 1 { n += $NF } END { printf "%.0f\n", n }' "$SCRATCH/page"
}

page_has() { # responses
	net_in B curl -s http://127.0.0.1:19153/metrics >"$SCRATCH/page" &&
		[ "$(sum_of rcodewatch_dns_responses_total)" -ge "$1" ]
}

mkfifo "$SCRATCH/orders"
net_start cluster B "$O/tests/tools/kafka_mock" "$SCRATCH/orders" 2 answers 3
wait_for 10 grep -q ready "$SCRATCH/cluster.out" || die "no cluster: $(cat "$SCRATCH/cluster.err")"
brokers=$(sed -n 's/^ready //p' "$SCRATCH/cluster.out")

# The mock cluster does not know all requests that are sent again after their time.
echo socket.timeout.ms=300000 >"$SCRATCH/patient.conf"
net_start run B "$RCODEWATCH" run -o json -d rx -i 0.2 --label "long=$(printf '%0250d' 0)" \
	--sink "json:$SCRATCH/rows,shape=rows,interval=0.2,queue=64" \
	--sink json:tcp:127.0.0.1:9,shape=rows,interval=0.2,queue=1 \
	--sink syslog:tcp:127.0.0.1:9,interval=0.2 \
	--sink "kafka:${brokers//,/+}/answers,interval=0.2,queue=1,timeout=1,properties=$SCRATCH/patient.conf" \
	--sink prometheus:,interval=0.2 vb
wait_for 20 grep -q watching "$SCRATCH/run.err"
net_start load A "$DNSLOAD" -i va -n "$(while_away 50000 5000)" -r 5000 -m codes -s 1 -e "$SCRATCH/expect"

wait_for 10 test -s "$SCRATCH/rows"
kill -STOP "${PID_cluster:?}"
wait_for 10 grep -q 'kafka:.*nothing was confirmed' "$SCRATCH/run.err"
kill -STOP "${PID_run:?}"
outage 2
kill -CONT "$PID_run"
wait_for 20 grep -q 'kafka:.*messages are being lost' "$SCRATCH/run.err"
kill -CONT "$PID_cluster"
net_wait load || fail "dnsload failed"
wait_for 10 page_has "$(count_of "$SCRATCH/expect" responses)"
wait_for 30 grep -q 'kafka:.*works again' "$SCRATCH/run.err"
wait_for 10 grep -q 'kafka:.*no message is being lost any more' "$SCRATCH/run.err"
net_stop run || fail "exit status $?: $(cat "$SCRATCH/run.err")"
net_in B kcat -C -q -e -b "$brokers" -t answers >"$SCRATCH/kafka" 2>"$SCRATCH/kcat" ||
	fail "kcat: $(cat "$SCRATCH/kcat")"

reports_valid "$SCRATCH/run.out"
reports_valid "$SCRATCH/rows"
# Other codes can be among the rarest of a report, which are one sum.
reports_match "standard output" "$SCRATCH/run.out" "$SCRATCH/expect" \
	'^(responses|packets|family|transport|accounting|answers|rcode\.[0235])\b'
same "responses in rows" "$(count_of "$SCRATCH/expect" responses)" \
	"$(jq -s 'map(select(.type == "counts").count) | add' "$SCRATCH/rows")"
for code in 0 2 3 5; do
	name=$(jq -rn --argjson code $code '{"0": "NOERROR", "2": "SERVFAIL", "3": "NXDOMAIN",
		"5": "REFUSED"}[$code | tostring]')
	same "$name on the page" "$(count_of "$SCRATCH/expect" "rcode.$code")" \
		"$(grep "^rcodewatch_dns_responses_total{.*rcode=\"$name\"" "$SCRATCH/page" |
			awk '{ n += $NF } END { printf "%.0f\n", n }')"
done
same "responses on the page" "$(count_of "$SCRATCH/expect" responses)" "$(sum_of rcodewatch_dns_responses_total)"

same "rows that Kafka never should have had" 0 \
	"$(comm -13 <(sort "$SCRATCH/rows") <(sort "$SCRATCH/kafka") | wc -l)"
same "lost by Kafka" "$(comm -23 <(sort "$SCRATCH/rows") <(sort "$SCRATCH/kafka") | wc -l)" \
	"$(lost_by kafka)"
# Nobody ever got one of these.
same "lost by a receiver that was never there" "$(wc -l <"$SCRATCH/rows")" "$(lost_by json:tcp)"
[ "$(lost_by syslog)" -gt 0 ] || fail "syslog has lost nothing to nobody"
same "lost by the others" 3 "$(grep -c 'messages were lost$' "$SCRATCH/run.err")"
