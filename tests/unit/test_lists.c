// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Names and zones that the parser lists, on the host, against every case's own expectations. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "cases.h"
#include "expected_lists.h"
#include "parser/host_store.h"
#include "message.h"
#include "packet.h"
#include "toplist/top_read.h"

/* Where a case over UDP and IPv4 has the first letter of the name asked for. */
#define LETTER (ETHERNET + 20u + 8u + 12u + 1u)

/* And the second byte of its flags. */
#define RCODE (ETHERNET + 20u + 8u + 3u)

static struct host_store store;

static void count(const struct hook_config *config, const char *name, uint8_t letter)
{
	const struct packet_case *c = packet_case(name);
	uint8_t frame[512];

	assert_true(c->length <= sizeof(frame));
	memcpy(frame, c->bytes, c->length);
	if (letter)
		frame[LETTER] = letter;
	host_count(&store, config, HOST_LINK_ETHERNET, frame, (uint32_t)c->length,
		   (uint32_t)c->length);
}

static void read_store(const struct hook_config *config, struct top_lists lists[2])
{
	const struct top_source source = {.tables = &store.top, .config = config, .cpus = 1};
	const struct top_totals totals[2] = {top_totals_of(config, &store.counts.counters)};

	lists[0] = lists[1] = (struct top_lists){.keep = 100};
	assert_int_equal(top_read(&source, totals, lists), 0);
}

static void free_both(struct top_lists lists[2])
{
	top_lists_free(&lists[0]);
	top_lists_free(&lists[1]);
	host_store_free(&store);
	memset(&store, 0, sizeof(store));
}

static const char *difference_of(const struct packet_case *c, const struct hook_config *config,
				 bool rules)
{
	bool by_default = config->offending & OFFENDING_NODATA_ZONES;
	struct top_lists lists[2];
	const char *difference;
	uint64_t unlisted = 0;

	host_count(&store, config, HOST_LINK_ETHERNET, c->bytes, (uint32_t)c->length,
		   (uint32_t)c->length);
	for (const struct expect *e = &c->expect; e; e = e->also)
		unlisted += e->unlisted && (!by_default || e->rcode);
	read_store(config, lists);
	difference = expected_lists_difference(&c->expect, rules, by_default, &lists[0]);
	if (!difference && store.counts.counters.unlisted != unlisted)
		difference = "unlisted is another number";
	free_both(lists);
	return difference;
}

static void walk_cases(const struct hook_config *config, const struct suffixes *suffixes,
		       bool slow_path)
{
	const struct packet_case *cases;
	size_t count, wrong = 0, listed = 0;

	cases = packet_cases(&count);
	for (size_t i = 0; i < count; i++) {
		const char *difference;

		if (!cases[i].expect.listed)
			continue;
		listed++;
		store.suffixes = suffixes ? suffixes->places : NULL;
		store.slow_path = slow_path;
		difference = difference_of(&cases[i], config, suffixes != NULL);
		if (difference) {
			print_error("%s: %s\n", cases[i].name, difference);
			wrong++;
		}
	}
	assert_int_equal(wrong, 0);
	assert_true(listed > 70);
}

static void walk_with_suffixes(struct hook_config config, bool slow_path)
{
	struct suffixes suffixes;

	expected_suffixes(&suffixes, &config);
	walk_cases(&config, &suffixes, slow_path);
	suffixes_free(&suffixes);
}

static void every_case_is_listed_as_expected(void **state)
{
	(void)state;
	walk_with_suffixes(expected_lists_config(), false);
}

static void by_default_nodata_is_counted_by_zone_alone(void **state)
{
	(void)state;
	walk_with_suffixes(expected_lists_default(), false);
	walk_with_suffixes(expected_lists_default(), true);
}

static void so_it_is_without_a_suffix_list(void **state)
{
	const struct hook_config config = expected_lists_config();

	(void)state;
	walk_cases(&config, NULL, false);
}

