#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# timeout: 120
#
# The control socket of a running monitor: status and dump say what was sent, reload opens files anew, clients
# that mean it ill hold nobody up, a second monitor is told who has the socket, and nothing is left of it.

# Its folder must be one in which nobody else can make files, or root's client asks nobody there.
TMPDIR=/run
export TMPDIR
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source-path=SCRIPTDIR source=reports.sh
. "$(dirname "$0")/reports.sh"
"$RCODEWATCH" --version | grep -q '^control socket: by' || skip "built without libjansson"

CONTROL=$SCRATCH/control.sock
# As root, who may give the socket to any group; what --user does is in the last part.
chown root "$SCRATCH"

ask() { # command and its options
	"$RCODEWATCH" "$@" --control "$CONTROL"
}

ask_socket() { # command, without a client of ours
	printf '{"schema":"rcodewatch-control/1","command":"%s"}\n' "$1" |
		"$python" -c 'import socket, sys
s = socket.socket(socket.AF_UNIX); s.settimeout(10); s.connect(sys.argv[1]); s.sendall(sys.stdin.buffer.read())
while piece := s.recv(65536): sys.stdout.buffer.write(piece)' "$CONTROL"
}

is_valid() { # file: by the schema
	"$python" - "$ROOT/docs/rcodewatch-control-1.schema.json" "$1" <<-'END'
		import json, sys
		import jsonschema
		jsonschema.validate(json.load(open(sys.argv[2])), json.load(open(sys.argv[1])))
	END
}
"$python" -c 'import jsonschema' 2>/dev/null || skip "python3-jsonschema is missing"

counted() { # how many packets
	[ "$(ask status --json | jq '[.interfaces[].total.packets] | add')" = "$1" ]
}

net_namespace A
net_namespace B
net_quiet_veth A B

# Before there is one.
ask status 2>"$SCRATCH/none.err"
same "exit status without a monitor" 1 $?
grep -q "start it with --control" "$SCRATCH/none.err" || fail "what to do: $(cat "$SCRATCH/none.err")"
"$RCODEWATCH" status vb 2>"$SCRATCH/usage.err"
same "exit status of an operand" 2 $?

group=$(getent group mail | cut -d: -f3)
# To give a file to a group takes being its member, without CAP_CHOWN.
printf 'interval = 0.2\nlabel = site=fra1\n' >"$SCRATCH/monitor.conf"
net_start run B setpriv --groups mail "$RCODEWATCH" run --config "$SCRATCH/monitor.conf" -o none --user root --control "$CONTROL" --control-group mail \
	--sink "json:$SCRATCH/log,interval=0.2" --sink json:unix:/nobody/listens vb
wait_for 20 monitor_runs run
wait_for 5 test -S "$CONTROL" || die "no socket: $(cat "$SCRATCH/run.err")"
same "owner and mode of the socket" "0 $group 660" "$(stat -c '%u %g %a' "$CONTROL")"

net_in A "$DNSLOAD" -i va -m cases -n 5000 -r 20000 -e "$SCRATCH/expect" || die "dnsload failed"
wait_for 10 counted 5000
ask status --json >"$SCRATCH/status.json" || fail "status: exit status $?"
is_valid "$SCRATCH/status.json" || fail "status is not by the schema"
same "responses" "$(count_of "$SCRATCH/expect" responses)" \
	"$(jq '[.interfaces[].total.responses] | add' "$SCRATCH/status.json")"
for code in 0 2 3 5 16 4095; do
	same "RCODE $code" "$(count_of "$SCRATCH/expect" "rcode.$code")" \
		"$(jq "[.interfaces[].rcodes[] | select(.code == $code) | .total] | add" "$SCRATCH/status.json")"
done
same "process" "${PID_run:?}" "$(jq .process.pid "$SCRATCH/status.json")"
same "attached" "vb rx attached,vb tx attached" \
	"$(jq -r '[.interfaces[] | "\(.interface) \(.direction) \(.state)"] | join(",")' "$SCRATCH/status.json")"
same "configuration" "$SCRATCH/monitor.conf" "$(jq -r '.config.files | join(" ")' "$SCRATCH/status.json")"
same "labels" fra1 "$(jq -r .labels.site "$SCRATCH/status.json")"
same "sinks" "true false" "$(jq -r '[.sinks[] | .reachable] | join(" ")' "$SCRATCH/status.json")"
jq -e '.sinks[1].last_error | test("No such file")' "$SCRATCH/status.json" >/dev/null ||
	fail "the sink's error: $(jq .sinks "$SCRATCH/status.json")"
