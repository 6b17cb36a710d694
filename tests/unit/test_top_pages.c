// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Pages against those in tests/top that people have read: of a quarter of an hour of tests/top/healthy.json and then another
 * file there, on terminals of several sizes and kinds, after keys. RENEW=1 in the environment writes them anew, to be read
 * again.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <locale.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "top/keys.h"
#include "top_pages.h"

#ifdef HAVE_JANSSON

struct page_case {
	const char *name; /* of the file with what is expected */
	const char *input;
	int lines, columns;
	bool ascii;
	int keys[12]; /* ends with 0 */
};

static const struct page_case cases[] = {
	{"healthy-80x24", "healthy", 24, 80, false, {0}},
	{"incident-80x24", "incident", 24, 80, false, {0}},
	{"incident-80x24-ascii", "incident", 24, 80, true, {0}},
	{"incident-120x40", "incident", 40, 120, false, {0}},
	{"incident-40x10", "incident", 10, 40, false, {0}},
	{"incident-20x5", "incident", 5, 20, false, {0}},
	{"incident-1x1", "incident", 1, 1, false, {0}},
	{"incident-zone", "incident", 40, 80, false, {VIEW_KEY_ENTER, 0}},
	{"incident-dead-zone", "incident", 30, 80, false, {VIEW_KEY_DOWN, VIEW_KEY_ENTER, 0}},
	{"incident-server", "incident", 30, 80, false, {'>', '>', VIEW_KEY_ENTER, 0}},
	{"incident-name", "incident", 30, 80, false, {'>', VIEW_KEY_DOWN, VIEW_KEY_ENTER, 0}},
	{"incident-servers", "incident", 24, 80, false, {'l', 'l', 0}},
	{"incident-slow", "incident", 24, 80, false, {'l', 'l', 'o', 'o', 'o', 0}},
	{"incident-slow-zone",
	 "incident",
	 30,
	 80,
	 false,
	 {VIEW_KEY_DOWN, VIEW_KEY_DOWN, VIEW_KEY_ENTER, 0}},
	{"incident-clients", "incident", 24, 80, false, {'l', 'l', 'l', 0}},
	{"incident-codes", "incident", 24, 80, false, {'<', VIEW_KEY_DOWN, 0}},
	{"incident-all", "incident", 24, 80, false, {'a', 'd', 'o', 'o', 0}},
	{"incident-filter", "incident", 24, 80, false, {'/', 'd', 'e', 'a', 'd', 0}},
	{"incident-alert", "incident", 24, 80, false, {'2', 0}},
	{"incident-explain", "incident", 24, 80, false, {'e', 0}},
	{"incident-history", "incident", 24, 80, false, {'h', VIEW_KEY_LEFT, 0}},
	{"help-80x24", "incident", 24, 80, false, {'?', 0}},
	{"help-100x60", "incident", 60, 100, false, {'?', 0}},
	{"hostile-80x24", "hostile", 24, 80, false, {0}},
	{"hostile-80x24-ascii", "hostile", 24, 80, true, {0}},
	{"hostile-120x40", "hostile", 40, 120, false, {0}},
	{"hostile-zone", "hostile", 24, 80, false, {VIEW_KEY_ENTER, 0}},
	{"hostile-alert", "hostile", 24, 80, false, {'1', 0}},
};

static char *draw(const struct page_case *of, const struct ring *ring)
{
	struct view view;
	struct canvas canvas;
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	view_init(&view, false);
	view.columns = of->columns;
	view.now_ns = ring_get(ring, ring->end - 1)->end_ns;
	view_follow(&view, ring);
	for (size_t i = 0; of->keys[i]; i++)
		view_key(&view, ring, of->keys[i]);
	view_follow(&view, ring);
	assert_int_equal(top_pages_draw(&canvas, ring, &view, of->lines, of->columns, !of->ascii),
			 0);
	canvas_write(&canvas, out);
	canvas_free(&canvas);
	fclose(out);
	return text;
}

static char *expected(const char *path)
{
	static char text[65536];
	FILE *in = fopen(path, "r");
	size_t size = in ? fread(text, 1, sizeof(text) - 1, in) : 0;

	text[size] = '\0';
	if (in)
		fclose(in);
	return text;
}

static void renew(const char *path, const char *text)
{
	FILE *out = fopen(path, "w");

	assert_non_null(out);
	fputs(text, out);
	fclose(out);
}

static void pages(void **state)
{
	size_t wrong = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct page_case *of = &cases[i];
		char path[96], *text;
		struct ring ring;

		assert_int_equal(top_pages_ring(&ring, of->input), 0);
		text = draw(of, &ring);
		snprintf(path, sizeof(path), TOP_PAGES_FOLDER "%s.screen", of->name);
		if (getenv("RENEW"))
			renew(path, text);
		if (strcmp(text, expected(path)) != 0) {
			wrong++;
			printf("%s is\n%s\nand should be\n%s\n", path, text, expected(path));
		}
		free(text);
		ring_free(&ring);
	}
	assert_int_equal(wrong, 0);
}

/* Of any size, with any key: nothing is written beside the canvas, which sanitizers see, and no text is but text. */
static void any_size(void **state)
{
	static const char *const inputs[] = {"incident", "hostile"};
	static const int keys[] = {0, '?', 'e', '1', VIEW_KEY_ENTER, 'd', '/', '<'};

	(void)state;
	for (size_t i = 0; i < sizeof(inputs) / sizeof(inputs[0]); i++) {
		struct ring ring;

		assert_int_equal(top_pages_ring(&ring, inputs[i]), 0);
		for (int lines = 1; lines < 60; lines += lines < 12 ? 1 : 7)
			for (int columns = 1; columns < 260; columns += columns < 20 ? 1 : 13)
				for (size_t k = 0; k < sizeof(keys) / sizeof(keys[0]); k++) {
					const struct page_case of = {"",         inputs[i],
								     lines,      columns,
								     k % 2 == 0, {keys[k], 0}};
					char *text = draw(&of, &ring);

					for (const char *c = text; *c; c++)
						if ((unsigned char)*c < ' ' && *c != '\n')
							fail_msg("%dx%d: byte %02x", columns, lines,
								 (unsigned char)*c);
					free(text);
				}
		ring_free(&ring);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pages),
		cmocka_unit_test(any_size),
	};

	if (!setlocale(LC_CTYPE, "C.UTF-8")) {
		puts("there is no locale C.UTF-8");
		return 77;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}

#else

int main(void)
{
	puts("built without libjansson");
	return 77;
}

#endif
