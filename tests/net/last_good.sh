#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# timeout: 120
#
# A start with wrong configuration files: the last good ones of the state directory are used, and everybody is told; a
# reload with right ones ends that. An older version finds a configuration that it knows. What was damaged, or
# put there by others, is not used.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source-path=SCRIPTDIR source=reports.sh
. "$(dirname "$0")/reports.sh"
net_need setpriv jq curl python3
"$RCODEWATCH" --version | grep -q '^configuration files: by inih' || skip "built without inih"
"$RCODEWATCH" --version | grep -q '^control socket: by' || skip "built without libjansson"

net_namespace A
net_namespace B
net_quiet_veth A B
# A configuration is root's; what is written is the user's.
chown root "$SCRATCH"
chmod 755 "$SCRATCH"
conf=$SCRATCH/c.conf state=$SCRATCH/state out=$SCRATCH/out
events=$out/events control=$out/control.sock kept=$state/configuration
mkdir -m 750 "$state" "$out"
chown "$RUN_USER" "$state" "$out"
# As a unit with User= and AmbientCapabilities= starts it.
caps=+bpf,+net_admin,+perfmon
as_user=(setpriv --reuid "$(id -u "$RUN_USER")" --regid "$(id -g "$RUN_USER")" --clear-groups
	--inh-caps "$caps" --ambient-caps "$caps")
run=("$RCODEWATCH" run --config "$conf" --control "$control")

configure() { # LINE...: what all files of this test have, then these lines
	printf '%s\n' "interface = vb" "direction = rx" "output = none" "interval = 0.2" "$@" >"$conf.new"
	printf '%s\n' "[sink events]" "kind = json" "address = $events" >>"$conf.new"
	[ -z "$page" ] || printf '%s\n' "[sink page]" "kind = prometheus" "address = 127.0.0.1:19155" "interval = 0.2" >>"$conf.new"
	mv "$conf.new" "$conf"
}
page=
"$RCODEWATCH" --version >"$SCRATCH/version"
if grep -q '^sinks:.*prometheus' "$SCRATCH/version"; then
	page=yes
fi

start() { # [COMMAND...]: start it with the state directory
	net_start run B "$@" env STATE_DIRECTORY="$state" "${run[@]}"
	wait_for 20 monitor_runs run
}
stop() { net_stop run || fail "exit status $?: $(<"$SCRATCH/run.err")"; }
status() { "$RCODEWATCH" status --control "$control" --json >"$SCRATCH/status"; }
event() { jq -r "select(.event == \"$1\").reason" "$events" 2>/dev/null | tail -n 1 | grep -q -- "$2"; }
metric() {
	[ -n "$page" ] || return 0
	net_in B curl -sSf --max-time 5 http://127.0.0.1:19155/metrics >"$SCRATCH/metrics" &&
		grep -qx "rcodewatch_config_correct{site=\"[a-z]*\"} $1" "$SCRATCH/metrics"
}
has_label() { grep '"type":"report"' "$events" | tail -n 1 | jq -ec --arg want "$1" '.labels.site == $want' >/dev/null; }
# fails WORDS [COMMAND...]: it ends with status 2, and says so
fails() {
	local words=$1 status=0

	shift
	timeout 20 ip netns exec "$NS_B" "$@" 2>"$SCRATCH/err" || status=$?
	same "exit status where it should say '$words'" 2 "$status"
	grep -q -- "$words" "$SCRATCH/err" || fail "no '$words' in: $(<"$SCRATCH/err")"
}

# ---- kept, and used --------------------------------------------------------------------

configure "label = site=one"
start "${as_user[@]}"
wait_for 10 test -s "$kept"
wait_for 10 metric 1
status
jq -e '.config | has("fault") or has("last_good") | not' "$SCRATCH/status" >/dev/null || fail "a right configuration has a fault"
stop
same "mode and owner of what is kept" "600 $RUN_USER" "$(stat -c '%a %U' "$kept")"
cp "$kept" "$SCRATCH/first"

configure "label = site=two" "intervall = 5"
start "${as_user[@]}"
said="warning: $conf:6: no option 'intervall': did you mean interval?: the last good configuration is used, of rcodewatch"
grep -qF "$said" "$SCRATCH/run.err" || fail "the last good configuration is not said: $(<"$SCRATCH/run.err")"
wait_for 10 event config_last_good "$conf:6: no option 'intervall'"
wait_for 10 has_label one
wait_for 10 metric 0
status
jq -e --arg file "$conf" '.config | .fault == $file + ":6: no option '\''intervall'\'': did you mean interval?" and .files == [$file] and
	(.last_good.since | test("^20")) and (.last_good.version | length > 0)' "$SCRATCH/status" >/dev/null ||
	fail "status: $(jq -c .config "$SCRATCH/status")"
"$RCODEWATCH" status --control "$control" >"$SCRATCH/text"
grep -q "^wrong now *$conf:6: no option" "$SCRATCH/text" || fail "status for people: $(<"$SCRATCH/text")"
same "what was kept is as it was" "$(md5sum <"$SCRATCH/first")" "$(md5sum <"$kept")"
# The check of files is of files.
fails "c.conf:6: no option 'intervall'" "$RCODEWATCH" --check-config "$conf"
"${as_user[@]}" "$RCODEWATCH" config --config "$conf" --state-dir "$state" >"$SCRATCH/config" 2>"$SCRATCH/err" || fail "config: exit status $?"
grep -q '^# The last good configuration' "$SCRATCH/config" || fail "config does not say it"
grep -q '^label = site=one ' "$SCRATCH/config" || fail "config shows: $(<"$SCRATCH/config")"
"$RCODEWATCH" --check-config "$SCRATCH/config" >/dev/null || fail "what config shows is not a configuration"

