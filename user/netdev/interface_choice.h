/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Which interfaces are to be watched, as words say it: a name, a pattern, or "physical", and behind a colon the
 * direction. No interface's name has a colon (dev_valid_name() of net/core/dev.c).
 */
#ifndef RCODEWATCH_INTERFACE_CHOICE_H
#define RCODEWATCH_INTERFACE_CHOICE_H

#include <stdbool.h>

#include "abi.h"
#include "netdev/interface_table.h"
#include "util/options.h"

/* Room for alternative names, which are the longest: ALTIFNAMSIZ of linux/if.h. */
#define INTERFACE_CHOICE_MAX 128

enum choice_kind {
	CHOICE_NAME,     /* an interface's name, or an alternative one */
	CHOICE_PATTERN,  /* of fnmatch(3), for names */
	CHOICE_PHYSICAL, /* every interface that is not made by software */
};

struct interface_choice {
	char word[INTERFACE_CHOICE_MAX]; /* without the direction */
	enum choice_kind kind;
	bool direction[DIRECTION_COUNT];
};

/*
 * Take @word apart into @choice. @direction: where it names none. 0, or -EINVAL with @why, which says what would be
 * right.
 */
int interface_choice_parse(struct interface_choice *choice, const char *word,
			   const bool direction[DIRECTION_COUNT], char why[OPTION_WHY_MAX]);

/*
 * Whether @choice is a pattern or "physical" that takes in @entry. Loopback is taken in by neither: it must be
 * named.
 */
bool interface_choice_matches(const struct interface_choice *choice,
			      const struct link_entry *entry);

#endif
