// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The packet builder against frames typed by hand, whose checksums were reckoned elsewhere. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "cases.h"
#include "message.h"
#include "packet.h"

/* clang-format off */

/* NXDOMAIN for a.example A with RCODE bit 4 and EDE 22 "no" in its OPT, as UDP over IPv4. */
static const uint8_t udp4[] = {
	0x02, 0x00, 0x00, 0x00, 0x00, 0x02, 0x02, 0x00, 0x00, 0x00, 0x00, 0x01, 0x08, 0x00,
	0x45, 0x00, 0x00, 0x4a, 0x12, 0x34, 0x00, 0x00, 0x40, 0x11, 0x7b, 0xff,
	192, 0, 2, 53, 198, 51, 100, 7,
	0x00, 0x35, 0x9c, 0x75, 0x00, 0x36, 0x79, 0x33,
	0x2a, 0x17, 0x81, 0x83, 0x00, 0x01, 0x00, 0x00, 0x00, 0x00, 0x00, 0x01,
	1, 'a', 7, 'e', 'x', 'a', 'm', 'p', 'l', 'e', 0, 0x00, 0x01, 0x00, 0x01,
	0x00, 0x00, 0x29, 0x04, 0xd0, 0x01, 0x00, 0x80, 0x00, 0x00, 0x08,
	0x00, 0x0f, 0x00, 0x04, 0x00, 0x16, 'n', 'o',
};

/* SERVFAIL for b.example AAAA, AA and RD set, as TCP over IPv6, with four NOPs for options. */
static const uint8_t tcp6[] = {
	0x02, 0x00, 0x00, 0x00, 0x00, 0x02, 0x02, 0x00, 0x00, 0x00, 0x00, 0x01, 0x86, 0xdd,
	0x60, 0x00, 0x00, 0x00, 0x00, 0x35, 0x06, 0x40,
	0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x53,
	0x20, 0x01, 0x0d, 0xb8, 0, 0x01, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x07,
	0x00, 0x35, 0x9c, 0x75, 1, 2, 3, 4, 5, 6, 7, 8, 0x60, 0x18, 0xff, 0xff, 0x97, 0x80, 0, 0,
	0x01, 0x01, 0x01, 0x01,
	0x00, 0x1b,
	0x00, 0x01, 0x85, 0x82, 0x00, 0x01, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
	1, 'b', 7, 'e', 'x', 'a', 'm', 'p', 'l', 'e', 0, 0x00, 0x1c, 0x00, 0x01,
};

/* Two tags between the addresses and what follows in udp4. */
static const uint8_t tags[] = {0x88, 0xa8, 0x00, 0xc8, 0x81, 0x00, 0x60, 0x64};

/* IPv6 with hop-by-hop options and the first 16 bytes of 64 of a fragmented datagram. */
static const uint8_t fragment6[] = {
	0x60, 0x00, 0x00, 0x00, 0x00, 0x20, 0x00, 0x40,
	0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x53,
	0x20, 0x01, 0x0d, 0xb8, 0, 0x01, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x07,
	44, 0, 1, 4, 0, 0, 0, 0,
	17, 0, 0x00, 0x01, 0x12, 0x34, 0x56, 0x78,
	0x00, 0x35, 0x9c, 0x75, 0x00, 0x40, 0xbe, 0xef, 0, 0, 0, 0, 0, 0, 0, 0,
};

/* clang-format on */

static void build_udp4(struct buf *msg)
{
	message_begin(msg, 0x2a17, MSG_QR | MSG_RD | MSG_RA | 3);
	message_question(msg, "a.example", TYPE_A, CLASS_IN);
	message_ede(msg, message_opt(msg, 1, 0, 1), 22, "no");
}

static void same(const struct buf *built, const uint8_t *typed, size_t length)
{
	assert_int_equal(built->length, length);
	assert_memory_equal(built->data, typed, length);
}

static void test_udp_over_ipv4(void **state)
{
	struct buf msg = {0}, out = {0};

	(void)state;
	build_udp4(&msg);
	packet_build(&out, &(struct frame){0}, msg.data, msg.length);
	same(&out, udp4, sizeof(udp4));
	buf_free(&msg);
	buf_free(&out);
}

static void test_tcp_over_ipv6(void **state)
{
	struct frame frame = {.family = 6,
			      .l4 = L4_TCP,
			      .sequence = 0x01020304,
			      .acknowledgement = 0x05060708,
			      .tcp_options = "\x01\x01\x01\x01",
			      .tcp_options_length = 4};
	struct buf msg = {0}, stream = {0}, out = {0};

	(void)state;
	message_begin(&msg, 1, MSG_QR | MSG_AA | MSG_RD | MSG_RA | 2);
	message_question(&msg, "b.example.", TYPE_AAAA, CLASS_IN);
	stream_message(&stream, &msg);
	packet_build(&out, &frame, stream.data, stream.length);
	same(&out, tcp6, sizeof(tcp6));
	buf_free(&msg);
	buf_free(&stream);
	buf_free(&out);
}

static void test_vlan_tags(void **state)
{
	struct frame frame = {.vlans = 2, .vlan = {{0x88a8, 200}, {0x8100, 0x6064}}};
	struct buf msg = {0}, out = {0};

	(void)state;
	build_udp4(&msg);
	packet_build(&out, &frame, msg.data, msg.length);
	assert_int_equal(out.length, sizeof(udp4) + sizeof(tags));
	assert_memory_equal(out.data, udp4, 12);
	assert_memory_equal(out.data + 12, tags, sizeof(tags));
	assert_memory_equal(out.data + 12 + sizeof(tags), udp4 + 12, sizeof(udp4) - 12);
	buf_free(&msg);
	buf_free(&out);
}

