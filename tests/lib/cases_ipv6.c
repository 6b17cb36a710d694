// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* IPv6: extension headers (RFC 8200 section 4), fragments, lengths. */
#include "case_list.h"

#include <stdio.h>

#define NXDOMAIN(...) EXPECT_RESPONSE(3, TYPE_A, __VA_ARGS__)

static void nxdomain(struct buf *msg)
{
	case_answer(msg, RESPONSE | 3, TYPE_A);
	message_soa(msg, SECTION_AUTHORITY, "@16");
}

static void add_extensions(const struct buf *msg)
{
	static const struct {
		const char *name;
		struct frame_extension extension;
		int strict;
	} each[] = {
		{"ipv6-hop-by-hop", {.type = EXT_HOP_BY_HOP}, STRICT},
		{"ipv6-hop-by-hop-24", {.type = EXT_HOP_BY_HOP, .size = 24}, STRICT},
		{"ipv6-routing", {.type = EXT_ROUTING}, LOOSE},
		{"ipv6-destination", {.type = EXT_DESTINATION}, STRICT},
		{"ipv6-destination-248", {.type = EXT_DESTINATION, .size = 248}, STRICT},
		{"ipv6-auth", {.type = EXT_AUTH}, STRICT},
		{"ipv6-auth-12", {.type = EXT_AUTH, .size = 12}, STRICT},
		{"ipv6-mobility", {.type = EXT_MOBILITY}, LOOSE},
		{"ipv6-hip", {.type = EXT_HIP, .size = 40}, LOOSE},
		{"ipv6-shim6", {.type = EXT_SHIM6}, LOOSE},
		{"ipv6-atomic-fragment", {.type = EXT_FRAGMENT}, STRICT},
	};
	struct frame frame = {.family = 6};

	for (size_t i = 0; i < sizeof(each) / sizeof(each[0]); i++) {
		frame.extensions = 1;
		frame.extension[0] = each[i].extension;
		case_message(each[i].name, &frame, msg, NXDOMAIN(), each[i].strict);
	}
	/* Every kind that RFC 8200 section 4.1 names, in its order, then TCP. */
	frame = (struct frame){.family = 6,
			       .l4 = L4_TCP,
			       .extensions = 6,
			       .extension = {{.type = EXT_HOP_BY_HOP},
					     {.type = EXT_DESTINATION},
					     {.type = EXT_ROUTING},
					     {.type = EXT_FRAGMENT},
					     {.type = EXT_AUTH},
					     {.type = EXT_DESTINATION}}};
	case_message("ipv6-six-extensions-tcp", &frame, msg, NXDOMAIN(), LOOSE);

	frame = (struct frame){.family = 6, .extensions = 8};
	for (unsigned int i = 0; i < 9; i++)
		frame.extension[i] = (struct frame_extension){.type = EXT_DESTINATION};
	case_message("ipv6-eight-extensions", &frame, msg, NXDOMAIN(), LOOSE);
	frame.extensions = 9;
	case_message("ipv6-nine-extensions", &frame, msg, EXPECT_OUTCOME("extension_depth"), LOOSE);

	/* The last header's length leads out of the packet, though the frame ends where it says. */
	frame = (struct frame){.family = 6,
			       .extensions = 1,
			       .extension = {{.type = EXT_DESTINATION, .length = OVERRIDE(255)}}};
	case_message("ipv6-extension-past-end", &frame, msg, EXPECT_OUTCOME("bad_ip_header"),
		     LOOSE);
	frame = (struct frame){
		.family = 6, .extensions = 1, .extension = {{.type = EXT_HOP_BY_HOP}}, .cut = 55};
	frame.ip_length = OVERRIDE(1);
	case_message("ipv6-extension-cut", &frame, msg, EXPECT_OUTCOME("truncated_frame"), LOOSE);
}