jq -e '(.memory.kernel_bytes > 1000000) and (.memory.process_bytes > 1000000)' "$SCRATCH/status.json" >/dev/null ||
	fail "memory: $(jq .memory "$SCRATCH/status.json")"
jq -e '.sandbox.not_sandboxed | index("it runs as root")' "$SCRATCH/status.json" >/dev/null ||
	fail "root is not mentioned: $(jq .sandbox "$SCRATCH/status.json")"

ask dump --json >"$SCRATCH/dump.json" || fail "dump: exit status $?"
is_valid "$SCRATCH/dump.json" || fail "dump is not by the schema"
same "packets in the raw counters" 5000 \
	"$(jq '[.points[].counters[].counts.packets] | add' "$SCRATCH/dump.json")"
same "NXDOMAIN in the raw counters" "$(count_of "$SCRATCH/expect" rcode.3)" \
	"$(jq '[.points[].counters[].rcodes | to_entries[] | select(.key | startswith("3.")) | .value] | add' \
		"$SCRATCH/dump.json")"
same "EDE 22 of SERVFAIL in the raw counters" "$(count_of "$SCRATCH/expect" ede.2.22)" \
	"$(jq '[.points[].counters[].ede["2.22"] // 0] | add' "$SCRATCH/dump.json")"
jq -e '.tables | .rare_values.used > 0 and .rare_values.room == 8192 and .ede_texts.used > 0' "$SCRATCH/dump.json" \
	>/dev/null || fail "fill of the tables: $(jq .tables "$SCRATCH/dump.json")"

