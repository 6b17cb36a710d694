// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The bound of a sink's queue, and that every message is in exactly one of its counts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sinks/sink_queue.h"

static struct sink_queue queue;

static void check_sum(void)
{
	struct sink_counts counts = sink_queue_counts(&queue);

	assert_int_equal(counts.offered, counts.delivered + counts.lost + counts.queued);
	assert_true(counts.bytes <= queue.max);
	assert_true(counts.queued > 0 || counts.bytes == 0);
}

static void expect_counts(uint64_t offered, uint64_t delivered, uint64_t lost)
{
	struct sink_counts counts = sink_queue_counts(&queue);

	check_sum();
	assert_int_equal(counts.offered, offered);
	assert_int_equal(counts.delivered, delivered);
	assert_int_equal(counts.lost, lost);
}

static void push_number(unsigned int number)
{
	char text[16];

	snprintf(text, sizeof(text), "%u", number);
	sink_queue_push(&queue, text, strlen(text) + 1);
	check_sum();
}

static unsigned long next_number(struct sink_message **message)
{
	*message = sink_queue_next(&queue);
	return *message ? strtoul((*message)->data, NULL, 10) : 0;
}

static void what_comes_in_goes_out_in_order(void **state)
{
	struct sink_message *message;

	(void)state;
	assert_int_equal(sink_queue_init(&queue, 1 << 20), 0);
	assert_null(sink_queue_next(&queue));
	for (unsigned int i = 1; i <= 100; i++)
		push_number(i);
	for (unsigned int i = 1; i <= 100; i++) {
		assert_int_equal(next_number(&message), i);
		sink_queue_sent(&queue, message, i);
		assert_int_equal(sink_queue_ack(&queue, i), 1);
	}
	assert_null(sink_queue_next(&queue));
	expect_counts(100, 100, 0);
	assert_false(sink_queue_counts(&queue).losing);
	sink_queue_free(&queue);
}

static void the_oldest_that_was_not_taken_is_lost(void **state)
{
	struct sink_message *first, *message;
	unsigned long kept;

	(void)state;
	assert_int_equal(sink_queue_init(&queue, 4096), 0);
	push_number(1);
	assert_int_equal(next_number(&first), 1);
	for (unsigned int i = 2; i <= 1000; i++)
		push_number(i);
	assert_true(sink_queue_counts(&queue).losing);
	/* The one that was taken is where it was, the others are the last ones, without a gap. */
	assert_string_equal(first->data, "1");
	kept = sink_queue_counts(&queue).queued - 1;
	assert_in_range(kept, 20, 100);
	expect_counts(1000, 0, 999 - kept);
	for (unsigned long i = 1001 - kept; i <= 1000; i++)
		assert_int_equal(next_number(&message), i);
	assert_null(sink_queue_next(&queue));
	/* Nothing that is under way gives way: what comes now is lost itself. */
	push_number(1001);
	assert_null(sink_queue_next(&queue));
	expect_counts(1001, 0, 1000 - kept);
	sink_queue_free(&queue);
}

/* What the receiver may have seen a part of stays; the others make way, and nothing counts as lost. */
static void the_newest_supersedes_what_waits(void **state)
{
	struct sink_message *first, *next;

	(void)state;
	assert_int_equal(sink_queue_init(&queue, 1 << 20), 0);
	sink_queue_supersede(&queue);
	push_number(1);
	assert_int_equal(next_number(&first), 1);
	for (unsigned int i = 2; i <= 9; i++) {
		sink_queue_supersede(&queue);
		push_number(i);
	}
	expect_counts(2, 0, 0);
	assert_int_equal(next_number(&next), 9);
	sink_queue_sent(&queue, first, 2);
	sink_queue_sent(&queue, next, 4);
	assert_int_equal(sink_queue_ack(&queue, 4), 2);
	expect_counts(2, 2, 0);
	sink_queue_free(&queue);
}

static void losing_ends_when_half_is_free(void **state)
{
	struct sink_message *message;
	uint64_t queued;

	(void)state;
	assert_int_equal(sink_queue_init(&queue, 4096), 0);
	for (unsigned int i = 1; i <= 1000; i++)
		push_number(i);
	queued = sink_queue_counts(&queue).queued;
	for (uint64_t i = 1; i <= queued; i++) {
		next_number(&message);
		sink_queue_sent(&queue, message, i);
		sink_queue_ack(&queue, i);
		if (i < queued / 2 - 1)
			assert_true(sink_queue_counts(&queue).losing);
		if (i > queued / 2 + 1)
			assert_false(sink_queue_counts(&queue).losing);
	}
	sink_queue_free(&queue);
}

/* Three are written, the second is acknowledged in part: the connection breaks. */
static void what_did_not_arrive_is_taken_again(void **state)
{
	struct sink_message *message;

	(void)state;
	assert_int_equal(sink_queue_init(&queue, 4096), 0);
	for (unsigned int i = 1; i <= 4; i++)
		push_number(i);
	for (unsigned int i = 1; i <= 3; i++) {
		assert_int_equal(next_number(&message), i);
		sink_queue_sent(&queue, message, 10 * i);
	}
	assert_int_equal(sink_queue_ack(&queue, 9), 0);
	assert_int_equal(sink_queue_ack(&queue, 19), 1);
	sink_queue_rewind(&queue);
	/* Number 2 has an end of the old connection: it means nothing on the new one. */
	for (unsigned int i = 2; i <= 4; i++) {
		assert_int_equal(next_number(&message), i);
		assert_int_equal(sink_queue_ack(&queue, 20), 0);
	}
	expect_counts(4, 1, 0);
	/* Written in part, at the end of the program. */
	assert_int_equal(sink_queue_ack(&queue, 1000), 0);
	sink_queue_abandon(&queue);
	expect_counts(4, 1, 3);
	push_number(5);
	assert_int_equal(next_number(&message), 5);
	sink_queue_free(&queue);
}

