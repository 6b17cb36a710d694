#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# The layout of user/ holds, and the check of it sees a wrong include, a circle and a file in no folder.

# shellcheck source-path=SCRIPTDIR source=../lib/script.sh
. "$(dirname "$0")/../lib/script.sh"

tests/source/includes.py || fail "the includes are not by the table (above)"

# broken WORDS FILE LINE [FILE LINE]...: with each LINE in its FILE of user/, the check must say WORDS.
broken() {
	local words=$1 edits

	shift
	edits=$*
	rm -rf "$scratch/tree"
	mkdir "$scratch/tree"
	cp -r user CONTRIBUTING.md "$scratch/tree"
	while [ $# -ge 2 ]; do
		printf '%s\n' "$2" >>"$scratch/tree/user/$1"
		shift 2
	done
	if tests/source/includes.py "$scratch/tree" >"$scratch/out" || ! grep -qF -- "$words" "$scratch/out"; then
		fail "not seen: $edits: $(<"$scratch/out")"
	fi
}

broken 'util/clock.c includes report/report.h, and report/ is below util/' \
	util/clock.c '#include "report/report.h"'
broken 'these include one another: util/clock, util/utf8' \
	util/clock.h '#include "util/utf8.h"' util/utf8.c '#include "util/clock.h"'
broken 'user/lost.c is in no folder of the table' lost.c ''
