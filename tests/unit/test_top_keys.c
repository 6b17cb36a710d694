// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* What keys change, without a terminal. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "top/keys.h"
#include "util/clock.h"

static struct ring ring;
static struct view view;

static void add_row(struct model *model, enum model_list list, const char *key, double failing)
{
	struct model_row *row = model_row(model, MODEL_CLIENTS, list, key);

	row->failing = failing;
	row->parts = 1;
	model_word(row->part[0].name, "SERVFAIL");
	row->part[0].rate = failing;
}

/* Three zones, of which the first two change places from interval to interval; one problem. */
static void add_interval(void)
{
	struct model *model = model_new();
	bool even = ring.end % 2 == 0;

	model->end_ns = (int64_t)ring.end * 10 * NS_PER_S;
	model->interval_s = 10;
	model->side[MODEL_CLIENTS].seen = model->side[MODEL_UPSTREAM].seen = true;
	model_code(&model->side[MODEL_CLIENTS], 0, "NOERROR")->rate = 10;
	model_code(&model->side[MODEL_CLIENTS], 2, "SERVFAIL")->rate = 5;
	add_row(model, MODEL_ZONES, "a.test", even ? 9 : 8);
	add_row(model, MODEL_ZONES, "b.test", even ? 8 : 9);
	add_row(model, MODEL_ZONES, "c.test", 1);
	model->problem[0] = (struct model_problem){
		.rule = "rule",
		.text = "text",
		.check = "dig a.test",
		.subject = "a.test",
		.zone = "",
		.subject_type = "zone",
		.explain = "ede:6",
		.interface = "",
		.side = "",
	};
	model->problems = 1;
	model_order(model);
	ring_add(&ring, model);
	view_follow(&view, &ring);
}

static int begin(void **state)
{
	(void)state;
	ring_init(&ring);
	view_init(&view, false);
	for (int i = 0; i < 5; i++)
		add_interval();
	return 0;
}

static int end(void **state)
{
	(void)state;
	ring_free(&ring);
	return 0;
}

static enum view_action press(int key)
{
	return view_key(&view, &ring, key);
}

static void actions(void **state)
{
	(void)state;
	assert_int_equal(press('q'), VIEW_QUIT);
	assert_int_equal(press(3), VIEW_QUIT);
	assert_int_equal(press('w'), VIEW_SAVE);
	assert_int_equal(press('c'), VIEW_COPY);
	assert_int_equal(press('p'), VIEW_NOTHING);
	assert_int_equal(press(0xff), VIEW_NOTHING);
}

/* A paused page stays, also while intervals come and the oldest give way. */
static void time_stands(void **state)
{
	(void)state;
	assert_int_equal(view.number, 5);
	add_interval();
	assert_int_equal(view.number, 6);
	press('p');
	add_interval();
	assert_int_equal(view.number, 6);
	press('p');
	view_follow(&view, &ring);
	assert_int_equal(view.number, 7);
	press(VIEW_KEY_LEFT);
	press(VIEW_KEY_LEFT);
	assert_true(view.paused);
	assert_int_equal(view.number, 5);
	press(VIEW_KEY_RIGHT);
	assert_int_equal(view.number, 6);
	press(VIEW_KEY_HOME);
	assert_int_equal(view.number, 1);
	press(VIEW_KEY_LEFT);
	assert_int_equal(view.number, 1);
	for (unsigned i = 0; i < RING_MODELS; i++)
		add_interval();
	assert_int_equal(view.number, ring.first);
	press(VIEW_KEY_END);
	assert_int_equal(view.number, ring.end - 1);
	press('p');
	assert_false(view.paused);
	press('h');
	assert_int_equal(view.number, ring.end - 2);
	press('h');
	view_follow(&view, &ring);
	assert_int_equal(view.number, ring.end - 1);
}

/* The row that keys act on is a zone, not a place. */
static void rows(void **state)
{
	(void)state;
	press(VIEW_KEY_DOWN); /* the second: interval 5 is odd, so a.test */
	assert_string_equal(view.chosen, "a.test");
	add_interval();
	press(VIEW_KEY_DOWN); /* a.test is the first now */
	assert_string_equal(view.chosen, "b.test");
	for (int i = 0; i < 9; i++)
		press('j');
	assert_string_equal(view.chosen, "c.test");
	press(VIEW_KEY_ENTER);
	assert_int_equal(view_place(&view)->page, VIEW_ROW);
	assert_string_equal(view_place(&view)->key, "c.test");
	press(VIEW_KEY_BACK);
	assert_int_equal(view_place(&view)->page, VIEW_MAIN);
	press('k');
	press('k');
	press('k');
	assert_string_equal(view.chosen, "a.test");
}

