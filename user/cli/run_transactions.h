/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Whether and how `run` follows transactions. */
#ifndef RCODEWATCH_RUN_TRANSACTIONS_H
#define RCODEWATCH_RUN_TRANSACTIONS_H

#include "attacher/client.h"
#include "cli/settings.h"

/*
 * Set what @config, which has the observation points, says of transactions, and *@ahead_ns (struct kernel_clock). After
 * attacher_become(). *@why gets why none are followed, or NULL. 0, or a negative errno, logged: they are asked for and
 * cannot be followed.
 */
int run_transactions_configure(const struct settings *settings, struct attacher *attacher,
			       struct hook_config *config, int64_t *ahead_ns, const char **why);

#endif
