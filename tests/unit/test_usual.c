// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "report/usual.h"
#include "util/clock.h"

#define AT(seconds) ((INT64_C(1000000) + (seconds)) * NS_PER_S)

/* A quarter of an hour up to a minute before, or up to a minute before the first trouble. */
static void windows(void **state)
{
	const int64_t wrong[] = {AT(9900), AT(8000), 0, AT(2799), AT(10001), AT(10000)};
	struct usual_window window = usual_window(AT(10000), NULL, 0);

	(void)state;
	assert_int_equal(window.to_ns, AT(9940));
	assert_int_equal(window.from_ns, AT(9040));
	assert_int_equal(window.wrong_ns, 0);
	assert_true(usual_has(&window, AT(9940)));
	assert_false(usual_has(&window, AT(9941)));
	assert_false(usual_has(&window, AT(9040)));
	assert_true(usual_has(&window, AT(9041)));
	/* Of what began now, long ago, never or later, nothing. */
	window = usual_window(AT(10000), wrong, 6);
	assert_int_equal(window.wrong_ns, AT(8000));
	assert_int_equal(window.to_ns, AT(7940));
	assert_int_equal(window.from_ns, AT(7040));
	window = usual_window(AT(10000), wrong, 1);
	assert_int_equal(window.to_ns, AT(9840));
	window = usual_window(AT(10000), wrong + 2, 4);
	assert_int_equal(window.wrong_ns, 0);
}

static void medians(void **state)
{
	double values[] = {9, 1, 5, 2, 3};

	(void)state;
	assert_true(usual_median(values, 5, 600) == 3);
	assert_true(usual_median(values, 5, 50) < 0);
	assert_true(usual_median(values, 0, 600) < 0);
}

static void comparisons(void **state)
{
	char text[USUAL_TEXT_SIZE];

	(void)state;
	assert_string_equal(usual_compare(text, 50, 2), "x 25");
	assert_string_equal(usual_compare(text, 5, 2), "x 2.5");
	assert_string_equal(usual_compare(text, 2.1, 2), "=");
	assert_string_equal(usual_compare(text, 1, 2), "-50%");
	assert_string_equal(usual_compare(text, 0.0101, 1000), "-99%");
	assert_string_equal(usual_compare(text, 0, 2), "none");
	assert_string_equal(usual_compare(text, 5, 0), "new");
	assert_string_equal(usual_compare(text, 0, 0), "=");
	assert_string_equal(usual_compare(text, 5, -1), "-");
	assert_string_equal(usual_compare(text, 1e300, 1), "x 1000000");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(windows),
		cmocka_unit_test(medians),
		cmocka_unit_test(comparisons),
	};

	return cmocka_run_group_tests_name("usual", tests, NULL, NULL);
}
