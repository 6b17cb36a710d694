// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Ethernet, VLAN tags, IPv4 with its options and fragments, and what is no DNS at all. */
#include "case_list.h"

#include <string.h>

#define NXDOMAIN(...) EXPECT_RESPONSE(3, TYPE_A, __VA_ARGS__)

static void nxdomain(struct buf *msg)
{
	case_answer(msg, RESPONSE | 3, TYPE_A);
	message_soa(msg, SECTION_AUTHORITY, "@16");
}

static void add_vlans(const struct buf *msg)
{
	struct expect deep = EXPECT_OUTCOME("vlan_depth");
	struct frame frame = {.vlans = 1, .vlan = {{0x8100, 100}}};

	case_message("vlan-8021q", &frame, msg, NXDOMAIN(), STRICT);
	frame.family = 6;
	case_message("vlan-8021q-ipv6", &frame, msg, NXDOMAIN(), STRICT);
	frame = (struct frame){.vlans = 1, .vlan = {{0x8100, 0x6000}}};
	case_message("vlan-priority-tag", &frame, msg, NXDOMAIN(), STRICT);
	frame = (struct frame){.vlans = 1, .vlan = {{0x88a8, 200}}};
	case_message("vlan-8021ad", &frame, msg, NXDOMAIN(), STRICT);
	frame = (struct frame){.vlans = 2, .vlan = {{0x88a8, 200}, {0x8100, 4094}}};
	case_message("vlan-two", &frame, msg, NXDOMAIN(), STRICT);
	frame.l4 = L4_TCP;
	case_message("vlan-two-tcp", &frame, msg, NXDOMAIN(), STRICT);
	frame = (struct frame){.vlans = 2, .vlan = {{0x8100, 1}, {0x8100, 2}}};
	case_message("vlan-two-8021q", &frame, msg, NXDOMAIN(), STRICT);
	frame = (struct frame){.vlans = 1, .vlan = {{0x9100, 300}}};
	case_message("vlan-9100", &frame, msg, NXDOMAIN(), STRICT);
	frame = (struct frame){.family = 6, .vlans = 2, .vlan = {{0x9100, 300}, {0x8100, 5}}};
	case_message("vlan-9100-8021q", &frame, msg, NXDOMAIN(), STRICT);
	frame = (struct frame){.vlans = 3, .vlan = {{0x9100, 1}, {0x9100, 2}, {0x9100, 3}}};
	case_message("vlan-9100-three", &frame, msg, deep, LOOSE);
	frame = (struct frame){.vlans = 3, .vlan = {{0x88a8, 1}, {0x8100, 2}, {0x8100, 3}}};
	case_message("vlan-three", &frame, msg, deep, LOOSE);

	frame = (struct frame){.vlans = 1, .vlan = {{0x8100, 1}}, .cut = 17};
	case_message("vlan-cut", &frame, msg, EXPECT_OUTCOME("truncated_frame"), LOOSE);
	frame.cut = 18;
	case_message("vlan-then-nothing", &frame, msg, EXPECT_OUTCOME("truncated_frame"), LOOSE);
}

