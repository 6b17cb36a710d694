// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Lists merged, cut and added up by hand, and the text of their rows. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "toplist/top_list.h"
#include "toplist/top_tables.h"
#include "format/top_text.h"

static struct top_row row(const char *name, uint64_t low, uint64_t count, uint64_t high)
{
	struct top_row r = {
		.count = count, .low = low, .high = high, .rcode = 3, .ede = TOP_NO_EDE};

	r.key[0] = (uint8_t)strlen(name);
	memcpy(r.key + 1, name, strlen(name));
	return r;
}

static void put(struct top_list *list, struct top_row r)
{
	assert_int_equal(top_list_reserve(list, list->count + 1), 0);
	list->rows[list->count++] = r;
}

static void is_row(const struct top_list *list, size_t i, const char *name, uint64_t low,
		   uint64_t count, uint64_t high)
{
	const struct top_row *r = &list->rows[i];

	assert_true(i < list->count);
	assert_string_equal((const char *)r->key + 1, name);
	assert_int_equal(r->low, low);
	assert_int_equal(r->count, count);
	assert_int_equal(r->high, high);
}

static void fill(struct top_list *a, struct top_list *b)
{
	*a = (struct top_list){.absent_high = 2, .total = 100};
	*b = (struct top_list){.absent_high = 1, .total = 50};
	put(a, row("a", 8, 10, 12));
	put(a, row("b", 5, 5, 5));
	put(b, row("b", 6, 7, 9));
	put(b, row("c", 4, 4, 4));
}

static void check_merged(const struct top_list *list)
{
	struct top_rest rest;

	assert_int_equal(list->count, 3);
	is_row(list, 0, "b", 11, 12, 14);
	is_row(list, 1, "a", 8, 10, 13);
	is_row(list, 2, "c", 4, 4, 6);
	assert_int_equal(list->absent_high, 3);
	assert_int_equal(list->total, 150);
	rest = top_list_rest(list, 1);
	assert_int_equal(rest.count, 138);
	assert_int_equal(rest.low, 136);
	assert_int_equal(rest.high, 139);
	assert_int_equal(rest.absent_high, 13);
	rest = top_list_rest(list, 9);
	assert_int_equal(rest.count, 124);
	assert_int_equal(rest.absent_high, 3);
}

static void test_merge(void **state)
{
	struct top_list a, b;

	(void)state;
	fill(&a, &b);
	assert_int_equal(top_list_merge(&a, &b, TOP_NAME, 10), 0);
	check_merged(&a);
	free(a.rows);
	free(b.rows);
	fill(&a, &b);
	assert_int_equal(top_list_merge(&b, &a, TOP_NAME, 3), 0);
	check_merged(&b);
	free(a.rows);
	free(b.rows);
}

/* What is cut off can have come as often as its bound says. */
static void test_merge_cut(void **state)
{
	struct top_list a, b;

	(void)state;
	fill(&a, &b);
	assert_int_equal(top_list_merge(&a, &b, TOP_NAME, 2), 0);
	assert_int_equal(a.count, 2);
	assert_int_equal(a.absent_high, 6);
	free(a.rows);
	free(b.rows);
	fill(&a, &b);
	assert_int_equal(top_list_merge(&a, &b, TOP_NAME, 0), 0);
	assert_int_equal(a.count, 0);
	assert_int_equal(a.absent_high, 14);
	free(a.rows);
	free(b.rows);
}

/* Nothing can have come more often than all there were. */
static void test_merge_few(void **state)
{
	struct top_list a = {.total = 3, .absent_high = 3}, b = {.total = 4, .absent_high = 3};

	(void)state;
	put(&a, row("a", 1, 3, 3));
	put(&b, row("b", 4, 4, 4));
	assert_int_equal(top_list_merge(&a, &b, TOP_NAME, 5), 0);
	is_row(&a, 0, "b", 4, 4, 7);
	is_row(&a, 1, "a", 1, 3, 6);
	assert_int_equal(a.absent_high, 6);
	free(a.rows);
	free(b.rows);
}

