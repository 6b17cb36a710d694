#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# In a guest: the programs load and, attached to a veth pair by each hook, count what was sent; what
# others have put there stays as it was, and where both cannot be, `check` and `run` say so. Where the kernel has netkit
# devices, both ends of a pair are watched, and `check` names what hides packets there.

# PID_run is what net_start sets.
# shellcheck disable=SC2154 source-path=SCRIPTDIR source=common.sh
. /project/tests/guest/common.sh

quiet_pair
step "check"
net_in B "$RCODEWATCH" check vb >"$SCRATCH/check" || fail "check: $? $(cat "$SCRATCH/check")"
grep -q '^  mode *native' "$SCRATCH/check" || fail "check: $(cat "$SCRATCH/check")"

counted "native XDP, all cases" xdp_native cases 2000 vb -d rx -m auto
counted "native XDP, all codes and TCP streams" xdp_native codes,healthy 8332 vb -d rx -m native
counted "generic XDP" xdp_generic untagged 2000 vb -d rx -m generic
counted "tc egress" $tc_hook cases 2000 va -d tx
ip -n "$NS_B" -j link show vb | jq -e '.[0].xdp == null' >/dev/null || fail "XDP is left on vb"

# ---- the filters of others ---------------------------------------------------

tc_of_b() {
	tc -n "$NS_B" qdisc show dev vb
	tc -n "$NS_B" filter show dev vb ingress
	tc -n "$NS_B" filter show dev vb egress
}

ours() { # how many filters of ours there are
	tc_of_b | grep -c "pref 1 bpf.*handle 0x7263"
}

tc -n "$NS_B" qdisc replace dev vb clsact || die "no clsact"
tc -n "$NS_B" filter add dev vb ingress prio 5 handle 7 matchall action pass || die "no matchall"
tc -n "$NS_B" filter add dev vb egress prio 5 handle 7 matchall action pass
# With our handle, but at a priority that is not ours.
tc -n "$NS_B" filter add dev vb ingress prio 2 handle 0x7263 bpf bytecode '1,6 0 0 0,' ||
	die "no bpf classifier"
tc_of_b >"$SCRATCH/others"
same "filters of others" 3 "$(grep -c handle "$SCRATCH/others")"

counted "tc ingress, among others" $tc_hook untagged 2000 vb -d rx -m tc
tc_of_b | diff "$SCRATCH/others" - || fail "what others had at tc has changed"

# Killed, by which a filter of ours stays where there is no tcx. The next run takes its place.
monitor killed B vb -m tc
same "filters while it runs" "$([ $tc_hook = tcx ] && echo 0 || echo 2)" "$(ours)"
net_stop killed KILL 2>/dev/null
same "filters after it was killed" "$([ $tc_hook = tcx ] && echo 0 || echo 2)" "$(ours)"
counted "after a killed run" $tc_hook untagged 1000 vb -m tc
tc_of_b | diff "$SCRATCH/others" - || fail "after a killed run: what others had at tc has changed"

# ---- what cannot be shared without tcx ------------------------------------------

# found LETTER INTERFACE ID...: of the findings of `check` that make unfit, or are about netkit, these are there
found() {
	net_in "$1" "$RCODEWATCH" check -o json "$2" >"$SCRATCH/check"
	same "check $2: findings" "${*:3}" \
		"$(jq -r '[.findings[] | select(.level == "unfit" or (.id | startswith("netkit_"))).id] | join(" ")' "$SCRATCH/check")"
}

# refused ID WORDS: `check` says that vb is unfit by ID, and `run` ends and says WORDS, with nothing changed
refused() {
	tc_of_b >"$SCRATCH/before"
	found B vb "$1"
	same "fit, with $1" false "$(jq .fit "$SCRATCH/check")"
	net_in B "$RCODEWATCH" check vb >/dev/null
	same "exit status of check, with $1" 3 $?
	net_in B "$RCODEWATCH" run -q -n 1 vb >/dev/null 2>"$SCRATCH/run"
	same "exit status of run, with $1" 1 $?
	grep -qF "$2" "$SCRATCH/run" || fail "$1: $(cat "$SCRATCH/run")"
	tc_of_b | diff "$SCRATCH/before" - || fail "$1: what others had at tc has changed"
	step "refused: $(jq -r '.findings[] | select(.level == "unfit").text' "$SCRATCH/check")"
}

