#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# `rcodewatch read` from outside: counts against tshark's for each format, link type and compression,
# what becomes of broken files, intervals, signals, progress.

# shellcheck source-path=SCRIPTDIR source=../lib/script.sh
. "$(dirname "$0")/../lib/script.sh" tshark python3 jq gzip xz zstd
cd "$scratch"

# json ARGUMENT...: the report without what differs from run to run.
json() {
	"$rcodewatch" read -o json "$@" | jq -cS 'del(.instance, .interface, .host)'
}

# same WHAT FILE WANTED
same() {
	[ "$(json "$2")" = "$3" ] || fail "$1: the report differs"
}

# refused STATUS WORDS ARGUMENT...: no report, that status, and one line that says WORDS.
refused() {
	local status=0

	"$rcodewatch" read -o json "${@:3}" >out 2>err </dev/null || status=$?
	[ "$status" = "$1" ] || fail "read ${*:3}: exit status $status, not $1"
	[ ! -s out ] || fail "read ${*:3}: a report all the same"
	[ "$(wc -l <err)" = 1 ] || fail "read ${*:3}: not one line: $(cat err)"
	grep -qF -- "$2" err || fail "read ${*:3}: '$(cat err)' does not say '$2'"
}

# broken WORDS FILE...: a report, exit status 1, and one line that says WORDS.
broken() {
	local status=0

	"$rcodewatch" read -o json "${@:2}" >out 2>err || status=$?
	[ "$status" = 1 ] || fail "read ${*:2}: exit status $status, not 1"
	[ "$(wc -l <out)" = 1 ] || fail "read ${*:2}: no report"
	[ "$(wc -l <err)" = 1 ] || fail "read ${*:2}: not one line: $(cat err)"
	grep -qF -- "$1" err || fail "read ${*:2}: '$(cat err)' does not say '$1'"
}

# ---- counts --------------------------------------------------------------------

"$O/tests/tools/write_captures" .
for file in *.pcap *.pcapng; do
	# Root's tshark warns that it is root's.
	tshark -n -r "$file" -Y 'dns.flags.response == 1' -T fields -E separator=/t -E occurrence=f \
		-e dns.flags.rcode -e dns.resp.ext_rcode -e dns.opt.ext_error.info_code \
		-e frame.time_epoch >seen 2>errors || fail "tshark $file: $(cat errors)"
	"$rcodewatch" read -o json "$file" >report || fail "$file: exit status $?"
	python3 - "$file" <<'END' || fail "$file: counts differ"
import collections, json, sys

rcodes, edes = collections.Counter(), collections.Counter()
rows = [line.rstrip("\n").split("\t") for line in open("seen")]
for low, high, info, _ in rows:
    rcode = int(high or "0", 0) << 4 | int(low, 0)
    rcodes[rcode] += 1
    if info:
        edes[rcode, int(info, 0)] += 1
report = json.load(open("report"))
ours = {row["code"]: row["count"] for row in report["rcodes"] if row["count"]}
our_edes = {(row["rcode_code"], row["code"]): row["count"] for row in report["ede"]}
wrong = 0
for what, theirs, mine in (("RCODE", rcodes, ours), ("EDE", edes, our_edes)):
    for key in sorted(set(theirs) | set(mine)):
        if theirs.get(key, 0) != mine.get(key, 0):
            print(f"{sys.argv[1]}: {what} {key}: tshark {theirs.get(key, 0)}, read {mine.get(key, 0)}")
            wrong += 1
seconds = [float(row[3]) for row in rows]
if abs(report["interval_s"] - (max(seconds) - min(seconds))) > 2e-6:
    print(f"{sys.argv[1]}: {report['interval_s']} s")
    wrong += 1
if len(rows) < 30 or len(ours) < 5 or len(our_edes) < 2:
    print(f"{sys.argv[1]}: {len(rows)} responses are too few to compare")
    wrong += 1
sys.exit(wrong != 0)
END
done
packets=$("$rcodewatch" read -o json ethernet.pcap | jq .accounting.packets)

# ---- compression, standard input, several files ----------------------------------

