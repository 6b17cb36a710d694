# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# shellcheck shell=bash
#
# For tests that hold reports against what dnsload says it wrote; to be sourced. Needs jq.

# totals FILE: its reports as lines of "KEY COUNT", summed over all of them, by the keys that dnsload has too.
totals() {
	jq -rn '
		def named(prefix): to_entries[] | {key: (prefix + .key), value};
		[inputs | {key: "responses", value: .responses}, {key: "packets", value: .accounting.packets},
			(.answers | named("answers.")), (.flags | named("flags.")),
			(.family | named("family.")), (.transport | named("transport.")),
			(.incomplete | named("incomplete.")), (.udp | named("udp.")),
			(.accounting | del(.packets, .unparsed) | named("accounting.")),
			(.accounting.unparsed | named("accounting.unparsed.")),
			(.rcodes[] | {key: "rcode.\(.code)", value: .count})
		] | group_by(.key)[] | "\(.[0].key) \(map(.value) | add)"' "$1" | grep -v ' 0$'
}
