#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# `rcodewatch check` on real interfaces: what it says against what ip, tc, bpftool and the kernel
# say, its exit status, and that it changes nothing.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
net_need jq tc "${CLANG:-clang}" bpftool setpriv
[ -c /dev/net/tun ] || skip "no tap devices: /dev/net/tun is missing"

net_namespace A
net_namespace B
net_veth A B

# ---- helpers ---------------------------------------------------------------------

# check STATUS ARGUMENT...: run it in A; standard output in $SCRATCH/out, errors in $SCRATCH/err.
check() {
	local wanted=$1 status

	shift
	net_in A "$RCODEWATCH" check "$@" >"$SCRATCH/out" 2>"$SCRATCH/err"
	status=$?
	[ "$status" -eq "$wanted" ] || {
		fail "check $*: exit status should be $wanted, is $status"
		cat "$SCRATCH/out" "$SCRATCH/err"
	}
}

# said WHAT WANTED FILTER [INTERFACE]: a jq filter over the last JSON output.
said() {
	same "$1" "$2" "$(jq -r --arg i "${4:-}" \
		"select(\$i == \"\" or .interface == \$i) | $3" "$SCRATCH/out")"
}

# The ids of the findings of a level, sorted, in one line.
findings() {
	jq -r --arg l "$1" '[.findings[] | select(.level == $l) | .id] | sort | join(" ")' "$SCRATCH/out"
}

# Everything that check could have changed.
state() {
	local ns

	for ns in "$NS_A" "$NS_B"; do
		ip -n "$ns" -d link
		tc -n "$ns" qdisc show
		for link in $(ip -n "$ns" -br link | sed 's/[@ ].*//'); do
			echo "$link"
			tc -n "$ns" filter show dev "$link" ingress
			tc -n "$ns" filter show dev "$link" egress
		done 2>&1
		ip netns exec "$ns" bpftool net
	done | sed 's/[a-z_]*timer *[0-9.]*//g' # a bridge's run on
}

cat >"$SCRATCH/other.c" <<'END'
#define SEC(name) __attribute__((section(name), used))
struct xdp_md;
struct __sk_buff;
struct {
	int (*type)[17]; /* BPF_MAP_TYPE_XSKMAP */
	int (*max_entries)[4];
	int *key;
	int *value;
} sockets SEC(".maps");
static long (*const redirect_map)(void *, unsigned long long, unsigned long long) = (void *)51;
SEC("xdp") int other_xdp(struct xdp_md *ctx) { return 2; }
SEC("xdp.frags") int frags_xdp(struct xdp_md *ctx) { return 2; }
SEC("xdp_sockets") int sockets_xdp(struct xdp_md *ctx) { return redirect_map(&sockets, 0, 2); }
SEC("tc") int other_tc(struct __sk_buff *skb) { return -1; }
char _license[] SEC("license") = "GPL";
END
"${CLANG:-clang}" -target bpf -O2 -g -c -o "$SCRATCH/other.o" "$SCRATCH/other.c" || die "cannot compile"

# ---- a free interface ------------------------------------------------------------

state >"$SCRATCH/before"
check 0 -o json va
said "schema" rcodewatch/1 .schema
said "type" check .type
said "fit" true .fit
said "veth is quiet: auto is native" native .mode
said "driver" veth .driver
said "kind" veth .kind
said "peer elsewhere" false '.link | has("name")'
said "MTU" 1500 .mtu
said "ifindex" "$(net_in A cat /sys/class/net/va/ifindex)" .ifindex
said "kernel" "$(uname -r)" .kernel.release
# The namespace has no such file; the one that the test is started in has.
if [ -r /proc/sys/net/core/bpf_jit_enable ]; then
	said "jit" "$(sed 's/0/false/;s/[1-9]/true/' /proc/sys/net/core/bpf_jit_enable)" .kernel.jit
fi
said "no programs" 0 '.programs | length'
said "channels" "$(net_in A find /sys/class/net/va/queues/ -name 'rx-*' | wc -l)" '.channels.rx + .channels.combined'
same "no warnings" "" "$(findings warning)"
check 0 --strict va
grep -q '^va: fit$' "$SCRATCH/out" || fail "text: no verdict on va"
grep -q '^  mode  *native: ' "$SCRATCH/out" || fail "text: no mode"
check 0 -m tc -o json va
said "forced mode" tc .mode
check 0 -m generic -o json va
said "forced mode" generic .mode
state >"$SCRATCH/after"
cmp -s "$SCRATCH/before" "$SCRATCH/after" || fail "check changed: $(diff "$SCRATCH/before" "$SCRATCH/after")"

