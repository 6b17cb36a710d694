#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# timeout: 120
#
# Sinks under stress: a file that is rotated under load, receivers that are killed, come back and stop
# reading. Counting goes on exactly, memory stays where it was, and what does not arrive is counted.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source-path=SCRIPTDIR source=reports.sh
. "$(dirname "$0")/reports.sh"
net_need ss sort comm

net_namespace A
net_namespace B
# A quiet link: what is counted is what dnsload sent.
net_quiet_veth A B

# load COUNT EXPECT MIX RATE SEED: in the background
load() {
	net_start load A "$DNSLOAD" -i va -n "$1" -r "$4" -m "$3" -s "$5" -e "$SCRATCH/$2"
}

told() { # name, text: on standard error
	grep -q "$2" "$SCRATCH/$1.err"
}

told_times() { # times, name, text
	[ "$(grep -c "$3" "$SCRATCH/$2.err")" -ge "$1" ]
}

# watch NAME ARGUMENT...: run on vb in B until stopped
watch() {
	local name=$1

	shift
	net_start "$name" B "$RCODEWATCH" run -o none -d rx "$@" vb
	wait_for 20 monitor_runs "$name"
}

# The process itself: what net_start has is `ip netns exec`, which becomes it.
memory_kib() { # name
	local pid=PID_$1

	awk '$1 == "VmRSS:" { print $2 }' "/proc/${!pid}/status"
}

# A file rotated all the time: by its name alone, and with a signal.
rotated() {
	local i pid

	watch rotated -i 0.1 --label site=here --sink "json:$SCRATCH/log,interval=0.1"
	pid=${PID_rotated:?}
	load 16000 rotated.expect healthy 8000 1
	for ((i = 0; i < 30; i++)); do
		wait_for 5 test -s "$SCRATCH/log" || break
		mv "$SCRATCH/log" "$SCRATCH/log.$i"
		[ $((i % 3)) -ne 0 ] || kill -HUP "$pid"
		sleep 0.05
	done
	net_wait load || fail "dnsload failed"
	net_stop rotated || fail "rotated: exit status $?: $(cat "$SCRATCH/rotated.err")"
	for ((i = 0; i < 30; i++)); do
		cat "$SCRATCH/log.$i"
	done >"$SCRATCH/rotated.lines"
	[ ! -e "$SCRATCH/log" ] || cat "$SCRATCH/log" >>"$SCRATCH/rotated.lines"
	reports_valid "$SCRATCH/rotated.lines"
	grep '"type":"report"' "$SCRATCH/rotated.lines" >"$SCRATCH/rotated.reports"
	reports_match "rotated under load" "$SCRATCH/rotated.reports" "$SCRATCH/rotated.expect"
	same "labels" 0 "$(grep -vc '"labels":{"site":"here"}' "$SCRATCH/rotated.lines")"
	same "events" "attached detached" \
		"$(jq -r 'select(.type == "event").event' "$SCRATCH/rotated.lines" | xargs)"
}

# Truncated in its place: it goes on at the new end, with a whole line.
truncated() {
	watch truncated -i 0.1 --sink "json:$SCRATCH/cut,interval=0.1"
	wait_for 5 test -s "$SCRATCH/cut"
	: >"$SCRATCH/cut"
	wait_for 5 test -s "$SCRATCH/cut"
	net_stop truncated || fail "truncated: exit status $?"
	same "first byte after truncation" "{" "$(head -c 1 "$SCRATCH/cut")"
	jq -e .type "$SCRATCH/cut" >/dev/null || fail "a line is halved by truncation"
}

receive() { # name, address, file
	net_start "$1" B "$python" "$ROOT/tests/net/receiver.py" "$2" "$SCRATCH/$3"
	wait_for 10 grep -q ready "$SCRATCH/$1.out"
}

no_bytes_under_way() {
	[ "$(net_in B ss -tnH state established '( dport = :7001 or sport = :7001 )' |
		awk '{ n += $1 + $2 } END { print n + 0 }')" -eq 0 ]
}

