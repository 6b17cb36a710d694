/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What is known of something that is so or is not: it may also have been impossible to find out. */
#ifndef RCODEWATCH_TRISTATE_H
#define RCODEWATCH_TRISTATE_H

enum tristate { TRISTATE_UNKNOWN, TRISTATE_NO, TRISTATE_YES };

/* "unknown", "no" or "yes". */
static inline const char *tristate_name(enum tristate tristate)
{
	static const char *const names[] = {"unknown", "no", "yes"};

	return names[tristate];
}

#endif
