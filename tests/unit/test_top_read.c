// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Random streams through the real tables, against exact counts kept beside them: in one table, over
 * CPUs, over intervals, over hosts, in lists cut to a few rows. No bound may ever be broken, nor those that reports
 * give for the number of zones and the part of the largest.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The headers of the parser declare functions on maps, none of which is used here. */
#pragma GCC diagnostic ignored "-Wunused-function"
#include "memory_file.h"
#include "name_hash.h"
#include "report/failing.h"
#include "toplist/top_read.h"
#include "top_set.h"
#include "arrival.h"

#define CPUS   4u
#define POINTS 2u
#define KEYS   3000u /* as many as there can be rows, several times over */
#define SETS   40u

/* A host: its tables, and what has really come, by point and key, in the epoch and in all. */
struct host {
	struct hook_config config;
	struct top_tables tables;
	uint32_t epoch;
	uint64_t random, seed;
	uint64_t came[POINTS][KEYS], epoch_came[POINTS][KEYS];
	bool nodata; /* the upper half of keys is of zones with NODATA, which are not listed */
	uint64_t set_came[CPUS][SETS]; /* of the epoch */
	struct top_totals totals[POINTS];
	struct top_lists lists[POINTS];
};

static uint64_t next_random(struct host *h)
{
	return name_mix(h->random += 0x9e3779b97f4a7c15ULL);
}

static struct host *host_new(enum top_dimension dimension, uint64_t seed, size_t keep)
{
	struct host *h = calloc(1, sizeof(*h));
	struct top_sizes sizes;

	assert_non_null(h);
	h->random = h->seed = seed;
	h->config.points = POINTS;
	h->config.top_sets[dimension] = SETS;
	for (uint32_t point = 0; point < POINTS; point++) {
		h->config.top_point[point] = 1u << dimension;
		h->lists[point].keep = keep;
	}
	top_tables_place(&h->config);
	sizes = top_tables_sizes(&h->config, CPUS);
	assert_int_equal(top_tables_alloc(&h->tables, &sizes), 0);
	return h;
}

static void host_free(struct host *h)
{
	for (uint32_t point = 0; point < POINTS; point++)
		top_lists_free(&h->lists[point]);
	top_tables_free(&h->tables);
	free(h);
}

/* Key @key as a name: k123.test. */
static void name_of(uint32_t key, uint8_t name[TOP_NAME_MAX])
{
	char label[16];
	size_t length = (size_t)snprintf(label, sizeof(label), "k%u", key);

	memset(name, 0, TOP_NAME_MAX);
	name[0] = (uint8_t)length;
	memcpy(name + 1, label, length);
	memcpy(name + 1 + length, "\4test", 5);
}

static bool is_nodata(const struct host *h, uint32_t key)
{
	return h->nodata && key >= KEYS / 2;
}

/* One arrival, as count_top() of include/top_count.h counts it. */
static void arrive(struct host *h, enum top_dimension dimension, uint32_t cpu, uint32_t point,
		   uint32_t key)
{
	uint64_t hash = name_mix(name_mix(key ^ h->seed) + point);
	uint32_t at = top_set_of(hash, SETS);
	uint32_t index = top_tables_first(&h->config, dimension, cpu, h->epoch & 1) + at;
	struct top_meta *row_meta = &h->tables.row_meta[index];
	struct arrival arrival = count_arrival(&h->tables.sets[index], row_meta, h->epoch, hash,
					       (uint32_t)next_random(h));
	h->came[point][key]++;
	h->epoch_came[point][key]++;
	h->set_came[cpu][at]++;
	if (is_nodata(h, key))
		h->totals[point].nodata++;
	else
		h->totals[point].offending++;
	if (!arrival.admitted)
		return;
	row_meta->key[arrival.way] = (struct top_key){
		.rcode = is_nodata(h, key) ? 0 : 3,
		.point = (uint8_t)point,
		.ede = TOP_NO_EDE,
		.kind = dimension == TOP_ZONE ? ZONE_SOA : FAMILY_IPV4,
	};
	if (dimension == TOP_ZONE || dimension == TOP_NAME)
		name_of(key, h->tables.texts[top_tables_text(&h->config, index)].name[arrival.way]);
	else
		row_meta->key[arrival.way].address[0] = key;
}

