#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# Behind `make bench`: measures everything, prints tables, the last of which has each figure with its goal and how many times the
# best peer's it was, and leaves bench.json and the curves in $O/bench. A goal that is not met is said and fails nothing; a wrong count does.
#
#   PARTS="packets peers client daemon read growth"   which of them

set -uo pipefail
export LC_ALL=C
cd "$(dirname "$0")/../.." || exit 1
O=$(realpath -m "${O:-build}")
export O
export METRICS=$O/bench/metrics
here=tests/bench
failed=0

if [ "$(id -u)" -ne 0 ]; then
	echo "bench: needs root, to load BPF programs and to make network namespaces: sudo make bench" >&2
	exit 1
fi
mkdir -p "$O/bench" || exit 1
rm -f "$METRICS" "$O"/bench/*.svg "$O/bench/bench.json"

running=
stop() {
	[ "$BASHPID" = $$ ] || exit 130
	trap '' INT TERM HUP
	if [ -n "$running" ]; then
		kill -TERM "$running" 2>/dev/null
		wait "$running" 2>/dev/null
	fi
	exit 130
}
trap stop INT TERM HUP

run() { # in the background, so that a signal is answered at once and handed on
	"$@" </dev/null &
	running=$!
	wait "$running" || {
		echo "bench: ${1##*/} failed: exit status $?" >&2
		failed=1
	}
	running=
}

for part in ${PARTS:-packets peers client daemon read growth}; do
	echo "== $part"
	case $part in
	packets)
		run "$O/tests/bench/packet_cost" -r 41 -l $here/limits -m "$METRICS"
		run "$O/tests/bench/packet_cost" -r 41 -l $here/limits -m "$METRICS" -c
		run "$O/tests/bench/packet_cost" -r 41 -l $here/limits -m "$METRICS" -s
		run "$O/tests/bench/place_cost" -l $here/limits -m "$METRICS"
		run "$O/tests/bench/txn_cost" -r 41 -l $here/limits -m "$METRICS"
		run "$O/tests/bench/txn_cost" -p -r 41 -l $here/limits -m "$METRICS"
		;;
	peers | client | daemon | read | growth) run "$here/$part.sh" ;;
	*)
		echo "bench: there is no part '$part'" >&2
		exit 2
		;;
	esac
	echo
done
if [ -s "$METRICS" ]; then
	echo "== figures, goals and peers"
	PYTHONDONTWRITEBYTECODE=1 run /usr/bin/python3 $here/report.py "$METRICS" $here/limits "$O/bench"
fi
[ $failed -eq 0 ]
