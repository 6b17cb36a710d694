// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* What is sent again, overlaps, wraps, or was under way before: RFC 9293 sections 3.4 and 3.8. */
#include "stream_list.h"

/* Four messages in a row, and where each ends. */
struct four {
	struct buf bytes;
	size_t end[4];
};

static const char *const names[4] = {"udp4-servfail-ede7", "udp4-badcookie", "udp4-data",
				     "udp4-rcode4095-ede0"};

static struct four four_messages(struct scenario *s, const struct stream *stream)
{
	struct four f = {.bytes = {0}};

	for (size_t i = 0; i < 4; i++) {
		scenario_message(s, stream, &f.bytes, stream_message_of(names[i]));
		f.end[i] = f.bytes.length;
	}
	return f;
}

static void send_range(struct scenario *s, const struct stream *stream, const struct four *f,
		       size_t from, size_t to)
{
	stream_segment(s, stream, stream->next + (uint32_t)from, TCP_ACK, f->bytes.data + from,
		       to - from);
}

/* Everything twice, from the handshake to the last FIN. */
static void add_twice(void)
{
	struct scenario *s = scenario_new("every-segment-twice");
	struct stream stream = stream_new(3000);
	struct four f = four_messages(s, &stream);
	size_t size = 31, last = f.bytes.length / size * size;

	for (int i = 0; i < 2; i++)
		stream_segment(s, &stream, stream.next, TCP_SYN | TCP_ACK, NULL, 0);
	stream.next++;
	for (size_t at = 0; at < last; at += size)
		for (int i = 0; i < 2; i++)
			send_range(s, &stream, &f, at, at + size);
	for (int i = 0; i < 2; i++)
		stream_segment(s, &stream, stream.next + (uint32_t)last, TCP_ACK | TCP_FIN,
			       f.bytes.data + last, f.bytes.length - last);
	buf_free(&f.bytes);

	/* As after a lost acknowledgement: the whole flight again. */
	s = scenario_new("flight-sent-again");
	stream = stream_new(3000);
	f = four_messages(s, &stream);
	stream_open(s, &stream);
	for (int i = 0; i < 2; i++)
		for (size_t at = 0; at < f.bytes.length; at += 40)
			send_range(s, &stream, &f, at,
				   at + 40 < f.bytes.length ? at + 40 : f.bytes.length);
	buf_free(&f.bytes);

	s = scenario_new("message-with-fin-twice");
	stream = stream_new(3000);
	f = four_messages(s, &stream);
	stream_open(s, &stream);
	for (int i = 0; i < 2; i++)
		stream_segment(s, &stream, stream.next, TCP_ACK | TCP_FIN, f.bytes.data,
			       f.bytes.length);
	buf_free(&f.bytes);
}

/* The server has not seen the client's last acknowledgement of the handshake. */
static void add_late_handshake(void)
{
	struct scenario *s = scenario_new("syn-ack-again-behind-data");
	struct stream stream = stream_new(800);
	struct four f;

	stream_open(s, &stream);
	f = four_messages(s, &stream);
	send_range(s, &stream, &f, 0, f.end[1] + 5);
	stream_segment(s, &stream, stream.next - 1, TCP_SYN | TCP_ACK, NULL, 0);
	send_range(s, &stream, &f, f.end[1] + 5, f.end[3]);
	buf_free(&f.bytes);

	/* TCP Fast Open, RFC 7413: data in the SYN-ACK itself. */
	s = scenario_new("fast-open");
	stream = stream_new(800);
	f = four_messages(s, &stream);
	stream_segment(s, &stream, stream.next, TCP_SYN | TCP_ACK, f.bytes.data, f.end[0]);
	stream.next++;
	send_range(s, &stream, &f, f.end[0], f.end[3]);
	buf_free(&f.bytes);

	s = scenario_new("fast-open-cut");
	stream = stream_new(800);
	f = four_messages(s, &stream);
	stream_segment(s, &stream, stream.next, TCP_SYN | TCP_ACK, f.bytes.data, f.end[0] - 3);
	stream.next++;
	send_range(s, &stream, &f, f.end[0] - 3, f.end[3]);
	buf_free(&f.bytes);

	s = scenario_new("fast-open-twice");
	stream = stream_new(800);
	f = four_messages(s, &stream);
	for (int i = 0; i < 2; i++)
		stream_segment(s, &stream, stream.next, TCP_SYN | TCP_ACK, f.bytes.data, f.end[0]);
	stream.next++;
	send_range(s, &stream, &f, f.end[0], f.end[3]);
	buf_free(&f.bytes);
}

