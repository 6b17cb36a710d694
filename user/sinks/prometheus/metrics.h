/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The metrics that Prometheus scrapes: which ones there are. docs/prometheus.md has the same table. */
#ifndef RCODEWATCH_METRICS_H
#define RCODEWATCH_METRICS_H

#define METRIC_KEYS_MAX 5

enum metric_type { METRIC_COUNTER, METRIC_GAUGE, METRIC_INFO };

struct metric_family {
	const char *name; /* without the suffix _total of counters and _info of infos */
	enum metric_type type;
	const char *help;                       /* a sentence; nothing in it needs escaping */
	const char *const key[METRIC_KEYS_MAX]; /* of labels; NULL ends them early */
};

enum metric {
	METRIC_RESPONSES,
	METRIC_EXTENDED_ERRORS,
	METRIC_NOERROR_ANSWERS,
	METRIC_PACKETS,
	METRIC_UNPARSED,
	METRIC_INCOMPLETE,
	METRIC_TCP_EVENTS,
	METRIC_UDP_EVENTS,
	METRIC_PATHS,
	METRIC_RARE_LOST,
	METRIC_RARE_RETIRED,
	METRIC_EDE_TEXTS_LOST,
	METRIC_ATTACHED,
	METRIC_ATTACKS,
	METRIC_ADVICE,
	METRIC_TOP_RATE,
	METRIC_TOP_ABSENT_RATE,
	METRIC_REPORT_TIME,
	METRIC_REPORT_INTERVAL,
	METRIC_CONFIG_CORRECT,
	METRIC_SINK_DELIVERED,
	METRIC_SINK_LOST,
	METRIC_SINK_QUEUED,
	METRIC_SINK_REACHABLE,
	METRIC_HTTP_REQUESTS,
	METRIC_HTTP_CUT,
	METRIC_KERNEL_MEMORY,
	METRIC_BPF_RUN_TIME,
	METRIC_BPF_RUNS,
	METRIC_BUILD,
	METRIC_PROCESS_CPU,
	METRIC_PROCESS_RESIDENT,
	METRIC_PROCESS_VIRTUAL,
	METRIC_PROCESS_FDS,
	METRIC_PROCESS_FDS_MAX,
	METRIC_PROCESS_START,
	METRICS,
};

extern const struct metric_family metric_families[METRICS];

#endif
