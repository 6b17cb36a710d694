// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * txn_cost: what matching queries with responses costs, in nanoseconds a packet above an empty program: by the programs without
 * it, with it and no query timed by the precise clock, and with it and each query timed. Rounds are interleaved, as those of packet_cost. In
 * each, so many queries of clients come as make a quarter of the table, each from another address and port and with another ID;
 * their responses are sent, unmeasured; then this host sends as many, and the responses to them come. So queries find free places, and
 * responses their queries. By XDP in place only: the kernel takes longer to get ready for so few packets than they take (hook_cost()).
 */
#include <bpf/libbpf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cost_options.h"
#include "place_hook.h"
#include "attacher/libbpf_log.h"
#include "limits.h"
#include "loader/bpf_programs.h"
#include "message.h"
#include "metrics.h"
#include "packet.h"

/* Messages of a kind in a round. Those of a side have half of the table's 57,344 places. */
#define MESSAGES 8192u
#define MESSAGES_IN_PLACE \
	256u /* of which each takes some ten microseconds, with what runs before it */
#define TIMED_NONE (1u << 24)

/* Ethernet and IPv4 without options, then UDP. */
#define SOURCE_LOW      28u
#define DESTINATION_LOW 32u
#define ID_AT           42u
#define NAME_AT         55u
#define NAME            "abcdefgh.zoneaaaa.example"
#define ZONE            "@21"

static const char usage[] =
	"usage: txn_cost [OPTION...]\n"
	"What matching queries with responses costs, ns a packet above an empty program.\n"
	"  -x  XDP for what is received alone, with -p    -t  tc alone\n"
	"  -k  under locks, as on kernels that have no compare-and-swap for programs\n"
	"  -p  in place: other code runs before each packet\n"
	"  -r N  rounds (101)                    -l FILE  goals (tests/bench/limits)\n"
	"  -m FILE  append metrics\n";

enum packet { CLIENT_QUERY, SENT_ANSWER, SENT_QUERY, NOERROR, NXDOMAIN, PACKETS };

static struct buf frames[PACKETS];

static void build_frames(void)
{
	static const struct frame from_client = {.source = "198.51.100.7",
						 .destination = "192.0.2.53",
						 .source_port = 40053,
						 .destination_port = 53},
				  to_client = {0}; /* the other way */
	static const unsigned int response = MSG_QR | MSG_RD | MSG_RA;
	struct buf message = {0};

	message_begin(&message, 0x2a17, MSG_RD);
	message_question(&message, NAME, TYPE_A, CLASS_IN);
	message_opt(&message, 0, 0, 0);
	packet_build(&frames[CLIENT_QUERY], &from_client, message.data, message.length);
	packet_build(&frames[SENT_QUERY], &from_client, message.data, message.length);
	message_begin(&message, 0x2a17, response);
	message_question(&message, NAME, TYPE_A, CLASS_IN);
	message_a(&message, SECTION_ANSWER, "@12", "192.0.2.80");
	message_opt(&message, 0, 0, 0);
	packet_build(&frames[SENT_ANSWER], &to_client, message.data, message.length);
	packet_build(&frames[NOERROR], &to_client, message.data, message.length);
	message_begin(&message, 0x2a17, response | 3);
	message_question(&message, NAME, TYPE_A, CLASS_IN);
	message_soa(&message, SECTION_AUTHORITY, ZONE);
	message_opt(&message, 0, 0, 0);
	packet_build(&frames[NXDOMAIN], &to_client, message.data, message.length);
	buf_free(&message);
}

/* The same changes, in the same order, of queries and of their responses. */
static struct mutation mutation_of(enum packet packet)
{
	bool query = packet == CLIENT_QUERY || packet == SENT_QUERY;

	return (struct mutation){
		.name_at = NAME_AT,
		.zone_at = NAME_AT + 9,
		.server_at = query ? DESTINATION_LOW : SOURCE_LOW,
		.client_at = query ? SOURCE_LOW : DESTINATION_LOW,
		.id_at = ID_AT,
		.names = 8192,
		.zones = 2048,
		.addresses = 2048,
	};
}

/* A program behind what changes its packets. */
struct runner {
	struct bpf_object *object;
	struct place_hook place;
	int fd;
};

struct subject {
	const char *name;
	struct bpf_maps *maps; /* NULL: the empty program */
	__u32 every;           /* of struct txn_control */
	struct runner *runner; /* [PACKETS] */
	int repeated;          /* the program that gets the same query again and again */
};

enum txn_row { QUERY_NEW, QUERY_AGAIN, MATCHED_NOERROR, MATCHED_NXDOMAIN, UNSOLICITED, ROWS };

