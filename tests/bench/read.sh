#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# Reading capture files, one of healthy traffic and one of which 40 % are errors: responses for each second of CPU time, by `read`
# and by others on the same file, in turns. Fails only if `read` does not count what is in the file.

set -uo pipefail
export LC_ALL=C
cd "$(dirname "$0")/../.." || exit 1
O=$(realpath -m "${O:-build}")
METRICS=${METRICS:-/dev/null}
ROUNDS=${ROUNDS:-3}
COUNT=4000000 # so that starting is nothing beside it
FEW=50000 # for tshark, which takes its time
failed=0
RSSM=$(dpkg -L dnscap 2>/dev/null | grep '/rssm\.so$' | head -n 1)
RSSM=${RSSM:-/usr/lib/dnscap/rssm.so}

scratch=$(mktemp -d) || exit 1
trap 'rm -rf "$scratch"' EXIT
"$O/tests/bench/write_mix" "$scratch/many" $COUNT || exit 1
"$O/tests/bench/write_mix" "$scratch/few" $FEW || exit 1
"$O/tests/tools/dnsload" --write "$scratch/errors" --count $COUNT --mix outage --outage-after 0 >/dev/null 2>"$scratch/err" || {
	cat "$scratch/err" >&2
	exit 1
}

run() {
	local file=$scratch/many

	[[ $1 != *_errors ]] || file=$scratch/errors
	case ${1%_errors} in
	rcodewatch) "$O/rcodewatch" read --threads 1 -o json "$file" ;;
	rcodewatch_all) "$O/rcodewatch" read -o json "$file" ;;
	dnstop) dnstop -R "$file" ;;
	dnscap) dnscap -r "$file" -s r -P "$RSSM" -w "$scratch/rssm" -D ;;
	tcpdump) tcpdump -r "$file" -w /dev/null ;;
	tshark) tshark -r "$scratch/few" -q -z dns,tree ;;
	esac >"$scratch/out" 2>"$scratch/err" </dev/null
}

measure() {
	local tool=$1 count=$COUNT times

	[ "$tool" != tshark ] || count=$FEW
	TIMEFORMAT='%U %S %R'
	if ! times=$({ time run "$tool"; } 2>&1); then
		echo "$tool fails: $(tail -n 1 "$scratch/err")"
		return
	fi
	echo "$times" | awk -v n="$count" '{ print n / ($1 + $2 + 1e-9) }' >>"$scratch/$tool.core"
	echo "$times" | awk -v n="$count" '{ print n / ($3 + 1e-9) }' >>"$scratch/$tool.wall"
	if [[ $tool == rcodewatch* ]] && [ "$(jq -s '[.[].responses] | add' "$scratch/out")" != $COUNT ]; then
		echo "FAILED: read did not count $COUNT responses"
		failed=1
	fi
}

middle() {
	sort -g "$1" | awk '{ v[NR] = $1 } END {
		if (NR) print v[int(NR / 2) + 1], v[int(NR / 4) + 1], v[int(NR * 3 / 4) + 1] }'
}

tools=(rcodewatch rcodewatch_all dnstop dnscap tcpdump tshark rcodewatch_errors dnstop_errors tcpdump_errors)
for ((round = 0; round < ROUNDS; round++)); do
	for tool in "${tools[@]}"; do
		measure "$tool"
	done
done
printf '%-18s %22s %18s\n' "read" "responses/s of a core" "responses/s"
for tool in "${tools[@]}"; do
	[ -s "$scratch/$tool.core" ] || continue
	read -r core _ <<<"$(middle "$scratch/$tool.core")"
	read -r wall _ <<<"$(middle "$scratch/$tool.wall")"
	printf '%-18s %22.0f %18.0f\n' "$tool" "$core" "$wall"
	echo "read.$tool.per_core $(middle "$scratch/$tool.core")" >>"$METRICS"
	echo "read.$tool.per_second $(middle "$scratch/$tool.wall")" >>"$METRICS"
done
exit $failed
