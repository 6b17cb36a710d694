// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "report/snapshot.h"

/* Stands in front of the C library's, so that memory can run short when a test says so. */
static bool memory_is_short;
void *reallocarray(void *old, size_t count, size_t size);

void *reallocarray(void *old, size_t count, size_t size)
{
	if (memory_is_short) {
		errno = ENOMEM;
		return NULL;
	}
	return realloc(old, count * size);
}

/* Address sanitizer refuses absurd sizes loudly unless it is told to return NULL. */
const char *__asan_default_options(void);

const char *__asan_default_options(void)
{
	return "allocator_may_return_null=1";
}

static uint32_t random_state = 1;

/* xorshift32: the same numbers in every run. */
static uint32_t random_u32(void)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 17;
	random_state ^= random_state << 5;
	return random_state;
}

static struct ede_text text_of(const char *string)
{
	struct ede_text text = {.length = (uint32_t)strlen(string)};

	memcpy(text.text, string, text.length);
	return text;
}

static void a_set_begins_zeroed_and_ends_empty(void **state)
{
	static const struct snapshot zero;
	struct snapshot_set set;

	(void)state;
	assert_int_equal(snapshot_set_init(&set, 3), 0);
	assert_int_equal(set.points, 3);
	for (size_t i = 0; i < set.points; i++)
		assert_memory_equal(&set.point[i], &zero, sizeof(zero));
	assert_int_equal(snapshot_rare_add(&set.point[1], RARE_QTYPE, 300, 1, NULL), 0);
	snapshot_set_free(&set);
	assert_int_equal(set.points, 0);
	assert_null(set.point);
	snapshot_set_free(&set);

	assert_int_equal(snapshot_set_init(&set, 0), 0);
	snapshot_set_free(&set);
	/* calloc() refuses what no address space holds. */
	assert_int_equal(snapshot_set_init(&set, SIZE_MAX / sizeof(struct snapshot)), -ENOMEM);
	assert_int_equal(set.points, 0);
	snapshot_set_free(&set);
}

/* Against the plainest possible store of the same things: one cell for each key. */
static void rare_values_are_sorted_and_summed(void **state)
{
	enum { KINDS = 4, VALUES = 700 };
	static uint64_t plain[KINDS][VALUES];
	static bool there[KINDS][VALUES];
	struct snapshot snapshot = {0};
	size_t keys = 0, at = 0;

	(void)state;
	for (int i = 0; i < 20000; i++) {
		uint16_t kind = (uint16_t)(random_u32() % KINDS);
		uint32_t value = random_u32() % VALUES;
		uint64_t count = random_u32() % 5;
		uint32_t place = random_u32() % (KINDS * VALUES); /* mostly wrong */

		keys += !there[kind][value];
		there[kind][value] = true;
		plain[kind][value] += count;
		assert_int_equal(snapshot_rare_add_at(&snapshot, &place, kind, value, count, NULL),
				 0);
		assert_ptr_equal(&snapshot.rare[place], snapshot_rare_find(&snapshot, kind, value));
	}
	assert_int_equal(snapshot.rare_count, keys);
	for (uint16_t kind = 0; kind < KINDS; kind++) {
		for (uint32_t value = 0; value < VALUES; value++) {
			const struct rare_count *rare = snapshot_rare_find(&snapshot, kind, value);

			if (!there[kind][value]) {
				assert_null(rare);
				continue;
			}
			assert_ptr_equal(rare, &snapshot.rare[at]);
			assert_int_equal(rare->kind, kind);
			assert_int_equal(rare->value, value);
			assert_int_equal(rare->count, plain[kind][value]);
			assert_int_equal(rare->text.length, 0);
			at++;
		}
	}
	assert_int_equal(at, keys);
	snapshot_free(&snapshot);
	assert_null(snapshot.rare);
	assert_int_equal(snapshot.rare_count, 0);
}

static void values_use_all_their_bits(void **state)
{
	struct snapshot snapshot = {0};

	(void)state;
	assert_null(snapshot_rare_find(&snapshot, RARE_EDE, 0));
	assert_int_equal(snapshot_rare_add(&snapshot, RARE_EDE, UINT32_MAX, 1, NULL), 0);
	assert_int_equal(snapshot_rare_add(&snapshot, RARE_EDE_FURTHER, 0, 2, NULL), 0);
	assert_int_equal(snapshot_rare_add(&snapshot, RARE_EDE, 0, UINT64_MAX, NULL), 0);
	assert_int_equal(snapshot.rare_count, 3);
	assert_int_equal(snapshot.rare[0].count, UINT64_MAX);
	assert_int_equal(snapshot.rare[1].value, UINT32_MAX);
	assert_int_equal(snapshot.rare[2].kind, RARE_EDE_FURTHER);
	snapshot_free(&snapshot);
}