/* What is offending is what was asked for: docs/lists.md, "Which responses are offending". */
static void offending_is_what_was_asked_for(void **state)
{
	static const struct {
		uint32_t rcodes, which;
		const char *name;
		uint64_t offending;
	} choices[] = {
		{~1u, 0, "udp4-nxdomain", 1},
		{~1u, 0, "udp4-nodata", 0},
		{~1u, OFFENDING_NODATA, "udp4-nodata", 1},
		{~1u, OFFENDING_NODATA, "udp4-data", 0},
		{1u << 5, 0, "udp4-refused-ede18", 1},
		{1u << 3, 0, "udp4-refused-ede18", 0},
		{1u << 3, OFFENDING_EDE, "udp4-refused-ede18", 1},
		{1u << 3, OFFENDING_EDE, "udp4-badvers", 0},
		{0, OFFENDING_EDE, "ede-65535", 1},
		{0, OFFENDING_REST, "udp4-rcode3841", 1},
		{0, OFFENDING_REST, "rcode-32", 1},
		{~0u, 0, "rcode-32", 0},
		{0, OFFENDING_REST, "rcode-31", 0},
		{1u << 31, 0, "rcode-31", 1},
		{~(1u << 31), 0, "rcode-31", 0},
		{~0u, OFFENDING_NODATA, "udp4-rcode3841", 0},
		{0, 0, "udp4-servfail-ede7", 0},
		{1, 0, "udp4-data", 1},
		{~1u, OFFENDING_NODATA_ZONES, "udp4-nodata", 0},
		{~1u, OFFENDING_NODATA_ZONES, "udp4-nxdomain", 1},
		{0, OFFENDING_NODATA | OFFENDING_EDE | OFFENDING_REST, "udp4-nxdomain", 0},
		/* Each by itself is none of the others. */
		{0, OFFENDING_REST, "udp4-nodata", 0},
		{0, OFFENDING_REST, "udp4-refused-ede18", 0},
		{0, OFFENDING_NODATA, "rcode-32", 0},
		{0, OFFENDING_NODATA, "udp4-refused-ede18", 0},
		{0, OFFENDING_EDE, "rcode-32", 0},
		{0, OFFENDING_EDE, "udp4-nodata", 0},
	};
	struct hook_config config = expected_lists_config();

	(void)state;
	for (size_t i = 0; i < sizeof(choices) / sizeof(choices[0]); i++) {
		config.offending_rcodes = choices[i].rcodes;
		config.offending = choices[i].which;
		memset(&store, 0, sizeof(store));
		count(&config, choices[i].name, 0);
		if (store.counts.counters.offending != choices[i].offending)
			fail_msg("choice %zu: %s", i, choices[i].name);
		host_store_free(&store);
	}
}

/* A response to a question for a name below example.com, in two segments that part within the name. */
static void count_in_segments(const struct hook_config *config, uint32_t sequence,
			      unsigned int rcode)
{
	struct frame around = {.l4 = L4_TCP, .sequence = sequence};
	struct buf message = {0}, stream = {0}, frame = {0};
	const size_t first = 20;

	message_begin(&message, 1, MSG_QR | rcode);
	message_question(&message, "www.example.com", TYPE_AAAA, CLASS_IN);
	message_soa(&message, SECTION_AUTHORITY, "@16");
	stream_message(&stream, &message);
	for (size_t at = 0, end = first; at < stream.length; at = end, end = stream.length) {
		around.sequence = sequence + (uint32_t)at;
		packet_build(&frame, &around, stream.data + at, end - at);
		host_count(&store, config, HOST_LINK_ETHERNET, frame.data, (uint32_t)frame.length,
			   (uint32_t)frame.length);
	}
	buf_free(&message);
	buf_free(&stream);
	buf_free(&frame);
}

/* The same case with NOERROR. */
static void count_as_noerror(const struct hook_config *config, const char *name)
{
	const struct packet_case *c = packet_case(name);
	uint8_t frame[512];

	assert_true(c->length <= sizeof(frame));
	memcpy(frame, c->bytes, c->length);
	frame[RCODE] &= 0xf0;
	host_count(&store, config, HOST_LINK_ETHERNET, frame, (uint32_t)c->length,
		   (uint32_t)c->length);
}

/* The name of a message in several segments may have passed, an alias be no name: only what lists are about is missed in them. */
static void only_offending_responses_are_unlisted(void **state)
{
	const struct hook_config config = expected_lists_default();
	const struct pkt_counters *counters = &store.counts.counters;
	struct top_lists got[2];

	(void)state;
	memset(&store, 0, sizeof(store));
	count(&config, "udp4-nodata", 0);
	count_as_noerror(&config, "cname-pointer-forward");
	count_in_segments(&config, 1000, 0);
	count_in_segments(&config, 500000, 3);
	assert_int_equal(counters->answers[ANSWER_NODATA], 3);
	assert_int_equal(counters->offending, 1);
	assert_int_equal(counters->unlisted, 1);
	read_store(&config, got);
	for (enum top_dimension d = 0; d < TOP_DIMENSIONS; d++) {
		assert_int_equal(got[0].list[d].count, 0);
		assert_int_equal(got[0].list[d].total, 1);
	}
	/* Of the other two nobody knows the zone. */
	assert_int_equal(got[0].nodata_zones.total, 3);
	assert_int_equal(got[0].nodata_zones.count, 1);
	assert_int_equal(got[0].nodata_zones.rows[0].low, 1);
	assert_int_equal(got[0].nodata_zones.rows[0].high, 3);
	free_both(got);
}

