#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# In a guest with systemd: the unit as it is shipped, on the host's end of a veth pair, under traffic in both directions.
# Whatever happens to the service, what is counted in the end is what was sent, and the link does not notice.

# shellcheck source-path=SCRIPTDIR source=booted.sh
. /project/tests/guest/booted.sh

quiet_namespace A
ip link add vb type veth peer name va netns "$NS_A" || die "cannot make a veth pair"
ip link set vb up
ip -n "$NS_A" link set va up
wait_for 5 net_carrier "$NS_A" va

link() {
	cat "/sys/class/net/vb/$1"
}

# ---- installed and started --------------------------------------------------------

service_install
systemd-analyze verify --man=no rcodewatch.service >"$SCRATCH/verify" 2>&1 || fail "verify: $(cat "$SCRATCH/verify")"
service_configure 'interface = vb' 'output = none'
systemctl start rcodewatch || die "start: $(journalctl -q -n 20 -u rcodewatch -o cat)"
service_up
step "started: $(systemctl show -P StatusText rcodewatch)"
systemd-analyze security --no-pager --threshold=17 rcodewatch >"$SCRATCH/security" || fail "security: $(tail -n 1 "$SCRATCH/security")"
echo "security: $(grep -o 'level for .*' "$SCRATCH/security")"
same "hooks" "$tc_hook xdp_native" "$(rcodewatch status --json | jq -r '[.interfaces[].hook] | sort | join(" ")')"

carrier=$(link carrier_changes)
rx=$(link statistics/rx_packets) tx=$(link statistics/tx_packets)
net_start in A "$DNSLOAD" -i va -m healthy -t 3600 -r 300 -e "$SCRATCH/in"
"$DNSLOAD" -i vb -q -m healthy -t 3600 -r 100 -s 2 -e "$SCRATCH/out" &
out=$!
net_processes+=("$out")

flows() {
	[ "$(total vb rx)" -gt "$1" ] && [ "$(total vb tx)" -gt "$1" ]
}
wait_for 5 flows 100
step "traffic: $(total vb rx) in, $(total vb tx) out"

# ---- reloaded -----------------------------------------------------------------------

service_configure 'interface = vb' 'output = none' 'memroy = 64'
rcodewatch reload >"$SCRATCH/reload" 2>&1 && fail "a wrong file was taken: $(cat "$SCRATCH/reload")"
grep -q memroy "$SCRATCH/reload" || fail "the wrong file: $(cat "$SCRATCH/reload")"
service_configure 'interface = vb' 'output = none' 'label = site=guest'
systemctl reload rcodewatch || fail "reload"
labelled() {
	reports_of vb rx | tail -n 1 | jq -e '.labels.site == "guest"'
}
wait_for 5 labelled
step "reloaded: $(cat "$SCRATCH/reload")"

# ---- restarted, killed, upgraded -----------------------------------------------------

restart() {
	local pid

	pid=$(service_pid)
	systemctl restart rcodewatch || fail "restart: $(journalctl -q -n 20 -u rcodewatch -o cat)"
	service_up "$pid"
}
restart
step "restarted"
for turn in 1 2 3 4 5 6 7 8 9 10; do
	# One in two while it has hardly begun.
	[ $((turn % 2)) -eq 0 ] || sleep 1.5
	service_kill "$([ "$turn" -gt 5 ] && echo all || echo main)"
done
step "killed ten times"
# What the kernel kills for want of memory goes on like what is killed otherwise. Maps are of that memory since 5.11.
stops() {
	journalctl -q -u rcodewatch -o cat | grep -c '^Stopping'
}
pid=$(service_pid)
before=$(stops)
systemctl set-property --runtime rcodewatch MemoryMax=2M || fail "cannot limit memory"
service_is_another() {
	[ "$(service_pid)" != "$pid" ]
}
wait_for 20 service_is_another
systemctl set-property --runtime rcodewatch MemoryMax=384M || fail "cannot give memory back"
service_up "$pid"
journalctl -q -k -o cat | grep -q 'Memory cgroup out of memory: Killed process .*(rcodewatch)' || fail "nothing was killed for want of memory"
same "stops for want of memory" "$before" "$(stops)"
step "out of memory"
pid=$(service_pid)
stored=$(systemctl show -P NFileDescriptorStore rcodewatch)
systemctl daemon-reexec || fail "daemon-reexec"
wait_for 5 service_is NFileDescriptorStore "$stored"
same "the process after daemon-reexec" "$pid" "$(service_pid)"
restart
step "daemon-reexec with $stored descriptors kept, and restarted"
service_program "$O/other"
restart
step "another layout"
service_kill main
service_program "$O/rcodewatch"
restart
step "and back"

# ---- the end ---------------------------------------------------------------------------

net_stop in INT || fail "dnsload in: $(cat "$SCRATCH/in.err")"
# shellcheck disable=SC2034 # for net_stop
PID_out=$out
net_stop out INT || fail "dnsload out"
sent_in=$(count_of "$SCRATCH/in" packets) sent_out=$(count_of "$SCRATCH/out" packets)
same "lost on the way in" 0 "$(net_in A cat /sys/class/net/va/statistics/tx_dropped)"
same "packets that vb received" "$sent_in" $(($(link statistics/rx_packets) - rx))
same "packets that vb sent" "$sent_out" $(($(link statistics/tx_packets) - tx))
wait_for 5 total_is vb rx "$sent_in"
wait_for 5 total_is vb tx "$sent_out"
echo "counted: in $(total vb rx) of $sent_in, out $(total vb tx) of $sent_out"
# A report that is on its way when the program is killed may be missing.
in_order vb rx 16
in_order vb tx 16
lines | jq -r 'select(.type == "event") | "\(.event): \(.reason // "")"' | sort | uniq -c
systemctl stop rcodewatch || fail "stop"
service_is Result success || fail "it ended with $(systemctl show -P Result rcodewatch)"
same "descriptors kept after the end" 0 "$(systemctl show -P NFileDescriptorStore rcodewatch)"
same "programs left attached" 0 "$(rcodewatch check -o json vb | jq '.programs | length')"
same "carrier changes" "$carrier" "$(link carrier_changes)"
[ "$net_failures" -eq 0 ] || journalctl -q -u rcodewatch -o cat | tail -n 60
step "done"
