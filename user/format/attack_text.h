/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What reports in words and in JSON both say of an attack. */
#ifndef RCODEWATCH_ATTACK_TEXT_H
#define RCODEWATCH_ATTACK_TEXT_H

#include "report/report.h"
#include "analysis/subdomain.h"
#include "format/top_text.h"

/* The zone, as top_row_text() writes one. Gives @text. */
const char *attack_zone_text(const struct attack *attack, char text[static TOP_TEXT_SIZE]);

/*
 * The first rows, @most at most, of the report's list of servers or clients that have the attack's code:
 * who sends or gets most of that. Gives how many were put into @rows; 0 if there is no such list.
 */
size_t attack_parties(const struct report *report, const struct attack *attack,
		      enum top_dimension dimension, const struct top_row **rows, size_t most);

#endif
