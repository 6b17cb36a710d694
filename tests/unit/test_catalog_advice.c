// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "catalog/catalog_advice.h"

static void every_advice_is_whole(void **state)
{
	static const struct catalog_advice_values values = {
		.zone = "victim.example", .server = "2001:db8::53", .share = "12 %"};
	size_t count;
	const struct catalog_advice *a = catalog_advice_all(&count);

	(void)state;
	for (size_t i = 0; i < count; i++) {
		struct catalog_entry e;
		char line[512];

		assert_ptr_equal(catalog_advice_find(a[i].id), &a[i]);
		for (const char *c = a[i].id; *c; c++)
			assert_true(islower((unsigned char)*c) || *c == '-');
		assert_true(catalog_lookup(a[i].about.registry, a[i].about.code, &e));
		assert_int_equal(e.status, CATALOG_ASSIGNED);
		assert_true(catalog_advice_fill(a[i].text, &values, false, line, sizeof(line)));
		assert_null(strpbrk(line, "{}\n"));
		assert_true(catalog_advice_fill(a[i].check, &values, true, line, sizeof(line)));
		assert_null(strpbrk(line, "{}\n'"));
	}
	assert_null(catalog_advice_find("no-such-advice"));
}

static void check_fill(const char *template, const char *zone, bool shell, const char *expected)
{
	const struct catalog_advice_values values = {.zone = zone};
	char out[128];

	assert_true(catalog_advice_fill(template, &values, shell, out, sizeof(out)));
	assert_string_equal(out, expected);
}

static void values_are_put_in(void **state)
{
	(void)state;
	check_fill("delv {zone} SOA", "victim.example", true, "delv victim.example SOA");
	check_fill("{zone}{zone}", "a", false, "aa");
	check_fill("of {zone} at {server}", NULL, false, "of ZONE at SERVER");
	check_fill("{zon} {}", "a", false, "{zon} {}");
}

/* A name is a stranger's choice; a pasted command must not run what it says. */
static void hostile_names_are_quoted(void **state)
{
	(void)state;
	check_fill("delv {zone}", "$(reboot).example", true, "delv '$(reboot).example'");
	check_fill("delv {zone}", "a;b.example", true, "delv 'a;b.example'");
	check_fill("delv {zone}", "a'b.example", true, "delv 'a'\\''b.example'");
	check_fill("delv {zone}", "-f", true, "delv '\\-f'");
	check_fill("delv {zone}", "@192.0.2.1", true, "delv '\\@192.0.2.1'");
	check_fill("delv {zone}", "", true, "delv ''");
	check_fill("{zone}", "a;b.example", false, "a;b.example");
}

static void what_does_not_fit_is_refused(void **state)
{
	static const struct catalog_advice_values values = {.zone = "victim.example"};
	char out[15];

	(void)state;
	assert_true(catalog_advice_fill("{zone}", &values, true, out, 15));
	assert_string_equal(out, "victim.example");
	assert_false(catalog_advice_fill("{zone}", &values, true, out, 14));
	assert_string_equal(out, "");
	assert_false(catalog_advice_fill("{zone}", &values, true, out, 0));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_advice_is_whole),
		cmocka_unit_test(values_are_put_in),
		cmocka_unit_test(hostile_names_are_quoted),
		cmocka_unit_test(what_does_not_fit_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
