// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "util/cpus.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "abi.h"

static int list_number(const char **at, size_t limit)
{
	size_t number = 0;

	if (!isdigit((unsigned char)**at))
		return -EINVAL;
	for (; isdigit((unsigned char)**at); (*at)++) {
		number = number * 10 + (size_t)(**at - '0');
		if (number >= limit)
			return -EINVAL;
	}
	return (int)number;
}

int cpu_list_parse(const char *list, uint8_t *online, size_t size)
{
	int highest = -EINVAL;
	const char *at = list;

	for (;;) {
		int first = list_number(&at, size), last = first;

		if (first < 0)
			return -EINVAL;
		if (*at == '-') {
			at++;
			last = list_number(&at, size);
			if (last < first)
				return -EINVAL;
		}
		for (int id = first; id <= last; id++)
			online[id] = 1;
		if (last > highest)
			highest = last;
		if (*at != ',')
			break;
		at++;
	}
	return *at == '\0' || *at == '\n' ? highest : -EINVAL;
}

static int read_list(const char *path, uint8_t *set, size_t size)
{
	char line[4096];
	FILE *file = fopen(path, "re");
	int err = -EINVAL;

	if (!file)
		return -errno;
	if (fgets(line, sizeof(line), file))
		err = cpu_list_parse(line, set, size);
	fclose(file);
	return err;
}

int cpu_slots_read(struct cpu_slots *cpus)
{
	uint8_t online[CPU_IDS_MAX] = {0}, possible[CPU_IDS_MAX] = {0};
	int highest, err;

	*cpus = (struct cpu_slots){0};
	highest = read_list("/sys/devices/system/cpu/possible", possible, sizeof(possible));
	if (highest < 0)
		return highest;
	err = read_list("/sys/devices/system/cpu/online", online, sizeof(online));
	if (err < 0)
		return err;
	cpus->ids = (uint32_t)highest + 1;
	cpus->cpu_slot = calloc(cpus->ids, sizeof(*cpus->cpu_slot));
	if (!cpus->cpu_slot)
		return -ENOMEM;
	for (uint32_t id = 0; id < cpus->ids; id++)
		cpus->cpu_slot[id] = online[id] ? cpus->online++ : UNASSIGNED;
	return 0;
}

void cpu_slots_free(struct cpu_slots *cpus)
{
	free(cpus->cpu_slot);
	*cpus = (struct cpu_slots){0};
}
