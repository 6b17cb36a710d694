// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* What a request may be. */
#include "attacher/serve.h"

#include <errno.h>
#include <string.h>

#include "toplist/top_tables.h"
#include "util/cpus.h"

/* More than any run asks for: streams, and places for public suffixes. */
#define FLOW_BUCKETS_MAX (1u << 20)
#define SUFFIXES_MAX     (1u << 20)

static bool is_power_of_two(__u32 number)
{
	return number && !(number & (number - 1));
}

static bool lists_fit(const struct hook_config *config)
{
	struct hook_config placed = *config;

	for (int d = 0; d < TOP_DIMENSIONS; d++)
		if (config->top_sets[d] > TOP_NAME_ROWS)
			return false;
	top_tables_place(&placed);
	return memcmp(placed.top_first, config->top_first, sizeof(placed.top_first)) == 0;
}

static bool points_fit(const struct hook_config *config)
{
	if (!config->interfaces || config->interfaces > MAX_INTERFACES || !config->points ||
	    config->points > POINTS_MAX)
		return false;
	for (__u32 i = 0; i < config->interfaces; i++)
		for (int d = 0; d < DIRECTION_COUNT; d++)
			if (config->point[i][d] >= config->points &&
			    config->point[i][d] != UNASSIGNED)
				return false;
	return true;
}

/* No tick of a kernel is longer than a hundredth of a second. */
#define TICK_NS_MAX 10000000u

static bool transactions_fit(const struct hook_config *config)
{
	if (!config->txn_buckets)
		return true;
	return is_power_of_two(config->txn_buckets) && config->txn_buckets >= TXN_BUCKETS_MIN &&
	       config->txn_buckets <= TXN_BUCKETS_MAX && config->txn_timeout &&
	       config->txn_timeout <= TXN_UNITS(TXN_TIMEOUT_MAX_S) && config->txn_tick_ns &&
	       config->txn_tick_ns <= TICK_NS_MAX &&
	       (!config->txn_locks || config->txn_locks == TXN_LOCKS);
}

static bool load_fits(const struct attacher_load *load, size_t fds)
{
	const struct hook_config *config = &load->config;

	for (size_t i = 0; i < HOOK_PROGRAMS; i++)
		if (load->program[i] > LOAD_REST)
			return false;
	return load->cpus_online && load->cpus_online <= CPU_IDS_MAX && load->reuse <= 1 &&
	       load->needs_transactions <= 1 && load->reuse == (fds > 0) && points_fit(config) &&
	       lists_fit(config) && is_power_of_two(config->flow_buckets) &&
	       config->flow_buckets <= FLOW_BUCKETS_MAX &&
	       (!config->suffixes || is_power_of_two(config->suffixes)) &&
	       config->suffixes <= SUFFIXES_MAX && config->dns_ports <= MAX_PORTS &&
	       config->encrypted_ports <= MAX_PORTS && config->xdp_frags <= 1 &&
	       transactions_fit(config);
}

static bool program_fits(const struct server *server, __u32 program)
{
	return program < HOOK_PROGRAMS && server->loaded.program[program] >= 0;
}

static bool attach_fits(const struct server *server, const struct attacher_attach *attach)
{
	if (!program_fits(server, attach->program) || !attach->ifindex ||
	    attach->ifindex > INT32_MAX)
		return false;
	if (attach->hook == HOOK_TCX)
		return attach->direction < DIRECTION_COUNT &&
		       attach->program == TC_PROGRAM(attach->direction);
	return (attach->hook == HOOK_XDP_NATIVE || attach->hook == HOOK_XDP_GENERIC) &&
	       attach->direction == DIRECTION_RX && attach->program < XDP_PROGRAMS;
}

static bool detach_fits(const struct attacher_detach *detach)
{
	return detach->ifindex && detach->ifindex <= INT32_MAX &&
	       detach->direction < DIRECTION_COUNT && detach->program_id;
}

/* Whether it is this command's turn. */
static bool may_come_now(const struct server *server, __u32 command)
{
	const bool attaching = server->has_loaded && !server->finished;

	switch ((enum attacher_command)command) {
	case ATTACHER_BECOME: return !server->became;
	case ATTACHER_FOLDER: return !server->has_loaded && server->folder < 0;
	case ATTACHER_STATE:
	case ATTACHER_CLOCK:
	case ATTACHER_LOAD: return server->became && !server->has_loaded;
	case ATTACHER_REST: return attaching && server->rest;
	case ATTACHER_PIN: return server->became && server->folder >= 0;
	case ATTACHER_ATTACH:
	case ATTACHER_UPDATE:
	case ATTACHER_FINISH: return attaching;
	case ATTACHER_DETACH: return server->has_loaded;
	}
	return false;
}

int server_check(const struct server *server, const struct attacher_request *request, size_t fds)
{
	bool one = fds == 1, none = fds == 0, fits = false;

	if (request->fds != fds)
		return -EINVAL;
	switch ((enum attacher_command)request->command) {
	case ATTACHER_BECOME: fits = none && request->become.change <= 1; break;
	case ATTACHER_FOLDER: fits = one; break;
	case ATTACHER_STATE:
		fits = none && request->pages && request->pages <= STATE_PAGES_MAX;
		break;
	case ATTACHER_CLOCK: fits = none; break;
	case ATTACHER_LOAD: fits = load_fits(&request->load, fds); break;
	case ATTACHER_REST:
	case ATTACHER_ATTACH: fits = none; break;
	case ATTACHER_UPDATE: fits = one; break;
	case ATTACHER_DETACH: fits = none && detach_fits(&request->detach); break;
	case ATTACHER_PIN: fits = one && pin_name_valid(request->name); break;
	case ATTACHER_FINISH: fits = none && request->filters <= 1; break;
	}
	if (fits && !may_come_now(server, request->command))
		return -EPERM;
	/* These name what was loaded. */
	if (fits && request->command == ATTACHER_ATTACH)
		fits = attach_fits(server, &request->attach);
	if (fits && request->command == ATTACHER_UPDATE)
		fits = program_fits(server, request->program);
	return fits ? 0 : -EINVAL;
}
