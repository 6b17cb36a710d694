#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# fill-in.sh RCODEWATCH FILE: print FILE with what stands between each pair of lines
#     <!-- output: ARGUMENTS -->   and   <!-- end -->
# replaced by the output of `RCODEWATCH ARGUMENTS` at 80 columns, so that no document shows output
# that the program does not give. Fails if a command does, or if a pair is incomplete.
set -eu

if [ $# -ne 2 ]; then
	echo "usage: fill-in.sh RCODEWATCH FILE" >&2
	exit 2
fi
program=$1
inside=
export COLUMNS=80

while IFS= read -r line || [ -n "$line" ]; do
	case $line in
	'<!-- output: '*' -->')
		if [ -n "$inside" ]; then
			echo "fill-in.sh: $2: '$line' within another" >&2
			exit 1
		fi
		inside=yes
		arguments=${line#'<!-- output: '}
		arguments=${arguments%' -->'}
		printf '%s\n```console\n$ rcodewatch %s\n' "$line" "$arguments"
		# Unquoted on purpose: the words of the marker are the arguments.
		"$program" $arguments
		printf '```\n'
		;;
	'<!-- end -->')
		inside=
		printf '%s\n' "$line"
		;;
	*)
		[ -n "$inside" ] || printf '%s\n' "$line"
		;;
	esac
done <"$2"

if [ -n "$inside" ]; then
	echo "fill-in.sh: $2: the last '<!-- output' has no '<!-- end -->'" >&2
	exit 1
fi
