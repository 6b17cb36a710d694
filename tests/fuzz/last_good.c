// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * The configurations that the state directory keeps. The input is what follows the header, whose checksum would keep all but
 * the seeds out. What is taken is the same after it has been written and read again, and can be read as files are.
 */
#include <stdlib.h>
#include <string.h>

#include "config/last_good.h"
#include "target.h"

static struct last_good good, again;

static void check_entry(const struct last_good_entry *a, const struct last_good_entry *b)
{
	if (strcmp(a->version, b->version) != 0 || strcmp(a->path, b->path) != 0 ||
	    a->since_ns != b->since_ns || a->count != b->count)
		fuzz_fail("a configuration differs when it is read again");
	for (size_t i = 0; i < a->count; i++)
		if (strcmp(a->name[i], b->name[i]) != 0 || a->size[i] != b->size[i] ||
		    memcmp(a->text[i], b->text[i], a->size[i]) != 0)
			fuzz_fail("file %zu differs when it is read again", i);
}

static void run(const uint8_t *data, size_t size)
{
	struct config config = {.quiet = true};
	char *written;
	size_t length;

	last_good_decode(&good, data, size);
	if (last_good_decode_entries(&good, data, size) < 0)
		return;
	if (last_good_encode(&good, &written, &length) < 0)
		fuzz_fail("no memory");
	if (last_good_decode(&again, (const uint8_t *)written, length) < 0 ||
	    again.count != good.count)
		fuzz_fail("what was written cannot be read");
	for (size_t i = 0; i < good.count; i++)
		check_entry(&good.entry[i], &again.entry[i]);
	if (good.count)
		last_good_read(&good.entry[0], &config);
	config_free(&config);
	free(written);
}

const struct fuzz_target fuzz_last_good = {"last_good", run, NULL};
