// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The history in a state directory: over restarts, with damaged files, without room on the disk. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "report/history_store.h"
#include "util/clock.h"

#define NOON 1795132800 /* any time */

static char folder[] = "/tmp/test_history_store.XXXXXX", path[sizeof(folder) + 16];
static struct history_store *store;

static int start(void **state)
{
	(void)state;
	strcpy(folder, "/tmp/test_history_store.XXXXXX");
	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/history", folder);
	assert_int_equal(history_store_open(&store, NS_PER_S, folder), 0);
	assert_int_equal(history_store_start(store), 0);
	return 0;
}

static int end(void **state)
{
	(void)state;
	history_store_close(store);
	store = NULL;
	unlink(path);
	return rmdir(folder);
}

/* Ten SERVFAILs in the second @s. */
static void add(int64_t s)
{
	static struct report report = {.interface = "eth0", .direction = "rx", .interval_s = 1};

	report.start_ns = (NOON + s) * NS_PER_S;
	report.responses = report.packets = 10;
	report.by_path[2][FAMILY_IPV4][TRANSPORT_UDP] = 10;
	history_store_add(store, &report);
}

static void restart(void)
{
	history_store_close(store);
	assert_int_equal(history_store_open(&store, NS_PER_S, folder), 0);
	assert_int_equal(history_store_start(store), 0);
}

static size_t rows(void)
{
	const struct code_history *history = history_store_history(store);
	size_t at = 0, count = 0;
	int point = code_history_find(history, "eth0", DIRECTION_RX);

	while (point >= 0 && code_history_next(history, (size_t)point, CODE_HISTORY_FULL, 0, &at))
		count++;
	return count;
}

static void it_outlives_restarts(void **state)
{
	const struct code_history_row *row;
	struct stat is;
	size_t at = 0;

	(void)state;
	assert_int_equal(rows(), 0);
	add(0);
	add(1);
	restart();
	assert_int_equal(rows(), 2);
	add(2);
	restart();
	assert_int_equal(rows(), 3);
	row = code_history_next(history_store_history(store), 0, CODE_HISTORY_MINUTES, 0, &at);
	assert_non_null(row);
	assert_int_equal(row->codes[2], 30);
	assert_int_equal(stat(path, &is), 0);
	assert_int_equal(is.st_mode & 07777, 0640 & ~umask(umask(0)));
}

static void a_minute_passes_between_writes(void **state)
{
	int64_t now = clock_mono_ns();

	(void)state;
	add(0);
	history_store_save(store, now);
	history_store_save(store, now + 50 * NS_PER_S);
	assert_int_equal(access(path, F_OK), -1);
	history_store_save(store, now + 61 * NS_PER_S);
	for (int i = 0; i < 1000 && access(path, F_OK) < 0; i++)
		usleep(10000);
	assert_int_equal(access(path, F_OK), 0);
}

static void put(const char *name, const void *bytes, size_t size)
{
	int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0640);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, size), size);
	close(fd);
}

static void damage_costs_the_history_alone(void **state)
{
	(void)state;
	add(0);
	history_store_close(store);
	put(path, "rcwhist\n and then some", 22);
	assert_int_equal(history_store_open(&store, NS_PER_S, folder), 0);
	assert_int_equal(history_store_start(store), 0);
	assert_int_equal(rows(), 0);
	add(1);
	restart();
	assert_int_equal(rows(), 1);
	/* What is no file is neither waited for nor read. */
	history_store_close(store);
	unlink(path);
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_int_equal(history_store_open(&store, NS_PER_S, folder), 0);
	assert_int_equal(history_store_start(store), 0);
	assert_int_equal(rows(), 0);
}

/* As on a full disk a write fails, here by the limit of a file's size: the old file stays. */
static void a_full_disk_costs_what_is_new(void **state)
{
	struct rlimit limit, none;
	struct stat before, after;

	(void)state;
	signal(SIGXFSZ, SIG_IGN);
	add(0);
	restart();
	assert_int_equal(stat(path, &before), 0);
	add(1);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
	none = (struct rlimit){.rlim_cur = 20, .rlim_max = limit.rlim_max};
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &none), 0);
	history_store_close(store);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
	assert_int_equal(stat(path, &after), 0);
	assert_true(before.st_ino == after.st_ino && before.st_size == after.st_size);
	assert_int_equal(history_store_open(&store, NS_PER_S, folder), 0);
	assert_int_equal(history_store_start(store), 0);
	assert_int_equal(rows(), 1);
}

/* A link where the new file is made is not followed. */
static void links_are_not_followed(void **state)
{
	char victim[sizeof(path)], link[sizeof(path)], bytes[8];
	int fd;

	(void)state;
	snprintf(victim, sizeof(victim), "%s/victim", folder);
	snprintf(link, sizeof(link), "%s/history.new", folder);
	put(victim, "precious", 8);
	assert_int_equal(symlink(victim, link), 0);
	assert_int_equal(symlink(victim, path), 0);
	add(0);
	restart();
	assert_int_equal(rows(), 1);
	fd = open(victim, O_RDONLY | O_CLOEXEC);
	assert_int_equal(read(fd, bytes, 8), 8);
	assert_memory_equal(bytes, "precious", 8);
	close(fd);
	assert_int_equal(unlink(victim), 0);
}

static void without_a_directory_there_is_no_file(void **state)
{
	struct history_store *memory, *none;

	(void)state;
	assert_int_equal(history_store_open(&memory, NS_PER_S, ""), 0);
	assert_int_equal(history_store_start(memory), 0);
	history_store_save(memory, INT64_MAX);
	history_store_close(memory);
	history_store_close(NULL);
	assert_true(history_store_open(&none, NS_PER_S, "/nonexistent/folder") < 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(it_outlives_restarts, start, end),
		cmocka_unit_test_setup_teardown(a_minute_passes_between_writes, start, end),
		cmocka_unit_test_setup_teardown(damage_costs_the_history_alone, start, end),
		cmocka_unit_test_setup_teardown(a_full_disk_costs_what_is_new, start, end),
		cmocka_unit_test_setup_teardown(links_are_not_followed, start, end),
		cmocka_unit_test_setup_teardown(without_a_directory_there_is_no_file, start, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