static void add_fragments(struct buf *msg)
{
	struct frame frame = {.family = 6, .extensions = 1, .extension = {{.type = EXT_FRAGMENT}}};
	size_t whole;

	nxdomain(msg);
	message_ede(msg, message_opt(msg, 1, 0, 0), 22, "");
	whole = 8 + msg->length;
	frame.fragment_size = 64;
	case_message("ipv6-first-fragment", &frame, msg,
		     NXDOMAIN(.incomplete = "opt_beyond_fragment"), LOOSE);
	frame.fragment_offset = 64;
	frame.fragment_size = whole - 64;
	case_message("ipv6-last-fragment", &frame, msg, EXPECT_OUTCOME("later_fragment"), LOOSE);
	frame.fragment_size = 8;
	case_message("ipv6-middle-fragment", &frame, msg, EXPECT_OUTCOME("later_fragment"), LOOSE);
	frame.protocol = OVERRIDE(58);
	case_message("ipv6-later-fragment-icmp", &frame, msg, EXPECT_OUTCOME("not_dns"), LOOSE);

	/* Behind other headers, and before one. */
	nxdomain(msg);
	frame = (struct frame){.family = 6,
			       .fragment_size = 64,
			       .extensions = 2,
			       .extension = {{.type = EXT_HOP_BY_HOP}, {.type = EXT_FRAGMENT}}};
	case_message("ipv6-first-fragment-behind-hop-by-hop", &frame, msg, NXDOMAIN(), LOOSE);
	frame = (struct frame){.family = 6,
			       .fragment_size = 64,
			       .extensions = 2,
			       .extension = {{.type = EXT_FRAGMENT}, {.type = EXT_DESTINATION}}};
	case_message("ipv6-first-fragment-with-destination", &frame, msg, NXDOMAIN(), LOOSE);

	/* A whole packet, so that the record that is promised lies in no other fragment. */
	buf_set_u16(msg, 10, 1);
	frame = (struct frame){.family = 6, .extensions = 1, .extension = {{.type = EXT_FRAGMENT}}};
	case_message("ipv6-atomic-fragment-without-record", &frame, msg,
		     NXDOMAIN(.incomplete = "malformed"), LOOSE);
}

static void add_headers(struct buf *msg)
{
	size_t payload = 8 + msg->length;
	struct frame frame;

	frame = (struct frame){.family = 6, .version = OVERRIDE(4)};
	case_message("ipv6-version-4", &frame, msg, EXPECT_OUTCOME("bad_ip_header"), LOOSE);
	frame = (struct frame){.family = 6, .ip_length = OVERRIDE(payload + 1)};
	case_message("ipv6-length-past-frame", &frame, msg, EXPECT_OUTCOME("bad_ip_header"), LOOSE);
	frame = (struct frame){.family = 6, .ip_length = OVERRIDE(payload - 1)};
	case_message("ipv6-length-before-udp-end", &frame, msg, EXPECT_OUTCOME("bad_udp_length"),
		     LOOSE);
	frame = (struct frame){.family = 6, .ip_length = OVERRIDE(7)};
	case_message("ipv6-length-before-udp-header-end", &frame, msg,
		     EXPECT_OUTCOME("truncated_frame"), LOOSE);
	frame = (struct frame){.family = 6, .cut = 14 + 39};
	case_message("ipv6-header-cut", &frame, msg, EXPECT_OUTCOME("truncated_frame"), LOOSE);
	frame = (struct frame){.family = 6, .padding = 6};
	case_message("ipv6-ethernet-padding", &frame, msg, NXDOMAIN(), STRICT);

	frame = (struct frame){.family = 6, .l4 = L4_NONE, .protocol = OVERRIDE(59)};
	case_add("ipv6-no-next-header", &frame, NULL, 0, EXPECT_OUTCOME("not_dns"), LOOSE);
	frame = (struct frame){.family = 6, .l4 = L4_NONE, .protocol = OVERRIDE(50)};
	case_add("ipv6-esp", &frame, msg->data, msg->length, EXPECT_OUTCOME("not_dns"), LOOSE);
}

void add_ipv6_cases(void)
{
	struct buf msg = {0};

	nxdomain(&msg);
	add_extensions(&msg);
	add_headers(&msg);
	add_fragments(&msg);
	buf_free(&msg);
}
