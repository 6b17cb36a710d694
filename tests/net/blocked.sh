#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# timeout: 120
#
# Standard output or the log goes to something that takes nothing: a terminal that nobody reads, a full pipe,
# a full disk. Sinks go on getting their reports, a signal and --duration end it, and what was lost is said.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source-path=SCRIPTDIR source=reports.sh
. "$(dirname "$0")/reports.sh"

net_namespace A
net_namespace B
net_quiet_veth A B

mkfifo "$SCRATCH/pipe"

# The pipe is held open by us, who do not read, and filled to the last byte.
fill() {
	exec 9<>"$SCRATCH/pipe"
	"$python" - "$SCRATCH/pipe" <<'EOF'
import os, sys
pipe = os.open(sys.argv[1], os.O_RDWR | os.O_NONBLOCK)
try:
    while True:
        os.write(pipe, b"x" * 4096)
except BlockingIOError:
    pass
EOF
}

# start NAME OUT ERR ARGUMENT...: files that are opened for writing; ends are checked by ends().
start() {
	local name=$1 out=$2 err=$3

	shift 3
	ip netns exec "$NS_B" "$RCODEWATCH" run vb -d rx -i 0.1 "$@" \
		--sink "json:$SCRATCH/$name.sink,interval=0.1" >"$out" 2>"$err" 9>&- </dev/null &
	printf -v "PID_$name" %s "$!"
	net_processes+=("$!")
}

sink_goes_on() { # name: ten reports from now
	wait_for 20 [ -e "$SCRATCH/$1.sink" ]
	wait_for 20 has_reports "$SCRATCH/$1.sink" $(($(wc -l <"$SCRATCH/$1.sink") + 10))
}

# Ends by SIGTERM, within its own bounds: 3 s for sinks and 1.5 s for the log, and what a busy machine takes.
ends() { # name, exit status
	local variable=PID_$1

	kill -TERM "${!variable}"
	ended "$@"
}

ended() { # name, exit status
	local variable=PID_$1 status

	wait_for 30 gone "${!variable}" || kill -KILL "${!variable}"
	net_wait "$1"
	status=$?
	same "$1: exit status" "$2" "$status"
	reports_valid "$SCRATCH/$1.sink"
}

gone() {
	! kill -0 "$1" 2>/dev/null || grep -q '^State:.*Z' "/proc/$1/status"
}

fill
start json_pipe "$SCRATCH/pipe" "$SCRATCH/json_pipe.err" -q -o json
sink_goes_on json_pipe
ends json_pipe 1
grep -qx 'rcodewatch: cannot write the last report: whatever reads standard output does not' \
	"$SCRATCH/json_pipe.err" || fail "a full pipe: not told: $(cat "$SCRATCH/json_pipe.err")"
grep -qE '^rcodewatch: warning: sink stdout: ([0-9]+) of \1 messages were lost$' "$SCRATCH/json_pipe.err" ||
	fail "a full pipe: losses are not told: $(cat "$SCRATCH/json_pipe.err")"

# So does the time that it was given.
start duration "$SCRATCH/pipe" "$SCRATCH/duration.err" -q -o text -t 1
ended duration 1

# The log: of attaching, and of what the sink below meets.
start log "$SCRATCH/log.out" "$SCRATCH/pipe" -o json --sink "json:unix:$SCRATCH/nobody"
sink_goes_on log
ends log 0
start log_duration /dev/null "$SCRATCH/pipe" -o json -t 1 --sink "json:unix:$SCRATCH/nobody"
ended log_duration 0
exec 9>&-
# What standard error did not take is counted, and said once it takes something.
fill
start dropped /dev/null "$SCRATCH/pipe" -o json --sink "json:unix:$SCRATCH/nobody"
sink_goes_on dropped
timeout 10 cat <&9 >"$SCRATCH/dropped.err" 9>&- &
reader=$!
net_processes+=("$reader")
said() {
	grep -qE 'rcodewatch: warning: [0-9]+ messages? of the log (was|were) dropped$' "$SCRATCH/dropped.err"
}
# The first failure of the sink is queued; those of attaching were dropped.
wait_for 10 said
ends dropped 0
wait "$reader"
exec 9>&-
# A closed one matters to nobody.
ip netns exec "$NS_B" "$RCODEWATCH" run vb -d rx -i 0.1 -n 2 -o json >"$SCRATCH/closed.out" 2>&- </dev/null
same "a closed standard error: exit status" 0 $?
same "a closed standard error: reports" 2 "$(wc -l <"$SCRATCH/closed.out")"

# A disk that is full.
start full /dev/full "$SCRATCH/full.err" -q -o json
sink_goes_on full
ends full 1
same "a full disk: told once" 1 "$(grep -cx \
	'rcodewatch: warning: sink stdout: cannot write the report: No space left on device: trying again' "$SCRATCH/full.err")"
grep -qE '^rcodewatch: warning: sink stdout: ([0-9]+) of \1 messages were lost$' "$SCRATCH/full.err" ||
	fail "a full disk: losses are not told: $(cat "$SCRATCH/full.err")"
jq -es 'any(.type == "event" and .event == "sink_lost" and .sink == "stdout")' "$SCRATCH/full.sink" \
	>/dev/null || fail "a full disk: no event"

