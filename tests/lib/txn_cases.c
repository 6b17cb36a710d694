// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "txn_cases.h"

#include "message.h"
#include "packet.h"

#define IS(...)     .is = {__VA_ARGS__}
#define EVENT(name) (TXN_##name + 1)
#define NEW         EVENT(NEW)
#define RETRY       EVENT(RETRY)
#define RESENT      EVENT(RESENT)
#define ANSWERED    EVENT(ANSWERED)
#define AMBIGUOUS   EVENT(AMBIGUOUS)
#define LATE        EVENT(LATE)
#define EXPIRED     EVENT(EXPIRED)
#define DUPLICATE   EVENT(DUPLICATE)
#define MISMATCHED  EVENT(MISMATCHED)
#define UNSOLICITED EVENT(UNSOLICITED)
#define NO_QUERY    EVENT(QUERY_UNTRACKED)
#define NO_RESPONSE EVENT(RESPONSE_UNTRACKED)

#define ASK(...)            \
	{                   \
		__VA_ARGS__ \
	}
#define REPLY(...)                          \
	{                                   \
		.answer = true, __VA_ARGS__ \
	}
#define LATER TXN_CASE_LATER

/* With these, no other question agrees in all ten bits that are kept of it, as one in 1,024 does. */
#define PORTS 3000u

#define LABEL63 "a23456789012345678901234567890123456789012345678901234567890123"
/* 255 octets: RFC 1035 section 3.1. */
#define LONGEST                         \
	LABEL63 "." LABEL63 "." LABEL63 \
		".b234567890123456789012345678901234567890123456789012345678901."

