// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "netdev/interface.h"
#include "netdev/interface_table.h"

/*
 * eth0 and eth1 in bond0, VLAN bond0.5 on that, in bridge br0 with tap0; macvlan mv0 on eth2; veth
 * pair va and vb; gre0 tunnels by eth2; eth9's parent number 2 counts in another namespace.
 */
static struct link_entry entries[] = {
	{.name = "lo", .ifindex = 1},
	{.name = "eth0", .ifindex = 2, .master = 5},
	{.name = "eth1", .ifindex = 3, .master = 5},
	{.name = "eth2", .ifindex = 4},
	{.name = "bond0", .kind = "bond", .ifindex = 5},
	{.name = "bond0.5", .kind = "vlan", .ifindex = 6, .link = 5, .master = 7},
	{.name = "br0", .kind = "bridge", .ifindex = 7},
	{.name = "tap0", .kind = "tun", .ifindex = 8, .master = 7},
	{.name = "mv0", .kind = "macvlan", .ifindex = 9, .link = 4},
	{.name = "va", .kind = "veth", .ifindex = 10, .link = 11},
	{.name = "vb", .kind = "veth", .ifindex = 11, .link = 10},
	{.name = "gre0", .kind = "gre", .ifindex = 12, .link = 4},
	{.name = "eth9", .kind = "vlan", .ifindex = 13, .link = 2, .link_foreign = true},
};

static const struct interface_table table = {entries, sizeof(entries) / sizeof(entries[0])};

static const struct link_entry *entry(const char *name)
{
	for (size_t i = 0; i < table.count; i++)
		if (!strcmp(entries[i].name, name))
			return &entries[i];
	fail_msg("no %s", name);
	return NULL;
}

/* All pairs of which one carries the other's packets; no others. */
static void test_beneath(void **state)
{
	static const char *const pairs[][2] = {
		{"bond0", "eth0"},   {"bond0", "eth1"},  {"bond0.5", "bond0"}, {"bond0.5", "eth0"},
		{"bond0.5", "eth1"}, {"br0", "bond0.5"}, {"br0", "bond0"},     {"br0", "eth0"},
		{"br0", "eth1"},     {"br0", "tap0"},    {"mv0", "eth2"},
	};

	(void)state;
	for (size_t i = 0; i < table.count; i++)
		for (size_t j = 0; j < table.count; j++) {
			bool wanted = false;

			for (size_t k = 0; k < sizeof(pairs) / sizeof(pairs[0]); k++)
				wanted |= entry(pairs[k][0]) == &entries[i] &&
					  entry(pairs[k][1]) == &entries[j];
			if (interface_table_beneath(&table, &entries[i], &entries[j]) != wanted)
				fail_msg("%s beneath %s", entries[j].name, entries[i].name);
		}
}

/* The kernel forbids rings of interfaces; a table that shows one is still walked to an end. */
static void test_ring(void **state)
{
	struct link_entry ring[] = {
		{.name = "a", .kind = "vlan", .ifindex = 1, .link = 2, .master = 3},
		{.name = "b", .kind = "vlan", .ifindex = 2, .link = 3, .master = 1},
		{.name = "c", .kind = "vlan", .ifindex = 3, .link = 1, .master = 2},
		{.name = "d", .ifindex = 4},
	};
	const struct interface_table rings = {ring, 4};

	(void)state;
	assert_false(interface_table_beneath(&rings, &ring[3], &ring[0]));
	assert_false(interface_table_beneath(&rings, &ring[0], &ring[3]));
}

static struct interface_facts facts_of(uint32_t ifindex, const char *name)
{
	struct interface_facts facts = {.ifindex = ifindex};

	memcpy(facts.name, name, strlen(name));
	return facts;
}

static void overlaps(const struct interface_facts *a, const struct interface_facts *b,
		     const char *reason)
{
	char why[128] = "", swapped[128] = "";

	assert_int_equal(interface_overlap(a, b, why, sizeof(why)), reason != NULL);
	assert_int_equal(interface_overlap(b, a, swapped, sizeof(swapped)), reason != NULL);
	assert_string_equal(why, swapped);
	if (reason && !strstr(why, reason))
		fail_msg("'%s' does not say '%s'", why, reason);
}

