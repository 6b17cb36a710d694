#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# In a guest with systemd: the unit with each of the drop-ins that are shipped. It counts with all of them, what they
# forbid is forbidden, and a secret that root alone may read gets to the service.

# shellcheck source-path=SCRIPTDIR source=booted.sh
. /project/tests/guest/booted.sh

quiet_namespace A
ip link add vb type veth peer name va netns "$NS_A" || die "cannot make a veth pair"
ip link set vb up
ip addr add 10.9.0.2/24 dev vb
ip -n "$NS_A" link set va up
ip -n "$NS_A" addr add 10.9.0.1/24 dev va
wait_for 5 net_carrier "$NS_A" va

configure() { # LINE...: these, and a file of reports
	printf '%s\n' "$@" "[sink archive]" "kind = json" "address = $reports" "interval = 1" >/etc/rcodewatch/rcodewatch.conf.d/test.conf
}
drop_in() { # [NAME]: it alone
	rm -rf /etc/systemd/system/rcodewatch.service.d
	[ -z "${1:-}" ] || install -D -m 644 "$packaging/drop-ins/$1.conf" "/etc/systemd/system/rcodewatch.service.d/$1.conf"
	systemctl daemon-reload || die "systemd does not reload"
}
begin() {
	systemctl start rcodewatch || die "start: $(journalctl -q -n 20 -u rcodewatch -o cat)"
	service_up
}
counts() { # NAME: what is sent is counted
	rm -f "$reports"
	begin
	net_in A "$DNSLOAD" -i va -n 500 -r 300 -m codes -e "$SCRATCH/sent" || fail "dnsload"
	wait_for 5 all_counted || fail "$1: counted $(total vb rx) of 500 packets"
}
all_counted() { [ "$(reports_of vb rx | jq -s 'map(.accounting.packets) | add')" -ge 500 ]; }
secure() { # TENTHS
	systemd-analyze security --no-pager --threshold="$1" rcodewatch >"$SCRATCH/security" || fail "security: $(tail -n 1 "$SCRATCH/security")"
	echo "security: $(grep -o 'level for .*' "$SCRATCH/security")"
}
page() { # [COMMAND...] ADDRESS: whether an HTTP server answers there
	# shellcheck disable=SC2016 # the inner shell's argument
	timeout 20 "${@:1:$#-1}" bash -c 'exec 3<>"/dev/tcp/$0/19153" && printf "GET /metrics HTTP/1.0\r\n\r\n" >&3 && grep -q rcodewatch_ <&3' \
		"${*: -1}" 2>/dev/null
}
listen=('[sink page]' 'kind = prometheus' 'address = 0.0.0.0:19153' 'interval = 1')
status() { rcodewatch status --json | jq -r "$1"; }
service_install

# ---- as shipped -------------------------------------------------------------------------

configure 'interface = vb' 'output = none' "${listen[@]}"
drop_in
counts "as shipped"
secure 17
wait_for 5 page 127.0.0.1
page ip netns exec "$NS_A" 10.9.0.2 || fail "as shipped, no page for another host"
step "as shipped"
systemctl stop rcodewatch

# ---- IP with this host alone ----------------------------------------------------------------

drop_in local-sinks
counts local-sinks
secure 15
wait_for 5 page 127.0.0.1 || fail "local-sinks: no page for this host"
! page ip netns exec "$NS_A" 10.9.0.2 || fail "local-sinks: a page for another host"
step "local-sinks"
systemctl stop rcodewatch

# ---- no IP ------------------------------------------------------------------------------------

drop_in no-network-sinks
configure 'interface = vb' 'output = none' '[sink page]' 'kind = prometheus' 'address = unix:/run/rcodewatch/page.sock'
counts no-network-sinks
secure 12
same "no-network-sinks: hooks" "$tc_hook xdp_native" "$(status '[.interfaces[].hook] | sort | join(" ")')"
[ -S /run/rcodewatch/page.sock ] || fail "no-network-sinks: no UNIX socket"
configure 'interface = vb' 'output = none' "${listen[@]}"
! rcodewatch reload >"$SCRATCH/reload" 2>&1 || fail "no-network-sinks: an IP socket"
step "no-network-sinks: $(tail -n 1 "$SCRATCH/reload")"
systemctl stop rcodewatch

# ---- secrets -------------------------------------------------------------------------------------

install -d -m 700 /etc/rcodewatch/secrets
secret=/etc/rcodewatch/secrets/kafka.conf
(umask 077 && echo 'no.such.property = 1' >$secret)
kafka=('[sink kafka]' 'kind = kafka' 'address = 127.0.0.1:9092/rcodewatch' "properties = \${CREDENTIALS_DIRECTORY}/kafka.conf")
configure 'interface = vb' 'output = none' "${kafka[@]}"
# Without the drop-in the variable is an error, and the service runs by what it kept.
drop_in
begin
status .config.fault | grep -q 'CREDENTIALS_DIRECTORY' || fail "without credentials: $(status '.config | tostring')"
status .config.last_good.version | grep -q '^[0-9]' || fail "the last good configuration: $(status '.config | tostring')"
step "without credentials: $(systemctl show -P StatusText rcodewatch)"
systemctl stop rcodewatch
# With it, what is in the file is read: a wrong property is named.
drop_in secrets
systemctl start rcodewatch 2>/dev/null && fail "a wrong property is taken"
systemctl stop rcodewatch
journalctl -q -u rcodewatch -o cat | grep -q 'no.such.property' || fail "the property is not named: $(journalctl -q -n 5 -u rcodewatch -o cat)"
echo 'sasl.password = secret' >$secret
counts secrets
same "secrets: a fault" null "$(status .config.fault)"
same "secrets: sinks" 2 "$(status '.sinks | length')"
step "with credentials"
systemctl stop rcodewatch
[ "$net_failures" -eq 0 ] || journalctl -q -u rcodewatch -o cat | tail -n 60
step "done"
