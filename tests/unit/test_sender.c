// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* What a sender does when its file is full, moved or gone, and when its receiver stops reading. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "util/clock.h"
#include "sinks/transport_file.h"
#include "sinks/transport_socket.h"

#define LIMIT (20 * NS_PER_S) /* nothing here takes so long */

static char folder[] = "/tmp/test_sink_stream.XXXXXX", path[64];
static struct sender sender;
static struct transport_file file;
static struct sink_counts last; /* of the sender that was ended last */
static int notice_fd;

static int make_folder(void **state)
{
	(void)state;
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);
	notice_fd = eventfd(0, EFD_NONBLOCK);
	if (!mkdtemp(folder))
		return -1;
	snprintf(path, sizeof(path), "%s/x", folder);
	return 0;
}

static int remove_folder(void **state)
{
	char command[128];

	(void)state;
	close(notice_fd);
	snprintf(command, sizeof(command), "rm -r %s", folder);
	return system(command);
}

static struct sink_status status_now(void)
{
	struct sink_status status = {.lost = false};

	sender_status(&sender, &status);
	return status;
}

static bool is_delivered(uint64_t n)
{
	return status_now().counts.delivered >= n;
}

static bool is_lost(uint64_t times)
{
	return status_now().times_lost >= times && status_now().lost;
}

static void wait_until(bool (*condition)(uint64_t), uint64_t argument)
{
	int64_t end = clock_mono_ns() + LIMIT;

	while (!condition(argument)) {
		if (clock_mono_ns() > end)
			fail_msg("waited in vain");
		usleep(2000);
	}
}

static void push(const char *line)
{
	sink_queue_push_lines(&sender.queue, line, strlen(line));
	sender_wake(&sender);
}

static void end_stream(int64_t patience_ns)
{
	sender_stop(&sender, clock_mono_ns() + patience_ns);
	assert_true(sender_join(&sender));
	last = status_now().counts;
}

static void start_file(void)
{
	char why[SINK_WHY_MAX];

	unlink(path);
	assert_int_equal(transport_file_open(&file, path, why), 0);
	assert_int_equal(sender_init(&sender, &transport_file_ops, &file, 1 << 20, notice_fd), 0);
	assert_int_equal(sender_start(&sender), 0);
}

static void end_file(void)
{
	end_stream(LIMIT);
	sender_free(&sender);
	transport_file_close(&file);
}

static void expect_content(const char *name, const char *expected)
{
	char content[256] = "";
	int fd = open(name, O_RDONLY);

	assert_true(fd >= 0);
	assert_true(read(fd, content, sizeof(content) - 1) >= 0);
	close(fd);
	assert_string_equal(content, expected);
}

static void limit_files(rlim_t size)
{
	struct rlimit limit;

	assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
	limit.rlim_cur = size;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

/* No file may be longer than 10 bytes: as on a full disk, a line goes in by half. */
static void a_half_line_is_taken_back(void **state)
{
	struct stat info;

	(void)state;
	start_file();
	push("first\n");
	wait_until(is_delivered, 1);
	limit_files(10);
	push("second\n");
	wait_until(is_lost, 1);
	limit_files(RLIM_INFINITY);
	expect_content(path, "first\n");
	assert_non_null(strstr(status_now().why, "cannot write: File too large"));
	/* There is room again: nothing was lost. */
	wait_until(is_delivered, 2);
	assert_false(status_now().lost);
	end_file();
	expect_content(path, "first\nsecond\n");
	assert_int_equal(last.lost, 0);
	assert_int_equal(stat(path, &info), 0);
	assert_int_equal(info.st_mode & 07777, 0640);
}

/* A process that was killed while it wrote: the next one's first line begins on a line of its own. */
static void a_half_line_of_another_is_ended(void **state)
{
	char why[SINK_WHY_MAX];
	int fd;

	(void)state;
	start_file();
	push("first\n");
	end_file();
	fd = open(path, O_WRONLY | O_APPEND);
	assert_int_equal(write(fd, "sec", 3), 3);
	close(fd);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(transport_file_open(&file, path, why), 0);
		assert_int_equal(
			sender_init(&sender, &transport_file_ops, &file, 1 << 20, notice_fd), 0);
		assert_int_equal(sender_start(&sender), 0);
		push("third\n");
		end_file();
	}
	expect_content(path, "first\nsec\nthird\nthird\n");
}

static void what_is_full_until_the_end_is_lost(void **state)
{
	(void)state;
	start_file();
	limit_files(4);
	push("first\nsecond\n");
	wait_until(is_lost, 1);
	end_stream(NS_PER_S / 10);
	limit_files(RLIM_INFINITY);
	assert_int_equal(last.offered, 2);
	assert_int_equal(last.lost, 2);
	sender_free(&sender);
	transport_file_close(&file);
	expect_content(path, "");
}

