# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# shellcheck shell=bash
#
# For tests of the program from outside; to be sourced with the tools that they need as arguments. Gives:
#
#   root, O, rcodewatch      the repository, what was built, the program
#   fail WORDS               complain; failures is how often that was
#
# The working folder is an empty one, which goes with the test, as does the process $pid where that is set.

set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
O=$(cd "$root" && realpath -m "${O:-build}")
# shellcheck disable=SC2034 # for the tests
rcodewatch=$O/rcodewatch

for tool; do
	if ! command -v "$tool" >/dev/null; then
		echo "$tool is not installed"
		exit 77
	fi
done
scratch=$(mktemp -d)
pid=
trap '[ -z "$pid" ] || kill "$pid" 2>/dev/null || true; rm -rf "$scratch"' EXIT
trap 'echo "line $LINENO: the test itself failed"' ERR
cd "$scratch"

failures=0
fail() {
	echo "$*"
	failures=$((failures + 1))
}
