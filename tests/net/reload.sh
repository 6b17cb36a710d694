#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# timeout: 120
#
# SIGHUP under load: sinks that come, stay, change and go, labels, rules of alerts, a wrong file, an option that needs a restart. Sinks that
# stay get every packet counted once, whatever the others do.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source-path=SCRIPTDIR source=reports.sh
. "$(dirname "$0")/reports.sh"
"$RCODEWATCH" --version | grep -q '^configuration files: by inih' || skip "built without inih"

net_namespace A
net_namespace B
net_quiet_veth A B
# A configuration is root's; what is written is the user's whom run becomes.
out=$SCRATCH/out conf=$SCRATCH/c.conf
chown root "$SCRATCH"
chmod 755 "$SCRATCH"
mkdir "$out"
chown "$RUN_USER" "$out"

# configure LINE...: what all files of this test have, then these lines.
configure() {
	printf '%s\n' "interface = vb" "direction = rx" "output = none" "interval = 0.1" "$@" >"$conf.new"
	printf '%s\n' "[sink kept]" "kind = json" "address = $out/kept" "interval = 0.1" >>"$conf.new"
	mv "$conf.new" "$conf"
}

events() { # FILE EVENT: how many of these it has
	jq -r 'select(.type == "event").event' "$1" 2>/dev/null | grep -c "^$2$"
}

has_events() { # FILE EVENT NUMBER
	[ "$(events "$1" "$2")" -ge "$3" ]
}

reload() { # EVENT NUMBER: reload, and wait until that event is there so many times
	kill -HUP "${PID_run:?}"
	wait_for 10 has_events "$out/kept" "$1" "$2"
}

has_label() { # FILE LABELS
	grep '"type":"report"' "$1" | tail -n 1 | jq -ec --argjson want "$2" '.labels == $want' >/dev/null
}

configure "label = site=one"
net_start run B "$RCODEWATCH" run --config "$conf" --alert-interval 0.2
wait_for 20 monitor_runs run
wait_for 5 test -s "$out/kept"
net_start load A "$DNSLOAD" -i va -m healthy -r 4000 -t 600 -e "$SCRATCH/expect"

# Another label, and more sinks: one of an interval that there was, one of a new one.
more=("[sink more]" "kind = json" "address = $out/more" "interval = 0.1"
	"[sink slow]" "kind = json" "address = $out/slow" "interval = 0.3")
configure "label = site=two" "${more[@]}"
reload config_reloaded 1
wait_for 5 has_label "$out/kept" '{"site":"two"}'
wait_for 5 has_label "$out/more" '{"site":"two"}'
wait_for 5 has_label "$out/slow" '{"site":"two"}'
grep -q "configuration read again; sinks opened: 2, closed: 0; changed: label$" "$SCRATCH/run.err" ||
	fail "what was reloaded is not said: $(cat "$SCRATCH/run.err")"

# A wrong file: all stays as it was, and its place is named; files are opened anew all the same.
configure "label = site=three" "intervall = 5"
mv "$out/more" "$out/more.1"
reload config_refused 1
wait_for 5 test -s "$out/more"
wait_for 5 has_label "$out/more" '{"site":"two"}'
grep -q "c.conf:6: no option 'intervall': did you mean interval" "$SCRATCH/run.err" || fail "the wrong line is not named"
jq -r 'select(.event == "config_refused").reason' "$out/kept" | grep -q "c.conf:6: no option" ||
	fail "the event does not name the wrong line"
# A sink that cannot be opened is such a file too.
configure "label = site=three" "[sink gone]" "kind = json" "address = $out/no/such/folder"
reload config_refused 2
has_label "$out/kept" '{"site":"two"}' || fail "a refused configuration is in force in part"

# Fewer sinks; what needs a restart is named, and nothing else waits for it.
configure "label = site=four" "memory = 32" "attack-rate = 90" "top = 3"
reload config_reloaded 2
wait_for 5 has_label "$out/kept" '{"site":"four"}'
grep -q "sinks opened: 0, closed: 2; changed: .*label.*; needs a restart: memory$" "$SCRATCH/run.err" ||
	fail "what needs a restart is not said: $(tail -n 2 "$SCRATCH/run.err")"
size=$(stat -c %s "$out/more")

if "$RCODEWATCH" --version | grep -q '^sinks:.*prometheus'; then
	# A listener that changes keeps its address, with other options or not.
	configure "label = site=four" "[sink page]" "kind = prometheus" "address = 127.0.0.1:19154"
	reload config_reloaded 3
	configure "label = site=four" "[sink page]" "kind = prometheus" "address = 127.0.0.1:19154" "top = 5"
	reload config_reloaded 4
	grep -q "sinks opened: 1, closed: 1" "$SCRATCH/run.err" || fail "the listener is not changed"
	wait_for 5 net_in B curl -sSf --max-time 5 -o "$SCRATCH/page" http://127.0.0.1:19154/metrics
	grep -q '^rcodewatch_' "$SCRATCH/page" || fail "the listener has no page"
fi

# Rules of alerts: one that is changed begins by what it is now, an alert that is under way ends when its rule is turned off, a wrong one
# changes nothing.
alerts() { # STATE: rules that came into it
	jq -r --arg state "$1" 'select(.type == "alert" and .state == $state) | .rule' "$out/kept" | grep -c '^servfail-share$'
}
has_alerts() { # STATE NUMBER
	[ "$(alerts "$1")" -eq "$2" ]
}
same "alerts by the defaults" 0 "$(alerts begin)"
changed=$(events "$out/kept" config_reloaded) refused=$(events "$out/kept" config_refused)
rule="alert = servfail-share,threshold=0.0001,rate=0,number=1,after=1"
configure "label = site=four" "$rule"
reload config_reloaded $((changed + 1))
grep "configuration read again" "$SCRATCH/run.err" | tail -n 1 | grep -q 'changed: .*alert' || fail "a changed rule is not said"
wait_for 10 has_alerts begin 1
configure "label = site=four" "alert = servfail-share,treshold=0.5"
reload config_refused $((refused + 1))
grep -q "c.conf:6: .*alert: no key 'treshold'" "$SCRATCH/run.err" || fail "the wrong rule is not named: $(tail -n 2 "$SCRATCH/run.err")"
same "alerts that end by a wrong rule" 0 "$(alerts end)"
configure "label = site=four" "$rule" "alert = servfail-share,off"
reload config_reloaded $((changed + 2))
wait_for 10 has_alerts end 1
configure "label = site=four" "$rule"
reload config_reloaded $((changed + 3))
wait_for 10 has_alerts begin 2

# Nothing differs: files are opened anew, and nobody is told.
before=$(events "$out/kept" config_reloaded)
mv "$out/kept" "$out/kept.1"
kill -HUP "$PID_run"
wait_for 5 test -s "$out/kept"
net_stop load || fail "dnsload failed"
net_stop run || fail "run: exit status $?: $(cat "$SCRATCH/run.err")"
same "a closed sink is written to" "$size" "$(stat -c %s "$out/more")"
cat "$out/kept.1" "$out/kept" >"$SCRATCH/kept"
same "events where nothing differs" "$before" "$(events "$SCRATCH/kept" config_reloaded)"
grep '"type":"report"' "$SCRATCH/kept" >"$SCRATCH/reports"
reports_match "a sink that stays" "$SCRATCH/reports" "$SCRATCH/expect"
reports_valid "$SCRATCH/kept"
# Sequence numbers of what goes on have no gap.
jq -r .seq "$SCRATCH/reports" | awk 'NR > 1 && $1 != last + 1 { exit 1 } { last = $1 }' || fail "a report is missing"
