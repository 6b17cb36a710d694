#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# timeout: 90
#
# The Kafka sink authenticates by SASL, within the filter of system calls: by PLAIN and by SCRAM all rows arrive; by a wrong password none
# does, which is told. librdkafka's mock cluster has no SASL: a proxy in front of it has (sasl_proxy.py).

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source-path=SCRIPTDIR source=reports.sh
. "$(dirname "$0")/reports.sh"
net_need kcat
"$RCODEWATCH" --version | grep -q '^sinks:.* kafka' || skip "built without librdkafka"

net_namespace A
net_namespace B
net_namespace C
net_quiet_veth A B
net_kafka_address B
net_kafka_address C

mkfifo "$SCRATCH/orders"
net_start cluster C "$O/tests/tools/kafka_mock" "$SCRATCH/orders" 2 answers 1
wait_for 10 grep -q ready "$SCRATCH/cluster.out" || die "no cluster: $(cat "$SCRATCH/cluster.err")"
brokers=$(sed -n 's/^ready //p' "$SCRATCH/cluster.out")
# shellcheck disable=SC2046,SC2086 # words
net_start proxy B "$python" "$ROOT/tests/net/sasl_proxy.py" "$NS_C" monitor 'a secret' $(grep -o ':[0-9]*' <<<$brokers | tr -d :)
wait_for 10 grep -q ready "$SCRATCH/proxy.out" || die "no proxy: $(cat "$SCRATCH/proxy.err")"

properties() { # NAME MECHANISM PASSWORD
	printf '%s\n' security.protocol=sasl_plaintext "sasl.mechanism=$2" sasl.username=monitor "sasl.password=$3" \
		>"$SCRATCH/$1.properties"
	chown "$RUN_USER" "$SCRATCH/$1.properties"
	chmod 600 "$SCRATCH/$1.properties"
}

watch() { # NAME: with a file of the same rows as a witness
	net_start "$1" B "$RCODEWATCH" run -o none -d rx -i 0.2 --sink "json:$SCRATCH/$1.rows,shape=rows,interval=0.2" \
		--sink "kafka:${brokers//,/+}/answers,interval=0.2,properties=$SCRATCH/$1.properties" vb
	wait_for 20 monitor_runs "$1"
	net_in A "$DNSLOAD" -i va -m codes -n 500 -r 1000 || fail "dnsload"
}

finish() {
	net_stop "$1" || fail "$1: exit status $?: $(cat "$SCRATCH/$1.err")"
}

for mechanism in PLAIN SCRAM-SHA-256; do
	name=${mechanism//-/_}
	properties "$name" "$mechanism" 'a secret'
	before=$(net_in C kcat -C -q -e -b "$brokers" -t answers 2>/dev/null | wc -l)
	watch "$name"
	wait_for 10 grep -qx "$mechanism monitor" "$SCRATCH/proxy.out"
	finish "$name"
	net_in C kcat -C -q -e -b "$brokers" -t answers 2>"$SCRATCH/kcat" | tail -n +$((before + 1)) | sort >"$SCRATCH/arrived"
	[ -s "$SCRATCH/arrived" ] || fail "$mechanism: nothing arrived: $(cat "$SCRATCH/$name.err" "$SCRATCH/proxy.err")"
	sort "$SCRATCH/$name.rows" | diff - "$SCRATCH/arrived" >"$SCRATCH/diff" ||
		fail "$mechanism: written (<) and arrived (>) differ: $(head -n 3 "$SCRATCH/diff" | cut -c 1-400)"
done

properties wrong PLAIN 'another'
before=$(net_in C kcat -C -q -e -b "$brokers" -t answers 2>/dev/null | wc -l)
watch wrong
wait_for 10 grep -qx 'refused PLAIN monitor' "$SCRATCH/proxy.out"
wait_for 10 grep -q 'SASL authentication error' "$SCRATCH/wrong.err"
finish wrong
same "rows that came with a wrong password" "$before" "$(net_in C kcat -C -q -e -b "$brokers" -t answers 2>/dev/null | wc -l)"
grep -q 'messages were lost' "$SCRATCH/wrong.err" || fail "their loss is not told: $(cat "$SCRATCH/wrong.err")"