/* The RCODE and an address's family are part of the key; what a zone was known by is not. */
static void test_keys(void **state)
{
	struct top_list a = {.total = 9}, b = {.total = 9};
	struct top_row r = row("a", 2, 2, 2);

	(void)state;
	put(&a, r);
	r.rcode = 2;
	put(&b, r);
	assert_int_equal(top_list_merge(&a, &b, TOP_ZONE, 9), 0);
	assert_int_equal(a.count, 2);
	b.rows[0].rcode = 3;
	b.rows[0].kind = 1;
	assert_int_equal(top_list_merge(&a, &b, TOP_ZONE, 9), 0);
	assert_int_equal(a.count, 2);
	assert_int_equal(a.rows[0].kind, 1);
	b.rows[0].kind = FAMILY_IPV6;
	a.rows[0].kind = a.rows[1].kind = FAMILY_IPV4;
	assert_int_equal(top_list_merge(&a, &b, TOP_SERVER, 9), 0);
	assert_int_equal(a.count, 3);
	free(a.rows);
	free(b.rows);
}

/* The later list's hints stand, where it has any; registers are merged by their maxima. */
static void test_what_goes_with_a_row(void **state)
{
	struct top_list a = {.total = 9}, b = {.total = 9};
	struct top_row r = row("a", 2, 2, 2);

	(void)state;
	r.qtype = 1;
	r.ede = 7;
	r.hll[3] = 5;
	r.hll[4] = 9;
	put(&a, r);
	r.qtype = 28;
	r.ede = TOP_NO_EDE;
	r.hll[3] = 6;
	r.hll[4] = 1;
	put(&b, r);
	assert_int_equal(top_list_merge(&a, &b, TOP_ZONE, 9), 0);
	assert_int_equal(a.rows[0].qtype, 28);
	assert_int_equal(a.rows[0].ede, 7);
	assert_int_equal(a.rows[0].hll[3], 6);
	assert_int_equal(a.rows[0].hll[4], 9);
	b.rows[0].ede = 9;
	assert_int_equal(top_list_merge(&a, &b, TOP_ZONE, 9), 0);
	assert_int_equal(a.rows[0].ede, 9);
	free(a.rows);
	free(b.rows);
}

/* Estimates that are more than all there were give way, the least first, and stay in bounds. */
static void test_fit(void **state)
{
	struct top_list list = {.total = 13};

	(void)state;
	put(&list, row("a", 4, 8, 9));
	put(&list, row("b", 1, 6, 6));
	put(&list, row("c", 4, 5, 6));
	top_list_fit(&list);
	is_row(&list, 0, "a", 4, 8, 9);
	is_row(&list, 1, "c", 4, 4, 6);
	is_row(&list, 2, "b", 1, 1, 6);
	top_list_fit(&list);
	is_row(&list, 0, "a", 4, 8, 9);
	assert_int_equal(top_list_rest(&list, 3).count, 0);
	free(list.rows);
}

/* ---- text ---------------------------------------------------------------------------- */

static const uint8_t no_bits[FAMILY_COUNT];

static void is_text(const char *wire, size_t length, const char *text)
{
	char got[TOP_TEXT_SIZE];
	struct top_row r = {0};

	memcpy(r.key, wire, length);
	assert_string_equal(top_row_text(&r, TOP_NAME, no_bits, got), text);
}

#define IS_TEXT(wire, text) is_text(wire, sizeof(wire) - 1, text)

/* RFC 1035 section 5.1, RFC 4343 section 2.1. */
static void test_names(void **state)
{
	(void)state;
	IS_TEXT("", ".");
	IS_TEXT("\3www\7example\3com", "www.example.com");
	IS_TEXT("\3a.b\2c\\\1\"", "a\\.b.c\\\\.\"");
	IS_TEXT("\5 \x7f\xff\t\0\1~", "\\032\\127\\255\\009\\000.~");
}

