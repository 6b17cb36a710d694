// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "netdev/ethtool.h"

#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

/* Features are bits numbered at run time and known by name; the kernel has under a hundred. */
#define FEATURES_MAX 1024u

struct query {
	int fd;
	struct ifreq request;
};

/* True if the driver answered into @command, which begins with its ETHTOOL_* number. */
static bool ask(struct query *query, void *command)
{
	query->request.ifr_data = command;
	return ioctl(query->fd, SIOCETHTOOL, &query->request) == 0;
}

static void read_driver(struct query *query, struct interface_facts *facts)
{
	struct ethtool_drvinfo info = {.cmd = ETHTOOL_GDRVINFO};
	size_t length;

	if (!ask(query, &info))
		return;
	length = strnlen(info.driver, sizeof(info.driver));
	if (!length)
		return;
	if (length > sizeof(facts->driver) - 1)
		length = sizeof(facts->driver) - 1;
	memcpy(facts->driver, info.driver, length);
	facts->driver[length] = '\0';
}

static void read_channels(struct query *query, struct interface_channels *channels)
{
	struct ethtool_channels info = {.cmd = ETHTOOL_GCHANNELS};

	if (!ask(query, &info))
		return;
	*channels = (struct interface_channels){
		.known = true,
		.rx = info.rx_count,
		.tx = info.tx_count,
		.combined = info.combined_count,
		.max_rx = info.max_rx,
		.max_tx = info.max_tx,
		.max_combined = info.max_combined,
	};
}

static uint32_t count_features(struct query *query)
{
	union {
		struct ethtool_sset_info info;
		unsigned char room[sizeof(struct ethtool_sset_info) + sizeof(__u32)];
	} sets = {.info = {.cmd = ETHTOOL_GSSET_INFO, .sset_mask = 1ull << ETH_SS_FEATURES}};
	uint32_t count;

	if (!ask(query, &sets) || !sets.info.sset_mask)
		return 0;
	memcpy(&count, sets.room + sizeof(struct ethtool_sset_info), sizeof(count));
	return count <= FEATURES_MAX ? count : 0;
}

static void read_feature(struct interface_facts *facts, const char *name, bool active)
{
	enum tristate value = active ? TRISTATE_YES : TRISTATE_NO;

	/* net/ethtool/common.c, netdev_features_strings: user space relies on these. */
	if (!strcmp(name, "rx-lro"))
		facts->lro = value;
	else if (!strcmp(name, "rx-gro-hw"))
		facts->hw_gro = value;
	else if (!strcmp(name, "tx-udp-segmentation"))
		facts->uso = value;
	else if (!strcmp(name, "rx-gro"))
		facts->gro = value;
	else if (!strcmp(name, "rx-vlan-hw-parse"))
		facts->vlan_strip = value;
}

static void read_features(struct query *query, struct interface_facts *facts)
{
	uint32_t count = count_features(query), blocks = (count + 31) / 32;
	struct ethtool_gstrings *names;
	struct ethtool_gfeatures *values;

	if (!count)
		return;
	names = calloc(1, sizeof(*names) + (size_t)count * ETH_GSTRING_LEN);
	values = calloc(1, sizeof(*values) + blocks * sizeof(values->features[0]));
	if (names && values) {
		names->cmd = ETHTOOL_GSTRINGS;
		names->string_set = ETH_SS_FEATURES;
		names->len = count;
		values->cmd = ETHTOOL_GFEATURES;
		values->size = blocks;
		if (!ask(query, names) || !ask(query, values))
			count = 0;
		for (uint32_t i = 0; i < count; i++) {
			char name[ETH_GSTRING_LEN + 1] = "";

			memcpy(name, names->data + (size_t)i * ETH_GSTRING_LEN, ETH_GSTRING_LEN);
			read_feature(facts, name, values->features[i / 32].active >> (i % 32) & 1);
		}
	}
	free(names);
	free(values);
}

void ethtool_read(struct interface_facts *facts)
{
	/* Any family will do: one that there is also where a service may have no IP. */
	struct query query = {.fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)};

	if (query.fd < 0)
		return;
	memcpy(query.request.ifr_name, facts->name, sizeof(query.request.ifr_name));
	read_driver(&query, facts);
	read_channels(&query, &facts->channels);
	read_features(&query, facts);
	close(query.fd);
}
