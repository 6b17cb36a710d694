#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# timeout: 180
#
# `rcodewatch top` on terminals that tmux emulates: of a running monitor that ends, is killed and comes back, of interfaces that it
# counts itself, of a capture; keys, sizes, ASCII, no colours, a terminal that takes nothing, and its ends.

# The control socket's folder must be one in which nobody else can make files.
TMPDIR=/run
export TMPDIR
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source-path=SCRIPTDIR source=reports.sh
. "$(dirname "$0")/reports.sh"
net_need tmux jq
"$RCODEWATCH" --version | grep -q '^full-screen top: by' || skip "built without ncurses"
"$RCODEWATCH" --version | grep -q '^control socket: by' || skip "built without libjansson"
locale -a | grep -qi '^C.utf' || skip "there is no locale C.UTF-8"

CONTROL=$SCRATCH/control.sock
FOLDER=$SCRATCH/folder
mkdir "$FOLDER"
chown root "$SCRATCH"

# ---- terminals ------------------------------------------------------------------------------

tm() { # NAME COMMAND...: each terminal has a server of its own
	local name=$1

	shift
	env -u TMUX LC_ALL=C.UTF-8 tmux -u -S "$SCRATCH/tmux.$name" -f /dev/null "$@"
}

server_of() {
	tm "$1" display-message -p '#{pid}' 2>/dev/null
}

# terminal NAME COLUMNS LINES [VARIABLE=VALUE...] -- OPERAND...: `top` there, in B; its exit status goes to $SCRATCH/NAME.exit
terminal() {
	local name=$1 columns=$2 lines=$3 variables=() words

	shift 3
	while [ "$1" != -- ]; do
		variables+=("$1")
		shift
	done
	shift
	rm -f "$SCRATCH/$name.exit"
	printf -v words '%q ' ip netns exec "$NS_B" env -C "$FOLDER" LC_ALL=C.UTF-8 TERM=screen "${variables[@]}" \
		"$RCODEWATCH" top "$@"
	tm "$name" new-session -d -x "$columns" -y "$lines" \
		"echo begin; $words; echo \$? >$SCRATCH/$name.exit.new; mv $SCRATCH/$name.exit.new $SCRATCH/$name.exit; echo end; sleep 1000" ||
		die "tmux does not start"
	net_processes+=("$(server_of "$name")")
}

seen() { # NAME: what is on it
	tm "$1" capture-pane -p
}

shows() { # NAME PATTERN
	seen "$1" | grep -q -- "$2"
}

shows_not() {
	! shows "$@"
}

press() { # NAME KEY...
	tm "$1" send-keys "${@:2}"
}

close_terminal() {
	tm "$1" kill-server 2>/dev/null
}

ended() { # NAME STATUS
	[ "$(cat "$SCRATCH/$1.exit" 2>/dev/null)" = "$2" ]
}

program_of() { # NAME: the process of top there
	local pid

	for pid in $(ip netns pids "$NS_B"); do
		tr '\0' '\n' <"/proc/$pid/environ" 2>/dev/null | grep -q "^TMUX=$SCRATCH/tmux.$1," &&
			[ "/proc/$pid/exe" -ef "$RCODEWATCH" ] && echo "$pid" && return
	done
	return 1
}

# ---- a monitor that is asked ---------------------------------------------------------------------

net_namespace A
net_namespace B
net_quiet_veth A B

start_monitor() {
	net_start run B "$RCODEWATCH" run -o none -i 0.5 --user root --control "$CONTROL" --sink "json:$SCRATCH/log,interval=0.5" vb
	wait_for 20 monitor_runs run
	wait_for 5 test -S "$CONTROL"
}

start_monitor
# What fails and what does not, without an end.
net_start load A "$DNSLOAD" -i va -m outage -a 0 -r 2000 -t 1000

terminal main 80 24 -- --control "$CONTROL"
wait_for 20 shows main 'LIVE' || die "top shows: $(seen main)"
wait_for 10 shows main '^UPSTREAM (rx)'
wait_for 10 shows main '^SERVFAIL '
same "lines" 24 "$(seen main | wc -l)"
same "columns, at most 80" "" "$(seen main | LC_ALL=C.UTF-8 grep -E '^.{81,}')"
seen main | head -n 1 | grep -q 'vb ' || fail "no interface in the first line: $(seen main | head -n 1)"
seen main | tail -n 1 | grep -q '^p pause' || fail "no keys in the last line: $(seen main | tail -n 1)"
# What is failing is red.
tm main capture-pane -p -e | grep '^.*UPSTREAM (rx)' | grep -q $'\e\\[[0-9;]*31' || fail "nothing is red: $(tm main capture-pane -p -e | cat -v)"

