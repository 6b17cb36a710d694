/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The sections of sinks: [sink NAME], with kind, address, enabled and the options of the kind. */
#ifndef RCODEWATCH_CONFIG_SINKS_H
#define RCODEWATCH_CONFIG_SINKS_H

#include "config/config.h"
#include "config/config_origins.h"
#include "sinks/sinks.h"

/*
 * Add the sinks of @config's sections to @sinks, a struct sink_specs, and what they say to @origins, if that is not NULL. A
 * section of a later file adds to the one of the same name. 0 or -ENOMEM; errors are counted in @config.
 */
int config_sinks(struct config *config, void *sinks, struct config_origins *origins);

#endif
