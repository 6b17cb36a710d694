// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* What is said of a zone's servers, from histories that are written out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "analysis/blame.h"
#include "report/transactions.h"
#include "util/clock.h"

/* 2026-11-29 02:31:00 UTC. */
#define BEGIN   1795919460LL
#define SECONDS 10

static const uint8_t shop[] = "\4shop\7example", other[] = "\5other\7example";

/* Queries to 192.0.2.@last for a name of @zone in the ten seconds up to @at (in seconds since BEGIN), by what became of them. */
static void see_zone(struct blame_book *book, const uint8_t *zone, size_t size, uint8_t last,
		     int64_t at, const uint64_t count[BLAME_DID_COUNT])
{
	const uint8_t server[] = {192, 0, 2, last};
	struct blame_seen seen = {
		.zone = zone, .zone_size = size, .server = server, .server_size = sizeof(server)};

	memcpy(seen.count, count, sizeof(seen.count));
	blame_see(book, &seen, (BEGIN + at) * NS_PER_S, SECONDS);
}

static void see(struct blame_book *book, uint8_t last, int64_t at, enum blame_did did,
		uint64_t queries)
{
	uint64_t count[BLAME_DID_COUNT] = {0};

	count[did] = queries;
	see_zone(book, shop, sizeof(shop), last, at, count);
}

/* Queries are followed, and nothing came for a while. */
static struct blame_book *begin(void)
{
	struct blame_book *book = blame_open();
	struct txn_counts *none = test_calloc(1, sizeof(*none));

	assert_non_null(book);
	assert_int_equal(txn_counts_init(none), 0);
	blame_feed(book, none, (BEGIN - 60) * NS_PER_S, SECONDS);
	txn_counts_free(none);
	test_free(none);
	return book;
}

static struct blame blame_at(const struct blame_book *book, int64_t at)
{
	struct blame blame;

	blame_zone(book, shop, sizeof(shop), (BEGIN + at) * NS_PER_S, &blame);
	return blame;
}

static void said(const struct blame_book *book, int64_t at, const char *wanted)
{
	struct blame blame = blame_at(book, at);
	char text[BLAME_TEXT_SIZE];

	assert_string_equal(blame_text(&blame, (BEGIN + at) * NS_PER_S, text), wanted);
}

static void said_of(const struct blame_book *book, int64_t at, size_t which, const char *wanted)
{
	struct blame blame = blame_at(book, at);
	char text[BLAME_TEXT_SIZE];

	assert_true(which < blame.servers);
	assert_string_equal(blame_server_text(&blame.server[which], (BEGIN + at) * NS_PER_S, text),
			    wanted);
}

static void three_of_four_are_silent(void **state)
{
	struct blame_book *book = begin();
	struct blame blame;

	(void)state;
	for (uint8_t server = 1; server <= 4; server++)
		see(book, server, -50, BLAME_FINE, 5);
	for (uint8_t server = 1; server <= 3; server++)
		see(book, server, SECONDS, BLAME_NO_ANSWER, 20);
	see(book, 4, SECONDS, BLAME_REFUSED, 12);
	see(book, 1, 20, BLAME_NO_ANSWER, 4);
	said(book, 60,
	     "3 of 4 servers silent since 02:31, the fourth REFUSED; last asked 40 s ago");
	said_of(book, 60, 0, "silent since 02:31, 24 of 24");
	said_of(book, 60, 3, "REFUSED since 02:31, 12 of 12");
	said_of(book, 100, 3, "REFUSED since 02:31, 12 of 12; not asked since 02:31");
	blame = blame_at(book, 60);
	assert_int_equal(blame.known, BLAME_KNOWN);
	assert_int_equal(blame.total, 4);
	assert_int_equal(blame.did[BLAME_NO_ANSWER], 3);
	assert_int_equal(blame.server[0].asked, 29);
	assert_int_equal(blame.server[0].count[BLAME_FINE], 5);
	assert_true(blame.server[0].last_answer_ns == (BEGIN - 50) * NS_PER_S);
	assert_true(blame.server[0].since_ns == BEGIN * NS_PER_S);
	assert_true(blame.last_asked_ns == (BEGIN + 20) * NS_PER_S);
	blame_close(book);
}

