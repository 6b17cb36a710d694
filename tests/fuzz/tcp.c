// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Messages over TCP, cut into segments in any way, count exactly as they do over UDP, where each has
 * a packet of its own: whatever is in them, and whatever part of the stream is sent again.
 *
 * Input: mode, seed of the cuts (4 bytes), then messages, each behind its length of two bytes. A
 * length that is less than a header's takes the rest of the input away.
 */
#include <inttypes.h>
#include <string.h>

#include "dns_mutate.h"
#include "expected.h"
#include "frame.h"

#define HEAD        5u
#define DNS_HEADER  12u
#define MESSAGE_MAX 4000u
#define STREAM_MAX  16384u
/* No more than steps through one segment: beyond, the parser may give up on it. */
#define SEGMENT_MAX 1400u

#define MODE_V6     1u
#define MODE_AGAIN  2u /* segments that were sent before, or parts of them, come again */
#define MODE_LARGE  4u /* large segments; else small ones */
#define MODE_OTHERS 8u /* two streams by turns, which carry the same */
#define MODE_FIN    16u

enum { FLAG_FIN_ = 1, FLAG_SYN_ = 2, FLAG_PSH_ = 8, FLAG_ACK_ = 16 };

struct sender {
	uint32_t sequence; /* of the stream's first byte */
	unsigned int port;
	size_t sent; /* bytes of the stream */
};

struct stream {
	uint8_t bytes[STREAM_MAX];
	size_t size;
	unsigned int mode;
	struct random random;
	struct frame_store *store;
};

/* An Ethernet frame with no more in it than the parser looks at. Gives its size. */
static size_t build(uint8_t *frame, const struct stream *s, bool tcp, unsigned int port,
		    const uint8_t *payload, size_t size)
{
	bool v6 = s->mode & MODE_V6;
	uint8_t *ip = frame + 14, *l4 = ip + (v6 ? 40 : 20);
	size_t l4_size = (tcp ? 20 : 8) + size;

	memset(frame, 0, (size_t)(l4 - frame) + 20);
	set_u16(frame + 12, v6 ? 0x86dd : 0x0800);
	ip[0] = v6 ? 0x60 : 0x45;
	if (v6) {
		set_u16(ip + 4, l4_size);
		ip[6] = tcp ? 6 : 17;
	} else {
		set_u16(ip + 2, 20 + l4_size);
		ip[9] = tcp ? 6 : 17;
	}
	set_u16(l4, 53);
	set_u16(l4 + 2, port);
	if (tcp)
		l4[12] = 5 << 4;
	else
		set_u16(l4 + 4, l4_size);
	memcpy(l4 + (tcp ? 20 : 8), payload, size);
	return (size_t)(l4 - frame) + l4_size;
}

static void send_segment(struct stream *s, const struct sender *sender, size_t at, size_t size,
			 unsigned int flags)
{
	uint8_t frame[14 + 40 + 20 + SEGMENT_MAX];
	size_t length = build(frame, s, true, sender->port, s->bytes + at, size);
	uint8_t *tcp = frame + length - size - 20;

	set_u32(tcp + 4, sender->sequence + (uint32_t)at - (flags & FLAG_SYN_ ? 1 : 0));
	tcp[13] = (uint8_t)flags;
	frame_count(s->store, (struct frame_meta){0}, frame, length, length);
}

/* The next segment, and perhaps something that was sent before. */
static void send_next(struct stream *s, struct sender *sender)
{
	size_t left = s->size - sender->sent, most = s->mode & MODE_LARGE ? SEGMENT_MAX : 40;
	size_t size = 1 + random_below(&s->random, left < most ? left : most);

	if (s->mode & MODE_AGAIN && random_once_in(&s->random, 4)) {
		size_t from = random_below(&s->random, sender->sent + 1);
		size_t to = from + random_below(&s->random, sender->sent + size - from + 1);

		if (to - from > SEGMENT_MAX)
			to = from + SEGMENT_MAX;
		send_segment(s, sender, from, to - from, FLAG_ACK_);
		if (to > sender->sent) {
			size -= to - sender->sent;
			sender->sent = to;
		}
	}
	send_segment(s, sender, sender->sent, size, FLAG_ACK_ | FLAG_PSH_);
	sender->sent += size;
}

static void send_stream(struct stream *s)
{
	struct sender senders[2] = {
		{.sequence = (uint32_t)random_next(&s->random), .port = 40001},
		/* Near the wrap. */
		{.sequence = -(uint32_t)random_below(&s->random, 4096), .port = 40002},
	};
	size_t count = s->mode & MODE_OTHERS ? 2 : 1, done = 0;

	for (size_t i = 0; i < count; i++)
		send_segment(s, &senders[i], 0, 0, FLAG_SYN_ | FLAG_ACK_);
	while (done < count) {
		struct sender *sender = &senders[random_below(&s->random, count)];

		if (sender->sent == s->size)
			continue;
		send_next(s, sender);
		done += sender->sent == s->size;
	}
	for (size_t i = 0; i < count && s->mode & MODE_FIN; i++)
		send_segment(s, &senders[i], s->size, 0, FLAG_FIN_ | FLAG_ACK_);
}

