// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * place_cost: what the programs cost a packet in place, in nanoseconds above an empty program: packets drawn at
 * random from the mix, and packets of each kind in front of which other code has run. Rounds are
 * interleaved, as those of packet_cost.
 */
#include <bpf/libbpf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cost_options.h"
#include "counted.h"
#include "attacher/libbpf_log.h"
#include "limits.h"
#include "metrics.h"
#include "mix.h"
#include "place_hook.h"
#include "rows.h"

#define SUBJECTS_MAX (2u + OBJECTS_MAX) /* the empty one, the built one, others */
#define ROWS_MAX     32u
#define RUNS         200000u /* a round, where no other code is run: see hook_cost() */
#define RUNS_EVICTED 2000u   /* of which each takes some ten microseconds */
#define WARM_UP      100000u /* runs until the tables are full */
#define MIX_SEED     1u

static const char usage[] =
	"usage: place_cost [OPTION...] [OBJECT...]\n"
	"What the built programs cost a packet in place, ns above an empty one, and beside them "
	"those\n"
	"of other object files (build/bpf/xdp.bpf.o of another build), with -x or -t.\n"
	"  -x  the XDP program alone    -t  tc alone\n"
	"  -r N  rounds (101)            -n ROW  that row alone\n"
	"  -l FILE  goals (tests/bench/limits)                 -m FILE  append metrics\n";

/* Packets that are measured together. */
struct place_row {
	char name[48];
	char says[64];
	const struct row *row; /* NULL: the mix */
	bool evict;
	struct place_hook hook[SUBJECTS_MAX];
	double *ns[SUBJECTS_MAX]; /* by round */
};

struct bench {
	const struct cost_options *options;
	enum hook_kind kind;
	struct bpf_maps maps;
	struct counted counted;
	struct mix mix;
	__u32 frames; /* of the mix, those that are short enough */
	int fd[SUBJECTS_MAX];
	struct bpf_object *object[SUBJECTS_MAX]; /* NULL: the empty and the built one */
	size_t subjects;
	struct place_row row[ROWS_MAX];
	size_t rows;
};

static bool is_measured(const struct mix_packet *packet)
{
	return !packet->tcp_at && packet->length <= PLACE_FRAME_MAX;
}

static void set_frames(const struct bench *bench, const struct place_row *row,
		       const struct place_hook *hook)
{
	__u32 number = 0;

	if (row->row) {
		place_frame(hook, 0, row->row->frame.data, row->row->frame.length);
		return;
	}
	for (size_t i = 0; i < bench->mix.count && number < bench->frames; i++)
		if (is_measured(&bench->mix.packet[i]))
			place_frame(hook, number++, bench->mix.packet[i].bytes,
				    bench->mix.packet[i].length);
}

static void expect_frames(struct bench *bench, const struct place_row *row,
			  const struct place_hook *hook)
{
	__u32 number = 0;

	if (row->row) {
		counted_expect(&bench->counted, &row->row->expect, place_times(hook, 0));
		return;
	}
	for (size_t i = 0; i < bench->mix.count && number < bench->frames; i++)
		if (is_measured(&bench->mix.packet[i]))
			counted_expect(&bench->counted, &bench->mix.packet[i].expect,
				       place_times(hook, number++));
}

static void prepare(struct bench *bench, struct place_row *row)
{
	static const struct mutation none;
	struct pkt_counters before = *counted_now(&bench->counted);

	for (size_t s = 0; s < bench->subjects; s++) {
		struct place_hook *hook = &row->hook[s];

		place_open(hook, bench->kind, row->row ? &row->row->mutation[HOT] : &none,
			   row->row ? 1 : bench->frames, row->evict, bench->maps.config.xdp_frags,
			   bench->fd[s]);
		set_frames(bench, row, hook);
		row->ns[s] = calloc(bench->options->rounds, sizeof(**row->ns));
		if (!row->ns[s])
			bench_failed("out of memory");
		place_cost(hook, row->evict ? RUNS_EVICTED : WARM_UP);
	}
	expect_frames(bench, row, &row->hook[1]);
	counted_check(&bench->counted, row->name, &before);
}

static void release(const struct bench *bench, struct place_row *row)
{
	for (size_t s = 0; s < bench->subjects; s++) {
		place_close(&row->hook[s]);
		free(row->ns[s]);
	}
}

