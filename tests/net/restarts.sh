#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# timeout: 180
#
# Restarts leave nothing behind: after many of them, under traffic, what was sent is counted, and the BPF maps, programs
# and links that the monitor has, what is kept for it, its descriptors, memory and files are what they were after the
# first. With a service manager's store by native XDP, and with pins by tc. Most are orderly, some a kill, and some change
# to another set of maps and back.
#
#   RESTARTS=N   how many of either (15)

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source-path=SCRIPTDIR source=reports.sh
. "$(dirname "$0")/reports.sh"
# shellcheck source-path=SCRIPTDIR source=service_lib.sh
. "$(dirname "$0")/service_lib.sh"
net_need bpftool setpriv

RESTARTS=${RESTARTS:-15}
KILL_EVERY=5 CHANGE_EVERY=7
# Started as the unit does, by a user of this test alone: that tells its programs from all others in the system.
user=$((100000 + $$))
state=$SCRATCH/state
mkdir "$state"
chown $user "$SCRATCH" "$state"
for kind in first other; do
	cat >"$SCRATCH/$kind" <<-END
		#!/bin/sh
		exec setpriv --reuid $user --regid $user --clear-groups --inh-caps +bpf,+net_admin,+perfmon \
			--ambient-caps +bpf,+net_admin,+perfmon -- "$RCODEWATCH" "\$@" $([ $kind = first ] || echo --port 53,5353)
	END
	chmod +x "$SCRATCH/$kind"
done

net_namespace A
net_namespace B
net_quiet_veth A B

# objects PROCESS...: how many BPF maps, programs and links the monitor has, in these processes or without one, and the bytes
# of the maps.
objects() {
	local process

	for process; do
		cat "/proc/$process"/fdinfo/* 2>/dev/null
	done >"$SCRATCH/fdinfo"
	bpftool -j prog show >"$SCRATCH/programs" 2>/dev/null
	bpftool -j link show >"$SCRATCH/links" 2>/dev/null
	jq -r --argjson user $user '.[] | select(.uid == $user) | .id as $id | $id, ((.map_ids // [])[] | "\($id) \(.)")' \
		"$SCRATCH/programs" >"$SCRATCH/ours"
	awk 'NF == 1 { programs++; next } { maps[$2] } END { print "programs", programs + 0; for (map in maps) print "map", map }' \
		"$SCRATCH/ours" >"$SCRATCH/found"
	awk '$1 == "map_id:" { print "map", $2 }' "$SCRATCH/fdinfo" >>"$SCRATCH/found"
	awk '$1 == "programs"; $1 == "map" && !($2 in seen) { seen[$2]; n++ } END { print "maps", n + 0 }' "$SCRATCH/found"
	jq -r --slurpfile programs "$SCRATCH/programs" --argjson user $user '
		($programs[0] | map(select(.uid == $user).id)) as $ours | "links \(map(select(.prog_id | IN($ours[]))) | length)"' \
		"$SCRATCH/links"
	awk '$1 == "memlock:" { size = $2 } $1 == "map_id:" && !($2 in seen) { seen[$2]; n += size }
		END { print "bytes", n + 0 }' "$SCRATCH/fdinfo"
}

# The main process's child.
attacher_of() {
	tr -d ' ' <"/proc/$1/task/$1/children"
}

descriptors() {
	find "/proc/$1/fd" -mindepth 1 2>/dev/null | wc -l
}

peak() { # in KiB
	awk '$1 == "VmHWM:" { print $2 }' "/proc/$1/status"
}

# look KEPT PROCESS: all that should not grow, into $SCRATCH/now. KEPT lists what is kept for it.
look() {
	local kept=$1 process=$2 attacher

	attacher=$(attacher_of "$process")
	{
		objects "$process" "$attacher" ${manager:+"$manager"}
		echo "kept $($kept | sed 's/[0-9]\+/N/g' | sort | uniq -c | tr -s ' \n' ' ')"
		echo "descriptors $(descriptors "$process") $(descriptors "$attacher")"
		# The one of alerts comes with the first evaluation.
		echo "files $(cd "$state" && echo * | sed "s/\balerts *//")"
	} >"$SCRATCH/now"
}

