// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "mute.h"

#include "target.h"

static char out_text[MUTE_MAX], err_text[MUTE_MAX];

/* The last byte stays zero: fmemopen() writes one behind the text where there is room. */
static FILE *memory(char *text)
{
	FILE *file;

	text[0] = '\0';
	file = fmemopen(text, MUTE_MAX - 1, "w");
	if (!file)
		fuzz_fail("no stream in memory");
	return file;
}

void mute_begin(struct mute *mute)
{
	fflush(stdout);
	mute->out = stdout;
	mute->err = stderr;
	stdout = memory(out_text);
	stderr = memory(err_text);
}

const char *mute_end(const struct mute *mute, const char **errors)
{
	fclose(stdout);
	fclose(stderr);
	stdout = mute->out;
	stderr = mute->err;
	*errors = err_text;
	return out_text;
}
