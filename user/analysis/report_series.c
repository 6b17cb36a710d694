// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "analysis/report_series.h"

#include <errno.h>
#include <stdlib.h>

#include "report/failing.h"
#include "report/rates.h"
#include "report/report_lists.h"

int report_series_init(struct report_series *series, size_t points,
		       const struct report_common *common, struct alerts *alerts)
{
	*series = (struct report_series){
		.point = calloc(points, sizeof(*series->point)),
		.points = points,
		.common = *common,
	};
	if (!series->point) {
		series->points = 0;
		return -ENOMEM;
	}
	if (alerts)
		series->advice = (struct advice_settings){
			.exempt = attacks_exempt,
			.context = alerts->attacks,
			.engine = &alerts->engine,
		};
	for (size_t i = 0; i < points; i++)
		series->point[i].lists.keep = top_keep(common->top->rows);
	return 0;
}

void report_series_free(struct report_series *series)
{
	for (size_t i = 0; i < series->points; i++) {
		snapshot_free(&series->point[i].before);
		top_lists_free(&series->point[i].lists);
	}
	free(series->point);
	*series = (struct report_series){0};
}

void report_series_begin(struct report_series *series, int64_t wall_ns, int64_t mono_ns)
{
	for (size_t i = 0; i < series->points; i++) {
		series->point[i].before.wall_ns = wall_ns;
		series->point[i].before.mono_ns = mono_ns;
	}
}

int report_series_resume(struct report_series *series, size_t point, const struct snapshot *before,
			 uint64_t seq)
{
	series->point[point].seq = seq;
	return snapshot_copy(&series->point[point].before, before);
}

int report_series_gather(struct report_series *series, size_t point, const struct top_lists *lists)
{
	return top_lists_merge(&series->point[point].lists, lists);
}

static void name_report(const struct report_common *common, const struct report_origin *origin,
			struct report *report)
{
	report->host = common->identity->host;
	report->instance = common->identity->instance;
	report->labels = common->labels;
	report->interface = origin->interface;
	report->direction = origin->direction;
	report->hook = origin->hook;
	report->live = common->live;
	report->guide = common->guide;
	report_set_lists(report, common->top);
}

int report_series_make(struct report_series *series, size_t point, const struct snapshot *now,
		       const struct report_origin *origin, struct report *report)
{
	struct series_point *of = &series->point[point];

	name_report(&series->common, origin, report);
	report->seq = ++of->seq;
	rates_report(&of->before, now, report);
	top_lists_name(&of->lists, series->common.top->rows);
	report->top = &of->lists;
	report_failing_fill(report);
	report->advice = NULL;
	report->advice_count = 0;
	if (series->advice.engine)
		advice_look(&of->adviser, &series->advice, (uint32_t)point, report);
	return snapshot_copy(&of->before, now);
}

int report_series_pass(struct report_series *series, size_t point, const struct snapshot *now)
{
	series->point[point].seq++;
	return snapshot_copy(&series->point[point].before, now);
}

void report_series_clear_lists(struct report_series *series)
{
	for (size_t i = 0; i < series->points; i++)
		top_lists_clear(&series->point[i].lists);
}

void report_series_renew_rares(struct report_series *series)
{
	for (size_t i = 0; i < series->points; i++)
		series->point[i].before.rare_count = 0;
}
