#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# `rcodewatch read --threads`: what dnsload says it wrote is counted by any number of threads, in one
# report and in many, from files, pipes and compressed ones; and who is interrupted tells what was read.

# shellcheck source-path=SCRIPTDIR source=../lib/script.sh
. "$(dirname "$0")/../lib/script.sh" jq gzip python3
# shellcheck source-path=SCRIPTDIR source=../lib/totals.sh
. "$root/tests/lib/totals.sh"
cd "$scratch"

# counted NAME EXPECT ARGUMENT...: the reports of `read ARGUMENT...` add up to what EXPECT says.
counted() {
	"$rcodewatch" read -o json "${@:3}" >out || fail "$1: exit status $?"
	totals out | sort >seen
	grep -vE '^(ede|ede_further|qtype)\.' "$2" | sort >wanted
	diff wanted seen >difference || fail "$1: not as it was written: $(head -n 4 difference)"
}

"$O/tests/tools/dnsload" --write mix.pcap --count 40000 --expect mix >/dev/null
"$O/tests/tools/dnsload" --write outage.pcap --mix outage --count 30000 --expect outage >/dev/null
"$O/tests/tools/dnsload" --write cases.pcap --mix cases --count 20000 --expect cases >/dev/null
gzip -k mix.pcap
cat mix cases | awk '{ sum[$1] += $2 } END { for (key in sum) print key, sum[key] }' >all
[ "$(awk '$1 == "transport.tcp" { print $2 }' all)" -gt 1000 ] || fail "too little TCP to compare"

for threads in 1 2 3 8; do
	counted "$threads threads" mix --threads "$threads" mix.pcap
	counted "$threads threads, cases" cases --threads "$threads" cases.pcap
	counted "$threads threads, two files" all --threads "$threads" mix.pcap cases.pcap
	# 10,000 packets a second; the second file is of the first's time.
	counted "$threads threads, intervals" all --threads "$threads" -i 0.1 mix.pcap cases.pcap
	[ "$(wc -l <out)" -ge 40 ] || fail "$threads threads: $(wc -l <out) reports"
	counted "$threads threads, gzip" mix --threads "$threads" mix.pcap.gz
	counted "$threads threads, a pipe" mix --threads "$threads" - < <(cat mix.pcap)
	# A row's type and error are the latest of any thread.
	"$rcodewatch" read -o json --threads "$threads" outage.pcap |
		jq -S 'del(.instance) | del(.top[]?[]? | .qtype?, .ede?)' >"by.$threads"
	cmp by.1 "by.$threads" || fail "$threads threads: another report than by one"
done
counted "as many threads as there are CPUs" all mix.pcap cases.pcap

size=$(wc -c <mix.pcap)
head -c $((size - 1)) mix.pcap >cut.pcap
status=0
"$rcodewatch" read --threads 3 -o json cut.pcap missing outage.pcap >out 2>err || status=$?
[ "$status" = 1 ] || fail "a broken file: exit status $status"
[ "$(jq .accounting.packets out)" = 69999 ] || fail "a broken file: $(jq .accounting.packets out) packets"
grep -q "cut.pcap: it ends at byte $((size - 1)), within the packet" err || fail "a broken file: $(cat err)"
grep -q "missing: cannot open it" err || fail "a missing file: $(cat err)"

for number in 0 65 two; do
	status=0
	"$rcodewatch" read --threads "$number" mix.pcap >out 2>err || status=$?
	[ "$status" = 2 ] || fail "--threads $number: exit status $status"
done

status=0
("$rcodewatch" read --threads 3 -i 0.1 -o json mix.pcap || echo $? >left) | head -n 1 >/dev/null
[ ! -e left ] || fail "head -n 1 behind it: exit status $(cat left)"

