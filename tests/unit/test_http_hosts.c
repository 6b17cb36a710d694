// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Which Host fields a listener answers to (RFC 9110 section 7.2, RFC 3986 section 3.2.2). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "sinks/prometheus/http_hosts.h"

static struct http_hosts hosts;
static char why[OPTION_WHY_MAX];

static int make_hosts(void **state)
{
	(void)state;
	if (http_hosts_add(&hosts, "metrics.example.net", why) < 0 ||
	    http_hosts_add(&hosts, "dns_1.example.", why) < 0)
		return -1;
	http_hosts_add_own(&hosts);
	return 0;
}

static void accepted(void **state)
{
	static const char *const good[] = {
		"127.0.0.1",
		"127.0.0.1:19153",
		"192.0.2.53:80",
		"[::1]",
		"[::1]:19153",
		"[2001:db8::53]:9200",
		"[::ffff:192.0.2.1]",
		"localhost",
		"LOCALHOST:19153",
		"localhost.",
		"metrics.example.net",
		"Metrics.Example.NET:9200",
		"metrics.example.net.:9200",
		"dns_1.example",
	};
	char own[256];

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		if (!http_hosts_allow(&hosts, good[i]))
			fail_msg("should be taken: %s", good[i]);
	assert_int_equal(gethostname(own, sizeof(own)), 0);
	assert_true(http_hosts_allow(&hosts, own));
	own[strcspn(own, ".")] = '\0';
	assert_true(http_hosts_allow(&hosts, own));
}

static void refused(void **state)
{
	static const char *const bad[] = {
		"",
		":",
		":80",
		".",
		"evil.example",
		"evil.example:19153",
		"127.0.0.1.evil.example",
		"localhost.evil.example",
		"evil-localhost",
		"metrics.example.net.evil.example",
		"example.net",
		"metrics.example.ne",
		"1.2.3",
		"0x7f.1",
		"2130706433",
		"127.0.0.1:80:80",
		"127.0.0.1:x",
		"127.0.0.1:123456",
		"::1",
		"[::1",
		"[::1]x",
		"[::1]:x",
		"[]",
		"[127.0.0.1]",
		"[evil.example]",
		"user@localhost",
		"localhost/",
		"local host",
		" localhost",
	};
	char long_name[400];

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (http_hosts_allow(&hosts, bad[i]))
			fail_msg("should be refused: '%s'", bad[i]);
	memset(long_name, 'a', sizeof(long_name) - 1);
	long_name[sizeof(long_name) - 1] = '\0';
	assert_false(http_hosts_allow(&hosts, long_name));
	assert_int_equal(http_hosts_add(&hosts, long_name, why), -22);
	assert_int_equal(http_hosts_add(&hosts, "a:80", why), -22);
	assert_int_equal(http_hosts_add(&hosts, "", why), -22);
	assert_int_equal(http_hosts_add(&hosts, "a/b", why), -22);
}

static void so_many(void **state)
{
	struct http_hosts some = {.count = 0};

	(void)state;
	for (int i = 0; i < HTTP_HOSTS_MAX; i++)
		assert_int_equal(http_hosts_add(&some, "a.example", why), 0);
	assert_int_equal(http_hosts_add(&some, "a.example", why), -22);
	http_hosts_add_own(&some); /* finds no place */
	assert_int_equal(some.count, HTTP_HOSTS_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(accepted),
		cmocka_unit_test(refused),
		cmocka_unit_test(so_many),
	};

	return cmocka_run_group_tests_name("http_hosts", tests, make_hosts, NULL);
}
