#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# Behind `make proof`: the tests that take too long for `make check`, one after the other, and a table of what came of
# them. Each step's output is kept in $O/proof.
#
#   STEPS="check lint kernels fuzz clickhouse coverage bench-top service restarts systemd igb package alerts mutate deb"   which steps to run (all of them)
#   FUZZ_SECONDS=600   how long each fuzz target runs
#
# Exit status 1 if a step failed. A step that runs long shows its last line on a terminal.

set -uo pipefail
export LC_ALL=C
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1
O=$(realpath -m "${O:-build}")
FUZZ_SECONDS=${FUZZ_SECONDS:-600}
logs=$O/proof
running=''

# NAME and what it proves; the command is `step_NAME`.
steps=(
	check "every test that CI runs"
	lint "static checks, both compilers without a warning"
	kernels "kernels from 5.10 to the newest load the programs and count exactly"
	fuzz "parsers of hostile input, $FUZZ_SECONDS s for each target"
	clickhouse "rows through Kafka into ClickHouse, and the queries of the documentation"
	coverage "branches that tests take"
	bench-top "bounds of the top lists, in traffic of several kinds"
	service "nothing lost: a kill at each step, another layout and back"
	restarts "200 restarts with a store, and with pins: all is counted; maps, programs, descriptors and memory stay as they are"
	systemd "under systemd on 6.1 and 6.12 the shipped unit counts what was sent, whatever happens to it"
	igb "on a card that native XDP costs its link, restarts and an upgrade under systemd leave it up, and all is counted"
	package "an operator with docs/operations.md alone installs, upgrades, rolls back and purges the package, and all is counted"
	alerts "the rules for Prometheus stay silent in nine days of ordinary traffic, and name eight faults beside unbound in time, unscaled"
	mutate "unit tests notice random changes to the parser"
	deb "the Debian package: reproducible, lintian, installed and purged by piuparts"
)

step_check() { make check; }
step_lint() { make lint; }
step_kernels() { make check-kernels; }
step_fuzz() { make fuzz FUZZ_SECONDS="$FUZZ_SECONDS"; }
step_clickhouse() { make check-clickhouse; }
step_coverage() { make coverage; }
step_bench-top() { make bench-top; }
step_service() {
	tests/deps.sh check && make tests && tests/tools/other_layout.sh "$O/other" &&
		KEEP_ALL=1 OTHER=$O/other/rcodewatch tests/net/keep.sh && OTHER=$O/other/rcodewatch tests/net/transactions_restart.sh
}
step_restarts() { tests/deps.sh check && make tests && RESTARTS=200 tests/net/restarts.sh; }
step_systemd() { tests/deps.sh kernels && make tests && tests/kernels/run.sh {6.1,6.12}:service 6.1:dropins; }
step_igb() { tests/deps.sh kernels && make tests && tests/kernels/run.sh 6.1-full:{igb,cards}; }
step_package() { tests/deps.sh kernels && tests/deps.sh deb && make tests && tests/kernels/run.sh {6.1,6.12}:package; }
step_alerts() { tests/deps.sh check && make tests && WEEK=1 tests/docs/alerts.sh && SCALE=1 tests/net/alerts_prometheus.sh; }
step_mutate() { make mutate; }
step_deb() { tests/deps.sh deb && tests/packaging/deb.sh; }

stop() {
	trap '' INT TERM HUP
	[ -z "$running" ] || kill -TERM -- "-$running" 2>/dev/null
	echo "stopped by a signal" >&2
	exit 130
}

wanted() { # NAME
	[ -z "${STEPS:-}" ] || [[ " $STEPS " == *" $1 "* ]]
}

known() { # NAME
	local i

	for ((i = 0; i < ${#steps[@]}; i += 2)); do
		[ "${steps[i]}" != "$1" ] || return 0
	done
	return 1
}

progress() { # NAME, on a terminal: until the step has ended
	while kill -0 "$running" 2>/dev/null; do
		[ ! -t 2 ] || printf '\r\e[K%s: %s' "$1" "$(tail -n 1 "$logs/$1.log" | cut -c1-60)" >&2
		sleep 1
	done
	[ ! -t 2 ] || printf '\r\e[K' >&2
}

for name in ${STEPS:-}; do
	known "$name" || {
		echo "proof.sh: there is no step '$name'" >&2
		exit 2
	}
done
trap stop INT TERM HUP
mkdir -p "$logs" || exit 1
failed=0
printf '%-12s %-7s %8s  %s\n' STEP RESULT SECONDS "WHAT IT PROVES, AND WHERE ITS OUTPUT IS IF IT FAILED"
for ((i = 0; i < ${#steps[@]}; i += 2)); do
	name=${steps[i]}
	wanted "$name" || continue
	result=passed where=''
	start=$SECONDS
	set -m # a group of its own, so that a signal ends all of it
	"step_$name" >"$logs/$name.log" 2>&1 </dev/null &
	running=$!
	set +m
	progress "$name"
	if ! wait "$running"; then
		result=FAILED where=" ($logs/$name.log)"
		failed=$((failed + 1))
	fi
	running=''
	printf '%-12s %-7s %8d  %s%s\n' "$name" "$result" $((SECONDS - start)) "${steps[i + 1]}" "$where"
done
[ "$failed" -eq 0 ]
