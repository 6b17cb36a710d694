/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What the listener serves: made anew at each report, read by any number of clients. */
#ifndef RCODEWATCH_PROMETHEUS_PAGES_H
#define RCODEWATCH_PROMETHEUS_PAGES_H

#include "report/history.h"
#include "sinks/prometheus/http_server.h"
#include "sinks/prometheus/metrics_dns.h"
#include "sinks/prometheus/metrics_own.h"
#include "sinks/prometheus/metrics_transactions.h"
#include "sinks/sink.h"

/* An interface and direction, as events and reports describe it. */
struct prometheus_place {
	char device[64];
	enum direction direction;
	char hook[16];
	bool attached;
};

struct prometheus_pages {
	size_t top;   /* rows of each list in the metrics */
	bool created; /* timestamps */
	int64_t created_ns, interval_ns;
	const struct sink_kind *kind; /* the listener's own */

	struct prometheus_place place[POINTS_MAX];
	size_t places;
	struct history history;
	bool follows; /* transactions */
	struct metrics_transactions transactions[TXN_SIDES];

	pthread_mutex_t lock; /* of what follows */
	struct MHD_Response *text, *openmetrics, *report, *status;
	int64_t made_ns; /* CLOCK_MONOTONIC: of the last report, or of the start */
	bool reported;
};

/* The fields up to kind are set. 0 or a negative errno; then nothing is to be freed. */
int prometheus_pages_init(struct prometheus_pages *pages, size_t history_max);
/* When no client is left. */
void prometheus_pages_free(struct prometheus_pages *pages);

/* For the thread that counts. @http: of the listener. */
void prometheus_pages_event(struct prometheus_pages *pages, const struct event *event,
			    const struct http_counts *http);
void prometheus_pages_report(struct prometheus_pages *pages, const struct batch *batch,
			     const struct http_counts *http);

/* http_server.answer, @cls being the pages. */
enum http_status prometheus_pages_answer(void *cls, struct MHD_Connection *connection,
					 const char *path);

#endif
