// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "cli/reporter.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/clock.h"
#include "cli/reporter_groups.h"
#include "cli/reporter_transactions.h"
#include "cli/stdout_sink.h"
#include "util/log.h"
#include "report/names.h"

static int open_stores(struct reporter *reports, const char *folder)
{
	int err = history_store_open(&reports->history, reports->settings->step_ns, folder);

	if (!err)
		err = alerts_store_open(&reports->alerts_store, &reports->alerts, folder);
	if (err) {
		history_store_close(reports->history);
		reports->history = NULL;
	}
	return err;
}

/* A directory that systemd has made, and nobody has named, need not be usable. */
static int open_state(struct reporter *reports)
{
	const struct settings *settings = reports->settings;
	char folder[PATH_MAX];
	int err;

	settings_state_folder(settings, folder);
	err = open_stores(reports, folder);
	return err && !settings->state_dir[0] ? open_stores(reports, "") : err;
}

static int open_sinks(struct reporter *reports)
{
	const struct settings *settings = reports->settings;
	int err = sinks_open(&reports->sinks, &settings->sinks, reports->identity.host,
			     reports->identity.instance, &settings->labels);

	if (err || settings->output == OUTPUT_NONE)
		return err;
	stdout_spec(&reports->stdout_spec, settings);
	return sinks_add(&reports->sinks, &reports->stdout_spec);
}

/* One instance is one unbroken count. */
static void share_instance(struct identity *identity, struct kept_state *state)
{
	if (!state)
		return;
	if (state->instance[0])
		memcpy(identity->instance, state->instance, sizeof(identity->instance) - 1);
	else
		memcpy(state->instance, identity->instance, sizeof(identity->instance));
}

static int open_alerts(struct reporter *reports, struct settings *settings,
		       struct suffixes *suffixes)
{
	int err = attacks_open(&reports->attacks, &settings->attack,
			       settings->top.rows ? settings->attack.rate_min : 0,
			       top_settings_nodata(&settings->top), suffixes, reports->points);

	if (!err)
		err = alerts_open(&reports->alerts, &settings->alerts, &reports->attacks);
	if (err == -ENOMEM)
		log_error("out of memory");
	return err;
}

int reporter_open(struct reporter *reports, struct settings *settings, struct suffixes *suffixes,
		  struct kept *kept, size_t points)
{
	int err;

	*reports = (struct reporter){.settings = settings, .kept = kept, .points = points};
	reports->sinks.notice_fd = -1;
	err = identity_make(&reports->identity);
	if (!err)
		share_instance(&reports->identity, kept->now.state);
	if (!err)
		err = open_alerts(reports, settings, suffixes);
	if (!err)
		err = groups_make(reports);
	reports->status = calloc(points, sizeof(*reports->status));
	if (!err && !reports->status) {
		log_error("out of memory");
		err = -ENOMEM;
	}
	if (!err)
		err = open_state(reports);
	if (!err)
		err = open_sinks(reports);
	if (err)
		reporter_close(reports);
	return err;
}

/* The last is standard output. */
static bool get_output_status(const struct reporter *reports, struct sink_status *status)
{
	size_t sinks = reports->sinks.count;

	if (!sinks || !reports->sinks.sink[sinks - 1].fixed)
		return false;
	*status = sinks_status(&reports->sinks, sinks - 1);
	return true;
}

static uint64_t not_written(const struct sink_status *status)
{
	return status->counts.lost + status->counts.queued;
}

/* End sinks and standard output. EXIT_DONE, or EXIT_FAILED if that has not got all. */
static int stop_sinks(struct reporter *reports)
{
	struct sink_status before = {0}, after = {0};

	get_output_status(reports, &before);
	sinks_stop(&reports->sinks);
	get_output_status(reports, &after);
	if (after.gone)
		return EXIT_DONE;
	if (!after.lost && not_written(&after) > before.counts.lost)
		log_error("cannot write the last report: whatever reads standard output does not");
	return after.times_lost || not_written(&after) ? EXIT_FAILED : EXIT_DONE;
}

