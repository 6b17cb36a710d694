#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# timeout: 120
#
# What `rcodewatch run` says when it cannot: one line on standard error with what failed, why and
# what to do, nothing on standard output, and the exit status: 1 failure, 2 wrong usage.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
net_need setpriv jq bpftool

net_namespace A
net_namespace B
net_veth A B

# refuses STATUS PATTERN [VAR=...] COMMAND... -- in namespace B
refuses() {
	local wanted=$1 pattern=$2 status line

	shift 2
	net_in B timeout 20 "$@" >"$SCRATCH/out" 2>"$SCRATCH/err" </dev/null
	status=$?
	line=$(grep -v '^rcodewatch: warning: ' "$SCRATCH/err")
	same "$*: exit status" "$wanted" "$status"
	same "$*: lines" 1 "$(wc -l <<<"$line")"
	same "$*: standard output" "" "$(head -n 1 "$SCRATCH/out")"
	# shellcheck disable=SC2053 # a pattern
	[[ $line == "rcodewatch: "$pattern ]] || fail "$*: says '$line', not '$pattern'"
}

usage() { # PATTERN ARGUMENT...
	local pattern=$1

	shift
	refuses 2 "$pattern" "$RCODEWATCH" run "$@"
}

# works WHAT COMMAND...: it attaches and reports.
works() {
	local what=$1

	shift
	net_in B timeout 20 "$@" >"$SCRATCH/out" 2>"$SCRATCH/err" </dev/null ||
		fail "$what: exit status $?: $(cat "$SCRATCH/err")"
	jq -es 'length > 0' "$SCRATCH/out" >/dev/null || fail "$what: no report"
}

quick=(run -o json -i 0.1 -n 1)

# ---- wrong usage -------------------------------------------------------------------

help="see 'rcodewatch run --help'"
usage "run takes 1 to 15 interfaces or patterns; $help"
usage "--port nonsense: must be a whole number from 1 to 65535; $help" --port nonsense vb
usage "--port 0: *; $help" --port 0 vb
usage "--port 65536: *; $help" -p 65536 vb
usage "--port 53,: *; $help" -p 53, vb
usage "--port -53: *; $help" --port=-53 vb
usage "--port 53,53: port 53 is there twice; $help" --port 53,53 vb
usage "--port 1,2,3,4,5,6,7,8,9: at most 8 ports; $help" --port 1,2,3,4,5,6,7,8,9 vb
usage "port 53 is in --port and in --encrypted-port: *" --encrypted-port 53 vb
usage "--bogus: unknown *; $help" --bogus vb
usage "-Z: unknown option; $help" -Z vb
usage "--interval 0: must be seconds from 0.1 to 86400; $help" -i 0 vb
usage "--interval 1e3: *; $help" -i 1e3 vb
usage "--interval -1: *; $help" --interval=-1 vb
usage "--interval : *; $help" --interval= vb
usage "-i: needs a value; $help" vb -i
usage "--mode fast: must be one of auto, native, tc, generic; $help" -m fast vb
usage "--direction up: must be one of rx, tx, both; $help" -d up vb
usage "--output xml: must be one of text, json, none; $help" -o xml vb
usage "--count 0: *; $help" -n 0 vb
usage "--duration nan: *; $help" -t nan vb
usage "--memory 0: *; $help" --memory 0 vb
usage "--quiet=3: takes no value; $help" --quiet=3 vb
usage "vb is named twice" vb vb
usage "every packet on lo is sent and received there and would count twice: name it as lo:rx, or add --direction rx" lo
usage "every packet on lo *: name it as lo:rx, or add --direction rx" --direction both lo
refuses 2 "no command 'rnu'; see 'rcodewatch --help'" "$RCODEWATCH" rnu
works "lo in one direction" "$RCODEWATCH" "${quick[@]}" -d rx lo
net_in B "$RCODEWATCH" run --help >"$SCRATCH/out" 2>"$SCRATCH/err"
same "--help: exit status" 0 $?
same "--help: standard error" "" "$(cat "$SCRATCH/err")"
# The limits: help says them, the 16th is accepted, so that the error behind it is logged, and the 17th is refused.
[[ $(tr -s '\n ' ' ' <"$SCRATCH/out") == *"--sink KIND:ADDRESS"*" up to 16 times; "*"--label KEY=VALUE "*" up to 16 times "* ]] ||
	fail "--help does not say how many sinks and labels there can be"
labels=() sinks=()
for ((i = 1; i <= 17; i++)); do
	labels+=(--label "k$i=v") sinks+=(--sink "json:$SCRATCH/sink.$i")
done
usage "--count 0: *; $help" "${labels[@]:0:32}" "${sinks[@]:0:32}" -n 0 vb
usage "--label k17=v: at most 16 labels; $help" "${labels[@]}" vb
usage "--sink json:$SCRATCH/sink.17: at most 16 sinks; $help" "${sinks[@]}" vb
same "sinks of commands that were refused" "" "$(find "$SCRATCH" -name 'sink.*')"

# ---- interfaces ---------------------------------------------------------------------

refuses 1 "no interface 'vbb': did you mean vb? 'ip link' lists them" "$RCODEWATCH" run vbb
refuses 1 "no interface 'eno1np0': 'ip link' lists them" "$RCODEWATCH" run eno1np0
refuses 2 "'': needs the name of an interface, *" "$RCODEWATCH" run ""
refuses 1 "no interface 'far-too-long-a-name-for-any-interface*" \
	"$RCODEWATCH" run far-too-long-a-name-for-any-interface-that-there-is
refuses 1 "no interface 'vbb': *" "$RCODEWATCH" run vb vbb

