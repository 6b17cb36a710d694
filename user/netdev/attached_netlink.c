// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "netdev/attached_netlink.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/pkt_cls.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <linux/xdp_diag.h>
#include <string.h>
#include <sys/socket.h>

#include "netdev/netlink.h"

/* A dump that keeps being disturbed is given up after this many times. */
#define DUMP_TRIES 5

/* TC_H_MIN_INGRESS and TC_H_MIN_EGRESS below TC_H_CLSACT: where a clsact qdisc has its filters. */
#define PARENT_INGRESS 0xfffffff2u
#define PARENT_EGRESS  0xfffffff3u

struct qdisc_search {
	struct attached_programs *attached;
	uint32_t ifindex;
};

static int add_qdisc(const struct nlmsghdr *message, void *context)
{
	struct qdisc_search *search = context;
	const struct nlattr *attr;
	struct tcmsg tc;
	char kind[ATTACHED_KIND_SIZE] = "";

	if (message->nlmsg_type != RTM_NEWQDISC || mnl_nlmsg_get_payload_len(message) < sizeof(tc))
		return 0;
	memcpy(&tc, mnl_nlmsg_get_payload(message), sizeof(tc));
	if (tc.tcm_ifindex != (int)search->ifindex)
		return 0;
	netlink_for_each_attr(attr, message, sizeof(tc))
		if (mnl_attr_get_type(attr) == TCA_KIND)
			netlink_string(attr, kind, sizeof(kind));
	if (!strcmp(kind, "clsact") || !strcmp(kind, "ingress"))
		memcpy(search->attached->qdisc, kind, sizeof(kind));
	return 0;
}

struct filter_search {
	struct attached_programs *attached;
	enum attached_hook hook;
};

static void read_bpf(const struct nlattr *options, struct attached_program *program)
{
	const struct nlattr *attr;

	netlink_for_each_nested(attr, options) {
		if (mnl_attr_get_type(attr) == TCA_BPF_ID)
			program->id = netlink_u32(attr);
		else if (mnl_attr_get_type(attr) == TCA_BPF_NAME)
			netlink_string(attr, program->name, sizeof(program->name));
	}
}

static int add_filter(const struct nlmsghdr *message, void *context)
{
	struct filter_search *search = context;
	const struct nlattr *attr;
	const struct nlattr *options = NULL;
	char kind[ATTACHED_KIND_SIZE] = "";
	struct attached_program *program;
	uint32_t chain = 0;
	struct tcmsg tc;

	if (message->nlmsg_type != RTM_NEWTFILTER ||
	    mnl_nlmsg_get_payload_len(message) < sizeof(tc))
		return 0;
	memcpy(&tc, mnl_nlmsg_get_payload(message), sizeof(tc));
	netlink_for_each_attr(attr, message, sizeof(tc)) {
		if (mnl_attr_get_type(attr) == TCA_KIND)
			netlink_string(attr, kind, sizeof(kind));
		else if (mnl_attr_get_type(attr) == TCA_OPTIONS)
			options = attr;
		else if (mnl_attr_get_type(attr) == TCA_CHAIN)
			chain = netlink_u32(attr);
	}
	/*
	 * Each classifier is listed once as such, without a handle, before its filters; u32 also
	 * lists its hash tables, whose handles have no item in the low 12 bits.
	 */
	if (!tc.tcm_handle || (!strcmp(kind, "u32") && !(tc.tcm_handle & 0xfff)))
		return 0;
	program = attached_add(search->attached, search->hook);
	if (!program)
		return 0;
	memcpy(program->kind, kind, sizeof(program->kind));
	program->priority = (uint16_t)(tc.tcm_info >> 16);
	program->protocol = ntohs((uint16_t)tc.tcm_info);
	program->handle = tc.tcm_handle;
	program->chain = chain;
	if (options && !strcmp(kind, "bpf"))
		read_bpf(options, program);
	return 0;
}

static int dump_qdiscs(struct netlink *nl, struct attached_programs *attached, uint32_t ifindex)
{
	struct qdisc_search search = {.attached = attached, .ifindex = ifindex};
	struct tcmsg tc = {.tcm_family = AF_UNSPEC, .tcm_ifindex = (int)ifindex};
	int error = -EAGAIN;

	for (int try = 0; error == -EAGAIN && try < DUMP_TRIES; try++) {
		struct netlink_request request;

		netlink_begin(&request, RTM_GETQDISC, NLM_F_DUMP, &tc, sizeof(tc));
		error = netlink_ask(nl, &request, add_qdisc, &search);
	}
	return error;
}

static int dump_filters(struct netlink *nl, struct attached_programs *attached, uint32_t ifindex,
			enum attached_hook hook)
{
	struct filter_search search = {.attached = attached, .hook = hook};
	struct tcmsg tc = {
		.tcm_family = AF_UNSPEC,
		.tcm_ifindex = (int)ifindex,
		.tcm_parent = hook == ATTACHED_TC_INGRESS ? PARENT_INGRESS : PARENT_EGRESS,
	};
	size_t count = attached->count, unlisted = attached->unlisted;
	int error = -EAGAIN;

	for (int try = 0; error == -EAGAIN && try < DUMP_TRIES; try++) {
		struct netlink_request request;

		attached->count = count;
		attached->unlisted = unlisted;
		netlink_begin(&request, RTM_GETTFILTER, NLM_F_DUMP, &tc, sizeof(tc));
		error = netlink_ask(nl, &request, add_filter, &search);
	}
	return error;
}

int attached_read_filters(struct attached_programs *attached, uint32_t ifindex)
{
	struct netlink nl;
	int error = netlink_open(&nl, NETLINK_ROUTE);

	if (error)
		return error;
	error = dump_qdiscs(&nl, attached, ifindex);
	if (!error && attached->qdisc[0])
		error = dump_filters(&nl, attached, ifindex, ATTACHED_TC_INGRESS);
	/* An ingress qdisc would show the same filters once more. */
	if (!error && !strcmp(attached->qdisc, "clsact"))
		error = dump_filters(&nl, attached, ifindex, ATTACHED_TC_EGRESS);
	netlink_close(&nl);
	return error;
}

struct socket_search {
	uint32_t ifindex;
	uint32_t count;
};

static int count_socket(const struct nlmsghdr *message, void *context)
{
	struct socket_search *search = context;
	const struct nlattr *attr;
	struct xdp_diag_info info;

	netlink_for_each_attr(attr, message, sizeof(struct xdp_diag_msg)) {
		if (mnl_attr_get_type(attr) != XDP_DIAG_INFO ||
		    mnl_attr_get_payload_len(attr) < sizeof(info))
			continue;
		memcpy(&info, mnl_attr_get_payload(attr), sizeof(info));
		if (info.ifindex == search->ifindex)
			search->count++;
	}
	return 0;
}

int attached_count_sockets(uint32_t ifindex, uint32_t *count)
{
	struct xdp_diag_req diag = {.sdiag_family = AF_XDP, .xdiag_show = XDP_SHOW_INFO};
	struct socket_search search = {.ifindex = ifindex};
	struct netlink nl;
	int error = netlink_open(&nl, NETLINK_SOCK_DIAG);

	if (error)
		return error;
	error = -EAGAIN;
	for (int try = 0; error == -EAGAIN && try < DUMP_TRIES; try++) {
		struct netlink_request request;

		search.count = 0;
		netlink_begin(&request, SOCK_DIAG_BY_FAMILY, NLM_F_DUMP, &diag, sizeof(diag));
		error = netlink_ask(&nl, &request, count_socket, &search);
	}
	netlink_close(&nl);
	*count = error ? 0 : search.count;
	return error;
}
