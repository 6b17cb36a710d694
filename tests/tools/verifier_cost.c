// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * verifier_cost: loads the programs as they ship and prints, for each, how many instructions this
 * kernel's verifier walked until it was satisfied; a million is its limit (kernel 5.2). Configured
 * as for one interface and, as costly as it gets, for the most interfaces and ports there can be.
 * The numbers are from the log's statistics: every kernel from 5.2 has them, bpf_prog_info only
 * from 5.16.
 */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "attacher/hook_objects.h"
#include "attacher/kernel_clock.h"
#include "abi.h"
#include "netdev/kernel_probe.h"
#include "loader/bpf_maps.h"

/* BPF_LOG_STATS of the kernel's include/linux/bpf_verifier.h: the sum alone. */
#define LOG_STATS 4u
#define LOG_TEXT  1u /* BPF_LOG_LEVEL1: what it walked, for when it is not satisfied */
#define LOG_SIZE  (16u << 20)
#define LOG_LINES 25 /* of a refusal, shown */

static char *verifier_log;

static int print_nothing(enum libbpf_print_level level, const char *format, va_list arguments)
{
	(void)level;
	(void)format;
	(void)arguments;
	return 0;
}

static struct hook_config configured(uint32_t interfaces, uint32_t ports)
{
	struct hook_config config = {
		.interfaces = interfaces,
		.points = interfaces * DIRECTION_COUNT,
		.dns_ports = ports,
		.encrypted_ports = ports,
	};

	for (uint32_t i = 0; i < interfaces; i++) {
		/* Both framings, where there is more than one interface. */
		config.raw_ip[i] = i % 2;
		for (uint32_t d = 0; d < DIRECTION_COUNT; d++)
			config.point[i][d] = i * DIRECTION_COUNT + d;
	}
	for (uint32_t i = 0; i < ports; i++) {
		config.dns_port[i] = (__u16)(53 + i);
		config.encrypted_port[i] = (__u16)(853 + i);
	}
	return config;
}

static void print_end_of_log(void)
{
	const char *from = verifier_log + strlen(verifier_log);

	for (int lines = 0; from > verifier_log; from--)
		if (from[-1] == '\n' && ++lines > LOG_LINES)
			break;
	fputs(from, stderr);
}

/* Loads @object with the log of its program's verification kept. */
static int load(struct bpf_object *object, uint32_t level)
{
	struct bpf_program *program;

	verifier_log[0] = '\0';
	bpf_object__for_each_program(program, object)
	{
		if (!bpf_program__autoload(program))
			continue;
		bpf_program__set_log_level(program, level);
		bpf_program__set_log_buf(program, verifier_log, LOG_SIZE);
	}
	return bpf_object__load(object);
}

struct program {
	enum direction direction;
	enum path path;
};

/* 0, or what loading said. */
static int load_fresh(bool is_xdp, const struct program *program, const struct hook_config *config,
		      uint32_t level)
{
	struct bpf_object *object = hook_object_open(is_xdp, program->direction, program->path,
						     config);
	int err = object ? load(object, level) : -errno;

	bpf_object__close(object);
	return err;
}

static bool measure(bool is_xdp, enum direction direction, enum path path, const char *set_up,
		    const struct hook_config *config)
{
	const struct program program = {direction, path};
	const char *name = hook_program_name(direction, path);
	int err = load_fresh(is_xdp, &program, config, LOG_STATS);
	unsigned long walked;
	const char *sum;

	if (err) {
		load_fresh(is_xdp, &program, config, LOG_TEXT);
		print_end_of_log();
		fprintf(stderr, "verifier_cost: %s %s, %s: does not load: %s (above)\n",
			is_xdp ? "xdp" : "tc", name, set_up, strerror(-err));
		return false;
	}
	sum = strstr(verifier_log, "processed ");
	if (!sum || sscanf(sum, "processed %lu insns", &walked) != 1) {
		fprintf(stderr, "verifier_cost: the verifier's log has no sum: %.200s\n",
			verifier_log);
		return false;
	}
	printf("verified instructions: %s %s, %s: %lu\n", is_xdp ? "xdp" : "tc", name, set_up,
	       walked);
	return true;
}

int main(void)
{
	const struct hook_config one = configured(1, 1),
				 most = configured(MAX_INTERFACES, MAX_PORTS);
	struct hook_config frags = most, follows = one, all_follows = most, locks, all_locks;
	struct kernel_facts kernel;
	bool all = true, has_swap = kernel_has_swap();

	kernel_read(&kernel);
	frags.xdp_frags = true;
	follows.txn_buckets = all_follows.txn_buckets = TXN_BUCKETS_MIN;
	follows.txn_timeout = all_follows.txn_timeout = 4882812;
	follows.txn_tick_ns = all_follows.txn_tick_ns = 4000000;
	locks = follows;
	all_locks = all_follows;
	locks.txn_locks = all_locks.txn_locks = TXN_LOCKS;
	verifier_log = malloc(LOG_SIZE);
	if (!verifier_log) {
		fputs("verifier_cost: no memory for the verifier's log; free some\n", stderr);
		return 1;
	}
	libbpf_set_print(print_nothing);
	for (enum path path = 0; path < PATHS; path++) {
		all &= measure(true, DIRECTION_RX, path, "one interface", &one);
		all &= measure(true, DIRECTION_RX, path, "all that can be configured", &most);
		if (has_swap)
			all &= measure(true, DIRECTION_RX, path, "one interface, transactions",
				       &follows);
		all &= measure(true, DIRECTION_RX, path, "one interface, transactions by locks",
			       &locks);
		if (kernel.xdp_frags == TRISTATE_YES)
			all &= measure(true, DIRECTION_RX, path,
				       "all that can be configured, frags", &frags);
		all &= measure(false, DIRECTION_RX, path, "one interface", &one);
		all &= measure(false, DIRECTION_TX, path, "all that can be configured", &most);
		if (has_swap)
			all &= measure(false, DIRECTION_TX, path, "all with transactions",
				       &all_follows);
		all &= measure(false, DIRECTION_TX, path, "all with transactions by locks",
			       &all_locks);
	}
	free(verifier_log);
	return all ? 0 : 1;
}
