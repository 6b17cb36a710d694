// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <string.h>

#include "format/attack_text.h"
#include "analysis/attacks.h"
#include "format/json_lines.h"
#include "report/names.h"
#include "util/timestamp.h"
#include "format/top_text.h"
#include "report/report_names.h"

#define RATE_PLACES  3
#define SHARE_PLACES 6
#define PARTIES_MAX  3u /* of each kind */

/* Those who got or sent most of the denials with the attack's code. */
static void put_parties(struct json *j, const struct report *report, const struct attack *attack,
			enum top_dimension dimension)
{
	const struct top_row *rows[PARTIES_MAX];
	size_t count = attack_parties(report, attack, dimension, rows, PARTIES_MAX);
	char text[TOP_TEXT_SIZE];

	if (!(report->top->listed >> dimension & 1))
		return;
	json_array_begin(j, top_dimension_names[dimension]);
	for (size_t i = 0; i < count; i++)
		json_string(j, NULL,
			    top_row_text(rows[i], dimension, report->top_bits[dimension], text));
	json_array_end(j);
}

void json_line_alert(FILE *out, const struct report *report, const struct attack *attack)
{
	double names = attack->names, count = (double)attack->count;
	char number[CATALOG_UNNAMED_MAX];
	char stamp[TIMESTAMP_SIZE], text[TOP_TEXT_SIZE];
	struct json j;

	json_init(&j, out);
	json_object_begin(&j, NULL);
	json_put_head(&j, "alert", report);
	json_string(&j, "rule", ATTACK_RULE);
	json_string(&j, "state", attack_state_names[attack->state]);
	json_string(&j, "subject", attack_zone_text(attack, text));
	json_string(&j, "since", timestamp_utc(stamp, attack->since_ns));
	json_double(&j, "value", attack->value, RATE_PLACES);
	json_double(&j, "threshold", attack->threshold, RATE_PLACES);
	json_u64(&j, "count", attack->count);
	json_double(&j, "rate", report->interval_s > 0 ? count / report->interval_s : 0,
		    RATE_PLACES);
	json_u64(&j, "distinct_names", (uint64_t)(names + 0.5));
	json_double(&j, "share", count > 0 ? names / count : 0, SHARE_PLACES);
	if (attack->count)
		json_string(&j, "rcode", rcode_text(attack->rcode_name, attack->rcode, number));
	put_parties(&j, report, attack, TOP_SERVER);
	put_parties(&j, report, attack, TOP_CLIENT);
	json_object_end(&j);
	fputc('\n', out);
}
