// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Bins of response times by the parser and by the report, against edges that are written out; quantiles by nearest rank;
 * rows of servers and zones; what reports add up.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "expected.h"
#include "packet.h"
#include "parser/host_store.h"
#include "report/transactions.h"

/* ---- bins ------------------------------------------------------------------------------------ */

/* Lower edges of a decade, as abi.h says them: 1 to 2 by 0.1, 2 to 5 by 0.25, 5 to 10 by 0.5, here in hundredths. */
static const uint16_t edges[TXN_DECADE_BINS] = {
	100, 110, 120, 130, 140, 150, 160, 170, 180, 190, 200, 225, 250, 275, 300, 325,
	350, 375, 400, 425, 450, 475, 500, 550, 600, 650, 700, 750, 800, 850, 900, 950,
};

/* In nanoseconds; of TXN_BINS: where the last one ends. */
static uint64_t edge(size_t bin)
{
	uint64_t ns = edges[bin % TXN_DECADE_BINS] * 10ULL;

	for (size_t decade = 0; decade < bin / TXN_DECADE_BINS; decade++)
		ns *= 10;
	return ns;
}

static void limits_are_those_of_the_scale(void **state)
{
	uint64_t low, high;

	(void)state;
	for (size_t bin = 0; bin < TXN_BINS; bin++) {
		txn_bin_limits(bin, &low, &high);
		assert_int_equal(low, bin ? edge(bin) : 0);
		assert_int_equal(high, edge(bin + 1));
	}
	txn_bin_limits(TXN_BINS - 1, &low, &high);
	assert_int_equal(high, 10000000000); /* the longest timeout */
}

/* The bin that a response after @units of 1.024 us is counted in, by the parser. */
static size_t bin_of(uint64_t units)
{
	static struct host_store store;
	struct hook_config config = expected_config();
	uint8_t message[] = {0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 'a', 0, 0, 1, 0, 1};
	struct frame query = {.family = 4,
			      .source = "192.0.2.1",
			      .destination = "192.0.2.2",
			      .source_port = 4000,
			      .destination_port = 53,
			      .l4 = L4_UDP},
		     answer = query;
	const struct txn_times *times;
	struct buf frame = {0};
	size_t found = TXN_BINS;

	config.txn_buckets = TXN_BUCKETS_MIN;
	config.txn_timeout = TXN_UNITS(TXN_TIMEOUT_MAX_S);
	memset(&store, 0, sizeof(store));
	packet_build(&frame, &query, message, sizeof(message));
	store.direction = DIRECTION_RX;
	store.now_ns = 1 << TXN_UNIT_SHIFT;
	host_count(&store, &config, HOST_LINK_ETHERNET, frame.data, (uint32_t)frame.length, 0);
	answer.source = query.destination;
	answer.destination = query.source;
	answer.source_port = 53;
	answer.destination_port = 4000;
	message[2] |= 0x80;
	packet_build(&frame, &answer, message, sizeof(message));
	store.direction = DIRECTION_TX;
	store.now_ns = (int64_t)(1 + units) << TXN_UNIT_SHIFT;
	host_count(&store, &config, HOST_LINK_ETHERNET, frame.data, (uint32_t)frame.length, 0);
	assert_int_equal(store.counts.counters.txn[TXN_ANSWERED], 1);
	times = &store.txn_times->times[TXN_CLIENTS][TRANSPORT_UDP][0];
	assert_int_equal(times->sum, units);
	for (size_t i = 0; i < TXN_BINS; i++)
		if (times->bin[i]) {
			assert_int_equal(times->bin[i], 1);
			assert_int_equal(found, TXN_BINS);
			found = i;
		}
	buf_free(&frame);
	host_store_free(&store);
	return found;
}

