# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# shellcheck shell=bash
#
# For tests that hold rcodewatch's JSON lines against what is known otherwise; to be sourced after
# lib.sh. FILE holds the lines of one run.
#
#   monitor NAME LETTER ARGUMENT...   start `rcodewatch run -o json ARGUMENT...` there, by net_start,
#                            and wait until it has attached to all its interfaces
#   monitor_stop NAME        end it by SIGTERM; that it ends well and its lines are valid is checked
#   reports_valid FILE       every line keeps to the schema and the identity, and follows the last
#   reports_sums FILE [INTERFACE [DIRECTION]]   the sum over reports, as dnsload --expect has it
#   reports_match WHAT FILE EXPECTED [KEY]   sums equal the expected counts in EXPECTED; with KEY, an extended
#                            regular expression, only what it matches
#   reports_total FILE KEY [INTERFACE [DIRECTION]]   .total.KEY of the last report
#   side_reports FILE SIDE   the whole lines on transactions of that side
#   side_is_over FILE SIDE   does nothing wait there, and did nothing happen in the last interval? for wait_for
#   has_reports FILE [N]     has it N lines (1)? for wait_for

# The one that tests/deps.sh gives jsonschema, whatever else is called python3.
python=/usr/bin/python3
[ -x "$python" ] || python=python3
net_need jq "$python" diff

monitor() {
	local name=$1 letter=$2

	shift 2
	net_start "$name" "$letter" "$RCODEWATCH" run -o json "$@"
	wait_for 20 monitor_runs "$name"
}

# Attaching is logged before the loop begins, but it counts from then on, and signals wait for it.
monitor_runs() {
	local pid=PID_$1

	grep -q 'watching' "$SCRATCH/$1.err" || ! kill -0 "${!pid}"
}

monitor_stop() {
	local status

	net_stop "$1"
	status=$?
	[ "$status" -eq 0 ] || fail "$1: exit status $status: $(cat "$SCRATCH/$1.err")"
	reports_valid "$SCRATCH/$1.out"
}

reports_valid() {
	local status out

	out=$("$python" "$ROOT/tests/validate_json.py" <"$1" 2>&1)
	status=$?
	[ "$status" -ne 77 ] || skip "$out"
	[ "$status" -eq 0 ] || fail "${1##*/}: $out"
}

side_reports() {
	grep '}$' "$1" | jq -c --arg side "$2" 'select(.type == "transactions" and .side == $side)'
}

side_is_over() {
	[ "$(side_reports "$1" "$2" | jq -s 'last | .outstanding == 0 and .queries.new == 0 and .unanswered == 0')" = true ]
}

reports_sums() {
	jq -rs --arg interface "${2:-}" --arg direction "${3:-}" '
		def lines($prefix): to_entries[] | {key: ($prefix + .key), value};
		[.[] | select(.type == "report")
		     | select($interface == "" or .interface == $interface)
		     | select($direction == "" or .direction == $direction)
		     | {key: "responses", value: .responses},
		       {key: "packets", value: .accounting.packets},
		       (.rcodes[] | {key: "rcode.\(.code)", value: .count}),
		       {key: "rcode.other", value: .other_rcodes.count},
		       (.ede[] | {key: "ede.\(.rcode_code).\(.code)", value: .count}),
		       {key: "ede.other", value: .other_ede.count},
		       (.ede_further[] | {key: "ede_further.\(.code)", value: .count}),
		       {key: "ede_further.other", value: .other_ede_further.count},
		       (.qtypes[] | {key: "qtype.\(.type)", value: .count}),
		       {key: "qtype.other", value: .other_qtypes.count},
		       (.answers | lines("answers.")),
		       (.family | lines("family.")),
		       (.transport | lines("transport.")),
		       (.flags | lines("flags.")),
		       (.incomplete | lines("incomplete.")),
		       (.tcp // {} | del(.resynchronised) | lines("tcp.")), # streams begin midway
		       (.udp // {} | lines("udp.")),
		       {key: "rare_lost", value: .rare_lost},
		       (.accounting.unparsed | lines("accounting.unparsed.")),
		       (.accounting | del(.packets, .unparsed) | lines("accounting."))]
		| group_by(.key)[] | {key: .[0].key, value: (map(.value) | add)}
		| select(.value > 0) | "\(.key) \(.value)"' "$1" | sort
}

reports_match() {
	local keys=${4:-.}

	diff <(grep -E "$keys" "$3" | sort) <(reports_sums "$2" | grep -E "$keys") >"$SCRATCH/diff" ||
		fail "$1: sent (<) and counted (>) differ: $(head -n 40 "$SCRATCH/diff")"
}

reports_total() {
	jq -rs --arg interface "${3:-}" --arg direction "${4:-}" --arg key "$2" '
		[.[] | select(.type == "report")
		     | select($interface == "" or .interface == $interface)
		     | select($direction == "" or .direction == $direction)]
		| last | .total[$key] // 0' "$1"
}

has_reports() {
	[ "$(wc -l <"$1")" -ge "${2:-1}" ]
}
