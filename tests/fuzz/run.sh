#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# run.sh TARGET...: fuzz each target for FUZZ_SECONDS, behind `make fuzz`. Inputs that reach something
# new are kept in $O/fuzz/new/TARGET for the next time; what fails is kept in $O/fuzz/found, and the
# exit status is 1. FUZZ_JOBS: processes at a time (1).

set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
O=${O:-build}
seconds=${FUZZ_SECONDS:-60}
jobs=${FUZZ_JOBS:-1}
failed=0
running=()

# Freed memory is of no interest here: targets use theirs again and again.
export ASAN_OPTIONS=${ASAN_OPTIONS:-quarantine_size_mb=8}

stop() {
	trap '' INT TERM HUP
	[ ${#running[@]} -eq 0 ] || kill -TERM "${running[@]}" 2>/dev/null
	wait
	exit 130
}
trap stop INT TERM HUP

summary() { # target, log
	awk -v name="$1" '
		/ cov: / { for (i = 1; i < NF; i++) if ($i == "cov:") cov = $(i + 1) }
		/^stat::number_of_executed_units:/ { runs += $2 }
		/^stat::packets_parsed:/ { packets += $2 }
		END {
			printf "%s: %d runs, %d coverage points", name, runs, cov
			if (packets)
				printf ", %d packets parsed", packets
			print ""
		}' "$2"
}

for target; do
	new=$O/fuzz/new/$target found=$O/fuzz/found
	mkdir -p "$new" "$found"
	running=() logs=()
	for ((i = 0; i < jobs; i++)); do
		log=$O/fuzz/$target.$i.log
		"$O/fuzz/fuzz_$target" -max_total_time="$seconds" -max_len=8192 -len_control=0 \
			-timeout=20 -print_final_stats=1 -artifact_prefix="$found/$target-" \
			"$new" "tests/fuzz/corpus/$target" >"$log" 2>&1 </dev/null &
		running+=($!)
		logs+=("$log")
	done
	for ((i = 0; i < jobs; i++)); do
		wait "${running[i]}" && continue
		failed=1
		echo "$target: FAILED"
		grep -a -m 1 -E '^fuzz: |runtime error|ERROR: ' "${logs[i]}"
		input=$(sed -n 's/.*Test unit written to //p' "${logs[i]}")
		echo "again: $O/fuzz/fuzz_$target $input"
	done
	running=()
	cat "${logs[@]}" >"$O/fuzz/$target.log"
	summary "$target" "$O/fuzz/$target.log"
done
exit "$failed"