static void responses_are_in_the_bins_that_limits_are_of(void **state)
{
	const uint64_t longest = TXN_UNITS(TXN_TIMEOUT_MAX_S);

	(void)state;
	assert_int_equal(bin_of(0), 0);
	assert_int_equal(bin_of(longest), TXN_BINS - 1);
	for (size_t bin = 1; bin <= TXN_BINS; bin++) {
		/* The last time below the edge, the first at it or above, and what is next to them. */
		uint64_t units = (edge(bin) + (1 << TXN_UNIT_SHIFT) - 1) >> TXN_UNIT_SHIFT;

		for (uint64_t u = units - (units > 1 ? 2 : 1); u <= units + 1 && u <= longest;
		     u++) {
			uint64_t ns = u << TXN_UNIT_SHIFT, low, high;
			size_t found = bin_of(u);

			txn_bin_limits(found, &low, &high);
			/* The longest timeout is where the last bin ends, and of that. */
			if (ns < low || (ns >= high && (u != longest || found != TXN_BINS - 1)))
				fail_msg("%llu ns are in bin %zu, of %llu to %llu",
					 (unsigned long long)ns, found, (unsigned long long)low,
					 (unsigned long long)high);
		}
	}
}

/* ---- quantiles --------------------------------------------------------------------------------- */

static double middle(size_t bin)
{
	return (double)((bin ? edge(bin) : 0) + edge(bin + 1)) / 2 / 1e9;
}

/* The sample that at least @percent of 100 are not above: each is looked at. */
static double by_each_sample(const uint64_t *bins, unsigned int percent)
{
	uint64_t n = 0, seen = 0;

	for (size_t i = 0; i < TXN_BINS; i++)
		n += bins[i];
	for (size_t i = 0; i < TXN_BINS; i++)
		for (uint64_t k = 0; k < bins[i]; k++)
			if (++seen * 100 >= n * percent)
				return middle(i);
	return 0;
}

static void quantiles_are_of_the_nearest_rank(void **state)
{
	uint64_t bins[TXN_BINS] = {0};
	struct txn_quantiles q;

	(void)state;
	txn_quantiles_of(&q, bins);
	assert_int_equal(q.sampled, 0);
	assert_true(q.p50 == 0 && q.p99 == 0 && q.max == 0);
	/* One more sample each time, spread over all decades. */
	for (size_t n = 1; n <= 450; n++) {
		bins[n * 89 % TXN_BINS]++;
		txn_quantiles_of(&q, bins);
		assert_int_equal(q.sampled, n);
		if (q.p50 != by_each_sample(bins, 50) || q.p90 != by_each_sample(bins, 90) ||
		    q.p95 != by_each_sample(bins, 95) || q.p99 != by_each_sample(bins, 99) ||
		    q.max != by_each_sample(bins, 100))
			fail_msg("of %zu samples", n);
	}
	/* Of very many. */
	memset(bins, 0, sizeof(bins));
	bins[3] = 99000000000;
	bins[200] = 999999999;
	bins[201] = 1;
	txn_quantiles_of(&q, bins);
	assert_true(q.p99 == middle(3) && q.max == middle(201));
	bins[3]--;
	bins[201]++;
	txn_quantiles_of(&q, bins);
	assert_true(q.p99 == middle(200));
}

/* ---- unanswered ---------------------------------------------------------------------------------- */

static struct txn_row server(uint32_t number, uint64_t unanswered)
{
	struct txn_row row = {.key.server_size = 4, .qtype = 1, .unanswered = unanswered};

	for (int i = 0; i < 4; i++)
		row.key.server[i] = (uint8_t)(number >> (24 - 8 * i));
	return row;
}

static void add(struct txn_rows *table, uint32_t number, uint64_t unanswered)
{
	struct txn_row row = server(number, unanswered);

	assert_int_equal(txn_rows_add(table, &row), 0);
}

static uint64_t of_all_rows(const struct txn_rows *table)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < table->rows; i++)
		sum += table->row[i].unanswered;
	return sum;
}

