// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * The table of public suffixes against libpsl, which reads the same list by itself: for every rule of
 * the installed list, and for names around it.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#ifdef HAVE_LIBPSL
#include <libpsl.h>
#endif

#include "memory_file.h"
#include "analysis/suffix_list.h"
#include "analysis/suffixes.h"
#include "toplist/top_tables.h"
#include "util/wire_name.h"

static struct hook_config config;
static struct suffixes suffixes;

static int open_list(const char *path)
{
	assert_int_equal(top_keys_draw(&config), 0);
	return suffixes_open(&suffixes, &config, path);
}

static uint32_t labels_of(const char *name)
{
	uint32_t labels = 1;

	for (; *name; name++)
		labels += *name == '.';
	return labels;
}

static uint32_t registrable(const char *name)
{
	uint8_t wire[DNS_NAME_MAX];
	size_t length = wire_name(name, strlen(name), wire);

	assert_true(length > 0);
	return suffixes_registrable(&suffixes, wire, length);
}

static bool is_public(const char *name)
{
	uint8_t wire[DNS_NAME_MAX];
	size_t length = wire_name(name, strlen(name), wire);

	assert_true(length > 0);
	return suffixes_is_public(&suffixes, wire, length);
}

#ifdef HAVE_LIBPSL

struct comparison {
	psl_ctx_t *psl;
	unsigned long names, wrong;
};

static void compare(struct comparison *c, const char *name)
{
	const char *domain = psl_registrable_domain(c->psl, name);
	uint32_t expected = labels_of(domain ? domain : name), got = registrable(name);

	c->names++;
	if (got == expected)
		return;
	if (c->wrong++ < 10)
		print_error("%s: %u labels, libpsl has %u (%s)\n", name, got, expected,
			    domain ? domain : "none");
}

/* The rule's name from the line, in UTF-8, and names below, beside and above it. */
static void compare_around(struct comparison *c, const char *rule)
{
	static const char *const before[] = {"", "a.", "b.a.", "d.c.b.a.", "www.", "x"};
	const char *dot;
	char name[1200];

	for (size_t i = 0; i < sizeof(before) / sizeof(before[0]); i++) {
		snprintf(name, sizeof(name), "%s%s", before[i], rule);
		compare(c, name);
	}
	for (dot = strchr(rule, '.'); dot; dot = strchr(dot + 1, '.')) {
		compare(c, dot + 1);
		snprintf(name, sizeof(name), "other.%s", dot + 1);
		compare(c, name);
		snprintf(name, sizeof(name), "y.other.%s", dot + 1);
		compare(c, name);
	}
}

static void test_like_libpsl(void **state)
{
	const char *path = suffix_list_installed();
	struct comparison c = {0};
	char line[1024];
	FILE *list;

	(void)state;
	if (!path) {
		print_message("no public suffix list is installed\n");
		skip();
	}
	c.psl = psl_load_file(path);
	assert_non_null(c.psl);
	assert_int_equal(open_list(path), 0);
	assert_int_equal(suffixes.too_long, 0);
	list = fopen(path, "re");
	assert_non_null(list);
	while (fgets(line, sizeof(line), list)) {
		const char *rule = line;

		line[strcspn(line, " \t\r\n")] = '\0';
		if (!line[0] || strncmp(line, "//", 2) == 0)
			continue;
		rule += *rule == '!';
		rule += strncmp(rule, "*.", 2) == 0 ? 2 : 0;
		compare_around(&c, rule);
	}
	fclose(list);
	psl_free(c.psl);
	print_message("%lu names, %u places\n", c.names, config.suffixes);
	suffixes_free(&suffixes);
	assert_int_equal(c.wrong, 0);
	assert_true(c.names > 50000);
}

#else

static void test_like_libpsl(void **state)
{
	(void)state;
	print_message("built without libpsl\n");
	skip();
}

#endif

static int open_text(const char *text)
{
	struct memory_file file;
	int err;

	memory_file_make(&file, text, strlen(text));
	err = open_list(file.path);
	memory_file_close(&file);
	return err;
}

/* By the algorithm as https://publicsuffix.org/list/ has it. */
static void test_rules(void **state)
{
	(void)state;
	assert_int_equal(open_text("// comment\n\ncom\nuk\nco.uk note\n*.ck\n!www.ck\n"
				   "a.b.c.d\ncom.cn\n*.elb.amazonaws.com.cn\n"),
			 0);
	assert_int_equal(registrable("www.example.com"), 2);
	assert_int_equal(registrable("www.example.co.uk"), 3);
	assert_int_equal(registrable("WWW.EXAMPLE.CO.UK"), 3);
	assert_int_equal(registrable("example.uk"), 2);
	assert_int_equal(registrable("co.uk"), 2);
	assert_int_equal(registrable("a.b.ck"), 3);
	assert_int_equal(registrable("a.www.ck"), 2);
	assert_int_equal(registrable("y.x.a.b.c.d"), 5);
	assert_int_equal(registrable("y.b.c.d"), 2);
	assert_int_equal(registrable("x.amazonaws.com.cn"), 3);
	assert_int_equal(registrable("y.x.z.elb.amazonaws.com.cn"), 6);
	assert_int_equal(registrable("unknown"), 1);
	assert_int_equal(registrable("."), 0);
	suffixes_free(&suffixes);
}