static void a_moved_file_is_left(void **state)
{
	char moved[80];

	(void)state;
	snprintf(moved, sizeof(moved), "%s.1", path);
	start_file();
	push("first\n");
	wait_until(is_delivered, 1);
	assert_int_equal(rename(path, moved), 0);
	push("second\n");
	wait_until(is_delivered, 2);
	expect_content(moved, "first\n");
	expect_content(path, "second\n");
	assert_int_equal(truncate(path, 0), 0);
	push("third\n");
	wait_until(is_delivered, 3);
	expect_content(path, "third\n");
	assert_int_equal(unlink(path), 0);
	push("fourth\n");
	end_file();
	expect_content(path, "fourth\n");
}

static bool exists(uint64_t ignored)
{
	(void)ignored;
	return access(path, F_OK) == 0;
}

static void a_signal_opens_it_while_nothing_comes(void **state)
{
	(void)state;
	start_file();
	assert_int_equal(unlink(path), 0);
	sender_reopen(&sender);
	wait_until(exists, 0);
	end_file();
}

/* Where there can be no new file, lines go on into the old one. */
static void a_file_that_cannot_be_replaced_goes_on(void **state)
{
	char moved[80];

	(void)state;
	snprintf(moved, sizeof(moved), "%s.2", path);
	start_file();
	push("first\n");
	wait_until(is_delivered, 1);
	assert_int_equal(rename(path, moved), 0);
	assert_int_equal(mkdir(path, 0700), 0);
	push("second\n");
	end_file();
	assert_int_equal(rmdir(path), 0);
	expect_content(moved, "first\nsecond\n");
}

/* ---- connections ------------------------------------------------------------------ */

static int server_at(const char *name)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	assert_true(fd >= 0);
	snprintf(address.sun_path, sizeof(address.sun_path), "%.100s", name);
	unlink(name);
	assert_int_equal(bind(fd, (const struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(listen(fd, 8), 0);
	return fd;
}

static void read_lines(int fd, const char *expected)
{
	char got[128] = "";
	size_t size = 0;

	while (size < strlen(expected)) {
		ssize_t n = read(fd, got + size, sizeof(got) - 1 - size);

		assert_true(n > 0);
		size += (size_t)n;
	}
	assert_string_equal(got, expected);
}

/* A line that was sent but never read comes again, one that was read does not. */
static void what_was_not_read_is_sent_again(void **state)
{
	struct transport_socket to = {.timeout_ns = LIMIT};
	char why[OPTION_WHY_MAX];
	int server = server_at(path), first, second;

	(void)state;
	assert_int_equal(transport_socket_unix(&to, path, why), 0);
	assert_int_equal(sender_init(&sender, &transport_socket_ops, &to, 1 << 20, notice_fd), 0);
	assert_int_equal(sender_start(&sender), 0);
	push("one\n");
	first = accept(server, NULL, NULL);
	read_lines(first, "one\n");
	wait_until(is_delivered, 1);
	push("two\nthree\n");
	usleep(20000); /* to let it be sent; right also if it was not */
	close(first);
	wait_until(is_lost, 1);
	second = accept(server, NULL, NULL);
	read_lines(second, "two\nthree\n");
	wait_until(is_delivered, 3);
	assert_false(status_now().lost);
	assert_int_equal(status_now().counts.lost, 0);
	end_stream(LIMIT);
	/* And the end is the end of the connection. */
	assert_int_equal(read(second, why, sizeof(why)), 0);
	sender_free(&sender);
	close(second);
	close(server);
	unlink(path);
}

static void nobody_there_is_told_and_counted(void **state)
{
	struct transport_socket to = {.timeout_ns = LIMIT};
	char why[OPTION_WHY_MAX];

	(void)state;
	unlink(path);
	assert_int_equal(transport_socket_unix(&to, path, why), 0);
	assert_int_equal(sender_init(&sender, &transport_socket_ops, &to, 1 << 20, notice_fd), 0);
	assert_int_equal(sender_start(&sender), 0);
	push("one\n");
	wait_until(is_lost, 1);
	assert_string_equal(status_now().why, "cannot connect: No such file or directory");
	end_stream(NS_PER_S / 10);
	assert_int_equal(last.lost, 1);
	sender_free(&sender);
}

/* A stream to @name gets nothing, and says @reason. */
static void refuses(const char *name, int type, const char *reason)
{
	struct transport_socket to = {.timeout_ns = LIMIT, .type = type};
	char why[OPTION_WHY_MAX];

	assert_int_equal(transport_socket_unix(&to, name, why), 0);
	assert_int_equal(sender_init(&sender, &transport_socket_ops, &to, 1 << 20, notice_fd), 0);
	assert_int_equal(sender_start(&sender), 0);
	push("one\n");
	wait_until(is_lost, 1);
	if (!strstr(status_now().why, reason))
		fail_msg("%s: %s", name, status_now().why);
	end_stream(NS_PER_S / 10);
	assert_int_equal(last.lost, 1);
	sender_free(&sender);
}

/* What another user bound first. As root, who can give files away. */
static void receivers_of_others_are_refused(void **state)
{
	int server = server_at(path);

	(void)state;
	if (geteuid() != 0)
		skip();
	assert_int_equal(chown(path, 12345, 12345), 0);
	assert_int_equal(chmod(folder, 01777), 0);
	refuses(path, 0, "cannot connect: it belongs to another user (12345)");
	assert_int_equal(chmod(folder, 0700), 0);
	close(server);
	unlink(path);
}

static int abstract_at(const char *name, int type)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, type, 0);

	snprintf(address.sun_path + 1, sizeof(address.sun_path) - 1, "%.100s", name + 1);
	if (fd < 0 || bind(fd, (const struct sockaddr *)&address,
			   (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(name))) < 0)
		return -1;
	return type == SOCK_STREAM && listen(fd, 8) < 0 ? -1 : fd;
}

