// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * How far the parser goes: to the last record, option, message and byte of what include/dns_wire.h
 * and docs/architecture.md promise, and not one further.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "expected.h"
#include "host_store.h"
#include "message.h"
#include "packet.h"

static struct hook_config config;
static struct host_store *store;
static struct buf msg, out, stream;

static int set_up(void **state)
{
	(void)state;
	config = expected_config();
	store = aligned_alloc(64, (sizeof(*store) + 63) / 64 * 64);
	assert_non_null(store);
	memset(store, 0, sizeof(*store));
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	assert_int_equal(store->error, 0);
	host_store_free(store);
	free(store);
	buf_free(&msg);
	buf_free(&out);
	buf_free(&stream);
	return 0;
}

static void count(const struct frame *frame, const struct buf *payload)
{
	packet_build(&out, frame, payload->data, payload->length);
	host_count(store, &config, HOST_LINK_ETHERNET, out.data, (uint32_t)out.length,
		   (uint32_t)out.length);
}

static void count_udp(void)
{
	const struct frame frame = {0};

	count(&frame, &msg);
}

static uint64_t udp_rcode(unsigned int rcode)
{
	return store->counts.tally.rcode[rcode][FAMILY_IPV4][TRANSPORT_UDP];
}

static uint64_t incomplete(enum incomplete reason)
{
	return store->counts.tally.incomplete[reason];
}

/* @options empty ones, then an Extended DNS Error. */
static void begin_options(unsigned int options)
{
	size_t opt;

	message_begin(&msg, 1, MSG_QR | 2);
	opt = message_opt(&msg, 1, 0, 0);
	for (unsigned int i = 0; i < options; i++)
		message_option(&msg, opt, 65001, NULL, 0);
	message_ede(&msg, opt, 22, "");
}

static void sixty_four_options(void **state)
{
	(void)state;
	begin_options(63);
	count_udp();
	assert_int_equal(udp_rcode(18), 1);
	assert_int_equal(store->counts.tally.ede[18][22], 1);
	assert_int_equal(incomplete(INCOMPLETE_OPTION_BOUND), 0);
	begin_options(64);
	count_udp();
	assert_int_equal(udp_rcode(18), 2);
	assert_int_equal(store->counts.tally.ede[18][22], 1);
	assert_int_equal(incomplete(INCOMPLETE_OPTION_BOUND), 1);
}

/* A question, @records of which all but one are answers, and if @opt an OPT behind. */
static void begin_records(unsigned int records, bool opt)
{
	message_begin(&msg, 1, MSG_QR | 2);
	message_question(&msg, "", TYPE_TXT, CLASS_IN);
	for (unsigned int i = 0; i + 1 < records; i++)
		message_record(&msg, SECTION_ANSWER, "", TYPE_TXT, CLASS_IN, 0, NULL, 0);
	message_record(&msg, SECTION_ADDITIONAL, "", TYPE_TXT, CLASS_IN, 0, NULL, 0);
	if (opt)
		message_opt(&msg, 1, 0, 0);
}

static void two_hundred_and_fifty_six_entries(void **state)
{
	(void)state;
	begin_records(254, true);
	count_udp();
	assert_int_equal(udp_rcode(18), 1);
	begin_records(255, false);
	count_udp();
	assert_int_equal(udp_rcode(2), 1);
	assert_int_equal(incomplete(INCOMPLETE_WALK_BOUND), 0);
	begin_records(255, true);
	count_udp();
	assert_int_equal(udp_rcode(18), 1);
	assert_int_equal(udp_rcode(2), 2);
	assert_int_equal(incomplete(INCOMPLETE_WALK_BOUND), 1);
}

/* An answer that brings the OPT record to @offset in the frame. */
static void begin_far(size_t offset)
{
	const size_t headers = 14 + 20 + 8;
	size_t opt;

	message_begin(&msg, 1, MSG_QR | 2);
	message_record(&msg, SECTION_ANSWER, "", TYPE_NULL, CLASS_IN, 0, NULL,
		       offset - headers - MESSAGE_HEADER - 11);
	opt = message_opt(&msg, 1, 0, 0);
	message_ede(&msg, opt, 22, "");
}