/* Any choice of lists; the others stay empty. */
static void every_choice_of_lists(void **state)
{
	struct hook_config config = expected_lists_config();

	(void)state;
	memset(&store, 0, sizeof(store));
	for (uint32_t lists = 0; lists < 1u << TOP_DIMENSIONS; lists++) {
		struct top_lists got[2];

		config.top_point[0] = lists;
		/* On the fast path first, which finds no hash that the slow path left. */
		count(&config, "soa-pointer", 0);
		count(&config, "soa-written-out", 0);
		count(&config, "cname-pointer-forward", 0);
		assert_int_equal(store.counts.counters.offending, 3);
		/* The last one's name is known, but not its zone. */
		assert_int_equal(store.counts.counters.unlisted, lists >> TOP_ZONE & 1);
		read_store(&config, got);
		assert_int_equal(got[0].listed, lists);
		for (uint32_t d = 0; d < TOP_DIMENSIONS; d++) {
			assert_int_equal(got[0].list[d].count, lists >> d & 1);
			if (lists >> d & 1)
				assert_int_equal(got[0].list[d].rows->low, d == TOP_ZONE ? 2 : 3);
		}
		free_both(got);
	}
}

/* More names than rows: each came three times, and every row has that between its bounds. */
static void more_names_than_rows(void **state)
{
	struct hook_config config = expected_lists_config();
	struct top_lists got[2];
	const struct top_list *names = &got[0].list[TOP_NAME];
	uint64_t low = 0, counts = 0;

	(void)state;
	for (uint32_t d = 0; d < TOP_DIMENSIONS; d++)
		config.top_sets[d] = 1;
	top_tables_place(&config);
	memset(&store, 0, sizeof(store));
	for (int round = 0; round < 3; round++)
		for (uint8_t letter = 'a'; letter <= 'z'; letter++)
			count(&config, "soa-written-out", letter);
	read_store(&config, got);
	assert_int_equal(names->count, TOP_WAYS);
	for (size_t i = 0; i < names->count; i++) {
		assert_in_range(3, names->rows[i].low, names->rows[i].high);
		low += names->rows[i].low;
		counts += names->rows[i].count;
	}
	assert_true(low < 78 && names->absent_high >= 3);
	assert_int_equal(counts + top_list_rest(names, names->count).count, 78);
	/* They are all of one zone. */
	assert_int_equal(got[0].list[TOP_ZONE].count, 1);
	assert_int_equal(got[0].list[TOP_ZONE].rows[0].low, 78);
	free_both(got);
}

/* Count a response from @server to @client; gives the rows of @dimension after it. */
static size_t rows_with(const struct hook_config *config, unsigned int family, const char *server,
			const char *client, enum top_dimension dimension, bool slow_path)
{
	const struct frame around = {.family = family, .source = server, .destination = client};
	struct buf message = {0}, frame = {0};
	struct top_lists got[2];
	size_t rows;

	message_begin(&message, 1, MSG_QR | 3);
	message_question(&message, "www.example.com", TYPE_A, CLASS_IN);
	packet_build(&frame, &around, message.data, message.length);
	store.slow_path = slow_path;
	host_count(&store, config, HOST_LINK_ETHERNET, frame.data, (uint32_t)frame.length,
		   (uint32_t)frame.length);
	read_store(config, got);
	rows = got[0].list[dimension].count;
	top_lists_free(&got[0]);
	top_lists_free(&got[1]);
	buf_free(&message);
	buf_free(&frame);
	return rows;
}

