#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# The demonstration tells its story to the end: an outage, what to type, and that it is over; in less
# than a minute, and nothing of it stays.

set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)

if [ "$(id -u)" != 0 ]; then
	echo "needs root"
	exit 77
fi
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
before=$(ip netns list)
status=0
timeout 60 "$root/tests/demo.sh" >"$scratch/out" 2>"$scratch/err" </dev/null || status=$?

fail() {
	echo "$*"
	tail -n 20 "$scratch/out" "$scratch/err"
	exit 1
}

[ "$status" = 0 ] || fail "exit status $status"
# 30 % of a mix in which 2 % fail anyway; the page of a whole second of it has that and the advice.
grep -A 3 '^ADVICE  SERVFAIL with EDE 7 from one zone ([23][0-9]\.[0-9]*%' "$scratch/out" |
	grep -q '^        type: delv +vtrace shop.example SOA$' || fail "no advice in the reports"
grep -q '^shop.example  *psl  *SERVFAIL' "$scratch/out" || fail "the zone is not in the lists"
grep -Eq '^  since [0-9:]{8} UTC; type: delv \+vtrace shop\.example SOA$' "$scratch/out" ||
	fail "the story has no end"
grep -q '^Then it was signed anew' "$scratch/out" || fail "it does not resolve"
[ "$(ip netns list | grep -c rwdemo || true)" = "$(grep -c rwdemo <<<"$before" || true)" ] ||
	fail "a namespace is left: $(ip netns list)"