static void test_fragments(void **state)
{
	struct frame frame = {.family = 6,
			      .extensions = 2,
			      .extension = {{.type = EXT_HOP_BY_HOP}, {.type = EXT_FRAGMENT}},
			      .fragment_size = 16,
			      .l4_checksum = OVERRIDE(0xbeef)};
	const uint8_t zeros[56] = {0};
	struct buf out = {0};

	(void)state;
	packet_build(&out, &frame, zeros, sizeof(zeros));
	assert_int_equal(out.length, 14 + sizeof(fragment6));
	assert_memory_equal(out.data + 14, fragment6, sizeof(fragment6));

	/* The last one: offset 48 in units of 8 is 6, shifted by 3 is 48 again; nothing follows. */
	frame.fragment_offset = 48;
	packet_build(&out, &frame, zeros, sizeof(zeros));
	assert_int_equal(buf_get_u16(&out, 14 + 40 + 8 + 2), 48);

	/* IPv4: the flag for more is 0x2000, the offset counts units of 8. */
	frame = (struct frame){.fragment_offset = 16, .fragment_size = 24};
	packet_build(&out, &frame, zeros, sizeof(zeros));
	assert_int_equal(buf_get_u16(&out, 14 + 6), 0x2002);
	assert_int_equal(buf_get_u16(&out, 14 + 2), 20 + 24);
	frame = (struct frame){.fragment_offset = 40, .fragment_size = 24};
	packet_build(&out, &frame, zeros, sizeof(zeros));
	assert_int_equal(buf_get_u16(&out, 14 + 6), 0x0005);
	buf_free(&out);
}

static void test_lies(void **state)
{
	struct frame frame = {.ihl = OVERRIDE(4),
			      .ip_length = OVERRIDE(0),
			      .ip_checksum = OVERRIDE(0x1111),
			      .udp_length = OVERRIDE(7),
			      .padding = 3};
	struct buf msg = {0}, out = {0};

	(void)state;
	build_udp4(&msg);
	packet_build(&out, &frame, msg.data, msg.length);
	assert_int_equal(out.length, sizeof(udp4) + 3);
	assert_int_equal(out.data[14], 0x44);
	assert_int_equal(buf_get_u16(&out, 14 + 2), 0);
	assert_int_equal(buf_get_u16(&out, 14 + 10), 0x1111);
	assert_int_equal(buf_get_u16(&out, 34 + 4), 7);
	frame = (struct frame){.cut = 20};
	packet_build(&out, &frame, msg.data, msg.length);
	same(&out, udp4, 20);
	buf_free(&msg);
	buf_free(&out);
}

static void test_names(void **state)
{
	static const struct {
		const char *text, *wire;
		size_t length;
	} names[] = {
		{".", "\0", 1},
		{"", "\0", 1},
		{"com", "\3com\0", 5},
		{"a.bc.", "\1a\2bc\0", 6},
		{"@12", "\xc0\x0c", 2},
		{"www.@16383", "\3www\xff\xff", 6},
		{"\\000\\255.\\.\\\\", "\2\0\xff\2.\\\0", 7},
		{"\\@12", "\3@12\0", 5},
	};
	struct buf out = {0};

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		buf_reset(&out);
		message_name(&out, names[i].text);
		assert_int_equal(out.length, names[i].length);
		assert_memory_equal(out.data, names[i].wire, names[i].length);
	}
	buf_free(&out);
}

static void overlong_label(struct buf *out)
{
	message_name(out, "1234567890123456789012345678901234567890123456789012345678901234");
}

static void bad_address(struct buf *out)
{
	message_a(out, SECTION_ANSWER, ".", "192.0.2.256");
}

static void past_the_end(struct buf *out)
{
	buf_set_u16(out, out->length - 1, 1);
}

static void too_large(struct buf *out)
{
	buf_u16(out, 65536);
}

/* What cannot be built ends the program, so that no test runs on half a packet. */
static void test_aborts(void **state)
{
	static void (*const wrong[])(struct buf *) = {overlong_label, bad_address, past_the_end,
						      too_large};

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		int status = 0;
		pid_t child = fork();

		assert_true(child >= 0);
		if (!child) {
			struct buf out = {0};

			signal(SIGABRT, SIG_DFL);
			setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
			close(STDERR_FILENO);
			message_begin(&out, 1, 0);
			wrong[i](&out);
			_exit(0);
		}
		assert_int_equal(waitpid(child, &status, 0), child);
		assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
	}
}

/* The table itself: enough cases, and what each expects is a whole statement. */
static void test_cases(void **state)
{
	const struct packet_case *cases;
	size_t count, responses = 0;

	(void)state;
	cases = packet_cases(&count);
	assert_true(count >= 300);
	for (size_t i = 0; i < count; i++) {
		const struct expect *expect = &cases[i].expect;
		int response = !strcmp(expect->outcome, "response_packets");

		assert_true(cases[i].length >= 14);
		assert_true(response || (!cases[i].well_formed && !expect->edes));
		assert_true(!response || (expect->family && expect->transport));
		assert_true(expect->edes <= EXPECT_EDES_MAX && expect->rcode < 4096);
		assert_true(!expect->answer || expect->rcode == 0);
		responses += (size_t)response;
	}
	assert_true(responses >= 200);
	assert_string_equal(packet_case("query")->expect.outcome, "queries");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_udp_over_ipv4), cmocka_unit_test(test_tcp_over_ipv6),
		cmocka_unit_test(test_vlan_tags),     cmocka_unit_test(test_fragments),
		cmocka_unit_test(test_lies),          cmocka_unit_test(test_names),
		cmocka_unit_test(test_aborts),        cmocka_unit_test(test_cases),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
