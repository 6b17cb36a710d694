// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "control/status.h"

#include <string.h>
#include <unistd.h>

#include "control/request.h"
#include "format/json_lines.h"
#include "report/names.h"
#include "report/report_names.h"
#include "util/clock.h"
#include "util/process.h"
#include "util/privileges.h"
#include "util/sandbox.h"
#include "util/seccomp_filter.h"
#include "util/timestamp.h"

void control_point_add(struct control_point *point, const struct report *report)
{
	point->end_ns = report->end_ns;
	point->interval_s = report->interval_s;
	point->rate = report->rate;
	memcpy(point->rcodes, report->rcodes, sizeof(point->rcodes));
	point->rcode_count = report->rcode_count;
	point->total_responses = report->total_responses;
	point->total_packets = report->total_packets;
	point->lost_values += report->rare_lost;
	point->lost_texts += report->ede_texts_lost;
	point->no_cpu_slot += report->outcome[PKT_UNPARSED(UNPARSED_NO_CPU_SLOT)];
	point->unknown_interface += report->outcome[PKT_UNPARSED(UNPARSED_UNKNOWN_INTERFACE)];
	for (size_t i = 0; i < TCP_EVENT_COUNT; i++)
		point->tcp[i] += report->tcp[i];
	point->nic_lost += report->nic_lost;
	point->nic_source = report->nic_source;
}

static void put_time(struct json *j, const char *key, int64_t ns)
{
	char stamp[TIMESTAMP_SIZE];

	json_string(j, key, timestamp_utc(stamp, ns));
}

static void put_head(struct json *j, const struct control_status *status)
{
	json_string(j, "schema", CONTROL_SCHEMA);
	json_string(j, "type", control_command_names[CONTROL_STATUS]);
	json_string(j, "version", RCODEWATCH_VERSION);
	put_time(j, "time", clock_wall_ns());
	put_time(j, "started", status->started_ns);
	json_string(j, "host", status->identity->host);
	json_string(j, "instance", status->identity->instance);
	json_put_labels(j, status->labels);
}

static void put_files(struct json *j, const struct config *config)
{
	json_object_begin(j, "config");
	json_array_begin(j, "files");
	for (size_t i = 0; config && i < config->file_count; i++)
		json_name(j, NULL, config->files[i]);
	json_array_end(j);
	if (config && config->fault[0])
		json_name(j, "fault", config->fault);
	if (config && config->kept_by[0]) {
		json_object_begin(j, "last_good");
		json_string(j, "version", config->kept_by);
		put_time(j, "since", config->kept_since_ns);
		json_object_end(j);
	}
	json_object_end(j);
}

/* ---- interfaces ---------------------------------------------------------------------- */

static void put_rates(struct json *j, const struct control_point *point)
{
	put_time(j, "end", point->end_ns);
	json_double(j, "interval_s", point->interval_s, 6);
	json_double(j, "rate", point->rate, 3);
	json_array_begin(j, "rcodes");
	for (size_t i = 0; i < point->rcode_count; i++) {
		const struct report_rcode *row = &point->rcodes[i];
		char number[CATALOG_UNNAMED_MAX];

		json_object_begin(j, NULL);
		json_u64(j, "code", row->code);
		json_string(j, "name", rcode_text(row->name, row->code, number));
		json_double(j, "rate", row->rate, 3);
		json_u64(j, "total", row->total);
		json_object_end(j);
	}
	json_array_end(j);
}

static void put_losses(struct json *j, const struct control_point *point)
{
	json_object_begin(j, "losses");
	json_u64(j, unparsed_names[UNPARSED_NO_CPU_SLOT], point->no_cpu_slot);
	json_u64(j, unparsed_names[UNPARSED_UNKNOWN_INTERFACE], point->unknown_interface);
	json_u64(j, "rare_values", point->lost_values);
	json_u64(j, "ede_texts", point->lost_texts);
	for (size_t i = 0; i < TCP_EVENT_COUNT; i++) {
		char key[32];

		if (i == TCP_RESYNC)
			continue; /* no loss */
		snprintf(key, sizeof(key), "tcp_%s", tcp_event_names[i]);
		json_u64(j, key, point->tcp[i]);
	}
	json_object_end(j);
}

static void put_nic(struct json *j, const struct control_point *point)
{
	json_object_begin(j, "nic");
	json_u64(j, "lost", point->nic_lost);
	json_string(j, "source", point->nic_source);
	json_object_end(j);
}

static const char *state_of(const struct watched *w, int direction)
{
	if (w->at[direction].hook != HOOK_NONE)
		return "attached";
	if (w->failed)
		return "failed";
	return w->ifindex ? "detached" : "gone";
}

static void put_interface(struct json *j, const struct control_status *status, uint32_t position)
{
	const struct watched *w = &status->watch->interface[position];

	for (int d = 0; d < DIRECTION_COUNT; d++) {
		uint32_t number = status->config->point[position][d];
		const struct control_point *point;

		if (number == UNASSIGNED || !w->direction[d])
			continue;
		point = &status->points[number];
		json_object_begin(j, NULL);
		json_name(j, "interface", w->name);
		json_string(j, "direction", direction_names[d]);
		json_string(j, "state", state_of(w, d));
		json_string(j, "hook", hook_name(w->at[d].hook));
		if (w->ifindex)
			json_u64(j, "ifindex", w->ifindex);
		if (w->at[d].hook != HOOK_NONE)
			put_time(j, "since", w->since_ns[d]);
		if (d == DIRECTION_RX && w->why[0])
			json_string(j, "reason", w->why);
		if (point->end_ns)
			put_rates(j, point);
		json_object_begin(j, "total");
		json_u64(j, "responses", point->total_responses);
		json_u64(j, "packets", point->total_packets);
		json_object_end(j);
		put_losses(j, point);
		if (point->nic_source)
			put_nic(j, point);
		json_object_end(j);
	}
}

