// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Well-formed answers: every kind over every family and transport, then what a NOERROR can hold. */
#include "case_list.h"

#include <stdio.h>

/* "@12" is the question's name, "@16" its parent, example.com. */

static void fill_data(struct buf *msg)
{
	case_answer(msg, RESPONSE, TYPE_A);
	message_a(msg, SECTION_ANSWER, "@12", "192.0.2.80");
}

static void fill_nodata(struct buf *msg)
{
	case_answer(msg, RESPONSE, TYPE_AAAA);
	message_soa(msg, SECTION_AUTHORITY, "@16");
}

static void fill_referral(struct buf *msg)
{
	case_answer(msg, RESPONSE, TYPE_A);
	message_ns(msg, SECTION_AUTHORITY, "@16", "ns1.example.net");
	message_ns(msg, SECTION_AUTHORITY, "@16", "ns2.example.net");
	message_a(msg, SECTION_ADDITIONAL, "ns1.example.net", "192.0.2.54");
}

static void fill_truncated(struct buf *msg)
{
	case_answer(msg, RESPONSE | MSG_TC, TYPE_A);
}

static void fill_empty(struct buf *msg)
{
	case_answer(msg, RESPONSE, TYPE_A);
}

static void fill_nxdomain(struct buf *msg)
{
	case_answer(msg, RESPONSE | 3, TYPE_A);
	message_soa(msg, SECTION_AUTHORITY, "@16");
}

static void fill_servfail(struct buf *msg)
{
	case_answer(msg, RESPONSE | 2, TYPE_A);
	message_ede(msg, message_opt(msg, 0, 0, 1), 7, "signature expired");
}

static void fill_refused(struct buf *msg)
{
	case_answer(msg, RESPONSE | 5, TYPE_A);
	message_ede(msg, message_opt(msg, 0, 0, 0), 18, "");
}

static void fill_badvers(struct buf *msg)
{
	case_answer(msg, RESPONSE, TYPE_A);
	message_opt(msg, 16 >> 4, 0, 0);
}

static void fill_badcookie(struct buf *msg)
{
	case_answer(msg, RESPONSE | (23 & 15), TYPE_A);
	message_cookie(msg, message_opt(msg, 23 >> 4, 0, 0));
}

static void fill_24(struct buf *msg)
{
	case_answer(msg, RESPONSE | (24 & 15), TYPE_A);
	message_opt(msg, 24 >> 4, 0, 0);
}

static void fill_3841(struct buf *msg)
{
	case_answer(msg, RESPONSE | (3841 & 15), TYPE_A);
	message_opt(msg, 3841 >> 4, 0, 0);
}

static void fill_4095(struct buf *msg)
{
	case_answer(msg, RESPONSE | (4095 & 15), TYPE_A);
	message_ede(msg, message_opt(msg, 4095 >> 4, 0, 0), 0, "all bits set");
}

static const struct {
	const char *name;
	void (*fill)(struct buf *msg);
	struct expect expect;
} answers[] = {
	{"data", fill_data, {.rcode = 0, .qtype = TYPE_A, .answer = "data"}},
	{"nodata", fill_nodata, {.rcode = 0, .qtype = TYPE_AAAA, .answer = "nodata"}},
	{"referral", fill_referral, {.rcode = 0, .qtype = TYPE_A, .answer = "referral"}},
	{"truncated",
	 fill_truncated,
	 {.rcode = 0, .qtype = TYPE_A, .answer = "truncated", .flags = EXPECT_TC}},
	{"empty", fill_empty, {.rcode = 0, .qtype = TYPE_A, .answer = "empty"}},
	{"nxdomain", fill_nxdomain, {.rcode = 3, .qtype = TYPE_A}},
	{"servfail-ede7", fill_servfail, {.rcode = 2, .qtype = TYPE_A, .edes = 1, .ede = {7}}},
	{"refused-ede18", fill_refused, {.rcode = 5, .qtype = TYPE_A, .edes = 1, .ede = {18}}},
	{"badvers", fill_badvers, {.rcode = 16, .qtype = TYPE_A}},
	{"badcookie", fill_badcookie, {.rcode = 23, .qtype = TYPE_A}},
	{"rcode24", fill_24, {.rcode = 24, .qtype = TYPE_A}},
	{"rcode3841", fill_3841, {.rcode = 3841, .qtype = TYPE_A}},
	{"rcode4095-ede0", fill_4095, {.rcode = 4095, .qtype = TYPE_A, .edes = 1, .ede = {0}}},
};

