#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# The documents tell the truth: options, names, links, paths and make targets in them exist and the
# program's are in them; the output that they show is the program's; the man page is well-formed.

# shellcheck source-path=SCRIPTDIR source=../lib/script.sh
. "$(dirname "$0")/../lib/script.sh" python3 mandoc groff

python3 tests/docs/check.py "$rcodewatch" || fail "the documents and the program differ (above)"

for document in docs/*.md; do
	grep -q '^<!-- output: ' "$document" || continue
	docs/fill-in.sh "$rcodewatch" "$document" | diff "$document" - ||
		fail "$document does not show what the program prints (above); 'make docs' renews it"
done

docs/picture.py "$O/tests/tools/draw_page" | diff docs/picture.svg - ||
	fail "docs/picture.svg does not show what the program prints (above); 'make picture' renews it"

# Style is left out: whether other manuals are there depends on the machine.
for page in docs/rcodewatch.1 docs/rcodewatch.conf.5; do
	mandoc -T lint -W warning "$page" || fail "mandoc complains of $page (above)"
	words=$(groff -mandoc -ww -z -T utf8 "$page" 2>&1) || fail "$page: groff: exit status $?"
	[ -z "$words" ] || fail "$page: groff: $words"
done
