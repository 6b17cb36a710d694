// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Configurations that were in force, as the bytes of a file: one of each version, and none of a file that is damaged. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "config/last_good.h"
#include "util/state_header.h"

#define PATH "/etc/rcodewatch/rcodewatch.conf"

static struct last_good good, again;
static struct config config;
static char *data;
static size_t size;

static int end(void **state)
{
	(void)state;
	config_free(&config);
	free(data);
	data = NULL;
	good.count = again.count = 0;
	return 0;
}

static void put(const char *name, const char *text)
{
	size_t n = config.file_count++;

	config.files[n] = strdup(name);
	config.texts[n] = strdup(text);
	config.sizes[n] = strlen(text);
}

static bool add(int64_t now_ns)
{
	bool too_large, changed = last_good_add(&good, &config, PATH, now_ns, &too_large);

	assert_false(too_large);
	return changed;
}

static void write_and_read(void)
{
	free(data);
	assert_int_equal(last_good_encode(&good, &data, &size), 0);
	assert_int_equal(last_good_decode(&again, (const uint8_t *)data, size), 0);
}

static void files_are_as_they_were(void **state)
{
	(void)state;
	put(PATH, "memory = 8\n");
	put(PATH ".d/10.conf", "");
	assert_true(add(5));
	write_and_read();
	assert_int_equal(again.count, 1);
	assert_string_equal(again.entry[0].version, RCODEWATCH_VERSION);
	assert_string_equal(again.entry[0].path, PATH);
	assert_int_equal(again.entry[0].since_ns, 5);
	assert_int_equal(again.entry[0].count, 2);
	assert_string_equal(again.entry[0].name[1], PATH ".d/10.conf");
	assert_int_equal(again.entry[0].size[0], 11);
	assert_memory_equal(again.entry[0].text[0], "memory = 8\n", 11);
	assert_int_equal(again.entry[0].size[1], 0);
}

/* It came into force when it did first. */
static void the_same_is_no_news(void **state)
{
	(void)state;
	put(PATH, "memory = 8\n");
	assert_true(add(5));
	assert_false(add(6));
	config.texts[0][9] = '9';
	good = again;
	assert_true(add(7));
	assert_int_equal(good.count, 1);
}

static void other(const char *version, const char *path)
{
	memmove(&good.entry[1], &good.entry[0], good.count * sizeof(good.entry[0]));
	good.count++;
	good.entry[0] = (struct last_good_entry){
		.version = version,
		.path = path,
		.count = 1,
		.name = {PATH},
		.text = {"x = 1\n"},
		.size = {6},
	};
}

static void one_of_each_version(void **state)
{
	(void)state;
	put(PATH, "memory = 8\n");
	add(1);
	other("99.0", PATH);
	other("98.0", "/elsewhere");
	config.texts[0][9] = '9';
	assert_true(add(2));
	/* Its own before was replaced, and what is of another path has gone. */
	assert_int_equal(good.count, 2);
	assert_string_equal(good.entry[0].version, RCODEWATCH_VERSION);
	assert_int_equal(good.entry[0].since_ns, 2);
	assert_string_equal(good.entry[1].version, "99.0");
	/* The oldest gives way. */
	good.count = 0;
	other("95.0", PATH);
	other("96.0", PATH);
	other("97.0", PATH);
	other("98.0", PATH);
	assert_true(add(3));
	assert_int_equal(good.count, LAST_GOOD_VERSIONS);
	assert_string_equal(good.entry[3].version, "96.0");
	write_and_read();
	assert_int_equal(again.count, LAST_GOOD_VERSIONS);
}

static void what_is_too_large_is_not_kept(void **state)
{
	bool too_large;

	(void)state;
	put(PATH, "memory = 8\n");
	add(1);
	config.sizes[0] = LAST_GOOD_BYTES;
	assert_true(last_good_add(&good, &config, PATH, 2, &too_large));
	assert_true(too_large);
	assert_int_equal(good.count, 0);
}

/* Each byte that differs is noticed, and so is each byte that is missing. */
static void damage_is_noticed(void **state)
{
	uint8_t *copy;

	(void)state;
	put(PATH, "memory = 8\n");
	add(1);
	write_and_read();
	copy = malloc(size + 1);
	assert_non_null(copy);
	memcpy(copy, data, size);
	for (size_t i = 0; i < size; i++) {
		copy[i] ^= 1;
		assert_int_equal(last_good_decode(&again, copy, size), -EBADMSG);
		copy[i] ^= 1;
		assert_int_equal(last_good_decode(&again, copy, i), -EBADMSG);
		assert_int_equal(again.count, 0);
	}
	copy[size] = 0;
	assert_int_equal(last_good_decode(&again, copy, size + 1), -EBADMSG);
	/* With a checksum that fits, too: each prefix of the entries but the empty one. */
	for (size_t i = STATE_HEADER_SIZE + 1; i < size; i++)
		assert_int_equal(last_good_decode_entries(&again, copy + STATE_HEADER_SIZE,
							  i - STATE_HEADER_SIZE),
				 -EBADMSG);
	free(copy);
}

/* Errors of what was kept are not said, as nobody can correct it. */
static void it_is_read_as_files_are(void **state)
{
	struct config read = {.quiet = true};

	(void)state;
	put(PATH, "memory = 8\nno equals sign\n");
	add(1);
	assert_int_equal(last_good_read(&good.entry[0], &read), -EINVAL);
	assert_string_equal(read.first_error, PATH ":2: a line is NAME = VALUE");
	config_free(&read);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(files_are_as_they_were, end),
		cmocka_unit_test_teardown(the_same_is_no_news, end),
		cmocka_unit_test_teardown(one_of_each_version, end),
		cmocka_unit_test_teardown(what_is_too_large_is_not_kept, end),
		cmocka_unit_test_teardown(damage_is_noticed, end),
#ifdef HAVE_INIH
		cmocka_unit_test_teardown(it_is_read_as_files_are, end),
#endif
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
