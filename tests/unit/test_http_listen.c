// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Addresses to listen on, and sockets that were left over. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sinks/prometheus/http_listen.h"

static struct listen_address address;
static char why[LISTENER_WHY_MAX], dir[] = "/tmp/http-listen-XXXXXX";

/* What the address is, as inet_ntop() writes it. */
static void accepted(const char *text, const char *host, unsigned int port)
{
	char name[INET6_ADDRSTRLEN] = "";

	if (http_address_parse(&address, text, why) != 0)
		fail_msg("%s: %s", text, why);
	if (address.any.sa_family == AF_INET) {
		inet_ntop(AF_INET, &address.in.sin_addr, name, sizeof(name));
		assert_int_equal(ntohs(address.in.sin_port), port);
		assert_int_equal(address.length, sizeof(struct sockaddr_in));
	} else {
		assert_int_equal(address.any.sa_family, AF_INET6);
		inet_ntop(AF_INET6, &address.in6.sin6_addr, name, sizeof(name));
		assert_int_equal(ntohs(address.in6.sin6_port), port);
		assert_int_equal(address.length, sizeof(struct sockaddr_in6));
	}
	assert_string_equal(name, host);
}

static void addresses(void **state)
{
	(void)state;
	accepted("", "127.0.0.1", 19153);
	accepted("127.0.0.1", "127.0.0.1", 19153);
	accepted("localhost:9200", "127.0.0.1", 9200);
	accepted("0.0.0.0:1", "0.0.0.0", 1);
	accepted("192.0.2.53:65535", "192.0.2.53", 65535);
	accepted("[::1]", "::1", 19153);
	accepted("[2001:db8::53]:8080", "2001:db8::53", 8080);
	accepted("[::]:8080", "::", 8080);
}

