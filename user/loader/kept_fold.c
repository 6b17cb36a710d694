// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "loader/kept_fold.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "loader/kept_convert.h"
#include "loader/kept_step.h"
#include "loader/kept_txn.h"
#include "loader/programs_wait.h"
#include "util/clock.h"
#include "util/log.h"

/* One read of a hash table that has no more entries than this. */
#define RARES_MAX (1u << 16)

/* All elements of an array map, to be freed; NULL with an errno. */
struct elements {
	__u64 *words;
	size_t of_each; /* words of an element */
	size_t count;
};

static const struct kept_sums *base_of(const struct kept_state *state)
{
	return (const struct kept_sums *)(const void *)((const char *)state + state->base_at);
}

static int map_of(const struct kept *kept, __u32 generation, const char *name,
		  struct bpf_map_info *info)
{
	__u32 length = sizeof(*info);
	char text[KEEP_NAME_MAX];
	int fd;

	kept_map_name(text, generation, name);
	fd = keep_get(&kept->keep, text);
	memset(info, 0, sizeof(*info));
	return fd < 0 || bpf_obj_get_info_by_fd(fd, info, &length) < 0 ? -ENOENT : fd;
}

static int read_array(const struct kept *kept, __u32 generation, const char *name,
		      struct elements *elements)
{
	struct bpf_map_info info;
	int err = 0, fd = map_of(kept, generation, name, &info);

	*elements = (struct elements){0};
	if (fd < 0 || info.type != BPF_MAP_TYPE_ARRAY || info.value_size % sizeof(__u64))
		return -ENOENT;
	elements->of_each = info.value_size / sizeof(__u64);
	elements->count = info.max_entries;
	elements->words = calloc(elements->count, info.value_size);
	if (!elements->words)
		return -ENOMEM;
	for (__u32 i = 0; i < info.max_entries && !err; i++)
		if (bpf_map_lookup_elem(fd, &i, elements->words + i * elements->of_each) < 0)
			err = -errno;
	if (err)
		free(elements->words);
	return err;
}

/* ---- parts of a generation ------------------------------------------------------------ */

/* By (cpu slot * points + point) * 2 + epoch: counters_index(). */
static int add_counters(const struct kept *kept, const struct kept_convert *convert,
			struct kept_sums *sums)
{
	const struct kept_state *from = convert->from;
	struct elements counters;
	int err = read_array(kept, from->generation, "pkt_counters", &counters);

	if (err)
		return err;
	for (size_t i = 0; i < counters.count; i++) {
		__u32 point = convert->point[i / 2 % from->points];

		if (point != UNASSIGNED && counters.of_each == from->counter_words)
			kept_convert_add(convert, counters.words + i * counters.of_each, 0,
					 counters.of_each, &sums[point]);
	}
	/* Another version's sums need not have been joint where ours are. */
	for (__u32 i = 0; i < convert->to->points; i++)
		counters_spread(&sums[i].counters);
	free(counters.words);
	return counters.of_each == from->counter_words ? 0 : -EINVAL;
}

/* By point * 2 + epoch. */
static int add_rests(const struct kept *kept, const struct kept_convert *convert,
		     struct kept_sums *sums)
{
	const struct kept_state *from = convert->from;
	struct elements rests;
	int err = read_array(kept, from->generation, "rcode_rests", &rests);

	if (err)
		return err;
	for (size_t i = 0; i < rests.count && i / 2 < from->points; i++) {
		__u32 point = convert->point[i / 2];

		if (point != UNASSIGNED && rests.of_each == from->rest_words)
			kept_convert_add(convert, rests.words + i * rests.of_each,
					 from->counter_words, rests.of_each, &sums[point]);
	}
	free(rests.words);
	return 0;
}

/* By point: how struct point_shared begins in all versions. */
enum shared_word { RARE_LOST = 0, NO_CPU_SLOT = 2, TEXTS_LOST = 4, SHARED_WORDS = 6 };

static int add_shared(const struct kept *kept, const struct kept_convert *convert,
		      struct kept_sums *sums)
{
	struct elements shared;
	int err = read_array(kept, convert->from->generation, "shared", &shared);

	if (err)
		return err;
	for (size_t i = 0; i < shared.count && i < convert->from->points; i++) {
		const __u64 *words = shared.words + i * shared.of_each;
		struct kept_sums *to;
		__u64 late;

		if (convert->point[i] == UNASSIGNED || shared.of_each < SHARED_WORDS)
			continue;
		to = &sums[convert->point[i]];
		late = words[NO_CPU_SLOT] + words[NO_CPU_SLOT + 1];
		to->counters.packets += late;
		to->counters.outcome[PKT_UNPARSED(UNPARSED_NO_CPU_SLOT)] += late;
		to->rare_lost += words[RARE_LOST] + words[RARE_LOST + 1];
		to->ede_texts_lost += words[TEXTS_LOST] + words[TEXTS_LOST + 1];
	}
	free(shared.words);
	return 0;
}

static void add_rare(const struct kept_convert *convert, const struct rare_key *key, __u64 count,
		     struct kept_sums *sums)
{
	__u32 point = key->set / 2u < convert->from->points ? convert->point[key->set / 2u]
							    : UNASSIGNED;

	if (point == UNASSIGNED)
		return;
	sums[point].rare_retired++;
	if (key->kind == RARE_EDE)
		sums[point].retired[rare_class(key->value)] += count;
}

