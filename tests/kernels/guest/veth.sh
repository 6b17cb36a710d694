#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# In a guest: the programs load and, attached to a veth pair by each hook, count what was sent; what
# others have put there stays as it was.

# shellcheck source-path=SCRIPTDIR source=common.sh
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

step "done"
