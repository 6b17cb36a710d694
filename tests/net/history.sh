#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# timeout: 90
#
# The history in the state directory: what was counted, by code, over restarts, and past a damaged file and a full disk.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source-path=SCRIPTDIR source=reports.sh
. "$(dirname "$0")/reports.sh"
net_need python3 mount

net_namespace A
net_namespace B
net_quiet_veth A B
state=$SCRATCH/state
mkdir "$state"
owner=$(stat -c %u "$SCRATCH") # as whom it runs
chown "$owner" "$state"

# counted SEED: a run with mixed codes, of which expect.SEED has what was sent
counted() {
	local seed=$1

	shift
	monitor "run$seed" B -d rx -i 0.5 "$@" vb
	net_in A "$DNSLOAD" -i va -n 2000 -r 5000 -m outage -s "$seed" --expect "$SCRATCH/expect.$seed" ||
		die "dnsload failed"
	monitor_stop "run$seed"
}

# kept RESOLUTION EXPECTED...: the sums of the history are those of the files of expected counts
kept() {
	local resolution=$1 code

	shift
	python3 "$ROOT/tests/tools/read_history.py" "$state/history" vb rx "$resolution" >"$SCRATCH/kept" ||
		fail "the history cannot be read"
	for code in 0 1 2 3 4 5; do
		same "$resolution: RCODE $code" "$(cat "$@" | awk -v key="rcode.$code" '$1 == key { n += $2 } END { print n + 0 }')" \
			"$(count_of "$SCRATCH/kept" "rcode.$code")"
	done
}

counted 1 --state-dir "$state"
kept full "$SCRATCH/expect.1"
[ "$(count_of "$SCRATCH/kept" rcode.0)" -gt 0 ] || fail "nothing was kept"
# A restart goes on; systemd names the directory by the environment.
STATE_DIRECTORY=$state:/nowhere counted 2
for resolution in full minutes hours; do
	kept "$resolution" "$SCRATCH/expect.1" "$SCRATCH/expect.2"
done
same "permissions" 640 "$(stat -c %a "$state/history")"

# A damaged file costs the history and a full disk what is new, and nothing else.
mount -t tmpfs -o "size=8k,uid=$owner" none "$state" || die "no tmpfs"
head -c 100 /dev/zero >"$state/history"
chown "$owner" "$state/history"
dd if=/dev/zero of="$state/fill" bs=4k count=1 status=none
counted 3 --state-dir "$state"
same "bytes of the file" 100 "$(stat -c %s "$state/history")"
umount "$state"
grep -q "history is damaged or of another version: the history begins anew" "$SCRATCH/run3.err" ||
	fail "damage is not said: $(<"$SCRATCH/run3.err")"
grep -q "cannot write $state/history: No space left on device" "$SCRATCH/run3.err" ||
	fail "a full disk is not said: $(<"$SCRATCH/run3.err")"
kept full "$SCRATCH/expect.1" "$SCRATCH/expect.2"

# A directory that is named has to be one.
net_in B "$RCODEWATCH" run --state-dir /nonexistent/x vb 2>"$SCRATCH/err" && fail "a directory that is not there is taken"
grep -q 'cannot use /nonexistent/x for the history: No such file' "$SCRATCH/err" || fail "said: $(<"$SCRATCH/err")"