int reporter_close(struct reporter *reports)
{
	int status = stop_sinks(reports);

	sinks_close(&reports->sinks);
	history_store_close(reports->history);
	reports->history = NULL;
	alerts_store_close(reports->alerts_store);
	reports->alerts_store = NULL;
	for (size_t i = 0; i < reports->groups; i++) {
		report_series_free(&reports->group[i].series);
		txn_counts_free(&reports->group[i].txn);
	}
	reports->groups = 0;
	alerts_free(&reports->alerts);
	attacks_free(&reports->attacks);
	free(reports->part);
	reports->part = NULL;
	free(reports->status);
	reports->status = NULL;
	control_latest_free(&reports->latest);
	return status;
}

int reporter_notices(struct reporter *reports)
{
	struct sink_status output;

	if (get_output_status(reports, &output)) {
		if (output.gone)
			return -EPIPE;
		if (output.times_lost && reports->sinks.count == 1) {
			log_error("%s", output.why);
			reports->sinks.sink[0].logged = output;
			return -EIO;
		}
	}
	sinks_notices(&reports->sinks);
	return 0;
}

int reporter_resume(struct reporter *reports, const struct snapshot_set *before)
{
	int err = 0;

	for (size_t i = 0; i < reports->groups; i++) {
		struct report_group *group = &reports->group[i];
		uint64_t seq = kept_record_numbered(reports->kept, group->interval_ns);

		for (size_t point = 0; point < reports->points && !err; point++)
			err = report_series_resume(&group->series, point, &before->point[point],
						   seq);
	}
	reports->resumed = !err;
	return err;
}

int reporter_start(struct reporter *reports)
{
	int64_t wall = clock_wall_ns(), mono = clock_mono_ns();
	int err = history_store_start(reports->history);

	if (!err)
		err = alerts_store_start(reports->alerts_store);
	reports->started_ns = wall;
	for (size_t i = 0; i < reports->groups; i++) {
		struct report_group *group = &reports->group[i];

		group->period = group_period(reports, group, wall);
		if (!reports->resumed)
			report_series_begin(&group->series, wall, mono);
	}
	return err ? err : sinks_start(&reports->sinks);
}

/* With what the program of this hook has cost since the last report, for those who ask with --verbose. */
static void add_cost(const struct reporter *reports, const struct report_group *group,
		     enum hook hook, enum direction direction, struct report *report)
{
	enum cost_program program = kernel_cost_program(hook, direction);

	report->cost_wanted = reports->settings->verbose || reports->settings->debug;
	report->cost_measured = reports->cost.program[program].measured;
	report->bpf_runs = reports->cost.program[program].runs - group->cost.program[program].runs;
	report->bpf_run_ns = reports->cost.program[program].run_ns -
			     group->cost.program[program].run_ns;
}

/* The report of one direction of an interface. 0 or -ENOMEM. */
static int make_part(struct reporter *reports, struct report_group *group, uint32_t point,
		     const struct watched *w, enum direction direction, const struct snapshot *now,
		     struct batch_part *part)
{
	const struct report_origin origin = {
		.interface = w->name,
		.direction = direction_names[direction],
		.hook = hook_name(w->hook[direction]),
	};

	part->now = now;
	add_cost(reports, group, w->hook[direction], direction, &part->report);
	return report_series_make(&group->series, point, now, &origin, &part->report);
}

