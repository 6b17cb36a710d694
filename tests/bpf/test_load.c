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

/* The skeleton speaks of the configuration. */
#include "abi.h"
#include "attacher/load_objects.h"
#include "xdp.skel.h"

#define OBJECTS 3u
#define NO_FLAG (1u << 30) /* of programs: the kernel refuses what it does not know */

static void check(unsigned int broken)
{
	struct object_load loads[OBJECTS] = {0};
	const struct object_load *failed, *first = NULL;
	struct xdp_bpf *xdp[OBJECTS] = {0};

	for (size_t i = 0; i < OBJECTS; i++) {
		xdp[i] = xdp_bpf__open();
		if (!xdp[i]) {
			fail_msg("cannot open the object");
			return;
		}
		xdp[i]->rodata->hook_config.interfaces = 1;
		if (broken >> i & 1)
			bpf_program__set_flags(xdp[i]->progs.rcodewatch_rx, NO_FLAG);
		loads[i].skeleton = xdp[i]->skeleton;
	}
	failed = load_objects(loads, OBJECTS);
	for (size_t i = 0; i < OBJECTS; i++) {
		bool wanted = broken >> i & 1;

		if (wanted && !first)
			first = &loads[i];
		assert_int_equal(loads[i].err, wanted ? -EINVAL : 0);
		assert_true(wanted == (strstr(loads[i].why, "rcodewatch_rx") != NULL));
		assert_true(wanted == (bpf_program__fd(xdp[i]->progs.rcodewatch_rx) < 0));
		xdp_bpf__destroy(xdp[i]);
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
