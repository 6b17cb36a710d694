// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "top_stream.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The headers of the parser declare functions on maps, none of which is used here. */
#pragma GCC diagnostic ignored "-Wunused-function"
#include "name_hash.h"
#include "top_set.h"
#include "arrival.h"

#define RCODE  3u
#define EPOCH  2u
#define MEMORY (64u << 20) /* --memory's default */
#define SUFFIX "\4test"

static void *must(void *memory)
{
	if (!memory) {
		fputs("out of memory\n", stderr);
		abort();
	}
	return memory;
}

uint64_t stream_random(struct stream *stream)
{
	return name_mix(stream->random += 0x9e3779b97f4a7c15ULL);
}

/* Some zones have many names, most have few: the cube of an even distribution. */
static uint32_t zone_of(uint64_t id)
{
	double even = (double)(name_mix(id * 2 + 1) >> 11) / 9007199254740992.0;

	if (id >= STREAM_NAMES)
		return STREAM_ZONES + (uint32_t)(id % STREAM_VICTIMS);
	return (uint32_t)(even * even * even * STREAM_ZONES);
}

size_t stream_name(uint64_t id, uint8_t wire[TOP_NAME_MAX])
{
	char name[64];
	int host = snprintf(name, sizeof(name), "_n%llu", (unsigned long long)id);
	int all = host + snprintf(name + host, sizeof(name) - (size_t)host, "_z%u", zone_of(id));

	memset(wire, 0, TOP_NAME_MAX);
	memcpy(wire, name, (size_t)all);
	wire[0] = (uint8_t)(host - 1);
	wire[host] = (uint8_t)(all - host - 1);
	memcpy(wire + all, SUFFIX, sizeof(SUFFIX));
	return (size_t)all + sizeof(SUFFIX);
}

struct hashes stream_hash(struct stream *stream, const uint8_t *wire, size_t length)
{
	if (!host_name_scan(stream->store, &stream->config, wire, length))
		abort();
	return (struct hashes){
		host_name_hash(stream->store, &stream->config, 0),
		host_name_hash(stream->store, &stream->config, 1),
		stream->store->message.denied,
	};
}

/* As count_top() makes it of a name's. Point 0. */
static uint64_t key_place(const struct stream *stream, uint64_t hash)
{
	return top_place(hash ^ RCODE * 0x9e3779b97f4a7c15ULL, stream->config.top_key[TOP_KEY_SET]);
}

uint32_t stream_set(const struct stream *stream, const struct hashes *hashes)
{
	return top_set_of(key_place(stream, hashes->name), stream->config.top_sets[TOP_NAME]);
}

void stream_open(struct stream *stream, uint32_t cpus, uint64_t seed)
{
	struct hook_config *config = &stream->config;
	struct top_sizes sizes;

	*stream = (struct stream){.cpus = cpus, .random = seed};
	config->points = 1;
	config->top_point[0] = 1u << TOP_ZONE | 1u << TOP_NAME | 1u << TOP_SERVER;
	for (size_t i = 0; i < NAME_KEYS; i++)
		config->name_key[i] = stream_random(stream);
	for (size_t i = 0; i < TOP_KEYS; i++)
		config->top_key[i] = stream_random(stream);
	config->top_key[TOP_KEY_SET] |= 1;
	stream->store = must(calloc(1, sizeof(*stream->store)));
	stream->known = must(calloc(STREAM_NAMES, sizeof(*stream->known)));
	stream->name_came = must(calloc(STREAM_NAMES, sizeof(*stream->name_came)));
	stream->zone_came = must(calloc(STREAM_KEYS, sizeof(*stream->zone_came)));
	stream->zone_names = must(calloc(STREAM_KEYS, sizeof(*stream->zone_names)));
	if (top_tables_plan(config, cpus, MEMORY) < 0)
		abort();
	sizes = top_tables_sizes(config, cpus);
	if (top_tables_alloc(&stream->tables, &sizes) < 0)
		must(NULL);
	for (uint32_t id = 0; id < STREAM_NAMES; id++) {
		uint8_t wire[TOP_NAME_MAX];
		size_t length = stream_name(id, wire);

		stream->known[id] = stream_hash(stream, wire, length);
	}
}

