#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# timeout: 90
#
# Lists against what was asked of a real resolver: every name, zone, server and client with its count,
# in both directions, over all intervals; zones by SOA, also through an alias into another zone, and by
# registrable domain; options that shape lists; a sink with longer intervals; text.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source-path=SCRIPTDIR source=reports.sh
. "$(dirname "$0")/reports.sh"
net_need unbound dnsperf

net_namespace A
net_namespace B
net_veth A B

# ---- a resolver that has zones of its own -------------------------------------------

zone() { # name, records
	printf '%s 300 SOA ns.%s hostmaster.%s 1 2 3 4 300\n%s 300 NS ns.%s\n%s' "$1." "$1." "$1." "$1." \
		"$1." "$2" >"$SCRATCH/$1.zone"
	printf 'auth-zone:\n\tname: "%s"\n\tzonefile: "%s"\n\tfor-downstream: no\n\tfor-upstream: yes\n' \
		"$1." "$SCRATCH/$1.zone"
}
{
	cat <<'END'
	module-config: "iterator"
	local-zone: "test." nodefault
	local-zone: "no-soa.test." always_nxdomain
	local-zone: "refused.test." always_refuse
END
	zone alias.test 'www.alias.test. 300 CNAME gone.target.test.
'
	zone target.test 'here.target.test. 300 A 192.0.2.1
'
} >"$SCRATCH/options"
net_unbound <"$SCRATCH/options"

# times N LINE
times() {
	local i

	for ((i = 0; i < $1; i++)); do echo "$2"; done
}
{
	times 40 'www.alias.test A'         # NXDOMAIN of target.test
	times 30 'GONE.Target.test AAAA'    # likewise
	times 20 'here.target.test MX'      # NODATA: listed only if asked for
	times 15 'x.y.no-soa.test A'        # NXDOMAIN without SOA
	times 10 'deep.refused.test TXT'    # REFUSED
	times 25 'here.target.test A'       # data
	times 5 'a\.b.alias.test A'         # NXDOMAIN of alias.test
} >"$SCRATCH/asked"
echo 'here.target.test A' >"$SCRATCH/one"

answers() {
	net_in A timeout 2 dnsperf -s 10.9.0.2 -d "$SCRATCH/one" -n 1 -t 1 | grep -q 'completed: *1 '
}
wait_for 10 answers || die "unbound does not answer: $(cat "$SCRATCH/unbound.err")"

# ask SERVER: every line once, spread over some intervals.
ask() {
	net_in A dnsperf -s "$1" -d "$SCRATCH/asked" -n 1 -Q 100 -t 5 >"$SCRATCH/dnsperf" 2>&1 ||
		fail "dnsperf: $(cat "$SCRATCH/dnsperf")"
	grep -q 'lost: *0 ' "$SCRATCH/dnsperf" || fail "dnsperf lost some"
}

