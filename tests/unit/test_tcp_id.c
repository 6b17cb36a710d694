// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * The hash of a stream's identity. Its rounds are those of SipHash-1-3: Python's, by which it hashes bytes, with
 * the key that PYTHONHASHSEED=0 stands for, which is 0.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "message.h"
#include "packet.h"

/* The rounds are no function of the library. */
#include "../../user/parser/host_store.c" /* NOLINT(bugprone-suspicious-include) */

static struct sip sip_begin(uint64_t k0, uint64_t k1)
{
	return (struct sip){k0 ^ 0x736f6d6570736575, k1 ^ 0x646f72616e646f6d,
			    k0 ^ 0x6c7967656e657261, k1 ^ 0x7465646279746573};
}

static uint64_t sip_end(struct sip *s)
{
	s->v2 ^= 0xff;
	for (int i = 0; i < 3; i++)
		sip_round(s);
	return s->v0 ^ s->v1 ^ s->v2 ^ s->v3;
}

/* SipHash-1-3 under a key of 0: the words of the message, the last one with its length. */
static uint64_t hash_of(const uint8_t *bytes, size_t length)
{
	struct sip s = sip_begin(0, 0);

	for (size_t at = 0; at <= length; at += 8) {
		uint64_t word = 0;

		for (size_t i = 0; i < 8 && at + i < length; i++)
			word |= (uint64_t)bytes[at + i] << 8 * i;
		sip_word(&s, at + 8 > length ? word | (uint64_t)length << 56 : word);
	}
	return sip_end(&s);
}

static void rounds_are_siphash(void **state)
{
	uint8_t bytes[63];

	(void)state;
	assert_true(hash_of((const uint8_t *)"a", 1) == 0x407448d2b89b1813);
	assert_true(hash_of((const uint8_t *)"abcdefg", 7) == 0x6db12aae9070f506);
	assert_true(hash_of((const uint8_t *)"abcdefgh", 8) == 0x3f7b849c0b8e35ea);
	assert_true(hash_of((const uint8_t *)"abcdefghi", 9) == 0xf89b34a3d11eb6e5);
	for (uint8_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = i;
	assert_true(hash_of(bytes, 16) == 0x8972188433a5c5b7);
	assert_true(hash_of(bytes, 63) == 0x385d3e39e5f37359);
}

/* Each bit of addresses and ports makes another stream, which differs in about half of the bits. */
static void each_bit_makes_another_stream(void **state)
{
	static struct host_store store;
	struct hook_config config = {.dns_ports = 1, .dns_port = {53}, .flow_buckets = 1};
	struct buf frame = {0};

	(void)state;
	for (unsigned int family = 4; family <= 6; family += 2) {
		size_t first = family == 4 ? 14 + 12 : 14 + 8,
		       ports = family == 4 ? 14 + 20 : 14 + 40;
		unsigned int bits = 0, differ = 0;
		uint64_t id;

		packet_build(&frame, &(struct frame){.family = family, .l4 = L4_TCP}, "", 0);
		id = host_stream(&store, &config, HOST_LINK_ETHERNET, frame.data,
				 (uint32_t)frame.length, (uint32_t)frame.length);
		assert_true(id != 0);
		/* All but the source port, by which the segment is known to be DNS. */
		for (size_t at = first; at < ports + 4; at++) {
			for (unsigned int bit = 0; bit < 8 && (at < ports || at > ports + 1);
			     bit++) {
				uint64_t other;

				frame.data[at] ^= (uint8_t)(1u << bit);
				other = host_stream(&store, &config, HOST_LINK_ETHERNET, frame.data,
						    (uint32_t)frame.length, (uint32_t)frame.length);
				frame.data[at] ^= (uint8_t)(1u << bit);
				assert_true(other != 0 && other != id);
				bits++;
				differ += (unsigned int)__builtin_popcountll(other ^ id);
			}
		}
		assert_int_equal(bits, family == 4 ? 8 * 8 + 16 : 32 * 8 + 16);
		assert_in_range(differ, bits * 28, bits * 36);

		/* So does each half of the key. */
		for (size_t i = 0; i < 2; i++) {
			config.flow_seed[i] ^= 1;
			assert_true(host_stream(&store, &config, HOST_LINK_ETHERNET, frame.data,
						(uint32_t)frame.length,
						(uint32_t)frame.length) != id);
			config.flow_seed[i] ^= 1;
		}
	}
	buf_free(&frame);
}

static uint64_t word_at(const uint8_t *bytes)
{
	uint64_t word;

	memcpy(&word, bytes, sizeof(word));
	return word;
}

/* A stream's identity is the hash, with the rounds tried above, of its addresses and ports. */
static void an_identity_is_the_hash_of_its_words(void **state)
{
	static struct host_store store;
	const struct hook_config config = {.dns_ports = 1,
					   .dns_port = {53},
					   .flow_buckets = 1,
					   .flow_seed = {0x0706050403020100, 0x0f0e0d0c0b0a0908}};
	struct buf frame = {0};

	(void)state;
	for (unsigned int family = 4; family <= 6; family += 2) {
		struct sip s = sip_begin(config.flow_seed[0], config.flow_seed[1]);
		size_t addresses = family == 4 ? 14 + 12 : 14 + 8;

		packet_build(&frame, &(struct frame){.family = family, .l4 = L4_TCP}, "", 0);
		if (family == 6)
			for (size_t at = 8; at < 32; at += 8)
				sip_word(&s, word_at(frame.data + addresses + at));
		sip_word(&s, word_at(frame.data + addresses));
		sip_word(&s, 53u << 16 | 40053u);
		assert_true(host_stream(&store, &config, HOST_LINK_ETHERNET, frame.data,
					(uint32_t)frame.length,
					(uint32_t)frame.length) == sip_end(&s));
	}
	buf_free(&frame);
}

/* Beside the addresses and ports: the point, the VLANs, and the tunnel where tunnels are looked into. */
static void an_identity_is_of_a_place(void **state)
{
	static struct host_store store;
	struct hook_config config = {.dns_ports = 1, .dns_port = {53}};
	const __u64 ports = 53u << 16 | 40053u, tunnel = 0x0123456789abcdef;
	const __u32 vlans = 0xab0c1d2e;
	struct buf frame = {0};
	pkt_ctx ctx = {.config = &config, .store = &store};

	(void)state;
	packet_build(&frame, &(struct frame){.l4 = L4_TCP}, "", 0);
	ctx.data = frame.data;
	ctx.captured = ctx.length = (__u32)frame.length;
	store.message.l4.network = 14;
	store.message.vlans = vlans;
	store.scratch.tunnel = tunnel;
	for (config.decap = 0; config.decap < 2; config.decap++) {
		struct sip s = sip_begin(0, 0);

		sip_word(&s, word_at(frame.data + 14 + 12));
		/* The upper eight bits of VLANs are the first tag's, of three. */
		sip_word(&s, 5ULL << 32 | ports | (__u64)(vlans ^ 0xab) << 40);
		if (config.decap)
			sip_word(&s, tunnel);
		assert_true(tcp_flow_id(&ctx, META(0, 5), ports) == sip_end(&s));
	}
	buf_free(&frame);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rounds_are_siphash),
		cmocka_unit_test(an_identity_is_the_hash_of_its_words),
		cmocka_unit_test(an_identity_is_of_a_place),
		cmocka_unit_test(each_bit_makes_another_stream),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
