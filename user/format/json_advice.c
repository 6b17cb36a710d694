// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "format/json_advice.h"

#include "format/advice_text.h"
#include "util/timestamp.h"

#define SHARE_PLACES 6

static void put_words(struct json *j, const struct report *report, const struct advice *advice)
{
	const struct catalog_ref *about = &advice->words->about;
	char text[ADVICE_TEXT_SIZE];

	json_string(j, "text", advice_line(report, advice, text));
	json_string(j, "check", advice_command(report, advice, text));
	snprintf(text, sizeof(text), "%s:%u", catalog_registry_id(about->registry), about->code);
	json_string(j, "explain", text);
}

void json_put_advice_row(struct json *j, const struct report *report, const struct advice *advice,
			 bool flat)
{
	char stamp[TIMESTAMP_SIZE], text[TOP_TEXT_SIZE];

	json_string(j, "id", advice->words->id);
	if (!flat)
		put_words(j, report, advice);
	json_string(j, "since", timestamp_utc(stamp, advice->since_ns));
	json_u64(j, "count", advice->count);
	if (!flat)
		json_double(j, "share", advice->share, SHARE_PLACES);
	if (advice->zone)
		json_string(j, "zone", advice_zone(advice, text));
	if (advice->server)
		json_string(j, "server", advice_server(report, advice, text));
}

void json_put_advice(struct json *j, const struct report *report)
{
	if (!report->advice)
		return;
	json_array_begin(j, "advice");
	for (size_t i = 0; i < report->advice_count; i++) {
		json_object_begin(j, NULL);
		json_put_advice_row(j, report, &report->advice[i], false);
		json_object_end(j);
	}
	json_array_end(j);
}
