// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* What is inside a tunnel is counted as what it is outside of one, where that is asked for. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "cases.h"
#include "expected.h"
#include "parser/host_store.h"
#include "message.h"
#include "packet.h"
#include "cli/option_tables.h"
#include "cli/settings.h"
#include "tunnels.h"

/* Frames of an Ethernet of 1500 bytes, less the longest outer headers. */
#define INNER_MAX 1400u

/* As the command line would set it. */
static struct hook_config config_for(const char *tunnels)
{
	struct hook_config config = expected_config();
	char *argv[] = {(char[]){"read"}, (char[]){"--decap"}, NULL, NULL};
	struct settings settings;

	settings_init(&settings);
	argv[2] = strdup(tunnels);
	assert_int_equal(options_parse(&read_command, 3, argv, &settings), 3);
	free(argv[2]);
	config.decap = settings.decap;
	return config;
}

static struct host_store *count(const struct hook_config *config, const struct buf *frame,
				size_t length)
{
	struct host_store *store = calloc(1, sizeof(*store));

	assert_non_null(store);
	host_count(store, config, HOST_LINK_ETHERNET, frame->data, (uint32_t)length, 0);
	host_store_finish(store, config);
	memset(store->counts.counters.tcp, 0, sizeof(store->counts.counters.tcp));
	return store;
}

static void drop(struct host_store *store)
{
	host_store_free(store);
	free(store);
}

/* Whether what is in @tunnel is itself looked into. */
static bool opens_further(const struct hook_config *config, const struct packet_case *one,
			  enum tunnel tunnel)
{
	return config->decap == DECAP_ALL &&
	       (!strcmp(one->expect.outcome, "other_link") ||
		(tunnel_is_link(tunnel) && !strcmp(one->name, "ip-in-ip")));
}

/* The number of cases that went through this tunnel; each must count as it does outside. */
static size_t walk(enum tunnel tunnel, unsigned int family, const struct hook_config *config)
{
	const struct packet_case *cases;
	struct buf frame = {0};
	size_t cases_count, walked = 0;

	cases = packet_cases(&cases_count);
	for (size_t i = 0; i < cases_count; i++) {
		struct snapshot *want = calloc(1, sizeof(*want));
		const char *difference;
		struct host_store *got;

		assert_non_null(want);
		if (cases[i].length <= INNER_MAX && !opens_further(config, &cases[i], tunnel) &&
		    tunnel_wrap(&frame, tunnel, family, cases[i].bytes, cases[i].length)) {
			expected_add(want, &cases[i].expect);
			got = count(config, &frame, frame.length);
			difference = expected_difference(want, &got->counts, false);
			if (difference)
				fail_msg("%s in %s over IPv%u: %s", cases[i].name,
					 tunnel_names[tunnel], family, difference);
			drop(got);
			walked++;
		}
		free(want->rare);
		free(want);
	}
	buf_free(&frame);
	return walked;
}

static void every_case_in_every_tunnel(void **state)
{
	(void)state;
	for (enum tunnel tunnel = 0; tunnel < TUNNELS; tunnel++) {
		const struct hook_config one = config_for(tunnel_options[tunnel]);
		const struct hook_config all = config_for("all");

		assert_true(walk(tunnel, 4, &one) > 200);
		assert_true(walk(tunnel, 6, &one) > 200);
		assert_true(walk(tunnel, 4, &all) > 200);
	}
}

static size_t outcome_in(const struct hook_config *config, const struct buf *frame)
{
	struct host_store *store = count(config, frame, frame->length);
	size_t outcome = 0;

	while (!store->counts.counters.outcome[outcome])
		outcome++;
	drop(store);
	return outcome;
}

/*
 * The outcome of a well-known response in @inner and that in @outer, TUNNELS for none, under @options, NULL for
 * none.
 */
static size_t outcome_within(const char *options, enum tunnel outer, enum tunnel inner)
{
	const struct hook_config config = options ? config_for(options) : expected_config();
	const struct packet_case *one = packet_case("udp4-nxdomain");
	struct buf frame = {0}, whole = {0};
	size_t outcome;

	assert_true(tunnel_wrap(&frame, inner, 4, one->bytes, one->length));
	if (outer != TUNNELS) {
		assert_true(tunnel_wrap(&whole, outer, 4, frame.data, frame.length));
		buf_reset(&frame);
		buf_put(&frame, whole.data, whole.length);
	}
	outcome = outcome_in(&config, &frame);
	buf_free(&frame);
	buf_free(&whole);
	return outcome;
}