const struct txn_case txn_cases[] = {
	{"an answer", false, {ASK(IS(NEW)), REPLY(.after_ms = 30, IS(ANSWERED), .took_ms = 30)}},
	{"asked again before the answer: one transaction, from its first query on",
	 false,
	 {ASK(IS(NEW)), ASK(.after_ms = 20, IS(RETRY)), ASK(.after_ms = 20, IS(RETRY)),
	  REPLY(.after_ms = 10, IS(ANSWERED, AMBIGUOUS), .took_ms = 50)}},
	{"asked again behind the answer: another transaction, from then on",
	 false,
	 {ASK(IS(NEW)), REPLY(.after_ms = 5, IS(ANSWERED), .took_ms = 5),
	  ASK(.after_ms = 400, IS(NEW)), REPLY(.after_ms = 5, IS(ANSWERED), .took_ms = 5)}},
	{"asked again before the answer, both answered",
	 false,
	 {ASK(IS(NEW)), ASK(.after_ms = 20, IS(RETRY)),
	  REPLY(.after_ms = 5, IS(ANSWERED, AMBIGUOUS), .took_ms = 25),
	  REPLY(.after_ms = 20, IS(DUPLICATE))}},
	{"id and port used again for another question behind the answer",
	 false,
	 {ASK(IS(NEW)), REPLY(.after_ms = 5, IS(ANSWERED), .took_ms = 5),
	  ASK(.after_ms = 500, .name = "mail.example.net.", IS(NEW)),
	  REPLY(.after_ms = 7, .name = "mail.example.net.", IS(ANSWERED), .took_ms = 7)}},
	{"id and port used again for another question while the first waits",
	 false,
	 {ASK(IS(NEW)), ASK(.after_ms = 10, .name = "mail.example.net.", IS(NEW)),
	  REPLY(.after_ms = 10, .name = "mail.example.net.", IS(ANSWERED), .took_ms = 10),
	  REPLY(.after_ms = 10, IS(ANSWERED), .took_ms = 30)}},
	{"id and port used again behind the timeout",
	 false,
	 {ASK(IS(NEW)), ASK(.after_ms = LATER, IS(NEW, EXPIRED)),
	  REPLY(.after_ms = 3, IS(ANSWERED), .took_ms = 3)}},
	{"id and port used again for another question behind the timeout",
	 false,
	 {ASK(IS(NEW)), ASK(.after_ms = LATER, .name = "mail.example.net.", IS(NEW)),
	  REPLY(.after_ms = 3, .name = "mail.example.net.", IS(ANSWERED), .took_ms = 3),
	  REPLY(.after_ms = 1, IS(LATE))}},
	{"one id, one port, two servers",
	 false,
	 {ASK(IS(NEW)), ASK(.after_ms = 10, .server = 1, IS(NEW)),
	  REPLY(.after_ms = 10, .server = 1, IS(ANSWERED), .took_ms = 10),
	  REPLY(.after_ms = 10, IS(ANSWERED), .took_ms = 30)}},
	{"one id, one port, two servers, of which one answers",
	 false,
	 {ASK(IS(NEW)), ASK(.server = 1, IS(NEW)),
	  REPLY(.after_ms = 10, IS(ANSWERED), .took_ms = 10), REPLY(.after_ms = 10, IS(DUPLICATE)),
	  REPLY(.after_ms = LATER, .server = 1, IS(LATE))}},
	{"answers again",
	 false,
	 {ASK(IS(NEW)), REPLY(IS(ANSWERED), .took_ms = 0), REPLY(IS(DUPLICATE)),
	  REPLY(.after_ms = 300, IS(DUPLICATE))}},
	{"a late answer",
	 false,
	 {ASK(IS(NEW)), REPLY(.after_ms = LATER, IS(LATE)), REPLY(IS(LATE))}},
	{"forged ids before the answer",
	 false,
	 {ASK(IS(NEW)), REPLY(.id = 1, IS(MISMATCHED)), REPLY(.id = 4661, IS(MISMATCHED)),
	  REPLY(.id = 0x3412, IS(MISMATCHED)), REPLY(.after_ms = 8, IS(ANSWERED), .took_ms = 8),
	  REPLY(.id = 2, IS(UNSOLICITED))}},
	{"another name, with a label more, fewer octets, or others",
	 false,
	 {ASK(IS(NEW)), REPLY(.name = "a.www.example.com.", IS(MISMATCHED)),
	  REPLY(.name = "ww.example.com.", IS(MISMATCHED)),
	  REPLY(.name = "wwx.example.com.", IS(MISMATCHED)),
	  REPLY(.name = "www.example.con.", IS(MISMATCHED)), REPLY(.name = ".", IS(MISMATCHED)),
	  REPLY(.after_ms = 4, IS(ANSWERED), .took_ms = 4)}},
	{"another type, another class",
	 false,
	 {ASK(.type = 28, IS(NEW)), REPLY(.type = 1, IS(MISMATCHED)),
	  REPLY(.type = 28, .class = 3, IS(MISMATCHED)),
	  REPLY(.after_ms = 4, .type = 28, IS(ANSWERED), .took_ms = 4)}},
	{"A and AAAA from one port with one id",
	 false,
	 {ASK(IS(NEW)), ASK(.type = 28, IS(NEW)),
	  REPLY(.after_ms = 3, .type = 28, IS(ANSWERED), .took_ms = 3),
	  REPLY(.after_ms = 3, IS(ANSWERED), .took_ms = 6)}},
	{"letters in the other case: draft-vixie-dnsext-dns0x20, RFC 4343",
	 false,
	 {ASK(.name = "wWw.ExAmPlE.cOm.", IS(NEW)),
	  REPLY(.after_ms = 6, .name = "WWW.example.COM.", IS(ANSWERED), .took_ms = 6)}},
	{"no question in the answer",
	 false,
	 {ASK(IS(NEW)), REPLY(.no_question = true, .id = 99, IS(MISMATCHED)),
	  REPLY(.after_ms = 2, .no_question = true, .flags = 1, IS(ANSWERED), .took_ms = 2)}},
	{"no question, two questions",
	 false,
	 {ASK(.no_question = true, IS(NO_QUERY)), ASK(.two = true, IS(NO_QUERY)),
	  REPLY(.two = true, IS(NO_RESPONSE)), ASK(IS(NEW)), REPLY(.two = true, IS(NO_RESPONSE)),
	  REPLY(.after_ms = 1, IS(ANSWERED), .took_ms = 1)}},
	{"nobody asked, or not there",
	 false,
	 {REPLY(IS(UNSOLICITED)), ASK(IS(NEW)), REPLY(.port = 1, IS(UNSOLICITED)),
	  REPLY(.server = 1, IS(UNSOLICITED)), REPLY(.after_ms = 9, IS(ANSWERED), .took_ms = 9)}},
	{"messages of more than 255 octets",
	 false,
	 {ASK(.padding = 300, IS(NEW)),
	  REPLY(.after_ms = 2, .padding = 1000, IS(ANSWERED), .took_ms = 2)}},
	{"id 65535, the root and the longest name",
	 false,
	 {ASK(.id = 65535, .name = ".", IS(NEW)), ASK(.id = 65535, .name = LONGEST, IS(NEW)),
	  REPLY(.after_ms = 2, .id = 65535, .name = LONGEST, IS(ANSWERED), .took_ms = 2),
	  REPLY(.id = 65535, .name = ".", IS(ANSWERED), .took_ms = 2)}},
	{"nine from one socket, answered the other way round",
	 false,
	 {ASK(.id = 1, IS(NEW)), ASK(.id = 2, IS(NEW)), ASK(.id = 3, IS(NEW)),
	  ASK(.id = 4, IS(NEW)), ASK(.id = 5, IS(NEW)), ASK(.id = 6, IS(NEW)),
	  ASK(.id = 7, IS(NEW)), ASK(.id = 8, IS(NEW)), ASK(.id = 9, IS(NEW)),
	  REPLY(.after_ms = 10, .id = 9, IS(ANSWERED), .took_ms = 10),
	  REPLY(.id = 8, IS(ANSWERED), .took_ms = 10), REPLY(.id = 7, IS(ANSWERED), .took_ms = 10),
	  REPLY(.id = 6, IS(ANSWERED), .took_ms = 10), REPLY(.id = 5, IS(ANSWERED), .took_ms = 10),
	  REPLY(.id = 4, IS(ANSWERED), .took_ms = 10), REPLY(.id = 3, IS(ANSWERED), .took_ms = 10),
	  REPLY(.id = 2, IS(ANSWERED), .took_ms = 10),
	  REPLY(.id = 1, IS(ANSWERED), .took_ms = 10)}},
	{"a router sees each twice, once on either side",
	 false,
	 {ASK(IS(NEW)), ASK(.other_way = true, IS(NEW)),
	  REPLY(.after_ms = 10, .other_way = true, IS(ANSWERED), .took_ms = 10),
	  REPLY(.after_ms = 1, IS(ANSWERED), .took_ms = 11)}},
	{"fragments: the first has header and question",
	 false,
	 {ASK(.cut = 48, .padding = 40, IS(NEW)),
	  REPLY(.after_ms = 5, .cut = 64, .padding = 100, IS(ANSWERED), .took_ms = 5)}},
	{"fragments, the second before the first",
	 false,
	 {ASK(.cut = 48, .padding = 40, .swapped = true, IS(NEW)),
	  REPLY(.after_ms = 5, .cut = 64, .padding = 100, .swapped = true, IS(ANSWERED),
		.took_ms = 5)}},

	{"over TCP", true, {ASK(IS(NEW)), REPLY(.after_ms = 15, IS(ANSWERED), .took_ms = 15)}},
	{"over TCP: a segment comes again",
	 true,
	 {ASK(IS(NEW)), ASK(.after_ms = 200, .again = true, IS(RESENT)),
	  REPLY(.after_ms = 5, IS(ANSWERED), .took_ms = 205)}},
	{"over TCP: one after another with one id",
	 true,
	 {ASK(IS(NEW)), REPLY(.after_ms = 3, IS(ANSWERED), .took_ms = 3),
	  ASK(.after_ms = 300, .type = 28, IS(NEW)),
	  REPLY(.after_ms = 4, .type = 28, IS(ANSWERED), .took_ms = 4)}},
	{"over TCP: three at once, answered out of order (RFC 7766 section 7)",
	 true,
	 {ASK(.id = 1, IS(NEW)), ASK(.after_ms = 1, .id = 2, .name = "b.example.", IS(NEW)),
	  ASK(.after_ms = 1, .id = 3, .name = "c.example.", IS(NEW)),
	  REPLY(.after_ms = 10, .id = 3, .name = "c.example.", IS(ANSWERED), .took_ms = 10),
	  REPLY(.after_ms = 1, .id = 1, IS(ANSWERED), .took_ms = 13),
	  REPLY(.after_ms = 1, .id = 2, .name = "b.example.", IS(ANSWERED), .took_ms = 13)}},
	{"over TCP: three in one segment, answered in one, out of order",
	 true,
	 {ASK(.id = 1, .more = true), ASK(.id = 2, .name = "b.example.", .more = true),
	  ASK(.id = 3, .name = "c.example.", IS(NEW, NEW, NEW)),
	  REPLY(.after_ms = 10, .id = 3, .name = "c.example.", .more = true, .took_ms = 10),
	  REPLY(.id = 1, .more = true, .took_ms = 10),
	  REPLY(.id = 2, .name = "b.example.", IS(ANSWERED, ANSWERED, ANSWERED), .took_ms = 10)}},
	{"over TCP: another id, another question, no query",
	 true,
	 {REPLY(IS(NO_RESPONSE)), ASK(IS(NEW)), REPLY(.id = 77, IS(NO_RESPONSE)),
	  REPLY(.name = "b.example.", IS(NO_RESPONSE)),
	  REPLY(.after_ms = 2, IS(ANSWERED), .took_ms = 2)}},
	{"over TCP: a zone transfer of three messages (RFC 5936 section 2.2)",
	 true,
	 {ASK(.type = 252, IS(NEW)),
	  REPLY(.after_ms = 12, .type = 252, .padding = 600, IS(ANSWERED), .took_ms = 12),
	  REPLY(.after_ms = 5, .type = 252, .padding = 600, IS(NO_RESPONSE)),
	  REPLY(.after_ms = 5, .no_question = true, .padding = 600, IS(NO_RESPONSE))}},
	{"over TCP: an answer in two segments",
	 true,
	 {ASK(IS(NEW)),
	  REPLY(.after_ms = 3, .cut = 60, .padding = 300, IS(ANSWERED), .took_ms = 3)}},
	{"over TCP: an answer that is cut in its question",
	 true,
	 {ASK(IS(NEW)), REPLY(.after_ms = 3, .cut = 20, IS(ANSWERED), .took_ms = 3)}},
	{"over TCP: a late answer", true, {ASK(IS(NEW)), REPLY(.after_ms = LATER, IS(LATE))}},
};

