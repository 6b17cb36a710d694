// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "netdev/mode.h"

#include <linux/if_ether.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "netdev/drivers.h"

const struct option_word mode_words[MODE_COUNT + 1] = {
	[MODE_AUTO] = {"auto", MODE_AUTO},
	[MODE_NATIVE] = {"native", MODE_NATIVE},
	[MODE_TC] = {"tc", MODE_TC},
	[MODE_GENERIC] = {"generic", MODE_GENERIC},
};

static enum tristate say(enum tristate verdict, char *why, size_t size, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

static enum tristate say(enum tristate verdict, char *why, size_t size, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(why, size, format, args);
	va_end(args);
	return verdict;
}

static bool is_driver(const struct interface_facts *interface, const char *name)
{
	return !strcmp(interface->driver, name);
}

/* The programs that are at XDP already, here or in an interface of the same stack. */
static enum tristate check_attached(const struct interface_facts *interface, char *why, size_t size)
{
	const struct attached_program *program = attached_xdp(&interface->attached);

	if (program)
		return say(TRISTATE_NO, why, size, "XDP is held by program %u%s%s (%s)",
			   program->id, program->name[0] ? " " : "", program->name,
			   attached_hook_names[program->hook]);
	/* net/core/dev.c, dev_xdp_attach(), since 5.15: both would run. */
	if (interface->above_xdp.ifindex)
		return say(TRISTATE_NO, why, size, "%s, which stands on it, holds an XDP program",
			   interface->above_xdp.name);
	return TRISTATE_YES;
}

/*
 * Of interfaces that are made rather than found (IFLA_INFO_KIND), those with ndo_bpf in any kernel
 * before 6.3, which is where the kernel begins to tell by itself.
 */
static bool kind_without_xdp(const char *kind)
{
	static const char *const with[] = {"veth", "tun", "bond", "netdevsim"};

	for (size_t i = 0; i < sizeof(with) / sizeof(with[0]); i++)
		if (!strcmp(kind, with[i]))
			return false;
	return kind[0] != '\0';
}

/* Has the driver XDP at all, by the kernel's word if it gives it, else by the table? */
static enum tristate check_support(const struct interface_facts *interface,
				   const struct kernel_facts *kernel, const struct driver *driver,
				   char *why, size_t size)
{
	bool ever = driver && driver->native_since != DRIVER_NEVER;

	if (interface->loopback)
		return say(TRISTATE_NO, why, size, "loopback has no native XDP");
	if (interface->xdp_basic == TRISTATE_YES)
		return TRISTATE_YES;
	if (interface->xdp_basic == TRISTATE_NO && ever && kernel->version >= driver->native_since)
		return say(TRISTATE_NO, why, size,
			   "driver %s reports no native XDP in the present set-up",
			   interface->driver);
	if (interface->xdp_basic == TRISTATE_NO || (driver && !ever) ||
	    kind_without_xdp(interface->kind))
		return say(TRISTATE_NO, why, size, "driver %s has no native XDP",
			   interface->driver);
	if (!driver)
		return say(TRISTATE_UNKNOWN, why, size,
			   "nothing is known of driver %s and native XDP, and this kernel does "
			   "not tell (6.3 and later do)",
			   interface->driver[0] ? interface->driver : "(none)");
	if (kernel->version < driver->native_since)
		return say(TRISTATE_NO, why, size,
			   "driver %s has native XDP since Linux %u.%u, this is %s",
			   interface->driver, driver->native_since >> 16,
			   driver->native_since >> 8 & 0xff, kernel->release);
	/* ndo_bpf is there for tap only: drivers/net/tun.c, tap_netdev_ops. */
	if (is_driver(interface, "tun") && interface->framing != FRAMING_ETHERNET)
		return say(TRISTATE_NO, why, size, "of tun and tap, only tap has native XDP");
	return TRISTATE_YES;
}

/*
 * Does the driver hand the program frames of several buffers? Ours takes them where the kernel has
 * such programs; then its word goes before the table's.
 */
static bool has_frags(const struct interface_facts *interface, const struct kernel_facts *kernel,
		      const struct driver *driver)
{
	if (kernel->xdp_frags != TRISTATE_YES)
		return false;
	if (interface->xdp_frags != TRISTATE_UNKNOWN)
		return interface->xdp_frags == TRISTATE_YES;
	return driver && driver->frags_since && kernel->version >= driver->frags_since;
}

uint32_t mode_mtu_limit(const struct interface_facts *interface, const struct kernel_facts *kernel)
{
	const struct driver *driver = driver_find(interface->driver);

	if (has_frags(interface, kernel, driver))
		return DRIVER_NO_LIMIT;
	return driver ? driver_mtu_limit(driver, kernel->page_size) : 0;
}

/* What would lift the driver's limit, as the end of a clause. */
static const char *say_frags(const struct interface_facts *interface,
			     const struct kernel_facts *kernel, const struct driver *driver,
			     char *text, size_t size)
{
	if (!driver || !driver->frags_since)
		return "";
	if (kernel->version >= driver->frags_since)
		return interface->xdp_frags == TRISTATE_NO ? " in the present set-up" : "";
	snprintf(text, size, " before Linux %u.%u", driver->frags_since >> 16,
		 driver->frags_since >> 8 & 0xff);
	return text;
}

static enum tristate check_mtu(const struct interface_facts *interface,
			       const struct kernel_facts *kernel, const struct driver *driver,
			       char *why, size_t size)
{
	uint32_t limit = mode_mtu_limit(interface, kernel);
	uint32_t mtu = interface->mtu;
	const char *whose = "";
	char until[32];

	/* What is received is what the peer sends; mostly both ends agree. */
	if (is_driver(interface, "veth") && interface->link.mtu > mtu) {
		mtu = interface->link.mtu;
		whose = " of the peer";
	}
	if (limit && mtu > limit)
		return say(TRISTATE_NO, why, size,
			   "MTU %u%s is above %u, the most that driver %s takes with XDP%s", mtu,
			   whose, limit, interface->driver,
			   say_frags(interface, kernel, driver, until, sizeof(until)));
	if (!limit && mtu > ETH_DATA_LEN)
		return say(TRISTATE_UNKNOWN, why, size,
			   "whether driver %s takes MTU %u with XDP is not known",
			   interface->driver, mtu);
	return TRISTATE_YES;
}

static enum tristate check_channels(const struct interface_facts *interface,
				    const struct driver *driver, char *why, size_t size)
{
	const struct interface_channels *channels = &interface->channels;
	unsigned int demands = driver ? driver->demands : 0;

	if (!channels->known)
		return TRISTATE_YES;
	if (demands & DRIVER_HALF_CHANNELS) {
		uint32_t used = channels->combined + channels->tx;
		uint32_t most = channels->max_combined + channels->max_tx;

		/* 64 bits: the figures are a driver's. */
		if (2 * (uint64_t)used > most)
			return say(TRISTATE_NO, why, size,
				   "%u of %u channels are in use, and driver %s needs half of "
				   "them for XDP",
				   used, most, interface->driver);
		if (!channels->combined && channels->rx != channels->tx)
			return say(TRISTATE_NO, why, size,
				   "driver %s needs as many receive as transmit queues for XDP",
				   interface->driver);
	}
	if (demands & DRIVER_COMBINED && !channels->combined)
		return say(TRISTATE_NO, why, size, "driver %s needs combined channels for XDP",
			   interface->driver);
	return TRISTATE_YES;
}

/*
 * From 5.13, and in later updates of 5.10, queues are shared under a lock where they do not suffice
 * (commit 97c2c69e1926); a version does not tell the early 5.10 from the late.
 */
static enum tristate check_virtio(const struct interface_facts *interface,
				  const struct kernel_facts *kernel, char *why, size_t size)
{
	const struct interface_channels *channels = &interface->channels;

	if (!is_driver(interface, "virtio_net") || kernel->version >= KERNEL(5, 13) ||
	    !channels->known ||
	    (uint64_t)channels->combined + kernel->cpus <= channels->max_combined)
		return TRISTATE_YES;
	return say(
		TRISTATE_UNKNOWN, why, size,
		"before Linux 5.13 virtio_net may need a queue more per CPU for XDP: %u and %u of "
		"%u",
		channels->combined, kernel->cpus, channels->max_combined);
}

static enum tristate check_offloads(const struct interface_facts *interface,
				    const struct driver *driver, char *why, size_t size)
{
	unsigned int demands = driver ? driver->demands : 0;

	if (demands & DRIVER_LRO_OFF && interface->lro == TRISTATE_YES)
		return say(TRISTATE_NO, why, size,
			   "LRO is on, with which driver %s refuses XDP (ethtool -K %s lro off)",
			   interface->driver, interface->name);
	if (demands & DRIVER_HW_GRO_OFF && interface->hw_gro == TRISTATE_YES)
		return say(TRISTATE_NO, why, size,
			   "hardware GRO is on, with which driver %s refuses XDP (ethtool -K %s "
			   "rx-gro-hw off)",
			   interface->driver, interface->name);
	if (interface->guest_offloads_fixed == TRISTATE_YES)
		return say(TRISTATE_NO, why, size,
			   "the host merges packets or leaves out checksums and does not let the "
			   "guest switch that off");
	return TRISTATE_YES;
}

static enum tristate check_bond(const struct interface_facts *interface, char *why, size_t size)
{
	if (interface->port_xdp.ifindex && is_driver(interface, "bonding"))
		return say(TRISTATE_NO, why, size, "its port %s holds an XDP program",
			   interface->port_xdp.name);
	return TRISTATE_YES;
}

enum tristate mode_native_possible(const struct interface_facts *interface,
				   const struct kernel_facts *kernel, char *why, size_t size)
{
	const struct driver *driver = driver_find(interface->driver);
	char unsure[MODE_WHY_MAX];
	enum tristate verdict, mtu;

	verdict = check_support(interface, kernel, driver, why, size);
	if (verdict == TRISTATE_NO)
		return verdict;
	if (verdict == TRISTATE_UNKNOWN)
		snprintf(unsure, sizeof(unsure), "%s", why);
	if (kernel->xdp_links == TRISTATE_NO)
		return say(TRISTATE_NO, why, size, "this kernel has no links for XDP (5.9)");
	if (check_attached(interface, why, size) == TRISTATE_NO ||
	    check_bond(interface, why, size) == TRISTATE_NO ||
	    check_offloads(interface, driver, why, size) == TRISTATE_NO ||
	    check_channels(interface, driver, why, size) == TRISTATE_NO)
		return TRISTATE_NO;
	mtu = check_mtu(interface, kernel, driver, why, size);
	if (mtu == TRISTATE_NO)
		return TRISTATE_NO;
	if (verdict == TRISTATE_UNKNOWN)
		return say(TRISTATE_UNKNOWN, why, size, "%s", unsure);
	if (mtu == TRISTATE_UNKNOWN ||
	    check_virtio(interface, kernel, why, size) == TRISTATE_UNKNOWN)
		return TRISTATE_UNKNOWN;
	return say(TRISTATE_YES, why, size, "driver %s has native XDP", interface->driver);
}

enum tristate mode_generic_possible(const struct interface_facts *interface, char *why, size_t size)
{
	if (check_attached(interface, why, size) == TRISTATE_NO)
		return TRISTATE_NO;
	return say(TRISTATE_YES, why, size, "the stack runs it, whatever the driver");
}

bool mode_behind_xdp(const struct interface_facts *interface)
{
	const struct attached_program *program = attached_xdp(&interface->attached);

	return program && !program->ours;
}

/* Why tc, and what is then unseen. */
static void say_behind(const struct attached_program *program, char *why, size_t size)
{
	say(TRISTATE_NO, why, size,
	    "XDP is held by program %u%s%s (%s): packets that it drops, answers or redirects are "
	    "not "
	    "seen",
	    program->id, program->name[0] ? " " : "", program->name,
	    attached_hook_names[program->hook]);
}

enum attach_mode mode_choose(const struct interface_facts *interface,
			     const struct kernel_facts *kernel, char *why, size_t size)
{
	const struct driver *driver = driver_find(interface->driver);
	enum tristate possible = mode_native_possible(interface, kernel, why, size);

	if (mode_behind_xdp(interface)) {
		say_behind(attached_xdp(&interface->attached), why, size);
		return MODE_TC;
	}
	if (possible != TRISTATE_YES)
		return MODE_TC;
	if (!driver || driver->attach != ATTACH_QUIET) {
		say(possible, why, size, "attaching native XDP with driver %s %s",
		    interface->driver,
		    !driver                          ? "may disturb the link"
		    : driver->attach == ATTACH_LINK  ? "takes the link down for a time"
		    : driver->attach == ATTACH_RINGS ? "interrupts traffic for a moment"
						     : "disturbs whatever its ports' drivers do");
		return MODE_TC;
	}
	if (interface->ports) {
		say(possible, why, size,
		    "native XDP on %s would also be attached to what is below it, and may disturb "
		    "that",
		    interface->name);
		return MODE_TC;
	}
	/* A guest that is sent UDP super-packets sends them, too; XDP gets them whole and cannot tell. */
	if (is_driver(interface, "tun") && interface->uso == TRISTATE_YES) {
		say(possible, why, size,
		    "UDP segmentation offload is on, and of such super-packets native XDP on a tap "
		    "sees "
		    "one datagram");
		return MODE_TC;
	}
	say(possible, why, size, "driver %s attaches native XDP without disturbing the link",
	    interface->driver);
	return MODE_NATIVE;
}
