#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# In a guest: the programs load, count what the host's build of the parser counts, and, attached to
# a veth pair by each hook, what was sent; what others have put there stays as it was.

# shellcheck source-path=SCRIPTDIR source=common.sh
. /project/tests/guest/common.sh

step "the verifier"
"$O/tests/verifier_cost" || die "the programs do not all load"

quiet_pair
step "check"
net_in B "$RCODEWATCH" check vb >"$SCRATCH/check" || fail "check: $? $(cat "$SCRATCH/check")"
grep -q '^  mode *native' "$SCRATCH/check" || fail "check: $(cat "$SCRATCH/check")"

counted "native XDP, all cases" xdp_native cases 2000 vb -d rx -m auto
counted "native XDP, all codes" xdp_native codes 8332 vb -d rx -m native
counted "native XDP, healthy" xdp_native healthy 5000 vb -d rx -m native
counted "generic XDP" xdp_generic untagged 2000 vb -d rx -m generic
counted "tc ingress" $tc_hook untagged 2000 vb -d rx -m tc
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

counted "among others" $tc_hook untagged 1000 vb -d rx -m tc
tc_of_b | diff "$SCRATCH/others" - || fail "what others had at tc has changed"

monitor killed B vb -m tc
same "filters while it runs" "$([ $tc_hook = tcx ] && echo 0 || echo 2)" "$(ours)"
net_stop killed KILL 2>/dev/null
if [ $tc_hook = tcx ]; then
	tc_of_b | diff "$SCRATCH/others" - || fail "a killed run left something"
else
	same "filters of ours after a killed run" 2 "$(ours)"
fi
holders=$(net_in B "$RCODEWATCH" check vb -o json | jq '.programs | length')
counted "after a killed run" $tc_hook untagged 1000 vb -d rx -m tc
step "programs that check saw after the killed run: $holders"
if [ $tc_hook = clsact ]; then
	monitor both B vb -m tc
	same "a stale filter gives way" 2 "$(ours)"
	monitor_stop both
fi
tc_of_b | diff "$SCRATCH/others" - || fail "after a stale filter: what others had has changed"

step "test runs"
"$O/tests/bpf/test_programs" >"$SCRATCH/programs" 2>&1 || fail "$(tail -n 30 "$SCRATCH/programs")"
grep -E 'frames run|PASSED' "$SCRATCH/programs"
step "done"