# ---- loopback, tap, tun, bridge, macvlan -----------------------------------------

net_in A ip tuntap add dev tap0 mode tap || die "no tap"
net_in A ip tuntap add dev tun0 mode tun || die "no tun"
net_in A ip link add br0 type bridge || die "no bridge"
net_in A ip link add vc type veth peer name vd || die "no veth"
net_in A ip link set vc master br0
net_in A ip link set br0 up
net_in A ip link set vc up
net_in A ip link set vd up
state >"$SCRATCH/before"

check 0 -o json lo
said "loopback" true .loopback
said "loopback by tc" tc .mode
same "loopback counts twice" "loopback" "$(findings warning)"
check 4 --strict lo
check 3 -m native lo

# That a tap takes a native program and a tun does not is seen below, from the kernel.
check 0 -o json tap0 tun0
said "tap" native .mode tap0
said "tun" tc .mode tun0
said "tap's frames" ethernet .framing tap0
said "tun's frames" raw_ip .framing tun0
said "tap is down" true '[.findings[].id] | contains(["down"])' tap0
check 3 -o json -m native tun0
said "tun has no native XDP" false .native.possible
same "unfit" native_impossible "$(findings unfit)"

check 0 -o json br0 vc
said "bridge" tc .mode br0
said "port" vc '.beneath | join(" ")' br0
said "master" br0 .master.name vc
said "together they count twice" overlap '[.findings[] | select(.level == "warning") | .id] | join(" ")' vc
check 0 -o json vc vd
said "a veth and its peer do not" false '[.findings[].id] | contains(["overlap"])' vd
said "the peer" vd .link.name vc
if net_in A ip link add link vd name mv0 type macvlan 2>/dev/null; then
	check 0 -o json mv0 vd
	said "parent" vd '.beneath | join(" ")' mv0
	said "and parent" true '[.findings[].id] | contains(["overlap"])' vd
	net_in A ip link del mv0
fi
# Kernels for small machines may lack these; the others stand for them then.
if net_in A ip link add bond0 type bond 2>/dev/null; then
	net_in A ip link add ve type veth peer name vf
	net_in A ip link set ve master bond0
	check 0 -o json bond0 ve
	said "bond" tc .mode bond0
	said "bond's port" ve '.beneath | join(" ")' bond0
	said "bond and port" true '[.findings[].id] | contains(["overlap"])' ve
	net_in A ip link del ve
	net_in A ip link del bond0
fi
if net_in A ip link add dummy0 type dummy 2>/dev/null; then
	check 3 -m native dummy0
	net_in A ip link del dummy0
fi
state >"$SCRATCH/after"
cmp -s "$SCRATCH/before" "$SCRATCH/after" || fail "check changed: $(diff "$SCRATCH/before" "$SCRATCH/after")"

# ---- the kernel agrees -----------------------------------------------------------

attaches() { # INTERFACE SECTION: does the driver take that program natively?
	net_in A ip link set dev "$1" xdpdrv obj "$SCRATCH/other.o" sec "$2" 2>"$SCRATCH/err" || return
	net_in A ip link set dev "$1" xdpdrv off
}

# native_agrees INTERFACE: what check says of native XDP is what attaching one comes to.
native_agrees() {
	local wanted=false section=xdp

	net_in A "$RCODEWATCH" check -o json "$1" >"$SCRATCH/out"
	[ "$(jq .kernel.xdp_frags "$SCRATCH/out")" = true ] && section=xdp.frags
	if attaches "$1" $section; then
		wanted=true
	fi
	said "native XDP on $1, MTU $(net_in A cat "/sys/class/net/$1/mtu")" "$wanted" .native.possible
}
net_in A ip link set tap0 up
net_in A ip link set tun0 up
for link in va vc tap0 tun0 br0 lo; do
	native_agrees "$link"