static void test_overlap(void **state)
{
	struct interface_facts eth0 = facts_of(2, "eth0"), bond0 = facts_of(5, "bond0");
	struct interface_facts vlan = facts_of(6, "bond0.5"), eth2 = facts_of(4, "eth2");

	(void)state;
	eth0.master = (struct interface_relative){.ifindex = 5, .name = "bond0"};
	bond0.beneath[0] = (struct interface_beneath){2, "eth0"};
	bond0.beneath_count = 1;
	vlan.link = (struct interface_relative){.ifindex = 5, .name = "bond0"};
	vlan.beneath[0] = (struct interface_beneath){5, "bond0"};
	vlan.beneath[1] = (struct interface_beneath){2, "eth0"};
	vlan.beneath_count = 2;

	overlaps(&eth0, &bond0, "eth0 is a port of bond0");
	overlaps(&bond0, &vlan, "bond0 is the parent of bond0.5");
	overlaps(&eth0, &vlan, "eth0 is beneath bond0.5");
	overlaps(&eth0, &eth2, NULL);
	overlaps(&vlan, &eth2, NULL);
	overlaps(&eth0, &eth0, "twice");
}

/* A bridge with more ports than the list holds still has each of them. */
static void test_unlisted_port(void **state)
{
	struct interface_facts bridge = facts_of(7, "br0"), port = facts_of(99, "tap92");

	(void)state;
	bridge.beneath_unlisted = 60;
	port.master = (struct interface_relative){.ifindex = 7, .name = "br0"};
	overlaps(&bridge, &port, "tap92 is a port of br0");
}

/* A veth's ends see the same packets in opposite directions. */
static void test_veth(void **state)
{
	struct interface_facts va = facts_of(10, "va"), vb = facts_of(11, "vb");

	(void)state;
	va.link = (struct interface_relative){.ifindex = 11, .name = "vb"};
	vb.link = (struct interface_relative){.ifindex = 10, .name = "va"};
	overlaps(&va, &vb, NULL);
}

static void suggests(const char *name, size_t count, const char *first)
{
	char names[4][IF_NAMESIZE];

	assert_int_equal(interface_table_suggest(&table, name, names, 4), count);
	if (first)
		assert_string_equal(names[0], first);
}

static void test_suggest(void **state)
{
	(void)state;
	suggests("bond", 1, "bond0");
	suggests("bnod0", 1, "bond0"); /* two slips */
	suggests("tap", 1, "tap0");
	suggests("eth3", 4, "eth0"); /* and eth1, eth2, eth9 */
	suggests("bond0.6", 2, "bond0.5");
	suggests("wlan0", 0, NULL);
	suggests("", 0, NULL);
	suggests("a-name-that-no-interface-can-have", 0, NULL);
}

/* if_arp.h; wireless monitors (803), CAN (280) and GRE with its own header (778) are not read. */
static void test_framing(void **state)
{
	(void)state;
	assert_int_equal(interface_framing(1), FRAMING_ETHERNET);
	assert_int_equal(interface_framing(772), FRAMING_ETHERNET); /* lo */
	assert_int_equal(interface_framing(65534), FRAMING_RAW_IP); /* tun */
	assert_int_equal(interface_framing(512), FRAMING_RAW_IP);   /* PPP */
	assert_int_equal(interface_framing(768), FRAMING_RAW_IP);   /* IP in IP */
	assert_int_equal(interface_framing(280), FRAMING_UNSUPPORTED);
	assert_int_equal(interface_framing(803), FRAMING_UNSUPPORTED);
	assert_int_equal(interface_framing(778), FRAMING_UNSUPPORTED);
}

/* drivers/net/bonding/bond_main.c, drivers/net/hyperv/netvsc_bpf.c; a port may come later. */
static void test_shares_xdp(void **state)
{
	static const struct {
		struct interface_facts facts;
		bool shares;
	} cases[] = {
		{{.kind = "bond", .driver = "bonding", .ports = 2}, true},
		{{.kind = "bond", .driver = "bonding"}, true},
		{{.driver = "hv_netvsc"}, true},
		{{.driver = "hv_netvsc", .ports = 1}, true},
		{{.driver = "newer", .ports = 1}, true},
		{{.kind = "veth", .driver = "veth"}, false},
		{{.driver = "ixgbe"}, false},
		{{.kind = "tun", .driver = "tun"}, false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(interface_shares_xdp(&cases[i].facts), cases[i].shares);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_beneath), cmocka_unit_test(test_ring),
		cmocka_unit_test(test_overlap), cmocka_unit_test(test_unlisted_port),
		cmocka_unit_test(test_veth),    cmocka_unit_test(test_suggest),
		cmocka_unit_test(test_framing), cmocka_unit_test(test_shares_xdp),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
