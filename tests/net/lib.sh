# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# shellcheck shell=bash
#
# For tests in network namespaces; to be sourced first. What a test makes here is taken down when it
# ends, however it ends: processes first, then namespaces (and the links in them), then files.
#
#   net_need COMMAND...      skip the test where one is missing
#   net_namespace LETTER     make a namespace of our own; $NS_LETTER is its name
#   net_no_ipv6 LETTER...    links made there later have no IPv6, so no packets of their own
#   net_veth A B [MTU]       a veth pair, up: va in $NS_A (10.9.0.1, fd09::1), vb in $NS_B (.2, ::2)
#   net_quiet_veth A B [QUEUES]   the same without addresses and without IPv6: only what a test sends
#                            goes there; with so many queues
#   net_resolver HOST...     namespaces A, B and C: B is a resolver with vb (net_veth) and ub (10.8.0.1), C has 10.8.0.HOST on uc
#   net_kafka_address LETTER   an address for lo, which librdkafka needs beside 127.0.0.1
#   net_lost                 packets that were lost between A and any hook on vb, since they are there
#   net_in LETTER COMMAND... run in a namespace
#   net_start NAME LETTER COMMAND...   the same in the background; $PID_NAME is its process, its
#                            output is in $SCRATCH/NAME.out and $SCRATCH/NAME.err
#   net_unbound [NAME LETTER ADDRESS...]   start a resolver by net_start NAME (unbound) in LETTER (B) at the addresses (vb's
#                            of net_veth); its options beside those of every test, and clauses behind them, are on standard input
#   net_stop NAME [SIGNAL]   end it by SIGTERM or SIGNAL; gives its exit status
#   net_lines_valid FILE...  lines on transactions that are in there keep to their identities, with whatever else is in JSON lines.
#                            A test's end does it with all of $SCRATCH, and net_start with what NAME left there
#   wait_for SECONDS COMMAND...   until the command succeeds; fails with a word on it if it does not
#   outage SECONDS          let one last so long, or OUTAGE_SECONDS if that is more
#   while_away PACKETS RATE  as many, and those of OUTAGE_SECONDS at RATE a second
#   count_of FILE KEY        what dnsload --expect wrote for KEY, 0 if nothing
#   same WHAT WANTED FOUND   compare; a difference fails the test at its end
#   fail WORDS...            note a failure and go on
#   die WORDS...             fail and end at once

set -uo pipefail
export LC_ALL=C PYTHONDONTWRITEBYTECODE=1

OUTAGE_SECONDS=${OUTAGE_SECONDS:-0}

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
O=$(cd "$ROOT" && realpath -m "${O:-build}")
# shellcheck disable=SC2034 # for the test
RCODEWATCH=$O/rcodewatch DNSLOAD=$O/tests/tools/dnsload
# The sbin directories are not in everyone's path, and unbound, ip and ethtool are there.
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin

net_namespaces=()
net_processes=()
net_failures=0

net_cleanup() {
	local status=$? pid ns files

	# A child told to end between fork and exec still has its parent's traps.
	[ "$BASHPID" = $$ ] || exit "$status"
	trap '' INT TERM HUP
	trap - EXIT
	for pid in "${net_processes[@]}"; do
		kill -TERM "$pid" 2>/dev/null
	done
	for pid in "${net_processes[@]}"; do
		net_reap "$pid"
	done
	# What failed or was stopped has not written to the end.
	if [ "$status" -eq 0 ] && [ "$net_failures" -eq 0 ]; then
		readarray -d '' files < <(find "$SCRATCH" -type f -print0)
		net_lines_valid "${files[@]}"
	fi
	for ns in "${net_namespaces[@]}"; do
		# What a test started in there and lost sight of.
		ip netns pids "$ns" 2>/dev/null | xargs -r kill -KILL 2>/dev/null
		ip netns del "$ns" 2>/dev/null
	done
	rm -rf "$SCRATCH"
	if [ "$status" -eq 0 ] && [ "$net_failures" -gt 0 ]; then
		echo "$net_failures checks failed"
		status=1
	fi
	exit "$status"
}

