/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What is wrong, of alerts and advice: in which order, how it is coloured, and how its first line begins. */
#ifndef RCODEWATCH_PROBLEM_H
#define RCODEWATCH_PROBLEM_H

#include <stdbool.h>
#include <stdint.h>

#include "analysis/alert_rules.h"
#include "format/tone.h"

struct problem {
	enum alert_severity severity;
	bool advice;                /* else an alert that is under way */
	int64_t since_ns;           /* since 1970; 0: not said */
	const char *rule, *subject; /* "" where it has none */
	const char *
		side; /* direction or side that it was seen in: "tx", "clients"; "" where it is of none */
	double share; /* of responses; of advice */
};

/* For qsort(3): alerts before advice, by severity, then the one that has lasted longest. */
int problem_compare(const struct problem *a, const struct problem *b);
/* Whether both say the same, of another interface or, if it is of somebody, of another side: one of them is enough. */
bool problem_same(const struct problem *a, const struct problem *b);
/* Of two that say the same: whether @a is said and not @b, as it is what clients get. */
bool problem_before(const struct problem *a, const struct problem *b);
/* Whether @alert says what @advice, an advice or an alert of one, says. */
bool problem_covers(const struct problem *alert, const struct problem *advice);
enum tone problem_tone(const struct problem *problem);

/* How severe it is, where colours do not say so: "!!" critical, "! " a warning, "- " a notice. */
#define PROBLEM_MARK 2
const char *problem_mark(const struct problem *problem);
/* "!! 15:38:33 ": columns in front of a text, and of all lines below it. */
#define PROBLEM_INDENT 12
const char *problem_begin(char text[static PROBLEM_INDENT + 1], const struct problem *problem);

#endif
