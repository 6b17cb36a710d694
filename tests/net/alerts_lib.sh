# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# shellcheck shell=bash
#
# For tests of alerts between clients, a resolver and servers; to be sourced after reports.sh, with
# net_resolver. The monitor is called run, and evaluates
# alerts each second, or every ALERTS_INTERVAL.
#
#   alerts_serve NAME ADDRESS=WHAT...   servers of C by responder.py, by net_start NAME
#   alerts_options           unbound's options: it asks for whole names below test., and many at a time
#   alerts_stub ZONE HOST... a clause of unbound's configuration
#   alerts_dies HOST..., alerts_recovers HOST...   what is sent to 10.8.0.HOST meets no error, and nobody
#   alerts STATE             "RULE SUBJECT" of each alert that came into it, but advice; SUBJECT is - where there is none
#   began "RULE SUBJECT", ended "RULE SUBJECT"   for wait_for, since the last ill or well; ended_ever: since the start
#   ill, well                a fault begins, or ends, now
#   alert_begins "RULE SUBJECT", alert_ends "RULE SUBJECT"   wait for that after ill or well, and compare how many evaluations it took
#                            with docs/alerts.md

# Evaluations that a busy machine may take longer.
ALERTS_SLACK=4
ALERTS_INTERVAL=1
# Rules that say what reports say, too.
ALERTS_ADVICE=$(sed -n 's/^| `\([a-z-]*\)` | .*/\1/p' "$ROOT/docs/advice.md" | paste -sd'|')

alerts_serve() {
	local name=$1

	shift
	# shellcheck disable=SC2154 # of reports.sh
	net_start "$name" C "$python" "$ROOT/tests/net/responder.py" "$@"
	[[ $* == *forges* ]] || wait_for 10 grep -q ready "$SCRATCH/$name.out"
}

alerts_options() {
	cat <<-'END'
		module-config: "iterator"
		qname-minimisation: no
		do-ip6: no
		num-queries-per-thread: 1000
		outgoing-range: 2000
		local-zone: "test." nodefault
	END
}

alerts_stub() {
	echo "stub-zone:"
	echo "	name: \"$1.\""
	shift
	printf '\tstub-addr: 10.8.0.%s\n' "$@"
}

alerts_dies() {
	local host

	for host; do
		ip -n "$NS_B" neigh replace "10.8.0.$host" lladdr 02:00:00:00:00:99 dev ub nud permanent || die 'no neighbour entry'
	done
}

alerts_recovers() {
	local host

	for host; do
		ip -n "$NS_B" neigh del "10.8.0.$host" dev ub
	done
}

alerts_lines() { # [STATE]: time of the evaluation, rule and subject
	grep '}$' "$SCRATCH/run.out" | jq -r --arg state "$1" 'select(.type == "alert" and .state == $state) |
		((.end | sub("\\.[0-9]+Z$"; "Z") | fromdate) + (.end | capture("(?<f>\\.[0-9]+)Z").f | "0" + . | tonumber) | tostring)
		+ " " + .rule + " " + (.subject // "-")'
}

alerts() {
	alerts_lines "$1" | cut -d' ' -f2- | grep -vE "^($ALERTS_ADVICE) "
}

alerts_event=0
ill() {
	alerts_event=$EPOCHREALTIME
}
well() {
	alerts_event=$EPOCHREALTIME
}

alerts_took() { # STATE "RULE SUBJECT": evaluations since the event; nothing if it has not come
	alerts_lines "$1" | awk -v since="$alerts_event" -v what="$2" -v length_s="$ALERTS_INTERVAL" '
		$1 > since && what == $2 " " $3 { printf "%d\n", ($1 - since) / length_s + 0.999; exit }'
}
began() {
	[ -n "$(alerts_took begin "$1")" ]
}
ended() {
	[ -n "$(alerts_took end "$1")" ]
}

alerts_documented() { # RULE COLUMN: evaluations
	awk -F' *[|] *' -v rule="\`$1\`" -v column="$2" '/^### How soon/ { here = 1 } here && $2 == rule { print $column; exit }' "$ROOT/docs/alerts.md"
}

ended_ever() {
	alerts end | grep -qx "$1"
}

alerts_within() { # STATE "RULE SUBJECT" COLUMN
	local took most

	took=$(alerts_took "$1" "$2")
	most=$(alerts_documented "${2% *}" "$3")
	echo "$2: $1 after ${took:-no} evaluations (${most:-?})"
	[ -n "$took" ] || return
	[ -n "$most" ] || fail "docs/alerts.md does not say how soon ${2% *} is there"
	[ "$took" -le $((${most:-0} + ALERTS_SLACK)) ] || fail "$2: $1 after $took evaluations, and docs/alerts.md says $most"
}

alert_begins() {
	wait_for 60 began "$1"
	alerts_within begin "$1" 3
}
alert_ends() {
	wait_for 90 ended "$1"
	alerts_within end "$1" 4
}