# Threads of the process that have no capability at all.
powerless() { # name
	local pid=PID_$1

	cat /proc/"${!pid}"/task/*/status | grep -c '^CapEff:.*\<0*$'
}

# A receiver that loses every third line and gets every fifth twice still has the totals right, and
# knows what it lost.
lossy() { # file, expect
	local code

	awk '{ last = $0 } NR % 3 || NR == 1 { print; kept = $0 } NR % 5 == 0 { print }
		END { if (kept != last) print last }' "$1" >"$SCRATCH/lossy"
	jq -rs '[.[] | {key: [.instance, .interface, .direction, .seq], line: .}] | unique_by(.key)
		| map(.line) | "\(last.total.responses - first.total.responses + first.responses) " +
			"\((last.seq - first.seq + 1) - length)"' "$SCRATCH/lossy" >"$SCRATCH/lossy.sums"
	same "what a lossy receiver makes of it" \
		"$(count_of "$2" responses) $(($(wc -l <"$1") - $(sort -u "$SCRATCH/lossy" | wc -l)))" "$(cat "$SCRATCH/lossy.sums")"
	grep -q ' 0$' "$SCRATCH/lossy.sums" && fail "the lossy receiver lost nothing"
	for code in 0 2 3 5; do
		same "RCODE $code for a lossy receiver" "$(count_of "$2" "rcode.$code")" \
			"$(jq -s "max_by(.seq).rcodes[] | select(.code == $code).total" "$SCRATCH/lossy")"
	done
}

# Lines that the receiver has not got of those that there were, and any that there were not.
lines_of() {
	sort -u "$SCRATCH/$1"
}

# balance GOT REPORTED NAME SINK: what is missing in one is what NAME says that SINK, alone, lost
balance() {
	local lost missing

	lost=$(sed -n "s|.*json:$4: \([0-9]*\) of [0-9]* messages were lost\$|\1|p" "$SCRATCH/$3.err")
	missing=$(comm -23 <(lines_of "$2") <(lines_of "$1") | wc -l)
	same "$3: counted as lost" "$missing" "$lost"
	[ "${lost:-0}" -gt 100 ] || fail "$3: hardly anything was lost: $lost"
	same "$3: lines that were never written" 0 "$(comm -13 <(lines_of "$2") <(lines_of "$1") | wc -l)"
	same "$3: sinks that lost lines" 1 "$(grep -c 'messages were lost$' "$SCRATCH/$3.err")"
	[ "$OUTAGE_SECONDS" -eq 0 ] ||
		echo "$3: $(wc -l <"$SCRATCH/$2") lines reported, $(lines_of "$1" | wc -l) delivered, $lost lost"
}

flat() { # what, KiB before, KiB after; a sanitizer keeps what was freed
	[ "$OUTAGE_SECONDS" -eq 0 ] || echo "$1: $2 KiB, $3 KiB after $OUTAGE_SECONDS s"
	[ $(($3 - $2)) -lt 6144 ] || grep -Eq '__[at]san_init' "$RCODEWATCH" || fail "$1: from $2 to $3 KiB"
}

receivers() {
	local before after labels=() value pid i

	# Long lines, many rows: the queue of 1 MiB is full after a second or two.
	value=$(printf '%0240d' 0)
	for i in a b c d e f g h; do
		labels+=(--label "$i=$value")
	done
	receive tcp 7001 tcp.lines
	receive unix "$SCRATCH/socket" unix.lines
	watch sinks -i 0.2 "${labels[@]}" --sink "json:$SCRATCH/all.reports,interval=0.2" \
		--sink "json:$SCRATCH/all.rows,shape=rows,interval=0.2,queue=64" \
		--sink "json:unix:$SCRATCH/socket,shape=rows,interval=0.2,queue=64" \
		--sink "json:tcp:127.0.0.1:7001,shape=rows,interval=0.2,queue=1,timeout=1"
	pid=${PID_sinks:?}
	load "$(while_away 600000 10000)" sinks.expect codes 5000 2 # two outages; ended when they are over
	wait_for 10 test -s "$SCRATCH/tcp.lines"
	# From Linux 5.19 on reading the maps takes none either: of the main thread and the one that reads them.
	i=5
	! printf '5.19\n%s\n' "$(uname -r)" | sort -V -C || i=7
	same "threads without privileges" $i "$(powerless sinks)"

	# Killed when it had read all that had been sent, so that none of it dies with it.
	kill -STOP "$pid"
	wait_for 10 no_bytes_under_way
	sleep 0.1
	net_stop tcp KILL 2>/dev/null # bash would tell of it
	kill -CONT "$pid"
	wait_for 15 told sinks 'json:tcp.* messages are being lost'
	before=$(memory_kib sinks)
	outage 0
	receive tcp 7001 tcp.lines
	wait_for 45 told sinks 'json:tcp.* works again'
	wait_for 15 told sinks 'json:tcp.* no message is being lost any more'

	# Alive, but it reads no more.
	kill -STOP "${PID_tcp:?}"
	wait_for 15 told_times 2 sinks 'json:tcp.* messages are being lost'
	wait_for 15 told_times 2 sinks 'json:tcp.*: trying again' # its time-out is 1 s
	i=$(wc -l <"$SCRATCH/all.rows")
	wait_for 15 more_lines "$SCRATCH/all.rows" "$i" 3000
	outage 0
	after=$(memory_kib sinks)
	kill -CONT "$PID_tcp"

	net_stop load || fail "dnsload failed"
	net_stop sinks || fail "sinks: exit status $?: $(cat "$SCRATCH/sinks.err")"
	net_stop tcp
	net_stop unix
	flat "memory with receivers that fail" "$before" "$after"

	reports_valid "$SCRATCH/all.reports"
	reports_valid "$SCRATCH/all.rows"
	grep '"type":"report"' "$SCRATCH/all.reports" >"$SCRATCH/sinks.reports"
	reports_match "with receivers that fail" "$SCRATCH/sinks.reports" "$SCRATCH/sinks.expect" \
		'^(responses|packets|family|transport|accounting|answers|rcode\.[0235])\b'
	lossy "$SCRATCH/sinks.reports" "$SCRATCH/sinks.expect"
	same "a receiver beside a dead one" "$(lines_of all.rows | cksum)" "$(lines_of unix.lines | cksum)"

	balance tcp.lines all.rows sinks 'tcp.*'
	for i in sink_lost sink_back loss_began loss_ended; do
		grep -q "\"event\":\"$i\"" "$SCRATCH/all.reports" || fail "no event tells of $i"
	done
}

more_lines() { # file, from, by
	[ "$(wc -l <"$1")" -ge $(($2 + $3)) ]
}

# A disk that is full and gets room again, of the process alone: it has a mount namespace by `ip netns`.
full_disk() {
	local disk=$SCRATCH/disk before after lines i pid

	mkdir "$disk"
	# shellcheck disable=SC2016 # the inner shell's
	net_start full B sh -c 'mount -t tmpfs -o size=256k none "$0" && exec "$@"' "$disk" \
		"$RCODEWATCH" run -o none -d rx -i 0.2 --label "long=$(printf '%0240d' 0)" \
		--label "longer=$(printf '%0240d' 0)" --sink "json:$SCRATCH/room.reports,interval=0.2" \
		--sink "json:$SCRATCH/room.rows,shape=rows,interval=0.2,queue=64" \
		--sink "json:$disk/lines,shape=rows,interval=0.2,queue=1" vb
	wait_for 20 monitor_runs full
	pid=${PID_full:?}
	lines=/proc/$pid/root$disk/lines
	load "$(while_away 500000 5000)" full.expect codes 5000 4 # ended when there is room
	wait_for 10 told full 'sink json:.*/disk/lines: .*No space left on device: trying again'
	for ((i = 0; i < 5; i++)); do
		same "end of the last line on a full disk" "}" "$(tail -n 1 "$lines" | tail -c 2)"
		sleep 0.1
	done
	wait_for 15 told full 'disk/lines: messages are being lost'
	before=$(memory_kib full)
	i=$(wc -l <"$SCRATCH/room.rows")
	wait_for 15 more_lines "$SCRATCH/room.rows" "$i" 1500
	outage 0
	after=$(memory_kib full)
	nsenter -t "$pid" -m -r mount -o remount,size=512m "$disk" || fail "no room could be made"
	wait_for 45 told full 'disk/lines: works again'
	wait_for 15 told full 'disk/lines: no message is being lost any more'
	exec 8<"$lines" # its file system goes with the process
	net_stop load || fail "dnsload failed"
	net_stop full || fail "full: exit status $?: $(cat "$SCRATCH/full.err")"
	cat <&8 >"$SCRATCH/full.lines"
	exec 8<&-
	flat "memory on a full disk" "$before" "$after"
	balance full.lines room.rows full '.*/disk/lines'
	same "lines that came twice" 0 "$(sort "$SCRATCH/full.lines" | uniq -d | wc -l)"
	reports_valid "$SCRATCH/room.rows"
	grep '"type":"report"' "$SCRATCH/room.reports" >"$SCRATCH/full.reports"
	reports_match "with a full disk" "$SCRATCH/full.reports" "$SCRATCH/full.expect" \
		'^(responses|packets|family|transport|accounting|answers|rcode\.[0235])\b'
}

