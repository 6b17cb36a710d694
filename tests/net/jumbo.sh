#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# timeout: 120
#
# Jumbo frames: native XDP on a veth pair with an MTU of 9000 counts exactly what was sent, although
# the driver keeps frames in several buffers. That it does is seen from another XDP program, which
# tells where the first buffer ends. Generic XDP and tc count the same.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source-path=SCRIPTDIR source=reports.sh
. "$(dirname "$0")/reports.sh"
net_need "${CLANG:-clang}" bpftool

net_namespace A
net_namespace B
net_veth A B 9000

net_in B "$RCODEWATCH" check -o json vb >"$SCRATCH/check" || die "check: $(cat "$SCRATCH/check")"
frags=$(jq .kernel.xdp_frags "$SCRATCH/check")
tc_hook=$(jq -r 'if .kernel.tcx then "tcx" else "clsact" end' "$SCRATCH/check")
frames=1500

# ---- the frames have several buffers -----------------------------------------------

# The longest first buffer and the longest frame of any that was received.
cat >"$SCRATCH/buffers.c" <<'END'
#define SEC(name) __attribute__((section(name), used))
struct xdp_md {
	unsigned int data, data_end;
};
struct {
	int (*type)[2]; /* BPF_MAP_TYPE_ARRAY */
	int (*max_entries)[2];
	unsigned int *key;
	unsigned long long *value;
} longest SEC(".maps");
static void *(*const lookup)(void *, const void *) = (void *)1;
static unsigned long long (*const get_buff_len)(struct xdp_md *) = (void *)188;
static void keep(unsigned int index, unsigned long long length)
{
	unsigned long long *most = lookup(&longest, &index);

	if (most && *most < length)
		*most = length;
}
SEC("xdp.frags") int buffers_xdp(struct xdp_md *ctx)
{
	keep(0, (unsigned long long)ctx->data_end - ctx->data);
	keep(1, get_buff_len(ctx));
	return 2;
}
char _license[] SEC("license") = "GPL";
END

longest() { # 0 or 1
	bpftool -j map lookup id "$map" key "$1" 0 0 0 | jq '.formatted.value // .value'
}

if [ "$frags" = true ]; then
	"${CLANG:-clang}" -target bpf -O2 -g -c -o "$SCRATCH/buffers.o" "$SCRATCH/buffers.c" || die "cannot compile"
	ip -n "$NS_B" link set dev vb xdpdrv obj "$SCRATCH/buffers.o" sec xdp.frags ||
		die "cannot attach"
	program=$(ip -n "$NS_B" -j link show dev vb | jq '.[0].xdp.prog.id')
	map=$(bpftool -j prog show id "$program" | jq '.map_ids[0]')
	net_in A "$DNSLOAD" -i va -m jumbo -n $frames -r 20000 || die "dnsload failed"
	same "the longest frame" 9014 "$(longest 1)"
	[ "$(getconf PAGESIZE)" -ne 4096 ] || [ "$(longest 0)" -eq 3520 ] || fail "the first buffer has $(longest 0) bytes"
	echo "of $(longest 1) bytes $(longest 0) are in the first buffer"
	ip -n "$NS_B" link set dev vb xdpdrv off
fi

# ---- and are counted ---------------------------------------------------------------

try() { # HOOK LETTER ARGUMENT...
	local hook=$1 letter=$2 queue=()

	shift 2
	[ "$letter" = B ] || queue=(-q)
	monitor watch "$letter" -i 0.5 "$@"
	net_in A "$DNSLOAD" -i va -m jumbo -n $frames -r 5000 "${queue[@]}" -e "$SCRATCH/sent" ||
		die "dnsload failed"
	monitor_stop watch
	same "$*: hook" "$hook" "$(jq -rs 'map(.hook) | unique | join(" ")' "$SCRATCH/watch.out")"
	reports_match "$*" "$SCRATCH/watch.out" "$SCRATCH/sent" "$keys"
	echo "$*: $(reports_total "$SCRATCH/watch.out" responses) responses by $hook"
}

# More codes than a report lists are among other_rcodes; the rest is exact.
# So is all but what is no DNS: the kernel's own packets come among them when it likes.
keys='^(responses|accounting\.[^n]|incomplete|answers|flags|family|transport|qtype|rare_lost|tcp)'
if [ "$frags" = true ]; then
	try xdp_native B vb -d rx
	try xdp_generic B vb -d rx -m generic
else
	echo "this kernel has no XDP programs with frags: auto is tc"
	try "$tc_hook" B vb -d rx
fi
try "$tc_hook" B vb -d rx -m tc
try "$tc_hook" A va -d tx

# The MTU can still be raised while it is watched.
if [ "$frags" = true ]; then
	ip -n "$NS_A" link set va mtu 1500
	ip -n "$NS_B" link set vb mtu 1500
	monitor watch B vb -d rx -m native
	ip -n "$NS_A" link set va mtu 9000 || fail "the peer's MTU cannot be raised"
	ip -n "$NS_B" link set vb mtu 9000 || fail "the MTU cannot be raised"
	net_in A "$DNSLOAD" -i va -m jumbo -n $frames -r 5000 -e "$SCRATCH/sent" || die "dnsload failed"
	monitor_stop watch
	reports_match "MTU raised" "$SCRATCH/watch.out" "$SCRATCH/sent" "$keys"
fi
