// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "netdev/interface_choice.h"

#include <errno.h>
#include <fnmatch.h>
#include <stdio.h>
#include <string.h>

static const struct option_word directions[] = {
	{"rx", 1u << DIRECTION_RX},
	{"tx", 1u << DIRECTION_TX},
	{"both", 1u << DIRECTION_RX | 1u << DIRECTION_TX},
	{NULL, 0},
};

static enum choice_kind kind_of(const char *word)
{
	if (strcmp(word, "physical") == 0)
		return CHOICE_PHYSICAL;
	return strpbrk(word, "*?[") ? CHOICE_PATTERN : CHOICE_NAME;
}

int interface_choice_parse(struct interface_choice *choice, const char *word,
			   const bool direction[DIRECTION_COUNT], char why[OPTION_WHY_MAX])
{
	const char *colon = strchrnul(word, ':');
	size_t length = (size_t)(colon - word);
	unsigned int bits;

	if (length == 0 || length >= sizeof(choice->word)) {
		snprintf(why, OPTION_WHY_MAX,
			 "needs the name of an interface, a pattern like eth*, or physical");
		return -EINVAL;
	}
	*choice = (struct interface_choice){0};
	memcpy(choice->word, word, length);
	choice->kind = kind_of(choice->word);
	memcpy(choice->direction, direction, sizeof(choice->direction));
	if (!*colon)
		return 0;
	if (option_word(colon + 1, directions, &bits, why) < 0)
		return -EINVAL;
	for (int d = 0; d < DIRECTION_COUNT; d++)
		choice->direction[d] = bits >> d & 1u;
	return 0;
}

bool interface_choice_matches(const struct interface_choice *choice, const struct link_entry *entry)
{
	if (entry->flags & IFF_LOOPBACK)
		return false;
	switch (choice->kind) {
	case CHOICE_NAME: break;
	case CHOICE_PATTERN: return fnmatch(choice->word, entry->name, 0) == 0;
	/* What software makes has a kind: IFLA_INFO_KIND is the name of its rtnl_link_ops. */
	case CHOICE_PHYSICAL: return !entry->kind[0];
	}
	return false;
}
