#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# timeout: 120
#
# The Kafka sink against librdkafka's mock cluster, read back by kcat: what arrives is what was
# reported, once, with its key, in its order, at its time; and what was counted as lost is what is
# missing, when the brokers are away, do not answer, refuse, and are not there at all.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source-path=SCRIPTDIR source=reports.sh
. "$(dirname "$0")/reports.sh"
net_need kcat sort comm
"$RCODEWATCH" --version | grep -q '^sinks:.* kafka' || skip "built without librdkafka"

net_namespace A
net_namespace B
net_quiet_veth A B
net_kafka_address B

# cluster BROKERS PARTITIONS: a new one; $brokers is where, as the sink has it
cluster() {
	rm -f "$SCRATCH/orders"
	mkfifo "$SCRATCH/orders"
	net_start cluster B "$O/tests/tools/kafka_mock" "$SCRATCH/orders" "$1" answers "$2"
	wait_for 10 grep -q ready "$SCRATCH/cluster.out" || die "no cluster: $(cat "$SCRATCH/cluster.err")"
	brokers=$(sed -n 's/^ready //p' "$SCRATCH/cluster.out" | tr , +)
}

order() {
	local before

	before=$(wc -l <"$SCRATCH/cluster.out")
	echo "$*" >"$SCRATCH/orders"
	wait_for 5 has_lines "$SCRATCH/cluster.out" $((before + 1))
}

has_lines() { # file, number
	[ "$(wc -l <"$1")" -ge "$2" ]
}

# consume NAME: all that the cluster has into NAME.messages: key, partition, time, value
consume() {
	net_in B kcat -C -q -e -b "${brokers//+/,}" -t answers -f '%k\t%p\t%T\t%s\n' \
		>"$SCRATCH/$1.messages" 2>"$SCRATCH/$1.kcat" || fail "kcat: $(cat "$SCRATCH/$1.kcat")"
	cut -f 4- "$SCRATCH/$1.messages" >"$SCRATCH/$1.values"
}

# watch NAME SINK-OPTIONS ARGUMENT...: with a file of the same rows as a witness
watch() {
	local name=$1 options=$2

	shift 2
	net_start "$name" B "$RCODEWATCH" run -o none -d rx -i 0.2 "$@" \
		--sink "json:$SCRATCH/$name.rows,shape=rows,interval=0.2,queue=64" \
		--sink "kafka:$brokers/answers,interval=0.2$options" vb
	wait_for 20 monitor_runs "$name"
}

finish() { # name
	net_stop "$1" || fail "$1: exit status $?: $(cat "$SCRATCH/$1.err")"
}

load() { # packets, per second, mix
	net_start load A "$DNSLOAD" -i va -n "$1" -r "$2" -m "$3" -s 1 -e "$SCRATCH/expect"
}

told() { # name, text: on standard error
	grep -q "$2" "$SCRATCH/$1.err"
}

# balance NAME WORDS: none twice, none invented, and what is missing is what is counted as lost
balance() {
	local lost missing

	same "$2: messages that came twice" 0 "$(sort "$SCRATCH/$1.values" | uniq -d | wc -l)"
	same "$2: messages that were never reported" 0 \
		"$(comm -13 <(sort "$SCRATCH/$1.rows") <(sort "$SCRATCH/$1.values") | wc -l)"
	missing=$(comm -23 <(sort "$SCRATCH/$1.rows") <(sort "$SCRATCH/$1.values") | wc -l)
	lost=$(sed -n 's/.* sink kafka:.*: \([0-9]*\) of [0-9]* messages were lost$/\1/p' "$SCRATCH/$1.err")
	same "$2: counted as lost" "$missing" "${lost:-0}"
	echo "${lost:-0}" >"$SCRATCH/$1.lost"
	[ "$OUTAGE_SECONDS" -eq 0 ] ||
		echo "$2: $(wc -l <"$SCRATCH/$1.rows") reported, $(wc -l <"$SCRATCH/$1.values") delivered, ${lost:-0} lost"
}

lost_in() {
	cat "$SCRATCH/$1.lost"
}

# All is well, then two brokers go and come back: nothing is lost, and nothing comes twice.
away_and_back() {
	local host

	cluster 2 4
	watch away ,queue=256
	load "$(while_away 20000 5000)" 5000 codes
	wait_for 10 has_lines "$SCRATCH/away.rows" 100
	order down
	wait_for 20 told away 'sink kafka:.*onnect.*: trying again'
	outage 0
	order up
	wait_for 30 told away 'sink kafka:.* works again'
	net_wait load || fail "dnsload failed"
	finish away
	consume away
	balance away "brokers away and back"
	same "lost while the queue had room" 0 "$(lost_in away)"
	reports_valid "$SCRATCH/away.rows"
	same "responses in Kafka" "$(count_of "$SCRATCH/expect" responses)" \
		"$(jq -s 'map(select(.type == "interval").responses) | add' "$SCRATCH/away.values")"
	same "the sum of counts in Kafka" "$(count_of "$SCRATCH/expect" responses)" \
		"$(jq -s 'map(select(.type == "counts").count) | add' "$SCRATCH/away.values")"

	host=$(jq -rs '.[0].host' "$SCRATCH/away.rows")
	same "keys" "$host $host/vb" "$(cut -f 1 "$SCRATCH/away.messages" | sort -u | xargs)"
	same "partitions of a key" 1 "$(grep "^$host/vb" "$SCRATCH/away.messages" | cut -f 2 | sort -u | wc -l)"
	same "order within a key" "$(jq -c 'select(.interface)' "$SCRATCH/away.rows" | cksum)" \
		"$(grep "^$host/vb" "$SCRATCH/away.messages" | cut -f 4- | jq -c . | cksum)"
	# shellcheck disable=SC2016 # of jq
	same "times that are not those of the messages" 0 "$(cut -f 3- "$SCRATCH/away.messages" | jq -R '
		split("\t") | (.[0] | tonumber) as $sent | .[1] | fromjson | .end // .time |
		(.[:19] + "Z" | fromdate) * 1000 + (.[20:23] | tonumber) | select(. != $sent)' | wc -l)"
	net_stop cluster
}

