#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# timeout: 120
#
# What the program may do, and for whom: a copy with file capabilities loads no library that its user
# names, whatever file or variable names it; root's run becomes another user before it opens anything; what
# each thread keeps; and wrong files are refused before a link is changed.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
net_need setpriv setcap cc jq ss curl pgrep

net_namespace A
net_namespace B
net_veth A B

uid=$(id -u "$RUN_USER") gid=$(id -g "$RUN_USER")
# linux/capability.h: CAP_DAC_READ_SEARCH is 2, CAP_NET_ADMIN 12, CAP_BPF 39 (wanted before Linux 5.19).
caps_none=0000000000000000 caps_read=0000000000000004
caps_main=$caps_none caps_attacher=0000000000001000
printf '5.19\n%s\n' "$(uname -r)" | sort -V -C || caps_main=0000008000000000 caps_attacher=0000008000001000

# Where everybody can reach it, as the capable copy and its user's files are there.
chmod 755 "$SCRATCH"
user=$SCRATCH/user
mkdir -m 755 "$user"
chown "$RUN_USER" "$user"

# Before [VAR=...] COMMAND...: as the user without privileges.
lowly=(setpriv --reuid="$uid" --regid="$gid" --clear-groups env)

field() { # PID NAME [THREAD]: of /proc/PID/status
	awk -v name="$2:" '$1 == name { $1 = ""; $0 = $0; $1 = $1; print }' "/proc/$1/${3:+task/$3/}status"
}

fields() { # WHAT PID NAME WANTED: of all threads of a process
	local thread

	for thread in "/proc/$2/task"/*; do
		same "$1: $3 of a thread" "$4" "$(field "$2" "$3" "${thread##*/}")"
	done
}

# ---- libraries of a user's choice ------------------------------------------------------

# A library that leaves a mark in each program that loads it.
cat >"$SCRATCH/mark.c" <<END
#include <fcntl.h>
__attribute__((constructor)) static void mark(void)
{
	open("$user/mark", O_CREAT | O_WRONLY, 0600);
}
int conf_init(void) { return 0; }
END
mkdir "$SCRATCH/plugins"
cc -shared -fPIC -o "$SCRATCH/plugins/libmark.so" "$SCRATCH/mark.c" || die "cannot build a library"
capable=$SCRATCH/rcodewatch
cp "$RCODEWATCH" "$capable"
chmod 755 "$capable" "$SCRATCH/plugins"
setcap cap_bpf,cap_net_admin,cap_perfmon+ep "$capable" || die "cannot give capabilities to a file"

# capable ARGUMENT...: its exit status; what it says is in $SCRATCH/err
capable() {
	rm -f "$user/mark"
	net_in B timeout 20 "${lowly[@]}" "$@" >"$SCRATCH/out" 2>"$SCRATCH/err" </dev/null
}

refuses() { # WHAT STATUS PATTERN ARGUMENT...
	local status what=$1 wanted=$2 pattern=$3

	shift 3
	capable "$capable" run -o json "$@"
	status=$?
	same "$what: exit status" "$wanted" "$status"
	# shellcheck disable=SC2053 # a pattern
	[[ $(cat "$SCRATCH/err") == $pattern ]] || fail "$what: says '$(cat "$SCRATCH/err")'"
	[ ! -e "$user/mark" ] || fail "$what: the library was loaded"
}

capable "$capable" run -o json -i 0.1 -n 1 vb || fail "the capable copy cannot run: $(cat "$SCRATCH/err")"
jq -es 'length > 0' "$SCRATCH/out" >/dev/null || fail "the capable copy does not report"

echo "plugin.library.paths=$SCRATCH/plugins/libmark.so" >"$SCRATCH/plugin.conf"
chmod 644 "$SCRATCH/plugin.conf"
kafka=kafka:127.0.0.1:1/t
if "$RCODEWATCH" --version | grep -q '^sinks:.*kafka'; then
	refuses "a file of properties" 2 "*: properties: no file is read for it while *" \
		--sink "$kafka,properties=$SCRATCH/plugin.conf" vb
	# librdkafka has Cyrus SASL load all that is in SASL_PATH.
	capable SASL_PATH="$SCRATCH/plugins" OPENSSL_CONF="$SCRATCH/x" KRB5_CONFIG="$SCRATCH/x" \
		"$capable" run -o none -i 0.1 -n 1 --sink "$kafka,interval=0.1" vb ||
		fail "with variables: exit status $?: $(cat "$SCRATCH/err")"
	[ ! -e "$user/mark" ] || fail "a variable has a library loaded"
	# Not even for root does a file name libraries.
	net_in B timeout 20 "$RCODEWATCH" run -o none --sink "$kafka,properties=$SCRATCH/plugin.conf" vb 2>"$SCRATCH/err"
	same "properties of root: exit status" 1 $?
	same "properties of root" "rcodewatch: $SCRATCH/plugin.conf:1: plugin.library.paths cannot be set: it loads code into this process" \
		"$(cat "$SCRATCH/err")"
	[ ! -e "$user/mark" ] || fail "root's file has a library loaded"
