// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "format/code_cells.h"

#include <stdio.h>
#include <string.h>

#include "dns_wire.h"
#include "util/text_format.h"

/* What fewer responses have in common, an Extended DNS Error or a zone, is no reason for all of them. */
#define PART_MIN 0.1

const struct code_column code_columns[CODE_CELLS] = {
	[CODE_PER_S] = {"PER S", 8},
	[CODE_SHARE] = {"SHARE", 8},
	[CODE_COMPARED] = {"VS 15m", 8},
};

bool code_fails(uint32_t code)
{
	return code != DNS_RCODE_NOERROR && code != DNS_RCODE_NXDOMAIN && code != CODE_NODATA;
}

unsigned int code_rank(uint32_t code, bool came)
{
	static const uint32_t first[] = {DNS_RCODE_SERVFAIL, DNS_RCODE_NOERROR, DNS_RCODE_NXDOMAIN,
					 CODE_NODATA, DNS_RCODE_REFUSED};
	unsigned int i;

	for (i = 0; i < sizeof(first) / sizeof(first[0]) && first[i] != code; i++)
		;
	return came ? i : i + 10;
}

uint32_t code_place(uint32_t code)
{
	return code == CODE_NODATA ? 1 : 2 * code;
}

enum tone code_tone(uint32_t code, double rate, double usual)
{
	if (!code_fails(code) || rate <= 0)
		return TONE_PLAIN;
	return usual >= 0 && rate <= 2 * usual ? TONE_WARNING : TONE_BAD;
}

/* "1 zone", "12+ zones": whether one zone fails, or many do. */
static void zones_text(char *text, size_t size, const char *before, const struct code_why *why)
{
	char number[TEXT_NUMBER_SIZE];

	if (why->zones_low)
		snprintf(text, size, "%s%.12s%s zone%s", before, text_count(number, why->zones_low),
			 why->zones_high > why->zones_low ? "+" : "",
			 why->zones_high > 1 ? "s" : "");
}

void code_why_text(struct code_why_text *text, const struct code_why *why, size_t room)
{
	bool ede = why->ede_name && why->ede_part >= PART_MIN;
	bool zone = !ede && why->zone && why->zone[0] && why->zone_part >= PART_MIN;
	double part = ede ? why->ede_part : why->zone_part;
	int used;

	*text = (struct code_why_text){.is_zone = zone};
	if (room < CODE_WHY_MIN || (!ede && !zone && !why->zones_low))
		return;
	text->head = zone ? why->zone : text->words;
	if (!ede && !zone) {
		zones_text(text->words, sizeof(text->words), "", why);
		return;
	}
	if (ede)
		snprintf(text->words, sizeof(text->words), "EDE %u%s%s", why->ede,
			 why->ede_name[0] ? " " : "", why->ede_name);
	used = snprintf(text->tail, sizeof(text->tail), " %.0f%%", part < 1 ? 100 * part : 100);
	zones_text(text->tail + used, sizeof(text->tail) - (size_t)used, ", ", why);
	if (strlen(text->tail) > room / 2)
		text->tail[strcspn(text->tail, ",")] = '\0';
}
