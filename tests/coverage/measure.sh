#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# measure.sh: behind `make coverage`. Builds with gcc's instrumentation in $O/coverage, runs the unit
# tests and the corpora of the fuzz targets, prints the branch coverage of the parser and of what
# parses in user/, with the lines where a branch was not taken, and fails below COVERAGE_MIN percent.

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
O=${O:-build}
out=$O/coverage
files='user/(analysis/(attack_ignore|suffix)|capture/(capture_span|input|pcap)|catalog/(catalog_find|guide)'
files+='|cli/(attack_options|settings|top_options)|parser/(host_|link_type)|report/(rates|snapshot)|sinks/sink_spec'
files+='|toplist/(top_read|top_settings)|util/(cpus|json|options|punycode|utf8|wire_name))'
min=${COVERAGE_MIN:-95}

# As one function each, not as a copy wherever it is used: else a branch counts as often as that.
# Not optimised, and without what hardening adds, for the branches to be those of the source.
flags=(CC=gcc CFLAGS='-O0 -g --coverage -Wno-attributes' CPPFLAGS=-Dalways_inline=noinline HARDENING=)

find "$out" -name '*.gcda' -delete 2>/dev/null || true
# A test must pass to count: an assertion that fails ends it early.
make -j"$(nproc)" O="$out" "${flags[@]}" unit >"$O/coverage.log" 2>&1 || {
	tail -n 20 "$O/coverage.log" >&2
	exit 1
}
# From within $out, as gcov leaves its files where it is called; filters are regular expressions.
root=$(pwd | sed 's/[][\.*^$()+?{}|]/\\&/g')
top=$(pwd)
cd "$out"
gcovr --root "$top" --object-directory . --branches --exclude-unreachable-branches \
	--filter "$root/include/" --filter "$root/$files" --fail-under-branch "$min" --print-summary
