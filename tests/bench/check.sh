#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# timeout: 60
#
# The bench measures what it says: each packet whose cost is measured is counted as what it is, and
# results are held against goals. How fast anything is fails nothing here.

# shellcheck source-path=SCRIPTDIR source=../lib/script.sh
. "$(dirname "$0")/../lib/script.sh"
need_root
export PYTHONDONTWRITEBYTECODE=1

for warmth in "" -c; do
	# shellcheck disable=SC2086 # none or one
	"$O/tests/bench/packet_cost" -r 1 $warmth -m "$scratch/metrics" >"$scratch/out" 2>&1 ||
		fail "packet_cost $warmth: $(tail -n 3 "$scratch/out")"
done
rows=$(grep -c '^packet\..*\.hot <= ' tests/bench/limits)
[ "$(wc -l <"$scratch/metrics")" -eq $((rows * 4)) ] ||
	fail "not each of $rows rows was measured hot and cold by both hooks"

# Of transactions, 5 rows by tc, and 4 in place by both hooks, of three programs each.
for place in "" -p; do
	# shellcheck disable=SC2086 # none or one
	"$O/tests/bench/txn_cost" -r 1 $place -m "$scratch/transactions" >"$scratch/out" 2>&1 ||
		fail "txn_cost $place: $(tail -n 3 "$scratch/out")"
done
[ "$(wc -l <"$scratch/transactions")" -eq $(((5 + 4 * 2) * 3)) ] || fail "not each row of transactions was measured by both hooks"
for goal in $(sed -n 's/^\(transactions\.[^ ]*\) <= .*/\1/p' tests/bench/limits); do
	grep -q "^$goal\.tc " "$scratch/transactions" || fail "$goal is a goal of nothing that is measured"
done

# Of a curve of two points, one goal met and one missed; and against peers, of which the best is what counts.
cat >"$scratch/some" <<'END'
daemon.start_ms 200 180 210
packet.query.hot.xdp 1.5
growth.names.1 10 9 12
growth.names.4096 20 18 30
peer.native.cpu_ms_per_million 100
peer.dnscap.cpu_ms_per_million 900
peer.dnstop.cpu_ms_per_million 700
read.rcodewatch_errors.per_core 16000000
read.tcpdump_errors.per_core 20000000
read.dnstop_errors.per_core 4000000
END
/usr/bin/python3 tests/bench/report.py "$scratch/some" tests/bench/limits "$scratch" >"$scratch/report" ||
	fail "report.py: exit status $?"
grep -Eq '^daemon.start_ms +200 .*<= 80 +not met$' "$scratch/report" || fail "a goal that is missed is not said"
grep -Eq '^packet.query.hot.xdp +1.5 .*<= 5$' "$scratch/report" || fail "a goal that is met is not said"
grep -Eq '^peer.native.cpu_ms_per_million +100 .* 7.00 x dnstop$' "$scratch/report" || fail "what the best peer takes is not said"
grep -Eq '^read.rcodewatch_errors.per_core +16,000,000 .*>= 15,000,000 +0.80 x tcpdump$' "$scratch/report" ||
	fail "a goal and a peer are not said together"
grep -Eq '^read.rcodewatch_errors.per_core.times_best +0.8 .*>= 1 +not met$' "$scratch/report" ||
	fail "being behind the best peer is not said"
grep -q '^2 goals not met$' "$scratch/report" || fail "goals are not added up"
/usr/bin/python3 - "$scratch" <<'END' || fail "bench.json or a curve is not what was measured"
import json, sys
from xml.etree import ElementTree
found = json.load(open(sys.argv[1] + "/bench.json"))
assert found["metrics"]["daemon.start_ms"] == {
    "median": 200, "low": 180, "high": 210, "goal": 80, "way": "<=", "met": False}
assert found["metrics"]["packet.query.hot.xdp"]["met"] is True
svg = ElementTree.parse(sys.argv[1] + "/names.svg").getroot()
(line,) = svg.iter("{http://www.w3.org/2000/svg}polyline")
(x0, y0), (x1, y1) = (map(float, p.split(",")) for p in line.get("points").split())
# 10 and 20 of an axis that ends at 50: the lower is further down, twice as far from the top's other end.
bottom = 260 - 44
assert x0 < x1 and abs((bottom - y1) - 2 * (bottom - y0)) < 0.5, (y0, y1)
END
echo nonsense >"$scratch/bad"
if /usr/bin/python3 tests/bench/report.py "$scratch/bad" tests/bench/limits "$scratch" >/dev/null 2>&1; then
	fail "nonsense is taken for a measurement"
fi
