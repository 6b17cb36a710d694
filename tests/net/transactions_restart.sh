#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# timeout: 480
#
# Queries that wait while rcodewatch is restarted, with what it has kept in a BPF filesystem: they are answered after it, or
# stay unanswered, and are counted once. Where the maps look different, their answers are to queries before the start.
#
#   OTHER=FILE   another build, whose maps look different (tests/tools/other_layout.sh): to switch to and back

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source-path=SCRIPTDIR source=reports.sh
. "$(dirname "$0")/reports.sh"

net_namespace A
net_namespace B
net_veth A B
talk=$ROOT/tests/net/transactions.py

net_start server B "$python" "$talk" serve 10.9.0.2
wait_for 20 has_reports "$SCRATCH/server.out"

# A namespace's /sys is its own, and has no BPF filesystem.
bpf=$(mktemp -d)
mount -t bpf bpf "$bpf" || die 'cannot mount a BPF filesystem'
unmount() {
	umount "$bpf"
	rmdir "$bpf"
}
trap 'unmount; net_cleanup' EXIT

# begin NAME [ARGUMENT...]: a run of ${PROGRAM:-rcodewatch}.
begin() {
	local name=$1

	shift
	net_start "$name" A "${PROGRAM:-$RCODEWATCH}" run -o json -i 0.2 --mode tc --timeout 10 --pin "$bpf/rcodewatch" "$@" va
	wait_for 30 grep -q watching "$SCRATCH/$name.err"
}

# whole_lines NAME...: what these runs have written, but for a line under way.
whole_lines() {
	local name

	for name; do
		grep '}$' "$SCRATCH/$name.out"
	done
}

# sum PATH NAME...: of upstream, over all reports of these runs.
sum() {
	local path=$1

	shift
	whole_lines "$@" | jq -s "map(select(.type == \"transactions\" and .side == \"upstream\") | .$path) | add // 0"
}

# has PATH N NAME...
has() {
	local path=$1 wanted=$2

	shift 2
	[ "$(sum "$path" "$@")" -ge "$wanted" ]
}

# ask NAME=COUNT...: these queries, with the server stopped or not.
ask() {
	net_in A "$python" "$talk" ask 10.9.0.2 udp "$@" || die 'cannot ask'
}

# once WANTED PATH NAME...: in all these runs.
once() {
	local wanted=$1 path=$2

	shift 2
	same "$path of $*" "$wanted" "$(sum "$path" "$@")"
}

# clean NAME...: nothing that a restart could be blamed for.
clean() {
	local path

	for path in responses.before_start responses.unsolicited responses.mismatched responses.late evicted; do
		once 0 "$path" "$@"
	done
}

# All that these runs have seen begin has ended.
ended() {
	[ "$(whole_lines "$@" | jq -s 'map(select(.type == "transactions" and .side == "upstream")) | last | .outstanding')" = 0 ]
}

# The first run's table is new: what matches nothing is before its start, for as long as the timeout.
begin first
ask ok=30
kill -STOP "${PID_server:?}"
ask held=20 dead=7
wait_for 10 has queries.new 57 first
net_stop first || fail "first: $(cat "$SCRATCH/first.err")"
begin second
kill -CONT "$PID_server"
wait_for 10 has responses.answered 50 first second
ask ok=10
wait_for 10 has responses.answered 60 first second

# Killed, with queries that wait; what it had swept and reported comes once.
kill -STOP "$PID_server"
ask held=20
wait_for 10 has queries.new 87 first second
net_stop second KILL 2>/dev/null
kill -CONT "$PID_server"
ask ok=15 twice=3 # nobody runs, but the programs
begin third
wait_for 10 has responses.answered 98 first second third
wait_for 20 has unanswered 7 first second third
net_stop third || fail "third: $(cat "$SCRATCH/third.err")"
all=(first second third)
once 105 queries.new "${all[@]}"
once 98 responses.answered "${all[@]}"
once 98 response_time.sampled "${all[@]}"
once 7 unanswered "${all[@]}"
same 'unanswered in the dead zone' 7 "$(whole_lines "${all[@]}" | jq -s '[.[].unanswered_zones[]? |
	select(.name == "example.org") | .unanswered] | add')"
