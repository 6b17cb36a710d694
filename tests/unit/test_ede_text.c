// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Which texts of Extended DNS Errors (RFC 8914 section 2) are kept as samples, and what of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "expected.h"
#include "message.h"
#include "packet.h"
#include "parser/host_store.h"
#include "dns_wire.h"

#define CODE 6u /* DNSSEC Bogus */

static struct host_store store;
static struct buf message;

static int set_up(void **state)
{
	(void)state;
	memset(&store, 0, sizeof(store));
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	host_store_free(&store);
	buf_free(&message);
	message = (struct buf){0};
	return 0;
}

/* Begin a message with one error, and give the place of its OPT's RDLENGTH. */
static size_t build(const char *text)
{
	size_t opt;

	message_begin(&message, 1, MSG_QR | DNS_RCODE_SERVFAIL);
	message_question(&message, "www.example.com", TYPE_A, CLASS_IN);
	opt = message_opt(&message, 0, 0, 0);
	message_ede(&message, opt, CODE, text);
	return opt;
}

static void send_frame(const struct frame *frame, const void *payload, size_t length)
{
	const struct hook_config config = expected_config();
	struct buf out = {0};

	packet_build(&out, frame, payload, length);
	host_count(&store, &config, HOST_LINK_ETHERNET, out.data, (uint32_t)out.length,
		   (uint32_t)out.length);
	buf_free(&out);
}

static void send_message(void)
{
	send_frame(&(struct frame){0}, message.data, message.length);
}

static void send_text(const char *text)
{
	build(text);
	send_message();
}

/* That of @code the text is kept that @text is the beginning of, and whether it is said that it goes on. */
static void holds(uint32_t code, const char *text, bool cut)
{
	const struct rare_count *rare = snapshot_rare_find(&store.counts, RARE_EDE,
							   DNS_RCODE_SERVFAIL << 16 | code);

	if (!text) {
		assert_true(!rare || rare->text.length == 0);
		return;
	}
	assert_non_null(rare);
	assert_int_equal(rare->text.length, strlen(text));
	assert_memory_equal(rare->text.text, text, strlen(text));
	assert_int_equal(rare->text.cut, cut);
}

static void the_first_is_kept_and_each_1024th(void **state)
{
	(void)state;
	send_text("first");
	holds(CODE, "first", false);
	for (unsigned int i = 1; i < 1024; i++) {
		send_text("other");
		holds(CODE, "first", false);
	}
	send_text("1024 later");
	holds(CODE, "1024 later", false);
	assert_int_equal(store.counts.counters.ede[DNS_RCODE_SERVFAIL][CODE], 1025);
}

/* There is nothing to keep; and of a further error in a message nothing is kept. */
static void none_and_further_ones_are_not_kept(void **state)
{
	size_t opt;

	(void)state;
	send_text("");
	holds(CODE, NULL, false);
	opt = build("");
	message_ede(&message, opt, CODE + 1, "further");
	send_message();
	holds(CODE, NULL, false);
	holds(CODE + 1, NULL, false);
	assert_int_equal(store.texts, 0);
}

/* What is not there yet, if it is wanted. */
static void a_wanted_one_is_kept_at_once(void **state)
{
	(void)state;
	send_text("");
	send_text("not wanted");
	holds(CODE, NULL, false);
	store.texts_wanted = true;
	send_text("wanted");
	holds(CODE, "wanted", false);
	send_text("no more");
	holds(CODE, "wanted", false);
}

static void a_long_one_is_cut(void **state)
{
	char text[EDE_TEXT_MAX + 2];

	(void)state;
	memset(text, 'x', sizeof(text) - 1);
	text[EDE_TEXT_MAX] = '\0';
	send_text(text);
	holds(CODE, text, false);
	host_store_free(&store);
	memset(&store, 0, sizeof(store));
	text[EDE_TEXT_MAX] = 'x';
	text[EDE_TEXT_MAX + 1] = '\0';
	send_text(text);
	text[EDE_TEXT_MAX] = '\0';
	holds(CODE, text, true);
}

/* Over TCP the stream goes on behind the text, and what of it is in another segment is not kept. */
static void as_much_as_its_segment_has(void **state)
{
	static const char *const kept[] = {NULL, "t", "te", "tex", "text", "text"};
	struct frame frame = {.l4 = L4_TCP};
	struct buf stream = {0};
	size_t first;

	(void)state;
	for (size_t behind = 0; behind < sizeof(kept) / sizeof(kept[0]); behind++) {
		set_up(NULL);
		message_padding(&message, build("text"), 9);
		buf_reset(&stream);
		stream_message(&stream, &message);
		/* The first segment ends within the text, or in the option behind it. */
		first = stream.length - 9 - 4 - 4 + behind;
		frame.sequence = 7;
		frame.tcp_flags = OVERRIDE(TCP_SYN | TCP_ACK);
		send_frame(&frame, NULL, 0);
		frame.sequence = 8;
		frame.tcp_flags = OVERRIDE(TCP_ACK);
		send_frame(&frame, stream.data, first);
		frame.sequence += (uint32_t)first;
		send_frame(&frame, stream.data + first, stream.length - first);
		holds(CODE, kept[behind], false);
		assert_int_equal(store.counts.counters.ede[DNS_RCODE_SERVFAIL][CODE], 1);
		host_store_free(&store);
	}
	buf_free(&stream);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(the_first_is_kept_and_each_1024th, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(none_and_further_ones_are_not_kept, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(a_wanted_one_is_kept_at_once, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_long_one_is_cut, set_up, tear_down),
		cmocka_unit_test_setup_teardown(as_much_as_its_segment_has, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