static void add_ipv4_headers(const struct buf *msg)
{
	struct expect bad = EXPECT_OUTCOME("bad_ip_header");
	struct frame frame = {.ip_options = "\x94\x04\x00\x00", .ip_options_length = 4};
	size_t whole = 20 + 8 + msg->length;

	case_message("ipv4-router-alert", &frame, msg, NXDOMAIN(), STRICT);
	frame.l4 = L4_TCP;
	case_message("ipv4-options-tcp", &frame, msg, NXDOMAIN(), STRICT);
	frame = (struct frame){.ip_options = "\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01"
					     "\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01"
					     "\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01"
					     "\x01\x01\x01\x01\x01\x01\x01\x01\x01\x00",
			       .ip_options_length = 40};
	case_message("ipv4-options-40", &frame, msg, NXDOMAIN(), STRICT);

	frame = (struct frame){.dont_fragment = true};
	case_message("ipv4-dont-fragment", &frame, msg, NXDOMAIN(), STRICT);
	frame.l4 = L4_TCP;
	case_message("ipv4-dont-fragment-tcp", &frame, msg, NXDOMAIN(), STRICT);

	frame = (struct frame){.ihl = OVERRIDE(4)};
	case_message("ipv4-ihl-4", &frame, msg, bad, LOOSE);
	frame = (struct frame){.ihl = OVERRIDE(0)};
	case_message("ipv4-ihl-0", &frame, msg, bad, LOOSE);
	frame = (struct frame){.version = OVERRIDE(6)};
	case_message("ipv4-version-6", &frame, msg, bad, LOOSE);
	frame = (struct frame){.ip_length = OVERRIDE(whole + 1)};
	case_message("ipv4-length-past-frame", &frame, msg, bad, LOOSE);
	frame = (struct frame){.ip_length = OVERRIDE(19)};
	case_message("ipv4-length-19", &frame, msg, bad, LOOSE);
	/* Says less than there is: the UDP datagram then ends behind its packet. */
	frame = (struct frame){.ip_length = OVERRIDE(whole - 1)};
	case_message("ipv4-length-before-udp-end", &frame, msg, EXPECT_OUTCOME("bad_udp_length"),
		     LOOSE);
	frame = (struct frame){.ip_length = OVERRIDE(20)};
	case_message("ipv4-length-of-header-alone", &frame, msg, EXPECT_OUTCOME("truncated_frame"),
		     LOOSE);
	frame = (struct frame){.ip_length = OVERRIDE(27)};
	case_message("ipv4-length-before-udp-header-end", &frame, msg,
		     EXPECT_OUTCOME("truncated_frame"), LOOSE);
	frame = (struct frame){.cut = 14 + 19};
	case_message("ipv4-header-cut", &frame, msg, EXPECT_OUTCOME("truncated_frame"), LOOSE);
	frame = (struct frame){.cut = 14};
	case_message("ethernet-alone", &frame, msg, EXPECT_OUTCOME("truncated_frame"), LOOSE);
	/* Nobody checks checksums here: what the resolver drops has been on the wire. */
	frame = (struct frame){.ip_checksum = OVERRIDE(0), .l4_checksum = OVERRIDE(0xbad)};
	case_message("checksums-wrong", &frame, msg, NXDOMAIN(), LOOSE);
	frame = (struct frame){.l4_checksum = OVERRIDE(0)};
	case_message("udp-checksum-none", &frame, msg, NXDOMAIN(), STRICT);
	frame = (struct frame){.padding = 20};
	case_message("ethernet-padding", &frame, msg, NXDOMAIN(), STRICT);
	frame.l4 = L4_TCP;
	case_message("ethernet-padding-tcp", &frame, msg, NXDOMAIN(), STRICT);
}

/*
 * Lengths that hardware fills in when it cuts a packet into segments: a capture at the sender has 0. The
 * programs in the kernel see from elsewhere that a packet is such a one; of any other it is a lie.
 */
static void add_lengths_of_0(const struct buf *msg)
{
#define CAPTURED(ip, by)                                                                           \
	{                                                                                          \
		.outcome = "response_packets", .rcode = 3, .qtype = TYPE_A, .flags = RESPONSE_SET, \
		.family = (ip), .transport = (by)                                                  \
	}
	static const struct expect udp4 = CAPTURED(4, "udp"), tcp4 = CAPTURED(4, "tcp"),
				   udp6 = CAPTURED(6, "udp"), tcp6 = CAPTURED(6, "tcp");
#undef CAPTURED
	struct expect bad = EXPECT_OUTCOME("bad_ip_header"),
		      cut = EXPECT_OUTCOME("truncated_frame");
	struct frame frame = {.ip_length = OVERRIDE(0)};

	bad.captured = &udp4;
	case_message("ipv4-length-0", &frame, msg, bad, LOOSE);
	frame.vlans = 1;
	case_message("ipv4-length-0-vlan", &frame, msg, bad, LOOSE);
	frame.vlans = 0;
	frame.l4 = L4_TCP;
	bad.captured = &tcp4;
	case_message("ipv4-length-0-tcp", &frame, msg, bad, LOOSE);
	frame.family = 6;
	cut.captured = &tcp6;
	case_message("ipv6-length-0-tcp", &frame, msg, cut, LOOSE);
	frame.l4 = L4_UDP;
	cut.captured = &udp6;
	case_message("ipv6-length-0", &frame, msg, cut, LOOSE);
}