/* ---- the rest ------------------------------------------------------------------------ */

static void put_sinks(struct json *j, const struct sinks *sinks)
{
	json_array_begin(j, "sinks");
	for (size_t i = 0; i < sinks->count; i++) {
		const struct sink_spec *spec = sinks->sink[i].spec;
		struct sink_status is = sinks_status(sinks, i);

		json_object_begin(j, NULL);
		json_name(j, "sink", spec->name);
		json_double(j, "interval_s", (double)spec->interval_ns / 1e9, 3);
		json_bool(j, "reachable", !is.lost && !is.gone);
		json_u64(j, "delivered", is.counts.delivered);
		json_u64(j, "lost", is.counts.lost);
		json_u64(j, "queued", is.counts.queued);
		json_u64(j, "queued_bytes", is.counts.bytes);
		json_u64(j, "failures", is.times_lost);
		if (is.why[0])
			json_string(j, "last_error", is.why);
		json_object_end(j);
	}
	json_array_end(j);
}

static void put_transactions(struct json *j, const struct control_status *status)
{
	json_object_begin(j, "transactions");
	json_bool(j, "followed", !status->no_transactions);
	if (status->no_transactions) {
		json_string(j, "reason", status->no_transactions);
	} else {
		json_double(j, "timeout_s", status->timeout_s, 3);
		json_u64(j, "room", (uint64_t)status->config->txn_buckets * TXN_WAYS);
	}
	json_object_end(j);
}

static void put_memory(struct json *j, const struct kernel_cost *cost)
{
	struct process_cost process = {0};

	process_cost_read(&process);
	json_object_begin(j, "memory");
	json_u64(j, "kernel_bytes", cost->memory);
	json_u64(j, "process_bytes", process.resident);
	json_object_end(j);
	json_object_begin(j, "process");
	json_u64(j, "pid", (uint64_t)getpid());
	json_double(j, "cpu_s", process.cpu_s, 3);
	json_u64(j, "files", process.fds);
	json_u64(j, "files_max", process.fds_max);
	json_object_end(j);
}

/* Left out where the kernel does not measure. */
static void put_cost(struct json *j, const struct kernel_cost *cost)
{
	static const char *const names[COST_PROGRAMS] = {"xdp", "ingress", "egress"};

	json_object_begin(j, "bpf");
	for (size_t i = 0; i < COST_PROGRAMS; i++) {
		if (!cost->program[i].measured)
			continue;
		json_object_begin(j, names[i]);
		json_u64(j, "runs", cost->program[i].runs);
		json_u64(j, "run_ns", cost->program[i].run_ns);
		json_object_end(j);
	}
	json_object_end(j);
}

static void put_capabilities(struct json *j, const struct sandbox *sandbox)
{
	json_array_begin(j, "capabilities");
	for (int i = 0; i < 64; i++) {
		const char *name = sandbox_capability_name(i);
		char number[16];

		if (!(sandbox->capabilities >> i & 1))
			continue;
		snprintf(number, sizeof(number), "CAP_%d", i);
		json_string(j, NULL, name ? name : number);
	}
	json_array_end(j);
}

/* What a reviewer would ask about: each is a sentence for people. */
static void put_not_sandboxed(struct json *j, const struct sandbox *sandbox)
{
	json_array_begin(j, "not_sandboxed");
	if (sandbox->uid == 0)
		json_string(j, NULL, "it runs as root");
	if (sandbox->capabilities)
		json_string(j, NULL,
			    privileges_maps_need() ? "it keeps capabilities: before Linux 5.19 "
						     "reading maps takes CAP_BPF"
						   : "it keeps capabilities");
	if (seccomp_filter_state() == SECCOMP_NOT_BUILT)
		json_string(j, NULL,
			    "it does not filter its system calls: built without libseccomp");
	else if (seccomp_filter_state() != SECCOMP_FILTERED)
		json_string(j, NULL, "the kernel does not filter its system calls");
	if (!sandbox->no_new_privileges)
		json_string(j, NULL, "it could gain privileges by running a program");
	if (sandbox->dumpable)
		json_string(j, NULL, "other processes of its user can look into it");
	json_array_end(j);
}

static void put_sandbox(struct json *j, const struct attacher *attacher)
{
	static const char *const states[] = {
		[ATTACHER_AWAY] = "ended",
		[ATTACHER_READY] = "ready",
		[ATTACHER_FINISHED] = "finished",
		[ATTACHER_ENDED] = "ended",
	};
	struct sandbox sandbox;

	sandbox_read(&sandbox);
	json_object_begin(j, "sandbox");
	json_u64(j, "uid", sandbox.uid);
	json_u64(j, "gid", sandbox.gid);
	put_capabilities(j, &sandbox);
	json_bool(j, "no_new_privileges", sandbox.no_new_privileges);
	json_bool(j, "seccomp", sandbox.seccomp);
	json_string(j, "attacher", states[attacher->state]);
	put_not_sandboxed(j, &sandbox);
	json_object_end(j);
}

void control_status_write(FILE *out, const struct control_status *status)
{
	struct json j;

	json_init(&j, out);
	json_object_begin(&j, NULL);
	put_head(&j, status);
	put_files(&j, status->files);
	json_array_begin(&j, "interfaces");
	for (uint32_t i = 0; i < status->watch->count; i++)
		put_interface(&j, status, i);
	json_array_end(&j);
	put_transactions(&j, status);
	put_sinks(&j, status->sinks);
	put_memory(&j, status->cost);
	put_cost(&j, status->cost);
	put_sandbox(&j, status->watch->attacher);
	json_object_end(&j);
	fputc('\n', out);
}
