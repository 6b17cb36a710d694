#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# timeout: 120
#
# Traffic of known composition through a veth pair: what dnsload says it sent must be what the lines
# of JSON add up to, by code, EDE, answer, flag, type, family, transport, outcome and reason. Every
# packet of the case table, every code there is, and a mixed load at full speed; by XDP and by tc.

# shellcheck source=tests/net/lib.sh
. "$(dirname "$0")/lib.sh"
net_need jq

# The lines of JSON as "KEY COUNT", with the keys that dnsload uses, summed over all intervals.
totals() {
	jq -rn '
		def named(prefix): to_entries[] | {key: (prefix + .key), value};
		[inputs | select(.type == "report") |
			{key: "responses", value: .responses},
			{key: "packets", value: .accounting.packets},
			(.rcodes[] | {key: "rcode.\(.code)", value: .count}),
			{key: "other_rcodes", value: .other_rcodes.count},
			(.rcodes as $codes | .ede[] as $ede |
				first($codes[] | select(.name == $ede.rcode) | .code) as $rcode |
				{key: "ede.\($rcode).\($ede.code)", value: $ede.count}),
			(.qtypes[] | {key: "qtype.\(.type)", value: .count}),
			(.answers | named("answers.")), (.flags | named("flags.")),
			(.family | named("family.")), (.transport | named("transport.")), (.udp | named("udp.")),
			(.incomplete | named("incomplete.")),
			(.accounting | del(.packets, .unparsed) | named("accounting.")),
			(.accounting.unparsed | named("accounting.unparsed."))
		] | group_by(.key)[] | "\(.[0].key) \(map(.value) | add)"' "$1"
}

attached() {
	grep -q watching "$SCRATCH/watch.err"
}

# Sent packets that the other end's queue had no room for never reached the hook.
dropped() {
	ip -n "$NS_A" -s -j link show va | jq '.[0].stats64.tx.dropped'
}

try() { # mix, mode, direction, arguments for dnsload
	local mix=$1 mode=$2 direction=$3 name="$1 by $2 $3" key count lost before end=(B vb)

	shift 3
	if [ "$direction" = tx ]; then
		end=(A va)
		set -- "$@" --qdisc
	fi
	net_start watch "${end[0]}" "$RCODEWATCH" run "${end[1]}" --mode "$mode" \
		--direction "$direction" --output json --interval 1
	wait_for 20 attached || { cat "$SCRATCH/watch.err"; return; }
	before=$(dropped)
	net_in A "$DNSLOAD" --interface va --expect "$SCRATCH/sent" "$@" || die "$name: dnsload failed"
	lost=$(($(dropped) - before))
	net_stop watch INT
	same "$name: exit status" 0 $?
	totals "$SCRATCH/watch.out" >"$SCRATCH/seen"
	echo "$name: $(count_of "$SCRATCH/sent" packets) packets, $lost dropped before they arrived"
	if [ "$lost" -gt 0 ]; then
		same "$name: DNS packets and drops" "$(count_of "$SCRATCH/sent" packets)" \
			$(($(count_of "$SCRATCH/seen" accounting.response_packets) + lost))
		return
	fi
	while read -r key count; do
		case $key in
		# The kernel's own packets (address discovery) are in these as well.
		packets | accounting.not_dns)
			[ "$(count_of "$SCRATCH/seen" "$key")" -ge "$count" ] || same "$name: $key" \
				"$count or more" "$(count_of "$SCRATCH/seen" "$key")"
			;;
		ede_further.*) ;; # no field of the report has them
		rcode.* | ede.* | qtype.*)
			[ "$mix" = codes ] || same "$name: $key" "$count" "$(count_of "$SCRATCH/seen" "$key")"
			;;
		*) same "$name: $key" "$count" "$(count_of "$SCRATCH/seen" "$key")" ;;
		esac
	done <"$SCRATCH/sent"
	# The lists of a line are bounded, but with what they leave out they add up.
	same "$name: sum over codes" "$(count_of "$SCRATCH/sent" responses)" \
		"$(awk '/^(rcode\.|other_rcodes)/ { n += $2 } END { print n + 0 }' "$SCRATCH/seen")"
	# Nothing is counted that was not sent.
	while read -r key count; do
		case $key in
		packets | accounting.not_dns | other_rcodes) continue ;;
		esac
		[ "$(count_of "$SCRATCH/sent" "$key")" -ge "$count" ] ||
			fail "$name: $key: $count were counted, $(count_of "$SCRATCH/sent" "$key") sent"
	done <"$SCRATCH/seen"
}

net_namespace A
net_namespace B
net_veth A B
try cases native rx --mix cases --count 3000 --rate 3000
try codes native rx --mix codes --count 8332 --rate 8000
try healthy native rx --mix healthy --count 300000
try cases tc rx --mix untagged --count 3000 --rate 3000
try codes tc rx --mix codes --count 8332 --rate 8000
try healthy tc rx --mix healthy --count 100000
try cases tc tx --mix cases --count 3000 --rate 3000
try healthy tc tx --mix healthy --count 100000