# A bridge, an interface that has no native XDP wherever there is XDP.
if ip -n "$NS_B" link add br0 type bridge 2>/dev/null; then
	ip -n "$NS_B" link set br0 up
	refuses 1 "cannot attach to br0: its driver has no native XDP: use --mode auto or tc" \
		"$RCODEWATCH" run -m native br0
	works "auto goes by tc" "$RCODEWATCH" "${quick[@]}" -d rx br0
	same "hook" tcx "$(jq -r .hook "$SCRATCH/out")"
	works "generic" "$RCODEWATCH" "${quick[@]}" -d rx -m generic br0
	same "hook" xdp_generic "$(jq -r .hook "$SCRATCH/out")"
fi
refuses 1 "cannot attach to lo: its driver has no native XDP: *" \
	"$RCODEWATCH" run -d rx -m native lo

# Frames of the peer that fit no page: veth takes them in several buffers since 5.18, and refuses before.
ip -n "$NS_A" link set va mtu 9000
ip -n "$NS_B" link set vb mtu 9000
if printf '5.18\n%s\n' "$(uname -r)" | sort -V -C; then
	works "auto takes them" "$RCODEWATCH" "${quick[@]}" -d rx vb
	same "hook" xdp_native "$(jq -r .hook "$SCRATCH/out")"
else
	refuses 1 "cannot attach to vb: its driver refuses native XDP *MTU*: 'rcodewatch check vb' tells *tc*" \
		"$RCODEWATCH" run -m native vb
	works "auto goes by tc" "$RCODEWATCH" "${quick[@]}" -d rx vb
	same "hook" tcx "$(jq -r .hook "$SCRATCH/out")"
	grep -q 'rx by tcx (MTU 9000 is above 3506' "$SCRATCH/err" ||
		fail "no word on why: $(cat "$SCRATCH/err")"
fi
ip -n "$NS_A" link set va mtu 1500
ip -n "$NS_B" link set vb mtu 1500
works "and when it fits again" "$RCODEWATCH" "${quick[@]}" -d rx vb
same "hook" xdp_native "$(jq -r .hook "$SCRATCH/out")"

# ---- a program is there already --------------------------------------------------------

holder() { # its id, by the kernel's word to ip
	ip -n "$NS_B" -d -j link show vb | jq '.[0].xdp.prog.id'
}
for mode in native generic; do
	net_start first B "$RCODEWATCH" run vb -d rx -m $mode
	wait_for 20 grep -q watching "$SCRATCH/first.err"
	id=$(holder)
	for other in native generic; do
		refuses 1 "cannot attach to vb: XDP is held by program $id 'rcodewatch_rx' ($mode): *--mode tc" \
			"$RCODEWATCH" run -m $other vb
		grep -q "vb is watched by another rcodewatch, too" "$SCRATCH/err" || fail "not told of the other one"
	done
	works "auto beside it" "$RCODEWATCH" "${quick[@]}" -d rx vb
	same "hook" tcx "$(jq -r .hook "$SCRATCH/out")"
	same "the first is still there" "$id" "$(holder)"
	net_stop first || fail "the first: $(cat "$SCRATCH/first.err")"
done
# Two by tc: neither keeps the other out.
net_start first B "$RCODEWATCH" run vb -m tc
wait_for 20 grep -q watching "$SCRATCH/first.err"
works "tc beside tc" "$RCODEWATCH" "${quick[@]}" -m tc vb
net_stop first || fail "the first: $(cat "$SCRATCH/first.err")"

# ---- privileges and limits -----------------------------------------------------------

# A copy that every user may run, wherever the build is.
cp "$RCODEWATCH" "$SCRATCH/rcodewatch"
chmod 755 "$SCRATCH" "$SCRATCH/rcodewatch"
program=$SCRATCH/rcodewatch

with() { # "CAPABILITY..." ARGUMENT...: a setpriv that leaves no other
	local sets=-all name

	for name in $1; do
		sets+=,+$name
	done
	privileged=(setpriv --bounding-set="$sets" --inh-caps="$sets" --no-new-privs)
}

root="*: run it as root*"
refuses 1 "attaching needs root, or the capabilities CAP_BPF, CAP_NET_ADMIN and CAP_PERFMON$root" \
	setpriv --reuid=65534 --regid=65534 --clear-groups "$program" run vb
for set in "" bpf net_admin perfmon "bpf perfmon" "net_admin perfmon"; do
	with "$set"
	refuses 1 "attaching needs root, or the capabilities *$root" "${privileged[@]}" "$program" run vb
done
with "bpf net_admin perfmon"
for mode in native tc; do
	works "$mode with three capabilities" "${privileged[@]}" "$program" "${quick[@]}" --user root -m $mode vb
done
# Without the mitigations of Spectre two are enough.
with "bpf net_admin"
if grep -q mitigations=off /proc/cmdline; then
	works "with two capabilities" "${privileged[@]}" "$program" "${quick[@]}" --user root vb
else
	refuses 1 "cannot load the BPF programs: Permission denied: without CAP_PERFMON *" \
		"${privileged[@]}" "$program" run --user root vb
fi

refuses 1 "*--memory allows*1*: raise it to *, or watch fewer interfaces or one direction" \
	"$RCODEWATCH" run --memory 1 vb

# From 5.11 on the limit is for other things; on older kernels raising it needs CAP_SYS_RESOURCE.
release=$(uname -r)
if [ "$(printf '5.11\n%s\n' "$release" | sort -V | head -n 1)" = 5.11 ]; then
	# shellcheck disable=SC2016 # the inner shell's
	works "memory lock limit of 64 KiB" bash -c 'ulimit -l 64 && exec "$@"' - \
		"$RCODEWATCH" "${quick[@]}" vb
fi

# ---- nothing is left -------------------------------------------------------------------

same "programs at vb" 0 "$(net_in B "$RCODEWATCH" check -o json vb | jq '.programs | length')"
