#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# In a guest with bonding: a bond and another interface watched at a time, the bond's ports coming and going
# under traffic. The packets of a port name that, not the bond, as the interface that they came in by.

# PID_mon and PID_long are what net_start sets.
# shellcheck disable=SC2154 source-path=SCRIPTDIR source=common.sh
. /project/tests/guest/common.sh

modprobe bonding max_bonds=0 || die "no bonding"
quiet_pair
for port in 1 2; do
	ip -n "$NS_A" link add "a$port" type veth peer name "b$port" netns "$NS_B" || die "no veth pair"
	ip -n "$NS_A" link set "a$port" up
done
ip -n "$NS_B" link add bond0 type bond mode balance-rr || die "no bond"
ip -n "$NS_B" link set b1 master bond0 || die "b1 cannot be a port"
ip -n "$NS_B" link set bond0 up
wait_for 5 net_carrier "$NS_A" a1

received() { # link
	ip -n "$NS_B" -s -j link show "$1" | jq '.[].stats64.rx.packets'
}

has_received() { # link, packets
	[ "$(received "$1")" -ge "$2" ]
}

send() { # link of A, packets, packets a second
	net_in A "$DNSLOAD" -i "$1" -q -m healthy -n "$2" -r "$3" || fail "dnsload"
}

of() { # link, direction, filter: a sum over the reports
	jq -s --arg link "$1" --arg direction "$2" \
		"map(select(.interface == \$link and .direction == \$direction) | $3) | add // 0" "$SCRATCH/mon.out"
}

# ---- native -------------------------------------------------------------------

before=$(received b1)
monitor mon B bond0 vb -m native -d rx
kill -0 "$PID_mon" 2>/dev/null || die "native on a bond: $(cat "$SCRATCH/mon.err")"
# Through the first port all the while that the second is added and removed.
net_start long A "$DNSLOAD" -i a1 -q -m healthy -n 1000000 -r 150
wait_for 10 has_received b1 $((before + 50))
ip -n "$NS_B" link set b2 master bond0 || fail "b2 cannot be a port"
wait_for 5 net_carrier "$NS_A" a2
send a2 200 1000
send va 100 1000
wait_for 10 has_received b2 200

# Removed under traffic of its own: what it had received before is counted, and not more than it received at all.
net_start own A "$DNSLOAD" -i a2 -q -m healthy -n 1000000 -r 150
wait_for 10 has_received b2 250
least=$(received b2)
ip -n "$NS_B" link set b2 nomaster || fail "b2 cannot be taken out"
most=$(received b2)
net_stop own
still=$(received b1)
wait_for 10 has_received b1 $((still + 30))
kill -0 "$PID_long" || fail "the first port had no traffic to the end"
net_stop long
steady() {
	still=$(received b1)
	sleep 1
	[ "$(received b1)" -eq "$still" ]
}
wait_for 10 steady
first=$(($(received b1) - before))
monitor_stop mon

same "hooks" xdp_native "$(jq -rs 'map(.hook // empty) | unique[]' "$SCRATCH/mon.out")"
same "packets of vb" 100 "$(of vb rx .accounting.packets)"
packets=$(of bond0 rx .accounting.packets)
if [ "$packets" -lt $((first + least)) ] || [ "$packets" -gt $((first + most)) ]; then
	fail "the bond counted $packets packets: its ports had $first and $least to $most"
fi
responses=$(of bond0 rx .responses)
[ "$responses" -gt $((packets / 2)) ] || fail "the bond counted $responses responses"
same "packets of no interface" 0 \
	"$(jq -s 'map(.accounting.unparsed.unknown_interface // 0) | add' "$SCRATCH/mon.out")"
step "native: $packets packets of $first and $least to $most, $responses responses"

# ---- tc, both directions ------------------------------------------------------

before=$(received b1)
monitor mon B bond0 vb -m tc
send a1 200 1000
send va 100 1000
net_in B "$DNSLOAD" -i bond0 -q -m healthy -n 150 -r 1000 || fail "dnsload out of the bond"
wait_for 10 has_received b1 $((before + 200))
monitor_stop mon
same "hooks" $tc_hook "$(jq -rs 'map(.hook // empty) | unique[]' "$SCRATCH/mon.out")"
same "received by the bond, tc" 200 "$(of bond0 rx .accounting.packets)"
same "sent by the bond, tc" 150 "$(of bond0 tx .accounting.packets)"
same "received by vb, tc" 100 "$(of vb rx .accounting.packets)"
same "sent by vb, tc" 0 "$(of vb tx .accounting.packets)"
step "done"
