// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "analysis/subdomain.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "dns_wire.h"
#include "toplist/hll.h"
#include "analysis/alert_parties.h"

/*
 * Of the denials, how many ask for a name of their own. One flood asks for each name once, another for
 * its A and its AAAA record, and clients that get SERVFAIL ask again.
 */
#define OWN_NAME_BEGIN 0.4
#define OWN_NAME_HOLD  0.2

#define NAMES_MIN   20.0   /* in an interval: fewer are chance */
#define SECONDS_MIN 1.0    /* of names at the threshold must have come */
#define PAST_FACTOR 4.0    /* times the mean of the zone's past */
#define DEVIATIONS  8.0    /* above it */
#define PAST_S      600.0  /* time constant of the past */
#define YOUNG_S     60.0   /* for so long a zone has no past to compare with, and */
#define YOUNG_SHARE 0.1    /* it takes so much of all that is in the list to be an attack */
#define WORTH       0.0625 /* of rate_min: zones below have as good as no past */
#define FADED       0.001  /* of rate_min: what is left of a past that is not kept */
#define ZONES_ROOM  (2 * SUBDOMAIN_ZONES) /* within an interval */
struct zone_past {
	uint8_t zone[TOP_NAME_MAX];
	double mean, deviation; /* of names a second, while not under attack */
	enum alert_level level;
	bool seen; /* in this interval */
};

/* To put rows in order by their zones. */
struct zone_row {
	const struct top_row *row;
};

/* A zone in an interval, over all of its RCODEs. */
struct denials {
	const uint8_t *zone;
	uint8_t kind;
	uint16_t rcode;
	uint64_t most; /* of rcode */
	uint64_t count;
	double names, rate;
	double of_all; /* share of the list */
};

static int by_zone(const void *a, const void *b)
{
	const struct zone_row *one = a, *other = b;

	return memcmp(one->row->key, other->row->key, TOP_NAME_MAX);
}

static int past_by_zone(const void *a, const void *b)
{
	const struct zone_past *one = a, *other = b;

	return memcmp(one->zone, other->zone, TOP_NAME_MAX);
}

/* Those that are to be kept first. No attack is forgotten: it would not end, and begin once more. */
static int by_worth(const void *a, const void *b)
{
	const struct zone_past *one = a, *other = b;
	int is = (int)one->level, its = (int)other->level;

	if (is != its)
		return its - is;
	return (one->mean < other->mean) - (one->mean > other->mean);
}

static bool is_denial(const struct subdomain_settings *settings, const struct top_row *row)
{
	switch (row->rcode) {
	case DNS_RCODE_NOERROR: return settings->nodata;
	case DNS_RCODE_SERVFAIL:
	case DNS_RCODE_NXDOMAIN:
	case DNS_RCODE_REFUSED: return true;
	default: return false;
	}
}

static int make_room(struct subdomain *s, size_t rows)
{
	if (!s->zones)
		s->zones = calloc(ZONES_ROOM, sizeof(*s->zones));
	if (!s->zones)
		return -ENOMEM;
	if (rows > s->order_room) {
		struct zone_row *order = reallocarray(s->order, rows, sizeof(*order));

		if (!order)
			return -ENOMEM;
		s->order = order;
		s->order_room = rows;
	}
	return 0;
}

/* The denials of one zone: the rows at @rows, up to @end, that have its name. Gives how many. */
static size_t gather(const struct zone_row *rows, size_t left, double interval_s,
		     struct denials *sum)
{
	uint8_t hll[HLL_SIZE] = {0};
	size_t n = 0;

	*sum = (struct denials){.zone = rows[0].row->key};
	for (; n < left && memcmp(rows[n].row->key, sum->zone, TOP_NAME_MAX) == 0; n++) {
		const struct top_row *row = rows[n].row;

		hll_merge(hll, row->hll);
		sum->count += row->low;
		if (row->kind > sum->kind)
			sum->kind = row->kind;
		if (row->low > sum->most) {
			sum->most = row->low;
			sum->rcode = row->rcode;
		}
	}
	sum->names = hll_estimate(hll);
	if (sum->names > (double)sum->count)
		sum->names = (double)sum->count;
	sum->rate = sum->names / interval_s;
	return n;
}

/* A place for a zone without a past, behind those that have one. NULL: there are too many. */
static struct zone_past *place_for(struct subdomain *s, const uint8_t *zone)
{
	struct zone_past *past;

	if (s->zone_count == ZONES_ROOM)
		return NULL;
	past = &s->zones[s->zone_count++];
	*past = (struct zone_past){0};
	memcpy(past->zone, zone, sizeof(past->zone));
	return past;
}

static double larger(double a, double b)
{
	return a > b ? a : b;
}

/* The weight of this interval beside the past; at first that of the mean of all intervals. */
static double weight(const struct subdomain *s, double interval_s)
{
	double usual = interval_s / (PAST_S + interval_s);

	return s->age_s < YOUNG_S ? larger(usual, 1.0 / (double)s->intervals) : usual;
}

static void learn(const struct subdomain *s, struct zone_past *past, double rate, double interval_s)
{
	double off = rate - past->mean, w = weight(s, interval_s);

	past->mean += w * off;
	if (s->intervals > 1)
		past->deviation += w * ((off < 0 ? -off : off) - past->deviation);
}