/* The second of three is turned down, in a queue that has room. */
static void what_is_refused_is_lost(void **state)
{
	struct sink_message *message;

	(void)state;
	assert_int_equal(sink_queue_init(&queue, 1 << 20), 0);
	for (unsigned int i = 1; i <= 3; i++) {
		push_number(i);
		next_number(&message);
		sink_queue_sent(&queue, message, 10 * i);
	}
	sink_queue_refuse(&queue, 15); /* no message ended there */
	sink_queue_refuse(&queue, 20);
	expect_counts(3, 0, 0);
	assert_int_equal(sink_queue_ack(&queue, 20), 1);
	expect_counts(3, 1, 1);
	assert_true(sink_queue_counts(&queue).refusing);
	assert_int_equal(sink_queue_ack(&queue, 30), 1);
	expect_counts(3, 2, 1);
	assert_false(sink_queue_counts(&queue).losing);
	/* On another connection it may be taken. */
	push_number(4);
	next_number(&message);
	sink_queue_sent(&queue, message, 40);
	sink_queue_refuse(&queue, 40);
	sink_queue_rewind(&queue);
	assert_int_equal(next_number(&message), 4);
	sink_queue_sent(&queue, message, 5);
	assert_int_equal(sink_queue_ack(&queue, 5), 1);
	expect_counts(4, 3, 1);
	sink_queue_lose(&queue, 1);
	assert_false(sink_queue_counts(&queue).refusing);
	sink_queue_free(&queue);
}

static void a_message_larger_than_the_queue_is_lost(void **state)
{
	static char large[8192];

	(void)state;
	assert_int_equal(sink_queue_init(&queue, 4096), 0);
	push_number(1);
	sink_queue_push(&queue, large, sizeof(large));
	assert_null(sink_queue_next(&queue));
	expect_counts(2, 0, 2);
	sink_queue_lose(&queue, 3);
	expect_counts(5, 0, 5);
	sink_queue_free(&queue);
}

static void lines_are_messages(void **state)
{
	static const char text[] = "one\n\ntwo\nno end";
	struct sink_message *message;

	(void)state;
	assert_int_equal(sink_queue_init(&queue, 4096), 0);
	sink_queue_push_lines(&queue, text, strlen(text));
	message = sink_queue_next(&queue);
	assert_int_equal(message->size, 4);
	assert_memory_equal(message->data, "one\n", 4);
	message = sink_queue_next(&queue);
	assert_int_equal(message->size, 1);
	message = sink_queue_next(&queue);
	assert_memory_equal(message->data, "two\n", 4);
	assert_null(sink_queue_next(&queue));
	sink_queue_free(&queue);
}

/* Any order of calls: the sum holds, nothing is delivered twice or out of order. */
static void any_order_of_calls(void **state)
{
	unsigned int next = 1, random = 1;
	unsigned long last = 0;
	uint64_t written = 0;

	(void)state;
	assert_int_equal(sink_queue_init(&queue, 2048), 0);
	for (int i = 0; i < 20000; i++) {
		struct sink_message *message;

		random = random * 1103515245 + 12345;
		switch (random >> 16 & 7) {
		case 0:
		case 1:
		case 2: push_number(next++); break;
		case 3:
		case 4:
			if (next_number(&message)) {
				written += message->size;
				sink_queue_sent(&queue, message, written);
			}
			break;
		case 5:
		case 6:
			if (queue.last_sent && queue.head->end <= written) {
				unsigned long number = strtoul(queue.head->data, NULL, 10);

				assert_true(number > last);
				last = number;
				assert_int_equal(sink_queue_ack(&queue, queue.head->end), 1);
			}
			break;
		default: sink_queue_rewind(&queue); break;
		}
		check_sum();
	}
	sink_queue_abandon(&queue);
	expect_counts(next - 1, sink_queue_counts(&queue).delivered,
		      next - 1 - sink_queue_counts(&queue).delivered);
	assert_true(sink_queue_counts(&queue).delivered > 100);
	assert_true(sink_queue_counts(&queue).lost > 100);
	sink_queue_free(&queue);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_comes_in_goes_out_in_order),
		cmocka_unit_test(the_oldest_that_was_not_taken_is_lost),
		cmocka_unit_test(the_newest_supersedes_what_waits),
		cmocka_unit_test(losing_ends_when_half_is_free),
		cmocka_unit_test(what_did_not_arrive_is_taken_again),
		cmocka_unit_test(what_is_refused_is_lost),
		cmocka_unit_test(a_message_larger_than_the_queue_is_lost),
		cmocka_unit_test(lines_are_messages),
		cmocka_unit_test(any_order_of_calls),
	};

	return cmocka_run_group_tests_name("sink_queue", tests, NULL, NULL);
}
