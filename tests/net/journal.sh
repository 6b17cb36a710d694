#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# timeout: 120
#
# Messages of `run` where standard error is the journal's: entries with a priority and fields, of a real systemd-journald; one that
# takes nothing costs no message and holds up nobody; without its socket they are lines of standard error.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
net_need jq nsenter unshare systemd-cat journalctl pgrep
journald=/lib/systemd/systemd-journald
[ -x "$journald" ] || skip "systemd-journald is not installed"
[ -s /etc/machine-id ] || skip "there is no /etc/machine-id"
"$RCODEWATCH" --version >"$SCRATCH/version"
grep -q '^configuration files: by inih' "$SCRATCH/version" || skip "built without inih"

net_namespace A
net_namespace B
net_quiet_veth A B
chown root "$SCRATCH"
chmod 755 "$SCRATCH"
conf=$SCRATCH/c.conf
configure() { # LINE...
	printf '%s\n' "interface = vb" "output = none" "$@" "[sink a]" "kind = json" "address = $SCRATCH/out/a" >"$conf"
}
mkdir "$SCRATCH/out"
chown "$RUN_USER" "$SCRATCH/out"
configure
# Few datagrams wait for a journal that is stopped.
net_in B sysctl -qw net.unix.max_dgram_qlen=4 || die "cannot set net.unix.max_dgram_qlen"

# A journal of our own, in a mount namespace of its own; it obeys the names of files that the test makes.
cat >"$SCRATCH/journal.sh" <<END
cd "$SCRATCH"
mount --make-rprivate / && mount -t tmpfs none /run && mkdir -p /run/systemd/journal
# What is sent at once is more than it takes of one service.
mkdir -p /run/systemd/journald.conf.d
printf '[Journal]\nRateLimitIntervalSec=0\n' >/run/systemd/journald.conf.d/test.conf
$journald &
journald=\$!
for i in \$(seq 50); do [ -S /run/systemd/journal/socket ] && break; sleep 0.1; done
[ -z "\$1" ] || mv /run/systemd/journal/socket /run/systemd/journal/gone
# As a service manager says it.
systemd-cat -t stream sh -c 'export JOURNAL_STREAM=\$(stat -L -c %d:%i /proc/self/fd/2)
	exec $RCODEWATCH run --config $conf --control none' &
run=\$!
echo \$run >run.pid
echo \$journald >journald.pid
while [ ! -e stop ]; do
	# What the journal has got so far.
	if [ -e ask ]; then
		rm -f ask
		journalctl --sync
		journalctl -o json --all --no-pager >entries.new 2>/dev/null
		mv entries.new entries
	fi
	sleep 0.05
done
kill \$run
wait \$run
echo \$? >run.status
journalctl --sync
journalctl -o json --all --no-pager >entries.last
kill \$journald
END
begin() { # [WITHOUT]: start it all, without the journal's socket if so
	rm -f "$SCRATCH"/{run.pid,stop,run.status,entries*}
	net_start journal B nsenter -t $$ -m -r unshare -m bash "$SCRATCH/journal.sh" "${1:-}"
	wait_for 20 test -s "$SCRATCH/journald.pid"
}
finish() {
	touch "$SCRATCH/stop"
	net_wait journal || fail "the journal: $(<"$SCRATCH/journal.err")"
	same "exit status" 0 "$(<"$SCRATCH/run.status")"
}
# entry JQ: whether the journal has one of rcodewatch that this is true of
entry() {
	rm -f "$SCRATCH/entries"
	touch "$SCRATCH/ask"
	for ((i = 0; i < 100; i++)); do
		[ ! -e "$SCRATCH/entries" ] || break
		sleep 0.05
	done
	jq -se "[.[] | select(.SYSLOG_IDENTIFIER == \"rcodewatch\" and ._TRANSPORT == \"journal\") | select($1)] | length > 0" \
		"$SCRATCH/entries" >/dev/null
}

begin
wait_for 20 entry '.RCODEWATCH_EVENT == "attached" and .RCODEWATCH_INTERFACE == "vb" and .PRIORITY == "6" and
	(.MESSAGE | startswith("watching vb: ")) and (.MESSAGE_ID | test("^[0-9a-f]{32}$")) and .SYSLOG_FACILITY == "3"'
# The attacher has no socket of the main process's, so none of the journal's either.
sockets() { find "/proc/$1/fd" -lname 'socket:*' ! -name '[012]' -printf '%l\n' | sort; }
attacher=$(pgrep -P "$(<"$SCRATCH/run.pid")" -x rcw-attacher) || fail "there is no attacher"
[ "$(sockets "$(<"$SCRATCH/run.pid")" | wc -l)" -gt 1 ] || fail "the sockets of the main process are not seen"
same "sockets that both processes have" "" "$(comm -12 <(sockets "$(<"$SCRATCH/run.pid")") <(sockets "$attacher"))"
configure "intervall = 5"
kill -HUP "$(<"$SCRATCH/run.pid")"
wait_for 20 entry '.RCODEWATCH_EVENT == "config_refused" and .PRIORITY == "3" and (.MESSAGE | startswith("the configuration stays"))'
entry '.PRIORITY == "3" and (.MESSAGE | test("^/.*c.conf:3: no option .intervall.")) and (has("RCODEWATCH_EVENT") | not)' ||
	fail "the error of the file is no entry"

# A stopped journal: each reload says something, more than waits in its socket; all of it is there in the end.
kill -STOP "$(<"$SCRATCH/journald.pid")"
for ((i = 0; i < 15; i++)); do
	configure "label = n=$i"
	kill -HUP "$(<"$SCRATCH/run.pid")"
	reloaded() { [ "$(grep -c config_reloaded "$SCRATCH/out/a")" -gt "$i" ]; }
	wait_for 10 reloaded || break
done
kill -CONT "$(<"$SCRATCH/journald.pid")"
finish
all='[.[] | select(.MESSAGE | type == "string") | select(.MESSAGE | test("configuration read again"))]'
same "messages past a stopped journal" 15 "$(jq -s "$all | length" "$SCRATCH/entries.last")"
same "some of them by standard error" true "$(jq -s "$all | any(._TRANSPORT == \"stdout\") and any(._TRANSPORT == \"journal\")" "$SCRATCH/entries.last")"

# Without the socket.
configure
rm "$SCRATCH/out/a"
begin without
wait_for 20 grep -q attached "$SCRATCH/out/a"
finish
same "entries without the socket" "stdout" "$(jq -sr '[.[] | select(.MESSAGE | tostring | test("watching vb")) | ._TRANSPORT] | unique | join(" ")' "$SCRATCH/entries.last")"
jq -s 'any(.[]; .MESSAGE | tostring | startswith("rcodewatch: warning: messages go to standard error"))' "$SCRATCH/entries.last" | grep -q true ||
	fail "that there is no journal is not said"

# Standard error that is a file stays one, whatever the environment says.
configure
net_in B env JOURNAL_STREAM=1:2 "$RCODEWATCH" run --config "$conf" --control none -t 0.3 2>"$SCRATCH/file.err" || fail "exit status $?"
grep -q '^rcodewatch: watching vb' "$SCRATCH/file.err" || fail "a file gets: $(<"$SCRATCH/file.err")"
