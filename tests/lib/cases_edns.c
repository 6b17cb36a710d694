// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The OPT record (RFC 6891) and Extended DNS Errors (RFC 8914), kept and broken. */
#include "case_list.h"

#include <stdio.h>
#include <string.h>

static void add(const char *name, const struct buf *msg, struct expect expect, int strict)
{
	case_message(name, &(struct frame){.family = 4}, msg, expect, strict);
}

static void servfail(struct buf *msg)
{
	case_answer(msg, RESPONSE | 2, TYPE_A);
}

#define SERVFAIL(...) EXPECT_RESPONSE(2, TYPE_A, __VA_ARGS__)

static void add_ede(struct buf *msg)
{
	static const unsigned int codes[] = {0, 1, 30, 31, 39, 40, 4095, 49151, 49152, 65535};
	char text[256], name[64];
	size_t opt;

	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
		snprintf(name, sizeof(name), "ede-%u", codes[i]);
		servfail(msg);
		message_ede(msg, message_opt(msg, 0, 0, 0), codes[i], "");
		add(name, msg, SERVFAIL(.edes = 1, .ede = {(uint16_t)codes[i]}), STRICT);
	}

	servfail(msg);
	opt = message_opt(msg, 0, 0, 1);
	message_ede(msg, opt, 9, "no SEP matching the DS found");
	message_ede(msg, opt, 6, "");
	add("ede-two", msg, SERVFAIL(.edes = 2, .ede = {9, 6}), STRICT);

	servfail(msg);
	opt = message_opt(msg, 0, 0, 0);
	for (unsigned int i = 1; i <= 10; i++)
		message_ede(msg, opt, i * 10, "x");
	add("ede-ten", msg, SERVFAIL(.edes = 10, .ede = {10, 20, 30, 40, 50, 60, 70, 80, 90, 100}),
	    STRICT);

	servfail(msg);
	opt = message_opt(msg, 0, 0, 0);
	message_ede(msg, opt, 22, "");
	message_ede(msg, opt, 22, "again");
	add("ede-twice-the-same", msg, SERVFAIL(.edes = 2, .ede = {22, 22}), STRICT);

	memset(text, 'e', 200);
	text[200] = '\0';
	servfail(msg);
	message_ede(msg, message_opt(msg, 0, 0, 0), 23, text);
	add("ede-text-200", msg, SERVFAIL(.edes = 1, .ede = {23}), STRICT);

	/* Text is UTF-8 and may end in a zero: RFC 8914 section 2. Terminals must not be harmed. */
	servfail(msg);
	message_option(msg, message_opt(msg, 0, 0, 0), OPTION_EDE,
		       "\x00\x16\x1b[31m\xc3\xa4\r\n\xff\x00", 13);
	add("ede-text-hostile", msg, SERVFAIL(.edes = 1, .ede = {22}), LOOSE);

	servfail(msg);
	opt = message_opt(msg, 0, 0, 0);
	message_cookie(msg, opt);
	message_option(msg, opt, 3, "ns1.example", 11); /* NSID, RFC 5001 */
	message_ede(msg, opt, 22, "");
	message_padding(msg, opt, 100);
	add("ede-among-options", msg, SERVFAIL(.edes = 1, .ede = {22}), STRICT);

	case_answer(msg, RESPONSE, TYPE_A);
	message_a(msg, SECTION_ANSWER, "@12", "192.0.2.80");
	message_ede(msg, message_opt(msg, 0, 0, 0), 3, "stale");
	add("ede-on-noerror", msg,
	    EXPECT_RESPONSE(0, TYPE_A, .answer = "data", .edes = 1, .ede = {3}), STRICT);

	/* The info code takes two bytes; an option without them says nothing. */
	servfail(msg);
	opt = message_opt(msg, 0, 0, 0);
	message_option(msg, opt, OPTION_EDE, "\x00", 1);
	message_ede(msg, opt, 22, "");
	add("ede-of-one-byte", msg, SERVFAIL(.edes = 1, .ede = {22}), LOOSE);

	servfail(msg);
	message_option(msg, message_opt(msg, 0, 0, 0), OPTION_EDE, "", 0);
	add("ede-of-no-byte", msg, SERVFAIL(.edes = 0), LOOSE);
}