static const struct {
	const char *name;
	struct frame frame;
} carriers[] = {
	{"udp4", {.family = 4}},
	{"tcp4", {.family = 4, .l4 = L4_TCP, .sequence = 1000, .acknowledgement = 2000}},
	{"udp6", {.family = 6}},
	{"tcp6", {.family = 6, .l4 = L4_TCP, .sequence = 4294967290u, .acknowledgement = 1}},
};

static void add_grid(struct buf *msg)
{
	for (size_t c = 0; c < sizeof(carriers) / sizeof(carriers[0]); c++)
		for (size_t a = 0; a < sizeof(answers) / sizeof(answers[0]); a++) {
			struct expect expect = answers[a].expect;
			char name[64];

			snprintf(name, sizeof(name), "%s-%s", carriers[c].name, answers[a].name);
			expect.outcome = "response_packets";
			expect.flags |= RESPONSE_SET;
			answers[a].fill(msg);
			case_message(name, &carriers[c].frame, msg, expect, STRICT);
		}
}

/* One case over UDP and IPv4 from the message that the caller has built. */
static void add(const char *name, const struct buf *msg, struct expect expect)
{
	case_message(name, &(struct frame){.family = 4}, msg, expect, STRICT);
}

/* NOERROR is not one thing: RFC 2308 section 2.2, RFC 6672, RFC 1034 section 4.3.2. */
static void add_noerror(struct buf *msg)
{
	case_answer(msg, RESPONSE, TYPE_A);
	message_cname(msg, SECTION_ANSWER, "@12", "a.example.net");
	message_cname(msg, SECTION_ANSWER, "a.example.net", "b.example.net");
	message_soa(msg, SECTION_AUTHORITY, "example.net");
	add("cname-chain-soa", msg, EXPECT_RESPONSE(0, TYPE_A, .answer = "nodata"));

	case_answer(msg, RESPONSE, TYPE_A);
	message_cname(msg, SECTION_ANSWER, "@12", "a.example.net");
	message_rrsig(msg, SECTION_ANSWER, "@12", TYPE_CNAME);
	message_soa(msg, SECTION_AUTHORITY, "example.net");
	message_rrsig(msg, SECTION_AUTHORITY, "example.net", TYPE_SOA);
	add("cname-signed-soa", msg, EXPECT_RESPONSE(0, TYPE_A, .answer = "nodata"));

	case_answer(msg, RESPONSE, TYPE_A);
	message_cname(msg, SECTION_ANSWER, "@12", "a.example.net");
	message_a(msg, SECTION_ANSWER, "a.example.net", "192.0.2.81");
	add("cname-to-data", msg, EXPECT_RESPONSE(0, TYPE_A, .answer = "data"));

	case_answer(msg, RESPONSE, TYPE_CNAME);
	message_cname(msg, SECTION_ANSWER, "@12", "a.example.net");
	add("cname-asked-for", msg, EXPECT_RESPONSE(0, TYPE_CNAME, .answer = "data"));

	case_answer(msg, RESPONSE, TYPE_ANY);
	message_cname(msg, SECTION_ANSWER, "@12", "a.example.net");
	message_soa(msg, SECTION_AUTHORITY, "@16");
	add("cname-for-any", msg, EXPECT_RESPONSE(0, TYPE_ANY, .answer = "data"));

	case_answer(msg, RESPONSE, TYPE_RRSIG);
	message_rrsig(msg, SECTION_ANSWER, "@12", TYPE_A);
	add("rrsig-asked-for", msg, EXPECT_RESPONSE(0, TYPE_RRSIG, .answer = "data"));

	case_answer(msg, RESPONSE, TYPE_A);
	message_dname(msg, SECTION_ANSWER, "@16", "example.net");
	message_cname(msg, SECTION_ANSWER, "@12", "www.example.net");
	message_soa(msg, SECTION_AUTHORITY, "example.net");
	add("dname-soa", msg, EXPECT_RESPONSE(0, TYPE_A, .answer = "nodata"));

	case_answer(msg, RESPONSE, TYPE_A);
	message_dname(msg, SECTION_ANSWER, "@16", "example.net");
	message_cname(msg, SECTION_ANSWER, "@12", "www.example.net");
	message_a(msg, SECTION_ANSWER, "www.example.net", "192.0.2.82");
	add("dname-to-data", msg, EXPECT_RESPONSE(0, TYPE_A, .answer = "data"));

	case_answer(msg, RESPONSE, TYPE_DNAME);
	message_dname(msg, SECTION_ANSWER, "@12", "example.net");
	add("dname-asked-for", msg, EXPECT_RESPONSE(0, TYPE_DNAME, .answer = "data"));

	case_answer(msg, RESPONSE | MSG_TC, TYPE_TXT);
	message_record(msg, SECTION_ANSWER, "@12", TYPE_TXT, CLASS_IN, 60, "\x03one", 4);
	add("tc-with-data", msg,
	    EXPECT_FLAGGED(0, TYPE_TXT, EXPECT_RA | EXPECT_TC, .answer = "data"));

	/* NS and SOA together deny; a referral has no SOA: RFC 2308 section 2.2. */
	case_answer(msg, RESPONSE, TYPE_AAAA);
	message_ns(msg, SECTION_AUTHORITY, "@16", "ns1.example.net");
	message_soa(msg, SECTION_AUTHORITY, "@16");
	add("nodata-with-ns", msg, EXPECT_RESPONSE(0, TYPE_AAAA, .answer = "nodata"));

	case_answer(msg, RESPONSE | MSG_AA, TYPE_AAAA);
	message_ns(msg, SECTION_AUTHORITY, "@16", "ns1.example.net");
	add("authoritative-ns", msg,
	    EXPECT_FLAGGED(0, TYPE_AAAA, EXPECT_RA | EXPECT_AA, .answer = "empty"));

	/* Owners whose first labels are written out: a pointer, or the root, ends them. */
	message_begin(msg, 0x2a17, RESPONSE);
	message_question(msg, "www.sub.example.com", TYPE_A, CLASS_IN);
	message_ns(msg, SECTION_AUTHORITY, "sub.@20", "ns1.example.net");
	add("referral-owner-partly-compressed", msg,
	    EXPECT_RESPONSE(0, TYPE_A, .answer = "referral"));

	message_begin(msg, 0x2a17, RESPONSE);
	message_question(msg, "www.sub.example.com", TYPE_A, CLASS_IN);
	message_ns(msg, SECTION_AUTHORITY, "sub.example.com", "ns1.example.net");
	add("referral-owner-written-out", msg, EXPECT_RESPONSE(0, TYPE_A, .answer = "referral"));

	/* Records that matter only where they stand: an SOA among the additionals denies nothing. */
	case_answer(msg, RESPONSE, TYPE_AAAA);
	message_soa(msg, SECTION_ADDITIONAL, "@16");
	add("soa-in-additional", msg, EXPECT_RESPONSE(0, TYPE_AAAA, .answer = "empty"));

	/* Later messages of a zone transfer have no question: RFC 5936 section 2.2.1. */
	message_begin(msg, 0x2a17, MSG_QR | MSG_AA);
	message_a(msg, SECTION_ANSWER, "www.example.com", "192.0.2.80");
	add("no-question-data", msg, EXPECT_FLAGGED(0, -1, EXPECT_AA, .answer = "data"));

	message_begin(msg, 0x2a17, MSG_QR | 4);
	add("header-alone", msg, EXPECT_FLAGGED(4, -1, 0));

	message_begin(msg, 0x2a17, MSG_QR);
	add("header-alone-noerror", msg, EXPECT_FLAGGED(0, -1, 0, .answer = "empty"));
}

