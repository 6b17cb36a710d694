// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Counts that another version has kept, whose counters are in other places, or are others. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "loader/kept_convert.h"
#include "loader/kept_layout.h"
#include "shared.skel.h"

/* A state with its keys and nothing else. */
struct version {
	struct kept_state *state;
	__u64 *keys;
};

static struct version make_version(__u32 words)
{
	struct version version;

	version.state = calloc(1, sizeof(*version.state) + words * sizeof(__u64));
	assert_non_null(version.state);
	version.state->words = words;
	version.state->keys_at = sizeof(*version.state);
	version.keys = (__u64 *)(void *)(version.state + 1);
	return version;
}

static void add_point(struct version *version, const char *interface, enum direction direction)
{
	struct kept_point *point = &version->state->point[version->state->points++];

	strcpy(point->interface, interface);
	point->direction = direction;
}

static void read_keys(__u64 *keys)
{
	struct shared_bpf *object = shared_bpf__open();

	assert_non_null(object);
	assert_int_equal(kept_layout_words(object->obj, keys), 0);
	shared_bpf__destroy(object);
}

static int by_value(const void *a, const void *b)
{
	const __u64 *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* Each word but the spare ones has a key, and no two have the same. */
static void test_keys(void **state)
{
	__u64 *keys = calloc(KEPT_WORDS, sizeof(*keys));
	const size_t spare = sizeof(((struct pkt_counters *)0)->spare) / sizeof(__u64);
	size_t none = 0;

	(void)state;
	assert_non_null(keys);
	read_keys(keys);
	qsort(keys, KEPT_WORDS, sizeof(*keys), by_value);
	while (none < KEPT_WORDS && !keys[none])
		none++;
	assert_int_equal(none, spare);
	for (size_t i = none + 1; i < KEPT_WORDS; i++)
		assert_true(keys[i] != keys[i - 1]);
	free(keys);
}

/* The same maps give the same hash; it is not that of nothing. */
static void test_layout(void **state)
{
	struct shared_bpf *one = shared_bpf__open(), *two = shared_bpf__open();

	(void)state;
	assert_true(one && two);
	assert_true(kept_layout(one->obj) == kept_layout(two->obj));
	assert_true(kept_layout(one->obj) != KEPT_HASH_START);
	shared_bpf__destroy(one);
	shared_bpf__destroy(two);
}

/* A version that has the words in the opposite order, one more in front and lacks one; its points are in another order. */
static void test_other_version(void **state)
{
	struct version ours = make_version(KEPT_WORDS), other = make_version(KEPT_WORDS);
	struct kept_sums *sums = calloc(2, sizeof(*sums));
	__u64 *theirs = calloc((size_t)3 * KEPT_WORDS, sizeof(*theirs));
	const __u64 *words = (const __u64 *)(const void *)sums;
	struct kept_convert convert;

	(void)state;
	assert_true(sums && theirs);
	read_keys(ours.keys);
	other.keys[0] = 12345; /* what we do not count; our first word is not there */
	for (size_t i = 1; i < KEPT_WORDS; i++)
		other.keys[KEPT_WORDS - i] = ours.keys[i];
	add_point(&ours, "eth0", DIRECTION_RX);
	add_point(&ours, "eth0", DIRECTION_TX);
	add_point(&other, "eth0", DIRECTION_TX);
	add_point(&other, "gone0", DIRECTION_RX);
	add_point(&other, "eth0", DIRECTION_RX);
	for (size_t point = 0; point < 3; point++)
		for (size_t i = 0; i < KEPT_WORDS; i++)
			theirs[point * KEPT_WORDS + i] = (point + 1) * 1000000 + i;
	assert_int_equal(kept_convert_open(&convert, other.state, ours.state), 0);
	kept_convert_all(&convert, theirs, sums);
	kept_convert_all(&convert, theirs, sums); /* it adds */
	for (size_t i = 0; i < KEPT_WORDS; i++) {
		bool there = i > 0 && ours.keys[i];

		assert_int_equal(words[i], there ? 2 * (3000000 + KEPT_WORDS - i) : 0);
		assert_int_equal(words[KEPT_WORDS + i], there ? 2 * (1000000 + KEPT_WORDS - i) : 0);
	}
	kept_convert_close(&convert);
	free(ours.state);
	free(other.state);
	free(theirs);
	free(sums);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_keys),
		cmocka_unit_test(test_layout),
		cmocka_unit_test(test_other_version),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
