// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* What the attacher refuses: each field of a request out of its range, each request out of its turn, and noise. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "attacher/serve.h"
#include "toplist/top_tables.h"

/* As after ATTACHER_LOAD, with the program of tc and rx and the shared one of XDP. */
static struct server loaded_server(void)
{
	struct server server = {.socket = -1, .folder = -1, .became = true, .has_loaded = true};

	for (size_t i = 0; i < HOOK_PROGRAMS; i++)
		server.loaded.program[i] = -1;
	server.loaded.program[XDP_SHARED] = 5;
	server.loaded.program[TC_PROGRAM(DIRECTION_RX)] = 6;
	return server;
}

static struct server new_server(void)
{
	return (struct server){.socket = -1, .folder = -1, .became = true};
}

static struct attacher_request load_request(void)
{
	struct attacher_request request = {.command = ATTACHER_LOAD};
	struct hook_config *config = &request.load.config;

	request.load.cpus_online = 2;
	config->interfaces = 1;
	config->points = 2;
	config->point[0][DIRECTION_TX] = 1;
	config->flow_buckets = 1024;
	top_tables_place(config);
	return request;
}

static struct attacher_request attach_request(void)
{
	struct attacher_request request = {.command = ATTACHER_ATTACH};

	request.attach = (struct attacher_attach){
		.hook = HOOK_TCX,
		.direction = DIRECTION_RX,
		.program = TC_PROGRAM(DIRECTION_RX),
		.ifindex = 3,
	};
	return request;
}

#define REFUSED(server, request, fds, error) \
	assert_int_equal(server_check(&(server), &(request), fds), error)

static void loads(void **state)
{
	struct server server = new_server();
	struct attacher_request good = load_request(), r;

	(void)state;
	assert_int_equal(server_check(&server, &good, 0), 0);
#define WRONG(change)                               \
	do {                                        \
		r = good;                           \
		change;                             \
		REFUSED(server, r, r.fds, -EINVAL); \
	} while (0)
	WRONG(r.load.cpus_online = 0);
	WRONG(r.load.cpus_online = UINT32_MAX);
	WRONG(r.load.config.interfaces = 0);
	WRONG(r.load.config.interfaces = MAX_INTERFACES + 1);
	WRONG(r.load.config.points = 0);
	WRONG(r.load.config.points = POINTS_MAX + 1);
	WRONG(r.load.config.point[0][DIRECTION_TX] = 2);
	WRONG(r.load.config.flow_buckets = 0);
	WRONG(r.load.config.flow_buckets = 1000);
	WRONG(r.load.config.flow_buckets = 1u << 31);
	WRONG(r.load.config.suffixes = 3);
	WRONG(r.load.config.suffixes = 1u << 30);
	WRONG(r.load.config.dns_ports = MAX_PORTS + 1);
	WRONG(r.load.config.encrypted_ports = MAX_PORTS + 1);
	WRONG(r.load.config.top_sets[TOP_NAME] = UINT32_MAX);
	WRONG(r.load.config.top_first[TOP_NAME] += 1);
	WRONG(r.load.program[0] = LOAD_REST + 1);
	WRONG(r.load.program[HOOK_PROGRAMS - 1] = UINT32_MAX);
	WRONG(r.load.reuse = 1); /* without maps */
	WRONG(r.fds = 1);        /* maps that it does not speak of */
#undef WRONG
	r = good;
	r.fds = 1;
	REFUSED(server, r, 0, -EINVAL); /* fewer came than it says */
}

