// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "dialogue.h"

#include <stdio.h>
#include <string.h>

#include "message.h"
#include "packet.h"

/* For so many steps an answer is known by its query, which may then give its place to another. */
#define REMEMBERED 60u

const char *const dialogue_servers[FAMILY_COUNT] = {"198.51.100.9", "2001:db8:ffff::99"};

/* xorshift64*: Vigna, 2016. */
static uint32_t below(struct dialogue *d, uint32_t limit)
{
	d->random ^= d->random >> 12;
	d->random ^= d->random << 25;
	d->random ^= d->random >> 27;
	return (uint32_t)((d->random * 0x2545f4914f6cdd1dULL) >> 32) % limit;
}

static void make_name(struct dialogue *d, char name[256])
{
	uint32_t labels = below(d, 8) ? 1 + below(d, 5) : below(d, 20);
	size_t used = 0;

	name[0] = '\0';
	for (uint32_t i = 0; i < labels && used < 180; i++) {
		uint32_t length = 1 + below(d, below(d, 9) ? 12 : 60);

		for (uint32_t j = 0; j < length; j++)
			name[used++] = (char)((below(d, 4) ? 'a' : 'A') + below(d, 26));
		name[used++] = '.';
		name[used] = '\0';
	}
}

/* Every second letter in its other case: names are the same (RFC 4343), whoever sends them. */
static void change_case(struct dialogue *d, char *name)
{
	for (; *name; name++)
		if (*name != '.' && below(d, 2))
			*name ^= 0x20;
}

static void begin_talk(struct dialogue *d, struct talk *talk)
{
	*talk = (struct talk){
		.sent = below(d, 2),
		.ipv6 = below(d, 3) == 0,
		.tcp = below(d, 4) == 0,
		.port = d->port++,
		.id = (uint16_t)below(d, 65536),
		.type = below(d, 2) ? 1 : below(d, 60000),
		.sequence = below(d, UINT32_MAX),
	};
	make_name(d, talk->name);
	if (d->port < 20000)
		d->port = 20000;
}

/* Put the message that is in d->message into a frame, of one of several forms. */
static void wrap(struct dialogue *d, struct talk *talk, bool answer)
{
	static const uint8_t no_operation[4] = {1, 1, 1, 1};
	const char *const host = talk->ipv6 ? "2001:db8::1" : "192.0.2.1",
			  *other = dialogue_servers[talk->ipv6];
	/* The one who asks has the port of its own. */
	bool from_host = talk->sent != answer;
	struct frame frame = {
		.family = talk->ipv6 ? 6 : 4,
		.source = from_host ? host : other,
		.destination = from_host ? other : host,
		.source_port = answer ? 53 : talk->port,
		.destination_port = answer ? talk->port : 53,
		.l4 = talk->tcp ? L4_TCP : L4_UDP,
	};
	struct buf stream = {0};
	uint32_t form = below(d, 8);

	if (form == 1 || form == 2) {
		frame.vlans = form;
		frame.vlan[0].tci = frame.vlan[1].tci = 7;
	} else if (form == 3 && !talk->ipv6) {
		frame.ip_options = no_operation;
		frame.ip_options_length = sizeof(no_operation);
	}
	if (talk->tcp) {
		stream_message(&stream, &d->message);
		frame.sequence = talk->sequence;
		if (answer)
			talk->sequence += (uint32_t)stream.length;
		packet_build(&d->frame, &frame, stream.data, stream.length);
	} else {
		packet_build(&d->frame, &frame, d->message.data, d->message.length);
	}
	buf_free(&stream);
	d->direction = from_host ? DIRECTION_TX : DIRECTION_RX;
}

static void expect(struct dialogue *d, enum txn_event event)
{
	d->count[d->direction][event]++;
}

static void ask(struct dialogue *d, struct talk *talk, unsigned int questions)
{
	message_begin(&d->message, talk->id, MSG_RD);
	for (unsigned int i = 0; i < questions; i++)
		message_question(&d->message, talk->name, talk->type, 1);
	if (below(d, 2))
		message_opt(&d->message, 0, 0, 1);
	wrap(d, talk, false);
}

