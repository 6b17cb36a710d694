// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "loader/read_maps.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "loader/programs_wait.h"
#include "util/clock.h"
#include "util/log.h"

int read_maps_open(struct read_maps *source, struct bpf_maps *maps)
{
	int err = 0;

	*source = (struct read_maps){.maps = maps};
	for (int i = 0; i < 2 && !err; i++)
		err = snapshot_set_init(&source->left[i], maps->config.points);
	if (!err) {
		source->totals = calloc(POINTS_MAX, sizeof(*source->totals));
		if (!source->totals)
			err = -ENOMEM;
	}
	if (!err)
		err = rare_reader_init(&source->rares, maps->config.points);
	if (!err)
		err = txn_sweep_open(&source->transactions, maps);
	if (err) {
		log_error("cannot set up reading of the counters: %s", strerror(-err));
		read_maps_close(source);
	}
	return err;
}

void read_maps_close(struct read_maps *source)
{
	for (int i = 0; i < 2; i++)
		snapshot_set_free(&source->left[i]);
	free(source->totals);
	rare_reader_free(&source->rares);
	txn_sweep_close(&source->transactions);
	*source = (struct read_maps){0};
}

static void read_arrays(struct read_maps *source, __u32 epoch, __u32 point, struct snapshot *left,
			struct top_totals *grown)
{
	const struct bpf_maps *maps = source->maps;
	__u32 late = PKT_UNPARSED(UNPARSED_NO_CPU_SLOT);
	const struct pkt_counters had = left->counters;
	const struct top_totals before = top_totals_of(&maps->config, &had);
	struct top_totals now;

	memset(&left->counters, 0, sizeof(left->counters));
	for (__u32 cpu = 0; cpu < maps->cpus.online; cpu++)
		counters_add(&left->counters, &maps->pkt_counters[counters_index(
						      cpu, maps->config.points, point, epoch)]);
	counters_spread(&left->counters);
	left->rcode_rest = maps->rests[point * 2 + epoch];
	left->rare_lost = maps->shared[point].rare_lost[epoch];
	left->ede_texts_lost = maps->shared[point].ede_texts_lost[epoch];
	left->counters.outcome[late] += maps->shared[point].no_cpu_slot[epoch];
	left->counters.packets += maps->shared[point].no_cpu_slot[epoch];
	txn_sweep_point(&source->transactions, point, &had, &left->counters);
	now = top_totals_of(&maps->config, &left->counters);
	*grown = top_totals_since(&now, &before);
}

/* @now = what the two sets held when they were last left, and what was counted before there were these maps. */
static int sum(struct snapshot *now, const struct snapshot *a, const struct snapshot *b,
	       const struct kept_sums *base)
{
	int err = snapshot_copy(now, a);

	if (!err)
		err = snapshot_add(now, b);
	if (err || !base)
		return err;
	counters_add(&now->counters, &base->counters);
	for (size_t i = 0; i < RCODE_MAX - RCODE_DIRECT; i++)
		now->rcode_rest.count[i] += base->rest.count[i];
	now->rare_lost += base->rare_lost;
	now->ede_texts_lost += base->ede_texts_lost;
	return 0;
}

/* Read set @old, which no program counts into. */
static int read_set(struct read_maps *source, __u32 old)
{
	struct snapshot_set *left = &source->left[old];

	for (__u32 point = 0; point < left->points; point++)
		read_arrays(source, old, point, &left->point[point], &source->totals[point]);
	return rare_read(&source->rares, source->maps, old, left);
}

int read_maps_resume(struct read_maps *source, bool all)
{
	int err;

	source->epoch = __atomic_load_n(&source->maps->control->epoch, __ATOMIC_SEQ_CST);
	if (all)
		return 0;
	err = programs_wait(source->maps);
	if (!err)
		err = read_set(source, (source->epoch & 1) ^ 1);
	if (err)
		return err;
	source->epoch++;
	__atomic_store_n(&source->maps->control->epoch, source->epoch, __ATOMIC_SEQ_CST);
	err = programs_wait(source->maps);
	return err ? err : read_set(source, (source->epoch & 1) ^ 1);
}

int read_maps_snapshot(struct read_maps *source, struct snapshot_set *now)
{
	__u32 old = source->epoch & 1;
	struct snapshot_set *left = &source->left[old];
	const struct top_source tables = {
		.tables = &source->maps->top,
		.config = &source->maps->config,
		.cpus = source->maps->cpus.online,
		.epoch = source->epoch,
		.texts_fd = source->maps->top_texts_fd,
	};
	int64_t wall, mono, grace;
	int err;

	txn_sweep_claim(&source->transactions);
	wall = clock_wall_ns();
	mono = clock_mono_ns();
	source->epoch++;
	__atomic_store_n(&source->maps->control->epoch, source->epoch, __ATOMIC_SEQ_CST);
	log_debug("epoch %u begins, in set %u; waiting for programs that count in set %u",
		  source->epoch, source->epoch & 1, old);
	err = programs_wait(source->maps);
	grace = clock_mono_ns() - mono;
	if (err)
		return err;
	txn_sweep_begin(&source->transactions);
	err = read_set(source, old);
	if (!err)
		err = txn_sweep_table(&source->transactions, old, mono);
	now->txn = source->transactions.maps ? &source->transactions.now : NULL;
	for (size_t i = 0; i < now->points && !err; i++) {
		err = sum(&now->point[i], &source->left[old ^ 1].point[i], &left->point[i],
			  source->base ? &source->base[i] : NULL);
		now->point[i].wall_ns = wall;
		now->point[i].mono_ns = mono;
	}
	if (!err)
		err = rare_give(&source->rares, source->maps, now);
	if (!err)
		err = top_read(&tables, source->totals, now->top);
	log_debug("set %u read: grace period %lld us, reading %lld us%s%s", old,
		  (long long)(grace / 1000), (long long)((clock_mono_ns() - mono - grace) / 1000),
		  err ? ": " : "", err ? strerror(-err) : "");
	return err;
}
