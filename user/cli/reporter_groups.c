// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "cli/reporter_groups.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "loader/kept_record.h"
#include "util/clock.h"
#include "util/log.h"

static int add_group(struct reporter *reports, int64_t interval_ns)
{
	const struct report_common common = {
		.identity = &reports->identity,
		.labels = &reports->settings->labels,
		.top = &reports->settings->top,
		.live = true,
		.guide = reports->settings->guide,
	};
	struct report_group *group = &reports->group[reports->groups];

	for (size_t i = 0; i < reports->groups; i++)
		if (reports->group[i].interval_ns == interval_ns)
			return 0;
	*group = (struct report_group){.interval_ns = interval_ns};
	if (report_series_init(&group->series, reports->points, &common, &reports->alerts) < 0)
		return -ENOMEM;
	if (txn_counts_init(&group->txn) < 0) {
		report_series_free(&group->series);
		return -ENOMEM;
	}
	reports->groups++;
	return 0;
}

int groups_make(struct reporter *reports)
{
	const struct sink_specs *sinks = &reports->settings->sinks;
	int err = add_group(reports, reports->settings->step_ns);

	if (!err)
		err = add_group(reports, reports->settings->alert_ns);
	if (!err)
		err = add_group(reports, reports->settings->report_ns);
	for (size_t i = 0; i < sinks->count && !err; i++)
		err = add_group(reports, sinks->spec[i].interval_ns);
	if (!err) {
		reports->part = calloc(reports->points, sizeof(*reports->part));
		if (!reports->part)
			err = -ENOMEM;
	}
	if (err)
		log_error("out of memory");
	return err;
}

int64_t group_period(const struct reporter *reports, const struct report_group *group,
		     int64_t wall_ns)
{
	/* A timer that fires a little early, or a clock that is slewed, must not put a report into the interval before. */
	return (wall_ns + reports->settings->step_ns / 10) / group->interval_ns;
}

bool group_is_due(const struct reporter *reports, const struct report_group *group, int64_t wall_ns)
{
	return group->interval_ns == reports->settings->step_ns ||
	       group_period(reports, group, wall_ns) != group->period;
}

/* Whether anybody gets reports of @interval_ns but by the first group. */
static bool is_wanted(const struct reporter *reports, int64_t interval_ns)
{
	if (interval_ns == reports->group[0].interval_ns)
		return false;
	for (size_t i = 0; i < reports->sinks.count; i++)
		if (reports->sinks.sink[i].spec->interval_ns == interval_ns)
			return true;
	return interval_ns == reports->settings->report_ns ||
	       interval_ns == reports->settings->alert_ns;
}

/* A group that begins now, where the last report of the first one ended. */
static int add_group_now(struct reporter *reports, int64_t interval_ns)
{
	const struct report_group *first = &reports->group[0];
	struct report_group *group = &reports->group[reports->groups];
	size_t before = reports->groups;
	int err = add_group(reports, interval_ns);

	if (err || reports->groups == before)
		return err;
	group->period = group_period(reports, group, clock_wall_ns());
	group->cost = first->cost;
	/* An earlier group of this interval may have used numbers of this instance. */
	for (size_t point = 0; point < reports->points && !err; point++) {
		group->series.point[point].seq = kept_record_numbered(reports->kept, interval_ns);
		err = snapshot_copy(&group->series.point[point].before,
				    &first->series.point[point].before);
	}
	return err;
}

static void drop_group(struct reporter *reports, size_t g)
{
	struct report_group *group = &reports->group[g];

	report_series_free(&group->series);
	txn_counts_free(&group->txn);
	memmove(group, group + 1, (reports->groups - g - 1) * sizeof(*group));
	reports->groups--;
}

static int regroup(struct reporter *reports)
{
	int err = 0;

	reports->group[0].interval_ns = reports->settings->step_ns;
	history_store_step(reports->history, reports->settings->step_ns);
	for (size_t g = reports->groups; g-- > 1;)
		if (!is_wanted(reports, reports->group[g].interval_ns))
			drop_group(reports, g);
	if (is_wanted(reports, reports->settings->alert_ns))
		err = add_group_now(reports, reports->settings->alert_ns);
	if (!err && is_wanted(reports, reports->settings->report_ns))
		err = add_group_now(reports, reports->settings->report_ns);
	for (size_t i = 0; i < reports->sinks.count && !err; i++)
		if (is_wanted(reports, reports->sinks.sink[i].spec->interval_ns))
			err = add_group_now(reports, reports->sinks.sink[i].spec->interval_ns);
	return err;
}

int groups_follow_settings(struct reporter *reports, const struct settings *settings)
{
	int err = regroup(reports);

	for (size_t g = 0; g < reports->groups && !err; g++) {
		struct report_group *group = &reports->group[g];

		group->series.common.guide = settings->guide;
		for (size_t point = 0; point < reports->points; point++)
			group->series.point[point].lists.keep = top_keep(settings->top.rows);
	}
	if (settings->top.rows)
		reports->attacks.settings.rate_min = (double)settings->attack.rate_min;
	if (err)
		log_error("out of memory");
	return err;
}
