// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * packet_cost: what the programs cost for a packet of each kind, in nanoseconds above an empty
 * program, by BPF_PROG_TEST_RUN. Rounds are interleaved: each measures every row with every program
 * and with the empty one, so that what disturbs the machine disturbs all of them.
 */
#include <bpf/libbpf.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cost_options.h"
#include "counted.h"
#include "hook.h"
#include "attacher/libbpf_log.h"
#include "limits.h"
#include "metrics.h"
#include "rows.h"
#include "stats.h"

#define SAMPLE_NS 2e7     /* of runs: see hook_cost() */
#define WARM_UP   100000u /* runs until the tables are full */

static const char usage[] =
	"usage: packet_cost [OPTION...] [OBJECT...]\n"
	"What the built programs cost a packet, ns above an empty one, and beside them those of\n"
	"other object files (build/bpf/xdp.bpf.o of another build), with -x or -t.\n"
	"  -x  the XDP program alone    -t  tc alone\n"
	"  -s  by the slow path, which then has all packets\n"
	"  -T  with transactions; beside them build/bpf/tc.bpf.o has none\n"
	"  -c  cold instead of hot      -r N  rounds (101)      -n ROW  that row alone\n"
	"  -l FILE  goals (tests/bench/limits)                 -m FILE  append metrics\n";

struct subject {
	const char *name;
	int fd;
	struct bpf_object *object; /* NULL: the built one, which is in the maps */
};

/* One program on one row. */
struct measured {
	int fd;
	struct bpf_object *mutator; /* or NULL */
	uint32_t repeat;
	uint64_t ran;
	double *ns; /* by round */
};

struct bench {
	const struct cost_options *options;
	enum hook_kind kind;
	struct bpf_maps maps;
	struct counted counted;
	struct subject subject[1 + 1 + OBJECTS_MAX]; /* the empty one, the built one, others */
	size_t subjects;
};

static const char *const warmth_names[WARMTHS] = {"hot", "cold"};

/* How the packets come: over and over, from all over the tables, or over and over by the slow path. */
static const char *way_of(const struct cost_options *options)
{
	return options->slow_path ? "slow" : warmth_names[options->warmth];
}

static void prepare(const struct bench *bench, const struct row *row, const struct subject *subject,
		    struct measured *m)
{
	static const struct mutation none;
	const struct mutation *mutation = &row->mutation[bench->options->warmth];
	double once;

	*m = (struct measured){.fd = subject->fd};
	if (memcmp(mutation, &none, sizeof(none)) != 0)
		m->fd = hook_mutator(&m->mutator, bench->kind, mutation,
				     bench->maps.config.xdp_frags, subject->fd);
	m->ns = calloc(bench->options->rounds, sizeof(*m->ns));
	if (!m->ns)
		bench_failed("out of memory");
	m->repeat = WARM_UP;
	once = hook_run(bench->kind, m->fd, row->frame.data, row->frame.length, m->repeat) /
	       m->repeat;
	m->ran = m->repeat;
	m->repeat = (uint32_t)(SAMPLE_NS / (once > 1 ? once : 1));
}

static void release(struct measured *m)
{
	bpf_object__close(m->mutator);
	free(m->ns);
}

static void print_row(struct bench *bench, const struct row *row, struct measured *measured)
{
	size_t rounds = bench->options->rounds;
	char name[96];
	double least[2 + OBJECTS_MAX], empty, goal;

	snprintf(name, sizeof(name), "packet.%s.%s", row->name, way_of(bench->options));
	goal = limit_of(bench->options->limits, name);
	for (size_t i = bench->subjects; i--;)
		least[i] = least_of(measured[i].ns, rounds);
	for (size_t i = 1; i < bench->subjects; i++)
		for (size_t r = 0; r < rounds; r++)
			measured[i].ns[r] -= measured[0].ns[r];
	empty = spread_of(measured[0].ns, rounds).median;
	printf("%-4s %-4s %-44s %6.1f", hook_kind_names[bench->kind], way_of(bench->options),
	       row->says, empty);
	for (size_t i = 1; i < bench->subjects; i++) {
		struct spread s = spread_of(measured[i].ns, rounds);

		printf("  %6.1f  %6.1f (%.1f-%.1f)", least[i] - least[0], s.median, s.low, s.high);
		if (i == 1)
			metric_write(bench->options->metrics, &s, "%s.%s", name,
				     hook_kind_names[bench->kind]);
		if (i == 1 && goal > 0)
			printf("  %5.0f %6.2f", goal, s.median / goal);
	}
	putchar('\n');
}