"$O/tests/tools/dnsload" --write long.pcap --count 60000 >/dev/null
want=$(json ethernet.pcap)
half=$(($(wc -c <ethernet.pcap) / 2))
head -c "$half" ethernet.pcap >first
tail -c +$((half + 1)) ethernet.pcap >second
for tool in gzip xz zstd; do
	if ! "$rcodewatch" --version | grep -q "compressed with.*$tool"; then
		refused 1 "compressed with $tool, which is not built in" <("$tool" -c ethernet.pcap)
		continue
	fi
	"$tool" -c ethernet.pcap >"one.$tool"
	{ "$tool" -c first && "$tool" -c second; } >"two.$tool"
	same "$tool" "one.$tool" "$want"
	same "$tool of two members" "two.$tool" "$want"
	"$tool" -c long.pcap >"long.$tool"
	head -c 100000 "long.$tool" >"cut.$tool"
	broken "the $tool data are cut off" "cut.$tool"
done
[ "$(json - <ethernet.pcap)" = "$want" ] || fail "standard input: the report differs"
# shellcheck disable=SC2002 # a pipe is what is wanted
[ "$(cat ethernet.pcap | json -)" = "$want" ] || fail "a pipe: the report differs"

"$rcodewatch" read -o json sll.pcap mixed.pcapng - <null.pcap >out
[ "$(jq .accounting.packets out)" = $((3 * packets)) ] || fail "three files: not all counted"
[ "$(jq -r .interface out)" = "sll.pcap +2 more" ] || fail "three files: $(jq .interface out)"
[ "$(wc -l <out)" = 1 ] || fail "three files: not one report"

# ---- the same figures each time ------------------------------------------------------

# Names enough that the tables overflow and estimates are far from the truth.
"$O/tests/tools/dnsload" --write flood.pcap --mix outage --count 60000 >/dev/null
estimates() {
	json --registers --threads 1 "$@" flood.pcap
}
flood=$(estimates)
jq -e '.top_rest.names.absent_high > 1' <<<"$flood" >/dev/null || fail "the lists are exact"
[ "$(estimates)" = "$flood" ] || fail "the same capture gives other figures"
[ "$(estimates --seed 0)" = "$flood" ] || fail "--seed 0 is not what there is without it"
[ "$(estimates --seed 1)" != "$flood" ] || fail "--seed 1 gives the same figures"
[ "$(estimates --seed 1)" = "$(estimates --seed 1)" ] || fail "--seed 1 gives other figures each time"
[ "$(estimates --seed random)" != "$(estimates --seed random)" ] || fail "--seed random gives the same"
exact='del(.top, .top_rest, .advice)'
[ "$(estimates --seed random | jq "$exact")" = "$(jq "$exact" <<<"$flood")" ] ||
	fail "--seed random: other counters"
"$rcodewatch" read --top 3 flood.pcap | grep -Eq '^[^ ]+ +(soa|psl) +[A-Z]+ +~[0-9,]+ ' ||
	fail "an estimate is not shown as one"
refused 2 "must be random, or a number from 0 to 4294967295" --seed -1 flood.pcap

# ---- intervals --------------------------------------------------------------------

"$rcodewatch" read -o json -i 10 ethernet.pcap >out
jq -es --argjson all "$want" '
	(map(.responses) | add) == $all.responses and .[-1].total == $all.total and
	(map(.accounting.packets) | add) == $all.accounting.packets and
	.[0].start == $all.start and .[-1].end == $all.end and
	(.[1:] | all(.start[18:] == "0.000000Z")) and (.[1:-1] | all(.interval_s == 10))' \
	out >/dev/null || fail "--interval 10: the reports do not make up the whole"
for lines in out report; do
	status=0
	"$root/tests/validate_json.py" <"$lines" >valid 2>&1 || status=$?
	[ "$status" = 0 ] || [ "$status" = 77 ] || fail "$lines: $(cat valid)"
done

# ---- what is broken ---------------------------------------------------------------