/* Whatever the seed, which decides who meets whom on the way to a place. */
static void full_table_counts_others_together(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 10; seed++) {
		struct txn_row rows[4];
		struct txn_rows table;

		txn_rows_init(&table, seed * 0x9e3779b97f4a7c15);
		assert_int_equal(txn_rows_top(&table, TXN_BY_UNANSWERED, rows, 4), 0);
		for (uint32_t pass = 0; pass < 2; pass++)
			for (uint32_t i = 0; i < TXN_ROWS_MAX + 100; i++)
				add(&table, i, i == 77 ? 9 : 1);
		assert_int_equal(table.rows, TXN_ROWS_MAX);
		assert_int_equal(table.other_unanswered, 200);
		assert_int_equal(of_all_rows(&table), 2 * TXN_ROWS_MAX + 16);
		assert_int_equal(txn_rows_top(&table, TXN_BY_UNANSWERED, rows, 4), 4);
		/* The most, then the least keys of all that have as many. */
		for (uint32_t i = 0; i < 4; i++) {
			struct txn_row wanted = i ? server(i - 1, 2) : server(77, 18);

			assert_memory_equal(&rows[i].key, &wanted.key, sizeof(wanted.key));
			assert_int_equal(rows[i].unanswered, wanted.unanswered);
		}
		txn_rows_clear(&table);
		assert_int_equal(table.rows + table.other_unanswered, 0);
		assert_int_equal(txn_rows_top(&table, TXN_BY_UNANSWERED, rows, 4), 0);
		add(&table, TXN_ROWS_MAX + 1, 3);
		assert_int_equal(of_all_rows(&table), 3);
		txn_rows_free(&table);
	}
}

/* Also where both belong at one place. */
static void keys_of_two_sizes_are_two(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed < 5000; seed++) {
		struct txn_row v4 = server(0x20010db8, 1), v6 = v4, rows[3];
		struct txn_rows table;

		v6.key.server_size = 16; /* 2001:db8:: */
		v6.qtype = 28;
		txn_rows_init(&table, seed * 0x9e3779b97f4a7c15);
		assert_int_equal(txn_rows_add(&table, &v4), 0);
		assert_int_equal(txn_rows_add(&table, &v6), 0);
		assert_int_equal(txn_rows_add(&table, &v6), 0);
		assert_int_equal(txn_rows_top(&table, TXN_BY_UNANSWERED, rows, 3), 2);
		assert_int_equal(rows[0].key.server_size, 16);
		assert_int_equal(rows[0].unanswered, 2);
		assert_int_equal(rows[0].qtype, 28);
		assert_int_equal(rows[1].key.server_size, 4);
		txn_rows_free(&table);
	}
}

/* What ended well makes a row of its own only while there is room that failures need not. */
static void rows_are_kept_for_failures(void **state)
{
	struct txn_row fine = {.key.server_size = 4, .result[TXN_RESULT_REFERRAL] = 2}, top[2];
	struct txn_rows table;

	(void)state;
	txn_rows_init(&table, 7);
	assert_null(txn_rows_find(&table, &fine.key)); /* nor is there memory for any */
	for (uint32_t i = 0; i < TXN_ROWS_MAX; i++) {
		fine.key = server(i, 0).key;
		assert_int_equal(txn_rows_add(&table, &fine), 0);
	}
	assert_int_equal(table.rows, TXN_ROWS_WELL);
	assert_int_equal(table.other_answered, 2 * (TXN_ROWS_MAX - TXN_ROWS_WELL));
	assert_null(txn_rows_find(&table, &fine.key));
	assert_int_equal(txn_rows_top(&table, TXN_BY_UNANSWERED, top, 2), 0);
	assert_int_equal(txn_rows_top(&table, TXN_BY_FAILURES, top, 2), 0);
	for (uint32_t i = TXN_ROWS_WELL; i < 2 * TXN_ROWS_MAX; i++) {
		struct txn_row row = server(i, 0);

		row.result[i % 2 ? TXN_RESULT_REFUSED : TXN_RESULT_FAILED] = i == 3000 ? 2 : 1;
		assert_int_equal(txn_rows_add(&table, &row), 0);
	}
	assert_int_equal(table.rows, TXN_ROWS_MAX);
	assert_int_equal(txn_rows_top(&table, TXN_BY_FAILURES, top, 2), 2);
	fine = server(3000, 0);
	assert_memory_equal(&top[0].key, &fine.key, sizeof(fine.key));
	fine = server(TXN_ROWS_WELL, 0);
	assert_memory_equal(&top[1].key, &fine.key, sizeof(fine.key));
	assert_int_equal(txn_row_failures(&top[0]), 2);
	/* One that has a row counts on. */
	fine = server(5, 1);
	fine.result[TXN_RESULT_FINE] = 2;
	assert_int_equal(txn_rows_add(&table, &fine), 0);
	assert_int_equal(txn_row_answered(txn_rows_find(&table, &fine.key)), 4);
	assert_int_equal(txn_rows_top(&table, TXN_BY_UNANSWERED, top, 2), 1);
	txn_rows_free(&table);
}

