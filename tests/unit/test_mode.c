// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "netdev/drivers.h"
#include "netdev/mode.h"

static struct interface_facts facts;
static struct kernel_facts kernel;
static char why[MODE_WHY_MAX];

/* An idle interface on a kernel that does not tell of XDP itself: the table decides. */
static int start(void **state)
{
	(void)state;
	facts = (struct interface_facts){
		.name = "eth0", .driver = "virtio_net", .ifindex = 2, .mtu = 1500, .up = true};
	kernel = (struct kernel_facts){.release = "6.1.0",
				       .version = KERNEL(6, 1),
				       .page_size = 4096,
				       .cpus = 4,
				       .xdp_links = TRISTATE_YES};
	memset(why, 0, sizeof(why));
	return 0;
}

static void driver(const char *name)
{
	memset(facts.driver, 0, sizeof(facts.driver));
	memcpy(facts.driver, name, strlen(name));
}

static enum attach_mode choose(void)
{
	memset(why, 0, sizeof(why));
	return mode_choose(&facts, &kernel, why, sizeof(why));
}

static enum tristate possible(void)
{
	memset(why, 0, sizeof(why));
	return mode_native_possible(&facts, &kernel, why, sizeof(why));
}

static void expect(enum attach_mode mode, enum tristate native, const char *reason)
{
	assert_int_equal(choose(), mode);
	if (!strstr(why, reason))
		fail_msg("'%s' does not say '%s'", why, reason);
	assert_int_equal(possible(), native);
	assert_true(why[0]);
}

static void test_quiet_drivers(void **state)
{
	static const char *const names[] = {"virtio_net", "veth", "tun", "hv_netvsc", "sfc"};

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		driver(names[i]);
		expect(MODE_NATIVE, TRISTATE_YES, "without disturbing");
	}
}

/* What a tap's peer sends with UDP segmentation offload is not cut before XDP. */
static void test_udp_super_packets(void **state)
{
	(void)state;
	driver("tun");
	facts.uso = TRISTATE_YES;
	expect(MODE_TC, TRISTATE_YES, "UDP segmentation offload");
	facts.uso = TRISTATE_NO;
	expect(MODE_NATIVE, TRISTATE_YES, "without disturbing");
	/* Other drivers cut, or switch it off for XDP. */
	driver("virtio_net");
	facts.uso = TRISTATE_YES;
	expect(MODE_NATIVE, TRISTATE_YES, "without disturbing");
}

static void test_disturbing_drivers(void **state)
{
	static const char *const names[] = {"ena", "mlx5_core", "ice",  "i40e", "ixgbe", "igb",
					    "igc", "bnxt_en",   "qede", "mana", "nicvf"};

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		driver(names[i]);
		assert_int_equal(choose(), MODE_TC);
		assert_int_equal(possible(), TRISTATE_YES);
	}
	driver("ixgbe");
	expect(MODE_TC, TRISTATE_YES, "link down");
	driver("bonding");
	expect(MODE_TC, TRISTATE_YES, "ports");
}

static void test_no_xdp(void **state)
{
	(void)state;
	driver("tg3");
	expect(MODE_TC, TRISTATE_NO, "has no native XDP");
	driver("wireguard");
	expect(MODE_TC, TRISTATE_UNKNOWN, "nothing is known");
	driver("");
	expect(MODE_TC, TRISTATE_UNKNOWN, "nothing is known");
	driver("802.1Q VLAN Support");
	memcpy(facts.kind, "vlan", 5);
	expect(MODE_TC, TRISTATE_NO, "has no native XDP");
	memset(facts.kind, 0, sizeof(facts.kind));
	driver("tun");
	facts.framing = FRAMING_RAW_IP;
	expect(MODE_TC, TRISTATE_NO, "only tap");
	start(state);
	facts.loopback = true;
	expect(MODE_TC, TRISTATE_NO, "loopback");
}

static void test_kernel_tells(void **state)
{
	(void)state;
	/* A driver newer than the table: possible, but not known to be quiet. */
	driver("future");
	facts.xdp_basic = TRISTATE_YES;
	expect(MODE_TC, TRISTATE_YES, "may disturb");
	facts.xdp_basic = TRISTATE_NO;
	expect(MODE_TC, TRISTATE_NO, "has no native XDP");
	driver("mlx5_core");
	expect(MODE_TC, TRISTATE_NO, "present set-up");
	/* Backported: the kernel's own word outweighs its version. */
	driver("gve");
	facts.xdp_basic = TRISTATE_YES;
	assert_int_equal(possible(), TRISTATE_YES);
	facts.xdp_basic = TRISTATE_UNKNOWN;
	expect(MODE_TC, TRISTATE_NO, "since Linux 6.4");
}

