// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * top [-n RESPONSES] [-r SEED]: how exact the lists of names and zones are, against an exact count, in
 * traffic of several kinds; and what somebody could do who knew the key of the hashes. A goal that is
 * missed is said; exit status 1 if a bound is broken.
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "toplist/hll.h"
#include "top_stream.h"
#include "zipf.h"

#define RESPONSES  10000000ul
#define RECALL_10  1.0
#define RECALL_100 0.98
#define HLL_GOAL   0.95
#define HLL_BY     0.13
#define TIE        0.99 /* of the least that belongs there */
#define HIDDEN     20u  /* names that the attack is to hide */
#define CROWD      8u   /* names sent for each: one more than a set has ways */

struct mix {
	const char *name;
	unsigned noise; /* of 100 responses, so many about names that never come again */
	unsigned churn; /* so often in the interval other names become the frequent ones */
};

static const struct mix mixes[] = {
	{"plain", 0, 1},
	{"50% noise", 50, 1},
	{"90% noise", 90, 1},
	{"churn", 0, 10},
};

static const double exponents[] = {0.8, 1.0, 1.2};
static const uint32_t cpu_counts[] = {1, 4};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

struct quality {
	double recall_10, recall_100;
	double error, width; /* mean, relative, of the first hundred rows */
	unsigned long broken;
};

static unsigned long responses = RESPONSES, hll_good, hll_all;
static uint64_t seed = 20261123;
static bool any_broken;

static int falling(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x < y) - (x > y);
}

/*
 * How many of the first @most rows belong there: with churn a dozen keys can be so near the last of
 * them that to be that one is chance, and nobody is misled by the other.
 */
static double recall(const struct stream *stream, enum top_dimension dimension,
		     const uint32_t *truth, size_t most)
{
	const struct top_list *list = &stream->lists.list[dimension];
	size_t good = 0;

	for (size_t i = 0; i < most && i < list->count; i++)
		good += (double)stream_came(stream, dimension, stream_row_id(&list->rows[i])) >=
			TIE * truth[most - 1];
	return (double)good / (double)most;
}

/* Those of keys without a row, by the bound that there is for all of them. */
static unsigned long broken_absent(const struct stream *stream, enum top_dimension dimension,
				   const uint32_t *came, size_t keys)
{
	const struct top_list *list = &stream->lists.list[dimension];
	unsigned char *listed = calloc(keys, 1);
	unsigned long broken = 0;

	if (!listed)
		abort();
	for (size_t i = 0; i < list->count; i++)
		if (stream_row_id(&list->rows[i]) < keys)
			listed[stream_row_id(&list->rows[i])] = 1;
	for (size_t i = 0; i < keys; i++)
		broken += !listed[i] && came[i] > list->absent_high;
	free(listed);
	return broken;
}

static struct quality judge(const struct stream *stream, enum top_dimension dimension)
{
	const struct top_list *list = &stream->lists.list[dimension];
	size_t keys = dimension == TOP_ZONE ? STREAM_KEYS : STREAM_NAMES;
	const uint32_t *came = dimension == TOP_ZONE ? stream->zone_came : stream->name_came;
	uint32_t *truth = malloc(keys * sizeof(*truth));
	struct quality q = {.broken = broken_absent(stream, dimension, came, keys)};
	size_t rows = list->count < 100 ? list->count : 100;

	if (!truth)
		abort();
	memcpy(truth, came, keys * sizeof(*truth));
	qsort(truth, keys, sizeof(*truth), falling);
	q.recall_10 = recall(stream, dimension, truth, 10);
	q.recall_100 = recall(stream, dimension, truth, 100);
	free(truth);
	for (size_t i = 0; i < list->count; i++) {
		const struct top_row *row = &list->rows[i];
		double really = (double)stream_came(stream, dimension, stream_row_id(row));
		double off = (double)row->count - really;

		q.broken += (double)row->low > really || really > (double)row->high;
		if (i >= rows)
			continue;
		q.error += (off < 0 ? -off : off) / really / (double)rows;
		q.width += (double)(row->high - row->low) / really / (double)rows;
	}
	return q;
}

/* Of the first hundred zones. Gives how many are within HLL_BY. */
static unsigned judge_hll(const struct stream *stream)
{
	const struct top_list *list = &stream->lists.list[TOP_ZONE];
	unsigned good = 0, all = 0;

	for (size_t i = 0; i < list->count && i < 100; i++, all++) {
		double names = stream->zone_names[stream_row_id(&list->rows[i])];
		double off = hll_estimate(list->rows[i].hll) - names;

		good += (off < 0 ? -off : off) <= HLL_BY * names;
	}
	hll_good += good;
	hll_all += all;
	return good;
}

static void feed(struct stream *stream, const struct mix *mix, const struct zipf *zipf)
{
	for (unsigned long i = 0; i < responses; i++) {
		/* Far apart, so that none of them becomes frequent twice. */
		uint32_t shift = (uint32_t)(i / (responses / mix->churn + 1)) * 77777u;

		if (mix->noise && stream_random(stream) % 100 < mix->noise)
			stream_fresh(stream);
		else
			stream_known(stream, (zipf_draw(zipf, stream_random(stream)) + shift) %
						     STREAM_NAMES);
	}
}

