#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# timeout: 120
#
# The page for Prometheus: what it says is what was sent, in both formats, to every scraper the same; it
# only grows, also when the interface goes away and comes back; a real Prometheus takes it and answers
# with what was sent; nothing on the wire makes series.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source-path=SCRIPTDIR source=reports.sh
. "$(dirname "$0")/reports.sh"
net_need curl promtool prometheus jq
"$RCODEWATCH" --version | grep -q '^sinks:.*prometheus' || skip "built without libmicrohttpd"
"$python" -c 'import prometheus_client' 2>/dev/null || skip "python3-prometheus-client is missing"

ADDRESS=127.0.0.1:19153
METRICS=("$python" "$ROOT/tests/net/metrics.py")

net_namespace A
net_namespace B

get() { # path, curl's other arguments
	local path=$1

	shift
	net_in B curl -sSf --max-time 10 "$@" "http://$ADDRESS$path"
}

page() { # name, curl's arguments: a page of now, kept to see whether counters grow
	local name=$1

	shift
	get /metrics "$@" >"$SCRATCH/$name" || fail "no page for $name"
	pages+=("$SCRATCH/$name")
}
pages=()

value() { # file, the beginning of a series
	series=$2 awk 'index($0, ENVIRON["series"]) == 1 { print $NF; exit }' "$1"
}

counted() { # how many packets: on the page of now
	get /metrics >"$SCRATCH/now" || return 1
	[ "$("${METRICS[@]}" counts "$SCRATCH/now" vb rx | awk '$1 == "packets" { print $2 }')" = "$1" ]
}

load() { # mix, count, expect
	net_in A "$DNSLOAD" -i va -m "$1" -n "$2" -r 10000 -e "$SCRATCH/$3" || die "dnsload failed"
}

query() { # what Prometheus in B answers
	net_in B curl -sS --max-time 10 --data-urlencode "query=$1" "http://127.0.0.1:9090/api/v1/query"
}

ask() { # a query: its one value
	query "$1" | jq -r '.data.result | if length == 1 then .[0].value[1] else "\(length) series" end'
}

answers() { # a query, its value
	[ "$(ask "$1")" = "$2" ]
}

matches() { # what, page
	"${METRICS[@]}" counts "$SCRATCH/$2" vb rx >"$SCRATCH/found" || fail "$1: the page is not well-formed"
	diff "$SCRATCH/expected" "$SCRATCH/found" >"$SCRATCH/diff" ||
		fail "$1: sent (<) and counted (>) differ: $(head -n 40 "$SCRATCH/diff")"
}

net_quiet_veth A B
# Names that would break a page in which they are not escaped.
sinks=(--sink "prometheus:$ADDRESS,interval=0.5,host=metrics.example+other.example" --sink "json:$SCRATCH/a\"b\\,c=d},interval=0.5"
	--sink "prometheus:unix:$SCRATCH/socket,interval=0.5,top=3,created=off,mode=0600"
	--sink "json:unix:$SCRATCH/nobody")
net_start run B "$RCODEWATCH" run -o none -i 0.5 --label 'site=a "b" \c' "${sinks[@]}" vb
wait_for 20 monitor_runs run
wait_for 5 get /healthz
page first
same "an RCODE that has not come yet" 0 "$(value "$SCRATCH/first" \
	'rcodewatch_dns_responses_total{device="vb",direction="rx",family="ipv4",transport="udp",rcode="NXDOMAIN",site="a \"b\" \\c"}')"

cat >"$SCRATCH/prometheus.yml" <<EOF
global:
  scrape_interval: 1s
scrape_configs:
  - job_name: rcodewatch
    static_configs:
      - targets: ["$ADDRESS"]
EOF
net_start prometheus B prometheus --config.file="$SCRATCH/prometheus.yml" --log.level=warn \
	--storage.tsdb.path="$SCRATCH/tsdb" --web.listen-address=127.0.0.1:9090
wait_for 30 answers 'sum(rcodewatch_dns_responses_total)' 0

