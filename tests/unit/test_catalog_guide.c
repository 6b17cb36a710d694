// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "catalog/catalog.h"
#include "catalog/guide.h"

/* FNV-1a over "code TAB description NEWLINE" of all 104 rows, computed from the published table. */
#define TABLE_HASH 0x834254bf8e97e2d4

static uint64_t fnv1a(uint64_t hash, const char *text)
{
	for (; *text; text++)
		hash = (hash ^ (unsigned char)*text) * 0x100000001b3;
	return hash;
}

static void table_is_word_for_word(void **state)
{
	uint64_t hash = 0xcbf29ce484222325;
	struct catalog_entry e;
	char number[16];

	(void)state;
	for (uint32_t code = 100; code <= 599; code++) {
		if (!catalog_lookup(CATALOG_GUIDE, code, &e) || e.status != CATALOG_ASSIGNED)
			continue;
		snprintf(number, sizeof(number), "%u\t", (unsigned int)code);
		hash = fnv1a(fnv1a(fnv1a(hash, number), e.description), "\n");
	}
	assert_true(hash == TABLE_HASH);
}

static void classes_are_the_tables(void **state)
{
	static const char *const classes[] = {"informational (1xx)", "success (2xx)",
					      "redirection (3xx)", "client error (4xx)",
					      "server error (5xx)"};
	struct catalog_entry e;

	(void)state;
	for (uint32_t code = 100; code <= 599; code++) {
		assert_true(catalog_lookup(CATALOG_GUIDE, code, &e));
		assert_string_equal(e.class_name, classes[code / 100 - 1]);
		assert_non_null(strstr(e.reference, "not a standard"));
	}
}

static void check_map(uint16_t rcode, int32_t ede, bool nodata, uint16_t code)
{
	const struct guide_mapping *m = guide_map(rcode, ede, nodata);

	if (!code) {
		assert_null(m);
		return;
	}
	assert_non_null(m);
	assert_int_equal(m->code, code);
}

static void rcodes_are_mapped(void **state)
{
	(void)state;
	check_map(0, GUIDE_NO_EDE, false, 200);
	check_map(1, GUIDE_NO_EDE, false, 201);
	check_map(2, GUIDE_NO_EDE, false, 202);
	check_map(5, GUIDE_NO_EDE, false, 203);
	check_map(3, GUIDE_NO_EDE, false, 204);
	check_map(4, GUIDE_NO_EDE, false, 501);
	check_map(0, GUIDE_NO_EDE, true, 206);
	/* No meaning of the guide's matches. */
	check_map(9, GUIDE_NO_EDE, false, 0);
	check_map(16, GUIDE_NO_EDE, false, 0);
	check_map(4095, GUIDE_NO_EDE, false, 0);
}

static void the_most_specific_wins(void **state)
{
	(void)state;
	check_map(2, 7, false, 214);
	check_map(2, 9, false, 212);
	check_map(2, 10, false, 219);
	check_map(2, 12, false, 220);
	check_map(2, 16, false, 451);
	/* The EDE says nothing of the kind: the RCODE decides. */
	check_map(2, 13, false, 202);
	check_map(2, 65535, false, 202);
	/* An expired signature beside data that was given is no failure. */
	check_map(0, 7, false, 200);
	/* Blocked by an answer without data. */
	check_map(0, 15, true, 403);
	check_map(3, 15, false, 403);
	check_map(5, 18, false, 403);
	check_map(9, 20, false, 421);
	/* NODATA is a kind of NOERROR only. */
	check_map(3, GUIDE_NO_EDE, true, 204);
}

static void mappings_are_sound(void **state)
{
	size_t count;
	const struct guide_mapping *m = guide_mappings(&count);
	struct catalog_entry e;

	(void)state;
	assert_true(count > 30);
	for (size_t i = 0; i < count; i++) {
		assert_true(catalog_lookup(CATALOG_GUIDE, m[i].code, &e));
		assert_int_equal(e.status, CATALOG_ASSIGNED);
		assert_true(m[i].why && *m[i].why);
		if (m[i].ede != GUIDE_NO_EDE) {
			assert_true(catalog_lookup(CATALOG_EDE, (uint32_t)m[i].ede, &e));
			assert_int_equal(e.status, CATALOG_ASSIGNED);
		}
		/* No two rows for the same case. */
		for (size_t k = 0; k < i; k++)
			assert_false(m[k].rcode == m[i].rcode && m[k].ede == m[i].ede &&
				     m[k].nodata == m[i].nodata);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(table_is_word_for_word), cmocka_unit_test(classes_are_the_tables),
		cmocka_unit_test(rcodes_are_mapped),      cmocka_unit_test(the_most_specific_wins),
		cmocka_unit_test(mappings_are_sound),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