static void add_overlaps(void)
{
	struct scenario *s = scenario_new("segments-overlap");
	struct stream stream = stream_new(0xabcdef00);
	struct four f;

	stream_open(s, &stream);
	f = four_messages(s, &stream);
	send_range(s, &stream, &f, 0, f.end[1] - 9);
	send_range(s, &stream, &f, f.end[0] - 20, f.end[2] + 1);
	send_range(s, &stream, &f, f.end[1], f.end[3]);
	buf_free(&f.bytes);

	/* Each byte but the first is in two segments. */
	s = scenario_new("segments-overlap-by-half");
	stream = stream_new(0xabcdef00);
	stream_open(s, &stream);
	f = four_messages(s, &stream);
	for (size_t at = 0; at < f.bytes.length; at += 7)
		send_range(s, &stream, &f, at, at + 14 < f.bytes.length ? at + 14 : f.bytes.length);
	buf_free(&f.bytes);

	/* RFC 1122 section 4.2.3.6: one byte of what has been acknowledged, and none at all. */
	s = scenario_new("keep-alive-probes");
	stream = stream_new(1);
	stream_open(s, &stream);
	f = four_messages(s, &stream);
	stream_segment(s, &stream, stream.next - 1, TCP_ACK, "\xff", 1);
	send_range(s, &stream, &f, 0, f.end[1]);
	stream_segment(s, &stream, stream.next + (uint32_t)f.end[1] - 1, TCP_ACK, "\xff", 1);
	stream_segment(s, &stream, stream.next + (uint32_t)f.end[1] - 1, TCP_ACK, NULL, 0);
	send_range(s, &stream, &f, f.end[1], f.end[2] + 4);
	stream_segment(s, &stream, stream.next + (uint32_t)f.end[2] + 3, TCP_ACK, "\xff", 1);
	send_range(s, &stream, &f, f.end[2] + 4, f.end[3]);
	buf_free(&f.bytes);

	/* A probe of a closed window brings the next byte, which then comes again: RFC 9293 3.8.6.1. */
	s = scenario_new("window-probes");
	stream = stream_new(1);
	stream_open(s, &stream);
	f = four_messages(s, &stream);
	for (size_t i = 0; i < 4; i++) {
		size_t from = i ? f.end[i - 1] : 0;

		send_range(s, &stream, &f, from, from + 1);
		send_range(s, &stream, &f, from, from + 1);
		send_range(s, &stream, &f, from, f.end[i]);
	}
	buf_free(&f.bytes);
}

static void add_wraps(void)
{
	struct stream stream = stream_new(0);
	struct scenario *s = scenario_new("sequence-wraps-at-every-byte");
	struct four f = four_messages(s, &stream);

	s->messages = 0;
	for (uint32_t before = 0; before <= f.bytes.length; before++) {
		struct four again = four_messages(s, &stream);

		stream.next = 0u - before - 1; /* less the SYN's own */
		stream_open(s, &stream);
		stream_send_cut(s, &stream, again.bytes.data, again.bytes.length, 90);
		buf_free(&again.bytes);
	}
	buf_free(&f.bytes);
}

static void add_mid_stream(void)
{
	struct scenario *s = scenario_new("start-in-mid-stream");
	struct stream stream = stream_new(50000);
	struct four f = four_messages(s, &stream);

	/* The end of a message that began before us, then one that we see begin. */
	stream_send(s, &stream, "v=spf1 include:_spf.example.com ~all", 36);
	send_range(s, &stream, &f, 0, f.end[0]);
	send_range(s, &stream, &f, f.end[0], f.end[2] - 8);
	send_range(s, &stream, &f, f.end[2] - 8, f.end[3]);
	s->resynchronised = 1;
	s->unfollowed = 1;
	buf_free(&f.bytes);

	s = scenario_new("start-with-a-message-cut");
	stream = stream_new(50000);
	f = four_messages(s, &stream);
	send_range(s, &stream, &f, 0, 30);
	send_range(s, &stream, &f, 30, f.end[3]);
	s->resynchronised = 1;
	buf_free(&f.bytes);

	/* Of a message that begins within a segment nobody can tell where. */
	s = scenario_new("start-behind-all-starts");
	stream = stream_new(50000);
	f = four_messages(s, &stream);
	s->messages = 0;
	send_range(s, &stream, &f, 40, f.end[1] + 20);
	send_range(s, &stream, &f, f.end[1] + 20, f.end[3]);
	s->unfollowed = 2;
	buf_free(&f.bytes);
}

void add_sequence_scenarios(void)
{
	add_twice();
	add_late_handshake();
	add_overlaps();
	add_wraps();
	add_mid_stream();
}
