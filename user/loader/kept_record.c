// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "loader/kept_record.h"

#include <errno.h>
#include <string.h>

#include "loader/kept_step.h"

static void *at(struct kept_state *state, __u64 offset)
{
	return (char *)state + offset;
}

static struct kept_record *record_of(struct kept_state *state, __u32 which)
{
	return at(state, state->record_at[which & 1]);
}

/* Sums of the record: what had been reported, or what a set of the maps held when it was left. */
enum sums_of { REPORTED, LEFT_0, LEFT_1 };

static struct kept_sums *sums_at(struct kept_record *record, enum sums_of which, size_t point)
{
	return &record->sums[(size_t)which * record->points + point];
}

static void write_sums(struct kept_sums *sums, const struct snapshot *snapshot)
{
	sums->counters = snapshot->counters;
	sums->rest = snapshot->rcode_rest;
	sums->rare_lost = snapshot->rare_lost;
	sums->ede_texts_lost = snapshot->ede_texts_lost;
	sums->rare_retired = snapshot->rare_retired;
	sums->nic_lost = snapshot->nic.lost;
	sums->nic_value = snapshot->nic.value;
	sums->nic_mono_ns = (__u64)snapshot->nic.mono_ns;
	sums->nic_ifindex = snapshot->nic.ifindex;
	sums->nic_source = snapshot->nic.source;
}

void kept_record_write(struct kept *kept, const struct read_maps *source,
		       const struct snapshot_set *now)
{
	struct kept_state *state = kept->now.state;
	const struct rare_reader *rares = &source->rares;
	struct kept_record *record;

	if (!state)
		return;
	record = record_of(state, state->records + 1);
	record->points = state->points;
	record->wall_ns = now->point[0].wall_ns;
	record->mono_ns = now->point[0].mono_ns;
	record->epoch = source->epoch;
	record->born = rares->born;
	record->rares = (__u32)(rares->count < KEPT_RARES ? rares->count : KEPT_RARES);
	memcpy(record->rare, rares->entries, record->rares * sizeof(*record->rare));
	for (size_t i = 0; i < state->points; i++) {
		write_sums(sums_at(record, REPORTED, i), &now->point[i]);
		memcpy(sums_at(record, REPORTED, i)->retired, rares->retired + i * RARE_CLASSES,
		       sizeof(record->sums->retired));
		write_sums(sums_at(record, LEFT_0, i), &source->left[0].point[i]);
		write_sums(sums_at(record, LEFT_1, i), &source->left[1].point[i]);
	}
	for (size_t side = 0; side < TXN_SIDES; side++) {
		record->swept[side] = state->missed[side] + state->swept.count[side];
		record->waited_ended[side] = state->waited[side] -
					     source->transactions.waited[side];
	}
	kept_step("record");
	__atomic_store_n(&state->records, state->records + 1, __ATOMIC_RELEASE);
	kept_step("recorded");
}

static struct kept_group *group_of(struct kept_state *state, int64_t interval_ns)
{
	for (size_t i = 0; i < KEPT_GROUPS; i++)
		if (state->group[i].interval_ns == interval_ns || !state->group[i].interval_ns)
			return &state->group[i];
	return NULL;
}

void kept_record_number(struct kept *kept, int64_t interval_ns, uint64_t seq)
{
	struct kept_group *group = kept->now.state ? group_of(kept->now.state, interval_ns) : NULL;

	if (!group)
		return;
	__atomic_store_n(&group->seq, seq, __ATOMIC_RELEASE);
	__atomic_store_n(&group->interval_ns, interval_ns, __ATOMIC_RELEASE);
}

uint64_t kept_record_numbered(const struct kept *kept, int64_t interval_ns)
{
	const struct kept_group *group = kept->now.state ? group_of(kept->now.state, interval_ns)
							 : NULL;

	return group && group->interval_ns == interval_ns ? group->seq : 0;
}

