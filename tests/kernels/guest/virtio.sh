#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# In a guest whose eth0 is a virtio-net device of several queues: what `check` says beforehand is
# what comes of attaching; attached and detached under traffic, the link stays up and every packet
# arrives. The host sends: on a line "host: send MIX COUNT RATE" it sends that once.

# PID_mon is what net_start sets.
# shellcheck disable=SC2154 source-path=SCRIPTDIR source=common.sh
. /project/tests/guest/common.sh

# The lines of net_start and its like, for the namespace that the device is in.
quiet_namespace B
ip link set eth0 netns "$NS_B" || die "no eth0"
# The host's side filters by address otherwise, and some of the packets have others.
ip -n "$NS_B" link set eth0 promisc on up
wait_for 10 net_carrier "$NS_B" eth0

state() {
	net_in B cat "/sys/class/net/eth0/$1" 2>/dev/null
}

received() {
	state statistics/rx_packets
}

has_received() {
	[ "$(received)" -ge "$1" ]
}

# Ask the host; the packets are known from the arguments alone.
send() { # mix, count, rate
	"$DNSLOAD" -w /dev/null -m "$1" -n "$2" -r "$3" -e "$SCRATCH/sent" || fail "dnsload"
	echo "host: send $1 $2 $3"
}

net_in B "$RCODEWATCH" check eth0
net_in B "$RCODEWATCH" check eth0 -o json >"$SCRATCH/check" || fail "check says it is not fit"
mode=$(jq -r .mode "$SCRATCH/check")
possible=$(jq -r .native.possible "$SCRATCH/check")
quiet=$(jq -r .native.attach "$SCRATCH/check")
queues=$(jq -r .channels.combined "$SCRATCH/check")
same "driver" virtio_net "$(jq -r .driver "$SCRATCH/check")"
[ "$queues" -ge 2 ] || fail "the device has $queues queues"
step "check: mode $mode, native possible $possible, attaching $quiet, $queues queues"

changes=$(state carrier_changes)
before=$(received)

# Native, whatever auto would choose, must go as check said.
monitor mon B eth0 -d rx -m native
if kill -0 "$PID_mon" 2>/dev/null; then
	same "native XDP is possible" "$possible" true
	send cases 2000 1000
	wait_for 20 has_received $((before + 2000))
	net_in B "$RCODEWATCH" run eth0 -d rx -m native >"$SCRATCH/second" 2>&1 &&
		fail "a second program was attached"
	grep -q "held by program [0-9]* 'rcodewatch_rx' (native)" "$SCRATCH/second" ||
		fail "a second run says: $(cat "$SCRATCH/second")"
	monitor_stop mon
	same "hook" xdp_native "$(jq -rs 'map(.hook // empty) | unique[]' "$SCRATCH/mon.out")"
	reports_match "native on virtio" "$SCRATCH/mon.out" "$SCRATCH/sent"
	step "native: $(reports_total "$SCRATCH/mon.out" packets) packets"

	# Attached and detached again while packets come in.
	before=$(received)
	send healthy 3000 150
	seen=0
	for turn in 1 2; do
		monitor mon B eth0 -d rx -m native
		wait_for 5 has_received $(($(received) + 50))
		monitor_stop mon
		turn=$(reports_total "$SCRATCH/mon.out" packets)
		[ "$turn" -ge 50 ] || fail "$turn packets counted of 50 and more"
		seen=$((seen + turn))
	done
	# The driver stops its queues for a moment: a packet that comes just then may be lost.
	wait_for 20 has_received $((before + 2990))
	step "attached twice under traffic: of 3000 packets $(($(received) - before)) arrived," \
		"$seen while attached"
else
	net_wait mon
	same "native XDP is possible" "$possible" false
	step "native: refused: $(cat "$SCRATCH/mon.err")"
fi

# And what auto chooses is what check named.
monitor mon B eth0 -d rx
before=$(received)
send untagged 1000 500
wait_for 10 has_received $((before + 1000))
monitor_stop mon
hook=$(jq -rs 'map(.hook // empty) | unique[]' "$SCRATCH/mon.out")
case $mode in
native) same "the hook of auto" xdp_native "$hook" ;;
tc) same "the hook of auto" $tc_hook "$hook" ;;
*) fail "check names mode '$mode'" ;;
esac
reports_match "auto on virtio" "$SCRATCH/mon.out" "$SCRATCH/sent"
# As attaching is said to be.
[ "$quiet" != quiet ] || same "changes of the carrier" "$changes" "$(state carrier_changes)"
step "carrier changes: $changes before, $(state carrier_changes) after"
same "errors" 0 "$(state statistics/rx_errors)"
step "done"
