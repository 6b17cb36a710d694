// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* What a terminal is taken for, and what goes to it, at one that is made for that. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cmocka.h>

#include "cli/standard_output.h"
#include "util/terminal.h"

struct ends {
	int ours, its;
};

static struct ends terminal_open(unsigned short columns, unsigned short rows)
{
	const struct winsize size = {.ws_col = columns, .ws_row = rows};
	struct ends ends = {.ours = posix_openpt(O_RDWR | O_NOCTTY)};

	assert_true(ends.ours >= 0);
	assert_int_equal(grantpt(ends.ours), 0);
	assert_int_equal(unlockpt(ends.ours), 0);
	ends.its = open(ptsname(ends.ours), O_RDWR | O_NOCTTY);
	assert_true(ends.its >= 0);
	assert_int_equal(ioctl(ends.its, TIOCSWINSZ, &size), 0);
	return ends;
}

static void terminal_close(struct ends ends)
{
	close(ends.its);
	close(ends.ours);
}

static void control_needs_a_terminal_that_takes_it(void **state)
{
	struct ends ends = terminal_open(80, 24);
	int null = open("/dev/null", O_WRONLY);

	(void)state;
	setenv("TERM", "xterm", 1);
	assert_true(terminal_obeys(ends.its));
	assert_false(terminal_obeys(null));
	assert_false(terminal_obeys(-1));
	setenv("TERM", "dumb", 1);
	assert_false(terminal_obeys(ends.its));
	unsetenv("TERM");
	assert_false(terminal_obeys(ends.its));
	close(null);
	terminal_close(ends);
}

static void width_is_the_terminals_or_said(void **state)
{
	struct ends ends = terminal_open(133, 24), unsized = terminal_open(0, 0);

	(void)state;
	setenv("COLUMNS", "90", 1);
	assert_int_equal(terminal_width(ends.its), 133);
	assert_int_equal(terminal_width(unsized.its), 90);
	assert_int_equal(terminal_width(-1), 90);
	for (size_t i = 0; i < 5; i++) {
		static const char *const odd[] = {"", "0", "-5", "90x", "99999999999999999999"};

		setenv("COLUMNS", odd[i], 1);
		assert_int_equal(terminal_width(-1), 80);
	}
	unsetenv("COLUMNS");
	assert_int_equal(terminal_width(-1), 80);
	terminal_close(unsized);
	terminal_close(ends);
}

/* Whether a page on a terminal of that size takes the place of the one before. */
static bool repaints(unsigned short columns, unsigned short rows)
{
	static const struct report report = {
		.host = "res1", .interface = "eth0", .direction = "rx", .hook = "tcx"};
	const struct report *reports[] = {&report};
	const struct output_batch batch = {.reports = reports, .count = 1};
	struct ends ends = terminal_open(columns, rows);
	int keep = dup(STDOUT_FILENO);
	struct standard_output standard_output;
	char got[8192] = "";

	fflush(stdout);
	dup2(ends.its, STDOUT_FILENO);
	standard_output_init(&standard_output, OUTPUT_TEXT);
	assert_int_equal(standard_output_add(&standard_output, &batch), 0);
	assert_int_equal(standard_output_show(&standard_output), 0);
	standard_output_free(&standard_output);
	dup2(keep, STDOUT_FILENO);
	close(keep);
	assert_true(read(ends.ours, got, sizeof(got) - 1) > 0);
	terminal_close(ends);
	return strstr(got, "\033[H") != NULL;
}

static void pages_are_repainted(void **state)
{
	(void)state;
	setenv("TERM", "xterm", 1);
	assert_true(repaints(80, 60));
	assert_true(repaints(40, 24)); /* lines are wrapped */
	assert_true(repaints(80, 3));
	assert_false(repaints(0, 0)); /* nobody knows how large it is */
	setenv("NO_COLOR", "1", 1);   /* is about colours alone: https://no-color.org */
	assert_true(repaints(80, 60));
	unsetenv("NO_COLOR");
	setenv("TERM", "dumb", 1);
	assert_false(repaints(80, 60));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(control_needs_a_terminal_that_takes_it),
		cmocka_unit_test(width_is_the_terminals_or_said),
		cmocka_unit_test(pages_are_repainted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