/* What listens there belongs to user 12345, whose process this ends by closing *@end. */
static pid_t abstract_of_another(const char *name, int *end)
{
	int ready[2], over[2];
	char byte;
	pid_t pid;

	assert_int_equal(pipe(ready), 0);
	assert_int_equal(pipe(over), 0);
	pid = fork();
	if (pid == 0) {
		close(over[1]);
		if (setuid(12345) == 0 && abstract_at(name, SOCK_STREAM) >= 0 &&
		    write(ready[1], "", 1) == 1)
			_exit(read(over[0], &byte, 1) != 0);
		_exit(1);
	}
	close(ready[1]);
	close(over[0]);
	assert_int_equal(read(ready[0], &byte, 1), 1);
	close(ready[0]);
	*end = over[1];
	return pid;
}

static void abstract_names_of_others_are_refused(void **state)
{
	struct transport_socket to = {.timeout_ns = LIMIT};
	char why[OPTION_WHY_MAX], name[64];
	int end, server, connection, status;
	pid_t pid;

	(void)state;
	snprintf(name, sizeof(name), "@test-sender-%d", (int)getpid());
	server = abstract_at(name, SOCK_STREAM);
	assert_int_equal(transport_socket_unix(&to, name, why), 0);
	assert_int_equal(sender_init(&sender, &transport_socket_ops, &to, 1 << 20, notice_fd), 0);
	assert_int_equal(sender_start(&sender), 0);
	push("one\n");
	connection = accept(server, NULL, NULL);
	read_lines(connection, "one\n");
	wait_until(is_delivered, 1);
	end_stream(LIMIT);
	sender_free(&sender);
	close(connection);
	close(server);
	server = abstract_at(name, SOCK_DGRAM);
	refuses(name, SOCK_DGRAM, "cannot connect: who receives datagrams at an abstract name");
	close(server);
	if (geteuid() != 0)
		skip();
	pid = abstract_of_another(name, &end);
	refuses(name, 0, "cannot connect: another user (12345) listens there");
	close(end);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

/* Who comes back just before the end still gets what was kept, however far off the next attempt is. */
static void the_end_tries_once_more(void **state)
{
	struct transport_socket to = {.timeout_ns = LIMIT};
	char why[OPTION_WHY_MAX];
	int server, connection;

	(void)state;
	unlink(path);
	assert_int_equal(transport_socket_unix(&to, path, why), 0);
	assert_int_equal(sender_init(&sender, &transport_socket_ops, &to, 1 << 20, notice_fd), 0);
	assert_int_equal(sender_start(&sender), 0);
	push("one\n");
	wait_until(is_lost, 1);
	server = server_at(path);
	sender_stop(&sender, clock_mono_ns() + LIMIT);
	connection = accept(server, NULL, NULL);
	read_lines(connection, "one\n");
	end_stream(LIMIT);
	assert_int_equal(last.lost, 0);
	sender_free(&sender);
	close(connection);
	close(server);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_half_line_is_taken_back),
		cmocka_unit_test(a_half_line_of_another_is_ended),
		cmocka_unit_test(what_is_full_until_the_end_is_lost),
		cmocka_unit_test(a_moved_file_is_left),
		cmocka_unit_test(a_signal_opens_it_while_nothing_comes),
		cmocka_unit_test(a_file_that_cannot_be_replaced_goes_on),
		cmocka_unit_test(what_was_not_read_is_sent_again),
		cmocka_unit_test(nobody_there_is_told_and_counted),
		cmocka_unit_test(receivers_of_others_are_refused),
		cmocka_unit_test(abstract_names_of_others_are_refused),
		cmocka_unit_test(the_end_tries_once_more),
	};

	return cmocka_run_group_tests_name("sender", tests, make_folder, remove_folder);
}
