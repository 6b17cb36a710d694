// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Parts of an array, of a file in memory: what is seen is what lies there, wherever pages begin. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdlib.h>

#include "util/map_mmap.h"
#include "memory_file.h"

#define ELEMENTS 5000u

struct element {
	uint64_t number, square, rest;
};

static void test_parts(void **state)
{
	static const struct {
		uint32_t first, count;
	} parts[] = {{0, 1}, {0, ELEMENTS}, {170, 1}, {171, 2}, {512, 1000}, {ELEMENTS - 1, 1}};
	struct element *all = calloc(ELEMENTS, sizeof(*all));
	struct memory_file file;

	(void)state;
	assert_non_null(all);
	for (uint64_t i = 0; i < ELEMENTS; i++)
		all[i] = (struct element){i, i * i, ~i};
	memory_file_make(&file, all, ELEMENTS * sizeof(*all));
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		struct map_mmap window;

		assert_int_equal(map_mmap_open(&window, file.fd, sizeof(*all), parts[i].first,
					       parts[i].count),
				 0);
		assert_memory_equal(window.first, &all[parts[i].first],
				    parts[i].count * sizeof(*all));
		map_mmap_close(&window);
		assert_null(window.memory);
		map_mmap_close(&window);
	}
	memory_file_close(&file);
	free(all);
}

static void test_no_map(void **state)
{
	struct map_mmap window = {.memory = state};

	(void)state;
	assert_int_equal(map_mmap_open(&window, -1, 8, 0, 1), -EBADF);
	assert_null(window.memory);
	map_mmap_close(&window);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parts),
		cmocka_unit_test(test_no_map),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