/* Fill reports->part. Gives the number of parts, or -ENOMEM. */
static int make_batch(struct reporter *reports, struct report_group *group,
		      const struct watch *watch, const struct hook_config *config,
		      const struct snapshot_set *now)
{
	int parts = 0, err = 0;

	for (uint32_t i = 0; i < watch->count && !err; i++)
		for (int d = 0; d < DIRECTION_COUNT && !err; d++) {
			uint32_t point = config->point[i][d];

			if (point == UNASSIGNED || !watch->interface[i].direction[d])
				continue;
			err = make_part(reports, group, point, &watch->interface[i],
					(enum direction)d, &now->point[point],
					&reports->part[parts]);
			if (!err && group == &reports->group[0])
				control_point_add(&reports->status[point],
						  &reports->part[parts].report);
			parts++;
		}
	/* Interfaces that are yet to come. */
	for (uint32_t i = watch->count; i < config->interfaces && !err; i++)
		for (int d = 0; d < DIRECTION_COUNT && !err; d++)
			if (config->point[i][d] != UNASSIGNED)
				err = report_series_pass(&group->series, config->point[i][d],
							 &now->point[config->point[i][d]]);
	group->cost = reports->cost;
	return err ? err : parts;
}

/* Whether a sink of @group wants to know how the monitor is. */
static bool wants_status(const struct reporter *reports, const struct report_group *group)
{
	for (size_t i = 0; i < reports->sinks.count; i++) {
		const struct sink_spec *spec = reports->sinks.sink[i].spec;

		if (spec->interval_ns == group->interval_ns && spec->kind->wants_status)
			return true;
	}
	return false;
}

/* 0 or -ENOMEM. */
static int tell_sinks(struct reporter *reports, struct report_group *group,
		      const struct watch *watch, const struct hook_config *config, size_t parts,
		      size_t sides)
{
	struct batch batch = {
		.part = reports->part,
		.parts = parts,
		.transactions = reports->transactions,
		.sides = sides,
		.alerts = reports->alerts.engine.alert,
		.alert_count = reports->alerts.engine.alerts,
		.history = history_store_history(reports->history),
		.sinks = &reports->sinks,
		.cost = &reports->cost,
		.config_wrong = reports->files && reports->files->fault[0],
	};
	char *status = NULL;
	FILE *out = wants_status(reports, group) ? open_memstream(&status, &batch.status_size)
						 : NULL;
	bool failed;
	int err;

	if (out) {
		reporter_status(reports, watch, config, out);
		failed = ferror(out);
		if (fclose(out) == 0 && !failed)
			batch.status = status;
	}
	err = sinks_report(&reports->sinks, group->interval_ns, &batch);
	if (reports->answers && group == &reports->group[0])
		control_latest_keep(&reports->latest, &batch);
	free(status);
	return err;
}

/* Lists are those of one reading: add them to what each group has gathered since its last report. */
int reporter_gather(struct reporter *reports, const struct snapshot_set *now)
{
	int err = reporter_gather_transactions(reports, now->txn);

	for (size_t g = 0; g < reports->groups; g++)
		for (size_t point = 0; point < now->points && !err; point++)
			err = report_series_gather(&reports->group[g].series, point,
						   &now->top[point]);
	return err;
}

static void keep_history(struct reporter *reports, size_t parts, int64_t mono_ns)
{
	for (size_t i = 0; i < parts; i++)
		history_store_add(reports->history, &reports->part[i].report);
	history_store_save(reports->history, mono_ns);
}

/* Look for alerts in the reports of a batch, which is of the alerts' interval. 0 or -ENOMEM. */
static int evaluate(struct reporter *reports, const struct report_group *group,
		    const struct hook_config *config, const struct watch *watch, size_t sides)
{
	struct alert_view view = {
		.side = sides ? reports->transactions : NULL,
		.counts = sides ? &group->txn : NULL,
		.history = history_store_history(reports->history),
		.whole_s = clock_seconds(group->interval_ns),
	};
	size_t part = 0;
	int err;

	/* As make_batch() put them there. */
	for (uint32_t i = 0; i < watch->count; i++)
		for (int d = 0; d < DIRECTION_COUNT; d++)
			if (config->point[i][d] != UNASSIGNED && watch->interface[i].direction[d])
				view.report[config->point[i][d]] = &reports->part[part++].report;
	err = alerts_look(&reports->alerts, &view);
	if (reports->alerts.engine.refused && !reports->alerts_refused) {
		reports->alerts_refused = true;
		log_warning("more is wrong at a time than alerts can follow: the rest waits");
	}
	return err;
}

