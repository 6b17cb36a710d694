// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* What is inside a tunnel is counted as what it is outside of one, where that is asked for. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "cases.h"
#include "expected.h"
#include "host_store.h"
#include "settings.h"
#include "tunnels.h"

/* Frames of an Ethernet of 1500 bytes, less the longest outer headers. */
#define INNER_MAX 1400u

/* As the command line would set it. */
static struct hook_config config_for(const char *tunnels)
{
	struct hook_config config = expected_config();
	char *argv[] = {(char[]){"read"}, (char[]){"--decap"}, NULL, NULL};
	struct settings settings;

	settings_init(&settings);
	argv[2] = strdup(tunnels);
	assert_int_equal(options_parse(&read_command, 3, argv, &settings), 3);
	free(argv[2]);
	config.decap = settings.decap;
	return config;
}

static struct host_store *count(const struct hook_config *config, const struct buf *frame,
				size_t length)
{
	struct host_store *store = calloc(1, sizeof(*store));

	assert_non_null(store);
	host_count(store, config, HOST_LINK_ETHERNET, frame->data, (uint32_t)length, 0);
	host_store_finish(store, config);
	memset(store->counts.tally.tcp, 0, sizeof(store->counts.tally.tcp));
	return store;
}

static void drop(struct host_store *store)
{
	host_store_free(store);
	free(store);
}

/* The number of cases that went through this tunnel; each must count as it does outside. */
static size_t walk(enum tunnel tunnel, unsigned int family, const struct hook_config *config)
{
	const struct packet_case *cases;
	struct buf frame = {0};
	size_t cases_count, walked = 0;

	cases = packet_cases(&cases_count);
	for (size_t i = 0; i < cases_count; i++) {
		struct snapshot *want = calloc(1, sizeof(*want));
		const char *difference;
		struct host_store *got;

		assert_non_null(want);
		if (cases[i].length <= INNER_MAX &&
		    tunnel_wrap(&frame, tunnel, family, cases[i].bytes, cases[i].length)) {
			expected_add(want, &cases[i].expect);
			got = count(config, &frame, frame.length);
			difference = expected_difference(want, &got->counts, false);
			if (difference)
				fail_msg("%s in %s over IPv%u: %s", cases[i].name,
					 tunnel_names[tunnel], family, difference);
			drop(got);
			walked++;
		}
		free(want->rare);
		free(want);
	}
	buf_free(&frame);
	return walked;
}

static void every_case_in_every_tunnel(void **state)
{
	(void)state;
	for (enum tunnel tunnel = 0; tunnel < TUNNELS; tunnel++) {
		const struct hook_config one = config_for(tunnel_options[tunnel]);
		const struct hook_config all = config_for("all");

		assert_true(walk(tunnel, 4, &one) > 200);
		assert_true(walk(tunnel, 6, &one) > 200);
		assert_true(walk(tunnel, 4, &all) > 200);
	}
}

/* The fate of a well-known response, wrapped once or twice, under @options. */
static size_t fate_of(const char *options, enum tunnel tunnel, bool twice)
{
	const struct packet_case *one = packet_case("udp4-nxdomain");
	struct hook_config config = expected_config();
	struct buf frame = {0}, outer = {0};
	struct host_store *store;
	size_t fate = 0;

	if (options)
		config = config_for(options);
	assert_true(tunnel_wrap(&frame, tunnel, 4, one->bytes, one->length));
	if (twice) {
		assert_true(tunnel_wrap(&outer, tunnel, 4, frame.data, frame.length));
		buf_reset(&frame);
		buf_put(&frame, outer.data, outer.length);
	}
	store = count(&config, &frame, frame.length);
	while (!store->counts.tally.fate[fate])
		fate++;
	drop(store);
	buf_free(&frame);
	buf_free(&outer);
	return fate;
}

static void only_what_is_asked_for(void **state)
{
	static const char *const options[] = {"vxlan", "geneve", "gre", "erspan", "ipip"};

	(void)state;
	for (enum tunnel tunnel = 0; tunnel < TUNNELS; tunnel++) {
		assert_int_equal(fate_of(NULL, tunnel, false), OUTCOME_NOT_DNS);
		for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++)
			assert_int_equal(fate_of(options[i], tunnel, false),
					 strcmp(options[i], tunnel_options[tunnel]) == 0
						 ? OUTCOME_RESPONSE
						 : OUTCOME_NOT_DNS);
	}
}

static void one_level_deep(void **state)
{
	(void)state;
	for (enum tunnel tunnel = 0; tunnel < TUNNELS; tunnel++)
		assert_int_equal(fate_of("all", tunnel, true), OUTCOME_NOT_DNS);
}

/* Cut anywhere a tunnel packet has one fate, and nothing behind the cut is read. */
static void every_cut_has_one_fate(void **state)
{
	const struct packet_case *one = packet_case("udp4-nxdomain");
	const struct hook_config config = config_for("all");
	struct buf frame = {0};

	(void)state;
	for (enum tunnel tunnel = 0; tunnel < TUNNELS; tunnel++) {
		assert_true(tunnel_wrap(&frame, tunnel, 6, one->bytes, one->length));
		for (size_t cut = 0; cut <= frame.length; cut++) {
			struct buf part = {0};
			struct host_store *store;
			uint64_t fates = 0;

			buf_put(&part, frame.data, cut);
			store = count(&config, &part, cut);
			for (size_t f = 0; f < FATE_COUNT; f++)
				fates += store->counts.tally.fate[f];
			assert_int_equal(fates, 1);
			assert_int_equal(store->counts.tally.packets, 1);
			drop(store);
			buf_free(&part);
		}
	}
	buf_free(&frame);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_case_in_every_tunnel),
		cmocka_unit_test(only_what_is_asked_for),
		cmocka_unit_test(one_level_deep),
		cmocka_unit_test(every_cut_has_one_fate),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
