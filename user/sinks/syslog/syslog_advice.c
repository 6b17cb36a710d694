// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <stdio.h>
#include <string.h>

#include "format/advice_text.h"
#include "sinks/syslog/syslog_content.h"
#include "util/timestamp.h"

#define SD_ADVICE "advice@32473"

void syslog_advice(struct syslog_record *record, const struct report *report,
		   const struct advice *advice)
{
	const struct catalog_ref *about = &advice->words->about;
	char stamp[TIMESTAMP_SIZE], text[ADVICE_TEXT_SIZE], name[TOP_TEXT_SIZE];

	record_begin(record, "ADVICE", SD_ADVICE, SYSLOG_WARNING, report->end_ns);
	syslog_put_head(record, report);
	record_string(record, "id", "", advice->words->id);
	snprintf(text, sizeof(text), "%s:%u", catalog_registry_id(about->registry), about->code);
	record_string(record, "explain", "", text);
	record_string(record, "since", "", timestamp_utc(stamp, advice->since_ns));
	record_u64(record, "count", "", advice->count);
	record_double(record, "share", "", advice->share);
	if (advice->zone)
		record_string(record, "zone", "", advice_zone(advice, name));
	if (advice->server)
		record_string(record, "server", "", advice_server(report, advice, name));
	record_string(record, "check", "", advice_command(report, advice, text));

	record_text_bytes(record, report->interface, strlen(report->interface));
	record_text(record, " %s: %s, since %s", report->direction,
		    advice_line(report, advice, text), stamp);
}
