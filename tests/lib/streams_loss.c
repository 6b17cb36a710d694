// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Segments that were lost on the way to the hook, came in another order, or hold what is no message.
 * A hook cannot wait for what is late: what began there is not counted, and that is said.
 */
#include "stream_list.h"

/* A message that can be cut: where its parts are, and what is known of it until then. */
struct parts {
	struct buf bytes; /* with the prefix */
	size_t soa, opt, options, end;
	struct expect whole, before_opt, behind_opt;
};

static struct parts in_parts(void)
{
	struct stream_message m = {0};
	struct parts p = {.bytes = {0}};
	size_t opt;

	case_answer(&m.bytes, RESPONSE | 2, TYPE_A);
	p.soa = 2 + m.bytes.length;
	message_soa(&m.bytes, SECTION_AUTHORITY, "@16");
	p.opt = 2 + m.bytes.length;
	opt = message_opt(&m.bytes, 1, 0, 0);
	p.options = 2 + m.bytes.length;
	message_ede(&m.bytes, opt, 9, "no SEP matching the DS found");
	stream_message(&p.bytes, &m.bytes);
	p.end = p.bytes.length;
	buf_free(&m.bytes);
	/* SERVFAIL until the OPT makes it 18. */
	p.whole = EXPECT_RESPONSE(18, TYPE_A, .edes = 1, .ede = {9});
	p.before_opt = EXPECT_RESPONSE(2, TYPE_A, .incomplete = "opt_beyond_segment");
	p.behind_opt = EXPECT_RESPONSE(18, TYPE_A, .incomplete = "opt_beyond_segment");
	return p;
}

/* Send or lose a part of @p; the next part follows it either way. */
static void part(struct scenario *s, struct stream *stream, const struct parts *p, size_t from,
		 size_t to, bool lost)
{
	if (lost)
		stream->next += (uint32_t)(to - from);
	else
		stream_send(s, stream, p->bytes.data + from, to - from);
}

static void send_named(struct scenario *s, struct stream *stream, const char *name)
{
	stream_send_message(s, stream, stream_message_of(name));
}

static void lose_named(struct stream *stream, const char *name)
{
	stream->next += 2 + (uint32_t)stream_message_of(name)->bytes.length;
}

static void add_lost_between(void)
{
	struct scenario *s = scenario_new("message-lost");
	struct stream stream = stream_new(70);

	stream_open(s, &stream);
	send_named(s, &stream, "udp4-badvers");
	lose_named(&stream, "udp4-data");
	send_named(s, &stream, "udp4-servfail-ede7");
	send_named(s, &stream, "udp4-nodata");
	s->gap = s->resynchronised = 1;

	s = scenario_new("first-message-lost");
	stream = stream_new(70);
	stream_open(s, &stream);
	lose_named(&stream, "udp4-data");
	send_named(s, &stream, "udp4-servfail-ede7");
	s->gap = s->resynchronised = 1;

	/* An acknowledgement or FIN alone says so too, but brings nothing to begin with again. */
	s = scenario_new("last-message-lost-before-fin");
	stream = stream_new(70);
	stream_open(s, &stream);
	send_named(s, &stream, "udp4-badvers");
	lose_named(&stream, "udp4-data");
	stream_segment(s, &stream, stream.next, TCP_FIN | TCP_ACK, NULL, 0);
	s->gap = 1;

	/* Many lost, one gap: the stream was out of step all along. */
	s = scenario_new("long-outage");
	stream = stream_new(70);
	stream_open(s, &stream);
	send_named(s, &stream, "udp4-badvers");
	lose_named(&stream, "udp4-data");
	stream_send(s, &stream, "xample\3com", 10);
	lose_named(&stream, "udp4-data");
	stream_send(s, &stream, "xample\3com", 10);
	lose_named(&stream, "udp4-data");
	send_named(s, &stream, "udp4-servfail-ede7");
	send_named(s, &stream, "udp4-nodata");
	s->gap = s->resynchronised = 1;
}