static void slow_ones_are_first_by_their_mean(void **state)
{
	/* How many times, and what they add up to. */
	static const uint64_t times[][2] = {{3, 300}, {2, 9000}, {1000, 110000}, {3, 330}, {0, 0}};
	static const uint32_t order[] = {2, 3, 0}; /* the mean of 1 is of too few */
	struct txn_row top[5];
	struct txn_rows table;

	(void)state;
	txn_rows_init(&table, 9);
	for (uint32_t i = 0; i < 5; i++) {
		struct txn_row row = server(i, 0);

		row.timed = times[i][0];
		row.sum = times[i][1];
		row.longest = 20 - i;
		row.asked_ns = row.answered_ns = 20 - (int)i;
		assert_int_equal(txn_rows_add(&table, &row), 0);
		row.timed = row.sum = 0;
		row.longest = 7;
		row.asked_ns = row.answered_ns = 7;
		assert_int_equal(txn_rows_add(&table, &row), 0);
	}
	assert_int_equal(txn_rows_top(&table, TXN_BY_TIME, top, 5), 3);
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(top[i].key.server[3], order[i]);
		assert_int_equal(top[i].longest, 20 - order[i]);
		assert_int_equal(top[i].asked_ns, 20 - order[i]);
		assert_int_equal(top[i].answered_ns, 20 - order[i]);
	}
	assert_int_equal(txn_rows_top(&table, TXN_BY_TIME, top, 1), 1);
	assert_int_equal(top[0].key.server[3], 2);
	assert_int_equal(txn_rows_top(&table, TXN_BY_TIME, top, 0), 0);
	txn_rows_free(&table);
}

/* The type is that of an unanswered query, if there is one. */
static void types_are_of_what_stayed_unanswered(void **state)
{
	struct txn_row row = server(1, 0);
	struct txn_rows table;

	(void)state;
	txn_rows_init(&table, 3);
	row.qtype = 1;
	assert_int_equal(txn_rows_add(&table, &row), 0);
	row.qtype = 2;
	assert_int_equal(txn_rows_add(&table, &row), 0);
	assert_int_equal(txn_rows_find(&table, &row.key)->qtype, 2);
	row.qtype = 28;
	row.unanswered = 1;
	assert_int_equal(txn_rows_add(&table, &row), 0);
	row.qtype = 1;
	row.unanswered = 0;
	assert_int_equal(txn_rows_add(&table, &row), 0);
	assert_int_equal(txn_rows_find(&table, &row.key)->qtype, 28);
	txn_rows_free(&table);
}