static void the_newest_text_stays(void **state)
{
	struct snapshot snapshot = {0};
	struct ede_text first = text_of("the first text, which is long"),
			second = text_of("second"), empty = {0}, lying = {.length = 4000000000u};
	const struct rare_count *rare;

	(void)state;
	assert_int_equal(snapshot_rare_add(&snapshot, RARE_EDE, 7, 0, &first), 0);
	rare = snapshot_rare_find(&snapshot, RARE_EDE, 7);
	assert_memory_equal(&rare->text, &first, sizeof(first));
	assert_int_equal(rare->count, 0);

	assert_int_equal(snapshot_rare_add(&snapshot, RARE_EDE, 7, 3, NULL), 0);
	assert_int_equal(snapshot_rare_add(&snapshot, RARE_EDE, 7, 3, &empty), 0);
	assert_memory_equal(&rare->text, &first, sizeof(first));
	assert_int_equal(rare->count, 6);

	/* Nothing of the longer text before is left behind it. */
	assert_int_equal(snapshot_rare_add(&snapshot, RARE_EDE, 7, 0, &second), 0);
	assert_memory_equal(&rare->text, &second, sizeof(second));

	memset(lying.text, 'x', sizeof(lying.text));
	assert_int_equal(snapshot_rare_add(&snapshot, RARE_EDE, 7, 0, &lying), 0);
	assert_int_equal(rare->text.length, EDE_TEXT_MAX);
	assert_true(rare->text.cut);
	snapshot_free(&snapshot);
}

static void a_copy_is_equal_and_independent(void **state)
{
	struct snapshot *from = calloc(1, sizeof(*from)), *to = calloc(1, sizeof(*to));
	struct rare_count *before;

	(void)state;
	from->wall_ns = 11;
	from->mono_ns = 12;
	from->counters.packets = 13;
	from->rcode_rest.count[4063] = 14;
	from->rare_lost = 15;
	for (uint32_t value = 0; value < 100; value++)
		assert_int_equal(snapshot_rare_add(from, RARE_QTYPE, value, value, NULL), 0);
	assert_int_equal(snapshot_copy(to, from), 0);
	assert_int_equal(to->wall_ns, 11);
	assert_int_equal(to->mono_ns, 12);
	assert_int_equal(to->counters.packets, 13);
	assert_int_equal(to->rcode_rest.count[4063], 14);
	assert_int_equal(to->rare_lost, 15);
	assert_int_equal(to->rare_count, 100);
	assert_ptr_not_equal(to->rare, from->rare);
	assert_memory_equal(to->rare, from->rare, 100 * sizeof(*to->rare));

	assert_int_equal(snapshot_rare_add(to, RARE_QTYPE, 5, 1, NULL), 0);
	assert_int_equal(snapshot_rare_find(from, RARE_QTYPE, 5)->count, 5);

	/* A smaller one fits where the larger one was. */
	snapshot_free(from);
	assert_int_equal(snapshot_rare_add(from, RARE_EDE, 1, 9, NULL), 0);
	before = to->rare;
	memory_is_short = true;
	assert_int_equal(snapshot_copy(to, from), 0);
	memory_is_short = false;
	assert_ptr_equal(to->rare, before);
	assert_int_equal(to->rare_count, 1);
	assert_int_equal(to->counters.packets, 0);
	assert_int_equal(to->rare[0].count, 9);

	assert_int_equal(snapshot_copy(to, to), 0);
	assert_int_equal(to->rare[0].count, 9);
	snapshot_free(from);
	assert_int_equal(snapshot_copy(to, from), 0);
	assert_int_equal(to->rare_count, 0);
	snapshot_free(to);
	free(from);
	free(to);
}