/* Fragments of IPv4, RFC 791. The first says what it can; the others have no ports. */
static void add_fragments(struct buf *msg)
{
	struct frame frame = {.fragment_size = 64};
	struct buf stream = {0};
	size_t whole;

	/* Question and SOA are in the first 64 bytes, all but the SOA's data. */
	nxdomain(msg);
	message_ede(msg, message_opt(msg, 1, 0, 0), 22, "");
	whole = 8 + msg->length;
	case_message("ipv4-first-fragment", &frame, msg,
		     NXDOMAIN(.incomplete = "opt_beyond_fragment"), LOOSE);
	frame.fragment_offset = 64;
	frame.fragment_size = whole - 64;
	case_message("ipv4-last-fragment", &frame, msg, EXPECT_OUTCOME("later_fragment"), LOOSE);
	frame.fragment_size = 8;
	case_message("ipv4-middle-fragment", &frame, msg, EXPECT_OUTCOME("later_fragment"), LOOSE);
	/* A later fragment that says it is ICMP cannot have been DNS. */
	frame.protocol = OVERRIDE(1);
	case_message("ipv4-later-fragment-icmp", &frame, msg, EXPECT_OUTCOME("not_dns"), LOOSE);

	/* Ports in eight bytes, then nothing of the message. */
	frame = (struct frame){.fragment_size = 8};
	case_message("ipv4-first-fragment-of-8", &frame, msg, EXPECT_OUTCOME("truncated_header"),
		     LOOSE);

	/* Nothing is lost where no additional record is announced. */
	nxdomain(msg);
	frame = (struct frame){.fragment_size = 64};
	case_message("ipv4-first-fragment-no-opt", &frame, msg, NXDOMAIN(), LOOSE);

	/* The OPT and its options can be in the first fragment while the rest is not. */
	case_answer(msg, RESPONSE | 3, TYPE_A);
	message_ede(msg, message_opt(msg, 1, 0, 0), 22, "");
	message_a(msg, SECTION_ADDITIONAL, "@12", "192.0.2.1");
	frame = (struct frame){.fragment_size = 64};
	case_message("ipv4-first-fragment-with-opt", &frame, msg,
		     EXPECT_RESPONSE(19, TYPE_A, .edes = 1, .ede = {22}), LOOSE);

	/* The fragment ends among the options: the code is whole, an EDE may be missing. */
	case_answer(msg, RESPONSE | 3, TYPE_A);
	message_padding(msg, message_opt(msg, 1, 0, 0), 40);
	case_message("ipv4-first-fragment-cuts-opt", &frame, msg,
		     EXPECT_RESPONSE(19, TYPE_A, .incomplete = "opt_beyond_fragment"), LOOSE);

	nxdomain(msg);
	frame = (struct frame){.l4 = L4_TCP, .fragment_offset = 24, .fragment_size = 24};
	case_message("ipv4-later-fragment-tcp", &frame, msg, EXPECT_OUTCOME("later_fragment"),
		     LOOSE);
	/* TCP's header and prefix take 22 bytes: it ends in the SOA. */
	message_ede(msg, message_opt(msg, 1, 0, 0), 22, "");
	frame = (struct frame){.l4 = L4_TCP, .fragment_size = 80};
	case_message("ipv4-first-fragment-tcp", &frame, msg,
		     NXDOMAIN(.incomplete = "opt_beyond_fragment"), LOOSE);

	/*
	 * The message ends where the fragment does, as its prefix says: the record that its header announces is
	 * not in the next one.
	 */
	message_begin(msg, 0x2a17, RESPONSE | 3);
	message_question(msg, "wwww.example.com", TYPE_A, CLASS_IN);
	message_set_count(msg, SECTION_ADDITIONAL, 1);
	frame = (struct frame){.l4 = L4_TCP, .fragment_size = 20 + 2 + msg->length};
	stream_message(&stream, msg);
	buf_put(&stream, NULL, 8);
	case_add("ipv4-first-fragment-tcp-ends-message", &frame, stream.data, stream.length,
		 NXDOMAIN(.incomplete = "malformed"), LOOSE);
	buf_free(&stream);
}

