/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Who is named in an alert: rows of a report's lists. */
#ifndef RCODEWATCH_ALERT_PARTIES_H
#define RCODEWATCH_ALERT_PARTIES_H

#include "analysis/alert.h"
#include "report/report.h"

/*
 * Those of the report's list @dimension, of servers or clients, that have most responses with @rcode: @most at most.
 * @report NULL: nobody.
 */
void alert_parties(struct alert_parties *parties, const struct report *report,
		   enum top_dimension dimension, uint16_t rcode, size_t most);

#endif
