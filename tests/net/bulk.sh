#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# timeout: 120
#
# Bulk TCP in super-packets past 64 KiB: every message is counted, wherever in the packet it begins. On `lo` at
# its default MTU, and on a veth pair with BIG TCP of 190 KB over IPv6 and IPv4. Where a hook cannot read so
# far (generic XDP), what it cannot count is a gap.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source-path=SCRIPTDIR source=reports.sh
. "$(dirname "$0")/reports.sh"

net_namespace A
net_namespace B
net_veth A B

# Send @messages of 16 KB over each of some connections from a server in a namespace to a client in another.
bulk() { # SERVER CLIENT ADDRESS MESSAGES CONNECTIONS
	net_start server "$1" "$python" "$ROOT/tests/net/bulk_tcp.py" serve "$3" "$4" 16384 "$5"
	wait_for 20 has_reports "$SCRATCH/server.out"
	net_in "$2" "$python" "$ROOT/tests/net/bulk_tcp.py" read "$3" "$4" 16384 "$5" || die "cannot read"
	# shellcheck disable=SC2154 # by net_start
	wait "$PID_server" || fail "server: $(cat "$SCRATCH/server.err")"
}

sum() { # KEY
	reports_sums "$SCRATCH/watch.out" | sed -n "s/^$1 //p"
}

# Every message is counted, with its OPT record, and none is behind a gap.
all_counted() { # WHAT MESSAGES
	same "$1: responses" "$2" "$(sum responses)"
	same "$1: BADVERS" "$2" "$(sum rcode.16)"
	same "$1: losses" "" "$(reports_sums "$SCRATCH/watch.out" | grep -E '^(tcp|incomplete)\.' | tr '\n' ' ')"
	echo "$1: $(sum responses) messages of $2 in $(sum accounting.response_packets) packets"
}

for address in 127.0.0.1 ::1; do
	for direction in rx tx; do
		monitor watch A lo -d $direction -i 1
		bulk A A $address 200 1
		monitor_stop watch
		all_counted "lo $address $direction" 200
	done
done

# Generic XDP reads less than one packet has.
monitor watch A lo -d rx -i 1 -m generic
bulk A A ::1 200 1
monitor_stop watch
responses=$(sum responses)
echo "lo, generic XDP: $responses of 200 messages counted: $(reports_sums "$SCRATCH/watch.out" | grep -E '^(tcp|incomplete)\.' | tr '\n' ' ')"
[ "$responses" -le 200 ] || fail "generic XDP: more than was sent: $responses"
[ "$responses" -eq 200 ] || [ "$(sum tcp.gap)" -gt 0 ] || fail "generic XDP: lost messages without a gap"

# BIG TCP: Linux 5.19 for IPv6, 6.3 for IPv4.
big() { # ADDRESS OPTION...
	local address=$1 direction letter interface

	shift
	for letter in A B; do
		interface=v${letter,,}
		ip -n "$(net_name $letter)" link set dev "$interface" "$@" 2>"$SCRATCH/ip" ||
			{ echo "this kernel or ip has no BIG TCP: $*: $(cat "$SCRATCH/ip")" && return; }
	done
	for direction in tx rx; do
		letter=$([ $direction = tx ] && echo A || echo B)
		monitor watch "$letter" "v${letter,,}" -d $direction -i 1 -m tc
		bulk A B "$address" 400 1
		monitor_stop watch
		all_counted "BIG TCP $address $direction" 400
	done
}

big fd09::1 gso_max_size 190000 gro_max_size 190000
big 10.9.0.1 gso_ipv4_max_size 190000 gro_ipv4_max_size 190000

# ---- segments that meet on two CPUs --------------------------------------------------

# Several connections at once on all CPUs; what is lost has a name.
monitor watch A lo -d rx -i 1
bulk A A 127.0.0.1 400 8
monitor_stop watch
responses=$(sum responses) losses=$(reports_sums "$SCRATCH/watch.out" | grep '^tcp\.' | tr '\n' ' ')
echo "lo, 8 connections: $responses of 3200 messages counted, $losses"
[ "$responses" -le 3200 ] || fail "8 connections: more than was sent: $responses"
[ "$responses" -eq 3200 ] || [ -n "$losses" ] || fail "8 connections: messages lost without a name"