static void lost_within(const char *name, size_t from, size_t to, const struct expect *known)
{
	struct scenario *s = scenario_new(name);
	struct stream stream = stream_new(70);
	struct parts p = in_parts();

	stream_open(s, &stream);
	send_named(s, &stream, "udp4-badvers");
	if (from)
		part(s, &stream, &p, 0, from, false);
	part(s, &stream, &p, from, to, true);
	if (to < p.end)
		part(s, &stream, &p, to, p.end, false);
	if (known)
		scenario_expect(s, &stream, known);
	send_named(s, &stream, "udp4-nodata");
	s->gap = 1;
	/* Without the header nobody knows where the message ends. */
	s->resynchronised = !known;
	buf_free(&p.bytes);
}

static void add_lost_within(void)
{
	struct parts p = in_parts();
	struct expect no_question = EXPECT_RESPONSE(2, -1, .incomplete = "opt_beyond_segment");

	lost_within("start-of-message-lost", 0, 20, NULL);
	lost_within("header-cut-and-lost", 13, p.end, NULL);
	lost_within("question-cut-and-lost", 20, p.end, &no_question);
	lost_within("middle-of-message-lost", p.soa + 1, p.opt, &p.before_opt);
	lost_within("opt-lost", p.opt, p.end, &p.before_opt);
	lost_within("one-byte-lost", p.opt + 5, p.opt + 6, &p.before_opt);
	lost_within("options-lost", p.options, p.end, &p.behind_opt);
	lost_within("option-cut-and-lost", p.options + 3, p.end, &p.behind_opt);
	buf_free(&p.bytes);
}

/* What is lost of a part that nobody needs to read takes nothing with it. */
static void add_lost_unneeded(void)
{
	struct scenario *s = scenario_new("record-data-lost");
	struct stream stream = stream_new(70);
	struct stream_message m = {0};
	struct buf bytes = {0};

	case_answer(&m.bytes, RESPONSE, TYPE_NULL);
	message_record(&m.bytes, SECTION_ANSWER, "@12", TYPE_NULL, CLASS_IN, 1, NULL, 3000);
	message_ede(&m.bytes, message_opt(&m.bytes, 1, 0, 0), 22, "");
	m.expect = EXPECT_RESPONSE(16, TYPE_NULL, .edes = 1, .ede = {22});
	stream_open(s, &stream);
	scenario_message(s, &stream, &bytes, &m);
	stream_send(s, &stream, bytes.data, 1000);
	stream.next += 1000;
	stream_send(s, &stream, bytes.data + 2000, bytes.length - 2000);
	send_named(s, &stream, "udp4-nodata");
	buf_reset(&bytes);

	/* Without additional records there is no OPT to be missed. */
	s = scenario_new("rest-without-opt-lost");
	stream = stream_new(70);
	stream_open(s, &stream);
	scenario_message(s, &stream, &bytes, stream_message_of("udp4-nxdomain"));
	stream_send(s, &stream, bytes.data, bytes.length - 20);
	stream.next += 20;
	send_named(s, &stream, "udp4-nodata");
	buf_free(&bytes);
	buf_free(&m.bytes);
}

/* A start in the middle of a segment: the length of the message before it says where, if that was seen. */
static void add_lost_starts(void)
{
	struct scenario *s = scenario_new("start-within-segment-behind-gap");
	struct stream stream = stream_new(70);
	struct parts p = in_parts();
	struct buf bytes = {0};

	stream_open(s, &stream);
	part(s, &stream, &p, 0, p.opt, false);
	scenario_expect(s, &stream, &p.before_opt);
	part(s, &stream, &p, p.opt, p.options, true);
	buf_put(&bytes, p.bytes.data + p.options, p.end - p.options);
	scenario_message(s, &stream, &bytes, stream_message_of("udp4-data"));
	stream_send(s, &stream, bytes.data, bytes.length);
	send_named(s, &stream, "udp4-nodata");
	s->gap = 1;

	s = scenario_new("start-within-segment-lost-with-prefix");
	stream = stream_new(70);
	stream_open(s, &stream);
	part(s, &stream, &p, 0, 1, false);
	part(s, &stream, &p, 1, p.options, true);
	buf_reset(&bytes);
	buf_put(&bytes, p.bytes.data + p.options, p.end - p.options);
	stream_message(&bytes, &stream_message_of("udp4-data")->bytes);
	stream_send(s, &stream, bytes.data, bytes.length);
	send_named(s, &stream, "udp4-nodata");
	s->gap = s->resynchronised = 1;
	buf_free(&bytes);
	buf_free(&p.bytes);
}

