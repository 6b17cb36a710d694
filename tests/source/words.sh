#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# No name has a word that was left behind, and the check of it sees one in code and in a file's name.

# shellcheck source-path=SCRIPTDIR source=../lib/script.sh
. "$(dirname "$0")/../lib/script.sh"

tests/source/words.py || fail "names have words that were left behind (above)"

# planted FILE TEXT: with TEXT in FILE of a tree of its own, is it refused?
planted() {
	rm -rf "$scratch/tree"
	mkdir -p "$scratch/tree/$(dirname "$1")"
	printf '%s\n' "$2" >"$scratch/tree/$1"
	! tests/source/words.py "$scratch/tree" >"$scratch/out"
}

planted user/util/a.c 'static int packet_fate;' || fail "packet_fate is not seen"
planted include/a.h '#define WAY_LONG 1' || fail "WAY_LONG is not seen"
planted user/util/ledger.c 'int a;' || fail "ledger.c is not seen"
planted tests/unit/a.c 'static int fate_of;' || fail "fate_of in a test is not seen"
planted user/util/a.c 'static int log_dropped_take(void);' || fail "log_dropped_take is not seen"
planted user/loader/a.c 'static int xdp_long_way;' || fail "xdp_long_way is not seen"
planted user/loader/a.h 'struct a { int order_slot; };' || fail "order_slot is not seen"
planted include/a.h 'struct fast_name plain;' || fail "plain in the parser is not seen"
! planted user/util/a.c 'int cpu_slots_read(void), cpu_slot, option_print_plain, interface_facts, not_found;' ||
	fail "words of the field are refused: $(<"$scratch/out")"
! planted user/util/a.c '/* fate */ const char *a = "tally"; int distinct_names;' ||
	fail "a comment, a string or a public name is refused: $(<"$scratch/out")"
