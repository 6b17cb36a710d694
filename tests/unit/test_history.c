// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The history of reports: its bounds, and readers that are slower than it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "report/history.h"
#include "util/clock.h"

#define AGE (10 * NS_PER_S)

static struct history history;

static void add(const char *text, int64_t second)
{
	history_add(&history, text, strlen(text), second * NS_PER_S);
}

/* All of it, each batch followed by a blank. */
static const char *all(void)
{
	static char text[4096];
	uint64_t number = 0;
	struct history_batch *batch;

	text[0] = '\0';
	while ((batch = history_get(&history, &number, UINT64_MAX))) {
		strncat(text, batch->data, batch->size);
		strcat(text, " ");
		history_put(&history, batch);
		number++;
	}
	return text;
}

static void by_age(void **state)
{
	(void)state;
	assert_int_equal(history_init(&history, 1 << 20, AGE), 0);
	assert_string_equal(all(), "");
	add("a", 1);
	add("b", 2);
	assert_string_equal(all(), "a b ");
	add("c", 11); /* a is 10 s old and stays */
	assert_string_equal(all(), "a b c ");
	add("d", 13);
	assert_string_equal(all(), "c d ");
	add("e", 100);
	assert_string_equal(all(), "e ");
	history_free(&history);
}

static void by_size(void **state)
{
	char text[400];

	(void)state;
	memset(text, 'x', sizeof(text));
	assert_int_equal(history_init(&history, 1000, AGE), 0);
	for (int i = 0; i < 100; i++) {
		history_add(&history, text, sizeof(text), NS_PER_S);
		assert_true(history.bytes <= 1000);
	}
	assert_int_equal(strlen(all()), 2 * 401);
	assert_int_equal(history_next(&history), 100);
	history_free(&history);

	/* One that is more than all that there may be is not kept. */
	assert_int_equal(history_init(&history, 100, AGE), 0);
	history_add(&history, text, sizeof(text), NS_PER_S);
	assert_string_equal(all(), "");
	assert_int_equal(history.bytes, 0);
	history_free(&history);

	assert_int_equal(history_init(&history, 0, AGE), 0);
	add("a", 1);
	assert_string_equal(all(), "");
	history_free(&history);
}

/* The ring grows with batches in it, at whatever place the first one is. */
static void many(void **state)
{
	char text[32];
	uint64_t number = 0;

	(void)state;
	assert_int_equal(history_init(&history, 1 << 20, AGE), 0);
	for (int i = 0; i < 50; i++)
		add("old", 0);
	for (int i = 0; i < 1000; i++) {
		snprintf(text, sizeof(text), "%d", i);
		add(text, 20);
	}
	for (int i = 0; i < 1000; i++, number++) {
		struct history_batch *batch = history_get(&history, &number, UINT64_MAX);

		assert_non_null(batch);
		snprintf(text, sizeof(text), "%d", i);
		assert_int_equal(batch->size, strlen(text));
		assert_memory_equal(batch->data, text, batch->size);
		history_put(&history, batch);
	}
	assert_int_equal(number, 1050);
	history_free(&history);
}

/* What a reader has stays whole; what was dropped meanwhile it misses; it ends where it was to. */
static void slow_reader(void **state)
{
	uint64_t number = 0, end;
	struct history_batch *batch;

	(void)state;
	assert_int_equal(history_init(&history, 1 << 20, AGE), 0);
	add("a", 1);
	add("b", 1);
	add("c", 8);
	end = history_next(&history);
	batch = history_get(&history, &number, end);
	add("d", 15);
	assert_memory_equal(batch->data, "a", 1);
	history_put(&history, batch);
	number++;
	batch = history_get(&history, &number, end);
	assert_memory_equal(batch->data, "c", 1);
	history_put(&history, batch);
	number++;
	assert_null(history_get(&history, &number, end));
	add("e", 100);
	assert_null(history_get(&history, &number, end));
	history_free(&history);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(by_age),
		cmocka_unit_test(by_size),
		cmocka_unit_test(many),
		cmocka_unit_test(slow_reader),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
