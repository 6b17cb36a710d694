#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# What a client feels: how long answers of unbound take at a fixed rate, without a monitor, with one by
# tc, and with one by native XDP, in turns. The monitor is on the resolver's interface, both ways.

# shellcheck source-path=SCRIPTDIR source=../net/lib.sh
. "$(dirname "$0")/../net/lib.sh"
# shellcheck source-path=SCRIPTDIR source=../net/reports.sh
. "$(dirname "$0")/../net/reports.sh"
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
net_need unbound dnsperf

ROUNDS=${ROUNDS:-5}
RATE=${RATE:-5000}
SECONDS_EACH=${SECONDS_EACH:-3}
PERCENTILES=(50 90 99 99.9)

net_namespace A
net_namespace B
net_veth A B
net_unbound <<'END'
	local-zone: "test." nodefault
	local-zone: "ok.test." static
	local-data: "www.ok.test. A 192.0.2.7"
	local-zone: "nx.test." always_nxdomain
END
for ((i = 0; i < 100; i++)); do
	[ $((i % 10)) -lt 9 ] && echo 'www.ok.test A' || echo "name$i.nx.test A"
done >"$SCRATCH/queries"

answers() {
	net_in A timeout 2 dnsperf -s 10.9.0.2 -d "$SCRATCH/queries" -n 1 -l 1 -Q 100 | grep -q 'completed: *[1-9]'
}
wait_for 10 answers || die "unbound does not answer: $(cat "$SCRATCH/unbound.err")"

# $SCRATCH/METHOD.PERCENTILE gets a line each, in microseconds.
measure() {
	local method=$1 p

	case $method in
	tc | native) monitor mon B vb -m "$method" --interval 1 ;;
	esac
	net_in A dnsperf -s 10.9.0.2 -d "$SCRATCH/queries" -Q "$RATE" -l "$SECONDS_EACH" -v >"$SCRATCH/perf" 2>&1 ||
		fail "dnsperf: $(tail -n 3 "$SCRATCH/perf")"
	# "> NOERROR www.ok.test A 0.000123"
	awk '$1 == ">" { print $NF * 1e6 }' "$SCRATCH/perf" | sort -g >"$SCRATCH/latencies"
	[ -s "$SCRATCH/latencies" ] || die "dnsperf told no latencies"
	for p in "${PERCENTILES[@]}"; do
		awk -v p="$p" '{ v[NR] = $1 } END { print v[int((NR - 1) * p / 100) + 1] }' "$SCRATCH/latencies" \
			>>"$SCRATCH/$method.$p"
	done
	case $method in
	tc | native)
		monitor_stop mon
		# The answers that dnsperf got are those that went out.
		same "$method: responses" "$(wc -l <"$SCRATCH/latencies")" \
			"$(reports_total "$SCRATCH/mon.out" responses vb tx)"
		;;
	esac
}

for ((round = 0; round < ROUNDS; round++)); do
	for method in none tc native; do
		measure "$method"
	done
done

echo "microseconds until the answer, at $RATE queries/s: median of $ROUNDS rounds"
printf '%-8s' monitor
printf '%12s' "${PERCENTILES[@]/%/ %}"
echo
for method in none tc native; do
	printf '%-8s' "$method"
	for p in "${PERCENTILES[@]}"; do
		read -r value _ <<<"$(middle "$SCRATCH/$method.$p")"
		printf '%12.0f' "$value"
		metric "client.$method.p$p" "$(middle "$SCRATCH/$method.$p")"
	done
	echo
done
