// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "counted.h"

#include <stdlib.h>
#include <string.h>

#include "hook.h"

/* All of struct pkt_counters are counters. */
#define COUNTERS (sizeof(struct pkt_counters) / sizeof(__u64))

void counted_open(struct counted *counted, struct bpf_maps *maps)
{
	*counted = (struct counted){0};
	if (read_maps_open(&counted->source, maps) < 0 ||
	    snapshot_set_init(&counted->now, maps->config.points) < 0)
		bench_failed("out of memory");
}

void counted_close(struct counted *counted)
{
	snapshot_free(&counted->want);
	snapshot_set_free(&counted->now);
	read_maps_close(&counted->source);
}

const struct pkt_counters *counted_now(struct counted *counted)
{
	if (read_maps_snapshot(&counted->source, &counted->now) < 0)
		bench_failed("cannot read the counters");
	return &counted->now.point[0].counters;
}

void counted_expect(struct counted *counted, const struct expect *expect, uint64_t times)
{
	struct snapshot *one = calloc(1, sizeof(*one));
	__u64 *want = (__u64 *)&counted->want.counters;

	if (!one)
		bench_failed("out of memory");
	expected_add(one, expect);
	for (size_t i = 0; i < COUNTERS; i++)
		want[i] += times * ((const __u64 *)&one->counters)[i];
	snapshot_free(one);
	free(one);
}

void counted_check(struct counted *counted, const char *name, const struct pkt_counters *before)
{
	const size_t compared = offsetof(struct pkt_counters, ede_further) +
				sizeof(before->ede_further);
	const struct pkt_counters *after = counted_now(counted);
	struct snapshot *got = calloc(1, sizeof(*got));
	struct pkt_counters *want = &counted->want.counters;
	const char *difference;

	if (!got)
		bench_failed("out of memory");
	for (size_t i = 0; i < COUNTERS; i++)
		((__u64 *)&got->counters)[i] = ((const __u64 *)after)[i] -
					       ((const __u64 *)before)[i];
	/* No packet is expected to cause events of streams or lists. */
	memcpy(want->tcp, got->counters.tcp, sizeof(want->tcp));
	memcpy((char *)want + compared, (char *)&got->counters + compared,
	       sizeof(*want) - compared);
	difference = expected_difference(&counted->want, got, false);
	if (difference)
		bench_failed("%s: %s", name, difference);
	memset(want, 0, sizeof(*want));
	snapshot_free(got);
	free(got);
}
