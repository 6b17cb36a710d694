#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# In a guest with cards of several makes, on 6.1: what `check` says of each is what comes of attaching to it, and what a card lost for want of
# buffers is in the reports. The host sends: on a line "host: send MIX COUNT RATE CARD" it sends that once.

# PID_mon is what net_start sets.
# shellcheck disable=SC2154 source-path=SCRIPTDIR source=common.sh
. /project/tests/guest/common.sh
for module in igb e1000e vmxnet3 virtio_net ip_gre; do
	modprobe $module 2>/dev/null
done
quiet_namespace B

driver_of() {
	basename "$(readlink "/sys/class/net/$1/device/driver")"
}
state() { # FILE
	net_in B cat "/sys/class/net/$card/$1"
}
has_received() {
	[ "$(state statistics/rx_packets)" -ge "$1" ]
}
known() { # JQ: of what check says
	jq -r "$1" "$SCRATCH/check"
}
send() { # MIX COUNT RATE: what is sent is known from the arguments alone
	"$DNSLOAD" -w /dev/null -m "$1" -n "$2" -r "$3" -e "$SCRATCH/sent" || fail "dnsload"
	echo "host: send $1 $2 $3 $card"
}

# try DRIVER CARD POSSIBLE ATTACH SOURCE: of Linux 6.1
try() {
	local driver=$1 card=$2 possible=$3 attach=$4 source=$5 changes before hook

	net_in B "$RCODEWATCH" check -o json "$card" >"$SCRATCH/check" || fail "$card: check says it is not fit"
	same "$card: driver" "$driver" "$(known .driver)"
	same "$card: native XDP" "$possible" "$(known .native.possible)"
	same "$card: attaching" "$attach" "$(known .native.attach)"

	# By force, as it said.
	changes=$(state carrier_changes)
	monitor mon B "$card" -d rx -m native
	if kill -0 "$PID_mon" 2>/dev/null; then
		same "$card: native XDP is possible" "$possible" true
		monitor_stop mon
		same "$card: hook" xdp_native "$(jq -rs 'map(.hook // empty) | unique[]' "$SCRATCH/mon.out")"
		wait_for 10 net_carrier "$NS_B" "$card"
		case $attach in
		quiet) same "$card: carrier changes" "$changes" "$(state carrier_changes)" ;;
		link) [ "$(state carrier_changes)" -gt "$changes" ] || fail "$card: the link did not notice" ;;
		esac
	else
		net_wait mon
		same "$card: native XDP is possible" "$possible" false
	fi

	# What auto chooses is what check named, and it costs the link nothing.
	changes=$(state carrier_changes)
	before=$(state statistics/rx_packets)
	monitor mon B "$card" -d rx -i 1
	# Cards make frames as long as Ethernet wants them, and the stack puts segments of TCP together.
	send healthy 500 300
	wait_for 10 has_received $((before + 500))
	sleep 2
	monitor_stop mon
	hook=$(jq -rs 'map(.hook // empty) | unique[]' "$SCRATCH/mon.out")
	same "$card: the hook of auto" "$([ "$(known .mode)" = native ] && echo xdp_native || echo $tc_hook)" "$hook"
	same "$card: carrier changes of auto" "$changes" "$(state carrier_changes)"
	reports_match "$card" "$SCRATCH/mon.out" "$SCRATCH/sent" '^(responses|rcode|ede|answers|flags|family|transport|qtype)'
	same "$card: the source of what it lost" "$source" "$(jq -rs '[.[] | select(.type == "report").nic.source] | unique | map(tostring) | join(" ")' "$SCRATCH/mon.out")"
	same "$card: programs left" 0 "$(net_in B "$RCODEWATCH" check -o json "$card" | jq '.programs | length')"
	step "$card: native XDP $possible, attaching $attach, auto by $hook, losses by $source"
}

for card in /sys/class/net/*; do
	card=${card##*/}
	[ -e "/sys/class/net/$card/device" ] || continue
	driver=$(driver_of "$card")
	name=${driver%_net}
	ip link set "$card" down
	ip link set "$card" name "$name" netns "$NS_B" || die "$card cannot be moved"
	ip -n "$NS_B" link set "$name" promisc on up
	wait_for 10 net_carrier "$NS_B" "$name"
done

try igb igb true link link
try e1000e e1000e false unknown link
try vmxnet3 vmxnet3 false rings ethtool
try virtio_net virtio true quiet null

# ---- more than the buffers hold --------------------------------------------------------

card=vmxnet3
all_known() {
	[ "$(jq -s '[.[] | select(.type == "report") | .accounting.packets + .nic.lost] | add' "$SCRATCH/mon.out")" = "$1" ]
}
for count in 20000 60000 180000; do
	monitor mon B $card -d rx -i 1
	send healthy $count 0
	wait_for 12 all_known "$(count_of "$SCRATCH/sent" packets)" || fail "burst: counted and lost are not what was sent"
	monitor_stop mon
	lost=$(jq -s '[.[] | select(.type == "report").nic.lost] | add' "$SCRATCH/mon.out")
	echo "counted: $(jq -s '[.[] | select(.type == "report").accounting.packets] | add' "$SCRATCH/mon.out") and lost by the card $lost" \
		"of $(count_of "$SCRATCH/sent" packets)"
	[ "$lost" -eq 0 ] || break
done
[ "$lost" -gt 0 ] || fail "the card lost nothing of $count packets"
step "done"
