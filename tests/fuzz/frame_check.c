// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* What must hold of the counters, whatever packets came in. */
#include <inttypes.h>

#include "frame.h"
#include "same_counts.h"

static uint64_t sum(const __u64 *counter, size_t count)
{
	uint64_t all = 0;

	for (size_t i = 0; i < count; i++)
		all += counter[i];
	return all;
}

#define SUM(array) sum((const __u64 *)(array), sizeof(array) / sizeof(__u64))

static void at_most(const char *what, uint64_t got, const char *whom, uint64_t limit)
{
	if (got > limit)
		fuzz_fail("%" PRIu64 " %s, but %" PRIu64 " %s", got, what, limit, whom);
}

static void equal(const char *what, uint64_t got, const char *whom, uint64_t want)
{
	if (got != want)
		fuzz_fail("%" PRIu64 " %s, but %" PRIu64 " %s", got, what, want, whom);
}

/* Rare values are counted one by one as often as the counters count them together. */
static void check_rare(const struct snapshot *counts)
{
	const struct pkt_counters *counters = &counts->counters;
	uint64_t rare[RARE_QTYPE + 1] = {0}, first = 0;

	for (size_t i = 0; i < counts->rare_count; i++) {
		const struct rare_count *one = &counts->rare[i];

		if (one->kind < RARE_EDE || one->kind > RARE_QTYPE)
			fuzz_fail("a rare value of kind %u", one->kind);
		if (i && (one[-1].kind > one->kind ||
			  (one[-1].kind == one->kind && one[-1].value >= one->value)))
			fuzz_fail("rare values are out of order at %zu", i);
		if (one->text.length > EDE_TEXT_MAX)
			fuzz_fail("a text of %u bytes", one->text.length);
		rare[one->kind] += one->count;
	}
	for (size_t row = 0; row < RCODE_DIRECT; row++)
		first += counters->ede[row][EDE_DIRECT];
	first += SUM(counters->ede[RCODE_DIRECT]);
	if (counts->rare_lost)
		return;
	equal("rare QTYPEs", rare[RARE_QTYPE], "in the counters", counters->qtype[QTYPE_DIRECT]);
	equal("rare EDEs", rare[RARE_EDE], "in the counters", first);
	equal("rare further EDEs", rare[RARE_EDE_FURTHER], "in the counters",
	      counters->ede_further[EDE_DIRECT]);
}

static void check_flows(const struct host_store *store)
{
	for (uint32_t i = 0; store->flows && i < fuzz_settings()->config.flow_buckets; i++)
		for (uint32_t way = 0; way < FLOW_WAYS; way++)
			if (store->flows[i].way[way].busy)
				fuzz_fail("a flow is busy that nobody works on");
}

static void check_store(const struct host_store *store)
{
	const struct pkt_counters *counters = &store->counts.counters;
	uint64_t responses = SUM(counters->rcode), noerror = SUM(counters->rcode[0]);

	if (store->error)
		fuzz_fail("the store's error is %d", store->error);
	equal("packets", counters->packets, "outcomes", SUM(counters->outcome));
	at_most("packets with responses", counters->outcome[OUTCOME_RESPONSE], "responses",
		responses);
	at_most("QTYPEs", SUM(counters->qtype), "responses", responses);
	at_most("incomplete responses", SUM(counters->incomplete), "responses", responses);
	at_most("kinds of answers", SUM(counters->answers), "responses of NOERROR", noerror);
	equal("responses by flags", SUM(counters->flags), "responses", responses);
	for (size_t row = 0; row <= RCODE_DIRECT; row++)
		at_most("first EDEs of an RCODE", SUM(counters->ede[row]), "responses of it",
			SUM(counters->rcode[row]));
	if (SUM(counters->ede_further))
		at_most("message with further EDEs", 1, "first ones", SUM(counters->ede));
	if (SUM(counters->rcode[RCODE_DIRECT]))
		equal("large RCODEs in the counters", SUM(counters->rcode[RCODE_DIRECT]),
		      "one by one", SUM(store->counts.rcode_rest.count));
	at_most("packets of the slow path", counters->slow_path, "packets", counters->packets);
	equal("spare counters", SUM(counters->spare), "used", 0);
	check_rare(&store->counts);
	check_flows(store);
	frame_lists_check(store);
}

void frame_store_check(const struct frame_store *store)
{
	const char *other = same_counts_difference(&store->counts, &store->by_slow,
						   &fuzz_settings()->config);

	if (other)
		fuzz_fail("other %s by the fast path", other);
	check_store(&store->counts);
}
