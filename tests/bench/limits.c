// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "limits.h"

#include <stdio.h>
#include <string.h>

double limit_of(const char *path, const char *name)
{
	char line[256], key[128];
	double value, found = -1;
	FILE *file = fopen(path, "re");

	if (!file)
		return found;
	while (fgets(line, sizeof(line), file))
		if (sscanf(line, "%127s%*[ <=>]%lf", key, &value) == 2 && !strcmp(key, name))
			found = value;
	fclose(file);
	return found;
}
