#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# timeout: 90
#
# --debug of run, read and check: a line for each step, none for a packet, nothing without it.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
net_need jq

net_namespace A
net_namespace B
net_quiet_veth A B

# lines FILE PATTERN: how many lines of --debug are so.
lines() { grep -cE "^rcodewatch: debug: $2" "$1"; }

# says FILE PATTERN...: one such line at least.
says() {
	local file=$1 pattern

	shift
	for pattern; do
		[ "$(lines "$file" "$pattern")" -gt 0 ] || fail "$(basename "$file") has no line '$pattern'"
	done
}

# ---- run ----------------------------------------------------------------------------

net_start run B "$RCODEWATCH" run --debug -m native -i 60 -o json -s "json:$SCRATCH/sink,interval=60" vb
wait_for 20 grep -q '^rcodewatch: watching vb' "$SCRATCH/run.err"
wait_for 20 grep -q "debug: sink json:$SCRATCH/sink: open" "$SCRATCH/run.err"
before=$(wc -l <"$SCRATCH/run.err")
net_in A "$DNSLOAD" -i va -n 3000 -r 3000 -m healthy -s 1 || die "dnsload failed"
# The end of the minute may bring a report, of six lines at most.
[ "$(wc -l <"$SCRATCH/run.err")" -le $((before + 6)) ] || fail "3000 packets bring lines of their own"
number=$(ip -n "$NS_B" -j link show vb | jq '.[0].ifindex')
ip -n "$NS_B" link del vb
wait_for 10 grep -q "debug: interface number $number was deleted" "$SCRATCH/run.err"
net_stop run || fail "run --debug: exit status $?"
# Of rx: each packet took one path; what dnsload sends is mostly for the fast one.
jq -es 'map(select(.direction == "rx")) | length > 0 and all(.paths.fast + .paths.slow == .accounting.packets) and
	(map(.paths.fast) | add) > 1500 and (map(.paths.slow) | add) > 0' "$SCRATCH/run.out" >/dev/null ||
	fail "paths are $(jq -c '[.direction, .paths, .accounting.packets]' "$SCRATCH/run.out")"
err=$SCRATCH/run.err
says "$err" "kernel $(uname -r), $(getconf _NPROCESSORS_CONF) CPUs: BTF yes" 'rtnetlink, request of type 18: [0-9]+ messages' \
	"vb: number $number, driver veth, link type 1, MTU 1500, up" 'vb: mode native: as --mode says' \
	'rcodewatch_rx of xdp_bpf: loaded after [0-9]+ ms' 'rcodewatch_rx_slow of xdp_bpf: loaded' \
	'running as user [0-9]+, group [0-9]+; capabilities kept: 0x' 'vb rx: xdp_native: made' 'vb tx: tcx: made|vb tx: clsact: made' \
	'report 1 of the interval of 60.000 s: 2 parts' 'ending: by a signal, number 15'
# Each reading of the counters has its two lines, whose numbers go with those of the reports.
same "grace periods" "$(lines "$err" 'epoch [0-9]+ begins')" "$(lines "$err" 'set [01] read: grace period [0-9]+ us, reading [0-9]+ us$')"
grep -q '^libbpf: ' "$err" || fail "libbpf's messages are not there"

# ---- read, check --------------------------------------------------------------------

"$DNSLOAD" -w "$SCRATCH/capture.pcap" -n 2000 -m healthy -s 1 || die "dnsload failed"
"$RCODEWATCH" read --debug -o json "$SCRATCH/capture.pcap" >/dev/null 2>"$SCRATCH/read.err" || fail "read --debug: exit status $?"
size=$(stat -c %s "$SCRATCH/capture.pcap")
says "$SCRATCH/read.err" 'counting by 1 threads' "$SCRATCH/capture.pcap: opened: pcap, this host's byte order" \
	"$SCRATCH/capture.pcap: closed at byte $size, after 2000 packets" 'report 1: [0-9.]+ s of capture time'
"$RCODEWATCH" read -o json "$SCRATCH/capture.pcap" | jq -e 'has("paths") | not' >/dev/null || fail "read tells of paths"
same "lines of read --debug" 4 "$(wc -l <"$SCRATCH/read.err")"

net_in A "$RCODEWATCH" check --debug lo >"$SCRATCH/with" 2>"$SCRATCH/check.err" || fail "check --debug: exit status $?"
says "$SCRATCH/check.err" 'lo: number 1, driver [a-z]+, link type 772' 'sock_diag, request of type 20: ' 'lo: 0 programs, 0 XDP sockets'

# ---- without ------------------------------------------------------------------------

net_in A "$RCODEWATCH" check lo >"$SCRATCH/without" 2>"$SCRATCH/quiet.err"
"$RCODEWATCH" read "$SCRATCH/capture.pcap" >/dev/null 2>>"$SCRATCH/quiet.err"
same "check, without --debug" "$(cat "$SCRATCH/with")" "$(cat "$SCRATCH/without")"
same "what is said without --debug" "" "$(cat "$SCRATCH/quiet.err")"
[ "$net_failures" -eq 0 ]