# The rate that it shows is one that was reported, or is about to be.
rate=$(seen main | awk '/^UPSTREAM/ { gsub(",", ""); print int($3 + 0.5) }')
was_reported() {
	jq -r 'select(.type == "report" and .direction == "rx") | .rate | round' "$SCRATCH/log" | grep -qx "$1"
}
wait_for 5 was_reported "${rate:-none}" || fail "responses a second: '$rate', which no report has: $(jq -r 'select(.type == "report") | .rate' "$SCRATCH/log" | tail -n 8 | tr '\n' ' ')"

press main '?'
wait_for 5 shows main '^KEYS'
press main Escape
wait_for 5 shows_not main '^KEYS'
press main l
wait_for 5 shows main '^NAMES'
press main '<'
press main Enter
wait_for 5 shows main '^zone '
press main BSpace
wait_for 5 shows main '^ZONES'
press main p
wait_for 5 shows main 'PAUSED\|HISTORY'
before=$(seen main | head -n 1 | grep -o '[0-9:]*Z')
sleep 1.5
same "the time of a page that is paused" "$before" "$(seen main | head -n 1 | grep -o '[0-9:]*Z')"
press main Left
wait_for 5 shows main 'HISTORY -'
press main p
wait_for 5 shows main 'LIVE'

# A ticket: the lines of one interval, as they were, for root alone.
press main w
wait_for 5 shows main '^written: rcodewatch-.*json'
ticket=$(find "$FOLDER" -name 'rcodewatch-*.json')
same "mode of the ticket" 600 "$(stat -c %a "$ticket")"
same "types in it" "report report transactions transactions" "$(jq -r .type "$ticket" | grep -v alert | sort | paste -sd' ')"
"$python" "$ROOT/tests/validate_json.py" <"$ticket" >"$SCRATCH/valid" 2>&1 || fail "the ticket: $(cat "$SCRATCH/valid")"

# Sizes: always as many lines as there are.
for size in '40 10' '130 40' '20 3' '80 24'; do
	read -r columns lines <<<"$size"
	tm main resize-window -x "$columns" -y "$lines"
	is_laid_out() {
		[ "$(seen main | wc -l)" = "$lines" ] && seen main | tail -n 1 | grep -q "^$1"
	}
	case $columns in
	130) wait_for 15 is_laid_out 'p pause.*w write' && wait_for 5 shows main 'CODE (tx).*CODE (rx)' ;;
	80) wait_for 15 is_laid_out 'p pause' ;;
	*) wait_for 15 is_laid_out 'Enter more' ;;
	esac || fail "$columns by $lines: $(seen main)"
done

# ---- one that ends and comes back --------------------------------------------------------------------

net_stop run
wait_for 10 shows main 'NO ANSWER'
wait_for 5 shows main 'no rcodewatch'
start_monitor
wait_for 15 shows main 'LIVE'
net_stop run KILL
wait_for 10 shows main 'no rcodewatch listens at' || fail "$(seen main)"
start_monitor
wait_for 15 shows main 'LIVE'

# Without the right to: in words.
if [ "$RUN_USER" != root ]; then
	chmod 755 "$SCRATCH"
	setpriv --reuid "$RUN_USER" --regid 65534 --clear-groups "$RCODEWATCH" top --control "$CONTROL" </dev/null >"$SCRATCH/denied" 2>&1
	same "exit status of one who may not" 1 $?
	grep -q 'you may not ask' "$SCRATCH/denied" || fail "one who may not: $(cat "$SCRATCH/denied")"
fi

# ---- other terminals --------------------------------------------------------------------------------------

terminal mono 80 24 NO_COLOR=1 -- --control "$CONTROL"
wait_for 10 shows mono 'LIVE'
wait_for 10 shows mono '^SERVFAIL '
tm mono capture-pane -p -e | grep -q $'\e\\[[0-9;]*3[1-7]' && fail "colours in spite of NO_COLOR"
close_terminal mono

# Eight or sixteen colours do: red is one of them, and none of 256. The entry of the latter is in a package that few have.
infocmp xterm-256color | sed 's/^xterm-256color[^,]*/xterm-16color/; s/colors#[0-9a-fx]*/colors#16/; s/pairs#[0-9a-fx]*/pairs#256/' |
	tic -o "$SCRATCH/terminfo" - || die 'no entry of a terminal with 16 colours'
for kind in linux xterm-16color; do
	terminal few 80 24 TERM=$kind TERMINFO_DIRS="$SCRATCH/terminfo:" -- --control "$CONTROL"
	wait_for 10 shows few 'LIVE'
	wait_for 10 shows few '^SERVFAIL '
	same "lines on $kind" 24 "$(seen few | wc -l)"
	tm few capture-pane -p -e >"$SCRATCH/few"
	grep '^.*UPSTREAM (rx)' "$SCRATCH/few" | grep -Eq $'\e\\[[0-9;]*(31|91)' || fail "nothing is red on $kind: $(cat -v "$SCRATCH/few")"
	grep -q $'\e\\[[0-9;]*[34]8;' "$SCRATCH/few" && fail "more than 16 colours on $kind: $(cat -v "$SCRATCH/few")"
	press few q
	wait_for 5 ended few 0
	close_terminal few
