#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# timeout: 150
#
# What happens to a monitor that runs for months: it is stopped and continued, its interfaces go and
# come back, its reader leaves, it is killed. Figures stay true and nothing stays attached.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source-path=SCRIPTDIR source=reports.sh
. "$(dirname "$0")/reports.sh"
net_need bpftool

net_namespace A
net_namespace B
# Quiet links: what is counted is what dnsload sent.
net_no_ipv6 A B

pair() { # letter, index of LETTERb: veth pair LETTERa in A, LETTERb in B
	ip -n "$NS_B" link add "$1b" ${2:+index "$2"} type veth peer name "$1a" netns "$NS_A" ||
		die "cannot make a veth pair"
	ip -n "$NS_A" link set "$1a" up
	ip -n "$NS_B" link set "$1b" up
	wait_for 5 net_carrier "$NS_A" "$1a"
	wait_for 5 net_carrier "$NS_B" "$1b"
}
pair v
pair w

# load LETTER COUNT EXPECT: slowly enough that no ring is ever full. Another seed each time, as the
# same bytes of a TCP stream sent again would be a retransmission.
seed=0
load() {
	seed=$((seed + 1))
	net_in A "$DNSLOAD" -i "${1}a" -n "$2" -r 8000 -m healthy -s $seed -e "$SCRATCH/$3" ||
		die "dnsload failed"
}

# seen NAME INTERFACE N: the last report of the interface has so many packets in all.
seen() {
	[ "$(reports_total <(grep '}$' "$SCRATCH/$1.out") packets "$2" rx)" -ge "$3" ]
}

told() { # name, text: on standard error
	grep -q "$2" "$SCRATCH/$1.err"
}

attached_times() { # name, how often wb was attached to
	[ "$(grep -c 'watching wb' "$SCRATCH/$1.err")" -ge "$2" ]
}

programs() { # how many programs are at the interface's hooks
	net_in B "$RCODEWATCH" check -o json "$1" | jq '.programs | length'
}

program_ids() {
	net_in B "$RCODEWATCH" check -o json "$1" | jq '.programs[].id'
}

# The kernel frees links and programs after a grace period.
detached() { # id...
	local id

	for id in "$@"; do
		! bpftool prog show id "$id" >/dev/null 2>&1 || return 1
	done
	[ "$(programs vb)" -eq 0 ]
}

now_us() {
	echo "${EPOCHREALTIME/[.,]/}"
}

# ---- stopped and continued --------------------------------------------------------

monitor stop B vb wb -d rx -i 0.5
load v 1000 sent.v
load w 500 sent.w
wait_for 10 seen stop vb 1000
kill -STOP "${PID_stop:?}"
from=$(now_us)
load v 20000 sent.v.stopped
outage 2 # the reports of which must not be made up for, one by one
stopped=$(($(now_us) - from))
before=$(grep -c '"interface":"vb"' "$SCRATCH/stop.out")
kill -CONT "$PID_stop"
wait_for 10 seen stop vb 21000
wait_for 10 has_reports "$SCRATCH/stop.out" $((2 * before + 6))
monitor_stop stop
same "stopped: packets of vb" 21000 "$(reports_total "$SCRATCH/stop.out" packets vb)"
same "stopped: packets of wb" 500 "$(reports_total "$SCRATCH/stop.out" packets wb)"
reports_match "stopped: wb" <(jq -c 'select(.interface == "wb")' "$SCRATCH/stop.out") \
	"$SCRATCH/sent.w"
awk '{ n[$1] += $2 } END { for (key in n) print key, n[key] }' "$SCRATCH/sent.v" \
	"$SCRATCH/sent.v.stopped" >"$SCRATCH/sent"
reports_match "stopped: vb" <(jq -c 'select(.interface == "vb")' "$SCRATCH/stop.out") \
	"$SCRATCH/sent"
# All of the stop is in one interval, by its measured length and by the wall clock's.
jq -es --argjson us "$stopped" 'def seconds: sub("\\.[0-9]+Z$"; "Z") as $whole
		| ($whole | fromdate) + (capture("(?<f>\\.[0-9]+)Z$").f | "0\(.)" | tonumber);
	map(select(.interface == "vb")) | max_by(.interval_s)
	| .interval_s >= $us / 1e6 and .responses >= 20000 and
	  ((.end | seconds) - (.start | seconds) - .interval_s | fabs) < 0.001' \
	"$SCRATCH/stop.out" >/dev/null || fail "stopped: no report spans the $stopped us of it"
jq -es 'map(.interval_s) | min >= 0.05' <(grep -v '"seq":1,' "$SCRATCH/stop.out" | head -n -2) \
	>/dev/null || fail "stopped: reports were made up for"

# ---- an interface goes and comes back ------------------------------------------------

