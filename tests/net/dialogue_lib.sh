# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# shellcheck shell=bash
#
# Queries and responses at random on a live link, held against the model that made them; to be sourced after reports.sh.
#
#   dialogue WHAT STEPS TIMEOUT ARGUMENT...   rcodewatch run ARGUMENT... on one end of a link of its own in namespace D counts STEPS
#                            packets of both sides as tests/lib/dialogue.c says; TIMEOUT seconds are --timeout

dialogue_sums() {
	jq -rs '[.[] | select(.type == "transactions")] | group_by(.side)[] | .[0].side as $side |
		[.[] | {queries, responses, ambiguous, unanswered, evicted, late: .responses.late}] |
		[.[] | [leaf_paths as $p | {key: ($p | join(".")), value: getpath($p)}] | from_entries] |
		reduce .[] as $one ({}; reduce ($one | to_entries[]) as $e (.; .[$e.key] += $e.value)) |
		to_entries[] | select(.value > 0) | "\($side) \(.key) \(.value)"' "$1" | sort
}

# Where another query came into the place of an answered one, which depends on the key of the hashes, a duplicate is unsolicited.
dialogue_known() {
	sed 's/ responses\.\(duplicate\|unsolicited\) / responses.duplicate+unsolicited /' "$1" |
		awk '{ n[$1 " " $2] += $3 } END { for (key in n) if (n[key]) print key, n[key] }' | sort
}

# What was sent is reported, and nothing waits any more.
dialogue_over() {
	[ "$(grep -h ' queries.new ' "$SCRATCH/told" | sort)" = "$(dialogue_sums "$1" | grep ' queries.new ')" ] &&
		side_is_over "$1" clients && side_is_over "$1" upstream
}

dialogue() {
	local what=$1 steps=$2 timeout=$3 attempt status

	shift 3
	if [ -z "${NS_D:-}" ]; then
		net_namespace D
		net_no_ipv6 D
		ip -n "$NS_D" link add wa type veth peer name wb || die "cannot make a veth pair"
		ip -n "$NS_D" link set wa up
		ip -n "$NS_D" link set wb up
		wait_for 5 net_carrier "$NS_D" wa
		wait_for 5 net_carrier "$NS_D" wb
	fi
	# One that was not done in time says nothing.
	for attempt in 1 2 3; do
		monitor dialogue D wa -i 1 --timeout "$timeout" --transactions on "$@"
		# shellcheck disable=SC2154 # what net_start sets
		kill -0 "$PID_dialogue" 2>/dev/null || die "$what: $(cat "$SCRATCH/dialogue.err")"
		# Until then, what matches nothing may have been asked before the start.
		wait_for $((timeout + 10)) has_reports "$SCRATCH/dialogue.out" $((4 * (timeout + 2)))
		net_in D "$O/tests/tools/send_dialogue" wa wb "$((steps / attempt))" "$timeout" >"$SCRATCH/told" 2>"$SCRATCH/told.err"
		status=$?
		[ "$status" -ne 0 ] || wait_for $((timeout + 20)) dialogue_over "$SCRATCH/dialogue.out"
		monitor_stop dialogue
		[ "$status" -eq 3 ] || break
		echo "$what: attempt $attempt: $(cat "$SCRATCH/told.err")"
	done
	[ "$status" -eq 0 ] || fail "$what: $(cat "$SCRATCH/told.err")"
	dialogue_sums "$SCRATCH/dialogue.out" >"$SCRATCH/got"
	diff <(dialogue_known "$SCRATCH/told") <(dialogue_known "$SCRATCH/got") >"$SCRATCH/diff" ||
		fail "$what: sent (<) and counted (>) differ: $(cat "$SCRATCH/diff")"
	echo "$what: counted as told: $(awk '$2 == "queries.new" || $2 == "responses.answered" || $2 == "unanswered" {
		printf "%s %s %s  ", $1, $2, $3 }' "$SCRATCH/got")"
}