fi
if "$RCODEWATCH" --version | grep -q '^syslog over TLS: [^n]'; then
	refuses "a file of certificates" 2 "*: ca: no file is read for it while *" \
		--sink "syslog:tls:127.0.0.1:1,ca=$SCRATCH/ca.pem" vb
fi
head -c 264 /dev/urandom >"$SCRATCH/key"
echo com >"$SCRATCH/list"
for option in --distinct-key=$SCRATCH/key --attack-ignore=$SCRATCH/list --suffix-list=$SCRATCH/list --state-dir=$SCRATCH; do
	refuses "$option" 2 "*${option%=*} ${option#*=}: no file is read for it while rcodewatch has more privileges *" "$option" vb
done
refuses "a zone of --attack-ignore" 0 "*watching*" -i 0.1 -n 1 --attack-ignore=example.com vb
# read gives its privileges up first, so that it reads what its user can read, and nothing else.
"$O/tests/tools/dnsload" --write "$SCRATCH/capture" --count 10 >/dev/null
chmod 644 "$SCRATCH/capture" "$SCRATCH/list" "$SCRATCH/key"
setcap cap_bpf,cap_net_admin,cap_perfmon,cap_dac_read_search+ep "$capable"
capable "$capable" read -o json --distinct-key="$SCRATCH/key" --attack-ignore="$SCRATCH/list" \
	--suffix-list="$SCRATCH/list" "$SCRATCH/capture" || fail "read of the capable copy: $(cat "$SCRATCH/err")"
for file in capture key list; do
	chmod 600 "$SCRATCH/$file"
	capable "$capable" read -o json --distinct-key="$SCRATCH/key" --attack-ignore="$SCRATCH/list" \
		--suffix-list="$SCRATCH/list" "$SCRATCH/capture" && fail "the capable copy reads a $file that is not its user's"
	grep -q 'Permission denied' "$SCRATCH/err" || fail "a $file that is not its user's: $(cat "$SCRATCH/err")"
	chmod 644 "$SCRATCH/$file"
done
setcap cap_bpf,cap_net_admin,cap_perfmon+ep "$capable"

# A set-user-ID or set-group-ID copy would read root's files for anybody.
for mode in 4755 2755 6755; do
	cp "$RCODEWATCH" "$SCRATCH/setid"
	chmod "$mode" "$SCRATCH/setid"
	for command in "read $SCRATCH/key" "run -n 1 vb" "check vb" explain --version; do
		# shellcheck disable=SC2086 # words
		capable "$SCRATCH/setid" $command
		same "mode $mode, $command: exit status" 2 $?
		same "mode $mode, $command: standard output" "" "$(head -n 1 "$SCRATCH/out")"
		[[ $(cat "$SCRATCH/err") == "rcodewatch: a set-user-ID or set-group-ID program would "* ]] ||
			fail "mode $mode, $command: says '$(cat "$SCRATCH/err")'"
	done
done
net_in B "$SCRATCH/setid" --version >/dev/null || fail "started by root, a set-user-ID copy of root's does not run"

refuses "another user" 2 "*--user root: only for those who*" --user root vb

net_start capable B "${lowly[@]}" "$capable" run -o none --sink "json:$user/x" vb
wait_for 20 grep -q watching "$SCRATCH/capable.err"
fields "capable" "${PID_capable:?}" NoNewPrivs 1
same "capable: capabilities" "$caps_main" "$(field "$PID_capable" CapPrm)"
net_stop capable || fail "capable: exit status $?: $(cat "$SCRATCH/capable.err")"

# ---- commands that need nothing ---------------------------------------------------------