/* What a row's key stands for. */
static uint32_t key_of(enum top_dimension dimension, const struct top_row *row)
{
	uint64_t address;

	if (dimension == TOP_ZONE || dimension == TOP_NAME)
		return (uint32_t)strtoul((const char *)row->key + 2, NULL, 10);
	memcpy(&address, row->key, sizeof(address));
	return (uint32_t)address;
}

/* A skewed stream with noise of keys that hardly come again, on all CPUs. */
static void flood(struct host *h, enum top_dimension dimension, uint32_t arrivals, uint32_t noise)
{
	for (uint32_t i = 0; i < arrivals; i++) {
		uint64_t r = next_random(h);
		uint32_t key = (uint32_t)(r % KEYS), cpu = (uint32_t)(r >> 32) % CPUS;

		if (next_random(h) % 100 >= noise) {
			uint64_t u = next_random(h) % 1000;

			key = (uint32_t)(u * u * u / 1000000); /* most of them low */
		}
		arrive(h, dimension, cpu, (uint32_t)(r >> 60) == 0, key);
	}
}

static void check_sets(const struct host *h, enum top_dimension dimension)
{
	for (uint32_t cpu = 0; cpu < CPUS; cpu++)
		for (uint32_t at = 0; at < SETS; at++) {
			uint32_t index = at +
					 top_tables_first(&h->config, dimension, cpu, h->epoch & 1);
			const struct top_set *set = &h->tables.sets[index];
			uint64_t sum = 0;

			if (set->generation == h->epoch) {
				sum = set->unattributed;
				for (uint32_t way = 0; way < TOP_WAYS; way++)
					if (set->count[way])
						sum += set->count[way] -
						       h->tables.row_meta[index].inherited[way];
			}
			assert_int_equal(sum, h->set_came[cpu][at]);
		}
}

/* @truth: of each key. */
static void check_list(enum top_dimension dimension, const struct top_list *list,
		       const uint64_t truth[KEYS], uint64_t total, uint64_t slack)
{
	static bool listed[KEYS];
	uint64_t counts = 0, left = total, before = UINT64_MAX;
	struct top_rest rest = top_list_rest(list, list->count);

	memset(listed, 0, sizeof(listed));
	assert_int_equal(list->total, total + slack);
	for (size_t i = 0; i < list->count; i++) {
		const struct top_row *row = &list->rows[i];
		uint32_t key = key_of(dimension, row);

		assert_true(key < KEYS && !listed[key]);
		listed[key] = true;
		if (row->low > truth[key] || row->high < truth[key] + slack)
			fail_msg("key %u: %llu is not in %llu to %llu", key,
				 (unsigned long long)truth[key], (unsigned long long)row->low,
				 (unsigned long long)row->high);
		assert_in_range(row->count, row->low, row->high);
		assert_true(row->count <= before);
		before = row->count;
		counts += row->count;
		left -= truth[key];
	}
	for (uint32_t key = 0; key < KEYS; key++)
		if (!listed[key] && truth[key] + slack > list->absent_high &&
		    list->absent_high < list->total)
			fail_msg("absent key %u came %llu times, more than %llu", key,
				 (unsigned long long)truth[key],
				 (unsigned long long)list->absent_high);
	assert_int_equal(counts + rest.count, list->total);
	assert_true(rest.low <= left && rest.high >= left);
	assert_in_range(rest.count, rest.low, rest.high);
}

/* All keys have NXDOMAIN. */
static void check_failing(const struct top_lists *lists, const uint64_t truth[KEYS], uint64_t slack)
{
	static struct report report;
	uint64_t zones = 0, sum = slack, most = 0;
	const struct report_failing *failing;

	for (uint32_t key = 0; key < KEYS; key++) {
		zones += truth[key] > 0;
		sum += truth[key];
		most = truth[key] > most ? truth[key] : most;
	}
	report = (struct report){.top = lists, .top_rcodes = 1u << 3, .rcode_count = 1};
	report.rcodes[0] = (struct report_rcode){.code = 3, .count = sum};
	report_failing_fill(&report);
	failing = report_failing_find(&report, 3);
	assert_non_null(failing);
	assert_int_equal(failing->count, sum);
	if (failing->zones_low > zones || failing->zones_high < zones)
		fail_msg("%llu zones are not within %llu to %llu", (unsigned long long)zones,
			 (unsigned long long)failing->zones_low,
			 (unsigned long long)failing->zones_high);
	assert_true(failing->zones_low >= lists->zones_seen[TOP_NXDOMAIN]);
	assert_true(failing->share * (double)sum <= (double)most + 1e-6);
	assert_true(failing->share_high * (double)sum >= (double)most - 1e-6);
}

