// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* What a process costs, against what is known of it in other ways. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "util/process.h"

#define MIB (1u << 20)

/* By which somebody has set the clock. */
static time_t set_by;

int clock_gettime(clockid_t clock, struct timespec *ts)
{
	int err = (int)syscall(SYS_clock_gettime, clock, ts);

	if (clock == CLOCK_REALTIME)
		ts->tv_sec += set_by;
	return err;
}

static void costs(void **state)
{
	struct process_cost before, after;
	struct rusage usage;
	volatile char *block;
	int fd;

	(void)state;
	process_cost_read(&before);
	block = malloc(64 * MIB);
	assert_non_null(block);
	for (size_t i = 0; i < 64 * MIB; i += 4096)
		block[i] = 1;
	fd = open("/dev/null", O_RDONLY);
	assert_true(fd >= 0);
	process_cost_read(&after);
	getrusage(RUSAGE_SELF, &usage);
	close(fd);
	free((void *)(uintptr_t)block);

	assert_int_equal(after.fds, before.fds + 1);
	assert_in_range(after.resident - before.resident, 60 * MIB, 80 * MIB);
	assert_true(after.resident <= (uint64_t)usage.ru_maxrss * 1024 + 4 * MIB);
	assert_true(after.virtual >= after.resident);
	assert_true(after.cpu_s > before.cpu_s);
	assert_true(after.cpu_s <=
		    (double)usage.ru_utime.tv_sec + (double)usage.ru_stime.tv_sec +
			    (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6 + 0.1);
}

static void start(void **state)
{
	struct process_cost cost;
	double age;

	(void)state;
	process_cost_read(&cost);
	/* This test was started by somebody within the last minutes. */
	age = (double)time(NULL) + 1 - cost.start_s;
	assert_true(age > 0 && age < 600);
}

/* One that changes is a restart to who looks at it: changes(process_start_time_seconds[1h]). */
static void start_stays(void **state)
{
	struct process_cost before, after;

	(void)state;
	process_cost_read(&before);
	set_by = 3600;
	process_cost_read(&after);
	set_by = 0;
	assert_true(before.start_s > 0 && after.start_s == before.start_s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(costs),
		cmocka_unit_test(start),
		cmocka_unit_test(start_stays),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