monitor gone B vb wb -d rx -i 0.2
load v 300 sent.v
load w 200 sent.w
wait_for 10 seen gone vb 300
wait_for 10 seen gone wb 200
ip -n "$NS_A" link del wa
wait_for 10 told gone '^rcodewatch: warning: wb has gone'
load v 300 sent.v
wait_for 10 seen gone vb 600
pair w
wait_for 10 attached_times gone 2
load w 250 sent.w
wait_for 10 seen gone wb 450
# And while nobody looks.
kill -STOP "${PID_gone:?}"
ip -n "$NS_A" link del wa
pair w
kill -CONT "$PID_gone"
wait_for 10 attached_times gone 3
load w 250 sent.w
wait_for 10 seen gone wb 700
monitor_stop gone
jq -es 'map(select(.hook == "none")) | length > 0 and all(.interface == "wb")' \
	"$SCRATCH/gone.out" >/dev/null || fail "gone: no report without a hook, or of another interface"
same "gone: packets of vb" 600 "$(reports_total "$SCRATCH/gone.out" packets vb)"
same "gone: packets of wb" 700 "$(reports_total "$SCRATCH/gone.out" packets wb)"

# ---- and comes back under the number that it had ---------------------------------------

# Nothing but the kernel's word on the deletion tells it from one that was there all the time.
index=$(net_in B cat /sys/class/net/wb/ifindex)
monitor same B vb wb -i 0.2
for ((round = 1; round <= 3; round++)); do
	# In the last round while nobody looks, and with more words on changes than there is room for.
	[ "$round" -lt 3 ] || kill -STOP "${PID_same:?}"
	ip -n "$NS_A" link del wa
	pair w "$index"
	if [ "$round" -eq 3 ]; then
		ip -n "$NS_B" -batch <(for ((i = 0; i < 2000; i++)); do
			echo "link set dev lo mtu $((65000 + i % 2))"
		done) || fail "same: no changes of lo"
		kill -CONT "$PID_same"
	fi
	wait_for 10 attached_times same $((round + 1))
	load w 100 sent.w
	wait_for 10 seen same wb $((100 * round))
done
same "same: its number" "$index" "$(net_in B cat /sys/class/net/wb/ifindex)"
monitor_stop same
same "same: packets of wb" 300 "$(reports_total "$SCRATCH/same.out" packets wb rx)"
told same 'has detached' && fail "same: $(grep 'has detached' "$SCRATCH/same.err")"
same "same: goings of wb" 3 "$(grep -c 'wb has gone' "$SCRATCH/same.err")"

# ---- two that start at once -------------------------------------------------------------

