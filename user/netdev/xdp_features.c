// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "netdev/xdp_features.h"

#include <linux/genetlink.h>

#include "netdev/netlink.h"

/* Of include/uapi/linux/netdev.h, which headers before 6.3 lack; part of the kernel's ABI. */
#define FAMILY_NAME       "netdev"
#define CMD_DEV_GET       1
#define ATTR_IFINDEX      1
#define ATTR_XDP_FEATURES 3
#define XDP_ACT_BASIC     (1u << 0)
#define XDP_ACT_RX_SG     (1u << 5)

static int read_family(const struct nlmsghdr *message, void *context)
{
	const struct nlattr *attr;

	netlink_for_each_attr(attr, message, sizeof(struct genlmsghdr))
		if (mnl_attr_get_type(attr) == CTRL_ATTR_FAMILY_ID)
			*(uint16_t *)context = netlink_u16(attr);
	return 0;
}

struct answer {
	bool known;
	uint64_t features;
};

static int read_features(const struct nlmsghdr *message, void *context)
{
	struct answer *answer = context;
	const struct nlattr *attr;

	netlink_for_each_attr(attr, message, sizeof(struct genlmsghdr))
		if (mnl_attr_get_type(attr) == ATTR_XDP_FEATURES &&
		    mnl_attr_get_payload_len(attr) >= sizeof(uint64_t)) {
			answer->known = true;
			answer->features = netlink_u64(attr);
		}
	return 0;
}

void xdp_features_read(uint32_t ifindex, enum tristate *basic, enum tristate *frags)
{
	struct genlmsghdr get_family = {.cmd = CTRL_CMD_GETFAMILY, .version = 1};
	struct genlmsghdr get_device = {.cmd = CMD_DEV_GET, .version = 1};
	struct netlink_request request;
	struct answer answer = {0};
	struct netlink nl;
	uint16_t family = 0;

	if (netlink_open(&nl, NETLINK_GENERIC))
		return;
	netlink_begin(&request, GENL_ID_CTRL, 0, &get_family, sizeof(get_family));
	mnl_attr_put_strz_check(&request.header, sizeof(request), CTRL_ATTR_FAMILY_NAME,
				FAMILY_NAME);
	if (!netlink_ask(&nl, &request, read_family, &family) && family) {
		netlink_begin(&request, family, 0, &get_device, sizeof(get_device));
		mnl_attr_put_u32_check(&request.header, sizeof(request), ATTR_IFINDEX, ifindex);
		if (!netlink_ask(&nl, &request, read_features, &answer) && answer.known) {
			*basic = answer.features & XDP_ACT_BASIC ? TRISTATE_YES : TRISTATE_NO;
			*frags = answer.features & XDP_ACT_RX_SG ? TRISTATE_YES : TRISTATE_NO;
		}
	}
	netlink_close(&nl);
}
