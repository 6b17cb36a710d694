#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# timeout: 120
#
# A million packets at full speed from two CPUs while the counters change hands every 100 ms: what
# was sent and what is reported are equal, for every code, EDE, type, flag and outcome.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source-path=SCRIPTDIR source=reports.sh
. "$(dirname "$0")/reports.sh"
net_need ethtool taskset

# The CPUs that we may use; on one alone both senders share it.
mapfile -t cpus < <(taskset -cp $$ | sed 's/.*: //' | tr , '\n' |
	awk -F- '{ for (i = $1; i <= (NF > 1 ? $2 : $1); i++) print i }')
cpu0=${cpus[0]} cpu1=${cpus[1]:-${cpus[0]}}

net_namespace A
net_namespace B
# A queue for each sender.
net_quiet_veth A B 2

# blast MIX MIX COUNT: two senders, pinned; the sum of their expected counts in $SCRATCH/sent. They must not
# send into the same TCP streams, where most would look like retransmissions: the seeds were chosen
# so that the streams differ.
blast() {
	# shellcheck disable=SC2086 # a mix may bring an argument
	net_start one A "$DNSLOAD" -i va -m $1 -n "$3" -c "$cpu0" -e "$SCRATCH/sent.1"
	# shellcheck disable=SC2086
	net_start two A "$DNSLOAD" -i va -m $2 -n "$3" -c "$cpu1" -e "$SCRATCH/sent.2"
	net_wait one || fail "dnsload: $(cat "$SCRATCH/one.err")"
	net_wait two || fail "dnsload: $(cat "$SCRATCH/two.err")"
	awk '{ n[$1] += $2 } END { for (key in n) print key, n[key] }' \
		"$SCRATCH/sent.1" "$SCRATCH/sent.2" >"$SCRATCH/sent"
}

# Nothing is left on the way, in the ring or the backlog, when the last report has it all.
counted() {
	[ "$(reports_total <(tail -n 1 "$SCRATCH/mon.out") packets)" -ge "$1" ]
}

# run_blast WHAT HOOK MIX MIX COUNT KEYS ARGUMENT...: all is counted. A loss before the hook is no fault
# of the monitor's, but then the codes cannot be told exactly: such a run is repeated, at most twice.
run_blast() {
	local what=$1 hook=$2 one=$3 two=$4 count=$5 keys=$6 attempt before drops

	shift 6
	for attempt in 1 2 3; do
		before=$(net_lost)
		monitor mon B vb --interval 0.1 "$@"
		blast "$one" "$two" "$count"
		drops=$(($(net_lost) - before))
		wait_for 10 counted $((2 * count - drops))
		monitor_stop mon
		same "$what: hook" "$hook" "$(jq -rs 'map(.hook) | unique[]' "$SCRATCH/mon.out")"
		same "$what: packets sent" $((2 * count)) "$(count_of "$SCRATCH/sent" packets)"
		same "$what: packets counted, with $drops lost before the hook" $((2 * count)) \
			$(($(reports_total "$SCRATCH/mon.out" packets) + drops))
		same "$what: the sum over reports is the last total" \
			"$(reports_total "$SCRATCH/mon.out" responses)" \
			"$(count_of <(reports_sums "$SCRATCH/mon.out") responses)"
		[ "$drops" -gt 0 ] || break
		echo "$what: $drops packets lost before the hook in attempt $attempt"
	done
	[ "$drops" -eq 0 ] || fail "$what: no attempt without loss on the way"
	[ "$drops" -gt 0 ] || reports_match "$what" "$SCRATCH/mon.out" "$SCRATCH/sent" "$keys"
	echo "$what: $(reports_total "$SCRATCH/mon.out" packets) packets in" \
		"$(wc -l <"$SCRATCH/mon.out") reports"
}

run_codes() {
	run_blast "$@"
	jq -es 'all(.[]; (.rcodes | length) <= 64)' "$SCRATCH/mon.out" >/dev/null ||
		fail "$1: a report with more than 64 rows"
	tail -n 1 "$SCRATCH/mon.out" >"$SCRATCH/last"
	same "$1: all codes are told of" 4096 \
		"$(jq '.other_rcodes.codes + (.rcodes | length)' "$SCRATCH/last")"
	# A row's total is exact wherever it is shown.
	jq -r '.rcodes[] | "rcode.\(.code) \(.total)"' "$SCRATCH/last" | sort >"$SCRATCH/rows"
	same "$1: totals of the rows" "" "$(comm -23 "$SCRATCH/rows" <(sort "$SCRATCH/sent"))"
}

# Of 4096 codes and more than 64 EDEs a report lists 64 each: the rest is held against the expected counts
# key by key, and these by their sum and by the totals of what is listed.
unlisted='^(packets|responses|accounting|family|transport|flags|answers|qtype|incomplete|rare_lost)'

run_blast "native XDP" xdp_native "healthy -s 1" "outage -s 3 -a 0" 500000 . -d rx -m native
run_blast "native XDP, all cases" xdp_native cases "healthy -s 3" 250000 . -d rx -m native
run_codes "native XDP, all codes" xdp_native "codes -s 1" "codes -s 2" 500000 "$unlisted" -d rx -m native
run_blast "tc ingress" tcx "healthy -s 1" "outage -s 3 -a 0" 250000 . -d rx -m tc
# Untagged: before tc the stack drops frames with a truncated VLAN tag, and takes the first tag off.
run_blast "tc ingress, all untagged cases" tcx untagged "healthy -s 3" 100000 . -d rx -m tc
run_codes "tc ingress, all codes" tcx "codes -s 1" "codes -s 2" 125000 "$unlisted" -d rx -m tc
