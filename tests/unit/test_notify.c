// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Messages to the service manager, as a receiver that knows sd_notify(3) alone gets them. */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

#include "service/notify.h"

#define TEXT_ROOM 1024

static char folder[] = "/tmp/test_notify.XXXXXX";
static char path[sizeof(folder) + 16];
static int manager;

static int open_manager(void **state)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};

	(void)state;
	strcpy(folder + strlen(folder) - 6, "XXXXXX");
	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/notify", folder);
	strcpy(address.sun_path, path);
	manager = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(manager, (struct sockaddr *)&address, sizeof(address)), 0);
	setenv("NOTIFY_SOCKET", path, 1);
	return 0;
}

static int close_manager(void **state)
{
	(void)state;
	notify_close();
	close(manager);
	unlink(path);
	rmdir(folder);
	unsetenv("NOTIFY_SOCKET");
	unsetenv("WATCHDOG_USEC");
	unsetenv("WATCHDOG_PID");
	return 0;
}

/* The next message, with the descriptor that came with it in *@fd, -1 for none. */
static void receive(char text[TEXT_ROOM], int *fd)
{
	union {
		struct cmsghdr header;
		char room[CMSG_SPACE(sizeof(int))];
	} control;
	struct iovec part = {.iov_base = text, .iov_len = TEXT_ROOM - 1};
	struct msghdr message = {
		.msg_iov = &part,
		.msg_iovlen = 1,
		.msg_control = control.room,
		.msg_controllen = sizeof(control.room),
	};
	ssize_t got = recvmsg(manager, &message, MSG_CMSG_CLOEXEC);

	assert_true(got >= 0);
	text[got] = '\0';
	*fd = -1;
	if (message.msg_controllen)
		memcpy(fd, CMSG_DATA(&control.header), sizeof(*fd));
}

static void expect(const char *wanted)
{
	char text[TEXT_ROOM];
	int fd;

	receive(text, &fd);
	assert_string_equal(text, wanted);
	assert_int_equal(fd, -1);
}

static void test_messages(void **state)
{
	char text[TEXT_ROOM];
	long long usec;
	struct timespec now;
	int fd, end = 0;

	(void)state;
	assert_int_equal(notify_open(), 0);
	assert_true(notify_active());
	assert_null(getenv("NOTIFY_SOCKET"));
	assert_int_equal(notify_send("READY=1"), 0);
	expect("READY=1");
	notify_status("two\nlines\x01\x7f");
	expect("STATUS=two lines  ");
	notify_reloading();
	receive(text, &fd);
	assert_int_equal(sscanf(text, "RELOADING=1\nMONOTONIC_USEC=%lld%n", &usec, &end), 1);
	assert_int_equal((size_t)end, strlen(text));
	clock_gettime(CLOCK_MONOTONIC, &now);
	assert_true(usec > 0 && usec <= (long long)now.tv_sec * 1000000 + now.tv_nsec / 1000);
	memset(text, 'x', sizeof(text));
	text[sizeof(text) - 1] = '\0';
	assert_int_equal(notify_send(text), -EMSGSIZE);
}

static void test_descriptor(void **state)
{
	char text[TEXT_ROOM];
	struct stat sent, got;
	int ends[2], fd;

	(void)state;
	assert_int_equal(notify_open(), 0);
	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	assert_int_equal(notify_send_fd("FDSTORE=1\nFDNAME=x", ends[0]), 0);
	receive(text, &fd);
	assert_string_equal(text, "FDSTORE=1\nFDNAME=x");
	assert_int_equal(fstat(ends[0], &sent), 0);
	assert_int_equal(fstat(fd, &got), 0);
	assert_true(sent.st_ino == got.st_ino && sent.st_dev == got.st_dev);
	close(fd);
	close(ends[0]);
	close(ends[1]);
}

/* As the manager does: it closes what came with the message. */
static void *answer_barrier(void *arg)
{
	char text[TEXT_ROOM];
	int fd;

	receive(text, &fd);
	*(bool *)arg = strcmp(text, "BARRIER=1") == 0 && fd >= 0;
	if (fd >= 0)
		close(fd);
	return NULL;
}

