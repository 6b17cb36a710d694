// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * The corpora of tests/fuzz, run without a fuzzer: the seeds, and what fuzzing has found. Then some
 * changes to each, always the same, so that the mutators run too. Finds the corpora from the top of
 * the repository, where make and the runner are.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/config_lines.h"
#include "target.h"

#define CORPUS  "tests/fuzz/corpus"
#define ROOM    16384u
#define CHANGES 40u

static uint8_t seed[ROOM], changed[ROOM];

static size_t read_seed(const char *path)
{
	FILE *file = fopen(path, "re");
	size_t size;

	if (!file)
		fail_msg("cannot open %s: %s", path, strerror(errno));
	size = fread(seed, 1, sizeof(seed), file);
	if (size == sizeof(seed) || ferror(file))
		fail_msg("%s is too large", path);
	fclose(file);
	return size;
}

/* Its own copy, so that a sanitizer sees a read past the end. */
static void run_copy(const struct fuzz_target *target, const uint8_t *data, size_t size)
{
	uint8_t *copy = malloc(size ? size : 1);

	assert_non_null(copy);
	memcpy(copy, data, size);
	target->run(copy, size);
	free(copy);
}

static void run_changes(const struct fuzz_target *target, size_t size, size_t number)
{
	memcpy(changed, seed, size);
	for (uint32_t i = 0; i < CHANGES; i++) {
		if (target->mutate)
			size = target->mutate(changed, size, ROOM / 2,
					      (uint32_t)number * CHANGES + i);
		else
			size = fuzz_bytes(changed, size, ROOM / 2);
		run_copy(target, changed, size);
	}
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static int is_seed(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

static void replay(const struct fuzz_target *target)
{
	struct dirent **entries;
	char path[512];
	int count;

	snprintf(path, sizeof(path), CORPUS "/%s", target->name);
	count = scandir(path, &entries, is_seed, by_name);
	if (count <= 0)
		fail_msg("no corpus in %s: is this run from the top of the repository?", path);
	for (int i = 0; i < count; i++) {
		size_t size;

		snprintf(path, sizeof(path), CORPUS "/%s/%s", target->name, entries[i]->d_name);
		size = read_seed(path);
		run_copy(target, seed, size);
		run_changes(target, size, (size_t)i);
		free(entries[i]);
	}
	free(entries);
}

static void packets(void **state)
{
	(void)state;
	replay(&fuzz_packet);
}

static void tcp_streams_count_as_datagrams(void **state)
{
	(void)state;
	replay(&fuzz_tcp);
}

static void captures(void **state)
{
	(void)state;
	replay(&fuzz_capture);
}

static void command_lines(void **state)
{
	(void)state;
	replay(&fuzz_options);
}

static void texts(void **state)
{
	(void)state;
	replay(&fuzz_text);
}

static void configuration_files(void **state)
{
	(void)state;
	if (config_built_in())
		replay(&fuzz_files);
}

static void histories(void **state)
{
	(void)state;
	replay(&fuzz_history);
}

static void last_good_configurations(void **state)
{
	(void)state;
	replay(&fuzz_last_good);
}

static void alerts_under_way(void **state)
{
	(void)state;
	replay(&fuzz_alerts);
}

static void queries_and_responses(void **state)
{
	(void)state;
	replay(&fuzz_transactions);
}

static void viewer(void **state)
{
	(void)state;
	replay(&fuzz_viewer);
}

static void control_socket(void **state)
{
	(void)state;
	replay(&fuzz_control);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(packets),
		cmocka_unit_test(tcp_streams_count_as_datagrams),
		cmocka_unit_test(queries_and_responses),
		cmocka_unit_test(captures),
		cmocka_unit_test(command_lines),
		cmocka_unit_test(texts),
		cmocka_unit_test(configuration_files),
		cmocka_unit_test(histories),
		cmocka_unit_test(viewer),
		cmocka_unit_test(control_socket),
		cmocka_unit_test(last_good_configurations),
		cmocka_unit_test(alerts_under_way),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