# Forty reports, more than a pipe holds, for readers that are slow, that leave, that read no more when a signal
# comes, and into a file that may not grow.
"$rcodewatch" read -i 0.1 -o json mix.pcap >whole
cat >readers.py <<'END'
import fcntl, json, os, resource, signal, struct, subprocess, sys, termios, time

program, threads, reader = sys.argv[1:]
whole = [json.loads(line)["responses"] for line in open("whole")]

def start(out, setup=None):
    return subprocess.Popen([program, "read", "--threads", threads, "-i", "0.1", "-o", "json", "mix.pcap"],
                            stdout=out, stderr=subprocess.PIPE, preexec_fn=setup)

def no_growth():
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10000, 10000))

def fill():  # until there is no room for the next bytes, and the same is there a little later
    end, before, there = time.monotonic() + 30, -1, 0
    while there == 0 or there != before:
        if time.monotonic() > end or read.poll() is not None:
            sys.exit("the pipe does not fill")
        time.sleep(0.2)
        before, there = there, struct.unpack("i", fcntl.ioctl(ours, termios.FIONREAD, bytes(4)))[0]

def take(size, pause=0):
    text = b""
    while piece := os.read(ours, size):
        text += piece
        time.sleep(pause)
    return text

def check(text, status, words, reports=None, cut=False):
    lines = text.split(b"\n")
    rest = lines.pop()
    got = [json.loads(line) for line in lines]
    said = read.stderr.read().decode()
    if read.wait(30) != status or len(words) != said.count("\n") or any(word not in said for word in words):
        sys.exit(f"exit status {read.returncode}, said: {said!r}")
    if bool(rest) > cut or [line["seq"] for line in got] != list(range(1, len(got) + 1)):
        sys.exit(f"left: {rest[-60:]}, seq {[line['seq'] for line in got]}")
    # The last report is of a part where the signal came.
    seen, last = [line["responses"] for line in got], len(got) - (reports is None and not cut)
    if seen[:last] != whole[:last] or reports not in (None, len(got)):
        sys.exit(f"reports of {seen}")

if reader == "limit":
    with open("limited", "wb") as out:
        read = start(out, no_growth)
    read.wait(30)
    check(open("limited", "rb").read(), 1, ["cannot write the report: File too large"], cut=True)
    sys.exit()
ours, its = os.pipe()
read = start(its)
os.close(its)
fill()
if reader == "slow":
    check(take(1500, 0.001), 0, [], reports=len(whole))
elif reader == "leaves":
    os.close(ours)
    check(b"", 0, [], reports=0)
else:
    read.send_signal(signal.SIGTERM)
    if reader == "stays":
        time.sleep(0.3)
        check(take(65536), 1, ["stopped by a signal"])
    else:
        read.wait(30)
        check(take(65536), 1, ["stopped by a signal", "whatever reads standard output does not"], cut=True)
END
for threads in 1 3; do
	for reader in slow leaves stays deaf limit; do
		said=$(python3 readers.py "$rcodewatch" "$threads" "$reader" 2>&1) || fail "$threads threads, reader $reader: $said"
	done
done

# Any of the threads can be the one that waits for the pipe.
mkfifo pipe
for turns in 1 2 3 4; do
	"$rcodewatch" read --threads 3 -o json - <pipe >out 2>err &
	pid=$!
	exec 8>pipe
	head -c $((turns * 300000)) mix.pcap >&8
	pipe_is_read 8 || fail "SIGTERM: the pipe is not read"
	kill -TERM "$pid"
	status=0
	wait "$pid" || status=$?
	pid=
	exec 8>&-
	[ "$status" = 1 ] || fail "SIGTERM: exit status $status"
	[ "$(jq .accounting.packets out)" -gt $((turns * 1000)) ] || fail "SIGTERM: no report of what was read"
	grep -q "standard input: stopped by a signal at byte" err || fail "SIGTERM: $(cat err)"
done

[ "$failures" = 0 ] || exit 1
echo "all is counted by 1, 2, 3 and 8 threads"