/* Two tables that share half of their rows, and both had to give up some. */
static void merged_tables_keep_all(void **state)
{
	struct txn_rows one, other, empty;

	(void)state;
	txn_rows_init(&one, 11);
	txn_rows_init(&other, 12);
	txn_rows_init(&empty, 13);
	for (uint32_t i = 0; i < 2400; i++) {
		add(&one, i, 1);
		add(&other, i + 1200, 2);
	}
	one.other_unanswered = 5;
	other.other_unanswered = 6;
	assert_int_equal(txn_rows_merge(&one, &empty), 0);
	assert_int_equal(one.rows, 2400);
	assert_int_equal(txn_rows_merge(&one, &other), 0);
	assert_int_equal(one.rows, TXN_ROWS_MAX);
	assert_int_equal(of_all_rows(&one) + one.other_unanswered, 2400 + 4800 + 5 + 6);
	/* 528 of the 1,200 that the two do not share have no row. */
	assert_int_equal(one.other_unanswered, 5 + 6 + 2 * 528);
	assert_int_equal(txn_rows_merge(&empty, &one), 0);
	assert_int_equal(empty.other_unanswered, one.other_unanswered);
	assert_int_equal(of_all_rows(&empty), of_all_rows(&one));
	txn_rows_free(&one);
	txn_rows_free(&other);
	txn_rows_free(&empty);
}

/* ---- reports --------------------------------------------------------------------------------------- */

/* 300 of a client's queries make 100 upstream, of which half of the answered are seen. */
static void work_is_what_clients_make_upstream(void **state)
{
	static struct txn_counts counts;
	struct txn_side_counts *side = &counts.side[TXN_UPSTREAM];
	struct txn_report report = {0};
	struct txn_row quiet = {.key = {.zone = "\1q", .zone_size = 3}, .unanswered = 5};
	struct txn_row busy = {.key = {.zone = "\1b", .zone_size = 3}, .unanswered = 4};

	(void)state;
	assert_int_equal(txn_counts_init(&counts), 0);
	counts.side[TXN_CLIENTS].event[TXN_NEW] = 300;
	side->event[TXN_NEW] = 100;
	side->event[TXN_ANSWERED] = 80;
	side->unanswered = 20;
	side->result[TXN_RESULT_FINE] = 30;
	side->result[TXN_RESULT_REFERRAL] = 10;
	busy.result[TXN_RESULT_FINE] = 20;
	busy.result[TXN_RESULT_REFERRAL] = 3;
	assert_int_equal(txn_rows_add(&side->zones, &quiet), 0);
	assert_int_equal(txn_rows_add(&side->zones, &busy), 0);
	txn_report_make(&report, &counts, TXN_UPSTREAM, 10);
	assert_int_equal(report.client_queries, 300);
	assert_int_equal(report.busy.rows, 2);
	assert_memory_equal(report.busy.row[0].key.zone, "\1b", 3);
	assert_int_equal(txn_report_queries(&report, &report.busy.row[0]), 4 + 2 * 23);
	assert_float_equal(txn_report_part(&report, &report.busy.row[0]), 0.5, 1e-9);
	assert_int_equal(txn_report_queries(&report, &report.busy.row[1]), 5);
	assert_float_equal(txn_report_part(&report, &report.busy.row[1]), 0.05, 1e-9);
	txn_report_make(&report, &counts, TXN_UPSTREAM, 1);
	assert_int_equal(report.busy.rows, 1);
	txn_report_make(&report, &counts, TXN_CLIENTS, 10);
	assert_int_equal(report.busy.rows, 0);
	txn_counts_free(&counts);
}

