// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "sinks/prometheus/metrics_own.h"

#include <string.h>

#include "util/clock.h"

static struct metrics_sink *sink_named(struct metrics_own *own, const char *name)
{
	for (size_t i = 0; i < own->sinks; i++)
		if (strcmp(own->sink[i].name, name) == 0)
			return &own->sink[i];
	own->sink[own->sinks] = (struct metrics_sink){.name = name};
	return &own->sink[own->sinks++];
}

void metrics_own_sinks(struct metrics_own *own, const struct sinks *sinks,
		       const struct sink_kind *except)
{
	own->sinks = 0;
	for (size_t i = 0; sinks && i < sinks->count; i++) {
		const struct sink_spec *spec = sinks->sink[i].spec;
		struct sink_status status;
		struct metrics_sink *sink;

		if (spec->kind == except)
			continue;
		status = sinks_status(sinks, i);
		sink = sink_named(own, spec->name);
		sink->counts.delivered += status.counts.delivered;
		sink->counts.lost += status.counts.lost;
		sink->counts.bytes += status.counts.bytes;
		sink->lost |= status.lost;
	}
}

static void put_one(struct metrics_page *page, enum metric metric, double value)
{
	metrics_family(page, metric);
	metrics_value(page, NULL, value);
}

static void put_sinks(struct metrics_page *page, const struct metrics_own *own)
{
	metrics_family(page, METRIC_SINK_DELIVERED);
	for (size_t i = 0; i < own->sinks; i++)
		metrics_count(page, METRIC_LABELS(own->sink[i].name),
			      own->sink[i].counts.delivered);
	metrics_family(page, METRIC_SINK_LOST);
	for (size_t i = 0; i < own->sinks; i++)
		metrics_count(page, METRIC_LABELS(own->sink[i].name), own->sink[i].counts.lost);
	metrics_family(page, METRIC_SINK_QUEUED);
	for (size_t i = 0; i < own->sinks; i++)
		metrics_count(page, METRIC_LABELS(own->sink[i].name), own->sink[i].counts.bytes);
	metrics_family(page, METRIC_SINK_REACHABLE);
	for (size_t i = 0; i < own->sinks; i++)
		metrics_count(page, METRIC_LABELS(own->sink[i].name), !own->sink[i].lost);
}

static void put_http(struct metrics_page *page, const struct http_counts *http)
{
	static const char *const codes[HTTP_STATUSES] = {HTTP_STATUS_LIST(HTTP_STATUS_TEXT)};

	metrics_family(page, METRIC_HTTP_REQUESTS);
	for (size_t i = 0; i < HTTP_STATUSES; i++)
		metrics_count(page, METRIC_LABELS(codes[i]), http->requests[i]);
	metrics_family(page, METRIC_HTTP_CUT);
	metrics_count(page, NULL, http->cut);
}

static void put_kernel(struct metrics_page *page, const struct kernel_cost *kernel)
{
	static const char *const hooks[COST_PROGRAMS] = {"xdp", "ingress", "egress"};
	bool measured = false;

	if (kernel->memory)
		put_one(page, METRIC_KERNEL_MEMORY, (double)kernel->memory);
	for (size_t i = 0; i < COST_PROGRAMS; i++)
		measured |= kernel->program[i].measured;
	if (!measured)
		return;
	metrics_family(page, METRIC_BPF_RUN_TIME);
	for (size_t i = 0; i < COST_PROGRAMS; i++)
		if (kernel->program[i].measured)
			metrics_value(page, METRIC_LABELS(hooks[i]),
				      clock_seconds((int64_t)kernel->program[i].run_ns));
	metrics_family(page, METRIC_BPF_RUNS);
	for (size_t i = 0; i < COST_PROGRAMS; i++)
		if (kernel->program[i].measured)
			metrics_count(page, METRIC_LABELS(hooks[i]), kernel->program[i].runs);
}

static void put_process(struct metrics_page *page, const struct process_cost *process)
{
	put_one(page, METRIC_PROCESS_CPU, process->cpu_s);
	if (process->resident) {
		put_one(page, METRIC_PROCESS_RESIDENT, (double)process->resident);
		put_one(page, METRIC_PROCESS_VIRTUAL, (double)process->virtual);
	}
	if (process->fds) {
		put_one(page, METRIC_PROCESS_FDS, (double)process->fds);
		put_one(page, METRIC_PROCESS_FDS_MAX, (double)process->fds_max);
	}
	if (process->start_s > 0)
		put_one(page, METRIC_PROCESS_START, process->start_s);
}

void metrics_put_own(struct metrics_page *page, const struct metrics_own *own)
{
	if (own->report_ns)
		put_one(page, METRIC_REPORT_TIME, clock_seconds(own->report_ns));
	put_one(page, METRIC_REPORT_INTERVAL, clock_seconds(own->interval_ns));
	if (own->report_ns)
		put_one(page, METRIC_CONFIG_CORRECT, !own->config_wrong);
	put_sinks(page, own);
	put_http(page, &own->http);
	put_kernel(page, &own->kernel);
	metrics_family(page, METRIC_BUILD);
	metrics_count(page, METRIC_LABELS(RCODEWATCH_VERSION), 1);
	put_process(page, &own->process);
}