/* The report of one group to those it is for. 0, or a negative errno. */
static int show_group(struct reporter *reports, struct report_group *group,
		      const struct watch *watch, const struct hook_config *config,
		      const struct snapshot_set *now)
{
	int parts = make_batch(reports, group, watch, config, now), err = 0;
	size_t sides;

	if (parts < 0)
		return parts;
	group->period = group_period(reports, group, now->point[0].wall_ns);
	if (group->interval_ns == reports->settings->report_ns)
		reports->batches++;
	log_debug("report %llu of the interval of %.3f s: %d parts",
		  (unsigned long long)group->series.point[0].seq, clock_seconds(group->interval_ns),
		  parts);
	kept_record_number(reports->kept, group->interval_ns, group->series.point[0].seq);
	sides = parts ? reporter_make_transactions(reports, group, &reports->part->report) : 0;
	if (group->interval_ns == reports->settings->alert_ns)
		err = evaluate(reports, group, config, watch, sides);
	if (!err)
		err = tell_sinks(reports, group, watch, config, (size_t)parts, sides);
	if (group == &reports->group[0])
		keep_history(reports, (size_t)parts, now->point[0].mono_ns);
	report_series_clear_lists(&group->series);
	reporter_clear_transactions(group);
	return err;
}

/* Whether this batch has the last of the reports that --count asks for. */
static bool is_last(const struct reporter *reports, int64_t wall_ns)
{
	if (reports->batches + 1 != reports->settings->count)
		return false;
	for (size_t g = 0; g < reports->groups; g++)
		if (reports->group[g].interval_ns == reports->settings->report_ns)
			return group_is_due(reports, &reports->group[g], wall_ns);
	return false;
}

/* Those of the alerts' interval first: what it finds is in the reports of all others. */
static int show_groups(struct reporter *reports, const struct watch *watch,
		       const struct hook_config *config, const struct snapshot_set *now, bool last)
{
	int64_t wall = now->point[0].wall_ns;
	bool evaluated = false;
	int err = 0;

	for (int alerts = 1; alerts >= 0; alerts--)
		for (size_t g = 0; g < reports->groups && !err; g++) {
			struct report_group *group = &reports->group[g];
			bool of_alerts = group->interval_ns == reports->settings->alert_ns;

			if (of_alerts != (alerts == 1) ||
			    !(last || group_is_due(reports, group, wall)))
				continue;
			evaluated |= of_alerts;
			err = show_group(reports, group, watch, config, now);
		}
	/* Behind the reports that they are of. */
	if (evaluated) {
		sinks_alerts(&reports->sinks, reports->alerts.engine.alert,
			     reports->alerts.engine.alerts);
		alerts_store_save(reports->alerts_store);
	}
	return err;
}

int reporter_show(struct reporter *reports, const struct watch *watch,
		  const struct hook_config *config, const struct snapshot_set *now, bool last)
{
	int err = reporter_gather(reports, now);

	last |= is_last(reports, now->point[0].wall_ns);
	if (!err)
		err = show_groups(reports, watch, config, now, last);
	return err ? err : reporter_notices(reports);
}

void reporter_status(const struct reporter *reports, const struct watch *watch,
		     const struct hook_config *config, FILE *out)
{
	const struct control_status status = {
		.identity = &reports->identity,
		.labels = &reports->settings->labels,
		.files = reports->files,
		.started_ns = reports->started_ns,
		.watch = watch,
		.config = config,
		.points = reports->status,
		.no_transactions = reports->no_transactions,
		.timeout_s = clock_seconds(reports->settings->timeout_ns),
		.sinks = &reports->sinks,
		.cost = &reports->cost,
	};

	control_status_write(out, &status);
}
