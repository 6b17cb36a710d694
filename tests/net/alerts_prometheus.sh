#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# timeout: 300
#
# The shipped rules for Prometheus and real faults: a Prometheus scrapes a monitor beside each of nine resolvers, eight of which then
# meet a fault each, between them and their clients or servers. Each fault is named by the alerts, labels and commands that it must be,
# within the time that docs/alerts.md gives, and is over within that; before, and beside the ninth resolver, nothing fires.
#
# SCALE=12 (what `make check` does) divides all times by 12: ranges, offsets and `for:` of the shipped file (scale_rules.py), the
# intervals of scrapes, evaluations, pages and the monitor's alerts; unbound forgets a dead server in 15 s instead of minutes. Not scaled are rates,
# parts and response times, what unbound waits for an answer, and --timeout, which is 1 s at least. So SCALE_SLACK seconds are granted, what
# a machine that stands still for some seconds does to resolvers is no fault of the rules, and what is late is said but fails nothing.
# SCALE=1 (`make proof STEPS=alerts`) has the shipped files, monitor and resolver as they are, with nothing granted, and takes 40 minutes.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source-path=SCRIPTDIR source=reports.sh
. "$(dirname "$0")/reports.sh"
net_need unbound dnsperf prometheus curl python3
"$RCODEWATCH" --version | grep -q '^sinks:.*prometheus' || skip "built without libmicrohttpd"

SCALE=${SCALE:-12}
# The place of a name is the number of its networks: 10.9.N.0/24 for clients, 10.8.N.0/24 for servers.
FAULTS=(none expired one-dead all-dead hung attack lame spoofing no-way-out)
JUDGE=("$python" "$ROOT/tests/net/alerts_judge.py" "$SCALE" "${FAULTS[@]}")

# Queries a second of ordinary clients, of those of the zone with four servers, of the attack. Where times are scaled fewer do.
RATES=(40 300 150)
[ "$SCALE" -ne 1 ] || RATES=(100 800 400)

scaled() { # SECONDS: the same in a hurry
	awk -v s="$1" -v scale="$SCALE" 'BEGIN { printf "%.3f", s / scale }'
}

net_namespace A
net_namespace C
zones=(alpha bravo charlie delta)

# ---- networks, servers ---------------------------------------------------------------------------

link() { # NAMESPACE LINK NAMESPACE LINK
	ip -n "$1" link add "$2" type veth peer name "$4" netns "$3" || die 'cannot make a veth pair'
	net_quiet "$1" "$2"
	net_quiet "$3" "$4"
}
servers=()
for n in "${!FAULTS[@]}"; do
	net_namespace "B$n"
	here=$(net_name "B$n")
	link "$NS_A" "va$n" "$here" vb
	link "$here" ub "$NS_C" "uc$n"
	ip -n "$NS_A" addr add "10.9.$n.1/24" dev "va$n"
	ip -n "$here" addr add "10.9.$n.2/24" dev vb
	ip -n "$here" addr add "10.8.$n.1/24" dev ub
	for host in 2 4 5 6 7 8 9; do
		ip -n "$NS_C" addr add "10.8.$n.$host/24" dev "uc$n"
		[[ $host == [49] ]] || servers+=("10.8.$n.$host=0")
	done
	ip -n "$NS_A" link set "va$n" up && ip -n "$here" link set vb up && ip -n "$here" link set ub up &&
		ip -n "$NS_C" link set "uc$n" up || die 'cannot set up links'
	wait_for 5 net_carrier "$here" vb
	wait_for 5 net_carrier "$here" ub
done

serve() { # NAME ADDRESS=WHAT...
	local name=$1

	shift
	net_start "$name" C "$python" "$ROOT/tests/net/responder.py" "$@"
	[[ $* == *forges* ]] || wait_for 10 grep -q ready "$SCRATCH/$name.out"
}
serve servers "${servers[@]}"
for n in "${!FAULTS[@]}"; do
	serve "bad$n" "10.8.$n.9=0"
done

# ---- resolvers, monitors, clients ----------------------------------------------------------------

stub() { # ZONE ADDRESS...
	echo "stub-zone:"
	echo "	name: \"$1.test.\""
	shift
	printf '\tstub-addr: %s\n' "$@"
}
# In a twelfth of the time a twelfth of the responses comes: numbers that rules want are scaled, too, but for servers and zones that
# are silent, as unbound asks those as seldom as ever.
monitored=()
if [ "$SCALE" -ne 1 ]; then
	monitored=(-i "$(scaled 5)" --alert-interval "$(scaled 10)" --timeout 1)
	while read -r rule number; do
		monitored+=(--alert "$rule,number=$number")
	done < <("$RCODEWATCH" run --alert help | awk -v scale="$SCALE" 'NR > 1 && NF == 7 && $1 !~ /^(zone-servers|server)-silent$/ {
		print $1, int(($6 + scale - 1) / scale) }')