static const struct {
	const char *name, *says;
	enum txn_event event; /* that each of its packets is */
} row_of[ROWS] = {
	[QUERY_NEW] = {"query-new", "query, new", TXN_NEW},
	[QUERY_AGAIN] = {"query-again", "query, sent again, hot", TXN_RETRY},
	[MATCHED_NOERROR] = {"noerror", "NOERROR to a query", TXN_ANSWERED},
	[MATCHED_NXDOMAIN] = {"nxdomain", "NXDOMAIN to a query", TXN_ANSWERED},
	[UNSOLICITED] = {"unsolicited", "NXDOMAIN, unsolicited", TXN_UNSOLICITED},
};

enum { EMPTY, WITHOUT, TICKS, TIMED, SUBJECTS };

struct bench {
	const struct cost_options *options;
	enum hook_kind kind;
	struct bpf_maps maps[2]; /* without, with */
	struct runner runner[3][PACKETS];
	struct subject subject[SUBJECTS];
	double *ns[ROWS][SUBJECTS]; /* by round */
};

static bool is_sent(enum packet packet)
{
	return packet == SENT_ANSWER || packet == SENT_QUERY;
}

static enum hook_kind kind_of(const struct bench *bench, enum packet packet)
{
	return is_sent(packet) ? HOOK_KIND_TC : bench->kind;
}

static void open_runner(const struct bench *bench, struct runner *runner, enum packet packet,
			int program)
{
	const struct mutation mutation = mutation_of(packet);
	enum hook_kind kind = kind_of(bench, packet);
	bool frags = bench->maps[0].config.xdp_frags;

	if (!bench->options->in_place) {
		runner->fd = hook_mutator(&runner->object, kind, &mutation, frags, program);
		return;
	}
	place_open(&runner->place, kind, &mutation, 1, true, frags, program);
	place_frame(&runner->place, 0, frames[packet].data, frames[packet].length);
}

static void open_runners(const struct bench *bench, struct runner runner[PACKETS], int received,
			 int sent)
{
	for (enum packet packet = 0; packet < PACKETS; packet++)
		open_runner(bench, &runner[packet], packet, is_sent(packet) ? sent : received);
}

static void close_runner(struct runner *runner)
{
	if (runner->place.object)
		place_close(&runner->place);
	else
		bpf_object__close(runner->object);
}

/* So many of @packet, those that @seed makes; ns of each. */
static double run(const struct bench *bench, const struct subject *subject, enum packet packet,
		  __u64 seed)
{
	const struct runner *runner = &subject->runner[packet];

	if (bench->options->in_place) {
		hook_restart(runner->place.object, seed);
		return place_cost(&runner->place, MESSAGES_IN_PLACE);
	}
	hook_restart(runner->object, seed);
	return hook_run(kind_of(bench, packet), runner->fd, frames[packet].data,
			frames[packet].length, MESSAGES) /
	       MESSAGES;
}

static __u64 counted(const struct subject *subject, enum txn_event event)
{
	const struct bpf_maps *maps = subject->maps;
	__u64 sum = 0;

	for (__u32 i = 0; i < maps->cpus.online * maps->config.points * 2; i++)
		sum += maps->pkt_counters[i].txn[event];
	return sum;
}

/* Measure @packet as @row, and see that each was counted as what it is to be. */
static double measure(const struct bench *bench, const struct subject *subject, enum txn_row row,
		      enum packet packet, __u64 seed)
{
	const bool follows = subject->maps && subject->maps->config.txn_buckets;
	const __u64 wanted = bench->options->in_place ? MESSAGES_IN_PLACE : MESSAGES;
	__u64 before = follows ? counted(subject, row_of[row].event) : 0;
	double ns = run(bench, subject, packet, seed), share;

	if (!follows)
		return ns;
	/* Where two random addresses, ports and IDs are the same, or a bucket is full, it is another event. */
	share = (double)(counted(subject, row_of[row].event) - before) / (double)wanted;
	if (share < 0.98 || share > 1.0)
		bench_failed("%s: %.1f %% were counted as what they are", row_of[row].name,
			     100 * share);
	return ns;
}

static double measure_again(const struct bench *bench, const struct subject *subject)
{
	return hook_cost(bench->kind, subject->repeated, frames[CLIENT_QUERY].data,
			 frames[CLIENT_QUERY].length, MESSAGES);
}

static void measure_round(const struct bench *bench, size_t s, size_t round, double ns[ROWS])
{
	const struct subject *subject = &bench->subject[s];
	/* Odd and never the same: other addresses and IDs in each round. */
	__u64 seed = MUTATION_SEED + (round * SUBJECTS + s) * 0x2545f4914f6cdd1e;

	if (subject->maps)
		subject->maps->txn_control->every = subject->every;
	ns[QUERY_NEW] = measure(bench, subject, QUERY_NEW, CLIENT_QUERY, seed);
	run(bench, subject, SENT_ANSWER, seed);
	ns[QUERY_AGAIN] = measure_again(bench, subject);
	run(bench, subject, SENT_QUERY, seed);
	ns[MATCHED_NOERROR] = measure(bench, subject, MATCHED_NOERROR, NOERROR, seed);
	run(bench, subject, SENT_QUERY, ~seed);
	ns[MATCHED_NXDOMAIN] = measure(bench, subject, MATCHED_NXDOMAIN, NXDOMAIN, ~seed);
	ns[UNSOLICITED] = measure(bench, subject, UNSOLICITED, NXDOMAIN, seed ^ 0x5555);
}

