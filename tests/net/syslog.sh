#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# timeout: 150
#
# Syslog sinks and real receivers: rsyslog over UDP, TCP, TLS and a local socket, the journal. All that
# was reported arrives as it was reported, past receivers that are killed; and no server is trusted
# that should not be.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source-path=SCRIPTDIR source=reports.sh
. "$(dirname "$0")/reports.sh"
net_need rsyslogd openssl ss
"$RCODEWATCH" --version | grep -q 'syslog over TLS: not' && skip "rcodewatch was built without TLS"

net_namespace A
net_namespace B
net_quiet_veth A B
cd "$SCRATCH" || die "no $SCRATCH"

# ---- certificates ----------------------------------------------------------------------

authority() { # NAME
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj "/CN=$1" \
		-keyout "$1.key" -out "$1.pem" -addext basicConstraints=critical,CA:TRUE 2>/dev/null ||
		die "cannot make a certificate authority"
}

certificate() { # NAME AUTHORITY DAYS SUBJECT-ALTERNATIVE-NAMES
	if ! openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=$1" \
		-keyout "$1.key" -out "$1.csr" -addext "subjectAltName=$4" 2>/dev/null ||
		! openssl x509 -req -in "$1.csr" -CA "$2.pem" -CAkey "$2.key" -days "$3" \
			-copy_extensions copy -out "$1.pem" 2>/dev/null; then
		die "cannot make a certificate"
	fi
}

authority ca
authority stranger
certificate server ca 2 DNS:localhost,IP:127.0.0.1
certificate elsewhere ca 2 DNS:elsewhere.example
certificate expired ca -1 DNS:localhost
certificate client ca 2 DNS:client.example
# Whom run becomes reads it.
chown "$RUN_USER" client.key

declare -A ports

# ---- rsyslog ------------------------------------------------------------------------------

# Ports are 7003 for UDP, 7004 for TCP, 7005 for TLS, all of them and OFFSET.
configure() { # NAME CERTIFICATE AUTH-MODE [OFFSET]
	local offset=${4:-0}

	ports[$1]=$((7005 + offset))
	: >"$1.received"
	cat >"$1.conf" <<-END
		global(workDirectory="$SCRATCH" maxMessageSize="64k" net.enableDNS="off"
		  defaultNetstreamDriverCAFile="$SCRATCH/ca.pem"
		  defaultNetstreamDriverCertFile="$SCRATCH/$2.pem"
		  defaultNetstreamDriverKeyFile="$SCRATCH/$2.key")
		module(load="imudp") module(load="imtcp") module(load="mmpstrucdata")
		module(load="imuxsock" SysSock.Use="off") module(load="mmjsonparse")
		template(name="all" type="list") { property(name="jsonmesg") constant(value="\n") }
		ruleset(name="net") {
		  action(type="mmpstrucdata" sd_name.lowercase="off")
		  action(type="omfile" file="$SCRATCH/$1.received" template="all")
		}
		ruleset(name="local") {
		  action(type="mmjsonparse")
		  action(type="omfile" file="$SCRATCH/$1.received" template="all")
		}
		input(type="imudp" name="udp" address="127.0.0.1" port="$((7003 + offset))"
		  rcvbufSize="4m" ruleset="net")
		input(type="imtcp" name="tcp" address="127.0.0.1" port="$((7004 + offset))" ruleset="net")
		input(type="imtcp" name="tls" address="127.0.0.1" port="$((7005 + offset))" ruleset="net"
		  streamDriver.name="gtls" streamDriver.mode="1" streamDriver.authMode="$3")
		input(type="imuxsock" socket="$SCRATCH/$1.socket" useSysTimeStamp="off"
		  useSpecialParser="on" ruleset="local")
	END
}

server() { # NAME
	rm -f "$1.pid"
	net_start "$1" B rsyslogd -n -f "$SCRATCH/$1.conf" -i "$SCRATCH/$1.pid"
	wait_for 30 listens "${ports[$1]}" || die "rsyslogd does not start: $(cat "$1.out" "$1.err")"
}

listens() {
	net_in B ss -tlnH "sport = :$1" | grep -q .
}

# watch NAME ARGUMENT...: run on vb in B until stopped
watch() {
	local name=$1

	shift
	net_start "$name" B "$RCODEWATCH" run -q -o none -d rx "$@" vb
	wait_for 20 attached "$name"
}