# Both have found XDP free: one of them gets it.
for ((round = 1; round <= 4; round++)); do
	net_start one B "$RCODEWATCH" run -o json -i 0.2 vb
	net_start other B "$RCODEWATCH" run -o json -i 0.2 vb
	wait_for 20 monitor_runs one
	wait_for 20 monitor_runs other
	load v 100 sent.v
	wait_for 10 seen one vb 100
	wait_for 10 seen other vb 100
	monitor_stop one
	monitor_stop other
	same "at once: by XDP" 1 "$(cat "$SCRATCH"/{one,other}.err | grep -c 'watching vb: rx by xdp_native')"
	# Its name is known to CAP_SYS_ADMIN alone, which is given up before attaching: not if the other one came between.
	same "at once: by tc" 1 \
		"$(cat "$SCRATCH"/{one,other}.err | grep -Ec "watching vb: rx by (tcx|clsact) \(XDP (was taken|is held) by program [0-9]+ ('?rcodewatch_rx'? )?")"
done
# Who asked for XDP gets no other.
monitor holder B vb -d rx
net_in B "$RCODEWATCH" run -m native -d rx --duration 1 vb >/dev/null 2>"$SCRATCH/second.err" &&
	fail "at once: native where XDP is held"
told second "^rcodewatch: cannot attach to vb: XDP is held by program [0-9]* 'rcodewatch_rx'" ||
	fail "at once: native: $(cat "$SCRATCH/second.err")"
monitor_stop holder

# ---- somebody else takes the programs off ---------------------------------------------

monitor robbed B vb wb -m native -i 0.2
load v 300 sent.v
wait_for 10 seen robbed vb 300
mapfile -t links < <(net_in B "$RCODEWATCH" check -o json vb | jq '.programs[].link_id // empty')
# Before 6.6 tc has no links.
for link in "${links[@]}"; do
	bpftool link detach id "$link" || fail "robbed: link $link cannot be detached"
done
wait_for 10 told robbed '^rcodewatch: warning: somebody has detached xdp_native from rx of vb'
load v 100 unseen
load w 200 sent.w
wait_for 10 seen robbed wb 200
monitor_stop robbed
same "robbed: each is told once" ${#links[@]} "$(grep -c 'has detached' "$SCRATCH/robbed.err")"
same "robbed: packets of vb" 300 "$(reports_total "$SCRATCH/robbed.out" packets vb rx)"
same "robbed: packets of wb" 200 "$(reports_total "$SCRATCH/robbed.out" packets wb rx)"
same "robbed: hook in the last report" none \
	"$(jq -rs 'map(select(.interface == "vb" and .direction == "rx")) | last.hook' "$SCRATCH/robbed.out")"

# ---- ended: by kill, by a signal, by its reader, by itself --------------------------

for mode in native tc generic; do
	monitor killed B vb -m $mode
	mapfile -t ids < <(program_ids vb)
	same "$mode: attached" 2 "${#ids[@]}"
	kill -KILL "${PID_killed:?}"
	net_wait killed 2>/dev/null # bash says "Killed"
	same "$mode: killed" 137 $?
	wait_for 10 detached "${ids[@]}"
done

for signal in INT TERM HUP; do
	monitor last B vb -d rx -i 3600
	load v 400 sent.v
	mapfile -t ids < <(program_ids vb)
	net_stop last $signal
	same "SIG$signal: exit status" 0 $?
	reports_valid "$SCRATCH/last.out"
	same "SIG$signal: one last report" 1 "$(wc -l <"$SCRATCH/last.out")"
	reports_match "SIG$signal" "$SCRATCH/last.out" "$SCRATCH/sent.v"
	wait_for 10 detached "${ids[@]}"
done

for output in text json; do
	net_in B timeout 20 "$RCODEWATCH" run vb -i 0.1 -o $output 2>"$SCRATCH/err" | head -n 1 >/dev/null
	same "head -n 1 of $output: exit status" 0 "${PIPESTATUS[0]}"
	same "head -n 1 of $output: told" "1 rcodewatch: watching vb" \
		"$(wc -l <"$SCRATCH/err") $(sed 's/:[^:]*$//;s/: [a-z]* by.*//;q' "$SCRATCH/err")"
done
net_in B timeout 20 "$RCODEWATCH" run vb -v -i 0.1 -o json -n 1 >"$SCRATCH/out" 2>"$SCRATCH/err"
grep -q '^rcodewatch: lists are made from tables of' "$SCRATCH/err" ||
	fail "-v: does not tell what lists there are"

net_in B timeout 20 "$RCODEWATCH" run vb wb -q -i 0.1 -o json -n 3 >"$SCRATCH/out" 2>"$SCRATCH/err"
same "--count: exit status" 0 $?
same "--count: of each interface and direction" "3 3 3 3" \
	"$(jq -rs 'map(select(.type == "report")) | group_by([.interface, .direction]) | map(length) | join(" ")' "$SCRATCH/out")"
same "--quiet: nothing is told" "" "$(cat "$SCRATCH/err")"
reports_valid "$SCRATCH/out"

from=$(now_us)
net_in B timeout 20 "$RCODEWATCH" run vb -d rx -q -o json -t 1.5 >"$SCRATCH/out"
same "--duration: exit status" 0 $?
took=$(($(now_us) - from))
[ $took -ge 1500000 ] || fail "--duration 1.5: ended after $took us"
reports_valid "$SCRATCH/out"
jq -es 'map(select(.type == "report").interval_s) | add | . >= 1.5 and . < 10' "$SCRATCH/out" >/dev/null ||
	fail "--duration: $(jq -c .interval_s "$SCRATCH/out")"

stdout_lost='rcodewatch: warning: sink stdout: N messages were lost'
told_of_stdout() {
	sed 's/[0-9]* of [0-9]* messages/N messages/' "$SCRATCH/err"
}

# A reader that does not read: a full pipe must not keep it from ending.
mkfifo "$SCRATCH/pipe"
exec 9<>"$SCRATCH/pipe"
pipe_full() { # as full as reports make it, which do not use all of a page
	python3 -c 'import array, fcntl, sys, termios
held = array.array("i", [0])
fcntl.ioctl(9, termios.FIONREAD, held)
sys.exit(held[0] < 36000)'
}
ip netns exec "$NS_B" "$RCODEWATCH" run vb wb -q -i 0.1 -o json >"$SCRATCH/pipe" 2>"$SCRATCH/err" 9>&- &
unread=$!
net_processes+=("$unread")
wait_for 30 pipe_full
sleep 0.5
from=$(now_us)
kill -TERM "$unread"
wait "$unread"
same "no reader: exit status" 1 $?
took=$(($(now_us) - from))
[ $took -lt 10000000 ] || fail "no reader: ended after $took us"
same "no reader: told" \
	"rcodewatch: cannot write the last report: whatever reads standard output does not
$stdout_lost" "$(told_of_stdout)"
exec 9>&-

if [ -e /dev/full ]; then
	net_in B timeout 20 "$RCODEWATCH" run vb -q -i 0.1 -o json >/dev/full 2>"$SCRATCH/err"
	same "a full disk: exit status" 1 $?
	same "a full disk: told" "rcodewatch: cannot write the report: No space left on device
$stdout_lost" "$(told_of_stdout)"
fi
# And none of the files that it opens takes the place of standard output.
net_in B timeout 20 "$RCODEWATCH" run vb -q -i 0.1 -o json >&- 2>"$SCRATCH/err"
same "a closed output: exit status" 1 $?
same "a closed output: told" "rcodewatch: cannot write the report: Bad file descriptor
$stdout_lost" "$(told_of_stdout)"
same "nothing is left" 0 "$(programs vb)"
