#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# timeout: 120
#
# Nothing is lost over restarts: under a service manager with a store and with pins in a BPF filesystem, by native
# XDP and by tc, under traffic. What is counted in the end is what was sent; reports follow one another.
#
#   KEEP_ALL=1   kill it at each step of handing over, and not only at some
#   OTHER=FILE   another build, whose maps look different (tests/tools/other_layout.sh): to switch to and back

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source-path=SCRIPTDIR source=reports.sh
. "$(dirname "$0")/reports.sh"
# shellcheck source-path=SCRIPTDIR source=service_lib.sh
. "$(dirname "$0")/service_lib.sh"

net_namespace A
net_namespace B
net_quiet_veth A B

carrier() {
	net_in B cat /sys/class/net/vb/carrier_changes
}

# up NAME N: it runs for the Nth time.
up() {
	wait_for 30 service_told_times "$1" READY=1 "$2"
}

# counted NAME N: so many packets, in the last report's total.
counted() {
	[ "$(reports_total <(grep '}$' "$SCRATCH/$1/out") packets vb rx)" -ge "$2" ]
}

# traffic NAME: begin to send slowly, until traffic_end, which has what was sent in $SCRATCH/NAME.sent.
seed=0
traffic() {
	seed=$((seed + 1))
	net_start load A "$DNSLOAD" -i va -t 90 -r 4000 -m healthy -s $seed -e "$SCRATCH/$1.sent" 2>/dev/null
}
traffic_end() {
	net_stop load INT
}

# whole NAME: all that was sent is counted, once, and reports follow one another.
whole() {
	local name=$1 sent

	sent=$(count_of "$SCRATCH/$name.sent" packets)
	[ "$sent" -gt 1000 ] || fail "$name: only $sent packets were sent"
	wait_for 10 counted "$name" "$sent"
	service "$name" signal TERM
	service "$name" wait
	wait_for 20 service_told_times "$name" 'wait 0' 1
	same "$name: packets in all" "$sent" "$(reports_total "$SCRATCH/$name/out" packets vb rx)"
}

no_programs() {
	[ "$(net_in B "$RCODEWATCH" check -o json vb | jq '.programs | length')" -eq 0 ]
}

# ---- a service manager's store ---------------------------------------------------

# The same program with other options, so that other maps are needed.
cat >"$SCRATCH/other" <<END
#!/bin/sh
exec "$O/tests/tools/run_killed" "\$@" --port 53,5353
END
chmod +x "$SCRATCH/other"

# again NAME N [PROGRAM]: start it for the Nth time.
again() {
	service "$1" start "${3:-}"
	up "$1" "$2"
}

KILL_AT=$SCRATCH/step service_open one B "$RCODEWATCH" run -o json -i 0.2 -d rx --mode native vb
again one 1
before=$(carrier)
traffic one
for n in 2 3; do
	sleep 0.3
	service one signal USR1
	service one wait
	again one "$n"
done
# What came to an end by itself is whole in the reports, too.
wait_for 10 counted one 2000
service one signal USR1
service one wait
wait_for 20 service_told_times one 'wait 0' 3
cp "$SCRATCH/one/out" "$SCRATCH/restarts"
reports_valid "$SCRATCH/restarts"

again one 4
for n in 5 6 7; do
	service one signal KILL
	service one wait
	again one "$n"
done

# Another set of maps, and back, and killed at each step of either.
kinds=("$O/tests/tools/run_killed" "$SCRATCH/other")
kind=0
steps=(map link fold folded)
[ -z "${KEEP_ALL:-}" ] || steps=(paths map 'map 9' kept link attached fold folded removed record recorded)
for step in "${steps[@]}"; do
	kind=$((1 - kind))
	kills=$(grep -c '^wait -9' "$SCRATCH/one/log")
	service one signal KILL
	service one wait
	echo "$step" >"$SCRATCH/step"
	service one start "${kinds[kind]}"
	service one wait
	wait_for 20 service_told_times one 'wait -9' $((kills + 2)) || break
	ready=$(grep -c '^READY=1' "$SCRATCH/one/log")
	service one start "${kinds[kind]}"
	up one $((ready + 1))
done
# Another build, whose maps look different, and back.
for program in ${OTHER:+"$OTHER" "$RCODEWATCH"}; do
	ready=$(grep -c '^READY=1' "$SCRATCH/one/log")
	service one signal KILL
	service one wait
	service one start "$program"
	up one $((ready + 1))
done
traffic_end
whole one
same 'carrier changes' "$before" "$(carrier)"
same 'instances' 1 "$(jq -r .instance <(grep '}$' "$SCRATCH/one/out") | sort -u | wc -l)"
[ "$(grep -c 'lists and TCP streams begin anew' "$SCRATCH/one/err")" -ge "${#steps[@]}" ] ||
	fail "not said of each set of maps that they begin anew: $(cat "$SCRATCH/one/err")"

service one drop
wait_for 10 no_programs

# ---- pins ------------------------------------------------------------------------

# A namespace's /sys is its own, and has no BPF filesystem.
bpf=$(mktemp -d)
mount -t bpf bpf "$bpf" || die 'cannot mount a BPF filesystem'
unmount() {
	umount "$bpf"
	rmdir "$bpf"
}
trap 'unmount; net_cleanup' EXIT

# pinned ARGUMENT...: a run in both directions by tc.
pinned() {
	net_start pinned B "$RCODEWATCH" run -o json -i 0.2 --mode tc --pin "$bpf/rcodewatch" "$@" vb
	wait_for 30 grep -q watching "$SCRATCH/pinned.err"
}

pins_counted() {
	[ "$(reports_total <(grep '}$' "$SCRATCH/pinned.out") packets vb rx)" -ge "$1" ]
}

pinned
traffic pins
sleep 0.3
net_stop pinned || fail 'the first run with pins'
sleep 0.3 # nobody runs
pinned
net_in B "$RCODEWATCH" run -o json -n 1 --pin "$bpf/rcodewatch" vb >"$SCRATCH/second.out" 2>&1 &&
	fail 'a second run with the same pins'
grep -q 'another rcodewatch that runs uses it' "$SCRATCH/second.out" || fail "second: $(cat "$SCRATCH/second.out")"
net_in B "$RCODEWATCH" run -o json -n 1 -i 0.1 --mode tc -d rx vb >/dev/null 2>"$SCRATCH/third.err" ||
	fail 'one beside it'
grep -q "vb is watched by another rcodewatch, too (rx, process ${PID_pinned:?})" "$SCRATCH/third.err" ||
	fail "it is not told of the first: $(cat "$SCRATCH/third.err")"
net_stop pinned KILL 2>/dev/null
pinned --memory 32 --port 53,5353
traffic_end
sent=$(count_of "$SCRATCH/pins.sent" packets)
wait_for 10 pins_counted "$sent"
net_stop pinned || fail 'the last run with pins'
same 'pins: packets in all' "$sent" "$(reports_total "$SCRATCH/pinned.out" packets vb rx)"
programs=$(net_in B "$RCODEWATCH" check -o json vb | jq '.programs | length')
same 'pins: programs left attached' 2 "$programs"
net_in B "$RCODEWATCH" detach --pin "$bpf/rcodewatch" vb 2>"$SCRATCH/detach.err" ||
	fail "detach: $(cat "$SCRATCH/detach.err")"
same 'pins: detached' 2 "$(grep -c 'detached from vb' "$SCRATCH/detach.err")"
[ ! -e "$bpf/rcodewatch" ] || fail "left: $(ls "$bpf/rcodewatch")"
wait_for 10 no_programs
