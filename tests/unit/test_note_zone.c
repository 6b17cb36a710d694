// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* From the note of a query, as the parser writes it, to its zone: what the last 40 octets of a name tell. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "analysis/suffixes.h"
#include "expected_lists.h"
#include "message.h"
#include "packet.h"
#include "parser/note_zone.h"
#include "parser/host_store.h"

static struct suffixes suffixes;
static struct hook_config config;

static int open_suffixes(void **state)
{
	(void)state;
	config = expected_lists_config();
	config.txn_buckets = TXN_BUCKETS_MIN;
	config.txn_timeout = TXN_UNITS(1);
	expected_suffixes(&suffixes, &config);
	return 0;
}

static int close_suffixes(void **state)
{
	(void)state;
	suffixes_free(&suffixes);
	return 0;
}

/* The note of a query of the QNAME at @wire, by the fast path or the slow one. */
static struct txn_note note_of(const uint8_t *wire, size_t length, bool slow)
{
	static struct host_store store;
	uint8_t message[12 + 255 + 4] = {0, 1, 1, 0, 0, 1};
	const struct frame frame = {.source = "192.0.2.1",
				    .destination = "192.0.2.2",
				    .source_port = 4000,
				    .destination_port = 53};
	struct txn_note note = {0};
	struct buf built = {0};

	memset(&store, 0, sizeof(store));
	store.slow_path = slow;
	store.direction = DIRECTION_RX;
	memcpy(message + 12, wire, length);
	message[12 + length + 1] = 1; /* A */
	message[12 + length + 3] = 1; /* IN */
	packet_build(&built, &frame, message, 12 + length + 4);
	host_count(&store, &config, HOST_LINK_ETHERNET, built.data, (uint32_t)built.length, 0);
	assert_int_equal(store.counts.counters.txn[TXN_NEW], 1);
	for (size_t i = 0; i < (size_t)config.txn_buckets * (1 + TXN_WAYS); i++)
		if (store.txn_details[i].octets)
			note = store.txn_details[i];
	assert_int_equal(note.octets, length);
	buf_free(&built);
	host_store_free(&store);
	return note;
}

/* That the zone of the name at @wire is @zone, without a root; or NULL: none is known. */
static void expect_wire(const uint8_t *wire, size_t length, const void *zone, size_t zone_length)
{
	static struct host_store names;

	memset(&names, 0, sizeof(names));
	names.suffixes = suffixes.places;
	for (int slow = 0; slow < 2; slow++) {
		struct txn_note note = note_of(wire, length, slow);
		uint8_t key[TXN_NAME_TAIL], wanted[TXN_NAME_TAIL] = {0};
		size_t got;

		memset(key, 0xee, sizeof(key));
		memcpy(wanted, zone, zone_length);
		got = note_zone(&names, &config, &note, key);
		if (got != zone_length || memcmp(key, wanted, sizeof(key)) != 0)
			fail_msg("%zu octets: zone of %zu octets, not %zu", length, got,
				 zone_length);
	}
	host_store_free(&names);
}

static size_t to_wire(const char *name, uint8_t *wire)
{
	size_t at = 0;

	while (*name) {
		size_t label = strcspn(name, ".");

		wire[at++] = (uint8_t)label;
		memcpy(wire + at, name, label);
		at += label;
		name += label + (name[label] == '.');
	}
	wire[at++] = 0;
	return at;
}

static void expect(const char *name, const char *zone)
{
	uint8_t wire[255], wanted[255];
	size_t length = to_wire(name, wire);

	expect_wire(wire, length, wanted, to_wire(zone, wanted));
}

static void expect_none(const char *name)
{
	uint8_t wire[255];

	expect_wire(wire, to_wire(name, wire), "", 0);
}

static void short_names(void **state)
{
	(void)state;
	expect("", "");
	expect("com", "com");
	expect("example.com", "example.com");
	expect("a.b.c.example.com", "example.com");
	expect("WwW.ExAmple.COM", "example.com");
	/* The list's rules: of several labels, of a wildcard, an exception. */
	expect("www.example.co.uk", "example.co.uk");
	expect("co.uk", "co.uk");
	expect("a.b.c.ck", "b.c.ck");
	expect("a.www.ck", "www.ck");
	expect("x.bucket.s3.amazonaws.com", "bucket.s3.amazonaws.com");
	/* Nobody's suffix: of two labels. */
	expect("a.b.example", "b.example");
}

/* Of all lengths: the tail begins at, within and behind labels. */
static void long_names(void **state)
{
	char name[256];

	(void)state;
	for (int first = 1; first <= 63; first++)
		for (int second = 1; second <= 63; second += first % 7 + 1) {
			snprintf(name, sizeof(name), "%.*s.%.*s.example.co.uk", first,
				 "xXxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
				 second,
				 "-0z9-z1z2z3z4z5z6z7z8z9zazbzczdzezfzgzhzizjzkzlzmznzoz-----zAz9");
			expect(name, "example.co.uk");
		}
	/* The longest that there is. */
	memset(name, 'q', sizeof(name));
	for (int at = 63; at < 192; at += 64)
		name[at] = '.';
	snprintf(name + 192, sizeof(name) - 192, "%.*s.example.org", 49,
		 "rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrr");
	expect(name, "example.org");
}

/* Where the zone's own name is longer than what there is of it, it has none: not that of all of com. */
static void zones_that_are_cut(void **state)
{
	(void)state;
	/* 1 + 34 + 1 + 3 + 1: the longest of com that fits. */
	expect("www.abcdefghijklmnopqrstuvwxyz01234567.com",
	       "abcdefghijklmnopqrstuvwxyz01234567.com");
	expect("abcdefghijklmnopqrstuvwxyz01234567.com", "abcdefghijklmnopqrstuvwxyz01234567.com");
	expect_none("www.abcdefghijklmnopqrstuvwxyz012345678.com");
	expect_none("www.abcdefghijklmnopqrstuvwxyz012345678.co.uk");
}

/* Octets of any value: none of the 40 may be taken for what it is not where the name is whole. */
static void binary_labels(void **state)
{
	static const uint8_t inner[] = {4, 3, 2, 1, 0, 5, 0, 0xff, 0xc0, 0x0c, '.', '\\'};
	uint8_t wire[40];

	(void)state;
	for (size_t i = 0; i < sizeof(inner); i++)
		for (size_t k = 0; k < sizeof(inner); k++) {
			const uint8_t zone[] = {2, inner[i], inner[k], 3, 'c', 'o', 'm', 0};

			/* Letters of a label are in lower case, and nothing else changes. */
			memcpy(wire, (const uint8_t[]){3, 'w', 'w', 'w'}, 4);
			memcpy(wire + 4, zone, sizeof(zone));
			expect_wire(wire, 4 + sizeof(zone), zone, sizeof(zone));
		}
	/* 40 octets are whole, too, though the first label has a length and ends in its middle. */
	memset(wire, 3, 31);
	wire[0] = 30;
	memcpy(wire + 31, (const uint8_t[]){3, 'n', 'e', 't', 3, 'o', 'r', 'g', 0}, 9);
	expect_wire(wire, 40, wire + 31, 9);
	memset(wire, 3, 31);
	wire[0] = 31;
	memcpy(wire + 32, (const uint8_t[]){2, 'e', 't', 3, 'o', 'r', 'g', 0}, 8);
	expect_wire(wire, 40, wire + 32, 8);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(short_names),
		cmocka_unit_test(long_names),
		cmocka_unit_test(zones_that_are_cut),
		cmocka_unit_test(binary_labels),
	};

	return cmocka_run_group_tests(tests, open_suffixes, close_suffixes);
}