/* A table that the loaded programs mask indices with, and times that their words have room for. */
static void transactions(void **state)
{
	struct server server = new_server();
	struct attacher_request good = load_request(), r;

	(void)state;
	/* Without a table the other fields mean nothing. */
	good.load.config.txn_timeout = UINT32_MAX;
	assert_int_equal(server_check(&server, &good, 0), 0);
	good.load.config.txn_buckets = TXN_BUCKETS_MIN;
	good.load.config.txn_timeout = 1;
	good.load.config.txn_tick_ns = 1;
	assert_int_equal(server_check(&server, &good, 0), 0);
	good.load.config.txn_buckets = TXN_BUCKETS_MAX;
	good.load.config.txn_timeout = TXN_UNITS(TXN_TIMEOUT_MAX_S);
	good.load.config.txn_tick_ns = 10000000; /* HZ=100 */
	good.load.config.txn_tick_offset = UINT64_MAX;
	assert_int_equal(server_check(&server, &good, 0), 0);
#define WRONG(change)                           \
	do {                                    \
		r = good;                       \
		r.load.config.change;           \
		REFUSED(server, r, 0, -EINVAL); \
	} while (0)
	WRONG(txn_buckets = TXN_BUCKETS_MIN / 2);
	WRONG(txn_buckets = 1);
	WRONG(txn_buckets = TXN_BUCKETS_MAX - 64);
	WRONG(txn_buckets = TXN_BUCKETS_MAX * 2);
	WRONG(txn_buckets = UINT32_MAX);
	WRONG(txn_timeout = 0);
	WRONG(txn_timeout = TXN_UNITS(TXN_TIMEOUT_MAX_S) + 1);
	WRONG(txn_timeout = UINT32_MAX);
	WRONG(txn_tick_ns = 0);
	WRONG(txn_tick_ns = 10000001);
	WRONG(txn_tick_ns = UINT64_MAX);
#undef WRONG
}

static void attaches(void **state)
{
	struct server server = loaded_server();
	struct attacher_request good = attach_request(), r;

	(void)state;
	assert_int_equal(server_check(&server, &good, 0), 0);
	r = good;
	r.attach.ifindex = 0;
	REFUSED(server, r, 0, -EINVAL);
	r.attach.ifindex = UINT32_MAX;
	REFUSED(server, r, 0, -EINVAL);
	r = good;
	r.attach.direction = DIRECTION_TX; /* rx's program */
	REFUSED(server, r, 0, -EINVAL);
	r.attach.program = TC_PROGRAM(DIRECTION_TX); /* not loaded */
	REFUSED(server, r, 0, -EINVAL);
	r = good;
	r.attach.program = HOOK_PROGRAMS;
	REFUSED(server, r, 0, -EINVAL);
	r.attach.program = UINT32_MAX;
	REFUSED(server, r, 0, -EINVAL);
	r = good;
	r.attach.hook = HOOK_XDP_NATIVE; /* tc's program */
	REFUSED(server, r, 0, -EINVAL);
	r.attach.program = XDP_SHARED;
	assert_int_equal(server_check(&server, &r, 0), 0);
	r.attach.direction = DIRECTION_TX;
	REFUSED(server, r, 0, -EINVAL);
	r = good;
	r.attach.hook = 77;
	REFUSED(server, r, 0, -EINVAL);
	REFUSED(server, good, 1, -EINVAL);
}