static bool waits(const struct dialogue *d, const struct talk *talk)
{
	return talk->asked && !talk->answered &&
	       (!d->timeout_ns || d->now_ns - talk->asked_ns <= d->timeout_ns);
}

/* Whether too little is between now and the timeout for a clock of 1.024 us to tell. */
static bool is_close(const struct dialogue *d, const struct talk *talk)
{
	int64_t left = talk->asked_ns + d->timeout_ns - d->now_ns;

	return d->timeout_ns && talk->asked && left > -10000 && left < 10000;
}

static void step_query(struct dialogue *d, struct talk *talk)
{
	if (waits(d, talk)) {
		d->what = "a query again";
		ask(d, talk, 1);
		expect(d, talk->tcp ? TXN_RESENT : TXN_RETRY);
		talk->retried |= !talk->tcp;
		return;
	}
	d->what = "a query";
	begin_talk(d, talk);
	talk->asked = true;
	talk->asked_ns = d->now_ns;
	ask(d, talk, 1);
	expect(d, TXN_NEW);
}

static void step_untracked_query(struct dialogue *d)
{
	struct talk talk;

	d->what = "a query of no question, or of two";
	begin_talk(d, &talk);
	/* In a stream, what has two questions is not taken for a message. */
	ask(d, &talk, talk.tcp ? 0 : below(d, 2) * 2);
	expect(d, TXN_QUERY_UNTRACKED);
}

/* What a response of that RCODE with these parts is: RFC 1034 section 4.3.2, RFC 2308 section 2.2. */
static enum txn_result result_of(unsigned int rcode, bool data, bool soa, bool ns,
				 unsigned int flags)
{
	if (rcode == 0)
		return !data && !soa && ns && !(flags & (MSG_AA | MSG_TC)) ? TXN_RESULT_REFERRAL
									   : TXN_RESULT_FINE;
	if (rcode == 3)
		return TXN_RESULT_FINE;
	return rcode == 5 ? TXN_RESULT_REFUSED : TXN_RESULT_FAILED;
}

static void answer(struct dialogue *d, struct talk *talk, unsigned int id, unsigned int questions)
{
	static const unsigned int rcodes[] = {0, 0, 0, 2, 3, 5};
	unsigned int rcode = rcodes[below(d, 6)], extended = below(d, 12) ? 0 : 1;
	unsigned int flags = (below(d, 3) ? 0 : MSG_AA) | (below(d, 8) ? 0 : MSG_TC);
	bool address = below(d, 2), alias = !below(d, 5), soa = !below(d, 4), ns = below(d, 2);
	const char *owner = questions ? "@12" : "x.";
	char name[256];

	memcpy(name, talk->name, sizeof(name));
	change_case(d, name);
	message_begin(&d->message, id, MSG_QR | MSG_RA | flags | rcode);
	for (unsigned int i = 0; i < questions; i++)
		message_question(&d->message, name, talk->type, 1);
	if (alias)
		message_cname(&d->message, SECTION_ANSWER, owner, "y.");
	if (address)
		message_a(&d->message, SECTION_ANSWER, owner, "192.0.2.7");
	if (ns)
		message_ns(&d->message, SECTION_AUTHORITY, owner, "ns.");
	if (soa)
		message_soa(&d->message, SECTION_AUTHORITY, owner);
	if (extended || below(d, 2))
		message_opt(&d->message, extended, 0, 1);
	d->result = result_of(rcode | extended << 4, address || alias, soa, ns, flags);
	wrap(d, talk, true);
}

/* A response of upstream has been matched. */
static void add_response(struct dialogue *d, const struct talk *talk)
{
	struct dialogue_server *server = &d->server[talk->ipv6];
	uint64_t units = (uint64_t)((d->now_ns >> TXN_UNIT_SHIFT) -
				    (talk->asked_ns >> TXN_UNIT_SHIFT));

	server->result[d->result]++;
	if (!talk->retried) {
		server->timed++;
		server->sum += units;
		server->longest = units > server->longest ? units : server->longest;
	}
	if (talk->asked_ns > server->asked_ns)
		server->asked_ns = talk->asked_ns;
	server->answered_ns = d->now_ns;
}

