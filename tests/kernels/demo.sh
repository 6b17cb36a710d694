#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# Behind `make demo-service`: the guest of the package, and what it says while it runs. All that it has said is kept in
# $O/demo-service.log.

set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
# shellcheck source-path=SCRIPTDIR source=../lib/say.sh
. tests/lib/say.sh
export O=${O:-build}
log=$O/demo-service.log
console=$(mktemp) || exit 1
guest=
show() { # FILE PATTERN: lines that match, as they are written
	tail -n +1 --pid="$guest" -f "$1" | grep --line-buffered -E "$2" &
}
stop() {
	trap '' INT TERM HUP
	echo "stopping what was started" >&2
	[ -z "$guest" ] || kill "$guest" 2>/dev/null
	wait
	exit 130
}
trap 'rm -f "$console"' EXIT
trap stop INT TERM HUP

say <<END
A virtual machine boots Debian, and an operator's commands (\$), those of docs/operations.md, run there under traffic in both directions. The processor is emulated, so that takes ten minutes; what is prepared before, the first time, takes about as long. In brackets: seconds since the boot.
END
mkdir -p "$O" && : >"$log" || exit 1
CONSOLE=$console tests/kernels/run.sh 6.1:package >"$log" 2>&1 &
guest=$!
show "$log" '^preparing: '
show "$console" '^(\[[0-9]+ s\] |\$ |    |counted|FAILED|host: )'
wait "$guest"
status=$?
wait
if [ $status -eq 0 ]; then
	echo "Nothing was lost or counted twice: not by restarts and kills, not by an upgrade to other maps, and not by going back."
else
	tail -n 5 "$log"
	echo "That failed; all that was said is in $log."
fi
exit $status
