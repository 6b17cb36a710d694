// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* UDP and TCP: lengths, directions, ports, and which segments begin a message. */
#include "case_list.h"

#define NXDOMAIN(...) EXPECT_RESPONSE(3, TYPE_A, __VA_ARGS__)

static void nxdomain(struct buf *msg)
{
	case_answer(msg, RESPONSE | 3, TYPE_A);
	message_soa(msg, SECTION_AUTHORITY, "@16");
}

static void query(struct buf *msg)
{
	message_begin(msg, 0x2a17, MSG_RD);
	message_question(msg, "www.example.com", TYPE_A, CLASS_IN);
	message_opt(msg, 0, 0, 1);
}

static void add_directions(struct buf *msg)
{
	struct buf stream = {0};
	struct frame frame;

	query(msg);
	frame = (struct frame){.source_port = 40053, .destination_port = 53};
	case_message("query", &frame, msg, EXPECT_OUTCOME("queries"), LOOSE);
	frame.family = 6;
	case_message("query-ipv6", &frame, msg, EXPECT_OUTCOME("queries"), LOOSE);
	frame.l4 = L4_TCP;
	case_message("query-tcp", &frame, msg, EXPECT_OUTCOME("queries"), LOOSE);
	/* TCP Fast Open: RFC 7413. */
	frame = (struct frame){.l4 = L4_TCP,
			       .source_port = 40054,
			       .destination_port = 53,
			       .tcp_flags = OVERRIDE(TCP_SYN)};
	case_message("query-in-syn", &frame, msg, EXPECT_OUTCOME("queries"), LOOSE);
	frame = (struct frame){.source_port = 53, .destination_port = 53};
	case_message("query-53-to-53", &frame, msg, EXPECT_OUTCOME("queries"), LOOSE);
	frame = (struct frame){.source_port = 53, .destination_port = 40053};
	case_message("query-from-53", &frame, msg, EXPECT_OUTCOME("wrong_direction"), LOOSE);

	frame = (struct frame){.l4 = L4_TCP, .source_port = 40053, .destination_port = 53};
	case_add("tcp-continuation-text-to-53", &frame, "v=spf1 include:_spf.example.com ~all", 36,
		 EXPECT_OUTCOME("tcp_no_message"), LOOSE);

	/* Over TCP, the rest of the message in another segment. */
	stream_message(&stream, msg);
	frame = (struct frame){.l4 = L4_TCP, .source_port = 53, .destination_port = 53};
	case_message("query-53-to-53-tcp", &frame, msg, EXPECT_OUTCOME("tcp_no_message"), LOOSE);
	frame.tcp_flags = OVERRIDE(TCP_SYN);
	case_add("query-53-to-53-tcp-fast-open", &frame, stream.data, stream.length,
		 EXPECT_OUTCOME("queries"), LOOSE);
	frame.source = "192.0.2.54";
	case_add("query-53-to-53-tcp-fast-open-cut", &frame, stream.data, stream.length - 1,
		 EXPECT_OUTCOME("queries"), LOOSE);
	buf_free(&stream);

	nxdomain(msg);
	frame = (struct frame){.source_port = 40053, .destination_port = 53};
	case_message("response-to-53", &frame, msg, EXPECT_OUTCOME("wrong_direction"), LOOSE);
	frame.l4 = L4_TCP;
	case_message("response-to-53-tcp", &frame, msg, EXPECT_OUTCOME("wrong_direction"), LOOSE);
	frame = (struct frame){.source_port = 53, .destination_port = 53};
	case_message("response-53-to-53", &frame, msg, NXDOMAIN(), STRICT);
}

static void add_encrypted(const struct buf *msg)
{
	struct expect encrypted = EXPECT_OUTCOME("encrypted");
	struct frame frame;

	frame = (struct frame){.source_port = 853, .destination_port = 40853};
	case_message("doq", &frame, msg, encrypted, LOOSE);
	frame = (struct frame){.source_port = 40853, .destination_port = 853, .family = 6};
	case_message("doq-to-server", &frame, msg, encrypted, LOOSE);
	frame = (struct frame){.source_port = 853, .destination_port = 40853, .l4 = L4_TCP};
	case_add("dot", &frame, "\x17\x03\x03\x00\x10................", 21, encrypted, LOOSE);
	frame = (struct frame){.source_port = 40853,
			       .destination_port = 853,
			       .l4 = L4_TCP,
			       .family = 6,
			       .tcp_flags = OVERRIDE(TCP_SYN)};
	case_add("dot-syn", &frame, NULL, 0, encrypted, LOOSE);
}