static void measure_all(struct bench *bench, const struct row *rows, size_t count)
{
	const struct cost_options *options = bench->options;
	struct measured *all = calloc(count * bench->subjects, sizeof(*all));

	if (!all)
		bench_failed("out of memory");
	for (size_t i = 0; i < count; i++) {
		struct measured *m = all + i * bench->subjects;
		struct pkt_counters before;

		if (options->row && strcmp(options->row, rows[i].name) != 0)
			continue;
		before = *counted_now(&bench->counted);
		for (size_t s = 0; s < bench->subjects; s++)
			prepare(bench, &rows[i], &bench->subject[s], &m[s]);
		counted_expect(&bench->counted, &rows[i].expect, m[1].ran);
		counted_check(&bench->counted, rows[i].name, &before);
	}
	for (size_t r = 0; r < options->rounds; r++)
		for (size_t i = 0; i < count * bench->subjects; i++) {
			const struct row *row = &rows[i / bench->subjects];

			if (all[i].repeat)
				all[i].ns[r] = hook_cost(bench->kind, all[i].fd, row->frame.data,
							 row->frame.length, all[i].repeat);
		}
	for (size_t i = 0; i < count; i++)
		if (all[i * bench->subjects].repeat)
			print_row(bench, &rows[i], all + i * bench->subjects);
	for (size_t i = 0; i < count * bench->subjects; i++)
		release(&all[i]);
	free(all);
}

static void bench_hook(struct bench *bench, enum hook_kind kind)
{
	const struct cost_options *options = bench->options;
	const struct row *rows;
	size_t count;

	bench->kind = kind;
	bench->subjects = 0;
	rows = rows_all(&count);
	bench->subject[1] = (struct subject){"built", hook_built(&bench->maps, kind), NULL};
	bench->subject[0] = (struct subject){"empty",
					     hook_empty(kind, bench->maps.config.xdp_frags), NULL};
	for (bench->subjects = 2; bench->subjects < 2 + options->objects; bench->subjects++) {
		struct subject *s = &bench->subject[bench->subjects];

		s->name = options->object[bench->subjects - 2];
		s->fd = hook_from_file(&s->object, s->name, kind, &bench->maps);
	}
	counted_open(&bench->counted, &bench->maps);
	measure_all(bench, rows, count);
	for (size_t i = 2; i < bench->subjects; i++)
		bpf_object__close(bench->subject[i].object);
	counted_close(&bench->counted);
	bpf_maps_close(&bench->maps);
}

int main(int argc, char **argv)
{
	struct cost_options options;
	struct bench bench = {.options = &options};

	cost_options_parse(&options, argc, argv, "xtcsTr:n:l:m:", usage);
	libbpf_log_init(false);
	bench_one_cpu(false);
	printf("ns a packet above an empty program: least, median and quartiles of %lu rounds\n"
	       "hook      %-44s  empty    built            goal  ratio",
	       options.rounds, "packet");
	for (size_t i = 0; i < options.objects; i++)
		printf("  %s", options.object[i]);
	putchar('\n');
	for (enum hook_kind kind = 0; kind < HOOK_KINDS; kind++)
		if (options.kind[kind])
			bench_hook(&bench, kind);
	return 0;
}
