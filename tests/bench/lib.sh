# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# shellcheck shell=bash
#
# For the parts of the bench that measure on interfaces; to be sourced after tests/net/lib.sh.
#
#   METRICS                  where metric writes (discarded if not set)
#   BENCH                    the folder of the bench's programs
#   metric NAME VALUE        note a measurement
#   middle FILE              median and quartiles of the numbers in FILE, as a metric has them
#   with_cpus N COMMAND...   run COMMAND, in whose eyes there are N CPUs
#   cpu_of PID...            CPU time of running processes and all their threads, ns

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

with_cpus() {
	echo "0-$(($1 - 1))" >"$SCRATCH/cpus"
	shift
	# shellcheck disable=SC2016 # the inner shell's arguments
	unshare -m sh -c 'for list in online possible; do
			mount --bind "$0" "/sys/devices/system/cpu/$list" || exit 1
		done; exec "$@"' "$SCRATCH/cpus" "$@"
}

cpu_of() {
	local pid

	for pid; do
		cat "/proc/$pid"/task/*/schedstat 2>/dev/null
	done | awk '{ n += $1 } END { printf "%.0f\n", n }'
}
