// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "format/problem.h"

#include <stdio.h>
#include <string.h>

#include "format/figure_text.h"

int problem_compare(const struct problem *a, const struct problem *b)
{
	if (a->severity != b->severity)
		return a->severity > b->severity ? -1 : 1;
	if (a->advice != b->advice)
		return a->advice ? 1 : -1;
	if (a->since_ns != b->since_ns)
		return a->since_ns < b->since_ns ? -1 : 1;
	return (a->share < b->share) - (a->share > b->share);
}

bool problem_same(const struct problem *a, const struct problem *b)
{
	return a->advice == b->advice && strcmp(a->rule, b->rule) == 0 &&
	       strcmp(a->subject, b->subject) == 0 &&
	       (a->subject[0] || strcmp(a->side, b->side) == 0);
}

bool problem_before(const struct problem *a, const struct problem *b)
{
	return strcmp(a->side, "tx") == 0 && strcmp(b->side, "tx") != 0;
}

bool problem_covers(const struct problem *alert, const struct problem *advice)
{
	if (alert->advice)
		return false;
	if (advice->advice && strcmp(alert->rule, advice->rule) == 0)
		return true;
	/* The same of an attack, by another name. */
	return strcmp(alert->rule, "random-subdomain") == 0 &&
	       strcmp(advice->rule, "random-names") == 0 &&
	       (!advice->subject[0] || strcmp(alert->subject, advice->subject) == 0);
}

enum tone problem_tone(const struct problem *problem)
{
	return problem->advice || problem->severity == ALERT_NOTICE ? TONE_WARNING : TONE_BAD;
}

const char *problem_mark(const struct problem *problem)
{
	static const char *const marks[ALERT_SEVERITIES] = {
		[ALERT_SEVERITY_NONE] = "  ",
		[ALERT_NOTICE] = "- ",
		[ALERT_WARNING] = "! ",
		[ALERT_CRITICAL] = "!!",
	};

	return marks[problem->severity];
}

const char *problem_begin(char text[static PROBLEM_INDENT + 1], const struct problem *problem)
{
	char since[TEXT_NUMBER_SIZE];

	/* Without its Z. */
	snprintf(text, PROBLEM_INDENT + 1, "%s %-8.8s ", problem_mark(problem),
		 figure_clock(since, problem->since_ns));
	return text;
}