static void row(const char *list, const struct quality *q)
{
	bool good = q->recall_10 >= RECALL_10 && q->recall_100 >= RECALL_100 && !q->broken;

	any_broken |= q->broken > 0;

	printf(" %-5s %7.2f %8.2f %8.2f%% %8.2f%% %7lu%s", list, q->recall_10, q->recall_100,
	       q->error * 100, q->width * 100, q->broken, good ? "" : " MISSED");
}

static void measure(const struct mix *mix, const struct zipf *zipf, double s, uint32_t cpus)
{
	struct quality names, zones;
	struct stream stream;

	stream_open(&stream, cpus, seed);
	feed(&stream, mix, zipf);
	stream_end(&stream);
	names = judge(&stream, TOP_NAME);
	zones = judge(&stream, TOP_ZONE);
	printf("%-10s %.1f %4u ", mix->name, s, cpus);
	row("names", &names);
	printf("\n%20s", "");
	row("zones", &zones);
	printf(" %8u\n", judge_hll(&stream));
	fflush(stdout);
	stream_close(&stream);
}

/*
 * ---- collisions: for each of the names to be hidden, others of the same set, sent twice as often ----
 */

struct crafted {
	uint8_t wire[TOP_NAME_MAX];
	size_t length;
	struct hashes hashes;
};

/* Names that come to the sets of the most frequent ones under the seed of @known. */
static void craft(struct stream *known, struct crafted names[HIDDEN][CROWD])
{
	size_t have[HIDDEN] = {0}, missing = HIDDEN * CROWD;

	for (uint64_t id = 1000000000; missing; id++) {
		struct crafted name;
		uint32_t set;

		name.length = stream_name(id, name.wire);
		name.hashes = stream_hash(known, name.wire, name.length);
		set = stream_set(known, &name.hashes);
		for (size_t i = 0; i < HIDDEN; i++)
			if (stream_set(known, &known->known[i]) == set && have[i] < CROWD) {
				names[i][have[i]++] = name;
				missing--;
				break;
			}
	}
}

static unsigned found(const struct stream *stream)
{
	const struct top_list *list = &stream->lists.list[TOP_NAME];
	unsigned count = 0;

	for (size_t i = 0; i < list->count; i++)
		count += stream_row_id(&list->rows[i]) < HIDDEN;
	return count;
}

/* Gives how many of the names that are to be hidden have a row. */
static unsigned attack(struct crafted names[HIDDEN][CROWD], const struct zipf *zipf, uint64_t key)
{
	struct stream stream;
	unsigned count;

	stream_open(&stream, 1, key);
	for (size_t i = 0; i < HIDDEN; i++)
		for (size_t j = 0; j < CROWD; j++)
			names[i][j].hashes = stream_hash(&stream, names[i][j].wire,
							 names[i][j].length);
	for (unsigned long i = 0; i < responses / 20; i++) {
		uint32_t id = zipf_draw(zipf, stream_random(&stream));

		stream_known(&stream, id);
		for (size_t j = 0; id < HIDDEN && j < 2 * CROWD; j++) {
			struct crafted *name = &names[id][j % CROWD];

			stream_other(&stream, name->wire, name->length, &name->hashes);
		}
	}
	stream_end(&stream);
	count = found(&stream);
	stream_close(&stream);
	return count;
}

static void collisions(void)
{
	static struct crafted names[HIDDEN][CROWD];
	struct stream known;
	struct zipf zipf;

	zipf_make(&zipf, STREAM_NAMES, 0.8);
	stream_open(&known, 1, seed);
	craft(&known, names);
	stream_close(&known);
	printf("\nThe %u most frequent names, %u crafted ones sent against each, twice as often:\n"
	       "  with the key known to who sends them  %2u of %u have a row\n",
	       HIDDEN, CROWD, attack(names, &zipf, seed), HIDDEN);
	printf("  with a key drawn at random            %2u of %u have a row\n",
	       attack(names, &zipf, seed + 1), HIDDEN);
	zipf_free(&zipf);
}

static unsigned long number(const char *text)
{
	char *end;
	unsigned long value = strtoul(text, &end, 10);

	if (*end || !value) {
		fputs("usage: top [-n RESPONSES] [-r SEED]\n", stderr);
		exit(2);
	}
	return value;
}

int main(int argc, char **argv)
{
	int c;

	while ((c = getopt(argc, argv, "n:r:")) != -1)
		switch (c) {
		case 'n': responses = number(optarg); break;
		case 'r': seed = number(optarg); break;
		default: number("");
		}
	printf("%lu responses an interval, seed %llu; goals: recall %.2f and %.2f, no bound "
	       "broken, "
	       "distinct names\nwithin %.0f %% for %.0f %% of zones\n\n"
	       "mix        s   CPUs list   top 10  top 100     error     width  broken distinct\n",
	       responses, (unsigned long long)seed, RECALL_10, RECALL_100, HLL_BY * 100,
	       HLL_GOAL * 100);
	for (size_t e = 0; e < COUNT(exponents); e++) {
		struct zipf zipf;

		zipf_make(&zipf, STREAM_NAMES, exponents[e]);
		for (size_t m = 0; m < COUNT(mixes); m++)
			for (size_t n = 0; n < COUNT(cpu_counts); n++)
				measure(&mixes[m], &zipf, exponents[e], cpu_counts[n]);
		zipf_free(&zipf);
	}
	printf("\ndistinct names within %.0f %%: %lu of %lu zones%s\n", HLL_BY * 100, hll_good,
	       hll_all, (double)hll_good < HLL_GOAL * (double)hll_all ? " MISSED" : "");
	collisions();
	return any_broken;
}
