// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* What is chosen about lists, and what of it is in the hooks' configuration: docs/lists.md, "The lists". */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <string.h>

#include "toplist/top_settings.h"
#include "toplist/top_tables.h"

#define NAMES   (1u << TOP_ZONE | 1u << TOP_NAME)
#define SERVERS (1u << TOP_SERVER)
#define CLIENTS (1u << TOP_CLIENT)

static uint32_t lists_of(const struct top_settings *top, enum top_view view)
{
	struct hook_config config = {0};

	top_settings_point(top, &config, 3, view);
	return config.top_point[3];
}

static void each_view_has_its_lists(void **state)
{
	struct top_settings top;

	(void)state;
	top_settings_init(&top);
	assert_int_equal(lists_of(&top, TOP_VIEW_RX), NAMES | SERVERS);
	assert_int_equal(lists_of(&top, TOP_VIEW_TX), NAMES | CLIENTS);
	assert_int_equal(lists_of(&top, TOP_VIEW_BOTH), NAMES | SERVERS | CLIENTS);
	top.servers.off = true;
	assert_int_equal(lists_of(&top, TOP_VIEW_BOTH), NAMES | CLIENTS);
	top.clients.off = true;
	assert_int_equal(lists_of(&top, TOP_VIEW_BOTH), NAMES);
	top.rows = 0;
	assert_int_equal(lists_of(&top, TOP_VIEW_BOTH), 0);
}

static void hooks_get_the_settings(void **state)
{
	struct hook_config config = {0}, other = {0};
	struct top_settings top;
	char why[OPTION_WHY_MAX];

	(void)state;
	top_settings_init(&top);
	top.rows = 0;
	top_settings_configure(&top, &config);
	assert_memory_equal(&config, &other, sizeof(config));

	assert_int_equal(top_keys_draw(&config), 0);
	top.rows = 10;
	assert_int_equal(top_parse_prefix(&top.clients, "17,49", why), 0);
	top_settings_configure(&top, &config);
	assert_memory_equal(config.address_mask[TOP_CLIENT][FAMILY_IPV4], "\xff\xff\x80\0\0", 5);
	assert_memory_equal(config.address_mask[TOP_CLIENT][FAMILY_IPV6],
			    "\xff\xff\xff\xff\xff\xff\x80\0", 8);
	/* Drawn anew each time; what chooses a set must be odd. */
	assert_int_equal(top_keys_draw(&other), 0);
	top_settings_configure(&top, &other);
	assert_memory_not_equal(config.name_key, other.name_key, sizeof(config.name_key));
	assert_memory_not_equal(config.top_key, other.top_key, sizeof(config.top_key));
	assert_true(config.top_key[TOP_KEY_SET] & 1);

	memset(top.hll_key, 0x5a, sizeof(top.hll_key));
	top.hll_keyed = true;
	top_settings_configure(&top, &config);
	assert_memory_equal(config.name_key, top.hll_key, sizeof(top.hll_key));
	assert_memory_not_equal(config.top_key, other.top_key, sizeof(config.top_key));
}

/* NODATA is counted by zone where it is not listed and attacks are looked for: docs/attacks.md. */
static void nodata_is_counted_by_zone(void **state)
{
	static const struct {
		const char *offending; /* NULL: as it is by default */
		bool without_attacks;
		uint32_t wanted;
	} choices[] = {
		{NULL, false, OFFENDING_REST | OFFENDING_NODATA_ZONES},
		{NULL, true, OFFENDING_REST},
		{"errors", false, OFFENDING_REST | OFFENDING_NODATA_ZONES},
		{"NXDOMAIN", false, OFFENDING_NODATA_ZONES},
		{"SERVFAIL", false, 0},
		{"rare", false, OFFENDING_REST},
		{"errors,nodata", false, OFFENDING_REST | OFFENDING_NODATA},
		{"nodata", false, OFFENDING_NODATA},
		/* Rows with NOERROR are not of NODATA alone. */
		{"errors,ede", false, OFFENDING_REST | OFFENDING_EDE},
		{"errors,NOERROR", false, OFFENDING_REST},
		{"all", false, OFFENDING_REST},
	};
	char why[OPTION_WHY_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof(choices) / sizeof(choices[0]); i++) {
		struct hook_config config = {0};
		struct top_settings top;

		top_settings_init(&top);
		top.attacks = !choices[i].without_attacks;
		if (choices[i].offending)
			assert_int_equal(top_parse_offending(&top, choices[i].offending, why), 0);
		top_settings_configure(&top, &config);
		if (config.offending != choices[i].wanted)
			fail_msg("choice %zu: %u", i, config.offending);
	}
}

static void what_is_too_long_is_refused(void **state)
{
	struct top_settings top, before;
	char why[OPTION_WHY_MAX] = "", text[1000];

	(void)state;
	top_settings_init(&top);
	before = top;
	memset(text, '2', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	assert_int_equal(top_parse_offending(&top, text, why), -EINVAL);
	assert_non_null(strstr(why, "too long"));
	text[500] = ',';
	assert_int_equal(top_parse_prefix(&top.clients, text, why), -EINVAL);
	/* A name that several codes have, and one of a code that has no counter of its own. */
	assert_int_equal(top_parse_offending(&top, "BAD", why), -EINVAL);
	assert_int_equal(top_parse_offending(&top, "3841", why), -EINVAL);
	assert_memory_equal(&top, &before, sizeof(top));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_view_has_its_lists),
		cmocka_unit_test(hooks_get_the_settings),
		cmocka_unit_test(nodata_is_counted_by_zone),
		cmocka_unit_test(what_is_too_long_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
