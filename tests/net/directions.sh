#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# timeout: 120
#
# Interfaces that carry the same packets are not watched together; tc is shared with others, whose
# qdiscs and filters stay as they are: with tcx, and with a clsact filter where there is no tcx. What packet
# sockets send past the queueing discipline tc does not see, as is documented.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source-path=SCRIPTDIR source=reports.sh
. "$(dirname "$0")/reports.sh"
net_need tc "${CLANG:-clang}" bpftool jq python3

net_namespace A
net_namespace B
net_quiet_veth A B

# ---- the same packets twice -----------------------------------------------------------

# refuses UPPER LOWER: in either order, with both named and what to do.
refuses() {
	local first second status

	for pair in "$1 $2" "$2 $1"; do
		read -r first second <<<"$pair"
		net_in B timeout 20 "$RCODEWATCH" run "$first" "$second" >"$SCRATCH/out" 2>"$SCRATCH/err"
		status=$?
		same "$pair: exit status" 2 "$status"
		same "$pair: lines" 1 "$(wc -l <"$SCRATCH/err")"
		grep -q "^rcodewatch: $first and $second cannot be watched together.*leave one of them out" \
			"$SCRATCH/err" || fail "$pair: $(cat "$SCRATCH/err")"
		[ -s "$SCRATCH/out" ] && fail "$pair: something was printed"
	done
}

stack() { # NAME COMMAND...: make it, or say that this kernel has none
	local name=$1

	shift
	"$@" 2>/dev/null && return
	echo "no $name in this kernel"
	return 1
}

for tap in t1 t2 t3; do
	ip -n "$NS_B" tuntap add "$tap" mode tap || skip "no tap devices"
	ip -n "$NS_B" link set "$tap" up
done
if stack bridge ip -n "$NS_B" link add br0 type bridge; then
	ip -n "$NS_B" link set t1 master br0
	refuses br0 t1
fi
if stack macvlan ip -n "$NS_B" link add mv0 link t2 type macvlan; then
	refuses mv0 t2
fi
if stack VLAN ip -n "$NS_B" link add vlan7 link t2 type vlan id 7; then
	refuses vlan7 t2
fi
if stack bond ip -n "$NS_B" link add bond0 type bond; then
	ip -n "$NS_B" link set t3 down
	ip -n "$NS_B" link set t3 master bond0
	refuses bond0 t3
fi
# Ports of one bridge, and what has nothing to do with it, are another matter.
ip -n "$NS_B" link set t3 master br0 2>/dev/null
net_in B timeout 20 "$RCODEWATCH" run -q -o json -i 0.1 -n 1 t1 t3 vb >"$SCRATCH/out" 2>&1 ||
	fail "t1 t3 vb: $(cat "$SCRATCH/out")"

# ---- others' filters ---------------------------------------------------------------------

# Where bpf_link_create() does not know tcx, as on kernels before 6.6.
cat >"$SCRATCH/before-6.6.c" <<'END'
#define _GNU_SOURCE
#include <dlfcn.h>
int bpf_link_create(int program, int target, int type, const void *options)
{
	int (*next)(int, int, int, const void *) =
		(int (*)(int, int, int, const void *))dlsym(RTLD_NEXT, "bpf_link_create");

	return type == 46 || type == 47 ? -22 : next(program, target, type, options);
}
END
# shellcheck disable=SC2086 # a command and its arguments
${CC:-cc} -shared -fPIC -O -o "$SCRATCH/before-6.6.so" "$SCRATCH/before-6.6.c" -ldl ||
	die "cannot compile"
clsact=(env LD_PRELOAD="$SCRATCH/before-6.6.so" "$RCODEWATCH")
# shellcheck disable=SC2034
tcx=("$RCODEWATCH")

filters() { # ingress and egress of vb, without what changes by itself
	tc -n "$NS_B" qdisc show dev vb
	tc -n "$NS_B" filter show dev vb ingress
	tc -n "$NS_B" filter show dev vb egress
}

