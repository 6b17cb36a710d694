// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "attacher/hook_objects.h"

#include <bpf/libbpf.h>
#include <errno.h>
#include <string.h>

#include "tc.skel.h"
#include "tc_txn.skel.h"
#include "tc_txn_lock.skel.h"
#include "xdp.skel.h"
#include "xdp_txn.skel.h"
#include "xdp_txn_lock.skel.h"

const char *hook_program_name(enum direction direction, enum path path)
{
	static const char *const names[DIRECTION_COUNT][PATHS] = {
		[DIRECTION_RX] = {"rcodewatch_rx", "rcodewatch_rx_slow"},
		[DIRECTION_TX] = {"rcodewatch_tx", "rcodewatch_tx_slow"},
	};

	return names[direction][path];
}

static struct bpf_object *open_elf(bool xdp, const struct hook_config *config)
{
	LIBBPF_OPTS(bpf_object_open_opts, options, .object_name = xdp ? "xdp_bpf" : "tc_bpf");
	const void *elf;
	size_t size;

	if (config->txn_buckets && config->txn_locks)
		elf = xdp ? xdp_txn_lock_bpf__elf_bytes(&size) : tc_txn_lock_bpf__elf_bytes(&size);
	else if (config->txn_buckets)
		elf = xdp ? xdp_txn_bpf__elf_bytes(&size) : tc_txn_bpf__elf_bytes(&size);
	else
		elf = xdp ? xdp_bpf__elf_bytes(&size) : tc_bpf__elf_bytes(&size);
	return bpf_object__open_mem(elf, size, &options);
}

/* Set the read-only variable, the only one of its section. 0 or a negative errno. */
static int configure(const struct bpf_object *object, const struct hook_config *config)
{
	struct bpf_map *map;

	bpf_object__for_each_map(
		map,
		object) if (bpf_map__is_internal(map) &&
			    strstr(bpf_map__name(map),
				   ".rodata")) return bpf_map__set_initial_value(map, config,
										 sizeof(*config));
	return -ENOENT;
}

static int choose(struct bpf_object *object, bool xdp, const char *name, bool frags)
{
	struct bpf_program *program;
	int err = -ENOENT;

	bpf_object__for_each_program(program, object)
	{
		bool wanted = strcmp(bpf_program__name(program), name) == 0;

		bpf_program__set_autoload(program, wanted);
		if (!wanted)
			continue;
		err = xdp && frags ? bpf_program__set_flags(program, XDP_HAS_FRAGS) : 0;
	}
	return err;
}

struct bpf_object *hook_object_open(bool xdp, enum direction direction, enum path path,
				    const struct hook_config *config)
{
	struct bpf_object *object = open_elf(xdp, config);
	int err;

	if (!object)
		return NULL;
	err = configure(object, config);
	if (!err)
		err = choose(object, xdp, hook_program_name(direction, path),
			     config->xdp_frags != 0);
	if (!err)
		return object;
	bpf_object__close(object);
	errno = -err;
	return NULL;
}