# The past by code: it is all there, in each resolution.
for since in 15m 1d 14d; do
	ask history --since $since --json >"$SCRATCH/history.json" || fail "history: exit status $?"
	is_valid "$SCRATCH/history.json" || fail "history --since $since is not by the schema"
	for figure in packets responses; do
		want=$(count_of "$SCRATCH/expect" $figure)
		same "$figure since $since" "$want" "$(jq "[.interfaces[].rows[].$figure] | add" "$SCRATCH/history.json")"
	done
	for code in 0 2 3 5 16; do
		same "RCODE $code since $since" "$(count_of "$SCRATCH/expect" "rcode.$code")" \
			"$(jq "[.interfaces[].rows[].rcodes[\"$code\"]] | add" "$SCRATCH/history.json")"
	done
	resolutions="${resolutions:-}$(jq -r .resolution "$SCRATCH/history.json") "
done
same "resolutions, the first with more than 900 rows in full" "minutes minutes hours " "$resolutions"
same "a minute in full" full "$(ask history --since 1m --json | jq -r .resolution)"
for wrong in 0 -5 10x 15d 1209601 99999999999999999999 ''; do
	ask history --since "$wrong" 2>"$SCRATCH/usage.err"
	same "exit status of --since '$wrong'" 2 $?
done

# The last interval, each member of which is a line as sinks get it: together with what was counted before it, that is all.
is_reported() {
	ask_socket report >"$SCRATCH/report.json" && [ "$(jq '.reports[0].total.packets' "$SCRATCH/report.json")" = 5000 ]
}
wait_for 10 is_reported
is_valid "$SCRATCH/report.json" || fail "report is not by the schema"
same "reports" "vb rx,vb tx" "$(jq -r '[.reports[] | "\(.interface) \(.direction)"] | join(",")' "$SCRATCH/report.json")"
same "sides" "clients,upstream" "$(jq -r '[.transactions[].side] | join(",")' "$SCRATCH/report.json")"
same "ends of one interval" 1 "$(jq '[.reports[], .transactions[] | .end] | unique | length' "$SCRATCH/report.json")"
jq -c '.reports[], .transactions[]' "$SCRATCH/report.json" | "$python" "$ROOT/tests/validate_json.py" >"$SCRATCH/valid" 2>&1 ||
	fail "a line of the report: $(cat "$SCRATCH/valid")"

# For people: nothing is wider than a terminal of 80 columns, and what is attached is there.
for command in status dump history; do
	ask "$command" >"$SCRATCH/text" || fail "$command: exit status $?"
	awk 'length > 80 { print; found = 1 } END { exit found }' "$SCRATCH/text" >"$SCRATCH/wide" ||
		fail "$command: wider than 80 columns: $(cat "$SCRATCH/wide")"
	grep -q '^vb.*rx' "$SCRATCH/text" || fail "$command has no interface: $(cat "$SCRATCH/text")"
done

# A file that was moved away is opened anew.
mv "$SCRATCH/log" "$SCRATCH/log.1"
ask reload --json >"$SCRATCH/reload.json" || fail "reload: exit status $?"
is_valid "$SCRATCH/reload.json" || fail "reload is not by the schema"
same "what was opened anew" "json:$SCRATCH/log" "$(jq -r '.reopened | join(" ")' "$SCRATCH/reload.json")"
wait_for 10 test -s "$SCRATCH/log"
# Labels change at work; a wrong file changes nothing, and says which line.
printf 'interval = 0.2\nlabel = site=ams2\n' >"$SCRATCH/monitor.conf"
ask reload | grep -q 'changed: label' || fail "no label has changed"
same "the new label" ams2 "$(ask status --json | jq -r .labels.site)"
printf 'interval = 0.2\nlabel = site=ams2\nintervall = 5\n' >"$SCRATCH/monitor.conf"
ask reload >"$SCRATCH/refused"
same "exit status of a reload that was refused" 1 $?
grep -q 'monitor.conf:3:' "$SCRATCH/refused" || fail "what is wrong: $(cat "$SCRATCH/refused")"

# Who holds it.
net_in B timeout 30 "$RCODEWATCH" run -o none --user root --control "$CONTROL" --sink "json:$SCRATCH/second" vb 2>"$SCRATCH/second.err"
same "exit status of a second monitor" 1 $?
grep -q "held by process $PID_run (rcodewatch since 20.*Z, watching vb)" "$SCRATCH/second.err" ||
	fail "who holds the socket: $(cat "$SCRATCH/second.err")"

net_start load A "$DNSLOAD" -i va -m healthy -r 2000 -t 600 -e "$SCRATCH/load.expect"
"$python" "$ROOT/tests/net/control_clients.py" "$CONTROL" "$PID_run" >"$SCRATCH/clients" 2>&1 ||
	fail "$(cat "$SCRATCH/clients")"
net_stop load || fail "dnsload failed"

# Gone, and found again.
ip -n "$NS_A" link del va
gone() { [ "$(ask status --json | jq -r '[.interfaces[].state] | unique | join(" ")')" = gone ]; }
wait_for 10 gone
net_stop run || fail "exit status $?: $(cat "$SCRATCH/run.err")"
[ ! -e "$CONTROL" ] || fail "the socket is left behind"
cat "$SCRATCH/log.1" "$SCRATCH/log" | grep '"type":"report"' >"$SCRATCH/reports"
late=$(jq -s '[.[1:-1][] | select(.interval_s > 5)] | length' "$SCRATCH/reports")
same "intervals of more than 5 s" 0 "$late"
same "packets reported" $((5000 + $(count_of "$SCRATCH/load.expect" packets))) \
	"$(jq -s '[.[].accounting.packets] | add' "$SCRATCH/reports")"

# Under systemd it is in the runtime directory; a socket that is left over is replaced.
chown "$RUN_USER" "$SCRATCH"
rm "$SCRATCH/log"
net_quiet_veth A B
net_start killed B env "RUNTIME_DIRECTORY=$SCRATCH" "$RCODEWATCH" run -o none --sink "json:$SCRATCH/log" vb
wait_for 20 monitor_runs killed
wait_for 5 ask status
net_stop killed KILL
[ -S "$CONTROL" ] || fail "nothing is left over to be replaced"
ask status 2>"$SCRATCH/dead.err"
same "exit status where it was killed" 1 $?
grep -q 'it has ended' "$SCRATCH/dead.err" || fail "what to do: $(cat "$SCRATCH/dead.err")"
net_start service B env "RUNTIME_DIRECTORY=$SCRATCH:/run/other" "$RCODEWATCH" run -o none \
	--sink "json:$SCRATCH/log" vb
wait_for 20 monitor_runs service
wait_for 5 ask status
net_stop service || fail "exit status $?: $(cat "$SCRATCH/service.err")"
net_start none B env "RUNTIME_DIRECTORY=$SCRATCH" "$RCODEWATCH" run -o none --control none \
	--sink "json:$SCRATCH/log" vb
wait_for 20 monitor_runs none
[ ! -e "$CONTROL" ] || fail "a socket in spite of --control none"
net_stop none || fail "exit status $?: $(cat "$SCRATCH/none.err")"