static void print_row(struct bench *bench, enum txn_row row)
{
	size_t rounds = bench->options->rounds;
	const char *place = bench->options->in_place ? "place." : "";

	printf("%-4s %-24s %6.1f", hook_kind_names[bench->kind], row_of[row].says,
	       spread_of(bench->ns[row][EMPTY], rounds).median);
	for (size_t s = WITHOUT; s < SUBJECTS; s++) {
		char name[96];
		struct spread spread = spread_of(bench->ns[row][s], rounds);
		double goal;

		snprintf(name, sizeof(name), "%stransactions.%s.%s", place, row_of[row].name,
			 bench->subject[s].name);
		goal = limit_of(bench->options->limits, name);
		printf("  %6.1f (%.1f-%.1f)", spread.median, spread.low, spread.high);
		if (goal > 0)
			printf(" goal %.0f", goal);
		metric_write(bench->options->metrics, &spread, "%s.%s", name,
			     hook_kind_names[bench->kind]);
	}
	putchar('\n');
}

static void measure_all(struct bench *bench)
{
	const size_t rounds = bench->options->rounds;
	const size_t warm_up = bench->options->in_place ? 2 * MESSAGES / MESSAGES_IN_PLACE : 2;

	for (enum txn_row row = 0; row < ROWS; row++)
		for (size_t s = 0; s < SUBJECTS; s++) {
			bench->ns[row][s] = calloc(rounds, sizeof(double));
			if (!bench->ns[row][s])
				bench_failed("out of memory");
		}
	/* The first ones fill the lists, and are not kept. */
	for (size_t r = 0; r < warm_up + rounds; r++)
		for (size_t s = 0; s < SUBJECTS; s++) {
			double ns[ROWS];

			measure_round(bench, s, r, ns);
			for (enum txn_row row = 0; row < ROWS && r >= warm_up; row++)
				bench->ns[row][s][r - warm_up] =
					ns[row] -
					(s == EMPTY ? 0 : bench->ns[row][EMPTY][r - warm_up]);
		}
	for (enum txn_row row = 0; row < ROWS; row++) {
		/* In place, one packet over and over says nothing. */
		if (row != QUERY_AGAIN || !bench->options->in_place)
			print_row(bench, row);
		for (size_t s = 0; s < SUBJECTS; s++)
			free(bench->ns[row][s]);
	}
}

static void bench_hook(struct bench *bench, enum hook_kind kind)
{
	int received[3], sent[3];

	bench->kind = kind;
	for (int with = 0; with < 2; with++) {
		bench_transactions(with);
		received[1 + with] = hook_built(&bench->maps[with], kind);
		sent[1 + with] = bpf_maps_tc_program(&bench->maps[with], DIRECTION_TX);
	}
	received[0] = hook_empty(kind, bench->maps[0].config.xdp_frags);
	sent[0] = hook_empty(HOOK_KIND_TC, false);
	for (int i = 0; i < 3; i++)
		open_runners(bench, bench->runner[i], received[i], sent[i]);
	bench->subject[EMPTY] = (struct subject){"empty", NULL, 0, bench->runner[0], received[0]};
	bench->subject[WITHOUT] = (struct subject){"without", &bench->maps[0], 1, bench->runner[1],
						   received[1]};
	bench->subject[TICKS] = (struct subject){"untimed", &bench->maps[1], TIMED_NONE,
						 bench->runner[2], received[2]};
	bench->subject[TIMED] = (struct subject){"timed", &bench->maps[1], 1, bench->runner[2],
						 received[2]};
	measure_all(bench);
	for (int i = 0; i < 3; i++)
		for (enum packet packet = 0; packet < PACKETS; packet++)
			close_runner(&bench->runner[i][packet]);
	for (int with = 0; with < 2; with++)
		bpf_maps_close(&bench->maps[with]);
}

int main(int argc, char **argv)
{
	struct cost_options options;
	static struct bench bench;

	cost_options_parse(&options, argc, argv, "xtkpr:l:m:", usage);
	if (options.objects) {
		fputs(usage, stderr);
		return 2;
	}
	bench.options = &options;
	libbpf_log_init(false);
	bench_one_cpu(false);
	build_frames();
	printf("ns a packet above an empty program%s: median and quartiles of %lu rounds\n"
	       "hook %-24s  empty  without transactions  with, untimed  with, each timed\n",
	       options.in_place ? ", in place" : "", options.rounds, "packet");
	for (enum hook_kind kind = 0; kind < HOOK_KINDS; kind++)
		if (options.kind[kind] && (options.in_place || kind == HOOK_KIND_TC))
			bench_hook(&bench, kind);
	for (enum packet packet = 0; packet < PACKETS; packet++)
		buf_free(&frames[packet]);
	return 0;
}
