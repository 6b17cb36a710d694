/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What reports in words, in JSON and of other formats all say of an alert. */
#ifndef RCODEWATCH_ALERT_TEXT_H
#define RCODEWATCH_ALERT_TEXT_H

#include "analysis/alert.h"
#include "format/advice_text.h"
#include "format/top_text.h"

#define ALERT_TEXT_SIZE ADVICE_TEXT_SIZE

/* The zone, server or RCODE that it is about; NULL: nobody alone. Gives @text or NULL. */
const char *alert_subject_text(const struct alert *alert, char text[static TOP_TEXT_SIZE]);
/* Party number @i, from 0, of @parties: an address, or the prefix of one. Gives @text. */
const char *alert_party_text(const struct alert_parties *parties, size_t i,
			     char text[static TOP_TEXT_SIZE]);

/* The line for people: printable ASCII, whatever the names hold. Gives @text. */
const char *alert_line(const struct alert *alert, char text[static ALERT_TEXT_SIZE]);
/* The command: safe to be pasted into a shell, as advice_command(). Gives @text. */
const char *alert_command(const struct alert *alert, char text[static ALERT_TEXT_SIZE]);

/* Where it was seen: "eth0 tx", "upstream" or "clients". Gives @text. */
#define ALERT_PLACE_SIZE 64
const char *alert_place_text(const struct alert *alert, char text[static ALERT_PLACE_SIZE]);

#endif
