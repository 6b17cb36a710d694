// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Counts and names that lie, loop, or are as long as may be. */
#include "case_list.h"

#include <stdio.h>
#include <string.h>

static void add(const char *name, const struct buf *msg, struct expect expect, int strict)
{
	case_message(name, &(struct frame){.family = 4}, msg, expect, strict);
}

#define REFUSED(type, ...) EXPECT_RESPONSE(5, type, __VA_ARGS__)

/* REFUSED with the question's name as @name makes it, and BADVERS' bit and an EDE in the OPT. */
static void add_named(const char *name, struct buf *msg, const char *qname, int strict)
{
	message_begin(msg, 7, RESPONSE | 5);
	message_question(msg, qname, TYPE_A, CLASS_IN);
	message_ede(msg, message_opt(msg, 1, 0, 0), 18, "");
	add(name, msg, EXPECT_RESPONSE(21, TYPE_A, .edes = 1, .ede = {18}), strict);
}

/* The same with a name that cannot be read past, so that neither type nor OPT can be found. */
static void add_unreadable(const char *name, struct buf *msg, const void *qname, size_t length)
{
	message_begin(msg, 7, RESPONSE | 5);
	buf_put(msg, qname, length);
	buf_u16(msg, TYPE_A);
	buf_u16(msg, CLASS_IN);
	message_set_count(msg, SECTION_QUESTION, 1);
	message_ede(msg, message_opt(msg, 1, 0, 0), 18, "");
	add(name, msg, REFUSED(-1, .incomplete = "malformed"), LOOSE);
}

/* Write @count labels of @size bytes and the dots after them at @to. */
static char *labels(char *to, size_t count, size_t size)
{
	while (count--) {
		memset(to, 'l', size);
		to[size] = '.';
		to += size + 1;
	}
	*to = '\0';
	return to;
}

/* A name has at most 255 octets: RFC 1035 section 2.3.4. A label has at most 63. */
static void add_lengths(struct buf *msg)
{
	struct buf name = {0};
	char text[512];

	add_named("name-root", msg, ".", STRICT);
	add_named("name-one-label", msg, "com", STRICT);

	labels(labels(text, 3, 63), 1, 61);
	add_named("name-255-octets", msg, text, STRICT);

	labels(labels(text, 3, 63), 1, 62);
	message_name(&name, text);
	add_unreadable("name-256-octets", msg, name.data, name.length);
	buf_reset(&name);

	labels(text, 127, 1);
	add_named("name-127-labels", msg, text, STRICT);

	labels(text, 128, 1);
	message_name(&name, text);
	add_unreadable("name-128-labels", msg, name.data, name.length);
	buf_reset(&name);

	/* Without a root or pointer the labels go on to the end of the message. */
	message_begin(msg, 7, RESPONSE | 5);
	buf_put(msg,
		"\x03www\x07"
		"exam",
		9);
	message_set_count(msg, SECTION_QUESTION, 1);
	message_set_count(msg, SECTION_ADDITIONAL, 1);
	add("name-cut", msg, REFUSED(-1, .incomplete = "malformed"), LOOSE);

	buf_free(&name);
}

static void add_bytes(struct buf *msg)
{
	uint8_t label[1 + 0x41 + 1];

	add_named("name-zero-bytes", msg, "a\\000b.\\000.example", LOOSE);
	add_named("name-dots-in-label", msg, "a\\.b.c\\\\d.example", LOOSE);
	add_named("name-high-bytes", msg, "\\255\\128\\192.example", LOOSE);
	add_named("name-upper-case", msg, "WwW.ExAmPlE.CoM", STRICT);
	add_named("name-control-bytes", msg, "\\027[2J\\013\\010.example", LOOSE);

	/* Label types 01 and 10 are not in use: RFC 6891 section 5, RFC 1035 section 4.1.4. */
	add_unreadable("name-label-type-0x40", msg, "\x41\x01", 2);
	add_unreadable("name-label-type-0x80", msg, "\x80\x01\x00", 3);
	add_unreadable("name-label-type-later", msg, "\x03www\x7f", 5);
	/* Taken for a length, 0x41 would lead to a root label and all that is behind it. */
	memset(label, 'l', sizeof(label));
	label[0] = 0x41;
	label[sizeof(label) - 1] = 0;
	add_unreadable("name-label-type-0x40-as-length", msg, label, sizeof(label));
	/* A binary label of 8 bits: RFC 2673, taken back by RFC 6891 section 5. */
	add_unreadable("name-binary-label", msg, "\x41\x08\xa5\x07example\x00", 12);
}

/* A pointer takes two bytes and ends the name, wherever it leads: RFC 1035 section 4.1.4. */
static void add_pointers(struct buf *msg)
{
	add_named("pointer-to-itself", msg, "@12", LOOSE);
	add_named("pointer-loop-behind-label", msg, "www.@12", LOOSE);
	add_named("pointer-forward", msg, "@40", LOOSE);
	add_named("pointer-past-end", msg, "@16383", LOOSE);
	add_named("pointer-into-header", msg, "@0", LOOSE);

	message_begin(msg, 7, RESPONSE | 5);
	message_question(msg, "@18", TYPE_A, CLASS_IN);
	message_record(msg, SECTION_ANSWER, "@12", TYPE_A, CLASS_IN, 1, "\xc0\x00\x02\x01", 4);
	message_ede(msg, message_opt(msg, 1, 0, 0), 18, "");
	add("pointers-to-each-other", msg, EXPECT_RESPONSE(21, TYPE_A, .edes = 1, .ede = {18}),
	    LOOSE);

	message_begin(msg, 7, RESPONSE | 5);
	buf_u8(msg, 0xc0);
	message_set_count(msg, SECTION_QUESTION, 1);
	message_set_count(msg, SECTION_ADDITIONAL, 1);
	add("pointer-cut", msg, REFUSED(-1, .incomplete = "malformed"), LOOSE);
}