size=$(wc -c <ethernet.pcap)
head -c $((size - 1)) ethernet.pcap >cut.pcap
broken "cut.pcap: it ends at byte $((size - 1)), within the packet" cut.pcap
[ "$(jq .accounting.packets out)" = $((packets - 1)) ] || fail "cut.pcap: not all before the cut"
broken "cut.pcap: it ends at byte" cut.pcap ethernet.pcap
[ "$(jq .accounting.packets out)" = $((2 * packets - 1)) ] || fail "a broken file stops the others"
{ head -c 24 ethernet.pcap && head -c 16 /dev/zero | tr '\0' '\377'; } >lies.pcap
broken "lies.pcap: byte 24: a packet claims to have 4294967295 bytes" lies.pcap
broken "missing: cannot open it: No such file" missing ethernet.pcap

: >empty
mkdir directory
refused 1 "empty: it is empty" empty
refused 1 "standard input: it is empty" -
refused 1 "directory: it is a directory" directory
refused 1 "missing: cannot open it: No such file" missing
refused 1 "read.sh: it is neither pcap nor pcapng" "$root/tests/cli/read.sh"
refused 2 "read takes one or more capture files"
refused 2 "must be seconds" --interval 0 ethernet.pcap
printf '\x7f' | dd of=ethernet.pcap bs=1 seek=20 conv=notrunc status=none
refused 1 "its link type 127 (IEEE 802.11 with radiotap header) is not read" ethernet.pcap
printf '\x01' | dd of=ethernet.pcap bs=1 seek=20 conv=notrunc status=none
if [ "$(id -u)" = 0 ] && command -v setpriv >/dev/null; then
	chmod 0 second
	status=0
	# The program may lie where others cannot go; it is brought in open.
	setpriv --reuid 65534 --regid 65534 --clear-groups --inh-caps=-all --bounding-set=-all \
		/proc/self/fd/9 read "$scratch/second" 9<"$rcodewatch" >out 2>err || status=$?
	[ "$status" = 1 ] || fail "no permission: exit status $status"
	grep -q "Permission denied" err || fail "no permission: $(cat err)"
fi

# ---- a reader that leaves, a signal, progress ---------------------------------------

# shellcheck disable=SC2016 # for the inner shell
status=$(bash -c 'set -o pipefail; "$0" read -i 0.1 -o json "$1" | head -n 1 >/dev/null; echo $?' \
	"$rcodewatch" mixed.pcapng)
[ "$status" = 0 ] || fail "head -n 1 behind it: exit status $status"

mkfifo pipe
"$rcodewatch" read -o json - <pipe >out 2>err &
pid=$!
exec 8>pipe
cat sll.pcap >&8
pipe_is_read 8 || fail "SIGINT: the pipe is not read"
kill -INT "$pid"
status=0
wait "$pid" || status=$?
pid=
exec 8>&-
[ "$status" = 1 ] || fail "SIGINT: exit status $status"
[ "$(jq .accounting.packets out)" = "$packets" ] || fail "SIGINT: no report of what was read"
grep -q "standard input: stopped by a signal at byte" err || fail "SIGINT: $(cat err)"

python3 - "$rcodewatch" <<'END' || fail "progress on a terminal is wrong"
import os, pty, subprocess, sys, time

def run(*options, env):
    master, terminal = pty.openpty()
    process = subprocess.Popen([sys.argv[1], "read", "-o", "json", *options, "-"], env=env,
                               stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=terminal)
    os.close(terminal)
    data = open("long.pcap", "rb").read()
    process.stdin.write(data[:len(data) // 2])
    process.stdin.flush()
    time.sleep(1.2)
    process.stdin.write(data[len(data) // 2:])
    process.stdin.close()
    process.stdout.read()
    process.wait()
    seen = b""
    try:
        while chunk := os.read(master, 4096):
            seen += chunk
    except OSError: # how Linux says that the other end is closed
        pass
    return seen

terminal = {"TERM": "xterm"}
seen = run(env=terminal)
if b"standard input: " not in seen or b"packets/s" not in seen or not seen.endswith(b"\r\x1b[K"):
    sys.exit(f"shown: {seen}")
for seen in run("--quiet", env=terminal), run(env={"TERM": "dumb"}):
    if seen:
        sys.exit(f"shown although it should not be: {seen}")
END

[ "$failures" = 0 ] || exit 1
echo "all as tshark has it"