once 3 responses.duplicate "${all[@]}"
clean "${all[@]}"

# Killed between two reports, in which time the table is swept and its counters are read, but not reported: at most 4 s apart.
begin long -i 300
ask ok=12
sleep 5
net_stop long KILL 2>/dev/null
begin after
wait_for 10 has responses.answered 12 long after
once 12 queries.new long after
once 12 responses.answered long after
clean long after
net_stop after || fail "after: $(cat "$SCRATCH/after.err")"

# An end at any point of a sweep, and between a sweep and the report of it. The same name is swept in all of them, so that places in
# the table are used again.
number=0
for step in swap swapped swept 'swapped 3' reported 'swapped 2 locks'; do
	number=$((number + 1))
	long=("long$number" --timeout 1 -i 300)
	# As on kernels without a compare-and-swap for programs: words that were about to be taken out stay as they are until the next run.
	[[ $step != *locks ]] || export TXN_LOCKS=1 PROGRAM=$O/tests/tools/run_killed
	if [ "$step" = reported ]; then
		begin "${long[@]}"
		ask ok=2 dead=7
		sleep 6
		net_stop "long$number" KILL 2>/dev/null
	else
		echo "$step" >"$SCRATCH/step"
		KILL_AT=$SCRATCH/step PROGRAM=$O/tests/tools/run_killed begin "${long[@]}"
		ask ok=2 dead=7
		net_wait "long$number" 2>/dev/null
	fi
	begin "again$number" --timeout 1
	wait_for 10 has responses.answered 2 "again$number"
	wait_for 20 has unanswered 7 "again$number"
	net_stop "again$number" || fail "again$number: $(cat "$SCRATCH/again$number.err")"
	for pair in queries.new=9 responses.answered=2 unanswered=7 evicted=0; do
		once "${pair#*=}" "${pair%=*}" "again$number"
	done
	same "$step: wait" 0 "$(whole_lines "again$number" | jq -s 'map(select(.side == "upstream")) | last | .outstanding')"
	reports_valid <(whole_lines "again$number")
	# What was swept by the one that was killed has no server and zone.
	[ "$step" != reported ] || same 'of others' 7 "$(sum other_unanswered_zones "again$number")"
done
unset TXN_LOCKS PROGRAM
# Maps that are changed without locks again: responses that come while links change are before_start, which the sums below leave out.
begin unlocked --timeout 1
net_stop unlocked || fail "unlocked: $(cat "$SCRATCH/unlocked.err")"

# Killed again and again under traffic, in the middle of an interval, and halted for longer than the timeout: each report after
# another one fits it, whichever run has made it.
in_the_middle() {
	local hundredths=$((10#$(date +%N) / 10000000))

	[ $hundredths -gt 30 ] && [ $hundredths -lt 75 ]
}
net_start load A "$python" "$talk" load 10.9.0.2 600
all=()
for number in 1 2 3 4; do
	all+=("killed$number")
	begin "killed$number" --timeout 1 -i 1
	pid=PID_killed$number
	wait_for 10 has_reports "$SCRATCH/killed$number.out" $((number % 2 ? 3 : 5))
	if [ "$number" = 3 ]; then
		kill -STOP "${!pid}"
		sleep 3
		kill -CONT "${!pid}"
	fi
	wait_for 5 in_the_middle
	net_stop "killed$number" KILL 2>/dev/null
done
begin last --timeout 1 -i 1
all+=(last)
kill -TERM "${PID_load:?}"
net_wait load || fail "load: $(cat "$SCRATCH/load.err")"
wait_for 20 has queries.new "$(<"$SCRATCH/load.out")" "${all[@]}"
wait_for 20 ended "${all[@]}"
net_stop last || fail "last: $(cat "$SCRATCH/last.err")"
once "$(<"$SCRATCH/load.out")" queries.new "${all[@]}"
same 'began and ended' "$(sum queries.new "${all[@]}")" \
	$(($(sum responses.answered "${all[@]}") + $(sum unanswered "${all[@]}") + $(sum evicted "${all[@]}")))
# Those that nobody answers, and where the machine is busy some that were answered too late.
[ "$(sum unanswered "${all[@]}")" -ge $(($(<"$SCRATCH/load.out") / 3)) ] || fail "unanswered: $(sum unanswered "${all[@]}")"
whole_lines "${all[@]}" >"$SCRATCH/killed"
reports_valid "$SCRATCH/killed"

# Another timeout, and so other maps, under traffic: what came while nobody ran is in the first report of the next run.
begin before
net_stop before || fail "before: $(cat "$SCRATCH/before.err")"
net_start between A "$python" "$talk" load 10.9.0.2 600
sleep 1
begin changed --timeout 1 -i 1
sleep 2
kill -TERM "${PID_between:?}"
net_wait between || fail "between: $(cat "$SCRATCH/between.err")"
wait_for 20 has queries.new "$(<"$SCRATCH/between.out")" before changed
wait_for 30 ended changed
net_stop changed || fail "changed: $(cat "$SCRATCH/changed.err")"
once "$(<"$SCRATCH/between.out")" queries.new before changed
same 'changed: began and ended' "$(sum queries.new before changed)" "$(($(sum responses.answered before changed) +
	$(sum responses.before_start before changed) + $(sum unanswered before changed) + $(sum evicted before changed)))"

