#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# The same responses at full speed into one interface, seen by one monitor after the other: what each
# has counted and lost, what CPU time it took, and what is left of the throughput. The order is gone
# through several times. Fails only if rcodewatch has not counted what was sent.
#
#   ROUNDS=N      how often (5)
#   MONITORS="native tc ..."   which monitors, beside an empty program and none (all)
#   BEFORE=FILE   the program of another build is measured in the same rounds, by XDP and by tc: what the
#                 kernel says a packet costs with it and with this one

# shellcheck source-path=SCRIPTDIR source=../net/lib.sh
. "$(dirname "$0")/../net/lib.sh"
# shellcheck source-path=SCRIPTDIR source=../net/reports.sh
. "$(dirname "$0")/../net/reports.sh"
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
net_need tcpreplay tcpdump dnscap dnstop ethtool taskset

ROUNDS=${ROUNDS:-5}
FILE_PACKETS=20000
LOOPS=${LOOPS:-50}
TIMED_LOOPS=10
SENT=$((FILE_PACKETS * LOOPS))
read -ra METHODS <<<"none empty ${MONITORS:-native tc ring tcpdump dnscap dnstop}"
for method in "${METHODS[@]:2}"; do
	[[ $method == @(native|tc|ring|tcpdump|dnscap|dnstop) ]] || die "MONITORS: there is no '$method': native, tc, ring, tcpdump, dnscap or dnstop"
done
if [ "${BEFORE:-}" ]; then
	[ -f "$BEFORE" ] && [ -x "$BEFORE" ] || die "BEFORE=$BEFORE: this is no program"
	METHODS+=(native-before tc-before)
fi
RSSM=$(dpkg -L dnscap 2>/dev/null | grep '/rssm\.so$' | head -n 1)
RSSM=${RSSM:-/usr/lib/dnscap/rssm.so}

# The sender and the kernel's part on one CPU, who reads on another if there is one.
mapfile -t cpus < <(taskset -cp $$ | sed 's/.*: //' | tr , '\n' |
	awk -F- '{ for (i = $1; i <= (NF > 1 ? $2 : $1); i++) print i }')
cpu0=${cpus[0]} cpu1=${cpus[1]:-${cpus[0]}}
mapfile -t softirq < <(pgrep -x 'ksoftirqd/[0-9]+')

net_namespace A
net_namespace B
net_quiet_veth A B
"$BENCH/write_mix" "$SCRATCH/mix.pcap" $FILE_PACKETS "$SCRATCH/one" || die "no packets"
awk -v n="$LOOPS" '{ print $1, $2 * n }' "$SCRATCH/one" >"$SCRATCH/sent"

# ---- starting and stopping each, and what it says it has counted ------------------

says() { # name, pattern
	grep -qE "$2" "$SCRATCH/$1.out" "$SCRATCH/$1.err"
}

start() {
	local program=$RCODEWATCH

	case $1 in
	none) PID_peer= ;;
	empty | ring)
		net_start peer B taskset -c "$cpu1" "$BENCH/peer_xdp" "$1" vb
		wait_for 10 says peer '^attached'
		;;
	native | tc | *-before)
		[[ $1 != *-before ]] || program=$BEFORE
		RCODEWATCH=$program monitor peer B vb -d rx -m "${1%%-*}" --interval 1
		;;
	tcpdump)
		net_start peer B taskset -c "$cpu1" tcpdump -i vb -w /dev/null
		wait_for 10 says peer 'listening on'
		;;
	dnscap)
		rm -f "$SCRATCH"/rssm.*
		net_start peer B taskset -c "$cpu1" dnscap -N -i vb -s r -P "$RSSM" -w "$SCRATCH/rssm" -D
		wait_for 10 captures
		;;
	dnstop)
		net_start peer B taskset -c "$cpu1" /usr/bin/python3 "$ROOT/tests/bench/terminal.py" \
			dnstop -R vb
		wait_for 10 captures
		;;
	esac
}

# A packet socket is open in the namespace.
captures() {
	[ "$(net_in B sh -c 'wc -l </proc/net/packet')" -gt 1 ]
}

readers() { # who works in user space: the process, and what it has started
	[ -z "$PID_peer" ] || echo "$PID_peer" "$(pgrep -P "$PID_peer" | tr '\n' ' ')"
}

# Its CPU time does not change any more: it has read what there was.
settled() {
	local before now i

	for ((i = 0; i < 40; i++)); do
		# shellcheck disable=SC2046 # a list
		before=$(cpu_of $(readers))
		sleep 0.25
		# shellcheck disable=SC2046
		now=$(cpu_of $(readers))
		[ $((now - before)) -gt 5000000 ] || return 0
	done
}

