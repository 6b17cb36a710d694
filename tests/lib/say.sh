# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# shellcheck shell=bash
#
# To be sourced: prose on a terminal.

# Write standard input, paragraphs of a line each, in lines as long as the terminal is wide, or
# COLUMNS where there is none, but from 40 to 200. Indented paragraphs stay indented.
say() {
	local columns=${COLUMNS:-80} size

	if [ -t 1 ]; then
		{ size=$(stty size <&3 2>/dev/null); } 3>&1
		columns=${size##* }
	fi
	# A terminal that does not know its size says 0.
	[[ $columns =~ ^[1-9][0-9]{0,4}$ ]] || columns=80
	((columns >= 40)) || columns=40
	((columns <= 200)) || columns=200
	fmt -s -w "$columns"
}