# Another set of maps: a table of another size. Then, if there is one, another build, and back to this one. What waited in the table
# before is answered as before_start, or unanswered when its timeout is over; where a run is killed in that time the next one says so.
number=0
switch() { # ARGUMENT...: with the server stopped, and queries that wait
	number=$((number + 1))
	begin "from$number" --timeout 3 "$@"
	kill -CONT "$PID_server"
	ask ok=10
	wait_for 10 has responses.answered 10 "from$number"
	kill -STOP "$PID_server"
	ask held=$held dead=7
	wait_for 10 has queries.new $((17 + held)) "from$number"
	net_stop "from$number" || fail "from$number: $(cat "$SCRATCH/from$number.err")"
}
arrive() { # ARGUMENT...
	begin "to$number" --timeout 3 "$@"
	kill -CONT "$PID_server"
	runs=("to$number")
	wait_for 10 has responses.before_start $held "to$number"
	if [ "$killed" ]; then
		net_stop "to$number" KILL 2>/dev/null
		PROGRAM=${PROGRAM:-} begin "then$number" --timeout 3 "$@"
		runs+=("then$number")
	fi
	ask ok=5
	wait_for 10 has responses.answered 5 "${runs[@]}"
	wait_for 10 has unanswered 7 "${runs[@]}"
	net_stop "${runs[-1]}" || fail "${runs[-1]}: $(cat "$SCRATCH/${runs[-1]}.err")"
	once $held responses.before_start "${runs[@]}"
	once 5 queries.new "${runs[@]}"
	once 5 responses.answered "${runs[@]}"
	once 7 unanswered "${runs[@]}"
	for path in responses.unsolicited responses.mismatched responses.late; do
		once 0 "$path" "${runs[@]}"
	done
	same "${runs[*]}: uncertain" true "$(whole_lines "${runs[@]}" | jq -s 'map(select(.unanswered? == 7).uncertain)[0]')"
	# Where none can have been answered, the zone is known.
	same "${runs[*]}: in the dead zone" $((held || ${#killed} ? 0 : 7)) "$(whole_lines "${runs[@]}" |
		jq -s '[.[].unanswered_zones[]? | select(.name == "example.org") | .unanswered] | add // 0')"
	whole_lines "from$number" "${runs[@]}" >"$SCRATCH/whole"
	reports_valid "$SCRATCH/whole"
}
held=20 killed=
switch
arrive --transaction-memory 2
held=0
switch --transaction-memory 2
arrive
held=20 killed=yes
switch
arrive --transaction-memory 2
if [ -n "${OTHER:-}" ]; then
	killed=
	switch --transaction-memory 2
	PROGRAM=$OTHER arrive --transaction-memory 2
	PROGRAM=$OTHER switch --transaction-memory 2
	arrive --transaction-memory 2
fi
net_in A "$RCODEWATCH" detach --pin "$bpf/rcodewatch" va >/dev/null 2>&1 || fail 'cannot detach'