/* @message comes behind a gap: whether its looks make it the stream's next one. */
static void behind_gap(const char *name, const struct stream_message *message, bool resumes)
{
	struct scenario *s = scenario_new(name);
	struct stream stream = stream_new(70);
	struct buf bytes = {0};

	stream_message(&bytes, &message->bytes);
	stream_open(s, &stream);
	lose_named(&stream, "udp4-data");
	stream_send(s, &stream, bytes.data, bytes.length);
	if (resumes)
		scenario_expect(s, &stream, &message->expect);
	s->gap = 1;
	s->resynchronised = resumes;
	buf_free(&bytes);
}

/* As long as the header's numbers of questions and records need, and an octet shorter: RFC 1035 section 4.1. */
static void add_least_messages(void)
{
	struct stream_message m = {.expect = EXPECT_RESPONSE(2, -1)};

	message_begin(&m.bytes, 0x2a17, RESPONSE | 2);
	message_opt(&m.bytes, 0, 0, 0);
	behind_gap("least-record-behind-gap", &m, true);
	message_set_count(&m.bytes, SECTION_ADDITIONAL, 2);
	buf_put(&m.bytes, NULL, 10);
	behind_gap("less-than-least-record-behind-gap", &m, false);

	message_begin(&m.bytes, 0x2a17, RESPONSE | 2);
	message_question(&m.bytes, ".", TYPE_NS, CLASS_IN);
	m.expect.qtype = TYPE_NS;
	behind_gap("least-question-behind-gap", &m, true);
	m.bytes.length--;
	behind_gap("less-than-least-question-behind-gap", &m, false);
	buf_free(&m.bytes);
}

static void add_disorder(void)
{
	struct scenario *s = scenario_new("two-messages-in-wrong-order");
	struct stream stream = stream_new(0xfffffff0), late;
	struct parts p = in_parts();
	struct buf bytes = {0};

	stream_open(s, &stream);
	send_named(s, &stream, "udp4-badvers");
	late = stream;
	lose_named(&stream, "udp4-data");
	send_named(s, &stream, "udp4-servfail-ede7");
	stream_message(&bytes, &stream_message_of("udp4-data")->bytes);
	stream_send(s, &late, bytes.data, bytes.length);
	send_named(s, &stream, "udp4-nodata");
	s->gap = s->resynchronised = 1;

	s = scenario_new("two-parts-in-wrong-order");
	stream = stream_new(0xfffffff0);
	stream_open(s, &stream);
	part(s, &stream, &p, 0, 20, false);
	late = stream;
	part(s, &stream, &p, 20, p.opt, true);
	part(s, &stream, &p, p.opt, p.end, false);
	part(s, &late, &p, 20, p.opt, false);
	scenario_expect(s, &stream, &EXPECT_RESPONSE(2, -1, .incomplete = "opt_beyond_segment"));
	send_named(s, &stream, "udp4-nodata");
	s->gap = 1;

	/* Lost before us, so that it comes again together with what we had. */
	s = scenario_new("lost-part-sent-again");
	stream = stream_new(0xfffffff0);
	stream_open(s, &stream);
	send_named(s, &stream, "udp4-badvers");
	late = stream;
	part(s, &stream, &p, 0, p.opt, false);
	part(s, &stream, &p, p.opt, p.options, true);
	part(s, &stream, &p, p.options, p.end, false);
	part(s, &late, &p, 0, p.end, false);
	scenario_expect(s, &stream, &p.before_opt);
	send_named(s, &stream, "udp4-nodata");
	s->gap = 1;
	buf_free(&bytes);
	buf_free(&p.bytes);
}

