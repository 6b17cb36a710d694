#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# No name has a word that was left behind, and the check of it sees one in code and in a file's name.

set -uo pipefail
here=$(cd "$(dirname "$0")" && pwd)
scratch=$(mktemp -d) || exit 1
trap 'rm -rf "$scratch"' EXIT
failed=0

"$here/words.py" || failed=1

# planted FILE TEXT: with TEXT in FILE of a tree of its own, is it refused?
planted() {
	rm -rf "$scratch/tree"
	mkdir -p "$scratch/tree/$(dirname "$1")"
	printf '%s\n' "$2" >"$scratch/tree/$1"
	! "$here/words.py" "$scratch/tree" >"$scratch/out"
}

planted user/util/a.c 'static int packet_fate;' || { echo "packet_fate is not seen"; failed=1; }
planted include/a.h '#define WAY_LONG 1' || { echo "WAY_LONG is not seen"; failed=1; }
planted user/util/ledger.c 'int a;' || { echo "ledger.c is not seen"; failed=1; }
planted tests/unit/a.c 'static int fate_of;' || { echo "fate_of in a test is not seen"; failed=1; }
planted user/util/a.c '/* fate */ const char *a = "tally"; int distinct_names;' &&
	{ echo "a comment, a string or a public name is refused: $(<"$scratch/out")"; failed=1; }
exit $failed
