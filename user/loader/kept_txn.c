// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "loader/kept_txn.h"

#include <bpf/bpf.h>
#include <string.h>
#include <sys/mman.h>

enum { TABLE, NOTES, CONTROL };

/* A kept map's descriptor, which stays the keep's, with what it is; less than 0: there is none that can be mapped. */
static int look_up(const struct kept *kept, __u32 generation, int which, struct bpf_map_info *info)
{
	__u32 length = sizeof(*info);
	char name[KEEP_NAME_MAX];
	int fd;

	kept_map_name(name, generation, kept_txn_maps[which]);
	fd = keep_get(&kept->keep, name);
	memset(info, 0, sizeof(*info));
	if (fd < 0 || bpf_obj_get_info_by_fd(fd, info, &length) < 0 ||
	    info->type != BPF_MAP_TYPE_ARRAY || !(info->map_flags & BPF_F_MMAPABLE))
		return -1;
	return fd;
}

/* Map @count elements of @size bytes of a kept map into this process. NULL if it has not that form. */
static void *map_kept(const struct kept *kept, __u32 generation, int which, size_t size,
		      size_t count)
{
	struct bpf_map_info info;
	int fd = look_up(kept, generation, which, &info);
	void *memory;

	if (fd < 0 || info.value_size != size || info.max_entries < count)
		return NULL;
	memory = mmap(NULL, size * count, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	return memory == MAP_FAILED ? NULL : memory;
}

/* How many buckets the table of a generation has; 0: none are of use. */
static __u32 buckets_of(const struct kept *kept, __u32 generation)
{
	struct bpf_map_info info;
	int fd = look_up(kept, generation, TABLE, &info);
	__u32 buckets = info.max_entries;

	return fd < 0 || buckets < TXN_BUCKETS_MIN || buckets > TXN_BUCKETS_MAX ||
			       buckets & (buckets - 1)
		       ? 0
		       : buckets;
}

static bool is_same_layout(const struct kept *kept, const struct kept_state *from)
{
	return from->txn_layout && from->txn_layout == kept->now.state->txn_layout;
}

void kept_txn_switch(const struct kept *kept)
{
	const struct kept_state *newest = kept_newest(kept);
	struct txn_control *control;

	if (!kept->now.state || kept->resumed || !newest || !is_same_layout(kept, newest))
		return;
	control = map_kept(kept, newest->generation, CONTROL, sizeof(*control), 1);
	if (!control)
		return;
	__atomic_store_n(&control->settling, 1, __ATOMIC_RELAXED);
	munmap(control, sizeof(*control));
}

static void open_table(struct kept *kept, __u32 generation)
{
	struct kept_txn *txn = &kept->txn;

	txn->buckets = buckets_of(kept, generation);
	if (!txn->buckets)
		return;
	txn->bucket = map_kept(kept, generation, TABLE, sizeof(*txn->bucket), txn->buckets);
	txn->note = map_kept(kept, generation, NOTES, sizeof(*txn->note),
			     (size_t)txn->buckets * (1 + TXN_WAYS));
	if (!txn->bucket || !txn->note)
		kept_txn_close(txn);
}

static void count_pending(const struct kept_txn *txn, __u64 waited[TXN_SIDES])
{
	for (__u32 b = 0; b < txn->buckets; b++)
		for (__u32 way = 1; way <= TXN_WAYS; way++)
			if (txn->bucket[b].word[way] & TXN_PENDING)
				waited[b < txn->buckets / 2 ? TXN_CLIENTS : TXN_UPSTREAM]++;
}

bool kept_txn_add(struct kept *kept, struct kept_state *from, __u64 missed[TXN_SIDES],
		  __u64 waited[TXN_SIDES])
{
	const struct kept_record *record = (const void *)((const char *)from +
							  from->record_at[from->records & 1]);
	struct hook_config config = {0};

	if (!is_same_layout(kept, from) ||
	    from->reported_at[0] - from->record_at[0] != offsetof(struct kept_record, sums))
		return false;
	kept_txn_close(&kept->txn);
	open_table(kept, from->generation);
	config.txn_buckets = kept->txn.buckets;
	if (!config.txn_buckets)
		return false;
	txn_swept_resume(&from->swept, &config, kept->txn.bucket);
	count_pending(&kept->txn, waited);
	for (size_t s = 0; s < TXN_SIDES; s++) {
		missed[s] += from->missed[s] + from->swept.count[s] - record->swept[s];
		waited[s] += from->waited[s] - record->waited_ended[s];
	}
	return true;
}