# rows FILE DIRECTION LIST: "key rcode count" over all reports, where no bound was needed.
rows() {
	jq -rs --arg d "$2" --arg list "$3" '
		[.[] | select(.type == "report" and .direction == $d) | .top[$list][]]
		| map(select(.low == .count and .high == .count))
		| group_by([.name, .address, .rcode])[]
		| "\(.[0].name // .[0].address) \(.[0].rcode) \(map(.count) | add)"' "$1" | sort
}
sources() { # FILE DIRECTION
	jq -rs --arg d "$2" '[.[] | select(.type == "report" and .direction == $d) | .top.zones[]
		| "\(.name) \(.source)"] | unique | join(", ")' "$1"
}
lists() { # FILE DIRECTION
	jq -rs --arg d "$2" '[.[] | select(.type == "report" and .direction == $d)
		| .top // {} | keys_unsorted | join(" ")] | unique | join(", ")' "$1"
}
# The offending responses by lists and rests, over all reports: each list's sum.
totals() {
	jq -rs --arg d "$2" '[.[] | select(.type == "report" and .direction == $d)
		| . as $r | .top | to_entries[]
		| {list: .key, sum: (([.value[].count] | add // 0) + $r.top_rest[.key].count)}]
		| group_by(.list) | map(map(.sum) | add) | unique | join(" ")' "$1"
}

names='a\.b.alias.test NXDOMAIN 5
deep.refused.test REFUSED 10
gone.target.test NXDOMAIN 30
www.alias.test NXDOMAIN 40
x.y.no-soa.test NXDOMAIN 15'
zones='alias.test NXDOMAIN 5
no-soa.test NXDOMAIN 15
refused.test REFUSED 10
target.test NXDOMAIN 70'
codes='NXDOMAIN 90
REFUSED 10'

# compare WHAT FILE DIRECTION LIST ADDRESS: all lists of one direction.
compare() {
	same "$1: names" "$names" "$(rows "$2" "$3" names)"
	same "$1: zones" "$zones" "$(rows "$2" "$3" zones)"
	same "$1: $4" "$(sed "s|^|$5 |" <<<"$codes")" "$(rows "$2" "$3" "$4")"
	same "$1: what is listed" "zones names $4" "$(lists "$2" "$3")"
	same "$1: sources" 'alias.test soa, no-soa.test psl, refused.test psl, target.test soa' \
		"$(sources "$2" "$3")"
	same "$1: rows and rest" 100 "$(totals "$2" "$3")"
}

monitor near A va -i 0.5
monitor far B vb -i 0.5 --sink "json:$SCRATCH/long,interval=3600" \
	--sink "json:$SCRATCH/flat,interval=3600,shape=rows" --clients full --registers
ask 10.9.0.2
monitor_stop near
monitor_stop far
compare "at the client" "$SCRATCH/near.out" rx servers 10.9.0.2
compare "at the resolver" "$SCRATCH/far.out" tx clients 10.9.0.1
compare "a sink's hour" "$SCRATCH/long" tx clients 10.9.0.1
same "the other way" "" "$(rows "$SCRATCH/far.out" rx names)"
reports_valid "$SCRATCH/long"
reports_valid "$SCRATCH/flat"
same "flat rows of names" "$names" "$(jq -r 'select(.type == "top" and .list == "names"
	and .direction == "tx") | "\(.name) \(.rcode_name) \(.count)"' "$SCRATCH/flat" | sort)"
# The alias and its target are one denied name.
same "names under target.test, estimated" 1 "$(jq -r 'select(.type == "report" and .direction == "tx")
	| .top.zones[] | select(.name == "target.test" and .rcode == "NXDOMAIN") | .distinct_names' \
	"$SCRATCH/long")"
same "registers" 256 "$(jq -r 'select(.type == "report") | .top.zones[].registers | length' \
	"$SCRATCH/long" | sort -u)"

# ---- options --------------------------------------------------------------------------

monitor near A va -i 3600 -d rx --offending refused,nodata --top 1 --all-lists --clients 8,16 \
	--servers 24,48
monitor far B vb -i 3600 -d tx --top 0
ask fd09::2
monitor_stop near
monitor_stop far
same "one row" 'here.target.test NOERROR 20' "$(rows "$SCRATCH/near.out" rx names)"
same "the rest of it" 10 "$(jq '.top_rest.names.count' "$SCRATCH/near.out")"
same "both addresses" 'fd09::/16 fd09::/48' \
	"$(jq -r '"\(.top.clients[0].address) \(.top.servers[0].address)"' "$SCRATCH/near.out")"
same "without lists" '' "$(lists "$SCRATCH/far.out" tx)"

net_start text A "$RCODEWATCH" run -d rx -i 3600 va
wait_for 20 monitor_runs text
ask 10.9.0.2
net_stop text || fail "text: $(cat "$SCRATCH/text.err")"
for line in '^ZONE .* RCODE .* NAMES .* COUNT' '^target.test .* NXDOMAIN  *~1  *70 ' \
	'^x.y.no-soa.test  *NXDOMAIN  *15 ' '^10.9.0.2  *NXDOMAIN  *90 '; do
	grep -Eq "$line" "$SCRATCH/text.out" || fail "no line '$line' in: $(cat "$SCRATCH/text.out")"
done
