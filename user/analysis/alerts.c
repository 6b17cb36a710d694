// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "analysis/alerts.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/detect.h"
#include "catalog/catalog.h"
#include "report/names.h"

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

static bool is_same_place(const struct alert_place *a, const struct alert_place *b)
{
	return strcmp(a->interface, b->interface) == 0 && a->direction == b->direction;
}

/* What an earlier process had at @place, as it is called there, goes on. */
static void resume_place(struct alerts *alerts, uint32_t place)
{
	struct alert_engine *engine = &alerts->engine;

	for (uint32_t k = 0; k < POINTS_MAX; k++)
		if (alerts->kept[k].interface[0] &&
		    is_same_place(&alerts->kept[k], &alerts->place[place])) {
			alert_engine_move(engine, ALERT_AT_KEPT + k, place);
			alerts->kept[k].interface[0] = '\0';
		}
	/* What there was before the silence is in no window any more. */
	for (size_t i = 0; i < engine->latches; i++)
		if (engine->latch[i].finding.rule == RULE_HOST_SILENT &&
		    engine->latch[i].finding.place == place)
			alerts->window[place]->silent_base = engine->latch[i].finding.usual;
}

/* Remember what @place is called: the end of an alert says so even when its interface has gone. */
static void note_place(struct alerts *alerts, uint32_t place, const struct report *report)
{
	struct alert_place now = {.direction = detect_is_sent(report) ? DIRECTION_TX
								      : DIRECTION_RX};

	if (strlen(report->interface) < sizeof(now.interface))
		memcpy(now.interface, report->interface, strlen(report->interface));
	if (is_same_place(&now, &alerts->place[place]))
		return;
	alerts->place[place] = now;
	if (now.interface[0])
		resume_place(alerts, place);
}

/* Before the first evaluation of this process. */
static void look_at_absence(struct alerts *alerts)
{
	struct alert_engine *engine = &alerts->engine;
	int64_t away_ns = engine->end_ns - alerts->kept_ns;

	if (!alerts->kept_ns)
		return;
	alerts->kept_ns = 0;
	/* A clock that was set back tells no more than that it was. */
	if (away_ns <= ALERT_AWAY_MAX_NS && away_ns >= -ALERT_AWAY_MAX_NS)
		return;
	for (size_t i = 0; i < engine->latches; i++)
		engine->latch[i].overdue = true;
	alerts->silent_zones.rows = alerts->silent_servers.rows = 0;
	alerts->silent_zones.unanswered = alerts->silent_servers.unanswered = 0;
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

/* Its interface has gone. */
static void name_absent(const struct alert_place *place, struct alert *alert)
{
	alert->interface = place->interface;
	alert->direction = direction_names[place->direction];
	alert->hook = "none";
}

static void name_place(const struct alerts *alerts, const struct alert_view *view,
		       const struct report *first, struct alert *alert)
{
	uint32_t place = alert->finding.place;
	const struct report *report = place < POINTS_MAX ? view->report[place] : NULL;

	alert->host = first->host;
	alert->instance = first->instance;
	alert->labels = first->labels;
	if (report) {
		alert->interface = report->interface;
		alert->direction = report->direction;
		alert->hook = report->hook;
	} else if (place < POINTS_MAX && alerts->place[place].interface[0]) {
		name_absent(&alerts->place[place], alert);
	} else if (place >= ALERT_AT_KEPT) {
		name_absent(&alerts->kept[place - ALERT_AT_KEPT], alert);
	} else if (place >= ALERT_AT_SIDE) {
		alert->side = txn_side_names[place - ALERT_AT_SIDE];
	}
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
	engine->partial = first->interval_s < ALERT_PARTIAL * view->whole_s;
	look_at_absence(alerts);
	for (uint32_t place = 0; place < POINTS_MAX; place++)
		if (view->report[place])
			note_place(alerts, place, view->report[place]);
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
		name_place(alerts, view, first, &engine->alert[i]);
	return err;
}