static void refused(void **state)
{
	static const char *const texts[] = {
		":9200",
		"9200",
		"::1",
		"::1:9200",
		"[::1",
		"::1]",
		"[::1]9200",
		"[]:1",
		"[127.0.0.1]:1",
		"127.0.0.1:",
		"127.0.0.1:0",
		"1.2.3.4:65536",
		"1.2.3.4:x",
		"1.2.3:1",
		"example.org:1",
		"[::1]:9200:1",
		"[::1]:",
		"unix",
		"[:",
		"]",
		"[2001:db8:1111:2222:3333:4444:5555:6666:7777:8888:9999]:1",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (http_address_parse(&address, texts[i], why) != -EINVAL)
			fail_msg("should be refused: %s", texts[i]);
	assert_int_equal(http_address_parse(&address, "unix:", why), -EINVAL);
}

static void path_lengths(void **state)
{
	char text[120] = "unix:";

	(void)state;
	memset(text + 5, 'x', 107);
	assert_int_equal(http_address_parse(&address, text, why), 0);
	memset(text + 5, 'x', 108);
	assert_int_equal(http_address_parse(&address, text, why), -EINVAL);
}

static struct stat file_of(const char *path)
{
	struct stat file;

	assert_int_equal(lstat(path, &file), 0);
	return file;
}

static int connect_to(const struct listen_address *to)
{
	int fd = socket(AF_UNIX, SOCK_STREAM, 0), result;

	assert_true(fd >= 0);
	result = connect(fd, &to->any, to->length);
	close(fd);
	return result;
}

static void unix_socket(void **state)
{
	struct listener first, second;
	char text[64];
	const char *path = text + 5;

	(void)state;
	snprintf(text, sizeof(text), "unix:%s/socket", dir);
	assert_int_equal(http_address_parse(&address, text, why), 0);
	address.mode = 0606;
	umask(077);
	assert_int_equal(listener_open(&first, &address, why), 0);
	assert_int_equal(umask(077), 077);
	assert_int_equal(file_of(path).st_mode & 07777, 0606);
	assert_int_equal(connect_to(&address), 0);

	/* Somebody listens there. */
	assert_int_equal(listener_open(&second, &address, why), -EADDRINUSE);
	assert_int_equal(second.fd, -1);
	listener_close(&second, &address);
	assert_int_equal(connect_to(&address), 0);

	/* Nobody does any more, and the file is still there. */
	close(first.fd);
	first.fd = -1;
	assert_int_equal(listener_open(&second, &address, why), 0);
	assert_int_equal(connect_to(&address), 0);

	/* Another's file of that name stays. */
	assert_int_equal(unlink(path), 0);
	assert_int_equal(listener_open(&first, &address, why), 0);
	listener_close(&second, &address);
	assert_int_equal(connect_to(&address), 0);
	listener_close(&first, &address);
	assert_int_equal(access(path, F_OK), -1);
	listener_close(&first, &address);
}

/* What is no socket is nobody's to remove. */
static void other_files(void **state)
{
	struct listener listener;
	char text[64];
	int fd;

	(void)state;
	snprintf(text, sizeof(text), "unix:%s/file", dir);
	fd = open(text + 5, O_CREAT | O_WRONLY, 0600);
	assert_true(fd >= 0);
	close(fd);
	assert_int_equal(http_address_parse(&address, text, why), 0);
	assert_int_equal(listener_open(&listener, &address, why), -EADDRINUSE);
	assert_int_equal(access(text + 5, F_OK), 0);
	unlink(text + 5);
}

/* The rounds of one child: as soon as the parent lets it, it listens, says whether it could, and waits. */
static void compete(int go, int say)
{
	struct listener listener;
	char byte;

	while (read(go, &byte, 1) == 1) {
		byte = listener_open(&listener, &address, why) == 0 ? 'y' : 'n';
		if (write(say, &byte, 1) != 1 || read(go, &byte, 1) != 1)
			break;
		if (listener.fd >= 0)
			close(listener.fd); /* as if it had been killed: the file stays */
		byte = 'd';
		if (write(say, &byte, 1) != 1)
			break;
	}
	_exit(0);
}

/*
 * Several come upon a stale socket at once: one gets it, and connections get to that one. Without a lock
 * one removes what another has just put there: two believe that they listen.
 */
static void one_of_several(void **state)
{
	enum { CHILDREN = 4, ROUNDS = 500 };
	int go[CHILDREN][2], say[CHILDREN][2];
	char text[64], byte;

	(void)state;
	snprintf(text, sizeof(text), "unix:%s/socket", dir);
	assert_int_equal(http_address_parse(&address, text, why), 0);
	for (int i = 0; i < CHILDREN; i++) {
		assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, go[i]), 0);
		assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, say[i]), 0);
		if (fork() == 0) {
			for (int j = 0; j <= i; j++) {
				close(go[j][0]);
				close(say[j][0]);
			}
			compete(go[i][1], say[i][1]);
		}
		close(go[i][1]);
		close(say[i][1]);
	}
	for (int round = 0; round < ROUNDS; round++) {
		int winners = 0;

		for (int i = 0; i < CHILDREN; i++)
			assert_int_equal(write(go[i][0], "", 1), 1);
		for (int i = 0; i < CHILDREN; i++) {
			assert_int_equal(read(say[i][0], &byte, 1), 1);
			winners += byte == 'y';
		}
		if (winners != 1)
			fail_msg("round %d: %d listen", round, winners);
		assert_int_equal(connect_to(&address), 0);
		for (int i = 0; i < CHILDREN; i++)
			assert_int_equal(write(go[i][0], "", 1), 1);
		for (int i = 0; i < CHILDREN; i++)
			assert_int_equal(read(say[i][0], &byte, 1), 1);
	}
	for (int i = 0; i < CHILDREN; i++) {
		close(go[i][0]);
		close(say[i][0]);
		assert_true(wait(NULL) > 0);
	}
	unlink(text + 5);
}

static void shared_folder(void **state)
{
	struct listener listener;
	char text[64];

	(void)state;
	snprintf(text, sizeof(text), "unix:%s/socket", dir);
	assert_int_equal(http_address_parse(&address, text, why), 0);
	assert_int_equal(chmod(dir, 0777), 0);
	assert_int_equal(listener_open(&listener, &address, why), -EPERM);
	assert_non_null(strstr(why, "others may write in its folder"));
	assert_int_equal(access(text + 5, F_OK), -1);
	assert_int_equal(chmod(dir, 0700), 0);
}

/* Anybody who can read the folder can lock it, for as long as they like. */
static void locked_folder(void **state)
{
	struct listener listener;
	char text[64];
	int folder = open(dir, O_RDONLY | O_DIRECTORY);

	(void)state;
	assert_true(folder >= 0);
	assert_int_equal(flock(folder, LOCK_EX | LOCK_NB), 0);
	snprintf(text, sizeof(text), "unix:%s/socket", dir);
	assert_int_equal(http_address_parse(&address, text, why), 0);
	if (listener_open(&listener, &address, why) != 0)
		fail_msg("%s", why);
	listener_close(&listener, &address);
	assert_int_equal(access(text + 5, F_OK), -1);
	close(folder);
}

