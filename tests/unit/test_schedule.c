// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* When reports are due. Expected times are worked out by hand. */
#include <errno.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "report/schedule.h"

#define MS     1000000LL
#define SECOND (1000 * MS)

/* 2026-11-23 04:00:00 UTC, from date(1): a multiple of all intervals below. */
#define HOUR (1795406400LL * SECOND)

static void test_next_is_aligned(void **state)
{
	(void)state;
	assert_int_equal(schedule_next(HOUR + 3 * SECOND, 10 * SECOND), HOUR + 10 * SECOND);
	assert_int_equal(schedule_next(HOUR + 1, SECOND), HOUR + SECOND);
	assert_int_equal(schedule_next(HOUR + 250 * MS, 100 * MS), HOUR + 300 * MS);
	assert_int_equal(schedule_next(HOUR + 1234 * MS, 86400 * SECOND),
			 HOUR - 4 * 3600 * SECOND + 86400 * SECOND);
}

/* On the spot means the next one: the report of this moment has been made. */
static void test_next_is_later(void **state)
{
	(void)state;
	assert_int_equal(schedule_next(HOUR, 10 * SECOND), HOUR + 10 * SECOND);
	assert_int_equal(schedule_next(HOUR, 100 * MS), HOUR + 100 * MS);
}

/* A timer that fires a moment early made the report of the time that it was set to. */
static void test_early_timer_makes_one_report(void **state)
{
	(void)state;
	assert_int_equal(schedule_next(HOUR - 1, 10 * SECOND), HOUR + 10 * SECOND);
	assert_int_equal(schedule_next(HOUR - SECOND + 1, 10 * SECOND), HOUR + 10 * SECOND);
	assert_int_equal(schedule_next(HOUR - SECOND, 10 * SECOND), HOUR + 10 * SECOND);
	assert_int_equal(schedule_next(HOUR - SECOND - 1, 10 * SECOND), HOUR);
	assert_int_equal(schedule_next(HOUR - 9 * MS, 100 * MS), HOUR + 100 * MS);
	assert_int_equal(schedule_next(HOUR - 11 * MS, 100 * MS), HOUR);
}

/* What was missed, by a stop or a step of the clock, is not made up for, however far it goes. */
static void test_after_a_step(void **state)
{
	(void)state;
	assert_int_equal(schedule_next(HOUR + 3600 * SECOND + 3 * SECOND, 10 * SECOND),
			 HOUR + 3610 * SECOND);
	assert_int_equal(schedule_next(HOUR - 3600 * SECOND + 3 * SECOND, 10 * SECOND),
			 HOUR - 3590 * SECOND);
	/* A machine without a clock battery starts here. */
	assert_int_equal(schedule_next(0, SECOND), SECOND);
	assert_int_equal(schedule_next(SECOND / 2, SECOND), SECOND);
}

/* From any time the next is a multiple, later, and neither too near nor more than one off. */
static void test_bounds_of_every_wait(void **state)
{
	static const int64_t intervals[] = {100 * MS,    333 * MS,     SECOND,
					    10 * SECOND, 300 * SECOND, 86400 * SECOND};

	(void)state;
	for (size_t i = 0; i < sizeof(intervals) / sizeof(intervals[0]); i++)
		for (int64_t step = 0; step < 1000; step++) {
			int64_t interval = intervals[i];
			int64_t now = HOUR + step * interval / 997 + step;
			int64_t next = schedule_next(now, interval);

			assert_int_equal(next % interval, 0);
			assert_true(next - now >= interval / 10);
			assert_true(next - now <= interval + interval / 10);
		}
}

static int64_t wall(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return t.tv_sec * SECOND + t.tv_nsec;
}

static int fires_within(int fd, int ms)
{
	struct pollfd poll_fd = {.fd = fd, .events = POLLIN};

	return poll(&poll_fd, 1, ms);
}

static void test_arm_fires_at_the_time(void **state)
{
	int fd = timerfd_create(CLOCK_REALTIME, TFD_CLOEXEC | TFD_NONBLOCK);
	int64_t at = wall() + 50 * MS;
	uint64_t times;

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(schedule_arm(fd, at), 0);
	assert_int_equal(fires_within(fd, 10000), 1);
	assert_true(wall() >= at);
	assert_int_equal(read(fd, &times, sizeof(times)), sizeof(times));
	assert_int_equal(times, 1);
	/* Once: the next report is asked for anew, on what the clock shows then. */
	assert_int_equal(fires_within(fd, 120), 0);
	close(fd);
}

/* A time that has passed, as after a stop, is due now. */
static void test_arm_in_the_past_fires_now(void **state)
{
	int fd = timerfd_create(CLOCK_REALTIME, TFD_CLOEXEC | TFD_NONBLOCK);

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(schedule_arm(fd, wall() - 60 * SECOND), 0);
	assert_int_equal(fires_within(fd, 10000), 1);
	close(fd);
}

/* Arming again replaces. */
static void test_arm_replaces(void **state)
{
	int fd = timerfd_create(CLOCK_REALTIME, TFD_CLOEXEC | TFD_NONBLOCK);
	struct itimerspec left;

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(schedule_arm(fd, wall() + 10 * MS), 0);
	assert_int_equal(schedule_arm(fd, wall() + 3600 * SECOND), 0);
	assert_int_equal(timerfd_gettime(fd, &left), 0);
	assert_true(left.it_value.tv_sec > 3590 && left.it_value.tv_sec <= 3600);
	assert_int_equal(left.it_interval.tv_sec, 0);
	assert_int_equal(left.it_interval.tv_nsec, 0);
	close(fd);
}

static void test_arm_tells_errors(void **state)
{
	(void)state;
	assert_int_equal(schedule_arm(-1, HOUR), -EBADF);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_next_is_aligned),
		cmocka_unit_test(test_next_is_later),
		cmocka_unit_test(test_early_timer_makes_one_report),
		cmocka_unit_test(test_after_a_step),
		cmocka_unit_test(test_bounds_of_every_wait),
		cmocka_unit_test(test_arm_fires_at_the_time),
		cmocka_unit_test(test_arm_in_the_past_fires_now),
		cmocka_unit_test(test_arm_replaces),
		cmocka_unit_test(test_arm_tells_errors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