/* Denials of a zone as a finding: what its value must be depends on the zone's past. */
static void make_finding(const struct subdomain *s, const struct subdomain_view *view,
			 const struct zone_past *past, const struct denials *now,
			 struct alert_finding *finding)
{
	double threshold = larger(view->settings->rate_min, PAST_FACTOR * past->mean);
	size_t most = now->count ? ALERT_PARTIES : 0;

	threshold = larger(threshold, past->mean + DEVIATIONS * past->deviation);
	*finding = (struct alert_finding){
		.rule = RULE_RANDOM_SUBDOMAIN,
		.place = view->place,
		.subject = {.kind = ALERT_OF_ZONE, .row_kind = now->kind},
		.value = now->rate,
		.threshold = threshold,
		/* In a short interval, as the first one can be, even names that come again are all different. */
		.qualifies = now->names >= larger(NAMES_MIN, threshold * SECONDS_MIN) &&
			     now->names >= OWN_NAME_BEGIN * (double)now->count &&
			     (s->age_s >= YOUNG_S || now->of_all >= YOUNG_SHARE),
		.holds = now->names >= OWN_NAME_HOLD * (double)now->count,
		.count = now->count,
		.share = now->count ? now->names / (double)now->count : 0,
		.names = now->names,
		.rcode = now->rcode,
		.ede = TOP_NO_EDE,
	};
	memcpy(finding->subject.key, past->zone, sizeof(finding->subject.key));
	alert_parties(&finding->servers, view->report, TOP_SERVER, now->rcode, most);
	alert_parties(&finding->clients, view->report, TOP_CLIENT, now->rcode, most);
}

static void look_at(struct subdomain *s, const struct subdomain_view *view, struct zone_past *past,
		    const struct denials *now)
{
	bool was_under_way = past->level == ALERT_UNDER_WAY;
	struct alert_finding finding;

	make_finding(s, view, past, now, &finding);
	past->level = alert_engine_see(view->engine, &finding);
	/* A past stands still during an attack. */
	if (past->level == ALERT_QUIET && !was_under_way)
		learn(s, past, now->rate, view->engine->interval_s);
}

/* Zones that had a past are in order up to @known. */
static void look(struct subdomain *s, const struct subdomain_view *view, const struct denials *now,
		 size_t known)
{
	const struct subdomain_settings *settings = view->settings;
	struct zone_past key = {0}, *past;

	memcpy(key.zone, now->zone, sizeof(key.zone));
	past = bsearch(&key, s->zones, known, sizeof(key), past_by_zone);
	if (!past && now->rate >= WORTH * settings->rate_min) {
		size_t length = top_name_length(now->zone);

		if (!length || settings->exempt(settings->context, now->zone, length))
			return;
		past = place_for(s, now->zone);
	}
	if (!past)
		return;
	past->seen = true;
	look_at(s, view, past, now);
}

/* Zones that were not in the list, and then those that are not worth their place any more. */
static void look_at_absent(struct subdomain *s, const struct subdomain_view *view)
{
	double faded = FADED * view->settings->rate_min;
	size_t kept = 0;

	for (size_t i = 0; i < s->zone_count; i++) {
		struct zone_past *past = &s->zones[i];
		const struct denials none = {.zone = past->zone};

		if (!past->seen)
			look_at(s, view, past, &none);
		past->seen = false;
		if (past->level != ALERT_QUIET || past->mean >= faded)
			s->zones[kept++] = *past;
	}
	if (kept > SUBDOMAIN_ZONES) {
		qsort(s->zones, kept, sizeof(*s->zones), by_worth);
		kept = SUBDOMAIN_ZONES;
	}
	s->zone_count = kept;
	qsort(s->zones, s->zone_count, sizeof(*s->zones), past_by_zone);
}

/* Put the denials of @zones behind the first @rows. Gives how many there are then. */
static size_t add_denials(struct subdomain *s, const struct subdomain_settings *settings,
			  const struct top_list *zones, size_t rows)
{
	for (size_t i = 0; i < zones->count; i++)
		if (is_denial(settings, &zones->rows[i]))
			s->order[rows++].row = &zones->rows[i];
	return rows;
}

int subdomain_feed(struct subdomain *subdomain, const struct subdomain_view *view)
{
	const struct top_list *zones = &view->lists->list[TOP_ZONE];
	const struct top_list *nodata = &view->lists->nodata_zones;
	size_t known = subdomain->zone_count, rows;
	uint64_t total = zones->total + nodata->total;

	if (view->settings->rate_min <= 0)
		return 0;
	if (make_room(subdomain, zones->count + nodata->count) < 0)
		return -ENOMEM;
	subdomain->intervals++;
	rows = add_denials(subdomain, view->settings, zones, 0);
	rows = add_denials(subdomain, view->settings, nodata, rows);
	if (rows)
		qsort(subdomain->order, rows, sizeof(*subdomain->order), by_zone);
	for (size_t at = 0; at < rows;) {
		struct denials now;

		at += gather(subdomain->order + at, rows - at, view->engine->interval_s, &now);
		now.of_all = total ? (double)now.count / (double)total : 0;
		look(subdomain, view, &now, known);
	}
	look_at_absent(subdomain, view);
	subdomain->age_s += view->engine->interval_s;
	return 0;
}

void subdomain_free(struct subdomain *subdomain)
{
	free(subdomain->zones);
	free(subdomain->order);
	*subdomain = (struct subdomain){0};
}
