// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "loader/kept_convert.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct place {
	__u64 key;
	__u32 word;
};

static int by_key(const void *a, const void *b)
{
	const struct place *x = a, *y = b;

	return (x->key > y->key) - (x->key < y->key);
}

static const __u64 *keys_of(const struct kept_state *state)
{
	return (const __u64 *)(const void *)((const char *)state + state->keys_at);
}

/* The words of @to by their keys: @places, of to->words. Gives how many. */
static size_t list_places(const struct kept_state *to, struct place *places)
{
	const __u64 *keys = keys_of(to);
	size_t count = 0;

	for (__u32 i = 0; i < to->words; i++)
		if (keys[i])
			places[count++] = (struct place){.key = keys[i], .word = i};
	qsort(places, count, sizeof(*places), by_key);
	return count;
}

static void match_points(struct kept_convert *convert)
{
	for (__u32 i = 0; i < convert->from->points; i++) {
		const struct kept_point *from = &convert->from->point[i];

		convert->point[i] = UNASSIGNED;
		for (__u32 j = 0; j < convert->to->points; j++) {
			const struct kept_point *to = &convert->to->point[j];

			if (from->direction == to->direction &&
			    strncmp(from->interface, to->interface, sizeof(to->interface)) == 0)
				convert->point[i] = j;
		}
	}
}

int kept_convert_open(struct kept_convert *convert, const struct kept_state *from,
		      const struct kept_state *to)
{
	struct place *places = calloc(to->words, sizeof(*places));
	const __u64 *keys = keys_of(from);
	size_t count;

	*convert = (struct kept_convert){.from = from, .to = to};
	convert->word = calloc(from->words, sizeof(*convert->word));
	if (!places || !convert->word) {
		free(places);
		kept_convert_close(convert);
		return -ENOMEM;
	}
	count = list_places(to, places);
	for (__u32 i = 0; i < from->words; i++) {
		const struct place wanted = {.key = keys[i]};
		const struct place *found = keys[i] ? bsearch(&wanted, places, count,
							      sizeof(*places), by_key)
						    : NULL;

		convert->word[i] = found ? found->word : UNASSIGNED;
	}
	match_points(convert);
	free(places);
	return 0;
}

void kept_convert_close(struct kept_convert *convert)
{
	free(convert->word);
	convert->word = NULL;
}

void kept_convert_add(const struct kept_convert *convert, const __u64 *words, size_t first,
		      size_t count, struct kept_sums *sums)
{
	__u64 *to = (__u64 *)(void *)sums;

	for (size_t i = 0; i < count && first + i < convert->from->words; i++)
		if (convert->word[first + i] != UNASSIGNED)
			to[convert->word[first + i]] += words[i];
}

void kept_convert_all(const struct kept_convert *convert, const __u64 *sums, struct kept_sums *to)
{
	size_t words = convert->from->words;

	for (__u32 i = 0; i < convert->from->points; i++)
		if (convert->point[i] != UNASSIGNED)
			kept_convert_add(convert, sums + i * words, 0, words,
					 &to[convert->point[i]]);
}

void kept_convert_reported(const struct kept_convert *convert, struct kept_sums *to)
{
	const struct kept_state *from = convert->from;
	const char *sums = (const char *)from + from->reported_at[from->records & 1];

	kept_convert_all(convert, (const __u64 *)(const void *)sums, to);
}
