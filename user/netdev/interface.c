// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "netdev/interface.h"

#include <errno.h>
#include <linux/if_arp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "netdev/ethtool.h"
#include "netdev/xdp_features.h"
#include "util/log.h"

/* Near names that are offered; more would not be read. */
#define SUGGESTIONS_MAX 4

enum interface_framing interface_framing(uint16_t arphrd)
{
	switch (arphrd) {
	case ARPHRD_ETHER:
	case ARPHRD_LOOPBACK: return FRAMING_ETHERNET;
	case ARPHRD_NONE: /* tun, WireGuard */
	case ARPHRD_PPP:
	case ARPHRD_RAWIP:
	case ARPHRD_TUNNEL:
	case ARPHRD_TUNNEL6:
	case ARPHRD_SIT: return FRAMING_RAW_IP;
	default: return FRAMING_UNSUPPORTED;
	}
}

static struct interface_relative relative(const struct link_entry *entry)
{
	struct interface_relative relative = {0};

	if (entry) {
		relative.ifindex = entry->ifindex;
		relative.mtu = entry->mtu;
		memcpy(relative.name, entry->name, sizeof(relative.name));
		memcpy(relative.kind, entry->kind, sizeof(relative.kind));
	}
	return relative;
}

static void add_beneath(struct interface_facts *facts, const struct link_entry *entry)
{
	struct interface_beneath *beneath = &facts->beneath[facts->beneath_count];

	if (facts->beneath_count == INTERFACE_BENEATH_MAX) {
		facts->beneath_unlisted++;
		return;
	}
	facts->beneath_count++;
	beneath->ifindex = entry->ifindex;
	memcpy(beneath->name, entry->name, sizeof(beneath->name));
}

static void read_stack(struct interface_facts *facts, const struct interface_table *table,
		       const struct link_entry *self)
{
	facts->master = relative(interface_table_find(table, self->master));
	facts->link_foreign = self->link_foreign;
	if (self->link_foreign)
		facts->link = (struct interface_relative){.ifindex = self->link};
	else if (self->link != self->ifindex)
		facts->link = relative(interface_table_find(table, self->link));

	for (size_t i = 0; i < table->count; i++) {
		const struct link_entry *entry = &table->entries[i];

		if (entry->master == self->ifindex) {
			facts->ports++;
			if (entry->xdp)
				facts->port_xdp = relative(entry);
		}
		if (interface_table_beneath(table, self, entry))
			add_beneath(facts, entry);
		if (entry->xdp && interface_table_beneath(table, entry, self))
			facts->above_xdp = relative(entry);
	}
}

/* The first line of a file of /sys, cut to fit. */
static bool read_line(const char *path, char *line, size_t size)
{
	FILE *file = fopen(path, "re");
	bool got = file && fgets(line, (int)size, file);

	if (file)
		fclose(file);
	return got;
}

/*
 * The feature bits that the virtio device and the driver agreed on, one character each (virtio 1.2,
 * section 5.1.3). /sys may show another namespace's interfaces, so its number must be ours.
 */
static void read_virtio(struct interface_facts *facts)
{
	/* VIRTIO_NET_F_GUEST_CSUM, TSO4, TSO6, ECN, UFO, USO4, USO6: virtnet_xdp_set() refuses. */
	static const size_t offloads[] = {1, 7, 8, 9, 10, 54, 55};
	const size_t control = 2; /* VIRTIO_NET_F_CTRL_GUEST_OFFLOADS */
	char path[64], bits[80];

	snprintf(path, sizeof(path), "/sys/class/net/%s/ifindex", facts->name);
	if (!read_line(path, bits, sizeof(bits)) || strtoul(bits, NULL, 10) != facts->ifindex)
		return;
	snprintf(path, sizeof(path), "/sys/class/net/%s/device/features", facts->name);
	if (!read_line(path, bits, sizeof(bits)) || strlen(bits) <= 55)
		return;
	facts->guest_offloads_fixed = TRISTATE_NO;
	for (size_t i = 0; i < sizeof(offloads) / sizeof(offloads[0]); i++)
		if (bits[offloads[i]] == '1' && bits[control] != '1')
			facts->guest_offloads_fixed = TRISTATE_YES;
}