static void add_udp(struct buf *msg)
{
	struct expect bad = EXPECT_OUTCOME("bad_udp_length");
	struct expect cut = EXPECT_OUTCOME("truncated_header");
	struct frame frame = {0};

	case_add("udp-no-payload", &frame, NULL, 0, cut, LOOSE);
	case_add("udp-one-byte", &frame, msg->data, 1, cut, LOOSE);
	case_add("dns-header-11-bytes", &frame, msg->data, 11, cut, LOOSE);
	frame.family = 6;
	case_add("dns-header-11-bytes-ipv6", &frame, msg->data, 11, cut, LOOSE);
	/* Ethernet's padding is no header's last byte. */
	frame = (struct frame){.source_port = 40053, .destination_port = 53, .padding = 7};
	case_add("dns-header-11-bytes-to-53-padded", &frame, msg->data, 11, cut, LOOSE);

	frame = (struct frame){.udp_length = OVERRIDE(7)};
	case_message("udp-length-7", &frame, msg, bad, LOOSE);
	frame = (struct frame){.udp_length = OVERRIDE(0)};
	case_message("udp-length-0", &frame, msg, bad, LOOSE);
	frame = (struct frame){.udp_length = OVERRIDE(8 + msg->length + 1)};
	case_message("udp-length-past-packet", &frame, msg, bad, LOOSE);
	/* Within Ethernet's padding is past the packet all the same. */
	frame.padding = 20;
	case_message("udp-length-into-padding", &frame, msg, bad, LOOSE);
	frame = (struct frame){.udp_length = OVERRIDE(8 + 11)};
	case_message("udp-length-before-header-end", &frame, msg, cut, LOOSE);

	/* What lies behind the datagram in its packet is not the message's. */
	case_answer(msg, RESPONSE | 3, TYPE_A);
	frame = (struct frame){.udp_length = OVERRIDE(8 + msg->length)};
	message_ede(msg, message_opt(msg, 1, 0, 0), 22, "");
	case_message("udp-length-before-opt", &frame, msg, NXDOMAIN(.incomplete = "malformed"),
		     LOOSE);
	message_set_count(msg, SECTION_ADDITIONAL, 0);
	case_message("udp-length-before-payload-end", &frame, msg, NXDOMAIN(), LOOSE);

	frame = (struct frame){.l4 = L4_NONE, .protocol = OVERRIDE(17)};
	case_add("udp-header-3-bytes", &frame, "\x00\x35\x9c", 3, EXPECT_OUTCOME("truncated_frame"),
		 LOOSE);
	case_add("udp-header-7-bytes", &frame, "\x00\x35\x9c\x75\x00\x08\x00", 7,
		 EXPECT_OUTCOME("truncated_frame"), LOOSE);
	/* What the packet lacks is not to be found in Ethernet's padding. */
	frame.padding = 20;
	case_add("udp-header-7-bytes-padded", &frame, "\x00\x35\x9c\x75\x00\x08\x00", 7,
		 EXPECT_OUTCOME("truncated_frame"), LOOSE);
	case_add("udp-ports-cut-before-padding", &frame, "\x9c\x75", 2,
		 EXPECT_OUTCOME("truncated_frame"), LOOSE);
	frame.family = 6;
	case_add("udp-ports-cut-before-padding-ipv6", &frame, "\x9c\x75", 2,
		 EXPECT_OUTCOME("truncated_frame"), LOOSE);
	frame.protocol = OVERRIDE(6);
	case_add("tcp-ports-cut-before-padding-ipv6", &frame, "\x9c\x75\x9c", 3,
		 EXPECT_OUTCOME("truncated_frame"), LOOSE);
	nxdomain(msg);
}

/* Segments of a DNS connection that begin no message. */
static void add_tcp_empty(const struct buf *msg)
{
	static const struct {
		const char *name;
		unsigned int flags;
	} kinds[] = {
		{"tcp-syn", TCP_SYN}, {"tcp-syn-ack", TCP_SYN | TCP_ACK},
		{"tcp-ack", TCP_ACK}, {"tcp-fin", TCP_FIN | TCP_ACK},
		{"tcp-rst", TCP_RST},
	};
	struct expect none = EXPECT_OUTCOME("tcp_no_message");
	struct frame frame = {.l4 = L4_TCP};
	struct buf stream = {0};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		frame.tcp_flags = OVERRIDE(kinds[i].flags);
		case_add(kinds[i].name, &frame, NULL, 0, none, LOOSE);
	}
	/* The six bytes that Ethernet adds to a bare ACK are not the stream's. */
	frame = (struct frame){.l4 = L4_TCP, .tcp_flags = OVERRIDE(TCP_ACK), .padding = 6};
	case_add("tcp-ack-padded", &frame, NULL, 0, none, LOOSE);

	frame = (struct frame){.l4 = L4_TCP};
	stream_message(&stream, msg);
	case_add("tcp-prefix-one-byte", &frame, stream.data, 1, none, LOOSE);
	case_add("tcp-prefix-alone", &frame, stream.data, 2, none, LOOSE);
	case_add("tcp-header-cut", &frame, stream.data, 2 + 11, none, LOOSE);
	case_add("tcp-continuation", &frame, stream.data + 20, stream.length - 20, none, LOOSE);

	/* No message has less than a header. */
	buf_set_u16(&stream, 0, 5);
	case_add("tcp-prefix-5", &frame, stream.data, stream.length, none, LOOSE);
	buf_set_u16(&stream, 0, 0);
	case_add("tcp-prefix-0", &frame, stream.data, stream.length, none, LOOSE);
	/* Text and zeros, as the middle of a TXT record or of padding has them. */
	case_add("tcp-continuation-text", &frame, "v=spf1 include:_spf.example.com ~all", 36, none,
		 LOOSE);
	case_add("tcp-continuation-zeros", &frame, NULL, 100, none, LOOSE);
	buf_free(&stream);
}

