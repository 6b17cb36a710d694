/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What the event loop of `run` tells the service manager. */
#ifndef RCODEWATCH_SERVICE_LOOP_H
#define RCODEWATCH_SERVICE_LOOP_H

#include "config/config.h"
#include "loader/sampler.h"
#include "loader/watch.h"

/*
 * A timer for the watchdog, disarmed if the manager has none: readable when service_loop_beat() is due. A descriptor, or
 * a negative errno.
 */
int service_loop_open(void);
/* Tell that the thread of @sampler and the caller's are alive, if that is so. @timer: of service_loop_open(). */
void service_loop_beat(int timer, struct sampler *sampler);
/* All is attached to, as @config says: the service is up. */
void service_loop_ready(const struct watch *watch, const struct config *config);

#endif