static void test_name_lengths(void **state)
{
	uint8_t name[TOP_NAME_MAX];
	char text[TOP_TEXT_SIZE];
	struct top_row r = {0};

	(void)state;
	memset(name, 0, sizeof(name));
	assert_int_equal(top_name_length(name), 1);
	name[0] = 63;
	assert_int_equal(top_name_length(name), 65);
	name[0] = 64;
	assert_int_equal(top_name_length(name), 0);
	name[0] = 0xc0;
	assert_int_equal(top_name_length(name), 0);
	/* 127 labels of one byte and the root are 255 bytes, the longest; 63 + 63 + 63 + 61 as well. */
	for (int i = 0; i < 254; i += 2) {
		name[i] = 1;
		name[i + 1] = 0xff;
	}
	name[254] = 0;
	assert_int_equal(top_name_length(name), 255);
	name[254] = 1;
	assert_int_equal(top_name_length(name), 0);
	memset(name, 0xff, sizeof(name));
	name[0] = name[64] = name[128] = 63;
	name[192] = 61;
	name[254] = 0;
	assert_int_equal(top_name_length(name), 255);
	memcpy(r.key, name, sizeof(name));
	assert_int_equal(strlen(top_row_text(&r, TOP_ZONE, no_bits, text)), (63 * 3 + 61) * 4 + 3);
}

static void test_addresses(void **state)
{
	const uint8_t whole[] = {32, 128}, prefix[] = {24, 56};
	struct top_row r = {.kind = FAMILY_IPV4, .key = {192, 0, 2, 0}};
	char text[TOP_TEXT_SIZE];

	(void)state;
	assert_string_equal(top_row_text(&r, TOP_SERVER, whole, text), "192.0.2.0");
	assert_string_equal(top_row_text(&r, TOP_CLIENT, prefix, text), "192.0.2.0/24");
	assert_string_equal(top_row_text(&r, TOP_CLIENT, no_bits, text), "192.0.2.0/0");
	r = (struct top_row){.kind = FAMILY_IPV6, .key = {0x20, 0x01, 0x0d, 0xb8, 0, 1}};
	assert_string_equal(top_row_text(&r, TOP_SERVER, whole, text), "2001:db8:1::");
	assert_string_equal(top_row_text(&r, TOP_CLIENT, prefix, text), "2001:db8:1::/56");
}

/* ---- memory ---------------------------------------------------------------------------- */

/* All the rows where memory allows, fewer on hosts of many CPUs, never more than was given. */
static void test_plan(void **state)
{
	struct hook_config config = {.points = 2, .top_point = {7, 11}};
	uint32_t names = UINT32_MAX;

	(void)state;
	assert_int_equal(top_tables_plan(&config, 2, 64u << 20), 0);
	assert_true(config.top_sets[TOP_NAME] * TOP_WAYS >= TOP_NAME_ROWS);
	assert_true(config.top_sets[TOP_CLIENT] * TOP_WAYS >= TOP_OTHER_ROWS);
	for (uint32_t cpus = 1; cpus <= 512; cpus *= 2) {
		struct top_sizes sizes;

		assert_int_equal(top_tables_plan(&config, cpus, 48u << 20), 0);
		sizes = top_tables_sizes(&config, cpus);
		assert_true(top_sizes_memory(&sizes) <= 48u << 20);
		assert_true(config.top_sets[TOP_NAME] <= names && config.top_sets[TOP_ZONE] > 0);
		names = config.top_sets[TOP_NAME];
	}
	assert_int_not_equal(top_tables_plan(&config, 1, 1000), 0);
	config = (struct hook_config){.points = 2};
	assert_int_equal(top_tables_plan(&config, 512, 0), 0);
	assert_int_equal(config.top_sets[TOP_NAME], 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_merge),
		cmocka_unit_test(test_merge_cut),
		cmocka_unit_test(test_merge_few),
		cmocka_unit_test(test_keys),
		cmocka_unit_test(test_what_goes_with_a_row),
		cmocka_unit_test(test_fit),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_name_lengths),
		cmocka_unit_test(test_addresses),
		cmocka_unit_test(test_plan),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