ours() {
	filters | grep -c rcodewatch
}

others() { # ours are at priority 1
	filters | grep -v 'rcodewatch\|^filter protocol all pref 1 bpf chain 0 $'
}

# Somebody else's program for tc, which counts what it sees and lets it go on.
cat >"$SCRATCH/other.c" <<'END'
#define SEC(name) __attribute__((section(name), used))
struct __sk_buff;
struct {
	int (*type)[2]; /* BPF_MAP_TYPE_ARRAY */
	int (*max_entries)[1];
	unsigned int *key;
	unsigned long long *value;
} hits SEC(".maps");
static void *(*const lookup)(void *, const void *) = (void *)1;
SEC("tc") int other_tc(struct __sk_buff *skb)
{
	unsigned int zero = 0;
	unsigned long long *count = lookup(&hits, &zero);

	if (count)
		__sync_fetch_and_add(count, 1);
	return 0;
}
char _license[] SEC("license") = "GPL";
END
"${CLANG:-clang}" -target bpf -O2 -g -c -o "$SCRATCH/other.o" "$SCRATCH/other.c" || die "cannot compile"

other() { # add|del ingress|egress PRIORITY [PROTOCOL]
	if [ "$1" = add ]; then
		tc -n "$NS_B" filter add dev vb "$2" prio "$3" protocol "${4:-all}" \
			bpf da obj "$SCRATCH/other.o" sec tc || die "cannot add a filter"
	else
		tc -n "$NS_B" filter del dev vb "$2" prio "$3"
	fi
}

# How many packets the others' filter at ingress has seen.
passed() {
	local program map

	program=$(tc -n "$NS_B" filter show dev vb ingress | sed -n 's/.*other.o.* id \([0-9]*\) .*/\1/p')
	map=$(bpftool -j prog show id "$program" | jq '.map_ids[0]')
	bpftool -j map lookup id "$map" key 0 0 0 0 | jq '.formatted.value // .value'
}

attached() {
	grep -q watching "$SCRATCH/watch.err"
}

start() { # VARIANT
	local -n command=$1

	net_start watch B "${command[@]}" run -o json -i 1 -m tc vb
	wait_for 20 attached || cat "$SCRATCH/watch.err"
}

seed=0
load() { # COUNT
	seed=$((seed + 1))
	net_in A "$DNSLOAD" -i va -n "$1" -r 8000 -s $seed -e "$SCRATCH/sent" || die "dnsload failed"
}

stop() { # VARIANT WHAT
	net_stop watch
	same "$2: exit status" 0 $?
	reports_valid "$SCRATCH/watch.out"
	same "$2: hooks" "$1" "$(jq -rs 'map(.hook // empty) | unique | join(" ")' "$SCRATCH/watch.out")"
	same "$2: our filters afterwards" 0 "$(ours)"
}

for variant in tcx clsact; do
	what="$variant, first there"
	start $variant
	load 500
	stop $variant "$what"
	reports_match "$what" <(jq -c 'select(.direction == "rx")' "$SCRATCH/watch.out") "$SCRATCH/sent"

	# Somebody else's qdisc and filters, of several kinds and priorities, before ours.
	tc -n "$NS_B" qdisc replace dev vb clsact
	other add ingress 10
	other add egress 3 ip
	before=$(filters)
	[ "$(wc -l <<<"$before")" -ge 5 ] || die "no filters: $before"
	counted=$(passed)
	what="$variant, beside others"
	start $variant
	load 500
	same "$what: theirs see what we see" 500 $(($(passed) - counted))
	same "$what: theirs meanwhile" "$before" "$(others)"
	stop $variant "$what"
	reports_match "$what" <(jq -c 'select(.direction == "rx")' "$SCRATCH/watch.out") "$SCRATCH/sent"
	same "$what: theirs afterwards" "$before" "$(filters)"
	other del egress 3
	other del ingress 10

	# Theirs come and go while ours are there.
	what="$variant, others later"
	start $variant
	other add ingress 20
	before=$(others)
	load 500
	stop $variant "$what"
	reports_match "$what" <(jq -c 'select(.direction == "rx")' "$SCRATCH/watch.out") "$SCRATCH/sent"
	same "$what: theirs afterwards" "$before" "$(filters)"
	tc -n "$NS_B" qdisc del dev vb clsact