static void test_public(void **state)
{
	(void)state;
	assert_int_equal(open_text("com\nco.uk\n*.kobe.jp\n!city.kobe.jp\n"), 0);
	assert_true(is_public("."));
	assert_true(is_public("com"));
	assert_true(is_public("nosuchtld"));
	assert_true(is_public("co.uk"));
	assert_true(is_public("c.kobe.jp"));
	assert_false(is_public("city.kobe.jp"));
	assert_false(is_public("example.com"));
	assert_false(is_public("example.co.uk"));
	assert_false(is_public("www.example.co.uk"));
	suffixes_free(&suffixes);
}

/* Two labels, and what has one is public. */
static void test_no_list(void **state)
{
	(void)state;
	config.suffixes = 0;
	assert_int_equal(open_text("com\n"), 0);
	config.suffixes = 0;
	assert_int_equal(registrable("www.example.co.uk"), 2);
	assert_true(is_public("uk"));
	assert_false(is_public("co.uk"));
	suffixes_free(&suffixes);
}

static void test_refused(void **state)
{
	static const char *const lists[] = {"",    "// nothing\n", "a..b\n",     "a.*.b\n",
					    "!\n", "\xff.com\n",   "<html>\n.\n"};

	(void)state;
	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		assert_int_equal(open_text(lists[i]), -EINVAL);
		assert_int_equal(config.suffixes, 0);
		suffixes_free(&suffixes);
	}
	assert_int_equal(open_list("/nonexistent/list"), -ENOENT);
	suffixes_free(&suffixes);
}

static void test_too_long(void **state)
{
	(void)state;
	assert_int_equal(open_text("com\n1.2.3.4.5.6\n1.2.3.4.5\n"), 0);
	assert_int_equal(suffixes.too_long, 1);
	assert_int_equal(registrable("a.1.2.3.4.5"), 6);
	suffixes_free(&suffixes);
}

/* Lines of any length, and what cannot be read. */
static void test_lines(void **state)
{
	static char text[5000];
	uint8_t longest[DNS_NAME_MAX] = {0};

	(void)state;
	/* A comment of several kilobytes, the rule that holds for all, one that the next joins. */
	memset(text, '/', 4000);
	strcpy(text + 4000, "\n*\nuk\nco.uk\n*.uk\n!co.uk");
	assert_int_equal(open_text(text), 0);
	assert_int_equal(registrable("www.example.uk"), 3);
	assert_int_equal(registrable("www.co.uk"), 2);
	/* No name: its end is missing. */
	memset(longest, 1, sizeof(longest));
	assert_int_equal(suffixes_registrable(&suffixes, longest, sizeof(longest)), 0);
	assert_int_equal(suffixes_registrable(&suffixes, longest, sizeof(longest) + 1), 0);
	assert_false(suffixes_is_public(&suffixes, longest, sizeof(longest)));
	suffixes_free(&suffixes);

	memset(text, 'a', 4000);
	text[4000] = '\0';
	assert_int_equal(open_text(text), -EINVAL);
	suffixes_free(&suffixes);
	assert_int_equal(open_list("/"), -EISDIR);
	suffixes_free(&suffixes);
}

/* Many more rules than places to begin with: all are found again. */
static void test_grows(void **state)
{
	enum { RULES = 40000 };
	char *text = malloc(RULES * 16), name[32];
	size_t at = 0;

	(void)state;
	assert_non_null(text);
	for (int i = 0; i < RULES; i++)
		at += (size_t)sprintf(text + at, "r%d.t%d\n", i, i % 7);
	assert_int_equal(open_text(text), 0);
	free(text);
	for (int i = 0; i < RULES; i++) {
		snprintf(name, sizeof(name), "y.x.r%d.t%d", i, i % 7);
		assert_int_equal(registrable(name), 3);
	}
	assert_int_equal(registrable("y.x.r1.t2"), 2);
	suffixes_free(&suffixes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_like_libpsl), cmocka_unit_test(test_rules),
		cmocka_unit_test(test_public),      cmocka_unit_test(test_no_list),
		cmocka_unit_test(test_refused),     cmocka_unit_test(test_too_long),
		cmocka_unit_test(test_grows),       cmocka_unit_test(test_lines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
