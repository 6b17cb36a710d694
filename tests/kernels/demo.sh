#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# Behind `make demo-service`: the guest of the package, and what it says while it runs.

set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
console=$(mktemp) || exit 1
guest=
trap '[ -z "$guest" ] || kill "$guest" 2>/dev/null; rm -f "$console"' EXIT

echo "A virtual machine boots Debian; that and the package take some minutes."
CONSOLE=$console tests/kernels/run.sh 6.1:package >"$console.end" 2>&1 &
guest=$!
tail -n +1 --pid=$guest -f "$console" | grep --line-buffered -E '^(\[|\$ |counted)'
wait "$guest"
status=$?
guest=
tail -n 5 "$console.end"
rm -f "$console.end"
exit $status
