// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Names asked for that are long, binary, compressed, or none at all: RFC 1035 sections 3.1 and 4.1.4. */
#include "case_list.h"

#include <stdio.h>
#include <string.h>

#define REFUSED(qtype, ...) EXPECT_RESPONSE(5, qtype, .listed = true, __VA_ARGS__)

/* A label of 63 octets, then one of 61: with two more of the first kind a name has 255. */
#define L63 "aaaaaaaaabaaaaaaaaabaaaaaaaaabaaaaaaaaabaaaaaaaaabaaaaaaaaabaaa"
#define L61 "caaaaaaaabaaaaaaaaabaaaaaaaaabaaaaaaaaabaaaaaaaaabaaaaaaaaaba"

#define X8  "x.x.x.x.x.x.x.x."
#define X32 X8 X8 X8 X8

static void refused(struct buf *msg, const char *qname)
{
	message_begin(msg, 0x2a17, RESPONSE | 5);
	message_question(msg, qname, TYPE_A, CLASS_IN);
}

static void add(const char *name, const struct buf *msg, struct expect expect, int strict)
{
	case_message(name, &(struct frame){.family = 4}, msg, expect, strict);
}

/* Names of any octets, all of them valid: RFC 2181 section 11. */
static void add_octets(struct buf *msg)
{
	static const struct {
		const char *name, *qname, *asked, *zone;
	} names[] = {
		{"qname-255-octets", L63 "." L63 "." L63 "." L61, NULL, L63 "." L61},
		{"qname-127-labels", X32 X32 X32 X8 X8 X8 "x.x.x.x.x.x.x", NULL, "x.x"},
		{"qname-binary", "\\001\\255\\128.\\200\\201.com", NULL, "\\200\\201.com"},
		{"qname-all-case", "AZaz@[`{\\193\\218.Com", "azaz@[`{\\193\\218.com",
		 "azaz@[`{\\193\\218.com"},
		{"qname-dot-in-label", "a\\.b.exa\\.mple.com", NULL, "exa\\.mple.com"},
		{"qname-zero-in-label", "a\\000b.\\000.com", NULL, "\\000.com"},
		{"qname-zeros-only", "\\000\\000\\000\\000\\000\\000\\000\\000\\000.com", NULL,
		 "\\000\\000\\000\\000\\000\\000\\000\\000\\000.com"},
		{"qname-8-octets", "12345678.1234567.123456789", NULL, "1234567.123456789"},
		{"qname-16-octets", "1234567890123456.12345678901234567", NULL,
		 "1234567890123456.12345678901234567"},
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		refused(msg, names[i].qname);
		/* Dissectors show such names each in its own way, but read past them. */
		add(names[i].name, msg,
		    REFUSED(TYPE_A, .name = names[i].asked ? names[i].asked : names[i].qname,
			    .zone = names[i].zone),
		    STRICT);
	}
}

static void add_compressed(struct buf *msg)
{
	/* To the count of questions, whose first octet is a zero. */
	refused(msg, "@4");
	add("qname-pointer-to-root", msg, REFUSED(TYPE_A, .name = ".", .zone = "."), LOOSE);

	/* A label before the pointer. */
	refused(msg, "Www.Example.@4");
	add("qname-pointer-behind-labels", msg,
	    REFUSED(TYPE_A, .name = "www.example", .zone = "www.example"), LOOSE);

	refused(msg, "@12");
	add("qname-pointer-to-itself", msg, REFUSED(TYPE_A, .unlisted = true), LOOSE);
	refused(msg, "@14");
	add("qname-pointer-ahead", msg, REFUSED(TYPE_A, .unlisted = true), LOOSE);
	refused(msg, "www.@12");
	add("qname-pointer-around", msg, REFUSED(TYPE_A, .unlisted = true), LOOSE);
	/* An identifier that is a reserved type of label. */
	message_begin(msg, 0x8000, RESPONSE | 5);
	message_question(msg, "@0", TYPE_A, CLASS_IN);
	add("qname-pointer-to-reserved", msg, REFUSED(TYPE_A, .unlisted = true), LOOSE);

	/* An owner of many labels and a pointer, with the OPT behind its record. */
	refused(msg, "example.com");
	message_a(msg, SECTION_ADDITIONAL, "a.b.c.d.e.f.@12", "192.0.2.80");
	message_ede(msg, message_opt(msg, 1, 0, 0), 22, "");
	add("owner-pointer-behind-six-labels", msg,
	    EXPECT_RESPONSE(21, TYPE_A, .listed = true, .name = "example.com",
			    .zone = "example.com", .edes = 1, .ede = {22}),
	    STRICT);

	/* The first question is the one. */
	refused(msg, "www.example.com");
	message_question(msg, "ftp.@16", TYPE_AAAA, CLASS_IN);
	add("qname-of-two", msg, REFUSED(TYPE_A, .name = "www.example.com", .zone = "example.com"),
	    LOOSE);
}

