#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# `rcodewatch read --threads`: what dnsload says it wrote is counted by any number of threads, in one
# report and in many, from files, pipes and compressed ones; and who is interrupted tells what was read.

# shellcheck source-path=SCRIPTDIR source=../lib/outside.sh
. "$(dirname "$0")/../lib/outside.sh" jq gzip python3

# The lines of JSON as "KEY COUNT", summed over all reports: as far as dnsload has the same keys.
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

# counted NAME LEDGER ARGUMENT...: the reports of `read ARGUMENT...` add up to what LEDGER says.
counted() {
	"$rcodewatch" read -o json "${@:3}" >out || fail "$1: exit status $?"
	totals out | sort >seen
	grep -vE '^(ede|ede_further|qtype)\.' "$2" | sort >wanted
	diff wanted seen >difference || fail "$1: not as it was written: $(head -n 4 difference)"
}

"$O/tests/tools/dnsload" --write mix.pcap --count 40000 --expect mix >/dev/null
"$O/tests/tools/dnsload" --write outage.pcap --mix outage --count 30000 --expect outage >/dev/null
"$O/tests/tools/dnsload" --write cases.pcap --mix cases --count 20000 --expect cases >/dev/null
gzip -k mix.pcap
cat mix cases | awk '{ sum[$1] += $2 } END { for (key in sum) print key, sum[key] }' >all
[ "$(awk '$1 == "transport.tcp" { print $2 }' all)" -gt 1000 ] || fail "too little TCP to compare"

for threads in 1 2 3 8; do
	counted "$threads threads" mix --threads "$threads" mix.pcap
	counted "$threads threads, cases" cases --threads "$threads" cases.pcap
	counted "$threads threads, two files" all --threads "$threads" mix.pcap cases.pcap
	# 10,000 packets a second; the second file is of the first's time.
	counted "$threads threads, intervals" all --threads "$threads" -i 0.1 mix.pcap cases.pcap
	[ "$(wc -l <out)" -ge 40 ] || fail "$threads threads: $(wc -l <out) reports"
	counted "$threads threads, gzip" mix --threads "$threads" mix.pcap.gz
	counted "$threads threads, a pipe" mix --threads "$threads" - < <(cat mix.pcap)
	# A row's type and error are the latest of any thread.
	"$rcodewatch" read -o json --threads "$threads" outage.pcap |
		jq -S 'del(.instance) | del(.top[]?[]? | .qtype?, .ede?)' >"by.$threads"
	cmp by.1 "by.$threads" || fail "$threads threads: another report than by one"
done
counted "as many threads as there are CPUs" all mix.pcap cases.pcap

size=$(wc -c <mix.pcap)
head -c $((size - 1)) mix.pcap >cut.pcap
status=0
"$rcodewatch" read --threads 3 -o json cut.pcap missing outage.pcap >out 2>err || status=$?
[ "$status" = 1 ] || fail "a broken file: exit status $status"
[ "$(jq .accounting.packets out)" = 69999 ] || fail "a broken file: $(jq .accounting.packets out) packets"
grep -q "cut.pcap: it ends at byte $((size - 1)), within the packet" err || fail "a broken file: $(cat err)"
grep -q "missing: cannot open it" err || fail "a missing file: $(cat err)"

for number in 0 65 two; do
	status=0
	"$rcodewatch" read --threads "$number" mix.pcap >out 2>err || status=$?
	[ "$status" = 2 ] || fail "--threads $number: exit status $status"
done

status=0
("$rcodewatch" read --threads 3 -i 0.1 -o json mix.pcap || echo $? >left) | head -n 1 >/dev/null
[ ! -e left ] || fail "head -n 1 behind it: exit status $(cat left)"

# Any of the threads can be the one that waits for the pipe.
mkfifo pipe
for turns in 1 2 3 4; do
	"$rcodewatch" read --threads 3 -o json - <pipe >out 2>err &
	pid=$!
	exec 8>pipe
	head -c $((turns * 300000)) mix.pcap >&8
	python3 -c '
import fcntl, struct, sys, termios, time
left = 1
for _ in range(500):
    left, = struct.unpack("i", fcntl.ioctl(8, termios.FIONREAD, bytes(4)))
    if not left:
        break
    time.sleep(0.01)
sys.exit(left != 0)' || fail "SIGTERM: the pipe is not read"
	kill -TERM "$pid"
	status=0
	wait "$pid" || status=$?
	pid=
	exec 8>&-
	[ "$status" = 1 ] || fail "SIGTERM: exit status $status"
	[ "$(jq .accounting.packets out)" -gt $((turns * 1000)) ] || fail "SIGTERM: no report of what was read"
	grep -q "standard input: stopped by a signal at byte" err || fail "SIGTERM: $(cat err)"
done

[ "$failures" = 0 ] || exit 1
echo "all is counted by 1, 2, 3 and 8 threads"