static void print_row(const struct bench *bench, struct place_row *row)
{
	size_t rounds = bench->options->rounds;
	double least[SUBJECTS_MAX], goal, empty;
	char name[96];

	snprintf(name, sizeof(name), "place.%s", row->name);
	goal = limit_of(bench->options->limits, name);
	for (size_t s = bench->subjects; s--;)
		least[s] = least_of(row->ns[s], rounds);
	for (size_t s = 1; s < bench->subjects; s++)
		for (size_t r = 0; r < rounds; r++)
			row->ns[s][r] -= row->ns[0][r];
	empty = spread_of(row->ns[0], rounds).median;
	printf("%-4s %-46s %6.1f", hook_kind_names[bench->kind], row->says, empty);
	for (size_t s = 1; s < bench->subjects; s++) {
		struct spread spread = spread_of(row->ns[s], rounds);

		printf("  %6.1f  %6.1f (%.1f-%.1f)", least[s] - least[0], spread.median, spread.low,
		       spread.high);
		if (s == 1)
			metric_write(bench->options->metrics, &spread, "%s.%s", name,
				     hook_kind_names[bench->kind]);
		if (s == 1 && goal > 0)
			printf("  %5.0f %6.2f", goal, spread.median / goal);
	}
	putchar('\n');
}

static void add_row(struct bench *bench, const struct row *row, bool evict)
{
	struct place_row *to = &bench->row[bench->rows];
	const char *name = row ? row->name : "mix";

	if (bench->options->row && strcmp(bench->options->row, name) != 0)
		return;
	*to = (struct place_row){.row = row, .evict = evict};
	snprintf(to->name, sizeof(to->name), "%s%s", name, evict ? ".code" : "");
	snprintf(to->says, sizeof(to->says), "%s%s", row ? row->says : "at random from the mix",
		 evict ? "" : ", code hot");
	bench->rows++;
}

static void measure(struct bench *bench)
{
	size_t count;
	const struct row *rows = rows_all(&count);

	bench->rows = 0;
	add_row(bench, NULL, false);
	add_row(bench, NULL, true);
	for (size_t i = 0; i < count; i++)
		if (rows[i].frame.length <= PLACE_FRAME_MAX)
			add_row(bench, &rows[i], true);
	for (size_t i = 0; i < bench->rows; i++)
		prepare(bench, &bench->row[i]);
	for (size_t r = 0; r < bench->options->rounds; r++)
		for (size_t i = 0; i < bench->rows; i++)
			for (size_t s = 0; s < bench->subjects; s++)
				bench->row[i].ns[s][r] = place_cost(
					&bench->row[i].hook[s],
					bench->row[i].evict ? RUNS_EVICTED : RUNS);
	for (size_t i = 0; i < bench->rows; i++) {
		print_row(bench, &bench->row[i]);
		release(bench, &bench->row[i]);
	}
}

static void bench_hook(struct bench *bench, enum hook_kind kind)
{
	const struct cost_options *options = bench->options;

	bench->kind = kind;
	bench->fd[1] = hook_built(&bench->maps, kind);
	bench->fd[0] = hook_empty(kind, bench->maps.config.xdp_frags);
	bench->subjects = 2;
	for (size_t i = 0; i < options->objects; i++, bench->subjects++)
		bench->fd[bench->subjects] = hook_from_file(&bench->object[bench->subjects],
							    options->object[i], kind, &bench->maps);
	counted_open(&bench->counted, &bench->maps);
	measure(bench);
	counted_close(&bench->counted);
	for (size_t s = 2; s < bench->subjects; s++)
		bpf_object__close(bench->object[s]);
	bpf_maps_close(&bench->maps);
}

int main(int argc, char **argv)
{
	struct cost_options options;
	static struct bench bench;

	bench.options = &options;
	cost_options_parse(&options, argc, argv, "xtr:n:l:m:", usage);
	libbpf_log_init(false);
	bench_one_cpu(false);
	mix_build(&bench.mix, MIX_HEALTHY, MIX_SEED, NULL);
	for (size_t i = 0; i < bench.mix.count; i++)
		bench.frames += is_measured(&bench.mix.packet[i]) && bench.frames < PLACE_FRAMES;
	printf("ns a packet above an empty program, in place: least, median and quartiles of %lu "
	       "rounds\n"
	       "hook %-46s  empty    built            goal  ratio",
	       options.rounds, "packet");
	for (size_t i = 0; i < options.objects; i++)
		printf("  %s", options.object[i]);
	putchar('\n');
	for (enum hook_kind kind = 0; kind < HOOK_KINDS; kind++)
		if (options.kind[kind])
			bench_hook(&bench, kind);
	mix_free(&bench.mix);
	return 0;
}