static void begin_epoch(struct host *h)
{
	h->epoch++;
	memset(h->epoch_came, 0, sizeof(h->epoch_came));
	memset(h->set_came, 0, sizeof(h->set_came));
	memset(h->totals, 0, sizeof(h->totals));
}

/* End the epoch: its lists are in h->lists. */
static void read_lists(struct host *h, enum top_dimension dimension)
{
	const struct top_source source = {
		.tables = &h->tables,
		.config = &h->config,
		.cpus = CPUS,
		.epoch = h->epoch,
	};

	check_sets(h, dimension);
	assert_int_equal(top_read(&source, h->totals, h->lists), 0);
	for (uint32_t point = 0; point < POINTS; point++) {
		check_list(dimension, &h->lists[point].list[dimension], h->epoch_came[point],
			   h->totals[point].offending - h->totals[point].unlisted,
			   h->totals[point].unlisted);
		if (dimension == TOP_ZONE)
			check_failing(&h->lists[point], h->epoch_came[point],
				      h->totals[point].unlisted);
	}
	begin_epoch(h);
}

static uint64_t sum_of(const uint64_t came[KEYS])
{
	uint64_t sum = 0;

	for (uint32_t key = 0; key < KEYS; key++)
		sum += came[key];
	return sum;
}

/* Intervals of several kinds of traffic, each checked, and the lists of all of them merged. */
static void run_intervals(enum top_dimension dimension, size_t keep, size_t merged_keep)
{
	static const uint32_t noise[] = {0, 50, 90, 100, 10};
	struct host *h = host_new(dimension, 77 + keep, keep);
	struct top_lists all[POINTS] = {{.keep = merged_keep}, {.keep = merged_keep}};

	for (uint32_t round = 0; round < 10; round++) {
		flood(h, dimension, round == 7 ? 3 : 20000, noise[round % 5]);
		read_lists(h, dimension);
		for (uint32_t point = 0; point < POINTS; point++) {
			assert_int_equal(top_lists_merge(&all[point], &h->lists[point]), 0);
			assert_true(all[point].list[dimension].count <= merged_keep);
			check_list(dimension, &all[point].list[dimension], h->came[point],
				   sum_of(h->came[point]), 0);
			if (dimension == TOP_ZONE)
				check_failing(&all[point], h->came[point], 0);
		}
	}
	for (uint32_t point = 0; point < POINTS; point++)
		top_lists_free(&all[point]);
	host_free(h);
}

static void test_whole_lists(void **state)
{
	(void)state;
	run_intervals(TOP_ZONE, KEYS, KEYS);
	run_intervals(TOP_CLIENT, KEYS, KEYS);
}

static void test_cut_lists(void **state)
{
	(void)state;
	run_intervals(TOP_NAME, 512, 512);
	run_intervals(TOP_SERVER, 20, 10);
	run_intervals(TOP_ZONE, 1, 1);
	run_intervals(TOP_ZONE, 0, 0);
}

/* While no key has to go, each zone is counted once, on whatever CPUs it came, and though few rows are kept. */
static void test_number_of_zones(void **state)
{
	struct host *h = host_new(TOP_ZONE, 15, 10);

	(void)state;
	for (uint32_t key = 0; key < 100; key++)
		for (uint32_t cpu = 0; cpu < CPUS; cpu++)
			arrive(h, TOP_ZONE, cpu, 0, key);
	read_lists(h, TOP_ZONE);
	assert_int_equal(h->lists[0].zones_seen[TOP_NXDOMAIN], 100);
	assert_int_equal(h->lists[0].zones_seen[TOP_SERVFAIL], 0);
	assert_int_equal(h->lists[0].zones_seen[TOP_REFUSED], 0);
	assert_int_equal(h->lists[1].zones_seen[TOP_NXDOMAIN], 0);
	assert_int_equal(h->lists[0].list[TOP_ZONE].count, 10);
	read_lists(h, TOP_ZONE);
	assert_int_equal(h->lists[0].zones_seen[TOP_NXDOMAIN], 0);
	host_free(h);
}