mkfifo "$SCRATCH/never"
reader() { # WHAT CAPABILITIES PROGRAM...: of read, which waits for a capture
	local what=$1 caps=$2 pid

	shift 2
	"$@" read - <"$SCRATCH/never" >"$SCRATCH/out" 2>&1 &
	pid=$!
	exec 9>"$SCRATCH/never"
	wait_for 10 read_waits "$pid" || cat "$SCRATCH/out"
	same "$what: capabilities" "$caps" "$(field "$pid" CapPrm)"
	same "$what: NoNewPrivs" 1 "$(field "$pid" NoNewPrivs)"
	exec 9>&-
	wait "$pid"
}
read_waits() {
	[ "$(cat "/proc/$1/comm")" = rcodewatch ] && [ "$(field "$1" NoNewPrivs)" = 1 ]
}
reader "read, capable" $caps_none setpriv --reuid="$uid" --regid="$gid" --clear-groups "$capable"
reader "read, root" $caps_read "$RCODEWATCH"

# ---- root becomes another user ----------------------------------------------------------

sinks=(--sink "json:$user/log,interval=0.2" --sink json:tcp:127.0.0.1:9)
! "$RCODEWATCH" --version | grep -q '^sinks:.*prometheus' ||
	sinks+=(--sink "prometheus:unix:$user/socket" --sink prometheus:127.0.0.1:19153)
! "$RCODEWATCH" --version | grep -q '^sinks:.*kafka' || sinks+=(--sink "$kafka")
net_start run B "$RCODEWATCH" run -o none -i 0.2 "${sinks[@]}" vb
wait_for 20 test -s "$user/log"
fields "root's run" "${PID_run:?}" Uid "$uid $uid $uid $uid"
fields "root's run" "$PID_run" Gid "$gid $gid $gid $gid"
fields "root's run" "$PID_run" Groups "$(id -G "$RUN_USER" | tr ' ' '\n' | sort -n | xargs)"
fields "root's run" "$PID_run" NoNewPrivs 1
for set in CapPrm CapEff; do
	same "capabilities of the main thread: $set" $caps_main "$(field "$PID_run" $set)"
	for thread in "/proc/$PID_run/task"/*; do
		field "$PID_run" $set "${thread##*/}"
	done | sort | uniq -c | awk '{ print $2, $1 }' >"$SCRATCH/caps"
	# Before 5.19 the one that reads the maps has CAP_BPF, too.
	same "threads with other capabilities: $set" "" "$(awk -v a=$caps_main -v b=$caps_none \
		'$1 != a && $1 != b { print $1 }' "$SCRATCH/caps")"
	[ "$(awk -v set=$caps_none '$1 == set { print $2 }' "$SCRATCH/caps")" -ge 3 ] || fail "threads: $(cat "$SCRATCH/caps")"
done
attacher=$(pgrep -P "$PID_run" -x rcw-attacher) || fail "there is no attacher"
for set in CapPrm CapEff; do
	same "capabilities of the attacher: $set" $caps_attacher "$(field "$attacher" $set)"
done
fields "the attacher" "$attacher" Uid "$uid $uid $uid $uid"
fields "the attacher" "$attacher" NoNewPrivs 1
fields "root's run" "$PID_run" CapInh $caps_none
fields "root's run" "$PID_run" CapAmb $caps_none
# What is not dumpable is root's in /proc, whoever it runs as: proc(5).
same "owner of its memory" 0 "$(stat -c %u "/proc/$PID_run/mem")"
"${lowly[@]}" cat "/proc/$PID_run/environ" >/dev/null 2>&1 && fail "a process of the same user reads its environment"

# The first file and the one after a rotation are that user's.
same "owner of the file" "$uid" "$(stat -c %u "$user/log")"
mv "$user/log" "$user/log.1"
wait_for 10 test -s "$user/log"
same "owner after rotation" "$uid" "$(stat -c %u "$user/log")"
# A link in its place is not written through.
: >"$SCRATCH/target"
chown "$RUN_USER" "$SCRATCH/target"
mv "$user/log" "$user/log.2"
ln -s "$SCRATCH/target" "$user/planted"
mv -T "$user/planted" "$user/log"
if wait_for 10 test -L "$user/log"; then
	kill -HUP "$PID_run"
	wait_for 10 grep -q "cannot open $user/log again: it is a symbolic link" "$SCRATCH/run.err"
	same "written through a link" 0 "$(stat -c %s "$SCRATCH/target")"
fi
net_stop run || fail "root's run: exit status $?: $(cat "$SCRATCH/run.err")"
[ ! -e "$user/socket" ] || fail "its socket is left behind"