# A terminal that nobody reads gets the page that waits for it, then the newest, when it is read again.
cat >"$SCRATCH/terminal.py" <<'EOF'
import fcntl, os, pty, re, select, signal, struct, subprocess, sys, termios, time

sink, command = sys.argv[1], sys.argv[2:]
master, slave = pty.openpty()
fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 70, 100, 0, 0))

def fill():  # the kernel moves what is written on, and has room again
    again, full = os.open(os.ttyname(slave), os.O_WRONLY | os.O_NONBLOCK | os.O_NOCTTY), 0
    while full < 5:
        try:
            os.write(again, b"x")
            full = 0
        except BlockingIOError:
            full += 1
            time.sleep(0.05)
    os.close(again)

def reports():
    try:
        return open(sink).read().count("\n")
    except FileNotFoundError:
        return 0

def wait_for_reports(n):
    end = time.monotonic() + 30
    while reports() < n:
        if time.monotonic() > end or run.poll() is not None:
            run.kill()
            sys.exit(f"the sink got {reports()} reports of {n}, exit status {run.poll()}")
        time.sleep(0.05)

fill()
run = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=slave, stderr=slave,
                       env={**os.environ, "TERM": "xterm"})
wait_for_reports(40)
# A page or two may have fitted in, and one waits; 40 reports take 4 seconds.
text, gap, end = b"", 0, time.monotonic() + 10
while gap < 2 and time.monotonic() < end and select.select([master], [], [], 10)[0]:
    text += os.read(master, 65536)
    times = [3600 * int(h) + 60 * int(m) + int(s)
             for h, m, s in re.findall(rb"(\d\d):(\d\d):(\d\d) UTC, [\d.]+ s", text)]
    gap = max([(b - a) % 86400 for a, b in zip(times, times[1:])], default=0)
fill()
wait_for_reports(reports() + 5)
run.send_signal(signal.SIGTERM)
try:
    status = run.wait(30)
except subprocess.TimeoutExpired:
    run.kill()
    sys.exit("it does not end")
if gap < 2:
    sys.exit(f"after the pages that waited comes no newer one: {times}")
print(status)
EOF
same "a terminal that nobody reads" 1 "$("$python" "$SCRATCH/terminal.py" "$SCRATCH/terminal.sink" \
	ip netns exec "$NS_B" "$RCODEWATCH" run vb -d rx -q -i 0.1 --sink "json:$SCRATCH/terminal.sink,interval=0.1" 2>&1)"

# A terminal that is closed sends SIGHUP to its session, and a write to it fails with EIO. Each of the two ends run.
# With a sink that is a file, SIGHUP opens the file again; under nohup nothing happens.
cat >"$SCRATCH/hangup.py" <<'EOF'
import os, pty, signal, sys, time

how, sink, command = sys.argv[1], sys.argv[2], sys.argv[3:]
run, terminal = pty.fork()
if run == 0:
    if how == "nohup":
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
    os.execvpe(command[0], command, {**os.environ, "TERM": "xterm"})

def exit_status():
    end = time.monotonic() + 30
    while time.monotonic() < end:
        pid, status = os.waitpid(run, os.WNOHANG)
        if pid:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.05)
    os.kill(run, signal.SIGKILL)
    os.waitpid(run, 0)
    return "none: it does not end"

def wait_for_reports(n):
    end = time.monotonic() + 30
    while not os.path.exists(sink) or open(sink).read().count("\n") < n:
        if time.monotonic() > end or os.waitid(os.P_PID, run, os.WEXITED | os.WNOHANG | os.WNOWAIT):
            os.kill(run, signal.SIGKILL)
            sys.exit(f"the sink did not get {n} reports, exit status {exit_status()}")
        time.sleep(0.05)

text = b""
while b"watching" not in text:  # signals are blocked by then, and wait for the loop
    text += os.read(terminal, 65536)
if how == "goes-on":
    wait_for_reports(3)
    os.rename(sink, sink + ".old")
os.close(terminal)
if how == "goes-on":
    wait_for_reports(5)
    os.kill(run, signal.SIGTERM)
print(exit_status())
EOF
hangup() { # signal, nohup, error or goes-on; ARGUMENT...
	local how=$1

	shift
	timeout 100 "$python" "$SCRATCH/hangup.py" "$how" "$SCRATCH/hangup.sink" \
		ip netns exec "$NS_B" "$RCODEWATCH" run vb -d rx "$@" 2>&1
}
file=json:$SCRATCH/hangup.sink,interval=0.1
same "a closed terminal, by SIGHUP alone" 0 "$(hangup signal -i 3600)"
same "a closed terminal under nohup, by EIO" 0 "$(hangup nohup -i 0.1)"
same "a closed terminal and a sink that is a file, by EIO" 0 "$(hangup error -i 0.1 --sink "$file")"
reports_valid "$SCRATCH/hangup.sink"
jq -es 'last(.[] | select(.type == "event")).event == "detached"' "$SCRATCH/hangup.sink" >/dev/null ||
	fail "a closed terminal and a sink that is a file: the sink does not get the end"
rm "$SCRATCH/hangup.sink"
same "a closed terminal without reports, a sink that is a file" 0 "$(hangup goes-on -o none --sink "$file")"
reports_valid "$SCRATCH/hangup.sink"