const size_t txn_case_count = sizeof(txn_cases) / sizeof(txn_cases[0]);

const struct txn_case_step *txn_case_now(const struct txn_case_run *run)
{
	const struct txn_case_step *step = &run->of->step[run->at];

	return run->at < TXN_CASE_STEPS && (step->is[0] || step->more) ? step : NULL;
}

static void build_message(struct buf *message, const struct txn_case_step *step)
{
	const char *name = step->name ? step->name : "www.example.com.";
	unsigned int type = step->type ? step->type : TYPE_A,
		     class = step->class ? step->class : CLASS_IN;

	message_begin(message, step->id ? step->id : 4660,
		      step->flags | (step->answer ? MSG_QR | MSG_RA : MSG_RD));
	for (int i = !step->no_question + step->two; i; i--)
		message_question(message, name, type, class);
	if (step->padding)
		message_padding(message, message_opt(message, 0, 0, 1), step->padding);
}

/* Addresses, by IPv6 and number: of this host, and of others. */
static const char *const hosts[2][2] = {{"192.0.2.1", "192.0.2.2"}, {"2001:db8::1", "2001:db8::2"}};
static const char *const others[2][2] = {{"198.51.100.9", "198.51.100.10"},
					 {"2001:db8:ffff::99", "2001:db8:ffff::9a"}};