static void reports_are_sums_of_what_was_counted(void **state)
{
	static struct txn_counts sum, reading;
	struct txn_side_counts *side = &reading.side[TXN_UPSTREAM];
	struct txn_report report = {0};
	uint64_t queries = 0, responses = 0;

	(void)state;
	assert_int_equal(txn_counts_init(&sum), 0);
	assert_int_equal(txn_counts_init(&reading), 0);
	for (uint32_t round = 0; round < 2; round++) {
		txn_counts_clear(&reading);
		for (size_t i = 0; i < TXN_EVENT_COUNT; i++)
			side->event[i] = 1ULL << (i * 3);
		side->event[TXN_EXPIRED] = 10;
		side->unanswered = 120;
		side->outstanding = 40 + round;
		side->found = 100;
		side->times[TRANSPORT_TCP][1].bin[5] = 3;
		side->times[TRANSPORT_TCP][1].sum = 7;
		for (uint32_t i = 0; i < 30; i++)
			add(&side->servers, i, 4);
		add(&side->zones, 1, 100);
		side->zones.other_unanswered = 20;
		reading.every = round ? 1 : 8;
		assert_int_equal(txn_counts_add(&sum, &reading), 0);
	}
	txn_report_make(&report, &sum, TXN_UPSTREAM, TXN_REPORT_ROWS + 5);
	for (size_t i = TXN_NEW; i <= TXN_QUERY_CONTENDED; i++)
		queries += 2ULL << (i * 3);
	for (size_t i = TXN_ANSWERED; i <= TXN_BEFORE_START; i++)
		responses += 2ULL << (i * 3);
	assert_int_equal(report.queries, queries);
	assert_int_equal(report.responses, responses);
	assert_int_equal(report.unanswered, 2 * (120 + 10));
	assert_int_equal(report.outstanding, 41);
	assert_int_equal(report.every, 8);
	assert_true(report.uncertain); /* some were evicted */
	assert_int_equal(report.all.sampled, 6);
	assert_int_equal(report.times[TRANSPORT_TCP][1].sum, 14);
	assert_int_equal(report.servers, TXN_REPORT_ROWS);
	assert_int_equal(report.other_servers, 2 * (120 + 10) - TXN_REPORT_ROWS * 8);
	assert_int_equal(report.zones, 1);
	assert_int_equal(report.other_zones, 2 * (20 + 10));
	txn_report_make(&report, &sum, TXN_UPSTREAM, 0);
	assert_int_equal(report.servers, 0);
	assert_int_equal(report.other_servers, report.unanswered);
	txn_report_make(&report, &sum, TXN_CLIENTS, 3);
	assert_int_equal(report.queries + report.responses + report.unanswered + report.outstanding,
			 0);
	assert_false(report.uncertain);
	sum.uncertain = true;
	txn_report_make(&report, &sum, TXN_CLIENTS, 3);
	assert_true(report.uncertain);
	txn_counts_free(&sum);
	txn_counts_free(&reading);
}

/* Of 1,000 answered queries 250 notes were left, 5 of them of this row: it had about 20 answered. */
static void asked_are_reckoned_by_notes_that_were_left(void **state)
{
	struct txn_report report = {.event[TXN_ANSWERED] = 1000, .found = 250};
	struct txn_row row = {.key.server_size = 4, .unanswered = 3, .answered = 5};

	(void)state;
	assert_int_equal(txn_report_asked(&report, &row), 23);
	report.found = 1000; /* all were */
	assert_int_equal(txn_report_asked(&report, &row), 8);
	report.found = 1200; /* some were answered before the interval */
	assert_int_equal(txn_report_asked(&report, &row), 8);
	report.found = 0;
	row.answered = 0;
	assert_int_equal(txn_report_asked(&report, &row), 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(limits_are_those_of_the_scale),
		cmocka_unit_test(responses_are_in_the_bins_that_limits_are_of),
		cmocka_unit_test(quantiles_are_of_the_nearest_rank),
		cmocka_unit_test(full_table_counts_others_together),
		cmocka_unit_test(keys_of_two_sizes_are_two),
		cmocka_unit_test(rows_are_kept_for_failures),
		cmocka_unit_test(slow_ones_are_first_by_their_mean),
		cmocka_unit_test(types_are_of_what_stayed_unanswered),
		cmocka_unit_test(merged_tables_keep_all),
		cmocka_unit_test(work_is_what_clients_make_upstream),
		cmocka_unit_test(reports_are_sums_of_what_was_counted),
		cmocka_unit_test(asked_are_reckoned_by_notes_that_were_left),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
