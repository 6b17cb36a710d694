// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "rare_read.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <stdlib.h>

int rare_reader_init(struct rare_reader *reader)
{
	*reader = (struct rare_reader){
		.keys = calloc(RARE_ENTRIES, sizeof(*reader->keys)),
		.values = calloc(RARE_ENTRIES, sizeof(*reader->values)),
		.texts = calloc(EDE_TEXTS, sizeof(*reader->texts)),
		.places = calloc(RARE_ENTRIES + EDE_TEXTS, sizeof(*reader->places)),
	};
	if (reader->keys && reader->values && reader->texts && reader->places)
		return 0;
	rare_reader_free(reader);
	return -ENOMEM;
}

void rare_reader_free(struct rare_reader *reader)
{
	free(reader->keys);
	free(reader->values);
	free(reader->texts);
	free(reader->places);
	*reader = (struct rare_reader){0};
}

/*
 * All entries of the hash table @fd, of which there can be @room. Gives how many, or a negative errno.
 * BPF_MAP_LOOKUP_BATCH is of kernel 5.6; ENOENT is how it says that the end was reached.
 */
static int read_table(int fd, struct rare_key *keys, void *values, __u32 room)
{
	__u32 count = room, position;

	if (bpf_map_lookup_batch(fd, NULL, &position, keys, values, &count, NULL) < 0 &&
	    errno != ENOENT)
		return -errno;
	return (int)count;
}

/* How often what @tally has counted was a rare value: whenever dns_count.h calls store_rare(). */
static uint64_t counted_of(const struct tally *tally)
{
	uint64_t sum = tally->qtype[QTYPE_DIRECT] + tally->ede_further[EDE_DIRECT];

	for (size_t rcode = 0; rcode < RCODE_DIRECT; rcode++)
		sum += tally->ede[rcode][EDE_DIRECT];
	for (size_t info_code = 0; info_code <= EDE_DIRECT; info_code++)
		sum += tally->ede[RCODE_DIRECT][info_code];
	return sum;
}

/* 0 or a negative errno. */
static int read_counts(struct rare_reader *reader, int fd, __u32 epoch, struct snapshot_set *left)
{
	const struct rare_key *keys = reader->keys;
	uint64_t counted = 0;
	int count, err = 0;

	for (size_t i = 0; i < left->slots; i++)
		counted += counted_of(&left->slot[i].tally);
	if (counted == reader->counted[epoch])
		return 0;
	count = read_table(fd, reader->keys, reader->values, RARE_ENTRIES);
	if (count < 0)
		return count;
	for (size_t i = 0; i < left->slots; i++)
		for (size_t j = 0; j < left->slot[i].rare_count; j++)
			left->slot[i].rare[j].count = 0;
	for (int i = 0; i < count && !err; i++)
		if (keys[i].slot < left->slots)
			err = snapshot_rare_add_at(&left->slot[keys[i].slot], &reader->places[i],
						   keys[i].kind, keys[i].value,
						   reader->values[i].count[epoch], NULL);
	if (!err)
		reader->counted[epoch] = counted;
	return err;
}

int rare_read(struct rare_reader *reader, const struct kernel_maps *maps, __u32 epoch,
	      struct snapshot_set *left)
{
	const struct rare_key *keys = reader->keys;
	uint32_t *text_places = reader->places + RARE_ENTRIES;
	int count, err = read_counts(reader, maps->rares_fd, epoch, left);

	if (err)
		return err;
	count = read_table(maps->ede_texts_fd, reader->keys, reader->texts, EDE_TEXTS);
	for (int i = 0; i < count && !err; i++)
		if (keys[i].slot < left->slots)
			err = snapshot_rare_add_at(&left->slot[keys[i].slot], &text_places[i],
						   keys[i].kind, keys[i].value, 0,
						   &reader->texts[i]);
	return count < 0 ? count : err;
}