/* Targets that only compression makes too long, and pointers that lead to one another. */
static void add_long_targets(struct buf *msg)
{
	refused(msg, L63 "." L63 "." L63 "." L61);
	message_cname(msg, SECTION_ANSWER, "@12", "x.@76");
	add("cname-compressed", msg,
	    REFUSED(TYPE_A, .name = L63 "." L63 "." L63 "." L61, .zone = L63 "." L61), STRICT);
	refused(msg, L63 "." L63 "." L63 "." L61);
	message_cname(msg, SECTION_ANSWER, "@12", "x.@12");
	add("cname-257-octets", msg,
	    REFUSED(TYPE_A, .name = L63 "." L63 "." L63 "." L61, .unlisted = true), LOOSE);

	refused(msg, "www.example.com");
	message_cname(msg, SECTION_ANSWER, "@12", "a.@16"); /* at 45 */
	message_cname(msg, SECTION_ANSWER, "@45", "b.@45"); /* at 61 */
	message_cname(msg, SECTION_ANSWER, "@61", "c.@61"); /* at 77 */
	add("cname-pointers-in-a-row", msg,
	    REFUSED(TYPE_A, .name = "www.example.com", .zone = "example.com"), STRICT);
}

/* A target of so many pointers, each to the one before, of which the first is to the name asked for. */
static void chain_of_pointers(struct buf *msg, const char *qname, unsigned int pointers)
{
	char target[8] = "@12";

	refused(msg, qname);
	for (unsigned int i = 0; i < pointers; i++) {
		message_cname(msg, SECTION_ANSWER, "@12", target);
		snprintf(target, sizeof(target), "@%zu", msg->length - 2);
	}
}

/* As many as sensible software never has are followed, and no endless number. */
static void add_pointers(struct buf *msg)
{
	chain_of_pointers(msg, X32 X32 X32 X8 X8 X8 "x.x.x.x.x.x.x", 16);
	add("cname-of-16-pointers-to-127-labels", msg,
	    REFUSED(TYPE_A, .name = X32 X32 X32 X8 X8 X8 "x.x.x.x.x.x.x", .zone = "x.x"), LOOSE);
	chain_of_pointers(msg, "www.example.com", 200);
	add("cname-of-200-pointers", msg,
	    REFUSED(TYPE_A, .name = "www.example.com", .unlisted = true), LOOSE);
}

/* No question that could be read: there is nothing to list. */
static void add_none(struct buf *msg)
{
	static const uint8_t reserved[] = {3, 'w', 'w', 'w', 0x41, 'x', 0, 0, TYPE_A, 0, CLASS_IN};

	message_begin(msg, 0x2a17, RESPONSE | 5);
	buf_put(msg, reserved, sizeof(reserved));
	message_set_count(msg, SECTION_QUESTION, 1);
	message_opt(msg, 0, 0, 0);
	add("qname-reserved-label", msg, REFUSED(-1, .incomplete = "malformed"), LOOSE);

	refused(msg, L63 "." L63 "." L63 "." L61 "c");
	add("qname-256-octets", msg, REFUSED(-1, .name = NULL), LOOSE);

	message_begin(msg, 0x2a17, RESPONSE | 5);
	message_soa(msg, SECTION_AUTHORITY, "example.com");
	add("qname-none", msg, REFUSED(-1, .name = NULL), LOOSE);
}

/* Two responses in a segment: each has its own. */
static void add_two(struct buf *msg)
{
	static const struct expect second = {
		.outcome = "response_packets",
		.rcode = 3,
		.family = 4,
		.transport = "tcp",
		.qtype = TYPE_A,
		.flags = RESPONSE_SET,
		.name = "b.example.net",
		.zone = "net",
		.zone_of_soa = true,
		.listed = true,
	};
	struct buf stream = {0};

	refused(msg, "a.b.example.com");
	stream_message(&stream, msg);
	message_begin(msg, 0x2a17, RESPONSE | 3);
	message_question(msg, "b.example.net", TYPE_A, CLASS_IN);
	message_soa(msg, SECTION_AUTHORITY, "net");
	stream_message(&stream, msg);
	case_add("names-in-one-segment", &(struct frame){.l4 = L4_TCP, .sequence = 99}, stream.data,
		 stream.length,
		 REFUSED(TYPE_A, .name = "a.b.example.com", .zone = "example.com", .also = &second),
		 LOOSE);
	buf_free(&stream);
}

void add_name_cases(void)
{
	struct buf msg = {0};

	add_octets(&msg);
	add_compressed(&msg);
	add_long_targets(&msg);
	add_pointers(&msg);
	add_none(&msg);
	add_two(&msg);
	buf_free(&msg);
}