/* Where the kernel's verifier lets nobody read, the host does not read either. */
static void the_far_end_of_a_datagram(void **state)
{
	const size_t reach = 0xffff - 64;

	(void)state;
	/* 11 bytes of OPT, 4 of the option, 2 of the info code. */
	begin_far(reach - 15);
	count_udp();
	assert_int_equal(udp_rcode(18), 1);
	assert_int_equal(store->counts.tally.ede[18][22], 1);
	assert_int_equal(incomplete(INCOMPLETE_OPT_BEYOND_REACH), 0);
	/* The info code; then the option; then the record; then its owner. */
	begin_far(reach - 14);
	count_udp();
	begin_far(reach - 10);
	count_udp();
	assert_int_equal(udp_rcode(18), 3);
	assert_int_equal(store->counts.tally.ede[18][22], 1);
	assert_int_equal(incomplete(INCOMPLETE_OPT_BEYOND_REACH), 2);
	begin_far(reach);
	count_udp();
	begin_far(reach + 1);
	count_udp();
	assert_int_equal(udp_rcode(18), 3);
	assert_int_equal(udp_rcode(2), 2);
	assert_int_equal(incomplete(INCOMPLETE_OPT_BEYOND_REACH), 4);
}

/* The table of rare values holds 4096; what more there is counts in the sums and as lost. */
static void more_rare_values_than_there_is_room_for(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < 4100; i++) {
		message_begin(&msg, 1, MSG_QR);
		message_question(&msg, "", 1000 + i, CLASS_IN);
		count_udp();
	}
	assert_int_equal(store->counts.rare_count, 4096);
	assert_int_equal(store->counts.rare_lost, 4);
	assert_int_equal(store->counts.tally.qtype[QTYPE_DIRECT], 4100);
	/* One that has its place is still counted there. */
	message_begin(&msg, 1, MSG_QR);
	message_question(&msg, "", 1000, CLASS_IN);
	count_udp();
	assert_int_equal(snapshot_rare_find(&store->counts, RARE_QTYPE, 1000)->count, 2);
	assert_int_equal(store->counts.rare_lost, 4);
}

/* Messages of nothing but a header. */
static void begin_headers(unsigned int messages, unsigned int flags)
{
	message_begin(&msg, 1, flags);
	buf_reset(&stream);
	for (unsigned int i = 0; i < messages; i++)
		stream_message(&stream, &msg);
}

static void many_queries_in_a_segment(void **state)
{
	const struct frame frame = {.l4 = L4_TCP, .source_port = 40053, .destination_port = 53};

	(void)state;
	begin_headers(300, 0);
	count(&frame, &stream);
	assert_int_equal(store->counts.tally.fate[OUTCOME_QUERY], 1);
	assert_int_equal(store->counts.tally.packets, 1);
}

/* A segment holds up the CPU for a first step and 2048 more at most; then the stream is looked for again. */
static void many_responses_in_a_segment(void **state)
{
	struct frame frame = {.l4 = L4_TCP, .sequence = 1000};
	const struct tally *tally = &store->counts.tally;

	(void)state;
	begin_headers(2049, MSG_QR | 3);
	count(&frame, &stream);
	assert_int_equal(tally->rcode[3][FAMILY_IPV4][TRANSPORT_TCP], 2049);
	assert_int_equal(tally->tcp[TCP_GAP], 0);
	frame.sequence += (uint32_t)stream.length;
	begin_headers(2050, MSG_QR | 3);
	count(&frame, &stream);
	assert_int_equal(tally->rcode[3][FAMILY_IPV4][TRANSPORT_TCP], 4098);
	assert_int_equal(tally->tcp[TCP_GAP], 1);
	frame.sequence += (uint32_t)stream.length;
	begin_headers(1, MSG_QR | 3);
	count(&frame, &stream);
	assert_int_equal(tally->rcode[3][FAMILY_IPV4][TRANSPORT_TCP], 4099);
	assert_int_equal(tally->tcp[TCP_GAP], 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(sixty_four_options, set_up, tear_down),
		cmocka_unit_test_setup_teardown(two_hundred_and_fifty_six_entries, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(the_far_end_of_a_datagram, set_up, tear_down),
		cmocka_unit_test_setup_teardown(more_rare_values_than_there_is_room_for, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(many_queries_in_a_segment, set_up, tear_down),
		cmocka_unit_test_setup_teardown(many_responses_in_a_segment, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