/* OPT may stand anywhere in the additional section: RFC 6891 section 6.1.1. */
static void add_places(struct buf *msg)
{
	size_t opt;

	case_answer(msg, RESPONSE, TYPE_A);
	opt = message_opt(msg, 1, 0, 0);
	message_ede(msg, opt, 22, "");
	message_a(msg, SECTION_ADDITIONAL, "a.example", "192.0.2.1");
	message_aaaa(msg, SECTION_ADDITIONAL, "a.example", "2001:db8::1");
	add("opt-first", msg, EXPECT_RESPONSE(16, TYPE_A, .edes = 1, .ede = {22}), STRICT);

	case_answer(msg, RESPONSE, TYPE_A);
	message_a(msg, SECTION_ADDITIONAL, "a.example", "192.0.2.1");
	opt = message_opt(msg, 1, 0, 0);
	message_ede(msg, opt, 22, "");
	message_aaaa(msg, SECTION_ADDITIONAL, "a.example", "2001:db8::1");
	add("opt-middle", msg, EXPECT_RESPONSE(16, TYPE_A, .edes = 1, .ede = {22}), STRICT);

	case_answer(msg, RESPONSE, TYPE_A);
	message_ns(msg, SECTION_AUTHORITY, "@16", "ns.example.net");
	message_a(msg, SECTION_ADDITIONAL, "a.example", "192.0.2.1");
	message_aaaa(msg, SECTION_ADDITIONAL, "a.example", "2001:db8::1");
	opt = message_opt(msg, 1, 0, 1);
	message_ede(msg, opt, 22, "");
	add("opt-last", msg, EXPECT_RESPONSE(16, TYPE_A, .edes = 1, .ede = {22}), STRICT);

	/* TSIG comes last (RFC 8945 section 5.1); its own error field is not the RCODE. */
	case_answer(msg, RESPONSE | 9, TYPE_SOA);
	opt = message_opt(msg, 0, 0, 0);
	message_tsig(msg, "key.example", 17);
	add("opt-before-tsig", msg, EXPECT_RESPONSE(9, TYPE_SOA), STRICT);

	case_answer(msg, RESPONSE | 9, TYPE_SOA);
	message_tsig(msg, "key.example", 16);
	add("tsig-alone", msg, EXPECT_RESPONSE(9, TYPE_SOA), STRICT);

	case_answer(msg, RESPONSE | 1, TYPE_A);
	opt = message_opt(msg, 1, 0, 0);
	message_ede(msg, opt, 22, "");
	opt = message_opt(msg, 2, 0, 0);
	message_ede(msg, opt, 23, "");
	add("opt-two", msg, EXPECT_RESPONSE(17, TYPE_A, .edes = 1, .ede = {22}), LOOSE);

	/* Out of its place, TSIG hides nothing. */
	servfail(msg);
	message_tsig(msg, "key.example", 0);
	message_ede(msg, message_opt(msg, 1, 0, 0), 22, "");
	add("opt-behind-tsig", msg, EXPECT_RESPONSE(18, TYPE_A, .edes = 1, .ede = {22}), LOOSE);

	/* Its owner must be the root (RFC 6891 section 6.1.2), but its type says what it is. */
	servfail(msg);
	message_record(msg, SECTION_ADDITIONAL, "@12", TYPE_OPT, 1232, 0x01000000, NULL, 0);
	add("opt-owner-not-root", msg, EXPECT_RESPONSE(18, TYPE_A), LOOSE);

	/* Type 41 in another section is a record like any other. */
	servfail(msg);
	message_record(msg, SECTION_AUTHORITY, ".", TYPE_OPT, 1232, 0x01000000, NULL, 0);
	message_a(msg, SECTION_ADDITIONAL, "a.example", "192.0.2.1");
	add("opt-in-authority", msg, SERVFAIL(.edes = 0), LOOSE);

	servfail(msg);
	message_opt(msg, 0, 255, 1);
	add("opt-version-255", msg, SERVFAIL(.edes = 0), LOOSE);

	servfail(msg);
	message_padding(msg, message_opt(msg, 0, 0, 0), 468);
	add("opt-padded", msg, SERVFAIL(.edes = 0), STRICT);

	case_answer(msg, RESPONSE, TYPE_ANY);
	for (unsigned int i = 0; i < 200; i++)
		message_record(msg, SECTION_ANSWER, ".", TYPE_NULL, CLASS_IN, 1, NULL, 0);
	message_ede(msg, message_opt(msg, 0, 0, 0), 3, "");
	add("records-200", msg,
	    EXPECT_RESPONSE(0, TYPE_ANY, .answer = "data", .edes = 1, .ede = {3}), STRICT);
}

