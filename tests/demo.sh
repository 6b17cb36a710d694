#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# The demonstration behind `make demo`: two network namespaces of its own with a veth pair between.
# In one plays DNS traffic, in the other rcodewatch watches it for eighteen seconds. Needs root. Takes
# down all that it has put up, however it ends; nothing outside its namespaces is touched.

set -uo pipefail
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
O=$(cd "$root" && realpath -m "${O:-build}")
internet=rwdemo$$i
resolver=rwdemo$$r
seconds=18 healthy=6 failing=8 rate=5000
made=()
monitor='' load='' scratch=''

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
	end_process "$load"
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

# The traffic begins when the monitor is there to see it, and goes on until the monitor ends.
play_traffic() {
	local i

	for ((i = 0; i < 200; i++)); do
		kill -0 "$monitor" 2>/dev/null || exit 0
		ip -n "$resolver" link show dev eth0 2>/dev/null | grep -q xdp && break
		sleep 0.05
	done
	exec ip netns exec "$internet" "$O/tests/dnsload" --interface net0 --mix outage \
		--outage-after $healthy --outage-for $failing --rate $rate --duration $seconds
}

# A member of the first advice in a JSON line.
member() {
	local after=${2#*\"advice\":[}

	after=${after#*\""$1"\":\"}
	echo "${after%%\"*}"
}

# How it ended, from what a sink has got: the page on the screen is that of the last second.
tell_the_story() {
	local line since last

	# Not the very last of them: the outage ends within its second.
	line=$(grep '"advice":\[{' "$scratch/reports" | tail -n 2 | head -n 1)
	last=$(grep '"type":"report"' "$scratch/reports" | tail -n 1)
	[ -n "$line" ] || give_up "no report has said what went wrong; is this machine busy?"
	since=$(member since "$line")
	cat <<-END

		While the zone was failing, every report said so:
		  $(member text "$line"),
		  since ${since:11:8} UTC; type: $(member check "$line")
	END
	case $last in
	*'"advice":[]'*) echo "Then it was signed anew, SERVFAIL went back to where it had been, and the advice was gone." ;;
	*) give_up "the last report still sees the zone failing; is this machine busy?" ;;
	esac
}

[ "$(id -u)" -eq 0 ] || give_up "needs root, for network namespaces and XDP; run make demo as root"
command -v ip >/dev/null || give_up "needs the command ip; install iproute2"
for program in rcodewatch tests/dnsload; do
	[ -x "$O/$program" ] || give_up "$O/$program is not built; run make demo, which builds it"
done

trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

cat <<END
A veth pair between two network namespaces: at one end the name servers of the internet, at the other
a resolver, where rcodewatch counts the answers that come in, in the driver (native XDP).
What you will see, in $seconds seconds: healthy traffic, $rate answers a second; after $healthy seconds the
signatures of one zone, shop.example, expire: SERVFAIL with EDE 7 is suddenly a third of all, the zone
is at the head of the lists, and a line of advice says what to type. $failing seconds later it is signed anew.

END
# Time to read that: the report will take the screen.
[ ! -t 1 ] || sleep 4
scratch=$(mktemp -d) || give_up "no temporary directory can be made"
make_link

# In the background, so that a signal is heard at once; bash gives such a child no terminal to read.
ip netns exec "$resolver" "$O/rcodewatch" run eth0 --mode native --direction rx --interval 1 \
	--count $seconds --top 3 --sink "json:$scratch/reports,interval=1" <&0 &
monitor=$!
play_traffic &
load=$!
wait "$monitor"
status=$?
monitor=
end_process "$load"
load=
if [ "$status" -eq 0 ]; then
	tell_the_story
	program=$(realpath --relative-to="$PWD" "$O/rcodewatch")
	cat <<-END

		That was all played in namespaces, which are gone now. On an interface of yours:
		  $program check eth0      can it be watched, how, and what would that disturb
		  $program run eth0        watch it
		  $program explain ede:7   what a code means and what to do about it
	END
fi
exit "$status"
