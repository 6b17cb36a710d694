// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "netdev/interface_table.h"

#include <errno.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <string.h>

#include "util/edit_distance.h"
#include "netdev/netlink.h"

/* A dump that keeps being disturbed is given up after this many times. */
#define DUMP_TRIES 5
/* Layers that a packet passes: the kernel's own limit (MAX_NEST_DEV of linux/netdevice.h). */
#define LAYERS_MAX 8
/* As many slips in a name as are forgiven. */
#define SLIPS_MAX    2u
#define ALTNAME_SIZE 128 /* ALTIFNAMSIZ of linux/if.h, which cannot stand beside net/if.h */

struct reading {
	struct interface_table *table;
	const char *name;
	size_t room;
};

static void read_info(const struct nlattr *nest, struct link_entry *entry)
{
	const struct nlattr *attr;

	netlink_for_each_nested(attr, nest)
		if (mnl_attr_get_type(attr) == IFLA_INFO_KIND)
			netlink_string(attr, entry->kind, sizeof(entry->kind));
}

static void read_xdp(const struct nlattr *nest, struct link_entry *entry)
{
	const struct nlattr *attr;

	netlink_for_each_nested(attr, nest)
		if (mnl_attr_get_type(attr) == IFLA_XDP_ATTACHED)
			entry->xdp = netlink_u8(attr) != XDP_ATTACHED_NONE;
}

static void read_names(const struct nlattr *nest, const char *asked, struct link_entry *entry)
{
	const struct nlattr *attr;
	char name[ALTNAME_SIZE];

	if (!asked)
		return;
	netlink_for_each_nested(attr, nest) {
		if (mnl_attr_get_type(attr) != IFLA_ALT_IFNAME)
			continue;
		netlink_string(attr, name, sizeof(name));
		if (!strcmp(name, asked))
			entry->asked = true;
	}
}

static void read_attr(const struct nlattr *attr, const char *asked, struct link_entry *entry)
{
	switch (mnl_attr_get_type(attr)) {
	case IFLA_IFNAME:
		netlink_string(attr, entry->name, sizeof(entry->name));
		if (asked && !strcmp(entry->name, asked))
			entry->asked = true;
		break;
	case IFLA_MTU: entry->mtu = netlink_u32(attr); break;
	case IFLA_MASTER: entry->master = netlink_u32(attr); break;
	case IFLA_LINK: entry->link = netlink_u32(attr); break;
	case IFLA_LINK_NETNSID: entry->link_foreign = true; break;
	case IFLA_LINKINFO: read_info(attr, entry); break;
	case IFLA_XDP: read_xdp(attr, entry); break;
	case IFLA_PROP_LIST: read_names(attr, asked, entry); break;
	default: break;
	}
}

static bool read_entry(struct link_entry *entry, const struct nlmsghdr *message, const char *asked)
{
	const struct nlattr *attr;
	struct ifinfomsg info;

	if (message->nlmsg_type != RTM_NEWLINK || mnl_nlmsg_get_payload_len(message) < sizeof(info))
		return false;
	memcpy(&info, mnl_nlmsg_get_payload(message), sizeof(info));
	if (info.ifi_family != AF_UNSPEC)
		return false;
	*entry = (struct link_entry){.ifindex = (uint32_t)info.ifi_index,
				     .arphrd = info.ifi_type,
				     .flags = info.ifi_flags};
	netlink_for_each_attr(attr, message, sizeof(info))
		read_attr(attr, asked, entry);
	return true;
}

bool link_entry_read(struct link_entry *entry, const struct nlmsghdr *message)
{
	return read_entry(entry, message, NULL);
}

