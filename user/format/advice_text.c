// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "format/advice_text.h"

#include "util/text_format.h"

const char *advice_zone(const struct advice *advice, char text[static TOP_TEXT_SIZE])
{
	static const uint8_t no_bits[FAMILY_COUNT];

	return advice->zone ? top_row_text(advice->zone, TOP_ZONE, no_bits, text) : NULL;
}

const char *advice_server(const struct report *report, const struct advice *advice,
			  char text[static TOP_TEXT_SIZE])
{
	if (!advice->server)
		return NULL;
	return top_row_text(advice->server, TOP_SERVER, report->top_bits[TOP_SERVER], text);
}

static bool is_whole_address(const struct report *report, const struct top_row *row)
{
	const uint8_t *bits = report->top_bits[TOP_SERVER];

	return row->kind == FAMILY_IPV6 ? bits[FAMILY_IPV6] >= 128 : bits[FAMILY_IPV4] >= 32;
}

static const char *fill(const struct report *report, const struct advice *advice, bool command,
			char text[static ADVICE_TEXT_SIZE])
{
	char zone[TOP_TEXT_SIZE], server[TOP_TEXT_SIZE], share[TEXT_NUMBER_SIZE];
	struct catalog_advice_values values = {
		.zone = advice_zone(advice, zone),
		.server = advice_server(report, advice, server),
		.share = text_share(share, advice->share),
	};

	if (command && advice->server && !is_whole_address(report, advice->server))
		values.server = NULL;
	catalog_advice_fill(command ? advice->words->check : advice->words->text, &values, command,
			    text, ADVICE_TEXT_SIZE);
	return text;
}

const char *advice_line(const struct report *report, const struct advice *advice,
			char text[static ADVICE_TEXT_SIZE])
{
	return fill(report, advice, false, text);
}

const char *advice_command(const struct report *report, const struct advice *advice,
			   char text[static ADVICE_TEXT_SIZE])
{
	return fill(report, advice, true, text);
}
