#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# timeout: 120
#
# What code that has got into the main process of `run` can do: a library that the test has the loader put there
# (intruder.c) tries to load, attach, open, execute and look into others. The same attempts of a process without a
# sandbox are the measure. Counting goes on meanwhile, and after the attacher was killed, which is told.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
net_need cc jq pgrep
"$RCODEWATCH" --version | grep -q '^system calls filtered: by libseccomp' || skip "built without libseccomp, or with a sanitizer"

chmod 755 "$SCRATCH"
cc -shared -fPIC -O1 -D_GNU_SOURCE -o "$SCRATCH/intruder.so" "$ROOT/tests/net/intruder.c" -lpthread || die "cannot build the library"
chmod 755 "$SCRATCH/intruder.so"
printf secret >"$SCRATCH/root-only"
chmod 600 "$SCRATCH/root-only"
net_namespace A
net_namespace B
net_quiet_veth A B

intruder() { # NAME: the environment of a program with the intruder in it
	echo "LD_PRELOAD=$SCRATCH/intruder.so INTRUDER_GO=$SCRATCH/$1.go INTRUDER_OUT=$SCRATCH/$1.tried INTRUDER_FILE=$SCRATCH/root-only"
}
tried() { grep -q '^done' "$SCRATCH/$1.tried"; }
result() { awk -v name="$2" '$1 == name { print $2 }' "$SCRATCH/$1.tried"; }

# Without a sandbox, as root: all of it gets through (9 is EBADF, 2 ENOENT: the call itself was made).
# shellcheck disable=SC2046 # words
net_start free B env $(intruder free) sleep 60
touch "$SCRATCH/free.go"
wait_for 10 tried free || die "the library does nothing: $(cat "$SCRATCH/free.tried" "$SCRATCH/free.err")"
for name in load map next_id writable_code make_code file packet_socket raw_socket ip_socket fork unshare setuid clock; do
	same "without a sandbox: $name" 0 "$(result free $name)"
done
same "without a sandbox: attach" 9 "$(result free attach)"
same "without a sandbox: exec" 2 "$(result free exec)"
net_stop free TERM || true

# As root, so that no file is out of reach, and nothing but the filter is in the way.
chown root "$SCRATCH"
# shellcheck disable=SC2046
net_start run B env $(intruder run) "$RCODEWATCH" run -o none --sink "json:$SCRATCH/log,interval=0.2" --control none --user root vb
wait_for 20 grep -q "watching vb" "$SCRATCH/run.err"
attacher=$(pgrep -P "${PID_run:?}" -x rcw-attacher) || die "there is no attacher: $(cat "$SCRATCH/run.err")"
# The attacher's, once it has also loaded what only interfaces that come may need.
filters() { awk '$1 == "Seccomp:" { print $2 }' "/proc/$PID_run/status" "/proc/$attacher/status" | xargs; }
filtered() { [ "$(filters)" = "2 2" ]; }
wait_for 20 filtered || fail "filters of the main process and the attacher: $(filters)"
touch "$SCRATCH/run.go"
wait_for 10 tried run || die "nothing was tried: $(cat "$SCRATCH/run.err")"
for name in load map next_id attach writable_code make_code packet_socket vsock alg_socket raw_socket fork ptrace unshare exec; do
	same "in the main process: $name (EPERM)" 1 "$(result run $name)"
done
[ "$(result run other_memory)" != 0 ] || fail "it reads the memory of another process"
same "in the main process: an IP socket, as sinks need" 0 "$(result run ip_socket)"
same "in the main process: to ask the clock, as syslog does" 0 "$(result run clock)"

# Another user's run opens nothing that is not that user's.
chown "$RUN_USER" "$SCRATCH"
rm -f "$SCRATCH/log"
net_stop run || fail "exit status $?: $(cat "$SCRATCH/run.err")"
: >"$SCRATCH/user.tried"
chown "$RUN_USER" "$SCRATCH/user.tried"
# shellcheck disable=SC2046
net_start user B env $(intruder user) "$RCODEWATCH" run -o none --sink "json:$SCRATCH/log,interval=0.2" vb
wait_for 20 grep -q "watching vb" "$SCRATCH/user.err"
touch "$SCRATCH/user.go"
wait_for 10 tried user
same "as another user: a file of root's (EACCES)" 13 "$(result user file)"
same "as another user: to be root again (EPERM)" 1 "$(result user setuid)"
same "as another user: to set the clock (EPERM)" 1 "$(result user set_clock)"

# The attacher is killed: that is told, and counting goes on.
attacher=$(pgrep -P "${PID_user:?}" -x rcw-attacher) || die "there is no attacher"
kill -KILL "$attacher"
wait_for 10 grep -q 'the process that attaches was ended by signal 9: counting goes on' "$SCRATCH/user.err"
# Wherever it stands among the lines.
ended() { jq -s -e 'any(.[]; .event == "attacher_ended" and .reason == "the process that attaches was ended by signal 9")' "$SCRATCH/log"; }
wait_for 10 ended
net_in A "$DNSLOAD" -i va -m codes -n 2000 -r 20000 -e "$SCRATCH/expect" || die "dnsload failed"
sum() { jq -s "[.[] | select(.type == \"report\") | $1] | add" "$SCRATCH/log"; }
all_counted() { [ "$(sum .accounting.packets)" = 2000 ]; }
wait_for 10 all_counted || fail "counted $(sum .accounting.packets) of 2000 packets without an attacher"
net_stop user || fail "exit status $?: $(cat "$SCRATCH/user.err")"

# Where it ends before all is attached nothing counts: that is an error, in one line.
net_in B env LD_PRELOAD="$SCRATCH/intruder.so" INTRUDER_KILLS_FORKS=1 "$RCODEWATCH" run -o none --sink "json:$SCRATCH/log" vb 2>"$SCRATCH/early.err"
same "exit status without an attacher" 1 $?
same "said without an attacher" "rcodewatch: the process that attaches was ended by signal 9 before all was attached: start rcodewatch again" \
	"$(cat "$SCRATCH/early.err")"

# It never outlives the main process, and nothing stays attached.
net_start killed B "$RCODEWATCH" run -o none --sink "json:$SCRATCH/log" vb
wait_for 20 grep -q "watching vb" "$SCRATCH/killed.err"
attacher=$(pgrep -P "${PID_killed:?}" -x rcw-attacher) || die "there is no attacher"
net_stop killed KILL
gone() { [ ! -e "/proc/$attacher/stat" ] || [ "$(awk '{ print $3 }' "/proc/$attacher/stat")" = Z ]; }
wait_for 10 gone || fail "the attacher outlives the main process"

# --no-reattach: it ends once all is attached; an interface that comes back is not attached to, which is told.
net_start once B "$RCODEWATCH" run --no-reattach -o none --sink "json:$SCRATCH/log" vb
wait_for 20 grep -q "watching vb" "$SCRATCH/once.err"
if ip -n "$NS_B" -d link show vb | grep -q xdp && ! grep -q clsact "$SCRATCH/once.err"; then
	same "attachers with --no-reattach" "" "$(pgrep -P "${PID_once:?}" -x rcw-attacher)"
fi
ip -n "$NS_A" link del va
wait_for 10 grep -q 'vb has gone: if it comes back, it is watched after a restart' "$SCRATCH/once.err"
net_stop once || fail "exit status $?: $(cat "$SCRATCH/once.err")"
