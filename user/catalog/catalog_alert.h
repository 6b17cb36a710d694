/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What an alert says: one line of text and the command to type. Only the words are here. */
#ifndef RCODEWATCH_CATALOG_ALERT_H
#define RCODEWATCH_CATALOG_ALERT_H

#include "catalog/catalog_advice.h"

struct catalog_alert {
	const char *rule;
	unsigned int cause;       /* some rules have words for several */
	const char *text;         /* for people; as in struct catalog_advice */
	const char *check;        /* a command, with the same */
	const char *check_server; /* the same where a {server} is to blame; NULL: as without */
};

/* The words for a rule and cause, or those of advice with the rule's name. False: there are none. */
bool catalog_alert_find(const char *rule, unsigned int cause, struct catalog_alert *words);

#endif
