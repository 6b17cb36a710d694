// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "netdev/drivers.h"
#include "netdev/kernel_probe.h"

static uint32_t limit(const char *name)
{
	const struct driver *driver = driver_find(name);

	assert_non_null(driver);
	return driver_mtu_limit(driver, 4096);
}

/* What vendors and kernel documentation publish, and what the kernel says on real hardware. */
static void test_published_limits(void **state)
{
	(void)state;
	assert_int_equal(limit("ena"), 3498);
	assert_int_equal(limit("mlx5_core"), 3498);
	assert_int_equal(limit("virtio_net"), 3506);
	assert_int_equal(limit("i40e"), 3046);
	assert_int_equal(limit("ice"), 3046);
	assert_int_equal(limit("ixgbe"), 3050);
	assert_int_equal(limit("gve"), 2032);
	assert_int_equal(limit("igc"), 1500);
}

/* docs/kernel-versions.md of iovisor/bcc. */
static void test_published_versions(void **state)
{
	static const struct {
		const char *name;
		uint32_t since;
	} known[] = {
		{"mlx4_en", KERNEL(4, 8)},
		{"mlx5_core", KERNEL(4, 9)},
		{"nfp", KERNEL(4, 10)},
		{"qede", KERNEL(4, 10)},
		{"virtio_net", KERNEL(4, 10)},
		{"bnxt_en", KERNEL(4, 11)},
		{"ixgbe", KERNEL(4, 12)},
		{"nicvf", KERNEL(4, 12)},
		{"i40e", KERNEL(4, 13)},
		{"tun", KERNEL(4, 14)},
		{"ixgbevf", KERNEL(4, 17)},
		{"ice", KERNEL(5, 5)},
		{"sfc", KERNEL(5, 5)},
		{"mvneta", KERNEL(5, 5)},
		{"hv_netvsc", KERNEL(5, 6)},
		{"ena", KERNEL(5, 6)},
		{"vif", KERNEL(5, 9)},
		{"mvpp2", KERNEL(5, 9)},
		{"igb", KERNEL(5, 10)},
		{"igc", KERNEL(5, 13)},
		{"st_gmac", KERNEL(5, 13)},
		{"bonding", KERNEL(5, 15)},
		{"mana", KERNEL(5, 17)},
		{"atlantic", KERNEL(5, 19)},
		{"gve", KERNEL(6, 4)},
		{"vmxnet3", KERNEL(6, 6)},
		/* There it is 4.14, but the version that was merged is of 4.19: commit 948d4f214fde. */
		{"veth", KERNEL(4, 19)},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		const struct driver *driver = driver_find(known[i].name);

		if (!driver || driver->native_since != known[i].since)
			fail_msg("%s", known[i].name);
	}
}

static void test_larger_pages(void **state)
{
	(void)state;
	/* A limit by the page says nothing where pages are 64 KiB; a fixed buffer's still holds. */
	assert_int_equal(driver_mtu_limit(driver_find("ena"), 65536), 0);
	assert_int_equal(driver_mtu_limit(driver_find("igc"), 65536), 1500);
	assert_int_equal(driver_mtu_limit(driver_find("tun"), 65536), DRIVER_NO_LIMIT);
}

static void test_table(void **state)
{
	size_t count;
	const struct driver *table = drivers_table(&count);

	(void)state;
	assert_in_range(count, 20, 100);
	for (size_t i = 0; i < count; i++) {
		const struct driver *driver = &table[i];

		assert_true(driver->name[0] && driver->device[0]);
		assert_ptr_equal(driver_find(driver->name), driver);
		if (i)
			assert_true(strcmp(table[i - 1].name, driver->name) < 0);
		/* ETHTOOL_BUSINFO_LEN: what the ioctl's answer has room for. */
		assert_true(strlen(driver->name) < 32);
		if (driver->frags_since)
			assert_true(driver->frags_since >= driver->native_since);
		/* Whatever disturbs is explained. */
		if (driver->attach == ATTACH_RINGS || driver->attach == ATTACH_LINK)
			assert_true(driver->note[0]);
		/* What never had it has nothing else to tell. */
		if (driver->native_since == DRIVER_NEVER)
			assert_true(driver->attach == ATTACH_UNKNOWN && !driver->mtu_limit);
		if (driver->note[0])
			assert_int_equal(driver->note[strlen(driver->note) - 1], '.');
	}
	assert_null(driver_find(""));
	assert_null(driver_find("veth2"));
}

/* Only what the sources show to leave the link alone may be attached unasked. */
static void test_quiet(void **state)
{
	static const char *const quiet[] = {"hv_netvsc", "sfc", "tun", "veth", "virtio_net"};
	size_t count, found = 0;
	const struct driver *table = drivers_table(&count);

	(void)state;
	for (size_t i = 0; i < count; i++)
		if (table[i].attach == ATTACH_QUIET) {
			assert_true(found < 5);
			assert_string_equal(table[i].name, quiet[found++]);
		}
	assert_int_equal(found, 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_published_limits),
		cmocka_unit_test(test_published_versions),
		cmocka_unit_test(test_larger_pages),
		cmocka_unit_test(test_table),
		cmocka_unit_test(test_quiet),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
