#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# The runner behind `make check`: every test program and script, a line each, then the sum.
#
#   O=DIR          where the programs were built (build)
#   TESTS=PATTERNS only tests whose name matches one of these shell patterns ('unit/* net/lo *tshark*')
#   EXCEPT=PATTERNS  but for those that match one of these
#   RESULT=FILE    the sums and what failed, for who adds them up, instead of the closing line
#   TEST_TIMEOUT=S seconds for a test that names no limit of its own (120)
#   SLOWNESS=N     limits are times N (3), as they end what hangs, and not what a busy machine is slow with
#   CI=true        a skip that tests/skips-allowed does not name is a failure
#
# A test is a program in $O/tests/unit or $O/tests/bpf, or a script that list_tests() names. Exit
# status 0 is a pass, 77 a skip whose reason is the last line printed, all else a failure. A cmocka
# program counts as many tests as it reports. "# timeout: S" in a script is its own limit.
#
# Guests take minutes of one CPU; on interfaces most of a test is waiting, and alerts take as long as a fault has to last:
# where there is a second CPU, each of the three kinds runs beside the other tests.

set -uo pipefail
export LC_ALL=C

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root" || exit 1
O=$(realpath -m "${O:-build}")
export O
limit=${TEST_TIMEOUT:-120}
slowness=${SLOWNESS:-3}
read -ra patterns <<<"${TESTS:-*}"
read -ra except <<<"${EXCEPT:-}"
result=${RESULT:-}
unset TESTS EXCEPT RESULT # not for the tests
long=('kernels/*' 'net/alerts*' 'net/*') # a test is of the first that matches
passed=0 failed=0 skipped=0 forbidden=0
failures=()

scratch=$(mktemp -d) || exit 1
running=''
beside=()
# A child told to end between fork and exec still has its parent's traps.
trap '[ "$BASHPID" != $$ ] || rm -rf "$scratch"' EXIT
# The test at work is told too, so that it can take down what it has put up.
stop() {
	[ "$BASHPID" = $$ ] || exit 130
	trap '' INT TERM HUP
	for pid in $running "${beside[@]}"; do
		kill -TERM "$pid" 2>/dev/null
		wait "$pid" 2>/dev/null
	done
	echo "$passed passed, $failed failed, $skipped skipped: stopped by a signal" >&2
	exit 130
}
trap stop INT TERM HUP

if [ -t 1 ] && [ -z "${NO_COLOR:-}" ]; then
	green=$'\e[32m' red=$'\e[31m' yellow=$'\e[33m' plain=$'\e[0m'
else
	green='' red='' yellow='' plain=''
fi

list_tests() {
	local file name

	for file in "$O"/tests/unit/* "$O"/tests/bpf/*; do
		[ -f "$file" ] && [ -x "$file" ] && echo "${file#"$O"/tests/} $file"
	done
	for file in tests/*.sh tests/{source,docs,cli,captures,net}/*.sh tests/bench/check.sh tests/mutate/example.sh; do
		case $file in
		tests/run.sh | tests/deps.sh | tests/demo.sh | tests/proof.sh) continue ;;
		esac
		[ -f "$file" ] && [ -x "$file" ] || continue
		name=${file#tests/}
		echo "${name%.sh} $root/$file"
	done
	# Of the kernels, those that every run can afford; make check-kernels boots the others too.
	for file in tests/kernels/[0-9]*.sh; do
		[ -x "$file" ] && echo "kernels/$(basename "$file" .sh) $root/$file"
	done
	return 0
}

is_one_of() { # name, pattern...
	local name=$1 pattern

	shift
	for pattern in "$@"; do
		# shellcheck disable=SC2053 # a pattern is what it is
		[[ $name == $pattern ]] && return 0
	done
	return 1
}

# Sum of the numbers that cmocka printed in lines like "[  PASSED  ] 3 test(s)."
cmocka_count() {
	sed -n "s/^\[ *$1 *\] \([0-9][0-9]*\) test(s).*/\1/p" "$2" | awk '{ n += $1 } END { print n + 0 }'
}

report() { # colour, word, name, seconds, remark
	printf '%s%-4s%s  %-40s %6s s%s\n' "$1" "$2" "$plain" "$3" "$4" "${5:+  $5}"
}

# An allowed skip is "name reason"; the name as in the output.
skip_allowed() {
	[ "${CI:-}" != true ] && return 0
	awk -v name="$1" '$1 == name { found = 1 } END { exit !found }' tests/skips-allowed
}

note_skip() { # name, reason
	skipped=$((skipped + 1))
	skip_allowed "$1" && return 0
	forbidden=$((forbidden + 1))
	failures+=("$1 was skipped, which tests/skips-allowed does not allow: $2")
	return 1
}

