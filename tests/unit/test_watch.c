// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Interfaces that come and go: what watching them costs. The linker has calls that look at interfaces
 * go to the functions here (Makefile).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>

#include "netdev/interface.h"
#include "loader/watch.h"

#define CHANGES 500u

/* The one interface that there is, apart from any number of others: 0 if it is away. */
static uint32_t there;
static unsigned int scans;

unsigned int __wrap_if_nametoindex(const char *name);
char *__wrap_if_indextoname(unsigned int ifindex, char *name);
int __wrap_interface_read(struct interface_facts *facts, const char *name, enum tristate tcx);

unsigned int __wrap_if_nametoindex(const char *name)
{
	assert_string_equal(name, "eth9");
	errno = ENODEV;
	return there;
}

char *__wrap_if_indextoname(unsigned int ifindex, char *name)
{
	errno = ENXIO;
	return there && ifindex == there ? strcpy(name, "eth9") : NULL;
}

/* It comes back as another kind of interface, which is not attached to. */
int __wrap_interface_read(struct interface_facts *facts, const char *name, enum tristate tcx)
{
	(void)name;
	(void)tcx;
	scans++;
	*facts = (struct interface_facts){.ifindex = there, .framing = FRAMING_RAW_IP};
	return there ? 0 : -ENODEV;
}

static struct watch one_missing(void)
{
	static struct kept nothing_kept;
	static struct attacher attacher = {.socket = -1, .state = ATTACHER_READY};
	struct watch watch = {.count = 1, .kept = &nothing_kept, .attacher = &attacher};

	strcpy(watch.interface[0].name, "eth9");
	strcpy(watch.interface[0].wanted, "eth9");
	for (int d = 0; d < DIRECTION_COUNT; d++)
		watch.interface[0].at[d] = ATTACHMENT_NONE;
	there = 0;
	scans = 0;
	return watch;
}

/* As the event loop does when interfaces have changed. */
static void change(struct watch *watch, unsigned int times)
{
	struct control control = {0};
	struct bpf_maps maps = {.control = &control};

	for (unsigned int i = 0; i < times; i++)
		watch_refresh(watch, &maps);
}

static void others_that_change_cost_no_scan(void **state)
{
	struct watch watch = one_missing();

	(void)state;
	change(&watch, CHANGES);
	assert_int_equal(scans, 0);
}

static void one_scan_for_each_time_that_it_comes(void **state)
{
	struct watch watch = one_missing();

	(void)state;
	for (uint32_t round = 1; round <= 3; round++) {
		there = 100 + round;
		change(&watch, CHANGES);
		assert_int_equal(scans, round);
		assert_int_equal(watch.interface[0].ifindex, there);
		assert_true(watch.interface[0].failed);
		there = 0;
		change(&watch, CHANGES);
		assert_int_equal(scans, round);
		assert_int_equal(watch.interface[0].ifindex, 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(others_that_change_cost_no_scan),
		cmocka_unit_test(one_scan_for_each_time_that_it_comes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