/* Addresses are told apart by each of their octets, as far as their family's mask keeps them. */
static void addresses_as_far_as_they_are_kept(void **state)
{
	/* Each after those before it, with as many rows; then servers whole, of clients 24 and 64 bits. */
	static const struct {
		bool masked;
		unsigned int family;
		const char *server, *client;
		enum top_dimension dimension;
		size_t rows;
	} steps[] = {
		{false, 4, "192.0.2.1", "192.0.2.9", TOP_SERVER, 1},
		{false, 4, "192.0.2.2", "192.0.2.9", TOP_SERVER, 2},
		{false, 4, "193.0.2.2", "192.0.2.9", TOP_SERVER, 3},
		{false, 4, "193.0.2.2", "192.0.2.8", TOP_CLIENT, 2},
		{false, 6, "2001::1", "2001::9", TOP_SERVER, 4},
		{false, 6, "2001::2", "2001::9", TOP_SERVER, 5},
		{false, 6, "2002::2", "2001::9", TOP_SERVER, 6},
		{false, 6, "2002::2", "2003::9", TOP_CLIENT, 4},
		{true, 4, "192.0.2.1", "192.0.2.1", TOP_CLIENT, 1},
		{true, 4, "192.0.2.2", "192.0.2.2", TOP_CLIENT, 1},
		{true, 4, "192.0.2.2", "192.0.3.2", TOP_CLIENT, 2},
		{true, 4, "192.0.2.2", "192.0.3.2", TOP_SERVER, 2},
		{true, 6, "2001::1", "2001::1", TOP_CLIENT, 3},
		{true, 6, "2001::2", "2001::2", TOP_CLIENT, 3},
		{true, 6, "2001::2", "2001:0:0:1::", TOP_CLIENT, 4},
		{true, 6, "2001::2", "2001::2", TOP_SERVER, 4},
	};
	struct hook_config config[2] = {expected_lists_config(), expected_lists_config()};

	(void)state;
	memset((uint8_t *)config[1].address_mask[TOP_CLIENT][FAMILY_IPV4] + 3, 0, 1);
	memset(&config[1].address_mask[TOP_CLIENT][FAMILY_IPV6][1], 0, 8);
	for (unsigned int way = 0; way < 2; way++)
		for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
			if (i == 0 || steps[i].masked != steps[i - 1].masked) {
				host_store_free(&store);
				memset(&store, 0, sizeof(store));
			}
			assert_int_equal(rows_with(&config[steps[i].masked], steps[i].family,
						   steps[i].server, steps[i].client,
						   steps[i].dimension, way),
					 steps[i].rows);
		}
	host_store_free(&store);
	memset(&store, 0, sizeof(store));
}

/* A response with NXDOMAIN to a question for @qtype, with EDE @ede unless that is negative. */
static void count_denied(const struct hook_config *config, unsigned int qtype, int ede, bool soa)
{
	struct buf message = {0}, frame = {0};

	message_begin(&message, 1, MSG_QR | 3);
	message_question(&message, "www.example.com", qtype, CLASS_IN);
	if (soa)
		message_soa(&message, SECTION_AUTHORITY, "@16");
	if (ede >= 0)
		message_ede(&message, message_opt(&message, 0, 0, 0), (unsigned int)ede, "");
	packet_build(&frame, &(struct frame){0}, message.data, message.length);
	host_count(&store, config, HOST_LINK_ETHERNET, frame.data, (uint32_t)frame.length,
		   (uint32_t)frame.length);
	buf_free(&message);
	buf_free(&frame);
}

/*
 * What a row says beside its count is that of the response that it began with, of each with an EDE, and
 * of each 16th: struct top_key. The zone's kind is the highest of these. By either way.
 */
static void rows_are_renewed_now_and_then(void **state)
{
	struct hook_config config = expected_lists_config();
	struct top_lists got[2];

	(void)state;
	for (unsigned int round = 0; round < 2; round++) {
		memset(&store, 0, sizeof(store));
		store.slow_path = round;
		for (unsigned int i = 1; i <= 40; i++) {
			/* The 20th has an EDE. Only what is noted of the last ones shows an SOA. */
			unsigned int noted = i < 16 ? 1 : i < 20 ? 16 : i < 32 ? 20 : 32;

			count_denied(&config, i, i == 20 ? 22 : -1, i >= 32);
			if (i != 1 && i != 2 && i != 15 && i != 16 && i != 17 && i != 19 &&
			    i != 20 && i != 21 && i != 31 && i != 32 && i != 33 && i != 40)
				continue;
			store.counts.counters.offending = i;
			read_store(&config, got);
			for (enum top_dimension d = 0; d < TOP_DIMENSIONS; d++) {
				const struct top_row *row = got[0].list[d].rows;

				assert_int_equal(got[0].list[d].count, 1);
				assert_int_equal(row->count, i);
				assert_int_equal(row->qtype, noted);
				assert_int_equal(row->ede, i < 20 ? TOP_NO_EDE : 22);
			}
			assert_int_equal(got[0].list[TOP_ZONE].rows->kind,
					 i < 32 ? ZONE_REGISTRABLE : ZONE_SOA);
			top_lists_free(&got[0]);
			top_lists_free(&got[1]);
		}
		host_store_free(&store);
	}
	memset(&store, 0, sizeof(store));
}