static size_t pkt_outcome_of(const char *options, enum tunnel tunnel)
{
	return outcome_within(options, TUNNELS, tunnel);
}

/* What it is where it is not looked into. */
static size_t unopened(enum tunnel tunnel)
{
	return tunnel_is_link(tunnel) ? PKT_UNPARSED(UNPARSED_OTHER_LINK) : OUTCOME_NOT_DNS;
}

static void only_what_is_asked_for(void **state)
{
	static const char *const options[] = {"vxlan", "geneve", "gre",  "erspan",
					      "ipip",  "mpls",   "pppoe"};

	(void)state;
	for (enum tunnel tunnel = 0; tunnel < TUNNELS; tunnel++) {
		assert_int_equal(pkt_outcome_of(NULL, tunnel), unopened(tunnel));
		for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++)
			assert_int_equal(pkt_outcome_of(options[i], tunnel),
					 strcmp(options[i], tunnel_options[tunnel]) == 0
						 ? OUTCOME_RESPONSE
						 : unopened(tunnel));
	}
}

static void one_level_deep(void **state)
{
	(void)state;
	for (enum tunnel tunnel = 0; tunnel < TUNNEL_MPLS; tunnel++)
		assert_int_equal(outcome_within("all", tunnel, tunnel), OUTCOME_NOT_DNS);
	assert_int_equal(outcome_within("all", TUNNEL_MPLS_ETHERNET, TUNNEL_MPLS_ETHERNET),
			 PKT_UNPARSED(UNPARSED_OTHER_LINK));
	assert_int_equal(outcome_within("all", TUNNEL_MPLS_ETHERNET, TUNNEL_MPLS),
			 PKT_UNPARSED(UNPARSED_OTHER_LINK));
}

/* As a provider's network has them, and a mirror of that. */
static void links_in_links_and_in_tunnels(void **state)
{
	static const enum tunnel links[] = {TUNNEL_MPLS, TUNNEL_MPLS_ETHERNET, TUNNEL_PPPOE};
	static const enum tunnel tunnels[] = {TUNNEL_VXLAN,   TUNNEL_GENEVE,  TUNNEL_GRE_ETHERNET,
					      TUNNEL_ERSPAN1, TUNNEL_ERSPAN2, TUNNEL_ERSPAN3};

	(void)state;
	assert_int_equal(outcome_within("all", TUNNEL_MPLS_ETHERNET, TUNNEL_PPPOE),
			 OUTCOME_RESPONSE);
	for (size_t i = 0; i < sizeof(links) / sizeof(links[0]); i++) {
		for (size_t j = 0; j < sizeof(tunnels) / sizeof(tunnels[0]); j++)
			assert_int_equal(outcome_within("all", tunnels[j], links[i]),
					 OUTCOME_RESPONSE);
		assert_int_equal(outcome_within("all", links[i], TUNNEL_IPIP), OUTCOME_RESPONSE);
	}
}

/* What is not as the protocol wants it, or is no IP, stays what it is. */
static void links_that_hold_nothing_readable(void **state)
{
	static const struct {
		const char *name;
		size_t outcome;
	} cases[] = {
		{"mpls-ipv4", OUTCOME_RESPONSE},
		{"mpls-upstream-ipv4", OUTCOME_RESPONSE},
		{"mpls-8-labels", OUTCOME_RESPONSE},
		{"mpls-9-labels", PKT_UNPARSED(UNPARSED_OTHER_LINK)},
		{"mpls-channel", PKT_UNPARSED(UNPARSED_OTHER_LINK)},
		{"mpls-nothing", PKT_UNPARSED(UNPARSED_OTHER_LINK)},
		{"pppoe-ipv4", OUTCOME_RESPONSE},
		{"pppoe-version-2", PKT_UNPARSED(UNPARSED_OTHER_LINK)},
		{"pppoe-code-9", PKT_UNPARSED(UNPARSED_OTHER_LINK)},
		{"pppoe-lcp", PKT_UNPARSED(UNPARSED_OTHER_LINK)},
		{"pppoe-discovery", PKT_UNPARSED(UNPARSED_OTHER_LINK)},
		{"vlan-pppoe", PKT_UNPARSED(UNPARSED_OTHER_LINK)},
		{"snap-ipv4", PKT_UNPARSED(UNPARSED_OTHER_LINK)},
		{"macsec", PKT_UNPARSED(UNPARSED_OTHER_LINK)},
	};
	const struct hook_config config = config_for("all");

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct packet_case *one = packet_case(cases[i].name);
		struct buf frame = {0};

		buf_put(&frame, one->bytes, one->length);
		if (outcome_in(&config, &frame) != cases[i].outcome)
			fail_msg("%s is not what it should be", one->name);
		buf_free(&frame);
	}
}