static void add_tcp_messages(struct buf *msg)
{
	static struct expect second;
	struct buf stream = {0};
	struct frame frame = {.l4 = L4_TCP,
			      .tcp_options = "\x01\x01\x08\x0a\x00\x00\x00\x01\x00\x00\x00\x02",
			      .tcp_options_length = 12};

	case_message("tcp-options", &frame, msg, NXDOMAIN(), STRICT);
	frame = (struct frame){.l4 = L4_TCP, .tcp_flags = OVERRIDE(TCP_PSH | TCP_ACK | TCP_FIN)};
	case_message("tcp-message-with-fin", &frame, msg, NXDOMAIN(), STRICT);

	frame = (struct frame){.l4 = L4_TCP};
	stream_message(&stream, msg);
	case_answer(msg, RESPONSE | 5, TYPE_AAAA);
	message_ede(msg, message_opt(msg, 0, 0, 0), 18, "");
	stream_message(&stream, msg);
	second = EXPECT_RESPONSE(5, TYPE_AAAA, .edes = 1, .ede = {18});
	second.family = 4;
	second.transport = "tcp";
	case_add("tcp-two-messages", &frame, stream.data, stream.length, NXDOMAIN(.also = &second),
		 LOOSE);
	buf_reset(&stream);

	/* A response outweighs a query: at least one begins in the packet. */
	nxdomain(msg);
	stream_message(&stream, msg);
	query(msg);
	stream_message(&stream, msg);
	case_add("tcp-response-then-query", &frame, stream.data, stream.length, NXDOMAIN(), LOOSE);
	buf_reset(&stream);

	/* The rest of the message comes in later segments. */
	nxdomain(msg);
	message_ede(msg, message_opt(msg, 1, 0, 0), 22, "");
	stream_message(&stream, msg);
	case_add("tcp-cut-before-opt", &frame, stream.data, stream.length - 17,
		 NXDOMAIN(.incomplete = "opt_beyond_segment"), LOOSE);
	case_add("tcp-cut-in-question", &frame, stream.data, 2 + 12 + 5,
		 EXPECT_RESPONSE(3, -1, .incomplete = "opt_beyond_segment"), LOOSE);
	case_add("tcp-cut-after-header", &frame, stream.data, 2 + 12,
		 EXPECT_RESPONSE(3, -1, .incomplete = "opt_beyond_segment"), LOOSE);
	case_add("tcp-cut-in-option", &frame, stream.data, stream.length - 1,
		 EXPECT_RESPONSE(19, TYPE_A, .incomplete = "opt_beyond_segment"), LOOSE);
	buf_reset(&stream);

	nxdomain(msg);
	stream_message(&stream, msg);
	case_add("tcp-cut-no-opt", &frame, stream.data, stream.length - 10, NXDOMAIN(), LOOSE);
	buf_free(&stream);
}

static void add_tcp_headers(const struct buf *msg)
{
	struct expect bad = EXPECT_OUTCOME("bad_tcp_header");
	struct frame frame = {.l4 = L4_TCP, .data_offset = OVERRIDE(4)};

	case_message("tcp-data-offset-4", &frame, msg, bad, LOOSE);
	frame.data_offset = OVERRIDE(0);
	case_message("tcp-data-offset-0", &frame, msg, bad, LOOSE);
	frame = (struct frame){.l4 = L4_TCP, .data_offset = OVERRIDE(15)};
	case_add("tcp-data-offset-past-packet", &frame, msg->data, 30, bad, LOOSE);
	frame = (struct frame){.l4 = L4_TCP, .ip_length = OVERRIDE(20 + 19)};
	case_message("tcp-header-19-bytes", &frame, msg, EXPECT_OUTCOME("truncated_frame"), LOOSE);
}

void add_transport_cases(void)
{
	struct buf msg = {0};

	add_directions(&msg);
	nxdomain(&msg);
	add_encrypted(&msg);
	add_udp(&msg);
	add_tcp_empty(&msg);
	add_tcp_messages(&msg);
	nxdomain(&msg);
	add_tcp_headers(&msg);
	buf_free(&msg);
}