mkdir -m 755 "$SCRATCH/roots"
cd "$SCRATCH/roots" || die "no folder"
net_start root B "$RCODEWATCH" run -o none -i 0.2 --user root --sink json:x,interval=0.2 vb
cd / || die "no /"
wait_for 20 grep -q watching "$SCRATCH/root.err"
fields "--user root" "${PID_root:?}" Uid "0 0 0 0"
same "--user root: capabilities" $caps_main "$(field "$PID_root" CapEff)"
same "--user root: owner of its memory" 0 "$(stat -c %u "/proc/$PID_root/mem")"
net_stop root || fail "--user root: exit status $?: $(cat "$SCRATCH/root.err")"
[ -s "$SCRATCH/roots/x" ] || fail "--user root: nothing in its file"

# ---- what is wrong is refused before a link is changed -------------------------------------------

wrong() { # STATUS PATTERN ARGUMENT...
	local wanted=$1 pattern=$2 status line

	shift 2
	net_in B timeout 20 "$RCODEWATCH" run "$@" >"$SCRATCH/out" 2>"$SCRATCH/err" </dev/null
	status=$?
	line=$(cat "$SCRATCH/err")
	same "$*: exit status" "$wanted" "$status"
	# shellcheck disable=SC2053 # a pattern
	[[ $line == "rcodewatch: "$pattern ]] || fail "$*: says '$line'"
	same "$*: lines" 1 "$(wc -l <"$SCRATCH/err")"
}

rm -f "$SCRATCH/events"
ip -n "$NS_B" monitor link >"$SCRATCH/events" 2>/dev/null &
monitor=$!
net_processes+=("$monitor")
wrong 1 "cannot open sink json:$SCRATCH/roots/y: Permission denied: user $RUN_USER, as which this runs, may not: give it a folder of its own (chown $RUN_USER), or name another user by --user" \
	--sink "json:$SCRATCH/roots/y" vb
wrong 1 "cannot open sink json:$user/y: its folder '*' belongs to another user*" --user root --sink "json:$user/y" vb
mkdir "$SCRATCH/shared"
chown "$RUN_USER" "$SCRATCH/shared"
chmod 777 "$SCRATCH/shared"
wrong 1 "cannot open sink json:$SCRATCH/shared/x: others may write in its folder 'shared'*" \
	--sink "json:$SCRATCH/shared/x" vb
ln -s "$user/elsewhere" "$user/link"
wrong 1 "cannot open sink json:$user/link: it is a symbolic link: name the file that it leads to" --sink "json:$user/link" vb
if "$RCODEWATCH" --version | grep -q '^sinks:.*prometheus'; then
	wrong 1 "cannot open sink prometheus:127.0.0.1:80: Permission denied: ports below 1024 are for root*" \
		--sink prometheus:127.0.0.1:80 vb
	wrong 1 "cannot open sink prometheus:unix:$SCRATCH/shared/s: others may write*" --sink "prometheus:unix:$SCRATCH/shared/s" vb
fi
if "$RCODEWATCH" --version | grep -q '^sinks:.*kafka'; then
	echo compresion.type=zstd >"$SCRATCH/typo.conf"
	wrong 1 "$SCRATCH/typo.conf:1: no property 'compresion.type' can be set: did you mean compression.type?" \
		--sink "$kafka,properties=$SCRATCH/typo.conf" vb
	install -m 600 -o root "$SCRATCH/typo.conf" "$SCRATCH/secret.conf"
	wrong 1 "cannot read Kafka properties from $SCRATCH/secret.conf: Permission denied*$RUN_USER*" \
		--sink "$kafka,properties=$SCRATCH/secret.conf" vb
fi
wrong 2 "--user no-such-user: there is no such user" --user no-such-user vb
wrong 2 "--user : needs the name of a user; *" --user "" vb
net_in B setpriv --bounding-set=-setuid --inh-caps=-setuid "$RCODEWATCH" run vb >"$SCRATCH/out" 2>"$SCRATCH/err"
same "root without CAP_SETUID: exit status" 1 $?
grep -q "^rcodewatch: cannot run as user $RUN_USER: cannot change to it: .*--user root stays root" "$SCRATCH/err" ||
	fail "root without CAP_SETUID: $(cat "$SCRATCH/err")"
net_in B setpriv --reuid="$uid" --regid="$gid" --clear-groups "$RCODEWATCH" run vb 2>"$SCRATCH/err"
same "no privileges: exit status" 1 $?
kill "$monitor"
wait "$monitor" 2>/dev/null
same "what happened to links meanwhile" "" "$(grep vb "$SCRATCH/events")"