done

# Somebody at our priority: beside the same kind of filter there is room,
what="clsact, another filter at our priority"
tc -n "$NS_B" qdisc replace dev vb clsact
other add ingress 1
before=$(filters)
start clsact
load 500
stop clsact "$what"
reports_match "$what" <(jq -c 'select(.direction == "rx")' "$SCRATCH/watch.out") "$SCRATCH/sent"
same "$what: theirs afterwards" "$before" "$(filters)"
other del ingress 1
# but the kernel keeps a priority to one protocol.
what="clsact, our priority held for another protocol"
other add ingress 1 ip
before=$(filters)
net_in B timeout 20 "${clsact[@]}" run -m tc vb >"$SCRATCH/out" 2>"$SCRATCH/err"
same "$what: exit status" 1 $?
same "$what: lines" 1 "$(wc -l <"$SCRATCH/err")"
grep -q '^rcodewatch: cannot attach to tc ingress of vb: .*give that another priority' \
	"$SCRATCH/err" || fail "$what: $(cat "$SCRATCH/err")"
same "$what: theirs afterwards" "$before" "$(filters)"
tc -n "$NS_B" qdisc del dev vb clsact

# A killed run leaves its clsact filters, as nothing else there would take them away; the next takes
# their place, so that nothing counts twice.
start clsact
kill -KILL "${PID_watch:?}"
net_wait watch 2>/dev/null # bash says "Killed"
same "killed: filters left" 2 "$(ours)"
start clsact
same "after a kill: filters" 2 "$(ours)"
load 500
stop clsact "after a kill"
reports_match "after a kill" <(jq -c 'select(.direction == "rx")' "$SCRATCH/watch.out") "$SCRATCH/sent"

# ---- what passes tc by ---------------------------------------------------------------------

# A response with NXDOMAIN, 7 times through the queueing discipline and 5 times past it.
cat >"$SCRATCH/bypass.py" <<'END'
import socket

SOL_PACKET, PACKET_QDISC_BYPASS = 263, 20
dns = bytes.fromhex("2a17 8183 0001 0000 0000 0000 03777777 00 0001 0001")
udp = bytes.fromhex("0035 9c75") + (8 + len(dns)).to_bytes(2, "big") + b"\0\0" + dns
ip = bytes.fromhex("4500") + (20 + len(udp)).to_bytes(2, "big") + bytes.fromhex(
    "0000 0000 4011 0000 c0000235 c6336407") + udp
frame = bytes.fromhex("020000000002 020000000001 0800") + ip
for bypass, times in (0, 7), (1, 5):
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as sender:
        sender.bind(("vb", 0))
        sender.setsockopt(SOL_PACKET, PACKET_QDISC_BYPASS, bypass)
        for _ in range(times):
            sender.send(frame)
END
received_by_va() {
	ip -n "$NS_A" -s -j link show va | jq '.[].stats64.rx.packets'
}
all_came() {
	[ "$(received_by_va)" -ge "$1" ]
}
before=$(received_by_va)
monitor mon B vb
net_in B python3 "$SCRATCH/bypass.py" || fail "cannot send by a packet socket"
wait_for 10 all_came $((before + 12))
monitor_stop mon
same "packets on the wire" $((before + 12)) "$(received_by_va)"
same "packets that tc saw" 7 "$(reports_total "$SCRATCH/mon.out" responses)"
