// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * The maps of a host with 256 CPUs, which this one is made to look like: what the kernel says they take is within --memory, with
 * transactions; these give way before lists do, and that is logged.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <bpf/libbpf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "expected_lists.h"
#include "load_maps.h"
#include "shared.skel.h"

#define CPUS 256u
#define MIB  ((size_t)1 << 20)
/* As --transaction-memory has it by default. */
#define BUCKETS 8192u

/* In the place of cpu_slots_read(), by the linker. */
int __wrap_cpu_slots_read(struct cpu_slots *cpus);

int __wrap_cpu_slots_read(struct cpu_slots *cpus)
{
	*cpus = (struct cpu_slots){.ids = CPUS, .online = CPUS};
	cpus->cpu_slot = calloc(CPUS, sizeof(*cpus->cpu_slot));
	if (!cpus->cpu_slot)
		return -ENOMEM;
	for (uint32_t i = 0; i < CPUS; i++)
		cpus->cpu_slot[i] = i;
	return 0;
}

/* What the kernel says that the map takes: "memlock" of its fdinfo. */
static size_t memory_of(int fd)
{
	char path[64], line[128];
	size_t bytes = 0;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", fd);
	file = fopen(path, "re");
	assert_non_null(file);
	while (fgets(line, sizeof(line), file))
		if (strncmp(line, "memlock:", 8) == 0)
			bytes = strtoull(line + 8, NULL, 10);
	fclose(file);
	return bytes;
}

static size_t memory_of_all(const struct bpf_maps *maps)
{
	const struct bpf_map *map;
	size_t bytes = 0;

	bpf_object__for_each_map(map, maps->object->obj) bytes += memory_of(bpf_map__fd(map));
	return bytes;
}

/* Load maps for that many interfaces, both directions, of at most @mib. 0 or a negative errno; @words gets what was logged. */
static int load(struct bpf_maps *maps, unsigned int interfaces, size_t mib, bool needed,
		char words[1024])
{
	const struct bpf_wants wants = {
		.tc = {true, true}, .memory_max = mib * MIB, .needs_transactions = needed};
	struct hook_config config = expected_lists_config();
	FILE *log = tmpfile();
	int err, standard_error = dup(STDERR_FILENO);
	size_t length;

	assert_true(log && standard_error >= 0);
	config.interfaces = interfaces;
	config.points = 2 * interfaces;
	for (__u32 i = 0; i < interfaces; i++) {
		config.point[i][DIRECTION_RX] = 2 * i;
		config.point[i][DIRECTION_TX] = 2 * i + 1;
	}
	config.txn_buckets = BUCKETS;
	config.txn_timeout = TXN_UNITS(5);
	fflush(stderr);
	dup2(fileno(log), STDERR_FILENO);
	err = load_maps(maps, &config, &wants);
	fflush(stderr);
	dup2(standard_error, STDERR_FILENO);
	close(standard_error);
	rewind(log);
	length = fread(words, 1, 1023, log);
	words[length] = '\0';
	fclose(log);
	return err;
}

/* How many buckets there are of those wanted. */
static __u32 within(unsigned int interfaces, size_t mib)
{
	struct bpf_maps maps;
	char words[1024];
	__u32 buckets;
	size_t memory;

	if (load(&maps, interfaces, mib, false, words) != 0) {
		fail_msg("%u interfaces: %s", interfaces, words);
		return 0;
	}
	memory = memory_of_all(&maps);
	buckets = maps.config.txn_buckets;
	print_message("%u interfaces: %zu of %zu MiB, planned %zu, %u buckets\n", interfaces,
		      memory / MIB, mib, maps.memory / MIB, buckets);
	assert_in_range(memory, 8 * MIB, mib * MIB);
	assert_true(maps.memory <= mib * MIB);
	assert_true(maps.config.top_sets[0] > 0);
	assert_true((buckets == BUCKETS) == (strstr(words, "transactions at a time") == NULL));
	assert_true((buckets == 0) == (strstr(words, "they are not followed") != NULL));
	bpf_maps_close(&maps);
	return buckets;
}

static void memory_is_kept_to(void **state)
{
	(void)state;
	assert_int_equal(within(1, 64), BUCKETS);
	assert_int_equal(within(4, 128), BUCKETS);
}

/* The less memory, the fewer transactions, and then none, while lists are still made. */
static void transactions_give_way_first(void **state)
{
	__u32 last = BUCKETS;
	bool none = false;

	(void)state;
	for (size_t mib = 44; mib >= 16; mib--) {
		struct bpf_maps maps;
		char words[1024];
		int err = load(&maps, 1, mib, false, words);
		__u32 buckets = err ? 0 : maps.config.txn_buckets;

		if (err) {
			assert_true(none);
			return;
		}
		assert_true(buckets <= last);
		assert_true(memory_of_all(&maps) <= mib * MIB);
		last = buckets;
		bpf_maps_close(&maps);
		if (buckets)
			continue;
		none = true;
		/* To who insists on them it is an error. */
		assert_int_equal(load(&maps, 1, mib, true, words), -ENOSPC);
		assert_non_null(strstr(words, "leaves no room"));
	}
	fail_msg("there is no end of it");
}

/* Gives the figure behind "raise it to " in @words, which fails the test if there is none. */
static size_t enough_by(const char *words)
{
	const char *at = strstr(words, "raise it to ");
	size_t mib = at ? strtoul(at + strlen("raise it to "), NULL, 10) : 0;

	assert_true(mib > 0);
	return mib;
}

/* What an error says is enough is, and a MiB less is not. */
static void errors_say_how_much_is_enough(void **state)
{
	(void)state;
	for (int needed = 0; needed < 2; needed++)
		for (size_t given = 4; given <= 64; given += 60) {
			struct bpf_maps maps;
			char words[1024];
			size_t mib;

			assert_int_equal(load(&maps, 4, given, needed, words), -ENOSPC);
			mib = enough_by(words);
			print_message("%zu MiB: %s", given, words);
			assert_int_equal(load(&maps, 4, mib - 1, needed, words), -ENOSPC);
			assert_int_equal(load(&maps, 4, mib, needed, words), 0);
			assert_true(!needed || maps.config.txn_buckets);
			bpf_maps_close(&maps);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(memory_is_kept_to),
		cmocka_unit_test(transactions_give_way_first),
		cmocka_unit_test(errors_say_how_much_is_enough),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