/* Hosts have hash keys of their own and see the same names, at the same time. */
static void test_hosts(void **state)
{
	struct host *a = host_new(TOP_ZONE, 5, 100), *b = host_new(TOP_ZONE, 6, 30);
	struct top_lists both = {.keep = 40};
	static uint64_t truth[KEYS];

	(void)state;
	flood(a, TOP_ZONE, 50000, 30);
	flood(b, TOP_ZONE, 20000, 80);
	read_lists(a, TOP_ZONE);
	read_lists(b, TOP_ZONE);
	assert_int_equal(top_lists_merge(&both, &a->lists[0]), 0);
	assert_int_equal(top_lists_merge(&both, &b->lists[0]), 0);
	for (uint32_t key = 0; key < KEYS; key++)
		truth[key] = a->came[0][key] + b->came[0][key];
	check_list(TOP_ZONE, &both.list[TOP_ZONE], truth, sum_of(truth), 0);
	top_lists_free(&both);
	host_free(a);
	host_free(b);
}

/* The sums of all keys, and of those that are of one kind. */
static uint64_t only(const struct host *h, bool nodata, const uint64_t came[KEYS],
		     uint64_t of_kind[KEYS])
{
	uint64_t sum = 0;

	for (uint32_t key = 0; key < KEYS; key++) {
		of_kind[key] = is_nodata(h, key) == nodata ? came[key] : 0;
		sum += of_kind[key];
	}
	return sum;
}

static void check_kind(const struct host *h, bool nodata, const uint64_t came[KEYS],
		       const struct top_lists *lists)
{
	const struct top_list *list = nodata ? &lists->nodata_zones : &lists->list[TOP_ZONE];
	static uint64_t of_kind[KEYS];
	uint64_t total = only(h, nodata, came, of_kind);

	check_list(TOP_ZONE, list, of_kind, total, 0);
	for (size_t i = 0; i < list->count; i++)
		assert_int_equal(list->rows[i].rcode, nodata ? 0 : 3);
}

/*
 * Where NODATA is counted by zone but not listed: the list knows nothing of it, though they share a table,
 * and it is in one of its own; in each interval and in all of them.
 */
static void test_nodata_zones(void **state)
{
	static const size_t keep[] = {KEYS, 20};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct host *h = host_new(TOP_ZONE, 13 + i, keep[i]);
		struct top_lists all[POINTS] = {{.keep = keep[i]}, {.keep = keep[i]}};

		h->nodata = true;
		h->config.offending = OFFENDING_NODATA_ZONES;
		for (uint32_t round = 0; round < 4; round++) {
			flood(h, TOP_ZONE, 20000, round * 30);
			check_sets(h, TOP_ZONE);
			assert_int_equal(top_read(&(struct top_source){&h->tables, &h->config, CPUS,
								       h->epoch, -1},
						  h->totals, h->lists),
					 0);
			for (uint32_t point = 0; point < POINTS; point++) {
				assert_int_equal(top_lists_merge(&all[point], &h->lists[point]), 0);
				for (int nodata = 0; nodata < 2; nodata++) {
					check_kind(h, nodata, h->epoch_came[point],
						   &h->lists[point]);
					check_kind(h, nodata, h->came[point], &all[point]);
				}
			}
			begin_epoch(h);
		}
		assert_true(all[0].nodata_zones.count > 0 && all[0].list[TOP_ZONE].count > 0);
		for (uint32_t point = 0; point < POINTS; point++)
			top_lists_free(&all[point]);
		host_free(h);
	}
}