void stream_close(struct stream *stream)
{
	top_tables_free(&stream->tables);
	top_lists_free(&stream->lists);
	free(stream->store);
	free(stream->known);
	free(stream->name_came);
	free(stream->zone_came);
	free(stream->zone_names);
}

/* Gives where the name is to be written; NULL: nowhere. */
static uint8_t *row_of_arrival(struct stream *stream, enum top_dimension dimension, uint32_t cpu,
			       uint64_t hash, uint64_t denied)
{
	const struct hook_config *config = &stream->config;
	uint64_t place = key_place(stream, hash);
	uint32_t index = top_tables_first(config, dimension, cpu, EPOCH & 1) +
			 top_set_of(place, config->top_sets[dimension]);
	struct top_meta *row_meta = &stream->tables.row_meta[index];
	struct arrival arrival = count_arrival(&stream->tables.sets[index], row_meta, EPOCH, place,
					       (uint32_t)stream_random(stream));

	if (arrival.way >= TOP_WAYS)
		return NULL;
	if (dimension == TOP_ZONE) {
		uint8_t *hll = stream->tables.hlls[top_tables_hll(config, index)].reg[arrival.way];

		if (arrival.admitted)
			memset(hll, 0, HLL_SIZE);
		stream->store->message.denied = denied;
		host_hll_add(stream->store, hll);
	}
	if (!arrival.admitted)
		return NULL;
	row_meta->key[arrival.way] = (struct top_key){
		.rcode = RCODE, .kind = ZONE_SOA, .ede = TOP_NO_EDE};
	return stream->tables.texts[top_tables_text(config, index)].name[arrival.way];
}

static void write_name(uint8_t *where, const uint8_t *wire, size_t length)
{
	if (where)
		memcpy(where, wire, length);
}

static void arrive(struct stream *stream, uint64_t id, const struct hashes *hashes)
{
	uint32_t cpu = (uint32_t)(stream_random(stream) >> 32) % stream->cpus;
	uint8_t *name = row_of_arrival(stream, TOP_NAME, cpu, hashes->name, 0);
	uint8_t *zone = row_of_arrival(stream, TOP_ZONE, cpu, hashes->zone, hashes->denied);
	uint8_t wire[TOP_NAME_MAX];
	size_t length;

	stream->zone_came[zone_of(id)]++;
	stream->total++;
	if (!name && !zone)
		return;
	length = stream_name(id, wire);
	write_name(name, wire, length);
	write_name(zone, wire + 1 + wire[0], length - 1 - wire[0]);
}

void stream_known(struct stream *stream, uint32_t id)
{
	if (stream->name_came[id]++ == 0)
		stream->zone_names[zone_of(id)]++;
	arrive(stream, id, &stream->known[id]);
}

void stream_fresh(struct stream *stream)
{
	uint64_t id = STREAM_NAMES + stream->fresh++;
	uint8_t wire[TOP_NAME_MAX];
	struct hashes hashes = stream_hash(stream, wire, stream_name(id, wire));

	stream->zone_names[zone_of(id)]++;
	arrive(stream, id, &hashes);
}

void stream_other(struct stream *stream, const uint8_t *wire, size_t length,
		  const struct hashes *hashes)
{
	uint32_t cpu = (uint32_t)(stream_random(stream) >> 32) % stream->cpus;

	write_name(row_of_arrival(stream, TOP_NAME, cpu, hashes->name, 0), wire, length);
	stream->total++;
}

void stream_end(struct stream *stream)
{
	const struct top_source source = {
		.tables = &stream->tables,
		.config = &stream->config,
		.cpus = stream->cpus,
		.epoch = EPOCH,
	};
	const struct top_totals totals = {.offending = stream->total};

	stream->lists.keep = top_keep(10);
	if (top_read(&source, &totals, &stream->lists) < 0)
		must(NULL);
}

uint64_t stream_row_id(const struct top_row *row)
{
	return strtoull((const char *)row->key + 2, NULL, 10);
}

uint64_t stream_came(const struct stream *stream, enum top_dimension dimension, uint64_t id)
{
	if (dimension == TOP_ZONE)
		return stream->zone_came[id];
	return id < STREAM_NAMES ? stream->name_came[id] : 1;
}
