// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Lists of CPUs: Documentation/admin-guide/cputopology.rst; and those of this machine. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "abi.h"
#include "util/cpus.h"

#define CPUS 16

static void expect_list(const char *list, int highest, const char *online)
{
	uint8_t got[CPUS] = {0};

	assert_int_equal(cpu_list_parse(list, got, CPUS), highest);
	for (size_t id = 0; online && id < CPUS; id++)
		if (got[id] != (id < strlen(online) && online[id] == '1'))
			fail_msg("'%s': CPU %zu is %u", list, id, got[id]);
}

static void lists(void **state)
{
	(void)state;
	expect_list("0\n", 0, "1");
	expect_list("0-3,5,8-11\n", 11, "111101001111");
	expect_list("15", 15, "0000000000000001");
	expect_list("7-7", 7, "00000001");
	/* The highest need not be last: nothing promises an order. */
	expect_list("8-9,1\n", 9, "0100000011");
}

static void what_is_no_list(void **state)
{
	static const char *const wrong[] = {
		"",   "\n",   ",",   "0,",   "0-", "-3",   "3-1",   "0--3",
		"a",  "0-3x", "0 1", "0-3;", "16", "0-16", "1-2-3", "99999999999999999999",
		" 0",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		expect_list(wrong[i], -EINVAL, NULL);
}

/* Each online CPU has a slot of its own, without gaps; the C library counts the same ones. */
static void this_machine(void **state)
{
	struct cpu_slots cpus;
	uint32_t next = 0;

	(void)state;
	assert_int_equal(cpu_slots_read(&cpus), 0);
	assert_int_equal(cpus.online, sysconf(_SC_NPROCESSORS_ONLN));
	assert_true(cpus.ids >= cpus.online);
	for (uint32_t id = 0; id < cpus.ids; id++)
		if (cpus.cpu_slot[id] != UNASSIGNED)
			assert_int_equal(cpus.cpu_slot[id], next++);
	assert_int_equal(next, cpus.online);
	cpu_slots_free(&cpus);
	assert_null(cpus.cpu_slot);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lists),
		cmocka_unit_test(what_is_no_list),
		cmocka_unit_test(this_machine),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