/* A packet, or two fragments of one. */
static void add_packet(struct txn_case_frames *frames, const struct frame *like,
		       const struct buf *payload, size_t first)
{
	struct frame frame = *like;
	size_t all = 8 + payload->length; /* behind the UDP header */

	if (!first) {
		packet_build(&frames->frame[frames->count++], &frame, payload->data,
			     payload->length);
		return;
	}
	if (frame.family == 6) {
		frame.extensions = 1;
		frame.extension[0].type = EXT_FRAGMENT;
	}
	frame.fragment_size = first;
	packet_build(&frames->frame[frames->count++], &frame, payload->data, payload->length);
	frame.fragment_offset = first;
	frame.fragment_size = all - first;
	packet_build(&frames->frame[frames->count++], &frame, payload->data, payload->length);
}

static void add_segments(struct txn_case_frames *frames, struct frame *frame, uint32_t *sequence,
			 const struct buf *stream, const struct txn_case_step *step)
{
	size_t first = step->cut ? step->cut : stream->length;

	frame->l4 = L4_TCP;
	frame->sequence = step->again ? *sequence - (uint32_t)stream->length : *sequence;
	packet_build(&frames->frame[frames->count++], frame, stream->data, first);
	frame->sequence += (uint32_t)first;
	if (first < stream->length)
		packet_build(&frames->frame[frames->count++], frame, stream->data + first,
			     stream->length - first);
	*sequence = step->again ? *sequence : *sequence + (uint32_t)stream->length;
}