# Still wrong; then right.
configure "label = site=two" "memory = x"
"$RCODEWATCH" reload --control "$control" >/dev/null && fail "a wrong configuration is taken"
wait_for 10 event config_refused "c.conf:6: memory"
status
jq -e '.config | (.fault | test("c.conf:6: memory")) and has("last_good")' "$SCRATCH/status" >/dev/null ||
	fail "status after a refusal: $(jq -c .config "$SCRATCH/status")"
configure "label = site=two"
"$RCODEWATCH" reload --control "$control" >/dev/null || fail "a right configuration is refused"
wait_for 10 has_label two
wait_for 10 metric 1
wait_for 10 grep -q site=two "$kept"
event config_reloaded . || fail "no event of the right configuration"
status
jq -e '.config | has("fault") or has("last_good") | not' "$SCRATCH/status" >/dev/null || fail "status of a right configuration"
# What was in force at the start is so again: nothing differs, but the fault is over.
configure "label = site=two" "top = x"
"$RCODEWATCH" reload --control "$control" >/dev/null && fail "a wrong configuration is taken"
wait_for 10 metric 0
configure "label = site=two"
before=$(jq -r .event "$events" | grep -c config_reloaded)
"$RCODEWATCH" reload --control "$control" >/dev/null || fail "a right configuration is refused"
wait_for 10 metric 1
more() { [ "$(jq -r .event "$events" | grep -c config_reloaded)" -gt "$before" ]; }
wait_for 10 more
stop
reports_valid "$events"

# A file that was cut off names no interface.
: >"$conf"
start "${as_user[@]}"
wait_for 10 has_label two
grep -q "$conf: no interface is named: the last good configuration is used" "$SCRATCH/run.err" || fail "an empty file: $(<"$SCRATCH/run.err")"
# Nor does it become a good one.
printf '%s\n' 'output = none' 'interval = 0.2' '[sink events]' 'kind = json' "address = $events" >"$conf"
"$RCODEWATCH" reload --control "$control" >/dev/null || fail "without an interface: refused"
stop
grep -q 'interface = vb' "$kept" || fail "a configuration without an interface is kept"
fails "run takes 1 to 15 interfaces" "${as_user[@]}" "${run[@]}"
rm -f "$kept"
fails "run takes 1 to 15 interfaces" "${as_user[@]}" env STATE_DIRECTORY="$state" "${run[@]}"
configure "label = site=two"
start "${as_user[@]}"
wait_for 10 grep -q site=two "$kept"
stop

# ---- other versions ----------------------------------------------------------------------

# What a newer version had in force comes first, and has an option that this one does not know.
cp "$kept" "$SCRATCH/mine"
newer() { # LINE: put a configuration with it before what is kept
	python3 - "$SCRATCH/mine" "$kept" "$conf" "$1" <<-'END'
		import struct, sys, zlib
		text = lambda value: struct.pack("<I", len(value)) + value + b"\0"
		mine, path, line = open(sys.argv[1], "rb").read()[24:], sys.argv[3].encode(), sys.argv[4].encode()
		body = b"interface = vb\noutput = json\n" + line + b"\n"
		rest = struct.pack("<q", 10**18) + text(b"99.0") + text(path) + struct.pack("<I", 1) + text(path) + text(body) + mine
		open(sys.argv[2], "wb").write(b"rcwconf\n" + struct.pack("<IIQ", 1, zlib.crc32(rest), len(rest)) + rest)
	END
}
newer "option-of-99 = 1"
configure "label = site=three" "option-of-99 = 1"
start "${as_user[@]}"
wait_for 10 has_label two
grep -q "the last good configuration is used, of rcodewatch $("$RCODEWATCH" --version | awk 'NR == 1 { print $2 }')," "$SCRATCH/run.err" ||
	fail "of which version is not said: $(<"$SCRATCH/run.err")"
same "errors of what was kept" 0 "$(grep -c "configuration:\|99.0" "$SCRATCH/run.err")"
stop
# One that this version knows is the newest one.
newer "label = site=newer"
start "${as_user[@]}"
grep -q 'of rcodewatch 99.0, in force since 2001-09-09T01:46:40' "$SCRATCH/run.err" || fail "the newest: $(<"$SCRATCH/run.err")"
stop

# ---- not used ----------------------------------------------------------------------------

cp "$SCRATCH/mine" "$kept"
fails "port x: " "${as_user[@]}" env STATE_DIRECTORY="$state" "${run[@]}" --port x
fails "c.conf:6: no option" "${as_user[@]}" "${run[@]}"
echo x >>"$kept"
fails "is damaged" "${as_user[@]}" env STATE_DIRECTORY="$state" "${run[@]}"
# A right start is not kept from starting by it, and makes a new one.
configure "label = site=four"
start "${as_user[@]}"
wait_for 10 grep -q site=four "$kept"
stop
configure "label = site=five" "intervall = 5"
chown 65533 "$kept"
chmod 644 "$kept"
fails "cannot read $kept" "${as_user[@]}" env STATE_DIRECTORY="$state" "${run[@]}"
chown "$RUN_USER" "$kept"
# Read with another path, it is no configuration of this one.
cp "$conf" "$SCRATCH/other.conf"
fails "other.conf:6: no option" "${as_user[@]}" env STATE_DIRECTORY="$state" "$RCODEWATCH" run --config "$SCRATCH/other.conf"
# Root takes nothing from a folder of the user whom it would become.
fails "the last good configuration is not looked for" env STATE_DIRECTORY="$state" "${run[@]}"
