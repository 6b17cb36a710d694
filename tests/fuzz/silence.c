// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "silence.h"

#include "target.h"

static char out_text[SILENCE_MAX], err_text[SILENCE_MAX];

/* The last byte stays zero: fmemopen() writes one behind the text where there is room. */
static FILE *memory(char *text)
{
	FILE *file;

	text[0] = '\0';
	file = fmemopen(text, SILENCE_MAX - 1, "w");
	if (!file)
		fuzz_fail("no stream in memory");
	return file;
}

void silence_begin(struct silence *silence)
{
	fflush(stdout);
	silence->out = stdout;
	silence->err = stderr;
	stdout = memory(out_text);
	stderr = memory(err_text);
}

const char *silence_end(const struct silence *silence, const char **errors)
{
	fclose(stdout);
	fclose(stderr);
	stdout = silence->out;
	stderr = silence->err;
	*errors = err_text;
	return out_text;
}