# The last line of what was killed may be cut. Without python3-jsonschema (77) nothing is said.
net_lines_valid() {
	local file said status

	[ -x /usr/bin/python3 ] || return 0
	for file; do
		grep -qs '^{"schema":"[^"]*","type":"transactions"' "$file" || continue
		said=$(grep '}$' "$file" | /usr/bin/python3 "$ROOT/tests/validate_json.py" 2>&1)
		status=$?
		[ "$status" -eq 0 ] || [ "$status" -eq 77 ] || fail "${file##*/}: $said"
	done
}

# Wait for a child that has been told to end; one that does not within 5 s is killed.
net_reap() {
	local pid=$1 i

	for ((i = 0; i < 100; i++)); do
		if ! kill -0 "$pid" 2>/dev/null; then
			wait "$pid" 2>/dev/null
			return
		fi
		sleep 0.05
	done
	kill -KILL "$pid" 2>/dev/null
	wait "$pid" 2>/dev/null
}

SCRATCH=$(mktemp -d) || exit 1
trap net_cleanup EXIT
# Whom run becomes, when root starts it, writes there.
RUN_USER=rcodewatch
id "$RUN_USER" >/dev/null 2>&1 || RUN_USER=nobody
chown "$RUN_USER" "$SCRATCH"
trap 'exit 130' INT
trap 'exit 143' TERM HUP

skip() {
	echo "$*"
	exit 77
}

fail() {
	echo "FAILED: $*"
	net_failures=$((net_failures + 1))
}

die() {
	fail "$@"
	exit 1
}

same() {
	[ "$2" = "$3" ] || fail "$1: should be '$2', is '$3'"
}

net_need() {
	local command

	for command in "$@"; do
		command -v "$command" >/dev/null || skip "$command is not installed"
	done
}

net_namespace() {
	local name=rw$$$1

	ip netns add "$name" || die "cannot make a network namespace"
	net_namespaces+=("$name")
	printf -v "NS_$1" %s "$name"
	ip -n "$name" link set lo up || die "cannot set up lo in $name"
}

net_name() {
	local variable=NS_$1

	echo "${!variable:?no namespace $1}"
}

net_in() {
	local name

	name=$(net_name "$1") || exit 1
	shift
	ip netns exec "$name" "$@"
}

net_no_ipv6() {
	local letter

	for letter; do
		net_in "$letter" sh -c 'echo 1 >/proc/sys/net/ipv6/conf/default/disable_ipv6' 2>/dev/null
	done
}

net_veth() {
	local a b mtu=${3:-1500}

	a=$(net_name "$1") && b=$(net_name "$2") || exit 1
	ip -n "$a" link add va mtu "$mtu" type veth peer name vb mtu "$mtu" netns "$b" ||
		die "cannot make a veth pair"
	# Neighbour discovery would be counted, and an address that is being checked cannot be used.
	net_quiet "$a" va
	net_quiet "$b" vb
	net_address "$a" va 1
	net_address "$b" vb 2
	wait_for 5 net_carrier "$a" va
	wait_for 5 net_carrier "$b" vb
}

net_quiet_veth() {
	local a b queues=${3:-1}

	a=$(net_name "$1") && b=$(net_name "$2") || exit 1
	net_no_ipv6 "$1" "$2"
	ip -n "$a" link add va numtxqueues "$queues" numrxqueues "$queues" type veth \
		peer name vb numtxqueues "$queues" numrxqueues "$queues" netns "$b" ||
		die "cannot make a veth pair"
	ip -n "$a" link set va up
	ip -n "$b" link set vb up
	wait_for 5 net_carrier "$a" va
	wait_for 5 net_carrier "$b" vb
}

# By the sending end, or its peer's full ring or the backlog. What the receiving end calls dropped is what
# nobody wanted after the hook, so it is not in this.
net_lost() {
	{
		ip -n "$(net_name A)" -s -j link show va | jq '.[].stats64.tx.dropped'
		net_in B ethtool -S vb | awk '/rx_queue_[0-9]*_drops/ { print $2 }'
	} | awk '{ n += $1 } END { print n + 0 }'
}

net_quiet() { # namespace, link
	# shellcheck disable=SC2016 # the inner shell's argument
	ip netns exec "$1" sh -c 'cd "/proc/sys/net/ipv6/conf/$0" && echo 0 >accept_dad &&
		echo 1 >addr_gen_mode && echo 0 >router_solicitations' "$2" 2>/dev/null
}