/* Rare values: their sums by class go on, as of those that leave the table. */
static int add_rares(const struct kept *kept, const struct kept_convert *convert,
		     struct kept_sums *sums)
{
	struct rare_key *keys = calloc(RARES_MAX, sizeof(*keys));
	__u64 *counts = calloc(RARES_MAX, sizeof(*counts));
	struct bpf_map_info info;
	__u32 position, count = RARES_MAX;
	int err = 0, fd = map_of(kept, convert->from->generation, "rares", &info);

	if (!keys || !counts)
		err = -ENOMEM;
	else if (fd < 0 || info.key_size != sizeof(*keys) || info.value_size != sizeof(*counts) ||
		 info.max_entries > RARES_MAX)
		err = -ENOENT;
	else if (bpf_map_lookup_batch(fd, NULL, &position, keys, counts, &count, NULL) < 0 &&
		 errno != ENOENT)
		err = -errno;
	for (__u32 i = 0; i < count && !err; i++)
		add_rare(convert, &keys[i], counts[i], sums);
	free(keys);
	free(counts);
	return err;
}

/* ---- the whole ------------------------------------------------------------------------ */

/* What an earlier run had in its base is of use where it was finished. */
static bool is_folded(const struct kept_state *state)
{
	return __atomic_load_n(&state->folded, __ATOMIC_ACQUIRE) == state->generation - 1;
}

/* Values that have left the table are in what was reported last, with those of the base. */
static void use_retired(const struct kept_convert *convert, struct kept_sums *sums)
{
	struct kept_sums *reported = calloc(convert->to->points, sizeof(*reported));

	if (!reported)
		return;
	kept_convert_reported(convert, reported);
	for (__u32 i = 0; i < convert->to->points; i++) {
		memcpy(sums[i].retired, reported[i].retired, sizeof(sums[i].retired));
		sums[i].rare_retired = reported[i].rare_retired;
	}
	free(reported);
}

static int add_generation(const struct kept *kept, const struct kept_state *from, bool with_base,
			  struct kept_sums *sums)
{
	struct kept_convert convert;
	int err = kept_convert_open(&convert, from, kept->now.state);

	if (err)
		return err;
	if (with_base) {
		kept_convert_all(&convert, (const __u64 *)(const void *)base_of(from), sums);
		use_retired(&convert, sums);
	}
	err = add_counters(kept, &convert, sums);
	if (!err)
		err = add_rests(kept, &convert, sums);
	if (!err)
		err = add_shared(kept, &convert, sums);
	if (!err)
		err = add_rares(kept, &convert, sums);
	kept_convert_close(&convert);
	return err;
}

/* Where to begin: the newest whose base holds all before it. */
static size_t first_of(const struct kept *kept, size_t olds)
{
	size_t first = 0;

	for (size_t i = 0; i < olds; i++)
		if (is_folded(kept->old[i].state))
			first = i;
	return first;
}

/* Whose table is not to be had, of that nobody can tell what became of its queries: what was not reported of them stays so. */
static void give_up_events(struct kept_state *state, struct kept_sums *sums)
{
	const struct kept_sums *reported = (const void *)((const char *)state +
							  state->reported_at[state->records & 1]);

	for (__u32 i = 0; i < state->points; i++)
		memcpy(sums[i].counters.txn, reported[i].counters.txn,
		       sizeof(sums[i].counters.txn));
}

/* Queries that waited when the links were given other programs, and what was swept and not reported. @sums: what was counted. */
static void fold_transactions(struct kept *kept, size_t first, size_t olds, struct kept_sums *sums)
{
	struct kept_state *state = kept->now.state;
	__u64 missed[TXN_SIDES] = {0}, waited[TXN_SIDES] = {0};

	for (size_t i = first; i < olds; i++)
		if (!kept_txn_add(kept, kept->old[i].state, missed, waited))
			give_up_events(state, sums);
	memcpy(state->missed, missed, sizeof(missed));
	memcpy(state->waited, waited, sizeof(waited));
	state->waited_until_ns = clock_mono_ns() + kept->old[olds - 1].state->timeout_ns;
}

static int fold(struct kept *kept, size_t olds)
{
	struct kept_state *state = kept->now.state;
	struct kept_sums *sums = calloc(state->points, sizeof(*sums));
	int err = sums ? 0 : -ENOMEM;

	for (size_t i = first_of(kept, olds); i < olds && !err; i++)
		err = add_generation(kept, kept->old[i].state, i == first_of(kept, olds), sums);
	if (!err) {
		fold_transactions(kept, first_of(kept, olds), olds, sums);
		memcpy((char *)state + state->base_at, sums, state->points * sizeof(*sums));
		kept_step("fold");
		__atomic_store_n(&state->folded, state->generation - 1, __ATOMIC_RELEASE);
		kept_step("folded");
	}
	free(sums);
	return err;
}

int kept_fold(struct kept *kept, const struct read_maps *source)
{
	size_t olds = kept->olds - (kept->resumed ? 1 : 0);
	int err = 0;

	if (!kept->now.state || !olds)
		return 0;
	if (!is_folded(kept->now.state)) {
		err = programs_wait(source->maps);
		if (!err)
			err = fold(kept, olds);
		kept->folded = !err;
	}
	if (err) {
		log_error("cannot add what earlier runs have counted: %s", strerror(-err));
		return err;
	}
	for (size_t i = 0; i < olds; i++) {
		kept_remove_generation(kept, kept->old[i].state->generation);
		kept_step("removed");
	}
	return keep_sync(&kept->keep);
}
