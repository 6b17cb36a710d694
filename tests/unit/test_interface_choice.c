// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "netdev/interface_choice.h"

static const bool both[DIRECTION_COUNT] = {true, true};

static void a_word_is_a_name_a_pattern_or_physical(void **state)
{
	static const struct {
		const char *word, *without;
		enum choice_kind kind;
		bool rx, tx;
	} words[] = {
		{"eth0", "eth0", CHOICE_NAME, true, true},
		{"eth0:rx", "eth0", CHOICE_NAME, true, false},
		{"eth0:tx", "eth0", CHOICE_NAME, false, true},
		{"eth0:both", "eth0", CHOICE_NAME, true, true},
		{"eth*", "eth*", CHOICE_PATTERN, true, true},
		{"en[ps]?:tx", "en[ps]?", CHOICE_PATTERN, false, true},
		{"physical:rx", "physical", CHOICE_PHYSICAL, true, false},
		{"physical0", "physical0", CHOICE_NAME, true, true},
	};
	struct interface_choice choice;
	char why[OPTION_WHY_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		assert_int_equal(interface_choice_parse(&choice, words[i].word, both, why), 0);
		assert_string_equal(choice.word, words[i].without);
		assert_int_equal(choice.kind, words[i].kind);
		assert_int_equal(choice.direction[DIRECTION_RX], words[i].rx);
		assert_int_equal(choice.direction[DIRECTION_TX], words[i].tx);
	}
}

static void the_direction_is_that_of_the_command_line_where_none_is_named(void **state)
{
	static const bool tx[DIRECTION_COUNT] = {[DIRECTION_TX] = true};
	struct interface_choice choice;
	char why[OPTION_WHY_MAX];

	(void)state;
	assert_int_equal(interface_choice_parse(&choice, "eth0", tx, why), 0);
	assert_false(choice.direction[DIRECTION_RX]);
	assert_true(choice.direction[DIRECTION_TX]);
}

static void other_words_are_refused(void **state)
{
	struct interface_choice choice;
	char why[OPTION_WHY_MAX], word[2 * INTERFACE_CHOICE_MAX];
	const char *const words[] = {"", ":rx", "eth0:", "eth0:RX", "eth0:rx:tx", word};

	(void)state;
	memset(word, 'e', sizeof(word) - 1);
	word[sizeof(word) - 1] = '\0';
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		why[0] = '\0';
		assert_int_equal(interface_choice_parse(&choice, words[i], both, why), -EINVAL);
		assert_true(why[0] != '\0');
	}
	word[INTERFACE_CHOICE_MAX - 1] = '\0';
	assert_int_equal(interface_choice_parse(&choice, word, both, why), 0);
}

static void patterns_take_in_names_and_never_loopback(void **state)
{
	static const struct {
		const char *word;
		struct link_entry entry;
		bool matches;
	} cases[] = {
		{"eth*", {.name = "eth0"}, true},
		{"eth*", {.name = "eth"}, true},
		{"eth*", {.name = "veth0"}, false},
		{"eth?", {.name = "eth10"}, false},
		{"e[nt]*", {.name = "enp1s0"}, true},
		{"*", {.name = "lo", .flags = IFF_LOOPBACK}, false},
		{"*", {.name = "docker0", .kind = "bridge"}, true},
		{"physical", {.name = "enp1s0"}, true},
		{"physical", {.name = "bond0", .kind = "bond"}, false},
		{"physical", {.name = "lo", .flags = IFF_LOOPBACK}, false},
		{"eth0", {.name = "eth0"}, false}, /* names are looked up otherwise */
	};
	struct interface_choice choice;
	char why[OPTION_WHY_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(interface_choice_parse(&choice, cases[i].word, both, why), 0);
		if (interface_choice_matches(&choice, &cases[i].entry) != cases[i].matches)
			fail_msg("%s and %s", cases[i].word, cases[i].entry.name);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_word_is_a_name_a_pattern_or_physical),
		cmocka_unit_test(the_direction_is_that_of_the_command_line_where_none_is_named),
		cmocka_unit_test(other_words_are_refused),
		cmocka_unit_test(patterns_take_in_names_and_never_loopback),
	};

	return cmocka_run_group_tests_name("interface_choice", tests, NULL, NULL);
}
