#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# What the program does in one place, it does nowhere else.

# shellcheck source-path=SCRIPTDIR source=../lib/script.sh
. "$(dirname "$0")/../lib/script.sh"

# only FILES WHAT PATTERN FOLDER...: in the C files of the folders, only FILES (by a blank, in order) have what
# the extended regular expression matches
only() {
	local files=$1 what=$2 pattern=$3 found

	shift 3
	found=$( (grep -rlE --include='*.[ch]' -- "$pattern" "$@" || :) | sort | tr '\n' ' ')
	[ "${found% }" = "$files" ] || fail "$what: in ${found:-no file }and not only in ${files:-none}"
}

# From snapshots to reports there is one way, for `run` and `read`.
only user/analysis/report_series.c "figures of a report are made" '\<rates_report\(&' user
only user/analysis/report_series.c "advice is looked for" '\<advice_look\(&' user
only user/analysis/alerts.c "attacks are looked for" '= attacks_see\(' user

# Names are looked up when a report is made, not where it is written.
only "" "names of codes are looked up" '\<catalog_(lookup|name|qtype|qtype_name)\(' user/format user/sinks/kafka user/sinks/syslog \
	user/sinks/json.c user/sinks/prometheus/metrics_dns.c

# Constants: of time, of the RFCs, of the kernel's headers.
only user/util/clock.h "nanoseconds are defined" '^#define \w*(NS_PER_|SECOND_NS)' user tests
only include/dns_wire.h "RCODEs are defined" '^#define (\w+_)?(FORMERR|SERVFAIL|NXDOMAIN|NOTIMP|REFUSED|BADVERS|BADCOOKIE)\s' \
	include user tests
only user/report/report.h "the codes that are always shown are" 'DNS_RCODE_REFUSED;$|== 5;$' user
only "" "verdicts of the kernel are defined" '^#define \w*(XDP_PASS|TC_UNSPEC|TC_ACT_UNSPEC)' user tests
only tests/lib/packet.h "the length of Ethernet headers is defined" '^#define \w+\s+14u' tests