static void other_words(void **state)
{
	struct blame_book *book = begin();

	(void)state;
	see(book, 1, 10, BLAME_NO_ANSWER, 3);
	said(book, 11, "192.0.2.1, the only server that was asked, is silent since 02:31");
	see(book, 2, 70, BLAME_NO_ANSWER, 3);
	/* Both, since the later one is. */
	said(book, 300,
	     "all 2 servers that were asked are silent since 02:32; last asked 3 min ago");
	see(book, 1, 300, BLAME_FINE, 9);
	said(book, 300, "1 of 2 servers silent since 02:32, the other answering");
	see(book, 2, 310, BLAME_FINE, 9);
	said(book, 310, "all 2 servers that were asked are answering");
	said_of(book, 310, 0, "answering, 9 of 9");
	see(book, 3, 310, BLAME_FAILED, 2);
	see(book, 4, 310, BLAME_REFUSED, 2);
	said(book, 310, "1 of 4 servers REFUSED since 02:36, 1 failing, 2 answering");
	blame_close(book);
}

static void what_cannot_be_known(void **state)
{
	struct blame_book *book = blame_open();
	struct blame blame;
	uint8_t name[60] = {59};

	(void)state;
	assert_non_null(book);
	assert_int_equal(blame_at(book, 0).known, BLAME_NOT_FOLLOWED);
	said(book, 0,
	     "what its servers do is not known, as queries are not matched with responses");
	blame_close(book);
	book = begin();
	said(book, 0, "none of its servers was asked in the last 15 minutes");
	see(book, 1, 0, BLAME_REFERS, 10);
	assert_int_equal(blame_at(book, 0).did[BLAME_REFERS], 1);
	said(book, 0,
	     "only servers that refer to others were asked in the last 15 minutes, none of its "
	     "own");
	see(book, 2, 10, BLAME_NO_ANSWER, 1);
	assert_int_equal(blame_at(book, 10).total, 1);
	blame_zone(book, name, sizeof(name), BEGIN * NS_PER_S, &blame);
	assert_int_equal(blame.known, BLAME_NO_ZONE);
	blame_feed(book, NULL, (BEGIN + 20) * NS_PER_S, SECONDS);
	assert_int_equal(blame_at(book, 20).known, BLAME_NOT_FOLLOWED);
	blame_close(book);
}

static void most_of_an_interval_decides(void **state)
{
	const uint64_t lossy[BLAME_DID_COUNT] = {[BLAME_NO_ANSWER] = 3, [BLAME_FINE] = 97};
	struct blame_book *book = begin();

	(void)state;
	see_zone(book, shop, sizeof(shop), 1, 10, lossy);
	see_zone(book, shop, sizeof(shop), 1, 20, lossy);
	said_of(book, 20, 0, "answering, 194 of 200");
	/* Nothing, of nobody, and of another zone, changes nothing. */
	see(book, 1, 30, BLAME_FINE, 0);
	see_zone(book, other, sizeof(other), 1, 30, lossy);
	see_zone(book, shop, 0, 1, 30, lossy);
	said_of(book, 30, 0, "answering, 194 of 200");
	blame_close(book);
}

static void fifteen_minutes_are_kept(void **state)
{
	struct blame_book *book = begin();
	struct txn_counts *none = test_calloc(1, sizeof(*none));

	(void)state;
	assert_int_equal(txn_counts_init(none), 0);
	see(book, 1, 0, BLAME_NO_ANSWER, 7);
	see(book, 2, 0, BLAME_NO_ANSWER, 1);
	for (int64_t at = 10; at <= 3600; at += SECONDS) {
		blame_feed(book, none, (BEGIN + at) * NS_PER_S, SECONDS);
		see(book, 2, at, BLAME_NO_ANSWER, 1);
		/* To the minute. */
		if (at <= 15 * 60)
			assert_int_equal(blame_at(book, at).total, 2);
		if (at >= 16 * 60)
			assert_int_equal(blame_at(book, at).total, 1);
	}
	/* One that goes on for an hour: what was asked in the window, and since when. */
	assert_in_range(blame_at(book, 3600).server[0].asked, 90, 97);
	said_of(book, 3600, 0, "silent since 02:30, 361 of 361");
	txn_counts_free(none);
	test_free(none);
	blame_close(book);
}

static void number_zone(uint8_t zone[6], uint8_t first, unsigned int number)
{
	zone[0] = 4;
	zone[1] = first;
	for (size_t i = 2; i < 5; i++, number /= 26)
		zone[i] = (uint8_t)('a' + number % 26);
	zone[5] = 0;
}

