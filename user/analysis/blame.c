// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "analysis/blame.h"

#include <stdlib.h>
#include <string.h>

#include "report/transactions.h"
#include "util/clock.h"

#define MINUTE_NS (60 * NS_PER_S)
/* The minute under way, and those of the window before it. */
#define MINUTES (BLAME_MINUTES + 1)
#define HEADS   4096u
#define NONE    UINT16_MAX

_Static_assert((HEADS & (HEADS - 1)) == 0, "a power of two");
_Static_assert(BLAME_PAIRS < NONE, "numbers of pairs");

struct pair {
	uint8_t zone[TXN_NAME_TAIL];
	uint8_t zone_size; /* 0: none */
	uint8_t server_size;
	uint8_t server[16];
	uint16_t next; /* in the chain of its hash; NONE: the last */
	enum blame_did did;
	int64_t since_ns, last_asked_ns, last_answer_ns;
	uint64_t since_asked, since_did;
	int64_t minute; /* the latest that count[] has, since 1970 */
	uint32_t count[MINUTES][BLAME_DID_COUNT];
	double response_s;
	uint64_t timed;
};

struct blame_book {
	bool followed;
	uint16_t head[HEADS];
	struct pair pair[BLAME_PAIRS];
};

struct blame_book *blame_open(void)
{
	struct blame_book *book = calloc(1, sizeof(*book));

	for (size_t i = 0; book && i < HEADS; i++)
		book->head[i] = NONE;
	return book;
}

void blame_close(struct blame_book *book)
{
	free(book);
}

/* ---- pairs ---------------------------------------------------------------------------- */

static uint64_t hash_bytes(uint64_t hash, const uint8_t *bytes, size_t size)
{
	for (size_t i = 0; i < size; i++)
		hash = (hash ^ bytes[i]) * 0x100000001b3ULL;
	return hash;
}

static uint16_t *head_of(struct blame_book *book, const uint8_t *zone, size_t zone_size,
			 const uint8_t *server, size_t server_size)
{
	uint64_t hash = hash_bytes(0xcbf29ce484222325ULL, zone, zone_size);

	return &book->head[hash_bytes(hash, server, server_size) >> 20 & (HEADS - 1)];
}

static bool is_of_zone(const struct pair *pair, const uint8_t *zone, size_t size)
{
	return size && pair->zone_size == size && memcmp(pair->zone, zone, size) == 0;
}

static bool is_pair(const struct pair *pair, const struct blame_seen *seen)
{
	return is_of_zone(pair, seen->zone, seen->zone_size) &&
	       pair->server_size == seen->server_size &&
	       memcmp(pair->server, seen->server, seen->server_size) == 0;
}

static void remove_pair(struct blame_book *book, struct pair *pair)
{
	uint16_t number = (uint16_t)(pair - book->pair);
	uint16_t *at = head_of(book, pair->zone, pair->zone_size, pair->server, pair->server_size);

	while (*at != number)
		at = &book->pair[*at].next;
	*at = pair->next;
	*pair = (struct pair){0};
}

static bool is_well(const struct pair *pair)
{
	return pair->did == BLAME_FINE || pair->did == BLAME_REFERS;
}

/* Of two pairs the one that can be done without: one that is well, and then the one that was not asked for longer. */
static bool goes_before(const struct pair *one, const struct pair *other)
{
	return is_well(one) != is_well(other) ? is_well(one)
					      : one->last_asked_ns < other->last_asked_ns;
}

/* A free pair; where there is none, one gives way. */
static struct pair *make_room(struct blame_book *book)
{
	struct pair *chosen = &book->pair[0];

	for (size_t i = 0; i < BLAME_PAIRS; i++) {
		struct pair *pair = &book->pair[i];

		if (!pair->zone_size)
			return pair;
		if (goes_before(pair, chosen))
			chosen = pair;
	}
	remove_pair(book, chosen);
	return chosen;
}

