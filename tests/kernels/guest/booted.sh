# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# shellcheck shell=bash
#
# For the scripts of guests that boot systemd; to be sourced first. What common.sh has, and:
#
#   service_install           what docs/service.md says: the program, the unit, the user, the folder of pins
#   service_configure LINE... the configuration: these lines, then a file of reports, $reports, one each second, and sinks to
#                             which nobody listens, whose code is to run in the sandbox
#   service_is NAME VALUE     whether systemd says so of a property of the unit
#   service_pid               its main process
#   service_up [PID]          wait until it runs and has said that it is ready, as another process than PID
#   service_kill NAME         kill -9 its main process (main) or all (all), and wait for the next one
#   service_program FILE      that one is /usr/bin/rcodewatch from now on
#   lines [N]                 all whole lines of $reports, or those among the last N
#   reports_of INTERFACE DIRECTION [N]   the reports among them
#   total INTERFACE DIRECTION packets in the last one's total, since counting began
#   total_is INTERFACE DIRECTION N   for wait_for
#   in_order INTERFACE DIRECTION GAPS   one instance, seq ever growing and with that many gaps at most, totals never falling

# shellcheck source-path=SCRIPTDIR source=common.sh
. /project/tests/guest/common.sh
reports=/var/log/rcodewatch/dns.json
packaging=/project/packaging

# No packet but those of a test.
echo 1 >/proc/sys/net/ipv6/conf/default/disable_ipv6

service_install() {
	install -m 755 "$O/rcodewatch" /usr/bin/rcodewatch
	install -D -m 644 $packaging/rcodewatch.service /etc/systemd/system/rcodewatch.service
	install -D -m 644 $packaging/rcodewatch.sysusers /etc/sysusers.d/rcodewatch.conf
	install -D -m 644 $packaging/rcodewatch.tmpfiles /etc/tmpfiles.d/rcodewatch.conf
	install -D -m 644 $packaging/rcodewatch.conf /etc/rcodewatch/rcodewatch.conf
	systemd-sysusers rcodewatch.conf || die "no user is made"
	systemd-tmpfiles --create rcodewatch.conf || die "no folder of pins is made"
	systemctl daemon-reload || die "systemd does not reload"
}

service_configure() {
	{
		printf '%s\n' "$@"
		printf '%s\n' "[sink archive]" "kind = json" "address = $reports" "interval = 1" \
			"[sink log]" "kind = syslog" "address = udp:127.0.0.1:5514" "interval = 1" \
			"[sink journal]" "kind = syslog" "address = local" "interval = 60" \
			"[sink metrics]" "kind = prometheus" "address = 127.0.0.1:19153"
	} >/etc/rcodewatch/rcodewatch.conf.d/test.conf
}
mkdir -p /etc/rcodewatch/rcodewatch.conf.d

service_is() {
	[ "$(systemctl show -P "$1" rcodewatch)" = "$2" ]
}

service_pid() {
	systemctl show -P MainPID rcodewatch
}

service_runs() {
	service_is SubState running && ! service_is MainPID "$1"
}

service_up() {
	wait_for 12 service_runs "${1:-0}" || die "$(journalctl -q -n 20 -u rcodewatch -o cat)"
}

service_kill() {
	local pid

	pid=$(service_pid)
	systemctl kill -s KILL --kill-who="$1" rcodewatch || fail "kill"
	service_up "$pid"
}

service_program() {
	install -m 755 "$1" /usr/bin/rcodewatch.new
	mv /usr/bin/rcodewatch.new /usr/bin/rcodewatch
}

# One that was being written when the program was killed is there in part.
lines() {
	tail -n "${1:-+1}" $reports | jq -cR 'fromjson? | objects'
}

reports_of() {
	lines "${3:-+1}" | jq -c --arg interface "$1" --arg direction "$2" \
		'select(.type == "report" and .interface == $interface and .direction == $direction)'
}

# Of many minutes of reports an emulated machine would take half a minute to read all.
total() {
	reports_of "$1" "$2" 100 | tail -n 1 | jq '.total.packets'
}

total_is() {
	[ "$(total "$1" "$2")" = "$3" ]
}

in_order() {
	local found

	found=$(reports_of "$1" "$2" | jq -rs --argjson gaps "$3" '
		if length == 0 then "no report"
		elif (map(.instance) | unique | length) != 1 then "instances: \(map(.instance) | unique)"
		elif any(range(1; length) as $i | .[$i].total.packets < .[$i - 1].total.packets; .) then "totals fall"
		elif any(range(1; length) as $i | .[$i].seq <= .[$i - 1].seq; .) then "seq: \(map(.seq))"
		elif (.[-1].seq - .[0].seq + 1 - length) > $gaps then "reports are missing: \(map(.seq))"
		else empty end')
	[ -z "$found" ] || fail "$1 $2: $found"
}