done
# The table's limit of veth, from below and above; only the peer's MTU counts.
if [ "$(getconf PAGESIZE)" -eq 4096 ]; then
	for mtu in 3506 3507 9000; do
		net_in A ip link set vc mtu "$mtu"
		net_in A ip link set vd mtu "$mtu"
		native_agrees vc
		attaches vc xdp
		same "without frags, MTU $mtu" "$((mtu > 3506))" "$(($? != 0))"
	done
	check 0 -o json vc
	if [ "$(jq .kernel.xdp_frags "$SCRATCH/out")" = true ]; then
		said "with frags" native .mode
		said "no limit" null .native.mtu_limit
	else
		said "by tc then" tc .mode
		said "the limit" 3506 .native.mtu_limit
	fi
fi
net_in A ip link set vc mtu 1500
net_in A ip link set vd mtu 1500

# ---- who is there already --------------------------------------------------------

program_id() { # INTERFACE: its XDP program as ip sees it
	ip -n "$NS_A" -j link show dev "$1" | jq -r '.[0].xdp.prog.id'
}

for mode in xdpdrv:xdp_native xdpgeneric:xdp_generic; do
	net_in A ip link set dev va "${mode%:*}" obj "$SCRATCH/other.o" sec xdp || die "cannot attach"
	state >"$SCRATCH/before"
	check 0 -o json va
	said "hook" "${mode#*:}" '.programs[0].hook'
	said "id" "$(program_id va)" '.programs[0].id'
	said "name" other_xdp '.programs[0].name'
	said "beside XDP only tc" tc .mode
	same "what XDP takes is not seen" xdp_ahead "$(findings warning)"
	check 3 -m native va
	check 3 -m generic va
	check 0 va
	grep -q "${mode#*:}: program $(program_id va) other_xdp" "$SCRATCH/out" ||
		fail "text: does not list the program"
	state >"$SCRATCH/after"
	cmp -s "$SCRATCH/before" "$SCRATCH/after" || fail "check changed something beside ${mode%:*}"
	# It is shared by tc, and readers of reports are told what is not seen.
	net_in A "$RCODEWATCH" run -o none -n 1 -i 0.5 -d rx --sink "json:$SCRATCH/shared.${mode#*:}" va 2>"$SCRATCH/shared.err" ||
		fail "beside ${mode%:*}: $(cat "$SCRATCH/shared.err")"
	same "beside ${mode%:*}" \
		"XDP is held by program $(program_id va) other_xdp (${mode#*:}): packets that it drops, answers or redirects are not seen" \
		"$(jq -r 'select(.event == "attached").reason' "$SCRATCH/shared.${mode#*:}")"
	net_in A ip link set dev va "${mode%:*}" off
done

net_in A ip link set dev va xdpgeneric obj "$SCRATCH/other.o" sec xdp_sockets || die "cannot attach"
check 0 -o json va
said "a map of XDP sockets is noticed" true '.programs[0].xdp_sockets'
net_in A ip link set dev va xdpgeneric off

# A program on the bridge stands in the way of one on its port (5.15).
net_in A ip link set dev br0 xdpgeneric obj "$SCRATCH/other.o" sec xdp || die "cannot attach"
native_agrees vc
net_in A ip link set dev br0 xdpgeneric off

net_in A tc qdisc add dev va clsact || die "no clsact"
net_in A tc filter add dev va ingress prio 7 handle 0x2a bpf da obj "$SCRATCH/other.o" sec tc ||
	die "cannot add a filter"
net_in A tc filter add dev va egress prio 9 u32 match u32 0 0 flowid 1:1 || die "cannot add a filter"
state >"$SCRATCH/before"
check 0 -o json va
said "two filters" 2 '.programs | length'
said "ingress" "bpf 7 42 other_tc" '.programs[] | select(.hook == "tc_ingress") | "\(.filter) \(.priority) \(.handle) \(.name)"'
said "its id" "$(net_in A bpftool -j net | jq '.[0].tc[] | select(.devname == "va") | .id // .prog_id' | head -1)" \
	'.programs[] | select(.hook == "tc_ingress") | .id'
said "egress" "u32 9" '.programs[] | select(.hook == "tc_egress") | "\(.filter) \(.priority)"'
said "filters do not hinder" native .mode
state >"$SCRATCH/after"
cmp -s "$SCRATCH/before" "$SCRATCH/after" || fail "check changed something beside filters"
net_in A tc qdisc del dev va clsact

# What check says before Linux 6.6, where programs are filters, goes by these rules of the kernel.
filter() { # ARGUMENT...
	net_in A tc filter add dev va "$@" 2>"$SCRATCH/err"
}
handles() {
	net_in A tc filter show dev va ingress | grep -o 'handle 0x[0-9a-f]*' | sed 's/handle //' | xargs
}
net_in A tc qdisc add dev va clsact
filter ingress prio 1 handle 7 bpf bytecode '1,6 0 0 2,' || die "no filter"
filter ingress prio 1 handle 0x7263 bpf bytecode '1,6 0 0 2,' || die "no filter"
same "of one priority the last one is first" "0x7263 0x7" "$(handles)"
filter ingress prio 1 u32 match u32 0 0 flowid 1:1 && fail "two kinds of filter have one priority"
filter ingress protocol ip prio 1 handle 9 bpf bytecode '1,6 0 0 2,' && fail "two protocols have one priority"
net_in A tc qdisc del dev va clsact
net_in A tc qdisc add dev va ingress
filter parent ffff:fff3 handle 7 bpf bytecode '1,6 0 0 2,' || die "no filter"
same "a filter for egress of an ingress qdisc is at ingress" 0x7 "$(handles)"
net_in A tc qdisc del dev va ingress

# Another rcodewatch, on both hooks, by links.
attached() {
	check 0 -o json va && [ "$(jq '.programs | length' "$SCRATCH/out")" -eq 2 ]
}
net_start run A "$RCODEWATCH" run --quiet --duration 30 va
wait_for 10 attached
same "another one is noticed" another_rcodewatch "$(findings warning)"
said "hooks" "tcx_egress xdp_native" \
	'[.programs[].hook | sub("tc_egress"; "tcx_egress")] | sort | join(" ")'
said "names" "rcodewatch_rx rcodewatch_tx" '[.programs[].name] | sort | join(" ")'
said "its XDP link" "$(bpftool -j link | jq --argjson i "$(jq .programs[0].id "$SCRATCH/out")" \
	'.[] | select(.prog_id == $i) | .id')" '.programs[0].link_id'
# Others' tcx programs: behind it, and before it if they ask for that later.
if [ "$(jq .kernel.tcx "$SCRATCH/out")" = true ]; then
	holds() { # NAME ARGUMENT...
		net_start "$1" A "$O/tests/tools/hold_hook" va tcx_egress -1 "${@:2}"
		wait_for 10 grep -q attached "$SCRATCH/$1.out"
	}
	holds behind
	check 0 -o json va
	same "one behind it" another_rcodewatch "$(findings warning)"
	holds before first
	check 0 -o json va
	same "one before it" "another_rcodewatch tc_ahead" "$(findings warning)"
	said "in their order" "held rcodewatch_tx held" '[.programs[] | select(.hook == "tcx_egress").name] | join(" ")'
	net_stop before
	net_stop behind
fi
net_stop run || fail "run ended with $?"

# ---- names, privileges, options --------------------------------------------------

net_in A ip link property add dev vd altname a-name-of-more-than-fifteen-letters
check 0 -o json a-name-of-more-than-fifteen-letters
said "an alternative name" vd .interface
check 1 vaa
same "a near name" "rcodewatch: no interface 'vaa': did you mean va?" "$(cat "$SCRATCH/err")"
check 1 unlike-any
same "errors of one line" 1 "$(wc -l <"$SCRATCH/err")"
check 1 -o json va unlike-any
said "the others are checked all the same" va .interface
check 2
check 2 --nonsense va
check 2 --mode fast va
check 0 --help

# Without privilege the rest is still printed, and what is not seen is named. Not by the path of the
# program, which may be closed to others.
net_in A ip link set dev va xdpgeneric obj "$SCRATCH/other.o" sec xdp
net_in A setpriv --bounding-set=-all --inh-caps=-all --no-new-privs \
	"$RCODEWATCH" check -o json va >"$SCRATCH/out" || fail "without privilege: exit status $?"
said "the program is seen" "$(program_id va)" '.programs[0].id'
said "its name is not" false '.programs[0] | has("name")'
said "nor that it could run" false .kernel.cap_bpf
same "unseen" "no_privilege tcx_unseen xdp_ahead" "$(findings warning)"
net_in A ip link set dev va xdpgeneric off

if ! [ -e /dev/full ] || net_in A "$RCODEWATCH" check va >/dev/full 2>"$SCRATCH/err"; then
	fail "a full disk is not noticed"
fi