static struct pair *find_pair(struct blame_book *book, const struct blame_seen *seen)
{
	uint16_t *head = head_of(book, seen->zone, seen->zone_size, seen->server,
				 seen->server_size);
	struct pair *pair;

	for (uint16_t i = *head; i != NONE; i = book->pair[i].next)
		if (is_pair(&book->pair[i], seen))
			return &book->pair[i];
	pair = make_room(book);
	*pair = (struct pair){
		.zone_size = (uint8_t)seen->zone_size,
		.server_size = (uint8_t)seen->server_size,
		.did = BLAME_DID_COUNT,
		.next = *head, /* also where that has given way: it was read after */
	};
	memcpy(pair->zone, seen->zone, seen->zone_size);
	memcpy(pair->server, seen->server, seen->server_size);
	*head = (uint16_t)(pair - book->pair);
	return pair;
}

/* ---- what comes in ------------------------------------------------------------------------ */

/* Have count[] end with the minute of @now_ns. */
static void renew_minutes(struct pair *pair, int64_t now_ns)
{
	int64_t minute = now_ns / MINUTE_NS;

	if (minute - pair->minute >= MINUTES) {
		memset(pair->count, 0, sizeof(pair->count));
		pair->minute = minute;
	}
	while (pair->minute < minute)
		memset(pair->count[++pair->minute % MINUTES], 0, sizeof(pair->count[0]));
}

static uint32_t sum32(uint32_t a, uint64_t b)
{
	return b > UINT32_MAX - a ? UINT32_MAX : a + (uint32_t)b;
}

void blame_see(struct blame_book *book, const struct blame_seen *seen, int64_t now_ns,
	       double interval_s)
{
	int64_t begin_ns = now_ns - (int64_t)(interval_s * (double)NS_PER_S);
	enum blame_did did = BLAME_NO_ANSWER;
	struct pair *pair;
	uint64_t asked = 0;

	for (size_t i = 0; i < BLAME_DID_COUNT; i++) {
		asked += seen->count[i];
		if (seen->count[i] > seen->count[did])
			did = (enum blame_did)i;
	}
	if (!asked || !seen->zone_size || seen->zone_size > TXN_NAME_TAIL ||
	    (seen->server_size != 4 && seen->server_size != 16) || now_ns < 0)
		return;
	pair = find_pair(book, seen);
	renew_minutes(pair, now_ns);
	for (size_t i = 0; i < BLAME_DID_COUNT; i++) {
		uint32_t *count = &pair->count[pair->minute % MINUTES][i];

		*count = sum32(*count, seen->count[i]);
	}
	if (pair->did != did) {
		pair->did = did;
		pair->since_ns = begin_ns;
		pair->since_asked = pair->since_did = 0;
	}
	pair->since_asked += asked;
	pair->since_did += seen->count[did];
	pair->response_s += seen->response_s;
	pair->timed += seen->timed;
	pair->last_asked_ns = seen->last_asked_ns ? seen->last_asked_ns : now_ns;
	if (seen->count[BLAME_NO_ANSWER] < asked)
		pair->last_answer_ns = seen->last_answer_ns ? seen->last_answer_ns : now_ns;
}

/* What has not been asked within the window is known no more. */
static void expire(struct blame_book *book, int64_t now_ns)
{
	for (size_t i = 0; i < BLAME_PAIRS; i++) {
		struct pair *pair = &book->pair[i];

		if (pair->zone_size && now_ns / MINUTE_NS - pair->minute >= MINUTES)
			remove_pair(book, pair);
	}
}

