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

# Of a curve of two points, one goal met and one missed.
cat >"$scratch/some" <<'END'
daemon.start_ms 200 180 210
packet.query.hot.xdp 1.5
growth.names.1 10 9 12
growth.names.4096 20 18 30
END
/usr/bin/python3 tests/bench/report.py "$scratch/some" tests/bench/limits "$scratch" >"$scratch/report" ||
	fail "report.py: exit status $?"
grep -Eq '^daemon.start_ms +200 .*<= 80  not met$' "$scratch/report" || fail "a goal that is missed is not said"
grep -Eq '^packet.query.hot.xdp +1.5 .*<= 5$' "$scratch/report" || fail "a goal that is met is not said"
grep -q '^1 goals not met$' "$scratch/report" || fail "goals are not added up"
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
