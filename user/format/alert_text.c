// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "format/alert_text.h"

#include <stdio.h>
#include <string.h>

#include "catalog/catalog_alert.h"
#include "report/report_names.h"
#include "util/text_format.h"

/* NULL: it is nobody alone. */
static const char *subject_text(const struct alert *alert, const struct alert_subject *subject,
				char text[static TOP_TEXT_SIZE])
{
	static const uint8_t whole[FAMILY_COUNT] = {32, 128};
	struct top_row row = {.kind = subject->row_kind};
	char number[CATALOG_UNNAMED_MAX];

	memcpy(row.key, subject->key, sizeof(row.key));
	switch ((enum alert_subject_kind)subject->kind) {
	case ALERT_OF_ALL: break;
	case ALERT_OF_ZONE: return top_row_text(&row, TOP_ZONE, whole, text);
	case ALERT_OF_SERVER:
		return top_row_text(&row, TOP_SERVER,
				    alert->finding.servers.bits[FAMILY_IPV4]
					    ? alert->finding.servers.bits
					    : whole,
				    text);
	case ALERT_OF_RCODE:
		snprintf(text, TOP_TEXT_SIZE, "%s",
			 rcode_text(alert->rcode_name, subject->rcode, number));
		return text;
	}
	return NULL;
}

const char *alert_subject_text(const struct alert *alert, char text[static TOP_TEXT_SIZE])
{
	return subject_text(alert, &alert->finding.subject, text);
}

/* Put the name of @subject where it belongs; @text is its memory. */
static void name_subject(const struct alert *alert, const struct alert_subject *subject,
			 struct catalog_advice_values *values, char text[static TOP_TEXT_SIZE])
{
	const char *name = subject_text(alert, subject, text);

	switch ((enum alert_subject_kind)subject->kind) {
	case ALERT_OF_ALL: break;
	case ALERT_OF_ZONE: values->zone = name; break;
	case ALERT_OF_SERVER: values->server = name; break;
	case ALERT_OF_RCODE: values->code = name; break;
	}
}

const char *alert_party_text(const struct alert_parties *parties, size_t i,
			     char text[static TOP_TEXT_SIZE])
{
	struct top_row row = {.kind = parties->party[i].family};

	memcpy(row.key, parties->party[i].address, TOP_ADDRESS_SIZE);
	return top_row_text(&row, TOP_CLIENT, parties->bits, text);
}

/* A number of the rule's unit, for people. */
static const char *number_text(char text[static TEXT_NUMBER_SIZE], enum alert_unit unit,
			       double number)
{
	switch (unit) {
	case ALERT_SHARE: return text_share(text, number > 1 ? 1 : number);
	case ALERT_SECONDS: snprintf(text, TEXT_NUMBER_SIZE, "%.2f", number); return text;
	case ALERT_RATE:
	case ALERT_TIMES:
	case ALERT_UNITS: break;
	}
	return text_rate(text, number);
}

static const char *fill(const struct alert *alert, bool command, char text[static ALERT_TEXT_SIZE])
{
	const struct alert_finding *finding = &alert->finding;
	char subject[TOP_TEXT_SIZE], other[TOP_TEXT_SIZE], share[TEXT_NUMBER_SIZE],
		value[TEXT_NUMBER_SIZE];
	char threshold[TEXT_NUMBER_SIZE], usual[TEXT_NUMBER_SIZE], count[TEXT_NUMBER_SIZE];
	struct catalog_advice_values values = {
		.share = text_share(share, finding->share),
		.value = number_text(value, alert->rule->unit, finding->value),
		.threshold = number_text(threshold, alert->rule->unit, finding->threshold),
		.usual = text_rate(usual, finding->usual),
		.count = text_count(count, finding->count),
		.interface = alert->interface,
	};
	struct catalog_alert words;
	const char *template;

	text[0] = '\0';
	if (!catalog_alert_find(alert->rule->name, finding->cause, &words))
		return text;
	name_subject(alert, &finding->other, &values, other);
	name_subject(alert, &finding->subject, &values, subject);
	/* A prefix is nobody whom one can ask. */
	if (command && values.server && strchr(values.server, '/'))
		values.server = NULL;
	template = !command                              ? words.text
		   : values.server && words.check_server ? words.check_server
							 : words.check;
	catalog_advice_fill(template, &values, command, text, ALERT_TEXT_SIZE);
	return text;
}

const char *alert_line(const struct alert *alert, char text[static ALERT_TEXT_SIZE])
{
	return fill(alert, false, text);
}

const char *alert_command(const struct alert *alert, char text[static ALERT_TEXT_SIZE])
{
	return fill(alert, true, text);
}

const char *alert_place_text(const struct alert *alert, char text[static ALERT_PLACE_SIZE])
{
	if (alert->interface)
		snprintf(text, ALERT_PLACE_SIZE, "%.40s %s", alert->interface, alert->direction);
	else
		snprintf(text, ALERT_PLACE_SIZE, "%s", alert->side ? alert->side : "");
	return text;
}
