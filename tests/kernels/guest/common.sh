# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# shellcheck shell=bash
#
# For the scripts of a guest; to be sourced first. What tests in namespaces share, and:
#
#   kernel_has MAJOR MINOR   is this kernel that new?
#   quiet_pair               namespaces A and B, va and vb between them, with no packet but ours
#   counted WHAT HOOK MIX[,MIX] COUNT MONITORED ARGUMENT...   dnsload sends COUNT packets of each
#                            MIX into va; rcodewatch run ARGUMENT... on MONITORED (va or vb) counts each
#                            as what it is, at HOOK
#   map_memory PID           bytes of memory that the BPF maps of a process take
#   step WORDS...            say what comes next, with the seconds since the guest's start

# Schema and identity do not depend on the kernel: the machine that runs the guest checks them.
python3() { :; }

# shellcheck source-path=SCRIPTDIR source=../../net/lib.sh
. /project/tests/net/lib.sh
# shellcheck source-path=SCRIPTDIR source=../../net/reports.sh
. /project/tests/net/reports.sh

# An emulated machine has a tenth of the speed that the limits are meant for.
eval "quick_$(declare -f wait_for)"
wait_for() {
	quick_wait_for $(($1 * 10)) "${@:2}"
}

step() {
	echo "[$(cut -d . -f 1 /proc/uptime) s] $*"
}

kernel_has() {
	local major minor

	IFS=.- read -r major minor _ < <(uname -r)
	[ "$major" -gt "$1" ] || { [ "$major" -eq "$1" ] && [ "$minor" -ge "$2" ]; }
}

# A namespace without IPv6 sends nothing by itself.
quiet_namespace() {
	net_namespace "$1"
	net_in "$1" sh -c 'echo 1 >/proc/sys/net/ipv6/conf/default/disable_ipv6'
}

quiet_pair() {
	quiet_namespace A
	quiet_namespace B
	ip -n "$NS_A" link add va numtxqueues 2 numrxqueues 2 type veth \
		peer name vb numtxqueues 2 numrxqueues 2 netns "$NS_B" || die "cannot make a veth pair"
	ip -n "$NS_A" link set va up
	ip -n "$NS_B" link set vb up
	wait_for 5 net_carrier "$NS_A" va
	wait_for 5 net_carrier "$NS_B" vb
}

packets_in() { # what vb has received
	ip -n "$NS_B" -s -j link show vb | jq '.[].stats64.rx.packets'
}

# Send the mixes one after the other; the sum of what they are is in $SCRATCH/sent.
load() { # mixes, count of each
	local mix

	for mix in ${1//,/ }; do
		net_in A "$DNSLOAD" -i va -q -m "$mix" -n "$2" -r 4000 -e "$SCRATCH/sent.$mix" || return
	done
	awk '{ n[$1] += $2 } END { for (key in n) print key, n[key] }' "$SCRATCH"/sent.* >"$SCRATCH/sent"
	rm "$SCRATCH"/sent.*
}

all_arrive() { # within 10 s
	local i

	for ((i = 0; i < 100; i++)); do
		[ "$(packets_in)" -lt "$1" ] || return 0
		sleep 0.1
	done
	return 1
}

counted() {
	local what=$1 hook=$2 mixes=$3 count=$4 at=$5 letter=B attempt before got keys=.

	shift 5
	[ "$at" = vb ] || letter=A
	# A report lists 64 codes and types; of every code there is, the sums are compared.
	[[ $mixes != *codes* ]] || keys='^(packets|responses|accounting|family|transport|flags|answers)'
	# The guest is slow, and a packet that a full queue drops before the hook is not the monitor's:
	# such a run is repeated.
	for attempt in 1 2 3; do
		before=$(packets_in)
		monitor mon "$letter" "$at" --interval 1 "$@"
		# shellcheck disable=SC2154 # what net_start sets
		kill -0 "$PID_mon" 2>/dev/null || die "$what: $(cat "$SCRATCH/mon.err")"
		load "$mixes" "$count" || fail "$what: dnsload failed"
		all_arrive $((before + $(count_of "$SCRATCH/sent" packets)))
		got=$?
		monitor_stop mon
		[ "$got" -ne 0 ] || break
		echo "$what: packets were lost before the hook in attempt $attempt"
	done
	[ "$got" -eq 0 ] || fail "$what: no attempt without loss on the way"
	same "$what: hook" "$hook" "$(jq -rs 'map(.hook // empty) | unique[]' "$SCRATCH/mon.out")"
	reports_match "$what" "$SCRATCH/mon.out" "$SCRATCH/sent" "$keys"
	step "$what: $(reports_sums "$SCRATCH/mon.out" | count_of - packets) packets," \
		"$(reports_sums "$SCRATCH/mon.out" | count_of - responses) responses"
}

# A map that several descriptors refer to is one map.
map_memory() {
	cat "/proc/$1"/fdinfo/* 2>/dev/null |
		awk '$1 == "memlock:" { size = $2 } $1 == "map_id:" && !($2 in seen) { seen[$2]; n += size }
			END { print n + 0 }'
}

# shellcheck disable=SC2034 # for the scripts
if kernel_has 6 6; then
	tc_hook=tcx
else
	tc_hook=clsact
fi
