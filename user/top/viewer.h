/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The full-screen page of `rcodewatch top`. */
#ifndef RCODEWATCH_TOP_VIEWER_H
#define RCODEWATCH_TOP_VIEWER_H

#include <stdbool.h>

/* What is shown: one of three. */
struct viewer_source {
	const char *control; /* the path of a monitor's control socket; NULL: none */
	char *const *
		child; /* the arguments of this program to be started, with a NULL at the end; NULL: none */
	bool capture; /* that reads a file */
};

/* Whether this was built with what it needs. */
bool viewer_built_in(void);

/* Show it until somebody has seen enough. EXIT_DONE, or EXIT_FAILED, logged. Privileges are given up on the way. */
int viewer_show(const struct viewer_source *source);

#endif
