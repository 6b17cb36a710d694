// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "attacher/shared_maps.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>

#include "toplist/top_tables.h"

/* An array of nothing is none. */
static __u32 at_least_one(__u32 entries)
{
	return entries ? entries : 1;
}

void shared_maps_size(const struct bpf_object *object, const struct attacher_load *load)
{
	const struct hook_config *config = &load->config;
	const struct top_sizes top = top_tables_sizes(config, load->cpus_online);
	const struct {
		const char *name;
		__u32 entries;
	} sizes[] = {
		{"pkt_counters", load->cpus_online * config->points * 2},
		{"rcode_rests", config->points * 2},
		{"shared", config->points},
		{"flows", config->flow_buckets},
		{"msg_scratch", load->cpus_online},
		{"top_sets", at_least_one(top.sets)},
		{"top_meta", at_least_one(top.sets)},
		{"top_texts", at_least_one(top.texts)},
		{"top_hll", at_least_one(top.hlls)},
		{"suffixes", at_least_one(config->suffixes)},
		{"txn_buckets", at_least_one(config->txn_buckets)},
		{"txn_details", at_least_one(config->txn_buckets * (1 + TXN_WAYS))},
		{"txn_locks", config->txn_buckets ? at_least_one(config->txn_locks) : 1},
		{"txn_histograms", config->txn_buckets ? load->cpus_online * 2 : 1},
	};

	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
		bpf_map__set_max_entries(bpf_object__find_map_by_name(object, sizes[i].name),
					 sizes[i].entries);
}

bool shared_map_has_form(int fd, const struct bpf_map *map)
{
	struct bpf_map_info info = {0};
	__u32 length = sizeof(info);

	return bpf_obj_get_info_by_fd(fd, &info, &length) == 0 && info.type == bpf_map__type(map) &&
	       info.key_size == bpf_map__key_size(map) &&
	       info.value_size == bpf_map__value_size(map) &&
	       info.max_entries == bpf_map__max_entries(map);
}

int shared_maps_reuse(const struct bpf_object *object, const int *fds, size_t count)
{
	struct bpf_map *map;
	size_t i = 0;
	int err = 0;

	if (count != shared_maps_count(object))
		return -EINVAL;
	/* All or none. */
	bpf_object__for_each_map(map,
				 object) if (!shared_map_has_form(fds[i++], map)) return -EINVAL;
	i = 0;
	bpf_object__for_each_map(map, object)
	{
		err = bpf_map__reuse_fd(map, fds[i++]);
		if (err)
			break;
	}
	return err;
}

size_t shared_maps_count(const struct bpf_object *object)
{
	struct bpf_map *map;
	size_t count = 0;

	bpf_object__for_each_map(map, object) count++;
	return count;
}