static void what_is_well_gives_way(void **state)
{
	uint8_t zone[6];
	struct blame_book *book = begin();
	uint64_t fine[BLAME_DID_COUNT] = {[BLAME_FINE] = 1};
	struct blame blame;

	(void)state;
	see(book, 1, 0, BLAME_NO_ANSWER, 7);
	see(book, 2, 0, BLAME_FINE, 7);
	for (unsigned int i = 0; i < 3 * BLAME_PAIRS; i++) {
		number_zone(zone, 'a', i);

		see_zone(book, zone, sizeof(zone), 9, 1 + i / 1000, fine);
	}
	blame = blame_at(book, 20);
	assert_int_equal(blame.total, 1);
	assert_int_equal(blame.did[BLAME_NO_ANSWER], 1);
	/* All are bad: those go that were not asked for longest. */
	for (unsigned int i = 0; i < 3 * BLAME_PAIRS; i++) {
		number_zone(zone, 'b', i);
		uint64_t bad[BLAME_DID_COUNT] = {1};

		see_zone(book, zone, sizeof(zone), 9, 30 + i / 1000, bad);
	}
	assert_int_equal(blame_at(book, 40).total, 0);
	blame_close(book);
}

static void more_servers_than_there_is_room_for(void **state)
{
	struct blame_book *book = begin();
	struct blame blame;

	(void)state;
	for (uint8_t server = 1; server <= 20; server++)
		see(book, server, 0, server == 13 ? BLAME_NO_ANSWER : BLAME_FINE, server);
	blame = blame_at(book, 0);
	assert_int_equal(blame.servers, BLAME_SERVERS);
	assert_int_equal(blame.total, 20);
	assert_int_equal(blame.server[0].address[3], 13);
	for (size_t i = 1; i < BLAME_SERVERS; i++)
		assert_int_equal(blame.server[i].address[3], 21 - i);
	said(book, 0, "1 of 20 servers silent since 02:30, 19 answering");
	blame_close(book);
}

/* From a reading, whose clock is another one. */
static void pairs_of_a_reading(void **state)
{
	struct txn_counts *counts = test_calloc(1, sizeof(*counts));
	struct txn_rows *pairs = &counts->side[TXN_UPSTREAM].pairs;
	struct txn_row row = {.key = {.zone_size = sizeof(shop), .server_size = 4},
			      .unanswered = 24,
			      .asked_ns = 93 * NS_PER_S};
	struct blame_book *book = blame_open();
	struct blame blame;

	(void)state;
	assert_non_null(book);
	assert_int_equal(txn_counts_init(counts), 0);
	counts->now_ns = 100 * NS_PER_S;
	memcpy(row.key.zone, shop, sizeof(shop));
	for (uint8_t server = 1; server <= 3; server++) {
		row.key.server[0] = server;
		assert_int_equal(txn_rows_add(pairs, &row), 0);
	}
	row = (struct txn_row){
		.key = row.key, .asked_ns = 95 * NS_PER_S, .answered_ns = 96 * NS_PER_S};
	row.key.server[0] = 4;
	row.result[TXN_RESULT_REFUSED] = 12;
	row.timed = 2;
	row.sum = 2 * TXN_UNITS(1);
	assert_int_equal(txn_rows_add(pairs, &row), 0);
	row.key.server[0] = 5;
	row.result[TXN_RESULT_REFUSED] = 0;
	row.result[TXN_RESULT_REFERRAL] = 1;
	assert_int_equal(txn_rows_add(pairs, &row), 0);
	blame_feed(book, counts, (BEGIN + 10) * NS_PER_S, SECONDS);
	said(book, 45,
	     "3 of 4 servers silent since 02:31, the fourth REFUSED; last asked 40 s ago");
	said_of(book, 45, 0, "silent since 02:31, 24 of 24");
	blame = blame_at(book, 45);
	assert_true(blame.server[0].last_asked_ns == (BEGIN + 3) * NS_PER_S);
	assert_true(blame.server[0].last_answer_ns == 0);
	assert_true(blame.server[3].last_answer_ns == (BEGIN + 6) * NS_PER_S);
	assert_true(blame.server[3].response_s > 0.999 && blame.server[3].response_s < 1.001);
	assert_int_equal(blame.did[BLAME_REFERS], 1);
	txn_counts_free(counts);
	test_free(counts);
	blame_close(book);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(three_of_four_are_silent),
		cmocka_unit_test(other_words),
		cmocka_unit_test(what_cannot_be_known),
		cmocka_unit_test(most_of_an_interval_decides),
		cmocka_unit_test(fifteen_minutes_are_kept),
		cmocka_unit_test(what_is_well_gives_way),
		cmocka_unit_test(more_servers_than_there_is_room_for),
		cmocka_unit_test(pairs_of_a_reading),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