# Sets counted to the responses, or to the packets where it does not know what they are.
stop() {
	counted=
	case $1 in
	none) return ;;
	*-before) # its lines are of another version
		net_stop peer || fail "$1: exit status $?: $(cat "$SCRATCH/peer.err")"
		counted=$(reports_total "$SCRATCH/peer.out" responses)
		;;
	native | tc)
		monitor_stop peer
		counted=$(reports_total "$SCRATCH/peer.out" responses)
		;;
	tcpdump)
		net_stop peer INT
		counted=$(awk '/packets captured/ { print $1 }' "$SCRATCH/peer.err")
		;;
	dnscap)
		net_stop peer INT
		counted=$(cat "$SCRATCH"/rssm.* | awk '$1 == "dns-rcode" { n += $3 } END { print n + 0 }')
		;;
	dnstop)
		sleep 2 # it draws its screen once a second
		net_stop peer
		counted=$(sed -n 's/.*Replies: .* new, *\([0-9]*\) total.*/\1/p' "$SCRATCH/peer.out" | head -n 1)
		;;
	*)
		net_stop peer
		counted=$(awk '$1 == "counted" { print $2 }' "$SCRATCH/peer.out")
		;;
	esac
}

# ---- a round -----------------------------------------------------------------

ns() {
	awk -v s="$1" 'BEGIN { printf "%.0f\n", s * 1e9 }'
}

# $SCRATCH/METHOD.{pps,sender,reader,counted,lost} get a line each.
measure() {
	local method=$1 dropped reader soft user system

	start "$method"
	dropped=$(net_lost)
	# shellcheck disable=SC2046 # a list
	reader=$(cpu_of $(readers)) soft=$(cpu_of "${softirq[@]}")
	TIMEFORMAT='%U %S'
	{ time net_in A taskset -c "$cpu0" tcpreplay -q -i va -t -K --loop="$LOOPS" "$SCRATCH/mix.pcap" \
		>"$SCRATCH/replay" 2>&1; } 2>"$SCRATCH/time"
	settled
	read -r user system <"$SCRATCH/time"
	# shellcheck disable=SC2046
	echo $(($(cpu_of $(readers)) - reader)) >>"$SCRATCH/$method.reader"
	echo $(($(ns "$user") + $(ns "$system") + $(cpu_of "${softirq[@]}") - soft)) >>"$SCRATCH/$method.sender"
	dropped=$(($(net_lost) - dropped))
	awk '$1 == "Rated:" { print $(NF - 1) }' "$SCRATCH/replay" >>"$SCRATCH/$method.pps"
	same "$method: packets sent" "$SENT" "$(awk '$1 == "Successful" { print $3 }' "$SCRATCH/replay")"
	stop "$method"
	[ -n "$counted" ] || return 0
	echo "$counted" >>"$SCRATCH/$method.counted"
	echo $((SENT - dropped - counted)) >>"$SCRATCH/$method.lost"
	case $method in
	native | tc) hold "$method" "$dropped" ;;
	esac
}

# The program's own time for each packet, and what the kernel's clock takes: $SCRATCH/METHOD.program.
declare -A programs=([empty]=empty [native]=rcodewatch_rx [tc]=rcodewatch_rx [ring]=to_user_space
	[native-before]=rcodewatch_rx [tc-before]=rcodewatch_rx)
time_program() {
	local method=$1

	start "$method"
	net_in A taskset -c "$cpu0" "$BENCH/run_time" "${programs[$method]}" tcpreplay -q -i va -t -K \
		--loop=$TIMED_LOOPS "$SCRATCH/mix.pcap" >/dev/null 2>"$SCRATCH/time"
	stop "$method"
	awk '$1 == "run_time" && $2 { print $3 / $2 }' "$SCRATCH/time" >>"$SCRATCH/$method.program"
}

hold() { # method, packets that did not get to it
	same "$1: counted, with $2 lost before the hook" "$SENT" \
		$(($(reports_total "$SCRATCH/peer.out" packets) + $2))
	[ "$2" -gt 0 ] || reports_match "$1" "$SCRATCH/peer.out" "$SCRATCH/sent" '^(rcode|ede|answers|flags)'
}

for ((round = 0; round < ROUNDS; round++)); do
	for method in "${METHODS[@]}"; do
		measure "$method"
		[ -z "${programs[$method]:-}" ] || time_program "$method"
	done
done

# ---- the table -----------------------------------------------------------------

# Of what goes the same way through the kernel.
baseline() {
	case $1 in
	native* | ring | empty) echo empty ;;
	*) echo none ;;
	esac
}

