#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# How the cost of a packet grows with what there is. CPUs are simulated: there are the tables of so many, made out of
# the same memory, and one CPU counts into its own.

# shellcheck source-path=SCRIPTDIR source=../net/lib.sh
. "$(dirname "$0")/../net/lib.sh"
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
net_need unshare mount

"$BENCH/growth" -m "$METRICS" || fail "growth"
for n in 2 8 32 128; do # the CPU that measures is among the first two
	with_cpus "$n" "$BENCH/growth" -c "$n" -m "$METRICS" || fail "growth with $n CPUs"
done
