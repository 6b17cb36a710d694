#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# In a guest: beside libxdp's dispatcher with xdp-filter at XDP. What `check` says is so, what is counted is what that lets through, and
# neither replaces the other.

# PID_mon is what net_start sets.
# shellcheck disable=SC2154 source-path=SCRIPTDIR source=common.sh
. /project/tests/guest/common.sh

# check STATUS LETTER INTERFACE [MODE]: what it says is in $SCRATCH/check.
check() {
	local status

	net_in "$2" "$RCODEWATCH" check -m "${4:-auto}" -o json "$3" >"$SCRATCH/check"
	status=$?
	same "check $3: exit status" "$1" "$status"
}
names() { # WHAT ID LEVEL
	same "$1" "$3" "$(jq -r --arg id "$2" '.findings[] | select(.id == $id).level' "$SCRATCH/check")"
}

# sees WHAT PACKETS FROM: of 500 packets sent into FROM, the run that monitor mon has started counts so many.
send_500() { # FROM
	net_in A "$DNSLOAD" -i "$1" -q -m healthy -n 500 -r 1000 -e "$SCRATCH/sent" || fail "dnsload"
}
counted_all() { # PACKETS
	[ "$(reports_sums "$SCRATCH/mon.out" | count_of - packets)" = "$1" ]
}
sees() { # WHAT PACKETS FROM
	send_500 "$3"
	wait_for 5 counted_all "$2" || fail "$1: counted $(reports_sums "$SCRATCH/mon.out" | count_of - packets)"
	sleep 1
	monitor_stop mon
	same "$1" "$2" "$(reports_sums "$SCRATCH/mon.out" | count_of - packets)"
	step "$1"
}

quiet_pair

# ---- libxdp's dispatcher -----------------------------------------------------------

command -v xdp-loader >/dev/null || die "xdp-loader is not here: tests/deps.sh kernels"
in_b() { # with the BPF filesystem, which ip netns exec hides
	nsenter --net="/run/netns/$NS_B" "$@"
}
xdp_state() {
	in_b xdp-loader status vb
}
# That it drops what is for one port, as a scrubber would.
in_b xdp-filter load -m native -f udp -p allow vb >"$SCRATCH/load" 2>&1 || die "xdp-filter: $(cat "$SCRATCH/load")"
xdp_state >"$SCRATCH/xdp"
grep -q xdp_dispatcher "$SCRATCH/xdp" || fail "no dispatcher: $(cat "$SCRATCH/xdp")"
check 0 B vb
names "behind the dispatcher" xdp_ahead warning
same "the mode beside the dispatcher" tc "$(jq -r .mode "$SCRATCH/check")"
same "the dispatcher's name" xdp_dispatcher "$(jq -r '.programs[0].name' "$SCRATCH/check")"
check 3 B vb native
monitor mon B vb -d rx -i 0.5
grep -q 'held by program [0-9]* xdp_dispatcher (xdp_native): packets that it drops, answers or redirects are not seen' "$SCRATCH/mon.err" ||
	fail "beside the dispatcher: $(cat "$SCRATCH/mon.err")"
sees "beside xdp-filter, which lets all pass" 500 va
in_b xdp-filter port -m src -p udp 53 >"$SCRATCH/load" 2>&1 || fail "xdp-filter port: $(cat "$SCRATCH/load")"
monitor mon B vb -d rx -i 0.5
sees "behind xdp-filter, which drops responses over UDP" "$(awk '$1 == "transport.tcp" { print $2 }' "$SCRATCH/sent")" va
xdp_state | diff "$SCRATCH/xdp" - || fail "what others had at XDP has changed"
in_b xdp-filter unload vb >/dev/null 2>&1 || fail "xdp-filter unload"

# The other way round: who comes second is told who is there.
monitor mon B vb -d rx -i 0.5
in_b xdp-filter load -m native vb >"$SCRATCH/load" 2>&1 && fail "the dispatcher replaced rcodewatch"
sees "xdp-filter comes second, and is refused" 500 va
step "done"