/* @row, whose clock is @behind_ns behind that of @now_ns. */
static void see_row(struct blame_book *book, const struct txn_row *row, int64_t behind_ns,
		    int64_t now_ns, double interval_s)
{
	const struct blame_seen seen = {
		.zone = row->key.zone,
		.zone_size = row->key.zone_size,
		.server = row->key.server,
		.server_size = row->key.server_size,
		.count = {[BLAME_NO_ANSWER] = row->unanswered,
			  [BLAME_REFUSED] = row->result[TXN_RESULT_REFUSED],
			  [BLAME_FAILED] = row->result[TXN_RESULT_FAILED],
			  [BLAME_FINE] = row->result[TXN_RESULT_FINE],
			  [BLAME_REFERS] = row->result[TXN_RESULT_REFERRAL]},
		.response_s = clock_seconds((int64_t)(row->sum << TXN_UNIT_SHIFT)),
		.timed = row->timed,
		.last_asked_ns = row->asked_ns ? row->asked_ns + behind_ns : 0,
		.last_answer_ns = row->answered_ns ? row->answered_ns + behind_ns : 0,
	};

	blame_see(book, &seen, now_ns, interval_s);
}

void blame_feed(struct blame_book *book, const struct txn_counts *counts, int64_t now_ns,
		double interval_s)
{
	book->followed = counts != NULL;
	expire(book, now_ns);
	if (!counts)
		return;
	for (size_t i = 0; i < counts->side[TXN_UPSTREAM].pairs.rows; i++)
		see_row(book, &counts->side[TXN_UPSTREAM].pairs.row[i], now_ns - counts->now_ns,
			now_ns, interval_s);
}

/* ---- what is asked for ------------------------------------------------------------------- */

/* Fill @server with what @pair did in the window. False: nothing. */
static bool fill_server(struct blame_server *server, const struct pair *pair, int64_t now_ns)
{
	int64_t minute = now_ns / MINUTE_NS;

	*server = (struct blame_server){
		.size = pair->server_size,
		.did = pair->did,
		.since_ns = pair->since_ns,
		.last_asked_ns = pair->last_asked_ns,
		.last_answer_ns = pair->last_answer_ns,
		.since_asked = pair->since_asked,
		.since_did = pair->since_did,
		.response_s = pair->timed ? pair->response_s / (double)pair->timed : 0,
	};
	memcpy(server->address, pair->server, sizeof(server->address));
	for (int64_t m = pair->minute; m > pair->minute - (int64_t)MINUTES; m--)
		for (size_t i = 0; m >= 0 && minute - m < MINUTES && i < BLAME_DID_COUNT; i++) {
			server->count[i] += pair->count[m % MINUTES][i];
			server->asked += pair->count[m % MINUTES][i];
		}
	return server->asked > 0;
}

/* Whether @one is to stand before @other. */
static bool is_worse(const struct blame_server *one, const struct blame_server *other)
{
	return one->did != other->did ? one->did < other->did : one->asked > other->asked;
}

/* Put @server where it belongs among those of @blame, the last of which gives way. */
static void insert_server(struct blame *blame, const struct blame_server *server)
{
	size_t at = blame->servers;

	if (blame->servers < BLAME_SERVERS)
		blame->servers++;
	else if (!is_worse(server, &blame->server[--at]))
		return;
	for (; at && is_worse(server, &blame->server[at - 1]); at--)
		blame->server[at] = blame->server[at - 1];
	blame->server[at] = *server;
}

void blame_zone(const struct blame_book *book, const uint8_t *zone, size_t length, int64_t now_ns,
		struct blame *blame)
{
	struct blame_server server;

	*blame = (struct blame){0};
	for (size_t i = 0; i < BLAME_PAIRS; i++) {
		const struct pair *pair = &book->pair[i];

		if (!is_of_zone(pair, zone, length) || !fill_server(&server, pair, now_ns))
			continue;
		blame->did[server.did]++;
		if (server.did == BLAME_REFERS)
			continue;
		blame->total++;
		if (server.last_asked_ns > blame->last_asked_ns)
			blame->last_asked_ns = server.last_asked_ns;
		insert_server(blame, &server);
	}
	if (!book->followed)
		blame->known = BLAME_NOT_FOLLOWED;
	else if (length > TXN_NAME_TAIL)
		blame->known = BLAME_NO_ZONE;
	else if (!blame->total)
		blame->known = blame->did[BLAME_REFERS] ? BLAME_ONLY_REFERRALS : BLAME_NOBODY_ASKED;
}