static void add_flags(struct buf *msg)
{
	static const struct {
		const char *name;
		unsigned int bit, expected;
	} flags[] = {
		{"flag-none", 0, 0},
		{"flag-aa", MSG_AA, EXPECT_AA},
		{"flag-tc", MSG_TC, EXPECT_TC},
		{"flag-rd", MSG_RD, 0},
		{"flag-ra", MSG_RA, EXPECT_RA},
		{"flag-z", MSG_Z, 0},
		{"flag-ad", MSG_AD, EXPECT_AD},
		{"flag-cd", MSG_CD, EXPECT_CD},
		{"flag-all", MSG_AA | MSG_TC | MSG_RD | MSG_RA | MSG_AD | MSG_CD,
		 EXPECT_AA | EXPECT_TC | EXPECT_RA | EXPECT_AD | EXPECT_CD},
	};

	for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++) {
		case_answer(msg, MSG_QR | flags[i].bit | 3, TYPE_A);
		message_soa(msg, SECTION_AUTHORITY, "@16");
		add(flags[i].name, msg, EXPECT_FLAGGED(3, TYPE_A, flags[i].expected));
	}
}

static void add_codes(struct buf *msg)
{
	static const int qtypes[] = {0,   71,  72,  247,   248,   249,  252,
				     257, 263, 264, 32768, 65280, 65535};
	char name[64];

	for (size_t i = 0; i < sizeof(qtypes) / sizeof(qtypes[0]); i++) {
		snprintf(name, sizeof(name), "qtype-%d", qtypes[i]);
		case_answer(msg, RESPONSE, (unsigned int)qtypes[i]);
		message_soa(msg, SECTION_AUTHORITY, "@16");
		add(name, msg, EXPECT_RESPONSE(0, qtypes[i], .answer = "nodata"));
	}
	case_answer(msg, RESPONSE, TYPE_HTTPS);
	message_record(msg, SECTION_ANSWER, "@12", TYPE_HTTPS, CLASS_IN, 60, "\x00\x01\x00", 3);
	add("qtype-65", msg, EXPECT_RESPONSE(0, TYPE_HTTPS, .answer = "data"));

	/* Without an OPT there are the header's four bits and no more. */
	for (unsigned int rcode = 1; rcode < 16; rcode++) {
		snprintf(name, sizeof(name), "rcode-%u", rcode);
		case_answer(msg, RESPONSE | rcode, TYPE_A);
		add(name, msg, EXPECT_RESPONSE(rcode, TYPE_A));
	}
	/* The last one that has counters of its own, the first one that has not (abi.h), with an EDE each. */
	for (unsigned int rcode = 31; rcode <= 32; rcode++) {
		snprintf(name, sizeof(name), "rcode-%u", rcode);
		case_answer(msg, RESPONSE | (rcode & 15), TYPE_A);
		message_opt(msg, rcode >> 4, 0, 0);
		add(name, msg, EXPECT_RESPONSE(rcode, TYPE_A));
		snprintf(name, sizeof(name), "rcode-%u-ede-5", rcode);
		case_answer(msg, RESPONSE | (rcode & 15), TYPE_A);
		message_ede(msg, message_opt(msg, rcode >> 4, 0, 0), 5, "");
		add(name, msg, EXPECT_RESPONSE(rcode, TYPE_A, .edes = 1, .ede = {5}));
	}
}

