// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "analysis/attack_ignore.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/environment.h"
#include "util/wire_name.h"

#define LINE_BYTES 1024
#define ZONES_MAX  100000u /* so that a wrong file is an error and no memory hog */

/* Names end with the root label and nothing else in them is 0: what differs does so before. */
static int compare(const void *a, const void *b)
{
	const char *const *one = a, *const *other = b;

	return strcmp(*one, *other);
}

static int add(struct attack_ignore *ignore, const char *text, size_t length)
{
	uint8_t wire[DNS_NAME_MAX], *zone;
	size_t octets = wire_name(text, length, wire);

	if (octets < 2 || strlen((const char *)wire) + 1 != octets)
		return -EINVAL;
	if (ignore->count == ZONES_MAX)
		return -ENOSPC;
	if (ignore->count == ignore->room) {
		size_t room = ignore->room ? ignore->room * 2 : 256;
		uint8_t **zones = reallocarray(ignore->zones, room, sizeof(*zones));

		if (!zones)
			return -ENOMEM;
		ignore->zones = zones;
		ignore->room = room;
	}
	zone = malloc(octets);
	if (!zone)
		return -ENOMEM;
	memcpy(zone, wire, octets);
	ignore->zones[ignore->count++] = zone;
	return 0;
}

/* Words for what add() refused. */
static const char *reason(int err)
{
	switch (err) {
	case -EINVAL: return "no zone";
	case -ENOSPC: return "too many zones";
	default: return strerror(-err);
	}
}

static int add_lines(struct attack_ignore *ignore, FILE *file, char why[OPTION_WHY_MAX])
{
	char line[LINE_BYTES];
	unsigned long number = 0;

	while (fgets(line, sizeof(line), file)) {
		char *zone = line + strspn(line, " \t");
		size_t length = strcspn(zone, " \t\r\n#");
		const char *rest = zone + length + strspn(zone + length, " \t\r\n");
		int err = length ? add(ignore, zone, length) : 0;

		number++;
		if (!err && *rest && *rest != '#')
			err = -EINVAL;
		if (!err && !strchr(line, '\n') && !feof(file))
			err = -EINVAL;
		if (err) {
			snprintf(why, OPTION_WHY_MAX, "line %lu: %s", number, reason(err));
			return -EINVAL;
		}
	}
	if (!ferror(file))
		return 0;
	snprintf(why, OPTION_WHY_MAX, "cannot read it: %s", strerror(errno));
	return -EINVAL;
}

int attack_ignore_add(void *into, const char *value, char why[OPTION_WHY_MAX])
{
	struct attack_ignore *ignore = into;
	FILE *file;
	int err;

	if (!strchr(value, '/')) {
		err = add(ignore, value, strlen(value));
		if (err)
			snprintf(why, OPTION_WHY_MAX, "%s; of a file, give a path with a /",
				 reason(err));
		return err ? -EINVAL : 0;
	}
	if (environment_refuses_file(why))
		return -EINVAL;
	file = fopen(value, "re");
	if (!file) {
		snprintf(why, OPTION_WHY_MAX, "cannot open it: %s", strerror(errno));
		return -EINVAL;
	}
	err = add_lines(ignore, file, why);
	fclose(file);
	return err;
}

int attack_ignore_ready(struct attack_ignore *ignore)
{
	if (ignore->ready)
		return 0;
	for (size_t i = 0; attack_ignore_list[i]; i++)
		if (add(ignore, attack_ignore_list[i], strlen(attack_ignore_list[i])) == -ENOMEM)
			return -ENOMEM;
	qsort(ignore->zones, ignore->count, sizeof(*ignore->zones), compare);
	ignore->ready = true;
	return 0;
}

void attack_ignore_free(struct attack_ignore *ignore)
{
	for (size_t i = 0; i < ignore->count; i++)
		free(ignore->zones[i]);
	free(ignore->zones);
	*ignore = (struct attack_ignore){0};
}

bool attack_ignored(const struct attack_ignore *ignore, const uint8_t *wire, size_t length)
{
	for (size_t at = 0; at < length && wire[at]; at += 1u + wire[at]) {
		const uint8_t *suffix = wire + at;

		if (bsearch(&suffix, ignore->zones, ignore->count, sizeof(suffix), compare))
			return true;
	}
	return false;
}
