/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What a report says when its mix of codes suggests a cause: one line of text and the command to
 * type. Only the words are here; when they apply is for those who look at reports.
 */
#ifndef RCODEWATCH_CATALOG_ADVICE_H
#define RCODEWATCH_CATALOG_ADVICE_H

#include "catalog/catalog.h"

struct catalog_advice {
	const char *id;           /* "expired-signatures": stable, for programs */
	const char *text;         /* for people; {zone}, {server} and {share} stand for values */
	const char *check;        /* a command, with the same */
	struct catalog_ref about; /* the code to `explain` */
};

/* What to put in; NULL where unknown, for which a word in capitals is put instead. */
struct catalog_advice_values {
	const char *zone;   /* in presentation form, as reports have it */
	const char *server; /* an address */
	const char *share;  /* "12.5 %" */
	/* Of alerts. */
	const char *value, *threshold, *usual, *count; /* numbers, without their unit */
	const char *code;                              /* the name of an RCODE */
	const char *interface;
};

/* All of them, and their number in @count; static storage. */
const struct catalog_advice *catalog_advice_all(size_t *count);
/* The advice with that id; NULL if there is none. */
const struct catalog_advice *catalog_advice_find(const char *id);

/*
 * Put the values into @template and write the result to @out of @size bytes, NUL-terminated. With
 * @shell, values that a shell would not take as one plain word are quoted for it: names come from
 * strangers, and people paste commands. Returns false, with @out empty, if it does not fit.
 */
bool catalog_advice_fill(const char *template, const struct catalog_advice_values *values,
			 bool shell, char *out, size_t size);

#endif