static void pages(void **state)
{
	(void)state;
	press('?');
	assert_int_equal(view_place(&view)->page, VIEW_HELP);
	press(VIEW_KEY_DOWN);
	assert_int_equal(view_place(&view)->first, 1);
	press(VIEW_KEY_ESCAPE);
	press('1');
	assert_int_equal(view_place(&view)->page, VIEW_PROBLEM);
	assert_string_equal(view_command(&view, &ring), "dig a.test");
	press('e');
	assert_int_equal(view_place(&view)->page, VIEW_CODE);
	assert_string_equal(view_place(&view)->key, "ede:6");
	press(VIEW_KEY_BACK);
	press(VIEW_KEY_BACK);
	assert_int_equal(view.depth, 1);
	press('9');
	assert_int_equal(view.depth, 1);
	assert_string_equal(view.message, "there is no alert 9");
	press('e');
	assert_string_equal(view_place(&view)->key, "rcode:2");
	/* However deep. */
	for (int i = 0; i < 50; i++)
		press('?');
	assert_true(view.depth <= VIEW_DEPTH);
	for (int i = 0; i < 50; i++)
		press(VIEW_KEY_ESCAPE);
	assert_int_equal(view.depth, 1);
	assert_int_equal(view_place(&view)->page, VIEW_MAIN);
}

static void lists(void **state)
{
	(void)state;
	press('<');
	assert_int_equal(view.list, VIEW_CODES);
	press(VIEW_KEY_DOWN);
	assert_string_equal(view.chosen, "SERVFAIL");
	press(VIEW_KEY_ENTER);
	assert_string_equal(view_place(&view)->key, "rcode:2");
	press('l');
	assert_int_equal(view.list, MODEL_ZONES);
	assert_int_equal(view.depth, 1);
	for (unsigned i = 0; i < VIEW_LISTS; i++)
		press('>');
	assert_int_equal(view.list, MODEL_ZONES);
	press('l');
	press(VIEW_KEY_ENTER); /* there are no names */
	assert_int_equal(view.depth, 1);
	assert_true(view.message[0]);
	for (unsigned i = 0; i < VIEW_SORTS; i++)
		press('o');
	assert_int_equal(view.sort, VIEW_BY_FAILING);
	press('d');
	assert_int_equal(view.sides, VIEW_CLIENTS);
	press('d');
	assert_int_equal(view.sides, VIEW_UPSTREAM);
	press('d');
	assert_int_equal(view.sides, VIEW_BOTH);
	view.columns = VIEW_WIDE;
	press('d');
	assert_int_equal(view.sides, VIEW_UPSTREAM);
	press('d');
	assert_int_equal(view.sides, VIEW_CLIENTS);
}

static void filter(void **state)
{
	(void)state;
	press('/');
	for (int i = 0; i < 200; i++)
		press('q');
	assert_int_equal(strlen(view.filter), VIEW_FILTER_MAX - 1);
	press(VIEW_KEY_ESCAPE);
	assert_string_equal(view.filter, "");
	press('/');
	press('b');
	press('x');
	press(0x1f);
	press(VIEW_KEY_BACK);
	press(VIEW_KEY_ENTER);
	assert_false(view.typing);
	assert_string_equal(view.filter, "b");
	press(VIEW_KEY_DOWN);
	assert_string_equal(view.chosen, "b.test");
	press(VIEW_KEY_ESCAPE);
	assert_string_equal(view.filter, "");
}

/* Of a file: it begins at its first interval, and plays to its last. */
static void capture(void **state)
{
	(void)state;
	view_init(&view, true);
	view_follow(&view, &ring);
	assert_int_equal(view.number, 1);
	view_play(&view, &ring);
	assert_int_equal(view.number, 1);
	press('p');
	for (int i = 0; i < 9; i++) {
		view_play(&view, &ring);
		view_follow(&view, &ring);
	}
	assert_int_equal(view.number, 5);
	assert_true(view.paused);
	press('p');
	assert_true(view.paused);
	assert_true(view.message[0]);
}

static void nothing_yet(void **state)
{
	static const int keys[] = {'p',
				   'h',
				   'l',
				   'o',
				   'd',
				   'e',
				   '1',
				   '/',
				   'a',
				   VIEW_KEY_ENTER,
				   VIEW_KEY_DOWN,
				   VIEW_KEY_LEFT,
				   VIEW_KEY_END,
				   VIEW_KEY_BACK,
				   '?',
				   'w',
				   'c'};

	(void)state;
	ring_free(&ring);
	ring_init(&ring);
	view_init(&view, false);
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		press(keys[i]);
	assert_null(view_command(&view, &ring));
	assert_int_equal(view.number, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(actions, begin, end),
		cmocka_unit_test_setup_teardown(time_stands, begin, end),
		cmocka_unit_test_setup_teardown(rows, begin, end),
		cmocka_unit_test_setup_teardown(pages, begin, end),
		cmocka_unit_test_setup_teardown(lists, begin, end),
		cmocka_unit_test_setup_teardown(filter, begin, end),
		cmocka_unit_test_setup_teardown(capture, begin, end),
		cmocka_unit_test_setup_teardown(nothing_yet, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
