#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# timeout: 400
#
# Rules of alerts that alerts.sh has no fault for, each by what unbound does to clients or servers to it: begun as soon as docs/alerts.md
# says, with the cause, and over as soon once that is. Before, with everything well, there is none.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source-path=SCRIPTDIR source=reports.sh
. "$(dirname "$0")/reports.sh"
# shellcheck source-path=SCRIPTDIR source=alerts_lib.sh
. "$(dirname "$0")/alerts_lib.sh"
net_need unbound dnsperf python3 ldns-keygen ldns-signzone

zones=(alpha bravo charlie delta)
net_resolver 2 8
alerts_serve servers 10.8.0.2=0

# ---- a server with signed zones: unbound as well -------------------------------------------------

mkdir "$SCRATCH/signed"
for zone in "${zones[@]}"; do
	zone=$zone.signed
	cat >"$SCRATCH/signed/$zone" <<-END
		\$ORIGIN $zone.
		\$TTL 60
		@ SOA ns.$zone. hostmaster.$zone. 1 3600 600 86400 60
		@ NS ns.$zone.
		ns A 10.8.0.8
		* A 192.0.2.1
	END
	(cd "$SCRATCH/signed" && key=$(ldns-keygen -a ECDSAP256SHA256 -k "$zone") && mv "$key.ds" "$zone.ds" && echo "$key" >"$zone.key") ||
		die 'no key'
done
sign() { # ARGUMENT...: of ldns-signzone
	local zone

	for zone in "${zones[@]}"; do
		(cd "$SCRATCH/signed" && ldns-signzone "$@" -f "$zone.signed.zone" "$zone.signed" "$(cat "$zone.signed.key")") || die 'not signed'
	done
	{
		cat <<-END
			access-control: 10.8.0.0/24 allow
			module-config: "iterator"
		END
		for zone in "${zones[@]}"; do
			printf 'auth-zone:\n\tname: "%s.signed."\n\tzonefile: "%s"\n\tfor-upstream: no\n\tfallback-enabled: no\n' "$zone" \
				"$SCRATCH/signed/$zone.signed.zone"
		done
	} >"$SCRATCH/signer.options"
	[ -z "${PID_signer:-}" ] || net_stop signer
	net_unbound signer C 10.8.0.8 <"$SCRATCH/signer.options"
	wait_for 10 signs
}
signs() {
	net_in C ss -Hlun sport = :53 | grep -q 10.8.0.8
}
sign

# ---- the resolver --------------------------------------------------------------------------------

long=$(printf 'x%.0s' {1..250})
{
	cat <<-END
		module-config: "validator iterator"
		ede: yes
		aggressive-nsec: no
		qname-minimisation: no
		do-ip6: no
		num-queries-per-thread: 1000
		outgoing-range: 2000
		infra-host-ttl: 5
		max-udp-size: 4096
		local-zone: "test." nodefault
		local-zone: "nx.test." always_nxdomain
		local-zone: "refused.test." always_refuse
		local-zone: "large.test." static
		local-data: "large.test. 60 SOA ns.large.test. hostmaster.large.test. 1 2 3 4 5"
		local-data: 'three.large.test. TXT "$long" "$long" "$long"'
		local-data: 'ten.large.test. TXT "$long" "$long" "$long" "$long" "$long" "$long" "$long" "$long" "$long" "$long"'
	END
	for zone in "${zones[@]}"; do
		echo "	trust-anchor: \"$(cat "$SCRATCH/signed/$zone.signed.ds")\""
	done
	for zone in "${zones[@]}"; do
		alerts_stub "$zone.test" 2
		alerts_stub "$zone.signed" 8
	done
} >"$SCRATCH/options"
net_unbound <"$SCRATCH/options"
resolves() {
	net_in B ss -Hlun sport = :53 | grep -q 10.9.0.2
}
wait_for 20 resolves

# Half of what is asked is for unsigned zones, half for signed ones.
for ((i = 0; i < 3000; i++)); do
	for zone in "${zones[@]}"; do
		echo "n$i.$zone.test A"
		echo "n$i.$zone.signed A"
	done
done >"$SCRATCH/usual"
for ((i = 0; i < 50; i++)); do
	echo "n$i.nx.test A"
done >"$SCRATCH/nxdomain"
echo 'www.refused.test A' >"$SCRATCH/refused"
echo 'three.large.test TXT' >"$SCRATCH/three"
echo 'ten.large.test TXT' >"$SCRATCH/ten"
grep test "$SCRATCH/usual" >"$SCRATCH/unsigned"

