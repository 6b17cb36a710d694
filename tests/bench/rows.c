// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "rows.h"

/* RESPONSE is a word of both: the kernel side's comes first. */
#include "toplist/top_tables.h"

#include "case_list.h"

#include <stdlib.h>
#include <string.h>

#define ROWS_MAX 16

/* Ethernet and IPv4 without options, then UDP or TCP without options. */
#define SOURCE_LOW      28u
#define DESTINATION_LOW 32u
#define PORT_AT         36u
#define SEQUENCE_AT     38u
#define UDP_PAYLOAD     42u
#define TCP_PAYLOAD     54u
#define QUESTION        (MESSAGE_HEADER + 1u) /* the first label's letters, in a message */

/* 27 bytes on the wire; the labels that are changed have eight letters. */
#define NAME "abcdefgh.zoneaaaa.example"
#define ZONE "@21"
#define S31  "abcdefghijklmnopqrstuvwxyz01234"
#define S62  S31 S31
#define S63  "x" S62
/* 255 bytes: the most that RFC 1035 section 3.1 allows. */
#define LONG_NAME S63 "." S63 "." S63 ".x" S31 "01234567890123456789012345678"
#define LONG_ZONE "@76"

static struct row rows[ROWS_MAX];
static size_t row_count;

static void free_rows(void)
{
	for (size_t i = 0; i < row_count; i++)
		buf_free(&rows[i].frame);
	row_count = 0;
}

static struct row *add(const char *name, const char *says, const struct frame *frame,
		       const struct buf *payload, struct expect expect)
{
	struct row *row = &rows[row_count++];

	*row = (struct row){.name = name, .says = says, .expect = expect};
	packet_build(&row->frame, frame, payload->data, payload->length);
	/* Half of what tables of the default size take, so that nearly all find their place. */
	row->mutation[COLD] = (struct mutation){
		.server_at = SOURCE_LOW,
		.client_at = DESTINATION_LOW,
		.names = TOP_NAME_ROWS / 2,
		.zones = TOP_OTHER_ROWS / 2,
		.addresses = TOP_OTHER_ROWS / 2,
		.flows = 4096,
	};
	return row;
}

static void change_names(struct mutation *mutation, size_t message, size_t first_label)
{
	mutation->name_at = (__u32)(message + QUESTION);
	mutation->zone_at = (__u32)(message + QUESTION + first_label + 1);
}

/* A response over UDP from what the caller has built in @msg. */
static struct row *add_udp(const char *name, const char *says, const struct buf *msg,
			   size_t first_label, struct expect expect)
{
	struct row *row;

	expect.family = 4;
	expect.transport = "udp";
	row = add(name, says, &(struct frame){.family = 4}, msg, expect);
	change_names(&row->mutation[COLD], UDP_PAYLOAD, first_label);
	return row;
}

static void ask(struct buf *msg, unsigned int flags, const char *name)
{
	message_begin(msg, 0x2a17, flags);
	message_question(msg, name, TYPE_A, CLASS_IN);
}

static void nxdomain(struct buf *msg, const char *name, const char *zone)
{
	ask(msg, RESPONSE | 3, name);
	message_soa(msg, SECTION_AUTHORITY, zone);
	message_opt(msg, 0, 0, 0);
}

static void add_others(struct buf *msg)
{
	static const struct frame tcp = {.l4 = L4_TCP, .source_port = 443},
				  udp = {.source_port = 5060};

	buf_reset(msg);
	buf_put(msg, NULL, 100);
	add("not-dns-tcp", "not DNS: TCP from 443", &tcp, msg, EXPECT_OUTCOME("not_dns"));
	add("not-dns-udp", "not DNS: UDP from 5060", &udp, msg, EXPECT_OUTCOME("not_dns"));

	ask(msg, MSG_RD, NAME);
	message_opt(msg, 0, 0, 0);
	add("query", "DNS query passing by",
	    &(struct frame){.source_port = 40053, .destination_port = 53}, msg,
	    EXPECT_OUTCOME("queries"));
}

static void add_responses(struct buf *msg)
{
	struct row *row;

	ask(msg, RESPONSE, NAME);
	message_a(msg, SECTION_ANSWER, "@12", "192.0.2.80");
	message_opt(msg, 0, 0, 0);
	add_udp("noerror", "NOERROR, one answer, OPT", msg, 8,
		EXPECT_RESPONSE(0, TYPE_A, .answer = "data"));

	nxdomain(msg, NAME, ZONE);
	add_udp("nxdomain", "NXDOMAIN, SOA and OPT, 27-byte name", msg, 8,
		EXPECT_RESPONSE(3, TYPE_A));

	ask(msg, RESPONSE | 2, NAME);
	message_ede(msg, message_opt(msg, 0, 0, 0), 7, "signature expired");
	add_udp("servfail-ede", "SERVFAIL, OPT and EDE with text", msg, 8,
		EXPECT_RESPONSE(2, TYPE_A, .edes = 1, .ede = {7}));

	nxdomain(msg, LONG_NAME, LONG_ZONE);
	add_udp("long-name", "NXDOMAIN, SOA and OPT, 255-byte name", msg, 63,
		EXPECT_RESPONSE(3, TYPE_A));

	nxdomain(msg, NAME, ZONE);
	row = add_udp("flood", "random subdomains: every name is new", msg, 8,
		      EXPECT_RESPONSE(3, TYPE_A));
	row->mutation[COLD].names = 0;
	row->mutation[HOT].name_at = row->mutation[COLD].name_at;
}

/* Hot, one stream goes on and on; cold, as many as there is room for, in any order. */
static void add_tcp(struct buf *msg)
{
	struct buf stream = {0};
	struct row *row;

	nxdomain(msg, NAME, ZONE);
	stream_message(&stream, msg);
	row = add("tcp", "TCP segment, one NXDOMAIN with SOA and OPT",
		  &(struct frame){.l4 = L4_TCP}, &stream,
		  EXPECT_RESPONSE(3, TYPE_A, .family = 4, .transport = "tcp"));
	row->mutation[COLD].sequence_at = SEQUENCE_AT;
	row->mutation[COLD].port_at = PORT_AT;
	row->mutation[COLD].segment = (__u32)stream.length;
	row->mutation[COLD].server_at = row->mutation[COLD].client_at = 0;
	change_names(&row->mutation[COLD], TCP_PAYLOAD + 2, 8);
	row->mutation[HOT] = row->mutation[COLD];
	row->mutation[HOT].flows = 1;
	row->mutation[HOT].name_at = row->mutation[HOT].zone_at = 0;
	buf_free(&stream);
}

const struct row *rows_all(size_t *count)
{
	struct buf msg = {0};

	if (!row_count) {
		atexit(free_rows);
		add_others(&msg);
		add_responses(&msg);
		add_tcp(&msg);
		buf_free(&msg);
	}
	*count = row_count;
	return rows;
}

const struct row *row_called(const char *name)
{
	size_t count;
	const struct row *all = rows_all(&count);

	for (size_t i = 0; i < count; i++)
		if (!strcmp(all[i].name, name))
			return &all[i];
	build_failed("no row is called %s", name);
}
