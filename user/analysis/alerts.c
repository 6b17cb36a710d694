// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "analysis/alerts.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/detect.h"
#include "catalog/catalog.h"

int alerts_open(struct alerts *alerts, const struct alert_rules *rules, struct attacks *attacks)
{
	*alerts = (struct alerts){.attacks = attacks, .blame = blame_open()};
	if (!alerts->blame)
		return -ENOMEM;
	if (alert_engine_init(&alerts->engine, rules) == 0)
		return 0;
	blame_close(alerts->blame);
	alerts->blame = NULL;
	return -ENOMEM;
}

void alerts_free(struct alerts *alerts)
{
	alert_engine_free(&alerts->engine);
	blame_close(alerts->blame);
	for (size_t i = 0; i < ALERT_PLACES; i++)
		free(alerts->window[i]);
	for (size_t i = 0; i < POINTS_MAX; i++)
		free(alerts->usual[i]);
	*alerts = (struct alerts){0};
}

static int make_room(struct alerts *alerts, uint32_t place)
{
	if (!alerts->window[place])
		alerts->window[place] = calloc(1, sizeof(*alerts->window[place]));
	if (place < POINTS_MAX && !alerts->usual[place])
		alerts->usual[place] = calloc(1, sizeof(*alerts->usual[place]));
	return alerts->window[place] && (place >= POINTS_MAX || alerts->usual[place]) ? 0 : -ENOMEM;
}

static const struct alert_usual *usual_of(struct alerts *alerts, const struct alert_view *view,
					  uint32_t place)
{
	const struct report *report = view->report[place];
	enum direction direction = detect_is_sent(report) ? DIRECTION_TX : DIRECTION_RX;

	return alert_usual_look(alerts->usual[place], view->history, report->interface, direction,
				report->end_ns)
		       ? alerts->usual[place]
		       : NULL;
}

static int look_at_point(struct alerts *alerts, const struct alert_view *all, uint32_t place)
{
	struct point_view view = {
		.alerts = alerts, .all = all, .report = all->report[place], .place = place};
	const struct advice_settings expected = {
		.exempt = attacks_exempt, .context = alerts->attacks, .engine = &alerts->engine};
	struct alert_tick tick;
	int err = attacks_see(alerts->attacks, &alerts->engine, place, view.report);

	if (err)
		return err;
	advice_see(&expected, &alerts->engine, place, view.report);
	if (alerts->attacks_alone)
		return 0;
	view.window = alerts->window[place];
	view.usual = usual_of(alerts, all, place);
	detect_count_point(view.report, &tick);
	alert_window_add(view.window, &tick);
	detect_codes(&view);
	detect_zones(&view);
	return 0;
}

static void look_at_side(struct alerts *alerts, const struct alert_view *all, enum txn_side side)
{
	uint32_t place = ALERT_AT_SIDE + (uint32_t)side;
	const struct side_view view = {
		.alerts = alerts,
		.all = all,
		.report = &all->side[side],
		.side = side,
		.place = place,
		.window = alerts->window[place],
	};
	struct alert_tick tick;

	detect_count_side(view.report, &tick);
	alert_window_add(view.window, &tick);
	detect_sides(&view);
}

/* The report that says which time it is; NULL: there is none. */
static const struct report *first_report(const struct alert_view *view)
{
	for (uint32_t place = 0; place < POINTS_MAX; place++)
		if (view->report[place])
			return view->report[place];
	return NULL;
}

static void name_place(const struct alert_view *view, const struct report *first,
		       struct alert *alert)
{
	const struct report *report = alert->finding.place < POINTS_MAX
					      ? view->report[alert->finding.place]
					      : NULL;

	alert->host = first->host;
	alert->instance = first->instance;
	alert->labels = first->labels;
	alert->interface = report ? report->interface : NULL;
	alert->direction = report ? report->direction : NULL;
	alert->hook = report ? report->hook : NULL;
	if (alert->finding.place >= ALERT_AT_SIDE && view->side)
		alert->side = view->side[alert->finding.place - ALERT_AT_SIDE].side;
	alert->rcode_name = catalog_name(CATALOG_RCODE, alert->finding.rcode);
}

/* Advice is followed, for the reports to say since when, and is none of the result. */
static void keep_attacks(struct alert_engine *engine)
{
	size_t kept = 0;

	for (size_t i = 0; i < engine->alerts; i++)
		if (engine->alert[i].finding.rule == RULE_RANDOM_SUBDOMAIN)
			engine->alert[kept++] = engine->alert[i];
	engine->alerts = kept;
}

int alerts_look(struct alerts *alerts, const struct alert_view *view)
{
	struct alert_engine *engine = &alerts->engine;
	const struct report *first = first_report(view);
	int err = 0;

	for (size_t i = 0; i < engine->alerts; i++)
		engine->alert[i].news = false;
	if (!first || first->interval_s < ALERT_INTERVAL_MIN_S)
		return 0;
	for (uint32_t place = 0; place < POINTS_MAX && !err; place++)
		err = view->report[place] ? make_room(alerts, place) : 0;
	for (uint32_t side = 0; side < TXN_SIDES && view->side && !err; side++)
		err = make_room(alerts, ALERT_AT_SIDE + side);
	if (err)
		return err;
	alert_engine_begin(engine, first->end_ns, first->interval_s);
	blame_feed(alerts->blame, view->counts, first->end_ns, first->interval_s);
	/* Sides first: what they explain is not said of zones once more. */
	for (enum txn_side side = 0; side < TXN_SIDES && view->side && !alerts->attacks_alone;
	     side++)
		look_at_side(alerts, view, side);
	for (uint32_t place = 0; place < POINTS_MAX && !err; place++)
		err = view->report[place] ? look_at_point(alerts, view, place) : 0;
	alert_engine_end(engine);
	if (alerts->attacks_alone)
		keep_attacks(engine);
	for (size_t i = 0; i < engine->alerts; i++)
		name_place(view, first, &engine->alert[i]);
	return err;
}