static int visit(const struct nlmsghdr *message, void *context)
{
	struct reading *reading = context;
	struct interface_table *table = reading->table;
	struct link_entry entry;

	if (!read_entry(&entry, message, reading->name))
		return 0;
	if (table->count == reading->room) {
		size_t room = reading->room ? 2 * reading->room : 16;
		struct link_entry *entries = realloc(table->entries, room * sizeof(*entries));

		if (!entries)
			return -ENOMEM;
		table->entries = entries;
		reading->room = room;
	}
	table->entries[table->count++] = entry;
	return 0;
}

int interface_table_read(struct interface_table *table, const char *name)
{
	struct reading reading = {.table = table, .name = name};
	struct ifinfomsg all = {.ifi_family = AF_UNSPEC};
	struct netlink nl;
	int error;

	*table = (struct interface_table){0};
	error = netlink_open(&nl, NETLINK_ROUTE);
	if (error)
		return error;
	for (int try = 0; try < DUMP_TRIES; try++) {
		struct netlink_request request;

		table->count = 0;
		netlink_begin(&request, RTM_GETLINK, NLM_F_DUMP, &all, sizeof(all));
		error = netlink_ask(&nl, &request, visit, &reading);
		if (error != -EAGAIN)
			break;
	}
	netlink_close(&nl);
	if (error)
		interface_table_free(table);
	return error;
}

void interface_table_free(struct interface_table *table)
{
	free(table->entries);
	*table = (struct interface_table){0};
}

const struct link_entry *interface_table_find(const struct interface_table *table, uint32_t ifindex)
{
	for (size_t i = 0; ifindex && i < table->count; i++)
		if (table->entries[i].ifindex == ifindex)
			return &table->entries[i];
	return NULL;
}

const struct link_entry *interface_table_asked(const struct interface_table *table)
{
	for (size_t i = 0; i < table->count; i++)
		if (table->entries[i].asked)
			return &table->entries[i];
	return NULL;
}

/*
 * The parent that @entry's packets also pass. A veth or netkit has a peer in that place, whose
 * packets are the same in the opposite direction; a tunnel's packets leave by whatever the route is
 * and are encapsulated there.
 */
static uint32_t parent_of(const struct link_entry *entry)
{
	static const char *const stacked[] = {"vlan",   "macvlan", "macvtap", "ipvlan",
					      "ipvtap", "macsec",  "dsa"};

	if (entry->link_foreign || entry->link == entry->ifindex)
		return 0;
	for (size_t i = 0; i < sizeof(stacked) / sizeof(stacked[0]); i++)
		if (!strcmp(entry->kind, stacked[i]))
			return entry->link;
	return 0;
}

/* From @lower upwards: to its master, and to whatever has it as parent. */
static bool stands_on(const struct interface_table *table, const struct link_entry *upper,
		      const struct link_entry *lower, int layers)
{
	const struct link_entry *master = interface_table_find(table, lower->master);

	if (layers == 0)
		return false;
	if (master && (master == upper || stands_on(table, upper, master, layers - 1)))
		return true;
	for (size_t i = 0; i < table->count; i++) {
		const struct link_entry *entry = &table->entries[i];

		if (parent_of(entry) == lower->ifindex &&
		    (entry == upper || stands_on(table, upper, entry, layers - 1)))
			return true;
	}
	return false;
}

bool interface_table_beneath(const struct interface_table *table, const struct link_entry *upper,
			     const struct link_entry *lower)
{
	return upper != lower && stands_on(table, upper, lower, LAYERS_MAX);
}

size_t interface_table_suggest(const struct interface_table *table, const char *name,
			       char (*names)[IF_NAMESIZE], size_t max)
{
	size_t count = 0;

	for (unsigned int slips = 1; slips <= SLIPS_MAX; slips++)
		for (size_t i = 0; i < table->count && count < max; i++) {
			const char *known = table->entries[i].name;

			/* Two slips make anything of a name of two letters. */
			if (strlen(known) > slips &&
			    edit_distance(name, strlen(name), known, strlen(known)) == slips)
				memcpy(names[count++], known, IF_NAMESIZE);
		}
	return count;
}
