#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# What a service manager is told: started, reloading, stopping, and the watchdog's heartbeat, which a stopped
# process does not give.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source-path=SCRIPTDIR source=reports.sh
. "$(dirname "$0")/reports.sh"
# shellcheck source-path=SCRIPTDIR source=service_lib.sh
. "$(dirname "$0")/service_lib.sh"

# The unit as it is shipped. What it may do is looked at from outside; the program is where it was built.
sed "s|^ExecStart=/usr/bin/rcodewatch|ExecStart=$RCODEWATCH|; /^Documentation=/d" "$ROOT/packaging/rcodewatch.service" \
	>"$SCRATCH/rcodewatch.service"
net_need systemd-analyze
systemd-analyze verify "$SCRATCH/rcodewatch.service" >"$SCRATCH/verify" 2>&1 || fail "the unit: $(cat "$SCRATCH/verify")"
# What docs/service.md says: of 100, as it is and with each drop-in.
secure() { # EXPOSURE [DROP-IN]
	mkdir -p "$SCRATCH/unit$1"
	cat "$SCRATCH/rcodewatch.service" ${2:+"$ROOT/packaging/drop-ins/$2.conf"} >"$SCRATCH/unit$1/rcodewatch.service"
	systemd-analyze security --offline=true --threshold="$1" --no-pager "$SCRATCH/unit$1/rcodewatch.service" >"$SCRATCH/security" 2>&1 ||
		fail "the unit ${2:+with $2}: $(tail -n 1 "$SCRATCH/security")"
}
secure 17
secure 15 local-sinks
secure 12 no-network-sinks
# Otherwise its filter kills for what ours refuses, as it did for the clock's state that syslog asks for.
grep -qx 'SystemCallErrorNumber=EPERM' "$SCRATCH/rcodewatch.service" || fail "the unit's filter of system calls kills"

net_namespace A
net_namespace B
net_quiet_veth A B

WATCHDOG=1 service_open one B "$RCODEWATCH" run -o none -d rx --sink "json:$SCRATCH/reports,interval=1" vb
service one start
wait_for 20 service_told one READY=1
service_told one 'STATUS=watching vb' || fail 'no status'
wait_for 10 service_told one WATCHDOG=1
kill -STOP "$(service_pid one)"
before=$(grep -c WATCHDOG=1 "$SCRATCH/one/log")
sleep 0.7
# One may have been on its way.
after=$(grep -c WATCHDOG=1 "$SCRATCH/one/log")
[ "$after" -le $((before + 1)) ] || fail "a stopped process gave $((after - before)) heartbeats"
kill -CONT "$(service_pid one)"
wait_for 10 service_told_times one WATCHDOG=1 $((after + 1))
service one signal HUP
wait_for 10 service_told_times one READY=1 2
reload=$(sed -n '/^RELOADING=1/,$p' "$SCRATCH/one/log")
grep -q '^MONOTONIC_USEC=[0-9]\+$' <<<"$reload" || fail "a reload without its time"
service one signal TERM
service one wait
wait_for 20 service_told one 'wait 0'
service_told one STOPPING=1 || fail 'it did not say that it ends'