# Everything there is: all RCODEs, private and unassigned codes, what cannot be parsed.
load cases 5000 cases.expect
load codes 5000 codes.expect
"${METRICS[@]}" expect "$SCRATCH/cases.expect" "$SCRATCH/codes.expect" >"$SCRATCH/expected"
wait_for 10 counted 10000
page text
page openmetrics -H 'Accept: application/openmetrics-text; version=1.0.0'
matches "text" text
matches "OpenMetrics" openmetrics
promtool check metrics <"$SCRATCH/text" >"$SCRATCH/lint" 2>&1 || fail "promtool: $(cat "$SCRATCH/lint")"
same "what promtool says" "" "$(cat "$SCRATCH/lint")"
same "the last line of OpenMetrics" "# EOF" "$(tail -n 1 "$SCRATCH/openmetrics")"
same "counters with the time of their creation" \
	"$(grep -c '_total{.*device' "$SCRATCH/openmetrics")" "$(grep -c '_created{.*device' "$SCRATCH/openmetrics")"
same "series" 1 "$(($(grep -c '^[a-z].*direction="rx"' "$SCRATCH/text") < 300))"
get /metrics -o /dev/null -w '%{content_type}' -H 'Accept: application/openmetrics-text' |
	grep -q '^application/openmetrics-text; version=1.0.0; charset=utf-8$' || fail "Content-Type of OpenMetrics"
get /metrics -o /dev/null -w '%{content_type}' | grep -q '^text/plain; version=0.0.4; charset=utf-8$' ||
	fail "Content-Type of text"

# Two scrapers at the same time, in two formats: the same figures.
both() {
	local stamp='rcodewatch_last_report_timestamp_seconds'

	get /metrics >"$SCRATCH/one" &&
		get /metrics -H 'Accept: application/openmetrics-text' >"$SCRATCH/two" &&
		[ "$(value "$SCRATCH/one" $stamp)" = "$(value "$SCRATCH/two" $stamp)" ]
}
wait_for 10 both
"${METRICS[@]}" series "$SCRATCH/one" >"$SCRATCH/one.series"
"${METRICS[@]}" series "$SCRATCH/two" >"$SCRATCH/two.series"
diff "$SCRATCH/one.series" "$SCRATCH/two.series" >"$SCRATCH/diff" || fail "two scrapers: $(head -n 20 "$SCRATCH/diff")"

# By an independent eye. Prometheus asks for OpenMetrics.
wait_for 10 answers 'sum(rcodewatch_packets_total{device="vb",hook="xdp"})' 10000
query 'sum by (rcode) (rcodewatch_dns_responses_total{direction="rx"})' |
	jq -r '.data.result[] | select(.value[1] != "0") | "rcode.\(.metric.rcode) \(.value[1])"' | sort >"$SCRATCH/found"
grep '^rcode' "$SCRATCH/expected" | sort | diff - "$SCRATCH/found" >"$SCRATCH/diff" ||
	fail "sent (<) and known to Prometheus (>) differ: $(cat "$SCRATCH/diff")"
# It extrapolates at both ends, by 1.1 times the mean time between samples at most: of n samples that
# is a share of 2.2 / (n - 1) of the time that they cover.
packets='rcodewatch_packets_total{device="vb"}[10m]'
rate=$(ask "sum(rate($packets)) * 600")
least=$(ask "sum(rate($packets)) * 600 / (1 + 2.2 / (max(count_over_time($packets)) - 1))")
awk -v rate="$rate" -v least="$least" 'BEGIN { exit !(rate >= 9990 && least <= 10010) }' ||
	fail "rate() gives $rate for 10000, $least without what it extrapolates"
same "scrapes that failed" 0 "$(ask 'sum(count_over_time(up[5m])) - sum(sum_over_time(up[5m]))')"
net_stop prometheus

# Reports over HTTP are those of the JSON sink.
get /api/v1/history | jq -c '.[]' >"$SCRATCH/history" || fail "the history is not JSON"
reports_valid "$SCRATCH/history"
"$python" - "$SCRATCH/history" "$SCRATCH/a\"b,c=d}" <<'EOF' || fail "the history has reports that no one else has"
import json, sys
history, lines = ([json.loads(line) for line in open(path)] for path in sys.argv[1:])
sys.exit(not history or not all(report in lines for report in history))
EOF
same "reports of one moment" '"rx","tx"' "$(get /api/v1/report | jq -c '.[] | select(.type == "report").direction' | sort | paste -sd,)"

