#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# In a guest with 2 CPUs of 128 that are possible: memory is what the CPUs that are there need, and
# stays within --memory; a CPU that comes later is logged.

# PID_mon is what net_start sets.
# shellcheck disable=SC2154 source-path=SCRIPTDIR source=common.sh
. /project/tests/guest/common.sh

same "possible CPUs" 0-127 "$(cat /sys/devices/system/cpu/possible)"
same "CPUs" 2 "$(nproc)"

within() { # MiB, what, process
	local took

	took=$(map_memory "$3")
	echo "memory of the maps: $2: $took bytes"
	[ "$took" -gt 0 ] || fail "$2: no maps are seen"
	[ "$took" -le $(($1 << 20)) ] || fail "$2: $took bytes are more than $1 MiB"
}

quiet_pair
monitor mon B vb
within 64 "one interface" "$PID_mon"
monitor_stop mon

links=(vb)
for ((i = 1; i < 15; i++)); do
	ip -n "$NS_B" link add "d$i" type veth peer name "e$i" || die "cannot make d$i"
	ip -n "$NS_B" link set "d$i" up
	links+=("d$i")
done
monitor mon B "${links[@]}"
within 64 "${#links[@]} interfaces" "$PID_mon"
monitor_stop mon

# The smallest --memory that is accepted is kept to as well.
for ((mib = 1; mib < 64; mib++)); do
	net_in B "$RCODEWATCH" run vb --memory $mib --duration 0.1 -q >"$SCRATCH/least" 2>&1 && break
done
monitor mon B vb --memory $mib
within $mib "the least memory" "$PID_mon"
monitor_stop mon

counted "of 128 CPUs" xdp_native cases 2000 vb -d rx
counted "of 128 CPUs" $tc_hook cases 2000 va -d tx

# A CPU that came online after the start has no counters: its packets are counted as such.
if echo 0 >/sys/devices/system/cpu/cpu1/online; then
	monitor mon B vb -d rx
	echo 1 >/sys/devices/system/cpu/cpu1/online
	before=$(packets_in)
	net_in A "$DNSLOAD" -i va -c 1 -m healthy -n 500 -r 2000 || fail "dnsload on CPU 1"
	all_arrive $((before + 500))
	monitor_stop mon
	same "packets on a late CPU" 500 "$(reports_total "$SCRATCH/mon.out" packets)"
	late=$(reports_sums "$SCRATCH/mon.out" | count_of - accounting.unparsed.no_cpu_slot)
	step "of 500 packets, $late on a CPU without a slot"
	[ "$late" -gt 0 ] || fail "no packet is told to have met a late CPU"
else
	fail "CPU 1 cannot be taken offline"
fi
step "done"