# Standard output whose reader does not read holds up itself only, and loses nothing.
stalled_output() {
	local value

	value=$(printf '%0250d' 0)
	mkfifo "$SCRATCH/fifo"
	exec 7<>"$SCRATCH/fifo" # a reader that is there
	# shellcheck disable=SC2016 # the inner shell's
	net_start stalled B sh -c 'exec "$0" "$@" >'"$SCRATCH/fifo 7<&-" "$RCODEWATCH" run -o json -i 0.1 \
		-d rx --label "a=$value" --label "b=$value" --label "c=$value" --label "d=$value" \
		--sink "json:$SCRATCH/beside,interval=0.1" vb
	wait_for 20 monitor_runs stalled
	load 20000 stalled.expect healthy 4000 3
	# A pipe takes 64 KiB: less than 30 lines.
	wait_for 20 has_reports "$SCRATCH/beside" 60
	net_wait load || fail "dnsload failed"
	cat <&7 >"$SCRATCH/stalled.lines" &
	net_processes+=("$!")
	wait_for 10 has_reports "$SCRATCH/stalled.lines" 20
	net_stop stalled || fail "stalled: exit status $?: $(cat "$SCRATCH/stalled.err")"
	exec 7<&-
	reports_valid "$SCRATCH/beside"
	grep '"type":"report"' "$SCRATCH/beside" >"$SCRATCH/beside.reports"
	reports_match "beside stalled output" "$SCRATCH/beside.reports" "$SCRATCH/stalled.expect"
	wait_for 5 same_totals
	reports_valid "$SCRATCH/stalled.lines"
	reports_match "stalled output" "$SCRATCH/stalled.lines" "$SCRATCH/stalled.expect"
	# It had a queue, and lost nothing.
	same "reports of stalled output" "$(wc -l <"$SCRATCH/beside.reports")" "$(wc -l <"$SCRATCH/stalled.lines")"
}

