// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "cli/run_transactions.h"

#include <errno.h>

#include "util/log.h"

/*
 * A query and its response go in different directions: interfaces that are watched in one have no part in it. Gives whether
 * there is one that is watched in both.
 */
static bool choose_points(struct hook_config *config)
{
	bool any = false;

	for (__u32 i = 0; i < config->interfaces; i++) {
		const __u32 *point = config->point[i];

		if (point[DIRECTION_RX] != UNASSIGNED && point[DIRECTION_TX] != UNASSIGNED)
			any = true;
		else if (point[DIRECTION_RX] != UNASSIGNED)
			config->txn_apart |= 1u << point[DIRECTION_RX];
		else if (point[DIRECTION_TX] != UNASSIGNED)
			config->txn_apart |= 1u << point[DIRECTION_TX];
	}
	return any;
}

/* They cannot be followed. An error only to who asks for them. */
static int refuse(const struct settings *settings, int err, const char **why, const char *reason)
{
	*why = reason;
	if (settings->transactions == TRANSACTIONS_ON) {
		log_error("--transactions on: %s", reason);
		return err;
	}
	if (settings->verbose || settings->debug)
		log_info("queries are not matched with responses: %s", reason);
	return 0;
}

int run_transactions_configure(const struct settings *settings, struct attacher *attacher,
			       struct hook_config *config, int64_t *ahead_ns, const char **why)
{
	struct kernel_clock clock;
	bool has_swap;
	int err;

	*ahead_ns = 0;
	*why = NULL;
	if (settings->transactions == TRANSACTIONS_OFF) {
		*why = "--transactions off";
		return 0;
	}
	if (!choose_points(config))
		return refuse(settings, -EINVAL, why,
			      "that takes both directions of an interface (--direction both)");
	err = attacher_clock(attacher, &clock, &has_swap);
	if (err)
		return refuse(settings, err, why, "the kernel's clocks cannot be read");
	transactions_configure(settings, config);
	config->txn_locks = has_swap ? 0 : TXN_LOCKS;
	log_debug("queries that wait are changed %s",
		  has_swap ? "by compare-and-swap" : "under locks");
	config->txn_tick_ns = clock.tick_ns;
	config->txn_tick_offset = clock.offset;
	*ahead_ns = clock.ahead_ns;
	return 0;
}
