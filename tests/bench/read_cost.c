// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * read_cost [-i INTERFACES] [-m FILE] [-n NAME]: what it costs user space to flip the epoch and to read
 * the counters, with the lists and the tables of rare values full: CPU time, and time in all, most of
 * which is the grace period. With both directions of each interface. -m: append to FILE as NAME (flip_and_read).
 */
#include <bpf/libbpf.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "load_maps.h"
#include "full.h"
#include "hook.h"
#include "attacher/libbpf_log.h"
#include "message.h"
#include "metrics.h"
#include "packet.h"
#include "rows.h"
#include "loader/read_maps.h"
#include "loader/bpf_programs.h"

#define TIMES      15u
#define ROWS       10u         /* of each list, as --top has it by default */
#define FLOOD      60000u      /* packets of an interval: every list gets more than it has rows */
#define MEMORY_MAX (64u << 20) /* as is the default of --memory */
#define EVERY_NAME 0u
#define MANY       65536u
#define LOOPBACK   1u /* the interface of test runs */
#define QTYPE_RARE 4711u

static double clock_ms(clockid_t id)
{
	struct timespec now;

	clock_gettime(id, &now);
	return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

/* A program that has the flood's packets counted, by an interface that the test run can have. */
static int flooding(struct bpf_object **mutator, const struct bpf_maps *maps)
{
	struct mutation mutation = row_called("flood")->mutation[COLD];

	mutation.names = EVERY_NAME;
	mutation.zones = mutation.addresses = MANY;
	maps->control->ifindex[0] = LOOPBACK;
	return hook_mutator(mutator, HOOK_KIND_XDP, &mutation, maps->config.xdp_frags,
			    bpf_maps_xdp_program(maps));
}

/* A response without which the table of rare values would not be read. */
static void rare_value(int program)
{
	const struct frame frame = {0};
	struct buf msg = {0}, out = {0};

	message_begin(&msg, 1, MSG_QR);
	message_question(&msg, "example", QTYPE_RARE, CLASS_IN);
	packet_build(&out, &frame, msg.data, msg.length);
	hook_run(HOOK_KIND_XDP, program, out.data, out.length, 1);
	buf_free(&msg);
	buf_free(&out);
}

static void measure(struct bpf_maps *maps, const char *metrics, const char *name)
{
	const struct row *row = row_called("flood");
	struct bpf_object *mutator;
	int flood = flooding(&mutator, maps);
	double cpu[TIMES], wait[TIMES];
	struct read_maps source;
	struct snapshot_set now;
	struct spread c, w;

	if (read_maps_open(&source, maps) < 0 || snapshot_set_init(&now, maps->config.points) < 0)
		bench_failed("out of memory");
	for (size_t i = 0; i < now.points; i++)
		now.top[i].keep = top_keep(ROWS);
	for (size_t i = 0; i < TIMES; i++) {
		double thread, all;

		hook_run(HOOK_KIND_XDP, flood, row->frame.data, row->frame.length, FLOOD);
		rare_value(bpf_maps_xdp_program(maps));
		thread = clock_ms(CLOCK_THREAD_CPUTIME_ID);
		all = clock_ms(CLOCK_MONOTONIC);
		if (read_maps_snapshot(&source, &now) < 0)
			bench_failed("cannot read the counters");
		cpu[i] = clock_ms(CLOCK_THREAD_CPUTIME_ID) - thread;
		wait[i] = clock_ms(CLOCK_MONOTONIC) - all;
	}
	c = spread_of(cpu, TIMES);
	w = spread_of(wait, TIMES);
	printf("%u slots, %u CPUs: flip and read: CPU %.2f ms (%.2f-%.2f), in all %.1f ms "
	       "(%.1f-%.1f); maps %zu KiB\n",
	       maps->config.points, maps->cpus.online, c.median, c.low, c.high, w.median, w.low,
	       w.high, maps->memory >> 10);
	metric_write(metrics, &c, "%s.cpu_ms", name);
	metric_write(metrics, &w, "%s.wait_ms", name);
	snapshot_set_free(&now);
	read_maps_close(&source);
	bpf_object__close(mutator);
}

int main(int argc, char **argv)
{
	const struct bpf_wants wants = {.tc = {true, true}, .xdp = true, .memory_max = MEMORY_MAX};
	struct hook_config config = bench_config();
	const char *metrics = NULL, *name = "flip_and_read";
	unsigned long interfaces = 4;
	struct bpf_maps maps;
	int c;

	while ((c = getopt(argc, argv, "i:m:n:")) != -1)
		switch (c) {
		case 'i': interfaces = strtoul(optarg, NULL, 10); break;
		case 'm': metrics = optarg; break;
		case 'n': name = optarg; break;
		default: return 2;
		}
	if (!interfaces || interfaces > MAX_INTERFACES || optind < argc) {
		fputs("usage: read_cost [-i INTERFACES] [-m FILE] [-n NAME]\n", stderr);
		return 2;
	}
	libbpf_log_init(false);
	bench_one_cpu(true); /* one that has counters even where only few CPUs are made out to be */
	bench_interfaces(&config, (__u32)interfaces);
	if (load_maps(&maps, &config, &wants) < 0)
		return 1; /* the reason is printed */
	full_tables(maps.rares_fd, maps.ede_texts_fd, config.points);
	measure(&maps, metrics, name);
	bpf_maps_close(&maps);
	return 0;
}