static void order(void **state)
{
	struct server fresh = {.socket = -1, .folder = -1}, server = new_server(),
		      loaded = loaded_server(), more = loaded_server();
	struct attacher_request become = {.command = ATTACHER_BECOME}, load = load_request(),
				attach = attach_request(), clock = {.command = ATTACHER_CLOCK},
				rest = {.command = ATTACHER_REST},
				pin = {.command = ATTACHER_PIN, .fds = 1};

	(void)state;
	more.rest = (struct objects *)&more; /* which is only compared with NULL */
	assert_int_equal(server_check(&more, &rest, 0), 0);
	assert_int_equal(server_check(&more, &attach, 0), 0);
	REFUSED(more, load, 0, -EPERM);
	REFUSED(more, rest, 1, -EINVAL);
	more.finished = true;
	REFUSED(more, rest, 0, -EPERM);
	REFUSED(server, rest, 0, -EPERM);
	REFUSED(loaded, rest, 0, -EPERM); /* all is loaded */
	assert_int_equal(server_check(&fresh, &become, 0), 0);
	REFUSED(fresh, load, 0, -EPERM);
	/* Clocks are read by whoever the attacher has become, before what it loads is made by them. */
	REFUSED(fresh, clock, 0, -EPERM);
	assert_int_equal(server_check(&server, &clock, 0), 0);
	REFUSED(loaded, clock, 0, -EPERM);
	clock.fds = 1;
	REFUSED(server, clock, 1, -EINVAL);
	REFUSED(server, become, 0, -EPERM); /* nobody is another user twice */
	REFUSED(server, attach, 0, -EPERM);
	REFUSED(loaded, load, 0, -EPERM); /* it loads once */
	snprintf(pin.name, sizeof(pin.name), "link");
	REFUSED(loaded, pin, 1, -EPERM); /* it was given no folder */
	loaded.finished = true;
	REFUSED(loaded, attach, 0, -EPERM);
}

/* Loading has failed, or what was loaded is closed: number 0 is a descriptor, and no program of ours. */
static void nothing_is_loaded(void **state)
{
	struct server server = loaded_server();
	struct attacher_request xdp = attach_request();

	(void)state;
	server.loaded.count = 0;
	loaded_close(&server.loaded);
	xdp.attach.hook = HOOK_XDP_NATIVE;
	for (uint32_t i = 0; i < HOOK_PROGRAMS; i++) {
		xdp.attach.program = i;
		REFUSED(server, xdp, 0, -EINVAL);
	}
}

static void names_of_pins(void **state)
{
	static const char *const wrong[] = {"", ".", "..", "a/b", "../x", "a.b", "/etc"};
	struct server server = new_server();
	struct attacher_request r = {.command = ATTACHER_PIN, .fds = 1};

	(void)state;
	server.folder = 7;
	snprintf(r.name, sizeof(r.name), "1-map");
	assert_int_equal(server_check(&server, &r, 1), 0);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		memset(r.name, 0, sizeof(r.name));
		snprintf(r.name, sizeof(r.name), "%s", wrong[i]);
		if (server_check(&server, &r, 1) != -EINVAL)
			fail_msg("a pin may be called '%s'", wrong[i]);
	}
	memset(r.name, 'a', sizeof(r.name)); /* without an end */
	REFUSED(server, r, 1, -EINVAL);
}

/* xorshift64: the same noise each time. */
static void fill(void *to, size_t size, uint64_t *seed)
{
	uint8_t *bytes = to;

	for (size_t i = 0; i < size; i++) {
		*seed ^= *seed << 13;
		*seed ^= *seed >> 7;
		*seed ^= *seed << 17;
		bytes[i] = (uint8_t)*seed;
	}
}

/* A load of noise is never one; nothing is read beyond the request, which sanitizers see. */
static void noise(void **state)
{
	struct server servers[] = {new_server(), loaded_server()};
	uint64_t seed = 88172645463325252ULL;
	struct attacher_request r;

	(void)state;
	for (int i = 0; i < 20000; i++) {
		fill(&r, sizeof(r), &seed);
		r.command %= 16;
		r.fds %= 3;
		for (size_t s = 0; s < 2; s++) {
			int err = server_check(&servers[s], &r, r.fds);

			if (err == 0 && r.command == ATTACHER_LOAD)
				fail_msg("noise %d is loaded", i);
			if (err == 0 &&
			    (r.command < ATTACHER_BECOME || r.command > ATTACHER_FINISH))
				fail_msg("command %u", r.command);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(loads),
		cmocka_unit_test(transactions),
		cmocka_unit_test(attaches),
		cmocka_unit_test(order),
		cmocka_unit_test(nothing_is_loaded),
		cmocka_unit_test(names_of_pins),
		cmocka_unit_test(noise),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
