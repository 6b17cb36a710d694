#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# In a guest with systemd: what docs/operations.md says, command by command in its order, with the Debian package, on the host's
# end of a veth pair under traffic in both directions. Between, the service is killed. What is counted in the end is what was sent, and
# nothing is left.

# shellcheck source-path=SCRIPTDIR source=booted.sh
. /project/tests/guest/booted.sh
rmdir /etc/rcodewatch/rcodewatch.conf.d /etc/rcodewatch

quiet_namespace A
ip link add vb type veth peer name va netns "$NS_A" || die "cannot make a veth pair"
ip link set vb up
ip -n "$NS_A" link set va up
wait_for 5 net_carrier "$NS_A" va

link() {
	cat "/sys/class/net/vb/$1"
}

# The next version: other maps in it.
cd /project/deb || die "no package"
first=$(echo rcodewatch_*.deb)
dpkg-deb -R "$first" /root/next || die "cannot unpack $first"
install -m 755 "$O/other" /root/next/usr/bin/rcodewatch
sed -i 's/^Version: .*/Version: 0.1.1/' /root/next/DEBIAN/control
dpkg-deb -Znone -b /root/next "rcodewatch_0.1.1_${first##*_}" >/dev/null || die "cannot make the next package"

# An operator says yes. What the package depends on is there, as no archive is within reach.
echo 'APT::Get::Assume-Yes "true";' >/etc/apt/apt.conf.d/yes

find / -xdev -not -path '/proc/*' -not -path '/sys/*' -not -path '/tmp/*' -not -path '/project/*' -not -path '/root/*' -not -path '/var/log/journal/*' \
	-not -path '/run/*' 2>/dev/null | sort >/run/files.before

# On an emulated processor the verifier takes longer than systemd allows for a start.
mkdir -p /run/systemd/system/rcodewatch.service.d
printf '[Service]\nTimeoutStartSec=600\n' >/run/systemd/system/rcodewatch.service.d/slow.conf

service_up() {
	wait_for 60 service_runs "${1:-0}" || die "$(journalctl -q -n 20 -u rcodewatch -o cat)"
}

# ---- the commands ---------------------------------------------------------------------

# Each indented block's lines, and each file in a fence, which begins with its name: "run COMMAND", "file NAME LINES".
# But for the interface they are as they stand, and a report comes each second, not each minute.
commands() {
	awk '
		/^```ini/ { fence = 1; next }
		/^```/ { if (fence) print "done"; fence = 0; next }
		fence && /^# \// { print "file " $2; next }
		fence { print "line " $0; next }
		/^    [^ ]/ { sub(/^    /, ""); print "run " $0 }' /project/docs/operations.md | sed 's/eth0/vb/g; s/^line interval = 60$/line interval = 1/'
}

start_traffic() {
	carrier=$(link carrier_changes)
	net_start in A "$DNSLOAD" -i va -m healthy -t 3600 -r 200 -e "$SCRATCH/in"
	"$DNSLOAD" -i vb -q -m healthy -t 3600 -r 80 -s 2 -e "$SCRATCH/out" &
	out=$!
	net_processes+=("$out")
	wait_for 5 flows 50
	step "traffic: $(total vb rx) packets in, $(total vb tx) out"
}
flows() {
	[ "$(total vb rx)" -gt "$1" ] && [ "$(total vb tx)" -gt "$1" ]
}

end_traffic() {
	# shellcheck disable=SC2034 # for net_stop
	PID_out=$out
	net_stop in INT || fail "dnsload in: $(cat "$SCRATCH/in.err")"
	net_stop out INT || fail "dnsload out"
	sent_in=$(count_of "$SCRATCH/in" packets) sent_out=$(count_of "$SCRATCH/out" packets)
	wait_for 5 total_is vb rx "$sent_in"
	wait_for 5 total_is vb tx "$sent_out"
	echo "counted: $(total vb rx) packets of $sent_in received, $(total vb tx) of $sent_out sent"
	in_order vb rx 4
	in_order vb tx 4
	same "carrier changes" "$carrier" "$(link carrier_changes)"
}

# Of what docs/operations.md has alerts on, all but losses of a card, which a veth pair does not count.
watched() {
	local name

	timeout 60 bash -c 'exec 3<>/dev/tcp/127.0.0.1/19153 && printf "GET /metrics HTTP/1.0\r\n\r\n" >&3 && cat <&3' >"$SCRATCH/page" ||
		fail "no page for Prometheus"
	for name in last_report_timestamp_seconds attached config_correct sink_lost_messages_total; do
		grep -q "^\`rcodewatch_$name" <(grep -o '`rcodewatch_[a-z_]*`' /project/docs/operations.md) || fail "rcodewatch_$name is not in the document"
		grep -q "^rcodewatch_${name}[{ ]" "$SCRATCH/page" || fail "rcodewatch_$name is not on the page for Prometheus"
	done
	grep '^rcodewatch_attached{' "$SCRATCH/page" | grep -qv ' 1$' && fail "not attached: $(grep '^rcodewatch_attached{' "$SCRATCH/page")"
	same "states" "attached attached" "$(jq -r '[.interfaces[].state] | join(" ")' "$SCRATCH/command")"
	same "the configuration's fault" null "$(jq -r .config.fault "$SCRATCH/command")"
	same "messages lost by sinks" 0 "$(jq '[.sinks[].lost] | add' "$SCRATCH/command")"
}

