#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# The programs' deepest chains of calls fit the stack of every kernel from 5.10 on, not only of this one.

# shellcheck source-path=SCRIPTDIR source=../lib/script.sh
. "$(dirname "$0")/../lib/script.sh"
check=(tests/source/stack_depth.py -v)

"${check[@]}" "$O"/bpf/{xdp,tc}.bpf.o
# What does not fit is noticed.
for limit in "--limit 256" "--frames 3"; do
	# shellcheck disable=SC2086
	! "${check[@]}" $limit "$O/bpf/xdp.bpf.o" >/dev/null || fail "a chain that $limit forbids was not noticed"
done