# CPU ms for a million responses that were counted: the reader's, and the kernel's. That is a program's
# own time above that of an empty one (ns a packet are ms a million); what packet sockets take shows in
# the sender, against the round's sending without a monitor.
cpu_ms() {
	if [ -n "${programs[$1]:-}" ]; then
		paste "$SCRATCH/$1.program" "$SCRATCH/empty.program" "$SCRATCH/$1.reader" "$SCRATCH/$1.counted" |
			awk -v sent="$SENT" '$4 { print (($1 - $2) * sent / 1e6 + $3 / 1e6) / $4 * 1e6 }'
	else
		paste "$SCRATCH/$1.sender" "$SCRATCH/none.sender" "$SCRATCH/$1.reader" "$SCRATCH/$1.counted" |
			awk '$4 { print ($1 - $2 + $3) / $4 }'
	fi >"$SCRATCH/$1.cpu"
	middle "$SCRATCH/$1.cpu"
}

# What is left of the throughput of the baseline.
left() {
	paste "$SCRATCH/$1.pps" "$SCRATCH/$(baseline "$1").pps" | awk '{ print $1 / $2 }' >"$SCRATCH/$1.left"
	middle "$SCRATCH/$1.left"
}

echo "$SENT responses at full speed into veth, $ROUNDS rounds, medians (quartiles)"
printf '%-13s %10s %10s %10s  %-26s %s\n' monitor sent counted lost "CPU ms/million counted" "throughput left"
for method in "${METHODS[@]}"; do
	read -r pps _ <<<"$(middle "$SCRATCH/$method.pps")"
	metric "peer.$method.pps" "$(middle "$SCRATCH/$method.pps")"
	case $method in
	none | empty) printf '%-13s %10s %21s  %s packets/s\n' "$method" "$SENT" "" "$pps" && continue ;;
	esac
	if [ ! -s "$SCRATCH/$method.counted" ]; then
		fail "$method did not say what it has counted: $(tail -n 3 "$SCRATCH/peer.err")"
		continue
	fi
	cpu=$(cpu_ms "$method") ratio=$(left "$method")
	read -r counted _ <<<"$(middle "$SCRATCH/$method.counted")"
	read -r lost _ <<<"$(middle "$SCRATCH/$method.lost")"
	# shellcheck disable=SC2086 # three numbers
	printf '%-13s %10s %10s %10s  %8.0f (%.0f-%.0f) %12s %.3f (%.3f-%.3f)\n' "$method" "$SENT" "$counted" \
		"$lost" $cpu "" $ratio
	metric "peer.$method.sent" "$SENT"
	metric "peer.$method.counted" "$(middle "$SCRATCH/$method.counted")"
	metric "peer.$method.lost" "$(middle "$SCRATCH/$method.lost")"
	metric "peer.$method.cpu_ms_per_million" "$cpu"
	metric "peer.$method.throughput" "$ratio"
done
# Those that count codes, against us.
for method in ring dnscap dnstop; do
	[ -s "$SCRATCH/$method.cpu" ] && [ -s "$SCRATCH/native.cpu" ] || continue
	paste "$SCRATCH/$method.cpu" "$SCRATCH/native.cpu" | awk '$2 > 0 { print $1 / $2 }' >"$SCRATCH/times"
	metric "peer.$method.times_native" "$(middle "$SCRATCH/times")"
	echo "$method takes $(middle "$SCRATCH/times" | awk '{ printf "%.1f (%.1f-%.1f)", $1, $2, $3 }') times the CPU of native"
done
# And this build against another: what the kernel's clock says of their programs, above the empty one. On a busy machine the least of many
# rounds says more than their median; of ratios, each of one round, the least says nothing.
ns_with_least() { # file
	echo "$(sort -g "$1" | head -n 1) $(middle "$1")" | awk '{ printf "%.0f, %.0f (%.0f-%.0f)", $1, $2, $3, $4 }'
}
for method in native tc; do
	[ -s "$SCRATCH/$method-before.program" ] && [ -s "$SCRATCH/$method.program" ] || continue
	paste "$SCRATCH/$method.program" "$SCRATCH/$method-before.program" "$SCRATCH/empty.program" >"$SCRATCH/pairs"
	awk '{ print $1 - $3 }' "$SCRATCH/pairs" >"$SCRATCH/now"
	awk '{ print $2 - $3 }' "$SCRATCH/pairs" >"$SCRATCH/before"
	awk '$2 > $3 { print ($1 - $3) / ($2 - $3) }' "$SCRATCH/pairs" >"$SCRATCH/times"
	echo "$method, ns a packet above an empty program, least and median (quartiles): $(ns_with_least "$SCRATCH/now");" \
		"before $(ns_with_least "$SCRATCH/before"); ratio $(middle "$SCRATCH/times" | awk '{ printf "%.2f (%.2f-%.2f)", $1, $2, $3 }')"
	metric "peer.$method.times_before" "$(middle "$SCRATCH/times")"
done