static void test_mtu(void **state)
{
	(void)state;
	facts.mtu = 3506;
	expect(MODE_NATIVE, TRISTATE_YES, "");
	facts.mtu = 3507;
	expect(MODE_TC, TRISTATE_NO, "MTU 3507");
	driver("veth");
	expect(MODE_TC, TRISTATE_NO, "MTU 3507");
	facts.mtu = 1500;
	facts.link.mtu = 9000;
	expect(MODE_TC, TRISTATE_NO, "of the peer");
	driver("tun");
	facts.mtu = 65521;
	expect(MODE_NATIVE, TRISTATE_YES, "");
	/* Where the limit is not known, what any Ethernet carries fits. */
	driver("sfc");
	facts.mtu = 1500;
	expect(MODE_NATIVE, TRISTATE_YES, "");
	facts.mtu = 1501;
	expect(MODE_TC, TRISTATE_UNKNOWN, "not known");
	driver("virtio_net");
	kernel.page_size = 65536;
	facts.mtu = 9000;
	expect(MODE_TC, TRISTATE_UNKNOWN, "not known");
}

/* Frames in several buffers: kernel and driver must both have them. */
static void test_frags(void **state)
{
	(void)state;
	facts.mtu = 9000;
	kernel.xdp_frags = TRISTATE_YES;
	/* By the table: virtio_net since 6.3, and this is 6.1. */
	expect(MODE_TC, TRISTATE_NO,
	       "MTU 9000 is above 3506, the most that driver virtio_net takes "
	       "with XDP before Linux 6.3");
	assert_int_equal(mode_mtu_limit(&facts, &kernel), 3506);
	kernel.version = KERNEL(6, 3);
	expect(MODE_NATIVE, TRISTATE_YES, "");
	assert_int_equal(mode_mtu_limit(&facts, &kernel), DRIVER_NO_LIMIT);
	/* By the kernel's word: without mergeable receive buffers virtio_net takes no frags. */
	facts.xdp_frags = TRISTATE_NO;
	expect(MODE_TC, TRISTATE_NO, "in the present set-up");
	assert_int_equal(mode_mtu_limit(&facts, &kernel), 3506);
	facts.xdp_frags = TRISTATE_YES;
	expect(MODE_NATIVE, TRISTATE_YES, "");
	/* A driver that has them may be built for a kernel that has not: 5.17, or not known. */
	kernel.xdp_frags = TRISTATE_NO;
	expect(MODE_TC, TRISTATE_NO, "MTU 9000");
	kernel.xdp_frags = TRISTATE_UNKNOWN;
	expect(MODE_TC, TRISTATE_NO, "MTU 9000");

	start(state);
	facts.mtu = 9000;
	kernel.xdp_frags = TRISTATE_YES;
	driver("mlx5_core"); /* since 5.18: possible, and still not quiet */
	expect(MODE_TC, TRISTATE_YES, "interrupts");
	driver("ena"); /* never: no version to wait for */
	expect(MODE_TC, TRISTATE_NO, "takes with XDP");
	assert_null(strstr(why, "before Linux"));
	assert_null(strstr(why, "set-up"));
	/* Newer than the table: its driver has learnt it. */
	facts.xdp_frags = TRISTATE_YES;
	expect(MODE_TC, TRISTATE_YES, "interrupts");
	driver("sfc"); /* limit not known */
	expect(MODE_NATIVE, TRISTATE_YES, "");
	facts.xdp_frags = TRISTATE_UNKNOWN;
	expect(MODE_TC, TRISTATE_UNKNOWN, "not known");

	start(state);
	driver("veth");
	kernel.xdp_frags = TRISTATE_YES;
	facts.link.mtu = 65535;
	expect(MODE_NATIVE, TRISTATE_YES, "");
	kernel.version = KERNEL(5, 17);
	expect(MODE_TC, TRISTATE_NO,
	       "MTU 65535 of the peer is above 3506, the most that driver veth "
	       "takes with XDP before Linux 5.18");
}

static void test_held(void **state)
{
	(void)state;
	facts.attached.count = 1;
	facts.attached.list[0] = (struct attached_program){
		.hook = ATTACHED_XDP_GENERIC, .id = 42, .name = "filter"};
	expect(MODE_TC, TRISTATE_NO, "program 42 filter (xdp_generic)");
	assert_int_equal(mode_generic_possible(&facts, why, sizeof(why)), TRISTATE_NO);
	facts.attached.list[0].hook = ATTACHED_XDP_NATIVE;
	expect(MODE_TC, TRISTATE_NO, "(xdp_native)");
	facts.attached.list[0].hook = ATTACHED_TCX_INGRESS;
	expect(MODE_NATIVE, TRISTATE_YES, "");
	assert_int_equal(mode_generic_possible(&facts, why, sizeof(why)), TRISTATE_YES);
	facts.above_xdp = (struct interface_relative){.ifindex = 9, .name = "bond0"};
	expect(MODE_TC, TRISTATE_NO, "bond0");
	start(state);
	driver("bonding");
	facts.port_xdp = (struct interface_relative){.ifindex = 9, .name = "eth7"};
	expect(MODE_TC, TRISTATE_NO, "eth7");
}

