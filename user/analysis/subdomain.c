// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "analysis/subdomain.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "dns_wire.h"
#include "toplist/hll.h"
#include "util/clock.h"

/*
 * Of the denials, how many ask for a name of their own. One flood asks for each name once, another for
 * its A and its AAAA record, and clients that get SERVFAIL ask again.
 */
#define OWN_NAME_BEGIN 0.4
#define OWN_NAME_HOLD  0.2

#define NAMES_MIN     20.0   /* in an interval: fewer are chance */
#define SECONDS_MIN   1.0    /* of names at the threshold must have come */
#define PAST_FACTOR   4.0    /* times the mean of the zone's past */
#define DEVIATIONS    8.0    /* above it */
#define PAST_S        600.0  /* time constant of the past */
#define YOUNG_S       60.0   /* for so long a zone has no past to compare with, and */
#define YOUNG_SHARE   0.1    /* it takes so much of all that is in the list to be an attack */
#define CLEAR         2.0    /* so far above the threshold no second interval is waited for */
#define HOLD          0.5    /* of the threshold: it goes on */
#define OVER          0.1    /* of the threshold: it has ended */
#define INTERVALS     2      /* to begin and to end, where it is not clear */
#define WORTH         0.0625 /* of rate_min: zones below have as good as no past */
#define FADED         0.001  /* of rate_min: what is left of a past that is not kept */
#define INTERVAL_MIN  0.05   /* seconds: the end of a run can come right after a report */
#define ZONES_ROOM    (2 * SUBDOMAIN_ZONES) /* within an interval */
#define NEWS_EVERY_NS (60 * NS_PER_S)

const char *const attack_state_names[] = {
	[ATTACK_BEGINS] = "begin",
	[ATTACK_GOES_ON] = "ongoing",
	[ATTACK_ENDS] = "end",
};

struct zone_past {
	uint8_t zone[TOP_NAME_MAX];
	double mean, deviation; /* of names a second, while not under attack */
	double threshold;       /* while under attack */
	int64_t since_ns, news_ns;
	bool attacked;
	bool seen;       /* in this interval */
	unsigned streak; /* intervals that said the other thing */
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
	int is = one->attacked ? 2 : one->streak > 0, its = other->attacked ? 2 : other->streak > 0;

	if (is != its)
		return its - is;
	return (one->mean < other->mean) - (one->mean > other->mean);
}

