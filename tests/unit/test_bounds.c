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
#include "parser/host_store.h"
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
	return store->counts.counters.rcode[rcode][FAMILY_IPV4][TRANSPORT_UDP];
}

static uint64_t incomplete(enum incomplete reason)
{
	return store->counts.counters.incomplete[reason];
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
	assert_int_equal(store->counts.counters.ede[18][22], 1);
	assert_int_equal(incomplete(INCOMPLETE_OPTION_BOUND), 0);
	begin_options(64);
	count_udp();
	assert_int_equal(udp_rcode(18), 2);
	assert_int_equal(store->counts.counters.ede[18][22], 1);
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

/* Everything that was captured is read, also past what XDP could read in place. */
static void the_far_end_of_a_datagram(void **state)
{
	(void)state;
	for (size_t offset = 0xffff - 64 - 18; offset <= 0xffff - 17; offset++) {
		begin_far(offset);
		count_udp();
	}
	assert_int_equal(udp_rcode(18), 66);
	assert_int_equal(store->counts.counters.ede[18][22], 66);
	assert_int_equal(incomplete(INCOMPLETE_OPT_BEYOND_REACH), 0);
}

/* An answer of whose OPT record, 11 bytes with an option of 6, @present bytes are in the capture. */
static void count_cut(size_t present)
{
	const struct frame frame = {0};

	begin_far(1000);
	packet_build(&out, &frame, msg.data, msg.length);
	host_count(store, &config, HOST_LINK_ETHERNET, out.data, 1000 + (uint32_t)present,
		   (uint32_t)out.length);
}

static void the_end_of_a_capture(void **state)
{
	(void)state;
	count_cut(17);
	assert_int_equal(udp_rcode(18), 1);
	assert_int_equal(store->counts.counters.ede[18][22], 1);
	assert_int_equal(incomplete(INCOMPLETE_OPT_BEYOND_REACH), 0);
	/* The info code; then the option; then the record; then its owner. */
	count_cut(16);
	count_cut(14);
	assert_int_equal(udp_rcode(18), 3);
	assert_int_equal(store->counts.counters.ede[18][22], 1);
	assert_int_equal(incomplete(INCOMPLETE_OPT_BEYOND_REACH), 2);
	count_cut(10);
	count_cut(0);
	assert_int_equal(udp_rcode(18), 3);
	assert_int_equal(udp_rcode(2), 2);
	assert_int_equal(incomplete(INCOMPLETE_OPT_BEYOND_REACH), 4);
}

/* @at to @end of the stream, of which @captured bytes are in the capture. */
static void count_part(struct frame *frame, size_t at, size_t end, size_t captured)
{
	frame->sequence = 1000 + (uint32_t)at;
	packet_build(&out, frame, stream.data + at, end - at);
	host_count(store, &config, HOST_LINK_ETHERNET, out.data,
		   (uint32_t)(out.length - (end - at) + captured), (uint32_t)out.length);
}

/* Of a long message whose length is known, what is out of reach does not hide the next one. */
static void a_message_out_of_reach_within_a_stream(void **state)
{
	const struct pkt_counters *counters = &store->counts.counters;
	struct frame frame = {.l4 = L4_TCP};
	size_t end, next;

	(void)state;
	begin_far(3000);
	buf_reset(&stream);
	stream_message(&stream, &msg);
	end = stream.length;
	message_begin(&msg, 2, MSG_QR | 3);
	stream_message(&stream, &msg);
	next = stream.length;
	message_begin(&msg, 3, MSG_QR | 5);
	stream_message(&stream, &msg);
	count_part(&frame, 0, 1000, 1000);
	count_part(&frame, 1000, end - 20, 100);
	/* The OPT record is not there, and the next message begins behind what is. */
	count_part(&frame, end - 20, next, 4);
	assert_int_equal(counters->rcode[2][FAMILY_IPV4][TRANSPORT_TCP], 1);
	assert_int_equal(incomplete(INCOMPLETE_OPT_BEYOND_REACH), 1);
	assert_int_equal(counters->tcp[TCP_GAP], 1);
	count_part(&frame, next, stream.length, stream.length - next);
	assert_int_equal(counters->rcode[5][FAMILY_IPV4][TRANSPORT_TCP], 1);
	assert_int_equal(counters->tcp[TCP_RESYNC], 2);
	/* The same, but for a segment of its own. */
	frame.destination_port = 40054;
	count_part(&frame, 0, 1000, 1000);
	count_part(&frame, 1000, end, 100);
	count_part(&frame, end, next, next - end);
	count_part(&frame, next, stream.length, stream.length - next);
	assert_int_equal(counters->rcode[2][FAMILY_IPV4][TRANSPORT_TCP], 2);
	assert_int_equal(counters->rcode[3][FAMILY_IPV4][TRANSPORT_TCP], 1);
	assert_int_equal(counters->rcode[5][FAMILY_IPV4][TRANSPORT_TCP], 2);
	assert_int_equal(counters->tcp[TCP_GAP], 1);
	assert_int_equal(counters->tcp[TCP_RESYNC], 3);
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
	assert_int_equal(store->counts.counters.qtype[QTYPE_DIRECT], 4100);
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
	assert_int_equal(store->counts.counters.outcome[OUTCOME_QUERY], 1);
	assert_int_equal(store->counts.counters.packets, 1);
}

/* A segment holds up the CPU for a first step and 2048 more at most; then the stream is looked for again. */
static void many_responses_in_a_segment(void **state)
{
	struct frame frame = {.l4 = L4_TCP, .sequence = 1000};
	const struct pkt_counters *counters = &store->counts.counters;

	(void)state;
	begin_headers(2049, MSG_QR | 3);
	count(&frame, &stream);
	assert_int_equal(counters->rcode[3][FAMILY_IPV4][TRANSPORT_TCP], 2049);
	assert_int_equal(counters->tcp[TCP_GAP], 0);
	frame.sequence += (uint32_t)stream.length;
	begin_headers(2050, MSG_QR | 3);
	count(&frame, &stream);
	assert_int_equal(counters->rcode[3][FAMILY_IPV4][TRANSPORT_TCP], 4098);
	assert_int_equal(counters->tcp[TCP_GAP], 1);
	frame.sequence += (uint32_t)stream.length;
	begin_headers(1, MSG_QR | 3);
	count(&frame, &stream);
	assert_int_equal(counters->rcode[3][FAMILY_IPV4][TRANSPORT_TCP], 4099);
	assert_int_equal(counters->tcp[TCP_GAP], 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(sixty_four_options, set_up, tear_down),
		cmocka_unit_test_setup_teardown(two_hundred_and_fifty_six_entries, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(the_far_end_of_a_datagram, set_up, tear_down),
		cmocka_unit_test_setup_teardown(the_end_of_a_capture, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_message_out_of_reach_within_a_stream, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(more_rare_values_than_there_is_room_for, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(many_queries_in_a_segment, set_up, tear_down),
		cmocka_unit_test_setup_teardown(many_responses_in_a_segment, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
