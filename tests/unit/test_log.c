// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* What is logged is text, whatever was in it: no terminal obeys it, and one line stays one. */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

#include <cmocka.h>

#include <bpf/libbpf.h>

#include "attacher/libbpf_log.h"
#include "util/log.h"

static FILE *into;

/* Standard error from here on is @into. The descriptor for end_capture(). */
static int begin_capture(void)
{
	int kept = dup(STDERR_FILENO);

	rewind(into);
	assert_int_equal(ftruncate(fileno(into), 0), 0);
	fflush(stderr);
	assert_true(kept >= 0 && dup2(fileno(into), STDERR_FILENO) >= 0);
	return kept;
}

static void end_capture(int kept, char *text, size_t size)
{
	fflush(stderr);
	assert_true(dup2(kept, STDERR_FILENO) >= 0);
	close(kept);
	rewind(into);
	text[fread(text, 1, size - 1, into)] = '\0';
}

/* Standard error is @into while @text is logged. */
static void logs(const char *text, const char *expected)
{
	char line[4096];
	int kept = begin_capture();

	log_warning("%s", text);
	end_capture(kept, line, sizeof(line));
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

static void expect_text(const char *text, const char *expected)
{
	char lines[4096], *copy = strdup(text);
	int kept = begin_capture();

	assert_non_null(copy);
	log_text(LOG_LEVEL_INFO, copy);
	end_capture(kept, lines, sizeof(lines));
	if (strcmp(lines, expected) != 0)
		fail_msg("'%s' is logged as '%s'", text, lines);
	free(copy);
}

static void lines_of_a_library(void **state)
{
	(void)state;
	expect_text("", "");
	expect_text("one\n", "one\n");
	expect_text("0: R1=ctx()\tR10=fp0\n\n1: (b7)\n", "0: R1=ctx() R10=fp0\n\n1: (b7)\n");
	expect_text("a\033[2J\n\xc2\x9b"
		    "b\n\xe2\x80\xae"
		    "c",
		    "a?[2J\n?b\n?c\n");
}

/* The name of the file is in what libbpf says. */
static void libbpf_is_filtered(void **state)
{
	char text[4096];
	int kept = begin_capture();

	(void)state;
	libbpf_log_init(true);
	assert_null(bpf_object__open_file("/no\033[2J/such\xc2\x9b/file", NULL));
	end_capture(kept, text, sizeof(text));
	libbpf_log_init(false);
	assert_non_null(strstr(text, "libbpf: "));
	if (!strstr(text, "/no?[2J/such?/file"))
		fail_msg("libbpf's text is logged as '%s'", text);
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

/* ---- several threads, and room for one ------------------------------------------------- */

#define RACERS     3
#define RACER_LINE 2000 /* bytes: two lines fit into a page, three do not */

static atomic_int racing, arrived;

/* Stands in front of the C library's: whoever finds room waits here a while for the others to find it, too. */
int poll(struct pollfd *files, nfds_t count, int timeout)
{
	int (*real)(struct pollfd *, nfds_t, int), ready;

	*(void **)&real = dlsym(RTLD_NEXT, "poll");
	ready = real(files, count, timeout);
	if (ready > 0 && atomic_load(&racing)) {
		atomic_fetch_add(&arrived, 1);
		for (int i = 0; i < 300 && atomic_load(&arrived) < RACERS; i++)
			usleep(1000);
	}
	return ready;
}

static void *race(void *done)
{
	char line[RACER_LINE];

	memset(line, 'x', sizeof(line) - 1);
	line[sizeof(line) - 1] = '\0';
	log_info("%s", line);
	atomic_fetch_add((atomic_int *)done, 1);
	return NULL;
}

/* Each sees room in a pipe of one page, and none waits for a reader when it is gone. The last: it is for good. */
static void room_that_another_takes(void **state)
{
	const struct iovec nothing = {.iov_base = (char[1]){0}, .iov_len = 1};
	static pthread_t thread[RACERS];
	static atomic_int done;
	int ends[2], kept;
	char byte;

	(void)state;
	assert_int_equal(pipe(ends), 0);
	assert_true(fcntl(ends[1], F_SETPIPE_SZ, 4096) >= 4096);
	if (pwritev2(ends[1], &nothing, 1, -1, RWF_NOWAIT) < 0) {
		assert_int_equal(errno, EOPNOTSUPP);
		skip(); /* before Linux 6.4 */
	}
	assert_int_equal(read(ends[0], &byte, 1), 1);
	kept = dup(STDERR_FILENO);
	fflush(stderr);
	assert_true(kept >= 0 && dup2(ends[1], STDERR_FILENO) >= 0);
	log_never_wait();
	atomic_store(&racing, 1);
	for (size_t i = 0; i < RACERS; i++)
		assert_int_equal(pthread_create(&thread[i], NULL, race, &done), 0);
	for (int i = 0; i < 2000 && atomic_load(&done) < RACERS; i++)
		usleep(10000);
	atomic_store(&racing, 0);
	assert_true(dup2(kept, STDERR_FILENO) >= 0);
	close(kept);
	assert_int_equal(atomic_load(&done), RACERS);
	for (size_t i = 0; i < RACERS; i++)
		pthread_join(thread[i], NULL);
	assert_in_range(log_dropped_reset(), 1, 2); /* two, where one came late */
	close(ends[0]);
	close(ends[1]);
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
		cmocka_unit_test(text_stays),         cmocka_unit_test(controls_do_not),
		cmocka_unit_test(a_long_line_is_cut), cmocka_unit_test(lines_of_a_library),
		cmocka_unit_test(libbpf_is_filtered), cmocka_unit_test(room_that_another_takes),
	};

	return cmocka_run_group_tests_name("log", tests, open_file, close_file);
}
