#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# Behind `make check-clickhouse`: the way from the wire through Kafka into ClickHouse, as
# docs/clickhouse.md shows it. ClickHouse is the npm package chdb, some 550 MB, put into $O/clickhouse.

# shellcheck source-path=SCRIPTDIR source=../net/lib.sh
. "$(dirname "$0")/../net/lib.sh"
# shellcheck source-path=SCRIPTDIR source=../net/reports.sh
. "$(dirname "$0")/../net/reports.sh"
# shellcheck source-path=SCRIPTDIR source=../net/dialogue_lib.sh
. "$(dirname "$0")/../net/dialogue_lib.sh"
net_need node npm

mkdir -p "$O/clickhouse"
cp "$ROOT/tests/clickhouse/package.json" "$O/clickhouse/"
if [ ! -d "$O/clickhouse/node_modules/chdb" ]; then
	npm install --silent --no-audit --no-fund --prefix "$O/clickhouse" >"$SCRATCH/npm" 2>&1 ||
		die "cannot install chdb: $(cat "$SCRATCH/npm")"
fi

net_namespace A
net_namespace B
net_quiet_veth A B
net_kafka_address B

mkfifo "$SCRATCH/orders"
net_start cluster B "$O/tests/tools/kafka_mock" "$SCRATCH/orders" 2 answers 3
wait_for 10 grep -q ready "$SCRATCH/cluster.out" || die "no cluster: $(cat "$SCRATCH/cluster.err")"
brokers=$(sed -n 's/^ready //p' "$SCRATCH/cluster.out")

net_start run B "$RCODEWATCH" run -o none -d rx -i 1 --label site=fra1 --label "quote=it's \"\\" \
	--sink "json:$SCRATCH/rows,shape=rows,interval=1,queue=64" \
	--sink "kafka:${brokers//,/+}/answers,interval=1,queue=64" vb
wait_for 20 grep -q watching "$SCRATCH/run.err"
net_in A "$DNSLOAD" -i va -n 20000 -r 5000 -m codes -s 1 -e "$SCRATCH/expect" >/dev/null ||
	fail "dnsload failed"
net_stop run || fail "rcodewatch: exit status $?: $(cat "$SCRATCH/run.err")"

# Queries and responses of a link of its own, on a topic of their own.
ip -n "$NS_B" link add wa type veth peer name wb || die "cannot make a veth pair"
ip -n "$NS_B" link set wa up
ip -n "$NS_B" link set wb up
wait_for 5 net_carrier "$NS_B" wa
net_start sides B "$RCODEWATCH" run -o json -i 1 --timeout 3 --transactions on --label site=fra1 \
	--sink "json:$SCRATCH/sides,shape=rows,interval=1,queue=64" \
	--sink "kafka:${brokers//,/+}/sides,interval=1,queue=64" wa
wait_for 20 has_reports "$SCRATCH/sides.out" 20 # until nothing can have been asked before the start
net_in B "$O/tests/tools/send_dialogue" wa wb 3000 3 >"$SCRATCH/told" 2>&1 || fail "dialogue: $(cat "$SCRATCH/told")"
wait_for 20 dialogue_over "$SCRATCH/sides.out"
net_stop sides || fail "rcodewatch: exit status $?: $(cat "$SCRATCH/sides.err")"

NODE_PATH=$O/clickhouse/node_modules net_in B node "$ROOT/tests/clickhouse/check.js" \
	"$ROOT/docs/clickhouse.md" "$brokers" answers "$SCRATCH/rows" "$SCRATCH/expect" "$SCRATCH/sides" "$SCRATCH/told" \
	2>"$SCRATCH/words" || fail "ClickHouse (above) $(grep -v cgroups "$SCRATCH/words" | grep "Exception\|Error")"
[ "$net_failures" -gt 0 ] || echo "ClickHouse has what was reported, and the queries of docs/clickhouse.md tell it"
