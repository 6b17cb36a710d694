// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <stdio.h>
#include <string.h>

#include "format/attack_text.h"
#include "analysis/attacks.h"
#include "sinks/syslog/syslog_content.h"
#include "util/timestamp.h"
#include "report/report_names.h"

#define SD_ALERT    "alert@32473"
#define PARTIES_MAX 3u /* of each kind */

/* Those who got or sent most of the denials: server_1, server_2... */
static void put_parties(struct syslog_record *record, const struct report *report,
			const struct attack *attack, enum top_dimension dimension,
			const char *prefix)
{
	const struct top_row *rows[PARTIES_MAX];
	size_t count = attack_parties(report, attack, dimension, rows, PARTIES_MAX);
	char text[TOP_TEXT_SIZE], number[8];

	for (size_t i = 0; i < count; i++) {
		snprintf(number, sizeof(number), "%u", (unsigned int)i % 10 + 1);
		record_string(record, prefix, number,
			      top_row_text(rows[i], dimension, report->top_bits[dimension], text));
	}
}

void syslog_alert(struct syslog_record *record, const struct report *report,
		  const struct attack *attack)
{
	static const char *const words[] = {[ATTACK_BEGINS] = "attack",
					    [ATTACK_GOES_ON] = "attack goes on",
					    [ATTACK_ENDS] = "end of attack"};
	bool over = attack->state == ATTACK_ENDS;
	double count = (double)attack->count;
	char number[CATALOG_UNNAMED_MAX];
	char stamp[TIMESTAMP_SIZE], zone[TOP_TEXT_SIZE];

	attack_zone_text(attack, zone);
	record_begin(record, "ALERT", SD_ALERT, over ? SYSLOG_NOTICE : SYSLOG_ERR, report->end_ns);
	syslog_put_head(record, report);
	record_string(record, "rule", "", ATTACK_RULE);
	record_string(record, "state", "", attack_state_names[attack->state]);
	record_string(record, "subject", "", zone);
	record_string(record, "since", "", timestamp_utc(stamp, attack->since_ns));
	record_double(record, "value", "", attack->value);
	record_double(record, "threshold", "", attack->threshold);
	record_u64(record, "count", "", attack->count);
	record_double(record, "rate", "", report->interval_s > 0 ? count / report->interval_s : 0);
	record_u64(record, "distinct_names", "", (uint64_t)(attack->names + 0.5));
	record_double(record, "share", "", count > 0 ? attack->names / count : 0);
	if (attack->count)
		record_string(record, "rcode", "",
			      rcode_text(attack->rcode_name, attack->rcode, number));
	put_parties(record, report, attack, TOP_SERVER, "server_");
	put_parties(record, report, attack, TOP_CLIENT, "client_");

	record_text_bytes(record, report->interface, strlen(report->interface));
	record_text(record, " %s: %s: random subdomains of %s", report->direction,
		    words[attack->state], zone);
	if (!over)
		record_text(record, ": ~%.1f names/s, above %.1f", attack->value,
			    attack->threshold);
}