/* Other opcodes have RCODEs too, but their NOERROR is no answer. */
static void add_opcodes(struct buf *msg)
{
	static const unsigned int opcodes[] = {1, 2, 3, 7, 15};
	char name[64];

	message_begin(msg, 1, MSG_QR | MSG_AA | MSG_OPCODE(OPCODE_NOTIFY));
	message_question(msg, "example.com", TYPE_SOA, CLASS_IN);
	add("notify", msg, EXPECT_FLAGGED(0, TYPE_SOA, EXPECT_AA));

	message_begin(msg, 2, MSG_QR | MSG_OPCODE(OPCODE_UPDATE) | 9);
	message_question(msg, "example.com", TYPE_SOA, CLASS_IN);
	add("update-notauth", msg, EXPECT_FLAGGED(9, TYPE_SOA, 0));

	/* IQUERY and STATUS (RFC 1035, 3425), and opcodes that mean nothing yet. */
	for (size_t i = 0; i < sizeof(opcodes) / sizeof(opcodes[0]); i++) {
		snprintf(name, sizeof(name), "opcode-%u", opcodes[i]);
		message_begin(msg, 2, MSG_QR | MSG_OPCODE(opcodes[i]));
		message_question(msg, "example.com", TYPE_A, CLASS_IN);
		message_a(msg, SECTION_ANSWER, "@12", "192.0.2.80");
		message_ede(msg, message_opt(msg, 0, 0, 0), 21, "");
		case_message(name, &(struct frame){.family = 4}, msg,
			     EXPECT_FLAGGED(0, TYPE_A, 0, .edes = 1, .ede = {21}), LOOSE);
		snprintf(name, sizeof(name), "opcode-%u-notimp", opcodes[i]);
		message_begin(msg, 2, MSG_QR | MSG_OPCODE(opcodes[i]) | 4);
		case_message(name, &(struct frame){.family = 4}, msg, EXPECT_FLAGGED(4, -1, 0),
			     LOOSE);
	}

	/* DSO has no sections; its TLVs follow the header: RFC 8490 section 5.4. */
	message_begin(msg, 3, MSG_QR | MSG_OPCODE(OPCODE_DSO) | 11);
	add("dso-dsotypeni", msg, EXPECT_FLAGGED(11, -1, 0));

	message_begin(msg, 3, MSG_QR | MSG_OPCODE(OPCODE_DSO));
	buf_put(msg, "\x00\x01\x00\x08\x00\x00\x3a\x98\x00\x00\x3a\x98", 12); /* KEEPALIVE */
	case_message("dso-keepalive", &(struct frame){.l4 = L4_TCP, .sequence = 1}, msg,
		     EXPECT_FLAGGED(0, -1, 0), STRICT);
}

void add_answer_cases(void)
{
	struct buf msg = {0};

	add_grid(&msg);
	add_noerror(&msg);
	add_flags(&msg);
	add_codes(&msg);
	add_opcodes(&msg);
	buf_free(&msg);
}
