// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "format/top_text.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

static char *put_byte(char *to, uint8_t byte)
{
	if (byte == '.' || byte == '\\') {
		*to++ = '\\';
		*to++ = (char)byte;
	} else if (byte < 0x21 || byte > 0x7e) {
		*to++ = '\\';
		*to++ = (char)('0' + byte / 100);
		*to++ = (char)('0' + byte / 10 % 10);
		*to++ = (char)('0' + byte % 10);
	} else {
		*to++ = (char)byte;
	}
	return to;
}

const char *top_name_text(const uint8_t *name, char text[static TOP_TEXT_SIZE])
{
	size_t length = top_name_length(name), at = 0;
	char *to = text;

	while (at + 1 < length) {
		size_t end = at + 1 + name[at];

		if (at > 0)
			*to++ = '.';
		for (at++; at < end; at++)
			to = put_byte(to, name[at]);
	}
	if (to == text)
		*to++ = '.';
	*to = '\0';
	return text;
}

static void address_text(const struct top_row *row, const uint8_t bits[FAMILY_COUNT], char *text)
{
	bool v6 = row->kind == FAMILY_IPV6;
	uint8_t kept = bits[v6 ? FAMILY_IPV6 : FAMILY_IPV4];
	size_t used;

	inet_ntop(v6 ? AF_INET6 : AF_INET, row->key, text, INET6_ADDRSTRLEN);
	used = strlen(text);
	if (kept < (v6 ? 128 : 32))
		snprintf(text + used, TOP_TEXT_SIZE - used, "/%u", kept);
}

const char *top_row_text(const struct top_row *row, enum top_dimension dimension,
			 const uint8_t bits[FAMILY_COUNT], char text[static TOP_TEXT_SIZE])
{
	if (dimension == TOP_ZONE || dimension == TOP_NAME)
		top_name_text(row->key, text);
	else
		address_text(row, bits, text);
	return text;
}

const char *top_zone_source(const struct top_row *row)
{
	return row->kind == ZONE_SOA ? "soa" : "psl";
}
