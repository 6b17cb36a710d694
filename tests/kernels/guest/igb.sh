#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# In a guest with systemd whose eth0 is an Intel gigabit card: native XDP there costs the link when it is attached and when it is
# detached. A restart, a kill, an upgrade to another layout and back cost it nothing, with the shipped unit and with pins, and
# what is counted in the end is what was sent. The host sends: on a line "host: send MIX COUNT RATE" it sends that once, and then looks for
# the next line.

# shellcheck source-path=SCRIPTDIR source=booted.sh
. /project/tests/guest/booted.sh

link() {
	cat "/sys/class/net/eth0/$1"
}
carrier() { # has come back, for wait_for
	[ "$(link carrier)" = 1 ]
}
up() {
	wait_for 10 carrier
}

# What the driver says of its link, and nobody else: "NIC Link is Up", "NIC Link is Down", resets.
said() {
	dmesg | grep -cE 'igb .*(Link is|Reset|reset|hang)'
}

echo 1 >/proc/sys/net/ipv6/conf/eth0/disable_ipv6 || die "no eth0"
# The host's packets have several addresses.
ip link set eth0 promisc on up || die "no eth0"
up
service_install
rcodewatch check -o json --mode native eth0 >"$SCRATCH/check"
same "driver" igb "$(jq -r .driver "$SCRATCH/check")"
step "check: mode $(rcodewatch check -o json eth0 | jq -r .mode) by itself; native: attaching $(jq -r .native.attach "$SCRATCH/check")"

# come_in RATE: ask the host for packets, more before the last ones are there, however long it takes, until come_in_end, which
# waits for all; $sent is how many.
received() {
	echo $(($(link statistics/rx_packets) - received_before))
}
feed() { # RATE
	local asked=0

	while [ ! -e "$SCRATCH/enough" ]; do
		if [ "$(received)" -ge $((asked - $1)) ]; then
			echo "host: send healthy $(($1 * 4)) $1"
			asked=$((asked + $1 * 4))
		fi
		echo $asked >"$SCRATCH/asked"
		sleep 0.2
	done
}
come_in() {
	received_before=$(link statistics/rx_packets)
	rm -f "$SCRATCH/enough"
	feed "$1" &
	feeder=$!
	net_processes+=("$feeder")
}
arrived() {
	[ "$(received)" -ge "$sent" ]
}
come_in_end() {
	touch "$SCRATCH/enough"
	wait "$feeder"
	sent=$(cat "$SCRATCH/asked")
	wait_for 10 arrived
}

# ---- what a plain start and end cost -----------------------------------------------

before=$(link carrier_changes)
rcodewatch run -o json -n 1 -d rx -m native eth0 >"$SCRATCH/plain.out" 2>"$SCRATCH/plain.err" || die "native: $(cat "$SCRATCH/plain.err")"
up
plain=$(($(link carrier_changes) - before))
[ "$plain" -ge 2 ] || fail "a plain start and end change the carrier $plain times: this card shows nothing"
echo "counted: a plain start and end change the carrier $plain times"

# ---- the service --------------------------------------------------------------------

service_configure 'interface = eth0' 'mode = native' 'output = none'
systemctl start rcodewatch || die "start: $(journalctl -q -n 20 -u rcodewatch -o cat)"
service_up
same "hooks" "$tc_hook xdp_native" "$(rcodewatch status --json | jq -r '[.interfaces[].hook] | sort | join(" ")')"
up

# The link from here on: as sysfs counts, as the kernel tells those who listen, and as the driver logs.
watch_link() {
	changes=$(link carrier_changes) down=$(link carrier_down_count) reset=$(said)
	ip monitor link dev eth0 >"$SCRATCH/monitor" 2>&1 &
	monitor=$!
	net_processes+=("$monitor")
}
link_quiet() { # WHAT
	same "$1: carrier changes" "$changes" "$(link carrier_changes)"
	same "$1: times down" "$down" "$(link carrier_down_count)"
	same "$1: the driver says" "$reset" "$(said)"
	kill "$monitor"
	wait "$monitor"
	grep -E 'NO-CARRIER|state DOWN' "$SCRATCH/monitor" && fail "$1: told of a link that is down"
}
watch_link

come_in 400
"$DNSLOAD" -i eth0 -q -m healthy -t 3600 -r 50 -s 2 -e "$SCRATCH/out" &
out=$!
net_processes+=("$out")
flows() {
	[ "$(total eth0 rx)" -gt "$1" ] && [ "$(total eth0 tx)" -gt "$1" ]
}
wait_for 5 flows 50
step "traffic: $(total eth0 rx) in, $(total eth0 tx) out"

restart() {
	local pid

	pid=$(service_pid)
	systemctl restart rcodewatch || fail "restart: $(journalctl -q -n 20 -u rcodewatch -o cat)"
	service_up "$pid"
}
restart
restart
step "restarted twice"
for turn in 1 2 3; do
	service_kill "$([ "$turn" -gt 1 ] && echo all || echo main)"
done
step "killed three times"
service_program "$O/other"
restart
step "another layout"
service_kill main
service_program "$O/rcodewatch"
restart
step "and back"
come_in_end
# shellcheck disable=SC2034 # for net_stop
PID_out=$out
net_stop out INT || fail "dnsload out"
sent_out=$(count_of "$SCRATCH/out" packets)
wait_for 5 total_is eth0 rx "$sent"
wait_for 5 total_is eth0 tx "$sent_out"
echo "counted: in $(total eth0 rx) of $sent, out $(total eth0 tx) of $sent_out; carrier changes meanwhile $(($(link carrier_changes) - changes))"
in_order eth0 rx 6
link_quiet "the service"
systemctl stop rcodewatch || fail "stop"
# Which is what the link shows when a program goes.
[ "$(link carrier_changes)" -gt "$changes" ] || fail "no carrier change at the end"
same "programs left attached" 0 "$(rcodewatch check -o json eth0 | jq '.programs | length')"
up

# ---- pins ---------------------------------------------------------------------------

pinned() {
	rcodewatch run -o json -i 1 -d rx -m native --pin /sys/fs/bpf/test "$@" eth0 >>"$SCRATCH/pinned.out" 2>"$SCRATCH/pinned.err" ||
		fail "with pins: $(cat "$SCRATCH/pinned.err")"
}
pinned -n 1
up
watch_link
come_in 100
pinned -n 3
pinned -n 3 --port 53,5353
step "with pins: ended and started anew, then with other maps"
come_in_end
pinned -n 1
same "pins: packets in all" "$sent" "$(reports_total "$SCRATCH/pinned.out" packets eth0 rx)"
echo "counted: with pins $(reports_total "$SCRATCH/pinned.out" packets eth0 rx) of $sent"
link_quiet "pins"
rcodewatch detach --pin /sys/fs/bpf/test 2>"$SCRATCH/detach" || fail "detach: $(cat "$SCRATCH/detach")"
[ "$net_failures" -eq 0 ] || journalctl -q -u rcodewatch -o cat | tail -n 60
step "done"