/* With what others have put in the place of the lock file one can listen, but nothing is removed. */
static void listens_beside_another_lock(const char *reason)
{
	struct listener listener, second;
	char text[64];
	struct stat before;

	snprintf(text, sizeof(text), "unix:%s/socket", dir);
	assert_int_equal(http_address_parse(&address, text, why), 0);
	if (listener_open(&listener, &address, why) != 0)
		fail_msg("%s", why);
	assert_int_equal(connect_to(&address), 0);
	assert_int_equal(listener_open(&second, &address, why), -EADDRINUSE);
	listener_close(&listener, &address);
	/* Now it is stale. */
	before = file_of(text + 5);
	assert_int_equal(listener_open(&second, &address, why), -EADDRINUSE);
	if (!strstr(why, "nobody listens on") || !strstr(why, ".socket.lock") ||
	    !strstr(why, reason))
		fail_msg("%s", why);
	assert_int_equal(file_of(text + 5).st_ino, before.st_ino);
	assert_int_equal(unlink(text + 5), 0);
}

static void lock_files_of_others(void **state)
{
	char lock[64], target[64];
	int fd;

	(void)state;
	snprintf(lock, sizeof(lock), "%s/.socket.lock", dir);
	snprintf(target, sizeof(target), "%s/target", dir);
	assert_int_equal(symlink(target, lock), 0);
	listens_beside_another_lock("symbolic links");
	assert_int_equal(access(target, F_OK), -1);
	assert_int_equal(unlink(lock), 0);

	/* A second name, and a file that others can lock: none that this program has made. */
	fd = open(lock, O_CREAT | O_RDWR, 0600);
	assert_true(fd >= 0);
	assert_int_equal(link(lock, target), 0);
	listens_beside_another_lock("another user's");
	assert_int_equal(unlink(target), 0);
	assert_int_equal(fchmod(fd, 0644), 0);
	assert_int_equal(flock(fd, LOCK_EX | LOCK_NB), 0);
	listens_beside_another_lock("another user's");
	if (geteuid() == 0) {
		assert_int_equal(fchmod(fd, 0600), 0);
		assert_int_equal(fchown(fd, 12345, 12345), 0);
		listens_beside_another_lock("another user's");
	}
	close(fd);
	assert_int_equal(unlink(lock), 0);
}

/* A lock file that a killed process left is no obstacle. One that is held is, at the end, but not waited for. */
static void left_over_lock(void **state)
{
	struct listener listener;
	char text[64], lock[64];
	int fd;

	(void)state;
	snprintf(text, sizeof(text), "unix:%s/socket", dir);
	snprintf(lock, sizeof(lock), "%s/.socket.lock", dir);
	fd = open(lock, O_CREAT | O_RDWR | O_CLOEXEC, 0600);
	assert_true(fd >= 0);
	assert_int_equal(http_address_parse(&address, text, why), 0);
	assert_int_equal(listener_open(&listener, &address, why), 0);
	assert_int_equal(access(lock, F_OK), -1);
	close(fd);
	fd = open(lock, O_CREAT | O_RDWR | O_CLOEXEC, 0600);
	assert_true(fd >= 0);
	assert_int_equal(flock(fd, LOCK_EX | LOCK_NB), 0);
	listener_close(&listener, &address);
	assert_int_equal(access(text + 5, F_OK), 0);
	close(fd);
	assert_int_equal(listener_open(&listener, &address, why), 0);
	listener_close(&listener, &address);
	assert_int_equal(access(text + 5, F_OK), -1);
	assert_int_equal(access(lock, F_OK), -1);
}

static void abstract_name(void **state)
{
	struct listener first, second;
	char text[64];

	(void)state;
	snprintf(text, sizeof(text), "unix:@http-listen-%d", (int)getpid());
	assert_int_equal(http_address_parse(&address, text, why), 0);
	assert_int_equal(listener_open(&first, &address, why), 0);
	assert_int_equal(connect_to(&address), 0);
	assert_int_equal(listener_open(&second, &address, why), -EADDRINUSE);
	listener_close(&first, &address);
	assert_int_equal(connect_to(&address), -1);
}

static int make_dir(void **state)
{
	(void)state;
	return mkdtemp(dir) ? 0 : -1;
}

static int remove_dir(void **state)
{
	(void)state;
	return rmdir(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(addresses),      cmocka_unit_test(refused),
		cmocka_unit_test(path_lengths),   cmocka_unit_test(unix_socket),
		cmocka_unit_test(other_files),    cmocka_unit_test(abstract_name),
		cmocka_unit_test(one_of_several), cmocka_unit_test(shared_folder),
		cmocka_unit_test(locked_folder),  cmocka_unit_test(lock_files_of_others),
		cmocka_unit_test(left_over_lock),
	};

	return cmocka_run_group_tests(tests, make_dir, remove_dir);
}