attached() {
	local pid=PID_$1

	ip -n "$NS_B" -d link show vb | grep -q xdp || ! kill -0 "${!pid}"
}

told() { # name, text: on standard error
	grep -q -- "$2" "$SCRATCH/$1.err"
}

stop() { # name
	net_stop "$1" || fail "$1: exit status $?: $(cat "$SCRATCH/$1.err")"
}

received() { # NAME INPUT [COUNT]: so many messages at least
	[ "$(grep -c "\"inputname\": \"$2\"" "$SCRATCH/$1.received")" -ge "${3:-1}" ]
}

check() { # KIND INPUT RECEIVED WITNESS
	local out

	out=$("$python" "$ROOT/tests/net/syslog_check.py" "$@" 2>"$SCRATCH/check.err") ||
		fail "$1 $2: $(cat "$SCRATCH/check.err")"
	case $out in
	*EVENT\ [1-9]*REPORT\ [1-9]*TOP\ [1-9]*) ;;
	*) fail "$1 $2: hardly anything was sent: $out" ;;
	esac
}

# ---- the tests ---------------------------------------------------------------------------------

all="interval=0.5,messages=report+top+events+alerts"
hostile=$'site=a"b]c\\d\xc3\xa4\xe2\x82\xac{'

everything_arrives() {
	local input

	server all
	watch one -i 0.5 --label "$hostile" --sink "json:$SCRATCH/one.json,interval=0.5" \
		--sink "syslog:udp:127.0.0.1:7003,$all" --sink "syslog:tcp:127.0.0.1:7004,$all" \
		--sink "syslog:tls:localhost:7005,ca=$SCRATCH/ca.pem,$all" \
		--sink "syslog:local:$SCRATCH/all.socket,$all"
	# Each has its connection, which takes a busy machine a while with TLS.
	for input in udp tcp tls imuxsock; do
		wait_for 30 received all "$input"
	done
	net_in A "$DNSLOAD" -i va -n 3000 -r 3000 -m cases -s 1 >/dev/null || fail "dnsload failed"
	net_in A "$DNSLOAD" -i va -n 3000 -r 3000 -m codes -s 2 >/dev/null || fail "dnsload failed"
	sleep 0.6
	stop one
	sleep 0.3
	stop all
	check rfc5424 udp all.received one.json
	check rfc5424 tcp all.received one.json
	check rfc5424 tls all.received one.json
	check cee imuxsock all.received one.json
	[ "$(grep '"inputname": "udp"' all.received | grep -c ' parts=')" -gt 1 ] ||
		fail "nothing was split"
	same "what was told" "" "$(cat one.err)"
}

# Before it comes, and when it is killed and comes again: nothing is lost. It had read all that was sent
# when it is killed; what a server had not read dies with it.
killed_and_back() {
	local udp='syslog:udp:127.0.0.1:7003' tcp='syslog:tcp:127.0.0.1:7004' before

	watch two -i 0.2 --sink "json:$SCRATCH/two.json,interval=0.2" \
		--sink "$udp,interval=0.2,messages=report+top+events+alerts" \
		--sink "$tcp,interval=0.2,messages=report+top+events+alerts"
	wait_for 10 told two "$udp: .*Connection refused: trying again"
	wait_for 10 told two "$tcp: .*Connection refused: trying again"
	net_in A "$DNSLOAD" -i va -n 500 -r 1000 -m codes -s 3 >/dev/null || fail "dnsload failed"
	outage 0
	server late
	wait_for 45 told two "$udp: works again"
	wait_for 45 told two "$tcp: works again"
	kill -STOP "${PID_two:?}"
	sleep 0.5
	net_stop late KILL 2>/dev/null
	kill -CONT "$PID_two"
	wait_for 10 told_twice two "$udp: .*: trying again"
	wait_for 10 told_twice two "$tcp: .*: trying again"
	outage 0
	before=$(wc -l <late.received)
	server late
	wait_for 45 told_twice two "$udp: works again"
	wait_for 45 told_twice two "$tcp: works again"
	wait_for 10 grown "$before"
	stop two
	sleep 0.5
	stop late
	check rfc5424 tcp late.received two.json
	check rfc5424 udp late.received two.json
}

