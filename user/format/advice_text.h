/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What reports in words, in JSON and of other formats all say of an advice. */
#ifndef RCODEWATCH_ADVICE_TEXT_H
#define RCODEWATCH_ADVICE_TEXT_H

#include "analysis/advice.h"
#include "format/top_text.h"

/* Room for the catalogue's words with the longest names and addresses in them, quoted for a shell. */
#define ADVICE_TEXT_SIZE (2 * TOP_TEXT_SIZE + 256)

/* The zone or the server, as top_row_text() writes them; NULL if it is not known. */
const char *advice_zone(const struct advice *advice, char text[static TOP_TEXT_SIZE]);
const char *advice_server(const struct report *report, const struct advice *advice,
			  char text[static TOP_TEXT_SIZE]);

/* The line for people: printable ASCII, whatever the names hold. Gives @text. */
const char *advice_line(const struct report *report, const struct advice *advice,
			char text[static ADVICE_TEXT_SIZE]);
/*
 * The command: safe to be pasted into a shell, whatever the names hold. What is not known stands there
 * in capitals, an address of which not all is kept too. Gives @text.
 */
const char *advice_command(const struct report *report, const struct advice *advice,
			   char text[static ADVICE_TEXT_SIZE]);

#endif