same_totals() {
	[ "$(reports_total "$SCRATCH/stalled.lines" packets)" = "$(reports_total "$SCRATCH/beside.reports" packets)" ]
}

# What can never work holds up neither the start nor the end.
hopeless() {
	local started=$SECONDS

	watch hopeless -i 0.1 -n 5 --sink "json:tcp:no-such-host.invalid:1,interval=0.1" \
		--sink "json:unix:$SCRATCH/nobody,interval=0.1" --sink "json:$SCRATCH/witness,interval=0.1"
	net_wait hopeless || fail "hopeless: exit status $?: $(cat "$SCRATCH/hopeless.err")"
	[ $((SECONDS - started)) -le 12 ] || fail "it took $((SECONDS - started)) s to end"
	told hopeless 'sink json:unix:.*/nobody: cannot connect: No such file' ||
		fail "not told: $(cat "$SCRATCH/hopeless.err")"
	told hopeless 'sink json:tcp:no-such-host.invalid:1: .* of .* messages were lost' ||
		fail "loss is not told: $(cat "$SCRATCH/hopeless.err")"
	reports_valid "$SCRATCH/witness"
	same "reports beside hopeless sinks" 5 "$(grep -c '"type":"report"' "$SCRATCH/witness")"
}

rotated
truncated
receivers
full_disk
stalled_output
hopeless