same "sides of one moment" '"clients","upstream"' "$(get /api/v1/report | jq -c '.[] | select(.type == "transactions").side' | sort | paste -sd,)"

# A page in a browser whose name now leads here (DNS rebinding) has that name in its Host field. Without one
# (HTTP/1.0: health checks) it is no browser; HTTP/1.1 has to have one (RFC 9112 section 3.2).
asked() { # STATUS ARGUMENT...
	local wanted=$1

	shift
	same "$*" "$wanted" "$(net_in B curl -sS --max-time 10 -o "$SCRATCH/asked" -w '%{http_code}' \
		"$@" "http://$ADDRESS/metrics")"
}
for host in "$ADDRESS" localhost:19153 "$(uname -n)" metrics.example other.example:80 '[::1]:19153' Metrics.EXAMPLE.; do
	asked 200 -H "Host: $host"
done
for host in evil.example evil.example:19153 127.0.0.1.evil.example metrics.example.evil.example; do
	asked 421 -H "Host: $host"
	grep -q 'host=NAME' "$SCRATCH/asked" || fail "$host: not told what to do: $(cat "$SCRATCH/asked")"
	grep -q rcodewatch_ "$SCRATCH/asked" && fail "$host gets figures"
done
asked 400 -H Host:
asked 200 --http1.0 -H Host:
# shellcheck disable=SC2016 # the inner shell's
same "two Host fields" "HTTP/1.1 400 Bad Request" "$(net_in B timeout 10 bash -c 'exec 3<>/dev/tcp/127.0.0.1/19153 &&
	printf "GET /metrics HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n" >&3 && head -n 1 <&3' | tr -d '\r')"
# shellcheck disable=SC2016 # the inner shell's
same "HTTP/1.2 without Host" "HTTP/1.1 400 Bad Request" "$(net_in B timeout 10 bash -c 'exec 3<>/dev/tcp/127.0.0.1/19153 &&
	printf "GET /metrics HTTP/1.2\r\n\r\n" >&3 && head -n 1 <&3' | tr -d '\r')"
counted_hosts() {
	get /metrics >"$SCRATCH/hosts" &&
		[ "$(value "$SCRATCH/hosts" 'rcodewatch_http_requests_total{code="421"')" = 4 ] &&
		[ "$(value "$SCRATCH/hosts" 'rcodewatch_http_requests_total{code="400"')" = 3 ]
}
wait_for 10 counted_hosts

# The other listener: lists, no creation times.
net_in B curl -sS --unix-socket "$SCRATCH/socket" -H 'Accept: application/openmetrics-text' \
	http://rcodewatch/metrics >"$SCRATCH/unix"
same "mode of the socket" 600 "$(stat -c %a "$SCRATCH/socket")"
grep -q _created "$SCRATCH/unix" && fail "created=off does not leave them out"
"${METRICS[@]}" names "$SCRATCH/unix" >"$SCRATCH/names" || fail "not well-formed: $(cat "$SCRATCH/names")"
grep -q rcodewatch_top_absent "$SCRATCH/names" || fail "top=3 has no lists"
grep -qE '^rcodewatch_top_(responses|absent)' "$SCRATCH/text" && fail "there are lists that nobody asked for"
# A veth has no such figure: no 0 says that it lost nothing.
grep -q rcodewatch_nic_lost "$SCRATCH/names" && fail "a veth does not count what it loses"
# All of the reference is there, but what depends on the kernel or on what came last.
# shellcheck disable=SC2016 # backticks of Markdown
sed -n 's/^| `\([a-z_]*\)` | \(counter\|gauge\|info\|histogram\) .*/\1/p' "$ROOT/docs/prometheus.md" | sort >"$SCRATCH/documented"
# Of a histogram there are samples of three names.
sed 's/^\(rcodewatch_response_time_seconds\)_\(bucket\|count\|sum\)$/\1/' "$SCRATCH/names" | sort -u >"$SCRATCH/families"
same "metrics" "" "$(comm -3 "$SCRATCH/documented" "$SCRATCH/families" |
	grep -vE '^\s*rcodewatch_(bpf_.*|advice|top_alert_active|nic_lost_packets_total|top_share|top_responses_per_second|top_(unanswered|asked)_queries_per_second)$')"

