#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# timeout: 60
#
# Names and texts that are meant to break formats, from the wire to every kind of receiver: a file of
# JSON lines, rsyslog, Kafka as kcat reads it, and Prometheus's lists. Each arrives unharmed, as often as
# it was sent, and breaks nothing else.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source-path=SCRIPTDIR source=reports.sh
. "$(dirname "$0")/reports.sh"
net_need curl kcat promtool rsyslogd sort ss
for kind in kafka prometheus syslog; do
	"$RCODEWATCH" --version | grep -q "^sinks:.* $kind" || skip "built without $kind"
done
"$python" -c 'import prometheus_client' 2>/dev/null || skip "python3-prometheus-client is missing"
HOSTILE=("$python" "$ROOT/tests/net/hostile.py")

net_namespace A
net_namespace B
net_quiet_veth A B
# getaddrinfo(3) finds no 127.0.0.1 for librdkafka (AI_ADDRCONFIG) where there is no other address.
ip -n "$NS_B" addr add 10.9.0.2/32 dev lo || die "cannot give lo an address"
cd "$SCRATCH" || die "no $SCRATCH"

: >received
cat >rsyslog.conf <<END
global(workDirectory="$SCRATCH" maxMessageSize="64k" net.enableDNS="off")
module(load="imudp") module(load="imtcp") module(load="imuxsock" SysSock.Use="off")
module(load="mmpstrucdata") module(load="mmjsonparse")
template(name="all" type="list") { property(name="jsonmesg") constant(value="\n") }
ruleset(name="net") {
  action(type="mmpstrucdata" sd_name.lowercase="off")
  action(type="omfile" file="$SCRATCH/received" template="all")
}
ruleset(name="local") {
  action(type="mmjsonparse") action(type="omfile" file="$SCRATCH/received" template="all")
}
input(type="imudp" name="udp" address="127.0.0.1" port="7013" rcvbufSize="4m" ruleset="net")
input(type="imtcp" name="tcp" address="127.0.0.1" port="7014" ruleset="net")
input(type="imuxsock" socket="$SCRATCH/log" useSysTimeStamp="off" useSpecialParser="on" ruleset="local")
END
net_start rsyslog B rsyslogd -n -f "$SCRATCH/rsyslog.conf" -i "$SCRATCH/rsyslog.pid"
# shellcheck disable=SC2016 # the inner shell's
wait_for 10 net_in B sh -c 'ss -tlnH "sport = :7014" | grep -q .'
mkfifo orders
net_start cluster B "$O/tests/tools/kafka_mock" "$SCRATCH/orders" 2 answers 3
wait_for 10 grep -q ready cluster.out || die "no cluster: $(cat cluster.err)"
brokers=$(sed -n 's/^ready //p' cluster.out)

all="interval=0.5,messages=report+top+events+alerts"
net_start run B "$RCODEWATCH" run -o none -d rx -i 0.5 --top 50 --sink "json:$SCRATCH/reports,interval=0.5" \
	--sink "json:$SCRATCH/rows,shape=rows,interval=0.5" --sink "syslog:udp:127.0.0.1:7013,$all" \
	--sink "syslog:tcp:127.0.0.1:7014,$all" --sink "syslog:local:$SCRATCH/log,$all" \
	--sink "kafka:${brokers//,/+}/answers,interval=0.5" \
	--sink prometheus:127.0.0.1:19153,interval=0.5,top=50 vb
wait_for 20 monitor_runs run
net_start send A "${HOSTILE[@]}" send va "$SCRATCH/rounds"

page() { # name, curl's arguments: a page of an interval all of which saw traffic
	local name=$1

	shift
	net_in B curl -sSf --max-time 10 "$@" http://127.0.0.1:19153/metrics >"$name" &&
		"${HOSTILE[@]}" page "$name"
}
wait_for 15 page text || "${HOSTILE[@]}" page text
wait_for 15 page openmetrics -H 'Accept: application/openmetrics-text' || "${HOSTILE[@]}" page openmetrics
promtool check metrics <text >lint 2>&1 || fail "promtool: $(cat lint)"

net_stop send || fail "not sent: $(cat send.err)"
net_stop run || fail "exit status $?: $(cat run.err)"
net_in B kcat -C -q -e -b "$brokers" -t answers >kafka 2>consumer || fail "kcat: $(cat consumer)"
sleep 0.3
net_stop rsyslog

reports_valid reports
reports_valid rows
"${HOSTILE[@]}" json reports rounds || fail "JSON lines differ from what was sent"
"${HOSTILE[@]}" rows kafka rounds || fail "what Kafka has differs from what was sent"
same "messages of Kafka" "$(sort rows | cksum)" "$(sort kafka | cksum)"
for input in udp tcp imuxsock; do
	kind=rfc5424
	[ $input != imuxsock ] || kind=cee
	"$python" "$ROOT/tests/net/syslog_check.py" $kind $input received reports >checked 2>wrong ||
		fail "syslog, $input: $(cat wrong)"
	grep -q 'TOP [1-9]' checked || fail "syslog, $input: no rows: $(cat checked)"
done
same "what was lost" "" "$(grep 'lost\|trying' run.err)"
