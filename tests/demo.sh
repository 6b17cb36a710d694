#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# The demonstration behind `make demo`: two network namespaces of its own with a veth pair between.
# One is a resolver's, which answers its clients and is answered by authoritative servers; there
# rcodewatch watches for eighteen seconds. Needs root. Takes down all that it has put up, however it
# ends; nothing outside its namespaces is touched.

set -uo pipefail
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
O=$(cd "$root" && realpath -m "${O:-build}")
# shellcheck source-path=SCRIPTDIR source=lib/say.sh
. "$root/tests/lib/say.sh"
internet=rwdemo$$i
resolver=rwdemo$$r
seconds=18 healthy=6 failing=8
clients_rate=5000 servers_rate=1200 # what is in the resolver's cache needs no server
made=()
monitor='' to_clients='' from_servers='' scratch=''

give_up() {
	echo "demo: $*" >&2
	exit 1
}

# Tell a child to end and wait for it; one that does not within 5 s is killed.
end_process() {
	local i

	[ -n "$1" ] || return 0
	kill -TERM "$1" 2>/dev/null
	for ((i = 0; i < 100; i++)); do
		if ! kill -0 "$1" 2>/dev/null; then
			wait "$1" 2>/dev/null
			return 0
		fi
		sleep 0.05
	done
	kill -KILL "$1" 2>/dev/null
	wait "$1" 2>/dev/null
}

# shellcheck disable=SC2317 # a trap calls it
cleanup() {
	local status=$? ns

	# A child told to end between fork and exec still has its parent's traps.
	[ "$BASHPID" = $$ ] || exit "$status"
	trap '' INT TERM HUP
	trap - EXIT
	end_process "$to_clients"
	end_process "$from_servers"
	end_process "$monitor"
	for ns in "${made[@]}"; do
		ip netns del "$ns" 2>/dev/null
	done
	[ -z "$scratch" ] || rm -rf "$scratch"
	exit "$status"
}

make_link() {
	local ns

	for ns in "$internet" "$resolver"; do
		ip netns add "$ns" || give_up "network namespaces cannot be made here; a container needs CAP_SYS_ADMIN for that"
		made+=("$ns")
		ip -n "$ns" link show dev lo >/dev/null ||
			give_up "ip cannot enter a network namespace here; in a chroot, / has to be a mount point"
	done
	ip -n "$internet" link add net0 type veth peer name eth0 netns "$resolver" ||
		give_up "the kernel has no veth devices; load its veth module"
	# Neighbour discovery is no part of the story.
	ip netns exec "$internet" sh -c 'echo 1 >/proc/sys/net/ipv6/conf/net0/disable_ipv6' 2>/dev/null
	ip netns exec "$resolver" sh -c 'echo 1 >/proc/sys/net/ipv6/conf/eth0/disable_ipv6' 2>/dev/null
	if ! ip -n "$internet" link set net0 up || ! ip -n "$resolver" link set eth0 up; then
		give_up "the veth pair cannot be set up"
	fi
}

# Both kinds of traffic begin when the monitor is there to see it, and go on until it ends.
play_traffic() { # NAMESPACE, what dnsload is to do there
	local i

	for ((i = 0; i < 200; i++)); do
		kill -0 "$monitor" 2>/dev/null || exit 0
		ip -n "$resolver" link show dev eth0 2>/dev/null | grep -q xdp && break
		sleep 0.05
	done
	exec ip netns exec "$1" "$O/tests/tools/dnsload" --outage-after $healthy --outage-for $failing \
		--duration $seconds "${@:2}"
}

# A string of the first advice in a JSON line.
member() { # NAME, JSON line
	local after=${2#*\"advice\":[}

	after=${after#*\""$1"\":\"}
	echo "${after%%\"*}"
}

# The share of a code.
percent() { # CODE, JSON line
	sed -n 's/.*"rcodes":\[[^]]*{"code":'"$1"',[^}]*"share":\([0-9.]*\).*/\1/p' <<<"$2" | awk '{ printf "%.0f %%\n", $1 * 100 }'
}

# How it ended, from what a sink has got: the page on the screen is that of the last second.
tell_the_story() {
	local tx rx end last since

	# Not the very last of them: the outage ends within its second.
	tx=$(grep '"direction":"tx".*"advice":\[{' "$scratch/reports" | tail -n 2 | head -n 1)
	end=${tx#*\"end\":\"}
	rx=$(grep '"direction":"rx"' "$scratch/reports" | grep -F "\"end\":\"${end%%\"*}\"")
	last=$(grep '"type":"report".*"direction":"tx"' "$scratch/reports" | tail -n 1)
	if [ -z "$tx" ] || [ -z "$rx" ]; then
		give_up "no report has said what went wrong; is this machine busy?"
	fi
	since=$(member since "$tx")
	say <<-END

		While the zone was failing, every tx report said so:
		  $(member text "$tx"), since ${since:11:8} UTC
		  type: $(member check "$tx")
		Clients got $(percent 2 "$tx") SERVFAIL (tx), the resolver $(percent 2 "$rx") from authoritative servers (rx): they were well, but what they sent did not validate.
	END
	case $last in
	*'"advice":[]'*) say <<<"Then the zone was signed anew, SERVFAIL went back to where it had been, and the advice was gone." ;;
	*) give_up "the last report still sees the zone failing; is this machine busy?" ;;
	esac
}

[ "$(id -u)" -eq 0 ] || give_up "needs root, for network namespaces and XDP; run make demo as root"
command -v ip >/dev/null || give_up "needs the command ip; install iproute2"
for program in rcodewatch tests/tools/dnsload; do
	[ -x "$O/$program" ] || give_up "$O/$program is not built; run make demo, which builds it"
done

trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

say <<END
A resolver in a network namespace, and what rcodewatch sees on its interface:
  tx  its answers to clients, ${clients_rate:0:-3},${clients_rate: -3} a second
  rx  what authoritative servers answer it, ${servers_rate:0:-3},${servers_rate: -3} a second
After $healthy of $seconds seconds the signatures of one zone, shop.example, expire: a third of the answers to clients become SERVFAIL with EDE 7, the zone is at the head of the lists, and a line of advice says what to type. $failing seconds later it is signed anew.

END
# Time to read that: the reports will take the screen.
[ ! -t 1 ] || sleep 8
scratch=$(mktemp -d) || give_up "no temporary directory can be made"
# Whom run becomes, when root starts it, writes there.
chown "$(id -u rcodewatch 2>/dev/null || id -u nobody)" "$scratch"
make_link

# In the background, so that a signal is heard at once; bash gives such a child no terminal to read.
ip netns exec "$resolver" "$O/rcodewatch" run eth0 --mode native --interval 1 \
	--count $seconds --top 3 --sink "json:$scratch/reports,interval=1" <&0 &
monitor=$!
play_traffic "$resolver" --interface eth0 --qdisc --mix outage --rate $clients_rate &
to_clients=$!
play_traffic "$internet" --interface net0 --mix upstream-outage --rate $servers_rate &
from_servers=$!
wait "$monitor"
status=$?
monitor=
end_process "$to_clients"
end_process "$from_servers"
to_clients='' from_servers=''
if [ "$status" -eq 0 ]; then
	tell_the_story
	program=$(realpath --relative-to="$PWD" "$O/rcodewatch")
	say <<-END

		All that was played in namespaces, which are gone now. On an interface of yours:
		  $program check eth0
		    can it be watched, how, and what would that disturb
		  $program run eth0
		    watch it
		  $program explain ede:7
		    what a code means and what to do about it
	END
fi
exit "$status"