told_twice() {
	[ "$(grep -c -- "$2" "$SCRATCH/$1.err")" -ge 2 ]
}

grown() {
	[ "$(wc -l <late.received)" -gt $(($1 + 5)) ]
}

# tls PORT OPTIONS
tls() {
	echo "--sink=syslog:tls:localhost:$1,interval=0.2,$2"
}

# What was logged of the sink to PORT, which others do not have.
refusal() { # PORT WORDS
	wait_for 15 told tls "syslog:tls:localhost:$1: .*$2.*: trying again"
}

not_trusted() {
	local i

	configure good server anon 10
	configure elsewhere elsewhere anon 20
	configure expired expired anon 30
	configure strict server x509/certvalid 40
	configure careful server x509/certvalid 50
	for i in good elsewhere expired strict careful; do
		server "$i"
	done
	# A server that wants to know who we are says so after the handshake: nothing may count as
	# delivered before that.
	watch tls -i 0.2 --sink "json:$SCRATCH/tls.json,interval=0.2" \
		"$(tls 7015 "ca=$SCRATCH/stranger.pem")" "$(tls 7025 "ca=$SCRATCH/ca.pem")" \
		"$(tls 7035 "ca=$SCRATCH/ca.pem")" "$(tls 7045 "ca=$SCRATCH/ca.pem")" \
		"$(tls 7055 "ca=$SCRATCH/ca.pem,cert=client.pem,key=client.key")"
	refusal 7015 "the server's certificate is refused: .*NOT trusted"
	refusal 7025 "the server's certificate is refused: .*name in the certificate does not match"
	refusal 7035 "the server's certificate is refused: .*expired"
	refusal 7045 ""
	wait_for 15 received careful tls
	stop tls
	for i in good elsewhere expired strict; do
		received "$i" tls && fail "$i got something: $(cat "$i.received")"
	done
	same "sinks whose messages were lost" 4 "$(grep -c 'messages were lost$' tls.err)"
	told tls 7055 && fail "told of the one that works: $(cat tls.err)"

	# And what the user says about names and trust holds.
	watch said -i 0.2 --sink "json:$SCRATCH/said.json,interval=0.2" \
		"$(tls 7025 "ca=$SCRATCH/ca.pem,server=elsewhere.example")" \
		"$(tls 7015 "ca=$SCRATCH/ca.pem,server=logs.example")" "$(tls 7035 verify=no)"
	wait_for 15 received elsewhere tls
	wait_for 15 received expired tls
	wait_for 15 told said 'localhost:7015: .*name in the certificate does not match'
	stop said
	for i in good elsewhere expired strict careful; do
		stop "$i"
	done
	received good tls && fail "sent to a server of another name"
}

# A journal of our own, in a mount namespace of its own.
journal() {
	local journald=/lib/systemd/systemd-journald

	[ -x "$journald" ] && [ -s /etc/machine-id ] || die "systemd-journald or /etc/machine-id is missing"
	cat >journal.sh <<-END
		mount --make-rprivate / && mount -t tmpfs none /run && mkdir -p /run/systemd/journal
		$journald &
		journald=\$!
		for i in \$(seq 50); do [ -S /run/systemd/journal/socket ] && break; sleep 0.1; done
		$RCODEWATCH run -q -o none -d rx -i 0.5 --label site=here \\
			--sink json:$SCRATCH/journal.json,interval=0.5 --sink "syslog,$all" vb &
		run=\$!
		trap 'kill \$run' TERM
		echo ready
		while kill -0 \$run 2>/dev/null; do wait \$run; done
		sleep 0.3
		journalctl --sync
		journalctl -t rcodewatch -o json --all --no-pager >$SCRATCH/journal.received
		kill \$journald
	END
	net_start journal B nsenter -t $$ -m -r unshare -m bash "$SCRATCH/journal.sh"
	wait_for 10 grep -q ready journal.out
	wait_for 20 attached journal
	net_in A "$DNSLOAD" -i va -n 2000 -r 3000 -m cases -s 5 >/dev/null || fail "dnsload failed"
	sleep 0.6
	net_stop journal
	check journal - journal.received journal.json
}

configure all server anon
configure late server anon
everything_arrives
killed_and_back
not_trusted
journal