/* Count the messages over UDP, as often as there are streams of them; collect the stream. */
static void count_messages(struct stream *s, const uint8_t *data, size_t size)
{
	while (size >= 2 + DNS_HEADER) {
		uint8_t frame[14 + 40 + 8 + 20 + MESSAGE_MAX];
		size_t length = get_u16(data), made;

		data += 2;
		size -= 2;
		if (length < DNS_HEADER || length > size)
			length = size;
		if (length > MESSAGE_MAX || s->size + 2 + length > STREAM_MAX)
			return;
		made = build(frame, s, false, 40001, data, length);
		for (unsigned int i = s->mode & MODE_OTHERS ? 2 : 1; i; i--)
			frame_count(s->store, (struct frame_meta){0}, frame, made, made);
		set_u16(s->bytes + s->size, length);
		memcpy(s->bytes + s->size + 2, data, length);
		s->size += 2 + length;
		data += length;
		size -= length;
	}
}

/* What does not depend on how the messages came. */
static void clear_packet_counts(struct host_store *store)
{
	struct pkt_counters *counters = &store->counts.counters;

	for (size_t row = 0; row <= RCODE_DIRECT; row++)
		for (size_t family = 0; family < FAMILY_COUNT; family++) {
			__u64 *count = counters->rcode[row][family];

			count[TRANSPORT_UDP] += count[TRANSPORT_TCP];
			count[TRANSPORT_TCP] = 0;
		}
	counters->packets = 0;
	counters->unlisted = 0;
	memset(counters->udp, 0, sizeof(counters->udp)); /* over TCP a message has its length */
	memset(counters->outcome, 0, sizeof(counters->outcome));
}

static void run(const uint8_t *data, size_t size)
{
	static struct frame_store udp, tcp;
	static struct stream s;
	const char *difference;

	if (size < HEAD)
		return;
	s.mode = data[0];
	s.size = 0;
	s.random.state = get_u32(data + 1);
	s.store = &udp;
	fuzz_choose_lists(size & 1);
	frame_store_reset(&udp);
	count_messages(&s, data + HEAD, size - HEAD);
	frame_store_check(&udp);
	if (!s.size)
		return;

	s.store = &tcp;
	frame_store_reset(&tcp);
	send_stream(&s);
	frame_store_finish(&tcp);
	frame_store_check(&tcp);
	clear_packet_counts(&udp.counts);
	clear_packet_counts(&tcp.counts);
	difference = expected_difference(&udp.counts.counts, &tcp.counts.counts, false);
	if (difference)
		fuzz_fail("over TCP, %s as over UDP", difference);
}

/* Where the message is that @pick falls on; its length prefix is right before. */
static size_t find_message(const uint8_t *data, size_t size, size_t pick, size_t *length)
{
	size_t at = HEAD;

	for (;;) {
		at += 2;
		*length = get_u16(data + at - 2);
		if (*length < DNS_HEADER || *length > size - at)
			*length = size - at;
		if (!pick-- || size - at - *length < 2 + DNS_HEADER)
			return at;
		at += *length;
	}
}

static size_t mutate(uint8_t *data, size_t size, size_t max, uint32_t seed)
{
	static uint8_t message[MESSAGE_MAX + 2];
	struct random random = {seed};
	size_t at, length, made, behind;

	if (size < HEAD + 2 + DNS_HEADER || random_once_in(&random, 32))
		return fuzz_bytes(data, size, max);
	if (random_once_in(&random, 4)) { /* other cuts */
		data[0] = (uint8_t)random_next(&random);
		set_u32(data + 1, (uint32_t)random_next(&random));
		return size;
	}
	at = find_message(data, size, random_below(&random, 6), &length);
	if (length > MESSAGE_MAX)
		return fuzz_bytes(data, size, max);
	memcpy(message, data + at, length);
	made = dns_mutate(message, length, MESSAGE_MAX, &random);
	behind = size - at - length;
	if (random_once_in(&random, 8)) { /* once more, in front of itself */
		at -= 2;
		made = length + 2;
		memcpy(message, data + at, made);
		length = 0;
		behind = size - at;
	} else if (made >= DNS_HEADER) {
		set_u16(data + at - 2, made);
	}
	if (at + made + behind > max)
		return size;
	memmove(data + at + made, data + at + length, behind);
	memcpy(data + at, message, made);
	return at + made + behind;
}

const struct fuzz_target fuzz_tcp = {"tcp", run, mutate};