static void test_offloads(void **state)
{
	(void)state;
	facts.lro = facts.hw_gro = TRISTATE_YES; /* virtio_net switches them off by itself */
	expect(MODE_NATIVE, TRISTATE_YES, "");
	facts.guest_offloads_fixed = TRISTATE_YES;
	expect(MODE_TC, TRISTATE_NO, "host");
	start(state);
	driver("mlx5_core");
	facts.hw_gro = TRISTATE_YES;
	expect(MODE_TC, TRISTATE_NO, "rx-gro-hw off");
	facts.lro = TRISTATE_YES;
	expect(MODE_TC, TRISTATE_NO, "lro off");
	driver("hv_netvsc");
	expect(MODE_TC, TRISTATE_NO, "lro off");
	facts.lro = TRISTATE_UNKNOWN;
	expect(MODE_NATIVE, TRISTATE_YES, "");
}

static void test_channels(void **state)
{
	(void)state;
	driver("ena");
	facts.channels = (struct interface_channels){
		.known = true, .combined = 4, .max_combined = 8};
	assert_int_equal(possible(), TRISTATE_YES);
	facts.channels.combined = 5;
	expect(MODE_TC, TRISTATE_NO, "5 of 8 channels");
	facts.channels.combined = 0x80000000; /* twice that is 0 in 32 bits */
	expect(MODE_TC, TRISTATE_NO, "channels");

	driver("gve");
	kernel.version = KERNEL(6, 6);
	facts.channels = (struct interface_channels){
		.known = true, .rx = 8, .tx = 8, .max_rx = 16, .max_tx = 16};
	assert_int_equal(possible(), TRISTATE_YES);
	facts.channels.rx = 4;
	expect(MODE_TC, TRISTATE_NO, "as many");

	driver("bnxt_en");
	expect(MODE_TC, TRISTATE_NO, "combined");

	/* Five queues in use and four CPUs. */
	driver("virtio_net");
	facts.channels = (struct interface_channels){
		.known = true, .combined = 5, .max_combined = 8};
	expect(MODE_NATIVE, TRISTATE_YES, "");
	kernel.version = KERNEL(5, 10);
	expect(MODE_TC, TRISTATE_UNKNOWN, "5.13");
	facts.channels.max_combined = 9;
	expect(MODE_NATIVE, TRISTATE_YES, "");
}

static void test_below(void **state)
{
	(void)state;
	driver("hv_netvsc");
	facts.ports = 1; /* accelerated networking */
	expect(MODE_TC, TRISTATE_YES, "below");
	start(state);
	kernel.xdp_links = TRISTATE_NO;
	expect(MODE_TC, TRISTATE_NO, "5.9");
}

/* Whatever the facts, auto is never generic, and native only if that is possible. */
static void test_never_generic(void **state)
{
	static const char *const names[] = {"virtio_net", "veth", "ena", "tg3", "x", "tun"};

	(void)state;
	for (unsigned int bits = 0; bits < 1u << 10; bits++) {
		start(state);
		driver(names[bits % 6]);
		facts.mtu = bits & 1 ? 9000 : 1500;
		facts.loopback = bits & 2;
		facts.xdp_basic = bits & 4   ? TRISTATE_NO
				  : bits & 8 ? TRISTATE_YES
					     : TRISTATE_UNKNOWN;
		facts.attached.count = bits >> 4 & 1;
		facts.attached.list[0] = (struct attached_program){.hook = ATTACHED_XDP_NATIVE,
								   .id = 1};
		facts.ports = bits >> 5 & 1;
		facts.lro = bits & 64 ? TRISTATE_YES : TRISTATE_NO;
		facts.guest_offloads_fixed = bits & 128 ? TRISTATE_YES : TRISTATE_NO;
		facts.framing = bits & 256 ? FRAMING_RAW_IP : FRAMING_ETHERNET;
		kernel.xdp_links = bits & 512 ? TRISTATE_NO : TRISTATE_YES;
		switch (choose()) {
		case MODE_NATIVE: assert_int_equal(possible(), TRISTATE_YES); break;
		case MODE_TC: break;
		case MODE_AUTO:
		case MODE_GENERIC:
		case MODE_COUNT: fail();
		}
		assert_true(why[0]);
	}
}

/* A reason is cut, never written past. */
static void test_small_buffer(void **state)
{
	char small[8];

	(void)state;
	memset(small, 'x', sizeof(small));
	mode_choose(&facts, &kernel, small, 4);
	assert_int_equal(strlen(small), 3);
	assert_int_equal(small[4], 'x');
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_quiet_drivers, start),
		cmocka_unit_test_setup(test_udp_super_packets, start),
		cmocka_unit_test_setup(test_disturbing_drivers, start),
		cmocka_unit_test_setup(test_no_xdp, start),
		cmocka_unit_test_setup(test_kernel_tells, start),
		cmocka_unit_test_setup(test_mtu, start),
		cmocka_unit_test_setup(test_frags, start),
		cmocka_unit_test_setup(test_held, start),
		cmocka_unit_test_setup(test_offloads, start),
		cmocka_unit_test_setup(test_channels, start),
		cmocka_unit_test_setup(test_below, start),
		cmocka_unit_test_setup(test_never_generic, start),
		cmocka_unit_test_setup(test_small_buffer, start),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
