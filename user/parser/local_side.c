// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "parser/local_side.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "util/address_mask.h"

/* Parse the address into @prefix. Gives its bits, or 0 if it is no address. */
static unsigned long parse_address(const char *address, struct local_prefix *prefix)
{
	prefix->family = FAMILY_IPV4;
	if (inet_pton(AF_INET, address, prefix->address) == 1)
		return 32;
	prefix->family = FAMILY_IPV6;
	return inet_pton(AF_INET6, address, prefix->address) == 1 ? 128 : 0;
}

/* Check that @address, the text of @prefix, has no bits set behind its @length. 0 or -EINVAL with @why. */
static int check_host_bits(const struct local_prefix *prefix, const char *address,
			   unsigned long length, char why[OPTION_WHY_MAX])
{
	int family = prefix->family == FAMILY_IPV4 ? AF_INET : AF_INET6;
	char of_prefix[INET6_ADDRSTRLEN];
	__u64 masked[2];

	for (size_t i = 0; i < 2; i++)
		masked[i] = prefix->address[i] & prefix->mask[i];
	if (memcmp(masked, prefix->address, sizeof(masked)) == 0)
		return 0;
	inet_ntop(family, masked, of_prefix, sizeof(of_prefix));
	snprintf(why, OPTION_WHY_MAX,
		 "has bits set behind its length: %s/%lu is the prefix, %s the address alone",
		 of_prefix, length, address);
	return -EINVAL;
}

int local_prefixes_add(void *into, const char *text, char why[OPTION_WHY_MAX])
{
	struct local_prefixes *local = into;
	const char *slash = strchr(text, '/');
	size_t size = slash ? (size_t)(slash - text) : strlen(text);
	struct local_prefix prefix = {0};
	char address[INET6_ADDRSTRLEN] = "";
	unsigned long bits, length;

	if (size < sizeof(address))
		memcpy(address, text, size);
	bits = length = parse_address(address, &prefix);
	if (!bits) {
		snprintf(why, OPTION_WHY_MAX,
			 "must be an IPv4 or IPv6 address, or a prefix such as 192.0.2.0/24");
		return -EINVAL;
	}
	if (slash && option_number(slash + 1, 0, bits, &length, why) < 0) {
		snprintf(why, OPTION_WHY_MAX, "the prefix length must be a number from 0 to %lu",
			 bits);
		return -EINVAL;
	}
	address_mask(length, prefix.mask);
	if (check_host_bits(&prefix, address, length, why) < 0)
		return -EINVAL;
	if (local->count == LOCAL_PREFIXES_MAX) {
		snprintf(why, OPTION_WHY_MAX, "can be given at most %d times", LOCAL_PREFIXES_MAX);
		return -EINVAL;
	}
	local->prefix[local->count++] = prefix;
	return 0;
}

static bool is_local(const struct local_prefixes *local, enum family family, const __u64 address[2])
{
	for (size_t i = 0; i < local->count; i++) {
		const struct local_prefix *prefix = &local->prefix[i];

		if (prefix->family == family &&
		    (address[0] & prefix->mask[0]) == prefix->address[0] &&
		    (address[1] & prefix->mask[1]) == prefix->address[1])
			return true;
	}
	return false;
}

enum local_side local_side(const struct local_prefixes *local, struct host_store *store,
			   const struct hook_config *config, enum host_link link, const void *data,
			   uint32_t captured)
{
	struct host_addresses addresses;

	if (!host_outer_addresses(store, config, link, data, captured, &addresses))
		return SIDE_NEITHER;
	if (is_local(local, addresses.family, addresses.source))
		return SIDE_TX;
	if (is_local(local, addresses.family, addresses.destination))
		return SIDE_RX;
	return SIDE_NEITHER;
}