done

terminal ascii 80 24 LC_ALL=C TERM=vt100 -- --control "$CONTROL"
wait_for 10 shows ascii 'LIVE'
wait_for 10 shows ascii '^UPSTREAM.*#'
seen ascii | LC_ALL=C grep -q '[^ -~]' && fail "not ASCII: $(seen ascii)"
press ascii q
wait_for 5 ended ascii 0
close_terminal ascii

terminal dumb 80 24 TERM=dumb -- --control "$CONTROL"
wait_for 5 ended dumb 1
wait_for 5 shows dumb 'needs a terminal whose cursor can be moved'
close_terminal dumb
"$RCODEWATCH" top --control "$CONTROL" </dev/null >"$SCRATCH/pipe" 2>&1
same "exit status without a terminal" 1 $?

# What it would not use is refused; what is wrong is refused by what it hands it to.
refuses() { # WORDS ARGUMENT...
	"$RCODEWATCH" top "${@:2}" </dev/null >"$SCRATCH/refused" 2>&1
	same "exit status of top ${*:2}" 2 $?
	grep -q -- "$1" "$SCRATCH/refused" || fail "top ${*:2}: $(cat "$SCRATCH/refused")"
}
refuses '--alert is of what top counts itself' --control "$CONTROL" --alert zone-failing,off
refuses '--interval is of what top counts itself' --control "$CONTROL" -i 1
refuses '--control is of a monitor' --control "$CONTROL" vb
refuses '--local is of a capture' --local 192.0.2.1 vb
refuses '--mode is of live interfaces' --mode tc /dev/null

# A terminal that takes nothing: the monitor goes on, and so does reading; it can be ended.
terminal stopped 200 60 -- --control "$CONTROL"
wait_for 10 shows stopped 'LIVE'
pid=$(program_of stopped) || die "top is not found"
packets() {
	"$RCODEWATCH" status --json --control "$CONTROL" | jq '[.interfaces[].total.packets] | add'
}
stopped=$(server_of stopped)
kill -STOP "$stopped"
first=$(packets)
sleep 4
(($(packets) > first + 500)) || fail "the monitor has counted from $first to $(packets) while a terminal was stopped"
kill -TERM "$pid"
gone() {
	! kill -0 "$1" 2>/dev/null
}
wait_for 8 gone "$pid" || fail "top does not end while its terminal is stopped"
kill -CONT "$stopped"
close_terminal stopped

# A terminal that is closed.
terminal closed 80 24 -- --control "$CONTROL"
wait_for 10 shows closed 'LIVE'
pid=$(program_of closed)
close_terminal closed
wait_for 8 gone "$pid" || fail "top does not end with its terminal"

press main q
wait_for 5 ended main 0
# And the terminal is as it was.
wait_for 5 shows main '^end'
shows main UPSTREAM && fail "the page is left behind: $(seen main)"
close_terminal main
net_stop run

# ---- what it counts itself --------------------------------------------------------------------------------

terminal own 80 24 -- -i 0.5 vb
wait_for 30 shows own 'LIVE' || fail "of an interface: $(seen own)"
wait_for 10 shows own '^SERVFAIL '
press own q
wait_for 5 ended own 0
# Nothing is left of it.
alone() {
	local pid

	for pid in $(ip netns pids "$NS_B"); do
		! [ "/proc/$pid/exe" -ef "$RCODEWATCH" ] || return 1
	done
}
wait_for 8 alone || fail "left behind: $(ip netns pids "$NS_B" | xargs ps -o pid,args -p)"
close_terminal own

terminal killed 80 24 -- -i 0.5 vb
wait_for 30 shows killed 'LIVE'
kill -KILL "$(program_of killed)"
wait_for 8 alone || fail "what it counted by outlives it"
close_terminal killed

terminal wrong 80 24 -- --alert no-such-rule,off vb
wait_for 10 ended wrong 1
wait_for 5 shows wrong 'no-such-rule'
close_terminal wrong

terminal missing 80 24 -- no-such-link
wait_for 10 ended missing 1
wait_for 5 shows missing 'no-such-link'
close_terminal missing

# ---- a capture ---------------------------------------------------------------------------------------------

"$DNSLOAD" -w "$FOLDER/res1.pcap" -m outage -n 3000 -r 1000 >"$SCRATCH/write.out" 2>&1 || die "dnsload: $(cat "$SCRATCH/write.out")"
terminal capture 80 24 -- -i 1 res1.pcap
wait_for 10 shows capture 'CAPTURE 1/'
press capture Right
wait_for 5 shows capture 'CAPTURE 2/'
press capture End
press capture p
wait_for 5 shows capture 'this is the last interval'
press capture q
wait_for 5 ended capture 0
close_terminal capture
echo 'no capture' >"$FOLDER/text.pcap"
terminal broken 80 24 -- text.pcap
wait_for 10 ended broken 1
wait_for 5 shows broken 'text.pcap'
close_terminal broken
