// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Objects loaded at once, of which some cannot be: each that fails is logged, and the others are there. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <bpf/libbpf.h>
#include <errno.h>
#include <string.h>

#include "attacher/hook_objects.h"
#include "attacher/load_objects.h"

#define OBJECTS 3u
#define NO_FLAG (1u << 30) /* of programs: the kernel refuses what it does not know */

static void check(unsigned int broken)
{
	struct object_load loads[OBJECTS] = {0};
	const struct object_load *failed, *first = NULL;
	const struct hook_config config = {.interfaces = 1};
	struct bpf_program *program[OBJECTS];

	for (size_t i = 0; i < OBJECTS; i++) {
		loads[i].object = hook_object_open(true, DIRECTION_RX, PATH_FAST, &config);
		if (!loads[i].object) {
			fail_msg("cannot open the object");
			return;
		}
		program[i] = bpf_object__find_program_by_name(loads[i].object, "rcodewatch_rx");
		if (broken >> i & 1)
			bpf_program__set_flags(program[i], NO_FLAG);
	}
	failed = load_objects(loads, OBJECTS);
	for (size_t i = 0; i < OBJECTS; i++) {
		bool wanted = broken >> i & 1;

		if (wanted && !first)
			first = &loads[i];
		assert_int_equal(loads[i].err, wanted ? -EINVAL : 0);
		assert_true(wanted == (strstr(loads[i].why, "rcodewatch_rx") != NULL));
		assert_true(wanted == (bpf_program__fd(program[i]) < 0));
		bpf_object__close(loads[i].object);
	}
	assert_ptr_equal(failed, first);
}

static void all_load(void **state)
{
	(void)state;
	check(0);
}

static void one_fails(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < OBJECTS; i++)
		check(1u << i);
}

static void several_fail(void **state)
{
	(void)state;
	check(6);
	check(7);
}

static void none(void **state)
{
	(void)state;
	assert_null(load_objects(NULL, 0));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_load),
		cmocka_unit_test(one_fails),
		cmocka_unit_test(several_fail),
		cmocka_unit_test(none),
	};

	libbpf_log_init(false);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