net_address() { # namespace, link, host number
	if ! ip -n "$1" addr add "10.9.0.$3/24" dev "$2" ||
		! ip -n "$1" addr add "fd09::$3/64" dev "$2" nodad || ! ip -n "$1" link set "$2" up; then
		die "cannot set up $2 in $1"
	fi
}

net_carrier() {
	ip -n "$1" -o link show dev "$2" | grep -q LOWER_UP
}

net_start() {
	local name=$1 ns

	ns=$(net_name "$2") || exit 1
	shift 2
	[ ! -s "$SCRATCH/$name.out" ] || net_lines_valid "$SCRATCH/$name.out"
	# Emptied here and not by the child, so that nobody waits for words of an earlier run and finds them.
	: >"$SCRATCH/$name.out"
	: >"$SCRATCH/$name.err"
	ip netns exec "$ns" "$@" >>"$SCRATCH/$name.out" 2>>"$SCRATCH/$name.err" </dev/null &
	printf -v "PID_$name" %s "$!"
	net_processes+=("$!")
}

# getaddrinfo(3) finds no 127.0.0.1 for librdkafka (AI_ADDRCONFIG) where there is no other address.
net_kafka_address() {
	ip -n "$(net_name "$1")" addr add 10.9.0.2/32 dev lo || die "cannot give lo an address"
}

net_resolver() {
	local host

	net_namespace A
	net_namespace B
	net_namespace C
	net_veth A B
	ip -n "$NS_B" link add ub type veth peer name uc netns "$NS_C" || die 'cannot make a veth pair'
	net_quiet "$NS_B" ub
	net_quiet "$NS_C" uc
	ip -n "$NS_B" addr add 10.8.0.1/24 dev ub && ip -n "$NS_B" link set ub up
	for host; do
		ip -n "$NS_C" addr add "10.8.0.$host/24" dev uc || die "no address 10.8.0.$host"
	done
	ip -n "$NS_C" link set uc up
	wait_for 5 net_carrier "$NS_B" ub
}

net_unbound() {
	local name=${1:-unbound} letter=${2:-B}

	shift $(($# < 2 ? $# : 2))
	[ $# -gt 0 ] || set -- 10.9.0.2 fd09::2
	{
		cat <<-END
			remote-control:
			control-enable: no
			server:
			$(printf 'interface: %s\n' "$@")
			access-control: 10.9.0.0/16 allow
			access-control: fd09::/64 allow
			do-daemonize: no
			username: ""
			chroot: ""
			directory: "$SCRATCH"
			pidfile: ""
			use-syslog: no
			num-threads: 1
			so-rcvbuf: 0
			so-sndbuf: 0
		END
		cat
	} >"$SCRATCH/$name.conf"
	net_start "$name" "$letter" unbound -d -c "$SCRATCH/$name.conf"
}

net_stop() {
	local variable=PID_$1 signal=${2:-TERM} pid

	pid=${!variable:?nothing called $1 was started}
	kill -"$signal" "$pid" 2>/dev/null
	net_wait "$1"
}

# The exit status of what was started, when it has ended by itself.
net_wait() {
	local variable=PID_$1 pid status one rest=()

	pid=${!variable:?nothing called $1 was started}
	wait "$pid"
	status=$?
	for one in "${net_processes[@]}"; do
		[ "$one" = "$pid" ] || rest+=("$one")
	done
	net_processes=("${rest[@]}")
	return "$status"
}

wait_for() {
	local seconds=$1 end

	shift
	end=$((${EPOCHREALTIME/[.,]/} + seconds * 1000000))
	until "$@" >/dev/null 2>&1; do
		if [ "${EPOCHREALTIME/[.,]/}" -gt "$end" ]; then
			fail "waited $seconds s in vain for: $*"
			return 1
		fi
		sleep 0.05
	done
}

outage() {
	sleep "$(($1 > OUTAGE_SECONDS ? $1 : OUTAGE_SECONDS))"
}

while_away() {
	echo $(($1 + OUTAGE_SECONDS * $2))
}

count_of() {
	awk -v key="$2" '$1 == key { n = $2 } END { print n + 0 }' "$1"
}

[ "$(id -u)" -eq 0 ] || skip "needs root, to make network namespaces"
net_need ip
if ! ip netns add "rw$$probe" 2>/dev/null || ! ip netns del "rw$$probe"; then
	skip "network namespaces cannot be made here"
fi
