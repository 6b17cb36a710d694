// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* What is logged is text, whatever was in it: no terminal obeys it, and one line stays one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "util/log.h"

static FILE *into;

/* Standard error is @into while @text is logged. */
static void logs(const char *text, const char *expected)
{
	int kept = dup(STDERR_FILENO);
	char line[4096] = "";

	rewind(into);
	assert_int_equal(ftruncate(fileno(into), 0), 0);
	fflush(stderr);
	assert_true(kept >= 0 && dup2(fileno(into), STDERR_FILENO) >= 0);
	log_warning("%s", text);
	fflush(stderr);
	assert_true(dup2(kept, STDERR_FILENO) >= 0);
	close(kept);
	rewind(into);
	assert_non_null(fgets(line, sizeof(line), into));
	assert_null(fgets(line + strlen(line), 2, into));
	if (strncmp(line, "rcodewatch: warning: ", 21) != 0 ||
	    strncmp(line + 21, expected, strlen(expected)) != 0 ||
	    strcmp(line + 21 + strlen(expected), "\n") != 0)
		fail_msg("'%s' is logged as '%s'", text, line);
}

static void text_stays(void **state)
{
	(void)state;
	logs("sink kafka:k/t: works again", "sink kafka:k/t: works again");
	logs("h\xc3\xa4user \xe2\x82\xac \xf0\x9f\x98\x80",
	     "h\xc3\xa4user \xe2\x82\xac \xf0\x9f\x98\x80");
}

static void controls_do_not(void **state)
{
	(void)state;
	logs("a\033[2Jb\nc\rd\x7f", "a?[2Jb?c?d?");
	/* C1, as one byte and in UTF-8: CSI, OSC, ST. */
	logs("a\x9b"
	     "2Jb\x9d"
	     "0;x\x9c",
	     "a?2Jb?0;x?");
	logs("a\xc2\x9b"
	     "2Jb\xc2\x9d"
	     "0;x\xc2\x9c\xc2\x80\xc2\x9f",
	     "a?2Jb?0;x???");
	/* Direction, ends of lines, what is not seen. */
	logs("a\xe2\x80\xae"
	     "b\xe2\x81\xa6"
	     "c\xe2\x80\xa8"
	     "d\xef\xbb\xbf",
	     "a?b?c?d?");
	/* What is no UTF-8, or longer than it should be: an ESC of two bytes. */
	logs("a\xff\xc0\x9b\xe2\x82", "a?????");
}

static void a_long_line_is_cut(void **state)
{
	char text[4000], expected[2100];

	(void)state;
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	memset(expected, 'x', sizeof(expected));
	expected[2046 - 21] = '\0';
	logs(text, expected);
}

static int open_file(void **state)
{
	(void)state;
	into = tmpfile();
	return into ? 0 : -1;
}

static int close_file(void **state)
{
	(void)state;
	return fclose(into);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_stays),
		cmocka_unit_test(controls_do_not),
		cmocka_unit_test(a_long_line_is_cut),
	};

	return cmocka_run_group_tests_name("log", tests, open_file, close_file);
}
