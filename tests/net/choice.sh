#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# timeout: 120
#
# Interfaces by patterns, each with its own direction: they come, go and are renamed while packets arrive, and
# all packets are counted under the name of the time. What cannot be watched is left out with the reason.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source-path=SCRIPTDIR source=reports.sh
. "$(dirname "$0")/reports.sh"

net_namespace A
net_namespace B
net_no_ipv6 A B

pair() { # name in B: a veth pair, whose other end in A is called the same
	ip -n "$NS_B" link add "$1" type veth peer name "$1" netns "$NS_A" || die "cannot make a veth pair"
	ip -n "$NS_A" link set "$1" up
	ip -n "$NS_B" link set "$1" up
	wait_for 5 net_carrier "$NS_A" "$1"
	wait_for 5 net_carrier "$NS_B" "$1"
}

# load NAME COUNT EXPECT
seed=0
load() {
	seed=$((seed + 1))
	net_in A "$DNSLOAD" -i "$1" -n "$2" -r 8000 -m healthy -s $seed -e "$SCRATCH/$3" || die "dnsload failed"
}

told() { # text: on standard error
	grep -qF -- "$1" "$SCRATCH/run.err"
}

wants() { # text
	wait_for 10 told "$1" || fail "not told: $1: $(cat "$SCRATCH/run.err")"
}

refused() { # text, word...: wrong usage
	local text=$1 out status

	shift
	out=$(net_in B "$RCODEWATCH" run "$@" 2>&1 </dev/null)
	status=$?
	same "$*: exit status" 2 $status
	[[ $out == *"$text"* ]] || fail "$*: $out"
}

refused "'eth0:up': must be one of rx, tx, both" eth0:up
refused "needs the name of an interface" :rx
refused "lo:rx" lo
refused "named twice" lo:rx lo:tx

# ---- none is there yet; they come, under load ---------------------------------------

net_start run B "$RCODEWATCH" run -o json -i 0.5 'eth*:rx' lo:rx --sink "json:$SCRATCH/sink"
wants "watching lo: rx by"
pair eth7
wants "watching eth7: rx by"
load eth7 2000 sent.7
pair eth8
wants "watching eth8: rx by"
load eth8 1000 sent.8

# ---- renamed under load: nothing is lost, and it is said -----------------------------

net_start load A "$DNSLOAD" -i eth7 -n 8000 -r 4000 -m healthy -s 99 -e "$SCRATCH/sent.renamed"
sleep 0.5
ip -n "$NS_B" link set eth7 name wan0 || die "eth7 cannot be renamed"
wants "eth7 is called wan0 now"
net_wait load || fail "dnsload: $(cat "$SCRATCH/load.err")"

# Its old name is another's now: reports under that name are of the first one.
ip -n "$NS_A" link set eth7 name wan0
pair eth7
wants "eth7 is not watched: earlier reports under that name are another interface's"
ip -n "$NS_B" link set eth7 name other
# A name that reports have had once is not used again, be it by the same interface.
ip -n "$NS_B" link set wan0 name port7
wants "wan0 is called port7 now, in reports too"
ip -n "$NS_B" link set port7 name wan0
wants "port7 is called wan0 now; reports go on calling it port7"
net_in A "$DNSLOAD" -i wan0 -n 500 -r 8000 -m healthy -s 77 -e "$SCRATCH/sent.new" || die "dnsload failed"

# ---- gone and back, by the name that it was found by --------------------------------

ip -n "$NS_B" link del eth8
wants "eth8 has gone"
pair eth8
again() { # name
	[ "$(grep -c "watching $1: rx" "$SCRATCH/run.err")" -eq 2 ]
}
wait_for 10 again eth8 || fail "eth8 is not watched again"
load eth8 700 sent.back

# ---- what is left out ----------------------------------------------------------------