# A small queue and long rows: the oldest are lost while nobody answers, and that is counted.
silent() {
	local labels=() value i before after

	value=$(printf '%0240d' 0)
	for i in a b c d e f g h; do
		labels+=(--label "$i=$value")
	done
	cluster 1 3
	# After their time librdkafka sends requests again. Brokers know all of them by their numbers then,
	# but the mock cluster only the first: its window goes back with that.
	echo socket.timeout.ms=300000 >"$SCRATCH/patient.conf"
	watch silent ",queue=1,timeout=1,properties=$SCRATCH/patient.conf" "${labels[@]}"
	load "$(while_away 60000 5000)" 5000 codes
	wait_for 10 has_lines "$SCRATCH/silent.rows" 200
	# Alive, takes connections, answers nothing.
	kill -STOP "${PID_cluster:?}"
	wait_for 10 told silent 'sink kafka:.*: nothing was confirmed for .*: trying again'
	wait_for 15 told silent 'sink kafka:.* messages are being lost: its queue is full'
	before=$(memory_kib silent)
	i=$(wc -l <"$SCRATCH/silent.rows")
	wait_for 20 has_lines "$SCRATCH/silent.rows" $((i + 1500))
	outage 0
	after=$(memory_kib silent)
	kill -CONT "$PID_cluster"
	wait_for 30 told silent 'sink kafka:.* works again'
	wait_for 10 told silent 'sink kafka:.* no message is being lost any more'
	net_stop load
	finish silent
	[ "$OUTAGE_SECONDS" -eq 0 ] || echo "memory: $before KiB, $after KiB after $OUTAGE_SECONDS s"
	[ $((after - before)) -lt 6144 ] || fail "memory grew from $before to $after KiB"
	consume silent
	balance silent "brokers that say nothing"
	[ "$(lost_in silent)" -gt 100 ] || fail "hardly anything was lost: $(lost_in silent)"
	for i in sink_lost sink_back loss_began loss_ended; do
		grep -q "\"event\":\"$i\"" "$SCRATCH/silent.rows" || fail "no event tells of $i"
	done
	net_stop cluster
}

memory_kib() { # name
	local pid=PID_$1

	awk '$1 == "VmRSS:" { print $2 }' "/proc/${!pid}/status"
}

# Refused, by the brokers and by librdkafka itself: lost at once, with the reason.
refused() {
	cluster 1 2
	# Produce: TOPIC_AUTHORIZATION_FAILED.
	order error 0 29 2
	watch refused ''
	wait_for 10 told refused 'messages are being lost: Broker: Topic authorization failed'
	wait_for 10 told refused 'no message is being lost any more'
	finish refused
	consume refused
	balance refused "a topic that is forbidden for a while"
	[ "$(lost_in refused)" -gt 0 ] || fail "nothing was refused"
	grep -q '"event":"loss_began".*"reason":"Broker: Topic' "$SCRATCH/refused.rows" ||
		fail "no event says why"

	echo message.max.bytes=1000 >"$SCRATCH/long.conf"
	watch long ",properties=$SCRATCH/long.conf" --label "long=$(printf '%0200d' 0)" \
		--label "longer=$(printf '%0200d' 0)"
	wait_for 10 told long 'messages are being lost: Broker: Message size too large'
	finish long
	net_stop cluster
}

# An error that librdkafka calls fatal: the producer is made anew, and nothing is lost.
fatal() {
	cluster 1 2
	# InitProducerId: CLUSTER_AUTHORIZATION_FAILED.
	order error 22 31 1
	watch fatal ''
	wait_for 10 told fatal 'sink kafka:.*uthorization failed: trying again'
	wait_for 10 told fatal 'sink kafka:.* works again'
	finish fatal
	consume fatal
	balance fatal "a producer that is made anew"
	same "lost with a producer made anew" 0 "$(lost_in fatal)"
	net_stop cluster
}

# No broker at all, a name that does not exist: it counts, and ends in time.
hopeless() {
	local started=$SECONDS

	brokers=127.0.0.1:1+no-such-host.invalid
	watch hopeless '' -n 5
	net_wait hopeless || fail "hopeless: exit status $?: $(cat "$SCRATCH/hopeless.err")"
	[ $((SECONDS - started)) -le 12 ] || fail "it took $((SECONDS - started)) s to end"
	told hopeless 'sink kafka:.*\(127.0.0.1:1.*onnect\|no-such-host.*resolve\)' || fail "not told: $(cat "$SCRATCH/hopeless.err")"
	: >"$SCRATCH/hopeless.values"
	balance hopeless "no broker at all"
	same "reports beside it" 5 "$(grep -c '"type":"interval"' "$SCRATCH/hopeless.rows")"
}

away_and_back
silent
refused
fatal
hopeless