static void log_attached(const struct interface_facts *facts)
{
	const struct attached_programs *attached = &facts->attached;

	for (size_t i = 0; i < attached->count; i++)
		log_debug("%s: %s: program %u %s", facts->name,
			  attached_hook_names[attached->list[i].hook], attached->list[i].id,
			  attached->list[i].name);
	log_debug("%s: %zu programs, %u XDP sockets; errors: XDP %d, tcx %d, netkit %d, tc %d, "
		  "sockets %d, "
		  "names %d, links %d",
		  facts->name, attached->count + attached->unlisted, attached->xdp_sockets,
		  attached->xdp_error, attached->tcx_error, attached->netkit_error,
		  attached->tc_error, attached->sockets_error, attached->names_error,
		  attached->links_error);
}

int interface_read(struct interface_facts *facts, const char *name, enum tristate tcx)
{
	const struct link_entry *self;
	struct interface_table table;
	int error;

	*facts = (struct interface_facts){0};
	error = interface_table_read(&table, name);
	if (error)
		return error;
	self = interface_table_asked(&table);
	if (!self) {
		interface_table_free(&table);
		return -ENODEV;
	}
	memcpy(facts->name, self->name, sizeof(facts->name));
	memcpy(facts->kind, self->kind, sizeof(facts->kind));
	memcpy(facts->driver, self->kind, sizeof(self->kind));
	facts->ifindex = self->ifindex;
	facts->arphrd = self->arphrd;
	facts->framing = interface_framing(self->arphrd);
	facts->mtu = self->mtu;
	facts->up = self->flags & IFF_UP;
	facts->carrier = self->flags & IFF_RUNNING;
	facts->loopback = self->flags & IFF_LOOPBACK;
	read_stack(facts, &table, self);
	interface_table_free(&table);

	ethtool_read(facts);
	if (!strcmp(facts->driver, "virtio_net"))
		read_virtio(facts);
	xdp_features_read(facts->ifindex, &facts->xdp_basic, &facts->xdp_frags);
	attached_read(&facts->attached, facts->ifindex, tcx, !strcmp(facts->kind, "netkit"));
	log_debug("%s: number %u, driver %s, link type %u, MTU %u, %s; XDP %s, XDP frags %s",
		  facts->name, facts->ifindex, facts->driver[0] ? facts->driver : "unknown",
		  facts->arphrd, facts->mtu, facts->up ? "up" : "down",
		  tristate_name(facts->xdp_basic), tristate_name(facts->xdp_frags));
	log_attached(facts);
	return 0;
}

bool interface_shares_xdp(const struct interface_facts *facts)
{
	return facts->ports || !strcmp(facts->kind, "bond") || !strcmp(facts->driver, "hv_netvsc");
}

void interface_suggest(const char *name, char *text, size_t size)
{
	char names[SUGGESTIONS_MAX][IF_NAMESIZE];
	struct interface_table table;
	size_t count, at = 0;

	text[0] = '\0';
	if (interface_table_read(&table, NULL))
		return;
	count = interface_table_suggest(&table, name, names, SUGGESTIONS_MAX);
	for (size_t i = 0; i < count && at < size; i++)
		at += (size_t)snprintf(text + at, size - at, "%s%s", i ? ", " : "", names[i]);
	interface_table_free(&table);
}

/* How @lower relates to @upper, whose packets it carries. */
static const char *relation(const struct interface_facts *upper,
			    const struct interface_facts *lower)
{
	if (lower->master.ifindex == upper->ifindex)
		return "a port of";
	if (upper->link.ifindex == lower->ifindex && !upper->link_foreign)
		return "the parent of";
	return "beneath";
}

static int overlap_down(const struct interface_facts *upper, const struct interface_facts *lower,
			char *why, size_t size)
{
	/* A bridge can have more ports than are listed. */
	bool beneath = lower->master.ifindex == upper->ifindex;

	for (size_t i = 0; i < upper->beneath_count; i++)
		beneath |= upper->beneath[i].ifindex == lower->ifindex;
	if (beneath)
		snprintf(why, size, "%s is %s %s, so the same packets pass both", lower->name,
			 relation(upper, lower), upper->name);
	return beneath;
}

int interface_overlap(const struct interface_facts *a, const struct interface_facts *b, char *why,
		      size_t size)
{
	if (a->ifindex == b->ifindex) {
		snprintf(why, size, "%s is there twice", a->name);
		return 1;
	}
	return overlap_down(a, b, why, size) || overlap_down(b, a, why, size);
}