run_test() { # name, path
	local name=$1 path=$2 own start status seconds out="$scratch/out" p f s reason skip
	local command=("$path")

	own=$limit
	case $path in
	*.sh) own=$(sed -n 's/^# timeout: \([0-9][0-9]*\).*/\1/p' "$path" | head -n 1) ;;
	esac
	if [[ $name == bpf/* ]] && [ "$(id -u)" -ne 0 ]; then
		command=(sh -c 'echo needs root, to load BPF programs; exit 77')
	fi
	own=$((${own:-$limit} * slowness))
	start=${EPOCHREALTIME/[.,]/}
	timeout -k 10 "$own" "${command[@]}" >"$out" 2>&1 </dev/null &
	running=$!
	wait "$running" 2>/dev/null # else bash prints a line on a crash
	status=$?
	running=''
	seconds=$(((${EPOCHREALTIME/[.,]/} - start) / 10000))
	seconds=$(printf '%d.%02d' $((seconds / 100)) $((seconds % 100)))

	if [ $status -eq 77 ]; then
		reason=$(grep -v '^$' "$out" | tail -n 1)
		reason=${reason:-no reason given}
		if note_skip "$name" "$reason"; then
			report "$yellow" skip "$name" "$seconds" "$reason"
		else
			report "$red" SKIP "$name" "$seconds" "$reason"
		fi
		return
	fi
	p=$(cmocka_count PASSED "$out") f=$(cmocka_count FAILED "$out") s=$(cmocka_count SKIPPED "$out")
	# A program that crashed, or that a sanitizer stopped, has failed whatever it printed.
	if [ $status -ne 0 ] && [ "$f" -eq 0 ]; then
		f=1
	elif [ $status -eq 0 ] && [ $((p + f + s)) -eq 0 ]; then
		p=1
	fi
	passed=$((passed + p)) failed=$((failed + f))
	if [ "$f" -gt 0 ]; then
		failures+=("$name")
		case $status in
		124 | 137) reason="stopped after $own s" ;;
		*) reason="exit status $status" ;;
		esac
		report "$red" FAIL "$name" "$seconds" "$reason"
		sed 's/^/    /' "$out"
	else
		report "$green" ok "$name" "$seconds" "$([ "$p" -gt 1 ] && echo "$p tests")"
	fi
	if [ "$s" -gt 0 ]; then
		# "[  SKIPPED ] 2 test(s), listed below:", then a line for each.
		while read -r skip; do
			reason="cmocka skip() in $path"
			note_skip "$name:$skip" "$reason"
			report "$yellow" skip "$name:$skip" "-" ""
		done < <(sed -n 's/^\[ *SKIPPED *\] \([A-Za-z_][A-Za-z0-9_]*\)$/\1/p' "$out" | sort -u)
	fi
}

start_beside() { # pattern, patterns before it
	TESTS=$1 EXCEPT=${*:2} RESULT=$scratch/beside.${#beside[@]} "${BASH_SOURCE[0]}" &
	beside+=($!)
}

# Wait for one of those beside, which has printed its tests, and add up what it has left.
finish_beside() { # its number
	local p=0 f=1 s=0 skips=0 more=("those of ${long[$1]}, which did not come to their end")

	wait "${beside[$1]}" 2>/dev/null
	[ ! -s "$scratch/beside.$1" ] || { read -r p f s skips && mapfile -t more; } <"$scratch/beside.$1"
	passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s)) forbidden=$((forbidden + skips))
	failures+=("${more[@]}")
}

if [ "${patterns[*]}" = '*' ] && [ "$(nproc)" -gt 1 ]; then
	for ((i = 0; i < ${#long[@]}; i++)); do
		start_beside "${long[i]}" "${long[@]:0:i}"
	done
	except+=("${long[@]}")
fi
while read -r name path; do
	is_one_of "$name" "${patterns[@]}" && ! is_one_of "$name" "${except[@]}" || continue
	run_test "$name" "$path" || true
done < <(list_tests)
for i in "${!beside[@]}"; do
	finish_beside "$i"
done

if [ $((passed + failed + skipped)) -eq 0 ]; then
	echo "no test is called '${patterns[*]}' in $O/tests or tests: is all built?" >&2
	failed=1
fi
if [ "$result" ]; then
	printf '%s\n' "$passed $failed $skipped $forbidden" "${failures[@]}" >"$result"
	exit
fi
if [ ${#failures[@]} -gt 0 ]; then
	echo
	printf 'failed: %s\n' "${failures[@]}"
fi
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ] && [ "$forbidden" -eq 0 ]