/*
 * A response behind @head, which follows the ethertype @type: what is not looked into unasked, and would be
 * DNS if it were.
 */
static void add_other_link(const char *name, unsigned int type, const char *head, size_t size,
			   const struct buf *msg)
{
	const struct frame around = {.no_ip = true, .ethertype = OVERRIDE(type)};
	struct buf whole = {0}, payload = {0};

	packet_build(&whole, &(struct frame){.family = 4}, msg->data, msg->length);
	buf_put(&payload, head, size);
	buf_put(&payload, whole.data + 14, whole.length - 14);
	case_add(name, &around, payload.data, payload.length, EXPECT_OUTCOME("other_link"), LOOSE);
	buf_free(&payload);
	buf_free(&whole);
}

/* Links within the link: IEEE 802.3, RFC 1042, 3032, 2516, IEEE 802.1AE, 802.1ah, 802.1BR, RFC 8300, 6325. */
static void add_other_links(const struct buf *msg)
{
	const struct expect other = EXPECT_OUTCOME("other_link");
	struct frame frame = {.no_ip = true, .ethertype = OVERRIDE(38)};

	case_add("ieee-8023-llc", &frame, "\x42\x42\x03", 3, other, LOOSE);
	frame.ethertype = OVERRIDE(0x05ff);
	case_add("ieee-8023-length-1535", &frame, "\xaa\xaa\x03", 3, other, LOOSE);
	frame.ethertype = OVERRIDE(0x0600);
	case_add("ethertype-1536", &frame, "\xaa\xaa\x03", 3, EXPECT_OUTCOME("not_dns"), LOOSE);
	frame.ethertype = OVERRIDE(0x8863);
	case_add("pppoe-discovery", &frame, "\x11\x09\0\0\0\0", 6, other, LOOSE);
	frame.ethertype = OVERRIDE(0x8847);
	case_add("mpls-nothing", &frame, "", 0, other, LOOSE);

	add_other_link("snap-ipv4", 100, "\xaa\xaa\x03\0\0\0\x08\0", 8, msg);
	add_other_link("mpls-ipv4", 0x8847, "\x00\x01\x01\x40", 4, msg);
	add_other_link("mpls-upstream-ipv4", 0x8848, "\x00\x01\x01\x40", 4, msg);
	add_other_link("mpls-8-labels", 0x8847,
		       "\0\1\0\1\0\2\0\1\0\3\0\1\0\4\0\1\0\5\0\1\0\6\0\1\0\7\0\1\0\x08\1\1", 32,
		       msg);
	add_other_link("mpls-9-labels", 0x8847,
		       "\0\1\0\1\0\2\0\1\0\3\0\1\0\4\0\1\0\5\0\1\0\6\0\1\0\7\0\1\0\x08\0\1"
		       "\0\x09\1\1",
		       36, msg);
	/* An associated channel, RFC 4385 section 5. */
	add_other_link("mpls-channel", 0x8847, "\0\1\1\1\x10\0\0\x21", 8, msg);
	add_other_link("pppoe-version-2", 0x8864, "\x21\0\0\1\0\x50\0\x21", 8, msg);
	add_other_link("pppoe-code-9", 0x8864, "\x11\x09\0\1\0\x50\0\x21", 8, msg);
	add_other_link("pppoe-lcp", 0x8864, "\x11\0\0\1\0\x50\xc0\x21", 8, msg);
	add_other_link("pppoe-ipv4", 0x8864, "\x11\0\0\1\0\x50\0\x21", 8, msg);
	add_other_link("macsec", 0x88e5, "\x0c\0\0\0\0\1\x08\0", 8, msg);
	add_other_link("backbone-bridge", 0x88e7, "\0\0\0\1\2\0\0\0\0\2\2\0\0\0\0\1\x08\0", 18,
		       msg);
	add_other_link("vn-tag", 0x8926, "\0\0\0\1\x08\0", 6, msg);
	add_other_link("e-tag", 0x893f, "\0\0\0\1\0\0\x08\0", 8, msg);
	add_other_link("nsh", 0x894f, "\x0f\xc2\2\1\0\0\1\xff", 8, msg);
	add_other_link("trill", 0x22f3, "\0\x20\0\1\0\2", 6, msg);
	frame = (struct frame){
		.no_ip = true, .vlans = 1, .vlan = {{0x8100, 7}}, .ethertype = OVERRIDE(0x8864)};
	case_add("vlan-pppoe", &frame, "\x11\0\0\1\0\2\xc0\x21", 8, other, LOOSE);
}

