#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# Whether tests/mutate/mutate.py can be believed, on a header of five lines: a change that a
# test notices is killed, one that none notices is printed, and not if the list names it.

# shellcheck source-path=SCRIPTDIR source=../lib/script.sh
. "$(dirname "$0")/../lib/script.sh"

give_up() {
	echo "mutate: $*" >&2
	cat "$scratch/out" >&2
	exit 1
}

mkdir -p "$scratch"/project/{include,tests/unit}
cat >"$scratch/project/include/example.h" <<'END'
#define EXAMPLE_SIZE 4 /* not 4 > 3 */
#define EXAMPLE_UNUSED 7
_Static_assert(EXAMPLE_SIZE == 4, "a change of it does not compile");
static inline int sum(int a, int b) { return a + b; }
static inline int is_small(int a) { return a < 10; }
END
cat >"$scratch/project/tests/unit/test_example.c" <<'END'
#include "example.h"
/* Of which the compiler knows nothing. */
static volatile int one = 1;
int main(void) { return sum(2, one) == 3 && is_small(8 + one) && !is_small(10 + one) ? 0 : 1; }
END
cat >"$scratch/project/Makefile" <<'END'
$(O)/tests/unit/test_example: $(O)/tests/unit/test_example.o
	$(CC) $(CFLAGS) -o $@ $^
$(O)/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) -Iinclude -MD -MP -c -o $@ $<
END
cp "$scratch/project/include/example.h" "$scratch/before.h"

# mutate STATUS JOBS NUMBER [OPTION...]: with the list in $scratch/list.
mutate() {
	local status=0 expected=$1

	"$root/tests/mutate/mutate.py" --root "$scratch/project" --out "$scratch/work" --number "$3" \
		--jobs "$2" --flags CFLAGS=-O2 --equivalent "$scratch/list" "${@:4}" test_example \
		>"$scratch/out" 2>&1 || status=$?
	[ "$status" = "$expected" ] || give_up "exit status $status, not $expected"
}

# holds TEXT: that it is printed.
holds() {
	grep -qF -- "$1" "$scratch/out" || give_up "it does not say: $1"
}

# Nine changes: two of each constant, one of +, two of <. That 10 is not small no test says.
echo '# none' >"$scratch/list"
mutate 1 1 100
holds 'include/example.h:5 is_small: survived'
holds '  + static inline int is_small(int a) { return a <= 10; }'
holds '  + static inline int is_small(int a) { return a < 11; }'
holds '5 changes with seed 1: 3 killed (0 of them by the time limit), 0 equivalent, 2 survived;'
holds 'passed over 2 that do not compile and 2 that give the same code;'
[ "$(grep -c ': survived$' "$scratch/out")" = 2 ] || give_up "more than two are said to survive"

cat >"$scratch/list" <<'END'
include/example.h is_small
- static inline int is_small(int a) { return a < 10; }
+ static inline int is_small(int a) { return a <= 10; }
Let us say that 10 is as small as not.

include/example.h is_small
- static inline int is_small(int a) { return a < 10; }
+ static inline int is_small(int a) { return a < 11; }
Likewise.
END
mutate 0 2 100
holds ' 3 killed (0 of them by the time limit), 2 equivalent, 0 survived;'

# An entry of which the line is another by now.
sed -i 's/a < 10/10 > a/' "$scratch/list"
mutate 1 1 0
holds "$scratch/list:1: there is no such line"
sed -i '$d' "$scratch/list"
mutate 1 1 0
holds 'line 6: an entry is'

# The order of a seed's changes stays when other lines come.
order() { grep -E '^  \+' "$scratch/out" | grep -v 'twice'; }
echo '# none' >"$scratch/list"
mutate 1 1 100 --seed 5 --verbose
order >"$scratch/order"
[ "$(wc -l <"$scratch/order")" = 9 ] || give_up "not nine changes are told"
sed -i '1i static inline int twice(int a) { return a * 2; }' "$scratch/project/include/example.h"
mutate 1 1 100 --seed 5 --verbose
grep -q twice "$scratch/out" || give_up "the new line is not changed"
order | cmp - "$scratch/order" || give_up "another line makes another order"
sed -i 1d "$scratch/project/include/example.h"

cmp "$scratch/before.h" "$scratch/project/include/example.h" || give_up "the header was changed"