# As if the version were broken: the one before counts on until there is one that starts.
broken_version() {
	install -m 755 /bin/false /usr/bin/rcodewatch.new
	mv /usr/bin/rcodewatch.new /usr/bin/rcodewatch
	systemctl restart rcodewatch 2>/dev/null && fail "a program that does nothing has started"
	wait_for 5 tried_again
	step "a version that does not start was tried $(systemctl show -P NRestarts rcodewatch) times"
}
tried_again() {
	[ "$(systemctl show -P NRestarts rcodewatch)" -ge 3 ]
}

upgraded=0 executed=0
# What is not for this kernel, as the document says.
left_out() { # COMMAND
	[[ $1 == "tc qdisc del "* ]] && kernel_has 6 6
}
before() { # COMMAND
	case $1 in
	"systemctl disable --now rcodewatch") end_traffic ;;
	"apt install "* | "systemctl restart "*)
		pid=$(service_pid 2>/dev/null)
		[[ $1 != *--allow-downgrades* ]] || broken_version
		;;
	esac
}
after() { # COMMAND
	case $1 in
	"apt install "*)
		if [ $upgraded -eq 0 ]; then
			same "enabled by the installation" disabled "$(systemctl is-enabled rcodewatch)"
			same "started by the installation" inactive "$(systemctl is-active rcodewatch)"
			step "installed, neither enabled nor started"
		else
			service_up "$pid"
			service_kill main
			service_kill all
			step "version $(dpkg-query -W -f '${Version}' rcodewatch) runs, was killed twice and is back: $(total vb rx) packets in, $(total vb tx) out"
		fi
		upgraded=$((upgraded + 1))
		;;
	"systemctl enable --now rcodewatch") service_up ;;
	"rcodewatch status")
		same "user" rcodewatch "$(stat -c %U "/proc/$(service_pid)")"
		start_traffic
		;;
	"rcodewatch status --json") watched ;;
	"rcodewatch reload") service_is SubState running || fail "it does not run after a reload" ;;
	"systemctl restart rcodewatch") service_up "$pid" ;;
	"systemctl disable --now rcodewatch")
		same "descriptors kept after the end" 0 "$(systemctl show -P NFileDescriptorStore rcodewatch)"
		same "programs left attached" 0 "$(rcodewatch check -o json vb | jq '.programs | length')"
		step "stopped: nothing is attached"
		;;
	esac
}

file=''
while read -r -u 3 kind words; do
	case $kind in
	file) file=$words && : >"$file" ;;
	line) [ -z "$file" ] || printf '%s\n' "$words" >>"$file" ;;
	done) file='' ;;
	run)
		! left_out "$words" || continue
		before "$words"
		echo "\$ $words"
		bash -c "$words" >"$SCRATCH/command" 2>&1 </dev/null || fail "'$words' ends with $?: $(tail -n 5 "$SCRATCH/command")"
		executed=$((executed + 1))
		[[ $words == @(*json*|"apt "*) ]] || head -n 12 "$SCRATCH/command" | cut -c -150 | sed 's/^/    /'
		after "$words"
		;;
	esac
done 3< <(commands)
[ "$executed" -ge 19 ] || fail "only $executed commands were found in docs/operations.md"
same "installations" 3 $upgraded
step "$executed commands of docs/operations.md were run"

# ---- what is left -----------------------------------------------------------------------

find / -xdev -not -path '/proc/*' -not -path '/sys/*' -not -path '/tmp/*' -not -path '/project/*' -not -path '/root/*' -not -path '/var/log/journal/*' \
	-not -path '/run/*' 2>/dev/null | sort >/run/files.after
left=$(comm -13 /run/files.before /run/files.after | grep -vE '^/var/lib/(apt|dpkg|systemd)/|^/etc/(passwd|group|shadow|gshadow)-?$|^/var/cache/|^/var/log/(apt/|dpkg[.]log$)')
same "files left" "" "$left"
systemctl is-active rcodewatch >/dev/null && fail "it still runs"
[ ! -e /sys/fs/bpf/rcodewatch ] || fail "the folder of pins is left"
[ "$net_failures" -eq 0 ] || journalctl -q -u rcodewatch -o cat | tail -n 40
[ "$net_failures" -gt 0 ] || step "purged: nothing is left of it"
step "done"