if ! kernel_has 6 6; then
	tc -n "$NS_B" qdisc del dev vb clsact || die "no clsact to take away"
	tc -n "$NS_B" qdisc add dev vb ingress || die "no ingress qdisc"
	tc -n "$NS_B" filter add dev vb ingress prio 5 handle 7 matchall action pass || die "no matchall"
	refused ingress_qdisc "have clsact in its place, which takes the same filters, or add --direction rx"
	counted "tc ingress of an ingress qdisc" clsact untagged 1000 vb -d rx -m tc
	tc -n "$NS_B" qdisc del dev vb ingress
	tc -n "$NS_B" qdisc add dev vb clsact
	tc -n "$NS_B" filter add dev vb ingress prio 5 handle 7 matchall action pass
	found B vb

	tc -n "$NS_B" filter add dev vb egress prio 1 handle 7 matchall action pass || die "no matchall"
	refused tc_priority "if priority 1 is held by a filter of another protocol or kind ('tc filter show dev vb egress'), give that another priority"
	tc -n "$NS_B" filter del dev vb egress
	tc -n "$NS_B" filter add dev vb egress prio 5 handle 7 matchall action pass
	found B vb
	counted "with clsact in its place, and another priority" clsact untagged 1000 vb -m tc
fi
tc -n "$NS_B" qdisc del dev vb clsact

# ---- netkit ------------------------------------------------------------------------

# datagrams FROM ADDRESS: 20, which are queries by their port
datagrams() {
	net_in "$1" bash -c "for i in {1..20}; do echo \$i >/dev/udp/$2/53; done" 2>/dev/null
}

# netkit_counts WHAT LETTER INTERFACE DIRECTION PACKETS FROM ADDRESS
netkit_counts() {
	monitor run "$2" "$3" -d "$4" -i 0.5
	kill -0 "$PID_run" 2>/dev/null || die "$1: $(cat "$SCRATCH/run.err")"
	datagrams "$6" "$7"
	sleep 2
	monitor_stop run
	same "$1: hook" tcx "$(jq -rs 'map(.hook // empty) | unique[]' "$SCRATCH/run.out")"
	same "$1" "$5" "$(reports_sums "$SCRATCH/run.out" | count_of - packets)"
	step "$1: $5 packets"
}

if net_in B ip link add nka type netkit 2>/dev/null; then
	peer=$(ip -n "$NS_B" -d -j link show | jq -r '.[] | select(.linkinfo.info_kind == "netkit" and .ifname != "nka").ifname')
	ip -n "$NS_B" link set "$peer" netns "$NS_A" || die "the peer stays"
	ip -n "$NS_A" link set "$peer" name nkb up
	ip -n "$NS_B" link set nka up
	ip -n "$NS_A" addr add 10.7.0.1/24 dev nkb
	ip -n "$NS_B" addr add 10.7.0.2/24 dev nka
	found B nka
	found A nkb netkit_unseen
	netkit_counts "netkit, sent" B nka tx 20 B 10.7.0.1
	netkit_counts "netkit, received" B nka rx 20 A 10.7.0.2
	netkit_counts "netkit, the peer has received" A nkb rx 20 B 10.7.0.1
	# A program of the pair that drops what the peer sends (NETKIT_DROP).
	net_start held B "$O/tests/tools/hold_hook" nka netkit_peer 2
	wait_for 5 grep -q attached "$SCRATCH/held.out"
	found B nka netkit_ahead
	same "its name" "netkit_peer held" "$(jq -r '.programs[] | "\(.hook) \(.name)"' "$SCRATCH/check")"
	netkit_counts "netkit, behind a program of the pair that drops" B nka rx 0 A 10.7.0.2
	netkit_counts "netkit, the peer has sent all the same" A nkb tx 20 A 10.7.0.2
	net_stop held
else
	step "no netkit devices here"
fi

step "done"