# same_as FILE KEPT PROCESS
same_as() {
	look "$2" "$3"
	diff "$1" "$SCRATCH/now" >"$SCRATCH/difference"
}

# flat N KIND KEPT PROCESS: after the Nth restart it is as it was after the first with this set of maps. Programs and what
# they hold go a moment after the last reference.
flat() {
	local like=$SCRATCH/$2.like

	if [ ! -e "$like" ]; then
		wait_for 10 settled "$3" "$4"
		mv "$SCRATCH/now" "$like"
	else
		wait_for 10 same_as "$like" "$3" "$4" || die "restart $1: then (<), now (>): $(cat "$SCRATCH/difference")"
	fi
	echo "$(peak "$4") $(peak "$(attacher_of "$4")") $(stat -c %s "$state/history" 2>/dev/null || echo 0)" >>"$SCRATCH/peaks"
}

# Twice the same with half a second between.
settled() {
	look "$1" "$2"
	mv "$SCRATCH/now" "$SCRATCH/before"
	sleep 0.5
	same_as "$SCRATCH/before" "$1" "$2"
}

# The median of a column over these lines: a peak is higher where a report came at once, or two sets of maps were added up.
median() { # column, first line, last line
	sed -n "$2,$3p" "$SCRATCH/peaks" | cut -d ' ' -f "$1" | sort -n | awk '{ n[NR] = $1 } END { print n[int((NR + 1) / 2)] }'
}

# peaks_flat POINTS: memory in the second half of all restarts against that in the first, with 2 MiB for what is loaded a moment later or
# sooner. The history may grow to what docs/run.md says, 0.8 MB for an interface and direction, and its file to 80 kB.
peaks_flat() {
	local half=$((RESTARTS / 2)) column was is

	for column in 1 2; do
		was=$(median $column 1 $half) is=$(median $column $((half + 1)) "$RESTARTS")
		echo "memory of the $([ $column = 1 ] && echo 'main process' || echo attacher): $was KiB, later $is"
		[ "$is" -le $((was + 2048 + (column == 1 ? 800 * $1 : 0))) ] || fail "memory grows: $(cut -d ' ' -f $column "$SCRATCH/peaks" | tr '\n' ' ')"
	done
	is=$(tail -n 1 "$SCRATCH/peaks" | cut -d ' ' -f 3)
	echo "history: $is bytes"
	[ "$is" -le $((80000 * $1)) ] || fail "the file of the history grows to $is bytes"
	rm "$SCRATCH/peaks"
}

# What the Nth restart is.
kind_of() {
	[ $(($1 / CHANGE_EVERY % 2)) -eq 0 ] && echo first || echo other
}

signal_of() { # N, the orderly one
	[ $(($1 % KILL_EVERY)) -eq 0 ] && echo KILL || echo "$2"
}

# Slowly, so that no ring is ever full. It has written what was sent once it has ended.
seed=0
traffic() {
	seed=$((seed + 1))
	net_start load A "$DNSLOAD" -i va -t 3600 -r 1000 -m healthy -s $seed -e "$SCRATCH/sent.$seed"
}
traffic_end() {
	net_stop load INT || fail "dnsload: $(cat "$SCRATCH/load.err")"
	sent=$(count_of "$SCRATCH/sent.$seed" packets)
	[ "$sent" -gt $((RESTARTS * 20)) ] || fail "only $sent packets were sent"
	same 'packets that were lost before the hook' 0 "$(net_lost)"
}

# counted FILE DIRECTION N: so many packets, in the last report's total. The last line may be half written.
counted() {
	[ "$(reports_total <(tail -n 20 "$1" | grep '^{.*}$') packets vb "$2")" -ge "$3" ]
}

gone() { # KEPT
	objects ${manager:+"$manager"} | grep -v ' 0$' >"$SCRATCH/left"
	[ ! -s "$SCRATCH/left" ]
}

