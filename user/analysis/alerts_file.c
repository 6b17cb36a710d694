// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * The header is that of state_header.h, of "rcwalrt\n"; numbers and texts are as state_bytes.h has them. Then: the end of the last evaluation,
 * in nanoseconds since 1970 (8 bytes), and its number (8); how many observation points (1), of each the interface and the
 * direction (1); how many alerts (4), of each the rule, the place (1: a point as listed here, or from 30 on a side), the severity (1), the
 * cause (1), RCODE (2), EDE (2), the subject, what is usual, the threshold (8 each), the evaluations that said that it is over (4), since when it is, and when
 * it was news (8 each); zones and then servers that do not answer: unanswered queries of all (8), how many rows (4), of each the name or address, queries unanswered
 * and answered (8 each), and evaluations without a query (4).
 */
#include "analysis/alerts_file.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "util/state_bytes.h"
#include "util/state_header.h"

#define MAGIC      "rcwalrt\n"
#define STREAK_MAX 1000u /* no rule waits for so many evaluations to end */

_Static_assert(ALERT_PLACES <= UINT8_MAX, "a byte for a place");
/* Of an alert: all but its texts, and these. */
#define ALERT_BYTES  (1 + 1 + 1 + 2 + 2 + 4 + 8 + 8 + 4 + 8 + 8 + 2 * 5 + 64 + TOP_NAME_MAX)
#define SILENT_BYTES (5 + TXN_NAME_TAIL + 8 + 8 + 4)
_Static_assert(ALERT_FOLLOWED *ALERT_BYTES + 2 * ALERT_SILENT_ROWS * SILENT_BYTES + 4096 <
		       ALERTS_FILE_MAX,
	       "the largest file is small enough");

/* ---- writing ------------------------------------------------------------------------ */

/* Names of the points that something is under way at, and which of them each place is. */
struct points {
	uint32_t number[ALERT_AT_KEPT + POINTS_MAX];
	const struct alert_place *point[POINTS_MAX];
	uint32_t count;
};

static const struct alert_place *point_of(const struct alerts *alerts, uint32_t place)
{
	const struct alert_place *point = place < POINTS_MAX ? &alerts->place[place]
							     : &alerts->kept[place - ALERT_AT_KEPT];

	return point->interface[0] ? point : NULL;
}

static bool is_side(uint32_t place)
{
	return place >= ALERT_AT_SIDE && place < ALERT_PLACES;
}

static bool is_kept(const struct alerts *alerts, const struct alert_latch *latch)
{
	return latch->under_way &&
	       (is_side(latch->finding.place) || point_of(alerts, latch->finding.place) != NULL);
}

/* Gives the number of alerts. */
static size_t list_points(const struct alerts *alerts, struct points *points)
{
	const struct alert_engine *engine = &alerts->engine;
	bool listed[ALERT_AT_KEPT + POINTS_MAX] = {0};
	size_t count = 0;

	for (size_t i = 0; i < engine->latches; i++) {
		uint32_t place = engine->latch[i].finding.place;

		if (!is_kept(alerts, &engine->latch[i]))
			continue;
		count++;
		if (is_side(place)) {
			points->number[place] = place;
		} else if (!listed[place] && points->count < POINTS_MAX) {
			listed[place] = true;
			points->point[points->count] = point_of(alerts, place);
			points->number[place] = points->count++;
		}
	}
	return count;
}

static void put_subject(FILE *out, const struct alert_subject *subject)
{
	size_t size = subject->kind == ALERT_OF_ZONE     ? top_name_length(subject->key)
		      : subject->kind != ALERT_OF_SERVER ? 0
		      : subject->row_kind == FAMILY_IPV4 ? 4
							 : 16;

	state_put_number(out, subject->kind, 1);
	state_put_number(out, subject->row_kind, 1);
	state_put_number(out, subject->rcode, 2);
	state_put_text(out, (const char *)subject->key, size);
}

