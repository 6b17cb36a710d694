#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# What --help prints, of all commands, sinks and their options, fits a terminal of 80 columns, and ends well.

# shellcheck source-path=SCRIPTDIR source=../lib/script.sh
. "$(dirname "$0")/../lib/script.sh"
cd "$scratch"

# fits WORD...: what these print.
fits() {
	"$rcodewatch" "$@" >out 2>err || fail "$*: exit status $?: $(cat err)"
	[ -s out ] || fail "$*: prints nothing"
	# An address in all its forms is one word.
	awk 'length > 80 && !/^--sink [^ ]*$/' out >wide
	[ ! -s wide ] || fail "$*: wider than 80 columns: $(cat wide)"
}

fits --help
"$rcodewatch" --help | awk '/^Commands:/ { on = 1; next } /^$/ { on = 0 } on { print $1 }' >commands
[ "$(wc -l <commands)" -ge 10 ] || fail "commands: $(cat commands)"
while read -r command; do
	fits "$command" --help
done <commands
fits run --sink help
"$rcodewatch" run --sink help | awk '{ sub(/:.*/, "", $1); print $1 }' | grep -E '^[a-z]+$' | sort -u >kinds
while read -r kind; do
	"$rcodewatch" run --sink "$kind:help" >/dev/null 2>&1 || continue
	fits run --sink "$kind:help"
done <kinds

[ "$failures" = 0 ] || exit 1
echo "all fit"