# The interface goes and comes back: what was counted stays, and it goes on from there.
ip -n "$NS_B" link del vb
detached() {
	page "away.${#pages[@]}"
	[ "$(grep -c '^rcodewatch_attached{.* 0$' "${pages[-1]}")" -eq 2 ]
}
wait_for 10 detached
matches "after it went away" "$(basename "${pages[-1]}")"
net_quiet_veth A B
attached() {
	page "back.${#pages[@]}"
	[ "$(grep -c '^rcodewatch_attached{.* 1$' "${pages[-1]}")" -eq 2 ]
}
wait_for 10 attached
load healthy 5000 healthy.expect
"${METRICS[@]}" expect "$SCRATCH/cases.expect" "$SCRATCH/codes.expect" "$SCRATCH/healthy.expect" \
	>"$SCRATCH/expected"
wait_for 10 counted 15000
page last
matches "attached again" last
"${METRICS[@]}" grows "${pages[@]}" >"$SCRATCH/shrunk" || fail "a counter shrank: $(cat "$SCRATCH/shrunk")"

# How the monitor is, as `rcodewatch status` says it.
get /api/v1/status | jq -e '.type == "status" and .interfaces[0].total.packets == 15000 and .interfaces[0].state == "attached"' \
	>/dev/null || fail "status: $(get /api/v1/status)"

# What it costs is on the page. Run time is, if and only if the kernel measures it anyway.
awk '/^process_cpu_seconds_total|^process_resident_memory_bytes|^rcodewatch_kernel_memory_bytes/ && $NF > 0 { n++ }
	END { exit n != 3 }' "$SCRATCH/last" || fail "own CPU and memory are not there"
if [ "$(cat /proc/sys/kernel/bpf_stats_enabled)" = 1 ]; then
	grep -q '^rcodewatch_bpf_runs_total{' "$SCRATCH/last" || fail "no run time though it is measured"
fi

net_stop run || fail "exit status $?: $(cat "$SCRATCH/run.err")"
[ ! -e "$SCRATCH/socket" ] || fail "the socket is left behind"

# Where something listens already.
net_start one B "$RCODEWATCH" run -o none --sink "prometheus:$ADDRESS" vb
wait_for 20 monitor_runs one
net_in B "$RCODEWATCH" run -o none --sink "prometheus:$ADDRESS" vb 2>"$SCRATCH/taken.err"
same "exit status where the port is taken" 1 $?
grep -q "cannot open sink prometheus:$ADDRESS: Address already in use" "$SCRATCH/taken.err" ||
	fail "not told: $(cat "$SCRATCH/taken.err")"

# With every default, a steady rate looks steady by the scrape interval that is documented. Computed, as
# it takes minutes: the samples that a scrape sees of pages at this interval, by Prometheus's own rate().
get /metrics >"$SCRATCH/default" || fail "no page with every default"
net_stop one || fail "one: exit status $?"
page_s=$(value "$SCRATCH/default" rcodewatch_report_interval_seconds)
same "interval of pages" 5 "$page_s"
"$python" - "$page_s" "$ROOT/docs/prometheus-scrape.yml" >"$SCRATCH/steady.yml" <<'EOF'
import re, sys
page = float(sys.argv[1])
scrape = float(re.search(r"scrape_interval: (\d+)s", open(sys.argv[2]).read())[1])
samples = " ".join(str(200 * page * ((3.3 + k * scrape) // page)) for k in range(41))
rate, of = "rate(responses_total[30s])", f"[{int(scrape * 30)}s:1s]"
print(f"""tests:
  - interval: {scrape:.0f}s
    input_series:
      - series: responses_total
        values: {samples}
    promql_expr_test:
      - expr: round(min_over_time({rate}{of}))
        eval_time: {scrape * 40:.0f}s
        exp_samples: [{{labels: "{{}}", value: 200}}]
      - expr: round(max_over_time({rate}{of}))
        eval_time: {scrape * 40:.0f}s
        exp_samples: [{{labels: "{{}}", value: 200}}]""")
EOF
promtool test rules "$SCRATCH/steady.yml" >"$SCRATCH/steady" 2>&1 || fail "a steady rate: $(cat "$SCRATCH/steady")"