# A bridge, called as the pattern has it once it has a port: its packets are that port's.
ip -n "$NS_B" link add bridge0 type bridge || die "cannot make a bridge"
ip -n "$NS_B" link set eth8 master bridge0
ip -n "$NS_B" link set bridge0 name ethbridge
wants "ethbridge is left out, its packets would count twice beside eth8"
pair eth9
wants "watching eth9: rx by"
pair eth10
wants "watching eth10: rx by"
pair eth11
wants "eth11 has come and is not watched: all 5 places are taken"

sleep 1
monitor_stop run
cat "$SCRATCH"/sent.{7,8,renamed,new,back} | awk '{ n[$1] += $2 } END { for (k in n) print k, n[k] }' | sort >"$SCRATCH/sent"
reports_match "all" "$SCRATCH/run.out" "$SCRATCH/sent"
under() { # name: packets reported
	jq -s --arg name "$1" '[.[] | select(.type == "report" and .interface == $name).accounting.packets // 0] | add // 0' "$SCRATCH/run.out"
}
events() { # name
	jq -r --arg name "$1" 'select(.type == "event" and .interface == $name) | "\(.event) \(.reason // "")"' "$SCRATCH/sink"
}
same "events of wan0" "attached renamed from eth7
detached renamed to port7" "$(events wan0)"
same "events of port7" "attached renamed from wan0
detached end of the run" "$(events port7)"
same "events of eth7" "attached 
detached renamed to wan0" "$(events eth7)"
[ "$(under wan0)" -gt 0 ] || fail "nothing is reported under the new name"
same "eth9, quiet" 0 "$(under eth9)"
same "tx of a pattern for rx" "" "$(jq -r 'select(.direction == "tx").interface' "$SCRATCH/run.out" | sort -u)"
# The first report of one that came late is of its own interval, not of all time since the start.
longest=$(jq -s '[.[] | select(.type == "report").interval_s] | max' "$SCRATCH/run.out")
awk -v s="$longest" 'BEGIN { exit !(s < 20) }' || fail "an interval of $longest s"

# ---- over a restart --------------------------------------------------------------------

# One that came later, and one that was renamed, are found again by the next run, with their counts.
bpf=$(mktemp -d)
mount -t bpf bpf "$bpf" || die 'cannot mount a BPF filesystem'
trap 'umount "$bpf"; rmdir "$bpf"; net_cleanup' EXIT

pinned() { # the names that it watches
	net_start pinned B "$RCODEWATCH" run -o json -i 0.2 --mode tc -q --pin "$bpf/rcodewatch" 'p*:rx'
}
under_total() { # name
	reports_total <(grep '}$' "$SCRATCH/pinned.out") packets "$1" rx
}
has_total() { # name, packets
	[ "$(under_total "$1")" = "$2" ]
}
reported() { # name
	grep -q "\"interface\":\"$1\"" "$SCRATCH/pinned.out"
}
pair p1
pinned
wait_for 20 reported p1
pair p2
wait_for 20 reported p2
load p2 300 sent.p2
load p1 200 sent.p1
wait_for 10 has_total p2 "$(count_of "$SCRATCH/sent.p2" packets)"
ip -n "$NS_B" link set p1 name p3
wait_for 10 has_total p3 "$(count_of "$SCRATCH/sent.p1" packets)"
net_stop pinned KILL 2>/dev/null
load p2 400 sent.gap
pinned
total=$(cat "$SCRATCH/sent.p2" "$SCRATCH/sent.gap" | awk '$1 == "packets" { n += $2 } END { print n }')
wait_for 20 has_total p2 "$total" || fail "p2 has $(under_total p2), not $total"
same "p3 over the restart" "$(count_of "$SCRATCH/sent.p1" packets)" "$(under_total p3)"
net_stop pinned || fail "the second run: $(cat "$SCRATCH/pinned.err")"
net_in B "$RCODEWATCH" detach --pin "$bpf/rcodewatch" 2>"$SCRATCH/detach.err" || fail "detach: $(cat "$SCRATCH/detach.err")"