/* An NXDOMAIN in the zone of @letter alone. */
static void count_in_zone(const struct hook_config *config, char letter)
{
	char zone[] = "?.example", name[] = "www.?.example";
	struct buf message = {0}, frame = {0};

	zone[0] = name[4] = letter;
	message_begin(&message, 1, MSG_QR | 3);
	message_question(&message, name, TYPE_A, CLASS_IN);
	message_soa(&message, SECTION_AUTHORITY, zone);
	packet_build(&frame, &(struct frame){0}, message.data, message.length);
	host_count(&store, config, HOST_LINK_ETHERNET, frame.data, (uint32_t)frame.length,
		   (uint32_t)frame.length);
	buf_free(&message);
	buf_free(&frame);
}

/* How many of a way's registers are not @value. */
static unsigned int hll_other_than(const struct top_hll *hll, uint32_t way, uint8_t value)
{
	unsigned int others = 0;

	for (size_t i = 0; i < HLL_SIZE; i++)
		others += hll->reg[way][i] != value;
	return others;
}

/* Each way of a set has the names of its own zone alone, also when another zone had it an epoch ago. */
static void registers_are_of_one_zone(void **state)
{
	struct hook_config config = expected_lists_config();

	(void)state;
	for (uint32_t d = 0; d < TOP_DIMENSIONS; d++)
		config.top_sets[d] = 1;
	top_tables_place(&config);
	for (unsigned int path = 0; path < 2; path++) {
		struct top_hll *hll;

		memset(&store, 0, sizeof(store));
		store.slow_path = path;
		for (uint32_t way = 0; way < TOP_WAYS; way++)
			count_in_zone(&config, (char)('a' + way));
		hll = &store.top.hlls[top_tables_hll(&config,
						     top_tables_first(&config, TOP_ZONE, 0, 0))];
		for (uint32_t way = 0; way < TOP_WAYS; way++)
			assert_int_equal(hll_other_than(hll, way, 0), 1);

		memset(hll, 0x15, sizeof(*hll));
		store.epoch += 2;
		count_in_zone(&config, 'z');
		assert_int_equal(hll_other_than(hll, 0, 0), 1);
		for (uint32_t way = 1; way < TOP_WAYS; way++)
			assert_int_equal(hll_other_than(hll, way, 0x15), 0);
		host_store_free(&store);
	}
	memset(&store, 0, sizeof(store));
}

/* An owner that is a pointer to a label of the name, or to its root, is found by that and not read. */
static void an_owner_in_the_name_is_not_read(void **state)
{
	static const struct {
		const char *name;
		bool read;
	} owners[] = {
		{"soa-pointer", false},          {"soa-pointer-to-all", false},
		{"soa-of-tld-pointer", false},   {"soa-of-root-pointer", false},
		{"soa-of-root", false},          {"soa-written-out", true},
		{"soa-partly-compressed", true},
	};
	const struct hook_config config = expected_lists_config();

	(void)state;
	for (size_t i = 0; i < sizeof(owners) / sizeof(owners[0]); i++) {
		memset(&store, 0, sizeof(store));
		store.slow_path = true;
		count(&config, owners[i].name, 0);
		assert_int_equal(store.counts.counters.offending, 1);
		if ((store.message.name[NAME_OWNER].octets != 0) != owners[i].read)
			fail_msg("%s", owners[i].name);
		host_store_free(&store);
	}
	memset(&store, 0, sizeof(store));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_case_is_listed_as_expected),
		cmocka_unit_test(so_it_is_without_a_suffix_list),
		cmocka_unit_test(by_default_nodata_is_counted_by_zone_alone),
		cmocka_unit_test(offending_is_what_was_asked_for),
		cmocka_unit_test(only_offending_responses_are_unlisted),
		cmocka_unit_test(every_choice_of_lists),
		cmocka_unit_test(more_names_than_rows),
		cmocka_unit_test(rows_are_renewed_now_and_then),
		cmocka_unit_test(addresses_as_far_as_they_are_kept),
		cmocka_unit_test(an_owner_in_the_name_is_not_read),
		cmocka_unit_test(registers_are_of_one_zone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