static void add_counts(struct buf *msg)
{
	/* Answers without a question are seen on the wire: RFC 1035 asks for none to be repeated. */
	message_begin(msg, 7, RESPONSE | 5);
	message_ede(msg, message_opt(msg, 1, 0, 0), 18, "");
	add("qdcount-0", msg, EXPECT_RESPONSE(21, -1, .edes = 1, .ede = {18}), STRICT);

	message_begin(msg, 7, RESPONSE | 5);
	message_question(msg, "a.example", TYPE_AAAA, CLASS_IN);
	message_question(msg, "b.example", TYPE_TXT, CLASS_IN);
	message_ede(msg, message_opt(msg, 1, 0, 0), 18, "");
	add("qdcount-2", msg, EXPECT_RESPONSE(21, TYPE_AAAA, .edes = 1, .ede = {18}), LOOSE);

	message_begin(msg, 7, RESPONSE | 1);
	message_question(msg, "a.example", TYPE_AAAA, CLASS_IN);
	message_set_count(msg, SECTION_QUESTION, 1000);
	add("qdcount-1000", msg, EXPECT_RESPONSE(1, TYPE_AAAA), LOOSE);

	message_begin(msg, 7, RESPONSE | 1);
	message_question(msg, "a.example", TYPE_AAAA, CLASS_IN);
	message_set_count(msg, SECTION_QUESTION, 1000);
	message_set_count(msg, SECTION_ADDITIONAL, 1);
	add("qdcount-1000-and-additional", msg,
	    EXPECT_RESPONSE(1, TYPE_AAAA, .incomplete = "malformed"), LOOSE);

	case_answer(msg, RESPONSE, TYPE_A);
	message_a(msg, SECTION_ANSWER, "@12", "192.0.2.80");
	message_set_count(msg, SECTION_ANSWER, 65535);
	message_set_count(msg, SECTION_ADDITIONAL, 65535);
	add("counts-65535", msg,
	    EXPECT_RESPONSE(0, TYPE_A, .answer = "data", .incomplete = "malformed"), LOOSE);

	case_answer(msg, RESPONSE | 5, TYPE_A);
	message_set_count(msg, SECTION_ADDITIONAL, 1);
	add("arcount-1-of-none", msg, REFUSED(TYPE_A, .incomplete = "malformed"), LOOSE);

	/* The OPT stands where an answer is announced, and nothing where the OPT is. */
	case_answer(msg, RESPONSE | 5, TYPE_A);
	message_opt(msg, 1, 0, 0);
	message_set_count(msg, SECTION_ANSWER, 1);
	add("ancount-1-of-none", msg, REFUSED(TYPE_A, .incomplete = "malformed"), LOOSE);

	/* An OPT that no count announces is not part of the message. */
	case_answer(msg, RESPONSE | 5, TYPE_A);
	message_ede(msg, message_opt(msg, 1, 0, 0), 18, "");
	message_set_count(msg, SECTION_ADDITIONAL, 0);
	add("opt-unannounced", msg, EXPECT_RESPONSE(5, TYPE_A, .trailing = true), LOOSE);

	message_begin(msg, 7, RESPONSE | 5);
	message_set_count(msg, SECTION_QUESTION, 1);
	add("qdcount-1-of-none", msg, REFUSED(-1), LOOSE);

	/* A question that ends after its name, and one that ends between type and class. */
	message_begin(msg, 7, RESPONSE | 5);
	message_name(msg, "www.example.com");
	message_set_count(msg, SECTION_QUESTION, 1);
	message_set_count(msg, SECTION_ADDITIONAL, 1);
	add("question-cut-at-type", msg, REFUSED(-1, .incomplete = "malformed"), LOOSE);

	case_answer(msg, RESPONSE | 5, TYPE_A);
	message_record(msg, SECTION_ANSWER, "@12", TYPE_A, CLASS_IN, 1, NULL, 4);
	buf_set_u16(msg, msg->length - 6, 65535);
	message_opt(msg, 1, 0, 0);
	add("rdlength-past-end", msg, REFUSED(TYPE_A, .incomplete = "malformed"), LOOSE);

	/* Bytes behind the last record are no record. */
	case_answer(msg, RESPONSE | 5, TYPE_A);
	message_ede(msg, message_opt(msg, 1, 0, 0), 18, "");
	buf_put(msg, NULL, 30);
	add("trailing-bytes", msg,
	    EXPECT_RESPONSE(21, TYPE_A, .edes = 1, .ede = {18}, .trailing = true), LOOSE);
}

void add_malformed_cases(void)
{
	struct buf msg = {0};

	add_lengths(&msg);
	add_bytes(&msg);
	add_pointers(&msg);
	add_counts(&msg);
	buf_free(&msg);
}
