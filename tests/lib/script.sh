# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# shellcheck shell=bash
#
# What a test that is a script starts with; to be sourced with the commands that the test needs. Tests in network
# namespaces source tests/net/lib.sh instead. Gives:
#
#   root, O, rcodewatch      the repository, what was built, the program
#   scratch                  a folder that goes with the test, as does the process $pid where that is set
#   fail WORDS               complain and go on; the test fails at its end. failures is how often that was
#   skip WORDS               end the test as skipped, for that reason
#   need_root                skip the test of a user who cannot load BPF programs
#   pipe_is_read FD          wait until the reader of a pipe has taken all; fails after 5 seconds. Needs python3
#
# The working folder is the repository.

set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
O=$(cd "$root" && realpath -m "${O:-build}")
# shellcheck disable=SC2034 # for the tests
rcodewatch=$O/rcodewatch
cd "$root"

skip() {
	echo "$*"
	exit 77
}

need_root() {
	[ "$(id -u)" -eq 0 ] || skip "needs root, to load BPF programs"
}

pipe_is_read() {
	python3 - "$1" <<-'END'
		import fcntl, struct, sys, termios, time
		left = 1
		for _ in range(500):
		    left, = struct.unpack("i", fcntl.ioctl(int(sys.argv[1]), termios.FIONREAD, bytes(4)))
		    if not left:
		        break
		    time.sleep(0.01)
		sys.exit(left != 0)
	END
}

failures=0
fail() {
	echo "$*"
	failures=$((failures + 1))
}

for tool; do
	command -v "$tool" >/dev/null || skip "$tool is not installed"
done
scratch=$(mktemp -d)
pid=
script_end() {
	local status=$?

	# A child told to end between fork and exec still has its parent's traps.
	[ "$BASHPID" = $$ ] || exit "$status"
	[ -z "$pid" ] || kill "$pid" 2>/dev/null || true
	rm -rf "$scratch"
	[ "$status" -ne 0 ] || [ "$failures" -eq 0 ] || status=1
	exit "$status"
}
trap script_end EXIT
trap 'echo "line $LINENO: the test itself failed"' ERR
