/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The interfaces of this network namespace and how they stand on one another (RTM_GETLINK). */
#ifndef RCODEWATCH_INTERFACE_TABLE_H
#define RCODEWATCH_INTERFACE_TABLE_H

#include <net/if.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct nlmsghdr;

#define LINK_KIND_SIZE 24

struct link_entry {
	char name[IF_NAMESIZE];
	char kind[LINK_KIND_SIZE]; /* IFLA_INFO_KIND: "veth", "bond", "vlan"...; "" for hardware */
	uint32_t ifindex;
	uint16_t arphrd;   /* ARPHRD_* of linux/if_arp.h */
	uint32_t flags;    /* IFF_* */
	uint32_t mtu;      /* bytes, without the Ethernet header */
	uint32_t master;   /* ifindex of its bond, bridge, team or VRF; 0 if none */
	uint32_t link;     /* IFLA_LINK: a VLAN's parent, a veth's peer; 0 if none */
	bool link_foreign; /* @link counts in another namespace (IFLA_LINK_NETNSID) */
	bool xdp;          /* holds an XDP program in whatever mode */
	bool asked;        /* one of its names, alternative ones included, is the one asked for */
};

struct interface_table {
	struct link_entry *entries; /* as the kernel lists them */
	size_t count;
};

/*
 * Take the interface that @message describes into @entry; @asked stays false. False if it is no RTM_NEWLINK, or about
 * something other than the interface itself, as a bridge's port.
 */
bool link_entry_read(struct link_entry *entry, const struct nlmsghdr *message);

/*
 * Read all interfaces, marking as asked what is called @name (which may be NULL). 0 or a negative
 * errno; on success the table is the caller's, for interface_table_free().
 */
int interface_table_read(struct interface_table *table, const char *name);
void interface_table_free(struct interface_table *table);

/* The entry with that number, or NULL. The table keeps it. */
const struct link_entry *interface_table_find(const struct interface_table *table,
					      uint32_t ifindex);
/* The entry that was asked for, or NULL. */
const struct link_entry *interface_table_asked(const struct interface_table *table);

/*
 * Does a packet on @upper also pass @lower? So it is of a bond, bridge or team and its ports, of a
 * VLAN or macvlan and its parent, through any number of layers. A veth's peer is not beneath it.
 */
bool interface_table_beneath(const struct interface_table *table, const struct link_entry *upper,
			     const struct link_entry *lower);

/*
 * Names that the user may have meant by @name, nearest first: at most @max, each at most two
 * slips away (a letter too many, missing, wrong). Returns how many.
 */
size_t interface_table_suggest(const struct interface_table *table, const char *name,
			       char (*names)[IF_NAMESIZE], size_t max);

#endif