static int64_t earlier(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

static void put_alert(FILE *out, const struct alert_engine *engine, const struct alert_latch *latch,
		      uint32_t place)
{
	const struct alert_finding *finding = &latch->finding;
	const char *rule = alert_rule_default(finding->rule)->name;

	state_put_text(out, rule, strlen(rule));
	state_put_number(out, place, 1);
	state_put_number(out, finding->severity, 1);
	state_put_number(out, finding->cause, 1);
	state_put_number(out, finding->rcode, 2);
	state_put_number(out, finding->ede, 2);
	put_subject(out, &finding->subject);
	state_put_double(out, finding->usual);
	state_put_double(out, latch->threshold);
	state_put_number(out, latch->streak, 4);
	/* The clock can have been set back since. */
	state_put_number(out, (uint64_t)earlier(latch->since_ns, engine->end_ns), 8);
	state_put_number(out, (uint64_t)earlier(latch->news_ns, engine->end_ns), 8);
}

static void put_silent(FILE *out, const struct alert_silent *silent)
{
	state_put_double(out, silent->unanswered);
	state_put_number(out, silent->rows, 4);
	for (size_t i = 0; i < silent->rows; i++) {
		const struct alert_silent_row *row = &silent->row[i];
		const struct txn_key *key = &row->key;

		if (key->zone_size)
			state_put_text(out, (const char *)key->zone, key->zone_size);
		else
			state_put_text(out, (const char *)key->server, key->server_size);
		state_put_double(out, row->unanswered);
		state_put_double(out, row->answered);
		state_put_number(out, row->idle, 4);
	}
}

int alerts_encode(const struct alerts *alerts, char **data, size_t *size)
{
	const struct alert_engine *engine = &alerts->engine;
	FILE *out = state_bytes_begin(data, size);
	struct points points = {.count = 0};
	size_t count;

	if (!out)
		return -ENOMEM;
	count = list_points(alerts, &points);
	state_put_number(out, (uint64_t)engine->end_ns, 8);
	state_put_number(out, engine->seq, 8);
	state_put_number(out, points.count, 1);
	for (size_t i = 0; i < points.count; i++) {
		const char *interface = points.point[i]->interface;

		state_put_text(out, interface, strlen(interface));
		state_put_number(out, points.point[i]->direction, 1);
	}
	state_put_number(out, count, 4);
	for (size_t i = 0; i < engine->latches; i++)
		if (is_kept(alerts, &engine->latch[i]))
			put_alert(out, engine, &engine->latch[i],
				  points.number[engine->latch[i].finding.place]);
	put_silent(out, &alerts->silent_zones);
	put_silent(out, &alerts->silent_servers);
	return state_bytes_end(out, data, size, MAGIC, ALERTS_FILE_VERSION);
}

/* ---- reading ------------------------------------------------------------------------ */

static int64_t get_time(struct state_cursor *c, int64_t max)
{
	return (int64_t)state_get_upto(c, 8, (uint64_t)max);
}

static void get_points(struct state_cursor *c, struct alerts *alerts)
{
	size_t count = state_get_upto(c, 1, POINTS_MAX);

	for (size_t i = 0; i < count && !c->wrong; i++) {
		struct alert_place *point = &alerts->kept[i];
		const char *name = state_get_name(c, sizeof(point->interface) - 1);

		c->wrong |= !state_is_interface(name, strlen(name));
		memcpy(point->interface, name, strlen(name));
		point->direction = (uint8_t)state_get_upto(c, 1, DIRECTION_COUNT - 1);
		for (size_t j = 0; j < i; j++)
			c->wrong |= strcmp(alerts->kept[j].interface, name) == 0 &&
				    alerts->kept[j].direction == point->direction;
	}
}

/* Into zeros, @size bytes with the root and no more. */
static void get_zone(struct state_cursor *c, const char *bytes, size_t size,
		     uint8_t key[TOP_NAME_MAX])
{
	c->wrong |= size >= TOP_NAME_MAX;
	if (c->wrong)
		return;
	memcpy(key, bytes, size);
	c->wrong |= !size || top_name_length(key) != size;
}

static void get_subject(struct state_cursor *c, struct alert_subject *subject)
{
	const char *bytes;
	size_t size;

	subject->kind = (uint8_t)state_get_upto(c, 1, ALERT_OF_RCODE);
	subject->row_kind = (uint8_t)state_get_upto(c, 1,
						    1); /* of two kinds of zones, or families */
	subject->rcode = (uint16_t)state_get_number(c, 2);
	bytes = state_get_text(c, TOP_NAME_MAX, &size);
	switch (subject->kind) {
	case ALERT_OF_ZONE: get_zone(c, bytes, size, subject->key); break;
	case ALERT_OF_SERVER:
		c->wrong |= size != (subject->row_kind == FAMILY_IPV4 ? 4 : 16);
		memcpy(subject->key, bytes, c->wrong ? 0 : size);
		break;
	default: c->wrong |= size != 0;
	}
}

/* ALERT_RULES: none has this name. */
static enum alert_rule_id find_rule(const char *name)
{
	enum alert_rule_id rule = 0;

	while (rule < ALERT_RULES && strcmp(alert_rule_default(rule)->name, name) != 0)
		rule++;
	return rule;
}

static uint32_t get_place(struct state_cursor *c, const struct alerts *alerts)
{
	uint32_t place = (uint32_t)state_get_upto(c, 1, ALERT_PLACES - 1);

	if (is_side(place))
		return place;
	c->wrong |= !alerts->kept[place].interface[0];
	return ALERT_AT_KEPT + place;
}

static void get_alert(struct state_cursor *c, struct alerts *alerts)
{
	enum alert_rule_id rule = find_rule(state_get_name(c, OPTION_WHY_MAX));
	struct alert_latch latch = {.under_way = true};
	struct alert_finding *finding = &latch.finding;

	finding->rule = rule;
	finding->place = get_place(c, alerts);
	finding->severity = (enum alert_severity)state_get_upto(c, 1, ALERT_CRITICAL);
	finding->cause = (unsigned int)state_get_number(c, 1);
	finding->rcode = (uint16_t)state_get_number(c, 2);
	finding->ede = (uint16_t)state_get_number(c, 2);
	get_subject(c, &finding->subject);
	finding->usual = state_get_double(c);
	latch.threshold = state_get_double(c);
	latch.streak = (unsigned int)state_get_upto(c, 4, STREAK_MAX);
	latch.since_ns = get_time(c, alerts->kept_ns);
	latch.news_ns = get_time(c, alerts->kept_ns);
	if (c->wrong || rule == ALERT_RULES)
		return;
	c->wrong |= alert_engine_level(&alerts->engine, rule, finding->place, &finding->subject) !=
		    ALERT_QUIET;
	if (!c->wrong)
		alert_engine_resume(&alerts->engine, &latch);
}

static void get_silent_key(struct state_cursor *c, struct txn_key *key, bool zones)
{
	uint8_t zone[TOP_NAME_MAX] = {0};
	const char *bytes;
	size_t size;

	bytes = state_get_text(c, zones ? sizeof(key->zone) : sizeof(key->server), &size);
	if (zones) {
		get_zone(c, bytes, size, zone);
		memcpy(key->zone, zone, size);
		key->zone_size = (uint8_t)size;
	} else {
		c->wrong |= size != 4 && size != 16;
		memcpy(key->server, bytes, size);
		key->server_size = (uint8_t)size;
	}
}

static void get_silent(struct state_cursor *c, struct alert_silent *silent, bool zones)
{
	size_t rows;

	silent->unanswered = state_get_double(c);
	rows = state_get_upto(c, 4, ALERT_SILENT_ROWS);
	for (size_t i = 0; i < rows && !c->wrong; i++) {
		struct alert_silent_row *row = &silent->row[i];

		get_silent_key(c, &row->key, zones);
		row->unanswered = state_get_double(c);
		row->answered = state_get_double(c);
		row->idle = (unsigned int)state_get_upto(c, 4, ALERT_SILENT_IDLE);
		for (size_t j = 0; j < i; j++)
			c->wrong |= memcmp(&silent->row[j].key, &row->key, sizeof(row->key)) == 0;
		/* What is shown is a part of both. */
		c->wrong |= row->unanswered <= 0 || silent->unanswered <= 0;
	}
	silent->rows = rows;
}

/* As if nothing had been read. */
static void drop_all(struct alerts *alerts)
{
	struct alert_engine *engine = &alerts->engine;

	engine->latches = 0;
	engine->seq = 0;
	memset(engine->under_way, 0, sizeof(engine->under_way));
	memset(alerts->kept, 0, sizeof(alerts->kept));
	alerts->silent_zones = alerts->silent_servers = (struct alert_silent){.rows = 0};
	alerts->kept_ns = 0;
}

int alerts_decode_rows(struct alerts *alerts, const uint8_t *data, size_t size)
{
	struct state_cursor c = {.at = data, .end = data + size};
	size_t count;

	alerts->kept_ns = get_time(&c, INT64_MAX / 2);
	alerts->engine.seq = state_get_upto(&c, 8, UINT64_MAX / 2);
	get_points(&c, alerts);
	count = state_get_upto(&c, 4, ALERT_FOLLOWED);
	for (size_t i = 0; i < count && !c.wrong; i++)
		get_alert(&c, alerts);
	get_silent(&c, &alerts->silent_zones, true);
	get_silent(&c, &alerts->silent_servers, false);
	c.wrong |= c.at != c.end || !alerts->kept_ns;
	if (c.wrong)
		drop_all(alerts);
	return c.wrong ? -EBADMSG : 0;
}

int alerts_decode(struct alerts *alerts, const uint8_t *data, size_t size)
{
	if (!state_header_is_right(data, size, MAGIC, ALERTS_FILE_VERSION))
		return -EBADMSG;
	return alerts_decode_rows(alerts, data + STATE_HEADER_SIZE, size - STATE_HEADER_SIZE);
}