/* Outer headers that are not what the ethertype says are no tunnel's: RFC 791, RFC 8200. */
static void wrong_outer_headers(void **state)
{
	static const struct {
		unsigned int family;
		size_t at; /* the offset of an octet of the frame */
		uint8_t octet, octet_before;
		size_t outcome;
	} wrong[] = {
		{6, 14, 0x40, 0x60, PKT_UNPARSED(UNPARSED_BAD_IP_HEADER)},
		{6, 12, 0x88, 0x86, OUTCOME_NOT_DNS}, /* an ethertype of 0x88dd */
		{4, 14, 0x65, 0x45, PKT_UNPARSED(UNPARSED_BAD_IP_HEADER)},
		{4, 14, 0x44, 0x45, PKT_UNPARSED(UNPARSED_BAD_IP_HEADER)},
		{4, 20, 0x20, 0x00, OUTCOME_NOT_DNS}, /* a first fragment of GRE, or of IP */
		{4, 21, 0x01, 0x00, OUTCOME_NOT_DNS}, /* a later one */
	};
	const struct packet_case *one = packet_case("udp4-nxdomain");
	const struct hook_config config = config_for("all");
	struct buf frame = {0};

	(void)state;
	for (enum tunnel tunnel = 0; tunnel < TUNNEL_MPLS; tunnel++)
		for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
			struct host_store *store;

			assert_true(tunnel_wrap(&frame, tunnel, wrong[i].family, one->bytes,
						one->length));
			assert_int_equal(frame.data[wrong[i].at], wrong[i].octet_before);
			frame.data[wrong[i].at] = wrong[i].octet;
			store = count(&config, &frame, frame.length);
			/* Over UDP a later fragment can be anything. */
			if (frame.data[wrong[i].family == 4 ? 23 : 20] != 17 || wrong[i].at != 21)
				assert_int_equal(store->counts.counters.outcome[wrong[i].outcome],
						 1);
			assert_int_equal(store->counts.counters.outcome[OUTCOME_RESPONSE], 0);
			drop(store);
		}
	buf_free(&frame);
}

/* Headers of tunnels that say that they are of another version, or hold something else. Over IPv4 and GRE or UDP. */
static void wrong_tunnel_headers(void **state)
{
	static const struct {
		enum tunnel tunnel;
		size_t at; /* the offset of an octet of the frame */
		uint8_t octet, octet_before;
	} wrong[] = {
		{TUNNEL_GRE_IP, 34, 0x40, 0x00},  /* routing: RFC 1701 */
		{TUNNEL_GRE_IP, 35, 0x01, 0x00},  /* version 1: RFC 2637 section 4.1 */
		{TUNNEL_GRE_IP, 35, 0x04, 0x00},  /* version 4 */
		{TUNNEL_ERSPAN1, 35, 0x02, 0x00}, /* version 2 */
		{TUNNEL_ERSPAN3, 52, 0x04, 0x00}, /* frame type 1 */
		{TUNNEL_ERSPAN3, 52, 0x40, 0x00}, /* frame type 16 */
		{TUNNEL_VXLAN, 42, 0x00, 0x08},   /* no valid VNI: RFC 7348 section 5 */
		{TUNNEL_GENEVE, 42, 0x40, 0x00},  /* version 1: RFC 8926 section 3.4 */
		{TUNNEL_GENEVE, 42, 0x80, 0x00},  /* version 2 */
	};
	const struct packet_case *one = packet_case("udp4-nxdomain");
	const struct hook_config config = config_for("all");
	struct buf frame = {0};

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		assert_true(tunnel_wrap(&frame, wrong[i].tunnel, 4, one->bytes, one->length));
		assert_int_equal(outcome_in(&config, &frame), OUTCOME_RESPONSE);
		assert_int_equal(frame.data[wrong[i].at], wrong[i].octet_before);
		frame.data[wrong[i].at] = wrong[i].octet;
		if (outcome_in(&config, &frame) != OUTCOME_NOT_DNS)
			fail_msg("%s with %02x at %zu", tunnel_names[wrong[i].tunnel],
				 wrong[i].octet, wrong[i].at);
	}
	buf_free(&frame);
}