static void add_garbage(void)
{
	struct scenario *s = scenario_new("prefix-5-in-stream");
	struct stream stream = stream_new(70);
	struct buf bytes = {0};
	uint32_t again;

	/* No message is so short: RFC 1035 section 4.1. */
	stream_open(s, &stream);
	send_named(s, &stream, "udp4-badvers");
	stream_send(s, &stream, "\x00\x05garbage that has no end", 24);
	send_named(s, &stream, "udp4-servfail-ede7");
	send_named(s, &stream, "udp4-nodata");
	s->gap = s->resynchronised = 1;

	s = scenario_new("prefix-0-behind-message");
	stream = stream_new(70);
	stream_open(s, &stream);
	scenario_message(s, &stream, &bytes, stream_message_of("udp4-badvers"));
	buf_put(&bytes, NULL, 20);
	stream_message(&bytes, &stream_message_of("udp4-data")->bytes);
	stream_send(s, &stream, bytes.data, bytes.length);
	send_named(s, &stream, "udp4-nodata");
	s->gap = s->resynchronised = 1;

	/* What was seen and could not be told apart is not looked at again. */
	s = scenario_new("behind-prefix-0-sent-again");
	stream = stream_new(70);
	stream_open(s, &stream);
	stream_send(s, &stream, bytes.data, bytes.length);
	scenario_expect(s, &stream, &stream_message_of("udp4-badvers")->expect);
	again = 2 + (uint32_t)stream_message_of("udp4-data")->bytes.length;
	stream_segment(s, &stream, stream.next - again, TCP_ACK, bytes.data + bytes.length - again,
		       again);
	send_named(s, &stream, "udp4-nodata");
	s->gap = s->resynchronised = 1;

	s = scenario_new("out-of-step-sent-again");
	stream = stream_new(70);
	stream_open(s, &stream);
	send_named(s, &stream, "udp4-badvers");
	lose_named(&stream, "udp4-data");
	stream_send(s, &stream, "xample\3com", 10);
	buf_reset(&bytes);
	buf_put(&bytes, "xample\3com", 10);
	stream_message(&bytes, &stream_message_of("udp4-data")->bytes);
	stream_send(s, &stream, bytes.data, bytes.length);
	stream_segment(s, &stream, stream.next - again, TCP_ACK, bytes.data + bytes.length - again,
		       again);
	send_named(s, &stream, "udp4-nodata");
	s->gap = s->resynchronised = 1;

	s = scenario_new("prefix-5-a-byte-at-a-time");
	stream = stream_new(70);
	stream_open(s, &stream);
	stream_send_cut(s, &stream, "\x00\x05garbage that has no end", 24, 1);
	send_named(s, &stream, "udp4-nodata");
	s->gap = s->resynchronised = 1;
	buf_free(&bytes);
}

/* RFC 791 fragments of a segment: the first is read by itself, and the stream lacks the segment. */
static void add_fragmented(void)
{
	struct scenario *s = scenario_new("segment-in-fragments");
	struct stream stream = stream_new(70);
	struct parts p = in_parts();
	struct frame frame = {.l4 = L4_TCP, .source_port = 53};
	size_t first;

	stream_open(s, &stream);
	send_named(s, &stream, "udp4-badvers");
	first = (20 + p.opt) / 8 * 8;
	frame.destination_port = stream.client_port;
	frame.sequence = stream.next;
	frame.fragment_size = first;
	scenario_frame(s, &frame, p.bytes.data, p.end, 0);
	frame.fragment_offset = first;
	frame.fragment_size = 20 + p.end - first;
	scenario_frame(s, &frame, p.bytes.data, p.end, 0);
	stream.next += (uint32_t)p.end;
	scenario_expect(s, &stream,
			&EXPECT_RESPONSE(2, TYPE_A, .incomplete = "opt_beyond_fragment"));
	send_named(s, &stream, "udp4-nodata");
	s->gap = s->resynchronised = 1;
	buf_free(&p.bytes);
}

void add_loss_scenarios(void)
{
	add_lost_between();
	add_lost_within();
	add_lost_unneeded();
	add_lost_starts();
	add_least_messages();
	add_disorder();
	add_garbage();
	add_fragmented();
}
