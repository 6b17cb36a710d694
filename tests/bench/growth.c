// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * growth [-m FILE]: how the cost of a packet grows with what there is: interfaces, names, zones,
 * servers and clients, memory for the lists, TCP streams, size of the table of streams. XDP, ns above an
 * empty program, as packet_cost measures it; the packets are changed as for its cold rows.
 *
 * growth -c CPUS [-m FILE]: the same for as many CPUs as it sees, which CPUS says are so many.
 */
#include <bpf/libbpf.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "load_maps.h"
#include "hook.h"
#include "attacher/libbpf_log.h"
#include "metrics.h"
#include "rows.h"
#include "loader/bpf_programs.h"

#define ROUNDS   15u
#define POINTS   8u
#define REPEAT   100000u
#define WARM_UP  200000u     /* runs until the tables are full */
#define MEMORY   (64u << 20) /* as is the default of --memory */
#define LOOPBACK 1u          /* the interface of test runs */

struct set_up {
	struct hook_config config;
	struct mutation mutation;
	size_t memory; /* --memory, bytes */
};

struct series {
	const char *name, *row;
	/* Set what is to be @x. */
	void (*set)(uint32_t x, struct set_up *set_up);
	uint32_t x[POINTS]; /* until a zero */
};

/* The program and its baseline at one x. */
struct point {
	struct bpf_maps maps;
	struct bpf_object *mutator, *mutator_only;
	int fd, empty;
	double ns[ROUNDS];
};

static void set_interfaces(uint32_t x, struct set_up *set_up)
{
	bench_interfaces(&set_up->config, x);
}

static void set_names(uint32_t x, struct set_up *set_up)
{
	set_up->mutation.names = x;
	if (x < set_up->mutation.zones)
		set_up->mutation.zones = x;
}

static void set_zones(uint32_t x, struct set_up *set_up)
{
	set_up->mutation.zones = x;
	if (x > set_up->mutation.names)
		set_up->mutation.names = x;
}

static void set_addresses(uint32_t x, struct set_up *set_up)
{
	set_up->mutation.addresses = x;
}

static void set_memory(uint32_t x, struct set_up *set_up)
{
	set_up->memory = (size_t)x << 20;
}

static void set_flows(uint32_t x, struct set_up *set_up)
{
	set_up->mutation.flows = x;
}

static void set_buckets(uint32_t x, struct set_up *set_up)
{
	set_up->config.flow_buckets = x;
}

/* All that there is, as it is. */
static void set_nothing(uint32_t x, struct set_up *set_up)
{
	(void)x;
	(void)set_up;
}

static const struct series all_series[] = {
	{"interfaces", "nxdomain", set_interfaces, {1, 2, 4, 8, 15}},
	{"names", "nxdomain", set_names, {1, 16, 256, 4096, 65536, 1048576}},
	{"zones", "nxdomain", set_zones, {1, 16, 256, 4096, 65536}},
	{"addresses", "nxdomain", set_addresses, {1, 16, 256, 4096, 65536}},
	{"memory", "nxdomain", set_memory, {8, 16, 32, 64}},
	{"streams", "tcp", set_flows, {1, 16, 256, 1024, 4096, 8192}},
	{"stream_table", "tcp", set_buckets, {256, 1024, 4096, 16384}},
};

static void prepare(struct point *point, const struct series *series, const struct row *row,
		    uint32_t x)
{
	struct set_up set_up = {
		.config = bench_config(),
		.mutation = row->mutation[COLD],
		.memory = MEMORY,
	};
	struct bpf_wants wants = {.xdp = true};
	bool frags = set_up.config.xdp_frags;

	series->set(x, &set_up);
	wants.memory_max = set_up.memory;
	if (load_maps(&point->maps, &set_up.config, &wants) < 0)
		exit(1); /* the reason is printed */
	point->maps.control->ifindex[set_up.config.interfaces - 1] = LOOPBACK;
	point->fd = hook_mutator(&point->mutator, HOOK_KIND_XDP, &set_up.mutation, frags,
				 bpf_maps_xdp_program(&point->maps));
	point->empty = hook_mutator(&point->mutator_only, HOOK_KIND_XDP, &set_up.mutation, frags,
				    hook_empty(HOOK_KIND_XDP, frags));
}

static void release(struct point *point)
{
	bpf_object__close(point->mutator);
	bpf_object__close(point->mutator_only);
	bpf_maps_close(&point->maps);
}

static void measure(const struct series *series, const char *metrics)
{
	const struct row *row = row_called(series->row);
	struct point point[POINTS] = {0};
	size_t points = 0;

	for (; points < POINTS && series->x[points]; points++)
		prepare(&point[points], series, row, series->x[points]);
	for (size_t i = 0; i < points; i++)
		hook_run(HOOK_KIND_XDP, point[i].fd, row->frame.data, row->frame.length, WARM_UP);
	for (size_t round = 0; round < ROUNDS; round++)
		for (size_t i = 0; i < points; i++) {
			struct point *p = &point[i];
			double empty = hook_cost(HOOK_KIND_XDP, p->empty, row->frame.data,
						 row->frame.length, REPEAT);

			p->ns[round] = hook_cost(HOOK_KIND_XDP, p->fd, row->frame.data,
						 row->frame.length, REPEAT) -
				       empty;
		}
	for (size_t i = 0; i < points; i++) {
		struct spread s = spread_of(point[i].ns, ROUNDS);

		printf("%-14s %8u  %7.1f (%.1f-%.1f)\n", series->name, series->x[i], s.median,
		       s.low, s.high);
		metric_write(metrics, &s, "growth.%s.%u", series->name, series->x[i]);
		release(&point[i]);
	}
}

int main(int argc, char **argv)
{
	struct series cpus = {"cpus", "nxdomain", set_nothing, {0}};
	const char *metrics = NULL;
	int c;

	while ((c = getopt(argc, argv, "c:m:")) != -1)
		if (c == 'm')
			metrics = optarg;
		else if (c == 'c')
			cpus.x[0] = (uint32_t)strtoul(optarg, NULL, 10);
		else
			return 2;
	libbpf_log_init(false);
	bench_one_cpu(false);
	if (cpus.x[0]) {
		measure(&cpus, metrics);
		return 0;
	}
	for (size_t i = 0; i < sizeof(all_series) / sizeof(all_series[0]); i++)
		measure(&all_series[i], metrics);
	return 0;
}