static void step_answer(struct dialogue *d, struct talk *talk)
{
	bool waited = waits(d, talk), whole = below(d, 6) != 0;

	d->what = whole ? "an answer" : "an answer without a question";
	/* One that has been answered, and whose place is another's by now, is nobody's: at once, or never. */
	answer(d, talk, talk->id, whole);
	if (waited) {
		expect(d, TXN_ANSWERED);
		if (talk->retried)
			expect(d, TXN_AMBIGUOUS);
		if (talk->sent)
			add_response(d, talk);
	} else {
		expect(d, TXN_LATE);
	}
	talk->answered = true;
	talk->answered_step = d->steps;
	if (!waited)
		talk->asked = false;
}

static void step_duplicate(struct dialogue *d, struct talk *talk)
{
	d->what = "an answer again";
	answer(d, talk, talk->id, 1);
	expect(d, talk->tcp ? TXN_RESPONSE_UNTRACKED : TXN_DUPLICATE);
	talk->asked = false;
}

static void step_wrong_id(struct dialogue *d, struct talk *talk)
{
	d->what = "an answer with another id";
	answer(d, talk, talk->id ^ (1u + below(d, 65535)), below(d, 2));
	expect(d, talk->tcp ? TXN_RESPONSE_UNTRACKED : TXN_MISMATCHED);
}

static void step_wrong_name(struct dialogue *d, struct talk *talk)
{
	struct talk other = *talk;

	d->what = "an answer to another question";
	other.type = talk->type ^ 1u;
	answer(d, &other, talk->id, 1);
	talk->sequence = other.sequence;
	expect(d, talk->tcp ? TXN_RESPONSE_UNTRACKED : TXN_MISMATCHED);
}

static void step_unsolicited(struct dialogue *d)
{
	struct talk talk;
	bool two = below(d, 4) == 0;

	d->what = two ? "an answer of two questions" : "an answer to nothing";
	begin_talk(d, &talk);
	talk.tcp &= !two;
	answer(d, &talk, talk.id, two ? 2 : 1);
	expect(d, two || talk.tcp ? TXN_RESPONSE_UNTRACKED : TXN_UNSOLICITED);
}

void dialogue_step(struct dialogue *d)
{
	struct talk *talk = &d->talk[below(d, DIALOGUE_TALKS)];
	uint32_t which = below(d, 100);
	bool waiting;

	d->steps++;
	if (d->port < 20000)
		d->port = 20000;
	if (d->timeout_ns)
		d->now_ns += below(d, 20000000);
	while (is_close(d, talk))
		talk = &d->talk[below(d, DIALOGUE_TALKS)];
	waiting = waits(d, talk);
	if (which < 4)
		step_untracked_query(d);
	else if (which < 10)
		step_unsolicited(d);
	else if (talk->asked && talk->answered && d->steps - talk->answered_step < REMEMBERED)
		step_duplicate(d, talk);
	else if (waiting && which < 18)
		step_wrong_id(d, talk);
	else if (
		waiting && !d->any_key &&
		which < 19) /* seldom: of a question a word has 10 bits, one in 1,024 passes for another */
		step_wrong_name(d, talk);
	else if (talk->asked && !talk->answered && which < 70)
		step_answer(d, talk);
	else
		step_query(d, talk);
}

size_t dialogue_waiting(const struct dialogue *d, enum txn_side side)
{
	size_t count = 0;

	for (size_t i = 0; i < DIALOGUE_TALKS; i++)
		count += waits(d, &d->talk[i]) && d->talk[i].sent == (side == TXN_UPSTREAM);
	return count;
}

void dialogue_free(struct dialogue *d)
{
	buf_free(&d->message);
	buf_free(&d->frame);
}