fi
for n in "${!FAULTS[@]}"; do
	{
		cat <<-'END'
			module-config: "iterator"
			do-ip6: no
			num-queries-per-thread: 1000
			outgoing-range: 2000
			local-zone: "test." nodefault
			local-zone: "victim.example." static
			local-data: "victim.example. 60 SOA ns.victim.example. hostmaster.victim.example. 1 2 3 4 5"
		END
		[ "$SCALE" -eq 1 ] || echo "	infra-host-ttl: 15"
		for zone in "${zones[@]}"; do
			stub "$zone" "10.8.$n.2"
		done
		stub four "10.8.$n."{5,6,7,8}
		stub bad "10.8.$n.9"
	} >"$SCRATCH/options"
	net_unbound "unbound$n" "B$n" "10.9.$n.2" <"$SCRATCH/options"
	net_start "run$n" "B$n" "$RCODEWATCH" run -o json "${monitored[@]}" \
		--sink "prometheus:10.9.$n.2:19153,top=10,interval=$(scaled 5)" vb ub
done
# 40 % of the queries are for four zones, 25 % for the zone of four servers, 35 % for the one that will be bad.
for ((i = 0; i < 10000; i++)); do
	for zone in "${zones[@]}" "${zones[@]}" four four four four four bad bad bad bad bad bad bad; do
		echo "n$i.$zone.test A"
	done
done >"$SCRATCH/usual"
for ((i = 0; i < 100000; i++)); do
	echo "x$((i * 7919 % 1000003)).victim.example A"
done >"$SCRATCH/random"

resolves() { # N
	net_in "B$1" ss -Hlun sport = :53 | grep -q "10.9.$1.2"
}
for n in "${!FAULTS[@]}"; do
	wait_for 30 resolves "$n"
	wait_for 30 monitor_runs "run$n"
	# A server among four that dies is asked again at once by a busy resolver alone. Clients have sockets of their own.
	rate=${RATES[0]}
	[ "${FAULTS[n]}" != one-dead ] || rate=${RATES[1]}
	net_start "usual$n" A dnsperf -s "10.9.$n.2" -d "$SCRATCH/usual" -Q $rate -l 7200 -t 2 -q 4000 -c 100
done

# ---- Prometheus, by the shipped files ------------------------------------------------------------

targets=$(printf '"10.9.%d.2:19153", ' "${!FAULTS[@]}")
{
	sed -e "s/\"res1.example:19153\", \"res2.example:19153\"/${targets%, }/" -e "s/: 15s$/: $(scaled 15000 | cut -d. -f1)ms/" \
		"$ROOT/docs/prometheus-scrape.yml"
} >"$SCRATCH/prometheus.yml"
"$python" "$ROOT/tests/net/scale_rules.py" "$SCALE" >"$SCRATCH/prometheus-alerts.yml" || die 'the rules cannot be scaled'
[ "$SCALE" -gt 1 ] || cmp "$ROOT/docs/prometheus-alerts.yml" "$SCRATCH/prometheus-alerts.yml" || die 'the rules are not those that ship'
net_start prometheus A prometheus --config.file="$SCRATCH/prometheus.yml" --log.level=warn --storage.tsdb.path="$SCRATCH/tsdb" \
	--web.listen-address=127.0.0.1:9090 --query.lookback-delta="$((300 / SCALE))s"

judge() {
	net_in A "${JUDGE[@]}" "$@" || fail "$1: as said above"
}

# ---- well, ill, well again -----------------------------------------------------------------------

dies() { # N HOST...: what is sent there meets no error, and nobody
	local n=$1 host

	shift
	for host; do
		ip -n "$(net_name "B$n")" neigh replace "10.8.$n.$host" lladdr 02:00:00:00:00:99 dev ub nud permanent
	done
}
recovers() { # N HOST...
	local n=$1 host

	shift
	for host; do
		ip -n "$(net_name "B$n")" neigh del "10.8.$n.$host" dev ub
	done
}
bad() { # N WHAT: the server of bad.test does that from now on
	net_stop "bad$1"
	serve "bad$1" "10.8.$1.9=$2"
}

judge quiet
begin=$EPOCHREALTIME
for n in "${!FAULTS[@]}"; do
	pid=PID_unbound$n
	case ${FAULTS[n]} in
	expired) bad "$n" 2 ;; # SERVFAIL: what a secondary says once a zone has expired
	lame) bad "$n" 5 ;; # REFUSED: what a server says of zones that it does not have
	one-dead) dies "$n" 8 ;;
	all-dead) dies "$n" 5 6 7 8 ;;
	no-way-out) dies "$n" 2 5 6 7 8 9 ;;
	hung) kill -STOP "${!pid}" ;;
	attack) net_start attack A dnsperf -s "10.9.$n.2" -d "$SCRATCH/random" -Q "${RATES[2]}" -l 7200 -t 2 -c 100 ;;
	spoofing) serve forger "10.8.$n.4=forges" ;;
	esac
done
judge fired "$begin"
end=$EPOCHREALTIME
for n in "${!FAULTS[@]}"; do
	pid=PID_unbound$n
	case ${FAULTS[n]} in
	expired | lame) bad "$n" 0 ;;
	one-dead) recovers "$n" 8 ;;
	all-dead) recovers "$n" 5 6 7 8 ;;
	no-way-out) recovers "$n" 2 5 6 7 8 9 ;;
	hung) kill -CONT "${!pid}" ;;
	attack) net_stop attack INT ;;
	spoofing) net_stop forger ;;
	esac
done
judge over "$begin" "$end"
for n in "${!FAULTS[@]}"; do
	net_stop "run$n" || fail "run$n: exit status $?: $(cat "$SCRATCH/run$n.err")"
done