one_instance() { # FILE
	same "$1: instances" 1 "$(grep '}$' "$1" | jq -r .instance | sort -u | wc -l)"
}

# ---- a service manager's store ---------------------------------------------------

stored() {
	awk '$1 == "stored" && $2 != "already" { n[$2]++ } $1 == "removed" { delete n[$2] }
		END { for (name in n) print name }' "$SCRATCH/one/log"
}

start_service() { # N
	service one start "$SCRATCH/$(kind_of "$1")"
	wait_for 30 service_told_times one READY=1 $(($1 + 1)) || die "start $1: $(tail -n 5 "$SCRATCH/one/err")"
}

service_open one B "$SCRATCH/first" run -o json -i 1 -d rx --mode native --state-dir "$state" vb
manager=${PID_manager_one:?}
start_service 0
traffic
began=$SECONDS
for ((n = 1; n <= RESTARTS; n++)); do
	service one signal "$(signal_of "$n" USR1)"
	service one wait
	start_service "$n"
	flat "$n" "$(kind_of "$n")" stored "$(service_pid one)"
done
echo "store: $RESTARTS restarts in $((SECONDS - began)) s; $(grep -v kept "$SCRATCH/first.like" | tr '\n' ' ')"
traffic_end
wait_for 10 counted "$SCRATCH/one/out" rx "$sent"
service one signal TERM
service one wait
wait_for 20 service_told one 'wait 0'
same 'store: packets in all' "$sent" "$(reports_total "$SCRATCH/one/out" packets vb rx)"
one_instance "$SCRATCH/one/out"
peaks_flat 1
service one drop
wait_for 10 gone
rm "$SCRATCH"/{first,other}.like
net_stop manager_one
manager=

# ---- pins ------------------------------------------------------------------------

bpf=$(mktemp -d)
mount -t bpf -o mode=0755 bpf "$bpf" || die 'cannot mount a BPF filesystem'
unmount() {
	umount "$bpf"
	rmdir "$bpf"
}
trap 'unmount; net_cleanup' EXIT
mkdir -m 700 "$bpf/kept"
chown $user "$bpf/kept"

pins() {
	ls "$bpf/kept"
}

start_pinned() { # N
	net_start pinned B "$SCRATCH/$(kind_of "$1")" run -o json -i 1 --mode tc --pin "$bpf/kept" --state-dir "$state" vb
	wait_for 30 grep -q watching "$SCRATCH/pinned.err" || die "start $1: $(cat "$SCRATCH/pinned.err")"
}

start_pinned 0
traffic
began=$SECONDS
for ((n = 1; n <= RESTARTS; n++)); do
	net_stop pinned "$(signal_of "$n" TERM)" 2>/dev/null
	cat "$SCRATCH/pinned.out" >>"$SCRATCH/pins.out"
	start_pinned "$n"
	flat "$n" "$(kind_of "$n")" pins "${PID_pinned:?}"
done
echo "pins: $RESTARTS restarts in $((SECONDS - began)) s; $(grep -v kept "$SCRATCH/first.like" | tr '\n' ' ')"
traffic_end
wait_for 10 counted "$SCRATCH/pinned.out" rx "$sent"
net_stop pinned || fail "the last run with pins: $(cat "$SCRATCH/pinned.err")"
cat "$SCRATCH/pinned.out" >>"$SCRATCH/pins.out"
same 'pins: packets in all' "$sent" "$(reports_total "$SCRATCH/pinned.out" packets vb rx)"
same 'pins: packets sent by vb' 0 "$(reports_total "$SCRATCH/pinned.out" packets vb tx)"
one_instance "$SCRATCH/pins.out"
peaks_flat 2
net_in B "$RCODEWATCH" detach --pin "$bpf/kept" 2>"$SCRATCH/detach.err" || fail "detach: $(cat "$SCRATCH/detach.err")"
[ ! -e "$bpf/kept" ] || fail "left: $(pins)"
wait_for 10 gone