void txn_case_frames(struct txn_case_run *run, unsigned int variant)
{
	const struct txn_case_step *step = &run->of->step[run->at];
	struct txn_case_frames *frames = &run->frames;
	bool sent = variant & 1, ipv6 = variant & 2, by_host = sent != step->answer;
	size_t number = (size_t)(run->of - txn_cases) * TXN_CASE_VARIANTS + variant;
	uint16_t port = (uint16_t)(PORTS + 4 * number + step->port);
	const char *asker = sent ? hosts[ipv6][0] : others[ipv6][0];
	const char *server = sent ? others[ipv6][step->server] : hosts[ipv6][step->server];
	struct frame frame = {
		.family = ipv6 ? 6 : 4,
		.vlans = variant & 4 ? 1 : 0,
		.vlan = {{.tci = 7}},
		.source = step->answer ? server : asker,
		.destination = step->answer ? asker : server,
		.source_port = step->answer ? 53 : port,
		.destination_port = step->answer ? port : 53,
	};
	struct buf message = {0}, *stream = &run->stream[variant], swapped;

	frames->count = 0;
	frames->direction = by_host != step->other_way ? DIRECTION_TX : DIRECTION_RX;
	frames->side = sent != step->other_way ? TXN_UPSTREAM : TXN_CLIENTS;
	build_message(&message, step);
	if (run->of->tcp) {
		stream_message(stream, &message);
		if (!step->more) {
			add_segments(frames, &frame, &run->sequence[variant][step->answer], stream,
				     step);
			buf_reset(stream);
		}
	} else {
		add_packet(frames, &frame, &message, step->cut);
	}
	if (step->swapped) {
		swapped = frames->frame[0];
		frames->frame[0] = frames->frame[1];
		frames->frame[1] = swapped;
	}
	buf_free(&message);
}

void txn_case_free(struct txn_case_run *run)
{
	for (unsigned int i = 0; i < TXN_CASE_VARIANTS; i++)
		buf_free(&run->stream[i]);
	for (unsigned int i = 0; i < TXN_CASE_FRAMES; i++)
		buf_free(&run->frames.frame[i]);
}