static void test_barrier(void **state)
{
	char text[TEXT_ROOM];
	pthread_t thread;
	bool right = false;
	int fd;

	(void)state;
	assert_int_equal(notify_open(), 0);
	assert_int_equal(pthread_create(&thread, NULL, answer_barrier, &right), 0);
	assert_int_equal(notify_barrier(60000), 0);
	pthread_join(thread, NULL);
	assert_true(right);
	/* One that is not read. */
	assert_int_equal(notify_barrier(10), -ETIMEDOUT);
	receive(text, &fd);
	close(fd);
}

static void *read_later(void *last)
{
	char text[TEXT_ROOM];
	int fd;

	usleep(100000);
	do
		receive(text, &fd);
	while (strcmp(text, last) != 0);
	return NULL;
}

/* A manager that is behind: what must get there waits for room, what need not does not. */
static void test_full_queue(void **state)
{
	char last[] = "FDSTOREREMOVE=1\nFDNAME=old";
	pthread_t reader;

	(void)state;
	assert_int_equal(notify_open(), 0);
	while (notify_try("WATCHDOG=1") == 0)
		;
	assert_int_equal(notify_try("WATCHDOG=1"), -EAGAIN);
	assert_int_equal(pthread_create(&reader, NULL, read_later, last), 0);
	assert_int_equal(notify_send(last), 0);
	pthread_join(reader, NULL);
}

static void test_no_manager(void **state)
{
	(void)state;
	unsetenv("NOTIFY_SOCKET");
	setenv("WATCHDOG_USEC", "1000000", 1);
	assert_int_equal(notify_open(), 0);
	assert_false(notify_active());
	assert_int_equal(notify_send("READY=1"), 0);
	assert_int_equal(notify_barrier(60000), 0);
	assert_int_equal(notify_watchdog_us(), 0);
}

static void test_wrong_addresses(void **state)
{
	static const char *const wrong[] = {"relative/path", "/", "@", "vsock:2:1234"};
	char text[300];

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		setenv("NOTIFY_SOCKET", wrong[i], 1);
		assert_int_equal(notify_open(), -EINVAL);
		assert_false(notify_active());
	}
	memset(text, 'a', sizeof(text));
	text[0] = '/';
	text[sizeof(text) - 1] = '\0';
	setenv("NOTIFY_SOCKET", text, 1);
	assert_int_equal(notify_open(), -EINVAL);
	setenv("NOTIFY_SOCKET", "/nonexistent/notify", 1);
	assert_int_equal(notify_open(), 0);
	assert_int_equal(notify_send("READY=1"), -ENOENT);
}

static void test_watchdog(void **state)
{
	static const struct {
		const char *usec, *pid; /* pid: NULL none, "" this process */
		uint64_t wanted;
	} cases[] = {
		{"30000000", NULL, 30000000},
		{"30000000", "", 30000000},
		{"30000000", "1", 0},
		{"", NULL, 0},
		{"-1", NULL, 0},
		{"12x", NULL, 0},
		{"+5", NULL, 0},
		{"99999999999999999999999", NULL, 0},
		{"30000000", "x", 0},
	};
	char own[32];

	(void)state;
	snprintf(own, sizeof(own), "%d", getpid());
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		setenv("NOTIFY_SOCKET", path, 1);
		setenv("WATCHDOG_USEC", cases[i].usec, 1);
		if (cases[i].pid)
			setenv("WATCHDOG_PID", cases[i].pid[0] ? cases[i].pid : own, 1);
		assert_int_equal(notify_open(), 0);
		assert_int_equal(notify_watchdog_us(), cases[i].wanted);
		assert_null(getenv("WATCHDOG_USEC"));
		assert_null(getenv("WATCHDOG_PID"));
		notify_close();
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_messages, open_manager, close_manager),
		cmocka_unit_test_setup_teardown(test_descriptor, open_manager, close_manager),
		cmocka_unit_test_setup_teardown(test_barrier, open_manager, close_manager),
		cmocka_unit_test_setup_teardown(test_full_queue, open_manager, close_manager),
		cmocka_unit_test_setup_teardown(test_no_manager, open_manager, close_manager),
		cmocka_unit_test_setup_teardown(test_wrong_addresses, open_manager, close_manager),
		cmocka_unit_test_setup_teardown(test_watchdog, open_manager, close_manager),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
