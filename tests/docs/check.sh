#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# The documents tell the truth: options, names, links, paths and make targets in them exist and the
# program's are in them; the output that they show is the program's; the man page is well-formed.

set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
O=$(realpath -m "${O:-build}")

for tool in python3 mandoc groff; do
	if ! command -v "$tool" >/dev/null; then
		echo "$tool is not installed"
		exit 77
	fi
done
failed=0

python3 tests/docs/check.py "$O/rcodewatch" || failed=1

for document in docs/*.md; do
	grep -q '^<!-- output: ' "$document" || continue
	if ! docs/fill-in.sh "$O/rcodewatch" "$document" | diff "$document" -; then
		echo "$document does not show what the program prints (above); 'make docs' mends it"
		failed=1
	fi
done

if ! docs/picture.py "$O/rcodewatch" "$O/tests/tools/dnsload" | diff docs/picture.svg -; then
	echo "docs/picture.svg does not show what the program prints (above); 'make picture' renews it"
	failed=1
fi

# Style is left out: whether other manuals are there depends on the machine.
mandoc -T lint -W warning docs/rcodewatch.1 || failed=1
words=$(groff -mandoc -ww -z -T utf8 docs/rcodewatch.1 2>&1)
if [ -n "$words" ]; then
	echo "groff: $words"
	failed=1
fi
exit $failed