asks() { # NAME FILE RATE [ARGUMENT...]
	local name=$1 file=$2 rate=$3

	shift 3
	net_start "$name" A dnsperf -s 10.9.0.2 -d "$SCRATCH/$file" -Q "$rate" -l 300 -t 2 -q 20000 -c 50 "$@"
}
reports() { jq -s 'map(select(.type == "report" and .direction == "tx" and .interface == "vb")) | length' "$SCRATCH/run.out"; }
has_reports_now() { [ "$(reports)" -ge "$1" ]; }
text_of() { # "RULE SUBJECT": what it said when it began last
	jq -r --arg rule "${1% *}" 'select(.type == "alert" and .rule == $rule and .state == "begin") | .text' "$SCRATCH/run.out" | tail -n 1
}
says() { # "RULE SUBJECT" WORDS
	[[ $(text_of "$1") == *"$2"* ]] || fail "$1 says: $(text_of "$1")"
}
# fault "RULE SUBJECT" FILE RATE [ARGUMENT...]: by clients that ask for it
fault() {
	local alert=$1

	shift
	ill
	asks fault "$@"
	alert_begins "$alert"
	well
	net_stop fault INT
	alert_ends "$alert"
}

# ---- faults, one after the other -----------------------------------------------------------------

# As on other days, but that then nearly nothing was refused.
mkdir "$SCRATCH/state"
"$ROOT/tests/net/write_history.py" "$SCRATCH/state/history" vb tx 0=100 2=0.1 3=5 5=0.1
chown -R "$RUN_USER" "$SCRATCH/state"
monitor run B vb ub -i 1 --alert-interval 1 --timeout 1 --transaction-memory 1 --state-dir "$SCRATCH/state"
asks usual usual 100 -e # EDNS, or there are no extended errors
wait_for 60 has_reports_now 20
same 'alerts while all is well' '' "$(alerts begin | xargs)"

fault 'nxdomain-flood -' nxdomain 800
fault 'unusual REFUSED' refused 30
fault 'truncation -' three 50
fault 'fragments-lost -' ten 50 -e

# All signatures expired last year.
ill
sign -i 20200101 -e 20210101
alert_begins 'bogus -'
says 'bogus -' 'DNSSEC validation fails for many zones'
well
sign
alert_ends 'bogus -'

ill
net_stop servers
alerts_serve servers 10.8.0.2=2
alert_begins 'servfail-share -'
says 'servfail-share -' 'over many zones'
well
net_stop servers
alerts_serve servers 10.8.0.2=0
alert_ends 'servfail-share -'

ill
alerts_dies 2 8
alert_begins 'upstream-silent -'
says 'upstream-silent -' 'the way out fails'
well
alerts_recovers 2 8
alert_ends 'upstream-silent -'
net_stop usual INT

# More queries wait than there is memory for.
ill
# shellcheck disable=SC2154 # what net_start sets
kill -STOP "$PID_unbound"
asks flood unsigned 12000
alert_begins 'blind -'
well
net_stop flood INT
kill -CONT "$PID_unbound"
alert_ends 'blind -'
monitor_stop run
alerts begin | sort | uniq -c

# ---- slow, by the servers and by the host --------------------------------------------------------

# By evaluations that are longer than the host stands still.
ALERTS_INTERVAL=4
monitor run B vb ub -i 1 --alert-interval $ALERTS_INTERVAL --timeout 5
asks usual unsigned 100
wait_for 60 has_reports_now 10
same 'alerts while all is well again' '' "$(alerts begin | xargs)"
ill
net_stop servers
alerts_serve servers 10.8.0.2=0~1.5
alert_begins 'clients-slow -'
says 'clients-slow -' 'upstream servers are as slow'
well
net_stop servers
alerts_serve servers 10.8.0.2=0
alert_ends 'clients-slow -'

# A host that stands still for most of the time.
ill
slow() {
	while :; do
		kill -STOP "$PID_unbound"
		sleep 1.8
		kill -CONT "$PID_unbound"
		sleep 0.2
	done
}
slow &
PID_slow=$!
net_processes+=("$PID_slow")
alert_begins 'clients-slow -'
says 'clients-slow -' 'look at this host'
well
net_stop slow
kill -CONT "$PID_unbound"
alert_ends 'clients-slow -'
net_stop usual INT
net_stop unbound
monitor_stop run
alerts begin | sort | uniq -c
