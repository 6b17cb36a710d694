/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* An alert for the tests of formatters and sinks, made by hand. */
#ifndef RCODEWATCH_SAMPLE_ALERT_H
#define RCODEWATCH_SAMPLE_ALERT_H

#include "analysis/alert.h"
#include "sample_report.h"

/* Random subdomains of victim.example, in the interval of sample_quiet(). */
static inline struct alert sample_attack(void)
{
	const struct report report = sample_quiet();

	return (struct alert){
		.finding =
			{
				.rule = RULE_RANDOM_SUBDOMAIN,
				.subject = {.kind = ALERT_OF_ZONE, .key = "\6victim\7example"},
				.value = 1180.24,
				.threshold = 50,
				.count = 12640,
				.share = 11802.4 / 12640,
				.names = 11802.4,
				.rcode = 3,
				.clients =
					{
						.listed = true,
						.count = 2,
						.bits = {24, 56},
						.party = {{FAMILY_IPV4, "\xc6\x33\x64"},
							  {FAMILY_IPV6, "\x20\x01\x0d\xb8"}},
					},
			},
		.rule = alert_rule_default(RULE_RANDOM_SUBDOMAIN),
		.severity = ALERT_CRITICAL,
		.state = ALERT_BEGINS,
		.news = true,
		.since_ns = report.start_ns,
		.start_ns = report.start_ns,
		.end_ns = report.end_ns,
		.interval_s = report.interval_s,
		.seq = report.seq,
		.interface = report.interface,
		.direction = report.direction,
		.hook = report.hook,
		.rcode_name = "NXDOMAIN",
		.host = report.host,
		.instance = report.instance,
	};
}

#endif