static void read_sums(struct snapshot *snapshot, const struct kept_sums *sums)
{
	snapshot->counters = sums->counters;
	snapshot->rcode_rest = sums->rest;
	snapshot->rare_lost = sums->rare_lost;
	snapshot->ede_texts_lost = sums->ede_texts_lost;
	snapshot->rare_retired = sums->rare_retired;
	snapshot->nic = (struct nic_reading){
		.lost = sums->nic_lost,
		.value = sums->nic_value,
		.mono_ns = (int64_t)sums->nic_mono_ns,
	};
	if (sums->nic_source < NIC_SOURCES && sums->nic_source != NIC_UNKNOWN) {
		snapshot->nic.source = (enum nic_source)sums->nic_source;
		snapshot->nic.ifindex = (uint32_t)sums->nic_ifindex;
	}
}

static void read_rares(struct rare_reader *rares, struct kept_record *record)
{
	rares->count = record->rares < KEPT_RARES ? record->rares : KEPT_RARES;
	memcpy(rares->entries, record->rare, rares->count * sizeof(*record->rare));
	rares->born = record->born;
	for (size_t i = 0; i < rares->points && i < record->points; i++) {
		const struct kept_sums *sums = sums_at(record, REPORTED, i);

		memcpy(rares->retired + i * RARE_CLASSES, sums->retired, sizeof(sums->retired));
		rares->retired_count[i] = sums->rare_retired;
	}
}

/* Rare values of earlier generations have left the table, though a report may not have said so yet. */
static void raise_retired(struct rare_reader *rares, size_t point, const struct kept_sums *base)
{
	for (size_t i = 0; i < RARE_CLASSES; i++)
		if (rares->retired[point * RARE_CLASSES + i] < base->retired[i])
			rares->retired[point * RARE_CLASSES + i] = base->retired[i];
	if (rares->retired_count[point] < base->rare_retired)
		rares->retired_count[point] = base->rare_retired;
}

static void resume_transactions(struct kept *kept, struct read_maps *source,
				const struct kept_record *record,
				const struct snapshot_set *reported)
{
	const struct kept_state *state = kept->now.state;
	struct txn_before before = {.until_ns = state->waited_until_ns, .table = &kept->txn};

	for (size_t side = 0; side < TXN_SIDES; side++) {
		before.missed[side] = state->missed[side] - record->swept[side];
		before.waited[side] = state->waited[side] - record->waited_ended[side];
	}
	txn_sweep_resume(&source->transactions, source->left, &before);
	for (__u32 i = 0; i < state->points; i++) {
		__u64 counted[TXN_EVENT_COUNT];

		for (size_t e = 0; e < TXN_EVENT_COUNT; e++)
			counted[e] = source->base[i].counters.txn[e] +
				     source->left[0].point[i].counters.txn[e] +
				     source->left[1].point[i].counters.txn[e];
		txn_sweep_unreported(&source->transactions, i, reported->point[i].counters.txn,
				     counted);
	}
}

int kept_record_resume(struct kept *kept, struct read_maps *source, struct snapshot_set *before,
		       bool *lists)
{
	struct kept_state *state = kept->now.state;
	struct kept_record *record = record_of(state, state->records);
	int err;

	if (record->points != state->points || before->points != state->points)
		return -EINVAL;
	source->base = at(state, state->base_at);
	read_rares(&source->rares, record);
	for (size_t i = 0; i < state->points; i++) {
		read_sums(&before->point[i], sums_at(record, REPORTED, i));
		before->point[i].wall_ns = record->wall_ns;
		before->point[i].mono_ns = record->mono_ns;
		source->nic_before[i] = before->point[i].nic;
		read_sums(&source->left[0].point[i], sums_at(record, LEFT_0, i));
		read_sums(&source->left[1].point[i], sums_at(record, LEFT_1, i));
	}
	resume_transactions(kept, source, record, before);
	err = rare_give_counts(&source->rares, before);
	for (size_t i = 0; i < state->points; i++)
		raise_retired(&source->rares, i, &source->base[i]);
	*lists = source->maps->control->epoch == record->epoch;
	if (!err)
		err = read_maps_resume(source, *lists);
	return err;
}
