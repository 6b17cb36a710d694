#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# The programs' deepest chains of calls fit the stack of every kernel from 5.10 on, not only of this one.

set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
O=$(cd "$root" && realpath -m "${O:-build}")
check=("$root/tests/source/stack_depth.py" -v)

"${check[@]}" "$O"/bpf/{xdp,tc}.bpf.o
# What does not fit is noticed.
for limit in "--limit 256" "--frames 3"; do
	# shellcheck disable=SC2086
	if "${check[@]}" $limit "$O/bpf/xdp.bpf.o" >/dev/null; then
		echo "a chain that $limit forbids was not noticed"
		exit 1
	fi
done