/* More than is walked: counted by what was seen, and said to be incomplete. */
static void add_bounds(struct buf *msg)
{
	size_t opt;

	case_answer(msg, RESPONSE, TYPE_ANY);
	for (unsigned int i = 0; i < 300; i++)
		message_record(msg, SECTION_ANSWER, ".", TYPE_NULL, CLASS_IN, 1, NULL, 0);
	message_ede(msg, message_opt(msg, 1, 0, 0), 3, "");
	add("records-300", msg,
	    EXPECT_RESPONSE(0, TYPE_ANY, .answer = "data", .incomplete = "walk_bound"), LOOSE);

	/* 256 questions and records are walked: dns_wire.h. */
	case_answer(msg, RESPONSE, TYPE_ANY);
	for (unsigned int i = 0; i < 254; i++)
		message_record(msg, SECTION_ANSWER, ".", TYPE_NULL, CLASS_IN, 1, NULL, 0);
	message_ede(msg, message_opt(msg, 1, 0, 0), 3, "");
	add("entries-256", msg, EXPECT_RESPONSE(16, TYPE_ANY, .edes = 1, .ede = {3}), STRICT);

	case_answer(msg, RESPONSE, TYPE_ANY);
	for (unsigned int i = 0; i < 255; i++)
		message_record(msg, SECTION_ANSWER, ".", TYPE_NULL, CLASS_IN, 1, NULL, 0);
	message_ede(msg, message_opt(msg, 1, 0, 0), 3, "");
	add("entries-257", msg,
	    EXPECT_RESPONSE(0, TYPE_ANY, .answer = "data", .incomplete = "walk_bound"), LOOSE);

	/* The same without an OPT to miss. */
	case_answer(msg, RESPONSE, TYPE_ANY);
	for (unsigned int i = 0; i < 300; i++)
		message_record(msg, SECTION_ANSWER, ".", TYPE_NULL, CLASS_IN, 1, NULL, 0);
	add("records-300-no-additional", msg, EXPECT_RESPONSE(0, TYPE_ANY, .answer = "data"),
	    LOOSE);

	servfail(msg);
	opt = message_opt(msg, 0, 0, 0);
	message_ede(msg, opt, 22, "");
	for (unsigned int i = 0; i < 68; i++)
		message_option(msg, opt, 65001, NULL, 0);
	message_ede(msg, opt, 23, "");
	add("options-70", msg, SERVFAIL(.edes = 1, .ede = {22}, .incomplete = "option_bound"),
	    LOOSE);

	/* 64 options are walked: dns_wire.h. */
	servfail(msg);
	opt = message_opt(msg, 0, 0, 0);
	for (unsigned int i = 0; i < 63; i++)
		message_option(msg, opt, 65001, NULL, 0);
	message_ede(msg, opt, 23, "");
	add("options-64", msg, SERVFAIL(.edes = 1, .ede = {23}), STRICT);
	message_ede(msg, opt, 22, "");
	add("options-65", msg, SERVFAIL(.edes = 1, .ede = {23}, .incomplete = "option_bound"),
	    LOOSE);

	servfail(msg);
	opt = message_opt(msg, 0, 0, 0);
	for (unsigned int i = 0; i < 49; i++)
		message_option(msg, opt, 65001, NULL, 0);
	message_ede(msg, opt, 23, "");
	add("options-50", msg, SERVFAIL(.edes = 1, .ede = {23}), STRICT);
}

/* Lengths that lie. The RCODE is known once the OPT's fixed part is. */
static void add_lies(struct buf *msg)
{
	size_t opt;

	case_answer(msg, RESPONSE, TYPE_A);
	opt = message_opt(msg, 1, 0, 0);
	message_ede(msg, opt, 22, "");
	buf_set_u16(msg, opt, 100);
	add("opt-rdlength-past-end", msg,
	    EXPECT_RESPONSE(16, TYPE_A, .edes = 1, .ede = {22}, .incomplete = "malformed"), LOOSE);

	case_answer(msg, RESPONSE, TYPE_A);
	opt = message_opt(msg, 1, 0, 0);
	buf_set_u16(msg, opt, 65535);
	add("opt-rdlength-65535", msg, EXPECT_RESPONSE(16, TYPE_A, .incomplete = "malformed"),
	    LOOSE);

	servfail(msg);
	opt = message_opt(msg, 0, 0, 0);
	message_ede(msg, opt, 22, "");
	message_ede(msg, opt, 23, "four");
	buf_set_u16(msg, msg->length - 8, 7);
	add("option-length-past-end", msg,
	    SERVFAIL(.edes = 1, .ede = {22}, .incomplete = "malformed"), LOOSE);

	servfail(msg);
	opt = message_opt(msg, 0, 0, 0);
	message_ede(msg, opt, 22, "");
	buf_put(msg, "\x00\x0f\x00", 3);
	buf_set_u16(msg, opt, 6 + 3);
	add("option-header-cut", msg, SERVFAIL(.edes = 1, .ede = {22}, .incomplete = "malformed"),
	    LOOSE);

	/* The same with a record behind it, whose bytes are not the option's. */
	message_a(msg, SECTION_ADDITIONAL, "@12", "192.0.2.1");
	add("option-header-past-opt", msg,
	    SERVFAIL(.edes = 1, .ede = {22}, .incomplete = "malformed"), LOOSE);

	/* What lies behind the OPT is not the OPT's, even where an option's length says so. */
	servfail(msg);
	opt = message_opt(msg, 0, 0, 0);
	message_ede(msg, opt, 22, "");
	buf_set_u16(msg, opt + 4, 2 + 15);
	message_a(msg, SECTION_ADDITIONAL, "@12", "192.0.2.1");
	add("option-length-past-opt", msg, SERVFAIL(.edes = 0, .incomplete = "malformed"), LOOSE);

	servfail(msg);
	message_opt(msg, 0, 0, 0);
	msg->length -= 1;
	add("opt-fixed-part-cut", msg, SERVFAIL(.edes = 0, .incomplete = "malformed"), LOOSE);
}

void add_edns_cases(void)
{
	struct buf msg = {0};

	add_ede(&msg);
	add_places(&msg);
	add_bounds(&msg);
	add_lies(&msg);
	buf_free(&msg);
}