/* Cut anywhere, a tunnel packet has one outcome, and nothing behind the cut is read. */
static void every_cut_has_one_outcome(void **state)
{
	const struct packet_case *one = packet_case("udp4-nxdomain");
	const struct hook_config config = config_for("all");
	struct buf frame = {0};

	(void)state;
	for (enum tunnel tunnel = 0; tunnel < TUNNELS; tunnel++) {
		assert_true(tunnel_wrap(&frame, tunnel, 6, one->bytes, one->length));
		for (size_t cut = 0; cut <= frame.length; cut++) {
			struct buf part = {0};
			struct host_store *store;
			uint64_t outcomes = 0;

			buf_put(&part, frame.data, cut);
			store = count(&config, &part, cut);
			for (size_t f = 0; f < PKT_OUTCOMES; f++)
				outcomes += store->counts.counters.outcome[f];
			assert_int_equal(outcomes, 1);
			assert_int_equal(store->counts.counters.packets, 1);
			drop(store);
			buf_free(&part);
		}
	}
	buf_free(&frame);
}

/* Where the VNI is in a frame of VXLAN or GENEVE over IPv4: RFC 7348 section 5, RFC 8926 section 3.4. */
#define VNI_AT (14 + 20 + 8 + 4)

/* Streams with the same addresses and numbers in two networks are two; both are cut within their message. */
static void streams_of_two_networks(void **state)
{
	static const enum tunnel kinds[] = {TUNNEL_VXLAN, TUNNEL_GENEVE};
	const struct hook_config config = config_for("vxlan,geneve");
	struct buf message = {0}, stream = {0}, inner = {0}, outer = {0};

	(void)state;
	message_begin(&message, 1, MSG_QR | 5);
	message_question(&message, "www.example.com", TYPE_A, CLASS_IN);
	stream_message(&stream, &message);
	for (size_t kind = 0; kind < 2; kind++) {
		struct host_store *store = calloc(1, sizeof(*store));

		assert_non_null(store);
		for (size_t at = 0; at < stream.length; at += 20)
			for (uint8_t network = 1; network <= 2; network++) {
				const struct frame frame = {.l4 = L4_TCP,
							    .sequence = 1000 + (uint32_t)at};
				size_t left = stream.length - at;

				packet_build(&inner, &frame, stream.data + at,
					     left < 20 ? left : 20);
				assert_true(tunnel_wrap(&outer, kinds[kind], 4, inner.data,
							inner.length));
				outer.data[VNI_AT + 2] = network;
				host_count(store, &config, HOST_LINK_ETHERNET, outer.data,
					   (uint32_t)outer.length, (uint32_t)outer.length);
			}
		host_store_finish(store, &config);
		assert_int_equal(store->counts.counters.rcode[5][FAMILY_IPV4][TRANSPORT_TCP], 2);
		assert_int_equal(store->counts.counters.tcp[TCP_RESYNC], 2);
		drop(store);
	}
	buf_free(&message);
	buf_free(&stream);
	buf_free(&inner);
	buf_free(&outer);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(streams_of_two_networks),
		cmocka_unit_test(every_case_in_every_tunnel),
		cmocka_unit_test(only_what_is_asked_for),
		cmocka_unit_test(one_level_deep),
		cmocka_unit_test(links_in_links_and_in_tunnels),
		cmocka_unit_test(links_that_hold_nothing_readable),
		cmocka_unit_test(wrong_outer_headers),
		cmocka_unit_test(wrong_tunnel_headers),
		cmocka_unit_test(every_cut_has_one_outcome),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