static int by_rate(const void *a, const void *b)
{
	const struct attack *one = a, *other = b;

	return (one->value < other->value) - (one->value > other->value);
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
	if (!s->attacks)
		s->attacks = calloc(ZONES_ROOM, sizeof(*s->attacks));
	if (!s->zones || !s->attacks)
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

static void note(struct subdomain *s, struct zone_past *past, const struct denials *now,
		 enum attack_state state, int64_t end_ns)
{
	struct attack *attack = &s->attacks[s->attack_count++];

	*attack = (struct attack){
		.state = state,
		.news = state != ATTACK_GOES_ON || end_ns - past->news_ns >= NEWS_EVERY_NS,
		.kind = now->kind,
		.rcode = now->rcode,
		.names = now->names,
		.count = now->count,
		.value = now->rate,
		.threshold = past->threshold,
		.since_ns = past->since_ns,
	};
	memcpy(attack->zone, past->zone, sizeof(attack->zone));
	if (attack->news)
		past->news_ns = end_ns;
}

static void look_for_begin(struct subdomain *s, const struct subdomain_settings *settings,
			   struct zone_past *past, const struct denials *now, int64_t end_ns,
			   double interval_s)
{
	double threshold = larger(settings->rate_min, PAST_FACTOR * past->mean);

	threshold = larger(threshold, past->mean + DEVIATIONS * past->deviation);
	/* In a short interval, as the first one can be, even names that come again are all different. */
	if (now->rate < threshold || now->names < larger(NAMES_MIN, threshold * SECONDS_MIN) ||
	    now->names < OWN_NAME_BEGIN * (double)now->count ||
	    (s->age_s < YOUNG_S && now->of_all < YOUNG_SHARE)) {
		past->streak = 0;
		learn(s, past, now->rate, interval_s);
		return;
	}
	if (past->streak == 0)
		past->since_ns = end_ns - (int64_t)(interval_s * (double)NS_PER_S);
	if (++past->streak < INTERVALS && now->rate < CLEAR * threshold)
		return;
	if (s->attacked == SUBDOMAIN_ZONES)
		return;
	s->attacked++;
	past->attacked = true;
	past->streak = 0;
	past->threshold = threshold;
	note(s, past, now, ATTACK_BEGINS, end_ns);
}

static void look_for_end(struct subdomain *s, struct zone_past *past, const struct denials *now,
			 int64_t end_ns)
{
	bool holds = now->rate >= HOLD * past->threshold &&
		     now->names >= OWN_NAME_HOLD * (double)now->count;

	past->streak = holds ? 0 : past->streak + 1;
	if (past->streak < INTERVALS && now->rate >= OVER * past->threshold) {
		note(s, past, now, ATTACK_GOES_ON, end_ns);
		return;
	}
	s->attacked--;
	past->attacked = false;
	past->streak = 0;
	note(s, past, now, ATTACK_ENDS, end_ns);
}

/* Zones that had a past are in order up to @known. */
static void look(struct subdomain *s, const struct subdomain_settings *settings,
		 const struct denials *now, size_t known, int64_t end_ns, double interval_s)
{
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
	if (past->attacked)
		look_for_end(s, past, now, end_ns);
	else
		look_for_begin(s, settings, past, now, end_ns, interval_s);
}

/* Zones that were not in the list, and then those that are not worth their place any more. */
static void look_at_absent(struct subdomain *s, const struct subdomain_settings *settings,
			   int64_t end_ns, double interval_s)
{
	size_t kept = 0;

	for (size_t i = 0; i < s->zone_count; i++) {
		struct zone_past *past = &s->zones[i];
		const struct denials none = {.zone = past->zone};

		if (!past->seen && past->attacked)
			look_for_end(s, past, &none, end_ns);
		else if (!past->seen)
			look_for_begin(s, settings, past, &none, end_ns, interval_s);
		past->seen = false;
		if (past->attacked || past->streak || past->mean >= FADED * settings->rate_min)
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

int subdomain_feed(struct subdomain *subdomain, const struct subdomain_settings *settings,
		   const struct top_lists *lists, int64_t end_ns, double interval_s)
{
	const struct top_list *zones = &lists->list[TOP_ZONE], *nodata = &lists->nodata_zones;
	size_t known = subdomain->zone_count, rows;
	uint64_t total = zones->total + nodata->total;

	subdomain->attack_count = 0;
	if (settings->rate_min <= 0 || interval_s < INTERVAL_MIN)
		return 0;
	if (make_room(subdomain, zones->count + nodata->count) < 0)
		return -ENOMEM;
	subdomain->intervals++;
	rows = add_denials(subdomain, settings, zones, 0);
	rows = add_denials(subdomain, settings, nodata, rows);
	if (rows)
		qsort(subdomain->order, rows, sizeof(*subdomain->order), by_zone);
	for (size_t at = 0; at < rows;) {
		struct denials now;

		at += gather(subdomain->order + at, rows - at, interval_s, &now);
		now.of_all = total ? (double)now.count / (double)total : 0;
		look(subdomain, settings, &now, known, end_ns, interval_s);
	}
	look_at_absent(subdomain, settings, end_ns, interval_s);
	subdomain->age_s += interval_s;
	qsort(subdomain->attacks, subdomain->attack_count, sizeof(*subdomain->attacks), by_rate);
	return 0;
}

void subdomain_free(struct subdomain *subdomain)
{
	free(subdomain->zones);
	free(subdomain->attacks);
	free(subdomain->order);
	*subdomain = (struct subdomain){0};
}
