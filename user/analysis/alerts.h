/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What is wrong, from the reports of an evaluation and of those before: detectors (detect.h, advice.h, subdomain.h) say what
 * they see, and the engine what of it begins, goes on and ends. Nothing but what is handed in counts, so that a capture gives
 * the same alerts each time. One thread uses it.
 */
#ifndef RCODEWATCH_ALERTS_H
#define RCODEWATCH_ALERTS_H

#include "analysis/alerts_state.h"
#include "util/clock.h"

/*
 * @rules and @attacks, which is open, stay the caller's. 0, or -ENOMEM with nothing to free. Free with alerts_free(), which is harmless
 * if nothing is open.
 */
int alerts_open(struct alerts *alerts, const struct alert_rules *rules, struct attacks *attacks);
void alerts_free(struct alerts *alerts);

/*
 * Evaluate: the result is in alerts->engine.alert, with names of the reports' that live as long as these. Intervals of less than
 * ALERT_INTERVAL_MIN_S, as at the end of a run, are passed over: no alert is news then. 0, or -ENOMEM with the alerts of the
 * last evaluation.
 */
#define ALERT_INTERVAL_MIN_S 0.05
/* Less of view->whole_s ends nothing, as after a start or at the end of a run. */
#define ALERT_PARTIAL 0.5
/*
 * What was under way when another process ended goes on after so long a time at most: no rule but those on silent servers looks further
 * back. After more it ends in the first evaluation, and what is wrong then begins anew.
 */
#define ALERT_AWAY_MAX_NS (10 * 60 * NS_PER_S)
int alerts_look(struct alerts *alerts, const struct alert_view *view);

#endif
