// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "netdev/nic_statistics.h"

#include <linux/sockios.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

/*
 * Kernels before 6.19 write as many as the driver has by then, whatever the room: there may be more than were counted
 * a moment before.
 */
#define ROOM_MAX ((size_t)2 * NIC_STATISTICS_MAX)

bool nic_places_find(struct nic_places *places, const struct nic_driver *driver,
		     const unsigned char *names, uint32_t all)
{
	places->all = places->count = 0;
	for (uint32_t i = 0; i < all; i++) {
		char name[ETH_GSTRING_LEN + 1] = "";

		memcpy(name, names + (size_t)i * ETH_GSTRING_LEN, ETH_GSTRING_LEN);
		if (!nic_driver_wants(driver, name))
			continue;
		if (places->count == NIC_PLACES_MAX) {
			places->count = 0;
			return false;
		}
		places->place[places->count++] = (uint16_t)i;
	}
	if (places->count)
		places->all = all;
	return places->count > 0;
}

uint64_t nic_places_sum(const struct nic_places *places, const uint64_t *values)
{
	uint64_t sum = 0;

	for (uint32_t i = 0; i < places->count; i++)
		sum += values[places->place[i]];
	return sum;
}

/* True if the driver answered into @command, which begins with its ETHTOOL_* number. */
static bool ask(int fd, const char *name, void *command)
{
	struct ifreq request = {.ifr_data = command};

	memcpy(request.ifr_name, name, strnlen(name, sizeof(request.ifr_name) - 1));
	return ioctl(fd, SIOCETHTOOL, &request) == 0;
}

void nic_statistics_driver(int fd, const char *name, char driver[INTERFACE_DRIVER_SIZE], bool *bus)
{
	struct ethtool_drvinfo info = {.cmd = ETHTOOL_GDRVINFO};

	driver[0] = '\0';
	*bus = false;
	if (!ask(fd, name, &info))
		return;
	_Static_assert(sizeof(info.driver) == INTERFACE_DRIVER_SIZE, "the name fits");
	memcpy(driver, info.driver, strnlen(info.driver, sizeof(info.driver) - 1));
	driver[strnlen(info.driver, sizeof(info.driver) - 1)] = '\0';
	/* 0000:00:03.0, 30be0000.ethernet, usb-0000:00:14.0-1. Those without a device have none, "N/A", "tap". */
	*bus = memchr(info.bus_info, ':', sizeof(info.bus_info)) ||
	       memchr(info.bus_info, '.', sizeof(info.bus_info));
}

static uint32_t count_statistics(int fd, const char *name)
{
	union {
		struct ethtool_sset_info info;
		unsigned char room[sizeof(struct ethtool_sset_info) + sizeof(__u32)];
	} sets = {.info = {.cmd = ETHTOOL_GSSET_INFO, .sset_mask = 1ull << ETH_SS_STATS}};
	uint32_t count;

	if (!ask(fd, name, &sets) || !sets.info.sset_mask)
		return 0;
	memcpy(&count, sets.room + sizeof(struct ethtool_sset_info), sizeof(count));
	return count <= NIC_STATISTICS_MAX ? count : 0;
}

bool nic_statistics_find(int fd, const char *name, const struct nic_driver *driver,
			 struct nic_places *places)
{
	uint32_t count = count_statistics(fd, name);
	struct ethtool_gstrings *names;
	bool found;

	places->all = places->count = 0;
	if (!count)
		return false;
	names = calloc(1, sizeof(*names) + ROOM_MAX * ETH_GSTRING_LEN);
	if (!names)
		return false;
	names->cmd = ETHTOOL_GSTRINGS;
	names->string_set = ETH_SS_STATS;
	names->len = count;
	found = ask(fd, name, names) && names->len == count &&
		nic_places_find(places, driver, names->data, count);
	free(names);
	return found;
}

bool nic_statistics_read(int fd, const char *name, const struct nic_places *places, uint64_t *lost)
{
	struct ethtool_stats *values;
	bool same;

	if (!places->all || count_statistics(fd, name) != places->all)
		return false;
	values = calloc(1, sizeof(*values) + ROOM_MAX * sizeof(values->data[0]));
	if (!values)
		return false;
	values->cmd = ETHTOOL_GSTATS;
	values->n_stats = places->all;
	same = ask(fd, name, values) && values->n_stats == places->all;
	if (same)
		*lost = nic_places_sum(places, (const uint64_t *)(const void *)values->data);
	free(values);
	return same;
}
