#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# timeout: 120
#
# Floods of random names through a real resolver, amid what looks like them and is none: typos, reverse
# lookups, block lists, antivirus, NODATA of names that are asked for by everybody. Each flood is named
# within two intervals and has ended after two more; nothing else is ever an attack.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source-path=SCRIPTDIR source=reports.sh
. "$(dirname "$0")/reports.sh"
net_need unbound dnsperf

net_namespace A
net_namespace B
net_veth A B

# local-data with an SOA is what makes unbound send one; always_nxdomain never does.
soa() { # zone
	echo "	local-zone: \"$1.\" static"
	echo "	local-data: \"$1. 60 SOA ns.$1. hostmaster.$1. 1 2 3 4 5\""
}
{
	cat <<'END'
	module-config: "iterator"
	local-zone: "bare.co.uk." always_nxdomain
	local-zone: "net." always_nxdomain
	local-zone: "sophosxl.net." always_nxdomain
	local-zone: "v6less.example." always_nodata
	local-zone: "down.example." always_refuse
END
	soa victim.example
	# Each name below it has an A record: other types are answered by NODATA, with the SOA.
	soa signed.example | sed 's/static$/redirect/'
	echo '	local-data: "signed.example. 60 A 192.0.2.1"'
	soa com
	soa 168.192.in-addr.arpa
	soa zen.spamhaus.org
} >"$SCRATCH/options"
net_unbound <"$SCRATCH/options"

# Of every eight names five of their own, in a zone each; three that come again and again.
awk 'BEGIN {
	split("com A|net A|40.168.192.in-addr.arpa PTR|zen.spamhaus.org A|04.sophosxl.net TXT", of, "|")
	for (i = 0; i < 3000; i++) {
		for (kind = 1; kind <= 5; kind++)
			printf "typo%06d.%s\n", (i * 5 + kind) * 7919 % 1000003, of[kind]
		printf "host%d.v6less.example AAAA\nhost%d.down.example A\n", i % 12, i % 30
		printf "www.gone.com A\n"
	} }' >"$SCRATCH/usual"
for zone in victim.example bare.co.uk; do
	awk -v zone=$zone 'BEGIN { for (i = 1; i <= 6000; i++)
		printf "%x-%d.%s A\n", i * 104729 % 1000003, i, zone }' >"$SCRATCH/$zone"
done
sed 's/bare.co.uk A$/signed.example AAAA/' "$SCRATCH/bare.co.uk" >"$SCRATCH/signed.example"

echo 'host1.v6less.example AAAA' >"$SCRATCH/one"
answers() {
	net_in A timeout 2 dnsperf -s 10.9.0.2 -d "$SCRATCH/one" -n 1 -t 1 | grep -q 'completed: *1 '
}
wait_for 10 answers || die "unbound does not answer: $(cat "$SCRATCH/unbound.err")"

attacks() { # FILE
	jq -r 'select(.type == "alert" and .rule == "random-subdomain" and .state != "ongoing") | "\(.state) \(.subject)"' "$1"
}
told() { attacks "$SCRATCH/far.out" | grep -qx "$1"; }
has_intervals() { [ "$(grep -c '"type":"report"' "$SCRATCH/far.out")" -ge "$1" ]; }

flood() { # zone
	net_start flood A dnsperf -s 10.9.0.2 -d "$SCRATCH/$1" -Q 800 -l 4 -t 2
	wait_for 10 told "begin $1"
	net_wait flood || fail "dnsperf: $(cat "$SCRATCH/flood.err")"
	wait_for 10 told "end $1"
}

monitor far B vb -i 1 --alert-interval 1 -d tx --sink "json:$SCRATCH/sink,interval=3600"
net_start usual A dnsperf -s 10.9.0.2 -d "$SCRATCH/usual" -Q 1000 -l 60 -t 2
wait_for 10 has_intervals 5
same "attacks before there was one" "" "$(attacks "$SCRATCH/far.out")"
flood victim.example
flood bare.co.uk
flood signed.example
net_stop usual INT
monitor_stop far

# How many intervals after the one in which a zone's names came up it was called an attack.
late() { # zone
	jq -s --arg zone "$1" '
		(map(select(.type == "report" and any(.top.zones[]; .name == $zone)))[0].seq) as $first
		| (map(select(.rule == "random-subdomain" and .subject == $zone and .state == "begin"))[0].seq)
			- $first' "$SCRATCH/far.out"
}
# Of the third flood, of NODATA, no list shows anything.
same "rows of NODATA" 0 "$(jq -s 'map(select(.type == "report") | .top[][] | select(.rcode == "NOERROR")) | length' \
	"$SCRATCH/far.out")"
same "RCODE of signed.example" NOERROR "$(jq -r 'select(.rule == "random-subdomain" and .state == "begin"
	and .subject == "signed.example") | .rcode' "$SCRATCH/far.out")"
for zone in victim.example bare.co.uk; do
	[ "$(late $zone)" -le 1 ] || fail "$zone: an attack $(late $zone) intervals after it began"
done
same "alerts, and nothing else" \
	"begin victim.example end victim.example begin bare.co.uk end bare.co.uk begin signed.example end signed.example" \
	"$(attacks "$SCRATCH/far.out" | xargs)"
same "alerts to a sink that wants a report an hour" "$(attacks "$SCRATCH/far.out" | xargs)" \
	"$(attacks "$SCRATCH/sink" | xargs)"
reports_valid "$SCRATCH/sink"
# In whole intervals of the flood the zone is first, known by what there was to know it by.
for zone in victim.example/soa bare.co.uk/psl; do
	same "first of zones, and its source" $zone "$(jq -rs --arg zone "${zone%/*}" '
		map(select(.type == "report" and
			any(.top.zones[]; .name == $zone and .count > 500)) | .top.zones[0])
		| map("\(.name)/\(.source)") | unique | join(" ")' "$SCRATCH/far.out")"
done
same "clients of the attack" '["10.9.0.0/24"]' \
	"$(jq -c 'select(.rule == "random-subdomain" and .state == "begin" and .rcode != "NOERROR") | .clients' \
		"$SCRATCH/far.out" | sort -u)"
jq -r 'select(.rule == "random-subdomain") | "\(.state) \(.subject): \(.value) names/s in \(.rate) denials/s"' \
	"$SCRATCH/far.out"
