#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# Behind `make demo-service`: the guest of the package, and what it says while it runs.

set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
console=$(mktemp) || exit 1
guest=
trap '[ -z "$guest" ] || kill "$guest" 2>/dev/null; rm -f "$console" "$console.end"' EXIT

echo "The package is built, a virtual machine boots Debian, and an operator's commands run there, under traffic in both directions."
echo "The processor is emulated: it takes twenty minutes, the first time more. In brackets: seconds since the boot."
CONSOLE=$console tests/kernels/run.sh 6.1:package >"$console.end" 2>&1 &
guest=$!
tail -n +1 --pid=$guest -f "$console" | grep --line-buffered -E '^(\[[0-9]+ s\] |\$ |counted|FAILED)'
wait "$guest"
status=$?
guest=
if [ $status -eq 0 ]; then
	echo "Nothing was lost or counted twice: not by restarts and kills, not by an upgrade to other maps, and not by going back."
else
	tail -n 5 "$console.end"
fi
exit $status