/* What is counted jointly, by the bits of the header's word (RFC 1035, RFC 4035), in the counters of each. */
static void joint_counters_are_spread(void **state)
{
	static const struct {
		__u32 word, flags; /* flags: bits of enum flag */
	} headers[] = {
		{0x8000, 0},
		{0x8180, 1u << FLAG_RA},
		{0x8580, 1u << FLAG_AA | 1u << FLAG_RA},
		{0x8640, 1u << FLAG_AA | 1u << FLAG_TC},
		{0x81b0, 1u << FLAG_RA | 1u << FLAG_AD | 1u << FLAG_CD},
	};
	static struct pkt_counters counters;
	uint64_t with[FLAG_COUNT] = {0}, all = 0;

	(void)state;
	memset(&counters, 0, sizeof(counters));
	counters.packets = 7;
	counters.rcode[0][FAMILY_IPV6][TRANSPORT_UDP] = 5;
	for (size_t i = 0; i < sizeof(headers) / sizeof(headers[0]); i++)
		for (size_t family = 0; family < FAMILY_COUNT; family++) {
			uint64_t count = 1u << (2 * i + family);

			counters.noerror_data[family][FLAG_BITS(headers[i].word)] += count;
			all += count;
			for (size_t flag = 0; flag < FLAG_COUNT; flag++)
				with[flag] += headers[i].flags >> flag & 1 ? count : 0;
		}
	counters_spread(&counters);
	assert_int_equal(counters.packets, 7 + all);
	assert_int_equal(counters.outcome[OUTCOME_RESPONSE], all);
	assert_int_equal(counters.answers[ANSWER_DATA], all);
	/* Even bits of the sum are of IPv4, odd ones of IPv6. */
	assert_int_equal(counters.rcode[0][FAMILY_IPV4][TRANSPORT_UDP], all & 0x5555);
	assert_int_equal(counters.rcode[0][FAMILY_IPV6][TRANSPORT_UDP], 5 + (all & 0xaaaa));
	for (__u32 set = 0; set < FLAG_SETS; set++)
		for (__u32 flag = 0; flag < FLAG_COUNT; flag++)
			with[flag] -= FLAG_IN_SET(set, flag) ? counters.flags[set] : 0;
	for (size_t flag = 0; flag < FLAG_COUNT; flag++)
		assert_int_equal(with[flag], 0);
	counters_spread(&counters);
	assert_int_equal(counters.packets, 7 + all);
}

static void clearing_keeps_the_keys(void **state)
{
	struct snapshot snapshot = {.wall_ns = 1, .rare_lost = 2};
	struct ede_text text = text_of("kept");

	(void)state;
	snapshot.counters.rcode[32][1][1] = 3;
	snapshot.rcode_rest.count[0] = 4;
	assert_int_equal(snapshot_rare_add(&snapshot, RARE_EDE, 1, 9, &text), 0);
	snapshot_clear(&snapshot);
	assert_int_equal(snapshot.wall_ns, 0);
	assert_int_equal(snapshot.rare_lost, 0);
	assert_int_equal(snapshot.counters.rcode[32][1][1], 0);
	assert_int_equal(snapshot.rcode_rest.count[0], 0);
	assert_int_equal(snapshot.rare_count, 1);
	assert_int_equal(snapshot.rare[0].count, 0);
	assert_memory_equal(&snapshot.rare[0].text, &text, sizeof(text));
	memory_is_short = true;
	assert_int_equal(snapshot_rare_add(&snapshot, RARE_EDE, 1, 5, NULL), 0);
	memory_is_short = false;
	assert_int_equal(snapshot.rare[0].count, 5);
	snapshot_free(&snapshot);
}

static void short_memory_changes_nothing(void **state)
{
	struct snapshot snapshot = {0}, copy = {.wall_ns = 7};
	size_t full;

	(void)state;
	memory_is_short = true;
	assert_int_equal(snapshot_rare_add(&snapshot, RARE_EDE, 1, 9, NULL), -ENOMEM);
	memory_is_short = false;
	assert_int_equal(snapshot.rare_count, 0);
	do {
		uint32_t value = (uint32_t)snapshot.rare_count + 10;

		assert_int_equal(snapshot_rare_add(&snapshot, RARE_EDE, value, 9, NULL), 0);
	} while (snapshot.rare_count < snapshot.rare_room);
	full = snapshot.rare_count;
	memory_is_short = true;
	assert_int_equal(snapshot_rare_add(&snapshot, RARE_EDE, 1, 9, NULL), -ENOMEM);
	assert_int_equal(snapshot_copy(&copy, &snapshot), -ENOMEM);
	memory_is_short = false;
	assert_int_equal(snapshot.rare_count, full);
	assert_int_equal(snapshot.rare[0].value, 10);
	assert_int_equal(copy.wall_ns, 7);
	assert_null(copy.rare);
	snapshot_free(&snapshot);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_set_begins_zeroed_and_ends_empty),
		cmocka_unit_test(rare_values_are_sorted_and_summed),
		cmocka_unit_test(values_use_all_their_bits),
		cmocka_unit_test(the_newest_text_stays),
		cmocka_unit_test(a_copy_is_equal_and_independent),
		cmocka_unit_test(joint_counters_are_spread),
		cmocka_unit_test(clearing_keeps_the_keys),
		cmocka_unit_test(short_memory_changes_nothing),
	};

	return cmocka_run_group_tests_name("snapshot", tests, NULL, NULL);
}
