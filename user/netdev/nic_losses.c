// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "netdev/nic_losses.h"

#include <linux/genetlink.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "netdev/nic_messages.h"
#include "util/clock.h"
#include "util/log.h"

/* Of include/uapi/linux/netdev.h (6.9), part of the kernel's ABI. */
#define FAMILY_NAME    "netdev"
#define CMD_QSTATS_GET 12
#define ATTR_IFINDEX   1

/* The shortest frames on a link of 800 Gbit/s are 1.2 thousand million a second. */
#define PACKETS_PER_S_MAX 2000000000.0
/* A reading that takes so long is followed by this many times that without one. */
#define REST_FACTOR 100

struct question {
	uint32_t ifindex;
	bool rx_dropped;
	bool known;
	uint64_t lost;
};

static int read_family(const struct nlmsghdr *message, void *context)
{
	*(uint16_t *)context = nic_message_family(message);
	return 0;
}

static int read_queues(const struct nlmsghdr *message, void *context)
{
	struct question *question = context;

	if (nic_message_queues(message, question->ifindex, &question->lost))
		question->known = true;
	return 0;
}

static int read_link(const struct nlmsghdr *message, void *context)
{
	struct question *question = context;

	if (nic_message_link(message, question->ifindex, question->rx_dropped, &question->lost))
		question->known = true;
	return 0;
}

void nic_losses_open(struct nic_losses *losses)
{
	struct genlmsghdr get_family = {.cmd = CTRL_CMD_GETFAMILY, .version = 1};
	struct netlink_request request;

	*losses = (struct nic_losses){.fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
	netlink_open(&losses->route, NETLINK_ROUTE);
	if (netlink_open(&losses->generic, NETLINK_GENERIC))
		return;
	netlink_begin(&request, GENL_ID_CTRL, 0, &get_family, sizeof(get_family));
	mnl_attr_put_strz_check(&request.header, sizeof(request), CTRL_ATTR_FAMILY_NAME,
				FAMILY_NAME);
	if (netlink_ask(&losses->generic, &request, read_family, &losses->family))
		losses->family = 0;
}

void nic_losses_close(struct nic_losses *losses)
{
	netlink_close(&losses->generic);
	netlink_close(&losses->route);
	if (losses->fd >= 0)
		close(losses->fd);
	*losses = (struct nic_losses){.fd = -1};
}

static bool ask_queues(struct nic_losses *losses, struct question *question)
{
	struct genlmsghdr get = {.cmd = CMD_QSTATS_GET, .version = 1};
	struct netlink_request request;

	if (!losses->family)
		return false;
	netlink_begin(&request, losses->family, NLM_F_DUMP, &get, sizeof(get));
	mnl_attr_put_u32_check(&request.header, sizeof(request), ATTR_IFINDEX, question->ifindex);
	return !netlink_ask(&losses->generic, &request, read_queues, question) && question->known;
}

static bool ask_link(struct nic_losses *losses, struct question *question)
{
	struct if_stats_msg get = {
		.ifindex = question->ifindex,
		.filter_mask = IFLA_STATS_FILTER_BIT(IFLA_STATS_LINK_64),
	};
	struct netlink_request request;

	if (!losses->route.socket)
		return false;
	netlink_begin(&request, RTM_GETSTATS, 0, &get, sizeof(get));
	return !netlink_ask(&losses->route, &request, read_link, question) && question->known;
}

static bool ask_driver(const struct nic_losses *losses, struct nic_counter *counter,
		       struct question *question)
{
	char name[IF_NAMESIZE];

	if (!counter->driver || !counter->driver->statistic[0] || losses->fd < 0 ||
	    !if_indextoname(question->ifindex, name))
		return false;
	if (nic_statistics_read(losses->fd, name, &counter->places, &question->lost))
		return true;
	/* The number of queues has changed, say: others are added up now. */
	counter->based = false;
	return nic_statistics_find(losses->fd, name, counter->driver, &counter->places) &&
	       nic_statistics_read(losses->fd, name, &counter->places, &question->lost);
}

static bool ask(struct nic_losses *losses, struct nic_counter *counter, enum nic_source source,
		struct question *question)
{
	if (source == NIC_QUEUES)
		return ask_queues(losses, question);
	if (source == NIC_ETHTOOL)
		return ask_driver(losses, counter, question);
	if (source != NIC_LINK || !counter->driver)
		return false;
	question->rx_dropped = counter->driver->rx_dropped;
	return ask_link(losses, question);
}

/* The best source that answers; NIC_UNKNOWN: none. */
static void choose(struct nic_losses *losses, struct nic_counter *counter,
		   struct question *question)
{
	char name[IF_NAMESIZE], driver[INTERFACE_DRIVER_SIZE] = "";
	bool bus = false;

	if (losses->fd >= 0 && if_indextoname(question->ifindex, name))
		nic_statistics_driver(losses->fd, name, driver, &bus);
	counter->driver = driver[0] ? nic_driver(driver, bus) : NULL;
	for (enum nic_source source = NIC_QUEUES; source < NIC_SOURCES; source++)
		if (ask(losses, counter, source, question)) {
			counter->source = source;
			return;
		}
}

void nic_counter_add(struct nic_counter *counter, uint64_t value, int64_t mono_ns)
{
	double seconds = clock_seconds(mono_ns - counter->read_ns) + 1;

	if (counter->based && value > counter->last &&
	    (double)(value - counter->last) < seconds * PACKETS_PER_S_MAX)
		counter->lost += value - counter->last;
	counter->based = true;
	counter->last = value;
	counter->read_ns = mono_ns;
}

struct nic_reading nic_counter_reading(const struct nic_counter *counter)
{
	return (struct nic_reading){
		.lost = counter->lost,
		.value = counter->last,
		.mono_ns = counter->read_ns,
		.ifindex = counter->based ? counter->ifindex : 0,
		.source = counter->source,
	};
}

void nic_counter_begin(struct nic_counter *counter, const struct nic_reading *before)
{
	*counter = (struct nic_counter){.lost = before->lost, .before = *before};
}

void nic_counter_resume(struct nic_counter *counter)
{
	const struct nic_reading before = counter->before;

	counter->before = (struct nic_reading){0};
	if (!before.ifindex || before.ifindex != counter->ifindex ||
	    before.source != counter->source)
		return;
	counter->based = true;
	counter->last = before.value;
	counter->read_ns = before.mono_ns;
}

void nic_losses_read(struct nic_losses *losses, struct nic_counter *counter, uint32_t ifindex,
		     int64_t mono_ns)
{
	struct question question = {.ifindex = ifindex};
	int64_t began = clock_mono_ns();
	bool known;

	if (!ifindex || (ifindex == counter->ifindex && mono_ns < counter->next_ns))
		return;
	if (ifindex != counter->ifindex) {
		*counter = (struct nic_counter){
			.ifindex = ifindex,
			.lost = counter->lost,
			.before = counter->before,
		};
		choose(losses, counter, &question);
		nic_counter_resume(counter);
		known = counter->source != NIC_UNKNOWN;
		log_debug("interface number %u: what it loses is known by %s", ifindex,
			  known ? nic_source_names[counter->source] : "nothing");
	} else {
		known = ask(losses, counter, counter->source, &question);
	}
	if (known)
		nic_counter_add(counter, question.lost, mono_ns);
	counter->next_ns = mono_ns + REST_FACTOR * (clock_mono_ns() - began);
}
