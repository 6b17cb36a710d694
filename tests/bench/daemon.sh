#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# What the daemon takes: on four interfaces, both ways, with full lists and tables and a report each second, CPU
# time and memory; flipping and reading the counters by itself, and how that grows with interfaces and
# CPUs; the time from its start to the first packet that it counts.

# PID_mon is what net_start sets.
# shellcheck disable=SC2154
# shellcheck source-path=SCRIPTDIR source=../net/lib.sh
. "$(dirname "$0")/../net/lib.sh"
# shellcheck source-path=SCRIPTDIR source=../net/reports.sh
. "$(dirname "$0")/../net/reports.sh"
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
net_need unshare mount tcpreplay

INTERFACES=4
SAMPLES=${SAMPLES:-15} # seconds
STARTS=${STARTS:-7}
RATE=1000
FLOOD=30000 # packets a second, each for another name: more than lists have rows

net_namespace A
net_namespace B
net_quiet_veth A B
links=(vb)
for ((i = 1; i < INTERFACES; i++)); do
	ip -n "$NS_A" link add "va$i" type veth peer name "vb$i" netns "$NS_B" || die "cannot make vb$i"
	ip -n "$NS_A" link set "va$i" up
	ip -n "$NS_B" link set "vb$i" up
	links+=("vb$i")
done

# ---- a report each second -------------------------------------------------------

"$BENCH/write_flood" "$SCRATCH/flood" $FLOOD || die "no packets"
monitor mon B "${links[@]}" --interval 1
"$BENCH/fill_tables" $((INTERFACES * 2)) || fail "the tables are not full"
net_start load A tcpreplay -q -i va -K --loop=$((SAMPLES + 5)) --pps=$FLOOD "$SCRATCH/flood"
# The first reports make room for what there is, the later ones are like each other.
sleep 3
for ((i = 0; i < SAMPLES; i++)); do
	before=$(cpu_of "$PID_mon") start=${EPOCHREALTIME/[.,]/}
	sleep 1
	now=$(cpu_of "$PID_mon")
	awk -v ns=$((now - before)) -v us=$((${EPOCHREALTIME/[.,]/} - start)) \
		'BEGIN { print 100 * ns / 1000 / us }' >>"$SCRATCH/core"
done
rss=$(awk '$1 == "VmRSS:" { print $2 / 1024 }' "/proc/$PID_mon/status")
net_wait load || fail "tcpreplay: $(cat "$SCRATCH/load.err")"
monitor_stop mon
same "packets counted" $((FLOOD * (SAMPLES + 5))) "$(reports_total "$SCRATCH/mon.out" packets vb rx)"
metric daemon.core_percent "$(middle "$SCRATCH/core")"
metric daemon.resident_mb "$rss $rss $rss"
echo "a report each second on $INTERFACES interfaces, both ways, full lists and tables: $(middle "$SCRATCH/core" |
	awk '{ printf "%.2f %% of a core (%.2f-%.2f)", $1, $2, $3 }'), $(printf %.1f "$rss") MB resident"

# ---- flip and read -------------------------------------------------------------

"$BENCH/read_cost" -i $INTERFACES -m "$METRICS" -n daemon.flip_and_read || fail "read_cost"
for n in 1 2 4 8 15; do
	"$BENCH/read_cost" -i $n -m "$METRICS" -n "growth.read_interfaces.$n" || fail "read_cost"
done
# So many CPUs, in the eyes of one process: its counters are made and read as if they were there.
for n in 1 2 8 32 128; do
	with_cpus "$n" "$BENCH/read_cost" -i $INTERFACES -m "$METRICS" -n "growth.read_cpus.$n" ||
		fail "read_cost with $n CPUs"
done

# ---- from the start to the first packet -------------------------------------------

# Packets come at an even pace, and all from the first one counted to the last one sent are counted.
for ((i = 0; i < STARTS; i++)); do
	net_start load A "$DNSLOAD" -i va -m healthy -r $RATE -n 1000
	sleep 0.2
	# shellcheck disable=SC2016 # the inner shell's arguments
	net_start mon B bash -c 'echo ${EPOCHREALTIME/[.,]/} >"$0"; exec "$@"' "$SCRATCH/started" \
		"$RCODEWATCH" run vb -d rx -m native -o json --interval 1
	net_wait load || fail "dnsload: $(cat "$SCRATCH/load.err")"
	end=${EPOCHREALTIME/[.,]/}
	monitor_stop mon
	awk -v end="$end" -v start="$(cat "$SCRATCH/started")" -v rate=$RATE \
		-v n="$(reports_total "$SCRATCH/mon.out" packets)" \
		'BEGIN { print (end - start) / 1e3 - n / rate * 1e3 }' >>"$SCRATCH/start"
done
metric daemon.start_ms "$(middle "$SCRATCH/start")"
echo "from the start to the first packet counted: $(middle "$SCRATCH/start" |
	awk '{ printf "%.0f ms (%.0f-%.0f)", $1, $2, $3 }')"
