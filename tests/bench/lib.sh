# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# shellcheck shell=bash
#
# For the parts of the bench that measure on interfaces; to be sourced after tests/net/lib.sh.
#
#   METRICS                  where metric writes (discarded if not set)
#   BENCH                    the folder of the bench's programs
#   metric NAME VALUE        note a measurement
#   middle FILE              median and quartiles of the numbers in FILE, as a metric has them
#   cpu_of PID...            CPU time of running processes and all their threads, ns
#   bench_pair               namespaces A and B without IPv6, and va in A and vb in B
#   before_the_hook          packets that were lost before any hook on vb could see them

METRICS=${METRICS:-/dev/null}
# shellcheck disable=SC2034 # for the scripts
BENCH=$O/tests/bench

metric() {
	echo "$*" >>"$METRICS"
}

middle() {
	sort -g "$1" | awk '{ v[NR] = $1 } END {
		if (NR) print v[int(NR / 2) + 1], v[int(NR / 4) + 1], v[int(NR * 3 / 4) + 1] }'
}

cpu_of() {
	local pid

	for pid; do
		cat "/proc/$pid"/task/*/schedstat 2>/dev/null
	done | awk '{ n += $1 } END { printf "%.0f\n", n }'
}

bench_pair() {
	net_namespace A
	net_namespace B
	net_no_ipv6 A B
	ip -n "$NS_A" link add va type veth peer name vb netns "$NS_B" || die "cannot make a veth pair"
	ip -n "$NS_A" link set va up
	ip -n "$NS_B" link set vb up
	wait_for 5 net_carrier "$NS_A" va
	wait_for 5 net_carrier "$NS_B" vb
}

# What the receiving end calls dropped is what nobody wanted after the hook, so it is not in this.
before_the_hook() {
	{
		ip -n "$NS_A" -s -j link show va | jq '.[].stats64.tx.dropped'
		net_in B ethtool -S vb | awk '/rx_queue_[0-9]*_drops/ { print $2 }'
	} | awk '{ n += $1 } END { print n + 0 }'
}