/* Responses in no list although they have a name could have been of any. */
static void test_unlisted(void **state)
{
	struct host *h = host_new(TOP_NAME, 9, 50);

	(void)state;
	flood(h, TOP_NAME, 1000, 20);
	for (uint32_t point = 0; point < POINTS; point++) {
		h->totals[point].unlisted = 17 + point;
		h->totals[point].offending += 17 + point;
	}
	read_lists(h, TOP_NAME);
	host_free(h);
}

/* Sets that were not used in an epoch are void, whatever they held two epochs before. */
static void test_quiet_epoch(void **state)
{
	struct host *h = host_new(TOP_NAME, 10, 50);

	(void)state;
	for (int round = 0; round < 4; round++) {
		flood(h, TOP_NAME, round < 2 ? 5000 : 0, 50);
		read_lists(h, TOP_NAME);
		assert_int_equal(h->lists[0].list[TOP_NAME].count > 0, round < 2);
	}
	assert_int_equal(h->lists[0].list[TOP_NAME].absent_high, 0);
	host_free(h);
}

/* Texts, points and RCODEs that cannot be: such rows are among the absent, and nothing is read astray. */
static void test_damaged_tables(void **state)
{
	struct host *h = host_new(TOP_ZONE, 11, KEYS);
	const struct top_source source = {&h->tables, &h->config, CPUS, 0, -1};

	(void)state;
	flood(h, TOP_ZONE, 20000, 10);
	memset(h->tables.texts, 0xff, 100 * sizeof(*h->tables.texts));
	for (uint32_t i = 100; i < 120; i++)
		memset(h->tables.texts[i].name, 63, sizeof(h->tables.texts[i].name));
	memset(h->tables.hlls, 0xff, 2 * sizeof(*h->tables.hlls));
	for (uint32_t i = 0; i < SETS; i += 3) {
		h->tables.row_meta[i].key[i % TOP_WAYS].point = 200;
		h->tables.row_meta[i].inherited[(i + 1) % TOP_WAYS] = UINT32_MAX;
		h->tables.row_meta[i].before[(i + 2) % TOP_WAYS] = UINT32_MAX;
	}
	assert_int_equal(top_read(&source, h->totals, h->lists), 0);
	assert_true(h->lists[0].list[TOP_ZONE].count > 0);
	for (size_t i = 0; i < h->lists[0].list[TOP_ZONE].count; i++)
		assert_true(top_name_length(h->lists[0].list[TOP_ZONE].rows[i].key) > 0);
	host_free(h);
}

/* Names that lie in a map are read as those in memory are, from several CPUs' parts of it. */
static void test_names_in_a_map(void **state)
{
	static const enum top_dimension dimensions[] = {TOP_ZONE, TOP_NAME};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		enum top_dimension dimension = dimensions[i];
		struct host *h = host_new(dimension, 12, 100);
		struct top_sizes sizes = top_tables_sizes(&h->config, CPUS);
		struct top_tables tables = h->tables;
		struct top_source source = {&tables, &h->config, CPUS, 0, -1};
		struct top_lists lists = {.keep = 100};
		struct memory_file map;

		flood(h, dimension, 20000, 50);
		memory_file_make(&map, tables.texts, sizes.texts * sizeof(*tables.texts));
		assert_int_equal(top_read(&source, h->totals, h->lists), 0);
		assert_int_equal(h->lists[0].list[dimension].count, 100);
		h->config.points = 1;
		tables.texts = NULL;
		assert_int_equal(top_read(&source, h->totals, &lists), -EBADF);
		source.texts_fd = map.fd;
		assert_int_equal(top_read(&source, h->totals, &lists), 0);
		assert_int_equal(lists.list[dimension].count, 100);
		assert_memory_equal(lists.list[dimension].rows, h->lists[0].list[dimension].rows,
				    100 * sizeof(struct top_row));
		top_lists_free(&lists);
		memory_file_close(&map);
		host_free(h);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_whole_lists),     cmocka_unit_test(test_cut_lists),
		cmocka_unit_test(test_number_of_zones), cmocka_unit_test(test_hosts),
		cmocka_unit_test(test_unlisted),        cmocka_unit_test(test_nodata_zones),
		cmocka_unit_test(test_quiet_epoch),     cmocka_unit_test(test_damaged_tables),
		cmocka_unit_test(test_names_in_a_map),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