/* What carries no DNS, though some of it quotes DNS. */
static void add_others(struct buf *msg)
{
	static const uint8_t arp[] = {0,   1, 8, 0, 6, 4, 0, 1, 2, 0, 0,   0, 0, 1,
				      192, 0, 2, 1, 0, 0, 0, 0, 0, 0, 192, 0, 2, 2};
	struct expect not_dns = EXPECT_OUTCOME("not_dns");
	struct buf quoted = {0}, icmp = {0};
	struct frame frame;

	frame = (struct frame){.no_ip = true, .ethertype = OVERRIDE(0x0806), .padding = 18};
	case_add("arp", &frame, arp, sizeof(arp), not_dns, LOOSE);
	frame = (struct frame){.no_ip = true, .ethertype = OVERRIDE(0x88cc)};
	case_add("lldp", &frame, "\x00\x00", 2, not_dns, LOOSE);

	/* Port unreachable with the datagram that found no socket: RFC 792. */
	packet_build(&quoted, &(struct frame){.destination_port = 40053}, msg->data, msg->length);
	buf_put(&icmp, "\x03\x03\x00\x00\x00\x00\x00\x00", 8);
	buf_put(&icmp, quoted.data + 14, quoted.length - 14);
	buf_set_u16(&icmp, 2, checksum_end(checksum_add(0, icmp.data, icmp.length)));
	frame = (struct frame){.l4 = L4_NONE, .protocol = OVERRIDE(1)};
	case_add("icmp-quoting-dns", &frame, icmp.data, icmp.length, not_dns, LOOSE);
	buf_reset(&icmp);
	packet_build(&quoted, &(struct frame){.family = 6, .destination_port = 40053}, msg->data,
		     msg->length);
	buf_put(&icmp, "\x01\x04\x00\x00\x00\x00\x00\x00", 8);
	buf_put(&icmp, quoted.data + 14, quoted.length - 14);
	frame = (struct frame){.family = 6, .l4 = L4_NONE, .protocol = OVERRIDE(58)};
	case_add("icmpv6-quoting-dns", &frame, icmp.data, icmp.length, not_dns, LOOSE);

	/* IP in IP and GRE are tunnels, whose inside is not looked at unasked. */
	frame = (struct frame){.l4 = L4_NONE, .protocol = OVERRIDE(4)};
	packet_build(&quoted, &(struct frame){.destination_port = 40053}, msg->data, msg->length);
	case_add("ip-in-ip", &frame, quoted.data + 14, quoted.length - 14, not_dns, LOOSE);

	frame = (struct frame){.source_port = 5353, .destination_port = 5353};
	case_message("mdns", &frame, msg, not_dns, LOOSE);
	frame = (struct frame){.source_port = 443, .destination_port = 50000};
	case_message("udp-443", &frame, msg, not_dns, LOOSE);
	frame = (struct frame){.l4 = L4_TCP, .source_port = 80, .destination_port = 50000};
	case_add("tcp-80", &frame, "HTTP/1.1 200 OK\r\n", 17, not_dns, LOOSE);

	buf_free(&quoted);
	buf_free(&icmp);
}

void add_link_cases(void)
{
	struct buf msg = {0};

	nxdomain(&msg);
	add_vlans(&msg);
	add_ipv4_headers(&msg);
	add_lengths_of_0(&msg);
	add_fragments(&msg);
	nxdomain(&msg);
	add_other_links(&msg);
	add_others(&msg);
	buf_free(&msg);
}
